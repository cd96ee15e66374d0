"""Sums come with what those who contribute most contribute, so that dominance can be judged."""

import pandas as pd
import pytest

import geo
from geo.records.figures import LARGEST
from tests.records.cases import FACTS

TABLE = (
    "[tables.costs]\nfiles = 'costs.csv'\nperson = 'id'\ndate = 'day'\nsex = 'sex'\n"
    "area = { lsoa21 = 'at' }\n"
)
ROWS = pd.DataFrame(
    [
        ("a", "F", 60, "E01000001"),
        ("a", "F", 30, "e01000001"),  # the same area and person: 90
        ("b", "M", 70, "E01000001"),
        ("c", "F", 5, "E01000001"),
        ("d", "M", 4, "E01000001"),
        (None, "M", 3, "E01000001"),
        (None, "F", 3, "E01000001"),  # of nobody who is known, so perhaps of one person
        ("e", "M", -9, "E01000002"),
        ("e", "M", 1, "E01000002"),
        ("f", "M", None, "E01000002"),
    ],
    columns=["id", "sex", "cost", "at"],
).assign(day="2024-05-01")


def run(folder, rest, rows=ROWS):
    rows.to_csv(folder / "costs.csv", index=False)
    path = folder / "it.toml"
    path.write_text(f"period = 'year'\n{TABLE}{rest}", "utf-8")
    return geo.indicators_from_records(path, notes=[]).indicators


COST = f"[indicators.cost]\n{FACTS}count = 'sum'\ncolumn = 'cost'\n"


def test_the_largest_contributions_are_those_of_people(tmp_path):
    plain = f"[indicators.rows]\n{FACTS}"
    found = run(tmp_path, f"{COST}sex = true\n{plain}")
    rows = found.set_index(["indicator_id", "area_code", "sex"])[list(LARGEST)]
    assert rows.loc[("cost", "E01000001", "all")].tolist() == [90, 70, 6]
    assert rows.loc[("cost", "E01000001", "Female")].tolist() == [90, 5, 3]
    assert rows.loc[("cost", "E01000001", "Male")].tolist() == [70, 4, 3]
    assert rows.loc[("cost", "E01000002", "all")].tolist() == [8, 0, 0]
    assert rows.loc["rows"].isna().all(axis=None)


def test_where_nothing_is_summed_there_are_no_such_columns(tmp_path):
    assert set(LARGEST).isdisjoint(run(tmp_path, f"[indicators.rows]\n{FACTS}"))
    share = COST + "denominator = 'same'\nmeasure = 'proportion'\n"
    assert set(LARGEST).isdisjoint(run(tmp_path, share))


@pytest.mark.parametrize(("most", "hidden"), [(90, True), (20, False)])
def test_a_sum_that_one_person_makes_is_hidden_by_the_rule(tmp_path, most, hidden):
    codes = [f"E0100000{n}" for n in (1, 2, 3)]
    people = pd.DataFrame({"id": [f"p{n}" for n in range(40)], "cost": 20, "sex": "F"})
    rows = pd.concat([people.assign(at=code) for code in codes]).assign(day="2024-05-01")
    rows.loc[rows["id"].eq("p0") & rows["at"].eq(codes[0]), "cost"] = most * 50
    table = run(tmp_path, COST, rows).assign(measure="count", multiplier=1, confidential=True)
    hierarchy = pd.DataFrame({"lsoa21cd": codes, "locality": "All"})
    shown = geo.suppress(table, hierarchy, rule=geo.Rule(dominance=(1, 80)))
    state = shown.set_index("area_code")["state"]
    assert (state[codes[0]] == "suppressed") is hidden
