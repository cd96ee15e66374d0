"""Somebody who knows the program learns nothing from which cells it chose to hide.

The knowing outsider tries every table that fits what is printed: which of them would have been
printed like this, with any key? What those have in common is known.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.hiding_order import KeyedChoice, key_of_counts
from geo.disclosure.linked_tables import link_tables
from geo.disclosure.problem import count_protection
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.disclosure.table import known_counts
from geo.errors import TableError
from tests.disclosure.builders import LSOAS, tables, town, with_totals
from tests.examples import share

KEYS = [bytes([number]) for number in range(16)]
MOST = 13
"""A hidden count is taken to be lower."""


class Made:
    """Counts of four to six LSOAs in up to two towns, and what is printed of them."""

    def __init__(self, seed):
        draw = np.random.default_rng(seed)
        size = draw.integers(4, 7)
        self.counts = draw.choice([0, 1, 2, 3, 4, 5, 6, 7, 9, 12], size)
        towns = [f"town {number}" for number in draw.integers(0, 2, size)]
        self.hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:size], "town": towns})
        self.known = {}

    def printed(self, counts, key):
        """All counts as printed, -1 where hidden; None where nothing can be."""
        asked = tuple(counts), key
        if asked not in self.known:
            table = with_totals(counts, self.hierarchy).drop(columns=["value", "denominator"])
            try:
                safe = suppress(table.assign(measure="count"), self.hierarchy, key=key)
                self.known[asked] = tuple(safe["count"].fillna(-1))
            except TableError:
                self.known[asked] = None
        return self.known[asked]

    def fitting(self, printed):
        """Every table that prints like this, whatever had been chosen to hide."""
        hidden = np.flatnonzero(np.array(printed[: len(self.counts)]) < 0)
        values = np.array(list(itertools.product(range(1, MOST), repeat=len(hidden))))
        counts = np.tile(self.counts, (len(values), 1))
        counts[:, hidden] = values
        towns = [self.hierarchy["town"].eq(name) for name in sorted(set(self.hierarchy["town"]))]
        sums = [counts[:, town].sum(axis=1) for town in towns] + [counts.sum(axis=1)]
        shown = np.column_stack([counts, *sums])
        told = np.array(printed) >= 0
        return counts[(shown[:, told] == np.array(printed)[told]).all(axis=1)]

    def gives_away(self, key, tried):
        """Small counts that are hidden, and known to fewer values than the rule leaves open."""
        printed = self.printed(self.counts, key)
        if printed is None or not 0 < printed[: len(self.counts)].count(-1) <= 4:
            return None
        small = (self.counts > 0) & (self.counts < 5)
        possible = self.counts[None, small]
        fitting = self.fitting(printed)
        for counts in np.random.default_rng(0).permutation(fitting):
            if (np.ptp(possible, axis=0) >= 3).all():
                break
            if any(self.printed(counts, one) == printed for one in tried):
                possible = np.vstack([possible, counts[small]])
        return int((np.ptp(possible, axis=0) < 3).sum())


@pytest.mark.parametrize(
    "seeds",
    [[0, 1, 5, 6], pytest.param([8, 23], marks=pytest.mark.slow)],
    ids=["which", "how many and which totals"],
)
def test_choice_of_hidden_cells_tells_no_count(seeds):
    found = [Made(seed).gives_away(KEYS[0], KEYS) for seed in seeds]
    assert sum(one is not None for one in found) > len(found) / 2
    assert not any(found)


@pytest.mark.slow
def test_small_totals_hidden_alone_tell_that_their_parts_are_few(monkeypatch):
    """The test of the test."""
    monkeypatch.setattr(KeyedChoice, "with_totals_of_small", lambda _, problem: problem)
    assert Made(8).gives_away(KEYS[0], KEYS)


def drawn(counts, towns, key=b"key"):
    """Area codes of the totals that are hidden though none is too small."""
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[: len(counts)], "town": towns})
    table = with_totals(counts, hierarchy).drop(columns=["value", "denominator"])
    table = table.assign(measure="count")
    linked = link_tables(table, hierarchy)
    known = known_counts(table, Rule(), None)
    problem = count_protection(linked, known, np.zeros(len(table), dtype=bool), Rule())
    more = KeyedChoice(linked, key).with_totals_of_small(problem).hidden & ~problem.hidden
    return set(linked.cells.loc[more, "area_code"])


@pytest.mark.slow
def test_one_in_four_totals_of_small_parts_is_drawn():
    towns = [f"town {number:02}" for number in range(len(LSOAS) // 2)]
    counts = [3, 4] * len(towns)
    found = [drawn(counts, np.repeat(towns, 2), bytes([key])) for key in range(40)]
    share = sum(len(one & set(towns)) for one in found) / (40 * len(towns))
    assert 0.15 < share < 0.35
    assert drawn(counts, np.repeat(towns, 2), b"a") == drawn(counts, np.repeat(towns, 2), b"a")


@pytest.mark.parametrize("counts", [[3, 9], [0, 4], [1, 3], [6, 5]])
def test_totals_that_are_small_or_show_a_part_or_have_one_part_are_not_drawn(counts):
    assert not any("Crewe" in drawn(counts, ["Crewe"] * 2, bytes([key])) for key in range(12))


def test_total_of_small_parts_has_to_be_as_safe_as_a_small_one():
    """Were it hidden alone, it could be worked out, and nobody would take it for a small one."""
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:4], "town": ["Alder", "Alder", "Birch", "Birch"]})
    table = with_totals([3, 4, 9, 8], hierarchy).drop(columns=["value", "denominator"])
    for key in KEYS:
        safe = suppress(table.assign(measure="count"), hierarchy, key=key).set_index("area_code")
        hidden = safe["state"].eq("suppressed")
        assert hidden[LSOAS[:2]].all()
        assert not hidden["Alder"] or hidden[["Birch", "borough"]].any()


@pytest.mark.slow
def test_choice_that_anybody_can_repeat_tells_counts(monkeypatch):
    """The test of the test."""
    monkeypatch.setattr(KeyedChoice, "settling", lambda _, problem: problem)
    assert any(Made(seed).gives_away(KEYS[0], KEYS[:1]) for seed in range(30))


def test_order_of_hiding_is_of_the_cell_alone_and_totals_come_last():
    table, hierarchy = town(3, 7, 12, 9)
    linked = link_tables(table, hierarchy)
    fewer = link_tables(table.drop(index=[0, 4]), hierarchy)
    order = pd.Series(KeyedChoice(linked, b"key").order, linked.cells["area_code"])
    assert order.idxmax() == "Crewe"
    assert order.between(0, 1).all()
    again = pd.Series(KeyedChoice(fewer, b"key").order, fewer.cells["area_code"])
    one, other = (found[LSOAS[1:4]].rank() for found in (order, again))
    pd.testing.assert_series_equal(one, other)


@pytest.mark.slow
@share(1 / 8)
@given(tables(), st.randoms(use_true_random=False))
def test_suppress_chooses_alike_in_whatever_order_the_rows_stand(made, shuffled):
    table, hierarchy = made
    rows = list(table.index)
    shuffled.shuffle(rows)
    try:
        safe = suppress(table, hierarchy)
    except TableError:
        return
    pd.testing.assert_frame_equal(suppress(table.loc[rows], hierarchy).loc[table.index], safe)


def test_key_of_means_is_of_their_values():
    """Where it were of counts alone, of which means have none, anybody would know it."""
    rows = pd.DataFrame({"area_code": ["a", "b"], "count": np.nan, "value": [4.5, 6]})
    assert key_of_counts(rows) != key_of_counts(rows.assign(value=[4.5, 6.5]))
    counted = rows.assign(count=[3, 4])
    assert key_of_counts(counted) == key_of_counts(counted.assign(value=9))
