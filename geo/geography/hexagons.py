"""Equal-area maps: one hexagon an area, so that the small areas of towns are seen at all.

Places are reckoned in steps (one step: from a hexagon to the next) until the end, where they
become metres.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import optimize
from scipy.sparse import csgraph, csr_array
from scipy.spatial.distance import cdist

from geo.errors import TableError, examples

MOST_AREAS = 1500
_AROUND = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
_CORNERS = ((0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1), (1, 1))
_ACROSS_GROUPS = 1.6
_TOGETHER = (0.5, 1.0)
_FAR = 0.1
_SCATTERED = 4  # more pieces than this of a group are not brought together
_MOVES = 3000
_WARM, _COLD = 0.6, 0.12


def hexagons(areas: gpd.GeoDataFrame, *, groups: str | None = None) -> gpd.GeoDataFrame:
    """Give every area a hexagon of the same size, near its neighbours and within its group.

    Parameters
    ----------
    areas : GeoDataFrame
        Polygons that share edges, one row an area, at most 1,500; never changed.
    groups : str, optional
        Column of groups, such as ``"collaborative"``, to be kept together; one that lies in more
        than four places on the map lies in as many here.

    Returns
    -------
    GeoDataFrame
        ``areas`` in EPSG:27700 on its own index, with hexagons as geometry (together as large as
        the areas together) and three columns: ``displacement``, from the middle of the area to
        that of its hexagon in metres; ``neighbours``, areas that share an edge with it; and
        ``neighbours_kept``, how many of those stand beside its hexagon.

    Raises
    ------
    TableError
        If there are no areas or too many, no coordinate reference system or geometry, or an
        area without a group.

    Notes
    -----
    Areas are first spread out evenly by stress majorization of the graph of neighbours, those of
    different groups further apart, starting from the map; then assigned to a lattice of hexagons
    with the least squared distance; then exchanged with the hexagon beside by simulated annealing
    (with fixed random numbers, so that the same areas give the same map) for more kept neighbours
    and more coherent groups, without going far. Areas left apart from their group are brought
    back by single exchanges, the nearest first; should that fail, all is done again with more
    weight on coherence.

    References
    ----------
    Gansner, Koren and North, Graph drawing by stress majorization (2004). Kirkpatrick, Gelatt and
    Vecchi, Optimization by simulated annealing, Science 220 (1983). ``scipy.optimize.
    linear_sum_assignment`` for the assignment (Crouse 2016).

    Examples
    --------
    >>> squares = [shapely.box(x, y, x + 1000, y + 1000) for y in (0, 1000) for x in (0, 1000)]
    >>> areas = gpd.GeoDataFrame({"lsoa21cd": list("ABCD")}, geometry=squares, crs=27700)
    >>> hexes = hexagons(areas)
    >>> hexes.area.round().tolist(), int(hexes["neighbours_kept"].sum() / 2)
    ([1000000.0, 1000000.0, 1000000.0, 1000000.0], 4)
    """
    areas, labels = _ready(areas, groups)
    shapes = areas.geometry.to_numpy()
    pairs = neighbours(shapes)
    labels = _in_pieces(labels, pairs)
    step = float(np.sqrt(shapely.area(shapes).sum() / len(shapes) * 2 / np.sqrt(3)))
    middles = shapely.get_coordinates(shapely.centroid(shapes)) / step
    steps = np.where(labels[pairs[:, 0]] == labels[pairs[:, 1]], 1.0, _ACROSS_GROUPS)
    wanted = _laid_out(middles, pairs, steps)
    board = _Board.around(wanted, pairs, labels)
    start = optimize.linear_sum_assignment(board.distance)[1]
    best = board.improved(start, _TOGETHER[0])
    if groups is not None and len(board.strays(best := board.mended(best))):
        again = board.mended(board.improved(start, _TOGETHER[1]))
        best = min(best, again, key=lambda cells: len(board.strays(cells)))
    shift = (middles - board.middles[best]).mean(axis=0)
    # Corners are reckoned in whole units, so that neighbours share theirs to the last digit.
    corners = board.corners[best] * (step / 2, step / np.sqrt(12)) + shift * step
    apart = board.middles[best] + shift - middles
    return areas.set_geometry(shapely.polygons(corners)).assign(
        displacement=np.hypot(*apart.T) * step,
        neighbours=np.bincount(pairs.ravel(), minlength=len(shapes)),
        neighbours_kept=board.kept(best),
    )


def neighbours(shapes: np.ndarray) -> np.ndarray:
    """Find the pairs of areas that share an edge, not only a corner, as rows (one, other)."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    return np.column_stack([one, other])[shared > 0]


