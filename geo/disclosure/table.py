"""What a table of indicators tells of each row: before suppression, and as it is published."""

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from geo.disclosure.constraints import UNBOUNDED
from geo.disclosure.dominance import (
    contributed,
    largest_contributions,
    mean_totals,
    protection_levels,
)
from geo.disclosure.feasible_counts import (
    feasible_from_rate,
    feasible_from_rounded,
    rounded,
    value_columns,
)
from geo.disclosure.rules import Rule
from geo.statistics.series import fact, indicator_facts, multipliers
from geo.statistics.table_checks import numbers, refuse, require, suppressed

KEYS = ("area_code", "area_type", "indicator_id", "period", "sex", "age")


@dataclass(frozen=True)
class KnownCounts:
    """What a table says of each row: counts, denominators, and what is told without a count.

    ``missing`` rows have no count and are not suppressed; ``low`` and ``high`` are the least and
    greatest count that what is (or would be) published allows; ``bounded`` rows cannot have more
    than their denominator. Where the rule hides sums and means by their largest contributions,
    ``total`` is what the contributions to a mean add up to, give or take ``slack``, and
    ``protection_level`` how far above a sum or total the attacker's interval has to reach; 0 where
    the rule does not hide it. ``largest`` are the largest contributions to each, a column a rank;
    NaN where no sum or mean is judged.
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
    total: np.ndarray
    slack: np.ndarray
    protection_level: np.ndarray
    largest: np.ndarray

    def and_counts(self, count: np.ndarray) -> "KnownCounts":
        """Add rows of which nothing but a count is known, or is to be found out."""
        unknown, nothing = np.isnan(count), np.full(len(count), np.nan)
        no = np.zeros(len(count), dtype=bool)
        low, high = np.where(unknown, 0, count), np.where(unknown, UNBOUNDED, count)
        words, ones = np.full(len(count), "count"), np.ones(len(count))
        largest = np.full((len(count), self.largest.shape[1]), np.nan)
        more = KnownCounts(
            *(count, nothing, unknown, no, low, high, no, words, ones),
            *(nothing, nothing, np.zeros(len(count)), largest),
        )
        pairs = ((getattr(self, one.name), getattr(more, one.name)) for one in fields(self))
        return KnownCounts(*(np.concatenate(pair) for pair in pairs))


def known_counts(
    table: pd.DataFrame,
    rule: Rule,
    catalogue: pd.DataFrame | None,
    decimals: int | None = None,
    *,
    published: bool = False,
) -> KnownCounts:
    """Read a table: before suppression, or (``published``) with what is hidden gone from it.

    Without a column ``state`` a count that is not published is taken to be hidden, one that is not
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
    surely = feasible_from_rounded(count, rule.round_to)[0] if published else count
    refuse(
        table,
        bounded & (surely > denominator),
        "count",
        "a count above its denominator is no proportion, so say in a column measure what it is",
    )
    marked = suppressed(table)
    if marked is None:
        marked = np.isnan(count) & published
    elif published:
        count = np.where(np.isnan(count) & table["state"].eq("zero").to_numpy(bool), 0, count)
    unknown = np.isnan(count)
    asked = unknown | (published and rule.round_to > 1)
    told = feasible_from_rate(table, asked, denominator, measure, unit, decimals)
    low, high = _feasible(count, told, rule, published)
    capped = bounded & (low <= denominator) & (denominator < high) & ~unknown
    high = np.where(capped, denominator, high)
    hidden = marked & unknown if published else marked
    missing = unknown & ~hidden & (told[1] == UNBOUNDED)
    known = KnownCounts(
        *(count, denominator, hidden, missing, low, high, bounded, measure, unit),
        *(nothing, nothing, np.zeros(len(table)), nothing[:, None]),
    )
    near = near_all(known, rule)
    printed = ~unknown & (low < near)  # so it is none of those near, which would be hidden
    known = replace(known, high=np.where(printed, np.minimum(high, near - 1), high))
    return known if published or not rule.contributions else _judged(table, known, rule)


