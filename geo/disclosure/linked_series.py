"""Which cells add up over series: sexes and ages by their words, others by their relations."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from geo.disclosure.categories import composition, is_told
from geo.disclosure.cells import KEYS, CellIndex, Names, numbered_cells, numbers_of
from geo.disclosure.denominators import denominator_relations
from geo.disclosure.relation_search import find_relations
from geo.disclosure.relations import (
    LabelKey,
    Relation,
    Relations,
    Series,
    declared_relations,
    with_blanks,
)
from geo.statistics.series import SERIES_KEYS


def _categories(cells: pd.DataFrame, over: str) -> Iterator[tuple[pd.DataFrame, list[int]]]:
    """Cells that differ in one key alone may add up; by which of its labels they have."""
    label = cells[over].to_numpy()
    if not len(label) or (label == label[0]).all():
        return
    line = numbers_of(cells, ["table", "area_type", "age" if over == "sex" else "sex"])
    line = np.unique(line, return_inverse=True)[1]
    order = np.argsort(line, kind="stable")
    for own in np.split(order, np.cumsum(np.bincount(line))[:-1]):
        if len(labels := np.unique(label[own])) > 1:
            yield cells.iloc[own], labels.tolist()


def with_rest(
    cells: pd.DataFrame, names: Names, over: str, round_to: int, told: Sequence[Relation]
) -> pd.DataFrame:
    """Add the sexes or ages that no row is of, but that rows less other rows leave."""
    more = []
    settled = Relations(told).made_of
    for group, labels in _categories(cells, over):
        _, made_of = _composition(cells, group, names, labels, over, round_to, settled)
        for absent in {p for parts in made_of.values() for p in parts} - set(names[over][labels]):
            if absent not in names[over]:
                names[over] = names[over].append(pd.Index([absent], dtype=object))
            number = names[over].get_loc(absent)
            lines = group.drop_duplicates([part for part in KEYS if part != over])
            more.append(lines.assign(**{over: number, "row": -1, "count": np.nan}))
    return pd.concat([cells, *more], ignore_index=True) if more else cells


def _composition(
    cells: pd.DataFrame,
    group: pd.DataFrame,
    names: Names,
    numbers: list[int],
    over: str,
    round_to: int,
    settled: Mapping[LabelKey, dict[str, list[str]]],
) -> tuple[LabelKey, dict[str, list[str]]]:
    """Say what each label that is made of others is made of, by the counts of the whole table.

    Cells that were added say nothing of it. What was settled before counts were hidden holds.
    """
    number = group["table"].iat[0]
    label = cells[over].to_numpy()
    mine = (cells["table"].to_numpy() == number) & np.isin(label, numbers)
    given = set(label[mine & (cells["row"].to_numpy() >= 0)].tolist()) or set(numbers)
    labels = [names[over][k] for k in numbers if k in given]
    key = (names["table"][number], over, frozenset(labels))
    if key in settled:
        return key, settled[key]
    known = cells[mine & cells["count"].notna().to_numpy()]
    line = numbers_of(known, ["age" if over == "sex" else "sex", "area_type", "area"])
    line = np.unique(line, return_inverse=True)[1]
    counts = np.full((line.max(initial=-1) + 1, len(numbers)), np.nan)
    counts[line, np.searchsorted(numbers, known[over])] = known["count"]
    columns = names[over][numbers]
    return key, composition(labels, pd.DataFrame(counts, columns=columns), over, round_to)


def over_labels(
    cells: pd.DataFrame,
    names: Names,
    index: CellIndex,
    over: str,
    round_to: int,
    told: Sequence[Relation],
) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """List sums over sexes or ages that are not told: positions of parts and of their totals."""
    keys = {relation.key for relation in told}
    settled = Relations(told).made_of
    for group, labels in _categories(cells, over):
        _, made_of = _composition(cells, group, names, labels, over, round_to, settled)
        for whole, parts in made_of.items():
            if _label_relation(group, names, over, whole, parts).key in keys:
                continue
            mine = group[group[over].isin(names[over].get_indexer(parts))]
            total = index.find(mine.assign(**{over: names[over].get_loc(whole)}))
            yield mine.index.to_numpy()[total >= 0], total[total >= 0], f"by {over}"


def label_relations(indicators: pd.DataFrame, *, round_to: int = 1) -> Relations:
    """Relations that the words for sexes and ages tell of series that are all there."""
    cells, names = numbered_cells(indicators, {})
    settled: dict[LabelKey, dict[str, list[str]]] = {}
    found = []
    for over in ("age", "sex"):
        for group, labels in _categories(cells, over):
            key, made_of = _composition(cells, group, names, labels, over, round_to, settled)
            settled[key] = made_of
            found += [
                _label_relation(group, names, over, whole, parts)
                for whole, parts in made_of.items()
                if set(parts) <= set(names[over][labels])
            ]
    return Relations({relation.key: relation for relation in found}.values(), settled)


def _label_relation(
    group: pd.DataFrame, names: Names, over: str, whole: str, parts: list[str]
) -> Relation:
    """Give the relation of a whole and its parts, in cells that differ in sex or age alone."""
    other = "sex" if over == "age" else "age"
    table = names["table"][group["table"].iat[0]]
    fixed = names[other][group[other].iat[0]]

    def series(label: str) -> Series:
        return (*table, *((fixed, label) if over == "age" else (label, fixed)))

    return Relation.total(series(whole), map(series, parts))


def with_related(
    cells: pd.DataFrame, names: Names, relations: Sequence[Relation]
) -> tuple[pd.DataFrame, list[tuple[np.ndarray, np.ndarray, str]]]:
    """List sums over series, and add the cells that nobody printed and sums run over.

    These are cells of areas that another series of the relation has a row of, what is left of a
    total beside the parts that are named, and the sum that two sides have in common.
    """
    tables = {key: at for at, key in enumerate(names["table"])}
    found = []
    for number, relation in enumerate(relations):
        keys = [
            key
            for series in relation.series
            if (key := _series_key(series, tables, names)) is not None
        ]
        if len(keys) < len(relation.series):
            continue
        signs = [sign for _, sign in relation.signs]
        both = relation.rest or signs.count(-1) > 1
        label = f"(what {number} leaves)" if relation.rest else f"(sum {number})"
        if both:
            names["age"] = names["age"].append(pd.Index([label], dtype=object))
            keys.append((*keys[-1][:2], len(names["age"]) - 1))
        cells, at = _of_all_areas(cells, keys)
        parts = [k for k, sign in enumerate(signs) if sign > 0]
        totals = [k for k, sign in enumerate(signs) if sign < 0]
        if relation.rest:
            parts.append(len(signs))
        elif both:
            found.append(_sums(at[:, totals], at[:, -1], relation))
            totals = [len(signs)]
        found.append(_sums(at[:, parts], at[:, totals[0]], relation))
    return cells, found


def _of_all_areas(
    cells: pd.DataFrame, keys: list[tuple[int, int, int]]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Positions of the cells of each series (columns) in each area (rows); absent ones are added.

    An LSOA without a row, where its series has others, has nothing to add: -1.
    """
    table, sex, age, kind = (cells[k].to_numpy() for k in ("table", "sex", "age", "area_type"))
    mine = np.array([(table == a) & (sex == b) & (age == c) for a, b, c in keys])
    own = np.flatnonzero(mine.any(axis=0))
    number = pd.factorize(numbers_of(cells.iloc[own], ["area_type", "area"]))[0]
    first = np.unique(number, return_index=True)[1]
    areas, lsoa = cells.iloc[own[first]][["area_type", "area"]], kind[own[first]] == 0
    at = np.full((len(areas), len(keys)), -1)
    added = [cells]
    size = len(cells)
    for k, key in enumerate(keys):
        its_own = mine[k, own]
        at[number[its_own], k] = own[its_own]
        lacking = (at[:, k] < 0) & ~(lsoa & (kind[own[its_own]] == 0).any())
        if lacking.any():
            more = dict(zip(("table", "sex", "age"), key, strict=True))
            added.append(areas[lacking].assign(**more, row=-1, count=np.nan))
            at[lacking, k] = np.arange(lacking.sum()) + size
            size += int(lacking.sum())
    return (pd.concat(added, ignore_index=True) if len(added) > 1 else cells), at


