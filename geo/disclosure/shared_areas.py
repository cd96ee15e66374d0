"""Areas of several publications: which are the same, by the LSOAs that they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from geo.disclosure.linked_areas import PIECE
from geo.disclosure.publications import Publication
from geo.geography.vintages import chain
from geo.vocabulary.area_types import area_type_of, vintage_column

Area = tuple[str, str]
"""Area type and code."""


@dataclass(frozen=True)
class SharedAreas:
    """The areas of a new table and of earlier publications, in one hierarchy.

    Parameters
    ----------
    hierarchy : DataFrame
        A row for each of the smallest pieces that the areas tell apart: LSOAs, or where those of
        two vintages were merged the parts of them. Columns are those of the new hierarchy, and one
        for each type of area of an earlier publication that has other areas.
    same : list of dict
        For each publication, the area of the hierarchy that each of its areas is.
    """

    hierarchy: pd.DataFrame
    same: list[dict[Area, Area]]

    @classmethod
    def of(
        cls,
        hierarchy: pd.DataFrame,
        previous: Sequence[Publication],
        lookups: Sequence[pd.DataFrame] = (),
    ) -> "SharedAreas":
        """Cut areas into pieces, and tell which are made of the same.

        Raises
        ------
        CodeError
            If a publication stands on other LSOAs and no lookup leads to those.
        """
        pieces, ours = _pieces(hierarchy, previous, lookups)
        known: dict[tuple[int, ...], Area] = {}
        named = ours.drop(columns=PIECE, errors="ignore")
        for column, groups in named.assign(borough=named.get("borough", "borough")).items():
            kind = area_type_of(column) or column
            for code, at in _members(groups).items():
                known.setdefault(at, (kind, code))
        same = []
        for publication in previous:
            found: dict[Area, Area] = {}
            others: dict[str, pd.Series] = {}
            for kind, groups in _levels_of(publication, pieces).items():
                for code, at in _members(groups).items():
                    other = f"{kind} in {publication.name}"
                    found[kind, code] = known.setdefault(at, (other, code))
                    if found[kind, code] == (other, code):
                        own = others.setdefault(other, pd.Series(None, ours.index, dtype=object))
                        own.iloc[list(at)] = code
            ours = ours.assign(**others)
            same.append(found)
        return cls(ours, same)


def _pieces(
    hierarchy: pd.DataFrame, previous: Sequence[Publication], lookups: Sequence[pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pieces with their LSOA of each vintage; and with the groups of the new hierarchy."""
    vintage, code = vintage_column(hierarchy)
    pieces = pd.DataFrame({vintage: hierarchy[code].astype(object)})
    for other in dict.fromkeys(publication.vintage for publication in previous):
        codes = pd.concat([p.hierarchy[f"{other}cd"] for p in previous if p.vintage == other])
        if other != vintage:
            links = chain(lookups, vintage, other).rename(columns=lambda column: column[:-2])
            pieces = pieces.merge(links[[vintage, other]], on=vintage, how="left")
        more = codes.drop_duplicates()
        more = more[~more.isin(pieces[other])]
        pieces = pd.concat([pieces, pd.DataFrame({other: more})], ignore_index=True)
    ours = hierarchy.set_index(code).reindex(pieces[vintage]).reset_index(names=code)
    inside = pieces[vintage].isin(hierarchy[code])
    if not inside.all() and "borough" not in ours:
        ours["borough"] = pd.Series("borough", ours.index, dtype=object).where(inside, None)
    if not ours[code].is_unique:
        ours.insert(0, PIECE, [f"{PIECE} {number}" for number in range(len(ours))])
    return pieces, ours


def _levels_of(publication: Publication, pieces: pd.DataFrame) -> dict[str, pd.Series]:
    """Group of each piece at each area type that the publication shows."""
    codes = pieces[publication.vintage]
    own = publication.hierarchy.set_index(f"{publication.vintage}cd", drop=False)
    columns = {area_type_of(c) or c: c for c in reversed(own.columns)}
    found = {}
    for kind in publication.cells["area_type"].unique():
        if kind in columns:
            found[kind] = codes.map(own[columns[kind]])
        elif kind == "borough":
            found[kind] = pd.Series("borough", codes.index, dtype=object).where(
                codes.isin(own.index)
            )
    return found


def _members(groups: pd.Series) -> dict[str, tuple[int, ...]]:
    """Pieces of each group, by their position."""
    return {
        str(code): tuple(at)
        for code, at in groups.reset_index(drop=True).groupby(groups.values).indices.items()
    }
