"""Where an area stands among areas of its kind: values without intervals, placed and not tested."""

import numpy as np
import pandas as pd

from geo.errors import TableError

_SAME = 1e-9
WHOLE = 0.95
"""Share of an area's weight of which values must be known for a mean of them."""


def weighted_means(values: pd.Series, weights: pd.Series, groups: pd.Series) -> pd.DataFrame:
    """Mean of the values of each group, weighted, and what is lacking.

    Parameters
    ----------
    values : Series
        By area code, missing as NaN.
    weights : Series
        By area code; an area without one counts as lacking.
    groups : Series
        Group of each area, by its code; its areas are those that are wanted.

    Returns
    -------
    DataFrame
        A row a group: ``value``, ``areas`` and ``lacking`` (how many have no value). Where less
        than 95% of the known weight has a value, ``value`` is missing.

    Raises
    ------
    TableError
        If a weight is negative.

    Examples
    --------
    >>> codes = ["a", "b", "c"]
    >>> weighted_means(pd.Series([1.0, 4.0, 9.0], codes), pd.Series([2, 1, 5], codes),
    ...                pd.Series(["x", "x", "y"], codes))["value"].tolist()
    [2.0, 9.0]
    """
    weight = weights.reindex(groups.index).astype(float)
    if (weight < 0).any():
        raise TableError("A weight is negative; give numbers of people or households, from 0 up.")
    value = values.reindex(groups.index).astype(float)
    known = value.notna() & weight.notna()
    table = pd.DataFrame(
        {
            "above": (value * weight).where(known, 0.0),
            "below": weight.where(known, 0.0),
            "all": weight.fillna(0.0),
            "areas": 1,
            "lacking": (~known).astype(int),
        }
    )
    known_groups = isinstance(groups.dtype, pd.CategoricalDtype)
    by = groups.array if known_groups else groups.to_numpy()
    sums = table.groupby(by, sort=True, observed=True).sum()
    sums.index = sums.index.astype(object)
    enough = (sums["below"] > 0) & (sums["below"] >= WHOLE * sums["all"])
    mean = (sums["above"] / sums["below"].where(sums["below"] > 0)).where(enough)
    return pd.DataFrame({"value": mean, "areas": sums["areas"], "lacking": sums["lacking"]})


def place_among(
    figures: np.ndarray | pd.Series, others: np.ndarray | pd.Series, *, highest_is_first: bool
) -> pd.DataFrame:
    """Place figures among those of other areas: rank and fifth that each has or would have.

    Parameters
    ----------
    figures : array
        To be placed; missing ones stay so.
    others : array
        Values of all areas of the kind; missing ones are left out. A figure that is one of them
        has its own rank.
    highest_is_first : bool
        Whether the highest value has rank 1; else the lowest has.

    Returns
    -------
    DataFrame
        ``place`` (1 is the first; equal values share the first rank; one more than there are
        others where all go before), ``among`` (how many others) and ``fifth`` (1 to 5, as
        ``geo.quantiles`` divides).

    Examples
    --------
    >>> place_among([9, 5, 0], [8, 5, 5, 3, 1], highest_is_first=True)
       place  among  fifth
    0      1      5      1
    1      2      5      2
    2      6      5      5
    """
    figure = np.asarray(figures, dtype=float)
    known = np.asarray(others, dtype=float)
    known = known[~np.isnan(known)]
    sign = -1.0 if highest_is_first else 1.0
    order = np.sort(sign * known)
    # a mean of the same areas in another order differs in its last digits, and is the same
    least = sign * figure - _SAME * np.maximum(np.abs(figure), _SAME)
    place = np.searchsorted(order, least, side="left") + 1
    number = len(order)
    reached = number + 1 - place  # in whole numbers, as in quantiles
    fifth = np.clip(6 - -(-reached * 5 // max(number, 1)), 1, 5)
    missing = np.isnan(figure) | (number == 0)
    table = pd.DataFrame({"place": place, "among": number, "fifth": fifth}).astype("Int64")
    table.loc[missing, ["place", "fifth"]] = pd.NA
    return table


def repeated_in(values: pd.Series, authority: pd.Series) -> bool:
    """Tell whether each authority has one value, repeated on its small areas.

    Parameters
    ----------
    values : Series
        Of all of England's small areas, by code.
    authority : Series
        Authority of each, by code.

    Notes
    -----
    Authorities change: an area that moved may keep the value of the one it was in. So one area in
    a thousand may differ from the commonest value of its authority; the values of authorities must
    differ.

    Examples
    --------
    >>> codes = ["a", "b", "c", "d"]
    >>> of = pd.Series(["x", "x", "y", "y"], codes)
    >>> repeated_in(pd.Series([1.0, 1, 2, 2], codes), of)
    True
    >>> repeated_in(pd.Series([1.0, 1, 2, 3], codes), of)
    False
    """
    where = authority.reindex(values.index)
    known = values.notna() & where.notna()
    value, where = values[known], where[known]
    if not len(value) or where.nunique() < 2 or value.nunique() < 2:
        return False
    if where.nunique() == len(where):  # one small area in each is no repetition
        return False
    (at, _), (number, values) = pd.factorize(where), pd.factorize(value)
    pair, size = np.unique(at * len(values) + number, return_counts=True)
    common = pd.Series(size).groupby(pair // len(values)).max()
    return float(common.sum()) >= 0.999 * len(value)


def commonest_in(values: pd.Series, authority: pd.Series) -> pd.Series:
    """Value that most small areas of each authority have, by authority."""
    table = pd.DataFrame({"where": authority.reindex(values.index), "value": values}).dropna()
    counts = table.value_counts().reset_index()
    return counts.drop_duplicates("where").set_index("where")["value"].sort_index()
