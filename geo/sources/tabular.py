"""Tables in CSV, Excel and Parquet files, read with clean headers and clear errors."""

import contextlib
import csv
import os
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import FileError, TableError, examples, without_figures
from geo.sources.readings import once
from geo.vocabulary.spreadsheets import safe_cells

CSV, EXCEL, PARQUET = {".csv"}, {".xlsx", ".xlsm"}, {".parquet"}
SUFFIXES = CSV | EXCEL | PARQUET
_HEADER_WITHIN = 12  # rows of title and notes that may stand above a header in a workbook
_TAIL = 65_536  # bytes at the end of a CSV file that surely hold its last row
DAMAGED = (
    pa.ArrowException,
    pd.errors.ParserError,
    pd.errors.EmptyDataError,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    OSError,
    EOFError,
    KeyError,
    ValueError,
)


def require_file(path: str | Path) -> Path:
    """Return ``path`` as a Path, or raise ``FileError`` if it is missing or empty."""
    path = Path(path)
    if not path.exists():
        raise FileError(f"There is no file {path}; check the name and the folder.")
    if path.is_file() and path.stat().st_size == 0:
        raise FileError(f"{path} is empty (0 bytes); download or export it again.")
    return path


def clean(header: object) -> str:
    r"""Collapse white space, line breaks and a byte-order mark out of a column header.

    Examples
    --------
    >>> clean("\ufeff LSOA code\n(2011) ")
    'LSOA code (2011)'
    """
    return re.sub(r"\s+", " ", str(header).replace("\ufeff", "")).strip()


def read_headers(path: Path, wanted: Callable[[Sequence[str]], bool]) -> list[str]:
    """Read the column headers of a table without reading the table.

    ``wanted`` tells whether a row can be the header; workbooks need it, which may carry titles
    above the table and several sheets. A workbook with no such row gives ``[]``.
    """
    path = require_file(path)
    with _clear_errors(path):
        if path.suffix.lower() in PARQUET:
            return [clean(name) for name in pq.read_schema(path).names]
        if path.suffix.lower() in EXCEL:
            return (_find_in_workbook(path, wanted) or ("", 0, []))[2]
        return [clean(name) for name in _read_csv(path, wanted, nrows=0).columns]


def read_table(path: Path, wanted: Callable[[Sequence[str]], bool]) -> pd.DataFrame:
    """Read a whole table under its cleaned headers.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, cut short, or of another kind.
    """
    path = require_file(path)
    with _clear_errors(path):
        place = None
        if path.suffix.lower() in EXCEL and (place := _find_in_workbook(path, wanted)) is None:
            raise FileError(
                f"No sheet of {path} has a header row of the kind that is needed; give the "
                "workbook with the data, not its notes."
            )
        sheet = None if place is None else place[:2]
        table = once(path, sheet, read=lambda: _parsed(path, sheet, wanted))
    table.columns = [clean(name) for name in table.columns]
    if table.empty:
        raise FileError(f"{path} has a header but no rows; download or export it again.")
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()].unique()
        raise FileError(f"{path} has more than one column named {examples(twice)}; rename them.")
    return table


def _parsed(
    path: Path, sheet: tuple[str, int] | None, wanted: Callable[[Sequence[str]], bool]
) -> pd.DataFrame:
    """Read a table as it stands in the file; of a workbook, from the header row of a sheet."""
    if sheet is not None:
        return pd.read_excel(path, sheet_name=sheet[0], header=sheet[1], engine="openpyxl")
    if path.suffix.lower() in PARQUET:
        table = pd.read_parquet(path)
        return table.reset_index() if any(n is not None for n in table.index.names) else table
    if path.suffix.lower() in CSV:
        table = _read_csv(path, wanted)
        _require_whole_end(path, len(table.columns))
        return table
    raise FileError(
        f"{path} is not a table this toolkit reads; give a {examples(sorted(SUFFIXES), 9)} file."
    )


