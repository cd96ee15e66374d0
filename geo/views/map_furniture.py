"""What stands on a printed map beside the areas: legend, labels, scale bar, north arrow, insets.

Places on the page are millimetres from its upper left corner; places on a map are metres.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from geo.errors import GeoWarning, examples
from geo.views.insets import Bounds, Town, inset_window
from geo.views.palette import DECILE_CLASSES, INK, MISSING_FILL, PAPER, RULE, SECONDARY
from geo.views.sheet import (
    INSET_TITLE,
    LEAST_TYPE,
    LINE,
    MARGIN,
    MM_PER_POINT,
    Frame,
    Page,
    Plan,
    balanced,
    fonts,
    text_size,
)

LETTERS = "ABCDEFGH"
MISSING_HATCH = "...."
_DEAREST = 38.0


@dataclass(frozen=True)
class Label:
    """Words to stand in an area of a map, or beside it.

    ``name`` may be broken into lines; ``tail`` stands on a line of its own below. With
    ``outside``, the words prefer the blank paper nearest to the area.
    """

    name: str
    area: shapely.Geometry
    tail: str = ""
    points: float = LEAST_TYPE
    colour: str = INK
    outside: bool = False

    def wrappings(self) -> list[str]:
        """Return the ways to break the name into lines, the fewest lines first."""
        tail = f"\n{self.tail}" if self.tail else ""
        widths = (40.0, 26.0, 16.0, 10.0)
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
    """

    ax: Axes
    mm_per_metre: float
    taken: list[Bounds] = field(default_factory=list)
    avoid: list[Bounds] = field(default_factory=list)
    detail: Sequence[shapely.Point] = ()

    def draw(self, labels: Sequence[Label]) -> None:
        """Place and draw the labels, those of the smallest areas first.

        A label that doesn't fit inside its area stands beside it, joined by a thin line. One
        that fits nowhere is left off, with a ``GeoWarning``.
        """
        fine = 0.3 / self.mm_per_metre
        labels = [replace(label, area=label.area.simplify(fine)) for label in labels]
        land = shapely.union_all([label.area.buffer(0) for label in labels])
        shapely.prepare([land, *(label.area for label in labels)])
        tree = shapely.STRtree(self.detail)
        left_off = []
        for label in sorted(labels, key=lambda label: (label.area.area, label.name)):
            places = [self._best_place(label, text, land, tree) for text in label.wrappings()]
            dearest = np.inf if label.outside else _DEAREST
            found = [place for place in places if place is not None and place.cost < dearest]
            if found:
                self._write(label, min(found, key=lambda place: place.cost))
            else:
                left_off.append(label.name)
        if left_off:
            warnings.warn(
                f"{len(left_off)} of {len(labels)} names did not fit on the map and were left off "
                f"({examples(left_off)}); draw it wider or name fewer groups.",
                GeoWarning,
                stacklevel=3,
            )

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
        anchor = shapely.get_coordinates(
            shapely.maximum_inscribed_circle(label.area, tolerance=1 / self.mm_per_metre)
        )[0]
        distance = np.hypot(x - anchor[0], y - anchor[1]) * self.mm_per_metre
        # Only the nearest candidates are worth their cost: further ones lose on distance.
        near = np.argsort(distance, kind="stable")[: 4000 if label.outside else 500]
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
        else:
            own = _share_inside(label.area, x, y, width, height)
            cost = 60 * (covered - own) + 25 * (1 - covered)
        for box in self.avoid:
            shared = shapely.area(shapely.intersection(boxes, shapely.box(*box)))
            cost += 25 * shared / (width * height)
        hidden, _ = tree.query(boxes, predicate="intersects")
        return cost + 2 * np.sqrt(np.bincount(hidden, minlength=len(boxes)))

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
        return x[free], y[free]

    def _write(self, label: Label, place: _Place) -> None:
        rectangle = shapely.box(*place.bounds)
        if not label.outside and not rectangle.intersects(label.area):
            inner = shapely.point_on_surface(label.area)
            start = shapely.get_coordinates(shapely.shortest_line(rectangle, inner))[0]
            self.ax.plot(
                [start[0], inner.x], [start[1], inner.y], color=INK, linewidth=0.5, zorder=7
            )
        lines = place.text.split("\n")
        step = label.points * LINE * MM_PER_POINT / self.mm_per_metre
        for at, line in enumerate(lines):
            y = place.y + ((len(lines) - 1) / 2 - at) * step
            write(self.ax, place.x, y, line, label.points, weight="bold", color=label.colour)
        self.taken.append(place.bounds)


