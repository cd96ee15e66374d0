"""Small-number suppression, and the attack that proves it.

The attacker is taken to know the rule, every number that is printed, which areas, sexes and ages
add up to which, and that a count is a whole number; of a proportion also that it is not above its
denominator. The attacker does not know which hidden counts are small and which were hidden to
protect others: a hidden count may be any number from 1 up (from 0 up where the rule hides zeros),
because printed zeros are true zeros and zeros are never hidden for the sake of others.

A hidden count is safe when the attacker is left with as many whole numbers as the rule itself
leaves open: four where counts of 1 to 4 are hidden. (This is the sliding protection level of
Fischetti and Salazar 2001, set to the width of the rule.) A hidden count that the attacker can
tell to be none of the small ones needs no protection.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.denominators import with_denominators
from geo.disclosure.earlier import Earlier, beside_public, link_beside
from geo.disclosure.feasible_counts import LIMIT_FORMULAS, rounded
from geo.disclosure.hiding_order import KeyedChoice, key_of_counts
from geo.disclosure.linked_series import relations_between
from geo.disclosure.linked_tables import LinkedTables
from geo.disclosure.magnitudes import mean_protection
from geo.disclosure.optimise import UnprotectableError, secondary_suppression
from geo.disclosure.problem import (
    SuppressionProblem,
    count_protection,
    denominator_protection,
    to_cells,
    to_rows,
)
from geo.disclosure.relations import Relation, Relations
from geo.disclosure.requirements import require_separate_periods
from geo.disclosure.rules import Rule
from geo.disclosure.singletons import one_more_of
from geo.disclosure.table import KEYS, KnownCounts, confidential_rows, known_counts
from geo.errors import TableError
from geo.statistics.series import FACTS
from geo.statistics.table_checks import refuse
from geo.vocabulary.measures import contributions_in

NEVER_SUPPRESSED = {*KEYS, *FACTS, "denominator", "benchmark_value", "confidential"}
DERIVED = {"comparison", "quantile", "trend", "reason"}


def suppress(
    indicators: pd.DataFrame,
    hierarchy: pd.DataFrame,
    *,
    rule: Rule | None = None,
    keep: Sequence[str] = (),
    catalogue: pd.DataFrame | None = None,
    relations: Sequence[Relation] | None = None,
    earlier: Earlier | None = None,
    key: bytes | None = None,
) -> pd.DataFrame:
    """Hide small counts, and as many more as keep them from being worked out.

    Parameters
    ----------
    indicators : DataFrame
        Everything that is to be printed, together, public rows too (those that add up with the
        others give them away): tidy indicators of LSOAs and of every larger area, with
        ``area_code``, ``area_type``, ``indicator_id``, ``period``, ``count`` and where known
        ``sex``, ``age``, ``denominator``, ``value``, ``lower_ci``, ``upper_ci``, ``state``,
        ``measure``, ``multiplier``, ``confidential``; ``largest_1``, ``largest_2`` and so on where
        the rule asks for what the people contribute who contribute most to a sum or mean. What is
        printed elsewhere is not seen here.
    hierarchy : DataFrame
        A row an LSOA: its code and the groups it lies in, a column a level, nested or not.
    rule : Rule, optional
        Which numbers are too small; counts of 1 to 4 where not given.
    keep : sequence of str
        Area types whose counts are worth more, such as ``["borough"]``: one of them is hidden for
        the sake of others only where ten counts of other types would not do instead. Small counts
        are hidden everywhere.
    catalogue : DataFrame, optional
        ``indicator_id`` and ``confidential``, where ``indicators`` has no such column (with
        neither, everything is confidential), and ``part_of`` and ``total_of`` where an indicator
        is declared to be part of another, or the total of others.
    relations : sequence of Relation, optional
        Series that add up in every area, as ``relations_between`` finds them; those that hold
        in ``indicators`` where not given.
    earlier : Earlier, optional
        What was published before: nothing that it hides is opened, nor anything by its help.
        The public rows of ``indicators`` that add up with the others where not given.
    key : bytes, optional
        What only the publisher knows, up to 64 of them: of equally good cells to hide it settles
        which, so that the choice tells nothing; made of all confidential counts where not given.

    Returns
    -------
    DataFrame
        The rows and index of ``indicators``. In hidden rows ``state`` is ``suppressed`` and every
        number but the denominator is missing (that too where it is small). ``rule`` says on every
        confidential row which rule was applied, and ``attrs["disclosure"]`` holds the rule.
        Public rows are as they were. Contributions of single people (``largest_1`` and so on) are
        never handed on.

    Raises
    ------
    CodeError
        If the hierarchy has an LSOA twice, or an area or area type of the rows is not in it.
    TableError
        If a count is negative or no whole number, a total is not the sum of its parts, a column
        is absent, a row stands twice, a value has neither count nor denominator, periods of an
        indicator overlap (one less the other would give hidden counts away) or cannot be read, or
        nothing would be left to print.

    Notes
    -----
    A value without a count, such as a mean score, is hidden where its denominator has to be; and
    where the rule says so (``dominance``, ``p_percent``), means and sums are hidden for who
    contributes most to them, with as many others as keep them from being worked out. Means are
    taken for totals divided by their denominators, as ``geo.disclosure.magnitudes.mean_protection``
    says; sums for counts (``largest_1`` and so on tell them from counts of
    people). The attacker's interval of such a cell reaches its upper protection level; what is
    below it is not protected beyond that. Hidden parts of a printed total are judged together too.

    The LSOAs, sexes and ages of one indicator and period are protected together, and with them
    all series that add up with them in every area, whatever they are called: sums of other
    categories, one indicator within another, the same counts under another name, what is left of
    a denominator. A denominator that is another indicator's count is hidden with it. Of other
    publications those in ``earlier`` are seen, and no others.

    References
    ----------
    ONS, Policy on protecting confidentiality in tables of birth and death statistics. Government
    Statistical Service, Guidance on disclosure control for tables produced from administrative
    sources. Castro J (2012), see :func:`geo.disclosure.optimise.secondary_suppression`.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003"], "town": "Crewe"})
    >>> counts = pd.DataFrame({"area_code": [*lsoas["lsoa21cd"], "Crewe"],
    ...     "area_type": ["lsoa21"] * 3 + ["town"], "indicator_id": "neet", "period": "2024",
    ...     "count": [3, 7, 12, 22]})
    >>> suppress(counts, lsoas, key=b"kept by us")[["area_code", "count", "state"]]
       area_code  count       state
    0  E01000001    NaN  suppressed
    1  E01000002    7.0       value
    2  E01000003    NaN  suppressed
    3      Crewe   22.0       value
    """
    rule = rule or Rule()
    confidential = confidential_rows(indicators, catalogue)
    table = indicators[confidential]
    require_separate_periods(table)
    known = known_counts(table, rule, catalogue)
    relations = relations_between(table, catalogue) if relations is None else relations
    if earlier is None:
        earlier, relations = beside_public(
            indicators, hierarchy, catalogue, Relations(relations), rule
        )
    both, people = with_denominators(table, relations)
    linked = link_beside(both, hierarchy, relations, earlier)
    every = known.and_counts(people["count"].to_numpy(dtype=float))
    _refuse_false_totals(linked, linked.constraints, every.count, "count")
    choice = KeyedChoice(linked, key_of_counts(table) if key is None else key)
    short = _suppress_denominators(choice, every, rule, earlier)
    problem = count_protection(linked, every, short, rule, keep)
    problem = _printing_denominators(problem, linked, people, short)
    problem = choice.settling(choice.with_totals_of_small(problem))
    if earlier is not None:
        problem = earlier.protecting(problem, linked, "count")
    hidden = to_rows(linked, _judged_together(linked, problem, every, rule))
    _refuse_nothing_left(known.low, hidden[: len(table)], rule)
    own, others = np.split(hidden, [len(table)])
    short = short[: len(table)]
    gone = people["at"].to_numpy(dtype=int)[others]
    short[gone] = True  # the denominator is a count that is hidden
    own[gone] |= known.low[gone] > 0
    of_few = short & _values_alone(table, known)
    of_few = np.r_[of_few, np.zeros(len(people), dtype=bool)]
    means = _suppress_means(choice, every, of_few, rule)[: len(table)]
    hidden = own & ~known.missing | means
    return _published(indicators, confidential, hidden, short, known, rule)


def _printing_denominators(
    problem: SuppressionProblem, linked: LinkedTables, people: pd.DataFrame, short: np.ndarray
) -> SuppressionProblem:
    """Print the denominators that counts add up to, but those that are hidden or a hidden count."""
    own = np.zeros(len(short) - len(people), dtype=bool)
    at = people["at"].to_numpy(dtype=int)
    gone = short[at]
    stays = people["known"].to_numpy(dtype=bool) & ~gone

    def cells(rows: np.ndarray) -> np.ndarray:
        return to_cells(linked, np.r_[own, rows], False).astype(bool)

    return replace(
        problem.without_protecting(cells(stays | True)),
        hidden=problem.hidden & ~cells(stays) | cells(gone),
        candidate=problem.candidate & ~cells(stays | gone),
    )


def _suppress_denominators(
    choice: KeyedChoice, known: KnownCounts, rule: Rule, earlier: Earlier | None
) -> np.ndarray:
    """Rows whose denominator has to be hidden: small ones, and what protects them."""
    linked = choice.linked
    denominator = known.denominator
    small = (denominator > 0) & (denominator < rule.small_denominators)
    if not small.any() and (earlier is None or not earlier.hides("denominator")):
        return small
    problem = denominator_protection(linked, denominator, small, rule)
    _refuse_false_totals(linked, problem.constraints, denominator, "denominator")
    if earlier is not None:
        problem = earlier.protecting(problem, linked, "denominator")
    hidden = _secondary(linked, choice.settling(problem))
    return to_rows(linked, hidden & (to_cells(linked, denominator, np.nan) > 0))


def _suppress_means(
    choice: KeyedChoice, known: KnownCounts, hidden: np.ndarray, rule: Rule
) -> np.ndarray:
    """Rows whose mean has to be hidden: those that are, those of dominance, and what protects."""
    linked = choice.linked
    if np.isnan(known.total).all():
        return hidden
    _refuse_false_totals(
        linked, linked.of_people, known.total, "value times denominator", known.slack
    )
    dominated = (known.protection_level > 0) & ~np.isnan(known.total)
    problem = choice.settling(mean_protection(linked, known, hidden | dominated, rule))
    return to_rows(linked, _judged_together(linked, problem, known, rule)) & ~np.isnan(known.total)


def _judged_together(
    linked: LinkedTables, problem: SuppressionProblem, known: KnownCounts, rule: Rule
) -> np.ndarray:
    """Choose the cells to hide, and more where hidden parts of a total are dominated together."""
    hidden = _secondary(linked, problem)
    if not rule.contributions:
        return hidden
    total = to_cells(linked, np.fmax(known.count, known.total), np.nan)
    largest = np.column_stack([to_cells(linked, each, np.nan) for each in known.largest.T])
    while (more := one_more_of(problem.suppressing(hidden), total, largest, rule)).any():
        problem = problem.suppressing(problem.hidden | more)
        hidden = _secondary(linked, problem)
    return hidden


def _secondary(linked: LinkedTables, problem: SuppressionProblem) -> np.ndarray:
    """Choose the cells to hide; where that cannot be done, name the indicators to blame."""
    try:
        return secondary_suppression(problem)
    except UnprotectableError as found:
        found.indicators = frozenset(linked.cells.loc[found.exposed, "indicator_id"])
        raise


def _refuse_false_totals(
    linked: LinkedTables,
    constraints: AdditivityConstraints,
    amounts: np.ndarray,
    quantity: str,
    slack: np.ndarray | float = 0.0,
) -> None:
    """Refuse totals that are known, like all their parts, and are not the sums of them.

    What rounding explains, up to the ``slack`` of each amount, is let pass.
    """
    amount = to_cells(linked, amounts, np.nan)
    off = to_cells(linked, np.zeros(len(amounts)) + slack, 0)
    tolerance = 1e-6 * np.maximum(1, constraints.per_constraint(np.abs(amount)))
    tolerance += constraints.per_constraint(off)
    wrong = np.flatnonzero(np.abs(constraints.residuals(amount)) > tolerance)
    if not len(wrong):
        return
    total = linked.cells.iloc[constraints.total[wrong[0]]]
    parts = int((constraints.constraint == wrong[0]).sum()) - 1
    raise TableError(
        f"{len(wrong)} totals of {quantity} are not the sums of their parts: for "
        f"{total['indicator_id']} in {total['period']} {total['area_type']} {total['area_code']} "
        f"is not the sum of its {parts} parts {linked.parts[wrong[0]]} in the table; correct the "
        "figures or the hierarchy."
    )


def _values_alone(table: pd.DataFrame, known: KnownCounts) -> np.ndarray:
    """Rows of means and the like: a value, no count behind it, but as many people as they have."""
    if "value" not in table:
        return np.zeros(len(table), dtype=bool)
    alone = known.missing & table["value"].notna().to_numpy()
    refuse(
        table,
        alone & np.isnan(known.denominator),
        "denominator",
        "a confidential value without a count needs to say of how many people it is",
    )
    return alone


def _refuse_nothing_left(least: np.ndarray, hidden: np.ndarray, rule: Rule) -> None:
    if (least > 0).any() and not (least[~hidden] > 0).any():
        raise TableError(
            f"With the rule that {rule.words}, all {int((least > 0).sum())} counts above zero "
            "would be hidden; publish larger areas, hide fewer (--hide-under, in Python "
            "counts_under=), or leave the indicator out."
        )


def _published(
    indicators: pd.DataFrame,
    confidential: np.ndarray,
    hidden: np.ndarray,
    hidden_denominators: np.ndarray,
    known: KnownCounts,
    rule: Rule,
) -> pd.DataFrame:
    """Write the table without what is hidden, and without single people's contributions."""
    out = indicators.drop(columns=contributions_in(indicators))
    out.attrs = {"disclosure": asdict(rule)}
    everywhere = np.zeros(len(out), dtype=bool)
    blank, short = everywhere.copy(), everywhere.copy()
    blank[confidential], short[confidential] = hidden, hidden_denominators
    few = everywhere.copy()
    events = np.where(np.isnan(known.count), known.low, known.count)
    few[confidential] = (events < rule.rates_under) & ~known.missing
    if rule.round_to > 1:
        _round(out, confidential, known, rule)
    for column in out.columns:
        if column in NEVER_SUPPRESSED or not (is_numeric_dtype(out[column]) or column in DERIVED):
            continue
        unseen = blank | (few & (column != "count"))
        out[column] = out[column].mask(unseen)
    if "denominator" in out:
        out["denominator"] = out["denominator"].mask(short)
    if "state" not in out:
        out["state"] = np.select(
            [out["count"].isna(), out["count"] == 0], ["missing", "zero"], "value"
        )
    out["state"] = out["state"].mask(blank | (few & out["count"].ne(0)), "suppressed")
    out["rule"] = pd.Series(rule.words, out.index, dtype=object).where(confidential, None)
    return out


def _round(out: pd.DataFrame, confidential: np.ndarray, known: KnownCounts, rule: Rule) -> None:
    """Round the confidential counts, and make values and limits of the rounded ones."""
    rows = np.flatnonzero(confidential)
    count = rounded(known.count, rule.round_to)
    columns = {"count": count}
    have = ~np.isnan(known.count)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns["value"] = np.where(
            known.measure == "count", count, count / known.denominator * known.unit
        )
        for kind, formula in LIMIT_FORMULAS.items():
            mine = have & (known.measure == kind) & (known.denominator > 0)
            x, n = count[mine], known.denominator[mine]
            limits = formula(np.minimum(x, n) if kind == "proportion" else x, n, 0.95)
            for name, limit in zip(("lower_ci", "upper_ci"), limits, strict=True):
                columns.setdefault(name, np.full(len(rows), np.nan))[mine] = (
                    limit * known.unit[mine]
                )
    told = have | known.hidden
    for name in [c for c in out if c in columns or c.startswith(("lower_ci_", "upper_ci_"))]:
        new = out[name].astype(float).to_numpy(copy=True)
        new[rows[told]] = columns.get(name, np.full(len(rows), np.nan))[told]
        out[name] = new
