"""What fits on a slide: sizes of type, widths of columns, rows of tables; in mm and points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from geo.views.document.word import Table
from geo.views.style.palette import ClassStyle
from geo.views.style.text import MM_PER_POINT, text_height, text_size, wrap

PAD, RISE = 1.6, 0.7
"""Room in a cell beside its text, and above and below it."""
OURS, ANY = 1.08, 1.3
"""How much wider than it is measured a text may be: in the faces of a system that stand for Arial,
and in whatever a template has (Verdana is a fifth wider)."""
_LARGEST, _LEAST = 13.0, 9.0
_CAPTION_GAP, _TABLE_GAP = 1.0, 4.0
_NAMES = 0.4
"""Least share of a table's width for the column that names the rows."""


@dataclass(frozen=True)
class SlideTable(Table):
    """The first rows of a ``whole`` table, some cells in the colour of a class.

    ``marks`` has these cells by row and column.
    """

    whole: int = 0
    marks: Mapping[tuple[int, int], ClassStyle] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True)
class FittedTable:
    """A table as it is drawn: size of type, widths of columns, heights of header and rows."""

    table: SlideTable
    points: float
    widths: Sequence[float]
    heights: Sequence[float]
    caption_height: float

    @property
    def height(self) -> float:
        """All of it, with its caption."""
        return self.caption_height + sum(self.heights)


def lines_height(
    texts: Sequence[str], width: float, points: float, weight: str = "normal", wide: float = OURS
) -> float:
    """Height of paragraphs, with half a line between them."""
    between = points * MM_PER_POINT / 2 * max(len(texts) - 1, 0)
    wrapped = [wrap(text, width / wide, points, weight) for text in texts]
    return sum(text_height(text, points) for text in wrapped) + between


def fitting_size(
    texts: Sequence[str],
    box: tuple[float, float],
    sizes: tuple[float, float],
    weight: str = "normal",
    wide: float = OURS,
) -> float:
    """Choose the largest size of type, of at most and at least so many points, that fits a box."""
    points, least = sizes
    while points > least and lines_height(texts, box[0], points, weight, wide) > box[1]:
        points -= 0.5
    return max(points, least)


def fitted_tables(
    tables: Sequence[SlideTable], width: float, room: float, scale: float = 1.0, wide: float = OURS
) -> list[FittedTable]:
    """Fit tables below each other: in smaller type, then with fewer rows, which their caption says.

    Parameters
    ----------
    tables : sequence of SlideTable
    width, room : float
        Of the place on the slide.
    scale : float
        Of type: slides come in several sizes, and are shown in one.
    wide : float
        How much wider than measured a text may be.
    """
    points = _LARGEST * scale
    fitted = [_fitted(table, width, points, wide) for table in tables]
    while points > _LEAST * scale and _height(fitted) > room:
        points -= 0.5
        fitted = [_fitted(table, width, points, wide) for table in tables]
    kept = [len(table.rows) for table in tables]
    while _height(fitted) > room and max(kept, default=0) > 1:
        longest = max(range(len(kept)), key=lambda at: (kept[at], at))
        kept[longest] -= 1
        table = tables[longest]
        whole = max(table.whole, len(table.rows))
        shorter = replace(table, rows=table.rows[: kept[longest]], whole=whole)
        fitted[longest] = _fitted(shorter, width, points, wide)
    return fitted


def _height(fitted: Sequence[FittedTable]) -> float:
    return sum(one.height + _TABLE_GAP for one in fitted)


def _fitted(table: SlideTable, width: float, points: float, wide: float) -> FittedTable:
    if len(table.rows) < table.whole:
        caption = f"{table.caption} (first {len(table.rows)} of {table.whole})"
        table = replace(table, caption=caption)
    widths = _widths(table, width, points, wide)
    heights = [
        max(
            text_height(wrap(text, (across - 2 * PAD) / wide, points, weight), points)
            for text, across in zip(cells, widths, strict=True)
        )
        + 2 * RISE
        for cells, weight in [(table.header, "bold"), *((row, "normal") for row in table.rows)]
    ]
    above = lines_height([table.caption], width, points, "bold", wide) + _CAPTION_GAP
    return FittedTable(table, points, widths, heights, above)


def _widths(table: SlideTable, width: float, points: float, wide: float) -> list[float]:
    """Give columns of figures what their words need, and the first the rest."""
    needed = [
        max(
            *(text_size(word, points, "bold")[0] for word in table.header[at].split()),
            *(text_size(str(row[at]), points, "bold")[0] for row in table.rows),
        )
        * wide
        + 2 * PAD
        for at in range(1, len(table.header))
    ]
    if (room := width * (1 - _NAMES)) < sum(needed):
        needed = [one * room / sum(needed) for one in needed]
    return [width - sum(needed), *needed]
