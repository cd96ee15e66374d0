"""Which more counts to hide, so that subtraction finds no hidden one.

First a quick choice: where the attacker comes too close, hide what costs least, and attack again.
Then, where the table is small, a mixed-integer programme finds the fewest; where it is larger,
cells are tried for whether they were needed after all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, identity, kron
from scipy.sparse import hstack as side_by_side
from scipy.sparse.csgraph import connected_components

from geo.disclosure.attack import Ranges, loops, narrowed, ranges, slack
from geo.disclosure.sums import Sums
from geo.errors import TableError

SMALL = 1_500
NODES = 200
TRIED_CELLS = 400_000


@dataclass(frozen=True)
class Secrets:
    """A table with some cells hidden, and what the attacker knows of each cell by itself.

    Parameters
    ----------
    sums : Sums
        Which cells add up to which.
    printed : Ranges
        What a cell tells when it is printed.
    kept : Ranges
        What is known of a cell when it is hidden: the rule, and its denominator.
    hidden, free : ndarray of bool, shape (cells,)
        Cells that are hidden, and printed cells that may be hidden too.
    enough : ndarray, shape (cells,)
        How wide the range of a cell has to stay when it is hidden; 0 where it does not matter.
    small : tuple of int
        Least and greatest count that the rule hides; a cell that cannot be one is no secret.
    count : ndarray, shape (cells,)
        The counts themselves; NaN where they are not known.
    price : ndarray, shape (cells,)
        What it costs to hide a cell.
    """

    sums: Sums
    printed: Ranges
    kept: Ranges
    hidden: np.ndarray
    free: np.ndarray
    enough: np.ndarray
    small: tuple[int, int]
    count: np.ndarray
    price: np.ndarray

    def attack(
        self, *, exact: bool = True, proven: np.ndarray | None = None
    ) -> tuple[Ranges, np.ndarray]:
        """Ranges of all cells, and which hidden cells they expose.

        Cells ``proven`` safe with fewer cells hidden are safe and are not attacked again.
        """
        least = np.where(self.hidden, self.kept.least, self.printed.least)
        greatest = np.where(self.hidden, self.kept.greatest, self.printed.greatest)
        attacked = self.hidden if proven is None else self.hidden & ~proven
        enough = np.where(attacked, self.enough, 0)
        if exact:
            found = ranges(self.sums, least, greatest, enough)
        else:
            found = narrowed(self.sums, least, greatest)
        low, high = self.small
        return found, (found.width < enough) & (found.least <= high) & (found.greatest >= low)

    def hiding(self, hidden: np.ndarray) -> "Secrets":
        """Hide these cells and no others."""
        return replace(self, hidden=hidden)

    def within(self, cells: np.ndarray) -> "Secrets":
        """Cut down to cells that share no sum with the others."""

        def cut(known: Ranges) -> Ranges:
            return Ranges(known.least[cells], known.greatest[cells])

        return Secrets(
            sums=self.sums.within(cells),
            printed=cut(self.printed),
            kept=cut(self.kept),
            hidden=self.hidden[cells],
            free=self.free[cells],
            enough=self.enough[cells],
            small=self.small,
            count=self.count[cells],
            price=self.price[cells],
        )


def protected(secrets: Secrets) -> np.ndarray:
    """Choose the cells to hide: those hidden already and as few more as will do.

    Parameters
    ----------
    secrets : Secrets
        The table with its small counts hidden.

    Returns
    -------
    ndarray of bool, shape (cells,)
        Cells to hide; the attacker finds none of them.

    Raises
    ------
    TableError
        If nothing is left to hide and the attacker still finds one.

    References
    ----------
    Castro J (2012). Recent advances in optimization techniques for statistical tabular data
    protection. European Journal of Operational Research 216: 257–269: the cell suppression
    problem, its heuristics and the mixed-integer programme. Fischetti M, Salazar JJ (2001), see
    :func:`geo.statistics.attack.ranges`: protection by the width of the range.
    """
    hidden = _quickly(secrets)
    left = []
    for cells in _tables(secrets, hidden & ~secrets.hidden):
        more = secrets.price[cells][(hidden & ~secrets.hidden)[cells]].sum()
        if (best := _fewest(secrets.within(cells), more)) is not None:
            hidden[cells] = best
        else:
            left.append(cells)
    return _pruned(secrets, hidden, left)


def _tables(secrets: Secrets, more: np.ndarray) -> Iterator[np.ndarray]:
    """Cells that sums tie together, where two or more were hidden for others' sake."""
    sums = secrets.sums
    size = sums.cells + sums.sums
    edges = coo_array((np.ones(len(sums.sum)), (sums.sum + sums.cells, sums.cell)), (size, size))
    _, block = connected_components(edges, directed=False)
    block = block[: sums.cells]
    order = np.argsort(block, kind="stable")
    starts = np.searchsorted(block[order], np.arange(block.max(initial=-1) + 2))
    for number in np.flatnonzero(np.bincount(block[more], minlength=len(starts)) > 1):
        yield order[starts[number] : starts[number + 1]]


