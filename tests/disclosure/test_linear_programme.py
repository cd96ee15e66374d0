"""Linear programmes solved one after another: equal to scipy's, which begins each afresh."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from geo.disclosure.linear_programme import LinearProgramme, side_by_side


def drawn(seed):
    """Equations of +1 and -1 that a random table fits, and limits around it."""
    draw = np.random.default_rng(seed)
    equations, numbers = draw.integers(1, 6), draw.integers(2, 12)
    matrix = csr_array(draw.choice([-1.0, 0.0, 0.0, 1.0], (equations, numbers)))
    table = draw.integers(0, 10, numbers).astype(float)
    least, greatest = table - draw.integers(0, 5, numbers), table + draw.integers(0, 5, numbers)
    return matrix, matrix @ table, least, greatest, draw


@given(st.integers(0, 2**32), st.booleans())
def test_every_cost_in_turn_gives_the_least_that_scipy_finds(seed, presolve):
    matrix, right, least, greatest, draw = drawn(seed)
    programme = LinearProgramme(matrix, right, least, greatest, presolve=presolve)
    for cost in draw.integers(-3, 4, (4, len(least))).astype(float):
        found = programme.cheapest(cost)
        afresh = linprog(cost, A_eq=matrix, b_eq=right, bounds=np.column_stack([least, greatest]))
        assert cost @ found == pytest.approx(afresh.fun, abs=1e-6)
        assert np.allclose(matrix @ found, right)
        assert (found >= least - 1e-6).all()
        assert (found <= greatest + 1e-6).all()


def test_what_cannot_be_or_has_no_end_has_no_solution():
    both = csr_array([[1.0, 1.0]])
    none = LinearProgramme(both, np.array([9.0]), np.zeros(2), np.ones(2))
    endless = LinearProgramme(both, np.array([9.0]), np.full(2, -np.inf), np.full(2, np.inf))
    assert none.cheapest(np.ones(2)) is None
    assert endless.cheapest(np.array([1.0, -1.0])) is None


def test_the_solver_says_nothing(capfd):
    matrix, right, least, greatest, _ = drawn(7)
    LinearProgramme(matrix, right, least, greatest).cheapest(np.ones(len(least)))
    assert capfd.readouterr() == ("", "")


def test_tasks_keep_their_order():
    assert side_by_side(lambda task: task * task, range(5)) == [0, 1, 4, 9, 16]
