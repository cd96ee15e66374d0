"""Overdispersion: how much more areas differ than chance alone would make them."""

from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from geo.errors import TableError
from geo.statistics.funnel_series import FunnelSeries, funnel_series
from geo.statistics.table_checks import numbers, refuse, suppressed

Adjustment = Literal["none", "untrimmed", "winsorised"]
ADJUSTMENTS = ("none", "untrimmed", "winsorised")
WINSORISED = 0.1


def overdispersion(
    comparisons: pd.DataFrame,
    *,
    catalogue: pd.DataFrame | None = None,
    winsorised: float = WINSORISED,
) -> pd.DataFrame:
    """Measure by how much more than by chance areas differ from the target: mean of z².

    Where nothing but chance makes areas differ it is about 1. Where it is far more, most areas lie
    outside the limits of a funnel plot, which then tells nothing of each of them.

    Parameters
    ----------
    comparisons : DataFrame
        As ``geo.control_limits`` takes it, with ``value``; ``state`` if known.
    catalogue : DataFrame, optional
        ``indicator_id``, ``measure`` and where known ``multiplier``.
    winsorised : float
        Share of the areas at either end whose z is brought in to that of the last area within,
        so that a few extreme areas do not widen the limits for all.

    Returns
    -------
    DataFrame
        One row an area type, indicator, period, sex and age: ``areas`` with a value,
        ``untrimmed`` and ``winsorised`` (mean of z²) and ``p_value``: how likely so much would be
        by chance alone. Missing where no area has a value or the target leaves no room for chance.

    Raises
    ------
    TableError
        If a column is absent, a number is impossible, a target is negative or a proportion's
        target above its multiplier, or the share is not from 0 to below a half.

    References
    ----------
    Spiegelhalter DJ (2005). Handling over-dispersion of performance indicators. Quality and
    Safety in Health Care 14: 347–351. z is (value − target) over the standard error that chance
    gives an area of its size: √(p (1 − p) / n) of proportions, √(target / n) of rates and ratios.

    Examples
    --------
    >>> wards = pd.DataFrame({"area_code": ["Alder", "Birch"], "area_type": "ward",
    ...     "indicator_id": "neet", "period": "2024", "denominator": [100, 400], "value": [16, 13],
    ...     "benchmark_value": 10.0, "measure": "proportion"})
    >>> overdispersion(wards)[["areas", "untrimmed", "p_value"]].round(3)
       areas  untrimmed  p_value
    0      2        4.0    0.018
    """
    if not 0 <= winsorised < 0.5:
        raise TableError(f"winsorised is {winsorised}; give a share from 0 to below 0.5.")
    labels, series = funnel_series(comparisons, catalogue)
    value = values_of(comparisons)
    found = [dispersion_of(one, value, winsorised) for one in series]
    columns = ["areas", "untrimmed", "winsorised", "p_value"]
    measured = pd.DataFrame(found, columns=columns, index=labels.index, dtype=float)
    return labels.join(measured.astype({"areas": int}))


def values_of(comparisons: pd.DataFrame) -> np.ndarray:
    """Read the values, with suppressed ones as missing."""
    if "value" not in comparisons.columns:
        raise TableError(
            "No column value in the comparisons; overdispersion is of the values, so give them."
        )
    value = numbers(comparisons, "value", lowest=-np.inf)
    refuse(comparisons, value < 0, "value", "proportions, rates and ratios are 0 or more")
    hidden = suppressed(comparisons)
    return value if hidden is None else np.where(hidden, np.nan, value)


def dispersion_of(
    series: FunnelSeries, value: np.ndarray, winsorised: float = WINSORISED
) -> dict[str, float]:
    """Mean of z² over the areas of a series, as they are and winsorised."""
    target, known = series.target, ~np.isnan(value[series.rows])
    own = value[series.rows][known] / series.unit
    variance = target * (1 - target) if series.measure == "proportion" else target
    if not len(own) or variance <= 0:
        return {"areas": len(own), "untrimmed": np.nan, "winsorised": np.nan, "p_value": np.nan}
    z = (own - target) / np.sqrt(variance / series.sizes[known])
    within = np.clip(z, *np.quantile(z, [winsorised, 1 - winsorised]))
    return {
        "areas": len(z),
        "untrimmed": float((z**2).mean()),
        "winsorised": float((within**2).mean()),
        "p_value": float(special.chdtrc(len(z), (z**2).sum())),
    }
