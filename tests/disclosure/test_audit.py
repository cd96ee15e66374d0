"""The last gate: the audit judges what is printed, however it was made."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.errors import TableError
from geo.statistics.rates import proportion, rate
from tests.disclosure.builders import (
    LSOAS,
    alone,
    cells,
    sexes,
    suppressed_with,
    town,
    with_totals,
)
from tests.examples import share, some

NOTHING = float("nan")


def found_in(table, hierarchy, **options):
    """Pairs of area and quantity that the audit lists."""
    found = audit_disclosure(table, hierarchy, **options)
    return set(zip(found["area_code"], found["quantity"], strict=True))


@pytest.mark.parametrize("rule", [Rule(), Rule(counts_under=3), Rule(counts_under=8)])
@pytest.mark.parametrize(("more", "unsafe"), [(-1, True), (0, False), (1, False)])
def test_audit_printed_count_at_the_rule(rule, more, unsafe):
    table, hierarchy = alone(rule.counts_under + more, 40, 50)
    found = found_in(table, hierarchy, rule=rule)
    assert found == ({(LSOAS[0], "count")} if unsafe else set())


@pytest.mark.parametrize("state", ["suppressed", "value", "missing"])
@pytest.mark.parametrize(("denominator", "unsafe"), [(1, True), (4, True), (5, False), (6, False)])
def test_audit_small_denominator_printed_beside_a_blank_count(denominator, unsafe, state):
    """Made by hand: the count is hidden, and a denominator of 1 gives it away."""
    table, hierarchy = alone(NOTHING, 40, 50, measure="proportion")
    table["denominator"] = [denominator, 400, 500]
    table["state"] = [state, "value", "value"]
    found = audit_disclosure(table, hierarchy)
    found = found[found["quantity"] == "denominator"]
    assert found["area_code"].tolist() == ([LSOAS[0]] if unsafe else [])
    if unsafe:
        assert found["recovered"].item() == "its denominator is printed"
        assert found[["least", "greatest"]].to_numpy().tolist() == [[denominator, denominator]]


@pytest.mark.parametrize(("under", "unsafe"), [(19, False), (20, False), (21, True), (0, False)])
def test_audit_printed_denominator_at_a_rule_of_its_own(under, unsafe):
    table, hierarchy = alone(10, 40, 50, measure="proportion")
    table["denominator"] = [20, 400, 500]
    rule = Rule(denominators_under=under)
    assert found_in(table, hierarchy, rule=rule) == (
        {(LSOAS[0], "denominator")} if unsafe else set()
    )


@pytest.mark.parametrize(("denominator", "unsafe"), [(4, True), (5, False), (6, False)])
def test_audit_blank_denominator_that_a_total_gives_back(denominator, unsafe):
    """A mean is printed, of how many people is not; the town less the others tells."""
    table, hierarchy = town(NOTHING, NOTHING, NOTHING, measure="mean", value=7.0)
    table["denominator"] = [NOTHING, 40, 50, 90 + denominator]
    table["count"] = NOTHING
    assert (LSOAS[0], "denominator") in found_in(table, hierarchy) or not unsafe
    assert len(found_in(table, hierarchy)) == unsafe


def test_audit_denominator_that_was_never_told_beside_a_printed_count_is_no_secret():
    table, hierarchy = town(8, 40, 50, measure="rate", value=7.0)
    table["denominator"] = [NOTHING, 400, 500, 903]
    assert audit_disclosure(table, hierarchy).empty


@pytest.mark.parametrize(("count", "unsafe"), [(4, True), (5, False), (6, False)])
@pytest.mark.parametrize("state", ["suppressed", "value"])
@pytest.mark.parametrize(
    "column", some(["value", "upper_ci_998", "lower_ci", "upper_ci", "lower_ci_998"])
)
@pytest.mark.parametrize("make", [proportion, rate])
def test_audit_rate_printed_without_its_count(make, column, state, count, unsafe):
    table, hierarchy = alone(count, 40, 50, denominator=900, measure=make.__name__)
    made = make(table, confidence=(0.95, 0.998))
    printed = table.assign(count=[NOTHING, 40, 50], state=[state, "value", "value"])
    printed[column] = made[column].round(3)
    found = audit_disclosure(printed, hierarchy)
    assert found["area_code"].tolist() == ([LSOAS[0]] if unsafe else [])
    if unsafe:
        assert found["recovered"].item() == "its value or limits and its denominator"
        assert found["least"].item() <= count <= found["greatest"].item()


@pytest.mark.parametrize(
    ("shown", "decimals", "safe"),
    [
        (0.4, 1, False),  # 3.15 to 4.05 of 900: 4
        (0.5, 1, True),  # 4.05 to 4.95: no whole number, so it is not made of these
        (0.6, 1, True),  # 4.95 to 5.85: 5
        (0, 0, True),  # up to 4.5: 1 to 4, as the rule says
        (0.44, 2, False),
    ],
)
def test_audit_rate_as_rounded(shown, decimals, safe):
    table, hierarchy = alone(NOTHING, 90, 180, denominator=900, measure="proportion")
    table["value"], table["state"] = [shown, 10, 20], ["suppressed", "value", "value"]
    assert audit_disclosure(table, hierarchy, decimals=decimals).empty is safe


@pytest.mark.parametrize(("count", "unsafe"), [(4, True), (5, False), (6, False)])
def test_audit_value_that_is_the_count(count, unsafe):
    """Of the measure count the value is the count itself, with or without a denominator."""
    table, hierarchy = alone(NOTHING, 40, 50, measure="count")
    table["value"], table["state"] = [count, 40, 50], ["suppressed", "value", "value"]
    assert found_in(table, hierarchy) == ({(LSOAS[0], "count")} if unsafe else set())


@pytest.mark.parametrize(("count", "unsafe"), [(9, True), (10, False), (11, False)])
@pytest.mark.parametrize("column", ["value", "lower_ci", "upper_ci_998"])
def test_audit_rate_on_too_few_events(column, count, unsafe):
    table, hierarchy = alone(count, 40, 50, denominator=1000, measure="rate")
    table[column] = [1.0, 4.0, 5.0]
    rule = Rule(rates_under=10)
    found = audit_disclosure(table, hierarchy, rule=rule)
    assert found["area_code"].tolist() == ([LSOAS[0]] if unsafe else [])
    if unsafe:
        assert found["quantity"].item() == "value"
        assert found["recovered"].item() == "its value or limits are printed"
        assert (found["least"].item(), found["greatest"].item()) == (count, count)
    assert found_in(table.drop(columns=column), hierarchy, rule=rule) == set()


def test_audit_count_left_in_a_row_that_says_suppressed():
    table, hierarchy = alone(3, 40, 50, state=["suppressed", "value", "value"])
    assert audit_disclosure(table, hierarchy)["recovered"].tolist() == ["its count is printed"]


@pytest.mark.parametrize("hide", [True, False])
def test_audit_state_zero_beside_a_blank_count_says_zero(hide):
    table, hierarchy = alone(NOTHING, 40, 50, state=["zero", "value", "value"])
    found = found_in(table, hierarchy, rule=Rule(hide_zeros=hide))
    assert found == ({(LSOAS[0], "count")} if hide else set())


@pytest.mark.parametrize(("count", "unsafe"), [(3, True), (7, True), (5, True), (10, False)])
def test_audit_count_that_is_not_rounded_or_small(count, unsafe):
    """Under 8 and to fives: a printed 3 or 7 is itself, and a printed 5 is 3 to 7."""
    table, hierarchy = alone(count, 40, 50)
    found = found_in(table, hierarchy, rule=Rule(counts_under=8, round_to=5))
    assert found == ({(LSOAS[0], "count")} if unsafe else set())


@pytest.mark.parametrize(("count", "unsafe"), [(8, True), (10, False)])
def test_audit_rounded_count_beside_a_value_of_the_true_one(count, unsafe):
    """The town is printed as 30; the hidden count and 12 and 10 make it up, if 10 is known as 8."""
    table, hierarchy = town(3, 10, 15, denominator=1000, measure="proportion")
    table["denominator"] = [1000, 1000, 1000, 3000]
    table["count"] = [NOTHING, 10, 15, 30]
    table["value"] = [NOTHING, count / 10, 1.7, 100 * (3 + count + 17) / 3000]
    rule = Rule(round_to=5)
    found = audit_disclosure(table, hierarchy, rule=rule)
    assert (found["area_code"].tolist() == [LSOAS[0]]) is unsafe


def test_audit_rounded_sexes_need_not_add_up():
    """8 and 13 are printed as 10 and 15, their sum 21 as 20: nobody is left over."""
    table, hierarchy = sexes([8, 30, 40], [13, 50, 60])
    rule = Rule(round_to=5)
    safe = suppress(table, hierarchy, rule=rule)
    assert audit_disclosure(safe, hierarchy, rule=rule).empty


@share(1 / 3)
@given(
    counts=st.lists(st.integers(0, 12), min_size=3, max_size=5),
    room=st.lists(st.integers(0, 8), min_size=5, max_size=5),
    under=st.integers(2, 8),
    few=st.sampled_from([0, 3, 10]),
    to=st.sampled_from([1, 5]),
)
def test_audit_finds_every_small_number_that_is_printed_back(counts, room, under, few, to):
    """Each small number that suppression hid, printed again by hand, is found."""
    table, hierarchy = town(*counts, measure="proportion")
    each = [count + more for count, more in zip(counts, room, strict=False)]
    table["denominator"] = [*each, sum(each)]
    table["value"] = 100 * table["count"] / table["denominator"].where(table["denominator"] > 0)
    rule = Rule(counts_under=under, rates_under=few, round_to=to)
    try:
        safe = suppress(table, hierarchy, rule=rule)
    except TableError:  # nothing would be left to print
        return
    assert audit_disclosure(safe, hierarchy).empty
    for column, least in (("count", under), ("denominator", under)):
        for row in np.flatnonzero((table[column] > 0) & (table[column] < least)):
            leaky = safe.copy()
            leaky.loc[row, column] = table.loc[row, column]
            key = (table.loc[row, "area_code"], column)
            assert key in found_in(leaky, hierarchy)


def test_audit_without_complementary_cells_finds_hidden_counts(borough):
    table, hierarchy = borough
    naive = table.assign(count=table["count"].mask(table["count"].between(1, 4)), value=np.nan)
    naive["state"] = np.where(naive["count"].isna(), "suppressed", "value")
    found = audit_disclosure(naive, hierarchy)
    single = found[found["least"] == found["greatest"]]
    truth = table.set_index(["area_code", "area_type", "indicator_id", "sex"])["count"]
    rows = single[(single["sex"] != "") & single["area_type"].isin(["lsoa21", "wd24"])]
    keys = rows[["area_code", "area_type", "indicator_id", "sex"]].itertuples(index=False)
    assert len(rows) > 50
    assert [truth[tuple(key)] for key in keys] == rows["least"].tolist()


def test_audit_names_the_subtraction():
    table, hierarchy = town(3, 7, 12)
    table["state"] = ["suppressed", "value", "value", "value"]
    table.loc[0, "count"] = np.nan
    found = audit_disclosure(table, hierarchy)
    assert found[["area_code", "least", "greatest"]].to_numpy().tolist() == [[LSOAS[0], 3, 3]]
    assert found["recovered"].item() == "town Crewe less its other parts by lsoa21"


def test_audit_finds_what_one_more_total_gives_away():
    """Hidden 3 and 7 in a town; a school's catchment of the first and third LSOA has 15."""
    table, hierarchy = town(3, 7, 12)
    safe = suppressed_with(LSOAS[1], table, hierarchy)
    assert audit_disclosure(safe, hierarchy).empty
    hierarchy["catchment"] = ["A", "B", "A"]
    more = pd.concat([safe, cells({"A": 15}, "catchment").assign(state="value")])
    found = audit_disclosure(more, hierarchy)
    assert found["least"].tolist() == [3]


