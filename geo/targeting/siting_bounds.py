"""Which sites can be left out of a p-median problem: bounds from below and from above."""

from dataclasses import dataclass

import numpy as np

_STEPS = 1000


@dataclass(frozen=True, eq=False)
class Problem:
    """Need of areas, distances (areas by sites), how many sites, and what they have to keep to."""

    need: np.ndarray
    distance: np.ndarray
    k: int
    kept: np.ndarray
    within: float | None
    capacity: np.ndarray | None
    groups: list[np.ndarray]


def sites_that_may_be_best(problem: Problem) -> np.ndarray:
    """Tell the sites that some best choice may hold (without capacities).

    With a price on serving each area, the k sites that earn most bound the least cost from below.
    Where a site in place of the last of them lifts that above the cost of a choice at hand, it is
    in no better choice. All sites are left where no choice is at hand.

    References
    ----------
    Beasley JE (1993). Lagrangean heuristics for location problems. European Journal of Operational
    Research 65: 383–399.
    """
    cost = problem.need[:, None] * problem.distance
    size, k = cost.shape[1], problem.k
    hand = at_hand(problem, cost)
    if hand is None or size <= 2 * k:
        return np.ones(size, bool)
    above = cost[:, hand].min(axis=1).sum()
    left = np.ones(size, bool)
    price, best, scale = cost[:, hand].min(axis=1), -np.inf, 2.0
    since = 0
    for _ in range(_STEPS):
        earned = np.minimum(cost - price[:, None], 0)
        each = earned.sum(axis=0)
        first = np.argpartition(each, k - 1)[:k]
        bound = price.sum() + each[first].sum()
        # Sums of floats: a site is left out only if it is worse by more than they can err.
        left &= bound + np.maximum(each - each[first].max(), 0) <= above * (1 + 1e-9)
        since = 0 if bound > best else since + 1
        best = max(best, bound)
        if since == 20:
            scale, since = scale / 2, 0
        slope = 1.0 - (earned[:, first] < 0).sum(axis=1)
        if not slope.any() or above - best <= 1e-9 * above:
            break
        price = price + scale * (1.01 * above - bound) / (slope @ slope) * slope
    left[hand] = True
    return left | problem.kept


def at_hand(problem: Problem, cost: np.ndarray) -> list[int] | None:
    """Choose well: site by site what saves most, then one for another while that saves.

    None if the sites that stay and the groups leave no room for it.
    """
    chosen = np.flatnonzero(problem.kept).tolist()
    for members in problem.groups:
        if not set(members) & set(chosen):
            chosen.append(_next(cost, chosen, members))
    while len(chosen) < problem.k:
        chosen.append(_next(cost, chosen, np.arange(cost.shape[1])))
    if len(chosen) > problem.k:
        return None
    while better := _swapped(problem, cost, chosen):
        chosen = better
    return chosen


def _next(cost: np.ndarray, chosen: list[int], among: np.ndarray) -> int:
    """Find the site that leaves the least cost beside those chosen."""
    now = cost[:, chosen].min(axis=1, initial=np.inf)
    free = np.setdiff1d(among, chosen)
    return int(free[np.minimum(now[:, None], cost[:, free]).sum(axis=0).argmin()])


def _swapped(problem: Problem, cost: np.ndarray, chosen: list[int]) -> list[int] | None:
    """Exchange one site for another where that saves, and every group keeps one."""
    now = cost[:, chosen].min(axis=1).sum()
    for site in chosen:
        if problem.kept[site]:
            continue
        rest = [other for other in chosen if other != site]
        bare = [m for m in problem.groups if not set(m) & set(rest)]
        among = np.arange(cost.shape[1])
        for members in bare:
            among = np.intersect1d(among, members)
        tried = [*rest, _next(cost, rest, among)]
        if cost[:, tried].min(axis=1).sum() < now * (1 - 1e-12):
            return tried
    return None