def numbers(column: pd.Series, codes: pd.Series, *, where: str) -> pd.Series:
    """Read a column as numbers; commas between thousands (``32,844``) may stand in text.

    Missing values stay missing.

    Parameters
    ----------
    column, codes : Series
        The column, and on the same index the area codes to name in a message.
    where : str
        The file, for the message.

    Raises
    ------
    TableError
        If a value is no number, such as a sign for a suppressed figure.

    Examples
    --------
    >>> numbers(pd.Series(["32,844", "7"]), pd.Series(["E01000001", "E01000002"]), where="it")
    0    32844
    1        7
    dtype: int64
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column
    text = column.astype("str").str.strip()
    thousands = text.str.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", na=False)
    number = pd.to_numeric(text.mask(thousands, text.str.replace(",", "")), errors="coerce")
    wrong = number.isna() & column.notna() & (text != "")
    if wrong.any():
        pairs = zip(text[wrong], codes[wrong], strict=True)
        named = [f"{value!r} for {code}" for value, code in pairs]
        raise TableError(
            f"{len(named)} of {len(column)} rows in {where} have no number as {column.name} "
            f"({examples(named)}); give the figures, or take these rows out."
        )
    return number


def _read_csv(path: Path, wanted: Callable[[Sequence[str]], bool], **options: Any) -> pd.DataFrame:
    with path.open("rb") as file:
        start = file.read(_TAIL).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        raise FileError(
            f"{path} is a web page, not a table; open the address in a browser, sign in if it asks "
            "for that, and download the file again."
        )
    line = start.splitlines()[0].decode("cp1252", errors="replace") if start else ""
    for mark, words in ((";", "semicolons"), ("\t", "tabs")):
        if "," not in line and mark in line and wanted([clean(x) for x in line.split(mark)]):
            raise FileError(
                f"The columns of {path} are separated by {words}, and only commas are read; save "
                "it again as comma-separated CSV."
            )
    # index_col=False: otherwise a surplus comma at row ends moves every value one column on
    options = {"index_col": False, "low_memory": False} | options
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            return pd.read_csv(path, encoding="utf-8-sig", **options)
        except UnicodeDecodeError:
            return _read_windows_csv(path, options)


def _read_windows_csv(path: Path, options: dict[str, Any]) -> pd.DataFrame:
    """Read what Excel on Windows saves; its encoding takes nearly any bytes, but not all."""
    try:
        return pd.read_csv(path, encoding="cp1252", **options)
    except UnicodeDecodeError:
        raise FileError(
            f"{path} is not text in UTF-8 or Windows-1252, so not a CSV this toolkit reads; save "
            'it again as "CSV UTF-8".'
        ) from None


def _require_whole_end(path: Path, columns: int) -> None:
    """Raise if the last row of a CSV file breaks off; pandas would fill it with missing values."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL), os.SEEK_SET)
        end = file.read()
    if end.endswith((b"\n", b"\r")):
        return
    last = next(csv.reader([end.splitlines()[-1].decode("cp1252", errors="replace")]))
    if len(last) < columns:
        raise FileError(
            f"{path} breaks off in its last row, which has {len(last)} of {columns} columns; "
            "download or export it again."
        )


def _find_in_workbook(
    path: Path, wanted: Callable[[Sequence[str]], bool]
) -> tuple[str, int, list[str]] | None:
    """Find sheet, header row and headers of the first table in a workbook that is wanted."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs save a wrong extent of the sheet
            for number, row in enumerate(sheet.iter_rows(max_row=_HEADER_WITHIN, values_only=True)):
                headers = [clean(cell) for cell in row if cell is not None]
                if wanted(headers):
                    return sheet.title, number, headers
        return None
    finally:
        book.close()


@contextlib.contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    """Turn a reader's own exceptions into one plain sentence about the file."""
    try:
        with warnings.catch_warnings():
            # openpyxl remarks on styles and validation rules, which are not read
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            yield
    except pd.errors.ParserWarning as problem:
        raise FileError(
            f"Rows of {path} have more columns than its header; put cells that contain "
            "commas into quotes, or export it again."
        ) from problem
    except DAMAGED as problem:
        words = clean(problem)
        if not isinstance(problem, pd.errors.ParserError):  # that names a line
            words = without_figures(words)
        kind = {".csv": "CSV", ".parquet": "Parquet"}.get(path.suffix.lower(), "Excel")
        raise FileError(
            f"{path} cannot be read as {kind} "
            f"({words[:120].rstrip('. ')}); it may be cut short, damaged or of another "
            "kind, so download or export it again."
        ) from problem


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, whole or not at all; text cannot run as a spreadsheet formula."""
    if not path.parent.is_dir():
        raise FileError(f"There is no folder {path.parent} to write {path.name} to; make it first.")
    beside = path.with_name(f".{path.name}.partial")
    try:
        safe_cells(table).to_csv(beside, index=False, lineterminator="\n")
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise FileError(
            f"{path} cannot be written ({problem.strerror or problem}); close it if it is open in "
            "another program, or choose another name."
        ) from problem
