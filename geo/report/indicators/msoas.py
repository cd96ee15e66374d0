"""Figures of MSOAs: shown for these, and shared out to the groups of a place as estimates."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.disclosure.table import confidential_rows
from geo.errors import labelled
from geo.notes import Notes, note
from geo.report.indicators.people import Counted, People, weight_of
from geo.report.indicators.whole_place import CONFIDENCE, with_limits
from geo.statistics.aggregation import aggregate
from geo.statistics.series import SERIES_KEYS
from geo.vocabulary.area_types import kind_of
from geo.vocabulary.local_names import msoa_local_names

ESTIMATED = "estimated"
"""Column: whether a figure is made of counts that were shared out."""
KIND = "msoa21"
COLUMNS = _CODE, _NAME = f"{KIND}cd", f"{KIND}nm"
_SERIES = list(SERIES_KEYS)


def with_msoas(
    lsoas: pd.DataFrame,
    lookups: Sequence[pd.DataFrame],
    areas: pd.DataFrame | None,
    called: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add the MSOA of each LSOA, by a lookup, else by name, where it is known of them all.

    The ONS calls LSOAs after their MSOA, with a letter: "Cheshire East 001A".

    Parameters
    ----------
    lsoas : DataFrame
        A row an LSOA of 2021 of the place, with ``lsoa21nm`` where known.
    lookups : sequence of DataFrame
        As from ``read_lookup``.
    areas : DataFrame or None
        MSOAs with code and name.
    called : DataFrame, optional
        As from ``read_msoa_names``: what people call them.

    Returns
    -------
    DataFrame
        With ``msoa21cd``, and as ``msoa21nm`` what people call them, else the ONS's name, where
        known; unchanged where MSOAs are not.
    """
    if "lsoa21cd" not in lsoas:
        return lsoas
    named = areas is not None and {_CODE, _NAME} <= set(areas)
    names = areas.set_index(_CODE)[_NAME] if named and areas is not None else None
    for table in (one for one in lookups if {"lsoa21cd", _CODE} <= set(one)):
        codes = lsoas["lsoa21cd"].map(_once(table, "lsoa21cd")[_CODE])
        if codes.notna().all():
            own = _once(table, _CODE)[_NAME] if _NAME in table else names
            return lsoas.assign(**{_CODE: codes}, **_names(codes, own, called))
    if names is None or "lsoa21nm" not in lsoas:
        return lsoas
    codes = lsoas["lsoa21nm"].str.slice(stop=-1).map(pd.Series(names.index, names))
    return (
        lsoas.assign(**{_CODE: codes}, **_names(codes, names, called))
        if codes.notna().all()
        else lsoas
    )


