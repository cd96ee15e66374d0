"""What each file of the data folders is, and whether a build can be made of them."""

from collections.abc import Sequence
from pathlib import Path

from geo.errors import GeoError, examples
from geo.geography.places import Place, load_place
from geo.report.evidence import gather_evidence
from geo.report.manifest import match_counts
from geo.sources import folders, tabular
from geo.sources.readings import each_file_once
from geo.sources.recognise import DataFile, recognise, why_not
from geo.sources.tabular import require_file
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


def explain_file(place: str | Path, file: Path) -> list[str]:
    """Tell what a file was recognised as, or of every kind of table why it is none.

    Returns
    -------
    list of str
        A line for the file or each of its layers, then one for each kind of table.
    """
    levels = load_place(place).level_columns
    with each_file_once() as repaired:
        files = recognise(require_file(file), levels)
        lines = [line for one in files for line in _described(one)]
        told = any(one.role or one.problem or one.layer for one in files)
        table = tabular.is_table(file) and not told
        return [*lines, *(why_not(file, levels) if table else []), *repaired]


def _described(file: DataFile) -> list[str]:
    """Say what a file is, by which columns, and what would have it recognised."""
    line = ". ".join(filter(None, [f"{file.name}: {file.kind}", file.problem, file.hint]))
    return [line, f"  by {examples(file.columns, 6)}"] if file.columns else [line]


def _check(known: Place, data: Sequence[str | Path]) -> tuple[list[str], bool]:
    files = folders.scan(data, known.level_columns)
    lines, good = [], True
    for file in files:
        good = good and not file.problem
        lines += _described(file)
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
        for file, table in evidence.inputs.tables.items():
            counts = match_counts(table, evidence.lsoas)
            if "matched" in counts:
                lines.append(
                    f"  {file.name}: {counts['rows']:,} rows, {counts['matched']} match, "
                    f"{counts['unmatched']} of {known.name} are not in it"
                )
        lines += [f"  {line}" for line in (*evidence.left_out, *evidence.notes)]
    if not any(line.startswith("Release") for line in lines):
        good = False
        lines.append("No file of the Indices of Deprivation is here, so nothing can be built.")
    return lines, good
