"""Figures of MSOAs: shown for these, and shared out to groups as estimates that say so."""

import numpy as np
import pandas as pd
import pytest

from geo.report.indicators.msoas import with_msoas
from geo.report.outcomes import outcomes
from geo.statistics.intervals import wilson
from tests.builders import of_residents, place
from tests.report.test_outcomes import CATALOGUE, LSOAS, rows

A, B = "E02000001", "E02000002"
MSOAS = LSOAS.assign(msoa21cd=[A, A, B, B], msoa21nm=["Mill", "Mill", "Quay", "Quay"])
RESIDENTS = pd.Series([100.0, 300.0, 250.0, 750.0], LSOAS["lsoa21cd"])
"""Of B a quarter lives in East and three quarters in West; A lies in East whole."""


def by_msoa(indicator="absence", counts=(40, 60), denominators=(200, 400), **columns):
    return rows(indicator, counts, denominators, codes=[A, B], **{"area_type": "msoa21"} | columns)


def england(indicator="absence", **columns):
    return rows(indicator, [10_000], [100_000], codes=["E92000001"], area_type="england", **columns)


SCORE = rows("score", [30] * 4, [10] * 4)
"""Something that is known of LSOAs."""


def shown(*tables, lsoas=MSOAS, catalogue=CATALOGUE, notes=None):
    table, notes = pd.concat(tables, ignore_index=True), [] if notes is None else notes
    known = of_residents(RESIDENTS)
    found = outcomes(table, catalogue, lsoas, place(), england=known, notes=notes)
    return found.comparisons.set_index(["indicator_id", "area_type", "area_code"]).sort_index()


def test_msoas_show_their_own_figures():
    table = shown(by_msoa(), england())
    mill = table.loc[("absence", "msoa21", A)]
    assert (mill["value"], mill["area_name"], mill["comparison"]) == (20, "Mill", "worse")
    assert mill["lower_ci"] == pytest.approx(100 * wilson(np.array(40), 200, 0.95)[0])
    assert not mill["estimated"]


def test_counts_of_msoas_are_shared_out_by_residents():
    table = shown(by_msoa(), england())
    east, west = (table.loc[("absence", "collaborative", name)] for name in ("East", "West"))
    assert (east["count"], east["denominator"]) == (40 + 60 / 4, 200 + 400 / 4)
    assert (west["count"], west["denominator"]) == (45, 300)
    assert east["value"] == pytest.approx(100 * 55 / 300)
    assert east["upper_ci"] == pytest.approx(100 * wilson(np.array(55), 300, 0.95)[1])
    assert east["estimated"]
    assert east["note"] == (
        "estimated from MSOAs: the counts of 1 of 2 are shared out by residents"
    )
    assert east["comparison"] == "worse"


def test_counts_of_msoas_that_lie_whole_in_a_group_are_summed_and_no_estimate():
    whole = MSOAS.assign(msoa21cd=[A, A, A, B])
    east = shown(by_msoa(), england(), lsoas=whole).loc[("absence", "collaborative", "East")]
    assert (east["count"], east["estimated"], east["note"]) == (40, False, "")


def test_the_borough_is_the_sum_of_its_msoas_or_its_own_figure():
    borough = ("absence", "borough", "borough")
    assert shown(by_msoa(), england()).loc[borough, "count"] == 100
    own = rows("absence", [103], [600], codes=[place().code], area_type="utla")
    assert shown(by_msoa(), england(), own).loc[borough, "count"] == 103


def test_estimates_of_groups_add_up_to_the_borough():
    table = shown(by_msoa(), england())["count"]
    for level in ("collaborative", "locality"):
        assert table["absence", level].sum() == pytest.approx(
            table["absence", "borough", "borough"]
        )


def test_a_denominator_of_an_age_shares_out_by_that_age():
    """Where children are known by LSOA, they share out what is counted of children."""
    kids = CATALOGUE.assign(denominator="children")
    known = of_residents(RESIDENTS)
    children = pd.Series([10.0, 30.0, 80.0, 20.0], RESIDENTS.index)
    known.people.deprivation["children"] = children.to_numpy()
    found = outcomes(pd.concat([by_msoa(), england()]), kids, MSOAS, place(), england=known,
                     notes=[]).comparisons  # fmt: skip
    east = found[found["area_code"] == "East"].iloc[0]
    assert east["count"] == pytest.approx(40 + 60 * 0.8)
    assert "shared out by children" in east["note"]


