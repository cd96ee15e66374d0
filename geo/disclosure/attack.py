"""What can be worked out about hidden counts from those that are printed.

The attacker has every sum of the table and a least and greatest value for each cell: the printed
value twice where it is printed, wide apart where it is hidden. First each sum narrows its cells
by what the others leave (which is exact where no two paths of sums join the same two cells, as in
a tree of areas); what that leaves open, linear programming settles.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.disclosure.sums import Sums
from geo.errors import TableError

UNBOUNDED = 2.0**30
PASSES = 60
REACH = 2.0**20
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Ranges:
    """Least and greatest possible value of each cell.

    Exact where they lie closer than was asked for; elsewhere at least that far apart.
    """

    least: np.ndarray
    greatest: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """Greatest less least."""
        return self.greatest - self.least


def ranges(sums: Sums, least: np.ndarray, greatest: np.ndarray, enough: np.ndarray) -> Ranges:
    """Least and greatest whole number that each cell can hold.

    Parameters
    ----------
    sums : Sums
        Which cells add up to which.
    least, greatest : ndarray, shape (cells,)
        What is known of each cell by itself; whole numbers.
    enough : ndarray, shape (cells,)
        Width of range from which on a cell is safe and its exact range does not matter; 0 for
        cells that need no range.

    Returns
    -------
    Ranges
        Whole numbers. With three or more groupings that cut across each other the range of the
        whole-number problem can be narrower still; that is not searched for.

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
    >>> total = Sums(np.zeros(3, int), np.arange(3), np.array([1, 1, -1]), 1, 3)
    >>> found = ranges(total, np.array([1, 1, 6]), np.array([9, 9, 6]), np.array([9, 9, 0]))
    >>> found.least.tolist(), found.greatest.tolist()
    ([1.0, 1.0, 6.0], [5.0, 5.0, 6.0])
    """
    found = narrowed(sums, least, greatest)
    asked = (found.width >= enough) & (enough > 0)
    block = loops(sums, found.width > 0)
    asked &= block >= 0
    if not asked.any():
        return found
    cells = np.flatnonzero(np.isin(block, np.unique(block[asked])))
    inner = _programmed(sums, found, cells, block[cells], np.where(asked, enough, 0)[cells])
    low, high = found.least.copy(), found.greatest.copy()
    low[cells], high[cells] = inner.least, inner.greatest
    return Ranges(np.where(asked, low, found.least), np.where(asked, high, found.greatest))


def narrowed(sums: Sums, least: np.ndarray, greatest: np.ndarray) -> Ranges:
    """Narrow each cell by what the other cells of each of its sums leave, until none gives."""
    low, high = least.astype(float), greatest.astype(float)
    sums = _open(sums, low, high)
    for _ in range(PASSES):
        from_, to = _left(sums, low, high)
        before = low.copy(), high.copy()
        np.maximum.at(low, sums.cell, from_)
        np.minimum.at(high, sums.cell, to)
        if (low > high).any():
            raise TableError(
                f"The published counts contradict each other in {int((low > high).sum())} cells; "
                "check that totals are the sums of their parts."
            )
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return Ranges(low, high)


def _left(sums: Sums, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell what the other cells of a sum leave for each entry: least and greatest."""
    part = sums.sign > 0
    a = np.where(part, low[sums.cell], -high[sums.cell])
    b = np.where(part, high[sums.cell], -low[sums.cell])
    from_ = b - np.bincount(sums.sum, b, sums.sums)[sums.sum]
    to = a - np.bincount(sums.sum, a, sums.sums)[sums.sum]
    return np.where(part, from_, -to), np.where(part, to, -from_)


def slack(sums: Sums, found: Ranges) -> np.ndarray:
    """How wide a range the other cells of a sum leave, for each entry."""
    width = found.width
    return np.bincount(sums.sum, width[sums.cell], sums.sums)[sums.sum] - width[sums.cell]


def _open(sums: Sums, low: np.ndarray, high: np.ndarray) -> Sums:
    """Leave out the sums whose cells are all known, once they are seen to add up."""
    loose = np.bincount(sums.sum, (low < high)[sums.cell], sums.sums) > 0
    off = (np.abs(sums.totals(low)) > TOLERANCE) & ~loose
    if off.any():
        raise TableError(
            f"{off.sum()} published totals are not the sums of their parts; correct them."
        )
    keep = loose[sums.sum]
    return Sums(sums.sum[keep], sums.cell[keep], sums.sign[keep], sums.sums, sums.cells)


def loops(sums: Sums, open_: np.ndarray) -> np.ndarray:
    """Tell apart the blocks of open cells in which sums close a loop; -1 for other cells."""
    keep = open_[sums.cell]
    s, c = sums.sum[keep] + sums.cells, sums.cell[keep]
    size = sums.cells + sums.sums
    _, block = connected_components(coo_array((np.ones(len(s)), (s, c)), shape=(size, size)), False)
    nodes = np.bincount(block, minlength=size)
    edges = np.bincount(block[c], minlength=size)
    return np.where(edges > nodes - 1, np.arange(size), -1)[block][: sums.cells]


def _programmed(
    sums: Sums, known: Ranges, cells: np.ndarray, block: np.ndarray, enough: np.ndarray
) -> Ranges:
    """Solve the attacker's linear programmes, one cell of every block at a time.

    Blocks share no sum, so that one programme serves a cell of each. Every solution widens the
    range that is proven for every cell at once.
    """
    low, high = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    done = enough == 0
    draw = np.random.default_rng(0)
    fruitful = True
    live = np.arange(0)
    while not done.all():
        busy = np.isin(block, block[~done])
        if 2 * busy.sum() < len(live) or not len(live):
            live = np.flatnonzero(busy)
            solve = _model(sums, known, cells[live])
        before = int(done.sum())
        aim = np.where(done, 0, draw.choice([-1.0, 1.0], len(cells)))
        if not fruitful:
            waiting = np.flatnonzero(~done)
            one = waiting[np.unique(block[waiting], return_index=True)[1]]
            aim = np.zeros(len(cells))
            aim[one] = 1
        for at in (solve(aim[live]), solve(-aim[live])):
            low[live], high[live] = np.minimum(low[live], at), np.maximum(high[live], at)
        if not fruitful:
            done[one] = True
        done |= _whole(low, high) >= enough
        fruitful = fruitful and done.sum() - before > len(np.unique(block[~done]))
    return Ranges(np.ceil(low - TOLERANCE), np.floor(high + TOLERANCE))


def _whole(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE)


def _model(sums: Sums, known: Ranges, cells: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Set up the programme over some cells; what it returns solves it for an aim, smallest."""
    fixed = np.where(known.width > 0, 0, known.least)
    mine = sums.within(cells)
    whole = np.isin(sums.cell, cells)
    used = np.unique(sums.sum[whole])
    matrix = coo_array((mine.sign, (mine.sum, mine.cell)), shape=(mine.sums, mine.cells)).tocsr()
    far = known.least[cells] + np.where(known.width[cells] < UNBOUNDED / 2, np.inf, REACH)
    bounds = np.column_stack([known.least[cells], np.minimum(known.greatest[cells], far)])
    right = -sums.totals(fixed)[used]

    def solve(aim: np.ndarray) -> np.ndarray:
        answer = linprog(aim, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
        if answer.x is None:
            raise TableError(
                "The published counts contradict each other; check that totals are the sums of "
                "their parts."
            )
        return np.asarray(answer.x)

    return solve
