"""Directories of postcodes: in which LSOA each live one lies."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from geo.errors import CodeError, FileError, TableError, examples
from geo.sources.tabular import read_table
from geo.vocabulary.area_types import code_columns
from geo.vocabulary.column_names import by_folded, folded

_POSTCODE = ("pcds", "pcd8", "pcd7", "pcd", "postcode")
_FORM = r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}"
_FEWEST = 15
"""Live postcodes an LSOA, on average, below which a table is no directory: England has 48."""


def postcode_column(headers: Iterable[object]) -> str | None:
    """Find the column of postcodes, however a directory or a list calls it.

    Examples
    --------
    >>> postcode_column(["LSOA21CD", "PCDS"]), postcode_column(["site"])
    ('PCDS', None)
    """
    plain = by_folded(headers)
    return next((plain[name] for name in _POSTCODE if name in plain), None)


def without_blanks(postcodes: pd.Series) -> pd.Series:
    """Spell postcodes in one way: ``cw1 3ab`` is CW13AB."""
    return postcodes.astype("str").str.replace(r"\s", "", regex=True).str.upper()


def read_postcodes(path: str | Path, vintage: str) -> pd.Series:
    """Read in which LSOA each live postcode lies.

    Parameters
    ----------
    path : str or Path
        The ONS Postcode Directory or the National Statistics Postcode Lookup, all of it or the
        part of a place, as ``geo fetch --with postcodes`` gets it: ``pcds`` (or ``pcd``), an LSOA
        code (``lsoa21cd``), and where there is one ``doterm``, which is blank for live ones.
    vintage : str
        Of the LSOAs wanted, such as ``lsoa21``.

    Returns
    -------
    Series
        LSOA code by postcode, without blanks (``CW13AB``), in order.

    Raises
    ------
    FileError
        If the file cannot be read or has no such columns.
    CodeError
        If its LSOAs are of another vintage, or a postcode stands twice.
    TableError
        If postcodes are none, or it has so few to an LSOA that it may be a list of people's: what
        is on a page must not tell where they live.
    """
    path = Path(path)
    table = read_table(path, lambda headers: postcode_column(headers) is not None)
    column = postcode_column(table.columns)
    if column is None:
        raise FileError(
            f"{path} has no column of postcodes (columns: {examples(table.columns, 9)}); give the "
            "ONS Postcode Directory, which has pcds and lsoa21cd, as geo fetch --with postcodes "
            "gets it."
        )
    code = code_columns(table.columns).get(vintage)
    if code is None:
        raise CodeError(
            f"{path} does not say in which {vintage} postcodes are (columns: "
            f"{examples(table.columns, 9)}); give a directory with a column {vintage}cd."
        )
    ended = next((one for one in table if folded(one) == "doterm"), None)
    live = table if ended is None else table[table[ended].isna() | table[ended].eq("")]
    live = live[live[code].notna()]
    postcodes = without_blanks(live[column])
    if (wrong := ~postcodes.str.fullmatch(_FORM)).any():
        raise TableError(
            f"{int(wrong.sum())} of {len(live)} rows of {path} have no postcode; give the "
            "directory as the ONS publishes it."
        )
    if (twice := postcodes.duplicated()).any():
        raise CodeError(
            f"{int(twice.sum())} postcodes stand more than once in {path}; a directory has each "
            "once, so give the ONS Postcode Directory and no list of people or addresses."
        )
    found = pd.Series(live[code].to_numpy(), index=postcodes.to_numpy(), dtype="str").sort_index()
    if len(found) < _FEWEST * found.nunique():
        raise TableError(
            f"{path} has {len(found)} postcodes in {found.nunique()} LSOAs, too few to be a whole "
            "directory; give the ONS Postcode Directory, as a list of people's postcodes must not "
            "come onto a map."
        )
    return found
