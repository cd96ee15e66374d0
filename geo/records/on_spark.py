"""The tables of a specification on Spark: its workers understand records, Spark counts them.

Each worker asks DuckDB what the cells of its records mean and where points lie, so that nothing is
understood in another way than in DuckDB alone. The groups that Spark counts, far fewer than the
records, go to DuckDB, where they are laid out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa

from geo.records.areas import (
    area_of_points,
    coordinates_sql,
    load_postcodes,
    placed_points,
)
from geo.records.engine import unreadable
from geo.records.plan import Query, columns_of
from geo.records.prepared import POINTS, POSTCODES, Cells
from geo.records.tables import Files, Source, literal, quoted
from geo.records.terms import Area, Specification, Table

_RECORDS = "records"
"""What a worker calls the records it has."""
_DAMAGED, _TIMES = "as the damaged row stands", "how many times the row stands"
_POINT_TYPES = "x double, y double, code string, kind string, vintage string"
Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True)
class OnSpark:
    """A run on Spark; ``connection`` is to the DuckDB that takes the groups."""

    connection: Any
    private: Path
    session: Any
    _frames: dict[str, Any] = field(default_factory=dict)
    _columns: dict[str, list[str]] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)

    def stage(
        self, spec: Specification, name: str, source: Source, first_rows: int | None
    ) -> tuple[Source, int]:
        """Have a table read by Spark; count what is repeated."""
        table, columns = spec.tables[name], columns_of(spec, spec.tables[name])
        frame, repeated = self._read(source, name), 0
        if first_rows is not None:
            frame = self._keep(frame.limit(first_rows))
        if table.repeated != "unchecked":
            from pyspark.sql.functions import count, expr

            same = [expr(_quoted(column)) for column in frame.columns]
            each = frame.groupBy(*same).agg(count("*").alias(_TIMES))
            [[found]] = each.selectExpr(f"sum({_quoted(_TIMES)} - 1)").collect()
            repeated, frame = found or 0, each if table.repeated == "once" else frame
        plain = [f"{_quoted(column)} AS c{at}" for at, column in enumerate(columns)]
        self._frames[name] = frame = frame.selectExpr(*plain)  # names that all of Spark can take
        self._columns[name] = columns
        with self._named(_RECORDS, frame.limit(0).toArrow().rename_columns(columns)):
            rows = self.connection.execute(f"DESCRIBE {_RECORDS}").fetchall()
        return replace(
            source, sql=_RECORDS, types={name: kind for name, kind, *_ in rows}
        ), repeated

    def load_postcodes(self, path: Path | None, vintages: Sequence[str], files: Files) -> None:
        """Read a directory of postcodes, and hand it to Spark."""
        load_postcodes(self.connection, path, vintages, files, self.private)
        if vintages:
            directory = self.connection.execute(f"SELECT * FROM {POSTCODES}").to_arrow_table()
            self.session.createDataFrame(directory).createOrReplaceTempView(POSTCODES)

    def load_points(
        self, tables: Sequence[tuple[Table, Source]], areas: Mapping[str, gpd.GeoDataFrame]
    ) -> None:
        """Have the workers find the area of each pair of co-ordinates in their records."""
        found = []
        for table, source in tables:
            area, polygons = area_of_points(table, areas)
            own = polygons[[f"{area.vintage}cd", polygons.geometry.name]]
            self._kept.append(shared := self.session.sparkContext.broadcast(own))
            pairs = self._understood(Cells(table.name, coordinates_sql(area, source), {}))
            found.append(pairs.distinct().mapInArrow(_placing(area, shared), _POINT_TYPES))
        if found:
            points = self._keep(reduce(lambda one, two: one.union(two), found).distinct())
            points.createOrReplaceTempView(POINTS)

    def count(self, query: Query, groups: str) -> None:
        """Have Spark count the groups of a query, and lay them into DuckDB."""
        for name, cells in query.cells.items():
            self._understood(cells).createOrReplaceTempView(name)
        with self._named("found", self.session.sql(query.select).toArrow()):
            self.connection.execute(f"CREATE TABLE {groups} AS SELECT * FROM found")

    def close(self) -> None:
        """Let go of what Spark keeps."""
        for one in self._kept:
            one.unpersist()

    def _keep(self, frame: Any) -> Any:
        self._kept.append(frame.persist())
        return frame

    @contextmanager
    def _named(self, name: str, table: pa.Table) -> Iterator[None]:
        self.connection.register(name, table)
        yield
        self.connection.unregister(name)

    def _understood(self, cells: Cells) -> Any:
        """Give the cells of a table as DuckDB understands them."""
        frame = self._frames[cells.table]
        work = understanding(cells, self._columns[cells.table])
        [none] = work([_none(frame.limit(0).toArrow().schema)])
        schema = self.session.createDataFrame(pa.Table.from_batches([none])).schema
        return frame.mapInArrow(work, schema)

    def _read(self, source: Source, name: str) -> Any:
        """Read the files of a table, or what DuckDB makes of files that Spark does not read."""
        if not source.files or "TIMESTAMP_NS" in source.types.values():
            source = self._copied(source)
        paths = [_hadoop(path) for path in source.files]
        if not source.text:
            frame = self.session.read.parquet(*paths, mergeSchema=True)
            return frame.selectExpr(*map(_quoted, source.types))
        frame = self.session.read.csv(
            paths,
            schema=", ".join(f"{_quoted(column)} string" for column in (*source.types, _DAMAGED)),
            sep=source.separator,
            header=True,
            quote='"',
            escape='"',
            multiLine=True,
            mode="PERMISSIVE",
            columnNameOfCorruptRecord=_DAMAGED,
            unescapedQuoteHandling="RAISE_ERROR",
        )
        self._keep(frame)
        if not frame.where(f"{_quoted(_DAMAGED)} IS NOT NULL").isEmpty():
            raise unreadable(name)
        return frame.drop(_DAMAGED)

    def _copied(self, source: Source) -> Source:
        path = self.private / f"for-spark-{len(self._frames)}.parquet"
        columns = ", ".join(
            f"{quoted(name)}::TIMESTAMP AS {quoted(name)}"
            if kind == "TIMESTAMP_NS"
            else quoted(name)
            for name, kind in source.types.items()
        )
        copy = f"COPY (SELECT {columns} FROM {source.sql}) TO {literal(path)} (FORMAT parquet)"
        self.connection.execute(copy)
        return replace(source, files=(path,), text=False)


def _quoted(column: str) -> str:
    """Quote an identifier as Spark has it."""
    return f"`{column.replace('`', '``')}`"


def _hadoop(path: Path) -> str:
    """Write a path as Spark takes it, which else reads patterns in it."""
    plain = re.sub(r"([\\*?\[\]{}])", r"\\\1", path.resolve().as_posix())
    return f"file:/{plain.lstrip('/')}"


def _none(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def understanding(
    cells: Cells, columns: Sequence[str]
) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Give what a worker does with records of these columns: its DuckDB understands them."""
    sql, parameters, names = cells.sql, dict(cells.parameters), list(columns)

    def work(batches: Batches) -> Iterator[pa.RecordBatch]:
        import duckdb

        with duckdb.connect(config={"threads": 1, "temp_directory": ""}) as connection:
            for batch in batches:
                records = pa.Table.from_batches([batch]).rename_columns(names)
                connection.register(_RECORDS, records)
                try:
                    found = connection.execute(sql, parameters).to_arrow_table()
                except duckdb.Error as problem:  # whose words quote the records
                    raise RuntimeError(type(problem).__name__) from None
                yield from found.to_batches() or [_none(found.schema)]

    return work


def _placing(area: Area, shared: Any) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Give what a worker does with co-ordinates: the area of each."""

    def work(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from placed_points(batch, area, shared.value).to_batches()

    return work
