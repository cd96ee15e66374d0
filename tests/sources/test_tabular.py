"""Tables: clean headers whatever the file, one plain sentence whatever is wrong with it."""

import warnings
import zipfile

import openpyxl
import pandas as pd
import pytest

from geo.errors import FileError, TableError
from geo.sources import tabular
from geo.sources.tabular import (
    numbers,
    read_cells,
    read_headers,
    read_table,
    require_file,
    write_csv,
)

ROWS = "LSOA21CD,name,rank\nE01000001,Ashfield,7\nE01000002,Brookside,32844\n"


def anything(_headers):
    return True


def has_codes(headers):
    return "LSOA21CD" in headers


def written(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(tmp_path, sheets, name="table.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row, 1):
                sheet.cell(number, column, cell)
    book.save(tmp_path / name)
    return tmp_path / name


def test_require_file_missing(tmp_path):
    with pytest.raises(FileError, match=r"There is no file .*gone\.csv; check the name"):
        require_file(tmp_path / "gone.csv")


def test_require_file_of_no_bytes(tmp_path):
    with pytest.raises(FileError, match=r"table\.csv is empty \(0 bytes\); download"):
        require_file(written(tmp_path, ""))


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace("LSOA21CD", '" LSOA21CD\n "').encode(),
        ROWS.rstrip("\n").encode(),
    ],
    ids=["plain", "byte-order mark", "Windows line ends", "broken header", "no final line end"],
)
def test_read_table_of_csv_cleans_headers(tmp_path, content):
    path = written(tmp_path, content)
    table = read_table(path, anything)
    assert list(table.columns) == read_headers(path, anything) == ["LSOA21CD", "name", "rank"]
    assert table["LSOA21CD"].tolist() == ["E01000001", "E01000002"]
    assert table["rank"].tolist() == [7, 32844]


def test_read_table_of_csv_saved_by_excel_in_cp1252(tmp_path):
    path = written(tmp_path, ROWS.replace("Ashfield", "Ynys Môn").encode("cp1252"))
    assert read_table(path, anything)["name"].tolist() == ["Ynys Môn", "Brookside"]


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("above", ["", "Ranks of areas\nSource: MHCLG\n\n"])
@pytest.mark.parametrize("below", ["", "\n\nNotes\nRanks are of England\n"])
def test_text_tables_are_read_however_they_were_saved(tmp_path, mark, encoding, ends, above, below):
    text = above + ROWS.replace(",", mark).replace("Ashfield", "Ynys Môn") + below
    path = written(tmp_path, text.replace("\n", ends).encode(encoding), "table.txt")
    table = read_table(path, has_codes)
    assert list(table.columns) == read_headers(path, has_codes) == ["LSOA21CD", "name", "rank"]
    assert table["name"].tolist() == ["Ynys Môn", "Brookside"]
    assert table["rank"].tolist() == [7, 32844]


@pytest.mark.parametrize("told", ["sep=;\n", '"sep=;"\r\n'])
def test_the_line_with_the_separator_is_no_header(tmp_path, told):
    path = written(tmp_path, told + ROWS.replace(",", ";"))
    assert read_table(path, anything)["rank"].tolist() == [7, 32844]


def test_commas_that_may_be_decimal_points_are_refused(tmp_path):
    path = written(tmp_path, "LSOA21CD;rate\nE01000001;12,5\nE01000002;3\n")
    with pytest.raises(TableError, match="1 of 2 cells of rate .* decimal point"):
        read_table(path, has_codes)


def test_rows_that_are_one_text_in_quotes_are_told(tmp_path):
    path = written(tmp_path, '"LSOA21CD,name,rank"\n"E01000001,Ashfield,7"\n')
    with pytest.raises(FileError, match="Each row of .* is one text in quotes"):
        read_table(path, has_codes)


@pytest.mark.parametrize("suffix", [".xlsb", ".numbers"])
def test_other_spreadsheets_are_told_how_to_be_saved(tmp_path, suffix):
    with pytest.raises(FileError, match=r"save it as \.xlsx or \.csv"):
        read_table(written(tmp_path, ROWS, f"table{suffix}"), has_codes)


@pytest.mark.parametrize("header", ["rank,rank", "rank,rank ", "Rank,rank\n,Rank"])
@pytest.mark.parametrize("reader", [read_table, read_cells])
def test_columns_that_stand_twice_are_refused_by_every_reader(tmp_path, reader, header):
    header = header.split("\n")[-1] if "\n" in header else header
    text = f"LSOA21CD,{header},{header.split(',')[-1]}\nE01000001,1,2,3\n"
    with pytest.raises(FileError, match="more than one column named [Rr]ank"):
        reader(written(tmp_path, text), has_codes)
    with pytest.raises(FileError, match="more than one column named [Rr]ank"):
        reader(workbook(tmp_path, {"a": [r.split(",") for r in text.split()]}), has_codes)


