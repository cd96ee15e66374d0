"""What a table is before it is counted: filtered, open on days, with people and homes of others."""

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest

import geo
from geo.errors import GeoError
from tests.records.cases import FACTS

DIRECTORY = "pcds,doterm,lsoa21cd\nCW1 1AA,,E01000001\nCW1 1AB,,E01000002\nCW1 1AC,,E01000003\n"
IT = f"[indicators.it]\n{FACTS}"


def run(folder, spec, *, notes=None, **tables):
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    (folder / "postcodes.csv").write_text(DIRECTORY)
    path = folder / "it.toml"
    path.write_text(f"period = 'year'\nmax_unmatched = 100\n{spec}", "utf-8")
    notes = [] if notes is None else notes
    found = geo.indicators_from_records(path, postcodes=folder / "postcodes.csv", notes=notes)
    rows = found.indicators
    whole = rows[rows["sex"].eq("all") & rows["age"].eq("all")]
    return dict(
        zip(zip(whole["area_code"], whole["period"], strict=True), whole["count"], strict=True)
    )


EVENTS = "[tables.events]\nfiles = 'events.csv'\nperson = 'id'\ndate = 'day'\n"
AT_HOME = EVENTS + "area = { addresses = 'homes' }\n"
HOMES = (
    "[tables.homes]\nfiles = 'homes.csv'\nperson = 'child'\ndate = 'from'\nuntil = 'to'\n"
    "area = { postcode = 'pc' }\n"
)


def test_a_table_can_be_a_part_of_its_file(tmp_path):
    spec = EVENTS + (
        "area = { lsoa21 = 'at' }\nwhere = { closed = { missing = false }, kind = ['a', \"b'\"], "
        "score = { from = 2 }, closed_on = { to = 2024-05-01 } }\n"
    )
    rows = (
        "id,day,at,closed,kind,score,closed_on\n1,2024-01-01,E01000001,x,a,2,2024-05-01\n"
        "2,2024-01-01,E01000001,x,b',3,2024-04-01\n3,2024-01-01,E01000001,,a,2,2024-04-01\n"
        "4,2024-01-01,E01000001,x,c,2,2024-04-01\n5,2024-01-01,E01000001,x,a,1,2024-04-01\n"
        "6,2024-01-01,E01000001,x,a,2,2024-05-02\n"
    )
    assert run(tmp_path, spec + IT, events=rows) == {("E01000001", "2024"): 2}


def test_an_event_is_at_the_home_of_its_day(tmp_path):
    homes = (
        "child,pc,from,to\n1,CW1 1AA,,2024-01-31\n1,cw11ab,2024-02-01,\n"
        "2,CW1 1AA,2020-01-01,\n2,CW1 1AC,2024-03-01,2024-03-31\n"
        "3,CW1 1AA,2024-06-01,\n4,ZZ1 1ZZ,,\n5,CW1 1AB,2024-01-01,\n5,CW1 1AA,2024-01-01,\n"
        "6,CW1 1AA,someday,\n"
    )
    days = {
        "1": ["2024-01-31", "2024-02-01"],
        "2": ["2024-02-29", "2024-03-31", "2024-04-01"],
        "3": ["2024-05-31"],
        "4": ["2024-01-01"],
        "5": ["2024-01-01"],
        "6": ["2024-01-01"],
    }
    rows = "id,day\n" + "".join(f"{who},{day}\n" for who, all_ in days.items() for day in all_)
    notes = []
    found = run(
        tmp_path, AT_HOME + HOMES + IT + "of = 'events'\n", notes=notes, events=rows, homes=homes
    )
    assert found == {
        ("E01000001", "2024"): 4,
        ("E01000002", "2024"): 1,
        ("E01000003", "2024"): 1,
    }
    assert notes == [
        "2 of 9 records of events have no home in homes on the day.",
        "1 of 9 records of events have a home in homes on the day that is in no directory.",
        "1 of 9 records of events have several homes in homes from the same day, and are in the "
        "first of them by the alphabet.",
        "1 of 9 records of homes have no person, no place or no dates that can be read, and place "
        "nobody.",
    ]


@pytest.mark.parametrize("seed", range(3))
def test_homes_are_those_of_plain_pandas(tmp_path, seed):
    random = np.random.default_rng(seed)
    start = dt.date(2023, 1, 1)

    def day(most=500):
        return start + dt.timedelta(days=int(random.integers(most)))

    homes = []
    for n in range(60):
        begun = day()
        ended = (
            "" if random.random() < 0.4 else begun + dt.timedelta(days=int(random.integers(200)))
        )
        homes.append((n % 12, f"E0100000{random.integers(1, 4)}", begun, ended))
    homes = list(
        {(who, begun): (who, at, begun, ended) for who, at, begun, ended in homes}.values()
    )
    events = [(int(random.integers(14)), day()) for _ in range(150)]
    expected = {}
    for who, when in events:
        there = [
            (begun, at)
            for child, at, begun, ended in homes
            if child == who and begun <= when and (ended == "" or when <= ended)
        ]
        if there:
            key = (max(there)[1], str(when.year))
            expected[key] = expected.get(key, 0) + 1
    found = run(
        tmp_path,
        AT_HOME + HOMES.replace("postcode", "lsoa21") + IT + "of = 'events'\n",
        events=pd.DataFrame(events, columns=["id", "day"]).to_csv(index=False),
        homes=pd.DataFrame(homes, columns=["child", "pc", "from", "to"]).to_csv(index=False),
    )
    assert found == expected


