"""The embedded synthetic borough: everything the toolkit reads, without a file.

Sandmere lies in the North Sea, so that nobody takes it for a real place. It is drawn from one
seed: sites are scattered densely in towns and sparsely in the country, their Voronoi cells are
grouped into Lower layer Super Output Areas (LSOAs), those into wards and those into
collaboratives. Areas of both vintages and all levels are unions of the same cells, so that they
share their edges exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, min_weight_full_bipartite_matching
from scipy.spatial import Voronoi

from geo.errors import FileError
from geo.sources.tabular import write_csv
from geo.tables import INDICES, RELEASES

NAME, CODE = "Sandmere", "E06900001"
_SEED = 1801
_CENTRE = (620_000, 430_000)
_KM = 1000.0

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


_TOWNS = {
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
_VILLAGES = (
    "Ambercote", "Birchmarsh", "Cawdale", "Dunholt", "Eastlow", "Fernover", "Gorsby", "Hazelwick",
    "Inglemoor", "Kettleford", "Larkmere", "Marlsey", "Nettlebourne", "Orrisham", "Pellworth",
    "Quarnley", "Rushwell", "Saltersby", "Tarnfield", "Underlea",
)  # fmt: skip
_LSOAS, _MERGED, _SPLIT = 240, 2, 9
_COLLABORATIVES = {
    "Coldbury and the Vale": ("N1", -12.5, 9.0),
    "Ellerbridge and Rushwell": ("N1", -1.0, 4.0),
    "Harnwick North": ("N2", 10.0, 9.5),
    "Harnwick South": ("N2", 11.3, 5.5),
    "Sandmere West": ("S1", -7.0, -10.5),
    "Wickmoor and Rural West": ("S1", -18.0, -2.5),
    "Sandmere East": ("S2", -4.0, -8.7),
    "Stavenham and the Marshes": ("S2", 13.0, -9.0),
}
_LOCALITIES = {"N": "North", "S": "South"}


@dataclass(frozen=True)
class Sample:
    """The synthetic borough as tidy tables, in the shapes that the readers of real files return.

    Attributes
    ----------
    areas, areas_2011, wards : GeoDataFrame
        LSOAs of 2021 and of 2011 and wards of 2024: code, name, geometry (EPSG:27700, whole
        metres).
    lookup_wards : DataFrame
        A row per 2021 LSOA: its ward and authority.
    lookup_2011 : DataFrame
        A row per pair of 2011 and 2021 LSOA, ``chgind`` U (unchanged), S (split) or M (merged).
    groups : DataFrame
        A row per ward: collaborative, sub-locality and locality.
    deprivation, deprivation_2019 : DataFrame
        Scores, ranks, deciles, residents and children, by 2021 and by 2011 LSOA.
    name, code : str
        The borough's name and code.
    """

    areas: gpd.GeoDataFrame
    areas_2011: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    lookup_wards: pd.DataFrame
    lookup_2011: pd.DataFrame
    groups: pd.DataFrame
    deprivation: pd.DataFrame
    deprivation_2019: pd.DataFrame
    name: str = NAME
    code: str = CODE


def sample() -> Sample:
    """Draw the synthetic borough; identical every time, and the caller's to change.

    Returns
    -------
    Sample
        Tables of 240 LSOAs of 2021 (232 of 2011) in 50 wards and eight collaboratives.

    Examples
    --------
    >>> borough = sample()
    >>> borough.name, len(borough.areas), len(borough.areas_2011), len(borough.wards)
    ('Sandmere', 240, 232, 50)
    >>> int((borough.deprivation["imd_decile"] <= 3).sum())
    43
    """
    drawn = _draw()
    tables = {field.name: getattr(drawn, field.name) for field in fields(drawn)}
    return replace(drawn, **{k: v.copy() for k, v in tables.items() if not isinstance(v, str)})


@cache
def _draw() -> Sample:
    cells = _cells()
    parts = _parts(cells)
    units = _units(parts)
    latent = _latent(parts)
    units = units.assign(**_residents(parts, latent["imd"]))
    wards = units.drop_duplicates("lsoa21cd").sort_values("lsoa21cd", ignore_index=True)
    changes = units.sort_values(["lsoa11cd", "lsoa21cd"], ignore_index=True)
    return Sample(
        areas=_dissolve(cells, parts, units, "lsoa21"),
        areas_2011=_dissolve(cells, parts, units, "lsoa11"),
        wards=_dissolve(cells, parts, units, "wd24"),
        lookup_wards=wards[["lsoa21cd", "lsoa21nm", "wd24cd", "wd24nm"]].assign(
            lad24cd=CODE, lad24nm=NAME
        ),
        lookup_2011=changes[["lsoa11cd", "lsoa11nm", "chgind", "lsoa21cd", "lsoa21nm"]].assign(
            lad22cd=CODE, lad22nm=NAME
        ),
        groups=_groups(parts, units),
        deprivation=_deprivation(units, latent, 2025),
        deprivation_2019=_deprivation(units, latent, 2019),
    )


# Geometry: sites, cells, edges


class _Cells(NamedTuple):
    """Cells inside the borough, with the neighbour pairs that share an edge of some length."""

    xy: Floats
    settlement: Ints
    pairs: Ints
    shapes: NDArray[Any]


def _cells() -> _Cells:
    rng = np.random.default_rng([_SEED, 1])
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
    return _Cells(xy[inside], settlement[inside], number[ridges[both]], shapes)


def _sites(rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Scatter sites (metres); ``settlement`` is 0… town or village, -1 country, -2 outside."""
    centres = [((t.east, t.north), t.lsoas, t.axis) for t in _TOWNS.values()]
    towns = np.array([centre for centre, *_ in centres])
    around = rng.uniform(-25, 25, (600, 2))
    around = around[_is_inside(around * 1.14)]
    for at in _spread(around, len(_VILLAGES), near=towns):
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
    return points * _KM + _CENTRE, np.concatenate([labels, country])


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


