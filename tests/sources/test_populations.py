"""Residents of LSOAs, from tables of ages and from Census indicators."""

import pandas as pd
import pytest

from geo.errors import CodeError, FileError, TableError
from geo.sources.ages import read_residents_by_age
from geo.sources.populations import form_of, read_population, resident_denominators, vintage_of
from geo.sources.recognise import recognise

CODES = ["E01000001", "E01000002"]


def ages(**columns):
    """1 resident of each year of age to 90+ in the first LSOA, 2 in the second."""
    single = {age: [1, 2] for age in [*map(str, range(90)), "90+"]}
    return pd.DataFrame({"lsoa21cd": CODES, "All ages": [91, 182]} | single | columns)


def tidy(**columns):
    rows = {
        "area_code": [*CODES, *CODES],
        "area_type": ["lsoa21"] * 4,
        "indicator_id": ["disability"] * 2 + ["overcrowded_households"] * 2,
        "count": [10, 20, 3, 4],
        "denominator": [100, 200, 40, 50],
        "period": ["2021"] * 4,
    }
    return pd.DataFrame(rows | columns)


def saved(table, tmp_path, name="residents.csv"):
    table.to_csv(tmp_path / name, index=False)
    return tmp_path / name


@pytest.mark.parametrize("total", ["total_population", "All ages", "Population", "Total", "TOTAL"])
def test_read_population_finds_the_total(tmp_path, total):
    table = pd.DataFrame({"LSOA11CD": CODES, "LSOA11NM": ["a", "b"], total: [1500, 1600]})
    result = read_population(saved(table, tmp_path))
    assert result.to_dict("list") == {"lsoa11cd": CODES, "population": [1500, 1600]}


def test_read_population_counts_children_aged_0_to_15(tmp_path):
    result = read_population(saved(ages(), tmp_path))
    assert result["population"].tolist() == [91, 182]
    assert result["children"].tolist() == [16, 32]


def test_read_population_of_workbook_and_parquet(tmp_path):
    expected = read_population(saved(ages(), tmp_path))
    ages().to_parquet(tmp_path / "residents.parquet")
    table = ages().rename(columns={str(age): age for age in range(90)})
    with pd.ExcelWriter(tmp_path / "residents.xlsx", engine="openpyxl") as book:
        table.to_excel(book, index=False, startrow=3)
    assert read_population(tmp_path / "residents.parquet").equals(expected)
    assert read_population(tmp_path / "residents.xlsx").equals(expected)


def test_read_population_takes_commas_between_thousands(tmp_path):
    table = pd.DataFrame({"lsoa21cd": CODES, "population": ["1,500", "900"]})
    assert read_population(saved(table, tmp_path))["population"].tolist() == [1500, 900]


def test_read_population_from_a_census_indicator_of_all_residents(tmp_path):
    result = read_population(saved(tidy(), tmp_path))
    assert result.to_dict("list") == {"lsoa21cd": CODES, "population": [100, 200]}


def test_resident_denominators_leave_households_out():
    assert "disability" in resident_denominators()
    assert not {"overcrowded_households", "social_rented"} & set(resident_denominators())


def test_form_of_tells_the_forms_apart():
    assert form_of(["LSOA21CD", "Total"]) == "wide"
    assert form_of(list(tidy().columns)) == "tidy"
    assert form_of(["MSOA21CD", "Total"]) is None
    assert form_of(["LSOA21CD", "households"]) is None


def test_vintage_of_is_told_by_lsoa_codes_alone(tmp_path):
    assert vintage_of(tmp_path, "wide", ["LAD21CD", "LSOA11CD", "Total"]) == "lsoa11"
    assert vintage_of(tmp_path, "wide", ["LSOA11CD", "LSOA21CD", "Total"]) is None
    assert vintage_of(tmp_path, "wide", ["LSOA code", "Total"]) is None
    assert vintage_of(saved(tidy(), tmp_path), "tidy", []) == "lsoa21"
    assert vintage_of(saved(tidy(area_type=["msoa21"] * 4), tmp_path), "tidy", []) is None


# What must be refused


@pytest.mark.parametrize("value", [None, -1])
def test_read_population_with_a_count_missing_or_negative(tmp_path, value):
    table = pd.DataFrame({"lsoa21cd": CODES, "population": [1500, value]})
    message = (
        r"1 of 2 rows in .* have a missing or negative number of residents \(E01000002\); corr"
    )
    with pytest.raises(TableError, match=message):
        read_population(saved(table, tmp_path))


