"""Additivity constraints: which cells add up to which total, as a sparse matrix."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

UNBOUNDED = 2.0**30
"""More than any count."""
_DEEPEST = 12


@dataclass(frozen=True)
class AdditivityConstraints:
    """Constraints that parts less their total make zero: entries +1 (part) and -1 (total).

    Parameters
    ----------
    constraint, cell, sign : ndarray, shape (entries,)
        Entry ``i`` says that cell ``cell[i]`` stands in ``constraint[i]`` with ``sign[i]``.
    n_constraints, n_cells : int
        How many there are.
    """

    constraint: np.ndarray
    cell: np.ndarray
    sign: np.ndarray
    n_constraints: int
    n_cells: int

    @classmethod
    def of(
        cls, totals: Iterable[tuple[np.ndarray, np.ndarray]], n_cells: int
    ) -> "AdditivityConstraints":
        """Constraints from pairs of cells: parts, and the total that each of them adds to."""
        nothing = np.array([], dtype=int)
        constraint, cell, sign = [nothing], [nothing], [np.array([])]
        count = 0
        for parts, total in totals:
            heads, number = np.unique(total, return_inverse=True)
            constraint += [number + count, np.arange(len(heads)) + count]
            cell += [parts, heads]
            sign += [np.ones(len(parts)), -np.ones(len(heads))]
            count += len(heads)
        return cls(
            np.concatenate(constraint), np.concatenate(cell), np.concatenate(sign), count, n_cells
        )

    @property
    def matrix(self) -> csr_array:
        """Matrix of a row a constraint and a column a cell."""
        shape = (self.n_constraints, self.n_cells)
        return csr_array((self.sign, (self.constraint, self.cell)), shape=shape)

    @property
    def total(self) -> np.ndarray:
        """Cell that is the total of each constraint."""
        total = np.zeros(self.n_constraints, dtype=int)
        total[self.constraint[self.sign < 0]] = self.cell[self.sign < 0]
        return total

    def per_constraint(self, amounts: np.ndarray) -> np.ndarray:
        """Sum an amount of each cell over the cells of every constraint, parts and total alike."""
        return np.bincount(self.constraint, amounts[self.cell], self.n_constraints)

    def per_cell(self, amounts: np.ndarray) -> np.ndarray:
        """Sum an amount of each constraint over the constraints of every cell."""
        return np.bincount(self.cell, amounts[self.constraint], self.n_cells)

    def residuals(self, amounts: np.ndarray) -> np.ndarray:
        """Parts less total of every constraint, for an amount in each cell."""
        return np.bincount(self.constraint, self.sign * amounts[self.cell], self.n_constraints)

    @property
    def block(self) -> np.ndarray:
        """Number of the block of cells that each lies in, which chains of constraints link."""
        return self._components(np.ones(self.n_cells, dtype=bool))[: self.n_cells]

    def _components(self, open_: np.ndarray) -> np.ndarray:
        """Tell apart the components, of cells and then constraints, that open cells alone link."""
        size, keep = self.n_cells + self.n_constraints, open_[self.cell]
        places = self.constraint[keep] + self.n_cells, self.cell[keep]
        links = coo_array((np.ones(keep.sum()), places), (size, size))
        return connected_components(links, directed=False)[1]

    def cyclic_blocks(self, open_: np.ndarray) -> np.ndarray:
        """Tell apart the blocks of open cells whose constraints close a cycle; -1 elsewhere."""
        block = self._components(open_)
        nodes = np.bincount(block)
        edges = np.bincount(block[self.cell[open_[self.cell]]], minlength=len(nodes))
        return np.where(edges > nodes - 1, np.arange(len(nodes)), -1)[block][: self.n_cells]

    def open_block(self, open_: np.ndarray) -> np.ndarray:
        """Tell apart the blocks of open cells that constraints link; -1 for the others."""
        number = np.unique(self._components(open_)[: self.n_cells][open_], return_inverse=True)[1]
        block = np.full(self.n_cells, -1)
        block[open_] = number
        return block

    def open_blocks(self, open_: np.ndarray, of: np.ndarray) -> Iterator[np.ndarray]:
        """Cells of every block of open cells that one of some cells (their numbers) lies in."""
        block = self.open_block(open_)
        order = np.argsort(block, kind="stable")
        wanted = np.unique(block[of])
        wanted = wanted[wanted >= 0]
        starts = np.searchsorted(block[order], wanted)
        ends = np.searchsorted(block[order], wanted, side="right")
        for start, end in zip(starts, ends, strict=True):
            yield order[start:end]

    def touching(self, cells: np.ndarray) -> np.ndarray:
        """Numbers of the constraints in which any of some cells stands."""
        mine = np.zeros(self.n_cells, dtype=bool)
        mine[cells] = True
        return np.unique(self.constraint[mine[self.cell]])

    @property
    def alike(self) -> np.ndarray:
        """Number the cells so that those have one number that stand in the same constraints."""
        order = np.lexsort((self.constraint, self.cell))
        cell, entry = self.cell[order], ((self.constraint + 1) * self.sign)[order]
        degree = np.bincount(cell, minlength=self.n_cells)
        place = np.arange(len(cell)) - (np.cumsum(degree) - degree)[cell]
        entries = np.zeros((self.n_cells, int(degree.max(initial=0))))
        entries[cell, place] = entry
        return np.unique(entries, axis=0, return_inverse=True)[1].reshape(-1)

    @property
    def depth(self) -> np.ndarray:
        """How many totals stand one over the other in each cell: 0 for what is no total."""
        depth = np.zeros(self.n_cells, dtype=int)
        part, total = self.sign > 0, self.total
        for _ in range(_DEEPEST):
            below = np.zeros(self.n_constraints, dtype=int)
            np.maximum.at(below, self.constraint[part], depth[self.cell[part]] + 1)
            before = depth.copy()
            np.maximum.at(depth, total, below)
            if (depth == before).all():
                break
        return depth

    def only(self, constraints: np.ndarray) -> "AdditivityConstraints":
        """Keep some constraints (a mask), with their numbers; the others have no entries."""
        keep = constraints[self.constraint]
        return AdditivityConstraints(
            self.constraint[keep],
            self.cell[keep],
            self.sign[keep],
            self.n_constraints,
            self.n_cells,
        )

    def of_at_most(self, most: int) -> "AdditivityConstraints":
        """Keep the constraints in which no more cells than that stand."""
        return self.only(np.bincount(self.constraint, minlength=self.n_constraints) <= most)

    def within(self, cells: np.ndarray) -> "AdditivityConstraints":
        """Cut down to some cells, renumbered; constraints that stand with none of them go."""
        number = np.full(self.n_cells, -1)
        number[cells] = np.arange(len(cells))
        keep = number[self.cell] >= 0
        used, again = np.unique(self.constraint[keep], return_inverse=True)
        return AdditivityConstraints(
            again, number[self.cell[keep]], self.sign[keep], len(used), len(cells)
        )
