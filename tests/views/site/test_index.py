"""The page that leads to a report, as text and as a browser shows it."""

import dataclasses
import re
from html import unescape

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from geo.statistics.deprivation import decile_profile
from geo.views.site.index import IndexPage, News, ReadyFigure, SmallRug, index_page, svg_map
from geo.views.style.credits import NOT_PUBLIC
from geo.views.style.export import save_figure, words_of
from geo.views.style.palette import DECILE_CLASSES
from tests.drawn import path_corners

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def _areas() -> gpd.GeoDataFrame:
    """Four squares: two groups, deciles 1, 3 and 10, one without data."""
    shapes = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000, 3000)]
    columns = {"group": ["A", "A", "B", "B"], "imd_decile": [1, 3, 10, np.nan]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=27700)


def _page(**changes) -> IndexPage:
    areas = _areas().iloc[:3]
    values = {
        "place": "Testshire",
        "headline": "2 of 3 LSOAs are among the most deprived 30%",
        "sentences": ["1 is in the most deprived 10%."],
        "release_label": "English Indices of Deprivation 2025",
        "levels": [("group", "groups")],
        "profile": decile_profile(areas, by=["group"], borough="Testshire"),
        "made": "22 November 2026",
        "areas": areas,
    }
    return IndexPage(**(values | changes))


def test_svg_map_draws_each_class_in_its_colour_and_dots_what_is_missing():
    drawing = svg_map(_areas(), alt="Four squares")
    fills = re.findall(r'<path d="[^"]+" fill="([^"]+)"', drawing)
    assert fills == [DECILE_CLASSES[d].fill for d in (1, 3, 10)] + ["url(#no-data)"]
    assert 'role="img" aria-label="Four squares"' in drawing


def test_svg_map_keeps_north_up_and_shape_true():
    drawing = svg_map(_areas(), alt="", width=400, height=400)
    first = re.search(r'<path d="([^"]+z)"', drawing)
    assert first is not None
    points = path_corners(first[1])
    assert set(points[:, 0]) == {0, 100}
    assert set(points[:, 1]) == {150, 250}


def test_index_page_says_headline_counts_and_shares():
    text = index_page(_page())
    assert "<h1>2 of 3 LSOAs are among the most deprived 30%</h1>" in text
    assert "<td>66.7%</td>" in text
    assert 'lang="en-GB"' in text
    assert text.count("<li>\n<svg") == 2


def test_index_page_shows_hostile_names_as_text():
    areas = _areas().iloc[:3].assign(group="<script>alert(1)</script>")
    profile = decile_profile(areas, by=["group"], borough="<b>")
    text = index_page(_page(areas=areas, profile=profile, place="<b>", notices=["<i>"]))
    assert "<script>" not in text
    assert "<b>" not in text
    assert "<i>" not in text


def test_index_page_without_areas_says_why_and_shows_no_map():
    text = index_page(_page(areas=None, left_out=["The map is left out: no boundaries."]))
    told = text.index("The map is left out: no boundaries.")
    assert text.index("The figures") < told < text.index("How to read this")  # after what is there
    assert "map.html" not in text


@pytest.mark.parametrize("compared", [0, 2])
def test_index_page_explains_fifths_where_it_counts_some(compared):
    table = pd.DataFrame({"group": "Housing", "area": ["Alder", "Birch"], "worse": 0,
                          "compared": [3, compared], "worst_fifth": 1, "placed": 4})  # fmt: skip
    text = index_page(_page(rug=SmallRug("Alder is worse in none", "England", table)))
    assert ("in the worst fifth in England" in text) is (compared == 0)
    assert ("① 1 of 4" in text) is (compared == 0)


def test_index_page_loads_nothing_from_elsewhere():
    text = index_page(_page())
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert "default-src 'none'" in text


@pytest.mark.browser
@pytest.mark.parametrize(
    "viewport",
    [pytest.param(WIDE, marks=pytest.mark.slow, id="wide"), pytest.param(NARROW, id="narrow")],
)
def test_index_page_is_accessible_and_asks_nobody(chromium, sampled_pages, viewport):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(offline=True, viewport=viewport)
    page = context.new_page()
    seen = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("request", lambda request: seen.append(request.url))
    address = (sampled_pages.out / "index.html").as_uri()
    page.goto(address)
    assert seen == [address]
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    for link in page.query_selector_all("main a[href]"):
        file, _, part = link.get_attribute("href").partition("#")
        assert (sampled_pages.out / file).is_file() or page.locator(f"#{part}").count() == 1
    context.close()


@pytest.mark.browser
def test_index_page_prints_on_a4_with_no_column_cut_off(chromium, tmp_path):
    """A sheet of A4 within its margins is 688 pixels of CSS wide."""
    names = [f"{name} and the villages beside it" for name in ("Alder", "Birch", "Cedar", "Dogwood",
             "Elder", "Fir", "Gorse", "Hawthorn")]  # fmt: skip
    table = pd.DataFrame({"group": "Barriers to housing and services", "area": names, "worse": 1,
                          "compared": 3, "worst_fifth": 1, "placed": 4})  # fmt: skip
    (tmp_path / "index.html").write_text(
        index_page(_page(rug=SmallRug("Alder is worse in none", "England", table))), "utf-8"
    )
    page = chromium.new_page(viewport={"width": 688, "height": 1000})
    page.goto((tmp_path / "index.html").as_uri())
    page.emulate_media(media="print")
    for right in page.eval_on_selector_all("table", "all => all.map(e => e.scrollWidth)"):
        assert right <= 688
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    sheet = page.pdf(prefer_css_page_size=True)
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", sheet).groups())
    assert (width, height) == pytest.approx((595, 842), abs=2)
    page.close()


