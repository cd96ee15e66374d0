"""Exports as they come: of Nomis by query, in bulk and by service, and of the DfE."""

import pytest

from geo.sources.indicators.read import read_indicators

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
