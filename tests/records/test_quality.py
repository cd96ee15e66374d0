"""What is not in order is counted and told; nothing of a record stands in what is told."""

import pandas as pd
import pytest

import geo
from geo.errors import GeoError
from tests.records.cases import FACTS

SECRET = "Zz9-child"
TOP = "period = 'year'\n"
TABLE = (
    "[tables.plans]\nfiles = 'plans.csv'\nperson = 'Child'\ndate = 'Start'\nsex = 'Sex'\n"
    "age = 'Age'\narea = { lsoa21 = 'LSOA' }\n"
)
ROWS = (
    "Child,Start,LSOA,Sex,Age,Cost,Status\n"
    f"{SECRET},2024-02-01,E01000001,F,5,10,Open\n"
    f"{SECRET},2024-02-01,E01000001,F,5,10,Open\n"
    ",2024-02-02, e01000001 ,boy,6,x,Open\n"
    f"{SECRET}2,,E01000001,M,7,3,Shut\n"
    f"{SECRET}3,2024-02-30,E01000001,M,7,3,Shut\n"
    f"{SECRET}4,2124-01-01,E01000001,M,7,3,Shut\n"
    f"{SECRET}5,2024-03-01,CW1 3AB,M,7,3,Shut\n"
    f"{SECRET}6,2024-03-01,,M,7,3,Shut\n"
    f"{SECRET}7,2024-03-01,E01000002,?,300,3,Shut\n"
    f"{SECRET}8,2024-03-01,E01000009,M,17,3,Shut\n"
)
ALL = "max_unmatched = 100\n"
IT = f"[indicators.it]\n{FACTS}"


def run(folder, indicators, *, rows=ROWS, top=ALL, table=TABLE, **given):
    (folder / "plans.csv").write_text(rows, "utf-8")
    path = folder / "it.toml"
    path.write_text(f"{top}{TOP}{table}{indicators}", "utf-8")
    return geo.indicators_from_records(path, **given)


def test_everything_that_is_not_in_order_is_told(tmp_path):
    notes = []
    asked = f"{IT}sex = true\nages = ['0-9']\ncount = 'people'\n[indicators.cost]\n{FACTS}"
    asked += "count = 'sum'\ncolumn = 'Cost'\n"
    inside = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"]})
    found = run(tmp_path, asked, within=inside, notes=notes)
    told = {words.partition(" records of plans ")[2]: words.split()[0] for words in notes}
    assert told == {
        "have no Start.": "1",
        "have a Start that is no date from 1900 to today.": "2",
        "have no LSOA.": "1",
        "have something else than an LSOA code as LSOA.": "1",
        "lie in LSOAs outside the place, and are left out.": "1",
        "have a Sex that is not known, and are counted in both sexes together alone.": "1",
        "are of no age that is known, and are counted in all ages alone.": "1",
        "are of ages in no band, and are counted in all ages alone.": "1",
        "have no number as Cost.": "1",
        "have no Child, so are counted as rows alone.": "1",
        "repeat another in every column, and are counted as they stand; "
        'repeated = "once" counts them once.': "1",
    }
    rows = found.indicators
    whole = rows[rows["sex"].eq("all") & rows["age"].eq("all")].set_index(
        ["indicator_id", "area_code"]
    )["count"]
    assert whole["it", "E01000001"] == 1
    assert whole["cost", "E01000001"] == 20
    assert SECRET not in "".join(notes) + rows.to_csv() + found.catalogue.to_csv()


def test_repeated_records_can_be_counted_once(tmp_path):
    table = TABLE + "repeated = 'once'\n"
    notes = []
    found = run(tmp_path, f"{IT}where = {{ Status = 'Open' }}\n", table=table, notes=notes)
    assert found.indicators["count"].tolist() == [2]
    assert "1 of 9 records of plans repeat another in every column, and are counted once." in notes


def test_without_a_record_that_counts_there_is_no_row(tmp_path):
    rows = "Child,Start,LSOA,Sex,Age\na,never,E01000001,F,1\n"
    found = run(tmp_path, f"{IT}sex = true\n", rows=rows, notes=[])
    assert found.indicators.empty
    assert found.indicators.columns[0] == "area_code"


def test_too_many_that_cannot_be_counted_stop_the_run(tmp_path):
    with pytest.raises(GeoError, match="More than 5% of the records of plans") as told:
        run(tmp_path, IT, top="")
    assert "is no date from 1900 to today; correct" in str(told.value)
    assert any("have no Start" in words for words in told.value.__notes__)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("2024-02-01", "13/02/2024", r"dates of 2 forms \(year first, day first\)"),
        ("02/28/2024", "03/31/2024", "write dates = .month first."),
        ("28/02/2024", "03/31/2024", r"dates of 2 forms \(day first, month first\)"),
    ],
)
def test_dates_of_two_forms_are_refused(tmp_path, first, second, words):
    rows = f"Child,Start,LSOA,Sex,Age\na,{first},E01000001,F,1\nb,{second},E01000001,F,1\n"
    with pytest.raises(GeoError, match=words):
        run(tmp_path, IT, rows=rows)


