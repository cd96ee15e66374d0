"""Data folders: files known by their columns, one chosen for each role, bad ones named."""

import hashlib
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo.errors import CodeError, FileError, GeoError
from geo.sources import folders
from geo.sources.folders import choose, read_inputs, scan

CODES = ["E01000001", "E01000002"]
INDICES = (
    "LSOA code (2021),Local Authority District code (2024),"
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)\n"
    "E01000001,E06000099,1\nE01000002,E06000099,33755\n"
)
SCORES = "LSOA code (2021),Index of Multiple Deprivation (IMD) Score\nE01000001,80\nE01000002,1\n"
INDICES_2019 = INDICES.replace("(2021)", "(2011)").replace("(2024)", "(2019)").replace("55", "00")
WARDS = "LSOA21CD,WD24CD,WD24NM\nE01000001,E05000001,Mill\nE01000002,E05000002,Bridge\n"
VINTAGES = "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000001,U\nE01000002,E01000002,U\n"
RESIDENTS = "lsoa21cd,population\nE01000001,1500\nE01000002,1600\n"
GROUPING = "WD24CD,WD24NM,neighbourhood,side\nE05000001,Mill,Riverside,North\n"


def areas(code="LSOA21CD", codes=CODES):
    shapes = [box(370_000 + 1000 * i, 355_000, 371_000 + 1000 * i, 356_000) for i in (0, 1)]
    return gpd.GeoDataFrame({code: codes}, geometry=shapes, crs=27700)


def folder(tmp_path, name="data", **files):
    """Write text files, named by keyword with _ for the dot before the suffix."""
    place = tmp_path / name
    place.mkdir(exist_ok=True)
    for file, text in files.items():
        stem, _, suffix = file.rpartition("_")
        (place / f"{stem}.{suffix}").write_text(text)
    return place


def roles(files):
    return {file.path.name: file.role for file in files}


def test_scan_knows_files_by_columns_not_names(tmp_path):
    data = folder(
        tmp_path,
        a_csv=INDICES,
        b_csv=INDICES_2019,
        c_csv=WARDS,
        d_csv=VINTAGES,
        e_csv=RESIDENTS,
        f_csv=GROUPING,
    )
    areas().to_file(data / "g.gpkg")
    areas("WD24CD", ["E05000001", "E05000002"]).to_parquet(data / "h.parquet")
    pd.read_csv(data / "a.csv").to_parquet(data / "i.parquet")
    pd.read_csv(data / "c.csv").to_excel(data / "j.xlsx", index=False, startrow=3)
    found = scan([data], levels=["neighbourhood", "side"])
    assert roles(found) == {
        "a.csv": "deprivation 2025",
        "b.csv": "deprivation 2019",
        "c.csv": "lookup lsoa21 wd24",
        "d.csv": "lookup lsoa11 lsoa21",
        "e.csv": "population lsoa21",
        "f.csv": "grouping",
        "g.gpkg": "boundaries lsoa21",
        "h.parquet": "boundaries wd24",
        "i.parquet": "deprivation 2025",
        "j.xlsx": "lookup lsoa21 wd24",
    }
    assert [file.kind for file in found][2:8] == [
        "lookup from LSOA 2021 to ward 2024",
        "lookup from LSOA 2011 to LSOA 2021",
        "residents by LSOA 2021",
        "grouping of areas",
        "LSOA 2021 boundaries",
        "ward 2024 boundaries",
    ]


def test_scan_lists_files_of_no_known_kind(tmp_path):
    data = folder(
        tmp_path,
        crime_csv="Month,Crime type\n2025-01,Burglary\n",
        hours_csv="open;close\n9;5\n",
        settings_json='{"colour": "red"}',
        letter_docx="Dear all",
        names_csv="WD24CD,WD24NM\nE05000001,Mill\n",
        mixed_csv="LSOA11CD,LSOA code,population\nE01000001,E01000001,9\n",
    )
    with zipfile.ZipFile(data / "codes.zip", "w") as archive:
        archive.writestr("codes.csv", "LSOA21CD\nE01000001\n")
    found = scan([data])
    assert len(found) == 7
    assert {(file.role, file.problem, file.kind) for file in found} == {("", "", "not recognised")}


def test_scan_passes_by_parts_notes_and_hidden_files(tmp_path):
    data = folder(tmp_path, README_md="# Data", _csv="a\n1\n")
    (data / "~$open.xlsx").write_bytes(b"\x08 user")
    (data / ".DS_Store").write_bytes(b"\x00")
    (data / "inner").mkdir()
    (data / "inner" / "indices.csv").write_text(INDICES)
    (data / ".csv").unlink()
    areas().to_file(data / "areas.shp")
    assert roles(scan([data])) == {"areas.shp": "boundaries lsoa21"}


