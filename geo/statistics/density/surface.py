"""A density on a grid, and the bands it is shown in."""

from dataclasses import dataclass, field
from itertools import pairwise

import contourpy
import geopandas as gpd
import numpy as np
import shapely
from scipy import ndimage

from geo.errors import TableError

MOST_CLASSES = 6
_STEPS = (1, 2, 5)


@dataclass(frozen=True, eq=False)
class Surface:
    """Density on a grid of square cells, clipped where too few live.

    Attributes
    ----------
    values : ndarray, shape (rows, columns)
        Density per km² at the middle of each cell, south to north and west to east; NaN outside
        ``window`` and where fewer than ``least`` live within ``bandwidth``.
    reach : ndarray, shape (rows, columns)
        How many live within ``bandwidth`` of the middle of each cell.
    x0, y0, cell, bandwidth : float
        South-west corner of the grid, side of a cell and radius of the kernel, in metres.
    unit : str
        What was counted.
    least : int
        How many must live within ``bandwidth`` for a density to be shown.
    total : float
        Everybody in the surface, those where it is clipped included.
    words : str
        Method and rule, to be printed with the surface.
    window : Polygon or MultiPolygon
        Ground with a known count.
    hidden, missing : Polygon or MultiPolygon
        Ground whose count is suppressed, or that has none; empty where there is no such ground.
    """

    values: np.ndarray = field(repr=False)
    reach: np.ndarray = field(repr=False)
    x0: float
    y0: float
    cell: float
    bandwidth: float
    unit: str
    least: int
    total: float
    words: str
    window: shapely.Geometry = field(repr=False)
    hidden: shapely.Geometry = field(repr=False)
    missing: shapely.Geometry = field(repr=False)

    @property
    def shown(self) -> shapely.Geometry:
        """Ground on which at least ``least`` live within the bandwidth."""
        return polygons(
            shapely.intersection(self._contour(self.reach, self.least * (1 - 1e-9)), self.window)
        )

    def bands(self, classes: int = 5) -> gpd.GeoDataFrame:
        """Cut the surface into bands between round densities.

        Parameters
        ----------
        classes : int
            How many bands at most, 2 to 6; so few that the height of a peak can't be read.

        Returns
        -------
        GeoDataFrame
            ``lower``, ``upper`` (per km², steps of 1, 2, 5, 10, …; a band holds its upper bound)
            and ``geometry`` in EPSG:27700, the lowest band first. Spots and gaps smaller than a
            square on a quarter of the bandwidth belong to the band around them.

        Raises
        ------
        TableError
            If ``classes`` is not from 2 to 6.
        """
        if classes not in range(2, MOST_CLASSES + 1):
            raise TableError(
                f"classes is {classes}; a surface is shown in 2 to {MOST_CLASSES} bands, because "
                "more would show how high its peaks are, so give one of these numbers."
            )
        known = ~np.isnan(self.values)
        bounds = round_bounds(float(self.values[known].max()), classes)
        nearest = ndimage.distance_transform_edt(
            ~known, return_distances=False, return_indices=True
        )
        filled, shown = self.values[tuple(nearest)], self.shown
        least = (self.bandwidth / 4) ** 2
        shapes, higher = [], shapely.Polygon()
        for lower in bounds[-2:0:-1]:
            above = without_specks(self._contour(filled, lower), least)
            above = polygons(shapely.union(shapely.intersection(above, shown), higher))
            shapes.append(polygons(shapely.difference(above, higher)))
            higher = above
        shapes.append(polygons(shapely.difference(shown, higher)))
        table = gpd.GeoDataFrame(
            {"lower": bounds[:-1], "upper": bounds[1:]}, geometry=shapes[::-1], crs=27700
        )
        return table[~table.geometry.is_empty].reset_index(drop=True)

    def _contour(self, grid: np.ndarray, level: float) -> shapely.Geometry:
        """Outline where a grid is above ``level``, by linear interpolation between cells."""
        rows, columns = grid.shape
        lines = contourpy.contour_generator(
            self.x0 + (np.arange(columns) + 0.5) * self.cell,
            self.y0 + (np.arange(rows) + 0.5) * self.cell,
            grid,
            fill_type=contourpy.FillType.OuterOffset,
        ).filled(level, max(float(grid.max()), level) * 2 + 1)
        shapes = []
        for points, offsets in zip(*lines, strict=True):
            rings = [points[a:b] for a, b in pairwise(offsets)]
            shapes.append(shapely.Polygon(rings[0], rings[1:]))
        return shapely.union_all(shapely.make_valid(np.array(shapes, dtype=object)))


def polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep what has an area of a shape that was cut from others."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def without_specks(shape: shapely.Geometry, least: float) -> shapely.Geometry:
    """Drop parts and holes smaller than ``least`` m², but never the largest part.

    Examples
    --------
    >>> ring = shapely.box(0, 0, 9, 9) - shapely.box(4, 4, 5, 5)
    >>> without_specks(shapely.union(ring, shapely.box(20, 0, 21, 1)), 2).area
    81.0
    """
    parts = shapely.get_parts(shape)
    sizes = shapely.area(parts)
    kept = parts[(sizes >= least) | (sizes == sizes.max(initial=0.0))]
    return shapely.union_all(
        [
            shapely.Polygon(
                part.exterior,
                [hole for hole in part.interiors if shapely.Polygon(hole).area >= least],
            )
            for part in kept
        ]
    )


def round_bounds(highest: float, classes: int) -> list[float]:
    """Choose bounds in steps of 1, 2, 5, 10, … from 0 to the highest value or above.

    Examples
    --------
    >>> round_bounds(83, 5)
    [0.0, 5.0, 10.0, 20.0, 50.0, 100.0]
    """
    power = np.floor(np.log10(highest))
    steps = [step * 10.0 ** (power + k) for k in range(-4, 2) for step in _STEPS]
    top = next(at for at, step in enumerate(steps) if step >= highest)
    return [0.0, *(float(f"{step:.12g}") for step in steps[top - classes + 1 : top + 1])]
