"""What is printed again is safe, by integer programmes of its own, and nothing more could be."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.disclosure import optimise, redundant
from geo.disclosure.attack import Intervals
from geo.disclosure.audit import audit_disclosure
from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.linked_series import relations_between
from geo.disclosure.linked_tables import link_tables
from geo.disclosure.problem import SuppressionProblem, count_protection
from geo.disclosure.redundant import without_redundant
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.disclosure.table import known_counts
from geo.errors import TableError
from tests.disclosure.builders import LSOAS, tables, with_totals
from tests.examples import share


def posed(table, hierarchy, rule):
    linked = link_tables(table, hierarchy, relations=relations_between(table))
    nothing = np.zeros(len(table), dtype=bool)
    return count_protection(linked, known_counts(table, rule, None), nothing, rule)


def exposed(problem, hidden):
    """Hidden cells that are told too closely and may be small: two integer programmes each."""
    least = np.where(hidden, problem.prior.least, problem.published.least)
    greatest = np.where(hidden, problem.prior.greatest, problem.published.greatest)
    adds_up = LinearConstraint(problem.constraints.matrix, 0, 0)
    found = []
    needy = (problem.protection_width > 0) | (problem.reach > -np.inf)
    for cell in np.flatnonzero(hidden & needy):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(hidden))
            aim[cell] = sign
            answer = milp(
                aim,
                constraints=adds_up,
                bounds=Bounds(least, np.minimum(greatest, 10_000)),
                integrality=np.full(len(hidden), int(problem.whole)),
            )
            ends.append(round(sign * answer.fun, 0 if problem.whole else 6))
        small = ends[0] <= problem.sensitive.greatest[cell]
        small &= ends[1] >= problem.sensitive.least[cell]
        near = ends[1] >= problem.near_all[cell]
        narrow = ends[1] - ends[0] < problem.protection_width[cell]
        if (narrow and (small or near)) or ends[1] < problem.reach[cell]:
            found.append(int(cell))
    return found


def cube(counts, hierarchy):
    """Both sexes and two indicators with their sum, from counts by indicator, sex and LSOA."""
    series = {
        (indicator, sex): counts[i, s]
        for i, indicator in enumerate(("under 12", "12 and over"))
        for s, sex in enumerate(("Male", "Female"))
    }
    for sex in ("Male", "Female"):
        series["either", sex] = series["under 12", sex] + series["12 and over", sex]
    for indicator in ("under 12", "12 and over", "either"):
        series[indicator, "Persons"] = series[indicator, "Male"] + series[indicator, "Female"]
    parts = [
        with_totals(one, hierarchy)
        .drop(columns=["denominator", "measure", "value"])
        .assign(indicator_id=indicator, sex=sex)
        for (indicator, sex), one in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


@st.composite
def cubes(draw):
    lsoas = draw(st.integers(3, 6))
    numbers = st.lists(st.sampled_from([0, 1, 2, 3, 5, 8, 13, 40]), min_size=4 * lsoas)
    counts = np.array(draw(numbers)[: 4 * lsoas]).reshape(2, 2, lsoas)
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:lsoas]})
    hierarchy["ward"] = [f"ward {number // 3}" for number in range(lsoas)]
    return cube(counts, hierarchy), hierarchy


def hiding_everything(made, rule):
    problem = posed(*made, rule)
    hidden = problem.hidden | problem.candidate
    assume(problem.hidden.any() and not problem.suppressing(hidden).attack()[1].any())
    return problem, hidden


@share(1 / 5)
@given(st.one_of(tables(most=8), cubes()), st.sampled_from([5, 8]))
def test_what_is_left_is_safe_and_none_of_it_needless(made, under):
    problem, hidden = hiding_everything(made, Rule(counts_under=under))
    left = without_redundant(problem, hidden)
    assert (problem.hidden <= left).all()
    assert (left <= hidden).all()
    assert exposed(problem, left) == []
    for cell in np.flatnonzero(left & ~problem.hidden):
        fewer = left.copy()
        fewer[cell] = False
        assert problem.suppressing(fewer).attack()[1].any()


@pytest.mark.parametrize("work", [1, 60, pytest.param(400, marks=pytest.mark.slow)])
@share(1 / 10)
@given(made=st.one_of(tables(most=8), cubes()))
def test_what_is_left_is_safe_when_the_search_is_cut_short(work, made):
    problem, hidden = hiding_everything(made, Rule())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(redundant, "WORK", work)
        patched.setattr(redundant, "FEWEST", 0)
        left = without_redundant(problem, hidden)
    assert (problem.hidden <= left).all()
    assert (left <= hidden).all()
    assert exposed(problem, left) == []


@pytest.mark.slow
@share(1 / 6)
@given(st.one_of(tables(most=8), cubes()), st.booleans(), st.data())
def test_sums_that_one_contributor_dominates_stay_far_enough(made, whole, data):
    """A hidden cell has to be possible that is as much larger as its protection level says."""
    problem = posed(*made, Rule())
    assume(problem.hidden.any())
    cells = st.sampled_from(np.flatnonzero(problem.hidden).tolist())
    level = np.full(len(problem.hidden), -np.inf)
    level[data.draw(st.lists(cells, min_size=1, max_size=3))] = data.draw(st.sampled_from([1, 2.5]))
    hidden = problem.hidden | problem.candidate
    problem = replace(problem, reach=problem.count + level, whole=whole)
    assume(not problem.suppressing(hidden).attack()[1].any())
    left = without_redundant(problem, hidden)
    assert exposed(problem, left) == []


@share(1 / 6)
@given(st.one_of(tables(most=8), cubes()), st.data())
def test_what_is_left_is_safe_where_counts_are_not_known(made, data):
    """Counts that came withheld: any that fit will do to look from."""
    table, hierarchy = made
    above_zero = table.index[table["count"] > 0].tolist()
    assume(above_zero)
    withheld = data.draw(st.lists(st.sampled_from(above_zero), min_size=1, max_size=3))
    table.loc[withheld, ["count", "value"]] = np.nan
    table["state"] = np.where(table["count"].isna(), "suppressed", "value")
    problem, hidden = hiding_everything((table, hierarchy), Rule())
    left = without_redundant(problem, hidden)
    assert exposed(problem, left) == []


@pytest.mark.slow
@share(1 / 5)
@given(st.one_of(tables(most=10), cubes()))
def test_tables_too_large_for_the_optimum_are_safe(made):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(optimise, "SMALL", 0)
        try:
            safe = suppress(*made)
        except TableError:
            return
    assert audit_disclosure(safe, made[1]).empty
    problem = posed(*made, Rule())
    assert exposed(problem, safe["count"].isna().to_numpy()) == []


def test_parts_of_people_are_no_witness():
    """Three pairs of three cells: with two pairs printed the third moves by two, not by three.

    Its limit is three above it, which halves of people would reach.
    """
    one, two, three, pair, printed, last = range(6)
    pairs = [(one, two, pair), (two, three, printed), (one, three, last)]
    constraints = AdditivityConstraints.of(
        [(np.array([a, b]), np.array([total, total])) for a, b, total in pairs], 6
    )
    count = np.array([1, 1, 3, 2, 4, 4.0])
    cells = np.arange(6)
    problem = SuppressionProblem(
        constraints=constraints,
        published=Intervals(count, count),
        prior=Intervals(np.ones(6), np.where(cells == pair, 5, 100.0)),
        hidden=np.isin(cells, [one, two, three, pair]),
        candidate=cells == last,
        protection_width=np.where(cells == pair, 3.0, 0),
        sensitive=Intervals(np.ones(6), np.full(6, 4.0)),
        near_all=np.full(6, np.inf),
        count=count,
        cost=np.ones(6),
        order=np.zeros(6),
        reach=np.full(6, -np.inf),
    )
    hidden = problem.hidden | problem.candidate
    assert exposed(problem, hidden) == []
    assert exposed(problem, problem.hidden) == [pair]
    assert without_redundant(problem, hidden).tolist() == hidden.tolist()