def test_scan_takes_a_file_geodatabase_as_one_file(tmp_path):
    data = folder(tmp_path)
    areas().to_file(data / "areas.gdb", driver="OpenFileGDB")
    (only,) = scan([data])
    assert (only.path.name, only.role) == ("areas.gdb", "boundaries lsoa21")
    before = only.sha256()
    part = max((data / "areas.gdb").iterdir(), key=lambda file: file.stat().st_size)
    part.write_bytes(part.read_bytes() + b"\x00")
    assert only.sha256() != before


def test_sha256_is_that_of_the_file(tmp_path):
    (only,) = scan([folder(tmp_path, a_csv=INDICES)])
    assert only.sha256() == hashlib.sha256(INDICES.encode()).hexdigest()


def test_scan_keeps_the_order_of_folders_then_names(tmp_path):
    second = folder(tmp_path, "a", z_csv=WARDS, b_csv=RESIDENTS)
    first = folder(tmp_path, "b", m_csv=INDICES)
    assert [file.path.name for file in scan([first, second])] == ["m.csv", "b.csv", "z.csv"]


def test_scan_takes_a_folder_named_twice_once(tmp_path):
    data = folder(tmp_path, a_csv=WARDS)
    assert len(scan([data, str(data), data / ".." / "data"])) == 1


def test_scan_of_a_missing_folder(tmp_path):
    with pytest.raises(FileError, match="There is no folder .*none; check the name after --data"):
        scan([tmp_path / "none"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("areas.gpkg", b"\x89PNG\r\n", "cannot be read as a map file"),
        ("areas.geojson", b"<html>Sign in</html>", "cannot be read as a map file"),
        ("areas.json", b'{"type": "FeatureCollection", "feat', "cannot be read as a map file"),
        ("areas.zip", b"PK\x03\x04", "is not a whole zip file"),
        ("areas.parquet", b"PAR1", "cannot be read as Parquet"),
        ("indices.xlsx", b"PK\x03\x04", "cannot be read as Excel"),
        ("indices.csv", b"", "is empty"),
        ("indices.csv", b"<html>Sign in</html>", "is a web page"),
        ("indices.csv", b'"LSOA code (2021),IMD Rank"\n"E01000001,1"\n', "one text in quotes"),
    ],
)
def test_scan_tells_what_cannot_be_read_and_read_inputs_refuses(tmp_path, name, content, message):
    data = folder(tmp_path, good_csv=INDICES)
    (data / name).write_bytes(content)
    found = scan([data])
    (bad,) = (file for file in found if file.path.name == name)
    assert (bad.role, bad.kind) == ("", "cannot be read")
    assert message in bad.problem
    with pytest.raises(FileError, match=rf"{name} .*{message}"):
        read_inputs(found, 2025)


def test_choose_prefers_the_folder_named_first(tmp_path):
    detailed = folder(tmp_path, "borough", z_csv=WARDS)
    simple = folder(tmp_path, "england", a_csv=WARDS)
    for order in ([detailed, simple], [simple, detailed]):
        (chosen,) = choose(scan(order), "lookup lsoa21 wd24")
        assert chosen.path.parent == order[0]


def test_choose_names_both_files_that_fit(tmp_path):
    data = folder(tmp_path, new_csv=WARDS, old_csv=WARDS)
    message = (
        r"2 files in .*data are lookup from LSOA 2021 to ward 2024 \(new\.csv, old\.csv\); keep"
    )
    with pytest.raises(FileError, match=message):
        choose(scan([data]), "lookup lsoa21 wd24")


def test_choose_takes_several_files_of_the_indices(tmp_path):
    data = folder(tmp_path, file1_csv=INDICES, file5_csv=SCORES)
    assert len(choose(scan([data]), "deprivation 2025")) == 2
    assert choose(scan([data]), "grouping") == []


