"""Towns whose areas are too small to see on a printed map, found from the data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.errors import CodeError, TableError, examples
from geo.vocabulary.area_types import ward_names

Bounds = tuple[float, float, float, float]

SMALL_MM = 2.5
"""An area drawn narrower than this (square root of its area on paper) is too small to see."""
_GAP_MM = 0.4
_LEAST_AREAS, _LEAST_SHARE = 4, 0.015
_LEAST_ZOOM, _MOST_ZOOM = 1.6, 5.0

_LEAST_AGREEING = 0.25
_PREFIXES = {"St", "The", "North", "South", "East", "West", "Great", "Little", "Old", "New"}


@dataclass(frozen=True)
class Town:
    """A cluster of small areas to be drawn again, larger.

    ``also`` names other towns that have grown together with it, each with its middle in metres.
    """

    name: str
    bounds: Bounds
    areas: int
    also: tuple[tuple[str, float, float], ...] = field(default=(), repr=False)


def find_towns(
    areas: gpd.GeoDataFrame, mm_per_metre: float, cell_mm: float, *, limit: int = 4
) -> list[Town]:
    """Find the clusters of areas that are too small to see at the scale of a map.

    Areas narrower than ``SMALL_MM`` on paper whose bounding boxes come within a fraction of a
    millimetre of each other form a town. A cluster too wide to be enlarged in a cell of
    ``cell_mm`` is searched again for its own smallest areas; one with few areas is no town.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per area, coordinates in metres; a ward name column (``wd24nm``) gives the names.
    mm_per_metre : float
        Scale of the main map, millimetres on paper per metre on the ground.
    cell_mm : float
        Side of the square in which a town will be drawn.
    limit : int
        Most towns to return.

    Returns
    -------
    list of Town
        The town with most areas first; equal numbers from west to east.

    Examples
    --------
    >>> squares = [shapely.box(x, y, x + 500, y + 500) for x in (0, 500) for y in (0, 500)]
    >>> town = gpd.GeoDataFrame({"wd24nm": ["Crewe East", "Crewe West"] * 2}, geometry=squares)
    >>> find_towns(town, mm_per_metre=0.003, cell_mm=40)
    [Town(name='Crewe', bounds=(0.0, 0.0, 1000.0, 1000.0), areas=4)]
    """
    boxes = shapely.bounds(areas.geometry.to_numpy())
    drawn = np.sqrt(areas.area.to_numpy()) * mm_per_metre
    links = _near_pairs(boxes, _GAP_MM / mm_per_metre)
    widest = cell_mm / _LEAST_ZOOM / mm_per_metre
    towns = []
    waiting = [(np.flatnonzero(drawn < SMALL_MM), SMALL_MM)]
    while waiting:
        candidates, size = waiting.pop()
        for members in _clusters(candidates, links, len(areas)):
            if len(members) < max(_LEAST_AREAS, _LEAST_SHARE * len(areas)):
                continue
            box = _around(boxes[members])
            if max(box[2] - box[0], box[3] - box[1]) > widest:
                waiting.append((members[drawn[members] < size * 0.8], size * 0.8))
            else:
                name = _town_name(areas, members)
                also = _grown_together(areas, members, boxes, name)
                towns.append(Town(name, box, len(members), also))
    return sorted(towns, key=lambda town: (-town.areas, town.bounds))[:limit]


def named_towns(areas: gpd.GeoDataFrame, names: Sequence[str], mm_per_metre: float) -> list[Town]:
    """Find the towns of these names: the small areas of wards whose names begin with them.

    Raises
    ------
    TableError
        If the table has no column of ward names.
    CodeError
        If no ward's name begins with a name.
    """
    column = ward_names(areas.columns)
    if column is None:
        raise TableError(
            "Insets can't be found by name, because the areas have no column of ward names; add "
            "one named wd24nm, or set insets=True."
        )
    boxes = shapely.bounds(areas.geometry.to_numpy())
    small = np.sqrt(areas.area.to_numpy()) * mm_per_metre < SMALL_MM
    towns = []
    for name in names:
        inside = areas[column].astype("string").str.startswith(name).fillna(False).to_numpy(bool)
        if not inside.any():
            raise CodeError(
                f"No ward's name begins with {name!r} in {column}, which holds "
                f"{examples(sorted(areas[column].dropna().unique()))}; name a town as its wards do."
            )
        chosen = inside & small if (inside & small).any() else inside
        towns.append(Town(name, _around(boxes[chosen]), int(chosen.sum())))
    return towns


def inset_window(town: Town, width_mm: float, height_mm: float, mm_per_metre: float) -> Bounds:
    """Give the rectangle of ground that an inset of this size shows, the town in its middle."""
    west, south, east, north = town.bounds
    margin = 1.08
    metres_per_mm = max(
        (east - west) * margin / width_mm,
        (north - south) * margin / height_mm,
        1 / mm_per_metre / _MOST_ZOOM,
    )
    half = (width_mm * metres_per_mm / 2, height_mm * metres_per_mm / 2)
    middle = ((west + east) / 2, (south + north) / 2)
    return middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]


def _near_pairs(boxes: np.ndarray, gap: float) -> np.ndarray:
    """Pair the areas whose bounding boxes come within a distance of each other."""
    tree = shapely.STRtree(shapely.box(*boxes.T))
    west, south, east, north = boxes.T
    return tree.query(shapely.box(west - gap, south - gap, east + gap, north + gap))


def _clusters(chosen: np.ndarray, pairs: np.ndarray, total: int) -> list[np.ndarray]:
    """Part the chosen areas into groups linked by pairs."""
    if not len(chosen):
        return []
    place = np.full(total, -1)
    place[chosen] = np.arange(len(chosen))
    one, other = place[pairs[:, (place[pairs] >= 0).all(axis=0)]]
    links = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(chosen),) * 2)
    count, label = connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    edges = np.searchsorted(label[order], np.arange(1, count))
    return [chosen[part] for part in np.split(order, edges)]


def _around(boxes: np.ndarray) -> Bounds:
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _town_name(areas: pd.DataFrame, members: np.ndarray) -> str:
    """Name a town by the words with which its areas' wards begin; no name if few agree."""
    column = ward_names(areas.columns)
    if column is None:
        return ""
    wards = [tuple(str(ward).split()) for ward in areas[column].iloc[members].dropna()]
    beginnings = Counter(_beginning(ward) for ward in sorted(wards))
    if not beginnings:
        return ""
    beginning, agreeing = beginnings.most_common(1)[0]
    if agreeing < _LEAST_AGREEING * len(members):
        return ""
    named = {ward for ward in wards if _beginning(ward) == beginning}
    words = [same[0] for same in zip(*named, strict=False) if len(set(same)) == 1]
    for joint in ("and", "with", "&"):
        words = words[: words.index(joint)] if joint in words else words
    return " ".join(words)


def _grown_together(
    areas: gpd.GeoDataFrame, members: np.ndarray, boxes: np.ndarray, name: str
) -> tuple[tuple[str, float, float], ...]:
    """Name the other towns of a cluster: of so many areas that they could be one of their own."""
    column = ward_names(areas.columns)
    if column is None or not name:
        return ()
    wards = [str(ward) for ward in areas[column].iloc[members].fillna("")]
    others = [_beginning(tuple(w.split())) if w and not w.startswith(name) else () for w in wards]
    found = []
    for beginning, count in sorted(Counter(others).items()):
        if beginning and count >= max(_LEAST_AREAS, _LEAST_AGREEING * len(members)):
            part = members[[other == beginning for other in others]]
            west, south, east, north = _around(boxes[part])
            found.append((_town_name(areas, part), (west + east) / 2, (south + north) / 2))
    return tuple(found)


def _beginning(ward: tuple[str, ...]) -> tuple[str, ...]:
    """Return a ward's first word, or two where the first alone is no name (St Austell)."""
    return ward[:2] if ward[0] in _PREFIXES else ward[:1]
