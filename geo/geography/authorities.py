"""In which authority the wards or LSOAs of a place lie, where it is several or a part of one."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from geo.errors import CodeError, PlaceError, examples
from geo.geography.places import AUTHORITY, Place, require_nested
from geo.vocabulary.area_types import (
    area_type,
    column_of,
    is_code_column,
    is_lsoa,
    is_ward,
    kind_of,
    name_column,
)


def with_authorities(place: Place, lookups: Sequence[pd.DataFrame]) -> Place:
    """Give each ward or LSOA of a place of several authorities the one that it lies in.

    Parameters
    ----------
    place : Place
    lookups : sequence of DataFrame
        From ``read_lookup``, one of them from wards (or the LSOAs listed) to authorities.

    Returns
    -------
    Place
        With the level `AUTHORITY` among its units, by name where the lookup has names; the same
        where it is one authority, or has them already.

    Raises
    ------
    CodeError
        If no lookup tells the authorities.
    PlaceError
        If one of them holds nothing of the place, or a group lies in two authorities that is said
        to lie in one.
    """
    if not place.codes or (place.units is not None and AUTHORITY in place.units):
        return place
    table, unit, authority = _telling(place, lookups)
    own = table[table[authority].isin(place.codes)].drop_duplicates(unit)
    label = name_column(authority) if name_column(authority) in own else authority
    units = place.units
    if units is None:
        names = [name for name in (name_column(unit),) if name in own]
        units = own[[unit, *names]].reset_index(drop=True)
    found = units.iloc[:, 0].map(own.set_index(unit)[label])
    units = units.assign(**{AUTHORITY: found})
    _require_each(own[own[unit].isin(units.iloc[:, 0])], authority, place)
    inside = [level for level in place.levels if level.within == AUTHORITY]
    require_nested(units.dropna(subset=AUTHORITY), inside, "the list of wards")
    return replace(place, units=units)


def authority_codes(place: Place, units: pd.Series, lookups: Sequence[pd.DataFrame]) -> pd.Series:
    """Give the code of the authority of each ward or LSOA of a place, by the index of ``units``."""
    if not place.codes:
        return pd.Series(place.code, units.index)
    table, unit, authority = _telling(place, lookups)
    return units.map(table.drop_duplicates(unit).set_index(unit)[authority])


def ward_lookup(place: Place, lookups: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, str]:
    """Find the lookup on the place's own ward codes, else the newest one, and its ward column.

    Raises
    ------
    CodeError
        If there is none.
    """
    found = [
        (column, number)
        for number, table in enumerate(lookups)
        for column in table
        if is_code_column(column) and is_ward(column)
    ]
    if not found:
        raise CodeError(
            "No lookup from LSOAs to wards is given; add the ONS lookup with the columns LSOA21CD "
            "and WD24CD to the data folder."
        )
    column, number = next((pair for pair in found if pair[0] == place.key), max(found))
    return lookups[number], column


def _telling(place: Place, lookups: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, str, str]:
    """Find the lookup that tells the authorities of the place's units: it, and both columns."""
    if is_lsoa(place.key):
        tables = [(t, place.key) for t in lookups if place.key in t]
        tables.sort(key=lambda pair: column_of("wd", pair[0]) is None)  # that to wards is newest
    else:
        tables = [ward_lookup(place, lookups)]
    for table, unit in tables:
        if authority := column_of("lad", table):
            return table, unit, authority
    raise CodeError(
        f"{place.name} is several authorities, and no lookup tells in which of them its "
        f"{area_type(kind_of(place.key)).plural} lie; add the ONS lookup from LSOAs to wards and "
        "authorities (LSOA21_WD24_LAD24…) to the data folder."
    )


def _require_each(own: pd.DataFrame, authority: str, place: Place) -> None:
    there = set(own[authority])
    if empty := [code for code in place.codes if code not in there]:
        what = "ward or LSOA listed for it lies" if place.part else "LSOA of the lookup lies"
        raise PlaceError(
            f"{len(empty)} of the {len(place.codes)} authorities of {place.name} "
            f"({examples(empty)}) {'have' if empty[1:] else 'has'} nothing in it: no {what} there; "
            "correct the codes in its place.toml, or take them out."
        )
