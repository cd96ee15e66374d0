"""Indicators of a place at every level: summed, made safe to print, compared with England."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from geo.disclosure.earlier import Earlier
from geo.disclosure.linked_series import relations_between
from geo.disclosure.protection import Protection, protection
from geo.disclosure.public_series import public_figures
from geo.disclosure.publications import Publication, Terms
from geo.disclosure.publish import Safeguards, publishable
from geo.disclosure.published import Published
from geo.disclosure.requirements import (
    judging_contributions,
    require_dominance_kept,
    require_printable,
)
from geo.disclosure.rules import Rule
from geo.disclosure.table import confidential_rows
from geo.geography.places import AUTHORITY, Place
from geo.notes import Notes, note
from geo.report.indicators.benchmarks import Against, Figures, compared_with
from geo.report.indicators.beside import beside
from geo.report.indicators.categories import stands_for_all, with_persons
from geo.report.indicators.completed import note_uncompared
from geo.report.indicators.england import (
    benchmark_of,
    england_rows,
    is_latest,
    national_fifths,
    national_rows,
)
from geo.report.indicators.msoas import COLUMNS as MSOA_COLUMNS
from geo.report.indicators.msoas import ESTIMATED
from geo.report.indicators.msoas import KIND as MSOA
from geo.report.indicators.own_figures import note_left_out, of_place, of_wards
from geo.report.indicators.people import People
from geo.report.indicators.placed import PLACES, England, is_in, placed_rows, without_series
from geo.report.indicators.sums import DEPRIVED, summed
from geo.statistics.aggregation import ENGLAND
from geo.statistics.comparison import compare
from geo.statistics.incomplete import AT_LEAST, surely
from geo.statistics.trends import trend
from geo.vocabulary.area_types import (
    column_of,
    is_code_column,
    is_lsoa,
    kind_of,
    name_column,
    vintage_column,
)
from geo.vocabulary.indicators import decimals_of
from geo.vocabulary.local_names import local_names
from geo.vocabulary.measures import contributions_in
from geo.vocabulary.periods import latest_by


@dataclass(frozen=True)
class Outcomes:
    """What is known of a place beyond deprivation, safe to print.

    Attributes
    ----------
    comparisons : DataFrame
        As from ``geo.compare``, with ``quantile`` where all of England's LSOAs are known (for
        values alone with ``place``, ``among`` how many, ``among_type``, and ``is_among``: whether
        it is one), ``at_least`` (how many areas a sum lacks), ``area_name`` and ``note``: LSOAs,
        wards, every level of the place, the borough and England in the latest period, levels and
        borough in earlier ones.
    trends : DataFrame
        As from ``geo.trend``, for the levels and the borough.
    catalogue : DataFrame
        A row an indicator.
    hierarchy : DataFrame
        Each LSOA's code, ward and groups: what could be subtracted from what.
    benchmark : str
        Area type compared with: ``england``, or ``borough`` where nothing is known of England.
    rule : str
        Rule of disclosure control in words; empty if nothing is confidential.
    last : Series
        The latest period of each indicator, by its id.
    printed : Publication or None
        What is told of confidential counts; None if nothing is confidential.
    protection : Protection or None
        What was hidden of confidential indicators, in safe numbers.
    against : dict
        With whom else areas are compared, and what to call each: ``comparisons`` has
        ``benchmark_value_<name>`` and ``comparison_<name>`` of it.
    """

    comparisons: pd.DataFrame
    trends: pd.DataFrame
    catalogue: pd.DataFrame
    hierarchy: pd.DataFrame
    benchmark: str
    rule: str
    last: pd.Series
    printed: Publication | None = None
    protection: Protection | None = None
    against: dict[str, str] = field(default_factory=dict)

    @cached_property
    def published(self) -> Published:
        """Comparisons with their catalogue, which have passed disclosure control."""
        return Published.of(self.comparisons, self.catalogue)

    @cached_property
    def of_all(self) -> "Outcomes":
        """The series of all persons and ages of each indicator: what a figure of one can show."""
        table = self.comparisons[stands_for_all(self.comparisons)]
        trends = self.trends[stands_for_all(self.trends)]
        kept = self.catalogue["indicator_id"].isin(table["indicator_id"])
        return replace(self, comparisons=table, trends=trends, catalogue=self.catalogue[kept])

    @cached_property
    def latest(self) -> pd.DataFrame:
        """Comparisons of each indicator's latest period."""
        return self.comparisons[is_latest(self.comparisons, self.last)]


