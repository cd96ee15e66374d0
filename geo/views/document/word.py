"""A report as a Word document: headings, real tables, pictures with alternative text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import FileError
from geo.views.document.opening import not_installed, opened_template, written

if TYPE_CHECKING:
    from docx.document import Document

_WIDTH_MM, _HEIGHT_MM = 160, 205
"""The most of a page that a picture takes: its text area in A4, less a caption."""
_FIRST_MM = 60
"""Width of the column that names the rows."""
_KEPT_WHOLE = 20
"""Rows of a table that is not parted at the end of a page."""
_TITLE, _SUBTITLE, _BULLET, _CAPTION, _TABLE = (
    "Title", "Subtitle", "List Bullet", "Caption", "Table Grid",
)  # fmt: skip


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Words:
    """A paragraph; one of a list where ``bullet``."""

    text: str
    bullet: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption, a header and rows; the first cell of each row names it."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A picture with its caption and the words for those who cannot see it."""

    path: Path
    caption: str
    alt: str


Block = Heading | Words | Table | Picture


def write_document(
    path: Path, title: str, subtitle: str, blocks: Iterable[Block], template: Path | None = None
) -> None:
    """Write a Word document.

    Parameters
    ----------
    path : Path
    title, subtitle : str
    blocks : iterable of Heading, Words, Table or Picture
        In order.
    template : Path, optional
        A document or template whose styles, margins and header are used; its text is left out.
        Its styles are those of Word: Title, Subtitle, Heading 1, Heading 2, Normal, List Bullet,
        Caption and Table Grid.

    Raises
    ------
    FileError
        If the template cannot be read or lacks a style, or the file cannot be written.
    """
    document = _opened(template)
    core = document.core_properties
    core.title, core.language, core.author = title, "en-GB", ""
    _paragraph(document, title, _TITLE)
    _paragraph(document, subtitle, _SUBTITLE)
    for number, block in enumerate(blocks, 1):
        _add(document, block, number)
    written(document, path)


def _opened(template: Path | None) -> "Document":
    try:
        import docx
    except ImportError:
        raise not_installed("Word documents", "python-docx") from None
    if template is None:
        document = docx.Document()
        _plain_styles(document)
        return document
    document = opened_template(template, "Word document", docx.Document, ".docx or .dotx")
    styles = {style.name for style in document.styles}
    wanted = [_TITLE, _SUBTITLE, "Heading 1", "Heading 2", _BULLET, _CAPTION, _TABLE]
    if lacking := [name for name in wanted if name not in styles]:
        raise FileError(
            f"{template} has no style {', '.join(lacking)}; use each once in the template in Word "
            "and save it, so that it is kept there."
        )
    body = document.element.body
    for element in list(body):
        if not element.tag.endswith("}sectPr"):
            body.remove(element)
    return document


def _plain_styles(document: "Document") -> None:
    """Make Word's own template an A4 page in a type of the system, black on white."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    sizes = {"Normal": 11, _TITLE: 24, _SUBTITLE: 13, "Heading 1": 17, "Heading 2": 13, _CAPTION: 9}
    for name, size in sizes.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
        style.font.italic, style.font.bold = False, name.startswith("Heading")
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    language = document.styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), "en-GB")


def _paragraph(document: "Document", text: str, style: str) -> Any:
    return document.add_paragraph(text, style=style)


def _add(document: "Document", block: Block, number: int) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, block.level)
    elif isinstance(block, Words):
        _paragraph(document, block.text, _BULLET if block.bullet else "Normal")
    elif isinstance(block, Table):
        caption = _paragraph(document, block.caption, _CAPTION)
        caption.paragraph_format.keep_with_next = True
        _add_table(document, block)
    else:
        _add_picture(document, block, number)


def _add_table(document: "Document", block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    table = document.add_table(rows=0, cols=len(block.header), style=_TABLE)
    for at, cells in enumerate([block.header, *block.rows]):
        row = table.add_row()
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
        if at == 0:  # repeated on each page, and read out as the header
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            run = cell.paragraphs[0].add_run(str(text))
            run.font.size, run.bold = Pt(9), at == 0
            cell.width = Mm(_FIRST_MM if place == 0 else (_WIDTH_MM - _FIRST_MM) / (len(cells) - 1))
            if place:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
            short = len(block.rows) <= _KEPT_WHOLE and at < len(block.rows)
            cell.paragraphs[0].paragraph_format.keep_with_next = short
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1")
    for tag, text in (("w:tblCaption", block.caption), ("w:tblDescription", block.caption)):
        told = OxmlElement(tag)
        told.set(qn("w:val"), text)
        table._tbl.tblPr.append(told)
    document.add_paragraph()


def _add_picture(document: "Document", block: Picture, number: int) -> None:
    """Add a picture as wide as the text, or as high as the page lets it be."""
    from docx.shared import Mm
    from PIL import Image

    with Image.open(block.path) as image:
        wide = min(_WIDTH_MM, _HEIGHT_MM * image.width / image.height)
    shape = document.add_picture(str(block.path), width=Mm(wide))
    told = shape._inline.docPr
    told.set("descr", block.alt)
    told.set("name", f"Figure {number}")
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _paragraph(document, block.caption, _CAPTION)
