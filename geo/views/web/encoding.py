"""Shapes, numbers and classes of areas as short text, which `assets/decode.js` reads back.

Numbers and classes are read in place, one area at a time, so that a script need not unpack a column
to show one.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import TableError
from geo.views.web.payload import PackedNumbers, PackedPostcodes, Polygons

DIGITS = "".join(c for c in map(chr, range(33, 127)) if c not in "\"&'<>\\")
"""Digits of packed numbers: characters that neither JSON nor HTML needs to escape."""

CLASSES = "0123456789abcdefghijklmnopqrstuvwxyz"
_NONE, _TINY, _TINY_BELOW, _FIRST = range(4)
_LARGEST = 1e15


def encode_numbers(values: np.ndarray, decimals: int = 0) -> PackedNumbers:
    """Pack numbers, rounded, into text with as many digits each as the widest needs.

    Digit groups 0, 1 and 2 stand for no number and for numbers above and below zero that the
    rounding would make zero; the others count up from the least number.

    Parameters
    ----------
    values : array of float
        Numbers; NaN is no number.
    decimals : int
        Decimals to keep.

    Returns
    -------
    PackedNumbers
        ``text``; ``width``, characters a number; ``least``, as a whole number of the last
        decimal; ``decimals``.

    Examples
    --------
    >>> encode_numbers(np.array([1.0, 2.0, np.nan]))
    {'text': '%(!', 'width': 1, 'least': 1, 'decimals': 0}
    """
    known = ~np.isnan(values)
    if (np.abs(values[known]) > _LARGEST).any():
        raise TableError(
            f"A number of the map is {np.abs(values[known]).max():.3g}; allowed are numbers up to "
            f"{_LARGEST:.0e}, so give it in another unit."
        )
    decimals = int(
        min(decimals, 15 - np.ceil(np.log10(max(1, np.abs(values[known]).max(initial=1)))))
    )
    whole = np.rint(np.where(known, values, 0) * 10.0**decimals).astype(np.int64)
    tiny = known & (whole == 0) & (values != 0)
    plain = known & ~tiny
    least = int(whole[plain].min(initial=whole[plain].max(initial=0)))
    groups = np.where(plain, whole - least + _FIRST, np.where(values > 0, _TINY, _TINY_BELOW))
    groups = np.where(known, groups, _NONE)
    width = 1
    while len(DIGITS) ** width <= groups.max(initial=0):
        width += 1
    places = len(DIGITS) ** np.arange(width - 1, -1, -1, dtype=np.int64)
    digits = groups[:, None] // places % len(DIGITS)
    text = np.frombuffer(DIGITS.encode(), np.uint8)[digits].tobytes().decode()
    return PackedNumbers(text=text, width=width, least=least, decimals=decimals)


def encode_classes(classes: np.ndarray) -> str:
    """Write small whole numbers as one character each, 0–9 and a–z.

    Examples
    --------
    >>> encode_classes(np.array([0, 10, 3]))
    '0a3'
    """
    return np.frombuffer(CLASSES.encode(), np.uint8)[classes].tobytes().decode()


def encode_postcodes(postcodes: Mapping[str, int], areas: int) -> PackedPostcodes:
    """Pack postcodes by sector: of each its last two letters and its area's place.

    Parameters
    ----------
    postcodes : mapping of str to int
        Place of the area among the map's, by postcode without blanks, in order.
    areas : int
        How many the map has.

    Returns
    -------
    PackedPostcodes
        ``width``, characters that a place takes (digits of base 36), and ``sectors``.

    Examples
    --------
    >>> encode_postcodes({"CW13AB": 0, "CW13AD": 37, "CW26XY": 2}, 244)
    {'width': 2, 'sectors': {'CW13': 'AB00AD11', 'CW26': 'XY02'}}
    """
    width = 1
    while len(CLASSES) ** width < areas:
        width += 1
    sectors: dict[str, list[str]] = {}
    for postcode, area in postcodes.items():
        digits = (area // len(CLASSES) ** at % len(CLASSES) for at in range(width - 1, -1, -1))
        place = "".join(CLASSES[digit] for digit in digits)
        sectors.setdefault(postcode[:-2], []).append(postcode[-2:] + place)
    return {"width": width, "sectors": {one: "".join(all_) for one, all_ in sectors.items()}}


def encode_polygons(geometries: gpd.GeoSeries) -> list[Polygons]:
    """Encode the rings of the polygons of each area, in degrees, about a metre exact.

    Areas that share a vertex share it in the result too. The format is Google's "encoded polyline
    algorithm format", which common libraries read.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Polygon
    >>> line = Polygon([(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)])
    >>> encode_polygons(gpd.GeoSeries([line]))[0][0][0][:27]  # the published example
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
