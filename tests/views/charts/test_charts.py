"""Charts are tested on what is drawn: lengths, places, extents of text, words, bytes."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import geo
from geo.errors import GeoWarning, TableError
from geo.statistics.deprivation import decile_profile
from geo.statistics.funnel_limits import control_limits
from geo.statistics.inequality import concentration
from geo.views.charts.change import change_chart
from geo.views.charts.concentration import concentration_curve
from geo.views.charts.deciles import decile_bars
from geo.views.charts.funnel import funnel_plot
from geo.views.charts.gap import gap_chart
from geo.views.charts.spine import spine_chart
from geo.views.charts.trend import trend_lines
from geo.views.style.export import save_figure
from geo.views.style.page import style
from geo.views.style.palette import DECILE_CLASSES, MOST_DEPRIVED, contrast, luminance
from tests import CHECKOUT

WIDTHS = (80, 160, 250)
LONG = ("The Parishes of Saint Somebody and All Saints with the Liberty of the Upper and Lower "
        "Hundreds, Extraparochial Places, Detached Parts and Commons Lying to the North and West "
        "of the Old Turnpike Road ")  # fmt: skip
ENGLAND = "E92000001"


def lsoas(**counts):
    """Ambridge: 4 LSOAs of deciles 1, 2, 3, 9; Penny: 5 of 4, 4, 5, 6, 10. 100 people in each."""
    table = pd.DataFrame(
        {"town": ["Ambridge"] * 4 + ["Penny"] * 5, "imd_decile": [1, 2, 3, 9, 4, 4, 5, 6, 10]}
    )
    return table.assign(**counts)


def profile(**counts):
    return decile_profile(lsoas(**counts), by=["town"], borough="Borsetshire")


def profiles():
    """One LSOA of Penny moves into decile 2 in 2025, and Ambridge's decile 3 out to 4."""
    later = lsoas()
    later.loc[4, "imd_decile"], later.loc[2, "imd_decile"] = 2, 4
    return {2019: profile(), 2025: decile_profile(later, by=["town"], borough="Borsetshire")}


def catalogue(**columns):
    table = pd.DataFrame(
        {
            "indicator_id": ["low", "high", "neither"],
            "short_name": ["Low", "High", "Neither"],
            "name": ["Low is good here", "High is good here", "Neither is good"],
            "group": ["Health", "Health", "People"],
            "unit": "% of residents",
            "polarity": ["low_is_good", "high_is_good", "no_judgement"],
            "measure": "proportion",
            "source": "Test source",
            "licence": "Test licence",
            "confidential": False,
        }
    )
    return table.assign(**columns)


def comparisons(towns=("Upwell", "Ambridge"), periods=("2024/25",), **columns):
    """Every town is 20 of 100, six wards 5 to 30 (the last suppressed), England 10."""
    areas = [(town, "town", 20.0, "value") for town in towns]
    areas += [(f"Ward {i}", "wd24", 5.0 * i, "value") for i in range(1, 6)]
    areas += [("Ward 6", "wd24", 4321.0, "suppressed"), (ENGLAND, "england", 10.0, "value")]
    table = pd.DataFrame(
        [
            (*area, indicator, period)
            for area in areas
            for indicator in ("low", "high", "neither")
            for period in periods
        ],
        columns=["area_code", "area_type", "value", "state", "indicator_id", "period"],
    )
    table["denominator"] = 1000.0
    table["count"] = table["value"] * 10
    table["lower_ci"], table["upper_ci"] = table["value"] - 4, table["value"] + 4
    side = np.select([table["value"] > 14, table["value"] < 6], [1, -1])
    good = table["indicator_id"].map({"low": -1, "high": 1, "neither": 0})
    judged = np.where(side * good > 0, "better", "worse")
    named = np.where(good == 0, np.where(side > 0, "higher", "lower"), judged)
    itself = (table["area_type"] == "england") | (table["state"] == "suppressed")
    table["comparison"] = np.where(itself, "not_compared", np.where(side == 0, "similar", named))
    return table.assign(benchmark_value=10.0, **columns)


YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")


def over_time():
    """Upwell falls from 24 to 16; Ambridge's second year is suppressed and its third missing."""
    table = comparisons(periods=YEARS)
    year = table["period"].map({name: at for at, name in enumerate(YEARS)})
    for column in ("value", "lower_ci", "upper_ci"):
        table[column] += 4.0 - 2.0 * year
    hidden = table["area_code"].eq("Ambridge") & table["period"].eq("2021/22")
    table.loc[hidden, "state"] = "suppressed"
    table.loc[hidden, ["value", "lower_ci", "upper_ci"]] = 4321.0
    absent = table["area_code"].eq("Ambridge") & table["period"].eq("2022/23")
    table.loc[absent, ["value", "lower_ci", "upper_ci"]] = np.nan
    return table


