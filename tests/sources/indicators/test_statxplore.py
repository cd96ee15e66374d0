"""Exports of Stat-Xplore as they come, in every form that tables are saved in."""

import csv
import io
import random

import openpyxl
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.sources.folders import scan
from geo.sources.indicators.read import read_indicators
from tests.examples import some
from tests.sources.test_mutated import mutated_bytes, mutated_cells, only_own_errors

TITLES = [
    ["Stat-Xplore"],
    [],
    ["Households on a benefit (I II z)"],
    ["National - Regional - LA - OAs by Month"],
    ["Counting: Households on a benefit"],
    [],
    ["Filters:"],
    ["Default Summation", "Households on a benefit"],
    [],
]
NOTES = [
    [],
    [],
    ["INFO", "Statistical disclosure control has been applied. Totals may not sum."],
    [],
    ["Symbol", "Description"],
    ["r", 'Figures marked "r" have been revised, in 2023 of 5.'],
    [],
    ["Source: Department for Work and Pensions"],
]
CROSSED = [
    ["Month", "February 2023", "February 2023 - Annotations", "March 2023 (r)",
     "March 2023 - Annotations", "Total", "Total - Annotations", ""],
    ["National - Regional - LA - OAs", "", "", "", "", "", "", ""],
    ["Mill 001A", "12", "", "15", "r", "27", "", ""],
    ["Mill 001B", "..", "", "1,207", "r", "1,207", "", ""],
    ["Unknown", "4", "", "5", "", "9", "", ""],
    ["Total", "16", "", "1,227", "", "1,243", "", ""],
]  # fmt: skip
RECORDS = [
    ["Month", "National - Regional - LA - OAs", "Households on a benefit"],
    ["February 2023", "Mill 001A", "12"],
    ["February 2023", "Mill 001B", ".."],
    ["March 2023 (r)", "Mill 001A", "15"],
    ["March 2023 (r)", "Mill 001B", "1,207"],
    ["Total", "Mill 001A", "27"],
    ["March 2023 (r)", "Total", "1,222"],
]
TURNED = [
    ["National - Regional - LA - OAs", "Mill 001A", "Mill 001B", "Total"],
    ["Month", "", "", ""],
    ["February 2023", "12", "..", "12"],
    ["March 2023 (r)", "15", "1,207", "1,222"],
    ["Total", "27", "1,207", "1,234"],
]
CODED = {"Mill 001A": "E01000001 : Mill 001A", "Mill 001B": "E01000002 : Mill 001B"}
WITH_CODES = [[CODED.get(row[0], row[0]), *row[1:]] for row in CROSSED]
LOOKUP = pd.DataFrame(
    {"lsoa21cd": ["E01000001", "E01000002"], "lsoa21nm": ["Mill 001A", "Mill 001B"]}
)
EXPECTED = {
    ("E01000001", "February 2023"): 12,
    ("E01000001", "March 2023"): 15,
    ("E01000002", "March 2023"): 1207,
}


