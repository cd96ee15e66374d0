"""What the formats of cells show in place of a figure is what is read."""

import zipfile

import openpyxl
import pytest
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from geo.errors import FileError, TableError
from geo.sources.cells import as_written, shown
from geo.sources.indicators.read import read_indicators
from geo.sources.tabular import read_cells
from tests.sources.spreadsheets import write_ods, write_xls

HEADER = ["LSOA21CD", "Indicator", "Period", "Count", "Denominator"]
MARKS = {
    '[<5]"*"': "*",
    '[<5]"*";0': "*",
    '[>=5]0;"*"': "*",
    "[<5]\\*;General": "*",
    "[<5]**;0": "*",
    '[Red][<5]"<5";[>1000]"many";0': "<5",
    '[<5]"c"* ;#,##0': "c",
    '[<=4]"[c]";#,##0_-': "[c]",
    '"*"': "*",
    ";;;": "",
    ";;": "",
    ";0;0;@": "",
    '""': "",
    "[<5];0": "",
}
NUMBERS = [
    "General", "0", "#,##0", "0.00", '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', '0" people"',
    "[>5]0;[<=5]0.0", "[$£-809]#,##0", "[Red]0;[Blue]0", "@", "# ?/?", "0.0E+00", '0;-0;"nil"',
    "0;;", "General;;;", "[>99]\"many\"",
]  # fmt: skip


def one_count(path, count, number_format):
    book = openpyxl.Workbook()
    for row in (HEADER, ["E01000001", "absence", "2023/24", count, 40]):
        book.active.append(row)
    book.active["D2"].number_format = number_format
    book.save(path)
    return path


@pytest.mark.parametrize(("number_format", "mark"), MARKS.items())
def test_a_format_that_shows_a_mark_is_read_as_the_mark(tmp_path, number_format, mark):
    path = one_count(tmp_path / "x.xlsx", 3, number_format)

    (row,) = read_indicators(path).to_dict("records")

    assert row["count"] != row["count"]
    assert row["state"] == ("suppressed" if mark else "missing")
    assert read_cells(path, lambda row: "LSOA21CD" in row)["Count"].tolist() == [mark]


@pytest.mark.parametrize("number_format", NUMBERS)
def test_a_format_that_shows_the_number_leaves_it(number_format):
    assert shown(3.0, number_format) == 3


@pytest.mark.parametrize(
    ("number_format", "zero"),
    [("0;;", ""), ("0;-0;;@", ""), ('#,##0;-#,##0;"-"', 0), ("0;-0;–", 0), ("0", 0),
     ('_-* "-"??_-', 0), ('0;-0;"*"', "*"), ('[=0]"-";0', "-"), ('[<5]"-";0', "-")],
)  # fmt: skip
def test_zero_is_blank_where_it_is_hidden_and_zero_where_accountants_write_a_dash(
    number_format, zero
):
    assert shown(0, number_format) == zero


@pytest.mark.parametrize("number_format", ['0;"*"', "0;;0"])
def test_negative_numbers_have_their_own_section(number_format):
    assert shown(-3, number_format) in ("*", "")
    assert shown(3, number_format) == 3


def test_a_mark_that_nobody_knows_is_refused_without_its_figure(tmp_path):
    path = one_count(tmp_path / "x.xlsx", 3, '[<5]"few";0')
    with pytest.raises(TableError, match="'few' for E01000001 as Count") as problem:
        read_indicators(path)
    assert "3 " not in str(problem.value).replace(str(path), "")


def test_figures_hidden_by_conditional_formatting_are_refused(tmp_path):
    path = one_count(tmp_path / "x.xlsx", 3, "General")
    for number_format, hides in (('"*"', True), ("0.0", False)):
        book = openpyxl.load_workbook(path)
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=170, formatCode=number_format))
        rule = Rule(type="cellIs", operator="lessThan", formula=["5"], dxf=style)
        book.active.conditional_formatting.add("D2:D9", rule)
        book.save(tmp_path / "y.xlsx")
        if hides:
            with pytest.raises(FileError, match="sheet Sheet. hides figures by conditional.*write"):
                read_indicators(tmp_path / "y.xlsx")
        else:
            assert read_indicators(tmp_path / "y.xlsx")["count"].tolist() == [3]


@pytest.mark.parametrize(
    ("value", "words", "read"),
    [(3, "*", "*"), (3, "<5", "<5"), (3, "≤5", "≤5"), (3, "", ""), (4, "1 to 4", "1 to 4"),
     (4.6, "less than 5", "less than 5"), (3, "c", "c"), (0, "-", 0), (0, "", ""),
     (12345, "12", "12"),
     (1234.5, "£1,234.50", 1234.5), (1234.5, "1.234,50 €", 1234.5), (12000, "1.20E+04", 12000),
     (0.125, "13%", "12.5%"), (15, "15%", 15), (-3, "(3)", -3), (-3, "-3", -3), (7, "007", "007"),
     (1234567, "1 234 567", 1234567), (2.345, "2.3", 2.345), (12, "GBP 12", 12), (12, "12 km", 12)],
)  # fmt: skip
def test_what_an_opendocument_sheet_shows_is_read(value, words, read):
    assert as_written(value, words) == read


def test_marks_of_an_opendocument_sheet_are_read(tmp_path):
    rows = [HEADER, ["E01000001", "absence", "2023/24", 3, 40]]
    write_ods(tmp_path / "x.ods", {"Data": rows})
    with zipfile.ZipFile(tmp_path / "x.ods") as archive:
        content = archive.read("content.xml").decode()
    for words, state in (("*", "suppressed"), ("", "missing"), ("3", "value")):
        with zipfile.ZipFile(tmp_path / "y.ods", "w") as archive:
            archive.writestr("content.xml", content.replace("<text:p>3<", f"<text:p>{words}<"))
        assert read_indicators(tmp_path / "y.ods")["state"].tolist() == [state]


@pytest.mark.parametrize(("number_format", "state"), [('[<5]"*";0', "suppressed"), ("0", "value")])
def test_marks_of_an_old_workbook_are_read(tmp_path, number_format, state):
    rows = [HEADER, ["E01000001", "absence", "2023/24", 3, 40]]
    write_xls(tmp_path / "x.xls", {"Data": rows}, number_format=number_format)
    assert read_indicators(tmp_path / "x.xls")["state"].tolist() == [state]


@pytest.mark.parametrize(("number_format", "words"), [("0.0,", "thousands"), ("0,,", "millions")])
def test_figures_shown_in_thousands_are_refused_as_such(tmp_path, number_format, words):
    with pytest.raises(TableError, match=f"'… {words}' for E01000001 as Count"):
        read_indicators(one_count(tmp_path / "x.xlsx", 12345, number_format))
    assert shown(12345, "#,##0.00") == 12345
