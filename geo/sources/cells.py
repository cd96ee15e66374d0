"""Cells of spreadsheets as they are shown, and the sheets that they are in."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from geo.sources.number_formats import mark_of, parts_of_date, section_for, section_for_text
from geo.sources.unseen import Unseen


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook of any kind.

    Attributes
    ----------
    title : str
    hidden : bool
    rows : callable
        Yields the rows down to the number given, or all; each a list of cells: text, whole and
        other numbers, dates, truth values, ``""`` where blank, ``Unseen`` for a figure in the
        colour of what is behind it.
    unseen : callable
        Gives how many rows, and how many of the first columns, up to the number given, are hidden.
    comments : callable
        Gives the text of each comment by row and column, counted from 0.
    rules_hide : callable
        Tells whether conditional formats, which are not evaluated, hide figures.
    remark : str
        What of the sheet cannot be seen, for a note.
    """

    title: str
    hidden: bool
    rows: Callable[[int | None], Iterator[list[Any]]]
    unseen: Callable[[int], tuple[int, int]] = lambda _: (0, 0)
    comments: Callable[[], dict[tuple[int, int], str]] = field(default=dict)
    rules_hide: Callable[[], bool] = lambda: False
    remark: str = ""


def dated(value: datetime.datetime, number_format: str) -> Any:
    """Give a date as it is shown: in the format mmm-yy it is a month, in yyyy a year.

    Examples
    --------
    >>> day = datetime.datetime(2024, 4, 1)
    >>> dated(day, "mmm-yy"), dated(day, "yyyy"), dated(day, "dd/mm/yyyy")
    ('Apr 2024', '2024', datetime.datetime(2024, 4, 1, 0, 0))
    """
    parts = parts_of_date(number_format)
    if parts == {"y", "m"}:
        return f"{value:%b %Y}"
    return f"{value:%Y}" if parts == {"y"} else value


def shown(value: float, number_format: str) -> Any:
    """Give a number as it is shown: a percentage, a mark in its place, noughts before it.

    In a format that shows thousands it is text, because a table tells elsewhere that it does.

    Examples
    --------
    >>> shown(0.125, "0.0%"), shown(3.0, "General"), shown(0.1 + 0.2, "0%"), shown(7, "000")
    ('12.5%', 3, '30%', '007')
    >>> shown(12_345, "0.0,"), shown(12_345, "#,##0")
    ('12.345 thousands', 12345)
    >>> shown(3, '[<5]"*";0'), shown(7, '[<5]"*";0'), shown(3, ";;;")
    ('*', 7, '')
    """
    section = section_for(value, number_format)
    if (mark := mark_of(value, section)) is not None:
        return mark
    if section.scale > 1 and value:
        return f"{value / section.scale:g} {'thousands' if section.scale == 1000 else 'millions'}"
    if section.percent and abs(value) < 1e4:
        return f"{round(value * 100, 10):g}%"
    if value != int(value):
        return value
    return f"{int(value):0{section.width}d}" if section.width > 1 else int(value)


def shown_text(value: str, number_format: str) -> str:
    """Give text as it is shown, which is nothing in the format ``;;;``.

    Examples
    --------
    >>> shown_text("c", "0.0"), shown_text("c", ";;;")
    ('c', '')
    """
    section = section_for_text(number_format)
    return value if section.shows_number else section.mark


_SIGNS = r"[^\da-z<>≤≥]*"
_FIGURE = re.compile(
    rf"{_SIGNS}(?:[a-z]{{3}})?{_SIGNS}?(\d[\d.,\s]*)(e[-+]?\d+)?\D*", re.IGNORECASE
)


def as_written(value: float, words: str) -> Any:
    """Give a number of which a program saved how it is shown, or else what stands in its place.

    Parameters
    ----------
    value : float
    words : str
        As shown.

    Examples
    --------
    >>> as_written(0.125, "12.5%"), as_written(1234.0, "£1,234"), as_written(12.34, "12.3")
    ('12.5%', 1234, 12.34)
    >>> as_written(3, "*"), as_written(3, "<5"), as_written(3, ""), as_written(0, "-")
    ('*', '<5', '', 0)
    """
    words = words.strip()
    if re.fullmatch(r"0\d+", words):
        return words
    percent = words.endswith("%")
    stands = value == 0 and words in ("-", "–", "—")
    if not stands and not any(_rounds(value * scale, words) for scale in (1, 100)[: 1 + percent]):
        return words
    return shown(value, "0%" if percent and _rounds(value * 100, words) else "General")


def _rounds(value: float, words: str) -> bool:
    """Tell whether what is shown is a number, its decimals rounded."""
    found = _FIGURE.fullmatch(words)
    if not found:
        return False
    digits = re.sub(r"\s", "", found[1]).rstrip(".,")
    for point, thousands in ((".", ","), (",", ".")):
        plain = digits.replace(thousands, "").replace(point, ".")
        if plain.count(".") > 1:
            continue
        number = float(plain + (found[2] or ""))
        step = 10.0 ** (int((found[2] or "e0")[1:]) - len(plain.partition(".")[2]))
        if abs(abs(number) - abs(value)) <= step * 0.5000001:
            return True
    return False


def written(value: Any) -> str:
    """Write a cell as text; a date without a time has none.

    Examples
    --------
    >>> written(True), written(datetime.datetime(2024, 3, 31)), written("007")
    ('TRUE', '2024-03-31', '007')
    """
    if isinstance(value, Unseen):
        value = value.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)
