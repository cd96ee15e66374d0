"""States of a cell, polarities and measures of an indicator."""

STATES = ("value", "zero", "suppressed", "missing", "not_compared")
POLARITIES = ("high_is_good", "low_is_good", "no_judgement")
MEASURES = ("proportion", "rate", "mean", "value", "ratio", "count")
