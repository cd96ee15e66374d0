"""Before and after."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from geo.errors import TableError
from geo.targeting.effect import difference_in_differences, persistently_deprived


def test_histories():
    deciles = {"always": [1, 2, 3], "never": [4, 9, 8], "came": [5, 3, 1], "went": [1, 1, 4],
               "came and went": [5, 2, 5], "not comparable": [1, None, 1]}  # fmt: skip
    table = pd.DataFrame(deciles, index=[2010, 2015, 2019]).T.rename_axis("area_code")
    table = table.add_prefix("d").reset_index()
    releases = {2019: "d2019", 2010: "d2010", 2015: "d2015"}
    found = persistently_deprived(table, releases=releases)
    assert found["history"].tolist() == list(deciles)
    assert found["times"].tolist() == [3, 0, 2, 2, 1, 2]
    with pytest.raises(TableError, match="two releases or more"):
        persistently_deprived(table, releases={2019: "d2019"})
    with pytest.raises(TableError, match="from 1 to 10"):
        persistently_deprived(table.assign(d2010=11), releases=releases)


def made(rng, effect=0.0, areas=120):
    """Areas that differ, change together, and each by itself; targeted ones change by more."""
    people = rng.integers(150, 900, (2, areas))
    rate = 0.15 * np.exp(rng.normal(0, 0.3, areas))
    after = (
        rate * np.exp(rng.normal(0.05, 0.1, areas)) * np.where(np.arange(areas) < 36, 1 + effect, 1)
    )
    table = pd.DataFrame({"area_code": np.arange(areas).astype(str)})
    table["targeted"] = np.arange(areas) < 36
    for when, own, n in (("before", rate, people[0]), ("after", after, people[1])):
        table[f"count_{when}"] = rng.binomial(n, np.minimum(own, 1))
        table[f"denominator_{when}"] = n
    return table


def _covered(times):
    rng = np.random.default_rng(9)
    found = [difference_in_differences(made(rng)) for _ in range(times)]
    return np.mean([one.lower_ci <= 0 <= one.upper_ci for one in found])


def test_changes_are_those_of_summed_counts_and_the_effect_is_found():
    table = made(np.random.default_rng(1), effect=-0.4)
    found = difference_in_differences(table)
    rates = table.groupby("targeted").sum(numeric_only=True)
    change = 100 * (
        rates["count_after"] / rates["denominator_after"]
        - rates["count_before"] / rates["denominator_before"]
    )
    assert found.targeted == pytest.approx(change[True])
    assert found.difference == pytest.approx(change[True] - change[False])
    assert found.upper_ci < 0
    assert found.areas == (36, 84)
    assert "chance alone would seldom" in found.sentences()[1]
    assert "cannot show" in found.sentences()[2]


def test_others_are_matched_one_to_one_by_what_is_most_alike():
    table = made(np.random.default_rng(1), effect=-0.4)
    score = np.where(table["targeted"], 40.0, 10.0) + np.random.default_rng(2).normal(0, 8, 120)
    table = table.assign(imd_score=score)
    found = difference_in_differences(table, matched_by="imd_score")
    assert found.areas == (36, 36)
    by, now, before = found.matched
    assert by == "imd_score"
    assert now < before
    assert "as like it by imd_score as can be" in found.sentences()[0]
    # The least in all: of pairs in order of score, by every other choice of the last few.
    few = (
        table.sort_values("imd_score")
        .iloc[[*range(6), *range(-4, 0)]]
        .assign(targeted=[False] * 6 + [True] * 4)
    )
    kept = difference_in_differences(few, matched_by="imd_score").matched[1]
    others, mean = few["imd_score"].iloc[:6], few["imd_score"].iloc[6:].mean()
    nearest = min(abs(mean - others.iloc[list(c)].mean()) for c in combinations(range(6), 4))
    assert kept == pytest.approx(nearest)


def test_matching_finds_no_effect_where_change_goes_by_deprivation():
    """High rates fall by themselves: matched areas fall as much, all others do not."""
    rng = np.random.default_rng(5)
    score = np.r_[rng.uniform(20, 60, 30), rng.uniform(0, 60, 200)]
    rate = 0.02 + score / 600
    table = pd.DataFrame(
        {"area_code": [f"a{i}" for i in range(230)], "imd_score": score,
         "denominator_before": 40_000, "denominator_after": 40_000,
         "count_before": rng.poisson(40_000 * rate)}
    ).assign(
        targeted=np.arange(230) < 30, count_after=rng.poisson(40_000 * (rate - score / 3000))
    )  # fmt: skip
    plain = difference_in_differences(table)
    matched = difference_in_differences(table, matched_by="imd_score")
    assert abs(matched.difference) < abs(plain.difference)
    assert matched.lower_ci <= 0 <= matched.upper_ci


def test_what_has_no_match_is_refused():
    table = made(np.random.default_rng(1)).assign(imd_score=1.0)
    with pytest.raises(TableError, match="every area needs one to be matched"):
        difference_in_differences(table.assign(imd_score=np.nan), matched_by="imd_score")
    turned = table.assign(targeted=~table["targeted"])
    with pytest.raises(TableError, match="84 areas are targeted and 36 are not"):
        difference_in_differences(turned, matched_by="imd_score")


def test_intervals_are_about_right():
    assert 0.85 <= _covered(60) <= 1


@pytest.mark.slow
def test_intervals_cover_at_their_confidence():
    assert abs(_covered(1000) - 0.95) <= 0.02


def test_bad_input_is_refused():
    table = made(np.random.default_rng(1))
    for wrong, message in (
        (table.assign(targeted="yes"), "true and false"),
        (table.assign(targeted=False), "two or more"),
        (table.assign(count_after=-1), "from 0 up"),
        (table.assign(count_after=np.nan), "leave out what is not shown"),
        (table.assign(denominator_before=0), "without people"),
        (table.drop(columns="count_before"), "No column count_before"),
    ):
        with pytest.raises(TableError, match=message):
            difference_in_differences(wrong)
