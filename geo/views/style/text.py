"""Text on paper: the face it is written in, how wide it is, and where its lines break.

Widths and heights are millimetres, sizes of type are points.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

import numpy as np
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path

MM_PER_POINT = 25.4 / 72
LEAST_TYPE = 7.0
LINE = 1.25
_WIDEST_LETTER = 2.0  # times the size of type, more than any has


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
        words = list(_short_words(paragraph, width, points, weight))
        whole = " ".join(words)
        letters = width / (text_size(whole, points, weight)[0] or 1.0) * len(whole)
        while words:
            fit = _how_many_fit(words, letters, width, points, weight)
            lines.append(" ".join(words[:fit]))
            words = words[fit:]
        if not whole:
            lines.append("")
    return "\n".join(lines)


def _how_many_fit(
    words: Sequence[str], letters: float, width: float, points: float, weight: str
) -> int:
    """Count the words that one line holds, at least one; it holds about so many letters."""

    def too_wide(count: int) -> bool:
        return text_size(" ".join(words[:count]), points, weight)[0] > width

    ends = accumulate(len(word) + 1 for word in words)
    fit = max(1, sum(1 for end in ends if end <= letters))
    while fit > 1 and too_wide(fit):
        fit -= 1
    while fit < len(words) and not too_wide(fit + 1):
        fit += 1
    return fit


def _short_words(text: str, width: float, points: float, weight: str) -> Iterator[str]:
    """Give the words of a text, those wider than a line in pieces."""
    for word in text.split():
        surely = len(word) * _WIDEST_LETTER * points * MM_PER_POINT <= width
        while not surely and len(word) > 1 and (wide := text_size(word, points, weight)[0]) > width:
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
