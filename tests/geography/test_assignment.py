from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CodeError, GeoWarning
from geo.geography.assignment import assign
from geo.geography.membership import differences, membership
from tests.builders import LOOKUP_2011, LOOKUP_WARDS, RESIDENTS, WARDS, place, squares

TABLE = pd.DataFrame(
    {"lsoa21cd": ["E01000004", "E01000001", "E01000001"], "children": [3, 4, 5]},
    index=["x", "y", "z"],
)


def test_assign_adds_groups_on_the_callers_index():
    result = assign(TABLE, place(), lookups=LOOKUP_WARDS)
    assert result.index.to_list() == ["x", "y", "z"]
    assert result["collaborative"].to_list() == ["West", "East", "East"]
    assert result["wd24nm"].to_list() == ["Cedar", "Alder", "Alder"]
    assert result["basis"].to_list() == ["inferred"] * 3
    assert result["overlap_share"].to_list() == [1, 1, 1]


def test_assign_leaves_its_input_alone():
    before = TABLE.copy(deep=True)
    assign(TABLE, place(), lookups=LOOKUP_WARDS)
    pd.testing.assert_frame_equal(TABLE, before)


def test_assign_finds_the_code_column_whatever_its_case():
    table = TABLE.rename(columns={"lsoa21cd": "LSOA code (2021)"})
    result = assign(table, place(), lookups=LOOKUP_WARDS)
    assert result["collaborative"].to_list() == ["West", "East", "East"]
    assert "LSOA code (2021)" in result


def test_assign_replaces_groups_that_were_there():
    stale = TABLE.assign(collaborative="Old")
    assert assign(stale, place(), lookups=LOOKUP_WARDS)["collaborative"].ne("Old").all()


def test_assign_split_area_goes_to_most_residents_and_is_reported():
    table = pd.DataFrame({"lsoa11cd": ["E01000011"]})
    with pytest.warns(GeoWarning, match=r"1 of 4 .* E01000011 \(75% in East\)"):
        result = assign(table, place(), lookups=[LOOKUP_2011, LOOKUP_WARDS], residents=RESIDENTS)
    assert result["collaborative"].to_list() == ["East"]
    assert result["overlap_share"].to_list() == [0.75]


def test_assign_tie_goes_to_the_first_ward_code_and_is_reported():
    table = pd.DataFrame({"lsoa11cd": ["E01000011"]})
    with pytest.warns(GeoWarning, match="Ties: 1"):
        result = assign(table, place(), lookups=[LOOKUP_2011, LOOKUP_WARDS])
    assert result["wd24nm"].to_list() == ["Alder"]


def _with_shapes():
    """Four LSOAs in a row; the border of Alder and Birch cuts E01000002 at one quarter."""
    areas = squares(["E01000001", "E01000002", "E01000003", "E01000004"])
    edges = [400_000, 401_250, 403_000, 404_000]
    wards = gpd.GeoDataFrame(
        {"wd25cd": WARDS["wd24cd"], "wd25nm": WARDS["wd24nm"]},
        geometry=[shapely.box(a, 300_000, b, 301_000) for a, b in pairwise(edges)],
        crs=27700,
    )
    return areas, wards


@pytest.mark.parametrize("method", ["point", "overlap"])
def test_assign_by_geometry_puts_a_cut_area_with_most_of_it(method):
    areas, wards = _with_shapes()
    result = assign(areas, place(), method=method, wards=wards)
    assert result["wd25nm"].to_list() == ["Alder", "Birch", "Birch", "Cedar"]
    assert result["collaborative"].to_list() == ["East", "East", "East", "West"]
    assert result["method"].unique().tolist() == [method]
    assert isinstance(result, gpd.GeoDataFrame)


def test_assign_by_overlap_gives_the_share_in_the_group():
    areas, wards = _with_shapes()
    moved = wards.assign(wd25cd=WARDS["wd24cd"].to_numpy()[[0, 2, 1]])
    result = assign(areas, place(), method="overlap", wards=moved)
    # E01000002 lies 25% in Alder (East), 75% in what is now Cedar (West)
    assert result["overlap_share"].to_list() == [1, 0.75, 1, 1]
    assert result["collaborative"].to_list() == ["East", "West", "West", "East"]


def test_assign_by_point_takes_given_points():
    areas, wards = _with_shapes()
    points = areas.set_geometry(areas.representative_point())
    west = shapely.Point(401_100, 300_500)  # where the people of E01000002 live
    points.geometry = [
        west if c == "E01000002" else p
        for c, p in zip(points["lsoa21cd"], points.geometry, strict=True)
    ]
    result = assign(areas, place(), method="point", wards=wards, points=points)
    assert result["wd25nm"].to_list() == ["Alder", "Alder", "Birch", "Cedar"]


