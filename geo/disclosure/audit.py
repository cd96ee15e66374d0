"""The attacker that checks what is about to be published."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.disclosure.attack import Intervals, width_left
from geo.disclosure.denominators import with_denominators
from geo.disclosure.earlier import Earlier, beside_public, link_beside
from geo.disclosure.feasible_counts import value_columns
from geo.disclosure.linked_series import relations_between
from geo.disclosure.linked_tables import LinkedTables
from geo.disclosure.magnitudes import mean_protection
from geo.disclosure.problem import (
    SuppressionProblem,
    count_attack,
    denominator_attack,
    reaching,
    to_cells,
    to_rows,
)
from geo.disclosure.relations import Relation, Relations
from geo.disclosure.requirements import require_separate_periods
from geo.disclosure.rules import Rule
from geo.disclosure.table import (
    KEYS,
    KnownCounts,
    confidential_rows,
    hidden_denominators,
    known_counts,
)
from geo.errors import TableError

COLUMNS = [*KEYS, "quantity", "least", "greatest", "needed", "recovered"]


def audit_disclosure(
    published: pd.DataFrame,
    hierarchy: pd.DataFrame,
    *,
    rule: Rule | None = None,
    decimals: int | None = None,
    catalogue: pd.DataFrame | None = None,
    relations: Sequence[Relation] | None = None,
    earlier: Earlier | None = None,
) -> pd.DataFrame:
    """Attack a table as printed, and list the hidden counts that come too close.

    Parameters
    ----------
    published : DataFrame
        Everything that is printed, as for :func:`suppress`; rows of state ``suppressed`` are
        hidden, whatever else of them the table still holds is used.
    hierarchy : DataFrame
        As for :func:`suppress`; groupings that the table does not print do no harm.
    rule : Rule, optional
        The rule the table follows; where not given, the one in ``attrs["disclosure"]``, else
        ``Rule()``, if the column ``rule`` does not say otherwise.
    decimals : int, optional
        How many decimals values and limits are printed with; as many as they have where not
        given.
    catalogue : DataFrame, optional
        As for :func:`suppress`.
    relations : sequence of Relation, optional
        Series that add up in every area; those that hold in what is printed where not given.
    earlier : Earlier, optional
        What was published before: what the table and it together give away is listed, be it of
        the table or of what was published.

    Returns
    -------
    DataFrame
        A row for every hidden (or small and printed) number that is not safe: its area,
        indicator, period, sex and age, ``quantity`` (count, denominator, or a value on too few
        events), ``least`` and ``greatest`` possible count or denominator (of a value: events),
        ``needed`` (how wide the range should be; of a value: how many events) and ``recovered``
        (how it was worked out). No rows where the table is safe. ``attrs["narrowest"]`` says how
        many whole numbers the hidden count that is known best may be, at least.

    Raises
    ------
    CodeError, TableError
        As :func:`suppress`; also if no counts fit what is printed, or the column ``rule`` names
        another rule.

    References
    ----------
    Fischetti M, Salazar JJ (2001), see :func:`geo.disclosure.attack.feasibility_intervals`.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003"], "town": "Crewe"})
    >>> table = pd.DataFrame({"area_code": [*lsoas["lsoa21cd"], "Crewe"],
    ...     "area_type": ["lsoa21"] * 3 + ["town"], "indicator_id": "neet", "period": "2024",
    ...     "count": [None, 7, 12, 22], "state": ["suppressed", "value", "value", "value"]})
    >>> audit_disclosure(table, lsoas)[["area_code", "least", "greatest", "recovered"]]
       area_code  least  greatest                                recovered
    0  E01000001    3.0       3.0  town Crewe less its other parts by lsoa21
    """
    rule = _rule_of(published, rule)
    table = published[confidential_rows(published, catalogue)]
    require_separate_periods(table)
    known = known_counts(table, rule, catalogue, decimals, published=True)
    if relations is None:
        relations = relations_between(table, catalogue, round_to=rule.round_to)
    if earlier is None:
        earlier, relations = beside_public(
            published, hierarchy, catalogue, Relations(relations), rule
        )
    both, people = with_denominators(table, relations)
    linked = link_beside(both, hierarchy, relations, earlier, round_to=rule.round_to)
    every = known.and_counts(people["count"].to_numpy(dtype=float))
    theirs = np.arange(len(both)) >= len(table)
    valued = table[value_columns(table)].notna().any(axis=1).to_numpy(dtype=bool)
    hidden = np.zeros(len(both), dtype=bool)
    hidden[: len(table)] = hidden_denominators(table, known)
    elsewhere = earlier is not None and earlier.hides("denominator")
    denominators = denominator_attack(
        linked, every.denominator, hidden, rule, hidden_elsewhere=elsewhere
    )
    counts = count_attack(linked, every, hidden, rule)
    counts = counts.without_protecting(to_cells(linked, theirs, False).astype(bool))
    if earlier is not None:
        counts = earlier.beside(counts, linked, "count")
        denominators = earlier.beside(denominators, linked, "denominator")
    exposed = _exposed(linked, counts, "count")
    every_kind = [_exposed(linked, denominators, "denominator"), exposed]
    if rule.rates_under:
        every_kind.append(_on_few_events(table, known, valued, rule))
    found = pd.concat(every_kind, ignore_index=True)
    found.attrs = {"narrowest": exposed.attrs["narrowest"]}
    return found


def audit_dominance(
    published: pd.DataFrame,
    before: pd.DataFrame,
    hierarchy: pd.DataFrame,
    *,
    rule: Rule,
    catalogue: pd.DataFrame | None = None,
    relations: Sequence[Relation] = (),
) -> pd.DataFrame:
    """Attack the sums and means that a rule hides for who contributes most to them.

    What is printed does not tell which those are; ``before`` does.

    Parameters
    ----------
    published, hierarchy, rule, catalogue, relations
        As for :func:`audit_disclosure`.
    before : DataFrame
        The table before suppression, with the index of ``published`` and with contributions.

    Returns
    -------
    DataFrame
        The keys of each that is printed, or whose interval does not reach its upper protection
        level, and ``recovered``; no rows where the table is safe, or the rule asks for no such
        thing.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": "Crewe"})
    >>> fines = pd.DataFrame({"area_code": [*lsoas["lsoa21cd"], "Crewe"], "largest_1": [80, 20, 80],
    ...     "area_type": ["lsoa21"] * 2 + ["town"], "indicator_id": "fines", "period": "2024",
    ...     "count": [90, 200, 290], "largest_2": [5, 20, 20], "measure": "count"})
    >>> printed = fines.assign(count=[None, 200, 290], state=["suppressed", "value", "value"])
    >>> rule = Rule(p_percent=10)
    >>> audit_dominance(printed, fines, lsoas, rule=rule)[["area_code", "recovered"]]
       area_code                          recovered
    0  E01000001  what is printed adds up too close
    """
    secret = confidential_rows(published, catalogue)
    table, truth = published[secret], before.loc[published.index[secret]]
    known = known_counts(truth, rule, catalogue)
    linked = link_beside(table, hierarchy, relations, None, round_to=rule.round_to)
    hidden = table["state"].eq("suppressed").to_numpy(dtype=bool)
    dominated = known.protection_level > 0
    if not dominated.any():
        return table.reindex(columns=[*KEYS, "recovered"]).iloc[:0]
    shown = known_counts(table, rule, catalogue, published=True)
    counts = count_attack(linked, shown, hidden_denominators(table, shown), rule)
    nothing = np.zeros(len(counts.hidden))
    reach = reaching(linked, known, known.count)
    counts = replace(counts, protection_width=nothing, reach=reach)
    means = mean_protection(linked, known, hidden, rule)
    short = [to_rows(linked, one.attack()[0].greatest < one.reach) for one in (counts, means)]
    found = table.reindex(columns=list(KEYS)).assign(
        recovered=np.where(hidden, "what is printed adds up too close", "it is printed")
    )
    return found[(short[0] | short[1] | ~hidden) & dominated].reset_index(drop=True)


def _on_few_events(
    table: pd.DataFrame, known: KnownCounts, valued: np.ndarray, rule: Rule
) -> pd.DataFrame:
    """List the values and limits that are printed on fewer events than the rule asks for."""
    few = valued & (known.high > 0) & (known.high < rule.rates_under)
    out = table[few].reindex(columns=list(KEYS))
    for key in ("sex", "age"):
        out[key] = out[key].astype(object).fillna("")
    return out.assign(
        quantity="value",
        least=known.low[few],
        greatest=known.high[few],
        needed=float(rule.rates_under),
        recovered="its value or limits are printed",
    )[COLUMNS]


def _rule_of(published: pd.DataFrame, rule: Rule | None) -> Rule:
    """Find the rule a table says it follows."""
    if rule is None and "disclosure" in published.attrs:
        rule = Rule(**published.attrs["disclosure"])
    rule = rule or Rule()
    if "rule" in published:
        other = published["rule"].dropna()
        if len(other := other[other != rule.words]):
            raise TableError(
                f"{len(other)} rows follow the rule {other.iloc[0]!r}, but the audit is for "
                f"{rule.words!r}; pass the rule of the table."
            )
    return rule


def _exposed(linked: LinkedTables, problem: SuppressionProblem, quantity: str) -> pd.DataFrame:
    """List the exposed cells with their feasibility intervals, and say how each was found."""
    found, exposed = problem.attack()
    small = problem.sensitive
    printed = ~np.isnan(problem.count)
    is_small = (found.least >= small.least) & (found.greatest <= small.greatest)
    exposed |= printed & (is_small | (found.least >= problem.near_all))
    words = _how(linked, problem, exposed)
    own = problem.prior.width < problem.protection_width
    words[own] = "its value or limits and its denominator"
    words[exposed & printed] = f"its {quantity} is printed"
    cells = np.flatnonzero(exposed)
    out = linked.cells.iloc[cells].drop(columns="row").reset_index(drop=True)
    out["quantity"] = quantity
    out["least"], out["greatest"] = found.least[cells], found.greatest[cells]
    out["needed"] = problem.protection_width[cells]
    out["recovered"] = words[cells]
    out.attrs = {"narrowest": _narrowest(found, problem)}
    return out[COLUMNS]


def _narrowest(found: Intervals, problem: SuppressionProblem) -> int | None:
    """Tell how many numbers the hidden cell known best of those that may be small may still be."""
    hidden = np.isnan(problem.count) & (problem.protection_width > 0)
    hidden &= found.least <= problem.sensitive.greatest
    hidden &= found.greatest >= problem.sensitive.least
    return int(found.width[hidden].min()) + 1 if hidden.any() else None


def _how(linked: LinkedTables, problem: SuppressionProblem, exposed: np.ndarray) -> np.ndarray:
    """Say of each exposed cell which subtraction gives it away, where one alone does."""
    words = np.full(len(exposed), "several published totals together", dtype=object)
    constraints, total = problem.constraints, problem.constraints.total
    too_narrow = width_left(constraints, problem.prior) < problem.protection_width[constraints.cell]
    for entry in np.flatnonzero(exposed[constraints.cell] & too_narrow):
        number = constraints.constraint[entry]
        whole, parts = linked.cells.iloc[total[number]], linked.parts[number]
        words[constraints.cell[entry]] = (
            f"{whole['area_type']} {whole['area_code']} less its other parts {parts}"
            if constraints.sign[entry] > 0
            else f"its parts {parts} together"
        )
    return words
