"""Residents by age band for groups of LSOAs, and rates standardised with them."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.statistics.age_bands import EUROPEAN_STANDARD, age_bands
from geo.statistics.standardisation import directly_standardised_rate

CODES = ["E01000001", "E01000002", "E01000003"]


@pytest.fixture
def residents():
    """As many of each year as its age, in the second LSOA twice as many, in the third one."""
    years = {f"{age}{'+' * (age == 90)}": [age, 2 * age, 1] for age in range(91)}
    return pd.DataFrame({"lsoa21cd": CODES} | years)


@pytest.fixture
def towns():
    return pd.DataFrame({"LSOA21CD": CODES[::-1], "town": ["Penny", "Crewe", "Crewe"]})


def test_age_bands_sum_single_years_by_group(residents, towns):
    found = age_bands(residents, towns, by="town").set_index(["town", "start_age"])
    assert found.loc[("Crewe", 10), "denominator"] == 3 * (10 + 11 + 12 + 13 + 14)
    assert found.loc[("Crewe", 90), "denominator"] == 3 * 90
    assert found["denominator"].groupby("town").sum().to_dict() == {"Crewe": 3 * 4095, "Penny": 91}
    assert found.loc["Penny", "standard_population"].to_dict() == EUROPEAN_STANDARD
    assert found.loc["Penny", "age"].tolist()[:2] == ["0-4 yrs", "5-9 yrs"]
    assert found["age"].iloc[-1] == "90+ yrs"


def test_the_european_standard_population_is_a_hundred_thousand():
    assert sum(EUROPEAN_STANDARD.values()) == 100_000


def test_age_bands_of_children_end_and_take_the_years_of_the_standard_that_they_hold(
    residents, towns
):
    found = age_bands(residents, towns, by="town", starts=(1, 5, 10, 17), end=18)
    penny = found[found["town"] == "Penny"]
    assert penny["age"].tolist() == ["1-4 yrs", "5-9 yrs", "10-16 yrs", "17 yrs"]
    assert penny["denominator"].tolist() == [4, 5, 7, 1]
    assert penny["standard_population"].tolist() == [4000, 5500, 5500 + 2200, 1100]


def test_age_bands_that_end_earlier_are_open(residents, towns):
    found = age_bands(residents, towns, by="town", starts=(0, 65, 85))
    assert found["age"].tolist() == ["0-64 yrs", "65-84 yrs", "85+ yrs"] * 2
    assert found["standard_population"].sum() == 200_000
    assert found["standard_population"].iloc[2] == 2500


def test_age_bands_of_residents_that_end_at_85_are_open_there(residents, towns):
    fewer = residents.drop(columns=["86", "87", "88", "89", "90+"]).rename(columns={"85": "85+"})
    found = age_bands(fewer, towns, by="town", starts=(0, 85))
    assert found["denominator"].tolist()[1] == 3 * 85
    assert found["standard_population"].tolist() == [97_500, 2500] * 2
    with pytest.raises(TableError, match="from 0 to 85, the oldest that the residents"):
        age_bands(fewer, towns, by="town")


def test_directly_standardised_rate_at_groups_from_single_years(residents, towns):
    """A plain pandas calculation from the single years gives the same rate."""
    bands = age_bands(residents, towns, by="town")
    bands["count"] = np.arange(len(bands)) + 3
    found = directly_standardised_rate(bands, by="town").set_index("town")
    wide = residents.set_index("lsoa21cd")
    for town, codes in {"Crewe": CODES[:2], "Penny": CODES[2:]}.items():
        people = wide.loc[codes].sum().to_numpy()
        own = np.array([people[at : at + 5].sum() for at in range(0, 90, 5)] + [people[90]])
        events = bands.loc[bands["town"] == town, "count"].to_numpy()
        rate = (events / own * np.array(list(EUROPEAN_STANDARD.values()))).sum()
        assert found.loc[town, "value"] == pytest.approx(rate, rel=1e-12)


def test_age_bands_of_england_hold_everybody(real_data):
    file = real_data / "england" / "population_mid2020_lsoa11_single_year.parquet"
    years = pd.read_parquet(file).rename(columns={"lsoa11_code": "lsoa11cd"})
    members = years[["lsoa11cd"]].assign(half=np.arange(len(years)) % 2)
    found = age_bands(years.drop(columns="total_population"), members, by="half")
    assert found["denominator"].sum() == years["total_population"].sum()


@pytest.mark.parametrize(
    "headers", ["Age {}", "{} years", "age_{}", " {}", "Aged {}"], ids=lambda one: one.strip()
)
def test_age_bands_read_headers_as_people_write_them(residents, towns, headers):
    names = {c: headers.format(c) for c in residents if c != "lsoa21cd"}
    pd.testing.assert_frame_equal(
        age_bands(residents.rename(columns=names), towns, by="town"),
        age_bands(residents, towns, by="town"),
    )


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (lambda t: t.drop(columns="17"), {}, TableError, "lack a column for the ages 17"),
        (lambda t: t[["lsoa21cd"]], {}, TableError, "lack a column for the ages 0, 1, 2"),
        (lambda t: t.assign(**{"Age 5": 1}), {}, TableError, "Two columns are of age 5"),
        (lambda t: t.assign(**{"5": None}), {}, TableError, "its residents of each age"),
        (lambda t: t.assign(**{"5": -1}), {}, TableError, "finite numbers from 0 up"),
        (lambda t: t.head(2), {}, CodeError, r"1 of 3 LSOAs .*E01000003.* have no residents"),
        (lambda t: t.rename(columns={"lsoa21cd": "lsoa11cd"}), {}, CodeError, "geo.convert"),
        (lambda t: t, {"starts": (5, 0)}, TableError, "start at 5, 0; give whole ages that rise"),
        (lambda t: t, {"starts": ()}, TableError, "give whole ages"),
        (lambda t: t, {"starts": (0, 95)}, TableError, "from 0 to 90"),
        (lambda t: t, {"starts": (0, 5), "end": 5}, TableError, "start at 0, 5, end 5"),
        (lambda t: t, {"starts": (0, 0.5)}, TableError, "whole ages"),
        (lambda t: t, {"by": "age"}, TableError, "cannot be told by age"),
    ],
)
def test_age_bands_refuse_what_cannot_be_counted(residents, towns, change, options, error, message):
    with pytest.raises(error, match=message):
        age_bands(change(residents), towns.assign(age=1), **({"by": "town"} | options))
