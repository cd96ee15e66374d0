"""What stands in a cell of the Tartan Rug and beside a mark of a figure: numbers and reasons."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

SHORTHAND = {"suppressed": "[c]", "missing": "[x]"}
NO_FIGURE = "z-score"
"""Stands for England's figure of a standardised score, which has none."""


def number(value: float, decimals: int, *, signed: bool = False) -> str:
    """Write a number as readers of a table expect it; a true zero has no decimals.

    A standardised score is ``signed``: it is as often below zero as above.

    Examples
    --------
    >>> number(1234.56, 1), number(0.0, 1), number(0.02, 1), number(float("nan"), 1)
    ('1,234.6', '0', '<0.1', '')
    >>> number(0.43, 2, signed=True), number(-0.17, 2, signed=True), number(0.001, 2, signed=True)
    ('+0.43', '−0.17', '0.00')
    """
    if np.isnan(value):
        return ""
    if signed:
        rounded = round(value, decimals)
        sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
        return f"{sign}{abs(rounded):.{decimals}f}"
    if value == 0:
        return "0"
    least = 10.0**-decimals
    if abs(value) < least / 2:
        return f"{'<' if value > 0 else '>-'}{least:.{decimals}f}"
    return f"{value:,.{decimals}f}"


def measured(value: float, fact: Mapping[str, object]) -> str:
    """Write a number of an indicator in a sentence or a key, with a sign where it is a percentage.

    Examples
    --------
    >>> measured(35.46, {"unit": "% of children", "decimals": 1})
    '35.5%'
    >>> measured(2.0, {"unit": "per 1,000 households", "decimals": 1})
    '2.0'
    """
    text = number(value, int(str(fact["decimals"])))
    return f"{text}%" if text and str(fact["unit"]).startswith("%") else text


def texts_of(cells: pd.DataFrame, facts: pd.DataFrame) -> list[str]:
    """Write what stands in each cell; a sum that lacks areas is at least that (≥).

    One whose counts were shared out is about that (≈).
    """
    signed = facts["standardised"].eq(True).to_numpy(dtype=bool)
    decimals = facts["decimals"].tolist()
    texts = []
    for cell in cells[["row", "value", "state", "shown", "at_least", "estimated"]].itertuples():
        if cell.shown == "benchmark" and cell.state == "missing" and signed[cell.row]:
            texts.append(NO_FIGURE)
            continue
        text = number(cell.value, decimals[cell.row], signed=signed[cell.row])
        mark = "≥" if cell.at_least > 0 else "≈" if cell.estimated else ""
        texts.append(SHORTHAND.get(cell.state) or (mark + text if text else ""))
    return texts


def reasons_of(cells: pd.DataFrame, facts: pd.DataFrame) -> np.ndarray:
    """Say of each cell without a colour why it has none, where its own note does not."""
    counts = facts["measure"].eq("count").to_numpy(dtype=bool)[cells["row"]]
    shown, bare = cells["shown"], cells["lower_ci"].isna()
    tests = [
        cells["note"].ne(""),
        shown.eq("missing"),
        shown.eq("suppressed"),
        shown.ne("not_compared"),
        counts,
        cells["benchmark_value"].isna(),
        bare & cells["denominator"].isna(),
    ]
    words = [
        cells["note"],
        "no figure is known",
        "not shown, because small numbers could be worked out",
        "",
        "a number, not a rate: there are no denominators to compare it by",
        "there is no figure to compare with",
        "no interval, and not all of England's areas are known to place it among",
    ]
    return np.select(tests, words, "an interval is not known")
