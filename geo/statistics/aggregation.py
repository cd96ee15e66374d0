"""Indicators of small areas summed to larger ones: counts and denominators first, then divided."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.errors import CodeError, TableError, labelled
from geo.statistics.intervals import Formula, estimates, poisson_rate, states, wilson
from geo.statistics.repeats import SQUARED
from geo.statistics.series import (
    FACTS,
    fact,
    indicator_facts,
    looked_up,
    multipliers,
    numbered,
    one_area_type,
    require_series,
    series_keys,
)
from geo.statistics.table_checks import (
    Confidence,
    confidence_levels,
    names_in,
    numbers,
    refuse,
    require,
    require_each_once,
    suppressed,
)
from geo.vocabulary.area_types import area_type_of, code_columns, require_unique
from geo.vocabulary.measures import contributions_in
from geo.vocabulary.releases import VINTAGES

ENGLAND = "E92000001"
FORMULAS: dict[str, Formula] = {"proportion": wilson, "rate": poisson_rate}


def aggregate(
    indicators: pd.DataFrame,
    membership: pd.DataFrame,
    *,
    by: str | Sequence[str],
    weights: pd.Series | None = None,
    catalogue: pd.DataFrame | None = None,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Sum the counts and denominators of indicators to larger areas, then divide.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators of one area type: ``area_code``, ``area_type``, ``indicator_id``,
        ``period``, ``sex`` and ``age`` if split, ``count`` and ``denominator``, or ``value``
        alone; ``state`` if known. An area that is not listed counts as missing, not as zero.
        ``largest_1``, ``largest_2`` and so on, where known, are the largest contributions of
        single people to the sum or mean; 0 where there are no more.
    membership : DataFrame
        The column of codes of that area type (such as ``lsoa21cd``) and the columns in ``by``.
    by : str or sequence of str
        Levels to sum to: columns of ``membership``, whose values become the area codes;
        ``"england"``, if ``membership`` covers England; ``"borough"`` (where that is no column)
        for all of ``membership`` together, coded ``borough``.
    weights : Series, optional
        Weights by area code (such as residents) for indicators that have values alone. Means are
        weighted by their own denominators where each has one.
    catalogue : DataFrame, optional
        ``indicator_id``, ``measure`` and where known ``multiplier`` and others; the same columns
        in ``indicators`` serve too. Without ``measure`` there are sums but no values.
    confidence : float or sequence of float
        As for :func:`proportion`.

    Returns
    -------
    DataFrame
        Tidy indicators of the larger areas, with ``missing_areas``: how many areas of the group
        have no count. A group with one suppressed or missing area has a missing count, and
        ``state`` says which; with an area that is not listed the denominator is missing too.
        Unit, multiplier, measure and polarity stay where they were columns. The largest
        contributions are those of the group, whose areas have no person in common; missing where
        one of them is.

    Raises
    ------
    CodeError
        If vintages do not match or are mixed, an area is unknown, or lies in two groups.
    TableError
        If a key stands twice, an indicator has two units, a number is impossible, an indicator
        has values alone and there are no weights, or there is a column ``events_squared``.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"area_code": ["E01000001", "E01000002"], "area_type": "lsoa21",
    ...     "indicator_id": "neet", "period": "2024", "count": [1, 5], "denominator": [10, 20],
    ...     "measure": "proportion"})
    >>> towns = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": "Crewe"})
    >>> aggregate(lsoas, towns, by="town")[["area_code", "area_type", "count", "value"]]
      area_code area_type  count  value
    0     Crewe      town    6.0   20.0
    """
    levels = confidence_levels(confidence)
    require_series(indicators)
    _refuse_repeats(indicators)
    code = _code_column(one_area_type(indicators), membership)
    keys = series_keys(indicators)
    own = [column for column in FACTS if column in indicators.columns]
    series, labels = numbered(indicators, [*keys, *own])
    facts = indicator_facts(labels, catalogue)
    labels = labels[keys]
    area, areas = pd.factorize(indicators["area_code"])
    cells = series * len(areas) + area
    if _repeats(cells, len(labels) * len(areas)):
        twice = pd.Series(cells).duplicated().to_numpy()
        refuse(indicators, twice, "area_code", "each may stand once for an indicator and period")
    x, n, alone = _addends(indicators, series, labels, facts, weights)
    hidden = suppressed(indicators)
    parts = []
    for level in names_in(by):
        group, sizes, names = _groups(membership, code, level, areas)
        sums = _summed(x, n, hidden, series, labels, group[area], sizes)
        cell = group[area] * len(labels) + series
        sums = sums.assign(**_largest(indicators, cell, sums["count"].isna().to_numpy()))
        sums.insert(0, "area_code", names[sums.pop("group").to_numpy()])
        sums.insert(1, "area_type", area_type_of(level) or level)
        parts.append(sums)
    out = _measured(pd.concat(parts, ignore_index=True), facts, alone, levels)
    return out.assign(**{column: out["indicator_id"].map(facts[column]) for column in own})


