"""The interactive map: what stands in the page, and what a reader sees of it in Chromium."""

import json
import re
from collections import Counter

import folium
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo.errors import CodeError, TableError
from geo.tables import INDICES
from geo.views.palette import DECILES
from geo.views.webmap import web_map

HOSTILE = "<script>alert(1)</script></script>\u2028&{{ 7*7 }}"
TITLE = "Three of 16 areas are among the most deprived 10%"


def square(x=0, y=0):
    return box(370_000 + 1000 * x, 350_000 + 1000 * y, 371_000 + 1000 * x, 351_000 + 1000 * y)


def grid(side=4):
    """Squares of 1 km: the western half is North End, the rest South End; row by row deciles 1–8.

    The last square has no decile and no residents known, the first a hostile name.
    """
    cells = [(x, y) for y in range(side) for x in range(side)]
    deciles = [float(1 + i % 8) for i in range(len(cells))]
    deciles[-1] = float("nan")
    names = [f"Cheshire East {i:03d}A" for i in range(len(cells))]
    names[0] = HOSTILE
    return gpd.GeoDataFrame(
        {
            "lsoa21cd": [f"E01{i:06d}" for i in range(len(cells))],
            "lsoa21nm": names,
            "wd24nm": [f"Ward {y}" for _, y in cells],
            "collaborative": ["North End" if x < side / 2 else "South End" for x, _ in cells],
            "locality": "All",
            "imd_decile": deciles,
            "imd_rank": [float(d * 3000 + i) for i, d in enumerate(deciles)],
            "crime_decile": [10 - i % 4 for i in range(len(cells))],
            "population": [1500.0] * (len(cells) - 1) + [float("nan")],
        },
        geometry=[square(x, y) for x, y in cells],
        crs=27700,
    )


def one(geometry, **columns):
    values = {"lsoa21cd": ["E01000001"], "collaborative": ["North End"], "imd_decile": [3]}
    return gpd.GeoDataFrame(values | columns, geometry=[geometry], crs=27700)


def page_of(made):
    return made.get_root().render()


def decode(text):
    """Decode a ring by the published description of the format, to (lng, lat) in degrees."""
    numbers, value, shift = [], 0, 0
    for character in text:
        digit = ord(character) - 63
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    lat = lng = 0
    points = []
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lng = lat + north, lng + east
        points.append((round(lng / 1e5, 5), round(lat / 1e5, 5)))
    return points


def decoded(shape):
    return MultiPolygon([(decode(rings[0]), [decode(r) for r in rings[1:]]) for rings in shape])


def ring_count(geometry):
    return len(shapely.get_rings(shapely.get_parts(geometry)))


def corners(shape):
    return set(decoded(shape).geoms[0].exterior.coords)


# ---- what stands in the page ----------------------------------------------------------------


def test_web_map_page_has_language_title_policy_and_skip_link():
    page = page_of(web_map(grid(), title=TITLE))
    assert '<html lang="en-GB">' in page
    assert f"<title>{TITLE}</title>" in page
    assert "default-src 'none'" in page
    assert 'href="#geo-controls">Skip to content' in page
    assert "user-scalable=no" not in page


