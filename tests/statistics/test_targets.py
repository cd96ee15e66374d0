"""Baseline, target, and whether a measure is on the way."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import TableError
from geo.statistics.targets import on_track

PERIODS = {"baseline_period": "2020", "period": "2022", "target_period": "2024"}


def told(**changes):
    measure = {**PERIODS, "baseline": 30.0, "value": 22.0, "lower_ci": 21.0, "upper_ci": 23.0,
               "target": 20.0, "polarity": "low_is_good", **changes}  # fmt: skip
    return on_track(pd.DataFrame([measure])).iloc[0]


@pytest.mark.parametrize(
    ("changes", "status", "certain"),
    [
        ({}, "on_track", True),
        ({"upper_ci": 26.0}, "on_track", False),
        ({"value": 27.0, "lower_ci": 26.0, "upper_ci": 28.0}, "off_track", True),
        ({"value": 27.0, "lower_ci": 24.0, "upper_ci": 30.0}, "off_track", False),
        ({"value": 20.0}, "met", True),
        ({"value": 19.0, "lower_ci": 18.0, "upper_ci": 20.5}, "met", False),
        ({"value": math.nan}, "not_known", False),
        ({"baseline": math.nan}, "not_known", False),
        ({"period": "2020"}, "not_known", False),
        ({"period": "2019"}, "not_known", False),
        ({"period": "2030", "value": 21.0}, "off_track", True),
        ({"lower_ci": math.nan, "upper_ci": math.nan}, "on_track", False),
        # a rise that is to be slowed down: low stays good
        ({"target": 40.0, "value": 34.0, "lower_ci": 33.0, "upper_ci": 34.9}, "met", True),
        # without judgement, the way to the target is the good one
        ({"polarity": "no_judgement"}, "on_track", True),
        ({"polarity": "no_judgement", "target": 40.0}, "off_track", True),
    ],
)
def test_a_measure_is_held_against_the_straight_line(changes, status, certain):
    found = told(**changes)
    assert (found["status"], bool(found["certain"])) == (status, certain)


def test_the_line_runs_between_the_last_days_of_the_periods():
    # two of four years have passed; in quarters, one of four
    assert told()["expected"] == pytest.approx(25.0, abs=0.01)
    quarters = {"baseline_period": "2023 Q4", "period": "2024 Q1", "target_period": "2024 Q4"}
    assert told(**quarters)["expected"] == pytest.approx(30 - 10 * 91 / 366)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": "22%"}, "value .*; allowed are numbers"),
        ({"target": math.inf}, "target .*; allowed are finite numbers"),
        ({"period": "soon"}, "period soon .*; allowed are years"),
        ({"target_period": "2020"}, "target_period 2020 .*; it must end after"),
        ({"polarity": "good"}, "polarity .*; allowed are high_is_good"),
    ],
)
def test_what_is_no_target_is_refused(changes, said):
    with pytest.raises(TableError, match=said):
        told(**changes)


def test_a_column_that_is_lacking_is_named_and_an_interval_may_lack():
    table = pd.DataFrame([told()])
    with pytest.raises(TableError, match="No column baseline in the table"):
        on_track(table.drop(columns="baseline"))
    found = on_track(table.drop(columns=["lower_ci", "upper_ci", "expected", "status", "certain"]))
    assert found[["status", "certain"]].iloc[0].tolist() == ["on_track", False]
    assert on_track(table.iloc[:0]).empty


numbers = st.floats(0, 100)


@given(numbers, numbers, numbers)
def test_what_is_good_turned_round_and_another_unit_change_nothing(begun, value, target):
    pair = {"baseline": begun, "value": value, "target": target}
    pair |= {"lower_ci": value - 1.0, "upper_ci": value + 1.0}
    plain = told(**pair)
    turned = {name: -number for name, number in pair.items()}
    turned |= {"lower_ci": -pair["upper_ci"], "upper_ci": -pair["lower_ci"]}
    mirrored = told(**turned, polarity="high_is_good")
    assert (plain["status"], plain["certain"]) == (mirrored["status"], mirrored["certain"])
    assert mirrored["expected"] == pytest.approx(-plain["expected"])
    halves = told(**{name: number * 2 for name, number in pair.items()})
    assert (plain["status"], plain["certain"]) == (halves["status"], halves["certain"])
