"""What indicators have to be before they are summed, suppressed and printed together."""

import re

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.statistics.series import looked_up

_FARTHEST = 1.5
"""A published value may be standardised or rounded, but not this many times the crude one."""


def require_printable(indicators: pd.DataFrame, catalogue: pd.DataFrame) -> None:
    """Refuse indicators whose numbers contradict each other or could not be protected.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators of one place.
    catalogue : DataFrame
        ``indicator_id``, ``short_name``, ``measure``, ``multiplier``, ``confidential``.

    Raises
    ------
    TableError
        If values are not what counts, denominators and multiplier give; if a confidential
        indicator has values without counts (or means without denominators), so that nobody can
        tell of how few people they are; or if it has periods one of which holds another, so that
        one could be subtracted from the other.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator_id": "neet", "period": ["2023", "2022-23"], "count": 9,
    ...     "denominator": 90, "value": 10.0})
    >>> facts = pd.DataFrame({"indicator_id": ["neet"], "short_name": ["NEET"],
    ...     "measure": ["proportion"], "multiplier": [100], "confidential": [True]})
    >>> require_printable(rows, facts)
    Traceback (most recent call last):
    ...
    geo.errors.TableError: NEET is confidential, and its period 2022-23 holds 2023: one less the
    other would give away small numbers; keep periods of one length.
    """
    facts = catalogue.set_index("indicator_id")
    measure = looked_up(indicators["indicator_id"], facts["measure"].astype(object))
    divided = np.isin(measure, ["proportion", "rate"])
    _refuse_contradictions(indicators[divided], facts)
    secret = looked_up(indicators["indicator_id"], facts["confidential"].astype(object)) == True  # noqa: E712
    if not secret.any():
        return
    _refuse_unknown_sizes(indicators[secret], measure[secret], facts)
    for name, periods in indicators[secret].groupby("indicator_id")["period"]:
        _refuse_periods_in_periods(str(facts.loc[name, "short_name"]), periods.unique())


def _refuse_contradictions(rows: pd.DataFrame, facts: pd.DataFrame) -> None:
    crude = rows["count"] / rows["denominator"].where(rows["denominator"] > 0)
    crude = crude * looked_up(rows["indicator_id"], facts["multiplier"].astype(float))
    times = (rows["value"] / crude.where(crude > 0)).groupby(rows["indicator_id"]).median()
    wrong = times[(times > _FARTHEST) | (times < 1 / _FARTHEST)]
    for name, factor in wrong.items():
        usual = facts.loc[name, "multiplier"]
        raise TableError(
            f"The values of {facts.loc[name, 'short_name']} are {factor:.3g} times what its "
            f"counts, denominators and multiplier ({usual:g}) give; correct the multiplier in the "
            "catalogue, or the numbers."
        )


def _refuse_unknown_sizes(rows: pd.DataFrame, measure: np.ndarray, facts: pd.DataFrame) -> None:
    bare = rows["value"].notna() & rows["count"].isna()
    bare &= ~((measure == "mean") & rows["denominator"].notna())
    if bare.any():
        names = facts.loc[rows.loc[bare, "indicator_id"].unique(), "short_name"]
        raise TableError(
            f"{examples(names)} {'are' if len(names) > 1 else 'is'} confidential and "
            f"{'have' if len(names) > 1 else 'has'} values without counts, so nobody can tell of "
            "how few people they are; give counts with denominators (for means, denominators)."
        )


def _refuse_periods_in_periods(name: str, periods: np.ndarray) -> None:
    years = {str(period): _years(str(period)) for period in periods}
    for long, inside in years.items():
        for short, years_of_it in years.items():
            if years_of_it and years_of_it < inside:
                raise TableError(
                    f"{name} is confidential, and its period {long} holds {short}: one less the "
                    "other would give away small numbers; keep periods of one length."
                )


def _years(period: str) -> set[int]:
    """Calendar years that a period touches; none where it names no year, or a part of one.

    Examples
    --------
    >>> sorted(_years("2022/23 - 24/25")), _years("2024"), _years("Apr 2024")
    ([2022, 2023, 2024, 2025], {2024}, set())
    """
    if re.search(r"[a-z]|\d{4}-\d\d-\d\d", period.lower()):
        return set()
    found = [int(text) for text in re.findall(r"\d+", period)]
    if not found or not 1900 < found[0] < 2200:
        return set()
    century = found[0] - found[0] % 100
    ends = [number if number > 99 else century + number for number in found]
    return set(range(min(ends), max(ends) + 1))
