import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.errors import CodeError, TableError
from geo.statistics.rates import proportion, rate
from tests.disclosure.builders import (
    LSOAS,
    alone,
    hidden,
    sexes,
    suppressed_with,
    tables,
    town,
    with_totals,
)
from tests.examples import share, some


def check_random_hierarchy(made):
    table, hierarchy = made
    try:
        safe = suppress(table, hierarchy)
    except TableError as refused:
        if "would be hidden" in str(refused):
            return
        raise
    assert audit_disclosure(safe, hierarchy).empty
    small = table["count"].between(1, 4)
    assert safe.loc[small, "count"].isna().all()
    assert (safe.loc[table["count"] == 0, "state"] == "zero").all()


@share(1 / 3)
@given(tables())
def test_suppress_random_hierarchies_leave_the_attacker_nothing(made):
    check_random_hierarchy(made)


@pytest.mark.slow
@share(3)
@given(tables())
def test_suppress_many_random_hierarchies_leave_the_attacker_nothing(made):
    check_random_hierarchy(made)


@pytest.mark.slow
def test_suppress_borough_leaves_the_attacker_nothing(borough):
    table, hierarchy = borough
    safe = suppress(table, hierarchy)
    assert audit_disclosure(safe, hierarchy).empty
    assert 0 < table["count"].between(1, 4).sum() < safe["count"].isna().sum() < len(table)


def test_suppress_value_without_count_is_hidden_where_it_tells_the_count():
    table, hierarchy = town(3, 7, 12, denominator=900, measure="proportion")
    table.loc[3, "denominator"] = 2700
    table["value"] = 100 * table["count"] / table["denominator"]
    table["count"] = np.nan
    assert not audit_disclosure(table.assign(state="value"), hierarchy).empty
    safe = suppressed_with(LSOAS[1], table, hierarchy)
    assert hidden(safe) == {LSOAS[0], LSOAS[1]}
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_ones_are_not_known_from_their_sum():
    """Five hidden ones with a total of 5 would each be 1, because zeros are printed."""
    table, hierarchy = town(1, 1, 1, 1, 1, 0, 9)
    safe = suppress(table, hierarchy)
    assert LSOAS[6] in hidden(safe)
    assert LSOAS[5] not in hidden(safe)


def test_suppress_hides_a_small_group_and_protects_it_in_the_borough():
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:4], "town": ["A", "B", "C", "C"]})
    table = with_totals([3, 8, 20, 30], hierarchy)
    assert hidden(suppress(table, hierarchy)) == {"A", LSOAS[0], "borough"}
    kept = suppress(table, hierarchy, keep=["borough"])
    assert hidden(kept) == {"A", "B", LSOAS[0], LSOAS[1]}
    assert audit_disclosure(kept, hierarchy).empty


def test_suppress_across_sexes():
    """The 2 boys of the first LSOA need a second hidden sex there, and both another LSOA."""
    table, hierarchy = sexes([2, 20, 30], [40, 50, 60])
    safe = suppress(table, hierarchy)
    assert audit_disclosure(safe, hierarchy).empty
    assert safe["count"].isna().sum() == 4
    men_only = table.assign(count=table["count"].mask(table["count"] == 2), state="value")
    men_only.loc[men_only["count"].isna(), "state"] = "suppressed"
    assert audit_disclosure(men_only, hierarchy)["least"].tolist() == [2]


