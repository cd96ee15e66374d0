"""Values without intervals, placed among all of England's areas of the kind most like theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from geo.disclosure.table import confidential_rows
from geo.errors import labelled
from geo.geography.places import AUTHORITY, Place
from geo.notes import Notes, note
from geo.report.indicators.england import are_counts, values_alone
from geo.report.indicators.people import Counted, People, weight_of
from geo.statistics.aggregation import ENGLAND
from geo.statistics.placement import commonest_in, place_among, repeated_in, weighted_means
from geo.statistics.series import SERIES_KEYS
from geo.vocabulary.area_types import is_code_column, is_of, kind_of
from geo.vocabulary.codes import plain_codes
from geo.vocabulary.indicators import states_of
from geo.vocabulary.known_areas import KnownAreas
from geo.vocabulary.measures import GOOD
from geo.vocabulary.releases import VINTAGES

PLACES = ["fifth", "place", "among", "among_type"]
"""Columns of a placed value: its fifth, its place, among how many, and among what areas."""
_PART = "one figure of the whole authority, of which this is a part"
_NO_ENGLAND = "a standardised score, which has no figure of England: 0 is about its average area"


@dataclass(frozen=True, eq=False)
class England:
    """What is known of all of England's LSOAs: who lives there, and what they are parts of.

    Attributes
    ----------
    people : People
    authority, ward : Series or None
        By LSOA code; None where not all of England's are known.
    lookups : tuple of DataFrame
        From which the authorities' names are known.
    other_years : tuple of OtherYear
        The same of LSOAs of other years, where indicators are of these.
    """

    people: People
    authority: pd.Series | None = None
    ward: pd.Series | None = None
    lookups: tuple[pd.DataFrame, ...] = ()
    other_years: tuple["OtherYear", ...] = ()

    @classmethod
    def of(
        cls,
        people: People,
        ward: str | None,
        authority: pd.Series | None,
        lookups: Sequence[pd.DataFrame],
    ) -> "England":
        """Find authorities and wards of the LSOAs in the Indices and the lookups."""
        code = people.code
        wards = [t.set_index(code)[ward] for t in lookups if ward and {code, ward} <= set(t)]
        known = [one for one in map(partial(_whole, kind_of(code)), wards) if one is not None]
        where = None if authority is None else _whole(kind_of(code), authority)
        return cls(people, where, known[0] if known else None, tuple(lookups))

    def aligned(self, codes: pd.Index) -> "England":
        """Give authorities and wards of these LSOAs, in their order, so that none is looked up."""
        parts = (self.authority, self.ward)
        where, ward = (None if one is None else one.reindex(codes) for one in parts)
        return replace(self, authority=where, ward=ward)

    @cached_property
    def names(self) -> dict[str, str]:
        """Code of each authority by its name, as lookups have it."""
        listed = KnownAreas.listed_in(self.lookups).names
        return {n: c for kind in listed if is_of("lad", kind) for n, c in listed[kind].items()}

    @property
    def kind(self) -> str:
        """Area type of the LSOAs."""
        return kind_of(self.people.code)

    def like(self, level: str) -> tuple[str, pd.Series | None]:
        """Kind of areas that those of a level are most like, and which of them each LSOA is in."""
        if kind_of(level) == self.kind:
            return self.kind, None
        if is_code_column(level):
            return kind_of(level), self.ward
        return "lad", self.authority


@dataclass(frozen=True, eq=False)
class OtherYear:
    """LSOAs of another year than those of the report: the place's with their groups, and all."""

    hierarchy: pd.DataFrame
    england: England


def _whole(kind: str, parts: pd.Series) -> pd.Series | None:
    """Keep what each LSOA is part of where all of England's are known, each once."""
    parts = parts[parts.index.astype(str).str.startswith("E")].dropna()
    if len(parts) != VINTAGES[kind] or not parts.index.is_unique:
        return None
    return plain_codes(parts).astype("category")


