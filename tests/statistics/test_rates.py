"""Rates and their intervals: against the expected answers, at the edges, and under sums."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from geo.errors import GeoWarning, TableError
from geo.statistics.rates import mean, proportion, rate
from geo.statistics.standardisation import directly_standardised_rate, standardised_ratio

LIMITS = {"value": "value", "lower_ci": "lowercl", "upper_ci": "uppercl"}


def agrees(found, expected):
    assert len(expected) == len(found) > 0
    for ours, theirs in LIMITS.items():
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9, err_msg=ours)


def counts(*pairs):
    return pd.DataFrame(pairs, columns=["count", "denominator"])


@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_proportion_agrees_with_expected_answers(conformance, confidence):
    expected = pd.read_csv(conformance / f"proportion_{1000 * confidence:.0f}.csv")
    agrees(proportion(expected[["count", "denominator"]], confidence=confidence), expected)


@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_rate_agrees_with_expected_answers(conformance, confidence):
    expected = pd.read_csv(conformance / f"rate_{1000 * confidence:.0f}.csv")
    table = expected[["count", "denominator"]]
    agrees(rate(table, multiplier=1000, confidence=confidence), expected)


@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_directly_standardised_rate_agrees_with_expected_answers(conformance, confidence):
    names = {"population": "denominator", "stdpop": "standard_population", "age_band": "age"}
    table = pd.read_csv(conformance / "dsr_input.csv").rename(columns=names)
    expected = pd.read_csv(conformance / f"dsr_{1000 * confidence:.0f}.csv").set_index("area")
    found = directly_standardised_rate(table, by="area", confidence=confidence).set_index("area")
    agrees(found.loc[expected.index], expected)


def test_standardised_ratio_agrees_with_expected_answers(conformance):
    names = {"population": "denominator", "ref_count": "reference_count"}
    names |= {"ref_population": "reference_denominator"}
    table = pd.read_csv(conformance / "isr_input.csv").rename(columns=names)
    expected = pd.read_csv(conformance / "isr_950.csv").set_index("area")
    found = standardised_ratio(table, by="area").set_index("area").loc[expected.index]
    agrees(found, expected)
    np.testing.assert_allclose(found["expected"], expected["expected"], rtol=1e-9)


def test_mean_agrees_with_expected_answers(conformance):
    expected = pd.read_csv(conformance / "mean_950.csv").set_index("area")
    found = mean(pd.read_csv(conformance / "mean_input.csv"), by="area").set_index("area")
    agrees(found.loc[expected.index], expected)


def test_two_confidences_give_the_columns_of_each():
    both = rate(counts((12, 100)), confidence=(0.95, 0.998))
    assert list(both.columns[2:]) == [
        *("value", "lower_ci", "upper_ci"),
        *("lower_ci_998", "upper_ci_998"),
    ]
    alone = rate(counts((12, 100)), confidence=0.998)
    assert both["lower_ci_998"].tolist() == alone["lower_ci"].tolist()


@pytest.mark.parametrize("confidence", [0, 1, 95, (), (0.95, 95)])
def test_confidence_that_is_no_share_is_refused(confidence):
    with pytest.raises(TableError, match="between 0 and 1"):
        rate(counts((1, 2)), confidence=confidence)


@pytest.mark.parametrize("multiplier", [0, -1, np.nan, np.inf])
def test_multiplier_that_is_no_positive_number_is_refused(multiplier):
    with pytest.raises(TableError, match="above 0"):
        rate(counts((1, 2)), multiplier=multiplier)


def test_rate_of_a_zero_count_is_zero_with_an_upper_limit():
    found = rate(counts((0, 1)), multiplier=1).iloc[0]
    assert found["value"] == found["lower_ci"] == 0
    assert found["upper_ci"] == pytest.approx(3.68888, abs=1e-5)


def test_proportion_limits_end_at_exactly_nought_and_a_hundred():
    found = proportion(counts((0, 7), (7, 7)))
    assert found["lower_ci"].iloc[0] == 0
    assert found["upper_ci"].iloc[1] == 100


@pytest.mark.parametrize("measure", [proportion, rate])
def test_zero_denominator_is_missing_and_the_rest_goes_on(measure):
    found = measure(counts((0, 0), (1, 10)))
    assert found.loc[0, ["value", "lower_ci", "upper_ci"]].isna().all()
    assert found.loc[1, ["value", "lower_ci", "upper_ci"]].notna().all()


@pytest.mark.parametrize("measure", [proportion, rate])
def test_missing_count_or_denominator_is_missing_and_never_zero(measure):
    found = measure(counts((None, 10), (1, None), (1, 10)))
    assert found["value"].isna().tolist() == [True, True, False]


@pytest.mark.parametrize("measure", [proportion, rate])
def test_group_with_a_missing_count_has_a_missing_sum(measure):
    table = counts((None, 10), (1, 10), (2, 10)).assign(area=["A", "A", "B"])
    found = measure(table, by="area").set_index("area")
    assert found.loc["A", ["count", "value", "upper_ci"]].isna().all()
    assert found.loc["B", "count"] == 2


def test_groups_are_summed_before_dividing():
    table = counts((10, 100), (20, 50)).assign(area="A")
    assert proportion(table, by="area")["value"].tolist() == [20.0]


def test_rows_keep_the_callers_index_and_columns_and_the_input_is_unchanged():
    table = counts((1, 10), (2, 10)).set_index(pd.Index(["b", "a"])).assign(note="x", value=-1)
    before = table.copy(deep=True)
    found = proportion(table)
    assert found.index.tolist() == ["b", "a"]
    assert found["note"].tolist() == ["x", "x"]
    assert found["value"].tolist() == [10, 20]
    found.loc["a", "count"] = 99
    pd.testing.assert_frame_equal(table, before)


def test_state_is_renewed_and_suppressed_rows_stay_hidden():
    table = counts((0, 5), (3, 5), (None, 5), (2, 5))
    table["state"] = ["value", "value", "value", "suppressed"]
    found = proportion(table)
    assert found["state"].tolist() == ["zero", "value", "missing", "suppressed"]
    assert np.isnan(found["value"].iloc[3])
    assert proportion(table.assign(area="A"), by="area")["state"].tolist() == ["suppressed"]


@pytest.mark.parametrize("measure", [proportion, rate])
def test_empty_table_gives_an_empty_table(measure):
    for table in (counts(), counts().assign(area="")):
        assert list(measure(table).columns[-3:]) == ["value", "lower_ci", "upper_ci"]
    assert len(measure(counts().assign(area=""), by="area")) == 0


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ((-1, 10), "count -… .* from 0 up"),
        ((np.inf, 10), "inf.* finite"),
        (("many", 10), "many .*not text"),
        (("3", 10), "not text"),
        ((pd.Timestamp("2024-01-01"), 10), "not text"),
        ((True, 10), "not text"),
        ((1, -10), "denominator -… "),
        ((1, np.inf), "denominator inf"),
    ],
)
@pytest.mark.parametrize("measure", [proportion, rate])
def test_impossible_numbers_are_refused_with_their_rows(measure, pair, message):
    table = counts((1, 10), pair).set_index(pd.Index(["first", "second"]))
    with pytest.raises(TableError, match=message) as caught:
        measure(table)
    assert "1 of 2 rows" in str(caught.value)
    assert "second" in str(caught.value)


def test_proportion_refuses_a_count_above_its_denominator_and_names_the_area():
    table = counts((1, 10), (11, 10)).assign(area_code=["E01000001", "E01000002"])
    with pytest.raises(TableError, match=r"count … \(row E01000002\).*above its denominator"):
        proportion(table)
    assert rate(table)["value"].notna().all()


def test_absent_column_is_named():
    with pytest.raises(TableError, match=r"No column denominator .*count"):
        rate(pd.DataFrame({"count": [1]}))


def test_missing_group_name_is_refused():
    with pytest.raises(TableError, match="every row needs a group"):
        rate(counts((1, 10), (1, 10)).assign(area=["A", None]), by="area")


def test_exact_limits_take_fractional_counts():
    """Converted counts can be fractions; 2.5 lies between the limits of 2 and 3."""
    found = rate(counts((2, 1), (2.5, 1), (3, 1)), multiplier=1)
    assert found["lower_ci"].is_monotonic_increasing
    assert found["upper_ci"].is_monotonic_increasing
    assert found["upper_ci"].is_unique


def test_mean_of_one_observation_has_no_interval_and_a_missing_one_no_mean():
    table = pd.DataFrame({"area": ["A", "B", "B"], "value": [-4.0, 1.0, None]})
    found = mean(table, by="area").set_index("area")
    assert found.loc["A", "value"] == -4
    assert np.isnan(found.loc["A", "upper_ci"])
    assert np.isnan(found.loc["B", "value"])


def test_directly_standardised_rate_of_few_events_is_not_shown_and_says_why():
    bands = pd.DataFrame({"area": ["A", "A", "B", "B", "C", "C"], "count": [4, 5, 5, 5, 5, None]})
    bands = bands.assign(denominator=[10, 10, 10, 0, 10, 10], standard_population=1)
    bands.loc[3, "count"] = 0
    bands.loc[2, "count"] = 10
    found = directly_standardised_rate(bands, by="area").set_index("area")
    assert found["value"].isna().all()
    unknown = "a band has no count or no people"
    assert found["reason"].tolist() == ["fewer than 10 events", unknown, unknown]


@pytest.mark.parametrize(("events", "shown"), [(9, False), (10, True), (11, True)])
def test_directly_standardised_rate_is_shown_from_ten_events(events, shown):
    bands = pd.DataFrame({"area": "A", "count": [events - 4, 4], "denominator": 100})
    found = directly_standardised_rate(bands.assign(standard_population=5), by="area", multiplier=1)
    assert found["value"].notna().tolist() == [shown]
    assert found[["lower_ci", "upper_ci"]].notna().all(axis=1).tolist() == [shown]
    assert found["reason"].tolist() == ["" if shown else "fewer than 10 events"]


def test_directly_standardised_rate_with_equal_weights_is_the_mean_of_its_bands():
    bands = pd.DataFrame({"area": "A", "count": [10, 30], "denominator": 100})
    found = directly_standardised_rate(bands.assign(standard_population=5), by="area", multiplier=1)
    assert found["value"].tolist() == pytest.approx([0.2])
    assert found["reason"].tolist() == [""]


def test_age_band_that_stands_twice_is_refused():
    bands = pd.DataFrame({"area": "A", "age": ["0-4", "0-4"], "count": 9, "denominator": 100})
    with pytest.raises(TableError, match="each may stand once"):
        directly_standardised_rate(bands.assign(standard_population=5), by="area")


def test_standardised_ratio_without_expected_events_is_missing():
    bands = pd.DataFrame({"area": ["A"], "count": [3], "denominator": [10]})
    found = standardised_ratio(bands.assign(reference_count=0, reference_denominator=9), by="area")
    assert found["value"].isna().all()


def test_proportion_of_none_in_very_many_keeps_its_digits():
    """Without any case Wilson's upper limit is z²/(n + z²), here some 4 in a trillion."""
    square = stats.norm.ppf(0.975) ** 2
    found = proportion(counts((0, 10**12)), multiplier=1)
    np.testing.assert_allclose(found["upper_ci"], square / (10**12 + square), rtol=1e-9)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "object", "category", "int64[pyarrow]"])