class _Parts(NamedTuple):
    """What LSOAs of both vintages are made of: one cell in towns, several in the country."""

    of_cell: Ints
    xy: Floats
    settlement: Ints
    pairs: Ints
    ward: Ints
    old: Ints
    new: Ints


def _parts(cells: _Cells) -> _Parts:
    country = cells.settlement < 0
    count = _LSOAS + _MERGED - int((~country).sum())
    rural = _partition(cells.xy, cells.pairs, country, count)
    built = np.cumsum(~country) - 1
    of_cell = np.where(country, built[-1] + 1 + rural, built)
    settlement = np.full(of_cell.max() + 1, -1)
    settlement[of_cell] = cells.settlement
    xy, pairs = _coarser(of_cell, cells.xy, cells.pairs)
    ward = _ward_of_part(xy, pairs, settlement)
    old, new = _vintages(pairs, ward, settlement)
    return _Parts(of_cell, xy, settlement, pairs, ward, old, new)


def _coarser(group: Ints, xy: Floats, pairs: Ints) -> tuple[Floats, Ints]:
    """Mean point of each group, and the pairs of groups that share an edge."""
    size = np.bincount(group)
    middle = np.stack([np.bincount(group, axis) / size for axis in xy.T], axis=1)
    ends = np.sort(group[pairs], axis=1)
    return middle, np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)


def _ward_of_part(xy: Floats, pairs: Ints, settlement: Ints) -> Ints:
    """Divide each town into its wards, then villages and country into the others."""
    ward, first = np.full(len(xy), -1), 0
    for number, town in enumerate(_TOWNS.values()):
        members, count = settlement == number, len(town.wards.split(", "))
        ward[members] = first + _partition(xy, pairs, members, count)[members]
        first += count
    rest = ward < 0
    ward[rest] = first + _partition(xy, pairs, rest, len(_VILLAGES))[rest]
    return ward


def _vintages(pairs: Ints, ward: Ints, settlement: Ints) -> tuple[Ints, Ints]:
    """Tell which LSOA of 2011 and of 2021 each part belongs to.

    Nine LSOAs of 2011 are split in 2021, one of them in three; two pairs are merged.
    """
    rng = np.random.default_rng([_SEED, 2])
    old, new = np.arange(len(ward)), np.arange(len(ward))
    used: set[int] = set()
    towns = (settlement >= 0) & (settlement < len(_TOWNS))
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


