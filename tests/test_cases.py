"""Files as people have them: each folder of shared/cases gives what its expect.txt says.

The kinds of fault that these cases stand for are tested, with inputs of their own, beside the
modules that read them.
"""

import csv
from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.report.assign import assign_file
from geo.report.check import check_data
from geo.sources.boundaries import read_boundaries
from geo.sources.deprivation import read_deprivation
from geo.sources.indicators.read import read_indicators
from geo.sources.lookups import read_lookup
from geo.sources.populations import read_population
from geo.sources.sample import write_sample
from tests.conftest import SHARED
from tests.examples import some

CASES = SHARED / "cases"
CHECKS = {}


def case(name):
    """Name the folder that a function checks."""

    def known(check):
        CHECKS[name] = check
        return check

    return known


def _folder(name) -> Path:
    if not CASES.is_dir():
        pytest.skip("the folder shared/cases is not beside this checkout")
    return CASES / name


def refused(words, read, *given, **options):
    with pytest.raises(GeoError, match=words):
        read(*given, **options)


def checked(place, folder):
    lines, good = check_data(place, [folder])
    return "\n".join(lines), good


@case("33-period-spellings")
def _(folder, _tmp_path):
    notes = []
    table = read_indicators(folder / "differs/indicators/p.csv", notes=notes)
    assert set(table["period"]) == {"2023/24"}
    assert "2023-24" in notes[0]


@case("37-minus-99")
def _(folder, _tmp_path):
    for name in ("value", "proportion", "rate", "over100"):
        refused("-99", read_indicators, folder / name / "indicators" / "p.csv")
    refused("-99", read_indicators, folder / "v.csv")


@case("42-chgind-x-authorities")
def _(folder, _tmp_path):
    counts = {"gateshead": 126, "northumberland": 197, "east-herts": 84, "stevenage": 52}
    for name, number in counts.items():
        told, good = checked(folder / name, folder / "data")
        assert good, told
        assert f"Release 2019: {number} LSOAs" in told
        assert "counted whole in the one that the Indices name" in told


def assigned(path, tmp_path, **options):
    """Rows of a table with its groups, by the sample's lookups."""
    data = tmp_path / "sample"
    if not data.exists():
        data.mkdir()
        for file in write_sample(data):
            if "lookup" not in file.name:
                file.unlink()
    assign_file(path, tmp_path / "out.csv", "sample", [data], **options)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@case("01-assign-leading-zeros")
def _(folder, tmp_path):
    first, second = assigned(folder / "my.csv", tmp_path)
    own = ("school_urn", "uprn", "ods", "children", "initials")
    assert [first[name] for name in own] == ["007012", "100010123456789012", "1E5", "5", "NA"]
    assert second["initials"] == "None"
    first, second = assigned(folder / "b.csv", tmp_path)
    assert (first["mark"], first["phone"], second["uprn"]) == ("-", "+447700900000", "")
    assert assigned(folder / "x.xlsx", tmp_path)[0]["urn"] == "007012"


@case("02-assign-excel-title")
def _(folder, tmp_path):
    rows = assigned(folder / "my.xlsx", tmp_path)
    assert [row["Referrals"] for row in rows] == ["5", "7"]


@case("03-assign-police-no-location")
def _(folder, tmp_path):
    for name in ("street.csv", "welsh.csv"):
        rows = assigned(folder / name, tmp_path, outside="keep")
        assert [row["locality"] for row in rows] == ["North", ""]


@case("04-code-blanks-case")
def _(folder, tmp_path):
    assert assigned(folder / "my.csv", tmp_path)[0]["locality"] == "North"
    for name in ("lookup.csv", "lookup2.csv"):
        codes = read_lookup(folder / name)
        assert codes["lsoa21cd"].str.len().eq(9).all()
        assert codes["wd24cd"].str.len().eq(9).all()
    for name in ("imd.csv", "imd2.csv"):
        assert read_deprivation(folder / name)["lsoa21cd"].str.fullmatch(r"E01\d{6}").all()


@case("05-blank-rows-below")
def _(folder, tmp_path):
    assert len(read_deprivation(folder / "imd.csv")) == 240
    assert len(read_lookup(folder / "lk.csv")) == 240
    assert len(read_lookup(folder / "lk.xlsx")) == 1
    assert len(read_population(folder / "pop.csv")) == 1
    assert len(assigned(folder / "my.csv", tmp_path)) == 1


@case("06-excel-percent-cells")
def _(folder, _tmp_path):
    for name in ("x.xlsx", "x.csv"):
        assert read_indicators(folder / name)["value"].tolist() == [12.5, 25.0]


@case("07-workbook-years")
def _(folder, _tmp_path):
    refused("4 sheets .*Mid-2019 LSOA 2021", read_population, folder / "sape.xlsx")
    refused("2 sheets .*IMD 2025 notes", read_deprivation, folder / "imd.xlsx")
    assert read_indicators(folder / "hidden.xlsx")["count"].tolist() == [9]
    years = read_indicators(folder / "neet.xlsx", notes=[]).groupby("period")["count"].sum()
    assert years.to_dict() == {"2021-22": 7, "2022-23": 15, "2023-24": 19}


