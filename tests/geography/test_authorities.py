"""Places of several authorities, and of a part of one: who lies where, and what is refused."""

import itertools

import pandas as pd
import pytest

from geo.errors import CodeError, PlaceError
from geo.geography.assignment import assign
from geo.geography.authorities import with_authorities
from geo.geography.membership import membership
from geo.geography.places import load_place
from tests.builders import squares

ONE, TWO, FAR = "E06000001", "E06000002", "E06000009"
LOOKUP = pd.DataFrame(
    [
        ("E01000001", "E05000001", "Alder", ONE, "Oneham"),
        ("E01000002", "E05000001", "Alder", ONE, "Oneham"),
        ("E01000003", "E05000002", "Birch", ONE, "Oneham"),
        ("E01000004", "E05000003", "Alder", TWO, "Twoham"),
        ("E01000005", "E05000004", "Cedar", TWO, "Twoham"),
        ("E01000006", "E05000005", "Dale", FAR, "Farham"),
    ],
    columns=["lsoa21cd", "wd24cd", "wd24nm", "lad24cd", "lad24nm"],
)
"""Two authorities with a ward of the same name, and one beside."""
BOTH = f'name = "Twain"\ncodes = ["{ONE}", "{TWO}"]\n'
HUBS = '[[levels]]\ncolumn = "hub"\nsingular = "hub"\nplural = "hubs"\n'
HUB_OF = {"E05000001": "North", "E05000002": "South", "E05000003": "South", "E05000004": "North"}


def made(folder, definition, wards=None):
    folder.mkdir(exist_ok=True)
    (folder / "place.toml").write_text(definition, "utf-8")
    if wards is not None:
        rows = pd.DataFrame(list(wards.items()), columns=["WD24CD", "hub"])
        rows.to_csv(folder / "wards.csv", index=False)
    return load_place(folder)


def test_several_authorities_are_groups_of_their_own_without_a_list(tmp_path):
    place = made(tmp_path, BOTH + 'kind = "city region"')
    assert (place.code, place.authorities, place.whole_authority) == ("", (ONE, TWO), False)
    assert place.level_columns == ["authority"]
    assert place.area_type("borough").plural == "city regions"
    members = membership(place, "lsoa21", [LOOKUP])
    assert members["authority"].tolist() == ["Oneham"] * 3 + ["Twoham"] * 2
    wards = ["Alder (Oneham)", "Alder (Oneham)", "Birch", "Alder (Twoham)", "Cedar"]
    assert members["wd24nm"].tolist() == wards


def test_levels_of_the_list_come_first_and_authorities_beside_them(tmp_path):
    place = made(tmp_path, BOTH + 'wards = "wards.csv"\n' + HUBS, HUB_OF)
    assert place.level_columns == ["hub", "authority"]
    members = membership(place, "lsoa21", [LOOKUP])
    pairs = members[["hub", "authority"]].agg(" ".join, axis=1).tolist()
    assert pairs == ["North Oneham"] * 2 + ["South Oneham", "South Twoham", "North Twoham"]
    shapes = squares(LOOKUP["lsoa21cd"].tolist())
    wards = squares(LOOKUP["lsoa21cd"].tolist(), "key").assign(wd24cd=LOOKUP["wd24cd"])
    wards = wards.assign(wd24nm=LOOKUP["wd24nm"]).dissolve("wd24cd", as_index=False)
    drawn = assign(shapes, place, lookups=LOOKUP, method="overlap", wards=wards, outside="keep")
    assert drawn["authority"].dropna().tolist() == members["authority"].tolist()


def test_authorities_may_lead_and_have_words_of_their_own(tmp_path):
    words = '[[levels]]\ncolumn = "authority"\nsingular = "borough"\nplural = "boroughs"\n'
    within = HUBS + 'within = "authority"\n'
    place = made(tmp_path, BOTH + 'wards = "wards.csv"\n' + words + within,
                 {ward: f"hub of {ward}" for ward in HUB_OF})  # fmt: skip
    assert [level.plural for level in place.levels] == ["boroughs", "hubs"]
    assert with_authorities(place, [LOOKUP]).units["authority"].value_counts().to_dict() == {
        "Oneham": 2, "Twoham": 2,
    }  # fmt: skip
    crossing = made(tmp_path, BOTH + 'wards = "wards.csv"\n' + words + within, HUB_OF)
    with pytest.raises(PlaceError, match="hub (North|South) lies in Oneham, Twoham .* one auth"):
        membership(crossing, "lsoa21", [LOOKUP])


def test_lsoas_of_several_authorities_may_be_listed(tmp_path):
    rows = pd.DataFrame({"lsoa21cd": LOOKUP["lsoa21cd"][:5], "hub": list("AABBB")})
    rows.to_csv(tmp_path / "wards.csv", index=False)
    (tmp_path / "place.toml").write_text(BOTH + 'wards = "wards.csv"\n' + HUBS, "utf-8")
    place = load_place(tmp_path)
    assert membership(place, "lsoa21", [LOOKUP])["authority"].value_counts()["Twoham"] == 2
    with pytest.raises(CodeError, match="no lookup tells in which of them its LSOAs lie; add"):
        membership(place, "lsoa21", [])


