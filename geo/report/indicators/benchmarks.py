"""With whom areas are compared besides England: region, borough, neighbours, areas as deprived."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo.disclosure.table import confidential_rows
from geo.errors import FileError, PlaceError, TableError, examples, labelled
from geo.geography.places import Place
from geo.notes import Notes, note
from geo.report.indicators.england import values_alone
from geo.report.indicators.placed import England
from geo.sources.neighbours import plain_name, read_neighbours
from geo.statistics.aggregation import aggregate
from geo.statistics.comparison import compare, judged
from geo.statistics.incomplete import AT_LEAST
from geo.statistics.series import SERIES_KEYS
from geo.statistics.standardisation import standardised_ratio
from geo.vocabulary.area_types import is_code_column, is_of, kind_of
from geo.vocabulary.measures import GOOD
from geo.vocabulary.releases import VINTAGES

BENCHMARKS = ("england", "region", "borough", "neighbours", "like")
_SERIES = list(SERIES_KEYS)
_FIGURES = ["count", "denominator", "value", "state"]


@dataclass(frozen=True)
class Against:
    """With whom areas are to be compared besides England.

    Attributes
    ----------
    names : tuple of str
        Some of `BENCHMARKS`.
    neighbours : Path or None
        File that lists the place's statistical neighbours, by code or name.
    """

    names: tuple[str, ...] = ()
    neighbours: Path | None = None

    def __post_init__(self) -> None:
        """Refuse unknown names, and neighbours without a list of them."""
        if wrong := [name for name in self.names if name not in BENCHMARKS]:
            raise TableError(
                f"The benchmark {wrong[0]!r} is unknown; allowed are {examples(BENCHMARKS, 9)}."
            )
        if "neighbours" in self.names and self.neighbours is None:
            raise FileError(
                "Neighbours are asked for and not listed anywhere; give a file of their codes or "
                "names with --neighbours, such as CIPFA's or the Department for Education's."
            )

    @property
    def others(self) -> tuple[str, ...]:
        """All but England, with which areas are always compared."""
        return tuple(name for name in dict.fromkeys(self.names) if name != "england")


@dataclass(frozen=True, eq=False)
class Figures:
    """What benchmarks are made of.

    Attributes
    ----------
    indicators, national : DataFrame
        Rows of all areas, and those of all of England's LSOAs in the latest period.
    catalogue : DataFrame
    hierarchy : DataFrame
        Each LSOA of the place, by its code in the first column, with its ward and groups.
    england : England
    place : Place
    """

    indicators: pd.DataFrame
    national: pd.DataFrame
    catalogue: pd.DataFrame
    hierarchy: pd.DataFrame
    england: England
    place: Place


def compared_with(
    compared: pd.DataFrame, against: Against, figures: Figures, notes: Notes | None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Compare the place's areas with others than England too.

    Parameters
    ----------
    compared : DataFrame
        Comparisons with England, safe to print.
    against : Against
    figures : Figures
    notes : list of str or None
        Takes what cannot be compared.

    Returns
    -------
    tuple of DataFrame and dict
        ``compared`` with ``benchmark_value_<name>`` and ``comparison_<name>`` for each benchmark;
        and what to call each.

    Raises
    ------
    GeoError
        If the region is not known, a neighbour is none, or no indicator has a figure of a
        benchmark.
    """
    out, called = compared, {}
    for name in against.others:
        if name == "like":
            found = _like(compared, figures)
            called[name] = "areas as deprived"
        else:
            rows, called[name] = _rows_of(name, against, figures, notes)
            found = _with(compared, rows, name, figures.catalogue)
        if found["benchmark_value"].isna().all():
            raise TableError(_NOTHING[name].format(place=figures.place.name))
        out = out.assign(**{f"{column}_{name}": found[column] for column in found})
    return out, called


_NOTHING = {
    "region": "No indicator has a figure of the region of {place}, so nothing is compared with it; "
    "add rows with its code and the area type region, or leave the benchmark out.",
    "borough": "No indicator has a figure of {place} as a whole, so nothing is compared with it; "
    "leave the benchmark out.",
    "neighbours": "No indicator has figures of all the neighbours of {place}; add rows of them "
    "(utla or lad24), or figures of all of England's LSOAs.",
    "like": "No indicator has counts of all of England's LSOAs, by which areas as deprived are "
    "found; add the rest of England's LSOAs and deciles, or leave the benchmark out.",
}