def _judged(table: pd.DataFrame, known: KnownCounts, rule: Rule) -> KnownCounts:
    """Judge sums and means by their largest contributions."""
    valued = table["value"].notna().to_numpy() if "value" in table else False
    alone = known.missing & valued & ~np.isnan(known.denominator)
    total, slack = mean_totals(table, alone, known.denominator, known.measure)
    sums = contributed(table, known.count, known.bounded) & ~known.hidden
    whole = np.where(sums, known.count, total)
    largest = largest_contributions(table, whole, rule)
    above = sums & (largest.sum(axis=1) > known.count)
    refuse(table, above, rule.contributions[0], "contributions are not above their sum")
    level = protection_levels(np.nan_to_num(whole), largest, rule)
    largest = np.where(np.isnan(whole)[:, None], np.nan, largest)
    return replace(known, total=total, slack=slack, protection_level=level, largest=largest)


def _feasible(
    count: np.ndarray, told: tuple[np.ndarray, np.ndarray], rule: Rule, published: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count behind a published count and what its value and limits tell."""
    unknown = np.isnan(count)
    shown = count if published else rounded(count, rule.round_to)
    low, high = feasible_from_rounded(shown, rule.round_to)
    if rule.round_to > 1:
        large = high >= rule.counts_under  # so it is no small count, which would be hidden
        low = np.where((shown > 0) & large, np.maximum(low, rule.counts_under), low)
        low, high = np.where(shown > 0, low, 0), np.where((shown > 0) | large, high, 0)
        exact = published & (shown % rule.round_to > 0)
        low, high = np.where(exact, shown, low), np.where(exact, shown, high)
    # A value that is not made of the rounded count is made of the true one.
    least, greatest = told
    true = ~unknown & ((count < least) | (count > greatest)) & (least <= high) & (greatest >= low)
    low = np.where(unknown, least, np.where(true, np.maximum(low, least), low))
    high = np.where(unknown, greatest, np.where(true, np.minimum(high, greatest), high))
    return low, high


def near_all(known: KnownCounts, rule: Rule) -> np.ndarray:
    """Least count of each row that leaves fewer of its denominator than the rule asks for."""
    asked = known.bounded & (known.denominator > 0) & bool(rule.near_denominator)
    near = np.maximum(known.denominator - rule.near_denominator + 1, 1)  # zero is not near all
    return np.where(asked, near, np.inf)


def too_small(known: KnownCounts, rule: Rule) -> np.ndarray:
    """Rows that the rule hides, be it for their count or for who contributes most to them.

    This is primary suppression; a count that is not known is small if it may be.
    """
    least, greatest = np.where(np.isnan(known.count), (known.low, known.high), known.count)
    small = (least < rule.counts_under) & (greatest >= rule.smallest)
    return small | (greatest >= near_all(known, rule)) | (known.protection_level > 0)


def hidden_denominators(table: pd.DataFrame, known: KnownCounts) -> np.ndarray:
    """Rows without a denominator, of indicators that have some, that seem to hide it.

    Their count is suppressed, or they print a value and no count.
    """
    valued = table[value_columns(table)].notna().any(axis=1).to_numpy(dtype=bool)
    counted = ~np.isnan(known.denominator)
    series = table["indicator_id"]
    told_elsewhere = series.isin(series[counted].unique()).to_numpy()
    return told_elsewhere & ~counted & (known.hidden | (valued & np.isnan(known.count)))


def confidential_rows(table: pd.DataFrame, catalogue: pd.DataFrame | None) -> np.ndarray:
    """Rows that are confidential: all of them, where nothing says otherwise."""
    if "confidential" in table:
        marks = table["confidential"]
    elif catalogue is not None and "confidential" in (listed := catalogue.reset_index()):
        require(table, ["indicator_id"])
        marks = table["indicator_id"].map(listed.set_index("indicator_id")["confidential"])
    else:
        return np.ones(len(table), dtype=bool)
    allowed = marks.isna() | marks.isin([True, False])
    refuse(table.assign(confidential=marks), ~allowed, "confidential", "allowed are true and false")
    return marks.astype(object).where(marks.notna(), True).to_numpy(dtype=bool)
