"""The cells of an indicator table: a row each, with a number for each of its keys."""

from typing import TypeAlias

import numpy as np
import pandas as pd

from geo.errors import TableError, labelled
from geo.statistics.series import series_words

KEYS = ["table", "sex", "age", "area_type", "area"]
Names: TypeAlias = dict[str, pd.Index]
"""What the numbers of each key stand for; a table is an indicator in one period."""


def numbered_cells(
    indicators: pd.DataFrame, levels: dict[str, pd.Series]
) -> tuple[pd.DataFrame, Names]:
    """One row a cell with a number for each key, and the names behind the numbers."""
    words = series_words(indicators)
    (indicator, ids), (period, periods) = (
        pd.factorize(words[key]) for key in ("indicator_id", "period")
    )
    table, both = pd.factorize(indicator * max(len(periods), 1) + period)
    codes = np.divmod(both, max(len(periods), 1))
    tables = pd.MultiIndex([ids, periods], codes, names=["indicator_id", "period"])
    cells = {"table": table}
    names: Names = {"table": tables}
    for key in ("sex", "age"):
        cells[key], unique = pd.factorize(words[key])
        names[key] = pd.Index(unique, dtype=object)
    area_types = [*levels, *(k for k in indicators["area_type"].unique() if k not in levels)]
    names["area_type"] = pd.Index(area_types, dtype=object)
    cells["area_type"] = names["area_type"].get_indexer(indicators["area_type"])
    area_codes = indicators["area_code"].to_numpy(dtype=object)
    groups = (each.dropna().to_numpy(dtype=object) for each in levels.values())
    area, areas = pd.factorize(np.concatenate([area_codes, *groups]))
    names["area"] = pd.Index(areas, dtype=object)
    cells["area"] = area[: len(area_codes)]
    out = pd.DataFrame(cells).assign(row=np.arange(len(indicators)), count=np.nan)
    if "count" in indicators:
        out["count"] = indicators["count"].to_numpy(dtype=float, na_value=np.nan)
    if (twice := CellIndex(out, names).index.duplicated()).any():
        raise TableError(
            f"{twice.sum()} of {len(out)} rows stand twice for one area, indicator, period, sex "
            f"and age ({labelled(area_codes[twice])}); keep one of each."
        )
    return out, names


def numbers_of(cells: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """One number for each combination of the numbers of some keys, in their order."""
    code = np.zeros(len(cells), dtype=np.int64)
    for key in keys:
        number = cells[key].to_numpy()
        code = code * (int(number.max(initial=0)) + 1) + number
    return code


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
