"""States of a cell, polarities and measures of an indicator."""

from typing import Literal

STATES = ("value", "zero", "suppressed", "missing", "not_compared")
GOOD: dict[str, Literal[-1, 0, 1]] = {"high_is_good": 1, "low_is_good": -1, "no_judgement": 0}
"""Which direction is good, by polarity."""
POLARITIES = tuple(GOOD)
MEASURES = ("proportion", "rate", "mean", "value", "ratio", "count")
