"""Extracts as people have them: counts alone, sparse, split; completed as the catalogue says."""

import pandas as pd
import pytest

from geo.errors import TableError
from geo.report.indicators.completed import completed
from geo.report.indicators.people import People
from geo.report.indicators.placed import England
from geo.report.outcomes import outcomes
from geo.sources.ages import ResidentsByAge
from geo.sources.indicators.catalogue import checked
from tests.builders import place
from tests.report.test_outcomes import CATALOGUE, LSOAS, rows

CODES = list(LSOAS["lsoa21cd"])
AGES = pd.DataFrame({"lsoa21cd": CODES} | {age: [10, 20, 30, 40] for age in range(91)})


def known(ages=AGES):
    counted = () if ages is None else (ResidentsByAge(ages, "mid-2022"),)
    return People("lsoa21cd", pd.DataFrame({"lsoa21cd": CODES}), ages=counted)


def facts(**columns):
    absence = CATALOGUE["indicator_id"] == "absence"
    changed = CATALOGUE.copy()
    for name, value in columns.items():
        changed[name] = pd.Series(None, changed.index, dtype=object).mask(absence, value)
    return changed


def whole(table, notes=None, people=None, **columns):
    found = completed(table, facts(**columns), LSOAS, people or known(), notes)
    return found[0].set_index(["area_type", "area_code"]), found[1].set_index("indicator_id")


def test_counts_alone_are_of_residents_of_the_ages_that_the_catalogue_names():
    table, catalogue = whole(rows("absence", [1, 2, 3, 4]), denominator="residents 0-17")
    assert table["denominator"].tolist() == [180, 360, 540, 720]
    told = "count as given, of residents aged 0 to 17, mid-2022"
    assert catalogue.loc["absence", "basis"] == told


@pytest.mark.parametrize(
    ("name", "years"), [("residents 5 to 16", 12), ("people aged 16+", 75), ("children", 16)]
)
def test_any_age_band_is_known(name, years):
    table, _ = whole(rows("absence", [1, 2, 3, 4]), denominator=name)
    assert table["denominator"].tolist() == [years * n for n in (10, 20, 30, 40)]


def test_counts_by_ward_are_of_the_residents_of_its_lsoas():
    wards = rows("absence", [3, 3, 4], codes=["E05000001", "E05000002", "E05000003"])
    table, _ = whole(wards.assign(area_type="wd24"), denominator="residents 0-0")
    assert table["denominator"].tolist() == [30, 30, 40]


def test_ages_of_a_split_indicator_have_their_own_residents():
    parts = [rows("absence", [1, 2, 3, 4], age=age) for age in ("0-4 yrs", "5-9 yrs", "All ages")]
    table, _ = whole(pd.concat(parts, ignore_index=True), denominator="residents 0-9")
    assert table["denominator"].tolist()[:4] == [50, 100, 150, 200]
    assert table["denominator"].tolist()[8:] == [100, 200, 300, 400]


def test_denominators_that_are_given_stay():
    table, catalogue = whole(rows("absence", [1, 2], [9, 9], codes=CODES[:2]),
                             denominator="residents 0-17")  # fmt: skip
    assert table["denominator"].tolist() == [9, 9]
    assert "basis" not in catalogue


def test_counts_of_one_sex_get_no_denominators_of_both_and_say_so():
    notes = []
    parts = [rows("absence", [1, 2, 3, 4], sex=sex) for sex in ("Persons", "Girls")]
    both = pd.concat(parts, ignore_index=True)
    table, _ = whole(both, notes, denominator="residents 0-17")
    assert table["denominator"].isna().tolist() == [False] * 4 + [True] * 4
    assert "absence has counts by sex" in notes[0]


def test_ages_that_are_not_known_are_told():
    notes = []
    table, _ = whole(
        rows("absence", [1, 2, 3, 4]), notes, known(None), denominator="residents 0-17"
    )
    assert table["denominator"].isna().all()
    assert "asks for residents 0-17, which are not known" in notes[0]


def test_areas_without_a_row_are_true_zeros_where_the_catalogue_says_so():
    notes = []
    sparse = rows("absence", [5, 7], codes=[CODES[0], CODES[3]])
    table, _ = whole(sparse, notes, absent="zero", denominator="residents 0-17")
    assert table["count"].to_dict() == {
        ("lsoa21", code): n for code, n in zip([CODES[0], CODES[3], CODES[1], CODES[2]],
                                               [5, 7, 0, 0], strict=True)
    }  # fmt: skip
    assert table["state"].tolist() == ["value", "value", "zero", "zero"]
    assert table["denominator"].notna().all()
    assert notes == ["2 LSOAs that Absence has no row of, in one period or another, stand for "
                     "zero, as its catalogue says."]  # fmt: skip


