"""Area types: one table of words and columns, for every type and for any place's levels."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.geography.places import Level, known_places, load_place
from geo.vocabulary.area_types import (
    CODED,
    AreaType,
    area_type,
    code_column,
    column_of,
    is_code_column,
    is_lsoa,
    is_name_column,
    is_of,
    is_ward,
    kind_and_year,
    kind_of,
    name_column,
)
from tests import builders

WORDS = {
    "lsoa21": ("LSOA", "LSOAs", "LSOA 2021"),
    "lsoa": ("LSOA", "LSOAs", "LSOA"),
    "msoa11": ("MSOA", "MSOAs", "MSOA 2011"),
    "oa21": ("output area", "output areas", "output area 2021"),
    "wd24": ("ward", "wards", "ward 2024"),
    "lad24": ("authority", "authorities", "authority 2024"),
    "utla": ("upper-tier authority", "upper-tier authorities", "upper-tier authority"),
    "icb": ("ICB", "ICBs", "ICB"),
    "region": ("region", "regions", "region"),
    "england": ("England", "England", "England"),
    "borough": ("borough", "boroughs", "borough"),
    "collaborative": ("collaborative", "collaboratives", "collaborative"),
    "sub_locality": ("sub-locality", "sub-localities", "sub-locality"),
    "health_area": ("health area", "health areas", "health area"),
    "constituency": ("constituency", "constituencies", "constituency"),
    "valley": ("valley", "valleys", "valley"),
    "parish": ("parish", "parishes", "parish"),
    "district_office": ("district office", "district offices", "district office"),
}


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_area_type_has_singular_plural_and_year_in_words(name, words):
    known = area_type(name)
    assert (known.singular, known.plural, known.dated) == words
    assert known.name == name
    assert "_" not in "".join(words)


@pytest.mark.parametrize("kind", CODED)
@pytest.mark.parametrize("year", ["01", "11", "21", "24", "25"])
def test_area_type_of_codes_is_never_worded_by_its_code(kind, year):
    for name in (f"{kind}{year}", f"{kind}{year}cd", f"{kind}{year}nm"):
        known = area_type(name)
        assert {known.singular, known.plural}.isdisjoint({name, kind, f"{kind}s"})
        assert known.plural != known.singular
        assert not re.search(r"\d", known.singular + known.plural)


@pytest.mark.parametrize("place", known_places())
def test_place_words_its_levels_by_its_definition(place):
    place = load_place(place)
    for level in place.levels:
        words = place.area_type(level.column)
        assert words == AreaType(level.column, level.singular, level.plural)
    assert place.area_type("wd24").plural == "wards"


def test_place_with_words_of_its_own_has_them_before_the_common_ones():
    levels = (Level("pcn", "primary care network", "primary care networks"),
              Level("icb", "integrated care board", "integrated care boards"))  # fmt: skip
    place = builders.place(levels=levels)
    assert place.area_type("pcn").counted(2) == "2 primary care networks"
    assert place.area_type("icb").counted(1) == "1 integrated care board"


def test_area_type_given_as_such_keeps_its_words():
    own = AreaType("pcn", "primary care network", "primary care networks")
    assert area_type(own) is own
    assert own.several(0) == "primary care networks"


@given(kind=st.sampled_from(CODED), year=st.integers(0, 99))
@settings(deadline=None)
def test_columns_and_kinds_lead_to_each_other(kind, year):
    name = f"{kind}{year:02}"
    code = code_column(name)
    assert code == f"{name}cd"
    assert kind_of(code) == name
    assert name_column(code) == f"{name}nm"
    assert code_column(code) == code
    assert kind_and_year(name) == kind_and_year(code) == (kind, f"20{year:02}")
    assert is_code_column(code)
    assert is_name_column(name_column(code))
    assert not is_code_column(name)
    assert column_of(kind, ["x", name_column(code), code]) == code
    assert is_of(kind, code)
    assert is_ward(name) == (kind == "wd")
    assert is_lsoa(name) == (kind == "lsoa")


@pytest.mark.parametrize("level", ["abcd", "cd", "wdcdx", "wards", "ladder", "lsoas", "wd_hub"])
def test_levels_whose_names_look_like_codes_are_levels(level):
    assert kind_of(level) == code_column(level) == name_column(level) == level
    assert kind_and_year(level) == (level, "")
    assert not is_code_column(level)
    assert not is_ward(level)
    assert column_of("wd", [level]) is None


def test_strings_of_area_types_are_taken_apart_in_one_file_only():
    tests = re.compile(
        r"""(startswith|endswith|removesuffix|removeprefix)\(\(?["'](wd|lsoa|msoa|lad|cd|nm)["']"""
        r"""|\[:2\] == ["']wd["']"""
    )
    found = {
        path.name
        for path in Path(geo.__file__).parent.rglob("*.py")
        if tests.search(path.read_text("utf-8"))
    }
    assert found == set()
