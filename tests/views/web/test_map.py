"""The interactive map: what stands in the page, and what a reader sees of it in Chromium."""

import inspect
import json
import math
import re
from collections import Counter

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo.errors import CodeError, TableError
from geo.views.cell_words import number
from geo.views.rug.rug import tartan_rug
from geo.views.style.palette import luminance
from geo.views.web.areas import groups_of, outlined, rounded_wgs84, towns_of
from geo.views.web.encoding import CLASSES, DIGITS, encode_numbers
from geo.views.web.legend import CLASSIFICATIONS
from geo.views.web.map import MapOptions
from geo.views.web.map import web_map as map_of_levels
from geo.vocabulary.area_types import AreaType
from geo.vocabulary.releases import INDICES
from tests.views.web.data import cheshire_east, thirty_indicators

HOSTILE = "<script>alert(1)</script></script>\u2028&{{ 7*7 }}"
DOC = inspect.getdoc(map_of_levels).replace("\n", "\n    ")
TITLE = "Three of 16 areas are among the most deprived 10%"


def web_map(areas, **options):
    """Draw the map with the collaboratives of the areas, where no other levels are asked for."""
    return map_of_levels(areas, **({"levels": ["collaborative"]} | options))


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


def unpacked(column):
    """Read a packed column by its description: numbers as written, None where there is none."""
    text, width = column["text"], column["width"]
    found = []
    for at in range(0, len(text), width):
        value = 0
        for character in text[at : at + width]:
            value = value * len(DIGITS) + DIGITS.index(character)
        special = {0: None, 1: math.ulp(0), 2: -math.ulp(0)}
        number = (value - 3 + column["least"]) / 10 ** column["decimals"]
        found.append(special.get(value, number))
    return found


# ---- indicators of the grid ------------------------------------------------------------------

KINDS = [
    # value, comparison, fifth, state
    (20.0, "worse", 1, "value"),
    (11.0, "similar", 2, "value"),
    (10.0, "similar", 3, "value"),
    (5.0, "better", 4, "value"),
    (0.0, "better", 5, "zero"),
    (12.0, "not_compared", None, "value"),
    (None, "not_compared", None, "suppressed"),
    (None, "not_compared", None, "missing"),
]
"""What the areas have in turn of "low is good": every class and every state."""
ENGLAND_CODE = "E92000001"


def compared(areas=None, **columns):
    """Two indicators of the grid: one judged, of every kind, one not; North End and the borough."""
    areas = grid() if areas is None else areas
    rows = []
    for i, code in enumerate(areas["lsoa21cd"]):
        value, comparison, fifth, state = KINDS[i % len(KINDS)]
        rows.append((code, "lsoa21", "low", value, comparison, fifth, state))
        rows.append((code, "lsoa21", "neither", 100.0 + i, "lower", None, "value"))
    for code, kind in (("North End", "collaborative"), ("Testshire", "borough")):
        rows.append((code, kind, "low", 15.0, "worse", None, "value"))
        rows.append((code, kind, "neither", 108.0, "similar", None, "value"))
    rows.append((ENGLAND_CODE, "england", "low", 10.0, "not_compared", None, "value"))
    rows.append((ENGLAND_CODE, "england", "neither", 110.0, "not_compared", None, "value"))
    names = ["area_code", "area_type", "indicator_id", "value", "comparison", "quantile", "state"]
    table = pd.DataFrame(rows, columns=names).astype({"value": float, "quantile": "Int64"})
    table["lower_ci"], table["upper_ci"] = table["value"] - 1, table["value"] + 1
    table["benchmark_value"] = table["indicator_id"].map({"low": 10.0, "neither": 110.0})
    return table.assign(period="2024/25", **columns)


def catalogue(**columns):
    table = pd.DataFrame(
        {
            "indicator_id": ["low", "neither"],
            "name": ["Low is good here", HOSTILE],
            "short_name": ["Low is good", HOSTILE],
            "group": ["Health", "People"],
            "unit": ["% of residents", "per 1,000"],
            "measure": "proportion",
            "polarity": ["low_is_good", "no_judgement"],
            "source": "Test source",
            "confidential": False,
        }
    )
    return table.assign(**columns)


