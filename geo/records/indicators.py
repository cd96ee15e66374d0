"""From sums of groups of records to the tidy table of indicators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import CodeError, GeoError, TableError
from geo.notes import Notes, kept_on_error, note
from geo.records import cells
from geo.records.counting import Counted, Geography, count
from geo.records.engine import MEMORY, engine
from geo.records.plan import Query
from geo.records.quality import NOWHERE, OUTSIDE, UNKNOWN, Quality, placed, quality_of
from geo.records.specification import read_specification
from geo.records.terms import Band, Count, Indicator, Residents, Specification, Split
from geo.sources.ages import ResidentsByAge, read_residents_by_age
from geo.sources.boundaries import read_boundaries
from geo.vocabulary.area_types import vintage_column
from geo.vocabulary.indicators import states_of

_KEYS = ["area_code", "period", "sex", "age"]
_COLUMNS = ["area_code", "area_type", "indicator_id", "period", "sex", "age", "count",
            "denominator", "value", "lower_ci", "upper_ci", "state"]  # fmt: skip
_SEXES = {cells.FEMALE: "Female", cells.MALE: "Male"}


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
    memory: str = MEMORY,
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
    memory : str
        Most that DuckDB takes; what does not fit goes to a private folder, removed afterwards.
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
        If DuckDB is not installed; if the specification or a file is not as it should be; if more
        records than ``max_unmatched`` cannot be counted.

    Notes
    -----
    ``people`` counts each person once in an LSOA and period, ``first`` once in a period, where
    they were first. ``followed`` counts events A after which an event B of the same person comes
    from ``from_days`` (1) to ``within_days`` later; its period, LSOA, sex and age are those of A.
    Ages are in completed years at the date of the record.

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
    with engine(memory) as opened:
        counted = count(spec, opened, geography_of(postcodes, boundaries))
    people = None if residents is None else read_residents_by_age(residents)
    return composed(spec, counted, inside_of(places), people, notes)


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


def composed(
    spec: Specification,
    counted: Counted,
    inside: dict[str, pd.Index],
    residents: ResidentsByAge | None,
    notes: Notes | None,
) -> FromRecords:
    """Make the table of indicators, once the quality of the records allows it.

    Raises
    ------
    GeoError
        If too many records cannot be counted, or residents that are needed are not there.
    """
    own: Notes = []
    with kept_on_error(own):
        quality = tuple(_qualities(spec, counted, inside))
        for one in quality:
            own += one.lines
        for one in quality:
            one.require_matched(spec.max_unmatched)
        figures = {
            (query.split, one): _figures(spec, query, table, column, inside)
            for query, table in counted.results
            for column, one in query.counts.items()
        }
        tables = [
            _indicator(one, spec, figures, residents, inside.get(_vintage(spec, one)))
            for one in spec.indicators
        ]
    for words in own:
        note(notes, words)
    catalogue = pd.DataFrame([{"indicator_id": i.id, **i.facts} for i in spec.indicators])
    return FromRecords(pd.concat(tables, ignore_index=True), catalogue, quality)


def _vintage(spec: Specification, indicator: Indicator) -> str:
    area = spec.tables[indicator.count.table].area
    assert area is not None
    return area.vintage


def _qualities(
    spec: Specification, counted: Counted, inside: dict[str, pd.Index]
) -> Iterable[Quality]:
    for name, repeated in counted.repeated.items():
        table = spec.tables[name]
        own = [(q, rows) for q, rows in counted.results if q.table == name and "records" in rows]
        place = inside.get(table.area.vintage) if table.area else None
        yield quality_of(table, own, place, repeated)


def _figures(
    spec: Specification,
    query: Query,
    table: pd.DataFrame,
    column: str,
    inside: dict[str, pd.Index],
) -> pd.DataFrame:
    """Count by LSOA, period, sex and age, with those of all, of one result of a query."""
    area, split = spec.tables[query.table].area, query.split
    assert area is not None
    where = placed(table["area"], inside.get(area.vintage))
    kept = table["period"].fillna(-1).ge(0) & ~where.isin([NOWHERE, UNKNOWN, OUTSIDE])
    rows = pd.DataFrame(
        {
            "area_code": where,
            "period": table["period"],
            "sex": table["sex"].map(_SEXES),
            "age": table["band"].map(dict(enumerate(label for label, _ in split.ages))),
            "n": table[column].astype(float),
        }
    )[kept]
    nothing = rows["n"].isna() if query.counts[column].column else rows["n"].eq(0)
    rows = rows[~nothing]
    for key, asked in (("sex", split.sex), ("age", bool(split.ages))):
        parts = [rows.assign(**{key: "all"}), *([rows[rows[key].notna()]] if asked else [])]
        rows = pd.concat(
            [
                part.groupby(_KEYS, dropna=False, sort=False)["n"].sum().reset_index()
                for part in parts
            ]
        )
    rows["period"] = rows["period"].astype(int)
    return rows.set_index(_KEYS)["n"]


def _indicator(
    indicator: Indicator,
    spec: Specification,
    figures: dict[tuple[Split, Count], pd.Series],
    residents: ResidentsByAge | None,
    inside: pd.Index | None,
) -> pd.DataFrame:
    """Set counts beside their denominators."""
    split, of = indicator.split, indicator.denominator
    counts = figures[split, indicator.count].rename("count")
    if isinstance(of, Residents):
        below = _residents(indicator, residents, _vintage(spec, indicator), counts, inside)
    else:
        below = pd.Series(np.nan, counts.index) if of is None else figures[split, of]
    table = pd.concat([counts, below.rename("denominator")], axis=1).sort_index().reset_index()
    table["count"] = table["count"].fillna(0.0)
    if isinstance(of, Count):
        table["denominator"] = table["denominator"].fillna(0.0)
    value = (
        table["count"] if indicator.facts["measure"] == "count" else pd.Series(np.nan, table.index)
    )
    shown = table["count"].mask(table["denominator"].eq(0))
    table = table.assign(
        period=table["period"].map(lambda code: cells.period_label(code, split.period)),
        area_type=_vintage(spec, indicator),
        indicator_id=indicator.id,
        value=value,
        lower_ci=np.nan,
        upper_ci=np.nan,
        state=states_of(shown),
    )
    return table[_COLUMNS]


def _residents(
    indicator: Indicator,
    residents: ResidentsByAge | None,
    vintage: str,
    counts: pd.Series,
    inside: pd.Index | None,
) -> pd.Series:
    """Residents of the age, and of each band within it, of every LSOA in each period."""
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
    bands = {"all": (of.youngest, of.oldest), **dict(indicator.split.ages)}
    parts = {}
    for label, band in bands.items():
        people = residents.between(*_within(band, (of.youngest, of.oldest), indicator.id))
        if people is None:
            raise TableError(
                f"The residents are not told apart at the ages {label} of {indicator.id}; give "
                f"ages up to {residents.last - 1}, or open ones such as {residents.last}+."
            )
        parts[label] = people if inside is None else people[people.index.isin(inside)]
    each = pd.concat(parts, names=["age", "area_code"])
    periods = counts.index.get_level_values("period").unique()
    table = pd.concat(dict.fromkeys(periods, each), names=["period"]).rename("n").reset_index()
    return table.assign(sex="all").set_index(_KEYS)["n"]


def _within(band: Band, whole: Band, name: str) -> Band:
    """Give a band, which must lie in the ages of the denominator."""
    (low, high), (youngest, oldest) = band, whole
    if low < youngest or (oldest is not None and (high is None or high > oldest)):
        raise TableError(
            f"An age band of {name} is not within the ages of its denominator; give residents of "
            "all ages in the bands, or other bands."
        )
    return band
