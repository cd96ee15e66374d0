"""Figures of areas that no group is made of: of another year's LSOAs, constituencies, others."""

from collections.abc import Sequence

import pandas as pd

from geo.disclosure.table import confidential_rows
from geo.geography.places import Place
from geo.notes import Notes
from geo.report.indicators.england import national_rows
from geo.report.indicators.msoas import KIND as MSOA
from geo.report.indicators.msoas import missing_rows
from geo.report.indicators.placed import England, placed_rows
from geo.vocabulary.area_types import area_type, is_lsoa, is_of, kind_of
from geo.vocabulary.periods import latest_by

_HAVE_OTHERS = ("wd", "lad", "utla", "region", "england")
"""Kinds of areas of which a file may have figures, and none of the place."""


def of_other_years(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    hierarchy: pd.DataFrame,
    place: Place,
    england: England,
    notes: Notes | None,
) -> pd.DataFrame:
    """Place groups by values alone of another year's LSOAs, by these LSOAs' own groups.

    Counts are carried over instead (``carried_over``); values cannot be shared out.

    Parameters
    ----------
    indicators, catalogue : DataFrame
        Of indicators that are not known of the LSOAs and wards that the report stands on.
    hierarchy : DataFrame
        Each LSOA of the report with its ward and groups.
    place : Place
    england : England
    notes : list of str or None

    Returns
    -------
    DataFrame
        As from ``placed_rows``: of the groups, and of LSOAs whose boundary is the same in both
        years; the others have rows that say why they have no figure.
    """
    parts = [indicators.head(0)]
    for year in england.other_years:
        kind = year.england.kind
        rows = indicators[indicators["area_type"].eq(kind)]
        own = rows[rows["area_code"].isin(year.hierarchy.iloc[:, 0])]
        if own.empty:
            continue
        national = national_rows(rows, kind, latest_by(rows["indicator_id"], rows["period"]))
        found = placed_rows(own, national, catalogue, year.hierarchy, place, year.england, notes)
        parts += _of_this_year(found, kind, hierarchy)
    return pd.concat(parts, ignore_index=True)


def _of_this_year(
    found: pd.DataFrame, kind: str, hierarchy: pd.DataFrame
) -> tuple[pd.DataFrame, ...]:
    """Give LSOAs that kept their code, and so their boundary, their figure; the rest none."""
    codes = hierarchy.iloc[:, 0]
    small = found["area_type"].eq(kind)
    same = small & found["area_code"].isin(codes)
    kept = found[~small | same]
    told = f"known by {area_type(kind).dated} alone, and its boundary is of another year"
    changed = hierarchy[~codes.isin(found.loc[same, "area_code"])]
    return (
        kept.assign(area_type=kept["area_type"].replace(kind, kind_of(codes.name))),
        missing_rows(found, changed, str(codes.name), told),
    )


def of_no_group(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    others: pd.DataFrame,
    levels: Sequence[str],
    lsoas: pd.DataFrame,
) -> pd.DataFrame:
    """Rows that say of indicators why no area of the place has a figure of theirs.

    Parameters
    ----------
    indicators, catalogue : DataFrame
    others : DataFrame
        Rows of indicators that have a figure.
    levels : sequence of str
        Columns of ``lsoas``.
    lsoas : DataFrame
    """
    rest = indicators[~indicators["indicator_id"].isin(others["indicator_id"])]
    parts = [rest.head(0)]
    for _, own in rest.groupby("indicator_id", sort=False):
        kinds = list(dict.fromkeys(own["area_type"]))
        secret = bool(confidential_rows(own, catalogue).any())
        told = _unprotected(kinds) if secret else _why_not(kinds, kind_of(levels[0]))
        for level in [*levels, "borough"]:
            parts.append(missing_rows(own, lsoas, level, told))
    return pd.concat(parts, ignore_index=True)


def _unprotected(kinds: list[str]) -> str:
    """Say why confidential figures of these kinds of areas are not shown."""
    words = " and ".join(area_type(kind).dated for kind in kinds)
    return f"confidential, and known by {words} alone: only counts by LSOA or ward are protected"


def _why_not(kinds: list[str], own: str) -> str:
    """Say why figures of these kinds of areas make none of a group."""
    elsewhere = [kind for kind in kinds if any(is_of(one, kind) for one in _HAVE_OTHERS)]
    elsewhere += [kind for kind in kinds if kind == own]
    local = [kind for kind in kinds if kind not in elsewhere]
    words = " and ".join(area_type(kind).dated for kind in local or kinds)
    if not local:
        return f"the file has no figure of the place: it has figures by {words} alone"
    if MSOA in local:
        why = "and which areas are in which MSOA is not known; add a lookup or MSOA boundaries"
    elif all(map(is_lsoa, local)):
        why = "and values of these cannot be shared out to other areas"
    else:
        why = "of which no group is made"
    return f"known by {words} alone, {why}"
