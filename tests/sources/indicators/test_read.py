"""Indicator files in every form, the states of their figures, and catalogues."""

import tomllib
from importlib.resources import files

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.errors import CodeError, FileError, GeoWarning, TableError
from geo.sources.indicators.catalogue import NEEDED, shipped_catalogues
from geo.sources.indicators.fields import COLUMNS, text_of
from geo.sources.indicators.file import form_of
from geo.sources.indicators.read import read_catalogue, read_indicators
from geo.statistics.aggregation import aggregate
from geo.statistics.comparison import compare
from geo.statistics.rates import proportion
from geo.vocabulary.measures import MEASURES, POLARITIES
from geo.vocabulary.releases import INDICES

CODES = ["E01000001", "E01000002"]
ENTRY = {
    "name": "Young people not in education, employment or training",
    "short_name": "NEET",
    "group": "Leave school with the best skills and qualifications",
    "unit": "% of young people",
    "multiplier": 100,
    "measure": "proportion",
    "polarity": "low_is_good",
    "source": "Council records",
    "licence": "Not for publication",
    "confidential": True,
}
FINGERTIPS = [
    "Indicator ID",
    "Indicator Name",
    "Parent Code",
    "Parent Name",
    "Area Code",
    "Area Name",
    "Area Type",
    "Sex",
    "Age",
    "Category Type",
    "Category",
    "Time period",
    "Value",
    "Lower CI 95.0 limit",
    "Upper CI 95.0 limit",
    "Lower CI 99.8 limit",
    "Upper CI 99.8 limit",
    "Count",
    "Denominator",
    "Value note",
    "Recent Trend",
    "Compared to England value or percentiles",
    "Compared to percentiles",
    "Time period Sortable",
    "New data",
    "Compared to goal",
    "Time period range",
]


def tidy(**columns):
    """10 of 100 and 30 of 200 young people: 10% and 15%."""
    rows = {
        "area_code": CODES,
        "area_type": "lsoa21",
        "indicator_id": "neet",
        "period": "2024",
        "count": [10, 30],
        "denominator": [100, 200],
    }
    return pd.DataFrame({k: v for k, v in (rows | columns).items() if v is not None}, index=[0, 1])


def saved(table, tmp_path, name="indicators.csv"):
    path = tmp_path / name
    writer = {"csv": "to_csv", "xlsx": "to_excel", "parquet": "to_parquet"}[name.split(".")[-1]]
    getattr(table, writer)(path, index=False)
    return path


def toml(tmp_path, entries, name="indicators.toml"):
    lines = []
    for indicator, entry in entries.items():
        lines.append(f"[{indicator}]")
        for key, value in entry.items():
            word = str(value).lower() if isinstance(value, bool) else repr(value)
            lines.append(f"{key} = {word}")
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / name


def fingertips(*rows, parent="England"):
    """Rows of a download; those given complete a row for England with 20 of 200 children."""
    england = {
        "Indicator ID": 90319,
        "Indicator Name": "Reception: prevalence of obesity",
        "Area Code": "E92000001",
        "Area Name": "England",
        "Area Type": "England",
        "Sex": "Persons",
        "Age": "4-5 yrs",
        "Time period": "2023/24",
        "Value": 10.0,
        "Lower CI 95.0 limit": 8.0,
        "Upper CI 95.0 limit": 12.0,
        "Lower CI 99.8 limit": 7.0,
        "Upper CI 99.8 limit": 13.0,
        "Count": 20,
        "Denominator": 200,
        "Time period Sortable": 20230000,
    }
    table = pd.DataFrame([england, *(england | row for row in rows)], columns=FINGERTIPS)
    return table.rename(columns={FINGERTIPS[21]: f"Compared to {parent} value or percentiles"})


@pytest.fixture(scope="session")
def census(real_data):
    return real_data / "england" / "census2021_indicators_lsoa21.parquet"


@pytest.fixture(scope="session")
def underlying(real_data):
    return real_data / "england" / "IoD2025_underlying_indicators.csv"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_read_indicators_reads_the_tidy_form(tmp_path, kind):
    table = read_indicators(saved(tidy(), tmp_path, f"neet.{kind}"))
    assert list(table.columns) == COLUMNS
    assert table["count"].tolist() == [10.0, 30.0]
    assert table["denominator"].tolist() == [100.0, 200.0]
    assert table[
        ["area_type", "period", "sex", "age", "state"]
    ].drop_duplicates().values.tolist() == [["lsoa21", "2024", "all", "all", "value"]]
    assert table[["value", "lower_ci", "upper_ci"]].isna().all(axis=None)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_read_indicators_gives_back_what_was_saved(tmp_path, kind):
    rows = tidy(
        count=["*", "0"],
        value=[None, 0.0],
        lower_ci=[None, 0.0],
        upper_ci=[None, 1.88],
        note=["fewer than ten", None],
        area_name=["Crewe", "Nantwich"],
    )
    first = read_indicators(saved(rows, tmp_path))
    assert first["state"].tolist() == ["suppressed", "zero"]
    assert_frame_equal(read_indicators(saved(first, tmp_path, f"again.{kind}")), first)


@pytest.mark.parametrize("code", ["LSOA21CD", "LSOA code (2021)", "lsoa21_code"])
@pytest.mark.parametrize(
    "indicator", ["Indicator", "Indicator ID", "indicator_id", "Indicator Name"]
)
def test_read_indicators_takes_common_names_of_columns(tmp_path, code, indicator):
    rows = pd.DataFrame(
        {
            code: CODES,
            indicator: "neet",
            "Year": [2024, 2024],
            "Gender": "Male",
            "Age group": "16-17",
            "Numerator": [10, 30],
            "Population": [100, 200],
            "Rate": [10.0, 15.0],
            "Lower CI": [5.5, 10.7],
            "Upper 95% CI": [17.4, 20.6],
        }
    )
    table = read_indicators(saved(rows, tmp_path)).iloc[1]
    assert table.tolist() == [
        *("E01000002", "lsoa21", "neet", "2024", "Male", "16-17"),
        *(30.0, 200.0, 15.0, 10.7, 20.6, "value"),
    ]


