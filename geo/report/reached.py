"""Whom serving LSOAs could reach: residents, children, and counts that are shown of every LSOA."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.report.choices import counted_words
from geo.report.evidence import Evidence, england_of
from geo.report.indicators.categories import stands_for_all
from geo.report.outcomes import Outcomes
from geo.statistics.table_checks import counts
from geo.vocabulary.area_types import vintage_column

_MOST = 25
"""Counts that a reader may choose among."""


@dataclass(frozen=True, eq=False)
class Reached:
    """A count of every LSOA, made of what is printed alone.

    Attributes
    ----------
    name, words : str
        Indicator, or ``population``, ``children``; and what is counted, in the plural.
    count : ndarray
        In the order of the place's LSOAs, whole numbers.
    base : ndarray or None
        All of whom these are, where that is known.
    told : str
        Where the counts are from, where that is not in the catalogue.
    """

    name: str
    words: str
    count: np.ndarray
    base: np.ndarray | None = None
    told: str = ""


def reachable(evidence: Evidence, asked: str = "") -> list[Reached]:
    """Gather counts of every LSOA, the one asked for first, then children, residents and outcomes.

    Raises
    ------
    TableError
        If what was asked for is no indicator, or not shown of every LSOA; if nothing is.
    """
    made = [*_residents(evidence), *_outcomes(evidence)]
    if not made:
        raise TableError(
            "Nobody is counted in every LSOA, so that nothing can be told of what is reached; add "
            "a table of residents, or counts of an indicator."
        )
    if not asked:
        return made[:_MOST]
    first = [one for one in made if one.name == asked]
    if not first:
        known = examples([one.name for one in made], _MOST) or "none"
        raise TableError(
            f"The counts of {asked} are not shown of every LSOA, so what is reached cannot be told "
            f"without giving hidden ones away; counts of every LSOA are there of {known}."
        )
    return [*first, *(one for one in made if one.name != asked)][:_MOST]


def _residents(evidence: Evidence) -> list[Reached]:
    """Children and residents, as far as known of every LSOA."""
    lsoas = evidence.lsoas
    _, code = vintage_column(lsoas)
    people = england_of(evidence.inputs, evidence.release, lsoas).people
    found = []
    for name, words in (("children", "children"), ("population", "residents")):
        counted = people.of("children" if name == "children" else "residents")
        if counted is None:
            continue
        number = counted.number.reindex(lsoas[code]).round().to_numpy()
        if not np.isnan(number).any() and number.sum() > 0:
            told = f"Children: {counted.told}." if name == "children" else ""
            found.append(Reached(name, words, number, told=told))
    return found


def _outcomes(evidence: Evidence) -> list[Reached]:
    """Outcomes of which high is not good, with a count shown of every LSOA."""
    if evidence.outcomes is None:
        return []
    vintage, code = vintage_column(evidence.lsoas)
    rows = rows_of(evidence.outcomes, vintage)
    facts = evidence.outcomes.catalogue.set_index("indicator_id")
    found = []
    for name, own in rows.groupby("indicator_id", sort=False):
        fact = facts.loc[name]
        table = own.set_index("area_code").reindex(evidence.lsoas[code])
        count, base = (table[c].to_numpy(float) for c in ("count", "denominator"))
        if np.isnan(count).any() or (count % 1 > 0).any() or not count.sum():
            continue
        if fact["polarity"] == "high_is_good":
            continue
        part = fact["measure"] == "proportion" and not (np.isnan(base) | (base < count)).any()
        words, plural = counted_words(fact)
        told = words if plural else f"those counted as {words}"
        found.append(Reached(str(name), told, count, base.round() if part else None))
    return found


def rows_of(found: Outcomes, kind: str) -> pd.DataFrame:
    """Latest rows of areas of a kind, of all persons and ages, as they are printed."""
    table = found.published.showing(found.latest).table
    table = table[table["area_type"].eq(kind) & stands_for_all(table)]
    table = table.assign(count=counts(table))  # whatever else a hidden row still holds
    once = ~table.duplicated(["indicator_id", "area_code"], keep=False)
    return table[once & table["at_least"].eq(0) & ~table["estimated"].eq(True)]
