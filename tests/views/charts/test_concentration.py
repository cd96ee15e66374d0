"""Curves of concentration are tested on their points and words."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.statistics.inequality import concentration
from geo.views.charts.concentration import concentration_curve
from geo.views.style.export import save_figure
from tests.views.charts.data import assert_words_in_place, counts, markers


def test_concentration_curve_equals_the_cumulated_counts():
    found = concentration(counts())
    figure = concentration_curve(found, "children", confidential=False)
    curve = max(figure.axes[1].lines, key=lambda line: len(line.get_xdata()))
    assert curve.get_ydata() == pytest.approx(np.r_[0, counts().cumsum() / 820 * 100])
    assert figure.get_label() == "Half of the children are in 12 of 40 LSOAs (30.0%)"
    point = markers(figure.axes[1])[0]
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (30.0, 50.0)
    assert "25% of the LSOAs hold 43.3%" in figure.alt_text


def test_concentration_curve_of_confidential_counts_has_no_point_for_an_area(tmp_path):
    figure = concentration_curve(concentration(counts()), "children")
    assert figure.data["share_of_areas"].tolist() == [0, 0.25, 0.5, 0.75, 1.0]
    # 355, 610, 765 and 820 of 820, in whole percent.
    assert figure.data["share_of_count"].tolist() == [0, 0.43, 0.74, 0.93, 1.0]
    paths = save_figure(figure, tmp_path, "curve", data=figure.data, alt=figure.alt_text,
                        caption=figure.caption)  # fmt: skip
    for path in paths[1:]:
        assert b"E0100" not in path.read_bytes()
    assert "every ten areas or more" in figure.caption


def test_concentration_curve_refuses_few_confidential_areas_and_empty_counts():
    few = concentration(counts().iloc[:19])
    with pytest.raises(TableError, match="A curve of 19 areas would give away"):
        concentration_curve(few, "children")
    assert concentration_curve(few, "children", confidential=False)
    with pytest.raises(TableError, match="The counts are zero everywhere"):
        concentration_curve(concentration(counts() * 0), "children")


def test_concentration_curve_words_other_shares_and_even_counts():
    even = concentration(pd.Series(1, index=range(40)), share=0.8)
    figure = concentration_curve(even, "children", confidential=False, width_mm=80)
    assert figure.get_label() == "80% of the children are in 32 of 40 LSOAs (80.0%)"
    assert_words_in_place(figure)


def test_concentration_curve_draws_on_given_axes():
    figure = Figure()
    ax = figure.add_subplot()
    assert concentration_curve(concentration(counts()), "children", ax=ax) is figure
    assert ax.get_title(loc="left") == "Half of the children are in 12 of 40 LSOAs (30.0%)"
