"""The run: tables opened, records placed, queries asked, and what came out of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.errors import CodeError, FileError, GeoError
from geo.records.areas import load_points, load_postcodes
from geo.records.engine import load_duckdb
from geo.records.joined import given_columns, joined, load_others, others_of
from geo.records.plan import Planner, Query, columns_of, counts_of
from geo.records.quality import Quality
from geo.records.tables import Files, Source, open_table, quoted
from geo.records.terms import Specification, Table

FIRST_ROWS = 1_000
"""Rows of each table that a dry run looks at."""
_MARK = "mark of the row"
"""Column with a hash of each row, or with how many times it stands."""


@dataclass(frozen=True)
class Geography:
    """What places records.

    Attributes
    ----------
    postcodes : Path or None
        Directory of postcodes.
    boundaries : dict of str to GeoDataFrame
        By vintage, in EPSG:27700.
    """

    postcodes: Path | None
    boundaries: Mapping[str, gpd.GeoDataFrame]


@dataclass(frozen=True)
class Counted:
    """What came out of the queries.

    Attributes
    ----------
    results : tuple of pairs
        Each query, and the table in the engine with its groups.
    repeated : dict of str to int
        Records by table that repeat an earlier one in full.
    others : tuple of Quality
        Of the tables that people and homes are taken from.
    """

    results: tuple[tuple[Query, str], ...]
    repeated: Mapping[str, int]
    others: tuple[Quality, ...] = ()


@dataclass(frozen=True)
class Opened:
    """How tables are read: as they are counted, and as they stand in their files.

    Attributes
    ----------
    counted, given : dict of str to Source
        By table; ``given`` also has those that others take people and homes from.
    """

    counted: dict[str, Source]
    given: dict[str, Source]


def planned(
    spec: Specification, connection: Any, private: Path, files: Files
) -> tuple[Opened, list[Query]]:
    """Open the tables that are counted, and those they take from, and write the queries."""
    used = list(dict.fromkeys(name for name, _ in counts_of(spec)))
    given = {}
    for name in [*used, *others_of(spec, used)]:
        table = spec.tables[name]
        columns = given_columns(table, columns_of(spec, table))
        with told(name):
            given[name] = open_table(connection, table, spec, files, private, columns)
            _require_lsoas(connection, table.as_given, given[name])
    counted = {name: joined(spec.tables[name], given) for name in used}
    return Opened(counted, given), Planner(spec, counted, date.today()).queries()


def count(
    spec: Specification,
    opened: tuple[Any, Path],
    geography: Geography,
    *,
    first_rows: int | None = None,
) -> Counted:
    """Run all queries of a specification.

    Parameters
    ----------
    spec : Specification
    opened : connection and Path
        What ``engine`` gives.
    geography : Geography
    first_rows : int, optional
        Look at so many rows of each table alone.

    Raises
    ------
    GeoError
        If a file cannot be read, changed meanwhile, or does not hold what the specification says.
    """
    connection, private = opened
    files = Files()
    tables, _ = planned(spec, connection, private, files)
    with told("the tables of people and homes"):
        others = load_others(connection, spec, tables.counted, tables.given)
    sources, repeated = tables.counted, {}
    for name in sources:
        with told(name):
            staged = _staged(connection, spec, name, sources[name], first_rows)
            sources[name], repeated[name] = staged
    _load_geography(spec, sources, geography, opened, files)
    results: list[tuple[Query, str]] = []
    for query in Planner(spec, sources, date.today()).queries():
        with told(query.table):
            groups = f"groups_{len(results)}"
            connection.execute(f"CREATE TABLE {groups} AS {query.sql}", dict(query.parameters))
        results.append((query, groups))
    files.require_unchanged()
    return Counted(tuple(results), repeated, others)


def _load_geography(
    spec: Specification,
    sources: Mapping[str, Source],
    geography: Geography,
    opened: tuple[Any, Path],
    files: Files,
) -> None:
    areas = [(spec.tables[name].area, source) for name, source in sources.items()]
    by_kind: dict[str, list[Any]] = {}
    for area, source in areas:
        if area is not None:
            by_kind.setdefault(area.kind, []).append((area, source))
    vintages = sorted({area.vintage for area, _ in by_kind.get("postcode", ())})
    connection, private = opened
    with told("postcodes"):
        load_postcodes(connection, geography.postcodes, vintages, files, private)
    points = [*by_kind.get("easting", ()), *by_kind.get("longitude", ())]
    with told("points"):
        load_points(connection, points, dict(geography.boundaries))


def _staged(
    connection: Any, spec: Specification, name: str, source: Source, first_rows: int | None
) -> tuple[Source, int]:
    """Lay a table into the engine where it is read more than once; count what is repeated.

    Parquet is read again for each query, which takes less than writing it anew; but not where
    only distinct records count.
    """
    table, rows, mark = spec.tables[name], source.sql, quoted(_MARK)
    if first_rows is not None:
        rows = f"(SELECT * FROM {rows} LIMIT {int(first_rows)})"
    marked = {
        "tell": f"(SELECT *, hash(r) AS {mark} FROM {rows} AS r)",
        "once": f"(SELECT *, count(*) AS {mark} FROM {rows} GROUP BY ALL)",
        "unchecked": f"(SELECT *, NULL AS {mark} FROM {rows})",
    }[table.repeated]
    if source.text or first_rows is not None or table.repeated == "once":
        columns = ", ".join(quoted(column) for column in columns_of(spec, table))
        staged = quoted(f"records of {name}")
        connection.execute(f"CREATE TABLE {staged} AS SELECT {columns}, {mark} FROM {marked}")
        source, marked = replace(source, sql=staged), staged
    if table.repeated == "unchecked":
        return source, 0
    times, by = (mark, "") if table.repeated == "once" else ("count(*)", f"GROUP BY {mark}")
    each = f"SELECT {times} AS n FROM {marked} {by}"
    total = f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({each})"
    [(repeated,)] = connection.execute(total).fetchall()
    return source, int(repeated)


def _require_lsoas(connection: Any, table: Table, source: Source) -> None:
    """Raise if none of the first rows has an LSOA code where it should."""
    if table.area is None or table.area.kind != "code":
        return
    [column] = table.area.columns
    code = f"trim(CAST({quoted(column)} AS VARCHAR))"
    first = f"SELECT {code} AS code FROM {source.sql} LIMIT {FIRST_ROWS}"
    right = "count(*) FILTER (WHERE regexp_full_match(code, '[EWew]01[0-9]{6}'))"
    [(rows, coded)] = connection.execute(f"SELECT count(code), {right} FROM ({first})").fetchall()
    if rows and not coded:
        raise CodeError(
            f"The column {column} of the table {table.name} has no LSOA codes (E01 or W01 and six "
            "digits); name the column that has, or place records by postcode."
        )


@contextmanager
def told(table: str) -> Iterator[None]:
    """Put an error of DuckDB into words; its own quote the records, and are kept to itself."""
    duckdb = load_duckdb()
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise GeoError(
            f"The records of {table} do not fit into the memory that was given; give more with "
            "--memory, or free space in the temporary folder."
        ) from None
    except duckdb.Error as problem:
        kind = type(problem).__name__.removesuffix("Exception").lower()
        raise FileError(
            f"The records of {table} cannot be read ({kind}); a row may have more or fewer cells "
            "than the header or the file be cut short, so export it again."
        ) from None