def _quickly(secrets: Secrets) -> np.ndarray:
    """Hide more cells where the attacker comes too close, and attack again, until none is found.

    In a tree of sums, the cheapest cell of every sum that gives one away; where sums close loops,
    the cells on the way of the least change, because there a choice in one sum costs in another.
    """
    secrets = secrets.hiding(secrets.hidden.copy())
    proven = np.zeros(len(secrets.hidden), dtype=bool)
    tangled = bool((loops(secrets.sums, np.ones(secrets.sums.cells, dtype=bool)) >= 0).any())
    while True:
        found, exposed = secrets.attack(exact=False)
        if not exposed.any():
            found, exposed = secrets.attack(proven=proven)
            proven = secrets.hidden & ~exposed
        if not exposed.any():
            return secrets.hidden
        picks = _on_the_way(secrets, exposed) if tangled else _nothing()
        if not len(picks):
            picks = _cheapest(secrets, found, exposed)
        if not len(picks):
            raise TableError(
                f"{exposed.sum()} hidden counts can be worked out whatever else is hidden; publish "
                "a coarser table, with larger areas or fewer categories."
            )
        secrets.hidden[picks] = True


def _on_the_way(secrets: Secrets, exposed: np.ndarray) -> np.ndarray:
    """Cells to hide so that some exposed cells, none with a sum in common, could be larger.

    The least change of the table in which they are larger by the width asked for, where changes
    of printed cells count: those that change are to be hidden (Kelly, Golden and Assad 1992).
    """
    sums = secrets.sums
    targets = _apart(sums, exposed & ~np.isnan(secrets.count))
    known = ~np.isnan(secrets.count)
    count = np.where(known, secrets.count, 0)
    may = (secrets.hidden | secrets.free) & known
    up = np.where(may, np.maximum(secrets.kept.greatest - count, 0), 0)
    down = np.where(may, np.maximum(count - secrets.kept.least, 0), 0)
    up, down = np.where(known, up, secrets.kept.greatest), np.where(known, down, 0)
    low = np.zeros(len(up))
    low[targets] = secrets.enough[targets]
    down[targets] = 0
    if not len(targets) or (low > up).any():
        return _nothing()
    matrix = csr_array((sums.sign, (sums.sum, sums.cell)), shape=(sums.sums, sums.cells))
    cost = np.where(secrets.hidden, 1e-3, secrets.price + 0.1 * count / max(count.max(), 1))
    answer = linprog(
        np.r_[cost, cost],
        A_eq=side_by_side([matrix, -matrix], format="csr"),
        b_eq=-sums.totals(count),
        bounds=np.column_stack([np.r_[low, np.zeros(len(low))], np.r_[up, down]]),
        method="highs",
    )
    if answer.x is None:
        return _nothing()
    moved = np.add(*np.split(answer.x, 2)) > 1e-6
    return np.flatnonzero(moved & secrets.free & ~secrets.hidden)