def _refuse_repeats(indicators: pd.DataFrame) -> None:
    if SQUARED in indicators.columns:
        raise TableError(
            f"{SQUARED} is not carried to larger areas here, and without it intervals are too "
            "narrow; take the column out, or in Python sum and divide with geo.rate(by=…)."
        )


def _code_column(kind: str | None, membership: pd.DataFrame) -> str:
    """Column of ``membership`` that holds the codes of the indicators' area type."""
    found = code_columns(membership.columns)
    if kind is None:
        return next(iter(found.values()), str(membership.columns[0]))
    if kind not in found:
        raise CodeError(
            f"The indicators are of area type {kind}, but the membership has codes of "
            f"{labelled(found) or 'no area type'}; pass the membership of {kind}."
        )
    return found[kind]


def _repeats(cells: np.ndarray, size: int) -> bool:
    """Tell whether a number below ``size`` stands twice, without sorting or hashing."""
    if size > 10 * len(cells) + 1_000_000:
        return bool(pd.Series(cells).duplicated().any())
    seen = np.zeros(size, dtype=bool)
    seen[cells] = True
    return int(np.count_nonzero(seen)) < len(cells)


def _addends(
    indicators: pd.DataFrame,
    series: np.ndarray,
    labels: pd.DataFrame,
    facts: pd.DataFrame,
    weights: pd.Series | None,
) -> tuple[np.ndarray, np.ndarray, dict[str, bool]]:
    """Tell what to sum above and below the line, and which indicators have values alone.

    For those, value times weight is summed above, and weights below; the dictionary says of each
    whether its weights are its own denominators.
    """
    nothing = np.full(len(indicators), np.nan)
    have = indicators.columns
    x, n = (numbers(indicators, c) if c in have else nothing for c in ("count", "denominator"))
    bounded = fact(facts, "measure", labels["indicator_id"]) == "proportion"
    if (above := x > n).any():
        above &= bounded[series]
        refuse(indicators, above, "count", "a count may not be above its denominator")
    if "value" not in have:
        return x, n, {}
    value = numbers(indicators, "value", lowest=-np.inf)
    found = labels[["indicator_id"]].assign(
        count=np.bincount(series, ~np.isnan(x), len(labels)) > 0,
        value=np.bincount(series, ~np.isnan(value), len(labels)) > 0,
        mean=fact(facts, "measure", labels["indicator_id"]) == "mean",
        bare=np.bincount(series, ~np.isnan(value) & np.isnan(n), len(labels)) > 0,
    )
    found = found.groupby("indicator_id").any()
    found = found[found["value"] & ~found["count"]]
    pooled = found.index[found["mean"] & ~found["bare"]]
    others = found.index.difference(pooled, sort=False)
    weight = n
    if len(others):
        rows = labels["indicator_id"].isin(others).to_numpy()[series]
        weight = np.where(rows, _weights(indicators, rows, others, weights), n)
    rows = labels["indicator_id"].isin(found.index).to_numpy()[series]
    alone = {name: name in pooled for name in found.index}
    return np.where(rows, value * weight, x), weight, alone


def _weights(
    indicators: pd.DataFrame, rows: np.ndarray, ids: pd.Index, weights: pd.Series | None
) -> np.ndarray:
    """Look up the weight of each row's area."""
    if weights is None:
        raise TableError(
            f"Values but no counts are given for {labelled(ids)}, and the value "
            "of an area is not the mean of the values of its parts; give counts and denominators, "
            "or say how to weight the values: in the catalogue (weight, such as households), in "
            "Python with weights= (such as residents by area code)."
        )
    require_each_once(weights, "the weights")
    weight = looked_up(indicators["area_code"], weights.astype(float))
    unfit = rows & ~((weight >= 0) & (weight < np.inf))
    refuse(indicators, unfit, "area_code", "each needs a weight of 0 or more, and finite")
    return weight


def _groups(
    membership: pd.DataFrame, code: str, level: str, areas: pd.Index
) -> tuple[np.ndarray, np.ndarray, pd.Index]:
    """Group number of each of ``areas``, areas in each group, and names of the groups."""
    if level in membership.columns or level not in ("england", "borough"):
        require(membership, [code, level], where="the membership")
        known = membership[[code, level]] if level != code else membership[[code]]
        known = known.dropna().drop_duplicates()
        require_unique(known[code], where=f"the membership by {level}")
        number, names = pd.factorize(known[level], sort=True)
        codes = pd.Index(known[code])
    else:
        codes = pd.Index(membership[code].dropna().unique())
        if level == "england":
            codes = _all_england(codes, str(area_type_of(code)))
        number = np.zeros(len(codes), dtype=np.intp)
        names = pd.Index([ENGLAND if level == "england" else level])
    place = codes.get_indexer(areas)
    if (unknown := place < 0).any():
        raise CodeError(
            f"{unknown.sum()} of {len(areas)} areas of the indicators ({labelled(areas[unknown])}) "
            f"have no {level} in the membership; complete it, or leave them out of the indicators."
        )
    return number[place], np.bincount(number, minlength=len(names)), pd.Index(names)


