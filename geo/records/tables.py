"""Files of records, as relations that DuckDB reads: CSV, Parquet, Excel and XML, also zipped.

What is no CSV in UTF-8 and no Parquet is laid into the private folder first, as CSV in UTF-8. Cells
of text files are text; what they mean is settled in the plan, where it can be counted.
"""

import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import FileError, TableError, examples
from geo.records.engine import load_duckdb
from geo.records.extracts import known_elements
from geo.records.terms import Specification, Table
from geo.records.wording import near
from geo.records.xml_rows import elements_of, rows_of
from geo.sources import tabular, zips
from geo.sources.text_files import Layout, layout_of

_TEXT, _XML = ".csv", ".xml"
_BATCH = 200_000


def quoted(name: str) -> str:
    """Quote an identifier for SQL: a column or table as people call it.

    Examples
    --------
    >>> quoted('Child "ID", given')
    '"Child ""ID"", given"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(words: object) -> str:
    """Quote a text for SQL where no parameter may stand: a path in the call of a reader.

    Examples
    --------
    >>> literal("O'Brien.csv")
    "'O''Brien.csv'"
    """
    return "'" + str(words).replace("'", "''") + "'"


@dataclass(frozen=True)
class Source:
    """A table as DuckDB reads it.

    Attributes
    ----------
    sql : str
        What stands after FROM.
    types : dict of str to str
        SQL type by column.
    text : bool
        Whether it is read from text, which takes longer than from Parquet.
    files : tuple of Path
        That are the table as they stand: Parquet, or CSV in UTF-8 below one line of headers; none
        where it is made of something else.
    separator : str
        Of CSV.
    """

    sql: str
    types: dict[str, str]
    text: bool
    files: tuple[Path, ...] = ()
    separator: str = ","


@dataclass
class Files:
    """Which files were read, and how they were when reading began.

    Attributes
    ----------
    seen : dict of Path to pair of int
        Size and time of each.
    laid : dict of pair of Path and str to Path
        What was made of a sheet of a workbook, by its title.
    """

    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)
    laid: dict[tuple[Path, str], Path] = field(default_factory=dict)

    def of(self, patterns: Sequence[str], folder: Path, where: str) -> list[Path]:
        """Find the files of patterns, in order, and remember how they are.

        Raises
        ------
        FileError
            If there is none, or one is missing or empty.
        """
        found: list[Path] = []
        for pattern in patterns:
            path = folder / pattern
            fitting = [path] if path.exists() else sorted(_matching(folder, pattern))
            if not fitting:
                raise FileError(
                    f"There is no file {path} for {where}; check the name and the folder."
                )
            found += [tabular.require_file(one) for one in fitting if one not in found]
        for path in found:
            self.seen[path] = _state(path)
        return found

    def require_unchanged(self) -> None:
        """Raise if a file is no longer as it was when reading began."""
        for path, before in self.seen.items():
            if not path.exists() or _state(path) != before:
                raise FileError(
                    f"{path} changed while it was read; wait until it is written whole, then run "
                    "again."
                )


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    base = Path(pattern)
    if base.is_absolute():
        folder, pattern = Path(base.anchor), str(base.relative_to(base.anchor))
    yield from (
        one for one in folder.glob(pattern) if one.is_file() and not zips.is_aside(one.name)
    )


def _state(path: Path) -> tuple[int, int]:
    now = path.stat()
    return now.st_size, now.st_mtime_ns


def open_table(
    connection: Any, table: Table, spec: Specification, files: Files, private: Path,
    columns: Sequence[str],
) -> Source:  # fmt: skip
    """Find the files of a table and tell how DuckDB reads them.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    table : Table
    spec : Specification
    files : Files
        Takes the files that are read.
    private : Path
        Folder for what has to be unpacked or recoded.
    columns : sequence of str
        Columns that it must have.

    Raises
    ------
    FileError
        If a file is missing, unreadable, or of another kind than the others.
    TableError
        If a column is not there.
    """
    where = f"the table {table.name}"
    given = files.of(table.files, spec.folder, where)
    paths = [one for path in given for one in _unpacked(path, private)]
    for key, suffixes, words in (("sheet", tabular.WORKBOOKS, "Excel"), ("element", {_XML}, "XML")):
        if getattr(table, key) and not {path.suffix.lower() for path in paths} <= suffixes:
            raise TableError(
                f"{where.capitalize()} has {key} and is not of {words}; leave {key} out, or name "
                f"the {words} file."
            )
    kinds = {path.suffix.lower() in tabular.PARQUET for path in paths}
    if len(kinds) > 1:
        raise FileError(f"The files of {where} are Parquet and others; give them in one form.")
    if kinds == {True}:
        source = _parquet(connection, paths, where)
    else:
        reader = _Reader(table, files, private, columns)
        parts = [reader.as_text(path) for path in paths]
        source = _text(parts, where)
    require_columns(columns, source.types, where)
    return source


def require_columns(
    columns: Sequence[str], there: Sequence[str] | dict[str, str], where: str
) -> None:
    """Raise for the first column that a table does not have, naming one like it."""
    for column in columns:
        if column not in there:
            raise TableError(
                f"There is no column {column} in {where} ({near(column, list(there))}); correct "
                "the name in the specification."
            )


def _parquet(connection: Any, paths: Sequence[Path], where: str) -> Source:
    listed = ", ".join(literal(path) for path in paths)
    sql = f"read_parquet([{listed}], union_by_name = true)"
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()
    except load_duckdb().Error:
        raise FileError(
            f"{examples(paths)} cannot be read as Parquet for {where}; they may be cut short, or "
            "not have the same columns, so export them again."
        ) from None
    return Source(sql, {name: kind for name, kind, *_ in rows}, text=False, files=tuple(paths))


def _text(parts: Sequence[tuple[Path, Layout]], where: str) -> Source:
    headers = parts[0][1].headers
    for path, layout in parts[1:]:
        if layout.headers != headers or layout.separator != parts[0][1].separator:
            raise FileError(
                f"{path.name} has other columns than the first file of {where}; give files with "
                "the same header."
            )
    if twice := [name for name in headers if headers.count(name) > 1]:
        raise FileError(f"{where} has the column {twice[0]} twice; rename or remove one of them.")
    names = [name or f"(column {at})" for at, name in enumerate(headers, 1)]
    typed = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    reads = [
        f"SELECT * FROM read_csv({literal(path)}, auto_detect = false, header = false, "
        f"delim = {literal(layout.separator)}, quote = '\"', escape = '\"', skip = {layout.lines}, "
        f"null_padding = false, columns = {{{typed}}})"
        for path, layout in parts
    ]
    files = tuple(path for path, _ in parts) if all(one.lines == 1 for _, one in parts) else ()
    sql, types = f"({' UNION ALL '.join(reads)})", dict.fromkeys(names, "VARCHAR")
    return Source(sql, types, text=True, files=files, separator=parts[0][1].separator)


def _unpacked(path: Path, private: Path) -> Iterator[Path]:
    """Give a file, or those in a zip, which are laid into the private folder."""
    if not zips.is_zip(path):
        yield path
        return
    names = zips.names_in(path, tabular.SUFFIXES | {_XML})
    if not names:
        raise FileError(f"{path} has no table in it; unpack it and give what is meant.")
    for name in names:
        inside = _beside(private, Path(name).suffix)
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(name) as packed,
            inside.open("wb") as file,
        ):
            shutil.copyfileobj(packed, file)
        yield inside


@dataclass(frozen=True)
class _Reader:
    """Lays what is no CSV into the private folder as CSV.

    Attributes
    ----------
    table : Table
    files : Files
        Takes what was made of sheets, which several tables may be of.
    private : Path
    columns : sequence of str
        Columns that a table must have.
    """

    table: Table
    files: Files
    private: Path
    columns: Sequence[str]

    def as_text(self, path: Path) -> tuple[Path, Layout]:
        """Give the CSV in UTF-8 that a file is, or that is made of it."""
        suffix = path.suffix.lower()
        if suffix == _XML:
            path = self._rows(path)
        elif suffix in tabular.WORKBOOKS:
            path = self._cells(path)
        elif suffix not in tabular.TEXT:
            raise FileError(
                f"{path} is not a table of records that is read; give CSV, Excel, Parquet or XML, "
                "also zipped."
            )
        layout = layout_of(path, self._wanted)
        if layout.encoding not in ("utf-8-sig", "utf-8"):
            path = _recoded(path, layout, self.private)
        return path, layout

    def _wanted(self, headers: Sequence[str]) -> bool:
        return set(self.columns) <= set(headers)

    def _rows(self, path: Path) -> Path:
        element = self.table.element
        if element is None:
            found = examples(sorted(elements_of(path)), 12)
            raise TableError(
                f"{path} is XML, and the table {self.table.name} does not say of which element "
                f"each is a record (there are {found}); write element = one of them."
            )
        out = _beside(self.private, _TEXT)
        with out.open("w", encoding="utf-8", newline="") as made:
            rows_of(path, element, self.columns, made, known_elements())
        return out

    def _cells(self, path: Path) -> Path:
        for (file, title), laid in self.files.laid.items():
            if file == path and title == self.table.sheet:
                return laid
        sheet = self._sheet(path)
        laid = self.files.laid[path, sheet] = _beside(self.private, _TEXT)
        tabular.read_cells(path, self._wanted, sheet=sheet).to_csv(laid, index=False)
        return laid

    def _sheet(self, path: Path) -> str:
        """Give the title of the sheet that is meant, or of the only one that has the columns."""
        table, columns = self.table, self.columns
        found = tabular.headers_by_sheet(path, self._wanted)
        if table.sheet is not None:
            found = {title: one for title, one in found.items() if title == table.sheet}
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise TableError(
                f"{len(found)} sheets of {path} could be the table {table.name} "
                f"({examples(found, 9)}); write sheet = one of them."
            )
        some = tabular.headers_by_sheet(path, lambda row: bool(set(columns) & set(row)))
        title = table.sheet if table.sheet in some else ""
        title = title or max(some, key=lambda one: len({*columns} & {*some[one]}), default="")
        if table.sheet is not None and title != table.sheet:
            raise TableError(
                f"{path} has no sheet {table.sheet} with columns of the table {table.name}; "
                "correct sheet, or leave it out where one sheet alone has the columns."
            )
        if not some:
            raise TableError(
                f"No sheet of {path} has a column of the table {table.name} "
                f"({examples(columns, 9)}); the list may be missing, so add it or take the table "
                "out of the specification."
            )
        require_columns(columns, some[title], f"the table {table.name}, sheet {title}")
        return title


def _beside(private: Path, suffix: str) -> Path:
    return private / f"table-{len(os.listdir(private))}{suffix.lower()}"


def _recoded(path: Path, layout: Layout, private: Path) -> Path:
    out = _beside(private, _TEXT)
    with (
        path.open(encoding=layout.encoding, newline="") as given,
        out.open("w", encoding="utf-8", newline="") as made,
    ):
        try:
            shutil.copyfileobj(given, made, _BATCH)
        except UnicodeDecodeError as problem:
            raise FileError(
                f"{path} is not text in {layout.encoding} throughout; save it again as CSV UTF-8."
            ) from problem
    return out
