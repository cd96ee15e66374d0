"""The interactive map in Chromium: what a reader sees, does, shares and takes away."""

import csv
import re
from collections import Counter

import folium
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image
from shapely.geometry import MultiPolygon, Polygon, box

from geo.views.style.palette import (
    BIVARIATE,
    BOUNDARY_CHANGED,
    CHANGE_CLASSES,
    DECILES,
    INK,
    comparison_styles,
)
from geo.views.web.map import web_map as map_of_levels
from geo.vocabulary.local_names import local_names
from geo.vocabulary.releases import INDICES
from tests.views.web.data import cheshire_east, fifths, national, thirty_indicators
from tests.views.web.test_map import (
    HOSTILE,
    KINDS,
    SURFACES,
    TITLE,
    compared,
    earlier,
    grid,
    one,
    square,
    uneven,
    with_indicators,
)

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
DOTS, LINES, CROSSES = (f"url(#geo-{kind})" for kind in ("dots", "diagonal", "cross"))
READY = ".geo[data-ready]"


def web_map(areas, **options):
    """Draw the map with the collaboratives of the areas, where no other levels are asked for."""
    return map_of_levels(areas, **({"levels": ["collaborative"]} | options))


@pytest.fixture
def show(open_page):
    def shown(made, viewport=WIDE):
        page = open_page(made.save, viewport=viewport, has_touch=viewport is NARROW)
        page.wait_for_selector(READY)
        return page

    return shown


def everything(**options):
    """The grid with all that a map can hold."""
    return with_indicators(changes={2019: earlier(E01000000=4)}, surfaces=SURFACES, **options)


def fills(page, sheet="#map_geo"):
    return page.eval_on_selector_all(
        f"{sheet} path[data-area]",
        "paths => Object.fromEntries(paths.map(p => [p.dataset.area, p.getAttribute('fill')]))",
    )


def by_code(values, codes=None):
    return dict(zip(grid()["lsoa21cd"] if codes is None else codes, values, strict=True))


def decile_fills(areas, column):
    """Expected fill of each area, from the published decile."""
    return by_code(
        [DOTS if pd.isna(d) else DECILES[int(d) - 1] for d in areas[column]], areas["lsoa21cd"]
    )


def state_fill(name, styles):
    return {"suppressed": LINES, "missing": DOTS}.get(name) or styles[name].fill


def kind_fills(scheme):
    """Expected fills of "low is good", from the kinds that the areas were given."""
    styles = comparison_styles(levels=3 if scheme == "england" else "quintiles")
    fifth = {None: "not_compared"} | {n: f"fifth_{n}" for n in range(1, 6)}
    return by_code(
        [
            state_fill(
                state
                if state in ("suppressed", "missing")
                else comparison
                if scheme == "england"
                else fifth[quantile],
                styles,
            )
            for _, comparison, quantile, state in KINDS * 2
        ]
    )


def legend(page, of="#geo-legend"):
    return page.eval_on_selector_all(
        f"{of} [data-class]",
        "rows => Object.fromEntries(rows.map(r => [r.dataset.class, "
        "parseInt((r.querySelector('.count') ?? r).textContent.replace(/,/g, ''))]))",
    )


def decile_legend(deciles):
    counts = Counter("missing" if pd.isna(d) else f"decile_{int(d)}" for d in deciles)
    names = [*(f"decile_{d}" for d in range(1, 11)), *(["missing"] if counts["missing"] else [])]
    return {name: counts[name] for name in names}


def address_of(page):
    return page.evaluate("location.href")


def zoom_of(page):
    return float(address_of(page).rsplit("%2C")[-1])


def open_section(page, name):
    page.locator("summary", has_text=name).click()


def listed(page):
    return page.locator("#geo-rows button").all_text_contents()


def rectangles(page, selector):
    return page.eval_on_selector_all(
        selector,
        "all => all.filter(e => getComputedStyle(e).visibility === 'visible').map(e => {"
        "const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]})",
    )


def apart(one_box, other):
    return not box(*one_box).intersection(box(*other)).area


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": rules}).response
    assert len(found["passes"]) > 10
    return [(v["id"], [node["target"] for node in v["nodes"]]) for v in found["violations"]]


def taken(page, button, tmp_path):
    """Click a button that saves a file; give its path."""
    with page.expect_download() as download:
        page.click(button)
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path


# ---- every measure ---------------------------------------------------------------------------


def test_web_map_fills_and_legend_equal_the_data_for_each_index(show):
    areas = grid()
    page = show(web_map(areas, title=TITLE))
    for index in ("imd", "crime"):
        page.select_option("#geo-show", index)
        assert fills(page) == decile_fills(areas, f"{index}_decile")
        assert legend(page) == decile_legend(areas[f"{index}_decile"])
    first = page.locator("#geo-legend li").first.text_content()
    assert first.startswith("1 – most deprived 10% in England")


