"""A report as slides: findings as titles, pictures with alternative text, real tables, notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import FileError
from geo.views.document.fitting import (
    ANY,
    OURS,
    PAD,
    RISE,
    FittedTable,
    SlideTable,
    fitted_tables,
    fitting_size,
    lines_height,
)
from geo.views.document.opening import not_installed, opened_template, written
from geo.views.style.palette import CATEGORIES, ClassStyle

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import SlideLayout

WIDTH_MM, HEIGHT_MM = 338.67, 190.5
"""A slide of 16:9, as PowerPoint makes it."""
PICTURE_MM = (150.0, 134.0)
"""The most of such a slide that a picture takes."""
_MARGIN, _GAP, _FOOT = 12.0, 8.0, 12.0
_TITLE, _FRONT, _WORDS, _SMALL = (28.0, 14.0), (20.0, 12.0), (16.0, 11.0), (10.0, 7.0)
"""Largest and least size of type."""
_LAYOUTS = {"title": "Title Slide", "titleOnly": "Title Only"}
_ORIGINAL = 4 / 3
"""Sides of the slides that python-pptx makes by itself."""


@dataclass(frozen=True)
class Slide:
    """A slide: its finding, a picture at the left, words and tables at the right, and a foot.

    ``picture`` is a file and the words for those who cannot see it; ``notes`` say where each
    number is from.
    """

    title: str
    words: Sequence[str] = ()
    tables: Sequence[SlideTable] = ()
    picture: tuple[Path, str] | None = None
    foot: str = ""
    notes: str = ""


def write_slides(path: Path, slides: Iterable[Slide], template: Path | None = None) -> None:
    """Write slides, the first of them as the title slide.

    Parameters
    ----------
    path : Path
    slides : iterable of Slide
        The first has a title and words alone.
    template : Path, optional
        A presentation or template whose layouts "Title Slide" and "Title Only", colours, type and
        size are used; its own slides are left out.

    Raises
    ------
    FileError
        If the template cannot be read or lacks a layout, or the file cannot be written.
    """
    deck = _opened(template)
    first, *others = slides
    core = deck.core_properties
    core.title, core.language, core.author = first.title, "en-GB", ""
    wide = OURS if template is None else ANY
    layouts = {kind: _layout(deck, kind, template) for kind in _LAYOUTS}
    _Sheet(deck, layouts["title"], first, wide).add_front()
    for slide in others:
        _Sheet(deck, layouts["titleOnly"], slide, wide).add_body()
    written(deck, path)


def _opened(template: Path | None) -> "Presentation":
    try:
        import pptx
    except ImportError:
        raise not_installed("Slides", "python-pptx") from None
    if template is None:
        return _plain(pptx.Presentation())
    deck: Presentation = opened_template(
        template, "presentation", pptx.Presentation, ".pptx or .potx"
    )
    for listed in list(deck.slides._sldIdLst):
        deck.part.drop_rel(listed.rId)
        deck.slides._sldIdLst.remove(listed)
    for section in deck.element.xpath('.//*[local-name()="sectionLst"]'):
        section.getparent().getparent().remove(section.getparent())  # it names slides that are gone
    return deck


def _layout(deck: "Presentation", kind: str, template: Path | None) -> "SlideLayout":
    """Find a layout by its kind, else by its name: a council may have renamed either."""
    every = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    titled = [one for one in every if any(map(_is_title, one.placeholders))]
    for layout in titled:
        if layout.element.get("type") == kind:
            return layout
    for layout in titled:
        if layout.name.strip().casefold() == _LAYOUTS[kind].casefold():
            return layout
    raise FileError(
        f"{template} has no layout {_LAYOUTS[kind]} with a title; add it in PowerPoint (View, "
        "Slide Master) and save the template again."
    )


def _is_title(placeholder: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    kinds = PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE
    return placeholder.placeholder_format.type in kinds


def _plain(deck: "Presentation") -> "Presentation":
    """Make python-pptx's own template 16:9, in a type of the system, its titles at the left."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.util import Mm

    master = deck.slide_master
    for shape in [s for one in (master, *deck.slide_layouts) for s in one.shapes]:
        if shape.element.xpath(".//a:xfrm"):
            shape.left, shape.width = (
                round(side * WIDTH_MM / HEIGHT_MM / _ORIGINAL) for side in (shape.left, shape.width)
            )
    deck.slide_width, deck.slide_height = Mm(WIDTH_MM), Mm(HEIGHT_MM)
    title = next(filter(_is_title, master.placeholders))
    title.left, title.top = Mm(_MARGIN), Mm(8)
    title.width, title.height = Mm(WIDTH_MM - 2 * _MARGIN), Mm(26)
    for name, value in {"anchor": "t", "lIns": "0"}.items():
        title.element.txBody.bodyPr.set(name, value)
    for look in [
        *master.element.xpath("./p:txStyles/p:titleStyle/a:lvl1pPr"),
        *deck.slide_layouts[0].element.xpath(".//a:lvl1pPr"),
    ]:
        look.set("algn", "l")
    front = deck.slide_layouts[0]
    for grey in front.element.xpath(".//p:txBody//a:defRPr/a:solidFill"):
        grey.getparent().remove(grey)
    for shape in front.placeholders:
        shape.left, shape.width = title.left, title.width
        shape.element.txBody.bodyPr.set("lIns", "0")
    for letters in master.element.xpath("./p:txStyles/p:titleStyle/a:lvl1pPr/a:defRPr"):
        letters.set("b", "1")
    theme: Any = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = theme.blob.replace(b'"Calibri"', b'"Arial"').replace(
        b"4F81BD", CATEGORIES[0][1:].encode()
    )
    return deck


