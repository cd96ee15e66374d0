"""Releases of the Indices that are at hand besides the one that a report stands on."""

from collections.abc import Iterator

import pandas as pd

from geo.errors import CodeError, FileError, examples
from geo.geography.membership import membership
from geo.geography.places import Place
from geo.notes import Notes, note
from geo.sources import folders
from geo.sources.deprivation import authorities, read_deprivation
from geo.sources.recognise import DataFile
from geo.sources.sample import sample as sample_borough
from geo.vocabulary.area_types import area_type
from geo.vocabulary.codes import among
from geo.vocabulary.releases import RELEASES, Release


def indices_of(
    release: Release, place: Place, inputs: folders.Inputs
) -> tuple[pd.DataFrame | None, list[DataFile]]:
    """Read the Indices of a release, and tell from which files; None where they are not here."""
    files = folders.choose([*inputs.used, *inputs.unused], f"deprivation {release.year}")
    if place.synthetic:
        return (sample_inputs(release).deprivation if release.year == 2019 else None), files
    if not files:
        return None, files
    return read_deprivation([file.path for file in files], release=release.year), files


def grouped_lsoas(
    ranked: pd.DataFrame, release: Release, place: Place, inputs: folders.Inputs, notes: Notes
) -> pd.DataFrame | None:
    """Join the LSOAs of the place to the Indices of a release; None where some are not ranked.

    Raises
    ------
    CodeError
        If no lookup leads from them to the groups of the place.
    """
    code = f"{release.vintage}cd"
    members = membership(
        place,
        release.vintage,
        inputs.lookups,
        residents=inputs.populations,
        authorities=authorities(ranked, release.vintage),
        notes=notes,
    )
    if not among(members[code], ranked[code]).all():
        return None
    ranked = ranked.drop(columns=[c for c in ranked if c in members and c != code])
    return members.merge(ranked, on=code, validate="one_to_one")


def other_years(
    inputs: folders.Inputs, release: Release, place: Place, notes: Notes
) -> Iterator[tuple[Release, pd.DataFrame, pd.DataFrame]]:
    """Give the newest Indices of each other year's LSOAs that indicators are of.

    Yields
    ------
    tuple of Release and two DataFrame
        The release, its Indices, and the LSOAs of the place with their groups.
    """
    if inputs.indicators is None or place.synthetic:
        return
    kinds = set(inputs.indicators["area_type"].unique()) - {release.vintage}
    for other in RELEASES.values():
        if other.vintage not in kinds:
            continue
        ranked, _ = indices_of(other, place, inputs)
        if ranked is None:
            continue
        kinds.remove(other.vintage)
        try:
            members = grouped_lsoas(ranked, other, place, inputs, notes)
        except CodeError as problem:
            kind = area_type(other.vintage).dated
            note(notes, f"Values by {kind} are not brought to groups: {problem}")
            continue
        if members is not None:
            yield other, ranked, members


def sample_inputs(release: Release) -> folders.Inputs:
    """Hand over the synthetic borough as if it had been read from files."""
    borough = sample_borough()
    tables = {
        2025: (borough.deprivation, borough.areas),
        2019: (borough.deprivation_2019, borough.areas_2011),
    }
    if release.year not in tables:
        raise FileError(
            f"The sample has no Indices of {release.year}; allowed with --sample are "
            f"{examples(tables, 9)}."
        )
    deprivation, areas = tables[release.year]
    return folders.Inputs(
        deprivation=deprivation,
        areas=areas,
        wards=borough.wards,
        lookups=(borough.lookup_wards, borough.lookup_2011),
        populations=(borough.deprivation[["lsoa21cd", "population", "children"]],),
        indicators=borough.indicators,
        catalogue=borough.indicator_catalogue,
    )