OPEN = EVENTS + "area = { lsoa21 = 'at' }\nuntil = 'end'\nopen_on = [2023-03-31, 2024-03-31]\n"


def test_who_is_open_on_a_day_is_counted_then(tmp_path):
    rows = "id,day,end,at\n" + "".join(
        f"{n},{begun},{ended},E01000001\n"
        for n, (begun, ended) in enumerate(
            [
                ("2023-03-31", "2023-03-31"),  # over on the day: not open
                ("2022-01-01", "2023-03-31"),
                ("2022-01-01", "2023-04-01"),  # open on the first day
                ("2023-04-01", ""),  # on the second
                ("2020-01-01", ""),  # on both
                ("2024-04-01", ""),  # on none
                ("", "2023-03-31"),
                ("2022-01-01", "soon"),
                ("2022-01-01", "2021-01-01"),
            ]
        )
    )
    notes = []
    found = run(tmp_path, OPEN + IT + "count = 'people'\n", notes=notes, events=rows)
    assert found == {("E01000001", "2023"): 2, ("E01000001", "2024"): 2}
    assert notes == [
        "3 of 7 records of events have no day, or something else than a later date as end."
    ]


def test_sex_and_birth_may_stand_in_a_table_of_people(tmp_path):
    spec = EVENTS + (
        "people = 'people'\narea = { lsoa21 = 'at' }\n[tables.people]\nfiles = 'people.csv'\n"
        "person = 'child'\nsex = 'SEX'\nborn = 'DOB'\n"
    )
    events = "id,day,at\n1,2024-05-01,E01000001\n2,2024-05-01,E01000001\n3,2024-05-01,E01000001\n"
    people = "child,SEX,DOB\n1,2,02/05/2020\n2,1,01/05/2020\n2,2,01/05/2020\n"
    notes = []
    asked = IT + "of = 'events'\nsex = true\nages = ['0-3', '4-9']\n"
    for name, text in {"events": events, "people": people}.items():
        (tmp_path / f"{name}.csv").write_text(text)
    (tmp_path / "it.toml").write_text(f"period = 'year'\n{spec}{asked}")
    rows = geo.indicators_from_records(tmp_path / "it.toml", notes=notes).indicators
    found = {
        (sex, age): n for sex, age, n in zip(rows["sex"], rows["age"], rows["count"], strict=True)
    }
    assert found == {
        ("all", "all"): 3, ("Female", "all"): 1, ("Male", "all"): 1, ("all", "0-3"): 1,
        ("all", "4-9"): 1, ("Female", "0-3"): 1, ("Male", "4-9"): 1,
    }  # fmt: skip
    assert (
        "1 of 3 records of people repeat a person with another sex or date of birth, and the first "
        "of these in order counts."
    ) in notes


WRONG = {
    "area = { addresses = 'home' }": r"table home \(did you mean homes\?\)",
    "area = { addresses = 'events' }": "homes of itself",
    "area = { lsoa21 = 'at' }\nuntil = 'end'": "has until and no open_on",
    "area = { lsoa21 = 'at' }\nopen_on = [2024-03-31]": "has open_on and no until",
    "area = { lsoa21 = 'at' }\nuntil = 'end'\nopen_on = 'today'": "has open_on = 'today'",
    "area = { lsoa21 = 'at' }\npeople = 'homes'\nsex = 'x'": "both sex and people",
    "area = { lsoa21 = 'at' }\npeople = 'homes'": "no sex and no born",
    "area = { addresses = 'homes' }\nsheet = 'a'\nelement = 'b'": "both sheet and element",
}


@pytest.mark.parametrize(("lines", "words"), WRONG.items())
def test_what_does_not_fit_together_is_told(tmp_path, lines, words):
    with pytest.raises(GeoError, match=words):
        run(tmp_path, f"{EVENTS}{lines}\n{HOMES}{IT}of = 'events'\n")


def test_days_of_one_period_are_refused(tmp_path):
    spec = OPEN.replace("2024-03-31", "2023-06-30")
    with pytest.raises(GeoError, match="two days of one year; give one day a period"):
        run(tmp_path, spec + IT, events="id,day,end,at\n")


def test_no_key_or_date_of_a_person_stands_in_the_sql_or_the_notes(tmp_path):
    from geo.report.records import explain_records

    events, homes = "id,day\nZz9,2024-01-02\n", "child,pc,from,to\nZz9,ZZ9 9ZZ,2019-11-13,\n"
    notes = []
    run(tmp_path, AT_HOME + HOMES + IT + "of = 'events'\n", notes=notes, events=events, homes=homes)
    said = "\n".join(itertools.chain(explain_records(tmp_path / "it.toml"), notes))
    assert not any(secret in said for secret in ("Zz9", "ZZ9", "2019-11-13", "2024-01-02"))
