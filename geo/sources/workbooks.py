"""Tables in Excel workbooks: which sheet, which header row, and cells as Excel shows them."""

import contextlib
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell.read_only import EmptyCell
from pandas.io.parsers import TextParser

from geo.errors import FileError, examples
from geo.sources.headers import header_among, unique
from geo.sources.text_files import HEADER_WITHIN, Wanted


@dataclass(frozen=True)
class Sheet:
    """Where a table begins in a workbook.

    Attributes
    ----------
    title : str
    row : int
        Row of the header, counted from 0.
    headers : tuple of str
        Cleaned; empty where a column has none.
    hidden : bool
    """

    title: str
    row: int
    headers: tuple[str, ...]
    hidden: bool


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs save a wrong extent of the sheet
        yield book
    finally:
        book.close()


def sheets_with(path: Path, wanted: Wanted) -> list[Sheet]:
    """List the sheets that have a header that is wanted; hidden ones only where no other has."""
    found = []
    with _opened(path) as book:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True)
            if (place := header_among(rows, wanted)) is not None:
                row, headers = place
                hidden = sheet.sheet_state != "visible"
                found.append(Sheet(sheet.title, row, tuple(headers), hidden))
    return [one for one in found if not one.hidden] or found


def the_one(sheets: Sequence[Sheet], path: Path) -> Sheet:
    """Pick the only sheet that fits.

    Raises
    ------
    FileError
        If there is none, or several do.
    """
    if not sheets:
        raise FileError(
            f"No sheet of {path} has a header row of the kind that is needed; give the "
            "workbook with the data, not its notes."
        )
    if len(sheets) > 1:
        raise FileError(
            f"{len(sheets)} sheets of {path} could be the table "
            f"({examples((one.title for one in sheets), 9)}); keep the one that is meant in a "
            "workbook of its own, or hide the others."
        )
    return sheets[0]


def read_sheet(path: Path, sheet: Sheet, *, as_text: bool = False) -> pd.DataFrame:
    """Read the rows below the header of a sheet.

    Parameters
    ----------
    path : Path
    sheet : Sheet
        From ``sheets_with``.
    as_text : bool
        Whether to give every cell as text, as Excel shows it, and blanks as ``""``; else numbers
        are numbers, dates dates and blanks missing. Percentages are text such as ``"12.5%"``.
    """
    with _opened(path) as book:
        rows = [
            [_shown(cell) for cell in row]
            for row in book[sheet.title].iter_rows(min_row=sheet.row + 2)
        ]
    width = max(map(len, rows), default=0)
    headers = [*sheet.headers, *[""] * (width - len(sheet.headers))]
    while len(headers) > len(sheet.headers) and not any(
        len(row) >= len(headers) and row[len(headers) - 1] != "" for row in rows
    ):
        headers.pop()
    names = unique(headers, f"{path} (sheet {sheet.title})")
    cells = [[*row, *[""] * (len(names) - len(row))][: len(names)] for row in rows]
    if as_text:
        return pd.DataFrame([list(map(_as_text, row)) for row in cells], columns=names, dtype="str")
    return TextParser([names, *cells], header=0).read()


def rows_of(path: Path, sheet: Sheet) -> list[list[str]]:
    """Give all cells of a sheet as text, as Excel shows them."""
    with _opened(path) as book:
        return [[_as_text(_shown(cell)) for cell in row] for row in book[sheet.title].iter_rows()]


def _shown(cell: Any) -> Any:
    """Give a cell as it is shown: 0.125 in the format 0.0% is ``12.5%``, 3.0 is 3."""
    if isinstance(cell, EmptyCell) or cell.value is None:
        return ""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if "%" in (cell.number_format or ""):
        return f"{round(value * 100, 10):g}%" if abs(value) < 1e4 else value
    return int(value) if value == int(value) else value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)
