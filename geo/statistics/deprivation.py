"""How deprived areas are: LSOAs and people by national decile, and MHCLG's summary measures.

Ranks and deciles run from 1, the most deprived.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.errors import CodeError, examples
from geo.statistics.table_checks import group_keys, numbers, refuse, require, require_each_once
from geo.vocabulary.area_types import require_unique, vintage_column
from geo.vocabulary.releases import VINTAGES


def decile_profile(
    lsoas: pd.DataFrame,
    *,
    by: Sequence[str],
    index: str = "imd",
    borough: str = "All LSOAs",
) -> pd.DataFrame:
    """Count the LSOAs, and people where known, of each area by national decile.

    Parameters
    ----------
    lsoas : DataFrame
        One row an LSOA, with ``<index>_decile`` (1 = most deprived), one column for each level in
        ``by``, and ``population`` and ``children`` (counts of people) where known.
    by : sequence of str
        Columns that hold the names of the areas of each level, nested or not.
    index : str
        Which index's deciles to count.
    borough : str
        Name of the last row, which counts all LSOAs, such as ``"Cheshire East"``.

    Returns
    -------
    DataFrame
        Columns ``area_type``, ``area``, ``lsoas``, ``decile_1`` to ``decile_10``, ``top_10``,
        ``top_20``, ``top_30`` (LSOAs in the most deprived 10%, 20% and 30% of England), and where
        known ``population``, ``population_top_10`` … ``children_top_30``. Levels in the order of
        ``by``, areas by name within a level, ``borough`` last. If the population of any LSOA that
        a figure covers is missing, that figure is missing.

    Raises
    ------
    TableError
        If a column is absent, a decile is missing or not 1 to 10, an LSOA has no area, or a
        number of people is text or negative.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"town": ["Crewe", "Crewe", "Sandbach"], "imd_decile": [1, 3, 9]})
    >>> profile = decile_profile(lsoas, by=["town"])
    >>> profile[["area_type", "area", "lsoas", "top_10", "top_30"]]
      area_type       area  lsoas  top_10  top_30
    0      town      Crewe      2       1       2
    1      town   Sandbach      1       0       0
    2   borough  All LSOAs      3       1       2
    """
    by = [by] if isinstance(by, str) else list(by)
    decile = f"{index}_decile"
    require(lsoas, [decile, *by], where="the table of LSOAs")
    deciles = pd.to_numeric(lsoas[decile], errors="coerce")
    allowed = "allowed are whole numbers from 1 to 10"
    refuse(lsoas, ~deciles.isin(range(1, 11)), decile, allowed, public=True)
    for level in by:
        refuse(lsoas, lsoas[level].isna(), level, "every LSOA needs an area at each level")

    counted = {"lsoas": pd.Series(1, lsoas.index)}
    counted |= {f"decile_{d}": (deciles == d).astype(int) for d in range(1, 11)}
    counted |= {f"top_{10 * d}": (deciles <= d).astype(int) for d in (1, 2, 3)}
    for people in ("population", "children"):
        if people in lsoas.columns:
            numbers(lsoas, people)
            number = pd.to_numeric(lsoas[people])
            counted[people] = number
            counted |= {f"{people}_top_{10 * d}": number.where(deciles <= d, 0) for d in (1, 2, 3)}
    table = pd.DataFrame(counted)
    parts = []
    for level, names in [*((level, lsoas[level].astype(str)) for level in by), ("borough", None)]:
        keys = pd.Series(borough, table.index) if names is None else names
        total = table.groupby(keys, sort=True).sum(skipna=False)
        total.insert(0, "area_type", level)
        total.insert(1, "area", total.index)
        parts.append(total)
    return pd.concat(parts, ignore_index=True)


def area_deprivation(
    deprivation: pd.DataFrame,
    membership: pd.DataFrame,
    *,
    by: str | Sequence[str],
    population: pd.Series | None = None,
    index: str = "imd",
) -> pd.DataFrame:
    """MHCLG's summary measures of deprivation for any grouping of LSOAs, from national ranks.

    Parameters
    ----------
    deprivation : DataFrame
        A code column such as ``lsoa21cd``, ``<index>_score``, ``<index>_rank`` (1 = most deprived
        of all English LSOAs of that vintage) and ``population``.
    membership : DataFrame
        The same code column and the columns in ``by``; its LSOAs are the ones measured.
    by : str or sequence of str
        Levels of ``membership``.
    population : Series, optional
        Residents by LSOA code, used in place of the column.
    index : str
        Which index or domain.

    Returns
    -------
    DataFrame
        One row an area, levels in the order of ``by``: ``area_type``, ``area``, ``lsoas``,
        ``population``, ``average_score``, ``average_rank`` (reversed, so that the most deprived
        has the highest), ``proportion_most_deprived_10`` (of LSOAs), ``extent`` and
        ``local_concentration`` (reversed rank of the most deprived tenth of residents). An area
        without residents has only the proportion.

    Raises
    ------
    CodeError
        If vintages differ, a code stands twice, or an LSOA of the membership is not in
        ``deprivation``.
    TableError
        If a column is absent, or a score, rank or population is missing or impossible.

    References
    ----------
    Ministry of Housing, Communities and Local Government (2025). The English Indices of
    Deprivation 2025: technical report.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "imd_score": [60.0, 20.0],
    ...                       "imd_rank": [755, 20755], "population": [1000, 3000]})
    >>> towns = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": "Crewe"})
    >>> area_deprivation(lsoas, towns, by="town").iloc[0, 4:].to_dict()
    {'average_score': 30.0, 'average_rank': 18001.0, 'proportion_most_deprived_10': 0.5,
     'extent': 0.25, 'local_concentration': 33001.0}
    """
    vintage, code = vintage_column(membership, where="the membership")
    ranked, ranked_code = vintage_column(deprivation, where="the deprivation table")
    if ranked != vintage:
        raise CodeError(
            f"The membership has the codes {code} and the deprivation table {ranked_code}; both "
            "need the same vintage, since ranks cannot be converted; give the membership of that "
            "vintage."
        )
    score, rank = f"{index}_score", f"{index}_rank"
    require(deprivation, [score, rank], where="the deprivation table")
    require_unique(deprivation[ranked_code], where="the deprivation table")
    require_unique(membership[code], where="the membership")
    levels = group_keys(membership, by)
    at = pd.Index(deprivation[ranked_code]).get_indexer(membership[code])
    if (unknown := at < 0).any():
        raise CodeError(
            f"{unknown.sum()} of {len(at)} LSOAs of the membership "
            f"({examples(membership.loc[unknown, code])}) are not in the deprivation table; add "
            "them, or check the vintage."
        )
    people = "population"
    lsoas = deprivation.take(at).reset_index(drop=True)
    if population is not None:
        require_each_once(population, "the population")
        lsoas = lsoas.assign(population=lsoas[ranked_code].map(population))
    require(lsoas, [people], where="the deprivation table (or give population=)")
    measured = pd.DataFrame(
        {column: numbers(lsoas, column) for column in (score, rank, people)}, index=lsoas.index
    )
    total = VINTAGES[vintage]
    for column in measured.columns:
        refuse(lsoas, measured[column].isna(), column, "every LSOA needs one")
    unfit = ~measured[rank].between(1, total) | (measured[rank] % 1 != 0)
    refuse(lsoas, unfit, rank, f"allowed are whole ranks from 1 to {total}", public=True)
    measured.columns = pd.Index(["score", "rank", "population"])
    parts = []
    for level in levels:
        found = _area_measures(measured, membership[level].to_numpy(), total)
        found.insert(0, "area_type", level)
        parts.append(found)
    return pd.concat(parts, ignore_index=True)


def _area_measures(lsoas: pd.DataFrame, areas: np.ndarray, total: int) -> pd.DataFrame:
    """Summarise each area; the most deprived LSOAs come first within it."""
    lsoas = lsoas.assign(area=areas).sort_values(["area", "rank"], ignore_index=True)
    people, reverse = lsoas["population"], total + 1 - lsoas["rank"]
    percentile = np.ceil(100 * lsoas["rank"] / total)
    weight = np.select(
        [percentile <= 10, percentile <= 30], [1.0, 0.95 - 0.9 / 19 * (percentile - 11)], 0.0
    )
    tenth = people.groupby(lsoas["area"]).transform("sum") / 10
    before = people.groupby(lsoas["area"]).cumsum() - people
    worst = (tenth - before).clip(lower=0).clip(upper=people)
    sums = (
        pd.DataFrame(
            {
                "area": lsoas["area"],
                "lsoas": 1,
                "population": people,
                "average_score": lsoas["score"] * people,
                "average_rank": reverse * people,
                "proportion_most_deprived_10": np.ceil(10 * lsoas["rank"] / total) == 1,
                "extent": weight * people,
                "local_concentration": reverse * worst,
                "worst": worst,
            }
        )
        .groupby("area")
        .sum()
        .reset_index()
    )
    worst_people, residents = sums.pop("worst"), sums["population"].where(sums["population"] > 0)
    sums["proportion_most_deprived_10"] /= sums["lsoas"]
    sums["local_concentration"] /= worst_people.where(worst_people > 0)
    for measure in ("average_score", "average_rank", "extent"):
        sums[measure] /= residents
    return sums
