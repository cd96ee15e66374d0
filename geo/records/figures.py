"""From groups of records to the tidy table of indicators, still within DuckDB.

Which groups lie in an area of the place is told by a table of the areas that stand in the records;
sums of all sexes and ages are added; counts are set beside their denominators. The table may be
larger than the memory, so it stays in the engine until it is read or written.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pandas as pd

from geo.errors import CodeError, GeoError, TableError
from geo.records import cells
from geo.records.counting import Counted
from geo.records.plan import Query
from geo.records.quality import INSIDE, placed
from geo.records.terms import Band, Count, Indicator, Residents, Specification, Split
from geo.sources.ages import ResidentsByAge

SORTED = (
    "SELECT area_code, area_type, indicator_id, period, sex, age, count, denominator, value, "
    "lower_ci, upper_ci, state FROM indicators ORDER BY number, area_code, step, s, band"
)
"""SQL of the finished table."""
_ALL = -1
"""Stands as the age band of all ages; of both sexes it is 0."""


def place_areas(
    connection: Any, spec: Specification, counted: Counted, inside: Mapping[str, pd.Index]
) -> None:
    """Tell of each area in the groups of records whether it is one of the place."""
    for query, groups in counted.results:
        area = spec.tables[query.table].area
        found = f"SELECT DISTINCT coalesce(area, '') AS area FROM {groups}"
        raw = connection.execute(found).df()["area"].astype("str")
        code, kind = placed(raw, inside.get(area.vintage) if area else None)
        table = pd.DataFrame({"area": raw, "code": code, "kind": kind})
        connection.register("areas", table)
        connection.execute(f"CREATE TABLE {_places(groups)} AS SELECT * FROM areas")
        connection.unregister("areas")


def _places(groups: str) -> str:
    return f"{groups}_places"


def located(groups: str) -> str:
    """Write the SQL of the groups of a query with ``code`` and ``kind`` of their area."""
    return f"{groups} AS g JOIN {_places(groups)} AS p ON p.area = coalesce(g.area, '')"


def lay_out(
    connection: Any,
    spec: Specification,
    counted: Counted,
    inside: Mapping[str, pd.Index],
    residents: ResidentsByAge | None,
) -> None:
    """Make the table ``indicators`` in the engine; ``SORTED`` reads it.

    Raises
    ------
    GeoError
        If residents that are a denominator are not there, or not of the LSOAs or ages.
    """
    connection.execute(
        "CREATE TABLE indicators (number INTEGER, area_code VARCHAR, area_type VARCHAR, "
        "indicator_id VARCHAR, step INTEGER, period VARCHAR, s INTEGER, sex VARCHAR, band INTEGER, "
        "age VARCHAR, count DOUBLE, denominator DOUBLE, value DOUBLE, lower_ci DOUBLE, "
        "upper_ci DOUBLE, state VARCHAR)"
    )
    made: dict[tuple[Split, Count], str] = {}
    for query, groups in counted.results:
        for column, one in query.counts.items():
            name = f"figures_{len(made)}"
            connection.execute(f"CREATE TABLE {name} AS {_figures(query, column, groups)}")
            made[query.split, one] = name
    for number, indicator in enumerate(spec.indicators):
        vintage = vintage_of(spec, indicator)
        above, of = made[indicator.split, indicator.count], indicator.denominator
        if isinstance(of, Residents):
            below = f"residents_{number}"
            people = _residents(indicator, residents, vintage, inside.get(vintage))
            connection.register("people", people)
            connection.execute(
                f"CREATE TABLE {below} AS SELECT area_code, t.period, 0 AS s, band, n FROM people "
                f"CROSS JOIN (SELECT DISTINCT period FROM {above}) AS t"
            )
            connection.unregister("people")
        else:
            below = "" if of is None else made[indicator.split, of]
        _insert(connection, number, indicator, vintage, (above, below))


def vintage_of(spec: Specification, indicator: Indicator) -> str:
    """In LSOAs of which year an indicator is counted."""
    area = spec.tables[indicator.count.table].area
    assert area is not None
    return area.vintage


def _figures(query: Query, column: str, groups: str) -> str:
    """Count by LSOA, period, sex and age, and of all of them, from one column of a query."""
    split = query.split
    asked = [["sex"] if split.sex else [], ["band"] if split.ages else []]
    sets = [
        ["code", "period", *one, *two]
        for one, two in product(*([[], own] if own else [own] for own in asked))
    ]
    there = f"{column} IS NOT NULL" if query.counts[column].column else f"{column} <> 0"
    sex = "CASE WHEN grouping(sex) = 1 THEN 0 ELSE sex END" if split.sex else "0"
    band = f"CASE WHEN grouping(band) = 1 THEN {_ALL} ELSE band END" if split.ages else f"{_ALL}"
    listed = ", ".join(f"({', '.join(one)})" for one in sets)
    return (
        f"SELECT * FROM (SELECT code AS area_code, period, {sex} AS s, {band} AS band, "
        f"sum({column})::DOUBLE AS n FROM {located(groups)} WHERE kind = '{INSIDE}' AND "
        f"period >= 0 AND {there} GROUP BY GROUPING SETS ({listed})) "
        f"WHERE s <> {cells.UNKNOWN_SEX} AND band < {max(len(split.ages), 1)}"
    )


def _insert(
    connection: Any, number: int, indicator: Indicator, vintage: str, figures: tuple[str, str]
) -> None:
    """Add the rows of an indicator: its counts beside their denominators."""
    above, below = figures
    split, keys = indicator.split, "area_code, period, s, band"
    if below:
        share = f"FROM {above} AS a FULL JOIN {below} AS b USING ({keys})"
        of = "coalesce(b.n, 0)" if isinstance(indicator.denominator, Count) else "b.n"
    else:
        share, of = f"FROM {above} AS a", "NULL::DOUBLE"
    found = f"SELECT {keys}, coalesce(a.n, 0) AS n, {of} AS d {share}"
    ages = {_ALL: "all", **{at: label for at, (label, _) in enumerate(split.ages)}}
    words = {f"age_{at + 1}": label for at, label in ages.items()}
    age = " ".join(f"WHEN {at} THEN $age_{at + 1}" for at in ages)
    value = "n" if indicator.facts["measure"] == "count" else "NULL"
    labels = _period_labels(connection, above, below, split)
    connection.register("labels", labels)
    connection.execute(
        f"INSERT INTO indicators SELECT {number}, area_code, '{vintage}', $id, f.period, label, s, "
        f"CASE s WHEN 0 THEN 'all' WHEN {cells.FEMALE} THEN 'Female' ELSE 'Male' END, band, "
        f"CASE band {age} END, n, d, {value}, NULL, NULL, "
        "CASE WHEN d = 0 THEN 'missing' WHEN n = 0 THEN 'zero' ELSE 'value' END "
        f"FROM ({found}) AS f JOIN labels USING (period)",
        {"id": indicator.id, **words},
    )
    connection.unregister("labels")


def _period_labels(connection: Any, above: str, below: str, split: Split) -> pd.DataFrame:
    both = " UNION ".join(f"SELECT DISTINCT period FROM {one}" for one in (above, below) if one)
    periods = [int(period) for (period,) in connection.execute(both).fetchall()]
    words = [cells.period_label(period, split.period) for period in periods]
    return pd.DataFrame(
        {"period": pd.Series(periods, dtype="int64"), "label": pd.Series(words, dtype="str")}
    )


def _residents(
    indicator: Indicator,
    residents: ResidentsByAge | None,
    vintage: str,
    inside: pd.Index | None,
) -> pd.DataFrame:
    """Residents of the age, and of each band within it, of every LSOA."""
    of = indicator.denominator
    assert isinstance(of, Residents)
    if residents is None:
        raise GeoError(
            f"The denominator of {indicator.id} is residents, and there are none by single year of "
            "age; fetch or add a file with them to the data folder."
        )
    code = residents.table.columns[0]
    if code != f"{vintage}cd":
        raise CodeError(
            f"The residents are of {code[:-2]} and {indicator.id} is counted by {vintage}; give "
            f"residents of {vintage}."
        )
    whole = (of.youngest, of.oldest)
    bands = [(_ALL, whole), *((at, band) for at, (_, band) in enumerate(indicator.split.ages))]
    parts = [
        _people(residents, _within(band, whole, indicator.id), indicator.id).assign(band=at)
        for at, band in bands
    ]
    table = pd.concat(parts, ignore_index=True)
    return table if inside is None else table[table["area_code"].isin(inside)]


def _people(residents: ResidentsByAge, band: Band, name: str) -> pd.DataFrame:
    people = residents.between(*band)
    if people is None:
        raise TableError(
            f"The residents are not told apart at the ages of {name}; give ages up to "
            f"{residents.last - 1}, or open ones such as {residents.last}+."
        )
    return people.rename_axis("area_code").rename("n").reset_index()


def _within(band: Band, whole: Band, name: str) -> Band:
    """Give a band, which must lie in the ages of the denominator."""
    (low, high), (youngest, oldest) = band, whole
    if low < youngest or (oldest is not None and (high is None or high > oldest)):
        raise TableError(
            f"An age band of {name} is not within the ages of its denominator; give residents of "
            "all ages in the bands, or other bands."
        )
    return band