def test_a_forgotten_ward_is_told_unless_the_place_is_a_part_on_purpose(tmp_path):
    some = {ward: hub for ward, hub in HUB_OF.items() if ward != "E05000004"}
    listed = BOTH + 'wards = "wards.csv"\n' + HUBS
    with pytest.raises(PlaceError, match=r"1 of 4 wards of Twain .*\(E05000004\).* part = true"):
        membership(made(tmp_path, listed, some), "lsoa21", [LOOKUP])
    part = made(tmp_path, BOTH + 'part = true\nwards = "wards.csv"\n' + HUBS, some)
    assert membership(part, "lsoa21", [LOOKUP])["lsoa21cd"].tolist() == [
        f"E0100000{n}" for n in range(1, 5)
    ]
    wrong = made(tmp_path, BOTH + 'part = true\nwards = "wards.csv"\n' + HUBS,
                 some | {"E05000005": "South"})  # fmt: skip
    with pytest.raises(PlaceError, match=r"1 wards listed .* hold no LSOA .*\(E05000005\)"):
        membership(wrong, "lsoa21", [LOOKUP])


def test_an_authority_that_holds_nothing_of_the_place_is_refused(tmp_path):
    with pytest.raises(PlaceError, match=r"1 of the 2 .* \(E06000077\) has nothing in it: no LSOA"):
        membership(made(tmp_path, BOTH.replace(TWO, "E06000077")), "lsoa21", [LOOKUP])
    part = BOTH + 'part = true\nwards = "wards.csv"\n' + HUBS
    with pytest.raises(PlaceError, match=r"\(E06000002\) has nothing in it: no ward or LSOA liste"):
        membership(made(tmp_path, part, {"E05000001": "North"}), "lsoa21", [LOOKUP])


def test_a_part_that_cuts_wards_has_none(tmp_path):
    one = f'name = "Bit"\ncode = "{ONE}"\npart = true\nwards = "wards.csv"\n{HUBS}'
    (tmp_path / "place.toml").write_text(one, "utf-8")
    (tmp_path / "wards.csv").write_text("lsoa21cd,hub\nE01000002,A\nE01000003,B\n", "utf-8")
    notes = []
    members = membership(load_place(tmp_path), "lsoa21", [LOOKUP], notes=notes)
    assert "wd24cd" not in members
    assert "holds 1 of them in part (E05000001)" in notes[0]


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (f'name = "X"\ncode = "{ONE}"\ncodes = ["{TWO}"]', "both code and codes; write one"),
        (f'name = "X"\ncodes = ["{ONE}", "{ONE}"]', f"names {ONE} twice in codes; write each"),
        (f'name = "X"\ncodes = ["{ONE}", "Bolton"]', "codes 'Bolton'; write the code of an Engli"),
        ('name = "X"\ncodes = []', r"codes \[\]; write the code of an English authority"),
        (f'name = "X"\ncode = "{ONE}"\npart = true', "lists no wards, so that nobody knows"),
        (f'name = "X"\ncode = "{ONE}"\npart = "yes"', "part 'yes'; write part = true"),
        (f'name = "X"\ncode = "{ONE}"\nkind = "City"', "kind 'City'; write what the whole"),
    ],
)
def test_what_no_place_can_be_is_said_in_one_sentence(tmp_path, definition, said):
    with pytest.raises(PlaceError, match=said):
        made(tmp_path, definition)


def test_one_code_in_a_list_is_a_place_of_one_authority(tmp_path):
    assert made(tmp_path, f'name = "X"\ncodes = ["{ONE}"]').whole_authority


@pytest.mark.parametrize("pair", list(itertools.permutations([ONE, TWO])))
def test_a_split_lsoa_goes_to_the_authority_that_the_indices_name(tmp_path, pair):
    older = pd.DataFrame({"lsoa11cd": ["E01000010"] * 3 + [f"E0100000{n}" for n in (1, 2, 5)],
                          "lsoa21cd": [f"E0100000{n}" for n in (3, 4, 6, 1, 2, 5)]})  # fmt: skip
    place = made(tmp_path, f'name = "Twain"\ncodes = {list(pair)}')
    for named, held in ((ONE, "Oneham"), (TWO, "Twoham"), (FAR, None)):
        told = pd.Series({"E01000010": named})
        members = membership(place, "lsoa11", [older, LOOKUP], authorities=told, notes=[])
        found = members.set_index("lsoa11cd")["authority"].to_dict()
        assert found.pop("E01000010", None) == held
        assert found == {"E01000001": "Oneham", "E01000002": "Oneham", "E01000005": "Twoham"}
