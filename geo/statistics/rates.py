"""Proportions, rates, means and standardised rates with their intervals, for rows or for groups.

Counts and denominators are always summed first and divided after: the rate of a group is never
the mean of the rates of its parts.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from geo.errors import examples
from geo.notes import Notes, note
from geo.statistics.intervals import (
    Formula,
    estimates,
    poisson_rate,
    states,
    wilson,
)
from geo.statistics.repeats import SQUARED, compound_rate, squares
from geo.statistics.series import SERIES_KEYS
from geo.statistics.table_checks import (
    Confidence,
    confidence_levels,
    group_keys,
    numbers,
    refuse,
    require,
    require_multiplier,
    suppressed,
)


def proportion(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    multiplier: float = 100,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Proportions with Wilson score intervals.

    Parameters
    ----------
    table : DataFrame
        Columns ``count`` and ``denominator``, numbers from 0 up, missing allowed; ``state`` if
        known, so that suppressed rows stay suppressed.
    by : str or sequence of str, optional
        Columns whose groups are summed before dividing.
    multiplier : float
        Unit of the result; 100 for percentages.
    confidence : float or sequence of float
        Confidence of the interval; of several, the first fills ``lower_ci`` and ``upper_ci`` and
        the others get their own columns, such as ``lower_ci_998`` for 0.998.

    Returns
    -------
    DataFrame
        Without ``by`` the rows and index of ``table`` with columns ``value``, ``lower_ci`` and
        ``upper_ci``; with ``by`` one row a group, sorted: keys, sums and the same columns. A
        missing count or a denominator of zero gives a missing value; a group with a missing
        count has a missing sum. ``state`` is renewed where ``table`` has it.

    Raises
    ------
    TableError
        If a column is absent, or holds text, negative or infinite numbers, a count is above its
        denominator, or a state is none of :data:`geo.vocabulary.measures.STATES`; names the
        rows.

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22: 209–212.

    Examples
    --------
    >>> wards = pd.DataFrame({"town": ["Crewe", "Crewe"], "count": [4, 6], "denominator": 20})
    >>> proportion(wards, by="town").round(2)
        town  count  denominator  value  lower_ci  upper_ci
    0  Crewe   10.0         40.0   25.0     14.19     40.19
    """
    return _divided(table, by, multiplier, confidence, wilson, bounded=True)


