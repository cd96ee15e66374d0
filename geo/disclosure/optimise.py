"""Secondary suppression: which more counts to hide, so that subtraction finds no hidden one.

First a heuristic: where the attacker comes too close, hide what costs least, and attack again.
Then, where the table is small, a mixed-integer programme finds the optimum; where it is larger,
cells are tried for whether they were needed after all.
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, identity, kron

from geo.disclosure.attack import Intervals, width_left
from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.least_change import least_change
from geo.disclosure.linear_programme import QUIET
from geo.disclosure.problem import SuppressionProblem
from geo.disclosure.redundant import without_redundant
from geo.errors import TableError

SMALL = 1_500
NODES = 200
MANY = 50


class UnprotectableError(TableError):
    """Nothing is left to hide, and some hidden counts can be worked out all the same.

    Parameters
    ----------
    exposed : ndarray of bool, shape (cells,)
        Which those are.
    """

    def __init__(self, exposed: np.ndarray):
        super().__init__(
            f"{exposed.sum()} hidden counts can be worked out whatever else is hidden; publish a "
            "coarser table, with larger areas or fewer categories, or without the public figures "
            "that add up with them."
        )
        self.exposed = exposed
        self.indicators: frozenset[str] = frozenset()


def secondary_suppression(problem: SuppressionProblem) -> np.ndarray:
    """Choose the cells to hide: those hidden already and as few more as will do.

    Parameters
    ----------
    problem : SuppressionProblem
        The table after primary suppression: its small counts are hidden.

    Returns
    -------
    ndarray of bool, shape (cells,)
        Cells to hide; the attacker exposes none of them.

    Raises
    ------
    UnprotectableError
        If nothing is left to hide and the attacker still exposes one.

    References
    ----------
    Castro J (2012). Recent advances in optimization techniques for statistical tabular data
    protection. European Journal of Operational Research 216: 257–269: the cell suppression
    problem, its heuristics and the mixed-integer programme. Fischetti M, Salazar JJ (2001), see
    :func:`geo.disclosure.attack.feasibility_intervals`: sliding protection levels.
    """
    hidden = _heuristic(problem)
    large = [np.array([], dtype=int)]
    for cells in _linked_blocks(problem, hidden & ~problem.hidden):
        cost = problem.cost[cells][(hidden & ~problem.hidden)[cells]].sum()
        if (best := _optimum(problem.within(cells), cost)) is not None:
            hidden[cells] = best
        else:
            large.append(cells)
    cells = np.concatenate(large)
    hidden[cells] = without_redundant(problem.within(cells), hidden[cells])
    return hidden


def _linked_blocks(problem: SuppressionProblem, secondary: np.ndarray) -> Iterator[np.ndarray]:
    """Cells that constraints link, where two or more were hidden for others' sake."""
    every = np.ones(len(secondary), dtype=bool)
    for cells in problem.constraints.open_blocks(every, np.flatnonzero(secondary)):
        if secondary[cells].sum() > 1:
            yield cells


def _heuristic(problem: SuppressionProblem) -> np.ndarray:
    """Hide more cells where the attacker comes too close, and attack again, until none is exposed.

    In a tree of constraints, the cheapest cell of every constraint that gives one away; where they
    close cycles, the cells of the least change, because there a choice in one costs in another.
    """
    problem = problem.suppressing(problem.hidden.copy())
    proven = np.zeros(len(problem.hidden), dtype=bool)
    every = np.ones(len(problem.hidden), dtype=bool)
    cyclic = bool((problem.constraints.cyclic_blocks(every) >= 0).any())
    while True:
        found, exposed = problem.attack(exact=False)
        if not exposed.any():
            found, exposed = problem.attack(proven=proven)
            proven = problem.hidden & ~exposed
        if not exposed.any():
            return problem.hidden
        picks = _least_change(problem, exposed) if cyclic else _no_cells()
        if not len(picks):
            picks = _cheapest(problem, found, exposed)
        if not len(picks):
            raise UnprotectableError(exposed)
        problem.hidden[picks] = True