def test_audit_needs_every_sum_together():
    """No single row or column tells, but the row sums less the column sum do: a + b + c - b - c."""
    counts = [3, 6, 9, 20, 8, 8]
    hierarchy = pd.DataFrame(
        {
            "lsoa21cd": LSOAS[:6],
            "ward": ["north", "north", "north", "south", "south", "south"],
            "cluster": ["x", "y", "y", "x", "z", "z"],
        }
    )
    table = with_totals(counts, hierarchy).drop(columns=["value"])
    table["state"] = "value"
    gone = table["area_code"].isin([LSOAS[0], LSOAS[1], LSOAS[2]]) | (table["area_code"] == "x")
    table.loc[gone, ["count", "state"]] = [np.nan, "suppressed"]
    found = audit_disclosure(table, hierarchy)
    assert dict(zip(found["area_code"], found["recovered"], strict=True))[LSOAS[0]] == (
        "several published totals together"
    )
    assert found.set_index("area_code").loc[LSOAS[0], "least"] == 3


@pytest.mark.parametrize(("decimals", "safe"), [(1, False), (0, True)])
def test_audit_percentages_with_too_many_decimals_give_counts_away(decimals, safe):
    """4 of 900 is 0.4% to one decimal: between 3.15 and 4.05. To none it is 0%: up to 4.5."""
    table, hierarchy = town(4, 7, 12, denominator=900, measure="proportion")
    table.loc[3, "denominator"] = 2700
    printed = suppressed_with(LSOAS[1], table, hierarchy)
    printed["value"] = (100 * table["count"] / table["denominator"]).round(decimals)
    found = audit_disclosure(printed, hierarchy, decimals=decimals)
    assert found.empty is safe
    if not safe:
        assert found["greatest"].tolist() == [4]
        assert found["recovered"].item() == "its value or limits and its denominator"