@pytest.mark.slow
def test_web_map_fills_and_legend_equal_the_comparison_and_the_fifth(show):
    page = show(everything())
    page.select_option("#geo-show", "i:low")
    assert fills(page) == kind_fills("england")
    assert legend(page) == {
        "worse": 2, "similar": 4, "better": 4, "not_compared": 2, "suppressed": 2, "missing": 2,
        "zero": 2,
    }  # fmt: skip
    text = page.inner_text("#geo-legend")
    expected = ["Low is good here", "worse than England", "% of residents, 2024/25"]
    for words in [*expected, "England: 10.0%", "Source: Test source.", "suppressed, small numbers"]:
        assert words in text
    page.check("#geo-as input[value=fifths]")
    assert fills(page) == kind_fills("fifths")
    assert legend(page)["fifth_1"] == 2
    # without judgement: lower than England, and no fifths to choose
    page.select_option("#geo-show", "i:neither")
    assert not page.is_visible("#geo-as")
    assert set(fills(page).values()) == {comparison_styles()["lower"].fill}
    assert "no judgement" in page.inner_text("#geo-legend")


@pytest.mark.slow
def test_web_map_not_compared_has_an_ink_border_and_zero_has_rings(show):
    page = show(everything())
    page.select_option("#geo-show", "i:low")
    lined = page.eval_on_selector_all(
        f"path[data-area][stroke='{INK}']", "paths => paths.map(p => p.dataset.area)"
    )
    assert lined == ["E01000005", "E01000013"]
    assert page.locator(".leaflet-zeros-pane path[fill='url(#geo-rings)']").count() == 2
    page.select_option("#geo-show", "imd")
    assert page.locator(".leaflet-zeros-pane path").count() == 0


@pytest.mark.slow
def test_web_map_change_of_deciles_is_drawn_where_boundaries_are_the_same(show):
    page = show(everything())
    page.select_option("#geo-show", "change-2019")
    expected = by_code([CHANGE_CLASSES["same"].fill] * 16)
    expected |= {
        "E01000000": CHANGE_CLASSES["down_2"].fill,
        "E01000014": CROSSES,
        "E01000015": DOTS,
    }
    assert fills(page) == expected
    assert BOUNDARY_CHANGED.label in page.inner_text("#geo-legend")
    assert "4 → 1" in page.inner_text("#geo-rows tr:first-child")


def pair_fill(decile, comparison):
    row = None if pd.isna(decile) else 0 if decile <= 3 else 1 if decile <= 7 else 2
    column = {"worse": 0, "similar": 1, "better": 2}.get(comparison)
    return DOTS if row is None or column is None else BIVARIATE[row][column]


def test_web_map_of_two_measures_is_two_maps_or_one(show):
    areas = grid()
    page = show(everything())
    open_section(page, "Compare")
    page.select_option("#geo-with", "i:low")
    assert fills(page) == decile_fills(areas, "imd_decile")
    assert fills(page, "#geo-second") == kind_fills("england")
    assert legend(page, "#geo-legend-second")["worse"] == 2
    assert page.locator("#geo-head th").all_text_contents()[2:] == ["Low is good"]
    page.check("#geo-how input[value='1']")
    assert not page.is_visible("#geo-second")
    kinds = [(None if state in ("suppressed", "missing") else c) for _, c, _, state in KINDS * 2]
    expected = [pair_fill(d, c) for d, c in zip(areas["imd_decile"], kinds, strict=True)]
    assert fills(page) == by_code(expected)
    cells = [legend(page)[f"pair_{k}"] for k in range(9)]
    flat = [fill for row in BIVARIATE for fill in row]
    assert cells == [expected.count(fill) for fill in flat]
    assert legend(page)["missing"] == expected.count(DOTS)


@pytest.mark.slow
def test_web_map_of_two_maps_moves_both(show):
    page = show(everything())
    open_section(page, "Compare")
    page.select_option("#geo-with", "crime")
    page.locator("#map_geo .leaflet-control-zoom-in").click()
    page.focus("#geo-second")
    page.keyboard.press("ArrowRight")
    frames = rectangles(page, ".map")
    first, second = (
        np.array(rectangles(page, f"{sheet} path[data-area=E01000005]")[0][:2]) - frame[:2]
        for sheet, frame in zip(("#map_geo", "#geo-second"), frames, strict=True)
    )
    assert first == pytest.approx(second, abs=2)


@pytest.mark.slow
def test_web_map_heat_layer_lies_over_faded_areas_with_its_own_legend(show):
    page = show(everything())
    open_section(page, "Layers")
    page.select_option("#geo-heat", label="Children on plans")
    drawn = page.eval_on_selector_all(
        ".leaflet-heat-pane path", "paths => paths.map(p => p.getAttribute('fill'))"
    )
    assert len(set(drawn)) == 2
    text = page.inner_text("#geo-heat-legend")
    for words in ("children per km²", "2 and more", "3.0 km²", "Bandwidth 1.5 km; none under 5."):
        assert words in text
    assert not page.is_visible("#geo-legend")  # the heat hides those colours
    page.select_option("#geo-heat", label="None")
    assert page.is_visible("#geo-legend")
    assert page.locator(".leaflet-heat-pane path").count() == 0
    assert not page.is_visible("#geo-heat-legend")


