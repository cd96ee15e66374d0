import pandas as pd
import pytest

from geo.errors import PlaceError
from geo.geography.places import known_places, load_place, slug, with_grouping
from tests.builders import WARDS, write_place


def test_load_place_cheshire_east_has_52_wards_in_eight_collaboratives():
    place = load_place("cheshire-east")
    assert len(place.units) == 52
    assert place.units[place.level_columns].nunique().to_list() == [8, 4, 2]
    assert place.slug == "cheshire-east"


def test_load_place_accepts_the_name_as_people_write_it():
    assert load_place("Cheshire East").code == "E06000049"


def test_known_places_are_all_loadable():
    assert "cheshire-east" in known_places()
    assert {load_place(name).slug for name in known_places()}


def test_load_place_from_a_folder(tmp_path):
    place = load_place(write_place(tmp_path / "mine"))
    assert (place.name, place.key) == ("Testshire", "wd24cd")
    assert place.units["collaborative"].to_list() == ["East", "East", "West"]


def test_load_place_without_wards_makes_each_ward_a_group(tmp_path):
    (tmp_path / "place.toml").write_text('name = "Testshire"\ncode = "E06000001"\n', "utf-8")
    place = load_place(tmp_path)
    assert place.units is None
    assert place.level_columns == ["ward"]


def test_load_place_reads_a_byte_order_mark_and_upper_case_codes(tmp_path):
    write_place(tmp_path)
    text = "WD24CD,WD24NM,collaborative,locality\nE05000001,Alder,East,North\n"
    (tmp_path / "wards.csv").write_text(text, "utf-8-sig")
    assert list(load_place(tmp_path).units)[:2] == ["wd24cd", "wd24nm"]


def test_membership_says_proposed_until_every_row_is_from_the_council(tmp_path):
    place = load_place(write_place(tmp_path))
    assert "Draft areas" in place.membership
    assert "(2 of 3 are placed by a draft); 1 of 3 wards are uncertain" in place.membership
    own = WARDS.assign(basis="council")
    assert with_grouping(place, own, "the list").membership == ""


def test_with_grouping_leaves_the_place_as_it_was(tmp_path):
    place = load_place(write_place(tmp_path))
    changed = with_grouping(place, WARDS.assign(collaborative="One", locality="All"), "the list")
    assert place.units["collaborative"].nunique() == 2
    assert changed.units["collaborative"].unique().tolist() == ["One"]


def test_slug_turns_runs_into_one_hyphen():
    assert slug("Sandbach, Middlewich & Alsager ") == "sandbach-middlewich-alsager"


def test_load_place_unknown_names_the_known():
    with pytest.raises(PlaceError, match="no place 'atlantis'; known are cheshire-east"):
        load_place("atlantis")


def test_load_place_ward_in_two_collaboratives_names_both(tmp_path):
    twice = pd.concat([WARDS, WARDS.iloc[[0]].assign(collaborative="West")])
    with pytest.raises(PlaceError, match=r"E05000001 is in two groups .* \(East, West\)"):
        load_place(write_place(tmp_path, twice))


def test_load_place_ward_listed_twice(tmp_path):
    with pytest.raises(PlaceError, match="more than once"):
        load_place(write_place(tmp_path, pd.concat([WARDS, WARDS.iloc[[0]]])))


def test_load_place_collaborative_in_two_localities(tmp_path):
    torn = WARDS.assign(locality=["North", "South", "South"])
    with pytest.raises(PlaceError, match="East lies in North, South"):
        load_place(write_place(tmp_path, torn))


def test_load_place_levels_need_not_nest_unless_said(tmp_path):
    write_place(tmp_path, WARDS.assign(locality=["North", "South", "South"]))
    text = (tmp_path / "place.toml").read_text("utf-8").replace('within = "locality"\n', "")
    (tmp_path / "place.toml").write_text(text, "utf-8")
    assert load_place(tmp_path).units["locality"].to_list() == ["North", "South", "South"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.drop(columns="wd24cd"), "one column of ward or LSOA codes"),
        (lambda w: w.drop(columns="locality"), "lacks the column locality"),
        (lambda w: w.assign(locality=["North", None, "South"]), "1 rows .* leave a group empty"),
        (lambda w: w.assign(wd24cd=[None, "E05000002", "E05000003"]), "have no wd24cd"),
    ],
)
def test_load_place_refuses_a_broken_list(tmp_path, change, message):
    with pytest.raises(PlaceError, match=message):
        load_place(write_place(tmp_path, change(WARDS)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not valid TOML"),
        ('name = "X"', "lacks code"),
        ('name = "X"\ncode = "W06000001"', "code of an English authority"),
        ('name = "X"\ncode = "E06000001"\nwards = "w.csv"', r"no \[\[levels\]\]"),
        (
            'name = "X"\ncode = "E06000001"\nwards = "w.csv"\n[[levels]]\ncolumn = "a"',
            "needs column, singular and plural",
        ),
        (
            'name = "X"\ncode = "E06000001"\nwards = "w.csv"\n'
            '[[levels]]\ncolumn = "a"\nsingular = "b"\nplural = "c"',
            "There is no file",
        ),
        (
            'name = "X"\ncode = "E06000001"\n[[levels]]\ncolumn = "a"\nsingular = "b"\nplural="c"',
            "but no wards",
        ),
        (
            'name = "X"\ncode = "E06000001"\nwards = "place.toml"\n'
            '[[levels]]\ncolumn = "a"\nsingular = "b"\nplural = "c"\nwithin = "d"',
            "within 'd', which is no level of this place; allowed are a",
        ),
    ],
)
def test_load_place_refuses_a_broken_definition(tmp_path, text, message):
    (tmp_path / "place.toml").write_text(text, "utf-8")
    with pytest.raises(PlaceError, match=message):
        load_place(tmp_path)


@pytest.mark.parametrize("column", ["imd_rank", "method", "wd24nm", "Hood", "decile_1", "area"])
def test_load_place_refuses_a_level_named_as_an_output_column(tmp_path, column):
    (tmp_path / "place.toml").write_text(
        'name = "X"\ncode = "E06000001"\nwards = "w.csv"\n'
        f'[[levels]]\ncolumn = "{column}"\nsingular = "b"\nplural = "c"',
        "utf-8",
    )
    with pytest.raises(PlaceError, match=f"the column '{column}', which cannot be used"):
        load_place(tmp_path)


def test_load_place_trims_names(tmp_path):
    spaced = WARDS.assign(collaborative=["East ", " East", "West"])
    assert load_place(write_place(tmp_path, spaced)).units["collaborative"].nunique() == 2


def test_with_grouping_finds_its_columns_however_they_are_spelt(tmp_path):
    place = load_place(write_place(tmp_path))
    spelt = {"wd24cd": "WD24CD", "wd24nm": "WD24NM", "collaborative": "Collaborative "}
    own = WARDS.rename(columns=spelt | {"locality": "LOCALITY", "basis": "Basis"})
    changed = with_grouping(place, own, "the list")
    assert changed.units.columns.tolist() == place.units.columns.tolist()
