"""The synthetic borough is whole: same every time, areas fit together, tables agree."""

import hashlib
import os
import subprocess
import sys
import tomllib
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

import geo
from geo.errors import FileError
from geo.geography.places import load_place
from geo.sources import folders
from geo.sources.indicators.read import read_indicators
from geo.sources.sample import sample, write_sample
from geo.sources.sample.indicators import OUTCOMES
from geo.vocabulary.measures import MEASURES, POLARITIES
from geo.vocabulary.releases import INDICES, RELEASES
from geo.vocabulary.schemas import validate
from tests import CHECKOUT

TABLES = (
    "areas",
    "areas_2011",
    "wards",
    "lookup_wards",
    "lookup_2011",
    "groups",
    "deprivation",
    "deprivation_2019",
    "indicators",
    "indicator_catalogue",
)
KEYS = ["area_code", "area_type", "indicator_id", "period", "sex", "age"]
BOTH_RELEASES = pytest.mark.parametrize(
    ("table", "year"), [("deprivation", 2025), ("deprivation_2019", 2019)]
)


@pytest.fixture(scope="module")
def borough():
    return sample()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def lsoas(borough):
    """A row per 2021 LSOA with ward, groups and the Indices."""
    return borough.lookup_wards.merge(borough.groups, on=["wd24cd", "wd24nm"]).merge(
        borough.deprivation, on=["lsoa21cd", "lsoa21nm"], validate="1:1"
    )


def fingerprint(borough) -> str:
    digest = hashlib.sha256()
    for name in TABLES:
        table = pd.DataFrame(getattr(borough, name)).copy()
        if "geometry" in table:
            table["geometry"] = [shapely.to_wkb(shape, hex=True) for shape in table["geometry"]]
        digest.update(table.to_csv(index=False).encode())
    return digest.hexdigest()


def _is_connected(shapes) -> bool:
    return shapely.coverage_union_all(np.asarray(shapes)).geom_type == "Polygon"


# The same every time


@pytest.mark.slow
def test_sample_is_identical_in_another_process(borough):
    code = "from tests.sources.sample.test_sample import *; print(fingerprint(sample()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        cwd=CHECKOUT,
    )
    assert done.stdout.strip() == fingerprint(borough)


def test_sample_is_not_damaged_through_a_copy(borough):
    before, mine = fingerprint(borough), sample()
    for name in TABLES:
        whole, table = fingerprint(mine), getattr(mine, name)
        table.iloc[:, 0] = "E99999999"
        table["added"] = 1
        if "geometry" in table:
            table.geometry = table.geometry.translate(1000)
        assert fingerprint(mine) != whole, name
    assert fingerprint(sample()) == before


# Areas


