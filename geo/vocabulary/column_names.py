"""Column names as people write them, compared without case, blanks and punctuation."""

import re
from collections.abc import Iterable


def clean(header: object) -> str:
    r"""Collapse white space, line breaks and a byte-order mark out of a column header.

    Examples
    --------
    >>> clean("\ufeff LSOA code\n(2011) ")
    'LSOA code (2011)'
    """
    return re.sub(r"\s+", " ", str(header).replace("\ufeff", "")).strip()


def folded(header: object) -> str:
    """Give a header without case, blanks and punctuation.

    Examples
    --------
    >>> folded("Sub-locality"), folded("LSOA code (2021)")
    ('sublocality', 'lsoacode2021')
    """
    return re.sub(r"[^a-z0-9]", "", str(header).lower())


def matching(wanted: Iterable[str], headers: Iterable[str]) -> dict[str, str]:
    """Map each name to the first header that spells it in some way, where there is one.

    Examples
    --------
    >>> matching(["sub_locality", "locality"], ["WD24CD", "Sub-Locality"])
    {'sub_locality': 'Sub-Locality'}
    """
    known: dict[str, str] = {}
    for header in headers:
        known.setdefault(folded(header), header)
    return {name: known[folded(name)] for name in wanted if folded(name) in known}
