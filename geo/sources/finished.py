"""Finished tables of any folder, as an outsider reads them: who made them does not matter."""

import csv
import itertools
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.errors import FileError, TableError, examples, require_memory
from geo.notes import Notes, note
from geo.sources import text_files, workbooks
from geo.sources.indicators.symbols import figures
from geo.sources.tabular import DAMAGED, EXCEL, PARQUET, SUFFIXES, TEXT, WORKBOOKS
from geo.vocabulary.column_names import clean

GEOPACKAGE = {".gpkg"}
_TITLES_WITHIN = 30
_UNREAD = {
    ".zip": "unpack it into the folder",
    ".xlsb": "save it as .xlsx",
    ".numbers": "save it as .xlsx",
}
"""Files that may hold tables, and what to do to have them read."""
_DAMAGED = (*DAMAGED, csv.Error, RuntimeError)


@dataclass(frozen=True)
class FinishedTable:
    """One table of a file: a CSV, a sheet or a layer.

    Attributes
    ----------
    where : str
        File, and sheet or layer where it has several.
    cells : DataFrame
        Its cells as text, under its headers; blank where there is nothing.
    """

    where: str
    cells: pd.DataFrame


def finished_tables(folder: Path, notes: Notes | None = None) -> list[FinishedTable]:
    """Read every text table, spreadsheet, Parquet file and GeoPackage below a folder.

    Parameters
    ----------
    folder : Path
    notes : list of str, optional
        Takes which files cannot be read; told as a ``GeoWarning`` where not given.

    Raises
    ------
    FileError
        If there is no such folder, or no table in it.
    """
    if not folder.is_dir():
        raise FileError(f"There is no folder {folder}; name one with tables in it.")
    known = SUFFIXES | GEOPACKAGE
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in _UNREAD:
            note(notes, f"{name} is not read, and so not audited; {_UNREAD[path.suffix.lower()]}.")
        if path.suffix.lower() not in known:
            continue
        try:
            found += [FinishedTable(*one) for one in _tables_in(path, name)]
        except _DAMAGED as problem:
            require_memory(problem)
            note(notes, f"{name} cannot be read ({type(problem).__name__}) and is not audited.")
    if not found:
        raise FileError(
            f"No table in {folder}; give a folder with {examples(sorted(known), 9)} files."
        )
    return found


def _tables_in(path: Path, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    suffix = path.suffix.lower()
    if suffix in TEXT:
        yield from _under_header(_text_lines(path), name)
    elif suffix in PARQUET:
        table = pd.read_parquet(path)
        yield name, table.astype(object).map(_text).set_axis(map(clean, table.columns), axis=1)
    elif suffix in WORKBOOKS - EXCEL:
        for title, rows in workbooks.every_sheet(path):
            yield from _under_header(_cleaned(rows), f"{name}, sheet {title}")
    elif suffix in EXCEL:
        import openpyxl

        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                lines = [list(map(_text, row)) for row in sheet.iter_rows(values_only=True)]
                yield from _under_header(lines, f"{name}, sheet {sheet.title}")
        finally:
            book.close()
    else:
        import pyogrio

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for layer, _ in pyogrio.list_layers(path):
                table = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
                cells = table.astype(object).map(_text)
                yield f"{name}, layer {layer}", cells.set_axis(map(clean, cells.columns), axis=1)


def _text_lines(path: Path) -> list[list[str]]:
    """Give the cells of a text file; none of one that is prose, in which rows have no width."""
    rows = _cleaned(text_files.rows_of(path))
    widths = Counter(len(row) for row in rows if any(row))
    width, times = widths.most_common(1)[0] if widths else (0, 0)
    prose = path.suffix.lower() == ".txt" and (width < 2 or 2 * times <= widths.total())
    return [] if prose else rows


def _cleaned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(map(clean, row)) for row in rows]


def _text(cell: object) -> str:
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return clean(cell)


def _under_header(lines: Sequence[list[str]], where: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the table below the first row that can be its header; titles may stand above it."""
    width = max((sum(map(bool, line)) for line in lines[:200]), default=0)
    for number, line in enumerate(lines[:_TITLES_WITHIN]):
        named = [at for at, cell in enumerate(line) if cell]
        headers = [line[at] for at in named]
        if len(named) < max(2, width / 2) or len(set(headers)) < len(headers):
            continue
        rows = [[row[at] if at < len(row) else "" for at in named] for row in lines[number + 1 :]]
        while rows and sum(map(bool, rows[-1])) < 2:  # sources and notes below it
            rows.pop()
        body = [row for row in rows if any(row)]
        if body:
            yield where, pd.DataFrame(body, columns=headers, dtype=object)
        return


def read_figures(column: pd.Series) -> tuple[pd.Series, pd.Series] | None:
    """Read a column as numbers, with which of its cells are marked as suppressed.

    None where it holds words that are neither.

    Examples
    --------
    >>> numbers, hidden = read_figures(pd.Series(["3", "c", ""]))
    >>> numbers.tolist(), hidden.tolist()
    ([3.0, nan, nan], [False, True, False])
    >>> read_figures(pd.Series(["Crewe", "3"])) is None
    True
    """
    if not column.ne("").any():
        return None
    codes = pd.Series("", column.index)
    try:
        numbers, hidden = figures(column.mask(column.eq("")).astype("str"), codes, "")
    except TableError:
        return None
    return (numbers, hidden) if numbers.notna().any() or hidden.any() else None


def area_code_share(column: pd.Series) -> float:
    """Tell the share of cells that have the form of an area code."""
    return float(column.str.fullmatch(r"[A-Z]\d{8}").mean()) if len(column) else 0.0


def sibling(header: str, headers: Sequence[str], ending: str) -> str | None:
    """Find the column that says something of another, such as ``neet_state`` of ``neet``."""
    options = (f"{header}{mark}{ending}" for mark in "_ ")
    return next(itertools.chain((o for o in options if o in headers), [None]))


def words_in(header: str) -> list[str]:
    """Words of a header, with age bands kept together.

    Examples
    --------
    >>> words_in("neet_Boys 16-17 yrs"), words_in("0-4")
    (['neet', 'boys', '16-17', 'yrs'], ['0-4'])
    """
    return re.findall(r"\d+\s?[-–]\s?\d+|\d+\+|[a-z0-9]+", header.lower())
