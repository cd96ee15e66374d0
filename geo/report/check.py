"""What each file of the data folders is, and whether a build can be made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import GeoError, examples
from geo.geography.places import Place, load_place
from geo.notes import Notes
from geo.report.evidence import gather_evidence, with_other_releases
from geo.report.manifest import match_counts
from geo.sources import folders, tabular
from geo.sources.indicators.file import IndicatorFile
from geo.sources.indicators.read import read_indicators
from geo.sources.readings import each_file_once
from geo.sources.recognise import DataFile, recognise, why_not
from geo.sources.tabular import require_file
from geo.views.style.wording import counted_indicators, listed
from geo.vocabulary.area_types import area_type
from geo.vocabulary.periods import in_order
from geo.vocabulary.releases import RELEASES, Release


def check_data(
    place: str | Path,
    data: Sequence[str | Path],
    indicators: Sequence[str | Path] = (),
    release: int | str | None = None,
) -> tuple[list[str], bool]:
    """Tell what each file of the data folders is and how many LSOAs or wards of the place match.

    What is found is told once, whatever files and releases it is found in.

    Parameters
    ----------
    place : str or Path
    data : sequence of str or Path
        Data folders; with none of them the files of indicators are looked at by themselves.
    indicators : sequence of str or Path
        Files of indicators or folders of them: of each is told what is in it and what is wrong.
    release : {2025, 2019, 2015, 2010, "all"}, optional
        Release of the Indices to look at as a build of it would, or all that are at hand; the
        newest of these where none is named.

    Returns
    -------
    tuple of list of str and bool
        A line a file, then those of each release; whether nothing stands in the way of a build.
    """
    with each_file_once():
        known = load_place(place)
        files = folders.scan(data, known.listed_columns)
        own, sound = check_indicators(indicators, files)
        if not data and indicators:
            return own, sound
        lines = [line for file in files for line in _described(file)]
        here = [year for year in RELEASES if any(f.role == f"deprivation {year}" for f in files)]
        asked = here if release == "all" else [int(release)] if release else here[:1]
        if not asked:
            nothing = "No file of the Indices of Deprivation is here, so nothing can be built."
            return [*own, *lines, nothing], False
        looked = [_look(known, data, RELEASES[year], indicators if sound else ()) for year in asked]
        lines += [line for one in looked for line in one.lines]
        lines += _findings(looked)
        newest = next(iter(RELEASES))
        if release is None and asked[0] != newest:
            lines.append(f"The Indices of {newest} are not here; build with --release {asked[0]}.")
        if others := [str(year) for year in here if year not in asked]:
            lines.append(
                f"Also here: the Indices of {listed(others)}, with which a build compares; "
                "--release looks at each of them."
            )
        good = all(one.good for one in looked) and not any(file.problem for file in files)
        return [*own, *lines], good and sound


def check_indicators(
    paths: Sequence[str | Path], data: Sequence[DataFile] = ()
) -> tuple[list[str], bool]:
    """Say of each file of indicators what is in it, or all that is wrong with it.

    Parameters
    ----------
    paths : sequence of str or Path
        Files of indicators or folders of them.
    data : sequence of DataFile
        What lies in the data folders: its lookups and Indices tell of which year codes are.

    Returns
    -------
    tuple of list of str and bool
        Lines, and whether nothing is wrong.
    """
    lines: list[str] = []
    sound = True
    lookups = folders.areas_listed(data) if paths else []
    for path in (file.path for file in folders.indicator_files(paths)):
        told, problems = _file(path, lookups)
        lines += [*told, *problems]
        sound = sound and not problems
    return lines, sound


def _file(path: Path, lookups: Sequence[pd.DataFrame]) -> tuple[list[str], list[str]]:
    """Look at the catalogue and the figures of a file, the one though the other be wrong."""
    catalogue, problems = None, []
    try:
        file = IndicatorFile.read(path)
        catalogue = file.catalogue()
    except GeoError as problem:
        problems.append(str(problem))
    notes: Notes = []
    try:
        table = read_indicators(path, catalogue=catalogue, lookups=lookups, notes=notes)
    except GeoError as problem:
        return [], list(dict.fromkeys([*problems, str(problem)]))
    if catalogue is None:
        return [], problems
    kinds = " and ".join(area_type(kind).dated for kind in table["area_type"].unique())
    counted = f"{counted_indicators(len(catalogue))}, {_rows(len(table))}"
    facts = catalogue.to_dict("records")
    each = [f"  {_of_indicator(fact, table)}" for fact in facts]
    return [f"{path}: {counted}, by {kinds}", *each, *(f"  {words}" for words in notes)], problems


def _of_indicator(fact: dict[str, Any], table: pd.DataFrame) -> str:
    """Rows, periods and measure of one indicator; of whom its counts are, if the file lacks it."""
    rows = table[table["indicator_id"] == fact["indicator_id"]]
    known = in_order(map(str, rows["period"].unique()))
    few = len(known) < 3
    periods = " and ".join(known) if few else f"{len(known)} periods, {known[0]} to {known[-1]}"
    told = f"{fact['indicator_id']}: {_rows(len(rows))}, {periods}, a {fact['measure']}"
    of = fact.get("denominator")
    bare = fact["measure"] in ("proportion", "rate") and rows["denominator"].isna().all()
    if bare and rows["count"].notna().any():
        given = isinstance(of, str) and of
        told += f": counts of {of}" if given else ": counts without denominators, so no rate"
    return told


def _rows(number: int) -> str:
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def explain_file(place: str | Path, file: Path) -> list[str]:
    """Tell what a file was recognised as, or of every kind of table why it is none.

    Returns
    -------
    list of str
        A line for the file or each of its layers, then one for each kind of table.
    """
    levels = load_place(place).listed_columns
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


@dataclass(frozen=True)
class _Looked:
    """What came of a release: its own lines, what was found in it, and whether it can be built."""

    year: int
    lines: tuple[str, ...]
    findings: tuple[str, ...]
    good: bool


def _look(
    known: Place,
    data: Sequence[str | Path],
    release: Release,
    indicators: Sequence[str | Path],
) -> _Looked:
    """Read what a build of a release reads, and tell what matches."""
    try:
        evidence = gather_evidence(known, data, release, indicators=indicators)
        evidence = with_other_releases(evidence)
    except GeoError as problem:
        line = f"Release {release.year}: cannot be built. {problem}"
        return _Looked(release.year, (line,), tuple(getattr(problem, "__notes__", ())), False)
    lines = [f"Release {release.year}: {len(evidence.lsoas)} LSOAs of {known.name}, ready."]
    if evidence.outcomes is not None:
        rule = f"; {evidence.outcomes.rule}" if evidence.outcomes.rule else ""
        lines.append(f"  {len(evidence.outcomes.catalogue)} indicators of {known.name}{rule}")
    for file, table in evidence.inputs.tables.items():
        counts = match_counts(_coded(table, evidence.lsoas), evidence.lsoas)
        if "matched" in counts:
            lines.append(
                f"  {file.name}: {counts['rows']:,} rows, {counts['matched']} match, "
                f"{counts['unmatched']} of {known.name} are not in it"
            )
    return _Looked(release.year, tuple(lines), (*evidence.left_out, *evidence.notes), True)


def _findings(looked: Sequence[_Looked]) -> list[str]:
    """Tell what was found once, and in which releases where several were looked at."""
    years: dict[str, list[str]] = {}
    for one in looked:
        for words in dict.fromkeys(one.findings):
            years.setdefault(words, []).append(str(one.year))
    several = len(looked) > 1
    return [f"  {f'{listed(of)}: ' if several else ''}{words}" for words, of in years.items()]


def _coded(table: pd.DataFrame, lsoas: pd.DataFrame) -> pd.DataFrame:
    """Give indicators a column of codes, of the first type of areas that the place has too."""
    if not {"area_code", "area_type"} <= set(table):
        return table
    known = [kind for kind in table["area_type"].unique() if f"{kind}cd" in lsoas]
    rows = table[table["area_type"].isin(known[:1])]
    return rows.assign(**{f"{kind}cd": rows["area_code"] for kind in known[:1]})
