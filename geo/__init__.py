"""geo-targeting: where deprivation and poor outcomes sit, and where early help is needed.

Public names load on first use, so that ``import geo`` is quick and loads no pandas; what they are
and where they live stands once, in ``__init__.pyi``.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