def with_indicators(table=None, /, areas=None, **options):
    table = compared() if table is None else table
    areas = grid() if areas is None else areas
    return web_map(
        areas, title=TITLE, **({"indicators": table, "catalogue": catalogue()} | options)
    )


def shown(made, scheme, number=0, kind=None):
    """Names of the classes of one indicator, in the order of the areas."""
    entry = made.deferred["indicators"][number]
    column = entry["groups"][kind] if kind else entry["areas"]
    return [CLASSIFICATIONS[scheme][CLASSES.index(letter)] for letter in column[scheme]]


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


def test_web_map_without_levels_shows_the_collaboratives_and_warns_that_it_will_not():
    with pytest.warns(FutureWarning, match="give levels='collaborative'") as told:
        made = map_of_levels(grid(), title=TITLE)
    assert told[0].filename == __file__
    assert made.data == web_map(grid(), title=TITLE).data
    with pytest.raises(TableError, match="No level was given to web_map"):
        map_of_levels(grid().rename(columns={"collaborative": "town"}), title=TITLE)


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


def test_web_map_deciles_are_classes_from_nought_and_missing_the_last():
    data = web_map(grid(), title=TITLE).data
    assert [v["name"] for v in data["indices"]] == [INDICES["imd"], INDICES["crime"]]
    assert data["indices"][0]["classes"] == "012345670123456a"
    assert data["indices"][1]["classes"] == "9876" * 4
    assert data["schemes"]["deciles"][10]["key"] == "missing"
    ranks = unpacked(data["indices"][0]["ranks"])
    assert ranks[:2] == [3000, 6001]
    assert ranks[-1] is None
    assert data["indices"][1]["ranks"] is None


@pytest.mark.parametrize("kind", ["Int64", "object", "category"])
def test_web_map_deciles_of_any_dtype_give_the_same_map(kind):
    areas = grid()
    areas["imd_decile"] = areas["imd_decile"].astype("Int64").astype(kind)
    assert web_map(areas, title=TITLE).data == web_map(grid(), title=TITLE).data


def test_web_map_variables_are_taken_in_the_order_given():
    data = web_map(grid(), title=TITLE, variables=["crime", "imd_decile"]).data
    assert [v["name"] for v in data["indices"]] == [INDICES["crime"], INDICES["imd"]]


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


def outlines(areas):
    level = groups_of(AreaType("collaborative", "collaborative", "collaboratives"), areas)
    return outlined(level, areas["collaborative"], rounded_wgs84(areas))


def uneven(areas):
    """Move one area three metres over its neighbours, whose edges are then no longer equal."""
    return areas.assign(geometry=[affinity.translate(square(), 3, 3), *areas.geometry[1:]])


def test_web_map_leaves_outlines_to_the_page_where_edges_are_equal():
    level = web_map(grid(), title=TITLE).data["levels"][0]
    assert (level["singular"], level["plural"]) == ("collaborative", "collaboratives")
    assert level["names"] == ["North End", "South End"]
    assert level["outlines"] is None
    west = square().union(square(1, 3)).envelope
    lat, lng = level["labels"][0][0]
    assert west.contains(gpd.GeoSeries([Point(lng, lat)], crs=4326).to_crs(27700).iloc[0])


def test_web_map_outlines_are_dissolved_where_edges_differ():
    areas = uneven(grid())
    data = web_map(areas, title=TITLE).data
    parts = [decoded(shape) for shape in data["shapes"]]
    of = unpacked(data["levels"][0]["of"])
    for group, outline in enumerate(data["levels"][0]["outlines"]):
        whole = decoded(outline)
        assert whole.is_valid
        assert len(whole.geoms) == 1
        own = [part for part, number in zip(parts, of, strict=True) if number == group]
        assert whole.area == pytest.approx(shapely.union_all(own).area)


def test_web_map_outlines_of_overlapping_areas_are_valid():
    areas = grid(2)
    areas.loc[0, "geometry"] = box(370_000, 350_000, 371_400, 351_300)  # over its neighbours
    for outline in outlines(areas)["outlines"]:
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
    assert unpacked(data["levels"][0]["of"])[5] is None
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


