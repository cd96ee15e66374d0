"""Denominators are printed, and what adds up to them is worked out like what adds up to a total."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.denominators import denominator_relations
from geo.disclosure.linked_series import relations_between
from geo.disclosure.publish import publishable
from geo.disclosure.suppress import suppress
from tests.disclosure.outsider import recovered
from tests.disclosure.test_outsider import GIVEN, HIERARCHY, SIZE, SMALL, facts_of, table
from tests.examples import share

SEN, OTHERS, CIN, PLANS, ALL = (
    (name, "2024", "all", "all") for name in ("sen", "not_sen", "cin", "cpp", "people")
)


def over(series, people):
    """Rows of every level, the counts of each series over the people given for it."""
    rows = table(series)
    under = table(people).rename(columns={"count": "denominator"})
    return rows.merge(under, "left", on=[column for column in rows if column != "count"])


def complements(seed):
    """Pupils with special needs, and pupils without."""
    draw = np.random.default_rng(seed)
    some, rest = draw.poisson(draw.gamma(1, 2.5, SIZE)), draw.poisson(30, SIZE)
    whole = some + rest
    return over({SEN: some, OTHERS: rest}, {SEN: whole, OTHERS: whole})


def plans(seed):
    """Children in need, and protection plans for each of them."""
    draw = np.random.default_rng(seed)
    need = draw.poisson(draw.gamma(1, 6, SIZE))
    return over(
        {CIN: need, PLANS: draw.binomial(need, 0.4)}, {CIN: np.full(SIZE, 400), PLANS: need}
    )


def read(printed, of, **called):
    """What is printed, with the denominators of an indicator as a series that is called so.

    Of a row without a denominator the count that is hidden may be zero.
    """
    given = printed["note"] if "note" in printed else pd.Series(None, printed.index, dtype=object)
    printed = printed.assign(note=given.mask(printed["denominator"].isna(), "zeros too"))
    people = printed[printed["indicator_id"] == of]
    return pd.concat([printed, people.assign(count=people["denominator"], **called)])


ADDS_UP = [({SEN: 1, OTHERS: 1, ALL: -1}, "=")]
WITHIN = [({CIN: 1, ALL: -1}, "="), ({PLANS: 1, CIN: -1}, "<=")]
CASES = {"complements": (complements, "sen", ADDS_UP), "plans": (plans, "cpp", WITHIN)}


def small(seen, facts):
    """Small counts that come out."""
    return [one for one in recovered(seen, HIERARCHY, facts) if one[2] < GIVEN.rule.counts_under]


def safely(rows, safeguards=GIVEN):
    return publishable(
        rows, HIERARCHY, facts_of(rows), safeguards=safeguards, small=SMALL, notes=[]
    )


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_denominators_give_no_hidden_count_away(name, seed):
    made, of, facts = CASES[name]
    safe = safely(made(seed))
    assert safe["count"].gt(0).any()
    seen = read(safe, of, indicator_id="people")
    assert small(seen, facts) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_outsider_works_counts_out_from_denominators_that_are_not_looked_at(name):
    """The test of the test."""
    made, of, facts = CASES[name]
    found = []
    for seed in range(4):
        rows = made(seed)
        alone = [safely(rows[rows["indicator_id"] == one]) for one in rows["indicator_id"].unique()]
        seen = read(pd.concat(alone), of, indicator_id="people")
        found += small(seen, facts)
    assert found


@pytest.mark.parametrize(
    ("name", "seed"), [("complements", 0), pytest.param("plans", 1, marks=pytest.mark.slow)]
)
def test_the_audit_finds_counts_that_denominators_give_away(name, seed):
    rows = CASES[name][0](seed)
    relations = relations_between(rows)
    each = [suppress(own, HIERARCHY) for _, own in rows.groupby("indicator_id")]
    found = audit_disclosure(pd.concat(each), HIERARCHY, relations=relations)
    assert "count" in set(found["quantity"])
    assert audit_disclosure(suppress(rows, HIERARCHY), HIERARCHY, relations=relations).empty


def test_a_denominator_is_hidden_with_the_count_that_it_is():
    rows = plans(0)
    safe = suppress(rows, HIERARCHY).set_index(["indicator_id", "area_type", "area_code"])
    need, theirs = safe.loc["cin"], safe.loc["cpp"].loc[safe.loc["cin"].index]
    hidden = need["count"].isna()
    assert 0 < hidden.sum() < len(hidden)
    assert theirs.loc[hidden, "denominator"].isna().all()
    assert theirs.loc[hidden, "count"].fillna(0).eq(0).all()
    assert set(theirs.loc[hidden, "state"]) <= {"suppressed", "zero"}
    assert theirs.loc[~hidden, "denominator"].notna().all()
    assert need["denominator"].notna().all()


def test_denominators_that_nothing_adds_up_to_are_printed_as_before():
    draw = np.random.default_rng(2)
    rows = over(
        {SEN: draw.poisson(3, SIZE), CIN: draw.poisson(5, SIZE)},
        {SEN: draw.poisson(300, SIZE), CIN: draw.poisson(400, SIZE)},
    )
    assert denominator_relations(rows) == []
    assert suppress(rows, HIERARCHY)["denominator"].equals(rows["denominator"])


def test_parts_of_people_are_no_counts():
    rows = complements(0)
    assert denominator_relations(rows.assign(denominator=rows["denominator"] + 0.5)) == []
    assert denominator_relations(rows.drop(columns="denominator")) == []


@pytest.mark.slow
@share(1 / 20)
@given(st.integers(0, 10_000), st.sampled_from(sorted(CASES)), st.integers(1, 3))
def test_series_over_the_same_people_are_hidden_together(seed, name, copies):
    """Another indicator over the same people, under any name, changes nothing of that."""
    made, of, facts = CASES[name]
    rows = made(seed)
    own = rows[rows["indicator_id"] == of]
    draw = np.random.default_rng(seed)
    base = own[own["area_type"] == "lsoa21"]
    more = [
        over(
            {(f"more {k}", *ALL[1:]): draw.binomial(base["denominator"].astype(int), 0.5)},
            {(f"more {k}", *ALL[1:]): base["denominator"].to_numpy()},
        )
        for k in range(copies)
    ]
    every = pd.concat([*more, rows], ignore_index=True)
    safe = safely(every)
    for one in (of, *(f"more {k}" for k in range(copies))):
        seen = read(safe, one, indicator_id="people")
        assert small(seen, facts) == []
