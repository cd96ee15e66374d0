"""The tables of a specification in DuckDB: laid down where they are read more than once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.records.areas import load_points, load_postcodes
from geo.records.plan import Query, columns_of
from geo.records.tables import Files, Source, quoted
from geo.records.terms import Specification, Table

_MARK = "mark of the row"
"""Column with a hash of each row, or with how many times it stands."""


@dataclass(frozen=True)
class InDuckDB:
    """A run in DuckDB alone."""

    connection: Any
    private: Path

    def stage(
        self, spec: Specification, name: str, source: Source, first_rows: int | None
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
            made = f"CREATE TABLE {staged} AS SELECT {columns}, {mark} FROM {marked}"
            self.connection.execute(made)
            source, marked = replace(source, sql=staged), staged
        if table.repeated == "unchecked":
            return source, 0
        times, by = (mark, "") if table.repeated == "once" else ("count(*)", f"GROUP BY {mark}")
        each = f"SELECT {times} AS n FROM {marked} {by}"
        total = f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({each})"
        [(repeated,)] = self.connection.execute(total).fetchall()
        return source, int(repeated)

    def load_postcodes(self, path: Path | None, vintages: Sequence[str], files: Files) -> None:
        """Read a directory of postcodes into the engine."""
        load_postcodes(self.connection, path, vintages, files, self.private)

    def load_points(
        self, tables: Sequence[tuple[Table, Source]], areas: Mapping[str, gpd.GeoDataFrame]
    ) -> None:
        """Find the area of each pair of co-ordinates, and put it into the engine."""
        load_points(self.connection, tables, areas)

    def count(self, query: Query, groups: str) -> None:
        """Make the table of groups that a query counts."""
        self.connection.execute(f"CREATE TABLE {groups} AS {query.sql}", query.parameters)