def _grow(xy: Floats, pairs: Ints, seeds: Iterable[int]) -> Ints:
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
        group = _grow(xy, pairs, seeds)
        middle = np.array([xy[group == g].mean(axis=0) for g in range(count)])
        apart = np.hypot(*(xy - middle[group]).T)
        seeds = np.array([np.where(group == g, apart, np.inf).argmin() for g in range(count)])
    return _grow(xy, pairs, seeds)


# Tables: names and codes, groups, deprivation


def _units(parts: _Parts) -> pd.DataFrame:
    """Name and code everything: a row per part, in the order of parts."""
    north, _ = _coarser(parts.ward, -parts.xy, parts.pairs)
    names = pd.Series(_ward_names(parts))
    codes = "E0590" + names.rank().astype(int).astype(str).str.zfill(4)
    units = pd.DataFrame(
        {
            "old": parts.old,
            "new": parts.new,
            "wd24cd": codes.to_numpy()[parts.ward],
            "wd24nm": names.to_numpy()[parts.ward],
            "block": pd.Series(north[:, 1]).rank().astype(int).to_numpy()[parts.ward],
        }
    )
    units = units.iloc[np.lexsort([-parts.xy[:, 1], units["block"].to_numpy()])]
    split = units["old"].duplicated(keep=False)
    merged = units["new"].duplicated(keep=False)
    units["chgind"] = np.select([split, merged], ["S", "M"], "U")
    units["lsoa11cd"] = [f"E0190{n:04d}" for n in pd.factorize(units["old"])[0] + 1]
    units["lsoa11nm"] = _letters(units, "old", 0)
    units["lsoa21cd"], units["lsoa21nm"] = units["lsoa11cd"], units["lsoa11nm"]
    changed = units[split | merged]
    taken = units.groupby("block")["old"].nunique()[changed["block"]].to_numpy()
    numbers = pd.factorize(changed["new"])[0] + 1
    units.loc[changed.index, "lsoa21cd"] = [f"E0191{n:04d}" for n in numbers]
    units.loc[changed.index, "lsoa21nm"] = _letters(changed, "new", taken)
    return units.sort_index().drop(columns=["old", "new", "block"])


def _letters(units: pd.DataFrame, column: str, taken: Any) -> list[str]:
    """Name LSOAs as ONS does: borough, number of the middle layer area, letter."""
    within = units.groupby("block")[column].transform(lambda group: pd.factorize(group)[0]) + taken
    return [f"{NAME} {b:03d}{chr(65 + n)}" for b, n in zip(units["block"], within, strict=True)]


def _ward_names(parts: _Parts) -> list[str]:
    """Name town wards in turn; name each other ward after a village, all as near as can be."""
    names = [f"{town} {ward}" for town, t in _TOWNS.items() for ward in t.wards.split(", ")]
    middle, _ = _coarser(parts.ward, parts.xy, parts.pairs)
    wards = middle[len(names) :]
    villages, _ = _coarser(np.maximum(parts.settlement, 0), parts.xy, parts.pairs)
    villages = villages[len(_TOWNS) :]
    apart = np.hypot(*(wards[:, None] - villages[None]).transpose(2, 0, 1))
    _, nearest = min_weight_full_bipartite_matching(coo_array(apart).tocsr())
    return names + [_VILLAGES[village] for village in nearest]


def _groups(parts: _Parts, units: pd.DataFrame) -> pd.DataFrame:
    """Grow the collaboratives from their seeds, ward by ward."""
    middle, pairs = _coarser(parts.ward, parts.xy, parts.pairs)
    spots = np.array([(east, north) for _, east, north in _COLLABORATIVES.values()])
    seeds = [int(np.hypot(*(middle - spot * _KM - _CENTRE).T).argmin()) for spot in spots]
    names = np.array(list(_COLLABORATIVES))[_grow(middle, pairs, seeds)[parts.ward]]
    sub_localities = [_COLLABORATIVES[name][0] for name in names]
    table = units[["wd24cd", "wd24nm"]].assign(
        collaborative=names,
        sub_locality=sub_localities,
        locality=[_LOCALITIES[sub[0]] for sub in sub_localities],
        basis="synthetic",
        confidence="high",
        alternative="",
    )
    return table.drop_duplicates().sort_values("wd24cd", ignore_index=True)


