"""Boundary files of any common kind, read to areas in EPSG:27700 (British National Grid)."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.errors import CodeError, FileError, examples
from geo.notes import Notes, note
from geo.sources.map_files import SUFFIXES, inside_zip, layers, read_layer
from geo.sources.surroundings import REPAIRED
from geo.sources.tabular import require_file
from geo.vocabulary.area_types import code_columns, kind_and_year
from geo.vocabulary.codes import tidy_codes
from geo.vocabulary.schemas import validate

BNG = 27700
_FINEST_FIRST = ("oa", "lsoa", "wd", "msoa", "lad")
_MULTI = shapely.GeometryType.MULTIPOLYGON
_SAFE_CHANGE = 0.001  # repair may change an area by a thousandth; more would move a boundary
# No land lies south of northing 5,000, so that degrees named as metres are found out.
_UNITED_KINGDOM = (-100_000, 1_000, 800_000, 1_400_000)


def read_boundaries(
    path: str | Path,
    *,
    area_type: str | None = None,
    layer: str | None = None,
    crs: str | int | None = None,
    notes: Notes | None = None,
) -> gpd.GeoDataFrame:
    """Read area boundaries: GeoPackage, GeoJSON, Shapefile, FlatGeobuf, GeoParquet, File GDB.

    The code and name columns are found by their ONS names, whatever the case (``LSOA21CD``,
    ``lsoa21cd``); others are left behind. Invalid polygons are repaired where that changes their
    area by less than 0.1%, and arcs are read as short straight lines, with a warning that counts
    them.

    Parameters
    ----------
    path : str or Path
        The file; a zipped Shapefile, GeoPackage or File Geodatabase is read as it is.
    area_type : str, optional
        What the file must hold, such as ``"lsoa21"``; anything else is refused.
    layer : str, optional
        Layer to read where a file has several with area codes.
    crs : str or int, optional
        Coordinate reference system, such as ``27700``, of a file that names none or a wrong one.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    GeoDataFrame
        ``<area type>cd``, ``<area type>nm`` where the file has names, ``geometry`` in
        EPSG:27700; a row an area.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, not geographic, unsafe to unpack, has no
        coordinate reference system or a wrong one, or holds geometry that is not polygons or
        cannot be repaired safely.
    CodeError
        If there is no code column, a code is missing or stands twice, or the areas are of
        another type.
    TableError
        If a code has not the form of one, such as ``E01`` or ``W01`` and six digits for an LSOA.

    Warns
    -----
    GeoWarning
        If geometries were repaired or straightened: how many.

    Examples
    --------
    >>> import tempfile, geo
    >>> from geo.sources.sample import write_sample
    >>> folder = tempfile.mkdtemp()
    >>> files = {path.name: path for path in write_sample(folder)}
    >>> areas = geo.read_boundaries(files["LSOA_2021_sample.gpkg"])
    >>> list(areas.columns), areas.crs.to_epsg()
    (['lsoa21cd', 'lsoa21nm', 'geometry'], 27700)
    """
    path = require_file(path)
    source, kind, code, name = _areas_in(path, area_type, layer)
    raw = read_layer(path, source, [column for column in (code, name) if column])
    for words in raw.attrs.get(REPAIRED, ()):
        note(notes, words)
    areas = raw.rename(columns={code: f"{kind}cd", **({name: f"{kind}nm"} if name else {})})
    areas[f"{kind}cd"] = tidy_codes(areas[f"{kind}cd"].astype("str"))
    _require_one_row_each(areas[f"{kind}cd"], path)
    validate(areas, "areas", kind, where=str(path))
    codes = areas[f"{kind}cd"].to_numpy()
    areas.geometry = _polygons(areas.geometry.to_numpy(), codes, path)
    areas = _on_national_grid(areas, path, crs)
    areas.geometry = _sound(areas.geometry.to_numpy(), codes, path, notes)
    return areas[[f"{kind}cd", *([f"{kind}nm"] if name else []), "geometry"]]


def _finest(columns: list[str]) -> list[str]:
    """Area types of the finest level among the columns; more than one where vintages mix."""
    found = [kind for kind in code_columns(columns) if kind_and_year(kind)[1]]
    levels = [
        [kind for kind in found if kind_and_year(kind)[0] == level] for level in _FINEST_FIRST
    ]
    return next(filter(None, levels), [])


def area_type_in(columns: list[str]) -> str | None:
    """Tell what a layer with these columns shows: its finest area type, or None."""
    return next(iter(_finest(columns)), None)


def _areas_in(
    path: Path, area_type: str | None, layer: str | None
) -> tuple[str, str, str, str | None]:
    """Choose layer, area type, code column and name column."""
    known = layers(path)
    if layer is not None and known:
        if layer not in known:
            raise FileError(
                f"{path} has no layer {layer!r}; it has {examples(known, 9)}, so name one of these."
            )
        known = {layer: known[layer]}
    held = {name: kinds for name, columns in known.items() if (kinds := _finest(columns))}
    if not held:
        raise _no_areas(path, known)
    if area_type is not None:
        found = sorted({kind for kinds in held.values() for kind in kinds})
        held = {name: [area_type] for name, kinds in held.items() if area_type in kinds}
        if not held:
            raise CodeError(
                f"{path} holds {examples(found)} areas, not {area_type}; give the {area_type} "
                "boundaries, or figures of those areas (in Python, geo.convert turns counts of one "
                "vintage of LSOAs into those of another)."
            )
    if len(held) > 1:
        raise FileError(
            f"{path} has {len(held)} layers with area codes ({examples(held, 6)}); choose "
            "one, by keeping it in a file of its own, or in Python with layer=."
        )
    ((name, kinds),) = held.items()
    if len(kinds) > 1:
        raise CodeError(
            f"{path} has codes of {' and of '.join(kinds)}, so that it is not clear whose "
            "boundaries these are; take out the column that is not, or in Python say "
            f"read_boundaries(…, area_type={kinds[0]!r}) or another."
        )
    columns, named = known[name], f"{kinds[0]}nm"
    label = next((c for c in columns if c.lower().replace("_", "").endswith(named)), None)
    return name, kinds[0], code_columns(columns)[kinds[0]], label


def _no_areas(path: Path, known: dict[str, list[str]]) -> FileError | CodeError:
    if not known:
        return FileError(
            f"{path} has no map layer with shapes; give boundaries in a "
            f"{examples(sorted(SUFFIXES), 9)} file. {inside_zip(path)}".strip()
        )
    columns = [column for one in known.values() for column in one]
    return CodeError(
        f"{path} has no column of area codes (columns: {examples(columns, 8) or 'none'}); an ONS "
        "boundary file has one such as LSOA21CD or WD24CD, so give such a file."
    )


def _require_one_row_each(codes: pd.Series, path: Path) -> None:
    """Raise if an area stands in several rows, as exploded islands do; a row less is land less."""
    if (twice := codes[codes.duplicated() & codes.notna()].unique()).size:
        stands = "code stands" if len(twice) == 1 else "codes stand"
        raise CodeError(
            f"{len(twice)} {codes.name} {stands} more than once in {path} ({examples(twice)}); if "
            "the rows are parts of one area, dissolve them by that column (in QGIS: Vector, "
            "Geoprocessing Tools, Dissolve; in geopandas: areas.dissolve), and if "
            "one has a wrong code, correct it."
        )


def _on_national_grid(
    areas: gpd.GeoDataFrame, path: Path, crs: str | int | None
) -> gpd.GeoDataFrame:
    if crs is not None:
        try:
            areas = areas.set_crs(crs, allow_override=True)
        except pyproj.exceptions.CRSError as problem:
            raise FileError(
                f"{crs!r} is no coordinate reference system, so {path} is not read; give an EPSG "
                "number such as 27700 (British National Grid) or 4326 (longitude and latitude)."
            ) from problem
    if areas.crs is None:
        raise FileError(
            f"{path} does not say which coordinate reference system its coordinates are in (a "
            "Shapefile needs its .prj file); add that or set it in QGIS (Layer, Set CRS) and save, "
            "or in Python say read_boundaries(…, crs=27700) for British National Grid."
        )
    try:
        moved = areas.to_crs(BNG)
    except pyproj.exceptions.ProjError as problem:
        raise FileError(
            f"The coordinates in {path} are named {areas.crs.name}, from which there is no way to "
            "EPSG:27700; set the right coordinate reference system in QGIS (Layer, Set CRS) and "
            "save, or in Python say read_boundaries(…, crs=27700)."
        ) from problem
    west, south, east, north = moved.total_bounds
    low_e, low_n, high_e, high_n = _UNITED_KINGDOM
    if not (west > low_e and south > low_n and east < high_e and north < high_n):
        x, y, to_x, to_y = areas.total_bounds
        raise FileError(
            f"The coordinates in {path} (x {x:.6g} to {to_x:.6g}, y {y:.6g} to {to_y:.6g}) are "
            f"named {areas.crs.name}, which puts them outside Great Britain; name the right "
            "coordinate reference system, in QGIS (Layer, Set CRS) or in Python such as "
            "read_boundaries(…, crs=27700), or put longitude before latitude."
        )
    return moved


def _polygons(geometry: np.ndarray, codes: np.ndarray, path: Path) -> np.ndarray:
    """Flatten to two dimensions; refuse what is not a polygon."""
    geometry = shapely.force_2d(np.asarray(geometry))
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    if empty.any():
        raise FileError(
            f"{int(empty.sum())} of {len(codes)} areas in {path} have no geometry "
            f"({examples(codes[empty])}); give a file with a boundary for each."
        )
    kinds = shapely.get_type_id(geometry)
    if (other := ~np.isin(kinds, [shapely.GeometryType.POLYGON, _MULTI])).any():
        raise FileError(
            f"{int(other.sum())} of {len(codes)} areas in {path} are points or lines "
            f"({examples(codes[other])}); boundaries must be polygons, so "
            "give the file of boundaries, not that of centroids."
        )
    return geometry


def _sound(geometry: np.ndarray, codes: np.ndarray, path: Path, notes: Notes | None) -> np.ndarray:
    """Repair what can be repaired without moving a boundary, and note it; refuse the rest."""
    with np.errstate(divide="ignore", invalid="ignore"):  # no area, or coordinates no numbers
        broken = ~shapely.is_valid(geometry)
        repaired = shapely.make_valid(geometry[broken], method="structure")
        change = np.abs(shapely.area(repaired) / shapely.area(geometry[broken]) - 1)
    if not broken.any():
        return geometry
    if (unsafe := ~(change <= _SAFE_CHANGE)).any():
        raise FileError(
            f"{int(unsafe.sum())} of {len(codes)} areas in {path} cross themselves so that a "
            f"repair would change their area by more than 0.1% ({examples(codes[broken][unsafe])})"
            "; mend them (in QGIS: Vector, Geometry Tools, Fix Geometries) or give a clean file."
        )
    note(
        notes,
        f"{int(broken.sum())} of {len(codes)} areas in {path.name} crossed themselves and were "
        f"repaired ({examples(codes[broken])}); their area changed by less than 0.1%.",
    )
    mended = geometry.copy()
    mended[broken] = repaired
    return mended