def test_web_map_circles_are_of_the_areas_shown_and_the_headline_counts_them(show):
    areas = grid()
    counts = pd.Series(range(1, len(areas) + 1), index=areas["lsoa21cd"], dtype=float)
    counts.iloc[2] = np.nan
    surfaces = {"Children (circles)": (counts, "children", "One area has no figure.")}
    page = show(web_map(areas, title=TITLE, surfaces=surfaces, name="Testshire"))
    open_section(page, "Layers")
    page.select_option("#geo-heat", label="Children (circles)")
    drawn = page.locator(".leaflet-heat-pane path")
    assert drawn.count() == len(areas) - 1
    total = f"{int(counts.sum())} children"
    assert page.inner_text("#geo-headline") == (
        f"Testshire: at least {total} (1 area without a figure); most in Ward 3 (015A): 16"
    )
    assert listed(page)[0] == "Ward 3 (015A)"
    assert page.inner_text("#geo-rows tr >> nth=0").endswith("16\tno data")
    assert "One area has no figure." in page.inner_text("#geo-heat-legend")
    page.select_option("#geo-where", index=1)
    assert drawn.count() < len(areas) - 1
    assert f"% of the {int(counts.sum())} known" in page.inner_text("#geo-headline")


# ---- the steps at its head ---------------------------------------------------------------------


def test_web_map_steps_are_closed_by_keyboard_and_stay_closed(show):
    page = show(everything())
    guide = page.locator("#geo-guide")
    assert guide.locator("li").count() == 3
    assert guide.locator("li").last.is_visible()
    page.locator("#geo-guide summary").focus()
    page.keyboard.press("Enter")
    assert not guide.locator("li").last.is_visible()
    page.select_option("#geo-show", "i:low")  # which writes the address anew
    page.reload()
    page.wait_for_selector(READY)
    assert not guide.locator("li").last.is_visible()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.locator("#geo-guide summary").click()
    assert guide.locator("li").last.is_visible()
    page.emulate_media(media="print")
    assert not guide.is_visible()


# ---- places ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_web_map_chosen_group_leads_figures_legend_table_and_fading(show):
    areas = grid()
    page = show(everything())
    page.select_option("#geo-where", label="South End")
    inside = areas[areas["collaborative"] == "South End"]
    assert legend(page) == decile_legend(inside["imd_decile"])
    assert "South End: 2 of 7 areas" in page.inner_text("#geo-summary")
    assert "1 without data" in page.inner_text("#geo-figures")
    # seven areas of 1,500 residents, and one whose residents are not known
    assert "10,500 1 area not known" in page.inner_text("#geo-figures")
    known = inside.sort_values(["imd_decile", "imd_rank"])
    assert listed(page) == local_names(known).tolist()  # the area without data comes last
    faded = page.eval_on_selector_all(
        "path[data-area][fill-opacity='0.2']", "paths => paths.map(p => p.dataset.area)"
    )
    assert set(faded) == set(areas["lsoa21cd"]) - set(inside["lsoa21cd"])


@pytest.mark.slow
def test_web_map_tells_what_is_worse_than_england_in_a_group_and_in_the_whole(show):
    page = show(everything(name="Testshire"))
    heading = page.locator("#geo-against h2")
    assert heading.text_content() == "Testshire: 1 of 1 indicator is worse than England"
    page.select_option("#geo-where", label="North End")
    assert heading.text_content() == "North End: 1 of 1 indicator is worse than England"
    first = page.locator("#geo-against tbody tr").first.inner_text()
    assert "15.0% (14.0–16.0) · England 10.0 · worse" in first
    # nothing is known of South End as a whole: its areas are counted
    page.select_option("#geo-where", label="South End")
    text = page.inner_text("#geo-against")
    assert "No figures of South End as a whole" in text
    assert "0 of 4 areas worse" in text


@pytest.mark.slow
def test_web_map_rows_of_an_indicator_are_sorted_by_need(show):
    page = show(everything())
    page.select_option("#geo-show", "i:low")
    names = local_names(grid()).tolist()
    # worse, similar 11 and 10, better 5 and 0, then not compared, suppressed, missing
    expected = [names[i + 8 * k] for i in (0, 1, 2, 3, 4, 5, 6, 7) for k in (0, 1)]
    assert listed(page) == expected[:15]
    page.click("#geo-more")
    assert listed(page) == expected
    assert page.evaluate("document.activeElement.textContent") == expected[15]
    cells = page.locator("#geo-rows tr").nth(12).locator("td").all_text_contents()
    assert cells == ["suppressed", "suppressed"]


@pytest.mark.slow
def test_web_map_shows_only_the_most_deprived_when_asked(show):
    areas = grid()
    page = show(everything())
    open_section(page, "Most deprived")
    page.select_option("#geo-top", "2")
    inside = areas[areas["imd_decile"] <= 2]
    assert legend(page) == decile_legend(inside["imd_decile"]) | {"missing": 0}
    assert sorted(listed(page)) == sorted(local_names(inside))
    faded = page.locator("path[data-area][fill-opacity='0.2']").count()
    assert faded == len(areas) - len(inside)
    assert "6 of 15 areas" in page.inner_text("#geo-summary")  # figures are of the whole place


@pytest.mark.slow
def test_web_map_switch_outlines_the_most_deprived_and_only_those(show):
    page = show(web_map(grid(), title=TITLE))
    drawn = "document.querySelector('.leaflet-deprived-pane path').getAttribute('d')"
    assert page.evaluate(drawn) == "M0 0"
    open_section(page, "Most deprived")
    page.locator("#geo-outline").check()
    # deciles 1–3 are two blocks of three squares, eight unit edges round each
    assert page.evaluate(drawn).count("M") == 16
    page.locator("#geo-outline").uncheck()
    assert page.evaluate(drawn) == "M0 0"


