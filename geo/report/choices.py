"""Which indicator, areas and release a figure is of, and how what it counts is worded."""

import re
from typing import TypedDict

import pandas as pd

from geo.errors import TableError
from geo.geography.places import Place
from geo.report.evidence import Evidence
from geo.report.indicators.sums import DEPRIVED
from geo.report.outcomes import Outcomes
from geo.vocabulary.area_types import AreaType, is_lsoa, is_ward, kind_of

_MOST_COUNTED = 6
_RISES_OR_FALLS = ("increasing", "decreasing")
_ON_CHILDREN = re.compile(
    r"child|young|\b(?:pupil|baby|babies|infant|school|early years|neet|suspension)", re.IGNORECASE
)
_ALREADY_PLURAL = re.compile(
    r"(children|people|residents|pupils|mothers|households|two-year-olds|young people|conceptions|"
    r"suspensions|referrals|hospital admissions|accident and emergency attendances|"
    r"education, health and care plans|working-age (people|adults))\b",
    re.IGNORECASE,
)


def counted_words(indicator: pd.Series) -> tuple[str, bool]:
    """Word what an indicator counts, and tell whether that is a plain plural.

    Where the name is no plural, the words are its short name, to be quoted.

    Examples
    --------
    >>> counted_words(pd.Series({"name": "Children in need", "short_name": "In need"}))
    ('children in need', True)
    >>> counted_words(pd.Series({"name": "Burglary", "short_name": "Burglary"}))
    ('“Burglary”', False)
    """
    name = str(indicator["name"])
    if _ALREADY_PLURAL.match(name):
        return name[0].lower() + name[1:], True
    return f"“{indicator['short_name']}”", False


def leading_indicator(found: Outcomes) -> str:
    """Find the indicator that is shown where none was asked for; empty if none is worse anywhere.

    It is the one in which most areas are worse, of those on children and young people where any
    of these is worse somewhere: their early help is what is targeted.
    """
    table = found.latest
    worse = table["comparison"].eq("worse").groupby(table["indicator_id"], sort=False).sum()
    names = found.catalogue.set_index("indicator_id")["name"]
    young = worse[worse.index.map(names).astype(str).str.contains(_ON_CHILDREN)]
    leading = young if young.max() > 0 else worse
    return str(leading.idxmax()) if leading.max() > 0 else ""


def needs_counted(found: Outcomes, kind: str) -> list[str]:
    """Choose indicators of need that have counts of areas of a kind, most of them worse first.

    Need is what is good where it is low, and of one series; what is on children and young people
    alone where any of it is.
    """
    table = found.latest[found.latest["area_type"].eq(kind)]
    split = table.loc[table.duplicated(["indicator_id", "area_code"]), "indicator_id"]
    counted = table.loc[table["count"].notna() & ~table["indicator_id"].isin(split), "indicator_id"]
    low_is_good = found.catalogue["polarity"].eq("low_is_good")
    names = found.catalogue[low_is_good].set_index("indicator_id")["name"]
    needs = [str(one) for one in counted.unique() if one in names]
    young = [one for one in needs if _ON_CHILDREN.search(names[one])]
    worse = table.loc[table["comparison"].eq("worse"), "indicator_id"].value_counts()
    return sorted(young or needs, key=lambda one: -int(worse.get(one, 0)))[:_MOST_COUNTED]


def most_trends(found: Outcomes) -> str:
    """Find the indicator with most trends, of those that have five points."""
    known = found.trends[found.trends["trend"] != "cannot_be_calculated"]
    if known.empty:
        return ""
    moving = known["trend"].isin(_RISES_OR_FALLS).groupby(known["indicator_id"], sort=False).sum()
    return str(moving.idxmax())


def compared_rows(found: Outcomes, level: str) -> pd.DataFrame:
    """Keep the latest rows of a level that are compared with the benchmark by a test."""
    table = found.latest[found.latest["area_type"] == level]
    return table[~table["comparison"].isin(["not_compared", "benchmark"])]


