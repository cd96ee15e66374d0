"""The synthetic borough as tables, drawn once and handed out in copies."""

from dataclasses import dataclass, fields, replace
from functools import cache

import geopandas as gpd
import pandas as pd

from geo.errors import examples
from geo.sources.sample.drawing import draw_cells, draw_parts
from geo.sources.sample.indicators import catalogue, draw_indicators
from geo.sources.sample.tables import (
    CODE,
    NAME,
    dissolve,
    draw_need,
    draw_residents,
    group_wards,
    name_units,
    rank_and_score,
)
from geo.vocabulary.shown import in_lines


@dataclass(frozen=True)
class Sample:
    """The synthetic borough as tidy tables, in the shapes that the readers of real files return.

    Attributes
    ----------
    areas, areas_2011, wards : GeoDataFrame
        LSOAs of 2021 and of 2011 and wards of 2024: code, name, geometry (EPSG:27700, whole
        metres).
    lookup_wards : DataFrame
        A row per 2021 LSOA: its ward and authority.
    lookup_2011 : DataFrame
        A row per pair of 2011 and 2021 LSOA, ``chgind`` U (unchanged), S (split) or M (merged).
    groups : DataFrame
        A row per ward: collaborative, sub-locality and locality.
    deprivation, deprivation_2019 : DataFrame
        Scores, ranks, deciles, residents and children, by 2021 and by 2011 LSOA.
    indicators : DataFrame
        A row per area (LSOAs of 2021 and England), indicator and period: ``count`` and
        ``denominator``, or ``value`` alone for a mean, and ``state``. Rates are not computed.
    indicator_catalogue : DataFrame
        A row per indicator: what it is, and which of the seven outcomes it belongs to.
    name, code : str
        The borough's name and code.
    """

    areas: gpd.GeoDataFrame
    areas_2011: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    lookup_wards: pd.DataFrame
    lookup_2011: pd.DataFrame
    groups: pd.DataFrame
    deprivation: pd.DataFrame
    deprivation_2019: pd.DataFrame
    indicators: pd.DataFrame
    indicator_catalogue: pd.DataFrame
    name: str = NAME
    code: str = CODE

    def _repr_html_(self) -> str:
        tables = {field.name: getattr(self, field.name) for field in fields(self)}
        lines = [
            f"{name}: {len(table):,} rows of {examples(table.columns, 6)}"
            for name, table in tables.items()
            if isinstance(table, pd.DataFrame)
        ]
        return in_lines(f"{self.name} ({self.code}), an invented borough", lines)


def sample() -> Sample:
    """Draw the synthetic borough; identical every time, and the caller's to change.

    Returns
    -------
    Sample
        Tables of 240 LSOAs of 2021 (232 of 2011) in 50 wards and eight collaboratives.

    Examples
    --------
    >>> borough = sample()
    >>> borough.name, len(borough.areas), len(borough.areas_2011), len(borough.wards)
    ('Sandmere', 240, 232, 50)
    >>> int((borough.deprivation["imd_decile"] <= 3).sum())
    43
    """
    drawn = _draw()
    tables = {field.name: getattr(drawn, field.name) for field in fields(drawn)}
    return replace(drawn, **{k: v.copy() for k, v in tables.items() if not isinstance(v, str)})


@cache
def _draw() -> Sample:
    cells = draw_cells()
    parts = draw_parts(cells)
    units = name_units(parts)
    latent = draw_need(parts)
    units = units.assign(**draw_residents(parts, latent["imd"]))
    wards = units.drop_duplicates("lsoa21cd").sort_values("lsoa21cd", ignore_index=True)
    changes = units.sort_values(["lsoa11cd", "lsoa21cd"], ignore_index=True)
    deprivation = rank_and_score(units, latent, 2025)
    return Sample(
        areas=dissolve(cells, parts, units, "lsoa21"),
        areas_2011=dissolve(cells, parts, units, "lsoa11"),
        wards=dissolve(cells, parts, units, "wd24"),
        lookup_wards=wards[["lsoa21cd", "lsoa21nm", "wd24cd", "wd24nm"]].assign(
            lad24cd=CODE, lad24nm=NAME
        ),
        lookup_2011=changes[["lsoa11cd", "lsoa11nm", "chgind", "lsoa21cd", "lsoa21nm"]].assign(
            lad22cd=CODE, lad22nm=NAME
        ),
        groups=group_wards(parts, units),
        deprivation=deprivation,
        deprivation_2019=rank_and_score(units, latent, 2019),
        indicators=draw_indicators(deprivation, wards["wd24nm"]),
        indicator_catalogue=catalogue(),
    )
