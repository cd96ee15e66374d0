"""Where the synthetic borough lies: towns, cells and edges, and cells grouped into areas.

Sites are scattered densely in towns and sparsely in the country, and their Voronoi cells are
grouped into the parts that areas of both vintages and all levels are made of, so that these share
their edges exactly.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Voronoi

SEED = 1801
CENTRE = (620_000, 430_000)
KM = 1000.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Town(NamedTuple):
    """A town: centre in km from the borough's, LSOAs, long axis in radians, need, ward names."""

    east: float
    north: float
    lsoas: int
    axis: float
    need: float
    wards: str


TOWNS = {
    "Sandmere": _Town(
        -5.0, -9.5, 54, 0.5, 0.85,
        "Abbey, Brickfields, Castle, Dock Road, Eastgate, Foundry, Grange, Haven, Priory, Quay",
    ),
    "Harnwick": _Town(
        11.0, 7.0, 40, 1.9, 0.5,
        "Broadway, Cloth Hall, Heath, Mill Hill, Riverside, Spinners, Weirside",
    ),
    "Coldbury": _Town(-12.5, 9.0, 24, 2.6, -0.35, "Market, Minster, Park, Racecourse, Vale"),
    "Stavenham": _Town(13.0, -9.0, 18, 0.1, 0.25, "Bridge, Tannery, Wharf"),
    "Ellerbridge": _Town(-1.0, 4.0, 16, 1.1, -0.2, "Lock, Station, Woodside"),
    "Wickmoor": _Town(-18.0, -2.5, 14, 1.6, 0.1, "Common, Limekiln"),
}  # fmt: skip
VILLAGES = (
    "Ambercote", "Birchmarsh", "Cawdale", "Dunholt", "Eastlow", "Fernover", "Gorsby", "Hazelwick",
    "Inglemoor", "Kettleford", "Larkmere", "Marlsey", "Nettlebourne", "Orrisham", "Pellworth",
    "Quarnley", "Rushwell", "Saltersby", "Tarnfield", "Underlea",
)  # fmt: skip
_LSOAS, _MERGED, _SPLIT = 240, 2, 9


# Geometry: sites, cells, edges


class Cells(NamedTuple):
    """Cells inside the borough, with the neighbour pairs that share an edge of some length."""

    xy: Floats
    settlement: Ints
    pairs: Ints
    shapes: NDArray[Any]


def draw_cells() -> Cells:
    """Draw the cells of the borough: what lies inside its outline, with natural edges."""
    rng = np.random.default_rng([SEED, 1])
    xy, settlement = _sites(rng)
    diagram = Voronoi(xy)
    inside = settlement > -2
    ridges = np.asarray(diagram.ridge_points)
    # Qhull promises no order or direction; with both settled, each edge gets the same noise.
    ridges = np.sort(ridges, axis=1)
    order = np.lexsort(ridges.T)
    ridges, ends = ridges[order], np.asarray(diagram.ridge_vertices)[order]
    kept = inside[ridges].any(axis=1)
    ridges, ends = ridges[kept], ends[kept]
    points = diagram.vertices[ends]
    backward = points[:, 0, 0] > points[:, 1, 0]
    points[backward] = points[backward, ::-1]
    lines, real = _edges(xy[ridges], points, rng)
    faces = shapely.get_parts(shapely.polygonize(lines))
    tree = shapely.STRtree(faces)
    site, face = tree.query(shapely.points(xy[inside]), predicate="within")
    shapes = faces[face[np.argsort(site)]]
    number = np.cumsum(inside) - 1
    both = inside[ridges].all(axis=1) & real
    return Cells(xy[inside], settlement[inside], number[ridges[both]], shapes)


