"""The printed page: type, measures, and where map, legend, insets and words stand on it.

Places on the page are millimetres from its upper left corner; places on a map are metres.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path

from geo.geography.towns import Bounds, Town, find_towns, named_towns
from geo.views.style.palette import INK, PAPER, SECONDARY

MM_PER_INCH, MM_PER_POINT = 25.4, 25.4 / 72
DPI = 300
_SCREEN_DPI = 110
LEAST_TYPE = 7.0
LINE = 1.25
MARGIN = 3.0
NARROWEST, NARROW, WIDE, WIDEST = 80.0, 120.0, 200.0, 250.0
INSET_TITLE = 5.0
_GAP = 4.0
_FURNITURE_MM = (30.0, 9.0)


@cache
def fonts() -> list[str]:
    """Name the families to write with: the one that comes with the toolkit, then matplotlib's own.

    The picture is the same on every machine, because no face of the system is used; a system's own
    Liberation Sans, whatever its version, stands behind ours.
    """
    for file in sorted((Path(__file__).parent / "fonts").glob("*.ttf")):
        fontManager.addfont(file)
        fontManager.ttflist.insert(0, fontManager.ttflist.pop())
    return ["Liberation Sans", "DejaVu Sans"]


@cache
def _settings() -> dict[Any, Any]:
    sheet = mpl.rc_params_from_file(
        str(files("afcharts") / "afcharts.mplstyle"), use_default_template=False
    )
    own: dict[Any, Any] = {
        "font.family": fonts(),
        "font.size": LEAST_TYPE,
        "axes.grid": False,
        "axes.linewidth": 0.6,
        "hatch.linewidth": 0.6,
        "text.hinting": "none",  # so that text is drawn as wide as it was measured
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "geo-targeting",
        "pdf.fonttype": 42,
    }
    return {**sheet, **own}


@contextmanager
def style() -> Iterator[None]:
    """Apply the government's chart style (afcharts) and this toolkit's settings, for a while."""
    with mpl.rc_context(_settings()):
        yield


@lru_cache(maxsize=8192)
def text_size(text: str, points: float, weight: str = "normal") -> tuple[float, float]:
    """Measure text of one or more lines: width and height in millimetres."""
    font = FontProperties(family=fonts(), size=points, weight=weight)
    widths = [
        text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]
        for line in text.split("\n")
    ]
    return max(widths) * MM_PER_POINT, len(widths) * points * LINE * MM_PER_POINT


def wrap(text: str, width: float, points: float, weight: str = "normal") -> str:
    """Break text into lines no wider than ``width`` millimetres: between words if it can be."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _short_words(paragraph, width, points, weight):
            longer = f"{line} {word}".strip()
            if line and text_size(longer, points, weight)[0] > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)


def _short_words(text: str, width: float, points: float, weight: str) -> Iterator[str]:
    """Give the words of a text, those wider than a line in pieces."""
    for word in text.split():
        while len(word) > 1 and (wide := text_size(word, points, weight)[0]) > width:
            keep = max(1, int(len(word) * width / wide) - 1)
            yield word[:keep]
            word = word[keep:]
        yield word


def balanced(text: str, width: float, points: float, weight: str = "normal") -> str:
    """Break text as `wrap` does, into lines of about the same length."""
    best = wrap(text, width, points, weight)
    widest = max((text_size(word, points, weight)[0] for word in text.split()), default=0.0)
    for share in np.arange(0.95, 0.4, -0.05):
        if width * share < widest:
            break
        tighter = wrap(text, width * share, points, weight)
        if tighter.count("\n") > best.count("\n"):
            break
        best = tighter
    return best


