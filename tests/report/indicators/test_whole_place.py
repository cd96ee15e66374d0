"""Figures of the authority alone, and of another year's LSOAs: all of them reach the Rug."""

import numpy as np
import pandas as pd
import pytest

from geo.report.indicators import whole_place
from geo.report.indicators.whole_place import carried_over
from geo.report.outcomes import outcomes
from geo.statistics.intervals import wilson
from tests.builders import place
from tests.report.test_outcomes import ABSENCE, CATALOGUE, ENGLAND, LSOAS, rows

CODES = list(LSOAS["lsoa21cd"])
LINKS = pd.DataFrame(
    {
        "lsoa11cd": ["E01000001", "E01000005", "E01000005", "E01000004"],
        "lsoa21cd": ["E01000001", "E01000002", "E01000003", "E01000004"],
        "chgind": ["U", "S", "S", "U"],
        "weight": [1, 0.5, 0.5, 1],
    }
)


def known_of_the_authority(**columns):
    own = rows("score", [30], [100], codes=[place().code], area_type="utla")
    whole = rows("score", [10_000], [100_000], codes=["E92000001"], area_type="england")
    return pd.concat([own, whole], ignore_index=True).assign(**columns)


def shown(*tables, catalogue=CATALOGUE, notes=None):
    notes = [] if notes is None else notes
    table = pd.concat(tables, ignore_index=True)
    found = outcomes(table, catalogue, LSOAS, place(), notes=notes)
    return found.comparisons.set_index(["indicator_id", "area_type", "area_code"])


def proportions():
    score = CATALOGUE["indicator_id"] == "score"
    return CATALOGUE.assign(measure=CATALOGUE["measure"].mask(score, "proportion"),
                            multiplier=100.0, confidential=False)  # fmt: skip


def test_an_indicator_of_the_authority_alone_fills_the_borough_and_england():
    notes = []
    table = shown(ABSENCE, ENGLAND, known_of_the_authority(), catalogue=proportions(), notes=notes)
    borough = table.loc[("score", "borough", "borough")]
    assert borough["value"] == pytest.approx(30)
    assert borough["lower_ci"] == pytest.approx(100 * wilson(np.array(30), 100, 0.95)[0])
    assert borough["comparison"] in ("worse", "better", "higher")
    assert borough["benchmark_value"] == pytest.approx(10)
    east = table.loc[("score", "collaborative", "East")]
    assert (east["state"], east["note"]) == ("missing", "known of Testshire as a whole alone")
    assert not any("left out" in words for words in notes)


def among_authorities(**columns):
    """Values of four authorities, ours the second lowest, and of England."""
    codes = [place().code, "E06000002", "E06000003", "E06000004"]
    own = rows("air", values=[5.0, 9.0, 7.0, 1.0], codes=codes, area_type="utla", **columns)
    whole = rows("air", values=[6.0], codes=["E92000001"], area_type="england")
    return pd.concat([own, whole], ignore_index=True)


@pytest.mark.parametrize("comparator", ["", "quintiles"])
def test_a_value_of_the_authority_is_placed_among_all_authorities(monkeypatch, comparator):
    limits = {"lower_ci": 4.0, "upper_ci": 5.5} if comparator else {}
    facts = CATALOGUE.assign(comparator=comparator)
    table = shown(among_authorities(**limits), ABSENCE, catalogue=facts)
    assert pd.isna(table.loc[("air", "borough", "borough"), "place"])  # four are not all
    monkeypatch.setitem(whole_place._AUTHORITIES, "utla", 4)
    own = shown(among_authorities(**limits), ABSENCE, catalogue=facts)
    own = own.loc[("air", "borough", "borough")]
    assert own[["place", "among", "among_type", "quantile"]].tolist() == [3, 4, "utla", 3]
    assert (own["comparison"], own["note"]) == ("not_compared", "")


def test_a_value_with_limits_that_its_publisher_tests_is_compared_and_not_placed(monkeypatch):
    monkeypatch.setitem(whole_place._AUTHORITIES, "utla", 4)
    own = shown(among_authorities(lower_ci=4.0, upper_ci=5.5), ABSENCE)
    own = own.loc[("air", "borough", "borough")]
    assert own["comparison"] == "better"
    assert pd.isna(own["place"])


def test_a_figure_with_limits_of_its_own_keeps_them():
    given = known_of_the_authority(count=np.nan, denominator=np.nan, value=[30.0, 10.0],
                                   lower_ci=[28.0, 9.0], upper_ci=[32.0, 11.0])  # fmt: skip
    borough = shown(ABSENCE, ENGLAND, given, catalogue=proportions()).loc[
        ("score", "borough", "borough")
    ]
    assert (borough["lower_ci"], borough["upper_ci"]) == (28, 32)


def test_an_indicator_of_lsoas_is_summed_from_them_and_not_taken_from_the_authority():
    other = rows("absence", [1], [100], codes=[place().code], area_type="utla")
    table = shown(ABSENCE, ENGLAND, other)
    assert table.loc[("absence", "borough", "borough"), "count"] == 100


def test_confidential_figures_of_the_authority_are_left_out_and_told():
    notes = []
    secret = known_of_the_authority(indicator_id="cared_for")
    table = shown(ABSENCE, ENGLAND, secret, notes=notes)
    own = table.loc["cared_for"].drop("england", level="area_type")
    assert own[["count", "value"]].isna().all(axis=None)
    assert own["note"].str.startswith("confidential, and known by").all()
    assert any("Cared for" in words and "left out" in words for words in notes)


def test_counts_of_another_year_are_carried_over_and_told():
    notes = []
    codes = ["E01000001", "E01000005", "E01000004"]
    old = rows("absence", [10, 40, 8], [100, 300, 80], codes=codes, area_type="lsoa11")
    residents = pd.DataFrame({"lsoa21cd": CODES, "population": [1, 100, 300, 1]})
    found = carried_over(old, CATALOGUE, "lsoa21", [LINKS], [residents], notes)
    assert dict(zip(found["area_code"], found["count"], strict=True)) == {
        "E01000001": 10, "E01000002": 10, "E01000003": 30, "E01000004": 8,
    }  # fmt: skip
    assert found["denominator"].sum() == 480
    assert set(found["area_type"]) == {"lsoa21"}
    assert "Counts of Absence are carried over from LSOA 2011 to LSOA 2021 areas" in notes[0]


def test_a_part_of_what_is_not_known_is_missing():
    old = rows("absence", [10, np.nan], [100, 300], codes=["E01000001", "E01000005"],
               area_type="lsoa11")  # fmt: skip
    found = carried_over(old, CATALOGUE, "lsoa21", [LINKS], [], [])
    assert found.set_index("area_code")["state"].to_dict() == {
        "E01000001": "value", "E01000002": "missing", "E01000003": "missing",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["values alone", "confidential", "no lookup"])
def test_what_cannot_be_shared_out_stays(kind):
    notes = []
    name = {"values alone": "air", "confidential": "cared_for"}.get(kind, "absence")
    old = rows(name, [1], [9], codes=["E01000001"], area_type="lsoa11")
    if kind == "values alone":
        old = old.assign(count=np.nan, denominator=np.nan, value=2.0)
    links = [] if kind == "no lookup" else [LINKS]
    found = carried_over(old, CATALOGUE, "lsoa21", links, [], notes)
    assert found["area_type"].tolist() == ["lsoa11"]
    assert len(notes) == (kind == "no lookup")