def test_suppress_protects_the_sex_that_is_not_listed():
    """Persons 42 and boys 40 tell 2 girls, though no row is of girls."""
    table, hierarchy = sexes([40, 20, 30], [2, 50, 60])
    table = table[table["sex"] != "Female"].reset_index(drop=True)
    found = audit_disclosure(table, hierarchy)
    assert found[["sex", "least"]].to_numpy().tolist() == [["(the rest)", 2]]
    safe = suppress(table, hierarchy)
    assert safe["count"].isna().any()
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_across_overlapping_ages():
    """0–17 less 0–4 is 5–17; all ages less 5 and over is 0–4."""
    ages = {"0-4 yrs": (3, 9), "5+ yrs": (50, 60), "All ages": (53, 69)}
    made = [town(*counts, age=age) for age, counts in ages.items()]
    table, hierarchy = pd.concat([rows for rows, _ in made], ignore_index=True), made[0][1]
    safe = suppress(table, hierarchy)
    assert safe["count"].isna().sum() == 4
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_hidden_numbers_are_gone():
    table, hierarchy = town(3, 7, 1234, denominator=99_999, measure="proportion")
    table.loc[3, "denominator"] = 299_997
    table["value"] = 3.14159
    table["lower_ci"], table["upper_ci"], table["upper_ci_998"] = 2.71828, 4.66920, 5.55555
    table["comparison"], table["quantile"], table["events_per_day"] = "lower", 2, 0.125
    table["largest_1"] = 2.0
    table.attrs["counts"] = table["count"].tolist()
    before = table.copy(deep=True)
    safe = suppress(table, hierarchy)
    row = safe.iloc[0]
    assert row["state"] == "suppressed"
    gone = ["count", "value", "lower_ci", "upper_ci", "upper_ci_998", "comparison", "quantile"]
    assert row[[*gone, "events_per_day"]].isna().all()
    assert row["denominator"] == 99_999
    assert "largest_1" not in safe
    assert list(safe.attrs) == ["disclosure"]
    assert safe.attrs["disclosure"]["counts_under"] == 5
    assert (safe["rule"] == "counts under 5 are not shown").all()
    pd.testing.assert_frame_equal(table, before)
    assert table.attrs == before.attrs


def test_suppress_public_indicators_are_untouched():
    secret, hierarchy = town(3, 7, 12, confidential=True)
    public, _ = town(1, 2, 3, indicator_id="open", confidential=False)
    table = pd.concat([secret, public])
    safe = suppress(table, hierarchy)
    columns = [column for column in table if column != "count"]
    pd.testing.assert_frame_equal(safe.loc[~safe["confidential"], columns], public[columns])
    assert safe.loc[~safe["confidential"], "count"].tolist() == [1, 2, 3, 6]
    assert safe.loc[~safe["confidential"], "rule"].isna().all()
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_catalogue_says_what_is_confidential():
    table, hierarchy = town(3, 7, 12)
    catalogue = pd.DataFrame({"indicator_id": ["neet"], "confidential": [False]})
    assert suppress(table, hierarchy, catalogue=catalogue)["count"].tolist() == [3, 7, 12, 22]
    assert hidden(suppress(table, hierarchy))


def test_suppress_table_without_small_counts_passes_whole():
    table, hierarchy = town(8, 7, 12)
    safe = suppress(table, hierarchy)
    assert safe["count"].tolist() == [8, 7, 12, 27]
    assert safe["rule"].notna().all()


def test_suppress_zeros_too():
    table, hierarchy = town(0, 7, 12)
    assert hidden(suppress(table, hierarchy)) == set()
    rule = Rule(hide_zeros=True)
    safe = suppressed_with(LSOAS[1], table, hierarchy, rule=rule)
    assert hidden(safe) == {LSOAS[0], LSOAS[1]}
    assert rule.words == "counts under 5 are not shown; nor are zeros"


def test_suppress_small_denominators():
    """One of 2 children would be known well enough; its denominator must not come back either."""
    table, hierarchy = town(1, 7, 12, measure="proportion")
    table["denominator"] = [2, 40, 50, 92]
    safe = suppressed_with(LSOAS[1], table, hierarchy)
    assert safe["denominator"].isna().tolist() == [True, True, False, False]
    assert safe["count"].isna().tolist() == [True, True, False, False]
    assert audit_disclosure(safe, hierarchy).empty
    leaky = safe.assign(denominator=[np.nan, 40, 50, 92])
    assert audit_disclosure(leaky, hierarchy)["quantity"].tolist()[0] == "denominator"
    kept = suppress(table, hierarchy, rule=Rule(denominators_under=0))
    assert kept["denominator"].tolist() == [2, 40, 50, 92]


