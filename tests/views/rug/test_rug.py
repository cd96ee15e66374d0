"""The Tartan Rug: every colour against its own calculation, and what a reader sees of it."""

import itertools
import re
import shutil
import subprocess

import matplotlib as mpl
import numpy as np
import openpyxl
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from scipy.stats import chi2

import geo
from geo.errors import TableError
from geo.views.cell_words import number
from geo.views.rug.rug import tartan_rug
from geo.views.style.palette import PALETTES, comparison_styles, contrast
from tests.views.charts.data import catalogue as three_polarities
from tests.views.style.test_palette import MACHADO, ciede2000, lab

HOSTILE = "<script>alert(1)</script></script>\u2028&{{ 7*7 }}"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
ENGLAND = "E92000001"
Z = 1.959963984540054
ALL_STATES = ("value", "zero", "suppressed", "missing", "not_compared")


def comparisons(**columns):
    """Three towns by three indicators, low, high and neither good; England 10 in each.

    Upwell is worse (20 for low is good), Ambridge has all that is not a plain value: a true
    zero that is better, a suppressed and a missing cell; in Penny nothing was compared.
    """
    rows = [
        ("Upwell", "low", 20.0, "worse", "value"),
        ("Upwell", "high", 20.0, "better", "value"),
        ("Upwell", "neither", 20.0, "higher", "value"),
        ("Ambridge", "low", 0.0, "better", "zero"),
        ("Ambridge", "high", np.nan, "not_compared", "suppressed"),
        ("Ambridge", "neither", np.nan, "not_compared", "missing"),
        ("Penny", "low", 10.0, "similar", "value"),
        ("Penny", "high", 12.0, "not_compared", "value"),
        ("Penny", "neither", 5.0, "lower", "value"),
        *((ENGLAND, name, 10.0, "not_compared", "value") for name in ("low", "high", "neither")),
    ]
    names = ["area_code", "indicator_id", "value", "comparison", "state"]
    table = pd.DataFrame(rows, columns=names)
    table["area_type"] = np.where(table["area_code"] == ENGLAND, "england", "town")
    table["lower_ci"], table["upper_ci"] = table["value"] - 1, table["value"] + 1
    table["count"], table["denominator"] = 7.0, 35.0
    return table.assign(period="2024/25", benchmark_value=10.0, **columns)


def catalogue(**columns):
    return three_polarities(**({"short_name": ["low", "high", "neither"]} | columns))


def rug_of(table=None, /, **options):
    table = comparisons() if table is None else table
    return tartan_rug(table, **({"catalogue": catalogue(), "areas": "town"} | options))


def shown(rug):
    """Class of each cell, by area code and indicator."""
    data = rug.data
    return dict(
        zip(
            zip(data["area_code"], data["indicator_id"], strict=True),
            data["comparison"],
            strict=True,
        )
    )


def page_of(rug, tmp_path):
    rug.to_html(tmp_path / "rug.html")
    return (tmp_path / "rug.html").read_text("utf-8")


# ---- the cells ------------------------------------------------------------------------------


def test_tartan_rug_shows_each_class_and_state_as_compared():
    rug = rug_of()
    of = shown(rug)
    assert of["Upwell", "low"] == "worse"
    assert of["Upwell", "high"] == "better"
    assert of["Upwell", "neither"] == "higher"
    assert of["Ambridge", "low"] == "better"
    assert of["Ambridge", "high"] == "suppressed"
    assert of["Ambridge", "neither"] == "missing"
    assert of["Penny", "high"] == "not_compared"
    assert of["Penny", "neither"] == "lower"
    assert of[ENGLAND, "low"] == "benchmark"
    assert rug.cells.counts("state") == {
        "value": 5, "zero": 1, "suppressed": 1, "missing": 1, "not_compared": 1,
    }  # fmt: skip


def test_tartan_rug_true_zero_is_coloured_and_reads_zero():
    data = rug_of().data.set_index(["area_code", "indicator_id"])
    cell = data.loc["Ambridge", "low"]
    assert (cell["text"], cell["state"], cell["meaning"]) == ("0", "zero", "better than England")


def test_tartan_rug_leaves_no_number_in_suppressed_or_missing_cells():
    table = comparisons()
    hidden = table["state"].isin(["suppressed"])
    table.loc[hidden, ["value", "lower_ci", "upper_ci", "count"]] = 4321.0
    rug = rug_of(table)
    cell = rug.data.set_index(["area_code", "indicator_id"]).loc["Ambridge", "high"]
    numbers = ["value", "lower_ci", "upper_ci", "count", "denominator"]
    assert cell[numbers].isna().all()
    assert cell["text"] == "[c]"
    assert "4321" not in rug._repr_html_()
    assert "4,321" not in rug._repr_html_()


def test_tartan_rug_draws_a_trend_only_where_a_number_is_shown(tmp_path):
    trends = comparisons()[["area_code", "area_type", "indicator_id"]]
    trends = trends.assign(trend="increasing", judgement="worse")
    rug = rug_of(trends=trends)
    data = rug.data
    assert (data["trend"] == "increasing").eq(data["text"].str[:1] != "[").all()
    assert sorted(data.loc[data["trend"] == "", "state"]) == ["missing", "suppressed"]
    cells = re.findall(r"<td class=(suppressed|missing)>(.*?)</td>", page_of(rug, tmp_path))
    assert len(cells) == 2
    assert not any("↑" in cell for _, cell in cells)
    arrows = [text for text in rug.figure().findobj(mpl.text.Text) if text.get_text() == "↑"]
    assert len(arrows) == len(data) - 2


def test_tartan_rug_row_that_is_absent_is_missing():
    table = comparisons()
    rug = rug_of(table[(table["area_code"] != "Penny") | (table["indicator_id"] != "low")])
    assert shown(rug)["Penny", "low"] == "missing"