def _once(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.drop_duplicates(column).set_index(column)


def _names(
    codes: pd.Series, official: pd.Series | None, called: pd.DataFrame | None
) -> dict[str, pd.Series]:
    return {} if official is None else {_NAME: msoa_local_names(codes.map(official), called)}


def of_msoas(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    lsoas: pd.DataFrame,
    levels: Sequence[str],
    people: People,
    notes: Notes | None,
) -> pd.DataFrame:
    """Rows of MSOAs, and estimates of every level of the place, of public indicators.

    A group's estimate is the sum of the counts of its MSOAs, of which those that lie in several
    groups are shared out by who lives there (residents, or what the catalogue names); with no MSOA
    shared out it is a plain sum. Limits are those of the counts, shares taken as known.

    Parameters
    ----------
    indicators, catalogue : DataFrame
        Of indicators that are not known of smaller areas.
    lsoas : DataFrame
        As from `with_msoas`.
    levels : sequence of str
        Columns of ``lsoas``: of wards and of groups; LSOAs are told to be too small.
    people : People
    notes : list of str or None
        Takes what is left out.

    Returns
    -------
    DataFrame
        Tidy indicators with ``note`` and `ESTIMATED`; empty where there are none.
    """
    rows = indicators[indicators["area_type"].eq(KIND)]
    if _CODE not in lsoas or rows.empty:
        return rows.head(0)
    rows = rows[rows["area_code"].isin(lsoas[_CODE])]
    rows = _public(rows, catalogue, notes)
    facts = catalogue.set_index("indicator_id")
    parts = [rows.head(0)]
    for name, own in rows.groupby("indicator_id", sort=False):
        weight = weight_of(facts.loc[name], people)
        parts.append(_measured(own, catalogue))
        small, *larger = levels
        parts.append(missing_rows(own, lsoas, small, "known of MSOAs, no smaller areas"))
        for level in [*larger, "borough"]:
            parts.append(_of_level(own, lsoas, level, weight, catalogue))
    out = pd.concat(parts, ignore_index=True)
    return out.assign(**{ESTIMATED: out[ESTIMATED].eq(True)} if ESTIMATED in out else {})


def _public(rows: pd.DataFrame, catalogue: pd.DataFrame, notes: Notes | None) -> pd.DataFrame:
    """Leave confidential figures out, and name them."""
    secret = confidential_rows(rows, catalogue)
    if secret.any():
        short = catalogue.set_index("indicator_id")["short_name"]
        note(
            notes,
            f"The confidential figures by MSOA of "
            f"{labelled(short[rows.loc[secret, 'indicator_id'].unique()])} are left out, because "
            "nothing protects counts that are shared out; give them by LSOA or ward.",
        )
    return rows[~secret]


def _measured(own: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Rows of MSOAs as they are, with limits of their counts where they have none."""
    told = own["note"].fillna("").astype(str) if "note" in own else ""
    return with_limits(own, catalogue).assign(note=told, **{ESTIMATED: False})


def missing_rows(own: pd.DataFrame, lsoas: pd.DataFrame, level: str, told: str) -> pd.DataFrame:
    """Rows without a figure for every area of a level, that say why, of each series of ``own``."""
    codes = ["borough"] if level == "borough" else lsoas[level].unique()
    areas = pd.DataFrame({"area_code": codes, "area_type": kind_of(level)})
    series = own[_SERIES].drop_duplicates()
    return areas.merge(series, how="cross").assign(state="missing", note=told, **{ESTIMATED: False})


def _of_level(
    own: pd.DataFrame,
    lsoas: pd.DataFrame,
    level: str,
    weight: Counted | None,
    catalogue: pd.DataFrame,
) -> pd.DataFrame:
    """Sum the counts of MSOAs to a level, those of MSOAs in several groups by their shares."""
    fact = catalogue.set_index("indicator_id").loc[own["indicator_id"].iat[0]]
    if fact["measure"] == "value" or own["count"].isna().all():
        return missing_rows(own, lsoas, level, "known of MSOAs, without counts to share out")
    shares = _shares(lsoas, level, weight)
    grid = own[_SERIES].drop_duplicates().merge(shares, how="cross")
    kept = own[["area_code", *_SERIES, "count", "denominator", "state"]]
    pieces = grid.merge(kept.rename(columns={"area_code": _CODE}), on=[_CODE, *_SERIES], how="left")
    pieces = pieces.assign(
        area_code=pieces["piece"],
        area_type=KIND,
        count=pieces["count"] * pieces["share"],
        denominator=pieces["denominator"] * pieces["share"],
        state=pieces["state"].fillna("missing"),
    )
    members = shares[["piece", "group"]].set_axis([_CODE, level], axis=1)
    pieces = pieces.drop(columns=[_CODE, "piece", "group", "share", "people"])
    sums = aggregate(pieces, members, by=level, catalogue=catalogue, confidence=CONFIDENCE)
    of = shares.groupby("group")["share"].agg(parts=lambda s: (s < 1).sum(), all="size")
    parts, every = (sums["area_code"].map(of[name]) for name in ("parts", "all"))
    lacking = sums["missing_areas"].gt(0)
    verb = np.where(sums["missing_areas"].eq(1), "has", "have")
    by = weight.words if weight is not None else "LSOAs in equal parts"
    told = (
        "estimated from MSOAs: the counts of " + parts.astype(str) + " of " + every.astype(str)
        + f" are shared out by {by}"
    )  # fmt: skip
    gaps = sums["missing_areas"].astype(str) + " of its MSOAs " + verb + " no figure"
    estimated = parts.gt(0) & ~lacking
    words = gaps.where(lacking, told.where(estimated, ""))
    return sums.drop(columns="missing_areas").assign(note=words, **{ESTIMATED: estimated})


def _shares(lsoas: pd.DataFrame, level: str, weight: Counted | None) -> pd.DataFrame:
    """Share of the people of each MSOA who live in each group: ``piece``, ``group``, ``share``."""
    group = pd.Series("borough", lsoas.index) if level == "borough" else lsoas[level]
    people = pd.Series(1.0, lsoas.index)
    if weight is not None:
        known = lsoas["lsoa21cd"].map(weight.number).astype(float)
        whole = known.groupby(lsoas[_CODE]).transform("sum", min_count=1)
        people = known.where(whole > 0, 1.0).fillna(0.0)
    cells = people.groupby([lsoas[_CODE], group.rename("group")]).sum().rename("people")
    table = cells.reset_index()
    share = table["people"] / table.groupby(_CODE)["people"].transform("sum")
    return table.assign(share=share, piece=table[_CODE] + " " + table["group"].astype(str))
