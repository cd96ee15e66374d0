"""Maps of hexagons are checked on what they promise: one each, equal, near, together."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import TableError
from geo.geography.hexagons import _Board, hexagons, neighbours
from geo.geography.places import load_place
from geo.sources.sample import sample


def country(columns=9):
    """Squares of 4 km with a town of 16 small ones in the middle; four quarters and a town."""
    side = 4000.0
    steps = side * np.arange(columns)
    shapes = [shapely.box(x, y, x + side, y + side) for y in steps for x in steps]
    hole = shapes.pop(len(shapes) // 2)
    west, south, *_ = hole.bounds
    small = side / 4 * np.arange(4)
    shapes += [shapely.box(west + x, south + y, west + x + 1000, south + y + 1000)
               for y in small for x in small]  # fmt: skip
    middle = hole.centroid
    names = [
        "town"
        if hole.covers(shape)
        else "NS"[shape.centroid.y < middle.y] + "EW"[shape.centroid.x < middle.x]
        for shape in shapes
    ]
    codes = [f"E01{at:06}" for at in range(len(shapes))]
    return gpd.GeoDataFrame({"lsoa21cd": codes, "group": names}, geometry=shapes, crs=27700)


@pytest.fixture(scope="module")
def hexes():
    return hexagons(country(), groups="group")


def pieces(hexes, groups):
    """In how many parts the hexagons of each group lie."""
    joined = {
        name: shapely.union_all(shapely.buffer(members.geometry.to_numpy(), 1))
        for name, members in hexes.groupby(groups)
    }
    return {name: len(shapely.get_parts(shape)) for name, shape in joined.items()}


def share_kept(areas, hexes):
    """Share of the pairs of areas with a common edge whose hexagons have one: by the shapes."""
    touching = {tuple(sorted(pair)) for pair in neighbours(hexes.geometry.to_numpy()).tolist()}
    pairs = [tuple(sorted(pair)) for pair in neighbours(areas.geometry.to_numpy()).tolist()]
    return sum(pair in touching for pair in pairs) / len(pairs)


def test_hexagons_gives_each_area_its_own_of_equal_size(hexes):
    areas = country()
    assert hexes["lsoa21cd"].tolist() == areas["lsoa21cd"].tolist()
    assert hexes.index.equals(areas.index)
    assert hexes.crs == 27700
    np.testing.assert_allclose(hexes.area, areas.area.sum() / len(areas))
    assert (hexes.count_coordinates() == 7).all()
    assert shapely.union_all(hexes.geometry).area == pytest.approx(areas.area.sum())


def test_hexagons_share_their_corners_exactly(hexes):
    assert shapely.coverage_is_valid(hexes.geometry.to_numpy())


def test_hexagons_tell_their_displacement_and_neighbours(hexes):
    areas = country()
    far = hexes.geometry.centroid.distance(areas.geometry.centroid)
    np.testing.assert_allclose(hexes["displacement"], far, atol=1e-3)
    shift = hexes.geometry.centroid.x.mean() - areas.geometry.centroid.x.mean()
    assert abs(shift) < 1
    assert hexes["neighbours"].sum() == 2 * len(neighbours(areas.geometry.to_numpy()))
    told = hexes["neighbours_kept"].sum() / hexes["neighbours"].sum()
    assert told == pytest.approx(share_kept(areas, hexes))


def test_hexagons_keep_neighbours_and_groups(hexes):
    assert share_kept(country(), hexes) >= 0.6
    assert set(pieces(hexes, "group").values()) == {1}
    assert hexes["displacement"].mean() < 2 * np.sqrt(country().area.mean())


def test_hexagons_are_the_same_every_time_and_leave_their_input(hexes):
    areas = country()
    before = areas.copy()
    again = hexagons(areas, groups="group")
    assert shapely.to_wkb(again.geometry).tolist() == shapely.to_wkb(hexes.geometry).tolist()
    assert areas.equals(before)


def test_hexagons_keep_a_group_together_that_lies_in_two_parts():
    """East and west corner are one group, with the middle between them."""
    areas = country(5)
    x = areas.geometry.centroid.x
    areas["group"] = np.where((x < 4000) | (x > 16_000), "edges", "middle")
    hexes = hexagons(areas, groups="group")
    assert pieces(hexes, "group")["middle"] == 1
    assert len(hexes) == len(areas)


def test_neighbours_share_an_edge_and_not_a_corner():
    shapes = np.array([shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)])
    assert neighbours(shapes).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_hexagons_of_a_few_areas(count):
    areas = country().iloc[:count]
    hexes = hexagons(areas, groups="group")
    assert len(hexes) == count
    assert (hexes["neighbours_kept"] == hexes["neighbours"]).all()


def test_hexagons_of_islands_stay_in_their_order():
    apart = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 50_000, 100_000)]
    hexes = hexagons(gpd.GeoDataFrame(geometry=apart, crs=27700))
    assert hexes["neighbours"].tolist() == [0, 0, 0]
    assert hexes.geometry.centroid.x.is_monotonic_increasing


def test_hexagons_take_geographic_coordinates():
    areas = country(3)
    assert hexagons(areas.to_crs(4326))["displacement"].max() < 20_000


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda a: a.iloc[:0], "made of 1 to 1,500 areas, and the table has 0; draw a"),
        (lambda a: a.set_crs(None, allow_override=True), r"areas\.set_crs\(27700\)"),
        (lambda a: a.assign(geometry=None), "96 of 96 areas have no geometry"),
        (lambda a: a.drop(columns="group"), "No column group in the areas, which have lsoa21cd"),
        (lambda a: a.assign(group=["A", None] * 48), "48 of 96 areas have no group; assign them"),
    ],
)
def test_hexagons_refuse_what_cannot_be_placed(broken, message):
    with pytest.raises(TableError, match=message):
        hexagons(broken(country()), groups="group")


def test_hexagons_refuse_more_areas_than_they_can_place():
    areas = country(40)
    with pytest.raises(TableError, match="the table has 1,615; draw a part"):
        hexagons(areas)


def test_hexagons_of_the_sample_keep_most_neighbours():
    borough, place = sample(), load_place("sample")
    wards = borough.lookup_wards.merge(place.units, on="wd24cd")
    areas = borough.areas.merge(wards[["lsoa21cd", "collaborative"]], on="lsoa21cd")
    hexes = hexagons(areas, groups="collaborative")
    assert share_kept(areas, hexes) >= 0.6
    assert set(pieces(hexes, "collaborative").values()) == {1}


@pytest.mark.slow
def test_hexagons_of_cheshire_east_keep_most_neighbours(real_data):
    folder = real_data / "cheshire-east"
    areas = gpd.read_file(folder / "LSOA_2021_BGC_cheshire_east.geojson")
    areas = areas.to_crs(27700).rename(columns=str.lower)[["lsoa21cd", "geometry"]]
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd"]]
    groups = pd.read_csv(folder / "wards_to_collaboratives.csv")[["wd24cd", "collaborative"]]
    areas = areas.merge(lookup, on="lsoa21cd").merge(groups, on="wd24cd")
    hexes = hexagons(areas, groups="collaborative")
    assert len(hexes) == 244
    assert share_kept(areas, hexes) >= 0.6
    assert set(pieces(hexes, "collaborative").values()) == {1}
    assert hexes["displacement"].mean() < 6000


def test_scattered_groups_take_few_trials_to_be_brought_together(monkeypatch):
    """Nothing could do it, and each trial takes as long as the exchange of a thousand pairs."""
    trials = []
    find = _Board.strays
    monkeypatch.setattr(_Board, "strays", lambda *given: trials.append(1) or find(*given))
    areas = country(5)
    areas["group"] = np.random.default_rng(0).integers(5, size=len(areas))
    scattered = hexagons(areas, groups="group")
    assert len(trials) <= 2 * len(areas)
    assert share_kept(areas, scattered) >= 0.5
