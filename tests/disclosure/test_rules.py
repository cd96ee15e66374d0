import pytest

from geo.disclosure.rules import Rule
from geo.errors import TableError


@pytest.mark.parametrize("changes", [{"counts_under": 1}, {"counts_under": 2.5}, {"round_to": 0}])
def test_rule_that_hides_nothing_is_refused(changes):
    with pytest.raises(TableError, match="give a whole number from"):
        Rule(**changes)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(), "counts under 5 are not shown"),
        (Rule(denominators_under=5), "counts under 5 are not shown"),
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
