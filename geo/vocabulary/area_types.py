"""Area types: how their codes and columns are named, and how readers call them.

An area type has a short name, which stands in columns ``area_type``: a kind with the year of its
boundaries (``lsoa21``, ``wd24``), or the column of a level of the place (``collaborative``).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.errors import CodeError, TableError, examples
from geo.notes import deprecated

if TYPE_CHECKING:
    import pandas as pd
from geo.vocabulary.releases import VINTAGES

_WORDS = {
    "oa": ("output area", "output areas"),
    "lsoa": ("LSOA", "LSOAs"),
    "msoa": ("MSOA", "MSOAs"),
    "wd": ("ward", "wards"),
    "lad": ("authority", "authorities"),
    "utla": ("upper-tier authority", "upper-tier authorities"),
    "icb": ("ICB", "ICBs"),
    "sub_icb": ("sub-ICB", "sub-ICBs"),
    "pcn": ("primary care network", "primary care networks"),
    "region": ("region", "regions"),
    "england": ("England", "England"),
}
"""Singular and plural of each kind of area that does not come from a place."""
CODED = ("oa", "lsoa", "msoa", "wd", "lad", "utla")
"""Kinds whose columns of codes and names carry the year: ``wd24cd``, ``wd24nm``."""
_WHOLES = ("england", "borough", "region", "deprived", "")
_TIDY = re.compile(rf"({'|'.join(CODED)})(\d\d)?(cd|nm)?")
_HEADINGS = "lsoa|msoa|oa|ward|wd|ltla|utla|lad"
_CODE_FORMS = (
    re.compile(rf"^f?({_HEADINGS})(?:20)?(\d\d)(?:cd|code)?$"),
    re.compile(rf"^({_HEADINGS})code(?:20)?(\d\d)$"),
    re.compile(rf"^({_HEADINGS})(?:cd|code)$"),
)
_SHORT = {"ward": "wd", "ltla": "lad", "utla": "lad"}


@dataclass(frozen=True)
class AreaType:
    """One type of area: its name in tables, and the words for it.

    Attributes
    ----------
    name : str
        As in a column ``area_type``: ``"lsoa21"``, ``"wd24"``, ``"collaborative"``.
    singular, plural : str
        Words for one and for several of them.
    """

    name: str
    singular: str
    plural: str

    @property
    def dated(self) -> str:
        """The singular with the year of the boundaries, where they have one: ``LSOA 2021``."""
        _, year = kind_and_year(self.name)
        return f"{self.singular} {year}".strip()

    @property
    def plural_dated(self) -> str:
        """The plural with the year of the boundaries, where they have one.

        Examples
        --------
        >>> area_type("lsoa21").plural_dated
        'LSOAs of 2021'
        """
        _, year = kind_and_year(self.name)
        return f"{self.plural} of {year}" if year else self.plural

    def several(self, number: int) -> str:
        """Singular for one, plural for any other number."""
        return self.singular if number == 1 else self.plural

    def counted(self, number: int) -> str:
        """Write a number of these areas.

        Examples
        --------
        >>> area_type("wd24").counted(1), area_type("lsoa21").counted(1234)
        ('1 ward', '1,234 LSOAs')
        """
        return f"{number:,} {self.several(number)}"


def area_type(name: str | AreaType) -> AreaType:
    """Put an area type, or a column of its codes or names, into words.

    What is in no table of area types is taken for a level of a place, and worded by its name; a
    place has better words for its own (``Place.area_type``).

    Examples
    --------
    >>> area_type("lsoa21").plural, area_type("wd24nm").singular, area_type("sub_locality").plural
    ('LSOAs', 'ward', 'sub-localities')
    """
    if isinstance(name, AreaType):
        return name
    kind, _ = kind_and_year(name)
    if kind in _WORDS:
        return AreaType(name, *_WORDS[kind])
    word = re.sub(r"^(sub|non|inter)_", r"\1-", name).replace("_", " ")
    return AreaType(name, word, plural(word))


def place_in_words(place: int, among: int, kind: str) -> str:
    """Word a place among the areas of England.

    Examples
    --------
    >>> place_in_words(34, 296, "lad"), place_in_words(297, 296, "lad")
    ('34th of 296 authorities', 'after all 296 authorities')
    """
    words = area_type(kind)
    if place > among:
        return f"after all {words.counted(among)}"
    endings = {1: "st", 2: "nd", 3: "rd"}
    last = "th" if place % 100 in (11, 12, 13) else endings.get(place % 10, "th")
    return f"{place:,}{last} of {words.counted(among)}"


def plural(word: str) -> str:
    """Give the plural of a word for areas.

    Examples
    --------
    >>> plural("care community"), plural("parish"), plural("hub")
    ('care communities', 'parishes', 'hubs')
    """
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|z|ch|sh)$", word) else f"{word}s"


def asked_for(level: str | AreaType | None, kinds: Iterable[str], option: str) -> AreaType:
    """Words for the area type that was asked for, else for the first level that a table has.

    Raises
    ------
    TableError
        If none was asked for, and there is no level.

    Examples
    --------
    >>> asked_for(None, ["lsoa21", "england", "collaborative", "locality"], "areas").plural
    'collaboratives'
    """
    if level is not None:
        return area_type(level)
    known = list(dict.fromkeys(map(str, kinds)))
    if levels := levels_among(known):
        return area_type(levels[0])
    raise TableError(
        f"No level of a place is among the area types {examples(known, 9) or 'of the table'}; say "
        f"which to show with {option}=."
    )


def levels_among(kinds: Iterable[str]) -> list[str]:
    """Levels of a place among the area types of a table, in its order.

    A level is what has no official codes, and is neither England nor the place as a whole.

    Examples
    --------
    >>> levels_among(["lsoa21", "collaborative", "locality", "borough", "collaborative"])
    ['collaborative', 'locality']
    """
    known = dict.fromkeys(map(str, kinds))
    return [k for k in known if kind_and_year(k)[0] not in CODED and k not in _WHOLES]


def former_level(function: str, option: str, columns: Iterable[str]) -> str:
    """Level of a table of areas where none was named; deprecated, it is Cheshire East's first.

    Raises
    ------
    TableError
        If the table has no such column.

    Warns
    -----
    FutureWarning
        That the level will have to be named.
    """
    former = "collaborative"
    if former not in columns:
        raise TableError(
            f"No level was given to {function}; name a column that groups the areas in {option}."
        )
    deprecated(
        f"{function} without {option} shows the column {former}, and will be refused after the "
        f"next release; give {option}={former!r}."
    )
    return former


def kind_and_year(name: str) -> tuple[str, str]:
    """Take an area type, or a column of its codes or names, apart: its kind, and its year or "".

    Examples
    --------
    >>> kind_and_year("wd24cd"), kind_and_year("lsoa"), kind_and_year("collaborative")
    (('wd', '2024'), ('lsoa', ''), ('collaborative', ''))
    """
    if found := _TIDY.fullmatch(str(name)):
        return found[1], f"20{found[2]}" if found[2] else ""
    return str(name), ""


def is_of(kind: str, name: str) -> bool:
    """Tell whether an area type, or a column of codes or names, is of a kind, of whatever year.

    Examples
    --------
    >>> is_of("wd", "wd24cd"), is_of("lsoa", "msoa21")
    (True, False)
    """
    return kind_and_year(name)[0] == kind


def is_lsoa(name: str) -> bool:
    """Tell whether an area type, or a column of codes or names, is of LSOAs."""
    return is_of("lsoa", name)


def is_ward(name: str) -> bool:
    """Tell whether an area type, or a column of codes or names, is of wards."""
    return is_of("wd", name)


def code_column(kind: str) -> str:
    """Name the column of a tidy table that holds the codes of an area type.

    Examples
    --------
    >>> code_column("wd24"), code_column("collaborative")
    ('wd24cd', 'collaborative')
    """
    found = _TIDY.fullmatch(kind)
    return f"{kind}cd" if found and not found[3] else kind


def name_column(column: str) -> str:
    """Name the column of a tidy table that holds the names of the areas of a column of codes.

    Examples
    --------
    >>> name_column("wd24cd"), name_column("collaborative")
    ('wd24nm', 'collaborative')
    """
    return f"{column[:-2]}nm" if is_code_column(column) else column


def is_code_column(column: str) -> bool:
    """Tell whether a column of a tidy table holds official codes, not the names of a level."""
    found = _TIDY.fullmatch(str(column))
    return bool(found and found[3] == "cd")


def is_name_column(column: str) -> bool:
    """Tell whether a column of a tidy table holds the names of areas that have official codes."""
    found = _TIDY.fullmatch(str(column))
    return bool(found and found[3] == "nm")


def kind_of(column: str) -> str:
    """Area type of the areas in a column of a tidy table: of codes, or of a level of the place.

    Examples
    --------
    >>> kind_of("lsoa21cd"), kind_of("collaborative")
    ('lsoa21', 'collaborative')
    """
    return column[:-2] if is_code_column(column) else column


def column_of(kind: str, columns: Iterable[str]) -> str | None:
    """Find the first column of a tidy table with codes of a kind of areas, of whatever year.

    Examples
    --------
    >>> column_of("wd", ["lsoa21cd", "wd24nm", "wd24cd"]), column_of("lad", ["lsoa21cd"])
    ('wd24cd', None)
    """
    of_kind = (c for c in columns if is_code_column(c) and is_of(kind, c))
    return next(of_kind, None)


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


def ward_names(columns: Iterable[str]) -> str | None:
    """Find the column of ward names, where there is one.

    Examples
    --------
    >>> ward_names(["lsoa21cd", "wd24cd", "wd24nm"])
    'wd24nm'
    """
    return next((one for one in columns if is_ward(one) and is_name_column(one)), None)


def vintage_column(table: "pd.DataFrame", *, where: str = "the table") -> tuple[str, str]:
    """Find the one LSOA code column of a table: ``(vintage, column name)``.

    Raises
    ------
    CodeError
        If there is none, several, or one whose name tells no vintage.
    """
    found = {k: c for k, c in code_columns(table.columns).items() if is_lsoa(k)}
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