def test_read_indicators_reads_a_workbook_below_its_title(tmp_path):
    path = tmp_path / "neet.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"Notes": ["Young people"]}).to_excel(book, sheet_name="Notes", index=False)
        title = pd.DataFrame({"Young people not in education, by LSOA": []})
        title.to_excel(book, sheet_name="Data", index=False)
        tidy().to_excel(book, sheet_name="Data", startrow=3, index=False)
    assert read_indicators(path)["count"].tolist() == [10.0, 30.0]


def test_read_indicators_reads_the_wide_form(tmp_path):
    rows = pd.DataFrame({"LSOA21CD": CODES, "LSOA21NM": ["a", "b"], "LAD22CD": "E06000049"})
    rows = rows.assign(gld=[66.5, "*"], neet=[0, None])
    table = read_indicators(saved(rows, tmp_path), period="2024")
    assert table["indicator_id"].tolist() == ["gld", "gld", "neet", "neet"]
    assert table["area_code"].tolist() == CODES * 2
    assert table["value"].fillna(-1).tolist() == [66.5, -1, 0, -1]
    assert table["state"].tolist() == ["value", "suppressed", "zero", "missing"]
    assert set(table["period"]) == {"2024"}


def test_read_indicators_joins_the_columns_of_one_indicator_in_the_wide_form(tmp_path):
    rows = pd.DataFrame(
        {
            "lsoa21cd": CODES,
            "Period": "2024",
            "gld_count": [6, 8],
            "gld_denominator": [10, 10],
            "neet Numerator": [1, 2],
            "neet Denominator": [20, 20],
            "neet": [5.0, 10.0],
            "income_domain_numerator": [30, 40],
        }
    )
    table = read_indicators(saved(rows, tmp_path)).set_index(["indicator_id", "area_code"])
    figures = table.xs(CODES[0], level=1)[["count", "denominator", "value"]].fillna(-1)
    assert figures.to_dict("index") == {
        "gld": {"count": 6, "denominator": 10, "value": -1},
        "neet": {"count": 1, "denominator": 20, "value": 5},
        "income_domain_numerator": {"count": -1, "denominator": -1, "value": 30},
    }


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        *((sign, "suppressed") for sign in ["*", "**", "c", "[c]", "C", "(c)", "Suppressed"]),
        *((sign, "suppressed") for sign in ["<5", "< 10", "1-4", "1 to 7", "fewer than 5"]),
        *((sign, "suppressed") for sign in ["[low]", "low", "[u]"]),
        *((sign, "missing") for sign in ["", " ", "[x]", "x", "[z]", "[w]", "..", "…", ":", "-"]),
        *((sign, "missing") for sign in ["n/a", "NA", "not available", "Not applicable", "NaN"]),
        *((sign, "zero") for sign in ["0", "0.0", " 0 ", "0%"]),
        *((sign, "value") for sign in ["1", "1,234", "12.5%", "1e3", ".5"]),
    ],
)
@pytest.mark.parametrize("column", ["count", "value"])
def test_read_indicators_tells_the_state_of_a_cell(tmp_path, cell, state, column):
    rows = tidy(count=None, denominator=None) if column == "value" else tidy(denominator=5000)
    table = read_indicators(saved(rows.assign(**{column: [cell, "7"]}), tmp_path))
    assert table["state"].tolist() == [state, "value"]
    assert pd.isna(table[column][0]) == (state in ("suppressed", "missing"))


def test_read_indicators_reads_thousands_and_percent_signs(tmp_path):
    table = read_indicators(saved(tidy(count=["1,234", "12"], value=["12.5%", "-3"]), tmp_path))
    assert table["count"].tolist() == [1234.0, 12.0]
    assert table["value"].tolist() == [12.5, -3.0]


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        ({"count": "*", "denominator": 50, "value": 4.0}, "value"),
        ({"count": 3, "denominator": 50, "value": "*"}, "suppressed"),
        ({"count": 3, "denominator": "[c]", "value": None}, "value"),
        ({"count": None, "denominator": "[c]", "value": None}, "suppressed"),
        ({"count": 0, "denominator": 0, "value": None}, "missing"),
        ({"count": 0, "denominator": 50, "value": None}, "zero"),
        ({"count": 5, "denominator": 50, "value": None, "state": "suppressed"}, "suppressed"),
    ],
)
def test_read_indicators_settles_a_state_from_several_columns(tmp_path, figures, state):
    table = read_indicators(saved(tidy(**{k: [v, v] for k, v in figures.items()}), tmp_path))
    assert table["state"].tolist() == [state, state]


def test_read_indicators_marks_missing_values_of_nullable_columns(tmp_path):
    rows = tidy(count=pd.array([None, 0], dtype="Int64"))
    table = read_indicators(saved(rows, tmp_path, "nullable.parquet"))
    assert table["state"].tolist() == ["missing", "zero"]
    assert np.isnan(table["count"][0])


def test_read_indicators_never_takes_a_denominator_column_of_text_for_zero(tmp_path):
    table = read_indicators(saved(tidy(denominator=["..", "[c]"]), tmp_path))
    assert table["denominator"].isna().all()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("LSOA21", "lsoa21"),
        ("LSOA (2011)", "lsoa11"),
        ("lsoa01", "lsoa01"),
    ],
)
def test_read_indicators_puts_area_types_into_its_own_words(tmp_path, words, kind):
    table = read_indicators(saved(tidy(area_type=words), tmp_path))
    assert table["area_type"].tolist() == [kind, kind]


def test_read_indicators_takes_levels_of_a_place_and_reference_areas(tmp_path):
    rows = pd.concat([tidy(), tidy(area_code=["Crewe North", "Crewe South"])])
    rows["area_code"] = ["E92000001", "E06000049", "Crewe North", "Crewe South"]
    rows["area_type"] = ["England", "LAD24", "Care Community", "care_community"]
    table = read_indicators(saved(rows, tmp_path))
    assert table["area_type"].tolist() == ["england", "lad24", "care_community", "care_community"]


