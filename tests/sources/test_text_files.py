"""Text tables in every separator and encoding, and numbers with decimal commas."""

import csv
import io

import pandas as pd
import pytest

from geo.errors import FileError, TableError
from geo.sources.indicators.read import read_indicators
from geo.sources.populations import read_population
from geo.sources.surroundings import REPAIRED
from geo.sources.tabular import read_cells, read_rows, read_table
from tests.examples import some

ROWS = [
    ["lsoa21cd", "indicator_id", "period", "count", "denominator"],
    ["E01000001", "neet", "2023/24", "5", "1,200"],
    ["E01000002", "neet", "2023/24", "c", "40"],
]


def written(tmp_path, separator=",", encoding="utf-8", rows=ROWS, end="\n", last=True):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    path = tmp_path / "x.csv"
    path.write_bytes((out.getvalue() if last else out.getvalue().rstrip()).encode(encoding))
    return path


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "utf-8"])
@pytest.mark.parametrize("end", some(["\r\n", "\n", "\r"], 1))
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("separator", [",", "\t", "|"])
def test_every_separator_and_encoding_gives_the_same(tmp_path, bom, encoding, end, last, separator):
    rows = [[f"{bom}{ROWS[0][0]}", *ROWS[0][1:]], *ROWS[1:]]
    path = written(tmp_path, separator, encoding, rows, end, last)

    table = read_indicators(path)

    assert table["denominator"].tolist() == [1200, 40]
    assert table["state"].tolist() == ["value", "suppressed"]
    assert read_cells(path, lambda row: "lsoa21cd" in row).loc[0].tolist() == ROWS[1]
    assert read_rows(path, lambda row: "lsoa21cd" in row)[1:] == ROWS[1:]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_a_last_row_that_breaks_off_is_told_in_every_encoding(tmp_path, encoding):
    path = written(tmp_path, encoding=encoding, rows=[*ROWS, ["E01000003", "neet"]], last=False)
    with pytest.raises(FileError, match="breaks off in its last row, which has 2 of 5"):
        read_indicators(path)


def figures(*cells):
    return [["lsoa21cd", "visits", "share"],
            *([f"E0100000{at}", cell, "50"] for at, cell in enumerate(cells, 1))]  # fmt: skip


@pytest.mark.parametrize("odd", ["12,5", "0,125", "1.234,5", "1 234,5", "-3,75", "12,5%", "12,0"])
@pytest.mark.parametrize("separator", ["\t", "|", ","])
def test_a_figure_that_only_a_decimal_comma_explains_has_the_file_refused(tmp_path, odd, separator):
    path = written(tmp_path, separator, rows=figures("12,125", odd, "8"))
    with pytest.raises(TableError, match=r"of 3 .*visits.*comma.*point") as problem:
        read_indicators(path, period="2024")
    assert odd not in str(problem.value)


@pytest.mark.parametrize("other", ["12,5", "0,25", "1.250,5"])
def test_a_decimal_comma_elsewhere_makes_the_commas_of_no_column_thousands(tmp_path, other):
    rows = figures("12,125", "9,250", "8,500")
    rows[1][2] = other
    with pytest.raises(TableError, match="comma"):
        read_indicators(written(tmp_path, "\t", rows=rows), period="2024")
    rows = [["lsoa21cd", "population", "share"], *(row for row in rows[1:])]
    with pytest.raises(TableError, match="comma"):
        read_population(written(tmp_path, "\t", rows=rows))


@pytest.mark.parametrize("words", ["1,2", "notes 1,2", "12, 5"])
def test_lists_of_notes_are_no_foreign_numbers(tmp_path, words):
    rows = [[*ROWS[0], "note"], *([*row, words] for row in ROWS[1:])]
    assert read_indicators(written(tmp_path, "\t", rows=rows))["denominator"].tolist() == [1200, 40]


@pytest.mark.parametrize("reader", [read_indicators, read_population])
def test_thousands_are_read_where_nothing_speaks_for_foreign_numbers(tmp_path, reader):
    name = "population" if reader is read_population else "visits"
    rows = [["lsoa21cd", name], ["E01000001", "1,234"], ["E01000002", "1,234,567"]]
    options = {} if reader is read_population else {"period": "2024"}
    table = reader(written(tmp_path, "\t", rows=rows), **options)
    assert table[table.columns[-1] if name == "population" else "value"].tolist() == [1234, 1234567]


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "cp037"])
def test_other_encodings_say_how_to_save_the_file(tmp_path, encoding):
    bom = "\ufeff" if encoding == "utf-32-le" else ""
    path = written(tmp_path, encoding=encoding, rows=[[f"{bom}lsoa21cd", *ROWS[0][1:]], *ROWS[1:]])
    with pytest.raises(FileError, match="is not text in UTF-8.*save it again"):
        read_indicators(path)


def test_a_spreadsheet_saved_as_xml_says_how_to_save_it(tmp_path):
    path = tmp_path / "x.xls"
    path.write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    )
    with pytest.raises(FileError, match="spreadsheet saved as XML.*save it as .xlsx"):
        read_indicators(path)


@pytest.mark.parametrize("column", ["population", "residents", "neet_count", "10"])
@pytest.mark.parametrize("others", [("987", "2.034"), ("*", "987"), ("", "1")])
def test_a_point_that_may_part_thousands_of_a_count_is_refused(tmp_path, column, others):
    rows = [["lsoa21cd", column, "value"]]
    rows += [[f"E0100000{at}", x, "1.250"] for at, x in enumerate(("1.500", *others), 1)]
    with pytest.raises(TableError, match=rf"of 3 cells of {column} in .*data rows? 1.*thousands"):
        read_table(written(tmp_path, rows=rows), lambda row: "lsoa21cd" in row)


@pytest.mark.parametrize("other", ["0.125", "2.5", "1500", "1,500", "1500.250"])
def test_counts_that_no_thousands_explain_are_read_with_their_decimals(tmp_path, other):
    rows = [["lsoa21cd", "residents"], ["E01000001", "1.500"], ["E01000002", other]]
    table = read_table(written(tmp_path, rows=rows), lambda row: "lsoa21cd" in row)
    assert pd.to_numeric(table["residents"].astype(str).str.replace(",", "")).iat[0] == 1.5


@pytest.mark.parametrize("note", ["", "c,suppressed\n", "Source: ours\n"])
def test_a_row_that_lost_a_cell_is_refused_and_one_that_ends_in_blanks_is_told(tmp_path, note):
    path, head = tmp_path / "x.csv", "lsoa21cd,value,lower,upper\nE01000001,5,4,6\n"
    path.write_text(f"{head}E01000002,4,6\nE01000003,7,6,8\n{note}")
    with pytest.raises(FileError, match=r"1 of \d rows .* fewer cells .*data row 2\).*a cell is l"):
        read_table(path, lambda row: "lsoa21cd" in row)
    path.write_text(f"{head}E01000002,4\nE01000003,7,6,\n{note}")
    table = read_table(path, lambda row: "lsoa21cd" in row)
    assert any("data row 2); those that lack" in words for words in table.attrs[REPAIRED])
    assert table["upper"].isna().tolist() == [False, True, True]


def test_a_header_alone_that_ends_in_a_comma_has_no_short_rows(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("lsoa21cd,value,\nE01000001,5\nE01000002,4\n")
    table = read_table(path, lambda row: "lsoa21cd" in row)
    assert table["value"].tolist() == [5, 4]
    assert table.attrs[REPAIRED] == []
