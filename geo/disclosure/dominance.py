"""Dominance: sums and means that tell too much of the person who contributes most to them."""

import numpy as np
import pandas as pd

from geo.disclosure.feasible_counts import most_decimals
from geo.disclosure.rules import Rule
from geo.errors import TableError, labelled
from geo.statistics.table_checks import numbers, refuse
from geo.vocabulary.measures import CONTRIBUTIONS, contributions_in

GREATEST_SUM = 2.0**20
_ROUNDED = 0.99
_NOTHING = 1e-9


def protection_levels(total: np.ndarray, largest: np.ndarray, rule: Rule) -> np.ndarray:
    """Upper protection level of each total that dominance or the p% rule hides.

    Parameters
    ----------
    total : ndarray, shape (cells,)
        Sums (of a mean: times its denominator); NaN where there is none.
    largest : ndarray, shape (cells, contributions)
        The largest contributions to each, by absolute value, the largest first.
    rule : Rule
        With ``dominance`` or ``p_percent``.

    Returns
    -------
    ndarray, shape (cells,)
        How far above a total, in its unit, what an outsider takes for possible has to reach: p/100
        of the largest contribution, less what all but the two largest contribute; 100/k times what
        the n largest contribute, less the total; the greater of both. 0 where that is not above 0:
        the rule does not hide those.

    Notes
    -----
    Where contributions may be negative they count by their absolute values, as in the R package
    GaussSuppression (ACRO leaves such cells to a human). The sum of those is not below the total,
    which stands in for it, so that nothing is shown that the rule for absolute values hides.

    References
    ----------
    Hundepool A et al., Handbook on Statistical Disclosure Control, section 4.2: sensitivity rules
    and upper protection levels, those of τ-ARGUS.

    Examples
    --------
    >>> largest = np.array([[100.0, 50], [50, 10]])
    >>> protection_levels(np.array([160.0, 100]), largest, Rule(p_percent=20)).tolist()
    [10.0, 0.0]
    """
    size = np.abs(total)
    level = np.zeros(len(total))
    if rule.dominance is not None:
        n, k = rule.dominance
        level = np.maximum(level, 100 / k * largest[:, :n].sum(axis=1) - size)
    if rule.p_percent:
        others = size - largest[:, 0] - largest[:, 1]
        level = np.maximum(level, rule.p_percent / 100 * largest[:, 0] - others)
    return np.where(level > _NOTHING * size, level, 0)


def largest_of(largest: np.ndarray, group: np.ndarray, n_groups: int) -> np.ndarray:
    """Largest contributions to each group of cells, of those to its cells; zeros to no cell.

    Parameters
    ----------
    largest : ndarray, shape (cells, contributions)
        As for :func:`protection_levels`.
    group : ndarray of int, shape (cells,)
        Number of the group of each cell; the cells of a group have no person in common.
    n_groups : int
        How many groups there are.

    Examples
    --------
    >>> largest_of(np.array([[5.0, 1], [4, 3], [9, 0]]), np.array([0, 0, 1]), 3).tolist()
    [[5.0, 4.0], [9.0, 0.0], [0.0, 0.0]]
    """
    most = largest.shape[1]
    each, at = largest.ravel(), np.repeat(group, most)
    order = np.lexsort((-each, at))
    rank = np.arange(len(at)) - np.searchsorted(at[order], at[order])
    kept = rank < most
    found = np.zeros((n_groups, most))
    found[at[order][kept], rank[kept]] = each[order][kept]
    return found


def largest_contributions(table: pd.DataFrame, total: np.ndarray, rule: Rule) -> np.ndarray:
    """Contributions that a rule asks for, by row; zeros where there is no total.

    Raises
    ------
    TableError
        If a column is absent, a contribution to a total is missing, they are not in order, or they
        do not fit the total.
    """
    judged = np.nan_to_num(total) != 0
    if not judged.any():
        return np.zeros((len(table), len(rule.contributions)))
    if absent := [name for name in rule.contributions if name not in table]:
        names = table.loc[judged, "indicator_id"].unique()
        raise TableError(
            f"The rule hides sums and means by their largest contributions, and {labelled(names)} "
            f"{'have' if len(names) > 1 else 'has'} no column {labelled(absent, 9)}: give what the "
            "people who contribute most contribute to each (0 where there are no more), or leave "
            "out the dominance and p% rules (--dominance and --p-percent)."
        )
    found = np.column_stack([numbers(table, name) for name in rule.contributions])
    for at, name in enumerate(rule.contributions):
        refuse(
            table,
            judged & np.isnan(found[:, at]),
            name,
            "the rule needs the largest contributions to each sum and mean, 0 where there are no "
            "more",
        )
        if at:
            above = judged & (found[:, at] > found[:, at - 1])
            refuse(table, above, name, f"it may not be above {rule.contributions[at - 1]}")
    return np.where(judged[:, None], found, 0.0)


def mean_totals(
    table: pd.DataFrame, alone: np.ndarray, denominator: np.ndarray, measure: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean times denominator, and how far from that rounding lets the sum be.

    Parameters
    ----------
    table : DataFrame
        ``indicator_id``, ``area_type``, ``value``.
    alone : ndarray of bool, shape (rows,)
        Rows with a value and no count.
    denominator, measure : ndarray, shape (rows,)
        How many people contribute, and measures ("" where not known).

    Returns
    -------
    total, slack : ndarray, shape (rows,)
        NaN where there is no mean; 0 where nobody contributes.

    Raises
    ------
    TableError
        If a value is no mean, or the largest contribution is below the mean.
    """
    refuse(
        table.assign(measure=np.where(measure == "", "not said", measure)),
        alone & (measure != "mean"),
        "measure",
        "dominance is told of sums and means alone, so a confidential value without a count has to "
        "be a mean",
    )
    if "value" not in table:
        return np.full(len(table), np.nan), np.full(len(table), np.nan)
    value = np.where(alone, numbers(table, "value", lowest=-np.inf), np.nan)
    series = table["indicator_id"]
    nobody = (denominator == 0) & (measure == "mean") & series.isin(series[alone]).to_numpy()
    if (first := CONTRIBUTIONS[0]) in table:
        below = numbers(table, first) < _ROUNDED * np.abs(value)
        refuse(table, below, first, "the largest contribution is not below the mean")
    half = np.zeros(len(table))
    level = table.groupby(["indicator_id", "area_type"]).ngroup().to_numpy()
    for number in np.unique(level[alone]):
        at = alone & (level == number)
        half[at] = 0.5 * 10.0 ** -most_decimals(value[at])
    return np.where(nobody, 0.0, value * denominator), np.where(nobody, 0.0, half * denominator)


def contributed(table: pd.DataFrame, count: np.ndarray, bounded: np.ndarray) -> np.ndarray:
    """Rows whose count is a sum of contributions: those of indicators that say of what.

    Raises
    ------
    TableError
        If that is a proportion, to which each person contributes one, or more than can be
        protected.
    """
    names = contributions_in(table)
    known = table[names].notna().any(axis=1).to_numpy(dtype=bool) & ~np.isnan(count)
    series = table["indicator_id"]
    rows = series.isin(series[known].unique()).to_numpy() & ~np.isnan(count)
    refuse(
        table,
        rows & bounded,
        names[0] if names else "indicator_id",
        "a proportion counts each person once, so leave the contributions out, or say in measure "
        "that it is a rate or count",
    )
    refuse(
        table,
        rows & (count >= GREATEST_SUM),
        "count",
        f"a sum of contributions has to be under {GREATEST_SUM:,.0f} to be protected, so give it "
        "in thousands, or as a mean with its denominator",
    )
    return rows
