"""Files with faults that nobody thought of: own errors only, and no figure that changes unseen."""

import contextlib
import csv
import io
import random
import warnings
from collections import Counter

import openpyxl
import pandas as pd
import pytest

from geo.errors import GeoError
from geo.report.assign import assign_file
from geo.sources.boundaries import read_boundaries
from geo.sources.deprivation import read_deprivation
from geo.sources.folders import scan
from geo.sources.indicators.read import read_indicators
from geo.sources.lookups import read_lookup
from geo.sources.populations import read_population
from geo.sources.sample import write_sample
from geo.sources.tabular import read_cells
from tests.examples import attempts, some

QUICK = 12
INDICATORS = (
    "area_code,area_type,indicator_id,period,sex,age,count,denominator,value\n"
    + "".join(
        f"E0100000{n},lsoa21,neet,2023/24,{sex},16-17 yrs,{n + 4},{n * 10 + 40},{n + 0.5}\n"
        for n in range(1, 8)
        for sex in ("Persons", "Male")
    )
    + "E92000001,england,neet,2023/24,Persons,16-17 yrs,400,9000,4.4\n"
)
POPULATION = "lsoa21cd,population\n" + "".join(f"E0100000{n},{1000 + n}\n" for n in range(1, 8))
VINTAGES = "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000001,U\nE01000002,E01000003,U\n"
WARDS = "LSOA21CD,WD24CD,WD24NM,LAD24CD\n" + "".join(
    f"E0100000{n},E0500000{n % 3},Ward {n % 3},E06000001\n" for n in range(1, 8)
)
INDICES = (
    "LSOA code (2021),Local Authority District code (2024),"
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)\n"
    + "".join(f"E0100000{n},E06000001,{n * 17}\n" for n in range(1, 8))
)
FINGERTIPS = (
    "Indicator ID,Indicator Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,"
    "Time period,Value,Count,Denominator,Value note\n"
    "93553,School readiness,E92000001,England,England,Persons,5 yrs,,,2022/23,67.2,380,565,\n"
    "93553,School readiness,E06000049,Cheshire East,Counties & UAs (from Apr 2023),Persons,5 yrs,"
    ",,2022/23,65.1,65,100,\n"
)
READERS = {
    "indicators": (read_indicators, INDICATORS),
    "fingertips": (read_indicators, FINGERTIPS),
    "population": (read_population, POPULATION),
    "vintages": (read_lookup, VINTAGES),
    "wards": (read_lookup, WARDS),
    "indices": (read_deprivation, INDICES),
}
ODD = [
    *"\",;\t\n\r\x00 \u00a0\ufeff'=+-*<>%",
    "NA",
    "E01000001",
    "-99",
    "1e400",
    "2023-24",
    "☃",
    "",
    "0",
]


def mutated_bytes(content, chance):
    """Bytes taken out, put in, changed or doubled, a few at once."""
    raw = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(raw) + 1)
        size = chance.choice([1, 1, 2, 9, 60])
        kind = chance.randrange(4)
        if kind == 0:
            del raw[at : at + size]
        elif kind == 1:
            raw[at:at] = chance.choice(ODD).encode()
        elif kind == 2:
            raw[at : at + size] = chance.randbytes(size)
        else:
            raw[at:at] = raw[at : at + size]
    return bytes(raw)


def mutated_cells(text, chance):
    """Cells, rows and columns changed, moved and doubled."""
    rows = list(csv.reader(io.StringIO(text)))
    for _ in range(chance.randint(1, 3)):
        row, column = chance.randrange(len(rows)), chance.randrange(len(rows[0]))
        kind = chance.randrange(6)
        if kind <= 2 and column < len(rows[row]):
            rows[row][column] = chance.choice(ODD)
        elif kind == 3:
            rows.insert(row, list(chance.choice(rows)))
        elif kind == 4:
            rows.insert(row, [chance.choice(["", "Notes: see below", "Source"])])
        else:
            rows = [[*one[:column], *one[column + 1 :]] for one in rows]
            rows = [one or [""] for one in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=chance.choice(",,;\t")).writerows(rows)
    return out.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))


def only_own_errors(reader, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(GeoError):
            reader(path)


@attempts(QUICK)
@pytest.mark.parametrize("kind", some(READERS, quick=3))
def test_mutated_text_raises_own_errors_only(tmp_path, kind, number):
    reader, text = READERS[kind]
    chance = random.Random(f"{kind} {number}")
    path = tmp_path / "x.csv"
    for _ in range(number):
        mutate = chance.choice([mutated_cells, lambda t, c: mutated_bytes(t.encode(), c)])
        path.write_bytes(mutate(text, chance))
        only_own_errors(reader, path)
        only_own_errors(lambda one: read_cells(one, lambda row: len(row) > 1), path)
        only_own_errors(lambda one: scan([one.parent], ["locality"]), path)


@attempts(QUICK)
def test_mutated_workbooks_raise_own_errors_only(tmp_path, number):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(INDICATORS)):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    whole, path = (tmp_path / "whole.xlsx").read_bytes(), tmp_path / "x.xlsx"
    chance = random.Random(number)
    for _ in range(number):
        path.write_bytes(mutated_bytes(whole, chance))
        only_own_errors(read_indicators, path)


