"""Comparison with England and quantiles."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoWarning, TableError
from geo.statistics import comparison
from geo.statistics.comparison import compare, quantiles

INTERVALS = [(7, 9), (4, 6), (1, 3), (5, 6), (4, 5)]
"""Above, about, below and at either end of England's 5."""


@pytest.fixture
def indicators():
    """Five wards and England at 5; wards' values lie in the middle of their intervals."""
    table = pd.DataFrame([*INTERVALS, (4.9, 5.1)], columns=["lower_ci", "upper_ci"])
    return table.assign(
        area_code=[*"ABCDE", "E92000001"],
        area_type=["ward"] * 5 + ["england"],
        indicator_id="neet",
        period="2024",
        value=table.mean(axis=1).round(3),
        polarity="low_is_good",
    )


@pytest.mark.parametrize("n", [5, 10])
@pytest.mark.parametrize("first", ["high", "low"])
def test_quantiles_agree_with_expected_answers(conformance, n, first):
    expected = pd.read_csv(conformance / f"quantile_{n}_{first}_is_1.csv")
    found = quantiles(expected["value"], n=n, highest_is_first=first == "high")
    assert found.tolist() == expected["quantile"].tolist()


def test_quantiles_leave_missing_values_out_and_keep_the_index():
    values = pd.Series([4, None, 1, 3, 2], index=list("abcde"))
    found = quantiles(values, n=2, highest_is_first=False)
    assert found.index.tolist() == list("abcde")
    assert found.dropna().to_dict() == {"a": 2, "c": 1, "d": 2, "e": 1}
    assert found.isna().tolist() == [False, True, False, False, False]


@pytest.mark.parametrize("known", [0, 1, 9, 10])
def test_quantiles_of_fewer_values_than_groups_are_missing(known):
    values = pd.Series([*range(known), None, None], dtype=float)
    found = quantiles(values, n=10, highest_is_first=True)
    assert found.notna().sum() == (10 if known == 10 else 0)


@pytest.mark.parametrize(
    ("values", "n"),
    [([1, np.inf], 2), ([1, -np.inf], 2), (["a", "b"], 2), ([1, 2], 1), ([1, 2], 2.5)],
)
def test_quantiles_refuse_what_cannot_be_ranked(values, n):
    with pytest.raises(TableError):
        quantiles(pd.Series(values), n=n, highest_is_first=True)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40), st.integers(2, 10))
def test_quantiles_follow_the_order_of_values_and_equal_values_share(numbers, n):
    values = pd.Series(numbers)
    found = quantiles(values, n=n, highest_is_first=False)
    if len(values) < n:
        assert found.isna().all()
        return
    assert found.between(1, n).all()
    table = pd.DataFrame({"value": values, "quantile": found}).sort_values("value")
    assert table["quantile"].is_monotonic_increasing
    assert (table.groupby("value")["quantile"].nunique() == 1).all()


@pytest.mark.parametrize(
    ("polarity", "words"),
    [
        ("low_is_good", ["worse", "similar", "better", "similar", "similar"]),
        ("high_is_good", ["better", "similar", "worse", "similar", "similar"]),
        ("no_judgement", ["higher", "similar", "lower", "similar", "similar"]),
    ],
)
def test_compare_judges_by_polarity_and_touching_is_similar(indicators, polarity, words):
    found = compare(indicators.assign(polarity=polarity))
    assert found["comparison"].tolist() == [*words, "not_compared"]
    assert (found["benchmark_value"] == 5).all()
    assert found["quantile"].isna().all()


def test_compare_states_how_many_flags_chance_alone_gives(indicators):
    found = compare(indicators)
    assert found.attrs == {"comparisons": 5, "expected_false_flags": 0.25}


def test_compare_without_polarity_judges_nothing(indicators):
    found = compare(indicators.drop(columns="polarity"))
    assert set(found["comparison"]) == {"higher", "similar", "lower", "not_compared"}


def test_compare_takes_polarity_from_the_catalogue(indicators):
    catalogue = pd.DataFrame({"indicator_id": ["neet"], "polarity": ["high_is_good"]})
    found = compare(indicators.drop(columns="polarity"), catalogue=catalogue)
    assert found["comparison"].iloc[0] == "better"


def test_compare_refuses_a_polarity_that_is_no_word_of_ours(indicators):
    with pytest.raises(TableError, match=r"low is good.*low_is_good"):
        compare(indicators.assign(polarity="low is good"))


