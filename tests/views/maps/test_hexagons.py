"""Maps of hexagons are tested on what is drawn: pixels, words, bytes."""

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

import geo
from geo.errors import TableError
from geo.views.maps.hexagons import hex_alt_text, hex_map
from geo.views.style.export import save_figure
from geo.views.style.palette import DECILE_CLASSES, MISSING_FILL
from tests.drawn import (
    EACH_WIDTH,
    WIDTHS,
    assert_text_in_place,
    colour_at,
    pixels,
    require_same_bytes,
    words,
)
from tests.geography.test_hexagons import country

NAMES = {"NE": "Upper Vale", "NW": "Felpersham and Loxley", "SE": "Penny", "SW": "Borchester"}


def hexes():
    """The country of the other tests, with the deciles 1 to 10 in turn; the town is all in 1."""
    areas = country()
    areas["collaborative"] = areas["group"].replace(NAMES | {"town": "Ambridge"})
    areas["imd_decile"] = [float(at % 10 + 1) for at in range(len(areas))]
    areas.loc[areas["group"] == "town", "imd_decile"] = 1.0
    return geo.hexagons(areas, groups="collaborative")


@pytest.fixture(scope="module")
def table():
    return hexes()


@pytest.fixture(scope="module", params=EACH_WIDTH)
def drawn(request, table):
    return hex_map(
        table, outlines="collaborative", width_mm=request.param, notice="Synthetic data",
        subtitle="Index of Multiple Deprivation 2025", place="Ambridge",
    )  # fmt: skip


def test_hex_map_fills_equal_the_deciles_of_the_table(table):
    figure = hex_map(table)
    image, ax = pixels(figure), figure.axes[1]
    below = table.geometry.centroid.translate(0, -0.4 * np.sqrt(table.area.iloc[0]))
    fills = [colour_at(image, ax, point) for point in below]  # under the number in the middle
    assert fills == [DECILE_CLASSES[int(decile)].fill for decile in table["imd_decile"]]


def test_hex_map_writes_the_decile_into_each_hexagon(table):
    figure = hex_map(table, width_mm=250)
    said = [text.get_text() for text in figure.axes[1].texts]
    assert sorted(said) == sorted(str(int(decile)) for decile in table["imd_decile"])


def test_hex_map_legend_counts_every_class_and_what_is_missing(table):
    gone = table.copy()
    gone.loc[[3, 5, 7], "imd_decile"] = np.nan
    figure = hex_map(gone)
    said = [text for text, _ in words(figure)]
    start = said.index("Least deprived 10%") + 1
    shown = dict(zip(said[start : start + 20 : 2], said[start + 1 : start + 20 : 2], strict=True))
    counts = gone["imd_decile"].value_counts()
    assert shown == {str(decile): str(counts[float(decile)]) for decile in range(1, 11)}
    assert "No data: 3" in said
    missing = next(p for p in figure.axes[1].patches if p.get_label() == "no-data")
    assert to_hex(missing.get_facecolor()) == MISSING_FILL
    assert missing.get_hatch()


def test_hex_map_text_is_on_the_page_and_does_not_overlap(drawn):
    assert_text_in_place(drawn)
    sizes = [text.get_fontsize() for text in drawn.findobj(mpl.text.Text) if text.get_text()]
    assert min(sizes) >= 7


def test_hex_map_names_groups_and_says_what_it_is_without_a_scale(drawn):
    said = " ".join(" ".join(text for text, _ in words(drawn)).split())
    for name in ("Felpersham", "Ambridge", "Upper", "Synthetic data"):
        assert name in said
    assert "Index of Multiple Deprivation 2025. Each hexagon is one LSOA." in said
    assert "from their LSOAs on average" in said
    assert " N " not in f" {said} "
    assert "5 km" not in said.split("Hexagons stand")[0]


def test_hex_map_title_names_the_groups_with_most(table):
    top = table[table["imd_decile"] <= 3].groupby("collaborative").size()
    first = top.sort_values(ascending=False, kind="stable")
    title = hex_map(table, outlines="collaborative").get_label()
    assert title.endswith(f"of the {top.sum()} LSOAs in the most deprived 30% in England")
    assert f"{first.index[0]}" in title
    assert f" {first.iloc[:2].sum()} of the " in title or f" {first.iloc[0]} of the " in title
    assert hex_map(table, title="Mine").get_label() == "Mine"


