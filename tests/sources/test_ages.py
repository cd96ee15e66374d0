"""Residents by single year of age: bands of them, and what cannot be told."""

import pandas as pd
import pytest

from geo.sources.ages import read_residents_by_age

CODES = ["E01000001", "E01000002"]


def saved(folder, name="mid-2022 estimates.csv", heading="{}", last="90+", **others):
    ages = {heading.format(age): [1, 2] for age in [*map(str, range(90)), last]}
    path = folder / name
    pd.DataFrame({"lsoa21cd": CODES, "Total": [91, 182]} | ages | others).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("heading", ["{}", "Age {}", "AGE{}", "Aged {}"])
@pytest.mark.parametrize(
    ("youngest", "oldest", "people"), [(0, 15, 16), (18, 66, 49), (60, None, 31), (90, None, 1)]
)
def test_bands_are_sums_of_years(tmp_path, heading, youngest, oldest, people):
    found = read_residents_by_age(saved(tmp_path, heading=heading))
    assert found.between(youngest, oldest).to_dict() == {CODES[0]: people, CODES[1]: 2 * people}
    assert found.year == "mid-2022"


@pytest.mark.parametrize(("youngest", "oldest"), [(0, 90), (85, 95), (91, None)])
def test_a_band_that_ends_within_the_oldest_column_is_not_known(tmp_path, youngest, oldest):
    assert read_residents_by_age(saved(tmp_path)).between(youngest, oldest) is None


def test_a_file_without_each_year_of_age_has_none(tmp_path):
    path = tmp_path / "totals.csv"
    pd.DataFrame({"lsoa21cd": CODES, "Total": [91, 182]}).to_csv(path, index=False)
    assert read_residents_by_age(path) is None


def test_mid_2020_of_england_has_children_and_year(real_data):
    path = real_data / "england/population_mid2020_lsoa11_single_year.parquet"
    found = read_residents_by_age(path)
    children = found.between(0, 15)
    raw = pd.read_parquet(path)
    assert found.year == "mid-2020"
    assert children.sum() == raw[[str(age) for age in range(16)]].to_numpy().sum()
