"""The figures that a place's data allow, each drawn when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypedDict

import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError, examples
from geo.geography.hexagons import hexagons
from geo.geography.membership import holding
from geo.notes import Notes
from geo.report.changed import lookup_since
from geo.report.choices import (
    comparable_release,
    compared_rows,
    counted_words,
    deprived_and_rest,
    fits_funnel,
    larger_than_lsoas,
    leading_indicator,
    map_classes,
    most_trends,
    public_count,
    smallest_shown,
)
from geo.report.credits import RESIDENTS, indices_source
from geo.report.evidence import Evidence
from geo.report.in_context import context_of
from geo.report.outcomes import Outcomes
from geo.report.rugs import NAME as RUG
from geo.report.rugs import first_rug
from geo.report.surfaces import density_of_indicator, density_of_people
from geo.statistics.deprivation import decile_profile
from geo.statistics.funnel_limits import control_limits
from geo.statistics.inequality import concentration, gap
from geo.views.charts.change import change_chart
from geo.views.charts.concentration import concentration_curve
from geo.views.charts.context import context_chart
from geo.views.charts.deciles import decile_bars
from geo.views.charts.funnel import funnel_plot
from geo.views.charts.gap import gap_chart
from geo.views.charts.spine import spine_chart
from geo.views.charts.trend import trend_lines
from geo.views.maps.bivariate import bivariate_map
from geo.views.maps.density import density_map
from geo.views.maps.deprivation import choropleth, group_map
from geo.views.maps.hexagons import hex_map
from geo.views.maps.indicator import indicator_map
from geo.views.maps.movers import movers_map
from geo.views.rug.rug import TartanRug
from geo.vocabulary.area_types import AreaType, is_lsoa, is_ward

Maker = Callable[[], Figure]
MOST_HEXAGONS = 1500
MOST_GROUPS = 20
"""Groups that a chart shows on a page of A4; the others are in its data alone."""


class _Page(TypedDict):
    notice: str
    notes: Notes | None
    width_mm: float
    height_mm: float | None


class _Attribution(_Page):
    caption: str


class _MapAttribution(_Attribution):
    outlines: AreaType
    place: str


class _IndicatorNotice(_Page):
    catalogue: pd.DataFrame


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

    @cached_property
    def makers(self) -> dict[str, Maker]:
        """Every figure that the data allow, by file name, in the order of reading."""
        found = self.evidence.outcomes
        made = {"decile-profile": self._profile}
        if self.evidence.earlier:
            made["change"] = self._change
        if found is not None:
            made[RUG] = partial(self._rug, found)
            made |= self._of_indicators(found, found.of_all)
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
        words = self._attribution(residents=True) | {"notice": self.notice(grouped=False)}
        return context_chart(self.context, place=self.evidence.place.name, **words)

    @property
    def maps(self) -> set[str]:
        """Names of the figures that are maps, as far as they are drawn."""
        return {*self._maps, "indicator", "deprivation-and-indicator"}

    @property
    def _maps(self) -> dict[str, Maker]:
        evidence = self.evidence
        if evidence.areas is None:
            return {}
        maps: dict[str, Maker] = {
            "deprivation": self._deprivation,
            evidence.place.levels[0].plural.replace(" ", "-"): self._groups,
        }
        if len(evidence.areas) <= MOST_HEXAGONS:
            maps["equal-area"] = self._equal_area
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
            raise TableError(
                f"There is no figure {name!r} of {self.evidence.place.name}; the data allow "
                f"{examples(self.makers, 20)}, so name one of these."
            )
        return self.makers[name]

    def _attribution(self, *others: int, residents: bool = False) -> _Attribution:
        """Attribution, with other releases drawn and where residents come from, and notices."""
        now = self.evidence.release.year
        of = {indices_source(now): indices_source(*others, now)}
        sources = [
            of.get(source, source)
            for source in self.evidence.sources
            if residents or not source.startswith(RESIDENTS)
        ]
        return {"caption": " ".join(sources), **self._page(" ".join(self.evidence.notices))}

    def _page(self, notice: str) -> _Page:
        width, height = self.size
        return {"notice": notice, "notes": self.notes, "width_mm": width, "height_mm": height}

    def _map_options(self, *others: int, residents: bool = False) -> _MapAttribution:
        """Attribution, and the groups to outline and name."""
        place, words = self.evidence.place, self._attribution(*others, residents=residents)
        return {"outlines": self._type(place.levels[0].column), "place": place.name, **words}

    def notice(self, *, grouped: bool = True) -> str:
        """Word the notices; that of membership only where groups are shown."""
        membership = "" if grouped else self.evidence.place.membership
        return " ".join(one for one in self.evidence.notices if one != membership)

    def _deprivation(self) -> Figure:
        subtitle = f"Deprivation deciles of LSOAs. {self.evidence.label}"
        return choropleth(self.evidence.areas, subtitle=subtitle, **self._map_options())

    def _groups(self) -> Figure:
        place = self.evidence.place
        level, *others = place.level_columns
        holders = holding(self.evidence.lsoas, level, others)
        subtitle = "LSOAs in the most deprived 30% in England, of all LSOAs. " + self.evidence.label
        return group_map(
            self.evidence.areas,
            self._type(level),
            within=self._type(holders[-1]) if holders else None,
            subtitle=subtitle,
            place=self.evidence.place.name,
            **self._attribution(),
        )

    def _profile(self) -> Figure:
        levels = [self._type(level) for level in [*self.evidence.place.level_columns, "borough"]]
        most = min(MOST_GROUPS, 2 * MOST_GROUPS // len(levels))
        words = self._attribution()
        words["caption"] = " ".join([*self.evidence.explained, words["caption"]])
        return decile_bars(self.evidence.profile, levels=levels, most=most, **words)

    def _equal_area(self) -> Figure:
        level = self.evidence.place.levels[0].column
        hexes = hexagons(self.evidence.areas, groups=level)
        return hex_map(
            hexes, subtitle=f"Deprivation deciles. {self.evidence.label}", **self._map_options()
        )

    def _density(self) -> Figure:
        assert self.evidence.areas is not None  # makers has it only then
        surface = (
            density_of_indicator(self.evidence, self.indicator)
            if self.indicator
            else density_of_people(self.evidence)
        )
        options = self._map_options(residents=not self.indicator)
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
            **self._attribution(*self.evidence.earlier),
        )

    def _movers(self) -> Figure:
        year, now = comparable_release(self.evidence), self.evidence.release
        assert year is not None
        return movers_map(
            self.evidence.areas,
            self.evidence.earlier[year],
            lookup=lookup_since(self.evidence, year),
            releases=(str(year), str(now.year)),
            **self._map_options(year),
        )

    def _of_indicators(self, found: Outcomes, whole: Outcomes) -> dict[str, Maker]:
        """Figures of all series, and those of one indicator, of all persons."""
        made: dict[str, Maker] = {}
        if len(compared_rows(found, self._level_of_spine(found))):
            made["spine"] = partial(self._spine, found)
        split = self.indicator and self.indicator not in set(whole.catalogue["indicator_id"])
        if name := "" if split else self.indicator or leading_indicator(whole):
            kind = smallest_shown(whole, name, self.evidence)
            if self.evidence.areas is not None:
                made["indicator"] = partial(self._indicator, whole, name, kind)
            if self.evidence.areas is not None and is_lsoa(kind):
                made["deprivation-and-indicator"] = partial(self._bivariate, whole, name)
            if fits_funnel(whole, name, larger_than_lsoas(whole, self.evidence.place)):
                made["funnel"] = partial(self._funnel, whole, name)
        if name := "" if split else self.indicator or most_trends(whole):
            made["trend"] = partial(self._trend, whole, name)
        if name := public_count(whole, self.indicator):
            made["concentration"] = partial(self._concentration, whole, name)
        if len(deprived_and_rest(found)):
            made["gap"] = partial(self._gap, found)
        return made

    def _chart_options(self, found: Outcomes, *, grouped: bool = True) -> _IndicatorNotice:
        """Catalogue, and the notices that concern what is shown."""
        return {"catalogue": found.catalogue, **self._page(self.notice(grouped=grouped))}

    def _type(self, kind: str) -> AreaType:
        return self.evidence.place.area_type(kind)

    def _benchmark_name(self, found: Outcomes) -> str:
        return "England" if found.benchmark == "england" else self.evidence.place.name

    def _level_of_spine(self, found: Outcomes) -> str:
        """Area type of the area asked for; the first level where none is, or it is unknown."""
        levels = [*self.evidence.place.level_columns, "borough"]
        rows = found.latest[found.latest["area_code"] == self.area]
        return next((level for level in levels if rows["area_type"].eq(level).any()), levels[0])

    def _spine(self, found: Outcomes) -> Figure:
        level = self._level_of_spine(found)
        table = compared_rows(found, level)
        worse = table["comparison"].eq("worse").groupby(table["area_code"]).sum()
        if self.area:
            table = table[table["area_code"] == self.area]
        shown = table["indicator_id"].unique()
        rows = (
            found.latest[found.latest["indicator_id"].isin(shown)] if len(shown) else found.latest
        )
        return spine_chart(
            found.published.showing(rows),
            self.area or str(worse.idxmax()),
            areas=level,
            spread=self._type(larger_than_lsoas(found, self.evidence.place)),
            benchmark=found.benchmark,
            **self._chart_options(found),
        )

    def _indicator(self, found: Outcomes, name: str, kind: str) -> Figure:
        return indicator_map(
            self.evidence.areas,
            found.published.showing(found.latest),
            name,
            area_type=self._type(kind),
            **self._map_options(),
            **map_classes(found, name, self._type(kind)),
        )

    def _bivariate(self, found: Outcomes, name: str) -> Figure:
        classes = map_classes(found, name, self._type(self.evidence.release.vintage))
        rows = found.published.showing(found.latest)
        return bivariate_map(self.evidence.areas, rows, name, **self._map_options(), **classes)

    def _funnel(self, found: Outcomes, name: str) -> Figure:
        kind = larger_than_lsoas(found, self.evidence.place)
        table = found.latest[found.latest["indicator_id"] == name]
        rows = table[table["area_type"] == kind]
        limits = control_limits(rows, catalogue=found.catalogue, method="own_interval")
        return funnel_plot(
            found.published.showing(table),
            limits,
            name,
            areas=self._type(kind),
            benchmark=self._benchmark_name(found),
            **self._chart_options(found, grouped=not is_ward(kind)),
        )

    def _trend(self, found: Outcomes, name: str) -> Figure:
        level = self.evidence.place.level_columns[0]
        return trend_lines(
            found.published,
            name,
            areas=self._type(level),
            trends=found.trends,
            benchmark=self._benchmark_name(found),
            **self._chart_options(found),
        )

    def _concentration(self, found: Outcomes, name: str) -> Figure:
        table = found.latest[found.latest["indicator_id"] == name]
        table = table[table["area_type"] == self.evidence.release.vintage]
        what = found.catalogue.set_index("indicator_id")
        counted, plain = counted_words(what.loc[name])
        return concentration_curve(
            concentration(table.set_index("area_code")["count"]),
            counted if plain else f"count of {counted}",
            verb="are" if plain else "is",
            confidential=False,
            subtitle=f"{what.loc[name, 'name']}, {table['period'].iloc[0]}, by LSOA",
            caption=f"Source: {what.loc[name, 'source']}. {what.loc[name, 'licence']}.",
            **self._page(self.notice(grouped=False)),
        )

    def _gap(self, found: Outcomes) -> Figure:
        table = deprived_and_rest(found)
        most = table["area_code"].str.startswith("most")
        gaps = gap(table.assign(most_deprived=most), by="most_deprived", catalogue=found.catalogue)
        if "rule" in table:
            gaps["rule"] = gaps["indicator_id"].map(table.groupby("indicator_id")["rule"].first())
        for name, rows in (("deprived", table[most]), ("rest", table[~most])):
            lacking = rows.groupby("indicator_id")["at_least"].max()
            gaps[f"at_least_{name}"] = gaps["indicator_id"].map(lacking).fillna(0)
        options = self._chart_options(found, grouped=False)
        shown = found.published.showing(gaps)
        return gap_chart(shown, place=self.evidence.place.name, **options)

    def _rug(self, found: Outcomes) -> Figure:
        return (self.rug or first_rug(self.evidence, found)).figure()
