"""What stands in each cell of the Tartan Rug: class, state, text, and the words for a reader.

A cell is one area and one indicator. Numbers that may not be printed are taken out here, so that
no output can hold them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views.cell_words import reasons_of, texts_of
from geo.views.indicator_rows import indicator_rows
from geo.vocabulary.area_types import area_type, kind_and_year
from geo.vocabulary.indicators import SERIES, WITHOUT_NUMBERS, states_of, with_fifths
from geo.vocabulary.measures import STATES

ENGLAND = "england"
NUMBERS = ("value", "lower_ci", "upper_ci", "count", "denominator", "benchmark_value")
PLACES = ("place", "among", "at_least")
"""Place of a value among how many areas of England; how many areas lack in a sum."""
_OF_BENCHMARK = ("benchmark_value", "comparison")
TESTED = ("much_worse", "worse", "similar", "better", "much_better", "lower", "higher")
"""Classes of what a test compares with the benchmark."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The rug as three tables that belong together.

    Attributes
    ----------
    indicators : DataFrame
        A row an indicator, in order: ``label``, ``group``, ``unit``, ``period``, ``polarity``,
        ``decimals``, ``confidential`` and what else the catalogue says.
    areas : DataFrame
        A row an area, in order, the areas of reference first: ``area_code``, ``area_type``,
        ``name``, ``group``, ``reference``.
    cells : DataFrame
        A row a cell: ``row`` and ``column`` (places in the other two), numbers, ``state``,
        ``shown`` (class), ``text`` and ``note``.
    rule : str
        Rule of disclosure control that the confidential numbers follow; empty if there are none.
    against : mapping
        With whom else areas are compared, and what to call each: ``cells`` has ``shown_<name>``
        and ``benchmark_value_<name>`` of it.
    """

    indicators: pd.DataFrame
    areas: pd.DataFrame
    cells: pd.DataFrame
    rule: str
    against: Mapping[str, str] = field(default_factory=dict)

    def grid(self, column: str) -> np.ndarray:
        """Give one column of the cells as an array of indicators by areas."""
        shape = (len(self.indicators), len(self.areas))
        return self.cells[column].to_numpy(dtype=object).reshape(shape)

    def among(self, columns: Sequence[int]) -> "Cells":
        """Keep some of the areas, in their order."""
        places = {column: at for at, column in enumerate(columns)}
        kept = self.cells[self.cells["column"].isin(places)]
        kept = kept.assign(column=kept["column"].map(places)).reset_index(drop=True)
        areas = self.areas.iloc[list(columns)].reset_index(drop=True)
        return Cells(self.indicators, areas, kept, self.rule, self.against)

    def with_trends(self, trends: pd.DataFrame | None) -> "Cells":
        """Add the recent trend of each cell, where there is one and the cell shows a number."""
        if trends is not None:
            own = _with_trends(self.cells, self.indicators, self.areas, trends)
        return self if trends is None else replace(self, cells=own)

    @property
    def own(self) -> pd.DataFrame:
        """Cells of the areas the rug is about, without those of reference."""
        return self.cells[~self.areas["reference"].to_numpy()[self.cells["column"]]]

    def counts(self, column: str) -> dict[str, int]:
        """Count the cells of each class (``shown``) or state, areas of reference left out."""
        return {str(k): int(v) for k, v in self.own[column].value_counts().items()}

    @property
    def tested(self) -> int:
        """How many of the cells compare an area with the benchmark by a test."""
        return int(self.own["shown"].isin(TESTED).sum())

    @property
    def compared(self) -> pd.Series:
        """Which of the own cells are compared; fifths count where nothing is tested."""
        shown = self.own["shown"]
        judged = shown.isin(TESTED)
        return judged if judged.any() else shown.str.startswith("fifth")

    @property
    def judgeable(self) -> np.ndarray:
        """Which of the indicators are such that high or low is good.

        Where no catalogue says it of an indicator, what the comparisons call worse or better does.
        """
        called = self.own.loc[self.own["shown"].str.endswith(("worse", "better")), "row"].unique()
        unsaid = self.indicators["confidential"].isna() & self.indicators.index.isin(called)
        good = self.indicators["polarity"].ne("no_judgement") | unsaid
        return good.to_numpy(dtype=bool)

    @property
    def has_judgement(self) -> np.ndarray:
        """Which of the own cells are of indicators where high or low is good."""
        return self.judgeable[self.own["row"]]

    @property
    def judged(self) -> pd.Series:
        """Which of the own cells could be worse: compared, and of indicators with a judgement."""
        return self.compared & self.has_judgement

    @property
    def has_fifths(self) -> bool:
        """Whether any cell, be it of an area for reference, is placed among England's areas."""
        return bool(self.cells["shown"].str.startswith("fifth").any())

    @property
    def placed(self) -> int:
        """How many of the own cells are placed among England's areas, without a test."""
        return int(self.own["shown"].str.startswith("fifth").sum())


