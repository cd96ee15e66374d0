"""The cell suppression problem: what is hidden, what may be, how wide its interval has to stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.disclosure.attack import Intervals, feasibility_intervals, tightened
from geo.disclosure.constraints import UNBOUNDED, AdditivityConstraints
from geo.disclosure.linked_tables import LinkedTables
from geo.disclosure.rules import Rule
from geo.disclosure.table import KnownCounts, near_all, too_small

KEEP_COST = 10.0


@dataclass(frozen=True)
class SuppressionProblem:
    """A table with some cells hidden, and what the attacker knows of each cell by itself.

    Parameters
    ----------
    constraints : AdditivityConstraints
        Which cells add up to which.
    published : Intervals
        What a cell tells when it is printed.
    prior : Intervals
        What is known of a cell beforehand when it is hidden: the rule, and its denominator.
    hidden, candidate : ndarray of bool, shape (cells,)
        Cells that are hidden, and printed cells that secondary suppression may hide.
    protection_width : ndarray, shape (cells,)
        How wide the feasibility interval of a cell has to stay when it is hidden (its sliding
        protection level); 0 where it does not matter.
    sensitive : Intervals
        Least and greatest count of each cell that the rule hides; a cell that cannot be one needs
        no protection.
    near_all : ndarray, shape (cells,)
        Least count of each cell that lies so near to its denominator that the rule hides it;
        infinite where there is none.
    count : ndarray, shape (cells,)
        The counts themselves; NaN where they are not known.
    cost : ndarray, shape (cells,)
        What it costs to hide a cell.
    order : ndarray, shape (cells,)
        From 0 to 1: of cells that cost the same, the lowest is hidden first.
    reach : ndarray, shape (cells,)
        Number that the greatest feasible one of a hidden cell has to reach: its total and the
        upper protection level; minus infinity where no dominance rule hides it.
    whole : bool
        Whether the cells are counts, of whole numbers.
    """

    constraints: AdditivityConstraints
    published: Intervals
    prior: Intervals
    hidden: np.ndarray
    candidate: np.ndarray
    protection_width: np.ndarray
    sensitive: Intervals
    near_all: np.ndarray
    count: np.ndarray
    cost: np.ndarray
    order: np.ndarray
    reach: np.ndarray
    whole: bool = True

    @property
    def rise(self) -> np.ndarray:
        """How much larger than it is each hidden cell has to be possible, at least."""
        return np.fmax(self.protection_width, self.reach - self.count)

    def attack(
        self, *, exact: bool = True, proven: np.ndarray | None = None
    ) -> tuple[Intervals, np.ndarray]:
        """Feasibility intervals of all cells, and which hidden cells they expose.

        Cells ``proven`` safe with fewer cells hidden are safe and are not attacked again.
        """
        least = np.where(self.hidden, self.prior.least, self.published.least)
        greatest = np.where(self.hidden, self.prior.greatest, self.published.greatest)
        attacked = self.hidden if proven is None else self.hidden & ~proven
        width = np.where(attacked, self.protection_width, 0)
        reach = np.where(attacked, self.reach, -np.inf)
        if exact:
            found = feasibility_intervals(
                self.constraints, least, greatest, width, reach, whole=self.whole
            )
        else:
            found = tightened(self.constraints, least, greatest)
        small = (found.least <= self.sensitive.greatest) & (found.greatest >= self.sensitive.least)
        exposed = (found.width < width) & (small | (found.greatest >= self.near_all))
        return found, exposed | (found.greatest < reach)

    def suppressing(self, hidden: np.ndarray) -> "SuppressionProblem":
        """Hide these cells and no others."""
        return replace(self, hidden=hidden)

    def hiding_as_small(self, cells: np.ndarray) -> "SuppressionProblem":
        """Hide some cells more, and protect them as if the rule hid them."""
        small = self.sensitive
        greatest = np.where(cells, np.inf, small.greatest)
        return replace(self, hidden=self.hidden | cells, sensitive=Intervals(small.least, greatest))

    def without_protecting(self, cells: np.ndarray) -> "SuppressionProblem":
        """Leave some cells unprotected: what they hold is protected elsewhere, or by nobody."""
        small = self.sensitive
        return replace(
            self,
            protection_width=np.where(cells, 0, self.protection_width),
            sensitive=Intervals(np.where(cells, np.inf, small.least), small.greatest),
            near_all=np.where(cells, np.inf, self.near_all),
            reach=np.where(cells, -np.inf, self.reach),
        )

    def choosing(self, order: np.ndarray, dearer: np.ndarray) -> "SuppressionProblem":
        """Make some cells dearer, and choose in this order among those that cost the same."""
        return replace(self, order=order, cost=self.cost * dearer)

    def within(self, cells: np.ndarray) -> "SuppressionProblem":
        """Cut down to cells that share no constraint with the others."""
        return replace(
            self,
            constraints=self.constraints.within(cells),
            published=self.published.of(cells),
            prior=self.prior.of(cells),
            hidden=self.hidden[cells],
            candidate=self.candidate[cells],
            protection_width=self.protection_width[cells],
            sensitive=self.sensitive.of(cells),
            near_all=self.near_all[cells],
            count=self.count[cells],
            cost=self.cost[cells],
            order=self.order[cells],
            reach=self.reach[cells],
        )


def denominator_protection(
    linked: LinkedTables, denominator: np.ndarray, hidden: np.ndarray, rule: Rule
) -> SuppressionProblem:
    """Pose the denominators with some rows hidden; one that is not known needs no protection."""
    actual = to_cells(linked, denominator, np.nan)
    hidden_cells = to_cells(linked, hidden, False).astype(bool)
    unknown = np.isnan(actual) | hidden_cells
    own = hidden_cells | ~unknown
    return SuppressionProblem(
        constraints=linked.of_people,
        published=Intervals(np.nan_to_num(actual, nan=0), np.nan_to_num(actual, nan=UNBOUNDED)),
        prior=Intervals(np.where(own, 1.0, 0.0), np.full(len(own), UNBOUNDED)),
        hidden=unknown,
        candidate=~unknown & (actual > 0),
        protection_width=np.where(own, rule.small_denominators - 2, 0),
        sensitive=everywhere(1, rule.small_denominators - 1, len(own)),
        near_all=np.full(len(own), np.inf),
        count=actual,
        cost=np.ones(len(own)),
        order=np.zeros(len(own)),
        reach=np.full(len(own), -np.inf),
    )


def denominator_attack(
    linked: LinkedTables,
    denominator: np.ndarray,
    hidden: np.ndarray,
    rule: Rule,
    *,
    hidden_elsewhere: bool = False,
) -> SuppressionProblem:
    """Pose the denominators as published: every cell under attack, hidden or not.

    Where none is hidden nothing has to be worked out, and the totals need not add up.
    """
    problem = denominator_protection(linked, denominator, hidden, rule)
    prior = Intervals(
        np.where(problem.hidden, problem.prior.least, problem.published.least),
        np.where(problem.hidden, problem.prior.greatest, problem.published.greatest),
    )
    every = np.ones(len(problem.hidden), dtype=bool)
    used = np.full(linked.constraints.n_constraints, bool(hidden.any()) or hidden_elsewhere)
    return replace(
        problem,
        constraints=problem.constraints.only(used),
        prior=prior,
        hidden=every,
        candidate=~every,
    )


def count_protection(
    linked: LinkedTables,
    known: KnownCounts,
    hidden_denominators: np.ndarray,
    rule: Rule,
    keep: Sequence[str] = (),
) -> SuppressionProblem:
    """Pose the counts after primary suppression: small ones hidden, others candidates.

    A count of the area types in ``keep`` costs as much as ten others.
    """
    prior, width = _prior(linked, known, hidden_denominators, rule)
    low, high = to_cells(linked, known.low, 0), to_cells(linked, known.high, UNBOUNDED)
    count = to_cells(linked, known.count, np.nan)
    marked = known.hidden | known.missing | hidden_denominators
    hidden = to_cells(linked, too_small(known, rule) | marked, True).astype(bool)
    return SuppressionProblem(
        constraints=linked.constraints,
        published=Intervals(low, high),
        prior=prior,
        hidden=hidden,
        candidate=~hidden & (np.where(np.isnan(count), low, count) > 0),
        protection_width=width,
        sensitive=everywhere(rule.smallest, rule.counts_under - 1, len(width)),
        near_all=to_cells(linked, near_all(known, rule), np.inf),
        count=count,
        cost=np.where(linked.cells["area_type"].isin(keep), KEEP_COST, 1.0),
        order=np.zeros(len(width)),
        reach=reaching(linked, known, known.count),
    )


def count_attack(
    linked: LinkedTables, known: KnownCounts, hidden_denominators: np.ndarray, rule: Rule
) -> SuppressionProblem:
    """Pose the counts as published: every cell under attack, hidden or not."""
    prior, width = _prior(linked, known, hidden_denominators, rule)
    seen = to_cells(linked, ~np.isnan(known.count), False).astype(bool)
    low, high = to_cells(linked, known.low, 0), to_cells(linked, known.high, UNBOUNDED)
    least = np.where(seen, low, np.maximum(low, prior.least))
    greatest = np.where(seen, high, np.minimum(high, prior.greatest))
    every = np.ones(len(least), dtype=bool)
    return SuppressionProblem(
        constraints=linked.constraints,
        published=Intervals(low, high),
        prior=Intervals(least, np.maximum(greatest, least)),
        hidden=every,
        candidate=~every,
        protection_width=width,
        sensitive=everywhere(rule.smallest, rule.counts_under - 1, len(width)),
        near_all=to_cells(linked, near_all(known, rule), np.inf),
        count=to_cells(linked, known.count, np.nan),
        cost=np.ones(len(least)),
        order=np.zeros(len(least)),
        reach=np.full(len(least), -np.inf),
    )


def reaching(linked: LinkedTables, known: KnownCounts, total: np.ndarray) -> np.ndarray:
    """How far up the attacker's interval of each cell has to reach, where dominance hides it."""
    reach = np.where(known.protection_level > 0, total + known.protection_level, -np.inf)
    return to_cells(linked, np.where(np.isnan(reach), -np.inf, reach), -np.inf)


