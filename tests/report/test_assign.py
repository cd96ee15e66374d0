"""Groups added to a user's own table, whose cells come out as they went in."""

import csv

import openpyxl
import pytest

from geo.errors import CodeError, FileError
from geo.report.assign import assign_file
from geo.report.evidence import gather_evidence
from geo.sources.sample import write_sample
from geo.vocabulary.releases import RELEASES
from tests.builders import LOOKUP_WARDS, write_place

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


LOOKUP = "LSOA11CD,LSOA21CD,CHGIND\n" + "".join(
    f"{old},{new},{kind}\n"
    for old, new, kind in [
        ("E01900001", "E01900001", "U"),
        ("E01900002", "E01900002", "U"),
        ("E01950001", "E01900003", "M"),
        ("E01950002", "E01900003", "M"),
    ]
)


@pytest.fixture
def both_years(data, tmp_path):
    """The lookup to wards, and one by which E01950001 is of 2011 and E01900003 of 2021."""
    folder = tmp_path / "both"
    folder.mkdir()
    wards = next(path for path in data.iterdir() if "WD24" in path.name)
    (folder / "wards.csv").write_bytes(wards.read_bytes())
    (folder / "years.csv").write_text(LOOKUP)
    return folder


@pytest.mark.parametrize(
    ("codes", "vintage"),
    [
        (["E01900001", "E01950001"], "lsoa11"),
        (["E01900001", "E01900003"], "lsoa21"),
        (["E01900001", "E01900002"], "lsoa21"),  # of both years: the same areas
    ],
)
def test_codes_under_a_name_without_a_year_tell_it_themselves(both_years, tmp_path, codes, vintage):
    path = tmp_path / "street.csv"
    path.write_text("Month,LSOA code\n" + "".join(f"2024-01,{code}\n" for code in codes))
    told = assign_file(path, tmp_path / "out.csv", "sample", [both_years])
    assert f"({vintage} codes in LSOA code)" in told[0]
    assert any("does not say of which year" in line for line in told)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["LSOA code"] for row in rows] == codes
    assert all(row["locality"] == "North" for row in rows)


def test_codes_of_two_years_under_a_name_without_one_are_refused(both_years, tmp_path):
    path = tmp_path / "street.csv"
    path.write_text("Month,LSOA code\n2024-01,E01950001\n2024-01,E01900003\n")
    with pytest.raises(CodeError, match="vintage of .*street.csv is not clear"):
        assign_file(path, tmp_path / "out.csv", "sample", [both_years])


def crossed(folder, named):
    """An LSOA of 2011 lies half in the place and half beside it; the Indices of 2019 name one."""
    write_place(folder / "place")
    (folder / "wards.csv").write_text(LOOKUP_WARDS.to_csv(index=False).upper())
    (folder / "years.csv").write_text(
        "LSOA11CD,LSOA21CD,CHGIND\nE01000011,E01000001,X\nE01000011,E01000009,X\n"
        "E01000012,E01000002,U\nE01000013,E01000003,U\nE01000014,E01000004,U\n"
    )
    rank = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"
    (folder / "indices.csv").write_text(
        f"LSOA code (2011),Local Authority District code (2019),{rank}\n"
        f"E01000011,{named},1\nE01000012,E06000001,2\nE01000013,E06000001,3\n"
        "E01000014,E06000001,4\n"
    )
    path = folder / "my.csv"
    path.write_text("lsoa11cd,n\nE01000011,5\nE01000012,7\n")
    return path


@pytest.mark.parametrize(("named", "group"), [("E06000001", "East"), ("E06000002", "")])
def test_a_crossed_lsoa_is_where_the_indices_name_it_as_in_a_build(tmp_path, named, group):
    path = crossed(tmp_path, named)
    told = assign_file(path, tmp_path / "out.csv", tmp_path / "place", [tmp_path], outside="keep")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["collaborative"] for row in rows] == [group, "East"]
    evidence = gather_evidence(tmp_path / "place", [tmp_path], RELEASES[2019])
    built = evidence.lsoas.set_index("lsoa11cd")["collaborative"].to_dict()
    assert built.get("E01000011", "") == group
    assert any("the Indices name" in line for line in told)
    assert "E01000011" in " ".join(evidence.notes)
