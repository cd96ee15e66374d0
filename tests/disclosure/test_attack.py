import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.disclosure import attack
from geo.disclosure.attack import feasibility_intervals
from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.linear_programme import LinearProgramme
from geo.disclosure.linked_tables import link_tables
from tests.disclosure.builders import tables
from tests.examples import share


def possible_counts(counts, printed, sums, highest):
    """Every table of whole numbers that agrees with what is printed, by trying them all."""
    unknown = [cell for cell, shown in enumerate(printed) if not shown]
    for guess in itertools.product(range(1, highest + 1), repeat=len(unknown)):
        trial = list(counts)
        for cell, number in zip(unknown, guess, strict=True):
            trial[cell] = number
        if all(sum(trial[part] for part in parts) == trial[total] for parts, total in sums):
            yield trial


def test_feasibility_intervals_equal_those_of_every_table_that_fits():
    """Rows and columns of a 2 by 3 table: four hidden cells in a loop, and one apart."""
    counts = [3, 8, 5, 6, 2, 9, 16, 17, 9, 10, 14]
    sums = [([0, 1, 2], 6), ([3, 4, 5], 7), ([0, 3], 8), ([1, 4], 9), ([2, 5], 10)]
    printed = [False, False, True, False, False, *[True] * 6]
    fits = np.array(list(possible_counts(counts, printed, sums, 17)))
    assert len(fits) > 3
    entries = [(s, c, 1) for s, (parts, _) in enumerate(sums) for c in parts]
    entries += [(s, total, -1) for s, (_, total) in enumerate(sums)]
    s, c, sign = (np.array(column) for column in zip(*entries, strict=True))
    known = AdditivityConstraints(s, c, sign.astype(float), 5, 11)
    least = np.where(printed, counts, 1)
    greatest = np.where(printed, counts, 2**30)
    found = feasibility_intervals(known, least, greatest, np.full(11, 99))
    assert found.least.tolist() == fits.min(axis=0).tolist()
    assert found.greatest.tolist() == fits.max(axis=0).tolist()


def widest(constraints, least, greatest, cell, sign):
    """Least (or greatest) whole number in a cell, by an integer programme over the whole table."""
    aim = np.zeros(len(least))
    aim[cell] = sign
    answer = milp(
        aim,
        constraints=LinearConstraint(constraints.matrix, 0, 0),
        bounds=Bounds(least, np.minimum(greatest, 10_000)),
        integrality=np.ones(len(least)),
    )
    return round(sign * answer.fun)


@share(1 / 2)
@given(tables(most=9), st.data())
def test_feasibility_intervals_equal_those_of_integer_programmes(made, data):
    """Any cells hidden, each asked for an interval of its own width: exact below that width."""
    table, hierarchy = made
    constraints = link_tables(table, hierarchy).constraints
    count = table["count"].to_numpy(dtype=float)
    n = len(count)
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n))) & (count > 0)
    least, greatest = np.where(hidden, 1, count), np.where(hidden, 2.0**30, count)
    widths = st.sampled_from([0, 1, 3, 8, 2000])
    asked = np.array(data.draw(st.lists(widths, min_size=n, max_size=n)))
    found = feasibility_intervals(constraints, least, greatest, asked)
    for cell in np.flatnonzero(hidden & (asked > 0)):
        low, high = (widest(constraints, least, greatest, cell, sign) for sign in (1, -1))
        if found.width[cell] < asked[cell]:
            assert [found.least[cell], found.greatest[cell]] == [low, high]
        else:
            assert high - low >= min(asked[cell], 1000)


def test_interval_is_not_widened_by_a_table_that_does_not_fit(monkeypatch):
    """Solvers have called tables optimal that break a constraint: those prove nothing."""
    real = LinearProgramme.cheapest

    def wrong(programme, cost):
        return real(programme, cost) + np.arange(len(cost))

    def wrong_too(aim, *_):
        return np.arange(len(aim)) + 1.0

    both = [[0, 1, 4], [2, 3, 5], [0, 2, 6], [1, 3, 7]]
    number, cell = np.repeat(np.arange(4), 3), np.concatenate(both)
    constraints = AdditivityConstraints(number, cell, np.tile([1, 1, -1], 4), 4, 8)
    least = np.array([1, 1, 1, 1, 8, 8, 8, 8])
    greatest = np.array([9, 9, 9, 9, 8, 8, 8, 8])
    width = np.where(least < greatest, 3, 0)
    exact = feasibility_intervals(constraints, least, greatest, width)
    assert (exact.width[:4] >= 3).all()
    monkeypatch.setattr(LinearProgramme, "cheapest", wrong)
    monkeypatch.setattr(attack, "in_whole_numbers", wrong_too)
    found = feasibility_intervals(constraints, least, greatest, width)
    assert (found.width[:4] == 0).all()
