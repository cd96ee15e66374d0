"""Cells of spreadsheets as they are shown, and the sheets that they are in."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook of any kind.

    Attributes
    ----------
    title : str
    hidden : bool
    rows : callable
        Yields the rows down to the number given, or all; each a list of cells: text, whole and
        other numbers, dates, truth values, ``""`` where blank.
    """

    title: str
    hidden: bool
    rows: Callable[[int | None], Iterator[list[Any]]]


_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What a number format writes as it stands, or says of colours, languages and conditions."""


def is_percent(number_format: str) -> bool:
    r"""Tell whether a format shows a number times a hundred; ``0"%"`` only writes the sign.

    Examples
    --------
    >>> is_percent("0.0%"), is_percent('0"%"'), is_percent(r"0\%")
    (True, False, False)
    """
    return "%" in _LITERAL.sub("", number_format)


def dated(value: datetime.datetime, number_format: str) -> Any:
    """Give a date as it is shown: in the format mmm-yy it is a month, in yyyy a year.

    Examples
    --------
    >>> day = datetime.datetime(2024, 4, 1)
    >>> dated(day, "mmm-yy"), dated(day, "yyyy"), dated(day, "dd/mm/yyyy")
    ('Apr 2024', '2024', datetime.datetime(2024, 4, 1, 0, 0))
    """
    letters = set(_LITERAL.sub("", number_format).split(";")[0].lower()) & set("ymdhs")
    if letters == {"y", "m"}:
        return f"{value:%b %Y}"
    return f"{value:%Y}" if letters == {"y"} else value


def shown(value: float, *, percent: bool) -> Any:
    """Give a number as it is shown: 0.125 in the format 0.0% is ``12.5%``, 3.0 is 3.

    Examples
    --------
    >>> shown(0.125, percent=True), shown(3.0, percent=False), shown(0.1 + 0.2, percent=True)
    ('12.5%', 3, '30%')
    """
    if percent and abs(value) < 1e4:
        return f"{round(value * 100, 10):g}%"
    return int(value) if value == int(value) else value


def written(value: Any) -> str:
    """Write a cell as text; a date without a time has none.

    Examples
    --------
    >>> written(True), written(datetime.datetime(2024, 3, 31)), written("007")
    ('TRUE', '2024-03-31', '007')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)