def test_read_indicators_takes_the_smallest_areas_and_knows_england(tmp_path):
    rows = tidy(area_code=None, area_type=None).assign(
        LAD24CD=["E06000049", "E92000001"], LSOA21CD=["W01000001", "E92000001"]
    )
    table = read_indicators(saved(rows, tmp_path))
    assert table["area_type"].tolist() == ["lsoa21", "england"]


@pytest.mark.parametrize("column", ["area_code", "LSOA code", "LSOACD"])
def test_read_indicators_takes_the_area_type_it_is_told(tmp_path, column):
    rows = tidy(area_type=None).rename(columns={"area_code": column})
    path = saved(rows, tmp_path)
    assert set(read_indicators(path, area_type="lsoa11")["area_type"]) == {"lsoa11"}
    with pytest.raises(CodeError, match=r"does not tell of (which areas|which year).*area_type="):
        read_indicators(path)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"area_code": None}, CodeError, "No column of area codes"),
        ({"area_code": [None, CODES[0]]}, CodeError, "1 of 2 rows .*data rows 1"),
        ({"area_type": "postcode"}, CodeError, "area type 'postcode' .*; allowed are lsoa21"),
        ({"area_type": "msoa21"}, CodeError, "not of msoa21 .E01000001, E01000002"),
        ({"area_code": [CODES[0], "E0100002"]}, CodeError, "1 of 2 .* not of lsoa21 .E0100002"),
        ({"area_code": CODES[:1] * 2}, TableError, "1 of 2 .*E01000001 lsoa21 neet 2024 all all"),
        ({"count": [-1, 3]}, TableError, "-… for E01000001 as count, which is negative"),
        ({"count": ["-1", "*"]}, TableError, "'-…' for E01000001 as count, which is negative"),
        ({"count": ["E05000001", "3"]}, TableError, "'E05000001' for E01000001 as count"),
        ({"denominator": [100, -2]}, TableError, "-… for E01000002 as denominator"),
        ({"count": ["few", "3"]}, TableError, "'few' for E01000001 as count, which is no number"),
        ({"count": ["2021-22", "3"]}, TableError, "'2021-22' for E01000001"),
        ({"value": [True, False]}, TableError, "2 of 2 .* as value, which is no number"),
        ({"value": [np.inf, 1]}, TableError, "inf for E01000001 as value, which is infinite"),
        ({"state": ["hidden", "value"]}, TableError, "state hidden .*allowed are value, zero"),
        ({"unit": ["%", "per 1,000"]}, TableError, "neet has more than one unit .*%, per 1,000"),
        ({"period": [None, "2024"]}, TableError, "1 of 2 .* no period .E01000001"),
        ({"period": None}, TableError, "2 of 2 .* no period .*pass period="),
        ({"indicator_id": [None, "neet"]}, TableError, "1 of 2 .* name no indicator"),
        ({"indicator_id": None}, TableError, "does not tell of which indicator"),
        ({"count": None}, TableError, "no column count or value"),
        ({"Numerator": [1, 2]}, TableError, "count and Numerator .* both stand for count"),
    ],
)
def test_read_indicators_refuses_what_cannot_be_right(tmp_path, changes, error, words):
    path = saved(tidy(**changes), tmp_path, "wrong.csv")
    with pytest.raises(error, match=words) as caught:
        read_indicators(path)
    assert "wrong.csv" in str(caught.value)


def test_read_indicators_refuses_codes_of_two_vintages(tmp_path):
    rows = tidy(area_code=None, area_type=None).assign(LSOA11CD=CODES, LSOA21CD=CODES)
    with pytest.raises(CodeError, match="codes of lsoa11, lsoa21 .LSOA11CD, LSOA21CD"):
        read_indicators(saved(rows, tmp_path))


@pytest.mark.parametrize(
    ("columns", "error", "words"),
    [
        ({"neet": [1, "many"]}, TableError, "'many' for E01000002 as neet"),
        ({"lsoa21cd": CODES[:1] * 2, "neet": [1, 2]}, TableError, "repeat area_code.*E01000001"),
        ({"LSOA21NM": ["a", "b"]}, TableError, "no column of figures"),
        ({"neet_count": [-4, 1], "neet_denominator": [5, 5]}, TableError, "-… .* neet_count"),
    ],
)
def test_read_indicators_refuses_wide_tables_that_cannot_be_right(tmp_path, columns, error, words):
    rows = pd.DataFrame({"lsoa21cd": CODES} | columns)
    with pytest.raises(error, match=words):
        read_indicators(saved(rows, tmp_path), period="2024")


def test_read_indicators_reads_fingertips(tmp_path):
    rows = fingertips(
        {"Area Code": "E02003801", "Area Name": "Cheshire East", "Area Type": "MSOA", "Value": 0},
        {"Area Code": "E06000049", "Area Type": "Counties & UAs (from Apr 2023)"},
        {"Area Code": "E06000049", "Area Type": "Districts & UAs (from Apr 2023)"},
        {"Area Code": "E12000002", "Area Type": "Regions (statistical)"},
        {"Area Code": "E05008610", "Area Type": "Electoral Wards"},
        {"Area Code": "E01018386", "Area Type": "LSOA"},
        {"Area Code": "nE54000008", "Area Type": "ICBs"},
        {"Area Code": "E06000050", "Area Type": "Upper tier local authorities (post 4/23)"},
        {"Area Code": "E07000030", "Area Type": "Lower tier local authorities (post 4/19)"},
    )
    table = read_indicators(saved(rows, tmp_path))
    assert list(table.columns) == [*COLUMNS, "area_name", "lower_ci_998", "upper_ci_998", "note"]
    assert table["area_type"].tolist() == (
        ["england", "msoa21", "utla", "lad24", "region", "wd", "lsoa21", "icbs", "utla", "lad"]
    )
    england = table.iloc[0][:-1].tolist()
    assert england == [
        *("E92000001", "england", "90319", "2023/24", "Persons", "4-5 yrs"),
        *(20.0, 200.0, 10.0, 8.0, 12.0, "value", "England", 7.0, 13.0),
    ]
    assert table["state"].tolist()[:3] == ["value", "zero", "value"]
    assert pd.isna(table["area_name"][1])  # "Cheshire East" is the MSOA's authority


