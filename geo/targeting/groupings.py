"""Ways to group the same areas, side by side: how even is need between groups, and within."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.statistics.table_checks import group_keys, numbers, refuse, require
from geo.targeting.needs import area_codes, complete
from geo.vocabulary.releases import MOST_DEPRIVED


def compare_groupings(
    areas: pd.DataFrame,
    *,
    by: str | Sequence[str],
    need: str,
    people: str = "population",
    deprived: str = "imd_decile",
) -> pd.DataFrame:
    """Set groupings side by side: need per group, spread between and within, who is overlooked.

    Parameters
    ----------
    areas : DataFrame
        One row a small area: a column of codes, counts ``need`` and ``people`` (0 or more, none
        missing), the groupings in ``by``, and ``deprived``.
    by : str or sequence of str
        Columns that each group all areas: two localities, eight collaboratives, wards.
    need, people : str
        Columns of those in need and of all.
    deprived : str
        Column of national deciles (1 to 3 are deprived), or of true and false.

    Returns
    -------
    DataFrame
        One row a grouping: ``grouping``, ``groups``, ``areas_fewest`` and ``areas_most``,
        ``need_lowest`` and ``need_highest`` (of a group), ``rate_lowest`` and ``rate_highest`` (per
        person), ``theil`` (of all areas, the same for each), ``theil_between`` and
        ``theil_within`` groups, ``share_within`` (0 to 1), ``deprived_areas``, and
        ``deprived_in_well_off``: those in groups whose rate of need is below that of all.

    Raises
    ------
    TableError
        If a column is absent, a number is missing or impossible, or need is where nobody is.
    CodeError
        If a code is missing or stands twice.

    References
    ----------
    Theil H (1967). Economics and Information Theory. North-Holland. T = Σ s ln(s / p) over
    areas, s the share of need and p of people; it is the sum of that between groups and that
    within them, weighted by their need.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"area_code": ["a", "b", "c", "d"], "half": ["N", "N", "S", "S"],
    ...     "need": [30, 0, 10, 10], "population": 100, "imd_decile": [1, 9, 3, 5]})
    >>> compare_groupings(lsoas, by="half", need="need").round(3)[
    ...     ["groups", "need_highest", "theil_between", "share_within", "deprived_in_well_off"]]
       groups  need_highest  theil_between  share_within  deprived_in_well_off
    0       2          30.0           0.02         0.954                     1
    """
    area_codes(areas)
    keys = group_keys(areas, by)
    require(areas, [need, people, deprived])
    table = pd.DataFrame({"need": complete(areas, need), "people": complete(areas, people)})
    nobody = ((table["people"] == 0) & (table["need"] > 0)).to_numpy()
    refuse(areas, nobody, need, "an area without people has no need")
    refuse(areas, areas[deprived].isna(), deprived, "every area needs one")
    marks = areas[deprived]
    low = marks if marks.dtype == bool else numbers(areas, deprived) <= MOST_DEPRIVED
    table["deprived"] = np.asarray(low, dtype=bool)
    return pd.DataFrame([_measured(table, areas[key], key) for key in keys])


def _measured(table: pd.DataFrame, names: pd.Series, key: str) -> dict[str, object]:
    """Measure one grouping."""
    sums = table.assign(areas=1).groupby(names.to_numpy()).sum()
    rate = sums["need"] / sums["people"].where(sums["people"] > 0)
    total = theil(table["need"].to_numpy(), table["people"].to_numpy())
    between = theil(sums["need"].to_numpy(), sums["people"].to_numpy())
    everybody = table["people"].sum()
    well_off = rate < (table["need"].sum() / everybody if everybody else np.nan)
    return {
        "grouping": key,
        "groups": len(sums),
        "areas_fewest": int(sums["areas"].min()),
        "areas_most": int(sums["areas"].max()),
        "need_lowest": sums["need"].min(),
        "need_highest": sums["need"].max(),
        "rate_lowest": rate.min(),
        "rate_highest": rate.max(),
        "theil": total,
        "theil_between": between,
        "theil_within": total - between,
        "share_within": (total - between) / total if total else np.nan,
        "deprived_areas": int(table["deprived"].sum()),
        "deprived_in_well_off": int(sums.loc[well_off, "deprived"].sum()),
    }


def theil(need: np.ndarray, people: np.ndarray) -> float:
    """Theil's index of need over people: 0 where every area has its share; NaN of no need.

    Examples
    --------
    >>> round(theil(np.array([10.0, 0.0]), np.array([50.0, 50.0])), 4)
    0.6931
    """
    if not need.sum():
        return float("nan")
    some = need > 0
    share = need[some] / need.sum()
    return float((share * np.log(share / (people[some] / people.sum()))).sum())
