"""Which areas two reports put into different groups, and which groups that changes."""

from collections.abc import Sequence

import pandas as pd

from geo.errors import examples
from geo.vocabulary.area_types import area_type, kind_of

_PAIRS, _NAMED = 6, 3
_LSOA = area_type("lsoa")


def in_another_group(both: pd.DataFrame, level: str) -> pd.Series:
    """Tell which LSOAs are in another group of a level than before.

    Parameters
    ----------
    both : DataFrame
        A row an LSOA: ``where`` it is (``both``, ``left_only``, ``right_only``), ``area`` (what it
        is called), ``ward`` and ``ward_name``, and its group of each level before and after
        (``hub_before``, ``hub_after``).
    level : str
        Column of groups, or of ward codes.
    """
    before, after = (both[f"{level}_{side}"].fillna("") for side in ("before", "after"))
    return both["where"].eq("both") & before.ne(after)


def touched_groups(both: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """List groups whose LSOAs are not the same, and the place where LSOAs came or went.

    Returns
    -------
    DataFrame
        ``area_type``, ``area_code``, as the Tartan Rug has them.
    """
    came_or_went = both["where"].ne("both")
    kinds = {"borough": ["borough"] if came_or_went.any() else []}
    for level in levels:
        rows = both[in_another_group(both, level) | came_or_went]
        groups = pd.concat([rows[f"{level}_before"], rows[f"{level}_after"]]).dropna().unique()
        kinds[kind_of(level)] = list(groups)
    pairs = [(kind, group) for kind, groups in kinds.items() for group in groups]
    return pd.DataFrame(pairs, columns=["area_type", "area_code"], dtype="object")


def groups_of_one(old: pd.DataFrame, new: pd.DataFrame) -> list[pd.DataFrame]:
    """List the groups of levels that one report has and the other has not.

    Parameters
    ----------
    old, new : DataFrame
        A column a level.
    """
    return [
        pd.DataFrame({"area_type": level, "area_code": one[level].dropna().unique()})
        for one, other in ((old, new), (new, old))
        for level in one
        if level not in other
    ]


def told_of_moves(both: pd.DataFrame, levels: Sequence[str]) -> list[str]:
    """Say which wards, or which LSOAs, went from which group to which, a sentence a level."""
    told = []
    whole = both[both["ward"].notna()].groupby("ward").size()
    for level in levels:
        rows = both[in_another_group(both, level)].fillna(
            {f"{level}_before": "", f"{level}_after": ""}
        )
        each = [
            f"{_who(some, whole)} from {before or 'no group'} to {after or 'no group'}"
            for (before, after), some in rows.groupby([f"{level}_before", f"{level}_after"])
        ]
        word = area_type(level).singular
        told += [f"{word[:1].upper()}{word[1:]}: {examples(each, _PAIRS)}."] if each else []
    return told


def _who(rows: pd.DataFrame, whole: pd.Series) -> str:
    """Name the wards that went whole, and the LSOAs of others."""
    whole_ward = rows["ward"].map(rows.groupby("ward").size()).eq(rows["ward"].map(whole))
    wards, rest = rows.loc[whole_ward, "ward_name"].unique(), rows.loc[~whole_ward, "area"]
    said = []
    if len(wards):
        named = f"ward{'' if len(wards) == 1 else 's'} {examples(wards, _NAMED)}"
        said.append(f"{named} ({_LSOA.counted(int(whole_ward.sum()))})")
    if len(rest):
        said.append(f"{_LSOA.counted(len(rest))} ({examples(rest, _NAMED)})")
    return " and ".join(said)