@pytest.mark.parametrize(
    ("note", "state"),
    [
        ("Value suppressed for disclosure control due to small count", "suppressed"),
        ("Value cannot be calculated as number of cases is too small", "suppressed"),
        ("Value missing in source data", "missing"),
        (None, "missing"),
    ],
)
def test_read_indicators_reads_the_value_notes_of_fingertips(tmp_path, note, state):
    blank = dict.fromkeys(["Value", "Count", "Lower CI 95.0 limit", "Upper CI 95.0 limit"])
    row = {"Area Code": "E02003801", "Area Type": "MSOA", "Value note": note} | blank
    table = read_indicators(saved(fingertips(row), tmp_path))
    assert table["state"].tolist() == ["value", state]
    assert table["note"].fillna("").tolist() == ["", note or ""]


def test_read_indicators_leaves_out_breakdowns_of_fingertips_and_says_so(tmp_path):
    split = {"Category Type": "LSOA21 deprivation deciles", "Category": "Most deprived decile"}
    path = saved(fingertips(split | {"Value": 14.0}, parent="region"), tmp_path)
    with pytest.warns(GeoWarning, match="1 of 2 rows .*breakdowns by LSOA21 deprivation") as caught:
        table = read_indicators(path)
    assert table["value"].tolist() == [10.0]
    assert caught[0].filename == __file__


def test_read_indicators_keeps_areas_once_that_fingertips_repeats(tmp_path):
    region = {"Area Code": "E12000002", "Area Type": "Region"}
    rows = fingertips(region | {"Parent Code": "E92000001"}, region | {"Parent Code": "E40000010"})
    with pytest.warns(GeoWarning, match="1 of 3 rows .*E12000002.* once for each parent"):
        table = read_indicators(saved(rows, tmp_path))
    assert table["area_code"].tolist() == ["E92000001", "E12000002"]


def test_read_indicators_refuses_fingertips_rows_that_differ_under_one_key(tmp_path):
    path = saved(fingertips({"Value": 11.0}), tmp_path)
    with pytest.raises(TableError, match="E92000001 england 90319 2023/24 Persons 4-5 yrs"):
        read_indicators(path)


def test_read_indicators_takes_values_of_counts_as_counts(tmp_path):
    rows = pd.DataFrame({"lsoa21cd": CODES, "plans": [3, "*"], "gld": [60.0, 70.0]})
    entries = {"plans": ENTRY | {"measure": "count"}, "gld": ENTRY | {"period": "2023"}}
    path = saved(rows, tmp_path)
    toml(tmp_path, entries)
    with pytest.raises(TableError, match="2 of 4 rows .* no period"):
        read_indicators(path)
    table = read_indicators(path, period="2024")
    assert table["count"].fillna(-1).tolist() == [3, -1, -1, -1]
    assert table["state"].tolist() == ["value", "suppressed", "value", "value"]


def test_read_indicators_asks_for_an_entry_only_where_a_catalogue_is_given(tmp_path):
    path = saved(tidy(), tmp_path)
    toml(tmp_path, {"gld": ENTRY})
    assert len(read_indicators(path)) == 2
    for catalogue in ("census2021", read_catalogue("census2021"), tmp_path / "indicators.toml"):
        with pytest.raises(TableError, match="catalogue has no entry for 1 of 1 indicators .neet."):
            read_indicators(path, catalogue=catalogue)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda table: table.drop(columns="measure"), "1 of 1 indicators .* have no measure"),
        (lambda table: table.drop(columns="indicator_id"), "No column indicator_id in the catal"),
        (
            lambda table: pd.concat([table, table], ignore_index=True),
            "more than one entry for neet",
        ),
    ],
)
def test_read_indicators_checks_the_catalogue_it_is_given(tmp_path, change, words):
    catalogue = read_catalogue(toml(tmp_path, {"neet": ENTRY}))
    path = saved(tidy(), tmp_path)
    indexed = catalogue.set_index("indicator_id")
    assert_frame_equal(read_indicators(path, catalogue=indexed), read_indicators(path))
    with pytest.raises(TableError, match=words):
        read_indicators(path, catalogue=change(catalogue))


def test_read_indicators_leaves_the_catalogue_it_is_given_unchanged(tmp_path):
    catalogue = read_catalogue(toml(tmp_path, {"neet": ENTRY, "gld": ENTRY}))
    before = catalogue.copy(deep=True)
    read_indicators(saved(tidy(), tmp_path), catalogue=catalogue)
    assert_frame_equal(catalogue, before)


def test_read_catalogue_reads_a_toml_file(tmp_path):
    second = {k: v for k, v in ENTRY.items() if k != "short_name"} | {"note": "From 2021"}
    table = read_catalogue(toml(tmp_path, {"neet": ENTRY, "gld": second}))
    assert table["indicator_id"].tolist() == ["neet", "gld"]
    assert table["short_name"].tolist() == ["NEET", ENTRY["name"]]
    assert table["confidential"].tolist() == [True, True]
    assert table.loc[1, "note"] == "From 2021"


def test_read_catalogue_reads_the_columns_of_an_indicator_file(tmp_path):
    columns = {"name": "Indicator Name", "group": "Outcome", "licence": "Licence"}
    facts = ENTRY | {"polarity": "RAG - Low is good", "confidential": "Yes", "short_name": None}
    rows = tidy(**facts).drop(columns="short_name", errors="ignore").rename(columns=columns)
    path = saved(rows, tmp_path)
    table = read_catalogue(path)
    assert table.iloc[0].to_dict() == {"indicator_id": "neet"} | ENTRY | {
        "short_name": ENTRY["name"]
    }
    assert list(read_indicators(path).columns) == COLUMNS


def test_read_catalogue_finds_the_toml_beside_an_indicator_file(tmp_path):
    path = saved(tidy(), tmp_path)
    with pytest.raises(TableError, match="no columns name, group.*put a file indicators.toml"):
        read_catalogue(path)
    toml(tmp_path, {"gld": ENTRY, "neet": ENTRY})
    assert read_catalogue(path)["indicator_id"].tolist() == ["neet"]
    toml(tmp_path, {"gld": ENTRY})
    with pytest.raises(TableError, match="of .*indicators.csv has no entry for 1 of 1 .*neet"):
        read_catalogue(path)


