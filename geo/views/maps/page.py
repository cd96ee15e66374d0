"""The page of a map: its scale, and where map, legend and the insets of towns stand.

Places on the page are millimetres from its upper left corner; places on a map are metres.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import shapely
from matplotlib.axes import Axes

from geo.geography.towns import Bounds, Town, find_towns, named_towns
from geo.views.style.legends import Legend
from geo.views.style.page import (
    MARGIN,
    NARROW,
    WIDE,
    Frame,
    Page,
    PageLayout,
    PageText,
    require_width,
)

INSET_TITLE = 5.0
_GAP = 4.0
_FURNITURE_MM = (30.0, 9.0)
_ONE_ROW, _ROWS, _LEAST_SIDE = 4, 2, 27.0
"""Insets in one row below a map, rows where there are more, and their least side."""
_LOW = 110.0
"""Room in millimetres below which insets stand beside the map."""


@dataclass(frozen=True)
class MapLayout:
    """Where map, scale bar and insets stand on the page, and at which scale.

    Attributes
    ----------
    map : Frame
        The main map.
    window : (west, south, east, north)
        What it shows, in metres.
    mm_per_metre : float
        Its scale.
    furniture : (west, south, east, north), optional
        A corner of the window, in metres, where scale bar and north arrow cover no area.
    towns : list of Town
        What the insets enlarge.
    insets : list of Frame
        Where they stand, in the order of the towns.
    """

    map: Frame
    window: Bounds
    mm_per_metre: float
    furniture: Bounds | None
    towns: list[Town]
    insets: list[Frame]

    @property
    def bottom(self) -> float:
        """Where map and insets end."""
        return max(part.bottom for part in (self.map, *self.insets))

    def down(self, distance: float) -> "MapLayout":
        """Move map and insets down the page."""
        insets = [inset.down(distance) for inset in self.insets]
        return replace(self, map=self.map.down(distance), insets=insets)


def map_page(
    areas: gpd.GeoDataFrame,
    text: PageText,
    width: float,
    insets: bool | Sequence[str] = False,
    legend: Legend | None = None,
    height: float | None = None,
) -> tuple[Page, MapLayout]:
    """Choose scale and towns, make a page of the right height, and write all but the map.

    Parameters
    ----------
    areas : GeoDataFrame
        What the map shows, coordinates in metres.
    text : PageText
        What to write above and below.
    width : float
        Width of the page in millimetres.
    insets : bool or sequence of str
        Whether to find towns, or the names of towns.
    legend : Legend, optional
        Drawn between the head of the page and the map.
    height : float, optional
        Height of the page in millimetres, as in `geo.views.style.options.FigureOptions`.
    """
    head_and_foot = PageLayout(text, require_width(width), height=height)
    legend_height = legend.height(width) if legend else 0.0
    map_top = head_and_foot.top + legend_height + 1.0
    layout = lay_out_map(areas, width, insets, head_and_foot.room(map_top + 3.0))
    page = head_and_foot.page(map_top + layout.bottom + 3.0)
    if legend:
        legend.draw(page, head_and_foot.top)
    return page, layout.down(map_top)


def map_axes(page: Page, frame: Frame, window: Bounds) -> Axes:
    """Add axes that show ``window`` (metres) without distortion."""
    west, south, east, north = window
    ax = page.add_axes(frame)
    ax.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], facecolor="none")
    ax.axis("off")
    return ax


def lay_out_map(
    areas: gpd.GeoDataFrame,
    width: float,
    insets: bool | Sequence[str],
    room: float | None = None,
) -> MapLayout:
    """Share the page between map and towns; which are small depends on the map's own scale.

    ``room`` is the height for both, where the page has a given one.
    """
    page = _Sheet(width, bounds_of(areas), room)
    bounds = page.bounds
    frame, _ = page.shared(0)
    _, scale = fit_window(frame, bounds)
    if isinstance(insets, bool):
        towns = page.towns(areas, scale) if insets else []
    else:
        towns = named_towns(areas, insets, scale)
    frame, inset_frames = page.shared(len(towns))
    window, scale = fit_window(frame, bounds)
    furniture = _clear_corner(window, scale, areas.geometry)
    if furniture is None:
        strip = _FURNITURE_MM[1] + 1.0
        if room is not None:
            page = replace(page, room=room - strip)
            frame, inset_frames = page.shared(len(towns))
            window, scale = fit_window(frame, bounds)
        inset_frames = [
            inset.down(strip) if inset.top >= frame.bottom else inset for inset in inset_frames
        ]
        frame = replace(frame, height=frame.height + strip)
        window = (window[0], window[1] - strip / scale, *window[2:])
        furniture = _clear_corner(window, scale, areas.geometry)
    return MapLayout(frame, window, scale, furniture, towns, inset_frames)


@dataclass(frozen=True)
class _Sheet:
    """The part of the page that map and insets share: its width, and its height where given."""

    width: float
    bounds: Bounds
    room: float | None

    def towns(self, areas: gpd.GeoDataFrame, scale: float) -> list[Town]:
        """Find the towns to enlarge: as many as two rows of insets hold, where one does not do."""
        most = _ROWS * self._columns
        if NARROW <= self.width < WIDE and most > _ONE_ROW and not self._low:
            smaller, _ = self.shared(most)
            _, smaller_scale = fit_window(smaller, self.bounds)
            towns = find_towns(areas, smaller_scale, _LEAST_SIDE, limit=most)
            if len(towns) > _ONE_ROW:
                return towns
        return find_towns(areas, scale, 52.0 if self.width >= WIDE else 35.0, limit=_ONE_ROW)

    def shared(self, insets: int) -> tuple[Frame, list[Frame]]:
        """Share the width between map and insets: beside it on wide and low pages, else below."""
        across = self.width - 2 * MARGIN
        few = self.width >= NARROW and (insets <= 2 or self._low)
        beside = insets and (self.width >= WIDE or few)
        columns = (insets + 1) // 2 if self.width >= WIDE or self._low else 1
        map_width = across * (0.68 if columns == 1 else 0.54) if beside else across
        rows, deep, side = self._below(insets)
        under = 0.0 if beside or not insets else rows * (deep + _GAP) - _GAP + 2.0
        frame = Frame(MARGIN, 0.0, map_width, self._tall(map_width, rows, under))
        if not insets:
            return frame, []
        left, top = MARGIN, frame.bottom + 2.0
        if beside:
            rows = -(-insets // columns)
            side = (across - map_width - _GAP * columns) / columns
            deep = min((frame.height - _GAP * (rows - 1)) / rows, side + 12)
            left, top = frame.left + map_width + _GAP, 0.0
        else:
            columns = -(-insets // rows)
        places = [divmod(i, columns) for i in range(insets)]
        return frame, [
            Frame(left + c * (side + _GAP), top + r * (deep + _GAP), side, deep) for r, c in places
        ]

    @property
    def _low(self) -> bool:
        """Whether a given height leaves no room for insets below the map."""
        return self.room is not None and self.room < _LOW

    @property
    def _columns(self) -> int:
        """How many insets stand side by side below a map."""
        return int((self.width - 2 * MARGIN + _GAP) // (_LEAST_SIDE + _GAP))

    def _below(self, insets: int) -> tuple[int, float, float]:
        """Rows of insets below the map, as many in each, with height and width of each inset."""
        several = insets > _ONE_ROW
        most = 2 if self.width < NARROW else self._columns if several else _ONE_ROW
        rows = max(1, -(-insets // most))
        columns = max(1, -(-insets // rows))
        side = (self.width - 2 * MARGIN - _GAP * (columns - 1)) / columns
        return rows, min(side, 29.0 if several else 45.0) + INSET_TITLE, side

    def _tall(self, map_width: float, rows: int, under: float) -> float:
        """Height of the main map, above insets that are so tall."""
        west, south, east, north = self.bounds
        tall = (north - south) / max(east - west, 1.0)
        tallest = 112.0 if self.width >= WIDE else 100.0 if under and rows > 1 else 120.0
        if self.room is not None:
            tallest = self.room - under
        return max(min(tallest, 1.15 * map_width, map_width * tall + 3.0), 30.0)


def bounds_of(areas: gpd.GeoDataFrame) -> Bounds:
    """Give the sides of the rectangle that holds all areas, as plain numbers."""
    west, south, east, north = (float(side) for side in areas.total_bounds)
    return west, south, east, north


def fit_window(frame: Frame, bounds: Bounds) -> tuple[Bounds, float]:
    """Fit the ground into a frame with a small margin: window in metres, and the scale."""
    west, south, east, north = bounds
    scale = min(
        (frame.width - 1) / max(east - west, 1.0), (frame.height - 1) / max(north - south, 1.0)
    )
    middle = ((west + east) / 2, (south + north) / 2)
    half = (frame.width / scale / 2, frame.height / scale / 2)
    window = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
    return window, scale


def _clear_corner(window: Bounds, mm_per_metre: float, areas: Iterable[object]) -> Bounds | None:
    """Find a corner of the window in which scale bar and north arrow cover no area."""
    west, south, east, north = window
    width, height = (side / mm_per_metre for side in _FURNITURE_MM)
    tree = shapely.STRtree(list(areas))
    for left, bottom in (
        (west, south),
        (east - width, south),
        (east - width, north - height),
        (west, north - height),
    ):
        corner = (left, bottom, left + width, bottom + height)
        if not len(tree.query(shapely.box(*corner), predicate="intersects")):
            return corner
    return None