def test_each_period_has_its_own_zeros_and_england_none():
    england = rows("absence", [99], [1000], codes=["E92000001"]).assign(area_type="england")
    parts = [rows("absence", [5], codes=CODES[:1], period="2023"), rows("absence", [1, 2, 3, 4])]
    table, _ = whole(pd.concat([*parts, england], ignore_index=True), [], absent="zero")
    assert len(table) == 4 + 4 + 1
    assert (table["period"] == "2023").sum() == 4


def test_areas_without_a_row_stay_unknown_where_the_catalogue_does_not_say():
    table, _ = whole(rows("absence", [5], codes=CODES[:1]))
    assert len(table) == 1


def test_no_mean_is_zero_where_it_is_absent():
    means = facts(absent="zero").assign(measure="mean")
    with pytest.raises(TableError, match="absence, which is no count, proportion or rate"):
        completed(rows("absence", [5], codes=CODES[:1]), means, LSOAS, known(), [])


def test_the_words_for_absent_are_zero_and_nobody():
    with pytest.raises(TableError, match='for absence; allowed is "zero" or "nobody"'):
        checked(facts(absent="none"), "indicators.toml")


def test_a_sparse_extract_of_counts_reaches_every_level_as_pandas_sums_it():
    """Ten cases in two of four LSOAs, 0 to 17: the rates are those of a plain calculation."""
    sparse = rows("absence", [4, 6], codes=[CODES[0], CODES[3]])
    england = rows("absence", [10], [10_000], codes=["E92000001"]).assign(area_type="england")
    both = pd.concat([sparse, england], ignore_index=True)
    people = known()
    table, catalogue = completed(
        both, facts(absent="zero", denominator="residents 0-17"), LSOAS, people, []
    )
    found = outcomes(table, catalogue, LSOAS, place(), england=England(people), notes=[])
    cells = found.comparisons.set_index(["area_type", "area_code"])
    expected = LSOAS.assign(x=[4, 0, 0, 6], n=[180, 360, 540, 720])
    for level in ("collaborative", "locality"):
        sums = expected.groupby(level)[["x", "n"]].sum()
        for area, (x, n) in sums.iterrows():
            assert cells.loc[(level, area), "value"] == pytest.approx(100 * x / n)
    assert cells.loc[("lsoa21", CODES[1]), "state"] == "zero"
    assert cells["comparison"].ne("not_compared").sum() == len(cells) - 1


def test_an_indicator_without_england_and_one_without_denominators_are_named():
    england = rows("absence", [10], [100], codes=["E92000001"]).assign(area_type="england")
    tables = [
        rows("absence", [1, 2, 3, 4], [10] * 4),
        england,
        rows("cared_for", [9] * 4, [99] * 4),
    ]
    notes = []
    outcomes(pd.concat(tables, ignore_index=True), CATALOGUE, LSOAS, place(), notes=notes)
    assert any("Cared for has no figure of England" in words for words in notes)
    notes.clear()
    bare = [rows("absence", [1, 2, 3, 4]), england]
    outcomes(pd.concat(bare, ignore_index=True), CATALOGUE, LSOAS, place(), notes=notes)
    assert any("Absence is given as counts without denominators" in words for words in notes)


def test_to_no_event_nobody_contributes():
    sums = rows("absence", [3, 4, 5], [None] * 3, codes=CODES[:3]).assign(largest_1=[2.0, 3, 4])
    for count in ([1], [0]):  # the first has no row of areas without contributions
        other = rows("score", count, [None], codes=CODES[:1])
        table, _ = whole(pd.concat([sums, other], ignore_index=True), [], absent="zero")
        table = table[table["indicator_id"].eq("absence")]
        assert table["largest_1"].tolist() == [2, 3, 4, 0]
    without = sums.drop(columns="largest_1").assign(largest_1=None)
    table, _ = whole(without, [], absent="zero")
    assert table["largest_1"].isna().all()


@pytest.mark.parametrize("measure", ["proportion", "mean"])
def test_where_nobody_is_counted_groups_are_of_the_others(measure):
    told = []
    table = rows("absence", [3, 4], [30, 40], codes=CODES[:2])
    catalogue = facts(absent="nobody").assign(measure=measure, confidential=False)
    both, catalogue = completed(table, catalogue, LSOAS, known(), told)
    assert both.set_index("area_code")["denominator"].to_dict() == dict(
        zip(CODES, [30, 40, 0, 0], strict=True)
    )
    assert any("stand for nobody, as its catalogue says" in one for one in told)
    found = outcomes(both, catalogue, LSOAS, place(), notes=[]).comparisons
    whole = found[found["area_type"].eq("borough")].iloc[0]
    assert (whole["count"], whole["denominator"], whole["state"]) == (7, 70, "value")
