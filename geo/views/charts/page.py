"""What all charts share: the page with its words, plain axes, keys, and the checks of tables.

Places on the page are millimetres from its upper left corner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from geo.errors import TableError, examples
from geo.notes import note
from geo.views.style.options import FigureSettings
from geo.views.style.page import MARGIN, Frame, Page, PageLayout, PageText, require_width
from geo.views.style.palette import HATCHES, INK, PAPER, SECONDARY, ClassStyle, comparison_styles
from geo.views.style.text import LEAST_TYPE, fonts, text_size, wrap

GRID = "#e1e3e4"
SWATCH, LINE_HEIGHT = 4.0, 4.2
_TALLEST = 297.0
MARKERS = {
    "much_worse": "v",
    "worse": "v",
    "similar": "o",
    "better": "^",
    "much_better": "^",
    "higher": "s",
    "lower": "D",
    "not_compared": "o",
}
"""Shape of each comparison, as the symbols of the rug where they have a shape."""


@dataclass(frozen=True)
class Key:
    """One entry of a chart's key: a class with its words, as a box, marker, line or symbol."""

    look: ClassStyle
    words: str
    marker: str = ""
    line: Literal["", "-", "--"] = ""
    symbol: str = ""


def chart_room(text: PageText, settings: FigureSettings, keys: Sequence[Key] = ()) -> float:
    """Give the height that a page of a given height leaves to a chart; any where none is given."""
    layout = PageLayout(text, require_width(settings.width_mm), height=settings.height_mm)
    lines = _key_lines(keys, layout.width - 2 * MARGIN)
    room = layout.room(layout.top + sum(tall for _, tall in lines) + 1.0 + 2.0)
    return float("inf") if room is None else room


def chart_page(
    text: PageText, settings: FigureSettings, height: float, keys: Sequence[Key] = ()
) -> tuple[Page, float]:
    """Make a page of the right height, write its head, key and foot, and say where the chart goes.

    Parameters
    ----------
    text : PageText
        What to write above and below.
    settings : FigureSettings
        Width of the page, and notes for one that is too tall.
    height : float
        Height to keep free for the chart, in millimetres.
    keys : sequence of Key
        Entries of the key, below the subtitle.

    Returns
    -------
    (Page, float)
        The page, and where the chart begins on it.
    """
    layout = PageLayout(text, require_width(settings.width_mm), height=settings.height_mm)
    lines = _key_lines(keys, layout.width - 2 * MARGIN)
    top = layout.top + sum(tall for _, tall in lines) + 1.0
    page = layout.page(top + height + 2.0)
    if page.height > _TALLEST:
        note(
            settings.notes,
            f"The chart is {page.height:.0f} mm tall, more than a page of A4; show fewer rows, or "
            "draw it wider.",
        )
    key_top = layout.top
    for entries, tall in lines:
        _draw_keys(page, entries, key_top)
        key_top += tall
    return page, top


def _key_lines(keys: Sequence[Key], across: float) -> list[tuple[list[tuple[float, Key]], float]]:
    """Set the entries in lines: the left side of each, and the height of the line."""
    lines: list[tuple[list[tuple[float, Key]], float]] = []
    left = across
    for key in keys:
        room = across - SWATCH - 2.0
        words = wrap(key.words, room, LEAST_TYPE)
        wide, tall = text_size(words, LEAST_TYPE)
        if left + SWATCH + 1.2 + wide > across:
            lines.append(([], 0.0))
            left = 0.0
        entries, before = lines[-1]
        entries.append((MARGIN + left, replace(key, words=words)))
        lines[-1] = (entries, max(before, tall + 1.2, LINE_HEIGHT))
        left += SWATCH + 1.2 + wide + 4.0
    return lines


def _draw_keys(page: Page, entries: list[tuple[float, Key]], top: float) -> None:
    middle = top + 1.8
    for left, key in entries:
        if key.line:
            page.axes.add_line(
                Line2D(
                    [left, left + SWATCH], [middle, middle], color=key.look.fill, lw=1.4,
                    linestyle=key.line,
                )
            )  # fmt: skip
        if key.symbol:
            page.text(left, top + 0.25, key.symbol, LEAST_TYPE)
        elif key.marker:
            draw_marker(page.axes, left + SWATCH / 2, middle, key.look, key.marker)
        elif not key.line:
            draw_box(page.axes, Frame(left, top + 0.3, SWATCH, 3.0), key.look, edge=SECONDARY)
        page.text(left + SWATCH + 1.2, top + 0.25, key.words, LEAST_TYPE)


