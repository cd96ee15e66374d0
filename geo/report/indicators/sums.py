"""Figures of a place summed to every level: counts first, values weighted, blanks told."""

from collections.abc import Iterator

import pandas as pd

from geo.disclosure.table import confidential_rows
from geo.errors import labelled
from geo.geography.membership import holding
from geo.geography.places import Place
from geo.notes import Notes, note
from geo.report.indicators.england import values_alone
from geo.report.indicators.people import Counted, People, weight_of
from geo.report.indicators.wording import blank_words, lacking_words, least_words
from geo.statistics.aggregation import aggregate
from geo.statistics.incomplete import AT_LEAST, with_least
from geo.vocabulary.area_types import area_type, kind_of

DEPRIVED = "deprived"
"""Level of the most deprived 30% and the rest."""
CONFIDENCE = (0.95, 0.998)


def summed(
    own: pd.DataFrame,
    catalogue: pd.DataFrame,
    hierarchy: pd.DataFrame,
    bases: dict[str, str],
    place: Place,
    people: People,
    notes: Notes | None,
) -> pd.DataFrame:
    """Every indicator at its own areas and all larger ones, with limits of 95% and 99.8%.

    Parameters
    ----------
    own : DataFrame
        Rows of the place's LSOAs or wards.
    catalogue : DataFrame
    hierarchy : DataFrame
        Each LSOA of the place with its ward and groups.
    bases : dict
        Area types that figures may be of, and the column of ``hierarchy`` with their codes.
    place : Place
    people : People
        Weights of indicators that have values alone.
    notes : list of str or None

    Returns
    -------
    DataFrame
        Tidy indicators with ``note`` and ``at_least``.
    """
    levels = [c for c in hierarchy if c not in bases.values()]
    weights = _weights(own, catalogue, people)
    short = catalogue.set_index("indicator_id")["short_name"]
    parts = []
    for (kind, code), above in _bases_with_levels(bases, levels):
        rows = own[own["area_type"] == kind]
        if rows.empty:
            continue
        above = _whole_levels(
            hierarchy, code, above, short[rows["indicator_id"].unique()], place, notes
        )
        members = hierarchy.drop_duplicates([code, *above])
        for some, by, weight in _weighted(rows, weights, [code, *above, "borough"], short, notes):
            sums = aggregate(
                some, members, by=by, catalogue=catalogue, confidence=CONFIDENCE, weights=weight
            )
            parts.append(_least(sums, some, members, by, catalogue))
    if not parts:
        return own.head(0).assign(missing_areas=0, note="")
    sums = pd.concat(parts, ignore_index=True)
    return sums.assign(note=_notes(sums, catalogue, bases, weights))


def _weights(own: pd.DataFrame, catalogue: pd.DataFrame, people: People) -> dict[str, Counted]:
    """Find the weight of each indicator that has values alone; empty where none is known."""
    facts = catalogue.set_index("indicator_id")
    bare = own.loc[values_alone(own, catalogue), "indicator_id"].unique()
    nobody = Counted(pd.Series(dtype=float), "")
    return {name: weight_of(facts.loc[name], people) or nobody for name in bare}


def _weighted(
    rows: pd.DataFrame,
    weights: dict[str, Counted],
    by: list[str],
    short: pd.Series,
    notes: Notes | None,
) -> Iterator[tuple[pd.DataFrame, list[str], pd.Series | None]]:
    """Rows that are summed alike: counted ones, and values with the same weights."""
    bare = rows["indicator_id"].isin(weights)
    if not bare.all():
        yield rows[~bare], by, None
    alone = []
    for words in dict.fromkeys(weight.words for weight in weights.values()):
        names = [name for name, weight in weights.items() if weight.words == words]
        weight = weights[names[0]].number
        some = rows[rows["indicator_id"].isin(names)]
        lacking = some.loc[~some["area_code"].isin(weight.dropna().index), "indicator_id"].unique()
        alone += list(lacking)
        if len(together := some[~some["indicator_id"].isin(lacking)]):
            yield together, by, weight
    if alone:
        kind = area_type(str(rows["area_type"].iat[0])).dated
        note(
            notes,
            f"{labelled(short[alone])} {'are' if len(alone) > 1 else 'is'} shown by {kind} alone: "
            "values without counts, and residents to weight them by are not known.",
        )
        unit = pd.Series(1.0, rows["area_code"].unique())
        yield rows[rows["indicator_id"].isin(alone)], by[:1], unit


def _least(
    sums: pd.DataFrame,
    rows: pd.DataFrame,
    members: pd.DataFrame,
    by: list[str],
    catalogue: pd.DataFrame,
) -> pd.DataFrame:
    """Give the least of public sums that lack areas; a single area's own figure stays missing."""
    public = rows[~confidential_rows(rows, catalogue)]
    if public.empty or len(by) < 2:
        return sums.assign(**{AT_LEAST: 0})
    own = sums["area_type"].eq(kind_of(by[0])) | confidential_rows(sums, catalogue)
    least = with_least(
        sums[~own], public, members, by=by[1:], catalogue=catalogue, confidence=CONFIDENCE
    )
    return pd.concat([sums[own].assign(**{AT_LEAST: 0}), least], ignore_index=True)


def _whole_levels(
    hierarchy: pd.DataFrame,
    code: str,
    above: list[str],
    names: pd.Series,
    place: Place,
    notes: Notes | None,
) -> list[str]:
    """Levels that hold each area whole; the others are noted."""
    whole = holding(hierarchy, code, above)
    if cut := [level for level in above if level not in whole and level != DEPRIVED]:
        note(
            notes,
            f"{labelled(names)} {'are' if len(names) > 1 else 'is'} not summed to "
            f"{labelled(place.area_type(one).singular for one in cut)}: the figures are by "
            f"{area_type(kind_of(code)).dated}, and some of these areas lie in several of them.",
        )
    return whole


def _notes(
    sums: pd.DataFrame, catalogue: pd.DataFrame, bases: dict[str, str], weights: dict[str, Counted]
) -> pd.Series:
    """Say of a sum what its number does not: how it was weighted, what is missing from it."""
    above = ~sums["area_type"].isin(bases)
    words = {
        name: f"mean of the LSOAs, weighted by {weight.words}; no interval, and not all of "
        "England's LSOAs are known to place it among"
        for name, weight in weights.items()
    }
    notes = sums["indicator_id"].map(words).where(above, "").fillna("")
    lacking = sums["state"].eq("missing") & sums["missing_areas"].gt(0) & above
    notes = notes.mask(lacking, lacking_words(sums["missing_areas"]))
    blank = sums["state"].eq("missing") & ~above
    notes = notes.mask(blank, blank_words(sums, catalogue))
    least = sums[AT_LEAST].gt(0)
    return notes.mask(least, least_words(sums, catalogue))


def _bases_with_levels(
    bases: dict[str, str], levels: list[str]
) -> Iterator[tuple[tuple[str, str], list[str]]]:
    kinds = list(bases.items())
    for at, base in enumerate(kinds):
        yield base, [code for _, code in kinds[at + 1 :]] + levels