def _with(
    compared: pd.DataFrame, rows: pd.DataFrame, name: str, catalogue: pd.DataFrame
) -> pd.DataFrame:
    """Compare with the rows of one benchmark, or with those of the place as a whole."""
    columns = [*("benchmark_value", "comparison", "quantile"), *_others(compared)]
    bare = compared.drop(columns=columns)
    both = pd.concat([bare, rows], ignore_index=True)
    if not (both["area_type"] == name).any():
        return pd.DataFrame({"benchmark_value": np.nan, "comparison": ""}, index=compared.index)
    told_with_england: Notes = []  # which labels differ
    found = compare(both, benchmark=name, catalogue=catalogue, notes=told_with_england)
    own = found.iloc[: len(compared)].set_axis(compared.index)
    unsure = compared[AT_LEAST].gt(0)
    return pd.DataFrame(
        {
            "benchmark_value": own["benchmark_value"],
            "comparison": own["comparison"].mask(unsure, "not_compared"),
        }
    )


def _others(compared: pd.DataFrame) -> list[str]:
    return [c for c in compared if c.startswith(("benchmark_value_", "comparison_"))]


def _rows_of(
    name: str, against: Against, figures: Figures, notes: Notes | None
) -> tuple[pd.DataFrame, str]:
    """Rows of a benchmark that is one area, under its own type; and what to call it."""
    nothing = figures.indicators.head(0)
    if name == "borough":
        return nothing, figures.place.name
    if name == "region":
        return _region(figures)
    return _neighbours(against, figures, notes), "its statistical neighbours"


def _region(figures: Figures) -> tuple[pd.DataFrame, str]:
    """Rows of the region that the place lies in."""
    code = figures.place.region
    if not code:
        raise PlaceError(
            f"The region of {figures.place.name} is not known; write it into its place.toml, such "
            'as region = "E12000002".'
        )
    rows = figures.indicators
    rows = rows[rows["area_code"].eq(code) & ~confidential_rows(rows, figures.catalogue)]
    named = rows["area_name"].dropna().unique() if "area_name" in rows else []
    return rows.assign(area_type="region"), str(named[0]) if len(named) else "its region"


def _neighbours(against: Against, figures: Figures, notes: Notes | None) -> pd.DataFrame:
    """Sum the figures of the place's neighbours: as given, else of their LSOAs."""
    assert against.neighbours is not None
    if figures.place.codes:
        raise PlaceError(
            f"{figures.place.name} is several authorities, and statistical neighbours are those "
            "of one; choose another --against, such as region or like."
        )
    codes = read_neighbours(against.neighbours, figures.place.code, _authorities(figures))
    given = figures.indicators[figures.indicators["area_code"].isin(codes)]
    given = given[~confidential_rows(given, figures.catalogue)]
    where = figures.england.authority
    known = set(given["area_code"]) | (set() if where is None else set(where))
    if absent := [code for code in codes if code not in known]:
        raise TableError(
            f"{len(absent)} of {len(codes)} neighbours in {against.neighbours} are no authority "
            f"that anything is known of ({examples(absent)}); correct their codes."
        )
    parts = [_summed(given, pd.Series(codes, codes), "lad24", figures, list(codes))]
    if where is not None and len(figures.national):
        rest = figures.national
        rest = rest[~rest["indicator_id"].isin(parts[0]["indicator_id"])]
        inside = where[where.isin(codes)]
        rest = rest[rest["area_code"].isin(inside.index)]
        parts.append(_summed(rest, inside, figures.england.kind, figures, list(inside.index)))
    rows = pd.concat(parts, ignore_index=True)
    lacking = set(given["indicator_id"]) - set(rows["indicator_id"])
    if lacking:
        note(
            notes,
            f"{labelled(sorted(lacking))} cannot be compared with neighbours, of whom some have no "
            "figure.",
        )
    return rows


def _authorities(figures: Figures) -> dict[str, str]:
    """Code of each authority that lookups, figures or the place itself name."""
    rows = figures.indicators
    tier = rows["area_type"].map(lambda kind: is_of("lad", kind) or is_of("utla", kind))
    of = rows.loc[tier.astype(bool)].reindex(columns=["area_name", "area_code"]).dropna()
    named = dict(of.drop_duplicates().itertuples(index=False, name=None))
    named |= {figures.place.name: figures.place.code} if figures.place.whole_authority else {}
    named |= figures.england.names
    return {plain_name(name): code for name, code in named.items()}


