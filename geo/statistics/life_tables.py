"""Life expectancy: abridged life tables of any number of age groups, with intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.statistics.intervals import normal_point
from geo.statistics.table_checks import (
    Confidence,
    confidence_levels,
    counts,
    group_keys,
    numbers,
    refuse,
    require,
)

FEWEST_PEOPLE = 5000
_INFANTS, _OTHERS = 0.1, 0.5
"""Share of an age group that those who die in it live on average."""
_ONS_POINT = 1.96
"""Standard errors to either side at 95%, which ONS rounds (1.959964) in its life tables."""


def life_expectancy(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Life expectancy at each age, from deaths and people by age group.

    Parameters
    ----------
    table : DataFrame
        One row an age group of each group: ``start_age`` (0, 1, 5, 10 … in years; the last group
        is open, such as 85 for "85 and over"), ``count`` (deaths), ``denominator`` (people, or
        person-years of several years); ``state`` if known. Any number of age groups from two up.
        ``fraction``, if there is such a column, is the share of the age group that those who die
        in it live on average; else it is 0.1 for infants and 0.5 for others.
    by : str or sequence of str, optional
        Columns that name the groups, such as area and sex; without, the table is one group.
    confidence : float or sequence of float
        As for :func:`geo.proportion`.

    Returns
    -------
    DataFrame
        One row a group and age, in order: keys, ``start_age``, ``count``, ``denominator``,
        ``value`` (years that somebody of that age still lives), limits and ``reason``, which says
        why it is not shown: fewer than 5,000 people in the group, an age group without people or
        with a missing count, no deaths in the oldest, or more deaths than there can be. At 95%
        limits lie 1.96 standard errors away, as in the life tables of ONS.

    Raises
    ------
    TableError
        If a column is absent, holds text, negative or infinite numbers, an age stands twice in a
        group, there are fewer than two ages, or infants are in one group with older children and
        no ``fraction`` is given; names the rows.

    References
    ----------
    Chiang CL (1984). The life table and its applications. Krieger, Malabar. Silcocks PBS, Jenner
    DA, Reza R (2001). Life expectancy as a summary of mortality in a population: statistical
    considerations and suitability for use by health authorities. Journal of Epidemiology and
    Community Health 55: 38–43. Toson B, Baker A (2003). Life expectancy at birth: methodological
    options for small populations. National Statistics Methodological Series 33.

    Examples
    --------
    >>> deaths = pd.DataFrame({"start_age": [0, 1, 65], "count": [10, 400, 900],
    ...                        "denominator": [2000, 150_000, 15_000]})
    >>> life_expectancy(deaths)[["start_age", "value", "lower_ci", "upper_ci"]].round(1)
       start_age  value  lower_ci  upper_ci
    0          0   73.6      72.5      74.8
    1          1   73.0      71.9      74.2
    2         65   16.7      15.6      17.8
    """
    levels = confidence_levels(confidence)
    columns = ("start_age", "count", "denominator")
    require(table, columns)
    keys = [] if by is None else group_keys(table, by, taken=(*columns, "value", "reason"))
    read = {"start_age": numbers(table, "start_age"), "count": counts(table),
            "denominator": numbers(table, "denominator")}  # fmt: skip
    refuse(table, np.isnan(read["start_age"]), "start_age", "every row needs one")
    repeated = table.duplicated([*keys, "start_age"])
    refuse(table, repeated, "start_age", "each may stand once in a group", public=True)
    if "fraction" in table:
        read["fraction"] = numbers(table, "fraction")
        refuse(table, read["fraction"] > 1, "fraction", "allowed are shares from 0 to 1")
    data = table[keys].assign(**read).sort_values([*keys, "start_age"], kind="stable")
    groups = data.groupby(keys, observed=True, sort=False) if keys else [((), data)]
    parts = [group.assign(**_expected(group, levels)) for _, group in groups if len(group)]
    limits = [f"{end}_ci{suffix}" for _, suffix in levels for end in ("lower", "upper")]
    nothing = data.iloc[:0].assign(value=np.nan, **dict.fromkeys(limits, np.nan), reason="")
    out = pd.concat(parts) if parts else nothing
    whole = (out["start_age"] % 1 == 0).all()
    out["start_age"] = out["start_age"].astype("int64" if whole else "float64")
    return out.drop(columns="fraction", errors="ignore").reset_index(drop=True)


def _expected(
    group: pd.DataFrame, levels: Sequence[tuple[float, str]]
) -> dict[str, np.ndarray | str]:
    """Life table of one group: columns value, limits and reason."""
    age, deaths, people = (
        group[column].to_numpy() for column in ("start_age", "count", "denominator")
    )
    width = np.diff(age)
    lived = _fractions(group, age)
    with np.errstate(divide="ignore", invalid="ignore"):
        risk = deaths / people
        shifted = 1 + (1 - lived[:-1]) * width * risk[:-1]
        dying = width * risk[:-1] / shifted
        spread = width**2 * risk[:-1] * (1 - lived[:-1] * width * risk[:-1])
        spread = spread / (people[:-1] * shifted**3)
    reason = _reason(deaths, people, dying)
    if reason:
        nothing = np.full(len(age), np.nan)
        names = [f"{end}_ci{suffix}" for _, suffix in levels for end in ("lower", "upper")]
        return {"value": nothing, **dict.fromkeys(names, nothing), "reason": reason}
    alive = np.r_[1.0, np.cumprod(1 - dying)]
    years = np.r_[width * (alive[1:] + lived[:-1] * (alive[:-1] - alive[1:])), alive[-1] / risk[-1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = years[::-1].cumsum()[::-1] / alive
        parts = np.r_[
            spread * (alive[:-1] * ((1 - lived[:-1]) * width + expected[1:])) ** 2,
            (alive[-1] / risk[-1]) ** 2 / deaths[-1],
        ]
        error = np.sqrt(parts[::-1].cumsum()[::-1]) / alive
    found: dict[str, np.ndarray | str] = {"value": expected}
    for level, suffix in levels:
        z = _ONS_POINT if level == 0.95 else normal_point(level)
        found[f"lower_ci{suffix}"] = expected - z * error
        found[f"upper_ci{suffix}"] = expected + z * error
    return found | {"reason": ""}


def _fractions(group: pd.DataFrame, age: np.ndarray) -> np.ndarray:
    """Share of each age group that those who die in it live, the open one's aside."""
    if len(age) < 2:
        raise TableError(
            f"There is only the age {examples(f'{one:g}' for one in age)} in a group; a life table "
            "needs two age groups or more, the last of them open, so add the others."
        )
    usual = np.where(age == 0, _INFANTS, _OTHERS)
    given = group["fraction"].to_numpy() if "fraction" in group else np.full(len(age), np.nan)
    if age[0] == 0 and age[1] > 1 and np.isnan(given[0]):
        raise TableError(
            f"The age group 0 to {age[1]:g} holds infants and older children, who die at other "
            "ages in it; split it at 1, or give the share of it that those who die in it live in a "
            "column fraction."
        )
    return np.where(np.isnan(given), usual, given)


def _reason(deaths: np.ndarray, people: np.ndarray, dying: np.ndarray) -> str:
    """Why there is no life expectancy; empty where there is."""
    reasons = {
        "an age group has no count or no people": np.isnan(deaths + people).any()
        or (people == 0).any(),
        "fewer than 5,000 people": people.sum() < FEWEST_PEOPLE,
        "no deaths in the oldest age group": deaths[-1] == 0,
        "more deaths in an age group than there can be": (dying >= 1).any(),
    }
    return next((words for words, holds in reasons.items() if holds), "")
