"""What a file is: links need what makes them links, every layer has a role, and lists are lists."""

import csv

import geopandas as gpd
import openpyxl
import pytest
from shapely import Point, box

from geo.errors import PlaceError
from geo.report.regrouped import regrouped
from geo.sources.folders import choose, read_inputs, scan
from geo.sources.recognise import RECOGNISERS, recognise, why_not
from tests.builders import place

LEVELS = ["collaborative", "locality"]
INDICES = (
    "LSOA code (2021),Local Authority District code (2024),"
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)\n"
    "E01000001,E06000099,1\nE01000002,E06000099,33755\n"
)
LIST = [
    ["WD24CD", "WD24NM", "Collaborative", "Locality", "basis", "confidence"],
    ["E05000001", "Alder", "One – North", "All", "council", "high"],
    ["E05000002", "Birch", "One – North", "All", "council", "high"],
    ["E05000003", "Cedar", "Two", "All", "council", "high"],
]


def role(tmp_path, text, name="x.csv"):
    (tmp_path / name).write_text(text)
    (found,) = recognise(tmp_path / name, LEVELS)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "pcds,oa21cd,lsoa11cd,lsoa21cd\nCW1 1AA,E00000001,E01000001,E01000001\n",
        "PCD7,LSOA11,LSOA21,LAT,LONG\nCW1 1AA,E01000001,E01000002,53,-2\n",
        "child,lsoa11cd,lsoa21cd,need\n1,E01000001,E01000001,high\n",
        "pcds,oa21cd,lsoa21cd,msoa21cd,ladcd\nA,E00000001,E01000001,E02000001,E06000001\nB,,,,M99\n",
        "child,lsoa21cd,wd24cd\n1,E01000001,E05000001\n2,E01000001,E05000001\n",
    ],
)
def test_directories_and_lists_of_people_are_no_lookups(tmp_path, text):
    found = role(tmp_path, text)
    assert (found.role, found.problem) == ("", "")
    assert "no lookup" in found.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LSOA11CD,LSOA21CD,CHGIND,note\nE01000001,E01000001,U,x\n", "lookup lsoa11 lsoa21"),
        ("LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,ObjectId\nE01000001,a,E01000001,a,1\n",
         "lookup lsoa11 lsoa21"),
        ("OA21CD,LSOA21CD,WD24CD\nE00000001,E01000001,E05000001\n", "lookup lsoa21 wd24"),
        ("lsoa21cd,wd24cd,remark\nE01000001,E05000001,ours\n", "lookup lsoa21 wd24"),
    ],
)  # fmt: skip
def test_tables_of_links_are_lookups(tmp_path, text, expected):
    assert role(tmp_path, text).role == expected


def listed(folder, form):
    """The council's own list as offices save it."""
    encoding = {"cp1252": "cp1252", "utf-16": "utf-16"}.get(form, "utf-8")
    mark = {"semicolons": ";", "utf-16": "\t"}.get(form, ",")
    rows = [row if form != "capitals" else [c.upper() for c in row] for row in LIST[:1]] + LIST[1:]
    if form == "blank rows":
        rows = [["Our list"], [], *rows, [""] * 6, [""] * 6]
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / "list.xlsx")
        return
    with (folder / "list.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=mark).writerows(rows)


@pytest.mark.parametrize(
    "form", ["plain", "cp1252", "utf-16", "semicolons", "capitals", "blank rows", "xlsx"]
)
def test_the_councils_own_list_replaces_the_proposal_in_every_form(tmp_path, form):
    listed(tmp_path, form)
    (found,) = choose(scan([tmp_path], LEVELS), "grouping")
    units = regrouped(place(), found.path).units
    assert units["collaborative"].tolist() == ["One – North", "One – North", "Two"]
    assert units["basis"].eq("council").all()


def test_a_list_that_lacks_a_level_is_an_error(tmp_path):
    found = role(tmp_path, "WD24CD,Collaborative\nE05000001,One\n")
    assert found.role == "grouping"
    with pytest.raises(PlaceError, match="lacks the column locality"):
        regrouped(place(), found.path)


def areas(code, codes):
    shapes = [box(370_000 + 1000 * i, 355_000, 371_000 + 1000 * i, 356_000) for i in (0, 1)]
    return gpd.GeoDataFrame({code: codes}, geometry=shapes, crs=27700)


def test_every_layer_of_a_map_file_has_its_role_and_is_read(tmp_path):
    (tmp_path / "indices.csv").write_text(INDICES)
    lsoas = ["E01000001", "E01000002"]
    path = tmp_path / "all.gpkg"
    areas("LSOA11CD", lsoas).to_file(path, layer="old")
    areas("LSOA21CD", lsoas).to_file(path, layer="new")
    areas("WD24CD", ["E05000001", "E05000002"]).to_file(path, layer="wards")
    areas("hub", ["a", "b"]).to_file(path, layer="hubs")
    files = scan([tmp_path])
    assert {file.layer: file.role for file in files if file.layer} == {
        "old": "boundaries lsoa11",
        "new": "boundaries lsoa21",
        "wards": "boundaries wd24",
        "hubs": "",
    }
    inputs = read_inputs(files, 2025)
    assert inputs.areas["lsoa21cd"].tolist() == lsoas
    assert inputs.wards["wd24cd"].tolist() == ["E05000001", "E05000002"]
    assert {file.layer for file in inputs.unused} == {"old", "hubs"}


def test_maps_without_area_codes_do_not_stop_the_tables(tmp_path):
    (tmp_path / "indices.csv").write_text(INDICES)
    hubs = gpd.GeoDataFrame({"hub": ["a"]}, geometry=[Point(370_000, 355_000)], crs=27700)
    hubs.to_file(tmp_path / "hubs.gpkg")
    files = scan([tmp_path])
    assert read_inputs(files, 2025).areas is None
    assert any("its columns: hub" in file.hint for file in files)


@pytest.mark.parametrize("name", ["x.xlsb", "x.numbers"])
def test_other_spreadsheets_are_passed_over_and_told(tmp_path, name):
    found = role(tmp_path, "anything", name)
    assert (found.role, found.problem) == ("", "")
    assert "Save it as .xlsx or .csv" in found.hint


def test_text_that_is_a_table_is_read_and_a_readme_passed_over(tmp_path):
    (tmp_path / "wards.txt").write_text("LSOA21CD\tWD24CD\nE01000001\tE05000001\n")
    (tmp_path / "README.txt").write_text("Where this is from: ONS, downloaded by hand.\n")
    assert [(file.name, file.role) for file in scan([tmp_path])] == [
        ("wards.txt", "lookup lsoa21 wd24")
    ]


def test_why_not_says_of_every_kind_what_is_lacking(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("LSOA21CD,children\nE01000001,5\n")
    lines = why_not(path, LEVELS)
    assert len(lines) == len(RECOGNISERS) + 2
    assert "LSOA21CD, children" in lines[0]
    assert all(": no, it " in line for line in lines[1:-1])
    assert "folder indicators" in lines[-1]