def _sites(rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Scatter sites (metres); ``settlement`` is 0… town or village, -1 country, -2 outside."""
    centres = [((t.east, t.north), t.lsoas, t.axis) for t in TOWNS.values()]
    towns = np.array([centre for centre, *_ in centres])
    around = rng.uniform(-25, 25, (600, 2))
    around = around[_is_inside(around * 1.14)]
    for at in _spread(around, len(VILLAGES), near=towns):
        centres.append((tuple(around[at]), 1 + int(rng.random() < 0.4), 0.0))
    grid = _grid(rng)
    dense, labels = [], []
    for number, (centre, lsoas, axis) in enumerate(centres):
        town, fringe, reach = _settlement(lsoas, axis, rng)
        grid = grid[~reach(grid - centre)]
        dense += [town + centre, fringe + centre]
        labels += [number] * len(town) + [-1] * len(fringe)
    country = np.where(_is_inside(grid), -1, -2)
    points = np.concatenate([*dense, grid])
    return points * KM + CENTRE, np.concatenate([labels, country])


def _grid(rng: np.random.Generator, step: float = 1.9) -> Floats:
    """Jittered triangular grid over the borough and a margin around it, in km."""
    rows, columns = np.mgrid[-17:18, -18:19]
    grid = np.stack([columns + 0.5 * (rows % 2), rows * 0.87], axis=-1).reshape(-1, 2)
    return (grid + rng.uniform(-0.33, 0.33, grid.shape)) * step


def _settlement(lsoas: int, axis: float, rng: np.random.Generator) -> tuple[Floats, Floats, Any]:
    """Sites of a settlement about its centre, a ring of country around it, and its reach (km)."""
    village = lsoas < 3
    stretch = np.ones(2) if village else np.array([1.2, 0.83])
    turn = np.array([[np.cos(axis), np.sin(axis)], [-np.sin(axis), np.cos(axis)]])
    lobe = 0.0 if village else 0.17
    share = (np.arange(lsoas) + 0.5) / lsoas
    radius = 0.38 * np.sqrt(share * lsoas) * (0.85 + 0.35 * share)
    angle = np.arange(lsoas) * np.pi * (3 - np.sqrt(5)) + rng.uniform(0, 6)
    rim = 0.38 * np.sqrt(lsoas) * 1.2
    steps = int(np.ceil(2 * np.pi * (rim + 0.6) / 1.1))
    turns = (np.arange(steps) + rng.uniform(-0.25, 0.25, steps)) * 2 * np.pi / steps
    away = rim + rng.uniform(0.3, 0.9, steps)

    def bulge(at: Floats) -> Floats:
        return 1 + lobe * np.cos(3 * at + 2 * axis) + 0.5 * lobe * np.cos(5 * at + axis)

    def place(at: Floats, distance: Floats, jitter: float) -> Floats:
        spot = np.stack([np.cos(at), np.sin(at)], axis=1) * (distance * bulge(at))[:, None]
        return (spot + rng.uniform(-jitter, jitter, spot.shape)) * stretch @ turn

    def reach(offset: Floats) -> NDArray[np.bool_]:
        east, north = (offset @ turn.T / stretch).T
        return np.hypot(east, north) < rim * bulge(np.arctan2(north, east)) + 1.5

    return place(angle, radius, 0.15), place(turns, away, 0.05), reach


def _is_inside(xy: Floats) -> NDArray[np.bool_]:
    """Whether points (km from the centre) lie within the irregular outline of the borough."""
    angle = np.arctan2(xy[:, 1], xy[:, 0])
    waves = ((2, 0.08, 0.3), (3, 0.1, 2.0), (5, 0.07, 1.0), (7, 0.06, 4.0), (12, 0.04, 2.5))
    radius = 19.5 * (1 + sum(size * np.cos(n * angle + at) for n, size, at in waves))
    return np.hypot(xy[:, 0] / 1.1, xy[:, 1] / 0.96) < radius


def _edges(sites: Floats, ends: Floats, rng: np.random.Generator) -> tuple[NDArray[Any], Any]:
    """Turn straight Voronoi edges into natural ones, by midpoint displacement.

    A displaced edge stays between its two sites and never leaves the triangles that it spans with
    them. These triangles do not overlap, so edges cannot cross and no check or repair is needed.

    Parameters
    ----------
    sites, ends : array, shape (n, 2, 2)
        The sites on either side of each edge, and the edge's two ends, in metres.
    rng : Generator
        Source of the noise.

    Returns
    -------
    lines : array of LineString
        In whole metres.
    real : array of bool, shape (n,)
        False where an edge shrinks to a point in whole metres; such edges have no line.
    """
    along = ends[:, 1] - ends[:, 0]
    length = np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    across = along[:, ::-1] * [-1, 1] / length
    to_site = sites[:, 0] - ends[:, 0]
    height = np.abs((to_site * across).sum(axis=1, keepdims=True))
    foot = (to_site * along).sum(axis=1, keepdims=True) / length**2
    t = np.linspace(0, 1, 17)[None, :]
    left = t / np.maximum(foot, 1e-9)
    right = (1 - t) / np.maximum(1 - foot, 1e-9)
    room = 0.7 * height * np.minimum(np.minimum(left, right), 1) + 1e-9
    offset = room * np.tanh(_displace(len(ends), rng) * length / room)
    paths = ends[:, :1] + along[:, None] * t[..., None] + across[:, None] * offset[..., None]
    paths = np.rint(paths)
    paths[:, [0, -1]] = np.rint(ends)
    detail = np.clip(np.rint(np.log2(length[:, 0] / 90)), 1, 4).astype(int)
    real = (paths[:, 0] != paths[:, -1]).any(axis=1)
    lines = [
        shapely.LineString(path[:: 2 ** (4 - fine)])
        for path, fine in zip(paths[real], detail[real], strict=True)
    ]
    return shapely.remove_repeated_points(lines), real


def _displace(count: int, rng: np.random.Generator) -> Floats:
    """Fractal offsets at 17 points of ``count`` edges, as shares of the edge's length."""
    offset = np.zeros((count, 17))
    for level, step in enumerate((8, 4, 2, 1)):
        middle = np.arange(step, 17, 2 * step)
        noise = rng.normal(0, 0.17 * 0.5**level, (count, len(middle)))
        offset[:, middle] = (offset[:, middle - step] + offset[:, middle + step]) / 2 + noise
    return offset


# Grouping: cells into parts, parts into LSOAs, wards and collaboratives


class Parts(NamedTuple):
    """What LSOAs of both vintages are made of: one cell in towns, several in the country."""

    of_cell: Ints
    xy: Floats
    settlement: Ints
    pairs: Ints
    ward: Ints
    old: Ints
    new: Ints


def draw_parts(cells: Cells) -> Parts:
    """Unite country cells to parts, and say which ward and LSOAs each part belongs to."""
    country = cells.settlement < 0
    count = _LSOAS + _MERGED - int((~country).sum())
    rural = _partition(cells.xy, cells.pairs, country, count)
    built = np.cumsum(~country) - 1
    of_cell = np.where(country, built[-1] + 1 + rural, built)
    settlement = np.full(of_cell.max() + 1, -1)
    settlement[of_cell] = cells.settlement
    xy, pairs = coarser(of_cell, cells.xy, cells.pairs)
    ward = _ward_of_part(xy, pairs, settlement)
    old, new = _vintages(pairs, ward, settlement)
    return Parts(of_cell, xy, settlement, pairs, ward, old, new)


def coarser(group: Ints, xy: Floats, pairs: Ints) -> tuple[Floats, Ints]:
    """Mean point of each group, and the pairs of groups that share an edge."""
    size = np.bincount(group)
    middle = np.stack([np.bincount(group, axis) / size for axis in xy.T], axis=1)
    ends = np.sort(group[pairs], axis=1)
    return middle, np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)