def fits_funnel(found: Outcomes, name: str, kind: str) -> bool:
    """Tell whether an indicator can be drawn as a funnel: counts among people, and England's."""
    table = found.latest[found.latest["indicator_id"] == name]
    measure = found.catalogue.set_index("indicator_id").loc[name, "measure"]
    rows = table[table["area_type"] == kind]
    known = rows["count"].notna() & rows["denominator"].notna() & rows["benchmark_value"].notna()
    return measure in ("proportion", "rate") and bool(known.sum() > 2)


def public_count(found: Outcomes, asked: str) -> str:
    """Public indicator with a count in every LSOA: the one asked for, else the most uneven."""
    public = found.catalogue[~found.catalogue["confidential"]]["indicator_id"]
    table = found.latest[found.latest["indicator_id"].isin(public)]
    table = table[table["area_type"].map(is_lsoa).astype(bool)]
    counted = table.groupby("indicator_id")["count"].agg(["min", "mean", "std", "count", "size"])
    counted = counted[(counted["count"] == counted["size"]) & (counted["mean"] > 0)]
    uneven = (counted["std"] / counted["mean"]).dropna()  # a single LSOA has no spread
    if asked:
        return asked if asked in uneven.index else ""
    return str(uneven.idxmax()) if len(uneven) else ""


def deprived_and_rest(found: Outcomes) -> pd.DataFrame:
    """Rows of the most deprived 30% and the rest, of indicators that both have a count of."""
    table = found.latest[found.latest["area_type"] == DEPRIVED]
    measure = table["indicator_id"].map(found.catalogue.set_index("indicator_id")["measure"])
    table = table[measure.isin(["proportion", "rate"])]
    counted = table["count"].notna().groupby(table["indicator_id"]).transform("all")
    return table[counted.astype(bool)]


class MapClasses(TypedDict):
    """Options of a map of an indicator: how its areas are classed."""

    catalogue: pd.DataFrame
    classes: str
    benchmark: str
    incomplete: bool


def map_classes(found: Outcomes, name: str, kind: AreaType) -> MapClasses:
    """Choose the classes of a map of an indicator: by comparison, else national fifths.

    Raises
    ------
    TableError
        If its areas of this kind can be classed in neither way.
    """
    rows = found.latest[found.latest["indicator_id"].eq(name)]
    rows = rows[rows["area_type"].eq(kind.name)]
    compared = rows["comparison"].ne("not_compared").any()
    if not compared and rows["quantile"].isna().all():
        label = found.catalogue.set_index("indicator_id").loc[name, "short_name"]
        raise TableError(
            f"{label} ({name}) cannot be compared by {kind.singular}, and its fifths in England "
            "are not known, so a map would be blank; choose another one."
        )
    return {
        "catalogue": found.catalogue,
        "classes": "comparison" if compared else "quintiles",
        "benchmark": found.benchmark,
        "incomplete": True,  # an LSOA without a row is drawn as missing
    }


def larger_than_lsoas(found: Outcomes, place: Place) -> str:
    """Area type between LSOAs and the groups of the place; the smallest groups without one."""
    kinds = found.comparisons["area_type"].unique()
    bottom = place.level_columns[0]
    return next((str(kind) for kind in kinds if is_ward(kind)), bottom)


def smallest_shown(found: Outcomes, name: str, evidence: Evidence) -> str:
    """Area type of the smallest areas of which more than half have a figure."""
    table = found.latest[found.latest["indicator_id"] == name]
    for kind in (evidence.release.vintage, larger_than_lsoas(found, evidence.place)):
        rows = table[table["area_type"] == kind]
        if rows["value"].notna().mean() > 0.5:
            return kind
    return evidence.place.level_columns[0]


def comparable_release(evidence: Evidence) -> int | None:
    """Last earlier release that stands on the same LSOAs, or whose changes are known."""
    now = evidence.release
    linked = {now.vintage} | {
        str(old)
        for table in evidence.inputs.lookups
        if "chgind" in table and f"{now.vintage}cd" in table
        for old in (kind_of(c) for c in table if is_lsoa(c))
    }
    years = [
        year
        for year, lsoas in evidence.earlier.items()
        if year < now.year and kind_of(lsoas.columns[0]) in linked
    ]
    return max(years, default=None)
