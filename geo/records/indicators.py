"""Indicators from records: all the way from a specification to a tidy table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.notes import Notes, kept_on_error, note
from geo.records.counting import Counted, Geography, count, started
from geo.records.engine import Engine, told
from geo.records.figures import finished, lay_out, located, place_areas
from geo.records.plan import Query
from geo.records.quality import Quality, quality_of
from geo.records.residents import Living, of_file, residents_of
from geo.records.specification import catalogue_of, read_specification
from geo.records.terms import Specification
from geo.sources.ages import read_residents_by_age
from geo.sources.boundaries import read_boundaries
from geo.vocabulary.area_types import vintage_column


@dataclass(frozen=True, eq=False)
class FromRecords:
    """Indicators counted from records.

    Attributes
    ----------
    indicators : DataFrame
        As :func:`geo.read_indicators` gives them.
    catalogue : DataFrame
        A row an indicator, as :func:`geo.read_catalogue` gives it.
    quality : tuple of Quality
        For each table how many records there are, and what of them is not in order.
    """

    indicators: pd.DataFrame
    catalogue: pd.DataFrame
    quality: tuple[Quality, ...]


def indicators_from_records(
    specification: str | Path,
    *,
    within: pd.DataFrame | Sequence[pd.DataFrame] = (),
    postcodes: str | Path | None = None,
    boundaries: gpd.GeoDataFrame | str | Path | None = None,
    residents: str | Path | None = None,
    engine: str | Engine = "duckdb",
    notes: Notes | None = None,
) -> FromRecords:
    r"""Count indicators of LSOAs from records of people, as a specification says.

    Parameters
    ----------
    specification : str or Path
        A file in TOML: which tables there are, what is counted, and what each indicator is
        (:mod:`geo.records.specification` shows one). Files are looked for beside it.
    within : DataFrame or sequence of them, optional
        With a column of the LSOAs of the place (``lsoa21cd``): others are told and left out.
    postcodes : str or Path, optional
        Directory of postcodes, where records are placed by them.
    boundaries : GeoDataFrame, str or Path, optional
        Boundaries of LSOAs, where records are placed by co-ordinates.
    residents : str or Path, optional
        Residents by single year of age, where they are the denominator.
    engine : str or Engine
        ``"duckdb"``, ``"spark"``, or a ``geo.Engine`` that says how much memory DuckDB takes, or
        which master Spark has. Both count the same.
    notes : list of str, optional
        Takes what of the records is not in order; told as a ``GeoWarning`` where not given.

    Returns
    -------
    FromRecords
        ``indicators``, with a row for each LSOA, period, sex and age that has records (and of the
        residents for each LSOA); ``catalogue``; ``quality``. Where counts are split by sex or age
        there are those of all as well. Sums of records of people: confidential, so they go to
        others only through disclosure control.

    Raises
    ------
    GeoError
        If the engine is not installed; if the specification or a file is not as it should be; if
        more records than ``max_unmatched`` cannot be counted.

    Notes
    -----
    ``people`` counts each person once in an LSOA and period, ``first`` once in a period, where
    they were first; sex and age are those of the earliest record, of several on a day of the first
    in the order of sex (women, men, not known) and age. ``followed`` counts events A after which
    an event B of the same person comes from ``from_days`` (1) to ``within_days`` later; its
    period, LSOA, sex and age are those of A. Of the latest period fewer are followed than will be,
    as their days are not over: a note tells how many. Ages are in completed years at the date of
    the record.

    A person who moves counts in each LSOA, so sums of ``people`` over LSOAs are of people and
    areas; ``first`` counts nobody twice. Sums of a column, where the table has a key of persons and
    the measure is no proportion, come with the three largest contributions of single people (by
    their absolute values; records without a key count as one person's), which rules of dominance
    and the p% rule judge them by; no other column tells of single people.

    Examples
    --------
    >>> import tempfile, pathlib, geo
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "plans.csv").write_text("Child,Start,LSOA\n"
    ...     "A1,2024-05-01,E01000001\nA1,2024-06-01,E01000001\nB2,2024-06-03,E01000001\n")
    >>> _ = (folder / "plans.toml").write_text(
    ...     "tables.plans = {files = 'plans.csv', person = 'Child', date = 'Start', "
    ...     "area = {lsoa21 = 'LSOA'}}\n[indicators.on_plans]\nname = 'Children with a plan'\n"
    ...     "group = 'Children are safe'\npolarity = 'no_judgement'\n"
    ...     "period = 'financial year'\ncount = 'people'\n")
    >>> found = geo.indicators_from_records(folder / "plans.toml")
    >>> found.indicators[["area_code", "area_type", "indicator_id", "period", "count"]]
       area_code area_type indicator_id   period  count
    0  E01000001    lsoa21     on_plans  2024/25    2.0
    """
    spec = read_specification(specification)
    places = [within] if isinstance(within, pd.DataFrame) else list(within)
    ages = None if residents is None else read_residents_by_age(residents)
    living = None if ages is None else of_file(ages)
    with started(Engine(engine) if isinstance(engine, str) else engine) as run:
        counted = count(spec, run, geography_of(postcodes, boundaries))
        quality = compose(run.connection, spec, counted, inside_of(places), living, notes)
        indicators = finished(run.connection)
    return FromRecords(indicators, catalogue_of(spec), quality)


def geography_of(
    postcodes: str | Path | None, boundaries: gpd.GeoDataFrame | str | Path | None
) -> Geography:
    """Put together what places records; boundaries that are a path are read."""
    areas = {}
    if boundaries is not None:
        if not isinstance(boundaries, gpd.GeoDataFrame):
            boundaries = read_boundaries(boundaries)
        vintage, _ = vintage_column(boundaries, where="the boundaries")
        areas[vintage] = boundaries
    return Geography(None if postcodes is None else Path(postcodes), areas)


def inside_of(places: Iterable[pd.DataFrame]) -> dict[str, pd.Index]:
    """LSOAs of the place by vintage."""
    found = {}
    for table in places:
        vintage, code = vintage_column(table, where="the LSOAs of the place")
        found[vintage] = pd.Index(table[code].astype(object))
    return found


def compose(
    connection: Any,
    spec: Specification,
    counted: Counted,
    inside: dict[str, pd.Index],
    living: Living | None,
    notes: Notes | None,
) -> tuple[Quality, ...]:
    """Make the table of indicators in the engine, if the quality of the records allows it.

    Raises
    ------
    GeoError
        If too many records cannot be counted, or residents that are needed are not there.
    """
    own: Notes = []
    residents = residents_of(spec, living, inside)
    with kept_on_error(own), told("the tables"):
        place_areas(connection, spec, counted, inside, residents)
        quality = (*_qualities(connection, spec, counted), *counted.others)
        for one in quality:
            own += one.lines
        for one in quality:
            one.require_matched(spec.max_unmatched)
        own += lay_out(connection, spec, counted, residents)
    for words in own:
        note(notes, words)
    return quality


def _qualities(connection: Any, spec: Specification, counted: Counted) -> Iterable[Quality]:
    for name, repeated in counted.repeated.items():
        own = [
            (query, connection.execute(_summary(query, groups)).df())
            for query, groups in counted.results
            if query.table == name and query.counts_records
        ]
        quality = quality_of(spec.tables[name], own, repeated)
        for query, groups in counted.results:
            if query.table == name and not query.counts_records:
                for column, words in query.quality.items():
                    asked = f"SELECT coalesce(sum({column}), 0)::BIGINT FROM {groups}"
                    [(quality.told[words],)] = connection.execute(asked).fetchall()
        yield quality


def _summary(query: Query, groups: str) -> str:
    """Write the SQL of how many records there are by what is not in order."""
    told = "".join(f", sum({name}) AS {name}" for name in query.quality)
    return (
        "SELECT least(period, 0) AS period, kind, sex, band, sum(records)::BIGINT AS records"
        f"{told} FROM {located(groups)} GROUP BY least(period, 0), kind, sex, band"
    )