def _ward_of_part(xy: Floats, pairs: Ints, settlement: Ints) -> Ints:
    """Divide each town into its wards, then villages and country into the others."""
    ward, first = np.full(len(xy), -1), 0
    for number, town in enumerate(TOWNS.values()):
        members, count = settlement == number, len(town.wards.split(", "))
        ward[members] = first + _partition(xy, pairs, members, count)[members]
        first += count
    rest = ward < 0
    ward[rest] = first + _partition(xy, pairs, rest, len(VILLAGES))[rest]
    return ward


def _vintages(pairs: Ints, ward: Ints, settlement: Ints) -> tuple[Ints, Ints]:
    """Tell which LSOA of 2011 and of 2021 each part belongs to.

    Nine LSOAs of 2011 are split in 2021, one of them in three; two pairs are merged.
    """
    rng = np.random.default_rng([SEED, 2])
    old, new = np.arange(len(ward)), np.arange(len(ward))
    used: set[int] = set()
    towns = (settlement >= 0) & (settlement < len(TOWNS))
    close = pairs[towns[pairs].all(axis=1) & (ward[pairs[:, 0]] == ward[pairs[:, 1]])]
    for one, other in rng.permutation(close):
        if ward[one] in used or len(used) == _SPLIT + _MERGED:
            continue
        used.add(ward[one])
        if len(used) > _SPLIT:
            new[other] = one
            continue
        old[other] = one
        if len(used) == 1:
            beside = close[(close == one).any(axis=1) & ~(close == other).any(axis=1)]
            old[beside[0][beside[0] != one]] = one
    return old, new


def _spread(xy: Floats, count: int, near: Floats) -> list[int]:
    """Choose ``count`` points, each the one farthest from those chosen and from ``near``."""
    gap = np.min(np.hypot(*(xy[:, None] - near[None]).transpose(2, 0, 1)), axis=1)
    chosen = []
    for _ in range(count):
        chosen.append(int(np.argmax(gap)))
        gap = np.minimum(gap, np.hypot(*(xy - xy[chosen[-1]]).T))
    return chosen


def grow(xy: Floats, pairs: Ints, seeds: Iterable[int]) -> Ints:
    """Give each node the number of the seed that is nearest along links; groups are connected."""
    seeds = np.asarray(list(seeds))
    far = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    links = coo_array((far, pairs.T), shape=(len(xy), len(xy))).tocsr()
    *_, source = dijkstra(
        links, directed=False, indices=seeds, min_only=True, return_predecessors=True
    )
    number = np.full(len(xy), -1)
    number[seeds] = np.arange(len(seeds))
    return np.where(source >= 0, number[source.clip(0)], -1)


def _partition(xy: Floats, pairs: Ints, members: NDArray[np.bool_], count: int) -> Ints:
    """Divide the members into connected groups of similar size; -1 for the others."""
    at = np.flatnonzero(members)
    pairs = pairs[members[pairs].all(axis=1)]
    seeds = at[_spread(xy[at], count, near=xy[at].mean(axis=0, keepdims=True))]
    for _ in range(5):
        group = grow(xy, pairs, seeds)
        middle = np.array([xy[group == g].mean(axis=0) for g in range(count)])
        apart = np.hypot(*(xy - middle[group]).T)
        seeds = np.array([np.where(group == g, apart, np.inf).argmin() for g in range(count)])
    return grow(xy, pairs, seeds)
