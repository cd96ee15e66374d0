"""Exports as they come: of Nomis, the DfE, fingertips_py, and lists of crimes, which are none."""

import csv
import io

import openpyxl
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.report.check import explain_file
from geo.sources.indicators.read import read_indicators
from tests.examples import some
from tests.sources.spreadsheets import write_ods, write_xls

QUERY = """"TS041 - Number of households"
"ONS Crown Copyright Reserved [from Nomis on 12 March 2025]"

"Population :","All households"
"Date       :","2021"

"2021 super output area - lower layer"{mnemonic},{values}
{rows}

"In order to protect against disclosure of personal information, records have been swapped."
"""
BULK = """date,geography,geography code,Disability: Total,Disability: Disabled
2021,Mill 001A,E01000001,1600,240
2021,Mill 001B,E01000002,1500,210
"""
API = """DATE,DATE_NAME,GEOGRAPHY,GEOGRAPHY_NAME,GEOGRAPHY_CODE,C_SEX,C_SEX_NAME,C_AGE,C_AGE_NAME,\
{more}MEASURES,MEASURES_NAME,OBS_VALUE,OBS_STATUS,RECORD_COUNT
2021,2021,1,Mill 001A,E01000001,0,Total,200,All Ages,{one}20100,Value,1600,A,2
2021,2021,1,Mill 001A,E01000001,1,Male,200,All Ages,{one}20100,Value,790,A,2
"""


def read(tmp_path, text, **options):
    path = tmp_path / "households.csv"
    path.write_text(text)
    return read_indicators(path, notes=[], **options)


@pytest.mark.parametrize(
    ("mnemonic", "rows"),
    [
        (',"mnemonic"', '"Mill 001A","E01000001",650,7\n"Mill 001B","E01000002",701,8'),
        (',"mnemonic"', '"E01000001 : Mill 001A","",650,7\n"E01000002 : Mill 001B","",701,8'),
        ("", '"E01000001 : Mill 001A",650,7\n"E01000002 : Mill 001B",701,8'),
    ],
)
def test_a_query_is_read_under_its_titles_and_over_its_notes(tmp_path, mnemonic, rows):
    text = QUERY.format(mnemonic=mnemonic, values='"owned","rented"', rows=rows)
    table = read(tmp_path, text, period="2021")
    assert table["area_type"].eq("lsoa21").all()
    values = table.set_index(["indicator_id", "area_code"])["value"].to_dict()
    assert values["owned", "E01000001"] == 650
    assert values["rented", "E01000002"] == 8


def test_a_query_of_one_variable_has_periods_for_columns(tmp_path):
    rows = '"Mill 001A","E01000001",650,700'
    text = QUERY.format(mnemonic=',"mnemonic"', values='"2011","2021"', rows=rows)
    table = read(tmp_path, text)
    assert table["indicator_id"].eq("households").all()
    assert dict(zip(table["period"], table["value"], strict=True)) == {"2011": 650, "2021": 700}


def test_bulk_files_have_their_period_in_date_and_names_in_geography(tmp_path):
    table = read(tmp_path, BULK, area_type="lsoa21")
    assert set(table["indicator_id"]) == {"Disability: Total", "Disability: Disabled"}
    assert table["period"].eq("2021").all()
    assert table["area_name"].tolist()[:2] == ["Mill 001A", "Mill 001B"]


@pytest.mark.parametrize(
    ("more", "one", "name"),
    [("", "", "households"), ("C2021_TEN,C2021_TEN_NAME,", "1,Owned,", "Owned")],
)
def test_answers_of_the_service_are_read_by_sex_and_age(tmp_path, more, one, name):
    table = read(tmp_path, API.format(more=more, one=one), area_type="lsoa21")
    assert table["indicator_id"].eq(name).all()
    assert table["sex"].tolist() == ["Total", "Male"]
    assert table["value"].tolist() == [1600, 790]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("2021 super output areas - lower layer", "lsoa21"),
        ("2011 super output areas - middle layer", "msoa11"),
        ("2021 output areas", "oa21"),
    ],
)
def test_answers_of_the_service_tell_their_areas_in_the_words_of_nomis(tmp_path, words, kind):
    code = {"lsoa21": "E01000001", "msoa11": "E02000001", "oa21": "E00000001"}[kind]
    text = API.format(more="GEOGRAPHY_TYPE,", one=f"{words},").replace("E01000001", code)
    assert read(tmp_path, text)["area_type"].eq(kind).all()


EES = """time_period,time_identifier,geographic_level,country_code,country_name,region_code,\
old_la_code,new_la_code,la_name,sex,school_type,pupils,absence_rate,term
202324,Academic year,National,E92000001,England,,,,,Total,Primary,1000,5.5,Full
202324,Academic year,Local authority,E92000001,England,E12000002,895,E06000049,Cheshire East,\
Total,Primary,100,c,Full
202324,Academic year,Local authority,E92000001,England,E12000002,895,E06000049,Cheshire East,\
Total,Secondary,120,7.5,Full
202324,Academic year,School,E92000001,England,E12000002,895,E06000049,Cheshire East,\
Total,Primary,30,3,Full
"""


