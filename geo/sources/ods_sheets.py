"""Sheets of OpenDocument spreadsheets (``.ods``), as LibreOffice and publishers save them."""

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from geo.sources.cells import Page, as_written, shown

_IN = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _TEXT, _STYLE = (_IN % name for name in ("office", "table", "text", "style"))
_LARGEST = 1_000_000_000  # bytes of content, unpacked
_MOST = 30_000_000  # cells
_ROWS, _COLUMNS = 1_048_576, 16_384
_REPEATED = {"row": f"{_TABLE}number-rows-repeated", "cell": f"{_TABLE}number-columns-repeated"}


def pages(content: bytes) -> list[Page]:
    """List the sheets of a spreadsheet.

    Raises
    ------
    ValueError
        If it is too large to be a table.
    BadZipFile, KeyError, ParseError
        If it is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.getinfo("content.xml").file_size > _LARGEST:
            raise ValueError("it would unpack to more than 1 GB")
        with archive.open("content.xml") as file:
            return list(_pages(file))


def _pages(file: Any) -> Iterator[Page]:
    hidden_styles: set[str] = set()
    rows: list[list[Any]] = []
    blank, lines = 0, 0
    columns: list[bool] = []
    for event, element in ElementTree.iterparse(file, ("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                rows, blank, lines, columns = [], 0, 0, []
            continue
        if element.tag == f"{_STYLE}style":
            kept = element.find(f"{_STYLE}table-properties")
            if kept is not None and kept.get(f"{_TABLE}display") == "false":
                hidden_styles.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == f"{_TABLE}table-column":
            columns += [_is_hidden(element)] * _times(element, "cell", _COLUMNS)
        elif element.tag == f"{_TABLE}table-row":
            row, times = _row(element), _times(element, "row", _ROWS)
            unseen = _is_hidden(element)
            element.clear()
            if not row:  # blank rows at the end run down to the last of the sheet
                blank += times
                continue
            if (len(rows) + blank + times) * len(row) > _MOST:
                raise ValueError("it has too many cells")
            lines += times * unseen
            rows += [[] for _ in range(blank)] + [row] * times
            blank = 0
        elif element.tag == f"{_TABLE}table":
            linked = element.find(f"{_TABLE}table-source") is not None
            if not linked:  # what is kept of another file is no sheet of this one
                hidden = element.get(f"{_TABLE}style-name") in hidden_styles
                yield _page(element.get(f"{_TABLE}name", ""), hidden, rows, (lines, columns))
            element.clear()


def _page(title: str, hidden: bool, rows: list[list[Any]], unseen: tuple[int, list[bool]]) -> Page:
    lines, columns = unseen
    return Page(
        title, hidden, lambda last: iter(rows[:last]), lambda width: (lines, sum(columns[:width]))
    )


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get(f"{_TABLE}visibility", "visible") != "visible"


def _times(element: ElementTree.Element, what: str, most: int) -> int:
    return min(max(int(element.get(_REPEATED[what], "1")), 1), most)


def _row(element: ElementTree.Element) -> list[Any]:
    cells: list[Any] = []
    blank = 0
    for cell in element:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        value, times = _cell(cell), _times(cell, "cell", _COLUMNS)
        if value == "":
            blank += times
            continue
        cells += [""] * blank + [value] * times
        blank = 0
    return cells


def _cell(cell: ElementTree.Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type")
    if cell.tag == f"{_TABLE}covered-table-cell" or kind is None:
        return ""
    if kind in ("float", "currency", "percentage"):
        return _number(cell, percent=kind == "percentage")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        return datetime.datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", ""))
    return "\n".join(_words(part) for part in cell.findall(f"{_TEXT}p"))


def _number(cell: ElementTree.Element, *, percent: bool) -> Any:
    """Give a number as it is shown, of which some programs save no more than the number."""
    number = float(cell.get(f"{_OFFICE}value", "nan"))
    if not abs(number) < 1e300:
        return str(number)
    said = [_words(part) for part in cell.findall(f"{_TEXT}p")]
    return as_written(number, " ".join(said)) if said else shown(number, "0%" if percent else "")


def _words(part: ElementTree.Element) -> str:
    """Text of a paragraph, in which several blanks, tabs and line breaks are elements."""
    said = [part.text or ""]
    for inner in part:
        if inner.tag == f"{_TEXT}s":
            said.append(" " * min(int(inner.get(f"{_TEXT}c", "1")), 100))
        elif inner.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            said.append("\t" if inner.tag == f"{_TEXT}tab" else "\n")
        else:
            said.append(_words(inner))
        said.append(inner.tail or "")
    return "".join(said)