def gaps(**columns):
    """Twice as high, as high, and half as high; the last without a number."""
    table = pd.DataFrame(
        {
            "indicator_id": ["low", "high", "neither", "hidden"],
            "period": "2024",
            "value_deprived": [20.0, 10.0, 5.0, np.nan],
            "value_rest": [10.0, 10.0, 10.0, 10.0],
            "difference": [10.0, 0.0, -5.0, np.nan],
            "ratio": [2.0, 1.0, 0.5, np.nan],
            "ratio_lower_ci": [1.5, 0.8, 0.25, np.nan],
            "ratio_upper_ci": [2.5, 1.2, 0.8, np.nan],
        }
    )
    return table.assign(**columns)


def gap_catalogue(**columns):
    more = catalogue().iloc[[0]].assign(indicator_id="hidden", short_name="Hidden")
    return pd.concat([catalogue(), more], ignore_index=True).assign(**columns)


def wards_of_sizes():
    """Five wards at 10% of 100 to 2,000 people, and a sixth, of 400, at 30%; England 10%."""
    sizes = [100, 200, 400, 1000, 2000, 400]
    table = pd.DataFrame({"area_code": [f"Ward {i}" for i in range(1, 7)], "denominator": sizes})
    table["value"] = [10.0] * 5 + [30.0]
    return table.assign(
        area_type="wd24", indicator_id="low", period="2024", benchmark_value=10.0, state="value",
        measure="proportion", multiplier=100,
    )  # fmt: skip


def counts():
    """Forty areas with counts 40, 39, … 1: 820 in all, half of it in the first 12."""
    return pd.Series(range(40, 0, -1), index=[f"E010000{i:02}" for i in range(40)])


def draw_funnel(table=None, **options):
    table = wards_of_sizes() if table is None else table
    limits = control_limits(table, catalogue=None)
    return funnel_plot(table, limits, "low", areas="wd24",
                       **({"catalogue": catalogue()} | options))  # fmt: skip


CHARTS = {
    "decile_bars": lambda **o: decile_bars(profile(), **o),
    "decile_bars_people": lambda **o: decile_bars(
        profile(population=[100.0] * 8 + [np.nan]), count="population", **o
    ),
    "change_chart": lambda **o: change_chart(profiles(), level="town", **o),
    "spine_chart": lambda **o: spine_chart(
        comparisons(), "Upwell", areas="town", spread="ward", catalogue=catalogue(), **o
    ),
    "trend_lines": lambda **o: trend_lines(
        over_time(), "low", areas="town", catalogue=catalogue(), **o
    ),
    "concentration_curve": lambda **o: concentration_curve(
        concentration(counts()), "children", **o
    ),
    "gap_chart": lambda **o: gap_chart(gaps(), catalogue=gap_catalogue(), place="Here", **o),
    "funnel_plot": lambda **o: draw_funnel(**o),
}


@pytest.fixture(params=CHARTS)
def chart(request):
    return CHARTS[request.param]


@dataclass
class Word:
    text: str
    box: mpl.transforms.Bbox
    size: float


def words(figure):
    with style():
        FigureCanvasAgg(figure).draw()
        return [
            Word(text.get_text(), text.get_window_extent(), text.get_fontsize())
            for text in figure.findobj(mpl.text.Text)
            if text.get_text() and text.get_visible()
        ]


def assert_words_in_place(figure):
    width, height = figure.bbox.size
    drawn = words(figure)
    for word in drawn:
        least, most = word.box.min, word.box.max
        assert (least >= 0).all(), word.text
        assert (most <= [width, height]).all(), word.text
    for at, one in enumerate(drawn):
        for other in drawn[at + 1 :]:
            over = min(one.box.x1, other.box.x1) - max(one.box.x0, other.box.x0)
            deep = min(one.box.y1, other.box.y1) - max(one.box.y0, other.box.y0)
            assert over <= 0.5 or deep <= 0.5, f"{one.text!r} covers {other.text!r}"


def said(figure):
    return " ".join(word.text.replace("\n", " ") for word in words(figure))


def bars(figure):
    """Rectangles taller than those of the key, in millimetres, by their upper side."""
    found = {}
    for patch in figure.axes[0].patches:
        if isinstance(patch, Rectangle) and patch.get_height() > 3.2:
            found.setdefault(round(patch.get_y(), 3), []).append(patch)
    return [sorted(found[y], key=lambda bar: bar.get_x()) for y in sorted(found)]


def markers(ax):
    return [line for line in ax.lines if line.get_marker() in ("v", "^", "o", "s", "D")
            and len(line.get_xdata()) == 1]  # fmt: skip


