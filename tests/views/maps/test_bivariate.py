"""The map of deprivation and an outcome: nine classes, and what stands in none of them."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo
from geo.errors import TableError
from geo.views.maps.bivariate import THIRDS, bivariate_map
from geo.views.style.palette import BIVARIATE
from tests.drawn import EACH_WIDTH, assert_page_is_sound, fills_by_area, words

CODES = [f"E010000{i:02}" for i in range(12)]
DECILES = [1, 2, 3, 4, 5, 7, 8, 9, 10, 1, 1, None]
OUTCOMES = ["worse", "similar", "better"] * 3 + ["not_compared", "not_compared", "worse"]
STATES = ["value"] * 8 + ["zero", "suppressed", "missing", "value"]


def areas(**columns):
    """Twelve squares: one for each of the nine classes, two states, and one without a decile."""
    shapes = [
        shapely.box(x, y, x + 9000, y + 9000)
        for y in (0, 9000, 18_000)
        for x in range(0, 36_000, 9000)
    ]
    table = {"lsoa21cd": CODES, "imd_decile": DECILES} | columns
    return gpd.GeoDataFrame(table, geometry=shapes, crs=27700)


def table(**columns):
    rows = {"area_code": [*CODES, "E92000001"], "area_type": ["lsoa21"] * 12 + ["england"]}
    rows |= {"comparison": [*OUTCOMES, "not_compared"], "state": [*STATES, "value"]}
    rows |= {"value": [9.0] * 8 + [0.0, np.nan, np.nan, 9.0, 5.0], "benchmark_value": 5.0}
    rows |= {"indicator_id": "neet", "period": "2024", "polarity": "low_is_good"}
    return pd.DataFrame(rows | columns)


def text_of(figure):
    return " ".join(text.replace("\n", " ") for text, _ in words(figure))


def test_bivariate_map_fills_are_the_nine_of_the_grid():
    fills = fills_by_area(bivariate_map(areas(), table(), "neet"), areas().geometry.to_numpy())
    assert fills[:8] == list(itertools.chain(*BIVARIATE))[:8]  # rings lie over the ninth


def test_bivariate_map_hatches_what_has_no_class():
    ax = bivariate_map(areas(), table(), "neet").axes[1]
    hatches = {patch.get_label(): patch.get_hatch() for patch in ax.patches}
    assert hatches["suppressed"]
    assert hatches["missing"]
    assert hatches["no-decile"]
    assert hatches["zero"]
    assert not hatches["Most deprived 30%, worse"]


def test_bivariate_map_legend_is_complete():
    figure = bivariate_map(areas(), table(), "neet")
    shown = [text for text, _ in words(figure)]
    assert {*THIRDS, "worse", "similar", "better"} <= set(shown)
    assert [shown.count(f"{symbol} 1") for symbol in "▼●▲"] == [3, 3, 3]
    for line in ("suppressed, small numbers: 1", "missing, no data: 1", "no decile: 1"):
        assert line in shown


def test_bivariate_map_title_and_alt_text_state_the_finding():
    figure = bivariate_map(areas(), table(), "neet", place="Borsetshire")
    title = "neet: 1 of 3 LSOAs in the most deprived 30% that can be compared is worse than England"
    assert figure.get_label() == title
    assert figure.alt_text.startswith(f"Map of 12 LSOAs of Borsetshire. {title}.")
    assert "Least deprived 30%, better: 1; suppressed, small numbers: 1" in figure.alt_text
    assert figure.data["joint_class"].tolist()[:2] == [
        "Most deprived 30%, worse",
        "Most deprived 30%, similar",
    ]


@pytest.mark.parametrize(
    ("deciles", "title"),
    [
        (9, "neet: no LSOA in the most deprived 30% can be compared"),
        (1, "neet: 4 of 10 LSOAs in the most deprived 30% that can be compared are worse"),
    ],
)
def test_bivariate_map_title_when_none_or_all_are_deprived(deciles, title):
    figure = bivariate_map(areas(imd_decile=deciles), table(), "neet")
    assert figure.get_label().startswith(title)


def test_bivariate_map_by_quintiles_joins_two_fifths_at_each_end():
    fifths = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, None]
    given = table(quantile=fifths, state="value", value=9.0)
    figure = bivariate_map(areas(imd_decile=1), given, "neet", classes="quintiles")
    column = {1: 0, 2: 0, 3: 1, 4: 2, 5: 2}
    expected = [BIVARIATE[0][column[fifth]] for fifth in fifths[:12]]
    assert fills_by_area(figure, areas().geometry.to_numpy()) == expected
    assert {"worst 40%", "middle 20%", "best 40%"} <= {text for text, _ in words(figure)}
    assert "6 of 12 LSOAs in the most deprived 30% are in the worst 40%" in figure.get_label()


def test_bivariate_map_without_judgement_speaks_of_higher_and_lower():
    given = table(comparison=["higher", "lower", *["similar"] * 11], polarity="no_judgement",
                  state="value", value=9.0)  # fmt: skip
    figure = bivariate_map(areas(imd_decile=2), given, "neet")
    assert "1 of 12 LSOAs in the most deprived 30% is higher than England" in figure.get_label()
    assert {"higher", "similar", "lower"} <= {text for text, _ in words(figure)}


def test_bivariate_map_refuses_confidential_numbers_and_prints_the_rule():
    listed = pd.DataFrame({"indicator_id": ["neet"], "confidential": [True]})
    with pytest.raises(TableError, match=r"confidential.*geo\.suppress"):
        bivariate_map(areas(), table(), "neet", catalogue=listed)
    ruled = table(rule="counts under 5 are not shown")
    figure = bivariate_map(areas(), ruled, "neet", catalogue=listed)
    assert "Disclosure control: counts under 5 are not shown." in text_of(figure)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"imd_decile": 11}, "12 of 12 areas have no valid decile"),
        ({"lsoa21cd": ["E01999999", *CODES[1:]]}, "1 LSOA to draw without data"),
    ],
)
def test_bivariate_map_refuses_what_cannot_be_drawn(change, message):
    with pytest.raises(TableError, match=message):
        bivariate_map(areas(**change), table(), "neet")


@pytest.fixture(scope="module")
def cheshire(real_data):
    """Overcrowded households of Cheshire East, compared, with England's share."""
    counts = pd.read_parquet(real_data / "england" / "census2021_indicators_lsoa21.parquet")
    counts = counts[counts["indicator_id"] == "overcrowded_households"]
    counts = counts[counts["area_code"].str.startswith("E")]
    shapes = gpd.read_file(real_data / "cheshire-east" / "LSOA_2021_BGC_cheshire_east.geojson")
    shapes = shapes.to_crs(27700).rename(columns=str.lower)[["lsoa21cd", "geometry"]]
    ranks = pd.read_csv(real_data / "england" / "IoD2025_ranks_scores_deciles.csv")
    column = next(c for c in ranks if "Multiple Deprivation" in c and "Decile" in c)
    ranks = ranks[[ranks.columns[0], column]].set_axis(["lsoa21cd", "imd_decile"], axis=1)
    now = shapes.merge(ranks, on="lsoa21cd")
    own = counts[counts["area_code"].isin(now["lsoa21cd"])]
    listed = geo.read_catalogue("census2021")
    england = own.iloc[[0]].assign(
        area_code="E92000001", area_type="england", count=counts["count"].sum(),
        denominator=counts["denominator"].sum(),
    )  # fmt: skip
    sums = geo.aggregate(own, now[["lsoa21cd"]], by=["lsoa21cd"], catalogue=listed)
    compared = geo.compare(pd.concat([sums, england], ignore_index=True), catalogue=listed)
    target = counts["count"].sum() / counts["denominator"].sum()
    return now, own, target, compared, listed


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_bivariate_map_of_cheshire_east_equals_an_independent_calculation(cheshire, width):
    now, own, target, compared, listed = cheshire
    figure = bivariate_map(now, compared, "overcrowded_households", catalogue=listed,
                           width_mm=width)  # fmt: skip
    assert_page_is_sound(figure)
    by_code = own.set_index("area_code").loc[now["lsoa21cd"]]
    x, n, z = by_code["count"].to_numpy(), by_code["denominator"].to_numpy(), 1.959963984540054
    middle, half = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    lower, upper = ((middle + sign * half) / (2 * (n + z**2)) for sign in (-1, 1))
    outcome = np.select([lower > target, upper < target], [0, 2], 1)
    third = np.digitize(now["imd_decile"], (4, 8))
    fills = fills_by_area(figure, now.geometry.to_numpy())
    pairs = [
        (fill, BIVARIATE[row][at])
        for fill, row, at, zero in zip(fills, third, outcome, x == 0, strict=True)
        if fill and not zero
    ]
    assert len(pairs) > 80
    assert [one for one, _ in pairs] == [two for _, two in pairs]
    both = int(((third == 0) & (outcome == 0)).sum())
    assert f"{both} of {int((third == 0).sum())} LSOAs in the most" in figure.get_label()
    shown = [text for text, _ in words(figure)]
    for row, at in itertools.product(range(3), range(3)):
        assert f"{'▼●▲'[at]} {int(((third == row) & (outcome == at)).sum())}" in shown
