"""Before and after: who stays deprived, and whether targeted areas changed more than others."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special
from scipy.optimize import linear_sum_assignment

from geo.errors import TableError
from geo.statistics.table_checks import confidence_levels, numbers, refuse, require
from geo.targeting.needs import area_codes, complete


def persistently_deprived(
    areas: pd.DataFrame, *, releases: Mapping[int, str], deciles: int = 3
) -> pd.DataFrame:
    """Tell which areas were among the most deprived in every release, and which came and went.

    Parameters
    ----------
    areas : DataFrame
        One row an area, with a column of national deciles (1 = most deprived) for each release.
        Where boundaries changed, an area has a decile only for releases that know it.
    releases : mapping of int to str
        Year of each release, and the column of its deciles.
    deciles : int
        How many deciles count as most deprived.

    Returns
    -------
    DataFrame
        The code, ``releases`` (how many know the area), ``times`` (in how many of them it is
        among the most deprived) and ``history``: always, came (and stayed), went (and stayed
        away), came and went, never, or not comparable where a release does not know the area.

    Raises
    ------
    TableError
        If fewer than two releases are given, a column is absent, or a decile is not 1 to 10.
    CodeError
        If a code is missing or stands twice.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"area_code": ["a", "b", "c"], "d15": [1, 4, 3], "d19": [2, 3, 9]})
    >>> persistently_deprived(lsoas, releases={2015: "d15", 2019: "d19"})["history"].tolist()
    ['always', 'came', 'went']
    """
    codes = area_codes(areas)
    if len(releases) < 2 or not 1 <= deciles <= 10:
        raise TableError(
            f"There are {len(releases)} releases and {deciles} deciles; give two releases or "
            "more, and 1 to 10 deciles."
        )
    columns = [releases[year] for year in sorted(releases)]
    require(areas, columns)
    known = np.column_stack([numbers(areas, column) for column in columns])
    for i, column in enumerate(columns):
        wrong = ~np.isnan(known[:, i]) & ~np.isin(known[:, i], np.arange(1, 11))
        refuse(areas, wrong, column, "allowed are whole numbers from 1 to 10", public=True)
    deprived, missing = known <= deciles, np.isnan(known).any(axis=1)
    turns = (deprived[:, 1:] != deprived[:, :-1]).sum(axis=1)
    history = np.select(
        [missing, deprived.all(axis=1), ~deprived.any(axis=1), turns > 1, deprived[:, -1]],
        ["not comparable", "always", "never", "came and went", "came"],
        "went",
    )
    found = {codes.name: codes, "releases": (~np.isnan(known)).sum(axis=1)}
    return pd.DataFrame(found | {"times": deprived.sum(axis=1), "history": history}, areas.index)


@dataclass(frozen=True)
class Effect:
    """How much more rates changed in targeted areas than in the others.

    Attributes
    ----------
    targeted, others : float
        Change of the rate, after less before, per ``multiplier`` people.
    difference, lower_ci, upper_ci : float
        The one less the other, with its interval.
    areas : tuple of int
        How many areas were targeted, and how many they were compared with.
    matched : tuple of str, float and float, optional
        By what the others were matched, and how far the two sides lie apart in it on average, with
        those that were matched and with all others.
    """

    targeted: float
    others: float
    difference: float
    lower_ci: float
    upper_ci: float
    areas: tuple[int, int]
    matched: tuple[str, float, float] | None = None

    def sentences(self) -> list[str]:
        """Say it in words, with what it cannot show."""
        rose = "rose" if self.targeted > 0 else "fell" if self.targeted < 0 else "did not change"
        by = f" by {abs(self.targeted):.1f}" if self.targeted else ""
        sure = "chance alone would seldom do this"
        if self.lower_ci <= 0 <= self.upper_ci:
            sure = "chance alone may do this"
        alike = []
        if self.matched is not None:
            by, now, before = self.matched
            alike = [
                f"Each targeted area is compared with another that is as like it by {by} as can "
                f"be: the two sides lie {now:.2f} apart on average, with all others {before:.2f}."
            ]
        return [
            *alike,
            f"In the {self.areas[0]} targeted areas the rate {rose}{by}; in the other "
            f"{self.areas[1]} it changed by {self.others:+.1f}.",
            f"That is a difference of {self.difference:+.1f} ({self.lower_ci:+.1f} to "
            f"{self.upper_ci:+.1f}): {sure}.",
            "High rates tend to fall by themselves, and areas are targeted where rates are high: "
            "whether the targeting did it, this cannot show.",
        ]


def difference_in_differences(
    areas: pd.DataFrame,
    *,
    targeted: str = "targeted",
    matched_by: str | None = None,
    multiplier: float = 100,
    confidence: float = 0.95,
) -> Effect:
    """Compare the change of a rate in targeted areas with that in the others.

    Parameters
    ----------
    areas : DataFrame
        One row an area: a column of codes, ``count_before``, ``denominator_before``,
        ``count_after``, ``denominator_after`` (none missing), and ``targeted`` (true or false).
    targeted : str
        Column that tells the targeted areas; at least two are, and two are not.
    matched_by : str, optional
        Column of numbers, such as ``imd_score``, by which each targeted area is matched with one
        of the others, none taken twice, so that the pairs lie as little apart as can be in all.
        The rest is left out. Without it all others are compared with.
    multiplier : float
        Per how many people rates are.
    confidence : float
        Confidence of the interval.

    Returns
    -------
    Effect
        Both changes and their difference. Rates are of summed counts; the interval takes areas as
        units, so that what makes one area's years alike, and areas differ, is in it.

    Raises
    ------
    TableError
        If a column is absent, a number is missing or impossible, or a side has under two areas.
    CodeError
        If a code is missing or stands twice.

    References
    ----------
    Optimal matching: Rosenbaum PR (1989). Optimal matching for observational studies. Journal of
    the American Statistical Association 84: 1024–1032. Variance of a ratio of sums by areas:
    Cochran WG (1977). Sampling Techniques, 3rd edition, chapter 6. Degrees of freedom:
    Satterthwaite FE (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin 2: 110–114.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"area_code": list("abcd"), "targeted": [True, True, False, False],
    ...     "count_before": [20, 24, 10, 11], "denominator_before": 100,
    ...     "count_after": [15, 18, 10, 10], "denominator_after": 100})
    >>> found = difference_in_differences(lsoas)
    >>> found.targeted, found.others, found.difference
    (-5.5, -0.5, -5.0)
    """
    area_codes(areas)
    columns = [
        f"{part}_{when}" for when in ("before", "after") for part in ("count", "denominator")
    ]
    require(areas, [targeted, *columns])
    refuse(areas, ~areas[targeted].isin([True, False]), targeted, "allowed are true and false")
    ((level, _),) = confidence_levels(confidence)[:1]
    values = [complete(areas, column) for column in columns]
    for column, (x, n) in zip(columns[::2], (values[:2], values[2:]), strict=True):
        refuse(areas, (n == 0) & (x > 0), column, "an area without people has no cases")
    sides = [areas[targeted].to_numpy(dtype=bool)]
    sides.append(~sides[0])
    matched = None
    if matched_by is not None:
        sides[1], matched = _alike(areas, sides[0], matched_by)
    if min(side.sum() for side in sides) < 2 or not all(
        n[side].sum() for side in sides for n in values[1::2]
    ):
        raise TableError(
            "Targeted areas, and the others, must be two or more with people; add some."
        )
    (change, spread, freedom), (other, other_spread, other_freedom) = (
        _change(*(value[side] for value in values)) for side in sides
    )
    variance = spread + other_spread
    both = spread**2 / freedom + other_spread**2 / other_freedom
    half = 0.0
    if variance:
        half = float(special.stdtrit(variance**2 / both, (1 + level) / 2) * np.sqrt(variance))
    found = np.array([change, other, change - other, change - other - half, change - other + half])
    counted = (int(sides[0].sum()), int(sides[1].sum()))
    targets, others, difference, lower, upper = (multiplier * found).round(12).tolist()
    return Effect(targets, others, difference, lower, upper, counted, matched)


def _alike(
    areas: pd.DataFrame, targeted: np.ndarray, by: str
) -> tuple[np.ndarray, tuple[str, float, float]]:
    """Find the others that are most like the targeted areas, and how far apart the sides lie."""
    require(areas, [by])
    score = numbers(areas, by, lowest=-np.inf)
    refuse(areas, np.isnan(score), by, "every area needs one to be matched")
    here, there = np.flatnonzero(targeted), np.flatnonzero(~targeted)
    if len(here) > len(there):
        raise TableError(
            f"{len(here)} areas are targeted and {len(there)} are not, so that not every one has a "
            "match; give fewer targeted areas, or compare with all others."
        )
    _, taken = linear_sum_assignment(np.abs(score[here][:, None] - score[there]))
    kept = np.zeros(len(areas), bool)
    kept[there[taken]] = True
    mean = score[here].mean() if len(here) else np.nan
    now, before = (
        abs(float(mean - score[side].mean())) if side.any() else np.nan
        for side in (kept, ~targeted)
    )
    return kept, (by, now, before)


def _change(
    x: np.ndarray, n: np.ndarray, later: np.ndarray, people: np.ndarray
) -> tuple[float, float, int]:
    """Change of the rate of summed counts, its variance over areas, and degrees of freedom."""
    before, after = x.sum() / n.sum(), later.sum() / people.sum()
    own = (later - after * people) / people.sum() - (x - before * n) / n.sum()
    size = len(x)
    return after - before, float(size / (size - 1) * (own**2).sum()), size - 1
