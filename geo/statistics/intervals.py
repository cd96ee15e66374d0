"""Confidence limits of counts, on arrays; NaN in, NaN out."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import special

Interval = tuple[np.ndarray, np.ndarray]
Formula = Callable[[np.ndarray, np.ndarray, float], Interval]


def wilson(x: np.ndarray, n: np.ndarray, confidence: float) -> Interval:
    """Wilson's score interval for x of n, arranged so that nothing cancels."""
    z = normal_point(confidence)
    p = x / n
    s = z * z + z * np.sqrt(z * z + 4 * x * (1 - p))
    twice = 2 * x
    above = twice + s
    return p * (twice / above), above / (2 * (n + z * z))


def poisson_rate(x: np.ndarray, n: np.ndarray, confidence: float) -> Interval:
    """Limits of the rate x over n."""
    lower, upper = poisson_limits(x, confidence)
    lower /= n
    upper /= n
    return lower, upper


def poisson_limits(x: np.ndarray, confidence: float) -> Interval:
    """Limits of a Poisson count: exact below ten (once for each count), Byar's from ten up."""
    z = normal_point(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * _cube(1 - 1 / (9 * x) - z / (3 * np.sqrt(x)))
        above = x + 1
        upper = above * _cube(1 - 1 / (9 * above) + z / (3 * np.sqrt(above)))
    few = np.flatnonzero(x < 10)
    counts, where = _distinct(x[few])
    tail = (1 - confidence) / 2
    exact_lower = np.where(counts > 0, special.gammaincinv(np.maximum(counts, 1e-300), tail), 0)
    lower[few] = exact_lower[where]
    upper[few] = special.gammainccinv(counts + 1, tail)[where]
    return lower, upper


def normal_point(confidence: float) -> float:
    """How many standard errors lie on either side: 1.96 for 0.95."""
    return float(special.ndtri((1 + confidence) / 2))


def _cube(x: np.ndarray) -> np.ndarray:
    return x * x * x


def _distinct(small: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values of counts below ten, and where each count stands among them."""
    whole = small.astype(np.int8)
    if (whole == small).all():
        return np.arange(10.0), whole
    return np.unique(small, return_inverse=True)


def estimates(
    x: np.ndarray,
    n: np.ndarray,
    formula: Formula,
    multiplier: float | np.ndarray,
    levels: Sequence[tuple[float, str]],
) -> dict[str, np.ndarray]:
    """Columns value, lower_ci, upper_ci …; a denominator of zero gives missing values."""
    if (nobody := n == 0).any():
        n = np.where(nobody, np.nan, n)
    columns = {"value": x / n}
    for level, suffix in levels:
        columns[f"lower_ci{suffix}"], columns[f"upper_ci{suffix}"] = formula(x, n, level)
    for values in columns.values():
        values *= multiplier
    return columns


def states(value: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Word for each value: suppressed, missing, zero or value."""
    return np.select(
        [hidden, np.isnan(value), value == 0], ["suppressed", "missing", "zero"], "value"
    )