def _nothing() -> np.ndarray:
    return np.array([], dtype=int)


def _apart(sums: Sums, cells: np.ndarray) -> np.ndarray:
    """Choose some of the cells, no two of them in one sum."""
    mine = cells[sums.cell]
    members: dict[int, list[int]] = {}
    for cell, at in zip(sums.cell[mine].tolist(), sums.sum[mine].tolist(), strict=True):
        members.setdefault(cell, []).append(at)
    taken: set[int] = set()
    chosen = []
    for cell, ties in members.items():
        if taken.isdisjoint(ties):
            taken.update(ties)
            chosen.append(cell)
    return np.array(chosen, dtype=int)


def _cheapest(secrets: Secrets, found: Ranges, exposed: np.ndarray) -> np.ndarray:
    """Cells to hide next: for each leaking sum one, no two of them in one sum."""
    sums = secrets.sums
    free = secrets.free & ~secrets.hidden
    leaks = _leaks(sums, found, exposed, secrets)
    untouched = np.bincount(sums.sum, (found.width > 0)[sums.cell], sums.sums) == 0
    weight = untouched.astype(float) - leaks
    price = secrets.price + np.bincount(sums.cell, weight[sums.sum], sums.cells)
    entries = np.flatnonzero(leaks[sums.sum] & free[sums.cell])
    amount = secrets.printed.least[sums.cell[entries]]
    entries = entries[np.lexsort((amount, price[sums.cell[entries]]))]
    entries = entries[price[sums.cell[entries]] == price[sums.cell[entries[:1]]]]
    chosen = np.zeros(sums.cells, dtype=bool)
    chosen[sums.cell[entries[np.unique(sums.sum[entries], return_index=True)[1]]]] = True
    return _apart(sums, chosen)


def _leaks(sums: Sums, found: Ranges, exposed: np.ndarray, secrets: Secrets) -> np.ndarray:
    """Find the sums to hide one more cell of: those that give an exposed cell away alone.

    Where none does, the one that leaves an exposed cell least room; where those have no cell
    left to hide, the sums next to them, and so on.
    """
    free = secrets.free & ~secrets.hidden
    able = np.bincount(sums.sum, free[sums.cell], sums.sums) > 0
    entries = np.flatnonzero(exposed[sums.cell] & able[sums.sum])
    room = slack(sums, found)[entries]
    leaks = np.zeros(sums.sums, dtype=bool)
    leaks[sums.sum[entries[room < secrets.enough[sums.cell[entries]]]]] = True
    if not leaks.any():
        entries = entries[np.argsort(room, kind="stable")]
        leaks[sums.sum[entries[np.unique(sums.cell[entries], return_index=True)[1]]]] = True
    reach = exposed
    while not leaks.any():
        near = np.bincount(sums.sum, reach[sums.cell], sums.sums) > 0
        leaks = near & able
        further = np.bincount(sums.cell, near[sums.sum], sums.cells) > 0
        if not leaks.any() and (further == reach).all():
            break
        reach = further
    return leaks


def _pruned(secrets: Secrets, hidden: np.ndarray, tables: list[np.ndarray]) -> np.ndarray:
    """Print again what was hidden without need: in each round one cell of every table is tried.

    A cell that is needed once is needed later too, when fewer are hidden. In large tables only
    the cells that lose most are tried, so that the time is bounded.
    """
    queues = []
    number = np.full(len(hidden), -1)
    for at, cells in enumerate(tables):
        more = cells[(hidden & ~secrets.hidden)[cells]]
        dear = np.lexsort((-secrets.printed.least[more], -secrets.price[more]))
        queues.append(more[dear].tolist())
        number[cells] = at
    rounds = TRIED_CELLS // max(1, sum(map(len, tables)))
    for _ in range(min(rounds, max(map(len, queues), default=0))):
        tried = {at: queue.pop(0) for at, queue in enumerate(queues) if queue}
        for exact in (False, True):
            trial = hidden.copy()
            trial[list(tried.values())] = False
            busy = np.isin(number, list(tried))
            _, exposed = secrets.hiding(trial).attack(exact=exact, proven=~busy)
            needed = set(number[exposed])
            tried = {at: cell for at, cell in tried.items() if at not in needed}
            if not tried:
                break
        hidden[list(tried.values())] = False
    return hidden


