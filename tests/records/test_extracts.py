"""Extracts of children's services are recognised, and a specification to start from runs."""

import json
import logging
import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.commands.cli import main
from geo.errors import GeoError
from geo.records.extracts import catalogue, known_lists, list_of
from geo.report.records import start_records
from tests.records import children as invented

NOT_MADE = {
    ("annex_a", "care_leavers"),
    ("annex_a", "adoption"),
    ("cin", "assessments"),
    ("cin", "section47"),
}
BOOK = {"List_2": "early", "List_3": "Referrals (copy)", "List_6": "Sheet 9"}


@pytest.fixture(scope="module")
def made():
    return invented.children()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, made):
    """Make a folder with all extracts, under names that say nothing."""
    folder = tmp_path_factory.mktemp("extracts")
    invented.annex_a(folder / "a.xlsx", made, titles=BOOK, Gender="GENDER ")
    invented.homes(folder / "b.csv", made)
    invented.census(folder / "c.xml", made)
    invented.ssda903(folder, made)
    invented.school(folder, made)
    shutil.move(folder / "episodes.csv", folder / "d.csv")
    (folder / "other.csv").write_text("ward,votes\nNorth,12\n")
    data = folder / "data" / "more"
    data.mkdir(parents=True)
    invented.DIRECTORY.to_csv(data / "postcodes.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def counted(folder):
    """Write a specification and run it, through the command."""
    spec, out = folder / "it.toml", folder / "out" / "it.csv"
    begun = CliRunner().invoke(main, ["records", str(spec), "--init"])
    assert begun.exit_code == 0, begun.output
    done = CliRunner().invoke(
        main, ["records", str(spec), "--out", str(out), "--data", str(folder / "data")]
    )
    assert done.exit_code == 0, done.output + spec.read_text()
    return begun.output, done.output, spec.read_text(), geo.read_indicators(out)


def of(table, name):
    rows = table[table["indicator_id"].eq(name)]
    keys = zip(rows["area_code"], rows["period"], strict=True)
    columns = rows[["count", "denominator"]].fillna(-1).astype(int).itertuples(index=False)
    return {key: tuple(row) for key, row in zip(keys, columns, strict=True)}


def at_home(made, rows):
    """Count rows of ``id`` and ``day`` at the homes of that day, by LSOA and financial year."""
    pairs = zip(rows["id"], rows["day"], strict=True)
    where = [invented.home_of(made, who, day) for who, day in pairs]
    return pd.Series(where, dtype=object).value_counts().to_dict()


def followed(first, then, within, start):
    """Tell of each of the first events whether one of the others follows."""
    days = {who: list(rows["start"]) for who, rows in then.groupby("id")}
    return [
        any(start <= (day - row.day).days <= within for day in days.get(row.id, ()))
        for row in first.itertuples()
    ]


def events(made, kind, column="start"):
    rows = made.events[kind]
    return rows[rows[column].notna()].rename(columns={column: "day"})[["id", "day"]]


def shares(made, first, hit):
    whole, part = at_home(made, first), at_home(made, first[hit])
    return {(area, "2023/24"): (part.get(area, 0), n) for area, n in whole.items()}


@pytest.mark.slow
def test_events_that_follow_are_those_of_plain_python(counted, made):
    table = counted[-1]
    first = events(made, "referrals")
    hit = followed(first, made.events["referrals"], 365, 1)
    assert of(table, "referred_again_annex_a") == shares(made, first, hit)
    first = events(made, "early_help", "end")
    hit = followed(first, made.events["referrals"], 91, 0)
    assert of(table, "early_help_then_referred") == shares(made, first, hit)
    first = events(made, "needs", "end")
    hit = followed(first, made.events["early_help"], 91, 0)
    assert of(table, "stepped_down_annex_a") == shares(made, first, hit)


def on_the_day(made, rows):
    there = rows["start"].le(invented.END) & (rows["end"].isna() | rows["end"].gt(invented.END))
    people = rows[there].drop_duplicates("id").assign(day=invented.END)
    return {(area, "2023/24"): (n, -1) for area, n in at_home(made, people).items()}


@pytest.mark.slow
def test_who_is_open_on_a_day_is_that_of_plain_python(counted, made):
    table = counted[-1]
    expected = on_the_day(made, made.events["plans"])
    assert expected
    assert of(table, "on_plans_annex_a") == expected
    in_census = made.events["needs"]["id"]
    plans = made.events["plans"]
    assert of(table, "on_plans_cin") == on_the_day(made, plans[plans["id"].isin(in_census)])
    assert of(table, "in_need_annex_a") == on_the_day(made, made.events["needs"])
    further = made.events["needs"].sort_values("start", kind="stable")
    further = further[further.groupby("id").cumcount() % 2 == 0]
    assert of(table, "in_need_cin") == on_the_day(made, further)


@pytest.mark.slow
def test_lists_that_place_by_a_column_of_their_own_do(counted, made):
    table = counted[-1]
    first = made.homes.drop_duplicates("id").assign(**{"from": invented.dt.date(2000, 1, 1)})
    staying = invented.Children(made.people, first, made.events)
    rows = made.events["looked_after"]
    kept = rows[[bool(n % 5) for n in range(len(rows))]]
    assert of(table, "looked_after_ssda903") == on_the_day(staying, kept)
    assert of(table, "looked_after_annex_a") == on_the_day(made, rows)
    missed = table[table["indicator_id"].eq("sessions_missed")]
    weeks = pd.Series(range(len(made.people))) % 4
    assert missed["count"].sum() == 3 * weeks.sum()
    assert missed["denominator"].sum() == 30 * len(made.people)


@pytest.mark.slow
def test_every_list_and_indicator_is_in_what_is_written(counted):
    written = counted[2]
    for known in known_lists():
        if (known.extract, known.kind) not in NOT_MADE:
            assert f"# {known.title}: {known.words}" in written
    assert all(f"[indicators.{name}" in written for name in catalogue()["indicators"])
    names = [one["name"] for one in tomllib.loads(written)["indicators"].values()]
    assert len(set(names)) == len(names)
    assert "Children looked after on a day (SSDA903)" in names


@pytest.mark.slow
def test_all_of_it_can_be_split_by_sex_and_age(folder, counted):
    path = folder / "split.toml"
    text = counted[2].replace("# sex = true", "sex = true").replace("# ages =", "ages =")
    path.write_text(text.replace('count = "sum"', 'count = "sum"'))
    directory = folder / "data" / "more" / "postcodes.csv"
    found = geo.indicators_from_records(path, postcodes=directory, notes=[]).indicators
    by_sex = found[found["age"].eq("all")].groupby(["indicator_id", "sex"])["count"].sum().unstack()
    assert (by_sex["all"] == by_sex["Female"] + by_sex["Male"]).all()
    assert set(found["age"]) == {"all", "0-4", "5-10", "11-17"}


@pytest.mark.slow
def test_nothing_of_a_child_is_in_anything_that_is_said_or_written(folder, counted, made, caplog):
    caplog.set_level(logging.DEBUG)
    explained = CliRunner().invoke(main, ["records", str(folder / "it.toml"), "--explain"])
    tried = CliRunner().invoke(
        main, ["records", str(folder / "it.toml"), "--dry-run", "--data", str(folder / "data")]
    )
    assert explained.exit_code == tried.exit_code == 0
    said = [*counted[:3], explained.output, tried.output, caplog.text]
    said += [path.read_text() for path in (folder / "out").iterdir()]
    secret = {invented.ID, *invented.DIRECTORY["pcds"]}
    days = {day for rows in made.events.values() for day in rows["start"]} - {invented.END}
    days |= set(made.people["born"])
    secret |= {f"{day:{form}}" for day in days for form in ("%Y-%m-%d", "%d/%m/%Y")}
    everything = "\n".join(said).upper()
    assert [one for one in secret if one.upper() in everything] == []


def begin(folder):
    return start_records(folder / "it.toml")


def test_a_census_counts_as_it_is(tmp_path):
    few = invented.children(seed=3, n=8)
    invented.census(tmp_path / "c.xml", few)
    invented.homes(tmp_path / "b.csv", few)
    invented.DIRECTORY.to_csv(tmp_path / "postcodes.csv", index=False)
    begin(tmp_path)
    table = geo.indicators_from_records(
        tmp_path / "it.toml", postcodes=tmp_path / "postcodes.csv", notes=[]
    ).indicators
    plans = few.events["plans"]
    expected = on_the_day(few, plans[plans["id"].isin(few.events["needs"]["id"])])
    assert expected
    assert of(table, "on_plans") == expected


def test_a_list_that_is_missing_is_told(tmp_path, made):
    some = {sheet: invented.LISTS[sheet] for sheet in ("List_3", "List_6")}
    invented.annex_a(tmp_path / "a.xlsx", made, lists=some)
    invented.homes(tmp_path / "b.csv", made)
    said = begin(tmp_path)
    assert any(
        "no list of early help assessments, so stepped_down is left out; add the list" in one
        for one in said
    )
    assert "[indicators.referred_again]" in (tmp_path / "it.toml").read_text()
    with pytest.raises(GeoError, match="it.toml is there, so it is not written over"):
        begin(tmp_path)
    invented.annex_a(tmp_path / "a.xlsx", made, lists={"List_6": invented.LISTS["List_6"]})
    invented.DIRECTORY.to_csv(tmp_path / "postcodes.csv", index=False)
    with pytest.raises(GeoError, match="no sheet List_3 with columns of the table referrals"):
        geo.indicators_from_records(tmp_path / "it.toml", postcodes=tmp_path / "postcodes.csv")


def test_a_column_that_was_renamed_is_told(tmp_path, made):
    some = {sheet: invented.LISTS[sheet] for sheet in ("List_3", "List_6")}
    invented.annex_a(tmp_path / "a.xlsx", made, lists=some)
    invented.homes(tmp_path / "b.csv", made)
    begin(tmp_path)
    invented.annex_a(tmp_path / "a.xlsx", made, lists=some, **{"Date of referral": "Referred on"})
    with pytest.raises(GeoError, match="no column Date of referral in the table referrals, sheet"):
        geo.indicators_from_records(tmp_path / "it.toml")
    (tmp_path / "it.toml").unlink()
    said = begin(tmp_path)
    words = "The sheet List_3 of a.xlsx has a key of people and is no list"
    assert any(words in one for one in said)


def test_two_lists_that_look_alike_are_told(tmp_path, made):
    some = {"List_3": invented.LISTS["List_3"]}
    invented.annex_a(tmp_path / "a.xlsx", made, lists=some)
    invented.annex_a(tmp_path / "old.xlsx", made, lists=some)
    words = "a.xlsx, sheet List_3 and old.xlsx, sheet List_3 are both referrals of Annex A; keep"
    with pytest.raises(GeoError, match=words):
        begin(tmp_path)


def test_a_census_that_is_cut_short_is_told(tmp_path, made):
    invented.census(tmp_path / "c.xml", made)
    invented.homes(tmp_path / "b.csv", made)
    begin(tmp_path)
    whole = (tmp_path / "c.xml").read_text()
    (tmp_path / "c.xml").write_text(whole[: len(whole) // 2])
    for run in (geo.indicators_from_records, lambda spec: begin(spec.parent)):
        with pytest.raises(GeoError, match="c.xml is cut short or no XML") as told:
            run(tmp_path / "it.toml")
        assert invented.ID not in str(told.value)
        (tmp_path / "it.toml").unlink(missing_ok=True)


def test_ssda903_without_its_header_counts_and_says_so(tmp_path, made):
    invented.ssda903(tmp_path, made, header=False)
    said = begin(tmp_path)
    words = (
        "Note: There is no header (CHILD, SEX, DOB) of SSDA903 beside episodes.csv, so nothing "
        "can be split by sex and age; add it, and run again."
    )
    assert words in said
    text = (tmp_path / "it.toml").read_text()
    assert "people =" not in text
    assert json.dumps("DECOM") in text


def test_where_nothing_can_be_placed_or_known_it_is_told(tmp_path, made):
    with pytest.raises(GeoError, match="is an extract that is known; put Annex A"):
        begin(tmp_path)
    invented.census(tmp_path / "c.xml", made)
    with pytest.raises(GeoError, match="no postcodes, and no table here has the homes"):
        begin(tmp_path)
    with pytest.raises(GeoError, match="There is no folder"):
        begin(tmp_path / "none")


def test_a_row_that_breaks_off_is_told_without_what_stands_in_it(tmp_path, made):
    invented.ssda903(tmp_path, made)
    with (tmp_path / "episodes.csv").open("a") as file:
        file.write(f"{invented.ID}9999,01/02/2024,S,C2,N1,U4,,,CW1 1AA,CW1 1AA,CW1 1AA,extra\n")
    with pytest.raises(GeoError, match=r"records of episodes.csv cannot be read") as told:
        begin(tmp_path)
    assert told.value.__suppress_context__
    assert not any(secret in str(told.value) for secret in (invented.ID, "CW1", "01/02/2024"))


def test_dates_that_cannot_be_read_leave_out_who_is_open_on_a_day(tmp_path, made):
    invented.ssda903(tmp_path, made)
    table = pd.read_csv(tmp_path / "episodes.csv").assign(DECOM="soon", DEC="")
    table.to_csv(tmp_path / "episodes.csv", index=False)
    with pytest.raises(GeoError, match=r"episodes.csv has no date that can be read, so looked"):
        begin(tmp_path)


def test_dates_of_two_forms_are_told_of_those_open_on_a_day_too(tmp_path, made):
    invented.annex_a(tmp_path / "a.xlsx", made, lists={"List_7": invented.LISTS["List_7"]})
    invented.homes(tmp_path / "b.csv", made)
    invented.DIRECTORY.to_csv(tmp_path / "postcodes.csv", index=False)
    begin(tmp_path)
    table = pd.read_excel(tmp_path / "a.xlsx", sheet_name="List_7")
    start = pd.to_datetime(table["Child Protection Plan Start Date"]).dt.strftime("%d/%m/%Y")
    start.iloc[0] = "2024-01-02"
    table.assign(**{start.name: start}).to_excel(
        tmp_path / "a.xlsx", sheet_name="List_7", index=False
    )
    with pytest.raises(GeoError, match=r"dates of 2 forms \(year first, day first\)"):
        geo.indicators_from_records(
            tmp_path / "it.toml", postcodes=tmp_path / "postcodes.csv", notes=[]
        )


TABLES = [one for one in known_lists() if one.element is None]


@pytest.mark.parametrize("known", TABLES, ids=[f"{one.extract}-{one.kind}" for one in TABLES])
@given(st.data())
@settings(max_examples=10)
def test_a_list_is_recognised_however_its_columns_are_spelt(known, data):
    spellings = [st.sampled_from(known.columns[what]) for what in known.told_by]
    written = st.sampled_from([str.upper, str.lower, lambda one: f" {one.replace(' ', '_')} "])
    headers = [data.draw(written)(data.draw(one)) for one in spellings]
    others = st.lists(st.sampled_from(["UPN type", "Team", "Note", "Age of Child (Years)"]))
    row = data.draw(st.permutations([*headers, *data.draw(others)]))
    assert list_of(Path("it.csv"), "", row).known == known
    lacking = [one for one in row if one != headers[-1]]
    found = list_of(Path("it.csv"), "", lacking)
    assert found is None or found.known != known
