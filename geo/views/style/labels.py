"""Names on a printed map: each where it covers least, none over another, no area unnamed.

Places on a map are metres; sizes of type and costs are millimetres on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from geo.errors import examples
from geo.geography.towns import Bounds
from geo.notes import Notes, note
from geo.views.style.palette import INK, PAPER
from geo.views.style.text import LEAST_TYPE, LINE, MM_PER_POINT, balanced, fonts, text_size

_DEAREST = 38.0
_CROSSING = 60.0


@dataclass(frozen=True)
class Label:
    """Words to stand in an area of a map, or beside it.

    ``name`` may be broken into lines; ``tail`` stands on a line of its own below. With
    ``outside``, the words prefer the blank paper nearest to the area; if ``joined``, a line
    leads from there to the area.
    """

    name: str
    area: shapely.Geometry
    tail: str = ""
    points: float = LEAST_TYPE
    colour: str = INK
    outside: bool = False
    joined: bool = False

    def wrappings(self) -> list[str]:
        """Return the ways to break the name into lines, the fewest lines first."""
        tail = f"\n{self.tail}" if self.tail else ""
        word = max(text_size(word, self.points, "bold")[0] for word in self.name.split() or [""])
        widths = [max(width, word + 0.1) for width in (40.0, 26.0, 16.0, 10.0)]
        return list(
            dict.fromkeys(balanced(self.name, w, self.points, "bold") + tail for w in widths)
        )


@dataclass(frozen=True)
class _Place:
    """A label's text as broken into lines, with its middle and its size on the map in metres."""

    text: str
    x: float
    y: float
    width: float
    height: float
    cost: float

    @property
    def bounds(self) -> Bounds:
        half = self.width / 2, self.height / 2
        return self.x - half[0], self.y - half[1], self.x + half[0], self.y + half[1]


