"""Feasibility intervals: what can be worked out about hidden counts from those that are printed.

The attacker has every additivity constraint of the table and a least and greatest value for each
cell: the printed value twice where it is printed, wide apart where it is hidden. First each
constraint tightens its cells by what the others leave (which is exact where no two paths of
constraints join the same two cells, as in a tree of areas); what that leaves open, linear
and integer programming settle.
"""

from dataclasses import dataclass

import numpy as np

from geo.disclosure.constraints import UNBOUNDED, AdditivityConstraints
from geo.disclosure.linear_programme import (
    LinearProgramme,
    in_whole_numbers,
    side_by_side,
)
from geo.errors import TableError

PASSES = 60
REACH = 2.0**20
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Intervals:
    """Least and greatest possible value of each cell.

    Exact where they lie closer than was asked for; elsewhere at least that far apart.
    """

    least: np.ndarray
    greatest: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """Greatest less least."""
        return self.greatest - self.least

    def of(self, cells: np.ndarray) -> "Intervals":
        """Intervals of some cells."""
        return Intervals(self.least[cells], self.greatest[cells])


def feasibility_intervals(
    constraints: AdditivityConstraints,
    least: np.ndarray,
    greatest: np.ndarray,
    protection_width: np.ndarray,
    reach: np.ndarray | None = None,
    *,
    whole: bool = True,
) -> Intervals:
    """Least and greatest number that each cell can hold.

    Parameters
    ----------
    constraints : AdditivityConstraints
        Which cells add up to which.
    least, greatest : ndarray, shape (cells,)
        What is known of each cell by itself.
    protection_width : ndarray, shape (cells,)
        Width from which on a cell is safe and its exact interval does not matter; 0 for cells
        that need none.
    reach : ndarray, shape (cells,), optional
        Number that the greatest has to reach for the same; minus infinity for cells that need
        reach none.
    whole : bool
        Whether cells hold whole numbers, as what is known of them then does too.

    Returns
    -------
    Intervals
        Numbers that cells which fit what is printed do take.

    Raises
    ------
    TableError
        If no counts fit what is printed.

    References
    ----------
    Fischetti M, Salazar JJ (2001). Solving the cell suppression problem on tabular data with
    linear constraints. Management Science 47: 1008–1027: the attacker's two problems.

    Examples
    --------
    >>> total = AdditivityConstraints(np.zeros(3, int), np.arange(3), np.array([1, 1, -1]), 1, 3)
    >>> known = np.array([1, 1, 6]), np.array([9, 9, 6])
    >>> found = feasibility_intervals(total, *known, protection_width=np.array([9, 9, 0]))
    >>> found.least.tolist(), found.greatest.tolist()
    ([1.0, 1.0, 6.0], [5.0, 5.0, 6.0])
    """
    found = tightened(constraints, least, greatest)
    reach = np.full(len(least), -np.inf) if reach is None else reach
    needed = (protection_width > 0) | (reach > -np.inf)
    asked = needed & (found.width >= protection_width) & (found.greatest >= reach)
    block = constraints.cyclic_blocks(found.width > 0)
    asked &= block >= 0
    if not asked.any():
        return found
    cells = np.flatnonzero(np.isin(block, np.unique(block[asked])))
    goal = np.where(asked, protection_width, 0)[cells], np.where(asked, reach, -np.inf)[cells]
    inner = _linear_programmes(constraints, found, cells, block[cells], goal, whole=whole)
    low, high = found.least.copy(), found.greatest.copy()
    low[cells], high[cells] = inner.least, inner.greatest
    return Intervals(np.where(asked, low, found.least), np.where(asked, high, found.greatest))


def tightened(
    constraints: AdditivityConstraints, least: np.ndarray, greatest: np.ndarray
) -> Intervals:
    """Tighten each cell by what the other cells of each constraint leave, until none gives."""
    low, high = least.astype(float), greatest.astype(float)
    constraints = _without_settled(constraints, low, high)
    for _ in range(PASSES):
        at_least, at_most = _left_by_others(constraints, low, high)
        before = low.copy(), high.copy()
        np.maximum.at(low, constraints.cell, at_least)
        np.minimum.at(high, constraints.cell, at_most)
        if (low > high).any():
            raise TableError(
                f"The published counts contradict each other in {int((low > high).sum())} cells; "
                "check that totals are the sums of their parts."
            )
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return Intervals(low, high)


