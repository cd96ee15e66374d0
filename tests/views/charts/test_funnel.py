"""Funnel plots are tested on points, limits, names and words."""

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg

from geo.errors import TableError
from geo.statistics.funnel_limits import control_limits
from geo.views.charts.funnel import funnel_plot
from tests.drawn import EACH_WIDTH
from tests.views.charts.data import (
    LONG,
    assert_words_in_place,
    catalogue,
    draw_funnel,
    markers,
    said,
    wards_of_sizes,
    words,
)


def test_funnel_plot_points_and_limits_equal_the_tables():
    table = wards_of_sizes()
    limits = control_limits(table)
    figure = funnel_plot(table, limits, "low", areas="wd24", catalogue=catalogue())
    ax = figure.axes[1]
    places = sorted((mark.get_xdata()[0], mark.get_ydata()[0]) for mark in markers(ax))
    assert places == sorted(zip(table["denominator"], table["value"], strict=True))
    lines = [line for line in ax.lines if len(line.get_xdata()) == len(limits)]
    drawn = {tuple(np.round(line.get_ydata(), 9)) for line in lines}
    assert drawn == {
        tuple(np.round(limits[name], 9))
        for name in ("lower_ci", "upper_ci", "lower_ci_998", "upper_ci_998")
    }


def test_funnel_plot_shows_the_latest_period_in_time():
    """Ward 6 was at 30% in April; the other months are at 20% everywhere."""
    months = {"Dec 2023": 20.0, "Apr 2024": wards_of_sizes()["value"], "Sep 2023": 20.0}
    tables = [wards_of_sizes().assign(period=name, value=v) for name, v in months.items()]
    figure = draw_funnel(pd.concat(tables, ignore_index=True))
    assert {"Apr 2024"} == set(figure.data["period"])
    assert any("by ward, Apr 2024" in word.text for word in words(figure))
    assert sorted(figure.data["value"]) == [10.0] * 5 + [30.0]


def test_funnel_plot_tells_who_lies_outside():
    figure = draw_funnel()
    title = "Low: 1 of 6 wards is worse than England by more than chance"
    assert figure.get_label() == title
    assert "Worse, outside the 99.8% limits: Ward 6." in figure.alt_text
    assert "Within the 95% limits: 5." in figure.alt_text
    drawn = said(figure)
    for word in ("Ward 6", "worse, outside 99.8% (1)", "within the limits (5)", "England (10.0%)",
                 "99.8% limits", "95% limits", "not adjusted for overdispersion"):  # fmt: skip
        assert word in drawn
    assert figure.data.set_index("area")["limits"].to_dict()["Ward 6"] == "beyond"
    neither = draw_funnel(catalogue=catalogue(polarity="no_judgement"))
    assert "is higher than England by more than chance" in neither.get_label()


def test_funnel_plot_leaves_out_the_suppressed_and_says_so():
    table = wards_of_sizes()
    table.loc[5, ["state", "value"]] = "suppressed", 43.21
    table.loc[4, "value"] = np.nan
    figure = draw_funnel(table)
    assert figure.get_label() == "Low: no more than chance between 4 wards and England"
    assert "Not shown of 6 wards: 1 suppressed and 1 missing." in said(figure)
    assert "43.21" not in figure.data.to_csv()
    with pytest.raises(TableError, match=r"No ward has a number .* \(6 suppressed, 0 missing\)"):
        draw_funnel(wards_of_sizes().assign(state="suppressed"))


