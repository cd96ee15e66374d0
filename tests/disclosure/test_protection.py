"""What is told of suppression opens no cell."""

import numpy as np
import pandas as pd
import pytest

from geo.disclosure.protection import protection
from geo.disclosure.publish import Safeguards, publishable
from geo.disclosure.rules import Rule
from tests.disclosure.builders import LSOAS

FACTS = pd.DataFrame(
    {
        "indicator_id": ["neet"],
        "short_name": ["NEET"],
        "measure": ["count"],
        "multiplier": [1],
        "confidential": [True],
    }
)


HIDES_THE_SECOND = b"6"
"""A key with which the second of four LSOAs is hidden for the first's sake."""


def told(counts, groups=1, key=HIDES_THE_SECOND, **rule):
    """The table as published, and what is told of it."""
    hierarchy = pd.DataFrame(
        {
            "lsoa21cd": LSOAS[: len(counts)],
            "town": [f"town {k % groups}" for k in range(len(counts))],
        }
    )
    town = pd.Series(counts).groupby(hierarchy["town"]).sum()
    rows = pd.DataFrame(
        {
            "area_code": [*hierarchy["lsoa21cd"], *town.index],
            "area_type": ["lsoa21"] * len(counts) + ["town"] * len(town),
            "indicator_id": "neet",
            "period": "2024",
            "sex": "all",
            "age": "all",
            "count": [*counts, *town],
            "denominator": np.nan,
            "state": "value",
        }
    )
    given = Safeguards(Rule(**rule), key=key)
    safe = publishable(rows, hierarchy, FACTS, safeguards=given, notes=[])
    return safe, protection(rows, safe, FACTS, Rule(**rule))


def test_protection_counts_what_is_hidden_by_indicator_and_level():
    safe, done = told([3, 7, 12, 20])
    assert safe["count"].isna().sum() == 2
    assert done.cells.to_numpy().tolist() == [
        ["neet", "lsoa21", 4, 2, 0],
        ["neet", "town", 1, 0, 0],
    ]
    assert done.totals == {"cells": 5, "hidden": 2, "withheld": 0}
    assert done.lost_percent == 40


def test_protection_of_tables_that_look_the_same_is_the_same():
    """3 beside 7 (hidden for its sake) and 4 beside 6 print alike; so must what is told of them."""
    one, of_one = told([3, 7, 12, 20])
    assert one["count"].isna().tolist()[:2] == [True, True]
    other, of_other = told([4, 6, 12, 20])
    pd.testing.assert_frame_equal(one, other)
    assert (of_one.primary_percent, of_one.narrowest) == (
        of_other.primary_percent,
        of_other.narrowest,
    )
    pd.testing.assert_frame_equal(of_one.cells, of_other.cells)


def test_protection_tells_no_primary_share_of_few_cells():
    assert told([3, 2, 12, 20, 1, 4])[1].primary_percent is None


@pytest.mark.parametrize(("primary", "percent"), [(60, 90), (59, 90), (31, 50), (2, 10), (0, 10)])
def test_protection_tells_the_primary_share_coarsely_and_never_none_or_all(primary, percent):
    rows = pd.DataFrame({"indicator_id": "neet", "area_type": "lsoa21", "state": "value",
                         "area_code": [f"E010000{k:02}" for k in range(60)], "period": "2024",
                         "count": [3] * primary + [9] * (60 - primary)})  # fmt: skip
    hidden = rows.assign(count=np.nan, state="suppressed")
    assert protection(rows, hidden, FACTS, Rule()).primary_percent == percent


def test_protection_tells_the_narrowest_interval_that_is_left():
    safe, done = told([3, 7, 12, 20])  # both make 10: each may be 1 to 9
    assert done.narrowest == 9
    assert safe.attrs["narrowest"] == 9
    assert told([3, 2, 12, 20])[1].narrowest == 4  # both make 5: 1 to 4


def test_protection_of_public_indicators_is_none():
    safe, _ = told([3, 7, 12, 20])
    assert protection(safe, safe, FACTS.assign(confidential=False), Rule()) is None


def test_protection_takes_what_is_surely_zero_for_no_hidden_small_count():
    """Withheld rows leave cells that nobody printed, some of which can only be none."""
    safe, done = told([3, 2, 1, 0, 0, 0, 30, 40], groups=2)
    assert done.narrowest is None or done.narrowest >= 4
    assert safe["count"].isna().any()


def test_primary_share_counts_what_is_too_near_its_denominator():
    """Of sixty hidden LSOAs, all but a few of whose people are counted, all are primary."""
    rows = pd.DataFrame(
        {
            "area_code": [f"E010000{k:02}" for k in range(60)],
            "area_type": "lsoa21",
            "indicator_id": "neet",
            "period": "2024",
            "count": 38,
            "denominator": 40,
            "state": "value",
        }
    )
    shown = rows.assign(count=np.nan, state="suppressed")
    facts = FACTS.assign(measure="proportion", multiplier=100)
    shares = [
        protection(rows, shown, facts, Rule(near_denominator=near)).primary_percent
        for near in (0, 5)
    ]
    assert shares == [10, 90]
