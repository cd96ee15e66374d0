"""What needs, and the weights of several, may be: drawn again and again, the same for a seed."""

from collections.abc import Iterator
from itertools import repeat

import numpy as np

from geo.targeting.index import Scale, on_scale
from geo.targeting.needs import Need
from geo.targeting.posteriors import posterior_draws


def stream(seed: int, position: int) -> np.random.Generator:
    """Chance for the need at a position, which is the same whatever else is drawn."""
    return np.random.default_rng((seed, position + 1))


def need_draws(
    need: Need, groups: np.ndarray, scale: Scale | None, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Draw a need again and again, on its scale (None where it is ranked alone).

    What has no error stays as it is.
    """
    if need.count is None or need.denominator is None:
        return repeat(need.value if scale is None else on_scale(need.value, scale, need.among))
    numbers = np.unique(groups, return_inverse=True)[1]
    rates = posterior_draws(need.count, need.denominator, numbers, need.measure, rng=rng)
    return (on_scale(rate, scale) for rate in rates) if scale is not None else rates


def weight_noise(draws: int, needs: int, seed: int) -> np.ndarray:
    """Draw standard normal numbers that move the weights of needs, draws by needs."""
    columns = [np.random.default_rng((seed, 0, at)).standard_normal(draws) for at in range(needs)]
    return np.column_stack(columns).round(3)


def weights_about(weights: np.ndarray, as_of: float, noise: np.ndarray) -> np.ndarray:
    """Weights about those chosen, as if learnt from so many choices: close to a Dirichlet draw.

    Each is a gamma variable over their sum; the cube root of a gamma variable is almost normal.

    References
    ----------
    Wilson EB, Hilferty MM (1931). The distribution of chi-square. Proceedings of the National
    Academy of Sciences 17: 684–688.

    Examples
    --------
    >>> weights_about(np.array([0.5, 0.5]), 100, np.array([[0.0, 0.0], [1.0, -1.0]])).round(3)
    array([[0.5 , 0.5 ],
           [0.57, 0.43]])
    """
    shape = np.maximum(weights * as_of, 1e-9)
    gamma = shape * np.maximum(1 - 1 / (9 * shape) + noise / (3 * np.sqrt(shape)), 0) ** 3
    total = gamma.sum(axis=1, keepdims=True)
    return np.divide(gamma, total, where=total > 0, out=np.tile(weights, (len(noise), 1)))
