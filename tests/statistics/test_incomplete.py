"""Sums that lack areas: at least so many, and compared only where the blanks change nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statistics.aggregation import aggregate
from geo.statistics.comparison import compare
from geo.statistics.incomplete import AT_LEAST, ENDS, surely, with_least
from geo.statistics.intervals import wilson
from tests.examples import share

CODES = ["E01000001", "E01000002", "E01000003", "E01000004"]
TOWNS = pd.DataFrame({"lsoa21cd": CODES, "town": ["Crewe", "Crewe", "Crewe", "Sandbach"]})
POOR = pd.DataFrame(
    {"indicator_id": ["poor"], "measure": "proportion", "multiplier": 100.0,
     "polarity": "low_is_good", "blank_below": [10.0]}
)  # fmt: skip


def lsoas(counts, people=100, states=None):
    table = pd.DataFrame({"area_code": CODES, "area_type": "lsoa21", "indicator_id": "poor"})
    table = table.assign(period="2025", count=np.array(counts, dtype=float), denominator=people)
    known = table["count"].notna().map({True: "value", False: "missing"})
    return table.assign(state=known if states is None else states)


def least(rows, catalogue=POOR, by="town"):
    sums = aggregate(rows, TOWNS, by=by, catalogue=catalogue)
    found = with_least(sums, rows, TOWNS, by=by, catalogue=catalogue)
    return found.set_index("area_code")


def test_a_sum_that_lacks_an_area_is_at_least_the_others():
    crewe = least(lsoas([20, None, 40, 5])).loc["Crewe"]
    assert (crewe["count"], crewe["denominator"], crewe[AT_LEAST]) == (60, 300, 1)
    assert crewe["value"] == pytest.approx(20)
    assert crewe["lower_ci"] == pytest.approx(100 * wilson(np.array(60), 300, 0.95)[0])
    assert crewe["upper_ci"] == pytest.approx(100 * wilson(np.array(69), 300, 0.95)[1])


def test_a_whole_sum_stays_as_it_is():
    found = least(lsoas([20, None, 40, 5])).loc["Sandbach"]
    assert (found["count"], found["value"], found[AT_LEAST]) == (5, 5, 0)


def test_a_blank_without_a_bound_can_be_everybody():
    crewe = least(lsoas([20, None, 40, 5]), POOR.drop(columns="blank_below")).loc["Crewe"]
    assert crewe["upper_ci"] == pytest.approx(100 * wilson(np.array(160), 300, 0.95)[1])


def test_a_suppressed_area_leaves_its_sum_suppressed():
    rows = lsoas([20, None, 40, 5], states=["value", "suppressed", "value", "value"])
    assert least(rows).loc["Crewe", "state"] == "suppressed"
    both = lsoas([None, None, 40, 5], states=["missing", "suppressed", "value", "value"])
    assert np.isnan(least(both).loc["Crewe", "count"])


def test_nothing_known_is_not_at_least_none():
    crewe = least(lsoas([None, None, None, 5])).loc["Crewe"]
    assert np.isnan(crewe["count"])
    assert crewe["state"] == "missing"


@given(st.lists(st.integers(0, 100), min_size=4, max_size=4), st.sampled_from(range(3)))
def test_the_interval_holds_that_of_whatever_the_blank_stands_for(counts, blank):
    truth = lsoas([min(n, 9) if at == blank else n for at, n in enumerate(counts)])
    told = truth.assign(count=truth["count"].mask(truth.index == blank))
    told["state"] = told["count"].notna().map({True: "value", False: "missing"})
    whole, found = least(truth).loc["Crewe"], least(told).loc["Crewe"]
    if found[AT_LEAST]:
        assert found["count"] <= whole["count"]
        assert found["lower_ci"] <= whole["lower_ci"] + 1e-9
        assert found["upper_ci"] >= whole["upper_ci"] - 1e-9


@share(1 / 4)
@given(
    st.lists(st.integers(0, 100), min_size=4, max_size=4),
    st.floats(1, 99),
    st.booleans(),
)
def test_a_comparison_is_what_it_is_whatever_the_blank_stands_for(counts, england, bounded):
    """Metamorphic: what is said of the least is said of every number that the blank can be."""
    catalogue = POOR if bounded else POOR.drop(columns="blank_below")
    target = pd.DataFrame(
        {"area_code": ["E92000001"], "area_type": "england", "indicator_id": "poor",
         "period": "2025", "value": [england]}
    )  # fmt: skip

    def said(rows):
        sums = least(rows, catalogue).reset_index()
        table = pd.concat([sums, target], ignore_index=True)
        found = surely(compare(table, catalogue=catalogue), "england")
        return found.set_index("area_code").loc["Crewe", "comparison"]

    told = said(lsoas([counts[0], None, counts[2], counts[3]]))
    for hidden in (0, 4, 9) if bounded else (0, 9, 50, 100):
        truth = said(lsoas([counts[0], hidden, counts[2], counts[3]]))
        assert told in ("not_compared", truth)


def test_an_area_too_close_to_an_england_that_lacks_areas_says_so():
    of_england = {"area_code": "E92000001", "area_type": "england", "value": 30.0,
                  "value_most": 36.0}  # fmt: skip
    close = {"area_code": "a", "area_type": "lsoa21", "value": 40.0, "lower_ci": 35.0,
             "upper_ci": 45.0, "note": ""}  # fmt: skip
    table = pd.DataFrame([of_england, close, close | {"area_code": "b", "lower_ci": 37.0}])
    table = table.reindex(columns=[*table, *ENDS[1:]]).assign(
        indicator_id="poor", period="2025", benchmark_value=30.0, at_least=[1, 0, 0],
        comparison=["not_compared", "worse", "worse"],
    )  # fmt: skip
    found = surely(table, "england").set_index("area_code")
    assert found["comparison"].tolist() == ["not_compared", "not_compared", "worse"]
    assert found.loc["a", "note"].startswith("too close to what it is compared with")
    assert found.loc["b", "note"] == ""