def as_csv(rows, path, *, mark=",", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


def as_workbook(rows, path):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([float(x.replace(",", "")) if x[:1].isdigit() and x[-1:].isdigit()
                            and "/" not in x else x for x in row])  # fmt: skip
    book.save(path)


FORMS = {
    "x.csv": as_csv,
    "x.tsv": lambda rows, path: as_csv(rows, path, mark="\t"),
    "utf16.txt": lambda rows, path: as_csv(rows, path, mark="\t", encoding="utf-16"),
    "bom.csv": lambda rows, path: as_csv(rows, path, encoding="utf-8-sig"),
    "semi.csv": lambda rows, path: as_csv(rows, path, mark=";", encoding="cp1252"),
    "x.xlsx": as_workbook,
}


def figures(table):
    assert table["area_type"].eq("lsoa21").all()
    assert table["indicator_id"].eq("Households on a benefit").all()
    shown = table[table["state"] != "missing"]
    return shown.set_index(["area_code", "period"])["value"].to_dict()


@pytest.mark.parametrize("form", some(FORMS))
@pytest.mark.parametrize("body", [CROSSED, RECORDS, TURNED, WITH_CODES])
def test_an_export_gives_the_same_figures_in_every_layout_and_form(tmp_path, form, body):
    path = tmp_path / form
    FORMS[form]([*TITLES, *body, *NOTES], path)
    told = []
    table = read_indicators(path, lookups=LOOKUP, notes=told)
    assert figures(table) == EXPECTED
    assert table["state"].eq("missing").sum() == 1
    assert any("not as 0" in words for words in told)
    assert scan([tmp_path])[0].indicators or path.suffix == ".txt"


def test_titles_and_notes_may_be_gone(tmp_path):
    as_csv(CROSSED, tmp_path / "Households on a benefit.csv")
    table = read_indicators(tmp_path / "Households on a benefit.csv", lookups=LOOKUP, notes=[])
    assert figures(table) == EXPECTED


def test_columns_over_columns_tell_sexes_and_categories(tmp_path):
    body = [
        ["Month", "May 2023", "", "", ""],
        ["Gender", "Male", "", "Total", ""],
        ["Status", "In work", "Total", "In work", "Total"],
        ["National - Regional - LA - OAs", "", "", "", ""],
        ["E01000001", "1", "2", "3", "4"],
    ]
    as_csv([*TITLES, *body], tmp_path / "x.csv")
    table = read_indicators(tmp_path / "x.csv", lookups=[LOOKUP], notes=[])
    values = table.set_index(["indicator_id", "sex"])["value"].to_dict()
    assert values == {
        ("Households on a benefit, In work", "Male"): 1,
        ("Households on a benefit", "Male"): 2,
        ("Households on a benefit, In work", "Total"): 3,
        ("Households on a benefit", "Total"): 4,
    }


def test_names_that_no_lookup_lists_say_what_to_do(tmp_path):
    as_csv([*TITLES, *CROSSED, *NOTES], tmp_path / "x.csv")
    with pytest.raises(CodeError, match=r"put the ONS lookup .*LSOA21NM.* lookups="):
        read_indicators(tmp_path / "x.csv", notes=[])
    moss = LOOKUP.replace("Mill", "Moss", regex=True)
    with pytest.raises(CodeError, match="no lookup"):
        read_indicators(tmp_path / "x.csv", lookups=moss, notes=[])


def test_wards_are_not_looked_up_by_names_which_several_may_have(tmp_path):
    body = [[row[0].replace("Mill 001A", "Central"), *row[1:]] for row in CROSSED]
    as_csv([*TITLES, *body[:3]], tmp_path / "x.csv")
    wards = pd.DataFrame({"wd24cd": ["E05000001"], "wd24nm": ["Central"]})
    with pytest.raises(CodeError, match="wards are not looked up"):
        read_indicators(tmp_path / "x.csv", lookups=[LOOKUP, wards], notes=[])


def test_areas_that_no_lookup_lists_are_left_out_and_told(tmp_path):
    as_csv(
        [*TITLES, *CROSSED[:3], ["Moss 002A", "3", "", "4", "", "7", "", ""]], tmp_path / "x.csv"
    )
    told = []
    table = read_indicators(tmp_path / "x.csv", lookups=LOOKUP[:1], notes=told)
    assert set(table["area_code"]) == {"E01000001"}
    assert any("2 of 4 figures are looked up" in words for words in told)


def test_several_tables_in_one_file_are_refused(tmp_path):
    as_csv([*TITLES, *CROSSED, [], *CROSSED], tmp_path / "x.csv")
    with pytest.raises(TableError, match="several tables"):
        read_indicators(tmp_path / "x.csv", lookups=LOOKUP, notes=[])


def test_an_export_without_a_table_says_how_to_export_one(tmp_path):
    as_csv([*TITLES, *NOTES], tmp_path / "x.csv")
    with pytest.raises(TableError, match="no table that is understood; put areas into its rows"):
        read_indicators(tmp_path / "x.csv", lookups=LOOKUP, notes=[])


def test_a_cell_that_is_no_figure_is_refused(tmp_path):
    body = [*CROSSED[:2], ["E01000001", "12", "", "about 15", "", "", "", ""]]
    as_csv([*TITLES, *body], tmp_path / "x.csv")
    with pytest.raises(TableError, match="no number and no known sign"):
        read_indicators(tmp_path / "x.csv", lookups=LOOKUP, notes=[])


def test_months_with_a_number_before_them_are_months(tmp_path):
    rows = [["Month", "202310 (Oct-23)", "202311 (Nov-23)"], ["National - Regional - LA - OAs"],
            ["E01000001", "5", "7"], ["E01000002", "8", "9"]]  # fmt: skip
    as_csv([*TITLES, *rows], tmp_path / "x.csv")
    table = read_indicators(tmp_path / "x.csv", lookups=LOOKUP, notes=[])
    assert table["period"].tolist() == ["Oct-23", "Oct-23", "Nov-23", "Nov-23"]


def test_ages_of_single_years_are_ages_and_no_figures(tmp_path):
    rows = [["Month", "National - Regional - LA - OAs", "Age (years)", "Households on a benefit"],
            ["May 2023", "E01000001", "16", "5"], ["May 2023", "E01000001", "17", "7"]]  # fmt: skip
    as_csv([*TITLES, *rows], tmp_path / "x.csv")
    table = read_indicators(tmp_path / "x.csv", lookups=LOOKUP, notes=[])
    assert dict(zip(table["age"], table["value"], strict=True)) == {"16": 5, "17": 7}


@pytest.mark.parametrize("column", [1, 3])
def test_figures_whose_label_is_lost_are_not_given_to_others(tmp_path, column):
    body = [list(row) for row in CROSSED]
    body[0][column] = ""
    as_csv([*TITLES, *body], tmp_path / "x.csv")
    with pytest.raises(TableError, match="no table that is understood"):
        read_indicators(tmp_path / "x.csv", lookups=LOOKUP, notes=[])
    body = [list(row) for row in CROSSED]
    body[2 + column // 2][0] = ""
    as_csv([*TITLES, *body], tmp_path / "x.csv")
    with pytest.raises(TableError, match="no table that is understood"):
        read_indicators(tmp_path / "x.csv", lookups=LOOKUP, notes=[])


@pytest.mark.parametrize("number", [12, pytest.param(400, marks=pytest.mark.slow)])
def test_mutated_exports_raise_own_errors_only(tmp_path, number):
    chance = random.Random(number)
    path = tmp_path / "x.csv"
    for _ in range(number):
        rows = [*TITLES, *chance.choice([CROSSED, RECORDS, TURNED, WITH_CODES]), *NOTES]
        as_csv([[*row, *[""] * (8 - len(row))] for row in rows], path)
        mutate = chance.choice([mutated_cells, lambda text, c: mutated_bytes(text.encode(), c)])
        path.write_bytes(mutate(path.read_text(), chance))
        only_own_errors(lambda one: read_indicators(one, lookups=LOOKUP, notes=[]), path)
        only_own_errors(lambda one: scan([one.parent]), path)


@pytest.mark.parametrize("blank", [True, False])
@pytest.mark.parametrize("period", ["2022/23", "March 2023 (r)"])
def test_the_one_period_above_a_table_is_that_of_its_figures(tmp_path, period, blank):
    above = [*TITLES[:5], ["Year", period], *([[]] if blank else [])]
    rows = [[WITH_CODES[2][0], "12"], [WITH_CODES[3][0], "1,207"], ["Total", "1,219"]]
    header = ["National - Regional - LA - OAs", "Households on a benefit"]
    as_csv([*above, header, *rows, *NOTES], tmp_path / "x.csv")
    table = read_indicators(tmp_path / "x.csv", area_type="lsoa21", notes=[])
    assert table["value"].tolist() == [12, 1207]
    assert set(table["period"]) == {period.removesuffix(" (r)")}
    two = [*above, ["Month", "May 2021"], *([[]] if blank else []), header, *rows]
    as_csv(two, tmp_path / "x.csv")
    with pytest.raises(TableError, match="2 of 2 rows .* have no period"):
        read_indicators(tmp_path / "x.csv", area_type="lsoa21", notes=[])
