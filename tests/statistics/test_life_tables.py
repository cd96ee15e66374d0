"""Life expectancy: against published figures, numbers worked by hand, and other group counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import TableError
from geo.statistics.life_tables import life_expectancy


@pytest.fixture
def published(conformance):
    """Twenty age groups, and life expectancy at each age after Chiang and Silcocks."""
    return pd.read_csv(conformance / "life_expectancy_950.csv")


def deaths_of(published, **columns):
    names = {"population": "denominator", "deaths": "count"}
    return published.rename(columns=names)[["start_age", "count", "denominator"]].assign(**columns)


def shrunk(table, last):
    """The same deaths and people with one open age group from ``last`` on."""
    starts = table["start_age"].clip(upper=last)
    return table.groupby(starts)[["count", "denominator"]].sum().reset_index()


def test_life_expectancy_agrees_with_published_figures(published):
    """They are printed to eight or nine digits."""
    found = life_expectancy(deaths_of(published))
    for ours, theirs in {"value": "value", "lower_ci": "lowercl", "upper_ci": "uppercl"}.items():
        np.testing.assert_allclose(found[ours], published[theirs], rtol=1e-7)
    assert found["reason"].eq("").all()


def test_life_expectancy_worked_by_hand():
    """Of 1: 0.9 live to 20 (q = 20·M / (1 + 10·M) = 0.1), then 1/0.05 = 20 years each."""
    rate = 0.1 / 19
    table = pd.DataFrame({"start_age": [10, 30], "count": [rate * 190_000, 500],
                          "denominator": [190_000, 10_000]})  # fmt: skip
    found = life_expectancy(table)
    assert found["value"].to_numpy() == pytest.approx([20 * 0.95 + 0.9 * 20, 20], rel=1e-12)
    # The open group: standard error 1 / (M √deaths); below it q's own is 0.1 √(0.9 / 1000).
    last = 1 / (0.05 * np.sqrt(500))
    first = np.sqrt(0.1**2 * 0.9 / 1000 * (10 + 20) ** 2 + (0.9 * last) ** 2)
    half = (found["upper_ci"] - found["lower_ci"]) / 2 / 1.96
    assert half.to_numpy() == pytest.approx([first, last], rel=1e-12)


@pytest.mark.parametrize("last", [90, 85, 75, 65])
def test_life_expectancy_of_fewer_age_groups_ends_where_they_end(published, last):
    table = shrunk(deaths_of(published), last)
    found = life_expectancy(table)
    assert len(found) == (table["start_age"] <= last).sum()
    oldest = table.iloc[-1]
    assert found["value"].iloc[-1] == pytest.approx(oldest["denominator"] / oldest["count"])
    assert found["value"].iloc[0] == pytest.approx(published["value"].iloc[0], abs=0.5)


@given(st.permutations(range(20)))
def test_life_expectancy_does_not_mind_the_order_of_rows(order):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"start_age": [0, 1, *range(5, 95, 5)], "denominator": 5000.0,
                          "count": rng.integers(1, 400, 20)})  # fmt: skip
    pd.testing.assert_frame_equal(
        life_expectancy(table.iloc[order]), life_expectancy(table), check_exact=True
    )


def test_life_expectancy_of_groups_is_that_of_each_alone(published):
    men, women = deaths_of(published, sex="Male"), deaths_of(published, sex="Female")
    men["count"] *= 2
    both = life_expectancy(pd.concat([women, men]), by="sex", confidence=(0.95, 0.998))
    alone = life_expectancy(men, confidence=(0.95, 0.998))
    own = both[both["sex"] == "Male"].drop(columns="sex").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)
    assert both["sex"].tolist() == ["Female"] * 20 + ["Male"] * 20
    assert (both["lower_ci_998"] < both["lower_ci"]).all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.assign(denominator=t["denominator"] / 1000), "fewer than 5,000 people"),
        (lambda t: t.assign(count=t["count"].where(t["start_age"] < 90, 0)), "no deaths in the"),
        (lambda t: t.assign(count=t["count"].where(t["start_age"] != 40)), "no count or no people"),
        (lambda t: t.assign(denominator=t["denominator"].where(t["start_age"] > 5, 0)),
         "no count or no people"),
        (lambda t: t.assign(count=t["count"].where(t["start_age"] != 40, 40_000)),
         "more deaths in an age group than"),
        (lambda t: t.assign(state=np.where(t["start_age"] == 5, "suppressed", "value")),
         "no count or no people"),
    ],
)  # fmt: skip
def test_life_expectancy_that_cannot_be_given_says_why(published, change, reason):
    found = life_expectancy(change(deaths_of(published)))
    assert found[["value", "lower_ci", "upper_ci"]].isna().all(axis=None)
    assert found["reason"].str.contains(reason).all()


def test_life_expectancy_takes_own_fractions_where_infants_are_not_apart(published):
    table = deaths_of(published)
    table["start_age"] = table["start_age"].replace(1, 0)
    merged = table.groupby("start_age", as_index=False).sum()
    with pytest.raises(TableError, match=r"age group 0 to 5 holds infants .* split it at 1, or"):
        life_expectancy(merged)
    merged["fraction"] = [0.1, *[np.nan] * 18]
    found = life_expectancy(merged)
    assert found["value"].iloc[0] == pytest.approx(published["value"].iloc[0], abs=0.1)
    assert "fraction" not in found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(start_age=5), "each may stand once in a group"),
        (lambda t: t.head(1), "only the age 0 in a group"),
        (lambda t: t.assign(count=-1), "finite numbers from 0 up"),
        (lambda t: t.assign(fraction=2), "shares from 0 to 1"),
        (lambda t: t.drop(columns="denominator"), "denominator"),
    ],
)
def test_life_expectancy_refuses_what_cannot_be(published, change, message):
    with pytest.raises(TableError, match=message):
        life_expectancy(change(deaths_of(published)))


@pytest.mark.parametrize("by", [None, "sex"])
def test_life_expectancy_of_nothing_is_an_empty_table(published, by):
    table = deaths_of(published, sex="Male")
    found = life_expectancy(table.iloc[:0], by=by, confidence=(0.95, 0.998))
    assert len(found) == 0
    assert (
        found.columns.tolist()
        == life_expectancy(table, by=by, confidence=(0.95, 0.998)).columns.tolist()
    )


def test_life_expectancy_leaves_its_input_alone(published):
    table = deaths_of(published)
    before = table.copy()
    life_expectancy(table)
    pd.testing.assert_frame_equal(table, before)
