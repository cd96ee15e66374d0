"""What holds for every chart: extents of text, words, bytes, disclosure."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import geo
from geo.errors import GeoWarning, TableError
from geo.statistics.funnel_limits import control_limits
from geo.views.charts.change import change_chart
from geo.views.charts.deciles import decile_bars
from geo.views.charts.funnel import funnel_plot
from geo.views.charts.gap import gap_chart
from geo.views.charts.spine import spine_chart
from geo.views.charts.trend import trend_lines
from geo.views.style.export import save_figure
from tests import CHECKOUT
from tests.drawn import EACH_WIDTH
from tests.examples import some
from tests.views.charts.data import (
    CHARTS,
    LONG,
    YEARS,
    assert_words_in_place,
    catalogue,
    comparisons,
    draw_funnel,
    gap_catalogue,
    gaps,
    markers,
    over_time,
    profile,
    said,
    wards_of_sizes,
    words,
)


@pytest.fixture(params=some(CHARTS, quick=4))
def chart(request):
    return CHARTS[request.param]


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_chart_text_is_on_the_page_and_does_not_overlap(chart, width):
    figure = chart(width_mm=width, notice="Synthetic data", caption="Source: somebody. OGL")
    assert_words_in_place(figure)
    assert min(word.size for word in words(figure)) >= 7
    assert figure.get_figwidth() * 25.4 == pytest.approx(width, abs=25.4 / 300)
    assert "Synthetic data" in said(figure)
    assert "Source: somebody. OGL" in said(figure)


def test_chart_carries_title_words_and_data(chart):
    figure = chart()
    assert figure.get_label()
    assert figure.get_label() in said(figure)
    assert figure.get_label() in figure.alt_text
    assert figure.get_label() in figure.caption
    assert len(figure.data)
    assert not re.search(r"\bnan\b", f"{figure.alt_text} {said(figure)}")


def test_chart_takes_words_of_ones_own(chart):
    figure = chart(title="A finding", subtitle="A measure", caption="A source")
    assert figure.get_label() == "A finding"
    for word in ("A finding", "A measure", "A source"):
        assert word in said(figure)


def test_chart_breaks_long_words_of_ones_own(chart):
    assert_words_in_place(chart(title=LONG + "Llanfairpwllgwyngyll" * 9, caption=LONG, width_mm=80))


def test_chart_refuses_a_width_that_fits_no_page(chart):
    with pytest.raises(ValueError, match="width_mm is 300; a figure is from 80 mm"):
        chart(width_mm=300)


def test_chart_leaves_settings_alone(chart):
    before = dict(mpl.rcParams)
    chart()
    assert dict(mpl.rcParams) == before


def test_chart_is_written_as_described_drawing(chart, tmp_path):
    figure = chart()
    paths = save_figure(figure, tmp_path, "chart", data=figure.data, alt=figure.alt_text,
                        caption=figure.caption)  # fmt: skip
    root = ElementTree.parse(paths[1]).getroot()
    space = {"svg": "http://www.w3.org/2000/svg"}
    assert root.find("svg:title", space).text == figure.get_label()
    assert root.find("svg:desc", space).text == figure.alt_text
    assert len(pd.read_csv(paths[3])) == len(figure.data)
    assert b"/Type3" not in paths[2].read_bytes()


def _save_all(folder):
    from pathlib import Path

    for name, make in CHARTS.items():
        figure = make(width_mm=80)
        save_figure(figure, Path(folder), name.replace("_", "-"), data=figure.data,
                    alt=figure.alt_text, caption=figure.caption)  # fmt: skip


@pytest.mark.slow
def test_charts_give_the_same_bytes_in_every_process_and_need_no_display(tmp_path):
    code = (
        "import sys; from tests.views.charts.test_page import _save_all; _save_all(sys.argv[1]); "
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    _save_all(tmp_path / "here")
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "there")],
        check=True,
        cwd=CHECKOUT,
        env={"PYTHONHASHSEED": "7", "PATH": ""},
    )
    written = sorted((tmp_path / "here").iterdir())
    assert len(written) == 5 * len(CHARTS)
    for path in written:
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_charts_leave_their_tables_alone():
    tables = [profile(), comparisons(), over_time(), gaps(), wards_of_sizes()]
    copies = [table.copy() for table in tables]
    decile_bars(tables[0])
    change_chart({2019: tables[0], 2025: tables[0]}, level="town")
    spine_chart(tables[1], "Upwell", areas="town", spread="ward", catalogue=catalogue())
    trend_lines(tables[2], "low", areas="town", catalogue=catalogue())
    gap_chart(tables[3], catalogue=gap_catalogue())
    draw_funnel(tables[4])
    for table, copy in zip(tables, copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_charts_have_public_names():
    for name in ("decile_bars", "change_chart", "spine_chart", "trend_lines", "funnel_plot",
                 "concentration_curve", "gap_chart", "control_limits", "coverage_curve",
                 "priority_chart"):  # fmt: skip
        assert callable(getattr(geo, name))


@pytest.mark.slow
def test_charts_warn_when_taller_than_a_page():
    towns = [f"Town {i}" for i in range(60)]
    with pytest.warns(GeoWarning, match="mm tall, more than a page of A4; show fewer rows"):
        trend_lines(comparisons(towns, periods=YEARS), "low", areas="town",
                    catalogue=catalogue(), width_mm=80)  # fmt: skip
    notes = []
    trend_lines(comparisons(towns, periods=YEARS), "low", areas="town",
                catalogue=catalogue(), width_mm=80, notes=notes)  # fmt: skip
    assert len(notes) == 1
    assert "mm tall, more than a page of A4" in notes[0]


@pytest.mark.parametrize(
    "draw",
    [
        lambda t, c: spine_chart(t, "Upwell", areas="town", spread="ward", catalogue=c),
        lambda t, c: trend_lines(t, "low", areas="town", catalogue=c),
        lambda t, c: funnel_plot(t, control_limits(t, catalogue=c), "low", areas="town",
                                 catalogue=c),
    ],
)  # fmt: skip
def test_charts_refuse_confidential_tables_that_were_not_suppressed(draw):
    secret = catalogue(confidential=True)
    with pytest.raises(TableError, match="confidential, and the table does not say"):
        draw(comparisons(), secret)
    figure = draw(comparisons(rule="counts under 5 are not shown"), secret)
    assert "Disclosure control: counts under 5 are not shown." in figure.caption
    assert "Disclosure control: counts under 5 are not shown." in said(figure)
    assert "count" not in figure.data


def test_markers_differ_in_shape_and_not_in_colour_alone():
    from geo.views.charts.page import MARKERS

    shapes = {MARKERS[name] for name in ("worse", "similar", "better", "higher", "lower")}
    assert len(shapes) == 5
    drawn = markers(CHARTS["spine_chart"]().axes[0])
    assert {to_rgb(line.get_markeredgecolor()) for line in drawn} == {to_rgb("#0b0c0c")}
