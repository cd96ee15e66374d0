"""The figures that a place's data allow, each drawn when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError, examples
from geo.gather import Picture
from geo.geography.hexagons import hexagons
from geo.outcomes import DEPRIVED, Outcomes
from geo.rugs import NAME as RUG
from geo.rugs import rugs
from geo.statistics.area_measures import decile_profile
from geo.statistics.control_limits import control_limits
from geo.statistics.density import density
from geo.statistics.inequality import concentration, gap
from geo.statistics.surface import Surface
from geo.views import figures
from geo.views.bivariate_map import bivariate_map
from geo.views.change_chart import change_chart
from geo.views.concentration_chart import concentration_curve
from geo.views.density_map import density_map
from geo.views.funnel_plot import funnel_plot
from geo.views.gap_chart import gap_chart
from geo.views.hex_map import hex_map
from geo.views.indicator_map import indicator_map
from geo.views.movers_map import movers_map
from geo.views.profile_chart import decile_bars
from geo.views.shapes import dissolve
from geo.views.spine_chart import spine_chart
from geo.views.trend_chart import trend_lines

Maker = Callable[[], Figure]
MOST_HEXAGONS = 1500
_RISES_OR_FALLS = ("increasing", "decreasing")


@dataclass(frozen=True)
class FigureSet:
    """Makers of figures by name; ``figures["spine"]()`` draws one.

    Attributes
    ----------
    picture : Picture
        What ``gather`` returned; ``with_other_releases`` adds those for changes over time.
    indicator : str
        Indicator to draw where a figure is of one; the one that stands out where not given.
    area : str
        Area for the spine chart; the one with most indicators worse where not given.
    """

    picture: Picture
    indicator: str = ""
    area: str = ""

    def __post_init__(self) -> None:
        """Refuse an indicator that the data do not have."""
        found = self.picture.outcomes
        known = [] if found is None else found.catalogue["indicator_id"].tolist()
        if self.indicator and self.indicator not in known:
            raise TableError(
                f"There is no indicator {self.indicator!r} of {self.picture.place.name}; the data "
                f"have {examples(known, 40) or 'none'}."
            )

    @cached_property
    def makers(self) -> dict[str, Maker]:
        """Every figure that the data allow, by file name, in the order of reading."""
        picture, found = self.picture, self.picture.outcomes
        made = {"decile-profile": self._profile}
        if self.picture.earlier:
            made["change"] = self._change
        if found is not None:
            made |= self._of_indicators(found)
        if picture.areas is None:
            return made
        maps: dict[str, Maker] = {
            "deprivation": self._deprivation,
            picture.place.levels[0].plural.replace(" ", "-"): self._groups,
        }
        if len(picture.areas) <= MOST_HEXAGONS:
            maps["equal-area"] = self._equal_area
        if {"children", "population"} & set(picture.lsoas):
            maps["density"] = self._density
        if self._before is not None:
            maps["movers"] = self._movers
        return maps | made

    def __getitem__(self, name: str) -> Maker:
        if name not in self.makers:
            raise TableError(
                f"There is no figure {name!r} of {self.picture.place.name}; the data allow "
                f"{examples(self.makers, 20)}."
            )
        return self.makers[name]

    @property
    def _words(self) -> dict[str, Any]:
        """Attribution and notices that every figure carries."""
        picture = self.picture
        return {"caption": " ".join(picture.sources), "notice": " ".join(picture.notices)}

    @property
    def _map(self) -> dict[str, Any]:
        place = self.picture.place
        return {"outlines": place.levels[0].column, "place": place.name, **self._words}

    def _deprivation(self) -> Figure:
        subtitle = f"Deprivation deciles of LSOAs. {self.picture.label}"
        return figures.choropleth(self.picture.areas, subtitle=subtitle, **self._map)

    def _groups(self) -> Figure:
        level, holder = self.picture.place.levels[0], self.picture.place.levels[-1]
        subtitle = "LSOAs in the most deprived 30% in England, of all LSOAs. " + self.picture.label
        return figures.group_map(
            self.picture.areas,
            level.column,
            within=holder.column if holder.column != level.column else None,
            subtitle=subtitle,
            place=self.picture.place.name,
            **self._words,
        )

    def _profile(self) -> Figure:
        levels = [*self.picture.place.level_columns, "borough"]
        return decile_bars(self.picture.profile, levels=levels, **self._words)

    def _equal_area(self) -> Figure:
        level = self.picture.place.levels[0].column
        hexes = hexagons(self.picture.areas, groups=level)
        return hex_map(hexes, subtitle=f"Deprivation deciles. {self.picture.label}", **self._map)

    def _density(self) -> Figure:
        assert self.picture.areas is not None  # makers has it only then
        surface = self.density_of_indicator() if self.indicator else self.density_of_people()
        return density_map(surface, self.picture.areas, **self._map)

    def density_of_people(self) -> Surface | None:
        """Children, or else residents, per square kilometre; None where they are not known."""
        areas = self.picture.areas
        people = [c for c in ("children", "population") if c in self.picture.lsoas]
        if areas is None or not people:
            return None
        counts = areas.set_index(areas.columns[0])[people[0]]
        unit = "children" if people[0] == "children" else "residents"
        return density(areas, counts, unit=unit)

    def density_of_indicator(self) -> Surface | None:
        """Cases of the indicator per square kilometre, from the counts that may be published.

        Raises
        ------
        TableError
            If too few small areas have a count that may be shown.
        """
        areas, found = self.picture.areas, self.picture.outcomes
        name = self.indicator or (_standing_out(found) if found else "")
        if areas is None or found is None or not name:
            return None
        kind = self._kind(found, name)
        code = f"{kind}cd"
        if code not in areas:
            raise TableError(
                f"Too few LSOAs and wards have a figure of {name} that may be shown to draw its "
                "density; choose another indicator."
            )
        table = found.latest[found.latest["indicator_id"] == name]
        shapes = dissolve(areas, code)
        return density(
            gpd.GeoDataFrame({code: list(shapes)}, geometry=list(shapes.values()), crs=areas.crs),
            table[table["area_type"] == kind],
            unit=_cases(found.catalogue.set_index("indicator_id").loc[name]),
            catalogue=found.catalogue,
        )

    def _change(self) -> Figure:
        place, picture = self.picture.place, self.picture
        levels = place.level_columns
        profiles = {
            year: decile_profile(lsoas, by=levels, borough=place.name)
            for year, lsoas in self.picture.earlier.items()
        }
        profiles[picture.release.year] = picture.profile
        return change_chart(dict(sorted(profiles.items())), level=levels[0], **self._words)

    @property
    def _before(self) -> int | None:
        """Last earlier release that stands on the same LSOAs, or whose changes are known."""
        now = self.picture.release
        linked = {now.vintage} | {
            str(old)
            for table in self.picture.inputs.lookups
            if "chgind" in table and f"{now.vintage}cd" in table
            for old in (c.removesuffix("cd") for c in table if c.startswith("lsoa"))
        }
        years = [
            year
            for year, lsoas in self.picture.earlier.items()
            if year < now.year and lsoas.columns[0].removesuffix("cd") in linked
        ]
        return max(years, default=None)

    def _movers(self) -> Figure:
        year, now = self._before, self.picture.release
        assert year is not None
        before = self.picture.earlier[year]
        codes = {before.columns[0], f"{now.vintage}cd"}
        lookup = next(
            (t for t in self.picture.inputs.lookups if codes | {"chgind"} <= set(t)), None
        )
        return movers_map(
            self.picture.areas,
            before,
            lookup=lookup if len(codes) == 2 else None,
            releases=(str(year), str(now.year)),
            **self._map,
        )

    def _of_indicators(self, found: Outcomes) -> dict[str, Maker]:
        made: dict[str, Maker] = {
            RUG: partial(_rug, self.picture),
            "spine": partial(self._spine, found),
        }
        if name := self.indicator or _standing_out(found):
            kind = self._kind(found, name)
            if self.picture.areas is not None:
                made["indicator"] = partial(self._indicator, found, name, kind)
            if self.picture.areas is not None and kind.startswith("lsoa"):
                made["deprivation-and-indicator"] = partial(self._bivariate, found, name)
            if _countable(found, name, self._wards(found)):
                made["funnel"] = partial(self._funnel, found, name)
        if name := self.indicator or _most_trends(found):
            made["trend"] = partial(self._trend, found, name)
        if name := _public_count(found, self.indicator):
            made["concentration"] = partial(self._concentration, found, name)
        if (found.comparisons["area_type"] == DEPRIVED).any():
            made["gap"] = partial(self._gap, found)
        return made

    def _shown(self, found: Outcomes) -> dict[str, Any]:
        return {"catalogue": found.catalogue, "notice": " ".join(self.picture.notices)}

    def _wards(self, found: Outcomes) -> str:
        """Area type between LSOAs and the groups of the place; the smallest groups without one."""
        kinds = found.comparisons["area_type"].unique()
        bottom = self.picture.place.level_columns[0]
        return next((str(kind) for kind in kinds if str(kind).startswith("wd")), bottom)

    def _kind(self, found: Outcomes, name: str) -> str:
        """Smallest areas of which more than half have a figure."""
        table = found.latest[found.latest["indicator_id"] == name]
        for kind in (self.picture.release.vintage, self._wards(found)):
            rows = table[table["area_type"] == kind]
            if rows["value"].notna().mean() > 0.5:
                return kind
        return self.picture.place.level_columns[0]

    def _spine(self, found: Outcomes) -> Figure:
        level = self.picture.place.level_columns[0]
        judged = found.latest[found.latest["comparison"] != "not_compared"]
        table = judged[judged["area_type"] == level]
        worse = table["comparison"].eq("worse").groupby(table["area_code"]).sum()
        if self.area:
            table = table[table["area_code"] == self.area]
        shown = table["indicator_id"].unique()
        return spine_chart(
            found.latest[found.latest["indicator_id"].isin(shown)] if len(shown) else found.latest,
            self.area or str(worse.idxmax()),
            areas=level,
            spread=self._wards(found),
            benchmark=found.benchmark,
            **self._shown(found),
        )

    def _indicator(self, found: Outcomes, name: str, kind: str) -> Figure:
        return indicator_map(
            self.picture.areas,
            found.latest,
            name,
            area_type=kind,
            **self._map,
            catalogue=found.catalogue,
        )

    def _bivariate(self, found: Outcomes, name: str) -> Figure:
        shown = {**self._map, **self._shown(found)}
        return bivariate_map(self.picture.areas, found.latest, name, **shown)

    def _funnel(self, found: Outcomes, name: str) -> Figure:
        kind = self._wards(found)
        table = found.latest[found.latest["indicator_id"] == name]
        limits = control_limits(table[table["area_type"] == kind], catalogue=found.catalogue)
        return funnel_plot(table, limits, name, areas=kind, **self._shown(found))

    def _trend(self, found: Outcomes, name: str) -> Figure:
        level = self.picture.place.level_columns[0]
        shown = self._shown(found)
        return trend_lines(found.comparisons, name, areas=level, trends=found.trends, **shown)

    def _concentration(self, found: Outcomes, name: str) -> Figure:
        table = found.latest[found.latest["indicator_id"] == name]
        table = table[table["area_type"] == self.picture.release.vintage]
        what = found.catalogue.set_index("indicator_id")
        counted = concentration(table.set_index("area_code")["count"])
        return concentration_curve(
            counted,
            _cases(what.loc[name]),
            confidential=False,
            subtitle=f"{what.loc[name, 'name']}, {table['period'].iloc[0]}, by LSOA",
            caption=f"Source: {what.loc[name, 'source']}. {what.loc[name, 'licence']}.",
            notice=" ".join(self.picture.notices),
        )

    def _gap(self, found: Outcomes) -> Figure:
        table = found.latest[found.latest["area_type"] == DEPRIVED]
        measure = table["indicator_id"].map(found.catalogue.set_index("indicator_id")["measure"])
        table = table[measure.isin(["proportion", "rate"])]
        counted = table["count"].notna().groupby(table["indicator_id"]).transform("all")
        table = table[counted]
        most = table["area_code"].str.startswith("most")
        gaps = gap(table.assign(most_deprived=most), by="most_deprived", catalogue=found.catalogue)
        if "rule" in table:
            gaps["rule"] = gaps["indicator_id"].map(table.groupby("indicator_id")["rule"].first())
        return gap_chart(gaps, place=self.picture.place.name, **self._shown(found))


def _cases(indicator: pd.Series) -> str:
    """Word what an indicator counts, in the plural."""
    words = str(indicator["short_name"])
    words = words if words[:2].isupper() else words[0].lower() + words[1:]
    people = words.startswith(("children", "people", "residents"))
    plural = people or words.endswith("s") or indicator["measure"] == "count"
    return words if plural else f"cases of {words}"


def _rug(picture: Picture) -> Figure:
    return rugs(picture)[RUG].figure()


def _standing_out(found: Outcomes) -> str:
    """Find the indicator in which most areas are worse; empty if none is anywhere."""
    table = found.latest
    worse = table["comparison"].eq("worse").groupby(table["indicator_id"], sort=False).sum()
    return str(worse.idxmax()) if worse.max() > 0 else ""


def _most_trends(found: Outcomes) -> str:
    """Find the indicator with most trends, of those that have five points."""
    known = found.trends[found.trends["trend"] != "cannot_be_calculated"]
    if known.empty:
        return ""
    moving = known["trend"].isin(_RISES_OR_FALLS).groupby(known["indicator_id"], sort=False).sum()
    return str(moving.idxmax())


def _countable(found: Outcomes, name: str, kind: str) -> bool:
    """Tell whether an indicator can be drawn as a funnel: counts among people, and England's."""
    table = found.latest[found.latest["indicator_id"] == name]
    measure = found.catalogue.set_index("indicator_id").loc[name, "measure"]
    rows = table[table["area_type"] == kind]
    known = rows["count"].notna() & rows["denominator"].notna() & rows["benchmark_value"].notna()
    return measure in ("proportion", "rate") and bool(known.sum() > 2)


def _public_count(found: Outcomes, asked: str) -> str:
    """Public indicator with a count in every LSOA: the one asked for, else the most uneven."""
    public = found.catalogue[~found.catalogue["confidential"]]["indicator_id"]
    table = found.latest[found.latest["indicator_id"].isin(public)]
    table = table[table["area_type"].str.startswith("lsoa")]
    counted = table.groupby("indicator_id")["count"].agg(["min", "mean", "std", "count", "size"])
    counted = counted[(counted["count"] == counted["size"]) & (counted["mean"] > 0)]
    if asked:
        return asked if asked in counted.index else ""
    uneven = counted["std"] / counted["mean"]
    return str(uneven.idxmax()) if len(uneven) else ""
