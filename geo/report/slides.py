"""A folder that a build wrote, as slides: the place, its Tartan Rug, a slide a group, sources."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.errors import FileError
from geo.report.credits import SAMPLE_NOTICE
from geo.report.differences import LSOAS, RUG, manifest_in
from geo.report.group_words import (
    BETTER,
    WORSE,
    first_of,
    on_indicators,
    on_residents,
    rows_of,
    title_of,
)
from geo.report.manifest import day_made
from geo.report.printed import AREA_HEADER, area_rows, printed_areas, printed_rug, printed_table
from geo.views.document.fitting import SlideTable
from geo.views.document.slides import PICTURE_MM, Slide, write_slides
from geo.views.maps.deciles import decile_alt_text
from geo.views.maps.slide import slide_map
from geo.views.site.group import IndicatorRow
from geo.views.style.export import words_of, write_png
from geo.views.style.palette import comparison_styles
from geo.vocabulary.area_types import ward_names

NAME = "slides.pptx"
_COUNTS = "deprivation_by_area"
_WORST, _BEST, _LSOAS, _A_SLIDE = 3, 2, 4, 10
"""Indicators that are worst and best, LSOAs of a group, and sources on a slide."""
_OUTER = ("fifth_1", "fifth_5")
_HALF = 2
"""A map is drawn at half its size on the slide, so that its type is twice as large there."""


def write_report_slides(
    folder: str | Path, out: str | Path = "", template: str | Path = ""
) -> Path:
    """Write what a report's folder holds as slides, one for each of the smallest groups.

    Parameters
    ----------
    folder : str or Path
        A folder that ``geo build`` wrote, with its tables.
    out : str or Path, optional
        File to write; ``slides.pptx`` in the folder where not given.
    template : str or Path, optional
        A presentation or template whose layouts, colours and type are used.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FileError
        If the folder is no report or has no tables, a template cannot be used, or the file cannot
        be written.
    """
    told = _Report(Path(folder), manifest_in(Path(folder)))
    path = Path(out) if out else Path(folder) / NAME
    with tempfile.TemporaryDirectory() as pictures:
        slides = _slides(told, Path(pictures))
        write_slides(path, slides, Path(template) if template else None)
    return path


@dataclass(frozen=True)
class _Report:
    """What a folder prints; tables are read when they are asked for."""

    folder: Path
    manifest: dict[str, Any]

    @cached_property
    def counts(self) -> pd.DataFrame:
        return self._needed(_COUNTS)

    @cached_property
    def lsoas(self) -> pd.DataFrame:
        return self._needed("lsoas")

    @cached_property
    def order(self) -> pd.DataFrame | None:
        return printed_table(self.folder, "targeting")

    @cached_property
    def rug(self) -> pd.DataFrame | None:
        return printed_rug(self.folder)

    @cached_property
    def areas(self) -> gpd.GeoDataFrame | None:
        return printed_areas(self.folder)

    @property
    def level(self) -> str:
        """Column of the smallest groups, which stand first."""
        return str(self.counts["area_type"].iat[0])

    @property
    def place(self) -> str:
        return str(self.manifest["place"]["name"])

    @property
    def foot(self) -> str:
        status = self.manifest["membership"]["status"]
        notices = [SAMPLE_NOTICE] if self.manifest["place"].get("synthetic") else []
        notices += [] if status == "as listed" else [status]
        made = f"Indices of Deprivation {self.manifest['release']}. Made {day_made(self.manifest)}."
        return " ".join([*notices, made])

    def rows(self, name: str) -> list[IndicatorRow]:
        """Cells of a group in the Rug; none where the report has none."""
        if self.rug is None:
            return []
        benchmark = str(self.rug["benchmark"].iat[0])
        styles = comparison_styles(benchmark=benchmark, placed=True)
        return rows_of(self.rug, self.level, name, styles)

    def _needed(self, name: str) -> pd.DataFrame:
        table = printed_table(self.folder, name)
        if table is None:
            raise FileError(
                f"{self.folder} has no tables/{name}.csv, from which slides are made; build it "
                "again with its tables (geo build without --only, or with --only tables)."
            )
        return table


def _slides(told: _Report, pictures: Path) -> Iterator[Slide]:
    """Put a report in order: title, the place, its Rug, its groups, sources."""
    counts = told.counts
    groups = counts[counts["area_type"].eq(told.level)]
    yield Slide(
        f"{told.place}: where deprivation sits, neighbourhood by neighbourhood",
        words=(told.manifest["headline"][0],),
        foot=told.foot,
        notes="The sentence is the headline in manifest.json.",
    )
    yield _of_place(told, groups, pictures)
    if told.rug is not None:
        yield _of_rug(told, groups["area"])
    for at, (_, own) in enumerate(groups.iterrows()):
        yield _of_group(told, own, pictures / f"{at}.png")
    sources = told.manifest["licences"]
    for start in range(0, len(sources), _A_SLIDE):
        yield Slide(
            f"Sources of the figures on {told.place}",
            words=sources[start : start + _A_SLIDE],
            foot=told.foot,
            notes="Files, their checksums and what was settled by a rule are in manifest.json.",
        )


def _of_place(told: _Report, groups: pd.DataFrame, pictures: Path) -> Slide:
    first, *others = told.manifest["headline"]
    shown = pd.concat([told.counts[told.counts["area_type"].eq("borough")], groups])
    caption = "LSOAs in the most deprived 10%, 20% and 30% in England"
    return Slide(
        first.partition(":")[0].rstrip("."),
        words=others,
        tables=[SlideTable(caption, AREA_HEADER, area_rows(shown))],
        picture=_map(told.areas, told.level, told.place, pictures / "place.png"),
        foot=told.foot,
        notes=f"Title and sentences: headline in manifest.json. Table: tables/{_COUNTS}.csv. Map: "
        f"areas.gpkg, layer lsoa, imd_decile; outlines: {told.level}.",
    )


def _of_rug(told: _Report, groups: Sequence[str]) -> Slide:
    """Count what is worse and better in each group, under the finding of the Rug's figure."""
    of = {name: told.rows(name) for name in groups}
    finding = told.folder / "figures/tartan-rug.txt"
    if finding.is_file():
        title = words_of(finding)[1].partition(". ")[0]
    else:
        title = next(f"{name}: {on_indicators(rows)[0]}" for name, rows in of.items() if rows)
    header = ["Area", "Worse", "Better", "Judged", "Worst fifth", "Placed"]
    counted = [[name, *map(str, _counts(rows))] for name, rows in of.items()]
    benchmark = next(iter(of.values()))[0].benchmark_name
    return Slide(
        title.rstrip("."),
        words=[
            f"Judged: compared with {benchmark} by a test, of indicators where high or low is "
            "good. Placed: values without intervals, by the fifth of England's areas they are in."
        ],
        tables=[SlideTable(f"Indicators by how they compare with {benchmark}", header, counted)],
        foot=told.foot,
        notes=f"Counts of rows of {RUG} with latest True and area_type {told.level}, by "
        "comparison; indicators whose polarity is no_judgement are left out.",
    )


