"""Heat maps are tested on what is drawn: pixels against the surface, words, bytes."""

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_hex

import geo
from geo.disclosure.density import density
from geo.errors import TableError
from geo.views.maps.density import density_map, number
from geo.views.style.export import save_figure
from geo.views.style.palette import NEED
from tests.drawn import (
    EACH_WIDTH,
    WIDTHS,
    assert_text_in_place,
    colour_at,
    pixels,
    require_same_bytes,
    words,
)


def areas():
    """Sixteen squares of 4 km; the four in the middle are the town."""
    steps = 4000.0 * np.arange(4)
    shapes = [shapely.box(x, y, x + 4000, y + 4000) for y in steps for x in steps]
    names = np.full(16, "Fields and Farms")
    names[[5, 6]], names[[9, 10]] = "Ambridge South", "Ambridge North"
    return gpd.GeoDataFrame(
        {"lsoa21cd": [f"E01{at:06}" for at in range(16)], "collaborative": names},
        geometry=shapes,
        crs=27700,
    )


def table():
    """A few at the edges, most in Ambridge North; two suppressed, one missing."""
    ground = areas()
    counts = np.array([0, 0, 0, 0, 0, 300, 200, 0, 0, 900, 700, 0, 0, 0, 0, 0], dtype=float)
    states = np.where(counts > 0, "value", "zero").astype(object)
    states[[0, 3]], states[12] = "suppressed", "missing"
    counts[[0, 3, 12]] = np.nan
    return pd.DataFrame(
        {
            "area_code": ground["lsoa21cd"],
            "area_type": "lsoa21",
            "indicator_id": "plans",
            "count": counts,
            "state": states,
            "rule": "counts under 5 are not shown",
        }
    )


@pytest.fixture(scope="module")
def surface():
    return density(areas(), table(), bandwidth=2000, unit="children on plans")


@pytest.fixture(scope="module", params=EACH_WIDTH)
def drawn(request, surface):
    return density_map(
        surface, areas(), outlines="collaborative", width_mm=request.param, notice="Synthetic data",
        place="Ambridge",
    )  # fmt: skip


@pytest.fixture(scope="module")
def figure(surface):
    return density_map(surface, areas(), outlines=None, place="Ambridge")


def fills(bands):
    steps = np.linspace(len(NEED) - 2, 0, len(bands)).round().astype(int)
    return [NEED[step] for step in steps]


def test_density_map_fills_equal_the_surface(surface, figure):
    image, ax = pixels(figure), figure.axes[1]
    bands = surface.bands()
    bounds = bands["lower"].to_numpy()
    random = np.random.default_rng(1)
    rows, columns = np.nonzero(~np.isnan(surface.values))
    checked = 0
    for at in random.permutation(len(rows))[:400]:
        x = surface.x0 + (columns[at] + 0.5) * surface.cell
        y = surface.y0 + (rows[at] + 0.5) * surface.cell
        middle = shapely.Point(x, y)
        if (
            bands.boundary.distance(middle).min() < 150
            or areas().boundary.distance(middle).min() < 90
        ):
            continue
        value = surface.values[rows[at], columns[at]]
        expected = fills(bands)[np.searchsorted(bounds, value) - 1]
        assert colour_at(image, ax, middle) == expected
        checked += 1
    assert checked > 50


def test_density_map_tells_clipped_suppressed_and_missing_ground_apart(figure):
    patches = {patch.get_label(): patch for patch in figure.axes[1].patches}
    clipped = patches["fewer than 10 within 2 km"]
    hidden, missing = patches["counts suppressed"], patches["no count"]
    assert clipped.get_hatch() is None
    assert hidden.get_hatch()
    assert missing.get_hatch()
    assert hidden.get_hatch() != missing.get_hatch()
    image, ax = pixels(figure), figure.axes[1]
    shade = to_hex(clipped.get_facecolor())
    assert colour_at(image, ax, shapely.Point(14_300, 14_300)) == shade
    assert shade not in NEED


def test_density_map_legend_names_every_bound_and_every_other_ground(surface, drawn):
    said = [text for text, _ in words(drawn)]
    bands = surface.bands()
    for bound in [*bands["lower"], bands["upper"].iloc[-1]]:
        assert number(bound) in said
    assert "Children on plans per km²" in said
    for other in ("fewer than 10 within 2 km", "counts suppressed", "no count"):
        assert f"Not shown: {other}" in said


def test_density_map_legend_fills_are_those_of_the_map(surface, figure):
    boxes = [to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches]
    assert boxes[: len(surface.bands())] == fills(surface.bands())


def test_density_map_text_is_on_the_page_and_does_not_overlap(drawn):
    assert_text_in_place(drawn)
    sizes = [text.get_fontsize() for text in drawn.findobj(mpl.text.Text) if text.get_text()]
    assert min(sizes) >= 7


def test_density_map_names_leave_the_highest_band_free(surface, drawn):
    ax = next(one for one in drawn.axes if any(p.get_gid() == "band-1" for p in one.patches))
    top = surface.bands().geometry.iloc[-1]
    to_metres = ax.transData.inverted()
    names = [box for text, box in words(drawn) if "Ambridge" in text and box.y1 < ax.bbox.y1]
    assert names
    for box in names:
        corners = to_metres.transform([(box.x0, box.y0), (box.x1, box.y1)]).ravel()
        assert not shapely.box(*corners).intersects(top)


