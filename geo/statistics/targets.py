"""Baseline, target, and whether a measure is on the way from one to the other."""

import numpy as np
import pandas as pd

from geo.vocabulary.measures import GOOD
from geo.vocabulary.periods import parse

STATUSES = ("met", "on_track", "off_track", "not_known")


def progress(measures: pd.DataFrame) -> pd.DataFrame:
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

    Examples
    --------
    >>> told = progress(pd.DataFrame({"baseline_period": ["2022/23"], "baseline": [24.0],
    ...     "period": ["2024/25"], "value": [21.0], "lower_ci": [19.5], "upper_ci": [22.6],
    ...     "target_period": ["2026/27"], "target": [20.0], "polarity": ["low_is_good"]}))
    >>> told[["expected", "status", "certain"]].round(1).to_dict("records")
    [{'expected': 22.0, 'status': 'on_track', 'certain': False}]
    """
    first, now, last = (_ends(measures[name]) for name in _PERIODS)
    with np.errstate(divide="ignore", invalid="ignore"):
        passed = np.clip((now - first) / (last - first), None, 1.0)
    begun, value, target = (
        measures[name].to_numpy(float) for name in ("baseline", "value", "target")
    )
    expected = begun + (target - begun) * passed
    expected[~(passed > 0)] = np.nan
    good = measures["polarity"].map(GOOD).to_numpy(float)
    good = np.where(good == 0, np.sign(target - begun), good)
    met = good * (value - target) >= 0
    held = good * (value - expected) >= 0
    known = ~np.isnan(expected) & ~np.isnan(value)
    status = np.select([~known, met, held], ["not_known", "met", "on_track"], "off_track")
    against = np.where(status == "met", target, expected)
    lower, upper = (measures[name].to_numpy(float) for name in ("lower_ci", "upper_ci"))
    certain = known & ((lower > against) | (upper < against))
    return measures.assign(expected=expected, status=status, certain=certain)


_PERIODS = ("baseline_period", "period", "target_period")


def _ends(periods: pd.Series) -> np.ndarray:
    """Last day of each period, as a number of days; missing where it is no period."""
    read = [parse(one) for one in periods]
    return np.array([np.nan if one is None else one.end.toordinal() for one in read], dtype=float)
