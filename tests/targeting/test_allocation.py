"""Allocation: sums to the penny, limits kept, and never less for more need."""

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.targeting.allocation import CountedNeed, Limits, _quotas, _split, allocate


@pytest.fixture
def areas():
    return pd.DataFrame({"area_code": list("abcd"), "need": [50, 30, 15, 5]}).assign(
        people=[100, 100, 100, 700], today=[25.0, 25, 25, 25]
    )


def test_shares_follow_need_and_add_up_to_the_penny(areas):
    found = allocate(areas, budget=100_000.01, need="need", population="people", last="today")
    assert found["allocated"].tolist() == [50_000.01, 30_000, 15_000, 5_000]
    for column in ("allocated", "equal", "by_population"):
        assert round(100 * found[column].sum()) == 10_000_001
    assert found["by_population"].tolist()[-1] == 70_000.01
    assert found["per_need"].round().tolist() == [1000] * 4
    assert found["today"].tolist() == [25] * 4


def test_whole_posts_with_floor_and_cap(areas):
    found = allocate(areas, budget=10, need="need", unit=1, limits=Limits(floor=1, cap=4))
    assert found["allocated"].tolist() == [4, 3, 2, 1]
    assert found["held"].tolist() == ["cap", "", "", "floor"]


def test_limit_to_change_is_kept(areas):
    given = {"budget": 100, "need": "need", "last": "today"}
    found = allocate(areas, limits=Limits(change=0.2), **given)
    assert found["allocated"].tolist() == [30, 30, 20, 20]
    assert set(found["held"]) == {"change"}


def test_limits_may_differ_between_areas(areas):
    limits = Limits(floor="least", cap="most")
    table = areas.assign(least=[0, 0, 0, 10], most=[40, 100, 100, 100])
    found = allocate(table, budget=100, need="need", unit=1, limits=limits)
    assert found["allocated"].tolist() == [40, 33, 17, 10]


def test_an_area_without_need_gets_its_floor_alone(areas):
    table = areas.assign(need=[1, 1, 1, 0])
    given = {"budget": 10, "need": "need", "unit": 1}
    assert allocate(table, **given)["allocated"].tolist() == [4, 3, 3, 0]
    found = allocate(table, limits=Limits(floor=1), **given)
    assert found["allocated"].tolist() == [3, 3, 3, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"limits": Limits(floor=30)},
            "to 120.00, above the budget of 100.00; lower floor",
        ),
        ({"limits": Limits(cap=20)}, "adds up to 80.00, below the budget of 100.00; raise caps"),
        ({"limits": Limits(floor=9, cap=5)}, r"\(floor\) is above the most \(cap\)"),
        ({"limits": Limits(floor=40, change=0.1)}, r"\(floor\) is above the most \(change\)"),
        ({"limits": Limits(change=0.1), "last": None}, "needs last year's shares"),
        ({"limits": Limits(floor=-1)}, "The limit is -1"),
        ({"budget": 100.005}, "whole units"),
        ({"budget": -1}, "The budget is -1"),
        ({"unit": 0}, "The unit is 0"),
        ({"need": "wants"}, "No column wants"),
    ],
)
def test_what_cannot_be_met_is_told(areas, given, message):
    with pytest.raises(TableError, match=message):
        allocate(areas, **{"budget": 100, "need": "need", "last": "today"} | given)


def test_bad_needs_are_refused(areas):
    for need in ([-1, 1, 1, 1], [np.nan, 1, 1, 1], ["x", 1, 1, 1], [0, 0, 0, 0]):
        with pytest.raises(TableError):
            allocate(areas.assign(need=need), budget=100, need="need")
    with pytest.raises(CodeError):
        allocate(pd.concat([areas, areas]), budget=100, need="need")


def test_quotas_are_as_near_to_proportion_as_limits_let_them():
    """Against every split of whole units: least sum of squares over need."""
    need, low, high = [Fraction(5), Fraction(3), Fraction(2)], [0, 0, 3], [4, 9, 9]
    exact = _quotas(10, need, low, high)
    assert exact == [4, 3, 3]
    best = min(
        (
            s
            for s in itertools.product(range(11), repeat=3)
            if sum(s) == 10 and all(a <= x <= b for a, x, b in zip(low, s, high, strict=True))
        ),
        key=lambda s: sum((x - q) ** 2 / n for x, q, n in zip(s, [5, 3, 2], need, strict=True)),
    )
    assert list(best) == _split(10, need, low, high)


