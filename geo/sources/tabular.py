"""Tables in text, Excel and Parquet files, read with clean headers and clear errors."""

import contextlib
import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import (
    FileError,
    TableError,
    examples,
    not_written,
    require_memory,
    without_figures,
)
from geo.sources import text_files, workbooks, zips
from geo.sources.foreign_numbers import (
    require_decimal_points,
    require_whole_counts,
)
from geo.sources.headers import standard, unique
from geo.sources.readings import once, tell
from geo.sources.surroundings import REPAIRED, without_surroundings
from geo.sources.text_files import Layout, Wanted, layout_of, read_text
from geo.sources.workbooks import Sheet, read_sheet, sheets_with, the_one
from geo.vocabulary.column_names import clean
from geo.vocabulary.spreadsheets import safe_cells

CSV, EXCEL, PARQUET = {".csv"}, {".xlsx", ".xlsm"}, {".parquet"}
TEXT = CSV | {".tsv", ".txt"}
WORKBOOKS = EXCEL | {".xls", ".ods"}
SUFFIXES = TEXT | WORKBOOKS | PARQUET
OTHER_SPREADSHEETS = {".xlsb", ".numbers"}
_WORDS = dict.fromkeys(WORKBOOKS, "Excel") | {".ods": "OpenDocument", ".parquet": "Parquet"}
DAMAGED = (
    pa.ArrowException,
    pd.errors.ParserError,
    pd.errors.EmptyDataError,
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    OSError,
    EOFError,
    RuntimeError,  # of zipfile, for what is encrypted or packed unusually
    KeyError,
    ValueError,
)


def require_file(path: str | Path) -> Path:
    """Return ``path`` as a Path, or raise ``FileError`` if it is missing, empty or a folder."""
    path = Path(path)
    if not path.exists():
        raise FileError(f"There is no file {path}; check the name and the folder.")
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise FileError(f"{path} is a folder; give the file in it that is meant.")
    if path.is_file() and path.stat().st_size == 0:
        raise FileError(f"{path} is empty (0 bytes); download or export it again.")
    return path


def read_headers(path: Path, wanted: Wanted) -> list[str]:
    """Read the column headers of a table without reading the table.

    ``wanted`` tells whether a row can be the header, under titles and in one of several sheets. A
    workbook with no such row gives ``[]``, a text file its first row.
    """
    path = require_file(path)
    with _clear_errors(path):
        source = _source(path)
        if _kind(source) == "Parquet":
            with source.open("rb") as file:
                return standard(pq.read_schema(file).names)
        if _kind(source) == "spreadsheet":
            found = sheets_with(source, wanted)
            return [header for header in found[0].headers if header] if found else []
        return [header for header in layout_of(source, wanted).headers if header]


def headers_by_sheet(path: Path, wanted: Wanted) -> dict[str, tuple[str, ...]]:
    """Read the headers of each sheet that has a row that is wanted; of another file, as of one.

    The title of what is no workbook is empty. Errors are those of ``read_headers``.
    """
    path = require_file(path)
    with _clear_errors(path):
        source = _source(path)
        if _kind(source) == "spreadsheet":
            return {one.title: one.headers for one in sheets_with(source, wanted)}
    headers = tuple(read_headers(path, wanted))
    return {"": headers} if wanted(headers) else {}


def read_table(
    path: Path, wanted: Wanted, *, sheets_are: Callable[[Sequence[Sheet]], str] = lambda _: ""
) -> pd.DataFrame:
    """Read a whole table under its cleaned headers, without blank rows and notes below.

    Parameters
    ----------
    path : Path
    wanted : callable
        Tells whether a row can be the header.
    sheets_are : callable, optional
        Names the column for the titles of sheets, where several have the same header and are to
        be read together; else several are refused.

    Returns
    -------
    DataFrame
        ``attrs["repaired"]`` tells what was repaired.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, cut short, or of another kind; if a header stands
        twice, or several sheets could be the table.
    """
    path = require_file(path)
    with _clear_errors(path):
        source = _source(path)
        if _kind(source) == "spreadsheet":
            table = _read_workbook(path, source, wanted, sheets_are)
        else:
            table = _once(path, source, _part(source, wanted))
    if table.empty:
        raise FileError(f"{path} has a header but no rows; download or export it again.")
    return table