def test_funnel_plot_prints_no_denominator_of_confidential_indicators():
    assert "denominator" in draw_funnel().data
    secret = catalogue(confidential=True)
    figure = draw_funnel(wards_of_sizes().assign(rule="counts under 5"), catalogue=secret)
    assert not {"denominator", "count"} & set(figure.data)
    assert "Disclosure control: counts under 5." in figure.caption


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_funnel_plot_holds_long_names_one_area_and_many(width):
    named = wards_of_sizes().assign(area_code=[LONG + str(i) for i in range(6)])
    assert_words_in_place(draw_funnel(named, width_mm=width))
    assert_words_in_place(draw_funnel(wards_of_sizes().iloc[:1], width_mm=width))
    sizes = np.linspace(100, 3000, 52).round()
    many = pd.concat([wards_of_sizes().iloc[:1]] * 52, ignore_index=True).assign(
        area_code=[f"Ward of Saint {i}" for i in range(52)],
        denominator=sizes,
        value=[10.0 + 9 * (-1) ** i for i in range(52)],
    )
    assert_words_in_place(draw_funnel(many, width_mm=width))


def test_funnel_plot_refuses_limits_of_another_table():
    table = wards_of_sizes()
    limits = control_limits(table.assign(denominator=table["denominator"] + 1))
    with pytest.raises(TableError, match="The limits have no row for Ward 1"):
        funnel_plot(table, limits, "low", areas="wd24", catalogue=catalogue())
    other = limits.assign(indicator_id="high")
    with pytest.raises(TableError, match="no row of low in 2024; a funnel plot needs a proportion"):
        funnel_plot(table, other, "low", areas="wd24", catalogue=catalogue())


def test_funnel_plot_says_which_limits_and_which_sizes_it_has():
    table = wards_of_sizes()
    limits = control_limits(table, method="own_interval")
    figure = funnel_plot(table, limits, "low", areas="wd24", catalogue=catalogue())
    assert "Limits: where an area's own interval touches England's value" in said(figure)
    assert "People at risk (denominator)" in said(figure)
    ratios = table.assign(
        measure="ratio", multiplier=100, value=table["value"] * 10, benchmark_value=100.0
    )
    limits = control_limits(ratios, method="own_interval")
    figure = funnel_plot(ratios, limits, "low", areas="wd24", catalogue=catalogue())
    assert "Events expected (denominator)" in said(figure)
    assert_words_in_place(figure)


@pytest.mark.parametrize(
    ("spread", "how", "told"),
    [
        (
            9.0,
            "none",
            "not adjusted for overdispersion, which is great (mean of z² 9.0, winsorised)",
        ),
        (1.2, "none", "not adjusted for overdispersion. Source: Test"),
        (np.nan, "none", "not adjusted for overdispersion. Source: Test"),
        (9.0, "untrimmed", "3.0 times as wide for overdispersion (mean of z², untrimmed)"),
        (0.7, "winsorised", "with no overdispersion to adjust for"),
    ],
)
def test_funnel_plot_says_how_overdispersion_was_allowed_for(spread, how, told):
    table = wards_of_sizes()
    limits = control_limits(table).assign(dispersion=spread, overdispersion=how)
    figure = funnel_plot(table, limits, "low", areas="wd24", catalogue=catalogue())
    assert told in figure.caption


def test_funnel_plot_names_the_worst_and_writes_no_name_over_a_limit():
    """Wards crowd just below the lower limit; three stand alone far above the upper one."""
    few = 40
    table = pd.concat([wards_of_sizes().iloc[:1]] * few, ignore_index=True).assign(
        area_code=[f"Ward of Saint {i}" for i in range(few)],
        denominator=np.linspace(900, 1100, few).round(),
        value=[7.5 - 0.04 * i for i in range(few - 3)] + [16.0, 19.0, 21.0],
    )
    table["count"] = table["value"] * table["denominator"] / 100
    figure = draw_funnel(table)
    ax = figure.axes[1]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    names = [text for text in ax.texts if text.get_text().startswith("Ward of")]
    assert {f"Ward of Saint {i}" for i in (37, 38, 39)} <= {one.get_text() for one in names}
    assert len(names) > 5
    limits = [line for line in ax.lines if len(line.get_xdata()) > 2]
    assert len(limits) == 4
    for line in limits:
        curve = shapely.LineString(ax.transData.transform(line.get_xydata()))
        for name in names:
            box = shapely.box(*name.get_window_extent().extents)
            assert not curve.intersects(box), name.get_text()
