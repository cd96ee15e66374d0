"""The least change of a table in which some of its cells are larger.

Changes of cells that are to stay as they are cost most, so that those that change for the sake of
others are few (Kelly, Golden and Assad 1992).
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

from geo.disclosure.attack import Intervals
from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.problem import SuppressionProblem

RINGS = 3
TOLERANCE = 1e-6


def least_change(
    problem: SuppressionProblem, targets: np.ndarray, cost: np.ndarray
) -> Iterator[np.ndarray]:
    """Change the table at the least cost so that some cells are larger by as much as they need.

    Parameters
    ----------
    problem : SuppressionProblem
        Its hidden cells and its candidates may change, within what is known of them when they are
        hidden.
    targets : ndarray of int
        Cells whose counts are known, no two of them in one constraint.
    cost : ndarray, shape (cells,)
        Cost of a change by one.

    Yields
    ------
    ndarray, shape (cells,)
        What is added to each count: of changes in blocks that share no constraint, all together.
        First those close to their targets, then others for targets that found none there; no
        change of a target that can be no larger.

    References
    ----------
    Kelly JP, Golden BL, Assad AA (1992). Cell suppression: disclosure protection for sensitive
    tabular data. Networks 22: 397–417.
    """
    count, known = np.nan_to_num(problem.count), ~np.isnan(problem.count)
    movable = (problem.hidden | problem.candidate) & known
    up = np.where(movable, np.maximum(problem.prior.greatest - count, 0), 0)
    down = np.where(movable, np.maximum(count - problem.prior.least, 0), 0)
    up, down = np.where(known, up, problem.prior.greatest), np.where(known, down, 0)
    down[targets] = 0
    least = np.zeros(len(up))
    targets = targets[problem.rise[targets] <= up[targets]]
    least[targets] = problem.rise[targets]
    free = (up > 0) | (down > 0)
    residuals = problem.constraints.residuals(count)
    for cells in (_near(problem.constraints, free, targets), free):
        if not len(targets):
            return
        change = np.zeros(len(up))
        for block in problem.constraints.open_blocks(cells, targets):
            change[block] = _cheapest(
                problem.constraints.within(block).matrix,
                -residuals[problem.constraints.touching(block)],
                cost[block],
                Intervals(np.r_[least[block], 0 * block], np.r_[up[block], down[block]]),
            )
        yield change
        targets = targets[change[targets] == 0]


def _near(constraints: AdditivityConstraints, free: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Free cells that few constraints part from the targets."""
    reached = np.zeros(len(free), dtype=bool)
    reached[targets] = True
    for _ in range(RINGS):
        reached = free & (constraints.per_cell(constraints.per_constraint(reached) > 0) > 0)
    return reached


def _cheapest(
    matrix: csr_array, right: np.ndarray, cost: np.ndarray, bounds: Intervals
) -> np.ndarray:
    """Cheapest change within bounds on what each cell gains, then on what it loses; zeros if none.

    Presolving programmes as sparse as these takes longer than solving them.
    """
    answer = linprog(
        np.r_[cost, cost],
        A_eq=hstack([matrix, -matrix], format="csr"),
        b_eq=right,
        bounds=np.column_stack([bounds.least, bounds.greatest]),
        method="highs",
        options={"presolve": False},
    )
    if answer.x is None:
        return np.zeros(len(cost))
    gain, loss = np.split(answer.x, 2)
    return np.where(np.maximum(gain, loss) > TOLERANCE, gain - loss, 0)
