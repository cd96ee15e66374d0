"""The Tartan Rug on paper: landscape pages, every label legible and whole."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from matplotlib.patches import Rectangle

from geo.errors import TableError
from geo.views.rug.layout import ARROWS, RugLayout
from geo.views.style.page import MARGIN, Page, PageLayout, PageText, ShownFigure, Typography, style
from geo.views.style.palette import INK, PAPER, RULE, SECONDARY, ClassStyle
from geo.views.style.text import shortened, text_height, text_size, wrap

_A4, _A3 = (297.0, 210.0), (420.0, 297.0)
_TYPE, _SMALL = 6.5, 6.0
_TYPOGRAPHY = Typography(13.0, 8.5, caption=_SMALL, notice_box=False)
_WIDEST_COLUMN, _ARROW = 22.0, 2.6
_LEAST_ROW, _HIGHEST_ROW, _HEADING = 3.0, 5.4, 1.35
_LABELS = 74.0
_TALLEST_HEADER = 34.0
_TALLEST_PAGE = 297.0
_PAD, _BAND, _ABOVE_FOOT = 0.8, 4.0, 2.0
_KEY, _LEGEND_LINE = 11.5, 4.6
_HATCHES = {"diagonal": "/////", "dots": "...."}


def rug_figure(rug: RugLayout) -> ShownFigure:
    """Draw the rug on A4, or on A3 if it has more areas than A4 holds; more rows make it taller.

    More areas than A3 holds are laid on several pages of A4, each with the areas of reference, and
    so are more indicators than a page of 297 mm: those of some areas follow each other. The first
    page has the others as ``further``.

    Raises
    ------
    TableError
        If there are so many areas of reference that a page has no room for others.
    """
    with style():
        across = _sheets(rug)
        rows = _by_page([_RugFigure(rug, sheet) for sheet in across], rug)
        sheets = [replace(sheet, rows=some) for sheet in across for some in rows]
        first, *others = [
            _RugFigure(rug, replace(sheet, number=at, of=len(sheets))).draw()
            for at, sheet in enumerate(sheets, 1)
        ]
    first.further = tuple(others)
    return first


def _by_page(pages: "list[_RugFigure]", rug: RugLayout) -> list[tuple[int, ...]]:
    """Share the indicators out to pages, where one page would be too tall for all of them."""
    every = tuple(range(len(rug.cells.indicators)))
    if all(page.least_height() <= max(_TALLEST_PAGE, page.height) for page in pages):
        return [every]
    parts: list[list[int]] = [[]]
    for row in every:
        grown = (*parts[-1], row)
        if parts[-1] and any(page.least_height(grown) > page.height for page in pages):
            parts.append([])
        parts[-1].append(row)
    return [tuple(part) for part in parts]


@dataclass(frozen=True)
class _Sheet:
    """One page: its size, its areas and indicators, and how many columns the fullest page has."""

    size: tuple[float, float]
    columns: tuple[int, ...]
    roomy: bool  # whether there is room for symbols beside the numbers
    fullest: int
    rows: tuple[int, ...] = ()  # none: all of them
    number: int = 1
    of: int = 1

    @property
    def words(self) -> str:
        return f". Page {self.number} of {self.of}" if self.of > 1 else ""


def _sheets(rug: RugLayout) -> list[_Sheet]:
    """Lay all areas on one page if they can be read there, else on as few as hold them."""
    cells, areas = rug.cells.cells, rug.cells.areas
    numbers = [text for text in cells["text"].unique() if text]
    bare = max(text_size(text, _SMALL)[0] for text in numbers) + 2 * _PAD
    whole = max(text_size(text, _TYPE)[0] for text in numbers) + 2 * _PAD
    whole += max(text_size(one.symbol, _SMALL)[0] for one in rug.styles.values())
    whole += _ARROW if cells["trend"].ne("").any() else 0.0
    every = tuple(range(len(areas)))
    for size, least, roomy in ((_A4, whole, True), (_A3, whole, True), (_A3, bare, False)):
        if (size[0] - 2 * MARGIN - _LABELS) / len(areas) >= least:
            return [_Sheet(size, every, roomy, len(every))]
    beside = tuple(at for at in every if areas["reference"].iat[at])
    own = [at for at in every if at not in beside]
    room = int((_A4[0] - 2 * MARGIN - _LABELS) // whole) - len(beside)
    if room < 1:
        raise TableError(
            f"{len(beside)} areas of reference leave no room for others on a page; name fewer of "
            "them, and give the whole as HTML or Excel."
        )
    pages = -(-len(own) // room)
    each = -(-len(own) // pages)
    return [
        _Sheet(_A4, (*beside, *own[at * each : (at + 1) * each]), True, each + len(beside))
        for at in range(pages)
    ]


class _RugFigure:
    """Measures first, then draws: places are millimetres from the upper left corner."""

    def __init__(self, rug: RugLayout, sheet: _Sheet) -> None:
        self.rug, self.sheet, self.roomy = rug, sheet, sheet.roomy
        self.cells = rug.cells.among(sheet.columns)
        facts, areas = rug.cells.indicators, self.cells.areas
        self.arrows = bool((rug.cells.cells["trend"] != "").any())
        width, self.height = sheet.size
        self.width = width
        room = _LABELS - 3 * _PAD
        self.labels = [wrap(label, room, _TYPE) for label in facts["label"]]
        self.units = [wrap(unit, room, _SMALL) for unit in facts["unit"]]
        pairs = list(zip(self.labels, self.units, strict=True))
        wide = [text_size(one, _TYPE)[0] + text_size(two, _SMALL)[0] + 6 for one, two in pairs]
        self.beside = [each < _LABELS for each in wide]
        self.left = MARGIN + (max(wide) if all(self.beside) else _LABELS)
        self.column = min((width - MARGIN - self.left) / sheet.fullest, _WIDEST_COLUMN)
        self._set_header(areas["name"].tolist())

    def _set_header(self, names: list[str]) -> None:
        """Write names upright in a size that fits their longest word, else turned."""
        room = self.column - _PAD
        words = [word for name in names for word in name.split()]
        for points in (_TYPE, _SMALL):
            self.points = points
            self.upright = all(text_size(word, points, "bold")[0] <= room for word in words)
            if self.upright:
                break
        else:
            room = _TALLEST_HEADER
        self.names = [wrap(name, room, self.points, "bold") for name in names]
        sizes = [text_size(name, self.points, "bold") for name in self.names]
        self.header = max(size[1] if self.upright else size[0] for size in sizes) + 2 * _PAD

    def least_height(self, rows: tuple[int, ...] | None = None) -> float:
        """Height of a page of some of the indicators, or of those of the sheet, in millimetres."""
        layout, _, start = self._frame
        return start + sum(self._heights(_LEAST_ROW, rows)) + self._below(layout)

    @cached_property
    def _frame(self) -> tuple[PageLayout, list[list[tuple[ClassStyle, str]]], float]:
        """Lay out what stands about the rows: the page's text, the key, and where rows begin."""
        rug = self.rug
        key = ["Arrows: trend over five points (↑ up, ↓ down, → no change)."] if self.arrows else []
        foot = " ".join([*key, *rug.remarks, *rug.sources])
        text = PageText(rug.title, rug.subtitle + self.sheet.words, " ".join(rug.notices), foot)
        layout = PageLayout(text, self.width, _TYPOGRAPHY)
        legend = self._legend_lines()
        start = layout.top + len(legend) * _LEGEND_LINE + 1.0 + _BAND + self.header + _PAD
        return layout, legend, start

    @staticmethod
    def _below(layout: PageLayout) -> float:
        return _ABOVE_FOOT + layout.foot_height + MARGIN

    def draw(self) -> ShownFigure:
        layout, legend, start = self._frame
        heights = self._row_heights(self.height - start - self._below(layout))
        page = layout.page(start + sum(heights) + _ABOVE_FOOT)
        self._draw_legend(page, legend, layout.top)
        self._draw_header(page, start - _PAD)
        self._draw_rows(page, start, heights)
        return page.figure

    def _row_heights(self, spare: float) -> list[float]:
        """Share the height that is left among the rows; each is as high as its label at least."""
        lines = sum(_HEADING + len(rows) for _, rows in self._groups())
        return list(self._heights(min(max(spare / max(lines, 1.0), _LEAST_ROW), _HIGHEST_ROW)))

    def _heights(self, row: float, of: tuple[int, ...] | None = None) -> Iterator[float]:
        """Height of each line: headings of groups are a little higher than rows."""
        for _, rows in self._groups(of):
            yield _HEADING * row
            yield from (max(row, self._label_height(at)) for at in rows)

    def _groups(self, of: tuple[int, ...] | None = None) -> list[tuple[str, list[int]]]:
        groups = self.rug.cells.indicators["group"].tolist()
        found: dict[str, list[int]] = {}
        for row in of or self.sheet.rows or range(len(groups)):
            found.setdefault(groups[row], []).append(row)
        return list(found.items())

    def _label_height(self, row: int) -> float:
        below = 0.0 if self.beside[row] else text_height(self.units[row], _SMALL)
        return text_height(self.labels[row], _TYPE) + below + 0.4

    def _legend_lines(self) -> list[list[tuple[ClassStyle, str]]]:
        counts = self.rug.cells.counts("shown")
        lines: list[list[tuple[ClassStyle, str]]] = [[]]
        used = 0.0
        for name, shown in self.rug.styles.items():
            if name == "benchmark":
                continue
            words = f"{shown.label} ({counts.get(name, 0):,})"
            wide = _KEY + text_size(words, 7.0)[0]
            if used + wide > self.width - 2 * MARGIN:
                lines.append([])
                used = 0.0
            lines[-1].append((shown, words))
            used += wide
        return lines

    def _draw_legend(
        self, page: Page, lines: list[list[tuple[ClassStyle, str]]], top: float
    ) -> None:
        for at, line in enumerate(lines):
            left, upper = MARGIN, top + at * _LEGEND_LINE
            for shown, words in line:
                _draw_cell(page, left, upper, 7.0, 3.6, shown, edge=SECONDARY)
                _draw_symbol(page, left + 3.5, upper + 1.8, shown.symbol, shown, "center")
                page.text(left + 8.2, upper + 1.8, words, 7.0, va="center")
                left += _KEY + text_size(words, 7.0)[0]

    def _draw_header(self, page: Page, bottom: float) -> None:
        areas = self.cells.areas
        for at, name in enumerate(self.names):
            if self.upright:
                place = (self.left + at * self.column + _PAD / 2, bottom - 1.3)
                page.text(*place, name, self.points, weight="bold", va="baseline")
            else:
                place = (self.left + (at + 0.5) * self.column, bottom - 0.6)
                page.text(*place, name, self.points, weight="bold", va="bottom", ha="center",
                          rotation=90)  # fmt: skip
        line = bottom - self.header - 0.4
        start = 0
        groups = areas["group"].tolist()
        for end in range(1, len(groups) + 1):
            if end < len(groups) and groups[end] == groups[start]:
                continue
            left, right = self.left + start * self.column, self.left + end * self.column - 0.8
            if groups[start]:
                name = shortened(groups[start], right - left, _SMALL)
                page.text(left + _PAD / 2, line - 0.5, name, _SMALL, color=SECONDARY, va="bottom")
                page.axes.plot([left, right], [line, line], color=SECONDARY, lw=1.0)
            start = end
        page.axes.plot(
            [MARGIN, self.left + len(areas) * self.column], [bottom, bottom], color=INK, lw=0.8
        )

    def _draw_rows(self, page: Page, top: float, heights: list[float]) -> None:
        remaining = iter(heights)
        right = self.left + len(self.cells.areas) * self.column
        for group, rows in self._groups():
            height = next(remaining)
            name = shortened(group, right - MARGIN, 7.5, "bold")
            page.text(MARGIN, top + height - 0.1, name, 7.5, weight="bold", va="bottom")
            top += height
            page.axes.plot([MARGIN, right], [top, top], color=RULE, lw=0.6)
            for row in rows:
                height = next(remaining)
                self._draw_row(page, row, top, height)
                top += height

    def _draw_row(self, page: Page, row: int, top: float, height: float) -> None:
        label, unit = self.labels[row], self.units[row]
        if self.beside[row]:
            page.text(MARGIN, top + height / 2, label, _TYPE, va="center_baseline")
            page.text(self.left - 1.5, top + height / 2, unit, _SMALL, color=SECONDARY, ha="right",
                      va="center_baseline")  # fmt: skip
        else:
            page.text(MARGIN, top + 0.2, label, _TYPE)
            page.text(MARGIN, top + 0.2 + text_height(label, _TYPE), unit, _SMALL, color=SECONDARY)
        cells, styles = self.cells, self.rug.styles
        shown, text, trend = (cells.grid(name)[row] for name in ("shown", "text", "trend"))
        middle = top + height / 2 - 0.2  # the optical middle of figures without descenders
        for at, name in enumerate(shown):
            left, look = self.left + at * self.column, styles[name]
            _draw_cell(page, left, top, self.column, height, look, edge=PAPER)
            if self.roomy and not look.symbol.startswith("["):
                _draw_symbol(page, left + 0.7, middle, look.symbol, look, "left")
            arrow = ARROWS.get(trend[at], "") if self.roomy else ""
            inset = 3.4 if self.roomy and self.arrows else 0.8
            place = left + self.column - inset
            page.text(place, middle, text[at], _TYPE if self.roomy else _SMALL, color=look.text,
                      ha="right", va="center_baseline")  # fmt: skip
            if arrow:
                page.text(left + self.column - 0.5, middle, arrow, _SMALL, color=look.text,
                          ha="right", va="center_baseline")  # fmt: skip


def _draw_cell(
    page: Page, left: float, top: float, width: float, height: float, look: ClassStyle, edge: str
) -> None:
    hatch = _HATCHES.get(look.pattern)
    box = Rectangle((left, top), width, height, facecolor=look.fill, edgecolor=edge, lw=0.6)
    page.axes.add_patch(box)
    if hatch:
        page.axes.add_patch(
            Rectangle((left + 0.1, top + 0.1), width - 0.2, height - 0.2, fill=False,
                      hatch=hatch, edgecolor=RULE, lw=0.0)
        )  # fmt: skip
    elif look.pattern == "border":
        inner = Rectangle((left + 0.3, top + 0.3), width - 0.6, height - 0.6, fill=False,
                          edgecolor=INK, lw=0.7)  # fmt: skip
        page.axes.add_patch(inner)


def _draw_symbol(page: Page, x: float, y: float, symbol: str, look: ClassStyle, side: str) -> None:
    if symbol:
        page.text(x, y, symbol, _SMALL, color=look.text, ha=side, va="center_baseline")