def test_read_inputs_reads_what_the_release_needs(tmp_path):
    data = folder(
        tmp_path,
        file1_csv=INDICES,
        file5_csv=SCORES,
        old_csv=INDICES_2019,
        wards_csv=WARDS,
        vintages_csv=VINTAGES,
        residents_csv=RESIDENTS,
        other_csv="a,b\n1,2\n",
    )
    areas().to_file(data / "areas.gpkg")
    areas("LSOA11CD").to_file(data / "areas11.gpkg")
    for year in ("24", "25"):
        areas(f"WD{year}CD", ["E05000001", "E05000002"]).to_file(data / f"wards{year}.fgb")
    told = []
    inputs = read_inputs(scan([data]), 2025, on_file=lambda file: told.append(file.path.name))
    assert inputs.deprivation["imd_decile"].tolist() == [1, 10]
    assert inputs.deprivation["imd_score"].tolist() == [80, 1]
    assert inputs.areas is not None
    assert inputs.areas["lsoa21cd"].tolist() == CODES
    assert inputs.wards is not None
    assert inputs.wards.columns[0] == "wd25cd"  # the newest
    assert [list(table.columns[:2]) for table in inputs.lookups] == [
        ["lsoa11cd", "lsoa21cd"],
        ["lsoa21cd", "wd24cd"],
    ]
    assert [int(table["population"].sum()) for table in inputs.populations] == [3100]
    assert (
        {file.path.name for file in inputs.used}
        == set(told)
        == {
            *("file1.csv", "file5.csv", "wards.csv", "vintages.csv", "residents.csv"),
            *("areas.gpkg", "wards25.fgb"),
        }
    )
    left = {"old.csv", "other.csv", "areas11.gpkg", "wards24.fgb"}
    assert {file.path.name for file in inputs.unused} == left
    assert set(inputs.tables) == set(inputs.used)


def test_read_inputs_takes_the_layer_of_the_role_from_a_file_with_several(tmp_path):
    data = folder(tmp_path, indices_csv=INDICES)
    areas().to_file(data / "areas.gpkg", layer="lsoa")
    areas("WD24CD", ["E05000001", "E05000002"]).to_file(data / "areas.gpkg", layer="ward")
    inputs = read_inputs(scan([data]), 2025)
    assert inputs.areas is not None
    assert inputs.areas.columns[0] == "lsoa21cd"


def test_read_inputs_without_boundaries_of_the_release(tmp_path):
    data = folder(tmp_path, indices_csv=INDICES)
    areas("LSOA11CD").to_file(data / "areas.gpkg")
    inputs = read_inputs(scan([data]), 2025)
    assert inputs.areas is None
    assert inputs.wards is None


def test_read_inputs_keeps_the_grouping_of_the_place(tmp_path):
    data = folder(tmp_path, indices_csv=INDICES, grouping_csv=GROUPING)
    inputs = read_inputs(scan([data], ["neighbourhood", "side"]), 2025)
    assert inputs.grouping == data / "grouping.csv"
    assert data / "grouping.csv" in {file.path for file in inputs.used}


def test_read_inputs_without_the_indices_says_which_are_there(tmp_path):
    empty, old = folder(tmp_path, "none"), folder(tmp_path, "old", b_csv=INDICES_2019)
    with pytest.raises(
        FileError, match="Indices of Deprivation 2025 are not in .*: none are there"
    ):
        read_inputs(scan([empty]), 2025)
    with pytest.raises(FileError, match="not in .*old: only those of 2019 are there. Put MHCLG's"):
        read_inputs(scan([old]), 2025)
    untold = folder(tmp_path, "untold", c_csv="lsoa11cd,imd_rank\nE01000001,1\n")
    with pytest.raises(FileError, match="only those of an unknown year are there"):
        read_inputs(scan([untold]), 2019)


@pytest.mark.parametrize("name", ["areas", "wards"])
def test_read_inputs_with_two_files_of_one_role_names_both(tmp_path, name):
    data = folder(tmp_path, indices_csv=INDICES)
    table = areas() if name == "areas" else areas("WD24CD", ["E05000001", "E05000002"])
    table.to_file(data / f"{name}.gpkg")
    table.to_file(data / f"{name}.fgb")
    with pytest.raises(
        FileError, match=rf"2 files in .* \({name}\.fgb, {name}\.gpkg\); keep one of"
    ):
        read_inputs(scan([data]), 2025)


def test_read_inputs_of_indices_that_repeat_each_other(tmp_path):
    data = folder(tmp_path, file1_csv=INDICES, file7_csv=INDICES)
    with pytest.raises(
        FileError, match=r"file7\.csv repeats imd_decile, imd_rank from .*file1\.csv"
    ):
        read_inputs(scan([data]), 2025)


def test_read_inputs_passes_on_what_is_wrong_in_a_file(tmp_path):
    data = folder(tmp_path, indices_csv=INDICES.replace("E01000002", "W01000002"))
    with pytest.raises(CodeError, match=r"1 of 2 rows in .*indices\.csv are in Wales"):
        read_inputs(scan([data]), 2025)


def test_scan_and_read_inputs_raise_nothing_but_geo_errors_for_files_cut_anywhere(tmp_path):
    texts = {"a.csv": INDICES, "b.csv": WARDS, "c.csv": VINTAGES, "d.csv": RESIDENTS}
    data = folder(tmp_path)
    whole = 0
    for name, text in texts.items():
        for kept in range(1, len(text), 7):
            for other, content in texts.items():
                (data / other).write_text(content if other != name else content[:kept])
            try:
                read_inputs(scan([data]), 2025)
                whole += 1
            except GeoError:  # any other error would fail the test
                continue
    assert whole > 0  # a file cut within its header is of no known kind


