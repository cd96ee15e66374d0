"""Spark counts what DuckDB counts, in the same words, and leaves as little behind."""

import builtins
import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import geo
import geo.records.spark_session as spark_module
from geo.errors import GeoError, ran_out_of_memory
from geo.records.engine import opened, private_folder
from geo.records.on_spark import understanding
from geo.records.plan import Planner, columns_of
from geo.records.spark_session import _load_spark, spark_session
from geo.records.specification import PERIODS, read_specification
from geo.records.tables import Files, open_table
from tests.records.cases import FACTS, LSOAS, specification, written

EVERY_KIND = {
    "open": "of = 'plans'\nwhere = { Status = 'Open' }\ndenominator = 'same'",
    "later": "of = 'plans'\nwhere = { Start = { from = 2023-02-01 }, DOB = { missing = false } }",
    "amount": "of = 'plans'\ncount = 'sum'\ncolumn = 'Amount'\nwhere = { Amount = { from = 2 } }",
    "people": "of = 'plans'\ncount = 'people'\nwhere = { Status = { not = 'Shut' } }\n"
    "denominator = 'same'",
    "first": "of = 'plans'\ncount = 'first'",
    "again": "of = 'plans'\ncount = 'followed'\nfollowed_by = { of = 'plans', within_days = 90 }\n"
    "denominator = 'same'",
    "other": "of = 'plans'\ncount = 'followed'\nwhere = { Status = 'Closed' }\nfollowed_by = { "
    "of = 'events', within_days = 40, from_days = 0, where = { Status = 'Open' } }",
    "events": "of = 'events'\ndenominator = { count = 'people', of = 'plans' }",
}
SPARK_LACKS = ("::", "//", "$", "ASOF", "struct_pack", "try_strptime", "date_diff", "VARCHAR")


def many(seed, rows=400):
    """Records with blanks, few people, repeated rows, and keys and numbers that are hardly such."""
    random = np.random.default_rng(seed)
    days = pd.date_range("2021-12-01", "2024-03-31").date

    def some(values):
        return random.choice(np.array(values, dtype=object), rows)

    table = pd.DataFrame(
        {
            "Child ID": some([*(f"c{n}" for n in range(60)), " c1 ", None]),
            "Start": some([*days, None]),
            "LSOA": some([*LSOAS, f" {LSOAS[0].lower()}", None, "E99"]),
            "Sex": some(["F", "Male", "f", "2", None]),
            "DOB": some([*pd.date_range("2004-02-27", "2022-06-01", 300).date, None]),
            "Status": some(["Open", "Closed", "Shut", None]),
            "Amount": some([*range(-3, 9), None]),
        }
    )
    table = pd.concat([table, table.iloc[:5]], ignore_index=True)
    return table.assign(Amount=table["Amount"].astype("Int64"))


def every_kind(folder, seed):
    """Write a specification of every kind of count over two tables of random records."""
    random = np.random.default_rng(seed)
    suffix = ("csv", "parquet")[seed % 2]
    for name in ("plans", "events"):
        written(folder, many(seed + len(name)), name, suffix)
    split = ["", "sex = true\n", "ages = ['0-4', '5-11']\n", "sex = true\nages = ['0-4', '5+']\n"]
    return specification(
        folder,
        EVERY_KIND,
        top=f"period = '{PERIODS[seed % len(PERIODS)]}'\n{split[seed % len(split)]}",
        tables=("plans", "events"),
        suffix=suffix,
        repeated=str(random.choice(["tell", "once", "unchecked"])),
    )


def counted(spec, engine="duckdb", **given):
    """What is counted and told, or the words of the error."""
    notes = []
    try:
        found = geo.indicators_from_records(spec, notes=notes, engine=engine, **given)
    except GeoError as problem:
        return f"{problem} {getattr(problem, '__notes__', '')}"
    return found.indicators, found.quality, notes


def require_equal(spec, **given):
    ours, theirs = counted(spec, **given), counted(spec, "spark", **given)
    if isinstance(ours, str):
        assert theirs == ours
        return ours
    pd.testing.assert_frame_equal(theirs[0], ours[0])
    assert theirs[1:] == ours[1:]
    assert len(ours[0])
    return ours


@pytest.fixture(scope="module")
def spark():
    """One session for all tests, in the folder of a run."""
    pytest.importorskip("pyspark", reason="not installed: pip install 'geo-targeting[spark]'")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java, which is not here")
    with private_folder() as folder, spark_session("local[2]", folder) as session:
        yield session


