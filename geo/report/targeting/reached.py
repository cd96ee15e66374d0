"""Whom serving LSOAs could reach: residents, children, and counts that are shown of every LSOA."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.report.choices import counted_words
from geo.report.evidence import Evidence
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


@dataclass(frozen=True, eq=False)
class Shared:
    """A count of every group, in their order, by which a budget can be shared.

    ``base`` is how many there are of whom these are a part; None where that is not known.
    """

    name: str
    words: str
    need: np.ndarray
    base: np.ndarray | None = None


def reachable(evidence: Evidence, asked: str = "") -> list[Reached]:
    """Gather counts of every LSOA, the one asked for first, then children, residents and outcomes.

    Raises
    ------
    TableError
        If there are none.
    """
    made = [*_residents(evidence), *_outcomes(evidence)]
    if not made:
        raise TableError(
            "Nobody is counted in every LSOA, so that nothing can be told of what is reached; add "
            "a table of residents, or counts of an indicator."
        )
    return sorted(made, key=lambda one: one.name != asked)[:_MOST]


def shareable(
    evidence: Evidence, people: list[Reached], groups: pd.Series, asked: str = ""
) -> list[Shared]:
    """Gather counts of every group, the one asked for first: sums of LSOAs, then outcomes.

    ``groups`` is the group of each LSOA. What is hidden of some LSOAs may be shown of all groups.

    Raises
    ------
    TableError
        If what was asked for is not shown of every group.
    """
    number, names = pd.factorize(groups, sort=True)
    made = []
    for one in people:
        base = None if one.base is None else np.bincount(number, one.base)
        made.append(Shared(one.name, one.words, np.bincount(number, one.count), base))
    known = {one.name for one in made}
    if evidence.outcomes is not None:
        measures = evidence.outcomes.catalogue.set_index("indicator_id")["measure"]
        for name, table, words in _counted(evidence.outcomes, str(groups.name), names):
            if name not in known:
                base = _base(table, measures[name])
                made.append(Shared(name, words, table["count"].to_numpy(float), base))
    if asked and asked not in {one.name for one in made}:
        there = examples([one.name for one in made], _MOST)
        found = evidence.outcomes
        if found is None or asked not in set(found.catalogue["indicator_id"]):
            raise TableError(
                f"There is no indicator {asked} of {evidence.place.name}; counts of every "
                f"{groups.name} are there of {there}, so name one of these."
            )
        raise TableError(
            f"The counts of {asked} are not shown of every {groups.name}, so a budget shared by "
            "them would give hidden ones away; counts of every one are there of "
            f"{there}, so name one of these."
        )
    return sorted(made, key=lambda one: one.name != asked)[:_MOST]


def _residents(evidence: Evidence) -> list[Reached]:
    """Children and residents, as far as known of every LSOA."""
    lsoas = evidence.lsoas
    _, code = vintage_column(lsoas)
    people = evidence.england.people
    found = []
    for name, words in (("children", "children"), ("population", "residents")):
        counted = people.of("children" if name == "children" else "residents")
        if counted is None:
            continue
        number = counted.number.reindex(lsoas[code]).round().to_numpy()
        if not np.isnan(number).any() and number.sum() > 0:
            source = counted.told if name == "children" else counted.source
            told = f"{words.capitalize()}: {source}." if source else ""
            found.append(Reached(name, words, number, told=told))
    return found


def _outcomes(evidence: Evidence) -> list[Reached]:
    """Outcomes of which high is not good, with a count shown of every LSOA."""
    if evidence.outcomes is None:
        return []
    vintage, code = vintage_column(evidence.lsoas)
    measures = evidence.outcomes.catalogue.set_index("indicator_id")["measure"]
    found = []
    for name, table, words in _counted(evidence.outcomes, vintage, evidence.lsoas[code]):
        count = table["count"].to_numpy(float)
        found.append(Reached(name, words, count, _base(table, measures[name])))
    return found


def _base(table: pd.DataFrame, measure: str) -> np.ndarray | None:
    """Of whom those counted are a part; None where they are none, or it is not known of all."""
    count, base = (table[c].to_numpy(float) for c in ("count", "denominator"))
    part = measure == "proportion" and not (np.isnan(base) | (base < count)).any()
    return base.round() if part else None


def _counted(
    found: Outcomes, kind: str, areas: Iterable[str]
) -> Iterator[tuple[str, pd.DataFrame, str]]:
    """Give each indicator of which high is not good, with its row of each area and its words.

    Only those come whose counts, whole numbers, are shown of every area.
    """
    facts = found.catalogue.set_index("indicator_id")
    for name, own in rows_of(found, kind).groupby("indicator_id", sort=False):
        table = own.set_index("area_code").reindex(areas)
        count = table["count"].to_numpy(float)
        unfit = np.isnan(count) | (count % 1 > 0)
        if unfit.any() or not count.sum() or facts.loc[name, "polarity"] == "high_is_good":
            continue
        words, plural = counted_words(facts.loc[name])
        yield str(name), table, words if plural else f"those counted as {words}"


def rows_of(found: Outcomes, kind: str) -> pd.DataFrame:
    """Latest rows of areas of a kind, of all persons and ages, as they are printed."""
    table = found.published.showing(found.latest).table
    table = table[table["area_type"].eq(kind) & stands_for_all(table)]
    table = table.assign(count=counts(table))  # whatever else a hidden row still holds
    once = ~table.duplicated(["indicator_id", "area_code"], keep=False)
    return table[once & table["at_least"].eq(0) & ~table["estimated"].eq(True)]
