"""From groups of records to the tidy table of indicators, still within DuckDB.

Which groups lie in an area of the place is told by a table of the areas that stand in the records;
sums of all sexes and ages are added; counts are set beside their denominators. The table may be
larger than the memory, so it stays in the engine until it is read or written.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.records import cells
from geo.records.counting import Counted
from geo.records.plan import Query
from geo.records.quality import INSIDE, placed
from geo.records.residents import ALL_AGES, vintage_of
from geo.records.tables import literal
from geo.records.terms import Count, Indicator, Residents, Specification, Split
from geo.vocabulary.measures import CONTRIBUTIONS

LARGEST = CONTRIBUTIONS[:3]
"""Columns of the largest contributions to sums: rules of dominance ask for few."""
SORTED = (
    "SELECT * EXCLUDE (number, step, s, band) FROM indicators "
    "ORDER BY number, area_code, step, s, band"
)
"""SQL of the finished table, whose texts are ENUM: each stands once, and sorts as a number."""
_SEXES = {0: "all", cells.FEMALE: "Female", cells.MALE: "Male"}
_STATES = ("missing", "zero", "value")


def finished(connection: Any) -> pd.DataFrame:
    """Take the table of indicators out of the engine, a column at a time."""
    table = connection.execute(SORTED).to_arrow_table()
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        table = table.drop_columns(name)
        if pa.types.is_dictionary(column.type):
            column = pc.cast(column, pa.large_string())
        columns[name] = column.to_pandas()
    return pd.DataFrame(columns, copy=False)


def place_areas(
    connection: Any,
    spec: Specification,
    counted: Counted,
    inside: Mapping[str, pd.Index],
    residents: Mapping[str, pd.DataFrame],
) -> None:
    """Tell of each area in the groups of records whether it is one of the place."""
    tables = {}
    known = [people["area_code"] for people in residents.values()]
    for query, groups in counted.results:
        area = spec.tables[query.table].area
        found = f"SELECT DISTINCT coalesce(area, '') AS area FROM {groups}"
        raw = connection.execute(found).df()["area"].astype("str")
        code, kind = placed(raw, inside.get(area.vintage) if area else None)
        code = code.where(kind.eq(INSIDE))
        tables[groups] = _texts(area=raw, code=code, kind=kind)
        known.append(code)
    codes = pd.concat(known).dropna().unique().tolist() or [""]  # a type has one at least
    with _registered(connection, codes=_texts(code=pd.Series(codes))):
        connection.execute("CREATE TYPE code AS ENUM (SELECT code FROM codes ORDER BY code)")
    for groups, table in tables.items():
        with _registered(connection, areas=table):
            typed = "SELECT area, code::code AS code, kind FROM areas"
            connection.execute(f"CREATE TABLE {_places(groups)} AS {typed}")


def _texts(**columns: pd.Series) -> pa.Table:
    """Make a table of texts, which stay texts where all are missing."""
    return pa.table(
        {name: pa.array(one, pa.string(), from_pandas=True) for name, one in columns.items()}
    )


@contextmanager
def _registered(connection: Any, **tables: pd.DataFrame | pa.Table) -> Iterator[None]:
    for name, table in tables.items():
        connection.register(name, table)
    yield
    for name in tables:
        connection.unregister(name)


def _places(groups: str) -> str:
    return f"{groups}_places"


def located(groups: str) -> str:
    """Write the SQL of the groups of a query with ``code`` and ``kind`` of their area."""
    return f"{groups} AS g JOIN {_places(groups)} AS p ON p.area = coalesce(g.area, '')"


def lay_out(
    connection: Any,
    spec: Specification,
    counted: Counted,
    residents: Mapping[str, pd.DataFrame],
) -> list[str]:
    """Make the view ``indicators`` in the engine; ``SORTED`` reads it.

    Returns
    -------
    list of str
        A sentence for each indicator that counts nothing.
    """
    made: dict[tuple[Split, Count], tuple[str, str]] = {}
    largest: dict[tuple[Split, Count], str] = {}
    for query, groups in counted.results:
        name = f"figures_of_{groups}"
        if query.contributes_to is not None:
            largest[query.split, query.contributes_to] = name
            connection.execute(f"CREATE TABLE {name} AS {_largest(query, groups)}")
            continue
        connection.execute(f"CREATE TABLE {name} AS {_figures(query, groups)}")
        made |= {(query.split, one): (name, column) for column, one in query.counts.items()}
    _name_texts(connection, spec, [name for name, _ in made.values()])
    parts = []
    for number, indicator in enumerate(spec.indicators):
        vintage = vintage_of(spec, indicator)
        above, of = made[indicator.split, indicator.count], indicator.denominator
        below = None if of is None or isinstance(of, Residents) else made[indicator.split, of]
        if isinstance(of, Residents):
            below = f"residents_{number}", "n"
            with _registered(connection, people=residents[indicator.id]):
                connection.execute(
                    f"CREATE TABLE {below[0]} AS "
                    "SELECT area_code::code AS area_code, period, 0 AS s, band, n "
                    f"FROM people CROSS JOIN (SELECT DISTINCT period FROM {above[0]})"
                )
        rows = _rows(connection, indicator, (above, below), vintage)
        if largest:
            found = largest.get((indicator.split, indicator.count))
            rows = _with_largest(rows, found)
            if found:  # joined by itself, as all joins at once would not fit
                connection.execute(f"CREATE TABLE rows_{number} AS {rows}")
                rows = f"SELECT * FROM rows_{number}"
        parts.append(f"SELECT {number} AS number, * FROM ({rows})")
    connection.execute(f"CREATE VIEW indicators AS {' UNION ALL '.join(parts)}")
    return [
        f"The indicator {one.id} counts nothing: no record of {one.count.table} that can be placed "
        "is as it asks; compare the values of its where with those in the file, letter by letter."
        for one in spec.indicators
        if not _counts_any(connection, *made[one.split, one.count])
    ]


def _counts_any(connection: Any, table: str, column: str) -> bool:
    found = connection.execute(f"SELECT 1 FROM {table} WHERE {column} <> 0 LIMIT 1").fetchall()
    return bool(found)


def _name_texts(connection: Any, spec: Specification, figures: Sequence[str]) -> None:
    """Make a type of the texts that may stand in each column."""
    steps = {
        (one.split.period, int(step))
        for one in spec.indicators
        for name in dict.fromkeys(figures)
        for (step,) in connection.execute(f"SELECT DISTINCT period FROM {name}").fetchall()
    }
    texts = {
        "area_type": {vintage_of(spec, one) for one in spec.indicators},
        "indicator_id": {one.id for one in spec.indicators},
        "period": {cells.period_label(step, kind) for kind, step in steps},
        "sex": set(_SEXES.values()),
        "age": {"all", *(label for one in spec.indicators for label, _ in one.split.ages)},
        "state": set(_STATES),
    }
    for name, words in texts.items():
        listed = ", ".join(map(literal, sorted(words) or [""]))
        connection.execute(f"CREATE TYPE {name}_text AS ENUM ({listed})")


def _figures(query: Query, groups: str) -> str:
    """Count by LSOA, period, sex and age, and of all of them, all columns of a query."""
    sums = [f"sum({name})::DOUBLE AS {name}" for name in query.counts]
    return _summed(query.split, groups, sums)


def _largest(query: Query, groups: str) -> str:
    """Find the largest contributions of people to each sum, by their absolute values."""
    each = _summed(query.split, groups, ["person", "abs(sum(n0))::DOUBLE AS n"], ["person"])
    return (
        f"SELECT area_code, period AS step, s, band, max(n, {len(LARGEST)}) AS largest "
        f"FROM ({each}) GROUP BY area_code, period, s, band"
    )


def _with_largest(rows: str, table: str | None) -> str:
    """Write the rows of an indicator with the largest contributions; of none where it has none."""
    if table is None:
        return f"SELECT *, {', '.join(f'NULL::DOUBLE AS {name}' for name in LARGEST)} FROM ({rows})"
    found = (f"coalesce(largest[{at}], 0) AS {name}" for at, name in enumerate(LARGEST, 1))
    keys = "area_code, step, s, band"
    return f"SELECT r.*, {', '.join(found)} FROM ({rows}) AS r LEFT JOIN {table} USING ({keys})"


def _summed(split: Split, groups: str, columns: Sequence[str], by: Sequence[str] = ()) -> str:
    """Sum groups of records by LSOA, period, sex, age and more, and over sexes and ages."""
    asked = [["sex"] if split.sex else [], ["band"] if split.ages else []]
    sets = [
        ["code", "period", *one, *two, *by]
        for one, two in product(*([[], own] if own else [own] for own in asked))
    ]
    listed = ", ".join(f"({', '.join(one)})" for one in sets)
    sex = "CASE WHEN grouping(sex) = 1 THEN 0 ELSE sex END" if split.sex else "0"
    all_ages = f"CASE WHEN grouping(band) = 1 THEN {ALL_AGES} ELSE band END"
    band = all_ages if split.ages else f"{ALL_AGES}"
    shown = [f"{sex} AS s", f"{band} AS band", *columns]
    return (
        f"SELECT * FROM (SELECT code AS area_code, period, {', '.join(shown)} "
        f"FROM {located(groups)} WHERE code IS NOT NULL AND period >= 0 "
        f"GROUP BY GROUPING SETS ({listed})) "
        f"WHERE s <> {cells.UNKNOWN_SEX} AND band < {max(len(split.ages), 1)}"
    )


def _rows(
    connection: Any,
    indicator: Indicator,
    figures: tuple[tuple[str, str], tuple[str, str] | None],
    vintage: str,
) -> str:
    """Write the SQL of the rows of an indicator: its counts beside their denominators.

    Where a table counts rows of several indicators, a group without rows of this one is none.
    """
    split, keys = indicator.split, "area_code, period, s, band"
    (table, column), below = figures
    there = f"{column} IS NOT NULL" if indicator.count.column else f"{column} <> 0"
    rows, of = f"(SELECT {keys}, {column} AS n FROM {table} WHERE {there}) AS a", "NULL::DOUBLE"
    if below is not None:
        table, column = below
        rows += f" FULL JOIN (SELECT {keys}, {column} AS n FROM {table} WHERE {column} <> 0) AS b "
        rows += f"USING ({keys})"
        of = "coalesce(b.n, 0)" if isinstance(indicator.denominator, Count) else "b.n"
    numbered = f"SELECT {keys}, coalesce(a.n, 0) AS n, {of} AS d FROM {rows}"
    steps = connection.execute(f"SELECT DISTINCT period FROM ({numbered})").fetchall()
    labels = {int(step): cells.period_label(int(step), split.period) for (step,) in steps}
    ages = {ALL_AGES: "all", **{at: label for at, (label, _) in enumerate(split.ages)}}
    value = "n" if indicator.facts["measure"] == "count" else "NULL"
    state = "CASE WHEN d = 0 THEN 'missing' WHEN n = 0 THEN 'zero' ELSE 'value' END"
    texts = {
        "area_type": literal(vintage),
        "indicator_id": literal(indicator.id),
        "period": _word("period", labels),
        "sex": _word("s", _SEXES),
        "age": _word("band", ages),
    }
    typed = ", ".join(f"({sql})::{name}_text AS {name}" for name, sql in texts.items())
    return (
        f"SELECT area_code, {typed}, n AS count, d AS denominator, {value}::DOUBLE AS value, "
        f"NULL::DOUBLE AS lower_ci, NULL::DOUBLE AS upper_ci, ({state})::state_text AS state, "
        f"period AS step, s, band FROM ({numbered})"
    )


def _word(column: str, words: Mapping[int, str]) -> str:
    """Write the SQL of the word for each number in a column."""
    cases = " ".join(f"WHEN {number} THEN {literal(word)}" for number, word in words.items())
    return f"CASE {column} {cases} END" if words else "NULL"
