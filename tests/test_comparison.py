"""Comparison with England, quantiles and recent trends."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoWarning, TableError
from geo.statistics.comparison import compare, quantiles, trend

INTERVALS = [(7, 9), (4, 6), (1, 3), (5, 6), (4, 5)]
"""Above, about, below and at either end of England's 5."""


@pytest.fixture
def indicators():
    """Five wards and England at 5; wards' values lie in the middle of their intervals."""
    table = pd.DataFrame([*INTERVALS, (4.9, 5.1)], columns=["lower_ci", "upper_ci"])
    return table.assign(
        area_code=[*"ABCDE", "E92000001"],
        area_type=["ward"] * 5 + ["england"],
        indicator_id="neet",
        period="2024",
        value=table.mean(axis=1).round(3),
        polarity="low_is_good",
    )


def annual(counts, denominator=1000, **columns):
    years = range(2025 - len(counts), 2025)
    table = pd.DataFrame({"period": years, "count": counts, "denominator": denominator})
    table["value"] = 100 * table["count"] / table["denominator"]
    fixed = {"area_code": "Crewe", "area_type": "town", "indicator_id": "neet"}
    return table.assign(**fixed, **({"measure": "proportion"} | columns))


@pytest.mark.parametrize("n", [5, 10])
@pytest.mark.parametrize("first", ["high", "low"])
def test_quantiles_agree_with_expected_answers(conformance, n, first):
    expected = pd.read_csv(conformance / f"quantile_{n}_{first}_is_1.csv")
    found = quantiles(expected["value"], n=n, highest_is_first=first == "high")
    assert found.tolist() == expected["quantile"].tolist()


def test_quantiles_leave_missing_values_out_and_keep_the_index():
    values = pd.Series([4, None, 1, 3, 2], index=list("abcde"))
    found = quantiles(values, n=2, highest_is_first=False)
    assert found.index.tolist() == list("abcde")
    assert found.dropna().to_dict() == {"a": 2, "c": 1, "d": 2, "e": 1}
    assert found.isna().tolist() == [False, True, False, False, False]


def test_quantiles_of_nothing_or_of_one_value():
    assert quantiles(pd.Series([], dtype=float), highest_is_first=True).tolist() == []
    assert quantiles(pd.Series([7]), highest_is_first=True).tolist() == [1]


@pytest.mark.parametrize(("values", "n"), [([1, np.inf], 2), (["a", "b"], 2), ([1, 2], 1)])
def test_quantiles_refuse_what_cannot_be_ranked(values, n):
    with pytest.raises(TableError):
        quantiles(pd.Series(values), n=n, highest_is_first=True)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40), st.integers(2, 10))
def test_quantiles_follow_the_order_of_values_and_equal_values_share(numbers, n):
    values = pd.Series(numbers)
    found = quantiles(values, n=n, highest_is_first=False)
    assert found.between(1, n).all()
    table = pd.DataFrame({"value": values, "quantile": found}).sort_values("value")
    assert table["quantile"].is_monotonic_increasing
    assert (table.groupby("value")["quantile"].nunique() == 1).all()


@pytest.mark.parametrize(
    ("polarity", "words"),
    [
        ("low_is_good", ["worse", "similar", "better", "similar", "similar"]),
        ("high_is_good", ["better", "similar", "worse", "similar", "similar"]),
        ("no_judgement", ["higher", "similar", "lower", "similar", "similar"]),
    ],
)
def test_compare_judges_by_polarity_and_touching_is_similar(indicators, polarity, words):
    found = compare(indicators.assign(polarity=polarity))
    assert found["comparison"].tolist() == [*words, "not_compared"]
    assert (found["benchmark_value"] == 5).all()
    assert found["quantile"].isna().all()


def test_compare_states_how_many_flags_chance_alone_gives(indicators):
    found = compare(indicators)
    assert found.attrs == {"comparisons": 5, "expected_false_flags": 0.25}


def test_compare_without_polarity_judges_nothing(indicators):
    found = compare(indicators.drop(columns="polarity"))
    assert set(found["comparison"]) == {"higher", "similar", "lower", "not_compared"}


