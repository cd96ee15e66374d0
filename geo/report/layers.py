"""Layers for QGIS: LSOAs, wards and every level of the place."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.geography.dissolve import dissolve
from geo.report.evidence import Evidence
from geo.statistics.deprivation import decile_profile
from geo.vocabulary.area_types import column_of, kind_of, name_column
from geo.vocabulary.indicators import named_series, with_fifths


def write_layers(evidence: Evidence, areas: gpd.GeoDataFrame, path: Path) -> None:
    """Write the LSOAs, wards and every level as layers of one GeoPackage."""
    options = {"engine": "pyogrio", "DESCRIPTION": " ".join([evidence.label, *evidence.notices])}
    outcomes = evidence.outcomes
    if outcomes and outcomes.rule:
        options["DESCRIPTION"] += f" Disclosure control: {outcomes.rule}."
    _with_indicators(areas, evidence, areas.columns[0]).to_file(path, layer="lsoa", **options)
    levels = evidence.place.level_columns
    ward = column_of("wd", areas)
    if ward:
        levels = ["ward", *(level for level in levels if level != "ward")]
        counted = decile_profile(areas, by=[ward])
        names = areas.drop_duplicates(ward).set_index(ward)[name_column(ward)]
    for level in levels:
        column = ward if level == "ward" and ward else level
        profile = counted if column == ward else evidence.profile
        rows = profile[profile["area_type"] == column].drop(columns="area_type")
        rows = rows.rename(columns={"area": column}).reset_index(drop=True)
        if column == ward:
            rows.insert(1, names.name, rows[column].map(names))
        shapes = dissolve(areas, column)
        layer = gpd.GeoDataFrame(rows, geometry=[shapes[x] for x in rows[column]], crs=areas.crs)
        _with_indicators(layer, evidence, column).to_file(path, layer=level, **options)


def _with_indicators(layer: gpd.GeoDataFrame, evidence: Evidence, code: str) -> gpd.GeoDataFrame:
    """Add the latest value of each indicator to a layer, beside it state and comparison."""
    if evidence.outcomes is None:
        return layer
    table = evidence.outcomes.latest
    rows = table[table["area_type"] == kind_of(code)]
    split = ["indicator_id", "sex", "age"]
    taken = {"fid", "ogc_fid", "geom", *(column.lower() for column in layer.columns)}
    columns: dict[str, np.ndarray] = {}
    for keys, part in rows.groupby(split, sort=True):
        name = named_series(*keys)
        while {column.lower() for column in _columns(name)} & taken:  # SQLite does not tell case
            name = f"indicator {name}"
        taken |= {column.lower() for column in _columns(name)}
        shown = with_fifths(part["comparison"], part)
        found = part.assign(comparison=shown).set_index("area_code").reindex(layer[code])
        columns |= {
            name: found["value"].to_numpy(dtype=float, na_value=float("nan")),
            f"{name}_state": found["state"].to_numpy(dtype=object),
            f"{name}_comparison": found["comparison"].to_numpy(dtype=object),
        }
    beside = pd.DataFrame(columns, index=layer.index)
    return gpd.GeoDataFrame(pd.concat([layer, beside], axis=1))


def _columns(name: str) -> tuple[str, ...]:
    return name, f"{name}_state", f"{name}_comparison"
