"""Which of the cells hidden for others' sake are needed: the heuristic's choice is cleaned up.

A table that fits what is printed is a witness: cells in which it differs from the true one cannot
be told exactly. Witnesses are sought that show every hidden cell to be safe and change as few
cells as can be; what none of them changes need not be hidden.
"""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.disclosure.least_change import TOLERANCE, cheapest_change
from geo.disclosure.linear_programme import LinearProgramme, in_whole_numbers
from geo.disclosure.problem import SuppressionProblem

TOGETHER = 8
REWARD = 1e4
PASSES = 5
ROUNDS = 2
WORK = 1_250_000
FEWEST = 20
"""How many cells all programmes may have together, so that the time is bounded; in a table so large
that they would be fewer than ``FEWEST``, the search is not begun."""


def without_redundant(problem: SuppressionProblem, hidden: np.ndarray) -> np.ndarray:
    """Print again what was hidden without need.

    Parameters
    ----------
    problem : SuppressionProblem
        The table after primary suppression.
    hidden : ndarray of bool, shape (cells,)
        Those cells and others that are hidden for their sake; the attacker exposes none.

    Returns
    -------
    ndarray of bool, shape (cells,)
        Cells to hide, of those; the attacker exposes none.

    References
    ----------
    Kelly JP, Golden BL, Assad AA (1992). Cell suppression: disclosure protection for sensitive
    tabular data. Networks 22: 397–417: the clean-up procedure.
    """
    primary, more = problem.hidden, hidden & ~problem.hidden
    table = _true_table(problem, hidden)
    if table is None or not more.any() or FEWEST * hidden.sum() > WORK:
        return hidden
    uses, work = np.ones(len(hidden)), WORK
    for _ in range(PASSES):
        posed = replace(problem, hidden=hidden, count=table)
        search = _Search(posed, primary, uses, work)
        hidden, uses, work = search.needed(), search.uses, search.work
        before, more = more, hidden & ~primary
        if work <= 0 or more.sum() > 0.99 * before.sum():
            break
    return search.without_single()


def _true_table(problem: SuppressionProblem, hidden: np.ndarray) -> np.ndarray | None:
    """Take any counts that fit for those that are not known; None where that takes too long."""
    least = np.where(hidden, problem.prior.least, problem.published.least)
    greatest = np.where(hidden, problem.prior.greatest, problem.published.greatest)
    unknown = np.flatnonzero(np.isnan(problem.count))
    table = np.nan_to_num(problem.count)
    if len(unknown):
        used = problem.constraints.touching(unknown)
        owed = -problem.constraints.residuals(table)[used]
        equations = problem.constraints.within(unknown).matrix, owed, least[unknown]
        nothing, limits = np.zeros(len(unknown)), greatest[unknown]
        if problem.whole:
            found = in_whole_numbers(nothing, *equations, limits)
        else:
            found = LinearProgramme(*equations, limits).cheapest(nothing)
        if found is None:
            return None
        table[unknown] = found
    fits = (table >= least) & (table <= greatest) & ((table == np.round(table)) | ~problem.whole)
    adds_up = np.abs(problem.constraints.residuals(table)).max(initial=0) < TOLERANCE
    return table if fits.all() and adds_up else None