def test_code_for_a_web_page_shows_the_light_drawing_and_the_map_with_their_words():
    files = [("figures/a.png", "PNG"), ("figures/a-small.svg", "Light")]
    figure = ReadyFigure("Half", 'Map: "half"', "Half. Source: <b>us</b>.", files)
    plain = ReadyFigure("Bars", "Bars", "Bars.", [("figures/b.png", "PNG")])
    assert plain.embed == ""
    assert figure.embed == (
        '<figure><img src="figures/a-small.svg" alt="Map: &#34;half&#34;" style="max-width: 100%">'
        "<figcaption>Half. Source: &lt;b&gt;us&lt;/b&gt;.</figcaption></figure>"
    )
    text = index_page(_page(figures=[figure, plain], headline="2 of 3 <b>"))
    codes = dict(re.findall(r'<code id="(.+?)">(.*?)</code>', text))
    assert unescape(codes.pop("embed-1")) == figure.embed
    assert unescape(codes.pop("embed-map")) == (
        '<iframe src="map.html" title="Testshire: 2 of 3 &lt;b&gt;" width="100%" height="700" '
        'loading="lazy"></iframe>'
    )
    assert codes == {}
    for copied in re.findall('data-copy="(.+?)"', text):
        assert f'id="{copied}"' in text


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_figures_are_shown_with_words_to_copy(chromium, tmp_path, viewport):
    from axe_playwright_python.sync_playwright import Axe

    Image.new("RGB", (40, 30), "#12436d").save(tmp_path / "there.png")
    names = {"there": "Half are in Crewe", "gone": "A picture that is not beside the page"}
    figures = [
        ReadyFigure(title, f"Map: {title}", f"{title}. Source: <b>MHCLG</b>", [(f"{n}.png", "PNG")])
        for n, title in names.items()
    ]
    (tmp_path / "index.html").write_text(index_page(_page(figures=figures)), "utf-8")
    context = chromium.new_context(offline=True, viewport=viewport)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.locator(".gallery").scroll_into_view_if_needed()
    page.locator(".gallery img[hidden]").wait_for(state="attached")
    picture = page.locator(".gallery img").first
    assert (
        picture.evaluate("async (shown) => { await shown.decode(); return shown.naturalWidth }")
        == 40
    )
    page.click("text=Copy caption >> nth=0")
    page.locator("#copied", has_text="Copy caption: done").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "Half are in Crewe. Source: <b>MHCLG</b>"
    page.click("text=Copy alternative text >> nth=1")  # also where the picture is not there
    page.locator("#copied", has_text="Copy alternative text: done").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "Map: A picture that is not beside the page"
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()


def test_words_of_a_figure_are_read_as_they_were_saved(tmp_path):
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    words = {"alt": "A line.\n\nIt rises.", "caption": "It rises. Source: us."}
    save_figure(figure, tmp_path, "line", data=pd.DataFrame({"y": [1]}), **words)
    assert words_of(tmp_path / "line.txt") == (words["alt"], words["caption"])
    plt.close(figure)


def test_index_page_says_what_a_code_stands_for():
    page = _page()
    name = page.profile["area"].iloc[0]
    text = index_page(dataclasses.replace(page, explained={name: "Alder · Birch"}))
    assert f'<th scope="row">{name} (Alder · Birch)</th>' in text


def test_what_is_new_stands_under_the_day_of_the_report_before():
    page = index_page(_page(news=News("2 January 2026", ["1 area joined (A & B)."])))
    section = page.partition("<h2>What is new since the report of 2 January 2026</h2>")[2]
    assert re.findall(r"<li>(.*?)</li>", section)[0] == "1 area joined (A &amp; B)."
    assert "What is new" not in index_page(_page())


def test_each_reader_finds_what_is_theirs_in_one_click():
    figure = ReadyFigure("Title", "Alt", "Caption", [("figures/a.png", "Picture (PNG)")])
    text = index_page(_page(figures=[figure], downloads=[("tables/lsoas.csv", "LSOAs")]))
    ways = re.findall(r'<li><a href="#(\w+)">([^<]+)</a>', text)
    assert ways == [
        ("groups", "Groups"),
        ("use", "Figures and text to use"),
        ("data", "Data and methods"),
    ]
    for way, _ in ways:
        assert len(re.findall(rf'<h2[^>]* id="{way}"', text)) == 1
    bare = index_page(_page(figures=[], downloads=[]))
    assert re.findall(r'<li><a href="#(\w+)"', bare) == ["groups"]


def test_a_figure_that_may_not_be_published_says_so_where_it_is_copied():
    files = [("figures/a.png", "Picture (PNG)")]
    own = ReadyFigure("Half", "Half.", f"Half. Source: us. {NOT_PUBLIC}", files)
    free = ReadyFigure("All", "All.", "All. Source: us. Licence: MIT.", files)
    page = index_page(_page(figures=[own, free]))
    assert page.count(f'<p class="notice">{NOT_PUBLIC}</p>') == 1
