"""What makes the pages lies in ``docs/made`` and is no part of the package."""

import sys

from tests.docs.pages import DOCS

sys.path.append(str(DOCS))
