"""Check finished tables for what an outsider can work out: totals less what is printed of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.denominators import denominator_relations
from geo.disclosure.linked_series import label_relations
from geo.disclosure.relation_search import find_relations
from geo.disclosure.relations import Relation, Relations, related
from geo.disclosure.rules import Rule
from geo.errors import TableError
from geo.geography.places import load_place
from geo.notes import Notes, kept_on_error, note
from geo.report.audit.geography import WHOLE, Geography
from geo.report.audit.layout import CELLS, FIGURES, laid_out
from geo.sources.finished import finished_tables

KEY = ["area_type", "area", "series", "period", "sex", "age"]
SERIES = ["series", "period", "sex", "age"]
BASE = "lsoa21"
"""As what the attack is handed the smallest areas, whatever they are."""
_SEARCHED = 12
"""Sums of any two or three of so many series are looked for, each in the areas that tell of it."""


@dataclass(frozen=True)
class FolderAudit:
    """What was read of a folder, and what can be worked out from it.

    Attributes
    ----------
    tables : tuple of str
        Tables of areas that were audited.
    hidden : int
        Cells that they mark as hidden.
    found : DataFrame
        A row for each hidden cell that is not safe: ``where``, ``area``,
        ``series``, ``period``, ``sex``, ``age`` and ``recovered``, from what, in words.
    notes : tuple of str
        What could not be read or checked.
    """

    tables: tuple[str, ...]
    hidden: int
    found: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """A sentence for each cell that can be worked out; no number in it."""
        return [
            f"{one.where}: {' '.join(filter(None, [one.series, one.sex, one.age, one.period]))} of "
            f"{one.area}: {one.recovered}."
            for one in self.found.itertuples()
        ]


def audit_folder(
    folder: str | Path, *, place: str | Path | None = None, rule: Rule | None = None
) -> FolderAudit:
    """Attack the finished tables of a folder together, ours or not.

    Parameters
    ----------
    folder : str or Path
        CSV files, Excel workbooks and GeoPackages in it, and in folders below, are read.
    place : str or Path, optional
        A known place or a folder with ``place.toml``, which says what groups areas lie in; beside
        it, tables that list areas with their groups say so themselves.
    rule : Rule, optional
        Which numbers are too small; counts of 1 to 4 where not given.

    Returns
    -------
    FolderAudit

    Raises
    ------
    GeoError
        If there is no folder or no table in it, or no such place.

    Notes
    -----
    A series of numbers is attacked where some of it is hidden: by a sign (``c``, ``*``, ``<5``), a
    state, or a blank. What adds up is taken from words (sexes, ages, totals), from the groups that
    areas lie in, and from the numbers themselves. Numbers that stand in one table and are hidden in
    another are found first.
    """
    notes: Notes = []
    with kept_on_error(notes):
        tables = finished_tables(Path(folder), notes)
        geography = Geography.of(tables, None if place is None else load_place(place))
    parts = [part for table in tables if len(part := laid_out(table, geography))]
    cells = pd.concat([pd.DataFrame(columns=CELLS), *parts], ignore_index=True)
    cells, elsewhere = _together(cells)
    found = [elsewhere, *_attacks(cells, geography, rule or Rule(), notes)]
    columns = ["where", *KEY, "recovered"]
    every = pd.concat([part.reindex(columns=columns) for part in found], ignore_index=True)
    return FolderAudit(
        tables=tuple(dict.fromkeys(cells["where"])),
        hidden=int(cells["hidden"].sum()),
        found=every.drop_duplicates(KEY).reset_index(drop=True),
        notes=tuple(notes),
    )


def _together(cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the cells of all tables together, and find those that one table hides and another tells.

    A series is the same in two tables where it has the same name and no cell contradicts.
    """
    cells = cells.astype({"hidden": bool} | dict.fromkeys(FIGURES, float))
    cells = cells.astype(dict.fromkeys([*KEY, "where"], "str"))
    cells = _apart(_dated(cells))
    shown = cells["count"].fillna(cells["value"]).notna() & ~cells["hidden"]
    cells = cells.assign(shown=shown)
    keys = cells.groupby(KEY, sort=False, dropna=False)
    told = keys["shown"].transform("any") & cells["hidden"]
    where = cells["where"].where(shown).groupby([cells[key] for key in KEY], sort=False)
    found = cells[told].assign(recovered="it is printed in " + where.transform("first")[told])
    merged = keys.agg(
        where=("where", "first"),
        count=("count", "first"),
        denominator=("denominator", "first"),
        value=("value", "first"),
        hidden=("hidden", "any"),
        shown=("shown", "any"),
    ).reset_index()
    merged["hidden"] &= ~merged.pop("shown")
    return merged, found.drop_duplicates(KEY)


