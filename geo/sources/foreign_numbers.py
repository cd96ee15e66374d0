"""Numbers as programs of other countries write them: a comma for decimals, a point for thousands.

Where one comma is a decimal point, no comma is sure to part thousands.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from geo.errors import TableError, examples
from geo.vocabulary.column_names import folded

_WITH_COMMA = re.compile(r"\s*[-+]?(?:\d{1,3}(?:[.\s]\d{3})+|\d+),\d+\s*%?\s*")
_THOUSANDS = re.compile(r"\s*[-+]?[1-9]\d{0,2},\d{3}\s*%?\s*")
_WORDS = re.compile(r"[A-Za-z]{3}")
_PARTED = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+")
_COUNTS = re.compile(
    r"counts?$|numerator|denominator|population|residents|households|children|pupils|persons"
    r"|people|^(?:age)?\d{1,3}(?:plus)?$"
)
_SHARES = re.compile(
    r"percent|pct|proportion|rate|ratio|share|score|mean|average|index|density|per"
)


def require_decimal_points(table: pd.DataFrame, where: str, *, any_comma: bool) -> None:
    """Raise where a comma is a decimal point, because ``12,125`` beside it is no 12125.

    Parameters
    ----------
    table : DataFrame
        As read.
    where : str
        The file, for the message.
    any_comma : bool
        Whether semicolons part its columns, because then every comma may be a decimal point.

    Raises
    ------
    TableError
        If a column of figures has a number such as ``12,5``, ``0,125`` or ``1.234,5``.

    Examples
    --------
    >>> require_decimal_points(pd.DataFrame({"n": ["12,125", "9,250"]}), "x.txt", any_comma=False)
    >>> try:
    ...     require_decimal_points(pd.DataFrame({"n": ["12,125", "9,5"]}), "x", any_comma=False)
    ... except TableError as problem:
    ...     print(str(problem)[:50])
    2 of 2 cells of n in x are numbers with a comma th
    """
    for name in table.select_dtypes(["object", "str"]).columns:
        cells = table[name].unique().tolist()
        odd = [x for x in cells if isinstance(x, str) and "," in x and _WITH_COMMA.fullmatch(x)]
        if not any_comma and not _has_decimals(name, odd, cells):
            continue
        if number := int(table[name].isin(odd).sum()):
            raise TableError(
                f"{number} of {len(table)} cells of {name} in {where} are numbers with a comma "
                "that is a decimal point or may be one, so that commas between thousands cannot be "
                "told from it; save the file with points in numbers, as CSV separated by commas."
            )


def _has_decimals(name: str, odd: list[str], cells: Iterable[object]) -> bool:
    """Tell figures of which one can only be decimal from lists such as ``1,2`` of notes."""
    decimal = any(not _THOUSANDS.fullmatch(x) for x in odd)
    return (
        decimal
        and "note" not in folded(name)
        and not any(isinstance(x, str) and _WORDS.search(x) for x in cells)
    )


def require_whole_counts(
    table: pd.DataFrame, where: str, as_text: Callable[[], pd.DataFrame]
) -> None:
    """Raise where every point in a column of counts has three digits behind it, as thousands have.

    Parameters
    ----------
    table : DataFrame
        As read.
    where : str
        The file, for the message.
    as_text : callable
        Gives the table with each cell as it stands: ``1.500``, where ``table`` has 1.5.

    Raises
    ------
    TableError
        If a column of counts has numbers such as ``1.500``, and none such as 1.5, 0.125 or 1500.

    Examples
    --------
    >>> text = pd.DataFrame({"residents": ["1.500", "987"]})
    >>> try:
    ...     require_whole_counts(text.astype(float), "x", lambda: text)
    ... except TableError as problem:
    ...     print(str(problem)[:60])
    1 of 2 cells of residents in x have three digits behind a po
    """
    columns = {name: table[name] for name in filter(_counts_something, table.columns)}
    numbers = [name for name, column in columns.items() if _perhaps_thousands(column)]
    if numbers:
        columns |= dict(as_text()[numbers].items())
    for name, column in columns.items():
        if is_numeric_dtype(column):
            continue
        cells = column.astype("str").str.strip()
        parted = cells.str.fullmatch(_PARTED, na=False)
        others = cells.str.fullmatch(r"[-+]?[\d.,]*\d[\d.,]*", na=False) & ~parted
        if parted.any() and cells[others].str.fullmatch(r"[-+]?\d{1,3}").all():
            raise TableError(
                f"{parted.sum()} of {len(table)} cells of {name} in {where} have three digits "
                f"behind a point (data {'row' if parted.sum() == 1 else 'rows'} "
                f"{examples(np.flatnonzero(parted) + 1)}), where counts have no thousandths; if "
                "the point parts thousands, write the numbers without it, else round them."
            )


def _perhaps_thousands(column: pd.Series) -> bool:
    """Tell numbers that may have been thousands: those that are not whole have few decimals."""
    if not is_float_dtype(column):
        return False
    milli = column.dropna().mul(1000)
    parts = milli[milli.mod(1000).ne(0)]
    few = (parts - parts.round()).abs().lt(1e-6).all() and milli.abs().lt(1_000_000).all()
    return len(parts) > 0 and bool(few)


def _counts_something(name: object) -> bool:
    plain = folded(str(name))
    return bool(_COUNTS.search(plain)) and not _SHARES.search(plain)
