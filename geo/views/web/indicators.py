"""Indicators as the map holds them: classes and numbers of every area, one short text each.

Classes and states are those of the Tartan Rug, by its own rules. Numbers that may not be shown are
taken out here, so that no page can hold them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views import classes as rug_cells
from geo.views.indicator_rows import indicator_rows
from geo.views.style.credits import NOT_PUBLIC, forbids
from geo.views.style.wording import caption_of
from geo.views.web.encoding import encode_classes, encode_numbers
from geo.views.web.legend import CLASSIFICATIONS, LEVELS, WITHOUT_COLOUR
from geo.views.web.payload import Indicator, IndicatorColumn, PackedNumbers
from geo.vocabulary.indicators import SERIES, states_of
from geo.vocabulary.measures import GOOD, STATES

WHOLE = "borough"
"""Area type of the row that stands for the whole place."""
_INTERVALS_UP_TO = 3000
"""Above this many areas intervals stay out: they would be two thirds of the numbers."""
_USED = ("count", "value", "lower_ci", "upper_ci", "benchmark_value", "comparison", "quantile",
         "decimals", "confidential", "rule")  # fmt: skip


def map_indicators(
    published: Published,
    codes: pd.Series,
    vintage: str,
    groups: Mapping[str, Sequence[str]],
) -> list[Indicator]:
    """Arrange the latest period of each indicator for the areas and groups of a map.

    Parameters
    ----------
    published : Published
        What ``geo.compare`` returns. Rows of areas that are not on the map are left aside.
    codes : Series
        Codes of the areas, in the order of the map.
    vintage : str
        Area type of the codes.
    groups : mapping
        Names of the groups of each level, in order, by area type.

    Returns
    -------
    list of Indicator
        One an indicator, in the order of the rug.

    Raises
    ------
    TableError
        If a column is absent, no row is of the map's areas, a row stands twice, or a word is
        unknown.
    """
    _require_columns(published.table)
    table, column = _on_the_map(published.table, codes, vintage, groups)
    keys = [key for key in SERIES if key in table.columns]
    table, column = _latest(published.showing(table), column, len(codes))
    series = table.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    first = np.unique(series, return_index=True)[1]
    facts = indicator_rows(table.iloc[first], published.catalogue)
    rows = _row_of(table.iloc[first], facts, keys)[series]
    cells = _cells(table)
    kinds = [vintage, *groups, WHOLE]
    sizes = [len(codes), *(len(names) for names in groups.values()), 1]
    starts = dict(zip(kinds, np.cumsum([0, *sizes[:-1]]).tolist(), strict=True))
    at = rows * sum(sizes) + column
    _require_one_each(at, table)
    decimals = facts["decimals"]
    grid = {name: _grid(values, at, len(facts), sum(sizes)) for name, values in cells.items()}
    alone = ~facts["indicator_id"].duplicated(keep=False)
    made = []
    for row, fact in enumerate(facts.to_dict("records")):
        areas = {
            kind: _column(grid, row, slice(starts[kind], starts[kind] + size), int(decimals[row]))
            for kind, size in zip(kinds, sizes, strict=True)
        }
        target = grid["benchmark"][row]
        made.append(_entry(fact, alone[row], int(decimals[row]), target, areas, vintage))
    return made


def _require_columns(comparisons: pd.DataFrame) -> None:
    needed = ["area_code", "area_type", "indicator_id", "period", "value", "benchmark_value"]
    absent = [name for name in needed if name not in comparisons.columns]
    if absent or not {"comparison", "quantile"} & set(comparisons.columns):
        raise TableError(
            f"No column {examples(absent or ['comparison'], 9)} in the indicators; the map needs "
            "what geo.compare returns, so pass that."
        )
    for name in needed[:4]:
        if blank := int(comparisons[name].isna().sum()):
            raise TableError(
                f"{blank} of {len(comparisons)} rows of the indicators have no {name}; every row "
                "needs one, so complete or remove them."
            )
    if "state" in comparisons:
        wrong = set(comparisons["state"].dropna().unique()) - set(STATES)
        if wrong:
            raise TableError(
                f"State {examples(sorted(wrong))} is unknown; allowed are {', '.join(STATES)}."
            )


def _on_the_map(
    comparisons: pd.DataFrame,
    codes: pd.Series,
    vintage: str,
    groups: Mapping[str, Sequence[str]],
) -> tuple[pd.DataFrame, np.ndarray]:
    """Keep the rows of the areas, groups and place; say for each in which column it stands."""
    kinds = comparisons["area_type"].astype(str).to_numpy()
    column = np.full(len(comparisons), -1)
    start = 0
    for kind, names in ((vintage, codes), *groups.items()):
        rows = kinds == kind
        found = pd.Index(names).get_indexer(comparisons.loc[rows, "area_code"])
        column[rows] = np.where(found < 0, -1, found + start)
        start += len(names)
    column[kinds == WHOLE] = start
    if not ((column >= 0) & (column < len(codes))).any():
        raise TableError(
            f"No row of the indicators is of an area of the map: they have area types "
            f"{examples(sorted(set(kinds)), 6)}, and the map's areas are {vintage} "
            f"({examples(codes)}). Give indicators of these areas."
        )
    used = [*SERIES, *_USED, "area_code", "area_type", "period", "state"]
    table = comparisons[[name for name in dict.fromkeys(used) if name in comparisons]]
    if (column >= 0).all():
        return table.reset_index(drop=True), column
    return table[column >= 0].reset_index(drop=True), column[column >= 0]


def _latest(
    published: Published, column: np.ndarray, areas: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """Keep the latest period that the areas have of an indicator, or the groups that alone do."""
    kept = published.in_latest(column < areas, others=True).to_numpy()
    return published.table[kept].reset_index(drop=True), column[kept]


def _row_of(firsts: pd.DataFrame, facts: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """In which row of the facts each series stands."""

    def index(table: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(table[keys].astype(object).fillna(""))

    return index(facts).get_indexer(index(firsts))


def _require_one_each(at: np.ndarray, table: pd.DataFrame) -> None:
    twice = pd.Series(at).duplicated().to_numpy()
    if twice.any():
        named = table.loc[twice, "area_code"].astype(str) + " " + table.loc[twice, "indicator_id"]
        raise TableError(
            f"{twice.sum()} rows of the indicators stand more than once ({examples(named)}); each "
            "area may have one an indicator and period, so remove the others."
        )


def _cells(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Numbers, states and classes of each row; nothing that may not be shown is left in them."""

    def numbers(name: str) -> np.ndarray:
        if name not in table:
            return np.full(len(table), np.nan)
        return pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)

    value = numbers("value")
    undivided = np.isnan(value) & (numbers("count") > 0)
    if "state" in table:
        undivided &= table["state"].eq("value").to_numpy()
    if undivided.any():
        bare = sorted(table.loc[undivided, "indicator_id"].unique())
        raise TableError(
            f"{len(bare)} indicators ({examples(bare)}) have counts but no values; give them "
            "through geo.proportion, geo.rate or geo.aggregate before geo.compare."
        )
    if np.isinf(value).any():
        raise TableError("A number of the indicators is infinite; leave it empty if not known.")
    # the rug's rules are asked once for each combination that occurs, not once a row
    kinds = pd.DataFrame({"value": np.where(np.isnan(value), np.nan, (value != 0).astype(float))})
    for name in ("state", "comparison", "quantile"):
        kinds[name] = table[name].to_numpy() if name in table else None
    combination, unique = pd.factorize(
        pd.MultiIndex.from_frame(kinds.astype(object)), use_na_sentinel=False
    )
    each = unique.to_frame(index=False).set_axis(kinds.columns, axis=1)
    each["value"] = each["value"].astype(float)
    each["state"] = states_of(each["value"], each["state"])
    nowhere = np.zeros(len(each), dtype=bool)
    found: dict[str, np.ndarray] = {}
    for scheme, classes in CLASSIFICATIONS.items():
        names = rug_cells.cell_classes(each, nowhere, LEVELS[scheme])
        place = {name: number for number, name in enumerate(classes)}
        found[scheme] = np.array([place[name] for name in names])[combination]
    hidden = np.isin(each["state"], WITHOUT_COLOUR[1:])[combination]
    for name, column in (("value", "value"), ("lower", "lower_ci"), ("upper", "upper_ci")):
        found[name] = np.where(hidden, np.nan, numbers(column))
    return found | {"benchmark": numbers("benchmark_value")}