def _all_england(codes: pd.Index, kind: str) -> pd.Index:
    """Codes of England among ``codes``, if they are all there."""
    codes = codes[codes.astype(str).str.startswith("E")]
    if kind not in VINTAGES:
        raise CodeError(
            f"A sum for England is made of LSOAs, since only for them is it known how many there "
            f"are; the membership has {len(codes)} codes of {kind}, so give it a column that says "
            "England and sum by that."
        )
    if len(codes) != VINTAGES[kind]:
        raise CodeError(
            f"The membership has {len(codes)} of the {VINTAGES[kind]} areas {kind} of England; "
            "a sum for England needs them all, so pass the whole lookup."
        )
    return codes


def _summed(
    x: np.ndarray,
    n: np.ndarray,
    hidden: np.ndarray | None,
    series: np.ndarray,
    labels: pd.DataFrame,
    group: np.ndarray,
    sizes: np.ndarray,
) -> pd.DataFrame:
    """Sum every group and series that has a row, and count its areas without a count.

    The people of an area that is not listed are not known, so their sum is not either.
    """
    length, cells = len(labels), len(labels) * len(sizes)
    cell = group * length + series
    rows = np.bincount(cell, minlength=cells)
    unknown = np.isnan(x) if hidden is None else np.isnan(x) | hidden
    unlisted = np.repeat(sizes, length) - rows
    missing = unlisted
    if unknown.any():
        missing = unlisted + np.bincount(cell[unknown], minlength=cells)
    withheld = np.zeros(cells) if hidden is None else np.bincount(cell[hidden], minlength=cells)
    at = np.flatnonzero(rows)
    sums = labels.take(at % length if cells else at).reset_index(drop=True)
    return sums.assign(
        group=at // max(length, 1),
        count=np.where(missing > 0, np.nan, np.bincount(cell, x, cells))[at],
        denominator=np.where(unlisted > 0, np.nan, np.bincount(cell, n, cells))[at],
        missing_areas=missing[at],
        state=np.select([withheld > 0, missing > 0], ["suppressed", "missing"], "value")[at],
    )


def _largest(
    indicators: pd.DataFrame, cell: np.ndarray, unknown: np.ndarray
) -> dict[str, np.ndarray]:
    """Largest contributions to each cell, in order, of those to its areas; not to unknown sums."""
    names = contributions_in(indicators.columns)
    if not names:
        return {}
    each = np.column_stack([numbers(indicators, name) for name in names]).ravel()
    at = np.repeat(np.unique(cell, return_inverse=True)[1], len(names))
    order = np.lexsort((-np.nan_to_num(each), at))
    starts = np.searchsorted(at[order], np.arange(len(unknown)))
    unknown = unknown | (np.bincount(at, np.isnan(each), len(unknown)) > 0)
    return {
        name: np.where(unknown, np.nan, each[order[starts + rank]])
        for rank, name in enumerate(names)
    }


def _measured(
    sums: pd.DataFrame,
    facts: pd.DataFrame,
    alone: dict[str, bool],
    levels: Sequence[tuple[float, str]],
) -> pd.DataFrame:
    """Turn sums into values with limits, as each indicator's measure asks."""
    ids = sums["indicator_id"]
    measure = fact(facts, "measure", ids)
    measure[ids.isin(alone).to_numpy()] = "weighted"
    unit = multipliers(facts, ids, measure)
    x, n = sums["count"].to_numpy(), sums["denominator"].to_numpy()
    out = sums.drop(columns=["missing_areas", "state"])
    shown = ["value"] + [f"{end}_ci{suffix}" for _, suffix in levels for end in ("lower", "upper")]
    if (measure != "").any():
        out[shown] = np.nan
    for kind in set(measure) - {""}:
        rows = measure == kind
        formula = FORMULAS.get(kind, wilson)
        below = np.ones(rows.sum()) if kind == "count" else n[rows]
        scale = unit[rows] if kind not in ("count", "weighted") else np.ones(rows.sum())
        new = estimates(x[rows], below, formula, scale, levels if kind in FORMULAS else [])
        for column, values in new.items():
            out.loc[rows, column] = values
    out.loc[ids.isin(alone), "count"] = np.nan
    out.loc[ids.isin([name for name, pooled in alone.items() if not pooled]), "denominator"] = (
        np.nan
    )
    known = np.where(measure == "", x, out["value"]) if "value" in out.columns else x
    hidden = (sums["state"] == "suppressed").to_numpy()
    return out.assign(state=states(known, hidden), missing_areas=sums["missing_areas"])