@pytest.mark.parametrize("measure", [proportion, rate])
def test_counts_of_any_number_type_give_the_same_rates(measure, dtype):
    plain = measure(counts((3, 10), (None, 10), (0, 10)))
    typed = pd.Series([3, None, 0], dtype="Int64").astype(dtype)
    found = measure(counts((3, 10), (None, 10), (0, 10)).assign(count=typed))
    pd.testing.assert_frame_equal(found.iloc[:, 2:], plain.iloc[:, 2:])


def test_index_that_stands_twice_is_kept_row_by_row():
    found = proportion(counts((1, 10), (2, 10)).set_axis([7, 7]))
    assert found.index.tolist() == [7, 7]
    assert found["value"].tolist() == [10, 20]


def test_groups_of_categories_come_in_their_order_without_empty_ones():
    kinds = pd.Categorical(["b", "a"], categories=["b", "a", "none"])
    found = rate(counts((1, 10), (2, 10)).assign(kind=kinds), by="kind")
    assert found["kind"].tolist() == ["b", "a"]


def test_confidences_fill_columns_in_the_order_given():
    found = rate(counts((12, 100)), confidence=(0.998, 0.95)).iloc[0]
    assert found["lower_ci"] < found["lower_ci_950"]


@pytest.mark.parametrize(
    ("by", "message"),
    [([], r"by is \[\]"), (["area", "area"], "several different"), ("state", "told by state")],
)
def test_groups_that_cannot_be_told_are_refused(by, message):
    with pytest.raises(TableError, match=message):
        proportion(counts((1, 10)).assign(area="A", state="value"), by=by)


