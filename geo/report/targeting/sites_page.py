"""Sites on the page of targeting: their map, what they come to, and what its scripts need."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.geography.dissolve import dissolve
from geo.report.targeting.priorities import Priorities
from geo.targeting.sites import Sites
from geo.views.style.svg import SvgFrame, simplified
from geo.views.targeting.page import SitesMap
from geo.views.targeting.payload import Site, SitesData

NEAR = 1_600.0
"""Metres, a mile, within which people are counted where no distance is asked for."""
_WIDTH = 600


@dataclass(frozen=True, eq=False)
class SitesShown:
    """The map of the sites with its words, and the data of the page's scripts."""

    map: SitesMap
    data: SitesData


def sites_shown(
    shapes: gpd.GeoDataFrame,
    priorities: Priorities,
    found: Sites,
    venues: pd.DataFrame,
    areas: pd.DataFrame,
    within: float,
) -> SitesShown:
    """Lay out the sites chosen and today's, for the people of each LSOA at its point."""
    people, group = priorities.people[0], priorities.group.name
    simple = simplified(shapes, _WIDTH)
    frame = SvgFrame.of(shapes.total_bounds, _WIDTH)
    table = found.areas.assign(group=areas[group])
    drawn = SitesMap(
        sentences=sites_sentences(table, within, people.words),
        rows=sites_rows(table, within),
        areas=frame.path(simple.geometry),
        outlines=frame.path(dissolve(simple, group).values()),
        frame=frame,
    )
    today = venues["today"] if "today" in venues else pd.Series(False, venues.index)
    return SitesShown(
        drawn,
        {
            "chosen": _places(venues.set_index("site").loc[found.chosen].reset_index()),
            "today": _places(venues[today]),
            "easting": areas["easting"].tolist(),
            "northing": areas["northing"].tolist(),
            "count": areas["need"].astype(int).tolist(),
            "words": people.words,
            "within": within,
            "frame": [frame.west, frame.north, frame.scale, frame.width, frame.height],
        },
    )


def _places(sites: pd.DataFrame) -> list[Site]:
    return [
        {"name": str(name), "easting": float(x), "northing": float(y)}
        for name, x, y in zip(sites["site"], sites["easting"], sites["northing"], strict=True)
    ]


def sites_sentences(table: pd.DataFrame, within: float, words: str) -> list[str]:
    """Say how near people live to the sites, and to today's where these are known.

    ``table`` has ``need`` and ``distance`` of each area, ``distance_today``, and its ``group``.
    """
    now = _Totals.of(table, within)
    near = f"{now.share(now.near)} of all {words} ({now.near:,.0f}) live within {within:,.0f} "
    near += "metres of one of these sites"
    way = f"To the nearest of them it is {_metres(now.way)} metres on average"
    if now.near_today is None:
        return [f"{near}.", f"{way}, in a straight line."]
    before = f"{now.share(now.near_today)} ({now.near_today:,.0f})"
    return [
        f"{near}; within as far of today's sites, {before}.",
        f"{way}, in a straight line; to today's, {_metres(now.way_today)} metres.",
        f"{now.nearer:,.0f} {words} would have a shorter way than today, {now.farther:,.0f} a "
        "longer one.",
    ]


def sites_rows(table: pd.DataFrame, within: float) -> list[list[str]]:
    """Say for each group, and all, how many live near, how far it is, and who gains and loses."""
    parts = [(str(name), part) for name, part in table.groupby("group")]
    return [[name, *_Totals.of(part, within).cells] for name, part in [*parts, ("All", table)]]


@dataclass(frozen=True)
class _Totals:
    """People of some areas: all, those near a site, the way on average; and so today."""

    people: float
    near: float
    way: float
    near_today: float | None = None
    way_today: float = np.nan
    nearer: float = 0
    farther: float = 0

    @classmethod
    def of(cls, table: pd.DataFrame, within: float) -> "_Totals":
        need, distance = (table[name].to_numpy(float) for name in ("need", "distance"))
        people = need.sum()

        def mean(ways: np.ndarray) -> float:
            return float((need * ways).sum() / people) if people else np.nan

        first = float(people), float(need[distance <= within].sum()), mean(distance)
        if "distance_today" not in table:
            return cls(*first)
        today = table["distance_today"].to_numpy(float)
        return cls(
            *first,
            near_today=float(need[today <= within].sum()),
            way_today=mean(today),
            nearer=float(need[distance < today].sum()),
            farther=float(need[distance > today].sum()),
        )

    def share(self, part: float) -> str:
        """Word a part of the people."""
        return f"{part / self.people:.1%}" if self.people else "–"

    @property
    def cells(self) -> list[str]:
        """Numbers of a row."""
        first = [f"{self.people:,.0f}", f"{self.near:,.0f}"]
        first += [self.share(self.near), _metres(self.way)]
        if self.near_today is None:
            return first
        changed = [f"{self.nearer:,.0f}", f"{self.farther:,.0f}"]
        return [*first, _metres(self.way_today), *changed]


def _metres(way: float) -> str:
    return "–" if np.isnan(way) else f"{way:,.0f}"
