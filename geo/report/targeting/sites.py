"""Where to place outreach among candidate venues, for the people of a place."""

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import TableError
from geo.report.evidence import Evidence
from geo.report.targeting.priorities import Priorities
from geo.report.targeting.sites_page import NEAR, SitesShown, sites_shown
from geo.sources.venues import read_travel, read_venues
from geo.targeting.sites import Sites, place_sites
from geo.views.style.wording import listed

_GRID = ["easting", "northing"]
_ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Venues:
    """Candidate sites, and how many of them are to be chosen.

    Attributes
    ----------
    path : Path
        As ``read_venues`` takes it.
    k : int
        How many.
    within : float, optional
        Metres, or what the travel table counts in, within which as many as can be are to live;
        without it the way is to be as short as can be on average.
    postcodes : Path, optional
        Directory of postcodes.
    each : str
        Level of the place whose groups get a site at least; empty where none does.
    travel : Path, optional
        As ``read_travel`` takes it: ways in place of straight lines.
    """

    path: Path
    k: int
    within: float | None = None
    postcodes: Path | None = None
    each: str = ""
    travel: Path | None = None


@dataclass(frozen=True, eq=False)
class Placed:
    """Tables of the sites and of their catchments, sentences, and what the page shows of them."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    shown: SitesShown | None = None


def sites_of(evidence: Evidence, priorities: Priorities, asked: Venues | None) -> Placed:
    """Choose the sites; nothing if none is asked for.

    The people are those whose counts are shown of every LSOA, so that no catchment tells more.
    There is a map where straight lines to the nearest site say who goes where.

    Raises
    ------
    GeoError
        If there are no boundaries, or the venues cannot be read or not be chosen among so.
    """
    if asked is None:
        return Placed()
    people, levels = priorities.people[0], evidence.place.level_columns
    if asked.each and asked.each not in levels:
        raise TableError(
            f"There is no level {asked.each} of {evidence.place.name}; its levels are "
            f"{', '.join(levels)}, so name one of these."
        )
    areas = people_at(evidence, priorities, straight=asked.travel is None)
    venues = read_venues(asked.path, asked.postcodes, placed=asked.travel is None)
    if asked.each and asked.each not in venues:
        venues[asked.each] = _groups_of(venues, evidence, asked.each)
    travel = None if asked.travel is None else read_travel(asked.travel)
    found = place_sites(
        areas,
        venues,
        k=asked.k,
        need="need",
        within=asked.within,
        by=asked.each or None,
        travel=travel,
    )
    where = venues.set_index("site")[[name for name in _GRID if name in venues]]
    tables = {
        "sites": found.sites.join(where, on="site").rename(columns={"need": people.name}),
        "catchments": found.areas.rename(columns={"need": people.name}),
    }
    lines = _told(found, venues, areas, asked, people.words)
    if travel is not None or "capacity" in venues:
        return Placed(tables, lines)
    near = NEAR if asked.within is None else asked.within
    shown = sites_shown(evidence.areas, priorities, found, venues, areas, near)
    return Placed(tables, lines, shown)


def people_at(evidence: Evidence, priorities: Priorities, straight: bool = True) -> pd.DataFrame:
    """Count the people of each LSOA, at one point of it, to a tenth of a metre, if ``straight``."""
    code, levels = priorities.code, evidence.place.level_columns
    areas = priorities.lsoas[[code, *levels]].assign(need=priorities.people[0].count)
    if not straight:
        return areas
    if evidence.areas is None:
        raise TableError(
            "There are no boundaries of the LSOAs, so the way to a site is not known; add them, or "
            "a table of travel."
        )
    point = evidence.areas.geometry.representative_point()
    places = np.column_stack([point.x, point.y]).round(1)
    areas[_GRID] = places
    return areas


def _groups_of(venues: pd.DataFrame, evidence: Evidence, level: str) -> np.ndarray:
    """Find the group in which each venue lies."""
    if evidence.areas is None or not set(_GRID) <= set(venues):
        raise TableError(
            f"It is not known in which {level} the venues lie; add a column {level} to them, or "
            "their easting and northing and the boundaries of the LSOAs."
        )
    areas = evidence.areas
    points = gpd.points_from_xy(venues["easting"], venues["northing"], crs=areas.crs)
    venue, area = areas.sindex.query(points, predicate="intersects")
    groups = np.full(len(venues), _ELSEWHERE, dtype=object)
    groups[venue] = areas[level].to_numpy()[area]
    return groups


def _told(
    found: Sites, venues: pd.DataFrame, areas: pd.DataFrame, asked: Venues, words: str
) -> list[str]:
    if asked.travel is None:
        unit, how = " metres", "in a straight line from the middle of the LSOA"
    else:
        unit, how = "", "as the table of travel counts it"
    first = f"Of {len(venues)} venues the best {asked.k} are {listed(found.chosen)}."
    if asked.each:
        first = f"{first[:-1]}, with one or more in each {asked.each}."
    way = f"to the nearest of them it is {found.distance:,.0f}{unit} on average"
    lines = [f"{first} For {words} {way}, {how}."]
    if asked.within is not None:
        near = f"live within {asked.within:,.0f}{unit} of one of them"
        lines.append(f"{found.share:.1%} of all {words} {near}.")
    if "gain" in found.areas:
        now = np.average(found.areas["distance_today"], weights=areas["need"])
        farther = int((found.areas["gain"] < 0).sum())
        lines.append(
            f"From today's sites it is {now:,.0f}{unit}; {farther} LSOAs would have farther to go."
        )
    return lines
