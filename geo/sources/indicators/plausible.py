"""Figures that cannot be what they are called: below zero, above the whole, codes for no figure.

And figures that contradict each other: a value that is not its count by its denominator.
"""

import numpy as np
import pandas as pd

from geo.errors import TableError, labelled
from geo.sources.indicators.fields import EXTRA, FIGURES

_NEVER_NEGATIVE = ("proportion", "rate", "ratio", "count")
_FEWEST_TO_JUDGE = 3
_FAR = 10
_CODES = [-99.0, *(sign * (10.0**digits - 1) for sign in (-1, 1) for digits in range(3, 16))]
_OTHER_UNIT = 8
"""How many times its own count by denominator no standardised rate of most areas is."""
_HINT = (
    "if this is the publisher's code for a suppressed or missing figure (-99, 9999), write the "
    "mark that it stands for (* or [c], else [x]), otherwise correct it"
)
_EQUAL = (
    "the value has to be count / denominator × the multiplier of the catalogue; correct them, or "
    "leave the column value out, and it is worked out from the counts"
)


def require_plausible(
    table: pd.DataFrame, entries: pd.DataFrame | None, where: str, *, weighted: bool = False
) -> None:
    """Raise for figures that an indicator of this measure cannot have.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators.
    entries : DataFrame, optional
        Their catalogue; without it only codes for no figure are found.
    where : str
        The file, for the message.
    weighted : bool
        Whether proportions may be weighted, as those of surveys that a publisher gives, and so
        differ from their counts.

    Raises
    ------
    TableError
        If a proportion, rate, ratio or count is below 0, a proportion is above its multiplier, a
        count of a proportion above its denominator, or a value not what count, denominator and
        multiplier give (rounded figures aside; of standardised rates only where most are in
        another unit); if limits are crossed or do not hold their value; if nines stand where no
        other figure comes near: negative ones although nothing else of the indicator is negative,
        positive ones ten times all others.
    """
    facts = _facts(table, entries)
    below = facts["measure"].isin(_NEVER_NEGATIVE) & (table["value"] < 0)
    _refuse(table, below, "value", facts["measure"] + " cannot be below 0", where)
    above = facts["measure"].eq("proportion") & (
        table["value"] > facts["multiplier"].astype(float) * (1 + 1e-9)
    )
    _refuse(table, above, "value", "proportion cannot be above its multiplier", where)
    _refuse_contradictions(table, facts, where, weighted=weighted)
    for figure in [*FIGURES, *(extra for extra in EXTRA if extra in table)]:
        words = pd.Series("figure is not likely to be so far from all others", table.index)
        _refuse(table, _codes(table, figure), figure, words, where)
    if not weighted:
        _refuse_limits(table, where)


def _facts(table: pd.DataFrame, entries: pd.DataFrame | None) -> pd.DataFrame:
    """Measure and multiplier of each row, missing where they are not known."""
    if entries is None:
        return pd.DataFrame({"measure": None, "multiplier": np.nan}, index=table.index, dtype="str")
    known = entries.set_index("indicator_id")[["measure", "multiplier"]]
    return known.reindex(table["indicator_id"]).set_axis(table.index)


def _refuse_contradictions(
    table: pd.DataFrame, facts: pd.DataFrame, where: str, *, weighted: bool
) -> None:
    x, n, value = (table[name].astype(float) for name in ("count", "denominator", "value"))
    measure, unit = facts["measure"], facts["multiplier"].astype(float)
    if x.isna().all():
        return
    slack = _rounded_to(x, table["indicator_id"]) / 2
    within = measure.eq("proportion") & (x > n + slack)
    _refuse_rows(table, within, "a count above its denominator", "the count is part of the "
                 "denominator; correct them, or call the measure a rate", where)  # fmt: skip
    step = _step(value)
    odd = measure.eq("count") & ((x - value).abs() > step / 2 + 1e-9)
    why = "a value that is not its count", "the value of a count is the count; keep one of them"
    _refuse_rows(table, odd, *why, where)
    known = (n > slack) & x.notna() & value.notna()
    low = (x - slack).clip(0) / (n + slack) * unit - step
    high = (x + slack) / (n - slack).where(known) * unit + step * 0.500001
    exact = known & measure.eq("proportion") & ~(value.between(low, high))
    loose = measure.isin(["rate", "ratio", *(["proportion"] if weighted else [])])
    times = (value / (x / n * unit)).where(loose & known & (x > 0) & (value > 0))
    middle = times.groupby(table["indicator_id"]).transform("median")
    far = times.notna() & ~middle.between(1 / _OTHER_UNIT, _OTHER_UNIT)
    wrong = far | (exact & ~loose)
    _refuse_rows(table, wrong, "a value that contradicts count and denominator", _EQUAL, where)


def _refuse_limits(table: pd.DataFrame, where: str) -> None:
    """Raise where limits are crossed or do not hold their value, decimals rounded aside."""
    value, step = table["value"].astype(float), _step(table["value"].astype(float))
    for suffix in ("", "_998"):
        if f"lower_ci{suffix}" not in table:
            continue
        low, high = (table[f"{side}_ci{suffix}"].astype(float) for side in ("lower", "upper"))
        wrong = (low > high) | (value < low - step) | (value > high + step)
        what = f"a value outside its limits lower_ci{suffix} and upper_ci{suffix}"
        _refuse_rows(table, wrong, what, "correct them, or leave the limits out", where)


def _step(value: pd.Series) -> pd.Series:
    """Give the last decimal of each figure: 0.1 of 12.5."""
    step = pd.Series(1e-6, index=value.index)
    for decimals in range(6, -1, -1):
        step = step.mask((value - value.round(decimals)).abs() < 1e-9, 10.0**-decimals)
    return step


def _rounded_to(counts: pd.Series, ids: pd.Series) -> pd.Series:
    """Give what all counts of an indicator are multiples of, 10 or 5; else 0."""
    base = pd.Series(0.0, index=counts.index)
    for number in (5.0, 10.0):
        multiple = counts.isna() | (counts % number == 0)
        base = base.mask(multiple.groupby(ids).transform("all"), number)
    return base


def _refuse_rows(table: pd.DataFrame, wrong: pd.Series, what: str, why: str, where: str) -> None:
    wrong = wrong.fillna(False).astype(bool)
    if wrong.any():
        rows = table[wrong]
        raise TableError(
            f"{len(rows)} of {len(table)} figures in {where} have {what}, of "
            f"{labelled(rows['indicator_id'].unique())} ({labelled(rows['area_code'])}); {why}."
        )


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
    why = reason if isinstance(reason, str) else reason[wrong].iat[0]
    raise TableError(
        f"{len(rows)} of {len(table)} figures in {where} cannot be right as {figure} of "
        f"{labelled(rows['indicator_id'].unique())} ({labelled(rows['area_code'])}): a {why}; "
        f"{_HINT}."
    )
