"""Venues for outreach: names with grid references, latitude and longitude, or postcodes."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import Transformer

from geo.errors import FileError, TableError, examples
from geo.sources.postcodes import without_blanks
from geo.sources.tabular import read_table
from geo.vocabulary.area_types import code_columns

_NAMES = ("site", "venue", "name")
_GRID, _DEGREES = ("easting", "northing"), ("latitude", "longitude")
_CALLED = {
    "oseast1m": "easting",
    "osnrth1m": "northing",
    "lat": "latitude",
    "long": "longitude",
    "lon": "longitude",
    "lng": "longitude",
    "pcds": "postcode",
    "pcd": "postcode",
}
_TRUE, _FALSE = ("true", "yes", "y", "1"), ("false", "no", "n", "0", "")


def read_venues(
    path: str | Path, postcodes: str | Path | None = None, *, placed: bool = True
) -> pd.DataFrame:
    """Read candidate sites and where they are.

    Parameters
    ----------
    path : str or Path
        Table with ``site`` (or venue, name), and ``easting`` and ``northing`` in metres, or
        ``latitude`` and ``longitude``, or ``postcode``; where known ``kept`` and ``today`` (yes or
        no), ``capacity``, and columns of groups.
    postcodes : str or Path, optional
        Directory of postcodes (``pcds`` with ``lat`` and ``long``, or ``oseast1m`` and
        ``osnrth1m``), as ``geo fetch --with postcodes`` gets it.
    placed : bool
        Whether sites that say not where they are are refused.

    Returns
    -------
    DataFrame
        One row a site: ``site``, ``easting``, ``northing`` (EPSG:27700; none where the file has no
        places and need not), and what else was there.

    Raises
    ------
    FileError
        If a file cannot be read, or has no such columns.
    TableError
        If a site has no place, a postcode is not in the directory, or a mark is no yes or no.
    """
    table = _read(Path(path), lambda names: bool(names & set(_NAMES)), "a column site")
    name = next(column for column in _NAMES if column in table)
    table = table.rename(columns={name: "site"})
    table["site"] = table["site"].astype("str").str.strip()
    says_where = set(_DEGREES) <= set(table) or "postcode" in table
    if not set(_GRID) <= set(table) and (placed or says_where):
        table[list(_GRID)] = _places(table, Path(path), postcodes)
    for mark in ("kept", "today"):
        if mark in table:
            table[mark] = _marks(table, mark)
    return table


def read_travel(path: str | Path) -> pd.DataFrame:
    """Read the ways from areas to sites: minutes, or metres by road.

    Parameters
    ----------
    path : str or Path
        Table with a column of area codes (``area_code``, or that of LSOAs), and one for each site,
        headed by its name.

    Returns
    -------
    DataFrame
        Index: codes; columns: names of sites as they are written.

    Raises
    ------
    FileError
        If the file cannot be read, or has no column of area codes.
    """
    path = Path(path)

    def codes(names: Iterable[object]) -> list[object]:
        plain = {str(name).strip().lower(): name for name in names}
        found = ["area_code", *code_columns(plain).values()]
        return [plain[name] for name in found if name in plain]

    table = read_table(path, lambda names: bool(codes(names)))
    if not (found := codes(table.columns)):
        raise FileError(
            f"{path.name} has the columns {examples(table.columns, 9)}; give a table of travel "
            "that has the codes of areas, in area_code or, for LSOAs, lsoa21cd, and a column for "
            "each site, headed by its name."
        )
    return table.set_index(found[0]).rename(columns=lambda name: str(name).strip())


def _read(path: Path, fits: Callable[[set[str]], bool], wanted: str) -> pd.DataFrame:
    def has(headers: Iterable[object]) -> bool:
        return fits({_called(one) for one in headers})

    table = read_table(path, has)
    table.columns = [_called(column) for column in table.columns]
    if not has(table.columns):
        raise FileError(
            f"{path.name} has the columns {examples(table.columns, 9)}; it needs {wanted}."
        )
    return table


def _called(column: object) -> str:
    plain = str(column).strip().lower()
    return _CALLED.get(plain, plain)


def _places(table: pd.DataFrame, path: Path, postcodes: str | Path | None) -> np.ndarray:
    """Eastings and northings from degrees, or from a directory of postcodes."""
    if set(_DEGREES) <= set(table):
        return _projected(table)
    if "postcode" not in table:
        raise FileError(
            f"{path.name} says not where its sites are; add easting and northing, latitude and "
            "longitude, or postcode."
        )
    if postcodes is None:
        raise FileError(
            f"{path.name} has postcodes, and no directory says where these are; name one with "
            "--postcodes, as geo fetch --with postcodes gets it, or add easting and northing."
        )
    known = _read(Path(postcodes), lambda names: "postcode" in names, "a column pcds")
    asked = without_blanks(table["postcode"])
    known = known[without_blanks(known["postcode"]).isin(asked)]
    if not set(_GRID) <= set(known):
        if not set(_DEGREES) <= set(known):
            raise FileError(
                f"{Path(postcodes).name} says not where postcodes are; add lat and long, or "
                "oseast1m and osnrth1m."
            )
        known = known.assign(**dict(zip(_GRID, _projected(known).T, strict=True)))
    where = known.set_index(without_blanks(known["postcode"]))[list(_GRID)]
    where = where[~where.index.duplicated()]
    if len(absent := table.loc[~asked.isin(where.index), "postcode"]):
        raise TableError(
            f"{len(absent)} postcodes ({examples(absent)}) are not in {Path(postcodes).name}; "
            "correct them, or give easting and northing."
        )
    return where.loc[asked].to_numpy(float)


def _projected(table: pd.DataFrame) -> np.ndarray:
    """Metres of the British National Grid from degrees."""
    degrees = table[list(_DEGREES)].apply(pd.to_numeric, errors="coerce")
    wrong = ~(degrees["latitude"].between(49, 61) & degrees["longitude"].between(-9, 3))
    if wrong.any():
        raise TableError(
            f"{int(wrong.sum())} rows have no latitude from 49 to 61 and longitude from -9 to 3, "
            f"as places in Britain do (first in row {int(np.flatnonzero(wrong)[0]) + 1}); correct "
            "them."
        )
    to_grid = Transformer.from_crs(4326, 27700, always_xy=True)
    return np.column_stack(to_grid.transform(degrees["longitude"], degrees["latitude"]))


def _marks(table: pd.DataFrame, mark: str) -> pd.Series:
    words = table[mark].astype("str").fillna("").str.strip().str.lower()
    words = words.str.removesuffix(".0")  # a column of 1 and blanks is read as numbers
    wrong = ~words.isin([*_TRUE, *_FALSE])
    if wrong.any():
        raise TableError(
            f"The column {mark} has {examples(table.loc[wrong, mark])}; allowed are yes and no."
        )
    return words.isin(_TRUE)
