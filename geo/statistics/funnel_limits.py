"""How far areas stray by chance alone: control limits around a target, for funnel plots."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from geo.errors import TableError
from geo.statistics.series import (
    MULTIPLIERS,
    fact,
    indicator_facts,
    multipliers,
    numbered,
    require_series,
    series_keys,
)
from geo.statistics.table_checks import Confidence, confidence_levels, numbers, refuse


def control_limits(
    comparisons: pd.DataFrame,
    *,
    catalogue: pd.DataFrame | None = None,
    confidence: Confidence = (0.95, 0.998),
    points: int = 100,
) -> pd.DataFrame:
    """Give the limits between which areas of each size would lie if they differed by chance alone.

    Parameters
    ----------
    comparisons : DataFrame
        What ``geo.compare`` returns: tidy indicators with ``denominator`` and
        ``benchmark_value``, the target. ``measure`` (proportion or rate; others are left out) and
        ``multiplier`` stand in columns or in the catalogue.
    catalogue : DataFrame, optional
        ``indicator_id``, ``measure`` and where known ``multiplier``.
    confidence : float or sequence of float
        The first gives ``lower_ci`` and ``upper_ci``, others columns such as ``lower_ci_998``.
    points : int
        How many sizes, evenly spaced by their square root from the smallest area to the largest,
        are added to those of the areas, so that the limits can be drawn as lines.

    Returns
    -------
    DataFrame
        One row an area type, indicator, period, sex, age and denominator, in rising order:
        ``denominator``, ``target`` and limits, in the unit of the value. Not adjusted for
        overdispersion.

    Raises
    ------
    TableError
        If a column is absent, a number is impossible, a target is negative or a proportion's
        target above its multiplier, or there are fewer than 2 points.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in
    Medicine 24: 1185–1202, appendix A.1.1: exact binomial and Poisson limits, interpolated
    between whole counts.

    Examples
    --------
    >>> wards = pd.DataFrame({"area_code": ["Alder", "Birch"], "area_type": "ward",
    ...     "indicator_id": "neet", "period": "2024", "denominator": [100, 400], "value": 10.0,
    ...     "benchmark_value": 10.0, "measure": "proportion"})
    >>> control_limits(wards).iloc[[0, -1]][["denominator", "lower_ci", "upper_ci"]].round(2)
        denominator  lower_ci  upper_ci
    0         100.0      4.04     15.77
    99        400.0      7.03     12.91
    """
    if points < 2:
        raise TableError(f"points is {points}; give 2 or more, such as 100.")
    levels = confidence_levels(confidence)
    require_series(comparisons, ["denominator", "benchmark_value"])
    facts = indicator_facts(comparisons, catalogue)
    ids = comparisons["indicator_id"]
    measure = fact(facts, "measure", ids)
    unit = multipliers(facts, ids, measure)
    size, target = numbers(comparisons, "denominator"), numbers(comparisons, "benchmark_value")
    target = target / unit
    certain = (measure == "proportion") & (target > 1)
    refuse(comparisons, certain, "benchmark_value", "a proportion may not be above its multiplier")
    usable = np.isin(measure, list(MULTIPLIERS)) & (size > 0) & ~np.isnan(target)
    series, labels = numbered(comparisons[usable], ["area_type", *series_keys(comparisons)])
    parts = [_limits_of(labels.iloc[:0], np.empty(0), np.empty(0), "rate", 1.0, levels)]
    for number in range(len(labels)):
        rows = np.flatnonzero(usable)[series == number]
        sizes = np.unique(size[rows])
        roots = np.linspace(np.sqrt(sizes[0]), np.sqrt(sizes[-1]), points)[1:-1] ** 2
        between = roots[(roots > sizes[0]) & (roots < sizes[-1])]
        sizes = np.unique(np.r_[sizes, between])
        first = rows[0]
        label = labels.iloc[np.full(len(sizes), number)]
        goal = np.full(len(sizes), target[first])
        parts.append(_limits_of(label, sizes, goal, measure[first], unit[first], levels))
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _limits_of(
    labels: pd.DataFrame,
    sizes: np.ndarray,
    target: np.ndarray,
    measure: str,
    unit: float,
    levels: Sequence[tuple[float, str]],
) -> pd.DataFrame:
    """Limits of one series, in the unit of its values."""
    columns = {"denominator": sizes, "target": target * unit}
    for level, suffix in levels:
        for end, probability in (("lower", (1 - level) / 2), ("upper", (1 + level) / 2)):
            limit = _quantile(sizes, target, probability, measure == "proportion") / sizes
            columns[f"{end}_ci{suffix}"] = limit * unit
    return labels.reset_index(drop=True).assign(**columns)


def _quantile(n: np.ndarray, p: np.ndarray, probability: float, binomial: bool) -> np.ndarray:
    """Quantile of a count of mean np, interpolated between the whole counts about it."""

    def up_to(count: np.ndarray) -> np.ndarray:
        r = np.maximum(count, 0)
        if binomial:
            few = r < n
            chance = special.betaincc(r + 1, np.where(few, n - r, 1), p)
            return np.where(count < 0, 0.0, np.where(few, chance, 1.0))
        return np.where(count < 0, 0.0, special.gammaincc(r + 1, n * p))

    low, high = np.full(len(n), -1.0), np.ceil(n * p + 10 * np.sqrt(n * p) + 20)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        reached = up_to(middle) >= probability
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    above, below = up_to(high), up_to(high - 1)
    share = (above - probability) / np.where(above > below, above - below, 1.0)
    return np.clip(high - share, 0, n if binomial else np.inf)