def _ready(areas: gpd.GeoDataFrame, groups: str | None) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    if not 1 <= len(areas) <= MOST_AREAS:
        raise TableError(
            f"A map of hexagons is made of 1 to {MOST_AREAS:,} areas, and the table has "
            f"{len(areas):,}; draw a part of it."
        )
    if areas.crs is None:
        raise TableError(
            "The areas have no coordinate reference system; set it with areas.set_crs(27700) "
            "(British National Grid) or areas.set_crs(4326) (longitude and latitude)."
        )
    if bare := int((areas.geometry.isna() | areas.geometry.is_empty).sum()):
        raise TableError(f"{bare} of {len(areas)} areas have no geometry; complete or remove them.")
    areas = areas if areas.crs == 27700 else areas.to_crs(27700)
    if groups is None:
        return areas, np.zeros(len(areas), dtype=int)
    if groups not in areas:
        raise TableError(
            f"No column {groups} in the areas, which have {examples(areas.columns, 8)}; add it or "
            "name another."
        )
    labels, _ = pd.factorize(areas[groups])
    if (labels < 0).any():
        raise TableError(
            f"{int((labels < 0).sum())} of {len(areas)} areas have no {groups}; assign them first."
        )
    return areas, labels


def _in_pieces(labels: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Give each group a number, and each piece of one that is too scattered its own."""
    inside = pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]]
    links = (np.ones(len(inside)), (inside[:, 0], inside[:, 1]))
    graph = csr_array(links, shape=(len(labels), len(labels)))
    _, piece = csgraph.connected_components(graph, directed=False)
    pieces = np.zeros(labels.max() + 1, dtype=int)
    np.add.at(pieces, labels[np.unique(piece, return_index=True)[1]], 1)
    scattered = pieces[labels] > _SCATTERED
    return np.where(scattered, labels.max() + 1 + piece, labels)


def _laid_out(start: np.ndarray, pairs: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Move points until neighbours are ``steps`` apart, and others as many as lie between."""
    count = len(start)
    graph = csr_array((steps, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    wanted = csgraph.shortest_path(graph, directed=False)
    unreached = ~np.isfinite(wanted)
    wanted[unreached] = cdist(start, start)[unreached]
    weight = np.divide(1.0, wanted**2, out=np.zeros_like(wanted), where=wanted > 0)
    inverse = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    place = start
    for _ in range(60):
        apart = cdist(place, place)
        pull = np.divide(weight * wanted, apart, out=np.zeros_like(apart), where=apart > 1e-9)
        place = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ place)
    return place + (start - place).mean(axis=0)


@dataclass(frozen=True)
class _Board:
    """A lattice of hexagons, numbered, and what is to be placed on it.

    ``corners`` are whole: half steps across, and up a third of half a row's height.
    ``near`` names the six hexagons around each (-1 for none); ``distance`` is squared, from where
    each area wants to be to each hexagon; ``friends`` says which areas are neighbours on the map,
    its last column standing for nobody.
    """

    middles: np.ndarray
    corners: np.ndarray
    near: np.ndarray
    distance: np.ndarray
    friends: np.ndarray
    groups: np.ndarray

    @classmethod
    def around(cls, wanted: np.ndarray, pairs: np.ndarray, labels: np.ndarray) -> "_Board":
        """Lay hexagons under all the places wanted, with two to spare on each side."""
        height = np.sqrt(3) / 2
        (west, south), (east, north) = wanted.min(axis=0), wanted.max(axis=0)
        rows = np.arange(np.floor(south / height) - 2, np.ceil(north / height) + 3)
        columns = np.arange(np.floor(west) - 2, np.ceil(east) + 3)
        row, column = (one.ravel().astype(int) for one in np.meshgrid(rows, columns))
        slant = column - row // 2
        places = zip(slant.tolist(), row.tolist(), strict=True)
        number = {place: at for at, place in enumerate(places)}
        near = [[number.get((q + dq, r + dr), -1) for dq, dr in _AROUND] for q, r in number]
        centres = np.column_stack([2 * slant + row, 3 * row])
        middles = centres * (1 / 2, height / 3)
        friends = np.zeros((len(wanted), len(wanted) + 1), dtype=bool)
        friends[pairs[:, 0], pairs[:, 1]] = friends[pairs[:, 1], pairs[:, 0]] = True
        return cls(
            middles,
            centres[:, None] + np.array(_CORNERS),
            np.array(near),
            cdist(wanted, middles, "sqeuclidean"),
            friends,
            labels,
        )

    def improved(self, start: np.ndarray, together: float) -> np.ndarray:
        """Exchange areas with the hexagon beside while that helps, by simulated annealing."""
        near, valued = self.near.tolist(), self._valued(together)
        far = (self.distance * _FAR).tolist()
        cells = start.tolist()
        holder = [-1] * (len(near) + 1)  # the last is read through near's -1: nobody
        for area, cell in enumerate(cells):
            holder[cell] = area

        def worth(area: int, cell: int) -> float:
            a, b, c, d, e, f = near[cell]
            values = valued[area]
            return (
                -far[area][cell]
                + values[holder[a]]
                + values[holder[b]]
                + values[holder[c]]
                + values[holder[d]]
                + values[holder[e]]
                + values[holder[f]]
            )

        worths = [worth(area, cell) for area, cell in enumerate(cells)]
        moves = _MOVES * len(cells)
        random = np.random.default_rng(1)
        chosen = random.integers(len(cells), size=moves).tolist()
        ways = random.integers(len(_AROUND), size=moves).tolist()
        heat = _WARM * (_COLD / _WARM) ** (np.arange(moves) / moves)
        bars = (np.log(1 - random.random(moves)) * heat).tolist()
        for area, way, bar in zip(chosen, ways, bars, strict=True):
            cell = cells[area]
            goal = near[cell][way]
            if goal < 0:
                continue
            other = holder[goal]
            before = worths[area] + (worths[other] if other >= 0 else 0.0)
            holder[cell], holder[goal] = other, area
            after = worth(area, goal) + (worth(other, cell) if other >= 0 else 0.0)
            if after - before >= bar:
                cells[area] = goal
                if other >= 0:
                    cells[other] = cell
                for place in (cell, goal, *near[cell], *near[goal]):
                    if (held := holder[place]) >= 0:
                        worths[held] = worth(held, place)
            else:
                holder[cell], holder[goal] = area, other
        return np.array(cells)

    def _valued(self, together: float) -> list[list[float]]:
        """Say what each area gains from each other beside it, and nothing from nobody, the last."""
        same = self.groups[:, None] == self.groups
        return (self.friends + together * np.pad(same, ((0, 0), (0, 1)))).tolist()

    def _beside(self, cells: np.ndarray) -> np.ndarray:
        """Name the areas on the six hexagons around each area's (-1 for nobody)."""
        holder = np.full(len(self.near) + 1, -1)
        holder[cells] = np.arange(len(cells))
        return holder[self.near[cells]]

    def kept(self, cells: np.ndarray) -> np.ndarray:
        """Count for each area the neighbours that stand beside it."""
        return np.take_along_axis(self.friends, self._beside(cells), axis=1).sum(axis=1)

    def strays(self, cells: np.ndarray) -> np.ndarray:
        """Name the areas that don't hang together with the largest piece of their group."""
        beside = self._beside(cells)
        area, way = np.nonzero((beside >= 0) & (self.groups[beside] == self.groups[:, None]))
        links = (np.ones(len(area)), (area, beside[area, way]))
        graph = csr_array(links, shape=(len(cells), len(cells)))
        _, piece = csgraph.connected_components(graph, directed=False)
        sizes = np.bincount(piece)
        main = np.zeros(self.groups.max() + 1, dtype=int)
        smallest_first = np.lexsort([-piece, sizes[piece]])
        main[self.groups[smallest_first]] = piece[smallest_first]
        return np.flatnonzero(piece != main[self.groups])

    def mended(self, cells: np.ndarray) -> np.ndarray:
        """Bring strays back to their groups, one exchange at a time, the nearest first."""
        strays = self.strays(cells)
        while len(strays):
            for stray in self._nearest_first(cells, strays):
                found = self._brought_back(cells, stray, strays)
                if found is not None:
                    break
            else:
                break
            cells = found
            strays = self.strays(cells)
        return cells

    def _nearest_first(self, cells: np.ndarray, strays: np.ndarray) -> list[int]:
        """Order strays by how far they are from the rest of their group."""
        home = np.setdiff1d(np.arange(len(cells)), strays)
        apart = cdist(self.middles[cells[strays]], self.middles[cells[home]])
        apart[self.groups[strays][:, None] != self.groups[home]] = np.inf
        return list(strays[np.argsort(apart.min(axis=1), kind="stable")])

    def _brought_back(self, cells: np.ndarray, stray: int, strays: np.ndarray) -> np.ndarray | None:
        """Exchange a stray with a hexagon beside its group, so that fewer are strays; else None."""
        mates = np.flatnonzero(self.groups == self.groups[stray])
        beside = self.near[cells[np.setdiff1d(mates, strays)]]
        ends = np.setdiff1d(beside[beside >= 0], cells[mates])
        held = {cell: area for area, cell in enumerate(cells.tolist())}
        best, least = None, (len(strays), 0)
        for goal in ends.tolist():
            trial = cells.copy()
            trial[stray] = goal
            if goal in held:
                trial[held[goal]] = cells[stray]
            cost = len(self.strays(trial)), -int(self.kept(trial).sum())
            if cost[0] < len(strays) and cost < least:
                best, least = trial, cost
        return best
