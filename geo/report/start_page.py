"""The page that leads to all of a report: what was written, and where it can be had."""

import re
from pathlib import Path

from geo.disclosure.publications import LEDGER
from geo.errors import GeoError
from geo.report.changed import change_story
from geo.report.evidence import Evidence
from geo.report.group_pages import files_of
from geo.report.protection import PAGE as PROTECTION
from geo.report.statements.page import PAGE as STATEMENTS
from geo.report.targeting.target import PAGE as TARGETING
from geo.report.whole_folder import MANIFEST, files_in
from geo.views.site.index import IndexPage, News, ReadyFigure, SmallRug, index_page
from geo.views.style.export import words_of

_WORDS = {
    "tartan-rug.xlsx": "The Tartan Rug, all levels (Excel)",
    "tartan-rug.csv": "Every cell of the Tartan Rug, of all periods (CSV)",
    "tartan-rug-wide.csv": "The Tartan Rug, a row an area (CSV)",
    "tables/lsoas.csv": "Every LSOA with its groups, scores, ranks and deciles (CSV)",
    "tables/deprivation_by_area.csv": "Counts by area and decile (CSV)",
    "tables/in_context.csv": "The place against England: residents, children, schools (CSV)",
    TARGETING: "Whom to serve first, what that reaches and leaves out, and a budget by need",
    STATEMENTS: "Sentences to use in a document, each with the table that it is from",
    "tables/statements.csv": "The same sentences (CSV)",
    "tables/targets.csv": "Measures with a target: baseline, value, on track or not (CSV)",
    "tables/changes.csv": "Every LSOA’s decile beside that of the release before (CSV)",
    "tables/targeting.csv": "Every LSOA in order of priority (CSV)",
    "tables/coverage.csv": "Who is reached as more LSOAs are served (CSV)",
    "tables/left_out.csv": "Who is left out, by group (CSV)",
    "areas.gpkg": "Map layers for QGIS (GeoPackage)",
    LEDGER: "What was shown of confidential counts, for geo build --previous (JSON)",
    PROTECTION: "How confidential counts are protected",
    "manifest.json": "What this was made from (JSON)",
}
_FORMATS = {
    "png": "Picture (PNG)",
    "svg": "Drawing (SVG)",
    "pdf": "Page (PDF)",
    "csv": "Data (CSV)",
    "txt": "Words (TXT)",
}


def start_page(
    evidence: Evidence,
    headline: tuple[str, ...],
    folder: Path,
    *,
    rug: SmallRug | None,
    first: str = "",
    news: News | None = None,
    made: str,
) -> str:
    """Lay out ``index.html`` for the files that a report's folder has by now.

    Parameters
    ----------
    evidence : Evidence
    headline : tuple of str
        The main figures in words, the first of them the one to remember.
    folder : Path
        Where the report is being written.
    rug : SmallRug, optional
        The Tartan Rug in brief.
    first : str
        Who comes first, in a sentence; empty where there is no page of it.
    news : News, optional
        What the report that this one replaces did not say.
    made : str
        The day, in words.
    """
    written = files_in(folder)
    left_out = evidence.left_out
    try:
        change = change_story(evidence)
    except GeoError as problem:
        change, left_out = None, (*left_out, f"What changed is left out: {problem}")
    return index_page(
        IndexPage(
            place=evidence.place.name,
            headline=headline[0],
            sentences=headline[1:],
            release_label=evidence.label,
            levels=[(level.column, level.plural) for level in evidence.place.levels],
            profile=evidence.profile,
            made=made,
            notices=evidence.notices,
            left_out=left_out,
            warnings=evidence.notes,
            sources=evidence.sources,
            downloads=[(n, words) for n, words in _WORDS.items() if n in [*written, MANIFEST]],
            figures=[_figure(name, folder, written) for name in _figures(written)],
            areas=evidence.areas,
            interactive="map.html" in written,
            rug=rug,
            change=change,
            first=first,
            news=news,
            sentences_page=STATEMENTS if STATEMENTS in written else "",
            explained=evidence.codes,
            pages={key: file for key, file in files_of(evidence).items() if file in written},
        )
    )


def _figures(written: list[str]) -> list[str]:
    return sorted(Path(one).stem for one in written if re.match(r"figures/.*\.csv", one))


def _figure(name: str, folder: Path, written: list[str]) -> ReadyFigure:
    files = [(f"figures/{name}.{end}", words) for end, words in _FORMATS.items()]
    pages = [re.fullmatch(rf"figures/{name}-(\d+)\.png", one) for one in written]
    further = sorted(int(page[1]) for page in pages if page)
    files.insert(2, (f"figures/{name}-small.svg", "Light drawing for web pages (SVG)"))
    files += [(f"figures/{name}-{page}.png", f"Picture, page {page}") for page in further]
    alt, caption = words_of(folder / f"figures/{name}.txt")
    finding = caption.partition(". ")[0]
    return ReadyFigure(finding, alt, caption, [one for one in files if one[0] in written])
