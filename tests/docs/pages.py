"""The sources of the pages, and what stands in them."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_FENCE = re.compile(r"^ *```(\S+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def page(name):
    """Text of a page as it is written."""
    return (DOCS / f"{name}.md").read_text("utf-8")


def fences(language):
    """Text of each block of a language, with the page it stands in."""
    for path in sorted(DOCS.glob("*.md")):
        for kind, text in _FENCE.findall(path.read_text("utf-8")):
            if kind == language:
                yield path.stem, text


def table_rows(text):
    """Cells of every row of the tables in a page, without headers."""
    rows = [line for line in text.splitlines() if re.match(r" *\|", line)]
    cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
    return [row for row in cells if not set("".join(row)) <= set("-: ")]
