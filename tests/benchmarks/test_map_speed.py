"""The map of England against the obvious alternative; how quickly a page shows and changes."""

import statistics
import sys
import time
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.sources.boundaries import read_boundaries
from geo.views.web.map import web_map
from tests.views.web.data import ENGLAND, cheshire_east, fifths, national, thirty_indicators, tidy

TITLE = "A tenth of England's areas are among the most deprived 10%"
MILLION = 1_000_000


@pytest.fixture(scope="module")
def england(real_data) -> gpd.GeoDataFrame:
    """All LSOAs with sixteen deciles and ranks, names and authorities."""
    folder = real_data / "england"
    areas = read_boundaries(folder / "LSOA21_england_simplified.parquet")
    lookup = pd.read_csv(folder / "LSOA21_WD24_LAD24_EW_LU.csv").rename(columns=str.lower)
    areas = areas.merge(lookup[["lsoa21cd", "wd24nm", "lad24nm"]], on="lsoa21cd")
    scores = pd.read_csv(folder / "IoD2025_ranks_scores_deciles.csv")
    scores = scores.rename(columns={scores.columns[0]: "lsoa21cd"}).set_index("lsoa21cd")
    names = [name for name in cheshire_east(real_data) if name.endswith("_rank")]
    for kind in ("rank", "decile"):
        columns = [c for c in scores.columns if f" {kind.title()} (" in c]
        part = scores[columns].set_axis([n.replace("rank", kind) for n in names], axis=1)
        areas = areas.join(part, on="lsoa21cd")
    return areas


@pytest.fixture(scope="module")
def england_indicators(real_data) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Thirty indicators of all LSOAs, a million rows, with national fifths."""
    values, _, known = national(real_data)
    rows = tidy(values).rename("value").reset_index()
    rows["quantile"] = tidy(fifths(values, known)).astype("Int64").to_numpy()
    target = rows["indicator_id"].map(values.mean())
    rows = rows.assign(area_type="lsoa21", period="2025", benchmark_value=target, state="value")
    return rows, known


def seconds(work, repeats=3):
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


@pytest.fixture
def explore(monkeypatch):
    """Draw with GeoDataFrame.explore, which imports mapclassify though it need not classify."""
    monkeypatch.setitem(sys.modules, "mapclassify", SimpleNamespace(classify=None))
    return lambda areas, path: areas.explore("imd_decile", categorical=True).save(path)


def test_map_of_england_with_all_variables_against_explore(
    benchmark, england, england_indicators, real_data, explore, tmp_path
):
    rows, known = england_indicators
    ours, obvious = tmp_path / "map.html", tmp_path / "explore.html"

    def build():
        web_map(england, title=TITLE, levels=["lad24nm"], indicators=rows, catalogue=known).save(
            ours
        )

    benchmark.pedantic(build, rounds=3)
    values, _, _ = national(real_data)
    explore(england.join(values, on="lsoa21cd"), obvious)
    sizes = [path.stat().st_size / MILLION for path in (ours, obvious)]
    benchmark.extra_info["MB, ours and explore"] = [round(size, 1) for size in sizes]
    assert sizes[0] <= 12
    assert 5 * sizes[0] <= sizes[1]


def test_map_of_england_with_one_variable_against_explore(benchmark, england, explore, tmp_path):
    areas = england[["lsoa21cd", "lsoa21nm", "lad24nm", "imd_decile", "geometry"]]
    ours, obvious = tmp_path / "map.html", tmp_path / "explore.html"
    taken = seconds(lambda: explore(areas, obvious), repeats=1)
    benchmark.pedantic(lambda: web_map(areas, title=TITLE, levels=["lad24nm"]).save(ours), rounds=3)
    sizes = [path.stat().st_size / MILLION for path in (ours, obvious)]
    benchmark.extra_info["MB, ours and explore"] = [round(size, 1) for size in sizes]
    benchmark.extra_info["times faster"] = round(taken / benchmark.stats.stats.median, 1)
    assert 5 * sizes[0] <= sizes[1]


def test_page_of_cheshire_east_shows_and_changes(benchmark, real_data, chromium, tmp_path):
    table, known = thirty_indicators(real_data)
    levels = ("collaborative", "sub_locality", "locality")
    made = web_map(
        cheshire_east(real_data), title=TITLE, levels=levels, indicators=table, catalogue=known
    )
    made.save(tmp_path / "map.html")
    page = chromium.new_page(viewport={"width": 1280, "height": 800})

    def opened():
        page.goto((tmp_path / "map.html").as_uri())
        page.wait_for_selector(".geo[data-ready]")

    benchmark.pedantic(opened, rounds=5)
    paints = page.evaluate("performance.getEntriesByType('paint').map(p => p.startTime)")
    changes = page.evaluate(
        """() => {
          const box = document.getElementById("geo-show"), taken = [];
          for (const { value } of [...box.options, ...box.options]) {
            const start = performance.now();
            box.value = value;
            box.dispatchEvent(new Event("change"));
            taken.push(performance.now() - start);
          }
          return taken;
        }"""
    )
    benchmark.extra_info["ms to first paint"] = round(min(paints))
    benchmark.extra_info["ms to change variable, median"] = round(float(np.median(changes)), 1)
    page.close()
    assert len(changes) == 2 * (16 + 30)


def test_page_of_england_is_usable(benchmark, england, england_indicators, chromium, tmp_path):
    rows, known = england_indicators
    made = web_map(england, title=TITLE, levels=["lad24nm"], indicators=rows, catalogue=known)
    made.save(tmp_path / "england.html")
    page = chromium.new_page(viewport={"width": 1280, "height": 800})

    def opened():
        page.goto((tmp_path / "england.html").as_uri())
        page.wait_for_selector(".geo[data-ready]", timeout=120_000)

    benchmark.pedantic(opened, rounds=1)
    taken = page.evaluate(
        """() => {
          const box = document.getElementById("geo-show"), start = performance.now();
          box.value = "i:disability";
          box.dispatchEvent(new Event("change"));
          return performance.now() - start;
        }"""
    )
    benchmark.extra_info["ms to change variable"] = round(taken)
    assert page.locator("#geo-legend li").count() >= 5
    assert rows["area_code"].nunique() == 33_755
    assert ENGLAND not in set(rows["area_code"])
    page.close()
