"""Figures of outcomes: of all of them, and of one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from matplotlib.figure import Figure

from geo.report.choices import (
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
from geo.report.evidence import Evidence
from geo.report.figure_words import FigureWords
from geo.report.outcomes import Outcomes
from geo.statistics.funnel_limits import control_limits
from geo.statistics.inequality import concentration, gap
from geo.views.charts.concentration import concentration_curve
from geo.views.charts.funnel import funnel_plot
from geo.views.charts.gap import gap_chart
from geo.views.charts.spine import spine_chart
from geo.views.charts.trend import trend_lines
from geo.views.maps.bivariate import bivariate_map
from geo.views.maps.indicator import indicator_map
from geo.views.style.credits import sources_of
from geo.vocabulary.area_types import AreaType, is_lsoa, is_ward

MAPS = ("indicator", "deprivation-and-indicator")


@dataclass(frozen=True)
class IndicatorFigures:
    """Makers of them; indicator and area are empty where none is asked for."""

    words: FigureWords
    indicator: str
    area: str

    @property
    def evidence(self) -> Evidence:
        """Of whom they are."""
        return self.words.evidence

    def makers(self, found: Outcomes, whole: Outcomes) -> dict[str, Callable[[], Figure]]:
        """Figures of all series, and those of one indicator, of all persons."""
        made: dict[str, Callable[[], Figure]] = {}
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
            **self.words.of_chart(found),
        )

    def _indicator(self, found: Outcomes, name: str, kind: str) -> Figure:
        return indicator_map(
            self.evidence.areas,
            found.published.showing(found.latest),
            name,
            area_type=self._type(kind),
            **self.words.of_map(),
            **map_classes(found, name, self._type(kind)),
        )

    def _bivariate(self, found: Outcomes, name: str) -> Figure:
        classes = map_classes(found, name, self._type(self.evidence.release.vintage))
        rows = found.published.showing(found.latest)
        return bivariate_map(self.evidence.areas, rows, name, **self.words.of_map(), **classes)

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
            **self.words.of_chart(found, grouped=not is_ward(kind)),
        )

    def _trend(self, found: Outcomes, name: str) -> Figure:
        level = self.evidence.place.level_columns[0]
        return trend_lines(
            found.published,
            name,
            areas=self._type(level),
            trends=found.trends,
            benchmark=self._benchmark_name(found),
            **self.words.of_chart(found),
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
            caption=" ".join(sources_of(what.loc[[name]])),
            **self.words.page(self.words.notice(grouped=False)),
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
        options = self.words.of_chart(found, grouped=False)
        shown = found.published.showing(gaps)
        return gap_chart(shown, place=self.evidence.place.name, **options)