def _least_change(problem: SuppressionProblem, exposed: np.ndarray) -> np.ndarray:
    """Cells to hide so that some exposed cells could be larger.

    Those that change in the least change of the table in which they are, where changes of printed
    cells cost. No two of them stand in one constraint, unless many cells do: there they seldom
    get in each other's way, and one at a time would take as many programmes as there are.
    """
    apart = problem.constraints.of_at_most(MANY)
    targets = _in_separate_constraints(apart, exposed & ~np.isnan(problem.count))
    cost = np.where(problem.hidden, 1e-3, problem.cost + 0.1 * problem.order)
    moved = np.zeros(len(cost), dtype=bool)
    for change in least_change(problem, targets, cost):
        moved |= change != 0
    return np.flatnonzero(moved & problem.candidate & ~problem.hidden)


def _no_cells() -> np.ndarray:
    return np.array([], dtype=int)


def _in_separate_constraints(constraints: AdditivityConstraints, cells: np.ndarray) -> np.ndarray:
    """Choose some of the cells (a mask), no two of them in one constraint."""
    mine = cells[constraints.cell]
    pairs = zip(constraints.cell[mine].tolist(), constraints.constraint[mine].tolist(), strict=True)
    members: dict[int, list[int]] = {}
    for cell, constraint in pairs:
        members.setdefault(cell, []).append(constraint)
    taken: set[int] = set()
    chosen = []
    for cell, its_constraints in members.items():
        if taken.isdisjoint(its_constraints):
            taken.update(its_constraints)
            chosen.append(cell)
    return np.array(chosen, dtype=int)


def _cheapest(problem: SuppressionProblem, found: Intervals, exposed: np.ndarray) -> np.ndarray:
    """Cells to hide next: for each leaking constraint one, no two of them in one constraint."""
    constraints = problem.constraints
    able = problem.candidate & ~problem.hidden
    leaks = _leaking(problem, found, exposed)
    untouched = constraints.per_constraint(found.width > 0) == 0
    cost = problem.cost + constraints.per_cell(untouched.astype(float) - leaks)
    entries = np.flatnonzero(leaks[constraints.constraint] & able[constraints.cell])
    cells = constraints.cell[entries]
    order = np.lexsort((problem.order[cells], cost[cells]))
    entries, cells = entries[order], cells[order]
    lowest = cost[cells] == cost[cells[:1]]
    entries, cells = entries[lowest], cells[lowest]
    chosen = np.zeros(constraints.n_cells, dtype=bool)
    chosen[cells[np.unique(constraints.constraint[entries], return_index=True)[1]]] = True
    return _in_separate_constraints(constraints, chosen)


def _leaking(problem: SuppressionProblem, found: Intervals, exposed: np.ndarray) -> np.ndarray:
    """Find the constraints to hide one more cell of: those that expose a cell by themselves.

    Where none does, the one that leaves an exposed cell least; where those have no cell left to
    hide, the constraints next to them, and so on.
    """
    constraints = problem.constraints
    able = constraints.per_constraint(problem.candidate & ~problem.hidden) > 0
    entries = np.flatnonzero(exposed[constraints.cell] & able[constraints.constraint])
    number, cell = constraints.constraint[entries], constraints.cell[entries]
    left = width_left(constraints, found)[entries]
    leaks = np.zeros(constraints.n_constraints, dtype=bool)
    leaks[number[left < problem.rise[cell]]] = True
    if not leaks.any():
        order = np.argsort(left, kind="stable")
        leaks[number[order[np.unique(cell[order], return_index=True)[1]]]] = True
    reached = exposed
    while not leaks.any():
        near = constraints.per_constraint(reached) > 0
        leaks = near & able
        further = constraints.per_cell(near) > 0
        if not leaks.any() and (further == reached).all():
            break
        reached = further
    return leaks


