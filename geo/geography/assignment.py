"""Tables of LSOAs with the groups that each belongs to."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import CodeError, examples
from geo.geography.authorities import with_authorities
from geo.geography.membership import membership, one_group_each
from geo.geography.places import Place
from geo.geography.vintages import foreign_vintage
from geo.notes import Notes
from geo.vocabulary.area_types import (
    is_code_column,
    is_ward,
    kind_of,
    name_column,
    nation_of,
    vintage_column,
)
from geo.vocabulary.codes import tidy_codes
from geo.vocabulary.known_areas import lsoa_column

METHODS = ("lookup", "point", "overlap")


def assign(
    table: pd.DataFrame,
    place: Place,
    *,
    lookups: pd.DataFrame | Sequence[pd.DataFrame] = (),
    method: str = "lookup",
    wards: gpd.GeoDataFrame | None = None,
    points: gpd.GeoDataFrame | None = None,
    residents: pd.DataFrame | Sequence[pd.DataFrame] = (),
    authorities: pd.Series | None = None,
    outside: str = "error",
    notes: Notes | None = None,
) -> pd.DataFrame:
    """Add ward, collaborative, sub-locality and locality to any table with LSOA codes.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        One LSOA code column (``lsoa01cd``, ``lsoa11cd`` or ``lsoa21cd``, whatever the case, or
        ``LSOA code`` where the lookups list its codes for one vintage); an LSOA may stand in many
        rows. Methods "point" and "overlap" need its polygons, one row each.
    place : Place
        From ``load_place``.
    lookups : DataFrame or sequence of them
        From ``read_lookup``: LSOAs to wards, and between vintages where the codes are of another
        vintage than the ward lookup's.
    method : {"lookup", "point", "overlap"}
        By ONS lookup; by the ward in which a point of the LSOA lies (``points``, such as
        population-weighted centroids, else a point inside the polygon); or by the ward that
        covers most of its area.
    wards : GeoDataFrame, optional
        Ward boundaries in EPSG:27700, for "point" and "overlap".
    points : GeoDataFrame, optional
        A point for each LSOA, under the same code column.
    residents : DataFrame or sequence of them, optional
        From ``read_population``; settles LSOAs that were split between groups.
    authorities : Series, optional
        Code of the authority by LSOA code, as the Indices of an older vintage name it (``lad19cd``
        of ``read_deprivation``): an LSOA that lies in several authorities belongs to that one.
    outside : {"error", "keep"}
        What to do with LSOAs of other authorities and nations, and with rows without a code: stop,
        or keep the rows with the groups empty.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    DataFrame or GeoDataFrame
        ``table`` on its own index with ``wd<yy>cd``, ``wd<yy>nm``, a column a level, ``method``,
        ``overlap_share`` (share of the LSOA, in residents or area, that lies in the group; 1 when
        whole), ``basis`` and ``confidence`` of the place's grouping where it has them.

    Raises
    ------
    CodeError
        If codes are not LSOA codes, of the wrong vintage, or outside the place.
    PlaceError
        If place and lookup name different wards, or a group is left without an LSOA.

    Warns
    -----
    GeoWarning
        If LSOAs lie in more than one group and were settled by ``authorities`` or by the greatest
        share; a tie goes to another authority, else to the first in the order of codes. If the
        codes tell their vintage, and the name of their column does not.

    Examples
    --------
    >>> import geo
    >>> borough = geo.sample()
    >>> place = geo.load_place("sample")
    >>> children = pd.DataFrame({"lsoa21cd": borough.areas["lsoa21cd"].head(3), "children": 5})
    >>> list(geo.assign(children, place, lookups=borough.lookup_wards).columns)
    ['lsoa21cd', 'children', 'wd24cd', 'wd24nm', 'collaborative', 'sub_locality', 'locality',
     'method', 'overlap_share', 'basis', 'confidence']
    """
    tables = [lookups] if isinstance(lookups, pd.DataFrame) else list(lookups)
    place = with_authorities(place, tables)
    vintage, code = lsoa_column(table, tables, notes=notes)
    codes = tidy_codes(table[code])
    if outside == "error":
        _require_english(codes)
    if method == "lookup":
        members = membership(
            place, vintage, tables, residents=residents, authorities=authorities, notes=notes
        )
    elif method in METHODS:
        members = _by_geometry(
            table.rename(columns={code: f"{vintage}cd"}), place, method, wards, points
        )
    else:
        raise ValueError(f"method must be one of {METHODS}, not {method!r}")
    if outside == "error":
        _require_inside(codes, members[f"{vintage}cd"], place, tables)
    added = members.set_index(f"{vintage}cd").reindex(codes).set_axis(table.index)
    return table.drop(columns=[c for c in added if c in table]).join(added)


def _by_geometry(
    areas: pd.DataFrame,
    place: Place,
    method: str,
    wards: gpd.GeoDataFrame | None,
    points: gpd.GeoDataFrame | None,
) -> pd.DataFrame:
    vintage, code = vintage_column(areas)
    if not isinstance(areas, gpd.GeoDataFrame) or wards is None:
        raise CodeError(
            f"Assignment by {method} needs the polygons of the LSOAs and wards=; use "
            'method="lookup" where there are none.'
        )
    if areas[code].duplicated().any():
        raise CodeError(f'Assignment by {method} needs one row for each LSOA; use "lookup".')
    if areas.crs != wards.crs or not areas.crs.is_projected:
        raise CodeError("LSOAs and wards must both be in EPSG:27700; use .to_crs(27700) on both.")
    ward = next(c for c in wards if is_code_column(c) and is_ward(c))
    if method == "overlap":
        lsoa, unit, weight = _overlaps(areas.geometry.values, wards.geometry.values)
    else:
        where = _points_for(areas, points, code)
        lsoa, unit = shapely.STRtree(wards.geometry.values).query(where, predicate="intersects")
        weight = np.ones(len(lsoa))
    shares = pd.DataFrame(
        {code: areas[code].to_numpy()[lsoa], ward: wards[ward].to_numpy()[unit], "weight": weight}
    )
    if (name := name_column(ward)) in wards:
        shares[name] = wards[name].to_numpy()[unit]
    if place.units is None:
        return one_group_each(shares.assign(ward=shares[name]), place, vintage, method)
    about = place.units.rename(columns={place.key: ward})
    about = about.drop(columns=[name, "alternative"], errors="ignore")
    return one_group_each(shares.merge(about, on=ward, how="left"), place, vintage, method)


def _points_for(areas: gpd.GeoDataFrame, points: gpd.GeoDataFrame | None, code: str) -> np.ndarray:
    if points is None:
        return shapely.point_on_surface(areas.geometry.values)
    _, column = vintage_column(points)
    where = points.to_crs(areas.crs).set_index(column).geometry.reindex(areas[code])
    if where.isna().any():
        lacking = areas[code][where.isna().to_numpy()]
        raise CodeError(
            f"{len(lacking)} LSOAs have no point ({examples(lacking)}); give one for each."
        )
    return where.values


def _overlaps(areas: np.ndarray, wards: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of each area in each ward that it meets."""
    left, right = shapely.STRtree(wards).query(areas, predicate="intersects")
    shared = shapely.area(shapely.intersection(areas[left], wards[right]))
    whole = shapely.area(areas)[left]
    real = shared > 1e-9 * whole
    return left[real], right[real], (shared / whole)[real]


