"""Which ward, collaborative, sub-locality and locality each LSOA belongs to."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.errors import PlaceError, examples
from geo.geography.authorities import authority_codes, ward_lookup, with_authorities
from geo.geography.places import AUTHORITY, Place
from geo.geography.vintages import chain
from geo.notes import Notes, note
from geo.vocabulary.area_types import (
    column_of,
    is_lsoa,
    is_ward,
    kind_and_year,
    name_column,
)
from geo.vocabulary.releases import VINTAGES

_HELD_BY = "authority code"


def membership(
    place: Place,
    vintage: str,
    lookups: Sequence[pd.DataFrame],
    *,
    residents: pd.DataFrame | Sequence[pd.DataFrame] = (),
    authorities: pd.Series | None = None,
    notes: Notes | None = None,
) -> pd.DataFrame:
    """List every LSOA of a place, in one vintage, with its ward and groups, by lookup.

    Other parameters and errors are those of ``assign``. An LSOA of an older vintage that was split
    between groups goes, whole, to the group of the first level that holds most of its residents,
    and to the ward within it that does. One that lies partly in another authority belongs to the
    place where ``authorities`` name it, or else where it has the greater share.

    Parameters
    ----------
    authorities : Series, optional
        Code of the authority by LSOA code of the vintage, as the publisher of the figures has it;
        codes that are no longer those of an authority settle nothing.

    Returns
    -------
    DataFrame
        ``<vintage>cd`` in order, then the columns that ``assign`` adds.
    """
    place = with_authorities(place, lookups)
    units = _units(place, lookups, notes)
    base = next(kind for kind in VINTAGES if f"{kind}cd" in units)
    if base == vintage:
        shares = units.assign(weight=1.0)
    else:
        links = chain(lookups, vintage, base, residents=residents)
        touched = links[f"{vintage}cd"].isin(
            links.loc[links[f"{base}cd"].isin(units[f"{base}cd"]), f"{vintage}cd"]
        )
        shares = links[touched].merge(units, on=f"{base}cd", how="left")
        if authorities is not None:
            shares = _as_named(shares, authorities, place, lookups, notes)
    return _told_apart(one_group_each(shares, place, vintage, "lookup", notes), place)


def _told_apart(members: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Add the authority to names that wards of several authorities share."""
    ward = column_of("wd", members)
    if not place.codes or ward is None or (name := name_column(ward)) not in members:
        return members
    shared = members.groupby(name)[ward].transform("nunique").gt(1)
    longer = members[name] + " (" + members[AUTHORITY] + ")"
    return members.assign(**{name: members[name].mask(shared, longer)})


def settled_by(authorities: pd.Series, lookups: Sequence[pd.DataFrame]) -> pd.Series:
    """Keep the LSOAs whose authority has a code that the lookup to wards still knows.

    Examples
    --------
    >>> wards = pd.DataFrame({"wd24cd": ["E05000001"], "lad24cd": ["E06000001"]})
    >>> named = pd.Series({"E01000001": "E06000001", "E01000002": "E07000026"})
    >>> settled_by(named, [wards]).to_dict()
    {'E01000001': 'E06000001'}
    """
    columns = [(table, column_of("lad", table)) for table in lookups if column_of("wd", table)]
    today = {code for table, column in columns if column for code in table[column].unique()}
    return authorities[authorities.isin(today)]


