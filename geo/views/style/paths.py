"""Paths of SVG drawings in few characters: rounded places, and lines from corner to corner.

Rounded places are subtracted, not rounded distances added, so that each corner stays within half a
unit of its last decimal, and areas that share a corner still do.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

_DECIMALS = 2
_PATHS = re.compile(r'(<path (?:id="[^"]*" )?d=")([^"]*)')
_FINER = re.compile(r"(\.\d\d)\d+")


def short_paths(drawing: str) -> str:
    r"""Write the paths of a drawing by matplotlib in hundredths of a point.

    That is a three-hundredth of a millimetre on paper. Curves are only cut to that.

    Examples
    --------
    >>> short_paths('<path d="M 1.00449 2 \nL 3.5 1.251 \nL 3.5 2.5 \nz\n" style="x"/>')
    '<path d="M1 2l2.5-.75 0 1.25z" style="x"/>'
    """
    return _PATHS.sub(lambda found: found[1] + _shortened(found[2]), drawing)


def _shortened(path: str) -> str:
    if "C" in path or "Q" in path:
        return _FINER.sub(r"\1", path)
    written = []
    for part in path.split("M")[1:]:
        words = part.split()  # a place, then L and a place or z, again and again
        x, y = ([round(100 * float(word)) for word in words[at::3]] for at in (0, 1))
        written.append(_lines(x, y, _DECIMALS) + "z" * words[2::3].count("z"))
    return "".join(written)


def rings_path(rings: Iterable[np.ndarray], decimals: int) -> str:
    """Write rings, whose last corner is not their first, as a path.

    Examples
    --------
    >>> rings_path([np.array([[10.04, 0.0], [20.0, 0.52], [20.0, 10.0]])], 1)
    'M10 0l10 .5 0 9.5z'
    """
    whole = (np.rint(ring * 10**decimals).astype(int).T.tolist() for ring in rings)
    return "".join(f"{_lines(x, y, decimals)}z" for x, y in whole)


def _lines(x: Sequence[int], y: Sequence[int], decimals: int) -> str:
    """Write places, counted in units of the last decimal."""
    start = f"M{_number(x[0], decimals)} {_number(y[0], decimals)}"
    steps = [
        f"{_number(b - a, decimals)} {_number(d - c, decimals)}"
        for a, b, c, d in zip(x, x[1:], y, y[1:], strict=False)
    ]
    return (f"{start}l{' '.join(steps)}" if steps else start).replace(" -", "-")


@lru_cache(maxsize=65536)
def _number(units: int, decimals: int) -> str:
    text = f"{units / 10**decimals:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return re.sub(r"^(-?)0(?=\.)", r"\1", text)