def _dated(cells: pd.DataFrame) -> pd.DataFrame:
    """Give series without a period, which other tables have of one, the latest of them.

    Columns of layers are named by indicator, sex and age in one.
    """
    split = (cells["series"] + " " + cells["sex"] + " " + cells["age"]).str.strip()
    split = split.str.replace(r"\s+", " ", regex=True)
    dated = cells["period"].ne("")
    latest = cells[dated].groupby(split[dated])["period"].max()
    first = cells[dated].groupby(split[dated])[["series", "sex", "age"]].first()
    loose = ~dated & split.isin(latest.index)
    cells = cells.copy()
    cells.loc[loose, "period"] = split[loose].map(latest)
    for key in ("series", "sex", "age"):
        cells.loc[loose, key] = split[loose].map(first[key])
    return cells


def _apart(cells: pd.DataFrame) -> pd.DataFrame:
    """Name series of one name apart, by their table, where they contradict each other."""
    cells = cells.copy()
    for name, rows in cells.groupby("series", sort=False):
        taken: dict[tuple[str, ...], float] = {}
        for where, own in rows.groupby("where", sort=False):
            numbers = own.melt(KEY, ["count", "value"], "quantity", "number").dropna()
            keys = numbers[[*KEY, "quantity"]].itertuples(index=False, name=None)
            told = dict(zip(keys, numbers["number"], strict=True))
            if any(abs(taken.get(key, n) - n) > 1e-3 * n for key, n in told.items()):
                cells.loc[own.index, "series"] = f"{name} ({where})"
            else:
                taken |= told
    return cells


def _attacks(
    cells: pd.DataFrame, geography: Geography, rule: Rule, notes: Notes
) -> Iterator[pd.DataFrame]:
    """Attack the cells of each kind of smallest areas with all that is made of them."""
    sizes = cells.groupby("area_type")["area"].nunique().sort_values(ascending=False)
    left = [kind for kind in sizes.index if kind != WHOLE]
    while left:
        base = left[0]
        groups = geography.levels.get(base, pd.DataFrame())
        linked = [kind for kind in left if kind == base or kind in groups]
        own = cells[cells["area_type"].isin([*linked, WHOLE])]
        if own["hidden"].any():
            yield from _attack(own, base, groups, rule, notes)
        left = [kind for kind in left if kind not in linked]


def _attack(
    cells: pd.DataFrame, base: str, groups: pd.DataFrame, rule: Rule, notes: Notes
) -> Iterator[pd.DataFrame]:
    names = cells.loc[cells["area_type"] == base, "area"].unique()
    hierarchy = groups.reindex(groups.index.union(names)).rename_axis("lsoa21cd").reset_index()
    kept = [k for k in groups if k in set(cells["area_type"]) and k != WHOLE]
    hierarchy = hierarchy[["lsoa21cd", *kept]].astype(object)
    hierarchy = hierarchy[hierarchy["lsoa21cd"].isin(names)] if not kept else hierarchy
    table = _as_published(cells, base)
    relations = _relations(table)
    for part in _blocks(table, relations):
        found = _audited(part, hierarchy, rule, relations)
        if found is not None:
            yield _named(found, cells, base)
            continue
        for where, own in part.groupby(cells["where"]):  # tables that are not of the same thing
            found = _audited(own, hierarchy, rule, relations)
            if found is None:
                note(notes, f"The totals in {where} contradict each other; it is not audited.")
            else:
                yield _named(found, cells, base)


