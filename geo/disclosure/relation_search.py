"""The search for relations: sums of series that hold in every area, found in the counts."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.special import gammaln

from geo.disclosure.relations import Relation, Series, numbered_series

Signs = tuple[tuple[int, int], ...]
"""Numbers of series, each with +1 or -1."""

PRIME = 2**31 - 1
MOST_SERIES = 1_500
"""Sums of two and three are looked for among so many series; of more, within each indicator."""


def find_relations(indicators: pd.DataFrame, known: Sequence[Relation] = ()) -> list[Relation]:
    """Find the sums of series that hold in every area and do not follow from known ones.

    Parameters
    ----------
    indicators : DataFrame
        Tidy counts before suppression, of one or several area types.
    known : sequence of Relation
        Relations that need not be found.

    Returns
    -------
    list of Relation
        Within an indicator sums of any number of series; across indicators of up to three, and of
        any number where there are at least two areas to a series. All have coefficients of one; of
        those that follow from each other the shortest, and none that some area contradicts.

    Notes
    -----
    Within an indicator the null space of the matrix of areas and series is worked out exactly, in
    integers modulo a prime, smaller series first, so that totals are found as sums of their parts.
    Short sums are found through a random linear function: columns that add up have values of it
    that add up. What is found is checked against the counts.

    Few events can add up by chance. A relation is taken for true where the counts of its total, of
    all ways in which as many events could be spread over the areas, are rarer than one in all
    relations that could have been found. What is missed so are totals of a few events, which are
    hidden themselves.

    Examples
    --------
    >>> counts = {"sen_any": [12, 9, 7], "ehcp": [4, 2, 6], "sen_support": [8, 7, 1]}
    >>> rows = pd.concat(pd.DataFrame({"area_code": ["a", "b", "c"], "area_type": "lsoa21",
    ...     "indicator_id": name, "period": "2024", "count": own}) for name, own in counts.items())
    >>> [relation] = find_relations(rows)
    >>> [(series[0], sign) for series, sign in relation.signs]
    [('ehcp', 1), ('sen_support', 1), ('sen_any', -1)]
    """
    basis = _Basis()
    for relation in known:
        if not relation.rest:
            basis.adds(relation)
    tables = _tables(indicators)
    return [
        relation
        for table in tables
        for relation in _candidates(*_matrix(*table))
        if not any(_contradicts(relation, *other) for other in tables) and basis.adds(relation)
    ]


class _Basis:
    """Relations of which none follows from the others, in echelon form modulo a prime."""

    def __init__(self) -> None:
        self.rows: dict[Series, dict[Series, int]] = {}

    def adds(self, relation: Relation) -> bool:
        """Take a relation in; False where it follows from those that are there."""
        row: dict[Series, int] = {}
        for series, sign in relation.signs:
            row[series] = row.get(series, 0) + sign
        row = {series: number % PRIME for series, number in row.items() if number}
        while row:
            lead = min(row)
            if lead not in self.rows:
                inverse = pow(row[lead], -1, PRIME)
                self.rows[lead] = {s: number * inverse % PRIME for s, number in row.items()}
                return True
            times = row[lead]
            for series, number in self.rows[lead].items():
                row[series] = (row.get(series, 0) - times * number) % PRIME
            row = {series: number for series, number in row.items() if number}
        return False


def _tables(rows: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray, list[Series]]]:
    """Lay out counts as areas × series, 0 where there is no row, and where there is one.

    A table each area type, the one of most areas first.
    """
    series, keys = numbered_series(rows)
    counts = rows["count"].to_numpy(dtype=float, na_value=np.nan)
    codes = pd.factorize(rows["area_code"].to_numpy(dtype=object))[0]
    kind, kinds = pd.factorize(rows["area_type"].to_numpy(dtype=object), sort=True)
    tables = []
    for number in range(len(kinds)):
        own = np.flatnonzero(kind == number)
        area, areas = pd.factorize(codes[own])
        at, mine = pd.factorize(series[own])
        matrix = np.zeros((len(areas), len(mine)))
        np.add.at(matrix, (area, at), counts[own])
        present = np.zeros(matrix.shape, dtype=bool)
        present[area, at] = True
        tables.append((matrix, present, [keys[one] for one in mine]))
    return sorted(tables, key=lambda table: -len(table[0]))


def _contradicts(
    relation: Relation, matrix: np.ndarray, present: np.ndarray, keys: list[Series]
) -> bool:
    """Whether the relation, found in areas of one type, fails in an area where all is known."""
    if not set(relation.series) <= set(keys):
        return False
    at = [keys.index(series) for series in relation.series]
    sums = matrix[:, at] @ np.array([sign for _, sign in relation.signs])
    return bool((present[:, at].all(axis=1) & (sums != 0) & ~np.isnan(sums)).any())


def _matrix(
    matrix: np.ndarray, _present: np.ndarray, keys: list[Series]
) -> tuple[np.ndarray, list[Series]]:
    """Keep series with any event, smaller ones first.

    An area without a row has nothing to add; areas with a count that is not known are left out, as
    are series of which half is not known.
    """
    use = np.flatnonzero(np.isnan(matrix).mean(axis=0) < 0.5)
    matrix = matrix[:, use][~np.isnan(matrix[:, use]).any(axis=1)]
    totals = matrix.sum(axis=0)
    order = np.argsort(totals, kind="stable")
    order = order[totals[order] > 0]
    return matrix[:, order].astype(np.int64), [keys[use[at]] for at in order]


def _candidates(matrix: np.ndarray, series: list[Series]) -> list[Relation]:
    """Relations that hold in the matrix and not by chance, the shortest first."""
    number, _ = pd.factorize(np.array([key[0] for key in series], dtype=object))
    groups = [np.flatnonzero(number == one) for one in np.unique(number)]
    found: dict[Signs, int] = {}
    for group in groups:
        among = _short_sums(matrix, group)
        for line in _lines(series, group):
            among = [*among, *_null_space(matrix, line)]
        found |= {signs: len(group) for signs in among}
    if len(groups) > 1 and len(series) <= MOST_SERIES:
        every = np.arange(len(series))
        among = _short_sums(matrix, every)
        if 2 * len(series) <= len(matrix):  # else every series depends on others
            among = [*among, *_null_space(matrix, every)]
        found = {signs: len(series) for signs in among} | found
    true = [signs for signs, among in found.items() if _is_no_chance(matrix, signs, among)]
    return [
        Relation(tuple((series[at], sign) for at, sign in signs)) for signs in sorted(true, key=len)
    ]


def _lines(series: list[Series], group: np.ndarray) -> Iterator[np.ndarray]:
    """Series of an indicator that differ in one key alone, and all of them."""
    yield group
    for key in (1, 2, 3):
        lines: dict[tuple[str, ...], list[int]] = {}
        for at in group:
            lines.setdefault((*series[at][:key], *series[at][key + 1 :]), []).append(at)
        yield from (np.array(line) for line in lines.values() if 2 < len(line) < len(group))


def _null_space(matrix: np.ndarray, columns: np.ndarray) -> list[Signs]:
    """Each column that is a sum or difference of columns before it, by reduction modulo a prime."""
    rows = matrix[:, columns] % PRIME
    pivots: list[int] = []
    for at in range(len(columns)):
        below = np.flatnonzero(rows[len(pivots) :, at])
        if not len(below):
            continue
        top, pick = len(pivots), len(pivots) + below[0]
        rows[[top, pick]] = rows[[pick, top]]
        rows[top] = rows[top] * pow(int(rows[top, at]), -1, PRIME) % PRIME
        others = np.flatnonzero(rows[:, at])
        others = others[others != top]
        rows[others] = (rows[others] - rows[others, at][:, None] * rows[top]) % PRIME
        pivots.append(at)
    found = []
    for at in sorted(set(range(len(columns))) - set(pivots)):
        weights = rows[: len(pivots), at]
        if np.isin(weights, [0, 1, PRIME - 1]).all():
            used = weights.nonzero()[0]
            parts = [(columns[pivots[i]], 1 if weights[i] == 1 else -1) for i in used]
            found.append(_ordered([*parts, (columns[at], -1)]))
    return [signs for signs in found if _holds(matrix, signs)]


def _short_sums(matrix: np.ndarray, columns: np.ndarray) -> list[Signs]:
    """Columns that are the same, the sum of two or three, or pairs with the same sum."""
    weights = np.random.default_rng(0).integers(0, 2**63, len(matrix), dtype=np.uint64)
    image = weights @ matrix[:, columns].astype(np.uint64)  # wraps round, and stays linear
    first = np.sort(np.unique(image, return_index=True)[1])
    same = [(columns[first[image[first] == image[at]][0]], columns[at])
            for at in np.setdiff1d(np.arange(len(image)), first)]  # fmt: skip
    found = [_ordered([(one, 1), (other, -1)]) for one, other in same]
    columns, image = columns[first], image[first]
    a, b = np.triu_indices(len(columns), 1)
    sums = image[a] + image[b]
    found += [
        _ordered([(columns[a[pair]], 1), (columns[b[pair]], 1), (columns[whole], -1)])
        for pair, whole in _equal(sums, image)
    ]
    found += [
        _ordered([*((columns[i], 1) for i in (a[one], b[one])),
                  *((columns[i], -1) for i in (a[other], b[other]))])
        for one, other in _equal(sums, sums) if one < other
    ]  # fmt: skip
    found += [
        _ordered([*((columns[i], 1) for i in (a[pair], b[pair], a[less])), (columns[b[less]], -1)])
        for pair, less in _equal(sums, image[b] - image[a])
        if len({a[pair], b[pair], a[less], b[less]}) == 4
    ]
    return [signs for signs in dict.fromkeys(found) if _holds(matrix, signs)]


def _equal(one: np.ndarray, other: np.ndarray) -> Iterator[tuple[int, int]]:
    """Positions in two arrays that hold the same."""
    order = np.argsort(other, kind="stable")
    start = np.searchsorted(other[order], one, "left")
    end = np.searchsorted(other[order], one, "right")
    for at in np.flatnonzero(end > start):
        yield from ((int(at), int(order[i])) for i in range(start[at], end[at]))


def _ordered(signs: Sequence[tuple[int, int]]) -> Signs:
    """Parts before totals, in the order of the columns; one way to write each relation."""
    balance = sum(sign for _, sign in signs), -max(signs)[1]
    turn = -1 if balance < (0, 0) else 1
    terms = [(int(at), turn * sign) for at, sign in signs]
    return tuple(sorted(terms, key=lambda term: (-term[1], term[0])))


def _holds(matrix: np.ndarray, signs: Signs) -> bool:
    at, sign = map(list, zip(*signs, strict=True))
    return not (matrix[:, at] @ np.array(sign)).any()


def _is_no_chance(matrix: np.ndarray, signs: Signs, among: int) -> bool:
    """Tell whether the total's events lie in a rarer way than relations could be chosen."""
    areas = len(matrix)
    events = sum(matrix[:, at].sum() for at, sign in signs if sign < 0)
    spread = _log_choose(events + areas - 1, events)
    return bool(spread > _log_choose(among, len(signs)) + len(signs) * np.log(2))


def _log_choose(n: float, k: float) -> float:
    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
