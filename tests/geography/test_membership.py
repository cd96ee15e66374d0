import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CodeError, GeoWarning, PlaceError
from geo.geography.membership import membership
from geo.geography.places import Level
from tests.builders import LOOKUP_2011, LOOKUP_WARDS, RESIDENTS, WARDS, place

TABLE = pd.DataFrame(
    {"lsoa21cd": ["E01000004", "E01000001", "E01000001"], "children": [3, 4, 5]},
    index=["x", "y", "z"],
)


def test_membership_split_counts_the_group_before_the_ward():
    # three parts: Alder 30, Birch 30 (both East) and Cedar 40: East has most, Cedar is the ward
    lookup = pd.DataFrame(
        {"lsoa11cd": ["E01000011"] * 3, "lsoa21cd": ["E01000001", "E01000003", "E01000004"]}
    )
    people = pd.DataFrame({"lsoa21cd": lookup["lsoa21cd"], "population": [30, 30, 40]})
    with pytest.warns(GeoWarning):
        result = membership(place(), "lsoa11", [lookup, LOOKUP_WARDS], residents=people)
    assert result[["collaborative", "wd24nm", "overlap_share"]].to_numpy().tolist() == [
        ["East", "Alder", 0.6]
    ]


def test_membership_lists_each_lsoa_of_the_place_once():
    result = membership(place(), "lsoa21", [LOOKUP_WARDS])
    assert result["lsoa21cd"].to_list() == [f"E0100000{i}" for i in (1, 2, 3, 4)]
    assert result.groupby("collaborative")["locality"].nunique().eq(1).all()


def test_membership_without_a_list_makes_each_ward_a_group():
    alone = place(units=None, levels=(Level("ward", "ward", "wards"),))
    result = membership(alone, "lsoa21", [LOOKUP_WARDS])
    assert result["ward"].to_list() == ["Alder", "Alder", "Birch", "Cedar"]


def test_membership_by_lsoa_list_needs_no_ward_lookup():
    units = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "collaborative": ["A", "B"]})
    by_lsoa = place(units=units, levels=(Level("collaborative", "group", "groups"),))
    result = membership(by_lsoa, "lsoa21", [])
    assert result["collaborative"].to_list() == ["A", "B"]
    named = membership(by_lsoa, "lsoa21", [LOOKUP_WARDS])
    assert named["wd24nm"].to_list() == ["Alder", "Alder"]


def test_membership_ward_missing_from_the_list():
    short = place(units=WARDS.head(2))
    with pytest.raises(PlaceError, match=r"1 of 3 wards of Testshire are in no .*\(E05000003\)"):
        membership(short, "lsoa21", [LOOKUP_WARDS])


def test_membership_collaborative_without_an_lsoa():
    extra = WARDS.iloc[[2]].assign(wd24cd="E05000004", collaborative="Empty")
    with pytest.raises(PlaceError, match="hold no LSOA .* leaves Empty without an LSOA"):
        membership(place(units=pd.concat([WARDS, extra])), "lsoa21", [LOOKUP_WARDS])


def test_membership_of_a_place_the_lookup_does_not_cover():
    with pytest.raises(PlaceError, match="No LSOA of Testshire"):
        membership(place(code="E06000099"), "lsoa21", [LOOKUP_WARDS])


def test_membership_without_lookup_says_which_to_give():
    with pytest.raises(CodeError, match="add the ONS lookup with the columns LSOA21CD and WD24CD"):
        membership(place(), "lsoa21", [])


@given(st.permutations(range(5)), st.permutations(range(3)))
def test_membership_does_not_mind_the_order_of_rows(rows, wards):
    shuffled = membership(
        place(units=WARDS.iloc[list(wards)]), "lsoa21", [LOOKUP_WARDS.iloc[list(rows)]]
    )
    expected = membership(place(), "lsoa21", [LOOKUP_WARDS])
    pd.testing.assert_frame_equal(shuffled.reset_index(drop=True), expected)


@given(st.lists(st.integers(0, 1000), min_size=4, max_size=4))
def test_membership_is_whole_for_any_residents(people):
    residents = RESIDENTS.head(4).assign(population=people)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoWarning)
        result = membership(place(), "lsoa11", [LOOKUP_2011, LOOKUP_WARDS], residents=residents)
    assert result["lsoa11cd"].is_unique
    assert result["collaborative"].notna().all()
    assert result["overlap_share"].between(0.5, 1).all()


@pytest.fixture
def crossed():
    """E01000011 is half in Alder and half in the neighbour's E01000009; 12 is the place's own."""
    lookup = pd.DataFrame(
        {
            "lsoa11cd": ["E01000011", "E01000011", "E01000012", "E01000013", "E01000014"],
            "lsoa21cd": ["E01000001", "E01000009", "E01000002", "E01000003", "E01000004"],
            "chgind": ["X", "X", "U", "U", "U"],
        }
    )
    return [lookup, LOOKUP_WARDS]


NEIGHBOUR = place(
    name="Elsewhere", code="E06000002", units=None, levels=(Level("ward", "ward", "wards"),)
)


@pytest.mark.parametrize(
    ("named", "owner"),
    [("E06000001", "Testshire"), ("E06000002", "Elsewhere"), ("E07000026", "Elsewhere")],
)
def test_membership_counts_a_crossed_lsoa_once_where_the_indices_name_it(crossed, named, owner):
    """What the Indices name where that code still exists; else the share, and not both of a tie."""
    authorities = pd.Series({"E01000011": named, "E01000012": "E06000001"})
    people = RESIDENTS.replace(300, 500)  # in E01000009 there are more
    owners = []
    for each in (place(), NEIGHBOUR):
        told = []
        found = membership(
            each, "lsoa11", crossed, residents=people, authorities=authorities, notes=told
        )
        if "E01000011" in set(found["lsoa11cd"]):
            owners.append(each.name)
        assert any("E01000011" in words for words in told)
    assert owners == [owner]


def test_membership_leaves_a_tie_to_the_other_authority(crossed):
    told = []
    found = membership(place(), "lsoa11", crossed, notes=told)
    assert found["lsoa11cd"].tolist() == ["E01000012", "E01000013", "E01000014"]
    assert "E01000011 (50% in another authority)" in told[0]
