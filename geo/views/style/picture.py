"""Figures as small files: pictures of few colours, drawings of short numbers."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.spatial.distance import cdist

_MOST_COLOURS, _PALETTE, _EXACT, _OPAQUE = 1 << 16, 256, 128, 255
_PATHS = re.compile(r'(<path (?:id="[^"]*" )?d=")([^"]*)')
_COMMANDS = re.compile(r"([A-Za-z])([^A-Za-z]*)")


def write_picture(pixels: np.ndarray, path: Path, dpi: int) -> None:
    """Write a picture as PNG with a palette of 256 colours, which the eye can't tell from all.

    Parameters
    ----------
    pixels : array of uint8
        Red, green, blue and opacity: height × width × 4.
    path : Path
        Where to write.
    dpi : int
        Its resolution.

    Notes
    -----
    Charts have few colours and many blends of two at the edges of letters and lines. The 128
    commonest stay as they are; of the rest, that furthest from all chosen is chosen next
    (farthest-first traversal, Gonzalez 1985), so that no colour is far from one in the palette.
    A picture that is transparent, or of more than 65,536 colours, keeps them all.
    """
    picture = Image.fromarray(pixels)
    if (pixels[..., 3] == _OPAQUE).all():
        counted = picture.getcolors(_MOST_COLOURS)
        picture = _of_few_colours(pixels, counted) if counted else picture.convert("RGB")
    picture.save(path, "PNG", dpi=(dpi, dpi))


def _of_few_colours(pixels: np.ndarray, counted: list[tuple[int, Any]]) -> Image.Image:
    colours = np.array([colour[:3] for _, colour in sorted(counted, reverse=True)])
    chosen = _spread_out(colours)
    nearest = cdist(colours, colours[chosen]).argmin(axis=1)
    code = np.zeros(1 << 24, dtype=np.uint8)
    code[colours @ (1, 1 << 8, 1 << 16)] = nearest
    whole = np.ascontiguousarray(pixels).view("<u4")[..., 0] & 0xFFFFFF
    few = Image.fromarray(code[whole], "P")
    few.putpalette(colours[chosen].astype(np.uint8).tobytes())
    return few


def _spread_out(colours: np.ndarray) -> list[int]:
    """Choose the first colours, which are the commonest, and those furthest from all chosen."""
    chosen = list(range(min(_EXACT, len(colours))))
    apart = cdist(colours, colours[chosen]).min(axis=1)
    while len(chosen) < _PALETTE and apart.any():
        chosen.append(int(apart.argmax()))
        apart = np.minimum(apart, cdist(colours, colours[chosen[-1:]])[:, 0])
    return chosen


def short_paths(drawing: str) -> str:
    r"""Write the paths of an SVG drawing in hundredths of its unit, lines from corner to corner.

    Corners stay within half a hundredth (a five-hundredth of a millimetre on paper), since
    rounded places are subtracted, not rounded distances added; areas that share a corner still do.

    Examples
    --------
    >>> short_paths('<path d="M 1.00449 2 \nL 3.5 1.251 \nL 3.5 2.5 \nz\n" style="x"/>')
    '<path d="M1 2l2.5-.75 0 1.25z" style="x"/>'
    """
    return _PATHS.sub(lambda found: found[1] + _shortened(found[2]), drawing)


def _shortened(path: str) -> str:
    written, before = "", ""
    at: tuple[int, int] | None = None
    for command, numbers in _COMMANDS.findall(path):
        places = [round(100 * float(number)) for number in numbers.split()]
        end = (places[-2], places[-1]) if len(places) > 1 else None
        if command == "L" and at and end:
            command, places = "l", [end[0] - at[0], end[1] - at[1]]
        words = " ".join(map(_number, places))
        written += (" " if command == before == "l" else command) + words
        at, before = end, command
    return written.replace(" -", "-")


@lru_cache(maxsize=65536)
def _number(hundredths: int) -> str:
    text = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0(?=\.)", r"\1", text)