def test_web_map_unknown_keyword_is_refused():
    with pytest.raises(TypeError, match="unexpected keyword argument 'titles'"):
        web_map(grid(), title=TITLE, titles="x")


def test_web_map_documents_each_of_its_options():
    undocumented = [name for name in MapOptions.__optional_keys__ if f"\n    {name} : " not in DOC]
    assert undocumented == []


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


# ---- indicators -----------------------------------------------------------------------------


def test_web_map_indicator_has_each_class_and_state_as_compared():
    made = with_indicators()
    expected = [state if state in ("suppressed", "missing") else c for _, c, _, state in KINDS]
    assert shown(made, "england") == expected * 2
    fifths = ["not_compared" if f is None else f"fifth_{f}" for _, _, f, _ in KINDS]
    assert shown(made, "fifths") == [*fifths[:6], "suppressed", "missing"] * 2
    assert unpacked(made.deferred["indicators"][0]["areas"]["values"]) == [k[0] for k in KINDS] * 2
    assert shown(made, "england", kind="collaborative") == ["worse", "missing"]
    assert shown(made, "england", number=1, kind="borough") == ["similar"]


@pytest.mark.parametrize(("levels", "scheme"), [(3, "england"), ("quintiles", "fifths")])
@pytest.mark.parametrize("kind", ["lsoa21", "collaborative"])
def test_web_map_classes_are_those_of_the_rug(kind, levels, scheme):
    table = compared()
    if levels == "quintiles" and kind == "collaborative":
        table.loc[table["area_type"] == kind, "quantile"] = [2, 3]
    rug = tartan_rug(
        table, catalogue=catalogue(), areas=kind, references=["england"], levels=levels
    )
    columns = ~rug.cells.areas["reference"].to_numpy()
    codes = rug.cells.areas.loc[columns, "area_code"].tolist()
    made = with_indicators(table)
    for row in (0, 1) if scheme == "england" else (0,):
        of = shown(made, scheme, row, kind if kind != "lsoa21" else None)
        names = made.data["codes"] if kind == "lsoa21" else made.data["levels"][0]["names"]
        own = {code: name for code, name in zip(names, of, strict=True) if code in codes}
        assert own == dict(zip(codes, rug.cells.grid("shown")[row, columns], strict=True))


def test_web_map_holds_no_number_of_suppressed_cells():
    table = compared()
    hidden = table["state"] == "suppressed"
    table.loc[hidden, ["value", "lower_ci", "upper_ci"]] = 4.0
    areas = with_indicators(table).deferred["indicators"][0]["areas"]
    for name in ("values", "lower", "upper"):
        numbers = unpacked(areas[name])
        assert [numbers[i] for i in (6, 14)] == [None] * 2
        assert areas[name] == with_indicators().deferred["indicators"][0]["areas"][name]


def test_web_map_decimals_are_those_of_the_rug_whichever_row_comes_first():
    """0.04 alone would have two decimals; what is typical of the table has one."""
    table = compared().query("indicator_id == 'low'")
    table = table.assign(value=table["value"].where(table["area_code"] != "E01000000", 0.04))
    rug = tartan_rug(table, areas="lsoa21").cells.indicators["decimals"].tolist()
    for rows in (table, table.iloc[::-1]):
        made = with_indicators(rows, catalogue=None)
        assert [one["decimals"] for one in made.deferred["indicators"]] == rug == [1]


def test_web_map_shows_the_latest_period_of_an_indicator_that_only_groups_have():
    groups = pd.DataFrame(
        {"area_code": ["North End", "South End"] * 2, "area_type": "collaborative",
         "indicator_id": "neither", "period": ["Apr 2024"] * 2 + ["Dec 2023"] * 2,
         "value": [40.0, 50.0, 60.0, 70.0], "benchmark_value": 50.0, "comparison": "similar"}
    )  # fmt: skip
    low = compared().query("indicator_id == 'low'")
    made = with_indicators(pd.concat([low, groups], ignore_index=True))
    found = {one["id"]: one for one in made.deferred["indicators"]}["neither"]
    assert (found["period"], found["areas"]) == ("Apr 2024", None)
    assert unpacked(found["groups"]["collaborative"]["values"]) == [40.0, 50.0]


