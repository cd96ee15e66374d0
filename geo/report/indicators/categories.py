"""Indicators by sex and age: all persons beside the parts, and the series that stands for all."""

import numpy as np
import pandas as pd

from geo.errors import labelled
from geo.notes import Notes, note
from geo.vocabulary.measures import contributions_in
from geo.vocabulary.spellings import meaning

_BOTH = ({"male", "female"}, {"boys", "girls"})
PERSONS = "Persons"


def with_persons(
    indicators: pd.DataFrame, catalogue: pd.DataFrame, notes: Notes | None
) -> pd.DataFrame:
    """Add all persons to indicators that are given for both sexes alone.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators with ``sex``, ``age``, ``count``, ``denominator``, ``value`` and ``state``.
    catalogue : DataFrame
        Their measures: only proportions, rates and counts can be summed.

    Returns
    -------
    DataFrame
        With rows of sex ``Persons``, a sum of the two counts and denominators, for each area,
        period and age that has both. One that is suppressed or missing makes the sum so. Not of
        indicators with contributions of single people, which a sum would mix.
    """
    indicators = indicators.reset_index(drop=True)
    measures = catalogue.set_index("indicator_id")["measure"]
    summable = indicators["indicator_id"].map(measures).isin(["proportion", "rate", "count"])
    labels = indicators.loc[summable, ["indicator_id", "sex"]].drop_duplicates()
    sexes = labels["sex"].map(lambda label: meaning(str(label), "sex"))
    found = sexes.groupby(labels["indicator_id"]).agg(set)
    contributed = indicators[contributions_in(indicators)].notna().any(axis=1)
    told = set(indicators.loc[contributed, "indicator_id"])
    both = [name for name, known in found.items() if known in _BOTH and name not in told]
    if not both:
        return indicators
    keys = ["area_code", "area_type", "indicator_id", "period", "age"]
    rows = indicators[indicators["indicator_id"].isin(both)]
    groups = rows.groupby(keys, sort=False, dropna=False)
    rows = rows[groups["sex"].transform("size").eq(2)]
    counted = rows["count"].notna() | rows["state"].isin(["suppressed", "missing"])
    rows = rows[counted.groupby(rows["indicator_id"]).transform("all")]
    if rows.empty:
        return indicators
    total = _summed(rows, keys)
    short = catalogue.set_index("indicator_id")["short_name"]
    names = short[total["indicator_id"].unique()]
    note(
        notes,
        f"All persons of {labelled(names)} {'are' if len(names) > 1 else 'is'} the sum of both "
        "sexes, which the file gives alone.",
    )
    return pd.concat([indicators, total], ignore_index=True)


def _summed(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    groups = rows.groupby(keys, sort=False, dropna=False)
    total = groups.first().reset_index().assign(sex=PERSONS)
    for figure in ("count", "denominator"):
        total[figure] = groups[figure].sum(min_count=2).to_numpy()
    known = ["suppressed", "missing"]
    marked = [
        rows["state"].eq(state).groupby([rows[key] for key in keys], sort=False, dropna=False).any()
        for state in known
    ]
    tests = [*(one.to_numpy() for one in marked), total["count"].eq(0).to_numpy()]
    total["state"] = np.select(tests, [*known, "zero"], "value")
    total["count"] = total["count"].mask(total["state"].isin(known))
    empty = [c for c in total if c.startswith(("value", "lower_ci", "upper_ci"))]
    return total.assign(**dict.fromkeys(empty, np.nan))[rows.columns]


def stands_for_all(table: pd.DataFrame) -> pd.Series:
    """Tell the rows of each indicator's series of all persons and ages, as far as it is split.

    An indicator of one sex and age has that series alone; one that is split and has none for all
    has no such rows.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator_id": ["x", "x", "y"], "sex": ["Persons", "Boys", "Boys"],
    ...     "age": "5 yrs"})
    >>> stands_for_all(table).tolist()
    [True, False, True]
    """
    kept = pd.Series(True, table.index)
    for over in ("sex", "age"):
        if over in table:
            labels = table[over].astype(str)
            several = labels.groupby(table["indicator_id"]).transform("nunique").gt(1)
            kept &= ~several | labels.map(lambda label, over=over: meaning(label, over) == "all")
    return kept