def _dissolve(cells: _Cells, parts: _Parts, units: pd.DataFrame, area: str) -> gpd.GeoDataFrame:
    """Unite cells into areas that go on sharing their edges exactly."""
    number, codes = pd.factorize(units[f"{area}cd"], sort=True)
    of_cell = number[parts.of_cell]
    shapes = [shapely.coverage_union_all(cells.shapes[of_cell == n]) for n in range(len(codes))]
    names = units.drop_duplicates(f"{area}cd").set_index(f"{area}cd")[f"{area}nm"]
    table = {f"{area}cd": codes, f"{area}nm": names[codes].to_numpy()}
    return gpd.GeoDataFrame(table, geometry=shapely.normalize(shapes), crs="EPSG:27700")


_LIKENESS = {
    "income": 0.95, "employment": 0.94, "education": 0.88, "health": 0.87, "crime": 0.8,
    "barriers": 0.25, "environment": 0.35, "idaci": 0.92, "idaopi": 0.88,
    "children_young_people": 0.8, "adult_skills": 0.84, "geographical_barriers": -0.4,
    "wider_barriers": 0.55, "indoors": 0.3, "outdoors": 0.3,
}  # fmt: skip
"""Correlation of each index with the Index of Multiple Deprivation, about as in England."""

_RURAL = {"barriers": 0.7, "geographical_barriers": 1.3, "indoors": 0.8, "outdoors": -0.9}
"""How much more deprived the country is than towns, in standard deviations, beyond that."""

_SHARES = np.array([0, 4.5, 11, 18, 25, 33, 42, 53, 65, 80, 100]) / 100
"""Share of the borough's LSOAs up to each national decile."""


