"""Spine charts are tested on the places of markers, spread and words."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import TableError
from geo.views.charts.spine import spine_chart
from tests.drawn import EACH_WIDTH
from tests.views.charts.data import (
    CHARTS,
    ENGLAND,
    LONG,
    assert_words_in_place,
    catalogue,
    comparisons,
    markers,
    said,
)


def test_spine_chart_puts_worse_left_and_better_right_of_england():
    figure = CHARTS["spine_chart"]()
    drawn = markers(figure.axes[0])[-3:]
    line = next(x for x in figure.axes[0].lines if len(set(x.get_xdata())) == 1 and
                x.get_marker() == "None" and x.get_linewidth() == 0.9)  # fmt: skip
    centre = line.get_xdata()[0]
    low, high, neither = (mark.get_xdata()[0] - centre for mark in drawn)
    # 20 against 10, of wards that reach 25: two thirds of the way; low is good, so to the left.
    assert low < 0 < high
    assert -low == pytest.approx(high)
    assert neither == pytest.approx(high)
    spread = [p for p in figure.axes[0].patches if p.get_height() == 2.6]
    ends = {(round(p.get_x() - centre, 6), round(p.get_x() + p.get_width() - centre, 6))
            for p in spread}  # fmt: skip
    unit = high / 10
    assert (round(-5 * unit, 6), round(15 * unit, 6)) in ends
    assert (round(-15 * unit, 6), round(5 * unit, 6)) in ends


def test_spine_chart_quartiles_are_those_of_the_shown_wards():
    data = CHARTS["spine_chart"]().data.iloc[0]
    shown = pd.Series([5.0, 10.0, 15.0, 20.0, 25.0])
    assert data["spread_areas"] == 6
    assert data["spread_areas_with_a_number"] == 5
    for name, share in (("least", 0), ("first_quartile", 0.25), ("median", 0.5), ("greatest", 1)):
        assert data[f"spread_{name}"] == shown.quantile(share)


def test_spine_chart_title_and_alt_text_count_the_comparisons():
    figure = CHARTS["spine_chart"]()
    title = "Upwell is worse than England in 1 of 2 indicators that can be judged, and better in 1"
    assert figure.get_label() == title
    assert "Worse than England: Low." in figure.alt_text
    assert "Better than England: High." in figure.alt_text
    drawn = said(figure)
    for word in ("▼ 20.0", "▲ 20.0", "H 20.0", "10.0", "worse than England", "all 6 wards"):
        assert word in drawn


def test_spine_chart_shows_suppressed_and_missing_in_words():
    table = comparisons()
    own = table["area_code"].eq("Upwell")
    table.loc[own & table["indicator_id"].eq("low"), "state"] = "suppressed"
    table.loc[own & table["indicator_id"].eq("high"), ["value", "lower_ci", "upper_ci"]] = np.nan
    figure = spine_chart(table, "Upwell", areas="town", spread="ward", catalogue=catalogue())
    drawn = said(figure)
    assert "[c]" in drawn
    assert "[x]" in drawn
    assert "Suppressed, small numbers: Low." in figure.alt_text
    assert figure.data["value"].isna().sum() == 2
    assert "4321" not in figure.data.to_csv()


def test_spine_chart_takes_the_spread_of_the_type_asked_for():
    table = comparisons()
    for spread in ("ward", "town"):
        figure = spine_chart(table, "Upwell", areas="town", spread=spread, catalogue=catalogue())
        kind = {"ward": "wd24", "town": "town"}[spread]
        of = table.loc[table["area_type"] == kind, "area_code"].nunique()
        assert figure.data["spread_areas"].eq(of).all()
        assert f"all {of} {spread}s" in said(figure)


def test_spine_chart_draws_no_spread_of_too_few():
    table = comparisons()
    table.loc[table["area_code"].isin(["Ward 1", "Ward 2", "Ward 3"]), "state"] = "suppressed"
    figure = spine_chart(table, "Upwell", areas="town", spread="ward", catalogue=catalogue())
    assert "No spread is drawn in 3 of 3 rows" in said(figure)
    assert not [p for p in figure.axes[0].patches if p.get_height() == 2.6]
    assert figure.data["spread_median"].isna().all()


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_spine_chart_holds_long_names(width):
    names = catalogue(short_name=[LONG, "High", "Neither"], group=[LONG, LONG, "People"])
    table = comparisons()
    table["area_name"] = table["area_code"].replace({"Upwell": LONG, ENGLAND: "England"})
    figure = spine_chart(table, "Upwell", areas="town", spread="ward", catalogue=names,
                         width_mm=width)  # fmt: skip
    assert_words_in_place(figure)


def test_spine_chart_refuses_an_area_that_is_not_there():
    with pytest.raises(TableError, match="area 'Nowhere'; of type 'town' there are Upwell"):
        spine_chart(comparisons(), "Nowhere", areas="town", spread="ward", catalogue=catalogue())


def test_spine_chart_tells_that_a_standardised_score_has_no_figure_of_england():
    table = comparisons()
    scores = table["indicator_id"].eq("low")
    england = scores & table["area_type"].eq("england")
    table.loc[scores, ["value", "lower_ci", "upper_ci", "benchmark_value"]] = np.nan
    table.loc[scores & ~england, "value"] = 0.43
    facts = catalogue().assign(standardised=lambda t: t["indicator_id"].eq("low"))
    drawn = said(spine_chart(table, "Upwell", catalogue=facts, areas="town", spread="ward"))
    assert "z-score" in drawn
    assert "+0.4" in drawn
