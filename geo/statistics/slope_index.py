"""Slope and relative index of inequality across quantiles of deprivation."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from geo.errors import TableError, examples
from geo.statistics.intervals import normal_point
from geo.statistics.table_checks import (
    Confidence,
    confidence_levels,
    group_keys,
    numbers,
    refuse,
    require,
    require_multiplier,
)

Transform = Literal["none", "log", "logit"]


class _Scale(NamedTuple):
    """How values are brought to the scale on which the line is fitted, and back."""

    there: Callable[[np.ndarray], np.ndarray]
    back: Callable[[np.ndarray], np.ndarray]
    lowest: float
    highest: float
    allowed: str


_SCALES = {
    "none": _Scale(lambda x: x, lambda x: x, -np.inf, np.inf, ""),
    "log": _Scale(np.log, np.exp, 0, np.inf, "logarithms need numbers above 0"),
    "logit": _Scale(
        special.logit,
        special.expit,
        0,
        1,
        "logits need proportions above 0 and below 1 (0.25, not 25%), so divide by 100 and give "
        "multiplier=100",
    ),
}


def slope_index(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    confidence: Confidence = 0.95,
    repetitions: int = 100_000,
    seed: int = 0,
    transform: Transform = "none",
    multiplier: float = 1,
) -> pd.DataFrame:
    """Slope and relative index of inequality, by weighted regression with simulated intervals.

    Parameters
    ----------
    table : DataFrame
        One row a quantile (1 = most deprived) of each group: ``quantile``, ``population``,
        ``value``, ``standard_error``; in place of the last, and after a transformation always,
        ``lower_ci`` and ``upper_ci`` (95% limits of the value).
    by : str or sequence of str, optional
        Columns that name the groups; without, the table is one group.
    confidence : float or sequence of float
        Of several, the first fills ``sii_lower_ci`` …, the others get columns such as
        ``sii_lower_ci_998``.
    repetitions : int
        How many simulated sets of values the intervals come from.
    seed : int
        Of the random numbers, the same for every group, so that a group's interval does not
        depend on the others.
    transform : {"none", "log", "logit"}
        Scale on which the line is fitted: logarithms for rates, logits for proportions (as 0.25,
        not 25%). Indices are of the ends of the line brought back from it.
    multiplier : float
        Unit of the slope index, such as 100 for proportions in per cent. A negative one turns its
        sign, and turns the relative index into its inverse.

    Returns
    -------
    DataFrame
        One row a group: keys, ``sii`` (value of the least deprived end less that of the most
        deprived), ``rii`` (their ratio), and limits. Missing where a group has fewer than two
        quantiles with people or a missing number. ``attrs["repetitions"]`` says how many.

    Raises
    ------
    TableError
        If a column is absent, holds text, infinite or negative numbers (values may be negative,
        where they are not transformed), a value is not of the scale, a quantile stands twice in a
        group, limits are crossed, the multiplier is 0, or there are no repetitions.

    References
    ----------
    Mackenbach JP, Kunst AE (1997). Measuring the magnitude of socio-economic inequalities in
    health. Social Science & Medicine 44: 757–771. Standard errors on the scale of logarithms or
    logits are the width of the transformed 95% interval over twice 1.96.

    Examples
    --------
    >>> fifths = pd.DataFrame({"quantile": [1, 2], "population": 50, "value": [70.0, 80.0],
    ...                        "standard_error": 0.5})
    >>> slope_index(fifths)[["sii", "rii"]].round(3)
        sii    rii
    0  20.0  1.308
    """
    levels = confidence_levels(confidence)
    if repetitions < 1:
        raise TableError(f"repetitions is {repetitions}; give 1 or more, such as 100,000.")
    if transform not in _SCALES:
        raise TableError(f"transform is {transform!r}; allowed are {examples(_SCALES, 9)}.")
    require_multiplier(multiplier, negative=True)
    columns = ("quantile", "population", "value")
    require(table, columns)
    keys = [] if by is None else group_keys(table, by, taken=(*columns, "sii", "rii"))
    read = {"quantile": numbers(table, "quantile"), "population": numbers(table, "population")}
    refuse(table, np.isnan(read["quantile"]), "quantile", "every row needs one")
    repeated = table.duplicated([*keys, "quantile"])
    refuse(table, repeated, "quantile", "each may stand once in a group", public=True)
    data = table[keys].assign(**read, **_scaled(table, transform)).sort_values("quantile")
    rows = []
    for names, group in data.groupby(keys, observed=True) if keys else [((), data)]:
        row = dict(zip(keys, names, strict=True)) | {"sii": np.nan, "rii": np.nan}
        draws = np.random.default_rng(seed).standard_normal((repetitions, len(group)))
        rows.append(row | _slope(group, draws, levels, _SCALES[transform], multiplier))
    limits = [
        f"{index}_{end}_ci{suffix}"
        for _, suffix in levels
        for index in ("sii", "rii")
        for end in ("lower", "upper")
    ]
    out = pd.DataFrame(rows, columns=[*keys, "sii", "rii", *limits])
    out.attrs["repetitions"] = repetitions
    return out


def _scaled(table: pd.DataFrame, transform: Transform) -> dict[str, np.ndarray]:
    """Values and their standard errors on the scale of the line."""
    scale = _SCALES[transform]
    if transform == "none" and "standard_error" in table:
        value = numbers(table, "value", lowest=-np.inf)
        return {"value": value, "standard_error": numbers(table, "standard_error")}
    names = ("value", "lower_ci", "upper_ci")
    if lacking := [name for name in names if name not in table]:
        other = "standard_error, or " if transform == "none" else ""
        raise TableError(
            f"No column {examples(lacking)} in the table; it needs {other}lower_ci and upper_ci, "
            "the 95% limits of the value, so add them."
        )
    read = {name: numbers(table, name, lowest=-np.inf) for name in names}
    refuse(table, read["lower_ci"] > read["upper_ci"], "lower_ci", "it may not be above upper_ci")
    for name in names if scale.allowed else ():
        inside = (read[name] > scale.lowest) & (read[name] < scale.highest)
        refuse(table, ~inside & ~np.isnan(read[name]), name, scale.allowed)
    there = {name: scale.there(values) for name, values in read.items()}
    width = there["upper_ci"] - there["lower_ci"]
    return {"value": there["value"], "standard_error": width / (2 * normal_point(0.95))}


def _slope(
    group: pd.DataFrame,
    draws: np.ndarray,
    levels: Sequence[tuple[float, str]],
    scale: _Scale,
    multiplier: float,
) -> dict[str, float]:
    """Fit one group; nothing where it cannot be fitted."""
    population, value, error = (
        group[column].to_numpy() for column in ("population", "value", "standard_error")
    )
    total = population.sum()
    if np.isnan([total, *value, *error]).any() or np.count_nonzero(population) < 2:
        return {}
    share = population / total
    middle = share.cumsum() - share / 2
    centre = (share * middle).sum()
    slope_of = share * (middle - centre) / (share * (middle - centre) ** 2).sum()
    lines = np.column_stack([slope_of, share - centre * slope_of])

    def indices(values: np.ndarray) -> dict[str, np.ndarray]:
        slope, intercept = (values @ lines).T
        most, least = scale.back(intercept), scale.back(intercept + slope)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = most / least if multiplier < 0 else least / most
        return {"sii": (least - most) * multiplier, "rii": ratio}

    found = {index: float(one) for index, one in indices(value).items()}
    if not np.isfinite(found["rii"]):
        found["rii"] = np.nan
    for index, values in indices(value + draws * error).items():
        for level, suffix in levels:
            limits = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
            found[f"{index}_lower_ci{suffix}"], found[f"{index}_upper_ci{suffix}"] = limits
    return found
