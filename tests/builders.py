"""Tiny areas, lookups and places whose right answers can be worked out in the head."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.geography.places import Level, Place
from geo.report.indicators.people import People
from geo.report.indicators.placed import England
from geo.sources.sample import write_sample

WARDS = pd.DataFrame(
    {
        "wd24cd": ["E05000001", "E05000002", "E05000003"],
        "wd24nm": ["Alder", "Birch", "Cedar"],
        "collaborative": ["East", "East", "West"],
        "locality": ["North", "North", "South"],
        "basis": ["inferred", "council", "inferred"],
        "confidence": ["high", "high", "low"],
    }
)
"""Alder and Birch make the East collaborative, Cedar the West."""

LOOKUP_WARDS = pd.DataFrame(
    {
        "lsoa21cd": ["E01000001", "E01000002", "E01000003", "E01000004", "E01000009"],
        "wd24cd": ["E05000001", "E05000001", "E05000002", "E05000003", "E05000009"],
        "wd24nm": ["Alder", "Alder", "Birch", "Cedar", "Elsewhere"],
        "lad24cd": ["E06000001"] * 4 + ["E06000002"],
    }
)
"""Four LSOAs of the place, and one of its neighbour."""

LOOKUP_2011 = pd.DataFrame(
    {
        "lsoa11cd": ["E01000011", "E01000011", "E01000003", "E01000012", "E01000013", "E01000009"],
        "lsoa21cd": ["E01000001", "E01000004", "E01000003", "E01000002", "E01000002", "E01000009"],
        "chgind": ["S", "S", "U", "M", "M", "U"],
    }
)
"""E01000011 was split between Alder (East) and Cedar (West); 12 and 13 became E01000002."""

RESIDENTS = pd.DataFrame(
    {
        "lsoa21cd": ["E01000001", "E01000002", "E01000003", "E01000004", "E01000009"],
        "population": [300, 500, 400, 100, 600],
    }
)
"""Three quarters of the split E01000011 live in E01000001."""


def place(**changes) -> Place:
    """A place of three wards in two collaboratives."""
    values = {
        "name": "Testshire",
        "code": "E06000001",
        "levels": (
            Level("collaborative", "collaborative", "collaboratives", within="locality"),
            Level("locality", "locality", "localities"),
        ),
        "units": WARDS.copy(),
    }
    return Place(**(values | changes))


def squares(codes: list[str], column: str = "lsoa21cd", size: float = 1000) -> gpd.GeoDataFrame:
    """Squares in a row from west to east, in EPSG:27700."""
    shapes = [
        shapely.box(400_000 + i * size, 300_000, 400_000 + (i + 1) * size, 300_000 + size)
        for i in range(len(codes))
    ]
    return gpd.GeoDataFrame({column: codes}, geometry=shapes, crs=27700)


def write_place(folder: Path, wards: pd.DataFrame = WARDS, extra: str = "") -> Path:
    """Write the place as a folder that a user would make."""
    folder.mkdir(parents=True, exist_ok=True)
    wards.to_csv(folder / "wards.csv", index=False)
    (folder / "place.toml").write_text(
        'name = "Testshire"\ncode = "E06000001"\nwards = "wards.csv"\n'
        '[[levels]]\ncolumn = "collaborative"\nsingular = "collaborative"\n'
        'plural = "collaboratives"\nwithin = "locality"\n'
        '[[levels]]\ncolumn = "locality"\nsingular = "locality"\nplural = "localities"\n' + extra,
        "utf-8",
    )
    return folder


def write_place_of_levels_that_do_not_nest(folder: Path) -> Path:
    """Write the sample borough into a folder, its wards grouped in three ways that cross."""
    write_sample(folder)
    place = folder / "place"
    wards = pd.read_csv(place / "wards.csv", dtype=str)
    wards = wards[["wd24cd", "wd24nm"]].assign(
        hub=[f"Hub {at % 5 + 1}" for at in range(len(wards))],
        constituency=[("Mid", "North", "South")[at % 3] for at in range(len(wards))],
        locality=[("East", "West")[at % 2] for at in range(len(wards))],
    )
    wards.to_csv(place / "wards.csv", index=False)
    words = {
        "hub": ("family hub", "family hubs"),
        "constituency": ("constituency", "constituencies"),
        "locality": ("locality", "localities"),
    }
    definition = (place / "place.toml").read_text("utf-8").split("[[levels]]")[0]
    for column, (one, many) in words.items():
        definition += f'[[levels]]\ncolumn = "{column}"\nsingular = "{one}"\nplural = "{many}"\n'
    (place / "place.toml").write_text(definition, "utf-8")
    return place


def of_residents(residents, authority=None, ward=None):
    """England as a series of residents by LSOA code knows it, and what its LSOAs are parts of."""
    table = residents.rename("population").rename_axis("lsoa21cd").reset_index()
    return England(People("lsoa21cd", table), authority, ward)