def _grid(values: np.ndarray, at: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Lay values out as indicators by areas; what no row tells of is missing."""
    whole = values.dtype.kind == "i"
    grid = np.full(rows * columns, -1 if whole else np.nan, dtype=values.dtype)
    grid[at] = values
    return grid.reshape(rows, columns)


def _column(
    grid: Mapping[str, np.ndarray], row: int, part: slice, decimals: int
) -> IndicatorColumn | None:
    """One indicator of one kind of area; None if nothing is known of any."""
    classes = {scheme: grid[scheme][row, part] for scheme in CLASSIFICATIONS}
    if (classes["england"] < 0).all():
        return None

    def numbers(name: str) -> PackedNumbers:
        return encode_numbers(grid[name][row, part], decimals)

    column: IndicatorColumn = {"values": numbers("value")}
    if part.stop - part.start <= _INTERVALS_UP_TO and not np.isnan(grid["lower"][row, part]).all():
        column["lower"], column["upper"] = numbers("lower"), numbers("upper")
    known = {
        scheme: np.where(of < 0, CLASSIFICATIONS[scheme].index("missing"), of)
        for scheme, of in classes.items()
    }
    coloured = {
        scheme
        for scheme, of in known.items()
        if (of < CLASSIFICATIONS[scheme].index(WITHOUT_COLOUR[0])).any()
    }
    if "england" in coloured or not coloured:
        column["england"] = encode_classes(known["england"])
    if "fifths" in coloured:
        column["fifths"] = encode_classes(known["fifths"])
    return column


def _entry(
    fact: Mapping[str, Any],
    alone: bool,
    decimals: int,
    target: np.ndarray,
    areas: dict[str, IndicatorColumn | None],
    vintage: str,
) -> Indicator:
    known = target[~np.isnan(target)]
    split = [str(fact[key]) for key in SERIES[1:] if fact.get(key) not in (None, "", "all")]
    return {
        "id": "/".join([str(fact["indicator_id"]), *([] if alone else split)]),
        "name": str(fact["name"]),
        "label": str(fact["label"]),
        "who": ", ".join(split),
        "group": str(fact["group"]),
        "unit": str(fact["unit"]),
        "period": str(fact["period"]),
        "source": caption_of(
            str(fact["source"]), NOT_PUBLIC if forbids(str(fact["licence"])) else ""
        ),
        "good": GOOD[fact["polarity"]],
        "benchmark": round(float(known[0]), decimals + 3) if len(known) else None,
        "decimals": decimals,
        "areas": areas.pop(vintage),
        "groups": {kind: column for kind, column in areas.items() if column},
    }
