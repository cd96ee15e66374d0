"""Long tables look as gptables would lay them out."""

import io
import warnings

import openpyxl
import pandas as pd
import pytest

from geo.views.rug.long_table import write_long_table
from geo.views.rug.workbook import gptables

TABLES = {
    "mixed": {
        "area": ["Crewe North", "WIDE CAPITALS EVERYWHERE", "Ålesund"],
        "value": [1.5, "[c]", -1234.25],
        "count": [7, "[c]", "[z]"],
        "note": ["[z]", "at least\nthe longest line of two", "[z]"],
    },
    "numbers first": {"year": [2019, 2025], "share": [0.1 + 0.2, 12]},
    "marks alone": {"area": ["a", "b"], "lower": ["[c]", "[z]"], "a long heading": [1, 22]},
}


def _page(cells):
    return gptables.GPTable(
        table=pd.DataFrame(cells).astype(object),
        table_name="data_1",
        title="Every cell",
        instructions="One row is one cell.",
        source="Made up",
        index_columns={},
    )


def _sheet(page, write):
    memory = io.BytesIO()
    book = gptables.GPWorkbook(memory, {"in_memory": True})
    write(book, book.add_worksheet("Data"), page)
    book.close()
    return openpyxl.load_workbook(memory)["Data"]


def _by_gptables(_, sheet, page):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        sheet.write_gptable(page, True)


@pytest.mark.parametrize("cells", TABLES.values(), ids=TABLES)
def test_write_long_table_writes_what_gptables_writes(cells):
    own = _sheet(_page(cells), write_long_table)
    theirs = _sheet(_page(cells), _by_gptables)
    assert own.dimensions == theirs.dimensions
    for one, other in zip(own.iter_rows(), theirs.iter_rows(), strict=True):
        for cell, wanted in zip(one, other, strict=True):
            assert (cell.value, cell.data_type) == (wanted.value, wanted.data_type)
            for look in ("font", "alignment", "border", "number_format"):
                assert repr(getattr(cell, look)) == repr(getattr(wanted, look)), cell.coordinate
    widths = [{at: look.width for at, look in s.column_dimensions.items()} for s in (own, theirs)]
    assert widths[0] == widths[1]
    tables = [dict(s.tables.items()) for s in (own, theirs)]
    assert tables[0] == tables[1] != {}
    assert own.sheet_view.showGridLines == theirs.sheet_view.showGridLines


def test_write_long_table_runs_no_formula_and_makes_no_link():
    texts = ["=1+1", "[Crewe](https://example.org)", "https://example.org"]
    memory = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = gptables.GPWorkbook(memory, options)
    write_long_table(book, book.add_worksheet("Data"), _page({"area": texts}))
    book.close()
    cells = [row[0] for row in openpyxl.load_workbook(memory)["Data"].iter_rows(min_row=5)]
    assert [cell.value for cell in cells] == texts
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)