def test_hex_map_alternative_text_has_the_right_numbers(table, drawn):
    total, top = len(table), int((table["imd_decile"] <= 3).sum())
    assert f"Map of the {total} LSOAs of Ambridge" in drawn.alt_text
    assert f"{top} ({top / total:.1%}) are in the most deprived 30%" in drawn.alt_text
    far = table["displacement"].mean() / 1000
    kept = table["neighbours_kept"].sum() / table["neighbours"].sum()
    assert (
        f"Hexagons stand {far:.1f} km from their LSOAs on average; {kept:.0%} of" in drawn.alt_text
    )
    assert hex_alt_text(table, level="collaborative", place="Ambridge") == drawn.alt_text


def test_hex_map_data_gives_the_place_of_each_hexagon(table, drawn):
    data = drawn.data
    assert data["lsoa21cd"].tolist() == table["lsoa21cd"].tolist()
    assert not isinstance(data, gpd.GeoDataFrame)
    np.testing.assert_allclose(data["x"], table.geometry.centroid.x, atol=0.051)


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_hex_map_width_is_as_asked(table, width):
    made = hex_map(table, width_mm=width)
    assert made.get_figwidth() * 25.4 == pytest.approx(width, abs=25.4 / 300)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda t: t.drop(columns="imd_decile"), "No column imd_decile"),
        (lambda t: t.drop(columns="displacement"), "No column displacement"),
        (lambda t: t.iloc[:0], "has no rows"),
        (lambda t: t.assign(imd_decile=11), "96 of 96 areas have no valid decile"),
        (lambda t: t.assign(confidential=True), r"geo\.suppress"),
    ],
)
def test_hex_map_refuses_what_cannot_be_drawn(table, broken, message):
    with pytest.raises(TableError, match=message):
        hex_map(broken(table))


def test_hex_map_refuses_a_width_that_fits_no_page(table):
    with pytest.raises(ValueError, match="width_mm is 20"):
        hex_map(table, width_mm=20)


def test_hex_map_leaves_its_input_and_matplotlib_alone(table):
    before, settings = table.copy(), dict(mpl.rcParams)
    hex_map(table, outlines="collaborative")
    assert table.equals(before)
    assert dict(mpl.rcParams) == settings


def _save(folder):
    made = hex_map(hexes(), outlines="collaborative")
    return save_figure(made, folder, "hex", data=made.data, alt=made.alt_text, caption=made.caption)


@pytest.mark.slow
@pytest.mark.slow
def test_hex_map_gives_the_same_bytes_in_every_process_without_a_display(tmp_path):
    require_same_bytes(__name__, tmp_path)


@pytest.mark.slow
def test_hex_map_draws_cheshire_east(real_data):
    folder = real_data / "cheshire-east"
    areas = gpd.read_file(folder / "LSOA_2021_BGC_cheshire_east.geojson").to_crs(27700)
    areas = areas.rename(columns=str.lower)[["lsoa21cd", "geometry"]]
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd"]]
    groups = pd.read_csv(folder / "wards_to_collaboratives.csv")[["wd24cd", "collaborative"]]
    ranks = pd.read_csv(real_data / "england" / "IoD2025_ranks_scores_deciles.csv")
    decile = next(c for c in ranks if c.startswith("Index of Multiple") and "Decile" in c)
    ranks = ranks.rename(columns={ranks.columns[0]: "lsoa21cd", decile: "imd_decile"})
    areas = areas.merge(lookup, on="lsoa21cd").merge(groups, on="wd24cd")
    areas = areas.merge(ranks[["lsoa21cd", "imd_decile"]], on="lsoa21cd")
    placed = geo.hexagons(areas, groups="collaborative")
    for width in WIDTHS:
        page = geo.hex_map(placed, outlines="collaborative", width_mm=width)
        assert_text_in_place(page)
    assert page.get_label() == (
        "Crewe North and Crewe South hold 21 of the 39 LSOAs in the most deprived 30% in England"
    )


def test_names_of_groups_cover_no_number(table):
    figure = hex_map(table, outlines="collaborative")
    said = [text.get_text() for text in figure.axes[1].texts]
    numbers = sorted(text for text in said if text.isdigit())
    assert numbers == sorted(str(int(decile)) for decile in table["imd_decile"])
    assert_text_in_place(figure)
