"""The steps from an area's rows to what is shown of it, each with numbers to check in the head."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import geo.report.outcomes as steps
from geo.geography.places import Level
from geo.report.indicators import england as national_steps
from geo.report.indicators import own_figures
from geo.report.indicators import sums as sums_of
from tests.builders import of_residents, place
from tests.report.test_outcomes import CATALOGUE, LSOAS, rows

CODES = list(LSOAS["lsoa21cd"])
BASES = {"lsoa21": "lsoa21cd", "wd24": "wd24cd"}
HIERARCHY = LSOAS[["lsoa21cd", "wd24cd", "collaborative", "locality"]]
NOBODY = pd.Series(dtype=float)
WEIGHTED = (
    "mean of the LSOAs, weighted by residents; no interval, and not all of England's LSOAs are "
    "known to place it among"
)


def summed(own, weights=NOBODY, hierarchy=HIERARCHY, notes=None, of_place=None):
    people = of_residents(weights).people
    return sums_of.summed(own, CATALOGUE, hierarchy, BASES, of_place or place(), people, notes)


def of(table, kind, column="value"):
    rows = table[table["area_type"] == kind]
    return dict(zip(rows["area_code"], rows[column], strict=True))


@pytest.mark.parametrize(("decile", "group"), [(2, "most deprived 30%"), (3, "most deprived 30%"),
                                               (4, "the rest"), (5, "the rest")])  # fmt: skip
def test_deprived_are_deciles_one_to_three(decile, group):
    lsoas = LSOAS.assign(imd_decile=[1, 10, 10, decile])
    found = steps._with_deprived(HIERARCHY, lsoas)
    assert found["deprived"].tolist() == ["most deprived 30%", "the rest", "the rest", group]


@pytest.mark.parametrize("deciles", [[1, 2, 3, 3], [4, 5, 6, 10], [1, 5, 6, np.nan]])
def test_there_is_no_group_of_deprived_without_both_sides(deciles):
    found = steps._with_deprived(HIERARCHY, LSOAS.assign(imd_decile=deciles))
    assert list(found) == list(HIERARCHY)


def test_rows_of_the_place_are_of_lsoas_where_as_many_wards_are_known():
    wards = rows("absence", [1, 2, 3], codes=["E05000001", "E05000002", "E05000003"])
    both = pd.concat(
        [rows("absence", [1, 2, 3, 4]), wards.assign(area_type="wd24")], ignore_index=True
    )
    notes = []
    own = own_figures.of_place(both, BASES, LSOAS)
    nothing = own.head(0)
    own_figures.note_left_out(both, CATALOGUE, own, nothing, BASES, place(), notes)
    assert own["area_code"].tolist() == CODES
    assert len(notes) == 1
    assert "by ward 2024 of Absence are left out" in notes[0]


def test_rows_of_the_place_are_of_wards_where_more_of_them_are_known():
    wards = rows("absence", [1, 2, 3], codes=["E05000001", "E05000002", "E05000003"])
    both = pd.concat(
        [rows("absence", [1], codes=CODES[:1]), wards.assign(area_type="wd24")], ignore_index=True
    )
    own = own_figures.of_place(both, BASES, LSOAS)
    assert own["area_type"].unique().tolist() == ["wd24"]


def test_rows_of_other_places_are_left_out():
    own = own_figures.of_place(
        rows("absence", [1, 2], codes=["E01000001", "E01000099"]), BASES, LSOAS
    )
    assert own["area_code"].tolist() == ["E01000001"]


def test_counts_are_summed_before_they_are_divided():
    sums = summed(rows("absence", [1, 2, 3, 4], [10, 10, 20, 10]))
    assert of(sums, "wd24") == {"E05000001": 15, "E05000002": 15, "E05000003": 40}
    assert of(sums, "collaborative") == {"East": 15, "West": 40}
    assert of(sums, "borough") == {"borough": 20}
    assert sums["note"].unique().tolist() == [""]


def test_values_alone_are_weighted_by_residents_and_say_so():
    weights = pd.Series([100, 300, 100, 500], CODES)
    sums = summed(rows("air", values=[2.0, 6.0, 5.0, 9.0]), weights)
    assert of(sums, "wd24") == {"E05000001": 5, "E05000002": 5, "E05000003": 9}
    assert of(sums, "collaborative", "note") == dict.fromkeys(["East", "West"], WEIGHTED)
    assert set(of(sums, "lsoa21", "note").values()) == {""}


def test_values_alone_without_residents_stay_with_their_own_areas():
    notes = []
    sums = summed(rows("air", values=[2.0, 6.0, 5.0, 9.0]), notes=notes)
    assert sums["area_type"].unique().tolist() == ["lsoa21"]
    assert notes == [
        "Air is shown by LSOA 2021 alone: values without counts, and residents to weight them by "
        "are not known."
    ]


def test_sum_that_lacks_areas_says_how_many():
    table = rows("absence", [1, np.nan, 3, np.nan], [10, np.nan, 20, np.nan])
    table["state"] = ["value", "missing", "value", "missing"]
    sums = summed(table)
    assert of(sums, "collaborative", "note") | of(sums, "borough", "note") == {
        "East": "at least 4: 1 of its areas has no figure",
        "West": "1 of its areas has no figure",
        "borough": "at least 4: 2 of its areas have no figure",
    }


def test_a_blank_area_says_how_few_it_stands_for():
    table = rows("absence", [1, np.nan, 3, 4], [10, 10, 20, 10])
    table["state"] = ["value", "missing", "value", "value"]
    bounded = CATALOGUE.assign(blank_below=10.0)
    people = of_residents(NOBODY).people
    sums = sums_of.summed(table, bounded, HIERARCHY, BASES, place(), people, [])
    assert of(sums, "lsoa21", "note")["E01000002"] == "no figure is published: fewer than 10"
    told = "at least 8: 1 of its areas has no figure (fewer than 10 each)"
    assert of(sums, "borough", "note")["borough"] == told


def test_level_that_cuts_wards_gets_no_sum_of_wards():
    cut = HIERARCHY.assign(collaborative=["East", "West", "East", "West"])
    wards = rows("absence", [1, 2, 3], [10, 10, 10], codes=["E05000001", "E05000002", "E05000003"])
    notes = []
    hubs = replace(place(), levels=(Level("collaborative", "family hub", "family hubs"),))
    sums = summed(wards.assign(area_type="wd24"), hierarchy=cut, notes=notes, of_place=hubs)
    assert set(sums["area_type"]) == {"wd24", "locality", "borough"}
    assert len(notes) == 1
    assert "Absence is not summed to family hub:" in notes[0]


def england(table, national, own):
    return national_steps.england_rows(table, national, own, CATALOGUE)


def test_england_as_given_goes_before_its_sum():
    own = rows("absence", [1, 2, 3, 4], [10, 10, 10, 10])
    given = rows("absence", [30], [100], codes=["E92000001"]).assign(area_type="england")
    found = england(pd.concat([own, given]), own, own)
    assert found["count"].tolist() == [30]


def test_england_is_summed_from_its_lsoas(monkeypatch):
    monkeypatch.setitem(national_steps.VINTAGES, "lsoa21", 4)
    own = rows("absence", [1, 2, 3, 4], [10, 10, 10, 10])
    found = england(own, own, own)
    assert found[["area_type", "count", "denominator", "value"]].values.tolist() == [
        ["england", 10, 40, 25]
    ]


def test_england_of_indicators_that_the_place_has_not_is_left_out():
    own = rows("absence", [1, 2, 3, 4], [10, 10, 10, 10])
    other = rows("cared_for", [30], [100], codes=["E92000001"]).assign(area_type="england")
    assert england(pd.concat([own, other]), own.head(0), own).empty


def test_national_rows_are_the_last_of_indicators_that_have_every_lsoa(monkeypatch):
    monkeypatch.setitem(national_steps.VINTAGES, "lsoa21", 4)
    table = pd.concat(
        [rows("absence", [1, 2, 3, 4]), rows("absence", [1, 2, 3, 4], period="2023"),
         rows("air", values=[1.0, 2.0], codes=CODES[:2])]
    )  # fmt: skip
    last = pd.Series({"absence": "2024", "air": "2024"})
    found = national_steps.national_rows(table, "lsoa21", last)
    assert found["indicator_id"].tolist() == ["absence"] * 4
    assert found["period"].unique().tolist() == ["2024"]


def test_small_areas_are_printed_of_the_last_period_and_larger_ones_of_all():
    kinds = ["lsoa21", "wd24", "deprived", "collaborative", "locality", "borough"]
    sums = pd.DataFrame({"area_type": kinds * 2, "indicator_id": "absence"})
    sums["period"] = ["2023"] * 6 + ["2024"] * 6
    found = steps._printed(sums, HIERARCHY, pd.Series({"absence": "2024"}))
    earlier = found.loc[found["period"] == "2023", "area_type"]
    assert earlier.tolist() == ["collaborative", "locality", "borough"]
    assert found.loc[found["period"] == "2024", "area_type"].tolist() == kinds


def fifths(indicator, monkeypatch):
    """National fifths of five LSOAs with 1 to 5 in ten, all England has."""
    monkeypatch.setitem(national_steps.VINTAGES, "lsoa21", 5)
    codes = [f"E0100000{n}" for n in range(1, 6)]
    national = rows(indicator, [1, 2, 3, 4, 5], [10] * 5, codes=codes)
    return national_steps.national_fifths(national, national, CATALOGUE, None)


def test_fifth_one_is_the_worst(monkeypatch):
    assert fifths("absence", monkeypatch).tolist() == [5, 4, 3, 2, 1]


def test_confidential_indicators_have_no_fifths(monkeypatch):
    assert fifths("cared_for", monkeypatch).isna().all()


def test_areas_are_called_by_their_names_and_groups_by_their_codes():
    compared = pd.DataFrame(
        {"area_code": ["E01000001", "E05000002", "East", "borough", "E92000001"]}
    )
    names = steps._names(compared, LSOAS, place()).tolist()
    assert names == ["Alder (001A)", "Birch", "East", "Testshire", "England"]
