"""What a printed number tells of the count behind it."""

import re

import numpy as np
import pandas as pd

from geo.disclosure.constraints import UNBOUNDED
from geo.statistics.intervals import Formula, poisson_rate, wilson

LIMIT_FORMULAS: dict[str, Formula] = {"proportion": wilson, "rate": poisson_rate}
LIMIT_COLUMN = re.compile(r"(lower|upper)_ci(?:_(\d+(?:\.\d+)?))?")
"""Columns of limits; the second group is the confidence in thousandths, 95% where absent."""


def rounded(count: np.ndarray, base: int) -> np.ndarray:
    """Round to the nearest multiple of ``base``, halves up."""
    return np.floor(count / base + 0.5) * base


def feasible_from_rounded(count: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest whole number that rounds to each count."""
    if base == 1:
        return count, count
    return np.maximum(count - base // 2, 0), count + (base - 1) // 2


def value_columns(table: pd.DataFrame) -> list[str]:
    """Columns of values and their limits that a table has.

    Examples
    --------
    >>> value_columns(pd.DataFrame(columns=["count", "value", "upper_ci", "upper_ci_998"]))
    ['value', 'upper_ci', 'upper_ci_998']
    """
    return [c for c in table if c == "value" or LIMIT_COLUMN.fullmatch(str(c))]


def feasible_from_rate(
    table: pd.DataFrame,
    rows: np.ndarray,
    denominator: np.ndarray,
    measure: np.ndarray,
    unit: np.ndarray,
    decimals: int | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count behind the value and limits of a row.

    Parameters
    ----------
    table : DataFrame
        ``value``, ``lower_ci`` and ``upper_ci`` (at 95%), ``lower_ci_998`` and the like, where
        printed. Of proportions and rates they are taken to be made as :func:`geo.proportion` and
        :func:`geo.rate` make them; of the measure ``count`` the value is the count.
    rows : ndarray of bool, shape (rows,)
        Rows to tell of.
    denominator, measure, unit : ndarray, shape (rows,)
        Denominators (NaN where not printed), measures ("" where not known) and multipliers.
    decimals : int or None
        How many decimals are printed; None for as many as the column has.

    Returns
    -------
    least, greatest : ndarray, shape (rows,)
        0 and 2**30 where nothing is told.
    """
    least, greatest = np.zeros(len(table)), np.full(len(table), UNBOUNDED)
    kind = np.where(measure == "", "proportion", measure)
    able = (np.isin(kind, list(LIMIT_FORMULAS)) & (denominator > 0)) | (kind == "count")
    for column in value_columns(table):
        shown = table[column].to_numpy(dtype=float, na_value=np.nan)
        told = rows & able & ~np.isnan(shown)
        if not told.any():
            continue
        series = table["indicator_id"]
        near = series.isin(series[told].unique()).to_numpy() & ~np.isnan(shown)
        half = 0.5 * 10.0 ** -(most_decimals(shown[near]) if decimals is None else decimals)
        for made_as in set(kind[told]):
            mine = np.flatnonzero(told & (kind == made_as))
            size = 1.0 if made_as == "count" else unit[mine]
            between = (shown[mine] - half) / size, (shown[mine] + half) / size
            from_, to = _feasible_from(column, made_as, between, denominator[mine])
            fits = (from_ <= to) & (to >= least[mine]) & (from_ <= greatest[mine])
            at = mine[fits]
            least[at] = np.maximum(least[at], from_[fits])
            greatest[at] = np.minimum(greatest[at], to[fits])
    return least, greatest


def _feasible_from(
    column: str, measure: str, between: tuple[np.ndarray, np.ndarray], n: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count whose value or limit, in units of one, lies between two numbers."""
    low, high = between
    limit = LIMIT_COLUMN.fullmatch(column)
    if limit is None:
        times = np.ones(len(n)) if measure == "count" else n
        return np.ceil(low * times - 1e-6), np.floor(high * times + 1e-6)
    if measure == "count":
        return np.zeros(len(n)), np.full(len(n), UNBOUNDED)
    confidence = float(limit[2]) / 1000 if limit[2] else 0.95
    return _feasible_from_limit(
        LIMIT_FORMULAS[measure], limit[1] == "upper", confidence, between, n
    )


def most_decimals(shown: np.ndarray) -> int:
    """Most decimals that any of some numbers needs.

    Examples
    --------
    >>> most_decimals(np.array([12.0, 7.25, 8441.033]))
    3
    """
    written = (np.format_float_positional(number, precision=12, trim="-") for number in shown)
    return max(len(number.partition(".")[2]) for number in written)


def _feasible_from_limit(
    formula: Formula,
    upper: bool,
    confidence: float,
    between: tuple[np.ndarray, np.ndarray],
    n: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count whose limit lies between two numbers, by bisection."""

    def first(reaches: np.ndarray, strictly: bool) -> np.ndarray:
        below, above = np.full(len(n), -1.0), n + 1
        while (above - below > 1).any():
            middle = np.floor((below + above) / 2)
            middle = np.clip(middle, 0, n)
            limit = formula(middle, n, confidence)[int(upper)]
            enough = limit > reaches if strictly else limit >= reaches
            done = above - below <= 1
            above = np.where(enough & ~done, middle, above)
            below = np.where(~enough & ~done, middle, below)
        return above

    return first(between[0] - 1e-12, False), first(between[1] + 1e-12, True) - 1