def rug_cells(
    comparisons: Published,
    *,
    areas: str,
    references: Sequence[str],
    groups: Mapping[str, str] | None,
    benchmark: str,
    levels: int | str,
    against: Mapping[str, str] = MappingProxyType({}),
) -> Cells:
    """Arrange comparisons as areas by indicators, each with its latest period.

    Parameters are those of `geo.views.rug.tartan_rug`, and so are the errors.
    """
    table = _checked(comparisons.table, levels)
    shown = _of_type(table, areas)
    columns = _areas(table, shown, references, groups, benchmark)
    rows = table[table["area_code"].isin(columns["area_code"])]
    latest = _latest(comparisons.showing(rows), shown)
    table, rule = latest.table, latest.rule
    facts = indicator_rows(table, comparisons.catalogue)
    cells = _dense(table, facts, columns, against)
    itself = _is(columns, benchmark)[cells["column"]]
    cells["value"] = cells["value"].where(
        ~itself | cells["value"].notna(), cells["benchmark_value"]
    )
    cells["state"] = states_of(cells["value"], cells["state"])
    cells.loc[cells["state"].isin(WITHOUT_NUMBERS), list(NUMBERS[:5])] = np.nan
    unsaid = facts["confidential"].isna().to_numpy(dtype=bool)[cells["row"]]
    cells.loc[unsaid, ["count", "denominator"]] = np.nan
    _require_benchmark(itself, benchmark, levels)
    cells["shown"] = cell_classes(cells, itself, levels)
    without = facts["standardised"].eq(True).to_numpy(dtype=bool)[cells["row"]]
    cells.loc[itself & without & cells["state"].eq("missing"), "shown"] = "benchmark"
    cells["state"] = np.where(
        (cells["shown"] == "not_compared") & (cells["state"] == "value"),
        "not_compared",
        cells["state"],
    )
    for name in against:
        other = cells.assign(comparison=cells[f"comparison_{name}"])
        cells[f"shown_{name}"] = cell_classes(other, _is(columns, name)[cells["column"]], levels)
    cells["text"] = texts_of(cells, facts)
    cells["note"] = reasons_of(cells, facts)
    return Cells(facts, columns, cells.assign(trend="", judgement=""), rule, against)


def _checked(comparisons: pd.DataFrame, levels: int | str) -> pd.DataFrame:
    needed = ["area_code", "area_type", "indicator_id", "period", "value", "benchmark_value"]
    needed += ["quantile" if levels == "quintiles" else "comparison"]
    if absent := [name for name in needed if name not in comparisons.columns]:
        raise TableError(
            f"No column {examples(absent, 9)} in the comparisons; the rug needs what geo.compare "
            "returns, so pass that."
        )
    if not len(comparisons):
        raise TableError("The comparisons have no row, so there is nothing to show; add some.")
    for key in needed[:4]:
        if blank := int(comparisons[key].isna().sum()):
            raise TableError(
                f"{blank} of {len(comparisons)} rows of the comparisons have no {key}; every cell "
                "of the rug needs one, so complete or remove them."
            )
    table = pd.DataFrame(comparisons).reset_index(drop=True)
    wrong = set() if "state" not in table else set(table["state"].dropna()) - set(STATES)
    if wrong:
        raise TableError(f"State {examples(sorted(wrong))} is unknown; allowed are {STATES}.")
    return table


