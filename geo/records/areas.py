"""In which LSOA a record lies: by a directory of postcodes, or by the point in an area.

A point on an edge that areas share, or where areas overlap, lies in the one of them with the lowest
code, so that it is counted once. What no directory and no area holds is told, never placed nearby.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyproj
import shapely

from geo.errors import CodeError, FileError, GeoError, examples
from geo.records import cells
from geo.records.prepared import POINTS, POSTCODES, plain_postcode
from geo.records.tables import Files, Source, open_table, quoted
from geo.records.terms import Area, Specification, Table
from geo.sources.postcodes import postcode_column
from geo.sources.tabular import read_headers
from geo.vocabulary.area_types import code_columns
from geo.vocabulary.column_names import folded

_CHUNK = 250_000
_DEGREES, _BNG = 4326, 27700


def points_to_areas(x: np.ndarray, y: np.ndarray, areas: gpd.GeoDataFrame, code: str) -> np.ndarray:
    """Find in which area each point lies.

    Parameters
    ----------
    x, y : array of float, shape (n,)
        In the coordinate reference system of the areas; NaN lies in none.
    areas : GeoDataFrame
        Polygons, which may share edges.
    code : str
        Column with their codes.

    Returns
    -------
    array of object, shape (n,)
        Codes; None where a point is in no area. On a shared edge it is the lowest code.

    Examples
    --------
    >>> squares = gpd.GeoDataFrame({"lsoa21cd": ["E01000002", "E01000001"]},
    ...     geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> points_to_areas(np.array([0.5, 1.0, 9.0]), np.full(3, 0.5), squares, "lsoa21cd").tolist()
    ['E01000002', 'E01000001', None]
    """
    ordered = areas.sort_values(code)
    polygons = ordered.geometry.to_numpy()
    shapely.prepare(polygons)
    codes = np.array([*ordered[code], None], dtype=object)
    found = np.full(len(x), len(polygons))
    for start in range(0, len(x), _CHUNK):
        part = slice(start, start + _CHUNK)
        tree = shapely.STRtree(shapely.points(x[part], y[part]))
        area, point = tree.query(polygons, predicate="intersects")
        np.minimum.at(found[part], point, area)
    return codes[found]


def load_postcodes(
    connection: Any, path: Path | None, vintages: Sequence[str], files: Files, private: Path
) -> None:
    """Read a directory of postcodes into the engine, also those that were terminated.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    path : Path or None
        The ONS Postcode Directory or the part of a place, as ``geo fetch --with postcodes`` has it.
    vintages : sequence of str
        Of the LSOAs wanted; with none nothing is read.
    files : Files
    private : Path

    Raises
    ------
    GeoError
        If there is none.
    FileError
        If it has no column of postcodes.
    CodeError
        If it has no LSOAs of a vintage, or a postcode twice.
    """
    if not vintages:
        return
    if path is None:
        raise GeoError(
            "Records are placed by postcode and there is no directory of postcodes; give one with "
            "--postcodes, as geo fetch --with postcodes gets it."
        )
    headers = read_headers(path, lambda row: postcode_column(row) is not None)
    column = postcode_column(headers)
    if column is None:
        raise FileError(
            f"{path} has no column of postcodes (columns: {examples(headers, 9)}); give the ONS "
            "Postcode Directory, which has pcds and lsoa21cd."
        )
    ended = next((one for one in headers if folded(one) == "doterm"), None)
    known = code_columns(headers)
    if lacking := [vintage for vintage in vintages if vintage not in known]:
        raise CodeError(
            f"{path} does not say in which {lacking[0]} postcodes are (columns: "
            f"{examples(headers, 9)}); give a directory with a column {lacking[0]}cd."
        )
    columns = [column, *(known[one] for one in vintages), *([ended] if ended else [])]
    table, here = Table("postcodes", (str(path.resolve()),)), Specification(path, {}, ())
    source = open_table(connection, table, here, files, private, columns)
    parts = [_directory(source, column, known[one], ended, one) for one in vintages]
    connection.execute(f"CREATE TABLE {POSTCODES} AS {' UNION ALL '.join(parts)}")
    twice = connection.execute(
        f"SELECT count(*) - count(DISTINCT (postcode, vintage)) FROM {POSTCODES}"
    ).fetchone()[0]
    if twice:
        raise CodeError(
            f"{path} has postcodes that stand more than once; a directory has each once, so give "
            "the ONS Postcode Directory and no list of people or addresses."
        )


def _directory(source: Source, column: str, code: str, ended: str | None, vintage: str) -> str:
    def cell(name: str) -> tuple[str, str]:
        return quoted(name), source.types[name]

    term = f"{cells.words(*cell(ended))} IS NOT NULL" if ended else "false"
    plain = plain_postcode(*cell(column))
    return (
        f"SELECT {plain} AS postcode, {cells.words(*cell(code))} AS code, {term} AS ended, "
        f"'{vintage}' AS vintage FROM {source.sql} WHERE {plain} IS NOT NULL"
    )


def load_points(
    connection: Any,
    tables: Sequence[tuple[Table, Source]],
    areas: Mapping[str, gpd.GeoDataFrame],
) -> None:
    """Find the area of each pair of co-ordinates in the records, and put it into the engine.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    tables : sequence of pairs
        The tables with co-ordinates, and how each is read.
    areas : dict of str to GeoDataFrame
        Boundaries by vintage, in EPSG:27700.

    Raises
    ------
    GeoError
        If there are no boundaries of a vintage.
    """
    if not tables:
        return
    connection.execute(
        f"CREATE TABLE {POINTS} (x DOUBLE, y DOUBLE, code VARCHAR, kind VARCHAR, vintage VARCHAR)"
    )
    for table, source in tables:
        area, polygons = area_of_points(table, areas)
        for batch in _coordinates(connection, area, source):
            placed = placed_points(batch, area, polygons)
            writer = connection.cursor()
            writer.register("placed", placed)
            writer.execute(f"INSERT INTO {POINTS} SELECT * FROM placed")
            writer.close()


def area_of_points(
    table: Table, areas: Mapping[str, gpd.GeoDataFrame]
) -> tuple[Area, gpd.GeoDataFrame]:
    """Give how a table tells co-ordinates, and the boundaries they are in.

    Raises
    ------
    GeoError
        If there are none of the vintage.
    """
    area = table.area
    assert area is not None
    if area.vintage not in areas:
        raise GeoError(
            f"Records are placed by co-ordinates and there are no boundaries of "
            f"{area.vintage}; fetch or add them to the data folder."
        )
    return area, areas[area.vintage]


def coordinates_sql(area: Area, source: Source) -> str:
    """Write the SQL of the pairs of co-ordinates in a table, each once."""
    x, y = (cells.number(quoted(name), source.types[name]) for name in area.columns)
    pairs = f"SELECT DISTINCT {x} AS x, {y} AS y FROM {source.sql}"
    return f"SELECT x, y FROM ({pairs}) AS r WHERE x IS NOT NULL AND y IS NOT NULL"


def _coordinates(connection: Any, area: Area, source: Source) -> Iterator[pa.RecordBatch]:
    known = f"p.kind = '{area.kind}' AND p.vintage = '{area.vintage}'"
    reader = connection.cursor().execute(
        f"{coordinates_sql(area, source)} AND NOT EXISTS "
        f"(SELECT 1 FROM {POINTS} AS p WHERE p.x = r.x AND p.y = r.y AND {known})"
    )
    yield from reader.to_arrow_reader(_CHUNK)


def placed_points(batch: pa.RecordBatch, area: Area, areas: gpd.GeoDataFrame) -> pa.Table:
    """Find the area of each pair of co-ordinates: columns of ``POINTS``."""
    given = batch.column("x").to_numpy(), batch.column("y").to_numpy()
    x, y = given
    if area.kind == "longitude":
        grid = pyproj.Transformer.from_crs(_DEGREES, _BNG, always_xy=True)
        x, y = grid.transform(x, y)
        finite = np.isfinite(x) & np.isfinite(y)
        x, y = np.where(finite, x, np.nan), np.where(finite, y, np.nan)
    codes = points_to_areas(x, y, areas, f"{area.vintage}cd")
    names = {"kind": area.kind, "vintage": area.vintage}
    return pa.table(
        {"x": given[0], "y": given[1], "code": pa.array(codes, pa.string())}
        | {name: pa.array([word] * len(x)) for name, word in names.items()}
    )