def test_web_map_prints_the_rule_of_confidential_indicators_and_refuses_them_without_one():
    confidential = catalogue(confidential=[True, False])
    with pytest.raises(TableError, match=r"\(low\) is confidential"):
        with_indicators(catalogue=confidential)
    made = with_indicators(compared(rule="counts under 5 are not shown"), catalogue=confidential)
    assert "Disclosure control: counts under 5 are not shown." in page_of(made)


def test_web_map_leaves_the_indicators_alone():
    table, known = compared(), catalogue()
    before = table.copy(deep=True), known.copy(deep=True)
    with_indicators(table, catalogue=known)
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(known, before[1])


def test_web_map_shows_the_latest_period_that_the_areas_have():
    older = compared().assign(period="2022/23", value=1.0)
    newer = compared().query("area_type == 'collaborative'").assign(period="2025/26")
    made = with_indicators(pd.concat([older, newer, compared()]))
    assert made.deferred["indicators"] == with_indicators().deferred["indicators"]


def test_web_map_rows_of_other_areas_are_left_aside():
    elsewhere = compared().query("area_type == 'lsoa21'").assign(area_code="E01999999").head(1)
    made = with_indicators(pd.concat([compared(), elsewhere]))
    assert made.deferred == with_indicators().deferred


def test_web_map_area_without_a_row_is_missing():
    table = compared()
    made = with_indicators(table[table["area_code"] != "E01000000"])
    assert shown(made, "england")[0] == "missing"
    assert shown(made, "england")[1] == "similar"


NUMBERS = {
    "all equal": [7.0] * 16,
    "all missing": [np.nan] * 16,
    "negative": [-1.5 * i for i in range(16)],
    "tiny": [1e-9 * (i - 8) for i in range(16)],
    "huge": [1e12 + i for i in range(16)],
    "from tiny to huge": [1e-9, 1e12, -1e12, 0.0] * 4,
}


@pytest.mark.parametrize("values", NUMBERS.values(), ids=NUMBERS.keys())
def test_web_map_numbers_of_any_size_come_back_as_the_rug_writes_them(values):
    table = compared().query("indicator_id == 'neither'").reset_index(drop=True)
    own = table["area_type"] == "lsoa21"
    table.loc[own, "value"] = values
    entry = with_indicators(table[own]).deferred["indicators"][0]
    written = [
        "" if v is None else number(v, entry["decimals"])
        for v in unpacked(entry["areas"]["values"])
    ]
    assert written == [number(v, entry["decimals"]) for v in values]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="value"), "No column value in the indicators; the map needs"),
        (lambda t: t.drop(columns=["comparison", "quantile"]), "No column comparison in"),
        (lambda t: t.assign(period=None), "37 of 37 rows .* have no period|38 of 38 rows"),
        (lambda t: t.assign(state="hidden"), "State hidden is unknown"),
        (lambda t: t.assign(comparison="bad"), "Comparison bad is unknown"),
        (lambda t: pd.concat([t, t.head(2)]), "2 rows of the indicators stand more than once"),
        (lambda t: t.assign(value=np.inf), "infinite"),
        (lambda t: t.assign(value=1e16, state="value"), "allowed are numbers up to"),
        (lambda t: t.query("area_type != 'lsoa21'"), "No row of the indicators is of an area"),
        (lambda t: t.assign(count=5.0, value=np.nan, state="value"), "counts but no values"),
        (lambda t: t.assign(indicator_id="new"), "are not in the catalogue|more than once"),
    ],
)
def test_web_map_bad_indicators_are_told_in_one_sentence(change, message):
    with pytest.raises(TableError, match=message):
        with_indicators(change(compared()))


# ---- change, heat, streets ------------------------------------------------------------------


def earlier(**changed):
    """IMD deciles of an earlier release, all as now but for some."""
    then = grid().set_index("lsoa21cd")["imd_decile"].fillna(5)
    return pd.Series(then.to_dict() | changed).drop("E01000014")