def test_read_population_with_an_age_missing_for_one_lsoa_gives_no_count_of_children(tmp_path):
    with pytest.raises(TableError, match=r"1 of 2 rows .* missing or negative .*\(E01000001\)"):
        read_population(saved(ages(**{"7": [None, 2]}), tmp_path))


def test_read_population_with_a_sign_for_a_number(tmp_path):
    table = pd.DataFrame({"lsoa21cd": CODES, "population": ["1500", "c"]})
    with pytest.raises(TableError, match=r"have no number as population \('c' for E01000002\)"):
        read_population(saved(table, tmp_path))
    with pytest.raises(TableError, match="have no number as denominator .'c' for E01000002"):
        read_population(saved(tidy(denominator=["100", "c", "40", "50"]), tmp_path))


def test_read_population_without_a_column_for_each_age_of_childhood(tmp_path):
    with pytest.raises(TableError, match="has no column for 14, 15; children are aged 0 to 15"):
        read_population(saved(ages().drop(columns=["14", "15"]), tmp_path))


def test_read_population_with_codes_twice_or_missing(tmp_path):
    table = pd.DataFrame({"lsoa21cd": ["E01000001"] * 2, "population": [1, 2]})
    with pytest.raises(CodeError, match=r"more than once in .*residents\.csv \(E01000001\)"):
        read_population(saved(table, tmp_path))
    table = pd.DataFrame({"lsoa21cd": [None, "E01000001"], "population": [1, 2]})
    with pytest.raises(CodeError, match="1 of 2 rows in .* have no lsoa21cd"):
        read_population(saved(table, tmp_path))


@pytest.mark.parametrize("columns", [["LSOA code"], ["lsoa11cd", "lsoa21cd"]])
def test_read_population_of_an_untold_vintage(tmp_path, columns):
    table = pd.DataFrame(dict.fromkeys(columns, CODES) | {"population": [1, 2]})
    with pytest.raises(
        CodeError, match=r"vintage of .*residents\.csv is not clear .* keep one code"
    ):
        read_population(saved(table, tmp_path))


def test_read_population_that_counts_no_residents(tmp_path):
    table = pd.DataFrame({"lsoa21cd": CODES, "households": [1, 2]})
    with pytest.raises(
        FileError, match=r"counts no residents by LSOA \(columns: lsoa21cd, househol"
    ):
        read_population(saved(table, tmp_path))
    with pytest.raises(
        FileError, match="No indicator in .* is known to be a share of all residents"
    ):
        read_population(saved(tidy(indicator_id=["overcrowded_households"] * 4), tmp_path))


def test_read_population_of_other_areas_in_tidy_form(tmp_path):
    with pytest.raises(
        CodeError, match="counts residents of msoa21 areas; allowed is one of lsoa01"
    ):
        read_population(saved(tidy(area_type=["msoa21"] * 4), tmp_path))


@pytest.mark.parametrize("name", ["residents.csv", "residents.xlsx", "residents.parquet"])
def test_read_population_missing_or_damaged(tmp_path, name):
    with pytest.raises(FileError, match=rf"There is no file .*{name}"):
        read_population(tmp_path / name)
    (tmp_path / name).write_bytes(b"PK\x03\x04 lsoa21cd,population\x81\n")
    with pytest.raises(FileError, match=name):
        read_population(tmp_path / name)


SEXES = [("Total", 2), ("Male", 1), ("Female", 1)]