def rate(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    multiplier: float = 100_000,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Rates with exact Poisson limits for counts below ten and Byar's from ten up.

    Parameters
    ----------
    table : DataFrame
        Columns ``count`` (events) and ``denominator`` (people or person-years), as for
        :func:`proportion`, except that a count may be above its denominator. Where one person may
        have several events, ``events_squared`` (as :func:`geo.repeated_events` counts it) widens
        the interval: of attendances or suspensions twice as many areas and more would seem to
        differ by chance otherwise.
    by, multiplier, confidence
        As for :func:`proportion`; the multiplier is 100,000 where not given.

    Returns
    -------
    DataFrame
        As :func:`proportion`.

    Raises
    ------
    TableError
        If a column is absent, holds text, negative or infinite numbers, or events squared cannot
        be of that count; names the rows.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, Lyon:
    page 69. Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28:
    437–442. Association of Public Health Observatories (2008). Technical briefing 3: commonly
    used public health statistics and their confidence intervals. Events that are not independent:
    as in :func:`geo.directly_standardised_rate`.

    Examples
    --------
    >>> towns = pd.DataFrame({"count": [0, 20], "denominator": [1000, 1000]})
    >>> rate(towns, multiplier=1000).round(3)
       count  denominator  value  lower_ci  upper_ci
    0      0         1000    0.0     0.000     3.689
    1     20         1000   20.0    12.211    30.890
    """
    return _divided(table, by, multiplier, confidence, None, bounded=False)


def mean(
    table: pd.DataFrame, *, by: str | Sequence[str], confidence: Confidence = 0.95
) -> pd.DataFrame:
    """Means of ``value`` by group with Student's t intervals.

    Parameters
    ----------
    table : DataFrame
        Column ``value``: one observation a row.
    by : str or sequence of str
        Columns that name the groups.
    confidence : float or sequence of float
        As for :func:`proportion`.

    Returns
    -------
    DataFrame
        One row a group: keys, ``observations``, ``standard_deviation``, ``value`` and limits. A
        group of one observation has no interval; one with a missing observation has no mean.

    Raises
    ------
    TableError
        If a column is absent or holds text or infinite numbers; names the rows.

    References
    ----------
    Association of Public Health Observatories (2008). Technical briefing 3: commonly used public
    health statistics and their confidence intervals.

    Examples
    --------
    >>> scores = pd.DataFrame({"school": ["A", "A", "A"], "value": [1, 2, 3]})
    >>> mean(scores, by="school").round(2)
      school  observations  standard_deviation  value  lower_ci  upper_ci
    0      A             3                 1.0    2.0     -0.48      4.48
    """
    levels = confidence_levels(confidence)
    require(table, ["value"])
    keys = group_keys(table, by, taken=("observations", "standard_deviation", "value"))
    groups = (
        table[keys]
        .assign(value=numbers(table, "value", lowest=-np.inf))
        .groupby(keys, observed=True)["value"]
    )
    out = pd.DataFrame(
        {
            "observations": groups.size(),
            "standard_deviation": groups.std(skipna=False),
            "value": groups.mean(skipna=False),
        }
    ).reset_index()
    size = out["observations"].to_numpy(dtype=float)
    error = out["standard_deviation"].to_numpy() / np.sqrt(size)
    centre = out["value"].to_numpy()
    for level, suffix in levels:
        half = special.stdtrit(np.where(size > 1, size - 1, np.nan), (1 + level) / 2) * error
        out[f"lower_ci{suffix}"], out[f"upper_ci{suffix}"] = centre - half, centre + half
    return out


def _divided(
    table: pd.DataFrame,
    by: str | Sequence[str] | None,
    multiplier: float,
    confidence: Confidence,
    formula: Formula | None,
    *,
    bounded: bool,
) -> pd.DataFrame:
    """Check, sum by group if asked, divide, and add the limits that ``formula`` gives."""
    levels = confidence_levels(confidence)
    require_multiplier(multiplier)
    require(table, ["count", "denominator"])
    x, n = numbers(table, "count"), numbers(table, "denominator")
    if bounded and (above := x > n).any():
        refuse(table, above, "count", "a count may not be above its denominator")
    hidden = suppressed(table)
    if hidden is not None:
        x = np.where(hidden, np.nan, x)
    variance = squares(table, x) if formula is None else x
    out = table.copy(deep=False)
    if by is not None:
        keys = group_keys(table, by, taken=("count", "denominator", "value", "state", SQUARED))
        parts = table[keys].assign(count=x, denominator=n, state=0 if hidden is None else hidden)
        if variance is not x:
            parts[SQUARED] = variance
        out = parts.groupby(keys, observed=True).sum(skipna=False).reset_index()
        x, n = out["count"].to_numpy(), out["denominator"].to_numpy()
        variance = out[SQUARED].to_numpy() if SQUARED in parts else x
        if hidden is None:
            del out["state"]
        else:
            hidden = out["state"].to_numpy() > 0
    if formula is None:
        formula = poisson_rate if variance is x else compound_rate(variance)
    new = estimates(x, n, formula, multiplier, levels)
    for column, values in new.items():
        out[column] = pd.Series(values, index=out.index, copy=False)
    if hidden is not None:
        out["state"] = states(new["value"], hidden)
    return out


def note_fewer_bands(table: pd.DataFrame, keys: Sequence[str], notes: Notes | None) -> None:
    """Note the groups with fewer age bands than others of their indicator and period."""
    if "age" not in table.columns:
        return
    bands = table.groupby(list(keys), observed=True).size()
    same = [key for key in keys if key in SERIES_KEYS]
    most = bands.groupby(same, observed=True).transform("max") if same else bands.max()
    if (fewer := bands < most).any():
        note(
            notes,
            f"{fewer.sum()} of {len(bands)} groups ({examples(bands.index[fewer])}) have fewer age "
            "bands than the others, so their rates do not compare with them; add the bands, with "
            "a count of 0 where nothing happened.",
        )


def summed_bands(
    table: pd.DataFrame, keys: Sequence[str], columns: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Sum columns over the age bands of each group, where no band may stand twice."""
    if "age" in table.columns:
        have = [*keys, *(c for c in ("sex", "age") if c in table.columns and c not in keys)]
        repeated = table.duplicated(have)
        refuse(table, repeated, "age", f"each may stand once for one {', '.join(have)}")
    return table[list(keys)].assign(**columns).groupby(list(keys), observed=True).sum(skipna=False)
