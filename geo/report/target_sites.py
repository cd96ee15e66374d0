"""Where to place outreach among candidate venues, for the people of a place."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import TableError
from geo.report.evidence import Evidence
from geo.report.priorities import Priorities
from geo.sources.venues import read_venues
from geo.targeting.sites import Sites, place_sites
from geo.views.style.wording import listed


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
        Metres within which as many as can be are to live; without it the way is to be as short as
        can be on average.
    postcodes : Path, optional
        Directory of postcodes.
    """

    path: Path
    k: int
    within: float | None = None
    postcodes: Path | None = None


def sites_of(
    evidence: Evidence, priorities: Priorities, asked: Venues | None
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Choose the sites: tables of them and of their catchments, and sentences; none if none asked.

    The people are those whose counts are shown of every LSOA, so that no catchment tells more.

    Raises
    ------
    GeoError
        If there are no boundaries, or the venues cannot be read or not be chosen among so.
    """
    if asked is None:
        return {}, []
    if evidence.areas is None:
        raise TableError(
            "There are no boundaries of the LSOAs, so the way to a site is not known; add them."
        )
    people = priorities.people[0]
    point = evidence.areas.geometry.representative_point()
    code = priorities.code
    areas = pd.DataFrame({code: priorities.lsoas[code].to_numpy(), "need": people.count}).assign(
        easting=point.x.to_numpy(), northing=point.y.to_numpy()
    )
    venues = read_venues(asked.path, asked.postcodes)
    found = place_sites(areas, venues, k=asked.k, need="need", within=asked.within)
    where = venues.set_index("site")[["easting", "northing"]]
    chosen = found.sites.join(where, on="site").rename(columns={"need": people.name})
    catchments = found.areas.rename(columns={"need": people.name})
    tables = {"sites": chosen, "catchments": catchments}
    return tables, _told(found, venues, areas, asked, people.words)


def _told(
    found: Sites, venues: pd.DataFrame, areas: pd.DataFrame, asked: Venues, words: str
) -> list[str]:
    first = f"Of {len(venues)} venues the best {asked.k} are {listed(found.chosen)}."
    way = f"to the nearest of them it is {found.distance:,.0f} metres on average"
    lines = [f"{first} For {words} {way}, in a straight line from the middle of the LSOA."]
    if asked.within is not None:
        near = f"live within {asked.within:,.0f} metres of one of them"
        lines.append(f"{found.share:.0%} of all {words} {near}.")
    if "gain" in found.areas:
        now = np.average(found.areas["distance_today"], weights=areas["need"])
        farther = int((found.areas["gain"] < 0).sum())
        lines.append(
            f"From today's sites it is {now:,.0f} metres; {farther} LSOAs would have farther to go."
        )
    return lines
