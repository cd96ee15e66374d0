"""Legends of printed maps: every class with its words and how many areas it has.

Places on the page are millimetres from its upper left corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from geo.views.style.page import MARGIN, Page
from geo.views.style.palette import (
    DECILE_CLASSES,
    HATCHES,
    MISSING_FILL,
    RULE,
    SECONDARY,
    ClassStyle,
)
from geo.views.style.text import LEAST_TYPE, text_size, wrap

_ROW, _GAP = 4.6, 4.0
_SWATCH, _DEEP = 6.0, 3.4
_CELL, _CELL_DEEP, _NAMES = 16.0, 5.4, 25.0


class Legend(Protocol):
    """What stands between the words and the map."""

    def height(self, width: float) -> float:
        """Millimetres needed on a page of this width."""

    def draw(self, page: Page, top: float) -> None:
        """Draw with the upper edge at ``top``."""


@dataclass(frozen=True, eq=False)
class DecileLegend:
    """Ten numbered boxes from most to least deprived."""

    deciles: pd.Series

    def height(self, width: float) -> float:  # noqa: ARG002 - the same on every page
        """Millimetres needed on a page of this width."""
        return 16.0

    def draw(self, page: Page, top: float) -> None:
        """Draw with the upper edge at ``top``."""
        decile_legend(page, top, self.deciles)


@dataclass(frozen=True)
class ClassLegend:
    """Swatches in rows, each with the words for its class and its number of areas.

    Parameters
    ----------
    heading : str
        What is counted.
    entries : sequence of (ClassStyle, int)
        In order, with counts.
    """

    heading: str
    entries: Sequence[tuple[ClassStyle, int]]

    def height(self, width: float) -> float:
        """Millimetres needed on a page of this width."""
        lines = self._heading(width - 2 * MARGIN).count("\n") + 1
        return 3.4 * lines + 0.8 + _ROW * self._rows(width - 2 * MARGIN) + 0.6

    def draw(self, page: Page, top: float, left: float = MARGIN) -> None:
        """Draw with the upper left corner at a place."""
        across = page.width - MARGIN - left
        heading = self._heading(across)
        page.text(left, top, heading, LEAST_TYPE, color=SECONDARY)
        top += 3.4 * (heading.count("\n") + 1) + 0.8
        columns = self._columns(across)
        for at, (shown, count) in enumerate(self.entries):
            row, column = divmod(at, len(columns))
            x, y = left + sum(columns[:column]), top + row * _ROW
            swatch(page, (x, y, _SWATCH, _DEEP), shown)
            page.text(
                x + _SWATCH + 1.2, y + _DEEP / 2, f"{shown.label}: {count:,}", LEAST_TYPE,
                va="center_baseline",
            )  # fmt: skip

    def _heading(self, across: float) -> str:
        return wrap(self.heading, across, LEAST_TYPE)

    def _columns(self, across: float) -> list[float]:
        """Give the widths of as many columns as fit side by side."""
        wide = [
            _SWATCH + 1.2 + text_size(f"{shown.label}: {count:,}", LEAST_TYPE)[0] + _GAP
            for shown, count in self.entries
        ]
        for number in range(len(wide), 0, -1):
            columns = [max(wide[at::number]) for at in range(number)]
            if sum(columns) - _GAP <= across:
                return columns
        return [across]

    def _rows(self, across: float) -> int:
        return -(-len(self.entries) // len(self._columns(across)))


@dataclass(frozen=True, eq=False)
class GridLegend:
    """Two variables at once: rows from most to least deprived, columns from worst to best.

    Parameters
    ----------
    rows, columns : sequence of str
        Words for the three classes of each.
    heading : str
        What the columns say.
    styles : 3 × 3 array of ClassStyle
    counts : 3 × 3 array of int
    others : ClassLegend
        The areas that have no class.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    heading: str
    styles: np.ndarray
    counts: np.ndarray
    others: ClassLegend

    def height(self, width: float) -> float:
        """Millimetres needed on a page of this width."""
        below = self.others.height(width) if self.others.entries and not self._beside(width) else 0
        return self._grid_top(width) + 3 * _CELL_DEEP + 1.5 + below

    def draw(self, page: Page, top: float) -> None:
        """Draw with the upper edge at ``top``."""
        page.text(MARGIN, top, self._heading(page.width), LEAST_TYPE, color=SECONDARY)
        first = top + self._grid_top(page.width)
        for at, name in enumerate(self.columns):
            middle = MARGIN + _NAMES + (at + 0.5) * _CELL
            page.text(middle, first - 3.4, name, LEAST_TYPE, ha="center")
        for row, name in enumerate(self.rows):
            y = first + row * _CELL_DEEP
            page.text(MARGIN, y + _CELL_DEEP / 2, name, LEAST_TYPE, va="center_baseline")
            for column in range(len(self.columns)):
                shown = self.styles[row, column]
                text = f"{shown.symbol} {self.counts[row, column]:,}".strip()
                place = (MARGIN + _NAMES + column * _CELL, y, _CELL, _CELL_DEEP)
                swatch(page, place, shown, text)
        if self.others.entries:
            if self._beside(page.width):
                left = MARGIN + _NAMES + 3 * _CELL + 2 * _GAP
                self.others.draw(page, first - 3.4, left)
            else:
                self.others.draw(page, first + 3 * _CELL_DEEP + 1.5)

    def _heading(self, width: float) -> str:
        return wrap(self.heading, width - 2 * MARGIN, LEAST_TYPE)

    def _grid_top(self, width: float) -> float:
        return 3.4 * (self._heading(width).count("\n") + 1) + 4.4

    def _beside(self, width: float) -> bool:
        return width - 2 * MARGIN - _NAMES - 3 * _CELL - 2 * _GAP > 55.0


def swatch(
    page: Page,
    place: tuple[float, float, float, float],
    shown: ClassStyle,
    text: str | None = None,
) -> None:
    """Draw a class as a box, with its pattern or its symbol (or ``text``) in it."""
    left, top, width, deep = place
    page.axes.add_artist(
        Rectangle(
            (left, top),
            width,
            deep,
            facecolor=shown.fill,
            edgecolor=SECONDARY if shown.pattern else RULE,
            linewidth=0.4,
            hatch=HATCHES.get(shown.pattern),
        )
    )
    words = ("" if shown.pattern else shown.symbol) if text is None else text
    if words:
        page.text(
            left + width / 2, top + deep / 2 + 0.1, words, LEAST_TYPE, color=shown.text,
            ha="center", va="center_baseline",
        )  # fmt: skip


def decile_legend(page: Page, top: float, deciles: pd.Series) -> None:
    """Draw ten numbered boxes from most to least deprived, each with its number of areas."""
    width = min(page.width - 2 * MARGIN, 154.0)
    step, row = width / 10, top + 4.0
    page.text(MARGIN, top, "Most deprived 10%", LEAST_TYPE)
    page.text(MARGIN + width, top, "Least deprived 10%", LEAST_TYPE, ha="right")
    for decile, shown in DECILE_CLASSES.items():
        left = MARGIN + (decile - 1) * step
        page.axes.add_artist(
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
        missing_style = ClassStyle(MISSING_FILL, "no data", pattern="dots")
        swatch(page, (left, line, 4.4, 2.8), missing_style)
        page.text(MARGIN + width, line, words, LEAST_TYPE, ha="right")
