"""Densities of the people and of the cases of an indicator in a place, and counts of them."""

import geopandas as gpd
import pandas as pd

from geo.disclosure.density import density
from geo.errors import TableError
from geo.geography.dissolve import dissolve
from geo.report.choices import counted_words, smallest_shown
from geo.report.evidence import Evidence
from geo.statistics.density.surface import Surface
from geo.vocabulary.area_types import code_column, is_lsoa, is_ward


def density_of_people(evidence: Evidence) -> Surface | None:
    """Children, or else residents, per square kilometre; None where they are not known."""
    areas = evidence.areas
    people = [c for c in ("children", "population") if c in evidence.lsoas]
    if areas is None or not people:
        return None
    counts = areas.set_index(areas.columns[0])[people[0]]
    unit = "children" if people[0] == "children" else "residents"
    return density(areas, counts, unit=unit)


def density_of_indicator(evidence: Evidence, name: str) -> Surface | None:
    """Cases of an indicator per square kilometre, from the counts that may be published.

    Raises
    ------
    TableError
        If too few small areas have a count that may be shown.
    """
    areas, found = evidence.areas, evidence.outcomes
    if areas is None or found is None:
        return None
    kind = smallest_shown(found, name, evidence)
    code = code_column(kind)
    if not (is_lsoa(kind) or is_ward(kind)):
        raise TableError(
            f"Too few LSOAs and wards have a figure of {name} that may be shown to draw its "
            "density; choose another indicator."
        )
    table = found.latest[found.latest["indicator_id"] == name]
    shapes = dissolve(areas, code)
    counted, plain = counted_words(found.catalogue.set_index("indicator_id").loc[name])
    return density(
        gpd.GeoDataFrame({code: list(shapes)}, geometry=list(shapes.values()), crs=areas.crs),
        found.published.showing(table[table["area_type"] == kind]),
        unit=counted if plain else f"counts of {counted}",
    )


def counts_of_indicator(evidence: Evidence, name: str) -> tuple[pd.Series, str, str]:
    """Cases of an indicator in each LSOA that may be shown; their unit, source, and what is not.

    Raises
    ------
    TableError
        If no LSOA has a count that may be shown.
    """
    found = evidence.outcomes
    assert found is not None
    table = found.latest[found.latest["indicator_id"] == name]
    rows = table[table["area_type"] == evidence.release.vintage]
    counts = rows.set_index("area_code")["count"]
    if counts.isna().all():
        raise TableError(
            f"No LSOA has a count of {name} that may be shown; name an indicator that has counts."
        )
    fact = found.catalogue.set_index("indicator_id").loc[name]
    counted, plain = counted_words(fact)
    about = f"{fact['name']}, {rows['period'].iat[0]}. Source: {str(fact['source']).rstrip('.')}."
    unknown = int(counts.isna().sum())
    gap = (
        f" {unknown} of {len(counts)} areas have no figure that may be shown, and no circle."
        if unknown
        else ""
    )
    return counts, counted if plain else f"counts of {counted}", f"{about}{gap}"
