"""Proportions, rates, means and standardised rates with their intervals, for rows or for groups.

Counts and denominators are always summed first and divided after: the rate of a group is never
the mean of the rates of its parts.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy import special

from geo.errors import CodeError, TableError, examples
from geo.tables import MEASURES, POLARITIES, VINTAGES, area_type_of, code_columns, require_unique

Confidence = float | Sequence[float]
Interval = tuple[np.ndarray, np.ndarray]
Formula = Callable[[np.ndarray, np.ndarray, float], Interval]

SERIES_KEYS = ("indicator_id", "period", "sex", "age")
MULTIPLIERS = {"proportion": 100.0, "rate": 100_000.0}
FACTS = ("unit", "multiplier", "measure", "polarity")
ENGLAND = "E92000001"


def proportion(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    multiplier: float = 100,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Proportions with Wilson score intervals.

    Parameters
    ----------
    table : DataFrame
        Columns ``count`` and ``denominator``, numbers from 0 up, missing allowed; ``state`` if
        known, so that suppressed rows stay suppressed.
    by : str or sequence of str, optional
        Columns whose groups are summed before dividing.
    multiplier : float
        Unit of the result; 100 for percentages.
    confidence : float or sequence of float
        Confidence of the interval; of several, the first fills ``lower_ci`` and ``upper_ci`` and
        the others get their own columns, such as ``lower_ci_998`` for 0.998.

    Returns
    -------
    DataFrame
        Without ``by`` the rows and index of ``table`` with columns ``value``, ``lower_ci`` and
        ``upper_ci``; with ``by`` one row a group, sorted: keys, sums and the same columns. A
        missing count or a denominator of zero gives a missing value; a group with a missing
        count has a missing sum. ``state`` is renewed where ``table`` has it.

    Raises
    ------
    TableError
        If a column is absent, or holds text, negative or infinite numbers, or a count is above
        its denominator; names the rows.

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22: 209–212.

    Examples
    --------
    >>> wards = pd.DataFrame({"town": ["Crewe", "Crewe"], "count": [4, 6], "denominator": 20})
    >>> proportion(wards, by="town").round(2)
        town  count  denominator  value  lower_ci  upper_ci
    0  Crewe   10.0         40.0   25.0     14.19     40.19
    """
    return _divided(table, by, multiplier, confidence, wilson, bounded=True)