def test_web_map_page_names_no_outside_resource():
    page = page_of(web_map(grid(), title=TITLE))
    loads = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)|url\(([^)]*)\)|@import""", page)
    addresses = {a or b for a, b in loads}
    leaflet_credit = {"https://leafletjs.com"}  # a link inside Leaflet's code, switched off here
    assert {
        a for a in addresses if not re.match(r'data:|#|["\'+]*#|"\+', a)
    } - leaflet_credit == set()


def test_web_map_same_input_gives_same_bytes(tmp_path):
    for name in ("one.html", "two.html"):
        web_map(grid(), title=TITLE).save(tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_web_map_rendered_twice_is_the_same():
    made = web_map(grid(), title=TITLE)
    assert page_of(made) == page_of(made)


def test_web_map_leaves_its_input_alone():
    areas = grid()
    before = areas.copy(deep=True)
    web_map(areas, title=TITLE, levels=("collaborative", "locality"))
    pd.testing.assert_frame_equal(areas, before)


def test_web_map_escapes_every_string():
    areas = grid().assign(wd24nm=HOSTILE, collaborative=HOSTILE)
    page = page_of(
        web_map(
            areas, title=HOSTILE, subtitle=HOSTILE, name=HOSTILE, sources=[HOSTILE],
            notices=[HOSTILE], levels=[("collaborative", HOSTILE, HOSTILE)],
        )
    )  # fmt: skip
    clean = page_of(web_map(grid().assign(lsoa21nm="x"), title="x"))
    assert page.count("<script") == clean.count("<script")
    assert page.count("</script") == clean.count("</script")
    assert "alert(1)</script>" not in page
    block = re.search(r'<script type="application/json" id="geo-data">(.*?)</script>', page, re.S)
    assert json.loads(block[1])["names"][0] == HOSTILE


def test_web_map_deciles_are_digits_and_missing_is_nought():
    data = web_map(grid(), title=TITLE).data
    assert [v["name"] for v in data["variables"]] == [INDICES["imd"], INDICES["crime"]]
    assert data["variables"][0]["deciles"] == "1234567812345670"
    assert data["variables"][1]["deciles"] == "a987" * 4
    assert data["variables"][0]["ranks"][-1] is None
    assert data["variables"][1]["ranks"] is None


@pytest.mark.parametrize("kind", ["Int64", "object", "category"])
def test_web_map_deciles_of_any_dtype_give_the_same_map(kind):
    areas = grid()
    areas["imd_decile"] = areas["imd_decile"].astype("Int64").astype(kind)
    assert web_map(areas, title=TITLE).data == web_map(grid(), title=TITLE).data


def test_web_map_variables_are_taken_in_the_order_given():
    data = web_map(grid(), title=TITLE, variables=["crime", "imd_decile"]).data
    assert [v["name"] for v in data["variables"]] == [INDICES["crime"], INDICES["imd"]]


PARTS = {
    "one square": box(0, 0, 900, 900),
    "with a hole": Polygon(box(0, 0, 900, 900).exterior, [box(300, 300, 600, 600).exterior]),
    "two parts": MultiPolygon([box(0, 0, 500, 500), box(2000, 0, 2500, 500)]),
    "two parts, one with a hole": MultiPolygon(
        [
            Polygon(box(0, 0, 900, 900).exterior, [box(300, 300, 600, 600).exterior]),
            box(2000, 0, 2500, 500),
        ]
    ),
}


@pytest.mark.parametrize("geometry", PARTS.values(), ids=PARTS.keys())
def test_web_map_geometry_is_the_input_to_the_metre(geometry):
    geometry = affinity.translate(geometry, 370_000, 350_000)
    shown = decoded(web_map(one(geometry), title=TITLE).data["shapes"][0])
    back = gpd.GeoSeries([shown], crs=4326).to_crs(27700).iloc[0]
    assert back.is_valid
    assert shapely.hausdorff_distance(back, geometry) < 1
    assert ring_count(shown) == ring_count(geometry)


def test_web_map_shared_vertices_stay_shared():
    shapes = web_map(grid(), title=TITLE).data["shapes"]
    vertices = Counter(point for shape in shapes for point in corners(shape))
    assert Counter(vertices.values()) == {4: 9, 2: 12, 1: 4}  # inner, edge and corner vertices


def test_web_map_outlines_are_dissolved_from_the_same_vertices():
    data = web_map(grid(), title=TITLE).data
    vertices = set().union(*map(corners, data["shapes"]))
    level = data["levels"][0]
    assert (level["singular"], level["plural"]) == ("collaborative", "collaboratives")
    assert level["names"] == ["North End", "South End"]
    for group, outline in enumerate(level["outlines"]):
        whole = decoded(outline)
        assert ring_count(whole) == 1
        assert corners(outline) <= vertices
        lat, lng = level["labels"][group][0]
        assert whole.contains(Point(lng, lat))
        parts = [decoded(s) for s, g in zip(data["shapes"], level["of"], strict=True) if g == group]
        assert whole.area == pytest.approx(sum(p.area for p in parts))


def test_web_map_outlines_have_no_sliver_where_edges_differ_by_a_centimetre():
    areas = grid(2)
    areas.loc[0, "geometry"] = affinity.translate(square(), -0.01, -0.01)
    outline = decoded(web_map(areas, title=TITLE).data["levels"][0]["outlines"][0])
    assert (len(outline.geoms), ring_count(outline)) == (1, 1)


def test_web_map_outlines_of_overlapping_areas_are_valid():
    areas = grid(2)
    areas.loc[0, "geometry"] = box(370_000, 350_000, 371_400, 351_300)  # over its neighbours
    for outline in web_map(areas, title=TITLE).data["levels"][0]["outlines"]:
        assert decoded(outline).is_valid


def test_web_map_levels_take_words_and_the_selected_one():
    levels = ["collaborative", ("locality", "half", "halves")]
    data = web_map(grid(), title=TITLE, levels=levels, selected_level="locality").data
    assert data["level"] == 1
    assert data["levels"][1]["plural"] == "halves"
    alone = web_map(grid(), title=TITLE, levels=["locality"]).data
    assert alone["levels"][0]["plural"] == "localities"


def test_web_map_area_outside_every_group_is_kept():
    areas = grid()
    areas.loc[5, "collaborative"] = None
    data = web_map(areas, title=TITLE).data
    assert data["levels"][0]["of"][5] == -1
    assert len(data["shapes"]) == 16


def test_web_map_area_without_geometry_is_kept():
    areas = grid()
    areas.loc[5, "geometry"] = None
    data = web_map(areas, title=TITLE).data
    assert data["shapes"][5] == []
    assert len(data["codes"]) == 16


def test_web_map_any_known_crs_gives_the_same_map():
    expected = web_map(grid(), title=TITLE).data
    assert web_map(grid().to_crs(4326), title=TITLE).data == expected


def test_web_map_takes_lsoas_of_2011():
    areas = grid().rename(columns={"lsoa21cd": "lsoa11cd", "lsoa21nm": "lsoa11nm"})
    assert web_map(areas, title=TITLE).data["ranked"] == 32_844


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (lambda a: a.drop(columns="lsoa21cd"), {}, CodeError, "No column of LSOA codes"),
        (lambda a: pd.concat([a, a.head(1)]), {}, CodeError, "more than once"),
        (lambda a: a.drop(columns="collaborative"), {}, TableError, "No column collaborative in"),
        (lambda a: a, {"levels": ["pcn"]}, TableError, "No column pcn in the areas to group"),
        (lambda a: a, {"levels": []}, TableError, "No level was given"),
        (lambda a: a, {"selected_level": "pcn"}, TableError, "'pcn' is not among the levels"),
        (lambda a: a, {"variables": ["health"]}, TableError, "No column health_decile in"),
        (lambda a: a.filter(regex="lsoa|coll|geom"), {}, TableError, "No decile column"),
        (lambda a: a.assign(imd_decile=11), {}, TableError, "16 of 16 .* imd_decile 11 for E01"),
        (lambda a: a.assign(imd_decile=0), {}, TableError, "allowed are whole numbers from 1"),
        (lambda a: a.assign(imd_decile="low"), {}, TableError, "imd_decile low for E01000000"),
        (lambda a: a.assign(population="c"), {}, TableError, "population c for E01000000"),
        (lambda a: a.assign(imd_rank=-1), {}, TableError, "imd_rank -1.* allowed are numbers"),
        (lambda a: a.set_crs(None, allow_override=True), {}, TableError, r"set_crs\(27700\)"),
        (lambda a: a.head(0), {}, TableError, "have no row"),
        (lambda a: pd.DataFrame(a.drop(columns="geometry")), {}, TableError, "have no geometry"),
        (lambda a: a.set_geometry(a.centroid), {}, TableError, "16 of 16 areas are no polygons"),
    ],
)  # fmt: skip
def test_web_map_bad_input_is_told_in_one_sentence(change, options, error, message):
    with pytest.raises(error, match=message):
        web_map(change(grid()), title=TITLE, **options)


def test_web_map_takes_folium_layers():
    made = web_map(grid(), title=TITLE)
    assert isinstance(made, folium.Map)
    folium.Marker((53.05, -2.4), tooltip="Family hub").add_to(made)
    page = page_of(made)
    assert f"addTo({made.get_name()})" in page
    assert page.index(f"var {made.get_name()} = geoMap(") < page.index("L.marker(")


def test_web_map_shows_itself_in_jupyter():
    shown = web_map(grid(), title=TITLE)._repr_html_()
    assert shown.startswith(f'<iframe title="{TITLE}" srcdoc="&lt;!DOCTYPE html')


def test_web_map_of_a_whole_authority_fits_in_450_kb(real_areas):
    page = page_of(web_map(real_areas, title=TITLE, levels=("collaborative", "locality")))
    assert len(web_map(real_areas, title=TITLE).data["variables"]) == 16
    assert len(page.encode()) <= 450_000


# ---- what a reader sees ---------------------------------------------------------------------

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def real_areas(real_data):
    folder = real_data / "cheshire-east"
    areas = gpd.read_file(folder / "LSOA_2021_BGC_cheshire_east.geojson").rename(columns=str.lower)
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd", "wd24nm"]]
    places = pd.read_csv(folder / "wards_to_collaboratives.csv")[
        ["wd24cd", "collaborative", "sub_locality", "locality"]
    ]
    scores = pd.read_csv(real_data / "england" / "IoD2025_ranks_scores_deciles.csv")
    scores = scores.rename(columns={scores.columns[0]: "lsoa21cd"}).set_index("lsoa21cd")
    names = [index for index in INDICES if index not in ("idaci", "idaopi")]
    for kind in ("rank", "decile"):
        columns = [c for c in scores.columns if f" {kind.title()} (" in c]
        part = scores[columns].set_axis([f"{index}_{kind}" for index in names], axis=1)
        areas = areas.join(part, on="lsoa21cd")
    areas = areas.assign(idaci_decile=areas["income_decile"], idaopi_decile=areas["crime_decile"])
    areas = areas.merge(lookup, on="lsoa21cd").merge(places, on="wd24cd")
    return areas


@pytest.fixture
def show(open_page):
    return lambda made, viewport=WIDE: open_page(
        made.save, viewport=viewport, has_touch=viewport is NARROW
    )


def fills(page):
    return page.eval_on_selector_all(
        "path[data-area]",
        "paths => Object.fromEntries(paths.map(p => [p.dataset.area, p.getAttribute('fill')]))",
    )


def expected_fills(areas, column):
    return {
        code: "url(#geo-dots)" if pd.isna(decile) else DECILES[int(decile) - 1]
        for code, decile in zip(areas["lsoa21cd"], areas[column], strict=True)
    }


def legend(page):
    return page.eval_on_selector_all(
        "#geo-classes li",
        "rows => Object.fromEntries(rows.map(r => [r.dataset.class, "
        "parseInt(r.querySelector('.count').textContent.replace(/,/g, ''))]))",
    )


def expected_legend(deciles):
    """Areas in each class; class 0, no data, is there because the grid's IMD has such an area."""
    counts = Counter(deciles.fillna(0).astype(int))
    return {str(d): counts[d] for d in range(11)}


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