def _as_named(
    shares: pd.DataFrame,
    authorities: pd.Series,
    place: Place,
    lookups: Sequence[pd.DataFrame],
    notes: Notes | None,
) -> pd.DataFrame:
    """Leave LSOAs that lie in several authorities to the one that is named for them."""
    code, level = str(shares.columns[0]), place.levels[0].column
    named = shares[code].map(settled_by(authorities, lookups))
    ours, held, outside = named.isin(place.authorities), shares[_HELD_BY], shares[level].isna()
    shared = shares[code].isin(shares.loc[outside, code])
    if (known := shared & named.notna() & ~(ours & place.part)).any():
        each = [
            f"{one} ({'here' if here else 'not here'})"
            for one, here in dict(zip(shares.loc[known, code], ours[known], strict=True)).items()
        ]
        note(
            notes,
            f"Of the LSOAs of {kind_and_year(code)[1]}, {len(each)} "
            f"{'lies' if len(each) == 1 else 'lie'} partly in {place.name} and partly in another "
            "authority, to be counted whole in the one that the Indices name: "
            f"{examples(each, 6)}.",
        )
    there = held.eq(named)
    elsewhere = ~there & there.groupby(shares[code]).transform("any")
    if place.part:  # what is not in the place may be of the same authority
        elsewhere &= held.notna()
    return shares[~((named.notna() & ~ours) | (ours & elsewhere))]


def holding(table: pd.DataFrame, areas: str, levels: Sequence[str]) -> list[str]:
    """Keep the levels of a membership that hold each area of a column whole, in one group.

    Examples
    --------
    >>> table = pd.DataFrame({"hub": ["A", "A", "B"], "town": ["E", "E", "E"], "mp": list("XYY")})
    >>> holding(table, "hub", ["town", "mp"])
    ['town']
    """
    each = table.dropna(subset=[areas]).groupby(areas, observed=True)
    groups = {level: each[level].nunique(dropna=False) for level in levels}
    return [level for level in levels if groups[level].eq(1).all() and each[level].count().all()]


def differences(one: pd.DataFrame, other: pd.DataFrame, column: str) -> pd.DataFrame:
    """List the LSOAs that two memberships put into different groups of a level (or wards).

    Returns
    -------
    DataFrame
        LSOA code, then the group by the one method and by the other; no rows where they agree.
    """
    code = str(one.columns[0])
    sides = [t.set_index(code)[column].rename(t["method"].iat[0]) for t in (one, other)]
    both = pd.concat(sides, axis=1)
    return both[both.iloc[:, 0].ne(both.iloc[:, 1])].reset_index()


def _units(place: Place, lookups: Sequence[pd.DataFrame], notes: Notes | None) -> pd.DataFrame:
    """Every LSOA of the place, in the vintage its wards or groups are defined on."""
    if is_lsoa(place.key):
        return _with_ward_names(place, lookups, notes)
    lookup, ward = ward_lookup(place, lookups)
    authority = column_of("lad", lookup)
    listed = [] if place.units is None else place.units[place.key]
    inside = lookup[authority].isin(place.authorities) if authority else lookup[ward].isin(listed)
    if place.part:
        inside &= lookup[ward].isin(listed)
    if not inside.any():
        raise PlaceError(
            f"No LSOA of {place.name} ({examples(place.authorities)}) is in the lookup from LSOAs "
            f"to wards, which covers "
            f"{examples(lookup[authority].unique()) if authority else 'other wards'}; give the "
            "lookup for this place, or correct its code."
        )
    rows = lookup[inside].reset_index(drop=True)
    name = name_column(ward)
    lsoa = next(f"{kind}cd" for kind in VINTAGES if f"{kind}cd" in rows)
    rows = rows.assign(**{_HELD_BY: rows[authority] if authority else place.code})
    if place.units is None:
        return rows[[lsoa, ward, name, _HELD_BY]].assign(ward=rows[name])
    _require_same_wards(rows, ward, place)
    about = place.units.rename(columns={place.key: ward}).drop(
        columns=[name_column(place.key), "alternative"], errors="ignore"
    )
    kept = [lsoa, ward, *([name] if name in rows else []), _HELD_BY]
    return rows[kept].merge(about, on=ward)


