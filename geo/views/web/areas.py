"""What stands in the page of the interactive map: geometry once, one short text a variable."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import TableError, examples
from geo.geography.dissolve import union
from geo.geography.towns import find_towns
from geo.views.style import palette
from geo.views.web.encoding import encode_classes, encode_numbers, encode_polygons
from geo.views.web.payload import (
    Band,
    DecileChange,
    DecileIndex,
    DensitySurface,
    Grouping,
    LatLng,
    Level,
    PackedNumbers,
    Town,
)
from geo.vocabulary.area_types import AreaType, area_type, ward_names
from geo.vocabulary.releases import INDICES

LevelChoice = str | AreaType | tuple[str, str, str]
"""Column of a level, with its singular and plural where they are not known."""
SurfaceBands = tuple[gpd.GeoDataFrame | pd.Series, str, str]
"""Bands of a density surface or counts by area, their unit, and words on what is not shown."""

SVG_UP_TO = 3000
"""Above this many areas the browser draws on a canvas: slower to restyle, far quicker to pan."""
_NAME_PLACES = 5
_GAP = 1e-4
"""Degrees, about ten metres: a narrower gap between areas is no ground but an inexact edge."""
_SCREEN_MM, _TOWN_MM = 130, 60
"""Side of a map on a screen, and of the part of it that a town should fill."""


def rounded_wgs84(areas: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Geometry in degrees rounded to 1e-5, so that vertices shared before are shared after."""
    if not isinstance(areas, gpd.GeoDataFrame) or areas.active_geometry_name is None:
        raise TableError(
            "The areas have no geometry; give a GeoDataFrame such as read_boundaries returns."
        )
    if not len(areas):
        raise TableError("The areas have no row; a map needs at least one LSOA, so add some.")
    _require_crs(areas, "areas")
    kinds = areas.geom_type.dropna()
    if len(odd := kinds[~kinds.isin(["Polygon", "MultiPolygon"])]):
        raise TableError(
            f"{len(odd)} of {len(areas)} areas are no polygons but {examples(odd.unique())}; "
            "give LSOA boundaries."
        )
    degrees = areas.geometry.to_crs(4326).force_2d()
    rounded = shapely.transform(degrees.to_numpy(), lambda xy: np.round(xy, 5))
    return gpd.GeoSeries(rounded, index=areas.index, crs=4326)


def _require_crs(shapes: gpd.GeoDataFrame, what: str) -> None:
    if shapes.crs is None:
        raise TableError(
            f"The {what} have no coordinate reference system; say which with {what}.set_crs(27700) "
            "if the coordinates are British National Grid."
        )


# ---- deciles and their change ----------------------------------------------------------------


def decile_columns(areas: gpd.GeoDataFrame, variables: Sequence[str] | None) -> list[str]:
    """Columns to show, in order."""
    if variables is None:
        found = [f"{v}_decile" for v in INDICES if f"{v}_decile" in areas.columns]
    else:
        found = [v if v.endswith("_decile") else f"{v}_decile" for v in variables]
    if lost := [column for column in found if column not in areas.columns]:
        raise TableError(
            f"No column {examples(lost)} in the areas; they have the columns "
            f"{examples(areas.columns, 8)}. Join the Indices of Deprivation first."
        )
    if not found:
        raise TableError(
            "No decile column to show, such as imd_decile, in the areas, which have the columns "
            f"{examples(areas.columns, 8)}. Join the Indices of Deprivation first."
        )
    return list(dict.fromkeys(found))


def decile_index(column: str, areas: gpd.GeoDataFrame, code: str) -> DecileIndex:
    """Deciles as classes 0 to 9, 10 for no data; ranks beside them if known."""
    deciles = _deciles(areas[column], column, areas[code], f"{len(areas)} areas")
    index = column.removesuffix("_decile")
    rank = f"{index}_rank"
    return {
        "id": index,
        "name": INDICES.get(index, index.replace("_", " ").capitalize()),
        "classes": encode_classes(np.where(np.isnan(deciles), 10, deciles - 1).astype(int)),
        "ranks": encode_numbers(counts(rank, areas, code)) if rank in areas.columns else None,
    }