def test_compare_in_five_levels_needs_the_wider_interval_to_say_much(indicators):
    """A lies beyond both intervals, B beyond the 95% one alone, C within."""
    table = indicators.assign(lower_ci_998=indicators["lower_ci"] - 1)
    table = table.assign(upper_ci_998=indicators["upper_ci"] + 1)
    table.loc[1, ["lower_ci", "lower_ci_998"]] = [5.5, 4.9]
    found = compare(table, levels=5)["comparison"].tolist()
    assert found == ["much_worse", "worse", "much_better", "similar", "similar", "not_compared"]
    with pytest.raises(TableError, match=r"lower_ci_998.*confidence=\(0.95, 0.998\)"):
        compare(indicators, levels=5)


def test_compare_leaves_out_what_has_no_interval_value_or_benchmark(indicators):
    table = indicators.assign(state="value")
    table.loc[0, "upper_ci"] = np.nan
    table.loc[2, "value"] = np.nan
    table.loc[3, "period"] = "2023"
    table.loc[4, "state"] = "suppressed"
    found = compare(table)
    assert found["comparison"].tolist() == ["not_compared", "similar"] + ["not_compared"] * 4
    assert np.isnan(found.loc[3, "benchmark_value"])
    assert found.attrs["comparisons"] == 1


def test_compare_matches_sex_and_age(indicators):
    other = indicators.assign(sex="M", value=50.0)
    found = compare(pd.concat([indicators.assign(sex="F"), other], ignore_index=True))
    assert found.groupby("sex")["benchmark_value"].unique().map(list).to_dict() == {
        "F": [5],
        "M": [50],
    }


def test_compare_keeps_the_callers_index_and_input(indicators):
    table = indicators.set_index(pd.Index(list("uvwxyz")))
    before = table.copy(deep=True)
    assert compare(table).index.tolist() == list("uvwxyz")
    pd.testing.assert_frame_equal(table, before)


def test_compare_with_another_benchmark(indicators):
    found = compare(indicators, benchmark="B")
    assert found["comparison"].iloc[:3].tolist() == ["worse", "not_compared", "better"]


def test_compare_refuses_no_benchmark_or_several(indicators):
    with pytest.raises(TableError, match=r"0 areas are 'england'.*area types ward"):
        compare(indicators.head(5))
    with pytest.raises(TableError, match="5 areas are 'ward'"):
        compare(indicators, benchmark="ward")


def test_compare_refuses_crossed_limits_repeats_and_two_units(indicators):
    crossed = indicators.assign(lower_ci=indicators["upper_ci"] + 1)
    with pytest.raises(TableError, match=r"lower_ci .*may not be above upper_ci"):
        compare(crossed)
    with pytest.raises(TableError, match=r"1 of 7 rows.*\(row A\)"):
        compare(pd.concat([indicators, indicators.head(1)]))
    with pytest.raises(TableError, match="more than one unit"):
        compare(indicators.assign(unit=[*"%%%%%", "per 1,000"]))


def test_compare_refuses_other_levels(indicators):
    with pytest.raises(TableError, match="levels is 4"):
        compare(indicators, levels=4)


def test_compare_of_an_empty_table_is_empty(indicators):
    found = compare(indicators.head(0))
    assert len(found) == 0
    assert found.attrs["expected_false_flags"] == 0


@pytest.mark.parametrize(
    ("polarity", "fifths"),
    [
        ("low_is_good", [5, 4, 3, 2, 1]),
        ("high_is_good", [1, 2, 3, 4, 5]),
        ("no_judgement", [5, 4, 3, 2, 1]),
    ],
)
def test_quintile_one_is_the_worst_fifth_or_the_highest(indicators, polarity, fifths):
    table = indicators.assign(value=[1, 2, 3, 4, 5, 3], polarity=polarity)
    found = compare(table, levels="quintiles")
    assert found["quantile"].head(5).tolist() == fifths
    assert pd.isna(found["quantile"].iloc[5])
    assert found.attrs["comparisons"] == 0
    alone = compare(table.head(5), levels="quintiles")
    assert alone["quantile"].tolist() == fifths


def test_quintiles_are_five_of_as_many_areas_each(indicators):
    table = pd.concat([indicators.head(1)] * 30, ignore_index=True).assign(value=range(30))
    table["area_code"] = [f"E0500000{number:02}" for number in range(30)]
    found = compare(table.assign(polarity="high_is_good"), levels="quintiles")["quantile"]
    assert found.value_counts().to_dict() == dict.fromkeys(range(1, 6), 6)


