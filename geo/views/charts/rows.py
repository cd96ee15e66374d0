"""A chart in rows: names before, numbers in columns, and room behind for a mark on a scale."""

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from geo.views.style.page import MARGIN, NARROW, Page
from geo.views.style.palette import SECONDARY
from geo.views.style.text import LEAST_TYPE, text_size, wrap

_HEADING = LEAST_TYPE + 0.5
_PAD, _ROW, _SPACE = 2.0, 4.6, 1.2
_WIDEST_NAMES = 0.4


class RowTable:
    """Measures rows first, then writes them; places are millimetres on the page.

    Parameters
    ----------
    rows : DataFrame
        ``label``, ``unit`` and ``part`` (the heading it stands under, if any) of each row.
    columns : sequence of (str, list of str)
        Heading and texts of each column of numbers.
    width : float
        Width of the page. On narrow pages the names stand above their row.
    anew : sequence of bool
        Rows before which the headings of the columns stand again.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        columns: Sequence[tuple[str, list[str]]],
        width: float,
        anew: Sequence[bool],
    ) -> None:
        self.below, room = width < NARROW, width - 2 * MARGIN
        self.anew = [True, *anew[1:]]
        heads = [
            wrap(head, 16.0 if self.below else 30.0, LEAST_TYPE, "bold") for head, _ in columns
        ]
        self.texts = [texts for _, texts in columns]
        self.heads = heads
        self.columns = [
            max(
                text_size(head, LEAST_TYPE, "bold")[0],
                *(text_size(t, LEAST_TYPE)[0] for t in texts),
            )
            + _PAD
            for head, texts in zip(heads, self.texts, strict=True)
        ]
        both = [_with_unit(*pair) for pair in zip(rows["label"], rows["unit"], strict=True)]
        widest = max(text_size(text, LEAST_TYPE)[0] for text in both)
        self.before = 0.0 if self.below else min(widest + _PAD, room * _WIDEST_NAMES)
        across = room if self.below else self.before - _PAD
        self.labels = [
            _label_and_unit(*pair, across) for pair in zip(rows["label"], rows["unit"], strict=True)
        ]
        self.names = [text_size("\n".join(filter(None, p)), LEAST_TYPE)[1] for p in self.labels]
        self.heights = [
            tall + _ROW + _SPACE if self.below else max(tall + _SPACE, _ROW) for tall in self.names
        ]
        starts = rows["part"].ne(rows["part"].shift())
        self.parts = [
            wrap(part, room, _HEADING, "bold") if start else ""
            for part, start in zip(rows["part"], starts, strict=True)
        ]
        self.part_heights = [
            text_size(part, _HEADING)[1] + 2.0 if part else 0.0 for part in self.parts
        ]
        self.left = MARGIN + self.before + sum(self.columns) + 1.0
        self.right = width - MARGIN - 1.5
        self.header = max(text_size(head, LEAST_TYPE)[1] for head in heads) + 2.5
        self.height = (
            sum(self.anew) * (self.header + _SPACE) + sum(self.heights) + sum(self.part_heights)
        )

    def rows_written(
        self, page: Page, top: float, on_header: Callable[[int, float], None]
    ) -> Iterator[tuple[int, float, float, float]]:
        """Write row after row; give its number, the middle of its mark, and the mark's room.

        ``on_header`` is called with the row and the foot of the header above it.
        """
        for at, (label, unit) in enumerate(self.labels):
            if self.anew[at]:
                top += self.header + (_SPACE if at else 0.0)
                self._write_heads(page, top - 0.8)
                on_header(at, top - 0.8)
            if self.parts[at]:
                top += self.part_heights[at]
                look = {"weight": "bold", "va": "bottom"}
                page.text(MARGIN, top - 0.4, self.parts[at], _HEADING, **look)
            bottom = top + self.heights[at]
            start = top if self.below else (top + bottom - self.names[at]) / 2
            page.text(MARGIN, start, label, LEAST_TYPE)
            if unit:
                down = text_size(label, LEAST_TYPE)[1]
                page.text(MARGIN, start + down, unit, LEAST_TYPE, color=SECONDARY)
            ceiling = top + self.names[at] if self.below else top
            floor = ceiling + _ROW if self.below else bottom
            middle = (ceiling + floor) / 2
            right = MARGIN + self.before
            for texts, wide in zip(self.texts, self.columns, strict=True):
                right += wide
                look = {"ha": "right", "va": "center"}
                page.text(right - _PAD / 2, middle, texts[at], LEAST_TYPE, **look)
            yield at, middle, ceiling, floor
            top = bottom

    def _write_heads(self, page: Page, bottom: float) -> None:
        right = MARGIN + self.before
        for head, wide in zip(self.heads, self.columns, strict=True):
            right += wide
            look = {"weight": "bold", "ha": "right", "va": "bottom"}
            page.text(right - _PAD / 2, bottom, head, LEAST_TYPE, **look)


def _with_unit(label: str, unit: str) -> str:
    return f"{label}, {unit}" if unit else label


def _label_and_unit(label: str, unit: str, across: float) -> tuple[str, str]:
    """Set name and unit in one line where they fit, else in lines of their own."""
    if text_size(_with_unit(label, unit), LEAST_TYPE)[0] <= across:
        return _with_unit(label, unit), ""
    return wrap(label, across, LEAST_TYPE), wrap(unit, across, LEAST_TYPE) if unit else ""
