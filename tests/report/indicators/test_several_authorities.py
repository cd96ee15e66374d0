"""Figures of whole authorities in places of several or a part: summed, never averaged."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.errors import PlaceError
from geo.geography.places import Level
from geo.report.indicators.benchmarks import Against
from geo.report.indicators.people import People
from geo.report.indicators.placed import England
from geo.report.outcomes import _are_among, outcomes, with_benchmarks
from tests.builders import place
from tests.report.indicators.test_whole_place import proportions
from tests.report.test_outcomes import ABSENCE, ENGLAND, LSOAS, rows

CODES = ("E06000001", "E06000002")
TWO = replace(
    place(),
    name="Twain",
    code="",
    codes=CODES,
    levels=(*place().levels, Level("authority", "authority", "authorities")),
)
IN_TWO = LSOAS.assign(authority=["Oneham", "Oneham", "Twoham", "Twoham"][: len(LSOAS)])
LOOKUP = pd.DataFrame(
    {"lsoa21cd": LSOAS["lsoa21cd"], "lad24cd": [CODES[0]] * 2 + [CODES[1]] * (len(LSOAS) - 2),
     "lad24nm": IN_TWO["authority"]}
)  # fmt: skip


def known(**changes):
    counts, of = changes.pop("counts", [30, 10]), changes.pop("of", [100, 300])
    return rows("score", counts, of, codes=list(CODES), area_type="utla", **changes)


def shown(of, *tables, lsoas=IN_TWO):
    england = England(People("lsoa21cd", lsoas[["lsoa21cd"]]), lookups=(LOOKUP,))
    whole = rows("score", [10_000], [100_000], codes=["E92000001"], area_type="england")
    table = pd.concat([ABSENCE, ENGLAND, whole, *tables], ignore_index=True)
    found = outcomes(table, proportions(), lsoas, of, england=england, notes=[])
    return found, found.comparisons.set_index(
        ["indicator_id", "area_type", "area_code"]
    ).sort_index()


LACKING = {"2023": "a count", "2022": "an authority", "2021": "all counts"}


@pytest.fixture(scope="module")
def of_two():
    """Figures of both authorities in 2024; in each earlier year something is lacking."""
    return shown(
        TWO,
        known(),
        known(counts=[30, np.nan], of=[100, np.nan], values=[30.0, 3.0], period="2023"),
        known(period="2022").iloc[:1],
        known(counts=[np.nan] * 2, of=[np.nan] * 2, values=[30.0, 3.0], period="2021"),
    )


def of_year(table, kind, code, year):
    rows = table.loc[[("score", kind, code)]]
    return rows[rows["period"].eq(year)].iloc[0]


def test_counts_of_the_authorities_are_summed_and_each_is_shown(of_two):
    _, table = of_two
    assert of_year(table, "authority", "Oneham", "2024")["value"] == 30
    assert of_year(table, "authority", "Twoham", "2024")["value"] == pytest.approx(100 / 30)
    whole = of_year(table, "borough", "borough", "2024")
    assert (whole["count"], whole["denominator"], whole["value"]) == (40, 400, 10)
    assert whole["lower_ci"] < 10 < whole["upper_ci"]
    assert whole["note"] == "sum of the counts of its 2 authorities"
    east = of_year(table, "collaborative", "East", "2024")
    assert (east["state"], east["note"]) == ("missing", "known of the authorities of Twain alone")


@pytest.mark.parametrize("year", LACKING, ids=LACKING.values())
def test_values_of_authorities_are_never_averaged(of_two, year):
    _, table = of_two
    assert of_year(table, "authority", "Oneham", year)["value"] == 30
    whole = of_year(table, "borough", "borough", year)
    assert whole["state"] == "missing"
    assert np.isnan(whole["value"])
    assert "never averaged" in whole["note"]


def test_a_part_has_no_figures_of_its_whole_authority():
    found, _ = shown(replace(place(), part=True), known(), lsoas=LSOAS)
    score = found.comparisons[found.comparisons["indicator_id"].eq("score")]
    assert score.loc[score["area_type"].ne("england"), "value"].isna().all()


def test_several_authorities_have_no_statistical_neighbours(of_two, tmp_path):
    found, _ = of_two
    england = England(People("lsoa21cd", LSOAS[["lsoa21cd"]]), lookups=(LOOKUP,))
    (tmp_path / "n.csv").write_text("code\nE06000005\n", "utf-8")
    against = Against(("england", "neighbours"), tmp_path / "n.csv")
    with pytest.raises(PlaceError, match="Twain is several authorities.* choose another --against"):
        with_benchmarks(found, against, ABSENCE, TWO, england, [])


@pytest.mark.parametrize(
    ("of", "are"),
    [(place(), {"borough"}), (TWO, {"authority"}), (replace(TWO, part=True), set())],
    ids=["one", "several", "parts"],
)
def test_only_whole_authorities_stand_among_englands(of, are):
    kinds = ["borough", "authority", "collaborative", "lsoa21"]
    rows = pd.DataFrame({"area_type": kinds, "among_type": ["lad"] * 3 + ["lsoa21"]})
    assert set(rows.loc[_are_among(rows, of), "area_type"]) == are | {"lsoa21"}
