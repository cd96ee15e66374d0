"""Where to place outreach: the best k of many candidate sites, solved exactly."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.statistics.table_checks import group_keys, numbers, refuse, require
from geo.targeting.needs import area_codes, complete
from geo.targeting.siting import best_sites
from geo.targeting.siting_bounds import Problem

_FARTHEST = 20_000.0
"""Metres beyond the areas from which a site is taken for a wrong coordinate."""


@dataclass(frozen=True, eq=False)
class Sites:
    """The sites chosen, and what they mean for every area.

    Attributes
    ----------
    sites : DataFrame
        One row a site chosen: ``site``, ``kept``, ``need`` (that is served by it) and
        ``distance`` (on average of that need).
    areas : DataFrame
        One row an area: its code, ``need``, ``site`` (nearest chosen, or with capacities the one
        that serves most of it), ``distance``, ``reached`` (need within the distance, or served),
        and where today's sites are known ``distance_today`` and ``gain`` (how much nearer).
    share : float
        Share of need that is reached, 0 to 1 (of the p-median, all that is served).
    distance : float
        Average distance of those in need, in metres, or as the travel matrix has it.
    """

    sites: pd.DataFrame
    areas: pd.DataFrame
    share: float
    distance: float

    @property
    def chosen(self) -> list[str]:
        """Names of the sites."""
        return self.sites["site"].tolist()


def place_sites(
    areas: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    k: int,
    need: str,
    within: float | None = None,
    by: str | None = None,
    travel: pd.DataFrame | None = None,
) -> Sites:
    """Choose the k sites that most in need live near, or that they travel least to.

    Parameters
    ----------
    areas : DataFrame
        One row an area: a column of codes, ``need`` (a count, 0 or more), ``easting`` and
        ``northing`` in metres (British National Grid), and ``by``. Needs that disclosure control
        hid are missing, and refused: a catchment would give them away.
    sites : DataFrame
        One row a candidate: ``site`` (its name), ``easting``, ``northing``, ``by``; where known
        ``kept`` (true for sites that stay), ``capacity`` (need it can serve) and ``today`` (true
        for sites that are there now).
    k : int
        How many sites, kept ones among them.
    need : str
        Column of the need.
    within : float, optional
        Distance to reach: as much need as can be lies so near a site (maximal covering). Without
        it the way to the nearest site is as short as can be on average (p-median).
    by : str, optional
        Column of both tables: each group of areas gets a site at least.
    travel : DataFrame, optional
        Distances or times from area (index: codes) to site (columns: names), in place of the
        straight line; coordinates are not needed then.

    Returns
    -------
    Sites
        The optimum. Of several that are equally good, one. With capacities the need of an area
        may be shared among sites.

    Raises
    ------
    TableError
        If a column is absent, a number is missing or impossible, coordinates are in degrees or
        far outside, k is out of range, or what is asked cannot be met together.
    CodeError
        If a code is missing or stands twice.

    References
    ----------
    Church R, ReVelle C (1974). The maximal covering location problem. Papers of the Regional
    Science Association 32: 101–118. ReVelle CS, Swain RW (1970). Central facilities location.
    Geographical Analysis 2: 30–42. Solved by HiGHS.

    Examples
    --------
    >>> areas = pd.DataFrame({"area_code": ["a", "b", "c"], "children": [10, 20, 5],
    ...     "easting": [370000, 371000, 379000], "northing": 355000})
    >>> hubs = pd.DataFrame({"site": ["library", "school"], "easting": [370600, 379000],
    ...     "northing": 355000})
    >>> found = place_sites(areas, hubs, k=1, need="children", within=1000)
    >>> found.chosen, round(found.share, 3)
    (['library'], 0.857)
    """
    codes = area_codes(areas)
    require(sites, ["site"], where="the sites")
    refuse(sites, sites["site"].isna() | sites["site"].duplicated(), "site", "each needs one name")
    if not len(sites):
        raise TableError("There are no candidate sites; add some.")
    if isinstance(k, bool) or k != int(k) or not 1 <= k <= len(sites):
        raise TableError(f"k is {k}; give a whole number from 1 to {len(sites)}, the candidates.")
    if within is not None and not within >= 0:
        raise TableError(f"The distance to reach is {within}; give one from 0 up.")
    wanted = complete(areas, need)
    distance = _straight(areas, sites) if travel is None else _travelled(travel, codes, sites)
    kept = _marked(sites, "kept")
    if kept.sum() > k:
        raise TableError(f"{kept.sum()} sites are kept, and k is {k}; raise k or keep fewer.")
    capacity = complete(sites, "capacity", "it may be 0") if "capacity" in sites else None
    problem = Problem(
        wanted, distance, int(k), kept, within, capacity, _each_group(areas, sites, by)
    )
    chosen, served = best_sites(problem)
    return _told(areas, codes, sites, problem, (chosen, served))


def _marked(sites: pd.DataFrame, column: str) -> np.ndarray:
    """Read marks of true and false; none where there is no such column."""
    if column not in sites:
        return np.zeros(len(sites), bool)
    refuse(sites, ~sites[column].isin([True, False]), column, "allowed are true and false")
    return sites[column].to_numpy(dtype=bool)


def _straight(areas: pd.DataFrame, sites: pd.DataFrame) -> np.ndarray:
    """Straight lines in metres, areas by sites."""
    points = []
    for table, what in ((areas, "the areas"), (sites, "the sites")):
        require(table, ["easting", "northing"], where=what)
        point = np.c_[tuple(numbers(table, c, lowest=-np.inf) for c in ("easting", "northing"))]
        refuse(table, np.isnan(point).any(axis=1), "easting", "every row needs both coordinates")
        if len(point) and (np.abs(point) <= (180, 180)).all():
            raise TableError(
                f"The coordinates of {what} look like degrees; convert them to metres of the "
                "British National Grid (EPSG:27700)."
            )
        points.append(point)
    here, there = points
    outside = (there < here.min(axis=0) - _FARTHEST) | (there > here.max(axis=0) + _FARTHEST)
    allowed = f"sites lie within {_FARTHEST / 1000:g} km of the areas"
    refuse(sites, outside.any(axis=1), "easting", allowed, public=True)
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))


def _travelled(travel: pd.DataFrame, codes: pd.Series, sites: pd.DataFrame) -> np.ndarray:
    """Read the travel matrix in the order of areas and sites."""
    for axis, names, what in (
        (travel.index, codes, "areas"),
        (travel.columns, sites["site"], "sites"),
    ):
        if axis.has_duplicates or len(absent := pd.Index(names).difference(axis)):
            told = examples(axis[axis.duplicated()] if axis.has_duplicates else absent)
            raise TableError(
                f"Of the {what}, {told} stand not once in the travel matrix; correct it."
            )
    matrix = travel.reindex(index=codes, columns=sites["site"])
    columns = [numbers(matrix, name) for name in matrix.columns]
    found = np.column_stack(columns)
    if np.isnan(found).any():
        raise TableError("Some ways are missing in the travel matrix; complete it.")
    return found


def _each_group(areas: pd.DataFrame, sites: pd.DataFrame, by: str | None) -> list[np.ndarray]:
    """Candidates of each group that needs one."""
    if by is None:
        return []
    group_keys(areas, by)
    group_keys(sites, by)
    groups = areas[by].unique()
    if bare := [group for group in groups if not (sites[by] == group).any()]:
        raise TableError(f"There is no candidate site in {examples(bare)}; add one there.")
    return [np.flatnonzero(sites[by] == group) for group in groups]


def _told(
    areas: pd.DataFrame,
    codes: pd.Series,
    sites: pd.DataFrame,
    problem: Problem,
    solved: tuple[np.ndarray, np.ndarray],
) -> Sites:
    """Say which area goes where, and how far."""
    chosen, served = solved
    names, need, distance = sites["site"].to_numpy(), problem.need, problem.distance
    nearest = distance[:, chosen].argmin(axis=1)
    main = np.where(served.any(axis=1), served.argmax(axis=1), nearest)
    table = pd.DataFrame({codes.name: codes, "need": need}, areas.index)
    table["site"] = names[chosen][main]
    table["distance"] = distance[np.arange(len(need)), chosen[main]]
    table["reached"] = need * served.sum(axis=1)
    if "today" in sites and (now := _marked(sites, "today")).any():
        table["distance_today"] = distance[:, now].min(axis=1)
        table["gain"] = table["distance_today"] - table["distance"]
    weight, ways = need[:, None] * served, distance[:, chosen]
    by_site = weight.sum(axis=0)
    far = np.divide(
        (weight * ways).sum(axis=0), by_site, where=by_site > 0, out=np.full(len(chosen), np.nan)
    )
    picked = pd.DataFrame({"site": names[chosen], "kept": problem.kept[chosen], "need": by_site})
    total = need.sum()
    share = table["reached"].sum() / total if total else np.nan
    mean = (table["distance"] * need).sum() / total if total else np.nan
    return Sites(picked.assign(distance=far), table, float(share), float(mean))
