"""What the areas of the synthetic borough are called, how they group, how deprived they are."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from geo.sources.sample.drawing import (
    CENTRE,
    KM,
    SEED,
    TOWNS,
    VILLAGES,
    Cells,
    Floats,
    Ints,
    Parts,
    coarser,
    grow,
)
from geo.vocabulary.releases import INDICES, RELEASES

NAME, CODE = "Sandmere", "E06900001"
_COLLABORATIVES = {
    "Coldbury and the Vale": ("N1", -12.5, 9.0),
    "Ellerbridge and Rushwell": ("N1", -1.0, 4.0),
    "Harnwick North": ("N2", 10.0, 9.5),
    "Harnwick South": ("N2", 11.3, 5.5),
    "Sandmere West": ("S1", -7.0, -10.5),
    "Wickmoor and Rural West": ("S1", -18.0, -2.5),
    "Sandmere East": ("S2", -4.0, -8.7),
    "Stavenham and the Marshes": ("S2", 13.0, -9.0),
}
_LOCALITIES = {"N": "North", "S": "South"}


def name_units(parts: Parts) -> pd.DataFrame:
    """Name and code everything: a row per part, in the order of parts."""
    north, _ = coarser(parts.ward, -parts.xy, parts.pairs)
    names = pd.Series(_ward_names(parts))
    codes = "E0590" + names.rank().astype(int).astype(str).str.zfill(4)
    units = pd.DataFrame(
        {
            "old": parts.old,
            "new": parts.new,
            "wd24cd": codes.to_numpy()[parts.ward],
            "wd24nm": names.to_numpy()[parts.ward],
            "block": pd.Series(north[:, 1]).rank().astype(int).to_numpy()[parts.ward],
        }
    )
    units = units.iloc[np.lexsort([-parts.xy[:, 1], units["block"].to_numpy()])]
    split = units["old"].duplicated(keep=False)
    merged = units["new"].duplicated(keep=False)
    units["chgind"] = np.select([split, merged], ["S", "M"], "U")
    units["lsoa11cd"] = [f"E0190{n:04d}" for n in pd.factorize(units["old"])[0] + 1]
    units["lsoa11nm"] = _letters(units, "old", 0)
    units["lsoa21cd"], units["lsoa21nm"] = units["lsoa11cd"], units["lsoa11nm"]
    changed = units[split | merged]
    taken = units.groupby("block")["old"].nunique()[changed["block"]].to_numpy()
    numbers = pd.factorize(changed["new"])[0] + 1
    units.loc[changed.index, "lsoa21cd"] = [f"E0191{n:04d}" for n in numbers]
    units.loc[changed.index, "lsoa21nm"] = _letters(changed, "new", taken)
    return units.sort_index().drop(columns=["old", "new", "block"])


def _letters(units: pd.DataFrame, column: str, taken: Any) -> list[str]:
    """Name LSOAs as ONS does: borough, number of the middle layer area, letter."""
    within = units.groupby("block")[column].transform(lambda group: pd.factorize(group)[0]) + taken
    return [f"{NAME} {b:03d}{chr(65 + n)}" for b, n in zip(units["block"], within, strict=True)]


def _ward_names(parts: Parts) -> list[str]:
    """Name town wards in turn; name each other ward after a village, all as near as can be."""
    names = [f"{town} {ward}" for town, t in TOWNS.items() for ward in t.wards.split(", ")]
    middle, _ = coarser(parts.ward, parts.xy, parts.pairs)
    wards = middle[len(names) :]
    villages, _ = coarser(np.maximum(parts.settlement, 0), parts.xy, parts.pairs)
    villages = villages[len(TOWNS) :]
    apart = np.hypot(*(wards[:, None] - villages[None]).transpose(2, 0, 1))
    _, nearest = min_weight_full_bipartite_matching(coo_array(apart).tocsr())
    return names + [VILLAGES[village] for village in nearest]


def group_wards(parts: Parts, units: pd.DataFrame) -> pd.DataFrame:
    """Grow the collaboratives from their seeds, ward by ward."""
    middle, pairs = coarser(parts.ward, parts.xy, parts.pairs)
    spots = np.array([(east, north) for _, east, north in _COLLABORATIVES.values()])
    seeds = [int(np.hypot(*(middle - spot * KM - CENTRE).T).argmin()) for spot in spots]
    names = np.array(list(_COLLABORATIVES))[grow(middle, pairs, seeds)[parts.ward]]
    sub_localities = [_COLLABORATIVES[name][0] for name in names]
    table = units[["wd24cd", "wd24nm"]].assign(
        collaborative=names,
        sub_locality=sub_localities,
        locality=[_LOCALITIES[sub[0]] for sub in sub_localities],
        basis="synthetic",
        confidence="high",
        alternative="",
    )
    return table.drop_duplicates().sort_values("wd24cd", ignore_index=True)


def dissolve(cells: Cells, parts: Parts, units: pd.DataFrame, area: str) -> gpd.GeoDataFrame:
    """Unite cells into areas that go on sharing their edges exactly."""
    number, codes = pd.factorize(units[f"{area}cd"], sort=True)
    of_cell = number[parts.of_cell]
    shapes = [shapely.coverage_union_all(cells.shapes[of_cell == n]) for n in range(len(codes))]
    names = units.drop_duplicates(f"{area}cd").set_index(f"{area}cd")[f"{area}nm"]
    table = {f"{area}cd": codes, f"{area}nm": names[codes].to_numpy()}
    return gpd.GeoDataFrame(table, geometry=shapely.normalize(shapes), crs="EPSG:27700")


_LIKENESS = {
    "income": 0.95, "employment": 0.94, "education": 0.88, "health": 0.87, "crime": 0.8,
    "barriers": 0.25, "environment": 0.35, "idaci": 0.92, "idaopi": 0.88,
    "children_young_people": 0.8, "adult_skills": 0.84, "geographical_barriers": -0.4,
    "wider_barriers": 0.55, "indoors": 0.3, "outdoors": 0.3,
}  # fmt: skip
"""Correlation of each index with the Index of Multiple Deprivation, about as in England."""

_RURAL = {"barriers": 0.7, "geographical_barriers": 1.3, "indoors": 0.8, "outdoors": -0.9}
"""How much more deprived the country is than towns, in standard deviations, beyond that."""

_SHARES = np.array([0, 4.5, 11, 18, 25, 33, 42, 53, 65, 80, 100]) / 100
"""Share of the borough's LSOAs up to each national decile."""


