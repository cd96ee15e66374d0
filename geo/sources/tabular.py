"""Tables in CSV, Excel and Parquet files, read with clean headers and clear errors."""

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import FileError, examples

CSV, EXCEL, PARQUET = {".csv"}, {".xlsx", ".xlsm"}, {".parquet"}
SUFFIXES = CSV | EXCEL | PARQUET
_HEADER_WITHIN = 12  # rows of title and notes that may stand above a header in a workbook


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

    ``wanted`` tells whether a row can be the header; only workbooks, which may carry titles
    above the table and several sheets, need it. A workbook with no such row gives ``[]``.
    """
    with _clear_errors(path):
        if path.suffix.lower() in PARQUET:
            return [clean(name) for name in pq.read_schema(path).names]
        if path.suffix.lower() in EXCEL:
            return (_find_in_workbook(path, wanted) or ("", 0, []))[2]
        return [clean(name) for name in _read_csv(path, nrows=0).columns]


def read_table(path: Path, wanted: Callable[[Sequence[str]], bool]) -> pd.DataFrame:
    """Read a whole table under its cleaned headers.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, or of another kind.
    """
    path = require_file(path)
    with _clear_errors(path):
        if path.suffix.lower() in PARQUET:
            table = pd.read_parquet(path)
        elif path.suffix.lower() in EXCEL:
            found = _find_in_workbook(path, wanted)
            if found is None:
                raise FileError(
                    f"No sheet of {path} has a header row of the kind that is needed; give the "
                    "workbook with the data, not its notes."
                )
            table = pd.read_excel(path, sheet_name=found[0], header=found[1], engine="openpyxl")
        elif path.suffix.lower() in CSV:
            table = _read_csv(path)
        else:
            raise FileError(
                f"{path} is not a table this toolkit reads; give a {examples(sorted(SUFFIXES), 9)} "
                "file."
            )
    table.columns = [clean(name) for name in table.columns]
    if table.empty:
        raise FileError(f"{path} has a header but no rows; download or export it again.")
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()].unique()
        raise FileError(f"{path} has more than one column named {examples(twice)}; rename them.")
    return table


def _read_csv(path: Path, **options: Any) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig", **options)
    except UnicodeDecodeError:  # saved by Excel on Windows
        return pd.read_csv(path, encoding="cp1252", **options)


def _find_in_workbook(
    path: Path, wanted: Callable[[Sequence[str]], bool]
) -> tuple[str, int, list[str]] | None:
    """Find sheet, header row and headers of the first table in a workbook that is wanted."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for sheet in book.worksheets:
            for number, row in enumerate(sheet.iter_rows(max_row=_HEADER_WITHIN, values_only=True)):
                headers = [clean(cell) for cell in row if cell is not None]
                if wanted(headers):
                    return sheet.title, number, headers
        return None
    finally:
        book.close()


class _clear_errors:  # noqa: N801
    """Turn a reader's own exceptions into one plain sentence about the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        require_file(self.path)

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> None:
        damaged = (pa.ArrowException, zipfile.BadZipFile, pd.errors.ParserError, KeyError)
        if isinstance(problem, (*damaged, pd.errors.EmptyDataError, OSError, ValueError)):
            raise FileError(
                f"{self.path} cannot be read as a {self.path.suffix.lstrip('.').upper()} table "
                f"({clean(problem)[:120]}); it may be cut short or damaged, so download or export "
                "it again."
            ) from problem


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, whole or not at all; text cannot run as a spreadsheet formula."""
    text = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
    safe = table.assign(**{column: table[column].map(_safe) for column in text})
    beside = path.with_name(f".{path.name}.partial")
    try:
        safe.to_csv(beside, index=False, lineterminator="\n")
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise FileError(
            f"{path} cannot be written ({problem.strerror}); close it if it is open in another "
            "program, or choose another name."
        ) from problem


def _safe(cell: Any) -> Any:
    risky = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if risky else cell