def test_blank_rows_and_notes_below_are_left_out_and_told(tmp_path):
    text = ROWS + ",,\n ,,\n\nSource: MHCLG 2025,,\nNotes,,\n"
    table = read_table(written(tmp_path, text), has_codes)
    assert table["rank"].tolist() == [7, 32844]
    told = " ".join(table.attrs["repaired"])
    assert "2 blank rows" in told
    assert "2 rows below the table" in told


def test_last_rows_of_areas_without_figures_are_no_notes(tmp_path):
    table = read_table(written(tmp_path, ROWS + "E01000003,,\n"), has_codes)
    assert table["LSOA21CD"].tolist()[-1] == "E01000003"


def test_codes_are_tidied_and_told(tmp_path):
    text = "LSOA21CD,name\n\u00a0e01000001 ,a\nE01000002 : Brook 1A,b\nE01000003,c\n"
    table = read_table(written(tmp_path, text), has_codes)
    assert table["LSOA21CD"].tolist() == ["E01000001", "E01000002", "E01000003"]
    assert "2 of 3 codes LSOA21CD" in table.attrs["repaired"][0]


def test_percent_cells_are_read_as_excel_shows_them(tmp_path):
    path = workbook(tmp_path, {"Data": [["LSOA21CD", "x"], ["E01000001", 0.125], ["E01000002", 1]]})
    book = openpyxl.load_workbook(path)
    for row, form in ((2, "0.0%"), (3, "0%")):
        book["Data"].cell(row, 2).number_format = form
    book.save(path)
    assert read_table(path, has_codes)["x"].tolist() == ["12.5%", "100%"]


SHEET = [["LSOA21CD", "rank"], ["E01000001", 7]]


def test_workbooks_with_several_tables_are_refused_by_name(tmp_path):
    path = workbook(tmp_path, {"2019": SHEET, "2025": SHEET})
    with pytest.raises(FileError, match=r"2 sheets of .*\(2019, 2025\)"):
        read_table(path, has_codes)


