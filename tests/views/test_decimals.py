"""One number is printed alike wherever it is printed: decimals are a fact of the indicator."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.errors import TableError
from geo.sources.indicators.catalogue import checked
from geo.statistics.funnel_limits import control_limits
from geo.statistics.inequality import gap
from geo.views.charts.gap import gap_chart
from geo.views.charts.spine import spine_chart
from geo.views.charts.trend import trend_lines
from geo.views.maps.indicator import indicator_map
from geo.views.web.map import web_map
from geo.vocabulary.indicators import decimals_of
from tests.examples import share

LSOAS = [f"E0100000{at}" for at in range(1, 6)]
CATALOGUE = pd.DataFrame(
    {
        "indicator_id": ["plans"],
        "name": "Plans",
        "short_name": "Plans",
        "group": "Outcomes",
        "unit": "per 1,000",
        "multiplier": 1000.0,
        "measure": "rate",
        "polarity": "low_is_good",
        "source": "Council",
        "licence": "OGL",
        "confidential": False,
    }
)


def table():
    """A rate of 1 in one LSOA, of 400 in another, 45.04 in England: its typical number is 40."""
    values = [1, 36, 40, 43, 400, 65.5, 45.04]
    rows = pd.DataFrame(
        {
            "area_code": [*LSOAS, "Crewe", "E92000001"],
            "area_type": ["lsoa21"] * 5 + ["town", "england"],
            "indicator_id": "plans",
            "period": "2024",
            "sex": "all",
            "age": "all",
            "value": values,
            "denominator": 1000.0,
            "benchmark_value": 45.04,
            "comparison": ["better", "similar", "similar", "similar", "worse", "worse", ""],
            "state": "value",
        }
    )
    rows = rows.assign(count=rows["value"], lower_ci=rows["value"] - 1)
    rows = rows.assign(upper_ci=rows["value"] + 1)
    rows["comparison"] = rows["comparison"].replace("", "not_compared")
    return pd.concat([rows.assign(period="2023"), rows], ignore_index=True)


def areas():
    shapes = [shapely.box(x, 300_000, x + 9000, 309_000) for x in range(370_000, 415_000, 9000)]
    return gpd.GeoDataFrame(
        {"lsoa21cd": LSOAS, "town": "Crewe", "imd_decile": [1, 2, 3, 4, 5]},
        geometry=shapes,
        crs=27700,
    )


def printed(catalogue=CATALOGUE):
    """The text of England's 45.04 and of Crewe's 65.5 in each output, by its name."""
    rows = table()
    town = geo.tartan_rug(rows, areas="town", catalogue=catalogue).data.set_index("area")["text"]
    small = geo.tartan_rug(rows, areas="lsoa", catalogue=catalogue).data.set_index("area")["text"]
    page = web_map(
        areas(), title="x", levels=["town"], indicators=rows, catalogue=catalogue
    ).get_root()
    found = json.loads(re.search(r'"decimals":(\d)[^{}]*"areas"', page.render())[1])
    indicator = indicator_map(
        areas(), rows, "plans", area_type="lsoa", catalogue=catalogue, insets=False
    )
    spine = spine_chart(rows, "Crewe", areas="town", spread="lsoa", catalogue=catalogue)
    trend = trend_lines(rows, "plans", areas="town", catalogue=catalogue)
    latest = rows[rows["period"] == "2024"]
    limits = control_limits(latest[latest["area_type"] == "lsoa21"], catalogue=catalogue)
    funnel = geo.funnel_plot(latest, limits, "plans", areas="lsoa21", catalogue=catalogue)
    texts = [t.get_text() for t in spine.findobj(lambda one: hasattr(one, "get_text"))]
    england = {
        "rug": town["England"],
        "rug of LSOAs": small["England"],
        "web map": f"{45.04:,.{found}f}",
        "map for print": re.search(r"England \(([\d.]+)\)", indicator.alt_text)[1],
        "spine": next(t for t in texts if re.fullmatch(r"45[\d.]*", t)),
        "funnel": re.search(r"England's ([\d.]+)\. ", funnel.alt_text)[1],
    }
    crewe = {
        "rug": town["Crewe"],
        "spine": next(t.split()[-1] for t in texts if re.search(r"6[56][\d.]*$", t)),
        "trend": re.search(r"2024 ([\d.]+)\.", trend.alt_text)[1],
    }
    return england, crewe


@pytest.mark.parametrize(
    ("given_decimals", "england", "crewe"),
    [(None, "45.0", "65.5"), (0, "45", "66"), (2, "45.04", "65.50")],
)
def test_one_number_is_printed_alike_in_every_output(given_decimals, england, crewe):
    catalogue = CATALOGUE if given_decimals is None else CATALOGUE.assign(decimals=given_decimals)
    of_england, of_crewe = printed(catalogue)
    assert set(of_england.values()) == {england}, of_england
    assert set(of_crewe.values()) == {crewe}, of_crewe


def test_gap_chart_prints_with_the_decimals_of_the_catalogue():
    rows = table()[lambda t: t["area_type"].eq("lsoa21") & t["period"].eq("2024")]
    marked = rows.assign(most_deprived=[True, True, False, False, False])
    gaps = gap(marked, by="most_deprived", catalogue=CATALOGUE)  # 37 and 483 of 1,000s
    for decimals, text in ((0, "18"), (1, "18.5"), (2, "18.50")):
        figure = gap_chart(gaps, catalogue=CATALOGUE.assign(decimals=decimals))
        texts = [t.get_text() for t in figure.findobj(lambda one: hasattr(one, "get_text"))]
        assert text in texts


@pytest.mark.parametrize(
    ("measure", "unit", "values", "decimals"),
    [
        ("count", "children", [3, 4], 0),
        ("proportion", "%", [5, 100], 1),
        ("proportion", "%", [0.1, 0.1], 1),
        ("proportion", "%", [0.05, 0.09], 2),
        ("rate", "per 1,000", [0.2, 0.4], 2),
        ("rate", "per 1,000", [20, 40], 1),
        ("rate", "per 10,000", [200, 400], 0),
        ("rate", "per 10,000", [0, 0, 0, 20], 1),  # zeros tell nothing of its numbers
        ("rate", "per 10,000", [np.nan, np.nan], 1),
        ("mean", "£", [250_000.0, np.nan], 0),
    ],
)
def test_decimals_of_follow_measure_unit_and_the_typical_number(measure, unit, values, decimals):
    rows = pd.DataFrame({"indicator_id": "x", "measure": measure, "unit": unit, "value": values})
    assert decimals_of(rows).to_dict() == {"x": decimals}


@pytest.mark.parametrize(
    ("value", "width", "decimals"),
    [(23.4, 2.0, 1), (23.4, 4.9, 1), (23.4, 5.1, 0), (23.4, 30, 0), (0.4, 30, 1), (5.22, 0.1, 1)],
)
def test_decimals_are_no_finer_than_intervals_of_the_areas_known_best(value, width, decimals):
    rows = pd.DataFrame({"indicator_id": "x", "unit": "%", "value": value}, range(6))
    rows["area_type"] = ["lsoa21", "lsoa21", "lsoa21", "town", "town", "england"]
    half = [50, 50, 50, width / 2, width / 2, 0.001]
    rows = rows.assign(lower_ci=rows["value"] - half, upper_ci=rows["value"] + half)
    assert decimals_of(rows).to_dict() == {"x": decimals}
    assert decimals_of(rows, pd.DataFrame({"indicator_id": ["x"], "decimals": 2}))["x"] == 2


def test_decimals_of_prefers_what_is_given_and_fills_the_rest():
    rows = pd.DataFrame({"indicator_id": ["a", "b"], "unit": "£", "value": [500.0, 500.0]})
    listed = pd.DataFrame({"indicator_id": ["a", "b"], "decimals": [2, None]})
    assert decimals_of(rows, listed).to_dict() == {"a": 2, "b": 0}
    assert decimals_of(rows, listed.set_index("indicator_id")).to_dict() == {"a": 2, "b": 0}


@given(st.permutations(range(12)))
@share(1 / 2)
def test_decimals_of_do_not_depend_on_the_order_of_rows(order):
    rows = table().iloc[[at for at in order if at < 14]]
    assert (
        decimals_of(rows, CATALOGUE).to_dict()
        == decimals_of(rows.sort_index(), CATALOGUE).to_dict()
    )


@pytest.mark.parametrize("wrong", [-1, 1.5, 9, "two"])
def test_catalogue_refuses_decimals_that_are_none(wrong):
    with pytest.raises(TableError, match="decimals .* allowed is a whole number from 0 to 4"):
        checked(CATALOGUE.assign(decimals=wrong), "the catalogue")


def test_catalogue_keeps_decimals_and_blanks():
    two = pd.concat([CATALOGUE, CATALOGUE.assign(indicator_id="b")], ignore_index=True)
    assert checked(two.assign(decimals=["1", ""]), "x")["decimals"].tolist() == [1, pd.NA]
