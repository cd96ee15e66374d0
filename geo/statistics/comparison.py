"""Areas against England: better, similar or worse, national quintiles, and recent trend."""

import warnings
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from geo.errors import GeoWarning, TableError, examples
from geo.statistics.rates import (
    MULTIPLIERS,
    fact,
    indicator_facts,
    numbered,
    numbers,
    refuse,
    require,
    series_keys,
    suppressed,
)
from geo.tables import VINTAGES

TREND_POINTS = 5
TREND_CONFIDENCE = 0.998
GOOD = {"high_is_good": 1, "low_is_good": -1, "no_judgement": 0}

_YEAR = r"^(?P<first>\d{4})$"
_YEARS = r"^(?P<first>\d{4})\s*[/–-]\s*(?:\d\d)?(?P<last>\d\d)$"


def quantiles(values: pd.Series, *, n: int = 10, highest_is_first: bool) -> pd.Series:
    """Divide values into ``n`` groups as equal as ties allow.

    Parameters
    ----------
    values : Series
        Numbers; missing ones stay out and get no quantile.
    n : int
        How many groups: 10 for deciles, 5 for quintiles.
    highest_is_first : bool
        Whether the highest values are in quantile 1; else the lowest are.

    Returns
    -------
    Series
        Whole numbers 1 to ``n`` on the index of ``values``. Equal values share a quantile, the
        one of their lowest rank.

    Raises
    ------
    TableError
        If ``n`` is below 2, or a value is text or infinite.

    Examples
    --------
    >>> quantiles(pd.Series([5, 1, 3, 3]), n=2, highest_is_first=True).tolist()
    [1, 2, 1, 1]
    """
    if n < 2:
        raise TableError(f"Values were to be divided into {n} groups; give 2 or more.")
    array = numbers(values.to_frame("values"), "values", lowest=-np.inf)
    valid = ~np.isnan(array)
    known = -array[valid] if highest_is_first else array[valid]
    above = len(known) - np.searchsorted(np.sort(known), known, side="left")
    # In whole numbers: as floats (n + 1 - rank) / (n / k) can end up just above a whole number.
    group = np.maximum(n + 1 - -(-above * n // max(len(known), 1)), 1)
    found = pd.array(np.zeros(len(array), dtype=np.int64), dtype="Int64")
    found[valid] = group
    found[~valid] = pd.NA
    return pd.Series(found, index=values.index, name="quantile")


def compare(
    indicators: pd.DataFrame,
    *,
    benchmark: str = "england",
    levels: Literal[3, 5, "quintiles"] = 3,
    catalogue: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare every area with England, or place it among the areas of England.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators with ``value``, and for 3 and 5 levels ``lower_ci`` and ``upper_ci`` (95%
        intervals); five levels need ``lower_ci_998`` and ``upper_ci_998`` too. ``polarity``
        (high_is_good, low_is_good, no_judgement) stands in a column or in the catalogue; without
        any, nothing is judged better or worse.
    benchmark : str
        The area type, or the code, of the one area to compare with. It is compared within the
        same indicator, period, sex and age, and never with itself.
    levels : {3, 5, "quintiles"}
        Three levels: better, similar, worse (lower, higher where there is no judgement), by the
        95% interval. Five: much better and much worse too, beyond the 99.8% interval. Quintiles:
        fifths of all areas of the same type in the table, which must hold all of England's; no
        test is made.
    catalogue : DataFrame, optional
        ``indicator_id`` and ``polarity``.

    Returns
    -------
    DataFrame
        ``indicators`` with ``benchmark_value``, ``comparison`` (``not_compared`` where there is
        no interval, value or benchmark) and ``quantile``: 1 is the worst fifth by polarity, as
        decile 1 is the most deprived; without judgement 1 holds the highest values. ``attrs``
        has ``comparisons``, how many tests were made, and ``expected_false_flags``, how many of
        them would differ by chance alone if no area differed (5%).

    Raises
    ------
    TableError
        If a column is absent, a key stands twice, an indicator has two units, limits are crossed
        or there is no benchmark, or more than one.

    Warns
    -----
    GeoWarning
        If quintiles are asked of fewer LSOAs than England has.

    Examples
    --------
    >>> table = pd.DataFrame({"area_code": ["Crewe", "E92000001"], "area_type": ["town", "england"],
    ...     "indicator_id": "neet", "period": "2024", "value": [9.0, 5.0], "lower_ci": [7.0, 4.9],
    ...     "upper_ci": [11.0, 5.1], "polarity": "low_is_good"})
    >>> compare(table)[["area_code", "benchmark_value", "comparison"]]
       area_code  benchmark_value    comparison
    0      Crewe              5.0         worse
    1  E92000001              5.0  not_compared
    """
    if levels not in (3, 5, "quintiles"):
        raise TableError(f"levels is {levels!r}; allowed are 3, 5 and 'quintiles'.")
    require(indicators, ["area_code", "area_type", "indicator_id", "period", "value"])
    keys = series_keys(indicators)
    repeated = indicators.duplicated(["area_code", "area_type", *keys])
    refuse(indicators, repeated, "indicator_id", "each may stand once for an area and period")
    facts = indicator_facts(indicators, catalogue)
    polarity = fact(facts, "polarity", indicators["indicator_id"])
    good = pd.Series(polarity).map(GOOD).fillna(0).to_numpy()
    value = numbers(indicators, "value", lowest=-np.inf)
    hidden = suppressed(indicators)
    if hidden is not None:
        value = np.where(hidden, np.nan, value)
    reference = (indicators[["area_type", "area_code"]] == benchmark).any(axis=1).to_numpy()
    out = indicators.assign(
        benchmark_value=_benchmark(indicators, value, reference, benchmark, levels),
        comparison="not_compared",
        quantile=pd.array([pd.NA] * len(indicators), dtype="Int64"),
    )
    tested = np.zeros(len(out), dtype=bool)
    if levels == "quintiles":
        out["quantile"] = _quintiles(indicators, value, good, ~reference)
    else:
        out["comparison"], tested = _tested(out, value, good, ~reference, levels)
    comparisons = int(tested.sum())
    out.attrs = {
        **indicators.attrs,
        "comparisons": comparisons,
        "expected_false_flags": comparisons * 0.05,
    }
    return out


def _benchmark(
    indicators: pd.DataFrame,
    value: np.ndarray,
    reference: np.ndarray,
    benchmark: str,
    levels: Literal[3, 5, "quintiles"],
) -> np.ndarray:
    """Look up for every row the benchmark's value in the same series."""
    areas = indicators.loc[reference, "area_code"].unique()
    if len(areas) > 1 or (len(areas) == 0 and levels != "quintiles" and len(indicators)):
        found = examples(areas) or f"area types {examples(indicators['area_type'].unique())}"
        raise TableError(
            f"{len(areas)} areas are {benchmark!r} (found {found}); the indicators need exactly "
            "one to compare with, so add its rows or name another benchmark."
        )
    series, labels = numbered(indicators, series_keys(indicators))
    known = np.full(len(labels), np.nan)
    known[series[reference]] = value[reference]
    return known[series]


def _tested(
    out: pd.DataFrame, value: np.ndarray, good: np.ndarray, others: np.ndarray, levels: int
) -> tuple[np.ndarray, np.ndarray]:
    """Words for where the benchmark lies about the intervals, and which rows were tested."""
    target = out["benchmark_value"].to_numpy()
    sign, tested = _side(out, "", target)
    tested &= others & ~np.isnan(value)
    judged = sign * good
    words = [
        (~tested, "not_compared"),
        (sign == 0, "similar"),
        (judged > 0, "better"),
        (judged < 0, "worse"),
        (sign < 0, "lower"),
        (sign > 0, "higher"),
    ]
    if levels == 5:
        beyond = _side(out, "_998", target)[0] * good
        words[2:2] = [(beyond > 0, "much_better"), (beyond < 0, "much_worse")]
    tests, names = zip(*words, strict=True)
    return np.select(list(tests), list(names), "not_compared"), tested


def _side(out: pd.DataFrame, suffix: str, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell if an interval lies below (-1), about (0) or above (1) the target, and if it can be."""
    names = [f"lower_ci{suffix}", f"upper_ci{suffix}"]
    if any(name not in out.columns for name in names):
        raise TableError(
            f"No columns {examples(names)} in the indicators; ask proportion, rate or aggregate "
            f"for them with confidence={'(0.95, 0.998)' if suffix else '0.95'}."
        )
    lower, upper = (numbers(out, name, lowest=-np.inf) for name in names)
    refuse(out, lower > upper, names[0], f"it may not be above {names[1]}")
    sign = np.where(upper < target, -1, np.where(lower > target, 1, 0))
    return sign, ~np.isnan(lower + upper + target)


def _quintiles(
    indicators: pd.DataFrame, value: np.ndarray, good: np.ndarray, others: np.ndarray
) -> pd.Series:
    """Fifths of each series over all areas of a type; areas of other nations stay out."""
    abroad = indicators["area_code"].astype(str).str.match(r"^[NSW]\d{8}$").to_numpy(dtype=bool)
    shown = pd.Series(np.where(others & ~abroad, value, np.nan), index=indicators.index)
    for kind, codes in indicators.loc[~abroad].groupby("area_type")["area_code"]:
        if (count := codes.nunique()) < VINTAGES.get(str(kind), 0):
            warnings.warn(
                f"Quintiles are of the {count} areas {kind} in the table; England has "
                f"{VINTAGES[str(kind)]}, so add the others for national quintiles.",
                GeoWarning,
                stacklevel=3,
            )
    found = pd.Series(pd.NA, index=range(len(shown)), dtype="Int64")
    series, labels = numbered(indicators, ["area_type", *series_keys(indicators)])
    order = np.argsort(series, kind="stable")
    for rows in np.split(order, np.cumsum(np.bincount(series, minlength=len(labels)))[:-1]):
        if len(rows):
            fifth = quantiles(shown.iloc[rows], n=5, highest_is_first=bool(good[rows[0]] <= 0))
            found.iloc[rows] = fifth.array
    return found.set_axis(indicators.index)


def trend(indicators: pd.DataFrame, *, catalogue: pd.DataFrame | None = None) -> pd.DataFrame:
    """Recent trend of every series over its last five valid annual points.

    Proportions with ``count`` and ``denominator`` are judged by the chi-squared test for trend;
    other measures by weighted regression on the values, weights 1/SE² with SE the width of the
    95% interval over 3.92. A trend is significant at 99.8% and only if the slope keeps its sign
    when each point in turn is left out.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators with ``value``, ``lower_ci``, ``upper_ci``; ``measure`` and ``polarity``
        here or in the catalogue. Periods such as ``2021``, ``2021/22`` or ``2021-22`` are years.
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
        valid points, periods that are no single years in a row, or a break.

    Raises
    ------
    TableError
        If a column is absent, a key stands twice, or an indicator has two units or measures.

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
    require(indicators, ["area_code", "area_type", "indicator_id", "period", "value"])
    keys = ["area_code", "area_type", *(k for k in series_keys(indicators) if k != "period")]
    repeated = indicators.duplicated([*keys, "period"])
    refuse(indicators, repeated, "indicator_id", "each may stand once for an area and period")
    facts = indicator_facts(indicators, catalogue)
    series, labels = numbered(indicators, keys)
    points = _points(indicators, facts).assign(series=series)
    by_count = points.groupby("series")["n"].transform("count") > 0
    usable = points["valid"] & (points["n"].notna() | ~by_count)
    points = points[usable].sort_values(["series", "start"], kind="stable")
    points = points[points.groupby("series").cumcount(ascending=False) < TREND_POINTS]
    enough = points.groupby("series")["series"].transform("size") == TREND_POINTS
    points = points[enough]
    at = points["series"].to_numpy()[::TREND_POINTS]

    def five(column: str) -> np.ndarray:
        return points[column].to_numpy().reshape(-1, TREND_POINTS)

    annual = five("single").all(axis=1) & (np.diff(five("start"), axis=1) == 1).all(axis=1)
    broken = five("breaks")[:, 1:].any(axis=1)
    slope, chi_squared, steady = _slopes(*(five(c) for c in ("value", "weight", "x", "n")))
    certain = steady & (chi_squared > special.chdtri(1, 1 - TREND_CONFIDENCE))
    found = pd.DataFrame(
        {
            "first_period": five("period")[:, 0],
            "last_period": five("period")[:, -1],
            "slope": slope,
            "chi_squared": chi_squared,
            "trend": np.select(
                [certain & (slope > 0), certain & (slope < 0)],
                ["increasing", "decreasing"],
                "no_change",
            ),
            "reason": np.select(
                [~annual, broken],
                ["the last five points are no single years in a row", "the series breaks"],
                "",
            ),
        },
        index=at,
    )
    found.loc[found["reason"] != "", ["slope", "chi_squared"]] = np.nan
    found.loc[found["reason"] != "", "trend"] = "cannot_be_calculated"
    out = labels.join(found)
    out["trend"] = out["trend"].fillna("cannot_be_calculated")
    out["reason"] = out["reason"].fillna("fewer than five valid points")
    good = pd.Series(fact(facts, "polarity", out["indicator_id"])).map(GOOD).fillna(0)
    judged = out["trend"].map({"increasing": 1, "decreasing": -1}) * good
    words = [judged.isna(), judged > 0, judged < 0]
    out.insert(
        len(out.columns) - 1, "judgement", np.select(words, ["", "better", "worse"], "no_judgement")
    )
    return out


def _points(indicators: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Value, weight and year of every point, and whether it can be used.

    Counts and denominators are given for proportions alone; others have ``n`` missing.
    """
    ids = indicators["indicator_id"]
    nothing = np.full(len(indicators), np.nan)
    have = indicators.columns
    x, n, lower, upper = (
        numbers(indicators, c, lowest=-np.inf) if c in have else nothing
        for c in ("count", "denominator", "lower_ci", "upper_ci")
    )
    value = numbers(indicators, "value", lowest=-np.inf)
    counted = (fact(facts, "measure", ids) == "proportion") & (n > 0) & ~np.isnan(x)
    refuse(indicators, counted & (x > n), "count", "a count may not be above its denominator")
    unit = pd.to_numeric(pd.Series(fact(facts, "multiplier", ids))).to_numpy(dtype=float)
    unit = np.where(np.isnan(unit), MULTIPLIERS["proportion"], unit)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(counted, x / n * unit, value)
        weight = np.where(counted, n / unit**2, (3.92 / (upper - lower)) ** 2)
    hidden = suppressed(indicators)
    valid = ~np.isnan(value) & np.isfinite(weight)
    years = _years(indicators["period"])
    breaks = indicators["series_break"].eq(True) if "series_break" in have else nothing > 0
    return years.assign(
        period=indicators["period"].to_numpy(dtype=object),
        value=value,
        weight=weight,
        x=np.where(counted, x, np.nan),
        n=np.where(counted, n, np.nan),
        valid=valid if hidden is None else valid & ~hidden,
        breaks=np.asarray(breaks, dtype=bool),
    )


def _years(periods: pd.Series) -> pd.DataFrame:
    """First year of each period, missing where it tells none, and whether it is a single year.

    2021, 2021/22 and 2021-22 are years that begin in 2021; 2019-21 is three years.
    """
    text = periods.astype(str).str.strip().reset_index(drop=True)
    single = text.str.extract(_YEAR)["first"].astype(float)
    spans = text.str.extract(_YEARS).astype(float)
    return pd.DataFrame(
        {
            "start": single.fillna(spans["first"]),
            "single": single.notna() | ((spans["last"] - spans["first"]) % 100 == 1),
        }
    )


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
