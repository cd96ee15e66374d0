"""Polygons as short text: the encoded polyline algorithm, at a hundred-thousandth of a degree."""

import geopandas as gpd
import numpy as np
import shapely


def encode(geometries: gpd.GeoSeries) -> list[list[list[str]]]:
    """Encode the rings of the polygons of each area, in degrees, about a metre exact.

    Areas that share a vertex share it in the result too. The format is Google's "encoded polyline
    algorithm format", which common libraries read.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Polygon
    >>> line = Polygon([(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)])
    >>> encode(gpd.GeoSeries([line]))[0][0][0][:27]  # the published example
    '_p~iF~ps|U_ulLnnqC_mqNvxq`@'
    """
    parts, area_of = shapely.get_parts(geometries.to_numpy(), return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    points = np.rint(coordinates[:, ::-1] * 1e5).astype(np.int64)
    starts = np.diff(ring_of, prepend=-1) > 0
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int64))
    steps[starts] = points[starts]
    kept = starts | (steps != 0).any(axis=1)
    texts = _polylines(steps[kept], ring_of[kept], len(rings))
    shapes: list[list[list[str]]] = [[] for _ in range(len(geometries))]
    polygons: list[list[str]] = [[] for _ in range(len(parts))]
    for polygon, area in zip(polygons, area_of, strict=True):
        shapes[area].append(polygon)
    for text, part in zip(texts, part_of, strict=True):
        polygons[part].append(text)
    return shapes


def _polylines(steps: np.ndarray, ring_of: np.ndarray, rings: int) -> list[str]:
    """Write whole steps as text: zigzag, five bits a character from the lowest, offset 63."""
    values = ((steps << 1) ^ (steps >> 63)).ravel()
    places = np.arange(6)
    lengths = 1 + (values[:, None] >= 32 ** places[1:]).sum(axis=1)
    digits = (values[:, None] >> 5 * places) & 31
    more = places < lengths[:, None] - 1
    text = (digits + 32 * more + 63)[places < lengths[:, None]].astype(np.uint8).tobytes().decode()
    sizes = np.bincount(np.repeat(ring_of, 2), weights=lengths, minlength=rings).astype(int)
    ends = np.cumsum(sizes)
    return [text[end - size : end] for end, size in zip(ends, sizes, strict=True)]