def test_web_map_change_is_told_only_where_the_boundary_is_the_same():
    then = earlier(E01000000=4, E01000001=3, E01000003=3, E01000004=2)
    data = web_map(grid(), title=TITLE, changes={2019: then}).data
    keys = [data["schemes"]["change"][int(k)]["key"] for k in data["changes"][0]["classes"]]
    # from 4 to 1, 3 to 2, none, 3 to 4, 2 to 5; number 14 had another boundary, 15 has no data now
    assert keys[:5] == ["down_2", "down_1", "same", "up_1", "up_2"]
    assert keys[14:] == ["not_compared", "missing"]
    assert data["changes"][0]["before"][:2] == "43"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (earlier(E01000000=11), "1 of areas have decile of 2019 11.0 for E01000000"),
        (earlier().rename(lambda code: f"X{code}"), "No code of the deciles of 2019"),
        (earlier().rename({"E01000001": "E01000000"}), "codes that stand twice"),
        ([1, 2], "must be a Series"),
    ],
)
def test_web_map_bad_earlier_deciles_are_told_in_one_sentence(change, message):
    with pytest.raises(TableError, match=message):
        web_map(grid(), title=TITLE, changes={2019: change})


def test_web_map_change_needs_the_decile_of_now():
    areas = grid().drop(columns=["imd_decile"])
    with pytest.raises(TableError, match="No column imd_decile"):
        web_map(areas, title=TITLE, changes={2019: earlier()})


def bands():
    """Two bands: 3 km² of the lower, 1 km² of the upper, which has no end."""
    shapes = [box(370_000, 350_000, 372_000, 352_000).difference(square()), square()]
    return gpd.GeoDataFrame({"lower": [1, 2], "upper": [2, np.inf]}, geometry=shapes, crs=27700)


SURFACES = {"Children on plans": (bands(), "children per km²", "Bandwidth 1.5 km; none under 5.")}


def test_web_map_heat_layer_has_range_ground_and_words():
    made = web_map(grid(), title=TITLE, surfaces=SURFACES)
    (surface,) = made.deferred["surfaces"]
    assert made.data["heat"] == ["Children on plans"]
    assert [(b["lower"], b["upper"], b["area"]) for b in surface["bands"]] == [
        (1, 2, 3.0), (2, None, 1.0),
    ]  # fmt: skip
    assert surface["words"] == "Bandwidth 1.5 km; none under 5."
    assert luminance(surface["bands"][0]["fill"]) > luminance(surface["bands"][1]["fill"])


def test_web_map_heat_layer_tells_the_ground_before_its_shapes_were_made_simple():
    surfaces = {"Heat": (bands().assign(area=[3_200_000, 900_000]), "per km²", "")}
    shown = web_map(grid(), title=TITLE, surfaces=surfaces).deferred["surfaces"][0]["bands"]
    assert [band["area"] for band in shown] == [3.2, 0.9]


def test_web_map_circles_have_the_counts_of_the_areas_in_their_order():
    codes = grid()["lsoa21cd"]
    counts = pd.Series([float(k) for k in range(len(codes))], index=codes[::-1])
    counts.iloc[0] = np.nan
    surfaces = {"Children": (counts, "children", "One has no figure.")}
    made = web_map(grid(), title=TITLE, surfaces=surfaces)
    (surface,) = made.deferred["surfaces"]
    assert made.data["heat"] == ["Children"]
    assert surface["bands"] == surface["shapes"] == []
    assert surface["counts"] == encode_numbers(counts.reindex(codes).to_numpy())


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (pd.Series([1.0], ["E01999999"]), "give no area of the map a number"),
        (pd.Series([1.0, 2.0], ["E01000001", "E01000001"]), "one area two"),
        (pd.Series([1.0, -2.0], ["E01000001", "E01000002"]), "below zero in E01000002"),
    ],
)
def test_web_map_bad_counts_are_told_in_one_sentence(counts, message):
    with pytest.raises(TableError, match=message):
        web_map(grid(), title=TITLE, surfaces={"Children": (counts, "children", "")})


