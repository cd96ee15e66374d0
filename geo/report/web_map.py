"""The interactive map of a place, with all that is known of it."""

from contextlib import suppress
from functools import partial
from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely

from geo.errors import TableError
from geo.report.changed import lookup_since
from geo.report.choices import needs_counted
from geo.report.evidence import Evidence
from geo.report.surfaces import counts_of_indicator, density_of_indicator, density_of_people
from geo.statistics.density.surface import Surface
from geo.statistics.series import SERIES_KEYS
from geo.views.web.areas import SurfaceBands
from geo.views.web.map import web_map
from geo.views.web.page import WebMap


def map_of(
    evidence: Evidence,
    title: str,
    *,
    basemap: Literal["osm"] | None = None,
    postcodes: pd.Series | None = None,
) -> WebMap:
    """Lay out the interactive map: deprivation, indicators, changes, density.

    Parameters
    ----------
    evidence : Evidence
        What ``gather_evidence`` returned, with boundaries; ``with_other_releases`` adds changes.
    title : str
        The finding.
    basemap : {"osm"}, optional
        An online map below, which readers may switch on.
    postcodes : Series, optional
        LSOA code by postcode, as from ``read_postcodes``, to be searched.

    Returns
    -------
    WebMap
    """
    place, found = evidence.place, evidence.outcomes
    assert evidence.areas is not None
    indicators = None
    if found is not None:
        rows = with_figures_of(found.latest, evidence.release.vintage)
        indicators = None if rows.empty else found.published.showing(rows)
    against_england = found is None or found.benchmark == "england"
    return web_map(
        evidence.areas,
        title=title,
        levels=[place.area_type(column) for column in place.level_columns],
        indicators=indicators,
        changes={y: s for y in evidence.earlier if (s := _unchanged(evidence, y)) is not None},
        surfaces=_surfaces(evidence),
        benchmark="England" if against_england else place.name,
        basemap=basemap,
        postcodes=postcodes,
        name=place.name,
        subtitle=evidence.label,
        sources=evidence.sources,
        notices=evidence.notices,
    )


def with_figures_of(latest: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows of the series that have a figure of an area of a kind, if only one that is withheld.

    Of the others, such as one authority's figure that is repeated, the map would be blank.
    """
    there = latest["area_type"].eq(kind) & latest["state"].ne("missing")
    return latest[there.groupby([latest[key] for key in SERIES_KEYS]).transform("any")]


def _unchanged(evidence: Evidence, year: int) -> pd.Series | None:
    """Deciles of another release on the LSOAs whose boundaries did not change; None if unknown."""
    before = evidence.earlier[year]
    then, now = str(before.columns[0]), f"{evidence.release.vintage}cd"
    deciles = before.set_index(then)["imd_decile"]
    if then == now:
        return deciles
    if (lookup := lookup_since(evidence, year)) is None:
        return None
    same = lookup[lookup["chgind"].eq("U") & lookup[then].isin(deciles.index)]
    return same.set_index(now)[then].map(deciles)


def _surfaces(evidence: Evidence) -> dict[str, SurfaceBands]:
    """Density of the people and of the foremost need, and counts of needs as circles.

    As far as may be shown: where too few may be, the map says so by leaving the layer out.
    """
    found = evidence.outcomes
    shown: dict[str, SurfaceBands] = {}
    surfaces = [partial(density_of_people, evidence)]
    needs = [] if found is None else needs_counted(found, evidence.release.vintage)
    surfaces += [partial(density_of_indicator, evidence, name) for name in needs[:1]]
    for surface in surfaces:
        with suppress(TableError):
            one = surface()
            if one is not None:
                shown[_capital(one.unit)] = _layers(one), f"{one.unit} per km²", one.words
    for name in needs:
        with suppress(TableError):
            counts, unit, words = counts_of_indicator(evidence, name)
            shown[f"{_capital(unit)} (circles)"] = counts, unit, words
    return shown


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _layers(surface: Surface) -> gpd.GeoDataFrame:
    """Bands of a surface, then the ground on which counts are not known, no finer than needed.

    Their ``area`` (m²) is that of the shapes before they were made simple, as figures tell it.
    """
    unknown = gpd.GeoDataFrame(
        {"state": ["suppressed", "missing"]}, geometry=[surface.hidden, surface.missing], crs=27700
    )
    layers = pd.concat([surface.bands(), unknown[~unknown.is_empty]], ignore_index=True)
    simple = shapely.coverage_simplify(layers.geometry.to_numpy(), surface.cell / 2)
    return layers.assign(area=layers.area).set_geometry(simple, crs=27700)
