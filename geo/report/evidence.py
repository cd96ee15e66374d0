"""Gather everything about one place and release: read, assign, join, compare.

The modules at the top of the package compose; the rooms below them do not know each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.disclosure.publications import Terms
from geo.errors import CodeError
from geo.geography.assignment import assign
from geo.geography.authorities import with_authorities
from geo.geography.membership import differences, membership
from geo.geography.places import Place, load_place
from geo.notes import Notes, kept_on_error, note
from geo.report.completeness import require_all, require_complete, require_whole_authorities
from geo.report.credits import SAMPLE_NOTICE, credited, published_with, sources_of
from geo.report.indicators.benchmarks import Against
from geo.report.indicators.completed import completed
from geo.report.indicators.indices import households_in, with_indices
from geo.report.indicators.msoas import KIND as MSOA
from geo.report.indicators.msoas import with_msoas
from geo.report.indicators.people import People
from geo.report.indicators.percentages import in_percent
from geo.report.indicators.placed import England, OtherYear
from geo.report.indicators.whole_place import carried_over
from geo.report.outcomes import Outcomes, outcomes, with_benchmarks
from geo.report.progress import Progress
from geo.report.protection import wholly_hidden
from geo.report.regrouped import regrouped
from geo.report.releases_at_hand import grouped_lsoas, indices_of, other_years, sample_inputs
from geo.sources import folders
from geo.sources.deprivation import authorities
from geo.sources.populations import EDITION
from geo.sources.private_key import private_key
from geo.sources.readings import each_file_once
from geo.sources.recognise import DataFile
from geo.statistics.deprivation import decile_profile
from geo.vocabulary.area_types import area_type, column_of, is_lsoa, is_of
from geo.vocabulary.codes import among
from geo.vocabulary.local_names import LOCAL_NAME, codes_explained, local_names
from geo.vocabulary.releases import RELEASES, Release

_UNTOLD = "year not told"
_NAME_THE_YEAR = (
    "A table of residents does not tell of which year they are, so pages say so; write the year "
    "into the name of its file, as in mid-2022.csv."
)


@dataclass(frozen=True)
class Evidence:
    """Everything that is known of one place and release before anything is drawn."""

    place: Place
    release: Release
    inputs: folders.Inputs
    lsoas: pd.DataFrame
    areas: gpd.GeoDataFrame | None
    profile: pd.DataFrame
    methods: dict[str, Any]
    notices: tuple[str, ...]
    sources: tuple[str, ...]
    left_out: tuple[str, ...]
    england: England
    notes: tuple[str, ...] = ()
    outcomes: Outcomes | None = None
    beside: tuple[str, ...] = ()
    earlier: dict[int, pd.DataFrame] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Release and geography, in words."""
        what = "Synthetic data in the form of the " if self.place.synthetic else ""
        return f"{what}{self.release.label}, {area_type(self.release.vintage).plural_dated}"

    def to_draw_from(self) -> "Evidence":
        """Leave out the rows and shapes of all of England, of which no figure is drawn."""
        inputs = replace(self.inputs, indicators=None, areas=None, wards=None, tables={})
        return replace(self, inputs=inputs)

    @property
    def explained(self) -> tuple[str, ...]:
        """Say of each group that has a code for a name which groups make it."""
        return tuple(f"{code}: {of}." for code, of in self.codes.items())

    @property
    def codes(self) -> dict[str, str]:
        """Which groups make a group, by the code that it has for a name."""
        return codes_explained(self.lsoas, self.place.level_columns)


