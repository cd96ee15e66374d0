"""Shares from 0 to 1 are shown as percentages; what is one already stays."""

import pandas as pd

from geo.report.indicators.percentages import in_percent
from tests.report.test_outcomes import CATALOGUE, rows


def test_shares_become_percentages_with_their_limits_and_counts_stay():
    facts = CATALOGUE.assign(multiplier=[1.0, 1000.0, 1.0, 1.0], unit="share of pupils")
    limits = {"lower_ci": 0.05, "upper_ci": 0.5}
    shares = rows("absence", [1, 2, 3, 4], [10] * 4, [0.1, 0.2, 0.3, 0.4], **limits)
    table = pd.concat([shares, rows("score", values=[0.5] * 4)])
    before = table.copy()
    shown, told = in_percent(table.reset_index(drop=True), facts)
    mine = shown[shown["indicator_id"] == "absence"]
    assert mine["value"].round(9).tolist() == [10, 20, 30, 40]
    assert mine["upper_ci"].tolist() == [50] * 4
    assert mine["count"].tolist() == [1, 2, 3, 4]
    assert shown.loc[shown["indicator_id"] == "score", "value"].eq(0.5).all()
    known = told.set_index("indicator_id")
    assert (known.loc["absence", "multiplier"], known.loc["absence", "unit"]) == (
        100,
        "% of pupils",
    )
    assert known.loc["score", "unit"] == "share of pupils"
    pd.testing.assert_frame_equal(table, before)


def test_percentages_stay_as_they_are():
    table = rows("absence", values=[1.0, 2.0, 3.0, 4.0])
    shown, told = in_percent(table, CATALOGUE)
    assert shown is table
    assert told is CATALOGUE