@pytest.mark.browser
def test_web_map_fills_and_legend_equal_the_data_for_each_variable(show):
    areas = grid()
    page = show(web_map(areas, title=TITLE))
    for number, column in enumerate(["imd_decile", "crime_decile"]):
        page.select_option("#geo-variable", str(number))
        assert fills(page) == expected_fills(areas, column)
        assert legend(page) == expected_legend(areas[column])
    assert (
        page.locator("#geo-classes li")
        .first.text_content()
        .startswith("1 – most deprived 10% in England")
    )


@pytest.mark.browser
def test_web_map_hostile_strings_are_shown_as_text(show):
    page = show(web_map(grid(), title=HOSTILE, name=HOSTILE, notices=[HOSTILE], sources=[HOSTILE]))
    assert page.locator("#geo-rows button").first.text_content() == HOSTILE
    page.click("#geo-rows button >> nth=0")
    assert page.locator(".card h3").text_content() == HOSTILE


@pytest.mark.browser
def test_web_map_chosen_group_leads_figures_legend_table_and_fading(show):
    areas = grid()
    page = show(web_map(areas, title=TITLE))
    page.select_option("#geo-where", label="South End")
    inside = areas[areas["collaborative"] == "South End"]
    assert legend(page) == expected_legend(inside["imd_decile"])
    assert "South End: 2 of 7 areas" in page.inner_text("#geo-summary")
    assert "1 without data" in page.inner_text("#geo-figures")
    # seven areas of 1,500 residents, and one whose residents are not known
    assert "10,500 1 area not known" in page.inner_text("#geo-figures")
    listed = page.locator("#geo-rows button").all_text_contents()
    known = inside.sort_values(["imd_decile", "imd_rank"])
    assert listed == known["lsoa21nm"].tolist()  # the area without data comes last
    faded = page.eval_on_selector_all(
        "path[data-area][fill-opacity='0.2']", "paths => paths.map(p => p.dataset.area)"
    )
    assert set(faded) == set(areas["lsoa21cd"]) - set(inside["lsoa21cd"])