@dataclass
class Labeller:
    """Places labels on one map so that none covers another or leaves the map.

    Parameters
    ----------
    ax : Axes
        Map in metres.
    mm_per_metre : float
        Its scale.
    taken : list of (west, south, east, north)
        Rectangles, in metres, that labels have to keep off; grows as labels are placed.
    avoid : list of (west, south, east, north)
        Rectangles that labels should rather keep off.
    detail : array of Point
        Points that labels should rather not cover.
    clear : Polygon or MultiPolygon, optional
        Ground that no label may cover.
    leaders : list of LineString
        Lines from names to their areas, which later labels rather keep off; grows likewise.
    notes : list of str, optional
        Takes which names were left off; warned of as a ``GeoWarning`` where not given.
    """

    ax: Axes
    mm_per_metre: float
    taken: list[Bounds] = field(default_factory=list)
    avoid: list[Bounds] = field(default_factory=list)
    detail: Sequence[shapely.Point] = ()
    clear: shapely.Geometry | None = None
    leaders: list[shapely.LineString] = field(default_factory=list)
    notes: Notes | None = None

    def draw(self, labels: Sequence[Label]) -> None:
        """Place and draw the labels, those of the smallest areas first.

        A label that doesn't fit inside its area stands beside it, joined by a thin line; where
        other labels and towns leave no room near by, on the nearest blank paper. One that fits
        nowhere is left off, and noted.
        """
        fine = 0.3 / self.mm_per_metre
        labels = [replace(label, area=label.area.simplify(fine)) for label in labels]
        land = shapely.union_all([label.area.buffer(0) for label in labels])
        shapely.prepare([land, *(label.area for label in labels)])
        tree = shapely.STRtree(self.detail)
        left_off = []
        for label in sorted(labels, key=lambda label: (label.area.area, label.name)):
            dearest = np.inf if label.outside else _DEAREST
            found = self._cheapest(label, land, tree, dearest)
            if found is None:
                beside = replace(label, outside=True, joined=True)
                found = self._cheapest(beside, land, tree, 2 * _CROSSING)
            if found is None:
                left_off.append(label.name)
            else:
                self._write(label, found)
        if left_off:
            note(
                self.notes,
                f"{len(left_off)} of {len(labels)} names did not fit on the map and were left off "
                f"({examples(left_off)}); draw it wider or name fewer groups.",
            )

    def _cheapest(
        self, label: Label, land: shapely.Geometry, tree: shapely.STRtree, dearest: float
    ) -> _Place | None:
        """Choose among the ways to break the name; None if each costs ``dearest`` or more."""
        places = [self._best_place(label, text, land, tree) for text in label.wrappings()]
        found = [place for place in places if place is not None and place.cost < dearest]
        return min(found, key=lambda place: place.cost, default=None)

    def _best_place(
        self, label: Label, text: str, land: shapely.Geometry, tree: shapely.STRtree
    ) -> _Place | None:
        """Find the free place on a grid that costs least; None if there is no free place."""
        width, height = (
            (side + 0.8) / self.mm_per_metre for side in text_size(text, label.points, "bold")
        )
        x, y = self._free_middles(width, height)
        if not len(x):
            return None
        anchor = _heart(label.area, 1 / self.mm_per_metre)
        distance = np.hypot(x - anchor[0], y - anchor[1]) * self.mm_per_metre
        # Only the nearest candidates are worth their cost: further ones lose on distance.
        near = np.argsort(distance, kind="stable")[: 4000 if label.outside else 500]
        if label.joined:
            near = near[_share_inside(land, x[near], y[near], width, height) == 0][:1000]
        if not len(near):
            return None
        x, y, distance = x[near], y[near], distance[near]
        cost = self._cost(label, land, tree, x, y, width, height)
        cost += (0.1 if label.outside else 0.35) * distance
        best = int(np.argmin(cost))
        lines = text.count("\n")
        return _Place(
            text, float(x[best]), float(y[best]), width, height, float(cost[best]) + 1.5 * lines
        )

    def _cost(
        self,
        label: Label,
        land: shapely.Geometry,
        tree: shapely.STRtree,
        x: np.ndarray,
        y: np.ndarray,
        width: float,
        height: float,
    ) -> np.ndarray:
        """Weigh what rectangles around these middles would cover, in millimetres of distance."""
        boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        covered = _share_inside(land, x, y, width, height)
        if label.outside:
            cost = shapely.distance(boxes, label.area) * self.mm_per_metre + 200 * covered
            if label.joined:
                cost += _CROSSING * self._crossings(label, boxes)
        else:
            own = _share_inside(label.area, x, y, width, height)
            cost = 60 * (covered - own) + 25 * (1 - covered)
        for box in self.avoid:
            shared = shapely.area(shapely.intersection(boxes, shapely.box(*box)))
            cost += 25 * shared / (width * height)
        for line in self.leaders:
            cost += _CROSSING * shapely.intersects(boxes, line)
        hidden, _ = tree.query(boxes, predicate="intersects")
        return cost + 2 * np.sqrt(np.bincount(hidden, minlength=len(boxes)))

    def _crossings(self, label: Label, boxes: np.ndarray) -> np.ndarray:
        """Count the labels and lines that a line from each rectangle to the area would cross."""
        lines = shapely.shortest_line(boxes, shapely.point_on_surface(label.area))
        count = np.zeros(len(boxes))
        for other in [*(shapely.box(*box) for box in self.taken), *self.leaders]:
            count += shapely.intersects(lines, other)
        return count

    def _free_middles(self, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
        """List the middles of rectangles of this size that are on the map and cover no label."""
        (west, east), (south, north) = self.ax.get_xlim(), self.ax.get_ylim()
        step = 1.0 / self.mm_per_metre
        x, y = (
            grid.ravel()
            for grid in np.meshgrid(
                np.arange(west + width / 2, east - width / 2, step),
                np.arange(south + height / 2, north - height / 2, step),
            )
        )
        taken = np.array(self.taken).reshape(-1, 4)
        covers = (
            (x[:, None] + width / 2 > taken[:, 0])
            & (x[:, None] - width / 2 < taken[:, 2])
            & (y[:, None] + height / 2 > taken[:, 1])
            & (y[:, None] - height / 2 < taken[:, 3])
        )
        free = ~covers.any(axis=1)
        x, y = x[free], y[free]
        if self.clear is None:
            return x, y
        shapely.prepare(self.clear)
        boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        free = ~shapely.intersects(self.clear, boxes)
        return x[free], y[free]

    def _write(self, label: Label, place: _Place) -> None:
        rectangle = shapely.box(*place.bounds)
        if not label.outside and not rectangle.intersects(label.area):
            self._lead(rectangle, shapely.point_on_surface(label.area))
        lines = place.text.split("\n")
        step = label.points * LINE * MM_PER_POINT / self.mm_per_metre
        for at, line in enumerate(lines):
            y = place.y + ((len(lines) - 1) / 2 - at) * step
            write_with_halo(
                self.ax, place.x, y, line, label.points, weight="bold", color=label.colour
            )
        self.taken.append(place.bounds)

    def _lead(self, rectangle: shapely.Polygon, inner: shapely.Point) -> None:
        """Join words to their area by a line that shows on dark and light fills."""
        line = shapely.shortest_line(rectangle, inner)
        for colour, width, size, layer in ((PAPER, 1.6, 3.4, 6.8), (INK, 0.6, 2.2, 7)):
            self.ax.plot(*line.xy, color=colour, linewidth=width, zorder=layer)
            self.ax.plot(
                inner.x,
                inner.y,
                "o",
                color=colour,
                markersize=size,
                markeredgewidth=0,
                zorder=layer,
            )
        self.leaders.append(line)


@lru_cache(maxsize=256)
def _heart(area: shapely.Geometry, tolerance: float) -> np.ndarray:
    """Middle of the largest circle in an area."""
    return shapely.get_coordinates(shapely.maximum_inscribed_circle(area, tolerance=tolerance))[0]


def _share_inside(
    area: shapely.Geometry, x: np.ndarray, y: np.ndarray, width: float, height: float
) -> np.ndarray:
    """Estimate which share of each rectangle lies in an area, from a grid of points in it."""
    across, up = np.meshgrid(np.linspace(-0.5, 0.5, 7) * width, np.linspace(-0.5, 0.5, 4) * height)
    inside = shapely.contains_xy(area, x[:, None] + across.ravel(), y[:, None] + up.ravel())
    return inside.mean(axis=1)


def write_with_halo(ax: Axes, x: float, y: float, text: str, points: float, **kwargs: Any) -> None:
    """Write a line of text with a white halo, centred on a place of a map.

    The halo is an artist of its own (labelled ``halo``): text with a path effect would lose its
    letters and become outlines in SVG and PDF.
    """
    options = {"ha": "center", "va": "center_baseline", "family": fonts()} | kwargs
    halo = ax.text(x, y, text, fontsize=points, zorder=8, label="halo", **options)
    halo.set(color=PAPER, path_effects=[withStroke(linewidth=2.2, foreground=PAPER)])
    ax.text(x, y, text, fontsize=points, zorder=9, **options)