def test_audit_limits_give_counts_away():
    table, hierarchy = town(4, 7, 12, denominator=900, measure="proportion")
    table.loc[3, "denominator"] = 2700
    printed = suppress(table, hierarchy)
    printed["upper_ci"] = proportion(table)["upper_ci"].round(2)
    found = audit_disclosure(printed, hierarchy)
    assert found.loc[0, ["least", "greatest"]].tolist() == [4, 4]


def test_audit_small_count_that_is_printed_is_listed():
    table, hierarchy = town(3, 7, 12)
    assert audit_disclosure(table, hierarchy)["recovered"].tolist() == ["its count is printed"]


def test_audit_of_a_table_under_another_rule_is_refused():
    table, hierarchy = town(3, 7, 12)
    safe = suppress(table, hierarchy, rule=Rule(counts_under=8))
    assert audit_disclosure(safe, hierarchy).empty
    safe.attrs = {}
    with pytest.raises(TableError, match="follow the rule 'counts under 8 are not shown'"):
        audit_disclosure(safe, hierarchy)
    assert audit_disclosure(safe, hierarchy, rule=Rule(counts_under=8)).empty


def test_audit_of_contradictory_counts_is_refused():
    table, hierarchy = town(8, 7, 12)
    with pytest.raises(TableError, match="not the sums of their parts"):
        audit_disclosure(table.assign(count=[8, 7, 12, 26]), hierarchy)


