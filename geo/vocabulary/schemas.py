"""The tables that travel between rooms: vocabularies, code columns, schemas.

Column names are lower-cased ONS names with the vintage in them (``lsoa11cd``, ``lsoa21cd``), so
that codes of different vintages cannot be joined by accident.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from geo.errors import TableError, examples
from geo.vocabulary.area_types import is_lsoa, nation_of, require_unique
from geo.vocabulary.releases import INDICES, VINTAGES

if TYPE_CHECKING:
    import pandas as pd

Check = tuple[Callable[["pd.Series"], "pd.Series"], str]
"""Whether each value of a column is allowed, and what is, in words."""


def _codes(pattern: str, words: str) -> Check:
    return lambda column: column.astype("str").str.fullmatch(pattern), words


def _whole(low: int, high: int) -> Check:
    words = f"whole numbers from {low} to {high}"
    return lambda column: column.between(low, high) & (column % 1 == 0), words


def _schema(name: str, vintage: str) -> dict[str, Check]:
    """Say what the columns of a table may hold; those of the Indices may be absent."""
    code = f"{vintage}cd"
    if name == "areas":
        if is_lsoa(vintage):
            return {code: _codes(r"[EW]01\d{6}", "LSOA codes (E01 or W01 and six digits)")}
        words = "nine-character area codes (a letter and eight digits)"
        return {code: _codes(r"[A-Z]\d{8}", words)}
    if name == "deprivation":
        return (
            {code: _codes(r"E01\d{6}", "English LSOA codes (E01 and six digits)")}
            | {f"{index}_decile": _whole(1, 10) for index in INDICES}
            | {f"{index}_rank": _whole(1, VINTAGES[vintage]) for index in INDICES}
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
        raise TableError(
            f"No column {code} in {where}; it has {examples(table.columns, 6)}, so name the one "
            f"with its codes {code}."
        )
    require_unique(table[code], where=where)
    schema = _schema(name, vintage)
    failures = [
        failure
        for column, check in schema.items()
        if column in table.columns
        for failure in _failures(table[column], table[code], *check)
    ]
    if failures:
        raise TableError(f"In {where}: {'; '.join(failures)}. Correct the file and run again.")


def _failures(
    column: "pd.Series",
    codes: "pd.Series",
    allowed: Callable[["pd.Series"], "pd.Series"],
    words: str,
) -> Iterator[str]:
    """Say which values are missing or not allowed, if any are."""
    missing = column.isna()
    wrong = ~missing & ~allowed(column[~missing]).reindex(column.index, fill_value=True)
    for rows, reason in (
        (missing, "missing values are not allowed"),
        (wrong, f"allowed are {words}"),
    ):
        if rows.any():
            pairs = zip(column[rows], codes[rows], strict=True)
            named = examples(
                _with_nation(value) if column.name == codes.name else f"{value} for {code}"
                for value, code in pairs
            )
            verb = "has" if rows.sum() == 1 else "have"
            yield f"{rows.sum()} of {len(column)} rows {verb} {column.name} {named}, {reason}"


def _with_nation(code: object) -> str:
    nation = nation_of(code)
    return f"{code} ({nation})" if nation else str(code)
