"""States of a cell, polarities and measures of an indicator, and contributions to it."""

from collections.abc import Iterable
from typing import Literal

STATES = ("value", "zero", "suppressed", "missing", "not_compared")
GOOD: dict[str, Literal[-1, 0, 1]] = {"high_is_good": 1, "low_is_good": -1, "no_judgement": 0}
"""Which direction is good, by polarity."""
POLARITIES = tuple(GOOD)
MEASURES = ("proportion", "rate", "mean", "value", "ratio", "count")
ABSENT = ("zero", "nobody")
"""What an area without a row may stand for: no events, or nobody at all whom they could be of."""
CONTRIBUTIONS = tuple(f"largest_{rank}" for rank in range(1, 10))
"""Columns of the largest contributions of single people to a sum or mean, the largest first."""


def contributions_in(columns: Iterable[object]) -> list[str]:
    """Columns of contributions among others, the largest first.

    Examples
    --------
    >>> contributions_in(["value", "largest_2", "largest_1"])
    ['largest_1', 'largest_2']
    """
    found = set(columns)
    return [name for name in CONTRIBUTIONS if name in found]
