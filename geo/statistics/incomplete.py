"""Sums of which some areas have no figure: at least so many, and how that compares.

Where one of an area's parts has no count, its sum is not known, but it is at least the sum of the
others, and at most that with as many more as the blanks can hide. The interval of such a rate is
from the lower limit of the least to the upper limit of the most.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.statistics.aggregation import aggregate
from geo.statistics.series import fact, indicator_facts, series_keys
from geo.statistics.table_checks import Confidence, confidence_levels

AT_LEAST = "at_least"
"""Column that says how many counts are lacking in a sum, which is at least what stands there."""
ENDS = ["value_most", "lower_most", "upper_least"]
"""Columns of value and lower limit of the most that a sum may be, and upper limit of the least."""


def with_least(
    sums: pd.DataFrame,
    rows: pd.DataFrame,
    membership: pd.DataFrame,
    *,
    by: str | Sequence[str],
    catalogue: pd.DataFrame,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Give the least of the sums that are missing because some of their areas have no count.

    Parameters
    ----------
    sums : DataFrame
        What ``aggregate`` gave for these rows and levels.
    rows, membership, by, catalogue, confidence
        As given to ``aggregate``. An indicator's ``blank_below`` in the catalogue, where it has
        one, says that a blank stands for fewer than that many.

    Returns
    -------
    DataFrame
        ``sums``, where missing ones of counts, proportions and rates have the sum of the areas
        that are known as ``count``, the value that it gives, limits as above, and the number of
        areas without a count in ``at_least`` (0 for all others). Sums of which a part is
        suppressed, or whose denominators are not all known, stay as they are.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"area_code": ["E01000001", "E01000002"], "area_type": "lsoa21",
    ...     "indicator_id": "poor", "period": "2025", "count": [20, None], "denominator": [100, 50],
    ...     "state": ["value", "missing"]})
    >>> towns = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": "Crewe"})
    >>> what = pd.DataFrame({"indicator_id": ["poor"], "measure": "proportion", "multiplier": 100,
    ...     "blank_below": [10]})
    >>> sums = aggregate(lsoas, towns, by="town", catalogue=what)
    >>> with_least(sums, lsoas, towns, by="town", catalogue=what)[["count", "value", "at_least"]]
       count      value  at_least
    0   20.0  13.333333         1
    """
    out = sums.assign(**{AT_LEAST: 0}, **dict.fromkeys(ENDS, np.nan))
    blank = rows["count"].isna() & ~rows["state"].isin(["suppressed"])
    if "value" in rows:
        blank &= rows["value"].isna()
    facts = indicator_facts(rows, catalogue)
    measure = fact(facts, "measure", rows["indicator_id"])
    counted = rows["count"].notna().groupby(rows["indicator_id"]).transform("any").to_numpy()
    able = np.isin(measure, ["proportion", "rate", "count"]) & counted
    names = rows.loc[blank & able, "indicator_id"].unique()
    lacking = out["indicator_id"].isin(names) & out["state"].eq("missing")
    if not lacking.any():
        return out
    some, gaps = rows["indicator_id"].isin(names), blank & able
    most = np.where(gaps, _most(rows, catalogue, measure), rows["count"])
    ends = [
        aggregate(
            rows[some].assign(count=counts[some.to_numpy()], state=rows.loc[some, "state"]),
            membership,
            by=by,
            catalogue=catalogue,
            confidence=confidence,
        )
        for counts in (np.where(gaps, 0.0, rows["count"]), most)
    ]
    least, highest = ends
    return _between(out, lacking, least, highest, confidence)


def _most(rows: pd.DataFrame, catalogue: pd.DataFrame, measure: np.ndarray) -> np.ndarray:
    """How many each blank can stand for at most: fewer than are published, or all people."""
    people = np.where(measure == "proportion", rows["denominator"], np.inf)
    below = pd.Series(np.inf, rows.index)
    if "blank_below" in catalogue:
        known = catalogue.set_index("indicator_id")["blank_below"].astype(float)
        below = rows["indicator_id"].map(known - 1).fillna(np.inf)
    most = np.minimum(people, below.to_numpy())
    return np.where(np.isinf(most), np.nan, most)


def _between(
    out: pd.DataFrame,
    lacking: pd.Series,
    least: pd.DataFrame,
    most: pd.DataFrame,
    confidence: Confidence,
) -> pd.DataFrame:
    """Put the least in place of what is missing, with limits from the least to the most."""
    keys = ["area_code", "area_type", *series_keys(out)]
    at = pd.MultiIndex.from_frame(out.loc[lacking, keys])
    low, high = (table.set_index(keys).reindex(at) for table in (least, most))
    known = low["count"].gt(0).to_numpy()  # at least none says nothing
    where = out.index[lacking][known]
    low, high = low[known], high[known]
    columns = [c for c in ("count", "value") if c in out]
    for column in columns:
        out.loc[where, column] = low[column].to_numpy()
    for _, suffix in confidence_levels(confidence):
        if f"lower_ci{suffix}" in out:
            out.loc[where, f"lower_ci{suffix}"] = low[f"lower_ci{suffix}"].to_numpy()
            out.loc[where, f"upper_ci{suffix}"] = high[f"upper_ci{suffix}"].to_numpy()
    for name, ends, column in zip(
        ENDS, (high, high, low), ("value", "lower_ci", "upper_ci"), strict=True
    ):
        if column in ends:
            out.loc[where, name] = ends[column].to_numpy()
    out.loc[where, AT_LEAST] = out.loc[where, "missing_areas"].astype(int)
    shown = out.loc[where, "value"] if "value" in out else out.loc[where, "count"]
    out.loc[where, "state"] = np.select([shown.isna(), shown.eq(0)], ["missing", "zero"], "value")
    return out


_TOO_CLOSE = "too close to what it is compared with, of which some areas have no figure, to tell"


def surely(compared: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    """Take back comparisons of sums that the blanks could change; drop `ENDS`.

    Parameters
    ----------
    compared : DataFrame
        What ``compare`` gave, with the columns of ``with_least``.
    benchmark : str
        Area type or code compared with, whose own figure may be a least one too.

    Returns
    -------
    DataFrame
        With ``not_compared`` where an area could be on either side of the benchmark, and a word of
        why in ``note`` where that is blank.
    """
    if not set(ENDS) <= set(compared):
        return compared
    most, lower, upper = (compared[name] for name in ENDS)
    reference = (compared[["area_type", "area_code"]] == benchmark).any(axis=1)
    keys = series_keys(compared)
    of = compared[reference].set_index(keys)["value_most"].dropna()
    known = pd.MultiIndex.from_frame(compared[keys]) if len(keys) > 1 else compared[keys[0]]
    highest = pd.Series(of.reindex(known).to_numpy(), compared.index)
    highest = highest.fillna(compared["benchmark_value"])
    above = compared["lower_ci"] > compared["benchmark_value"]
    unsure = above & (compared["lower_ci"] <= highest)
    alike = compared["comparison"].eq("similar") & compared[AT_LEAST].gt(0)
    unsure |= alike & ((highest > upper) | (compared["benchmark_value"] < lower) | most.isna())
    judged = compared["comparison"].mask(unsure, "not_compared")
    noted = compared["note"] if "note" in compared else pd.Series("", compared.index)
    blank = unsure & noted.isna() | unsure & noted.eq("")
    note = noted.mask(blank, _TOO_CLOSE)
    return compared.assign(comparison=judged, note=note).drop(columns=ENDS)
