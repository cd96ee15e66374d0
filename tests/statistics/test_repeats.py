"""Events of which one person may have several: counted, and intervals wide enough for them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import TableError
from geo.statistics.aggregation import aggregate
from geo.statistics.rates import rate
from geo.statistics.repeats import repeated_events
from geo.statistics.standardisation import directly_standardised_rate


@pytest.fixture
def ages():
    """Three age bands of North: people who had one and two events, after a published example."""
    return pd.DataFrame(
        {
            "area": "North",
            "age": ["0-19", "20-64", "65+"] * 2,
            "events_each": [1] * 3 + [2] * 3,
            "people": [10, 20, 15, 1, 2, 3],
        }
    )


def with_people(events, **columns):
    size = {"denominator": [5000, 12_000, 3000], "standard_population": [5500, 12_500, 3500]}
    return events.assign(**size, **columns)


def test_repeated_events_counts_events_people_and_squares(ages):
    found = repeated_events(ages, by=["area", "age"])
    assert found["count"].tolist() == [12, 24, 21]
    assert found["people"].tolist() == [11, 22, 18]
    assert found["events_squared"].tolist() == [14, 28, 27]


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 5)), min_size=1, max_size=40))
def test_repeated_events_of_a_list_are_those_of_its_frequencies(events):
    table = pd.DataFrame(events, columns=["ward", "child"])
    each = table.value_counts(["ward", "child"]).rename("events_each").reset_index()
    people = each.value_counts(["ward", "events_each"]).rename("people").reset_index()
    pd.testing.assert_frame_equal(
        repeated_events(table, by="ward", person="child"), repeated_events(people, by="ward")
    )


def test_directly_standardised_rate_of_repeated_events_worked_by_hand(ages):
    """The rate is that of all events; its variance that of people by number of events."""
    bands = with_people(repeated_events(ages, by=["area", "age"]))
    found = directly_standardised_rate(bands, by="area").iloc[0]
    plain = directly_standardised_rate(bands.drop(columns="events_squared"), by="area").iloc[0]
    assert found["value"] == plain["value"]
    weight = np.array([5500 / 5000, 12_500 / 12_000, 3500 / 3000]) / 21_500
    variance = (weight**2 * ([10 + 4 * 1, 20 + 4 * 2, 15 + 4 * 3])).sum()
    independent = (weight**2 * [12, 24, 21]).sum()
    for limit in ("lower_ci", "upper_ci"):
        away, before = found[limit] - found["value"], plain[limit] - plain["value"]
        assert away / before == pytest.approx(np.sqrt(variance / independent), rel=1e-12)
    # Byar's upper limit of 57 events
    byar = 58 * (1 - 1 / (9 * 58) + 1.959963984540054 / (3 * np.sqrt(58))) ** 3
    upper = found["value"] + np.sqrt(variance / 57) * (byar - 57) * 100_000
    assert found["upper_ci"] == pytest.approx(upper, rel=1e-12)


@pytest.mark.parametrize("measure", ["rate", "standardised"])
def test_single_events_have_the_interval_of_independent_ones(ages, measure):
    bands = with_people(repeated_events(ages[ages["events_each"] == 1], by=["area", "age"]))
    plain = bands.drop(columns="events_squared")
    if measure == "rate":
        single, independent = rate(bands, by="area"), rate(plain, by="area")
    else:
        single, independent = (directly_standardised_rate(t, by="area") for t in (bands, plain))
    columns = ["value", "lower_ci", "upper_ci"]
    np.testing.assert_allclose(single[columns], independent[columns], rtol=1e-12)


def test_rate_of_repeated_events_sums_squares_before_it_widens():
    wards = pd.DataFrame({"town": "Crewe", "count": [10, 30], "denominator": 1000,
                          "events_squared": [40, 120]})  # fmt: skip
    found = rate(wards, by="town", multiplier=1000).iloc[0]
    plain = rate(wards.drop(columns="events_squared"), by="town", multiplier=1000).iloc[0]
    assert found["events_squared"] == 160
    for limit in ("lower_ci", "upper_ci"):
        assert found[limit] - 20 == pytest.approx(2 * (plain[limit] - 20), rel=1e-12)


def test_rate_of_no_events_or_of_one_child_has_a_lower_limit_of_nothing():
    table = pd.DataFrame({"count": [0, 9], "denominator": 100, "events_squared": [0, 81]})
    found = rate(table, multiplier=100)
    assert found["lower_ci"].tolist() == [0, 0]
    assert found["upper_ci"].iloc[0] == pytest.approx(3.688879454113935)


def test_areas_that_differ_by_chance_are_flagged_at_the_nominal_five_per_cent():
    """Some 12% are where one child's events are taken for those of several."""
    rng = np.random.default_rng(1)
    each, chance = np.array([1, 2, 3, 4]), [0.7, 0.2, 0.07, 0.03]
    children = np.array([rng.multinomial(people, chance) for people in rng.poisson(60, 20_000)])
    table = pd.DataFrame({"count": children @ each, "denominator": 5000,
                          "events_squared": children @ each**2})  # fmt: skip
    true = 60 * (each @ np.array(chance)) / 5000 * 1000

    def flagged(found):
        return ((found["lower_ci"] > true) | (found["upper_ci"] < true)).mean()

    assert flagged(rate(table.drop(columns="events_squared"), multiplier=1000)) > 0.11
    assert flagged(rate(table, multiplier=1000)) == pytest.approx(0.05, abs=0.01)


def test_suppressed_counts_give_no_squares_away():
    table = pd.DataFrame({"town": ["A", "A"], "count": [3, 30], "denominator": 100,
                          "events_squared": [5, 40], "state": ["suppressed", "value"]})  # fmt: skip
    found = rate(table, by="town")
    assert found[["count", "events_squared", "value", "upper_ci"]].isna().all(axis=None)


@pytest.mark.parametrize("squared", [9, 101, None, -1])
def test_rate_refuses_squares_that_cannot_be(squared):
    table = pd.DataFrame({"count": [10.0], "denominator": [50], "events_squared": [squared]})
    with pytest.raises(TableError, match="events_squared"):
        rate(table)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"people": 1.5}, {}, "people .*whole numbers"),
        ({"events_each": None}, {}, "events_each .*whole numbers"),
        ({"child": None}, {"person": "child"}, "every event needs somebody"),
        ({}, {"person": "pupil"}, "pupil"),
        ({"count": 1}, {"by": "count"}, "cannot be told by count"),
    ],
)
def test_repeated_events_refuses_what_cannot_be_counted(ages, change, options, message):
    with pytest.raises(TableError, match=message):
        repeated_events(ages.assign(**change), **({"by": "area"} | options))


def test_aggregate_does_not_drop_squares_in_silence():
    table = pd.DataFrame({"area_code": ["E01000001"], "area_type": "lsoa21", "indicator_id": "x",
                          "period": "2024", "count": 3, "denominator": 9, "measure": "rate",
                          "events_squared": 5})  # fmt: skip
    towns = pd.DataFrame({"lsoa21cd": ["E01000001"], "town": "Crewe"})
    with pytest.raises(TableError, match=r"events_squared is not carried .* geo\.rate\(by=…\)"):
        aggregate(table, towns, by="town")