def _prior(
    linked: LinkedTables, known: KnownCounts, hidden_denominators: np.ndarray, rule: Rule
) -> tuple[Intervals, np.ndarray]:
    """Tell what is known of a hidden cell beforehand, and the protection width that leaves."""
    listed = to_cells(linked, ~known.missing & ~hidden_denominators, False).astype(bool)
    floor = np.where(listed, float(rule.smallest), 0.0)
    cap = np.where(known.bounded, known.denominator, UNBOUNDED)
    if hidden_denominators.any():
        found, _ = denominator_protection(
            linked, known.denominator, hidden_denominators, rule
        ).attack()
        cap = np.where(hidden_denominators, _from_cells(linked, found.greatest, len(cap)), cap)
    cap = np.maximum(to_cells(linked, cap, UNBOUNDED), floor)
    return Intervals(floor, cap), np.minimum(rule.width, cap - floor)


def everywhere(least: float, greatest: float, cells: int) -> Intervals:
    """Give all cells the same interval."""
    return Intervals(np.full(cells, float(least)), np.full(cells, float(greatest)))


def to_cells(linked: LinkedTables, values: np.ndarray, absent: float) -> np.ndarray:
    """Values of the rows for the cells; ``absent`` for cells without a row."""
    row = linked.cells["row"].to_numpy()
    if not len(values):
        return np.full(len(row), absent)
    return np.where(row >= 0, values[np.maximum(row, 0)], absent)


def to_rows(linked: LinkedTables, values: np.ndarray) -> np.ndarray:
    """Values of the cells that have rows, in the order of the rows."""
    return _from_cells(linked, values, int((linked.cells["row"] >= 0).sum()))


def _from_cells(linked: LinkedTables, values: np.ndarray, rows: int) -> np.ndarray:
    """Values of the cells for the rows."""
    row = linked.cells["row"].to_numpy()
    out = np.zeros(rows, dtype=values.dtype)
    out[row[row >= 0]] = values[row >= 0]
    return out