def gather_evidence(
    place: str | Path | Place | None,
    data: Sequence[str | Path],
    release: Release,
    *,
    indicators: Sequence[str | Path] = (),
    terms: Terms | None = None,
    against: Against | None = None,
    on_step: Progress = lambda _: None,
) -> Evidence:
    """Read the data folders and join all that is known of each LSOA.

    Parameters and errors are those of ``build_report``, on whose terms counts are published;
    without a place the sample is drawn.
    """
    notes: Notes = []
    with kept_on_error(notes):
        if place is None:
            on_step("Drawing the synthetic borough")
            known, inputs = load_place("sample"), sample_inputs(release)
        else:
            named = place if isinstance(place, Place) else load_place(place)
            inputs = _read(named, data, release, indicators, on_step, notes)
            known = with_authorities(regrouped(named, inputs.grouping), inputs.lookups)
        on_step("Assigning LSOAs to their groups")
        members = membership(
            known,
            release.vintage,
            inputs.lookups,
            residents=inputs.populations,
            authorities=authorities(inputs.deprivation, release.vintage),
            notes=notes,
        )
        require_complete(members, inputs, release, known)
        require_whole_authorities(inputs, release, known)
        lsoas, year = _joined(members, inputs, release, known)
        residents = published_with(year, release) if "population" in inputs.deprivation else year
        if year == _UNTOLD:
            note(notes, _NAME_THE_YEAR)
        areas = _with_geometry(lsoas, inputs, release, known)
        evidence = Evidence(
            place=known,
            release=release,
            inputs=inputs,
            lsoas=lsoas,
            areas=areas,
            profile=decile_profile(lsoas, by=known.level_columns, borough=known.name).assign(
                **({"population_year": year} if year else {})
            ),
            methods=_compared_methods(areas, members, inputs, known),
            notices=tuple(filter(None, ("" if place else SAMPLE_NOTICE, known.membership))),
            sources=sources_of(inputs, release, place is None, residents, credited(inputs, data)),
            left_out=_left_out(areas, release),
            england=england_of(inputs, release, lsoas),
        )
        on_step("Summing and comparing the indicators")
        terms = replace(terms or Terms(), lookups=inputs.lookups, key=private_key(data))
        shown = _outcomes(evidence, terms, against or Against(), notes)
        beside = tuple(one.name for one in terms.previous)
        left_out = (*evidence.left_out, *wholly_hidden(shown))
        evidence = replace(evidence, outcomes=shown, beside=beside, left_out=left_out)
        return replace(evidence, notes=tuple(notes))


def _outcomes(evidence: Evidence, terms: Terms, against: Against, notes: Notes) -> Outcomes | None:
    """Show what the indicators and the Indices say of the place; None where there is nothing."""
    inputs, release, lsoas = evidence.inputs, evidence.release, evidence.lsoas
    place, england = evidence.place, evidence.england
    indicators, catalogue = with_indices(
        inputs.indicators, inputs.catalogue, inputs.deprivation, release, england, notes
    )
    years = []
    for other, ranked, members in other_years(inputs, release, place, notes):
        known = england_of(replace(inputs, deprivation=ranked), other, members)
        columns = [f"{other.vintage}cd", *(c for c in (column_of("wd", members),) if c)]
        groups = members[list(dict.fromkeys([*columns, *place.level_columns]))]
        years.append(OtherYear(groups, known))
        indicators, catalogue = with_indices(
            indicators, catalogue, ranked, other, known, notes, counted=True
        )
    if indicators is None or catalogue is None:
        return None
    indicators, catalogue = in_percent(indicators, catalogue)
    indicators = carried_over(
        indicators, catalogue, release.vintage, inputs.lookups, inputs.populations, notes
    )
    indicators, catalogue = completed(indicators, catalogue, lsoas, england.people, notes)
    if indicators["area_type"].eq(MSOA).any() and _holds_msoas(lsoas, inputs, place, notes):
        lsoas = with_msoas(lsoas, inputs.lookups, inputs.msoas, inputs.msoa_names)
    england = replace(england, other_years=tuple(years))
    found = outcomes(indicators, catalogue, lsoas, place, england=england, terms=terms, notes=notes)
    return with_benchmarks(found, against, indicators, place, england, notes)


def _holds_msoas(lsoas: pd.DataFrame, inputs: folders.Inputs, place: Place, notes: Notes) -> bool:
    """Tell whether every MSOA of the place lies in it whole, as in whole authorities."""
    if not place.part:
        return True
    within, named = (t.get("lsoa21nm", pd.Series(dtype=str)) for t in (lsoas, inputs.deprivation))
    # The name of an LSOA is that of its MSOA and a letter.
    mine, all_there = (names.str.slice(stop=-1).value_counts() for names in (within, named))
    if len(mine) and mine.eq(all_there.reindex(mine.index)).all():
        return True
    note(
        notes,
        f"Figures by MSOA are left out: {place.name} is a part of its authority and does not hold "
        "each of its MSOAs whole.",
    )
    return False


def _read(
    place: Place,
    data: Sequence[str | Path],
    release: Release,
    indicators: Sequence[str | Path],
    on_step: Progress,
    notes: Notes,
) -> folders.Inputs:
    """Read what the folders and the files of indicators hold for a place and release."""
    on_step("Looking through the data folders")
    asked = folders.indicator_files(indicators)
    named = {file.path.resolve() for file in asked}
    with each_file_once() as repaired:
        found = folders.scan(data, place.listed_columns)
        inputs = folders.read_inputs(
            [*asked, *(file for file in found if file.path.resolve() not in named)],
            release.year,
            on_file=lambda file: on_step(f"Reading {file.path.name}"),
            notes=notes,
        )
    notes += [words for words in repaired if words not in notes]
    return inputs


