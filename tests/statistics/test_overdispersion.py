"""Overdispersion: mean of z², worked by hand, in simulation and on the Census."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import TableError
from geo.statistics.funnel_limits import control_limits
from geo.statistics.overdispersion import overdispersion
from geo.statistics.rates import proportion

LIMITS = ["lower_ci", "upper_ci", "lower_ci_998", "upper_ci_998"]


def wards(values, sizes=100, measure="proportion", **columns):
    table = pd.DataFrame({"value": values, "denominator": sizes, "measure": measure})
    table["area_code"] = [f"W{at}" for at in range(len(table))]
    return table.assign(
        **({"area_type": "ward", "indicator_id": "x", "period": "2024", "benchmark_value": 10.0}
           | columns)
    )  # fmt: skip


def test_overdispersion_of_proportions_worked_by_hand():
    """Of 100 at 10% the standard error is 3 points: z are 2, -1, 0 and 3."""
    found = overdispersion(wards([16, 7, 10, 19]), winsorised=0).iloc[0]
    assert found["untrimmed"] == pytest.approx((4 + 1 + 0 + 9) / 4)
    assert found["winsorised"] == found["untrimmed"]
    assert found["areas"] == 4
    assert found["p_value"] == pytest.approx(0.00730, abs=1e-5)  # of chi-squared 14, 4 degrees


@pytest.mark.parametrize(("measure", "unit"), [("rate", 1000.0), ("ratio", 100.0)])
def test_overdispersion_of_rates_and_ratios_worked_by_hand(measure, unit):
    """Of 400 with 25 events expected the standard error is 5 events."""
    size = 400 if measure == "rate" else 25
    events = np.array([35, 20, 25])  # z: 2, -1, 0
    table = wards(events / size * unit, size, measure, benchmark_value=25 / size * unit,
                  multiplier=unit)  # fmt: skip
    assert overdispersion(table)["untrimmed"].item() == pytest.approx(5 / 3)


def test_overdispersion_winsorised_brings_extremes_in():
    """Of 21 areas the tenth part at either end are two, so that 0 to 20 become 2 to 18."""
    table = wards(10 + 3 * np.arange(21.0))
    found = overdispersion(table).iloc[0]
    z = np.clip(np.arange(21), 2, 18)
    assert found["winsorised"] == pytest.approx((z**2).mean())
    assert found["winsorised"] < found["untrimmed"]


def test_overdispersion_of_chance_alone_is_about_one():
    rng = np.random.default_rng(1)
    sizes = rng.integers(50, 5000, 4000)
    found = overdispersion(wards(rng.binomial(sizes, 0.1) / sizes * 100, sizes)).iloc[0]
    assert found["untrimmed"] == pytest.approx(1, abs=0.07)
    assert found["p_value"] > 0.001


def test_control_limits_widened_by_overdispersion_hold_the_nominal_share():
    """True rates that differ between areas of one size: z has twice the standard deviation."""
    rng = np.random.default_rng(1)
    true = np.clip(rng.normal(0.2, np.sqrt(3 * 0.2 * 0.8 / 2000), 5000), 0, 1)
    table = wards(rng.binomial(2000, true) / 20, 2000, benchmark_value=20.0)
    outside = {}
    for how in ("none", "untrimmed"):
        limits = control_limits(table, overdispersion=how, points=2).iloc[0]
        outside[how] = (~table["value"].between(limits["lower_ci"], limits["upper_ci"])).mean()
    assert outside["none"] > 0.3
    assert outside["untrimmed"] == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("method", ["exact", "own_interval"])
def test_control_limits_are_the_root_of_the_dispersion_times_as_far(method):
    table = wards([16, 4, 10, 16], 1000)
    before = control_limits(table, method=method).iloc[0]
    after = control_limits(table, method=method, overdispersion="untrimmed").iloc[0]
    dispersion = overdispersion(table)["untrimmed"].item()
    assert after["dispersion"] == dispersion
    assert after["overdispersion"] == "untrimmed"
    for limit in LIMITS:
        away = max((before[limit] - 10) * np.sqrt(dispersion), -10)
        assert after[limit] - 10 == pytest.approx(away, rel=1e-12)


def test_control_limits_are_never_narrowed_nor_beyond_what_can_be():
    calm = wards([10, 10.1, 9.9], 1000)
    plain, same = control_limits(calm), control_limits(calm, overdispersion="winsorised")
    pd.testing.assert_frame_equal(same[LIMITS], plain[LIMITS])
    assert same["dispersion"].between(0, 1).all()
    assert control_limits(calm.drop(columns="value"))["dispersion"].isna().all()
    wild = control_limits(wards([0, 100, 50], 60), overdispersion="untrimmed")
    assert wild[LIMITS].ge(0).all(axis=None)
    assert wild[LIMITS].le(100).all(axis=None)


def test_overdispersion_leaves_out_the_suppressed_and_series_without_chance():
    table = wards([16, 90], state=["value", "suppressed"])
    assert overdispersion(table)["areas"].item() == 1
    nothing = overdispersion(wards([0, 3], benchmark_value=0)).iloc[0]
    assert nothing[["untrimmed", "winsorised", "p_value"]].isna().all()
    assert len(overdispersion(wards([1], measure="mean"))) == 0
    two = pd.concat([wards([16, 10]), wards([10, 10], period="2025")])
    assert overdispersion(two)["untrimmed"].tolist() == pytest.approx([2, 0])


def test_wards_of_the_census_are_far_outside_unadjusted_limits(real_data):
    """Of Cheshire East's 52 wards 35 and more; by winsorised limits a few."""
    england = real_data / "england"
    census = pd.read_parquet(england / "census2021_indicators_lsoa21.parquet")
    lookup = pd.read_csv(england / "LSOA21_WD24_LAD24_EW_LU.csv").set_index("LSOA21CD")
    census = census[census["indicator_id"] == "social_rented"]
    target = 100 * census["count"].sum() / census["denominator"].sum()
    own = census[census["area_code"].map(lookup["LAD24CD"]) == "E06000049"]
    table = proportion(own.assign(ward=own["area_code"].map(lookup["WD24CD"])), by="ward")
    table = wards(table["value"], table["denominator"], benchmark_value=target)
    share = {}
    for how in ("none", "winsorised"):
        limits = control_limits(table, overdispersion=how).merge(table, on="denominator")
        outside = ~limits["value"].between(limits["lower_ci_998"], limits["upper_ci_998"])
        share[how] = outside.sum()
    assert len(table) == 52
    assert share["none"] >= 35
    assert share["winsorised"] <= 5


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"winsorised": 0.5}, "winsorised is 0.5; give a share from 0 to below 0.5"),
        ({"value": -1}, {}, "0 or more"),
        ({"benchmark_value": 130.0}, {}, "may not be above its multiplier"),
    ],
)
def test_overdispersion_refuses_what_cannot_be(change, options, message):
    with pytest.raises(TableError, match=message):
        overdispersion(wards([10], **change), **options)
    with pytest.raises(TableError, match="No column value"):
        overdispersion(wards([10]).drop(columns="value"))
    with pytest.raises(TableError, match="overdispersion is 'much'; allowed are none"):
        control_limits(wards([10]), overdispersion="much")
