"""Public figures from which confidential counts could be worked out."""

import numpy as np
import pandas as pd
import pytest

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.earlier import Earlier
from geo.disclosure.linked_series import relations_between
from geo.disclosure.public_series import public_figures
from geo.disclosure.publish import Safeguards, publishable
from geo.disclosure.suppress import suppress
from tests.disclosure.outsider import recovered
from tests.disclosure.test_outsider import HIERARCHY, facts_of, indicators, table

SMALL = ["lsoa21", "wd24"]


def printed(counts, public, *, known=True, small=()):
    """What is printed of confidential counts beside public ones, which are told or not."""
    facts = facts_of(counts).assign(confidential=lambda rows: ~rows["indicator_id"].isin(public))
    secret = counts[~counts["indicator_id"].isin(public)]
    relations = relations_between(secret, facts)
    figures = public_figures(counts, HIERARCHY, facts, relations) if known else []
    earlier, notes = None, []
    if figures:
        earlier = Earlier.of(figures, secret, HIERARCHY, catalogue=facts, relations=relations)
    given = Safeguards(relations=relations, earlier=earlier)
    safe = publishable(counts, HIERARCHY, facts, safeguards=given, small=small, notes=notes)
    return safe, notes


@pytest.mark.parametrize("public", ["ehcp", pytest.param("sen_any", marks=pytest.mark.slow)])
def test_public_figures_that_add_up_with_confidential_ones_give_none_away(public):
    series, facts = indicators(3, "sen_any", "ehcp", "sen_support")
    safe, _ = printed(table(series), [public], small=SMALL)
    assert [one for one in recovered(safe, HIERARCHY, facts) if one[2] < 5] == []
    assert safe.loc[safe["indicator_id"] == public, "count"].notna().all()
    assert safe.loc[safe["indicator_id"] != public, "count"].notna().any()


@pytest.mark.slow
def test_public_total_gives_parts_away_where_it_is_not_known_of():
    """The test of the test."""
    series, facts = indicators(3, "sen_any", "ehcp", "sen_support")
    safe, _ = printed(table(series), ["sen_any"], known=False, small=SMALL)
    assert [one for one in recovered(safe, HIERARCHY, facts) if one[2] < 5]


def test_public_figures_of_the_same_counts_are_told_of():
    """What they give away is lost: small counts are hidden all the same, and no more for that."""
    counts = table(indicators(3, "neet", "not_in_work")[0])
    safe, notes = printed(counts, ["not_in_work"])
    alone, _ = printed(counts, ["not_in_work"], known=False)
    small = counts["indicator_id"].eq("neet") & counts["count"].between(1, 4)
    hidden = safe["state"].eq("suppressed")
    assert hidden[small].all()
    assert hidden.sum() <= alone["state"].eq("suppressed").sum()
    told = f"the public figures of not_in_work by themselves give {hidden.sum()} counts of neet"
    assert [told in one for one in notes].count(True) == 1


@pytest.mark.parametrize("wrong", ["counts", "parts of people"])
def test_public_figures_that_have_nothing_to_do_with_it_are_none(wrong):
    series, _ = indicators(3, "sen_any", "ehcp", "sen_support")
    births = np.random.default_rng(1).poisson(40, 24)
    estimate = series["sen_any", "2024", "all", "all"] + 0.5
    own = births if wrong == "counts" else estimate
    counts = table(series | {("births", "2024", "all", "all"): own})
    facts = facts_of(counts).assign(confidential=lambda rows: rows["indicator_id"] != "births")
    assert public_figures(counts, HIERARCHY, facts, []) == []


def beside_its_parts(public):
    """A table in which a public series stands beside confidential ones, and what adds up in it."""
    series, facts = indicators(3, "sen_any", "ehcp", "sen_support")
    counts = table(series)
    counts = counts[counts["area_type"] != "lsoa21"]  # of them too few cells could be hidden
    return counts.assign(confidential=counts["indicator_id"] != public, state="value"), facts


@pytest.mark.parametrize("public", ["ehcp", "sen_any"])
def test_suppress_by_itself_sees_the_public_rows_of_its_table(public):
    counts, facts = beside_its_parts(public)
    safe = suppress(counts, HIERARCHY)
    assert [one for one in recovered(safe, HIERARCHY, facts) if one[2] < 5] == []
    assert safe.loc[safe["indicator_id"] == public, "count"].notna().all()
    assert audit_disclosure(safe, HIERARCHY).empty


def test_audit_by_itself_sees_the_public_rows_of_its_table():
    counts, _ = beside_its_parts("ehcp")
    blind = suppress(counts[counts["confidential"]], HIERARCHY)
    both = pd.concat([blind, counts[~counts["confidential"]]], ignore_index=True)
    assert audit_disclosure(blind, HIERARCHY).empty
    assert not audit_disclosure(both, HIERARCHY).empty
