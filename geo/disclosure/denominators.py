"""Denominators that counts add up to: printed, they give hidden counts away like any total.

Pupils with special needs and pupils without are all pupils, by whom both are divided; protection
plans per child in need are divided by what another indicator counts.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.disclosure.relation_search import find_relations
from geo.disclosure.relations import DENOMINATOR_OF, Relation, Series, counted_by, with_blanks
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
    series = pd.MultiIndex.from_frame(people[list(SERIES_KEYS)])
    once = people[series.isin([same[0] for same in alike.values()])]
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


def denominators_that_add_up(table: pd.DataFrame, relations: Sequence[Relation]) -> pd.DataFrame:
    """Give the denominators of a table that relations name, as rows of series of their own.

    Returns
    -------
    DataFrame
        Keys, ``count``; ``at``, the position in the table of the row it is the denominator of; and
        ``known``, whether it is of people whom nobody hides: it is no count of a single series.
    """
    named = {one for relation in relations for one in relation.series if is_denominator(one)}
    people = _as_counts(table if named else table.iloc[:0])
    alone = {
        relation.series[-1]
        for relation in relations
        if len(relation.series) == 2 and is_denominator(relation.series[-1])
    }
    series = pd.MultiIndex.from_frame(people[list(SERIES_KEYS)])
    people = people.assign(known=~series.isin(list(alone)) if alone else True)
    return people[series.isin(list(named))] if named else people


def is_denominator(series: Series) -> bool:
    """Whether a series is of denominators."""
    return series[0] != counted_by(series)[0]


def _as_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Denominators as counts of series of their own, where all of a series are whole numbers."""
    columns = ["area_code", "area_type", *SERIES_KEYS, "count", "at"]
    if "denominator" not in table:
        return pd.DataFrame(columns=columns)
    rows = with_blanks(table).assign(at=np.arange(len(table)))
    rows["count"] = rows["denominator"].to_numpy(dtype=float, na_value=np.nan)
    part = (rows["count"] % 1 > 0).groupby([rows[key] for key in SERIES_KEYS]).transform("any")
    empty = rows["count"].isna().groupby([rows[key] for key in SERIES_KEYS]).transform("all")
    rows = rows[~part & ~empty]
    return rows.assign(indicator_id=DENOMINATOR_OF + rows["indicator_id"])[columns]


def _is_part(indicators: pd.DataFrame, series: Series) -> bool:
    """Whether the counts of a series are above their denominators nowhere."""
    keys = pd.MultiIndex.from_frame(with_blanks(indicators)[list(SERIES_KEYS)])
    rows = indicators[keys.isin([series])]
    return not (rows["count"] > rows["denominator"]).any()


def _by_what_they_are(rows: pd.DataFrame) -> dict[bytes, list[Series]]:
    """Series by their areas and counts, those that are the same together; none without events."""
    rows = rows.sort_values(["area_type", "area_code"], kind="stable")
    areas = pd.util.hash_pandas_object(rows[["area_type", "area_code", "count"]], index=False)
    found: dict[bytes, list[Series]] = {}
    for key, own in rows.assign(same=areas).groupby(list(SERIES_KEYS), sort=False):
        if own["count"].sum() > 0:
            found.setdefault(own["same"].to_numpy().tobytes(), []).append(key)
    return found
