"""Sheets of OpenDocument spreadsheets (``.ods``), as LibreOffice and publishers save them."""

import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from geo.sources.cells import Page, as_written, shown
from geo.sources.ods_styles import Styles
from geo.sources.unseen import unless_seen

_IN = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _TEXT, _STYLE = (_IN % name for name in ("office", "table", "text", "style"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
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
        styles = Styles()
        if "styles.xml" in archive.namelist():
            for style in ElementTree.fromstring(archive.read("styles.xml")).iter(f"{_STYLE}style"):
                styles.add(style)
        with archive.open("content.xml") as file:
            return list(_pages(file, styles))


@dataclass
class _Sheet:
    """What is read of a sheet so far; ``columns`` are whether hidden, and the style of cells."""

    styles: Styles
    rows: list[list[Any]] = field(default_factory=list)
    blank: int = 0
    hidden_rows: int = 0
    columns: list[tuple[bool, str]] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    rules_hide: bool = False

    def add_column(self, element: ElementTree.Element) -> None:
        style = element.get(f"{_TABLE}default-cell-style-name", "")
        self.columns += [(_is_hidden(element), style)] * _times(element, "cell", _COLUMNS)

    def add_row(self, element: ElementTree.Element) -> None:
        row, times = self._cells(element), _times(element, "row", _ROWS)
        if not row:  # blank rows at the end run down to the last of the sheet
            self.blank += times
            return
        if (len(self.rows) + self.blank + times) * len(row) > _MOST:
            raise ValueError("it has too many cells")
        self.hidden_rows += times * _is_hidden(element)
        self.rows += [[] for _ in range(self.blank)] + [row] * times
        self.blank = 0

    def _cells(self, row: ElementTree.Element) -> list[Any]:
        cells: list[Any] = []
        blank = 0
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            value, times = self._seen(cell, len(cells) + blank), _times(cell, "cell", _COLUMNS)
            if value == "":
                blank += times
                continue
            cells += [""] * blank + [value] * times
            blank = 0
        return cells

    def _seen(self, cell: ElementTree.Element, column: int) -> Any:
        value = _cell(cell)
        if value == "":
            return value
        if (comment := cell.find(f"{_OFFICE}annotation")) is not None:
            said = comment.iter(f"{_TEXT}p")
            self.comments[len(self.rows) + self.blank, column] = " ".join(map(_words, said))
        of_column = self.columns[column][1] if column < len(self.columns) else ""
        style = cell.get(f"{_TABLE}style-name", of_column)
        self.rules_hide |= self.styles.rules_hide(style)
        return unless_seen(value, hidden=self.styles.faint(style))

    def page(self, title: str, *, hidden: bool) -> Page:
        def unseen(width: int) -> tuple[int, int]:
            return self.hidden_rows, sum(off for off, _ in self.columns[:width])

        return Page(
            title,
            hidden,
            lambda last: iter(self.rows[:last]),
            unseen,
            lambda: self.comments,
            lambda: self.rules_hide,
        )


def _pages(file: Any, styles: Styles) -> Iterator[Page]:
    hidden_styles: set[str] = set()
    sheet = _Sheet(styles)
    for event, element in ElementTree.iterparse(file, ("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                sheet = _Sheet(styles)
            continue
        if element.tag == f"{_STYLE}style":
            styles.add(element)
            kept = element.find(f"{_STYLE}table-properties")
            if kept is not None and kept.get(f"{_TABLE}display") == "false":
                hidden_styles.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == f"{_TABLE}table-column":
            sheet.add_column(element)
        elif element.tag == f"{_TABLE}table-row":
            sheet.add_row(element)
            element.clear()
        elif element.tag == f"{_CALC}condition":
            sheet.rules_hide |= styles.faint(element.get(f"{_CALC}apply-style-name", ""))
        elif element.tag == f"{_TABLE}table":
            linked = element.find(f"{_TABLE}table-source") is not None
            if not linked:  # what is kept of another file is no sheet of this one
                off = element.get(f"{_TABLE}style-name") in hidden_styles
                yield sheet.page(element.get(f"{_TABLE}name", ""), hidden=off)
            element.clear()


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get(f"{_TABLE}visibility", "visible") != "visible"


def _times(element: ElementTree.Element, what: str, most: int) -> int:
    return min(max(int(element.get(_REPEATED[what], "1")), 1), most)


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
