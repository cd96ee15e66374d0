"""Map files of any common kind, opened safely: their layers and columns, and one layer whole."""

import glob
import json
import re
import warnings
from pathlib import Path, PurePosixPath

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely

from geo.errors import FileError, examples, require_memory
from geo.sources.readings import once
from geo.sources.surroundings import REPAIRED
from geo.sources.tabular import require_file
from geo.sources.zips import safe_members

SUFFIXES = {".gpkg", ".geojson", ".json", ".shp", ".fgb", ".parquet", ".gdb", ".zip"}
_MAPS_IN_ZIP = SUFFIXES - {".parquet", ".zip"}
_CURVED = {8, 9, 10, 11, 12}  # kinds of geometry in well-known binary
_GEO = b"geo"  # metadata key of GeoParquet
_UNREADABLE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pa.ArrowException,
    shapely.errors.ShapelyError,
    OSError,
    KeyError,
    ValueError,
)


def layers(path: Path) -> dict[str, list[str]]:
    """List the layers of a geographic file that have polygons, with their column names.

    Where none has, those of points or lines, so that reading them can say what they are.

    Raises
    ------
    FileError
        If the file cannot be opened as geography, or is a zip that is not safe to unpack.
    """
    path = require_file(path)
    if path.suffix.lower() == ".parquet":
        return _parquet_layer(path)
    _require_parts(path)
    try:
        with _without_remarks():
            source = _source(path)
            if source is None:
                return {}
            kinds = [(name, kind) for name, kind in pyogrio.list_layers(source) if kind]
            names = [name for name, kind in kinds if _is_of_areas(kind)] or [x for x, _ in kinds]
            known = {name: pyogrio.read_info(source, layer=name) for name in names}
    except _UNREADABLE as problem:
        require_memory(problem)
        raise FileError(
            f"{path} cannot be read as a map file; it may be cut short, damaged or of another "
            f"kind, so download it again or give a {examples(sorted(SUFFIXES), 9)} file."
        ) from problem
    if known and all(layer["features"] == 0 for layer in known.values()):
        raise FileError(f"{path} has no areas in it; download or export it again.")
    return {name: list(layer["fields"]) for name, layer in known.items()}


def shows_areas(path: Path) -> bool:
    """Tell whether a map file has polygons, or does not say what it has; not points or lines."""
    if not is_map(path) or path.suffix.lower() == ".parquet":
        return is_map(path)
    try:
        with _without_remarks():
            source = _source(path)
            kinds = [] if source is None else [kind for _, kind in pyogrio.list_layers(source)]
    except _UNREADABLE as problem:
        require_memory(problem)
        return False
    return any(kind and _is_of_areas(kind) for kind in kinds)


def _is_of_areas(kind: str) -> bool:
    """Tell whether a layer of this kind of geometry may have areas, such as MultiPolygon."""
    return not re.search("Point|Line|Curve$", kind)


