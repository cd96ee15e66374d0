"""The figures that a place's data allow, each drawn when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError, examples
from geo.geography.hexagons import hexagons
from geo.geography.membership import holding
from geo.notes import Notes
from geo.report.changed import lookup_since
from geo.report.choices import comparable_release
from geo.report.evidence import Evidence
from geo.report.figure_words import FigureWords
from geo.report.in_context import context_of
from geo.report.indicator_figures import MAPS, IndicatorFigures
from geo.report.outcomes import Outcomes
from geo.report.rugs import NAME as RUG
from geo.report.rugs import first_rug
from geo.report.surfaces import density_of_indicator, density_of_people
from geo.report.targeting.figures import TargetingFigures
from geo.statistics.deprivation import decile_profile
from geo.views.charts.change import change_chart
from geo.views.charts.context import context_chart
from geo.views.charts.deciles import decile_bars
from geo.views.maps.density import density_map
from geo.views.maps.deprivation import choropleth, group_map
from geo.views.maps.hexagons import hex_map
from geo.views.maps.movers import movers_map
from geo.views.rug.rug import TartanRug

Maker = Callable[[], Figure]
OF_ONE_INDICATOR = (
    "density",
    "priority",
    "coverage",
    "indicator",
    "deprivation-and-indicator",
    "funnel",
    "trend",
    "concentration",
)
"""Figures of the indicator that is asked for."""
OF_ONE_AREA = ("spine",)
MOST_GROUPS = 20
"""Groups that a chart shows on a page of A4; the others are in its data alone."""


@dataclass(frozen=True)
class FigureSet:
    """Makers of figures by name; ``figures["spine"]()`` draws one.

    Attributes
    ----------
    evidence : Evidence
        What ``gather_evidence`` returned; ``with_other_releases`` adds those for changes over time.
    indicator : str
        Indicator to draw where a figure is of one; the one that stands out where not given.
    area : str
        Area for the spine chart; the one with most indicators worse where not given.
    notes : list of str, optional
        Takes what drawing settles; told as a ``GeoWarning`` where not given.
    rug : TartanRug, optional
        The first rug of the evidence, where it is laid out already.
    size : (float, float or None)
        Width and height of pages in millimetres; without a height as tall as what is on them.
    """

    evidence: Evidence
    indicator: str = ""
    area: str = ""
    notes: Notes | None = None
    rug: TartanRug | None = None
    size: tuple[float, float | None] = (160, None)

    def __post_init__(self) -> None:
        """Refuse an indicator that the data do not have."""
        found = self.evidence.outcomes
        known = [] if found is None else found.catalogue["indicator_id"].tolist()
        if self.indicator and self.indicator not in known:
            raise TableError(
                f"There is no indicator {self.indicator!r} of {self.evidence.place.name}; the data "
                f"have {examples(known, 40) or 'none'}, so name one of these."
            )
        if self.area:
            object.__setattr__(self, "area", self._known_area())

    def _known_area(self) -> str:
        """Give the area asked for as the data have it: a group of any level, or the place."""
        place, lsoas = self.evidence.place, self.evidence.lsoas
        groups = [str(one) for level in place.level_columns for one in lsoas[level].unique()]
        known = {name.casefold(): name for name in (*groups, "borough")}
        known.setdefault(place.name.casefold(), "borough")
        if (asked := self.area.casefold()) not in known:
            raise TableError(
                f"There is no area {self.area!r} of {place.name}; it has "
                f"{examples([*sorted(groups), place.name], 40)}, so name one of these."
            )
        return known[asked]

    @cached_property
    def words(self) -> FigureWords:
        """What is written around them."""
        return FigureWords(self.evidence, self.notes, self.size)

    @cached_property
    def makers(self) -> dict[str, Maker]:
        """Every figure that the data allow, by file name, in the order of reading."""
        found = self.evidence.outcomes
        made: dict[str, Maker] = {"decile-profile": self._profile}
        made |= TargetingFigures(self.words, self.indicator).makers
        if self.evidence.earlier:
            made["change"] = self._change
        if found is not None:
            made[RUG] = partial(self._rug, found)
            made |= IndicatorFigures(self.words, self.indicator, self.area).makers(
                found, found.of_all
            )
        if len(self.context):
            made["in-context"] = self._in_context
        return {
            name: partial(self._with_notices, make) for name, make in (self._maps | made).items()
        }

    @cached_property
    def context(self) -> pd.DataFrame:
        """The place against England, as in ``tables/in_context.csv``."""
        return context_of(self.evidence)

    def _in_context(self) -> Figure:
        notice = self.words.notice(grouped=False)
        words = self.words.attribution(residents=True) | {"notice": notice}
        return context_chart(self.context, place=self.evidence.place.name, **words)

    @property
    def maps(self) -> set[str]:
        """Names of the figures that are maps, as far as they are drawn."""
        return {*self._maps, *MAPS}

    @property
    def _maps(self) -> dict[str, Maker]:
        evidence = self.evidence
        if evidence.areas is None:
            return {}
        maps: dict[str, Maker] = {
            "deprivation": self._deprivation,
            evidence.place.levels[0].plural.replace(" ", "-"): self._groups,
            "equal-area": self._equal_area,
        }
        if {"children", "population"} & set(evidence.lsoas):
            maps["density"] = self._density
        if comparable_release(self.evidence) is not None:
            maps["movers"] = self._movers
        return maps

    def _with_notices(self, make: Maker) -> Figure:
        """Draw a figure, and note in its data the notices that it carries."""
        figure: Any = make()
        if carried := [one for one in self.evidence.notices if one in figure.caption]:
            figure.data = figure.data.assign(note=" ".join(carried))
        return figure

    def __getitem__(self, name: str) -> Maker:
        if name not in self.makers:
            if self.indicator and name in replace(self, indicator="").makers:
                raise TableError(
                    f"The figure {name} cannot be drawn of {self.indicator}, which has not the "
                    "counts or areas that it needs; choose another --indicator, or leave it out."
                )
            raise TableError(
                f"There is no figure {name!r} of {self.evidence.place.name}; the data allow "
                f"{examples(self.makers, 20)}, so name one of these."
            )
        return self.makers[name]

    def _deprivation(self) -> Figure:
        subtitle = f"Deprivation deciles of LSOAs. {self.evidence.label}"
        return choropleth(self.evidence.areas, subtitle=subtitle, **self.words.of_map())

    def _groups(self) -> Figure:
        place = self.evidence.place
        level, *others = place.level_columns
        holders = holding(self.evidence.lsoas, level, others)
        subtitle = "LSOAs in the most deprived 30% in England, of all LSOAs. " + self.evidence.label
        return group_map(
            self.evidence.areas,
            place.area_type(level),
            within=place.area_type(holders[-1]) if holders else None,
            subtitle=subtitle,
            place=place.name,
            **self.words.attribution(),
        )

    def _profile(self) -> Figure:
        place = self.evidence.place
        levels = [place.area_type(level) for level in [*place.level_columns, "borough"]]
        most = min(MOST_GROUPS, 2 * MOST_GROUPS // len(levels))
        words = self.words.attribution()
        words["caption"] = " ".join([*self.evidence.explained, words["caption"]])
        return decile_bars(self.evidence.profile, levels=levels, most=most, **words)

    def _equal_area(self) -> Figure:
        level = self.evidence.place.levels[0].column
        hexes = hexagons(self.evidence.areas, groups=level)
        return hex_map(
            hexes, subtitle=f"Deprivation deciles. {self.evidence.label}", **self.words.of_map()
        )

    def _density(self) -> Figure:
        assert self.evidence.areas is not None  # makers has it only then
        surface = (
            density_of_indicator(self.evidence, self.indicator)
            if self.indicator
            else density_of_people(self.evidence)
        )
        options = self.words.of_map(residents=not self.indicator)
        return density_map(surface, self.evidence.areas, **options)

    def _change(self) -> Figure:
        place, evidence = self.evidence.place, self.evidence
        levels = place.level_columns
        profiles = {
            year: decile_profile(lsoas, by=levels, borough=place.name)
            for year, lsoas in self.evidence.earlier.items()
        }
        profiles[evidence.release.year] = evidence.profile
        return change_chart(
            dict(sorted(profiles.items())),
            level=place.area_type(levels[0]),
            most=MOST_GROUPS,
            **self.words.attribution(*self.evidence.earlier),
        )

    def _movers(self) -> Figure:
        year, now = comparable_release(self.evidence), self.evidence.release
        assert year is not None
        return movers_map(
            self.evidence.areas,
            self.evidence.earlier[year],
            lookup=lookup_since(self.evidence, year),
            releases=(str(year), str(now.year)),
            **self.words.of_map(year),
        )

    def _rug(self, found: Outcomes) -> Figure:
        return (self.rug or first_rug(self.evidence, found)).figure()