@pytest.mark.parametrize("state", ["suppressed", "missing"])
def test_a_group_with_an_msoa_that_is_not_known_has_no_estimate(state):
    hidden = by_msoa(counts=(40, np.nan), state=["value", state])
    table = shown(hidden, england())
    east = table.loc[("absence", "collaborative", "East")]
    assert (east["state"], east["note"]) == (state, "1 of its MSOAs has no figure")
    assert np.isnan(east["count"])


def test_a_group_whose_msoas_are_not_listed_has_a_row_that_says_so():
    table = shown(rows("absence", [40], [200], codes=[A], area_type="msoa21"), england())
    west = table.loc[("absence", "collaborative", "West")]
    assert (west["state"], west["note"]) == ("missing", "1 of its MSOAs has no figure")


def test_values_of_msoas_without_counts_are_not_shared_out_and_groups_say_so():
    alone = rows("air", values=[7.0, 9.0], codes=[A, B], area_type="msoa21")
    whole = rows("air", values=[8.0], codes=["E92000001"], area_type="england")
    table = shown(alone, whole)
    assert table.loc[("air", "msoa21", B), "value"] == 9
    east = table.loc[("air", "collaborative", "East")]
    assert (east["state"], east["note"]) == (
        "missing",
        "known of MSOAs, without counts to share out",
    )


def test_smaller_areas_say_that_the_figure_is_of_msoas():
    lsoa = shown(by_msoa(), england()).loc[("absence", "lsoa21", "E01000001")]
    assert (lsoa["state"], lsoa["note"]) == ("missing", "known of MSOAs, no smaller areas")


def test_confidential_figures_of_msoas_are_left_out_and_told():
    notes = []
    public = rows("air", values=[7.0] * 4)
    whole = rows("air", values=[8.0], codes=["E92000001"], area_type="england")
    table = shown(by_msoa("cared_for"), public, whole, notes=notes)
    assert table.loc["cared_for", ["count", "value"]].isna().all(axis=None)
    assert table.loc["cared_for", "note"].str.startswith("confidential, and known by MSOA").all()
    assert any("Cared for" in words and "confidential" in words and "LSOA" in words
               for words in notes)  # fmt: skip


def test_without_a_link_every_group_says_what_is_lacking():
    table = shown(SCORE, by_msoa(), england(), lsoas=LSOAS)
    for area in (("collaborative", "East"), ("borough", "borough"), ("lsoa21", "E01000001")):
        assert "which areas are in which MSOA is not known" in table.loc[("absence", *area), "note"]
    assert table.loc[("absence", "england", "E92000001"), "count"] == 10_000


LINK = pd.DataFrame({"lsoa21cd": LSOAS["lsoa21cd"], "msoa21cd": [A, A, B, B]})


def test_msoas_are_found_in_a_lookup():
    assert with_msoas(LSOAS, [LINK], None)["msoa21cd"].tolist() == [A, A, B, B]


def test_msoas_are_found_by_the_names_of_lsoas():
    names = ["Testshire 001", "Testshire 002", "Testshire 003"]
    areas = pd.DataFrame({"msoa21cd": [A, B, "E02000003"], "msoa21nm": names})
    found = with_msoas(LSOAS, [], areas)
    assert found["msoa21cd"].tolist() == [A, A, B, "E02000003"]
    assert found["msoa21nm"].tolist() == [names[0], names[0], names[1], names[2]]


def test_msoas_are_called_as_people_call_them():
    areas = pd.DataFrame({"msoa21cd": [A, B], "msoa21nm": ["Testshire 001", "Testshire 002"]})
    called = areas.iloc[:1].assign(msoa21hclnm="Old Town")
    found = with_msoas(LSOAS, [LINK], areas, called)
    assert found["msoa21nm"].tolist() == ["Old Town (001)"] * 2 + ["Testshire 002"] * 2


def test_msoas_that_are_known_of_some_lsoas_alone_are_not_taken():
    assert "msoa21cd" not in with_msoas(LSOAS, [LINK.head(3)], None)


def test_indicators_that_their_publisher_compares_by_fifths_are_not_tested():
    fifths = CATALOGUE.assign(comparator="quintiles")
    mill = shown(by_msoa(), england(), catalogue=fifths).loc[("absence", "msoa21", A)]
    assert mill["comparison"] == "not_compared"
    assert "by fifths" in mill["note"]
