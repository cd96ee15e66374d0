"""Trend lines are tested on the points drawn, their order in time, and words."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.views.charts.trend import trend_lines
from geo.views.style.export import save_figure
from tests.drawn import EACH_WIDTH
from tests.views.charts.data import (
    CHARTS,
    LONG,
    assert_words_in_place,
    catalogue,
    comparisons,
    over_time,
    said,
)


def test_trend_lines_equal_the_table_and_stop_where_numbers_are_hidden():
    figure = CHARTS["trend_lines"]()
    ambridge, upwell = figure.axes[1:]
    line = next(x for x in upwell.lines if x.get_marker() == "o")
    assert line.get_ydata().tolist() == [24.0, 22.0, 20.0, 18.0, 16.0]
    assert np.diff(line.get_xdata()).tolist() == [1.0] * 4
    broken = next(x for x in ambridge.lines if x.get_marker() == "o").get_ydata()
    assert np.isnan(broken).tolist() == [False, True, True, False, False]
    assert len([p for p in ambridge.patches if p.get_hatch()]) == 2
    assert not upwell.patches
    assert ambridge.get_ylim() == upwell.get_ylim()
    drawn = said(figure)
    assert "suppressed, small numbers" in drawn
    assert "missing, no data" in drawn


def test_trend_lines_hold_no_hidden_number(tmp_path):
    figure = CHARTS["trend_lines"]()
    paths = save_figure(figure, tmp_path, "trend", data=figure.data, alt=figure.alt_text,
                        caption=figure.caption)  # fmt: skip
    for path in paths[1:]:
        assert b"4321" not in path.read_bytes(), path.name
    assert "2021/22 [c], 2022/23 [x]" in figure.alt_text


def test_trend_lines_tell_the_trends():
    trends = pd.DataFrame(
        {
            "area_code": ["Upwell", "Ambridge"],
            "indicator_id": "low",
            "trend": ["decreasing", "cannot_be_calculated"],
            "judgement": ["better", ""],
        }
    )
    figure = trend_lines(over_time(), "low", areas="town", catalogue=catalogue(), trends=trends)
    assert figure.get_label() == "Low: rising in none of 2 towns, falling in 1"
    assert "16.0%; ↓ falling, better" in said(figure)
    assert figure.data["trend"].value_counts().to_dict() == {"decreasing": 5, "": 5}


def test_trend_lines_name_the_highest_without_trends():
    figure = CHARTS["trend_lines"]()
    assert figure.get_label() == "Low: highest in Ambridge, 16.0% in 2024/25"
    alone = trend_lines(over_time(), "low", areas="town", only=["Upwell"], catalogue=catalogue())
    assert alone.get_label() == "Low: Upwell went from 24.0% in 2020/21 to 16.0% in 2024/25"


def test_trend_lines_on_given_axes_show_one_area():
    figure = Figure()
    ax = figure.add_subplot()
    with pytest.raises(TableError, match="2 areas were to be drawn on one pair of axes"):
        trend_lines(over_time(), "low", areas="town", catalogue=catalogue(), ax=ax)
    table = over_time()
    assert trend_lines(table, "low", areas="town", only=["Upwell"], ax=ax) is figure
    assert ax.get_title(loc="left").startswith("low: Upwell went from")


@pytest.mark.parametrize(
    "months",
    [
        ("Jan 2024", "Feb 2024", "Mar 2024", "Apr 2024", "May 2024", "Jun 2024"),
        ("Oct-23", "Nov-23", "Dec-23", "Jan-24", "Feb-24"),
        ("FY24 M1", "FY24 M2", "FY24 M10", "FY25 M1"),
        ("Autumn 2023", "Spring 2024", "Summer 2024"),
        ("Q4 2023", "Q1 2024", "Q2 2024"),
        ("202223", "202324", "202425"),
    ],
)
def test_trend_lines_follow_time_not_letters(months):
    """Upwell rises by one a period, whatever the order of the rows."""
    table = comparisons(["Upwell"], periods=months)
    table["value"] = 1.0 + table["period"].map(months.index)
    table = table.sort_values("period")
    figure = trend_lines(table, "low", areas="town", catalogue=catalogue())
    assert figure.get_label().replace("\n", " ") == (
        f"Low: Upwell went from 1.0% in {months[0]} to {len(months)}.0% in {months[-1]}"
    )
    assert figure.data["period"].tolist() == list(months)
    told = ", ".join(f"{month} {at}.0%" for at, month in enumerate(months, start=1))
    assert f"Upwell: {told}." in figure.alt_text
    assert f"{months[0]} to {months[-1]}" in figure.alt_text


@pytest.mark.parametrize(
    ("periods", "places"),
    [
        (("2019/20", "2020/21", "2022/23"), [2019, 2020, 2022]),
        (("2019-21", "2020-22", "2022-24"), [2019, 2020, 2022]),
        (("Jan 2024", "Apr 2024", "Jan 2025"), [2024, 2024.25, 2025]),
        (("2023", "2024 H1", "2025"), [0, 1, 2]),  # of two lengths
        (("2023/24", "2023-24", "2024/25"), [0, 1, 2]),  # the first two are one
        (("Wave 1", "Wave 2", "Wave 3"), [0, 1, 2]),
    ],
)
def test_trend_lines_stand_to_scale_where_periods_are_of_one_length(periods, places):
    ax = Figure().add_subplot()
    table = comparisons(["Upwell"], periods=periods)
    trend_lines(table, "low", areas="town", catalogue=catalogue(), ax=ax)
    line = next(line for line in ax.lines if line.get_marker() == "o")
    assert sorted(line.get_xdata()) == pytest.approx(places)


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_trend_lines_hold_long_names_and_one_period(width):
    table = comparisons(towns=[LONG], periods=["2019/20-2023/24"])
    figure = trend_lines(table, "low", areas="town", catalogue=catalogue(), width_mm=width)
    assert_words_in_place(figure)
    assert "too few numbers" in figure.get_label()


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda t: t, {"indicator": "other"}, "indicator 'other'; there are low, high"),
        (lambda t: t, {"areas": "parish"}, "area type 'parish'; there are town"),
        (lambda t: t, {"only": ["Nowhere"]}, "of the town Nowhere"),
        (lambda t: pd.concat([t, t]), {}, "more than one row of low for a period"),
        (lambda t: t.assign(value="x"), {}, "have value x"),
        (lambda t: t.drop(columns="value"), {}, "No column value in the comparisons"),
        (lambda t: t.iloc[:0], {}, "no row in the comparisons"),
        (lambda t: t.assign(sex=np.resize(["M", "F"], len(t))), {}, "several sexes"),
    ],
)
def test_trend_lines_refuse_what_cannot_be_drawn(change, options, message):
    given = {"indicator": "low", "areas": "town"} | options
    with pytest.raises(TableError, match=message):
        trend_lines(change(over_time()), **given)
