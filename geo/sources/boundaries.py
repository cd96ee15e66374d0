"""Boundary files of any common kind, read to areas in EPSG:27700 (British National Grid)."""

import json
import warnings
import zipfile
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.errors
import shapely

from geo.errors import CodeError, FileError, GeoWarning, examples
from geo.sources.tabular import require_file
from geo.tables import code_columns, validate

SUFFIXES = {".gpkg", ".geojson", ".json", ".shp", ".fgb", ".parquet", ".gdb", ".zip"}
BNG = 27700
UNZIPPED_LIMIT = 2_000_000_000
_FINEST_FIRST = ("oa", "lsoa", "wd", "msoa", "lad")
_GEO = b"geo"  # metadata key of GeoParquet
_SAFE_CHANGE = 0.001  # repair may change an area by a thousandth; more would move a boundary
_GREAT_BRITAIN = (-100_000, -100_000, 800_000, 1_400_000)


def read_boundaries(
    path: str | Path,
    *,
    area_type: str | None = None,
    layer: str | None = None,
    crs: str | int | None = None,
) -> gpd.GeoDataFrame:
    """Read area boundaries: GeoPackage, GeoJSON, Shapefile, FlatGeobuf, GeoParquet, File GDB.

    The code and name columns are found by their ONS names, whatever the case (``LSOA21CD``,
    ``lsoa21cd``); others are left behind. Invalid polygons are repaired where that changes their
    area by less than 0.1%, with a warning that counts them.

    Parameters
    ----------
    path : str or Path
        The file; a zipped Shapefile, GeoPackage or File Geodatabase is read as it is.
    area_type : str, optional
        What the file must hold, such as ``"lsoa21"``; anything else is refused.
    layer : str, optional
        Layer to read where a file has several with area codes.
    crs : str or int, optional
        Coordinate reference system of a file that names none, such as ``27700``.

    Returns
    -------
    GeoDataFrame
        ``<area type>cd``, ``<area type>nm`` where the file has names, ``geometry`` in
        EPSG:27700; a row an area.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, not geographic, unsafe to unpack, has no
        coordinate reference system, or holds geometry that cannot be repaired safely.
    CodeError
        If there is no code column, a code stands twice, or the areas are of another type.

    Warns
    -----
    GeoWarning
        If geometries were repaired: how many, and which.

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
    found, code, name = _areas_in(path, area_type, layer)
    raw = _read(path, found, [column for column in (code, name) if column])
    kind = _kinds_of([code])[0]
    areas = raw.rename(columns={code: f"{kind}cd", **({name: f"{kind}nm"} if name else {})})
    validate(areas, "areas", kind, where=str(path))
    areas = _located(areas, path, crs)
    areas.geometry = _sound(areas.geometry.values, areas[f"{kind}cd"].to_numpy(), path)
    areas = areas.to_crs(BNG)
    _require_in_britain(areas, path)
    columns = [f"{kind}cd", *([f"{kind}nm"] if name else []), "geometry"]
    return areas[columns].reset_index(drop=True)


def layers(path: Path) -> dict[str, list[str]]:
    """List the layers of a geographic file that have polygons, with their column names.

    Raises
    ------
    FileError
        If the file cannot be opened as geography, or is a zip that is not safe to unpack.
    """
    path = require_file(path)
    if path.suffix.lower() == ".parquet":
        return _parquet_layer(path)
    if path.suffix.lower() == ".zip":
        _require_safe_zip(path)
    try:
        names = [name for name, kind in pyogrio.list_layers(path) if kind]
        return {name: list(pyogrio.read_info(path, layer=name)["fields"]) for name in names}
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as problem:
        raise FileError(
            f"{path} cannot be read as a map file ({str(problem)[:120]}); it may be cut short, "
            f"damaged or of another kind. Give a {examples(sorted(SUFFIXES), 9)} file."
        ) from problem


def _kinds_of(columns: list[str]) -> list[str]:
    """Area types among the columns, finest first."""
    found = [kind for kind in code_columns(columns) if kind[-2:].isdigit()]
    return sorted(found, key=lambda kind: _FINEST_FIRST.index(kind[:-2]))


def area_type_in(columns: list[str]) -> str | None:
    """Tell what a layer with these columns shows: its finest area type, or None."""
    return next(iter(_kinds_of(columns)), None)


def _areas_in(path: Path, area_type: str | None, layer: str | None) -> tuple[str, str, str | None]:
    """Choose layer, code column and name column."""
    known = layers(path)
    if layer is not None and layer not in known:
        raise FileError(f"{path} has no layer {layer!r}; it has {examples(known, 9)}.")
    fits = {
        name: kind
        for name, columns in known.items()
        if (kind := area_type_in(columns)) and layer in (None, name)
    }
    if not fits:
        columns = [column for one in known.values() for column in one]
        raise CodeError(
            f"{path} has no column of area codes (columns: {examples(columns, 8) or 'none'}); an "
            "ONS boundary file has one such as LSOA21CD or WD24CD."
        )
    if area_type is not None:
        others = fits
        fits = {name: kind for name, kind in fits.items() if kind == area_type}
        if not fits:
            held = examples(sorted(set(others.values())))
            raise CodeError(
                f"{path} holds {held} areas, not {area_type}; give the {area_type} boundaries, or "
                f"convert your figures with geo.convert and an ONS lookup between the two."
            )
    if len(fits) > 1:
        raise FileError(
            f"{path} has {len(fits)} layers with area codes ({examples(fits, 6)}); choose one with "
            "layer=."
        )
    name, kind = next(iter(fits.items()))
    columns = known[name]
    code = code_columns(columns)[kind]
    named = f"{kind}nm"
    label = next((c for c in columns if c.lower().replace("_", "").endswith(named)), None)
    return name, code, label


def is_geoparquet(path: Path) -> bool:
    """Tell whether a file is Parquet with geometry."""
    return path.suffix.lower() == ".parquet" and _GEO in (_parquet_schema(path).metadata or {})


def _parquet_schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError) as problem:
        raise FileError(
            f"{path} cannot be read as Parquet ({str(problem)[:120]}); it may be cut short, so "
            "download or export it again."
        ) from problem


def _parquet_layer(path: Path) -> dict[str, list[str]]:
    if not is_geoparquet(path):
        raise FileError(f"{path} is Parquet without geometry; give GeoParquet boundaries.")
    schema = _parquet_schema(path)
    return {path.stem: [name for name in schema.names if name != _geometry_column(schema)]}


def _geometry_column(schema: pa.Schema) -> str:
    return json.loads(schema.metadata[_GEO])["primary_column"]


def _read(path: Path, layer: str, columns: list[str]) -> gpd.GeoDataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            geometry = _geometry_column(_parquet_schema(path))
            areas = gpd.read_parquet(path, columns=[*columns, geometry])
            return areas if geometry == "geometry" else areas.rename_geometry("geometry")
        with warnings.catch_warnings():
            # GDAL remarks on ring order and axis order, which are mended or checked below
            warnings.filterwarnings("ignore", category=RuntimeWarning, module="pyogrio")
            return pyogrio.read_dataframe(path, layer=layer, columns=columns, use_arrow=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, pa.ArrowException) as e:
        raise FileError(
            f"{path} breaks off while its areas are read ({str(e)[:120]}); it may be cut short, so "
            "download or export it again."
        ) from e


def _located(areas: gpd.GeoDataFrame, path: Path, crs: str | int | None) -> gpd.GeoDataFrame:
    if areas.crs is not None:
        return areas
    if crs is None:
        raise FileError(
            f"{path} does not say which coordinate reference system its coordinates are in (a "
            "Shapefile needs its .prj file); add that, or say read_boundaries(…, crs=27700) for "
            "British National Grid."
        )
    return areas.set_crs(crs)


def _sound(geometry: np.ndarray, codes: np.ndarray, path: Path) -> np.ndarray:
    """Flatten to two dimensions and repair what can be repaired without moving a boundary."""
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    if empty.any():
        raise FileError(
            f"{int(empty.sum())} of {len(codes)} areas in {path} have no geometry "
            f"({examples(codes[empty])}); give a file with a boundary for each."
        )
    geometry = shapely.force_2d(np.asarray(geometry))
    if (flat := shapely.get_dimensions(geometry) < 2).any():
        raise FileError(
            f"{int(flat.sum())} of {len(codes)} areas in {path} are points or lines "
            f"({examples(codes[flat])}); boundaries must be polygons."
        )
    broken = ~shapely.is_valid(geometry)
    if not broken.any():
        return geometry
    repaired = shapely.make_valid(geometry[broken], method="structure")
    change = np.abs(shapely.area(repaired) / shapely.area(geometry[broken]) - 1)
    if (unsafe := ~(change <= _SAFE_CHANGE)).any():
        raise FileError(
            f"{int(unsafe.sum())} areas in {path} cross themselves so that a repair would change "
            f"their area by more than 0.1% ({examples(codes[broken][unsafe])}); give a clean file."
        )
    geometry[broken] = repaired
    warnings.warn(
        f"{int(broken.sum())} of {len(codes)} areas in {path.name} crossed themselves and were "
        f"repaired ({examples(codes[broken])}); their area changed by less than 0.1%.",
        GeoWarning,
        stacklevel=3,
    )
    return geometry


def _require_in_britain(areas: gpd.GeoDataFrame, path: Path) -> None:
    west, south, east, north = areas.total_bounds
    low_e, low_n, high_e, high_n = _GREAT_BRITAIN
    if not (west > low_e and south > low_n and east < high_e and north < high_n):
        raise FileError(
            f"The areas in {path} lie outside Great Britain once put into EPSG:27700 (eastings "
            f"{west:.0f} to {east:.0f}, northings {south:.0f} to {north:.0f}); its coordinate "
            "reference system is named wrongly, or longitude and latitude are swapped."
        )


def _require_safe_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as problem:
        raise FileError(
            f"{path} is not a whole zip file; it may be cut short, so download it again."
        ) from problem
    for member in members:
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
            raise FileError(
                f"{path} is not read because it would unpack outside its own folder "
                f"({member.filename}); get the file from its publisher again."
            )
    if (size := sum(member.file_size for member in members)) > UNZIPPED_LIMIT:
        raise FileError(
            f"{path} would unpack to {size / 1e9:.1f} GB, and the limit is 2 GB; give a smaller "
            "file, or unpack it yourself if you trust it."
        )
