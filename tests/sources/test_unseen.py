"""Figures that a workbook does not show are refused, and comments told without their words."""

import zipfile

import openpyxl
import pytest
import xlrd
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle

from geo.errors import FileError
from geo.sources.indicators.read import read_indicators
from geo.sources.tabular import read_cells
from tests.sources.spreadsheets import write_ods, write_xls

ROWS = [
    ["LSOA21CD", "Indicator", "Period", "Count", "Denominator"],
    ["E01000001", "absence", "2023/24", 3, 40],
    ["E01000002", "absence", "2023/24", 7, 50],
]
WHITE, NAVY = "FFFFFFFF", "FF12436D"


def book_with(path, change):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    change(book.active)
    book.save(path)
    return path


def coloured(cell, font, fill=None):
    cell.font = Font(color=font)
    if fill is not None:
        cell.fill = PatternFill("solid", fgColor=fill)


@pytest.mark.parametrize(
    ("font", "fill", "seen"),
    [(WHITE, None, False), (WHITE, WHITE, False), (Color(theme=0), None, False),
     (Color(indexed=9), None, False), (NAVY, NAVY, False), (WHITE, NAVY, True), (NAVY, None, True),
     (Color(theme=0), Color(theme=4), True), (Color(theme=0, tint=-0.5), None, True)],
)  # fmt: skip
def test_figures_in_the_colour_of_their_background_are_refused(tmp_path, font, fill, seen):
    path = book_with(tmp_path / "x.xlsx", lambda sheet: coloured(sheet["D2"], font, fill))
    if seen:
        assert read_indicators(path)["count"].tolist() == [3, 7]
        return
    for reader in (read_indicators, lambda one: read_cells(one, lambda row: "LSOA21CD" in row)):
        with pytest.raises(FileError, match=r"1 cell \(D2\).*write what is meant") as problem:
            reader(path)
        assert "3" not in str(problem.value).replace(str(path), "")


def test_headers_notes_and_cells_beside_a_table_may_have_any_colour(tmp_path):
    def change(sheet):
        sheet["H2"] = 99
        for cell in (*sheet[1], sheet["A2"], sheet["H2"]):
            coloured(cell, WHITE)

    assert read_indicators(book_with(tmp_path / "x.xlsx", change))["count"].tolist() == [3, 7]


@pytest.mark.parametrize(
    ("font", "fill", "seen"), [(WHITE, None, False), (NAVY, NAVY, False), (WHITE, NAVY, True)]
)
def test_rules_that_paint_figures_over_are_refused(tmp_path, font, fill, seen):
    def change(sheet):
        behind = PatternFill(bgColor=fill) if fill else None
        style = DifferentialStyle(font=Font(color=font), fill=behind)
        rule = Rule(type="cellIs", operator="lessThan", formula=["5"], dxf=style)
        sheet.conditional_formatting.add("D2:D9", rule)

    path = book_with(tmp_path / "x.xlsx", change)
    if seen:
        assert read_indicators(path)["count"].tolist() == [3, 7]
    else:
        with pytest.raises(FileError, match="hides figures by conditional formatting"):
            read_indicators(path)


def test_rules_that_look_at_other_sheets_are_looked_at(tmp_path):
    path = book_with(tmp_path / "x.xlsx", list)
    rule = (
        '<extLst><ext xmlns:x14="urn:x14"><x14:cfRule type="expression"><x14:dxf><font>'
        '<color rgb="FFFFFFFF"/></font></x14:dxf></x14:cfRule></ext></extLst></worksheet>'
    )
    repacked(path, "xl/worksheets/sheet1.xml", {"</worksheet>": rule})
    with pytest.raises(FileError, match="hides figures by conditional formatting"):
        read_indicators(path)


def repacked(path, part, changes):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts[part].decode()
    for old, new in changes.items():
        assert old in content
        content = content.replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, one in (parts | {part: content.encode()}).items():
            archive.writestr(name, one)