def test_compare_takes_polarity_from_the_catalogue(indicators):
    catalogue = pd.DataFrame({"indicator_id": ["neet"], "polarity": ["high_is_good"]})
    found = compare(indicators.drop(columns="polarity"), catalogue=catalogue)
    assert found["comparison"].iloc[0] == "better"


def test_compare_refuses_a_polarity_that_is_no_word_of_ours(indicators):
    with pytest.raises(TableError, match=r"low is good.*low_is_good"):
        compare(indicators.assign(polarity="low is good"))


def test_compare_in_five_levels_needs_the_wider_interval_to_say_much(indicators):
    """A lies beyond both intervals, B beyond the 95% one alone, C within."""
    table = indicators.assign(lower_ci_998=indicators["lower_ci"] - 1)
    table = table.assign(upper_ci_998=indicators["upper_ci"] + 1)
    table.loc[1, ["lower_ci", "lower_ci_998"]] = [5.5, 4.9]
    found = compare(table, levels=5)["comparison"].tolist()
    assert found == ["much_worse", "worse", "much_better", "similar", "similar", "not_compared"]
    with pytest.raises(TableError, match=r"lower_ci_998.*confidence=\(0.95, 0.998\)"):
        compare(indicators, levels=5)


def test_compare_leaves_out_what_has_no_interval_value_or_benchmark(indicators):
    table = indicators.assign(state="value")
    table.loc[0, "upper_ci"] = np.nan
    table.loc[2, "value"] = np.nan
    table.loc[3, "period"] = "2023"
    table.loc[4, "state"] = "suppressed"
    found = compare(table)
    assert found["comparison"].tolist() == ["not_compared", "similar"] + ["not_compared"] * 4
    assert np.isnan(found.loc[3, "benchmark_value"])
    assert found.attrs["comparisons"] == 1


def test_compare_matches_sex_and_age(indicators):
    other = indicators.assign(sex="M", value=50.0)
    found = compare(pd.concat([indicators.assign(sex="F"), other], ignore_index=True))
    assert found.groupby("sex")["benchmark_value"].unique().map(list).to_dict() == {
        "F": [5],
        "M": [50],
    }


def test_compare_keeps_the_callers_index_and_input(indicators):
    table = indicators.set_index(pd.Index(list("uvwxyz")))
    before = table.copy(deep=True)
    assert compare(table).index.tolist() == list("uvwxyz")
    pd.testing.assert_frame_equal(table, before)


def test_compare_with_another_benchmark(indicators):
    found = compare(indicators, benchmark="B")
    assert found["comparison"].iloc[:3].tolist() == ["worse", "not_compared", "better"]


def test_compare_refuses_no_benchmark_or_several(indicators):
    with pytest.raises(TableError, match=r"0 areas are 'england'.*area types ward"):
        compare(indicators.head(5))
    with pytest.raises(TableError, match="5 areas are 'ward'"):
        compare(indicators, benchmark="ward")


def test_compare_refuses_crossed_limits_repeats_and_two_units(indicators):
    crossed = indicators.assign(lower_ci=indicators["upper_ci"] + 1)
    with pytest.raises(TableError, match=r"lower_ci .*may not be above upper_ci"):
        compare(crossed)
    with pytest.raises(TableError, match=r"1 of 7 rows.*\(row A\)"):
        compare(pd.concat([indicators, indicators.head(1)]))
    with pytest.raises(TableError, match="more than one unit"):
        compare(indicators.assign(unit=[*"%%%%%", "per 1,000"]))


def test_compare_refuses_other_levels(indicators):
    with pytest.raises(TableError, match="levels is 4"):
        compare(indicators, levels=4)


def test_compare_of_an_empty_table_is_empty(indicators):
    found = compare(indicators.head(0))
    assert len(found) == 0
    assert found.attrs["expected_false_flags"] == 0