def _latent(parts: _Parts) -> dict[str, Floats]:
    """Need of each part on every index: mean 0, standard deviation 1, higher is worse."""
    rng = np.random.default_rng([_SEED, 3])
    town = parts.settlement
    need = np.where(town < 0, -0.65, -0.5)
    for number, place in enumerate(_TOWNS.values()):
        offset = (parts.xy - _CENTRE) / _KM - (place.east, place.north)
        size = 0.42 * np.sqrt(place.lsoas)
        estates = rng.uniform(-0.75, 0.75, (2 + place.lsoas // 20, 2)) * size
        near = [np.exp(-(np.hypot(*(offset - estate).T) ** 2) / 0.9) for estate in estates]
        leafy = offset @ rng.normal(0, 0.35, 2) / size
        need = np.where(town == number, place.need - 0.5 + 1.7 * np.max(near, axis=0) + leafy, need)
    latent = {"imd": _standard(need + rng.normal(0, 0.3, len(need)))}
    for index, likeness in _LIKENESS.items():
        own = rng.normal(0, np.sqrt(1 - likeness**2), len(need))
        rural = _RURAL.get(index, 0) * (town < 0)
        latent[index] = _standard(likeness * latent["imd"] + own + rural)
    return latent


def _standard(values: Floats) -> Floats:
    return (values - values.mean()) / values.std()


def _residents(parts: _Parts, need: Floats) -> dict[str, Ints]:
    rng = np.random.default_rng([_SEED, 4])
    people = rng.normal(1650, 190, len(need)).clip(1250, 2400)
    merged, split = (np.bincount(group)[group] > 1 for group in (parts.new, parts.old))
    people = (people * np.select([merged, split], [0.6, 0.85], 1)).astype(int)
    share = (0.18 + 0.022 * need + rng.normal(0, 0.015, len(need))).clip(0.1, 0.3)
    return {"population": people, "children": (people * share).astype(int)}


def _deprivation(units: pd.DataFrame, latent: dict[str, Floats], year: int) -> pd.DataFrame:
    """Rank the LSOAs of one vintage among England's, and score them by rank."""
    rng = np.random.default_rng([_SEED, year])
    release = RELEASES[year]
    keys = [f"{release.vintage}cd", f"{release.vintage}nm"]
    grouped = units.assign(**latent).groupby(keys)
    table = grouped[["population", "children"]].sum()
    columns: dict[str, Any] = {"release": np.full(len(table), year)}
    for index in INDICES:
        need = grouped[index].mean().to_numpy()
        if year != 2025:
            need = need + rng.normal(0, 0.3, len(need))
        spread = abs(_LIKENESS.get(index, 1.0))
        columns[f"{index}_rank"] = rank = _national_rank(need, spread, release.lsoas, rng)
        columns[f"{index}_score"] = _score(index, rank / (release.lsoas + 1))
        columns[f"{index}_decile"] = -(-10 * rank // release.lsoas)
    order = ["release", *(f"{i}_{kind}" for i in INDICES for kind in ("score", "rank", "decile"))]
    scored = pd.DataFrame(columns, index=table.index)[order]
    return scored.join(table).reset_index()


def _national_rank(need: Floats, spread: float, total: int, rng: np.random.Generator) -> Ints:
    """Place the neediest first among ``total``; no two on the same rank.

    ``spread`` is how far the borough's own shares of England's deciles hold, from 0 (all even) to
    1. Each LSOA has an interval of its own, so that ranks differ.
    """
    order = np.argsort(np.argsort(-need))
    share = (order + rng.uniform(0.05, 0.95, len(need))) / len(need)
    own = np.interp(share, _SHARES, np.linspace(0, 1, 11))
    return 1 + np.floor((spread * own + (1 - spread) * share) * total).astype(np.int64)


_RATES = {"income": (-1.5, 0.6), "employment": (-2.1, 0.45), "idaci": (-1.3, 0.6),
          "idaopi": (-1.6, 0.6), "adult_skills": (-1.25, 0.35)}  # fmt: skip
_EXPONENTIAL = {"imd", "education", "barriers", "environment", "geographical_barriers"}


def _score(index: str, rank: Floats) -> Floats:
    """Score for a rank as a share of England's: a rate, an exponential 0-100 or a standard score.

    References
    ----------
    The exponential form is that of the English Indices of Deprivation 2025: Technical Report.
    """
    log_odds = np.log((1 - rank) / rank)
    if index in _RATES:
        middle, slope = _RATES[index]
        return np.round(1 / (1 + np.exp(-middle - slope * log_odds)), 3)
    if index in _EXPONENTIAL:
        return np.round(-23 * np.log(1 - (1 - rank) * (1 - np.exp(-100 / 23))), 3)
    return np.round(0.55 * log_odds, 3)


# Files, in the forms in which ONS and MHCLG publish them

_OFFICIAL = dict(
    zip(
        INDICES,
        (
            "Index of Multiple Deprivation (IMD)",
            "Income",
            "Employment",
            "Education, Skills and Training",
            "Health Deprivation and Disability",
            "Crime",
            "Barriers to Housing and Services",
            "Living Environment",
            "Income Deprivation Affecting Children Index (IDACI)",
            "Income Deprivation Affecting Older People (IDAOPI)",
            "Children and Young People Sub-domain",
            "Adult Skills Sub-domain",
            "Geographical Barriers Sub-domain",
            "Wider Barriers Sub-domain",
            "Indoors Sub-domain",
            "Outdoors Sub-domain",
        ),
        strict=True,
    )
)
_AUTHORITY_YEAR = {2025: 2024, 2019: 2019}
_PEOPLE = {
    2025: ("Total population: mid 2022", "Dependent Children aged 0-15: mid 2022"),
    2019: (
        "Total population: mid 2015 (excluding prisoners)",
        "Dependent Children aged 0-15: mid 2015 (excluding prisoners)",
    ),
}
_ADULTS = {
    2025: {
        "Older population aged 60 and over: mid 2022": 0.31,
        "Working age population 18-66 (for use with Employment Deprivation Domain): mid 2022": 0.77,
    },
    2019: {
        "Population aged 16-59: mid 2015 (excluding prisoners)": 0.7,
        "Older population aged 60 and over: mid 2015 (excluding prisoners)": 0.3,
        "Working age population 18-59/64: for use with Employment Deprivation Domain "
        "(excluding prisoners)": 0.73,
    },
}
"""Columns of adults, with the share of residents aged 16 and over that the sample puts there."""

_PLACE = f"""\
name = "{NAME}"
code = "{CODE}"
wards = "wards.csv"
synthetic = true

[[levels]]
column = "collaborative"
singular = "collaborative"
plural = "collaboratives"
within = "sub_locality"

[[levels]]
column = "sub_locality"
singular = "sub-locality"
plural = "sub-localities"
within = "locality"

[[levels]]
column = "locality"
singular = "locality"
plural = "localities"
"""


def write_sample(folder: str | Path, borough: Sample | None = None) -> list[Path]:
    """Write the synthetic borough as files in the official forms, to see or to read back.

    Parameters
    ----------
    folder : str or Path
        Where to write; made if absent. Files of the same names are replaced.
    borough : Sample, optional
        What to write; ``sample()`` where not given.

    Returns
    -------
    list of Path
        LSOAs of 2021 (GeoPackage, EPSG:27700), LSOAs of 2011 and wards (GeoJSON, longitude and
        latitude), two ONS lookups, File 7 of the Indices of 2025 and of 2019, and the place
        definition in the folder ``place``.

    Raises
    ------
    FileError
        If the folder cannot be made or written to.

    Examples
    --------
    >>> import tempfile
    >>> for path in write_sample(tempfile.mkdtemp()):
    ...     print(path.name)
    LSOA_2021_sample.gpkg
    LSOA_2011_sample.geojson
    WD_2024_sample.geojson
    LSOA21_WD24_LAD24_lookup.csv
    LSOA11_LSOA21_lookup.csv
    IoD2025_File_7_sample.csv
    IoD2019_File_7_sample.csv
    wards.csv
    place.toml
    """
    borough = borough or sample()
    folder = Path(folder)
    shapes = {
        "LSOA_2021_sample.gpkg": borough.areas,
        "LSOA_2011_sample.geojson": borough.areas_2011,
        "WD_2024_sample.geojson": borough.wards,
    }
    tables = {
        "LSOA21_WD24_LAD24_lookup.csv": borough.lookup_wards.rename(columns=str.upper),
        "LSOA11_LSOA21_lookup.csv": borough.lookup_2011.rename(columns=str.upper),
        "IoD2025_File_7_sample.csv": _file_7(borough.deprivation, 2025),
        "IoD2019_File_7_sample.csv": _file_7(borough.deprivation_2019, 2019),
        "place/wards.csv": borough.groups,
    }
    definition = folder / "place" / "place.toml"
    try:
        definition.parent.mkdir(parents=True, exist_ok=True)
        for name, areas in shapes.items():
            _write_areas(areas, folder / name)
        for name, table in tables.items():
            write_csv(table, folder / name)
        definition.write_text(_PLACE, "utf-8", newline="\n")
    except (OSError, DataSourceError) as problem:
        raise FileError(
            f"The sample cannot be written to {folder} ({problem}); choose a folder that you may "
            "write to."
        ) from problem
    return [folder / name for name in [*shapes, *tables]] + [definition]


def _write_areas(areas: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer with ONS's upper-case names; GeoJSON in degrees, to about a millimetre."""
    upper = areas.rename(columns={c: c.upper() for c in areas if c != "geometry"})
    if path.suffix == ".geojson":
        upper.to_crs(4326).to_file(path, driver="GeoJSON", COORDINATE_PRECISION=8)
    else:
        upper.to_file(path, driver="GPKG", layer=path.stem)


def _file_7(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Lay a deprivation table out under the official headers of File 7."""
    vintage = RELEASES[year].vintage
    authority = f"Local Authority District {{}} ({_AUTHORITY_YEAR[year]})"
    official = {
        f"LSOA code (20{vintage[-2:]})": table[f"{vintage}cd"],
        f"LSOA name (20{vintage[-2:]})": table[f"{vintage}nm"],
        authority.format("code"): CODE,
        authority.format("name"): NAME,
    }
    for index, words in _OFFICIAL.items():
        rate = " (rate)" if index in {"income", "employment", "idaci", "idaopi"} else ""
        most = "(where 1 is most deprived"
        official[f"{words} Score{rate}"] = table[f"{index}_score"]
        official[f"{words} Rank {most})"] = table[f"{index}_rank"]
        decile = f"{words} Decile {most} 10% of LSOAs)"
        if (year, index) == (2025, "children_young_people"):
            decile = decile.removesuffix("As)")  # published cut short
        official[decile] = table[f"{index}_decile"]
    adults = table["population"] - table["children"]
    official |= dict(zip(_PEOPLE[year], (table["population"], table["children"]), strict=True))
    official |= {
        header: (adults * share).round().astype(int) for header, share in _ADULTS[year].items()
    }
    return pd.DataFrame(official)
