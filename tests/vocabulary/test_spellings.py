"""Periods, sexes and ages that are spelt differently and mean the same."""

import pandas as pd
import pytest

from geo.vocabulary.spellings import meaning, meanings, one_spelling

SAME = [
    ("sex", ["Persons", "All", "all", "Both sexes", "Total", "All persons", "P", "All sexes"]),
    ("sex", ["Male", "males", "M", "Men"]),
    ("sex", ["Female", "females ", "F", "Women"]),
    ("age", ["10-11 yrs", "10 to 11 years", "10–11", "Age 10-11", "aged 10 to 11", "10 - 11 yrs"]),
    ("age", ["65+", "65 and over", "65+ yrs", "65 years and over", "65 yrs +", "65 or older"]),
    ("age", ["<18 yrs", "under 18", "0-17", "Under 18 years", "0 to 17 yrs"]),
    ("age", ["5 yrs", "5", "aged 5", "5 years", "5 year olds"]),
    ("age", ["All ages", "all", "Total", "All age groups"]),
]
DIFFERENT = [
    ("sex", "Boys", "Male"),
    ("sex", "Male", "Female"),
    ("sex", "Persons", "Male"),
    ("age", "10-11 yrs", "10-12 yrs"),
    ("age", "0-4 yrs", "0-4 months"),
    ("age", "65+", "65"),
    ("age", "Year 6", "6 yrs"),
    ("age", "All children", "All ages"),
]


@pytest.mark.parametrize(("over", "labels"), SAME)
def test_spellings_of_the_same_mean_the_same(over, labels):
    assert len({meaning(label, over) for label in labels}) == 1


@pytest.mark.parametrize(("over", "one", "other"), DIFFERENT)
def test_what_is_different_stays_different(over, one, other):
    assert meaning(one, over) != meaning(other, over)


def test_spellings_of_periods_mean_the_same():
    found = meanings(["2023/24", "2023-24", "2023/2024", "202324", "2022/23", "2023"], "period")
    assert len({found[x] for x in ("2023/24", "2023-24", "2023/2024", "202324")}) == 1
    assert len(set(found.values())) == 3


def test_the_spelling_of_most_rows_is_kept_for_each_indicator():
    table = pd.DataFrame(
        {
            "indicator_id": ["x", "x", "x", "y"],
            "area_code": ["a", "b", "c", "c"],
            "period": ["2023-24", "2023/24", "2023/24", "2023-24"],
        }
    )
    spelt = one_spelling(table)
    assert spelt["period"].tolist() == ["2023/24", "2023/24", "2023/24", "2023-24"]
    assert set(spelt) == {"period"}


def test_labels_beside_each_other_for_one_area_are_one_too():
    table = pd.DataFrame(
        {"indicator_id": "x", "area_code": ["a", "a", "b"], "sex": ["All", "Persons", "All"]}
    )
    assert one_spelling(table)["sex"].tolist() == ["All"] * 3
