"""Which cells add up over areas: groups over the areas that nest in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial

import numpy as np
import pandas as pd

from geo.disclosure.cells import CellIndex, Names, numbers_of
from geo.disclosure.relations import numbered_series
from geo.errors import CodeError, labelled
from geo.vocabulary.area_types import area_type_of, is_code_column, require_unique
from geo.vocabulary.releases import VINTAGES

ENGLAND = "E92000001"
_COMMON = "common parts of "
PIECE = "piece"
"""Column of what is smaller than LSOAs, where those of two vintages cut each other."""


def area_levels(indicators: pd.DataFrame, hierarchy: pd.DataFrame) -> dict[str, pd.Series]:
    """Find the groups of the LSOAs at each area type of the table, finest first.

    Leaves out area types that hold more than the hierarchy does, such as England. Beside those of
    the table there are the other levels of the hierarchy, the common parts of levels that a series
    has rows of while it has none of LSOAs, and the pieces that all levels together make.
    """
    code = next((c for c in hierarchy.columns if area_type_of(c) in VINTAGES), None)
    if code is None:
        raise CodeError(
            f"No column of LSOA codes in the hierarchy, which has the columns "
            f"{labelled(hierarchy.columns, 6)}; it needs a row an LSOA and a column lsoa21cd, "
            "so add that."
        )
    finest = PIECE if PIECE in hierarchy else code
    require_unique(hierarchy[finest], where="the hierarchy")
    columns = {area_type_of(c) or c: c for c in reversed(hierarchy.columns)}
    found = {}
    for area_type in indicators["area_type"].unique():
        if area_type in columns:
            found[area_type] = hierarchy[columns[area_type]].astype(object)
        elif area_type == "borough":
            found[area_type] = pd.Series("borough", hierarchy.index, dtype=object)
        elif area_type == "england":
            if len(hierarchy) == VINTAGES[str(area_type_of(code))]:
                found[area_type] = pd.Series(ENGLAND, hierarchy.index, dtype=object)
        else:
            raise CodeError(
                f"Rows of area type {area_type} are no level of the hierarchy, which has "
                f"{labelled(columns, 9)}; what adds up to them cannot be checked, so add a column "
                f"{area_type} to the hierarchy or leave those rows out."
            )
    kind, code = (indicators[key].to_numpy(dtype=object) for key in ("area_type", "area_code"))
    for area_type, groups in found.items():
        known = set(groups.dropna())
        if unknown := [one for one in pd.unique(code[kind == area_type]) if one not in known]:
            raise CodeError(
                f"{len(unknown)} codes of area type {area_type} ({labelled(unknown)}) are not in "
                "the hierarchy; use one vintage and one place for both."
            )
    first = str(area_type_of(finest) or finest)
    printed = _printed_together(indicators, found, first)
    if printed:
        coded = {kind: c for kind, c in columns.items() if is_code_column(c) and kind != first}
        found |= {kind: hierarchy[c].astype(object) for kind, c in coded.items()}
        for kinds in [*printed, found.keys() - {first}]:
            found[common_parts(kinds)] = _pieces(found, kinds)
    found = dict(sorted(found.items(), key=lambda item: -item[1].nunique()))
    return {first: hierarchy[finest].astype(object)} | found


def common_parts(area_types: Iterable[str]) -> str:
    """Name the level of the parts that the areas of several levels cut each other into."""
    return f"{_COMMON}{', '.join(sorted(area_types))}"


def _common(level: str) -> bool:
    return level.startswith(_COMMON)


def _printed_together(
    indicators: pd.DataFrame, levels: Iterable[str], lsoa: str
) -> list[frozenset[str]]:
    """List sets of levels that some series has rows of, while it has none of LSOAs."""
    rows = indicators[indicators["area_type"].isin(list(levels))]
    pairs = zip(numbered_series(rows)[0].tolist(), rows["area_type"], strict=True)
    sets: dict[int, set[str]] = {}
    for series, area_type in dict.fromkeys(pairs):
        sets.setdefault(series, set()).add(area_type)
    every = dict.fromkeys(frozenset(one) for one in sets.values())
    return [one for one in every if len(one) > 1 and lsoa not in one]


def _pieces(levels: dict[str, pd.Series], kinds: Iterable[str]) -> pd.Series:
    """Which areas of all these levels each LSOA lies in."""
    names = [levels[kind].fillna("").astype(str) for kind in sorted(kinds)]
    return pd.Series([" ∩ ".join(one) for one in zip(*names, strict=True)], names[0].index)


def with_common_parts(
    cells: pd.DataFrame, names: Names, levels: dict[str, pd.Series]
) -> pd.DataFrame:
    """Add what areas have in common where they overlap and the table has no row of any LSOA.

    With them come the areas of the other levels, such as wards of which no figure is shown, and
    the pieces of which all of these are sums.
    """
    more = []
    lsoa, *others = levels
    nests = cache(partial(_nests, levels))
    for area_types, whole, mine in _by_levels(cells, names, levels):
        nested = _nested(
            [area_type for area_type in levels if area_type in area_types], whole, nests
        )
        if lsoa not in area_types and len(nested) < len(area_types) - 1:
            lines = cells.loc[mine, ["table", "sex", "age"]].drop_duplicates()
            absent = [kind for kind in others if kind not in area_types and not _common(kind)]
            pieces = common_parts(kind for kind in others if not _common(kind))
            own = next(k for k in (common_parts(area_types), pieces, lsoa) if k in levels)
            for kind in dict.fromkeys([own, *absent, *([pieces] if absent else [])]):
                found = names["area"].get_indexer(levels[kind].dropna().unique())
                areas = pd.DataFrame({"area": found, "area_type": list(levels).index(kind)})
                more.append(lines.merge(areas, how="cross").assign(row=-1))
    return pd.concat([cells, *more], ignore_index=True)


def _by_levels(
    cells: pd.DataFrame, names: Names, levels: dict[str, pd.Series]
) -> Iterator[tuple[list[str], list[str], np.ndarray]]:
    """Area types that a series has rows of, those of which it has every area, and its cells.

    Series that are alike in both come together.
    """
    line = numbers_of(cells, ["table", "sex", "age"])
    series = np.unique(line, return_inverse=True)[1]
    have = np.zeros((series.max(initial=-1) + 1, len(levels)), dtype=int)
    ours = (cells["area_type"] < len(levels)).to_numpy()
    np.add.at(have, (series[ours], cells["area_type"][ours]), 1)
    # An LSOA without a row has nothing to count; a group without one may only not be printed.
    all_of_them = np.array([1 if kind in VINTAGES else g.nunique() for kind, g in levels.items()])
    extent = (have > 0).astype(int) + (have >= all_of_them)
    patterns, pattern = np.unique(extent, axis=0, return_inverse=True)
    ordered = names["area_type"][: len(levels)]
    for number, row in enumerate(patterns):
        area_types, whole = (list(ordered[row >= least]) for least in (1, 2))
        yield area_types, whole, pattern[series] == number


def _nested(
    area_types: Sequence[str], whole: Sequence[str], nests: Callable[[str, str], bool]
) -> dict[str, str]:
    """For each area type, finest first, the coarsest that nests in it, of those that are whole."""
    found = {}
    for i, coarse in enumerate(area_types):
        for fine in [area_type for area_type in area_types[:i] if area_type in whole]:
            if nests(fine, coarse):
                found[coarse] = fine
    return found


def _nests(levels: dict[str, pd.Series], fine: str, coarse: str) -> bool:
    """Tell whether each area of the fine type lies in one of the coarse type."""
    inner, outer = (pd.factorize(levels[kind].to_numpy(dtype=object))[0] for kind in (fine, coarse))
    somewhere = (inner >= 0) | (outer >= 0)
    inner, outer = inner[somewhere], outer[somewhere] + 1
    pairs = pd.unique(inner * (outer.max(initial=0) + 1) + outer)
    return bool((inner >= 0).all() and len(pairs) == len(pd.unique(inner)))


def over_groups(
    cells: pd.DataFrame, names: Names, levels: dict[str, pd.Series], index: CellIndex
) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """List sums over areas: positions of parts and of their totals."""
    numbers = {level: names["area"].get_indexer(groups) for level, groups in levels.items()}
    type_number = names["area_type"].get_loc
    nests = cache(partial(_nests, levels))
    for area_types, whole, mine in _by_levels(cells, names, levels):
        have = [area_type for area_type in levels if area_type in area_types]
        for coarse, fine in _nested(have, whole, nests).items():
            into = np.full(len(names["area"]) + 1, -1)
            into[numbers[fine]] = numbers[coarse]
            into[-1] = -1
            parts = cells[mine & (cells["area_type"] == type_number(fine)).to_numpy()]
            group = into[parts["area"]]
            total = index.find(parts.assign(area_type=type_number(coarse), area=group))
            known = (total >= 0) & (group >= 0)
            yield parts.index.to_numpy()[known], total[known], f"by {fine}"
