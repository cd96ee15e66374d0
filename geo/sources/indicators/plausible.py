"""Figures that cannot be what they are called: below zero, above the whole, codes for no figure."""

import numpy as np
import pandas as pd

from geo.errors import TableError, labelled, without_figures
from geo.sources.indicators.fields import EXTRA, FIGURES

_NEVER_NEGATIVE = ("proportion", "rate", "ratio", "count")
_FEWEST_TO_JUDGE = 3
_FAR = 10
_CODES = [-99.0, *(sign * (10.0**digits - 1) for sign in (-1, 1) for digits in range(3, 16))]
_HINT = (
    "if this is the publisher's code for a suppressed or missing figure (-99, 9999), write the "
    "mark that it stands for (* or [c], else [x]), otherwise correct it"
)


def require_plausible(table: pd.DataFrame, entries: pd.DataFrame | None, where: str) -> None:
    """Raise for figures that an indicator of this measure cannot have.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators.
    entries : DataFrame, optional
        Their catalogue; without it only codes for no figure are found.
    where : str
        The file, for the message.

    Raises
    ------
    TableError
        If a proportion, rate, ratio or count is below 0, a proportion is above its multiplier, or
        nines stand where no other figure comes near: negative ones although nothing else of the
        indicator is negative, positive ones ten times all others.
    """
    facts = _facts(table, entries)
    below = facts["measure"].isin(_NEVER_NEGATIVE) & (table["value"] < 0)
    _refuse(table, below, "value", facts["measure"] + " cannot be below 0", where)
    above = facts["measure"].eq("proportion") & (
        table["value"] > facts["multiplier"].astype(float) * (1 + 1e-9)
    )
    _refuse(table, above, "value", "proportion cannot be above its multiplier", where)
    for figure in [*FIGURES, *(extra for extra in EXTRA if extra in table)]:
        words = pd.Series("figure is not likely to be so far from all others", table.index)
        _refuse(table, _codes(table, figure), figure, words, where)


def _facts(table: pd.DataFrame, entries: pd.DataFrame | None) -> pd.DataFrame:
    """Measure and multiplier of each row, missing where they are not known."""
    if entries is None:
        return pd.DataFrame({"measure": None, "multiplier": np.nan}, index=table.index, dtype="str")
    known = entries.set_index("indicator_id")[["measure", "multiplier"]]
    return known.reindex(table["indicator_id"]).set_axis(table.index)


def _codes(table: pd.DataFrame, figure: str) -> pd.Series:
    """Cells that hold nothing but nines, away from all other figures of their kind of area."""
    column = table[figure].astype(float)
    nines = column.isin(_CODES)
    if not nines.any():
        return nines
    keys = [table["indicator_id"], table["area_type"]]
    others = column.mask(nines)
    largest = others.abs().groupby(keys).transform("max")
    lowest = others.groupby(keys).transform("min")
    enough = others.groupby(keys).transform("count").ge(_FEWEST_TO_JUDGE)
    repeated = column.where(nines).groupby([*keys, column]).transform("count").gt(1)
    negative = (column < 0) & ~(lowest < 0)
    far = (column > 0) & ~(column <= _FAR * largest) & (enough | repeated)
    return nines & (negative | far)


def _refuse(
    table: pd.DataFrame, wrong: pd.Series, figure: str, reason: pd.Series | str, where: str
) -> None:
    wrong = wrong.fillna(False).astype(bool)
    if not wrong.any():
        return
    rows = table[wrong]
    named = labelled(
        f"{without_figures(value)} for {without_figures(code)}"
        for value, code in zip(rows[figure], rows["area_code"], strict=True)
    )
    why = reason if isinstance(reason, str) else reason[wrong].iat[0]
    raise TableError(
        f"{len(rows)} of {len(table)} figures in {where} have {named} as {figure} of "
        f"{labelled(rows['indicator_id'].unique())}, and a {why.removeprefix('a ')}; {_HINT}."
    )