def with_other_releases(evidence: Evidence) -> Evidence:
    """Add the other releases of the Indices that are at hand, joined to the place's groups.

    A release whose LSOAs cannot be assigned, for want of a lookup, is noted.
    """
    inputs = evidence.inputs
    earlier: dict[int, pd.DataFrame] = {}
    read: list[DataFile] = []
    absent: Notes = []
    notes: Notes = []
    for year, release in RELEASES.items():
        if year == evidence.release.year:
            continue
        ranked, files = indices_of(release, evidence.place, inputs)
        try:
            lsoas = None
            if ranked is not None:
                lsoas = grouped_lsoas(ranked, release, evidence.place, inputs, notes)
        except CodeError as problem:
            note(absent, f"The Indices of {year} are left out of changes: {problem}")
            continue
        if lsoas is not None:
            earlier[year] = lsoas
            read += files
    used = (*inputs.used, *read)
    return replace(
        evidence,
        earlier=earlier,
        inputs=replace(inputs, used=used, unused=tuple(f for f in inputs.unused if f not in used)),
        notes=tuple(dict.fromkeys([*evidence.notes, *absent, *notes])),
    )


def _joined(
    members: pd.DataFrame, inputs: folders.Inputs, release: Release, place: Place
) -> tuple[pd.DataFrame, str]:
    """One row an LSOA: membership, the Indices, residents where known for all, and their year."""
    code, name = f"{release.vintage}cd", f"{release.vintage}nm"
    require_all(
        members[code],
        inputs.deprivation[code],
        release,
        place,
        inputs,
        f"the Indices of {release.year}",
    )
    labels = [c for c in inputs.deprivation if is_of("lad", c) or c == name]
    lsoas = members.merge(inputs.deprivation.drop(columns=labels), on=code, validate="one_to_one")
    named = [
        t
        for t in (inputs.deprivation, inputs.areas, *inputs.lookups)
        if t is not None and {code, name} <= set(t)
    ]
    if named:
        names = named[0].drop_duplicates(code).set_index(code)[name]
        lsoas.insert(1, name, lsoas[code].map(names))
    at = 1 + (name in lsoas)
    lsoas.insert(at, LOCAL_NAME, local_names(lsoas, inputs.msoa_names))
    year = release.residents if "population" in lsoas else ""
    if not year:
        counted = next((table for table in inputs.populations if code in table), None)
        if counted is not None and among(lsoas[code], counted[code]).all():
            lsoas = lsoas.merge(counted, on=code, validate="one_to_one")
            year = counted.attrs.get(EDITION) or _UNTOLD
    last = [c for c in ("method", "overlap_share", "basis", "confidence") if c in lsoas]
    return lsoas[[*(c for c in lsoas if c not in last), *last]], year


def england_of(inputs: folders.Inputs, release: Release, lsoas: pd.DataFrame) -> England:
    """Gather what is known of all of England's LSOAs: residents, authority, ward."""
    code = f"{release.vintage}cd"
    people = People(
        code,
        inputs.deprivation,
        inputs.populations,
        inputs.ages,
        inputs.lookups,
        households_in(inputs.indicators, inputs.catalogue, release.vintage),
    )
    named = authorities(inputs.deprivation, release.vintage)
    return England.of(people, column_of("wd", lsoas), named, inputs.lookups)


def _with_geometry(
    lsoas: pd.DataFrame, inputs: folders.Inputs, release: Release, place: Place
) -> gpd.GeoDataFrame | None:
    if inputs.areas is None:
        return None
    code = f"{release.vintage}cd"
    require_all(lsoas[code], inputs.areas[code], release, place, inputs, "the LSOA boundaries")
    shapes = inputs.areas.set_index(code).geometry.reindex(lsoas[code])
    return gpd.GeoDataFrame(lsoas, geometry=shapes.to_numpy(), crs=inputs.areas.crs)


def _compared_methods(
    areas: gpd.GeoDataFrame | None, members: pd.DataFrame, inputs: folders.Inputs, place: Place
) -> dict[str, Any]:
    """How assignment by point and by overlap differs from that by lookup, LSOA by LSOA."""
    if areas is None or inputs.wards is None or is_lsoa(place.key):
        return {}
    code, level = str(members.columns[0]), place.level_columns[0]
    compared: dict[str, Any] = {}
    for method in ("point", "overlap"):
        other = assign(
            areas[[code, "geometry"]], place, method=method, wards=inputs.wards, outside="keep"
        )
        compared[method] = (
            differences(members, other, level)
            .astype(object)
            .where(lambda t: t.notna(), None)
            .to_dict("records")
        )
    return compared


def _left_out(areas: gpd.GeoDataFrame | None, release: Release) -> tuple[str, ...]:
    if areas is not None:
        return ()
    return (
        "The interactive map and the drawn maps are left out: no boundaries of the "
        f"20{release.vintage[-2:]} LSOAs, on which the {release.year} Indices stand, are in the "
        "data folders.",
    )