def _series_key(
    series: Series, tables: dict[tuple[str, str], int], names: Names
) -> tuple[int, int, int] | None:
    """Numbers of a series' table, sex and age; None where the table has no such series."""
    indicator, period, sex, age = series
    if (indicator, period) not in tables or sex not in names["sex"] or age not in names["age"]:
        return None
    return tables[indicator, period], names["sex"].get_loc(sex), names["age"].get_loc(age)


def _sums(
    parts: np.ndarray, total: np.ndarray, relation: Relation
) -> tuple[np.ndarray, np.ndarray, str]:
    """Positions of the parts and of their totals, in the areas that have a total."""
    kept = (parts >= 0) & (total >= 0)[:, None]
    totals = np.broadcast_to(total[:, None], parts.shape)
    return parts[kept], totals[kept], f"by {relation.over}"


def unexplained(indicators: pd.DataFrame, relations: Sequence[Relation]) -> pd.DataFrame:
    """Categories of which neither words, counts nor declarations say how they add up.

    Returns
    -------
    DataFrame
        ``indicator_id``, ``over`` (sex or age) and ``label``, a row each; only where a series has
        more than one category.
    """
    related = {series for relation in relations for series in relation.series}
    series = with_blanks(indicators)[list(SERIES_KEYS)].drop_duplicates()
    loose = ~pd.Series(list(series.itertuples(index=False, name=None)), series.index).isin(related)
    found = []
    for over in ("sex", "age"):
        several = series.groupby("indicator_id")[over].transform("nunique") > 1
        mine = series[several & loose]
        mine = mine[~mine[over].map(lambda label, over=over: is_told(label, over)).astype(bool)]
        labels = mine[["indicator_id", over]].drop_duplicates()
        found.append(labels.rename(columns={over: "label"}).assign(over=over))
    return pd.concat(found, ignore_index=True)[["indicator_id", "over", "label"]]


def relations_between(
    indicators: pd.DataFrame, catalogue: pd.DataFrame | None = None, *, round_to: int = 1
) -> Relations:
    """Relations that are declared, that words tell, and that the numbers show beyond those."""
    told = label_relations(indicators, round_to=round_to)
    known = Relations([*declared_relations(indicators, catalogue), *told], told.made_of)
    known = known.and_more(find_relations(indicators, known))
    return known.and_more(denominator_relations(indicators, known))