def is_map(path: Path) -> bool:
    """Tell whether a file is of a kind that holds boundaries."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES - {".parquet"} or is_geoparquet(path)


def is_geoparquet(path: Path) -> bool:
    """Tell whether a file is Parquet with geometry."""
    return path.suffix.lower() == ".parquet" and _GEO in (_parquet_schema(path).metadata or {})


def _parquet_schema(path: Path) -> pa.Schema:
    try:
        schema = pq.read_schema(path)
        if _GEO in (schema.metadata or {}):
            _geometry_column(schema)
        return schema
    except _UNREADABLE as problem:
        require_memory(problem)
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


def read_layer(path: Path, layer: str, columns: list[str]) -> gpd.GeoDataFrame:
    """Read one layer whole; GDAL itself says nothing of some files that break off."""
    return once(path, layer, *columns, read=lambda: _read_layer(path, layer, columns))


def _read_layer(path: Path, layer: str, columns: list[str]) -> gpd.GeoDataFrame:
    try:
        with _without_remarks():
            if path.suffix.lower() == ".parquet":
                areas = _read_parquet(path, columns)
                rows = len(areas)
            else:
                source = _source(path)
                rows = _features_of(path) or pyogrio.read_info(source, layer=layer)["features"]
                areas = _with_straight_lines(path, source, layer, columns)
                if not _is_text(areas):  # a Shapefile that does not say that it is of Windows
                    areas = pyogrio.read_dataframe(
                        source, layer=layer, columns=columns, encoding="cp1252"
                    )
    except _UNREADABLE as problem:
        require_memory(problem)
        raise FileError(
            f"{path} breaks off while its areas are read; it may be cut short or damaged, so "
            "download or export it again."
        ) from problem
    if len(areas) == 0:
        raise FileError(f"{path} has no areas in it; download or export it again.")
    if not _is_text(areas):
        raise FileError(f"The names in {path} are not text in UTF-8; save it again as GeoPackage.")
    if len(areas) < rows:
        raise FileError(
            f"{path} breaks off after {len(areas)} of {rows} areas; download or export it again."
        )
    return areas


def _with_straight_lines(
    path: Path, source: Path | str | None, layer: str, columns: list[str]
) -> gpd.GeoDataFrame:
    """Read a layer; of curved boundaries GDAL makes straight lines, and the repair is told."""
    try:
        return pyogrio.read_dataframe(source, layer=layer, columns=columns, use_arrow=True)
    except NotImplementedError:  # arcs, of which shapely knows nothing
        areas = pyogrio.read_dataframe(source, layer=layer, columns=columns)
        _, table = pyogrio.raw.read_arrow(source, layer=layer, columns=[])
        kinds = [
            int.from_bytes(shape[1:5], "little" if shape[0] else "big") % 1000
            for shape in table.column(table.num_columns - 1).to_pylist()
            if shape
        ]
        curved = sum(kind in _CURVED for kind in kinds)
        areas.attrs[REPAIRED] = [
            f"{curved} of {len(areas)} areas in {path.name} have curved boundaries (arcs), which "
            "are read as many short straight lines."
        ]
        return areas


def _is_text(areas: gpd.GeoDataFrame) -> bool:
    """Tell whether names and codes are text; pyarrow hands on other bytes unseen."""
    try:
        for name in areas.columns.drop("geometry"):
            areas[name].to_list()
    except (UnicodeDecodeError, pa.ArrowException):
        return False
    return True


def _read_parquet(path: Path, columns: list[str]) -> gpd.GeoDataFrame:
    geometry = _geometry_column(_parquet_schema(path))
    areas = gpd.read_parquet(path, columns=[*columns, geometry])
    if any(name is not None for name in areas.index.names):
        areas = areas.reset_index()
    areas = areas.reset_index(drop=True)
    return areas if geometry == "geometry" else areas.rename_geometry("geometry")


def _without_remarks() -> warnings.catch_warnings:
    """Keep back remarks on ring order, odd numbers and the like, which are checked here."""
    return warnings.catch_warnings(action="ignore", category=RuntimeWarning)


def _require_parts(path: Path) -> None:
    """Raise if a Shapefile lacks one of the files that it cannot be read without."""
    if path.suffix.lower() == ".shp":
        beside = [one.name for one in path.parent.glob(f"{glob.escape(path.stem)}.*")]
        shapes = [path.name]
    elif path.suffix.lower() == ".zip":
        beside = [name.replace("\\", "/") for name in safe_members(path)]
        shapes = [name for name in _maps_in_zip(path) if name.lower().endswith(".shp")]
    else:
        return
    for shape in shapes:
        stem = shape[: -len(".shp")].lower()
        there = {name.lower() for name in beside}
        if lacking := [part for part in (".dbf", ".shx") if stem + part not in there]:
            raise FileError(
                f"{path} is a Shapefile without its {' and '.join(lacking)}; put the files that "
                "came with it into the same folder, or all of them into the zip."
            )


def _source(path: Path) -> str | Path | None:
    """Tell what GDAL is to open: the file, or the one map inside a zip; None if there is none."""
    if path.suffix.lower() == ".json" and not _is_geojson(path):
        return None
    if path.suffix.lower() != ".zip":
        return path
    maps = _maps_in_zip(path)
    if len(maps) > 1:
        raise FileError(
            f"{path} has {len(maps)} maps in it ({examples(maps)}); unpack it and give one."
        )
    if not maps:
        return None
    return f"/vsizip/{{{path.resolve()}}}/{maps[0]}"


def inside_zip(path: Path) -> str:
    """Say what a zip has in it that is no map, and what to do; empty where it is no zip."""
    if path.suffix.lower() != ".zip":
        return ""
    names = safe_members(path)
    return f"It has {examples(names)} in it; unpack it to have tables, or a zip in it, read."


def _is_geojson(path: Path) -> bool:
    """Tell a map from other JSON, such as settings; JSON that is cut short counts as a map."""
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return True
    return isinstance(content, dict) and "type" in content


def _features_of(path: Path) -> int:
    """Count the features of GeoJSON, of which GDAL passes over what it does not know; else 0."""
    if path.suffix.lower() not in {".geojson", ".json"}:
        return 0
    try:
        return len(json.loads(path.read_bytes()).get("features", ()))
    except (ValueError, AttributeError, TypeError):
        return 0


def _maps_in_zip(path: Path) -> list[str]:
    """List what is a map inside a zip: map files, and folders that are a File Geodatabase."""
    found: dict[str, None] = {}
    for name in (member.replace("\\", "/") for member in safe_members(path)):
        parts = PurePosixPath(name).parts
        folder = next((i for i, x in enumerate(parts) if x.lower().endswith(".gdb")), None)
        hidden = parts[0] == "__MACOSX" or parts[-1].startswith(".")
        if folder is not None and not hidden:
            found["/".join(parts[: folder + 1])] = None
        elif PurePosixPath(name).suffix.lower() in _MAPS_IN_ZIP and not hidden:
            found[name] = None
    return list(found)