def _share_inside(
    area: shapely.Geometry, x: np.ndarray, y: np.ndarray, width: float, height: float
) -> np.ndarray:
    """Estimate which share of each rectangle lies in an area, from a grid of points in it."""
    across, up = np.meshgrid(np.linspace(-0.5, 0.5, 7) * width, np.linspace(-0.5, 0.5, 4) * height)
    inside = shapely.contains_xy(area, x[:, None] + across.ravel(), y[:, None] + up.ravel())
    return inside.mean(axis=1)


def write(ax: Axes, x: float, y: float, text: str, points: float, **kwargs: Any) -> None:
    """Write a line of text with a white halo, centred on a place of a map.

    The halo is an artist of its own (labelled ``halo``): text with a path effect would lose its
    letters and become outlines in SVG and PDF.
    """
    options = {"ha": "center", "va": "center_baseline", "family": fonts()} | kwargs
    halo = ax.text(x, y, text, fontsize=points, zorder=8, label="halo", **options)
    halo.set(color=PAPER, path_effects=[withStroke(linewidth=2.2, foreground=PAPER)])
    ax.text(x, y, text, fontsize=points, zorder=9, **options)


def round_length(longest: float) -> float:
    """Give the greatest of 1, 2, 5, 10, 20, … that is not above ``longest``.

    Examples
    --------
    >>> round_length(7300)
    5000.0
    """
    power = 10.0 ** np.floor(np.log10(longest))
    return float(power * max(step for step in (1, 2, 5) if step * power <= longest))


def distance_words(metres: float) -> str:
    """Write a distance in metres or kilometres: ``500 m``, ``2 km``."""
    return f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"


def scale_and_north(ax: Axes, place: Bounds, mm_per_metre: float) -> None:
    """Draw a small grey scale bar and north arrow in a corner of the map."""
    west, south, _, _ = place
    mm = 1 / mm_per_metre
    length = round_length(20 * mm)
    x, y = west + 6 * mm, south + 1.5 * mm
    ax.plot(
        [x, x, x + length, x + length],
        [y + mm, y, y, y + mm],
        color=SECONDARY,
        linewidth=0.8,
        solid_joinstyle="miter",
    )
    grey: dict[str, Any] = {
        "color": SECONDARY,
        "fontsize": LEAST_TYPE,
        "family": fonts(),
        "ha": "center",
    }
    ax.text(x + length / 2, y + 0.8 * mm, distance_words(length), va="bottom", **grey)
    ax.text(west + 2.5 * mm, y + 3.2 * mm, "N", va="bottom", **grey)
    arrow = np.array([[2.5, 3.0], [3.6, 0], [2.5, 0.8], [1.4, 0]]) * mm + [[west, y]]
    ax.fill(*arrow.T, color=SECONDARY, linewidth=0)


def furnish(ax: Axes, plan: Plan) -> Labeller:
    """Draw scale, north arrow and the towns' boxes; give what labels the rest of the map."""
    labeller = Labeller(ax, plan.mm_per_metre)
    if plan.furniture:
        scale_and_north(ax, plan.furniture, plan.mm_per_metre)
        labeller.taken.append(plan.furniture)
    _mark_towns(labeller, plan)
    return labeller


def _mark_towns(labeller: Labeller, plan: Plan) -> None:
    """Box each town on the main map, with its letter in the upper left corner."""
    ax = labeller.ax
    mm = 1 / plan.mm_per_metre
    for letter, town, cell in zip(LETTERS, plan.towns, plan.cells, strict=False):
        view = Frame(0, 0, cell.width, cell.height - INSET_TITLE)
        west, south, east, north = inset_window(town, view.width, view.height, plan.mm_per_metre)
        for colour, width in ((PAPER, 1.8), (INK, 0.8)):
            ax.add_artist(
                Rectangle(
                    (west, south),
                    east - west,
                    north - south,
                    facecolor="none",
                    edgecolor=colour,
                    linewidth=width,
                    zorder=6,
                )
            )
        tag = (west, north - 3.4 * mm, west + 3.4 * mm, north)
        ax.add_artist(
            Rectangle(tag[:2], 3.4 * mm, 3.4 * mm, facecolor=INK, edgecolor="none", zorder=7)
        )
        ax.text(
            west + 1.7 * mm,
            north - 1.75 * mm,
            letter,
            fontsize=LEAST_TYPE,
            weight="bold",
            color=PAPER,
            ha="center",
            va="center_baseline",
            zorder=8,
        )
        labeller.taken.append(tag)
        labeller.avoid.append((west, south, east, north))


