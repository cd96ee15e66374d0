"""What stands about a table: notes and legends below, headers again within, rows of totals."""

import csv
import io

import openpyxl
import pandas as pd
import pytest

from geo.errors import CodeError, FileError, TableError
from geo.sources.indicators.read import read_indicators
from geo.sources.lookups import read_lookup
from geo.sources.populations import read_population
from geo.sources.surroundings import REPAIRED, without_surroundings
from tests.sources.test_mutated import READERS

HEADER = ["LSOA21CD", "Indicator", "Period", "Count", "Denominator"]
ROWS = [
    HEADER,
    ["E01000001", "absence", "2023/24", 5, 1200],
    ["E01000002", "absence", "2023/24", "c", 40],
]


def workbook(tmp_path, rows, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(tmp_path / "x.xlsx")
    return tmp_path / "x.xlsx"


def text(tmp_path, rows, merged=()):  # noqa: ARG001
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    (tmp_path / "x.csv").write_text(out.getvalue())
    return tmp_path / "x.csv"


BOTH = pytest.mark.parametrize("saved", [workbook, text])


@BOTH
@pytest.mark.parametrize(
    "below",
    [[["[c] = suppressed"]], [["c = suppressed"], ["x = not available"]], [["* suppressed"]],
     [["Key:"], ["[c]", "figures below five"]], [["c", "suppressed"], ["x", "not available"]],
     [[""], ["Note: figures are rounded", ""]], [["1. Excludes schools"]], [["© Crown copyright"]],
     [["[note 1]", "Excludes schools"]], [["Source", "Council records"]],
     [["Notes", "1", "Rounded figures"]]],
)  # fmt: skip
def test_notes_and_legends_below_a_table_are_left_out_and_told(tmp_path, saved, below):
    notes = []
    table = read_indicators(saved(tmp_path, [*ROWS, *below]), notes=notes)
    assert table["denominator"].tolist() == [1200, 40]
    assert any("below the table" in words for words in notes)


@pytest.mark.parametrize(
    "last",
    [["E01000003", "", "", "", ""], ["E01000003 : Mill 1A", "", "", "", ""],
     ["", "absence", "2023/24", 7, 50], ["Crewe", "absence", "2023/24", 7, 50]],
)  # fmt: skip
def test_rows_of_areas_or_figures_are_no_notes(last):
    table = pd.DataFrame([*ROWS[1:], last + [""] * (5 - len(last))], columns=HEADER, dtype=object)
    assert len(without_surroundings(table, "x")) == 3


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("marked", [False, True])
def test_headers_that_pages_repeat_change_no_figure(tmp_path, kind, marked):
    reader, content = READERS[kind]
    header, *rows = csv.reader(io.StringIO(content))
    again = [f" {one.upper()}" for one in header] if marked else header
    between = [*rows[:1], again, *rows[1:], [], again]
    options = {"notes": []} if reader is read_indicators else {}
    expected = reader(text(tmp_path, [header, *rows]), **options)
    for saved in (text, workbook):
        found = reader(saved(tmp_path, [header, *between]), **options)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_headers_that_pages_repeat_are_told(tmp_path):
    notes = []
    read_indicators(text(tmp_path, [*ROWS[:2], HEADER, ROWS[2]]), notes=notes)
    assert notes == [f"1 row of {tmp_path / 'x.csv'} repeats the header and is left out."]


@BOTH
@pytest.mark.parametrize("name", ["Total", "Grand Total", "All areas", "TOTAL:"])
def test_rows_of_totals_among_areas_are_refused_as_what_they_are(tmp_path, saved, name):
    path = saved(tmp_path, [*ROWS, [name, "absence", "2023/24", 5333, 1240]])
    with pytest.raises(CodeError, match="1 of 3 rows .*total.*take .* out") as problem:
        read_indicators(path)
    assert "5333" not in str(problem.value)


@BOTH
def test_codes_in_merged_cells_are_refused_with_what_to_do(tmp_path, saved):
    rows = [HEADER, *([code, "absence", period, 5, 40] for code in ("E01000001", "E01000002")
                      for period in ("2022/23", "2023/24"))]  # fmt: skip
    for at in (2, 4):
        rows[at][0] = None
    path = saved(tmp_path, rows, merged=("A2:A3", "A4:A5"))
    with pytest.raises(CodeError, match="2 of 4 rows .* no LSOA21CD .*2, 4.*merged.*fill"):
        read_indicators(path)


def test_other_readers_leave_repeated_headers_out_too(tmp_path):
    rows = [["LSOA21CD", "population"], ["E01000001", 1500], ["LSOA21CD", "population"]]
    table = read_population(text(tmp_path, [*rows, ["E01000002", 7]]))
    assert table["population"].tolist() == [1500, 7]
    rows = [["LSOA21CD", "WD24CD"], ["E01000001", "E05000001"], ["lsoa21cd", "wd24cd"]]
    assert len(read_lookup(text(tmp_path, rows))) == 1
    plain = without_surroundings(pd.DataFrame([["a", "b"]], columns=["a", "c"]), "x")
    assert plain.attrs[REPAIRED] == []


@BOTH
@pytest.mark.parametrize(
    "other",
    [["LSOA21CD", "Indicator", "Period", "Denominator", "Count"],
     ["LSOA21CD", "Indicator", "Period", "Numerator", "Population"],
     ["LSOA21CD", "Indicator", "Period", "Count", "Denominator", "Value"],
     ["Area", "LSOA21CD", "Indicator", "Count"]],
)  # fmt: skip
def test_a_second_header_with_other_columns_is_refused(tmp_path, saved, other):
    head = [*HEADER, ""] if len(other) > len(HEADER) else HEADER
    rows = [head, ["E01000001", "absence", "2023/24", 5, 1200], other, ["E01000002", 4, 3, 2, 1]]
    with pytest.raises(FileError, match="second header, with other columns.*data row 2.*give each"):
        read_indicators(saved(tmp_path, rows))


def test_a_row_of_totals_is_no_lsoa_with_residents(tmp_path):
    rows = [["LSOA21CD", "population"], ["E01000001", 1500], ["Total", 1500]]
    with pytest.raises(
        TableError, match="1 of 2 rows .*the LSOA21CD Total;.*take rows of totals out"
    ):
        read_population(text(tmp_path, rows))
