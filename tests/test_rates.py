"""Rates and their intervals: against the expected answers, at the edges, and under sums."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo.statistics.rates as rates
from geo.errors import CodeError, TableError
from geo.statistics.rates import (
    aggregate,
    directly_standardised_rate,
    mean,
    proportion,
    rate,
    standardised_ratio,
)

LIMITS = {"value": "value", "lower_ci": "lowercl", "upper_ci": "uppercl"}
CENSUS = {
    "disability": 17.30,
    "households_deprived_2plus": 18.11,
    "households_deprived_3plus": 3.94,
    "overcrowded_households": 4.37,
    "social_rented": 17.09,
    "private_rented": 20.46,
    "ethnic_group_other_than_white": 18.95,
}


def agrees(found, expected):
    assert len(expected) == len(found) > 0
    for ours, theirs in LIMITS.items():
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9, err_msg=ours)


def counts(*pairs):
    return pd.DataFrame(pairs, columns=["count", "denominator"])


@pytest.fixture
def towns():
    """Four LSOAs: Crewe has 30 of 200 (15%; the mean of its LSOAs' 10% and 40% would be 25)."""
    codes = ["E01000001", "E01000002", "E01000003", "E01000004"]
    return pd.DataFrame(
        {"lsoa21cd": codes, "town": ["Crewe", "Crewe", "Alsager", "Alsager"], "wd24cd": "E05000001"}
    )


@pytest.fixture
def absence(towns):
    return pd.DataFrame(
        {
            "area_code": towns["lsoa21cd"],
            "area_type": "lsoa21",
            "indicator_id": "absence",
            "period": "2024",
            "count": [10.0, 20.0, 0.0, 0.0],
            "denominator": [150, 50, 100, 100],
            "measure": "proportion",
            "state": ["value", "value", "zero", "zero"],
        }
    )


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
        ((-1, 10), "-1.* from 0 up"),
        ((np.inf, 10), "inf.* finite"),
        (("many", 10), "many .*not text"),
        (("3", 10), "not text"),
        ((pd.Timestamp("2024-01-01"), 10), "not text"),
        ((True, 10), "not text"),
        ((1, -10), "denominator -10"),
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
    with pytest.raises(TableError, match=r"count 11 \(row E01000002\).*above its denominator"):
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


def test_aggregate_sums_counts_and_never_averages(absence, towns):
    before = absence.copy(deep=True)
    found = aggregate(absence, towns, by="town").set_index("area_code")
    assert found.loc["Crewe", ["count", "denominator", "value"]].tolist() == [30, 200, 15]
    assert found.loc["Alsager", "state"] == "zero"
    assert (found["area_type"] == "town").all()
    assert (found["missing_areas"] == 0).all()
    pd.testing.assert_frame_equal(absence, before)


def test_aggregate_keeps_what_is_known_of_the_indicator(absence, towns):
    found = aggregate(absence.assign(polarity="low_is_good"), towns, by="town")
    assert found["polarity"].tolist() == ["low_is_good"] * 2
    assert found["measure"].tolist() == ["proportion"] * 2


def test_aggregate_takes_several_levels_and_names_their_area_types(absence, towns):
    found = aggregate(absence, towns, by=["wd24cd", "borough"])
    assert found["area_type"].tolist() == ["wd24", "borough"]
    assert found["count"].tolist() == [30, 30]


@pytest.mark.parametrize("state", ["missing", "suppressed"])
def test_aggregate_with_a_hidden_area_hides_its_group(absence, towns, state):
    absence.loc[0, ["count", "state"]] = [np.nan, state]
    found = aggregate(absence, towns, by="town").set_index("area_code")
    assert found.loc["Crewe", "state"] == state
    assert found.loc["Crewe", ["count", "value", "lower_ci"]].isna().all()
    assert found["missing_areas"].to_dict() == {"Crewe": 1, "Alsager": 0}


def test_aggregate_does_not_use_the_count_of_a_suppressed_area(absence, towns):
    absence["state"] = ["suppressed", "value", "zero", "zero"]
    found = aggregate(absence, towns, by="town").set_index("area_code")
    assert np.isnan(found.loc["Crewe", "count"])
    assert found.loc["Crewe", "missing_areas"] == 1


def test_aggregate_takes_an_unlisted_area_as_missing(absence, towns):
    found = aggregate(absence.drop(index=1), towns, by="town").set_index("area_code")
    assert found.loc["Crewe", "state"] == "missing"
    assert found.loc["Crewe", "missing_areas"] == 1


def test_aggregate_without_a_measure_gives_sums_alone(absence, towns):
    found = aggregate(absence.drop(columns="measure"), towns, by="town")
    assert "value" not in found.columns
    assert found["count"].sum() == 30


def test_aggregate_without_a_measure_for_one_indicator_still_tells_its_state(absence, towns):
    other = absence.assign(indicator_id="other", measure=None)
    found = aggregate(pd.concat([absence, other]), towns, by="town").set_index("indicator_id")
    assert found.loc["other", "value"].isna().all()
    assert found.loc["other", "state"].tolist() == ["zero", "value"]


@pytest.mark.parametrize(
    ("measure", "multiplier", "value"),
    [("rate", 1000, 150.0), ("ratio", None, 0.15), ("count", 1000, 30.0), ("proportion", 1, 0.15)],
)
def test_aggregate_divides_as_the_catalogue_says(absence, towns, measure, multiplier, value):
    facts = {"indicator_id": ["absence"], "measure": [measure], "multiplier": [multiplier]}
    table = absence.drop(columns="measure")
    found = aggregate(table, towns, by="town", catalogue=pd.DataFrame(facts))
    assert found.set_index("area_code").loc["Crewe", "value"] == pytest.approx(value)
    has_limits = measure in ("rate", "proportion")
    assert found["upper_ci"].notna().all() == has_limits


def test_aggregate_of_values_alone_needs_weights(absence, towns):
    scores = absence.drop(columns=["count", "denominator"]).assign(
        measure="value", value=[-1.0, 3.0, 2.0, 2.0]
    )
    with pytest.raises(TableError, match=r"absence.*not the mean of the values.*weights="):
        aggregate(scores, towns, by="town")
    weights = pd.Series([3, 1, 1, 1], index=towns["lsoa21cd"])
    found = aggregate(scores, towns, by="town", weights=weights).set_index("area_code")
    assert found["value"].to_dict() == {"Alsager": 2.0, "Crewe": 0.0}
    assert found["count"].isna().all()
    assert found.loc["Crewe", "state"] == "zero"
    with pytest.raises(TableError, match=r"E01000004.*needs a weight"):
        aggregate(scores, towns, by="town", weights=weights.iloc[:3])


def test_aggregate_refuses_membership_of_another_vintage(absence, towns):
    with pytest.raises(CodeError, match=r"area type lsoa21.*codes of lsoa11"):
        aggregate(
            absence, towns[["lsoa21cd", "town"]].set_axis(["lsoa11cd", "town"], axis=1), by="town"
        )


def test_aggregate_refuses_mixed_vintages(absence, towns):
    absence.loc[0, "area_type"] = "lsoa11"
    with pytest.raises(CodeError, match=r"2 area types \(lsoa11, lsoa21\)"):
        aggregate(absence, towns, by="town")


def test_aggregate_refuses_unknown_areas(absence, towns):
    with pytest.raises(CodeError, match=r"1 of 4 areas .*E01000004.*no town"):
        aggregate(absence, towns.iloc[:3], by="town")


def test_aggregate_refuses_an_area_in_two_groups(absence, towns):
    twice = pd.concat([towns, towns.head(1).assign(town="Nantwich")])
    with pytest.raises(CodeError, match=r"more than once .*E01000001"):
        aggregate(absence, twice, by="town")


def test_aggregate_refuses_a_key_that_stands_twice(absence, towns):
    with pytest.raises(TableError, match=r"1 of 5 rows have area_code E01000001"):
        aggregate(pd.concat([absence, absence.head(1)]), towns, by="town")


def test_aggregate_refuses_two_units_in_one_indicator(absence, towns):
    absence["unit"] = ["%", "%", "per 1,000", "%"]
    with pytest.raises(TableError, match=r"absence.*more than one unit.*%, per 1,000"):
        aggregate(absence, towns, by="town")


def test_aggregate_refuses_an_indicator_outside_the_catalogue(absence, towns):
    catalogue = pd.DataFrame({"indicator_id": ["neet"], "polarity": ["low_is_good"]})
    with pytest.raises(TableError, match=r"absence\) are not in the catalogue"):
        aggregate(absence, towns, by="town", catalogue=catalogue)


def test_aggregate_refuses_a_count_above_its_denominator_in_proportions_alone(absence, towns):
    absence.loc[0, "count"] = 151
    with pytest.raises(TableError, match=r"151.*E01000001.*above its denominator"):
        aggregate(absence, towns, by="town")
    assert len(aggregate(absence.assign(measure="rate"), towns, by="town")) == 2


def test_aggregate_to_england_needs_all_of_england(absence, towns):
    with pytest.raises(CodeError, match="4 of the 33755 areas"):
        aggregate(absence, towns, by="england")


def test_aggregate_of_an_empty_table_is_empty(absence, towns):
    assert len(aggregate(absence.head(0), towns, by="town")) == 0


def test_aggregate_keeps_sex_and_age_apart(absence, towns):
    both = pd.concat([absence.assign(sex="F"), absence.assign(sex="M", count=1)])
    found = aggregate(both, towns, by="borough")
    assert dict(zip(found["sex"], found["count"], strict=True)) == {"F": 30, "M": 4}


def test_aggregate_of_the_census_gives_englands_percentages(real_data):
    england = real_data / "england"
    census = pd.read_parquet(england / "census2021_indicators_lsoa21.parquet")
    lookup = pd.read_csv(england / "LSOA21_WD24_LAD24_EW_LU.csv").rename(columns=str.lower)
    found = aggregate(census.assign(measure="proportion"), lookup, by=["lad24cd", "england"])
    whole = found[found["area_type"] == "england"].set_index("indicator_id")
    assert whole["value"].round(2).to_dict() == CENSUS
    parts = found[found["area_type"] == "lad24"].groupby("indicator_id")[["count", "denominator"]]
    pd.testing.assert_frame_equal(parts.sum(), whole[["count", "denominator"]])


def test_one_pass_tells_repeats_in_sparse_and_dense_keys():
    """Few rows in a wide space of keys take the other road; both must see the repeat."""
    for size in (4, 10**9):
        assert rates._repeats(np.array([0, 3, 3]), size)
        assert not rates._repeats(np.array([0, 3, 1]), size)


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


@given(st.lists(st.integers(0, 50), min_size=8, max_size=8), st.randoms(use_true_random=False))
def test_aggregate_conserves_sums_in_any_order_of_rows(numbers, random):
    codes = [f"E0100000{i}" for i in range(4)]
    table = pd.DataFrame({"area_code": codes * 2, "count": numbers, "denominator": 50})
    table = table.assign(area_type="lsoa21", indicator_id=list("aaaabbbb"), period="2024")
    towns = pd.DataFrame({"lsoa21cd": codes, "town": [random.choice("XY") for _ in codes]})
    found = aggregate(table.assign(measure="rate"), towns, by="town")
    assert found["count"].sum() == sum(numbers)
    order = random.sample(range(8), 8)
    again = aggregate(table.iloc[order].assign(measure="rate"), towns.iloc[::-1], by="town")
    pd.testing.assert_frame_equal(again, found)
