"""Polygons as matplotlib draws them: joined into groups, gathered into few paths."""

from collections.abc import Iterable

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from geo.views.style.palette import INK, PAPER


def compound_path(shapes: Iterable[shapely.Geometry]) -> Path:
    """Turn polygons into one path, rings in the order of the polygons."""
    rings = shapely.get_rings(shapely.get_parts(list(shapes)))
    points = shapely.get_coordinates(rings)
    counts = shapely.get_num_coordinates(rings)
    ends = np.cumsum(counts)
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    codes[ends - counts] = Path.MOVETO
    codes[ends - 1] = Path.CLOSEPOLY
    return Path(points, codes)


def draw_outlines(ax: Axes, shapes: Iterable[shapely.Geometry], width: float = 0.8) -> None:
    """Draw outlines in ink with a white casing, so that they show on dark and light fills."""
    path = compound_path(shapes)
    for colour, extra, layer in ((PAPER, 0.8, 3), (INK, 0.0, 4)):
        ax.add_artist(
            PathPatch(
                path,
                facecolor="none",
                edgecolor=colour,
                linewidth=width + extra,
                joinstyle="round",
                zorder=layer,
            )
        )