def test_education_statistics_are_read_by_level_and_by_what_rows_are_of(tmp_path):
    table = read(tmp_path, EES)
    assert set(table["area_type"]) == {"england", "utla"}
    assert table["period"].eq("2023/24").all()
    values = table.set_index(["indicator_id", "area_code"])
    assert values.loc[("absence_rate, Secondary", "E06000049"), "value"] == 7.5
    assert values.loc[("absence_rate, Primary", "E06000049"), "state"] == "suppressed"
    assert values.loc[("pupils, Primary", "E92000001"), "value"] == 1000
    assert not table["value"].eq(30).any()


ONE_TERM = """time_period,time_identifier,geographic_level,country_code,new_la_code,topic,pupils
202324,{},Local authority,E92000001,E06000049,Total,100
202324,{},Local authority,E92000001,E06000049,Boarders,5
"""


@pytest.mark.parametrize(
    ("identifier", "period"),
    [
        ("Academic year", "2023/24"),
        ("Reporting year", "2023/24"),
        ("Spring term", "Spring term 2023/24"),
        ("Financial year Q3", "2023/24 Q3"),
        ("Week 12", "Week 12 2023/24"),
    ],
)
def test_a_part_of_a_year_of_education_statistics_is_in_the_period(tmp_path, identifier, period):
    table = read(tmp_path, ONE_TERM.format(identifier, identifier))
    assert table["period"].eq(period).all()
    assert table["indicator_id"].tolist() == ["pupils", "pupils, Boarders"]


CUSTOM = """Lower layer Super Output Areas Code,Lower layer Super Output Areas,\
Sex (2 categories) Code,Sex (2 categories),Household type (3 categories) Code,\
Household type (3 categories),Observation
E01000001,Mill 001A,1,Female,2,Couple with children,120
E01000001,Mill 001A,2,Male,2,Couple with children,110
E01000002,Mill 001B,1,Female,3,Lone parent,30
"""
V4 = """V4_1,Data Marking,calendar-years,Time,administrative-geography,Geography,sex,Sex,\
kind,Kind
12,,2021,2021,E06000049,Cheshire East,male,Male,a,Short
,c,2021,2021,E92000001,England,male,Male,b,Long
"""


def test_custom_data_sets_of_the_census_are_read_by_their_categories(tmp_path):
    table = read(tmp_path, CUSTOM, area_type="lsoa21", period="2021")
    assert table["area_type"].eq("lsoa21").all()
    assert table["sex"].tolist() == ["Female", "Male", "Female"]
    assert table["indicator_id"].tolist() == [*["Couple with children"] * 2, "Lone parent"]
    assert table["value"].tolist() == [120, 110, 30]
    assert table["area_name"].tolist()[-1] == "Mill 001B"
    with pytest.raises(TableError, match="without two columns for its areas, code and name"):
        read(tmp_path, CUSTOM.replace(",Lower layer Super Output Areas,", ",Area,"))


def test_version_4_of_the_tables_of_the_ons_is_read_with_its_marks(tmp_path):
    table = read(tmp_path, V4, area_type="lad24")
    assert table["area_type"].tolist() == ["lad24", "england"]
    assert table["indicator_id"].tolist() == ["Short", "Long"]
    assert table["period"].eq("2021").all()
    assert table["state"].tolist() == ["value", "suppressed"]
    with pytest.raises(TableError, match="without two columns for its areas"):
        read(tmp_path, V4.replace("Geography", "Place"))


def test_a_column_area_of_words_names_the_areas(tmp_path):
    rows = "E06000049,{},1501\nE06000050,{},1702\n"
    text = "Area code,Area,Children in need\n" + rows
    options = {"area_type": "lad24", "period": "2023/24"}
    table = read(tmp_path, text.format("Cheshire East", "Cheshire West"), **options)
    assert set(table["indicator_id"]) == {"Children in need"}
    assert table["area_name"].tolist() == ["Cheshire East", "Cheshire West"]
    assert "Area" in set(read(tmp_path, text.format(116.6, 91), **options)["indicator_id"])


FINGERTIPS = """Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,\
Sex,Age,Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,\
Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,\
Compared to England value or percentiles,Compared to percentiles,Time period Sortable,New data,\
Compared to goal,Time period range
93553,School readiness,,,E92000001,England,England,Persons,5 yrs,,,2022/23,67.2,67.1,67.3,67,67.4,\
380,565,,,Not compared,,20220000,,,1y
93553,School readiness,E92000001,England,E06000049,Cheshire East,Counties & UAs (from Apr 2023),\
Persons,5 yrs,,,2022/23,65.1,63,67,62,68,65,100,,,Similar,,20220000,,,1y
93553,School readiness,E92000001,England,E92000001,England,England,Persons,5 yrs,\
District & UA deprivation deciles,Most deprived,2022/23,60,59,61,58,62,30,50,,,Worse,,20220000,,,1y
"""
SAVED = {
    "csv": lambda table, path: table.to_csv(path),
    "tsv": lambda table, path: table.to_csv(path, sep="\t"),
    "txt": lambda table, path: table.to_csv(path, sep="\t", encoding="utf-16"),
    "xlsx": lambda table, path: table.to_excel(path),
}


