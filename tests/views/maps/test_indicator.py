"""Maps of one indicator: every fill against its own calculation, every number of the legend."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import geo
from geo.errors import TableError
from geo.views.maps.indicator import indicator_map
from geo.views.style.export import save_figure
from geo.views.style.palette import comparison_styles
from tests.drawn import EACH_WIDTH, assert_page_is_sound, fills_by_area, words

TOWNS = ("Upwell", "Ambridge", "Penny", "Borchester", "Felpersham", "Loxley")
CLASSES = ("worse", "better", "similar", "not_compared", "not_compared", "not_compared")
STATES = ("value", "zero", "value", "value", "suppressed", "missing")
VALUES = (20.0, 0.0, 10.0, 12.0, 4321.0, np.nan)


def table(**columns):
    """Six towns, one for each class and state; England is 10, and low is good."""
    rows = {"area_code": [*TOWNS, "E92000001"], "area_type": ["town"] * 6 + ["england"]}
    rows |= {"value": [*VALUES, 10.0], "comparison": [*CLASSES, "not_compared"]}
    rows |= {"state": [*STATES, "value"], "indicator_id": "neet", "period": "2024/25"}
    rows |= {"lower_ci": rows["value"], "upper_ci": rows["value"], "benchmark_value": 10.0}
    return pd.DataFrame(rows | columns)


def catalogue(**columns):
    facts = {"indicator_id": ["neet"], "name": "Not in education", "short_name": "NEET"}
    facts |= {"group": "Skills", "unit": "% of those aged 16–17", "measure": "proportion"}
    facts |= {"polarity": "low_is_good", "source": "Test", "licence": "MIT", "confidential": False}
    return pd.DataFrame(facts | columns)


def towns():
    shapes = [shapely.box(x, y, x + 9000, y + 9000) for y in (0, 9000) for x in (0, 9000, 18_000)]
    return gpd.GeoDataFrame({"town": TOWNS}, geometry=shapes, crs=27700)


def drawn(given=None, /, areas=None, **options):
    given = table() if given is None else given
    options = {"catalogue": catalogue(), "area_type": "town"} | options
    return indicator_map(towns() if areas is None else areas, given, "neet", **options)


def text_of(figure):
    return " ".join(text.replace("\n", " ") for text, _ in words(figure))


def test_indicator_map_fills_follow_class_and_state():
    styles = comparison_styles()
    expected = ["worse", "better", "similar", "not_compared", "suppressed", "missing"]
    fills = fills_by_area(drawn(), towns().geometry.to_numpy())
    plain = [0, 1, 2, 3]  # lines and dots lie over the others, which the next test looks at
    assert [fills[at] for at in plain] == [styles[expected[at]].fill for at in plain]


def test_indicator_map_tells_the_five_states_apart_by_pattern():
    ax = drawn().axes[1]
    looks = {p.get_label(): (to_hex(p.get_facecolor(), True), p.get_hatch()) for p in ax.patches}
    states = [looks[name] for name in ("worse", "zero", "suppressed", "missing", "not_compared")]
    assert len(set(states)) == 5
    assert looks["zero"][0].endswith("00")  # rings over the fill of its class
    assert looks["suppressed"][1] != looks["missing"][1]


def test_indicator_map_legend_counts_every_class_and_state():
    drawn_words = [text for text, _ in words(drawn())]
    for line in (
        "worse than England: 1",
        "similar to England: 1",
        "better than England: 1",
        "true zero, in any of these classes: 1",
        "suppressed, small numbers: 1",
        "missing, no data: 1",
        "not compared: 1",
    ):
        assert line in drawn_words
    assert "Number of towns in each class" in drawn_words


def test_indicator_map_names_few_areas_with_symbol_and_value():
    shown = text_of(drawn())
    for words_of_area in ("Upwell ▼ 20.0", "Ambridge ▲ 0", "Penny ● 10.0", "Loxley [x]"):
        assert words_of_area in shown


def test_indicator_map_title_subtitle_and_alt_text_state_the_finding():
    figure = drawn(place="Borsetshire")
    title = "NEET: worse than England in 1 of the 3 towns that can be compared"
    assert figure.get_label() == title
    assert figure.alt_text.startswith(f"Map of 6 towns of Borsetshire. {title}.")
    assert "worse than England: 1; similar to England: 1" in figure.alt_text
    assert "suppressed, small numbers: 1; missing, no data: 1; not compared: 1" in figure.alt_text
    assert figure.alt_text.endswith("Highest of those: Upwell (20.0).")
    assert (
        "Not in education, % of those aged 16–17, 2024/25. Towns compared with England (10.0%)"
        in (text_of(figure))
    )
    assert title in figure.caption
    assert "Licence: MIT" in figure.caption


@pytest.mark.parametrize(
    ("columns", "title"),
    [
        ({"comparison": "similar", "state": "value", "value": 10.0}, "in none of 6 towns"),
        ({"comparison": "not_compared"}, "NEET: none of 6 towns can be compared with England"),
        ({"comparison": "worse", "state": "value", "value": 20.0}, "worse than England in 6 of 6"),
    ],
)
def test_indicator_map_title_when_classes_are_none_or_all(columns, title):
    assert title in drawn(table(**columns)).get_label()


def test_indicator_map_without_judgement_speaks_of_higher_and_lower():
    given = table(comparison=["higher", "lower", *["similar"] * 5], state="value", value=10.0)
    figure = drawn(given, catalogue=catalogue(polarity="no_judgement"))
    assert figure.get_label() == "NEET: higher than England in 1 of 6 towns"
    assert "lower than England, no judgement: 1" in text_of(figure)


def test_indicator_map_draws_five_levels():
    given = table(comparison=["much_worse", "worse", "similar", "better", "much_better", "similar",
                              "not_compared"], state="value", value=10.0)  # fmt: skip
    figure = drawn(given, classes="comparison_5")
    fills = fills_by_area(figure, towns().geometry.to_numpy())
    styles = comparison_styles(levels=5)
    expected = ["much_worse", "worse", "similar", "better", "much_better", "similar"]
    assert fills == [styles[name].fill for name in expected]
    assert figure.get_label() == "NEET: worse than England in 2 of 6 towns"


@pytest.mark.parametrize(
    ("polarity", "word"), [("low_is_good", "worst"), ("no_judgement", "highest")]
)
def test_indicator_map_by_quintiles_names_the_first_fifth(polarity, word):
    given = table(quantile=[1, 2, 3, 4, 5, 1, None], state="value", value=10.0)
    figure = drawn(given, classes="quintiles", catalogue=catalogue(polarity=polarity))
    styles = comparison_styles(levels="quintiles")
    fills = fills_by_area(figure, towns().geometry.to_numpy())
    assert fills == [styles[f"fifth_{at}"].fill for at in (1, 2, 3, 4, 5, 1)]
    assert figure.get_label() == f"NEET: 2 of 6 towns are in the {word} fifth in England"
    assert f"{word} fifth in England: 2" in text_of(figure)


def test_indicator_map_on_given_axes_leaves_the_page_to_the_caller():
    figure = Figure(figsize=(5, 5))
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 0.9))
    assert drawn(ax=ax, title="Mine") is figure
    assert figure.axes == [ax]
    assert ax.get_title(loc="left") == "Mine"
    assert "worse" in {patch.get_label() for patch in ax.patches}


# ---- disclosure -----------------------------------------------------------------------------


def test_indicator_map_refuses_confidential_numbers_that_were_not_suppressed():
    with pytest.raises(TableError, match=r"neet\) is confidential.*geo\.suppress"):
        drawn(catalogue=catalogue(confidential=True))


def test_indicator_map_prints_the_rule_and_hides_suppressed_numbers_everywhere(tmp_path):
    ruled = table(rule="counts under 5 are not shown")
    figure = drawn(ruled, catalogue=catalogue(confidential=True))
    assert "Disclosure control: counts under 5 are not shown." in text_of(figure)
    assert "counts under 5 are not shown" in figure.caption
    paths = save_figure(
        figure, tmp_path, "neet", data=figure.data, alt=figure.alt_text, caption=figure.caption
    )
    for path in (paths[1], paths[3], paths[4]):
        assert not re.search("4,?321", path.read_text("utf-8"))
    row = figure.data.set_index("area").loc["Felpersham"]
    assert row[["value", "lower_ci", "upper_ci"]].isna().all()
    assert (row["state"], row["text"]) == ("suppressed", "[c]")


# ---- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"classes": "thirds"}, "classes is 'thirds'; allowed are 'comparison'"),
        ({"area_type": "ward"}, "0 area types of the comparisons are 'ward'"),
        ({"areas": towns().rename(columns={"town": "name"})}, "No column town in the table"),
        ({"areas": towns().iloc[:0]}, "has no rows"),
        ({"areas": towns().assign(town=[None, *TOWNS[1:]])}, "1 of 6 areas to draw have no town"),
        ({"areas": towns().iloc[:4]}, r"2 towns with data without geometry \(Felpersham, Loxley\)"),
        ({"areas": towns().assign(town=["Else", *TOWNS[1:]])}, "1 town to draw without data"),
        ({"areas": towns().assign(town=list("abcdef"))}, "None of 6 towns to draw"),
    ],
)
def test_indicator_map_refuses_what_cannot_be_drawn(change, message):
    with pytest.raises(TableError, match=message):
        drawn(**change)


def test_indicator_map_refuses_an_unknown_indicator_and_two_series():
    with pytest.raises(TableError, match="No row of the comparisons is of indicator 'x'.*neet"):
        indicator_map(towns(), table(), "x")
    both = pd.concat([table(sex="Female"), table(sex="Male")])
    with pytest.raises(TableError, match="2 series of neet .*keep the rows of one sex and age"):
        drawn(both)


def test_indicator_map_draws_incomplete_areas_as_missing_if_asked():
    areas = towns().assign(town=["Elsewhere", *TOWNS[1:]])
    figure = drawn(areas=areas, incomplete=True)
    assert "missing, no data: 2" in text_of(figure)
    assert figure.data.set_index("area")["state"].to_dict()["Elsewhere"] == "missing"


@pytest.mark.parametrize("value", [0.0, 5.0, -3.0, 1e-9, 1e12, np.nan])
def test_indicator_map_draws_values_all_equal_negative_missing_tiny_or_huge(value):
    state = "missing" if np.isnan(value) else "zero" if value == 0 else "value"
    given = table(value=value, comparison="similar", state=state, benchmark_value=value)
    figure = drawn(given)
    assert_page_is_sound(figure)
    assert figure.data["state"].tolist() == [state] * 6


def test_indicator_map_draws_one_area_with_a_lake_and_an_island():
    lake = shapely.box(2000, 2000, 4000, 4000)
    shape = shapely.MultiPolygon(
        [shapely.box(0, 0, 9000, 9000) - lake, shapely.box(20_000, 0, 23_000, 3000)]
    )
    areas = gpd.GeoDataFrame({"town": ["Upwell"]}, geometry=[shape], crs=27700)
    given = table()[lambda t: t["area_code"].isin(["Upwell", "E92000001"])]
    figure = drawn(given, areas=areas)
    assert_page_is_sound(figure)
    pieces = np.array([lake, shape.geoms[1]])
    assert fills_by_area(figure, pieces) == ["#ffffff", comparison_styles()["worse"].fill]


def test_indicator_map_joins_areas_that_share_a_code_and_leaves_its_input_alone():
    areas = pd.concat([towns()] * 2, ignore_index=True)
    areas.geometry = [shapely.box(x, 0, x + 5000, 5000) for x in range(0, 60_000, 5000)]
    given = table()
    before, table_before = areas.copy(), given.copy()
    figure = drawn(given, areas=areas)
    assert len(figure.data) == 6
    assert areas.equals(before)
    assert given.equals(table_before)


# ---- real data and the sample ---------------------------------------------------------------


@pytest.fixture(scope="module")
def census(real_data):
    """Households deprived in two or more dimensions, low is good, with areas of Cheshire East."""
    listed = geo.read_catalogue("census2021")
    counts = pd.read_parquet(real_data / "england" / "census2021_indicators_lsoa21.parquet")
    counts = counts[counts["indicator_id"] == "households_deprived_2plus"]
    counts = counts[counts["area_code"].str.startswith("E")]
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd", "wd24nm", "lad24cd"]]
    places = pd.read_csv(real_data / "cheshire-east" / "wards_to_collaboratives.csv")
    members = lookup[lookup["lad24cd"] == "E06000049"].merge(
        places[["wd24cd", "collaborative"]], on="wd24cd"
    )
    own = counts[counts["area_code"].isin(members["lsoa21cd"])]
    sums = geo.aggregate(own, members, by=["lsoa21cd", "wd24cd", "collaborative"], catalogue=listed)
    england = own.iloc[[0]].assign(
        area_code="E92000001", area_type="england", count=counts["count"].sum(),
        denominator=counts["denominator"].sum(),
    )  # fmt: skip
    shapes = gpd.read_file(real_data / "cheshire-east" / "LSOA_2021_BGC_cheshire_east.geojson")
    shapes = shapes.to_crs(27700).rename(columns=str.lower)[["lsoa21cd", "lsoa21nm", "geometry"]]
    areas = shapes.merge(members, on="lsoa21cd")
    compared = geo.compare(pd.concat([sums, england], ignore_index=True), catalogue=listed)
    return areas, own.merge(members, left_on="area_code", right_on="lsoa21cd"), england, compared


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "key", "least"),
    [("lsoa", "lsoa21cd", 150), ("ward", "wd24cd", 40), ("collaborative", "collaborative", 8)],
)
def test_indicator_map_of_cheshire_east_equals_an_independent_calculation(census, kind, key, least):
    areas, own, england, compared = census
    name = "households_deprived_2plus"
    outlines = None if kind == "collaborative" else "collaborative"
    figure = indicator_map(areas, compared, name, catalogue=geo.read_catalogue("census2021"),
                           area_type=kind, outlines=outlines)  # fmt: skip
    assert_page_is_sound(figure)
    sums = own.groupby(key)[["count", "denominator"]].sum()
    x, n, z = sums["count"], sums["denominator"], 1.959963984540054
    middle, half = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    lower, upper = ((middle + sign * half) / (2 * (n + z**2)) for sign in (-1, 1))
    target = float(england["count"].iloc[0] / england["denominator"].iloc[0])
    expected = pd.Series(
        np.select([lower > target, upper < target], ["worse", "better"], "similar"), sums.index
    )
    assert figure.data.set_index("area_code")["class"].to_dict() == expected.to_dict()
    shapes = areas.dissolve(key).geometry
    styles = comparison_styles()
    fills = fills_by_area(figure, shapes.to_numpy())
    pairs = [
        (one, styles[expected[code]].fill)
        for one, code in zip(fills, shapes.index, strict=True)
        if one
    ]
    assert len(pairs) >= least
    assert [one for one, _ in pairs] == [two for _, two in pairs]
    counts = expected.value_counts()
    drawn_words = [text for text, _ in words(figure)]
    for one in ("worse", "similar", "better"):
        assert f"{styles[one].label}: {counts.get(one, 0)}" in drawn_words
    assert f"worse than England in {counts['worse']} of {len(sums)}" in figure.get_label()


@pytest.fixture(scope="module")
def sample():
    """Children on a plan and persistent absence in the sample, suppressed and compared."""
    borough, place = geo.sample(), geo.load_place("sample")
    members = geo.assign(borough.areas[["lsoa21cd"]], place, lookups=borough.lookup_wards)
    listed = borough.indicator_catalogue
    kept = borough.indicators[borough.indicators["indicator_id"] == "child_protection"]
    kept = kept[kept["period"] == kept["period"].max()]
    sums = geo.aggregate(kept[kept["area_type"] == "lsoa21"], members,
                         by=["lsoa21cd", "collaborative"], catalogue=listed)  # fmt: skip
    safe = geo.suppress(sums, members, catalogue=listed)
    england = kept[kept["area_type"] == "england"]
    compared = geo.compare(pd.concat([safe, england], ignore_index=True), catalogue=listed)
    return borough.areas.merge(members.drop(columns="wd24nm", errors="ignore"), on="lsoa21cd",
                               suffixes=("", "_of")), compared, listed  # fmt: skip


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_indicator_map_of_suppressed_counts_of_the_sample(sample, width):
    areas, compared, listed = sample
    figure = indicator_map(areas, compared, "child_protection", catalogue=listed, width_mm=width,
                           outlines="collaborative", notice="Synthetic data")  # fmt: skip
    assert_page_is_sound(figure)
    own = compared[compared["area_type"] == "lsoa21"]
    states = own["state"].value_counts()
    shown = [text for text, _ in words(figure)]
    assert f"suppressed, small numbers: {states['suppressed']}" in shown
    assert f"true zero, in any of these classes: {states['zero']}" in shown
    assert figure.data["state"].value_counts()["zero"] == states["zero"]
    assert figure.data.loc[figure.data["state"] == "suppressed", "value"].isna().all()
    assert "counts under 5 are not shown" in text_of(figure)
