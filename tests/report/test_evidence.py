"""What a build is made of: the LSOAs of a place, complete and counted once."""

import csv
import re
import zipfile

import pandas as pd
import pytest

from geo.report.check import check_data
from geo.report.evidence import gather_evidence
from geo.sources.sample import write_sample
from geo.vocabulary.releases import RELEASES
from geo.vocabulary.releases import VINTAGES as VINTAGES_OF_LSOAS
from tests.sources.spreadsheets import write_ods, write_xls

INDICES = """LSOA code (2011),Local Authority District code (2019),\
Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)
E01000011,{owner},5
E01000012,E06000001,32844
E01000019,E06000002,7
"""
VINTAGES = """LSOA11CD,LSOA21CD,CHGIND,LAD22CD
E01000011,E01000021,X,E06000001
E01000011,E01000029,X,E06000002
E01000012,E01000022,U,E06000001
E01000019,E01000028,U,E06000002
"""
WARDS = """LSOA21CD,WD24CD,WD24NM,LAD24CD
E01000021,E05000001,Alder,E06000001
E01000022,E05000001,Alder,E06000001
E01000028,E05000009,Elm,E06000002
E01000029,E05000009,Elm,E06000002
"""


@pytest.mark.parametrize("owner", ["E06000001", "E06000002"])
def test_places_on_both_sides_of_a_crossed_lsoa_can_be_built(tmp_path, owner):
    for name, text in {"i": INDICES.format(owner=owner), "v": VINTAGES, "w": WARDS}.items():
        (tmp_path / f"{name}.csv").write_text(text)
    for code in ("E06000001", "E06000002"):
        folder = tmp_path / code
        folder.mkdir()
        (folder / "place.toml").write_text(f'name = "Place {code}"\ncode = "{code}"\n')
        lines, good = check_data(folder, [tmp_path])
        assert good, lines
        assert f"Release 2019: {1 + (code == owner)} LSOAs of Place {code}, ready." in lines
        assert any("E01000011" in line for line in lines)


GONE = INDICES.format(owner="E06000001").replace("E01000012,E06000001", "E01000012,E07000026")
INDICES_2025 = """LSOA code (2021),\
Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)
E01000021,1
E01000022,2
E01000028,8
E01000029,9
"""


def checked(folder, code, **texts):
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    place = folder / code
    place.mkdir()
    (place / "place.toml").write_text(f'name = "Place {code}"\ncode = "{code}"\n')
    return check_data(place, [folder])


@pytest.mark.parametrize("code", ["E06000001", "E06000002"])
@pytest.mark.parametrize(("year", "indices"), [(2019, GONE), (2025, INDICES_2025)])
def test_a_ward_that_went_to_another_authority_since_is_of_that_one(tmp_path, code, year, indices):
    """E01000022 (in 2011: 12) was in an authority that is gone, then in the first; not any more."""
    wards = WARDS.replace("22,E05000001,Alder,E06000001", "22,E05000009,Elm,E06000002")
    lines, good = checked(tmp_path, code, indices=indices, vintages=VINTAGES, wards=wards)
    number = {"E06000001": 1, "E06000002": 3 if year == 2025 else 2}[code]
    assert good, lines
    assert f"Release {year}: {number} LSOAs of Place {code}, ready." in lines


def test_an_lsoa_that_the_lookup_to_wards_lacks_is_missed(tmp_path):
    wards = WARDS.replace("E01000022,E05000001,Alder,E06000001\n", "")
    lines, good = checked(tmp_path, "E06000001", indices=GONE, vintages=VINTAGES, wards=wards)
    assert not good
    assert any("no ward (E01000012): they are missing from the lookup" in line for line in lines)


def in_other_spreadsheets(folder):
    """Turn the tables of a data folder into spreadsheets of LibreOffice, of Excel 97, and a zip."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = [
                [float(cell) if re.fullmatch(r"\d+(\.\d+)?", cell) else cell for cell in row]
                for row in csv.reader(file)
            ]
        if "File_7" in path.name:
            notes = [["About these data"], ["Notes"]]
            write_ods(path.with_suffix(".ods"), {"Notes": notes, "Data": [["Table 1"], [], *rows]})
        else:
            write_xls(path.with_suffix(".xls"), {"Data": rows})
        path.unlink()
    inside = folder / "indicators" / "indicators.csv"
    with zipfile.ZipFile(inside.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inside, "export/indicators.csv")
    inside.unlink()


@pytest.mark.slow
def test_evidence_is_the_same_from_spreadsheets_of_any_kind(tmp_path):
    found = []
    for name in ("text", "spreadsheets"):
        (tmp_path / name).mkdir()
        write_sample(tmp_path / name)
        if name == "spreadsheets":
            in_other_spreadsheets(tmp_path / name)
        found.append(gather_evidence("sample", [tmp_path / name], RELEASES[2025]))
    one, other = found
    pd.testing.assert_frame_equal(one.lsoas, other.lsoas, check_dtype=False)
    pd.testing.assert_frame_equal(one.outcomes.comparisons, other.outcomes.comparisons)


def test_scores_of_the_indices_that_nothing_weighs_do_not_stop_a_place(tmp_path, monkeypatch):
    monkeypatch.setitem(VINTAGES_OF_LSOAS, "lsoa21", 4)  # they are all of England's
    score = "Index of Multiple Deprivation (IMD) Score"
    header, *rows = INDICES_2025.splitlines()
    indices = "\n".join(
        [f"{header},{score}", *(f"{row[:9]},{at + 1},{90 - at}.5" for at, row in enumerate(rows))]
    )
    lines, good = checked(tmp_path, "E06000001", indices=indices, wards=WARDS)
    assert good, lines
    assert any("has a figure of any indicator, so none is compared" in line for line in lines)


def test_names_of_msoas_name_the_lsoas_and_credit_their_publisher(tmp_path):
    write_sample(tmp_path)
    for own in tmp_path.glob("**/indicators.*"):
        own.unlink()  # the Indices alone are quick
    lsoas = pd.read_csv(next(tmp_path.glob("LSOA21_WD24*")))
    names = lsoas["LSOA21NM"].str[:-1].unique()
    table = pd.DataFrame({"msoa21nm": names, "msoa21hclnm": [f"Quarter {n}" for n in names]})
    table.insert(0, "msoa21cd", [f"E02{at:06}" for at in range(len(names))])
    table.to_csv(tmp_path / "names.csv", index=False)
    evidence = gather_evidence(tmp_path / "place", [tmp_path], RELEASES[2025])
    row = evidence.lsoas.iloc[0]
    called = f"Quarter {row['lsoa21nm'][:-1]} ({row['lsoa21nm'].split()[-1]})"
    assert row["local_name"] == called
    assert sum("Open Parliament Licence" in line for line in evidence.sources) == 1