def test_tartan_rug_takes_the_latest_period_of_each_indicator():
    old = comparisons(note="old").assign(period="2019/20", comparison="similar")
    newer = comparisons(note="new")
    rug = rug_of(pd.concat([newer, old], ignore_index=True))
    assert set(rug.cells.indicators["period"]) == {"2024/25"}
    assert shown(rug) == shown(rug_of())


def test_tartan_rug_rows_with_several_ages_are_told_apart():
    table = comparisons(age="0-4 yrs")
    both = pd.concat([table, table.assign(age="5-9 yrs")], ignore_index=True)
    assert rug_of(both).cells.indicators["label"].tolist()[:2] == [
        "low, 0-4 yrs",
        "low, 5-9 yrs",
    ]


def test_tartan_rug_groups_follow_the_order_given():
    groups = pd.Series({"Penny": "West", "Upwell": "East", "Ambridge": "West"})
    areas = rug_of(groups=groups).cells.areas
    assert areas["name"].tolist() == ["England", "Ambridge", "Penny", "Upwell"]
    assert areas["group"].tolist() == ["For reference", "West", "West", "East"]


def test_tartan_rug_three_levels_of_a_five_level_comparison():
    table = comparisons()
    table.loc[0, "comparison"] = "much_worse"
    assert shown(rug_of(table, levels=5))["Upwell", "low"] == "much_worse"
    assert shown(rug_of(table, levels=3))["Upwell", "low"] == "worse"


def test_tartan_rug_quintiles_show_fifths():
    table = comparisons(quantile=pd.array([1, 5, 3, 5, pd.NA, pd.NA, 2, 4, 1] + [pd.NA] * 3))
    rug = rug_of(table, levels="quintiles")
    of = shown(rug)
    assert (of["Upwell", "low"], of["Penny", "high"]) == ("fifth_1", "fifth_4")
    assert of[ENGLAND, "low"] == "benchmark"
    assert "chance" not in " ".join(rug.remarks)


def test_tartan_rug_has_the_key_of_fifths_where_an_area_for_reference_alone_is_placed(tmp_path):
    whole = comparisons().head(3).assign(area_code="all", area_type="borough")
    places = pd.array([9, 1, 2], dtype="Int64")
    whole = whole.assign(comparison="not_compared", quantile=pd.array([4, 1, 2], dtype="Int64"),
                         place=places, among=10, among_type="lad")  # fmt: skip
    rug = rug_of(pd.concat([comparisons(), whole]), references=("england", "borough"))
    assert shown(rug)["all", "low"] == "fifth_4"
    rug.to_excel(tmp_path / "rug.xlsx")
    assert "fourth fifth" in page_of(rug, tmp_path)


def test_tartan_rug_title_names_the_area_with_most_worse_cells():
    title = "Upwell is worse than England in 1 of the 2 indicators that can be judged, the most"
    assert rug_of().title == f"{title} of all"
    none = comparisons().assign(comparison="similar")
    assert (
        rug_of(none).title
        == "No area is worse than England in any of the 2 indicators that can be judged"
    )


def test_tartan_rug_title_names_those_that_tie_for_most():
    table = comparisons().replace({"comparison": {"similar": "worse"}})
    assert rug_of(table).title.startswith("Penny and Upwell are each worse than England in 1 of")
    low = table[table["indicator_id"].eq("low") & table["area_code"].eq("Upwell")]
    further = pd.concat([table, *(low.assign(area_code=name) for name in "VWXYZ")])
    assert rug_of(further).title.startswith("Penny, Upwell, V and 4 more are each worse than")


def test_tartan_rug_compares_with_the_borough_in_words():
    table = comparisons().replace({ENGLAND: "borough", "england": "borough"})
    rug = rug_of(table.assign(area_name=table["area_code"].replace("borough", "Felpersham")),
                 benchmark="borough")  # fmt: skip
    assert rug.benchmark == "Felpersham"
    assert rug.styles["worse"].label == "worse than Felpersham"


def test_tartan_rug_says_how_many_flags_are_chance():
    # 6 of the 9 cells were tested; 5% of them is 0.3
    assert rug_of().cells.tested == 6
    assert "About 0 of 6 comparisons" in " ".join(rug_of().remarks)


def test_tartan_rug_leaves_its_input_alone():
    table, listed = comparisons(), catalogue()
    before, listed_before = table.copy(deep=True), listed.copy(deep=True)
    rug = rug_of(table, catalogue=listed)
    data = rug.data
    data["value"] = 0.0
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(listed, listed_before)
    assert rug.data["value"].sum() != 0


def test_tartan_rug_is_frozen():
    with pytest.raises(AttributeError):
        rug_of().title = "other"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234.56, 0, "1,235"), (0.0, 2, "0"), (0.004, 2, "<0.01"), (-3.25, 1, "-3.2"),
     (0.05, 1, "0.1"), (99.95, 1, "100.0"), (-0.01, 1, ">-0.1")],
)  # fmt: skip
def test_number_is_short_and_keeps_true_zeros_apart(value, decimals, text):
    assert number(value, decimals) == text


# ---- input that is wrong, or unusual --------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t[t["area_code"] != ENGLAND], "No row of the comparisons is 'england'"),
        (lambda t: pd.concat([t, t.iloc[:2]]), "2 cells of the rug have more than one row"),
        (lambda t: t.drop(columns="period"), "No column period"),
        (lambda t: t.assign(period=None), "12 of 12 rows of the comparisons have no period"),
        (lambda t: t.drop(columns="comparison"), "No column comparison"),
        (lambda t: t.assign(comparison="bad"), "Comparison bad is unknown"),
        (lambda t: t.assign(state="hidden"), "State hidden is unknown"),
        (lambda t: t.iloc[:0], "have no row"),
        (lambda t: t.assign(area_type="village"), "0 area types of the comparisons are 'town'"),
        (lambda t: t.assign(value=np.inf), "is infinite"),
        (lambda t: t.replace("low", "unlisted"), "1 indicators (unlisted) are not in the catalog"),
    ],
)
def test_tartan_rug_refuses_what_it_cannot_show(change, words):
    with pytest.raises(TableError) as problem:
        rug_of(change(comparisons()))
    assert words in str(problem.value)