def rate(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    multiplier: float = 100_000,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Rates with exact Poisson limits for counts below ten and Byar's from ten up.

    Parameters
    ----------
    table : DataFrame
        Columns ``count`` (events) and ``denominator`` (people or person-years), as for
        :func:`proportion`, except that a count may be above its denominator.
    by, multiplier, confidence
        As for :func:`proportion`; the multiplier is 100,000 where not given.

    Returns
    -------
    DataFrame
        As :func:`proportion`.

    Raises
    ------
    TableError
        If a column is absent, or holds text, negative or infinite numbers; names the rows.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, Lyon:
    page 69. Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28:
    437–442.

    Examples
    --------
    >>> towns = pd.DataFrame({"count": [0, 20], "denominator": [1000, 1000]})
    >>> rate(towns, multiplier=1000).round(3)
       count  denominator  value  lower_ci  upper_ci
    0      0         1000    0.0     0.000     3.689
    1     20         1000   20.0    12.211    30.890
    """
    return _divided(table, by, multiplier, confidence, poisson_rate, bounded=False)


def mean(
    table: pd.DataFrame, *, by: str | Sequence[str], confidence: Confidence = 0.95
) -> pd.DataFrame:
    """Means of ``value`` by group with Student's t intervals.

    Parameters
    ----------
    table : DataFrame
        Column ``value``: one observation a row.
    by : str or sequence of str
        Columns that name the groups.
    confidence : float or sequence of float
        As for :func:`proportion`.

    Returns
    -------
    DataFrame
        One row a group: keys, ``observations``, ``standard_deviation``, ``value`` and limits. A
        group of one observation has no interval; one with a missing observation has no mean.

    Raises
    ------
    TableError
        If a column is absent or holds text or infinite numbers; names the rows.

    Examples
    --------
    >>> scores = pd.DataFrame({"school": ["A", "A", "A"], "value": [1, 2, 3]})
    >>> mean(scores, by="school").round(2)
      school  observations  standard_deviation  value  lower_ci  upper_ci
    0      A             3                 1.0    2.0     -0.48      4.48
    """
    levels = confidence_levels(confidence)
    require(table, ["value"])
    keys = group_keys(table, by)
    groups = (
        table[keys]
        .assign(value=numbers(table, "value", lowest=-np.inf))
        .groupby(keys, observed=True)["value"]
    )
    out = pd.DataFrame(
        {
            "observations": groups.size(),
            "standard_deviation": groups.std(skipna=False),
            "value": groups.mean(skipna=False),
        }
    ).reset_index()
    size = out["observations"].to_numpy(dtype=float)
    error = out["standard_deviation"].to_numpy() / np.sqrt(size)
    centre = out["value"].to_numpy()
    for level, suffix in levels:
        half = special.stdtrit(np.where(size > 1, size - 1, np.nan), (1 + level) / 2) * error
        out[f"lower_ci{suffix}"], out[f"upper_ci{suffix}"] = centre - half, centre + half
    return out


def directly_standardised_rate(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str],
    multiplier: float = 100_000,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Directly standardised rates with Dobson's intervals.

    Parameters
    ----------
    table : DataFrame
        One row an age band of each group: ``count``, ``denominator``, ``standard_population``.
        Every group needs all bands of the standard, those without events too.
    by : str or sequence of str
        Columns that name the groups.
    multiplier : float
        Unit of the result.
    confidence : float or sequence of float
        As for :func:`proportion`.

    Returns
    -------
    DataFrame
        One row a group: keys, ``count``, ``denominator``, ``value``, limits and ``reason``, which
        says why a rate is not shown: fewer than 10 events, or a band without count or people.

    Raises
    ------
    TableError
        If a column is absent, holds text, negative or infinite numbers, or if a column ``age``
        has a band twice in a group; names the rows.

    References
    ----------
    Dobson AJ, Kuulasmaa K, Eberle E, Scherer J (1991). Confidence intervals for weighted sums of
    Poisson parameters. Statistics in Medicine 10: 457–462.

    Examples
    --------
    >>> bands = pd.DataFrame({"area": ["A", "A"], "count": [10, 30], "denominator": [1000, 1000],
    ...                       "standard_population": [75, 25]})
    >>> directly_standardised_rate(bands, by="area", multiplier=1000).iloc[0, 1:4].to_dict()
    {'count': 40.0, 'denominator': 2000.0, 'value': 15.0}
    """
    levels = confidence_levels(confidence)
    keys = group_keys(table, by)
    columns = ("count", "denominator", "standard_population")
    require(table, columns)
    _refuse_repeated(table, [*keys, *(c for c in ("sex", "age") if c not in keys)])
    x, n, s = (numbers(table, column) for column in columns)
    n_known = np.where(n > 0, n, np.nan)
    weighted = {"count": x, "denominator": n, "s": s, "sum": x * s / n_known}
    weighted["square"] = x * (s / n_known) ** 2
    sums = table[keys].assign(**weighted).groupby(keys, observed=True).sum(skipna=False)
    standard = sums["s"].where(sums["s"] > 0).to_numpy()
    events = sums["count"].to_numpy()
    shown = events >= 10
    out = sums[["count", "denominator"]].reset_index()
    value = np.where(shown, sums["sum"] / standard, np.nan)
    spread = np.sqrt(sums["square"].to_numpy() / np.where(shown, events, np.nan)) / standard
    out["value"] = value * multiplier
    for level, suffix in levels:
        lower, upper = poisson_limits(events, level)
        out[f"lower_ci{suffix}"] = (value + spread * (lower - events)) * multiplier
        out[f"upper_ci{suffix}"] = (value + spread * (upper - events)) * multiplier
    unknown = "a band has no count or no people"
    out["reason"] = np.select(
        [events < 10, out["value"].isna()], ["fewer than 10 events", unknown], ""
    )
    return out


def standardised_ratio(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str],
    multiplier: float = 100,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Indirectly standardised ratios, observed over expected, with exact or Byar's limits.

    Parameters
    ----------
    table : DataFrame
        One row an age band of each group: ``count``, ``denominator``, ``reference_count``,
        ``reference_denominator``.
    by : str or sequence of str
        Columns that name the groups.
    multiplier : float
        Unit of the result; 100 makes the reference 100.
    confidence : float or sequence of float
        As for :func:`proportion`.

    Returns
    -------
    DataFrame
        One row a group: keys, ``count`` (observed), ``expected``, ``value`` and limits.

    Raises
    ------
    TableError
        As :func:`directly_standardised_rate`.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, Lyon.

    Examples
    --------
    >>> bands = pd.DataFrame({"area": "A", "count": [10, 30], "denominator": 1000,
    ...                       "reference_count": [5, 15], "reference_denominator": 1000})
    >>> standardised_ratio(bands, by="area").iloc[0, 1:4].to_dict()
    {'count': 40.0, 'expected': 20.0, 'value': 200.0}
    """
    levels = confidence_levels(confidence)
    keys = group_keys(table, by)
    columns = ("count", "denominator", "reference_count", "reference_denominator")
    require(table, columns)
    _refuse_repeated(table, [*keys, *(c for c in ("sex", "age") if c not in keys)])
    x, n, reference, people = (numbers(table, column) for column in columns)
    expected = n * reference / np.where(people > 0, people, np.nan)
    sums = table[keys].assign(count=x, expected=expected).groupby(keys, observed=True)
    out = sums.sum(skipna=False).reset_index()
    e = out["expected"].where(out["expected"] > 0).to_numpy()
    events = out["count"].to_numpy()
    out["value"] = events / e * multiplier
    for level, suffix in levels:
        lower, upper = poisson_limits(events, level)
        out[f"lower_ci{suffix}"] = lower / e * multiplier
        out[f"upper_ci{suffix}"] = upper / e * multiplier
    return out


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
    membership : DataFrame
        The column of codes of that area type (such as ``lsoa21cd``) and the columns in ``by``.
    by : str or sequence of str
        Levels to sum to: columns of ``membership``, whose values become the area codes;
        ``"england"``, if ``membership`` covers England; ``"borough"`` (where that is no column)
        for all of ``membership`` together, coded ``borough``.
    weights : Series, optional
        Weights by area code (such as residents) for indicators that have values alone.
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
        ``state`` says which. Unit, multiplier, measure and polarity stay where they were columns.

    Raises
    ------
    CodeError
        If vintages do not match or are mixed, an area is unknown, or lies in two groups.
    TableError
        If a key stands twice, an indicator has two units, a number is impossible, or an
        indicator has values alone and there are no weights.

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
    require(indicators, ["area_code", "area_type", "indicator_id", "period"])
    code = _code_column(indicators, membership)
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
    for level in [by] if isinstance(by, str) else by:
        group, sizes, names = _groups(membership, code, level, areas)
        sums = _summed(x, n, hidden, series, labels, group[area], sizes)
        sums.insert(0, "area_code", names[sums.pop("group").to_numpy()])
        sums.insert(1, "area_type", area_type_of(level) or level)
        parts.append(sums)
    out = _measured(pd.concat(parts, ignore_index=True), facts, alone, levels)
    return out.assign(**{column: out["indicator_id"].map(facts[column]) for column in own})


def wilson(x: np.ndarray, n: np.ndarray, confidence: float) -> Interval:
    """Wilson's score interval for x of n, arranged so that nothing cancels."""
    z = special.ndtri((1 + confidence) / 2)
    p = x / n
    q = 1 - p
    s = z * z + z * np.sqrt(z * z + 4 * x * q)
    lower = p * (2 * x / (2 * x + s))
    rest = 2 * (n - x)
    return lower, 1 - q * (rest / (rest + s))


def poisson_rate(x: np.ndarray, n: np.ndarray, confidence: float) -> Interval:
    """Limits of the rate x over n."""
    lower, upper = poisson_limits(x, confidence)
    lower /= n
    upper /= n
    return lower, upper


def poisson_limits(x: np.ndarray, confidence: float) -> Interval:
    """Limits of a Poisson count: exact below ten (once for each count), Byar's from ten up."""
    z = special.ndtri((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * _cube(1 - 1 / (9 * x) - z / (3 * np.sqrt(x)))
        above = x + 1
        upper = above * _cube(1 - 1 / (9 * above) + z / (3 * np.sqrt(above)))
    few = np.flatnonzero(x < 10)
    counts, where = _distinct(x[few])
    tail = (1 - confidence) / 2
    exact_lower = np.where(counts > 0, special.gammaincinv(np.maximum(counts, 1e-300), tail), 0)
    lower[few] = exact_lower[where]
    upper[few] = special.gammainccinv(counts + 1, tail)[where]
    return lower, upper


def _cube(x: np.ndarray) -> np.ndarray:
    return x * x * x


def _distinct(small: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values of counts below ten, and where each count stands among them."""
    whole = small.astype(np.int8)
    if (whole == small).all():
        return np.arange(10.0), whole
    return np.unique(small, return_inverse=True)


def _divided(
    table: pd.DataFrame,
    by: str | Sequence[str] | None,
    multiplier: float,
    confidence: Confidence,
    formula: Formula,
    *,
    bounded: bool,
) -> pd.DataFrame:
    """Check, sum by group if asked, divide, and add the limits that ``formula`` gives."""
    levels = confidence_levels(confidence)
    if not (np.isfinite(multiplier) and multiplier > 0):
        raise TableError(f"The multiplier is {multiplier}; give a number above 0, such as 100.")
    require(table, ["count", "denominator"])
    x, n = numbers(table, "count"), numbers(table, "denominator")
    if bounded:
        _refuse_above(table, x, n)
    hidden = suppressed(table)
    if hidden is not None:
        x = np.where(hidden, np.nan, x)
    out = table.copy(deep=False)
    if by is not None:
        keys = group_keys(table, by)
        parts = table[keys].assign(count=x, denominator=n, state=0 if hidden is None else hidden)
        out = parts.groupby(keys, observed=True).sum(skipna=False).reset_index()
        x, n = out["count"].to_numpy(), out["denominator"].to_numpy()
        if hidden is None:
            del out["state"]
        else:
            hidden = out["state"].to_numpy() > 0
    new = _estimates(x, n, formula, multiplier, levels)
    for column, values in new.items():
        out[column] = pd.Series(values, index=out.index, copy=False)
    if hidden is not None:
        out["state"] = _states(new["value"], hidden)
    return out


def _estimates(
    x: np.ndarray,
    n: np.ndarray,
    formula: Formula,
    multiplier: float | np.ndarray,
    levels: Sequence[tuple[float, str]],
) -> dict[str, np.ndarray]:
    """Columns value, lower_ci, upper_ci …; a denominator of zero gives missing values."""
    if (nobody := n == 0).any():
        n = np.where(nobody, np.nan, n)
    columns = {"value": x / n}
    for level, suffix in levels:
        columns[f"lower_ci{suffix}"], columns[f"upper_ci{suffix}"] = formula(x, n, level)
    for values in columns.values():
        values *= multiplier
    return columns


def _states(value: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    return np.select(
        [hidden, np.isnan(value), value == 0], ["suppressed", "missing", "zero"], "value"
    )


def confidence_levels(confidence: Confidence) -> list[tuple[float, str]]:
    """Confidence levels, each with the ending of its columns; the first has none."""
    levels = [confidence] if isinstance(confidence, int | float) else list(confidence)
    if not levels or not all(0 < level < 1 for level in levels):
        raise TableError(
            f"The confidence is {confidence}; give a share between 0 and 1, such as 0.95, or "
            "several, such as (0.95, 0.998)."
        )
    return [(level, f"_{1000 * level:g}" if i else "") for i, level in enumerate(levels)]


def group_keys(table: pd.DataFrame, by: str | Sequence[str] | None) -> list[str]:
    """Columns to group by, checked: present, with a name in every row."""
    keys = [by] if isinstance(by, str) else list(by or [])
    require(table, keys)
    for key in keys:
        refuse(table, table[key].isna(), key, "every row needs a group")
    return keys


def suppressed(table: pd.DataFrame) -> np.ndarray | None:
    """Rows whose state is suppressed; None if there is no such column."""
    if "state" not in table.columns:
        return None
    return table["state"].eq("suppressed").fillna(False).to_numpy(dtype=bool)


def _code_column(indicators: pd.DataFrame, membership: pd.DataFrame) -> str:
    """Column of ``membership`` that holds the codes of the indicators' one area type."""
    for key in ("area_code", "indicator_id"):
        refuse(indicators, indicators[key].isna(), key, "every row needs one")
    kinds = indicators["area_type"].unique()
    found = code_columns(membership.columns)
    if len(kinds) > 1:
        raise CodeError(
            f"The indicators are of {len(kinds)} area types ({examples(kinds)}); each sums with "
            "its own membership, so pass them one at a time."
        )
    if len(kinds) and kinds[0] not in found:
        raise CodeError(
            f"The indicators are of area type {kinds[0]}, but the membership has codes of "
            f"{examples(found) or 'no area type'}; pass the membership of {kinds[0]}."
        )
    return next((c for kind, c in found.items() if kind in kinds), str(membership.columns[0]))


def numbered(table: pd.DataFrame, keys: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Give each combination of the keys a number, row by row, and list them in order."""
    code = np.zeros(len(table), dtype=np.int64)
    values = []
    for key in keys:
        part, unique = pd.factorize(table[key], use_na_sentinel=False)
        code = code * max(len(unique), 1) + part
        values.append(unique)
    code, combined = pd.factorize(code)
    columns = {}
    for key, unique in zip(reversed(keys), reversed(values), strict=True):
        combined, part = np.divmod(combined, max(len(unique), 1))
        columns[key] = unique.take(part)
    labels = pd.DataFrame(columns)[list(keys)].sort_values(list(keys))
    rank = np.empty(len(labels), dtype=np.int64)
    rank[labels.index] = np.arange(len(labels))
    return rank[code], labels.reset_index(drop=True)


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
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Tell what to sum above and below the line, and which indicators have values alone.

    For those, value times weight is summed above, and weights below.
    """
    nothing = np.full(len(indicators), np.nan)
    have = indicators.columns
    x, n = (numbers(indicators, c) if c in have else nothing for c in ("count", "denominator"))
    bounded = fact(facts, "measure", labels["indicator_id"]) == "proportion"
    if (above := x > n).any():
        above &= bounded[series]
        refuse(indicators, above, "count", "a count may not be above its denominator")
    if "value" not in have:
        return x, n, []
    value = numbers(indicators, "value", lowest=-np.inf)
    found = labels[["indicator_id"]].assign(
        count=np.bincount(series, ~np.isnan(x), len(labels)) > 0,
        value=np.bincount(series, ~np.isnan(value), len(labels)) > 0,
    )
    found = found.groupby("indicator_id").any()
    alone = found.index[found["value"] & ~found["count"]].tolist()
    if not alone:
        return x, n, alone
    if weights is None:
        raise TableError(
            f"{len(alone)} indicators ({examples(alone)}) have values but no counts, and the value "
            "of an area is not the mean of the values of its parts; give counts and denominators, "
            "or say with weights= (such as residents by area code) how to weight the values."
        )
    rows = labels["indicator_id"].isin(alone).to_numpy()[series]
    weight = indicators["area_code"].map(weights).to_numpy(dtype=float, na_value=np.nan)
    refuse(indicators, rows & ~(weight >= 0), "area_code", "each needs a weight of 0 or more")
    return np.where(rows, value * weight, x), np.where(rows, weight, n), alone


def _groups(
    membership: pd.DataFrame, code: str, level: str, areas: pd.Index
) -> tuple[np.ndarray, np.ndarray, pd.Index]:
    """Group number of each of ``areas``, areas in each group, and names of the groups."""
    if level in membership.columns:
        pairs = membership[[code, level]].dropna().drop_duplicates()
        require_unique(pairs[code], where=f"the membership by {level}")
        number, names = pd.factorize(pairs[level], sort=True)
    elif level in ("england", "borough"):
        pairs = membership[[code]].dropna().drop_duplicates()
        kind = str(area_type_of(code))
        if level == "england" and len(pairs) != VINTAGES.get(kind, len(pairs)):
            raise CodeError(
                f"The membership has {len(pairs)} of the {VINTAGES[kind]} areas {kind} of England; "
                "a sum for England needs them all, so pass the whole lookup."
            )
        number = np.zeros(len(pairs), dtype=np.intp)
        names = pd.Index([ENGLAND if level == "england" else level])
    else:
        require(membership, [level], where="the membership")
    place = pd.Index(pairs[code]).get_indexer(areas)
    if (unknown := place < 0).any():
        raise CodeError(
            f"{unknown.sum()} of {len(areas)} areas of the indicators ({examples(areas[unknown])}) "
            f"have no {level} in the membership; complete it, or leave them out of the indicators."
        )
    return number[place], np.bincount(number, minlength=len(names)), pd.Index(names)


def _summed(
    x: np.ndarray,
    n: np.ndarray,
    hidden: np.ndarray | None,
    series: np.ndarray,
    labels: pd.DataFrame,
    group: np.ndarray,
    sizes: np.ndarray,
) -> pd.DataFrame:
    """Sum every group and series that has a row, and count its areas without a count."""
    length, cells = len(labels), len(labels) * len(sizes)
    cell = group * length + series
    rows = np.bincount(cell, minlength=cells)
    unknown = np.isnan(x) if hidden is None else np.isnan(x) | hidden
    missing = np.repeat(sizes, length) - rows
    if unknown.any():
        missing += np.bincount(cell[unknown], minlength=cells)
    withheld = np.zeros(cells) if hidden is None else np.bincount(cell[hidden], minlength=cells)
    at = np.flatnonzero(rows)
    sums = labels.take(at % length if cells else at).reset_index(drop=True)
    return sums.assign(
        group=at // max(length, 1),
        count=np.where(missing > 0, np.nan, np.bincount(cell, x, cells))[at],
        denominator=np.bincount(cell, n, cells)[at],
        missing_areas=missing[at],
        state=np.select([withheld > 0, missing > 0], ["suppressed", "missing"], "value")[at],
    )


def _measured(
    sums: pd.DataFrame,
    facts: pd.DataFrame,
    alone: list[str],
    levels: Sequence[tuple[float, str]],
) -> pd.DataFrame:
    """Turn sums into values with limits, as each indicator's measure asks."""
    ids = sums["indicator_id"]
    measure = fact(facts, "measure", ids)
    measure[ids.isin(alone).to_numpy()] = "weighted"
    unit = fact(facts, "multiplier", ids)
    unit = np.where(pd.isna(unit), [MULTIPLIERS.get(m, 1.0) for m in measure], unit).astype(float)
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
        new = _estimates(x[rows], below, formula, scale, levels if kind in FORMULAS else [])
        for column, values in new.items():
            out.loc[rows, column] = values
    out.loc[ids.isin(alone), ["count", "denominator"]] = np.nan
    known = np.where(measure == "", x, out["value"]) if "value" in out.columns else x
    hidden = (sums["state"] == "suppressed").to_numpy()
    return out.assign(state=_states(known, hidden), missing_areas=sums["missing_areas"])


FORMULAS: dict[str, Formula] = {"proportion": wilson, "rate": poisson_rate}


def indicator_facts(indicators: pd.DataFrame, catalogue: pd.DataFrame | None) -> pd.DataFrame:
    """Gather unit, multiplier, measure and polarity of each indicator, by indicator id.

    Columns of ``indicators`` go before those of ``catalogue``.

    Raises
    ------
    TableError
        If an indicator has two values of one of them, a word that is not allowed, or is not in
        the catalogue.
    """
    own = [column for column in FACTS if column in indicators.columns]
    facts = _one_each(numbered(indicators, ["indicator_id", *own])[1], "the indicators")
    if catalogue is not None:
        if catalogue.index.name == "indicator_id":
            catalogue = catalogue.reset_index()
        require(catalogue, ["indicator_id"], where="the catalogue")
        more = [c for c in FACTS if c in catalogue.columns and c not in own]
        listed = _one_each(catalogue[["indicator_id", *more]].drop_duplicates(), "the catalogue")
        if len(absent := facts.index.difference(listed.index)):
            raise TableError(
                f"{len(absent)} indicators ({examples(absent)}) are not in the catalogue; add them."
            )
        facts = facts.join(listed)
    for column, allowed in (("measure", MEASURES), ("polarity", POLARITIES)):
        if column in facts.columns:
            wrong = facts[column].notna() & ~facts[column].isin(allowed)
            refuse(facts.reset_index(), wrong, column, f"allowed are {', '.join(allowed)}")
    return facts


def _one_each(facts: pd.DataFrame, where: str) -> pd.DataFrame:
    twice = facts.loc[facts["indicator_id"].duplicated(), "indicator_id"].unique()
    if len(twice):
        example = facts[facts["indicator_id"] == twice[0]]
        column = next((c for c in example.columns[1:] if example[c].nunique(dropna=False) > 1), "")
        raise TableError(
            f"{len(twice)} indicators in {where} ({examples(twice)}) have more than one {column}, "
            f"for {twice[0]} {examples(example[column].unique())}; give each indicator one, or "
            "make two indicators of it."
        )
    return facts.set_index("indicator_id")


def fact(facts: pd.DataFrame, column: str, ids: pd.Series) -> np.ndarray:
    """One fact for each id, as an array of objects; empty text (or None) where not known."""
    if column not in facts.columns:
        return np.full(len(ids), "" if column in ("measure", "polarity") else None, dtype=object)
    found = ids.map(facts[column]).astype(object)
    return found.where(found.notna(), "" if column in ("measure", "polarity") else None).to_numpy(
        copy=True
    )


def series_keys(table: pd.DataFrame) -> list[str]:
    """Columns that tell one series of an area from another."""
    return [key for key in SERIES_KEYS if key in table.columns]


def numbers(table: pd.DataFrame, column: str, *, lowest: float = 0) -> np.ndarray:
    """Read a column as floats, missing as NaN, and refuse what is no number from ``lowest`` up."""
    values = table[column]
    if not is_numeric_dtype(values) or values.dtype.kind in "bc":
        number = values.map(
            lambda value: isinstance(value, Real | Decimal) and not isinstance(value, bool),
            na_action="ignore",
        )
        refuse(table, number.eq(False), column, "allowed are numbers, not text")
        values = pd.to_numeric(values.astype(object))
    array = values.to_numpy(dtype=float, na_value=np.nan)
    if len(array) and not (array.min() >= lowest and array.max() < np.inf):
        allowed = "allowed are finite numbers" + (" from 0 up" if lowest == 0 else "")
        refuse(table, (array < lowest) | np.isinf(array), column, allowed)
    return array


def require(table: pd.DataFrame, columns: Sequence[str], *, where: str = "the table") -> None:
    """Raise ``TableError`` if a column is absent."""
    if absent := [column for column in columns if column not in table.columns]:
        raise TableError(
            f"No column {examples(absent, 6)} in {where}, which has the columns "
            f"{examples(table.columns, 6)}; add or rename it."
        )


def refuse(table: pd.DataFrame, wrong: np.ndarray | pd.Series, column: str, allowed: str) -> None:
    """Raise ``TableError`` naming the rows where ``wrong`` holds and the values they have."""
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return
    code = next(
        (c for c in ("area_code", *code_columns(table.columns).values()) if c in table), None
    )
    labels = table.index if code in (None, column) else pd.Index(table[code])
    found = examples(
        f"{value} (row {label})"
        for value, label in zip(table[column].iloc[rows], labels[rows], strict=True)
    )
    raise TableError(
        f"{len(rows)} of {len(table)} rows have {column} {found}; {allowed}, so correct the table."
    )


def _refuse_above(table: pd.DataFrame, x: np.ndarray, n: np.ndarray) -> None:
    """Refuse counts above their denominators."""
    if (above := x > n).any():
        refuse(table, above, "count", "a count may not be above its denominator")


def _refuse_repeated(table: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse an age band that stands twice in a group, where a column ``age`` tells."""
    if "age" in table.columns:
        have = [key for key in keys if key in table.columns]
        repeated = table.duplicated(have).to_numpy()
        refuse(table, repeated, "age", f"each may stand once for one {', '.join(have)}")
