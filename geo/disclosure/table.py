"""A table of indicators as the attacker has it, and as it is before suppression."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.disclosure.attack import UNBOUNDED, Ranges
from geo.disclosure.optimise import Secrets, protected
from geo.disclosure.printed_numbers import behind_rate, behind_rounded, rounded
from geo.disclosure.rules import Rule
from geo.disclosure.sums import Lattice
from geo.errors import TableError
from geo.statistics.series import fact, indicator_facts, multipliers
from geo.statistics.table_checks import numbers, refuse, require, suppressed

KEPT = 10.0


@dataclass(frozen=True)
class Known:
    """What a table says of each row: counts, denominators, and what is told without a count.

    ``missing`` rows have no count and are not suppressed; ``low`` and ``high`` are the least and
    greatest count that what is (or would be) printed allows; ``bounded`` rows cannot have more
    than their denominator.
    """

    count: np.ndarray
    denominator: np.ndarray
    hidden: np.ndarray
    missing: np.ndarray
    low: np.ndarray
    high: np.ndarray
    bounded: np.ndarray
    measure: np.ndarray
    unit: np.ndarray


def known_from(
    table: pd.DataFrame,
    rule: Rule,
    catalogue: pd.DataFrame | None,
    decimals: int | None = None,
    *,
    printed: bool = False,
) -> Known:
    """Read a table: before suppression, or (``printed``) with what is hidden gone from it.

    Without a column ``state`` a count that is not printed is taken to be hidden, one that is not
    known before suppression to be missing.
    """
    require(table, ["area_code", "area_type", "indicator_id", "period", "count"])
    count = numbers(table, "count")
    refuse(table, count % 1 > 0, "count", "only whole numbers of people can be protected")
    nothing = np.full(len(table), np.nan)
    denominator = numbers(table, "denominator") if "denominator" in table else nothing
    facts = indicator_facts(table, catalogue)
    measure = fact(facts, "measure", table["indicator_id"])
    unit = multipliers(facts, table["indicator_id"], np.where(measure == "", "proportion", measure))
    bounded = np.isin(measure, ["proportion", ""]) & ~np.isnan(denominator)
    surely = behind_rounded(count, rule.round_to)[0] if printed else count
    refuse(
        table,
        bounded & (surely > denominator),
        "count",
        "a count above its denominator is no proportion, so say in a column measure what it is",
    )
    marked = suppressed(table)
    if marked is None:
        marked = np.isnan(count) & printed
    elif printed:
        count = np.where(np.isnan(count) & table["state"].eq("zero").to_numpy(bool), 0, count)
    unknown = np.isnan(count)
    asked = unknown | (printed and rule.round_to > 1)
    told_low, told_high = behind_rate(table, asked, denominator, measure, unit, decimals)
    told = told_high < UNBOUNDED
    low, high = _behind_count(count if printed else rounded(count, rule.round_to), rule, printed)
    # A value that is not made of the rounded count is made of the true one.
    true = ~unknown & ((count < told_low) | (count > told_high))
    true &= (told_low <= high) & (told_high >= low)
    low = np.where(unknown, told_low, np.where(true, np.maximum(low, told_low), low))
    high = np.where(unknown, told_high, np.where(true, np.minimum(high, told_high), high))
    capped = bounded & (low <= denominator) & (denominator < high) & ~unknown
    high = np.where(capped, denominator, high)
    hidden = marked & unknown if printed else marked
    missing = unknown & ~hidden & ~told
    return Known(count, denominator, hidden, missing, low, high, bounded, measure, unit)


def _behind_count(shown: np.ndarray, rule: Rule, printed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count behind a printed one, which is no small one if it can be another."""
    low, high = behind_rounded(shown, rule.round_to)
    if rule.round_to == 1:
        return low, high
    large = high >= rule.counts_under
    low = np.where((shown > 0) & large, np.maximum(low, rule.counts_under), low)
    low, high = np.where(shown > 0, low, 0), np.where((shown > 0) | large, high, 0)
    exact = printed & (shown % rule.round_to > 0)
    return np.where(exact, shown, low), np.where(exact, shown, high)


def refuse_false_totals(ties: Lattice, amounts: np.ndarray, quantity: str) -> None:
    """Refuse totals that are known, like all their parts, and are not the sums of them."""
    sums, cells = ties.sums, ties.cells
    amount = _by_cell(ties, amounts, np.nan)
    off = sums.totals(amount)
    wrong = np.abs(off) > 1e-6 * np.maximum(1, np.bincount(sums.sum, np.abs(amount)[sums.cell]))
    if not wrong.any():
        return
    first = int(np.flatnonzero(wrong)[0])
    total = sums.cell[(sums.sum == first) & (sums.sign < 0)][0]
    parts = int(((sums.sum == first) & (sums.sign > 0)).sum())
    named = cells.iloc[total]
    raise TableError(
        f"{int(wrong.sum())} totals of {quantity} are not the sums of their parts: for "
        f"{named['indicator_id']} in {named['period']} {named['area_type']} {named['area_code']} "
        f"has {amount[total]:g}, but its {parts} parts {ties.parts[first]} in the table add up to "
        f"{amount[total] + off[first]:g}; correct the counts or the hierarchy."
    )


def hidden_denominators(ties: Lattice, known: Known, rule: Rule) -> np.ndarray:
    """Rows whose denominator has to be hidden."""
    d = known.denominator
    small = (d > 0) & (d < rule.small_denominators)
    if not small.any():
        return small
    refuse_false_totals(ties, d, "denominator")
    secrets = denominators(ties, d, small, rule)
    return by_row(ties, protected(secrets) & (_by_cell(ties, d, np.nan) > 0))