@pytest.mark.parametrize("option", [{"palette": "rainbow"}, {"levels": 4}])
def test_tartan_rug_refuses_unknown_options(option):
    (name,) = option
    with pytest.raises(TableError, match=rf"{name} is .*; allowed are"):
        rug_of(**option)


def test_tartan_rug_refuses_a_doubled_catalogue_and_a_wrong_polarity():
    with pytest.raises(TableError, match="stand more than once in the catalogue"):
        rug_of(catalogue=pd.concat([catalogue(), catalogue()]))
    with pytest.raises(TableError, match="Polarity sideways is unknown"):
        rug_of(catalogue=catalogue(polarity="sideways"))


def test_tartan_rug_shows_the_last_level_of_the_table_for_reference_where_none_is_named():
    """Whatever the place calls its levels: hubs lie in towns, towns in vales."""
    towns = comparisons()
    parts = [
        towns.assign(area_type=np.where(towns["area_type"] == "town", kind, towns["area_type"]))
        for kind in ("hub", "vale", "borough")
    ]
    parts = [part[part["area_type"] != "england"] for part in parts]
    for part, code in zip(parts, ("Hub ", "Vale ", "Borough "), strict=True):
        part["area_code"] = code + part["area_code"]
    hubs, vales, borough = parts
    table = pd.concat([hubs, towns, vales, borough], ignore_index=True)
    kinds = dict(rug_of(table).cells.areas[["area_type", "reference"]].drop_duplicates().to_numpy())
    assert kinds == {"england": True, "borough": True, "vale": True, "town": False}
    kinds = rug_of(table, areas="vale").cells.areas["area_type"].unique().tolist()
    assert kinds == ["england", "borough", "vale"]
    alone = rug_of(table, references=["hub"]).cells.areas["area_type"].unique().tolist()
    assert alone == ["england", "hub", "town"]


def test_tartan_rug_refuses_confidential_indicators_without_suppression():
    with pytest.raises(TableError, match=r"3 indicators .* are confidential.*geo.suppress"):
        rug_of(catalogue=catalogue(confidential=True))


def test_tartan_rug_shows_confidential_indicators_with_their_rule():
    table = comparisons(rule="counts under 5 are not shown")
    rug = rug_of(table, catalogue=catalogue(confidential=True))
    hidden = rug.data["state"].isin(["suppressed", "missing"])
    shown = rug.data[["count", "denominator"]].notna()
    assert (shown.all(axis=1) == rug_of().data["count"].notna()).all()
    assert not shown[hidden].any(axis=None)
    assert "Disclosure control: counts under 5 are not shown." in rug.remarks
    assert set(rug.data["disclosure_rule"]) == {"counts under 5 are not shown"}


def test_tartan_rug_half_suppressed_rows_are_refused():
    table = comparisons(rule="counts under 5 are not shown")
    table.loc[table["area_code"] == ENGLAND, "rule"] = None  # never goes through geo.suppress
    assert rug_of(table, catalogue=catalogue(confidential=True)).cells.rule
    table.loc[0, "rule"] = None
    with pytest.raises(TableError, match="1 indicator .* is confidential"):
        rug_of(table, catalogue=catalogue(confidential=True))


def test_tartan_rug_without_catalogue_shows_no_counts():
    rug = rug_of(catalogue=None)
    assert rug.data["count"].isna().all()
    assert rug_of().data["count"].notna().any()


AWKWARD = ["שכונה צפונית", "x" * 200, HOSTILE]
AWKWARD += [
    pytest.param(name, marks=pytest.mark.slow)
    for name in ("Ynys Môn â ŵ ŷ", "long " * 40, "=1+1", "")
]


@pytest.mark.parametrize("name", AWKWARD, ids=lambda name: name[:8] or "empty")
def test_tartan_rug_takes_any_name(name, tmp_path):
    table = comparisons().replace({"Upwell": name or " "})
    rug = rug_of(table, catalogue=catalogue(name=name, group=name or "-", unit=name))
    page = page_of(rug, tmp_path)
    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page
    rug.to_excel(tmp_path / "rug.xlsx")
    rug.to_csv(tmp_path / "rug.csv")
    assert "alert(1)</script>" not in rug.styler.to_html()
    assert_text_in_place(rug.figure())


def test_tartan_rug_rows_without_short_name_take_the_name():
    listed = catalogue().drop(columns="short_name")
    assert rug_of(catalogue=listed).cells.indicators["label"].iat[0] == "Low is good here"


@pytest.mark.parametrize(
    "kind",
    [
        "one area",
        "one indicator",
        "all missing",
        pytest.param("300 indicators", marks=pytest.mark.slow),
    ],
)
def test_tartan_rug_takes_any_size(kind, tmp_path):
    table, listed = comparisons(), catalogue()
    if kind == "one area":
        table = table[table["area_code"].isin(["Upwell", ENGLAND])]
    elif kind == "one indicator":
        table = table[table["indicator_id"] == "low"]
    elif kind == "all missing":
        table = table.assign(value=np.nan, state="missing")
    else:
        names = [f"low {at}" for at in range(300)]
        rows = table[table["indicator_id"] == "low"]
        table = pd.concat([rows.assign(indicator_id=name) for name in names], ignore_index=True)
        listed = pd.concat([listed.iloc[[0]]] * 300).assign(indicator_id=names)
    rug = rug_of(table, catalogue=listed)
    assert len(rug.data) == table["indicator_id"].nunique() * table["area_code"].nunique()
    assert page_of(rug, tmp_path).count("<td class=") >= len(rug.data)
    rug.to_excel(tmp_path / "rug.xlsx")
    figure = rug.figure()
    assert_text_in_place(figure)
    assert len(figure.further) == (5 if kind == "300 indicators" else 0)


