"""Figures are tested on what is drawn: pixels, extents of text, bytes of the files."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

import geo.views.maps.deprivation as figures
from geo.errors import CodeError, FileError, GeoWarning, TableError
from geo.views.maps.deprivation import choropleth, decile_alt_text, group_map, save_figure
from geo.views.style.palette import DECILE_CLASSES, MISSING_FILL
from geo.vocabulary.area_types import AreaType
from tests.drawn import (
    EACH_WIDTH,
    WIDTHS,
    assert_text_in_place,
    colour_at,
    fills_by_area,
    pixels,
    require_same_bytes,
    words,
)


def squares(side, columns, west=0.0, south=0.0):
    return [
        shapely.box(x, y, x + side, y + side)
        for y in south + side * np.arange(columns)
        for x in west + side * np.arange(columns)
    ]


def borough():
    """Ten by ten squares of 4 km; the one in the middle is a town of 64 squares of 500 m."""
    country = squares(4000, 10)
    hole = country.pop(44)
    shapes = [*country, *squares(500, 8, hole.bounds[0], hole.bounds[1])]
    count = len(shapes)
    east = np.array([shape.centroid.x > 20_000 for shape in shapes])
    north = np.array([shape.centroid.y > 20_000 for shape in shapes])
    return gpd.GeoDataFrame(
        {
            "lsoa21cd": [f"E01{i:06}" for i in range(count)],
            "wd24nm": ["Fields"] * 99
            + [
                "Ambridge East" if shape.centroid.x > 18_000 else "Ambridge West"
                for shape in shapes[99:]
            ],
            "imd_decile": [float(i % 10 + 1) for i in range(count)],
            "collaborative": np.where(
                north,
                np.where(east, "Upper Vale", "Felpersham and Loxley"),
                np.where(east, "Penny", "Borchester"),
            ),
            "locality": np.where(north, "North", "South"),
        },
        geometry=shapes,
        crs=27700,
    )


TITLE = "Ambridge holds most of the deprived areas of the borough, and this is said at some length"


@pytest.fixture(params=EACH_WIDTH)
def deciles_figure(request):
    return choropleth(
        borough(),
        title=TITLE,
        subtitle="Index of Multiple Deprivation 2025, by lower layer super output area (2021)",
        outlines="collaborative",
        width_mm=request.param,
        notice="Synthetic data",
    )


@pytest.fixture(params=EACH_WIDTH)
def groups_figure(request):
    return group_map(
        borough(),
        "collaborative",
        within="locality",
        title=TITLE,
        width_mm=request.param,
        notice="Synthetic data",
    )


def test_choropleth_fills_equal_the_deciles_of_the_table():
    areas = borough()
    figure = choropleth(areas, title="Fills", insets=False)
    image, ax = pixels(figure), figure.axes[1]
    expected = areas["imd_decile"].map(lambda decile: DECILE_CLASSES[int(decile)].fill)
    country = areas.index[:99]
    drawn = [colour_at(image, ax, areas.geometry[row].centroid) for row in country]
    assert drawn == expected[country].tolist()


def test_choropleth_draws_lakes_and_islands_as_they_are():
    lake = shapely.box(4000, 4000, 6000, 6000)
    ring = shapely.box(0, 0, 10_000, 10_000) - lake
    island = shapely.box(20_000, 0, 24_000, 4000)
    areas = gpd.GeoDataFrame(
        {"imd_decile": [1]}, geometry=[shapely.MultiPolygon([ring, island])], crs=27700
    )
    figure = choropleth(areas, title="Lake")
    image, ax = pixels(figure), figure.axes[1]
    most = DECILE_CLASSES[1].fill
    assert colour_at(image, ax, lake.centroid) == "#ffffff"
    assert colour_at(image, ax, island.centroid) == most
    assert colour_at(image, ax, shapely.Point(2000, 2000)) == most


def test_choropleth_insets_show_the_same_fills_as_the_map():
    areas = borough()
    figure = choropleth(areas, title="Insets")
    image, inset = pixels(figure), figure.axes[2]
    town = areas.iloc[99:]
    drawn = [colour_at(image, inset, shape.centroid) for shape in town.geometry]
    assert drawn == [DECILE_CLASSES[int(decile)].fill for decile in town["imd_decile"]]


def test_choropleth_legend_counts_every_class_and_what_is_missing():
    areas = borough()
    areas.loc[[3, 5, 7], "imd_decile"] = np.nan
    texts = [text for text, _ in words(choropleth(areas, title="Legend", insets=False))]
    counts = areas["imd_decile"].value_counts()
    start = texts.index("Least deprived 10%") + 1
    shown = dict(zip(texts[start : start + 20 : 2], texts[start + 1 : start + 20 : 2], strict=True))
    assert shown == {str(decile): str(counts[float(decile)]) for decile in range(1, 11)}
    assert "No data: 3" in texts
    assert "Most deprived 10%" in texts


def test_choropleth_hatches_missing_deciles_on_white():
    areas = borough()
    areas.loc[areas["imd_decile"] == 4, "imd_decile"] = np.nan
    ax = choropleth(areas, title="Missing", insets=False).axes[1]
    classes = {patch.get_label(): patch for patch in ax.patches}
    assert to_hex(classes["no-data"].get_facecolor()) == MISSING_FILL
    assert classes["no-data"].get_hatch()
    assert not classes["decile-5"].get_hatch()
    assert "decile-4" not in classes


def test_choropleth_of_nothing_but_missing_deciles_is_all_hatched():
    areas = borough().assign(imd_decile=None)
    ax = choropleth(areas, title="Missing", insets=False).axes[1]
    assert [p.get_label() for p in ax.patches if p.get_hatch()] == ["no-data"]
    assert not [p for p in ax.patches if str(p.get_label()).startswith("decile")]


def test_choropleth_text_is_on_the_page_and_does_not_overlap(deciles_figure):
    assert_text_in_place(deciles_figure)


def test_choropleth_names_every_group_and_prints_the_notice(deciles_figure):
    drawn = " ".join(text.replace("\n", " ") for text, _ in words(deciles_figure))
    for name in ("Borchester", "Penny", "Felpersham", "Upper", "Synthetic data", "Ambridge"):
        assert name in drawn


def test_choropleth_type_is_at_least_seven_points(deciles_figure, groups_figure):
    for figure in (deciles_figure, groups_figure):
        sizes = [t.get_fontsize() for t in figure.findobj(mpl.text.Text) if t.get_text()]
        assert min(sizes) >= 7


def test_choropleth_insets_stand_on_the_page_apart_from_the_map(deciles_figure):
    _, main, *insets = (ax.get_position() for ax in deciles_figure.axes)
    assert len(insets) == 1
    for inset in insets:
        assert 0 <= inset.x0 < inset.x1 <= 1
        assert 0 <= inset.y0 < inset.y1 <= 1
        assert inset.x0 >= main.x1 or inset.y1 <= main.y0


def test_choropleth_inset_contains_its_town_without_distortion(deciles_figure):
    inset = deciles_figure.axes[2]
    (west, east), (south, north) = inset.get_xlim(), inset.get_ylim()
    town = borough().iloc[99:].total_bounds
    assert west <= town[0]
    assert south <= town[1]
    assert east >= town[2]
    assert north >= town[3]
    box = inset.get_window_extent()
    assert box.width / (east - west) == pytest.approx(box.height / (north - south), rel=0.01)


def test_choropleth_without_insets_has_the_map_alone():
    assert len(choropleth(borough(), title="Alone", insets=False).axes) == 2


def test_choropleth_takes_insets_by_name():
    figure = choropleth(borough(), title="By name", insets=("Ambridge",))
    assert "Ambridge" in [text for text, _ in words(figure)]
    with pytest.raises(CodeError, match="No ward's name begins with 'Crewe' in wd24nm"):
        choropleth(borough(), title="By name", insets=("Crewe",))


def test_choropleth_on_given_axes_leaves_the_page_to_the_caller():
    figure = Figure(figsize=(5, 5))
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 0.9))
    areas = borough()
    assert choropleth(areas, title="Mine", ax=ax) is figure
    assert figure.axes == [ax]
    assert ax.get_title(loc="left") == "Mine"
    expected = DECILE_CLASSES[int(areas["imd_decile"][0])].fill
    assert colour_at(pixels(figure), ax, areas.geometry[0].centroid) == expected


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_choropleth_width_is_as_asked(width):
    figure = choropleth(borough(), title="Width", insets=False, width_mm=width)
    assert figure.get_figwidth() * 25.4 == pytest.approx(width, abs=25.4 / 300)


def test_choropleth_refuses_a_width_that_fits_no_page():
    with pytest.raises(ValueError, match="width_mm is 300; a figure is from 80 mm"):
        choropleth(borough(), title="Wide", width_mm=300)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda a: a.drop(columns="imd_decile"), "No column imd_decile .* which has lsoa21cd"),
        (lambda a: a.iloc[:0], "has no rows"),
        (lambda a: a.set_crs(None, allow_override=True), r"areas\.set_crs\(27700\)"),
        (lambda a: a.assign(imd_decile=11), r"163 of 163 areas .* \(11 for E01000000.* 1 to 10"),
        (lambda a: a.assign(imd_decile=2.5), "2.5 for E01000000"),
        (lambda a: a.assign(imd_decile="most"), "most for E01000000"),
        (lambda a: a.assign(geometry=[None, *a.geometry[1:]]), "1 of 163 areas .* no geometry"),
    ],
)
@pytest.mark.parametrize(
    ("draw", "levels"),
    [(choropleth, {}), (group_map, {"level": "collaborative", "within": "locality"})],
)
def test_figures_refuse_what_cannot_be_drawn(draw, levels, broken, message):
    with pytest.raises(TableError, match=message):
        draw(broken(borough()), title="Broken", **levels)


def test_figures_leave_their_input_and_matplotlib_settings_alone():
    areas = borough()
    before, settings = areas.copy(), dict(mpl.rcParams)
    choropleth(areas, title="Same", outlines="collaborative")
    group_map(areas, "collaborative", within="locality", title="Same")
    assert areas.equals(before)
    assert dict(mpl.rcParams) == settings


def test_figures_draw_other_coordinates_in_british_national_grid():
    figure = choropleth(borough().to_crs(4326), title="Degrees", insets=False)
    west, east = figure.axes[1].get_xlim()
    assert east - west == pytest.approx(40_000, rel=0.4)


def test_figures_need_neither_pyplot_nor_display():
    code = "import sys, geo.views.maps.deprivation; print('matplotlib.pyplot' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_group_map_counts_the_most_deprived_areas_of_each_group():
    areas = borough()
    drawn = " ".join(
        text
        for text, _ in words(group_map(areas, "collaborative", within="locality", title="Counts"))
    )
    for level in ("collaborative", "locality"):
        for _, members in areas.groupby(level):
            known = members["imd_decile"]
            assert f"{sum(known <= 3)} of {len(known)}" in drawn


def test_group_map_counts_a_group_once_that_lies_in_several_larger_ones():
    areas = borough().assign(seat=lambda t: np.where(t.geometry.centroid.x > 20_000, "E", "W"))
    areas["hub"] = np.where(areas["collaborative"].eq("Penny"), "Penny", areas["locality"])
    figure = group_map(areas, "hub", within="seat", title="Hubs")
    hubs, seats = (
        (areas["imd_decile"] <= 3).groupby(areas[level]).agg(["sum", "size"])
        for level in ("hub", "seat")
    )
    drawn = [text for text, _ in words(figure)]
    for name, (few, all_of) in [*hubs.iterrows(), *seats.iterrows()]:
        assert figure.alt_text.count(f"{name} {few} of {all_of}") == 1
        assert sum(text.count(f"{few} of {all_of}") for text in drawn) == 1


def test_group_map_text_is_on_the_page_and_does_not_overlap(groups_figure):
    assert_text_in_place(groups_figure)


def test_group_map_gives_neighbours_different_fills():
    ax = group_map(borough(), "collaborative", within="locality", title="Fills").axes[1]
    fills = [to_hex(p.get_facecolor()) for p in ax.patches if p.get_gid()]
    assert len(set(fills)) == 4


def test_labels_that_fit_nowhere_are_left_off_with_a_warning():
    areas = gpd.GeoDataFrame(
        {"name": [f"The Parish of Saint Somebody Number {i}" for i in range(49)], "imd_decile": 1},
        geometry=squares(1000, 7),
        crs=27700,
    )
    with pytest.warns(GeoWarning, match="of 49 names did not fit on the map") as caught:
        figure = choropleth(areas, title="Full", outlines="name", insets=False, width_mm=80)
    assert [one.filename for one in caught] == [__file__]
    assert_text_in_place(figure)


def test_labels_that_fit_nowhere_are_noted_where_a_list_is_given():
    names = [f"The Parish of Saint Somebody Number {i}" for i in range(49)]
    areas = gpd.GeoDataFrame({"name": names, "imd_decile": 1}, geometry=squares(1000, 7), crs=27700)
    notes = []  # warnings are errors
    choropleth(areas, title="Full", outlines="name", insets=False, width_mm=80, notes=notes)
    assert len(notes) == 1
    assert "of 49 names did not fit on the map" in notes[0]


def test_decile_alt_text_states_the_counts_of_the_table():
    areas = borough()
    deciles = areas["imd_decile"]
    text = decile_alt_text(areas, level="locality", place="Ambridge")
    top = [int((deciles <= limit).sum()) for limit in (1, 2, 3)]
    assert "Map of the 163 LSOAs of Ambridge" in text
    assert f"{top[2]} ({top[2] / 163:.1%}) are in the most deprived 30%: {top[0]} in" in text
    north = areas[areas["locality"] == "North"]["imd_decile"]
    assert f"North {int((north <= 3).sum())} of {len(north)}" in text


def test_decile_alt_text_leaves_the_missing_out_of_shares():
    text = decile_alt_text(pd.DataFrame({"imd_decile": [1, 9, None, None]}))
    assert "1 (50.0%) is in the most deprived 30%" in text
    assert text.endswith("2 LSOAs have no data.")


def _save(folder, figure=None):
    areas = borough()
    figure = figure or choropleth(areas, title="Saved & <kept>", outlines="collaborative")
    return save_figure(
        figure, folder, "deprivation", data=areas, alt="Words & <numbers>", caption="Source: x"
    )


def test_save_figure_writes_five_files(tmp_path):
    paths = _save(tmp_path / "figures")
    assert [path.name for path in paths] == [
        f"deprivation.{kind}" for kind in ("png", "svg", "pdf", "csv", "txt")
    ]
    assert all(path.stat().st_size for path in paths)
    words = paths[4].read_text(encoding="utf-8")
    assert "Words & <numbers>" in words
    assert "Source: x" in words


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_save_figure_png_has_exact_size_and_resolution(tmp_path, width):
    figure = choropleth(borough(), title="Size", insets=False, width_mm=width)
    with Image.open(_save(tmp_path, figure)[0]) as image:
        assert image.size[0] == round(width / 25.4 * 300)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_save_figure_svg_is_described_and_keeps_text_as_text(tmp_path):
    root = ElementTree.parse(_save(tmp_path)[1]).getroot()
    space = {"svg": "http://www.w3.org/2000/svg"}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.find("svg:title", space).text == "Saved & <kept>"
    assert root.find("svg:desc", space).text == "Words & <numbers>"
    texts = {"".join(text.itertext()) for text in root.iter(f"{{{space['svg']}}}text")}
    assert {"Most deprived 10%", "Borchester", "Ambridge"} <= texts
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_save_figure_pdf_embeds_truetype_fonts(tmp_path):
    content = _save(tmp_path)[2].read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content
    assert b"/Type3" not in content
    assert b"/CreationDate" not in content


@pytest.mark.slow
def test_save_figure_gives_the_same_bytes_in_every_process(tmp_path):
    require_same_bytes("tests.views.maps.test_deprivation", tmp_path)


def test_save_figure_csv_runs_no_formula_and_holds_no_geometry(tmp_path):
    areas = gpd.GeoDataFrame(
        {
            "name": ["=1+1", "+44", "-x", "@sum", "Crewe", None],
            "change": [-1, 2, -3, 4, 5, 6],
            "imd_decile": 1,
        },
        geometry=squares(1000, 3)[:6],
        crs=27700,
    )
    figure = choropleth(areas, title="Cells")
    path = save_figure(figure, tmp_path, "cells", data=areas, alt="x", caption="y")[3]
    table = pd.read_csv(path)
    assert table["name"].tolist()[:5] == ["'=1+1", "'+44", "'-x", "'@sum", "Crewe"]
    assert table["name"].isna().tolist() == [False] * 5 + [True]
    assert table["change"].tolist() == [-1, 2, -3, 4, 5, 6]
    assert "geometry" not in table.columns


def test_save_figure_writes_what_the_figure_carries(tmp_path):
    figure = choropleth(tiny(), caption="Source: x", insets=False)
    paths = save_figure(figure, tmp_path, "own")
    assert figure.alt_text in paths[4].read_text("utf-8")
    assert "Source: x" in paths[4].read_text("utf-8")
    assert pd.read_csv(paths[3])["imd_decile"].tolist() == [1, 3, 4, 10]
    with pytest.raises(TableError, match="The figure bare carries no data or words of its own"):
        save_figure(Figure(), tmp_path, "bare")


@pytest.mark.parametrize("name", ["../out", "a/b", "", "Map 1", "-x"])
def test_save_figure_refuses_a_name_that_is_no_file_name(tmp_path, name):
    with pytest.raises(FileError, match="can't be the name of a figure"):
        save_figure(Figure(), tmp_path, name, data=pd.DataFrame({"a": [1]}), alt="x", caption="y")
    assert not list(tmp_path.rglob("*.png"))


@pytest.mark.slow
def test_figures_draw_cheshire_east(real_data):
    areas = gpd.read_file(real_data / "cheshire-east" / "LSOA_2021_BGC_cheshire_east.geojson")
    areas = areas.to_crs(27700).rename(columns=str.lower)
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd", "wd24nm"]]
    groups = pd.read_csv(real_data / "cheshire-east" / "wards_to_collaboratives.csv")
    groups = groups[["wd24cd", "collaborative", "locality"]]
    ranks = pd.read_csv(real_data / "england" / "IoD2025_ranks_scores_deciles.csv")
    decile = next(c for c in ranks if re.match(r"Index of Multiple Deprivation .*Decile", c))
    ranks = ranks.rename(columns={ranks.columns[0]: "lsoa21cd", decile: "imd_decile"})
    areas = (
        areas[["lsoa21cd", "geometry"]]
        .merge(lookup, on="lsoa21cd")
        .merge(groups, on="wd24cd")
        .merge(ranks[["lsoa21cd", "imd_decile"]], on="lsoa21cd")
    )
    for width in WIDTHS:
        figure = choropleth(areas, title=TITLE, outlines="collaborative", width_mm=width)
        assert_text_in_place(figure)
        names = [text for text, _ in words(figure)]
        assert {"Crewe", "Macclesfield", "Wilmslow", "Congleton"} <= set(names)
        counted = group_map(areas, "collaborative", within="locality", title=TITLE, width_mm=width)
        assert_text_in_place(counted)
        drawn = [text for text, _ in words(counted)]
        assert {"12 of 24", "9 of 28", "14 of 126", "25 of 118"} <= set(drawn)
        fills = fills_by_area(figure, areas.geometry.to_numpy())
        expected = [DECILE_CLASSES[decile].fill for decile in areas["imd_decile"]]
        drawn = [(one, two) for one, two in zip(fills, expected, strict=True) if one]
        assert len(drawn) > 150
        assert [one for one, _ in drawn] == [two for _, two in drawn]
    assert figure.alt_text == decile_alt_text(areas, level="collaborative")
    assert "39 (16.0%) are in the most deprived 30%: 6 in" in figure.alt_text


@pytest.mark.slow
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_figures_name_every_collaborative_of_2019(real_data, width):
    areas = gpd.read_file(real_data / "cheshire-east" / "LSOA_2011_BGC_cheshire_east.geojson")
    areas = areas.to_crs(27700).rename(columns=str.lower)
    groups = pd.read_csv(real_data / "cheshire-east" / "wards_to_collaboratives.csv")
    wards = gpd.read_file(real_data / "cheshire-east" / "WD_MAY_2025_BGC_cheshire_east.geojson")
    wards = wards.to_crs(27700).rename(columns=str.lower)[["wd25nm", "geometry"]]
    middles = areas[["lsoa11cd"]].set_geometry(areas.representative_point(), crs=27700)
    placed = middles.sjoin(wards).merge(groups, left_on="wd25nm", right_on="wd24nm")
    areas = areas[["lsoa11cd", "geometry"]].merge(
        placed[["lsoa11cd", "wd24nm", "collaborative", "locality"]], on="lsoa11cd"
    )
    areas["imd_decile"] = 5
    for figure in (
        choropleth(areas, outlines="collaborative", width_mm=width),  # warnings are errors
        group_map(areas, "collaborative", within="locality", width_mm=width),
    ):
        assert_text_in_place(figure)
        drawn = " ".join(text for text, _ in words(figure)[::-1])
        assert all(word in drawn for name in groups["collaborative"] for word in name.split())


def test_module_offers_what_the_package_promises():
    promised = {"choropleth", "decile_alt_text", "group_alt_text", "group_map", "save_figure"}
    assert promised <= set(figures.__all__)
    assert all(hasattr(figures, name) for name in figures.__all__)


def test_group_map_darkens_with_the_share_of_most_deprived_lsoas():
    areas = gpd.GeoDataFrame(geometry=squares(4000, 4), crs=27700)
    areas["collaborative"] = ["A", "A", "B", "B"] * 4
    areas["locality"] = "North"
    areas["imd_decile"] = [10, 10, 1, 10] * 4  # none of A's eight LSOAs, half of B's
    figure = group_map(areas, "collaborative", within="locality", title="Half of B")
    fills = {
        patch.get_gid(): patch.get_facecolor()
        for ax in figure.axes
        for patch in ax.findobj(lambda artist: str(artist.get_gid()).startswith("group-"))
    }
    lightness = [sum(colour[:3]) for _, colour in sorted(fills.items())]
    assert len(lightness) == 2
    assert lightness[0] > lightness[1]


# ---- titles, legends and words that are computed ----------------------------------------------


def tiny(**columns):
    """Four squares in two towns; two LSOAs of Ambridge are in the most deprived 30%."""
    table = {"lsoa21cd": [f"E0100000{i}" for i in range(4)], "town": list("AABB"), "side": "East"}
    table |= {"imd_decile": [1, 3, 4, 10]} | columns
    return gpd.GeoDataFrame(table, geometry=squares(9000, 2), crs=27700)


@pytest.mark.parametrize(
    ("columns", "title"),
    [
        ({}, "A holds 2 of the 2 LSOAs in the most deprived 30% in England"),
        (
            {"imd_decile": [1, 3, 1, 1]},
            "A and B each hold 2 of the 4 LSOAs in the most deprived 30% in England",
        ),
        ({"imd_decile": [1, 4, 4, None]}, "1 of 3 LSOAs is in the most deprived 30% in England"),
        ({"imd_decile": 9}, "None of 4 LSOAs is in the most deprived 30% in England"),
        ({"imd_decile": None}, "No LSOA has a decile"),
    ],
)
def test_choropleth_title_states_the_finding(columns, title):
    figure = choropleth(tiny(**columns), outlines="town", insets=False)
    assert figure.get_label() == title
    assert title in " ".join(text.replace("\n", " ") for text, _ in words(figure))


@pytest.mark.parametrize(
    ("columns", "title"),
    [
        ({}, "All 2 LSOAs of A are in the most deprived 30%, the greatest share"),
        ({"imd_decile": [1, 9, 9, 9]}, "1 of the 2 LSOAs of A is in the most deprived 30%"),
        (
            {"imd_decile": [1, 9, 9, 1]},
            "In A and B, 50.0% of LSOAs are in the most deprived 30%",
        ),
        ({"imd_decile": 9}, "No LSOA of the 2 towns is in the most deprived 30%"),
    ],
)
def test_group_map_title_states_the_finding(columns, title):
    assert group_map(tiny(**columns), "town", within="side").get_label().startswith(title)


def test_group_map_legend_counts_groups_by_share_and_alt_text_lists_them():
    figure = group_map(tiny(), "town", within="side", place="Ambridge")
    drawn = [text for text, _ in words(figure)]
    assert "East, under 10%: 1" in drawn
    assert "East, 40% or more: 1" in drawn
    assert "East 2 of 4 (A 2 of 2, B 0 of 2)" in figure.alt_text
    assert list(figure.data["imd_decile"]) == [1, 3, 4, 10]


def test_group_map_without_a_level_shows_the_collaboratives_and_warns_that_it_will_not():
    with pytest.warns(FutureWarning, match="give level='collaborative'") as told:
        drawn = group_map(borough())
    assert told[0].filename == __file__
    named = group_map(borough(), "collaborative", within="locality")
    assert (drawn.alt_text, drawn.get_label()) == (named.alt_text, named.get_label())
    with pytest.raises(TableError, match="No level was given to group_map"):
        group_map(tiny())


def test_maps_call_the_level_that_is_outlined_as_the_place_does():
    surgeries = AreaType("town", "surgery", "surgeries")
    figure = choropleth(tiny(), outlines=surgeries, insets=False)
    assert "By surgery: A 2 of 2, B 0 of 2" in figure.alt_text
    plain = choropleth(tiny(), outlines="town", insets=False)
    assert figure.alt_text == plain.alt_text.replace("By town", "By surgery")


def test_choropleth_writes_the_decile_into_areas_with_room():
    drawn = [text for text, _ in words(choropleth(tiny(), insets=False))]
    assert {"1", "3", "4", "10"} <= set(drawn[-4:])


@pytest.mark.parametrize("draw", [choropleth, group_map])
def test_figures_refuse_confidential_numbers_without_a_rule(draw):
    options = {} if draw is choropleth else {"level": "town", "within": None}
    with pytest.raises(TableError, match=r"1 of 4 areas is confidential, .* geo\.suppress"):
        draw(tiny(confidential=[True, False, False, None]), **options)
    ruled = tiny(confidential=[True, False, False, None], rule="counts under 5 are not shown")
    drawn = " ".join(text.replace("\n", " ") for text, _ in words(draw(ruled, **options)))
    assert "counts under 5 are not shown" in drawn


def test_choropleth_draws_one_lsoa():
    assert_text_in_place(choropleth(tiny().iloc[:1], outlines="town"))


def test_labels_without_room_in_their_area_are_led_to_from_blank_paper():
    small = shapely.box(20_000, 20_000, 20_400, 20_400)
    country = shapely.box(0, 0, 40_000, 24_000) - small
    away = shapely.box(0, 70_000, 1000, 71_000)
    areas = gpd.GeoDataFrame(
        {"name": ["A town with a name", "Country", "Away"], "imd_decile": [1, 10, 5]},
        geometry=[small, country, away],
        crs=27700,
    )
    figure = choropleth(areas, outlines="name", insets=False, width_mm=80)
    assert_text_in_place(figure)
    main = figure.axes[1]
    leads = [line for line in main.lines if len(line.get_xdata()) == 2]
    ends = [shapely.Point(*np.column_stack(line.get_data())[1]) for line in leads]
    assert any(small.buffer(1).contains(end) for end in ends)
