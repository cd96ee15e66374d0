"""The Rug of Cheshire East from real data: full, and each colour as worked out another way.

The other way is numpy and pandas on the raw files: nothing of the product stands between.
"""

import re

import numpy as np
import pandas as pd
import pytest

from geo.report.rugs import NAME
from geo.sources.deprivation import read_deprivation
from geo.statistics.deprived_people import deprived_people

SHOWN = ["collaborative", "locality", "borough"]
BARE = {"missing", "not_compared", "suppressed"}
RESIDENTS = "ethnic_group_other_than_white"
"""An indicator of the Census whose denominators are all usual residents."""
HOUSEHOLDS = ("burglary", "owner_occupation", "private_rental", "housing_aff", "digital",
              "core_home", "homelessness", "household_")  # fmt: skip
AGED = {"adult_skills": (18, 66), "entry_to_higher": (16, 20)}
SCORES = {
    "imd": "Index of Multiple", "education": "Education", "health": "Health", "crime": "Crime",
    "barriers": "Barriers", "environment": "Living",
}  # fmt: skip
RATES = {
    "income_deprivation": ("income_domain_numerator", "Income Score (rate)", (0, 120)),
    "employment_deprivation": ("employment_domain_numerator", "Employment Score (rate)", (18, 66)),
    "idaci": ("income_deprivation_affecting_children_index_idaci_numerator", None, (0, 15)),
    "idaopi": (
        "income_deprivation_affecting_older_people_index_idaopi_numerator", None, (60, 120),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def rug(laid_out):
    return laid_out[NAME].data


@pytest.fixture(scope="module")
def raw(real_data):
    """The raw files, a row an LSOA of England, with its groups, authority and people."""
    england = real_data / "england"
    table = pd.read_csv(england / "IoD2025_ranks_scores_deciles.csv", index_col=0)
    table = table.join(pd.read_csv(england / "IoD2025_underlying_indicators.csv", index_col=0))
    wards = pd.read_csv(england / "LSOA21_WD24_LAD24_EW_LU.csv", index_col="LSOA21CD")
    table["ward"] = wards["WD24CD"]
    groups = pd.read_csv(real_data / "cheshire-east" / "wards_to_collaboratives.csv")
    ward = next(column for column in groups if re.fullmatch(r"(?i)wd\d\dcd", column))
    for level in ("collaborative", "locality"):
        table[level] = table["ward"].map(groups.set_index(ward)[level])
    table["authority"] = table["Local Authority District code (2024)"]
    table["borough"] = np.where(table["authority"] == "E06000049", "borough", None)
    census = pd.read_parquet(england / "census2021_indicators_lsoa21.parquet")
    counts = census.pivot(
        index="area_code", columns="indicator_id", values=["count", "denominator"]
    )
    return table, counts, ages_of(england, counts["denominator"][RESIDENTS])


def ages_of(england, residents):
    """Share of each year of age in mid-2020, carried to the LSOAs of 2021, times residents."""
    old = pd.read_parquet(england / "population_mid2020_lsoa11_single_year.parquet")
    old = old.set_index("lsoa11_code")[[*map(str, range(90)), "90+"]]
    links = pd.read_csv(england / "LSOA11_LSOA21_LAD22_EW_LU.csv", encoding="utf-8-sig")
    people = links["LSOA21CD"].map(residents)
    links["share"] = people / people.groupby(links["LSOA11CD"]).transform("sum")
    parts = old.reindex(links["LSOA11CD"]).to_numpy() * links["share"].to_numpy()[:, None]
    new = pd.DataFrame(parts).groupby(links["LSOA21CD"].to_numpy()).sum()
    return new.div(new.sum(axis=1), axis=0).mul(residents, axis=0)


def wilson(x, n):
    z, p = 1.959963984540054, x / n
    middle, half = (p + z * z / (2 * n)), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def weight_of(name, counts, ages):
    if any(name.startswith(one) for one in HOUSEHOLDS):
        return counts["denominator"]["households_deprived_2plus"]
    for beginning, (low, high) in AGED.items():
        if name.startswith(beginning):
            return ages[range(low, high + 1)].sum(axis=1)
    return counts["denominator"][RESIDENTS]


def mean(values, weights, groups):
    known = values.notna()
    above = (values * weights)[known].groupby(groups[known]).sum()
    return above / weights[known].groupby(groups[known]).sum()


def placed(name, values, raw, high_is_good):
    """Class and rank of every group: how many of 296 authorities are worse, by fifths of them."""
    table, counts, ages = raw
    weights = weight_of(name, counts, ages).reindex(table.index)
    authorities = mean(values, weights, table["authority"])
    once = values.groupby(table["authority"]).nunique()
    repeated = (once == 1).sum() > 290
    if repeated:
        authorities = values.groupby(table["authority"]).agg(lambda own: own.mode().iloc[0])
    found = {}
    for level in ["borough"] if repeated else SHOWN:
        for area, value in mean(values, weights, table[level]).items():
            before = authorities < value if high_is_good else authorities > value
            rank = int(before.sum()) + 1
            fifth = min(5, int(np.floor((rank - 1) * 5 / len(authorities))) + 1)
            found[area] = (f"fifth_{fifth}", rank)
    return found


def estimated(number, score, base, authority):
    """Residents with which scores give the published numbers of each authority."""
    known = number.notna()
    total = number.where(known, 0).groupby(authority).transform("sum")
    low = ((number - 4) / (score + 0.0005)).fillna(0).clip(lower=0)
    high = ((number + 4) / (score - 0.0005)).where(score > 0.0005).fillna(np.inf)
    for _ in range(8):
        of = (score * base).where(known, 0).groupby(authority).transform("sum")
        base = (base * total / of).clip(low, high)
    return np.maximum(base, number.fillna(0))


def counted(name, raw):
    """Least and most of the people, and of how many, by LSOA."""
    table, counts, ages = raw
    if name not in RATES:
        x, n = (counts[what][name].reindex(table.index) for what in ("count", "denominator"))
        return x, x, n
    column, score, (low, high) = RATES[name]
    number = table[column]
    base = ages[[age for age in ages if low <= age <= high]].sum(axis=1).reindex(table.index)
    if score is None:
        return number.fillna(0), number.fillna(9), np.maximum(base, number.fillna(0))
    people = estimated(number, table[score], base, table["authority"])
    number = number.fillna(table[score] * people)
    return number, number, people


def compared(name, raw):
    """Class of every group: on which side of England its 95% interval lies."""
    table = raw[0]
    least, most, people = counted(name, raw)
    england = (least.sum() / people.sum(), most.sum() / people.sum())
    judged = name not in ("ethnic_group_other_than_white", "social_rented", "private_rented",
                          "disability")  # fmt: skip
    words = ("better", "worse") if judged else ("lower", "higher")
    found = {}
    for level in SHOWN:
        sums = pd.DataFrame({"x": least, "y": most, "n": people}).groupby(table[level]).sum()
        for area, (x, y, n) in sums.iterrows():
            lower, upper = wilson(x, n)[0], wilson(y, n)[1]
            side = "similar"
            if upper < england[0]:
                side = words[0]
            elif lower > england[1]:
                side = words[1]
            found[area] = side
    return found


def test_at_most_one_cell_in_twenty_is_without_a_colour_and_each_says_why(rug):
    cells = rug[rug["area_type"].isin(SHOWN)]
    bare = cells["comparison"].isin(BARE)
    assert len(cells) >= 11 * 40
    assert bare.mean() <= 0.05
    assert (cells.loc[bare, "note"] != "").all()


def test_england_has_a_figure_in_every_row_but_those_of_standardised_scores(rug):
    england = rug[rug["area_type"] == "england"]
    lacking = england["value"].isna()
    assert set(england.loc[lacking, "text"]) == {"z-score"}
    assert england.loc[lacking, "unit"].str.startswith("standardised score").all()
    assert lacking.sum() == 5


def test_placed_colours_and_ranks_are_those_of_the_raw_files(rug, raw):
    table = raw[0]
    cells = rug[rug["place"].notna() & rug["area_type"].isin(SHOWN)]
    assert len(cells) > 300
    for name, rows in cells.groupby("indicator_id"):
        values = table[name] if name in table else table[
            next(c for c in table if c.startswith(SCORES[name.split("_")[0]]) and "Score" in c)
        ]  # fmt: skip
        found = placed(name, values, raw, name == "connectivity_score")
        told = dict(zip(rows["area_code"], zip(rows["comparison"], rows["place"], strict=True),
                        strict=True))  # fmt: skip
        assert told == found, name


def test_compared_colours_are_those_of_the_raw_files(rug, raw):
    cells = rug[rug["area_type"].isin(SHOWN) & rug["place"].isna()]
    cells = cells[~cells["comparison"].isin(BARE)]
    assert cells["indicator_id"].nunique() == 11
    for name, rows in cells.groupby("indicator_id"):
        told = dict(zip(rows["area_code"], rows["comparison"], strict=True))
        assert told == compared(name, raw), name


def test_children_are_at_least_so_many_in_borough_and_localities(rug):
    rows = rug[rug["indicator_id"] == "idaci"].set_index(["area_type", "area_code"])
    assert rows.loc[("borough", "borough"), "count"] == 16_880
    assert "at least 16,880: 18 of its areas" in rows.loc[("borough", "borough"), "note"]
    parts = rows.loc["locality"]
    assert parts["count"].sum() == 16_880
    assert (parts["areas_lacking"].sum(), parts["text"].str.startswith("≥").all()) == (18, True)


def test_ranks_among_authorities_are_those_of_file_10_where_residents_are_those_of_the_census(
    rug, real_data
):
    """File 10 weights by residents of mid-2022, so a rank may be off by an authority or two."""
    official = pd.read_csv(real_data / "england" / "IoD2025_lad_summaries.csv", index_col=0)
    own = rug[rug["area_type"] == "borough"].set_index("indicator_id")["place"]
    ranks = official.loc["E06000049"]
    assert own["imd_average_score"] == ranks["imd_rank_of_average_score"] == 212
    for name, column in (
        ("education", "education_skills_and_training"),
        ("health", "health_deprivation_and_disability"),
        ("crime", "crime"),
        ("barriers", "barriers_to_housing_and_services"),
        ("environment", "living_environment"),
    ):
        rank = ranks[f"{column}_rank_of_average_score"]
        assert abs(own[f"{name}_average_score"] - rank) <= 2, name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("domain", "name", "people", "within"),
    [
        ("income", "income_deprivation", 60_571, 0.99),
        ("employment", "employment_deprivation", 24_223, 0.99),
    ],
)
def test_sums_of_lsoas_are_the_authorities_of_file_10(raw, real_data, domain, name, people, within):
    table, _, ages = raw
    column, score, (low, high) = RATES[name]
    base = ages[[age for age in ages if low <= age <= high]].sum(axis=1)
    found = deprived_people(table.index, score=table[score], published=table[column],
                            residents=base, authority=table["authority"])  # fmt: skip
    sums = pd.DataFrame({"x": found.count, "n": found.denominator}).groupby(table["authority"])
    lsoas, sums = sums.size(), sums.sum()
    official = pd.read_csv(real_data / "england" / "IoD2025_lad_summaries.csv", index_col=0)
    assert len(sums) == 296
    scale = (sums["x"] - official[f"{domain}_scale"]).abs()
    assert (scale <= 2.5 * lsoas).all()
    assert round(official.loc["E06000049", f"{domain}_scale"]) == people
    rate = sums["x"] / sums["n"]  # File 10 has three decimals
    off = (rate.round(3) - official[f"{domain}_average_score"]).abs()
    assert (off <= 0.0010001).mean() >= within


def test_counts_of_full_rows_are_score_times_population(real_data):
    path = real_data / "samples" / "IoD2025_File_7_first_rows.csv"
    table = read_deprivation(path).set_index("lsoa21cd")
    raw = pd.read_csv(path, index_col=0)
    for index, score, people in (
        ("income", "Income Score", "Total population"),
        ("employment", "Employment Score", "Working age"),
        ("idaci", "Income Deprivation Affecting Children Index (IDACI) Score", "Dependent"),
        ("idaopi", "Income Deprivation Affecting Older People (IDAOPI) Score", "Older"),
    ):
        column = {"income": "population", "employment": "working_age", "idaci": "children",
                  "idaopi": "older_people"}[index]  # fmt: skip
        found = deprived_people(
            table.index, score=table[f"{index}_score"], population=table[column]
        )
        rate, number = (raw[next(c for c in raw if c.startswith(x))] for x in (score, people))
        assert found.count.tolist() == pytest.approx((rate * number).tolist(), abs=1e-9)
        assert found.denominator.tolist() == number.tolist()
        assert len(found.count) == 8