def test_suppress_rates_on_few_events():
    table, hierarchy = town(8, 12, 30, denominator=1000, value=1.5)
    safe = suppress(table.assign(measure="rate"), hierarchy, rule=Rule(rates_under=10))
    assert safe["value"].isna().tolist() == [True, False, False, False]
    assert safe["count"].tolist() == [8, 12, 30, 50]


def test_suppress_rounds_to_fives():
    table, hierarchy = town(3, 8, 12, 33, denominator=100, measure="proportion", value=0.0)
    table["lower_ci"], table["upper_ci"] = 0.0, 0.0
    table.loc[4, "denominator"] = 400
    rule = Rule(round_to=5)
    safe = suppress(table, hierarchy, rule=rule)
    shown = safe[safe["state"] == "value"]
    assert (shown["count"] % 5 == 0).all()
    assert shown["value"].tolist() == pytest.approx(100 * shown["count"] / shown["denominator"])
    assert (shown["lower_ci"] < shown["value"]).all()
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_rows_hidden_by_the_supplier_stay_hidden_and_safe():
    table, hierarchy = town(3, 7, 12)
    table["state"] = ["suppressed", "value", "value", "value"]
    table["count"] = table["count"].astype(float)
    table.loc[0, "count"] = np.nan
    safe = suppressed_with(LSOAS[1], table, hierarchy)
    assert hidden(safe) == {LSOAS[0], LSOAS[1]}


def test_suppress_missing_stays_missing():
    table, hierarchy = town(8, 7, 12)
    table = table.astype({"count": float})
    table.loc[[0, 3], "count"] = np.nan
    safe = suppress(table, hierarchy)
    assert safe["state"].tolist() == ["missing", "value", "value", "missing"]