def decile_change(
    year: int, earlier: pd.Series, areas: gpd.GeoDataFrame, code: str
) -> DecileChange:
    """Change of the IMD decile since an earlier release, where the area is still the same."""
    if "imd_decile" not in areas.columns:
        raise TableError(
            "No column imd_decile in the areas to tell the change from; join the Indices of "
            "Deprivation, or leave out changes."
        )
    if not isinstance(earlier, pd.Series) or earlier.index.has_duplicates:
        raise TableError(
            f"The earlier deciles of {year} must be a Series with one decile a code; they are "
            f"{type(earlier).__name__}"
            + (" with codes that stand twice" if isinstance(earlier, pd.Series) else "")
            + ", so give one decile for each code."
        )
    known = earlier[earlier.index.isin(areas[code])]
    if not len(known):
        raise TableError(
            f"No code of the deciles of {year} ({examples(earlier.index)}) is of an area of the "
            f"map ({examples(areas[code])}); index them by {code}."
        )
    codes = pd.Series(known.index, index=known.index)
    then = pd.Series(_deciles(known, f"decile of {year}", codes, "areas"), known.index)
    before = then.reindex(areas[code]).to_numpy()
    now = pd.to_numeric(areas["imd_decile"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    step = np.clip(now - before, -2, 2) + 2
    classes = np.select([np.isnan(now), np.isnan(before)], [6, 5], np.nan_to_num(step))
    return {
        "id": f"change-{year}",
        "year": year,
        "classes": encode_classes(classes.astype(int)),
        "before": encode_classes(np.nan_to_num(before).astype(int)),
    }


def _deciles(values: pd.Series, column: str, codes: pd.Series, of: str) -> np.ndarray:
    deciles = pd.to_numeric(values, errors="coerce").astype("float64")
    wrong = values.notna() & ~deciles.isin(range(1, 11))
    _refuse(wrong, values, column, codes, of, "whole numbers from 1 to 10")
    return deciles.to_numpy(na_value=np.nan)


def counts(column: str, areas: gpd.GeoDataFrame, code: str) -> np.ndarray:
    """Whole numbers of a column, NaN where not known."""
    values = pd.to_numeric(areas[column], errors="coerce").astype("float64")
    wrong = (areas[column].notna() & ~np.isfinite(values)) | (values < 0)
    _refuse(wrong, areas[column], column, areas[code], f"{len(areas)} areas", "numbers from 0")
    return values.round().to_numpy()


def _refuse(
    wrong: pd.Series, values: pd.Series, column: str, codes: pd.Series, of: str, allowed: str
) -> None:
    if wrong.any():
        found = zip(values[wrong], codes[wrong], strict=True)
        bad = [f"{value} for {area}" for value, area in found]
        raise TableError(
            f"{len(bad)} of {of} have {column} {examples(bad)}; allowed are {allowed}, or "
            "missing. Correct the values."
        )


# ---- names and groups ------------------------------------------------------------------------


def level_words(level: LevelChoice, areas: gpd.GeoDataFrame) -> AreaType:
    """Column of a level with its singular and plural."""
    words = AreaType(*level) if isinstance(level, tuple) else area_type(level)
    if words.name not in areas.columns:
        raise TableError(
            f"No column {words.name} in the areas to group them by; they have the columns "
            f"{examples(areas.columns, 8)}. Name one of these in levels, or assign the areas first."
        )
    return words


def ward_level(areas: gpd.GeoDataFrame) -> AreaType | None:
    """Find the column of ward names, if the areas have one."""
    named = ward_names(areas.columns)
    return None if named is None else area_type(named)


def groups_of(words: AreaType, areas: gpd.GeoDataFrame) -> Grouping:
    """One level: its words, its groups, and which group each area is in."""
    of, names = pd.factorize(areas[words.name], sort=True)
    return {
        "column": words.name,
        "singular": words.singular,
        "plural": words.plural,
        "names": [str(group) for group in names],
        "of": encode_numbers(np.where(of < 0, np.nan, of)),
    }


def outlined(grouping: Grouping, column: pd.Series, wgs84: gpd.GeoSeries) -> Level:
    """Add dissolved outlines of the groups of a column, and places for their names.

    The page finds the outlines itself where the edges of neighbours are equal to the vertex, as
    those of a good boundary file are; only for others do they stand in it a second time.
    """
    dissolved = _dissolved(column, wgs84)
    shapes = wgs84[wgs84.notna()].to_numpy()
    equal = len(wgs84) <= SVG_UP_TO and bool(shapely.coverage_is_valid(shapes, gap_width=_GAP))
    outlines = None if equal else encode_polygons(dissolved)
    return {**grouping, "outlines": outlines, "labels": _labels(dissolved, _NAME_PLACES)}


def label_points(column: pd.Series, wgs84: gpd.GeoSeries, places: int) -> list[list[LatLng]]:
    """Places for the names of the groups of a column, the roomiest first."""
    return _labels(_dissolved(column, wgs84), places)


def _dissolved(column: pd.Series, wgs84: gpd.GeoSeries) -> gpd.GeoSeries:
    of, names = pd.factorize(column, sort=True)
    shapes = [union(wgs84[of == group].to_numpy()) for group in range(len(names))]
    return gpd.GeoSeries(shapes, crs=4326)


def _labels(outlines: gpd.GeoSeries, places: int) -> list[list[LatLng]]:
    return [_roomy_points(outline, places) for outline in outlines.to_crs(3857)]


def _roomy_points(outline: BaseGeometry, places: int) -> list[LatLng]:
    """Middles of the largest circles that fit into the largest part, one beside the other."""
    found: list[shapely.Point] = []
    rest = max(shapely.get_parts(outline), key=shapely.area, default=outline)
    while not rest.is_empty and len(found) < places:
        circle = shapely.maximum_inscribed_circle(rest, tolerance=rest.length / 500)
        middle = shapely.get_point(circle, 0)
        if circle.length == 0:
            break
        found.append(middle)
        rest = max(
            shapely.get_parts(rest.difference(middle.buffer(circle.length))),
            key=shapely.area,
            default=shapely.Polygon(),
        )
    degrees = gpd.GeoSeries(found, crs=3857).to_crs(4326)
    return [(round(point.y, 5), round(point.x, 5)) for point in degrees]


def towns_of(areas: gpd.GeoDataFrame) -> list[Town]:
    """Towns whose areas are too small to see on the whole map: name, and south-west, north-east.

    What has no name is left out: nobody can ask for it.
    """
    ward = ward_level(areas)
    known = areas[areas.geometry.notna() & ~areas.geometry.is_empty]
    if ward is None or not len(known) or len(areas) > SVG_UP_TO:
        return []
    metres = known.to_crs(27700)
    west, south, east, north = metres.total_bounds
    scale = _SCREEN_MM / max(east - west, north - south, 1)
    towns = [town for town in find_towns(metres, scale, _TOWN_MM, limit=12) if town.name]
    boxes = gpd.GeoSeries([shapely.box(*town.bounds) for town in towns], crs=27700).to_crs(4326)
    return [
        {"name": town.name, "bounds": [(round(s, 5), round(w, 5)), (round(n, 5), round(e, 5))]}
        for town, (w, s, e, n) in zip(towns, boxes.bounds.to_numpy().tolist(), strict=True)
    ]


# ---- density surfaces ------------------------------------------------------------------------


def heat_layer(name: str, surface: SurfaceBands, codes: pd.Series) -> DensitySurface:
    """Give one heat layer: its bands from the lowest, or what is counted in each area.

    Bands have range, look, area and shape; those without ``lower`` are places of which nothing is
    shown, for the ``state`` that they name.
    """
    drawn, unit, words = surface
    layer: DensitySurface = {
        "name": name,
        "unit": unit,
        "words": words,
        "bands": [],
        "shapes": [],
        "counts": None,
    }
    if isinstance(drawn, pd.Series):
        layer["counts"] = _circles(name, drawn, codes)
    else:
        bands = _known_bands(name, drawn)
        layer["bands"] = _bands(bands)
        layer["shapes"] = encode_polygons(rounded_wgs84(bands)) if len(bands) else []
    return layer


def _known_bands(name: str, bands: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Bands that have a shape, from the lowest."""
    if not isinstance(bands, gpd.GeoDataFrame) or not {"lower", "upper"} <= set(bands.columns):
        raise TableError(
            f"The surface {name!r} has no bands; give a GeoDataFrame with the columns lower, "
            "upper and geometry."
        )
    _require_crs(bands, "bands")
    has_shape = shapely.area(bands.geometry.to_numpy()) > 0  # nor empty, nor missing
    return bands[has_shape].sort_values("lower")


def _circles(name: str, counts: pd.Series, codes: pd.Series) -> PackedNumbers:
    """Pack the count of each area, in their order."""
    found = pd.to_numeric(counts, errors="coerce")
    if counts.index.has_duplicates or not (found[counts.index.isin(codes)] >= 0).any():
        raise TableError(
            f"The counts {name!r} give no area of the map a number, or one area two; give one "
            f"count for each code, such as {examples(codes)}."
        )
    if (below := found[found < 0]).size:
        raise TableError(
            f"The counts {name!r} are below zero in {examples(below.index)}; correct them, since a "
            "circle needs a count from zero up."
        )
    return encode_numbers(found.reindex(codes).to_numpy(dtype=float, na_value=np.nan))


def _bands(bands: gpd.GeoDataFrame) -> list[Band]:
    known = int(bands["lower"].notna().sum())
    steps = np.linspace(1, 8, known) if known > 1 else np.array([4.0])
    shown = [palette.ClassStyle(palette.NEED[::-1][round(step)], "") for step in steps[:known]]
    states = bands["state"] if "state" in bands else pd.Series("missing", index=bands.index)
    styles = palette.comparison_styles()
    for state in states[bands["lower"].isna()]:
        shown.append(styles["suppressed" if state == "suppressed" else "missing"])
    limits = bands[["lower", "upper"]].astype(float).to_numpy()
    square_km = (bands["area"] if "area" in bands else bands.to_crs(27700).area) / 1e6
    return [
        {
            "lower": _finite(lower),
            "upper": _finite(upper),
            "area": round(area, 1),
            "fill": style.fill,
            "pattern": style.pattern,
            "label": style.label,
        }
        for (lower, upper), area, style in zip(limits, square_km, shown, strict=True)
    ]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
