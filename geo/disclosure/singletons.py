"""Hidden parts of a printed total, judged together.

What they add up to anybody can work out, so that it is as good as printed. Where two parts with a
contributor each are hidden for each other's sake (singletons), each contributor subtracts their
own from that sum and knows the other's.
"""

import numpy as np

from geo.disclosure.dominance import largest_of, protection_levels
from geo.disclosure.problem import SuppressionProblem
from geo.disclosure.rules import Rule


def one_more_of(
    problem: SuppressionProblem, total: np.ndarray, largest: np.ndarray, rule: Rule
) -> np.ndarray:
    """Choose one more part to hide wherever the hidden ones are dominated together.

    Parameters
    ----------
    problem : SuppressionProblem
        The table after suppression.
    total : ndarray, shape (cells,)
        Sum, or mean times denominator, of each cell.
    largest : ndarray, shape (cells, contributions)
        Largest contributions to each, in the same unit; NaN where it is not judged by them.
    rule : Rule
        With ``dominance`` or ``p_percent``.

    Returns
    -------
    ndarray of bool, shape (cells,)
        The first printed part in the order of the problem, or else the total, of each printed total
        whose hidden parts the rule would hide if they were one cell. Sums that only several totals
        together give are not judged.

    References
    ----------
    Hundepool A et al., Handbook on Statistical Disclosure Control, section 4.2.2: upper protection
    levels do not suffice for singletons.
    """
    constraints = problem.constraints
    together = _dominated_together(problem, total, largest, rule)
    able = problem.candidate & ~problem.hidden
    at = np.flatnonzero(together[constraints.constraint] & able[constraints.cell])
    cell, is_total = constraints.cell[at], constraints.sign[at] < 0
    order = np.lexsort((problem.order[cell], problem.cost[cell], is_total))
    first = np.unique(constraints.constraint[at][order], return_index=True)[1]
    more = np.zeros(len(able), dtype=bool)
    more[cell[order][first]] = True
    return more


def _dominated_together(
    problem: SuppressionProblem, total: np.ndarray, largest: np.ndarray, rule: Rule
) -> np.ndarray:
    """Tell the constraints whose total is printed and whose hidden parts are dominated as one."""
    constraints, size = problem.constraints, problem.constraints.n_constraints
    at = np.flatnonzero((constraints.sign > 0) & problem.hidden[constraints.cell])
    number, cell = constraints.constraint[at], constraints.cell[at]
    judged = ~np.isnan(largest).any(axis=1)
    whole = np.bincount(number, np.where(judged, total, 0)[cell], size)
    top = largest_of(np.nan_to_num(largest)[cell], number, size)
    told = np.bincount(number, ~judged[cell], size) == 0
    told &= ~problem.hidden[constraints.total]
    return told & (protection_levels(whole, top, rule) > 0)
