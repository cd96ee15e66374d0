"""What puts the LSOAs of a place in order, whom that reaches, and how a budget would be split."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError
from geo.report.evidence import Evidence
from geo.report.targeting.reached import Reached, Shared, reachable, rows_of, shareable
from geo.targeting.allocation import CountedNeed, Limits, allocate
from geo.targeting.coverage import Coverage, coverage
from geo.targeting.priority import Certainty, priority
from geo.vocabulary.area_types import AreaType, vintage_column
from geo.vocabulary.local_names import naming_column
from geo.vocabulary.releases import INDICES, MOST_DEPRIVED

_OFFERED = 10
"""Indices and domains that are offered; sub-domains only where asked for."""
_CERTAINTY = Certainty(draws=400)
_ORDER, _COUNT, _BASE = "_order_rank", "_count", "_base"


@dataclass(frozen=True, eq=False)
class Priorities:
    """All that a decision on a place is made of: nothing in it that is not printed.

    Attributes
    ----------
    lsoas : DataFrame
        One row an LSOA, as in the evidence.
    area, group : AreaType
        Words for LSOAs, and for the groups that share them out; its name is their column.
    levels : list of str
        Columns of all groupings, that of ``group`` last.
    measures : dict
        What can put LSOAs in order, in words: columns of ranks, and an indicator where asked for.
    asked : str
        The measure that does at first.
    people : list of Reached
        Whom serving LSOAs may reach, first the one asked for where it is shown of every LSOA.
    shares : list of Shared
        By what a budget may be shared between groups, first the one asked for.
    outcome : DataFrame or None
        Published rows of the indicator among the measures.
    certainty : Certainty
        How often needs and weights are drawn.
    """

    lsoas: pd.DataFrame
    area: AreaType
    group: AreaType
    levels: list[str]
    measures: dict[str, str]
    asked: str
    people: list[Reached]
    shares: list[Shared]
    outcome: pd.DataFrame | None = None
    certainty: Certainty = _CERTAINTY

    @classmethod
    def of(
        cls, evidence: Evidence, index: str = "imd", need: str = "", by: str = ""
    ) -> "Priorities":
        """Gather them from the evidence of a place.

        Raises
        ------
        TableError
            If there is no such index, indicator or group, or it is not shown of enough LSOAs.
        """
        lsoas, place = evidence.lsoas, evidence.place
        vintage, _ = vintage_column(lsoas)
        if by and by not in place.level_columns:
            known = ", ".join(place.level_columns)
            raise TableError(
                f"There is no level {by} of {place.name}; its levels are {known}, so name one of "
                "these."
            )
        group = by or place.level_columns[0]
        measures = {
            f"{name}_rank": words
            for number, (name, words) in enumerate(INDICES.items())
            if _complete(lsoas, f"{name}_rank") and (number < _OFFERED or name == index)
        }
        outcome = None
        if f"{index}_rank" not in measures:
            outcome = _outcome(evidence, index, vintage, measures)
            measures = {index: str(outcome["name"].iloc[0])} | measures
        asked = index if outcome is not None else f"{index}_rank"
        people = reachable(evidence, need)
        shares = shareable(evidence, people, lsoas[group], need)
        levels = [*(level for level in place.level_columns if level != group), group]
        area, shared = place.area_type(vintage), place.area_type(group)
        return cls(lsoas, area, shared, levels, measures, asked, people, shares, outcome)

    @property
    def code(self) -> str:
        """Column of the LSOAs' codes."""
        return vintage_column(self.lsoas)[1]

    @property
    def names(self) -> pd.Series:
        """What people call the LSOAs, else their official names, else their codes."""
        return self.lsoas[naming_column(self.lsoas, self.code)]

    @property
    def deciles(self) -> pd.Series:
        """National deciles that areas are shown with: of the index asked for, else of the IMD."""
        own = self.asked.replace("_rank", "_decile")
        return self.lsoas[own if own in self.lsoas else "imd_decile"]

    def usual_top(self) -> int:
        """How many LSOAs are in the most deprived 30% of England; a tenth of all if none is."""
        top = int((self.deciles <= MOST_DEPRIVED).sum())
        return top or -(-len(self.lsoas) // 10)

    def order(self, weights: Mapping[str, float], top: int) -> pd.DataFrame:
        """Put the LSOAs in order; weights are shares of their sum."""
        total = sum(weights.values())
        return priority(
            self.lsoas,
            needs={name: weight / total for name, weight in weights.items()},
            top=top,
            indicators=self.outcome,
            by=self.group.name,
            certainty=self.certainty,
        )

    def reach(self, order: pd.DataFrame, people: Reached, top: int) -> Coverage:
        """Measure whom the first LSOAs reach; those without a rank come last."""
        table = self.lsoas.assign(**{_COUNT: people.count, _BASE: people.base})
        ranks = order["rank"].reindex(table.index)
        table[_ORDER] = ranks.astype(float).fillna(len(table) + 1)
        return coverage(
            table,
            need=_COUNT,
            people=None if people.base is None else _BASE,
            order=_ORDER,
            top=top,
            by=self.levels,
            what=people.words,
        )

    def allocation(
        self,
        share: Shared,
        budget: float,
        floor: float = 0,
        cap: float | None = None,
        *,
        intervals: bool = False,
    ) -> pd.DataFrame:
        """Split a budget between the groups by a count of each; with intervals where it has any."""
        table = pd.DataFrame({"area_code": self.groups, "need": share.need})
        need: str | CountedNeed = "need"
        if intervals and share.base is not None and share.base.all():
            table["people"] = share.base
            need = CountedNeed("need", "people", draws=self.certainty.draws)
        residents = self.residents
        if residents is not None:
            table["population"] = residents
        return allocate(
            table,
            budget=budget,
            need=need,
            limits=Limits(floor, cap),
            population=None if residents is None else "population",
        )

    @property
    def instead(self) -> str:
        """Say that others are reached than share the budget, in a sentence; empty where not so."""
        reached, share = self.people[0], self.shares[0]
        if reached.name == share.name:
            return ""
        return (
            f"Not every {self.area.singular} has a count of {share.words} that is shown, so whom "
            f"serving {self.area.plural} reaches is told of {reached.words}; a budget is shared by "
            f"{share.words}."
        )

    @property
    def groups(self) -> list[str]:
        """Names of the groups, in order."""
        return sorted(self.lsoas[self.group.name].unique())

    @property
    def residents(self) -> np.ndarray | None:
        """Residents of each group, where known."""
        return next((one.need for one in self.shares if one.name == "population"), None)


def _complete(lsoas: pd.DataFrame, column: str) -> bool:
    return column in lsoas and bool(lsoas[column].notna().all())


def _outcome(
    evidence: Evidence, name: str, vintage: str, measures: Mapping[str, str]
) -> pd.DataFrame:
    """Read the published counts of an indicator that is to put LSOAs in order."""
    found = evidence.outcomes
    rows = pd.DataFrame() if found is None else rows_of(found, vintage)
    if len(rows):
        rows = rows[rows["indicator_id"].eq(name)]
    if found is None or rows.empty:
        known = ", ".join(column.removesuffix("_rank") for column in measures)
        raise TableError(
            f"There are no ranks of {name} here, nor an indicator of LSOAs; choose one of {known}, "
            "or the name of an indicator."
        )
    fact = found.catalogue.set_index("indicator_id").loc[name]
    if not rows["count"].notna().any():
        raise TableError(
            f"No count of {name} is shown of any LSOA, so it can put none first; choose another."
        )
    facts = {key: fact[key] for key in ("name", "measure", "polarity", "confidential")}
    return rows.assign(**facts)