@pytest.mark.parametrize(
    ("polarity", "fifths"),
    [
        ("low_is_good", [5, 4, 3, 2, 1]),
        ("high_is_good", [1, 2, 3, 4, 5]),
        ("no_judgement", [5, 4, 3, 2, 1]),
    ],
)
def test_quintile_one_is_the_worst_fifth_or_the_highest(indicators, polarity, fifths):
    table = indicators.assign(value=[1, 2, 3, 4, 5, 3], polarity=polarity)
    found = compare(table, levels="quintiles")
    assert found["quantile"].head(5).tolist() == fifths
    assert pd.isna(found["quantile"].iloc[5])
    assert found.attrs["comparisons"] == 0
    alone = compare(table.head(5), levels="quintiles")
    assert alone["quantile"].tolist() == fifths


def test_quintiles_leave_missing_suppressed_and_welsh_areas_out(indicators):
    """Six wards stay, of which 6 and 6 share a fifth."""
    table = pd.concat([indicators.head(1)] * 9, ignore_index=True)
    table["area_code"] = [*"ABCDEFGH", "W05000001"]
    table["value"] = [1, 2, 3, 4, 6, 6, None, 99, 100]
    table["state"] = ["value"] * 6 + ["missing", "suppressed", "value"]
    found = compare(table.assign(polarity="high_is_good"), levels="quintiles")["quantile"]
    assert found.isna().tolist() == [False] * 6 + [True] * 3
    assert found.iloc[4] == found.iloc[5]
    assert found.iloc[0] == 1


def test_quintiles_of_a_part_of_england_warn(indicators):
    table = indicators.assign(area_type=["lsoa21"] * 5 + ["england"])
    with pytest.warns(GeoWarning, match="of the 5 areas lsoa21.*33755"):
        compare(table, levels="quintiles")


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 10)), min_size=1, max_size=20),
    st.integers(-20, 20),
    st.randoms(use_true_random=False),
)
def test_comparison_is_antisymmetric_in_polarity_and_blind_to_order(areas, target, random):
    table = pd.DataFrame(areas, columns=["value", "half"])
    table = table.assign(area_code=[f"W{i}" for i in range(len(areas))], area_type="ward")
    england = {"value": target, "half": 0, "area_code": "E92000001", "area_type": "england"}
    table = pd.concat([table, pd.DataFrame([england])], ignore_index=True)
    table = table.assign(lower_ci=table["value"] - table["half"], indicator_id="a", period="1")
    table["upper_ci"] = table["value"] + table["half"]
    high = compare(table.assign(polarity="high_is_good"))["comparison"]
    low = compare(table.assign(polarity="low_is_good"))["comparison"]
    swap = {"better": "worse", "worse": "better"}
    assert high.replace(swap).tolist() == low.tolist()
    order = random.sample(range(len(table)), len(table))
    again = compare(table.iloc[order].assign(polarity="low_is_good"))["comparison"]
    pd.testing.assert_series_equal(again.sort_index(), low)


def test_trend_of_a_proportion_is_the_chi_squared_test_for_trend():
    """Worked by hand: shares 1% to 5% of 1,000 a year, so p̄ = 0.03 and Σ(t − 3)²·1000 = 10,000;
    the slope is 0.01 a year and χ² = 0.01²·10,000 / (0.03·0.97).
    """
    found = trend(annual([10, 20, 30, 40, 50], polarity="low_is_good")).iloc[0]
    assert found["slope"] == pytest.approx(1)
    assert found["chi_squared"] == pytest.approx(1 / (0.03 * 0.97))
    assert (found["trend"], found["judgement"], found["reason"]) == ("increasing", "worse", "")
    assert (found["first_period"], found["last_period"]) == (2020, 2024)


def test_trend_of_a_rate_is_weighted_by_its_intervals():
    """SE = 1 each year (width 3.92), so χ² = slope²·Σ(t − 3)² = 4·10."""
    table = annual([0] * 5, measure="rate", polarity="high_is_good")
    table = table.assign(value=[2.0, 4, 6, 8, 10]).drop(columns=["count", "denominator"])
    table = table.assign(lower_ci=table["value"] - 1.96, upper_ci=table["value"] + 1.96)
    found = trend(table).iloc[0]
    assert found["slope"] == pytest.approx(2)
    assert found["chi_squared"] == pytest.approx(40)
    assert (found["trend"], found["judgement"]) == ("increasing", "better")


