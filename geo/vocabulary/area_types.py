"""Area types: how their code columns are named, and how readers call them."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from geo.errors import CodeError, examples

if TYPE_CHECKING:
    import pandas as pd
from geo.vocabulary.releases import VINTAGES

_AREA_TYPES = "lsoa|msoa|oa|ward|wd|ltla|utla|lad"
_CODE_FORMS = (
    re.compile(rf"^f?({_AREA_TYPES})(?:20)?(\d\d)(?:cd|code)?$"),
    re.compile(rf"^({_AREA_TYPES})code(?:20)?(\d\d)$"),
    re.compile(rf"^({_AREA_TYPES})(?:cd|code)$"),
)
_SHORT = {"ward": "wd", "ltla": "lad", "utla": "lad"}


def area_type_of(column: str) -> str | None:
    """Tell which areas a column of codes holds, from its name; None if it is no code column.

    A name without a year gives the type alone (``"lsoa"``).

    Examples
    --------
    >>> area_type_of("LSOA21CD"), area_type_of("LSOA code (2011)"), area_type_of("LSOA CODE")
    ('lsoa21', 'lsoa11', 'lsoa')
    >>> area_type_of("LSOA21NM") is None
    True
    """
    name = re.sub(r"[^a-z0-9]", "", str(column).lower())
    for form in _CODE_FORMS:
        if found := form.match(name):
            kind, *year = found.groups()
            return _SHORT.get(kind, kind) + (year[0] if year else "")
    return None


def code_columns(columns: Iterable[str]) -> dict[str, str]:
    """Map area type to column name, for every column of area codes, in the order found.

    Examples
    --------
    >>> code_columns(["OBJECTID", "lsoa11cd", "LSOA11NM", "LAD22CD"])
    {'lsoa11': 'lsoa11cd', 'lad22': 'LAD22CD'}
    """
    found: dict[str, str] = {}
    for column in columns:
        if (kind := area_type_of(column)) is not None:
            found.setdefault(kind, column)
    return found


def type_words(kind: str) -> str:
    """Put an area type into words.

    Examples
    --------
    >>> type_words("lsoa21"), type_words("wd25"), type_words("sub_locality")
    ('LSOA 2021', 'ward 2025', 'sub-locality')
    """
    if not re.fullmatch(r"[a-z]+\d\d", kind):
        return kind.replace("_", "-")
    words = {"wd": "ward", "lad": "authority", "oa": "output area"}
    return f"{words.get(kind[:-2], kind[:-2].upper())} 20{kind[-2:]}"


def vintage_column(table: "pd.DataFrame", *, where: str = "the table") -> tuple[str, str]:
    """Find the one LSOA code column of a table: ``(vintage, column name)``.

    Raises
    ------
    CodeError
        If there is none, several, or one whose name tells no vintage.
    """
    found = {k: c for k, c in code_columns(table.columns).items() if k.startswith("lsoa")}
    if len(found) == 1 and (pair := next(iter(found.items())))[0] in VINTAGES:
        return pair
    if not found:
        raise CodeError(
            f"No column of LSOA codes in {where}, which has the columns "
            f"{examples(table.columns, 6)}; name one lsoa01cd, lsoa11cd or lsoa21cd."
        )
    raise CodeError(
        f"The LSOA vintage of {where} is not clear from {examples(found.values(), 6)}; "
        "keep one code column and name it lsoa01cd, lsoa11cd or lsoa21cd."
    )


def require_unique(codes: "pd.Series", *, where: str) -> None:
    """Raise ``CodeError`` if a code is missing or stands twice, naming the first few."""
    if (blank := int(codes.isna().sum())) > 0:
        raise CodeError(
            f"{blank} of {len(codes)} rows in {where} have no {codes.name}; every row needs a "
            "code, so complete or remove them."
        )
    twice = codes[codes.duplicated()].unique()
    if len(twice):
        raise CodeError(
            f"{len(twice)} {codes.name} {'code stands' if len(twice) == 1 else 'codes stand'} more "
            f"than once in {where} ({examples(twice)}); each may have one row, so remove the "
            "duplicates."
        )


def nation_of(code: object) -> str:
    """Tell the nation of a small-area code; empty for England and for what is no such code.

    Examples
    --------
    >>> nation_of("W01000001"), nation_of("E01000001")
    ('Wales', '')
    """
    nations = {"W": "Wales", "S": "Scotland", "9": "Northern Ireland", "N": "Northern Ireland"}
    return nations.get(str(code)[:1], "")
