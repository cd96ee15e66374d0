"""Concentration and gaps."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CodeError, TableError
from geo.statistics.inequality import concentration, gap

CODES = ["E01000001", "E01000002", "E01000003", "E01000004"]


@pytest.fixture
def fifths():
    """On the line 70 + 10b, b being the mid-point of each fifth."""
    return pd.DataFrame({"quantile": range(1, 6), "population": 20}).assign(
        value=[71.0, 73, 75, 77, 79], standard_error=0.5
    )


@pytest.fixture
def neet():
    """Deciles 1 to 3 hold 20 of 100; the rest 10 of 100."""
    return pd.DataFrame(
        {
            "area_code": CODES,
            "area_type": "lsoa21",
            "indicator_id": "neet",
            "period": "2024",
            "count": [15, 5, 6, 4],
            "denominator": 50,
            "measure": "proportion",
            "imd_decile": [1, 3, 4, 10],
        }
    )


def test_concentration_counts_the_fewest_areas_that_hold_the_share():
    """Of 20 cases, 8 + 2 are the half: two of four areas; 8 + 2 + 1 passes it without need."""
    counts = pd.Series({"a": 2, "b": 8, "c": 9, "d": 1})
    found = concentration(counts)
    assert (found.areas, found.of, found.share_of_areas) == (2, 4, 0.5)
    assert found.curve.index.tolist() == ["c", "b", "a", "d"]
    assert found.curve["share_of_count"].tolist() == [0.45, 0.85, 0.95, 1]
    assert found.curve["areas"].tolist() == [1, 2, 3, 4]
    assert concentration(counts, share=0.45).areas == 1
    assert concentration(counts, share=1).areas == 4


def test_concentration_reaches_shares_that_floats_cannot_hold():
    """Of 100 equal areas 55 hold 55%, though 0.55 · 100 is 55.00000000000001 in floats."""
    assert concentration(pd.Series([1] * 100), share=0.55).areas == 55


def test_concentration_by_rate_weighs_areas_by_people():
    """One case per ten people everywhere is even, whatever the sizes."""
    counts = pd.Series({"a": 1, "b": 9})
    people = pd.Series({"b": 90, "a": 10})
    assert concentration(counts).gini == pytest.approx(0.4)
    found = concentration(counts, population=people)
    assert found.gini == pytest.approx(0)
    assert found.lorenz.iloc[[0, -1]].to_numpy().tolist() == [[0, 0], [1, 1]]


def test_concentration_refuses_one_case_where_nobody_lives():
    with pytest.raises(TableError, match="an area without people has no cases"):
        concentration(pd.Series([1, 5]), population=pd.Series([0, 9]))


def test_concentration_of_nothing_has_no_gini():
    for counts in (pd.Series([0, 0]), pd.Series([], dtype=float)):
        found = concentration(counts)
        assert found.areas == 0
        assert np.isnan(found.gini)


def test_concentration_is_frozen_and_leaves_its_input_alone():
    counts = pd.Series([1, 2])
    with pytest.raises(dataclasses.FrozenInstanceError):
        concentration(counts).areas = 1
    assert counts.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        ([1, None], {}, "every area needs one"),
        ([1, -1], {}, "from 0 up"),
        ([1, 2], {"share": 0}, "share is 0"),
        ([1, 2], {"share": 50}, "share is 50"),
        ([1, 2], {"population": pd.Series([10])}, "population nan"),
        ([1, 2], {"population": pd.Series([10, 0])}, "without people"),
    ],
)
def test_concentration_refuses_what_cannot_be_counted(counts, options, message):
    with pytest.raises(TableError, match=message):
        concentration(pd.Series(counts), **options)


def test_concentration_refuses_an_area_that_stands_twice():
    with pytest.raises(TableError, match="more than one value for a;"):
        concentration(pd.Series([1, 2], index=["a", "a"]))


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30).filter(any))
def test_concentration_is_between_even_and_one_area(numbers):
    found = concentration(pd.Series(numbers))
    assert -1e-12 <= found.gini <= 1 - 1 / found.of + 1e-12
    held = sorted(numbers, reverse=True)
    assert sum(held[: found.areas]) >= sum(numbers) / 2
    assert sum(held[: found.areas - 1]) < sum(numbers) / 2


def test_gap_is_the_difference_of_summed_rates(neet):
    found = gap(neet, by="imd_decile").iloc[0]
    assert found[["value_deprived", "value_rest", "difference", "ratio"]].tolist() == [
        20,
        10,
        10,
        2,
    ]


def test_gap_agrees_with_the_published_example_of_newcombe():
    """Newcombe (1998), table II (a), method 10: 56/70 and 48/80 give 0.0524 to 0.3339."""
    table = pd.DataFrame({"count": [56, 48], "denominator": [70, 80], "worse": [True, False]})
    table = table.assign(area_code=["a", "b"], area_type="x", indicator_id="i", period="1")
    found = gap(table.assign(measure="proportion", multiplier=1), by="worse").iloc[0]
    limits = found[["difference", "difference_lower_ci", "difference_upper_ci"]].tolist()
    assert limits == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)
    error = np.sqrt(1 / 56 - 1 / 70 + 1 / 48 - 1 / 80)
    assert found["ratio_upper_ci"] == pytest.approx(4 / 3 * np.exp(1.959964 * error))


def test_gap_of_a_rate_uses_poisson_limits(neet):
    rates = neet.assign(measure="rate", multiplier=1000)
    found = gap(rates, by="imd_decile").iloc[0]
    assert found["difference"] == pytest.approx(100)
    error = np.sqrt(1 / 20 + 1 / 10)
    assert found["ratio_lower_ci"] == pytest.approx(2 * np.exp(-1.959964 * error))
    proportions = gap(neet.assign(multiplier=1000), by="imd_decile").iloc[0]
    assert found["difference_upper_ci"] > proportions["difference_upper_ci"]


def test_gap_with_no_case_has_no_ratio_or_no_limits_to_it(neet):
    none_deprived = gap(neet.assign(count=[0, 0, 6, 4]), by="imd_decile").iloc[0]
    assert none_deprived["ratio"] == 0
    assert none_deprived[["ratio_lower_ci", "ratio_upper_ci"]].isna().all()
    one = gap(neet.assign(count=[1, 0, 6, 4]), by="imd_decile").iloc[0]
    assert 0 < one["ratio_lower_ci"] < one["ratio"] < one["ratio_upper_ci"] < np.inf
    none_other = gap(neet.assign(count=[15, 5, 0, 0]), by="imd_decile").iloc[0]
    assert np.isnan(none_other["ratio"])
    assert none_other["difference"] == 20


def test_gap_with_a_missing_count_or_an_empty_group_is_missing(neet):
    found = gap(neet.assign(count=[None, 5, 6, 4]), by="imd_decile").iloc[0]
    assert np.isnan(found["value_deprived"])
    assert np.isnan(found["difference"])
    assert np.isnan(gap(neet.head(2), by="imd_decile")["difference"].item())
    assert len(gap(neet.head(0), by="imd_decile")) == 0


def test_gap_takes_quintiles_marks_and_several_series(neet):
    fifths = neet.assign(imd_quintile=[1, 1, 2, 5])
    marks = neet.assign(worse=[True, True, False, False])
    by_decile = gap(neet, by="imd_decile")
    pd.testing.assert_frame_equal(gap(fifths, by="imd_quintile"), by_decile)
    pd.testing.assert_frame_equal(gap(marks, by="worse"), by_decile)
    both = pd.concat([neet, neet.assign(indicator_id="crime", measure="rate", count=200)])
    found = gap(both.sample(frac=1, random_state=1), by="imd_decile")
    assert found["indicator_id"].tolist() == ["crime", "neet"]
    assert found["ratio"].tolist() == pytest.approx([1, 2])
    assert found["value_rest"].tolist() == pytest.approx([400_000, 10])


def test_gap_refuses_other_marks_and_measures(neet):
    with pytest.raises(TableError, match="true and false"):
        gap(neet.assign(group=["a", "a", "b", "b"]), by="group")
    with pytest.raises(TableError, match=r"imd_decile 11.*from 1 to 10"):
        gap(neet.assign(imd_decile=11), by="imd_decile")
    with pytest.raises(TableError, match="a proportion or a rate"):
        gap(neet.assign(measure="value"), by="imd_decile")
    with pytest.raises(TableError, match="each may stand once"):
        gap(pd.concat([neet, neet]), by="imd_decile")


def test_concentration_refuses_people_of_areas_without_a_count():
    counts, people = pd.Series({"a": 1}), pd.Series({"a": 10, "b": 20})
    with pytest.raises(TableError, match=r"1 areas of the population \(b\) are not in the counts"):
        concentration(counts, population=people)
    with pytest.raises(TableError, match="more than one value for a;"):
        concentration(counts, population=pd.concat([people, people.head(1)]))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50).filter(any))
def test_concentration_of_the_whole_needs_no_more_areas_than_there_are(numbers):
    assert concentration(pd.Series(numbers), share=1).areas <= len(numbers)


def test_gap_takes_truth_in_a_column_of_objects(neet):
    marks = pd.Series([True, True, False, False], dtype=object)
    assert gap(neet.assign(poor=marks), by="poor")["ratio"].tolist() == [2]


def test_gap_refuses_areas_that_do_not_add_up_and_two_confidences(neet):
    with pytest.raises(CodeError, match=r"2 area types \(lsoa21, england\)"):
        gap(neet.assign(area_type=["lsoa21"] * 3 + ["england"]), by="imd_decile")
    with pytest.raises(TableError, match="a gap takes one"):
        gap(neet, by="imd_decile", confidence=(0.95, 0.998))


def test_gap_of_one_group_alone_or_of_nothing(neet):
    alone = gap(neet.assign(imd_decile=1), by="imd_decile").iloc[0]
    assert alone["value_deprived"] == 15
    assert alone[["value_rest", "difference", "ratio", "ratio_upper_ci"]].isna().all()
    assert len(gap(neet.head(0), by="imd_decile")) == 0


def test_gap_leaves_its_input_alone_and_does_not_mind_the_order(neet):
    before = neet.copy(deep=True)
    found = gap(neet, by="imd_decile")
    pd.testing.assert_frame_equal(neet, before)
    pd.testing.assert_frame_equal(gap(neet.iloc[::-1], by="imd_decile"), found)
