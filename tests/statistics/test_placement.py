"""Values placed among areas of their kind: rank, fifth, and figures of authorities repeated."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.errors import TableError
from geo.statistics.comparison import quantiles
from geo.statistics.placement import commonest_in, place_among, repeated_in, weighted_means

VALUES = st.lists(st.integers(0, 30).map(float), min_size=5, max_size=60)


@given(VALUES, st.booleans())
def test_an_area_of_england_has_its_own_rank_and_fifth(values, highest_is_first):
    """Placing areas among themselves is ranking them, as pandas and geo.quantiles do."""
    found = place_among(values, values, highest_is_first=highest_is_first)
    series = pd.Series(values)
    assert found["place"].tolist() == series.rank(method="min", ascending=not highest_is_first).tolist()  # fmt: skip # noqa: E501
    fifths = quantiles(series, n=5, highest_is_first=highest_is_first)
    assert found["fifth"].tolist() == fifths.tolist()


@given(VALUES, st.floats(-5, 35))
def test_a_place_is_one_more_than_the_areas_that_go_before(values, figure):
    assume(all(value == figure or abs(value - figure) > 1e-6 for value in values))
    found = place_among([figure], values, highest_is_first=True)
    assert found["place"].iloc[0] == sum(value > figure for value in values) + 1


@given(VALUES, st.lists(st.floats(-5, 35), min_size=2, max_size=9))
def test_worse_values_never_have_better_places_or_fifths(values, figures):
    figures = sorted(figures, reverse=True)
    found = place_among(figures, values, highest_is_first=True)
    assert found["place"].is_monotonic_increasing
    assert found["fifth"].is_monotonic_increasing


@given(st.permutations(range(50)), st.integers(0, 2**32 - 1))
def test_a_mean_has_its_own_rank_in_whatever_order_it_is_summed(order, seed):
    rng = np.random.default_rng(seed)
    codes = pd.Index([f"a{at}" for at in range(50)])
    values, weights = (pd.Series(rng.uniform(0.1, 9, 50), codes) for _ in range(2))
    groups = pd.Series(np.arange(50) // 10, codes)
    others = weighted_means(values, weights, groups)["value"]
    shuffled = weighted_means(values, weights, groups.iloc[list(order)])["value"]
    found = place_among(shuffled, others, highest_is_first=True)
    assert found["place"].tolist() == others.rank(ascending=False).tolist()


def test_the_best_of_all_would_stand_after_the_last():
    found = place_among([0.5], [1, 2, 3, 4, 5], highest_is_first=True)
    assert found.iloc[0].tolist() == [6, 5, 5]


def test_a_missing_figure_has_no_place_and_missing_others_are_left_out():
    found = place_among([np.nan, 3.0], [1, np.nan, 5], highest_is_first=True)
    assert found["place"].isna().tolist() == [True, False]
    assert found["among"].tolist() == [2, 2]
    assert place_among([1.0], [np.nan], highest_is_first=True)["place"].isna().all()


def test_means_are_weighted_and_say_what_is_lacking():
    codes = list("abcd")
    found = weighted_means(
        pd.Series([1.0, 4.0, None, 7.0], codes),
        pd.Series([20, 10, 1, 1], codes),
        pd.Series(["x", "x", "x", "y"], codes),
    )
    assert found.loc["x"].tolist() == [2.0, 3, 1]  # 30 of 31 people
    assert found.loc["y"].tolist() == [7.0, 1, 0]


def test_a_mean_of_less_than_nearly_all_is_missing():
    codes = list("ab")
    found = weighted_means(
        pd.Series([1.0, None], codes), pd.Series([90, 10], codes), pd.Series("x", codes)
    )
    assert np.isnan(found.loc["x", "value"])
    assert found.loc["x", "lacking"] == 1


def test_a_negative_weight_is_refused():
    with pytest.raises(TableError, match="A weight is negative"):
        weighted_means(pd.Series([1.0], ["a"]), pd.Series([-1], ["a"]), pd.Series("x", ["a"]))


def repeated(odd=0):
    """Two authorities of 1,000 areas each, with 2 and 3; some of the first have 3 too."""
    codes = [f"a{at}" for at in range(2000)]
    values = pd.Series([2.0] * 1000 + [3.0] * 1000, codes)
    values.iloc[:odd] = 3.0
    return values, pd.Series(["x"] * 1000 + ["y"] * 1000, codes)


@pytest.mark.parametrize(("odd", "expected"), [(0, True), (2, True), (3, False)])
def test_repetition_allows_for_an_area_that_moved(odd, expected):
    values, authority = repeated(odd)
    assert repeated_in(values, authority) is expected
    assert commonest_in(values, authority).to_dict() == {"x": 2.0, "y": 3.0}


def test_one_value_for_all_or_one_area_each_is_no_repetition():
    values, authority = repeated()
    assert not repeated_in(pd.Series(2.0, values.index), authority)
    assert not repeated_in(pd.Series([1.0, 2.0], ["a", "b"]), pd.Series(["x", "y"], ["a", "b"]))
