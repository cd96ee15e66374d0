"""Which published counts add up to which: over areas, over sexes, over ages.

Every row of an indicator table becomes a cell, and every way of adding cells up becomes a sum:
its parts less its total make zero. Where groups overlap without a table of their common parts,
those parts become cells too, without a row: nobody printed them, yet subtraction can reach them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from geo.errors import CodeError, TableError, examples
from geo.statistics.checks import require
from geo.tables import VINTAGES, area_type_of, require_unique

PARTS = ["table", "sex", "age", "kind", "area"]
ENGLAND = "E92000001"
OVERALL = {"persons", "person", "people", "all", "total", "both", "both sexes", "all sexes"}
SEXES = {"male", "males", "m", "boys", "female", "females", "f", "girls"}
OTHER = "(the rest)"
OLDEST = 999


@dataclass(frozen=True)
class Sums:
    """Sums as a sparse matrix of +1 (part) and -1 (total), entry by entry.

    Parameters
    ----------
    sum, cell, sign : ndarray, shape (entries,)
        Entry ``i`` says that cell ``cell[i]`` stands in sum ``sum[i]`` with ``sign[i]``.
    sums, cells : int
        How many there are.
    """

    sum: np.ndarray
    cell: np.ndarray
    sign: np.ndarray
    sums: int
    cells: int

    def within(self, cells: np.ndarray) -> "Sums":
        """Cut down to some cells, renumbered; the sums that stand with none of them go."""
        number = np.full(self.cells, -1)
        number[cells] = np.arange(len(cells))
        keep = number[self.cell] >= 0
        used, again = np.unique(self.sum[keep], return_inverse=True)
        return Sums(again, number[self.cell[keep]], self.sign[keep], len(used), len(cells))

    def totals(self, amounts: np.ndarray) -> np.ndarray:
        """Parts less total of every sum, for an amount in each cell."""
        return np.bincount(self.sum, self.sign * amounts[self.cell], self.sums)


@dataclass(frozen=True)
class Lattice:
    """The cells of an indicator table and their sums.

    Parameters
    ----------
    cells : DataFrame
        One row a cell: ``row`` (position in the table; -1 where the table has no such row) and
        the keys ``indicator_id``, ``period``, ``sex``, ``age``, ``area_type``, ``area_code``.
    sums : Sums
        Which cells add up to which.
    parts : list of str
        For each sum, in words, what its parts are.
    """

    cells: pd.DataFrame
    sums: Sums
    parts: list[str]


def lattice(indicators: pd.DataFrame, hierarchy: pd.DataFrame) -> Lattice:
    """Find the cells of an indicator table and every sum that ties them.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators of one or several area types, a row a cell.
    hierarchy : DataFrame
        A row an LSOA: its code (such as ``lsoa21cd``) and the groups that it lies in, one column
        a level, nested or not. A level of the table called ``borough`` is all of it.

    Returns
    -------
    Lattice
        Sums over areas (a group over the coarsest level of the table that nests in it), over
        sexes (``Persons`` over the others) and over ages (bands such as ``0-4`` and ``65+`` over
        the bands that cover them; ``All ages`` over all). An LSOA, sex or age without a row,
        where others of its kind have rows, counts as having nothing to add.

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
    cells = _with_rest(cells, names, "age")
    cells = _with_rest(cells, names, "sex")
    cells = _with_common_parts(cells, names, levels)
    place = _Places(cells, names)
    found = [
        *_over_groups(cells, names, levels, place),
        *_over_labels(cells, names, place, "age"),
        *_over_labels(cells, names, place, "sex"),
    ]
    return Lattice(_named(cells, names), *_joined(found, len(cells)))