def test_quintiles_leave_missing_suppressed_and_welsh_areas_out(indicators):
    """Six wards stay, of which 6 and 6 share a fifth."""
    table = pd.concat([indicators.head(1)] * 9, ignore_index=True)
    table["area_code"] = [*"ABCDEFGH", "W05000001"]
    table["value"] = [1, 2, 3, 4, 6, 6, None, 99, 100]
    table["state"] = ["value"] * 6 + ["missing", "suppressed", "value"]
    found = compare(table.assign(polarity="high_is_good"), levels="quintiles")["quantile"]
    assert found.isna().tolist() == [False] * 6 + [True] * 3
    assert found.iloc[4] == found.iloc[5]
    assert found.iloc[0] == 1


def test_quintiles_of_a_part_of_england_warn(indicators):
    table = indicators.assign(area_type=["lsoa21"] * 5 + ["england"])
    with pytest.warns(GeoWarning, match="of only 5 areas lsoa21.*33755"):
        compare(table, levels="quintiles")


def test_compare_in_five_levels_leaves_out_what_has_one_interval_alone(indicators):
    """A lies above England by its 95% interval, but has no wider one."""
    table = indicators.assign(lower_ci_998=indicators["lower_ci"] - 1)
    table = table.assign(upper_ci_998=[np.nan, *(indicators["upper_ci"].iloc[1:] + 1)])
    found = compare(table, levels=5)
    assert found["comparison"].iloc[0] == "not_compared"
    assert found.attrs["comparisons"] == 4


def test_compare_in_five_levels_says_nothing_of_limits_that_are_mixed_up(indicators):
    """A lies beyond limits of 99.8% that are narrower than those of 95%, within which it lies."""
    table = indicators.assign(lower_ci_998=indicators["lower_ci"], lower_ci=0.0)
    table = table.assign(upper_ci_998=indicators["upper_ci"], upper_ci=100.0)
    assert compare(table, levels=5)["comparison"].tolist() == [*["similar"] * 5, "not_compared"]


def test_compare_in_five_levels_without_judgement_says_higher_or_lower(indicators):
    table = indicators.assign(lower_ci_998=indicators["lower_ci"], polarity="no_judgement")
    found = compare(table.assign(upper_ci_998=indicators["upper_ci"]), levels=5)["comparison"]
    assert found.tolist() == ["higher", "similar", "lower", "similar", "similar", "not_compared"]


def test_compare_refuses_a_missing_key_and_an_infinite_limit(indicators):
    with pytest.raises(TableError, match=r"indicator_id .*every row needs one"):
        compare(indicators.assign(indicator_id=[None, *["neet"] * 5]))
    with pytest.raises(TableError, match=r"lower_ci -inf .*finite"):
        compare(indicators.assign(lower_ci=-np.inf))


def test_compare_takes_categories_nullable_numbers_and_a_repeated_index(indicators):
    names = ["area_code", "area_type", "indicator_id", "period", "polarity"]
    table = indicators.astype(dict.fromkeys(names, "category") | {"value": "Float64"})
    found = compare(table.set_axis([1] * 6))
    assert found["comparison"].tolist() == compare(indicators)["comparison"].tolist()
    assert found.index.tolist() == [1] * 6


def test_quintiles_warn_where_one_indicator_alone_covers_a_part(indicators, monkeypatch):
    monkeypatch.setitem(comparison.VINTAGES, "lsoa21", 5)
    whole = indicators.assign(area_type=["lsoa21"] * 5 + ["england"])
    assert compare(whole, levels="quintiles")["quantile"].notna().sum() == 5
    part = whole.iloc[[0, 5]].assign(indicator_id="other")
    with pytest.warns(GeoWarning, match="only 1 areas lsoa21"):
        compare(pd.concat([whole, part]), levels="quintiles")


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 10)), min_size=1, max_size=20),
    st.integers(-20, 20),
    st.randoms(use_true_random=False),
)
def test_comparison_is_antisymmetric_in_polarity_and_blind_to_order(areas, target, random):
    table = pd.DataFrame(areas, columns=["value", "half"])
    table = table.assign(area_code=[f"W{i}" for i in range(len(areas))], area_type="ward")
    england = {"value": target, "half": 0, "area_code": "E92000001", "area_type": "england"}
    table = pd.concat([table, pd.DataFrame([england])], ignore_index=True)
    table = table.assign(lower_ci=table["value"] - table["half"], indicator_id="a", period="1")
    table["upper_ci"] = table["value"] + table["half"]
    high = compare(table.assign(polarity="high_is_good"))["comparison"]
    low = compare(table.assign(polarity="low_is_good"))["comparison"]
    swap = {"better": "worse", "worse": "better"}
    assert high.replace(swap).tolist() == low.tolist()
    order = random.sample(range(len(table)), len(table))
    again = compare(table.iloc[order].assign(polarity="low_is_good"))["comparison"]
    pd.testing.assert_series_equal(again.sort_index(), low)


