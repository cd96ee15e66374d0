"""Linked tables: which published counts add up to which, over areas, over sexes, over ages.

Every row of an indicator table becomes a cell, and every way of adding cells up becomes an
additivity constraint: its parts less its total make zero. Where groups overlap without a table of
their common parts, those parts become cells too, without a row: nobody printed them, yet
subtraction can reach them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.disclosure.categories import composition
from geo.disclosure.constraints import AdditivityConstraints
from geo.errors import CodeError, TableError, examples
from geo.statistics.table_checks import require
from geo.vocabulary.area_types import area_type_of, require_unique
from geo.vocabulary.releases import VINTAGES

KEYS = ["table", "sex", "age", "area_type", "area"]
ENGLAND = "E92000001"


@dataclass(frozen=True)
class LinkedTables:
    """The cells of an indicator table and the constraints that link them.

    Parameters
    ----------
    cells : DataFrame
        One row a cell: ``row`` (position in the table; -1 where the table has no such row) and
        the keys ``indicator_id``, ``period``, ``sex``, ``age``, ``area_type``, ``area_code``.
    constraints : AdditivityConstraints
        Which cells add up to which.
    parts : list of str
        For each constraint, in words, what its parts are.
    """

    cells: pd.DataFrame
    constraints: AdditivityConstraints
    parts: list[str]


def link_tables(
    indicators: pd.DataFrame, hierarchy: pd.DataFrame, *, round_to: int = 1
) -> LinkedTables:
    """Find the cells of an indicator table and every constraint that links them.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators of one or several area types, a row a cell.
    hierarchy : DataFrame
        A row an LSOA: its code (such as ``lsoa21cd``) and the groups that it lies in, one column
        a level, nested or not. A level of the table called ``borough`` is all of it.
    round_to : int
        To multiples of which the counts are rounded, so that parts need not add up.

    Returns
    -------
    LinkedTables
        Sums over areas (a group over the coarsest level of the table that nests in it), over
        sexes and over ages: ``Persons``, ``All ages``, ``Total`` and the like, or a label that
        is the sum of the others in every row, over the others; bands such as ``0-4`` and ``65+``
        over the bands that cover them. Where the counts say that the others are not the whole,
        what is left over is a cell too. An LSOA, sex or age without a row, where others of its
        kind have rows, counts as having nothing to add.

    Raises
    ------
    CodeError
        If an LSOA stands twice, an area type is no level of the hierarchy, or a code is not in
        it.
    TableError
        If a column is absent or a row stands twice.
    """
    require(indicators, ["area_code", "area_type", "indicator_id", "period"])
    levels = _levels(indicators, hierarchy)
    cells, names = _numbered(indicators, levels)
    cells = _with_rest(cells, names, "age", round_to)
    cells = _with_rest(cells, names, "sex", round_to)
    cells["count"] = cells["count"].where(cells["row"] >= 0)
    cells = _with_common_parts(cells, names, levels)
    index = _CellIndex(cells, names)
    found = [
        *_over_groups(cells, names, levels, index),
        *_over_labels(cells, names, index, "age", round_to),
        *_over_labels(cells, names, index, "sex", round_to),
    ]
    pairs = ((parts, total) for parts, total, _ in found)
    return LinkedTables(
        cells=_named(cells, names),
        constraints=AdditivityConstraints.of(pairs, len(cells)),
        parts=[words for _, total, words in found for _ in np.unique(total)],
    )


class _CellIndex:
    """Finds a cell from the numbers of its keys."""

    def __init__(self, cells: pd.DataFrame, names: dict[str, pd.Index]):
        self.sizes = [len(names[part]) for part in KEYS]
        self.index = pd.Index(self._key(cells))

    def _key(self, cells: pd.DataFrame) -> np.ndarray:
        key = np.zeros(len(cells), dtype=np.int64)
        for part, size in zip(KEYS, self.sizes, strict=True):
            key = key * size + cells[part].to_numpy()
        return key

    def find(self, cells: pd.DataFrame) -> np.ndarray:
        return self.index.get_indexer(self._key(cells))


def _levels(indicators: pd.DataFrame, hierarchy: pd.DataFrame) -> dict[str, pd.Series]:
    """Find the groups of the LSOAs at each area type of the table, finest first.

    Leaves out area types that hold more than the hierarchy does, such as England.
    """
    code = next((c for c in hierarchy.columns if area_type_of(c) in VINTAGES), None)
    if code is None:
        raise CodeError(
            f"No column of LSOA codes in the hierarchy, which has the columns "
            f"{examples(hierarchy.columns, 6)}; it needs a row an LSOA and a column lsoa21cd."
        )
    require_unique(hierarchy[code], where="the hierarchy")
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
                f"{examples(columns, 9)}; what adds up to them cannot be checked, so add a column "
                f"{area_type} to the hierarchy or leave those rows out."
            )
    for area_type, groups in found.items():
        codes = indicators.loc[indicators["area_type"] == area_type, "area_code"]
        unknown = codes[~codes.isin(groups.dropna())].unique()
        if len(unknown):
            raise CodeError(
                f"{len(unknown)} codes of area type {area_type} ({examples(unknown)}) are not in "
                "the hierarchy; use one vintage and one place for both."
            )
    lsoa = str(area_type_of(code))
    found = dict(sorted(found.items(), key=lambda item: -item[1].nunique()))
    return {lsoa: hierarchy[code].astype(object)} | found


def _numbered(
    indicators: pd.DataFrame, levels: dict[str, pd.Series]
) -> tuple[pd.DataFrame, dict[str, pd.Index]]:
    """One row a cell with a number for each key, and the names behind the numbers."""
    blank = pd.Series("", indicators.index)
    table, tables = pd.factorize(
        pd.MultiIndex.from_frame(indicators[["indicator_id", "period"]].astype(object))
    )
    cells = {"table": table}
    names: dict[str, pd.Index] = {"table": tables}
    for key in ("sex", "age"):
        labels = indicators[key].astype(object).fillna("") if key in indicators else blank
        cells[key], names[key] = pd.factorize(labels)
    area_types = [*levels, *(k for k in indicators["area_type"].unique() if k not in levels)]
    names["area_type"] = pd.Index(area_types, dtype=object)
    cells["area_type"] = names["area_type"].get_indexer(indicators["area_type"])
    codes = [indicators["area_code"].astype(object), *(g.dropna() for g in levels.values())]
    names["area"] = pd.Index(pd.concat(codes).unique())
    cells["area"] = names["area"].get_indexer(indicators["area_code"])
    out = pd.DataFrame(cells).assign(row=np.arange(len(indicators)), count=np.nan)
    if "count" in indicators:
        out["count"] = indicators["count"].to_numpy(dtype=float, na_value=np.nan)
    if (twice := out.duplicated(KEYS)).any():
        raise TableError(
            f"{twice.sum()} of {len(out)} rows stand twice for one area, indicator, period, sex "
            f"and age ({examples(indicators['area_code'].to_numpy()[twice])}); keep one of each."
        )
    return out, names


def _categories(cells: pd.DataFrame, over: str) -> Iterator[tuple[pd.DataFrame, list[int]]]:
    """Cells that differ in one key alone may add up; by which of its labels they have."""
    fixed = ["table", "area_type", "age" if over == "sex" else "sex"]
    if cells[over].nunique() < 2:
        return
    labels = cells.groupby(fixed)[over].transform("nunique")
    for _, group in cells[labels > 1].groupby(fixed):
        yield group, sorted(group[over].unique())


def _with_rest(
    cells: pd.DataFrame, names: dict[str, pd.Index], over: str, round_to: int
) -> pd.DataFrame:
    """Add the sexes or ages that no row is of, but that rows less other rows leave."""
    more = []
    for group, labels in _categories(cells, over):
        made_of = _composition(group, names[over], labels, over, round_to)
        for absent in {p for parts in made_of.values() for p in parts} - set(names[over][labels]):
            if absent not in names[over]:
                names[over] = names[over].append(pd.Index([absent], dtype=object))
            number = names[over].get_loc(absent)
            lines = group.drop_duplicates([part for part in KEYS if part != over])
            more.append(lines.assign(**{over: number, "row": -1, "count": np.nan}))
    return pd.concat([cells, *more], ignore_index=True)


def _composition(
    group: pd.DataFrame, names: pd.Index, numbers: list[int], over: str, round_to: int
) -> dict[str, list[str]]:
    """Say what each label that is made of others is made of."""
    labels = list(names[numbers])
    counts = group.pivot_table(
        index=["table", "age" if over == "sex" else "sex", "area_type", "area"],
        columns=over,
        values="count",
        aggfunc="sum",
        min_count=1,
        dropna=False,
    ).rename(columns=dict(zip(numbers, labels, strict=True)))
    return composition(labels, counts, over, round_to)


def _over_labels(
    cells: pd.DataFrame, names: dict[str, pd.Index], index: _CellIndex, over: str, round_to: int
) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """List sums over sexes or ages: positions of parts and of their totals."""
    for group, labels in _categories(cells, over):
        for whole, parts in _composition(group, names[over], labels, over, round_to).items():
            mine = group[group[over].isin(names[over].get_indexer(parts))]
            total = index.find(mine.assign(**{over: names[over].get_loc(whole)}))
            yield mine.index.to_numpy()[total >= 0], total[total >= 0], f"by {over}"


def _with_common_parts(
    cells: pd.DataFrame, names: dict[str, pd.Index], levels: dict[str, pd.Series]
) -> pd.DataFrame:
    """Add the LSOAs where groups overlap and the table has no row of any LSOA."""
    more = []
    lsoa = next(iter(levels))
    for area_types, whole, mine in _by_levels(cells, names, levels):
        if lsoa not in area_types and len(_nested(area_types, whole, levels)) < len(area_types) - 1:
            lines = cells.loc[mine, ["table", "sex", "age"]].drop_duplicates()
            areas = pd.DataFrame({"area": names["area"].get_indexer(levels[lsoa])})
            more.append(lines.merge(areas, how="cross").assign(area_type=0, row=-1))
    return pd.concat([cells, *more], ignore_index=True)


def _by_levels(
    cells: pd.DataFrame, names: dict[str, pd.Index], levels: dict[str, pd.Series]
) -> Iterator[tuple[list[str], list[str], np.ndarray]]:
    """Area types that a series has rows of, those of which it has every area, and its cells.

    Series that are alike in both come together.
    """
    series = cells.groupby(["table", "sex", "age"]).ngroup().to_numpy()
    have = np.zeros((series.max(initial=-1) + 1, len(levels)), dtype=int)
    ours = (cells["area_type"] < len(levels)).to_numpy()
    np.add.at(have, (series[ours], cells["area_type"][ours]), 1)
    # An LSOA without a row has nothing to count; a group without one may only not be printed.
    all_of_them = np.array([1 if k == 0 else g.nunique() for k, g in enumerate(levels.values())])
    extent = (have > 0).astype(int) + (have >= all_of_them)
    patterns, pattern = np.unique(extent, axis=0, return_inverse=True)
    ordered = names["area_type"][: len(levels)]
    for number, row in enumerate(patterns):
        area_types, whole = (list(ordered[row >= least]) for least in (1, 2))
        yield area_types, whole, pattern[series] == number


def _nested(
    area_types: list[str], whole: list[str], levels: dict[str, pd.Series]
) -> dict[str, str]:
    """For each area type, the coarsest other one that nests in it, of those that are whole."""
    have = [area_type for area_type in levels if area_type in area_types]
    found = {}
    for i, coarse in enumerate(have):
        for fine in [area_type for area_type in have[:i] if area_type in whole]:
            pairs = pd.DataFrame({"fine": levels[fine], "coarse": levels[coarse]})
            pairs = pairs.dropna(how="all").drop_duplicates()
            if pairs["fine"].notna().all() and pairs["fine"].is_unique:
                found[coarse] = fine
    return found


def _over_groups(
    cells: pd.DataFrame, names: dict[str, pd.Index], levels: dict[str, pd.Series], index: _CellIndex
) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """List sums over areas: positions of parts and of their totals."""
    numbers = {level: names["area"].get_indexer(groups) for level, groups in levels.items()}
    type_number = names["area_type"].get_loc
    for area_types, whole, mine in _by_levels(cells, names, levels):
        for coarse, fine in _nested(area_types, whole, levels).items():
            into = np.full(len(names["area"]) + 1, -1)
            into[numbers[fine]] = numbers[coarse]
            into[-1] = -1
            parts = cells[mine & (cells["area_type"] == type_number(fine)).to_numpy()]
            group = into[parts["area"]]
            total = index.find(parts.assign(area_type=type_number(coarse), area=group))
            known = (total >= 0) & (group >= 0)
            yield parts.index.to_numpy()[known], total[known], f"by {fine}"


def _named(cells: pd.DataFrame, names: dict[str, pd.Index]) -> pd.DataFrame:
    """Cells with the words behind their numbers."""
    tables = names["table"].take(cells["table"])
    return pd.DataFrame(
        {
            "row": cells["row"].to_numpy(),
            "area_code": names["area"].take(cells["area"]),
            "area_type": names["area_type"].take(cells["area_type"]),
            "indicator_id": tables.get_level_values(0),
            "period": tables.get_level_values(1),
            "sex": names["sex"].take(cells["sex"]),
            "age": names["age"].take(cells["age"]),
        }
    )