def test_figure_refuses_more_areas_of_reference_than_leave_room_for_others():
    rows = comparisons()
    town = rows[rows["area_code"] == "Upwell"]
    others = [town.assign(area_code=f"Shire {at}", area_type="shire") for at in range(90)]
    rug = rug_of(pd.concat([*others, rows]), references=("england", "shire"))
    with pytest.raises(TableError, match="91 areas of reference leave no room for others"):
        rug.figure()


# ---- palette --------------------------------------------------------------------------------

LEVELS = [3, 5, "quintiles"]


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("palette", PALETTES)
def test_comparison_styles_carry_text_and_differ_in_symbol_and_words(palette, levels):
    styles = comparison_styles(palette, levels)
    assert all(contrast(style.text, style.fill) >= 4.5 for style in styles.values())
    assert len({style.label for style in styles.values()}) == len(styles)
    marked = [(style.symbol, style.pattern) for n, style in styles.items() if n != "benchmark"]
    assert len(set(marked)) == len(marked)


@pytest.mark.parametrize("levels", LEVELS)
def test_accessible_styles_are_ordered_in_greyscale_and_differ_for_every_eye(levels):
    styles = comparison_styles("accessible", levels)
    judged = [s.fill for n, s in styles.items() if n.endswith(("worse", "similar", "better"))
              or n.startswith("fifth")]  # fmt: skip
    assert len(judged) == (3 if levels == 3 else 5)
    for vision in MACHADO:
        lightness = [lab(fill, vision)[0] for fill in judged]
        assert all(one < other for one, other in itertools.pairwise(lightness)), vision
        seen = [lab(style.fill, vision) for style in styles.values() if not style.pattern]
        coloured = seen[:-1]  # the last is the benchmark's own column
        nearest = min(ciede2000(a, b) for a, b in itertools.combinations(coloured, 2))
        assert nearest >= {"grey": 5}.get(vision, 9), vision


# ---- against an independent calculation -----------------------------------------------------


def interval(count, denominator, measure):
    """95% limits per person: Wilson, exact Poisson under 10, Byar."""
    if measure == "proportion":
        middle, spread = 2 * count + Z**2, Z * np.sqrt(Z**2 + 4 * count * (1 - count / denominator))
        return [(middle + side * spread) / (2 * (denominator + Z**2)) for side in (-1, 1)]
    if count < 10:
        low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
        return [low / denominator, chi2.ppf(0.975, 2 * count + 2) / 2 / denominator]
    above = count + 1
    return [
        count * (1 - 1 / (9 * count) - Z / (3 * np.sqrt(count))) ** 3 / denominator,
        above * (1 - 1 / (9 * above) + Z / (3 * np.sqrt(above))) ** 3 / denominator,
    ]


def verdict(count, denominator, england, fact):
    """Class by the definitions in words: is England's value outside the area's interval?"""
    low, high = interval(count, denominator, fact["measure"])
    if low <= england <= high:
        return "similar"
    above = low > england
    if fact["polarity"] == "no_judgement":
        return "higher" if above else "lower"
    return "better" if above == (fact["polarity"] == "high_is_good") else "worse"


def expected_classes(table, facts):
    """Class by area and indicator of the table's latest periods, from counts alone."""
    last = table.groupby("indicator_id")["period"].transform("max")
    table = table[table["period"] == last]
    england = table[table["area_type"] == "england"].set_index("indicator_id")
    expected = {}
    for row in table[table["area_type"] != "england"].itertuples():
        fact = facts.loc[row.indicator_id]
        if row.state in ("suppressed", "missing"):
            found = row.state
        elif np.isnan(row.count):
            found = "not_compared"
        else:
            whole = england.loc[row.indicator_id]
            target = whole["count"] / whole["denominator"]
            found = verdict(row.count, row.denominator, target, fact)
        expected[row.area_code, row.indicator_id] = found
    return expected


@pytest.fixture(scope="module")
def sandmere():
    """Comparisons of the sample borough: all five states, three polarities."""
    borough, place = geo.sample(), geo.load_place("sample")
    listed = borough.indicator_catalogue
    members = geo.assign(borough.deprivation[["lsoa21cd"]], place, lookups=borough.lookup_wards)
    small = borough.indicators["area_type"] == "lsoa21"
    sums = geo.aggregate(
        borough.indicators[small],
        members,
        by=["collaborative", "locality", "borough"],
        catalogue=listed,
        confidence=(0.95, 0.998),
        weights=borough.deprivation.set_index("lsoa21cd")["population"],
    )
    table = pd.concat([sums, borough.indicators[~small]], ignore_index=True)
    table["rule"] = "counts under 5 are not shown"
    first = (table["indicator_id"] == "two_year_review") & (table["area_code"] == "Sandmere East")
    table.loc[first, "count"] = 0.0  # a true zero, so that all five states are there
    table.loc[first, ["value", "lower_ci", "upper_ci"]] = [
        0.0,
        *(100 * limit for limit in interval(0, table.loc[first, "denominator"].iat[0],
                                            "proportion")),
    ]  # fmt: skip
    table.loc[first, "state"] = "zero"
    groups = members.drop_duplicates("collaborative").set_index("collaborative")["locality"]
    return {
        "table": table,
        "catalogue": listed,
        "groups": groups.sort_values(),
        "trends": geo.trend(sums, catalogue=listed),
    }


def sandmere_rug(sandmere, **options):
    levels = options.get("levels", 3)
    compared = geo.compare(sandmere["table"], catalogue=sandmere["catalogue"], levels=levels)
    given = {k: sandmere[k] for k in ("catalogue", "groups", "trends")}
    notices = ["Synthetic data: Sandmere is not a real place."]
    return tartan_rug(compared, place="Sandmere", notices=notices, **(given | options))


