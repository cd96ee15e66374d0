"""Figures of areas that no group is made of: shown where they can be, and else told in a row."""

from dataclasses import replace

import pandas as pd
import pytest

from geo.report.indicators import placed as placing
from geo.report.indicators.people import People
from geo.report.indicators.placed import England, OtherYear
from geo.report.outcomes import outcomes
from tests.builders import of_residents, place
from tests.report.test_outcomes import CATALOGUE, LSOAS, rows

OLD = ["E01000001", "E01000091", "E01000004", "E01000095", "E01000096"]
"""LSOAs of 2011: two kept their code, two and three were made one, the last two are England's."""
PEOPLE = pd.Series([100.0, 300, 100, 200, 300], OLD)
AUTHORITY = pd.Series(["Testshire"] * 3 + ["Other", "Third"], OLD)
AIR = [2.0, 6.0, 5.0, 4.0, 9.0]
GROUPS = pd.DataFrame(
    {
        "lsoa11cd": OLD[:3],
        "wd24cd": ["E05000001", "E05000001", "E05000003"],
        "collaborative": ["East", "East", "West"],
        "locality": ["North", "North", "South"],
    }
)


@pytest.fixture(autouse=True)
def _small_england(monkeypatch):
    monkeypatch.setitem(placing.VINTAGES, "lsoa11", 5)


def england(**columns):
    of_old = People("lsoa11cd", pd.DataFrame({"lsoa11cd": OLD, "population": PEOPLE.to_numpy()}))
    year = OtherYear(GROUPS, England(of_old, AUTHORITY))
    known = of_residents(pd.Series(100.0, LSOAS["lsoa21cd"]))
    return replace(known, other_years=(year,), **columns)


def shown(table, known=None, catalogue=CATALOGUE):
    """Comparisons of an indicator beside another that every LSOA has."""
    score = rows("score", [10, 20, 30, 40], [2, 2, 3, 4])
    found = outcomes(pd.concat([score, table], ignore_index=True), catalogue, LSOAS, place(),
                     england=known, notes=[])  # fmt: skip
    return found.comparisons.set_index(["indicator_id", "area_type", "area_code"]).sort_index()


def old_values():
    return rows("air", values=AIR, codes=OLD, area_type="lsoa11")


def test_groups_are_placed_by_values_of_another_years_lsoas():
    table = shown(old_values(), england()).loc["air"]
    east = table.loc[("collaborative", "East")]
    assert east["value"] == pytest.approx((2 * 100 + 6 * 300) / 400)  # 5, by their own people
    assert east[["place", "among", "among_type"]].tolist() == [2, 3, "lad"]  # 9, then 5, 5, 4
    assert table.loc[("borough", "borough"), "value"] == 5
    assert table.loc[("england", "E92000001"), "value"] == pytest.approx(6)


def test_an_lsoa_that_kept_its_code_has_its_figure_and_the_others_say_why_not():
    table = shown(old_values(), england()).loc["air"]
    assert table.loc[("lsoa21", "E01000001"), ["value", "place"]].tolist() == [2, 5]
    assert table.loc[("lsoa21", "E01000004"), "among_type"] == "lsoa11"
    changed = table.loc[[("lsoa21", "E01000002"), ("lsoa21", "E01000003")]]
    assert set(changed["state"]) == {"missing"}
    assert set(changed["note"]) == {
        "known by LSOA 2011 alone, and its boundary is of another year"
    }  # fmt: skip
    assert "lsoa11" not in table.index.get_level_values("area_type")


def test_values_of_another_year_without_its_groups_have_a_row_that_says_why():
    table = shown(old_values()).loc["air"]
    told = "known by LSOA 2011 alone, and values of these cannot be shared out to other areas"
    assert set(table["note"]) == {told}
    assert {"lsoa21", "wd24", "collaborative", "locality", "borough"} == set(
        table.index.get_level_values("area_type")
    )


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("sub_icb", "E38000001", "known by sub-ICB alone, of which no group is made"),
        ("pcn", "U00001", "known by primary care network alone, of which no group is made"),
        ("constituency", "E14001234", "known by constituency alone, of which no group is made"),
        ("catchment", "Mill School", "known by catchment alone, of which no group is made"),
        ("utla", "E10000002", "the file has no figure of the place: it has figures by upper-tier"),
        ("region", "E12000002", "the file has no figure of the place: it has figures by region"),
        ("lsoa21", "E01000077", "the file has no figure of the place: it has figures by LSOA 2021"),
    ],
)
def test_figures_of_areas_that_no_group_is_made_of_have_a_row_that_says_so(kind, code, words):
    table = shown(rows("absence", [5], [50], codes=[code], area_type=kind)).loc["absence"]
    for area in (("collaborative", "East"), ("wd24", "E05000001"), ("borough", "borough")):
        assert table.loc[area, "note"].startswith(words)
        assert table.loc[area, "state"] == "missing"


def test_an_indicator_of_england_alone_shows_england_and_says_so_elsewhere():
    whole = rows("absence", [10_000], [100_000], codes=["E92000001"], area_type="england")
    table = shown(whole).loc["absence"]
    east = table.loc[("collaborative", "East")]
    assert east["benchmark_value"] == pytest.approx(10)
    assert east["note"] == "the file has no figure of the place: it has figures by England alone"


@pytest.mark.parametrize("kind", ["msoa21", "lad", "lsoa11", "catchment"])
def test_confidential_figures_of_other_areas_have_a_row_that_says_why_and_no_figure(kind):
    codes = {"msoa21": "E02000001", "lad": "E06000001", "lsoa11": OLD[1], "catchment": "Mill"}
    secret = rows("cared_for", [7.0], [900.0], codes=[codes[kind]], area_type=kind)
    table = shown(secret).loc["cared_for"]
    assert table["note"].str.startswith("confidential, and known by").all()
    assert {"wd24", "collaborative", "borough"} <= set(table.index.get_level_values("area_type"))
    figures = table[["count", "denominator", "value", "lower_ci", "upper_ci"]]
    assert figures.isna().all(axis=None)
