"""The same records in every form of file give the same indicators."""

import os
import zipfile

import pandas as pd
import pytest
from click.testing import CliRunner

import geo
from geo.__main__ import main
from geo.errors import GeoError
from geo.records import counting
from geo.records.tables import Files
from tests.records.cases import FACTS

TABLE = pd.DataFrame(
    {
        "Child": ["a", "b", "ü", "a"],
        "Start": ["2024-02-01", "2024-03-01", "2024-04-01", "2025-01-01"],
        "LSOA": ["E01000001", "E01000001", "E01000002", "E01000002"],
        "Note, or not": ['said "no"', "two\nlines", "", "x"],
    }
)


def run(folder, files, **given):
    path = folder / "it.toml"
    path.write_text(
        f"period = 'year'\n[tables.plans]\nfiles = {files!r}\nperson = 'Child'\ndate = 'Start'\n"
        f"area = {{ lsoa21 = 'LSOA' }}\n[indicators.it]\n{FACTS}count = 'people'\n"
        f"[indicators.noted]\n{FACTS}where = {{ 'Note, or not' = {{ missing = false }} }}\n",
        "utf-8",
    )
    return geo.indicators_from_records(path, **given).indicators


def as_zip(folder):
    TABLE[:2].to_csv(folder / "one.csv", index=False)
    TABLE[2:].to_csv(folder / "two.csv", index=False)
    with zipfile.ZipFile(folder / "it.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("one.csv", "two.csv"):
            archive.write(folder / name, name)


FORMS = {
    "it.csv": lambda f: TABLE.to_csv(f / "it.csv", index=False),
    "it-*.csv": lambda f: [TABLE[n : n + 2].to_csv(f / f"it-{n}.csv", index=False) for n in (0, 2)],
    "it.txt": lambda f: TABLE.to_csv(f / "it.txt", index=False, sep="\t", encoding="utf-16"),
    "latin.csv": lambda f: TABLE.to_csv(f / "latin.csv", index=False, sep=";", encoding="cp1252"),
    "it.xlsx": lambda f: TABLE.to_excel(f / "it.xlsx", index=False),
    "dated.xlsx": lambda f: TABLE.assign(Start=pd.to_datetime(TABLE["Start"])).to_excel(
        f / "dated.xlsx", index=False
    ),
    "it.zip": as_zip,
    "it.parquet": lambda f: TABLE.assign(Start=pd.to_datetime(TABLE["Start"])).to_parquet(
        f / "it.parquet"
    ),
}


def test_every_form_of_file_gives_the_same(tmp_path):
    found = {}
    for name, write in FORMS.items():
        write(tmp_path)
        found[name] = run(tmp_path, name)
    expected = found.pop("it.csv")
    assert expected["count"].tolist() == [2, 1, 1, 2, 1]
    for name, table in found.items():
        pd.testing.assert_frame_equal(table, expected, obj=name)


def test_files_of_other_columns_or_kinds_are_refused(tmp_path):
    TABLE.to_csv(tmp_path / "it-1.csv", index=False)
    TABLE[TABLE.columns[::-1]].to_csv(tmp_path / "it-2.csv", index=False)
    with pytest.raises(GeoError, match="it-2.csv has other columns than the first file"):
        run(tmp_path, "it-*.csv")
    TABLE.to_parquet(tmp_path / "it-2.parquet")
    with pytest.raises(GeoError, match="Parquet and others"):
        run(tmp_path, "it-*")
    (tmp_path / "it-3.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(GeoError, match="cannot be read as Parquet"):
        run(tmp_path, "it-3.parquet")
    with pytest.raises(GeoError, match="There is no file"):
        run(tmp_path, "other.csv")


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path):
    path = tmp_path / "it.csv"
    TABLE.to_csv(path, index=False)
    files = Files()
    files.of(["it.csv"], tmp_path, "it")
    files.require_unchanged()
    with path.open("a") as more:
        more.write("c,2025-01-01,E01000002,\n")
    with pytest.raises(GeoError, match="changed while it was read; wait"):
        files.require_unchanged()
    os.remove(path)
    with pytest.raises(GeoError, match="changed while it was read"):
        files.require_unchanged()


def test_a_run_over_a_file_that_grows_stops(tmp_path, monkeypatch):
    path = tmp_path / "it.csv"
    TABLE.to_csv(path, index=False)
    real = counting._load_geography

    def grown(*given):
        real(*given)
        with path.open("a") as more:
            more.write("c,2025-01-01,E01000002,\n")

    monkeypatch.setattr(counting, "_load_geography", grown)
    with pytest.raises(GeoError, match="it.csv changed while it was read"):
        run(tmp_path, "it.csv")


def test_keys_that_are_numbers_in_one_file_and_text_in_the_other_are_the_same_people(tmp_path):
    day = pd.Timestamp("2024-02-01")
    plans = pd.DataFrame({"id": [7, 8], "day": [day, day], "area": "E01000001"})
    plans.to_parquet(tmp_path / "plans.parquet")
    pd.DataFrame({"id": ["7"], "day": ["2024-02-09"]}).to_csv(tmp_path / "events.csv", index=False)
    path = tmp_path / "it.toml"
    path.write_text(
        "period = 'year'\n[tables.plans]\nfiles = 'plans.parquet'\nperson = 'id'\ndate = 'day'\n"
        "area = { lsoa21 = 'area' }\n[tables.events]\nfiles = 'events.csv'\nperson = 'id'\n"
        f"date = 'day'\n[indicators.it]\n{FACTS}of = 'plans'\ncount = 'followed'\n"
        "followed_by = { of = 'events', within_days = 9 }\ndenominator = 'same'\n",
        "utf-8",
    )
    found = geo.indicators_from_records(path, notes=[]).indicators
    assert found[["count", "denominator"]].to_numpy().tolist() == [[1, 2]]


def test_parquet_in_a_zip_is_read_and_a_sheet_is_that_which_is_named(tmp_path):
    FORMS["it.csv"](tmp_path)
    expected = run(tmp_path, "it.csv")
    with zipfile.ZipFile(tmp_path / "it.zip", "w") as archive:
        for at in (0, 2):
            TABLE[at : at + 2].to_parquet(tmp_path / f"part-{at}.parquet")
            archive.write(tmp_path / f"part-{at}.parquet", f"part-{at}.parquet")
    pd.testing.assert_frame_equal(run(tmp_path, "it.zip"), expected)
    with pd.ExcelWriter(tmp_path / "it.xlsx") as book:
        TABLE[:1].to_excel(book, sheet_name="old", index=False)
        TABLE.to_excel(book, sheet_name="new", index=False)
    with pytest.raises(GeoError, match=r"2 sheets of .* \(old, new\); write sheet = one of them"):
        run(tmp_path, "it.xlsx")
    text = (tmp_path / "it.toml").read_text()
    (tmp_path / "it.toml").write_text(text.replace("files =", "sheet = 'new'\nfiles ="))
    found = geo.indicators_from_records(tmp_path / "it.toml").indicators
    pd.testing.assert_frame_equal(found, expected)


def test_xml_without_an_element_is_told(tmp_path):
    (tmp_path / "it.xml").write_text("<a><b><Child>1</Child></b></a>")
    with pytest.raises(GeoError, match=r"does not say of which element .*\(there are b\)"):
        run(tmp_path, "it.xml")


@pytest.mark.parametrize(("key", "words"), [("sheet", "Excel"), ("element", "XML")])
def test_what_says_nothing_of_a_file_is_told(tmp_path, key, words):
    FORMS["it.csv"](tmp_path)
    with pytest.raises(GeoError):
        run(tmp_path, "none.csv")
    text = (tmp_path / "it.toml").read_text().replace("none.csv", "it.csv")
    (tmp_path / "it.toml").write_text(text.replace("files =", f"{key} = 'x'\nfiles ="))
    with pytest.raises(GeoError, match=f"table plans has {key} and is not of {words}; leave"):
        geo.indicators_from_records(tmp_path / "it.toml")


def test_parquet_files_whose_columns_are_of_two_types_are_told(tmp_path):
    TABLE.assign(Start=pd.to_datetime(TABLE["Start"])).to_parquet(tmp_path / "it-1.parquet")
    TABLE.assign(Start=[[1], [2], [3], [4]]).to_parquet(tmp_path / "it-2.parquet")
    with pytest.raises(GeoError, match=r"cannot be read|dates|date") as told:
        run(tmp_path, "it-*.parquet")
    assert "2024" not in str(told.value)


def test_what_excel_keeps_beside_an_open_workbook_is_no_table(tmp_path):
    TABLE.to_excel(tmp_path / "it.xlsx", index=False)
    (tmp_path / "~$it.xlsx").write_bytes(b"open")
    pd.testing.assert_frame_equal(run(tmp_path, "*.xlsx"), run(tmp_path, "it.xlsx"))
    said = CliRunner().invoke(main, ["records", str(tmp_path / "new.toml"), "--init"]).output
    assert "~$" not in said
