"""Column headers of a table: where they are, and in one spelling."""

import re
from collections.abc import Callable, Iterable, Sequence

from geo.errors import FileError, examples
from geo.vocabulary.column_names import clean, folded

_FINGERTIPS = [
    *("Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name"),
    *("Area Type", "Sex", "Age", "Category Type", "Category", "Time period", "Value"),
    *("Lower CI 95.0 limit", "Upper CI 95.0 limit", "Lower CI 99.8 limit", "Upper CI 99.8 limit"),
    *("Count", "Denominator", "Value note", "Time period Sortable"),
]
_NOMIS_AREAS = (
    (r"super output area.*lower layer", "lsoa"),
    (r"super output area.*middle layer", "msoa"),
    (r"output area", "oa"),
    (r"ward", "wd"),
)
_A_CODE = re.compile(r"[A-Z]\d{8}")
_OF_A_ROW = re.compile(r"[A-Z]\d{8}|[-+]?[\d,.]+%?")
NO_HEADER = "Unnamed: "


def standard(headers: Sequence[object]) -> list[str]:
    r"""Clean headers, and spell those of a publisher's export as its own site does.

    fingertipsR writes ``IndicatorID`` and ``Timeperiod``, other programs ``indicator_id``; the
    site's file has ``Indicator ID`` and ``Time period``. Of Nomis, ``mnemonic`` is the code of the
    areas that the first column names, and ``date`` the period.

    Examples
    --------
    >>> standard(["IndicatorID", "AreaCode", "AreaType", "CategoryType", "Valuenote", " x\n "])
    ['Indicator ID', 'Area Code', 'Area Type', 'Category Type', 'Value note', 'x']
    """
    names = [clean(header) for header in headers]
    known = {folded(name): name for name in _FINGERTIPS}
    needed = {"indicatorid", "areacode", "areatype", "categorytype", "valuenote"}
    plain = [folded(name) for name in names]
    if needed <= set(plain):
        return [known.get(folded(name), name) for name in names]
    if {"date", "geographycode"} <= set(plain) and "obsvalue" not in plain:
        bulk = {"date": "period", "geography": "area_name"}
        return [bulk.get(one, name) for one, name in zip(plain, names, strict=True)]
    return _of_nomis(names)


def _of_nomis(names: list[str]) -> list[str]:
    """Name the areas of a query of Nomis, ``2021 super output area - lower layer``, as the ONS."""
    for at, name in enumerate(names):
        if kind := areas_of_nomis(name):
            found = [f"{kind}cd" if one.lower() == "mnemonic" else one for one in names]
            found[at] = f"{kind}nm" if found != names else f"{kind}cd"
            return found
    return names


def areas_of_nomis(words: str) -> str:
    """Tell which areas Nomis means; empty where it is none that is known.

    Examples
    --------
    >>> areas_of_nomis("2021 super output areas - lower layer"), areas_of_nomis("Total")
    ('lsoa21', '')
    """
    year = re.match(r"(20\d\d) ", words)
    kinds = [kind for form, kind in _NOMIS_AREAS if year and re.search(form, words.lower())]
    return f"{kinds[0]}{year[1][2:]}" if year and kinds else ""


def header_among(
    rows: Iterable[Sequence[object]], wanted: Callable[[Sequence[str]], bool]
) -> tuple[int, list[str]] | None:
    """Find the first row that is wanted as a header, and is no row of a table.

    A header has no area codes in it. Where it is not fuller than all that stands above, as it is
    below titles and notes, it has no numbers either.

    Returns
    -------
    tuple of int and list of str, or None
        Number of the row, and its headers, cleaned, without blank ones at the end.

    Examples
    --------
    >>> header_among([["Ranks", ""], [], ["code", "rank"], ["E01", 7]], lambda row: "rank" in row)
    (2, ['code', 'rank'])
    """
    fullest = 0
    for number, row in enumerate(rows):
        headers = standard(["" if cell is None else cell for cell in row])
        while headers and not headers[-1]:
            headers.pop()
        given = [header for header in headers if header]
        fuller = len(given) > fullest
        form = _A_CODE if fuller else _OF_A_ROW
        if not any(map(form.fullmatch, given)) and wanted(given):
            return number, headers
        fullest = max(fullest, len(given))
    return None


def unique(headers: Sequence[str], where: str) -> list[str]:
    """Name columns without a header by their place; refuse a header that stands twice.

    Raises
    ------
    FileError
        If two columns have the same header.
    """
    given = [header for header in headers if header]
    if twice := [header for header in dict.fromkeys(given) if given.count(header) > 1]:
        raise FileError(
            f"{where} has more than one column named {examples(twice)}; rename them, each by what "
            "it holds (in a header of two rows write both into one, such as 2023/24 Count)."
        )
    return [header or f"{NO_HEADER}{at}" for at, header in enumerate(headers)]
