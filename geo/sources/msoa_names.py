"""Names of MSOAs that people use, as the House of Commons Library publishes them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.errors import FileError, TableError, examples
from geo.sources.tabular import read_table, require_file
from geo.vocabulary.area_types import require_unique
from geo.vocabulary.codes import require_codes, without_blanks
from geo.vocabulary.column_names import folded

_YEARS = ("21", "11")


def read_msoa_names(path: str | Path) -> pd.DataFrame:
    r"""Read the House of Commons Library's names of MSOAs.

    Parameters
    ----------
    path : str or Path
        The CSV as published: for 2021 ``msoa21cd``, ``msoa21nm``, ``msoa21nmw``, ``msoa21hclnm``,
        ``msoa21hclnmw``, ``localauthorityname``; for 2011 likewise with ``11`` and ``Laname``.

    Returns
    -------
    DataFrame
        A row an MSOA: ``msoa21cd``, ``msoa21nm`` (the ONS's name) and ``msoa21hclnm``, or those
        of 2011. An MSOA whose name is blank is left unnamed.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged or another table.
    CodeError
        If a code is missing or stands twice.
    TableError
        If a code has not the form of one, or two MSOAs have one official name.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "MSOA-Names-Latest2.csv")
    >>> _ = file.write_text("msoa21cd,msoa21nm,msoa21hclnm\nE02003819,Mill 036,Crewe Central\n")
    >>> read_msoa_names(file)
        msoa21cd  msoa21nm    msoa21hclnm
    0  E02003819  Mill 036  Crewe Central
    """
    path = require_file(path)
    raw = read_table(path, lambda headers: kind_in(headers) != "")
    kind = kind_in(list(raw.columns))
    if not kind:
        raise FileError(
            f"{path} does not hold the House of Commons Library's names of MSOAs (columns: "
            f"{examples(raw.columns, 8)}); give MSOA-Names-Latest2.csv, which has msoa21cd, "
            "msoa21nm and msoa21hclnm."
        )
    columns = {folded(str(column)): column for column in raw.columns}
    table = raw[[columns[name] for name in columns_of(kind)]].set_axis(columns_of(kind), axis=1)
    table = table.apply(without_blanks)
    code, official, _ = columns_of(kind)
    require_codes(table[code], where=str(path))
    require_unique(table[code], where=str(path))
    twice = table.loc[table[official].duplicated() & table[official].notna(), official]
    if len(twice):
        raise TableError(
            f"{len(twice)} official names of MSOAs stand more than once in {path} "
            f"({examples(twice)}); each may have one row, so download the file again."
        )
    return table


def kind_in(headers: Sequence[str]) -> str:
    """Tell whose names a table with these headers holds: ``msoa21``, ``msoa11``; else empty.

    Examples
    --------
    >>> kind_in(["msoa11cd", "msoa11nm", "msoa11hclnm", "Laname"]), kind_in(["msoa21cd"])
    ('msoa11', '')
    """
    there = {folded(str(header)) for header in headers}
    kinds = (f"msoa{year}" for year in _YEARS)
    return next((kind for kind in kinds if set(columns_of(kind)) <= there), "")


def columns_of(kind: str) -> list[str]:
    """Name the columns that the names of ``msoa21`` or ``msoa11`` must have."""
    return [f"{kind}cd", f"{kind}nm", f"{kind}hclnm"]
