"""Areas compared with others than England: region, borough, neighbours, areas as deprived."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import FileError, GeoError, PlaceError, TableError
from geo.report.indicators import benchmarks
from geo.report.indicators.benchmarks import Against
from geo.report.outcomes import outcomes, with_benchmarks
from geo.statistics.intervals import poisson_limits
from tests.builders import of_residents, place
from tests.report.test_outcomes import ABSENCE, CATALOGUE, ENGLAND, LSOAS, rows

CODES = list(LSOAS["lsoa21cd"])
OTHERS = [f"E0100000{n}" for n in range(5, 9)]
"""The rest of an England of eight LSOAs."""
DECILES = [1, 1, 10, 10, 1, 1, 10, 10]
REGION = rows("absence", [500], [10_000], codes=["E12000002"], area_type="region")


@pytest.fixture(autouse=True)
def _small_england(monkeypatch):
    monkeypatch.setitem(benchmarks.VINTAGES, "lsoa21", 8)


def england():
    """Eight LSOAs in three authorities, with deciles of deprivation."""
    people = pd.Series(1000.0, CODES + OTHERS)
    where = pd.Series(["E06000001"] * 4 + ["E06000002"] * 2 + ["E06000003"] * 2, people.index)
    known = of_residents(people, where)
    known.people.deprivation["imd_decile"] = DECILES
    return known


def everywhere(counts=(10, 20, 30, 40, 50, 60, 5, 5)):
    return rows("absence", counts, [100] * 8, codes=CODES + OTHERS)


def against(*names, table=None, file=None, where=None, notes=None):
    table = pd.concat([ABSENCE, ENGLAND]) if table is None else table
    table = table.reset_index(drop=True)
    known, of = england(), where or place()
    found = outcomes(table, CATALOGUE, LSOAS, of, england=known, notes=[])
    out = with_benchmarks(found, Against(names, file), table, of, known, notes)
    return out, out.comparisons.set_index(["area_type", "area_code"]).sort_index()


def listed(tmp_path, text):
    (tmp_path / "neighbours.csv").write_text(text)
    return tmp_path / "neighbours.csv"


def test_areas_are_compared_with_the_borough():
    found, table = against("borough")
    assert found.against == {"borough": "Testshire"}
    east = table.loc[("collaborative", "East")]
    assert east["benchmark_value_borough"] == pytest.approx(25)
    assert east["comparison_borough"] == "better"
    assert table.loc[("collaborative", "West"), "comparison_borough"] == "worse"
    assert east["comparison"] == "worse"  # than England, as before


def test_areas_are_compared_with_their_region():
    there = place(region="E12000002")
    found, table = against("region", table=pd.concat([ABSENCE, ENGLAND, REGION]), where=there)
    assert table.loc[("collaborative", "East"), "benchmark_value_region"] == pytest.approx(5)
    assert found.against == {"region": "its region"}


def test_areas_are_compared_with_neighbours_summed_from_authorities(tmp_path):
    own = rows("absence", [100, 300], [1000, 1000], codes=["E06000002", "E06000003"],
               area_type="utla")  # fmt: skip
    file = listed(tmp_path, "LA code,SN code\nE06000001,E06000002\nE06000001,E06000003\n")
    _, table = against("neighbours", table=pd.concat([ABSENCE, ENGLAND, own]), file=file)
    assert table["benchmark_value_neighbours"].dropna().unique() == pytest.approx([20])
    assert table.loc[("collaborative", "West"), "comparison_neighbours"] == "worse"


def test_areas_are_compared_with_neighbours_summed_from_their_lsoas(tmp_path, monkeypatch):
    _all_eight(monkeypatch)
    file = listed(tmp_path, "code\nE06000002\n")
    _, table = against("neighbours", table=everywhere(), file=file)
    assert table.loc[("borough", "borough"), "benchmark_value_neighbours"] == pytest.approx(55)


def _all_eight(monkeypatch):
    from geo.report.indicators import england as national
    from geo.statistics import aggregation

    for module in (national, aggregation):
        monkeypatch.setitem(module.VINTAGES, "lsoa21", 8)


def test_areas_are_compared_with_all_that_are_as_deprived(monkeypatch):
    """Expected by hand: in decile 1 England has 140 of 400, in decile 10 80 of 400."""
    _all_eight(monkeypatch)
    found, table = against("like", table=everywhere())
    assert found.against == {"like": "areas as deprived"}
    expected = {"East": 100 * 0.35 * 2 + 100 * 0.2, "West": 100 * 0.2}
    for name, of in (("East", 300), ("West", 100)):
        area = table.loc[("collaborative", name)]
        assert area["benchmark_value_like"] == pytest.approx(100 * expected[name] / of)
    _, high = poisson_limits(np.array([60.0]), 0.95)
    assert high[0] / expected["East"] < 1  # 60 where 90 are expected
    assert table.loc[("collaborative", "East"), "comparison_like"] == "better"
    assert table.loc[("collaborative", "West"), "comparison_like"] == "worse"


def test_half_of_england_does_not_tell_what_is_expected():
    with pytest.raises(TableError, match=r"all of England's LSOAs.*leave the benchmark out"):
        against("like")


def test_a_region_that_is_not_known_is_told():
    with pytest.raises(PlaceError, match=r'region of Testshire is not known; .*region = "E12'):
        against("region")


def test_a_region_without_figures_is_told():
    with pytest.raises(TableError, match="No indicator has a figure of the region of Testshire"):
        against("region", where=place(region="E12000002"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code\nE06000098\nE06000099\n", "2 of 2 neighbours .* are no authority .*E06000098"),
        ("name\nBury\n", "no column of codes of authorities"),
        ("LA,SN\nE06000077,E06000002\n", "lists no neighbours of E06000001"),
    ],
)
def test_neighbours_that_are_none_are_told(tmp_path, text, words):
    with pytest.raises(TableError, match=words):
        against("neighbours", file=listed(tmp_path, text))


def test_neighbours_without_a_file_are_told(tmp_path):
    with pytest.raises(FileError, match="--neighbours"):
        Against(("neighbours",))
    with pytest.raises(GeoError, match="There is no file"):
        against("neighbours", file=tmp_path / "none.csv")


def test_neighbours_of_whom_some_have_no_figure_are_told(tmp_path):
    one = rows("absence", [100], [1000], codes=["E06000002"], area_type="utla")
    file = listed(tmp_path, "code\nE06000002\nE06000003\n")
    with pytest.raises(TableError, match="figures of all the neighbours of Testshire"):
        against("neighbours", table=pd.concat([ABSENCE, ENGLAND, one]), file=file, notes=[])


def test_an_unknown_benchmark_is_told():
    with pytest.raises(TableError, match="'moon' is unknown; allowed are england, region"):
        Against(("moon",))