def test_web_map_heat_layer_hatches_ground_of_which_nothing_is_shown():
    unknown = gpd.GeoDataFrame(
        {"state": ["suppressed", "missing", "missing"]},
        geometry=[square(2), square(3), Polygon()],
        crs=27700,
    )
    surfaces = {"Heat": (pd.concat([bands(), unknown]), "per km²", "")}
    shown = web_map(grid(), title=TITLE, surfaces=surfaces).deferred["surfaces"][0]["bands"]
    assert [band["pattern"] for band in shown] == ["", "", "diagonal", "dots"]
    assert [band["lower"] for band in shown] == [1, 2, None, None]


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (bands().drop(columns="lower"), "has no bands"),
        (bands().set_crs(None, allow_override=True), "no coordinate reference system"),
    ],
)
def test_web_map_bad_surface_is_told_in_one_sentence(shapes, message):
    with pytest.raises(TableError, match=message):
        web_map(grid(), title=TITLE, surfaces={"Heat": (shapes, "per km²", "")})


def test_web_map_lets_nothing_in_but_the_streets_that_were_asked_for():
    plain, streets = (page_of(web_map(grid(), title=TITLE, basemap=b)) for b in (None, "osm"))
    assert "img-src data:;" in plain
    assert "geo-streets" not in plain.split("<script>")[0]
    assert "img-src data: https://tile.openstreetmap.org;" in streets
    assert "default-src 'none'" in streets
    assert "Loads pictures from tile.openstreetmap.org" in streets
    with pytest.raises(TableError, match="basemap is 'google'; allowed are 'osm' and None"):
        web_map(grid(), title=TITLE, basemap="google")


# ---- packed numbers -------------------------------------------------------------------------


@given(st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=30), st.integers(0, 3))
def test_encode_numbers_gives_every_number_back_to_its_decimals(values, decimals):
    array = np.array([np.nan if v is None else v for v in values])
    for value, back in zip(values, unpacked(encode_numbers(array, decimals)), strict=True):
        assert (value is None) == (back is None)
        if value is not None:
            assert abs(back - value) <= 0.51 * 10.0**-decimals
            assert (back == 0) == (value == 0)


def test_encode_numbers_uses_no_character_that_html_or_json_escapes():
    text = encode_numbers(np.arange(20_000.0))["text"]
    assert not set(text) & set("\"&'<>\\ ")


# ---- postcodes ------------------------------------------------------------------------------


def test_postcodes_of_the_maps_areas_are_packed_by_sector_and_others_left_out():
    areas = grid()
    codes = areas["lsoa21cd"]
    known = pd.Series({"CW13AD": codes[11], "CW13AB": codes[0], "CW26XY": "E01999999"})
    packed = web_map(areas, title=TITLE, postcodes=known).deferred["postcodes"]
    assert packed == {"width": 1, "sectors": {"CW13": "AB0ADb"}}
    assert web_map(areas, title=TITLE).deferred["postcodes"] is None
    assert web_map(areas, title=TITLE, postcodes=known[2:]).deferred["postcodes"] is None


def test_official_names_stand_once_where_they_begin_alike():
    data = web_map(grid().assign(lsoa21nm=[f"Mill {n:03d}A" for n in range(16)]), title=TITLE).data
    assert data["officialHead"] == "Mill 0"
    assert data["official"][11] == "11A"


# ---- sizes ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_web_map_of_a_whole_authority_fits_in_450_kb(real_data):
    real_areas = cheshire_east(real_data)
    table, known = thirty_indicators(real_data)
    levels = ("collaborative", "sub_locality", "locality")
    made = web_map(
        real_areas, title=TITLE, levels=levels, indicators=table, catalogue=known,
        changes={2019: real_areas.set_index("lsoa21cd")["imd_decile"]},
    )  # fmt: skip
    assert len(made.data["indices"]) + len(made.data["changes"]) == 17
    assert len(made.deferred["indicators"]) == 30
    assert len(page_of(made).encode()) <= 450_000


@pytest.mark.parametrize("same", [True, False])
def test_a_town_without_a_name_is_not_offered_to_zoom_to(same):
    steps = [400_000 + 500 * at for at in range(6)]
    shapes = [shapely.box(x, x2, x + 500, x2 + 500) for x in steps for x2 in steps]
    shapes.append(shapely.box(450_000, 400_000, 500_000, 450_000))
    wards = ["Crewe"] * 36 if same else [f"Ward{at} Other" for at in range(36)]
    areas = gpd.GeoDataFrame({"wd24nm": [*wards, "Far"]}, geometry=shapes, crs=27700)
    assert [town["name"] for town in towns_of(areas)] == ["Crewe"] * same