@pytest.mark.parametrize(
    ("name", "code", "count"),
    [("areas", "lsoa21cd", 240), ("areas_2011", "lsoa11cd", 232), ("wards", "wd24cd", 50)],
)
def test_areas_cover_the_borough_without_gap_or_overlap(borough, name, code, count):
    areas = getattr(borough, name)
    validate(areas, "areas", code.removesuffix("cd"), where=name)
    assert list(areas.columns) == [code, code.replace("cd", "nm"), "geometry"]
    assert len(areas) == count
    assert areas.crs.to_epsg() == 27700
    assert areas.is_valid.all()
    assert set(areas.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(areas.geometry.array)
    outline = shapely.coverage_union_all(areas.geometry.array)
    assert outline.geom_type == "Polygon"
    assert not outline.interiors
    assert outline.equals(shapely.coverage_union_all(borough.areas.geometry.array))


@pytest.mark.parametrize("name", ["areas", "areas_2011", "wards"])
def test_coordinates_are_whole_metres(borough, name):
    coordinates = getattr(borough, name).get_coordinates().to_numpy()
    assert (coordinates == coordinates.round()).all()


def test_borough_is_of_english_size(borough):
    west, south, east, north = borough.areas.total_bounds / 1000
    assert 40 < east - west < 52
    assert 35 < north - south < 45
    assert 1000 < borough.areas.area.sum() / 1e6 < 1600


def test_town_lsoas_are_small_and_country_ones_large(borough, lsoas):
    area = borough.areas.set_index("lsoa21cd").area / 1e6
    town = lsoas["wd24nm"].str.match("Sandmere |Harnwick ")
    assert area[lsoas.loc[town, "lsoa21cd"]].between(0.15, 2).all()
    assert area.nlargest(40).min() > 10
    assert area.max() < 50


def test_outline_edges_are_not_straight(borough):
    """Natural edges: the outline is longer than its hull, but not torn."""
    outline = shapely.coverage_union_all(borough.areas.geometry.array)
    assert 1.25 < outline.length / outline.convex_hull.length < 2


def test_wards_are_the_union_of_their_lsoas(borough):
    joined = borough.areas.merge(borough.lookup_wards, on="lsoa21cd", validate="1:1")
    for code, ward in borough.wards.set_index("wd24cd").geometry.items():
        parts = joined.loc[joined["wd24cd"] == code, "geometry"]
        assert shapely.coverage_union_all(parts.array).equals(ward)


@pytest.mark.parametrize("level", ["collaborative", "sub_locality", "locality"])
def test_groups_are_contiguous(borough, level):
    wards = borough.wards.merge(borough.groups, on=["wd24cd", "wd24nm"], validate="1:1")
    assert all(_is_connected(group.array) for _, group in wards.groupby(level)["geometry"])


# Lookups and groups


def test_lookup_wards_has_each_lsoa_once(borough):
    lookup = borough.lookup_wards
    assert list(lookup["lsoa21cd"]) == list(borough.areas["lsoa21cd"])
    assert list(lookup["lsoa21nm"]) == list(borough.areas["lsoa21nm"])
    assert set(lookup["wd24cd"]) == set(borough.wards["wd24cd"])
    assert set(lookup["lad24cd"]) == {borough.code} == {"E06900001"}
    assert set(lookup["lad24nm"]) == {borough.name} == {"Sandmere"}


def test_names_are_unique_and_formed_as_ons_forms_them(borough):
    for areas, name in [(borough.areas, "lsoa21nm"), (borough.areas_2011, "lsoa11nm")]:
        assert areas[name].is_unique
        assert areas[name].str.fullmatch(r"Sandmere 0\d\d[A-Z]").all()
    assert borough.wards["wd24nm"].is_unique
    assert borough.wards["wd24cd"].str.fullmatch(r"E059000\d\d").all()


def test_lookup_2011_covers_both_vintages(borough):
    lookup = borough.lookup_2011
    assert set(lookup["lsoa11cd"]) == set(borough.areas_2011["lsoa11cd"])
    assert set(lookup["lsoa21cd"]) == set(borough.areas["lsoa21cd"])
    assert not lookup.duplicated(["lsoa11cd", "lsoa21cd"]).any()


def test_lookup_2011_keeps_a_code_only_where_nothing_changed(borough):
    lookup = borough.lookup_2011
    same = lookup["chgind"] == "U"
    kept, changed = lookup[same], lookup[~same]
    assert (kept["lsoa11cd"] == kept["lsoa21cd"]).all()
    assert (kept["lsoa11nm"] == kept["lsoa21nm"]).all()
    assert not set(changed["lsoa21cd"]) & set(lookup["lsoa11cd"])
    assert not set(changed["lsoa21nm"]) & set(lookup["lsoa11nm"])
    assert changed["lsoa21cd"].str.startswith("E0191").all()


def test_lookup_2011_change_indicator_says_what_happened(borough):
    lookup = borough.lookup_2011
    targets = lookup.groupby("lsoa11cd")["lsoa21cd"].transform("nunique")
    sources = lookup.groupby("lsoa21cd")["lsoa11cd"].transform("nunique")
    expected = np.select([targets > 1, sources > 1], ["S", "M"], "U")
    assert list(lookup["chgind"]) == list(expected)
    # eight pairs and one split in three; two merged pairs
    assert lookup["chgind"].value_counts().to_dict() == {"U": 217 + 2, "S": 8 * 2 + 3, "M": 4}


def test_lookup_2011_agrees_with_the_geometry(borough):
    overlay = gpd.overlay(borough.areas_2011, borough.areas, keep_geom_type=True)
    pairs = set(zip(overlay["lsoa11cd"], overlay["lsoa21cd"], strict=True))
    lookup = borough.lookup_2011
    assert pairs == set(zip(lookup["lsoa11cd"], lookup["lsoa21cd"], strict=True))


def test_groups_nest(borough):
    groups = borough.groups
    assert list(groups["wd24cd"]) == list(borough.wards["wd24cd"])
    assert groups["collaborative"].nunique() == 8
    assert (groups.groupby("collaborative")["sub_locality"].nunique() == 1).all()
    held = groups.groupby("sub_locality")["collaborative"].nunique()
    assert held.to_dict() == {"N1": 2, "N2": 2, "S1": 2, "S2": 2}
    pairs = groups[["sub_locality", "locality"]].drop_duplicates()
    assert dict(pairs.to_numpy()) == {"N1": "North", "N2": "North", "S1": "South", "S2": "South"}
    assert set(groups["basis"]) == {"synthetic"}


def test_groups_hold_the_places_they_are_named_after(borough):
    for name, wards in borough.groups.groupby("collaborative")["wd24nm"]:
        assert wards.str.startswith(name.split()[0]).any(), name
    assert "Rushwell" in set(
        borough.groups.loc[borough.groups["collaborative"] == "Ellerbridge and Rushwell", "wd24nm"]
    )


def test_north_lies_north_of_south(borough):
    wards = borough.wards.merge(borough.groups, on="wd24cd")
    north = wards.centroid.y.groupby(wards["locality"]).mean()
    assert north["North"] > north["South"] + 5000


# Deprivation


@BOTH_RELEASES
def test_deprivation_is_valid_and_complete(borough, table, year):
    found, release = getattr(borough, table), RELEASES[year]
    validate(found, "deprivation", release.vintage, where=table)
    measures = [f"{index}_{kind}" for index in INDICES for kind in ("score", "rank", "decile")]
    names = [f"{release.vintage}cd", f"{release.vintage}nm", "release"]
    assert list(found.columns) == [*names, *measures, "population", "children"]
    assert found.notna().all(axis=None)
    assert set(found["release"]) == {year}
    areas = {2025: borough.areas, 2019: borough.areas_2011}[year]
    assert list(found[names[0]]) == list(areas[names[0]])


@BOTH_RELEASES
@pytest.mark.parametrize("index", INDICES)
def test_rank_decile_and_score_agree(borough, table, year, index):
    found = getattr(borough, table)
    rank, total = found[f"{index}_rank"], {2025: 33_755, 2019: 32_844}[year]
    assert rank.is_unique
    assert rank.between(1, total).all()
    assert (found[f"{index}_decile"] == np.ceil(10 * rank / total)).all()
    by_rank = found.sort_values(f"{index}_rank")[f"{index}_score"]
    assert by_rank.is_monotonic_decreasing


def test_some_lsoas_are_among_the_most_deprived(lsoas):
    most = lsoas["imd_decile"] <= 3
    assert 0.15 <= most.mean() <= 0.20
    towns = lsoas.loc[most, "wd24nm"].str.split().str[0]
    assert towns.isin(["Sandmere", "Harnwick", "Stavenham"]).mean() > 0.8


def test_towns_are_more_deprived_than_country(lsoas):
    town = lsoas["wd24nm"].str.contains(" ")
    assert lsoas.loc[town, "imd_rank"].median() < 0.7 * lsoas.loc[~town, "imd_rank"].median()
    far = "geographical_barriers_rank"
    assert lsoas.loc[town, far].median() > lsoas.loc[~town, far].median()


def test_every_collaborative_has_deprivation(lsoas):
    assert (lsoas.groupby("collaborative")["imd_decile"].min() <= 4).all()


@pytest.mark.parametrize("index", ["income", "employment", "education", "health", "idaci"])
def test_domains_go_with_the_whole(lsoas, index):
    found = lsoas[f"{index}_rank"].corr(lsoas["imd_rank"])
    assert 0.7 < found < 0.99


def test_releases_go_together_but_differ(borough):
    both = borough.deprivation.merge(
        borough.deprivation_2019, left_on="lsoa21cd", right_on="lsoa11cd", suffixes=("", "_2019")
    )
    assert len(both) == 219
    assert 0.85 < both["imd_rank"].corr(both["imd_rank_2019"]) < 0.99


def test_residents_are_the_same_in_both_vintages(borough):
    found = borough.deprivation
    assert found["population"].between(1000, 3000).all()
    assert (found["children"] / found["population"]).between(0.08, 0.32).all()
    assert found["population"].sum() == borough.deprivation_2019["population"].sum()
    assert found["children"].sum() == borough.deprivation_2019["children"].sum()


# Indicators


@pytest.fixture(scope="module")
def indicators(borough):
    """Indicators with their facts, and of each LSOA its residents and whether it is deprived."""
    people = borough.deprivation.rename(columns={"lsoa21cd": "area_code"})
    people["deprived"] = people["imd_decile"] <= 3
    columns = ["area_code", "population", "children", "deprived"]
    return borough.indicators.merge(borough.indicator_catalogue, on="indicator_id").merge(
        people[columns], on="area_code", how="left"
    )


@pytest.fixture(scope="module")
def local(indicators):
    return indicators[indicators["area_type"] == "lsoa21"].astype({"deprived": bool})


@pytest.fixture(scope="module")
def latest(local):
    last = local.groupby("indicator_id")["period"].transform("max")
    return local[local["period"] == last]


def rate(table) -> float:
    """Summed counts over summed denominators; for means, the mean over all pupils."""
    known = table[table["count"].notna() | table["value"].notna()]
    above = known["count"].fillna(known["value"] * known["denominator"])
    return above.sum() / known["denominator"].sum()


def test_catalogue_and_indicators_are_of_the_same_indicators(borough):
    catalogue = borough.indicator_catalogue
    assert catalogue["indicator_id"].is_unique
    assert set(borough.indicators["indicator_id"]) == set(catalogue["indicator_id"])
    assert 28 <= len(catalogue) <= 36


def test_catalogue_covers_the_seven_outcomes(borough):
    catalogue = borough.indicator_catalogue
    held = catalogue.groupby("group").size()
    assert len(held) == 7
    assert held.min() >= 3
    assert catalogue["group"].drop_duplicates().tolist() == list(OUTCOMES)


def test_catalogue_uses_the_vocabularies(borough):
    catalogue = borough.indicator_catalogue
    targets = ["baseline_period", "target", "target_period"]
    assert catalogue.drop(columns=targets).notna().all(axis=None)
    assert catalogue[targets].notna().all(axis=1).sum() == 2
    assert set(catalogue["polarity"]) == set(POLARITIES)
    assert set(catalogue["measure"]) == {"proportion", "rate", "mean"} < set(MEASURES)
    assert set(catalogue["source"]) == {"Synthetic data"}
    assert catalogue["confidential"].dtype == bool
    assert (catalogue["short_name"].str.len() <= 25).all()
    assert catalogue["short_name"].is_unique


@pytest.mark.parametrize(
    "indicator", ["children_in_need", "child_protection", "cared_for", "neet", "missing_from_home"]
)
def test_records_of_children_are_confidential_with_small_counts(latest, indicator):
    found = latest[latest["indicator_id"] == indicator]
    assert found["confidential"].all()
    assert (found["count"] <= 8).mean() > 0.6
    assert found["count"].median() < 8


def test_polarity_is_not_judged_where_more_may_be_good_or_bad(borough):
    polarity = borough.indicator_catalogue.set_index("indicator_id")["polarity"]
    assert polarity["early_help_referrals"] == "no_judgement"
    assert polarity["good_level_of_development"] == "high_is_good"
    assert polarity["persistent_absence"] == "low_is_good"


def test_each_indicator_has_every_area_in_every_period_once(borough):
    found = borough.indicators
    assert not found.duplicated(KEYS).any()
    lsoas = set(borough.areas["lsoa21cd"])
    for _, series in found.groupby(["indicator_id", "period", "sex", "age"]):
        assert set(series["area_code"]) == lsoas | {"E92000001"}


def test_annual_series_have_no_gap(borough):
    periods = borough.indicators.groupby("indicator_id")["period"].unique()
    annual = periods[periods.str.len() > 1]
    assert len(annual) >= 6
    for series in annual:
        assert len(series) >= 5
        first = [int(period[:4]) for period in series]
        assert first == list(range(first[0], first[0] + len(first)))
        assert [f"{year}/{(year + 1) % 100}" for year in first] == list(series)


def test_state_agrees_with_the_numbers(indicators):
    number = indicators["count"].fillna(indicators["value"])
    expected = {"value": number > 0, "zero": number == 0}
    expected |= dict.fromkeys(["suppressed", "missing"], number.isna())
    for state, rows in indicators.groupby("state").groups.items():
        assert expected[state][rows].all(), state
    hidden = indicators["state"] == "suppressed"
    assert indicators.loc[hidden, "denominator"].notna().all()
    assert indicators.loc[indicators["state"] == "missing", "denominator"].isna().all()


def test_four_states_occur_where_they_should(local):
    by_state = local.groupby("state")
    assert set(by_state.groups) == {"value", "zero", "suppressed", "missing"}
    hidden, absent = by_state.get_group("suppressed"), by_state.get_group("missing")
    assert set(hidden["indicator_id"]) == {"overweight_reception"}
    assert not hidden["confidential"].any()
    assert set(absent["indicator_id"]) == {"good_level_of_development"}
    assert 3 <= len(absent) <= 12
    assert by_state.get_group("zero")["indicator_id"].nunique() > 10


def test_publisher_that_hides_small_counts_hides_all_of_them(local):
    shown = local[(local["indicator_id"] == "overweight_reception") & (local["state"] != "missing")]
    assert shown["count"].min() >= 4


def test_counts_are_whole_numbers_and_means_have_values_alone(indicators):
    mean = indicators["measure"] == "mean"
    assert set(indicators.loc[mean, "indicator_id"]) == {"attainment_8"}
    assert indicators.loc[mean, "count"].isna().all()
    assert indicators.loc[mean, "value"].between(5, 85).all()
    assert indicators.loc[~mean, ["value", "lower_ci", "upper_ci"]].isna().all(axis=None)
    for column in ("count", "denominator"):
        known = indicators[column].dropna()
        assert ((known % 1 == 0) & (known >= 0)).all()


def test_denominators_are_residents_of_the_area(local):
    known = local.dropna(subset="denominator")
    assert (known["denominator"] >= 1).all()
    assert (known["denominator"] <= known["population"]).all()
    young = known[~known["age"].isin(["All ages"]) & ~known["age"].str.contains("17")]
    assert young["indicator_id"].nunique() > 10
    assert (young["denominator"] <= young["children"]).all()


def test_same_people_are_the_same_denominator(local):
    groups = local[local["denominator"].notna()].groupby(["area_code", "period", "age", "unit"])
    assert (groups["denominator"].nunique() == 1).all()


def test_counts_of_proportions_are_within_denominators(indicators):
    bounded = indicators[indicators["measure"] == "proportion"]
    assert not (bounded["count"] > bounded["denominator"]).any()


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("child_protection", "children_in_need"),
        ("cared_for_far_from_home", "cared_for"),
        ("cared_for_moved_often", "cared_for"),
        ("severe_absence", "persistent_absence"),
    ],
)
def test_part_is_within_the_whole(borough, part, whole):
    found = borough.indicators
    one, other = (found[found["indicator_id"] == name] for name in (part, whole))
    both = one.merge(other, on=["area_code", "period"], validate="1:1", suffixes=("", "_whole"))
    assert len(both) == len(one)
    assert (both["count"] <= both["count_whole"]).all()
    assert (both["count"] < both["count_whole"]).any()
    assert (both["denominator"] == both["denominator_whole"]).all()