def test_the_only_visible_sheet_is_read_wherever_it_stands(tmp_path):
    path = workbook(tmp_path, {"old": SHEET, "new": [*SHEET, ["E01000002", 8]]})
    book = openpyxl.load_workbook(path)
    book["old"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert read_table(path, has_codes)["rank"].tolist() == [7, 8]


def test_headers_of_two_rows_are_told(tmp_path):
    rows = [["LSOA21CD", "2023", None], [None, "Count", "Rate"], ["E01000001", 7, 8]]
    with pytest.raises(FileError, match="has a header of two rows"):
        read_table(workbook(tmp_path, {"Data": rows}), has_codes)


@pytest.mark.parametrize(
    "cell", ["007012", "1E5", "NA", "None", "TRUE", "1-2", " x ", "12345678901234567890"]
)
def test_read_cells_gives_every_cell_as_it_stands(tmp_path, cell):
    path = written(tmp_path, f"LSOA21CD,own\nE01000001,{cell}\nE01000002,\n,\n")
    assert read_cells(path, has_codes)["own"].tolist() == [cell, ""]
    path = workbook(
        tmp_path, {"a": [["Title"], ["LSOA21CD", "own"], ["E01000001", cell], ["E01000002"]]}
    )
    assert read_cells(path, has_codes)["own"].tolist() == [cell, ""]


def test_read_headers_leaves_semicolons_of_no_concern_alone(tmp_path):
    path = written(tmp_path, "opening;closing\n9;5\n")
    assert read_headers(path, has_codes) == ["opening;closing"]


@pytest.mark.parametrize("reader", [read_table, read_headers])
def test_reading_a_web_page_named_csv_says_so(tmp_path, reader):
    path = written(tmp_path, "\n <!DOCTYPE html><html><body>Sign in, please</body></html>")
    with pytest.raises(FileError, match="is a web page, not a table; open the address in a br"):
        reader(path, anything)


def test_read_table_cut_within_its_last_row(tmp_path):
    path = written(tmp_path, ROWS[:-8])
    with pytest.raises(FileError, match=r"breaks off in its last row, which has 2 of 3 columns"):
        read_table(path, anything)


def test_read_table_cut_within_quotes(tmp_path):
    path = written(tmp_path, 'LSOA21CD,name\nE01000001,"Ash')
    with pytest.raises(
        FileError, match=r"CSV .a quotation mark opens a cell in data row 1 and no.* cut short"
    ):
        read_table(path, anything)


@pytest.mark.parametrize("reader", [read_table, read_headers, read_cells])
def test_a_folder_is_no_file(tmp_path, reader):
    with pytest.raises(FileError, match="is a folder; give the file in it that is meant"):
        reader(tmp_path, anything)


@pytest.mark.parametrize("columns", [3, 700])
def test_a_header_may_be_a_long_line(tmp_path, columns):
    names = ["LSOA21CD", *(f"{'a category, ' * 20}{n}" for n in range(columns))]
    path = written(tmp_path, "\t".join(names) + "\nE01000001" + "\t1" * columns + "\n")
    assert read_headers(path, has_codes) == names
    assert read_table(path, has_codes).shape == (1, columns + 1)


@pytest.mark.parametrize("reader", [read_table, read_cells])
def test_a_mark_of_utf_8_before_other_text_is_in_no_header(tmp_path, reader):
    path = written(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbfLSOA21CD,name\nE01000001,Ynys M\xf4n\n")
    assert reader(path, anything).to_dict("list") == {
        "LSOA21CD": ["E01000001"],
        "name": ["Ynys Môn"],
    }


def test_read_table_with_rows_longer_than_the_header_moves_no_column(tmp_path):
    path = written(tmp_path, "LSOA21CD,rank\nE01000001,7,8\nE01000002,9,9\n")
    with pytest.raises(FileError, match="Rows of .* have more columns than its header"):
        read_table(path, anything)


def test_read_table_with_a_comma_at_every_row_end(tmp_path):
    path = written(tmp_path, "LSOA21CD,rank,\nE01000001,7,\n")
    assert read_table(path, anything)["LSOA21CD"].tolist() == ["E01000001"]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x81\x8d", b"\n\n\n"])
def test_read_table_of_what_is_no_csv(tmp_path, content):
    with pytest.raises(FileError, match=r"table\.csv"):
        read_table(written(tmp_path, content), has_codes)


def test_read_table_with_a_header_alone(tmp_path):
    with pytest.raises(FileError, match="has a header but no rows; download"):
        read_table(written(tmp_path, "LSOA21CD,rank\n"), anything)


def test_read_table_with_headers_alike_once_clean(tmp_path):
    with pytest.raises(FileError, match="more than one column named rank; rename"):
        read_table(written(tmp_path, "LSOA21CD,rank,rank \nE01000001,1,2\n"), anything)


def test_read_table_of_another_kind(tmp_path):
    with pytest.raises(
        FileError, match=r"not a table this toolkit reads; give a \.csv, \.ods, \.parquet"
    ):
        read_table(written(tmp_path, "x", "letter.docx"), anything)


def test_read_table_of_a_workbook_finds_sheet_and_header_under_titles(tmp_path):
    table = [["LSOA21CD", " rank\n"], ["E01000001", 7], ["E01000002", 9]]
    titles = [["Deprivation by area"], [], [None, "provisional"]]
    path = workbook(tmp_path, {"Notes": [["Note"], ["LSOA", "an area"]], "Data": titles + table})
    found = read_table(path, has_codes)
    assert found.to_dict("list") == {"LSOA21CD": ["E01000001", "E01000002"], "rank": [7, 9]}
    assert read_headers(path, has_codes) == ["LSOA21CD", "rank"]


def test_read_table_of_a_workbook_without_the_table(tmp_path):
    path = workbook(tmp_path, {"Notes": [["Note"], ["LSOA", "an area"]]})
    with pytest.raises(FileError, match="No sheet of .* has a header row of the kind"):
        read_table(path, has_codes)
    assert read_headers(path, has_codes) == []


@pytest.mark.parametrize("share", [0.05, 0.5, 0.98])
def test_read_table_of_a_workbook_cut_short(tmp_path, share):
    whole = workbook(tmp_path, {"Data": [["LSOA21CD"], ["E01000001"]]}).read_bytes()
    path = written(tmp_path, whole[: int(len(whole) * share)], "cut.xlsx")
    with pytest.raises(FileError, match=r"cut\.xlsx cannot be read as Excel .* cut short"):
        read_table(path, has_codes)


def test_read_table_of_a_workbook_with_damage_inside(tmp_path):
    whole = workbook(tmp_path, {"Data": [["LSOA21CD"], ["E01000001"]]}).read_bytes()
    for start in range(0, len(whole) - 40, 97):
        path = written(tmp_path, whole[:start] + b"\x55" * 40 + whole[start + 40 :], "x.xlsx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                table = read_table(path, has_codes)
            except FileError:  # any other error would fail the test
                continue
            assert table["LSOA21CD"].tolist() == ["E01000001"]


def rewritten(path, old, new):
    """Put new bytes for old into the first sheet of a workbook, and keep the zip file whole."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_read_table_of_a_workbook_that_names_a_wrong_extent(tmp_path):
    path = workbook(tmp_path, {"Data": [["rank", "LSOA21CD"], [7, "E01000001"]]})
    rewritten(path, b'dimension ref="A1:B2"', b'dimension ref="A1:A1"')
    assert read_table(path, has_codes).to_dict("list") == {"rank": [7], "LSOA21CD": ["E01000001"]}


def test_read_table_of_a_workbook_with_broken_markup(tmp_path):
    path = workbook(tmp_path, {"Data": [["LSOA21CD"], ["E01000001"]]})
    rewritten(path, b"<sheetData>", b"<sheetData")
    with pytest.raises(FileError, match="cannot be read as Excel .* download or export it again"):
        read_table(path, has_codes)


def test_read_table_of_parquet_saved_with_codes_as_index(tmp_path):
    table = pd.DataFrame({"LSOA21CD": ["E01000001"], "rank": [7]})
    table.set_index("LSOA21CD").to_parquet(tmp_path / "table.parquet")
    assert read_table(tmp_path / "table.parquet", anything).equals(table)
    assert set(read_headers(tmp_path / "table.parquet", anything)) == {"LSOA21CD", "rank"}


@pytest.mark.parametrize("reader", [read_table, read_headers])
def test_reading_parquet_cut_short(tmp_path, reader):
    pd.DataFrame({"LSOA21CD": ["E01000001"] * 500}).to_parquet(tmp_path / "table.parquet")
    whole = (tmp_path / "table.parquet").read_bytes()
    path = written(tmp_path, whole[: len(whole) // 2], "cut.parquet")
    with pytest.raises(FileError, match=r"cut\.parquet cannot be read as Parquet"):
        reader(path, anything)


def test_numbers_takes_commas_between_thousands_and_keeps_missing():
    codes = pd.Series(["E01000001", "E01000002", "E01000003", "E01000004"])
    column = pd.Series(["32,844", " 7 ", None, "-1,234.5"], name="rank")
    before = column.copy()
    result = numbers(column, codes, where="it")
    assert result.iloc[[0, 1, 3]].tolist() == [32844, 7, -1234.5]
    assert result.isna().tolist() == [False, False, True, False]
    pd.testing.assert_series_equal(column, before)


@pytest.mark.parametrize("sign", ["c", "[low]", "1,23", "0,125", "7;5", "True"])
def test_numbers_names_what_is_no_number(sign):
    codes = pd.Series(["E01000001", "E01000002"])
    column = pd.Series(["7", sign], name="rank")
    with pytest.raises(TableError, match="1 of 2 rows in it have no number as rank .*0002"):
        numbers(column, codes, where="it")


def test_write_csv_makes_formulas_harmless_in_cells_and_headers(tmp_path):
    table = pd.DataFrame({"=1+1": ["@SUM(A1)", "Crewe"], "change": [-1.5, 2.0]})
    before = table.copy()
    write_csv(table, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "'=1+1,change\n'@SUM(A1),-1.5\nCrewe,2.0\n"
    pd.testing.assert_frame_equal(table, before)


def test_write_csv_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileError, match=r"There is no folder .* to write .* to; make it first"):
        write_csv(pd.DataFrame({"a": [1]}), tmp_path / "none" / "out.csv")


def test_write_csv_broken_off_leaves_the_earlier_file_whole(tmp_path, monkeypatch):
    path = written(tmp_path, "earlier\n", "out.csv")

    def full(_, target, **options):  # noqa: ARG001
        target.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tabular.pd.DataFrame, "to_csv", full)
    with pytest.raises(FileError, match="No space left on device"):
        write_csv(pd.DataFrame({"a": [1]}), path)
    assert path.read_text() == "earlier\n"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_header_below_a_wider_row_of_notes_is_found(tmp_path):
    notes = [["Table", "Source", "Period", "Licence"], ["7", "MHCLG", "2025", "OGL"]]
    path = workbook(tmp_path, {"a": [*notes, ["LSOA21CD", "rank"], ["E01000001", 7]]})
    assert read_table(path, has_codes)["rank"].tolist() == [7]


@pytest.mark.parametrize("cells", [["7", "1e400"], [7.0, float("inf")], ["7", "-inf"]])
def test_numbers_refuses_what_is_infinite(cells):
    codes = pd.Series(["E01000001", "E01000002"])
    with pytest.raises(TableError, match=r"1 of 2 rows in it have no number .* for E01000002"):
        numbers(pd.Series(cells, name="population"), codes, where="it")