def test_audit_tells_the_whole_feasibility_interval():
    """Two hidden counts make 4 together: each is 1 to 3, where the rule leaves 1 to 4."""
    table, hierarchy = town(NOTHING, NOTHING, 12)
    table["count"] = [NOTHING, NOTHING, 12, 16]
    found = audit_disclosure(table, hierarchy)
    assert found[["least", "greatest", "needed"]].to_numpy().tolist() == [[1, 3, 3], [1, 3, 3]]
    assert found.index.tolist() == [0, 1]


@pytest.mark.parametrize(("left", "unsafe"), [(4, True), (5, False), (0, True)])
def test_audit_printed_count_near_its_denominator(left, unsafe):
    table, hierarchy = alone(40 - left, 20, measure="proportion")
    table["denominator"] = 40
    found = audit_disclosure(table, hierarchy, rule=Rule(near_denominator=5))
    assert found["recovered"].tolist() == (["its count is printed"] if unsafe else [])
    assert audit_disclosure(table, hierarchy).empty


def test_audit_finds_what_groups_that_overlap_have_in_common():
    """A group of two wards less a quarter that is the first of them: the other has 3."""
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:12], "wd24cd": np.repeat(["A", "B", "C"], 4),
                              "group": np.repeat(["west", "east"], [8, 4]),
                              "quarter": np.repeat(["south", "north"], [4, 8])})  # fmt: skip
    counts = [3, 3, 3, 3, 0, 2, 1, 0, 9, 9, 9, 9]
    table = with_totals(counts, hierarchy).drop(columns=["value", "denominator"])
    table = table.assign(measure="count", state="value")
    large = table[table["area_type"].isin(["group", "quarter", "borough"])]
    found = audit_disclosure(large, hierarchy)
    assert set(found["least"]) == set(found["greatest"]) == {3}
    assert set(found["area_code"]) >= {"B"}
    safe = suppress(large, hierarchy)
    assert safe["count"].isna().any()
    assert safe["count"].notna().any()
    assert audit_disclosure(safe, hierarchy).empty


def test_audit_finds_nothing_where_what_groups_have_in_common_is_large():
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:12], "wd24cd": np.repeat(["A", "B", "C"], 4),
                              "group": np.repeat(["west", "east"], [8, 4]),
                              "quarter": np.repeat(["south", "north"], [4, 8])})  # fmt: skip
    table = with_totals([3] * 12, hierarchy).drop(columns=["value", "denominator"])
    large = table[table["area_type"].isin(["group", "quarter", "borough"])]
    safe = suppress(large.assign(measure="count", state="value"), hierarchy)
    assert safe["count"].notna().all()
