"""Pictures as small files: few colours, in a palette."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.spatial.distance import cdist

_MOST_COLOURS, _PALETTE, _EXACT, _OPAQUE = 1 << 16, 256, 128, 255


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
