"""Groups added to a user's own table, whose cells come out as they went in."""

import csv

import openpyxl
import pytest

from geo.errors import CodeError, FileError
from geo.report.assign import assign_file
from geo.sources.sample import write_sample

OWN = {
    "urn": ["007012", "000015"],
    "uprn": ["100010123456789013", ""],
    "ods": ["1E5", "2E3"],
    "children": ["5", ""],
    "initials": ["NA", "None"],
    "ref": ["12-03", "1-2"],
    "flag": ["TRUE", "FALSE"],
    "phone": ["+44 7700 900000", "01270500000"],
    "mark": ["-", "--"],
    "change": ["-5", "+3.5%"],
    "name": [" Mill, Old ", "O'Neill"],
    "month": ["2024-05", "31/12/2024"],
    "decimal": ["0.10", "5.0"],
}
CODES = ["E01900001", "E01900002"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    for path in write_sample(folder):
        if "lookup" not in path.name:
            path.unlink()
    return folder


def table(tmp_path, codes=CODES, own=OWN, above=(), name="my.csv"):
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [*above, ["LSOA21CD", *own], *zip(codes, *own.values(), strict=True)]
        csv.writer(file).writerows(rows)
    return path


def assigned(path, data, tmp_path, **options):
    assign_file(path, tmp_path / "out.csv", "sample", [data], **options)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_cell_comes_out_as_it_went_in(data, tmp_path):
    rows = assigned(table(tmp_path), data, tmp_path)
    assert {name: [row[name] for row in rows] for name in OWN} == OWN
    assert [row["collaborative"] for row in rows] == ["Harnwick North"] * 2


def test_every_text_cell_of_a_workbook_comes_out_as_it_went_in(data, tmp_path):
    book = openpyxl.Workbook()
    for row in [["A title"], [], ["LSOA21CD", *OWN], *zip(CODES, *OWN.values(), strict=True)]:
        book.active.append(row)
    book.save(tmp_path / "my.xlsx")
    rows = assigned(tmp_path / "my.xlsx", data, tmp_path)
    assert {name: [row[name] for row in rows] for name in OWN} == OWN


def test_only_formulas_are_guarded(data, tmp_path):
    own = {"x": ["=1+1", "-2+3+cmd|' /C calc'!A0"], "y": ["@SUM(A1)", "+A1"]}
    rows = assigned(table(tmp_path, own=own), data, tmp_path)
    assert [[row["x"], row["y"]] for row in rows] == [
        ["'=1+1", "'@SUM(A1)"],
        ["'-2+3+cmd|' /C calc'!A0", "'+A1"],
    ]


def test_titles_above_and_blank_rows_below_are_passed_over(data, tmp_path):
    path = table(tmp_path, above=[["Referrals, 2024"], []])
    path.write_text(path.read_text("utf-8") + "," * len(OWN) + "\n\n", "utf-8")
    assert len(assigned(path, data, tmp_path)) == 2


@pytest.mark.parametrize("other", ["", "W01000271", "E01000001", "No Location"])
def test_rows_elsewhere_are_kept_with_their_groups_empty(data, tmp_path, other):
    path = table(tmp_path, codes=[CODES[0], other])
    rows = assigned(path, data, tmp_path, outside="keep")
    assert [row["LSOA21CD"] for row in rows] == [CODES[0], other]
    assert [row["locality"] for row in rows] == ["North", ""]
    with pytest.raises(CodeError, match="--outside keep"):
        assigned(path, data, tmp_path)


@pytest.mark.parametrize("code", ["e01900001", " E01900001\u00a0", "E01900001 : Sandmere 001A"])
def test_codes_are_matched_in_odd_spellings_and_stay_as_they_are(data, tmp_path, code):
    rows = assigned(table(tmp_path, codes=[code, CODES[1]]), data, tmp_path)
    assert rows[0]["LSOA21CD"] == code
    assert rows[0]["collaborative"] == "Harnwick North"


def test_columns_of_the_same_name_are_refused(data, tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("LSOA21CD,n,n\nE01900001,1,2\n")
    with pytest.raises(FileError, match="more than one column named n"):
        assigned(path, data, tmp_path)