class _Search:
    """The search for witnesses: changes of the true table, in parts that no constraint links.

    Parameters
    ----------
    problem : SuppressionProblem
        All cells hidden that may be; every count known.
    primary : ndarray of bool, shape (cells,)
        Those of them that the rule hides.
    uses : ndarray, shape (cells,)
        In how many witnesses of an earlier search each changed.
    work : int
        How many cells all programmes may have together.
    """

    def __init__(
        self, problem: SuppressionProblem, primary: np.ndarray, uses: np.ndarray, work: int
    ) -> None:
        self.problem, self.primary, self.work = problem, primary, work
        self.used = primary.copy()
        self.block = problem.constraints.open_block(problem.hidden)
        count, prior = problem.count, problem.prior
        room = np.array([prior.greatest - count, count - prior.least])
        self.room = np.where(problem.hidden, np.floor(room) if problem.whole else room, 0)
        wide, self.rise = problem.protection_width, problem.reach - count
        self.width = np.ceil(wide) if problem.whole else wide
        self.dear = (problem.cost + 0.1 * problem.order) / np.maximum(uses, 1)
        self.uses = np.zeros(len(primary))
        self.low, self.high = np.zeros((2, len(primary)))
        self.witnesses: list[tuple[np.ndarray, np.ndarray]] = []
        self.given_up = np.zeros(len(primary), dtype=bool)
        # As hard to guess as the order in which cells are hidden, which is drawn with a key.
        key = hashlib.sha256(problem.order.tobytes()).digest()
        self.draw = np.random.default_rng(int.from_bytes(key))

    @property
    def narrow(self) -> np.ndarray:
        """Cells to hide that no witness shows to be safe."""
        return self.used & ((self.high - self.low < self.width) | (self.high < self.rise))

    def needed(self) -> np.ndarray:
        """Cells that witnesses of few changes need, and those that the others keep safe."""
        self._run()
        constraints, every = self.problem.constraints, self.problem.hidden
        unreached = np.isin(self.block, self.block[self.narrow & ~self.given_up])
        self.used |= every & unreached
        near = np.zeros(len(every), dtype=bool)
        while True:
            exposed = self._attack(unreached | ~self.narrow)
            if not exposed.any() or (self.used == every).all():
                return self.used.copy()
            before = near
            near = constraints.per_cell(constraints.per_constraint(near | exposed) > 0) > 0
            self.used |= every & (near if (near != before).any() else True)

    def without_single(self) -> np.ndarray:
        """Try every cell for whether it is needed, those that lose most first, one of each block.

        A cell that is needed once is needed later too, when fewer are hidden.
        """
        self.block = self.problem.constraints.open_block(self.used)
        self.room = self.room * self.used
        more = np.flatnonzero(self.used & ~self.primary)
        more = more[np.lexsort((-self.problem.order[more], -self.problem.cost[more]))]
        turn = pd.Series(self.block[more]).groupby(self.block[more]).cumcount().to_numpy()
        for now in range(turn.max(initial=-1) + 1):
            if self.work > 0:
                self._try(more[turn == now])
        return self.used.copy()

    def _run(self, rounds: float = np.inf) -> None:
        """Look for witnesses of several cells of every block at once, of fewer where that fails."""
        together = np.full(self.block.max(initial=-1) + 1, TOGETHER)
        while self.work > 0 and rounds > 0 and (waiting := self.narrow & ~self.given_up).any():
            rounds -= 1
            targets = self._apart(waiting, together)
            self._widen(targets)
            number = self.block[targets]
            tried = np.bincount(number, minlength=len(together))
            failed = np.bincount(number[self.narrow[targets]], minlength=len(together))
            self.given_up[targets[self.narrow[targets] & (tried[number] == 1)]] = True
            together[tried > 0] = np.minimum(2 * tried, TOGETHER)[tried > 0]
            together[2 * failed > tried] = np.maximum(tried // 2, 1)[2 * failed > tried]

    def _apart(self, waiting: np.ndarray, together: np.ndarray) -> np.ndarray:
        """Choose cells at random, no two in one constraint, and not too many of a block."""
        constraints = self.problem.constraints
        rank = np.full(len(waiting), np.inf)
        cells = np.flatnonzero(waiting)
        rank[cells] = self.draw.permutation(len(cells))
        first = np.full(constraints.n_constraints, np.inf)
        np.minimum.at(first, constraints.constraint, rank[constraints.cell])
        later = rank[constraints.cell] > first[constraints.constraint]
        cells = np.setdiff1d(cells, constraints.cell[later])
        cells = cells[np.lexsort((rank[cells], self.block[cells]))]
        number = self.block[cells]
        place = np.arange(len(cells)) - np.searchsorted(number, number)
        return cells[place < together[number]]

    def _widen(self, targets: np.ndarray) -> None:
        """Find tables in which these cells are larger, and smaller, at the least cost."""
        problem = self.problem
        for row in (0, 1):
            targets = targets[self.narrow[targets]]
            if not len(targets):
                return
            most, cost = self.room.copy(), np.tile(np.where(self.used, 1e-3, self.dear), (2, 1))
            enough = (
                np.fmax(self.width + self.low, self.rise) if row == 0 else self.width - self.high
            )
            most[row, targets] = np.clip(enough, 0, most[row])[targets]
            most[1 - row, targets] = 0
            cost[row, targets] = -REWARD
            cells = np.flatnonzero(np.isin(self.block, self.block[targets]) & most.any(axis=0))
            self.work -= len(cells)
            change = np.zeros(len(self.used))
            found = cheapest_change(problem.constraints, cells, (0 * most, most), cost)
            if found is not None:
                change[cells] = found
                self._take(change)

    def _take(self, change: np.ndarray) -> None:
        """Take down those parts of a change, and of its reverse, that are tables by themselves."""
        part = self.problem.constraints.open_block(change != 0)
        whole = np.round(change) if self.problem.whole else change
        broken = np.unique(part[np.abs(whole - change) > TOLERANCE])
        whole[np.isin(part, broken)] = 0
        outside = np.unique(part[(whole > self.room[1]) | (-whole > self.room[0])])
        reverse = np.where(np.isin(part, outside), 0, -whole)
        self.used |= whole != 0
        self.uses += whole != 0
        for witness in (whole, reverse):
            self.low, self.high = np.minimum(self.low, witness), np.maximum(self.high, witness)
            self.witnesses.append((witness, part))

    def _try(self, tried: np.ndarray) -> None:
        """Print these cells, one of each block, where that exposes none of the block."""
        self.work -= len(self.used)
        self.used[tried] = False
        reached = np.isin(self.block, self.block[tried])
        _, exposed = self.problem.suppressing(self.used).attack(exact=False, proven=~reached)
        needed = tried[np.isin(self.block[tried], self.block[exposed])]
        self.used[needed] = True
        tried = np.setdiff1d(tried, needed)
        if not len(tried):
            return
        before = self.room, self.low, self.high
        self.room = self.room.copy()
        self.room[:, tried] = 0
        self.low, self.high = self._without(tried)
        settled = self.given_up.copy()
        self._run(ROUNDS)
        reached = np.isin(self.block, self.block[tried])
        exposed = self._attack(~reached | ~self.narrow | settled) if self.work > 0 else reached
        needed = tried[np.isin(self.block[tried], self.block[exposed])]
        self.used[needed] = True
        again = np.isin(self.block, self.block[needed])
        self.given_up = settled | (self.given_up & ~again)
        self.room, low, high = before
        self.low = np.where(again, np.minimum(low, self.low), self.low)
        self.high = np.where(again, np.maximum(high, self.high), self.high)
        self._print(np.setdiff1d(tried, needed))

    def _attack(self, proven: np.ndarray) -> np.ndarray:
        """Find what is exposed; the others that are narrow are none of the rule's, and given up."""
        attacked = self.used & ~proven
        self.work -= 2 * int(attacked.sum() * np.isin(self.block, self.block[attacked]).sum())
        found, exposed = self.problem.suppressing(self.used).attack(proven=proven)
        narrow = found.width < self.problem.protection_width
        self.given_up = attacked & narrow & ~exposed & (self.problem.reach == -np.inf)
        return exposed

    def _without(self, printed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find what those parts of the witnesses show that change none of some cells."""
        low, high = np.zeros((2, len(self.used)))
        for change, part in self.witnesses:
            kept = np.ones(part.max() + 2, dtype=bool)
            kept[part[printed]] = False
            alive = change * kept[part]
            low, high = np.minimum(low, alive), np.maximum(high, alive)
        return low, high

    def _print(self, cells: np.ndarray) -> None:
        """Drop what the witnesses say of tables in which these cells would differ."""
        self.room[:, cells] = 0
        for at, (change, part) in enumerate(self.witnesses):
            kept = np.ones(part.max() + 2, dtype=bool)
            kept[part[cells]] = False
            self.witnesses[at] = (change * kept[part], part)