@pytest.mark.slow
@pytest.mark.parametrize("areas", [grid(), uneven(grid())], ids=["equal edges", "unequal edges"])
def test_web_map_outlines_the_groups_however_their_edges_fit(show, areas):
    page = show(web_map(areas, title=TITLE))
    path = page.locator(".leaflet-outlines-pane path").first
    left, top, right, bottom = rectangles(page, ".leaflet-outlines-pane path")[0]
    squares = np.array(rectangles(page, "path[data-area]"))
    assert path.get_attribute("d") != "M0 0"
    assert (left, top) == pytest.approx(squares.min(axis=0)[:2], abs=6)
    assert (right, bottom) == pytest.approx(squares.max(axis=0)[2:], abs=6)
    page.select_option("#geo-where", label="North End")
    assert page.locator(".leaflet-chosen-pane path").first.get_attribute("d") != "M0 0"


@pytest.mark.slow
def test_web_map_shows_wards_where_they_are_large_enough(show):
    page = show(web_map(grid(), title=TITLE))
    ward = page.locator(".name.ward").first
    assert page.locator(".name.ward").count() == 4
    drawn = page.locator(".leaflet-wards-pane path").first
    assert drawn.get_attribute("d") != "M0 0"  # four kilometres are close at once
    for _ in range(4):
        page.click(".leaflet-control-zoom-out")
    page.wait_for_timeout(50)
    assert drawn.get_attribute("d") == "M0 0"
    assert ward.evaluate("e => getComputedStyle(e).visibility") == "hidden"


# ---- one area --------------------------------------------------------------------------------


@pytest.mark.slow
def test_web_map_row_opens_the_card_by_keyboard_and_escape_closes_it(show):
    page = show(web_map(grid(), title=TITLE))
    second = page.locator("#geo-rows button").nth(1)
    second.focus()
    page.keyboard.press("Enter")
    card = page.locator(".card")
    assert "decile 1 – among the most deprived 10% in England" in card.inner_text()
    assert "Ward 2 ward · North End collaborative" in card.inner_text()
    assert page.locator("#geo-rows [aria-pressed=true]").text_content() == "Ward 2 (008A)"
    page.keyboard.press("Escape")
    assert card.count() == 0
    assert page.locator("#geo-rows [aria-pressed=true]").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Ward 2 (008A)"


@pytest.mark.slow
def test_web_map_area_on_the_map_tells_and_chooses_its_row(show):
    page = show(everything())
    page.select_option("#geo-show", "i:low")
    page.hover("path[data-area=E01000001]", position={"x": 20, "y": 20})
    tip = page.inner_text(".leaflet-tooltip")
    assert "Ward 0 (001A)" in tip
    assert "Low is good: 11.0% (10.0–12.0), similar to England" in tip
    page.click("path[data-area=E01000014]", position={"x": 20, "y": 20})
    card = page.inner_text(".card")
    assert "Low is good: suppressed, small numbers" in card
    assert "E01000014" in card
    bars = page.locator(".card .deciles tr").all_text_contents()
    assert bars == [f"{INDICES['imd']}7", f"{INDICES['crime']}8"]
    assert page.locator("#geo-rows [aria-pressed=true]").text_content() == "Ward 3 (014A)"


@pytest.mark.slow
def test_web_map_area_is_chosen_by_touch(show):
    page = show(everything(), NARROW)
    page.locator("path[data-area=E01000005]").tap()
    assert "Ward 1 (005A)" in page.inner_text(".card")
    page.locator(".leaflet-popup-close-button").tap()
    assert page.locator(".card").count() == 0
    page.locator("#geo-rows button").nth(2).tap()
    assert page.locator(".card").count() == 1


@pytest.mark.slow
def test_web_map_focus_on_a_row_tells_the_essentials(show):
    page = show(web_map(grid(), title=TITLE))
    page.locator("#geo-rows button").nth(1).focus()
    assert "Ward 2 (008A)" in page.inner_text(".leaflet-tooltip")


# ---- finding ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_web_map_search_finds_a_postcode_where_they_are_known(show):
    page = show(everything(postcodes=pd.Series({"CW13AB": "E01000006", "CW13AD": "E01000002"})))
    page.fill("#geo-search", "cw1 3ab")
    assert page.locator("#geo-found li").count() == 1
    assert "CW1 3AB" in page.inner_text("#geo-found")
    page.keyboard.press("Enter")
    assert "Ward 1 (006A)" in page.inner_text(".card")
    page.fill("#geo-search", "CW1 9ZZ")
    assert "streets and villages cannot" in page.inner_text("#geo-found")


def test_web_map_search_finds_areas_wards_and_groups_by_keyboard(show):
    page = show(everything())
    page.focus("#geo-search")
    page.keyboard.type("e01000006")
    assert page.locator("#geo-found li").count() == 1
    page.keyboard.press("Enter")
    assert "Ward 1 (006A)" in page.inner_text(".card")
    page.fill("#geo-search", "south")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#geo-search", "aria-activedescendant") == "geo-found-0"
    page.keyboard.press("Enter")
    assert page.input_value("#geo-where") == "0:1"
    page.fill("#geo-search", "ward 3")
    page.keyboard.press("Enter")
    assert len(listed(page)) == 4
    assert "Ward 3: 0 of 3 areas" in page.inner_text("#geo-summary")
    page.fill("#geo-search", "CW1 3AB")
    assert "postcodes cannot" in page.inner_text("#geo-found")
    page.keyboard.press("Enter")
    assert len(listed(page)) == 4
    page.fill("#geo-search", "<script>")
    assert HOSTILE in page.locator("#geo-found li").first.text_content()
    page.keyboard.press("Escape")
    assert not page.is_visible("#geo-found")
    assert page.get_attribute("#geo-search", "aria-expanded") == "false"