WITHOUT_GRADIENT = {"mental_health_leads", "two_year_childcare"}
GENTLE_GRADIENT = {"mmr_two_doses", "seen_by_dentist", "two_year_review"}  # most have it anyway


def test_outcomes_are_worse_where_deprivation_is(latest):
    """Worse by polarity; where more is neither good nor bad, more."""
    for indicator, rows in latest.groupby("indicator_id"):
        most, rest = rate(rows[rows["deprived"]]), rate(rows[~rows["deprived"]])
        ratio = rest / most if rows["polarity"].iat[0] == "high_is_good" else most / rest
        if indicator in WITHOUT_GRADIENT:
            assert 0.9 < ratio < 1.1, indicator
        else:
            assert ratio > (1.02 if indicator in GENTLE_GRADIENT else 1.1), indicator
    steep = latest[latest["indicator_id"] == "children_in_need"]
    assert rate(steep[steep["deprived"]]) > 1.5 * rate(steep[~steep["deprived"]])


def test_england_stands_beside_the_borough(indicators):
    england = indicators[indicators["area_type"] == "england"]
    assert set(england["area_code"]) == {"E92000001"}
    assert set(england["state"]) == {"value"}
    assert england["denominator"].between(1e5, 6e7).all()
    keys = ["indicator_id", "period"]
    assert len(england) == len(indicators[keys].drop_duplicates())


