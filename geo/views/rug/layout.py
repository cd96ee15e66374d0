"""What stands in a rug and what is said of it, whichever form it is written in."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from geo.views.classes import Cells
from geo.views.indicator_rows import sex_and_age
from geo.views.rug.leads import Lead
from geo.views.style import palette as colours
from geo.views.style.wording import counted_indicators, few
from geo.vocabulary.area_types import AreaType, place_in_words

Level = Literal[3, 5, "quintiles"]
ARROWS = {"increasing": "↑", "decreasing": "↓", "no_change": "→"}
_FALSE_FLAGS = 0.05


@dataclass(frozen=True, eq=False)
class RugLayout:
    """Cells of a rug in their order, and its words; page, workbook and figure stand on it.

    Attributes
    ----------
    cells : Cells
        What stands in each cell, and in which order.
    title, place, benchmark : str
        Finding, place, and the name of the area compared with.
    words : AreaType
        Type of the areas, and the words for them.
    palette, levels : str, int
        How cells are coloured.
    notices, sources : tuple of str
        What every reader must see, and attribution.
    leads : tuple of Lead
        Of each area what is worst and what changed, where there are few.
    """

    cells: Cells
    title: str
    place: str
    words: AreaType
    benchmark: str
    palette: str
    levels: Level
    notices: tuple[str, ...]
    sources: tuple[str, ...]
    leads: tuple[Lead, ...] = ()

    @property
    def styles(self) -> dict[str, colours.ClassStyle]:
        """Fill, label, symbol and pattern of each class."""
        placed = self.cells.has_fifths or self.levels == "quintiles"
        return colours.comparison_styles(self.palette, self.levels, self.benchmark, placed=placed)

    @property
    def kind(self) -> str:
        """Type of the areas, as in the comparisons."""
        return self.words.name

    @property
    def confidence(self) -> str:
        """How sure the flags are, for use in a sentence; none are made with quintiles."""
        if self.levels == "quintiles":
            return ""
        five = " (much better, much worse: 99.8%)" if self.levels == 5 else ""
        return f"95% confidence{five}"

    @property
    def subtitle(self) -> str:
        """Measure, benchmark and period of the whole table."""
        periods = self.cells.indicators["period"].astype(str).unique()
        when = periods[0] if len(periods) == 1 else "latest period of each"
        how = (
            "by fifths of all areas in England"
            if self.levels == "quintiles"
            else f"compared with {self.benchmark} at {self.confidence}"
        )
        return f"{counted_indicators(len(self.cells.indicators))}, {how}; {when}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the numbers: states, chance, disclosure control."""
        count = self.cells.counts("state")
        lines = [
            f"Cells of {self.words.plural}: {sum(count.values()):,}. With a value: "
            f"{count.get('value', 0) + count.get('zero', 0) + count.get('not_compared', 0):,} "
            f"(true zero: {count.get('zero', 0):,}; not compared: "
            f"{self.cells.counts('shown').get('not_compared', 0):,}). Suppressed: "
            f"{count.get('suppressed', 0):,}. Missing: {count.get('missing', 0):,}."
        ]
        if (tested := self.cells.tested) and self.levels != "quintiles":
            by_chance = tested * _FALSE_FLAGS
            lines.append(
                f"About {by_chance:,.0f} of {tested:,} comparisons would differ from "
                f"{self.benchmark} at 95% by chance alone if no area differed; look for runs of "
                "one colour, not single cells."
            )
        if (placed := self.cells.placed) and self.levels != "quintiles":
            lines.append(
                f"{placed:,} cells are placed, not compared: their values have no intervals, and "
                "their colour and number say in which fifth of England's areas of the kind most "
                "like theirs they stand or would stand. None of them counts as better or worse."
            )
        if least := int(self.cells.own["at_least"].gt(0).sum()):
            lines.append(
                f"{least:,} cells are at least what they say (≥), because some of their areas have "
                "no figure; their intervals reach to the most that these could hold."
            )
        if about := int(self.cells.own["estimated"].sum()):
            lines.append(
                f"{about:,} cells are estimates (≈): counts of MSOAs that lie in several areas are "
                "shared out by who lives there."
            )
        if self.cells.rule:
            lines.append(f"Disclosure control: {self.cells.rule}.")
        return tuple(lines)

    @property
    def places(self) -> pd.Series:
        """Say of each placed cell where it stands among England's areas, or would stand."""
        cells = self.cells.cells
        high = self.cells.indicators["polarity"].eq("no_judgement").to_numpy()[cells["row"]]
        words = [
            ""
            if np.isnan(cell.place)
            else f"{'stands' if cell.is_among else 'would stand'} "
            f"{place_in_words(int(cell.place), int(cell.among), cell.among_type)}, "
            f"1 = {'highest' if unjudged else 'worst'}"
            for cell, unjudged in zip(cells.itertuples(), high, strict=True)
        ]
        return pd.Series(words, cells.index)

    @property
    def data(self) -> pd.DataFrame:
        """Every cell as a row, in words and numbers: what ``to_csv`` writes."""
        return self._data.copy(deep=False)

    @cached_property
    def _data(self) -> pd.DataFrame:
        cells, facts, areas = self.cells.cells, self.cells.indicators, self.cells.areas
        of, at = facts.iloc[cells["row"]], areas.iloc[cells["column"]]
        labels = {name: style.label for name, style in self.styles.items()}
        states = cells["state"].map(cells["state"].value_counts())
        columns = {
            "area_type": at["area_type"],
            "area_code": at["area_code"],
            "area": at["name"],
            "area_group": at["group"],
            "indicator_id": of["indicator_id"],
            **sex_and_age(of),
            "indicator": of["name"],
            "short_name": of["label"],
            "group": of["group"],
            "unit": of["unit"],
            "period": of["period"],
            "polarity": of["polarity"],
            **{
                name: cells[name]
                for name in ("value", "lower_ci", "upper_ci", "count", "denominator")
            },
            "benchmark": self.benchmark,
            "benchmark_value": cells["benchmark_value"],
            **self._others(),
            "state": cells["state"],
            "cells_in_state": states,
            "comparison": cells["shown"],
            "symbol": cells["shown"].map({n: s.symbol for n, s in self.styles.items()}),
            "meaning": cells["shown"].map(labels),
            "text": cells["text"],
            "place": cells["place"].astype("Int64"),
            "placed_among": cells["among"].astype("Int64"),
            "place_in_words": self.places,
            "areas_lacking": cells["at_least"],
            "estimated": cells["estimated"],
            "trend": cells["trend"],
            "note": cells["note"],
            "source": of["source"],
            "licence": of["licence"],
            "disclosure_rule": self.cells.rule,
        }
        return pd.DataFrame(
            {
                name: part if isinstance(part, str) else part.to_numpy()
                for name, part in columns.items()
            }
        )

    def _others(self) -> dict[str, pd.Series]:
        """Values of other benchmarks, and how each cell compares with them."""
        cells = self.cells.cells
        found = {}
        for name in self.cells.against:
            found[f"benchmark_value_{name}"] = pd.to_numeric(cells[f"benchmark_value_{name}"])
            found[f"comparison_{name}"] = cells[f"shown_{name}"]
        return found

    @property
    def alt_text(self) -> str:
        """Describe the rug in words, for the figure's alternative text."""
        own = self.cells.own
        names, kind = self.cells.areas["name"], self.words.singular
        lines = [f"Table of indicators by {kind}, coloured by comparison. {self.title}."]
        labels = {name: style.label for name, style in self.styles.items()}
        for column, part in own.groupby("column"):
            count = part["shown"].value_counts()
            in_classes = ", ".join(f"{count[n]} {labels[n]}" for n in labels if n in count)
            lines.append(f"{names[column]}: {in_classes}.")
        return "\n".join(lines)


