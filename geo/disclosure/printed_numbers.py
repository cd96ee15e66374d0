"""What a printed number tells of the count behind it."""

import numpy as np
import pandas as pd

from geo.statistics.intervals import Formula, poisson_rate, wilson

HIGHEST = 2.0**30
LIMITS: dict[str, Formula] = {"proportion": wilson, "rate": poisson_rate}


def rounded(count: np.ndarray, base: int) -> np.ndarray:
    """Round to the nearest multiple of ``base``, halves up."""
    return np.floor(count / base + 0.5) * base


def behind_rounded(count: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest whole number that rounds to each count."""
    if base == 1:
        return count, count
    return np.maximum(count - base // 2, 0), count + (base - 1) // 2


def behind_rate(
    table: pd.DataFrame,
    rows: np.ndarray,
    denominator: np.ndarray,
    measure: np.ndarray,
    unit: np.ndarray,
    decimals: int | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count behind the value and limits of rows with a denominator.

    Parameters
    ----------
    table : DataFrame
        ``value``, ``lower_ci`` and ``upper_ci``, where printed. The limits are taken to be at
        95%, as :func:`geo.proportion` and :func:`geo.rate` make them.
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
    least, greatest = np.zeros(len(table)), np.full(len(table), HIGHEST)
    kind = np.where(measure == "", "proportion", measure)
    for column in ("value", "lower_ci", "upper_ci"):
        if column not in table:
            continue
        shown = table[column].to_numpy(dtype=float, na_value=np.nan)
        told = rows & (denominator > 0) & ~np.isnan(shown) & np.isin(kind, list(LIMITS))
        if not told.any():
            continue
        series = table["indicator_id"]
        near = series.isin(series[told].unique()).to_numpy() & ~np.isnan(shown)
        half = 0.5 * 10.0 ** -(_decimals(shown[near]) if decimals is None else decimals)
        for formula in set(kind[told]):
            mine = np.flatnonzero(told & (kind == formula))
            n = denominator[mine]
            low, high = ((shown[mine] + end) / unit[mine] for end in (-half, half))
            if column == "value":
                from_, to = np.ceil(low * n - 1e-6), np.floor(high * n + 1e-6)
            else:
                from_, to = _behind_limit(LIMITS[formula], column == "upper_ci", low, high, n)
            fits = (from_ <= to) & (to >= least[mine]) & (from_ <= greatest[mine])
            at = mine[fits]
            least[at] = np.maximum(least[at], from_[fits])
            greatest[at] = np.minimum(greatest[at], to[fits])
    return least, greatest


def _decimals(shown: np.ndarray) -> int:
    """Most decimals that any of some numbers needs.

    Examples
    --------
    >>> _decimals(np.array([12.0, 7.25]))
    2
    """
    return max(len(f"{number:.12f}".rstrip("0").partition(".")[2]) for number in shown)


def _behind_limit(
    formula: Formula, upper: bool, low: np.ndarray, high: np.ndarray, n: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count whose limit lies between ``low`` and ``high``, by bisection."""

    def first(reaches: np.ndarray, strictly: bool) -> np.ndarray:
        below, above = np.full(len(n), -1.0), n + 1
        while (above - below > 1).any():
            middle = np.floor((below + above) / 2)
            middle = np.clip(middle, 0, n)
            limit = formula(middle, n, 0.95)[int(upper)]
            enough = limit > reaches if strictly else limit >= reaches
            done = above - below <= 1
            above = np.where(enough & ~done, middle, above)
            below = np.where(~enough & ~done, middle, below)
        return above

    return first(low - 1e-12, False), first(high + 1e-12, True) - 1
