"""The map of movers: who changed decile, and who cannot be compared."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import CodeError, TableError
from geo.views.maps.movers import movers_map
from geo.views.style.palette import BOUNDARY_CHANGED, CHANGE_CLASSES, MISSING_FILL
from tests.drawn import EACH_WIDTH, assert_page_is_sound, fills_by_area, words

CODES = [f"E0100000{i}" for i in range(8)]
AFTER = [1, 2, 5, 6, 10, 4, 4, None]
BEFORE = [3, 3, 5, 5, 7, 4, 4, 4]
CHANGES = ["down_2", "down_1", "same", "up_1", "up_2", "same"]


def areas(**columns):
    """Eight squares; the seventh was split, the eighth has no decile."""
    shapes = [
        shapely.box(x, y, x + 9000, y + 9000) for y in (0, 9000) for x in range(0, 36_000, 9000)
    ]
    table = {"lsoa21cd": CODES, "imd_decile": AFTER} | columns
    return gpd.GeoDataFrame(table, geometry=shapes, crs=27700)


def earlier(**columns):
    return pd.DataFrame({"lsoa11cd": CODES, "imd_decile": BEFORE} | columns)


def lookup():
    return pd.DataFrame({"lsoa11cd": CODES, "lsoa21cd": CODES, "chgind": [*"UUUUUU", "S", "U"]})


def drawn(now=None, then=None, **options):
    now, then = areas() if now is None else now, earlier() if then is None else then
    return movers_map(now, then, **({"lookup": lookup()} | options))


def test_movers_map_fills_follow_the_change_of_decile():
    fills = fills_by_area(drawn(), areas().geometry.to_numpy())
    assert fills[:6] == [CHANGE_CLASSES[name].fill for name in CHANGES]


def test_movers_map_hatches_changed_boundaries_and_missing_deciles():
    patches = {patch.get_label(): patch for patch in drawn().axes[1].patches}
    assert patches["changed"].get_hatch()
    assert patches["changed"].get_hatch() != patches["missing"].get_hatch()
    assert patches["missing"].get_facecolor() == (1, 1, 1, 1)
    assert MISSING_FILL == BOUNDARY_CHANGED.fill == "#ffffff"
    assert not patches["same"].get_hatch()


def test_movers_map_legend_title_and_alt_text_count_every_class():
    figure = drawn(place="Borsetshire")
    shown = [text for text, _ in words(figure)]
    for line in (
        "2 or more deciles more deprived: 1",
        "1 decile more deprived: 1",
        "same decile: 2",
        "1 decile less deprived: 1",
        "2 or more deciles less deprived: 1",
        "boundary changed, not compared: 1",
        "no decile in one of the releases: 1",
    ):
        assert line in shown
        assert line in figure.alt_text
    title = (
        "2 of 6 LSOAs are in a more deprived decile in 2025 than in 2019, 2 in a less deprived one"
    )
    assert figure.get_label() == title
    assert figure.alt_text.startswith(f"Map of 8 LSOAs of Borsetshire. {title}.")


def test_movers_map_data_gives_both_deciles_and_none_where_the_boundary_changed():
    data = drawn().data
    assert data["change"].tolist()[:6] == [-2, -1, 0, 1, 3, 0]
    assert data["decile_before"].isna().tolist() == [False] * 6 + [True, False]
    assert data["class"].tolist() == [*CHANGES, "changed", "missing"]


def test_movers_map_within_one_vintage_needs_no_lookup():
    then = earlier().rename(columns={"lsoa11cd": "lsoa21cd"})
    figure = movers_map(areas(), then)
    assert figure.get_label().startswith("2 of 7 LSOAs are in a more deprived decile")


@pytest.mark.parametrize(
    ("after", "title"),
    [(4, "None of 7 LSOAs is in a more deprived"), (None, "No LSOA can be compared between 2019")],
)
def test_movers_map_title_when_none_moved_or_none_is_known(after, title):
    then = earlier(imd_decile=4)
    assert drawn(areas(imd_decile=after), then).get_label().startswith(title)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"lookup": None},
            TableError,
            "areas are lsoa21 and the earlier release is lsoa11; give a",
        ),
        ({"lookup": lookup().drop(columns="chgind")}, TableError, "No column chgind in the lookup"),
        ({"lookup": lookup().iloc[1:]}, CodeError, r"1 LSOA to draw \(E01000000\) .* lookup"),
        ({"then": earlier().iloc[1:]}, CodeError, r"1 LSOA to draw \(E01000000\) .* earlier"),
        ({"then": earlier(imd_decile=11)}, TableError, "8 of 8 areas have no valid decile"),
        ({"then": earlier().drop(columns="imd_decile")}, TableError, "No column imd_decile"),
        ({"then": earlier(lsoa11cd=CODES[0])}, CodeError, "stands more than once in the earlier"),
        ({"now": areas().iloc[:0]}, TableError, "has no rows"),
        ({"now": areas().drop(columns="lsoa21cd")}, CodeError, "No column of LSOA codes"),
    ],
)
def test_movers_map_refuses_what_cannot_be_compared(options, error, message):
    with pytest.raises(error, match=message):
        drawn(**options)


@pytest.fixture(scope="module")
def cheshire(real_data):
    """Areas with the deciles of 2025, all deciles of 2019, and the lookup."""
    england = real_data / "england"
    shapes = gpd.read_file(real_data / "cheshire-east" / "LSOA_2021_BGC_cheshire_east.geojson")
    shapes = shapes.to_crs(27700).rename(columns=str.lower)[["lsoa21cd", "geometry"]]
    deciles = []
    for name, code in (
        ("IoD2025_ranks_scores_deciles", "lsoa21cd"),
        ("IoD2019_ranks_deciles", "lsoa11cd"),
    ):
        table = pd.read_csv(england / f"{name}.csv")
        column = next(c for c in table if "Multiple Deprivation" in c and "Decile" in c)
        deciles.append(table[[table.columns[0], column]].set_axis([code, "imd_decile"], axis=1))
    changes = pd.read_csv(england / "LSOA11_LSOA21_LAD22_EW_LU.csv").rename(columns=str.lower)
    now = shapes.merge(deciles[0], on="lsoa21cd")
    return now, deciles[1], changes


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_movers_map_of_cheshire_east_equals_an_independent_calculation(cheshire, width):
    now, earlier_deciles, changes = cheshire
    figure = movers_map(now, earlier_deciles, lookup=changes, width_mm=width)
    assert_page_is_sound(figure)
    same = changes[changes["chgind"] == "U"].merge(earlier_deciles, on="lsoa11cd")
    then = now[["lsoa21cd"]].merge(same, on="lsoa21cd", how="left")["imd_decile"]
    step = np.clip(now["imd_decile"] - then, -2, 2)
    kinds = dict(zip((-2, -1, 0, 1, 2), CHANGE_CLASSES, strict=True))
    expected = [CHANGE_CLASSES[kinds[x]].fill if x == x else None for x in step]
    fills = fills_by_area(figure, now.geometry.to_numpy())
    pairs = [(a, b) for a, b in zip(fills, expected, strict=True) if a and b]
    assert len(pairs) > 80
    assert [a for a, _ in pairs] == [b for _, b in pairs]
    assert int(then.notna().sum()) == 223
    title = (
        f"{int((step < 0).sum())} of 223 LSOAs are in a more deprived decile in 2025 than in 2019"
    )
    assert figure.get_label() == f"{title}, {int((step > 0).sum())} in a less deprived one"
