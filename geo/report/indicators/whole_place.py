"""Figures of a place as a whole: of its authorities alone, or of another year's LSOAs."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geo.disclosure.table import confidential_rows
from geo.errors import CodeError, labelled
from geo.geography.places import AUTHORITY, Place
from geo.geography.vintages import convert
from geo.notes import Notes, note
from geo.report.indicators.england import values_alone
from geo.report.indicators.own_figures import of_authority
from geo.statistics.aggregation import aggregate
from geo.statistics.placement import place_among
from geo.statistics.series import SERIES_KEYS
from geo.vocabulary.area_types import area_type, is_lsoa, is_of, kind_of
from geo.vocabulary.measures import GOOD
from geo.vocabulary.releases import VINTAGES

_AUTHORITIES = {"lad": 290, "utla": 145}
"""How many authorities of a tier are nearly all of England's, of whatever year."""
_LIMITS = ["lower_ci", "upper_ci", "lower_ci_998", "upper_ci_998"]
CONFIDENCE = (0.95, 0.998)


def of_whole_place(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    own: pd.DataFrame,
    hierarchy: pd.DataFrame,
    place: Place,
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Rows of public indicators that are known of the place's authorities and of nothing smaller.

    Parameters
    ----------
    indicators, catalogue : DataFrame
    own : DataFrame
        Rows of the place's LSOAs and wards, whose indicators are left aside here.
    hierarchy : DataFrame
        Each LSOA of the place with its ward and groups.
    place : Place
    names : mapping
        What each authority is called in ``hierarchy``, by its code, where there are several.

    Returns
    -------
    DataFrame
        A row ``borough`` for each series, with limits of counts where the file gives none, or with
        its place among authorities where it has none, or its publisher compares it by fifths; and
        in the other areas of the place a missing one that says where the figure is. Of several
        authorities each has such a row, and the whole the sum of their counts; values without
        counts are never averaged, so that the whole has none.
    """
    rows = of_authority(indicators, catalogue, place)
    rows = rows[~rows["indicator_id"].isin(own["indicator_id"])]
    rows = rows.drop_duplicates(["area_code", *SERIES_KEYS])
    if rows.empty:
        return rows
    if place.codes:
        at = rows["area_code"].map(names).fillna(rows["area_code"])
        figures = rows.assign(area_code=at, area_type=AUTHORITY)
        told = f"known of the authorities of {place.name} alone"
    else:
        figures = rows.assign(area_code="borough", area_type="borough")
        told = f"known of {place.name} as a whole alone"
    figures = _placed(with_limits(figures, catalogue), rows, indicators, catalogue)
    parts = [figures.assign(note=_text(figures))]
    if place.codes:
        parts.append(_summed(rows, catalogue, place))
    series = rows[list(SERIES_KEYS)].drop_duplicates()
    for level in hierarchy:
        codes = pd.DataFrame({"area_code": hierarchy[level].unique(), "area_type": kind_of(level)})
        parts.append(codes.merge(series, how="cross").assign(state="missing", note=told))
    keys = ["area_type", "area_code", *SERIES_KEYS]
    return pd.concat(parts, ignore_index=True).drop_duplicates(keys, ignore_index=True)


def _summed(rows: pd.DataFrame, catalogue: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Sum the authorities' counts to the place where each has one; else say why there is none."""
    keys = list(SERIES_KEYS)
    counted = rows[rows["count"].notna() & ~values_alone(rows, catalogue)]
    size = counted.groupby(keys)["area_code"].transform("size")
    whole = counted[size.eq(len(place.codes))]
    parts = []
    if len(whole):
        members = pd.DataFrame({"lad24cd": list(place.codes)})
        sums = aggregate(
            whole.assign(area_type="lad24").drop(columns=["value", *_LIMITS], errors="ignore"),
            members,
            by="borough",
            catalogue=catalogue,
            confidence=CONFIDENCE,
        )
        told = f"sum of the counts of its {len(place.codes)} authorities"
        parts.append(sums.drop(columns="missing_areas").assign(note=told))
    rest = rows[~pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(whole[keys]))]
    none = rest[keys].drop_duplicates().assign(area_code="borough", area_type="borough")
    told = (
        f"not every one of its {len(place.codes)} authorities has a count, and their values are "
        "never averaged"
    )
    parts.append(none.assign(state="missing", note=told))
    return pd.concat(parts, ignore_index=True)


