"""Column names as people write them, compared without case, blanks and punctuation."""

import re
from collections.abc import Iterable

_YEAR_OF_AGE = re.compile(r"(?:age[ds]?[\s_]*)?(\d{1,3})\s*\+?\s*(?:and over|plus|years?|yrs?)?")

IDENTIFIERS = {
    "area_code": "areacode geographycode gsscode onscode areaid",
    "indicator_id": "indicatorid indicatorcode indicator",
}
"""Spellings of columns whose cells are names, though they may look like numbers: ``007``."""


def is_identifier(header: object) -> bool:
    """Tell whether a column names areas or indicators, so that 007 and 1.10 are no numbers.

    Examples
    --------
    >>> is_identifier("Indicator ID"), is_identifier("count")
    (True, False)
    """
    return any(folded(header) in names.split() for names in IDENTIFIERS.values())


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


def by_folded(headers: Iterable[object]) -> dict[str, str]:
    """Map each header, without case, blanks and punctuation, to how it is written.

    Examples
    --------
    >>> by_folded(["Area Code", "OBS_VALUE"])
    {'areacode': 'Area Code', 'obsvalue': 'OBS_VALUE'}
    """
    return {folded(header): str(header) for header in headers}


def year_of_age(header: object) -> int | None:
    """Give the year of age that a column is of, the last one "and over"; None where it is of none.

    Examples
    --------
    >>> year_of_age("0"), year_of_age("Aged 5"), year_of_age("age_17"), year_of_age("90 and over")
    (0, 5, 17, 90)
    >>> year_of_age("0-4") is None, year_of_age("2021") is None
    (True, True)
    """
    found = _YEAR_OF_AGE.fullmatch(str(header).strip().lower())
    return int(found[1]) if found else None


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
