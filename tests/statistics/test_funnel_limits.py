"""Control limits: against distributions from scipy, and numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from geo.errors import TableError
from geo.statistics.comparison import compare
from geo.statistics.funnel_limits import control_limits
from geo.statistics.rates import proportion, rate


def wards(denominators, target, measure="proportion", **columns):
    return pd.DataFrame(
        {
            "area_code": [f"W{i}" for i in range(len(denominators))],
            "area_type": "ward",
            "indicator_id": "x",
            "period": "2024",
            "denominator": denominators,
            "value": target,
            "benchmark_value": target,
            "measure": measure,
        }
    ).assign(**columns)


def interpolated(distribution, probability):
    """Spiegelhalter's formula as printed: the least count that reaches p, less alpha."""
    r = int(distribution.ppf(probability))
    above, below = distribution.cdf(r), distribution.cdf(r - 1)
    return r - (above - probability) / (above - below)


def test_control_limits_of_a_hand_worked_proportion():
    # Of 100 at 10%: P(X ≤ 15) = 0.9601, P(X ≤ 16) = 0.9794, so the limit is 16 - 0.0044/0.0193.
    found = control_limits(wards([100], 10.0)).iloc[0]
    assert found["upper_ci"] == pytest.approx(15.77, abs=0.005)
    assert found["lower_ci"] == pytest.approx(4.04, abs=0.005)
    assert found["target"] == 10.0


@pytest.mark.parametrize(("size", "target"), [(20, 50.0), (100, 3.0), (5000, 12.5), (37, 91.0)])
def test_control_limits_of_a_proportion_equal_the_published_formula(size, target):
    found = control_limits(wards([size], target)).iloc[0]
    chance = binom(size, target / 100)
    for column, probability in (("lower_ci", 0.025), ("upper_ci", 0.975),
                                ("lower_ci_998", 0.001), ("upper_ci_998", 0.999)):  # fmt: skip
        expected = np.clip(interpolated(chance, probability), 0, size) / size * 100
        assert found[column] == pytest.approx(expected, rel=1e-9), column


@pytest.mark.parametrize(("size", "target"), [(1000, 300.0), (50_000, 41.0), (800, 5000.0)])
def test_control_limits_of_a_rate_equal_the_published_formula(size, target):
    found = control_limits(wards([size], target, "rate", multiplier=10_000)).iloc[0]
    chance = poisson(size * target / 10_000)
    for column, probability in (("lower_ci", 0.025), ("upper_ci_998", 0.999)):
        expected = max(interpolated(chance, probability), 0) / size * 10_000
        assert found[column] == pytest.approx(expected, rel=1e-9), column


def test_control_limits_narrow_with_size_and_hold_the_target():
    found = control_limits(wards([30, 3000], 20.0))
    assert len(found) == 100
    width = found["upper_ci"] - found["lower_ci"]
    assert width.iloc[-1] < width.iloc[0] / 5
    assert (found["lower_ci_998"] <= found["lower_ci"]).all()
    assert (found["lower_ci"] < 20).all()
    assert (found["upper_ci"] > 20).all()
    assert (found["upper_ci_998"] >= found["upper_ci"]).all()


def test_control_limits_have_every_areas_own_size():
    sizes = [10, 55, 203.5, 1000]
    found = control_limits(wards(sizes, 20.0), points=5)
    assert set(sizes) <= set(found["denominator"])
    assert found["denominator"].is_monotonic_increasing
    assert found["denominator"].is_unique


def test_control_limits_of_a_target_of_zero_or_all_are_that_target():
    limits = ["lower_ci", "upper_ci", "lower_ci_998", "upper_ci_998"]
    assert (control_limits(wards([50], 0.0))[limits] == 0).all(axis=None)
    # At 100% nobody is missed, so interpolation reaches at most one short of all.
    assert (control_limits(wards([50], 100.0))[limits] >= 98).all(axis=None)


def test_control_limits_leave_out_means_and_what_has_no_size_or_target():
    table = pd.concat(
        [
            wards([40], 50.0, "mean", indicator_id="score"),
            wards([0, np.nan, 100], 10.0),
            wards([100], np.nan, indicator_id="y"),
        ]
    )
    found = control_limits(table)
    assert found["indicator_id"].unique().tolist() == ["x"]
    assert found["denominator"].tolist() == [100.0]


def test_control_limits_of_nothing_that_can_be_drawn_are_an_empty_table():
    found = control_limits(wards([40], 50.0, "mean"))
    assert len(found) == 0
    assert {"denominator", "target", "lower_ci", "upper_ci_998"} <= set(found)


def test_control_limits_keep_series_apart():
    table = pd.concat([wards([100, 200], 10.0), wards([100, 200], 20.0, period="2025")])
    found = control_limits(table, points=2)
    assert found.groupby("period")["target"].unique().map(list).tolist() == [[10.0], [20.0]]


def test_control_limits_leave_their_input_alone():
    table = wards([100, 200], 10.0)
    before = table.copy()
    control_limits(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"denominator": -1}, {}, "denominator"),
        ({"benchmark_value": 130.0}, {}, "may not be above its multiplier"),
        ({}, {"points": 1}, "points is 1; give 2 or more"),
        ({}, {"confidence": 95}, "share between 0 and 1"),
        ({}, {"method": "normal"}, "method is 'normal'; allowed are exact, own_interval"),
    ],
)
def test_control_limits_refuse_what_cannot_be(change, options, message):
    with pytest.raises(TableError, match=message):
        control_limits(wards([100], 10.0, **change), **options)


