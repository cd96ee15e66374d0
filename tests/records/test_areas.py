"""Each record lies in one area, or in none and is told."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.errors import GeoError
from geo.records.areas import points_to_areas
from tests.records.cases import FACTS

SIDE = 4
CORNER = 390_000.0
SQUARES = gpd.GeoDataFrame(
    {"lsoa21cd": [f"E0100{n:04}" for n in np.random.default_rng(1).permutation(SIDE**2)]},
    geometry=[
        shapely.box(
            CORNER + 100 * x, CORNER + 100 * y, CORNER + 100 * (x + 1), CORNER + 100 * (y + 1)
        )
        for x in range(SIDE)
        for y in range(SIDE)
    ],
    crs=27700,
)


@given(
    st.lists(st.tuples(st.integers(-1, 4 * SIDE + 1), st.integers(-1, 4 * SIDE + 1)), min_size=1)
)
def test_a_point_lies_in_the_one_area_with_the_lowest_code_that_touches_it(quarters):
    x, y = (CORNER + 25.0 * np.array(one) for one in zip(*quarters, strict=True))
    found = points_to_areas(x, y, SQUARES, "lsoa21cd")
    for at, point in enumerate(shapely.points(x, y)):
        touching = SQUARES.loc[SQUARES.intersects(point), "lsoa21cd"]
        assert found[at] == (touching.min() if len(touching) else None)


def test_order_of_areas_does_not_matter_and_nowhere_is_nowhere():
    x = CORNER + np.array([100.0, 100.0, np.nan, -5.0])
    y = CORNER + np.array([100.0, 50.0, 0.0, 50.0])
    one = points_to_areas(x, y, SQUARES, "lsoa21cd")
    two = points_to_areas(x, y, SQUARES[::-1], "lsoa21cd")
    assert one.tolist() == two.tolist()
    assert [code is None for code in one] == [False, False, True, True]


def run(folder, area, **given):
    (folder / "it.toml").write_text(
        f"period = 'year'\nmax_unmatched = 100\n[tables.plans]\nfiles = 'plans.csv'\n"
        f"date = 'Start'\narea = {area}\n[indicators.it]\n{FACTS}",
        "utf-8",
    )
    return geo.indicators_from_records(folder / "it.toml", **given)


def plans(folder, **columns):
    table = pd.DataFrame(columns)
    table.assign(Start="2024-05-01").to_csv(folder / "plans.csv", index=False)


def test_grid_references_and_degrees_place_records_alike(tmp_path):
    notes = []
    x, y = CORNER + np.array([50.0, 50, 150, -900]), CORNER + np.array([50.0, 50, 250, 0])
    degrees = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=27700).to_crs(4326)
    plans(tmp_path, x=x, y=y, lon=degrees.x, lat=degrees.y)
    one = run(tmp_path, "{ easting = 'x', northing = 'y' }", boundaries=SQUARES, notes=notes)
    two = run(tmp_path, "{ longitude = 'lon', latitude = 'lat' }", boundaries=SQUARES, notes=notes)
    pd.testing.assert_frame_equal(one.indicators, two.indicators)
    inside = SQUARES.set_index("lsoa21cd").geometry
    counts = one.indicators.set_index("area_code")["count"]
    assert sorted(counts) == [1, 2]
    assert inside[counts.idxmax()].contains(shapely.Point(x[0], y[0]))
    assert "1 of 4 records of plans have x and y that lie in no area." in notes
    with pytest.raises(GeoError, match="no boundaries of lsoa21"):
        run(tmp_path, "{ easting = 'x', northing = 'y' }", notes=[])


DIRECTORY = "pcds,doterm,lsoa21cd\nCW1 3AB,,E01000001\nCW1 3AC,201905,E01000002\n"


def test_postcodes_place_records_and_terminated_ones_are_told(tmp_path):
    notes = []
    directory = tmp_path / "postcodes.csv"
    directory.write_text(DIRECTORY)
    plans(tmp_path, home=["CW1 3AB", " cw13ab", "CW1 3AC", "ZZ1 1ZZ", None])
    found = run(tmp_path, "{ postcode = 'home' }", postcodes=directory, notes=notes)
    assert found.indicators["count"].tolist() == [2, 1]
    assert notes == [
        "1 of 5 records of plans have no home.",
        "1 of 5 records of plans have a home that is in no directory.",
        "1 of 5 records of plans have a terminated postcode, and are in the LSOA it was in.",
    ]


@pytest.mark.parametrize(
    ("directory", "words"),
    [
        (None, "no directory of postcodes; give one with --postcodes"),
        (DIRECTORY.replace("lsoa21cd", "lsoa11cd"), "does not say in which lsoa21 postcodes are"),
        (DIRECTORY.replace("pcds", "place"), "no column of postcodes"),
        (DIRECTORY.replace("3AC", "3AB"), "stand more than once"),
    ],
)
def test_a_directory_that_is_none_is_told(tmp_path, directory, words):
    plans(tmp_path, home=["CW1 3AB"])
    path = None
    if directory is not None:
        path = tmp_path / "postcodes.csv"
        path.write_text(directory)
    with pytest.raises(GeoError, match=words):
        run(tmp_path, "{ postcode = 'home' }", postcodes=path)
