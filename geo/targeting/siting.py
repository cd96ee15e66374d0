"""The location problems behind the choice of sites, as mixed-integer programmes for HiGHS."""

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.disclosure.linear_programme import QUIET
from geo.errors import TableError
from geo.targeting.siting_bounds import Problem, sites_that_may_be_best


def best_sites(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the sites chosen, and the share of each area's need that each serves."""
    if problem.within is not None:
        near = problem.distance <= problem.within
        if problem.capacity is None:
            chosen = _covering(problem, near)
            return chosen, _to_nearest(problem, chosen, near)
        pairs, cost = near, np.full(near.shape, -1.0)
        return _assigned(problem, pairs, cost, np.zeros(len(problem.need)))
    if problem.capacity is not None:
        return _median(problem)
    left = sites_that_may_be_best(problem)
    places = np.cumsum(left) - 1
    groups = [places[members[left[members]]] for members in problem.groups]
    fewer = replace(
        problem, distance=problem.distance[:, left], kept=problem.kept[left], groups=groups
    )
    chosen = np.flatnonzero(left)[_median(fewer)[0]]
    return chosen, _to_nearest(problem, chosen, np.ones(problem.distance.shape, bool))


def _median(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Least way in all: need goes to the nearest few sites of each area, more if that is too few.

    Beside these it may go nowhere, at the cost of the next nearest. While that is not used, what
    is best is best of all.
    """
    size = problem.distance.shape[1]
    order = np.argsort(problem.distance, axis=1, kind="stable")
    few = np.full(len(problem.need), min(size, 4 + 2 * size // problem.k))
    position = np.argsort(order, axis=1, kind="stable")
    while True:
        beyond = np.take_along_axis(order, np.minimum(few, size - 1)[:, None], axis=1)
        spare = np.take_along_axis(problem.distance, beyond, axis=1)[:, 0]
        spare = np.where(few < size, spare, np.nan)
        chosen, served = _assigned(problem, position < few[:, None], problem.distance, spare)
        short = (served.sum(axis=1) < 1 - 1e-6) & (few < size)
        if not short.any():
            return chosen, served
        few = np.where(short, np.minimum(2 * few, size), few)


def _to_nearest(problem: Problem, chosen: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Send all need of an area to the nearest site chosen, where that is near."""
    nearest = problem.distance[:, chosen].argmin(axis=1)
    served = np.zeros((len(problem.need), len(chosen)))
    rows = np.arange(len(nearest))
    served[rows, nearest] = near[rows, chosen[nearest]]
    return served


def _covering(problem: Problem, near: np.ndarray) -> np.ndarray:
    """Maximal covering: an area counts once if any of the sites near it is chosen."""
    # Areas with the same sites near them are one.
    sets, which = np.unique(near, axis=0, return_inverse=True)
    need = np.bincount(which.ravel(), problem.need, len(sets))
    areas, size = sets.shape
    rows = sparse.hstack([-sparse.csr_array(sets.astype(float)), sparse.eye_array(areas)])
    covered = LinearConstraint(rows, -np.inf, 0)
    found = _solved(problem, np.r_[np.zeros(size), -need], [covered], areas)
    return np.flatnonzero(found[:size] > 0.5)


def _assigned(
    problem: Problem, pairs: np.ndarray, cost: np.ndarray, spare: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Send need to sites at least cost; ``spare`` is the cost of not being sent (NaN: it must)."""
    size, (area, site) = pairs.shape[1], np.nonzero(pairs)
    count, areas, each = len(area), len(pairs), np.arange(len(area))
    ones = np.ones(count)
    to = sparse.csr_array((ones, (area, each)), (areas, count))
    none, some = sparse.csr_array((areas, size)), sparse.eye_array(areas)
    rules = [LinearConstraint(sparse.hstack([none, to, some]), 1, 1)]
    open_first = sparse.csr_array((-ones, (each, site)), (count, size))
    blank = sparse.csr_array((count, areas))
    rules.append(
        LinearConstraint(sparse.hstack([open_first, sparse.eye_array(count), blank]), -np.inf, 0)
    )
    if problem.capacity is not None:
        load = sparse.csr_array((problem.need[area], (site, each)), (size, count))
        held = sparse.hstack(
            [sparse.diags_array(-problem.capacity), load, sparse.csr_array((size, areas))]
        )
        rules.append(LinearConstraint(held, -np.inf, 0))
    weighed = problem.need[area] * cost[area, site]
    costs = np.r_[np.zeros(size), weighed, problem.need * np.nan_to_num(spare)]
    most = np.r_[np.ones(count), ~np.isnan(spare)]
    found = _solved(problem, costs, rules, count + areas, most)
    chosen = np.flatnonzero(found[:size] > 0.5)
    served = np.zeros(pairs.shape)
    served[area, site] = found[size : size + count]
    return chosen, served[:, chosen]


def _solved(
    problem: Problem,
    costs: np.ndarray,
    rules: list[LinearConstraint],
    others: int,
    most: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Solve with the rules that all problems share: k sites, those kept, one in each group."""
    size = len(costs) - others
    first = np.zeros((1 + len(problem.groups), len(costs)))
    first[0, :size] = 1
    for row, members in enumerate(problem.groups, 1):
        first[row, members] = 1
    least = np.r_[problem.k, np.ones(len(problem.groups))]
    limits = np.r_[problem.k, np.full(len(problem.groups), np.inf)]
    shared = LinearConstraint(sparse.csr_array(first), least, limits)
    upper = np.r_[np.ones(size), np.broadcast_to(most, others)]
    lower = np.r_[problem.kept.astype(float), np.zeros(others)]
    whole = np.r_[np.ones(size), np.zeros(others)]
    done = milp(
        costs,
        constraints=[shared, *rules],
        bounds=Bounds(lower, upper),
        integrality=whole,
        options=QUIET | {"mip_rel_gap": 0},
    )
    if done.x is None:
        raise TableError(
            f"No choice of {problem.k} sites keeps the sites that stay, has one in each group and "
            "serves all need within the capacities; raise k or the capacities, or ask for less."
        )
    return done.x
