"""The chart of a place in context is tested on numbers, marks, and what is not here."""

import pytest

from geo.errors import TableError
from geo.views.charts.context import context_chart
from tests.views.charts.data import assert_words_in_place, context, markers, said


def test_context_chart_shows_both_numbers_and_marks_percentages_on_one_scale():
    figure = context_chart(context(), place="Here", caption="Source: ours.")
    assert_words_in_place(figure)
    drawn = said(figure)
    for word in ("398,755", "56,490,108", "5.2", "5.8", "≥23.5", "18.0", "worse than England"):
        assert word in drawn
    assert "Not here: Phonics. Source: ours. Indices." in drawn.replace("\n", " ")
    ax = figure.axes[0]
    own = [mark.get_xdata()[0] for mark in markers(ax)][-2:]
    ticks = [line for line in ax.lines if line.get_marker() == "|" and len(line.get_xdata()) == 1]
    england = [mark.get_xdata()[0] for mark in ticks][-2:]
    assert own[0] < england[0] < england[1] < own[1]
    assert (own[1] - own[0]) / (23.5 - 5.24) == pytest.approx((england[1] - own[0]) / (18 - 5.24))


def test_context_chart_names_each_source_once():
    caption = context_chart(context(), place="Here", caption="Source: ours. Indices.").caption
    assert caption.count("Indices") == 1


def test_context_chart_words_what_it_shows():
    figure = context_chart(context(), place="Here")
    assert figure.get_label() == "Here is higher than England in 1 of 2 measures and lower in 1"
    assert "Residents: 398,755, England 56,490,108; Under 5 (% of residents): 5.2, England 5.8" in (
        figure.alt_text
    )
    assert "Low income (% of children): at least 23.5, England 18.0. Not here: Phonics." in (
        figure.alt_text
    )
    assert figure.data["measure"].tolist() == context()["measure"].tolist()


def test_context_chart_marks_an_england_that_is_at_least_so_high():
    figure = context_chart(context(england_at_least=[None, None, True, None]), place="Here")
    assert "at least 23.5, England at least 18.0" in figure.alt_text
    assert "≥18.0" in said(figure)


@pytest.mark.parametrize(
    ("england", "words"),
    [
        ([1, 9.0, 30.0, None], "Here is lower than England in all 2 measures"),
        ([1, 5.21, 23.5, None], "Here is as high as England in all 2 measures"),
        ([1, None, 23.0, None], "Here is higher than England in the measure that is here"),
        ([1, None, None, None], "Here in context"),
    ],
)
def test_context_chart_compares_as_far_as_figures_go(england, words):
    assert context_chart(context(england=england), place="Here").get_label() == words


def test_context_chart_refuses_a_table_without_figures():
    with pytest.raises(TableError, match="nothing to draw"):
        context_chart(context(place=None))
