"""Whether all of a place's LSOAs are there, and none of another authority's."""

import numpy as np
import pandas as pd

from geo.errors import CodeError, examples
from geo.geography.membership import settled_by
from geo.geography.places import Place
from geo.geography.vintages import foreign_vintage
from geo.sources.deprivation import authorities
from geo.sources.folders import Inputs
from geo.vocabulary.area_types import area_type, column_of, is_lsoa, nation_of
from geo.vocabulary.codes import among
from geo.vocabulary.releases import VINTAGES, Release


def require_complete(members: pd.DataFrame, inputs: Inputs, release: Release, place: Place) -> None:
    """Raise if other tables know LSOAs of the authority that have no group, or the other way."""
    code = f"{release.vintage}cd"
    named = authorities(inputs.deprivation, release.vintage)
    settled = pd.Series(dtype=str) if named is None else settled_by(named, inputs.lookups)
    for table in (inputs.deprivation, *inputs.lookups):
        authority = column_of("lad", table)
        if authority is None or code not in table:
            continue
        if table is not inputs.deprivation:
            table = table[~_told_elsewhere(table, code, authority, settled.index, inputs)]
        known = table[authority].isin(place.authorities)
        own = table.loc[known, code]
        if own.empty:  # the authority had another code in that year
            continue
        lost = own[~own.isin(members[code])].unique()
        if len(lost) and not place.part:
            raise CodeError(
                f"{len(lost)} of the {own.nunique()} LSOAs of {place.name} have no "
                f"{place.levels[0].singular} ({examples(lost)}): they are missing from the lookup "
                "to wards or from the list of groups; add them there."
            )
        if not set(place.authorities) <= set(
            table.loc[known, authority]
        ):  # some had another code then
            continue
        elsewhere = table[table[code].isin(members[code]) & ~known]
        if table is inputs.deprivation and (not is_lsoa(place.key) or settled.nunique() > 1):
            exist = settled.index.to_series()  # those of authorities that still do
            elsewhere = elsewhere[among(elsewhere[code], exist)]
        if len(elsewhere):
            raise CodeError(
                f"{elsewhere[code].nunique()} LSOAs listed for {place.name} lie in another "
                f"authority ({examples(elsewhere[code].unique())}); take them out of the list."
            )


def require_whole_authorities(inputs: Inputs, release: Release, place: Place) -> None:
    """Raise if the Indices hold a part of another authority: such a file was cut short.

    Indices of some authorities alone are right, though nothing can be placed in England then.
    """
    code = f"{release.vintage}cd"
    ranked = inputs.deprivation[code]
    if len(ranked) >= release.lsoas:
        return
    for table in inputs.lookups:
        authority = column_of("lad", table)
        if authority is None or code not in table:
            continue
        known = table.loc[table[code].str.startswith("E", na=False), [code, authority]]
        known = known.drop_duplicates().drop_duplicates(code, keep=False)  # of one authority each
        share = among(known[code], ranked).groupby(known[authority].to_numpy()).mean()
        share = share.drop([*place.authorities], errors="ignore")
        if len(cut := share.index[share.gt(0) & share.lt(1)]):
            raise CodeError(
                f"The Indices of {release.year} hold {len(ranked):,} of England's "
                f"{release.lsoas:,} LSOAs, and of {len(cut)} "
                f"{'authorities' if len(cut) > 1 else 'authority'} a part alone "
                f"({examples(cut)}), so the file was cut short; download it again."
            )


def _told_elsewhere(
    table: pd.DataFrame, code: str, authority: str, settled: pd.Index, inputs: Inputs
) -> np.ndarray:
    """Mark rows whose authority the Indices or the lookup to wards tell, or that lie in several.

    A ward on the border may have gone to another authority since a lookup between vintages was
    made.
    """
    told = table.groupby(code)[authority].transform("nunique").gt(1).to_numpy(copy=True)
    told |= among(table[code], settled.to_series()).to_numpy()
    for wards in inputs.lookups if column_of("wd", table) is None else ():
        if column_of("wd", wards) and column_of("lad", wards):
            for shared in {f"{vintage}cd" for vintage in VINTAGES} & {*table} & {*wards}:
                told |= among(table[shared], wards[shared]).to_numpy()
    return told


def require_all(
    needed: pd.Series,
    given: pd.Series,
    release: Release,
    place: Place,
    inputs: Inputs,
    what: str,
) -> None:
    """Raise if any LSOA of the place is not among those that a file gives."""
    missing = needed[~among(needed, given)]
    if missing.empty:
        return
    hint = f"give a file that covers all of {place.name}"
    if nations := sorted(set(given.map(nation_of)) - {""}):
        hint = f"it holds areas of {examples(nations)}; {hint}"
    vintage, _ = foreign_vintage(given, release.vintage, inputs.lookups)
    if vintage:
        now, then = (area_type(one).dated for one in (release.vintage, vintage))
        hint = (
            f"its codes are of {then} under a name of {now}, so give the file of {now}, or choose "
            f"a --release that stands on {then}"
        )
    raise CodeError(
        f"{len(missing)} of the {len(needed)} LSOAs of {place.name} are not in {what} "
        f"({examples(missing)}); {hint}."
    )
