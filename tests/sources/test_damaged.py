"""Damaged files are refused, or give the figures that still stand in them; of any kind of file.

How many damaged files a reader is given in a long run is set by ``GEO_ROUNDS``.
"""

import csv
import io
import random
import sqlite3
import warnings
import zipfile
from collections import Counter
from contextlib import closing

import pyogrio
import pytest

from geo.errors import GeoError
from geo.sources.boundaries import read_boundaries
from geo.sources.indicators.read import read_indicators
from geo.sources.sample import write_sample
from tests.examples import attempts
from tests.sources.spreadsheets import write_ods, write_xls
from tests.sources.test_mutated import INDICATORS, mutated_bytes
from tests.sources.test_workbooks import write_xlsx

HEADER, *ROWS = csv.reader(io.StringIO(INDICATORS))
FIGURES = ["area_code", "sex", "count", "denominator", "value"]
TEXT = {".csv": (",", "utf-8"), ".tsv": ("\t", "cp1252"), ".txt": ("\t", "utf-16")}
BOOKS = {".xlsx": write_xlsx, ".xls": write_xls, ".ods": write_ods}


def typed(rows):
    return [
        [float(cell) if cell[:1].isdigit() and "/" not in cell and "-" not in cell else cell
         for cell in row] for row in rows
    ]  # fmt: skip


def saved(path, rows=(HEADER, *ROWS)):
    """Save the table in the kind of file that the name says; give its bytes."""
    if path.suffix in BOOKS:
        BOOKS[path.suffix](path, {"Notes": [["About these figures"]], "Data": typed(rows)})
    else:
        separator, encoding = TEXT[path.suffix]
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
        path.write_bytes(out.getvalue().encode(encoding))
    return path.read_bytes()


def read(reader, path):
    """Give what is read and told of a file; nothing where it is refused."""
    notes = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return reader(path, notes=notes), notes
        except GeoError:
            return None, notes


def figures(table):
    cells = table.reindex(columns=FIGURES).itertuples(index=False, name=None)
    return Counter((code, sex, *map(float, rest)) for code, sex, *rest in cells)


def of_lines(lines, separator):
    """Figures of the lines that stand undamaged in a text."""
    at = [HEADER.index(name) for name in FIGURES]
    cells = [[line.split(separator)[place] for place in at] for line in lines]
    return Counter((code, sex, *map(float, rest)) for code, sex, *rest in cells)


@attempts(12)
@pytest.mark.parametrize("kind", TEXT)
def test_undamaged_lines_of_a_damaged_text_keep_their_figures(tmp_path, kind, number):
    path = tmp_path / f"x{kind}"
    whole, (separator, encoding) = saved(path), TEXT[kind]
    header, *lines = whole.decode(encoding).splitlines()
    chance = random.Random(f"text {kind}")
    for _ in range(number):
        path.write_bytes(mutated_bytes(whole, chance))
        table, notes = read(read_indicators, path)
        there = Counter(path.read_bytes().decode(encoding, errors="replace").splitlines())
        if table is None or there[header] != 1:
            continue
        lost = of_lines((there & Counter(lines)).elements(), separator) - figures(table)
        assert not lost or notes, path.read_bytes()


@attempts(12)
@pytest.mark.parametrize("kind", BOOKS)
def test_damaged_workbooks_are_refused_or_give_the_same_figures(tmp_path, kind, number):
    path = tmp_path / f"x{kind}"
    whole = saved(path)
    expected = figures(read_indicators(path, notes=[]))
    chance = random.Random(f"book {kind}")
    for _ in range(number):
        path.write_bytes(mutated_bytes(whole, chance))
        table, notes = read(read_indicators, path)
        if table is None:
            continue
        if kind != ".xls":  # which has no checksum: what is changed is what the file says
            assert figures(table) == expected or notes
        else:
            assert len(table) >= len(ROWS) - 8 or notes


def map_file(folder, kind):
    """Save the sample's LSOAs in a kind of map file."""
    source = next(path for path in write_sample(folder) if path.name == "LSOA_2021_sample.gpkg")
    areas = pyogrio.read_dataframe(source).head(40)
    path = folder / f"x{kind}"
    if kind != ".zip":
        pyogrio.write_dataframe(areas, path)
        return path
    pyogrio.write_dataframe(areas, folder / "shapes.shp")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("shapes.*")):
            archive.write(part, part.name)
    return path


def shapes(areas):
    return dict(zip(areas["lsoa21cd"], areas.geometry.area.round(1), strict=True))


def areas_of(path, *, notes):  # noqa: ARG001
    return read_boundaries(path)


def is_sound(path):
    """Tell whether SQLite itself finds no fault in its file."""
    with closing(sqlite3.connect(path)) as base:
        try:
            return base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        except sqlite3.DatabaseError:
            return False


@attempts(6)
@pytest.mark.parametrize("kind", [".gpkg", ".geojson", ".zip"])
def test_damaged_maps_are_refused_or_give_the_areas_they_still_have(tmp_path, kind, number):
    whole_path = map_file(tmp_path, kind)
    whole = whole_path.read_bytes()
    expected = shapes(read_boundaries(whole_path))
    chance = random.Random(f"map {kind}")
    for at in range(number):
        path = tmp_path / f"y{at}{kind}"
        path.write_bytes(mutated_bytes(whole, chance))
        areas, _ = read(areas_of, path)
        if areas is not None:
            found = shapes(areas)
            same = len(expected.items() & found.items())
            if kind == ".zip" or (kind == ".gpkg" and not is_sound(path)):
                assert found == expected
            assert len(found) == len(expected)
            assert same >= len(expected) - 12
        path.unlink()


def test_a_feature_that_is_none_is_not_passed_over(tmp_path):
    """GDAL drops it without a word."""
    path = map_file(tmp_path, ".geojson")
    path.write_text(path.read_text().replace('"type": "Feature",', '"type": "Feaature",', 1))
    with pytest.raises(GeoError, match="breaks off after 39 of 40 areas"):
        read_boundaries(path)
