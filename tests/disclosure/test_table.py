"""What a row tells by itself, before suppression and as published."""

import pytest

from geo.disclosure.rules import Rule
from geo.disclosure.table import known_counts
from geo.errors import TableError
from tests.disclosure.builders import alone

NOTHING = float("nan")


def between(rule, published=True, **columns):
    """Least and greatest count of a first row of 1,000 people."""
    columns = {"count": NOTHING, "denominator": 1000.0, "value": NOTHING} | columns
    table, _ = alone(100, 300, measure="proportion", value=10.0)
    table = table.astype({"count": float, "value": float}).assign(denominator=1000.0)
    for name, value in columns.items():
        table.loc[0, name] = value
    known = known_counts(table, rule, None, decimals=1, published=published)
    return known.low[0], known.high[0]


@pytest.mark.parametrize(
    ("rule", "row", "expected"),
    [
        (Rule(), {"count": 7}, (7, 7)),
        (Rule(), {"value": 0.7}, (7, 7)),
        (Rule(), {"count": 7, "value": 0.9}, (7, 7)),
        (Rule(round_to=2), {"count": 10}, (9, 10)),
        (Rule(round_to=2), {"count": 10, "value": 0.9}, (9, 9)),
        (Rule(round_to=5), {"count": 10}, (8, 12)),
        (Rule(round_to=5), {"count": 10, "value": 1.0}, (8, 12)),  # made of the rounded count
        (Rule(round_to=5), {"count": 10, "value": 1.1}, (11, 11)),  # made of the true one
        (Rule(round_to=5), {"count": 10, "value": 2.0}, (8, 12)),  # made of something else
        (Rule(round_to=5), {"count": 11}, (11, 11)),  # not rounded
        (Rule(round_to=5), {"count": 5}, (5, 7)),  # 3 and 4 would be hidden
        (Rule(8, round_to=5), {"count": 5}, (3, 7)),  # all of them would be
        (Rule(8, round_to=5), {"count": 10}, (8, 12)),
        (Rule(round_to=5), {"count": 0}, (0, 0)),  # 1 and 2 would be hidden
        (Rule(3, round_to=10), {"count": 0}, (0, 4)),  # 3 and 4 would not
        (Rule(round_to=5), {"count": 10, "denominator": 9}, (8, 9)),
        (Rule(), {}, (0, 2**30)),
    ],
)
def test_known_counts_behind_a_published_row(rule, row, expected):
    assert between(rule, **row) == expected


@pytest.mark.parametrize(
    ("rule", "count", "expected"),
    [(Rule(), 7, (7, 7)), (Rule(round_to=5), 7, (5, 7)), (Rule(round_to=5), 11, (8, 12))],
)
def test_known_counts_before_suppression_are_of_what_would_be_printed(rule, count, expected):
    assert between(rule, published=False, count=count) == expected


@pytest.mark.parametrize(("count", "refused"), [(11, True), (10, False), (9, False)])
def test_known_counts_above_the_denominator_are_refused(count, refused):
    table, _ = alone(count, denominator=10)
    if refused:
        with pytest.raises(TableError, match="a count above its denominator is no proportion"):
            known_counts(table, Rule(), None)
    else:
        assert known_counts(table, Rule(), None).bounded.all()


@pytest.mark.parametrize(("denominator", "refused"), [(7, True), (8, False)])
def test_known_counts_rounded_above_the_denominator_pass(denominator, refused):
    """A printed 10 is 8 or more."""
    table, _ = alone(10, denominator=denominator)
    rule = Rule(round_to=5)
    if refused:
        with pytest.raises(TableError, match="a count above its denominator"):
            known_counts(table, rule, None, published=True)
    else:
        assert known_counts(table, rule, None, published=True).high.tolist() == [8]


@pytest.mark.parametrize(
    ("state", "published", "hidden", "missing"),
    [
        ("suppressed", True, True, False),
        ("suppressed", False, True, False),
        ("missing", True, False, True),
        ("value", False, False, True),
        (None, True, True, False),
        (None, False, False, True),
    ],
)
def test_known_counts_without_a_count(state, published, hidden, missing):
    table, _ = alone(NOTHING, 9)
    if state:
        table["state"] = [state, "value"]
    known = known_counts(table, Rule(), None, published=published)
    assert (known.hidden[0], known.missing[0]) == (hidden, missing)
    assert not known.hidden[1]
    assert not known.missing[1]


def test_known_counts_with_a_value_are_not_missing():
    table, _ = alone(NOTHING, 9, denominator=100, measure="proportion", value=9.0)
    assert not known_counts(table, Rule(), None).missing.any()
