"""Speed of rates and sums, each against the obvious alternative in the same run.

Skipped unless asked for: ``pytest tests/benchmarks --benchmark-only``. Ratios are of medians of
several runs, taken in turn, and no time is asserted by itself.
"""

import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from geo.statistics.aggregation import aggregate
from geo.statistics.rates import proportion, rate
from geo.vocabulary.codes import among

ROWS = 1_000_000
LSOAS, INDICATORS, YEARS, AUTHORITIES = 33_755, 30, 5, 296
Z = 1.959963984540054


def median_seconds(*functions, rounds=7):
    """Median seconds of each function, run in turn so that a busy moment hits all alike."""
    taken = np.zeros((rounds, len(functions)))
    for row in taken:
        for column, function in enumerate(functions):
            start = time.perf_counter()
            function()
            row[column] = time.perf_counter() - start
    return np.median(taken, axis=0)


def bare_wilson(x, n):
    p = x / n
    root = Z * np.sqrt(Z**2 + 4 * x * (1 - p))
    below = 2 * (n + Z**2)
    return 100 * p, 100 * (2 * x + Z**2 - root) / below, 100 * (2 * x + Z**2 + root) / below


def bare_byar(x, n):
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - Z / (3 * np.sqrt(x))) ** 3
    more = x + 1
    upper = more * (1 - 1 / (9 * more) + Z / (3 * np.sqrt(more))) ** 3
    return 1e5 * x / n, 1e5 * lower / n, 1e5 * upper / n


def wilson_row_by_row(table):
    return [
        stats.binomtest(x, n).proportion_ci(method="wilson")
        for x, n in zip(table["count"].tolist(), table["denominator"].tolist(), strict=True)
    ]


def exact_row_by_row(table):
    return [
        (stats.chi2.ppf(0.025, 2 * x) / 2 / n, stats.chi2.ppf(0.975, 2 * x + 2) / 2 / n)
        for x, n in zip(table["count"].tolist(), table["denominator"].tolist(), strict=True)
    ]


@pytest.fixture(scope="module")
def table():
    """Half the counts are below ten."""
    random = np.random.default_rng(0)
    few = random.random(ROWS) < 0.5
    counts = np.where(few, random.integers(0, 10, ROWS), random.integers(10, 500, ROWS))
    return pd.DataFrame({"count": counts, "denominator": random.integers(500, 5000, ROWS)})


@pytest.fixture(scope="module")
def england():
    """Every LSOA, indicator and year, and which authority each LSOA is in."""
    random = np.random.default_rng(0)
    codes = np.array([f"E01{i:06d}" for i in range(LSOAS)])
    lads = np.array([f"E06{i:06d}" for i in range(AUTHORITIES)])
    series = INDICATORS * YEARS
    indicators = pd.DataFrame(
        {
            "area_code": np.tile(codes, series),
            "area_type": "lsoa21",
            "indicator_id": np.repeat([f"i{i // YEARS}" for i in range(series)], LSOAS),
            "period": np.repeat([str(2020 + i % YEARS) for i in range(series)], LSOAS),
            "count": random.integers(0, 100, LSOAS * series),
            "denominator": random.integers(100, 1000, LSOAS * series),
        }
    )
    membership = {"lsoa21cd": codes, "lad24cd": lads[random.integers(0, AUTHORITIES, LSOAS)]}
    return indicators, pd.DataFrame(membership)


def arrays(table):
    return table["count"].to_numpy(), table["denominator"].to_numpy()


@pytest.mark.parametrize(("measure", "bare"), [(proportion, bare_wilson), (rate, bare_byar)])
def test_rows_cost_at_most_four_times_the_bare_formula(benchmark, table, measure, bare):
    x, n = (column.astype(float) for column in arrays(table))
    ours, theirs = median_seconds(lambda: measure(table), lambda: bare(x, n))
    benchmark.extra_info["ratio to numpy"] = round(ours / theirs, 2)
    benchmark.pedantic(measure, (table,), rounds=3)
    assert ours < 4 * theirs


@pytest.mark.parametrize(
    ("measure", "row_by_row"), [(proportion, wilson_row_by_row), (rate, exact_row_by_row)]
)
def test_rows_are_five_times_faster_than_scipy_row_by_row(benchmark, table, measure, row_by_row):
    """A thousandth of the rows stands for the slow side, and its time is multiplied."""
    part = table.head(ROWS // 1000)
    ours, theirs = median_seconds(lambda: measure(table), lambda: row_by_row(part), rounds=3)
    benchmark.extra_info["times faster than scipy"] = round(1000 * theirs / ours)
    benchmark.pedantic(measure, (table,), rounds=1)
    assert 5 * ours < 1000 * theirs


def test_aggregate_is_faster_than_plain_pandas(benchmark, england):
    indicators, membership = england

    def plain():
        joined = indicators.merge(membership, left_on="area_code", right_on="lsoa21cd")
        keys = ["lad24cd", "indicator_id", "period"]
        return joined.groupby(keys)[["count", "denominator"]].sum()

    def ours():
        return aggregate(indicators, membership, by="lad24cd")

    assert ours()["count"].tolist() == plain()["count"].tolist()
    taken, theirs = median_seconds(ours, plain, rounds=3)
    benchmark.extra_info["ratio to pandas"] = round(taken / theirs, 2)
    benchmark.pedantic(ours, rounds=1)
    assert taken < theirs


def test_codes_are_found_among_those_of_england_faster_than_by_isin(benchmark):
    codes = pd.Series([f"E{at:08}" for at in range(LSOAS)], dtype="str")
    few = codes.sample(244, random_state=1)
    obvious, ours = median_seconds(lambda: few.isin(codes), lambda: among(few, codes))
    benchmark.extra_info["times faster than isin"] = round(obvious / ours, 1)
    benchmark.pedantic(lambda: among(few, codes), rounds=3)
    pd.testing.assert_series_equal(among(few, codes), few.isin(codes))
    assert obvious / ours > 5
