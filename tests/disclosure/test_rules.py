import json
from dataclasses import FrozenInstanceError, asdict

import pytest

from geo.disclosure.rules import Rule
from geo.errors import TableError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"counts_under": 1}, r"counts_under=1; .* number from 2 up \(a rule with less hides no"),
        ({"counts_under": 2.5}, r"counts_under=2.5; give a whole number from 2 up"),
        ({"counts_under": True}, r"counts_under=True; give a whole number from 2 up"),
        ({"counts_under": None}, r"counts_under=None; give a whole number from 2 up"),
        ({"denominators_under": -1}, r"denominators_under=-1; give a whole number from 0 up\.$"),
        ({"rates_under": -1}, r"rates_under=-1; give a whole number from 0 up\.$"),
        ({"rates_under": None}, r"rates_under=None; give a whole number from 0 up\.$"),
        ({"near_denominator": -1}, r"near_denominator=-1; give a whole number from 0 up\.$"),
        ({"round_to": 0}, r"round_to=0; give a whole number from 1 up\.$"),
        ({"p_percent": -1}, r"p_percent=-1; give a number from 0 \(for never\) to 100\.$"),
        ({"p_percent": True}, r"p_percent=True; give a number"),
        ({"p_percent": float("nan")}, r"p_percent=nan; give a number"),
        ({"dominance": (2, 100)}, r"dominance=\(2, 100\); .* from 1 to 9, and their share .* 100"),
        ({"dominance": (0, 75)}, r"dominance=\(0, 75\); give how many contributions"),
        ({"dominance": (10, 75)}, r"dominance=\(10, 75\); give how many contributions"),
        ({"dominance": (2.0, 75)}, r"dominance=\(2.0, 75\); give how many contributions"),
        ({"dominance": (True, 75)}, r"dominance=\(True, 75\); give how many contributions"),
        ({"dominance": 75}, r"dominance=75; give how many contributions"),
        ({"dominance": (1, 75, 2)}, r"dominance=\(1, 75, 2\); give how many contributions"),
    ],
)
def test_rule_that_hides_nothing_is_refused(changes, message):
    with pytest.raises(TableError, match=message):
        Rule(**changes)


def test_rule_at_its_lowest_numbers():
    rule = Rule(counts_under=2, denominators_under=0, rates_under=0, round_to=1)
    assert rule.words == "counts under 2 are not shown; nor are denominators under 0"


def test_rule_cannot_be_changed_after():
    with pytest.raises(FrozenInstanceError):
        Rule().counts_under = 3


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(), "counts under 5 are not shown"),
        (
            Rule(near_denominator=5),
            "counts under 5 are not shown; nor are counts with fewer than 5 people left over",
        ),
        (Rule(round_to=2), "counts under 5 are not shown; counts are rounded to the nearest 2"),
        (
            Rule(rates_under=1),
            "counts under 5 are not shown; values on fewer than 1 events are not shown",
        ),
        (Rule(denominators_under=5), "counts under 5 are not shown"),
        (
            Rule(dominance=(2, 85)),
            "counts under 5 are not shown; nor are sums and means that few people dominate ((n, k) "
            "dominance rule)",
        ),
        (
            Rule(p_percent=12.5),
            "counts under 5 are not shown; nor are sums and means from which a contributor could "
            "tell another's contribution too closely (p% rule)",
        ),
        (Rule(denominators_under=0), "counts under 5 are not shown; nor are denominators under 0"),
        (
            Rule(8, True, 20, 10, 5),
            "counts under 8 are not shown; nor are zeros; nor are denominators under 20; values on "
            "fewer than 10 events are not shown; counts are rounded to the nearest 5",
        ),
    ],
)
def test_rule_in_words(rule, words):
    assert rule.words == words


@pytest.mark.parametrize(
    ("rule", "smallest", "denominators"),
    [(Rule(), 1, 5), (Rule(hide_zeros=True), 0, 5), (Rule(denominators_under=0), 1, 0)],
)
def test_rule_says_which_numbers_are_small(rule, smallest, denominators):
    assert (rule.smallest, rule.small_denominators) == (smallest, denominators)


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        (Rule(), ()),
        (Rule(p_percent=10), ("largest_1", "largest_2")),
        (Rule(dominance=(1, 75)), ("largest_1",)),
        (Rule(dominance=(1, 75), p_percent=10), ("largest_1", "largest_2")),
        (Rule(dominance=(3, 75), p_percent=10), ("largest_1", "largest_2", "largest_3")),
    ],
)
def test_rule_says_which_contributions_it_asks_for(rule, asked):
    assert rule.contributions == asked


def test_rule_that_comes_from_a_file_is_the_same():
    rule = Rule(dominance=(2, 85), p_percent=10)
    assert Rule(**json.loads(json.dumps(asdict(rule)))) == rule