@pytest.mark.parametrize("field", NEEDED)
def test_read_catalogue_needs_every_field(tmp_path, field):
    entry = {key: value for key, value in ENTRY.items() if key != field}
    with pytest.raises(TableError, match=f"1 of 2 indicators .* have no {field} .neet.; every"):
        read_catalogue(toml(tmp_path, {"neet": entry, "gld": ENTRY}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"polarity": "low"}, "polarity 'low' for neet; allowed is one of high_is_good, low_is"),
        ({"measure": "per cent"}, "measure 'per cent' for neet; allowed is one of proportion, r"),
        ({"confidential": "perhaps"}, "confidential 'perhaps' for neet; allowed is true or false"),
        ({"multiplier": 0}, "multiplier 0 for neet; allowed is a number above 0"),
        ({"multiplier": "many"}, "multiplier 'many' for neet"),
        ({"unit": " "}, "have no unit .neet."),
    ],
)
def test_read_catalogue_refuses_words_that_are_not_allowed(tmp_path, change, words):
    with pytest.raises(TableError, match=words):
        read_catalogue(toml(tmp_path, {"neet": ENTRY | change}))


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("[neet\nname=1", FileError, "is not valid TOML"),
        ("", TableError, "has nothing; give a table for each indicator"),
        ("name = 'NEET'", TableError, "the loose keys name"),
    ],
)
def test_read_catalogue_refuses_toml_that_is_no_catalogue(tmp_path, text, error, words):
    path = tmp_path / "broken.toml"
    path.write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(error, match=words):
        read_catalogue(path)


def test_read_catalogue_refuses_names_it_does_not_know():
    with pytest.raises(FileError, match="No catalogue is named census; give census2021, indices"):
        read_catalogue("census")


@pytest.mark.parametrize("name", shipped_catalogues())
def test_shipped_catalogues_are_complete_and_their_own_copy(name):
    text = files("geo.sources.indicators").joinpath(f"catalogues/{name}.toml").read_text("utf-8")
    table = read_catalogue(name)
    assert table["indicator_id"].tolist() == list(tomllib.loads(text))
    assert set(table["measure"]) <= set(MEASURES)
    assert set(table["polarity"]) <= set(POLARITIES)
    assert not table["confidential"].any()
    assert table["short_name"].is_unique
    assert table["short_name"].str.len().max() <= 32
    table.loc[:, "name"] = ""
    assert (read_catalogue(name)["name"] != "").all()


def test_shipped_groups_of_the_indices_are_their_domains():
    assert set(read_catalogue("iod2025_underlying")["group"]) <= set(INDICES.values())


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        (FINGERTIPS, "fingertips"),
        (["Area Code", "Indicator", "Value"], "tidy"),
        (["lsoa21cd", "indicator_id", "count", "denominator"], "tidy"),
        (["lsoa21cd", "neet"], "wide"),
        (["lsoa21cd", "indicator_id", "period"], None),
        (["neet", "gld"], None),
    ],
)
def test_form_of_tells_forms_by_their_headers(headers, form):
    assert form_of(headers) == form


def test_read_indicators_reads_the_census_file_whole(census):
    table = read_indicators(census, catalogue="census2021")
    assert len(table) == 236_285
    assert table["state"].value_counts().to_dict() == {"value": 236_067, "zero": 218}
    shares = proportion(table, by="indicator_id").set_index("indicator_id")["value"].round(2)
    assert shares.to_dict() == {
        "disability": 17.30,
        "ethnic_group_other_than_white": 18.95,
        "households_deprived_2plus": 18.11,
        "households_deprived_3plus": 3.94,
        "overcrowded_households": 4.37,
        "private_rented": 20.46,
        "social_rented": 17.09,
    }


@pytest.mark.slow
def test_read_indicators_reads_the_underlying_indicators_whole(underlying):
    raw = pd.read_csv(underlying)
    table = read_indicators(underlying)
    assert len(table) == 33_755 * 28
    assert (table["state"] == "missing").sum() == raw.isna().sum().sum() == 1_707
    wide = table.pivot(index="area_code", columns="indicator_id", values="value")
    expected = raw.set_index("lsoa21_code").sort_index()
    assert_frame_equal(wide[expected.columns], expected, check_names=False)
    numerators = table["indicator_id"].str.endswith("_numerator")
    assert table.loc[numerators, "count"].equals(table.loc[numerators, "value"])
    assert table.loc[~numerators, "count"].isna().all()


@pytest.mark.parametrize(
    ("file", "name"), [("census", "census2021"), ("underlying", "iod2025_underlying")]
)
def test_shipped_catalogues_cover_the_official_files(file, name, request):
    path = request.getfixturevalue(file)
    assert set(read_catalogue(path)["indicator_id"]) == set(read_catalogue(name)["indicator_id"])


def test_shipped_polarities_of_the_indices_follow_the_domain_scores(real_data, underlying):
    """Higher scores are more deprived: what is good when low must rise with its domain's score."""
    scores = pd.read_csv(real_data / "england" / "IoD2025_ranks_scores_deciles.csv", index_col=0)
    scores = scores[[column for column in scores if "Score" in column]]
    raw = pd.read_csv(underlying, index_col=0).reindex(scores.index)
    for entry in read_catalogue("iod2025_underlying").itertuples():
        domain = entry.group.split()[0].rstrip(",")
        score = next(column for column in scores if column.startswith(domain))
        together = raw[entry.indicator_id].rank().corr(scores[score].rank())
        assert (together > 0) == (entry.polarity == "low_is_good"), entry.indicator_id


def test_read_indicators_gives_what_aggregate_and_compare_take(tmp_path):
    path = saved(tidy(), tmp_path)
    toml(tmp_path, {"neet": ENTRY})
    table, catalogue = read_indicators(path), read_catalogue(path)
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": ["Crewe", "Crewe"]})
    sums = aggregate(table, towns, by=["town", "borough"], catalogue=catalogue)
    assert sums["value"].round(3).tolist() == [13.333, 13.333]  # 40 of 300
    result = compare(sums, benchmark="borough", catalogue=catalogue)
    assert result["comparison"].tolist() == ["similar", "not_compared"]


