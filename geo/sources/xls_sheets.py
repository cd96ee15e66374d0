"""Sheets of workbooks that Excel before 2007 saved (``.xls``)."""

import io
from typing import Any

import xlrd

from geo.sources.cells import Page, dated, shown, shown_text


def pages(content: bytes) -> list[Page]:
    """List the sheets of a workbook.

    Raises
    ------
    ValueError
        If it is damaged or encrypted; xlrd itself raises errors of every kind then.
    """
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=io.StringIO()
        )
        read = [(sheet, _rows(book, sheet)) for sheet in book.sheets()]
        hidden = [_hidden(sheet) for sheet, _ in read]
    except Exception as problem:
        raise ValueError(str(problem) or type(problem).__name__) from problem
    return [
        _page(sheet.name, sheet.visibility != 0, rows, *parts)
        for (sheet, rows), parts in zip(read, hidden, strict=True)
    ]


def _page(
    title: str, hidden: bool, rows: list[list[Any]], lines: list[int], columns: list[int]
) -> Page:
    def unseen(width: int) -> tuple[int, int]:
        return sum(at < len(rows) for at in lines), sum(at < width for at in columns)

    return Page(title, hidden, lambda last: iter(rows[:last]), unseen)


def _hidden(sheet: Any) -> tuple[list[int], list[int]]:
    """Give the numbers of the rows and columns that are hidden."""
    parts = (sheet.rowinfo_map, sheet.colinfo_map)
    rows, columns = ([at for at, one in part.items() if one.hidden] for part in parts)
    return rows, columns


def _rows(book: Any, sheet: Any) -> list[list[Any]]:
    return [[_cell(book, cell) for cell in sheet.row(at)] for at in range(sheet.nrows)]


def _cell(book: Any, cell: Any) -> Any:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if cell.ctype == xlrd.XL_CELL_DATE:
        day = xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
        return dated(day, _format(book, cell))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return shown(cell.value, _format(book, cell))
    return shown_text(cell.value, _format(book, cell))


def _format(book: Any, cell: Any) -> str:
    return str(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
