"""Whom the outputs name: publishers, licences, and where residents come from."""

import re
from collections.abc import Sequence
from pathlib import Path

from geo.sources import folders
from geo.sources.download.store import attributions
from geo.vocabulary.releases import RELEASES, Release

SAMPLE_NOTICE = "Synthetic data: an invented borough. None of these places or figures is real."
_OGL = "Contains public sector information licensed under the Open Government Licence v3.0."
_ONS = "Source: Office for National Statistics licensed under the Open Government Licence v3.0."
_HCL = (
    "MSOA Names, House of Commons Library. Contains Parliamentary information licensed under the "
    "Open Parliament Licence v3.0."
)
_OS = "Contains OS data © Crown copyright and database right {year}."
RESIDENTS = "Residents: "
"""How the source of residents begins."""


def credited(inputs: folders.Inputs, data: Sequence[str | Path]) -> list[str]:
    """Attribution of the files that ``geo fetch`` brought, as it noted beside them."""
    lines: list[str] = []
    for folder in map(Path, data):
        used = [file.path for file in inputs.used if file.path.is_relative_to(folder)]
        lines += attributions(folder, {path.relative_to(folder).as_posix() for path in used})
    return list(dict.fromkeys(lines))


def published_with(year: str, release: Release) -> str:
    """Say of which year residents are, and with which release of the Indices they came.

    Examples
    --------
    >>> published_with("mid-2022", RELEASES[2025])
    'mid-2022, as published with the English Indices of Deprivation 2025'
    """
    return f"{year}, as published with the {release.label}"


def sources_of(
    inputs: folders.Inputs, release: Release, sample: bool, residents: str, credited: list[str]
) -> tuple[str, ...]:
    """Name the publishers of everything that a report is made from."""
    if sample:
        return (SAMPLE_NOTICE,)
    wards = () if inputs.wards is None else inputs.wards.columns
    years = [f"20{column[2:4]}" for column in wards if re.fullmatch(r"wd\d\dcd", column)]
    year = max([*years, f"20{release.vintage[-2:]}"])
    counted = (f"{RESIDENTS}{residents}.",) if residents else ()
    usual = [_ONS, _OS.format(year=year), _OGL]
    named = credited or usual
    if inputs.msoa_names is not None and not any(
        "House of Commons Library" in one for one in named
    ):
        named = [*named, _HCL]  # a file of their own that somebody put there
    return (indices_source(release.year), *counted, *named)


def indices_source(*years: int) -> str:
    """Name the releases of the Indices of some years, and who published them.

    Examples
    --------
    >>> indices_source(2025, 2019)
    'English Indices of Deprivation 2019 and 2025, Ministry of Housing, Communities and Local
    Government.'
    """
    first, *others = (RELEASES[year].label for year in sorted(set(years)))
    last = [label.removeprefix("English Indices of Deprivation ") for label in others]
    named = " and ".join([", ".join([first, *last[:-1]]), *last[-1:]])
    return f"{named}, Ministry of Housing, Communities and Local Government."
