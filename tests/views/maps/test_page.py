"""The page of a map: its scale, the corner for the scale bar, and room for the insets of towns."""

import geopandas as gpd
import pytest
import shapely

from geo.views.maps.page import fit_window, lay_out_map, map_axes, map_page
from geo.views.style.legends import ClassLegend
from geo.views.style.page import MARGIN, Frame, Page, PageText
from geo.views.style.palette import ClassStyle

TEXT = PageText("Title", "Subtitle", "", "Source: ONS.")
WIDTHS = (80, 160, 250)


def squares(side=9000, number=2):
    """Areas side by side, too large to be a town."""
    boxes = [shapely.box(at * side, 0, (at + 1) * side, side) for at in range(number)]
    return gpd.GeoDataFrame({"wd24nm": ["Alder"] * number}, geometry=boxes, crs=27700)


def with_town():
    """Two large areas, and nine small ones between which nothing can be read."""
    small = [shapely.box(x, y, x + 200, y + 200) for x in (0, 200, 400) for y in (0, 200, 400)]
    land = shapely.box(0, 0, 20_000, 20_000) - shapely.union_all(small)
    shapes = [*small, land, shapely.box(20_000, 0, 40_000, 20_000)]
    names = ["Crewe Central"] * 9 + ["Alder", "Birch"]
    return gpd.GeoDataFrame({"wd24nm": names}, geometry=shapes, crs=27700)


def with_towns(number):
    """So many towns of nine small areas in a row, on land 60 km long."""
    towns = [
        shapely.box(west + x, 3000 + y, west + x + 300, 3300 + y)
        for west in range(2000, 2000 + 6000 * number, 6000)
        for x in (0, 300, 600)
        for y in (0, 300, 600)
    ]
    land = shapely.box(0, 0, 60_000, 50_000) - shapely.union_all(towns)
    names = [f"Town{at // 9}" for at in range(len(towns))] + ["Land"]
    return gpd.GeoDataFrame({"wd24nm": names}, geometry=[*towns, land], crs=27700)


@pytest.mark.parametrize("width", WIDTHS)
def test_layout_shows_all_areas_at_one_scale(width):
    layout = lay_out_map(squares(), width, False)
    west, south, east, north = layout.window
    assert west <= 0 and south <= 0 and east >= 18_000 and north >= 9000  # noqa: PT018
    assert layout.map.width == pytest.approx((east - west) * layout.mm_per_metre)
    assert layout.map.height == pytest.approx((north - south) * layout.mm_per_metre)


@pytest.mark.parametrize("width", WIDTHS)
def test_scale_bar_and_north_arrow_cover_no_area(width):
    areas = squares()
    layout = lay_out_map(areas, width, False)
    assert not areas.intersects(shapely.box(*layout.furniture)).any()
    assert shapely.box(*layout.window).buffer(1).contains(shapely.box(*layout.furniture))


@pytest.mark.parametrize("width", WIDTHS)
def test_inset_stands_on_the_page_and_apart_from_the_map(width):
    layout = lay_out_map(with_town(), width, ["Crewe"])
    assert [town.name for town in layout.towns] == ["Crewe"]
    (inset,) = layout.insets
    assert inset.left + inset.width <= width - MARGIN + 1e-6
    assert inset.left >= layout.map.left + layout.map.width or inset.top >= layout.map.bottom
    assert layout.bottom == max(inset.bottom, layout.map.bottom)


@pytest.mark.parametrize(("towns", "rows"), [(3, [3]), (6, [3, 3]), (9, [5, 4])])
def test_small_towns_stand_in_two_rows_of_insets_and_the_page_stays_on_a_sheet(towns, rows):
    layout = lay_out_map(with_towns(towns), 160, True)
    assert len(layout.towns) == len(layout.insets) == towns
    tops = [inset.top for inset in layout.insets]
    assert [tops.count(top) for top in sorted(set(tops))] == rows
    assert layout.bottom < 185
    for at, one in enumerate(layout.insets):
        assert one.width >= 27
        assert one.left + one.width <= 160 - MARGIN + 1e-6
        for other in layout.insets[at + 1 :]:
            assert one.bottom <= other.top or one.left + one.width <= other.left


def test_layout_without_insets_finds_no_towns():
    layout = lay_out_map(with_town(), 160, False)
    assert (layout.towns, layout.insets) == ([], [])


def test_layout_moves_down_with_its_insets():
    layout = lay_out_map(with_town(), 160, ["Crewe"])
    lower = layout.down(30)
    assert lower.bottom == pytest.approx(layout.bottom + 30)
    assert lower.map.top - layout.map.top == lower.insets[0].top - layout.insets[0].top == 30
    assert lower.window == layout.window


def test_map_page_keeps_room_for_the_legend_it_draws():
    legend = ClassLegend("Number of areas", [(ClassStyle("#ffffff", "all"), 2)])
    bare, above = map_page(squares(), TEXT, 160)
    page, below = map_page(squares(), TEXT, 160, legend=legend)
    assert below.map.top - above.map.top == pytest.approx(legend.height(160))
    assert page.height - bare.height == pytest.approx(legend.height(160))
    assert "all: 2" in [one.get_text() for one in page.axes.texts]


@pytest.mark.parametrize("width", [79, 251])
def test_map_page_refuses_a_width_that_fits_no_page(width):
    with pytest.raises(ValueError, match="a figure is from 80 mm"):
        map_page(squares(), TEXT, width)


def test_window_has_the_middle_of_the_bounds_and_the_form_of_the_frame():
    window, scale = fit_window(Frame(0, 0, 101, 51), (0, 0, 10_000, 1000))
    assert scale == pytest.approx(0.01)  # 100 of the 101 mm for 10 km
    assert window == pytest.approx((-50, -2050, 10_050, 3050))


def test_map_axes_show_metres_without_distortion():
    page = Page(200, 100)
    ax = map_axes(page, Frame(0, 0, 100, 50), (0, 0, 2000, 1000))
    across, up = ax.transData.transform((1000, 1000)) - ax.transData.transform((0, 0))
    assert across == pytest.approx(up, rel=0.001)


@pytest.mark.parametrize(("width", "height"), [(160, 123), (160, 247), (250, 140.625)])
@pytest.mark.parametrize("towns", [0, 2, 4, 9])
def test_map_takes_what_a_page_of_a_given_height_leaves(width, height, towns):
    legend = ClassLegend("Number of areas", [(ClassStyle("#ffffff", "all"), 2)])
    page, layout = map_page(with_towns(towns), TEXT, width, True, legend, height)
    assert page.height == pytest.approx(height)
    (foot,) = (one for one in page.axes.texts if one.get_text() == "Source: ONS.")
    assert layout.bottom <= foot.get_position()[1]
    assert layout.map.height > 30
    for at, one in enumerate(layout.insets):
        assert one.left + one.width <= width - MARGIN + 1e-6
        assert one.top >= layout.map.bottom or one.left >= layout.map.left + layout.map.width
        for other in layout.insets[at + 1 :]:
            assert one.bottom <= other.top or one.left + one.width <= other.left