@pytest.mark.parametrize("form", SAVED)
def test_what_fingertips_py_gives_is_read_with_its_index_however_it_is_saved(tmp_path, form):
    raw = pd.read_csv(io.StringIO(FINGERTIPS))
    SAVED[form](pd.concat([raw, raw[:1]]), tmp_path / f"x.{form}")  # two calls put together
    table = read_indicators(tmp_path / f"x.{form}", notes=[])
    values = table.set_index("area_code")["value"].to_dict()
    assert values == {"E92000001": 67.2, "E06000049": 65.1}
    assert set(table["indicator_id"]) == {"93553"}


@pytest.mark.parametrize(
    "spelt", [lambda name: name.replace(" ", ""), lambda name: name.lower().replace(" ", "_")]
)
def test_headers_of_fingertips_without_blanks_are_its_headers(tmp_path, spelt):
    """The row of the most deprived decile is no figure of England, however its column is spelt."""
    path, notes = tmp_path / "x.csv", []
    pd.read_csv(io.StringIO(FINGERTIPS)).rename(columns=spelt).to_csv(path, index=False)
    values = read_indicators(path, notes=notes).set_index("area_code")["value"].to_dict()
    assert values == {"E92000001": 67.2, "E06000049": 65.1}
    assert "breakdowns by District & UA deprivation deciles" in notes[0]


CRIMES = """Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,\
LSOA name,Crime type,Last outcome category,Context
,2024-01,X,X,-2.1,53.1,On or near A St,E01000001,Mill 001A,Burglary,,
,2024-01,X,X,-2.1,53.1,On or near A St,E01000001,Mill 001A,Burglary,,
,2024-01,X,X,,,No Location,,,Drugs,,
"""


@pytest.mark.parametrize("form", SAVED)
def test_a_list_of_crimes_says_that_it_is_to_be_counted(tmp_path, form):
    SAVED[form](pd.read_csv(io.StringIO(CRIMES)), tmp_path / f"x.{form}")
    with pytest.raises(TableError, match="list of crimes, a row each.*geo fetch --with crime"):
        read_indicators(tmp_path / f"x.{form}")
    assert "list of crimes, a row each" in explain_file("sample", tmp_path / f"x.{form}")[0]


def test_a_list_of_people_says_that_it_is_to_be_counted(tmp_path):
    text = "lsoa21cd,school,seen\nE01000001,Mill,5\nE01000001,Moss,7\n"
    with pytest.raises(TableError, match="words in school, as a list of people.*geo assign"):
        read(tmp_path, text, period="2024")


def test_codes_that_tell_no_year_are_those_that_lookups_list(tmp_path):
    text = "LSOA code,children\nE01000001,5\nE01000003,7\n"
    lookup = pd.DataFrame({"lsoa11cd": ["E01000001", "E01000003", "E01000003"],
                           "lsoa21cd": ["E01000001", "E01000004", "E01000005"]})  # fmt: skip
    table = read(tmp_path, text, period="2024", lookups=lookup)
    assert table["area_type"].eq("lsoa11").all()
    table = read(tmp_path, text.replace("0003", "0004"), period="2024", lookups=lookup)
    assert table["area_type"].eq("lsoa21").all()
    with pytest.raises(CodeError, match="put the ONS lookup that lists them into the data folder"):
        read(tmp_path, text, period="2024")


EXPORTS = {
    "query": (QUERY.format(mnemonic=',"mnemonic"', values='"owned","rented"',
                           rows='"Mill 001A","E01000001",650,7\n"Mill 001B","E01000002",701,8'),
              {"period": "2021"}),
    "bulk": (BULK, {"area_type": "lsoa21"}),
    "service": (API.format(more="", one=""), {"area_type": "lsoa21"}),
    "education": (EES, {}),
    "fingertips": (FINGERTIPS, {}),
}  # fmt: skip


def as_workbook(rows, path):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(path)


def as_text(rows, path, *, mark, encoding):
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


FORMS = {
    "tsv": lambda rows, path: as_text(rows, path, mark="\t", encoding="utf-8-sig"),
    "txt": lambda rows, path: as_text(rows, path, mark="\t", encoding="utf-16"),
    "csv": lambda rows, path: as_text(rows, path, mark=";", encoding="cp1252"),
    "xlsx": as_workbook,
    "xls": lambda rows, path: write_xls(path, {"Data": rows}),
    "ods": lambda rows, path: write_ods(path, {"Data": rows}),
}


@pytest.mark.parametrize("form", some(FORMS))
@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_is_the_same_however_it_is_saved(tmp_path, export, form):
    text, options = EXPORTS[export]
    expected = read(tmp_path, text, **options)
    path = tmp_path / f"households.{form}"
    FORMS[form](list(csv.reader(io.StringIO(text))), path)
    found = read_indicators(path, notes=[], **options)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
