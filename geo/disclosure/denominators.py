"""Denominators that counts add up to: printed, they give hidden counts away like any total.

Pupils with special needs and pupils without are all pupils, by whom both are divided; protection
plans per child in need are divided by what another indicator counts.
"""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from geo.disclosure.relation_search import find_relations
from geo.disclosure.relations import (
    DENOMINATOR_OF,
    Relation,
    Series,
    counted_by,
    numbered_series,
    with_blanks,
)
from geo.statistics.series import SERIES_KEYS


def denominator_relations(
    indicators: pd.DataFrame, known: Sequence[Relation] = ()
) -> list[Relation]:
    """Find the denominators that counts of whatever indicators add up to.

    Parameters
    ----------
    indicators : DataFrame
        Tidy counts and denominators before suppression.
    known : sequence of Relation
        Relations of the counts.

    Returns
    -------
    list of Relation
        A series of denominators is called as that of the counts, with ``DENOMINATOR_OF`` before
        its indicator. Denominators of several series that are the same stand in sums once, but
        each by itself where it is what another series counts, of which its own counts are a part.

    Examples
    --------
    >>> rows = pd.concat(pd.DataFrame({"area_code": ["a", "b", "c"], "area_type": "lsoa21",
    ...     "indicator_id": name, "period": "2024", "count": own, "denominator": [40, 59, 70]})
    ...     for name, own in {"sen": [12, 9, 7], "not sen": [28, 50, 63]}.items())
    >>> [relation] = denominator_relations(rows)
    >>> [(series[0], sign) for series, sign in relation.signs]
    [('sen', 1), ('not sen', 1), ('denominator of sen', -1)]
    """
    people = _as_counts(indicators)
    if people.empty:
        return []
    alike = _by_what_they_are(people)
    once = people[_is_of(people, [same[0] for same in alike.values()])]
    counts = with_blanks(indicators)[["area_code", "area_type", *SERIES_KEYS, "count"]]
    found = [
        relation
        for relation in find_relations(pd.concat([counts, once], ignore_index=True), known)
        if {is_denominator(one) for one in relation.series} == {True, False}
    ]
    equal = {same: one for same, one in _by_what_they_are(counts).items() if same in alike}
    pairs = [(whole, one[0]) for same, one in equal.items() for whole in alike[same]]
    for relation in found:
        (people_of, *others) = sorted(relation.series, key=is_denominator, reverse=True)
        if len(others) == 1:
            [same] = [same for same, one in alike.items() if one[0] == people_of]
            pairs += [(whole, others[0]) for whole in alike[same]]
    of_one = [Relation.total(whole, [part]) for whole, part in dict.fromkeys(pairs)]
    of_some = [
        Relation.total(part, [counted_by(whole)], rest=True)
        for whole, part in dict.fromkeys(pairs)
        if counted_by(whole) != part and _is_part(indicators, counted_by(whole))
    ]
    return [*of_one, *of_some, *(relation for relation in found if len(relation.series) > 2)]


def with_denominators(
    table: pd.DataFrame, relations: Sequence[Relation]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the denominators that relations name to a table, as rows of series of their own.

    Returns
    -------
    DataFrame, DataFrame
        All rows, numbered anew; and the denominators: their keys, ``count``; ``at``, the position
        in the table of the row it is the denominator of; and ``known``, whether it is of people
        whom nobody hides: it is no count of a single series.
    """
    named = {one for relation in relations for one in relation.series if is_denominator(one)}
    people = _as_counts(table if named else table.iloc[:0])
    if people.empty:
        return table.reset_index(drop=True), people.assign(known=True)
    alone = {
        relation.series[-1]
        for relation in relations
        if len(relation.series) == 2 and is_denominator(relation.series[-1])
    }
    people = people.assign(known=~_is_of(people, alone))[_is_of(people, named)]
    return pd.concat([table, people], ignore_index=True), people


def is_denominator(series: Series) -> bool:
    """Whether a series is of denominators."""
    return series[0] != counted_by(series)[0]


def _as_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Denominators as counts of series of their own, where all of a series are whole numbers."""
    columns = ["area_code", "area_type", *SERIES_KEYS, "count", "at"]
    if "denominator" not in table or table.empty:
        return pd.DataFrame(columns=columns)
    people = table["denominator"].to_numpy(dtype=float, na_value=np.nan)
    series = numbered_series(table)[0]
    part = np.bincount(series, people % 1 > 0) > 0
    some = np.bincount(series, ~np.isnan(people)) > 0
    at = np.flatnonzero((some & ~part)[series])
    rows = with_blanks(table.iloc[at])
    names = DENOMINATOR_OF + rows["indicator_id"]
    return rows.assign(indicator_id=names, count=people[at], at=at)[columns]


def _is_of(rows: pd.DataFrame, wanted: Collection[Series]) -> np.ndarray:
    """Tell which rows are of some series."""
    number, keys = numbered_series(rows)
    return np.array([key in wanted for key in keys], dtype=bool)[number]


def _is_part(indicators: pd.DataFrame, series: Series) -> bool:
    """Whether the counts of a series are above their denominators nowhere."""
    number, keys = numbered_series(indicators)
    rows = indicators[number == keys.index(series)]
    return not (rows["count"] > rows["denominator"]).any()


def _by_what_they_are(rows: pd.DataFrame) -> dict[bytes, list[Series]]:
    """Series by their areas and counts, those that are the same together; none without events."""
    words = [rows[column].to_numpy(dtype=object) for column in ("area_code", "area_type")]
    counts = rows["count"].to_numpy(dtype=float)
    kind, code = (pd.factorize(one, sort=True, use_na_sentinel=False)[0] for one in reversed(words))
    order = np.lexsort((code, kind))
    hashes = [pd.util.hash_array(one[order]) for one in (*words, counts)]
    same = np.column_stack(hashes)
    series, keys = numbered_series(rows.iloc[order])
    each = np.split(np.argsort(series, kind="stable"), np.cumsum(np.bincount(series))[:-1])
    found: dict[bytes, list[Series]] = {}
    for key, own in zip(keys, each, strict=True):
        if np.nansum(counts[order][own]) > 0:
            found.setdefault(same[own].tobytes(), []).append(key)
    return found
