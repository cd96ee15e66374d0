"""The cells of an indicator table: a row each, with a number for each of its keys."""

from typing import TypeAlias

import numpy as np
import pandas as pd

from geo.errors import TableError, labelled

KEYS = ["table", "sex", "age", "area_type", "area"]
Names: TypeAlias = dict[str, pd.Index]
"""What the numbers of each key stand for; a table is an indicator in one period."""


def numbered_cells(
    indicators: pd.DataFrame, levels: dict[str, pd.Series]
) -> tuple[pd.DataFrame, Names]:
    """One row a cell with a number for each key, and the names behind the numbers."""
    blank = pd.Series("", indicators.index)
    table, tables = pd.factorize(
        pd.MultiIndex.from_frame(indicators[["indicator_id", "period"]].astype(object))
    )
    cells = {"table": table}
    names: Names = {"table": tables}
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
            f"and age ({labelled(indicators['area_code'].to_numpy()[twice])}); keep one of each."
        )
    return out, names


class CellIndex:
    """Finds a cell from the numbers of its keys."""

    def __init__(self, cells: pd.DataFrame, names: Names):
        self.sizes = [len(names[part]) for part in KEYS]
        self.index = pd.Index(self._key(cells))

    def _key(self, cells: pd.DataFrame) -> np.ndarray:
        key = np.zeros(len(cells), dtype=np.int64)
        for part, size in zip(KEYS, self.sizes, strict=True):
            key = key * size + cells[part].to_numpy()
        return key

    def find(self, cells: pd.DataFrame) -> np.ndarray:
        """Positions of the cells with the keys of these rows; -1 where there is none."""
        return self.index.get_indexer(self._key(cells))


def named_cells(cells: pd.DataFrame, names: Names) -> pd.DataFrame:
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
