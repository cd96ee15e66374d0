"""Standardised rates and ratios: populations of different ages made comparable."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.notes import Notes
from geo.statistics.intervals import poisson_limits
from geo.statistics.rates import note_fewer_bands, summed_bands
from geo.statistics.repeats import squares
from geo.statistics.table_checks import (
    Confidence,
    confidence_levels,
    counts,
    group_keys,
    numbers,
    refuse,
    require,
    require_multiplier,
)


def directly_standardised_rate(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str],
    multiplier: float = 100_000,
    confidence: Confidence = 0.95,
    notes: Notes | None = None,
) -> pd.DataFrame:
    """Directly standardised rates with Dobson's intervals.

    Parameters
    ----------
    table : DataFrame
        One row an age band of each group: ``count`` (events), ``denominator`` (people or
        person-years), ``standard_population`` (people); ``state`` if known. Every group needs all
        bands of the standard, those without events too. Where one person may have several events,
        ``events_squared`` (as :func:`geo.repeated_events` counts it) widens the interval.
    by : str or sequence of str
        Columns that name the groups.
    multiplier : float
        Unit of the result.
    confidence : float or sequence of float
        As for :func:`proportion`.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    DataFrame
        One row a group: keys, ``count``, ``denominator``, ``value``, limits and ``reason``, which
        says why a rate is not shown: fewer than 10 events, or a band without count or people.

    Raises
    ------
    TableError
        If a column is absent, holds text, negative or infinite numbers, if a standard population
        is missing, if events squared cannot be of that count, or if a column ``age`` has a band
        twice in a group; names the rows.

    Warns
    -----
    GeoWarning
        If a column ``age`` shows that a group has fewer bands than others.

    References
    ----------
    Dobson AJ, Kuulasmaa K, Eberle E, Scherer J (1991). Confidence intervals for weighted sums of
    Poisson parameters. Statistics in Medicine 10: 457–462. Byar's limits of the count: Breslow
    NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, Lyon: page 69.
    Events that are not independent: Stukel TA, Glynn RJ, Fisher ES, Sharp SM, Lu-Yao G, Wennberg
    JE (1994). Standardized rates of recurrent outcomes. Statistics in Medicine 13: 1781–1791. The
    variance of a count is then the sum over people of the square of their events (compound
    Poisson), in Dobson's formula.

    Examples
    --------
    >>> bands = pd.DataFrame({"area": ["A", "A"], "count": [10, 30], "denominator": [1000, 1000],
    ...                       "standard_population": [75, 25]})
    >>> directly_standardised_rate(bands, by="area", multiplier=1000).iloc[0, 1:4].to_dict()
    {'count': 40.0, 'denominator': 2000.0, 'value': 15.0}
    """
    levels = confidence_levels(confidence)
    require_multiplier(multiplier)
    require(table, ["count", "denominator", "standard_population"])
    taken = ("count", "denominator", "standard_population", "weighted", "squared")
    keys = group_keys(table, by, taken=(*taken, "value", "reason"))
    x, n, s = counts(table), numbers(table, "denominator"), numbers(table, "standard_population")
    refuse(table, np.isnan(s), "standard_population", "every age band needs one")
    weight = s / np.where(n > 0, n, np.nan)
    spread_of = squares(table, x)
    columns = dict(zip(taken, (x, n, s, x * weight, spread_of * weight**2), strict=True))
    sums = summed_bands(table, keys, columns)
    note_fewer_bands(table, keys, notes)
    standard = sums["standard_population"].where(sums["standard_population"] > 0).to_numpy()
    events = sums["count"].to_numpy()
    shown = events >= 10
    out = sums[["count", "denominator"]].reset_index()
    value = np.where(shown, sums["weighted"] / standard, np.nan)
    spread = np.sqrt(sums["squared"].to_numpy() / np.where(shown, events, np.nan)) / standard
    out["value"] = value * multiplier
    for level, suffix in levels:
        lower, upper = poisson_limits(events, level)
        out[f"lower_ci{suffix}"] = (value + spread * (lower - events)) * multiplier
        out[f"upper_ci{suffix}"] = (value + spread * (upper - events)) * multiplier
    reasons = {
        "fewer than 10 events": events < 10,
        "the standard population is 0": np.isnan(standard),
        "a band has no count or no people": out["value"].isna(),
    }
    out["reason"] = np.select(list(reasons.values()), list(reasons), "")
    return out


def standardised_ratio(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str],
    multiplier: float = 100,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Indirectly standardised ratios, observed over expected, with exact or Byar's limits.

    Parameters
    ----------
    table : DataFrame
        One row an age band of each group: ``count``, ``denominator``, ``reference_count``,
        ``reference_denominator``; ``state`` if known.
    by : str or sequence of str
        Columns that name the groups.
    multiplier : float
        Unit of the result; 100 makes the reference 100.
    confidence : float or sequence of float
        As for :func:`proportion`.

    Returns
    -------
    DataFrame
        One row a group: keys, ``count`` (observed), ``expected``, ``value`` and limits.

    Raises
    ------
    TableError
        If a column is absent, holds text, negative or infinite numbers, or if a column ``age``
        has a band twice in a group; names the rows.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, Lyon:
    page 69.

    Examples
    --------
    >>> bands = pd.DataFrame({"area": "A", "count": [10, 30], "denominator": 1000,
    ...                       "reference_count": [5, 15], "reference_denominator": 1000})
    >>> standardised_ratio(bands, by="area").iloc[0, 1:4].to_dict()
    {'count': 40.0, 'expected': 20.0, 'value': 200.0}
    """
    levels = confidence_levels(confidence)
    require_multiplier(multiplier)
    columns = ("denominator", "reference_count", "reference_denominator")
    require(table, ["count", *columns])
    keys = group_keys(table, by, taken=("count", "expected", "value"))
    x, (n, reference, people) = counts(table), (numbers(table, column) for column in columns)
    expected = n * reference / np.where(people > 0, people, np.nan)
    out = summed_bands(table, keys, {"count": x, "expected": expected}).reset_index()
    e = out["expected"].where(out["expected"] > 0).to_numpy()
    events = out["count"].to_numpy()
    out["value"] = events / e * multiplier
    for level, suffix in levels:
        lower, upper = poisson_limits(events, level)
        out[f"lower_ci{suffix}"] = lower / e * multiplier
        out[f"upper_ci{suffix}"] = upper / e * multiplier
    return out
