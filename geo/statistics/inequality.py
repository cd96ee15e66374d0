"""How unequal outcomes are: concentration and gaps.

Deciles run from 1, the most deprived.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.statistics.intervals import normal_point
from geo.statistics.rates import proportion, rate
from geo.statistics.series import (
    MULTIPLIERS,
    fact,
    indicator_facts,
    multipliers,
    numbered,
    one_area_type,
    require_one_row_each,
    require_series,
    series_keys,
)
from geo.statistics.table_checks import (
    confidence_levels,
    numbers,
    refuse,
    require_each_once,
)


@dataclass(frozen=True)
class Concentration:
    """How few areas hold a share of a count: "half of the children live in 20 of 234 areas".

    Attributes
    ----------
    areas : int
        The least number of areas whose counts reach ``share`` of the total.
    of : int
        How many areas there are.
    share : float
        The share asked for, 0 to 1.
    curve : DataFrame
        Areas by count, highest first (by their label in ``counts``): ``areas``,
        ``share_of_areas`` and ``share_of_count``, each cumulated.
    lorenz : DataFrame
        The Lorenz curve from (0, 0) to (1, 1), areas by rate, lowest first: ``share_of_base``
        (of people, or of areas where no population was given) and ``share_of_count``.
    gini : float
        Gini coefficient of the Lorenz curve: 0 even, near 1 concentrated; NaN of nothing.
    """

    areas: int
    of: int
    share: float
    curve: pd.DataFrame
    lorenz: pd.DataFrame
    gini: float

    @property
    def share_of_areas(self) -> float:
        """Share of all areas that ``areas`` makes up, 0 to 1; NaN where there are none."""
        return self.areas / self.of if self.of else float("nan")


def concentration(
    counts: pd.Series, *, share: float = 0.5, population: pd.Series | None = None
) -> Concentration:
    """Find the least number of areas that hold a share of a count, and how uneven the count is.

    Parameters
    ----------
    counts : Series
        Count of each area, 0 or more, by area.
    share : float
        Share of the total to reach, above 0 to 1.
    population : Series, optional
        People at risk on the same index; then the Lorenz curve and Gini are of areas ordered by
        rate. Without it every area weighs the same.

    Returns
    -------
    Concentration
        Number and share of areas, the curves and the Gini coefficient.

    Raises
    ------
    TableError
        If a count or population is missing, negative, infinite or text, an area stands twice, the
        areas of the two differ, or ``share`` is out of range.

    References
    ----------
    Lorenz MO (1905). Methods of measuring the concentration of wealth. Publications of the
    American Statistical Association 9: 209–219.

    Examples
    --------
    >>> found = concentration(pd.Series({"A": 6, "B": 3, "C": 1, "D": 0}))
    >>> found.areas, found.of, found.share_of_areas, found.gini
    (1, 4, 0.25, 0.5)
    """
    if not 0 < share <= 1:
        raise TableError(f"The share is {share}; give one above 0 and up to 1, such as 0.5.")
    _refuse_other_areas(counts, population)
    table = counts.to_frame("count")
    table["population"] = 1 if population is None else population.reindex(counts.index)
    count, people = numbers(table, "count"), numbers(table, "population")
    for column, read in (("count", count), ("population", people)):
        refuse(table, np.isnan(read), column, "every area needs one, 0 where there is none")
    refuse(table, (people == 0) & (count > 0), "count", "an area without people has no cases")
    order = np.argsort(-count, kind="stable")
    reached = count[order].cumsum()
    total, size = reached[-1] if len(reached) else 0.0, len(reached)
    curve = pd.DataFrame(
        {
            "areas": np.arange(1, size + 1),
            "share_of_areas": np.arange(1, size + 1) / max(size, 1),
            "share_of_count": reached / total if total else np.full(size, np.nan),
        },
        index=counts.index[order],
    )
    # Shares such as 0.1 are not exact, so a sum that meets the share is let through.
    areas = int(np.searchsorted(reached, share * total * (1 - 1e-12))) + 1 if total else 0
    rates = np.divide(count, people, out=np.zeros(size), where=people > 0)
    rising = np.argsort(rates, kind="stable")
    lorenz = pd.DataFrame(
        {
            "share_of_base": np.r_[0, people[rising].cumsum() / (people.sum() or np.nan)],
            "share_of_count": np.r_[0, count[rising].cumsum() / (total or np.nan)],
        }
    )
    x, y = lorenz["share_of_base"].to_numpy(), lorenz["share_of_count"].to_numpy()
    gini = float(1 - (np.diff(x) * (y[1:] + y[:-1])).sum()) if total else float("nan")
    return Concentration(areas, size, share, curve, lorenz, gini)


def _refuse_other_areas(counts: pd.Series, population: pd.Series | None) -> None:
    """Refuse areas that stand twice, or in the one and not in the other."""
    require_each_once(counts, "the counts")
    if population is None:
        return
    require_each_once(population, "the population")
    if len(more := population.index.difference(counts.index)):
        raise TableError(
            f"{len(more)} areas of the population ({examples(more)}) are not in the counts; give "
            "every area a count, 0 where there is none."
        )


def gap(
    indicators: pd.DataFrame,
    *,
    by: str,
    catalogue: pd.DataFrame | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the most deprived areas with the rest: difference and ratio with intervals.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators of small areas with ``count`` and ``denominator``; ``measure`` (proportion
        or rate) in a column or in the catalogue.
    by : str
        Column that tells the most deprived areas: true or false; or a national decile (its name
        ends in ``decile``), of which 1 to 3 are the most deprived 30%; or a quintile (its name
        ends in ``quintile``), of which 1 is.
    catalogue : DataFrame, optional
        ``indicator_id``, ``measure`` and where known ``multiplier``.
    confidence : float
        Confidence of the intervals.

    Returns
    -------
    DataFrame
        One row an indicator, period, sex and age: ``value_deprived``, ``value_rest`` with limits,
        ``difference`` and ``ratio`` (deprived less, and over, the rest) with limits. A group with
        a missing count has no value; a ratio has no interval where a count is zero.

    Raises
    ------
    TableError
        If a column is absent, a number is impossible, a key stands twice, a measure is neither
        proportion nor rate, ``by`` holds something else, or there are several confidences.
    CodeError
        If the areas are of several types, which do not add up.

    References
    ----------
    Newcombe RG (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods (method 10). Statistics in Medicine 17: 873–890. The same
    construction for rates: Donner A, Zou GY (2012). Closed-form confidence intervals for
    functions of the normal mean and standard deviation. Statistical Methods in Medical Research
    21: 347–359. Ratio: Katz D, Baptista J, Azen SP, Pike MC (1978). Obtaining confidence intervals
    for the risk ratio in cohort studies. Biometrics 34: 469–474.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"area_code": ["E01000001", "E01000002"], "area_type": "lsoa21",
    ...     "indicator_id": "neet", "period": "2024", "count": [20, 10], "denominator": 100,
    ...     "measure": "proportion", "imd_decile": [1, 8]})
    >>> gap(lsoas, by="imd_decile")[["value_deprived", "value_rest", "difference", "ratio"]]
       value_deprived  value_rest  difference  ratio
    0            20.0        10.0        10.0    2.0
    """
    if len(confidence_levels(confidence)) > 1:
        raise TableError(
            f"The confidence is {confidence}; a gap takes one, so give one such as 0.95."
        )
    require_series(indicators, [by, "count", "denominator"])
    one_area_type(indicators)
    require_one_row_each(indicators)
    keys = series_keys(indicators)
    facts = indicator_facts(indicators, catalogue)
    measure = fact(facts, "measure", indicators["indicator_id"])
    table = indicators.assign(measure=measure)
    unfit = ~table["measure"].isin(list(MULTIPLIERS))
    refuse(table, unfit, "measure", "a gap needs a proportion or a rate; say which")
    table["series"], labels = numbered(indicators, keys)
    table["deprived"] = _deprived(indicators, by)
    parts = []
    for kind, estimate in (("proportion", proportion), ("rate", rate)):
        rows = table.loc[table["measure"] == kind]
        sums = estimate(rows, by=["series", "deprived"], multiplier=1, confidence=confidence)
        parts.append(_gaps(sums, labels, kind, facts, confidence))
    return labels.join(pd.concat([part for part in parts if len(part)] or parts[:1]))