def test_density_map_says_method_rule_and_notice(drawn):
    said = " ".join(" ".join(text for text, _ in words(drawn)).split())
    assert "Smoothed within 2,000 m; not shown where fewer than 10 children on plans are" in said
    assert "counts under 5 are not shown" in said
    assert "Synthetic data" in said
    assert "Ambridge North" in said


def test_density_map_width_is_as_asked(surface):
    for width in WIDTHS:
        made = density_map(surface, areas(), width_mm=width)
        assert made.get_figwidth() * 25.4 == pytest.approx(width, abs=25.4 / 300)


def test_density_map_title_and_alternative_text_state_the_finding(surface, drawn):
    top = surface.bands().iloc[-1]
    finding = (
        f"The greatest density, {number(top['lower'])}–{number(top['upper'])} children on plans "
        "per km², is in Ambridge North"
    )
    assert drawn.get_label() == finding
    assert drawn.alt_text.startswith("Heat map of children on plans per square kilometre in Amb")
    assert finding in drawn.alt_text
    assert "Counts suppressed: 32.0 km². No count: 16.0 km²." in drawn.alt_text
    assert drawn.caption.startswith(finding)
    assert "Contains OS data" in drawn.caption


def test_density_map_data_is_ground_and_no_counts(surface, drawn):
    data = drawn.data
    bands = surface.bands()
    assert data["lower"].tolist() == bands["lower"].tolist()
    np.testing.assert_allclose(data["km²"], bands.area / 1e6, atol=1e-3)
    groups = data.filter(like=" km²").drop(columns="km²", errors="ignore")
    np.testing.assert_allclose(groups.sum(axis=1), data["km²"], atol=0.01)
    assert not {"count", "values", "total"} & set(data)


def test_density_map_files_hold_neither_points_nor_squares_of_children(tmp_path):
    """Planted addresses appear in no file, to no number of digits that would tell the street."""
    random = np.random.default_rng(4)
    x, y = np.clip(random.normal(8123, 900, (2, 120)), 10, 15_990)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=27700)
    box = shapely.box(0, 0, 16_000, 16_000)
    made = density_map(density(points, boundary=box, bandwidth=2000), areas())
    paths = save_figure(
        made, tmp_path, "children", data=made.data, alt=made.alt_text, caption=made.caption
    )
    for path in paths:
        content = path.read_bytes()
        for place in (*x[:40], *y[:40]):
            assert f"{place:.2f}".encode() not in content, path.name


def test_density_map_takes_any_number_of_classes_and_refuses_more_than_six(surface):
    for classes in (2, 6):
        made = density_map(surface, areas(), classes=classes)
        assert len(made.data) <= classes
        assert_text_in_place(made)
    with pytest.raises(TableError, match="classes is 9"):
        density_map(surface, areas(), classes=9)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"areas": areas().iloc[:0]}, TableError, "has no rows"),
        ({"outlines": "ward"}, TableError, "No column ward"),
        ({"width_mm": 300}, ValueError, "width_mm is 300"),
        ({"areas": areas().set_crs(None, allow_override=True)}, TableError, r"set_crs\(27700\)"),
    ],
)
def test_density_map_refuses_what_cannot_be_drawn(surface, given, error, message):
    with pytest.raises(error, match=message):
        density_map(**{"surface": surface, "areas": areas()} | given)


def test_density_map_leaves_its_input_and_matplotlib_alone(surface):
    ground = areas()
    before, settings, values = ground.copy(), dict(mpl.rcParams), surface.values.copy()
    density_map(surface, ground, outlines="collaborative")
    assert ground.equals(before)
    assert dict(mpl.rcParams) == settings
    assert np.array_equal(values, surface.values, equal_nan=True)


def _save(folder):
    made = density_map(density(areas(), table(), bandwidth=2000), areas(), outlines="collaborative")
    return save_figure(
        made, folder, "density", data=made.data, alt=made.alt_text, caption=made.caption
    )


@pytest.mark.slow
@pytest.mark.slow
def test_density_map_gives_the_same_bytes_in_every_process_without_a_display(tmp_path):
    require_same_bytes(__name__, tmp_path)


@pytest.mark.slow
def test_density_map_draws_cheshire_east(real_data):
    folder = real_data / "cheshire-east"
    lsoas = gpd.read_file(folder / "LSOA_2021_BGC_cheshire_east.geojson").to_crs(27700)
    lsoas = lsoas.rename(columns=str.lower)[["lsoa21cd", "geometry"]]
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd"]]
    groups = pd.read_csv(folder / "wards_to_collaboratives.csv")[["wd24cd", "collaborative"]]
    lsoas = lsoas.merge(lookup, on="lsoa21cd").merge(groups, on="wd24cd")
    census = pd.read_parquet(real_data / "england" / "census2021_indicators_lsoa21.parquet")
    overcrowded = census[census["indicator_id"] == "overcrowded_households"]
    made = geo.density(
        lsoas, overcrowded.set_index("area_code")["count"].reindex(lsoas["lsoa21cd"]),
        unit="overcrowded households",
    )  # fmt: skip
    for width in WIDTHS:
        page = geo.density_map(made, lsoas, outlines="collaborative", width_mm=width)
        assert_text_in_place(page)
    assert "is in Crewe" in page.get_label()
