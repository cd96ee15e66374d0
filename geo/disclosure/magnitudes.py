"""Means hidden for who contributes most to them: their totals as a cell suppression problem.

A mean times its denominator is a total, and totals add up over areas, sexes and ages. Who hides
one mean therefore has to hide others, or it is worked out from what is printed. Totals are real
numbers; the attacker is taken to know that none is below zero where that holds of all totals of
the indicator, and no largest value that a person may have.
"""

from dataclasses import replace

import numpy as np

from geo.disclosure.attack import Intervals, tightened
from geo.disclosure.linked_tables import LinkedTables
from geo.disclosure.problem import SuppressionProblem, everywhere, reaching, to_cells
from geo.disclosure.rules import Rule
from geo.disclosure.table import KnownCounts

LARGEST_TOTAL = 2.0**10
FAR = 2.0**18
"""More than any total that the attacker has to take for possible, in units of the problem."""
_EXACT = 1e-7
_ADDED_UP = 1e-9


def mean_protection(
    linked: LinkedTables, known: KnownCounts, hidden: np.ndarray, rule: Rule
) -> SuppressionProblem:
    """Pose the totals of means with some rows hidden.

    Parameters
    ----------
    linked : LinkedTables
        Cells of the table.
    known : KnownCounts
        With ``total``, ``slack`` and ``protection_level`` of its means.
    hidden : ndarray of bool, shape (rows,)
        Means that are hidden: by the rule, for small denominators, or in what is printed.
    rule : Rule
        With ``dominance`` or ``p_percent``.

    Returns
    -------
    SuppressionProblem
        Totals, each indicator's in units of its own, the largest of which is 2**10. The interval
        of a mean that dominance hides has to reach its upper protection level. A total of which
        the contributions are not known, because it came hidden or only subtraction reaches it, has
        to stay as uncertain as if one person made all of it.
    """
    total, slack = (to_cells(linked, each, np.nan) for each in (known.total, known.slack))
    mine = linked.cells["indicator_id"].groupby(linked.cells["indicator_id"])
    size = mine.transform(lambda own: np.nanmax(np.abs(total[own.index]), initial=0)).to_numpy()
    lowest = mine.transform(lambda own: np.nanmin(total[own.index], initial=0)).to_numpy()
    constraints = linked.of_people
    constraints = constraints.only(constraints.per_constraint(size == 0) == 0)
    unit = np.where(size > 0, size, 1) / LARGEST_TOTAL
    total, slack = total / unit, slack / unit
    around = np.where(_contradicted(linked, total), slack, 0) + _EXACT
    unknown = np.isnan(total)
    away = unknown | to_cells(linked, hidden, False).astype(bool)
    prior = Intervals(np.where(lowest < 0, -FAR, 0.0), np.full(len(total), FAR))
    zero = np.nan_to_num(total)
    problem = SuppressionProblem(
        constraints=constraints,
        published=Intervals(np.maximum(zero - around, prior.least), zero + around),
        prior=prior,
        hidden=away,
        candidate=~away & (total != 0),
        protection_width=np.zeros(len(total)),
        sensitive=everywhere(-np.inf, np.inf, len(total)),
        near_all=np.full(len(total), np.inf),
        count=total,
        cost=np.ones(len(total)),
        order=np.zeros(len(total)),
        reach=reaching(linked, known, known.total) / unit + LARGEST_TOTAL * 1e-6,
        whole=False,
    )
    return replace(problem, protection_width=_unknown_widths(problem, unknown, rule))


def _contradicted(linked: LinkedTables, total: np.ndarray) -> np.ndarray:
    """Cells of indicators of which some totals are not the exact sums of their parts."""
    constraints = linked.of_people
    exact = _ADDED_UP * constraints.per_constraint(np.abs(total))
    wrong = np.abs(constraints.residuals(total)) > exact
    names = linked.cells["indicator_id"]
    return names.isin(names.iloc[constraints.total[wrong]]).to_numpy()


def _unknown_widths(problem: SuppressionProblem, unknown: np.ndarray, rule: Rule) -> np.ndarray:
    """How wide the interval of a total without known contributions has to stay."""
    least = np.where(problem.hidden, problem.prior.least, problem.published.least)
    greatest = np.where(problem.hidden, problem.prior.greatest, problem.published.greatest)
    found = tightened(problem.constraints, least, greatest)
    size = np.maximum(np.abs(found.least), np.abs(found.greatest))
    return np.where(unknown & (size < FAR), rule.largest_protection * size, 0)