def _deprived(indicators: pd.DataFrame, by: str) -> np.ndarray:
    """Tell which rows are of the most deprived areas."""
    marks = indicators[by]
    refuse(indicators, marks.isna(), by, "every area needs one")
    if all(isinstance(mark, bool | np.bool_) for mark in marks.unique()):
        return marks.to_numpy(dtype=bool)
    for ending, groups, last in (("decile", 10, 3), ("quintile", 5, 1)):
        if by.endswith(ending):
            number = numbers(indicators, by)
            allowed = f"allowed are whole numbers from 1 to {groups}"
            wrong = ~np.isin(number, np.arange(1, groups + 1))
            refuse(indicators, wrong, by, allowed, public=True)
            return number <= last
    raise TableError(
        f"The column {by} holds {examples(marks.unique())}; name a column of true and false, or "
        "one of national deciles or quintiles whose name ends in decile or quintile."
    )


def _gaps(
    sums: pd.DataFrame, labels: pd.DataFrame, kind: str, facts: pd.DataFrame, confidence: float
) -> pd.DataFrame:
    """Set the two groups of each series side by side and compare them."""
    columns = ["count", "denominator", "value", "lower_ci", "upper_ci"]
    groups = {
        name: sums[sums["deprived"] == mark].set_index("series")[columns].add_suffix(f"_{name}")
        for name, mark in (("deprived", True), ("rest", False))
    }
    both = groups["deprived"].join(groups["rest"], how="outer")
    p, q = both["value_deprived"], both["value_rest"]
    down = np.hypot(p - both["lower_ci_deprived"], both["upper_ci_rest"] - q)
    up = np.hypot(both["upper_ci_deprived"] - p, q - both["lower_ci_rest"])
    both = both.assign(
        difference=p - q, difference_lower_ci=p - q - down, difference_upper_ci=p - q + up
    )
    cases, others = (both[f"count_{g}"].where(both[f"count_{g}"] > 0) for g in groups)
    variance = 1 / cases + 1 / others
    if kind == "proportion":
        variance -= 1 / both["denominator_deprived"] + 1 / both["denominator_rest"]
    factor = np.exp(normal_point(confidence) * np.sqrt(variance.clip(lower=0)))
    ratio = p / q.where(q > 0)
    ids = labels["indicator_id"].loc[both.index]
    unit = multipliers(facts, ids, np.full(len(ids), kind, dtype=object))
    scaled = [c for c in both.columns if not c.startswith(("count", "denominator"))]
    both[scaled] = both[scaled].mul(unit, axis=0)
    return both.assign(ratio=ratio, ratio_lower_ci=ratio / factor, ratio_upper_ci=ratio * factor)
