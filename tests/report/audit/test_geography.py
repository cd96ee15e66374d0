"""Which areas a cell of a finished table names."""

import pandas as pd

from geo.geography.places import load_place
from geo.report.audit.geography import Geography
from geo.sources.finished import FinishedTable

LSOAS = pd.DataFrame(
    {
        "lsoa21cd": ["E01000001", "E01000002", "E01000003"],
        "lsoa21nm": ["Mill 001A", "Mill 001B", "Mill 002A"],
        "local_name": ["Old Town (001A)", "Old Town (001B)", "Riverside (002A)"],
        "wd24nm": ["Alder", "Alder", "Birch"],
    }
)


def test_an_area_is_known_by_code_official_name_and_the_name_people_use():
    found = Geography.of([FinishedTable("lsoas.csv", LSOAS)])
    for column in ("lsoa21cd", "lsoa21nm", "local_name"):
        named = [found.area(name, "area") for name in LSOAS[column]]
        assert named == [("lsoa21", code) for code in LSOAS["lsoa21cd"]], column
    assert list(found.levels["lsoa21"]) == ["wd24nm"]


def test_a_place_of_several_authorities_is_known_by_its_list(tmp_path):
    (tmp_path / "place.toml").write_text(
        'name = "Twain"\ncodes = ["E06000001", "E06000002"]\nwards = "wards.csv"\n'
        '[[levels]]\ncolumn = "hub"\nsingular = "hub"\nplural = "hubs"\n',
        "utf-8",
    )
    (tmp_path / "wards.csv").write_text("wd24cd,hub\nE05000001,North\nE05000002,South\n", "utf-8")
    found = Geography.of([], load_place(tmp_path))
    assert found.area("Twain", "area") == ("borough", "borough")
    assert found.area("North", "area") == ("hub", "North")


def test_a_ward_and_a_group_may_share_a_name():
    wards, hubs = ["E05000001", "E05000001", "E05000002"], ["Alder", "Alder", "North"]
    lsoas = LSOAS.assign(wd24cd=wards, hub=hubs)
    found = Geography.of([FinishedTable("lsoas.csv", lsoas)])
    assert found.area("Alder", "area_code", "hub") == ("hub", "Alder")
    assert found.area("Alder", "area_code", "wd24") == ("wd24", "E05000001")
    assert found.area("Alder", "hub") == ("hub", "Alder")
    assert found.area("Alder", "name") == ("wd24", "E05000001")
    assert found.area("Birch", "area_code", "hub") == ("hub", "Birch"), "no such hub is listed"
