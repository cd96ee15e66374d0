"""Indicators that may not be printed together."""

import itertools

import pandas as pd
import pytest

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.publish import Safeguards, publishable
from geo.disclosure.requirements import require_separate_periods
from geo.disclosure.suppress import suppress
from geo.errors import TableError
from tests.examples import some

HIERARCHY = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003"], "town": "Crewe"})
OVERLAPPING = [
    ("2023/24", "2024/25", "2023/24 to 2024/25"),
    ("2023/24", "2024/25", "2023-25"),
    ("Apr 2023 - Mar 2024", "2023/24", "2024/25"),
    ("2024 H1", "2024 H2", "2024"),
    ("2024 Q1", "2024 Q2", "2024 H1"),
    ("Jan 2024", "Feb 2024", "2024 Q1"),
    ("2024/25 Q1", "2024/25"),
    ("2023-04-01/2024-03-31", "2023-04-01/2023-09-30"),
    ("2023-04-01 to 2024-03-31", "2024-03-31"),
    ("Year to Mar 2024", "Jan 2024"),
    ("Year ending March 2024", "Q1 2024"),
    ("Autumn 2023", "2023/24"),
    ("Summer 2024", "2023/24"),
    ("FY24 M1", "FY24"),
    ("202324", "202223", "2022/23-2023/24"),
    ("2022", "2022-23"),
    ("2024", "2024/25"),
    ("2023/24", "2023-24"),
    ("2021-23", "2021 to 2023"),
    ("FY2023/24", "Apr 2023 - Mar 2024"),
]
APART = [
    ("2023", "2024", "2025"),
    ("2022/23", "2023/24", "2024/25"),
    (202223, 202324, 202425),
    ("2019-21", "2020-22", "2021-23"),
    ("2020/21 - 22/23", "2021/22 - 23/24"),
    ("Year to Mar 2024", "Year to Jun 2024"),
    ("2024 Q1", "2024 Q2", "2024/25 Q2"),
    ("2024 H1", "2024 H2"),
    ("Apr 2024", "May 2024", "Dec 2023"),
    ("Autumn 2023", "Spring 2024", "Summer 2024"),
    ("FY24 M1", "FY24 M2"),
    ("2024-03-31", "2023-03-31"),
]


def town(periods, **columns):
    """Three LSOAs of 8, 9 and 10 in each period, and their town of 27."""
    areas = pd.DataFrame(
        {"area_code": [*HIERARCHY["lsoa21cd"], "Crewe"], "area_type": ["lsoa21"] * 3 + ["town"],
         "count": [8, 9, 10, 27]}
    )  # fmt: skip
    table = areas.merge(pd.DataFrame({"period": periods}), how="cross")
    return table.assign(**({"indicator_id": "neet", "denominator": 90.0, "sex": "all", "age": "all",
                            "measure": "proportion"} | columns))  # fmt: skip


@pytest.mark.parametrize("periods", OVERLAPPING, ids=" | ".join)
def test_overlapping_periods_of_confidential_indicators_pass_no_gate(periods):
    for order in itertools.permutations(periods):
        table = town(order)
        with pytest.raises(TableError, match="neet is confidential, and its period"):
            suppress(table, HIERARCHY)
        with pytest.raises(TableError, match="neet is confidential, and its period"):
            audit_disclosure(table.assign(state="value"), HIERARCHY)


@pytest.mark.parametrize(
    "periods", some(APART, 4), ids=lambda periods: " | ".join(map(str, periods))
)
def test_periods_of_one_length_pass(periods):
    table = town(periods)
    safe = suppress(table, HIERARCHY)
    assert safe["count"].tolist() == table["count"].tolist()
    assert audit_disclosure(safe, HIERARCHY).empty


@pytest.mark.slow
def test_publishable_refuses_overlapping_periods_whatever_areas_are_withheld():
    facts = pd.DataFrame({"indicator_id": ["neet"], "short_name": "NEET", "multiplier": 100,
                          "measure": "proportion", "confidential": True})  # fmt: skip
    for periods in OVERLAPPING:
        with pytest.raises(TableError, match="its period"):
            publishable(town(periods), HIERARCHY, facts, safeguards=Safeguards(), small=["lsoa21"])


def test_overlapping_periods_of_public_indicators_and_of_two_indicators_pass():
    public = town(["2024", "2024 H1", "Wave 3"], confidential=False)
    other = [town([period], indicator_id=period) for period in ("2024", "2024 H1")]
    safe = suppress(pd.concat([public, *other], ignore_index=True), HIERARCHY)
    assert safe["count"].notna().all()


def test_a_period_that_cannot_be_read_is_refused_where_confidential():
    with pytest.raises(
        TableError,
        match=r"neet is confidential, and its period 'Wave 3' cannot be read, so that nobody can "
        r"tell whether it overlaps another; write years \(2024, 2023/24\), terms .*\.$",
    ):
        suppress(town(["Wave 3"]), HIERARCHY)


def test_refusal_of_periods_says_which_holds_which():
    for periods in (["2024", "2024 H1"], ["2024 H1", "2024"]):
        rows = pd.DataFrame({"indicator_id": "neet", "period": periods})
        with pytest.raises(TableError, match="NEET .* period 2024 holds 2024 H1: one less the oth"):
            require_separate_periods(rows, pd.Series({"neet": "NEET"}))
    rows = pd.DataFrame({"indicator_id": "neet", "period": ["2021-23", "2023-26"]})
    with pytest.raises(TableError, match=r"its period 2021-23 overlaps 2023-26.*one length\.$"):
        require_separate_periods(rows)
