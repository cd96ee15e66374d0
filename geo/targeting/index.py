"""Several needs on one scale, so that they can be weighed and added."""

from typing import Literal

import numpy as np

from geo.errors import TableError

Scale = Literal["percentile", "z-score", "exponential"]
SCALES = ("percentile", "z-score", "exponential")
_STEEPNESS = 23.0


def on_scale(value: np.ndarray, scale: Scale, among: int = 0) -> np.ndarray:
    """Put a need of all areas on a common scale; higher is more need.

    Parameters
    ----------
    value : ndarray
        Need of each area; a rank among ``among`` areas with its sign turned, or any number.
    scale : str
        ``"percentile"``: share of the areas with no more need, 0 to 100 (ties in the middle);
        ``"z-score"``: standard deviations from the mean; ``"exponential"``: that of the Indices of
        Deprivation, 0 to 100, on which the least deprived nine tenths take up the lower half, so
        that a high need is not cancelled by low ones.
    among : int
        How many areas were ranked; 0 ranks the values among themselves.

    References
    ----------
    Ministry of Housing, Communities and Local Government (2025). The English Indices of
    Deprivation 2025: technical report. X = −23 ln(1 − R (1 − exp(−100/23))), R from 1/N to 1.

    Examples
    --------
    >>> on_scale(np.array([5.0, 7.0, 9.0, 20.0]), "percentile")
    array([ 25.,  50.,  75., 100.])
    >>> on_scale(np.array([5.0, 7.0, 9.0, 20.0]), "exponential").round(1)
    array([  6.5,  15.6,  31. , 100. ])
    """
    if scale == "z-score":
        if among:
            raise TableError("A z-score needs scores, not ranks; give the score, or another scale.")
        spread = value.std()
        return (value - value.mean()) / spread if spread > 0 else np.zeros(len(value))
    share = (among + 1 + value) / among if among else _middle_ranks(value) / len(value)
    if scale == "percentile":
        return 100 * share
    return -_STEEPNESS * np.log1p(-share * -np.expm1(-100 / _STEEPNESS))


def _middle_ranks(value: np.ndarray) -> np.ndarray:
    """Ranks from 1, the lowest; those of ties are their mean."""
    order = np.argsort(value)
    ordered = value[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    ends = np.r_[starts[1:], len(value)]
    ranks = np.empty(len(value))
    ranks[order] = np.repeat((starts + 1 + ends) / 2, ends - starts)
    return ranks
