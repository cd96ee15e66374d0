"""Workbooks of Excel 97, LibreOffice and in zips give what the same table gives as CSV."""

import csv
import io
import random
import re
import zipfile

import openpyxl
import pandas as pd
import pytest

from geo.errors import FileError, TableError
from geo.report.check import explain_file
from geo.sources.folders import indicator_files, scan
from geo.sources.indicators.read import read_indicators
from geo.sources.lookups import read_lookup
from geo.sources.tabular import read_cells
from tests.examples import attempts
from tests.sources.spreadsheets import write_ods, write_xls
from tests.sources.test_mutated import mutated_bytes, only_own_errors

TITLED = [
    ["Absence, 2023/24"],
    [],
    ["LSOA21CD", "Indicator", "Period", "Count", "Denominator", "Value"],
    ["E01000001", "absence", "2023/24", 5, 40, "12.5%"],
    ["E01000002", "absence", "2023/24", "c", 1200, "c"],
    ["E01000003", "absence", "2023/24", 0, 30, "0%"],
    [],
    ["Source: a school & its café"],
]


def write_xlsx(path, sheets, *, hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for y, row in enumerate(rows, 1):
            for x, value in enumerate(row, 1):
                cell = sheet.cell(y, x, value)
                if isinstance(value, str) and value.endswith("%"):
                    cell.value, cell.number_format = float(value[:-1]) / 100, "0.0%"
    book.save(path)


def write_csv(path, sheets, **_):
    out = io.StringIO()
    csv.writer(out).writerows(next(iter(sheets.values())))
    path.write_bytes(out.getvalue().encode("cp1252"))


KINDS = {".csv": write_csv, ".xlsx": write_xlsx, ".xls": write_xls, ".ods": write_ods}
BOOKS = pytest.mark.parametrize("kind", [".xlsx", ".xls", ".ods"])


def written(tmp_path, kind, rows=TITLED, **others):
    path = tmp_path / f"x{kind}"
    KINDS[kind](path, {"Data": rows, **others.pop("sheets", {})}, **others)
    return path


def zipped(path, name="x.zip", more=()):
    archive = path.with_name(name)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(path, f"folder/{path.name}")
        packed.writestr("__MACOSX/._x.csv", "of a Mac")
        for other in more:
            packed.writestr(other, "a,b\n1,2\n")
    return archive


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_table_is_the_same_in_every_kind_of_file(tmp_path, kind, packed):
    path = written(tmp_path, kind)
    path = zipped(path) if packed else path
    notes = []
    table = read_indicators(path, notes=notes).set_index("area_code")
    assert table["value"].fillna(-1).tolist() == [12.5, -1, 0]
    assert table["denominator"].tolist() == [40, 1200, 30]
    assert table["state"].tolist() == ["value", "suppressed", "zero"]
    assert any("below the table" in words for words in notes)
    assert scan([tmp_path])[-1].indicators
    cells = read_cells(path, lambda row: "LSOA21CD" in row)
    assert cells.loc[0].tolist() == ["E01000001", "absence", "2023/24", "5", "40", "12.5%"]


@BOOKS
def test_hidden_sheets_are_passed_over_and_several_are_refused(tmp_path, kind):
    other = [[*row[:3], 7, 70, "10%"] if len(row) == 6 and row[3] != "Count" else row
             for row in TITLED]  # fmt: skip
    path = written(tmp_path, kind, sheets={"Old": other}, hidden=("Old",))
    assert read_indicators(path, notes=[])["denominator"].tolist() == [40, 1200, 30]
    path = written(tmp_path, kind, sheets={"Old": other})
    with pytest.raises(FileError, match="2 sheets .*Data, Old"):
        read_indicators(path)
    notes = []
    path = written(tmp_path, kind, sheets={"Notes": [["About"]]}, hidden=("Data",))
    assert read_indicators(path, notes=notes)["denominator"].tolist() == [40, 1200, 30]
    assert any("sheet Data) is hidden and is read because no visible" in one for one in notes)


@BOOKS
def test_a_lookup_is_read_from_every_kind(tmp_path, kind):
    rows = [["LSOA21CD", "WD24CD"], ["E01000001", "E05000001"], ["E01000002", "E05000002"]]
    assert read_lookup(written(tmp_path, kind, rows))["wd24cd"].tolist() == [r[1] for r in rows[1:]]


@pytest.mark.parametrize("name", ["x.xls", "x.ods", "x.xlsx"])
def test_text_under_the_name_of_a_spreadsheet_is_read_as_text(tmp_path, name):
    path = written(tmp_path, ".csv").rename(tmp_path / name)
    assert read_indicators(path, notes=[])["denominator"].tolist() == [40, 1200, 30]
    path.write_text("<html><table><tr><td>LSOA21CD</td></tr></table></html>")
    with pytest.raises(FileError, match="is a web page, not a table"):
        read_indicators(path)


def test_other_spreadsheets_say_what_to_save_them_as(tmp_path):
    (tmp_path / "x.xlsb").write_bytes(b"PK\x03\x04")
    with pytest.raises(FileError, match=r"save it as .xlsx or .csv"):
        read_indicators(tmp_path / "x.xlsb")
    assert "Save it as .xlsx or .csv" in explain_file("sample", tmp_path / "x.xlsb")[0]


def test_a_zip_of_several_tables_is_told_and_stops_nothing(tmp_path):
    folder = tmp_path / "indicators"
    folder.mkdir()
    path = zipped(written(folder, ".csv"), more=["y.csv"])
    (folder / "x.csv").unlink()
    with pytest.raises(TableError, match=r"has 2 tables in it .*unpack it and give one"):
        read_indicators(path)
    assert [file.path for file in indicator_files([folder])] == [path]
    path.rename(tmp_path / "x.zip")
    (file,) = scan([tmp_path])
    assert not file.problem
    assert "folder/x.csv" in file.hint


def test_a_zip_of_a_map_and_a_table_is_a_map(tmp_path):
    path = zipped(written(tmp_path, ".csv"), more=["map.geojson"])
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("m.geojson", '{"type": "FeatureCollection", "features": []}')
    assert not any(file.indicators for file in scan([tmp_path]) if file.path == path)


@BOOKS
@attempts(12)
def test_mutated_spreadsheets_raise_own_errors_only(tmp_path, kind, number):
    whole = written(tmp_path, kind).read_bytes()
    path = tmp_path / f"y{kind}"
    chance = random.Random(f"{kind} {number}")
    for _ in range(number):
        path.write_bytes(mutated_bytes(whole, chance))
        only_own_errors(read_indicators, path)
        only_own_errors(lambda one: read_cells(one, lambda row: len(row) > 1), path)


PARTS = {
    ".ods": ["content.xml"],
    ".xlsx": ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"],
}


@pytest.mark.parametrize("kind", PARTS)
def test_mutated_content_of_a_workbook_raises_own_errors_only(tmp_path, kind):
    """Packed anew, so that the checksums of the archive are right."""
    with zipfile.ZipFile(written(tmp_path, kind)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(3)
    for _ in range(60):
        changed = chance.choice(PARTS[kind])
        content = mutated_bytes(parts[changed], chance)
        with zipfile.ZipFile(tmp_path / f"y{kind}", "w") as archive:
            for name, part in (parts | {changed: content}).items():
                archive.writestr(name, part)
        only_own_errors(read_indicators, tmp_path / f"y{kind}")


def test_a_spreadsheet_made_to_fill_the_memory_is_refused(tmp_path):
    rows = [["LSOA21CD", "n"], *([f"E0100000{at}", at] for at in range(3))]
    write_ods(tmp_path / "x.ods", {"Data": rows})
    with zipfile.ZipFile(tmp_path / "x.ods") as archive:
        content = archive.read("content.xml").decode()
    vast = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell ' \
           'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>' \
           "</table:table-row></table:table>"  # fmt: skip
    with zipfile.ZipFile(tmp_path / "y.ods", "w") as archive:
        archive.writestr("content.xml", content.replace("</table:table>", vast))
    with pytest.raises(FileError, match="too many cells"):
        read_indicators(tmp_path / "y.ods", period="2024")
    assert pd.notna(read_indicators(tmp_path / "x.ods", period="2024")["value"]).all()


@pytest.mark.parametrize("number_format", ['0"%"', r"0\%", '0.0" %"', '0"%";-0"%"', "0_%", "0*%"])
def test_a_percent_sign_that_a_format_only_writes_multiplies_nothing(tmp_path, number_format):
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    for row in (TITLED[2], ["E01000001", "absence", "2023/24", "", "", 15]):
        book.active.append(row)
    book.active["F2"].number_format = number_format
    book.save(path)

    assert read_indicators(path)["value"].tolist() == [15]


@pytest.mark.parametrize(
    ("number_format", "period"),
    [("mmm-yy", "Apr 2024"), ("mmmm yyyy", "Apr 2024"), ("[$-809]mmm\\ yyyy;@", "Apr 2024"),
     ("yyyy", "2024"), ("dd/mm/yyyy", "2024-04-01"), ("d mmm", "2024-04-01")],
)  # fmt: skip
def test_a_date_is_the_month_or_year_that_its_cell_shows(tmp_path, number_format, period):
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    for row in (TITLED[2], ["E01000001", "absence", pd.Timestamp("2024-04-01"), 5, 40, ""]):
        book.active.append(row)
    book.active["C2"].number_format = number_format
    book.save(path)

    assert read_indicators(path)["period"].tolist() == [period]


def with_formula(path, cell):
    """Workbook in which F2 is a formula as written: with a value, without, or an empty text."""
    book = openpyxl.Workbook()
    for row in (TITLED[2], ["E01000001", "absence", "2023/24", 5, 40, "=D2/E2*100"]):
        book.active.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    as_written = rb'<c r="F2"><f>D2/E2\*100</f><v(?: ?/>|></v>)</c>'  # openpyxl's, lxml's
    parts[sheet], number = re.subn(as_written, lambda _: cell, parts[sheet])
    assert number == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "cell",
    [b'<c r="F2"><f>D2/E2*100</f><v /></c>', b'<c r="F2"><f>D2/E2*100</f></c>',
     b'<c r="F2" s="0"><f t="shared" si="0"/></c>', b'<c s="0" r="F2"><f>1+1</f><v></v></c>'],
)  # fmt: skip
def test_formulas_that_were_never_calculated_are_no_blanks(tmp_path, cell):
    path = with_formula(tmp_path / "x.xlsx", cell)

    with pytest.raises(FileError, match=r"never calculated \(F2\).*save it"):
        read_indicators(path)


@pytest.mark.parametrize(
    ("cell", "value"),
    [(b'<c r="F2"><f>D2/E2*100</f><v>12.5</v></c>', 12.5),
     (b'<c r="F2" t="str"><f>IF(D2&gt;9,1,"")</f><v></v></c>', None)],
)  # fmt: skip
def test_formulas_with_their_results_are_read(tmp_path, cell, value):
    path = with_formula(tmp_path / "x.xlsx", cell)

    table = read_indicators(path)

    assert table["value"].astype(object).where(table["value"].notna(), None).tolist() == [value]


def test_hidden_rows_and_columns_of_a_workbook_are_told(tmp_path):
    path, notes = written(tmp_path, ".xlsx"), []
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[5].hidden = True
    for column in ("D", "Z"):
        book.active.column_dimensions[column].hidden = True
    book.save(path)
    assert len(read_indicators(path, notes=notes)) == 3
    assert f"{path} (sheet Data) has 1 hidden rows and 1 hidden columns" in notes[-1]


def test_hidden_rows_and_columns_of_an_opendocument_sheet_are_told(tmp_path):
    path, notes = written(tmp_path, ".ods"), []
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    first, *others = content.split("<table:table-row>")
    hidden = '<table:table-row table:visibility="filter">'
    columns = '<table:table-column/><table:table-column table:visibility="collapse" ' \
              'table:number-columns-repeated="2"/>'  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        rows = "<table:table-row>".join([first + columns, *others[:4]])
        archive.writestr("content.xml", rows + hidden + "<table:table-row>".join(others[4:]))
    assert len(read_indicators(path, notes=notes)) == 3
    assert "has 1 hidden rows and 2 hidden columns" in notes[-1]