def draw_need(parts: Parts) -> dict[str, Floats]:
    """Need of each part on every index: mean 0, standard deviation 1, higher is worse."""
    rng = np.random.default_rng([SEED, 3])
    town = parts.settlement
    need = np.where(town < 0, -0.65, -0.5)
    for number, place in enumerate(TOWNS.values()):
        offset = (parts.xy - CENTRE) / KM - (place.east, place.north)
        size = 0.42 * np.sqrt(place.lsoas)
        estates = rng.uniform(-0.75, 0.75, (2 + place.lsoas // 20, 2)) * size
        near = [np.exp(-(np.hypot(*(offset - estate).T) ** 2) / 0.9) for estate in estates]
        leafy = offset @ rng.normal(0, 0.35, 2) / size
        need = np.where(town == number, place.need - 0.5 + 1.7 * np.max(near, axis=0) + leafy, need)
    latent = {"imd": _standard(need + rng.normal(0, 0.3, len(need)))}
    for index, likeness in _LIKENESS.items():
        own = rng.normal(0, np.sqrt(1 - likeness**2), len(need))
        rural = _RURAL.get(index, 0) * (town < 0)
        latent[index] = _standard(likeness * latent["imd"] + own + rural)
    return latent


def _standard(values: Floats) -> Floats:
    return (values - values.mean()) / values.std()


def draw_residents(parts: Parts, need: Floats) -> dict[str, Ints]:
    """Residents of each part, and those of them aged 0 to 15: more where need is higher."""
    rng = np.random.default_rng([SEED, 4])
    people = rng.normal(1650, 190, len(need)).clip(1250, 2400)
    merged, split = (np.bincount(group)[group] > 1 for group in (parts.new, parts.old))
    people = (people * np.select([merged, split], [0.6, 0.85], 1)).astype(int)
    share = (0.18 + 0.022 * need + rng.normal(0, 0.015, len(need))).clip(0.1, 0.3)
    return {"population": people, "children": (people * share).astype(int)}


def rank_and_score(units: pd.DataFrame, latent: dict[str, Floats], year: int) -> pd.DataFrame:
    """Rank the LSOAs of one vintage among England's, and score them by rank."""
    rng = np.random.default_rng([SEED, year])
    release = RELEASES[year]
    keys = [f"{release.vintage}cd", f"{release.vintage}nm"]
    grouped = units.assign(**latent).groupby(keys)
    table = grouped[["population", "children"]].sum()
    columns: dict[str, Any] = {"release": np.full(len(table), year)}
    for index in INDICES:
        need = grouped[index].mean().to_numpy()
        if year != 2025:
            need = need + rng.normal(0, 0.3, len(need))
        spread = abs(_LIKENESS.get(index, 1.0))
        columns[f"{index}_rank"] = rank = _national_rank(need, spread, release.lsoas, rng)
        columns[f"{index}_score"] = _score(index, rank / (release.lsoas + 1))
        columns[f"{index}_decile"] = -(-10 * rank // release.lsoas)
    order = ["release", *(f"{i}_{kind}" for i in INDICES for kind in ("score", "rank", "decile"))]
    scored = pd.DataFrame(columns, index=table.index)[order]
    return scored.join(table).reset_index()


def _national_rank(need: Floats, spread: float, total: int, rng: np.random.Generator) -> Ints:
    """Place the neediest first among ``total``; no two on the same rank.

    ``spread`` is how far the borough's own shares of England's deciles hold, from 0 (all even) to
    1. Each LSOA has an interval of its own, so that ranks differ.
    """
    order = np.argsort(np.argsort(-need))
    share = (order + rng.uniform(0.05, 0.95, len(need))) / len(need)
    own = np.interp(share, _SHARES, np.linspace(0, 1, 11))
    return 1 + np.floor((spread * own + (1 - spread) * share) * total).astype(np.int64)


_RATES = {"income": (-1.5, 0.6), "employment": (-2.1, 0.45), "idaci": (-1.3, 0.6),
          "idaopi": (-1.6, 0.6), "adult_skills": (-1.25, 0.35)}  # fmt: skip
_EXPONENTIAL = {"imd", "education", "barriers", "environment", "geographical_barriers"}


def _score(index: str, rank: Floats) -> Floats:
    """Score for a rank as a share of England's: a rate, an exponential 0-100 or a standard score.

    References
    ----------
    The exponential form is that of the English Indices of Deprivation 2025: Technical Report.
    """
    log_odds = np.log((1 - rank) / rank)
    if index in _RATES:
        middle, slope = _RATES[index]
        return np.round(1 / (1 + np.exp(-middle - slope * log_odds)), 3)
    if index in _EXPONENTIAL:
        return np.round(-23 * np.log(1 - (1 - rank) * (1 - np.exp(-100 / 23))), 3)
    return np.round(0.55 * log_odds, 3)
