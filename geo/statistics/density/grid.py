"""Counts laid on a grid: evenly over areas or squares, and pooled until nobody stands alone."""

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo.errors import TableError
from geo.statistics.density.surface import polygons

_MOST_CELLS = 20_000_000


@dataclass(frozen=True)
class Ground:
    """Counts on a grid: which cells belong to which piece of ground, and how many live there.

    ``cells`` (flat indices) and ``owner`` go together; the other arrays have an entry a piece.
    ``cover`` is what has to reach ``least``: addresses of points, else the count itself.
    """

    x0: float
    y0: float
    shape: tuple[int, int]
    cells: np.ndarray
    owner: np.ndarray
    count: np.ndarray
    cover: np.ndarray
    x: np.ndarray
    y: np.ndarray
    window: shapely.Geometry
    hidden: shapely.Geometry = field(default_factory=shapely.Polygon)
    missing: shapely.Geometry = field(default_factory=shapely.Polygon)

    def grid(self, amounts: np.ndarray) -> np.ndarray:
        """Spread an amount a piece evenly over its cells."""
        share = amounts / np.bincount(self.owner, minlength=len(amounts))
        flat = np.bincount(self.cells, share[self.owner], self.shape[0] * self.shape[1])
        return flat.reshape(self.shape)


def _frame(bounds: np.ndarray, cell: float) -> tuple[float, float, tuple[int, int]]:
    """Lay a grid over bounds, with a cell to spare on each side."""
    x0, y0 = (np.floor(bounds[:2] / cell) - 1) * cell
    columns, rows = (np.ceil(bounds[2:] / cell) + 1 - np.array([x0, y0]) / cell).astype(int)
    if rows * columns > _MOST_CELLS:
        raise TableError(
            f"A grid of {rows:,} × {columns:,} cells is too large; take a larger cell or a "
            "smaller place."
        )
    return float(x0), float(y0), (int(rows), int(columns))


def _cells_in(
    shape: shapely.Geometry, x0: float, y0: float, size: tuple[int, int], cell: float
) -> np.ndarray:
    """Find the cells with their middle in a polygon, or else the one that it lies in."""
    west, south, east, north = shapely.bounds(shape)
    columns = np.arange(max(int((west - x0) / cell), 0), min(int((east - x0) / cell) + 1, size[1]))
    rows = np.arange(max(int((south - y0) / cell), 0), min(int((north - y0) / cell) + 1, size[0]))
    column, row = (one.ravel() for one in np.meshgrid(columns, rows))
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, x0 + (column + 0.5) * cell, y0 + (row + 0.5) * cell)
    if inside.any():
        return row[inside] * size[1] + column[inside]
    point = shapely.point_on_surface(shape)
    return np.array([int((point.y - y0) / cell) * size[1] + int((point.x - x0) / cell)])


def polygon_ground(
    areas: gpd.GeoDataFrame,
    known: np.ndarray,
    state: np.ndarray,
    boundary: shapely.Geometry | None,
    cell: float,
) -> Ground:
    """Spread each known count over its polygon; keep apart the ground that has none."""
    shapes = areas.geometry.to_numpy()
    if boundary is not None:
        shapes = shapely.intersection(shapes, boundary)
        if (outside := shapely.is_empty(shapes) & (known > 0)).any():
            raise TableError(
                f"{int(outside.sum())} of {len(shapes)} areas with counts lie outside the "
                "boundary; leave them out or take a wider boundary."
            )
    counted = ~np.isnan(known) & ~shapely.is_empty(shapes)
    x0, y0, size = _frame(shapely.total_bounds(shapes), cell)
    cells = [_cells_in(shape, x0, y0, size, cell) for shape in shapes[counted]]
    middles = shapely.point_on_surface(shapes[counted])
    suppressed = state == "suppressed"
    return Ground(
        x0=x0,
        y0=y0,
        shape=size,
        cells=np.concatenate(cells),
        owner=np.repeat(np.arange(len(cells)), [len(one) for one in cells]),
        count=known[counted],
        cover=known[counted],
        x=shapely.get_x(middles),
        y=shapely.get_y(middles),
        window=polygons(shapely.union_all(shapes[counted])),
        hidden=polygons(shapely.union_all(shapes[~counted & suppressed])),
        missing=polygons(shapely.union_all(shapes[~counted & ~suppressed])),
    )


def squares_of(
    points: gpd.GeoDataFrame, boundary: shapely.Geometry, side: float, cell: float
) -> Ground:
    """Count children and addresses in squares; nothing finer goes any further."""
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    if outside := int((~shapely.intersects_xy(boundary, x, y)).sum()):
        raise TableError(
            f"{outside} of {len(points)} points lie outside the boundary; leave them out or take "
            "a wider boundary."
        )
    x0, y0, size = _frame(np.array(shapely.bounds(boundary)), cell)
    cells = _cells_in(boundary, x0, y0, size, cell)
    row, column = np.divmod(cells, size[1])
    middles = np.column_stack([x0 + (column + 0.5) * cell, y0 + (row + 0.5) * cell])
    squares, owner = np.unique(np.floor(middles / side), axis=0, return_inverse=True)
    # A square at the edge may hold no cell: its children go to the nearest that does.
    _, home = cKDTree(squares).query(np.floor(np.column_stack([x, y]) / side))
    addresses = np.unique(np.column_stack([home, x.round(), y.round()]), axis=0)
    return Ground(
        x0=x0,
        y0=y0,
        shape=size,
        cells=cells,
        owner=owner.ravel(),
        count=np.bincount(home, minlength=len(squares)).astype(float),
        cover=np.bincount(addresses[:, 0].astype(int), minlength=len(squares)).astype(float),
        x=squares[:, 0],
        y=squares[:, 1],
        window=boundary,
    )


def pooled(ground: Ground, least: int) -> Ground:
    """Share the sum of each pool equally among its pieces."""
    pools = pools_of(ground.x, ground.y, ground.cover, least)

    def shared(amounts: np.ndarray) -> np.ndarray:
        return (np.bincount(pools, amounts) / np.bincount(pools))[pools]

    return replace(ground, count=shared(ground.count), cover=shared(ground.cover))


def pools_of(x: np.ndarray, y: np.ndarray, cover: np.ndarray, least: int) -> np.ndarray:
    """Cut pieces of ground into pools that hold nobody or at least ``least``; number them."""
    pool = np.empty(len(x), dtype=int)
    waiting, made = [np.arange(len(x))], 0
    while waiting:
        rows = waiting.pop()
        axes = sorted((x[rows], y[rows]), key=np.ptp, reverse=True)
        for position in axes:
            left = _left_of_cut(position, cover[rows], least)
            if left is not None:
                waiting += [rows[left], rows[~left]]
                break
        else:
            pool[rows] = made
            made += 1
    return pool


def _left_of_cut(position: np.ndarray, cover: np.ndarray, least: int) -> np.ndarray | None:
    """Find the cut nearest to the median that leaves nobody, or enough, on either side."""
    places, at = np.unique(position, return_inverse=True)
    below = np.cumsum(np.bincount(at, cover))[:-1]
    above = cover.sum() - below
    fits = ((below == 0) | (below >= least)) & ((above == 0) | (above >= least))
    if not cover.any() or not fits.any():
        return None
    off = np.where(fits, np.abs(below - above), np.inf)
    # Among equals, which only strip empty ground, the one that strips most.
    last = off.size - 1 - int(np.argmin(off[::-1]))
    cut = last if below[last] == 0 else int(np.argmin(off))
    return position < places[1:][cut]
