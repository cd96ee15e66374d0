"""Bars over releases are tested on their heights and words."""

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from geo.errors import TableError
from geo.statistics.deprivation import decile_profile
from geo.views.charts.change import change_chart
from geo.views.style.text import LEAST_TYPE, text_size
from tests.drawn import EACH_WIDTH
from tests.views.charts.data import LONG, assert_words_in_place, profile, profiles, said


def test_change_chart_heights_equal_the_shares_of_the_tables():
    figure = change_chart(profiles(), level="town")
    data = figure.data.set_index(["area", "release"])
    assert data.loc[("Penny", 2025), "share_top_30"] == 20.0
    assert data.loc[("Ambridge", 2025), "share_top_30"] == 50.0
    found = {}
    for patch in figure.axes[0].patches:
        if isinstance(patch, Rectangle) and patch.get_width() > 4.5:
            found.setdefault(round(patch.get_x(), 2), []).append(patch.get_height())
    heights = [sum(part) for _, part in sorted(found.items())]
    # The borough, Ambridge, then Penny from left to right; Penny had none in 2019.
    expected = [3 / 9, 3 / 9, 0.75, 0.5, 0.2]
    assert [h / heights[2] for h in heights] == pytest.approx([e / 0.75 for e in expected])
    line = 0.7 + text_size("18%", LEAST_TYPE)[1]
    assert heights[2] == pytest.approx(22 - 2 * line)  # fills its panel, below two lines of type


def test_change_chart_says_how_the_whole_went_and_where_vintages_differ():
    figure = change_chart(profiles(), level="town")
    assert figure.get_label() == (
        "The share of Borsetshire's LSOAs in the most deprived 30% stayed at 33.3% from 2019 to "
        "2025"
    )
    assert "2019: LSOAs of 2011; 2025: LSOAs of 2021" in figure.caption
    assert "compare shares rather than numbers" in said(figure)
    assert "Penny: 2019 0 of 5 (0.0%); 2025 1 of 5 (20.0%)." in figure.alt_text
    one = change_chart({2015: profile(), 2019: profile()}, level="town", whole=None)
    assert "redrawn" not in one.caption
    assert one.get_label().startswith("The share of Ambridge's LSOAs")


def test_change_chart_says_what_changed_since_the_release_before_not_the_first():
    of = [[1, 9, 9], [1, 2, 3], [1, 2, 9]]
    tables = {
        year: decile_profile(
            pd.DataFrame({"town": "Penny", "imd_decile": deciles}), by=["town"], borough="Ambridge"
        )
        for year, deciles in zip((2015, 2019, 2025), of, strict=True)
    }
    assert change_chart(tables, level="town").get_label() == (
        "The share of Ambridge's LSOAs in the most deprived 30% fell from 100.0% in 2019 to 66.7% "
        "in 2025"
    )


def test_change_chart_marks_areas_that_a_release_has_not():
    tables = profiles()
    tables[2019] = tables[2019][tables[2019]["area"] != "Penny"]
    figure = change_chart(tables, level="town")
    assert "Penny: 2019 not known" in figure.alt_text
    assert [p for p in figure.axes[0].patches if p.get_hatch()]
    assert "not known" in said(figure)


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_change_chart_holds_long_names_and_one_area(width):
    one = decile_profile(pd.DataFrame({"town": [LONG], "imd_decile": [1]}), by=["town"])
    assert_words_in_place(change_chart({2015: one, 2025: one}, level="town", width_mm=width))


def test_change_chart_refuses_one_release_and_unknown_ones():
    with pytest.raises(TableError, match="1 release was given; a change needs two"):
        change_chart({2025: profile()}, level="town")
    with pytest.raises(TableError, match="no release 2007 of the Indices; allowed are 2010"):
        change_chart({2007: profile(), 2025: profile()}, level="town")