@pytest.mark.slow
def test_web_map_search_is_used_by_touch(show):
    page = show(everything(), NARROW)
    page.locator("#geo-search").tap()
    page.keyboard.type("north")
    page.locator("#geo-found li").first.tap()
    assert page.input_value("#geo-where") == "0:0"


# ---- every control, every way ----------------------------------------------------------------


def press(page, way, selector):
    """Use a button, switch or summary as somebody with a mouse, a keyboard or a finger does."""
    target = page.locator(selector)
    if way == "keyboard":
        target.focus()
        page.keyboard.press("Enter" if target.evaluate("e => e.type") != "checkbox" else "Space")
    elif way == "touch":
        target.tap(force=True)
    else:
        target.click(force=True)


def choose(page, way, selector, label):
    """Choose in a list; by keyboard from the first entry down to the one wanted."""
    target = page.locator(selector)
    if way == "keyboard":
        labels = target.locator("option").all_text_contents()
        target.focus()
        page.keyboard.press("Home")
        for _ in range(labels.index(label)):
            page.keyboard.press("ArrowDown")
    else:
        target.select_option(label=label)


def choose_radio(page, way, selector):
    if way == "keyboard":
        page.locator(selector).locator("xpath=ancestor::fieldset").locator("input:checked").focus()
        page.keyboard.press("ArrowDown")
    else:
        press(page, way, selector)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "viewport"),
    [("mouse", WIDE), ("keyboard", WIDE), ("keyboard", NARROW), ("touch", NARROW)],
    ids=["mouse", "keyboard", "keyboard narrow", "touch"],
)
def test_web_map_every_control_is_used(show, way, viewport):
    page = show(everything(), viewport)
    choose(page, way, "#geo-show", "Low is good")
    assert fills(page) == kind_fills("england")
    choose_radio(page, way, "#geo-as input[value=fifths]")
    assert fills(page) == kind_fills("fifths")
    choose(page, way, "#geo-where", "North End")
    assert "North End" in page.inner_text("#geo-summary")
    press(page, way, "summary >> text=Most deprived areas")
    choose(page, way, "#geo-top", "The most deprived 20% in England")
    assert len(listed(page)) == 4
    press(page, way, "#geo-outline")
    assert page.get_attribute(".leaflet-deprived-pane path >> nth=0", "d") != "M0 0"
    choose(page, way, "#geo-top", "All areas")
    press(page, way, "summary >> text=Compare")
    choose(page, way, "#geo-with", "Crime")
    assert page.is_visible("#geo-second")
    choose_radio(page, way, "#geo-how input[value='1']")
    assert not page.is_visible("#geo-second")
    assert "pair_0" in legend(page)
    press(page, way, "summary >> text=Layers")
    choose(page, way, "#geo-heat", "Children on plans")
    assert page.is_visible("#geo-heat-legend")
    press(page, way, "summary >> text=Save")
    for button, kind in (("#geo-png", ".png"), ("#geo-csv", ".csv")):
        with page.expect_download() as download:
            press(page, way, button)
        assert download.value.suggested_filename.endswith(kind)
    page.evaluate("window.print = () => { window.printed = true }")
    press(page, way, "#geo-print")
    assert page.evaluate("window.printed")
    press(page, way, "#geo-copy")
    page.locator("#geo-link-copied", has_text=re.compile("^(Copied|Selected)")).wait_for()
    before = zoom_of(page)
    press(page, way, "#map_geo .leaflet-control-zoom-in")
    assert zoom_of(page) == pytest.approx(before + 1)
    press(page, way, "#map_geo .refit")
    assert zoom_of(page) == before
    choose(page, way, "#geo-where", "All areas")
    press(page, way, "#geo-more")
    assert len(listed(page)) == 16
    press(page, way, "#geo-rows button >> nth=3")
    assert page.locator(".card").count() == 1
    press(page, way, ".leaflet-popup-close-button")
    assert page.locator(".card").count() == 0


@pytest.mark.slow
def test_web_map_skip_link_leads_to_the_controls(show):
    page = show(everything())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "geo-controls"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "geo-show"


# ---- address ---------------------------------------------------------------------------------


