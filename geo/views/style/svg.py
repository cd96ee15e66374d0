"""Maps as inline SVG: where places in metres stand on a picture, and polygons as its paths."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.views.style.paths import rings_path

_FINEST_PX = 0.9
"""Detail smaller than this is left out of pictures in a page."""


@dataclass(frozen=True)
class SvgFrame:
    """Where a map lies on a picture of so many units by so many.

    Attributes
    ----------
    west, north : float
        Metres at the left and upper edge of the picture.
    scale : float
        Units of the picture for each metre.
    width, height : int
        Of the picture.

    Examples
    --------
    >>> frame = SvgFrame.of((0, 0, 2000, 1000), 100)
    >>> frame.height, frame.place(500, 1000)
    (50, (25.0, 0.0))
    >>> frame.path([shapely.box(0, 0, 1000, 1000)])
    'M50 50l0-50-50 0 0 50z'
    """

    west: float
    north: float
    scale: float
    width: int
    height: int

    @classmethod
    def of(cls, bounds: Iterable[float], width: int, height: int | None = None) -> "SvgFrame":
        """Fit what lies within bounds into a width, and a height if one is given."""
        west, south, east, north = map(float, bounds)
        across, down = east - west, north - south
        scale = min(width / across, np.inf if height is None else height / down)
        tall = int(np.ceil(down * scale)) if height is None else height
        beside, above = (width / scale - across) / 2, (tall / scale - down) / 2
        return cls(west - beside, north + above, scale, width, tall)

    def place(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Give where on the picture something is, in units."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def path(self, shapes: Iterable[Any]) -> str:
        """Write polygons as one path, to a tenth of a unit."""
        rings = shapely.get_rings(shapely.get_parts(np.asarray(list(shapes), dtype=object)))
        corners = (shapely.get_coordinates(ring)[:-1].T for ring in rings)
        return rings_path((np.column_stack(self.place(x, y)) for x, y in corners), 1)


def simplified(areas: gpd.GeoDataFrame, width: int) -> gpd.GeoDataFrame:
    """Leave out detail too small to see at a width; edges that areas share stay shared."""
    west, _, east, _ = areas.total_bounds
    tolerance = _FINEST_PX * (east - west) / width
    shapes = shapely.coverage_simplify(areas.geometry.values, tolerance)
    return areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs))