# ---- what holds for every chart ---------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
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
        "import sys; from tests import test_charts; test_charts._save_all(sys.argv[1]); "
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
                 "concentration_curve", "gap_chart", "control_limits"):  # fmt: skip
        assert callable(getattr(geo, name))


def test_charts_warn_when_taller_than_a_page():
    towns = [f"Town {i}" for i in range(60)]
    with pytest.warns(GeoWarning, match="mm tall, more than a page of A4; show fewer rows"):
        trend_lines(comparisons(towns, periods=YEARS), "low", areas="town",
                    catalogue=catalogue(), width_mm=80)  # fmt: skip


def test_classes_of_most_deprived_are_told_apart_without_colour():
    fills = [look.fill for look in MOST_DEPRIVED.values()]
    light = [luminance(fill) for fill in fills]
    assert light == sorted(light)
    grey = [116 * value ** (1 / 3) - 16 for value in light]
    assert min(np.diff(grey)) > 15
    assert all(contrast(fill, "#ffffff") >= 3 for fill in fills[:3])


# ---- decile bars ------------------------------------------------------------------------------


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


@pytest.mark.parametrize("width", WIDTHS)
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


# ---- change between releases ------------------------------------------------------------------


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
    assert heights[2] == pytest.approx(15.2)  # the highest fills its panel, below two lines of type


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


def test_change_chart_marks_areas_that_a_release_has_not():
    tables = profiles()
    tables[2019] = tables[2019][tables[2019]["area"] != "Penny"]
    figure = change_chart(tables, level="town")
    assert "Penny: 2019 not known" in figure.alt_text
    assert [p for p in figure.axes[0].patches if p.get_hatch()]
    assert "not known" in said(figure)


@pytest.mark.parametrize("width", WIDTHS)
def test_change_chart_holds_long_names_and_one_area(width):
    one = decile_profile(pd.DataFrame({"town": [LONG], "imd_decile": [1]}), by=["town"])
    assert_words_in_place(change_chart({2015: one, 2025: one}, level="town", width_mm=width))


def test_change_chart_refuses_one_release_and_unknown_ones():
    with pytest.raises(TableError, match="1 release was given; a change needs two"):
        change_chart({2025: profile()}, level="town")
    with pytest.raises(TableError, match="no release 2007 of the Indices; allowed are 2010"):
        change_chart({2007: profile(), 2025: profile()}, level="town")


# ---- spine chart ------------------------------------------------------------------------------


def test_spine_chart_puts_worse_left_and_better_right_of_england():
    figure = CHARTS["spine_chart"]()
    drawn = markers(figure.axes[0])[-3:]
    line = next(x for x in figure.axes[0].lines if len(set(x.get_xdata())) == 1 and
                x.get_marker() == "None" and x.get_linewidth() == 0.9)  # fmt: skip
    centre = line.get_xdata()[0]
    low, high, neither = (mark.get_xdata()[0] - centre for mark in drawn)
    # 20 against 10, of wards that reach 25: two thirds of the way; low is good, so to the left.
    assert low < 0 < high
    assert -low == pytest.approx(high)
    assert neither == pytest.approx(high)
    spread = [p for p in figure.axes[0].patches if p.get_height() == 2.6]
    ends = {(round(p.get_x() - centre, 6), round(p.get_x() + p.get_width() - centre, 6))
            for p in spread}  # fmt: skip
    unit = high / 10
    assert (round(-5 * unit, 6), round(15 * unit, 6)) in ends
    assert (round(-15 * unit, 6), round(5 * unit, 6)) in ends


def test_spine_chart_quartiles_are_those_of_the_shown_wards():
    data = CHARTS["spine_chart"]().data.iloc[0]
    shown = pd.Series([5.0, 10.0, 15.0, 20.0, 25.0])
    assert data["spread_areas"] == 6
    assert data["spread_areas_with_a_number"] == 5
    for name, share in (("least", 0), ("first_quartile", 0.25), ("median", 0.5), ("greatest", 1)):
        assert data[f"spread_{name}"] == shown.quantile(share)


def test_spine_chart_title_and_alt_text_count_the_comparisons():
    figure = CHARTS["spine_chart"]()
    title = "Upwell is worse than England in 1 of 2 indicators that can be judged, and better in 1"
    assert figure.get_label() == title
    assert "Worse than England: Low." in figure.alt_text
    assert "Better than England: High." in figure.alt_text
    drawn = said(figure)
    for word in ("▼ 20.0", "▲ 20.0", "H 20.0", "10.0", "worse than England", "all 6 wards"):
        assert word in drawn


