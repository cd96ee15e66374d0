"""Templates, styles and scripts of the pages, and how they are rendered."""

import re
from pathlib import Path

import jinja2
from markupsafe import Markup

_PAGE_CSS = Path(__file__).with_name("assets") / "page.css"
"""Style sheet that all pages share."""


def templates(folder: Path) -> jinja2.Environment:
    """Give the environment that renders the templates of a folder."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style_sheet(*own: Path, more: str = "") -> Markup:
    """Join the style sheet of all pages with a page's own, without comments and needless blanks."""
    css = "".join(path.read_text("utf-8") for path in (_PAGE_CSS, *own))
    small = re.sub(r"/\*.*?\*/\s*|(?<=:) |\s*([{};,])\s*", r"\1", css, flags=re.DOTALL)
    return Markup(small + more)
