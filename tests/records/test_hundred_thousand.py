"""Of 100,000 records every kind of count, and all that it is split by, is that of plain pandas."""

import numpy as np
import pandas as pd
import pytest

import geo
from geo.records.figures import LARGEST
from tests.records.cases import FACTS

ROWS = 100_000
BANDS = {"0-4": (0, 4), "5-10": (5, 10), "11-17": (11, 17)}
KEYS = ["LSOA", "period", "sex", "band"]
SPEC = f"""
period = "financial year"
sex = true
ages = {list(BANDS)}
max_unmatched = 20
[tables.plans]
files = "plans.csv"
person = "Child"
date = "Start"
sex = "Sex"
born = "Born"
area = {{ lsoa21 = "LSOA" }}
repeated = "unchecked"
[indicators.rows]
{FACTS}
where = {{ Status = "Open" }}
denominator = "same"
[indicators.people]
{FACTS}
count = "people"
[indicators.first]
{FACTS}
count = "first"
[indicators.sum]
{FACTS}
count = "sum"
column = "Cost"
where = {{ Cost = {{ from = -3 }} }}
[indicators.followed]
{FACTS}
count = "followed"
where = {{ Status = "Closed" }}
followed_by = {{ of = "plans", within_days = 90, where = {{ Status = "Open" }} }}
"""


def records(seed):
    """Draw records of 30,000 people, with something missing in each column."""
    random = np.random.default_rng(seed)
    people = random.integers(30_000, size=ROWS)
    born = pd.Timestamp("2005-06-15") + pd.to_timedelta(np.arange(30_000) % 6000, unit="D")
    table = pd.DataFrame(
        {
            "Child": [f"c{n}" for n in people],
            "Start": pd.Timestamp("2021-01-01")
            + pd.to_timedelta(random.integers(1500, size=ROWS), unit="D"),
            "Sex": np.where(people % 2, "F", "Male"),
            "Born": born[people],
            "LSOA": [f"E0100{n:04}" for n in random.integers(300, size=ROWS)],
            "Status": random.choice(["Open", "Closed"], ROWS),
            "Cost": random.integers(-5, 400, size=ROWS).astype(float),
        }
    )
    for column in table:
        table.loc[random.random(ROWS) < 0.02, column] = None
    return table


def understood(table):
    """Give period, sex and age band of each record that has a date, with their order."""
    rows = table[table["Start"].notna()].copy()
    start, born = rows["Start"], rows["Born"]
    year = start.dt.year - (start.dt.month < 4)
    rows["period"] = year.astype(int).astype(str) + "/" + ((year + 1) % 100).astype(int).astype(str)
    before = (start.dt.month * 100 + start.dt.day) < (born.dt.month * 100 + born.dt.day)
    age = (start.dt.year - born.dt.year - before).where(born <= start)
    band = pd.Series("", rows.index)
    for name, (low, high) in BANDS.items():
        band = band.mask(age.between(low, high), name)
    rows["band"] = band.mask(band.eq("") & age.between(0, 120), "~other")  # sorts behind the bands
    rows["band_order"] = rows["band"].map({n: at for at, n in enumerate([*BANDS, "~other", ""])})
    rows["sex"] = rows["Sex"].map({"F": "Female", "Male": "Male"}).fillna("~")
    return rows


def summed(rows, value):
    """Sum by LSOA, period, sex and band, and over sexes and bands, as a Series without zeros."""
    rows = rows.assign(n=value)[rows["LSOA"].notna()]
    parts = []
    for sex in (False, True):
        for band in (False, True):
            part = rows if sex else rows.assign(sex="all")
            part = part if band else part.assign(band="all")
            parts.append(part.groupby(KEYS)["n"].sum())
    found = pd.concat(parts).reset_index()
    found = found[~found["sex"].eq("~") & ~found["band"].isin(["", "~other"]) & found["n"].ne(0)]
    return found.set_index(KEYS)["n"].astype(float).sort_index()


def same(found, expected):
    found = found[found.ne(0)].sort_index()
    pd.testing.assert_series_equal(found, expected, check_names=False, check_index_type=False)


@pytest.mark.slow
def test_every_kind_of_count_is_that_of_pandas(tmp_path):
    table = records(seed=2)
    table.to_csv(tmp_path / "plans.csv", index=False)
    (tmp_path / "it.toml").write_text(SPEC.replace("'", '"'))
    out = geo.indicators_from_records(tmp_path / "it.toml", notes=[]).indicators
    out = out.rename(columns={"area_code": "LSOA", "age": "band"}).set_index(KEYS)
    by = dict(iter(out.groupby("indicator_id", observed=True)))
    rows = understood(table)

    same(by["rows"]["count"], summed(rows, rows["Status"].eq("Open").astype(int)))
    same(by["rows"]["denominator"], summed(rows, 1))
    costs = rows[rows["Cost"].ge(-3)]
    same(by["sum"]["count"], summed(costs, costs["Cost"]))
    each = costs[costs["LSOA"].notna()].groupby(["LSOA", "period", "Child"], dropna=False)["Cost"]
    largest = each.sum().abs().groupby(level=[0, 1]).nlargest(3).groupby(level=[0, 1]).agg(list)
    whole = by["sum"].xs("all", level="sex").xs("all", level="band")[list(LARGEST)]
    assert whole.sort_index().to_numpy().tolist() == [
        [*most, 0.0, 0.0][:3] for most in largest.sort_index()
    ]

    known = rows[rows["Child"].notna()].assign(place=lambda t: t["LSOA"].fillna("~"))
    known = known.sort_values(["Start", "sex", "band_order", "place"], kind="stable")
    same(by["people"]["count"], summed(known.drop_duplicates(["LSOA", "period", "Child"]), 1))
    same(by["first"]["count"], summed(known.drop_duplicates(["period", "Child"]), 1))

    ends = known[known["Status"].eq("Closed")][["Child", "Start"]].reset_index()
    then = known[known["Status"].eq("Open")][["Child", "Start"]]
    pairs = ends.merge(then, on="Child", suffixes=("", "_then"))
    days = (pairs["Start_then"] - pairs["Start"]).dt.days
    hit = pairs.loc[days.between(1, 90), "index"].unique()
    same(by["followed"]["count"], summed(known.loc[hit], 1))
