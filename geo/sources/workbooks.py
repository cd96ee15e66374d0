"""Tables in workbooks of any kind: which sheet, which header row, and cells as they are shown."""

import contextlib
import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell.read_only import EmptyCell
from pandas.io.parsers import TextParser

from geo.errors import FileError, examples
from geo.sources import ods_sheets, xls_sheets
from geo.sources.cells import Page, dated, shown, shown_text, written
from geo.sources.headers import header_among, unique
from geo.sources.text_files import HEADER_WITHIN, TOLD, Wanted
from geo.sources.unseen import Unseen, require_seen, unless_seen
from geo.sources.xlsx_parts import comments_of, hiding_rules, is_faint, rules_hide
from geo.vocabulary.column_names import is_identifier

_XLS = re.compile(rb"\xd0\xcf\x11\xe0|\x09[\x00\x02\x04\x08]")
"""How workbooks of Excel before 2007 begin."""
_UNCALCULATED = re.compile(
    rb'<c (?![^>]*t="str")[^>]*\br="([A-Z]+\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
"""A cell of xlsx with a formula and no value; one that gives an empty text is of type ``str``."""

_HIDDEN_ROW = re.compile(rb'<row [^>]*\bhidden="(?:1|true)"[^>]*(?<!/)>')
_HIDDEN_COLUMNS = re.compile(rb'<col [^>]*\bhidden="(?:1|true)"[^>]*>')
_ATTRIBUTE = re.compile(rb'\b(min|max)="(\d+)"')


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
def _pages(path: Path) -> Iterator[list[Page]]:
    """Open a workbook of whatever kind its first bytes say that it is."""
    content = path.read_bytes()
    kind = _kind_of(content)
    if kind == "xls":
        yield xls_sheets.pages(content)
    elif kind == "ods":
        yield ods_sheets.pages(content)
    else:
        with _damage_told():
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            hiding = hiding_rules(book)
        try:
            yield [_page(sheet, path, content, hiding) for sheet in book.worksheets]
        finally:
            book.close()


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """Raise ``ValueError`` for whatever openpyxl raises of content that it does not know."""
    try:
        yield
    except Exception as problem:
        raise ValueError(str(problem) or type(problem).__name__) from problem


def is_text(start: bytes) -> bool:
    r"""Tell whether what is called a workbook begins as text, such as CSV, and is none.

    Examples
    --------
    >>> is_text(b"LSOA21CD,rank"), is_text(b"PK\x03\x04"), is_text(b"\tLSOA21CD\trank")
    (True, False, True)
    """
    workbook = start.startswith(b"PK") or _XLS.match(start)
    return not workbook and not re.search(rb"[\x01-\x08\x0e-\x1f]", start)


def _kind_of(content: bytes) -> str:
    """Tell what a workbook is, whatever its name: ``xlsx``, ``xls`` or ``ods``."""
    if _XLS.match(content):
        return "xls"
    if not content.startswith(b"PK"):
        return "xlsx"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "ods" if "content.xml" in archive.namelist() else "xlsx"


def _page(sheet: Any, path: Path, content: bytes, hiding: set[str]) -> Page:
    sheet.reset_dimensions()  # some programs save a wrong extent of the sheet

    faint: dict[int, bool] = {}  # by the number of the style, of which a book has few

    def xml() -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(sheet._worksheet_path)

    def rows(last: int | None) -> Iterator[list[Any]]:
        if last is None:
            _require_calculated(xml(), f"{path} (sheet {sheet.title})")
        with _damage_told():
            for row in sheet.iter_rows(max_row=last):
                yield [_shown(cell, faint) for cell in row]

    def unseen(width: int) -> tuple[int, int]:
        cells = xml()
        columns = [dict(_ATTRIBUTE.findall(one)) for one in _HIDDEN_COLUMNS.findall(cells)]
        spans = [(int(one[b"min"]), min(int(one[b"max"]), width)) for one in columns]
        return len(_HIDDEN_ROW.findall(cells)), sum(max(0, to - at + 1) for at, to in spans)

    return Page(
        sheet.title,
        sheet.sheet_state != "visible",
        rows,
        unseen,
        lambda: comments_of(content, sheet._worksheet_path),
        lambda: rules_hide(xml(), hiding),
    )


def _require_calculated(cells: bytes, where: str) -> None:
    """Raise for formulas that no program has calculated, which openpyxl gives as blanks."""
    never = [cell.decode() for cell in _UNCALCULATED.findall(cells)]
    if never:
        raise FileError(
            f"{where} has formulas in {len(never)} cells that were never calculated "
            f"({examples(never)}); open and save it in a spreadsheet, and try again."
        )


def sheets_with(path: Path, wanted: Wanted) -> list[Sheet]:
    """List the sheets that have a header that is wanted; hidden ones only where no other has."""
    found = []
    with _pages(path) as pages:
        for page in pages:
            rows = (list(map(written, row)) for row in page.rows(HEADER_WITHIN))
            if (place := header_among(rows, wanted)) is not None:
                row, headers = place
                found.append(Sheet(page.title, row, tuple(headers), page.hidden))
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
            "workbook with the data, not its notes, and head the area codes by what they are, such "
            "as LSOA21CD (in a pivot table they stand below Row Labels)."
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
    with _pages(path) as pages:
        page = next(page for page in pages if page.title == sheet.title)
        rows = list(_all_rows(page, path))[sheet.row + 1 :]
        unseen = page.unseen(len(sheet.headers))
        comments, remark = page.comments(), page.remark
    where = f"{path} (sheet {sheet.title})"
    of_table = [at for at, header in enumerate(sheet.headers) if header]
    told = [require_seen(rows, comments, of_table, where, sheet.row + 1)]
    width = max(map(len, rows), default=0)
    headers = [*sheet.headers, *[""] * (width - len(sheet.headers))]
    while len(headers) > len(sheet.headers) and not any(
        len(row) >= len(headers) and row[len(headers) - 1] != "" for row in rows
    ):
        headers.pop()
    names = unique(headers, where)
    cells = [[*map(_plain, row), *[""] * (len(names) - len(row))][: len(names)] for row in rows]
    if as_text:
        return pd.DataFrame([list(map(written, row)) for row in cells], columns=names, dtype="str")
    texts = {name: "str" for name in names if is_identifier(name)}
    table = TextParser([names, *cells], header=0, dtype=texts).read()
    if any(unseen):
        told.append(
            f"{where} has {unseen[0]} hidden rows and {unseen[1]} hidden columns, which are read "
            "like the others; delete them if they are not meant."
        )
    told.append(f"{where} {remark}" if remark else "")
    if sheet.hidden:
        told.append(
            f"{where} is hidden and is read because no visible sheet fits; check that it is meant."
        )
    table.attrs[TOLD] = " ".join(filter(None, told))
    return table


def _plain(cell: Any) -> Any:
    """Give truth values as text, so that they do not become 1 and 0 among numbers."""
    if isinstance(cell, Unseen):
        return cell.value
    return written(cell) if isinstance(cell, bool) else cell


def rows_of(path: Path, sheet: Sheet) -> list[list[str]]:
    """Give all cells of a sheet as text, as Excel shows them."""
    with _pages(path) as pages:
        page = next(page for page in pages if page.title == sheet.title)
        return [list(map(written, row)) for row in _all_rows(page, path)]


def every_sheet(path: Path) -> list[tuple[str, list[list[str]]]]:
    """Give title and cells, as text, of each sheet, hidden ones too."""
    with _pages(path) as pages:
        return [
            (page.title, [list(map(written, row)) for row in _all_rows(page, path)])
            for page in pages
        ]


def _all_rows(page: Page, path: Path) -> Iterator[list[Any]]:
    """Give the rows of a sheet, of which no rule hides figures."""
    if page.rules_hide():
        raise FileError(
            f"{path} (sheet {page.title}) hides figures by conditional formatting, which would be "
            "read all the same; write the marks that are seen (such as * or c) into the cells, and "
            "save it again."
        )
    return page.rows(None)


def _shown(cell: Any, faint: dict[int, bool]) -> Any:
    """Give a cell of openpyxl as it is shown."""
    if isinstance(cell, EmptyCell) or cell.value is None:
        return ""
    style = cell._style_id
    if style not in faint:
        faint[style] = is_faint(cell)
    return unless_seen(_formatted(cell), hidden=True) if faint[style] else _formatted(cell)


def _formatted(cell: Any) -> Any:
    value, number_format = cell.value, cell.number_format or ""
    if isinstance(value, datetime.datetime):
        return dated(value, number_format)
    if isinstance(value, str):
        return shown_text(value, number_format)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return shown(value, number_format)