def _fewest(secrets: Secrets, most: float) -> np.ndarray | None:
    """Fewest cells to hide, by mixed-integer programme; None where that is too large.

    The programme keeps two tables for each secret, alike where cells are printed, in which it
    differs by the width asked for.
    """
    truth = secrets.printed.least
    watched = secrets.hidden & (secrets.enough > 0)
    known = (secrets.printed.width == 0) & (truth >= 0)
    if not known.all() or most < 2 or 2 * watched.sum() * secrets.sums.cells > SMALL:
        return None
    for _ in range(4):
        hidden = _programme(secrets, watched)
        if hidden is None or secrets.price[hidden & ~secrets.hidden].sum() > most:
            return None
        exposed = secrets.hiding(hidden).attack()[1]
        if not exposed.any():
            return hidden
        watched = watched | exposed
        if 2 * watched.sum() * secrets.sums.cells > SMALL:
            return None
    return None


def _programme(secrets: Secrets, watched: np.ndarray) -> np.ndarray | None:
    """One mixed-integer programme: y says which cells are hidden, then two moves a secret."""
    sums, n = secrets.sums, secrets.sums.cells
    truth = secrets.printed.least
    matrix = csr_array((sums.sign, (sums.sum, sums.cell)), shape=(sums.sums, n))
    reach = 2 * secrets.enough.max()
    up = np.clip(secrets.kept.greatest - truth, 0, reach)
    down = np.clip(truth - secrets.kept.least, 0, reach)
    targets = np.flatnonzero(watched)
    moves = 2 * len(targets)
    eye = identity(n, format="csr")

    def rows(on_y: csr_array, on_moves: csr_array) -> csr_array:
        return side_by_side([on_y, on_moves], format="csr")

    each = identity(moves, format="csr")
    repeat = np.ones((moves, 1))
    nothing = csr_array((moves * sums.sums, n))
    blocks = [
        LinearConstraint(rows(nothing, kron(each, matrix)), 0, 0),
        LinearConstraint(
            rows(kron(csr_array(repeat), eye.multiply(-up).tocsr()), kron(each, eye)),
            -np.inf,
            0,
        ),
        LinearConstraint(
            rows(kron(csr_array(repeat), eye.multiply(down).tocsr()), kron(each, eye)),
            0,
            np.inf,
        ),
    ]
    enough = secrets.enough[targets]
    at = np.arange(len(targets))
    apart = coo_array(
        (
            np.r_[np.ones(len(at)), -np.ones(len(at)), -enough],
            (
                np.r_[at, at, at],
                np.r_[n + 2 * at * n + targets, n + (2 * at + 1) * n + targets, targets],
            ),
        ),
        shape=(len(at), n + moves * n),
    )
    blocks.append(LinearConstraint(apart.tocsr(), 0, np.inf))
    lower = np.r_[secrets.hidden.astype(float), np.full(moves * n, -reach)]
    upper = np.r_[(secrets.hidden | secrets.free).astype(float), np.full(moves * n, reach)]
    # Of choices with as few cells the one with the least in them; all ties together weigh half.
    tie = truth / max(truth.max(), 1) / (2 * n)
    cost = np.r_[secrets.price + tie, np.zeros(moves * n)]
    answer = milp(
        cost,
        constraints=blocks,
        bounds=Box(lower, upper),
        integrality=np.r_[np.ones(n), np.zeros(moves * n)],
        options={"node_limit": NODES},
    )
    return None if answer.x is None else answer.x[:n] > 0.5