def at_address(page, address):
    """Open the page anew at an address, as whoever is sent it does."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(READY)


@pytest.mark.slow
def test_web_map_address_brings_the_same_view_back(show):
    page = show(everything())
    page.select_option("#geo-show", "i:low")
    page.check("#geo-as input[value=fifths]")
    page.select_option("#geo-where", label="North End")
    open_section(page, "Compare")
    page.select_option("#geo-with", "crime")
    page.check("#geo-how input[value='1']")
    open_section(page, "Most deprived")
    page.select_option("#geo-top", "3")
    page.check("#geo-outline")
    page.click(".leaflet-control-zoom-in")
    open_section(page, "Save")
    page.click("#geo-rows button >> nth=1")
    told = ("#geo-legend", "#geo-summary", "#geo-rows", ".card")
    before = [page.inner_text(part) for part in told]
    address = page.input_value("#geo-link")
    assert address == address_of(page)
    at_address(page, address)
    assert [page.inner_text(part) for part in told] == before
    assert address_of(page) == address  # written anew from the state and from where the map looks


HOSTILE_ADDRESSES = [
    '"><script>alert(1)</script>',
    "show=constructor&by=__proto__&in=toString&top=99&area=hasOwnProperty&at=1e9,2,3",
    "show=javascript:alert(1)&with=<img src=x onerror=alert(1)>&heat=%00&at=NaN,NaN,NaN",
    "%E0%A4%A&show=%&&&===",
    "at=91.00000,200.00000,99&by=collaborative&in=" + "A" * 5000,
]


@pytest.mark.slow
def test_web_map_hostile_address_does_nothing(show):
    page = show(everything())
    start = address_of(page).split("#")[0]

    def told():
        elements = page.locator("script, img").count()
        return fills(page), legend(page), page.inner_text("main"), elements

    expected = told()
    for address in HOSTILE_ADDRESSES:
        at_address(page, f"{start}#{address}")
        assert told() == expected
    for address in HOSTILE_ADDRESSES:
        page.evaluate("address => { location.hash = address }", address)
        page.wait_for_timeout(20)
        assert told() == expected


def test_web_map_hostile_strings_are_shown_as_text(show):
    page = show(everything(name=HOSTILE, notices=[HOSTILE], sources=[HOSTILE], subtitle=HOSTILE))
    page.click("#geo-rows button >> nth=0")
    assert page.locator("#geo-rows button").first.text_content() == HOSTILE
    assert page.locator(".card h3").text_content() == HOSTILE
    page.select_option("#geo-show", "i:neither")
    assert HOSTILE in page.locator("#geo-legend h2").text_content()
    assert page.evaluate("[...document.scripts].length") == 4


# ---- to take away ----------------------------------------------------------------------------


@pytest.mark.slow
def test_web_map_picture_has_the_colours_of_the_map(show, tmp_path):
    page = show(everything())
    page.select_option("#geo-show", "i:low")
    open_section(page, "Save")
    path = taken(page, "#geo-png", tmp_path)
    assert path.name == "all-areas-low-is-good.png"
    image = Image.open(path).convert("RGB")
    counts = {"#{:02x}{:02x}{:02x}".format(*c): n for n, c in image.getcolors(2**24)}
    left, top, right, bottom = rectangles(page, "path[data-area]")[0]
    area = 4 * (right - left) * (bottom - top)  # at twice the size of the screen
    styles = comparison_styles()
    assert counts[styles["worse"].fill] == pytest.approx(2 * area, rel=0.3)
    assert counts[styles["similar"].fill] == pytest.approx(4 * area, rel=0.3)
    assert image.size[0] > 2 * 920


def test_web_map_table_is_what_is_shown_and_no_formula(show, tmp_path):
    areas = grid().assign(lsoa21nm=["=1+1", "+cmd", "-2+3", "@SUM", *grid()["lsoa21nm"][4:]])
    areas = areas.assign(wd24nm="\tWard")
    page = show(with_indicators(areas=areas, notices=["A notice, for all"]))
    page.select_option("#geo-show", "i:low")
    page.select_option("#geo-where", label="North End")
    open_section(page, "Save")
    path = taken(page, "#geo-csv", tmp_path)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[0] == [
        "code", "name", "official name", "collaborative", "ward", "Low is good here",
        "Low is good here: class",
    ]  # fmt: skip
    cells = {row[0]: row for row in rows[1:9]}
    assert len(cells) == 8
    assert cells["E01000000"][1:] == [
        "'=1+1",
        "'=1+1",
        "North End",
        "'\tWard",
        "20.0%",
        "worse than England",
    ]
    assert cells["E01000001"][1] == "'+cmd"
    assert "A notice, for all" in [row[-1] for row in rows[10:]]
    assert not [c for row in rows for c in row if c[:1] in ("=", "+", "@", "-", "\t")]


def test_web_map_table_has_no_number_of_suppressed_cells(show, tmp_path):
    table = compared()
    table.loc[table["state"] == "suppressed", "value"] = 4.321
    page = show(with_indicators(table))
    page.select_option("#geo-show", "i:low")
    open_section(page, "Save")
    text = taken(page, "#geo-csv", tmp_path).read_text("utf-8-sig")
    area = "E01000006,Ward 1 (006A),Cheshire East 006A,South End,Ward 1"
    assert f'{area},suppressed,"suppressed, small' in text
    assert "4.3" not in text
    assert "4.321" not in page.content()


def test_web_map_headline_and_sentence_are_those_of_the_view(show):
    page = show(everything(sources=["Counted in a table", "Licensed under the OGL"]))
    assert page.inner_text("h1") == page.title() == TITLE
    page.select_option("#geo-show", "i:low")
    page.select_option("#geo-where", label="North End")
    heading = page.inner_text("h1")
    said = "2 of 6 areas that can be compared are worse than England"
    assert heading == f"Low is good here, North End: {said}"
    assert page.title() == heading
    open_section(page, "Save")
    page.click("#geo-quote")
    quoted = page.input_value("#geo-sentence")
    assert quoted.startswith(f"{heading}. ")
    assert quoted.endswith("Licensed under the OGL.")
    assert "table" not in quoted
    page.wait_for_selector("#geo-sentence-copied:has-text('Ctrl'), :has-text('Copied')")
    page.select_option("#geo-show", "imd")
    page.select_option("#geo-where", index=0)
    assert page.inner_text("h1") == TITLE


def test_web_map_keeps_its_colours_where_a_reader_forces_others(show):
    page = show(everything())
    page.emulate_media(forced_colors="active")
    style = "(e, name) => getComputedStyle(e)[name]"
    chips = page.query_selector_all("#geo-legend .chip")
    seen = [page.evaluate(f"e => ({style})(e, 'backgroundColor')", chip) for chip in chips[:10]]
    assert len(set(seen)) == 10
    name = page.query_selector(".name")
    ink, halo = (page.evaluate(f"e => ({style})(e, '{part}')", name)
                 for part in ("color", "webkitTextStrokeColor"))  # fmt: skip
    assert ink != halo


def test_web_map_rows_are_copied_without_the_signs_of_their_classes(show):
    page = show(everything())
    page.select_option("#geo-show", "i:low")
    signs = page.locator("#geo-rows .chip").all_text_contents()
    assert {"▼", "▲"} <= set(signs)
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.getElementById('geo-rows'));"
        " return getSelection().toString(); }"
    )
    assert "worse" in copied
    assert not set("▼▲●") & set(copied)


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_web_map_prints_on_one_sheet_with_legend_and_sources(show, viewport):
    page = show(everything(sources=["Source of it all"], notices=["Synthetic"]), viewport)
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", sheet).groups())
    assert (width, height) == pytest.approx((842, 595), abs=2)  # A4 landscape in points
    page.emulate_media(media="print")
    for part in ("h1", "#geo-legend", ".sources", ".notices", "#geo-paper canvas"):
        assert page.is_visible(part)
    for part in ("#geo-controls", "#map_geo", ".list"):
        assert not page.is_visible(part)


# ---- streets ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_web_map_streets_are_off_until_they_are_asked_for(chromium, tmp_path):
    path = tmp_path / "map.html"
    web_map(grid(), title=TITLE, basemap="osm").save(path)
    context = chromium.new_context(viewport=WIDE)
    asked = []

    def answer(route):
        if route.request.url.startswith("file:"):
            route.continue_()
            return
        asked.append(route.request.url)
        route.abort()

    context.route("**/*", answer)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(READY)
    open_section(page, "Layers")
    assert asked == []
    assert not page.is_visible("#geo-credit")
    assert "tile.openstreetmap.org" in page.inner_text("#geo-streets-note")
    page.locator("#geo-streets").check()
    page.wait_for_timeout(200)
    assert asked
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in asked)
    assert "© OpenStreetMap contributors" in page.inner_text("#geo-credit")
    context.close()


# ---- unusual data ----------------------------------------------------------------------------

HOLED = Polygon(square().exterior, [square().buffer(-300).exterior])
ODD = {
    "one square": square(),
    "with a hole": HOLED,
    "two parts": MultiPolygon([HOLED, square(3, 0)]),
}


@pytest.mark.slow
@pytest.mark.parametrize("geometry", ODD.values(), ids=ODD.keys())
def test_web_map_of_one_area_opens(show, geometry):
    page = show(web_map(one(geometry), title=TITLE))
    assert "1 of 1 area is in the most deprived 30%" in page.inner_text("#geo-summary")
    rings = len(shapely.get_rings(shapely.get_parts(geometry)))
    assert page.get_attribute("path[data-area]", "d").count("M") == rings


SIZES = {
    "equal": [7.0] * 16,
    "missing": [np.nan] * 16,
    "negative and huge": [-1e12 + i for i in range(16)],
    "tiny": [1e-9 * i for i in range(16)],
}


@pytest.mark.slow
def test_web_map_shows_indicators_of_any_size(show):
    parts = []
    for name, values in SIZES.items():
        table = compared().query("indicator_id == 'low'").assign(indicator_id=name)
        table.loc[table["area_type"] == "lsoa21", "value"] = values
        table.loc[table["area_type"] == "lsoa21", "state"] = "value"
        parts.append(table.assign(polarity="low_is_good"))
    page = show(with_indicators(pd.concat(parts), catalogue=None))
    for name, values in SIZES.items():
        page.select_option("#geo-show", f"i:{name}")
        missing = int(np.isnan(values).sum())
        drawn = Counter(fills(page).values())
        assert drawn[DOTS] == missing
        assert drawn[comparison_styles()["worse"].fill] == (0 if missing else 2)
        assert len(listed(page)) == 15
    assert "<0.01" in page.inner_text("#geo-rows")


@pytest.mark.slow
def test_web_map_area_without_geometry_stands_in_the_table(show):
    areas = grid()
    areas.loc[5, "geometry"] = None
    page = show(web_map(areas, title=TITLE))
    assert "Ward 1 (005A)" in listed(page)
    page.locator("#geo-rows button", has_text="005A").click()
    assert "Ward 1 (005A)" in page.text_content("#geo-status")


@pytest.mark.slow
def test_web_map_of_many_areas_is_drawn_on_a_canvas(show, tmp_path):
    areas = grid(side=56)
    page = show(web_map(areas, title=TITLE, indicators=compared(areas)))
    assert page.locator("#map_geo .leaflet-overlay-pane canvas").count() == 1
    assert page.locator("path[data-area]").count() == 0
    assert "3,136" in page.inner_text("#geo-figures")
    page.select_option("#geo-show", "i:low")
    assert legend(page)["worse"] == 3136 / 8
    open_section(page, "Save")
    assert taken(page, "#geo-png", tmp_path).stat().st_size > 10_000


@pytest.mark.slow
def test_web_map_shows_itself_in_a_notebook(show, chromium):
    made = everything()
    show(made)
    page = chromium.new_page(viewport=WIDE)
    page.set_content(made._repr_html_())
    frame = page.frame_locator("iframe")
    frame.locator(READY).wait_for()
    frame.locator("#geo-rows button").first.click()
    assert frame.locator(".card h3").text_content() == HOSTILE
    assert not frame.locator("#geo-link").is_visible()  # inside a notebook there is no address
    page.close()


def test_web_map_shows_a_folium_layer_with_popup(show):
    made = web_map(grid(), title=TITLE)
    folium.Marker((53.06, -2.42), popup="Family hub").add_to(made)
    page = show(made)
    page.locator(".leaflet-marker-icon").click()
    assert "Family hub" in page.inner_text(".leaflet-popup")


# ---- Cheshire East ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_map(real_data):
    table, known = thirty_indicators(real_data)
    return web_map(
        cheshire_east(real_data),
        title=TITLE,
        name="Cheshire East",
        levels=("collaborative", "sub_locality", "locality"),
        indicators=table,
        catalogue=known,
    )


def wilson(count, denominator, z=1.959963984540054):
    """95% limits in percent, by Wilson's formula."""
    p, n = count / denominator, denominator
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 100 * (middle - half), 100 * (middle + half)


