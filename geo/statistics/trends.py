"""Recent trend: whether the last five years of an indicator rise, fall or stay."""

import numpy as np
import pandas as pd
from scipy import special

from geo.statistics.intervals import poisson_rate
from geo.statistics.series import (
    fact,
    good_direction,
    indicator_facts,
    interval,
    multipliers,
    numbered,
    require_one_row_each,
    require_series,
    series_keys,
)
from geo.statistics.table_checks import numbers, refuse, suppressed
from geo.vocabulary.periods import read

TREND_POINTS = 5
TREND_CONFIDENCE = 0.998
FEWEST_PEOPLE = 36
"""Of fewer in all five years the variance n p (1 - p) of a count is under 9 whatever the share, too
little for a test that takes it to be normal."""


def trend(indicators: pd.DataFrame, *, catalogue: pd.DataFrame | None = None) -> pd.DataFrame:
    """Recent trend of every series over its last five valid annual points.

    Proportions with ``count`` and ``denominator`` are judged by the chi-squared test for trend;
    other measures by weighted regression on the values, weights 1/SE² with SE the width of the
    95% interval over 3.92, which rates with counts and without limits get as ``geo.rate`` gives it.
    A trend is significant at 99.8% and only if the slope keeps its sign
    when each point in turn is left out.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators with ``value``, ``lower_ci``, ``upper_ci``, or ``count`` and
        ``denominator`` of proportions and rates; ``measure`` and ``polarity`` here or in the
        catalogue. Years are written in any way: ``2021``, ``2021-22``, ``202122``.
        ``series_break``, if there is such a column, is true where a point cannot be compared
        with the ones before it.
    catalogue : DataFrame, optional
        ``indicator_id``, ``measure``, ``polarity``, ``multiplier``.

    Returns
    -------
    DataFrame
        One row a series of an area: its keys, ``first_period`` and ``last_period`` of the points
        used, ``slope`` (units of the value a year), ``chi_squared``, ``trend`` (increasing,
        decreasing, no_change, cannot_be_calculated), ``judgement`` (better, worse, no_judgement;
        empty without a trend) and ``reason`` why a trend cannot be calculated: fewer than five
        valid points, periods that are not single years or overlap, a break, or a proportion of a
        handful of people (5 of 5, 3 of 5, 1 of 5, 1 of 4, 2 of 4), fewer than 36 in the five years.
        Years without a valid point are skipped: the five points used count as t = 1 to 5.

    Raises
    ------
    TableError
        If a column or key is absent, a key stands twice, limits are crossed, a count is
        impossible, or an indicator has two units or measures.

    References
    ----------
    Armitage P (1955). Tests for linear trends in proportions and frequencies. Biometrics 11:
    375–386. Office for Health Improvement and Disparities: Fingertips, recent trends guidance.

    Examples
    --------
    >>> years = pd.DataFrame({"area_code": "Crewe", "area_type": "town", "indicator_id": "neet",
    ...     "period": range(2020, 2025), "count": [10, 20, 30, 40, 50], "denominator": 1000,
    ...     "value": [1, 2, 3, 4, 5], "measure": "proportion", "polarity": "low_is_good"})
    >>> trend(years)[["slope", "trend", "judgement"]]
       slope       trend judgement
    0    1.0  increasing     worse
    """
    counted = {"count", "denominator"} <= set(indicators.columns)
    require_series(indicators, [] if counted else ["value"])
    require_one_row_each(indicators)
    keys = ["area_code", "area_type", *(k for k in series_keys(indicators) if k != "period")]
    facts = indicator_facts(indicators, catalogue)
    series, labels = numbered(indicators, keys)
    points = _points(indicators, facts).assign(series=series)
    out = labels.join(_trends(_last_points(points)))
    out["trend"] = out["trend"].fillna("cannot_be_calculated")
    out["reason"] = out["reason"].fillna("fewer than five valid points")
    good = good_direction(facts, out["indicator_id"])
    judged = out["trend"].map({"increasing": 1, "decreasing": -1}) * good
    words = [judged.isna(), judged > 0, judged < 0]
    out.insert(
        len(out.columns) - 1, "judgement", np.select(words, ["", "better", "worse"], "no_judgement")
    )
    return out


def _last_points(points: pd.DataFrame) -> pd.DataFrame:
    """Last five valid points of every series that has as many, by series and year."""
    by_count = points.groupby("series")["n"].transform("count") > 0
    usable = points["valid"] & (points["n"].notna() | ~by_count)
    points = points[usable].sort_values(["series", "start"], kind="stable")
    points = points[points.groupby("series").cumcount(ascending=False) < TREND_POINTS]
    return points[points.groupby("series")["series"].transform("size") == TREND_POINTS]