def _require_english(codes: pd.Series) -> None:
    wrong = codes[~codes.astype("string").str.fullmatch(r"E01\d{6}").fillna(False).astype(bool)]
    if len(wrong):
        nation = nation_of(wrong.iat[0])
        what = f"are in {nation}" if nation else "have no LSOA code"
        named = examples(wrong.dropna().unique()) or "they are blank"
        raise CodeError(
            f"{len(wrong)} of {len(codes)} rows of {codes.name} {what} ({named}); English LSOA "
            "codes are E01 and six digits, so correct these rows, take them out, or keep them "
            'without groups (--outside keep, in Python outside="keep").'
        )


def _require_inside(
    codes: pd.Series, known: pd.Series, place: Place, lookups: Sequence[pd.DataFrame]
) -> None:
    odd = codes[~codes.isin(known)]
    if odd.empty:
        return
    vintage, names = kind_of(str(known.name)), odd.unique()
    other, foreign = foreign_vintage(odd, vintage, lookups)
    if other:
        names = foreign.unique()
        raise CodeError(
            f"{len(names)} of {codes.nunique()} codes in {codes.name} are {other} codes, not "
            f"{vintage} ({examples(names)}); if the column holds {other} codes, name it "
            f"{other}cd to have its groups found, and if rows of both are mixed, give each its own "
            "file (in Python, geo.convert turns counts of one vintage into those of another)."
        )
    raise CodeError(
        f"{len(odd)} of {len(codes)} rows have an LSOA outside {place.name} ({examples(names)}); "
        'take them out, or keep them without groups (--outside keep, in Python outside="keep").'
    )