def _of_type(table: pd.DataFrame, areas: str) -> str:
    """Find the area type that a reader's word means, such as wd24 for ward."""
    kinds = table["area_type"].astype(str).unique()
    matches = [k for k in kinds if k == areas] or [
        k for k in kinds if areas in (kind_and_year(k)[0], area_type(k).singular)
    ]
    if len(matches) != 1:
        raise TableError(
            f"{len(matches)} area types of the comparisons are {areas!r}; they have "
            f"{examples(kinds, 9)}, so name one of these in areas."
        )
    return matches[0]


def _areas(
    table: pd.DataFrame,
    shown: str,
    references: Sequence[str],
    groups: Mapping[str, str] | None,
    benchmark: str,
) -> pd.DataFrame:
    """List the columns: England and other areas of reference, then the areas by group."""
    named = "area_name" if "area_name" in table else "area_code"
    found = table[["area_code", "area_type", named]].drop_duplicates(["area_code", "area_type"])
    found = found.set_axis(["area_code", "area_type", "name"], axis=1)
    found["name"] = [_area_name(*row) for row in found.itertuples(index=False)]
    order = {kind: at for at, kind in enumerate(references)}
    is_benchmark = _is(found, benchmark)
    kept = found["area_type"].isin([shown, *references]) | is_benchmark
    found = found[kept].assign(
        reference=(found["area_type"] != shown)[kept],
        rank=np.where(is_benchmark[kept], -1, found.loc[kept, "area_type"].map(order).fillna(99)),
    )
    headings = dict(groups or {})
    heading = [str(headings.get(code, "")) for code in found["area_code"]]
    found["group"] = np.where(found["reference"], "For reference", heading)
    if (found["area_code"].duplicated()).any():
        twice = found.loc[found["area_code"].duplicated(), "area_code"]
        raise TableError(
            f"{len(twice)} area codes ({examples(twice)}) stand for areas of two types, which the "
            "rug cannot tell apart; give them codes of their own."
        )
    sequence = {name: at for at, name in enumerate(dict.fromkeys((groups or {}).values()))}
    found["sequence"] = found["group"].map(sequence).fillna(len(sequence))
    found = found.sort_values(
        ["reference", "rank", "sequence", "name"],
        ascending=[False, True, True, True],
        kind="stable",
    )
    return found.drop(columns=["rank", "sequence"]).reset_index(drop=True)


def _area_name(code: str, kind: str, name: str) -> str:
    if name != code and not pd.isna(name):
        return str(name)
    return {ENGLAND: "England", "borough": "Borough"}.get(kind, str(code))


def _is(areas: pd.DataFrame, benchmark: str) -> np.ndarray:
    return (areas[["area_type", "area_code"]] == benchmark).any(axis=1).to_numpy()


def _latest(rows: Published, shown: str) -> Published:
    """Keep the latest period of each indicator, sex and age that the areas have."""
    keys = [key for key in SERIES if key in rows.table]
    table = rows.table.assign(**{key: rows.table[key].astype(object).fillna("") for key in keys})
    table = table[rows.in_latest(table["area_type"] == shown)].reset_index(drop=True)
    twice = table.duplicated([*keys, "area_code"])
    if twice.any():
        named = table.loc[twice, "area_code"] + " " + table.loc[twice, "indicator_id"]
        raise TableError(
            f"{twice.sum()} cells of the rug have more than one row in the comparisons "
            f"({examples(named)}); each area may have one an indicator and period, so remove the "
            "others."
        )
    return rows.showing(table)