@dataclass(frozen=True)
class Frame:
    """A rectangle on the page, in millimetres from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def down(self, distance: float) -> "Frame":
        """Move the rectangle down the page."""
        return Frame(self.left, self.top + distance, self.width, self.height)

    @property
    def bottom(self) -> float:
        """Distance of the lower side from the top of the page."""
        return self.top + self.height


class ShownFigure(Figure):
    """A figure that a notebook shows as it is, without pyplot or a magic command.

    A chart carries what `save_figure` writes beside it: words for those who can't see it, its
    data, and the words at its foot.
    """

    alt_text: str = ""
    caption: str = ""
    data: pd.DataFrame | None = None

    def draw(self, renderer: RendererBase) -> None:
        """Draw in the style that text was measured in, whoever asks."""
        with style():
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        picture, before = io.BytesIO(), self.canvas
        FigureCanvasAgg(self).print_figure(picture, dpi=_SCREEN_DPI)
        self.set_canvas(before)
        return picture.getvalue()


class Page:
    """A sheet of paper: a matplotlib Figure on which things are placed in millimetres."""

    def __init__(self, width: float, height: float) -> None:
        pixels = [round(side / MM_PER_INCH * DPI) for side in (width, height)]
        self.width, self.height = width, height
        self.figure = ShownFigure(
            figsize=(pixels[0] / DPI, pixels[1] / DPI), dpi=DPI / 2, facecolor=PAPER
        )
        self.sheet = self.figure.add_axes((0, 0, 1, 1), zorder=0)
        self.sheet.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
        self.sheet.axis("off")

    def map(self, frame: Frame, window: Bounds) -> Axes:
        """Add axes that show ``window`` (metres) without distortion."""
        place = (
            frame.left / self.width,
            1 - frame.bottom / self.height,
            frame.width / self.width,
            frame.height / self.height,
        )
        ax = self.figure.add_axes(place, zorder=1)
        west, south, east, north = window
        ax.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], facecolor="none")
        ax.axis("off")
        return ax

    def text(self, left: float, top: float, text: str, points: float, **kwargs: Any) -> None:
        """Write text whose upper left corner (or what ``ha``, ``va`` say) is at a place."""
        options: dict[str, Any] = {
            "color": INK,
            "ha": "left",
            "va": "top",
            "linespacing": LINE,
        } | kwargs
        self.sheet.text(left, top, text, fontsize=points, family=fonts(), **options)


@dataclass(frozen=True)
class Words:
    """What is written above and below a map."""

    title: str
    subtitle: str
    notice: str
    caption: str


@dataclass(frozen=True)
class Plan:
    """Where everything stands on the page."""

    map: Frame
    window: Bounds
    mm_per_metre: float
    furniture: Bounds | None
    legend: float
    towns: list[Town]
    cells: list[Frame]


def plan_page(
    areas: gpd.GeoDataFrame,
    words: Words,
    width: float,
    insets: bool | Sequence[str],
    legend: float,
) -> tuple[Page, Plan]:
    """Choose scale, towns and places, make a page of the right height, and write its words.

    Parameters
    ----------
    areas : GeoDataFrame
        What the map shows, coordinates in metres.
    words : Words
        What to write above and below.
    width : float
        Width of the page in millimetres.
    insets : bool or sequence of str
        Whether to find towns, or the names of towns.
    legend : float
        Height in millimetres to keep free for a legend, between the words and the map.
    """
    if not NARROWEST <= width <= WIDEST:
        raise ValueError(
            f"width_mm is {width:g}; a figure is from {NARROWEST:g} mm (a column) to "
            f"{WIDEST:g} mm (a landscape page) wide."
        )
    frame, cells, window, scale, furniture, towns = _arrange(areas, width, insets)
    head = head_blocks(words, width)
    caption = wrap(words.caption, width - 2 * MARGIN, LEAST_TYPE)
    legend_top = MARGIN + sum(block.height for block in head)
    map_top = legend_top + legend + 1.0
    foot = map_top + max(part.bottom for part in (frame, *cells)) + 3.0
    page = Page(width, foot + text_size(caption, LEAST_TYPE)[1] + MARGIN)
    page.figure.set_label(words.title)
    top = MARGIN
    for block in head:
        page.text(MARGIN + block.inset, top + block.inset, block.text, block.points, **block.look)
        top += block.height
    page.text(MARGIN, foot, caption, LEAST_TYPE, color=SECONDARY)
    cells = [cell.down(map_top) for cell in cells]
    return page, Plan(frame.down(map_top), window, scale, furniture, legend_top, towns, cells)


@dataclass(frozen=True)
class Block:
    """A paragraph above a map or chart; ``inset`` leaves room for a box around it."""

    text: str
    points: float
    look: dict[str, Any]
    inset: float = 0.0

    @property
    def height(self) -> float:
        """Height in millimetres, with the space below."""
        return text_size(self.text, self.points)[1] + 1.5 + 2.2 * self.inset


def head_blocks(words: Words, width: float) -> list[Block]:
    """Break title, subtitle and notice into lines that fit, each in its type."""
    size = 9.5 if width < NARROW else 12.0 if width < WIDE else 14.0
    across = width - 2 * MARGIN
    box = {"boxstyle": "square,pad=0.35", "facecolor": "#fff7bf", "edgecolor": INK, "lw": 0.6}
    head = [
        Block(balanced(words.title, across, size, "bold"), size, {"weight": "bold"}),
        Block(balanced(words.subtitle, across, size - 2.5), size - 2.5, {"color": SECONDARY}),
        Block(
            balanced(words.notice, across - 3, 8.0, "bold"),
            8.0,
            {"weight": "bold", "bbox": box},
            inset=1.1,
        ),
    ]
    return [block for block in head if block.text]


def _arrange(
    areas: gpd.GeoDataFrame, width: float, insets: bool | Sequence[str]
) -> tuple[Frame, list[Frame], Bounds, float, Bounds | None, list[Town]]:
    """Share the page between map and towns; which are small depends on the map's own scale."""
    bounds = bounds_of(areas)
    frame, _ = _frames(width, bounds, 0)
    _, scale = fit(frame, bounds)
    if isinstance(insets, bool):
        towns = find_towns(areas, scale, 52.0 if width >= WIDE else 35.0) if insets else []
    else:
        towns = named_towns(areas, insets, scale)
    frame, cells = _frames(width, bounds, len(towns))
    window, scale = fit(frame, bounds)
    furniture = _corner(window, scale, areas.geometry)
    if furniture is None:
        strip = _FURNITURE_MM[1] + 1.0
        below = [cell.down(strip) if cell.top >= frame.bottom else cell for cell in cells]
        frame, cells = replace(frame, height=frame.height + strip), below
        window = (window[0], window[1] - strip / scale, *window[2:])
        furniture = _corner(window, scale, areas.geometry)
    return frame, cells, window, scale, furniture, towns