@attempts(QUICK)
@pytest.mark.parametrize("name", ["LSOA_2021_sample.gpkg", "WD_2024_sample.geojson"])
def test_mutated_maps_raise_own_errors_only(tmp_path, name, number):
    folder = tmp_path / "sample"
    folder.mkdir()
    whole = {path.name: path for path in write_sample(folder)}[name].read_bytes()
    chance = random.Random(number)
    path = tmp_path / f"x.{name.rpartition('.')[2]}"
    for _ in range(number):
        path.write_bytes(mutated_bytes(whole, chance))
        only_own_errors(read_boundaries, path)


def as_others_save_it(text, chance):
    """The same table with other blanks, case, encoding, column order, separators, rows about it."""
    header, *rows = csv.reader(io.StringIO(text))
    order = chance.sample(range(len(header)), len(header))
    spelt = [chance.choice([header[at], header[at].upper(), f" {header[at]} "]) for at in order]
    body = [[row[at] for at in order] for row in rows]
    for row in body:
        for at, cell in enumerate(row):
            if chance.random() < 0.1:
                row[at] = chance.choice([f" {cell}", f"{cell}\u00a0"])
    above = [["A title"], []] if chance.random() < 0.5 else []
    below = [[""] * len(header), ["Source: ours"]] if chance.random() < 0.5 else []
    out = io.StringIO()
    mark = chance.choice(",;\t")
    csv.writer(out, delimiter=mark, lineterminator=chance.choice(["\n", "\r\n"])).writerows(
        [*above, spelt, *body, *below]
    )
    return out.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))


@attempts(QUICK)
@pytest.mark.parametrize("kind", some(READERS, quick=3))
def test_no_figure_changes_with_how_a_table_is_saved(tmp_path, kind, number):
    reader, text = READERS[kind]
    chance = random.Random(f"saved {kind}")
    path = tmp_path / "x.csv"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path.write_text(text)
        expected = reader(path)
        for _ in range(number):
            path.write_bytes(as_others_save_it(text, chance))
            found = reader(path)
            key = [c for c in expected.columns if not pd.api.types.is_numeric_dtype(expected[c])]
            pd.testing.assert_frame_equal(
                found[expected.columns].sort_values(key, ignore_index=True),
                expected.sort_values(key, ignore_index=True),
                check_dtype=False,
            )


def figures_of(table):
    """Rows of a table without what a rule takes from all rows (spellings, shares of a split)."""
    own = table.drop(columns=["sex", "age", "period", "weight"], errors="ignore")
    plain = [own[c].astype(float) if pd.api.types.is_numeric_dtype(own[c]) else own[c] for c in own]
    rows = pd.concat(plain, axis=1).astype(object).itertuples(index=False, name=None)
    return Counter(map(str, rows))


@attempts(QUICK)
@pytest.mark.parametrize("kind", some(READERS, quick=3))
def test_one_odd_cell_changes_no_other_row(tmp_path, kind, number):
    reader, text = READERS[kind]
    chance = random.Random(f"odd {kind}")
    path = tmp_path / "x.csv"
    whole = list(csv.reader(io.StringIO(text)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path.write_text(text)
        expected = figures_of(reader(path))
        for _ in range(number):
            rows = [list(row) for row in whole]
            at, column, odd = (
                chance.randrange(1, len(rows)),
                chance.randrange(len(rows[0])),
                chance.choice(ODD),
            )
            cell = rows[at][column]
            rows[at][column] = chance.choice([odd, odd + cell, cell + odd])
            out = io.StringIO()
            csv.writer(out).writerows(rows)
            path.write_bytes(out.getvalue().encode())
            with contextlib.suppress(GeoError):
                found = reader(path)
                assert (expected - figures_of(found)).total() <= 1, rows[at]


@attempts(QUICK)
def test_assign_gives_back_any_cell(tmp_path, number):
    data = tmp_path / "data"
    data.mkdir()
    for path in write_sample(data):
        if "lookup" not in path.name:
            path.unlink()
    chance = random.Random(number)
    alphabet = "0123456789 .,-+eENATRUEfalse£é'/:%\"\n"
    cells = ["".join(chance.choices(alphabet, k=chance.randint(0, 9))) for _ in range(number)]
    cells = [cell for cell in cells if not cell.startswith(("+", "-", "\n"))]
    with (tmp_path / "my.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["LSOA21CD", "own"], *(["E01900001", one] for one in cells)])
    assign_file(tmp_path / "my.csv", tmp_path / "out.csv", "sample", [data])
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [row["own"] for row in csv.DictReader(file)] == cells
