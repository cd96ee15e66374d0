"""Priority order of areas, and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError
from geo.statistics.table_checks import confidence_levels, group_keys
from geo.targeting.draws import need_draws, stream, weight_noise, weights_about
from geo.targeting.index import SCALES, Scale, on_scale
from geo.targeting.needs import (
    FORMULAS,
    Need,
    area_codes,
    read_need,
    require_top,
    weights_of,
)
from geo.targeting.rank_sets import rank_sets

_EXACT = 9
"""Decimals of an index: sums that differ by less are equal, in whatever order they were added."""
_RESULTS = ("rank", "rank_in_group", "probability", "standing", "rank_low", "rank_high")


@dataclass(frozen=True)
class Certainty:
    """How the certainty of a priority order is measured, and put into words.

    Attributes
    ----------
    draws : int
        How many times needs and weights are drawn.
    seed : int
        Where chance starts: the same seed gives the same answer.
    weights_as_of : float
        Weights are drawn about those chosen as if learnt from so many choices (Dirichlet): 100
        moves a weight of 0.5 by 0.05. 0 keeps them as they are.
    firm : float
        From this probability on an area is firmly in, and from 1 less this on firmly out.
    confidence : float
        At which all sets of ranks hold at once.
    """

    draws: int = 1000
    seed: int = 0
    weights_as_of: float = 100.0
    firm: float = 0.8
    confidence: float = 0.95

    def __post_init__(self) -> None:
        """Refuse what cannot be measured."""
        confidence_levels(self.confidence)
        if not 0.5 < self.firm <= 1:
            raise TableError(f"firm is {self.firm}; give a probability above 0.5 and up to 1.")
        if self.draws < 1 or self.weights_as_of < 0:
            raise TableError(
                f"There are {self.draws} draws and weights_as_of is {self.weights_as_of}; give at "
                "least one draw, and 0 or more for the other."
            )


def priority(
    areas: pd.DataFrame,
    *,
    needs: str | Mapping[str, float],
    top: int,
    indicators: pd.DataFrame | None = None,
    by: str | None = None,
    scale: Scale = "percentile",
    certainty: Certainty = Certainty(),
) -> pd.DataFrame:
    """Rank areas by need, all together and within each group, and say how sure the order is.

    A list by raw rate is mostly chance where events are few. So each outcome is drawn again and
    again from what its count leaves open, areas drawn towards their group and groups towards all,
    and weights about those chosen: the share of draws in which an area is among the first ``top``
    is its probability. Published scores and ranks have no error here.

    Parameters
    ----------
    areas : DataFrame
        One row an area: a column of codes (``lsoa21cd``, ``area_code``), scores (higher is more
        need) or published ranks (``imd_rank``, 1 = most deprived), and ``by``.
    needs : str or mapping of str to float
        A column of ``areas`` or an ``indicator_id``, or several with weights that sum to 1; what
        weighs 0 counts for nothing.
    top : int
        How many areas can be served.
    indicators : DataFrame, optional
        One row an area and indicator: ``area_code``, ``indicator_id``, ``count``, ``denominator``,
        ``measure`` (proportion or rate); ``polarity`` and ``state`` where known. Confidential ones
        pass through ``geo.suppress`` before; an area with a hidden count gets no rank.
    by : str, optional
        Column of ``areas`` that holds their group.
    scale : {"percentile", "z-score", "exponential"}
        How several needs are put on one scale.
    certainty : Certainty
        Draws, seed, spread of weights, and the bounds of "firmly".

    Returns
    -------
    DataFrame
        One row an area, first come first: its code, ``by``, ``index`` (of one need its value: per
        person for outcomes), ``rank`` and ``rank_in_group`` (1 = most need, ties share the
        first), ``probability`` of being in the top, ``standing`` (firmly in, borderline, firmly
        out; not shown, no figure), ``rank_low`` and ``rank_high`` (confidence set that holds for
        all areas at once; of one outcome by its counts alone, of one score the rank itself, of
        several needs not known).

    Raises
    ------
    TableError
        If a column or indicator is absent, a number is impossible, the weights do not sum to 1,
        ``top`` is not from 1 to the number of areas, or a confidential indicator is not suppressed.
    CodeError
        If a code is missing or stands twice.

    References
    ----------
    Goldstein H, Spiegelhalter DJ (1996). League tables and their limitations. Journal of the
    Royal Statistical Society A 159: 385–443.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003"],
    ...     "town": ["Crewe", "Crewe", "Sandbach"], "imd_score": [8.7, 61.2, 30.1]})
    >>> priority(lsoas, needs="imd_score", top=1, by="town")[["lsoa21cd", "rank", "standing"]]
        lsoa21cd  rank    standing
    1  E01000002     1   firmly in
    2  E01000003     2  firmly out
    0  E01000001     3  firmly out
    """
    codes, weights = area_codes(areas), weights_of(needs)
    if scale not in SCALES:
        raise TableError(f"The scale is {scale!r}; allowed are {', '.join(SCALES)}.")
    require_top(top, areas)
    groups = np.zeros(len(areas), int)
    if by is not None:
        groups, _ = pd.factorize(areas[group_keys(areas, by)[0]])
    every = [read_need(name, areas, codes, indicators) for name in weights]
    # What counts for nothing leaves no area without a rank.
    used = [position for position, weight in enumerate(weights.values()) if weight > 0]
    found = [every[position] for position in used]
    known = ~np.any([np.isnan(need.value) for need in found], axis=0)
    hidden = np.any([need.hidden for need in found], axis=0)
    table = pd.DataFrame({codes.name: codes} | ({by: areas[by]} if by else {}), areas.index)
    columns = ["index", "probability", "rank_low", "rank_high"]
    table[columns] = np.nan
    if known.any():
        chosen = _Chosen(
            [need.of(known) for need in found],
            np.array([*weights.values()])[used],
            used,
            scale,
            groups[known],
        )
        value = _index(chosen.needs, chosen.weights, scale)
        probability = _probability(chosen, value, min(top, int(known.sum())), certainty)
        table.loc[known, columns] = np.c_[value, probability, *_sets(chosen, certainty)]
    table["rank"] = _ranks(table["index"])
    table["rank_in_group"] = _ranks(table["index"].groupby(groups))
    table["standing"] = _standing(table["probability"].to_numpy(), hidden, certainty.firm)
    return _in_order(table)


@dataclass(frozen=True, eq=False)
class _Chosen:
    """Needs of the areas that can be ranked, with what they are weighed by and drawn towards."""

    needs: list[Need]
    weights: np.ndarray
    positions: list[int]
    scale: Scale
    groups: np.ndarray


def _index(needs: list[Need], weights: np.ndarray, scale: Scale) -> np.ndarray:
    """Weighted sum of needs on one scale; one need stays as it is."""
    if len(needs) == 1:
        return needs[0].value
    scaled = np.array([on_scale(need.value, scale, need.among) for need in needs])
    return (weights @ scaled).round(_EXACT)


def _probability(chosen: _Chosen, value: np.ndarray, top: int, certainty: Certainty) -> np.ndarray:
    """Share of draws in which each area is among the first ``top``; ties for the last are in."""
    several = len(chosen.needs) > 1 and certainty.weights_as_of > 0
    if not several and not any(need.measure for need in chosen.needs):
        return (value >= np.partition(value, -top)[-top]).astype(float)
    drawn = [
        need_draws(
            need, chosen.groups, None if len(chosen.needs) == 1 else chosen.scale,
            stream(certainty.seed, position),
        )
        for position, need in zip(chosen.positions, chosen.needs, strict=True)
    ]  # fmt: skip
    noise = weight_noise(certainty.draws, max(chosen.positions) + 1, certainty.seed)
    weights = np.tile(chosen.weights, (certainty.draws, 1))
    if several:
        weights = weights_about(chosen.weights, certainty.weights_as_of, noise[:, chosen.positions])
    times = np.zeros(len(value))
    for one in weights:
        index = one @ np.array([next(draw) for draw in drawn])
        index = index.round(_EXACT) if len(drawn) > 1 else index
        times += index >= np.partition(index, -top)[-top]
    return times / certainty.draws


def _sets(chosen: _Chosen, certainty: Certainty) -> tuple[np.ndarray, np.ndarray]:
    """Confidence sets of the ranks, where one need alone is ranked."""
    (need, *more) = chosen.needs
    if more:
        unknown = np.full(len(need.value), np.nan)
        return unknown, unknown
    if need.count is None or need.denominator is None:
        rank = _ranks(pd.Series(need.value)).to_numpy()
        return rank, rank
    formula = FORMULAS[need.measure]
    return rank_sets(need.count, need.denominator, formula, certainty.confidence)


def _standing(probability: np.ndarray, hidden: np.ndarray, firm: float) -> np.ndarray:
    """Put the probability of being in the top into words."""
    near = 1e-9  # 1 - 0.8 is not 0.2
    return np.select(
        [hidden, np.isnan(probability), probability >= firm - near, probability <= 1 - firm + near],
        ["not shown", "no figure", "firmly in", "firmly out"],
        "borderline",
    )


def _ranks(index: pd.Series) -> pd.Series:
    return index.rank(ascending=False, method="min")


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Put who comes first first; ranks are whole numbers, nullable only where some are missing."""
    ranks = ["rank", "rank_in_group", "rank_low", "rank_high"]
    for column in ranks:
        table[column] = table[column].astype("Int64" if table[column].isna().any() else int)
    table = table.sort_values("rank", kind="stable", na_position="last")
    first = [column for column in table.columns if column not in {"index", *_RESULTS}]
    return table[[*first, "index", *_RESULTS]]
