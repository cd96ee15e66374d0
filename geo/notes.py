"""What was settled by a stated rule, to be told to the reader."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from geo.errors import GeoWarning


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect what is settled by a rule, to be told in the report rather than on the way."""
    settled: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GeoWarning)
        yield settled
    for one in caught:
        if issubclass(one.category, GeoWarning):
            settled.append(str(one.message))
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
