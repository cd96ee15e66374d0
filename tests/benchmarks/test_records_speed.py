"""Speed of records to indicators, against hand-written SQL and against geopandas.

Skipped unless asked for: ``pytest tests/benchmarks --benchmark-only``. Ratios are of times in the
same run, and no time is asserted by itself; ``python -m tests.benchmarks.records`` measures memory,
and 10⁸ records.
"""

import time

import geopandas as gpd
import numpy as np
import pytest

pytest.importorskip("duckdb", reason="not installed: pip install 'geo-targeting[records]'")

from geo.records.areas import points_to_areas
from tests.benchmarks.records import BY_HAND, THREE, by_hand, made, specification, write
from tests.conftest import SHARED

POINTS, ROWS = 1_000_000, 3_000_000


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def worked(function):
    start = time.process_time()
    function()
    return time.process_time() - start


@pytest.mark.benchmark
def test_counting_takes_little_more_than_hand_written_sql(benchmark, tmp_path):
    """The groups of three indicators, whose number no longer grows with the records."""
    from geo.records.counting import Geography, count, started
    from geo.records.engine import Engine
    from geo.records.specification import read_specification

    path = made(ROWS, tmp_path)
    spec = read_specification(specification(path, THREE))

    def ours():
        with started(Engine()) as run:
            count(spec, run, Geography(None, {}))

    sql = f"CREATE TABLE t AS {BY_HAND.format(path=path)}"
    hand = min(seconds(lambda: by_hand(sql, tmp_path)) for _ in range(2))
    ours_seconds = benchmark.pedantic(lambda: min(seconds(ours) for _ in range(2)), rounds=1)
    assert ours_seconds < 1.6 * hand  # two runs of seconds on a busy machine


@pytest.mark.benchmark
def test_the_whole_way_takes_little_more_than_hand_written_sql_for_the_same_file(
    benchmark, tmp_path
):
    path = made(ROWS, tmp_path)
    hand = worked(lambda: write(path, "hand"))
    ours = benchmark.pedantic(lambda: worked(lambda: write(path, "geo")), rounds=1)
    lines = [path.with_name(f"{one}.csv").read_text().splitlines() for one in ("hand", "geo")]
    assert sorted(lines[0]) == sorted(lines[1])
    assert ours < 1.3 * hand


@pytest.mark.benchmark
def test_points_to_lsoas_are_quicker_than_a_spatial_join(benchmark):
    england = SHARED / "data" / "england" / "LSOA21_england_simplified.parquet"
    if not england.exists():
        pytest.skip("the boundaries of England are not here")
    areas = gpd.read_parquet(england)
    areas = areas.rename(columns={name: name.lower() for name in areas.columns})
    random = np.random.default_rng(20251128)
    around = areas.representative_point().iloc[random.integers(0, len(areas), POINTS)]
    x, y = around.x.to_numpy(), around.y.to_numpy()
    x, y = x + random.normal(0, 400, POINTS), y + random.normal(0, 400, POINTS)

    def joined():
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=areas.crs)
        return gpd.sjoin(points, areas, how="left", predicate="intersects")

    theirs = seconds(joined)
    ours = benchmark.pedantic(
        lambda: seconds(lambda: points_to_areas(x, y, areas, "lsoa21cd")), rounds=1
    )
    assert ours < theirs
