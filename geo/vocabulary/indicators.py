"""Facts of an indicator that every output shows alike."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

SERIES = ("indicator_id", "sex", "age")
"""What tells one series of figures from another, where the table has it."""
WITHOUT_NUMBERS = ("suppressed", "missing")
"""States in which there is no number to be shown."""


def states_of(value: pd.Series, given: pd.Series | None = None) -> pd.Series:
    """Tell value, zero, suppressed and missing apart.

    Parameters
    ----------
    value : Series
        Numbers, missing as NaN.
    given : Series, optional
        States as far as they are known: what is suppressed there stays so, whatever its value.

    Examples
    --------
    >>> given = pd.Series([None, "value", "suppressed", "missing"])
    >>> states_of(pd.Series([2.5, 0, 3, None]), given).tolist()
    ['value', 'zero', 'suppressed', 'missing']
    """
    hidden = pd.Series(False, value.index) if given is None else given.eq("suppressed")
    told = [hidden.fillna(False).astype(bool), value.isna(), value.eq(0)]
    names = ["suppressed", "missing", "zero"]
    return pd.Series(np.select(told, names, "value"), value.index, dtype=object)


def named_series(indicator_id: str, *labels: object) -> str:
    """Name a series by its indicator, and its sex and age where it is not of all.

    Examples
    --------
    >>> named_series("neet", "all", "all"), named_series("neet", "Female", "16-17")
    ('neet', 'neet Female 16-17')
    """
    words = map(str, (indicator_id, *labels))
    return " ".join(word for word in words if word not in ("", "all", "nan"))


def with_fifths(comparison: pd.Series, table: pd.DataFrame) -> pd.Series:
    """Give what is not compared, but placed among England's areas, its fifth (``fifth_1``).

    Parameters
    ----------
    comparison : Series
        How each row of the table compares.
    table : DataFrame
        ``place`` and ``quantile``.
    """
    fifth = table["quantile"].astype("Int64")
    placed = comparison.eq("not_compared") & table["place"].notna() & fifth.notna()
    return comparison.mask(placed, ("fifth_" + fifth.astype("string")).astype(object))


def decimals_of(
    table: pd.DataFrame, catalogue: pd.DataFrame | None = None, values: Sequence[str] = ("value",)
) -> pd.Series:
    """Choose how many decimals each indicator is printed with, wherever it is printed.

    Those that table or catalogue give as ``decimals``; else none for counts, one for percentages
    that are not nearly all below a tenth, and so many that the typical number (the median of all
    but zeros) has about three figures; but not so many that a usual interval, of the area type
    whose intervals are narrowest but for England's, is wider than fifty of the last decimal. A
    table should have every area type of an indicator, so that each output prints it alike.

    Parameters
    ----------
    table : DataFrame
        ``indicator_id`` and columns of values; ``measure``, ``unit``, ``decimals``, ``area_type``,
        ``lower_ci`` and ``upper_ci`` if known.
    catalogue : DataFrame, optional
        A row an indicator, by a column or an index ``indicator_id``.
    values : sequence of str
        Columns of values.

    Returns
    -------
    Series
        Whole numbers by ``indicator_id``.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator_id": ["neet", "neet", "price"], "unit": ["%", "%", "£"],
    ...                       "value": [5.04, 110.0, 250_000]})
    >>> decimals_of(table).to_dict()
    {'neet': 1, 'price': 0}
    """
    names = pd.Index(table["indicator_id"].dropna().unique())
    given = pd.to_numeric(_fact("decimals", table, catalogue, names))
    if given.notna().all():
        return given.astype(int).rename_axis("indicator_id")
    numbers = pd.concat([pd.to_numeric(table[name], errors="coerce").abs() for name in values])
    ids = pd.concat([table["indicator_id"]] * len(values))
    typical = numbers.where(numbers > 0).groupby(ids.to_numpy(), sort=False).median()
    typical = typical.reindex(names).fillna(1)
    measure, unit = (_fact(name, table, catalogue, names) for name in ("measure", "unit"))
    percent = unit.astype(str).str.startswith("%")
    fine = np.select([typical >= 100, typical >= 1], [0, 1], 2)
    chosen = np.select([measure == "count", percent & (typical >= 0.1)], [0, 1], fine)
    least = np.ceil(-np.log10(typical)).clip(0)  # one figure of the typical number stays
    deserved = np.maximum(least, np.ceil(-np.log10(_usual_width(table).reindex(names) / 5)))
    chosen = given.fillna(pd.Series(chosen, names)[lambda own: own <= deserved.fillna(9)])
    chosen = chosen.fillna(deserved)
    return chosen.astype(int).rename_axis("indicator_id")


def _usual_width(table: pd.DataFrame) -> pd.Series:
    """Give the usual width of intervals of each indicator, where its areas are known best."""
    if not {"lower_ci", "upper_ci"} <= set(table):
        return pd.Series(dtype=float)
    rows = table.reset_index(drop=True)
    low, high = (pd.to_numeric(rows[name], errors="coerce") for name in ("lower_ci", "upper_ci"))
    kind = rows.get("area_type", pd.Series("", rows.index))
    width = (high - low).where((high > low) & kind.ne("england"))
    return width.groupby([rows["indicator_id"], kind]).median().groupby(level=0).min()


def with_decimals(
    table: pd.DataFrame, catalogue: pd.DataFrame | None, values: Sequence[str] = ("value",)
) -> pd.DataFrame:
    """Add the decimals of its indicator to each row, before a view leaves rows out."""
    return table.assign(decimals=table["indicator_id"].map(decimals_of(table, catalogue, values)))


def _fact(
    name: str, table: pd.DataFrame, catalogue: pd.DataFrame | None, ids: pd.Index
) -> pd.Series:
    """Take what the table, or else the catalogue, says of each indicator."""
    found = pd.Series(None, index=ids, dtype=object)
    for source in (table, catalogue):
        if source is not None and name in source:
            by = source.index if source.index.name == "indicator_id" else source["indicator_id"]
            known = source[name].groupby(np.asarray(by)).first()
            found = found.where(found.notna(), known.reindex(ids))
    return found