class _Places:
    """Finds a cell from the numbers of its keys."""

    def __init__(self, cells: pd.DataFrame, names: dict[str, pd.Index]):
        self.sizes = [len(names[part]) for part in PARTS]
        self.index = pd.Index(self._key(cells))

    def _key(self, cells: pd.DataFrame) -> np.ndarray:
        key = np.zeros(len(cells), dtype=np.int64)
        for part, size in zip(PARTS, self.sizes, strict=True):
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
    for kind in indicators["area_type"].unique():
        if kind in columns:
            found[kind] = hierarchy[columns[kind]].astype(object)
        elif kind == "borough":
            found[kind] = pd.Series("borough", hierarchy.index, dtype=object)
        elif kind == "england":
            if len(hierarchy) == VINTAGES[str(area_type_of(code))]:
                found[kind] = pd.Series(ENGLAND, hierarchy.index, dtype=object)
        else:
            raise CodeError(
                f"Rows of area type {kind} are no level of the hierarchy, which has "
                f"{examples(columns, 9)}; what adds up to them cannot be checked, so add a column "
                f"{kind} to the hierarchy or leave those rows out."
            )
    for kind, groups in found.items():
        codes = indicators.loc[indicators["area_type"] == kind, "area_code"]
        unknown = codes[~codes.isin(groups.dropna())].unique()
        if len(unknown):
            raise CodeError(
                f"{len(unknown)} codes of area type {kind} ({examples(unknown)}) are not in the "
                "hierarchy; use one vintage and one place for both."
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
    kinds = [*levels, *(k for k in indicators["area_type"].unique() if k not in levels)]
    names["kind"] = pd.Index(kinds, dtype=object)
    cells["kind"] = names["kind"].get_indexer(indicators["area_type"])
    codes = [indicators["area_code"].astype(object), *(g.dropna() for g in levels.values())]
    names["area"] = pd.Index(pd.concat(codes).unique())
    cells["area"] = names["area"].get_indexer(indicators["area_code"])
    out = pd.DataFrame(cells).assign(row=np.arange(len(indicators)))
    if (twice := out.duplicated(PARTS)).any():
        raise TableError(
            f"{twice.sum()} of {len(out)} rows stand twice for one area, indicator, period, sex "
            f"and age ({examples(indicators['area_code'].to_numpy()[twice])}); keep one of each."
        )
    return out, names


def _patterns(cells: pd.DataFrame, over: str) -> Iterator[tuple[pd.DataFrame, list[int]]]:
    """Cells that differ in one key alone may add up; by which of its labels they have."""
    fixed = ["table", "kind", "age" if over == "sex" else "sex"]
    if cells[over].nunique() < 2:
        return
    labels = cells.groupby(fixed)[over].transform("nunique")
    for _, group in cells[labels > 1].groupby(fixed):
        yield group, sorted(group[over].unique())


def _with_rest(cells: pd.DataFrame, names: dict[str, pd.Index], over: str) -> pd.DataFrame:
    """Add the sexes or ages that no row is of, but that rows less other rows leave."""
    more = []
    for group, labels in _patterns(cells, over):
        pieces = _pieces(names[over][labels], over)
        for absent in {p for parts in pieces.values() for p in parts} - set(names[over][labels]):
            if absent not in names[over]:
                names[over] = names[over].append(pd.Index([absent], dtype=object))
            number = names[over].get_loc(absent)
            lines = group.drop_duplicates([part for part in PARTS if part != over])
            more.append(lines.assign(**{over: number, "row": -1}))
    return pd.concat([cells, *more], ignore_index=True)


def _pieces(labels: Sequence[str], over: str) -> dict[str, list[str]]:
    """Say what each label that is made of others is made of."""
    if over == "age" and (bands := _bands(labels)):
        return bands
    whole = [label for label in labels if _plain(label) in OVERALL | {"all ages"}]
    parts = [label for label in labels if label not in whole]
    if over == "sex" and len(parts) == 1 and _plain(parts[0]) in SEXES:
        parts = [*parts, OTHER]
    return {label: parts for label in whole if len(parts) > 1}


def _plain(label: str) -> str:
    return str(label).strip().lower()


def _bands(labels: Sequence[str]) -> dict[str, list[str]]:
    """Cut overlapping age bands at all their ends, and say what each is made of."""
    spans = {label: span for label in labels if (span := _span(label)) is not None}
    if len(spans) < 2 or all(_plain(label) in OVERALL | {"all ages"} for label in spans):
        return {}
    ends = sorted({end for span in spans.values() for end in span})
    named = {span: label for label, span in spans.items()}
    steps = list(pairwise(ends))
    out = {}
    for label, (low, high) in spans.items():
        inside = [step for step in steps if low <= step[0] and step[1] <= high]
        if len(inside) > 1 or named[low, high] != label:
            out[label] = [
                named.get(step, f"{step[0]}-{step[1] - 1}" if step[1] < OLDEST else f"{step[0]}+")
                for step in inside
            ]
    return out


def _span(label: str) -> tuple[int, int] | None:
    """First age and age after the last of a band; None where the label tells none.

    Examples
    --------
    >>> _span("0-4 yrs"), _span("65+"), _span("<18 yrs"), _span("All ages"), _span("Not known")
    ((0, 5), (65, 999), (0, 18), (0, 999), None)
    """
    text = _plain(label)
    if text in OVERALL | {"all ages"}:
        return 0, OLDEST
    if found := re.match(r"^(\d+)\s*(?:-|–|to)\s*(\d+)", text):
        return int(found[1]), int(found[2]) + 1
    if found := re.match(r"^(?:(\d+)\s*(?:\+|and over)|(?:over|aged)\s+(\d+)\+)", text):
        return int(found[1] or found[2]), OLDEST
    if found := re.match(r"^(?:<|under)\s*(\d+)", text):
        return 0, int(found[1])
    if found := re.match(r"^(\d+)\s*(?:y.*)?$", text):
        return int(found[1]), int(found[1]) + 1
    return None


def _over_labels(
    cells: pd.DataFrame, names: dict[str, pd.Index], place: _Places, over: str
) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """List sums over sexes or ages: positions of parts and of their totals."""
    for group, labels in _patterns(cells, over):
        for whole, parts in _pieces(names[over][labels], over).items():
            mine = group[group[over].isin(names[over].get_indexer(parts))]
            total = place.find(mine.assign(**{over: names[over].get_loc(whole)}))
            yield mine.index.to_numpy()[total >= 0], total[total >= 0], f"by {over}"


def _with_common_parts(
    cells: pd.DataFrame, names: dict[str, pd.Index], levels: dict[str, pd.Series]
) -> pd.DataFrame:
    """Add the LSOAs where groups overlap and the table has no row of any LSOA."""
    more = []
    lsoa = next(iter(levels))
    for kinds, whole, mine in _by_levels(cells, names, levels):
        if lsoa not in kinds and len(_nested(kinds, whole, levels)) < len(kinds) - 1:
            lines = cells.loc[mine, ["table", "sex", "age"]].drop_duplicates()
            areas = pd.DataFrame({"area": names["area"].get_indexer(levels[lsoa])})
            more.append(lines.merge(areas, how="cross").assign(kind=0, row=-1))
    return pd.concat([cells, *more], ignore_index=True)


def _by_levels(
    cells: pd.DataFrame, names: dict[str, pd.Index], levels: dict[str, pd.Series]
) -> Iterator[tuple[list[str], list[str], np.ndarray]]:
    """Area types that a series has rows of, those of which it has every area, and its cells.

    Series that are alike in both come together.
    """
    series = cells.groupby(["table", "sex", "age"]).ngroup().to_numpy()
    have = np.zeros((series.max(initial=-1) + 1, len(levels)), dtype=int)
    ours = (cells["kind"] < len(levels)).to_numpy()
    np.add.at(have, (series[ours], cells["kind"][ours]), 1)
    # An LSOA without a row has nothing to count; a group without one may only not be printed.
    all_of_them = np.array([1 if k == 0 else g.nunique() for k, g in enumerate(levels.values())])
    extent = (have > 0).astype(int) + (have >= all_of_them)
    patterns, pattern = np.unique(extent, axis=0, return_inverse=True)
    for number, row in enumerate(patterns):
        kinds, whole = (list(names["kind"][: len(levels)][row >= least]) for least in (1, 2))
        yield kinds, whole, pattern[series] == number


def _nested(kinds: list[str], whole: list[str], levels: dict[str, pd.Series]) -> dict[str, str]:
    """For each area type, the coarsest other one that nests in it, of those that are whole."""
    have = [kind for kind in levels if kind in kinds]
    found = {}
    for i, coarse in enumerate(have):
        for fine in [kind for kind in have[:i] if kind in whole]:
            pairs = pd.DataFrame({"fine": levels[fine], "coarse": levels[coarse]})
            pairs = pairs.dropna(how="all").drop_duplicates()
            if pairs["fine"].notna().all() and pairs["fine"].is_unique:
                found[coarse] = fine
    return found


def _over_groups(
    cells: pd.DataFrame, names: dict[str, pd.Index], levels: dict[str, pd.Series], place: _Places
) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """List sums over areas: positions of parts and of their totals."""
    numbers = {kind: names["area"].get_indexer(groups) for kind, groups in levels.items()}
    for kinds, whole, mine in _by_levels(cells, names, levels):
        for coarse, fine in _nested(kinds, whole, levels).items():
            into = np.full(len(names["area"]) + 1, -1)
            into[numbers[fine]] = numbers[coarse]
            into[-1] = -1
            parts = cells[mine & (cells["kind"] == names["kind"].get_loc(fine)).to_numpy()]
            group = into[parts["area"]]
            total = place.find(parts.assign(kind=names["kind"].get_loc(coarse), area=group))
            known = (total >= 0) & (group >= 0)
            yield parts.index.to_numpy()[known], total[known], f"by {fine}"


def _joined(found: list[tuple[np.ndarray, np.ndarray, str]], cells: int) -> tuple[Sums, list[str]]:
    """Give every sum a number, and list their entries together."""
    sums, members, signs = [], [], []
    words: list[str] = []
    for parts, totals, kind in found:
        heads, number = np.unique(totals, return_inverse=True)
        sums += [number + len(words), np.arange(len(heads)) + len(words)]
        members += [parts, heads]
        signs += [np.ones(len(parts)), -np.ones(len(heads))]
        words += [kind] * len(heads)
    nothing = np.array([], dtype=int)
    return Sums(
        np.concatenate([nothing, *sums]),
        np.concatenate([nothing, *members]),
        np.concatenate([np.array([]), *signs]),
        len(words),
        cells,
    ), words


def _named(cells: pd.DataFrame, names: dict[str, pd.Index]) -> pd.DataFrame:
    """Cells with the words behind their numbers."""
    tables = names["table"].take(cells["table"])
    return pd.DataFrame(
        {
            "row": cells["row"].to_numpy(),
            "area_code": names["area"].take(cells["area"]),
            "area_type": names["kind"].take(cells["kind"]),
            "indicator_id": tables.get_level_values(0),
            "period": tables.get_level_values(1),
            "sex": names["sex"].take(cells["sex"]),
            "age": names["age"].take(cells["age"]),
        }
    )
