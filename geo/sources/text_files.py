"""Tables in text files: which encoding and separator they have, and where their header is."""

import codecs
import contextlib
import csv
import io
import os
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import FileError, examples
from geo.sources.headers import NO_HEADER, header_among, standard, unique
from geo.vocabulary.column_names import is_identifier

Wanted = Callable[[Sequence[str]], bool]
_HEAD = 1_000_000  # bytes that surely hold the first rows
_TAIL = 65_536  # bytes at the end that surely hold the last row
TOLD = "told"
"""Key of a table's ``attrs`` with a sentence on what was read in one way and may mean another."""
HEADER_WITHIN = 20  # rows of title and notes that may stand above a header
_SEPARATORS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Layout:
    """How a table lies in a text file.

    Attributes
    ----------
    encoding, separator : str
    lines : int
        Lines down to the header, and with it.
    headers : tuple of str
        Cleaned, as they stand: empty or twice where they are so in the file.
    wanted : bool
        Whether the header is one that was looked for; else it is the first row.
    """

    encoding: str
    separator: str
    lines: int
    headers: tuple[str, ...]
    wanted: bool = field(compare=False)


def layout_of(path: Path, wanted: Wanted) -> Layout:
    """Find encoding, separator and header of a table in a text file.

    Raises
    ------
    FileError
        If the file is a web page, or each of its rows is one text in quotes.
    """
    with path.open("rb") as file:
        start = file.read(_HEAD)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start[:2000]:
        raise FileError(
            f"{path} is a spreadsheet saved as XML, which is not read; open it and save it as "
            ".xlsx."
        )
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FileError(
            f"{path} is a web page, not a table; open the address in a browser, sign in if it asks "
            "for that, and download the file again."
        )
    if start.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):  # UTF-32
        raise _not_text(path)
    encoding = _encoding(start)
    text = _decoded(start, encoding)
    told = re.match(r"\ufeff?\"?sep=(.)\"?[\r\n]+", text)
    tried = (
        _layout(text, encoding, separator, wanted, 1 if told else 0)
        for separator in ([told[1]] if told else _SEPARATORS)
    )
    found = [layout for layout in tried if layout is not None]
    fitting = [layout for layout in found if layout.wanted]
    if fitting:
        return max(fitting, key=lambda layout: len(layout.headers))
    if found and len(found[0].headers) == 1 and wanted(found[0].headers[0].split(",")):
        raise FileError(
            f"Each row of {path} is one text in quotes, so that it has a single column; open it in "
            "a spreadsheet, divide the column at its commas and save it as CSV again."
        )
    return found[0] if found else Layout(encoding, ",", 0, (), False)


def _decoded(content: bytes, encoding: str) -> str:
    """Decode text; a mark of UTF-8 says nothing where other bytes are not of UTF-8."""
    return content.removeprefix(codecs.BOM_UTF8).decode(encoding, errors="replace")


def _encoding(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding, high in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if high.count(0) > len(start) // 4:
            return encoding
    try:
        start[: -4 if len(start) == _HEAD else None].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _layout(text: str, encoding: str, separator: str, wanted: Wanted, skip: int) -> Layout | None:
    """Find the first row that is wanted, or else the first row; None if there is none."""
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator)
    rows, ends = [], []
    with contextlib.suppress(csv.Error):  # a line that is one long cell, under this separator
        for row in islice(reader, HEADER_WITHIN + skip):
            rows.append(row)
            ends.append(reader.line_num)
    filled = [at for at, row in enumerate(rows) if at >= skip and any(map(str.strip, row))]
    if not filled:
        return None
    place = header_among(rows[skip:], wanted)
    at = filled[0] if place is None else place[0] + skip
    # a comma at the end of every row makes a column without a header
    headers = tuple(standard(rows[at]))
    return Layout(encoding, separator, ends[at], headers, place is not None)


def read_text(path: Path, layout: Layout, *, as_text: bool = False) -> pd.DataFrame:
    """Read the rows below a header.

    Parameters
    ----------
    path : Path
    layout : Layout
        From ``layout_of``.
    as_text : bool
        Whether to give every cell as it stands; else numbers are numbers and blanks missing.

    Raises
    ------
    FileError
        If a row breaks off or the encoding is none that is read.
    """
    names = unique(layout.headers, str(path))
    encoding = layout.encoding
    try:
        table = _read(path, layout, names, encoding, as_text)
    except UnicodeDecodeError:
        if encoding != "utf-8-sig":
            raise _not_text(path) from None
        try:
            encoding = "cp1252"
            table = _read(path, layout, names, encoding, as_text)
        except UnicodeDecodeError:
            raise _not_text(path) from None
    _require_whole_end(path, layout, len(names))
    if told := _short_rows(table, path, layout, encoding):
        table.attrs[TOLD] = told
    return table


