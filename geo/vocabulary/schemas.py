"""The tables that travel between rooms: vocabularies, code columns, schemas.

Column names are lower-cased ONS names with the vintage in them (``lsoa11cd``, ``lsoa21cd``), so
that codes of different vintages cannot be joined by accident.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from geo.errors import TableError, examples
from geo.vocabulary.area_types import nation_of, require_unique
from geo.vocabulary.releases import INDICES, VINTAGES

if TYPE_CHECKING:
    import pandas as pd


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
