"""Between which ranks every area lies, all of them at once: simultaneous confidence sets."""

import numpy as np
from scipy import special
from scipy.optimize import brentq

from geo.statistics.intervals import Formula

_ROWS = 16
"""Areas compared with all others at a time."""


def rank_sets(
    x: np.ndarray, n: np.ndarray, formula: Formula, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest rank (1 = highest rate) that each area may have.

    Two areas are told apart where the interval of their difference leaves out 0. The intervals
    hold for all pairs at once, so all sets hold at once too. Each is put together from the limits
    of the two rates, which suits small counts.

    References
    ----------
    Sets from differences: Mogstad M, Romano JP, Shaikh AM, Wilhelm D (2024). Inference for ranks
    with applications to mobility across neighbourhoods and academic achievement across countries.
    Review of Economic Studies 91: 476–518. Limits of a difference: Donner A, Zou GY (2012).
    Closed-form confidence intervals for functions of the normal mean and standard deviation.
    Statistical Methods in Medical Research 21: 347–359. Unequal variances: Hayter AJ (1984).
    A proof of the conjecture that the Tukey–Kramer multiple comparisons procedure is conservative.
    Annals of Statistics 12: 61–75.
    """
    size = len(x)
    if size < 2:
        return np.ones(size, int), np.ones(size, int)
    point = all_pairs_point(size, confidence)
    lower, upper = formula(x, n, 2 * float(special.ndtr(point)) - 1)
    rate = x / n
    order = np.argsort(-rate, kind="stable")
    rate, down, up = rate[order], (rate - lower)[order] ** 2, (upper - rate)[order] ** 2
    widest = np.maximum.accumulate(up[::-1])[::-1]
    above, below = np.zeros(size, int), np.zeros(size, int)
    for start in range(0, size, _ROWS):
        rows = slice(start, min(start + _ROWS, size))
        # In order of rate only later areas can be surely lower; from some area on all are.
        gap = rate[rows.stop - 1] - rate
        far = np.maximum(gap, 0) ** 2 > down[rows].max() + widest
        end = int(far.argmax()) if far[-1] else size
        below[rows] += size - end
        above[end:] += rows.stop - start
        apart = rate[rows, None] - rate[None, start:end]
        np.maximum(apart[:, :_ROWS], 0, out=apart[:, :_ROWS])
        np.square(apart, out=apart)
        apart -= down[rows, None]
        surely = apart > up[None, start:end]
        below[rows] += np.count_nonzero(surely, axis=1)
        above[start:end] += np.count_nonzero(surely, axis=0)
    low, high = np.empty(size, int), np.empty(size, int)
    low[order], high[order] = above + 1, size - below
    return low, high


def all_pairs_point(size: int, confidence: float) -> float:
    """How many standard errors all differences among ``size`` areas stay within, at once.

    The quantile of the studentised range of normal variables, over √2.

    Examples
    --------
    >>> round(all_pairs_point(2, 0.95), 3), round(all_pairs_point(10, 0.95), 3)
    (1.96, 3.164)
    """
    z = np.linspace(-9, 9, 3601)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * size

    def short_of(width: float) -> float:
        within = np.maximum(special.ndtr(z) - special.ndtr(z - width), 0) ** (size - 1)
        return float(np.trapezoid(density * within, z)) - confidence

    return brentq(short_of, 1e-6, 30.0) / float(np.sqrt(2))
