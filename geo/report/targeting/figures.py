"""Figures of targeting: who comes first, and whom that reaches."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.report.evidence import Evidence
from geo.report.figure_words import FigureWords
from geo.report.targeting.priorities import Priorities
from geo.views.charts.coverage import coverage_curve
from geo.views.charts.priority import priority_chart
from geo.views.style.credits import sources_of


@dataclass(frozen=True)
class TargetingFigures:
    """Makers of them; an indicator, where one is asked for, is whom to reach and what comes first.

    Public Indices put areas in order where none is, and children or residents are reached.
    """

    words: FigureWords
    indicator: str

    @property
    def evidence(self) -> Evidence:
        """Of whom they are."""
        return self.words.evidence

    @property
    def makers(self) -> dict[str, Callable[[], Figure]]:
        """Those that the data allow, by name."""
        lsoas = self.evidence.lsoas
        ranked = "imd_rank" in lsoas and bool(lsoas["imd_rank"].notna().all())
        if not ranked or not {"children", "population"} & set(lsoas):
            return {}
        return {"priority": self._priority, "coverage": self._coverage}

    @cached_property
    def _usual(self) -> Priorities:
        """What is known without an indicator."""
        return Priorities.of(self.evidence)

    def _priority(self) -> Figure:
        found = self._usual if not self.indicator else Priorities.of(self.evidence, self.indicator)
        top = found.usual_top()
        order = found.order({found.asked: 1.0}, top).iloc[:top]
        order = order[order["rank"].notna()]
        certain = found.outcome is None
        chance = ["rank_low", "rank_high", "probability"]
        low, high, chances = (
            np.full(len(order), np.nan) if certain else order[name].to_numpy(float)
            for name in chance
        )
        at = found.lsoas.loc[order.index, found.asked] if certain else order["rank"]
        rows = pd.DataFrame(
            {
                found.code: order[found.code],
                "area": found.names[order.index],
                "group": order[found.group.name],
                "rank": order["rank"],
                "decile": found.deciles[order.index],
                "at": at.astype(int),
                "low": low,
                "high": high,
                "chance": chances,
            }
        )
        measure, many = found.measures[found.asked], found.area.plural
        if certain:
            scale = f"{measure}: rank among all {many} of England, 1 the most deprived"
            return priority_chart(rows, scale=scale, areas=found.area, **self.words.attribution())
        sure = int((order["standing"] == "firmly in").sum())
        title = f"{sure} of the {len(rows)} {many} that come first are firmly among the first {top}"
        scale = f"{measure}: rank among {len(found.lsoas):,} {many}, 1 the most"
        words: dict[str, Any] = {**self.words.attribution(), "caption": self._how(found)}
        return priority_chart(rows, scale=scale, areas=found.area, title=title, **words)

    def _how(self, found: Priorities) -> str:
        """Say what chance and lines mean, and where the indicator is from."""
        assert self.evidence.outcomes is not None
        catalogue = self.evidence.outcomes.catalogue
        sources = sources_of(catalogue[catalogue["indicator_id"].eq(found.asked)])
        certainty = found.certainty
        return (
            f"Chance: in how many of {certainty.draws:,} draws of what the counts leave open an "
            f"area is among the first ({certainty.firm:.0%} or more: firmly). Lines: between which "
            f"ranks all areas lie at once, at {certainty.confidence:.0%} confidence, by their "
            f"counts alone. {' '.join(sources)}"
        )

    def _coverage(self) -> Figure:
        found = Priorities.of(self.evidence, need=self.indicator) if self.indicator else self._usual
        people, top = found.people[0], found.usual_top()
        reach = found.reach(found.order({found.asked: 1.0}, top), people, top)
        measure = found.measures[found.asked]
        subtitle = f"Share of all {people.words} reached as more {found.area.plural} are served"
        words = self.words.attribution(residents=True)
        if people.told not in words["caption"]:
            words["caption"] = f"{people.told} {words['caption']}"
        return coverage_curve(
            reach.curve.rename(columns={"need": people.name}).dropna(axis=1, how="all"),
            people.words,
            top=top,
            subtitle=f"{subtitle}, in the order of: {measure}",
            **words,
        )