@pytest.mark.browser
def test_web_map_row_opens_the_card_by_keyboard_and_escape_closes_it(show):
    page = show(web_map(grid(), title=TITLE))
    second = page.locator("#geo-rows button").nth(1)
    second.focus()
    page.keyboard.press("Enter")
    card = page.locator(".card")
    assert "decile 1 – among the most deprived 10% in England" in card.inner_text()
    assert "Ward 2 · North End" in card.inner_text()
    assert page.locator("#geo-rows [aria-pressed=true]").text_content() == "Cheshire East 008A"
    page.keyboard.press("Escape")
    assert card.count() == 0
    assert page.locator("#geo-rows [aria-pressed=true]").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Cheshire East 008A"


@pytest.mark.browser
def test_web_map_area_on_the_map_tells_and_chooses_its_row(show):
    page = show(web_map(grid(), title=TITLE))
    page.hover("path[data-area=E01000005]", position={"x": 20, "y": 20})
    assert "Cheshire East 005A" in page.inner_text(".leaflet-tooltip")
    page.click("path[data-area=E01000015]", position={"x": 20, "y": 20})
    assert "no data" in page.inner_text(".card")
    assert page.locator("#geo-rows [aria-pressed=true]").text_content() == "Cheshire East 015A"


@pytest.mark.browser
def test_web_map_switch_outlines_the_most_deprived_and_only_those(show):
    page = show(web_map(grid(), title=TITLE))
    drawn = "document.querySelector('.leaflet-deprived-pane path').getAttribute('d')"
    assert page.evaluate(drawn) == "M0 0"
    page.locator("#geo-outline").check()
    # deciles 1–3 are two blocks of three squares, eight unit edges round each
    assert page.evaluate(drawn).count("M") == 16
    page.locator("#geo-outline").uncheck()
    assert page.evaluate(drawn) == "M0 0"


