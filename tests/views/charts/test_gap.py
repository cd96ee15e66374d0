"""Gap charts are tested on the places of ratios, order and words."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.views.charts.gap import gap_chart
from tests.drawn import EACH_WIDTH
from tests.views.charts.data import (
    CHARTS,
    LONG,
    assert_words_in_place,
    catalogue,
    gap_catalogue,
    gaps,
    markers,
    said,
)


def test_gap_chart_places_ratios_on_a_scale_of_doublings():
    figure = CHARTS["gap_chart"]()
    low, high, neither = (mark.get_xdata()[0] for mark in markers(figure.axes[0])[-3:])
    assert low - high == pytest.approx(high - neither)
    assert low > high
    ax = Figure().add_subplot()
    gap_chart(gaps(), catalogue=gap_catalogue(), ax=ax)
    assert [mark.get_xdata()[0] for mark in markers(ax)] == pytest.approx([1, 0, -1])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Low", "High", "Hidden", "Neither"]


def test_gap_chart_counts_what_is_worse_and_tells_what_is_hidden():
    figure = CHARTS["gap_chart"]()
    assert figure.get_label() == (
        "1 of the 2 indicators that can be judged is worse in the most deprived 30% than in the "
        "rest, Low most: 2.0 times as high"
    )
    assert "Low 2.0 times (1.5 to 2.5); High 1.00 times" in figure.alt_text
    assert "Hidden: no ratio, since a figure is missing, suppressed or zero" in figure.alt_text
    drawn = said(figure)
    for word in ("▼ 2.0", "● 1.00", "L 0.5", "[x]", "no ratio", "twice", "half"):
        assert word in drawn
    assert figure.data["comparison"].tolist() == ["worse", "similar", "missing", "lower"]


def test_gap_chart_says_what_its_title_does_not_count_and_why():
    more = catalogue().iloc[[0]].assign(indicator_id="score", short_name="Score")
    listed = pd.concat([gap_catalogue(), more])
    told = (
        "Not counted above: 1 of which high is neither good nor bad; 1 with {} (Hidden); 1 with "
        "no count of the most deprived 30% and of the rest (Score)."
    )
    gone = "no ratio, since a figure is missing, suppressed or zero"
    assert told.format(gone) in gap_chart(gaps(), catalogue=listed).caption
    lacking = gaps().assign(at_least_rest=[0, 0, 0, 2])
    figure = gap_chart(lacking, catalogue=listed)
    assert told.format("no ratio, since a figure lacks some areas") in figure.caption
    counted = gaps().iloc[:2]
    assert "Not counted" not in gap_chart(counted, catalogue=catalogue().iloc[:2]).caption


def test_gap_chart_of_high_is_good_turns_the_judgement():
    good = catalogue(polarity="high_is_good")
    figure = gap_chart(gaps().iloc[:3], catalogue=good)
    assert dict(zip(figure.data["indicator_id"], figure.data["comparison"], strict=True)) == {
        "neither": "worse", "high": "similar", "low": "better",
    }  # fmt: skip
    assert figure.data["indicator_id"].iloc[0] == "neither"


def test_gap_chart_shows_the_latest_period_of_each_indicator_in_time():
    """Low was last known in April, high in December; the gaps before were five times."""
    now = gaps(period=["Apr 2024", "Dec 2023", "2023/24", "2024"])
    before = gaps(period=["Dec 2023", "Apr 2023", "2022/23", "2024 Q3"], ratio=5.0)
    for table in (pd.concat([now, before]), pd.concat([before, now])):
        data = gap_chart(table, catalogue=gap_catalogue()).data.set_index("indicator_id")
        assert data["period"].to_dict() == dict(
            zip(now["indicator_id"], now["period"], strict=True)
        )
        assert data["ratio"].drop("hidden").to_dict() == {"low": 2.0, "high": 1.0, "neither": 0.5}


def test_gap_chart_refuses_confidential_gaps_without_a_rule():
    secret = gap_catalogue(confidential=True)
    with pytest.raises(TableError, match="4 indicators .* are confidential"):
        gap_chart(gaps(), catalogue=secret)
    figure = gap_chart(gaps(rule="counts under 5 are not shown"), catalogue=secret)
    assert "Disclosure control: counts under 5 are not shown." in figure.caption


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_gap_chart_holds_long_names_and_ratios_beyond_the_scale(width):
    table = gaps(ratio=[40.0, 0.01, 0.0, 1.0], ratio_upper_ci=[400.0, 0.1, 0.1, 2.0],
                 ratio_lower_ci=[4.0, 0.001, 0.0, 0.5])  # fmt: skip
    names = gap_catalogue(short_name=[LONG + str(i) for i in range(4)])
    figure = gap_chart(table, catalogue=names, width_mm=width)
    assert_words_in_place(figure)
    for mark in markers(figure.axes[0]):
        assert 0 < mark.get_xdata()[0] < width


def test_gap_chart_marks_values_that_are_at_least_so_high_and_gives_no_ratio():
    gaps = pd.DataFrame(
        {"indicator_id": ["neet", "absent"], "period": "2024", "value_deprived": [20.0, 30.0],
         "value_rest": [10.0, 15.0], "difference": 10.0, "ratio": 2.0, "ratio_lower_ci": 1.5,
         "ratio_upper_ci": 2.7, "polarity": "low_is_good", "at_least_deprived": [2, 0],
         "at_least_rest": 0}
    )  # fmt: skip
    figure = gap_chart(gaps)
    drawn = said(figure)
    assert "≥20.0" in drawn
    assert "30.0" in drawn
    data = figure.data.set_index("indicator_id")
    assert data["ratio"].isna().to_dict() == {"absent": False, "neet": True}
    assert "neet: no ratio, since a figure lacks some areas" in figure.alt_text