def draw_box(ax: Axes, frame: Frame, look: ClassStyle, edge: str = PAPER) -> None:
    """Draw a rectangle in a class's fill and pattern, in the coordinates of the axes."""
    place, wide, tall = (frame.left, frame.top), frame.width, frame.height
    ax.add_patch(Rectangle(place, wide, tall, facecolor=look.fill, edgecolor=edge, lw=0.5))
    if look.pattern in HATCHES:
        hatch = HATCHES[look.pattern]
        ax.add_patch(
            Rectangle(place, wide, tall, fill=False, hatch=hatch, edgecolor=SECONDARY, lw=0.0)
        )


def draw_marker(
    ax: Axes, x: float, y: float, look: ClassStyle, marker: str, size: float = 5.5
) -> None:
    """Draw one marker in a class's fill, with an ink edge that shows on every fill."""
    ax.plot(
        [x], [y], marker=marker, markersize=size, markerfacecolor=look.fill, markeredgecolor=INK,
        markeredgewidth=0.7, linestyle="none", zorder=5, clip_on=False,
    )  # fmt: skip


def plot_axes(page: Page, frame: Frame) -> Axes:
    """Add axes for a plot: no frame, light grid, small type."""
    return style_axes(page.add_axes(frame))


def style_axes(ax: Axes, grid: Literal["both", "x", "y"] = "y") -> Axes:
    """Take the frame off axes, and set light grid lines and type."""
    ax.set_facecolor("none")
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.grid(axis=grid, color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(length=0, pad=2, labelsize=LEAST_TYPE, labelcolor=INK, labelfontfamily=fonts())
    return ax


def ticks_within(low: float, high: float, number: int) -> list[float]:
    """Choose about so many round numbers between two limits, none beyond them."""
    found = MaxNLocator(number).tick_values(low, high)
    return [float(tick) for tick in found if low <= tick <= high]


def titled_axes(ax: Axes, title: str) -> Figure:
    """Write a title over axes of the caller, and give the figure that they belong to."""
    ax.set_title(title, loc="left", fontsize=9, family=fonts())
    return own_figure(ax)


def own_figure(ax: Axes) -> Figure:
    """Give the figure that axes of the caller belong to."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def write_text(ax: Axes, x: float, y: float, text: str, **look: object) -> None:
    """Write text at a place in the coordinates of axes."""
    options = {"color": INK, "fontsize": LEAST_TYPE, "family": fonts()} | look
    ax.text(x, y, text, **options)  # type: ignore[arg-type]


def require_columns(
    table: pd.DataFrame, columns: Iterable[str], where: str, source: str
) -> pd.DataFrame:
    """Refuse a table without rows or columns that a chart needs; give it back if all is there."""
    if absent := [column for column in columns if column not in table.columns]:
        raise TableError(
            f"No column {examples(absent, 6)} in {where}; the chart needs what {source} returns, "
            "so pass that."
        )
    if not len(table):
        raise TableError(f"There is no row in {where}, so there is nothing to draw; add some.")
    return table


def require_comparisons(table: pd.DataFrame, *columns: str) -> None:
    """Refuse what is not a table of ``geo.compare`` that has these columns of numbers."""
    keys = ["area_code", "area_type", "indicator_id", "period"]
    require_columns(table, [*keys, *columns], "the comparisons", "geo.compare")


def as_numbers(table: pd.DataFrame, column: str, where: str) -> pd.Series:
    """Read a column as floats, missing as NaN; refuse text and what is infinite."""
    read = pd.to_numeric(table[column], errors="coerce").astype(float)
    wrong = (read.isna() & table[column].notna()) | np.isinf(read)
    if wrong.any():
        raise TableError(
            f"{int(wrong.sum())} of {len(table)} rows of {where} have {column} "
            f"{examples(table.loc[wrong, column])}; allowed are finite numbers, so correct them."
        )
    return read


def one_series(table: pd.DataFrame, indicator: str, where: str) -> pd.DataFrame:
    """Keep the rows of one indicator, and refuse several sexes or ages of it."""
    rows = table[table["indicator_id"] == indicator]
    if rows.empty:
        raise TableError(
            f"No row of {where} is of the indicator {indicator!r}; there are "
            f"{examples(table['indicator_id'].unique())}, so name one of them."
        )
    for key, several in (("sex", "sexes"), ("age", "ages")):
        if key in rows and rows[key].nunique(dropna=False) > 1:
            raise TableError(
                f"{indicator} has rows of several {several} ({examples(rows[key].unique())}) in "
                f"{where}; a chart shows one, so pass the rows of one."
            )
    return rows


STATES = {name: comparison_styles()[name] for name in ("suppressed", "missing")}
"""How numbers that are not there are shown."""