@pytest.mark.parametrize(
    ("at", "words", "said"),
    [("D2", "Suppressed: 3 pupils", "refused"), ("D2", "not for publication", "refused"),
     ("D2", "provisional, by J. Doe", "told"), ("A2", "suppressed school", "told"),
     ("D1", "suppressed below 5", ""), ("H2", "confidential", "")],
)  # fmt: skip
def test_comments_are_told_without_their_words(tmp_path, at, words, said):
    def change(sheet):
        sheet[at].comment = Comment(words, "J. Doe")

    path, notes = book_with(tmp_path / "x.xlsx", change), []
    if said == "refused":
        with pytest.raises(FileError, match=r"comments on 1 cell \(D2\).*not for publication"):
            read_indicators(path)
        return
    assert read_indicators(path, notes=notes)["count"].tolist() == [3, 7]
    assert [f"comments on 1 cell ({at})" in one for one in notes] == [True] * bool(said)
    assert not any("Doe" in one or "school" in one for one in notes)


ODS_STYLES = (
    '<style:style xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'style:name="w" style:family="table-cell"><style:text-properties fo:color="#FFFFFF"/>'
    '</style:style><style:style style:name="child" style:parent-style-name="w"/>'
    '<style:style style:name="ruled"><style:map style:condition="cell-content()&lt;5" '
    'style:apply-style-name="w"/></style:style></office:automatic-styles>'
)
CELL, COLUMN = '<table:table-cell office:value-type="float" office:value="3">', "<table:table-row>"
RULE = (
    '<c:conditional-formats xmlns:c="urn:org:documentfoundation:names:experimental:calc:xmlns:'
    'calcext:1.0"><c:condition c:apply-style-name="w"/></c:conditional-formats></table:table>'
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [(CELL, CELL.replace("cell ", 'cell table:style-name="w" '), r"background in 1 cell \(D2\)"),
     (CELL, CELL.replace("cell ", 'cell table:style-name="child" '), r"background in 1 cell"),
     (CELL, CELL.replace("cell ", 'cell table:style-name="ruled" '), "by conditional formatting"),
     ("</table:table>", RULE, "by conditional formatting"),
     ("a comment", "suppressed", r"comments on .* cells .* not for publication")],
)  # fmt: skip
def test_figures_that_an_opendocument_sheet_does_not_show_are_refused(tmp_path, old, new, said):
    path, notes = tmp_path / "x.ods", []
    write_ods(path, {"Data": ROWS}, comment="a comment")
    repacked(path, "content.xml", {"</office:automatic-styles>": ODS_STYLES})
    assert read_indicators(path, notes=notes)["count"].tolist() == [3, 7]
    assert "comments on" in notes[0]
    repacked(path, "content.xml", {old: new})
    with pytest.raises(FileError, match=said):
        read_indicators(path)


def test_figures_in_white_of_an_old_workbook_are_refused(tmp_path):
    write_xls(tmp_path / "x.xls", {"Data": ROWS}, colour=9)
    with pytest.raises(FileError, match=r"background in 4 cells \(D2, E2, D3 and 1 more\)"):
        read_indicators(tmp_path / "x.xls")


def test_rules_of_an_old_workbook_are_told(tmp_path, monkeypatch):
    """Of Excel 97 xlrd says in its log that it passed over rules."""
    write_xls(tmp_path / "x.xls", {"Data": ROWS})
    open_workbook = xlrd.open_workbook

    def opened(*, logfile, verbosity, **others):
        logfile.write("\n*** WARNING: Ignoring CONDFMT (conditional formatting) record\n"
                      "*** in Sheet 0 ('Data').\n")  # fmt: skip
        return open_workbook(logfile=logfile, verbosity=verbosity, **others)

    monkeypatch.setattr(xlrd, "open_workbook", opened)
    notes = []
    assert read_indicators(tmp_path / "x.xls", notes=notes)["count"].tolist() == [3, 7]
    assert "conditional formats, which are not read from .xls" in notes[0]