def test_a_form_of_dates_that_is_said_is_taken(tmp_path):
    rows = "Child,Start,LSOA,Sex,Age\na,02/03/2024,E01000001,F,1\n"
    asked = f"{IT}period = 'month'\n"
    table = TABLE + "dates = 'month first'\n"
    assert run(tmp_path, asked, rows=rows, table=table).indicators["period"].tolist() == [
        "Feb 2024"
    ]
    assert run(tmp_path, asked, rows=rows).indicators["period"].tolist() == ["Mar 2024"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            "where = { Statis = 'Open' }",
            r"no column Statis in the table plans \(did you mean Status",
        ),
        ("count = 'sum'\ncolumn = 'Price'", "no column Price"),
    ],
)
def test_a_column_that_is_not_there_is_told_with_one_like_it(tmp_path, asked, words):
    with pytest.raises(GeoError, match=words):
        run(tmp_path, f"{IT}{asked}\n")


def test_a_column_without_lsoa_codes_is_told_at_once(tmp_path):
    with pytest.raises(GeoError, match="The column Child of the table plans has no LSOA codes"):
        run(tmp_path, IT, table=TABLE.replace("lsoa21 = 'LSOA'", "lsoa21 = 'Child'"))


def test_names_and_values_of_users_are_no_sql(tmp_path):
    rows = 'Child,Start,LSOA,Sex,Age,"a"";--"\na,2024-02-01,E01000001,F,1,\'; DROP TABLE x;\n'
    asked = f"{IT}where = {{ 'a\";--' = \"'; DROP TABLE x;\" }}\n"
    assert run(tmp_path, asked, rows=rows).indicators["count"].tolist() == [1]


def test_a_row_that_breaks_off_is_told_without_what_stands_in_it(tmp_path):
    rows = ROWS + f"{SECRET}9,2024-03-01,E01000001,F,1,1,Open,{SECRET}\n"
    with pytest.raises(GeoError, match="records of plans cannot be read") as told:
        run(tmp_path, IT, rows=rows)
    shown = [str(told.value), *getattr(told.value, "__notes__", ())]
    assert SECRET not in "".join(shown)
    assert told.value.__suppress_context__


def test_events_that_another_may_still_follow_are_told(tmp_path):
    notes = []
    days = ["2024-01-01", "2024-01-31", "2024-06-01", "2024-07-01"]
    rows = "Child,Start,LSOA,Sex,Age\n" + "".join(
        f"{child},{day},E01000001,F,1\n" for child, day in zip("aabb", days, strict=True)
    )
    asked = f"{IT}count = 'followed'\nfollowed_by = {{ of = 'plans', within_days = 45 }}\n"
    found = run(tmp_path, asked, rows=rows, notes=notes)
    assert found.indicators["count"].tolist() == [2]
    words = "are not yet 45 days before the last of plans, so that one may still follow."
    assert notes == [f"1 of 4 records of plans {words}"]


def test_a_record_from_before_the_birth_is_of_no_age(tmp_path):
    notes = []
    table = TABLE.replace("age = 'Age'", "born = 'DOB'")
    rows = "Child,Start,LSOA,Sex,DOB\na,2024-02-01,E01000001,F,2024-03-01\n"
    run(tmp_path, f"{IT}ages = ['0-4']\n", rows=rows, table=table, notes=notes)
    assert any("are of no age that is known" in words for words in notes)


def test_where_nothing_can_be_placed_the_table_is_empty(tmp_path):
    table = TABLE.replace("lsoa21 = 'LSOA'", "postcode = 'LSOA'")
    (tmp_path / "postcodes.csv").write_text("pcds,lsoa21cd\nCW1 1AA,E01000001\n")
    rows = "Child,Start,LSOA,Sex,Age\na,2024-02-01,ZZ9 9ZZ,F,1\n"
    given = {"rows": rows, "table": table, "postcodes": tmp_path / "postcodes.csv", "notes": []}
    assert run(tmp_path, IT, **given).indicators.empty


def test_dates_with_the_year_first_are_read_whatever_form_the_others_have(tmp_path):
    table = TABLE + "dates = 'month first'\n"
    rows = "Child,Start,LSOA,Sex,Age\na,02/03/2024,E01000001,F,1\nb,2024-02-28,E01000001,F,1\n"
    found = run(tmp_path, f"{IT}period = 'month'\n", rows=rows, table=table)
    assert found.indicators[["period", "count"]].to_numpy().tolist() == [["Feb 2024", 2]]


def test_an_indicator_that_counts_nothing_is_named(tmp_path):
    notes = []
    rows = "Child,Start,LSOA,Sex,Age\na,2024-05-01,E01000001,F,1\n"
    asked = f"{IT}where = {{ Sex = 'Female' }}\n[indicators.all]\n{FACTS}"
    found = run(tmp_path, asked, rows=rows, notes=notes)
    assert found.indicators["indicator_id"].tolist() == ["all"]
    [told] = [words for words in notes if "counts nothing" in words]
    assert told.startswith("The indicator it counts nothing: no record of plans")


@pytest.mark.parametrize(("sexes", "girls"), [(("a) Female", "b) Male"), 1), (("2", "1"), 1)])
def test_sexes_are_known_as_extracts_have_them(tmp_path, sexes, girls):
    rows = "Child,Start,LSOA,Sex,Age\n" + "".join(
        f"{at},2024-05-01,E01000001,{sex},1\n" for at, sex in enumerate(sexes)
    )
    found = run(tmp_path, f"{IT}sex = true\n", rows=rows, notes=[]).indicators
    assert found.loc[found["sex"].eq("Female"), "count"].tolist() == [girls]