def _trends(points: pd.DataFrame) -> pd.DataFrame:
    """Trend of every series of five points, indexed by the number of the series."""

    def five(column: str) -> np.ndarray:
        return points[column].to_numpy().reshape(-1, TREND_POINTS)

    apart = (five("start")[:, 1:] > five("end")[:, :-1]).all(axis=1)
    annual = five("single").all(axis=1) & apart
    broken = five("breaks")[:, 1:].any(axis=1)
    x, n = five("x"), five("n")
    slope, chi_squared, steady = _slopes(five("value"), five("weight"), x, n)
    few = n.sum(axis=1) < FEWEST_PEOPLE
    unknown = ~annual | broken | few
    certain = steady & (chi_squared > special.chdtri(1, 1 - TREND_CONFIDENCE))
    reasons = {
        "the last five periods are not single years or overlap": ~annual,
        "the series breaks": broken,
        f"a proportion of fewer than {FEWEST_PEOPLE} people in five years": few,
    }
    words = {
        "cannot_be_calculated": unknown,
        "increasing": certain & (slope > 0),
        "decreasing": certain & (slope < 0),
    }
    return pd.DataFrame(
        {
            "first_period": five("period")[:, 0],
            "last_period": five("period")[:, -1],
            "slope": np.where(unknown, np.nan, slope),
            "chi_squared": np.where(unknown, np.nan, chi_squared),
            "trend": np.select(list(words.values()), list(words), "no_change"),
            "reason": np.select(list(reasons.values()), list(reasons), ""),
        },
        index=five("series")[:, 0],
    )


def _points(indicators: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Value, weight and year of every point, and whether it can be used.

    Counts and denominators are given for proportions alone; others have ``n`` missing.
    """
    ids = indicators["indicator_id"]
    nothing = np.full(len(indicators), np.nan)
    have = indicators.columns
    x, n = (numbers(indicators, c) if c in have else nothing for c in ("count", "denominator"))
    limits = {"lower_ci", "upper_ci"} <= set(have)
    lower, upper = map(np.array, interval(indicators) if limits else (nothing, nothing))
    value = numbers(indicators, "value", lowest=-np.inf) if "value" in have else nothing
    measure = fact(facts, "measure", ids)
    counted = (measure == "proportion") & (n > 0) & ~np.isnan(x)
    refuse(indicators, counted & (x > n), "count", "a count may not be above its denominator")
    unit = multipliers(facts, ids, measure)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(counted, x / n * unit, value)
        own = (measure == "rate") & (n > 0) & ~np.isnan(x) & np.isnan(lower + upper)
        value = np.where(own, x / n * unit, value)
        lower[own], upper[own] = (limit * unit[own] for limit in poisson_rate(x[own], n[own], 0.95))
        weight = np.where(counted, n / unit**2, (3.92 / (upper - lower)) ** 2)
    hidden = suppressed(indicators)
    valid = ~np.isnan(value) & np.isfinite(weight)
    breaks = _breaks(indicators) if "series_break" in have else nothing > 0
    return _spans(indicators).assign(
        period=indicators["period"].to_numpy(dtype=object),
        value=value,
        weight=weight,
        x=np.where(counted, x, np.nan),
        n=np.where(counted, n, np.nan),
        valid=valid if hidden is None else valid & ~hidden,
        breaks=breaks,
    )


def _breaks(indicators: pd.DataFrame) -> np.ndarray:
    """Read the column ``series_break``; missing is no break."""
    marks = indicators["series_break"]
    wrong = marks.notna() & ~marks.astype(object).isin([True, False])
    refuse(indicators, wrong, "series_break", "allowed are true and false")
    return marks.astype(object).eq(True).fillna(False).to_numpy(dtype=bool)


def _spans(indicators: pd.DataFrame) -> pd.DataFrame:
    """First and last day of each period, missing where it cannot be read; whether it is a year."""
    keys = ["indicator_id", "period"]
    pairs = pd.MultiIndex.from_frame(indicators[keys].drop_duplicates().astype(object))
    known = {
        (name, period): span
        for name, own in pairs.to_frame(index=False).groupby("indicator_id")["period"]
        for period, span in read(own).items()
    }
    nothing = (np.nan, np.nan, False)
    spans = [
        (span.start.toordinal(), span.end.toordinal(), span.length == (12, 0)) if span else nothing
        for span in (known[pair] for pair in pairs)
    ]
    at = pairs.get_indexer(pd.MultiIndex.from_frame(indicators[keys].astype(object)))
    return pd.DataFrame(spans, columns=["start", "end", "single"]).iloc[at].reset_index(drop=True)


def _slopes(
    value: np.ndarray, weight: np.ndarray, x: np.ndarray, n: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted slope of each row, its chi-squared, and whether its sign survives each omission."""
    slope, information = _weighted_slope(value, weight)
    share = x.sum(axis=1) / n.sum(axis=1)
    spread = share * (1 - share)
    certain = slope**2 * information / np.where(spread > 0, spread, 1)
    steady = np.ones(len(slope), dtype=bool)
    for left_out in range(TREND_POINTS):
        others = weight.copy()
        others[:, left_out] = 0
        steady &= np.sign(_weighted_slope(value, others)[0]) == np.sign(slope)
    return slope, certain, steady


def _weighted_slope(value: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    t = np.arange(1.0, TREND_POINTS + 1)
    total, along = weight.sum(axis=1), (weight * t).sum(axis=1)
    spread = total * (weight * t**2).sum(axis=1) - along**2
    covariance = total * (weight * value * t).sum(axis=1) - along * (weight * value).sum(axis=1)
    return covariance / spread, spread / total
