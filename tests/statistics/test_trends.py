"""Recent trends over five years."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import TableError
from geo.statistics.rates import rate
from geo.statistics.trends import trend


def annual(counts, denominator=1000, **columns):
    years = range(2025 - len(counts), 2025)
    table = pd.DataFrame({"period": years, "count": counts, "denominator": denominator})
    table["value"] = 100 * table["count"] / table["denominator"]
    fixed = {"area_code": "Crewe", "area_type": "town", "indicator_id": "neet"}
    return table.assign(**fixed, **({"measure": "proportion"} | columns))


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
        (
            {"period": ["2019-21", "2020-22", "2021-23", "2022-24", "2023-25"]},
            "not single years",
        ),
        (
            {"period": ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4", "2025 Q1"]},
            "not single years",
        ),
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
    assert found[["slope", "chi_squared"]].isna().all()


def test_trend_skips_years_without_a_valid_point():
    # the rule speaks of the last five valid points, which count as t = 1 to 5
    years = [2017, 2018, 2019, 2020, 2022, 2023]
    holed = annual([10, 20, None, 30, 40, 50], period=years)
    found = trend(holed).iloc[0]
    assert (found["first_period"], found["last_period"]) == (2017, 2023)
    assert found["slope"] == pytest.approx(trend(annual([10, 20, 30, 40, 50]))["slope"].iloc[0])
    assert found["trend"] == "increasing"


def test_trend_takes_a_break_before_its_first_point():
    breaks = [True, False, False, False, False]
    assert trend(annual([10, 20, 30, 40, 50], series_break=breaks))["trend"].tolist() == [
        "increasing"
    ]


@pytest.mark.parametrize(
    "form",
    ["{}/{:02}", "{}-{:02}", "{} – {:02}", "{}/20{:02}", "{}{:02}", "FY{}/{:02}",
     "Academic year {}/{:02}", "Apr {} - Mar 20{:02}", "Year to Mar 20{1:02}", "FY{1:02}"],
)  # fmt: skip
def test_trend_takes_school_and_financial_years(form):
    table = annual([10, 20, 30, 40, 50])
    table["period"] = [form.format(2000 + year, year + 1) for year in range(19, 24)]
    assert trend(table)["trend"].tolist() == ["increasing"]


def test_trend_takes_the_years_of_the_department_for_education_as_numbers():
    table = annual([40, 30, 20, 10, 50], polarity="low_is_good")
    table["period"] = [202324, 202223, 202122, 202021, 202425]  # so the counts are 10, 20, … 50
    found = trend(table).iloc[0]
    assert (found["trend"], found["first_period"], found["last_period"]) == (
        "increasing", 202021, 202425,
    )  # fmt: skip


@pytest.mark.parametrize(
    "periods",
    [
        ["2019/20", "2020/21", "2021/22", "2022", "2023"],  # three months of 2022 stand twice
        ["Year to Mar 2024", "Year to Jun 2024", "Year to Sep 2024", "Year to Dec 2024", "2025"],
        ["2020", "2021", "2022", "2023", "Wave 5 (2024)"],
    ],
)
def test_trend_refuses_years_that_overlap_or_cannot_be_read(periods):
    found = trend(annual([10, 20, 30, 40, 50]).assign(period=periods))
    assert found["reason"].tolist() == ["the last five periods are not single years or overlap"]


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


def test_trend_takes_years_that_a_gap_in_a_file_made_floats():
    table = annual([10, 20, 30, 40, 50])
    assert trend(table.assign(period=table["period"].astype(float)))["trend"].tolist() == [
        "increasing"
    ]


def test_trend_leaves_out_a_suppressed_point_before_its_five():
    table = annual([900, 10, 20, 30, 40, 50], state=["suppressed"] + ["value"] * 5)
    assert trend(table)["trend"].tolist() == ["increasing"]


def test_trend_of_everyone_is_no_change():
    found = trend(annual([1000] * 5)).iloc[0]
    assert (found["trend"], found["slope"], found["chi_squared"]) == ("no_change", 0, 0)


def test_trend_takes_nullable_numbers_and_a_repeated_index():
    table = annual([10, 20, 30, 40, 50]).astype({"count": "Int64", "value": "Float64"})
    assert trend(table.set_axis([0] * 5))["slope"].tolist() == pytest.approx([1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": [-1, 2, 3, 4, 5]}, "count -… .*from 0 up"),
        ({"count": 1001}, "above its denominator"),
        ({"measure": "rate", "lower_ci": 3, "upper_ci": 1}, "may not be above upper_ci"),
        ({"series_break": ["no", "no", "yes", "no", "no"]}, "allowed are true and false"),
        ({"period": [None, 2021, 2022, 2023, 2024]}, "period .*every row needs one"),
    ],
)
def test_trend_refuses_what_cannot_be(change, message):
    with pytest.raises(TableError, match=message):
        trend(annual([10, 20, 30, 40, 50]).assign(**change))


@pytest.mark.parametrize("at", range(5))
def test_trend_is_broken_by_a_break_after_its_first_point(at):
    breaks = [number == at for number in range(5)]
    found = trend(annual([10, 20, 30, 40, 50], series_break=breaks))["trend"].item()
    assert found == ("cannot_be_calculated" if at else "increasing")


@pytest.mark.parametrize("denominator", [np.nan, 0])
def test_trend_of_counts_out_of_nothing_goes_by_values_and_intervals(denominator):
    """As for a rate: χ² = 4·10 with limits of 1.96 about 2, 4, … 10."""
    table = annual([0] * 5, denominator=denominator).assign(value=[2.0, 4, 6, 8, 10])
    table = table.assign(lower_ci=table["value"] - 1.96, upper_ci=table["value"] + 1.96)
    assert trend(table)["chi_squared"].item() == pytest.approx(40)


def test_trend_that_falls_within_chance_is_no_change():
    found = trend(annual([54, 53, 52, 51, 50]))
    assert found["slope"].item() < 0
    assert found["trend"].tolist() == ["no_change"]


def test_trend_of_a_rate_goes_by_its_intervals_though_it_has_counts():
    """χ² = 4·10 with limits of 1.96 about 2, 4, … 10, whatever the counts."""
    table = annual([50] * 5, measure="rate").assign(value=[2.0, 4, 6, 8, 10])
    table = table.assign(lower_ci=table["value"] - 1.96, upper_ci=table["value"] + 1.96)
    assert trend(table)["chi_squared"].item() == pytest.approx(40)


def test_trend_of_a_proportion_of_a_handful_of_people_cannot_be_calculated():
    found = trend(annual([5, 3, 1, 1, 2], [5, 5, 5, 4, 4])).iloc[0]
    assert (found["trend"], found["judgement"]) == ("cannot_be_calculated", "")
    assert found["reason"] == "a proportion of fewer than 36 people in five years"
    assert np.isnan(found["slope"])
    assert np.isnan(found["chi_squared"])
    more = trend(annual([5, 3, 1, 1, 2], [8, 7, 7, 7, 7])).iloc[0]
    assert (more["trend"], more["reason"]) == ("no_change", "")


def test_trend_of_rates_given_by_counts_works_out_its_own_limits():
    table = annual([40, 60, 85, 120, 170], 5000, measure="rate", multiplier=1000)
    given = rate(table.drop(columns="value"), multiplier=1000)
    expected = trend(given)
    assert expected["trend"].tolist() == ["increasing"]
    for counted in (table.drop(columns="value"), table.assign(value=given["value"])):
        pd.testing.assert_frame_equal(trend(counted), expected)
    few = trend(annual([0, 1, 0, 2, 3], 5000, measure="rate")).iloc[0]
    assert (few["trend"], few["reason"]) == ("no_change", "")


def test_trend_of_rates_fills_in_the_limits_that_are_missing_and_no_other():
    given = rate(annual([40, 60, 85, 120, 170], 5000, measure="rate", multiplier=1000),
                 multiplier=1000)  # fmt: skip
    gaps = given.copy()
    gaps.loc[[1, 3], ["lower_ci", "upper_ci"]] = np.nan
    pd.testing.assert_frame_equal(trend(gaps), trend(given))
    wide = given.assign(lower_ci=given["value"] - 50, upper_ci=given["value"] + 50)
    assert trend(wide)["trend"].tolist() == ["no_change"]


def test_trend_of_suppressed_rates_is_not_worked_out_from_their_counts():
    table = annual([40, 60, 85, 120, 170], 5000, measure="rate")
    found = trend(table.assign(state=["value"] * 4 + ["suppressed"])).iloc[0]
    assert found["reason"] == "fewer than five valid points"


def test_trend_of_means_takes_no_limits_from_counts():
    found = trend(annual([40, 60, 85, 120, 170], 5000, measure="mean")).iloc[0]
    assert found["reason"] == "fewer than five valid points"
    with pytest.raises(TableError, match="value"):
        trend(annual([1] * 5).drop(columns=["value", "denominator"]))
