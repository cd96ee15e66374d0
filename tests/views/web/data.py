"""Cheshire East as the maps are tested with it: real boundaries, deciles and thirty indicators."""

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

import geo
from geo.vocabulary.releases import INDICES

ENGLAND = "E92000001"
CENSUS, UNDERLYING = 7, 23


@cache
def cheshire_east(real_data: Path) -> gpd.GeoDataFrame:
    """Real areas with sixteen deciles, ward and groups."""
    folder = real_data / "cheshire-east"
    areas = gpd.read_file(folder / "LSOA_2021_BGC_cheshire_east.geojson").rename(columns=str.lower)
    lookup = pd.read_csv(real_data / "england" / "LSOA21_WD24_LAD24_EW_LU.csv")
    lookup = lookup.rename(columns=str.lower)[["lsoa21cd", "wd24cd", "wd24nm"]]
    places = pd.read_csv(folder / "wards_to_collaboratives.csv")[
        ["wd24cd", "collaborative", "sub_locality", "locality"]
    ]
    scores = pd.read_csv(real_data / "england" / "IoD2025_ranks_scores_deciles.csv")
    scores = scores.rename(columns={scores.columns[0]: "lsoa21cd"}).set_index("lsoa21cd")
    names = [index for index in INDICES if index not in ("idaci", "idaopi")]
    for kind in ("rank", "decile"):
        columns = [c for c in scores.columns if f" {kind.title()} (" in c]
        part = scores[columns].set_axis([f"{index}_{kind}" for index in names], axis=1)
        areas = areas.join(part, on="lsoa21cd")
    areas = areas.assign(idaci_decile=areas["income_decile"], idaopi_decile=areas["crime_decile"])
    return areas.merge(lookup, on="lsoa21cd").merge(places, on="wd24cd")


@cache
def national(real_data: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """All LSOAs' values by indicator, 7 of the census and 23 of the Indices; counts; facts."""
    folder = real_data / "england"
    census = pd.read_parquet(folder / "census2021_indicators_lsoa21.parquet")
    census = census.assign(value=100 * census["count"] / census["denominator"])
    wide = pd.read_csv(folder / "IoD2025_underlying_indicators.csv").set_index("lsoa21_code")
    values = census.pivot(index="area_code", columns="indicator_id", values="value")
    values = values.join(wide.iloc[:, :UNDERLYING])
    known = pd.concat([geo.read_catalogue("census2021"), geo.read_catalogue("iod2025_underlying")])
    known = known[known["indicator_id"].isin(values.columns)].reset_index(drop=True)
    return values, census, known


def fifths(values: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """National fifths by rank, 1 the worst; without judgement the highest."""
    rising = known.loc[known["polarity"] == "high_is_good", "indicator_id"]
    signed = values * np.where(values.columns.isin(rising), 1, -1)
    return np.ceil(5 * signed.rank(method="min") / signed.count() - 1e-9)


def tidy(values: pd.DataFrame) -> pd.Series:
    """One row an area and indicator."""
    return values.rename_axis(index="area_code", columns="indicator_id").stack()


@cache
def thirty_indicators(real_data: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Comparisons of Cheshire East's areas with England, and their catalogue."""
    values, census, known = national(real_data)
    codes = cheshire_east(real_data)["lsoa21cd"]
    own = tidy(values.loc[codes]).rename("value").reset_index()
    own["quantile"] = tidy(fifths(values, known).loc[codes]).astype("Int64").to_numpy()
    own = own.merge(
        census[["area_code", "indicator_id", "count", "denominator"]], how="left"
    ).assign(area_type="lsoa21")
    counted = own["count"].notna()
    own[["lower_ci", "upper_ci"]] = geo.proportion(own[counted])[["lower_ci", "upper_ci"]]
    sums = census.groupby("indicator_id")[["count", "denominator"]].sum()
    england = values.mean().rename("value").rename_axis("indicator_id").to_frame()
    england.loc[sums.index, "value"] = 100 * sums["count"] / sums["denominator"]
    england = england.reset_index().assign(area_code=ENGLAND, area_type="england")
    table = pd.concat([own, england], ignore_index=True).assign(period="2025", state="value")
    made = geo.compare(table.drop(columns="quantile"), catalogue=known)
    return made.assign(quantile=table["quantile"]), known
