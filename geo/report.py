"""Compose a report from a gathered picture: count, draw, write, all or nothing."""

import datetime
import json
import platform
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd

from geo import __version__
from geo.check import match_counts
from geo.errors import FileError, GeoWarning, TableError, examples
from geo.figure_set import FigureSet
from geo.gather import Picture, Progress, gather, heard, with_other_releases
from geo.geography.places import Place
from geo.maps import map_of
from geo.rugs import in_brief, rugs, write_rugs
from geo.sources.folders import DataFile
from geo.statistics.area_measures import decile_profile
from geo.statistics.rules import Rule
from geo.tables import INDICES, RELEASES, safe_cells
from geo.views import export
from geo.views.pages import IndexPage, SmallRug, index_page
from geo.views.shapes import dissolve
from geo.writing import MANIFEST, files_in, whole_folder


@dataclass(frozen=True)
class Report:
    """What a build made: where, the headline figures in words, and what to know about them."""

    out: Path
    place: Place
    release: int
    headline: tuple[str, ...]
    warnings: tuple[str, ...]
    left_out: tuple[str, ...]
    outputs: tuple[str, ...]
    unused: tuple[str, ...]


def build_report(
    place: str | Path | Place = "cheshire-east",
    *,
    data: Sequence[str | Path] = (),
    indicators: Sequence[str | Path] = (),
    release: int = 2025,
    rule: Rule | None = None,
    out: str | Path = "outputs",
    basemap: Literal["osm"] | None = None,
    sample: bool = False,
    on_step: Progress = lambda _: None,
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
    out : str or Path
        Folder to write to. An earlier report there is replaced as a whole, or not at all.
    basemap : {"osm"}, optional
        Offer an online map below the interactive one; it is off until the reader switches it on.
    sample : bool
        Use the embedded synthetic borough; ``place`` and ``data`` are not used.
    on_step : callable
        Called with a few words before each step.

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
    >>> report = geo.build_report(sample=True, release=2019, out=tempfile.mkdtemp())
    >>> "map.html" in report.outputs and "tables/lsoas.csv" in report.outputs
    True
    """
    if release not in RELEASES:
        raise FileError(
            f"There is no release {release} of the Indices; allowed are {examples(RELEASES, 9)}."
        )
    picture = gather(
        place,
        data,
        RELEASES[release],
        indicators=indicators,
        rule=rule,
        sample=sample,
        on_step=on_step,
    )
    picture = with_other_releases(picture)
    headline = _headline(picture)
    with whole_folder(Path(out)) as folder:
        picture = _write(picture, headline, folder, basemap, on_step)
        outputs = tuple(files_in(folder))
    return Report(
        out=Path(out),
        place=picture.place,
        release=release,
        headline=headline,
        warnings=picture.warnings,
        left_out=picture.left_out,
        outputs=outputs,
        unused=tuple(f"{file.path.name} ({file.kind})" for file in picture.inputs.unused),
    )


def _headline(picture: Picture) -> tuple[str, ...]:
    """Put the main figures into sentences, the first of them the one to remember."""
    profile, place = picture.profile, picture.place
    borough = profile[profile["area_type"] == "borough"].iloc[0]
    top, bottom = place.levels[-1], place.levels[0]
    parts = profile[profile["area_type"] == top.column]
    split = ", ".join(f"{row.top_30} in {row.area}" for row in parts.itertuples())
    first = (
        f"{borough['top_30']} of {borough['lsoas']} LSOAs "
        f"({100 * borough['top_30'] / borough['lsoas']:.1f}%) are in the 0–30% most deprived in "
        f"England"
    )
    groups = profile[profile["area_type"] == bottom.column]
    most = groups[groups["top_30"] > 0].sort_values(["top_30", "area"], ascending=[False, True])
    sentences = [
        f"{first}: {split}." if len(parts) <= 4 else f"{first}.",
        f"{borough['top_10']} are in the most deprived 10% and {borough['top_20']} in the most "
        "deprived 20%.",
    ]
    if len(most):
        named = [f"{row.area} ({row.top_30} of {row.lsoas})" for row in most.head(3).itertuples()]
        joined = " and ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)
        sentences.append(f"The {bottom.plural} with most of them: {joined}.")
    return tuple(sentences)


def _write(
    picture: Picture,
    headline: tuple[str, ...],
    folder: Path,
    basemap: Literal["osm"] | None,
    on_step: Progress,
) -> Picture:
    """Write every file; return the picture with what drawing it had to settle."""
    on_step("Writing the tables")
    (folder / "tables").mkdir()
    note = {"note": " ".join(picture.notices)} if picture.notices else {}
    for name, table in (("lsoas", picture.lsoas), ("deprivation_by_area", picture.profile)):
        path = folder / f"tables/{name}.csv"
        safe_cells(table.assign(**note)).to_csv(path, index=False, lineterminator="\n")
    if picture.areas is not None:
        on_step("Writing the layers for QGIS")
        _write_layers(picture, picture.areas, folder / "areas.gpkg")
        on_step("Drawing the interactive map")
        map_of(picture, headline[0], basemap=basemap).save(str(folder / "map.html"))
    with heard() as settled:
        undrawn = _write_figures(picture, folder / "figures", on_step)
    picture = replace(
        picture,
        warnings=tuple(dict.fromkeys([*picture.warnings, *settled])),
        left_out=(*picture.left_out, *undrawn),
    )
    if made := rugs(picture):
        on_step("Writing the Tartan Rug")
        write_rugs(made, folder)
    on_step("Writing the page that leads to all")
    page = _index(picture, headline, files_in(folder), in_brief(made))
    (folder / "index.html").write_text(page, "utf-8")
    manifest = _manifest(picture, headline, [*files_in(folder), MANIFEST])
    (folder / MANIFEST).write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )
    return picture


def _write_layers(picture: Picture, areas: gpd.GeoDataFrame, path: Path) -> None:
    told = {"engine": "pyogrio", "DESCRIPTION": " ".join([picture.label, *picture.notices])}
    outcomes = picture.outcomes
    if outcomes and outcomes.rule:
        told["DESCRIPTION"] += f" Disclosure control: {outcomes.rule}."
    _with_indicators(areas, picture, areas.columns[0]).to_file(path, layer="lsoa", **told)
    levels = picture.place.level_columns
    ward = next((c for c in areas if c.startswith("wd") and c.endswith("cd")), None)
    if ward:
        levels = ["ward", *(level for level in levels if level != "ward")]
        counted = decile_profile(areas, by=[ward])
        names = areas.drop_duplicates(ward).set_index(ward)[ward.replace("cd", "nm")]
    for level in levels:
        column = ward if level == "ward" and ward else level
        profile = counted if column == ward else picture.profile
        rows = profile[profile["area_type"] == column].drop(columns="area_type")
        rows = rows.rename(columns={"area": column}).reset_index(drop=True)
        if column == ward:
            rows.insert(1, names.name, rows[column].map(names))
        shapes = dissolve(areas, column)
        layer = gpd.GeoDataFrame(rows, geometry=[shapes[x] for x in rows[column]], crs=areas.crs)
        _with_indicators(layer, picture, column).to_file(path, layer=level, **told)


def _with_indicators(layer: gpd.GeoDataFrame, picture: Picture, code: str) -> gpd.GeoDataFrame:
    """Add the latest value of each indicator to a layer, and beside it the state."""
    if picture.outcomes is None:
        return layer
    table = picture.outcomes.latest
    rows = table[table["area_type"] == code.removesuffix("cd")]
    split = ["indicator_id", "sex", "age"]
    taken = {"fid", "ogc_fid", "geom", *(column.lower() for column in layer.columns)}
    for keys, part in rows.groupby(split, sort=True):
        name = " ".join(key for key in map(str, keys) if key not in ("", "all"))
        while {name.lower(), f"{name}_state".lower()} & taken:  # SQLite does not tell case apart
            name = f"indicator {name}"
        taken |= {name.lower(), f"{name}_state".lower()}
        found = part.set_index("area_code")[["value", "state"]].reindex(layer[code])
        layer = layer.assign(
            **{
                name: found["value"].to_numpy(dtype=float, na_value=float("nan")),
                f"{name}_state": found["state"].to_numpy(dtype=object),
            }
        )
    return layer


_TALLEST = 297.5
"""Height of a page of A4, in millimetres."""


def _write_figures(picture: Picture, folder: Path, on_step: Progress) -> tuple[str, ...]:
    """Draw what the data allow; tell what they did not."""
    undrawn = []
    for name, make in FigureSet(picture).makers.items():
        on_step(f"Drawing the figure {name}")
        try:
            with heard() as told:
                figure = make()
        except TableError as problem:
            undrawn.append(f"The figure {name} is left out: {_reason(problem)}")
            continue
        if (tall := figure.get_figheight() * 25.4) > _TALLEST:
            undrawn.append(
                f"The figure {name} is left out: it would be {tall:.0f} mm tall, more than a page "
                f"of A4. geo figure {name} draws it."
            )
            continue
        for words in told:
            warnings.warn(f"Figure {name}: {_reason(words)}", GeoWarning, stacklevel=2)
        export.save_figure(figure, folder, name)
    return tuple(undrawn)


def _reason(problem: object) -> str:
    """Say what is the matter, without the advice after the semicolon, which is for callers."""
    return f"{str(problem).rsplit('; ', 1)[0].rstrip('.')}."


_WORDS = {
    "tartan-rug.xlsx": "The Tartan Rug, all levels (Excel)",
    "tartan-rug.csv": "Every cell of the Tartan Rug (CSV)",
    "tables/lsoas.csv": "Every LSOA with its groups, scores, ranks and deciles (CSV)",
    "tables/deprivation_by_area.csv": "Counts by area and decile (CSV)",
    "areas.gpkg": "Map layers for QGIS (GeoPackage)",
    "manifest.json": "What this was made from (JSON)",
}
_FORMATS = {
    "png": "Picture (PNG)",
    "svg": "Drawing (SVG)",
    "pdf": "Page (PDF)",
    "csv": "Data (CSV)",
    "txt": "Alternative text",
}


def _index(
    picture: Picture, headline: tuple[str, ...], written: list[str], rug: SmallRug | None
) -> str:
    links = {"Tables and layers": [(n, w) for n, w in _WORDS.items() if n in [*written, MANIFEST]]}
    for name in sorted({Path(one).stem for one in written if one.startswith("figures/")}):
        ready = [(f"figures/{name}.{end}", words) for end, words in _FORMATS.items()]
        links[f"Figure: {name.replace('-', ' ')}"] = [x for x in ready if x[0] in written]
    return index_page(
        IndexPage(
            place=picture.place.name,
            headline=headline[0],
            sentences=headline[1:],
            release_label=picture.label,
            levels=[(level.column, level.plural) for level in picture.place.levels],
            profile=picture.profile,
            made=f"{_now():%d %B %Y}".lstrip("0"),
            notices=picture.notices,
            left_out=picture.left_out,
            warnings=picture.warnings,
            sources=picture.sources,
            downloads=links,
            areas=picture.areas,
            rug=rug,
        )
    )


def _manifest(picture: Picture, headline: tuple[str, ...], outputs: list[str]) -> dict[str, Any]:
    place, release = picture.place, picture.release
    packages = ("geopandas", "shapely", "pyogrio", "pandas", "numpy", "folium", "matplotlib")
    return {
        "made": _now().isoformat(timespec="seconds"),
        "place": {"name": place.name, "code": place.code, "synthetic": place.synthetic},
        "release": release.year,
        "vintage": release.vintage,
        "lsoas_ranked_in_england": release.lsoas,
        "indices": [name for name in INDICES if f"{name}_decile" in picture.lsoas],
        "headline": list(headline),
        "membership": {
            "status": place.membership or "as listed",
            "method": "lookup",
            "basis": _counts(place, "basis"),
            "confidence": _counts(place, "confidence"),
            "differs_by_method": picture.methods,
        },
        "indicators": _indicators_entry(picture),
        "inputs": [_input_entry(file, picture) for file in picture.inputs.used],
        "not_used": [
            {"file": file.path.name, "recognised_as": file.kind} for file in picture.inputs.unused
        ],
        "left_out": list(picture.left_out),
        "warnings": list(picture.warnings),
        "licences": list(picture.sources),
        "versions": {"geo-targeting": __version__, "python": platform.python_version()}
        | {name: version(name) for name in packages},
        "outputs": outputs,
    }


def _input_entry(file: DataFile, picture: Picture) -> dict[str, Any]:
    entry: dict[str, Any] = {"file": file.path.name, "recognised_as": file.kind}
    found = picture.outcomes
    if file.indicators and found is not None and found.rule:
        entry["sha256"] = "left out: guesses of small counts could be tried against it"
    else:
        entry["sha256"] = file.sha256()
    table = picture.inputs.tables.get(file.path)
    return entry if table is None else entry | match_counts(table, picture.lsoas)


def _indicators_entry(picture: Picture) -> dict[str, Any] | None:
    found = picture.outcomes
    if found is None:
        return None
    latest = found.latest
    shown = latest[latest["area_type"].ne("england")]
    return {
        "shown": found.catalogue["indicator_id"].tolist(),
        "confidential": found.catalogue.query("confidential")["indicator_id"].tolist(),
        "disclosure_rule": found.rule or "nothing is confidential",
        "compared_with": found.benchmark,
        "cells": {str(k): int(v) for k, v in shown["state"].value_counts().sort_index().items()},
    }


def _counts(place: Place, column: str) -> dict[str, int]:
    if place.units is None or column not in place.units:
        return {}
    return {str(k): int(v) for k, v in place.units[column].value_counts().sort_index().items()}


def _now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()
