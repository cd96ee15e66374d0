"""The run: tables opened, records placed, queries asked, and what came out of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import geopandas as gpd

from geo.errors import CodeError
from geo.records.engine import Engine, opened, told
from geo.records.in_duckdb import InDuckDB
from geo.records.joined import given_columns, joined, load_others, others_of
from geo.records.plan import Planner, Query, columns_of, counts_of
from geo.records.quality import Quality
from geo.records.tables import Files, Source, open_table, quoted
from geo.records.terms import Specification, Table

FIRST_ROWS = 1_000
"""Rows of each table that a dry run looks at."""


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


class Run(Protocol):
    """What an engine does with the tables of a specification; groups end up in DuckDB."""

    @property
    def connection(self) -> Any:
        """To DuckDB."""

    @property
    def private(self) -> Path:
        """Folder of the run, which only this user can read."""

    def stage(
        self, spec: Specification, name: str, source: Source, first_rows: int | None
    ) -> tuple[Source, int]:
        """Take in a table; tell how its records are read then, and how many are repeated."""

    def load_postcodes(self, path: Path | None, vintages: Sequence[str], files: Files) -> None:
        """Take in a directory of postcodes."""

    def load_points(
        self, tables: Sequence[tuple[Table, Source]], areas: Mapping[str, gpd.GeoDataFrame]
    ) -> None:
        """Find the area of each pair of co-ordinates in the tables."""

    def count(self, query: Query, groups: str) -> None:
        """Make the table of groups that a query counts."""


@contextmanager
def started(engine: Engine) -> Iterator[Run]:
    """Start an engine, and remove all it wrote afterwards.

    Raises
    ------
    GeoError
        If it is not installed or does not start.
    """
    with opened(engine.memory) as (connection, private):
        if engine.name == "duckdb":
            yield InDuckDB(connection, private)
            return
        from geo.records.on_spark import OnSpark
        from geo.records.spark_session import spark_session

        with (
            spark_session(engine.master, private) as session,
            closing(OnSpark(connection, private, session)) as run,
        ):
            yield run


def opened_tables(spec: Specification, connection: Any, private: Path, files: Files) -> Opened:
    """Open the tables that are counted, and those they take from."""
    used = list(dict.fromkeys(name for name, _ in counts_of(spec)))
    given = {}
    for name in [*used, *others_of(spec, used)]:
        table = spec.tables[name]
        columns = given_columns(table, columns_of(spec, table))
        with told(name):
            given[name] = open_table(connection, table, spec, files, private, columns)
            _require_lsoas(connection, table.as_given, given[name])
    counted = {name: joined(spec.tables[name], given) for name in used}
    return Opened(counted, given)


def count(
    spec: Specification,
    run: Run,
    geography: Geography,
    *,
    first_rows: int | None = None,
) -> Counted:
    """Run all queries of a specification.

    Parameters
    ----------
    spec : Specification
    run : Run
        What ``started`` gives.
    geography : Geography
    first_rows : int, optional
        Look at so many rows of each table alone.

    Raises
    ------
    GeoError
        If a file cannot be read, changed meanwhile, or does not hold what the specification says.
    """
    files = Files()
    tables = opened_tables(spec, run.connection, run.private, files)
    with told("the tables of people and homes"):
        others = load_others(run.connection, spec, tables.counted, tables.given)
    sources, repeated = tables.counted, {}
    for name in sources:
        with told(name):
            sources[name], repeated[name] = run.stage(spec, name, sources[name], first_rows)
    _load_geography(spec, sources, geography, run, files)
    results: list[tuple[Query, str]] = []
    for query in Planner(spec, sources, date.today()).queries():
        with told(query.table):
            groups = f"groups_{len(results)}"
            run.count(query, groups)
        results.append((query, groups))
    files.require_unchanged()
    return Counted(tuple(results), repeated, others)


def _load_geography(
    spec: Specification,
    sources: Mapping[str, Source],
    geography: Geography,
    run: Run,
    files: Files,
) -> None:
    places = [(spec.tables[name], source) for name, source in sources.items()]
    by_kind: dict[str, list[tuple[Table, Source]]] = {}
    for table, source in places:
        if table.area is not None:
            by_kind.setdefault(table.area.kind, []).append((table, source))
    coded = by_kind.get("postcode", ())
    vintages = sorted({table.area.vintage for table, _ in coded if table.area})
    with told("postcodes"):
        run.load_postcodes(geography.postcodes, vintages, files)
    points = [*by_kind.get("easting", ()), *by_kind.get("longitude", ())]
    with told("points"):
        run.load_points(points, geography.boundaries)


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
