"""A curve of shares, from nothing to all, beside what it were if all was spread evenly."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from geo.views.charts.page import (
    chart_page,
    chart_room,
    draw_marker,
    plot_axes,
    style_axes,
    write_text,
)
from geo.views.style.options import FigureSettings
from geo.views.style.page import MARGIN, Frame, Page, PageText, require_width, style
from geo.views.style.palette import CATEGORIES, INK, PAPER, SECONDARY, ClassStyle
from geo.views.style.text import LEAST_TYPE, fonts, wrap

_LINE = CATEGORIES[0]
_LEAST_TALL = 40.0


@dataclass(frozen=True)
class Mark:
    """A point of the curve that is told: shares across and up, 0 to 1, and its words."""

    across: float
    up: float
    words: str


def shares_page(
    points: pd.DataFrame,
    mark: Mark,
    text: PageText,
    settings: FigureSettings,
    upward: str,
    onward: str,
) -> Page:
    """Draw a curve on a page; ``upward`` and ``onward`` say what the axes are shares of.

    ``points`` has shares across and up in its two columns, from (0, 0) to (1, 1).
    """
    with style():
        wide = require_width(settings.width_mm) - 2 * MARGIN - 12.0
        tall = min(max(0.6 * wide, 48.0), 85.0)
        tall = min(tall, max(chart_room(text, settings) - 12.5, _LEAST_TALL))
        page, top = chart_page(text, settings, tall + 12.5)
        page.text(MARGIN, top, upward, LEAST_TYPE, color=SECONDARY)
        frame = Frame(MARGIN + 9.0, top + 5.0, wide, tall)
        draw_shares(plot_axes(page, frame), points, mark)
        page.text(
            MARGIN + 9.0 + wide, frame.bottom + 5.0, wrap(onward, wide, LEAST_TYPE), LEAST_TYPE,
            color=SECONDARY, ha="right",
        )  # fmt: skip
    return page


def draw_shares(ax: Axes, points: pd.DataFrame, mark: Mark) -> None:
    """Draw a curve on axes in percent, with the point that is told."""
    style_axes(ax, "both")
    x, y = (100 * points.iloc[:, at] for at in (0, 1))
    ax.plot([0, 100], [0, 100], color=SECONDARY, lw=1.0, linestyle="--", zorder=2)
    ax.plot(x, y, color=_LINE, lw=1.8, zorder=3, clip_on=False, solid_joinstyle="round")
    at, share = 100 * mark.across, 100 * mark.up
    ax.plot([0, at, at], [share, share, 0], color=INK, lw=0.8, linestyle=":", zorder=3)
    draw_marker(ax, at, share, ClassStyle(_LINE, ""), "o")
    ax.tick_params(axis="x", pad=5)
    ax.set(xlim=(0, 100), ylim=(0, 100), xticks=range(0, 101, 25), yticks=range(0, 101, 25))
    ax.set_xticklabels([f"{tick}%" for tick in range(0, 101, 25)], family=fonts())
    ax.set_yticklabels([f"{tick}%" for tick in range(0, 101, 25)], family=fonts())
    halo = {"bbox": {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}, "zorder": 6}
    words = wrap(mark.words, 24.0, LEAST_TYPE)
    if at < 40:
        write_text(ax, at + 3, share - 4, words, ha="left", va="top", weight="bold", **halo)
    else:
        write_text(ax, at - 3, share + 4, words, ha="right", va="bottom", weight="bold", **halo)
    write_text(ax, 66, 60, "if spread evenly", ha="left", va="top", color=SECONDARY, **halo)
