"""Text in a table that a spreadsheet opens."""

import pandas as pd
import pytest

from geo.vocabulary.spreadsheets import safe_cells


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_safe_cells_guards_what_a_spreadsheet_could_run(sign):
    table = pd.DataFrame({f"{sign}head": [f"{sign}1+1", f"a{sign}1"]})
    assert safe_cells(table).to_dict("list") == {f"'{sign}head": [f"'{sign}1+1", f"a{sign}1"]}


def test_safe_cells_leaves_numbers_and_plain_text_alone():
    table = pd.DataFrame({"name": ["Crewe", "", None], "change": [-1.5, 0, 2]})
    pd.testing.assert_frame_equal(safe_cells(table), table)