def test_differences_lists_areas_that_two_methods_place_differently():
    areas, wards = _with_shapes()
    one = membership(place(), "lsoa21", [LOOKUP_WARDS])
    swapped = wards.assign(wd25cd=WARDS["wd24cd"].to_numpy()[[2, 1, 0]])
    other = assign(areas.drop(columns=[]), place(), method="overlap", wards=swapped)
    found = differences(one, pd.DataFrame(other.drop(columns="geometry")), "collaborative")
    assert found["lsoa21cd"].to_list() == ["E01000001", "E01000004"]
    assert differences(one, one.assign(method="same"), "collaborative").empty


def test_assign_outside_stops_and_names_them():
    table = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000009"]})
    with pytest.raises(CodeError, match=r"1 of 2 rows .* outside Testshire \(E01000009\)"):
        assign(table, place(), lookups=LOOKUP_WARDS)
    kept = assign(table, place(), lookups=LOOKUP_WARDS, outside="keep")
    assert kept["collaborative"].isna().to_list() == [False, True]


def test_assign_wrong_vintage_is_named_as_such():
    table = pd.DataFrame({"lsoa21cd": ["E01000011", "E01000012", "E01000001"]})
    with pytest.raises(CodeError, match="2 of 3 codes in lsoa21cd are lsoa11 codes, not lsoa21"):
        assign(table, place(), lookups=[LOOKUP_WARDS, LOOKUP_2011])


def test_assign_names_the_newest_vintage_that_has_the_codes():
    # a code that 2001 and 2011 share is told as one of 2011
    older = pd.DataFrame({"lsoa01cd": ["E01000011"], "lsoa11cd": ["E01000011"]})
    table = pd.DataFrame({"lsoa21cd": ["E01000011"]})
    with pytest.raises(CodeError, match="are lsoa11 codes, not lsoa21"):
        assign(table, place(), lookups=[LOOKUP_WARDS, older, LOOKUP_2011])


@pytest.mark.parametrize(
    ("code", "kind"),
    [("W01000001", "Wales"), ("S01000001", "Scotland"), ("95AA01S1", "Northern Ireland")],
)
def test_assign_refuses_other_nations_by_name(code, kind):
    with pytest.raises(CodeError, match=f"1 of 2 rows of lsoa21cd are in {kind} "):
        assign(pd.DataFrame({"lsoa21cd": ["E01000001", code]}), place(), lookups=LOOKUP_WARDS)


def test_assign_refuses_what_is_no_code():
    with pytest.raises(CodeError, match="have no LSOA code .*Crewe 001A"):
        assign(pd.DataFrame({"lsoa21cd": ["Crewe 001A", None]}), place(), lookups=LOOKUP_WARDS)


def test_assign_needs_to_know_the_vintage():
    table = pd.DataFrame({"LSOA code": ["E01000001"]})
    told = []
    assign(table, place(), lookups=LOOKUP_WARDS, notes=told)
    assert "taken for LSOA 2021 codes" in told[0]
    with pytest.raises(CodeError, match="vintage of the table is not clear"):
        assign(table, place(), lookups=LOOKUP_2011[["lsoa11cd"]])


def test_assign_by_geometry_needs_shapes_and_one_system():
    areas, wards = _with_shapes()
    with pytest.raises(CodeError, match="needs the polygons"):
        assign(TABLE, place(), method="overlap", wards=wards)
    with pytest.raises(CodeError, match="EPSG:27700"):
        assign(areas, place(), method="overlap", wards=wards.to_crs(4326))
    with pytest.raises(CodeError, match="one row for each"):
        assign(pd.concat([areas, areas]), place(), method="point", wards=wards)
    points = areas.set_geometry(areas.representative_point()).iloc[1:]
    with pytest.raises(CodeError, match="1 LSOAs have no point"):
        assign(areas, place(), method="point", wards=wards, points=points)


@given(st.lists(st.sampled_from(LOOKUP_WARDS["lsoa21cd"].head(4).to_list()), min_size=1))
def test_assign_gives_each_row_what_its_code_has_alone(codes):
    together = assign(pd.DataFrame({"lsoa21cd": codes}), place(), lookups=LOOKUP_WARDS)
    alone = LOOKUP_WARDS.merge(WARDS, on="wd24cd").set_index("lsoa21cd")["collaborative"]
    assert together["collaborative"].to_list() == [alone[code] for code in codes]