def denominators(ties: Lattice, d: np.ndarray, gone: np.ndarray, rule: Rule) -> Secrets:
    """Denominators with some hidden; a denominator that is not known is no secret."""
    amount = _by_cell(ties, np.where(gone, np.nan, d), np.nan)
    actual = _by_cell(ties, d, np.nan)
    hidden = _by_cell(ties, gone, False).astype(bool)
    unknown = np.isnan(amount)
    floor = np.where(hidden | ~unknown, 1.0, 0.0)
    width = rule.small_denominators - 2
    return Secrets(
        sums=ties.sums,
        printed=Ranges(np.nan_to_num(actual, nan=0), np.nan_to_num(actual, nan=UNBOUNDED)),
        kept=Ranges(floor, np.full(len(floor), UNBOUNDED)),
        hidden=unknown,
        free=amount > 0,
        enough=np.where(hidden | ~unknown, width, 0),
        small=(1, rule.small_denominators - 1),
        count=actual,
        price=np.ones(len(floor)),
    )


def denominators_as_printed(ties: Lattice, d: np.ndarray, gone: np.ndarray, rule: Rule) -> Secrets:
    """Denominators as the attacker has them: under attack whether ``gone`` or printed.

    Those that are printed need no sums to be read, and may not add up.
    """
    posed = denominators(ties, d, gone, rule)
    actual = posed.printed
    kept = Ranges(
        np.where(posed.hidden, posed.kept.least, actual.least),
        np.where(posed.hidden, posed.kept.greatest, actual.greatest),
    )
    everything = np.ones(len(posed.hidden), dtype=bool)
    sums = ties.sums if gone.any() else ties.sums.none()
    return replace(posed, sums=sums, kept=kept, hidden=everything, free=~everything)


def _limits(ties: Lattice, known: Known, gone: np.ndarray, rule: Rule) -> tuple[Ranges, np.ndarray]:
    """Tell what is known of a cell by the rule alone, and how wide its range has to stay."""
    listed = _by_cell(ties, ~known.missing & ~gone, False).astype(bool)
    floor = np.where(listed, float(rule.smallest), 0.0)
    cap = np.where(known.bounded, known.denominator, UNBOUNDED)
    if gone.any():
        found, _ = denominators(ties, known.denominator, gone, rule).attack()
        cap = np.where(gone, _from_cells(ties, found.greatest, len(gone)), cap)
    cap = np.maximum(_by_cell(ties, cap, UNBOUNDED), floor)
    width = rule.counts_under - 1 - rule.smallest
    return Ranges(floor, cap), np.minimum(width, cap - floor)


def to_protect(
    ties: Lattice, known: Known, gone: np.ndarray, rule: Rule, keep: Sequence[str] = ()
) -> Secrets:
    """Pose the table before suppression: small counts hidden, others free to be.

    A count of the area types in ``keep`` costs as much as ten others.
    """
    kept, enough = _limits(ties, known, gone, rule)
    low, high = _by_cell(ties, known.low, 0), _by_cell(ties, known.high, UNBOUNDED)
    count = _by_cell(ties, known.count, np.nan)
    least, greatest = np.where(np.isnan(count), (low, high), count)
    small = (least < rule.counts_under) & (greatest >= rule.smallest)
    marked = _by_cell(ties, known.hidden | known.missing | gone, True).astype(bool)
    hidden = small | marked
    return Secrets(
        sums=ties.sums,
        printed=Ranges(low, high),
        kept=kept,
        hidden=hidden,
        free=~hidden & (least > 0),
        enough=enough,
        small=(rule.smallest, rule.counts_under - 1),
        count=count,
        price=np.where(ties.cells["area_type"].isin(keep), KEPT, 1.0),
    )


def as_printed(ties: Lattice, known: Known, gone: np.ndarray, rule: Rule) -> Secrets:
    """Pose the table as the attacker has it: every cell under attack, printed or not."""
    kept, enough = _limits(ties, known, gone, rule)
    seen = _by_cell(ties, ~np.isnan(known.count), False).astype(bool)
    low, high = _by_cell(ties, known.low, 0), _by_cell(ties, known.high, UNBOUNDED)
    count = _by_cell(ties, known.count, np.nan)
    least = np.where(seen, low, np.maximum(low, kept.least))
    greatest = np.where(seen, high, np.minimum(high, kept.greatest))
    everything = np.ones(len(least), dtype=bool)
    return Secrets(
        sums=ties.sums,
        printed=Ranges(low, high),
        kept=Ranges(least, np.maximum(greatest, least)),
        hidden=everything,
        free=~everything,
        enough=enough,
        small=(rule.smallest, rule.counts_under - 1),
        count=count,
        price=np.ones(len(least)),
    )


def _by_cell(ties: Lattice, values: np.ndarray, absent: float) -> np.ndarray:
    """Values of the rows for the cells; ``absent`` for cells without a row."""
    row = ties.cells["row"].to_numpy()
    if not len(values):
        return np.full(len(row), absent)
    return np.where(row >= 0, values[np.maximum(row, 0)], absent)


def _from_cells(ties: Lattice, values: np.ndarray, rows: int) -> np.ndarray:
    """Values of the cells for the rows."""
    row = ties.cells["row"].to_numpy()
    out = np.zeros(rows, dtype=values.dtype)
    out[row[row >= 0]] = values[row >= 0]
    return out


def by_row(ties: Lattice, values: np.ndarray) -> np.ndarray:
    """Values of the cells that have rows, in the order of the rows."""
    return _from_cells(ties, values, int((ties.cells["row"] >= 0).sum()))
