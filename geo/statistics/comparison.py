"""Areas against England: better, similar or worse, or national quintiles."""

from typing import Literal

import numpy as np
import pandas as pd

from geo.errors import TableError, as_label, examples, labelled
from geo.notes import Notes, note
from geo.statistics.series import (
    fact,
    good_direction,
    indicator_facts,
    interval,
    multipliers,
    numbered,
    require_one_row_each,
    require_series,
    series_keys,
)
from geo.statistics.table_checks import numbers, suppressed
from geo.vocabulary.periods import in_latest
from geo.vocabulary.releases import VINTAGES
from geo.vocabulary.spellings import one_spelling, require_no_other_spelling

_FIFTHS = 5


def quantiles(values: pd.Series, *, n: int = 10, highest_is_first: bool) -> pd.Series:
    """Divide values into ``n`` groups as equal as ties allow.

    Parameters
    ----------
    values : Series
        Numbers; missing ones stay out and get no quantile.
    n : int
        How many groups: 10 for deciles, 5 for quintiles.
    highest_is_first : bool
        Whether the highest values are in quantile 1; else the lowest are.

    Returns
    -------
    Series
        Whole numbers 1 to ``n`` on the index of ``values``. Equal values share a quantile, the
        one of their lowest rank. Missing for all where there are fewer values than groups.

    Raises
    ------
    TableError
        If ``n`` is below 2 or no whole number, or a value is text or infinite.

    Examples
    --------
    >>> quantiles(pd.Series([5, 1, 3, 3]), n=2, highest_is_first=True).tolist()
    [1, 2, 1, 1]
    """
    if n < 2 or n % 1:
        raise TableError(f"Values were to be divided into {n} groups; give 2 or more, in whole.")
    array = numbers(values.to_frame("values"), "values", lowest=-np.inf)
    valid = ~np.isnan(array)
    if np.count_nonzero(valid) < n:
        valid[:] = False
    known = -array[valid] if highest_is_first else array[valid]
    above = len(known) - np.searchsorted(np.sort(known), known, side="left")
    # In whole numbers: as floats (n + 1 - rank) / (n / k) can end up just above a whole number.
    group = np.maximum(n + 1 - -(-above * n // max(len(known), 1)), 1)
    found = pd.array(np.zeros(len(array), dtype=np.int64), dtype="Int64")
    found[valid] = group
    found[~valid] = pd.NA
    return pd.Series(found, index=values.index, name="quantile")


def compare(
    indicators: pd.DataFrame,
    *,
    benchmark: str = "england",
    levels: Literal[3, 5, "quintiles"] = 3,
    catalogue: pd.DataFrame | None = None,
    notes: Notes | None = None,
) -> pd.DataFrame:
    """Compare every area with England, or place it among the areas of England.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators with ``value``, and for 3 and 5 levels ``lower_ci`` and ``upper_ci`` (95%
        intervals); five levels need ``lower_ci_998`` and ``upper_ci_998`` too. ``polarity``
        (high_is_good, low_is_good, no_judgement) stands in a column or in the catalogue; without
        any, nothing is judged better or worse.
    benchmark : str
        The area type, or the code, of the one area to compare with. It is compared within the
        same indicator, period, sex and age, however these are spelt, and never with itself. A
        proportion or rate of it may be given as ``count`` and ``denominator`` alone.
    levels : {3, 5, "quintiles"}
        Three levels: better, similar, worse (lower, higher where there is no judgement), by the
        95% interval. Five: much better and much worse too, beyond the 99.8% interval. Quintiles:
        fifths of all areas of the same type in the table, which must hold all of England's; no
        test is made.
    catalogue : DataFrame, optional
        ``indicator_id`` and ``polarity``.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    DataFrame
        ``indicators`` with ``benchmark_value``, ``comparison`` (``not_compared`` where there is
        no interval, value or benchmark) and ``quantile``: 1 is the worst fifth by polarity, as
        decile 1 is the most deprived; without judgement 1 holds the highest values. ``attrs``
        has ``comparisons``, how many tests were made, and ``expected_false_flags``, how many of
        them would differ by chance alone if no area differed (5%).

    Raises
    ------
    TableError
        If a column or key is absent, a key stands twice, an indicator has two units, limits are
        crossed or there is no benchmark, or more than one.

    Warns
    -----
    GeoWarning
        If quintiles are asked of an indicator that covers fewer LSOAs than England has, or the
        benchmark is known under other labels than the areas have in their latest period.

    References
    ----------
    Association of Public Health Observatories (2008). Technical briefing 3: commonly used public
    health statistics and their confidence intervals.

    Examples
    --------
    >>> table = pd.DataFrame({"area_code": ["Crewe", "E92000001"], "area_type": ["town", "england"],
    ...     "indicator_id": "neet", "period": "2024", "value": [9.0, 5.0], "lower_ci": [7.0, 4.9],
    ...     "upper_ci": [11.0, 5.1], "polarity": "low_is_good"})
    >>> compare(table)[["area_code", "benchmark_value", "comparison"]]
       area_code  benchmark_value    comparison
    0      Crewe              5.0         worse
    1  E92000001              5.0  not_compared
    """
    if levels not in (3, 5, "quintiles"):
        raise TableError(f"levels is {levels!r}; allowed are 3, 5 and 'quintiles'.")
    require_series(indicators, ["value"])
    require_one_row_each(indicators)
    facts = indicator_facts(indicators, catalogue)
    good = good_direction(facts, indicators["indicator_id"])
    value = numbers(indicators, "value", lowest=-np.inf)
    hidden = suppressed(indicators)
    if hidden is not None:
        value = np.where(hidden, np.nan, value)
    reference = (indicators[["area_type", "area_code"]] == benchmark).any(axis=1).to_numpy()
    value = np.where(reference & np.isnan(value), _divided(indicators, facts, hidden), value)
    spelt = indicators
    if respelt := one_spelling(indicators):
        spelt = indicators.assign(**respelt)
        keys = ["area_code", "area_type", *series_keys(indicators)]
        require_no_other_spelling(indicators, spelt, keys)
    series, _ = numbered(spelt, series_keys(indicators))
    out = indicators.assign(
        benchmark_value=_benchmark(indicators, series, value, reference, benchmark, levels),
        comparison="not_compared",
        quantile=pd.array([pd.NA] * len(indicators), dtype="Int64"),
    )
    if levels != "quintiles":
        _note_other_labels(out, np.isin(series, series[reference]), reference, notes)
    tested = np.zeros(len(out), dtype=bool)
    if levels == "quintiles":
        out["quantile"] = _quintiles(indicators, value, good, ~reference, notes)
    else:
        out["comparison"], tested = _tested(out, value, good, ~reference, levels)
    comparisons = int(tested.sum())
    out.attrs = {
        **indicators.attrs,
        "comparisons": comparisons,
        "expected_false_flags": comparisons * 0.05,
    }
    return out


def _divided(
    indicators: pd.DataFrame, facts: pd.DataFrame, hidden: np.ndarray | None
) -> np.ndarray:
    """Value of a proportion or rate that is given as count and denominator alone."""
    if not {"count", "denominator"} <= set(indicators.columns):
        return np.full(len(indicators), np.nan)
    ids = indicators["indicator_id"]
    measure = fact(facts, "measure", ids)
    x, n = numbers(indicators, "count"), numbers(indicators, "denominator")
    usable = np.isin(measure, ["proportion", "rate"]) & (n > 0)
    if hidden is not None:
        usable &= ~hidden
    return np.where(usable, x / np.where(usable, n, 1) * multipliers(facts, ids, measure), np.nan)


def _benchmark(
    indicators: pd.DataFrame,
    series: np.ndarray,
    value: np.ndarray,
    reference: np.ndarray,
    benchmark: str,
    levels: Literal[3, 5, "quintiles"],
) -> np.ndarray:
    """Look up for every row the benchmark's value in the same series."""
    areas = indicators.loc[reference, "area_code"].unique()
    if len(areas) > 1 or (len(areas) == 0 and levels != "quintiles" and len(indicators)):
        found = examples(areas) or f"area types {examples(indicators['area_type'].unique())}"
        raise TableError(
            f"{len(areas)} areas are {benchmark!r} (found {found}); the indicators need exactly "
            "one to compare with, so add its rows or name another benchmark."
        )
    known = np.full(series.max(initial=0) + 1, np.nan)
    known[series[reference]] = value[reference]
    return known[series]


def _note_other_labels(
    out: pd.DataFrame, labelled_alike: np.ndarray, reference: np.ndarray, notes: Notes | None
) -> None:
    """Name the indicators of which the benchmark is known, but not under the areas' labels."""
    mine = _newest(out.assign(alike=labelled_alike)[~reference])
    theirs = _newest(out[reference])
    for name, rows in mine[~mine["alike"]].groupby("indicator_id", sort=False):
        others = theirs[theirs["indicator_id"].eq(name)]
        if len(others):
            note(
                notes,
                f"{labelled([name])} is not compared where its labels are {_labels(rows)}: what "
                f"it is compared with has {_labels(others)}; give both the same, if they are.",
            )


def _newest(table: pd.DataFrame) -> pd.DataFrame:
    if "period" not in table:
        return table
    return table[in_latest(table, ["indicator_id"]).to_numpy()]


def _labels(rows: pd.DataFrame) -> str:
    sets = rows[[key for key in series_keys(rows) if key != "indicator_id"]].drop_duplicates()
    return examples(
        ", ".join(as_label(one) for one in own if one != "all") or "all"
        for own in sets.itertuples(index=False)
    )


def _tested(
    out: pd.DataFrame, value: np.ndarray, good: np.ndarray, others: np.ndarray, levels: int
) -> tuple[np.ndarray, np.ndarray]:
    """Words for where the benchmark lies about the intervals, and which rows were tested."""
    target = out["benchmark_value"].to_numpy()
    sign, tested = _side(out, "", target)
    beyond = np.zeros(len(out))
    if levels == 5:
        beyond, known = _side(out, "_998", target)
        tested &= known
    tested &= others & ~np.isnan(value)
    beyond = np.where(sign == 0, 0, beyond * good)
    tests = [~tested, beyond > 0, beyond < 0]
    names = ["not_compared", "much_better", "much_worse"]
    return np.select(tests, names, judged(sign, good)), tested


def judged(sign: np.ndarray, good: np.ndarray | int) -> np.ndarray:
    """Words for numbers that lie below (-1), about (0) or above (1) what they are compared with.

    Parameters
    ----------
    sign : array
        On which side each number lies for certain.
    good : array or int
        Which side is good, as in ``geo.vocabulary.measures.GOOD``.

    Examples
    --------
    >>> judged(np.array([-1, 0, 1]), -1).tolist(), judged(np.array([-1, 0, 1]), 0).tolist()
    (['better', 'similar', 'worse'], ['lower', 'similar', 'higher'])
    """
    tests = [sign == 0, sign * good > 0, sign * good < 0, sign < 0]
    return np.select(tests, ["similar", "better", "worse", "lower"], "higher")


def _side(out: pd.DataFrame, suffix: str, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell if an interval lies below (-1), about (0) or above (1) the target, and if it can be."""
    names = [f"lower_ci{suffix}", f"upper_ci{suffix}"]
    if any(name not in out.columns for name in names):
        raise TableError(
            f"No columns {examples(names)} in the indicators; ask proportion, rate or aggregate "
            f"for them with confidence={'(0.95, 0.998)' if suffix else '0.95'}."
        )
    lower, upper = interval(out, suffix)
    sign = np.where(upper < target, -1, np.where(lower > target, 1, 0))
    return sign, ~np.isnan(lower + upper + target)


def _quintiles(
    indicators: pd.DataFrame,
    value: np.ndarray,
    good: np.ndarray,
    others: np.ndarray,
    notes: Notes | None,
) -> pd.Series:
    """Fifths of each series over all areas of a type; areas of other nations stay out."""
    abroad = indicators["area_code"].astype(str).str.match(r"^[NSW]\d{8}$").to_numpy(dtype=bool)
    shown = pd.Series(np.where(others & ~abroad, value, np.nan), index=indicators.index)
    series, labels = numbered(indicators, ["area_type", *series_keys(indicators)])
    areas = np.bincount(series[~abroad], minlength=len(labels))
    least = pd.Series(areas).groupby(labels["area_type"].to_numpy()).min()
    part = [kind for kind, few in least.items() if 0 < few < VINTAGES.get(str(kind), 0)]
    for kind in part:
        note(
            notes,
            f"Quintiles are of only {least[kind]} areas {kind} where the table lists fewest; "
            f"England has {VINTAGES[str(kind)]}, so add the others for national quintiles.",
        )
    told = ~others | abroad | indicators["area_type"].isin(part).to_numpy()
    known = np.bincount(series[~told & shown.notna().to_numpy()], minlength=len(labels))
    _note_few(labels[(known > 0) & (known < _FIFTHS)], notes)
    found = pd.Series(pd.NA, index=range(len(shown)), dtype="Int64")
    order = np.argsort(series, kind="stable")
    for rows in np.split(order, np.cumsum(np.bincount(series, minlength=len(labels)))[:-1]):
        if len(rows):
            fifth = quantiles(
                shown.iloc[rows], n=_FIFTHS, highest_is_first=bool(good[rows[0]] <= 0)
            )
            found.iloc[rows] = fifth.array
    return found.set_axis(indicators.index)


def _note_few(few: pd.DataFrame, notes: Notes | None) -> None:
    """Name the indicators that too few areas have to be put into fifths."""
    for kind, names in few.groupby("area_type")["indicator_id"]:
        note(
            notes,
            f"There are no quintiles of {labelled(names.unique())} by {kind}: fewer than "
            f"{_FIFTHS} areas have a number; give those of all of England.",
        )