def test_compare_divides_a_benchmark_given_as_counts():
    table = pd.DataFrame(
        {
            "area_code": ["Crewe", "E92000001"],
            "area_type": ["town", "england"],
            "indicator_id": "neet",
            "period": "2024",
            "count": [90, 50],
            "denominator": [1000, 1000],
            "value": [9.0, None],
            "lower_ci": [7.0, None],
            "upper_ci": [11.0, None],
            "measure": "proportion",
            "polarity": "low_is_good",
        }
    )
    found = compare(table)
    assert found["benchmark_value"].tolist() == [5, 5]
    assert found["comparison"].tolist() == ["worse", "not_compared"]
    hidden = compare(table.assign(state=["value", "suppressed"]))
    assert hidden["comparison"].tolist() == ["not_compared", "not_compared"]


def test_compare_with_one_limit_alone_asks_for_the_other(indicators):
    with pytest.raises(TableError, match="No columns lower_ci, upper_ci in the indicators"):
        compare(indicators.drop(columns="upper_ci"))


def test_quintiles_of_one_area_warn(indicators):
    table = indicators.iloc[[0, 5]].assign(area_type=["lsoa21", "england"])
    with pytest.warns(GeoWarning, match="of only 1 areas lsoa21"):
        compare(table, levels="quintiles")


def test_compare_divides_a_benchmark_by_a_denominator_of_one(indicators):
    table = indicators.assign(
        measure="proportion", multiplier=1.0, count=np.nan, denominator=np.nan
    )
    last = table.index[-1]
    table.loc[last, ["value", "count", "denominator"]] = [np.nan, 1.0, 1.0]
    assert compare(table)["benchmark_value"].iloc[0] == 1


@pytest.mark.parametrize(
    ("key", "england", "areas"),
    [
        ("period", "2023-24", "2023/24"),
        ("sex", "All", "Persons"),
        ("age", "10 to 11 years", "10-11 yrs"),
    ],
)
def test_compare_reads_spellings_of_the_same_as_one(key, england, areas):
    table = labels_apart(key, england, areas)
    out = compare(table)
    assert out["benchmark_value"].tolist() == [5, 5, 5]
    assert out[key].tolist() == [areas, areas, england]


@pytest.mark.parametrize(
    ("key", "england", "areas"),
    [("period", "2022/23", "2023/24"), ("sex", "Male", "Persons"), ("age", "5 yrs", "4-5 yrs")],
)
def test_compare_tells_both_labels_where_they_differ(key, england, areas):
    notes = []
    out = compare(labels_apart(key, england, areas), notes=notes)
    assert out["comparison"].tolist() == ["not_compared"] * 3
    (told,) = notes
    assert all(label in told for label in (areas, england))


def test_compare_names_both_spellings_of_a_row_that_stands_twice():
    table = labels_apart("period", "2023-24", "2023/24")
    twice = pd.concat([table, table.head(1).assign(period="2023-24")], ignore_index=True)
    with pytest.raises(TableError, match=r"1 of 4 rows .*\(Crewe: 2023/24 beside 2023-24\).*one"):
        compare(twice)


def labels_apart(key, england, areas):
    table = pd.DataFrame(
        {
            "area_code": ["Crewe", "Poynton", "E92000001"],
            "area_type": ["town", "town", "england"],
            "indicator_id": "neet",
            "period": "2023/24",
            "value": [9.0, 3.0, 5.0],
            "lower_ci": [7.0, 2.0, 4.9],
            "upper_ci": [11.0, 4.0, 5.1],
        }
    )
    return table.assign(**{key: [areas, areas, england]})


def test_quintiles_of_fewer_than_five_areas_are_missing_and_told(indicators):
    notes = []
    found = compare(indicators.iloc[1:], levels="quintiles", notes=notes)
    assert found["quantile"].isna().all()
    kind = indicators["area_type"].iloc[1]
    assert notes == [f"There are no quintiles of neet by {kind}: fewer than 5 areas have a number; "
                     "give those of all of England."]  # fmt: skip
