"""Baseline, target, and whether a measure is on the way from one to the other."""

import numpy as np
import pandas as pd

from geo.statistics.table_checks import numbers, refuse, require
from geo.vocabulary.measures import GOOD, POLARITIES
from geo.vocabulary.periods import ALLOWED, parse

_NUMBERS = ("baseline", "value", "target")
_INTERVAL = ("lower_ci", "upper_ci")
_PERIODS = ("baseline_period", "period", "target_period")


def on_track(measures: pd.DataFrame) -> pd.DataFrame:
    """Compare each measure with the straight line from its baseline to its target.

    The line runs from the last day of the baseline's period to that of the target's, and asks for
    ``baseline + (target − baseline) × t`` at the last day of the period of the value, where ``t``
    is the share of the time that has passed. A measure is on track where its value is that good or
    better; it is met where the value is as good as the target.

    Parameters
    ----------
    measures : DataFrame
        A row a measure: ``baseline``, ``value`` and ``target`` (in one unit), with the
        ``lower_ci`` and ``upper_ci`` of the value where known; ``baseline_period``, ``period`` and
        ``target_period`` in any spelling of periods; and ``polarity``. Of a measure without
        judgement, the way from the baseline to the target is the good one.

    Returns
    -------
    DataFrame
        The same rows and ``expected``, the line's value at the period, in the unit of the measure;
        ``status``: ``met``, ``on_track``, ``off_track``, or ``not_known`` where the baseline or
        the value is missing, or the value is of no later period than the baseline; and ``certain``,
        whether the interval of the value leaves out what it was compared with.

    Raises
    ------
    TableError
        If a column is lacking, a number is none, a period cannot be read, a target's period does
        not end after its baseline's, or a polarity is unknown.

    Examples
    --------
    >>> told = on_track(pd.DataFrame({"baseline_period": ["2022/23"], "baseline": [24.0],
    ...     "period": ["2024/25"], "value": [21.0], "lower_ci": [19.5], "upper_ci": [22.6],
    ...     "target_period": ["2026/27"], "target": [20.0], "polarity": ["low_is_good"]}))
    >>> told[["expected", "status", "certain"]].round(1).to_dict("records")
    [{'expected': 22.0, 'status': 'on_track', 'certain': False}]
    """
    require(measures, [*_NUMBERS, *_PERIODS, "polarity"])
    unknown = ~measures["polarity"].isin(POLARITIES)
    refuse(measures, unknown, "polarity", f"allowed are {', '.join(POLARITIES)}")
    first, now, last = (_ends(measures, name) for name in _PERIODS)
    allowed = "it must end after the baseline's period"
    refuse(measures, last <= first, "target_period", allowed, public=True)
    begun, value, target = (numbers(measures, name, lowest=-np.inf) for name in _NUMBERS)
    passed = np.clip((now - first) / (last - first), None, 1.0)
    expected = np.where(passed > 0, begun + (target - begun) * passed, np.nan)
    good = measures["polarity"].map(GOOD).to_numpy(float)
    good = np.where(good == 0, np.sign(target - begun), good)
    known = ~np.isnan(expected) & ~np.isnan(value)
    told = [~known, good * (value - target) >= 0, good * (value - expected) >= 0]
    status = np.select(told, ["not_known", "met", "on_track"], "off_track")
    against = np.where(status == "met", target, expected)
    lower, upper = (
        numbers(measures, name, lowest=-np.inf) if name in measures else np.full(len(known), np.nan)
        for name in _INTERVAL
    )
    certain = known & ((lower > against) | (upper < against))
    return measures.assign(expected=expected, status=status, certain=certain)


def _ends(measures: pd.DataFrame, column: str) -> np.ndarray:
    """Last day of each period, as a number of days."""
    read = [parse(one) for one in measures[column]]
    unread = np.array([one is None for one in read], dtype=bool)
    refuse(measures, unread, column, f"allowed are {ALLOWED}", public=True)
    return np.array([one.end.toordinal() for one in read if one], dtype=float)
