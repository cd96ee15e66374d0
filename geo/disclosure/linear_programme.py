"""Linear programmes, solved for one cost after another; and the same in whole numbers."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import highspy
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import sparray

NODES = 500
QUIET = {"presolve": False}
"""Presolved integer programmes write to standard output (HiGHS issue 2783)."""

Task = TypeVar("Task")
Found = TypeVar("Found")


class LinearProgramme:
    """Numbers within limits that fit linear equations, at the least cost.

    Parameters
    ----------
    matrix : sparray, shape (equations, numbers)
    right : ndarray, shape (equations,)
        What each equation makes.
    least, greatest : ndarray, shape (numbers,)
        Limits of each number.
    presolve : bool
        Whether the first programme is made smaller before it is solved. Where equations are few
        and short this takes longer than solving it.

    Notes
    -----
    Of programmes in which only the cost is another, all but the first start from the solution
    before, which takes a third of the time or less. (``scipy.optimize.linprog`` has the same
    solver, but begins afresh, and works out prices of the limits in a loop of its own.)

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> both = csr_array([[1.0, 1.0]])
    >>> total = LinearProgramme(both, np.array([6.0]), np.array([1.0, 1.0]), np.array([9.0, 9.0]))
    >>> total.cheapest(np.array([1.0, 0.0])), total.cheapest(np.array([0.0, 1.0]))
    (array([1., 5.]), array([5., 1.]))
    """

    def __init__(
        self,
        matrix: sparray,
        right: np.ndarray,
        least: np.ndarray,
        greatest: np.ndarray,
        *,
        presolve: bool = True,
    ) -> None:
        columns = matrix.tocsc()
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = columns.shape
        model.row_lower_ = model.row_upper_ = right
        model.col_lower_, model.col_upper_ = least, greatest
        model.col_cost_ = np.zeros(columns.shape[1])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.num_row_, model.a_matrix_.num_col_ = columns.shape
        model.a_matrix_.start_ = columns.indptr
        model.a_matrix_.index_ = columns.indices
        model.a_matrix_.value_ = columns.data
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._presolves = presolve
        self._solver.setOptionValue("presolve", "choose" if presolve else "off")
        self._solver.passModel(model)
        self._every = np.arange(columns.shape[1], dtype=np.int32)

    def cheapest(self, cost: np.ndarray) -> np.ndarray | None:
        """Solve for a cost of one of each number; None where nothing fits, or cost has no end."""
        self._solver.changeColsCost(len(cost), self._every, np.asarray(cost, dtype=float))
        if self._is_solved() or (self._presolves and self._is_solved_without_presolve()):
            return np.array(self._solver.getSolution().col_value)
        return None

    def _is_solved(self) -> bool:
        self._solver.run()
        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _is_solved_without_presolve(self) -> bool:
        """Try again: presolved programmes have been called impossible that were not."""
        self._presolves = False
        self._solver.setOptionValue("presolve", "off")
        self._solver.clearSolver()
        return self._is_solved()


def in_whole_numbers(
    cost: np.ndarray,
    matrix: sparray,
    right: np.ndarray,
    least: np.ndarray,
    greatest: np.ndarray,
) -> np.ndarray | None:
    """Solve the programme in whole numbers; None where that takes too long."""
    answer = milp(
        cost,
        constraints=LinearConstraint(matrix, right, right),
        bounds=Bounds(least, greatest),
        integrality=np.ones(len(cost)),
        options={"node_limit": NODES, **QUIET},
    )
    return None if answer.x is None else np.round(answer.x)


def side_by_side(solve: Callable[[Task], Found], tasks: Sequence[Task]) -> list[Found]:
    """Solve programmes on two cores; the solver lets go of the interpreter meanwhile."""
    if len(tasks) < 2:
        return [solve(task) for task in tasks]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(solve, tasks))
