"""Before and after."""

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
