"""Columns of numbers as short text that a script reads in place, one number at a time."""

from typing import Any

import numpy as np

from geo.errors import TableError

ALPHABET = "".join(c for c in map(chr, range(33, 127)) if c not in "\"&'<>\\")
"""Digits of packed numbers: characters that neither JSON nor HTML needs to escape."""

CLASSES = "0123456789abcdefghijklmnopqrstuvwxyz"
_NONE, _TINY, _TINY_BELOW, _FIRST = range(4)
_LARGEST = 1e15


def pack(values: np.ndarray, decimals: int = 0) -> dict[str, Any]:
    """Pack numbers, rounded, into text with as many digits each as the widest needs.

    Digit groups 0, 1 and 2 stand for no number and for numbers above and below zero that the
    rounding would make zero; the others count up from the least number.

    Parameters
    ----------
    values : array of float
        Numbers; NaN is no number.
    decimals : int
        Decimals to keep.

    Returns
    -------
    dict
        ``text``; ``width``, characters a number; ``least``, as a whole number of the last
        decimal; ``decimals``.

    Examples
    --------
    >>> pack(np.array([1.0, 2.0, np.nan]))
    {'text': '%(!', 'width': 1, 'least': 1, 'decimals': 0}
    """
    known = ~np.isnan(values)
    if (np.abs(values[known]) > _LARGEST).any():
        raise TableError(
            f"A number of the map is {np.abs(values[known]).max():.3g}; allowed are numbers up to "
            f"{_LARGEST:.0e}, so give it in another unit."
        )
    decimals = int(
        min(decimals, 15 - np.ceil(np.log10(max(1, np.abs(values[known]).max(initial=1)))))
    )
    whole = np.rint(np.where(known, values, 0) * 10.0**decimals).astype(np.int64)
    tiny = known & (whole == 0) & (values != 0)
    plain = known & ~tiny
    least = int(whole[plain].min(initial=whole[plain].max(initial=0)))
    groups = np.where(plain, whole - least + _FIRST, np.where(values > 0, _TINY, _TINY_BELOW))
    groups = np.where(known, groups, _NONE)
    width = 1
    while len(ALPHABET) ** width <= groups.max(initial=0):
        width += 1
    places = len(ALPHABET) ** np.arange(width - 1, -1, -1, dtype=np.int64)
    digits = groups[:, None] // places % len(ALPHABET)
    text = np.frombuffer(ALPHABET.encode(), np.uint8)[digits].tobytes().decode()
    return {"text": text, "width": width, "least": least, "decimals": decimals}


def letters(classes: np.ndarray) -> str:
    """Write small whole numbers as one character each, 0–9 and a–z.

    Examples
    --------
    >>> letters(np.array([0, 10, 3]))
    '0a3'
    """
    return np.frombuffer(CLASSES.encode(), np.uint8)[classes].tobytes().decode()
