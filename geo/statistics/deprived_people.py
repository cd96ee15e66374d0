"""People who are deprived, of how many: the counts behind the Indices that are rates.

Four of the Indices are proportions: income and employment deprivation, and income deprivation
that affects children and older people. Their scores are shares of a population; where the
population is not published with them, it is estimated from what is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

_ROUNDING = 4.0  # numbers are published to the nearest five, and scores are drawn together
_STEPS = 8  # until scaling and keeping within bounds agree
_HALF_POINT = 0.0005


@dataclass(frozen=True)
class DeprivedPeople:
    """Deprived people and residents of each LSOA, by code, and where both are from, in words."""

    count: pd.Series
    denominator: pd.Series
    basis: str


def deprived_people(
    codes: pd.Index,
    *,
    score: pd.Series | None = None,
    population: pd.Series | None = None,
    published: pd.Series | None = None,
    residents: pd.Series | None = None,
    authority: pd.Series | None = None,
    residents_words: str = "residents",
) -> DeprivedPeople | None:
    """Give the people whom an index that is a rate counts, and of how many.

    The first of these that the data allow: score × population as published with the Indices;
    published numbers among residents estimated from number and score; published numbers among
    residents; score × residents.

    Parameters
    ----------
    codes : Index
        LSOA codes, all that the Indices rank.
    score : Series, optional
        Rates (0 to 1) by LSOA code, as all below.
    population : Series, optional
        The population of the index, as published with it.
    published : Series, optional
        Published numbers of deprived people, to the nearest five; blank where none is published.
    residents : Series, optional
        Residents of the ages of the index, of whatever year.
    authority : Series, optional
        Authority of each LSOA: estimated residents of an authority are those with which its
        scores give the number of people published for it.
    residents_words : str
        What ``residents`` are.

    Returns
    -------
    DeprivedPeople or None
        None where the data allow none of them. A blank number stays missing where no score is
        known, else it is score × residents.

    Notes
    -----
    Scores of small LSOAs are drawn towards their authority's (shrinkage), so number / score is no
    population of a single LSOA: residents are kept within what number (± 4) and score (± 0.0005)
    allow, and only summed. Residents of another year are never fewer than the published number.

    Examples
    --------
    >>> codes = pd.Index(["E01018386"])
    >>> found = deprived_people(codes, score=pd.Series(0.105, codes),
    ...                         population=pd.Series(2518, codes))
    >>> found.count.round(2).tolist(), found.basis
    ([264.39], 'score × population, as published with the Indices')
    """

    def known(series: pd.Series | None) -> pd.Series | None:
        if series is None:
            return None
        series = series.reindex(codes).astype(float)
        return series if series.notna().any() else None

    rate, people, number, others = map(known, (score, population, published, residents))
    if rate is not None and people is not None:
        return DeprivedPeople(
            rate * people, people, "score × population, as published with the Indices"
        )
    if rate is not None and number is not None:
        where = None if authority is None else authority.reindex(codes)
        estimated = _estimated(rate, number, others, where)
        of = "number and score" if others is None else f"number, score and {residents_words}"
        basis = f"published number, to the nearest five; residents estimated from {of}"
        return DeprivedPeople(number.fillna(rate * estimated), estimated, basis)
    if others is None:
        return None
    if number is not None:
        return DeprivedPeople(
            number,
            np.maximum(others, number.fillna(0)),
            f"published number, to the nearest five, among {residents_words}",
        )
    if rate is not None:
        return DeprivedPeople(rate * others, others, f"score × {residents_words}")
    return None


def _estimated(
    rate: pd.Series, number: pd.Series, residents: pd.Series | None, authority: pd.Series | None
) -> pd.Series:
    """Residents with which scores give the published numbers, authority by authority."""
    divided = (number / rate).where(rate > 0)
    if residents is None:
        typical = divided.median()
        return divided.fillna(typical)
    where = pd.Series("", rate.index) if authority is None else authority.fillna("")
    both = number.notna() & residents.notna()
    people = number.where(both, 0).groupby(where).transform("sum")
    lowest = ((number - _ROUNDING) / (rate + _HALF_POINT)).fillna(0).clip(lower=0)
    highest = (number + _ROUNDING) / (rate - _HALF_POINT).where(rate > _HALF_POINT)
    kept = residents
    for _ in range(_STEPS):
        expected = (rate * kept).where(both, 0).groupby(where).transform("sum")
        scale = (people / expected.where(expected > 0)).fillna(1)
        kept = np.clip(kept * scale, lowest, highest.fillna(np.inf))
    return np.maximum(kept.fillna(divided), number.fillna(0))