def test_borough_is_near_england_and_collaboratives_on_both_sides(lsoas, latest, indicators):
    england = indicators[indicators["area_type"] == "england"].groupby("indicator_id").last()
    national = england["count"].fillna(england["value"] * england["denominator"])
    national = national / england["denominator"]
    place = lsoas.set_index("lsoa21cd")["collaborative"]
    sides = []
    for indicator, rows in latest.groupby("indicator_id"):
        assert 0.6 < rate(rows) / national[indicator] < 1.6, indicator
        groups = rows.groupby(rows["area_code"].map(place))
        above = [rate(group) > national[indicator] for _, group in groups]
        sides.append(any(above) and not all(above))
    assert np.mean(sides) > 0.7


# Files


def test_written_files_exist_and_are_recognised(written):
    assert all(path.stat().st_size for path in written)
    found = folders.scan([written[0].parent])
    assert [file.path.name for file in found if file.indicators] == ["indicators.csv"]
    roles = {file.path.name: file.role for file in found if not file.indicators}
    assert roles == {
        "LSOA_2021_sample.gpkg": "boundaries lsoa21",
        "LSOA_2011_sample.geojson": "boundaries lsoa11",
        "WD_2024_sample.geojson": "boundaries wd24",
        "LSOA21_WD24_LAD24_lookup.csv": "lookup lsoa21 wd24",
        "LSOA11_LSOA21_lookup.csv": "lookup lsoa11 lsoa21",
        "IoD2025_File_7_sample.csv": "deprivation 2025",
        "IoD2019_File_7_sample.csv": "deprivation 2019",
    }