def _cases(times):
    """Random needs, some equal, some 0, with random limits that can be met."""
    rng = np.random.default_rng(11)
    for _ in range(times):
        size = int(rng.integers(2, 8))
        need = [Fraction(int(x), 4) for x in rng.integers(0, 12, size)]
        low = rng.integers(0, 4, size).tolist()
        high = [x + int(rng.integers(0, 9)) for x in low]
        least, most = sum(low), sum(h if n else x for n, x, h in zip(need, low, high, strict=True))
        at = int(rng.integers(0, size))
        yield int(rng.integers(least, most + 1)), need, low, high, at, int(rng.integers(1, 9))


def _never_falls(times):
    for units, need, low, high, at, more in _cases(times):
        before = _split(units, need, low, high)
        assert sum(before) == units
        assert all(x <= g <= h for x, g, h in zip(low, before, high, strict=True))
        need[at] += Fraction(more, 4)
        assert _split(units, need, low, high)[at] >= before[at]


def test_a_share_never_falls_as_need_rises():
    _never_falls(300)


@pytest.mark.slow
def test_a_share_never_falls_as_need_rises_in_ten_thousand_cases():
    _never_falls(10_000)


def _counted(counts, people, **given):
    areas = pd.DataFrame(
        {"area_code": [f"a{n}" for n in range(len(counts))], "cases": counts, "people": people}
    )
    need = CountedNeed("cases", "people", **given)
    return areas, need


def test_shares_of_a_counted_need_have_intervals_as_wide_as_chance_makes_them():
    areas, need = _counted([10, 20, 30, 40], [1000] * 4, draws=100)
    few = allocate(areas, budget=1000, need=need, unit=1, limits=Limits(floor=150))
    plain = allocate(areas, budget=1000, need="cases", unit=1, limits=Limits(floor=150))
    pd.testing.assert_frame_equal(few.drop(columns=["low", "high"]), plain)
    assert (few["low"] >= 150).all()
    assert (few["high"] > few["low"]).all()
    assert (few[["low", "high"]] % 1 == 0).all(axis=None)
    many, _ = _counted([1000, 2000, 3000, 4000], [100_000] * 4)
    sure = allocate(many, budget=1000, need=need, unit=1)
    assert sure["allocated"].between(sure["low"], sure["high"]).all()
    assert ((sure["high"] - sure["low"]) < (few["high"] - few["low"]) / 3)[1:].all()
    again = allocate(many, budget=1000, need=need, unit=1)
    pd.testing.assert_frame_equal(sure, again)


@pytest.mark.slow
def test_intervals_of_shares_hold_the_true_share_as_often_as_they_say():
    rng = np.random.default_rng(4)
    held = total = 0
    for case in range(150):
        rate = np.exp(rng.normal(np.log(0.03), 0.4, 8)).clip(0, 0.5)
        people = rng.integers(1000, 4000, 8)
        areas, need = _counted(rng.binomial(people, rate), people, draws=200, seed=case)
        made = allocate(areas, budget=10_000, need=need, unit=1)
        true = 10_000 * rate * people / (rate * people).sum()
        held += ((made["low"] - 1 <= true) & (true <= made["high"] + 1)).sum()
        total += 8
    assert held / total == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(
    ("change", "given", "message"),
    [
        ({"people": 0}, {}, "no less than cases of a proportion"),
        ({"people": 5}, {}, "no less than cases of a proportion"),
        ({}, {"measure": "mean"}, "measure is 'mean'; give at least one draw, and proportion or"),
        ({}, {"draws": 0}, "There are 0 draws"),
        ({}, {"confidence": 95}, "The confidence is 95"),
        ({"people": np.nan}, {}, "every row needs one"),
    ],
)
def test_counted_needs_that_cannot_be_drawn_are_refused(change, given, message):
    areas, need = _counted([10, 20], [100, 100], **given)
    with pytest.raises(TableError, match=message):
        allocate(areas.assign(**change), budget=10, need=need)
