"""Additivity constraints: which cells add up to which total, as a sparse matrix."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

UNBOUNDED = 2.0**30
"""More than any count."""


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
        size = self.n_cells + self.n_constraints
        links = np.ones(len(self.cell)), (self.constraint + self.n_cells, self.cell)
        _, block = connected_components(coo_array(links, (size, size)), directed=False)
        return block[: self.n_cells]

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

    def within(self, cells: np.ndarray) -> "AdditivityConstraints":
        """Cut down to some cells, renumbered; constraints that stand with none of them go."""
        number = np.full(self.n_cells, -1)
        number[cells] = np.arange(len(cells))
        keep = number[self.cell] >= 0
        used, again = np.unique(self.constraint[keep], return_inverse=True)
        return AdditivityConstraints(
            again, number[self.cell[keep]], self.sign[keep], len(used), len(cells)
        )