def _named(written, name):
    return next(path for path in written if path.name == name)


@pytest.mark.parametrize(
    ("name", "table", "crs"),
    [
        ("LSOA_2021_sample.gpkg", "areas", 27700),
        ("LSOA_2011_sample.geojson", "areas_2011", 4326),
        ("WD_2024_sample.geojson", "wards", 4326),
    ],
)
def test_written_boundaries_read_back(borough, written, name, table, crs):
    path, expected = _named(written, name), getattr(borough, table)
    raw = pyogrio.read_dataframe(path)
    assert raw.crs.to_epsg() == crs
    assert list(raw.columns[:2]) == [column.upper() for column in expected.columns[:2]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        areas = geo.read_boundaries(path)
    assert areas.iloc[:, :2].equals(pd.DataFrame(expected.iloc[:, :2]))
    moved = shapely.hausdorff_distance(areas.geometry.array, expected.geometry.array)
    assert moved.max() < 0.01  # metres


def test_written_lookups_read_back(borough, written):
    for name, expected in [
        ("LSOA21_WD24_LAD24_lookup.csv", borough.lookup_wards),
        ("LSOA11_LSOA21_lookup.csv", borough.lookup_2011),
    ]:
        raw = pd.read_csv(_named(written, name))
        assert list(raw.columns) == [column.upper() for column in expected.columns]
        pd.testing.assert_frame_equal(raw.set_axis(expected.columns, axis=1), expected)


@BOTH_RELEASES
def test_written_indices_read_back(borough, written, table, year):
    path = _named(written, f"IoD{year}_File_7_sample.csv")
    assert pd.read_csv(path).shape[1] == {2025: 56, 2019: 57}[year]
    found, expected = geo.read_deprivation(path), getattr(borough, table)
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False)