def test_trend_just_below_the_threshold_is_no_change():
    """χ² = slope²·10: 9.55 at a slope of 0.9772, the 99.8% point being 9.5495."""
    base = annual([0] * 5, measure="rate").drop(columns=["count", "denominator"])
    for slope, word in ((0.9773, "increasing"), (0.9771, "no_change")):
        table = base.assign(value=slope * np.arange(5))
        table = table.assign(lower_ci=table["value"] - 1.96, upper_ci=table["value"] + 1.96)
        assert trend(table)["trend"].tolist() == [word]


def test_trend_that_hangs_on_one_point_is_no_change():
    """Without the last year the slope is downward."""
    found = trend(annual([40, 35, 30, 25, 400])).iloc[0]
    assert found["chi_squared"] > 100
    assert found["trend"] == "no_change"


def test_trend_falling_is_better_where_low_is_good():
    falling = annual([100, 80, 60, 40, 20], polarity="low_is_good")
    assert trend(falling)["judgement"].tolist() == ["better"]
    assert trend(falling.drop(columns="polarity"))["judgement"].tolist() == ["no_judgement"]


def test_trend_looks_at_the_last_five_years_alone():
    found = trend(annual([900, 900, 10, 20, 30, 40, 50])).iloc[0]
    assert (found["trend"], found["first_period"]) == ("increasing", 2020)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"period": ["2019-21", "2020-22", "2021-23", "2022-24", "2023-25"]}, "no single years"),
        ({"period": [2018, 2020, 2021, 2022, 2023]}, "no single years"),
        ({"period": ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4", "2025 Q1"]}, "no single years"),
        ({"count": [10, 20, None, 40, 50]}, "fewer than five"),
        ({"state": ["value"] * 4 + ["suppressed"]}, "fewer than five"),
        ({"series_break": [False, False, True, False, False]}, "breaks"),
    ],
)
def test_trend_that_cannot_be_calculated_says_why(change, reason):
    found = trend(annual([10, 20, 30, 40, 50]).assign(**change)).iloc[0]
    assert found["trend"] == "cannot_be_calculated"
    assert found["judgement"] == ""
    assert reason in found["reason"]


def test_trend_takes_a_break_before_its_first_point():
    breaks = [True, False, False, False, False]
    assert trend(annual([10, 20, 30, 40, 50], series_break=breaks))["trend"].tolist() == [
        "increasing"
    ]


@pytest.mark.parametrize("form", ["{}/{:02}", "{}-{:02}", "{} – {:02}", "{}/20{:02}"])
def test_trend_takes_school_and_financial_years(form):
    table = annual([10, 20, 30, 40, 50])
    table["period"] = [form.format(2000 + year, year + 1) for year in range(19, 24)]
    assert trend(table)["trend"].tolist() == ["increasing"]


def test_trend_of_all_zeros_is_no_change():
    assert trend(annual([0] * 5))["trend"].tolist() == ["no_change"]


def test_trend_of_few_points_or_none():
    found = trend(annual([10, 20, 30, 40]))
    assert found["reason"].tolist() == ["fewer than five valid points"]
    assert len(trend(annual([]))) == 0


def test_trend_keeps_areas_apart_and_input_unchanged():
    table = pd.concat([annual([10, 20, 30, 40, 50]), annual([50, 40, 30, 20, 10], area="x")])
    table["area_code"] = ["Crewe"] * 5 + ["Alsager"] * 5
    before = table.copy(deep=True)
    found = trend(table.sample(frac=1, random_state=1)).set_index("area_code")["trend"]
    assert found.to_dict() == {"Alsager": "decreasing", "Crewe": "increasing"}
    pd.testing.assert_frame_equal(table, before)


def test_trend_refuses_a_period_that_stands_twice():
    table = annual([10, 20, 30, 40, 50])
    with pytest.raises(TableError, match="each may stand once"):
        trend(pd.concat([table, table.head(1)]))