def _optimum(problem: SuppressionProblem, most: float) -> np.ndarray | None:
    """Cells to hide at the least cost, by mixed-integer programme; None where that is too large.

    The programme keeps two tables for each hidden cell, alike where cells are printed, in which it
    differs by the protection width; it does not know of dominance.
    """
    truth = problem.published.least
    protect = problem.hidden & (problem.protection_width > 0)
    known = (problem.published.width == 0) & (truth >= 0)
    dominated = bool((problem.reach > -np.inf).any())
    if not known.all() or dominated or most < 2 or _too_large(problem, protect):
        return None
    for _ in range(4):
        hidden = _integer_programme(problem, np.flatnonzero(protect))
        if hidden is None or problem.cost[hidden & ~problem.hidden].sum() > most:
            return None
        exposed = problem.suppressing(hidden).attack()[1]
        if not exposed.any():
            return hidden
        protect = protect | exposed
        if _too_large(problem, protect):
            return None
    return None


def _too_large(problem: SuppressionProblem, protect: np.ndarray) -> bool:
    return bool(2 * protect.sum() * problem.constraints.n_cells > SMALL)


def _integer_programme(problem: SuppressionProblem, targets: np.ndarray) -> np.ndarray | None:
    """Solve one mixed-integer programme: which cells are hidden, then two moves a target."""
    n, moves = problem.constraints.n_cells, 2 * len(targets)
    reach = 2 * problem.protection_width.max()
    may = (problem.hidden | problem.candidate).astype(float)
    # Of choices that cost the same the first in order; all together these weigh half.
    in_order = problem.order / (2 * n)
    answer = milp(
        np.r_[problem.cost + in_order, np.zeros(moves * n)],
        constraints=[
            *_moves_of_hidden_cells(problem, moves, reach),
            _moves_apart(problem, targets),
        ],
        bounds=Bounds(
            np.r_[problem.hidden.astype(float), np.full(moves * n, -reach)],
            np.r_[may, np.full(moves * n, reach)],
        ),
        integrality=np.r_[np.ones(n), np.zeros(moves * n)],
        options={"node_limit": NODES, "mip_rel_gap": 0, **QUIET},  # near ties fell as rows stand
    )
    return None if answer.x is None else answer.x[:n] > 0.5


def _moves_of_hidden_cells(
    problem: SuppressionProblem, moves: int, reach: float
) -> list[LinearConstraint]:
    """Each move keeps the constraints, and moves hidden cells only, within what is known."""
    n, truth = problem.constraints.n_cells, problem.published.least
    up = np.clip(problem.prior.greatest - truth, 0, reach)
    down = np.clip(truth - problem.prior.least, 0, reach)
    eye, each = identity(n, format="csr"), identity(moves, format="csr")
    every = csr_array(np.ones((moves, 1)))

    def rows(of_hidden: csr_array, of_moves: csr_array) -> csr_array:
        return hstack([of_hidden, kron(each, of_moves)], format="csr")

    nothing = csr_array((moves * problem.constraints.n_constraints, n))
    at_most, at_least = (kron(every, eye.multiply(bound).tocsr()) for bound in (-up, down))
    return [
        LinearConstraint(rows(nothing, problem.constraints.matrix), 0, 0),
        LinearConstraint(rows(at_most, eye), -np.inf, 0),
        LinearConstraint(rows(at_least, eye), 0, np.inf),
    ]


def _moves_apart(problem: SuppressionProblem, targets: np.ndarray) -> LinearConstraint:
    """Set the two moves of each target apart by its protection width."""
    n, at = problem.constraints.n_cells, np.arange(len(targets))
    up, down = (n + (2 * at + move) * n + targets for move in (0, 1))
    ones = np.ones(len(at))
    weights = np.r_[ones, -ones, -problem.protection_width[targets]]
    places = (np.r_[at, at, at], np.r_[up, down, targets])
    apart = coo_array((weights, places), shape=(len(at), n + 2 * len(targets) * n))
    return LinearConstraint(apart.tocsr(), 0, np.inf)