def test_written_indices_have_the_official_headers(written, real_data):
    official = pd.read_csv(real_data / "samples" / "IoD2025_File_7_first_rows.csv", nrows=0)
    found = pd.read_csv(_named(written, "IoD2025_File_7_sample.csv"), nrows=0)
    assert list(found.columns) == list(official.columns)


def test_written_indices_of_2019_have_the_official_headers(written, real_data):
    official = pd.read_csv(real_data / "england" / "IoD2019_ranks_deciles.csv", nrows=0)
    found = pd.read_csv(_named(written, "IoD2019_File_7_sample.csv"), nrows=0)
    assert set(official.columns) <= set(found.columns)


def test_adults_in_written_indices_are_part_of_the_residents(written):
    found = pd.read_csv(_named(written, "IoD2025_File_7_sample.csv"))
    total, children, older, working = (found.iloc[:, at] for at in range(-4, 0))
    assert (children + older < total).all()
    assert (working < total - children).all()


def test_written_indicators_read_back(borough, written):
    path, expected = _named(written, "indicators.csv"), borough.indicators
    found = read_indicators(path)
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False)


def test_written_counts_are_whole_numbers(written):
    raw = pd.read_csv(_named(written, "indicators.csv"), dtype=str)
    for column in ("count", "denominator"):
        assert raw[column].dropna().str.fullmatch(r"\d+").all()


