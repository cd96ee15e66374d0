"""Indicators summed to larger areas: sums conserved, never averaged, refused when in doubt."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CodeError, TableError
from geo.statistics import aggregation
from geo.statistics.aggregation import aggregate

CENSUS = {
    "disability": 17.30,
    "households_deprived_2plus": 18.11,
    "households_deprived_3plus": 3.94,
    "overcrowded_households": 4.37,
    "social_rented": 17.09,
    "private_rented": 20.46,
    "ethnic_group_other_than_white": 18.95,
}


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
    with pytest.raises(TableError, match=r"count … \(row E01000001\).*above its denominator"):
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
        assert aggregation._repeats(np.array([0, 3, 3]), size)
        assert not aggregation._repeats(np.array([0, 3, 1]), size)


def test_aggregate_does_not_know_the_people_of_an_unlisted_area(absence, towns):
    found = aggregate(absence.drop(index=1), towns, by="town").set_index("area_code")
    assert np.isnan(found.loc["Crewe", "denominator"])
    absence.loc[0, "count"] = np.nan
    found = aggregate(absence, towns, by="town").set_index("area_code")
    assert found["denominator"].to_dict() == {"Crewe": 200, "Alsager": 200}


def test_aggregate_takes_years_as_numbers_and_text_in_one_column(absence, towns):
    other = absence.assign(period="2023/24", count=1)
    found = aggregate(pd.concat([absence.assign(period=2024), other]), towns, by="borough")
    assert dict(zip(found["period"], found["count"], strict=True)) == {2024: 30, "2023/24": 4}


def test_aggregate_takes_categories(absence, towns):
    names = ["area_code", "area_type", "indicator_id", "period", "measure", "state"]
    found = aggregate(absence.astype(dict.fromkeys(names, "category")), towns, by="town")
    plain = aggregate(absence, towns, by="town")
    assert found.astype(object).to_dict("list") == plain.astype(object).to_dict("list")


def test_aggregate_to_the_areas_themselves_divides_each(absence, towns):
    found = aggregate(absence, towns, by="lsoa21cd")
    assert found["area_code"].tolist() == towns["lsoa21cd"].tolist()
    assert found["value"].tolist() == pytest.approx([100 / 15, 40, 0, 0])


def test_aggregate_refuses_to_call_a_few_wards_england(absence, towns):
    wards = absence.assign(area_type="wd24").head(1).assign(area_code="E05000001")
    with pytest.raises(CodeError, match=r"1 codes of wd24.*column that says England"):
        aggregate(wards, towns[["wd24cd"]], by="england")


def test_aggregate_to_england_leaves_wales_out(absence):
    codes = [f"E01{i:06d}" for i in range(1, 33756)] + ["W01000001"]
    england = pd.DataFrame({"area_code": codes[:-1], "count": 1, "denominator": 2})
    england = england.assign(**absence.loc[0, ["area_type", "indicator_id", "period", "measure"]])
    found = aggregate(england, pd.DataFrame({"lsoa21cd": codes}), by="england")
    assert found["count"].tolist() == [33755]
    wales = england.head(1).assign(area_code="W01000001")
    with pytest.raises(CodeError, match=r"W01000001\) have no england"):
        aggregate(wales, pd.DataFrame({"lsoa21cd": codes}), by="england")


@pytest.mark.parametrize("by", [[], ["town", "town"]])
def test_aggregate_refuses_no_level_or_one_twice(absence, towns, by):
    with pytest.raises(TableError, match="several different"):
        aggregate(absence, towns, by=by)


@pytest.mark.parametrize("multiplier", ["per 1,000", 0, -1, np.inf])
def test_aggregate_refuses_a_multiplier_that_is_no_positive_number(absence, towns, multiplier):
    with pytest.raises(TableError, match=r"multiplier .*\(row absence\)"):
        aggregate(absence.assign(multiplier=multiplier), towns, by="town")


def test_aggregate_fills_gaps_in_the_indicators_from_the_catalogue(absence, towns):
    catalogue = pd.DataFrame({"indicator_id": ["absence"], "measure": ["rate"], "multiplier": [10]})
    found = aggregate(absence.assign(measure=None), towns, by="town", catalogue=catalogue)
    assert found.set_index("area_code").loc["Crewe", "value"] == pytest.approx(1.5)
    assert found["measure"].tolist() == ["rate", "rate"]


def test_aggregate_refuses_weights_that_stand_twice_or_are_infinite(absence, towns):
    scores = absence.drop(columns=["count", "denominator"]).assign(measure="value", value=1.0)
    weights = pd.Series(1.0, index=towns["lsoa21cd"])
    with pytest.raises(TableError, match="more than one value for E01000001"):
        aggregate(scores, towns, by="town", weights=pd.concat([weights, weights.head(1)]))
    weights.iloc[0] = np.inf
    with pytest.raises(TableError, match=r"E01000001.*finite"):
        aggregate(scores, towns, by="town", weights=weights)


def test_aggregate_refuses_a_missing_key(absence, towns):
    for key in ("area_code", "area_type", "indicator_id", "period"):
        absent = absence.assign(**{key: [None, *absence[key].iloc[1:]]})
        with pytest.raises(TableError, match=f"1 of 4 rows have {key}"):
            aggregate(absent, towns, by="town")


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


def test_aggregate_gives_the_columns_it_names_and_no_others(absence, towns):
    found = aggregate(absence, towns, by="town")
    assert set(found) == {
        "area_code", "area_type", "indicator_id", "period", "count", "denominator", "value",
        "lower_ci", "upper_ci", "state", "missing_areas", "measure",
    }  # fmt: skip


def test_aggregate_of_one_area_needs_no_weights_where_it_has_a_count(absence, towns):
    """A count in one row is a count: the value beside it is not taken for a value alone."""
    one = absence.iloc[:1].assign(value=6.67)
    found = aggregate(one, towns.iloc[:1], by="town")
    assert found["count"].tolist() == [10]


def test_aggregate_names_areas_first(absence, towns):
    assert list(aggregate(absence, towns, by="town"))[:2] == ["area_code", "area_type"]


def test_aggregate_takes_a_weight_of_zero(absence, towns):
    """An LSOA in which nobody lives weighs nothing: Crewe is its other LSOA."""
    alone = absence.drop(columns=["count", "denominator"]).assign(value=[4.0, 8.0, 1.0, 1.0])
    weights = pd.Series([0, 10, 5, 5], index=towns["lsoa21cd"])
    found = aggregate(alone, towns, by="town", weights=weights).set_index("area_code")
    assert found.loc["Crewe", "value"] == 8


def test_aggregate_of_one_value_alone_needs_a_weight(absence, towns):
    one = absence.iloc[:1].drop(columns=["count", "denominator"]).assign(value=6.67)
    with pytest.raises(TableError, match="weights="):
        aggregate(one, towns.iloc[:1], by="town")


def test_aggregate_calls_the_borough_the_borough(absence, towns):
    found = aggregate(absence, towns, by=["lsoa21cd", "borough"])
    assert found.loc[found["area_type"] == "borough", "area_code"].tolist() == ["borough"]
    assert found.loc[found["area_type"] == "lsoa21", "area_code"].tolist() == list(
        towns["lsoa21cd"]
    )


def test_aggregate_says_what_is_missing(absence, towns):
    absence.loc[0, ["count", "state"]] = [np.nan, "missing"]
    found = aggregate(absence, towns, by="town").set_index("area_code")["state"]
    assert found.to_dict() == {"Alsager": "zero", "Crewe": "missing"}


@given(
    st.lists(st.lists(st.integers(0, 90), max_size=5), min_size=6, max_size=6),
    st.sampled_from(["mean", "count"]),
)
def test_aggregate_carries_the_largest_contributions_to_every_level(people, measure):
    """The largest three of a group are those of all of its people, over groups nested or not."""
    codes = [f"E0100000{i}" for i in range(6)]
    members = pd.DataFrame({"lsoa21cd": codes, "town": list("XXYYYZ"), "half": list("ababab")})
    table = pd.DataFrame(
        {
            "area_code": codes,
            "area_type": "lsoa21",
            "indicator_id": "fines",
            "period": "2024",
            "measure": measure,
            "denominator": [max(len(own), 1) for own in people],
            "count": [np.nan if measure == "mean" else sum(own) for own in people],
            "value": [sum(own) / max(len(own), 1) for own in people],
        }
    )
    columns = ["largest_1", "largest_2", "largest_3"]
    for at, column in enumerate(columns):
        table[column] = [(sorted(own, reverse=True) + [0] * 3)[at] for own in people]
    found = aggregate(table, members, by=["town", "half", "borough"]).set_index("area_code")
    members = members.assign(borough="borough", people=people)
    for level in ("town", "half", "borough"):
        for code, own in members.groupby(level)["people"]:
            everyone = sorted((one for some in own for one in some), reverse=True)
            assert found.loc[code, columns].tolist() == (everyone + [0] * 3)[:3]


def test_aggregate_does_not_know_the_largest_of_a_group_with_an_unknown_contribution(
    absence, towns
):
    table = absence.assign(measure="count", largest_1=[4.0, np.nan, 0, 0], largest_2=0.0)
    found = aggregate(table, towns, by="town").set_index("area_code")
    assert found.loc["Crewe", ["largest_1", "largest_2"]].isna().all()
    assert found.loc["Alsager", ["largest_1", "largest_2"]].tolist() == [0, 0]
    unlisted = aggregate(table.iloc[[0, 2, 3]], towns, by="town").set_index("area_code")
    assert np.isnan(unlisted.loc["Crewe", "largest_1"])
    hidden = table.assign(largest_1=3.0, state=["suppressed", "value", "zero", "zero"])
    found = aggregate(hidden, towns, by="town").set_index("area_code")
    assert np.isnan(found.loc["Crewe", "largest_1"])
    with pytest.raises(TableError, match="largest_2 .*; allowed are finite numbers from 0 up"):
        aggregate(table.assign(largest_2=-1.0), towns, by="town")