def read_cells(path: Path, wanted: Wanted, *, sheet: str | None = None) -> pd.DataFrame:
    """Read a table with every cell as the text that stands in the file, but wholly blank rows.

    ``sheet`` is the title of that of a workbook, where several may be wanted. Errors are those of
    ``read_table``.
    """
    path = require_file(path)
    with _clear_errors(path):
        source = _source(path)
        kind = _kind(source)
        if kind == "Parquet":
            table = _parsed(source, None)
        elif kind == "spreadsheet":
            found = [one for one in sheets_with(source, wanted) if sheet in (None, one.title)]
            table = read_sheet(source, the_one(found, source), as_text=True)
        else:
            table = read_text(source, _text_part(source, wanted), as_text=True)
    if kind != "Parquet":
        table = table[table.apply(lambda cells: cells.str.strip().ne("")).any(axis=1)]
        table = table.reset_index(drop=True)
    if table.empty:
        raise FileError(f"{path} has a header but no rows; download or export it again.")
    return table


def read_rows(path: Path, wanted: Wanted) -> list[list[str]]:
    """Read all cells of a table as text, with what stands above and below it.

    Parameters and errors are those of ``read_cells``.
    """
    path = require_file(path)
    with _clear_errors(path):
        source = _source(path)
        if _kind(source) == "Parquet":
            table = _parsed(source, None)
            return [list(table.columns), *table.astype("str").fillna("").to_numpy().tolist()]
        if _kind(source) == "spreadsheet":
            return workbooks.rows_of(source, the_one(sheets_with(source, wanted), source))
        _text_part(source, wanted)  # refuses what is no table
        return text_files.rows_of(source)


def is_table(path: Path) -> bool:
    """Tell whether a file is of a kind that holds a table, or a zip with one."""
    if not zips.is_zip(path):
        return path.suffix.lower() in SUFFIXES
    with contextlib.suppress(FileError):  # which reading it tells
        return len(zips.names_in(path, SUFFIXES)) == 1
    return True


def _source(path: Path) -> Path:
    """Tell what is to be opened: the file, or the one table in a zip."""
    return zips.the_table_in(path, SUFFIXES) if zips.is_zip(path) else path


def _kind(source: Path) -> str:
    """Tell what a table is by its name; a spreadsheet that is text by its content."""
    if source.suffix.lower() in PARQUET:
        return "Parquet"
    if source.suffix.lower() not in WORKBOOKS:
        return "CSV"
    with source.open("rb") as file:
        return "CSV" if workbooks.is_text(file.read(4096)) else "spreadsheet"


def _read_workbook(
    path: Path, source: Path, wanted: Wanted, sheets_are: Callable[[Sequence[Sheet]], str]
) -> pd.DataFrame:
    found = sheets_with(source, wanted)
    several = len(found) > 1 and len({one.headers for one in found}) == 1
    column = sheets_are(found) if several else ""
    if not column:
        return _once(path, source, the_one(found, source))
    parts = [_once(path, source, one).assign(**{column: one.title}) for one in found]
    table = pd.concat(parts, ignore_index=True)
    table.attrs[REPAIRED] = [words for part in parts for words in part.attrs[REPAIRED]]
    table.attrs[REPAIRED].append(
        f"{len(found)} sheets of {source} are read together, each as the {column} that its title "
        f"names ({examples([one.title for one in found], 9)})."
    )
    return table


def _part(path: Path, wanted: Wanted) -> Layout | None:
    return None if path.suffix.lower() in PARQUET else _text_part(path, wanted)


def _text_part(path: Path, wanted: Wanted) -> Layout:
    if path.suffix.lower() in OTHER_SPREADSHEETS:
        raise FileError(
            f"{path} is a spreadsheet of a kind that is not read; open it and save it as .xlsx or "
            ".csv."
        )
    if path.suffix.lower() not in TEXT | WORKBOOKS:
        raise FileError(
            f"{path} is not a table this toolkit reads; give a {examples(sorted(SUFFIXES), 9)} "
            "file."
        )
    return layout_of(path, wanted)


