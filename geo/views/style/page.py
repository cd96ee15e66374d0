"""The printed page: its style, its measures, and the head and foot that every figure has.

Places on the page are millimetres from its upper left corner.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.views.style.palette import INK, PAPER, SECONDARY
from geo.views.style.text import LEAST_TYPE, LINE, balanced, fonts, text_height, wrap
from geo.views.style.wording import caption_of

MM_PER_INCH = 25.4
DPI = 300
_SCREEN_DPI = 110
MARGIN = 3.0
NARROWEST, NARROW, WIDE, WIDEST = 80.0, 120.0, 200.0, 250.0
_NOTICE_BOX = {"boxstyle": "square,pad=0.35", "facecolor": "#fff7bf", "edgecolor": INK, "lw": 0.6}


def require_width(width: float) -> float:
    """Give the width back, or refuse one that fits no page."""
    if NARROWEST <= width <= WIDEST:
        return width
    raise ValueError(
        f"width_mm is {width:g}; a figure is from {NARROWEST:g} mm (a column) to {WIDEST:g} mm "
        "(a landscape page) wide."
    )


@cache
def _settings() -> dict[Any, Any]:
    government = mpl.rc_params_from_file(
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
    return {**government, **own}


@contextmanager
def style() -> Iterator[None]:
    """Apply the government's chart style (afcharts) and this toolkit's settings, for a while."""
    with mpl.rc_context(_settings()):
        yield


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
    further: "tuple[ShownFigure, ...]" = ()  # pages after this one

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
    """A sheet of paper: a matplotlib Figure on which things are placed in millimetres.

    Attributes
    ----------
    figure : ShownFigure
    axes : Axes
        Cover the whole page; their coordinates are millimetres.
    """

    def __init__(self, width: float, height: float) -> None:
        pixels = [round(side / MM_PER_INCH * DPI) for side in (width, height)]
        self.width, self.height = width, height
        self.figure = ShownFigure(
            figsize=(pixels[0] / DPI, pixels[1] / DPI), dpi=DPI / 2, facecolor=PAPER
        )
        self.axes = self.figure.add_axes((0, 0, 1, 1), zorder=0)
        self.axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
        self.axes.axis("off")

    def add_axes(self, frame: Frame) -> Axes:
        """Add axes of their own coordinates in a part of the page."""
        place = (
            frame.left / self.width,
            1 - frame.bottom / self.height,
            frame.width / self.width,
            frame.height / self.height,
        )
        return self.figure.add_axes(place, zorder=1)

    def text(self, left: float, top: float, text: str, points: float, **kwargs: Any) -> None:
        """Write text whose upper left corner (or what ``ha``, ``va`` say) is at a place.

        A single line has no spacing of its own: with one, matplotlib centres it by its ink, and
        "England" stands higher than "Crewe North" beside it.
        """
        options: dict[str, Any] = {"color": INK, "ha": "left", "va": "top"} | kwargs
        if "\n" in text:
            options = {"linespacing": LINE} | options
        elif options["va"] == "top":  # in the middle of its line, where "center" has it too
            top, options["va"] = top + text_height(text, points) / 2, "center"
        self.axes.text(left, top, text, fontsize=points, family=fonts(), **options)

    def finish(self, alt_text: str, data: pd.DataFrame) -> ShownFigure:
        """Give the figure, with what `save_figure` writes beside it."""
        self.figure.alt_text, self.figure.data = alt_text, data
        return self.figure


@dataclass(frozen=True)
class PageText:
    """What is written above and below a figure."""

    title: str
    subtitle: str
    notice: str
    caption: str


@dataclass(frozen=True)
class Typography:
    """Sizes of the type of head and foot, in points, and whether the notice stands in a box."""

    title: float
    subtitle: float
    notice: float = 8.0
    caption: float = LEAST_TYPE
    notice_box: bool = True

    @classmethod
    def for_width(cls, width: float) -> "Typography":
        """Choose sizes for a page of this width in millimetres."""
        title = 9.5 if width < NARROW else 12.0 if width < WIDE else 14.0
        return cls(title, title - 2.5)


@dataclass(frozen=True)
class _Paragraph:
    """A paragraph of the head, broken into lines; ``inset`` leaves room for a box around it."""

    text: str
    points: float
    look: dict[str, Any]
    inset: float = 0.0

    @property
    def height(self) -> float:
        """Height in millimetres, with the space below."""
        return text_height(self.text, self.points) + 1.5 + 2.2 * self.inset


class PageLayout:
    """Head and foot of a page, measured before it is made, so that figures fit between them.

    Parameters
    ----------
    text : PageText
        What to write.
    width : float
        Width of the page in millimetres.
    typography : Typography, optional
        Sizes of type; those for the width where not given.
    height : float, optional
        Height of the page; where not given it is as tall as what stands on it.

    Attributes
    ----------
    top : float
        Where the head ends: the figure may begin there.
    foot_height : float
        Height of the foot.
    """

    def __init__(
        self,
        text: PageText,
        width: float,
        typography: Typography | None = None,
        height: float | None = None,
    ) -> None:
        self.text, self.width, self.height = text, width, height
        self.typography = typography or Typography.for_width(width)
        across = width - 2 * MARGIN
        self._head = _head(text, across, self.typography)
        self._caption = wrap(text.caption, across, self.typography.caption)
        self.top = MARGIN + sum(paragraph.height for paragraph in self._head)
        self.foot_height = text_height(self._caption, self.typography.caption)

    def room(self, top: float) -> float | None:
        """Millimetres from ``top`` to the foot, where the height of the page is given."""
        if self.height is None:
            return None
        return self.height - self.foot_height - MARGIN - top

    def page(self, foot: float) -> Page:
        """Make the page, with head and foot; ``foot`` is where the figure ends and this begins.

        On a page of a given height the foot stands at its end.

        Raises
        ------
        TableError
            If the figure needs a taller page.
        """
        room = self.room(foot)
        if self.height is not None and room is not None:
            if room < -0.05:
                raise TableError(
                    f"The figure needs a page {self.height - room:.0f} mm tall at a width of "
                    f"{self.width:g} mm, and {self.height:g} mm are asked for; ask for a taller "
                    "page, or show fewer rows."
                )
            foot += room
        page = Page(self.width, foot + self.foot_height + MARGIN)
        page.figure.set_label(self.text.title)
        notice = "" if self.text.notice in self.text.caption else self.text.notice
        page.figure.caption = caption_of(
            self.text.title, self.text.subtitle, notice, self.text.caption
        )
        top = MARGIN
        for one in self._head:
            page.text(MARGIN + one.inset, top + one.inset, one.text, one.points, **one.look)
            top += one.height
        page.text(MARGIN, foot, self._caption, self.typography.caption, color=SECONDARY)
        return page


def _head(text: PageText, across: float, sizes: Typography) -> list[_Paragraph]:
    """Break title, subtitle and notice into lines that fit, each in its type."""
    bold: dict[str, Any] = {"weight": "bold"}
    boxed, inset = (bold | {"bbox": _NOTICE_BOX}, 1.1) if sizes.notice_box else (bold, 0.0)
    room = across - 3 if sizes.notice_box else across
    title = balanced(text.title, across, sizes.title, "bold")
    subtitle = balanced(text.subtitle, across, sizes.subtitle)
    notice = balanced(text.notice, room, sizes.notice, "bold")
    head = [
        _Paragraph(title, sizes.title, bold),
        _Paragraph(subtitle, sizes.subtitle, {"color": SECONDARY}),
        _Paragraph(notice, sizes.notice, boxed, inset),
    ]
    return [paragraph for paragraph in head if paragraph.text]
