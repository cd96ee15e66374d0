"""Sums and means hidden for who contributes most: the rule, its protection, and an attacker.

The attacker shares no code with geo: it knows single people only through what is printed.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from geo.disclosure.audit import audit_disclosure, audit_dominance
from geo.disclosure.dominance import protection_levels
from geo.disclosure.publish import Safeguards, publishable
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.errors import GeoError, TableError
from tests.disclosure.builders import LSOAS, hidden
from tests.examples import share

NK, P, BOTH = (
    Rule(denominators_under=0, **asked)
    for asked in (
        {"dominance": (2, 85)},
        {"p_percent": 15},
        {"dominance": (1, 70), "p_percent": 10},
    )
)


def largest(people, most=3):
    return (sorted(map(abs, people), reverse=True) + [0] * most)[:most]


def level(people, rule):
    """Upper protection level from the contributions themselves, by the formulas of the Handbook."""
    total, top = sum(people), largest(people, 9)
    found = [0.0]
    if rule.dominance:
        n, k = rule.dominance
        found.append(100 / k * sum(top[:n]) - total)
    if rule.p_percent:
        found.append(rule.p_percent / 100 * top[0] - (total - top[0] - top[1]))
    return max(found) if max(found) > 1e-9 * total else 0.0


def tabled(people, hierarchy, measure):
    """Every level of a hierarchy from the contributions of the people of each LSOA."""
    levels = hierarchy.rename(columns={"lsoa21cd": "lsoa21"}).assign(borough="borough")
    rows, groups = [], {}
    for kind in levels:
        for code, own in pd.Series(people).groupby(levels[kind].to_numpy()):
            everyone = [one for some in own for one in some]
            groups[kind, code] = everyone
            sums = {"count": sum(everyone)}
            means = {"count": np.nan, "value": sum(everyone) / max(len(everyone), 1)}
            rows.append(
                {"area_code": code, "area_type": kind, "denominator": len(everyone)}
                | (means if measure == "mean" else sums)
                | dict(zip(("largest_1", "largest_2", "largest_3"), largest(everyone), strict=True))
            )
    table = pd.DataFrame(rows).assign(indicator_id="fines", period="2024", measure=measure)
    return table, groups


def alder(*people, measure="mean"):
    """LSOAs of one town with its total."""
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[: len(people)], "town": "Alder"})
    table, groups = tabled(list(people), hierarchy, measure)
    return table[table["area_type"] != "borough"].reset_index(drop=True), hierarchy, groups


def most_possible(safe, hierarchy, groups, measure):
    """The greatest total that each hidden cell may have, for who adds and subtracts."""
    lsoas = list(hierarchy["lsoa21cd"])
    inside = hierarchy.assign(lsoa21=hierarchy["lsoa21cd"], borough="borough")
    lines = np.array(
        [[code == row.area_code for code in inside[row.area_type]] for row in safe.itertuples()],
        dtype=float,
    )
    shown = safe["count"] if measure == "count" else safe["value"] * safe["denominator"]
    unknown = safe["state"].eq("suppressed").to_numpy()
    least = np.where(unknown, 1.0 if measure == "count" else 0.0, shown)
    zero = np.array([sum(groups["lsoa21", code]) == 0 for code in lsoas])
    rules = [
        LinearConstraint(lines, least - 1e-9, np.where(unknown, np.inf, shown + 1e-9)),
        LinearConstraint(np.eye(len(lsoas)), 0, np.where(zero, 0, 1e6)),
    ]
    found = {}
    for at in np.flatnonzero(unknown):
        whole = np.full(len(lsoas), measure == "count")
        answer = milp(-lines[at], constraints=rules, integrality=whole)
        assert answer.x is not None, "what is printed is impossible"
        found[safe["area_type"].iloc[at], safe["area_code"].iloc[at]] = -answer.fun
    return found


@pytest.mark.parametrize(
    ("people", "rule", "expected"),
    [
        # Handbook on SDC, section 4.2, example 1: safe by (1, 90), though told to within 2%.
        ([50_000, 49_000, 1_000], Rule(dominance=(1, 90)), 0),
        ([50_000, 49_000, 1_000], Rule(p_percent=10), 4_000),
        ([50_000, 49_000, 1_000], Rule(p_percent=2), 0),
        # Example 2: safe by p = 10, not by the (2, 100 / 1.1) that goes with it.
        ([52_000, 50_000, 8_000], Rule(p_percent=10), 0),
        ([52_000, 50_000, 8_000], Rule(dominance=(2, 100 / 1.1)), 1.1 * 102_000 - 110_000),
        # Example 4: the attacker's bound has to reach 352.94.
        ([300, 20, 10], Rule(dominance=(1, 85)), 352.941 - 330),
        # By hand: 100 of 160 is 62.5%; 20% of 100 is 20, the others make 10.
        ([100, 50, 10], Rule(dominance=(1, 62.5)), 0),
        ([100, 50, 10], Rule(dominance=(1, 50)), 40),
        ([100, 50, 10], Rule(p_percent=20), 10),
        ([100, 50, 10], Rule(dominance=(1, 50), p_percent=20), 40),
        ([100], Rule(p_percent=20), 20),
        ([5, 5, 5, 5], Rule(dominance=(3, 75)), 0),
        ([5, 5, 5, 4], Rule(dominance=(3, 75)), 1),
        ([0, 0, 0], BOTH, 0),
    ],
)
def test_protection_levels_of_published_examples(people, rule, expected):
    top = np.array([largest(people)], dtype=float)
    found = protection_levels(np.array([sum(people)], dtype=float), top, rule)
    assert found == pytest.approx([expected], abs=0.001)
    assert (found > 0) == (expected > 0)


@given(st.lists(st.integers(-40, 90), min_size=1, max_size=9), st.sampled_from([NK, P, BOTH]))
def test_protection_levels_show_nothing_that_absolute_values_hide(people, rule):
    found = protection_levels(
        np.array([sum(people)], dtype=float), np.array([largest(people)], dtype=float), rule
    )
    assert found[0] >= level(list(map(abs, people)), rule) - 1e-9


@pytest.mark.parametrize("measure", ["mean", "count"])
def test_suppress_hides_what_one_contributor_dominates_and_what_protects_it(measure):
    table, hierarchy, _ = alder([300, 20, 10, 5, 5], [30] * 9, [25] * 9, [40] * 9, measure=measure)
    assert hidden(suppress(table, hierarchy)) == set()
    for rule in (NK, BOTH, Rule(p_percent=10)):
        safe = suppress(table, hierarchy, rule=rule)
        assert LSOAS[0] in hidden(safe)
        assert len(hidden(safe)) == 2
        gone = safe.loc[safe["state"] == "suppressed", [c for c in ("count", "value") if c in safe]]
        assert gone.isna().all(axis=None)
        assert safe["denominator"].notna().all()
        assert (safe["rule"] == rule.words).all()
        assert audit_disclosure(safe, hierarchy).empty


def test_suppress_hides_a_group_that_one_dominates_though_no_count_is_small():
    table, hierarchy, _ = alder([900, 10, 10, 10, 10], [9] * 9, [8] * 9)
    safe = suppress(table, hierarchy, rule=Rule(p_percent=50, dominance=(1, 75)))
    assert {"Alder", LSOAS[0]} <= hidden(safe)


@st.composite
def people_of(draw):
    size = draw(st.integers(4, 9))
    paid = st.sampled_from([0, 1, 2, 3, 5, 8, 20, 60]) | st.integers(1, 99)
    one = st.lists(paid, min_size=1, max_size=2) | st.lists(paid, min_size=5, max_size=9)
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:size]})
    for number in range(draw(st.integers(1, 3))):
        groups = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
        hierarchy[f"grouping{number}"] = [f"{number}.{group}" for group in groups]
    return draw(st.lists(one, min_size=size, max_size=size)), hierarchy


@share(1 / 3)
@given(people_of(), st.sampled_from([NK, P, BOTH]), st.sampled_from(["mean", "count"]))
def test_attacker_cannot_narrow_what_contributors_dominate(made, rule, measure):
    people, hierarchy = made
    table, groups = tabled(people, hierarchy, measure)
    try:
        safe = suppress(table, hierarchy, rule=rule)
    except TableError as refused:
        assert "publish" in str(refused)  # noqa: PT017
        return
    reached = most_possible(safe, hierarchy, groups, measure)
    for cell, everyone in groups.items():
        if (needed := level(everyone, rule)) > 0:
            assert reached[cell] >= sum(everyone) + needed - 1e-6
    assert audit_dominance(safe, table, hierarchy, rule=rule).empty
    kinds = list(hierarchy.columns[1:])
    for kind in kinds:
        if all(hierarchy.groupby(other)[kind].nunique().max() > 1 for other in {*kinds} - {kind}):
            check_hidden_parts_together(safe, groups, hierarchy, rule, kind)


def check_hidden_parts_together(safe, groups, hierarchy, rule, kind):
    """Who subtracts the printed LSOAs from a printed total gets a sum that the rule would show."""
    shown = safe.set_index(["area_type", "area_code"])["state"].ne("suppressed")
    for code, own in hierarchy.groupby(kind)["lsoa21cd"]:
        away = [groups["lsoa21", one] for one in own if not shown["lsoa21", one]]
        if shown[kind, code]:
            assert level([one for some in away for one in some] or [0], rule) == 0


@pytest.mark.parametrize("measure", ["mean", "count"])
def test_suppress_keeps_singletons_from_telling_each_other(measure):
    """Both pay alone: who knows 300 of 580 knows 280, unless a third is hidden with them."""
    table, hierarchy, _ = alder([300], [280], [30] * 9, [40] * 9, [50] * 9, measure=measure)
    rule = Rule(p_percent=10, denominators_under=0)
    safe = suppress(table, hierarchy, rule=rule)
    assert {*LSOAS[:2]} < hidden(safe)
    assert len(hidden(safe)) == 3


def test_suppress_hides_the_total_of_two_singletons_that_are_all_of_it():
    only, hierarchy, _ = alder([300], [280])
    safe = suppress(only, hierarchy, rule=Rule(p_percent=10, denominators_under=0))
    assert hidden(safe) == {*LSOAS[:2], "Alder"}


@pytest.mark.parametrize("measure", ["mean", "count"])
def test_audit_dominance_finds_a_cell_without_secondary_suppression(measure):
    table, hierarchy, _ = alder([300, 20, 10, 5, 5], [30] * 9, [25] * 9, measure=measure)
    rule = Rule(p_percent=10)
    figures = ["count", "value"] if measure == "mean" else ["count"]
    printed = table.assign(state="value", rule=rule.words).astype({"count": float})
    found = audit_dominance(printed, table, hierarchy, rule=rule)
    assert found[["area_code", "recovered"]].to_numpy().tolist() == [[LSOAS[0], "it is printed"]]
    printed.loc[0, [*figures, "state"]] = [*([np.nan] * len(figures)), "suppressed"]
    found = audit_dominance(printed, table, hierarchy, rule=rule)
    assert found["recovered"].tolist() == ["what is printed adds up too close"]
    printed.loc[1, [*figures, "state"]] = [*([np.nan] * len(figures)), "suppressed"]
    assert audit_dominance(printed, table, hierarchy, rule=rule).empty


FACTS = pd.DataFrame(
    {"indicator_id": ["fines"], "short_name": ["Fines"], "measure": ["mean"], "multiplier": [1.0],
     "confidential": [True]}
)  # fmt: skip


def test_publishable_stops_where_a_dominated_mean_is_given_away(monkeypatch):
    table, hierarchy, _ = alder([300, 20, 10, 5, 5], [30] * 9, [25] * 9)
    table = table.assign(sex="all", age="all", state="value")
    rule = Rule(p_percent=10)
    safe = publishable(table, hierarchy, FACTS, safeguards=Safeguards(rule), notes=[])
    assert len(hidden(safe)) == 2
    assert not [name for name in safe if name.startswith("largest")]
    monkeypatch.setattr(
        "geo.disclosure.suppress._judged_together",
        lambda _linked, problem, _known, _rule: problem.hidden,
    )
    with pytest.raises(GeoError, match="1 hidden figures could be worked out .*adds up too close"):
        publishable(table, hierarchy, FACTS, safeguards=Safeguards(rule), notes=[])


def test_publishable_adds_no_spare_area_of_a_sum_that_dominance_judges():
    people = [[300, 20, 10, 5, 5], [30] * 9, [25] * 9, [40] * 9]
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:4], "town": "Alder", "spare": list("aabb")})
    table, _ = tabled(people, hierarchy, "count")
    table = table[table["area_type"] != "borough"].assign(sex="all", age="all", state="value")
    table = table.assign(value=np.nan).reset_index(drop=True)
    facts = FACTS.assign(measure="count")
    kinds = [
        set(
            publishable(table, hierarchy, facts, safeguards=Safeguards(rule), spare=["spare"])[
                "area_type"
            ]
        )
        for rule in (Rule(), Rule(p_percent=10))
    ]
    assert kinds == [{"lsoa21", "town", "spare"}, {"lsoa21", "town"}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"largest_1": None, "largest_2": None}, "fines has no column largest_1, largest_2: give"),
        ({"largest_2": None}, "fines has no column largest_2: give what the people"),
        ({"largest_1": [np.nan, 30, 40, 300]}, "largest_1 nan .*needs the largest contributions"),
        ({"largest_2": [900, 30, 40, 40]}, "largest_2 .*it may not be above largest_1"),
        ({"largest_1": [40, 30, 40, 300]}, "largest_1 .*the largest contribution is not below the"),
        ({"measure": "value"}, "measure value .*a confidential value without a count has to be a"),
        ({"measure": None}, "measure not said .*has to be a mean"),
    ],
)
def test_suppress_refuses_means_that_cannot_be_judged(change, words):
    table, hierarchy, _ = alder([300, 20, 10, 5, 5], [30] * 9, [40] * 9)
    table = table.assign(**{k: v for k, v in change.items() if v is not None})
    table = table.drop(columns=[k for k, v in change.items() if v is None])
    with pytest.raises(TableError, match=words) as refused:
        suppress(table, hierarchy, rule=Rule(p_percent=10))
    assert "300" not in str(refused.value)
    if "measure" not in change:
        suppress(table, hierarchy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"measure": "proportion", "denominator": 9999}, "a proportion counts each person once"),
        ({"largest_1": 9999}, "contributions are not above their sum"),
        ({"count": [2**21, 5, 5, 2**21 + 10]}, "under 1,048,576 to be protected"),
    ],
)
def test_suppress_refuses_sums_that_cannot_be_judged(change, words):
    table, hierarchy, _ = alder([300, 20, 10, 5, 5], [30] * 9, [40] * 9, measure="count")
    with pytest.raises(TableError, match=words):
        suppress(table.assign(**change), hierarchy, rule=Rule(p_percent=10))


def test_suppress_takes_counts_without_contributions_for_counts_of_people():
    table, hierarchy, _ = alder([300, 20, 10, 5, 5], [30] * 9, [40] * 9, measure="count")
    people = table.drop(columns=["largest_1", "largest_2", "largest_3"])
    assert hidden(suppress(people, hierarchy, rule=Rule(p_percent=10))) == set()


def test_suppress_of_rounded_means_allows_for_rounding_and_refuses_what_it_does_not_explain():
    table, hierarchy, _ = alder([301, 20, 10, 5, 5], [31] * 9, [25] * 9, [47] * 7)
    table["value"] = table["value"].round(1)
    rule = Rule(p_percent=10)
    assert len(hidden(suppress(table, hierarchy, rule=rule))) == 2
    table.loc[3, "value"] -= 2
    with pytest.raises(TableError, match="totals of value times denominator are not the sums"):
        suppress(table, hierarchy, rule=rule)


def test_suppress_protects_a_dominated_mean_beside_negative_ones():
    table, hierarchy, _ = alder([-300, 20, 10, 5, 5], [30] * 9, [25] * 9)
    safe = suppress(table, hierarchy, rule=Rule(p_percent=10))
    assert LSOAS[0] in hidden(safe)
    assert len(hidden(safe)) == 2


def test_suppress_protects_a_mean_that_came_hidden_as_if_one_made_all_of_it():
    table, hierarchy, _ = alder([60, 50, 40, 30, 20], [30] * 9, [25] * 9)
    table["state"] = ["suppressed", "value", "value", "value"]
    table.loc[0, ["value", "largest_1", "largest_2", "largest_3"]] = np.nan
    assert len(hidden(suppress(table, hierarchy, rule=Rule(p_percent=10)))) == 2


def test_suppress_hides_means_of_few_with_those_that_are_dominated():
    table, hierarchy, _ = alder([60, 50, 40], [300, 20, 10, 5, 5], [30] * 9, [25] * 9)
    safe = suppress(table, hierarchy, rule=Rule(p_percent=10))
    assert {LSOAS[0], LSOAS[1]} <= hidden(safe)
    assert safe.loc[safe["denominator"].isna(), "value"].isna().all()
