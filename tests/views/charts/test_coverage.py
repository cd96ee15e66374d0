"""The curve of who is reached is tested on its points and words."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.views.charts.coverage import coverage_curve
from tests.views.charts.data import assert_words_in_place, markers, reached


def test_curve_is_that_of_the_smallest_areas_and_the_title_tells_the_finding():
    figure = coverage_curve(reached(), "children", top=10)
    ax = figure.axes[1]
    even, drawn = sorted((line for line in ax.lines if len(line.get_xdata()) in (2, 41)),
                         key=lambda line: len(line.get_xdata()))  # fmt: skip
    assert even.get_linestyle() == "--"
    assert list(even.get_xdata()) == list(even.get_ydata()) == [0, 100]
    need = np.r_[0, np.cumsum([30] * 10 + [10] * 30)]
    assert drawn.get_ydata() == pytest.approx(100 * need / 600)
    assert figure.get_label() == (
        "50.0% of all children are in the 10 LSOAs that come first (25.0% of 40)"
    )
    point = markers(ax)[0]
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (25.0, 50.0)
    assert "the first 10% of the LSOAs hold 20.0%" in figure.alt_text
    assert set(figure.data["area_type"]) == {"lsoa21"}
    assert_words_in_place(figure)
    assert_words_in_place(coverage_curve(reached(), "children", top=40, width_mm=80))


def test_curve_draws_on_given_axes():
    figure = Figure()
    assert coverage_curve(reached(), "children", top=1, ax=figure.add_subplot()) is figure
    assert figure.axes[0].get_title(loc="left").startswith("5.0% of all children are in the LSOA")


@pytest.mark.parametrize(
    ("change", "top", "message"),
    [
        ({}, 41, "from 1 to 40"),
        ({}, 0, "from 1 to 40"),
        ({"share_of_need": np.nan}, 3, "There are no children, so nobody is reached"),
    ],
)
def test_curve_refuses_what_cannot_be_drawn(change, top, message):
    with pytest.raises(TableError, match=message):
        coverage_curve(reached().assign(**change), "children", top=top)
    with pytest.raises(TableError, match="No column share_of_need in the curve"):
        coverage_curve(reached().drop(columns="share_of_need"), "children", top=1)
