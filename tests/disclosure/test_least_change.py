import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.least_change import cheapest_change, least_change
from geo.disclosure.linked_tables import link_tables
from geo.disclosure.problem import count_protection
from geo.disclosure.rules import Rule
from geo.disclosure.table import known_counts
from tests.disclosure.builders import tables, town
from tests.examples import share


def posed(table, hierarchy):
    nothing = np.zeros(len(table), dtype=bool)
    known = known_counts(table, Rule(), None)
    return count_protection(link_tables(table, hierarchy), known, nothing, Rule())


def cheapest(problem, target, cost):
    """Least cost over the whole table, each cell between what it may lose and gain at once."""
    matrix, n = problem.constraints.matrix.toarray(), len(cost)
    may = problem.hidden | problem.candidate
    low = np.where(may, np.minimum(problem.prior.least - problem.count, 0), 0)
    high = np.where(may, problem.prior.greatest - problem.count, 0)
    low[target] = problem.protection_width[target]
    if low[target] > high[target]:
        return None
    # Change x, and its size s: s - x >= 0, s + x >= 0.
    eye = np.eye(n)
    answer = linprog(
        np.r_[np.zeros(n), cost],
        A_ub=np.block([[eye, -eye], [-eye, -eye]]),
        b_ub=np.zeros(2 * n),
        A_eq=np.hstack([matrix, 0 * matrix]),
        b_eq=np.zeros(len(matrix)),
        bounds=[*zip(low, high, strict=True), *[(0, None)] * n],
    )
    return answer.fun if answer.x is not None else None


@share(1 / 2)
@given(tables(most=10), st.data())
def test_least_change_is_a_table_that_fits_at_the_least_cost(made, data):
    problem = posed(*made)
    cells = np.flatnonzero(problem.hidden & (problem.protection_width > 0))
    if not len(cells):
        return
    target = int(data.draw(st.sampled_from(cells.tolist())))
    cost = np.where(problem.hidden, 0.001, problem.cost)
    best = cheapest(problem, target, cost)
    changes = list(least_change(problem, np.array([target]), cost))
    if best is None:
        assert not np.any(changes)
        return
    change = changes[-1]
    assert change[target] == problem.protection_width[target]
    assert np.abs(problem.constraints.residuals(problem.count + change)).max() < 1e-6
    moved = change != 0
    assert (problem.hidden | problem.candidate)[moved].all()
    assert (problem.count + change >= problem.prior.least - 1e-6)[moved].all()
    assert (problem.count + change <= problem.prior.greatest + 1e-6)[moved].all()
    assert abs(np.abs(change) @ cost - best) < 1e-6


def test_least_change_of_cells_far_apart_is_that_of_each():
    """Two towns of their own: both targets at once, nothing beside them moves."""
    one, here = town(2, 6, 9)
    two, there = town(3, 7, 8)
    two["area_code"] += "x"
    there += "x"
    problem = posed(pd.concat([one, two], ignore_index=True), pd.concat([here, there]))
    (change,) = least_change(problem, np.array([0, 4]), np.ones(8))
    assert change[[0, 4]].tolist() == [3, 3]
    assert np.abs(change).sum() == 12


def test_cheapest_change_of_no_cells_is_no_change():
    """Cells that have no room for any change are asked for none."""
    total = AdditivityConstraints.of([(np.array([0, 1]), np.array([2, 2]))], 3)
    nothing = np.zeros((2, 3))
    found = cheapest_change(total, np.array([], dtype=int), (nothing, nothing + 1), nothing + 1)
    assert found.tolist() == []