def _left_by_others(
    constraints: AdditivityConstraints, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Tell what the other cells of a constraint leave for each entry: least and greatest."""
    part, number = constraints.sign > 0, constraints.constraint
    a = np.where(part, low[constraints.cell], -high[constraints.cell])
    b = np.where(part, high[constraints.cell], -low[constraints.cell])
    at_least = b - np.bincount(number, b, constraints.n_constraints)[number]
    at_most = a - np.bincount(number, a, constraints.n_constraints)[number]
    return np.where(part, at_least, -at_most), np.where(part, at_most, -at_least)


def width_left(constraints: AdditivityConstraints, found: Intervals) -> np.ndarray:
    """How wide an interval the other cells of a constraint leave, for each entry."""
    width = found.width
    return constraints.per_constraint(width)[constraints.constraint] - width[constraints.cell]


def _without_settled(
    constraints: AdditivityConstraints, low: np.ndarray, high: np.ndarray
) -> AdditivityConstraints:
    """Leave out the constraints whose cells are all known, once they are seen to add up."""
    open_ = constraints.per_constraint(low < high) > 0
    off = (np.abs(constraints.residuals(low)) > TOLERANCE) & ~open_
    if off.any():
        raise TableError(
            f"{off.sum()} published totals are not the sums of their parts; correct them or the "
            "parts."
        )
    return constraints.only(open_)


@dataclass(frozen=True)
class _AlikeCells:
    """Cells that stand in the same constraints, so that only their sum matters to the others."""

    group: np.ndarray
    first: np.ndarray
    own: Intervals
    sums: Intervals

    @classmethod
    def among(
        cls, constraints: AdditivityConstraints, known: Intervals, cells: np.ndarray
    ) -> "_AlikeCells":
        group = constraints.within(cells).alike
        far = known.least + np.where(known.width < UNBOUNDED / 2, np.inf, REACH)
        own = Intervals(known.least, np.minimum(known.greatest, far)).of(cells)
        sums = Intervals(np.bincount(group, own.least), np.bincount(group, own.greatest))
        return cls(group, np.unique(group, return_index=True)[1], own, sums)

    def spread(self, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest number in each cell where its group makes a total."""
        given = total[self.group]
        others_least = self.sums.least[self.group] - self.own.least
        others_greatest = self.sums.greatest[self.group] - self.own.greatest
        least = np.maximum(self.own.least, given - others_greatest)
        return least, np.minimum(self.own.greatest, given - others_least)


def _linear_programmes(
    constraints: AdditivityConstraints,
    known: Intervals,
    cells: np.ndarray,
    block: np.ndarray,
    goal: tuple[np.ndarray, np.ndarray],
    *,
    whole: bool,
) -> Intervals:
    """Solve the attacker's programmes, one group of alike cells of every block at a time.

    Blocks share no constraint, so that one programme serves a group of each. Every solution
    widens the interval that is proven for every cell at once, until that has the width and reach
    asked for.
    """
    protection_width, reach = goal
    alike = _AlikeCells.among(constraints, known, cells)
    number, block = len(alike.first), block[alike.first]
    low, high = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    done = (protection_width == 0) & (reach == -np.inf)
    draw = np.random.default_rng(0)
    fruitful = True
    live = np.arange(0)
    while not done.all():
        waiting = np.bincount(alike.group[~done], minlength=number) > 0
        busy = np.isin(block, block[waiting])
        if 1.25 * busy.sum() < len(live) or not len(live):
            live = np.flatnonzero(busy)
            sums, columns = alike.sums.of(live), cells[alike.first[live]]
            tables = _Tables(constraints, known, columns, sums, whole=whole)
        before = int(done.sum())
        aim = np.where(waiting, draw.choice([-1.0, 1.0], number), 0)
        if not fruitful:
            one = np.flatnonzero(waiting)
            one = one[np.unique(block[one], return_index=True)[1]]
            aim = np.zeros(number)
            aim[one] = 1
        for found in filter(len, tables.at_both_ends(aim[live])):
            total = np.full(number, np.nan)
            total[live] = found
            least, greatest = alike.spread(total)
            low, high = np.fmin(low, least), np.fmax(high, greatest)
        if not fruitful:
            done |= np.isin(alike.group, one)
        done |= (high - low >= protection_width) & (high >= reach)
        fruitful = fruitful and done.sum() - before > len(np.unique(block[waiting]))
    nowhere = low > high  # no solution in time: taken to be exposed
    lowest = known.least[cells]
    return Intervals(np.where(nowhere, lowest, low), np.where(nowhere, lowest, high))


class _Tables:
    """Tables that fit what is printed, at the ends of what it leaves open; over sums of groups.

    Where cells hold whole numbers, the solution of the linear programme serves where it is of
    those, as it nearly always is; elsewhere that of the integer programme; none where that takes
    too long.

    Parameters
    ----------
    cells : ndarray of int
        A cell of each group.
    sums : Intervals
        What each group can make together.
    """

    def __init__(
        self,
        constraints: AdditivityConstraints,
        known: Intervals,
        cells: np.ndarray,
        sums: Intervals,
        *,
        whole: bool,
    ) -> None:
        fixed = np.where(known.width > 0, 0, known.least)
        right = -constraints.residuals(fixed)[constraints.touching(cells)]
        self.equations = constraints.within(cells).matrix, right, sums.least, sums.greatest
        self.whole = whole
        self.programmes = [LinearProgramme(*self.equations) for _ in range(2)]

    def at_both_ends(self, aim: np.ndarray) -> list[np.ndarray]:
        """Tables in which an aim is smallest, and greatest; empty where none is found in time."""
        return side_by_side(
            lambda task: self._found(*task), [*zip(self.programmes, (aim, -aim), strict=True)]
        )

    def _found(self, programme: LinearProgramme, aim: np.ndarray) -> np.ndarray:
        answer = programme.cheapest(aim)
        if answer is None:
            raise TableError(
                "The published counts contradict each other; check that totals are the sums of "
                "their parts."
            )
        if not self.whole:
            return answer
        found = np.round(answer)
        if np.abs(answer - found).max() < TOLERANCE and self._fits(found):
            return found
        rounded = in_whole_numbers(aim, *self.equations)
        # A solver that says "optimal" is not believed: a table that does not fit proves nothing.
        return rounded if rounded is not None and self._fits(rounded) else np.array([])

    def _fits(self, found: np.ndarray) -> bool:
        matrix, right, *_ = self.equations
        return bool((matrix @ found == np.round(right)).all())
