"""What is said of a sum that lacks areas."""

import numpy as np
import pandas as pd

from geo.statistics.incomplete import AT_LEAST


def lacking_words(number: pd.Series) -> pd.Series:
    """Say how many areas of a sum have no figure."""
    number = number.fillna(0).astype(int)
    return number.astype(str) + number.map(
        lambda n: " of its areas has no figure" if n == 1 else " of its areas have no figure"
    )


def blank_words(sums: pd.DataFrame, catalogue: pd.DataFrame) -> pd.Series:
    """Say of an area's own missing figure how many it stands for, where that is known."""
    below = _blank_below(sums, catalogue)
    return below.map(lambda n: f"no figure is published: fewer than {n:.0f}" if n > 0 else "")


def _blank_below(sums: pd.DataFrame, catalogue: pd.DataFrame) -> pd.Series:
    if "blank_below" not in catalogue:
        return pd.Series(np.nan, sums.index)
    return sums["indicator_id"].map(catalogue.set_index("indicator_id")["blank_below"])


def least_words(sums: pd.DataFrame, catalogue: pd.DataFrame) -> pd.Series:
    """Say of a sum that is at least what stands there how many areas it lacks, and how many each.

    Examples
    --------
    >>> sums = pd.DataFrame({"indicator_id": ["poor"], "count": [16880.0], "at_least": [18]})
    >>> what = pd.DataFrame({"indicator_id": ["poor"], "blank_below": [10]})
    >>> least_words(sums, what).tolist()
    ['at least 16,880: 18 of its areas have no figure (fewer than 10 each)']
    """
    each = _blank_below(sums, catalogue).map(
        lambda n: f" (fewer than {n:.0f} each)" if n > 0 else ""
    )
    counts = sums["count"].map(lambda n: f"at least {n:,.0f}: " if n == n else "")
    return counts + lacking_words(sums[AT_LEAST]) + each