def _short_rows(table: pd.DataFrame, path: Path, layout: Layout, encoding: str) -> str:
    """Tell rows with fewer cells than the header, which pandas fills up with missing values.

    Spreadsheets leave off the blank cells at the end of a row; but where all other rows end in a
    figure, a cell was lost, and the others may stand under wrong headers.
    """
    named = [header for header in table.columns if not str(header).startswith(NO_HEADER)]
    width = table.columns.get_loc(named[-1]) + 1 if named else 0
    if width < 2 or not (table[named[-1]].isna() | table[named[-1]].eq("")).any():
        return ""
    with path.open(encoding=encoding, newline="") as file:
        for _ in range(layout.lines):
            file.readline()
        rows = [row for row in csv.reader(file, delimiter=layout.separator) if row]
    short = [at for at, row in enumerate(rows, 1) if 1 < len(row) < width and _has_code(row)]
    if not short:
        return ""
    said = (
        f"{len(short)} of {len(rows)} rows of {path} have fewer cells than the header (data "
        f"{'row' if len(short) == 1 else 'rows'} {examples(short)})"
    )
    if any(len(row) >= width and not row[width - 1].strip() for row in rows):
        return f"{said}; those that lack at the end are read as blank."
    raise FileError(
        f"{said}, and no other row ends in a blank, so that a cell is lost there and others may "
        "stand under a wrong header; complete these rows, or export the file again."
    )


def _has_code(row: Sequence[str]) -> bool:
    """Tell a row of areas from what is written below a table."""
    return any(re.match(r"\s*[A-Z]\d{8}\b", cell, re.IGNORECASE) for cell in row)


def _read(
    path: Path, layout: Layout, names: list[str], encoding: str, as_text: bool
) -> pd.DataFrame:
    plain: dict[str, Any] = {"dtype": {name: "str" for name in names if is_identifier(name)}}
    if as_text:
        plain = {"dtype": "str", "keep_default_na": False, "na_filter": False}
    with path.open(encoding=encoding, newline="") as file, warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        for _ in range(layout.lines):
            file.readline()
        # index_col=False: otherwise a surplus comma at row ends moves every value one column on
        return pd.read_csv(
            file,
            sep=layout.separator,
            header=None,
            names=names,
            index_col=False,
            low_memory=False,
            **plain,
        )


def rows_of(path: Path) -> list[list[str]]:
    """Give all cells of a text file as they stand, under the separator that most rows have.

    Of several the comma comes last, which stands in numbers too.
    """
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode(_encoding(content[:_HEAD]))
    except UnicodeDecodeError:
        text = _decoded(content, "cp1252")
    tried = [
        list(csv.reader(io.StringIO(text, newline=None), delimiter=separator))
        for separator in reversed(_SEPARATORS)
    ]
    return max(tried, key=lambda rows: sum(len(row) > 1 for row in rows))


def _not_text(path: Path) -> FileError:
    return FileError(
        f"{path} is not text in UTF-8, UTF-16 or Windows-1252, so not a CSV this toolkit reads; "
        'save it again as "CSV UTF-8".'
    )


def _require_whole_end(path: Path, layout: Layout, columns: int) -> None:
    """Raise if the last row breaks off; pandas would fill it with missing values."""
    wide = 2 if layout.encoding.startswith("utf-16") else 1
    with path.open("rb") as file:
        big = layout.encoding == "utf-16-be" or file.read(2) == b"\xfe\xff"
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size // wide * wide - _TAIL), os.SEEK_SET)
        end = file.read()
    order = "utf-16-be" if big else "utf-16-le"
    text = end.decode(order if wide == 2 else "cp1252", errors="replace")
    if text.endswith(("\n", "\r")):
        return
    last = next(csv.reader([text.splitlines()[-1]], delimiter=layout.separator))
    if 1 < len(last) < columns or (len(last) == 1 and columns > 1 and " " not in last[0].strip()):
        raise FileError(
            f"{path} breaks off in its last row, which has {len(last)} of {columns} columns; "
            "download or export it again."
        )
