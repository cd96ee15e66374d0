"""Which LSOAs changed decile between two releases of the Indices, where that can be said."""

import pandas as pd

from geo.errors import CodeError, TableError, examples
from geo.vocabulary.area_types import area_type, require_unique, vintage_column
from geo.vocabulary.codes import among

_LSOA = area_type("lsoa")


def decile_moves(
    areas: pd.DataFrame,
    earlier: pd.DataFrame,
    *,
    lookup: pd.DataFrame | None = None,
    column: str = "imd_decile",
) -> pd.DataFrame:
    """Put the decile before beside the decile after, where the boundary is the same.

    Parameters
    ----------
    areas : DataFrame
        One row an LSOA of the later release: its code and ``column`` (1, most deprived, to 10).
    earlier : DataFrame
        The earlier release: LSOA code (of any vintage) and ``column``.
    lookup : DataFrame, optional
        Where the vintages differ: both code columns and ``chgind``. Only LSOAs marked ``U``
        (unchanged) are compared.
    column : str
        Column of deciles in both.

    Returns
    -------
    DataFrame
        On the index of ``areas``: code; ``<vintage>cd_before``, missing where the boundary
        changed; ``decile_before``, ``decile_after`` and ``change``, negative towards more
        deprived, missing where one of both is.

    Raises
    ------
    TableError
        If a column is missing, or vintages differ and no lookup is given.
    CodeError
        If codes stand twice, or LSOAs are not in the lookup or the earlier release.

    Examples
    --------
    >>> now = pd.DataFrame({"lsoa11cd": ["E01000001", "E01000002"], "imd_decile": [1, 5]})
    >>> then = pd.DataFrame({"lsoa11cd": ["E01000001", "E01000002"], "imd_decile": [3, 5]})
    >>> decile_moves(now, then)["change"].tolist()
    [-2, 0]
    """
    vintage, code = vintage_column(areas, where="the areas to draw")
    before, old_code = vintage_column(earlier, where="the earlier release")
    for table, name, where in (
        (areas, code, "the areas to draw"),
        (earlier, old_code, "the earlier release"),
    ):
        require_unique(table[name], where=where)
    if column not in earlier:
        raise TableError(f"No column {column} in the earlier release; add it or name another.")
    old = _old_codes(areas[code], vintage, before, lookup)
    lost = old.notna() & ~among(old, earlier[old_code])
    if lost.any():
        raise CodeError(
            f"{_LSOA.counted(int(lost.sum()))} to draw ({examples(old[lost])}) are not in the "
            "earlier release; give it whole."
        )
    known = earlier[column].astype(float).set_axis(earlier[old_code].astype(str))
    then, now = old.map(known).astype(float), areas[column].astype(float)
    return pd.DataFrame(
        {
            code: areas[code],
            f"{before}cd_before": old,
            "decile_before": then.astype("Int64"),
            "decile_after": now.astype("Int64"),
            "change": (now - then).astype("Int64"),
        }
    )


def _old_codes(
    codes: pd.Series, vintage: str, before: str, lookup: pd.DataFrame | None
) -> pd.Series:
    """Give each LSOA its code in the earlier release; missing where its boundary changed."""
    codes = codes.astype(str)
    if before == vintage:
        return codes
    if lookup is None:
        raise TableError(
            f"The areas are {vintage} and the earlier release is {before}; give a lookup between "
            "them with chgind, which says whose boundary changed."
        )
    needed = [f"{before}cd", f"{vintage}cd", "chgind"]
    if absent := [name for name in needed if name not in lookup]:
        raise TableError(
            f"No column {examples(absent)} in the lookup, which has {examples(lookup.columns, 8)}; "
            "use the ONS lookup between the two vintages."
        )
    if (loose := ~among(codes, lookup[f"{vintage}cd"])).any():
        raise CodeError(
            f"{_LSOA.counted(int(loose.sum()))} to draw ({examples(codes[loose])}) are not in "
            "the lookup; use the one between the two vintages."
        )
    same = lookup[lookup["chgind"] == "U"]
    return codes.map(same.set_index(f"{vintage}cd")[f"{before}cd"])


def carried_deciles(
    areas: pd.DataFrame,
    earlier: pd.DataFrame,
    lookup: pd.DataFrame,
    *,
    column: str = "imd_decile",
) -> pd.Series:
    """Carry the deciles of an earlier release to LSOAs of a later vintage.

    Each takes the decile of the LSOA that it was, or was a part of.

    Parameters
    ----------
    areas, earlier : DataFrame
        As in `decile_moves`; of ``areas`` the code alone is read.
    lookup : DataFrame
        Both code columns.
    column : str
        Column of deciles.

    Returns
    -------
    Series
        Deciles on the index of ``areas``; missing where an LSOA was merged from some of several
        deciles, or the earlier release has none.

    Examples
    --------
    >>> lookup = pd.DataFrame({"lsoa11cd": ["E01000001", "E01000002", "E01000003"],
    ...     "lsoa21cd": ["E01034001", "E01034002", "E01034002"]})
    >>> earlier = pd.DataFrame({"lsoa11cd": lookup["lsoa11cd"], "imd_decile": [1, 2, 7]})
    >>> carried_deciles(lookup[["lsoa21cd"]].drop_duplicates(), earlier, lookup).tolist()
    [1, <NA>]
    """
    _, code = vintage_column(areas)
    _, old_code = vintage_column(earlier)
    known = earlier.set_index(old_code)[column].astype("Int64")
    own = lookup[lookup[code].isin(areas[code])]
    then = pd.DataFrame({code: own[code], column: own[old_code].map(known)})
    each = then.dropna().groupby(code)[column]
    whole = each.nunique().eq(1) & each.size().eq(own.groupby(code).size())
    return areas[code].map(each.first().where(whole)).astype("Int64")