@pytest.mark.parametrize(
    ("key", "spelt", "kept"),
    [
        ("period", "2023-24", "2023/24"),
        ("sex", "All", "Persons"),
        ("age", "10 to 11 years", "10-11 yrs"),
        ("indicator_id", "NEET", "neet"),
    ],
)
def test_read_indicators_gives_one_spelling_to_what_is_the_same_and_notes_it(
    tmp_path, key, spelt, kept
):
    rows = pd.concat([tidy(), tidy().head(1).assign(area_code="E92000001", area_type="england")])
    rows = rows.assign(**{key: [kept, kept, spelt]})
    notes = []
    table = read_indicators(saved(rows, tmp_path), notes=notes)
    assert table[key].tolist() == [kept] * 3
    (told,) = notes
    assert all(label in told for label in (spelt, kept))


@pytest.mark.parametrize("wide", [False, True])
def test_read_indicators_keeps_the_largest_contributions(tmp_path, wide):
    start = "fines_" if wide else ""
    table = pd.DataFrame(
        {
            "lsoa21cd": CODES,
            f"{start}value": [31.5, 20.0],
            f"{start}denominator": [12, 9],
            f"{start}largest_1": ["1,200", 90],
            f"{start}Largest 2": [80, 50],
        }
    )
    table = table if wide else table.assign(indicator_id="fines", period="2024")
    table.to_csv(tmp_path / "fines.csv", index=False)
    found = read_indicators(tmp_path / "fines.csv", period="2024" if wide else None)
    assert found["indicator_id"].unique().tolist() == ["fines"]
    assert found[["value", "largest_1", "largest_2"]].to_numpy().tolist() == [
        [31.5, 1200, 80],
        [20, 90, 50],
    ]
    table[f"{start}largest_1"] = [-5, 90]
    table.to_csv(tmp_path / "fines.csv", index=False)
    with pytest.raises(TableError, match="largest_1, which is negative"):
        read_indicators(tmp_path / "fines.csv", period="2024")


def test_read_indicators_keeps_the_newest_of_two_vintages_of_an_area_type(tmp_path):
    old = fingertips_row(**{"Area Type": "Counties & UAs (2021/22-2022/23)", "Value": 65.0})
    new = fingertips_row(**{"Area Type": "Counties & UAs (from Apr 2023)", "Value": 65.1})
    notes = []
    for rows in ([old, new], [new, old]):
        path = saved(pd.DataFrame(rows), tmp_path)
        assert read_indicators(path, notes=notes)["value"].tolist() == [65.1]
    assert "2021/22-2022/23" in notes[0]


def fingertips_row(**changes):
    row = dict.fromkeys(FINGERTIPS) | {
        "Indicator ID": 93553, "Indicator Name": "School readiness", "Area Code": "E06000049",
        "Area Name": "Cheshire East", "Sex": "Persons", "Age": "5 yrs", "Time period": "2022/23",
        "Count": 650, "Denominator": 1000,
    }  # fmt: skip
    return row | changes


def test_read_indicators_takes_columns_that_are_blank_throughout(tmp_path):
    rows = [fingertips_row(**{"Area Type": "England", "Area Code": "E92000001", "Value": 65.0,
                              "Count": None, "Denominator": " "})]  # fmt: skip
    table = read_indicators(saved(pd.DataFrame(rows), tmp_path))
    assert table[["count", "denominator"]].isna().all(axis=None)


def test_read_indicators_of_breakdowns_alone_says_so(tmp_path):
    rows = [fingertips_row(**{"Area Type": "England", "Category Type": "Deciles"})]
    with pytest.raises(TableError, match="All 1 rows .* are breakdowns"):
        read_indicators(saved(pd.DataFrame(rows), tmp_path), notes=[])


@pytest.mark.parametrize(("sign", "state"), [(".", "missing"), ("..", "missing"), (".5", "value")])
def test_read_indicators_tells_points_from_numbers(tmp_path, sign, state):
    rows = tidy(count=None, denominator=None, value=[sign, "3"])
    assert read_indicators(saved(rows, tmp_path))["state"].iat[0] == state


def test_text_of_keys_that_look_like_numbers_stays_as_it_is_written():
    """One odd cell has the others read as floats: 93553 is not 93553.0."""
    assert text_of(pd.Series([93553, 93553.5, np.inf])).tolist() == ["93553", "93553.5", "inf"]
    assert text_of(pd.Series([2021.0, 2022])).tolist() == ["2021", "2022"]


@pytest.mark.parametrize(
    "figure", ["0,125", "-0,5", "00,125", "1,23", "\u0661\u0662", "\uff11\uff12", "12\u066b5"]
)
def test_commas_that_part_no_thousands_and_other_scripts_digits_are_refused(tmp_path, figure):
    path = tmp_path / "x.csv"
    path.write_text(
        f'LSOA21CD,Indicator,Year,Value\nE01000001,a,2024,"{figure}"\n', encoding="utf-8"
    )

    with pytest.raises(TableError, match="no number and no known sign|a decimal point"):
        read_indicators(path)


