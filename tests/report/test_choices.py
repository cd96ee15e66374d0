"""Which indicator a figure is of."""

from dataclasses import replace

import pandas as pd
import pytest

from geo.report.choices import leading_indicator, most_trends, needs_counted, public_count
from geo.report.outcomes import Outcomes

CODES = ["E01000001", "E01000002", "E01000003"]


def found(comparisons=None, trends=None, confidential=()):
    comparisons = pd.DataFrame() if comparisons is None else comparisons
    names = [] if comparisons.empty else comparisons["indicator_id"].unique()
    return Outcomes(
        comparisons=comparisons,
        trends=pd.DataFrame() if trends is None else trends,
        catalogue=pd.DataFrame(
            {
                "indicator_id": names,
                "name": [f"Residents by {name}" for name in names],
                "confidential": [name in confidential for name in names],
            }
        ),
        hierarchy=pd.DataFrame(),
        benchmark="england",
        rule="",
        last=pd.Series("2024", index=names, dtype=object),
    )


def counted(counts):
    """LSOAs' rows of indicators in one period, named with their counts."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "area_code": CODES,
                    "area_type": "lsoa21",
                    "indicator_id": name,
                    "period": "2024",
                    "sex": "",
                    "age": "",
                    "count": pd.array(own, dtype="Float64"),
                }
            )
            for name, own in counts.items()
        ],
        ignore_index=True,
    )


@pytest.mark.parametrize("order", [["even", "uneven", "middling"], ["uneven", "middling", "even"]])
def test_public_count_is_the_most_uneven(order):
    counts = {"even": [5, 5, 6], "uneven": [1, 2, 90], "middling": [10, 40, 70]}
    table = counted({name: counts[name] for name in order})
    assert public_count(found(table), "") == "uneven"
    assert public_count(found(table), "even") == "even"
    assert public_count(found(table, confidential=["uneven"]), "") == "middling"
    assert public_count(found(table, confidential=["uneven"]), "uneven") == ""


def test_public_count_is_known_everywhere_and_not_all_zero():
    table = counted({"gaps": [1, None, 90], "none": [0, 0, 0], "known": [4, 5, 6]})
    assert public_count(found(table), "") == "known"
    assert public_count(found(counted({"none": [0, 0, 0]})), "") == ""


@pytest.mark.parametrize("order", [["still", "moving"], ["moving", "still"]])
def test_most_trends_counts_rises_and_falls(order):
    trend = {
        "still": ["no_significant_change", "no_significant_change", "increasing"],
        "moving": ["increasing", "decreasing", "no_significant_change"],
    }
    table = pd.DataFrame(
        [{"indicator_id": name, "trend": one} for name in order for one in trend[name]]
    )
    assert most_trends(found(trends=table)) == "moving"


def test_most_trends_without_five_points_is_none():
    table = pd.DataFrame({"indicator_id": ["neet"], "trend": ["cannot_be_calculated"]})
    assert most_trends(found(trends=table)) == ""


def test_needs_counted_are_bad_where_high_and_on_children_first():
    counts = {"good": [9, 9, 9], "bad": [1, 2, 3], "worse": [4, 5, 6], "unknown": [None] * 3}
    table = counted(counts).assign(comparison="similar")
    table.loc[table["indicator_id"].eq("worse"), "comparison"] = "worse"
    known = found(table)
    known.catalogue["polarity"] = ["high_is_good", *["low_is_good"] * 3]
    assert needs_counted(known, "lsoa21") == ["worse", "bad"]
    assert needs_counted(known, "lsoa11") == []
    known.catalogue["name"] = ["Pupils", "Children in need", "Residents", "Children unknown"]
    assert needs_counted(known, "lsoa21") == ["bad"]
    twice = pd.concat([table, table.assign(sex="female")])  # of which series would a circle be?
    assert needs_counted(replace(known, comparisons=twice), "lsoa21") == []


@pytest.mark.parametrize("order", [["one", "two", "none"], ["two", "none", "one"]])
def test_leading_indicator_counts_areas(order):
    states = {"one": "better worse similar", "two": "worse worse better", "none": "similar " * 3}
    table = counted({name: [1, 1, 1] for name in order})
    table["comparison"] = [word for name in order for word in states[name].split()]
    assert leading_indicator(found(table)) == "two"
    # children and young people first, where any of theirs is worse
    known = found(table)
    known.catalogue["name"] = known.catalogue["name"].replace("Residents by one", "Children's one")
    assert leading_indicator(known) == "one"
    of_children = known.comparisons["indicator_id"].eq("one")
    known.comparisons.loc[of_children, "comparison"] = "similar"
    assert leading_indicator(replace(known)) == "two"
    table["comparison"] = "better"
    assert leading_indicator(found(table)) == ""
