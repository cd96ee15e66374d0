"""Deprivation by area: counts by decile, and the published summary measures."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.statistics.deprivation import area_deprivation, decile_profile

CODES = ["E01000001", "E01000002", "E01000003", "E01000004"]


@pytest.fixture
def lsoas():
    """One LSOA in each of deciles 1, 2, 3 in Crewe, one in decile 9 in Sandbach."""
    return pd.DataFrame(
        {
            "lsoa21cd": CODES,
            "town": ["Crewe", "Crewe", "Crewe", "Sandbach"],
            "half": ["south"] * 4,
            "imd_decile": [1, 2, 3, 9],
            "idaci_decile": [1, 1, 1, 1],
            "population": [1000, 2000, 3000, 4000],
            "children": [100, 200, 300, 400],
        }
    )


@pytest.fixture
def deprivation():
    """Ranks in percentiles 1, 11, 30 and 31: extent weights 1, 0.95, 0.05 and 0."""
    return pd.DataFrame(
        {
            "lsoa21cd": CODES,
            "imd_score": [80.0, 40.0, 20.0, 10.0],
            "imd_rank": [1, 3376, 10126, 10127],
            "population": [100, 100, 100, 100],
        }
    )


def test_decile_profile_counts_lsoas_and_people_by_level(lsoas):
    before = lsoas.copy(deep=True)
    found = decile_profile(lsoas, by=["town", "half"], borough="Cheshire East").set_index("area")
    assert found["area_type"].to_dict() == {
        "Crewe": "town",
        "Sandbach": "town",
        "south": "half",
        "Cheshire East": "borough",
    }
    crewe = found.loc["Crewe"]
    assert crewe[["lsoas", "top_10", "top_20", "top_30"]].tolist() == [3, 1, 2, 3]
    assert crewe[["population", "population_top_20", "children_top_10"]].tolist() == [
        6000,
        3000,
        100,
    ]
    deciles = [f"decile_{d}" for d in range(1, 11)]
    assert found.loc["Cheshire East", deciles].tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 1, 0]
    pd.testing.assert_frame_equal(lsoas, before)


def test_decile_profile_of_another_index_and_without_people(lsoas):
    table = lsoas.drop(columns=["population", "children"])
    found = decile_profile(table, by="town", index="idaci", borough="Borough")
    assert found["top_10"].tolist() == [3, 1, 4]
    assert found["area"].tolist() == ["Crewe", "Sandbach", "Borough"]
    assert found.columns[-1] == "top_30"


def test_decile_profile_with_missing_people_has_missing_sums_where_they_count(lsoas):
    lsoas["population"] = [1000, 2000, np.nan, 4000]
    profile = decile_profile(lsoas, by="town").set_index("area")
    assert "All LSOAs" in profile.index, "no authority is named that was not asked for"
    crewe = profile.loc["Crewe"]
    assert crewe[["population_top_10", "population_top_20"]].tolist() == [1000, 3000]
    assert crewe[["population", "population_top_30"]].isna().all()


@pytest.mark.parametrize("decile", [None, 0, 11, 1.5, "one"])
def test_decile_profile_refuses_a_missing_or_impossible_decile(lsoas, decile):
    lsoas["imd_decile"] = [decile, 2, 3, 9]
    with pytest.raises(TableError, match=r"1 of 4 rows have imd_decile .*E01000001"):
        decile_profile(lsoas, by="town")


def test_decile_profile_refuses_an_lsoa_without_area_or_an_absent_column(lsoas):
    with pytest.raises(TableError, match="No column collaborative"):
        decile_profile(lsoas, by="collaborative")
    lsoas.loc[1, "town"] = None
    with pytest.raises(TableError, match=r"\(row E01000002\); every LSOA needs an area"):
        decile_profile(lsoas, by="town")


@pytest.mark.parametrize(("rank", "weight"), [(3375, 1), (3376, 0.95), (10126, 0.05), (10127, 0)])
def test_extent_at_the_edges_of_its_percentiles(deprivation, rank, weight):
    """Of 33,755 LSOAs rank 3,375 is the last in percentile 10."""
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": "Crewe"})
    found = area_deprivation(deprivation.assign(imd_rank=rank), towns, by="town")
    assert found["extent"].item() == pytest.approx(weight)


def test_area_deprivation_gives_the_published_measures(deprivation):
    """Worked by hand; a tenth of 400 residents is 40, all in the LSOA of rank 1."""
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": "Crewe"})
    found = area_deprivation(deprivation, towns, by="town").iloc[0]
    assert found["average_score"] == 37.5
    assert found["average_rank"] == 33756 - (1 + 3376 + 10126 + 10127) / 4
    assert found["proportion_most_deprived_10"] == 0.25
    assert found["extent"] == pytest.approx((1 + 0.95 + 0.05 + 0) / 4)
    assert found["local_concentration"] == 33755


def test_area_deprivation_counts_the_last_lsoa_in_part(deprivation):
    """A tenth of 1,000 residents: 25 of rank 1 and 75 of rank 3376."""
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": "Crewe"})
    people = pd.Series([25, 100, 400, 475], index=CODES)
    found = area_deprivation(deprivation, towns, by="town", population=people).iloc[0]
    assert found["local_concentration"] == pytest.approx((25 * 33755 + 75 * 30380) / 100)


def test_area_deprivation_of_a_single_lsoa_and_of_nobody(deprivation):
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": list("ABCD"), "half": list("AABB")})
    deprivation.loc[3, "population"] = 0
    found = area_deprivation(deprivation, towns, by=["town", "half"])
    assert found["area_type"].tolist() == ["town"] * 4 + ["half"] * 2
    assert found.loc[0, ["average_score", "local_concentration"]].tolist() == [80, 33755]
    assert found.loc[3, ["average_score", "extent", "local_concentration"]].isna().all()
    assert found.loc[3, "proportion_most_deprived_10"] == 0


def test_area_deprivation_uses_the_number_of_lsoas_of_its_vintage(deprivation):
    older = deprivation.rename(columns={"lsoa21cd": "lsoa11cd"})
    towns = pd.DataFrame({"lsoa11cd": CODES, "town": list("ABCD")})
    found = area_deprivation(older, towns, by="town")
    assert found["average_rank"].iloc[0] == 32844


def test_area_deprivation_takes_a_lookup_under_official_headers(deprivation):
    towns = pd.DataFrame({"LSOA21CD": CODES, "WD24CD": "E05000001"})
    found = area_deprivation(deprivation, towns, by="WD24CD")
    assert found["average_score"].tolist() == [37.5]


def test_area_deprivation_refuses_what_does_not_match(deprivation):
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": "Crewe"})
    with pytest.raises(CodeError, match=r"lsoa11cd.*same vintage"):
        area_deprivation(deprivation, towns.rename(columns={"lsoa21cd": "lsoa11cd"}), by="town")
    with pytest.raises(CodeError, match=r"1 of 4 LSOAs .*E01000004"):
        area_deprivation(deprivation.head(3), towns, by="town")
    with pytest.raises(CodeError, match="more than once"):
        area_deprivation(deprivation, pd.concat([towns, towns]), by="town")
    with pytest.raises(TableError, match=r"imd_rank 40000.*from 1 to 33755"):
        area_deprivation(deprivation.assign(imd_rank=40000), towns, by="town")
    with pytest.raises(TableError, match=r"population nan.*E01000001"):
        area_deprivation(deprivation, towns, by="town", population=pd.Series({"E01000002": 1}))


def test_area_deprivation_of_authorities_agrees_with_file_10(real_data):
    """Census 2021 residents stand in for the mid-2022 population that was published with."""
    england = real_data / "england"
    lsoas = pd.read_csv(england / "IoD2025_ranks_scores_deciles.csv").iloc[:, [0, 2, 4, 5]]
    lsoas.columns = ["lsoa21cd", "lad24cd", "imd_score", "imd_rank"]
    census = pd.read_parquet(england / "census2021_indicators_lsoa21.parquet")
    census = census[census["indicator_id"] == "ethnic_group_other_than_white"]
    residents = census.set_index("area_code")["denominator"]
    found = area_deprivation(
        lsoas.drop(columns="lad24cd"),
        lsoas[["lsoa21cd", "lad24cd"]],
        by="lad24cd",
        population=residents,
    ).set_index("area")
    published = pd.read_csv(england / "IoD2025_lad_summaries.csv").set_index("ltla24_code")
    published = published.loc[found.index]
    assert len(found) == 296
    top = "imd_proportion_of_lso_as_in_most_deprived_10_percent_nationally"
    exact = found["proportion_most_deprived_10"].round(4) == published[top]
    assert exact.sum() >= 295
    for ours, theirs in {
        "average_score": "imd_average_score",
        "average_rank": "imd_average_rank",
        "local_concentration": "imd25_local_concentration",
    }.items():
        assert ((found[ours] / published[theirs] - 1).abs() < 0.01).mean() >= 0.95, ours
    assert ((found["extent"] - published["imd25_extent"]).abs() < 0.005).mean() >= 0.95


@pytest.mark.parametrize("people", [["many", 1, 1, 1], [-1, 1, 1, 1]])
def test_decile_profile_refuses_people_that_cannot_be_counted(lsoas, people):
    with pytest.raises(TableError, match=r"1 of 4 rows have children .*E01000001"):
        decile_profile(lsoas.assign(children=people), by="town")


def test_decile_profile_takes_nullable_numbers_and_a_repeated_index(lsoas):
    table = lsoas.astype({"imd_decile": "Int64", "population": "Int64", "town": "category"})
    found = decile_profile(table.set_axis([1] * 4), by="town")
    assert found["population"].tolist() == [6000, 4000, 10000]


def test_area_deprivation_refuses_a_rank_in_fractions_and_people_twice(deprivation):
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": "Crewe"})
    with pytest.raises(TableError, match=r"imd_rank 1\.5 .*whole ranks"):
        area_deprivation(deprivation.assign(imd_rank=[1.5, 2, 3, 4]), towns, by="town")
    people = pd.Series(1, index=[*CODES, CODES[0]])
    with pytest.raises(TableError, match="more than one value for E01000001"):
        area_deprivation(deprivation, towns, by="town", population=people)


def test_area_deprivation_leaves_its_input_alone_and_does_not_mind_the_order(deprivation):
    towns = pd.DataFrame({"lsoa21cd": CODES, "town": list("ABAB")})
    before = deprivation.copy(deep=True)
    found = area_deprivation(deprivation, towns.iloc[::-1], by="town")
    pd.testing.assert_frame_equal(deprivation, before)
    again = area_deprivation(deprivation.iloc[::-1], towns, by="town")
    pd.testing.assert_frame_equal(found, again)