def inset_axes(
    page: Page, letter: str, town: Town, cell: Frame, main_scale: float
) -> tuple[Axes, float]:
    """Make the frame of one inset: letter, name, its own scale bar, thin border."""
    view = Frame(cell.left, cell.top + INSET_TITLE, cell.width, cell.height - INSET_TITLE)
    window = inset_window(town, view.width, view.height, main_scale)
    scale = view.width / (window[2] - window[0])
    page.sheet.add_artist(
        Rectangle(
            (view.left, view.top), view.width, view.height, fill=False, edgecolor=INK, linewidth=0.6
        )
    )
    page.sheet.add_artist(
        Rectangle((cell.left, cell.top + 0.7), 3.6, 3.6, facecolor=INK, edgecolor="none")
    )
    page.text(
        cell.left + 1.8, cell.top + 2.6, letter, LEAST_TYPE, color=PAPER, weight="bold",
        ha="center", va="center_baseline",
    )  # fmt: skip
    page.text(cell.left + 5, cell.top + 2.6, town.name, 8.0, weight="bold", va="center_baseline")
    words = text_size(town.name, 8.0, "bold")[0] + text_size("500 m", LEAST_TYPE)[0]
    room = cell.width - 5 - words - 2.5
    if room > 2:
        _inset_scale(page, cell, min(room, 8.0), scale)
    return page.map(view, window), scale


def _inset_scale(page: Page, cell: Frame, longest: float, scale: float) -> None:
    """Draw an inset's scale bar, right-aligned above it."""
    length = round_length(longest / scale)
    right, base = cell.left + cell.width, cell.top + 3.6
    left = right - length * scale
    page.sheet.plot(
        [left, left, right, right], [base - 0.8, base, base, base - 0.8], color=SECONDARY, lw=0.7
    )
    page.text(
        left - 0.8, cell.top + 2.6, distance_words(length), LEAST_TYPE, color=SECONDARY,
        ha="right", va="center_baseline",
    )  # fmt: skip


def decile_legend(page: Page, top: float, deciles: pd.Series) -> None:
    """Draw ten numbered boxes from most to least deprived, each with its number of areas."""
    width = min(page.width - 2 * MARGIN, 154.0)
    step, row = width / 10, top + 4.0
    page.text(MARGIN, top, "Most deprived 10%", LEAST_TYPE)
    page.text(MARGIN + width, top, "Least deprived 10%", LEAST_TYPE, ha="right")
    for decile, shown in DECILE_CLASSES.items():
        left = MARGIN + (decile - 1) * step
        page.sheet.add_artist(
            Rectangle((left, row), step, 4.2, facecolor=shown.fill, edgecolor=RULE, linewidth=0.4)
        )
        middle = left + step / 2
        page.text(
            middle, row + 2.2, str(decile), LEAST_TYPE, color=shown.text, ha="center",
            va="center_baseline",
        )  # fmt: skip
        page.text(middle, row + 4.8, f"{int((deciles == decile).sum()):,}", LEAST_TYPE, ha="center")
    line = row + 8.4
    page.text(MARGIN, line, "Number of LSOAs in each decile", LEAST_TYPE, color=SECONDARY)
    if missing := int(deciles.isna().sum()):
        words = f"No data: {missing:,}"
        left = MARGIN + width - text_size(words, LEAST_TYPE)[0] - 6.0
        page.sheet.add_artist(
            Rectangle(
                (left, line),
                4.4,
                2.8,
                facecolor=MISSING_FILL,
                edgecolor=SECONDARY,
                linewidth=0.4,
                hatch=MISSING_HATCH,
            )
        )
        page.text(MARGIN + width, line, words, LEAST_TYPE, ha="right")
