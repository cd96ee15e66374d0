"""Residents of the LSOAs as denominators: of an age, and of each age band within it."""

from collections.abc import Callable, Mapping

import pandas as pd

from geo.errors import CodeError, GeoError, TableError
from geo.records.terms import Band, Indicator, Residents, Specification
from geo.sources.ages import ResidentsByAge
from geo.vocabulary.area_types import area_type

ALL_AGES = -1
"""Stands as the age band of all ages."""
Living = Callable[[str, int, int | None], pd.Series | None]
"""Gives residents by LSOA code, of a vintage and of ages from one to another, open where that is
None; None where they are not known."""


def of_file(residents: ResidentsByAge) -> Living:
    """Give the residents of one file, which must be of the vintage that is asked for.

    Raises
    ------
    CodeError
        When asked for another vintage.
    TableError
        When asked for ages that the file does not tell apart.
    """

    def living(vintage: str, youngest: int, oldest: int | None) -> pd.Series:
        code = str(residents.table.columns[0])
        if code != f"{vintage}cd":
            raise CodeError(
                f"The residents are of {code[:-2]} and records are counted by {vintage}; give "
                f"residents of {vintage}."
            )
        found = residents.between(youngest, oldest)
        if found is None:
            raise TableError(
                f"The residents are not told apart at the ages that are asked for; give ages up to "
                f"{residents.last - 1}, or open ones such as {residents.last}+."
            )
        return found

    return living


def residents_of(
    spec: Specification, living: Living | None, inside: Mapping[str, pd.Index]
) -> dict[str, pd.DataFrame]:
    """Find the residents that are denominators.

    Parameters
    ----------
    spec : Specification
    living : callable or None
    inside : dict of str to Index
        LSOAs of the place by vintage; all where there is no place.

    Returns
    -------
    dict of str to DataFrame
        By indicator: ``area_code``, ``band`` (its number, ``ALL_AGES`` of all) and ``n``.

    Raises
    ------
    GeoError
        If they are not known, or an age band is not within the ages of the denominator.
    """
    return {
        one.id: _banded(one, one.denominator, vintage, living, inside.get(vintage))
        for one in spec.indicators
        if isinstance(one.denominator, Residents)
        for vintage in [vintage_of(spec, one)]
    }


def vintage_of(spec: Specification, indicator: Indicator) -> str:
    """In LSOAs of which year an indicator is counted."""
    area = spec.tables[indicator.count.table].area
    assert area is not None
    return area.vintage


def _banded(
    indicator: Indicator,
    of: Residents,
    vintage: str,
    living: Living | None,
    inside: pd.Index | None,
) -> pd.DataFrame:
    whole = (of.youngest, of.oldest)
    bands = [(ALL_AGES, whole), *((at, band) for at, (_, band) in enumerate(indicator.split.ages))]
    parts = []
    for at, band in bands:
        _require_within(band, whole, indicator.id)
        people = living and living(vintage, *band)
        if people is None:
            raise GeoError(
                f"The denominator of {indicator.id} is residents, and no file has them by single "
                f"year of age for the {area_type(vintage).plural_dated}; add one to the data "
                "folder (the ONS's population estimates, as geo fetch gets them), or leave the "
                "denominator out."
            )
        parts.append(people.rename_axis("area_code").rename("n").reset_index().assign(band=at))
    table = pd.concat(parts, ignore_index=True)
    return table if inside is None else table[table["area_code"].isin(inside)]


def _require_within(band: Band, whole: Band, name: str) -> None:
    (low, high), (youngest, oldest) = band, whole
    if low < youngest or (oldest is not None and (high is None or high > oldest)):
        raise TableError(
            f"An age band of {name} is not within the ages of its denominator; give residents of "
            "all ages in the bands, or other bands."
        )
