"""People by age band for groups of LSOAs, from single years of age, beside a standard."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from geo.errors import CodeError, TableError, examples
from geo.statistics.table_checks import group_keys, numbers, refuse
from geo.vocabulary.area_types import require_unique, vintage_column
from geo.vocabulary.column_names import year_of_age

EUROPEAN_STANDARD = {
    0: 5000, 5: 5500, 10: 5500, 15: 5500, 20: 6000, 25: 6000, 30: 6500, 35: 7000, 40: 7000,
    45: 7000, 50: 7000, 55: 6500, 60: 6000, 65: 5500, 70: 5000, 75: 4000, 80: 2500, 85: 1500,
    90: 1000,
}  # fmt: skip
"""European Standard Population of 2013 by first year of age; 90 is open."""


def age_bands(
    population: pd.DataFrame,
    membership: pd.DataFrame,
    *,
    by: str | Sequence[str],
    starts: Sequence[int] = tuple(EUROPEAN_STANDARD),
    end: int | None = None,
) -> pd.DataFrame:
    """Sum residents by single year of age to age bands of groups of LSOAs, beside the standard.

    With the events of each band this is what :func:`geo.directly_standardised_rate` and
    :func:`geo.life_expectancy` take.

    Parameters
    ----------
    population : DataFrame
        One row an LSOA: its code column and a column for each year of age: ``0``, ``1`` … and the
        last, such as ``90`` or ``90+``, for all who are as old or older.
    membership : DataFrame
        The same code column and the columns in ``by``; its LSOAs are the ones counted.
    by : str or sequence of str
        Columns of ``membership`` whose groups, each or in combination, are counted.
    starts : sequence of int
        First age of each band, from 0 to 90; people younger than the first are left out.
    end : int, optional
        Age from which on people are left out, such as 18 for rates of children; else the last
        band is open ("90 and over").

    Returns
    -------
    DataFrame
        One row a group and band, in order: ``by``, ``age`` (such as ``"0-4 yrs"``, ``"90+ yrs"``),
        ``start_age``, ``denominator`` and ``standard_population``: the European one of 2013, of
        which bands that cut its own take the years they hold.

    Raises
    ------
    CodeError
        If the codes are of different vintages, one stands twice, or an LSOA has no residents.
    TableError
        If a year of age is lacking or a number is missing or impossible, or the starts do not rise
        or are beyond the years of age.

    References
    ----------
    Eurostat (2013). Revision of the European Standard Population. Methodologies and working
    papers. Luxembourg.

    Examples
    --------
    >>> years = {str(age): [10, 20] for age in range(91)}
    >>> residents = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"]} | years)
    >>> towns = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": "Crewe"})
    >>> age_bands(residents, towns, by="town", starts=(0, 5, 16), end=18)
        town        age  start_age  denominator  standard_population
    0  Crewe    0-4 yrs          0        150.0               5000.0
    1  Crewe   5-15 yrs          5        330.0              12100.0
    2  Crewe  16-17 yrs         16         60.0               2200.0
    """
    years = _years(population)
    edges = _edges(starts, end, years)
    taken = ("age", "start_age", "denominator", "standard_population")
    keys = group_keys(membership, by, taken=taken)
    at = _rows_of(population, membership)
    people = np.column_stack([numbers(population, column) for column in years.values()])
    for column, counted in zip(years.values(), people.T, strict=True):
        refuse(population, np.isnan(counted), column, "every LSOA needs its residents of each age")
    bands = range(len(edges) - 1)
    sums = pd.DataFrame(
        {band: people[at][:, edges[band] : edges[band + 1]].sum(axis=1) for band in bands}
    )
    out = pd.concat([membership[keys].reset_index(drop=True), sums], axis=1)
    out = out.groupby(keys, observed=True).sum().stack().rename("denominator").reset_index()
    place = out.pop(f"level_{len(keys)}").to_numpy()
    labels = [f"{low}-{high - 1} yrs" if high > low + 1 else f"{low} yrs"
              for low, high in pairwise(edges)]  # fmt: skip
    if end is None:
        labels[-1] = f"{edges[-2]}+ yrs"
    out.insert(len(keys), "age", np.array(labels, dtype=object)[place])
    out.insert(len(keys) + 1, "start_age", np.array(edges)[place])
    open_end = [*edges[:-1], max(EUROPEAN_STANDARD) + 1] if end is None else edges
    return out.assign(standard_population=_standard(open_end)[place])


def _years(population: pd.DataFrame) -> dict[int, str]:
    """Columns of single years of age, by age, from the youngest to the last, which is open."""
    found: dict[int, str] = {}
    for column in population.columns:
        if (age := year_of_age(column)) is not None:
            if age in found:
                raise TableError(
                    f"Two columns are of age {age} ({found[age]} and {column}); keep one of them."
                )
            found[age] = column
    if not found or (lacking := sorted(set(range(max(found))) - set(found))):
        missing = examples(lacking) if found else "0, 1, 2"
        raise TableError(
            f"The residents lack a column for the ages {missing}; give one for each year of age "
            "from 0, the last of them for all who are as old or older."
        )
    return dict(sorted(found.items()))


def _edges(starts: Sequence[int], end: int | None, years: dict[int, str]) -> list[int]:
    """First age of each band, and the age at which the last of them ends."""
    last = max(years)
    open_from = min(last, max(EUROPEAN_STANDARD))
    edges = [*starts, last + 1 if end is None else end]
    whole = all(isinstance(age, int | np.integer) for age in edges)
    most = last + 1 if end is None else open_from
    rising = whole and len(edges) > 1 and all(low < high for low, high in pairwise(edges))
    if not rising or edges[0] < 0 or edges[-2] > open_from or edges[-1] > most:
        raise TableError(
            f"The age bands start at {examples(starts, 6)}{'' if end is None else f', end {end}'}; "
            f"give whole ages that rise, from 0 to {open_from}, the oldest that the residents and "
            "the standard population tell apart."
        )
    return [int(age) for age in edges]


def _rows_of(population: pd.DataFrame, membership: pd.DataFrame) -> np.ndarray:
    """Row of the residents of each LSOA of the membership."""
    vintage, code = vintage_column(membership, where="the membership")
    other, counted = vintage_column(population, where="the residents")
    if vintage != other:
        raise CodeError(
            f"The membership has {vintage} codes and the residents {other} codes; convert the "
            "residents with geo.convert, or take the membership of their vintage."
        )
    require_unique(population[counted], where="the residents")
    require_unique(membership[code], where="the membership")
    at = pd.Index(population[counted]).get_indexer(pd.Index(membership[code]))
    if (unknown := at < 0).any():
        raise CodeError(
            f"{unknown.sum()} of {len(at)} LSOAs of the membership "
            f"({examples(membership.loc[unknown, code])}) have no residents in the table; add them."
        )
    return at


def _standard(edges: Sequence[int]) -> np.ndarray:
    """Sum the standard population of each band; a year's is its share of its five years."""
    oldest = max(EUROPEAN_STANDARD)
    single = [EUROPEAN_STANDARD[age - age % 5] / 5 for age in range(oldest)]
    years = np.array([*single, EUROPEAN_STANDARD[oldest]])
    return np.array([years[low:high].sum() for low, high in pairwise(edges)])
