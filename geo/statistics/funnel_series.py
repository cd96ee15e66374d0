"""Sizes and targets of areas, series by series, as funnel plots and their limits take them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.statistics.series import (
    fact,
    indicator_facts,
    multipliers,
    numbered,
    require_series,
    series_keys,
)
from geo.statistics.table_checks import numbers, refuse

DRAWN = ("proportion", "rate", "ratio")


@dataclass(frozen=True, eq=False)
class FunnelSeries:
    """Areas of one type, indicator, period, sex and age that have a size and a target.

    ``target`` is of one person, or of one event expected; times ``unit`` it is that of the values.
    """

    label: pd.DataFrame
    rows: np.ndarray
    sizes: np.ndarray
    target: float
    measure: str
    unit: float


def funnel_series(
    comparisons: pd.DataFrame, catalogue: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[FunnelSeries]]:
    """Divide comparisons into series; what is no proportion, rate or ratio is left out.

    Returns
    -------
    tuple of DataFrame and list of FunnelSeries
        The keys of all series, and each of them.
    """
    require_series(comparisons, ["denominator", "benchmark_value"])
    facts = indicator_facts(comparisons, catalogue)
    ids = comparisons["indicator_id"]
    measure = fact(facts, "measure", ids)
    unit = multipliers(facts, ids, measure)
    size, target = numbers(comparisons, "denominator"), numbers(comparisons, "benchmark_value")
    certain = (measure == "proportion") & (target > unit)
    refuse(comparisons, certain, "benchmark_value", "a proportion may not be above its multiplier")
    drawn = np.isin(measure, DRAWN) & (size > 0) & ~np.isnan(target)
    allowed = "a ratio needs its multiplier: 100 where the reference is 100, 1 where it is 1"
    unknown = (measure == "ratio") & (fact(facts, "multiplier", ids) == "")
    refuse(comparisons, drawn & unknown, "indicator_id", allowed)
    usable = np.flatnonzero(drawn)
    series, labels = numbered(comparisons.iloc[usable], ["area_type", *series_keys(comparisons)])

    found = []
    for number in range(len(labels)):
        rows = usable[series == number]
        at, label = rows[0], labels.iloc[[number]]
        goal = float(target[at] / unit[at])
        found.append(FunnelSeries(label, rows, size[rows], goal, str(measure[at]), float(unit[at])))
    return labels, found