def test_column_that_stands_twice_is_refused():
    with pytest.raises(TableError, match="More than one column is named count"):
        rate(pd.concat([counts((1, 10)), counts((2, 10))[["count"]]], axis=1))


@pytest.mark.parametrize("measure", [proportion, rate])
def test_state_that_is_no_word_of_ours_is_refused_lest_a_hidden_count_shows(measure):
    with pytest.raises(TableError, match=r"state Suppressed \(row 0\); allowed are value, zero"):
        measure(counts((1, 10), (2, 10)).assign(state=["Suppressed", None]))


def test_mean_refuses_minus_infinity():
    with pytest.raises(TableError, match=r"value -inf .*finite"):
        mean(pd.DataFrame({"area": ["A"], "value": [-np.inf]}), by="area")


@pytest.fixture
def bands():
    """One area in two age bands, fit for both kinds of standardisation."""
    table = pd.DataFrame({"area": "A", "age": ["0-64", "65+"], "count": [10, 30]})
    fixed = {"denominator": 100, "standard_population": 5, "reference_count": 20}
    return table.assign(**fixed, reference_denominator=100)


@pytest.mark.parametrize("measure", [directly_standardised_rate, standardised_ratio])
def test_standardised_measures_hide_the_count_of_a_suppressed_band(bands, measure):
    assert measure(bands, by="area")["count"].tolist() == [40]
    found = measure(bands.assign(state=["suppressed", "value"]), by="area")
    assert found[["count", "value", "lower_ci"]].isna().all(axis=None)


