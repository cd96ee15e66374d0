"""Figures to files: picture, drawing, document, data and words, the same bytes every time."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from geo.errors import FileError, TableError
from geo.views.style.documents import small_documents
from geo.views.style.page import DPI, style
from geo.views.style.paths import short_paths
from geo.views.style.picture import write_picture
from geo.views.style.small import small_drawing
from geo.vocabulary.spreadsheets import safe_cells

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FAMILIES = "font-family: Arial, 'Liberation Sans', Helvetica, 'DejaVu Sans', sans-serif"


def save_figure(
    figure: Figure,
    folder: Path | str,
    name: str,
    *,
    data: pd.DataFrame | None = None,
    alt: str = "",
    caption: str = "",
    small: bool = False,
) -> list[Path]:
    """Write a figure as PNG, SVG and PDF, its data as CSV, its words as TXT.

    Parameters
    ----------
    figure : Figure
        As `choropleth` returns it; its label is the title.
    folder : Path
        Where to write; made if absent.
    name : str
        File name without ending: small letters, digits, single hyphens.
    data : DataFrame, optional
        The data behind the figure, its own where not given; geometry is left out. Text that a
        spreadsheet would run as a formula gets an apostrophe before it.
    alt : str
        Alternative text: what the figure shows, in words; its own where not given.
    caption : str
        Source, period and licence; its own where not given.
    small : bool
        Write ``<name>-small.svg`` too: for web pages, of 60 kB at most where its words allow.

    Returns
    -------
    list of Path
        The five files: png (300 dpi), svg (text as text, with title and description), pdf (fonts
        embedded), csv, txt. Of a figure of several pages, png and svg of each, the second as
        ``<name>-2.png``, and all in one pdf.

    Raises
    ------
    FileError
        If the name could leave the folder or is no plain file name, or nothing can be written
        there.
    TableError
        If data or words are neither given nor carried by the figure.

    Examples
    --------
    >>> import geo, tempfile
    >>> figure = geo.choropleth(geo.sample().areas.merge(geo.sample().deprivation, on="lsoa21cd"))
    >>> [path.name for path in save_figure(figure, tempfile.mkdtemp(), "map")]
    ['map.png', 'map.svg', 'map.pdf', 'map.csv', 'map.txt']
    """
    if not _NAME.fullmatch(name):
        raise FileError(
            f"{name!r} can't be the name of a figure; use small letters, digits and single "
            "hyphens, such as 'deprivation-2025'."
        )
    data = data if data is not None else getattr(figure, "data", None)
    alt, caption = alt or getattr(figure, "alt_text", ""), caption or getattr(figure, "caption", "")
    if data is None or not alt or not caption:
        raise TableError(
            f"The figure {name} carries no data or words of its own; give data, alt and caption."
        )
    folder = Path(folder)
    paths = {kind: folder / f"{name}.{kind}" for kind in ("png", "svg", "pdf", "csv", "txt")}
    paths |= {"small": folder / f"{name}-small.svg"} if small else {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(figure, paths, str(figure.get_label() or name), pd.DataFrame(data), alt, caption)
    except OSError as problem:
        raise FileError(
            f"The figure {name} cannot be written to {folder} ({problem.strerror or problem}); "
            "choose another folder."
        ) from problem
    further = range(2, 2 + len(getattr(figure, "further", ())))
    more = [folder / f"{name}-{page}.{kind}" for page in further for kind in ("png", "svg")]
    return [*paths.values(), *more]


def _write(
    figure: Figure,
    paths: Mapping[str, Path],
    title: str,
    data: pd.DataFrame,
    alt: str,
    caption: str,
) -> None:
    pages = [figure, *getattr(figure, "further", ())]
    for number, page in enumerate(pages, 1):
        of = f"{title}, page {number} of {len(pages)}" if len(pages) > 1 else title
        ending = f"-{number}" if number > 1 else ""
        kinds = [kind for kind in ("png", "svg", "small") if kind in paths]
        places = {kind: paths[kind].with_stem(paths[kind].stem + ending) for kind in kinds}
        _draw(page, places, of, alt)
    about = {"CreationDate": None, "Title": title, "Subject": alt}
    with style(), small_documents(), PdfPages(paths["pdf"], metadata=about) as document:
        for page in pages:
            before = page.canvas
            FigureCanvasPdf(page).print_figure(document)
            page.set_canvas(before)
    bare = data.drop(columns="geometry", errors="ignore")
    safe_cells(bare).to_csv(paths["csv"], index=False, lineterminator="\n")
    words = f"Alternative text\n{alt}\n\nCaption\n{caption}\n"
    paths["txt"].write_text(words, encoding="utf-8", newline="\n")


def words_of(path: Path) -> tuple[str, str]:
    """Read alternative text and caption of a figure that was saved, from its ``.txt``."""
    alt, _, caption = path.read_text("utf-8").partition("\n\nCaption\n")
    return alt.removeprefix("Alternative text\n"), caption.removesuffix("\n")


def write_png(figure: Figure, path: Path) -> None:
    """Write a page as a picture of 300 dots an inch."""
    before = figure.canvas
    with style():
        canvas = FigureCanvasAgg(figure)
        canvas.print_figure(io.BytesIO(), dpi=DPI, format="rgba")
    figure.set_canvas(before)
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    write_picture(pixels, path, DPI)


def _draw(figure: Figure, places: Mapping[str, Path], title: str, alt: str) -> None:
    """Write a page as picture and as drawing."""
    write_png(figure, places["png"])
    before = figure.canvas
    with style():
        drawing = io.StringIO()
        FigureCanvasSVG(figure).print_figure(drawing, format="svg", metadata={"Date": None})
    figure.set_canvas(before)
    words = _described(short_paths(drawing.getvalue()), title, alt)
    places["svg"].write_text(words, encoding="utf-8", newline="\n")
    if "small" in places:
        light = small_drawing(_described(drawing.getvalue(), title, alt))
        places["small"].write_text(light, encoding="utf-8", newline="\n")


def _described(drawing: str, title: str, alt: str) -> str:
    """Add title, description and role to an SVG drawing, and the fonts of other machines."""
    drawing = re.sub(r'font-family: [^;"]+', _FAMILIES, drawing)
    opening = drawing.index("<svg")
    end = drawing.index(">", opening)
    return (
        f'{drawing[:end]} role="img" aria-labelledby="title desc">\n'
        f' <title id="title">{escape(title)}</title>\n <desc id="desc">{escape(alt)}</desc>'
        f"{drawing[end + 1 :]}"
    )