def _with_ward_names(
    place: Place, lookups: Sequence[pd.DataFrame], notes: Notes | None
) -> pd.DataFrame:
    """LSOAs as they are listed, with their wards unless the place ends within one."""
    assert place.units is not None
    units = place.units.drop(columns=["alternative", name_column(place.key)], errors="ignore")
    units = units.assign(**{_HELD_BY: authority_codes(place, units[place.key], lookups)})
    for table in lookups:
        wards = [c for c in table if is_ward(c)]
        if place.key in table and wards:
            inside = table[place.key].isin(units[place.key])
            cut = set(table.loc[inside, wards[0]]) & set(table.loc[~inside, wards[0]])
            if cut and place.part:
                note(
                    notes,
                    f"Wards are left out of {place.name}, which holds {len(cut)} of them in part "
                    f"({examples(sorted(cut))}): figures of whole wards are not its own.",
                )
                return units
            return units.merge(table[[place.key, *wards]], on=place.key, how="left")
    return units


def _whole(place: Place) -> str:
    return "authorities" if place.codes else "authority"


def _require_same_wards(rows: pd.DataFrame, ward: str, place: Place) -> None:
    assert place.units is not None
    listed, there = set(place.units[place.key]), set(rows[ward])
    if missing := sorted(there - listed):
        raise PlaceError(
            f"{len(missing)} of {len(there)} wards of {place.name} are in no "
            f"{place.levels[0].singular} ({examples(missing)}); add a row for each to the list of "
            f"wards, or, if the place is a part of its {_whole(place)}, write part = true into "
            "its place.toml."
        )
    if unknown := sorted(listed - there):
        level = place.levels[0]
        emptied = set(place.units[level.column]) - set(
            place.units.loc[~place.units[place.key].isin(unknown), level.column]
        )
        more = f", which leaves {examples(sorted(emptied))} without an LSOA" if emptied else ""
        raise PlaceError(
            f"{len(unknown)} wards listed for {place.name} hold no LSOA of the lookup "
            f"({examples(unknown)}){more}; correct their codes or use the lookup of the same year."
        )


def one_group_each(
    shares: pd.DataFrame, place: Place, vintage: str, method: str, notes: Notes | None = None
) -> pd.DataFrame:
    """One group for each LSOA: the greatest share, at the first level and then within it.

    Another authority comes before a group of the place with the same share, so that both do not
    count it.
    """
    code, level = f"{vintage}cd", place.levels[0]
    unit = column_of("wd", shares) or level.column
    group = shares[level.column].fillna("")
    held = shares.groupby([shares[code], group])["weight"].transform("sum")
    ranked = shares.assign(overlap_share=held.round(9), _group=group, _here=group.ne(""))
    ranked = ranked.sort_values(
        [code, "overlap_share", "_here", "weight", unit, "_group"],
        ascending=[True, False, True, False, True, True],
        kind="stable",
    )
    best = ranked.drop_duplicates(code)
    if method == "lookup":
        _note_split(ranked, best, code, place, notes)
    best = best[best[level.column].notna()]
    keep = [c for c in shares if is_ward(c)] + place.level_columns
    about = [c for c in ("basis", "confidence") if c in shares]
    best = best.assign(method=method, overlap_share=best["overlap_share"].round(6))
    return best[[code, *keep, "method", "overlap_share", *about]].reset_index(drop=True)


def _note_split(
    ranked: pd.DataFrame, best: pd.DataFrame, code: str, place: Place, notes: Notes | None
) -> None:
    tops = ranked.drop_duplicates([code, "_group"])
    several = tops[tops[code].duplicated(keep=False)]
    split = best[best[code].isin(several[code])]
    if split.empty:
        return
    second = several.groupby(code)["overlap_share"].nth(1)
    tied = int(np.isclose(second.to_numpy(), split["overlap_share"].to_numpy()).sum())
    named = [
        f"{row[code]} ({row['overlap_share']:.0%} in {row['_group'] or 'another authority'})"
        for _, row in split.iterrows()
    ]
    note(
        notes,
        f"{len(split)} of {len(best)} LSOAs of {kind_and_year(code)[1]} lie in more than one "
        f"{place.levels[0].singular} and go whole to the one with the greatest share of their "
        f"residents, or of their parts where residents are not known: {examples(named, 6)}."
        + (
            f" Ties: {tied}, settled for the other authority where there is one, else "
            "by the order of ward codes."
            if tied
            else ""
        ),
    )