@pytest.mark.parametrize("measure", [directly_standardised_rate, standardised_ratio])
def test_standardised_measures_refuse_a_multiplier_of_nought(bands, measure):
    with pytest.raises(TableError, match="above 0"):
        measure(bands, by="area", multiplier=0)


def test_directly_standardised_rate_warns_of_a_group_with_fewer_bands(bands):
    both = pd.concat([bands, bands.head(1).assign(area="B")])
    with pytest.warns(GeoWarning, match=r"1 of 2 groups \(B\) have fewer age bands"):
        directly_standardised_rate(both, by="area")
    other = both.assign(indicator_id=["all", "all", "under 65"])
    assert len(directly_standardised_rate(other, by=["area", "indicator_id"])) == 2


def test_directly_standardised_rate_needs_a_standard_population(bands):
    with pytest.raises(TableError, match=r"standard_population nan .*every age band needs one"):
        directly_standardised_rate(bands.assign(standard_population=[5, None]), by="area")
    found = directly_standardised_rate(bands.assign(standard_population=0), by="area")
    assert found["reason"].tolist() == ["the standard population is 0"]


@pytest.mark.parametrize(
    "measure", [proportion, rate, directly_standardised_rate, standardised_ratio]
)
def test_grouped_measures_leave_their_input_alone(bands, measure):
    before = bands.copy(deep=True)
    measure(bands, by="area")
    pd.testing.assert_frame_equal(bands, before)


denominators = st.integers(1, 10**7)


pairs = denominators.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(pairs, min_size=1, max_size=30))
def test_value_lies_within_its_intervals_and_they_widen_with_confidence(rows):
    for measure in (proportion, rate):
        found = measure(counts(*rows), confidence=(0.95, 0.998))
        order = ["lower_ci_998", "lower_ci", "value", "upper_ci", "upper_ci_998"]
        assert (np.diff(found[order].to_numpy()) >= 0).all()
        assert (found["lower_ci"] >= 0).all()


@given(pairs, st.integers(2, 50))
def test_intervals_narrow_with_more_people(pair, times):
    x, n = pair
    for measure in (proportion, rate):
        found = measure(counts((x, n), (x * times, n * times)))
        width = (found["upper_ci"] - found["lower_ci"]).to_numpy()
        assert width[1] < width[0]


@given(st.lists(pairs, min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing_and_sums_are_conserved(rows, random):
    table = counts(*rows).assign(area=[random.choice("ABC") for _ in rows])
    found = rate(table, by="area")
    assert (
        found[["count", "denominator"]]
        .sum()
        .equals(table[["count", "denominator"]].sum().astype(float))
    )
    shuffled = table.sample(frac=1, random_state=random.randrange(1000))
    pd.testing.assert_frame_equal(rate(shuffled, by="area"), found)


def test_standardised_ratio_where_the_reference_has_nobody_is_missing():
    bands = pd.DataFrame({"area": "A", "count": [10, 30], "denominator": 1000})
    bands = bands.assign(reference_count=[5, 15], reference_denominator=[1000, 0])
    assert standardised_ratio(bands, by="area")[["expected", "value"]].isna().all(axis=None)
