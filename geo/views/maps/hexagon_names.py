"""Names of groups on a map of hexagons: between the rows of numbers, so that none is covered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.axes import Axes

from geo.geography.towns import Bounds
from geo.notes import Notes
from geo.views.style.labels import Label, Labeller, write_with_halo
from geo.views.style.text import LINE, MM_PER_POINT, text_size

_OUTSIDE, _FAR, _BROKEN = 60.0, 0.35, 1.5
_HALO_MM = 0.5


@dataclass(frozen=True)
class _Lines:
    """A name broken into lines, the middle of each in metres, and what the place costs in mm."""

    lines: Sequence[str]
    x: float
    ys: Sequence[float]
    boxes: Sequence[Bounds]
    cost: float


def name_groups(
    ax: Axes, hexes: np.ndarray, groups: Mapping[str, shapely.Geometry], notes: Notes | None
) -> None:
    """Write the name of each group between the rows of its hexagons, the smallest group first.

    Parameters
    ----------
    ax : Axes
        Map in metres.
    hexes : array of Polygon
        Hexagons of one size, a corner up, in rows.
    groups : mapping of str to Polygon
        Groups of them.
    notes : list of str or None
        Takes the names that fit nowhere, not even beside the map.
    """
    middles = shapely.get_coordinates(shapely.centroid(hexes))
    rows = _rows(middles[:, 1])
    mm_per_metre = _scale(ax)
    taken: list[Bounds] = []
    beside: list[Label] = []
    for name, shape in sorted(groups.items(), key=lambda item: (item[1].area, item[0])):
        label = Label(name, shape)
        places = _places(label, rows, mm_per_metre)
        free = (one for one in places if not any(_meet(a, b) for a in one.boxes for b in taken))
        best = min(free, key=lambda one: one.cost, default=None)
        if best is None or best.cost > _OUTSIDE:
            beside.append(label)
            continue
        for line, y in zip(best.lines, best.ys, strict=True):
            write_with_halo(ax, best.x, y, line, label.points, weight="bold")
        taken += best.boxes
    if beside:
        Labeller(ax, mm_per_metre, taken=taken, notes=notes).draw(beside)


def _places(label: Label, rows: np.ndarray, mm_per_metre: float) -> list[_Lines]:
    """List where the name could stand: each way to break it, its lines on gaps between rows."""
    mm = 1 / mm_per_metre
    gaps = (rows[1:] + rows[:-1]) / 2
    if not len(gaps):
        return []
    pitch = float(np.diff(rows).min())
    apart = max(1, int(np.ceil(label.points * LINE * MM_PER_POINT * mm / pitch)))
    west, south, east, north = label.area.bounds
    heart = shapely.get_coordinates(
        shapely.maximum_inscribed_circle(label.area, tolerance=pitch / 10)
    )[0]
    xs = np.arange(west, east + pitch / 4, pitch / 4)
    near = np.flatnonzero((gaps > south) & (gaps < north))
    found = []
    for text in label.wrappings():
        lines = text.split("\n")
        half = [text_size(line, label.points, "bold")[0] / 2 * mm for line in lines]
        tall = (label.points * MM_PER_POINT / 2 + _HALO_MM / 2) * mm
        for first in near:
            at = first - apart * np.arange(len(lines))  # rows go up, lines down
            if at[-1] < 0:
                continue
            ys = gaps[at]
            covered = _covered(label.area, xs, ys, half, 0.35 * pitch)
            far = np.hypot(xs - heart[0], ys.mean() - heart[1]) * mm_per_metre
            cost = _OUTSIDE * (1 - covered) + _FAR * far + _BROKEN * (len(lines) - 1)
            best = int(np.argmin(cost))
            x = float(xs[best])
            boxes = [
                (x - h - _HALO_MM * mm, y - tall, x + h + _HALO_MM * mm, y + tall)
                for h, y in zip(half, ys, strict=True)
            ]
            found.append(_Lines(lines, x, ys.tolist(), boxes, float(cost[best])))
    return found


def _covered(
    area: shapely.Geometry, xs: np.ndarray, ys: np.ndarray, half: Sequence[float], off: float
) -> np.ndarray:
    """Share of the lines around each middle that lies in the group, above and below the line."""
    shares = []
    for y, wide in zip(ys, half, strict=True):
        across = xs[:, None] + np.linspace(-wide, wide, 9)
        shares += [shapely.contains_xy(area, across, y + side) for side in (-off, off)]
    return np.hstack(shares).mean(axis=1)


def _rows(ys: np.ndarray) -> np.ndarray:
    """Heights of the rows of hexagons, from the lowest."""
    ordered = np.sort(ys)
    step = np.ptp(ordered) / 1e6
    return ordered[np.r_[True, np.diff(ordered) > step]]


def _scale(ax: Axes) -> float:
    """Millimetres on paper for a metre of the map."""
    west, east = ax.get_xlim()
    figure = ax.get_figure(root=True)
    assert figure is not None
    return float(ax.get_position().width * figure.get_figwidth() * 25.4 / (east - west))


def _meet(one: Bounds, other: Bounds) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]