def test_workers_understand_parts_of_a_table_as_duckdb_does_the_whole(tmp_path):
    spec = read_specification(every_kind(tmp_path, 3))
    with opened() as (connection, private):
        sources = {
            name: open_table(connection, table, spec, Files(), private, columns_of(spec, table))
            for name, table in spec.tables.items()
        }
        for query in Planner(spec, sources, date.today()).queries():
            whole = connection.execute(query.sql, query.parameters).to_arrow_table()
            for name, cells in query.cells.items():
                source = sources[cells.table].sql
                rows = connection.execute(f"SELECT * FROM {source}").to_arrow_table()
                here = replace(cells, sql=cells.sql.replace(source, "records"))
                work = understanding(here, rows.column_names)
                parts = pa.Table.from_batches(list(work(rows.to_batches(max_chunksize=200))))
                connection.register(name, parts)
            again = connection.execute(query.select).to_arrow_table()
            for name in query.cells:
                connection.unregister(name)
            order = [(name, "ascending") for name in whole.column_names]
            assert again.sort_by(order).to_pylist() == whole.sort_by(order).to_pylist()
            assert not [words for words in SPARK_LACKS if words in query.select]


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("seed", [2, 3])
def test_spark_counts_what_duckdb_counts(tmp_path, seed):
    require_equal(every_kind(tmp_path, seed))


PLACES = (
    "period = 'year'\nmax_unmatched = 100\n"
    "[tables.points]\nfiles = 'points [1]{a}.csv'\ndate = 'on'\n"
    "area = { easting = 'x', northing = 'y' }\n"
    "[tables.turned]\nfiles = 'turned.parquet'\ndate = 'on'\n"
    "area = { longitude = 'a.b', latitude = 'c`d' }\n"
    "[tables.homes]\nfiles = 'homes.zip'\ndate = 'on'\narea = { postcode = 'Post code' }\n"
    + "".join(
        f"[indicators.{name}]\n{FACTS}of = '{name}'\n" for name in ("points", "turned", "homes")
    )
)


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_points_postcodes_and_forms_of_files_are_those_of_duckdb(tmp_path):
    boxes = [
        shapely.box(400_000 + 1000 * n, 300_000, 401_000 + 1000 * n, 301_000) for n in range(3)
    ]
    areas = gpd.GeoDataFrame({"lsoa21cd": LSOAS[::-1]}, geometry=boxes, crs=27700)
    random = np.random.default_rng(1)
    x = random.choice([*np.arange(399_900, 403_200, 100.0), -0.0], 300)  # many on an edge
    y = random.choice([300_000, 300_500, 301_000, 301_001.5], 300)
    table = pd.DataFrame({"x": x, "y": y, "on": "01/02/2024", "note": 'said "yes",\nand went'})
    table = table.astype({"x": object})
    table.loc[::9, "x"] = None
    table.loc[5, "x"] = "no number"
    table.to_csv(tmp_path / "points [1]{a}.csv", index=False, encoding="utf-8-sig", sep=";")
    turned = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=27700).to_crs(4326)
    when = np.full(300, "2024-02-01", "datetime64[ns]")  # which Spark does not read
    pd.DataFrame({"a.b": turned.x, "c`d": turned.y, "on": when}).to_parquet(
        tmp_path / "turned.parquet", coerce_timestamps=None, version="2.6"
    )
    homes = pd.DataFrame({"Post code": ["CW1 1AA", "cw11aa", "CW1 1AB", "ZZ9 9ZZ", None] * 20})
    packed = {"method": "zip", "archive_name": "homes.csv"}
    homes.assign(on="20240201").to_csv(
        tmp_path / "homes.zip", index=False, encoding="utf-16", compression=packed
    )
    directory = tmp_path / "directory.csv"
    directory.write_text(
        f"pcds,doterm,lsoa21cd\nCW1 1AA,,{LSOAS[0]}\nCW1 1AB,201501,{LSOAS[1]}\n", "utf-8"
    )
    spec = tmp_path / "it.toml"
    spec.write_text(PLACES, "utf-8")
    found, _, notes = require_equal(spec, postcodes=directory, boundaries=areas)
    assert set(found["indicator_id"]) == {"points", "turned", "homes"}
    assert any("terminated postcode" in words for words in notes)


