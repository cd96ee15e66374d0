"""Areas joined into the outlines of their groups."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import require_memory


def union(shapes: np.ndarray) -> Any:
    """Join areas that share edges; by the slower general union where their edges do not fit.

    Parameters
    ----------
    shapes : array of polygons
        Areas of one group, in any coordinate reference system.

    Returns
    -------
    Polygon or MultiPolygon
        Always valid.
    """
    try:
        joined = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException as problem:
        require_memory(problem)
        joined = None
    if shapely.is_valid(joined):
        return joined
    parts = shapely.get_parts(shapely.union_all(shapely.make_valid(shapes)))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def dissolve(areas: gpd.GeoDataFrame, level: str) -> dict[str, Any]:
    """Join the areas of each group of a level into one outline; groups in order of name."""
    shapes = areas.geometry.to_numpy()
    groups = sorted(areas.groupby(level).indices.items())
    return {str(name): union(shapes[rows]) for name, rows in groups}
