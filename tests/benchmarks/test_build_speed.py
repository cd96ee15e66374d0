"""Whole commands, and the steps that cost most, against the obvious way in the same run."""

import os
import statistics
import subprocess
import sys
import time

import pytest

from geo.geography.dissolve import dissolve
from geo.sources.boundaries import read_boundaries
from geo.sources.lookups import read_lookup

OBVIOUS_IMPORTS = "import geopandas, folium, matplotlib.pyplot"


def _seconds(work, repeats=5):
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _python(*arguments, **environment):
    command, known = [sys.executable, *arguments], os.environ | environment
    subprocess.run(command, check=True, capture_output=True, env=known)


def test_help_starts_much_faster_than_the_obvious_imports(benchmark):
    obvious = _seconds(lambda: _python("-c", OBVIOUS_IMPORTS))
    benchmark.pedantic(lambda: _python("-m", "geo", "--help"), rounds=5, warmup_rounds=1)
    ratio = obvious / benchmark.stats.stats.median
    benchmark.extra_info["times faster"] = round(ratio, 1)
    assert ratio > 4


def test_import_costs_little_over_bare_python(benchmark):
    bare = _seconds(lambda: _python("-c", "pass"))
    benchmark.pedantic(lambda: _python("-c", "import geo"), rounds=5, warmup_rounds=1)
    benchmark.extra_info["seconds over bare"] = round(benchmark.stats.stats.median - bare, 3)
    assert benchmark.stats.stats.median < 3 * bare


@pytest.mark.parametrize("release", ["2025", "2019"])
def test_whole_build_of_cheshire_east(benchmark, real_data, tmp_path, release):
    folders = ["--data", real_data / "cheshire-east", "--data", real_data / "england"]
    command = ["-m", "geo", "build", *folders, "--release", release, "--out", tmp_path]
    every = str(os.cpu_count())
    benchmark.pedantic(lambda: _python(*map(str, command), GEO_PROCESSES=every), rounds=3)
    assert (tmp_path / "map.html").is_file()


@pytest.mark.skipif(os.cpu_count() == 1, reason="there is one processor, so nobody can help")
def test_two_processes_build_faster_than_one(benchmark, tmp_path):
    command = ["-m", "geo", "build", "--sample", "--out", str(tmp_path)]
    alone = _seconds(lambda: _python(*command, GEO_PROCESSES="1"), repeats=1)
    benchmark.pedantic(lambda: _python(*command, GEO_PROCESSES="2"), rounds=1)
    ratio = alone / benchmark.stats.stats.median
    benchmark.extra_info["times faster"] = round(ratio, 2)
    assert ratio > 1.2


def test_dissolve_england_is_faster_than_geopandas(benchmark, real_data):
    england = real_data / "england"
    areas = read_boundaries(england / "LSOA21_england_simplified.parquet")
    lookup = read_lookup(england / "LSOA21_WD24_LAD24_EW_LU.csv")
    areas = areas.merge(lookup[["lsoa21cd", "lad24cd"]], on="lsoa21cd")
    obvious = _seconds(lambda: areas.dissolve("lad24cd"), repeats=3)
    shapes = benchmark.pedantic(lambda: dissolve(areas, "lad24cd"), rounds=5)
    assert len(shapes) == 296
    assert all(shape.is_valid for shape in shapes.values())
    ratio = obvious / benchmark.stats.stats.median
    benchmark.extra_info["times faster"] = round(ratio, 1)
    assert ratio > 2
