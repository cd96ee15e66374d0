"""Text on paper: the face it is written in, how wide it is, and where its lines break.

Widths and heights are millimetres, sizes of type are points.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path

MM_PER_POINT = 25.4 / 72
LEAST_TYPE = 7.0
LINE = 1.25


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


def text_height(text: str, points: float) -> float:
    """Measure the height of text in millimetres; none where there is no text."""
    return text_size(text, points)[1] if text else 0.0


def shortened(text: str, width: float, points: float, weight: str = "normal") -> str:
    """Cut text that is wider than ``width`` millimetres, and end it in an ellipsis."""
    if text_size(text, points, weight)[0] <= width:
        return text
    while text and text_size(text + "…", points, weight)[0] > width:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""
