"""The tables that travel between rooms: vocabularies, code columns, schemas.

Column names are lower-cased ONS names with the vintage in them (``lsoa11cd``, ``lsoa21cd``), so
that codes of different vintages cannot be joined by accident.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from geo.errors import CodeError, TableError, examples

if TYPE_CHECKING:
    import pandas as pd

VINTAGES = {"lsoa01": 32_482, "lsoa11": 32_844, "lsoa21": 33_755}
"""Number of English LSOAs in each vintage."""


@dataclass(frozen=True)
class Release:
    """One release of the English Indices of Deprivation."""

    year: int
    vintage: str
    label: str

    @property
    def lsoas(self) -> int:
        """How many LSOAs were ranked (rank 1 is the most deprived)."""
        return VINTAGES[self.vintage]


RELEASES = {
    2025: Release(2025, "lsoa21", "English Indices of Deprivation 2025"),
    2019: Release(2019, "lsoa11", "English Indices of Deprivation 2019"),
    2015: Release(2015, "lsoa11", "English Indices of Deprivation 2015"),
    2010: Release(2010, "lsoa01", "English Indices of Deprivation 2010"),
}

INDICES = {
    "imd": "Index of Multiple Deprivation",
    "income": "Income",
    "employment": "Employment",
    "education": "Education, skills and training",
    "health": "Health deprivation and disability",
    "crime": "Crime",
    "barriers": "Barriers to housing and services",
    "environment": "Living environment",
    "idaci": "Income deprivation affecting children",
    "idaopi": "Income deprivation affecting older people",
    "children_young_people": "Children and young people (education)",
    "adult_skills": "Adult skills (education)",
    "geographical_barriers": "Geographical barriers (housing and services)",
    "wider_barriers": "Wider barriers (housing and services)",
    "indoors": "Indoors (living environment)",
    "outdoors": "Outdoors (living environment)",
}
"""Short names of the indices, domains and sub-domains, with the words for readers."""

STATES = ("value", "zero", "suppressed", "missing", "not_compared")
POLARITIES = ("high_is_good", "low_is_good", "no_judgement")
MEASURES = ("proportion", "rate", "mean", "value", "ratio", "count")

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


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def period_key(period: object) -> tuple[int, int, tuple[int, ...], str]:
    """Give what periods are sorted by: the last year named, month or quarter, all numbers.

    Examples
    --------
    >>> sorted(["Apr 2024", "Dec 2023", "2022/23-2024/25", "10", "9"], key=period_key)
    ['9', '10', 'Dec 2023', '2022/23-2024/25', 'Apr 2024']
    """
    text = str(period)
    years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)]
    months = [_MONTHS.index(name) + 1 for name in re.findall("|".join(_MONTHS), text.lower())]
    quarters = [3 * int(number) for number in re.findall(r"q([1-4])", text.lower())]
    numbers = tuple(int(number) for number in re.findall(r"\d+", text))
    return max(years, default=0), ([*quarters, *months] or [0])[-1], numbers, text


def safe_cells(table: "pd.DataFrame") -> "pd.DataFrame":
    """Copy a table with its text, headers too, made safe from running as spreadsheet formulas.

    Examples
    --------
    >>> import pandas as pd
    >>> safe_cells(pd.DataFrame({"name": ["=1+1", "Crewe"], "change": [-1, 2]})).to_dict("list")
    {'name': ["'=1+1", 'Crewe'], 'change': [-1, 2]}
    """

    def safe(cell: Any) -> Any:
        risky = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        return f"'{cell}" if risky else cell

    text = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: table[name].map(safe) for name in text}).rename(columns=safe)


def require_suppressed(table: "pd.DataFrame", catalogue: "pd.DataFrame | None" = None) -> str:
    """Raise if confidential indicators did not pass through ``geo.suppress``; give their rule.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators or comparisons. ``geo.suppress`` writes the column ``rule`` on every
        confidential row. England's own totals are published, and need no rule.
    catalogue : DataFrame, optional
        ``indicator_id`` (column or index) and ``confidential``; a column ``confidential`` of the
        table serves too.

    Returns
    -------
    str
        The rule in words; empty if nothing is confidential.

    Raises
    ------
    TableError
        If an indicator is confidential and a row of it, England's aside, carries no rule.
    """
    names: set[str] = set()
    for listed in (table, catalogue):
        if listed is not None and "confidential" in listed:
            ids = listed["indicator_id"] if "indicator_id" in listed else listed.index.to_series()
            names |= set(ids[listed["confidential"].eq(True)])
    rows = table[table["indicator_id"].isin(names) & table["area_type"].ne("england")]
    rules = rows["rule"] if "rule" in rows else rows["indicator_id"].map({})
    if rules.isna().any():
        bare = sorted(rows.loc[rules.isna(), "indicator_id"].unique())
        raise TableError(
            f"{len(bare)} {'indicators' if bare[1:] else 'indicator'} ({examples(bare)}) "
            f"{'are' if bare[1:] else 'is'} confidential, and the table does not say that small "
            "numbers were suppressed; pass it through geo.suppress (before geo.compare)."
        )
    return "; ".join(dict.fromkeys(rules.astype(str)))


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


_LSOA_CODE = (r"^E01\d{6}$", "English LSOA codes (E01 and six digits)")
_SMALL_AREA_CODE = (r"^[EW]01\d{6}$", "LSOA codes (E01 or W01 and six digits)")
_ANY_CODE = (r"^[A-Z]\d{8}$", "nine-character area codes (a letter and eight digits)")


@cache
def _schema(name: str, vintage: str) -> Any:
    """Build the pandera schema of a table; pandera is imported only here."""
    import pandera.pandas as pa

    def codes(pattern: tuple[str, str], **options: Any) -> Any:
        return pa.Column(
            checks=pa.Check.str_matches(pattern[0], error=f"allowed are {pattern[1]}"), **options
        )

    def whole(low: int, high: int) -> Any:
        allowed = f"allowed are whole numbers from {low} to {high}"
        return pa.Column(
            checks=pa.Check(lambda s: s.between(low, high) & (s % 1 == 0), error=allowed),
            required=False,
            nullable=False,
        )

    if name == "areas":
        pattern = _SMALL_AREA_CODE if vintage.startswith("lsoa") else _ANY_CODE
        return pa.DataFrameSchema({f"{vintage}cd": codes(pattern)})
    if name == "deprivation":
        total = VINTAGES[vintage]
        return pa.DataFrameSchema(
            {f"{vintage}cd": codes(_LSOA_CODE)}
            | {f"{index}_decile": whole(1, 10) for index in INDICES}
            | {f"{index}_rank": whole(1, total) for index in INDICES}
        )
    raise ValueError(f"no schema is named {name!r}")


def validate(table: "pd.DataFrame", name: str, vintage: str, *, where: str) -> None:
    """Check a table against its schema and report every failure at once.

    Parameters
    ----------
    table : DataFrame
        Table to check; never changed.
    name : {"areas", "deprivation"}
        Which schema.
    vintage : str
        Area type of the code column, such as ``"lsoa21"``.
    where : str
        The file or table, for the message.

    Raises
    ------
    CodeError
        If a code is missing or stands twice.
    TableError
        If a column is missing or holds values that are not allowed; names rows and values.
    """
    code = f"{vintage}cd"
    if code not in table.columns:
        raise TableError(f"No column {code} in {where}; it has {examples(table.columns, 6)}.")
    require_unique(table[code], where=where)
    import pandera.errors

    try:
        _schema(name, vintage).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        raise TableError(_failures(problem.failure_cases, table, code, where)) from None


def _with_nation(code: object) -> str:
    nation = nation_of(code)
    return f"{code} ({nation})" if nation else str(code)


def _failures(cases: "pd.DataFrame", table: "pd.DataFrame", code: str, where: str) -> str:
    parts = []
    for (column, check), rows in cases.groupby(["column", "check"], sort=False):
        labels = [
            _with_nation(value) if column == code else f"{value} for {table.at[at, code]}"
            for value, at in zip(rows["failure_case"], rows["index"], strict=True)
        ]
        allowed = "missing values are not allowed" if check == "not_nullable" else check
        verb = "has" if len(rows) == 1 else "have"
        count = f"{len(rows)} of {len(table)} rows {verb}"
        parts.append(f"{count} {column} {examples(labels)}, {allowed}")
    return f"In {where}: {'; '.join(parts)}. Correct the file and run again."
