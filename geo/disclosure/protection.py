"""What suppression did to a table, in numbers that open none of its cells."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geo.disclosure.publications import WITHHELD
from geo.disclosure.rules import Rule
from geo.disclosure.table import KnownCounts, confidential_rows, known_counts, too_small

FEWEST_HIDDEN = 50
"""Of fewer hidden cells nothing is said of how many were hidden first."""
SHARE_STEP = 10


@dataclass(frozen=True)
class Protection:
    """What was hidden of confidential indicators, and what an outsider is left with.

    Parameters
    ----------
    rule : Rule
        Which numbers are too small.
    cells : DataFrame
        A row an indicator and area type: ``indicator_id``, ``area_type``, ``cells``, ``hidden``
        (withheld ones among them) and ``withheld``.
    primary_percent : int or None
        Of the hidden cells that are not withheld, those that the rule itself hides, over all
        indicators and levels, to the nearest ten per cent and from 10 to 90; None of fewer than 50.
    narrowest : int or None
        How many whole numbers the hidden count that is known best may still be, at least.

    Notes
    -----
    Which cells of an indicator and level are hidden stands on the outputs, so that their number
    tells nothing more. How many of them are primary does: where a group prints 8 for two hidden
    wards and both are known to be primary under 5, both are 4. That number is therefore given over
    everything alone, too coarsely to say of any cell which it is, and never as none or all; for
    the same reason no sum of hidden counts is given.
    """

    rule: Rule
    cells: pd.DataFrame = field(repr=False)
    primary_percent: int | None
    narrowest: int | None

    @property
    def totals(self) -> dict[str, int]:
        """Cells, those hidden and those withheld, over all indicators and levels."""
        return {name: int(self.cells[name].sum()) for name in ("cells", "hidden", "withheld")}

    @property
    def lost_percent(self) -> float:
        """Share of the cells that are not printed, in per cent: the information lost."""
        totals = self.totals
        return round(100 * totals["hidden"] / max(totals["cells"], 1), 1)


def protection(
    before: pd.DataFrame, published: pd.DataFrame, catalogue: pd.DataFrame, rule: Rule
) -> Protection | None:
    """Compare a table with what is published of it.

    Parameters
    ----------
    before : DataFrame
        The table that was handed to :func:`publishable`.
    published : DataFrame
        What that gave, with its index.
    catalogue : DataFrame
        ``indicator_id`` and ``confidential``.
    rule : Rule
        The rule that was followed.

    Returns
    -------
    Protection or None
        None where nothing is confidential.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator_id": "neet", "area_type": "town", "area_code": ["a", "b"],
    ...     "period": "2024", "count": [3, 9], "state": "value"})
    >>> shown = rows.assign(count=np.nan, state="suppressed")
    >>> facts = pd.DataFrame({"indicator_id": ["neet"], "confidential": [True]})
    >>> done = protection(rows, shown, facts, Rule())
    >>> done.totals, done.lost_percent, done.primary_percent is None
    ({'cells': 2, 'hidden': 2, 'withheld': 0}, 100.0, True)
    """
    shown = published[confidential_rows(published, catalogue)]
    if shown.empty:
        return None
    hidden = shown["state"].eq("suppressed")
    withheld = shown["note"].eq(WITHHELD) if "note" in shown else pd.Series(False, shown.index)
    cells = (
        shown[["indicator_id", "area_type"]]
        .assign(cells=1, hidden=hidden.astype(int), withheld=withheld.astype(int))
        .groupby(["indicator_id", "area_type"], sort=False, as_index=False)
        .sum()
    )
    attacked = known_counts(before.loc[shown.index[hidden & ~withheld]], rule, catalogue)
    return Protection(
        rule=rule,
        cells=cells,
        primary_percent=_coarse_share(_primary(attacked, rule)),
        narrowest=published.attrs.get("narrowest"),
    )


def _primary(known: KnownCounts, rule: Rule) -> np.ndarray:
    """Rows that are hidden by the rule itself, or came hidden."""
    few = (known.denominator > 0) & (known.denominator < rule.small_denominators)
    dominated = known.protection_level > 0
    return (too_small(known, rule) & ~known.missing) | few | known.hidden | dominated


def _coarse_share(primary: np.ndarray) -> int | None:
    if len(primary) < FEWEST_HIDDEN:
        return None
    rounded = SHARE_STEP * round(100 * float(primary.mean()) / SHARE_STEP)
    return int(min(max(rounded, SHARE_STEP), 100 - SHARE_STEP))