@case("08-merged-year-headers")
def _(folder, _tmp_path):
    twice = "more than one column named"
    for name in ("dup.csv", "dup2.csv", "dup3.csv"):
        refused(twice, read_indicators, folder / name, period="x")
    refused(twice, read_lookup, folder / "lk.csv")
    refused(twice, read_deprivation, folder / "imd.csv")
    refused("header of two rows", read_indicators, folder / "merged.xlsx", period="x")


@case("09-excel-footnotes")
def _(folder, _tmp_path):
    notes = []
    assert len(read_indicators(folder / "notes-below.xlsx", notes=notes)) == 2
    assert "below the table" in notes[-1]
    assert len(read_population(folder / "pop.xlsx")) == 1
    refused("not of lsoa21 .Total", read_indicators, folder / "total-row.xlsx")


@case("12-fingertipsR-names")
def _(folder, _tmp_path):
    for name in ("ftR.csv", "ftR2.csv", "ftR3.csv", "snake.csv"):
        table = read_indicators(folder / name, notes=[])
        assert set(table.loc[table["area_type"] == "england", "value"]) <= {67.2}


@case("36-csv-title-rows")
def _(folder, tmp_path):
    assert len(read_lookup(folder / "lk.csv")) == 240
    assert read_indicators(folder / "ind.csv")["count"].tolist() == [5]
    assert assigned(folder / "my.csv", tmp_path)[0]["n"] == "5"


@case("27-excel-unicode-text")
def _(folder, _tmp_path):
    for name in ("u", "u2", "t", "p", "r", "m"):
        told, good = checked("sample", folder / name)
        assert good, told
    told, good = checked("sample", folder / "v")  # two lookups, both text called .xls and .ods
    assert "2 files in" in told
    told, good = checked("sample", folder / "q")
    assert not good
    assert "one text in quotes" in told


@case("15-nomis-query-csv")
def _(folder, _tmp_path):
    table = read_indicators(folder / "nomis.csv", notes=[])
    assert table["value"].tolist() == [650, 701]
    assert read_indicators(folder / "nomis2.csv", notes=[])["area_code"].tolist() == ["E01900001"]


@case("16-nomis-bulk-census")
def _(folder, _tmp_path):
    for name in ("census2021-ts038-lsoa.csv", "b2.csv", "api.csv"):
        table = read_indicators(folder / name, area_type="lsoa21")
        assert table["period"].eq("2021").all()
        assert 1600 in table["value"].tolist()
        assert not table["indicator_id"].isin(["date", "geography"]).any()


@case("22-gpkg-several-layers")
def _(folder, _tmp_path):
    told, good = checked("sample", folder)
    assert good, told
    assert "left out: no boundaries" not in told
    for kind in ("LSOA 2011", "LSOA 2021", "ward 2024"):
        assert f": {kind} boundaries" in told


@case("26-council-list-forms")
def _(folder, _tmp_path):
    for form in ("xlsx", "c", "s", "b", "h", "y"):
        told, good = checked("sample", folder / form)
        assert good, told
        assert ": grouping of areas" in told


@case("29-postcode-oa-lsoa-lookup")
def _(folder, _tmp_path):
    told, good = checked("sample", folder)
    assert good, told
    assert "PCD.csv: not recognised. It has several rows an area" in told


@case("43-other-files-in-folder")
def _(folder, _tmp_path):
    for name in ("zip", "json", "hubs", "hubs_b"):
        told, good = checked("sample", folder / name)
        assert good, told
        assert ": not recognised" in told


@case("38-fingertips-wards")
def _(folder, _tmp_path):
    told, good = checked("sample", folder)
    assert good, told
    assert "wards have their code" in told
    assert "left out: the figures are by ward" not in told


@case("46-fingertips-two-area-type-vintages")
def _(folder, _tmp_path):
    notes = []
    table = read_indicators(folder / "f.csv", notes=notes)
    assert table["value"].tolist() == [65.1]
    assert "newer area type" in notes[0]


@case("20-zip-shapes")
def _(folder, _tmp_path):
    for name in ("a.zip", "b.zip", "c.zip", "in.zip", "L.SHP"):
        assert len(read_boundaries(folder / name)) == 5
    refused("without its .shx", read_boundaries, folder / "e.zip")
    refused("without its .dbf", read_boundaries, folder / "f.zip")
    refused("coordinate reference system", read_boundaries, folder / "d.zip")
    refused("in.zip", read_boundaries, folder / "nest.zip")


@case("21-curves-and-measures")
def _(folder, _tmp_path):
    for name in ("c.gpkg", "m.gpkg", "zm.gpkg"):
        assert len(read_boundaries(folder / name)) == 5
    for name in ("cp.gpkg", "ms.gpkg"):
        notes = []
        assert len(read_boundaries(folder / name, notes=notes)) == 5
        assert "of 5 areas in" in notes[0]


@case("23-multi-row-areas")
def _(folder, _tmp_path):
    refused("dissolve them by that column", read_boundaries, folder / "x.gpkg")


@pytest.mark.parametrize("name", some(sorted(CHECKS), quick=8))
def test_case(name, tmp_path):
    CHECKS[name](_folder(name), tmp_path)
