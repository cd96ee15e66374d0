"""A specification that is wrong is told in one sentence, before a record is read."""

import pytest

from geo.errors import GeoError
from geo.records.specification import read_specification
from geo.records.terms import Area, Count, Residents

GOOD = """
period = "year"
sex = true
ages = ["0-4", "16+"]
max_unmatched = 2.5
[tables.plans]
files = "plans_*.csv"
person = "Child"
date = "Start"
sex = "Sex"
age = "Age"
area = { postcode = "Home" }
[indicators.plans]
name = "Plans"
group = "Safe"
polarity = "low_is_good"
count = "people"
where = { Status = "Open" }
denominator = "same"
"""


def read(folder, text=GOOD):
    path = folder / "it.toml"
    path.write_text(text, "utf-8")
    return read_specification(path)


def test_all_that_is_said_is_read(tmp_path):
    spec = read(tmp_path)
    [indicator] = spec.indicators
    assert spec.max_unmatched == 2.5
    assert spec.tables["plans"].area == Area("postcode", ("Home",), "lsoa21")
    assert indicator.split.ages == (("0-4", (0, 4)), ("16+", (16, None)))
    assert indicator.denominator == Count("people", "plans")
    assert indicator.facts["measure"] == "proportion"
    assert indicator.facts["confidential"] is True


def test_denominators_and_splits_of_an_indicators_own(tmp_path):
    own = 'denominator = { residents = "0-17" }\nsex = false\nages = []'
    [indicator] = read(tmp_path, GOOD.replace('denominator = "same"', own)).indicators
    assert indicator.denominator == Residents(0, 17)
    assert not indicator.split.sex
    assert indicator.facts["multiplier"] == 1000


FOLLOWED = 'count = "followed"\nfollowed_by = { of = "plans", %s }'


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("person =", "persn =", r"key persn, which is not known \(did you mean person\?\)"),
        ('"year"', '"yeer"', "did you mean year"),
        ('period = "year"', "", "no period"),
        ('files = "plans_*.csv"', "", "names no files"),
        ('{ postcode = "Home" }', "{ easting = 'X' }", "easting with northing"),
        ('{ postcode = "Home" }', "{ lsoa21 = 'A', lsoa11 = 'B' }", "give one of lsoa01"),
        ('age = "Age"', 'age = "Age"\nborn = "DOB"', "both born and age"),
        ('date = "Start"', "", "needs date of the table plans"),
        ('person = "Child"', "", "needs person of the table plans"),
        ('sex = "Sex"', "", "needs sex of the table plans"),
        ('age = "Age"', "", "needs born or age"),
        ('["0-4", "16+"]', '["0-4", "4-9"]', "overlap"),
        ('["0-4", "16+"]', '["infants"]', "write bands"),
        ("2.5", "250", "per cent from 0 to 100"),
        ('name = "Plans"', "", "has no name"),
        ('"low_is_good"', '"low"', "give one of high_is_good"),
        ('"people"', '"persons"', "give one of rows, people"),
        ('"people"', '"sum"', "needs a column"),
        ('"people"', '"people"\ncolumn = "Cost"', "has a column"),
        ('"people"', '"people"\nof = "plan"', "did you mean plans"),
        ('count = "people"', FOLLOWED % "within_days = -3", "whole number from 0 up"),
        ('count = "people"', FOLLOWED % "within_days = 0", "window from day 1 to day 0"),
        ('count = "people"', FOLLOWED % "from_days = 0", "no within_days"),
        ('count = "people"', 'count = "followed"', "needs followed_by"),
        (
            'count = "people"\nwhere = { Status = "Open" }',
            FOLLOWED % "within_days = 9, from_days = 0",
            "follow itself",
        ),
        ('{ Status = "Open" }', "{ Status = [] }", "is not understood"),
        ('{ Status = "Open" }', '{ Status = ["Open", 1] }', "two types"),
        ('{ Status = "Open" }', "{ Status = { from = 9, to = 1 } }", "to a lower one"),
        ('{ Status = "Open" }', "{ Status = { form = 9 } }", "did you mean from"),
        ('where = { Status = "Open" }', "", "always all of"),
        ('denominator = "same"', 'denominator = { residents = "0-17" }', "residents are not"),
        ('denominator = "same"', "denominator = 7", "is not understood"),
        ("[indicators.plans]", '[indicators."=1+1"]', "no plain name; write it with letters"),
        ('period = "year"', "period = ", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(tmp_path, was, now, words):
    assert was in GOOD
    with pytest.raises(GeoError, match=words) as told:
        read(tmp_path, GOOD.replace(was, now))
    assert str(told.value).count(". ") == 0
    assert str(told.value).endswith(".")


def test_a_specification_that_is_not_there(tmp_path):
    with pytest.raises(GeoError, match="There is no file"):
        read_specification(tmp_path / "it.toml")


def test_nothing_to_count(tmp_path):
    with pytest.raises(GeoError, match="has no tables"):
        read(tmp_path, "period = 'year'")


def test_a_target_is_read_and_one_that_is_none_refused_before_a_record_is_read(tmp_path):
    target = 'baseline_period = "2022"\ntarget = 20\ntarget_period = "2026"\n'
    [indicator] = read(tmp_path, GOOD + target).indicators
    assert indicator.facts["target"] == 20
    with pytest.raises(GeoError, match="a part of a target"):
        read(tmp_path, GOOD + "target = 20\n")
    with pytest.raises(GeoError, match="multiplier 0 for plans"):
        read(tmp_path, GOOD + "multiplier = 0\n")
