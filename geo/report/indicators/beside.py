"""Rows that stand beside the sums of a place: of MSOAs, of the whole alone, or that say why not."""

import pandas as pd

from geo.geography.places import AUTHORITY, Place
from geo.notes import Notes
from geo.report.indicators.msoas import COLUMNS, of_msoas
from geo.report.indicators.other_areas import of_no_group, of_other_years
from geo.report.indicators.placed import England
from geo.report.indicators.whole_place import of_whole_place
from geo.statistics.series import SERIES_KEYS


def beside(
    own: pd.DataFrame,
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    hierarchy: pd.DataFrame,
    place: Place,
    england: England,
    notes: Notes | None,
) -> pd.DataFrame:
    """Rows of public indicators that are not known of the place's LSOAs or wards.

    Parameters
    ----------
    own : DataFrame
        Rows of the place's LSOAs and wards, whose indicators are left aside here.
    indicators, catalogue : DataFrame
    hierarchy : DataFrame
        Each LSOA of the place with its ward and groups, and its MSOA where known.
    place : Place
    england : England
    notes : list of str or None

    Returns
    -------
    DataFrame
        Tidy indicators with ``note`` and ``estimated``: a row for each area of the place, though it
        have no figure. The place as a whole has its authority's own figure where that is known.
    """
    rest = indicators[~indicators["indicator_id"].isin(own["indicator_id"])]
    groups = hierarchy.drop(columns=list(COLUMNS), errors="ignore")
    by_msoa = of_msoas(rest, catalogue, hierarchy, list(groups), england.people, notes)
    unknown = rest[~rest["indicator_id"].isin(by_msoa["indicator_id"])]
    placed = of_other_years(unknown, catalogue, groups, place, england, notes)
    smaller = pd.concat([by_msoa, placed], ignore_index=True)
    called = {code: name for name, code in england.names.items() if name in set(_named(groups))}
    whole = of_whole_place(rest, catalogue, own, groups, place, called)
    also = whole["indicator_id"].isin(smaller["indicator_id"])
    given = whole["area_type"].isin(["borough", AUTHORITY])
    if place.codes:
        given &= whole["state"].ne("missing")
    whole = whole[~also | given]
    keys = ["area_type", "area_code", *SERIES_KEYS]
    twice = pd.MultiIndex.from_frame(smaller[keys]).isin(pd.MultiIndex.from_frame(whole[keys]))
    found = pd.concat([smaller[~twice], whole], ignore_index=True)
    untold = of_no_group(rest, catalogue, found, list(groups), hierarchy)
    return pd.concat([found, untold], ignore_index=True)


def _named(groups: pd.DataFrame) -> pd.Series:
    """Names of the authorities that LSOAs lie in, where the place is several."""
    return groups[AUTHORITY] if AUTHORITY in groups else pd.Series(dtype=str)