@pytest.mark.slow
def test_web_map_of_cheshire_east_is_coloured_as_calculated_apart(show, real_map, real_data):
    page, areas = show(real_map), cheshire_east(real_data)
    values, census, known = national(real_data)
    for index in INDICES:
        page.select_option("#geo-show", index)
        assert fills(page) == decile_fills(areas, f"{index}_decile")
        assert legend(page) == decile_legend(areas[f"{index}_decile"])
    own = areas["lsoa21cd"]
    good = known.set_index("indicator_id")["polarity"]
    england = census.groupby("indicator_id")[["count", "denominator"]].sum()
    styles, fifth_styles = comparison_styles(), comparison_styles(levels="quintiles")
    for name, rows in census.groupby("indicator_id"):
        rows = rows.set_index("area_code").loc[own]
        target = 100 * england.loc[name, "count"] / england.loc[name, "denominator"]
        low, high = wilson(rows["count"], rows["denominator"])
        words = ("worse", "better") if good[name] == "low_is_good" else ("higher", "lower")
        of = np.select([low > target, high < target], words, "similar")
        page.select_option("#geo-show", f"i:{name}")
        page.check("#geo-as input[value=england]")
        assert fills(page) == by_code([styles[w].fill for w in of], own)
    national_fifths = fifths(values, known).loc[own]
    for name in values.columns:
        page.select_option("#geo-show", f"i:{name}")
        if page.is_visible("#geo-as"):
            page.check("#geo-as input[value=fifths]")
        of = [DOTS if pd.isna(f) else fifth_styles[f"fifth_{int(f)}"].fill
              for f in national_fifths[name]]  # fmt: skip
        assert fills(page) == by_code(of, own)


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_web_map_of_cheshire_east_is_accessible(show, real_map, viewport):
    page = show(real_map, viewport)
    assert "39 of 244 areas" in page.inner_text("#geo-summary")
    assert violations(page) == []
    names = rectangles(page, ".name")
    assert len(names) == 8  # every collaborative, on a phone too
    assert all(apart(a, b) for i, a in enumerate(names) for b in names[:i])
    if viewport is WIDE:
        (legend_box,) = rectangles(page, "#geo-legend")
        drawn = rectangles(page, "path[data-area]") + names
        assert all(apart(legend_box, each) for each in drawn)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]

    page.select_option("#geo-where", label="Crewe North")
    for section in ("Most deprived", "Compare", "Save"):
        open_section(page, section)
    page.select_option("#geo-with", "i:disability")
    page.locator("#geo-outline").check(force=True)
    assert "Crewe North collaborative: 12 of 24 areas" in page.inner_text("#geo-summary")
    assert violations(page) == []
    page.check("#geo-how input[value='1']")
    page.click("#geo-rows button >> nth=0")
    assert page.locator(".card").count() == 1
    assert violations(page) == []
    small = page.eval_on_selector_all(
        "#geo-controls button, #geo-controls select, #geo-controls summary, .leaflet-control a, "
        "#geo-controls input[type=text], .refit, #geo-controls fieldset label",
        "all => all.map(e => e.getBoundingClientRect()).filter(b => b.height && b.height < 44)"
        ".length",
    )
    assert small == 0


@pytest.mark.slow
def test_web_map_zooms_to_towns(show, real_map):
    page = show(real_map)
    assert "Crewe" in page.locator("#geo-towns button").all_text_contents()
    assert page.inner_text(".leaflet-control-scale") == "5 km"
    page.locator("#geo-towns button", has_text="Crewe").click()
    assert page.inner_text(".leaflet-control-scale") == "500 m"
    assert page.locator(".name.ward").evaluate_all(
        "all => all.some(e => getComputedStyle(e).visibility === 'visible')"
    )
