"""The least change of a table in which some of its cells are larger.

Changes of cells that are to stay as they are cost most, so that those that change for the sake of
others are few (Kelly, Golden and Assad 1992).
"""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import hstack

from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.linear_programme import LinearProgramme, side_by_side
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
        Cells whose counts are known, few of them in one constraint.
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
    most = np.where(known, [up, down], [problem.prior.greatest, 0 * count])
    most[1, targets] = 0
    least = np.zeros_like(most)
    targets = targets[problem.rise[targets] <= most[0, targets]]
    least[0, targets] = problem.rise[targets]
    free = np.maximum(*most) > 0
    owed = -problem.constraints.residuals(count)

    def cheapest(block: np.ndarray) -> np.ndarray | None:
        limits, costs = (least, most), np.array([cost, cost])
        return cheapest_change(problem.constraints, block, limits, costs, owed)

    for cells in (_near(problem.constraints, free, targets), free):
        if not len(targets):
            return
        change = np.zeros(len(count))
        blocks = list(problem.constraints.open_blocks(cells, targets))
        for block, found in zip(blocks, side_by_side(cheapest, blocks), strict=True):
            change[block] = 0 if found is None else found
        yield change
        targets = targets[change[targets] == 0]


def _near(constraints: AdditivityConstraints, free: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Free cells that few constraints part from the targets."""
    reached = np.zeros(len(free), dtype=bool)
    reached[targets] = True
    for _ in range(RINGS):
        reached = free & (constraints.per_cell(constraints.per_constraint(reached) > 0) > 0)
    return reached


def cheapest_change(
    constraints: AdditivityConstraints,
    cells: np.ndarray,
    limits: tuple[np.ndarray, np.ndarray],
    cost: np.ndarray,
    owed: np.ndarray | None = None,
) -> np.ndarray | None:
    """Change some cells, and no others, at the least cost.

    Parameters
    ----------
    constraints : AdditivityConstraints
        Which cells add up to which.
    cells : ndarray of int
        The cells that may change.
    limits : pair of ndarray, shape (2, cells)
        Least and most that each cell gains (first row) and loses (second row).
    cost : ndarray, shape (2, cells)
        Cost of a gain and of a loss of one; below zero for a reward.
    owed : ndarray, shape (constraints,), optional
        By how much the change is to raise the parts less the total of each constraint; zero where
        not given.

    Returns
    -------
    ndarray, shape of ``cells``, or None
        What is added to each; None where the limits allow no change.

    Notes
    -----
    The programmes are so sparse that to presolve them takes longer than to solve them.
    """
    if not len(cells):
        return np.array([])
    matrix = constraints.within(cells).matrix.tocsc()
    used = constraints.touching(cells)
    least, most = (limit[:, cells] for limit in limits)
    gains, losses = (np.flatnonzero(row) for row in most)
    columns = np.repeat([0, 1], [len(gains), len(losses)]), np.r_[gains, losses]
    programme = LinearProgramme(
        hstack([matrix[:, gains], -matrix[:, losses]], format="csc"),
        np.zeros(len(used)) if owed is None else owed[used],
        least[columns],
        most[columns],
        presolve=False,
    )
    answer = programme.cheapest(cost[:, cells][columns])
    if answer is None:
        return None
    found = np.zeros((2, len(cells)))
    found[columns] = answer
    gain, loss = found
    return np.where(np.maximum(gain, loss) > TOLERANCE, gain - loss, 0)
