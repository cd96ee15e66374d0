"""What is counted equals a plain pandas calculation, for every kind of count, period and split."""

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

import geo
from geo.records.specification import PERIODS
from tests.records.cases import (
    as_counts,
    plain,
    records,
    specification,
    with_all,
    written,
)

BANDS = {"0-4": (0, 4), "5-11": (5, 11)}
SPLIT = "sex = true\nages = ['0-4', '5-11']\n"

pytestmark = pytest.mark.slow  # each example is a run


def run(table, indicators, *, kind="year", suffix="csv", other=None, repeated="tell", **given):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, table, suffix=suffix)
        tables = ["plans"]
        if other is not None:
            written(folder, other, "events", suffix)
            tables.append("events")
        path = specification(
            folder, indicators, top=f"period = '{kind}'\n{SPLIT}", tables=tables, suffix=suffix,
            repeated=repeated,
        )  # fmt: skip
        return geo.indicators_from_records(path, notes=[], **given)


def of(found, name, column="count"):
    rows = found.indicators[found.indicators["indicator_id"].eq(name)]
    return {key: n for key, n in as_counts(rows, column).items() if n}


def nonzero(counts):
    return {key: n for key, n in counts.items() if n}


@given(records(), st.sampled_from(PERIODS), st.sampled_from(["csv", "parquet"]))
def test_rows_and_sums_are_those_of_pandas(table, kind, suffix):
    asked = {
        "open": "of = 'plans'\nwhere = { Status = 'Open' }\ndenominator = 'same'",
        "amount": "count = 'sum'\ncolumn = 'Amount'\nwhere = { Amount = { from = 2 } }",
        "not_open": "of = 'plans'\nwhere = { Status = { not = ['Open'] } }",
        "blank": "of = 'plans'\nwhere = { Status = { missing = true } }",
    }
    found = run(table, asked, kind=kind, suffix=suffix)
    rows = plain(table, kind, BANDS)
    ones = [1] * len(rows)
    keeps = {
        "open": rows["Status"].eq("Open"),
        "not_open": rows["Status"].ne("Open"),
        "blank": rows["Status"].isna(),
    }
    for name, keep in keeps.items():
        assert of(found, name) == with_all(rows[keep], [1] * int(keep.sum()))
    assert of(found, "open", "denominator") == with_all(rows, ones)
    large = rows[rows["Amount"].ge(2).fillna(False)]
    assert of(found, "amount") == nonzero(with_all(large, large["Amount"]))


@given(records(), st.sampled_from(PERIODS), st.sampled_from(["csv", "parquet"]))
def test_people_and_first_events_are_those_of_pandas(table, kind, suffix):
    asked = {
        "people": "count = 'people'\nwhere = { Status = 'Open' }\ndenominator = 'same'",
        "first": "count = 'first'",
    }
    found = run(table, asked, kind=kind, suffix=suffix)
    rows = plain(table, kind, BANDS).assign(place=lambda t: t["LSOA"].fillna("~"))
    rows = rows[rows["Child ID"].notna()]
    rows = rows.sort_values(["Start", "order_sex", "order_band", "place"], kind="stable")
    once = rows.drop_duplicates(["LSOA", "period", "Child ID"])
    opened = rows[rows["Status"].eq("Open")].drop_duplicates(["LSOA", "period", "Child ID"])
    first = rows.drop_duplicates(["period", "Child ID"])
    assert of(found, "people") == with_all(opened, [1] * len(opened))
    assert of(found, "people", "denominator") == with_all(once, [1] * len(once))
    assert of(found, "first") == with_all(first, [1] * len(first))


@given(records(), records(), st.integers(0, 2), st.integers(0, 400), st.sampled_from(PERIODS))
def test_events_that_follow_are_those_of_pandas(table, other, start, more, kind):
    within = start + more
    window = f"within_days = {within}, from_days = {start}"
    asked = {
        "other": "of = 'plans'\ncount = 'followed'\nwhere = { Status = 'Closed' }\n"
        f"followed_by = {{ of = 'events', {window}, where = {{ Status = 'Open' }} }}",
        "again": "of = 'plans'\ncount = 'followed'\nfollowed_by = { of = 'plans', "
        f"within_days = {within + 1} }}\ndenominator = 'same'",
    }
    found = run(table, asked, kind=kind, other=other)
    rows = plain(table, kind, BANDS)
    rows = rows[rows["Child ID"].notna()]

    def follows(row, later, first, last):
        days = [
            (b["Start"] - row["Start"]).days
            for _, b in later.iterrows()
            if b["Child ID"] == row["Child ID"]
        ]
        return any(first <= one <= last for one in days)

    dated = other[other["Start"].notna() & other["Status"].eq("Open")]
    closed = rows[rows["Status"].eq("Closed")]
    hit = [follows(row, dated, start, within) for _, row in closed.iterrows()]
    assert of(found, "other") == nonzero(with_all(closed, hit))
    every = table[table["Start"].notna()]
    hit = [follows(row, every, 1, within + 1) for _, row in rows.iterrows()]
    assert of(found, "again") == nonzero(with_all(rows, hit))
    every_row = plain(table, kind, BANDS)
    assert of(found, "again", "denominator") == with_all(every_row, [1] * len(every_row))


@given(records(), st.randoms())
@settings(max_examples=8)
def test_order_of_records_and_form_of_files_do_not_matter(table, random):
    asked = {
        "first": "count = 'first'",
        "rows": "where = { Status = 'Open' }\ndenominator = 'same'",
    }
    order = list(table.index)
    random.shuffle(order)
    one = run(table, asked, kind="quarter")
    two = run(table.loc[order], asked, kind="quarter", suffix="parquet")
    pd.testing.assert_frame_equal(one.indicators, two.indicators)
    assert sum(one.quality[0].unmatched.values()) == sum(two.quality[0].unmatched.values())


@given(records())
@settings(max_examples=8)
def test_every_record_is_counted_or_told(table):
    found = run(table, {"it": "of = 'plans'"})
    [quality] = found.quality
    counted = sum(n for (_, _, sex, age), n in of(found, "it").items() if sex == age == "all")
    assert quality.records == len(table) == counted + sum(quality.unmatched.values())
