"""Templates, styles and scripts of the pages, and how they are rendered."""

from pathlib import Path

import jinja2

PAGE_CSS = Path(__file__).with_name("assets") / "page.css"
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
