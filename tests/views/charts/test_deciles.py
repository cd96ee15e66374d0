"""Bars of deciles are tested on their lengths, words and order."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from geo.errors import TableError
from geo.statistics.deprivation import decile_profile
from geo.views.charts.change import change_chart
from geo.views.charts.deciles import decile_bars
from geo.views.style.palette import DECILE_CLASSES, MOST_DEPRIVED, contrast, luminance
from tests.drawn import EACH_WIDTH
from tests.views.charts.data import (
    CHARTS,
    LONG,
    assert_words_in_place,
    bars,
    profile,
    said,
)


def test_classes_of_most_deprived_are_told_apart_without_colour():
    fills = [look.fill for look in MOST_DEPRIVED.values()]
    light = [luminance(fill) for fill in fills]
    assert light == sorted(light)
    grey = [116 * value ** (1 / 3) - 16 for value in light]
    assert min(np.diff(grey)) > 15
    assert all(contrast(fill, "#ffffff") >= 3 for fill in fills[:3])


def test_decile_bars_lengths_equal_the_shares_of_the_table():
    figure = decile_bars(profile())
    ambridge, penny, borough = bars(figure)
    whole = sum(bar.get_width() for bar in ambridge)
    share = [bar.get_width() / whole for bar in ambridge]
    assert share == pytest.approx([0.25] * 4)
    fills = [to_hex(bar.get_facecolor()) for bar in ambridge]
    assert fills == [DECILE_CLASSES[decile].fill for decile in (1, 2, 3, 9)]
    assert [b.get_width() / whole for b in penny] == pytest.approx([0.4, 0.2, 0.2, 0.2])
    assert sum(b.get_width() for b in borough) == pytest.approx(whole)
    assert len({bar[0].get_x() for bar in (ambridge, penny, borough)}) == 1


def test_decile_bars_say_the_greatest_share_first():
    figure = decile_bars(profile())
    title = "3 of the 4 LSOAs of Ambridge (75.0%) are in the most deprived 30% in England"
    assert figure.get_label() == title
    assert "Ambridge 3 of 4 (75.0%); Penny 0 of 5 (0.0%); Borsetshire 3 of 9 (33.3%)" in (
        figure.alt_text
    )
    assert "3 of 9 (33%)" in said(figure)
    assert figure.data["area"].tolist() == ["Ambridge", "Penny", "Borsetshire"]


def test_decile_bars_key_is_complete():
    drawn = said(decile_bars(profile()))
    for look in DECILE_CLASSES.values():
        assert look.label in drawn
    assert "end of the most deprived 30%" in drawn
    people = said(decile_bars(profile(children=10.0), count="children"))
    for look in MOST_DEPRIVED.values():
        assert look.label in people


def test_decile_bars_of_people_show_what_is_not_known():
    figure = CHARTS["decile_bars_people"]()
    ambridge, penny, borough = bars(figure)
    assert [bar.get_width() for bar in ambridge] == pytest.approx([ambridge[0].get_width()] * 4)
    for row in (penny, borough):
        assert any(bar.get_hatch() for bar in row)
    assert "Penny, residents not known" in figure.alt_text
    assert "not known" in said(figure)
    assert figure.get_label().startswith("300 of the 400 residents of Ambridge (75.0%)")


def test_decile_bars_title_of_ties_and_of_none():
    tied = pd.DataFrame({"town": ["A", "B"], "imd_decile": [1, 1]})
    label = decile_bars(decile_profile(tied, by=["town"])).get_label()
    assert label == "In A and B, 100.0% of LSOAs are in the most deprived 30% in England"
    whole = pd.DataFrame({"town": ["A", "B", "B"], "imd_decile": [9, 1, 1]})
    label = decile_bars(decile_profile(whole, by=["town"])).get_label()
    assert label == "All 2 LSOAs of B are in the most deprived 30% in England"
    none = decile_bars(decile_profile(tied.assign(imd_decile=9), by=["town"]), levels=["town"])
    assert none.get_label() == "No LSOAs of any of 2 areas are in the most deprived 30% in England"


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_decile_bars_hold_long_names_one_area_and_many(width):
    one = pd.DataFrame({"town": [LONG], "imd_decile": [1]})
    assert_words_in_place(decile_bars(decile_profile(one, by=["town"]), width_mm=width))
    many = pd.DataFrame({"wd24nm": [f"Ward of Saint {i}" for i in range(52)], "imd_decile": 5})
    if width > 80:
        figure = decile_bars(decile_profile(many, by=["wd24nm"]), levels=["wd24nm"], width_mm=width)
        assert_words_in_place(figure)
        assert len(bars(figure)) == 52
        assert "Wards" in said(figure)


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (lambda p: p.drop(columns="decile_4"), {}, "No column decile_4 in the decile profile"),
        (lambda p: p.iloc[:0], {}, "no row in the decile profile"),
        (lambda p: p.assign(lsoas=7), {}, "do not add up to lsoas"),
        (lambda p: p.assign(top_10="many"), {}, "have top_10 many"),
        (lambda p: p, {"levels": ["county"]}, "area type county; it has town, borough"),
        (lambda p: p, {"count": "cats"}, "count is 'cats'; allowed are lsoas"),
        (lambda p: p, {"count": "children"}, "No column children"),
    ],
)
def test_decile_bars_refuse_what_cannot_be_drawn(table, options, message):
    with pytest.raises(TableError, match=message):
        decile_bars(table(profile()), **options)


@pytest.mark.parametrize("width", [120, 160, 250])
def test_decile_bars_draw_cheshire_east(real_data, width):
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd"]]
    groups = pd.read_csv(real_data / "cheshire-east" / "wards_to_collaboratives.csv")
    ranks = pd.read_csv(real_data / "england" / "IoD2025_ranks_scores_deciles.csv")
    decile = next(c for c in ranks if re.match(r"Index of Multiple Deprivation .*Decile", c))
    ranks = ranks.rename(columns={ranks.columns[0]: "lsoa21cd", decile: "imd_decile"})
    areas = groups[["wd24cd", "collaborative", "locality"]].merge(lookup, on="wd24cd")
    areas = areas.merge(ranks[["lsoa21cd", "imd_decile"]], on="lsoa21cd")
    profile = decile_profile(areas, by=["collaborative", "locality"], borough="Cheshire East")
    figure = decile_bars(profile, width_mm=width)
    assert_words_in_place(figure)
    assert figure.get_label().startswith("12 of the 24 LSOAs of Crewe North (50.0%)")
    assert "Cheshire East 39 of 244 (16.0%)" in figure.alt_text


def test_charts_of_many_groups_draw_the_most_deprived_and_list_all():
    """Thirty areas of ten LSOAs, the first with none most deprived and each next with more."""
    names = [f"Area {at:02}" for at in range(30)]
    top = [at // 3 for at in range(30)]
    profile = pd.DataFrame({"area_type": "town", "area": names, "lsoas": 10})
    profile = profile.assign(**{f"decile_{d}": 0 for d in range(1, 11)})
    profile = profile.assign(decile_1=top, decile_10=[10 - n for n in top])
    profile = profile.assign(top_10=top, top_20=top, top_30=top)
    bars = decile_bars(profile, most=20)
    change = change_chart({2019: profile, 2025: profile}, level="town", whole=None, most=20)
    for figure in (bars, change):
        assert figure.get_figheight() * 25.4 <= 297
        assert "the 20 most deprived of 30 towns" in figure.caption
        texts = " ".join(text.get_text() for ax in figure.axes for text in ax.texts)
        assert "Area 29" in texts
        assert "Area 05" not in texts
        assert set(figure.data["area"]) == set(names)
    assert "the 20 most" not in decile_bars(profile.tail(20), most=20).caption