DAMAGED = {
    "few cells": "id,day,area\nSECRET,2024-02-01\n",
    "many cells": "id,day,area\nSECRET,2024-02-01,E01000001,x\n",
    "open quotes": 'id,day,area\nSECRET,2024-02-01,E01000001\n"SECRET,2024-02-01,E01000001\n',
    "text behind quotes": 'id,day,area\n"SECRET"x,2024-02-01,E01000001\n',
    "two forms": "id,day,area\nSECRET,2024-02-28,E01000001\nSECRET,28/02/2024,E01000001\n",
    "no dates": "id,day,area\nSECRET,SECRET,E01000001\n",
    "no such column": "id,days,area\nSECRET,2024-02-01,E01000001\n",
    "no codes": "id,day,area\nSECRET,2024-02-01,SECRET\n",
}


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_what_is_wrong_is_told_in_the_same_words(tmp_path, capfd):
    spec = tmp_path / "it.toml"
    spec.write_text(
        "period = 'year'\n[tables.visits]\nfiles = 'visits.csv'\nperson = 'id'\ndate = 'day'\n"
        f"area = {{ lsoa21 = 'area' }}\n[indicators.it]\n{FACTS}count = 'people'\n",
        "utf-8",
    )
    for name, text in DAMAGED.items():
        (tmp_path / "visits.csv").write_text(text, "utf-8")
        words = require_equal(spec)
        assert isinstance(words, str), name
        assert "SECRET" not in words, name
    with pytest.raises(GeoError, match=r"runs already with the master local\[2\] and not"):
        geo.indicators_from_records(spec, engine=geo.Engine("spark", master="local[1]"))
    assert capfd.readouterr() == ("", "")


RUN = """
import json, os, socket, stat, sys, tempfile, time
from pathlib import Path
tempfile.tempdir = sys.argv[1]
from geo.records.engine import private_folder
from geo.records.spark_session import spark_session

def listening(pid):
    own = {os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir() if one.exists()}
    rows = [row.split() for name in ("tcp", "tcp6")
            for row in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]]
    return [row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own]

with private_folder() as folder, spark_session("local[1]", folder) as session:
    session.createDataFrame([("SECRET",)], "a string").groupBy("a").count().persist().count()
    java = session.sparkContext._gateway.proc.pid
    print(json.dumps({"folder": str(folder), "java": java, "listening": listening(java),
                      "files": [str(one) for one in folder.rglob("*")]}), flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="no /proc to look at")
def test_a_session_keeps_to_itself_and_a_killed_one_is_cleared_away(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", RUN, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        text=True,
    )
    with run:
        told = json.loads(run.stdout.readline() or "{}")
        folder = Path(told["folder"])
        assert told["files"]
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert set(told["listening"]) <= {"0100007F", "0000000000000000FFFF00000100007F"}
        os.kill(run.pid, signal.SIGKILL)
        assert run.stderr.read() == ""
    while Path(f"/proc/{told['java']}").exists():  # Java ends where nobody speaks to it
        pass
    with private_folder() as own:
        assert not folder.exists()
        assert set(own.parent.iterdir()) == {own, own.with_suffix(".lock")}
    assert [one.name for one in tmp_path.iterdir()] == [own.parent.name]


class GoneError(Exception):
    """An error of Spark, which asks its Java what it says."""

    def __str__(self):
        raise ConnectionRefusedError


def test_an_error_of_spark_is_not_asked_for_once_its_java_has_ended(monkeypatch, tmp_path):
    @contextlib.contextmanager
    def ended(_master, _private):
        try:
            raise GoneError
        except GoneError:
            raise GeoError("does not start") from None
        yield

    session = SimpleNamespace(getActiveSession=lambda: None)
    pyspark = SimpleNamespace(sql=SimpleNamespace(SparkSession=session))
    monkeypatch.setattr(spark_module, "_load_spark", lambda: pyspark)
    monkeypatch.setattr(spark_module, "_started", ended)
    with pytest.raises(GeoError) as told, spark_session(None, tmp_path):
        pass
    assert not ran_out_of_memory(told.value)


@pytest.mark.parametrize("lacking", ["pyspark", "java"])
def test_without_spark_or_java_it_is_said_how_to_install_them(monkeypatch, tmp_path, lacking):
    real = builtins.__import__

    def without(name, *given, **named):
        if name.startswith("pyspark"):
            if lacking == "pyspark":
                raise ImportError(name)
            return object()
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    words = {"pyspark": r"pip install 'geo-targeting\[spark\]'", "java": "install Java 17"}[lacking]
    with pytest.raises(GeoError, match=words):
        _load_spark()


def test_engines_that_are_none_and_masters_of_duckdb_are_refused():
    with pytest.raises(GeoError, match="no engine 'sprak'; give one of duckdb, spark"):
        geo.Engine("sprak")
    with pytest.raises(GeoError, match=r"A master \(local\[2\]\) is of Spark alone"):
        geo.Engine(master="local[2]")
