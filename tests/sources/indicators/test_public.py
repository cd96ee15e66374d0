"""The shipped list of public indicators: enough, under the outcomes, in the catalogue's words."""

import pandas as pd
import pytest

from geo.sources.indicators.catalogue import shipped_catalogue
from geo.sources.indicators.public import public_indicators
from geo.sources.sample.indicators import OUTCOMES
from geo.vocabulary.measures import MEASURES, POLARITIES


def test_public_indicators_are_at_least_forty_under_the_seven_outcomes():
    listed = public_indicators()
    assert len(listed) >= 40
    assert set(listed["group"]) == {*OUTCOMES, "In context"}
    assert listed.index.is_unique
    assert listed["name"].is_unique


def test_public_indicators_say_everything_in_allowed_words():
    listed = public_indicators()
    assert set(listed["measure"]) <= set(MEASURES)
    assert set(listed["polarity"]) <= set(POLARITIES)
    told = listed[["name", "unit", "lowest", "source", "period"]]
    assert told.map(lambda cell: isinstance(cell, str) and cell != "").all(axis=None)
    assert (listed["multiplier"] > 0).all()


def test_public_indicators_of_fingertips_have_an_id_or_are_to_be_checked():
    listed = public_indicators()
    there = listed["source"].str.contains("Fingertips")
    assert (listed["fingertips"].notna() | listed["to_be_checked"])[there].all()
    assert not (listed["fingertips"].notna() & listed["to_be_checked"]).any()
    assert listed["fingertips"].dropna().is_unique


@pytest.mark.parametrize("name", ["census2021", "indices"])
def test_public_indicators_agree_with_the_shipped_catalogues(name):
    facts = shipped_catalogue(name).set_index("indicator_id")
    both = facts.index.intersection(public_indicators().index)
    assert len(both) > 1
    for field in ("measure", "unit", "multiplier"):
        pd.testing.assert_series_equal(
            facts.loc[both, field], public_indicators().loc[both, field], check_dtype=False
        )
