"""How far areas stray by chance alone: control limits around a target, for funnel plots."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from geo.errors import TableError, examples
from geo.statistics.funnel_series import FunnelSeries, funnel_series
from geo.statistics.intervals import normal_point, poisson_limits
from geo.statistics.overdispersion import ADJUSTMENTS, Adjustment, dispersion_of, values_of
from geo.statistics.table_checks import Confidence, confidence_levels

Method = Literal["exact", "own_interval"]


def control_limits(
    comparisons: pd.DataFrame,
    *,
    catalogue: pd.DataFrame | None = None,
    confidence: Confidence = (0.95, 0.998),
    points: int = 100,
    method: Method = "exact",
    overdispersion: Adjustment = "none",
) -> pd.DataFrame:
    """Give the limits between which areas of each size would lie if they differed by chance alone.

    Parameters
    ----------
    comparisons : DataFrame
        What ``geo.compare`` returns: tidy indicators with ``denominator`` and
        ``benchmark_value``, the target. ``measure`` (proportion, rate or ratio; others are left
        out) and ``multiplier`` stand in columns or in the catalogue. The denominator of a ratio is
        the number of events expected, and its multiplier has to be known.
    catalogue : DataFrame, optional
        ``indicator_id``, ``measure`` and where known ``multiplier``.
    confidence : float or sequence of float
        The first gives ``lower_ci`` and ``upper_ci``, others columns such as ``lower_ci_998``.
    points : int
        How many sizes, evenly spaced by their square root from the smallest area to the largest,
        are added to those of the areas, so that the limits can be drawn as lines.
    method : {"exact", "own_interval"}
        Exact limits of the distribution of a count; or those at which an area's own interval
        (Wilson's; exact Poisson below ten events and Byar's from ten up) touches the target, so
        that an area lies outside where ``geo.compare`` finds it better or worse, and only there.
    overdispersion : {"none", "untrimmed", "winsorised"}
        By which mean of z² (as ``geo.overdispersion`` gives it, of these areas) limits are
        widened: they lie √(mean of z²) times as far from the target, if it is above 1.

    Returns
    -------
    DataFrame
        One row an area type, indicator, period, sex, age and denominator, in rising order:
        ``denominator``, ``target`` and limits, in the unit of the value, ``method``,
        ``overdispersion`` and ``dispersion``: the mean of z² (winsorised unless it is asked for
        untrimmed), missing where there are no values.

    Raises
    ------
    TableError
        If a column is absent, a number is impossible, a target is negative or a proportion's
        target above its multiplier, a ratio has no multiplier, there are fewer than 2 points, or a
        method is another.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in
    Medicine 24: 1185–1202, appendix A.1.1: exact binomial and Poisson limits, interpolated
    between whole counts. Limits by the areas' own intervals: Wilson's interval holds the target p
    just where the value lies within p ± z √(p (1 − p) / n); of rates and ratios the limits are the
    counts whose interval, as ``geo.rate`` gives it, ends at the count expected. Overdispersion:
    Spiegelhalter DJ (2005). Handling over-dispersion of performance indicators. Quality and Safety
    in Health Care 14: 347–351 (multiplicative).

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
    if method not in _LIMITS:
        raise TableError(f"The method is {method!r}; allowed are {examples(_LIMITS)}.")
    if overdispersion not in ADJUSTMENTS:
        raise TableError(
            f"overdispersion is {overdispersion!r}; allowed are {examples(ADJUSTMENTS)}."
        )
    levels = confidence_levels(confidence)
    labels, series = funnel_series(comparisons, catalogue)
    asked = overdispersion != "none"
    known = asked or "value" in comparisons
    value = values_of(comparisons) if known else np.full(len(comparisons), np.nan)
    nothing = FunnelSeries(labels.iloc[:0], np.empty(0), np.empty(0), 0, "rate", 1)
    parts = [_limits_of(nothing, levels, method).assign(overdispersion="", dispersion=1.0)]
    for one in series:
        spread = dispersion_of(one, value)[overdispersion if asked else "winsorised"]
        own = _limits_of(replace(one, sizes=_with_between(one.sizes, points)), levels, method)
        own = _widened(own, spread, one) if asked and spread > 1 else own
        parts.append(own.assign(overdispersion=overdispersion, dispersion=spread))
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _with_between(sizes: np.ndarray, points: int) -> np.ndarray:
    """Add sizes between the smallest area and the largest to those of the areas."""
    sizes = np.unique(sizes)
    roots = np.linspace(np.sqrt(sizes[0]), np.sqrt(sizes[-1]), points)[1:-1] ** 2
    return np.unique(np.r_[sizes, roots[(roots > sizes[0]) & (roots < sizes[-1])]])


def _limits_of(
    series: FunnelSeries, levels: Sequence[tuple[float, str]], method: Method
) -> pd.DataFrame:
    """Limits of one series, in the unit of its values."""
    sizes, target = series.sizes, np.full(len(series.sizes), series.target)
    columns = {"denominator": sizes, "target": target * series.unit}
    for level, suffix in levels:
        limits = _LIMITS[method](sizes, target, level, series.measure == "proportion")
        for end, counts in zip(("lower", "upper"), limits, strict=True):
            columns[f"{end}_ci{suffix}"] = counts / sizes * series.unit
    labels = series.label.iloc[np.zeros(len(sizes), dtype=int)].reset_index(drop=True)
    return labels.assign(**columns, method=method)


def _widened(limits: pd.DataFrame, dispersion: float, series: FunnelSeries) -> pd.DataFrame:
    """Move limits away from the target, as far as values can lie."""
    ends = [column for column in limits if "_ci" in str(column)]
    target = series.target * series.unit
    away = (limits[ends] - target) * np.sqrt(dispersion) + target
    most = series.unit if series.measure == "proportion" else np.inf
    return limits.assign(**{end: away[end].clip(0, most) for end in ends})


def _exact(
    n: np.ndarray, p: np.ndarray, level: float, binomial: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Give the counts at the ends of the distribution about np."""
    lower, upper = (_quantile(n, p, (1 + sign * level) / 2, binomial) for sign in (-1, 1))
    return lower, upper


def _touching(
    n: np.ndarray, p: np.ndarray, level: float, binomial: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Find the counts whose own interval ends at np."""
    if binomial:
        away = normal_point(level) * np.sqrt(n * p * (1 - p))
        return np.maximum(n * p - away, 0), np.minimum(n * p + away, n)
    most = n * p + 10 * normal_point(level) * (np.sqrt(n * p) + normal_point(level)) + 20

    def limits(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return poisson_limits(count, level)

    lower = _least(lambda count: limits(count)[1] >= n * p, most)
    upper = _least(lambda count: limits(count)[0] > n * p, most)
    return lower, upper


def _least(reached: Callable[[np.ndarray], np.ndarray], most: np.ndarray) -> np.ndarray:
    """Find the count from which on something holds, from 10 up and below 10 each for itself.

    Limits step at ten events, where Byar's take the place of exact ones: what does not hold at
    ten is sought above, what does below.
    """
    ten = np.full(len(most), 10.0)
    above = ~reached(ten)
    low, high = np.where(above, 10.0, 0.0), np.where(above, most, 10.0)
    high = np.where(reached(np.zeros(len(most))), 0.0, high)
    for _ in range(70):
        middle = (low + high) / 2
        held = reached(middle)
        low, high = np.where(held, low, middle), np.where(held, middle, high)
    return high


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


_LIMITS = {"exact": _exact, "own_interval": _touching}