def _once(path: Path, source: Path, part: Layout | Sheet | None) -> pd.DataFrame:
    return once(path, part, read=lambda: _parsed(source, part))


def _parsed(path: Path, part: Layout | Sheet | None) -> pd.DataFrame:
    """Read one table of a file: of a workbook a sheet, of text what lies below its header."""
    told = ""
    if isinstance(part, Sheet):
        table = read_sheet(path, part)
    elif part is not None:
        table = read_text(path, part)
    else:
        table, told = _read_parquet(path.read_bytes(), path)
        if any(name is not None for name in table.index.names):
            table = table.reset_index()
        table.columns = unique(standard(table.columns), str(path))
    semicolons = isinstance(part, Layout) and part.separator == ";"
    require_decimal_points(table, str(path), any_comma=semicolons)
    if isinstance(part, Layout):
        require_whole_counts(table, str(path), lambda: read_text(path, part, as_text=True))
    unseen = table.attrs.get(text_files.TOLD, told)
    table = without_surroundings(table, str(path))
    table.attrs[REPAIRED] += [unseen] if unseen else []
    tell(table.attrs[REPAIRED])
    return table


def _read_parquet(content: bytes, path: Path) -> tuple[pd.DataFrame, str]:
    """Read a Parquet file without columns of bytes, such as shapes, and tell which these are."""
    table = pd.read_parquet(io.BytesIO(content))
    fields = pq.read_schema(io.BytesIO(content))
    kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    shapes = [one.name for one in fields if any(of(one.type) for of in kinds) and one.name in table]
    told = f"The columns {examples(shapes)} of {path} hold shapes, not figures, and are left out."
    return table.drop(columns=shapes), told if shapes else ""


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
        If a value is no number, such as a sign for a suppressed figure, or infinite.

    Examples
    --------
    >>> numbers(pd.Series(["32,844", "7"]), pd.Series(["E01000001", "E01000002"]), where="it")
    0    32844
    1        7
    dtype: int64
    """
    kind = pd.api.types
    if kind.is_numeric_dtype(column) and not kind.is_bool_dtype(column):
        if not column.isin([np.inf, -np.inf]).any():
            return column
        column = column.astype("object")
    text = column.astype("str").str.strip()
    thousands = text.str.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", na=False)
    number = pd.to_numeric(text.mask(thousands, text.str.replace(",", "")), errors="coerce")
    infinite = number.isin([np.inf, -np.inf])
    wrong = infinite | (number.isna() & column.notna() & (text != ""))
    if wrong.any():
        pairs = zip(text[wrong], codes[wrong], strict=True)
        named = [f"{value!r} for {code}" for value, code in pairs]
        raise TableError(
            f"{len(named)} of {len(column)} rows in {where} have no number as {column.name} "
            f"({examples(named)}); give the figures, or take these rows out."
        )
    return number


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
        require_memory(problem)
        kind = _WORDS.get(path.suffix.lower(), "CSV")
        raise FileError(
            f"{path} cannot be read as {kind} ({_in_words(problem)}); it may be cut short, damaged "
            "or of another kind, so download or export it again."
        ) from problem


def _in_words(problem: Exception) -> str:
    words = clean(problem)
    if "field limit" in words or "EOF inside string" in words:
        row = re.search(r"starting at row (\d+)", words)
        where = f" in data row {int(row[1]) + 1}" if row else ""
        return f"a quotation mark opens a cell{where} and none closes it"
    if not isinstance(problem, pd.errors.ParserError):  # that names a line
        words = without_figures(words)
    return words[:120].rstrip(". ")


def write_csv(table: pd.DataFrame, path: Path, *, signed_numbers: bool = False) -> None:
    """Write a table as CSV, whole or not at all; text cannot run as a spreadsheet formula.

    ``signed_numbers`` is that of ``safe_cells``.
    """
    if not path.parent.is_dir():
        raise FileError(f"There is no folder {path.parent} to write {path.name} to; make it first.")
    beside = path.with_name(f".{path.name}.partial")
    try:
        safe_cells(table, signed_numbers=signed_numbers).to_csv(
            beside, index=False, lineterminator="\n"
        )
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise not_written(path, problem) from problem