def test_tartan_rug_of_the_sample_equals_an_independent_calculation(sandmere):
    rug = sandmere_rug(sandmere)
    facts = sandmere["catalogue"].set_index("indicator_id")
    expected = expected_classes(sandmere["table"], facts)
    found = {key: name for key, name in shown(rug).items() if name != "benchmark"}
    assert found == {key: expected[key] for key in found}
    assert len(found) == 33 * 11
    assert set(rug.data["state"]) == set(ALL_STATES)
    assert set(rug.data["polarity"]) == {"high_is_good", "low_is_good", "no_judgement"}


@pytest.fixture(scope="module")
def cheshire(real_data):
    """Census indicators of Cheshire East at three levels, compared with England."""
    folder = real_data / "england"
    listed = geo.read_catalogue("census2021")
    counts = geo.read_indicators(folder / "census2021_indicators_lsoa21.parquet")
    lookup = pd.read_csv(folder / "LSOA21_WD24_LAD24_EW_LU.csv").rename(columns=str.lower)
    places = pd.read_csv(real_data / "cheshire-east" / "wards_to_collaboratives.csv")
    columns = ["wd24cd", "collaborative", "sub_locality", "locality"]
    members = lookup[lookup["lad24cd"] == "E06000049"].merge(places[columns], on="wd24cd")
    english = counts[counts["area_code"].str.startswith("E")]
    every = lookup[lookup["lsoa21cd"].str.startswith("E")][["lsoa21cd"]]
    own = counts[counts["area_code"].isin(members["lsoa21cd"])]
    by = ["collaborative", "sub_locality", "locality", "borough", "wd24cd", "lsoa21cd"]
    table = pd.concat(
        [
            geo.aggregate(own, members, by=by, catalogue=listed),
            geo.aggregate(english, every, by="england", catalogue=listed),
        ],
        ignore_index=True,
    )
    return {"table": table, "catalogue": listed, "members": members}


@pytest.mark.parametrize(("areas", "number"), [("collaborative", 8), ("ward", 52), ("lsoa", 244)])
def test_tartan_rug_of_real_data_equals_an_independent_calculation(cheshire, areas, number):
    listed = cheshire["catalogue"]
    rug = tartan_rug(geo.compare(cheshire["table"], catalogue=listed), catalogue=listed,
                     areas=areas)  # fmt: skip
    facts = listed if listed.index.name == "indicator_id" else listed.set_index("indicator_id")
    expected = expected_classes(cheshire["table"], facts)
    found = {key: name for key, name in shown(rug).items() if name != "benchmark"}
    assert found == {key: expected[key] for key in found}
    assert len(rug.cells.own) == number * len(facts)


