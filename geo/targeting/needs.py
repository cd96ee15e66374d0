"""What is needed where: scores and ranks of areas, and counts of outcomes with their error."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.statistics.intervals import Formula, poisson_rate, wilson
from geo.statistics.table_checks import counts, numbers, refuse, require, suppressed
from geo.vocabulary.area_types import area_type_of, code_columns, require_unique
from geo.vocabulary.measures import POLARITIES
from geo.vocabulary.releases import VINTAGES

FORMULAS: dict[str, Formula] = {"proportion": wilson, "rate": poisson_rate}
_ROUNDED = 0.0011  # published weights of the Indices add up to 0.999


@dataclass(frozen=True, eq=False)
class Need:
    """One need of all areas: higher is more; missing is NaN.

    Attributes
    ----------
    name : str
        Column of the areas, or indicator.
    value : ndarray
        Score, reversed rank, or count over denominator.
    hidden : ndarray of bool
        Where disclosure control hid the count.
    count, denominator : ndarray, optional
        What an outcome's value is made of, counted so that more is worse.
    measure : str
        ``"proportion"`` or ``"rate"``; empty for what has no sampling error.
    among : int
        How many areas were ranked, where the value is a rank among all of England.
    """

    name: str
    value: np.ndarray
    hidden: np.ndarray
    count: np.ndarray | None = None
    denominator: np.ndarray | None = None
    measure: str = ""
    among: int = 0

    def of(self, areas: np.ndarray) -> "Need":
        """Keep some of the areas."""
        parts: dict[str, Any] = {
            name: None if (part := getattr(self, name)) is None else part[areas]
            for name in ("value", "hidden", "count", "denominator")
        }
        return replace(self, **parts)


def area_codes(areas: pd.DataFrame) -> pd.Series:
    """Codes of the areas: ``area_code``, or the first column of codes; each once.

    Examples
    --------
    >>> area_codes(pd.DataFrame({"lsoa21cd": ["E01000001"], "imd_score": [8.7]})).tolist()
    ['E01000001']
    """
    found = (
        "area_code"
        if "area_code" in areas
        else next(iter(code_columns(areas.columns).values()), None)
    )
    if found is None:
        raise TableError(
            f"No column of area codes in the areas, which have the columns "
            f"{examples(areas.columns, 6)}; name one area_code or, for LSOAs, lsoa21cd."
        )
    require_unique(areas[found], where="the areas")
    return areas[found]


def complete(
    table: pd.DataFrame, column: str, but: str = "leave out what is not shown"
) -> np.ndarray:
    """Read a column of numbers from 0 up, of which every row has one."""
    require(table, [column])
    values = numbers(table, column)
    refuse(table, np.isnan(values), column, f"every row needs one ({but})")
    return values


def require_top(top: int, areas: pd.DataFrame) -> None:
    """Raise if that is no number of areas that can come first."""
    if isinstance(top, bool) or top != int(top) or not 1 <= top <= len(areas):
        raise TableError(f"top is {top}; give a whole number from 1 to {len(areas)}, the areas.")


def weights_of(needs: str | Mapping[str, float]) -> dict[str, float]:
    """Read the needs with their weights, which are 0 or more and sum to 1."""
    weights = {needs: 1.0} if isinstance(needs, str) else dict(needs)
    if not weights:
        raise TableError("No need is named; give a column such as imd_score, or an indicator.")
    read = numbers(pd.DataFrame({"weight": pd.Series(weights)}), "weight")
    if not abs(read.sum() - 1) <= _ROUNDED:
        raise TableError(
            f"The weights of {examples(weights)} sum to {read.sum():g}; give weights that sum to 1."
        )
    return dict(zip(weights, read.tolist(), strict=True))


def read_need(
    name: str, areas: pd.DataFrame, codes: pd.Series, indicators: pd.DataFrame | None
) -> Need:
    """Read one need, from the columns of the areas or from the indicators."""
    if name in areas:
        return _scored(name, areas, codes)
    if indicators is None or not (indicators["indicator_id"] == name).any():
        raise TableError(
            f"{name} is neither a column of the areas nor an indicator; give the name of a column, "
            "such as imd_score, or add its rows to the indicators."
        )
    return _counted(name, codes, indicators[indicators["indicator_id"] == name])


def _scored(name: str, areas: pd.DataFrame, codes: pd.Series) -> Need:
    if name.endswith("_decile"):
        raise TableError(f"{name} puts a tenth of England in one place; give a score or a rank.")
    value = numbers(areas, name, lowest=-np.inf)
    among = 0
    if name.endswith("_rank"):
        among = VINTAGES.get(area_type_of(str(codes.name)) or "", 0)
        allowed = f"allowed are whole ranks from 1 to {among}" if among else "ranks start at 1"
        wrong = (value < 1) | (value % 1 > 0) | ((value > among) if among else False)
        refuse(areas, wrong, name, allowed, public=True)
        value = -value
    return Need(name, value, np.zeros(len(areas), bool), among=among)


def _counted(name: str, codes: pd.Series, rows: pd.DataFrame) -> Need:
    """Read the counts of an outcome; what is not known of an area is missing."""
    require(rows, ["area_code", "count", "denominator", "measure"], where="the indicators")
    rows = Published.of(rows).table
    rows = rows[rows["area_code"].isin(codes)]
    refuse(rows, rows["area_code"].duplicated(), "area_code", "give one period, sex and age")
    unfit = ~rows["measure"].isin(list(FORMULAS)) | (rows["measure"].nunique() > 1)
    refuse(rows, unfit, "measure", "an outcome is a proportion or a rate; give one of the two")
    count, people = counts(rows), numbers(rows, "denominator")
    measure = str(rows["measure"].iloc[0]) if len(rows) else "rate"
    refuse(rows, (people == 0) & (count > 0), "count", "an area without people has no cases")
    if measure == "proportion":
        refuse(rows, count > people, "count", "a proportion counts no more than its denominator")
    if "polarity" in rows:
        refuse(rows, ~rows["polarity"].isin(POLARITIES), "polarity", f"allowed are {POLARITIES}")
        if (rows["polarity"] == "high_is_good").any():
            if measure == "rate":
                raise TableError(
                    f"High is good in {name}, a rate; give a proportion or its reverse."
                )
            count = people - count
    hidden = suppressed(rows)
    table = pd.DataFrame({"count": count, "people": people, "hidden": False}).set_axis(
        pd.Index(rows["area_code"])
    )
    if hidden is not None:
        table["hidden"] = hidden
    table = table.reindex(codes.to_numpy())
    x, n = table["count"].to_numpy(), table["people"].where(table["people"] > 0).to_numpy()
    return Need(name, x / n, table["hidden"].eq(True).to_numpy(), x, n, measure)