def test_spine_chart_shows_suppressed_and_missing_in_words():
    table = comparisons()
    own = table["area_code"].eq("Upwell")
    table.loc[own & table["indicator_id"].eq("low"), "state"] = "suppressed"
    table.loc[own & table["indicator_id"].eq("high"), ["value", "lower_ci", "upper_ci"]] = np.nan
    figure = spine_chart(table, "Upwell", areas="town", spread="ward", catalogue=catalogue())
    drawn = said(figure)
    assert "[c]" in drawn
    assert "[x]" in drawn
    assert "Suppressed, small numbers: Low." in figure.alt_text
    assert figure.data["value"].isna().sum() == 2
    assert "4321" not in figure.data.to_csv()


def test_spine_chart_takes_the_spread_of_the_type_asked_for():
    table = comparisons()
    for spread in ("ward", "town"):
        figure = spine_chart(table, "Upwell", areas="town", spread=spread, catalogue=catalogue())
        kind = {"ward": "wd24", "town": "town"}[spread]
        of = table.loc[table["area_type"] == kind, "area_code"].nunique()
        assert figure.data["spread_areas"].eq(of).all()
        assert f"all {of} {spread}s" in said(figure)


def test_spine_chart_draws_no_spread_of_too_few():
    table = comparisons()
    table.loc[table["area_code"].isin(["Ward 1", "Ward 2", "Ward 3"]), "state"] = "suppressed"
    figure = spine_chart(table, "Upwell", areas="town", spread="ward", catalogue=catalogue())
    assert "No spread is drawn in 3 of 3 rows" in said(figure)
    assert not [p for p in figure.axes[0].patches if p.get_height() == 2.6]
    assert figure.data["spread_median"].isna().all()


@pytest.mark.parametrize("width", WIDTHS)
def test_spine_chart_holds_long_names(width):
    names = catalogue(short_name=[LONG, "High", "Neither"], group=[LONG, LONG, "People"])
    table = comparisons()
    table["area_name"] = table["area_code"].replace({"Upwell": LONG, ENGLAND: "England"})
    figure = spine_chart(table, "Upwell", areas="town", spread="ward", catalogue=names,
                         width_mm=width)  # fmt: skip
    assert_words_in_place(figure)


def test_spine_chart_refuses_an_area_that_is_not_there():
    with pytest.raises(TableError, match="area 'Nowhere'; of type 'town' there are Upwell"):
        spine_chart(comparisons(), "Nowhere", areas="town", spread="ward", catalogue=catalogue())


# ---- trend lines ------------------------------------------------------------------------------


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


@pytest.mark.parametrize("width", WIDTHS)
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


# ---- concentration ----------------------------------------------------------------------------


def test_concentration_curve_equals_the_cumulated_counts():
    found = concentration(counts())
    figure = concentration_curve(found, "children", confidential=False)
    curve = max(figure.axes[1].lines, key=lambda line: len(line.get_xdata()))
    assert curve.get_ydata() == pytest.approx(np.r_[0, counts().cumsum() / 820 * 100])
    assert figure.get_label() == "Half of the children are in 12 of 40 LSOAs (30.0%)"
    point = markers(figure.axes[1])[0]
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (30.0, 50.0)
    assert "25% of the LSOAs hold 43%" in figure.alt_text


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


# ---- gaps -------------------------------------------------------------------------------------


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
    assert "Hidden missing or suppressed" in figure.alt_text
    drawn = said(figure)
    for word in ("▼ 2.0", "● 1.00", "L 0.5", "[x]", "missing or suppressed", "twice", "half"):
        assert word in drawn
    assert figure.data["comparison"].tolist() == ["worse", "similar", "missing", "lower"]


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


@pytest.mark.parametrize("width", WIDTHS)
def test_gap_chart_holds_long_names_and_ratios_beyond_the_scale(width):
    table = gaps(ratio=[40.0, 0.01, 0.0, 1.0], ratio_upper_ci=[400.0, 0.1, 0.1, 2.0],
                 ratio_lower_ci=[4.0, 0.001, 0.0, 0.5])  # fmt: skip
    names = gap_catalogue(short_name=[LONG + str(i) for i in range(4)])
    figure = gap_chart(table, catalogue=names, width_mm=width)
    assert_words_in_place(figure)
    for mark in markers(figure.axes[0]):
        assert 0 < mark.get_xdata()[0] < width


# ---- funnel -----------------------------------------------------------------------------------


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
    for word in ("Ward 6", "worse, outside 99.8% (1)", "within the limits (5)", "England (10.0)",
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


@pytest.mark.parametrize("width", WIDTHS)
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


# ---- disclosure and real data -----------------------------------------------------------------


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
    figure = decile_bars(decile_profile(areas, by=["collaborative", "locality"]), width_mm=width)
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
