"""Which year codes and names are of, by the lookups that list them."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.vocabulary.known_areas import KnownAreas

LINKS = pd.DataFrame(
    {
        "lsoa11cd": ["E01000001", "E01000002", "E01000003", "E01000003"],
        "lsoa11nm": ["Mill 001A", "Mill 001B", "Mill 001C", "Mill 001C"],
        "lsoa21cd": ["E01000001", "E01000002", "E01000004", "E01000005"],
        "lsoa21nm": ["Mill 001A", "Mill 002B", "Mill 001D", "Mill 001B"],
    }
)
"""1 is unchanged, 2 has another name, 3 was split; 5 has the name that 2 had in 2011."""
BOTH = KnownAreas.listed_in([LINKS])
ONE = KnownAreas.listed_in([LINKS[["lsoa21cd", "lsoa21nm"]]])


def test_codes_that_one_year_alone_has_tell_it():
    assert BOTH.dated("lsoa", ["E01000001", "E01000003"]) == "lsoa11"
    assert BOTH.dated("lsoa", ["E01000001", "E01000004"]) == "lsoa21"
    assert BOTH.dated("lsoa", ["E01000001", "E01000002"]) == "lsoa21"
    assert BOTH.dated("lsoa", ["E01000003", "E01000004"]) == ""
    assert BOTH.dated("lsoa", ["E01999999"]) == BOTH.dated("wd", ["E01000001"]) == ""


def test_codes_of_elsewhere_tell_nothing():
    assert BOTH.dated("lsoa", ["E01000003", "W01000001"]) == "lsoa11"


def test_where_one_year_is_listed_codes_are_its_only_as_a_whole():
    assert ONE.dated("lsoa", ["E01000001", "E01000005"]) == "lsoa21"
    assert ONE.dated("lsoa", [*LINKS["lsoa21cd"], "W01000001"]) == "lsoa21"
    assert ONE.dated("lsoa", ["E01000001", "E01000003"]) == ""


def test_names_tell_codes_unless_two_years_give_them_to_different_areas():
    assert BOTH.named("lsoa", ["Mill 001A"]) == ("lsoa21", BOTH.names["lsoa21"])
    assert BOTH.named("lsoa", ["Mill 001C"])[0] == "lsoa11"
    assert BOTH.named("lsoa", ["Mill 001B"]) == ("", {})
    assert BOTH.named("lsoa", ["Mill 001B", "Mill 001D"])[0] == "lsoa21"


def test_a_name_that_two_areas_have_is_nobody_s():
    twice = KnownAreas.listed_in([pd.DataFrame({"wd24cd": ["E1", "E2"], "wd24nm": "Central"})])
    assert twice.named("wd", ["Central"]) == ("", {})


@given(st.sets(st.sampled_from(sorted({*LINKS["lsoa11cd"], *LINKS["lsoa21cd"]})), min_size=1))
def test_a_year_that_is_told_has_all_codes(codes):
    told = BOTH.dated("lsoa", codes)
    assert codes <= BOTH.codes[told] if told else not any(codes <= c for c in BOTH.codes.values())


def test_codes_that_a_lookup_knows_to_be_of_another_year_are_listed():
    assert BOTH.of_other_years("lsoa21", ["E01000001", "E01000003", "E01999999"]) == {
        "lsoa11": ["E01000003"]
    }
    assert BOTH.of_other_years("lsoa11", ["E01000003", "E01000001"]) == {}
    assert set(BOTH.of_other_years("lsoa", ["E01000003", "E01000004"])) == {"lsoa11", "lsoa21"}
    assert BOTH.of_other_years("lsoa", ["E01000003", "E01000001"]) == {}
    assert ONE.of_other_years("lsoa21", ["E01000003"]) == {}
