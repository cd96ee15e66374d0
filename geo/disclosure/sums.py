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
from geo.statistics.table_checks import require
from geo.vocabulary.area_types import area_type_of, require_unique
from geo.vocabulary.releases import VINTAGES

PARTS = ["table", "sex", "age", "kind", "area"]
ENGLAND = "E92000001"
OVERALL = re.compile(
    r"(all|total|both|every|any|either)\b.*|(p|t|persons?|people|everyone|overall|combined)"
)
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

    def none(self) -> "Sums":
        """Keep the cells, without any sum."""
        nothing = np.array([], dtype=int)
        return Sums(nothing, nothing, nothing.astype(float), 0, self.cells)

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
    cells = _with_rest(cells, names, "age")
    cells = _with_rest(cells, names, "sex")
    cells["count"] = cells["count"].where(cells["row"] >= 0)
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
    out = pd.DataFrame(cells).assign(row=np.arange(len(indicators)), count=np.nan)
    if "count" in indicators:
        out["count"] = indicators["count"].to_numpy(dtype=float, na_value=np.nan)
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
        pieces = _pieces(group, names[over], labels, over)
        for absent in {p for parts in pieces.values() for p in parts} - set(names[over][labels]):
            if absent not in names[over]:
                names[over] = names[over].append(pd.Index([absent], dtype=object))
            number = names[over].get_loc(absent)
            lines = group.drop_duplicates([part for part in PARTS if part != over])
            more.append(lines.assign(**{over: number, "row": -1, "count": np.nan}))
    return pd.concat([cells, *more], ignore_index=True)


def _pieces(
    group: pd.DataFrame, names: pd.Index, numbers: list[int], over: str
) -> dict[str, list[str]]:
    """Say what each label that is made of others is made of."""
    labels = list(names[numbers])
    wide = group.pivot_table(
        index=["table", "age" if over == "sex" else "sex", "kind", "area"],
        columns=over,
        values="count",
        aggfunc="sum",
        min_count=1,
        dropna=False,
    ).rename(columns=dict(zip(numbers, labels, strict=True)))
    whole = [label for label in labels if OVERALL.fullmatch(_plain(label))]
    parts = [label for label in labels if label not in whole and label != OTHER]
    if not whole and len(parts) > 2:
        whole = [one for one in parts if _adds_up(wide, one, [p for p in parts if p != one])][:1]
        parts = [label for label in parts if label not in whole]
    out, tiles, base = _bands(parts) if over == "age" else ({}, parts, parts)
    alone = len(base) == 1 and (over == "age" or _plain(base[0]) in SEXES)
    for label in whole:
        rest = OTHER in labels or alone or _contradicts(wide, label, tiles)
        made_of = [*base, OTHER] if rest else base
        if len(made_of) > 1:
            out[label] = made_of
    return out


def _known(wide: pd.DataFrame, whole: str, parts: list[str]) -> pd.DataFrame:
    """Lines in which a label and its parts all have counts."""
    return wide.reindex(columns=[whole, *parts]).dropna()


def _adds_up(wide: pd.DataFrame, whole: str, parts: list[str]) -> bool:
    lines = _known(wide, whole, parts)
    same = (lines[parts].sum(axis=1) - lines[whole]).abs() < 1e-6
    return bool(same.all() and (lines[parts] > 0).sum(axis=1).gt(1).any())


def _contradicts(wide: pd.DataFrame, whole: str, parts: list[str]) -> bool:
    lines = _known(wide, whole, parts)
    return bool(((lines[parts].sum(axis=1) - lines[whole]).abs() > 1e-6).any())


def _plain(label: str) -> str:
    return str(label).strip().lower()


def _bands(labels: Sequence[str]) -> tuple[dict[str, list[str]], list[str], list[str]]:
    """Cut overlapping age bands at all their ends.

    Returns
    -------
    dict, list, list
        What each band that is made of others is made of; bands and other labels that stand side
        by side for all of them; and the finest pieces of all of them.
    """
    spans = {label: span for label in labels if (span := _span(label)) is not None}
    others = [label for label in labels if label not in spans]
    named = {span: label for label, span in spans.items()}
    steps = list(pairwise(sorted({end for span in spans.values() for end in span})))

    def inside(span: tuple[int, int]) -> list[str]:
        return [
            named.get(step, f"{step[0]}-{step[1] - 1}" if step[1] < OLDEST else f"{step[0]}+")
            for step in steps
            if span[0] <= step[0] and step[1] <= span[1]
        ]

    out = {
        label: inside(span)
        for label, span in spans.items()
        if len(inside(span)) > 1 or named[span] != label
    }
    tiles: list[str] = []
    reached = -1
    for (low, high), label in sorted(named.items(), key=lambda item: (item[0][0], -item[0][1])):
        if low >= reached:
            tiles, reached = [*tiles, label], high
    covered = dict.fromkeys(piece for span in spans.values() for piece in inside(span))
    return out, [*tiles, *others], [*covered, *others]


def _span(label: str) -> tuple[int, int] | None:
    """First age and age after the last of a band; None where the label tells none.

    Examples
    --------
    >>> _span("0-4 yrs"), _span("65+"), _span("<18 yrs"), _span("All ages"), _span("Not known")
    ((0, 5), (65, 999), (0, 18), None, None)
    """
    text = _plain(label)
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
        for whole, parts in _pieces(group, names[over], labels, over).items():
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