def test_written_catalogue_reads_back(borough, written):
    path = _named(written, "indicators.toml")
    assert path.parent.name == _named(written, "indicators.csv").parent.name == "indicators"
    found = tomllib.loads(path.read_text("utf-8"))
    catalogue = borough.indicator_catalogue.set_index("indicator_id")
    expected = {
        name: {key: value for key, value in facts.items() if pd.notna(value)}
        for name, facts in catalogue.to_dict("index").items()
    }
    assert found == expected


def test_written_place_is_a_place(borough, written):
    definition = _named(written, "place.toml")
    assert tomllib.loads(definition.read_text("utf-8"))["synthetic"] is True
    place = load_place(definition.parent)
    assert (place.name, place.code, place.synthetic) == (borough.name, borough.code, True)
    assert place.level_columns == ["collaborative", "sub_locality", "locality"]
    columns = ["wd24cd", "wd24nm", *place.level_columns]
    assert place.units[columns].equals(borough.groups[columns])


def test_place_that_comes_with_the_toolkit_is_the_one_written(written):
    found, expected = load_place("sample"), load_place(_named(written, "place.toml").parent)
    assert found.levels == expected.levels
    pd.testing.assert_frame_equal(found.units, expected.units)


def test_write_sample_again_replaces_its_files(written):
    assert write_sample(written[0].parent) == written


def test_write_sample_where_a_file_stands_says_so(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(FileError, match="cannot be written to .*taken.*choose a folder"):
        write_sample(tmp_path / "taken")