# Real files


def test_scan_of_real_folders(real_data):
    found = scan([real_data / "cheshire-east", real_data / "england"])
    assert not [file.problem for file in found if file.problem]
    assert roles(found) == {
        "LSOA_2011_BGC_cheshire_east.geojson": "boundaries lsoa11",
        "LSOA_2021_BGC_cheshire_east.geojson": "boundaries lsoa21",
        "MSOA_2021_BGC_cheshire_east.geojson": "boundaries msoa21",
        "WD_MAY_2025_BGC_cheshire_east.geojson": "boundaries wd25",
        "wards_to_collaboratives.csv": "",
        "ID2010_1871702_columns.csv": "deprivation 2010",
        "IoD2015_imd.csv": "deprivation 2015",
        "IoD2019_ranks_deciles.csv": "deprivation 2019",
        "IoD2025_lad_summaries.csv": "",
        "IoD2025_ranks_scores_deciles.csv": "deprivation 2025",
        "IoD2025_underlying_indicators.csv": "",
        "LAD24_england_simplified.parquet": "boundaries lad24",
        "LSOA01_LSOA11_EW_LU.csv": "lookup lsoa01 lsoa11",
        "LSOA11_LSOA21_LAD22_EW_LU.csv": "lookup lsoa11 lsoa21",
        "LSOA11_england_simplified.parquet": "boundaries lsoa11",
        "LSOA21_WD24_LAD24_EW_LU.csv": "lookup lsoa21 wd24",
        "LSOA21_england_simplified.parquet": "boundaries lsoa21",
        "census2021_indicators_lsoa21.parquet": "population lsoa21",
        "population_mid2020_lsoa11_single_year.parquet": "population lsoa11",
    }
    levels = ["collaborative", "sub_locality", "locality"]
    known = folders.scan([real_data / "cheshire-east"], levels)
    assert roles(known)["wards_to_collaboratives.csv"] == "grouping"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("release", "deprivation", "boundaries"), [(2025, 33_755, 244), (2019, 32_844, 234)]
)
def test_read_inputs_of_real_folders(real_data, release, deprivation, boundaries):
    inputs = read_inputs(scan([real_data / "cheshire-east", real_data / "england"]), release)
    assert len(inputs.deprivation) == deprivation
    assert inputs.areas is not None
    assert len(inputs.areas) == boundaries  # those of the folder named first
    assert inputs.wards is not None
    assert len(inputs.wards) == 52


@pytest.mark.slow
def test_read_inputs_of_2010_has_no_boundaries(real_data):
    inputs = read_inputs(scan([real_data / "cheshire-east", real_data / "england"]), 2010)
    assert len(inputs.deprivation) == 32_482
    assert inputs.areas is None


FACTS = "Outcomes,%,100,proportion,low_is_good,Invented,OGL,no"
NEET = (
    "LSOA21CD,Indicator,Year,Value,Indicator Name,Group,Unit,Multiplier,Measure,Polarity,Source,"
    f"Licence,Confidential\nE01000001,neet,2024,10,NEET,{FACTS}\nE01000002,neet,2024,20,NEET,{FACTS}\n"
)


def test_each_table_is_read_whole_once(tmp_path, monkeypatch):
    data = folder(tmp_path, a_csv=INDICES, c_csv=WARDS, d_csv=RESIDENTS, e_csv=NEET)
    folder(data, "indicators", f_csv=NEET.replace("neet", "absence"))
    whole, read_csv = [], pd.read_csv

    def counted(path, **options):
        if options.get("nrows") != 0:
            whole.append(Path(path.name).name)
        return read_csv(path, **options)

    monkeypatch.setattr(pd, "read_csv", counted)
    inputs = read_inputs(scan([data]), 2025)
    assert sorted(whole) == ["a.csv", "c.csv", "d.csv", "e.csv", "f.csv"]
    assert sorted(inputs.catalogue["indicator_id"]) == ["absence", "neet"]


def test_indicators_nobody_asked_for_that_say_nothing_of_themselves_are_noted(tmp_path):
    data = folder(tmp_path, a_csv=INDICES, c_csv=WARDS)
    folder(data, "indicators", g_csv="LSOA21CD,mystery\nE01000001,1\nE01000002,2\n")
    notes = []
    inputs = read_inputs(scan([data]), 2025, notes=notes)
    assert inputs.indicators is None
    assert [words.endswith("It is left out.") for words in notes] == [True]
    assert "g.csv does not tell what its indicators are" in notes[0]
