"""What each file of the data folders is, and whether a build can be made of them."""

from collections.abc import Sequence
from pathlib import Path

from geo.errors import GeoError
from geo.geography.places import Place, load_place
from geo.report.evidence import gather_evidence
from geo.report.manifest import match_counts
from geo.sources import folders
from geo.sources.readings import each_file_once
from geo.vocabulary.releases import RELEASES


def check_data(place: str | Path, data: Sequence[str | Path]) -> tuple[list[str], bool]:
    """Tell what each file of the data folders is and how many LSOAs or wards of the place match.

    Returns
    -------
    tuple of list of str and bool
        A line a file, then a line a release; whether nothing stands in the way of a build.
    """
    with each_file_once():
        return _check(load_place(place), data)


def _check(known: Place, data: Sequence[str | Path]) -> tuple[list[str], bool]:
    files = folders.scan(data, known.level_columns)
    lines, good = [], True
    for file in files:
        line = f"{file.path.name}: {file.kind}"
        if file.problem:
            good, line = False, f"{line}. {file.problem}"
        if file.hint:
            line = f"{line}. {file.hint}"
        lines.append(line)
    for release in RELEASES.values():
        if not any(file.role == f"deprivation {release.year}" for file in files):
            continue
        try:
            evidence = gather_evidence(known, data, release)
        except GeoError as problem:
            good = False
            lines.append(f"Release {release.year}: cannot be built. {problem}")
            lines += [f"  {line}" for line in getattr(problem, "__notes__", ())]
            continue
        lines.append(f"Release {release.year}: {len(evidence.lsoas)} LSOAs of {known.name}, ready.")
        if evidence.outcomes is not None:
            rule = f"; {evidence.outcomes.rule}" if evidence.outcomes.rule else ""
            lines.append(f"  {len(evidence.outcomes.catalogue)} indicators of {known.name}{rule}")
        for path, table in evidence.inputs.tables.items():
            counts = match_counts(table, evidence.lsoas)
            if "matched" in counts:
                lines.append(
                    f"  {path.name}: {counts['rows']:,} rows, {counts['matched']} match, "
                    f"{counts['unmatched']} of {known.name} are not in it"
                )
        lines += [f"  {line}" for line in (*evidence.left_out, *evidence.notes)]
    if not any(line.startswith("Release") for line in lines):
        good = False
        lines.append("No file of the Indices of Deprivation is here, so nothing can be built.")
    return lines, good
