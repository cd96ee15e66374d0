"""Towns are found where areas are too small to see at the scale of the map."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import TableError
from geo.geography.towns import Town, find_towns, inset_window, named_towns

SCALE = 0.003  # 3 mm a kilometre: areas narrower than 833 m are too small


def block(side, columns, west, names):
    shapes = [
        shapely.box(west + x, y, west + x + side, y + side)
        for y in side * np.arange(columns)
        for x in side * np.arange(columns)
    ]
    wards = [names[i % len(names)] for i in range(len(shapes))]
    return gpd.GeoDataFrame({"wd24nm": wards}, geometry=shapes, crs=27700)


def joined(*blocks):
    rows = [row for part in blocks for row in zip(part["wd24nm"], part.geometry, strict=True)]
    names, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"wd24nm": names}, geometry=list(shapes), crs=27700)


def test_find_towns_puts_the_town_with_most_areas_first():
    small, large = (
        block(500, 3, 0, ["Alsager"]),
        block(500, 4, 20_000, ["Crewe East", "Crewe West"]),
    )
    towns = find_towns(joined(small, large), SCALE, 40)
    assert [(town.name, town.areas) for town in towns] == [("Crewe", 16), ("Alsager", 9)]
    assert towns[0].bounds == (20_000, 0, 22_000, 2000)


def test_find_towns_leaves_out_areas_that_can_be_seen():
    assert find_towns(block(900, 4, 0, ["Rural"]), SCALE, 40) == []
    assert len(find_towns(block(800, 4, 0, ["Urban"]), SCALE, 40)) == 1


def test_find_towns_joins_across_a_river_but_not_across_fields():
    near = joined(block(500, 3, 0, ["Bank"]), block(500, 3, 1600, ["Bank"]))
    far = joined(block(500, 3, 0, ["Bank"]), block(500, 3, 2500, ["Bank"]))
    assert len(find_towns(near, SCALE, 40)) == 1
    assert len(find_towns(far, SCALE, 40)) == 2


def test_find_towns_splits_what_is_too_wide_to_be_enlarged():
    # 12 km of small areas with two dense cores of smaller ones: only the cores can be enlarged.
    suburbs = block(800, 15, 0, ["Suburb"])
    holes = [3, 4, 18, 19, 10, 11, 25, 26]
    core = [
        block(400, 4, suburbs.geometry[first].bounds[0], [name])
        for first, name in ((3, "Left"), (10, "Right"))
    ]
    towns = find_towns(joined(suburbs.drop(index=holes), *core), SCALE, 16)
    assert {town.name for town in towns} == {"Left", "Right"}


def test_find_towns_returns_no_more_than_the_limit():
    towns = find_towns(joined(*(block(500, 3, 9000 * i, ["X"]) for i in range(6))), SCALE, 40)
    assert len(towns) == 4


@pytest.mark.parametrize(
    ("wards", "name"),
    [
        (["Crewe East", "Crewe West", "Crewe St Barnabas"], "Crewe"),
        (["St Austell Bay", "St Austell Poltair", "St Mewan"], "St Austell"),
        (["Poynton East and Pott Shrigley", "Poynton West and Adlington"], "Poynton"),
        (["Knutsford"], "Knutsford"),
        (["Sandbach Elworth", "Sandbach Town", "Handforth"], "Sandbach"),
        (["Abbey", "Bank", "Church", "Dale", "Elm", "Forest"], ""),
    ],
)
def test_find_towns_names_a_town_by_how_its_wards_begin(wards, name):
    assert find_towns(block(500, 6, 0, wards), SCALE, 40)[0].name == name


def test_find_towns_without_ward_names_gives_no_name():
    areas = block(500, 4, 0, ["Crewe"]).drop(columns="wd24nm")
    assert find_towns(areas, SCALE, 40)[0].name == ""
    with pytest.raises(TableError, match="no column of ward names"):
        named_towns(areas, ["Crewe"], SCALE)


def test_inset_window_has_the_shape_of_its_cell_and_holds_the_town():
    west, south, east, north = inset_window(Town("Crewe", (0, 0, 4000, 2000), 30), 40, 30, SCALE)
    assert (east - west) / (north - south) == pytest.approx(40 / 30)
    assert west < 0 < 4000 < east
    assert south < 0 < 2000 < north


def test_inset_window_does_not_enlarge_more_than_five_times():
    west, _, east, _ = inset_window(Town("Hamlet", (0, 0, 10, 10), 4), 40, 40, SCALE)
    assert 40 / (east - west) == pytest.approx(5 * SCALE)


def test_find_towns_names_towns_that_have_grown_together():
    """Nine areas of Wilmslow, and the four of Handforth beside them in one cluster."""
    both = joined(
        block(500, 3, 0, ["Wilmslow East", "Wilmslow West"]), block(500, 2, 1500, ["Handforth"])
    )
    (town,) = find_towns(both, SCALE, 40)
    assert (town.name, town.areas) == ("Wilmslow", 13)
    assert town.also == (("Handforth", 2000.0, 500.0),)
    fewer = joined(block(500, 4, 0, ["Wilmslow East"]), block(500, 1, 2000, ["Handforth"]))
    assert find_towns(fewer, SCALE, 40)[0].also == ()
    unnamed = both.drop(columns="wd24nm")
    assert find_towns(unnamed, SCALE, 40)[0].also == ()
