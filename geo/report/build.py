"""Compose a report from the evidence of a place: count, draw, write, all or nothing."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from geo.disclosure.publications import Terms
from geo.disclosure.rules import Rule
from geo.errors import FileError, TableError, examples
from geo.geography.places import Place
from geo.report.drawing import Drawing, drawing, reason
from geo.report.evidence import Evidence, gather_evidence, with_other_releases
from geo.report.figures import FigureSet
from geo.report.group_pages import write_group_pages
from geo.report.group_words import on_tenths
from geo.report.in_context import NOTHING as NOTHING_IN_CONTEXT
from geo.report.indicators.benchmarks import Against
from geo.report.layers import write_layers
from geo.report.manifest import manifest_of, today
from geo.report.news import as_news, news_since
from geo.report.parts import parts_asked, told_of_parts
from geo.report.progress import Progress, in_notebook
from geo.report.protection import PAGE as PROTECTION
from geo.report.protection import protection_statement
from geo.report.rugs import NAME as RUG
from geo.report.rugs import in_brief, rugs, write_rugs
from geo.report.start_page import start_page
from geo.report.statements.on_areas import COVERAGE, PROFILE
from geo.report.statements.on_indicators import CONTEXT
from geo.report.statements.page import history_tables, write_statements
from geo.report.targeting.target import Targeting, targeting_of
from geo.report.web_map import map_of
from geo.report.whole_folder import MANIFEST, files_in, whole_folder
from geo.sources.postcodes import read_postcodes
from geo.views.style.wording import are, listed
from geo.vocabulary.area_types import area_type
from geo.vocabulary.releases import RELEASES
from geo.vocabulary.shown import in_lines
from geo.vocabulary.spreadsheets import safe_cells


@dataclass(frozen=True)
class Report:
    """What a build made: where, the headline figures in words, and what to know about them.

    ``since`` says what came of comparing it with the report that it replaced.
    """

    out: Path
    place: Place
    release: int
    headline: tuple[str, ...]
    warnings: tuple[str, ...]
    left_out: tuple[str, ...]
    outputs: tuple[str, ...]
    unused: tuple[str, ...]
    since: str = ""

    def _repr_html_(self) -> str:
        lines = [*self.headline, *self.left_out, *([self.since] if self.since else [])]
        number = len(self.warnings)
        cases = "1 unclear case was" if number == 1 else f"{number} unclear cases were"
        lines += [f"{cases} settled by a rule: see warnings."] if number else []
        page = (self.out / "index.html").as_posix()
        return in_lines(
            f"{self.place.name}, Indices of Deprivation {self.release}",
            lines,
            (page, f"{page} ({len(self.outputs)} files)"),
        )


def build_report(
    place: str | Path | Place = "cheshire-east",
    *,
    data: Sequence[str | Path] = (),
    indicators: Sequence[str | Path] = (),
    release: int = 2025,
    rule: Rule | None = None,
    previous: Sequence[str | Path] = (),
    against: Against | None = None,
    out: str | Path = "outputs",
    basemap: Literal["osm"] | None = None,
    postcodes: str | Path | None = None,
    only: Sequence[str] = (),
    sample: bool = False,
    on_step: Progress | None = None,
) -> Report:
    """Build maps, figures, tables and the page that leads to them, all or nothing.

    Parameters
    ----------
    place : str, Path or Place
        Name of a place, folder of your own place, or what ``load_place`` returned.
    data : sequence of str or Path
        Data folders; where several files fit one role, the folder named first wins.
    indicators : sequence of str or Path
        Files of indicators or folders of them, besides those in the data folders.
    release : {2025, 2019, 2015, 2010}
        Release of the Indices of Deprivation.
    rule : Rule, optional
        Which counts of confidential indicators are too small to print; 1 to 4 where not given.
    previous : sequence of str or Path
        Folders of earlier builds that were published: what this one prints opens nothing that
        they hide, nor do they open anything that it hides.
    against : Against, optional
        With whom areas are compared besides England in the Tartan Rug: their region, borough or
        statistical neighbours, or all areas of England as deprived as they are.
    out : str or Path
        Folder to write to. An earlier report there is replaced as a whole, or not at all.
    basemap : {"osm"}, optional
        Offer an online map below the interactive one; it is off until the reader switches it on.
    postcodes : str or Path, optional
        Directory of postcodes, as ``geo fetch --with postcodes`` gets it: the map finds them.
    only : sequence of {"map", "rug", "figures", "tables"}, optional
        Parts to build; all where none is named. The start page, the manifest and the record of what
        was shown of confidential counts are always written, and say and link what is there.
    sample : bool
        Use the embedded synthetic borough; ``place`` and ``data`` are not used.
    on_step : callable, optional
        Called with a few words before each step; a notebook shows them where it is not given.

    Returns
    -------
    Report

    Raises
    ------
    GeoError
        If anything in the data is wrong, or a number that disclosure control hides could be worked
        out from what is to be written; nothing is written then.

    Examples
    --------
    >>> import geo, tempfile
    >>> report = geo.build_report(sample=True, only=["map", "tables"], out=tempfile.mkdtemp())
    >>> "map.html" in report.outputs and "tables/lsoas.csv" in report.outputs
    True
    """
    parts = parts_asked(only)
    if release not in RELEASES:
        raise FileError(
            f"There is no release {release} of the Indices; allowed are {examples(RELEASES, 9)}."
        )
    if Path(out).resolve() in {Path(folder).resolve() for folder in previous}:
        raise FileError(
            f"{out} is named as published before and to be written to, which would lose the record "
            "of what was published; write to another folder with --out."
        )
    vintage = RELEASES[release].vintage
    found = None if postcodes is None else read_postcodes(postcodes, vintage)
    telling = nullcontext(on_step) if on_step else in_notebook(parts)
    with telling as step, drawing("figures" in parts) as figures:
        evidence = gather_evidence(
            None if sample else place,
            data,
            RELEASES[release],
            indicators=indicators,
            terms=Terms.asked(rule, previous),
            against=against,
            on_step=step,
        )
        evidence = with_other_releases(evidence)
        evidence = replace(evidence, left_out=(*told_of_parts(parts), *evidence.left_out))
        headline = _headline(evidence)
        with whole_folder(Path(out)) as folder:
            looks = {"basemap": basemap, "postcodes": found}
            evidence, told = _write(evidence, headline, folder, looks, step, parts, figures)
            step("Writing the page that leads to all")
            since = _write_start(evidence, headline, folder, Path(out), told)
            outputs = tuple(files_in(folder))
    return Report(
        out=Path(out),
        place=evidence.place,
        release=release,
        headline=headline,
        warnings=evidence.notes,
        left_out=evidence.left_out,
        outputs=outputs,
        unused=tuple(f"{file.name} ({file.kind})" for file in evidence.inputs.unused),
        since=since,
    )


def _headline(evidence: Evidence) -> tuple[str, ...]:
    """Put the main figures into sentences, the first of them the one to remember."""
    profile, place = evidence.profile, evidence.place
    borough = profile[profile["area_type"] == "borough"].iloc[0]
    top, bottom = place.levels[-1], place.levels[0]
    parts = profile[profile["area_type"] == top.column]
    split = ", ".join(f"{row.top_30} in {row.area}" for row in parts.itertuples())
    number, share = borough["top_30"], borough["top_30"] / borough["lsoas"]
    first = (
        f"{number or 'None'} of {area_type('lsoa').counted(borough['lsoas'])} ({share:.1%}) "
        f"{are(number)} in the most deprived 30% in England"
    )
    groups = profile[profile["area_type"] == bottom.column]
    most = groups[groups["top_30"] > 0].sort_values(["top_30", "area"], ascending=[False, True])
    sentences = [
        f"{first}: {split}." if number and len(parts) <= 4 else f"{first}.",
        on_tenths(borough),
    ]
    if len(most):
        named = [f"{row.area} ({row.top_30} of {row.lsoas})" for row in most.head(3).itertuples()]
        sentences.append(f"The {bottom.plural} with most of them: {listed(named)}.")
    return tuple(sentences)


def _write(
    evidence: Evidence,
    headline: tuple[str, ...],
    folder: Path,
    map_options: dict[str, Any],
    on_step: Progress,
    parts: frozenset[str],
    drawing: Drawing,
) -> tuple[Evidence, dict[str, Any]]:
    """Write the files of the parts asked for, the figures meanwhile where there is help.

    Returns
    -------
    Evidence
        With notes made in drawing.
    dict
        What the start page tells of the Rug and of who comes first.
    """
    found, targeting = evidence.outcomes, None
    made = rugs(evidence) if parts & {"rug", "figures"} else {}
    figures = FigureSet(evidence, notes=[], rug=made.get(RUG))
    if "figures" in parts:
        drawing.begin(figures, folder / "figures")
    if "tables" in parts:
        on_step("Writing the tables")
        tables = _write_tables(figures, folder)
        on_step("Writing whom to serve first")
        evidence, targeting = _write_targeting(evidence, folder)
    if "tables" in parts and evidence.areas is not None:
        on_step("Writing the layers for QGIS")
        write_layers(evidence, evidence.areas, folder / "areas.gpkg")
    if "map" in parts and evidence.areas is not None:
        on_step("Drawing the interactive map")
        map_of(evidence, headline[0], **map_options).save(str(folder / "map.html"))
    if found is not None and found.printed is not None:
        found.printed.write(folder)
    if "rug" in parts and made and found:
        on_step("Writing the Tartan Rug")
        write_rugs(made, folder, found)
    if "rug" in parts and evidence.place.levels:
        on_step("Writing a page for each group")
        order = None if targeting is None else targeting.tables["targeting"]
        write_group_pages(evidence, made.get(RUG), order, folder, today())
    if "tables" in parts:
        on_step("Writing sentences to use")
        if targeting is not None:
            tables |= {COVERAGE: targeting.tables["coverage"]}
        write_statements(evidence, tables, made.get(RUG) if "rug" in parts else None, folder)
    if found and (
        statement := protection_statement(found, evidence.place, today(), evidence.notices)
    ):
        (folder / PROTECTION).write_text(statement, "utf-8")
    if "figures" in parts:
        evidence = drawing.end(evidence, on_step)
    if parts & {"tables", "figures"} and figures.context.empty:
        evidence = replace(evidence, left_out=(*evidence.left_out, NOTHING_IN_CONTEXT))
    return evidence, {
        "rug": in_brief(made) if "rug" in parts else None,
        "first": "" if targeting is None else targeting.finding,
    }


def _write_start(
    evidence: Evidence,
    headline: tuple[str, ...],
    folder: Path,
    earlier: Path,
    told: dict[str, Any],
) -> str:
    """Write start page and manifest; say what is new since the report that they replace."""
    manifest = manifest_of(evidence, headline)
    manifest["new_since"], since = news_since(earlier, folder, manifest)
    news = as_news(manifest["new_since"])
    page = start_page(evidence, headline, folder, news=news, made=today(), **told)
    (folder / "index.html").write_text(page, "utf-8")
    manifest["outputs"] = [*files_in(folder), MANIFEST]
    (folder / MANIFEST).write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )
    return since


def _write_tables(figures: FigureSet, folder: Path) -> dict[str, pd.DataFrame]:
    """Write the tables, with the place's notices and their own in a column; give them by file."""
    (folder / "tables").mkdir()
    evidence = figures.evidence
    caution, of_no_groups = figures.words.notice(), figures.words.notice(grouped=False)
    tables = {
        "tables/lsoas.csv": evidence.lsoas,
        PROFILE: evidence.profile,
        CONTEXT: figures.context,
        **history_tables(evidence),
    }
    tables = {file: table for file, table in tables.items() if len(table)}
    for file, table in tables.items():
        told = of_no_groups if file == CONTEXT else caution
        if "note" in table or told:
            own = table.get("note", pd.Series("", table.index)).fillna("")
            table = table.assign(note=(told + " " + own).str.strip())
        safe_cells(table).to_csv(folder / file, index=False, lineterminator="\n")
    return tables


def _write_targeting(evidence: Evidence, folder: Path) -> tuple[Evidence, Targeting | None]:
    """Write whom to serve first, and give it; none, and why, where it cannot be told."""
    try:
        made = targeting_of(evidence, tables="tables/")
    except TableError as problem:
        why = f"Whom to serve first is left out: {reason(problem)}"
        return replace(evidence, left_out=(*evidence.left_out, why)), None
    made.write(folder, folder / "tables", " ".join(evidence.notices))
    return evidence, made