def without_series(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Leave out the rows of series that others have."""
    return rows[~is_in(rows, others)]


def is_in(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Tell which rows are of series that others have."""
    if others.empty:
        return pd.Series(False, rows.index)
    known = pd.MultiIndex.from_frame(others[list(SERIES_KEYS)].drop_duplicates())
    return pd.Series(pd.MultiIndex.from_frame(rows[list(SERIES_KEYS)]).isin(known), rows.index)


def placed_rows(
    own: pd.DataFrame,
    national: pd.DataFrame,
    catalogue: pd.DataFrame,
    hierarchy: pd.DataFrame,
    place: Place,
    england: England,
    notes: Notes | None,
) -> pd.DataFrame:
    """Rows of every level, the borough and England, of public values that can be placed.

    Parameters
    ----------
    own, national : DataFrame
        Rows of the place's LSOAs, and those of all of England's in the latest period.
    catalogue : DataFrame
    hierarchy : DataFrame
        Each LSOA of the place, by its code in the first column, with its ward and groups.
    place : Place
    england : England
    notes : list of str or None

    Returns
    -------
    DataFrame
        Tidy indicators with ``note`` and `PLACES`; empty where nothing can be placed.
    """
    facts = catalogue.set_index("indicator_id")
    public = ~confidential_rows(national, catalogue) & ~are_counts(national, catalogue)
    needed = [*SERIES_KEYS, "area_code", "value"]
    bare = national.loc[values_alone(national, catalogue) & public, needed]
    codes = pd.Index(bare["area_code"].unique(), dtype=object)
    at, values = codes.get_indexer(bare["area_code"]), bare["value"].to_numpy(float)
    england = england.aligned(codes)
    weights: dict[str, Counted] = {}
    mine = own.groupby(list(SERIES_KEYS), sort=False).indices
    parts = []
    repeated: list[str] = []
    for key, rows in bare.groupby(list(SERIES_KEYS), sort=False).indices.items():
        fact = facts.loc[key[0]]
        weight = weight_of(fact, england.people)
        if weight is None or not weight.covers(england.kind):
            continue
        if weight.told not in weights:
            weights[weight.told] = replace(weight, number=weight.number.reindex(codes))
        known = np.full(len(codes), np.nan)
        known[at[rows]] = values[rows]
        series = _Series(pd.Series(known, codes), weights[weight.told], fact, england)
        if series.repeated:
            repeated.append(str(fact["short_name"]))
        given = own.iloc[mine.get(key, [])]
        tables = [_level(series, given, hierarchy, level, place) for level in hierarchy]
        tables += [_borough(series, hierarchy, place), _england(series)]
        table = pd.concat(tables, ignore_index=True)
        parts.append(table.assign(**dict(zip(SERIES_KEYS, key, strict=True))))
    if repeated:
        note(
            notes,
            f"{labelled(repeated)} {'are' if repeated[1:] else 'is'} shown for {_holder(place)} "
            "alone: the file repeats one figure of each authority on its LSOAs.",
        )
    if not parts:
        return pd.DataFrame(columns=["area_code", "area_type", *SERIES_KEYS])
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Series:
    """One series of values of all of England's LSOAs, and how it is weighted."""

    values: pd.Series
    weight: Counted
    fact: pd.Series
    england: England

    @property
    def highest_first(self) -> bool:
        return GOOD[self.fact["polarity"]] <= 0

    @cached_property
    def repeated(self) -> bool:
        where = self.england.authority
        return where is not None and repeated_in(self.values, where)

    def means(self, groups: pd.Series) -> pd.DataFrame:
        return weighted_means(self.values, self.weight.number, groups)

    def others(self, kind: str, groups: pd.Series | None) -> pd.Series | None:
        """Values of all of England's areas of a kind; None where these are not known."""
        if kind == self.england.kind:
            return self.values
        if groups is None:
            return None
        if kind not in self._known:
            alike = kind == "lad" and self.repeated
            self._known[kind] = (
                commonest_in(self.values, groups) if alike else self.means(groups)["value"]
            )
        return self._known[kind]

    @cached_property
    def _known(self) -> dict[str, pd.Series]:
        return {}

    def among(self, table: pd.DataFrame, level: str) -> pd.DataFrame:
        kind, groups = self.england.like(level)
        others = self.others(kind, groups)
        if others is None:
            return _unplaced(table, "England's areas of its kind are not known")
        found = place_among(table["value"], others, highest_is_first=self.highest_first)
        return table.assign(**found.set_axis(table.index), among_type=kind)


def _level(
    series: _Series, mine: pd.DataFrame, hierarchy: pd.DataFrame, level: str, place: Place
) -> pd.DataFrame:
    """Rows of one level: of LSOAs as they are given, of others as weighted means."""
    kind = kind_of(level)
    authorities = bool(place.codes) and not place.part and level == AUTHORITY
    if series.repeated and not authorities:
        codes = hierarchy[level].drop_duplicates()
        shown = _PART if place.part else f"one figure of {_holder(place)}, shown there"
        return _unplaced(_rows(codes, kind, np.nan, shown), "")
    if kind == series.england.kind:
        kept = mine.drop(columns=list(SERIES_KEYS))
        found = series.among(kept, level)
        lacking = found["value"].isna()
        return found.assign(note=np.where(lacking, "no figure is published", ""))
    groups = plain_codes(hierarchy.set_index(hierarchy.columns[0])[level])
    means = series.means(groups)
    told: str | list[str] = _words(means, series.weight)
    if series.repeated:
        told = ["one figure of each authority, repeated on its LSOAs in the file"] * len(means)
    table = _rows(means.index, kind, means["value"].to_numpy(), told)
    return series.among(table, level)


def _holder(place: Place) -> str:
    """Say of what a figure is that is one of each authority."""
    if place.part:
        return "no area of the place"
    return "each authority" if place.codes else f"{place.name} as a whole"


def _borough(series: _Series, hierarchy: pd.DataFrame, place: Place) -> pd.DataFrame:
    if series.repeated and not place.whole_authority:
        none = _PART if place.part else "one figure of each authority, which are not averaged"
        return _unplaced(_rows(["borough"], "borough", np.nan, none), "")
    means = series.means(pd.Series("borough", hierarchy[hierarchy.columns[0]].astype(object)))
    told: str | list[str] = _words(means, series.weight)
    if series.repeated:
        told = f"one figure of {place.name} as a whole, repeated on its LSOAs in the file"
    return series.among(_rows(["borough"], "borough", means["value"].to_numpy(), told), "borough")


def _england(series: _Series) -> pd.DataFrame:
    """England's figure, the mean of its LSOAs; none of a standardised score."""
    if bool(series.fact.get("standardised") is True):
        return _unplaced(_rows([ENGLAND], "england", np.nan, _NO_ENGLAND), "")
    means = series.means(pd.Series(ENGLAND, series.values.index))
    words = _words(means, series.weight)
    return _unplaced(_rows([ENGLAND], "england", means["value"].to_numpy(), words), "")


def _rows(
    codes: Sequence[str] | pd.Index | pd.Series,
    kind: str,
    value: float | np.ndarray,
    told: str | list[str],
) -> pd.DataFrame:
    table = pd.DataFrame({"area_code": list(codes), "area_type": kind, "value": value})
    return table.assign(state=states_of(table["value"]), note=told)


def _unplaced(table: pd.DataFrame, why: str) -> pd.DataFrame:
    empty = pd.array([pd.NA] * len(table), dtype="Int64")
    told = table["note"].astype(str)
    joined = told.where(told.ne(""), why) if not why else (told + "; " + why).str.removeprefix("; ")
    return table.assign(fifth=empty, place=empty, among=empty, among_type="", note=joined)


def _words(means: pd.DataFrame, weight: Counted) -> list[str]:
    """Say of each mean how it is weighted and what is lacking in it."""
    words = []
    for lacking, areas, value in zip(means["lacking"], means["areas"], means["value"], strict=True):
        told = f"mean of the LSOAs, weighted by {weight.words}"
        if lacking:
            verb = "has" if lacking == 1 else "have"
            told = f"{lacking:,} of its {areas:,} LSOAs {verb} no figure" + (
                "" if np.isnan(value) else f"; {told} of the others"
            )
        words.append(told)
    return words