class _Sheet:
    """One slide in the making; places and sides are millimetres."""

    def __init__(
        self, deck: "Presentation", layout: "SlideLayout", slide: Slide, wide: float
    ) -> None:
        from pptx.util import Mm

        self.mm, self.told, self.wide = Mm, slide, wide
        self.slide = deck.slides.add_slide(layout)
        self.width, self.height = (
            (side or 0) / Mm(1) for side in (deck.slide_width, deck.slide_height)
        )
        self.scale = min(self.width / WIDTH_MM, self.height / HEIGHT_MM)
        self.margin = _MARGIN * self.scale
        title = self.slide.shapes.title
        box = title.width / Mm(1), title.height / Mm(1)
        self._write(title.text_frame, [slide.title], self._size([slide.title], box, _TITLE, "bold"))
        below = (title.top + title.height) / Mm(1)
        self.top = (below if below < self.height / 2 else self.margin) + 3 * self.scale
        self.bottom = self.height - _FOOT * self.scale
        if slide.notes:
            self.slide.notes_slide.notes_text_frame.text = slide.notes

    def add_front(self) -> None:
        """Fill the title slide: its title, and the words in its subtitle where it has one."""
        title = self.slide.shapes.title
        others = [one for one in self.slide.placeholders if one.shape_id != title.shape_id]
        for at, one in enumerate(others):
            if at:
                one.element.getparent().remove(one.element)
                continue
            box = one.width / self.mm(1), one.height / self.mm(1)
            self._write(one.text_frame, self.told.words, self._size(self.told.words, box, _FRONT))
        self._add_foot()

    def add_body(self) -> None:
        """Put words, picture and tables below the title, in the order they are read."""
        for one in list(self.slide.placeholders):
            if not _is_title(one):
                one.element.getparent().remove(one.element)
        left, top = self.margin, self.top
        if self.told.picture:
            left += PICTURE_MM[0] * self.scale + _GAP * self.scale
        across = self.width - self.margin - left
        if self.told.words:
            most = (self.bottom - top) * (0.3 if self.told.tables else 1)
            size = self._size(self.told.words, (across, most), _WORDS)
            tall = lines_height(self.told.words, across, size, wide=self.wide) + 2
            self._text(self.told.words, (left, top, across, tall), size)
            top += tall + _GAP / 2 * self.scale
        if self.told.picture:
            self._add_picture(*self.told.picture)
        room = self.bottom - top
        for table in fitted_tables(self.told.tables, across, room, self.scale, self.wide):
            top = self._add_table(table, left, top)
        self._add_foot()

    def _size(
        self,
        texts: Sequence[str],
        box: tuple[float, float],
        sizes: tuple[float, float],
        weight: str = "normal",
    ) -> float:
        largest, least = sizes
        inside = box[0] - 6, box[1] - 3  # less the room that PowerPoint leaves at the edges
        kept = largest * self.scale, least * self.scale
        return fitting_size(texts, inside, kept, weight, self.wide)

    def _write(
        self, frame: Any, texts: Sequence[str], points: float, *, bold: bool = False
    ) -> None:
        from pptx.util import Pt

        frame.word_wrap = True
        for at, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text, run.font.size = text, Pt(points)
            if bold:
                run.font.bold = True
            run._r.get_or_add_rPr().set("lang", "en-GB")
            if at:
                paragraph.space_before = Pt(points / 2)

    def _text(
        self, texts: Sequence[str], box: tuple[float, ...], points: float, *, bold: bool = False
    ) -> None:
        frame = self.slide.shapes.add_textbox(*map(self.mm, box)).text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        self._write(frame, texts, points, bold=bold)

    def _add_foot(self) -> None:
        if self.told.foot:
            across, tall = self.width - 2 * self.margin, (_FOOT - 2) * self.scale
            size = self._size([self.told.foot], (across, tall + 3), _SMALL)
            self._text([self.told.foot], (self.margin, self.bottom, across, tall), size)

    def _add_picture(self, path: Path, alt: str) -> None:
        """Add a picture as large as its place allows, in its own proportions."""
        from PIL import Image

        most = PICTURE_MM[0] * self.scale, self.bottom - self.top
        with Image.open(path) as image:
            wide = min(most[0], most[1] * image.width / image.height)
        left = self.margin + (most[0] - wide) / 2
        shape = self.slide.shapes.add_picture(
            str(path), self.mm(left), self.mm(self.top), self.mm(wide)
        )
        shape._element.nvPicPr.cNvPr.set("descr", alt)

    def _add_table(self, fitted: FittedTable, left: float, top: float) -> float:
        """Add a table below its caption; give where the next one may begin."""
        table, across = fitted.table, sum(fitted.widths)
        self._text(
            [table.caption], (left, top, across, fitted.caption_height), fitted.points, bold=True
        )
        top += fitted.caption_height
        size = len(table.rows) + 1, len(table.header)
        place = (left, top, across, sum(fitted.heights))
        frame: Any = self.slide.shapes.add_table(*size, *map(self.mm, place))
        frame._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
        drawn = frame.table
        drawn.first_row, drawn.horz_banding = True, False
        for column, wide in zip(drawn.columns, fitted.widths, strict=True):
            column.width = self.mm(wide)
        for at, (row, cells) in enumerate(
            zip(drawn.rows, [table.header, *table.rows], strict=True)
        ):
            row.height = self.mm(fitted.heights[at])
            for place_, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                mark = table.marks.get((at - 1, place_))
                self._write_cell(cell, str(text), fitted.points, mark, number=place_ > 0)
        return top + sum(fitted.heights) + _GAP / 2 * self.scale

    def _write_cell(
        self, cell: Any, text: str, points: float, mark: ClassStyle | None, *, number: bool
    ) -> None:
        from pptx.enum.text import PP_ALIGN

        cell.margin_left = cell.margin_right = self.mm(PAD)
        cell.margin_top = cell.margin_bottom = self.mm(RISE)
        self._write(cell.text_frame, [text], points)
        if number and mark is None:
            cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        if mark is not None:
            cell.fill.solid()
            cell.fill.fore_color.rgb = _rgb(mark.fill)
            letters = cell.text_frame.paragraphs[0].runs[0].font
            letters.color.rgb = _rgb(mark.text)


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor(*bytes.fromhex(colour[1:]))
