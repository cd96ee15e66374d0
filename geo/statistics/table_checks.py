"""What every statistic asks of its input: columns that are there, numbers that can be, groups."""

from collections.abc import Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from geo.errors import TableError, examples, without_figures
from geo.vocabulary.area_types import code_columns
from geo.vocabulary.measures import STATES

Confidence = float | Sequence[float]


def require(table: pd.DataFrame, columns: Sequence[str], *, where: str = "the table") -> None:
    """Raise ``TableError`` if a column is absent or stands twice."""
    if absent := [column for column in columns if column not in table.columns]:
        raise TableError(
            f"No column {examples(absent, 6)} in {where}, which has the columns "
            f"{examples(table.columns, 6)}; add or rename it."
        )
    if not table.columns.is_unique and (
        twice := [column for column in columns if (table.columns == column).sum() > 1]
    ):
        raise TableError(
            f"More than one column is named {examples(twice, 6)} in {where}; keep one of each name."
        )


def refuse(
    table: pd.DataFrame,
    wrong: np.ndarray | pd.Series,
    column: str,
    allowed: str,
    *,
    public: bool = False,
) -> None:
    """Raise ``TableError`` naming the rows where ``wrong`` holds and the values they have.

    Figures are told where they are known to be ``public``, or a column ``confidential`` says no.
    """
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return
    code = next(
        (c for c in ("area_code", *code_columns(table.columns).values()) if c in table), None
    )
    labels = table.index if code in (None, column) else pd.Index(table[code])
    told = np.full(len(table), public)
    if "confidential" in table:
        told |= table["confidential"].eq(False).fillna(False).to_numpy(dtype=bool)
    found = examples(
        f"{value if told[row] else without_figures(value)} "
        f"(row {label if labels is table.index else without_figures(label)})"
        for value, label, row in zip(table[column].iloc[rows], labels[rows], rows, strict=True)
    )
    raise TableError(
        f"{len(rows)} of {len(table)} rows have {column} {found}; {allowed}, so correct the table."
    )


def numbers(table: pd.DataFrame, column: str, *, lowest: float = 0) -> np.ndarray:
    """Read a column as floats, missing as NaN, and refuse what is no number from ``lowest`` up."""
    values = table[column]
    if not is_numeric_dtype(values) or values.dtype.kind in "bc":
        values = values.astype(object)
        number = np.array([_is_number(value) for value in values], dtype=bool)
        wrong = ~number & values.notna().to_numpy()
        refuse(table, wrong, column, "allowed are numbers, not text or true and false")
        values = values.where(number, np.nan).astype(float)
    array = values.to_numpy(dtype=float, na_value=np.nan)
    # NaN fails the comparison, so a column without missing values costs two passes and no mask.
    if len(array) and not (lowest <= array.min() > -np.inf and array.max() < np.inf):
        allowed = "allowed are finite numbers" + (" from 0 up" if lowest == 0 else "")
        refuse(table, (array < lowest) | np.isinf(array), column, allowed)
    return array


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def suppressed(table: pd.DataFrame) -> np.ndarray | None:
    """Rows whose state is suppressed; None if there is no such column.

    A word that is no state is refused: a count marked "Suppressed" must not slip through.
    """
    if "state" not in table.columns:
        return None
    state = table["state"]
    if not set(state.dropna().unique()) <= set(STATES):
        wrong = state.notna() & ~state.isin(STATES)
        refuse(table, wrong, "state", f"allowed are {', '.join(STATES)}")
    return state.eq("suppressed").fillna(False).to_numpy(dtype=bool)


def counts(table: pd.DataFrame) -> np.ndarray:
    """Read the column ``count``, with suppressed rows as missing."""
    x = numbers(table, "count")
    hidden = suppressed(table)
    return x if hidden is None else np.where(hidden, np.nan, x)


def names_in(by: str | Sequence[str]) -> list[str]:
    """List the column names in ``by``: one or several, each once."""
    names = [by] if isinstance(by, str) else list(by)
    if not names or len(set(names)) < len(names):
        raise TableError(f"by is {by!r}; give the name of one column, or several different ones.")
    return names


def group_keys(
    table: pd.DataFrame, by: str | Sequence[str], *, taken: Sequence[str] = ()
) -> list[str]:
    """Columns to group by, checked: present, with a name in every row, and no name ``taken``."""
    keys = names_in(by)
    if clash := [key for key in keys if key in taken]:
        raise TableError(
            f"Groups cannot be told by {examples(clash)}, a column that the result has itself; "
            "rename it."
        )
    require(table, keys)
    for key in keys:
        refuse(table, table[key].isna(), key, "every row needs a group")
    return keys


def confidence_levels(confidence: Confidence) -> list[tuple[float, str]]:
    """Confidence levels, each with the ending of its columns; the first has none."""
    levels: list[Any] = list(np.atleast_1d(np.asarray(confidence, dtype=object)))
    if not levels or not all(_is_number(level) and 0 < level < 1 for level in levels):
        raise TableError(
            f"The confidence is {confidence}; give a share between 0 and 1, such as 0.95, or "
            "several, such as (0.95, 0.998)."
        )
    return [(float(level), f"_{1000 * level:g}" if i else "") for i, level in enumerate(levels)]


def require_multiplier(multiplier: float, *, negative: bool = False) -> None:
    """Raise ``TableError`` if the unit of the result is no number above (or other than) zero."""
    size = abs(multiplier) if negative and _is_number(multiplier) else multiplier
    if not (_is_number(size) and 0 < size < np.inf):
        allowed = "other than 0" if negative else "above 0"
        raise TableError(f"The multiplier is {multiplier}; give a number {allowed}, such as 100.")


def require_each_once(values: pd.Series, name: str) -> None:
    """Raise ``TableError`` if an area stands twice in the index of ``values``."""
    if values.index.has_duplicates:
        twice = values.index[values.index.duplicated()].unique()
        raise TableError(
            f"In {name} there is more than one value for {examples(twice)}; keep one for each area."
        )