def outcomes(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    lsoas: pd.DataFrame,
    place: Place,
    *,
    england: England | None = None,
    terms: Terms | None = None,
    notes: Notes | None = None,
) -> Outcomes | None:
    """Bring indicators of LSOAs or wards to every level of a place, ready to be shown.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators as ``read_indicators`` gives them, of LSOAs or wards, and of England where
        known; where all of England's LSOAs are there, England is summed from them.
    catalogue : DataFrame
        As from ``read_catalogue``.
    lsoas : DataFrame
        A row an LSOA of the place: code, ward and the columns of the place's levels.
    place : Place
        The place.
    england : England, optional
        What is known of all of England's LSOAs: how many live in each, to weight indicators that
        have values alone, and which authority and ward each is in, to place them.
    terms : Terms, optional
        Rule of disclosure control, and what was published before; counts of 1 to 4 are hidden
        where not given.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    Outcomes or None
        None where no indicator has a figure of the place's LSOAs or wards, or none of more than
        these.

    Raises
    ------
    GeoError
        If a figure is impossible, or a hidden one could be worked out from what is to be printed.

    Warns
    -----
    GeoWarning
        Says what is left out or withheld.
    """
    terms = terms or Terms()
    vintage, code = vintage_column(lsoas)
    ward = column_of("wd", lsoas)
    bases = {kind_of(column): column for column in (code, ward) if column}
    columns = list(dict.fromkeys([*bases.values(), *place.level_columns]))
    hierarchy = _with_deprived(lsoas[columns], lsoas)
    indicators = with_persons(indicators, catalogue, notes)
    if ward is not None:
        indicators = of_wards(indicators, kind_of(ward), lsoas[ward], notes)
    known = england or England(People(code, lsoas[[code]]))
    groups = _groups(hierarchy, lsoas)
    own = of_place(indicators, bases, lsoas)
    others = beside(own, indicators, catalogue, groups, place, known, notes)
    note_left_out(indicators, catalogue, own, others, bases, place, notes)
    if own.empty and others["value"].isna().all():
        return None
    require_printable(own, catalogue)
    both = pd.concat([own, others], ignore_index=True)
    last = latest_by(both["indicator_id"], both["period"])
    national = national_rows(indicators, vintage, last)
    whole = england_rows(indicators, national, both, catalogue)
    groups = groups.drop(columns=list(MSOA_COLUMNS), errors="ignore")
    placed = placed_rows(own, national, catalogue, groups, place, known, notes)
    placed, others = _but_england(placed, whole), _but_england(others, whole)
    own = without_series(own, placed)
    sums = summed(own, catalogue, hierarchy, bases, place, known.people, notes)
    terms = judging_contributions(terms, sums[confidential_rows(sums, catalogue)], catalogue, notes)
    printed = _printed(sums, hierarchy, last)
    safe = _safe(printed, sums, hierarchy, catalogue, terms, notes)
    others = _with_rule(_printed(others, hierarchy, last), catalogue, terms.rule)
    everything = pd.concat([safe, placed, others, whole], ignore_index=True)
    if everything["area_type"].isin(bases).all():
        _note_nothing_compared(place, notes)
        return None
    benchmark = benchmark_of(everything[everything["area_type"].eq("england")], place.name, notes)
    compared = _compared(everything, benchmark, national, catalogue, notes)
    compared = _described(compared, lsoas, place)
    shown = _listed(catalogue, both["indicator_id"], compared)
    confidential = shown["confidential"].any()
    return Outcomes(
        comparisons=compared,
        trends=trend(compared[~compared["area_type"].isin(bases)], catalogue=catalogue),
        catalogue=shown,
        hierarchy=hierarchy,
        benchmark=benchmark,
        rule=terms.rule.words if confidential else "",
        last=last,
        printed=terms.published(safe, hierarchy, catalogue) if confidential else None,
        protection=protection(printed, safe, catalogue, terms.rule),
    )


