"""Values without intervals among England's areas: an England of nine LSOAs."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import TableError
from geo.report.indicators import placed as placing
from geo.report.outcomes import outcomes
from tests.builders import of_residents, place
from tests.report.test_outcomes import CATALOGUE, LSOAS, rows

CODES = [f"E0100000{n}" for n in range(1, 10)]
AUTHORITY = pd.Series(["Testshire"] * 4 + ["Other"] * 3 + ["Third"] * 2, CODES)
WARD = pd.Series(["E05000001", "E05000001", "E05000002", "E05000003"] + ["E05000009"] * 5, CODES)
PEOPLE = pd.Series([100, 300, 100, 500, 100, 100, 200, 50, 150], CODES, dtype=float)
AIR = [2.0, 6.0, 5.0, 9.0, 1.0, 1.0, 4.0, 8.0, 8.0]
MEANS = {"Testshire": 7.0, "Other": 2.5, "Third": 8.0}  # weighted by people


@pytest.fixture(autouse=True)
def _small_england(monkeypatch):
    monkeypatch.setitem(placing.VINTAGES, "lsoa21", 9)


def found(values=AIR, catalogue=CATALOGUE, residents=PEOPLE, authority=AUTHORITY, notes=None):
    table = rows("air", values=values, codes=CODES[: len(values)])
    table["state"] = np.where(table["value"].isna(), "missing", "value")
    england = of_residents(residents, authority, WARD)
    made = outcomes(table, catalogue, LSOAS, place(), england=england,
                    notes=[] if notes is None else notes)  # fmt: skip
    return made.comparisons.set_index(["area_type", "area_code"])


def facts(**columns):
    air = CATALOGUE["indicator_id"] == "air"
    changed = CATALOGUE.copy()
    for name, value in columns.items():
        changed[name] = pd.Series(None, changed.index, dtype=object).mask(air, value)
    return changed


def test_groups_and_the_borough_are_placed_among_authorities():
    table = found()
    east, borough = table.loc["collaborative", "East"], table.loc["borough", "borough"]
    assert east["value"] == pytest.approx((2 * 100 + 6 * 300 + 5 * 100) / 500)  # 5
    assert (east["place"], east["among"], east["among_type"]) == (3, 3, "lad")  # after 8 and 7
    assert borough["value"] == MEANS["Testshire"]
    assert (borough["place"], borough["among"]) == (2, 3)
    assert east["note"] == "mean of the LSOAs, weighted by residents"
    assert set(table["comparison"]) == {"not_compared"}


@pytest.mark.parametrize(("name", "rank"), [("Third", 1), ("Testshire", 2), ("Other", 3)])
def test_an_authority_put_as_a_collaborative_has_its_own_rank(name, rank):
    series = placing._Series(
        pd.Series(AIR, CODES), placing.Counted(PEOPLE, "residents"),
        pd.Series({"polarity": "low_is_good"}), of_residents(PEOPLE, AUTHORITY),
    )  # fmt: skip
    own = AUTHORITY[name == AUTHORITY]
    hierarchy = pd.DataFrame({"lsoa21cd": own.index, "collaborative": name})
    level = placing._level(series, pd.DataFrame(), hierarchy, "collaborative", place())
    assert level["value"].tolist() == [MEANS[name]]
    assert level["place"].tolist() == [rank]


def test_wards_are_placed_among_wards_and_lsoas_among_lsoas():
    table = found()
    alder = table.loc["wd24", "E05000001"]  # 5; the fourth ward has 3.83, the third 9
    assert alder[["value", "place", "among", "among_type"]].tolist() == [5, 2, 4, "wd24"]
    first = table.loc["lsoa21", "E01000004"]
    assert (first["place"], first["among"], first["quantile"]) == (1, 9, 1)


def test_england_is_the_mean_of_its_lsoas():
    expected = sum(a * n for a, n in zip(AIR, PEOPLE, strict=True)) / PEOPLE.sum()
    assert found().loc["england", "E92000001"]["value"] == pytest.approx(expected)


def test_a_standardised_score_has_no_england_and_says_so():
    england = found(catalogue=facts(standardised=True)).loc["england", "E92000001"]
    assert np.isnan(england["value"])
    assert "a standardised score, which has no figure of England" in england["note"]


def test_one_figure_of_each_authority_is_shown_for_the_borough_alone():
    notes = []
    table = found([7.0] * 4 + [2.5] * 3 + [8.0] * 2, notes=notes)
    assert table.loc["borough", "borough"]["value"] == 7
    assert table.loc["borough", "borough"]["place"] == 2
    for area in [("collaborative", "East"), ("wd24", "E05000001"), ("lsoa21", "E01000001")]:
        assert table.loc[area]["state"] == "missing"
        assert table.loc[area]["note"] == "one figure of Testshire as a whole, shown there"
    assert "repeats one figure of each authority" in " ".join(notes)


def test_a_gap_is_told_and_left_out_of_the_mean():
    people = PEOPLE.where(PEOPLE.index != "E01000001", 5)
    table = found([None, *AIR[1:]], residents=people)
    east = table.loc["collaborative", "East"]
    assert east["value"] == pytest.approx((6 * 300 + 5 * 100) / 400)
    assert east["note"].startswith("1 of its 3 LSOAs has no figure; mean of the LSOAs")
    assert table.loc["lsoa21", "E01000001"]["note"] == "no figure is published"


@pytest.mark.parametrize("lacking", ["values", "authority"])
def test_without_all_of_england_nothing_is_placed(lacking):
    table = found(AIR[:8]) if lacking == "values" else found(authority=None)
    east = table.loc["collaborative", "East"]
    assert east["place"] is pd.NA
    assert east["value"] == 5
    why = {"values": "not all of England's LSOAs are known to place it among",
           "authority": "England's areas of its kind are not known"}  # fmt: skip
    assert east["note"].endswith(why[lacking])


def test_a_weight_that_nobody_knows_is_refused():
    with pytest.raises(TableError, match="air is to be weighted by 'trees'; allowed are resid"):
        found(catalogue=facts(weight="trees"))


def test_a_weight_that_is_not_here_is_told():
    east = found(catalogue=facts(weight="households")).loc["collaborative", "East"]
    assert east["note"].endswith("weighted by residents (households are not known)")
