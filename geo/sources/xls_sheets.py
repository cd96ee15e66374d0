"""Sheets of workbooks that Excel before 2007 saved (``.xls``)."""

import io
import re
from typing import Any

import xlrd

from geo.sources.cells import Page, dated, shown, shown_text
from geo.sources.unseen import unless_seen

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_RULES = (
    "has conditional formats, which are not read from .xls; if they hide figures, write the marks "
    "that are seen into the cells, or save it as .xlsx, in which such formats are found."
)
_IGNORED_RULES = re.compile(r"Ignoring CONDFMT.*\n\*\*\* in Sheet (\d+) ")


def pages(content: bytes) -> list[Page]:
    """List the sheets of a workbook.

    Raises
    ------
    ValueError
        If it is damaged or encrypted; xlrd itself raises errors of every kind then.
    """
    try:
        said = io.StringIO()
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=said, verbosity=1
        )
        read = [(sheet, _rows(book, sheet)) for sheet in book.sheets()]
        hidden = [_hidden(sheet) for sheet, _ in read]
    except Exception as problem:
        raise ValueError(str(problem) or type(problem).__name__) from problem
    with_rules = {int(found) for found in _IGNORED_RULES.findall(said.getvalue())}
    return [
        _page(sheet, rows, parts, rules=sheet.number in with_rules)
        for (sheet, rows), parts in zip(read, hidden, strict=True)
    ]


def _page(
    sheet: Any, rows: list[list[Any]], hidden: tuple[list[int], list[int]], *, rules: bool
) -> Page:
    lines, columns = hidden

    def unseen(width: int) -> tuple[int, int]:
        return sum(at < len(rows) for at in lines), sum(at < width for at in columns)

    return Page(
        sheet.name,
        sheet.visibility != 0,
        lambda last: iter(rows[:last]),
        unseen,
        lambda: {at: note.text for at, note in sheet.cell_note_map.items()},
        remark=_RULES if rules else "",
    )


def _hidden(sheet: Any) -> tuple[list[int], list[int]]:
    """Give the numbers of the rows and columns that are hidden."""
    parts = (sheet.rowinfo_map, sheet.colinfo_map)
    rows, columns = ([at for at, one in part.items() if one.hidden] for part in parts)
    return rows, columns


def _rows(book: Any, sheet: Any) -> list[list[Any]]:
    faint = [_is_faint(book, style) for style in book.xf_list]

    def seen(cell: Any) -> Any:
        value = _cell(book, cell)
        return value if value == "" else unless_seen(value, hidden=faint[cell.xf_index])

    return [list(map(seen, sheet.row(at))) for at in range(sheet.nrows)]


def _is_faint(book: Any, style: Any) -> bool:
    """Tell whether a style has the font in the colour of its background, of which none is white."""
    fill = style.background
    if fill.fill_pattern > 1 or style.font_index >= len(book.font_list):
        return False
    font = book.colour_map.get(book.font_list[style.font_index].colour_index) or _BLACK
    behind = book.colour_map.get(fill.pattern_colour_index) or _BLACK
    return font == (behind if fill.fill_pattern else _WHITE)


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