def _summed(
    rows: pd.DataFrame, areas: pd.Series, kind: str, figures: Figures, codes: Sequence[str]
) -> pd.DataFrame:
    """Sum counts of areas to one, where all of them have one."""
    rows = rows[~values_alone(rows, figures.catalogue)]
    rows = rows[rows["count"].notna()].assign(area_type=kind)
    rows = rows.drop_duplicates(["area_code", *_SERIES])
    whole = rows.groupby(_SERIES)["area_code"].transform("size").eq(len(areas))
    rows = rows[whole]
    if rows.empty:
        return rows.assign(area_type="neighbours")
    members = pd.DataFrame({f"{kind}cd": list(codes), "neighbours": "neighbours"})
    kept = ["area_code", "area_type", *_SERIES, *_FIGURES]
    return aggregate(
        rows[kept].drop(columns="value"), members, by="neighbours", catalogue=figures.catalogue
    ).drop(columns="missing_areas")


def _like(compared: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """Compare counts with those that England's rates by decile would give (indirectly).

    Expected are the rates of all of England's LSOAs of the same decile of deprivation; an area
    differs where the interval of observed over expected is off 1.
    """
    deprivation, code = figures.england.people.deprivation, figures.england.people.code
    nothing = pd.DataFrame(index=compared.index)
    nothing = nothing.assign(benchmark_value=np.nan, comparison="not_compared")
    if "imd_decile" not in deprivation or len(deprivation) < VINTAGES[figures.england.kind]:
        return nothing
    facts = figures.catalogue.set_index("indicator_id")
    rates = facts.index[facts["measure"].isin(["proportion", "rate"]) & ~facts["confidential"]]
    rows = figures.national[figures.national["indicator_id"].isin(rates)]
    rows = rows.assign(decile=rows["area_code"].map(deprivation.set_index(code)["imd_decile"]))
    ratios = _ratios(rows[rows["count"].notna() & rows["denominator"].gt(0)], figures)
    if ratios.empty:
        return nothing
    keys = ["area_type", "area_code", *_SERIES]
    found = ratios.set_index(keys).reindex(pd.MultiIndex.from_frame(compared[keys]))
    found = found.set_axis(compared.index)
    sign = np.select([found["lower_ci"] > 1, found["upper_ci"] < 1], [1, -1], 0)
    good = compared["indicator_id"].map(facts["polarity"]).map(GOOD).fillna(0).to_numpy()
    tested = found["expected"].gt(0) & compared[AT_LEAST].eq(0) & compared["value"].notna()
    times = compared["indicator_id"].map(facts["multiplier"]).astype(float)
    return pd.DataFrame(
        {
            "benchmark_value": (found["expected"] / found["denominator"] * times).where(tested),
            "comparison": np.where(tested, judged(sign, good), "not_compared"),
        },
        index=compared.index,
    )


def _ratios(rows: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """Observed over expected of every area of the place whose LSOAs all have a figure."""
    by_decile = rows.groupby([*_SERIES, "decile"], as_index=False)[["count", "denominator"]].sum()
    by_decile = by_decile.rename(
        columns={"count": "reference_count", "denominator": "reference_denominator"}
    )
    hierarchy = figures.hierarchy
    own = rows[rows["area_code"].isin(hierarchy.iloc[:, 0])]
    parts = []
    for level in [*(c for c in hierarchy if c != "deprived"), "borough"]:
        group = hierarchy.assign(borough="borough")[level].set_axis(hierarchy.iloc[:, 0])
        areas = own.assign(group=own["area_code"].map(group))
        whole = areas.groupby([*_SERIES, "group"])["area_code"].transform("size")
        areas = areas[whole.eq(areas["group"].map(group.value_counts()))]
        keys = [*_SERIES, "group", "decile"]
        bands = areas.groupby(keys, as_index=False)[["count", "denominator"]].sum()
        bands = bands.merge(by_decile, on=[*_SERIES, "decile"])
        if bands.empty:
            continue
        series = [*_SERIES[:-1], "ages", "group"]  # the bands are deciles, not ages
        bands = bands.rename(columns={"age": "ages"})
        found = standardised_ratio(bands, by=series, multiplier=1)
        people = bands.groupby(series, as_index=False)["denominator"].sum()
        found = found.merge(people, on=series).rename(columns={"ages": "age"})
        kind = kind_of(level) if is_code_column(level) else level
        parts.append(found.rename(columns={"group": "area_code"}).assign(area_type=kind))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