def many(table, listed, number):
    """Repeat indicators under other names until there are ``number``."""
    listed = listed.reset_index() if listed.index.name == "indicator_id" else listed
    rounds = range(-(-number // len(listed)))
    one, other = (
        pd.concat([t.assign(indicator_id=t["indicator_id"] + f"_{at}") for at in rounds])
        for t in (table, listed)
    )
    kept = other["indicator_id"].head(number)
    return one[one["indicator_id"].isin(kept)], other[other["indicator_id"].isin(kept)]


@pytest.mark.parametrize(("areas", "most"), [("collaborative", 150_000), ("lsoa", 1_500_000)])
def test_tartan_rug_page_is_small_with_40_indicators(cheshire, areas, most, tmp_path):
    compared = geo.compare(cheshire["table"], catalogue=cheshire["catalogue"])
    compared, listed = many(compared, cheshire["catalogue"], 40)
    rug = tartan_rug(compared, catalogue=listed, areas=areas)
    assert len(rug.cells.indicators) == 40
    assert len(page_of(rug, tmp_path).encode()) <= most


# ---- files ----------------------------------------------------------------------------------


def test_to_csv_holds_every_cell_with_its_meaning(tmp_path):
    rug_of().to_csv(tmp_path / "rug.csv")
    read = pd.read_csv(tmp_path / "rug.csv", keep_default_na=False)
    assert len(read) == 12
    for column in (
        "benchmark",
        "period",
        "source",
        "licence",
        "state",
        "cells_in_state",
        "meaning",
    ):
        assert (read[column].astype(str) != "").all(), column


def test_to_csv_and_excel_run_no_formula(tmp_path):
    table = comparisons().replace({"Upwell": "=1+1", "Penny": "@SUM(A1)", "Ambridge": "-2+3"})
    rug = rug_of(table, catalogue=catalogue(name="+1", short_name="=cmd()", group="@g", unit="-u"),
                 title="=2+2", notices=["=3+3"], sources=["=4+4"])  # fmt: skip
    rug.to_csv(tmp_path / "rug.csv")
    cells = pd.read_csv(tmp_path / "rug.csv", dtype=str, keep_default_na=False)
    text = cells.drop(columns=["value", "lower_ci", "upper_ci"])
    assert not text.apply(lambda column: column.str.startswith(("=", "+", "-", "@"))).any(axis=None)
    rug.to_excel(tmp_path / "rug.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "rug.xlsx"):
        for cell in itertools.chain.from_iterable(sheet.iter_rows()):
            assert cell.data_type != "f", (sheet.title, cell.coordinate)
            assert not str(cell.value).startswith(("=", "+", "@")), (sheet.title, cell.value)


def test_to_excel_cells_have_numbers_fills_symbols_and_states(tmp_path):
    rug = rug_of(palette="ohid")
    rug.to_excel(tmp_path / "rug.xlsx")
    book = openpyxl.load_workbook(tmp_path / "rug.xlsx")
    assert book.sheetnames == [
        "Cover", "Contents", "Notes", "Key", "Definitions", "Data 1", "Rug by town",
    ]  # fmt: skip
    assert book.active.title == "Rug by town"
    sheet = book.active
    header = next(cell.row for cell in sheet["A"] if cell.value == "Indicator")
    assert sheet.freeze_panes == f"D{header + 1}"
    columns = {sheet.cell(header, at).value: at for at in range(4, 8)}
    rows = {sheet.cell(at, 1).value: at for at in range(header + 1, sheet.max_row + 1)}
    worse = sheet.cell(rows["low"], columns["Upwell"])
    assert (worse.value, worse.fill.fgColor.rgb) == (20, "FFD4351C")
    assert worse.number_format.startswith('"▼ "#,##0.0')
    assert sheet.cell(rows["high"], columns["Ambridge"]).value == "[c]"
    assert sheet.cell(rows["neither"], columns["Ambridge"]).value == "[x]"
    assert sheet.cell(rows["low"], columns["Ambridge"]).value == 0
    framed = sheet.cell(rows["high"], columns["Penny"])
    assert framed.border.left.style == "medium"
    patterns = {sheet.cell(rows[r], columns["Ambridge"]).fill.patternType for r in rows if r in
                ("low", "high", "neither")}  # fmt: skip
    assert len(patterns) == 3


def test_to_excel_trends_are_arrows_behind_the_numbers(tmp_path):
    trends = pd.DataFrame(
        {"area_code": ["Upwell"], "area_type": "town", "indicator_id": "low", "trend": "increasing",
         "judgement": "worse"}
    )  # fmt: skip
    rug_of(trends=trends).to_excel(tmp_path / "rug.xlsx")
    cells = list(
        itertools.chain.from_iterable(openpyxl.load_workbook(tmp_path / "rug.xlsx").active)
    )
    risen = [cell.value for cell in cells if "↑" in cell.number_format]
    assert risen == [20]
    assert any("trend over five points" in str(cell.value) for cell in cells)


def test_to_excel_takes_several_rugs(cheshire, tmp_path):
    compared = geo.compare(cheshire["table"], catalogue=cheshire["catalogue"])
    first, second = (
        tartan_rug(compared, catalogue=cheshire["catalogue"], areas=areas)
        for areas in ("collaborative", "ward")
    )
    first.to_excel(tmp_path / "rug.xlsx", second)
    names = openpyxl.load_workbook(tmp_path / "rug.xlsx", read_only=True).sheetnames
    assert names[-2:] == ["Rug by collaborative", "Rug by ward"]
    with pytest.raises(TableError, match="same areas"):
        first.to_excel(tmp_path / "rug.xlsx", first)


def test_to_excel_opens_in_libreoffice(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed, so the workbook cannot be opened in it")
    rug_of().to_excel(tmp_path / "rug.xlsx")
    subprocess.run(
        [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,"
         "false,-1", "--outdir", str(tmp_path), str(tmp_path / "rug.xlsx")],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (tmp_path / "rug-Rug by town.csv").read_text("utf-8")
    assert "low,% of residents,2024/25,10,0,10,20" in text
    assert "high,% of residents,2024/25,10,[c],12,20" in text
    assert "▼ worse than England: 1" in text


def test_styler_shows_text_symbol_and_fill():
    page = rug_of().styler.to_html()
    assert "▼ 20.0" in page
    assert "background-color: #8c2d04" in page
    assert "[c]" in page


def test_tartan_rug_shows_itself_in_a_notebook():
    assert rug_of()._repr_html_().startswith('<iframe title="Upwell is worse')


def test_alt_text_counts_the_cells_of_each_area():
    words = rug_of().alt_text
    assert "Upwell: 1 worse than England, 1 better than England, 1 higher than England" in words
    assert "1 suppressed, small numbers, 1 missing, no data" in words


# ---- the figure -----------------------------------------------------------------------------


def texts(figure):
    FigureCanvasAgg(figure).draw()
    return [text for text in figure.findobj(mpl.text.Text) if text.get_text()]


def assert_text_in_place(figure):
    drawn = texts(figure)
    width, height = figure.bbox.size
    for text in drawn:
        box = text.get_window_extent()
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
    assert min(text.get_fontsize() for text in drawn) >= 6


@pytest.mark.slow
@pytest.mark.parametrize("palette", PALETTES)
def test_figure_fits_a4_with_every_label_whole(sandmere, palette):
    figure = sandmere_rug(sandmere, palette=palette).figure()
    width, height = figure.get_size_inches() * 25.4
    assert width == pytest.approx(297, abs=0.5)
    assert height <= 210.5
    assert_text_in_place(figure)
    words = {text.get_text().replace("\n", " ") for text in texts(figure)}
    assert set(sandmere["groups"].index) <= words
    assert set(sandmere["catalogue"]["short_name"]) <= words
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts(figure)]
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or down <= 3, f"{one!r} covers {other!r}"


def test_figure_has_the_colours_of_the_cells(sandmere):
    rug = sandmere_rug(sandmere)
    drawn = [mpl.colors.to_hex(p.get_facecolor()) for p in
             rug.figure().findobj(mpl.patches.Rectangle) if p.get_fill()]  # fmt: skip
    for name, style in rug.styles.items():
        cells = int((rug.cells.cells["shown"] == name).sum())
        key = 0 if name == "benchmark" else 1
        same = sum(s.fill == style.fill for s in rug.styles.values())
        assert drawn.count(style.fill) >= cells + key, (name, same)


def test_figure_is_saved_in_every_format(tmp_path):
    from geo.views.style.export import save_figure

    rug = rug_of()
    paths = save_figure(rug.figure(), tmp_path, "tartan-rug", data=rug.data, alt=rug.alt_text,
                        caption=rug.subtitle)  # fmt: skip
    assert [path.suffix for path in paths] == [".png", ".svg", ".pdf", ".csv", ".txt"]
    assert all(path.stat().st_size > 100 for path in paths)


# ---- what a reader sees ---------------------------------------------------------------------


@pytest.fixture
def show(open_page):
    return lambda made, viewport=WIDE: open_page(
        made.to_html, viewport=viewport, has_touch=viewport is NARROW
    )


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules}).response
    assert len(found["passes"]) > 10
    return [(v["id"], [node["target"] for node in v["nodes"]]) for v in found["violations"]]


def table_of(page):
    """What stands in the table now: a dict of row name to {column name: [text, class, fill]}."""
    return page.evaluate(
        """() => {
          const table = document.querySelector("#rug table");
          const name = (th) => th.querySelector("button").textContent;
          const columns = [...table.tHead.rows[1].querySelectorAll("th:has(button)")].map(name);
          const rows = [...table.querySelectorAll("tbody:not(.totals) tr:not(.group)")];
          const told = (td, k) => [columns[k], td.firstChild.nodeValue.trim(), td.className,
                                   getComputedStyle(td).backgroundColor];
          return rows.map((tr) =>
            [name(tr.cells[0]), [...tr.querySelectorAll("td:not(.sum)")].map(told)]);
        }"""
    )


def rgb(colour):
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def row_names(page):
    return [name for name, _ in table_of(page)]


def column_names(page):
    return [cell[0] for cell in table_of(page)[0][1]]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_page_of_the_sample_is_right_and_accessible(show, sandmere, palette, viewport):
    rug = sandmere_rug(sandmere, palette=palette)
    page = show(rug, viewport)
    data = rug.data.assign(label=np.repeat(rug.cells.indicators["label"], 12).to_numpy())
    expected = data.set_index(["label", "area"])
    seen = set()
    for name, cells in table_of(page):
        for area, text, found, fill in cells:
            cell = expected.loc[(name, area)]
            assert (text, found) == (cell["text"], cell["comparison"])
            if found not in ("suppressed", "missing"):  # these have patterns
                assert fill == rgb(rug.styles[found].fill)
            seen.add(cell["state"])
    assert seen == set(ALL_STATES)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    assert violations(page) == []
    page.locator("td.worse").nth(3).click()
    assert violations(page) == []
    page.click("#swap")
    page.locator("label[for=worse]").click()
    assert violations(page) == []


@pytest.mark.slow
@pytest.mark.browser
def test_page_headers_stay_in_view(show, sandmere):
    page = show(sandmere_rug(sandmere), NARROW)
    page.evaluate("document.getElementById('rug').scrollTo(400, 900)")
    page.locator("#rug").scroll_into_view_if_needed()
    frame = page.locator("#rug").bounding_box()
    head = page.locator("#rug thead").bounding_box()
    first = page.locator("#rug tbody th[data-indicator='20']").bounding_box()
    assert head["y"] == pytest.approx(frame["y"], abs=2)
    assert first["x"] == pytest.approx(frame["x"], abs=2)


@pytest.mark.slow
@pytest.mark.browser
def test_page_sorts_areas_by_a_press_on_an_indicator(show):
    page = show(rug_of())
    press = page.locator("th[data-indicator] button", has_text="low")
    assert column_names(page) == ["England", "Ambridge", "Penny", "Upwell"]
    press.click()  # low is good, so the highest is the worst
    assert column_names(page) == ["England", "Upwell", "Penny", "Ambridge"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    press.press("Enter")
    assert column_names(page) == ["England", "Ambridge", "Penny", "Upwell"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    press.press("Space")
    assert page.locator("th[aria-sort]").count() == 0
    # high is good; the suppressed cell is last whichever way
    other = page.locator("th[data-indicator] button", has_text="high")
    other.click()
    assert column_names(page) == ["England", "Penny", "Upwell", "Ambridge"]
    other.click()
    assert column_names(page) == ["England", "Upwell", "Penny", "Ambridge"]


@pytest.mark.slow
@pytest.mark.browser
def test_page_stays_where_it_is_when_a_header_is_pressed(show, sandmere):
    page = show(sandmere_rug(sandmere))
    scrolled = page.locator("#rug")
    scrolled.evaluate("rug => rug.scrollTo(0, 150)")
    for at in (12, 14):
        press = page.locator("#rug tbody th button").nth(at)
        press.evaluate("button => { button.focus({ preventScroll: true }); button.click(); }")
        assert press.evaluate("button => document.activeElement === button")
        assert scrolled.evaluate("rug => rug.scrollTop") == 150


@pytest.mark.slow
@pytest.mark.browser
def test_page_sorts_indicators_by_a_press_on_an_area(show):
    page = show(rug_of())
    page.locator("th[data-area] button", has_text="Upwell").click()
    assert row_names(page) == ["low", "high", "neither"]
    page.locator("th[data-area] button", has_text="Upwell").click()
    assert row_names(page) == ["neither", "high", "low"]


@pytest.mark.slow
@pytest.mark.browser
def test_page_sorts_by_number_of_worse_cells_by_keyboard(show):
    page = show(rug_of())
    page.locator("#areas-by").focus()
    page.keyboard.type("Most worse")
    assert column_names(page)[1] == "Upwell"
    assert "3 indicators in 3 areas" in page.inner_text("#status")


@pytest.mark.browser
def test_page_filters_by_group_area_and_worse(show):
    groups = {"Upwell": "East", "Penny": "East", "Ambridge": "West"}
    page = show(rug_of(groups=groups))
    page.select_option("#where", label="East")
    assert column_names(page) == ["England", "Penny", "Upwell"]
    page.select_option("#group", label="People")
    assert row_names(page) == ["neither"]
    page.select_option("#group", label="All indicators")
    page.locator("#worse").focus()
    page.keyboard.press("Space")
    assert row_names(page) == ["low"]
    similar = page.locator("td.similar")
    assert similar.evaluate("td => getComputedStyle(td).backgroundColor") == rgb("#ffffff")
    page.select_option("#where", label="Ambridge")
    assert row_names(page) == []
    page.locator("#worse").uncheck(force=True)
    assert column_names(page) == ["England", "Ambridge"]


@pytest.mark.slow
@pytest.mark.browser
def test_page_summary_counts_what_is_shown(show):
    page = show(rug_of())
    total = page.locator(".totals td.sum").nth(1)  # England first, then Ambridge
    chips = "td => [...td.querySelectorAll('b:not(.hidden)')].map(b => b.textContent)"
    assert total.evaluate(chips) == ["1better"]
    low = page.locator("tbody:not(.totals) td.sum").first
    assert low.evaluate(chips) == ["1worse", "1similar", "1better"]
    page.select_option("#where", label="Upwell")
    assert page.locator("tbody:not(.totals) td.sum").first.evaluate(chips) == ["1worse"]


@pytest.mark.slow
@pytest.mark.browser
def test_page_swaps_rows_and_columns_and_back(show):
    page = show(rug_of())
    before = dict(table_of(page))
    page.click("#swap")
    assert row_names(page) == ["England", "Ambridge", "Penny", "Upwell"]
    assert page.locator('th[data-area="0"]').get_attribute("scope") == "row"
    assert page.locator('th[data-indicator="0"]').get_attribute("scope") == "col"
    for area, cells in table_of(page):
        for name, *cell in cells:
            assert [area, *cell] in before[name]
    page.click("#swap")
    assert dict(table_of(page)) == before


@pytest.mark.slow
@pytest.mark.browser
def test_page_tells_a_cell_in_words_by_hover_focus_and_tap(show):
    table = comparisons(note="Provisional")
    page = show(rug_of(table))
    page.locator("td.worse").hover()
    words = page.inner_text("#tip")
    for part in ("Upwell", "Low is good here", "20.0 % of residents", "Worse than England (95%)",
                 "19.0–21.0", "7 of 35", "2024/25", "Provisional"):  # fmt: skip
        assert part in words
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    first = page.locator("#rug td[tabindex='0']")
    assert first.count() == 1
    first.focus()
    assert "England itself" in page.inner_text("#tip")
    page.keyboard.press("ArrowRight")
    assert "True" not in page.inner_text("#tip")
    assert "Ambridge" in page.inner_text("#tip")
    page.keyboard.press("ArrowDown")
    assert "Suppressed, small numbers" in page.inner_text("#tip")
    assert "No value shown" in page.inner_text("#tip")
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "tip"
    page.keyboard.press("End")
    assert "Upwell" in page.inner_text("#tip")
    assert page.locator("[aria-describedby=tip]").count() == 1  # those left are told no more


@pytest.mark.slow
@pytest.mark.browser
def test_page_by_tap_at_390_px(show):
    page = show(rug_of(), NARROW)
    page.locator("td.better").first.tap()
    box = page.locator("#tip").bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    assert "Ambridge" in page.inner_text("#tip")


@pytest.mark.browser
def test_page_shows_hostile_names_as_text(show):
    table = comparisons().replace({"Upwell": HOSTILE})
    listed = catalogue(name=HOSTILE, group=HOSTILE, unit=HOSTILE, source=HOSTILE)
    page = show(rug_of(table, catalogue=listed, title=HOSTILE, place=HOSTILE, notices=[HOSTILE],
                       groups={HOSTILE: HOSTILE}))  # fmt: skip
    assert page.locator("h1").text_content() == HOSTILE
    page.locator("td.worse").click()
    assert page.locator("#tip .area").text_content() == HOSTILE
    page.click("#swap")
    assert HOSTILE in row_names(page)


@pytest.mark.slow
@pytest.mark.browser
def test_page_prints_on_a4_landscape_with_headers_repeated(show, sandmere):
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is not installed, so the printed page cannot be read")
    page = show(sandmere_rug(sandmere))
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    text = subprocess.run(
        [pdftotext, "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    boxes = re.findall(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(842, 595)}
    sheets = [sheet for sheet in text.split("\f") if re.search("Cared for|Two-year review", sheet)]
    assert len(sheets) == 2
    assert all("Ellerbridge" in sheet and "Indicator" in sheet for sheet in sheets)
    assert "Order of areas" not in text


def test_page_stands_without_script(tmp_path):
    body, script = page_of(rug_of(), tmp_path).split('<script type="application/json"')
    for text in ("20.0", "[c]", "Upwell", "Neither is good"):
        assert text in body
    assert 'hidden aria-label="Choose what is shown"' in body
    assert "innerHTML" not in script


def against_the_deprived():
    """The towns compared with what is expected too: Upwell better in all, others not compared."""
    upwell = comparisons()["area_code"].eq("Upwell")
    table = comparisons(
        benchmark_value_like=np.where(upwell, 30.0, np.nan),
        comparison_like=np.where(upwell, "better", "not_compared"),
    )
    return rug_of(table, against={"like": "areas as deprived"})


def test_data_of_a_rug_has_all_benchmarks():
    data = against_the_deprived().data
    upwell = data[data["area_code"].eq("Upwell")]
    assert upwell["comparison"].tolist() == ["worse", "better", "higher"]
    assert upwell["comparison_like"].tolist() == ["better"] * 3
    assert upwell["benchmark_value_like"].tolist() == [30.0] * 3
    states = data.loc[data["area_code"].eq("Ambridge"), "comparison_like"].tolist()
    assert states == ["not_compared", "suppressed", "missing"]


@pytest.mark.slow
@pytest.mark.browser
def test_page_switches_between_benchmarks(show):
    page = show(against_the_deprived())
    cell = page.locator("td", has_text="20.0").first
    assert cell.get_attribute("class") == "worse"
    page.select_option("#against", label="Areas as deprived")
    assert cell.get_attribute("class") == "better"
    assert "better than areas as deprived" in page.locator(".key").inner_text()
    title = "No area is worse than areas as deprived in any of the 2 indicators that can be judged"
    assert page.locator("h1").inner_text() == title
    assert page.locator("caption").inner_text().startswith("No area is worse than areas as depr")
    cell.hover()
    tip = page.locator("#tip").inner_text()
    assert "Better than areas as deprived (95%)" in tip
    assert "Areas as deprived" in tip
    assert "30.0" in tip
    page.select_option("#against", label="England")
    assert cell.get_attribute("class") == "worse"
    assert "worse than England" in page.locator("h1").inner_text()
    assert "worse than England" in page.locator(".key").inner_text()
