"""Priority order: what stands first, and whether its certainty is what it says."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr
from scipy.stats import studentized_range

from geo.errors import CodeError, TableError
from geo.sources.deprivation import read_deprivation
from geo.statistics.intervals import poisson_rate, wilson
from geo.targeting.draws import weight_noise, weights_about
from geo.targeting.index import on_scale
from geo.targeting.posteriors import posterior_draws
from geo.targeting.priority import Certainty, priority
from geo.targeting.rank_sets import all_pairs_point, rank_sets

CODES = [f"E010000{i:02d}" for i in range(12)]
QUICK = Certainty(draws=60)


@pytest.fixture
def lsoas():
    """Need falls from the first to the last; odd ones are in Crewe."""
    return pd.DataFrame({"lsoa21cd": CODES, "town": ["Sandbach", "Crewe"] * 6}).assign(
        imd_score=np.arange(60.0, 0, -5),
        idaci_score=np.arange(12.0),
        imd_rank=np.arange(1, 13) * 90,
    )


@pytest.fixture
def neet():
    """20 of 100 in the first, then 19, 18 …"""
    return pd.DataFrame({"area_code": CODES, "area_type": "lsoa21", "indicator_id": "neet"}).assign(
        count=np.arange(20, 8, -1), denominator=100, measure="proportion"
    )


def test_a_score_is_ranked_together_and_within_groups(lsoas):
    found = priority(lsoas.sample(frac=1, random_state=1), needs="imd_score", top=3, by="town")
    assert found["lsoa21cd"].tolist() == CODES
    assert found["rank"].tolist() == list(range(1, 13))
    assert found["rank_in_group"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert found["standing"].tolist() == ["firmly in"] * 3 + ["firmly out"] * 9
    assert (found["rank_low"] == found["rank"]).all()


def test_ranks_run_from_the_most_deprived_and_ties_share_the_first(lsoas):
    tied = lsoas.assign(imd_rank=[5, 5, *range(6, 16)])
    found = priority(tied, needs="imd_rank", top=1)
    assert found["rank"].tolist()[:3] == [1, 1, 3]
    assert found["probability"].tolist()[:3] == [1, 1, 0]


def test_outcomes_are_ranked_by_rate_with_probability_between(lsoas, neet):
    found = priority(lsoas, needs="neet", top=3, indicators=neet, by="town", certainty=QUICK)
    assert found["index"].iloc[0] == 0.2
    assert found["probability"].sum() == pytest.approx(3)
    assert found["probability"].between(0, 1).all()
    assert (found["rank_low"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_high"]).all()


def test_the_same_seed_gives_the_same_answer_and_no_input_is_changed(lsoas, neet):
    before = lsoas.copy(), neet.copy()
    given = {"needs": {"neet": 0.6, "imd_score": 0.4}, "top": 3, "indicators": neet}
    first = priority(lsoas, **given, certainty=QUICK)
    pd.testing.assert_frame_equal(first, priority(lsoas, **given, certainty=QUICK))
    assert not first.equals(priority(lsoas, **given, certainty=Certainty(draws=60, seed=1)))
    pd.testing.assert_frame_equal(before[0], lsoas)
    pd.testing.assert_frame_equal(before[1], neet)


def test_what_weighs_nothing_hides_no_area_and_moves_no_probability(lsoas, neet):
    hidden = neet.assign(state=["suppressed"] + ["value"] * 11)
    hidden["count"] = hidden["count"].astype(float).where(hidden["state"].eq("value"))
    given = {"top": 3, "indicators": hidden, "certainty": QUICK}
    found = priority(lsoas, needs={"imd_score": 1, "neet": 0}, **given)
    pd.testing.assert_frame_equal(found, priority(lsoas, needs="imd_score", **given))
    assert found["rank"].notna().all()


def test_weights_are_drawn_as_from_a_dirichlet():
    chosen = np.array([0.6, 0.3, 0.1, 0.0])
    drawn = weights_about(chosen, 100, weight_noise(4000, 4, 0))
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert drawn.mean(axis=0) == pytest.approx(chosen, abs=0.003)
    spread = np.sqrt(chosen * (1 - chosen) / 101)  # of a Dirichlet
    assert drawn.std(axis=0) == pytest.approx(spread, rel=0.05)
    assert (weight_noise(5, 2, 3) == weight_noise(5, 4, 3)[:, :2]).all()


def test_order_of_rows_changes_no_rank(lsoas, neet):
    given = {"needs": {"neet": 0.6, "imd_score": 0.4}, "top": 3, "certainty": QUICK}
    first = priority(lsoas, indicators=neet, **given)
    turned = priority(lsoas[::-1], indicators=neet.sample(frac=1, random_state=2), **given)
    by_code = [t.set_index("lsoa21cd")["rank"].sort_index() for t in (first, turned)]
    pd.testing.assert_series_equal(*by_code)


def test_good_outcomes_are_turned_round(lsoas, neet):
    gld = neet.assign(polarity="high_is_good")
    found = priority(lsoas, needs="neet", top=1, indicators=gld, certainty=QUICK)
    assert found["lsoa21cd"].tolist() == CODES[::-1]


def test_a_hidden_count_has_no_rank_and_moves_none(lsoas, neet):
    hidden = neet.assign(
        confidential=True,
        rule="counts under 5 are not shown",
        state=["suppressed", "missing"] + ["value"] * 10,
    )
    hidden["count"] = hidden["count"].astype(float).where(hidden["state"].eq("value"))
    given = {"needs": "neet", "top": 3, "certainty": QUICK}
    found = priority(lsoas, indicators=hidden, **given)
    assert found["standing"].tolist()[-2:] == ["not shown", "no figure"]
    assert found["rank"].isna().tolist()[-2:] == [True, True]
    alone = priority(lsoas.iloc[2:], indicators=neet.iloc[2:], **given)
    assert found["probability"].tolist()[:10] == alone["probability"].tolist()
    assert found["rank_high"].tolist()[:10] == alone["rank_high"].tolist()
    none = priority(lsoas, indicators=hidden.assign(state="suppressed"), **given)
    assert set(none["standing"]) == {"not shown"}


def test_confidential_counts_that_have_not_passed_are_refused(lsoas, neet):
    with pytest.raises(TableError, match="pass it through"):
        priority(lsoas, needs="neet", top=1, indicators=neet.assign(confidential=True))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"needs": {"imd_score": 0.5, "idaci_score": 0.4}}, "sum to 0.9; give weights that sum"),
        ({"needs": {"imd_score": 2, "idaci_score": -1}}, "from 0 up"),
        ({"needs": {}}, "No need is named"),
        ({"needs": "imd_decile"}, "neither a column"),
        ({"needs": "imd_score", "top": 0}, "top is 0; give a whole number from 1 to 12"),
        ({"needs": "imd_score", "top": 13}, "from 1 to 12"),
        ({"needs": "imd_score", "scale": "linear"}, "allowed are percentile"),
        ({"needs": "imd_score", "by": "ward"}, "No column ward"),
        ({"needs": {"imd_rank": 0.5, "imd_score": 0.5}, "scale": "z-score"}, "not ranks"),
    ],
)
def test_bad_input_is_refused(lsoas, given, message):
    with pytest.raises(TableError, match=message):
        priority(lsoas, **{"top": 3} | given)


def test_bad_areas_and_counts_are_refused(lsoas, neet):
    with pytest.raises(CodeError, match="more than once"):
        priority(pd.concat([lsoas, lsoas]), needs="imd_score", top=1)
    with pytest.raises(TableError, match="No column of area codes"):
        priority(lsoas.drop(columns="lsoa21cd"), needs="imd_score", top=1)
    with pytest.raises(TableError, match="a tenth of England"):
        priority(lsoas.assign(imd_decile=1), needs="imd_decile", top=1)
    for wrong, message in (
        (neet.assign(count=101), "no more than its denominator"),
        (neet.assign(count=-1), "from 0 up"),
        (neet.assign(measure="mean"), "a proportion or a rate"),
        (pd.concat([neet, neet]), "one period, sex and age"),
    ):
        with pytest.raises(TableError, match=message):
            priority(lsoas, needs="neet", top=1, indicators=wrong)
    with pytest.raises(TableError, match="firm is"):
        Certainty(firm=0.3)


def test_scales_are_what_they_say():
    value = np.array([3.0, 1, 1, 8])
    assert on_scale(value, "percentile").tolist() == [75, 37.5, 37.5, 100]
    assert on_scale(value, "z-score").mean() == pytest.approx(0)
    assert on_scale(value, "exponential").max() == pytest.approx(100)
    assert on_scale(-np.array([33_755.0]), "percentile", 33_755)[0] == pytest.approx(100 / 33_755)


def test_imd_is_rebuilt_from_its_domains(real_data):
    england = read_deprivation(real_data / "england" / "IoD2025_ranks_scores_deciles.csv")
    shares = {"income": 0.225, "employment": 0.225, "education": 0.135, "health": 0.135}
    shares |= dict.fromkeys(("crime", "barriers", "environment"), 0.093)  # as published
    weights = {f"{domain}_rank": weight for domain, weight in shares.items()}
    place = england[england["lad24cd"] == "E06000049"]
    certain = Certainty(weights_as_of=0)
    for lsoas in (england, place):  # a part is ranked among all of England too
        found = priority(lsoas, needs=weights, top=100, scale="exponential", certainty=certain)
        assert (found["index"] - lsoas["imd_score"]).abs().max() < 0.0008
        order = lsoas["imd_rank"].rank().reindex(found.index)
        assert (found["rank"] - order).abs().max() <= 1


@pytest.mark.parametrize("measure", ["proportion", "rate"])
def test_posteriors_lie_between_the_raw_rate_and_the_group(measure):
    count, people = np.r_[np.tile([2.0, 8], 20), np.tile([17.0, 23], 20)], np.full(80, 200.0)
    count[:2] = 40, 1
    draws = posterior_draws(
        count, people, np.repeat([0, 1], 40), measure, rng=np.random.default_rng(1)
    )
    mean = np.mean([next(draws) for _ in range(300)], axis=0)
    assert 0.03 < mean[0] < 0.2
    assert 0.005 < mean[1] < 0.027
    assert mean[:40].mean() == pytest.approx(0.0285, abs=0.006)
    assert mean[40:].mean() == pytest.approx(0.1, abs=0.01)


def test_all_pairs_point_is_that_of_the_studentised_range():
    for size in (2, 5, 244):
        expected = studentized_range.ppf(0.95, size, np.inf) / np.sqrt(2)
        assert all_pairs_point(size, 0.95) == pytest.approx(expected, rel=1e-5)


def _sets_pair_by_pair(x, n, formula):
    if len(x) == 1:
        return np.ones(1), np.ones(1)
    lower, upper = formula(x, n, 2 * ndtr(all_pairs_point(len(x), 0.95)) - 1)
    rate = x / n
    apart = rate[:, None] - rate
    surely = (apart > 0) & (apart**2 > (rate - lower)[:, None] ** 2 + (upper - rate) ** 2)
    return 1 + surely.sum(axis=0), len(x) - surely.sum(axis=1)


@pytest.mark.parametrize("size", [1, 2, 300])
def test_rank_sets_are_those_of_all_pairs_one_by_one(size):
    rng = np.random.default_rng(size)
    n = rng.integers(5, 900, size).astype(float)
    x = rng.binomial(n.astype(int), rng.random(size)).astype(float)
    for formula in (wilson, poisson_rate):
        found, expected = rank_sets(x, n, formula, 0.95), _sets_pair_by_pair(x, n, formula)
        assert [part.tolist() for part in found] == [part.tolist() for part in expected]


def boroughs(rng, base, areas=240):
    """Truths that are no draws from the model: log-normal about eight groups, people log-normal."""
    group = np.arange(areas) % 8
    people = np.round(np.exp(rng.normal(5.7, 0.5, areas)))
    rate = base * np.exp(rng.normal(0, 0.4, 8)[group] + rng.normal(0, 0.4, areas))
    return group, people, rate


def _in_top(value, top):
    return value >= np.partition(value, -top)[-top]


def _calibration(base, measure, times, draws=150, top=36):
    """Share that was truly in of those given 75 to 85%, and what shrinkage finds over the raw."""
    rng = np.random.default_rng(7)
    given, true, raw_finds, finds = [], [], 0, 0
    for _ in range(times):
        group, people, rate = boroughs(rng, base)
        count = rng.poisson(people * rate).astype(float)
        if measure == "proportion":
            rate = np.minimum(rate, 0.9)
            count = rng.binomial(people.astype(int), rate).astype(float)
        drawn = posterior_draws(count, people, group, measure, rng=rng)
        chance = np.mean([_in_top(next(drawn), top) for _ in range(draws)], axis=0)
        truth = _in_top(rate, top)
        given.append(chance)
        true.append(truth)
        jitter = rng.random(len(rate)) * 1e-9
        raw_finds += truth[_in_top(count / people + jitter, top)].sum()
        finds += truth[_in_top(chance + jitter, top)].sum()
    said = (np.concatenate(given) >= 0.75) & (np.concatenate(given) <= 0.85)
    return np.concatenate(true)[said].mean(), finds / raw_finds


def test_probabilities_are_about_calibrated():
    true, _ = _calibration(0.05, "proportion", 4, draws=40)
    assert 0.6 < true < 0.95


@pytest.mark.slow
def test_probabilities_are_calibrated_in_a_thousand_boroughs_and_shrinkage_finds_more():
    rare, gain = _calibration(0.004, "rate", 1000, draws=400)  # about one event an area
    assert abs(rare - 0.8) <= 0.03
    assert gain >= 1.10
    for measure in ("proportion", "rate"):
        true, _ = _calibration(0.05, measure, 120, draws=400)
        assert abs(true - 0.8) <= 0.03


def _covered(times, areas):
    rng = np.random.default_rng(3)
    covered = 0
    for i in range(times):
        _, people, rate = boroughs(rng, (0.003, 0.03)[i % 2], areas)
        count = rng.poisson(people * rate).astype(float)
        low, high = rank_sets(count, people, poisson_rate, 0.95)
        rank = np.argsort(np.argsort(-rate)) + 1
        covered += ((low <= rank) & (rank <= high)).all()
    return covered / times


def test_sets_of_ranks_hold_all_at_once():
    assert _covered(20, 60) >= 0.9


@pytest.mark.slow
def test_sets_of_ranks_hold_in_a_thousand_boroughs():
    assert _covered(1000, 240) >= 0.95
