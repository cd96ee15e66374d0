"""Decimal commas, as programs of other countries write them: where one is, no comma is sure."""

import re
from collections.abc import Iterable

import pandas as pd

from geo.errors import TableError
from geo.vocabulary.column_names import folded

_WITH_COMMA = re.compile(r"\s*[-+]?(?:\d{1,3}(?:[.\s]\d{3})+|\d+),\d+\s*%?\s*")
_THOUSANDS = re.compile(r"\s*[-+]?[1-9]\d{0,2},\d{3}\s*%?\s*")
_WORDS = re.compile(r"[A-Za-z]{3}")


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
                "that is a decimal point or may be one, and then no comma in the file is sure to "
                "part thousands; save it with points in numbers, as CSV separated by commas."
            )


def _has_decimals(name: str, odd: list[str], cells: Iterable[object]) -> bool:
    """Tell figures of which one can only be decimal from lists such as ``1,2`` of notes."""
    decimal = any(not _THOUSANDS.fullmatch(x) for x in odd)
    return (
        decimal
        and "note" not in folded(name)
        and not any(isinstance(x, str) and _WORDS.search(x) for x in cells)
    )
