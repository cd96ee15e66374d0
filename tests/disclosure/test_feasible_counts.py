"""Counts behind a printed number, against trying every count."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.feasible_counts import (
    LIMIT_FORMULAS,
    feasible_from_rate,
    feasible_from_rounded,
    rounded,
)
from tests.examples import share


@given(st.integers(0, 200), st.integers(1, 12))
def test_feasible_from_rounded_holds_every_count_that_rounds_to_it(count, base):
    shown = rounded(np.array([float(count)]), base)
    low, high = feasible_from_rounded(shown, base)
    every = np.arange(300.0)
    same = every[rounded(every, base) == shown]
    assert (low.item(), high.item()) == (same.min(), same.max())


@share(1)
@given(
    n=st.integers(1, 60),
    share=st.floats(0, 1),
    decimals=st.integers(0, 3),
    measure=st.sampled_from(["proportion", "rate"]),
    column=st.sampled_from(["value", "lower_ci", "upper_ci", "lower_ci_998", "upper_ci_998"]),
)
def test_feasible_from_rate_holds_every_count_that_prints_the_same(
    n, share, decimals, measure, column
):
    every = np.arange(n + 1.0)
    level = 0.998 if column.endswith("998") else 0.95
    limits = LIMIT_FORMULAS[measure](every, np.full(n + 1, float(n)), level)
    made = {"value": every / n, "lower": limits[0], "upper": limits[1]}[column.split("_")[0]]
    shown = np.round(100 * made, decimals)
    count = round(share * n)
    same = every[np.abs(100 * made - shown[count]) <= 0.5 * 10.0**-decimals]
    table = pd.DataFrame({"indicator_id": ["x"], column: shown[count]})
    one = np.ones(1)
    low, high = feasible_from_rate(
        table, one > 0, one * n, np.array([measure], dtype=object), one * 100, decimals
    )
    assert (low.item(), high.item()) == (same.min(), same.max())


@pytest.mark.parametrize(
    ("measure", "denominator", "told"),
    [
        ("proportion", 50.0, (6, 6)),
        ("", 50.0, (6, 6)),
        ("count", np.nan, (12, 12)),
        ("mean", 50.0, (0, 2**30)),
        ("ratio", 50.0, (0, 2**30)),
        ("proportion", np.nan, (0, 2**30)),
        ("proportion", 0.0, (0, 2**30)),
    ],
)
def test_feasible_from_rate_by_measure(measure, denominator, told):
    """12% of 50 are 6."""
    table = pd.DataFrame({"indicator_id": ["x"], "value": [12.0]})
    arrays = np.array([denominator]), np.array([measure], dtype=object), np.array([100.0])
    low, high = feasible_from_rate(table, np.array([True]), *arrays, 1)
    assert (low.item(), high.item()) == told


def test_feasible_from_rate_leaves_out_what_fits_no_count_and_rows_not_asked_for():
    """0.5 of 100% is no count of 50; 12 is 6."""
    table = pd.DataFrame({"indicator_id": "x", "value": [0.5, 12.0, 12.0]})
    asked = np.array([True, True, False])
    arrays = np.full(3, 50.0), np.full(3, "proportion", dtype=object), np.full(3, 100.0)
    low, high = feasible_from_rate(table, asked, *arrays, None)
    assert low.tolist() == [0, 6, 0]
    assert high.tolist() == [2**30, 6, 2**30]


@pytest.mark.parametrize("shown", [0.0, 1.0])
def test_feasible_from_rate_holds_counts_that_are_rounded_either_way(shown):
    """1 of 200 is 0.5%: printed as 0% to even, as 1% half up."""
    table = pd.DataFrame({"indicator_id": ["x"], "value": [shown]})
    arrays = np.array([200.0]), np.array(["proportion"], dtype=object), np.array([100.0])
    low, high = feasible_from_rate(table, np.array([True]), *arrays, 0)
    assert low.item() <= 1 <= high.item()
