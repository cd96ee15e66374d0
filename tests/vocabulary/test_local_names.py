"""Names of LSOAs that people use: of the MSOA, else of the ward, else the official one."""

import pandas as pd
import pytest

from geo.vocabulary.local_names import LOCAL_NAME, codes_explained, local_names

LSOAS = pd.DataFrame(
    {
        "lsoa21cd": ["E01000001", "E01000002", "E01000003"],
        "lsoa21nm": ["Mill 001A", "Mill 001B", "Mill 002A"],
        "wd24nm": ["Alder", "Birch", "Birch"],
    },
    index=[5, 3, 9],
)
MSOAS = pd.DataFrame(
    {
        "msoa21cd": ["E02000001", "E02000002"],
        "msoa21nm": ["Mill 001", "Mill 002"],
        "msoa21hclnm": ["Old Town, St Mary", "Riverside"],
    }
)


def test_lsoas_are_called_after_their_msoa_with_number_and_letter():
    found = local_names(LSOAS, MSOAS)
    assert found.to_dict() == {
        5: "Old Town, St Mary (001A)",
        3: "Old Town, St Mary (001B)",
        9: "Riverside (002A)",
    }
    assert found.name == LOCAL_NAME


def test_without_names_of_msoas_the_ward_stands_for_them():
    assert local_names(LSOAS).tolist() == ["Alder (001A)", "Birch (001B)", "Birch (002A)"]
    one = local_names(LSOAS, MSOAS.iloc[:1])
    assert one.tolist() == ["Old Town, St Mary (001A)", "Old Town, St Mary (001B)", "Birch (002A)"]
    blank = MSOAS.assign(msoa21hclnm=[None, "Riverside"])
    assert local_names(LSOAS, blank).tolist() == [
        "Alder (001A)",
        "Birch (001B)",
        "Riverside (002A)",
    ]


@pytest.mark.parametrize("msoas", [None, MSOAS.assign(msoa21nm=["Other 001", "Other 002"])])
def test_without_any_name_the_official_one_stays(msoas):
    plain = LSOAS.drop(columns="wd24nm")
    assert local_names(plain, msoas).tolist() == LSOAS["lsoa21nm"].tolist()
    codes = plain.drop(columns="lsoa21nm")
    assert local_names(codes, msoas).tolist() == LSOAS["lsoa21cd"].tolist()


def test_a_name_of_another_form_stays_as_it_is():
    odd = LSOAS.assign(lsoa21nm=["Mill", "<b>Mill 001B</b>", None])
    assert local_names(odd, MSOAS).tolist() == ["Mill", "<b>Mill 001B</b>", "E01000003"]


def test_lsoas_of_several_authorities_keep_their_whole_official_name():
    both = LSOAS.assign(lsoa21nm=["Mill 001A", "Vale 001A", "Vale 002A"])
    assert local_names(both).tolist() == [
        "Alder (Mill 001A)",
        "Birch (Vale 001A)",
        "Birch (Vale 002A)",
    ]


def test_names_tell_lsoas_apart_and_nothing_is_changed():
    before = LSOAS.copy()
    for msoas in (None, MSOAS):
        assert local_names(LSOAS, msoas).is_unique
    pd.testing.assert_frame_equal(LSOAS, before)


def test_names_given_once_are_kept():
    named = LSOAS.assign(**{LOCAL_NAME: ["a", "b", "c"]})
    assert local_names(named, MSOAS).tolist() == ["a", "b", "c"]
    once = LSOAS.assign(**{LOCAL_NAME: local_names(LSOAS, MSOAS)})
    assert local_names(once.iloc[:1]).tolist() == ["Old Town, St Mary (001A)"]


def test_codes_are_explained_by_the_groups_that_lie_in_them():
    groups = pd.DataFrame(
        {
            "hub": ["Wilmslow", "Congleton", "Congleton", "Crewe", "Nantwich"],
            "part": ["N1", "N1", "N1", "S2", "Southern"],
            "half": ["North", "North", "North", "X1", "X1"],
        }
    )
    assert codes_explained(groups, ["hub", "part", "half"]) == {
        "N1": "Congleton · Wilmslow",
        "S2": "Crewe",
        "X1": "Crewe · Nantwich",
    }
    crossing = groups.assign(part=["N1", "N1", "S2", "S2", "Southern"])
    assert codes_explained(crossing, ["hub", "part"]) == {}