@pytest.mark.browser
def test_web_map_of_one_area_opens(show):
    page = show(web_map(one(square()), title=TITLE))
    assert "1 of 1 area is in the most deprived 30%" in page.inner_text("#geo-summary")


@pytest.mark.browser
def test_web_map_of_many_areas_is_drawn_on_a_canvas(show):
    page = show(web_map(grid(side=56), title=TITLE))
    assert page.locator(".leaflet-overlay-pane canvas").count() == 1
    assert page.locator("path[data-area]").count() == 0
    assert "3,136" in page.inner_text("#geo-figures")


@pytest.mark.browser
def test_web_map_shows_a_folium_layer_with_popup(show):
    made = web_map(grid(), title=TITLE)
    folium.Marker((53.06, -2.42), popup="Family hub").add_to(made)
    page = show(made)
    page.locator(".leaflet-marker-icon").click()
    assert "Family hub" in page.inner_text(".leaflet-popup")


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_web_map_of_cheshire_east_is_right_and_accessible(show, real_areas, viewport):
    levels = ("collaborative", "sub_locality", "locality")
    page = show(web_map(real_areas, title=TITLE, name="Cheshire East", levels=levels), viewport)
    variables = [f"{index}_decile" for index in INDICES]
    assert page.locator("#geo-variable option").count() == len(variables)
    for number, column in enumerate(variables):
        page.select_option("#geo-variable", str(number))
        assert fills(page) == expected_fills(real_areas, column)
        assert {"0": 0, **legend(page)} == expected_legend(real_areas[column])
    page.select_option("#geo-variable", "0")
    assert "39 of 244 areas" in page.inner_text("#geo-summary")
    assert violations(page) == []

    names = rectangles(page, ".name")
    assert len(names) >= 4
    assert all(apart(a, b) for i, a in enumerate(names) for b in names[:i])
    if viewport is WIDE:
        (legend_box,) = rectangles(page, "#geo-legend")
        shown = rectangles(page, "path[data-area]") + names
        assert all(apart(legend_box, each) for each in shown)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]

    page.select_option("#geo-where", label="Crewe North")
    page.locator("#geo-outline").check(force=True)
    assert "Crewe North: 12 of 24 areas" in page.inner_text("#geo-summary")
    assert violations(page) == []
    page.click("#geo-rows button >> nth=0")
    assert page.locator(".card").count() == 1
    assert violations(page) == []
