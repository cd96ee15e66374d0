"""Shares from 0 to 1, shown as percentages."""

import re

import pandas as pd

_SHARE = re.compile(r"(?:share|proportion|fraction)(?: of (.+?))?(?: \(0 to 1\))?", re.IGNORECASE)
_FIGURES = ["value", "lower_ci", "upper_ci", "lower_ci_998", "upper_ci_998"]


def in_percent(
    indicators: pd.DataFrame, catalogue: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn proportions that are given as shares of 1 into percentages, unit and all.

    Parameters
    ----------
    indicators, catalogue : DataFrame
        As from ``read_indicators`` and ``read_catalogue``.

    Returns
    -------
    tuple of DataFrame
        Values and limits a hundredfold, with multiplier 100; counts stay.

    Examples
    --------
    >>> facts = pd.DataFrame({"indicator_id": ["rooms"], "measure": "proportion", "multiplier": 1,
    ...                       "unit": "share of households (0 to 1)"})
    >>> table = pd.DataFrame({"indicator_id": ["rooms"], "value": [0.25]})
    >>> shown, told = in_percent(table, facts)
    >>> shown["value"].tolist(), told["unit"].tolist(), told["multiplier"].tolist()
    ([25.0], ['% of households'], [100])
    """
    shares = catalogue["measure"].eq("proportion") & catalogue["multiplier"].eq(1)
    if not shares.any():
        return indicators, catalogue
    rows = indicators["indicator_id"].isin(catalogue.loc[shares, "indicator_id"])
    known = [name for name in _FIGURES if name in indicators]
    table, facts = indicators.copy(), catalogue.copy()
    table.loc[rows, known] = table.loc[rows, known] * 100
    facts.loc[shares, "multiplier"] = 100
    facts.loc[shares, "unit"] = facts.loc[shares, "unit"].map(_percent)
    return table, facts


def _percent(unit: str) -> str:
    """Word a unit of shares as one of percentages.

    Examples
    --------
    >>> _percent("share of pupils"), _percent("Proportion"), _percent("pupils")
    ('% of pupils', '%', '% (pupils)')
    """
    found = _SHARE.fullmatch(unit.strip())
    if found is None:
        return f"% ({unit})"
    return f"% of {found[1]}" if found[1] else "%"
