"""The areas that come first are tested on their marks and words."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import TableError
from geo.views.charts.priority import MOST_ROWS, priority_chart
from geo.views.style.palette import DECILE_CLASSES
from tests.views.charts.data import assert_words_in_place, come_first, markers


def test_dots_stand_at_their_rank_in_the_colour_of_their_decile():
    figure = priority_chart(come_first(6), scale="Rank in England")
    assert figure.get_label() == "Of the 6 LSOAs that come first, Crewe holds 4"
    dots = markers(figure.axes[0])[-6:]
    x = np.array([dot.get_xdata()[0] for dot in dots])
    assert np.diff(x) == pytest.approx(np.diff(x)[0])
    colours = [dot.get_markerfacecolor() for dot in dots]
    assert colours == [DECILE_CLASSES[d].fill for d in (1, 1, 2, 2, 3, 3)]
    words = [text.get_text() for text in figure.axes[0].texts]
    assert {"Decile", "Ward (001A), Crewe", "Rank in England"} <= set(words)
    assert "Chance" not in words
    assert_words_in_place(figure)


def test_intervals_and_chances_are_drawn_where_ranks_are_not_certain():
    rows = come_first(6, at=np.arange(1, 7), low=1, high=[3, 4, 5, 6, 7, 8],
                 chance=[1, 0.9, 0.8, 0.5, 0.5, 0.25])  # fmt: skip
    rows["decile"] = pd.array([1, 1, 2, 2, 3, None], dtype="Int64")
    figure = priority_chart(rows, scale="Rank", width_mm=80)
    lines = [line for line in figure.axes[0].lines if line.get_linewidth() == 1.1]
    ends = np.array([line.get_xdata() for line in lines])
    assert (ends[:, 0] == ends[0, 0]).all()
    assert np.diff(ends[:, 1]) == pytest.approx(np.diff(ends[:, 1])[0])
    words = [text.get_text() for text in figure.axes[0].texts]
    assert {"90%", "25%", "–", "no decile", "where its rank may be"} <= set(words)
    assert_words_in_place(figure)


def test_rows_that_do_not_fit_a_page_are_in_the_data_alone():
    figure = priority_chart(come_first(MOST_ROWS + 5, decile=1), scale="Rank")
    assert figure.get_figheight() * 25.4 < 297
    assert len(figure.data) == MOST_ROWS + 5
    assert any(f"the first {MOST_ROWS} of {MOST_ROWS + 5} shown" in text.get_text()
               for text in figure.axes[0].texts)  # fmt: skip


def test_what_is_half_certain_is_refused():
    with pytest.raises(TableError, match="give all of them, or none"):
        priority_chart(come_first(3, low=1, high=[2, 3, np.nan]), scale="Rank")
    with pytest.raises(TableError, match="There is no row in the areas that come first"):
        priority_chart(come_first(3)[:0], scale="Rank")
