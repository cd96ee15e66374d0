"""Events of which one person may have several: how much more their counts vary than chance."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.statistics.intervals import Formula, Interval, poisson_limits
from geo.statistics.table_checks import group_keys, numbers, refuse, require

SQUARED = "events_squared"


def repeated_events(
    table: pd.DataFrame, *, by: str | Sequence[str], person: str | None = None
) -> pd.DataFrame:
    """Count events, the people who had them, and the sum of the squares of each one's events.

    Attendances, suspensions or assessments of one child are not independent of each other, so
    that intervals which take them to be are too narrow: more areas seem to differ than do. With
    ``events_squared`` :func:`geo.rate` and :func:`geo.directly_standardised_rate` allow for it.

    Parameters
    ----------
    table : DataFrame
        One row an event, with a column that tells the people apart; or, without ``person``, one
        row for each number of events: ``events_each`` (1, 2 …) and ``people`` who had as many.
    by : str or sequence of str
        Columns that name the groups: area, period, age band. Somebody with events in two groups
        counts in both.
    person : str, optional
        Column that tells the people apart.

    Returns
    -------
    DataFrame
        One row a group, sorted: keys, ``count`` (events), ``people``, ``events_squared``. Groups
        without an event have no row; give them 0.

    Raises
    ------
    TableError
        If a column is absent, a person is missing, or a number is negative, in fractions or no
        number; names the rows.

    Examples
    --------
    >>> seen = pd.DataFrame({"ward": ["Alder", "Alder", "Alder", "Birch"], "child": [7, 7, 8, 9]})
    >>> repeated_events(seen, by="ward", person="child")
        ward  count  people  events_squared
    0  Alder      3       2               5
    1  Birch      1       1               1
    """
    keys = group_keys(table, by, taken=("count", "people", SQUARED, person or "events_each"))
    if person is not None:
        require(table, [person])
        refuse(table, table[person].isna(), person, "every event needs somebody who had it")
        each = table.groupby([*keys, person], observed=True).size().rename("events_each")
        rows = each.reset_index().assign(people=1)
    else:
        require(table, ["events_each", "people"])
        rows = table[keys].copy()
        for column in ("events_each", "people"):
            number = numbers(table, column)
            refuse(table, np.isnan(number) | (number % 1 > 0), column, "allowed are whole numbers")
            rows[column] = number.astype(np.int64)
    sums = rows[keys].assign(
        count=rows["events_each"] * rows["people"],
        people=rows["people"].where(rows["events_each"] > 0, 0),
        **{SQUARED: rows["events_each"] ** 2 * rows["people"]},
    )
    return sums.groupby(keys, observed=True).sum().reset_index()


def squares(table: pd.DataFrame, count: np.ndarray) -> np.ndarray:
    """Variance of each count: the sum of squares where it is given, else the count (Poisson)."""
    if SQUARED not in table.columns:
        return count
    squared = numbers(table, SQUARED)
    allowed = (
        "it is the sum over people of the square of their events, so from the count up to its "
        "square, and known where the count is"
    )
    near = 1e-9 * np.maximum(count, 1) ** 2
    wrong = (squared < count - near) | (squared > count**2 + near)
    refuse(table, wrong | (np.isnan(squared) & ~np.isnan(count)), SQUARED, allowed)
    return np.where(np.isnan(count), np.nan, squared)


def compound_rate(variance: np.ndarray) -> Formula:
    """Limits of a rate whose count has a variance of its own: Poisson's, drawn out as far.

    The limits lie as many standard errors away from the count as those of a Poisson count do.
    """

    def limits(x: np.ndarray, n: np.ndarray, confidence: float) -> Interval:
        factor = np.sqrt(np.where(x > 0, variance / np.where(x > 0, x, 1), 1))
        lower, upper = (x + factor * (limit - x) for limit in poisson_limits(x, confidence))
        return np.maximum(lower, 0) / n, upper / n

    return limits
