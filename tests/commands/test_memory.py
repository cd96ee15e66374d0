"""Memory that runs out is told in a sentence, whichever library found it out."""

from dataclasses import dataclass

import click
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from pandas.errors import ParserError
from shapely import box
from shapely.errors import GEOSException

from geo.commands.cli import main
from geo.commands.options import plain_errors
from geo.errors import FileError, ran_out_of_memory
from geo.geography.dissolve import union
from geo.report import build
from geo.sources.boundaries import read_boundaries
from geo.sources.lookups import read_lookup

FOUND = [
    MemoryError(),
    np._core._exceptions._ArrayMemoryError((1 << 40,), np.dtype(float)),
    pa.ArrowMemoryError("malloc of size 99 failed"),
    GEOSException("std::bad_alloc"),
    ParserError("Error tokenizing data. C error: out of memory"),
    OSError(12, "Cannot allocate memory"),
]
OTHER = [
    GEOSException("IllegalArgumentException: Points of LinearRing"),
    ValueError("memory"),
    OSError(28, "No space"),
]


def told(problem):
    @click.command()
    def command():
        with plain_errors():
            raise problem

    return CliRunner().invoke(command)


@pytest.mark.parametrize("problem", FOUND, ids=repr)
@pytest.mark.parametrize("wrapped", [False, True])
def test_memory_that_ran_out_is_told_in_a_sentence(problem, wrapped):
    if wrapped:
        outer = FileError("a.csv cannot be read; it may be damaged.")
        outer.__cause__ = problem
        problem = outer
    assert ran_out_of_memory(problem)
    result = told(problem)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The memory of this computer does not suffice")
    assert "damaged" not in result.output
    assert "--only" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("problem", OTHER, ids=repr)
def test_what_is_not_for_want_of_memory_is_not_called_so(problem):
    assert not ran_out_of_memory(problem)
    assert told(problem).exception is problem


def test_a_build_without_memory_leaves_nothing(tmp_path, monkeypatch):
    @dataclass(frozen=True)
    class Nothing:
        left_out: tuple[str, ...] = ()

    def full(_evidence, _headline, folder, *_):
        (folder / "half.csv").write_text("lsoa21cd\nE0100")
        raise GEOSException("std::bad_alloc")

    monkeypatch.setattr(build, "gather_evidence", lambda *_, **__: Nothing())
    monkeypatch.setattr(build, "with_other_releases", lambda evidence: evidence)
    monkeypatch.setattr(build, "_headline", lambda _: ())
    monkeypatch.setattr(build, "_write", full)
    result = CliRunner().invoke(main, ["build", "--sample", "--out", str(tmp_path / "out")])
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "does not suffice" in result.stderr


def test_a_file_is_not_called_damaged_for_want_of_memory(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("LSOA21CD,WD24CD\nE01000001,E05000001\n")
    boxes = gpd.GeoDataFrame({"LSOA21CD": ["E01000001"]}, geometry=[box(0, 0, 1, 1)], crs=27700)
    boxes.to_file(tmp_path / "b.gpkg")
    boxes.to_parquet(tmp_path / "c.parquet")

    def full(problem):
        def read(*_, **__):
            raise problem

        return read

    monkeypatch.setattr(pd, "read_csv", full(FOUND[4]))
    of_gdal = pyogrio.errors.DataSourceError("Out of memory")
    monkeypatch.setattr(pyogrio, "read_dataframe", full(of_gdal))
    monkeypatch.setattr(pyogrio.raw, "read_arrow", full(FOUND[3]))
    monkeypatch.setattr(pq, "read_table", full(FOUND[2]))
    monkeypatch.setattr(gpd, "read_parquet", full(FOUND[2]))
    readers = {"a.csv": read_lookup, "b.gpkg": read_boundaries, "c.parquet": read_boundaries}
    for name, read in readers.items():
        with pytest.raises(MemoryError):
            read(tmp_path / name)
    monkeypatch.setattr(shapely, "coverage_union_all", full(FOUND[3]))
    with pytest.raises(MemoryError):
        union(np.array([box(0, 0, 1, 1)]))
