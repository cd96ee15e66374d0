"""The borough against England: what is here, and what is not."""

import pandas as pd
import pytest

from geo.report.in_context import MEASURES, in_context
from geo.report.indicators import people as people_of
from geo.report.outcomes import outcomes
from geo.sources.ages import ResidentsByAge
from geo.sources.indicators.public import public_indicators
from tests.builders import of_residents, place
from tests.report.test_outcomes import CATALOGUE, LSOAS, rows

CODES = [f"E0100000{n}" for n in range(1, 7)]
"""Four LSOAs of Testshire, and two that are the rest of England."""


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setitem(people_of.VINTAGES, "lsoa21", 6)
    of = of_residents(pd.Series([100.0] * 6, CODES)).people
    ages = pd.DataFrame({"lsoa21cd": CODES} | dict.fromkeys(range(91), 0.0))
    ages[3], ages[10], ages[40] = 5.0, [10.0] * 4 + [40.0] * 2, 50.0
    of.ages = (ResidentsByAge(ages, "2024"),)
    return of


def made(known, name="gld", **facts):
    table = pd.concat([rows(name, [30, 40, 50, 60], [100] * 4),
                       rows(name, [70_000], [100_000], codes=["E92000001"], area_type="england")],
                      ignore_index=True)  # fmt: skip
    catalogue = CATALOGUE.head(1).assign(indicator_id=name, **facts)
    found = outcomes(table, catalogue, LSOAS, place(), notes=[])
    return in_context(found, known, LSOAS).set_index("measure")


def test_in_context_has_residents_and_shares_of_children_of_place_and_england(known):
    table = made(known)
    assert table.loc["Residents", ["place", "england"]].tolist() == [400, 600]
    assert table.loc["Residents under 5", ["place", "england"]].tolist() == pytest.approx([5, 5])
    assert table.loc["Residents under 5", ["period", "source"]].tolist() == [
        "2024",
        "Residents by age: 2024",
    ]
    under_18 = table.loc["Residents under 18", ["place", "england"]].tolist()
    assert under_18 == pytest.approx([15, 100 * (30 + 120) / 600])


def test_in_context_takes_indicators_that_are_here_under_whatever_id(known):
    for name in ("gld", "90631"):
        row = made(known, name).loc["Absence"]
        assert row[["place", "england"]].tolist() == pytest.approx([45, 70])
        assert row["comparison"] == "better"  # by the polarity that its catalogue has


def test_in_context_says_what_is_not_here(known):
    table = made(known)
    listed = public_indicators()
    assert len(table) == 3 + len(MEASURES)
    absent = table.loc[listed.loc["ks2_expected", "name"]]
    assert pd.isna(absent["place"])
    assert "geo indicators" in absent["note"]


def test_in_context_leaves_confidential_indicators_out(known):
    table = made(known, confidential=True)
    assert "Absence" not in table.index
    assert pd.isna(table.loc[public_indicators().loc["gld", "name"], "place"])


def test_in_context_of_a_place_without_indicators_or_ages(monkeypatch):
    alone = of_residents(pd.Series([100.0] * 6, CODES)).people
    assert in_context(None, alone, LSOAS).empty  # England's residents are not all known
    monkeypatch.setitem(people_of.VINTAGES, "lsoa21", 6)
    table = in_context(None, alone, LSOAS).set_index("measure")
    assert table.loc["Residents", ["place", "england"]].tolist() == [400, 600]
    assert pd.isna(table.loc["Residents under 18", "place"])


def test_in_context_has_every_measure_of_a_strategy_that_is_here(known):
    listed = public_indicators().loc[list(MEASURES)]
    parts = [rows(name, [30, 40, 50, 60], [100] * 4) for name in MEASURES]
    parts += [rows(name, [7], [10], codes=["E92000001"], area_type="england") for name in MEASURES]
    catalogue = pd.concat(
        CATALOGUE.head(1).assign(indicator_id=name, name=words)
        for name, words in listed["name"].items()
    )
    found = outcomes(pd.concat(parts, ignore_index=True), catalogue, LSOAS, place(), notes=[])
    table = in_context(found, known, LSOAS)
    asked = ["Residents", "under 18", "under 5", "development", "phonics", "Key Stage 2",
             "income-deprived", "relative low", "absolute low", "free school meals"]  # fmt: skip
    for words in asked:
        row = table[table["measure"].str.contains(words)]
        assert row[["place", "england"]].notna().all(axis=None), words
        assert len(row), words


def test_nothing_in_context_has_no_rows():
    lsoas = LSOAS.drop(columns=[c for c in LSOAS if "population" in c])
    assert in_context(None, people_of.People("lsoa21cd", lsoas[["lsoa21cd"]]), lsoas).empty