@pytest.mark.parametrize(
    "text",
    [
        "LSOA21CD,Indicator,Year,Value\nE01000001,a,2024,12%\nE01000002,a,2024,0.12\n",
        "LSOA21CD,Year,Absence\nE01000001,2024,0.12\nE01000002,2024,12%\n",
    ],
)
def test_percentages_and_fractions_of_one_indicator_are_refused(tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_text(text)

    with pytest.raises(TableError, match="without the % that others of the indicator have"):
        read_indicators(path)


def test_percentages_stand_beside_nothing_marks_and_other_indicators(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "LSOA21CD,Indicator,Year,Value\nE01000001,a,2024,12%\nE01000002,a,2024,0\n"
        "E01000003,a,2024,c\nE01000004,a,2024,12.5\nE01000001,b,2024,0.12\n"
    )

    assert read_indicators(path)["value"].fillna(-1).tolist() == [12, 0, -1, 12.5, 0.12]


SPELLINGS = {
    "period": [["2022/23", "2022-23", "2022/2023", "202223"], ["2023/24", "2023-24", "202324"]],
    "sex": [["Persons", "All", "Both sexes"], ["Male", "M", "Males"], ["F", "Female"]],
    "age": [["10-11 yrs", "10 to 11 years", "10-11"], ["12-13 yrs", "12–13"], ["14+", "14 plus"]],
}


@pytest.mark.parametrize("seed", range(4))
def test_labels_mixed_within_a_file_give_what_one_spelling_gives(tmp_path, seed):
    chance = np.random.default_rng(seed)
    meant = [(area, period, sex, age) for area in CODES for period in range(2) for sex in range(3)
             for age in range(3)]  # fmt: skip
    spelt = {
        over: [str(chance.choice(SPELLINGS[over][one[column]])) for one in meant]
        for column, over in enumerate(SPELLINGS, 1)
    }
    own = {"area_type": "lsoa21", "indicator_id": "neet", "count": range(36), "denominator": 90}
    rows = pd.DataFrame({"area_code": [one[0] for one in meant]} | own | spelt)
    table = read_indicators(saved(rows, tmp_path), notes=[])
    assert table["count"].tolist() == list(range(36))
    for over, kinds in SPELLINGS.items():
        assert table[over].nunique() == len(kinds)
        groups = table.groupby([one[list(SPELLINGS).index(over) + 1] for one in meant])[over]
        assert groups.nunique().eq(1).all()


@pytest.mark.parametrize("over", SPELLINGS)
def test_one_row_of_an_area_in_two_spellings_is_told_as_a_duplicate(tmp_path, over):
    one, other = SPELLINGS[over][0][:2]
    rows = pd.concat([tidy(), tidy(count=[3333, 33])]).head(3)
    rows = rows.assign(**{over: [one, one, other]})
    words = f"1 of 3 rows in .* in another spelling .{CODES[0]}: {one} beside {other}.*keep one row"
    with pytest.raises(TableError, match=words) as problem:
        read_indicators(saved(rows, tmp_path))
    assert "33" not in str(problem.value).replace(str(tmp_path), "")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("ids", "read"),
    [(["007", "7"], ["007", "7"]), (["1.10", "1.1"], ["1.10", "1.1"]), (["0", "00"], ["0", "00"]),
     (["93553.0", "93554.0"], ["93553", "93554"]), (["1e3", "1000"], ["1e3", "1000"]),
     ([93553, 93554], ["93553", "93554"])],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Indicator ID", "indicator"])
def test_an_identifier_stays_as_it_is_written(tmp_path, kind, ids, read, name):
    rows = tidy(indicator_id=ids).rename(columns={"indicator_id": name})
    path = saved(rows, tmp_path, f"x.{kind}")
    assert read_indicators(path)["indicator_id"].tolist() == read
    if ids[0] == "007":
        toml(tmp_path, {"007": ENTRY, "7": ENTRY | {"short_name": "other"}})
        assert read_catalogue(path)["indicator_id"].tolist() == read


def test_an_identifier_that_a_workbook_shows_with_noughts_has_them(tmp_path):
    path = saved(tidy(indicator_id=[7, 7]), tmp_path, "x.xlsx")
    book = openpyxl.load_workbook(path)
    for cell in book.active["C"][1:]:
        cell.number_format = "000"
    book.save(path)
    assert read_indicators(path)["indicator_id"].tolist() == ["007", "007"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_codes_of_own_areas_stay_as_they_are_written(tmp_path, kind):
    rows = tidy(area_code=["07", "7"], area_type="collaborative")
    assert read_indicators(saved(rows, tmp_path, f"x.{kind}"))["area_code"].tolist() == ["07", "7"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("code", ["LSOA21CD", "area_code"])
@pytest.mark.parametrize("named", [False, True])
def test_columns_headed_by_periods_are_rows_of_each(tmp_path, kind, code, named):
    rows = pd.DataFrame({code: CODES, "2021/22": [5, "c"], "2022/23": [7, 0]})
    rows = rows.assign(area_type="lsoa21") if code == "area_code" else rows
    rows = rows.assign(Indicator="neet") if named else rows
    notes = []
    table = read_indicators(saved(rows, tmp_path, f"absence.{kind}"), notes=notes)
    assert table["indicator_id"].unique().tolist() == ["neet" if named else "absence"]
    found = table.set_index(["area_code", "period"])
    assert found.loc[(CODES[0], "2022/23"), "value"] == 7
    assert found.loc[(CODES[1], "2021/22"), "state"] == "suppressed"
    assert any("2021/22, 2022/23" in words and "are periods" in words for words in notes)


def test_figures_of_several_kinds_headed_by_periods_are_read(tmp_path):
    rows = pd.DataFrame({"LSOA21CD": CODES, "2021 count": [5, 6], "2021 denominator": [40, 50],
                         "2022 count": [7, "*"], "2022 denominator": [41, 51]})  # fmt: skip
    table = read_indicators(saved(rows, tmp_path, "absence.csv"), notes=[])
    assert table["count"].fillna(-1).tolist() == [5, 6, 7, -1]
    assert table["denominator"].tolist() == [40, 50, 41, 51]
    assert table["period"].tolist() == ["2021", "2021", "2022", "2022"]


@pytest.mark.parametrize("beside", [{"absence": [1, 2]}, {"period": "2024"}])
def test_columns_headed_by_periods_beside_others_are_refused(tmp_path, beside):
    rows = pd.DataFrame({"LSOA21CD": CODES, "2021": [5, 6], "2022": [7, 8]} | beside)
    with pytest.raises(TableError, match="headed by periods .2021, 2022.*give a row for each"):
        read_indicators(saved(rows, tmp_path), notes=[])


@pytest.mark.parametrize(
    ("label", "age"),
    [("10-Nov", "10-11"), ("05-Sep", "5-9"), ("Oct-14", "10-14"), ("Nov-15", "11-15"),
     ("01-Apr", "1-4"), ("10 nov", "10-11")],
)  # fmt: skip
def test_ages_that_a_spreadsheet_took_for_dates_are_read_as_ages(tmp_path, label, age):
    notes = []
    rows = pd.concat([tidy(), tidy()]).assign(age=["16-17", "16-17", label, label])
    table = read_indicators(saved(rows, tmp_path), notes=notes)
    assert table["age"].tolist() == ["16-17", "16-17", age, age]
    assert f"2 of 4 figures in {tmp_path / 'indicators.csv'} have the age {label}" in notes[0]


@pytest.mark.parametrize(
    ("day", "number_format", "age"),
    [("2024-11-10", "d-mmm", "10-11"), ("2014-10-01", "mmm-yy", "10-14"),
     ("2024-09-05", "dd-mmm", "5-9")],
)  # fmt: skip
@pytest.mark.parametrize("all_rows", [False, True])
def test_ages_that_are_dates_in_a_workbook_are_read_as_ages(
    tmp_path, day, number_format, age, all_rows
):
    path = saved(tidy(age=["16-17", "16-17"]), tmp_path, "x.xlsx")
    book = openpyxl.load_workbook(path)
    for row in (2, 3) if all_rows else (2,):
        cell = book.active.cell(row, 7, pd.Timestamp(day).to_pydatetime())
        assert book.active.cell(1, 7).value == "age"
        cell.number_format = number_format
    book.save(path)
    assert read_indicators(path, notes=[])["age"].tolist() == [age, age if all_rows else "16-17"]


LINKS = pd.DataFrame(
    {"lsoa11cd": ["E01000001", "E01000003"], "lsoa21cd": ["E01000001", "E01000004"]}
)


@pytest.mark.parametrize(
    ("name", "kind"), [("lsoa21cd", None), ("lsoa_code", None), ("area_code", "lsoa21")]
)
def test_codes_of_two_years_are_refused_where_a_lookup_knows_them(tmp_path, name, kind):
    codes = ["E01000003", "E01000001" if name == "lsoa21cd" else "E01000004"]
    rows = tidy(area_code=codes, area_type=kind).rename(columns={"area_code": name})
    with pytest.raises(CodeError, match="LSOA 2011 alone has E01000003.*column area_type"):
        read_indicators(saved(rows, tmp_path), lookups=LINKS)
    rows[name] = ["E01000001", "E01000004"]
    assert (
        read_indicators(saved(rows, tmp_path), lookups=LINKS, notes=[])["area_type"]
        .eq("lsoa21")
        .all()
    )


def test_each_row_may_say_of_which_year_it_is(tmp_path):
    rows = tidy(area_code=["E01000003", "E01000004"], area_type=["lsoa11", "lsoa21"])
    table = read_indicators(saved(rows, tmp_path), lookups=LINKS)
    assert table["area_type"].tolist() == ["lsoa11", "lsoa21"]


def test_codes_of_an_unknown_year_say_what_to_fetch(tmp_path):
    rows = tidy().rename(columns={"area_code": "lsoa_code"}).drop(columns="area_type")
    with pytest.raises(CodeError, match="of which year its lsoa codes are.*geo fetch gets it"):
        read_indicators(saved(rows, tmp_path))


@pytest.mark.parametrize("serial", ["45383", "45383.0", 45383])
def test_periods_that_are_dates_shown_as_numbers_are_refused(tmp_path, serial):
    with pytest.raises(
        TableError, match="2 of 2 rows .*number as period.*show the column as dates"
    ):
        read_indicators(saved(tidy(period=serial), tmp_path))


@pytest.mark.parametrize("twice", ["neet_value", "neet value"])
def test_an_indicator_with_two_columns_of_one_figure_is_refused(tmp_path, twice):
    rows = pd.DataFrame({"lsoa21cd": CODES, "neet_count": [5, 6], twice: [1, 2], "neet": [3, 4]})
    with pytest.raises(TableError, match=f"{twice} and neet both hold the value of neet; remove"):
        read_indicators(saved(rows, tmp_path), period="2024")


def test_dates_as_headers_are_periods_without_a_time(tmp_path):
    rows = [["LSOA21CD", pd.Timestamp("2024-04-01").to_pydatetime()], [CODES[0], 5]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    assert read_indicators(tmp_path / "x.xlsx", notes=[])["period"].tolist() == ["2024-04-01"]


def test_truth_values_among_figures_are_refused(tmp_path):
    path = saved(tidy(count=[True, 7]), tmp_path, "x.xlsx")
    with pytest.raises(TableError, match="'TRUE' for E01000001 as count"):
        read_indicators(path)


def test_dates_with_the_month_first_are_refused(tmp_path):
    with pytest.raises(TableError, match="1 of 2 rows .*month first as period .E01000001.*write"):
        read_indicators(saved(tidy(period=["04/13/2024", "04/12/2024"]), tmp_path))
    sound = tidy(period=["13/04/2024", "12/04/2024"])
    assert len(read_indicators(saved(sound, tmp_path))) == 2


def test_shapes_in_parquet_are_no_figures(tmp_path):
    rows = pd.DataFrame(
        {"lsoa21cd": CODES, "geometry": [b"\x01\x95\x80", b"\x01\xff"], "x": [1, 2]}
    )
    notes = []
    table = read_indicators(saved(rows, tmp_path, "x.parquet"), period="2024", notes=notes)
    assert table["indicator_id"].unique().tolist() == ["x"]
    assert "columns geometry of" in notes[0]


def test_a_wide_header_that_stands_twice_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("LSOA21CD,neet_count,neet_count\nE01000001,1,2\n")
    with pytest.raises(FileError, match="more than one column named neet_count; rename them"):
        read_indicators(path, period="2024")


def test_the_year_that_is_given_dates_areas_whose_own_column_names_none(tmp_path):
    rows = [("E01000001", "LSOA"), ("E01000002", "lsoa11"), ("E02000001", "msoa21")]
    table = pd.DataFrame(rows, columns=["area_code", "area_type"])
    path = tmp_path / "x.csv"
    table.assign(indicator_id="neet", period="2023", value=4.0).to_csv(path, index=False)
    with pytest.raises(CodeError, match="of which year its lsoa codes are .*pass area_type="):
        read_indicators(path)
    found = read_indicators(path, area_type="lsoa21")
    assert found["area_type"].tolist() == ["lsoa21", "lsoa11", "msoa21"]