@pytest.fixture
def funnel_of_percentages(conformance):
    """Limits printed to six digits for 100 sizes, and the baseline that they are about."""
    printed = pd.read_csv(conformance / "funnel_proportion.csv")
    return printed.rename(columns={"Population": "denominator"}).set_index("denominator")


def test_limits_by_own_intervals_of_a_proportion_agree_with_expected_answers(funnel_of_percentages):
    expected = funnel_of_percentages
    table = wards(expected.index, expected["Baseline"].iloc[0])
    found = control_limits(table, method="own_interval", confidence=(0.95, 0.998))
    found = found.set_index("denominator").loc[expected.index]
    assert set(found["method"]) == {"own_interval"}
    for ours, theirs in {
        "lower_ci": "Lower2s0025limit",
        "upper_ci": "Upper2s0025limit",
        "lower_ci_998": "Lower3s0001limit",
        "upper_ci_998": "Upper3s0001limit",
    }.items():
        assert found[ours].to_numpy() == pytest.approx(expected[theirs].to_numpy(), abs=1e-6)


# Test figures of the R package PHEindicatormethods: events expected at which one, three and nine
# events are the limit, and that limit as a ratio.
PUBLISHED_RATIOS = [
    ("lower_ci", 5.571644585, 17.94802207),
    ("lower_ci", 8.767273828, 34.21816244),
    ("lower_ci", 17.08479966, 52.67840524),
    ("upper_ci", 0.618671905, 484.9096876),
    ("upper_ci", 4.11537405, 218.6921502),
    ("lower_ci_998", 22.65737951, 39.72215762),
    ("upper_ci_998", 2.452425215, 366.9836676),
]


@pytest.mark.parametrize(("limit", "expected_events", "ratio"), PUBLISHED_RATIOS)
def test_limits_by_own_intervals_of_a_ratio_agree_with_published_ones(
    limit, expected_events, ratio
):
    table = wards([expected_events], 100.0, "ratio", multiplier=100)
    found = control_limits(table, method="own_interval")
    assert found[limit].item() == pytest.approx(ratio, rel=1e-6)


# Likewise rates per 100,000 of three years, by people of one year.
PUBLISHED_RATES = [
    ("lower_ci", 4522.941739, 58.95867824),
    ("upper_ci", 465.8280129, 357.7858395),
    ("lower_ci_998", 6501.096999, 46.14605812),
    ("upper_ci_998", 703.6760012, 426.3325728),
]


@pytest.mark.parametrize(("limit", "people", "value"), PUBLISHED_RATES)
def test_limits_by_own_intervals_of_a_rate_agree_with_published_ones(limit, people, value):
    found = control_limits(wards([3 * people], 116.1720835, "rate"), method="own_interval")
    assert found[limit].item() == pytest.approx(value, rel=1e-6)


def test_control_limits_of_a_ratio_ask_for_its_multiplier():
    with pytest.raises(TableError, match="a ratio needs its multiplier: 100 where the reference"):
        control_limits(wards([40.0], 1.0, "ratio"))


@given(
    st.sampled_from(["proportion", "rate", "ratio"]),
    st.lists(st.tuples(st.integers(1, 3000), st.floats(0, 1)), min_size=1, max_size=20),
    st.floats(0.01, 0.99),
)
def test_areas_lie_outside_the_limits_by_own_intervals_just_where_they_are_compared_so(
    measure, sizes, target
):
    """Funnel and colour agree for any count, size and target."""
    n, share = np.array([size for size, _ in sizes]), np.array([share for _, share in sizes])
    goal, unit = (target, 100.0) if measure == "proportion" else (target / 10, 1000.0)
    table = wards(n, goal * unit, measure, multiplier=unit, polarity="low_is_good")
    table["count"] = np.round(n * (share if measure == "proportion" else share * goal * 3))
    estimate = proportion if measure == "proportion" else rate
    table = estimate(table, multiplier=unit, confidence=(0.95, 0.998))
    england = {"area_code": "E92000001", "area_type": "england", "value": goal * unit}
    compared = compare(pd.concat([table, pd.DataFrame([table.iloc[0].to_dict() | england])]),
                       levels=5)  # fmt: skip
    limits = control_limits(table, method="own_interval").set_index("denominator").loc[n]
    value = table["value"].to_numpy()
    sides = np.select(
        [value > limits["upper_ci_998"], value > limits["upper_ci"],
         value < limits["lower_ci_998"], value < limits["lower_ci"]],
        ["much_worse", "worse", "much_better", "better"], "similar",
    )  # fmt: skip
    assert sides.tolist() == compared["comparison"].tolist()[:-1]


def test_limits_by_own_intervals_are_where_an_interval_ends_at_the_count_expected():
    sizes = np.array([20.0, 90.0, 3000.0, 2e6])
    found = control_limits(wards(sizes, 30.0, "rate", multiplier=100), method="own_interval")
    found = found.set_index("denominator").loc[sizes]
    for limit, end in (("lower_ci", "upper_ci"), ("upper_ci", "lower_ci")):
        at = rate(found.assign(count=found[limit] * sizes / 100, denominator=sizes), multiplier=100)
        assert at[end].to_numpy() == pytest.approx(30.0, rel=1e-9)


def test_control_limits_of_a_ratio_are_those_of_the_events_expected():
    ratio = control_limits(wards([40.0], 100.0, "ratio", multiplier=100)).iloc[0]
    same = control_limits(wards([40.0], 100.0, "rate", multiplier=100)).iloc[0]
    assert ratio["upper_ci"] == pytest.approx(same["upper_ci"], rel=1e-12)
    assert ratio["upper_ci"] == pytest.approx(interpolated(poisson(40), 0.975) / 40 * 100)