def _dense(
    table: pd.DataFrame, facts: pd.DataFrame, areas: pd.DataFrame, against: Iterable[str]
) -> pd.DataFrame:
    """One row for every indicator and area, whether the table has one or not."""
    keys = [key for key in SERIES if key in table.columns]
    index = pd.MultiIndex.from_frame(facts[keys]) if len(keys) > 1 else pd.Index(facts[keys[0]])
    of = pd.MultiIndex.from_frame(table[keys]) if len(keys) > 1 else pd.Index(table[keys[0]])
    row = index.get_indexer(of)
    column = pd.Index(areas["area_code"]).get_indexer(table["area_code"])
    place = row * len(areas) + column
    wanted = [
        *NUMBERS,
        *PLACES,
        "among_type",
        "is_among",
        "comparison",
        "quantile",
        "state",
        "note",
    ]
    wanted += ["estimated", *(f"{what}_{name}" for name in against for what in _OF_BENCHMARK)]
    cells = table.reindex(columns=wanted).set_index(place)
    cells = cells.reindex(range(len(facts) * len(areas)))
    cells[[*NUMBERS, *PLACES]] = cells[[*NUMBERS, *PLACES]].apply(pd.to_numeric).astype(float)
    if np.isinf(cells[list(NUMBERS)].to_numpy()).any():
        raise TableError("A number of the comparisons is infinite; leave it empty if not known.")
    target = cells.groupby(cells.index // len(areas))["benchmark_value"].transform("first")
    kinds = pd.Series(np.tile(areas["area_type"].to_numpy(), len(facts)), cells.index)
    alike = kinds.eq(cells["among_type"]) | kinds.eq("borough")
    return cells.assign(
        row=np.repeat(np.arange(len(facts)), len(areas)),
        column=np.tile(np.arange(len(areas)), len(facts)),
        benchmark_value=target,
        at_least=cells["at_least"].fillna(0).astype(int),
        estimated=cells["estimated"].eq(True),
        among_type=cells["among_type"].astype(object).where(cells["among_type"].notna(), ""),
        is_among=cells["is_among"].where(cells["is_among"].notna(), alike).astype(bool),
        note=cells["note"].astype(object).where(cells["note"].notna(), ""),
    ).reset_index(drop=True)


def _require_benchmark(itself: np.ndarray, benchmark: str, levels: int | str) -> None:
    if levels == "quintiles" or itself.any():
        return
    raise TableError(
        f"No row of the comparisons is {benchmark!r}, which the rug compares with; keep the rows "
        "of England in the table, or name another benchmark."
    )


def cell_classes(cells: pd.DataFrame, itself: np.ndarray, levels: int | str) -> np.ndarray:
    """Class of each cell: what it is coloured by; a value that is placed has its fifth."""
    if levels == "quintiles":
        fifth = cells["quantile"].astype("Int64")
        fifths = ("fifth_" + fifth.astype("string")).astype(object)
        coloured = fifths.where(fifth.notna(), "not_compared")
    else:
        coloured = cells["comparison"].astype(object).where(cells["comparison"].notna(), "")
        coloured = coloured.replace("", "not_compared")
        wrong = set(coloured) - {*TESTED, "not_compared"}
        if wrong:
            raise TableError(
                f"Comparison {examples(sorted(wrong))} is unknown; allowed are "
                f"{', '.join(TESTED)} and not_compared."
            )
        if levels == 3:
            coloured = coloured.str.removeprefix("much_")
        if "place" in cells:
            coloured = with_fifths(coloured, cells)
    without = cells["state"].isin(WITHOUT_NUMBERS)
    return np.select([without, itself], [cells["state"], "benchmark"], coloured)


def _with_trends(
    cells: pd.DataFrame, facts: pd.DataFrame, areas: pd.DataFrame, trends: pd.DataFrame
) -> pd.DataFrame:
    keys = [key for key in SERIES if key in trends.columns and key in facts.columns]
    left = cells[["row", "column"]].assign(
        area_code=areas["area_code"].to_numpy()[cells["column"]],
        **{key: facts[key].to_numpy()[cells["row"]] for key in keys},
    )
    right = trends.drop_duplicates([*keys, "area_code"])
    found = left.merge(right[[*keys, "area_code", "trend", "judgement"]], how="left")
    known = found["trend"].isin(["increasing", "decreasing", "no_change"]).to_numpy()
    known = known & ~cells["state"].isin(WITHOUT_NUMBERS).to_numpy()
    return cells.assign(
        trend=np.where(known, found["trend"], ""),
        judgement=np.where(known, found["judgement"].fillna(""), ""),
    )