def _frames(width: float, bounds: Bounds, insets: int) -> tuple[Frame, list[Frame]]:
    """Share the width between the map and the insets: beside it on wide pages, else below."""
    across = width - 2 * MARGIN
    beside = insets and (width >= WIDE or (width >= NARROW and insets <= 2))
    columns = (insets + 1) // 2 if width >= WIDE else 1
    map_width = across * (0.68 if columns == 1 else 0.54) if beside else across
    tall = (bounds[3] - bounds[1]) / max(bounds[2] - bounds[0], 1.0)
    tallest = 112.0 if width >= WIDE else 120.0
    height = min(tallest, 1.15 * map_width, map_width * tall + 3.0)
    frame = Frame(MARGIN, 0.0, map_width, max(height, 30.0))
    if not insets:
        return frame, []
    if beside:
        rows = -(-insets // columns)
        side = (across - map_width - _GAP * columns) / columns
        deep = min((frame.height - _GAP * (rows - 1)) / rows, side + 12)
        left, top = frame.left + map_width + _GAP, 0.0
    else:
        columns = min(insets, 2 if width < NARROW else 4)
        side = (across - _GAP * (columns - 1)) / columns
        deep = min(side, 45.0) + INSET_TITLE
        left, top = MARGIN, frame.bottom + 2.0
    places = [divmod(i, columns) for i in range(insets)]
    return frame, [
        Frame(left + c * (side + _GAP), top + r * (deep + _GAP), side, deep) for r, c in places
    ]


def bounds_of(areas: gpd.GeoDataFrame) -> Bounds:
    """Give the sides of the rectangle that holds all areas, as plain numbers."""
    west, south, east, north = (float(side) for side in areas.total_bounds)
    return west, south, east, north


def fit(frame: Frame, bounds: Bounds) -> tuple[Bounds, float]:
    """Fit the ground into a frame with a small margin: window in metres, and the scale."""
    west, south, east, north = bounds
    scale = min(
        (frame.width - 1) / max(east - west, 1.0), (frame.height - 1) / max(north - south, 1.0)
    )
    middle = ((west + east) / 2, (south + north) / 2)
    half = (frame.width / scale / 2, frame.height / scale / 2)
    window = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
    return window, scale


def _corner(window: Bounds, mm_per_metre: float, areas: Iterable[object]) -> Bounds | None:
    """Find a corner of the window in which scale bar and north arrow cover no area."""
    west, south, east, north = window
    width, height = (side / mm_per_metre for side in _FURNITURE_MM)
    tree = shapely.STRtree(list(areas))
    for left, bottom in (
        (west, south),
        (east - width, south),
        (east - width, north - height),
        (west, north - height),
    ):
        corner = (left, bottom, left + width, bottom + height)
        if not len(tree.query(shapely.box(*corner), predicate="intersects")):
            return corner
    return None