def _counts(rows: Sequence[IndicatorRow]) -> tuple[int, ...]:
    judged = [row.shown for row in rows if row.judged]
    placed = [row.shown for row in rows if row.placed]
    worse, better = (sum(shown in some for shown in judged) for some in (WORSE, BETTER))
    return worse, better, len(judged), placed.count("fifth_1"), len(placed)


def _of_group(told: _Report, own: pd.Series, picture: Path) -> Slide:
    name, rows = str(own["area"]), told.rows(str(own["area"]))
    lsoas = told.lsoas[told.lsoas[told.level].eq(name)]
    first = first_of(told.order, told.lsoas, lsoas)
    areas = None if told.areas is None else told.areas[told.areas[told.level].eq(name)]
    wards = None if areas is None else ward_names(areas.columns)
    extremes = _extremes(rows)
    tables = [extremes] if extremes else []
    if first:
        caption = f"Its LSOAs that come first in {told.place}"
        header = ["Neighbourhood", "LSOA", "Place", "Decile"]
        tables.append(SlideTable(caption, header, first[:_LSOAS], len(first)))
    of = f"area_type {told.level}, area {name}"
    return Slide(
        title_of(name, own),
        words=[" ".join(said) for said in (on_residents(own), on_indicators(rows)) if said],
        tables=tables,
        picture=_map(areas, wards, name, picture),
        foot=told.foot,
        notes=f"Title and sentences on LSOAs and residents: tables/{_COUNTS}.csv, {of} (lsoas, "
        "top_10, top_20, top_30, population, children). "
        f"Indicators: {RUG}, latest True, {of} (comparison, text); England: area_type england. "
        f"Neighbourhoods: tables/targeting.csv (rank) and {LSOAS} (imd_decile). Map: areas.gpkg, "
        f"layer lsoa, {told.level} {name}, imd_decile.",
    )


def _extremes(rows: Sequence[IndicatorRow]) -> SlideTable | None:
    """Name what is furthest on the bad and on the good side, then what is in an outer fifth."""
    placed = {shown: [row for row in rows if row.placed and row.shown == shown] for shown in _OUTER}
    judged = sorted((row for row in rows if row.judged), key=lambda row: row.far)
    worst = [*(row for row in reversed(judged) if row.shown in WORSE), *placed["fifth_1"]]
    best = [*(row for row in judged if row.shown in BETTER), *placed["fifth_5"]]
    shown = [*worst[:_WORST], *best[:_BEST]]
    benchmark = rows[0].benchmark_name if rows else ""
    return (
        SlideTable(
            f"Worst and best against {benchmark}",
            ["Indicator", "Here", benchmark, "Compared"],
            [[_with_unit(row), row.figure, row.benchmark_figure, _in_short(row)] for row in shown],
            marks={(at, 3): row.style for at, row in enumerate(shown)},
        )
        if shown
        else None
    )


def _with_unit(row: IndicatorRow) -> str:
    return row.label if row.unit.startswith("%") or not row.unit else f"{row.label}, {row.unit}"


def _in_short(row: IndicatorRow) -> str:
    words = row.style.label.partition(" than ")[0].partition(" in ")[0]
    return f"{row.style.symbol} {words}"


def _map(
    areas: gpd.GeoDataFrame | None, outlines: str | None, name: str, path: Path
) -> tuple[Path, str] | None:
    """Draw a map of deciles; none where the report has no boundaries."""
    if areas is None or areas["imd_decile"].isna().all():
        return None
    figure = slide_map(areas, outlines, *(side / _HALF for side in PICTURE_MM))
    write_png(figure, path)
    return path, decile_alt_text(areas, level=outlines, place=name)