def _as_published(cells: pd.DataFrame, base: str) -> pd.DataFrame:
    """Cells as the attack takes them: each period a series of its own, no periods to subtract."""
    state = np.where(
        cells["hidden"], "suppressed", np.where(cells["count"].isna(), "missing", "value")
    )
    state = np.where(cells["count"].eq(0), "zero", state)
    return pd.DataFrame(
        {
            "area_code": cells["area"],
            "area_type": cells["area_type"].replace({base: BASE}),
            "indicator_id": cells["series"] + "|" + cells["period"],
            "period": "2024",
            "sex": cells["sex"],
            "age": cells["age"],
            "count": cells["count"],
            "denominator": cells["denominator"],
            "value": cells["value"].where(cells["denominator"].notna()),
            "state": state,
        },
        index=cells.index,
    )


def _relations(table: pd.DataFrame) -> Relations:
    """Find the sums in words, and those that the numbers show, in all series and in three."""
    known = label_relations(table)
    found = known.and_more(find_relations(table, known))
    found = found.and_more(denominator_relations(table, found))
    series = table[["indicator_id", "sex", "age"]].drop_duplicates()
    if len(series) > _SEARCHED:
        return found
    for some in combinations(series.itertuples(index=False, name=None), 3):
        rows = table[pd.MultiIndex.from_frame(table[["indicator_id", "sex", "age"]]).isin(some)]
        found = found.and_more(find_relations(rows, found))
    return found


def _blocks(table: pd.DataFrame, relations: Sequence[Relation]) -> Iterator[pd.DataFrame]:
    """Give the series that hide something, with those that they add up with."""
    block = related(table["indicator_id"], relations, 0)
    for _, part in table.groupby(table["indicator_id"].map(block), sort=False):
        if part["state"].eq("suppressed").any():
            yield part


def _audited(
    part: pd.DataFrame,
    hierarchy: pd.DataFrame,
    rule: Rule,
    relations: Sequence[Relation],
) -> pd.DataFrame | None:
    """Attack with all that the tables tell; with less where that contradicts itself, or not."""
    bare = part.assign(denominator=np.nan, value=np.nan)
    zeros = Rule(counts_under=rule.counts_under, hide_zeros=True)
    for table, used in ((_with_unit(part), rule), (bare, rule), (bare, zeros)):
        try:
            return audit_disclosure(table, hierarchy, rule=used, relations=relations)
        except TableError:
            continue
    return None


def _with_unit(part: pd.DataFrame) -> pd.DataFrame:
    """Tell measure and multiplier of each series from its counts, denominators and values."""
    times = part["value"] / (part["count"] / part["denominator"]).where(part["count"] > 0)
    usual = times.groupby(part["indicator_id"]).transform("median")
    unit = 10 ** np.log10(usual).round()
    fits = (usual / unit - 1).abs() < 0.02
    over = (part["count"] > part["denominator"]).groupby(part["indicator_id"]).transform("any")
    measure = np.where((unit > 100) | over, "rate", "proportion")
    return part.assign(
        multiplier=unit.where(fits, 100.0),
        measure=measure,
        value=part["value"].where(fits),
    )


def _named(found: pd.DataFrame, cells: pd.DataFrame, base: str) -> pd.DataFrame:
    """Give the hidden cells among those found, with the tables they stand in."""
    if found.empty:
        return found
    found = found.assign(
        area=found["area_code"],
        area_type=found["area_type"].replace({BASE: base}),
        series=found["indicator_id"].str.partition("|")[0],
        period=found["indicator_id"].str.partition("|")[2],
        recovered=found["recovered"]
        .str.replace(f"by {BASE}", f"by {base}")
        .str.replace(f"{BASE} ", f"{base} ")
        .str.replace(f"{WHOLE} {WHOLE}", "the total"),
    )
    return found.merge(cells.loc[cells["hidden"], ["where", *KEY]], on=KEY)