def answer(sexes=SEXES, last="Aged 90+", kind="2021 super output areas - lower layer", **columns):
    """An answer of Nomis: a row an LSOA, sex and age; 1 resident an age and sex, 2 of both."""
    single = [*(f"Age {age}" for age in range(90)), last]
    rows = [
        {"DATE": 2023, "GEOGRAPHY_CODE": code, "GEOGRAPHY_TYPE": kind, "GENDER_NAME": sex,
         "C_AGE_NAME": age, "MEASURES_NAME": "Value",
         "OBS_VALUE": n * (91 if age == "All Ages" else 1)}
        for code in CODES for sex, n in sexes for age in ["All Ages", *single]
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


@pytest.mark.parametrize("sexes", [SEXES, SEXES[:1]])
@pytest.mark.parametrize("last", ["Aged 90+", "Age 90 and over"])
def test_an_answer_of_nomis_counts_residents(tmp_path, sexes, last):
    path = saved(answer(sexes, last), tmp_path)
    expected = {"lsoa21cd": CODES, "population": [182, 182], "children": [32, 32]}
    assert read_population(path).to_dict("list") == expected
    assert read_residents_by_age(path).between(10, None).tolist() == [162, 162]
    known = recognise(path, [])[0]
    assert (known.role, known.indicators) == ("population lsoa21", False)


@pytest.mark.parametrize(
    ("table", "error", "says"),
    [
        (answer(SEXES[1:]), TableError, "no residents of both sexes"),
        (answer(DATE=range(len(answer()))), TableError, "several DATE .*; ask Nomis for one"),
        (pd.concat([answer()] * 2), TableError, "of an age more than once .*; ask Nomis"),
        (answer(kind="2021 super output areas - middle layer"), CodeError, "of msoa21 areas"),
        (answer().query("C_AGE_NAME != 'Age 3'"), TableError, "no column for 3; children are"),
    ],
)
def test_an_answer_of_nomis_that_is_not_clear_is_refused(tmp_path, table, error, says):
    with pytest.raises(error, match=says):
        read_population(saved(table, tmp_path))


def test_other_answers_of_nomis_are_indicators(tmp_path):
    path = saved(answer(C2021_DIS_NAME="Disabled"), tmp_path)
    known = recognise(path, [])[0]
    assert (known.role, known.indicators) == ("", True)


def test_ages_in_columns_are_spelt_in_any_way(tmp_path):
    expected = read_population(saved(ages(), tmp_path))
    for spelt in ("Age {}", "Aged {}", "age_{}"):
        table = ages().rename(columns=lambda c, s=spelt: s.format(c) if c[0].isdigit() else c)
        assert read_population(saved(table, tmp_path)).equals(expected)


def test_ages_of_women_and_men_apart_are_added_up(tmp_path):
    single = {f"{sex}{age}": [1, 2] for sex in "FM" for age in [*range(90), "90+"]}
    table = pd.DataFrame({"LSOA 2021 Code": CODES, "Total": [182, 364]} | single)
    assert read_population(saved(table, tmp_path))["children"].tolist() == [32, 64]
    assert read_residents_by_age(saved(table, tmp_path)).between(5, None).tolist() == [172, 344]
    with pytest.raises(TableError, match="ages of one sex that it lacks for the other"):
        read_population(saved(table.drop(columns="M7"), tmp_path))


@pytest.mark.parametrize(
    ("table", "name", "edition"),
    [
        (tidy(), "a.csv", "Census 2021"),
        (tidy(period=["2011", "2021"] * 2), "a.csv", ""),
        (answer(), "a.csv", "mid-2023"),
        (pd.DataFrame({"lsoa21cd": CODES, "All ages": [1, 2]}), "pop mid_2022.csv", "mid-2022"),
        (pd.DataFrame({"lsoa21cd": CODES, "All ages": [1, 2]}), "a.csv", ""),
    ],
)
def test_read_population_tells_of_which_year_residents_are(tmp_path, table, name, edition):
    path = saved(table, tmp_path, name)
    assert read_population(path).attrs["edition"] == edition


# Real files


def test_read_population_of_mid_2020(real_data):
    name = "population_mid2020_lsoa11_single_year.parquet"
    result = read_population(real_data / "england" / name)
    assert result.columns.tolist() == ["lsoa11cd", "population", "children"]
    assert len(result) == 32_844
    assert result["population"].sum() == 56_550_138  # ONS mid-2020 estimate of England
    assert 0.18 < result["children"].sum() / result["population"].sum() < 0.20


def test_read_population_of_census_2021(real_data):
    result = read_population(real_data / "england" / "census2021_indicators_lsoa21.parquet")
    assert len(result) == 33_755
    assert result["population"].sum() == pytest.approx(56_490_000, rel=1e-3)


def test_read_population_with_more_children_than_residents(tmp_path):
    ages = ",".join(map(str, range(16)))
    path = tmp_path / "ages.csv"
    path.write_text(f"lsoa21cd,Total,{ages}\nE01000001,15{',1' * 16}\nE01000002,16{',1' * 16}\n")
    with pytest.raises(TableError, match="1 of 2 rows .*more children than residents .E01000001"):
        read_population(path)