def _but_england(rows: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Leave England's rows out that are in ``whole``."""
    return rows[~rows["area_type"].eq("england") | ~is_in(rows, whole)]


def _with_rule(rows: pd.DataFrame, catalogue: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Say on confidential rows, none of which has a figure, which rule is applied."""
    secret = confidential_rows(rows, catalogue)
    assert rows.loc[secret, ["count", "value"]].isna().all(axis=None)
    return rows.assign(rule=np.where(secret, rule.words, ""))


def with_benchmarks(
    found: Outcomes | None,
    against: Against,
    indicators: pd.DataFrame,
    place: Place,
    england: England,
    notes: Notes | None,
) -> Outcomes | None:
    """Compare with others than England too; errors are those of ``compared_with``."""
    if found is None or not against.others:
        return found
    national = national_rows(indicators, england.kind, found.last)
    figures = Figures(indicators, national, found.catalogue, found.hierarchy, england, place)
    compared, called = compared_with(found.comparisons, against, figures, notes)
    return replace(found, comparisons=compared, against=called)


def _note_nothing_compared(place: Place, notes: Notes | None) -> None:
    note(
        notes,
        f"Neither England nor {place.name} has a figure of any indicator, so none is compared or "
        "shown. Values without counts need a population file to weight them by, or rows of England "
        "(E92000001).",
    )


def _compared(
    everything: pd.DataFrame,
    benchmark: str,
    national: pd.DataFrame,
    catalogue: pd.DataFrame,
    notes: Notes | None,
) -> pd.DataFrame:
    """Compare, place and say what can be neither."""
    everything = everything.drop(columns=contributions_in(everything))
    compared = compare(everything, benchmark=benchmark, catalogue=catalogue, notes=notes)
    compared = _untested(surely(compared, benchmark), catalogue)
    compared["quantile"] = national_fifths(compared, national, catalogue, notes)
    compared = _with_places(compared)
    note_uncompared(compared, catalogue, ["england"], notes)
    return compared


def _untested(compared: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Leave indicators uncompared whose publisher compares areas by fifths, not by intervals."""
    if "comparator" not in catalogue:
        return compared
    names = catalogue.loc[catalogue["comparator"].eq("quintiles"), "indicator_id"]
    fifths = compared["indicator_id"].isin(names) & compared["comparison"].ne("not_compared")
    told = "its publisher compares it by fifths of England's areas, which are not all known here"
    blank = fifths & _text(compared["note"]).eq("")
    if "fifth" in compared:
        blank &= compared["fifth"].isna()
    return compared.assign(
        comparison=compared["comparison"].mask(fifths, "not_compared"),
        note=compared["note"].mask(blank, told),
    )


def _with_places(compared: pd.DataFrame) -> pd.DataFrame:
    """Give placed values their fifth; complete what only some rows have."""
    compared = compared.reindex(columns=[*dict.fromkeys([*compared, *PLACES, AT_LEAST, ESTIMATED])])
    fifth = compared.pop("fifth").astype("Int64")
    return compared.assign(
        quantile=fifth.fillna(compared["quantile"]),
        place=compared["place"].astype("Int64"),
        among=compared["among"].astype("Int64"),
        among_type=_text(compared["among_type"]),
        at_least=compared[AT_LEAST].fillna(0).astype(int),
        estimated=compared[ESTIMATED].eq(True),
        note=_text(compared["note"]),
    )


def _listed(catalogue: pd.DataFrame, names: pd.Series, compared: pd.DataFrame) -> pd.DataFrame:
    """Entries of the indicators that are there, with the decimals that their figures deserve."""
    shown = catalogue[catalogue["indicator_id"].isin(names)].reset_index(drop=True)
    return shown.assign(decimals=shown["indicator_id"].map(decimals_of(compared, shown)))


def _text(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").astype(str)


def _safe(
    printed: pd.DataFrame,
    sums: pd.DataFrame,
    hierarchy: pd.DataFrame,
    catalogue: pd.DataFrame,
    terms: Terms,
    notes: Notes | None,
) -> pd.DataFrame:
    """Suppress what is printed of all that is known, beside what was published before."""
    secret = sums[confidential_rows(sums, catalogue)]
    relations = relations_between(secret, catalogue)
    previous = (*terms.previous, *public_figures(sums, hierarchy, catalogue, relations))
    earlier = None
    if previous and len(secret):
        earlier = Earlier.of(
            previous,
            secret,
            hierarchy,
            catalogue=catalogue,
            relations=relations,
            lookups=terms.lookups,
        )
    safe = publishable(
        printed,
        hierarchy,
        catalogue,
        safeguards=Safeguards(terms.rule, relations, earlier, terms.key),
        small=[kind_of(column) for column in hierarchy if is_code_column(column)],
        spare=[DEPRIVED],
        notes=notes,
    )
    require_dominance_kept(safe, secret, hierarchy, terms.previous, terms.rule)
    return safe


def _with_deprived(hierarchy: pd.DataFrame, lsoas: pd.DataFrame) -> pd.DataFrame:
    """Add the most deprived 30% and the rest as groups, so that a gap between them is protected."""
    deciles = lsoas["imd_decile"] if "imd_decile" in lsoas else pd.Series(dtype=float)
    if deciles.empty or deciles.isna().any() or (deciles <= 3).nunique() < 2:
        return hierarchy
    names = np.where(deciles <= 3, "most deprived 30%", "the rest")
    return hierarchy.assign(**{DEPRIVED: names})


def _printed(sums: pd.DataFrame, hierarchy: pd.DataFrame, last: pd.Series) -> pd.DataFrame:
    """Keep small areas in the latest period, larger ones in all of them."""
    small = {kind_of(c) for c in hierarchy if is_code_column(c)} | {DEPRIVED, MSOA}
    return sums[is_latest(sums, last) | ~sums["area_type"].isin(small)].reset_index(drop=True)


def _groups(hierarchy: pd.DataFrame, lsoas: pd.DataFrame) -> pd.DataFrame:
    """Each LSOA with its ward, groups and, where known, MSOA."""
    known = [column for column in MSOA_COLUMNS if column in lsoas]
    return hierarchy.drop(columns=DEPRIVED, errors="ignore").join(lsoas[known])


def _described(compared: pd.DataFrame, lsoas: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Add what each area is called, and whether it is one of those it is placed among."""
    return compared.assign(
        area_name=_names(compared, lsoas, place), is_among=_are_among(compared, place)
    )


def _are_among(compared: pd.DataFrame, place: Place) -> pd.Series:
    """Tell which areas are of the kind they are placed among; others would stand there."""
    authorities = ["borough"] if place.whole_authority else [] if place.part else [AUTHORITY]
    kinds = compared["area_type"]
    return kinds.eq(compared["among_type"]) | kinds.isin(authorities)


def _names(compared: pd.DataFrame, lsoas: pd.DataFrame, place: Place) -> pd.Series:
    """Names of wards, LSOAs, the borough and England; groups are called by their codes."""
    known: dict[str, str] = {"borough": place.name, ENGLAND: "England"}
    for code in filter(is_code_column, lsoas):
        if (name := name_column(code)) in lsoas:
            named = local_names(lsoas) if is_lsoa(code) else lsoas[name]
            known |= dict(zip(lsoas[code], named, strict=True))
    names = compared["area_code"].map(known)
    return names.where(names.notna(), compared["area_code"])
