"""What stands on a printed map beside the areas: labels, scale bar, north arrow, insets.

Places on the page are millimetres from its upper left corner; places on a map are metres.
"""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from geo.geography.towns import Bounds, Town, inset_window
from geo.notes import Notes
from geo.views.maps.page import INSET_TITLE, MapLayout, map_axes
from geo.views.style.labels import Labeller, write_with_halo
from geo.views.style.page import Frame, Page
from geo.views.style.palette import INK, PAPER, SECONDARY
from geo.views.style.text import LEAST_TYPE, fonts, text_size

LETTERS = "ABCDEFGHIJKL"


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


def draw_furniture(ax: Axes, layout: MapLayout, notes: Notes | None) -> Labeller:
    """Draw scale, north arrow and the towns' boxes; give what labels the rest of the map."""
    labeller = Labeller(ax, layout.mm_per_metre, notes=notes)
    if layout.furniture:
        scale_and_north(ax, layout.furniture, layout.mm_per_metre)
        labeller.taken.append(layout.furniture)
    _mark_towns(labeller, layout)
    return labeller


def _mark_towns(labeller: Labeller, layout: MapLayout) -> None:
    """Box each town on the main map, with its letter in the upper left corner."""
    ax = labeller.ax
    mm = 1 / layout.mm_per_metre
    for letter, town, inset in zip(LETTERS, layout.towns, layout.insets, strict=False):
        view = Frame(0, 0, inset.width, inset.height - INSET_TITLE)
        west, south, east, north = inset_window(town, view.width, view.height, layout.mm_per_metre)
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
    page: Page, letter: str, town: Town, inset: Frame, main_scale: float
) -> tuple[Axes, float]:
    """Make the frame of one inset: letter, name, its own scale bar, thin border."""
    view = Frame(inset.left, inset.top + INSET_TITLE, inset.width, inset.height - INSET_TITLE)
    window = inset_window(town, view.width, view.height, main_scale)
    scale = view.width / (window[2] - window[0])
    page.axes.add_artist(
        Rectangle(
            (view.left, view.top), view.width, view.height, fill=False, edgecolor=INK, linewidth=0.6
        )
    )
    page.axes.add_artist(
        Rectangle((inset.left, inset.top + 0.7), 3.6, 3.6, facecolor=INK, edgecolor="none")
    )
    page.text(
        inset.left + 1.8, inset.top + 2.6, letter, LEAST_TYPE, color=PAPER, weight="bold",
        ha="center", va="center_baseline",
    )  # fmt: skip
    page.text(inset.left + 5, inset.top + 2.6, town.name, 8.0, weight="bold", va="center_baseline")
    words = text_size(town.name, 8.0, "bold")[0] + text_size("500 m", LEAST_TYPE)[0]
    room = inset.width - 5 - words - 2.5
    if room > 2:
        _inset_scale(page, inset, min(room, 8.0), scale)
    return map_axes(page, view, window), scale


def name_others(ax: Axes, town: Town, mm_per_metre: float) -> list[Bounds]:
    """Name in an inset the towns grown together with its own; give where the names stand."""
    taken = []
    for name, x, y in town.also:
        half = [(side + 0.6) / 2 / mm_per_metre for side in text_size(name, LEAST_TYPE, "bold")]
        write_with_halo(ax, x, y, name, LEAST_TYPE, weight="bold")
        taken.append((x - half[0], y - half[1], x + half[0], y + half[1]))
    return taken


def _inset_scale(page: Page, inset: Frame, longest: float, scale: float) -> None:
    """Draw an inset's scale bar, right-aligned above it."""
    length = round_length(longest / scale)
    right, base = inset.left + inset.width, inset.top + 3.6
    left = right - length * scale
    page.axes.plot(
        [left, left, right, right], [base - 0.8, base, base, base - 0.8], color=SECONDARY, lw=0.7
    )
    page.text(
        left - 0.8, inset.top + 2.6, distance_words(length), LEAST_TYPE, color=SECONDARY,
        ha="right", va="center_baseline",
    )  # fmt: skip