@pytest.mark.parametrize(
    ("change", "problem", "message"),
    [
        (lambda t, h: (t.assign(count=[3, -7, 12, 8]), h), TableError, r"count -….*from 0 up"),
        (lambda t, h: (t.assign(count=[3.5, 7, 12, 22.5]), h), TableError, "whole numbers of"),
        (
            lambda t, h: (t.assign(count=[3, 7, 12, 23]), h),
            TableError,
            r"2024 town Crewe is not the sum of its 3 parts by lsoa21 in the table;",
        ),
        (lambda t, h: (t, pd.concat([h, h.head(1)])), CodeError, "more than once in the hi"),
        (lambda t, h: (t, h.head(2)), CodeError, r"1 codes of area type lsoa21 \(E01000002\)"),
        (lambda t, h: (t, h[["lsoa21cd"]]), CodeError, "area type town are no level"),
        (lambda t, h: (pd.concat([t, t]), h), TableError, "stand twice for one area"),
        (lambda t, h: (t.drop(columns="count"), h), TableError, "No column count"),
        (lambda t, h: (t.assign(denominator=10), h), TableError, "say in a column measure"),
        (lambda t, h: (t[t["count"] == 3], h), TableError, "all 1 counts above zero would be"),
        (lambda t, h: (t.assign(confidential="no"), h), TableError, "true and false"),
    ],
)
def test_suppress_refuses(change, problem, message):
    with pytest.raises(problem, match=message):
        suppress(*change(*town(3, 7, 12)))


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("sex", ["Male", "Female", "All persons"]),
        ("sex", ["Male", "Female", "T"]),
        ("sex", ["Boys", "Girls", "Everybody here"]),  # no word for the whole: told by its sums
        ("age", ["0-4", "5-17", "all"]),  # not all ages: no part of 18 and over is left to hide in
        ("age", ["0-4", "5-17", "0-17"]),
        ("age", ["Primary", "Secondary", "All pupils"]),
    ],
)
def test_suppress_protects_parts_of_a_whole_whatever_they_are_called(key, labels):
    hierarchy = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": ["Alder", "Birch"]})
    rows = [
        {"area_code": code, "area_type": "lsoa21", "indicator_id": "x", "period": "2024",
         key: label, "count": count}
        for code, counts in (("E01000001", [4, 9, 13]), ("E01000002", [38, 73, 111]))
        for label, count in zip(labels, counts, strict=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    safe = suppress(table, hierarchy)
    shown = safe[safe["area_code"] == "E01000001"]["count"].notna()
    assert shown.sum() <= 1  # two of the three would give the third
    assert audit_disclosure(safe, hierarchy).empty
    leaky = safe.assign(
        count=table["count"].mask(table["count"] < 5),
        state=safe["state"].mask(table["count"] >= 5, "value"),
    )
    assert audit_disclosure(leaky, hierarchy)["area_code"].tolist() == ["E01000001"]


def test_suppress_leaves_a_rest_to_a_whole_that_its_parts_do_not_fill():
    hierarchy = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": ["Alder", "Birch"]})
    rows = [
        {"area_code": code, "area_type": "lsoa21", "indicator_id": "x", "period": "2024",
         "sex": label, "count": count}
        for code, counts in (("E01000001", [4, 9, 40]), ("E01000002", [38, 73, 130]))
        for label, count in zip(["Male", "Female", "Persons"], counts, strict=True)
    ]  # fmt: skip
    safe = suppress(pd.DataFrame(rows), hierarchy)
    assert safe["state"].eq("suppressed").sum() == 1  # 27 others may be of any number


def test_suppress_hides_means_of_few_and_refuses_values_of_nobody_knows_how_many():
    hierarchy = pd.DataFrame({"lsoa21cd": [f"E0100000{n}" for n in range(1, 5)], "town": "Alder"})
    scores = pd.DataFrame(
        {"area_code": [*hierarchy["lsoa21cd"], "Alder"], "area_type": ["lsoa21"] * 4 + ["town"],
         "indicator_id": "score", "period": "2024", "count": float("nan"),
         "denominator": [3.0, 20, 30, 40, 93], "value": [41.0, 45, 47, 50, 47.6],
         "measure": "mean"}
    )  # fmt: skip
    safe = suppress(scores, hierarchy)
    assert safe["state"].iloc[0] == "suppressed"
    assert safe.loc[safe["state"] == "suppressed", ["value", "denominator"]].isna().all(axis=None)
    assert safe["state"].eq("suppressed").sum() == 2  # one more, so that it cannot be subtracted
    with pytest.raises(TableError, match="a confidential value without a count needs to say"):
        suppress(scores.assign(denominator=float("nan")), hierarchy)


@pytest.mark.parametrize("rule", [Rule(), Rule(counts_under=3), Rule(counts_under=8)])
@pytest.mark.parametrize(("more", "small"), [(-1, True), (0, False), (1, False)])
def test_suppress_count_at_the_rule(rule, more, small):
    table, hierarchy = alone(rule.counts_under + more, 40, 50)
    assert hidden(suppress(table, hierarchy, rule=rule)) == ({LSOAS[0]} if small else set())


@pytest.mark.parametrize("rule", [Rule(), Rule(denominators_under=20)])
@pytest.mark.parametrize(("more", "small"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize("measure", ["proportion", "mean"])
def test_suppress_denominator_at_the_rule(measure, rule, more, small):
    table, hierarchy = alone(0, 40, 50, measure=measure, value=0.0)
    if measure == "mean":
        table["count"] = float("nan")
    table["denominator"] = [rule.small_denominators + more, 400, 500]
    safe = suppress(table, hierarchy, rule=rule)
    assert safe["denominator"].isna().tolist() == [small, False, False]
    assert safe["value"].isna().tolist() == [small, False, False]
    assert hidden(safe) == ({LSOAS[0]} if small else set())


@pytest.mark.parametrize(("count", "few"), [(9, True), (10, False), (11, False)])
@pytest.mark.parametrize("column", some(["value", "per_day", "lower_ci", "upper_ci_998"]))
@pytest.mark.parametrize("known", [True, False])
def test_suppress_rate_on_few_events_at_the_rule(known, column, count, few):
    """Whether the count is printed or stands behind the value only."""
    table, hierarchy = alone(count, 40, 50, denominator=997, measure="proportion")
    table["value"] = 100 * table["count"] / 997
    table[column] = table["value"]
    if not known:
        table["count"] = table["count"].mask(table["count"] == count)
    safe = suppress(table, hierarchy, rule=Rule(rates_under=10))
    assert safe[column].isna().tolist() == [few, False, False]
    assert (safe["state"].iloc[0] == "suppressed") is few
    assert safe["count"].notna().tolist() == [known, True, True]
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_rounding_makes_values_and_limits_of_each_measure():
    """13 of 200 become 15: 7.5 per cent, 7,500 per 100,000; of nobody there is no rate."""
    proportions, hierarchy = alone(13, 0, 40, measure="proportion")
    table = pd.concat(
        [proportions, proportions.assign(indicator_id="deaths", measure="rate")], ignore_index=True
    )
    table["denominator"] = [200, 0, 400] * 2
    table["value"] = table["lower_ci"] = table["upper_ci"] = table["upper_ci_998"] = 1.0
    safe = suppress(table, hierarchy, rule=Rule(round_to=5))
    assert safe["count"].tolist() == [15, 0, 40] * 2
    assert safe["value"].fillna(-1).tolist() == [7.5, -1, 10, 7500, -1, 10000]
    made = pd.concat([f(safe[safe["measure"] == f.__name__]) for f in (proportion, rate)])
    for column in ("lower_ci", "upper_ci"):
        np.testing.assert_allclose(safe[column], made[column])
    assert safe["upper_ci_998"].isna().all()


@pytest.mark.parametrize(("denominator", "small"), [(0, False), (1, True), (2, True)])
def test_suppress_denominator_of_one_is_small_and_of_nobody_is_not(denominator, small):
    table, hierarchy = alone(0, 40, 50, measure="proportion")
    table["denominator"] = [denominator, 400, 500]
    safe = suppress(table, hierarchy)
    assert safe["denominator"].isna().tolist() == [small, False, False]


def test_suppress_denominator_of_nobody_protects_no_other():
    """2 less than 402 of the town would be known, were 400 not hidden; 0 is printed as it is."""
    table, hierarchy = town(0, 0, 40, measure="proportion")
    table["denominator"] = [2, 0, 400, 402]
    safe = suppress(table, hierarchy)
    assert safe["denominator"].isna().tolist() == [True, False, True, False]
    assert audit_disclosure(safe, hierarchy).empty


@pytest.mark.parametrize("near", [3, 5, 8])
@pytest.mark.parametrize(("more", "hides"), [(-1, True), (0, False), (1, False)])
def test_suppress_count_near_its_denominator_at_the_rule(near, more, hides):
    table, hierarchy = alone(40 - near - more, 20, measure="proportion")
    table["denominator"] = 40
    rule = Rule(near_denominator=near)
    assert hidden(suppress(table, hierarchy, rule=rule)) == ({LSOAS[0]} if hides else set())
    assert hidden(suppress(table, hierarchy)) == set()


@pytest.mark.parametrize("measure", ["rate", "mean", "count"])
def test_suppress_count_near_its_denominator_of_no_proportion_is_shown(measure):
    table, hierarchy = alone(39, 20, measure=measure)
    table["denominator"] = 40
    assert hidden(suppress(table, hierarchy, rule=Rule(near_denominator=5))) == set()


def test_suppress_zero_of_a_few_is_not_near_all():
    table, hierarchy = alone(0, 20, measure="proportion")
    table["denominator"] = [3, 40]
    rule = Rule(near_denominator=5, denominators_under=0)
    assert hidden(suppress(table, hierarchy, rule=rule)) == set()


def test_suppress_protects_who_is_left_over():
    """All but three have it: the total less the others would tell, so one more is hidden."""
    table, hierarchy = town(97, 60, 55, measure="proportion")
    table["denominator"] = [100, 100, 100, 300]
    rule = Rule(near_denominator=5)
    safe = suppress(table, hierarchy, rule=rule)
    assert LSOAS[0] in hidden(safe)
    assert len(hidden(safe)) == 2
    assert audit_disclosure(safe, hierarchy, rule=rule).empty
    bare = table.assign(state="value", rule=rule.words).astype({"count": float})
    bare.loc[0, ["count", "state"]] = [float("nan"), "suppressed"]
    found = audit_disclosure(bare, hierarchy, rule=rule)
    assert found[["area_code", "least", "greatest"]].to_numpy().tolist() == [[LSOAS[0], 97, 97]]


@share(1 / 4)
@given(tables(), st.integers(0, 10_000))
def test_suppress_leaves_nobody_alone_beside_nearly_all(made, seed):
    table, hierarchy = made
    lsoas = table["area_type"] == "lsoa21"
    draw = np.random.default_rng(seed)
    people = dict(
        zip(
            table.loc[lsoas, "area_code"],
            table.loc[lsoas, "count"] + draw.integers(5, 40, lsoas.sum()),
            strict=True,
        )
    )
    inside = hierarchy.assign(borough="borough", lsoa21=hierarchy["lsoa21cd"])
    table["denominator"] = [
        sum(people[one] for one in inside.loc[inside[row.area_type] == row.area_code, "lsoa21"])
        for row in table.itertuples()
    ]
    table["value"] = 100 * table["count"] / table["denominator"]
    rule = Rule(near_denominator=8)
    try:
        safe = suppress(table, hierarchy, rule=rule)
    except TableError as problem:
        assert "publish" in str(problem)  # noqa: PT017
        return
    assert audit_disclosure(safe, hierarchy, rule=rule).empty
    shown = safe["count"].notna()
    assert not (safe["denominator"] - safe["count"])[shown & safe["count"].gt(0)].lt(8).any()


@pytest.mark.parametrize(("count", "shown"), [(4, None), (5, 5), (6, 5), (7, None), (11, None)])
def test_suppress_rounds_what_is_neither_small_nor_near_its_denominator(count, shown):
    """Of 11, 5 and 6 are printed as 5: who knows the rule knows that it is neither 4 nor 7."""
    table, hierarchy = alone(count, 40, measure="proportion")
    table["denominator"] = [11, 100]
    rule = Rule(near_denominator=5, round_to=5)
    safe = suppress(table, hierarchy, rule=rule)
    assert safe["count"].iloc[0] == shown or (shown is None and safe["count"].isna().iloc[0])
    assert audit_disclosure(safe, hierarchy, rule=rule).empty


@pytest.mark.parametrize("measure", ["mean", "value"])
def test_suppress_with_rounded_counts_keeps_values_without_counts(measure):
    """Rounding is of counts: a mean has none, and nothing says that it would have gone."""
    table, hierarchy = alone(3, 7, measure=measure, denominator=[30.0, 40])
    table = table.assign(count=np.nan, value=[41.5, 45.25], upper_ci=50.0, state="value")
    safe = suppress(table, hierarchy, rule=Rule(round_to=5))
    assert safe["value"].tolist() == [41.5, 45.25]
    assert safe["upper_ci"].tolist() == [50, 50]
    assert (safe["state"] == "value").all()
    few = suppress(table.assign(denominator=[3.0, 40]), hierarchy, rule=Rule(round_to=5))
    assert few["value"].isna().tolist() == [True, False]


def test_suppress_believes_no_word_that_counts_belie_where_groups_overlap():
    """Of parts that two groups have in common nothing is known but the words."""
    hierarchy = pd.DataFrame(
        {"lsoa21cd": LSOAS[:12], "ward": [f"w{k // 4}" for k in range(12)],
         "patch": [f"p{(k + 2) // 4}" for k in range(12)]}
    )  # fmt: skip
    one = [10, 2, 1, 0, 2, 0, 0, 0, 1, 0, 1, 3]
    other = [3, 1, 6, 0, 1, 0, 2, 0, 4, 2, 2, 4]
    both = [a + b for a, b in zip(one, other, strict=True)]
    series = {"T": one, "key stage": other, "1+2": both}
    table = pd.concat(
        [with_totals(counts, hierarchy).assign(age=age) for age, counts in series.items()],
        ignore_index=True,
    )
    table = table[table["area_type"] != "lsoa21"].drop(columns=["value", "denominator"])
    safe = suppress(table.assign(measure="count"), hierarchy)
    assert safe["count"].isna().any()
    assert audit_disclosure(safe, hierarchy).empty