def _placed(
    whole: pd.DataFrame, own: pd.DataFrame, indicators: pd.DataFrame, catalogue: pd.DataFrame
) -> pd.DataFrame:
    """Place figures of the authority among all of England's authorities, where the file has them.

    ``own`` are the same rows as the file has them.
    """
    facts = catalogue.set_index("indicator_id")
    by_fifths = facts.get("comparator", pd.Series("", facts.index)).eq("quintiles")
    bare = whole["lower_ci"].isna() | whole["indicator_id"].map(by_fifths).eq(True)
    parts = []
    for at in whole.index[bare.to_numpy() & whole["value"].notna().to_numpy()]:
        kind, series = own.loc[at, "area_type"], own.loc[at, list(SERIES_KEYS)].tolist()
        alike = indicators[indicators["area_type"].eq(kind)]
        alike = alike[(alike[list(SERIES_KEYS)] == series).all(axis=1)]
        others = alike.set_index("area_code")["value"].dropna()
        if len(others) < next(n for tier, n in _AUTHORITIES.items() if is_of(tier, kind)):
            continue
        first = GOOD[facts.loc[series[0], "polarity"]] <= 0
        found = place_among(whole.loc[[at], "value"], others, highest_is_first=first)
        parts.append(found.set_axis([at]).assign(among_type=kind))
    return whole.join(pd.concat(parts)) if parts else whole


def _text(rows: pd.DataFrame) -> pd.Series:
    return rows["note"].fillna("").astype(str) if "note" in rows else pd.Series("", rows.index)


def with_limits(rows: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Work value and limits out of count and denominator, where the file has none.

    Values alone stay as they are.
    """
    rows = rows.reindex(columns=[*dict.fromkeys([*rows, *_LIMITS])])
    values = catalogue.loc[catalogue["measure"].eq("value"), "indicator_id"]
    bare = rows["count"].notna() & rows["denominator"].notna() & rows["lower_ci"].isna()
    bare &= ~rows["indicator_id"].isin(values)
    if not bare.any():
        return rows
    some = rows[bare].assign(area_type="lad24")
    members = pd.DataFrame({"lad24cd": some["area_code"].unique()})  # each area by itself
    found = aggregate(
        some.drop(columns=[*_LIMITS, "value"]),
        members,
        by="lad24cd",
        catalogue=catalogue,
        confidence=CONFIDENCE,
    )
    series = ["area_code", *SERIES_KEYS]
    new = found.set_index(series).reindex(pd.MultiIndex.from_frame(some[series]))
    out = rows.copy()
    for column in ("value", *_LIMITS):
        if column in new:
            out.loc[bare, column] = new[column].to_numpy()
    return out


def carried_over(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    kind: str,
    lookups: Sequence[pd.DataFrame],
    residents: Sequence[pd.DataFrame],
    notes: Notes | None,
) -> pd.DataFrame:
    """Convert public counts of another year's LSOAs to those of this one, and say so.

    Parameters
    ----------
    indicators, catalogue : DataFrame
    kind : str
        Area type of the LSOAs that the release stands on.
    lookups, residents : sequence of DataFrame
        Between the years, and of who lives where, to share split areas out by.
    notes : list of str or None

    Returns
    -------
    DataFrame
        With rows of this year's LSOAs for indicators that have counts of another's alone. Values
        alone and confidential counts stay as they are: they cannot be shared out.
    """
    has = indicators.loc[indicators["area_type"].eq(kind), "indicator_id"].unique()
    kept = pd.Series(True, indicators.index)
    parts, names = [], []
    others = [other for other in VINTAGES if other != kind]
    short = catalogue.set_index("indicator_id")["short_name"]
    for other in others:
        rows = indicators[indicators["area_type"].eq(other)]
        rows = rows[~confidential_rows(rows, catalogue) & ~rows["indicator_id"].isin(has)]
        counted = rows["count"].notna().groupby(rows["indicator_id"]).transform("any")
        rows = rows[counted.astype(bool)]
        if rows.empty:
            continue
        try:
            new = _converted(rows, other, kind, lookups, residents)
        except CodeError as problem:
            names_of = labelled(short[rows["indicator_id"].unique()])
            note(notes, f"{names_of} cannot be carried over to {area_type(kind).dated}: {problem}")
            continue
        parts.append(new)
        kept[rows.index] = False
        names += [(name, other) for name in rows["indicator_id"].unique()]
    for other in others:
        if own := [name for name, of in names if of == other]:
            note(
                notes,
                f"Counts of {labelled(short[own])} are carried over from {area_type(other).dated} "
                f"to {area_type(kind).dated} areas: those of split areas are shared out by "
                "residents, or in equal parts where these are not known.",
            )
    return pd.concat([indicators[kept], *parts], ignore_index=True)


def _converted(
    rows: pd.DataFrame,
    other: str,
    kind: str,
    lookups: Sequence[pd.DataFrame],
    residents: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """Convert counts and denominators; what is not known of a part of an area is missing."""
    counts = ["count", "denominator"]
    table = rows[["area_code", *SERIES_KEYS, *counts]].rename(columns={"area_code": f"{other}cd"})
    known = [one for one in residents if any(map(is_lsoa, one.columns))]
    found = convert(table, lookups, to=kind, counts=counts, by=list(SERIES_KEYS), residents=known)
    found = found.rename(columns={f"{kind}cd": "area_code"}).assign(area_type=kind)
    state = np.select([found["count"].isna(), found["count"].eq(0)], ["missing", "zero"], "value")
    return found.assign(state=state).reindex(columns=rows.columns)