def finding(cells: Cells, benchmark: str, shown: str = "shown") -> str:
    """Word the title from the cells: the area with most worse cells, of those that can be judged.

    The number of indicators is that area's own, so that its spine chart and its panel beside the
    map say the same. ``shown`` is the column of their classes, another for another benchmark.
    """
    cells = replace(cells, cells=cells.cells.assign(shown=cells.cells[shown]))
    fifths = bool(cells.placed) and not cells.tested
    own, judged = cells.own, cells.judged
    bad = judged & own["shown"].isin(["fifth_1"] if fifths else ["much_worse", "worse"])
    worse, known = (each.groupby(own["column"]).sum() for each in (bad, judged))
    words = "in the worst fifth in England" if fifths else f"worse than {benchmark}"
    most = worse.max()
    numbers = known[worse == most].unique() if most else [known.max()]
    if not known.any():
        indicators = counted_indicators(len(cells.indicators))
    elif len(numbers) > 1:
        indicators = "the indicators that can be judged"
    else:
        indicators = counted_indicators(numbers[0])
        if numbers[0] < len(cells.indicators):
            indicators = f"the {indicators} that can be judged"
    if not most:
        return f"No area is {words} in any of {indicators}"
    names = cells.areas["name"].loc[worse.index[worse == most]]
    verb = "is" if len(names) == 1 else "are each"
    ending = ", the most of all" if len(worse) > len(names) else ""
    return f"{few(names)} {verb} {words} in {most} of {indicators}{ending}"
