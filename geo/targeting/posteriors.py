"""What the rate of each area may be, given its count: hierarchical gamma and beta posteriors."""

from collections.abc import Iterator

import numpy as np
from scipy import special

_ALIKE = np.exp(np.linspace(np.log(0.1), np.log(1e4), 24))
"""How alike areas may be: 1 over the variance of their log rates (of proportions, of the logit)."""
_USUAL, _DOUBT = 0.4, 0.4
"""Standard deviation of log rates as it is expected, 0.18 to 0.88 in 95 of 100 cases: middle of its
log-normal prior, and standard deviation of its logarithm."""
_LEAST = 1e-9


def posterior_draws(
    count: np.ndarray,
    denominator: np.ndarray,
    group: np.ndarray,
    measure: str,
    *,
    rng: np.random.Generator,
) -> Iterator[np.ndarray]:
    """Draw, without end, what the true rates of all areas may be.

    Areas are drawn towards the rate of their group, and groups towards the rate of all, as much as
    the data say that they are alike, in ratio: rates of 1 and 2% as those of 10 and 20%. How alike
    areas are is not known either: each draw takes it from its own posterior, so that few data
    leave much open. Before the data the standard deviation of log rates is expected at about 0.4
    (log-normal, 0.18 to 0.88 in 95 of 100 cases), within groups and between them. A flat prior
    would let rare events say too easily that areas hardly differ, and be too sure of who is first.
    (Of eleven public counts of Cheshire East's LSOAs it was 0.23 to 1.18, median 0.6, within
    collaboratives, and 0.07 to 0.48, median 0.36, between them.)

    Parameters
    ----------
    count, denominator : ndarray
        Cases, and people or person-years (above 0), of each area.
    group : ndarray of int
        Number of the group of each area, from 0.
    measure : str
        ``"proportion"`` (binomial counts, beta posteriors) or ``"rate"`` (Poisson, gamma).
    rng : Generator
        Where chance comes from.

    Yields
    ------
    ndarray
        One rate per area, per person.

    References
    ----------
    Clayton D, Kaldor J (1987). Empirical Bayes estimates of age-standardized relative risks for
    use in disease mapping. Biometrics 43: 671–681. Priors that keep variances off zero: Chung Y,
    Rabe-Hesketh S, Dorie V, Gelman A, Liu J (2013). A nondegenerate penalized likelihood estimator
    for variance parameters in multilevel models. Psychometrika 78: 685–709.
    """
    proportion = measure == "proportion"
    fitted = [_fit(count, denominator, group, alike, proportion) for alike in _ALIKE]
    reached = special.softmax(np.array([fit[0] for fit in fitted])).cumsum()
    while True:
        at = min(int(reached.searchsorted(rng.random())), len(_ALIKE) - 1)
        _, likely, a, both = fitted[at]
        row = min(int(likely.searchsorted(rng.random())), len(likely) - 1)
        mean = np.maximum(_drawn(a[row], both[row], proportion, rng), _LEAST)
        strength = _strength(_ALIKE[at], mean, proportion)
        prior = (strength * mean)[group]
        yield _drawn(prior + count, strength[group] + denominator, proportion, rng)


def _fit(
    count: np.ndarray, denominator: np.ndarray, group: np.ndarray, alike: float, proportion: bool
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Fit the groups to areas that are so ``alike``.

    Gives how likely the data are; the cumulated probabilities of how alike groups may be, and for
    each of these (rows) the cases and people behind the rate of each group.
    """
    groups = int(group.max()) + 1
    mean = np.full(groups, max(count.sum(), 0.5) / denominator.sum())
    for _ in range(2):
        strength = _strength(alike, mean, proportion)[group]
        # An area tells of its group no more than one area can, however many live there.
        size = denominator * (strength + proportion) / (denominator + strength)
        sums = np.bincount(group, size * count / denominator, groups)
        sizes = np.bincount(group, size, groups)
        likely, cases, people = _prior_of_groups(sums, sizes, proportion)
        a, both = cases[:, None] + sums, people[:, None] + sizes
        mean = np.maximum(likely @ (a / both), _LEAST)
    strength = _strength(alike, mean, proportion)[group]
    fit = _log_likelihood(count, denominator, strength, mean[group], proportion)
    return float(_expected(fit, alike)), likely.cumsum(), a, both


def _prior_of_groups(
    sums: np.ndarray, sizes: np.ndarray, proportion: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How likely groups are so alike, and for how many cases and people the rate of all counts."""
    if len(sums) == 1:
        return np.ones(1), np.full(1, 0.5), np.full(1, float(proportion))  # Jeffreys' prior
    mean = np.array(max(sums.sum(), 0.5) / sizes.sum())
    strengths = _strength(_ALIKE, mean, proportion)
    fits = _log_likelihood(sums, sizes, strengths[:, None], mean, proportion)
    return special.softmax(_expected(fits, _ALIKE)), strengths * mean, strengths


def _strength(alike: np.ndarray | float, mean: np.ndarray, proportion: bool) -> np.ndarray:
    """How many people the prior counts for, if areas about this mean are so alike."""
    return alike / (mean * (1 - mean) if proportion else mean)


def _expected(fit: np.ndarray, alike: np.ndarray | float) -> np.ndarray:
    """Weigh how alike areas may be by how far rates of small areas lie apart elsewhere."""
    return fit - (np.log(1 / np.sqrt(alike) / _USUAL) / _DOUBT) ** 2 / 2


def _log_likelihood(
    x: np.ndarray, n: np.ndarray, strength: np.ndarray, mean: np.ndarray, proportion: bool
) -> np.ndarray:
    """Beta-binomial or negative binomial likelihood, less what does not depend on the prior."""
    a = strength * mean
    if proportion:
        b = strength - a
        each = special.betaln(a + x, b + n - x) - special.betaln(a, b)
    else:
        each = special.gammaln(a + x) - special.gammaln(a)
        each += a * np.log(strength) - (a + x) * np.log(strength + n)
    return each.sum(axis=-1)


def _drawn(
    a: np.ndarray, size: np.ndarray, proportion: bool, rng: np.random.Generator
) -> np.ndarray:
    if proportion:
        return rng.beta(np.maximum(a, 1e-9), np.maximum(size - a, 1e-9))
    return rng.standard_gamma(np.maximum(a, 1e-9)) / size
