"""Where to place outreach: the optimum, by enumeration, by published answers, and over greedy."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from geo.errors import TableError
from geo.targeting.sites import place_sites
from geo.targeting.siting import best_sites
from geo.targeting.siting_bounds import Problem, at_hand, sites_that_may_be_best


@pytest.fixture
def areas():
    """Six places along a road, a kilometre apart."""
    return pd.DataFrame(
        {"area_code": list("abcdef"), "need": [10, 20, 5, 5, 40, 1], "northing": 355_000.0}
    ).assign(easting=370_000.0 + 1000 * np.arange(6), town=["N"] * 3 + ["S"] * 3)


@pytest.fixture
def hubs():
    """Four hubs on that road, at places b, c, e and f."""
    return pd.DataFrame({"site": ["B", "C", "E", "F"], "northing": 355_000.0}).assign(
        easting=[371_000.0, 372_000, 374_000, 375_000], town=["N", "N", "S", "S"]
    )


def test_most_need_within_reach(areas, hubs):
    found = place_sites(areas, hubs, k=1, need="need", within=1000)
    assert found.chosen == ["E"]
    assert found.share == pytest.approx(46 / 81)
    assert found.areas["reached"].tolist() == [0, 0, 0, 5, 40, 1]


def test_least_way_and_who_gains(areas, hubs):
    hubs = hubs.assign(today=[False, False, False, True])
    found = place_sites(areas, hubs, k=2, need="need")
    assert found.chosen == ["B", "E"]
    assert found.distance == pytest.approx((10 + 5 + 5 + 1) * 1000 / 81)
    assert found.areas["gain"].tolist() == [4000, 4000, 2000, 1000, 1000, -1000]
    assert found.sites["need"].tolist() == [35, 46]
    assert found.share == 1


def test_groups_kept_sites_and_capacities_are_kept_to(areas, hubs):
    given = {"need": "need", "within": 1000}
    assert place_sites(areas, hubs, k=2, by="town", **given).chosen == ["B", "E"]
    assert place_sites(areas, hubs.assign(kept=hubs["site"] == "C"), k=1, **given).chosen == ["C"]
    small = hubs.assign(capacity=[100, 100, 20, 41])
    found = place_sites(areas, small, k=1, **given)
    assert found.chosen == ["F"]
    assert found.sites["need"].tolist() == [41]
    found = place_sites(areas, small, k=2, need="need")
    assert (
        found.sites["need"].le(small.set_index("site")["capacity"][found.chosen].to_numpy()).all()
    )
    assert found.sites["need"].sum() == pytest.approx(81)


def test_travel_times_take_the_place_of_straight_lines(areas, hubs):
    times = pd.DataFrame(9.0, index=list("fedcba"), columns=list("FECB"))
    times.loc["e", "C"] = 1
    found = place_sites(areas, hubs[["site"]], k=1, need="need", travel=times)
    assert found.chosen == ["C"]
    assert found.distance == pytest.approx((41 * 9 + 40) / 81)


@pytest.mark.parametrize(
    ("change", "given", "message"),
    [
        ({"need": [-1] * 6}, {}, "from 0 up"),
        ({"need": [np.nan] * 6}, {}, "leave out what is not shown"),
        ({"easting": -2.4, "northing": 53.1}, {}, "look like degrees; convert"),
        ({"easting": 500_000}, {}, "within 20 km of the areas"),
        ({}, {"k": 5}, "k is 5; give a whole number from 1 to 4"),
        ({}, {"k": 0}, "k is 0"),
        ({}, {"within": -1}, "reach is -1"),
        ({"town": "West"}, {"by": "town"}, "no candidate site in West"),
        ({}, {"by": "town", "k": 1}, "No choice of 1 sites"),
        ({}, {"travel": pd.DataFrame({"B": [1.0]}, index=["a"])}, "Of the areas, b, c, d"),
    ],
)
def test_bad_input_is_refused(areas, hubs, change, given, message):
    with pytest.raises(TableError, match=message):
        place_sites(areas.assign(**change), hubs, **{"k": 2, "need": "need"} | given)


def test_bad_sites_are_refused(areas, hubs):
    given = {"k": 1, "need": "need"}
    for sites, message in (
        (hubs[:0], "no candidate sites"),
        (hubs.assign(site="B"), "each needs one name"),
        (hubs.assign(kept="yes"), "allowed are true and false"),
        (hubs.assign(kept=True), "4 sites are kept, and k is 1"),
        (hubs.assign(capacity=1), "within the capacities"),
        (hubs.drop(columns="easting"), "No column easting"),
    ):
        with pytest.raises(TableError, match=message):
            place_sites(areas, sites, **given)


def _random(rng, n, m, k, within=None):
    here, there = rng.random((n, 2)) * 10_000, rng.random((m, 2)) * 10_000
    distance = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    need = rng.integers(0, 50, n).astype(float)
    groups = [np.arange(0, m, 2), np.arange(1, m, 2)] if rng.random() < 0.4 and k > 1 else []
    kept = np.arange(m) == (0 if rng.random() < 0.3 else -1)
    return Problem(need, distance, k, kept, within, None, groups)


def _value(problem, chosen):
    nearest = problem.distance[:, list(chosen)].min(axis=1)
    if problem.within is None:
        return -(problem.need * nearest).sum()
    return problem.need[nearest <= problem.within].sum()


def _allowed(problem, chosen):
    kept = set(np.flatnonzero(problem.kept)) <= set(chosen)
    return kept and all(set(members) & set(chosen) for members in problem.groups)


def _best_of_all(problem):
    choices = itertools.combinations(range(problem.distance.shape[1]), problem.k)
    return max(_value(problem, c) for c in choices if _allowed(problem, c))


def _greedy(problem):
    chosen = []
    while len(chosen) < problem.k:
        left = set(range(problem.distance.shape[1])) - set(chosen)
        chosen.append(max(left, key=lambda site: _value(problem, [*chosen, site])))
    return chosen


@pytest.mark.parametrize("within", [None, 2500])
def test_small_cases_equal_enumeration(within):
    rng = np.random.default_rng(5)
    for _ in range(8):
        problem = _random(rng, 12, 9, int(rng.integers(1, 5)), within)
        chosen, _ = best_sites(problem)
        assert len(chosen) == problem.k
        assert _allowed(problem, chosen)
        assert _value(problem, chosen) == pytest.approx(_best_of_all(problem), abs=1e-6)


def test_what_is_left_out_is_in_no_better_choice():
    rng = np.random.default_rng(6)
    fewer = 0
    for _ in range(6):
        problem = _random(rng, 30, 14, 3)
        left = sites_that_may_be_best(problem)
        fewer += (~left).sum()
        cut = Problem(
            problem.need, problem.distance[:, left], 3, problem.kept[left], None, None,
            [np.flatnonzero(np.isin(np.flatnonzero(left), m)) for m in problem.groups],
        )  # fmt: skip
        assert _best_of_all(cut) == pytest.approx(_best_of_all(problem))
        hand = at_hand(problem, problem.need[:, None] * problem.distance)
        assert _allowed(problem, hand)
    assert fewer > 20


@pytest.mark.slow
def test_never_worse_than_greedy():
    rng = np.random.default_rng(8)
    for case in range(200):
        problem = _random(rng, 40, 20, int(rng.integers(1, 7)), [None, 1500][case % 2])
        bare = Problem(
            problem.need,
            problem.distance,
            problem.k,
            problem.kept & False,
            problem.within,
            None,
            [],
        )
        chosen, _ = best_sites(bare)
        assert _value(bare, chosen) >= _value(bare, _greedy(bare)) - 1e-6


def test_the_optimum_of_the_first_p_median_instance_of_the_or_library_is_reached(conformance):
    roads = pd.read_csv(conformance / "pmed1.csv")
    roads["pair"] = [tuple(sorted(pair)) for pair in zip(roads["from"], roads["to"], strict=True)]
    roads = roads.drop_duplicates("pair", keep="last")  # of two lengths of a road the last counts
    size = 100
    ends = roads["from"] - 1, roads["to"] - 1
    ways = shortest_path(csr_array((roads["length"], ends), (size, size)), directed=False)
    names = [str(number) for number in range(1, size + 1)]
    areas = pd.DataFrame({"area_code": names, "need": 1})
    travel = pd.DataFrame(ways, names, names)
    found = place_sites(areas, pd.DataFrame({"site": names}), k=5, need="need", travel=travel)
    assert found.areas["distance"].sum() == 5819


def test_published_optima_are_reached(real_data):
    folder = real_data.parent / "conformance"
    places = pd.read_csv(folder / "siting_demand.csv")
    travel = pd.read_csv(folder / "siting_distances_m.csv", index_col=0)
    areas = places.assign(area_code=places["NAME"])
    sites = pd.DataFrame({"site": travel.columns})
    expected = json.loads((folder / "siting_expected.json").read_text("utf-8"))
    tried = 0
    for case, (reached, *_) in expected.items():
        if not case.startswith("mclp"):
            continue
        within, k = (int(part.split("=")[1]) for part in case.split()[1:])
        found = place_sites(areas, sites, k=k, need="POP2000", within=within, travel=travel)
        assert found.areas["reached"].sum() == reached
        tried += 1
    assert tried == 12
