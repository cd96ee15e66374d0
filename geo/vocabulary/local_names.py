"""What people call a neighbourhood: a name they use, with the end of the official one behind it."""

import re
from collections.abc import Sequence

import pandas as pd

from geo.vocabulary.area_types import name_column, vintage_column, ward_names

LOCAL_NAME = "local_name"
"""Column: what `local_names` gives, kept beside the official name and code."""
_CODE = r"[A-Z]{1,3}\d{1,2}"
_OFFICIAL = re.compile(r"(?P<msoa>(?P<authority>.+) (?P<number>\d{3}))(?P<letter>[A-Z]?)")


def naming_column(table: pd.DataFrame, code: str) -> str:
    """Choose the column that names areas best: as people do, else officially, else their code.

    Examples
    --------
    >>> naming_column(pd.DataFrame(columns=["lsoa21cd", "lsoa21nm"]), "lsoa21cd")
    'lsoa21nm'
    """
    return next(one for one in (LOCAL_NAME, name_column(code), code) if one in table)


def local_names(areas: pd.DataFrame, msoas: pd.DataFrame | None = None) -> pd.Series:
    """Name each LSOA as people do: "Crewe, St Barnabas (036F)" for "Cheshire East 036F".

    The ONS calls an LSOA after its MSOA, with a letter, in 2001, 2011 and 2021 alike; so the name
    that the House of Commons Library gave the MSOA is its own. Where there is none, the ward's
    name stands for it; without either, or where the official name has another form, the official
    one stays, and the code where there is no name at all.

    Parameters
    ----------
    areas : DataFrame
        A row an LSOA: its code, and where known the official name (``lsoa21nm``), the ward's name
        (``wd24nm``) or `LOCAL_NAME`, which is then given as it is.
    msoas : DataFrame, optional
        As from ``read_msoa_names``: ``msoa21nm`` and ``msoa21hclnm``.

    Returns
    -------
    Series
        On the index of ``areas``. Behind the name stand number and letter, and the whole official
        name where the LSOAs are of several authorities, each of which counts from 001.

    References
    ----------
    House of Commons Library, MSOA Names: https://houseofcommonslibrary.github.io/msoanames/

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01018462", "E01018463"],
    ...     "lsoa21nm": ["Mill 036F", "Mill 037A"], "wd24nm": ["Crewe Central", "Crewe South"]})
    >>> names = pd.DataFrame({"msoa21nm": ["Mill 036"], "msoa21hclnm": ["Crewe, St Barnabas"]})
    >>> local_names(lsoas, names).tolist()
    ['Crewe, St Barnabas (036F)', 'Crewe South (037A)']
    """
    if LOCAL_NAME in areas:
        return areas[LOCAL_NAME]
    ward = ward_names(areas)
    wards = pd.Series(pd.NA, areas.index, dtype=object) if ward is None else areas[ward]
    return _named(official_names(areas), msoas, wards).rename(LOCAL_NAME)


def msoa_local_names(official: pd.Series, msoas: pd.DataFrame | None) -> pd.Series:
    """Name MSOAs as people do, by the ONS's name of each; see `local_names`.

    Examples
    --------
    >>> names = pd.DataFrame({"msoa21nm": ["Mill 036"], "msoa21hclnm": ["Crewe, St Barnabas"]})
    >>> msoa_local_names(pd.Series(["Mill 036", "Mill 037"]), names).tolist()
    ['Crewe, St Barnabas (036)', 'Mill 037']
    """
    return _named(official, msoas, pd.Series(pd.NA, official.index, dtype=object))


def codes_explained(groups: pd.DataFrame, levels: Sequence[str]) -> dict[str, str]:
    """Say of each group that has a code for a name, such as N1, which groups it is made of.

    Parameters
    ----------
    groups : DataFrame
        A row an area: a column a level.
    levels : sequence of str
        Columns, the smallest groups first.

    Returns
    -------
    dict of str to str
        Names of the smallest groups that lie in it as a whole, by code; none where a part of one
        does.

    Examples
    --------
    >>> groups = pd.DataFrame({"hub": ["Wilmslow", "Congleton", "Crewe"], "on": ["N1", "N1", "S"]})
    >>> codes_explained(groups, ["hub", "on"])
    {'N1': 'Congleton · Wilmslow'}
    """
    explained: dict[str, str] = {}
    for level in levels[1:]:
        pairs = groups[[levels[0], level]].drop_duplicates()
        in_one = ~pairs[levels[0]].duplicated(keep=False)
        coded = pairs[level].astype("str").str.fullmatch(_CODE)
        for name, rows in pairs[coded].groupby(level):
            if in_one[rows.index].all():
                explained[str(name)] = " · ".join(sorted(rows[levels[0]].astype(str)))
    return explained


def _named(official: pd.Series, msoas: pd.DataFrame | None, wards: pd.Series) -> pd.Series:
    """Put the name of the MSOA, or of the ward, before the end of the official name."""
    parts = official.astype("str").str.extract(f"^{_OFFICIAL.pattern}$")
    called = wards
    if msoas is not None:
        of_msoa = parts["msoa"].map(_msoa_names(msoas)).astype(object)
        called = of_msoa.where(of_msoa.notna(), wards)
    several = parts["authority"].nunique() > 1
    end = official if several else parts["number"] + parts["letter"]
    known = called.notna() & parts["msoa"].notna()
    named = called.astype("str") + " (" + end.astype("str") + ")"
    return named.where(known, official).astype(object)


def official_names(areas: pd.DataFrame) -> pd.Series:
    """Give the ONS's name of each LSOA, or its code where no name is known.

    Examples
    --------
    >>> official_names(pd.DataFrame({"lsoa21cd": ["E01018462"]})).tolist()
    ['E01018462']
    """
    _, code = vintage_column(areas, where="the areas")
    name = name_column(code)
    if name not in areas:
        return areas[code].astype(object)
    return areas[name].astype(object).where(areas[name].notna(), areas[code])


def _msoa_names(msoas: pd.DataFrame) -> dict[str, str]:
    called = next(column for column in msoas if column.endswith("hclnm"))
    return dict(zip(msoas[f"{called[:-5]}nm"], msoas[called], strict=True))
