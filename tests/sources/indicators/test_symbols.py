"""Marks in place of figures, and figures as people write them."""

import pandas as pd
import pytest

from geo.errors import TableError
from geo.sources.indicators.symbols import figures

HIDDEN = [
    *("*", "**", "c", "[c]", "(c)", "low", "[low]", "[u]", "supp", "suppressed", "<5", "< 5"),
    *("<=5", "≤5", "≤ 5", ">95%", "≥95", ">=95%", "1-4", "1 – 4", "1 to 4", "0-<5", "<10%"),
    *("fewer than 5", "Fewer than five", "under 5", "below 5", "up to 5", "5 or fewer"),
    *("5 or less", "less than 5", "less than or equal to 5", "1 or 2", "<5*"),
    *("between 1 and 4", "more than 95%"),
]  # fmt: skip
MISSING = ["", "-", "–", "..", "…", ":", "x", "[x]", "[z]", "[w]", "n/a", "NA", "not available"]
NUMBERS = {"£1,200": 1200, "£0.50": 0.5, "-£3": -3, "£ 1,234.5": 1234.5, "1,234": 1234, "12%": 12,
           "12 %": 12, "+3": 3, "1e3": 1000, "5": 5, "(5)": None, "1.2m": None, "£1.2m": None,
           "12k": None, "£12,5": None, "5 to": None, "£": None, "$5": None, "about 5": None,
           "5?": None, "at most": None, "2024-11-10 00:00:00": None, "10-Nov": None}  # fmt: skip


def read(cell):
    column = pd.Series([cell, "7"], name="count")
    number, hidden = figures(column, pd.Series(["E01000001", "E01000002"]), "x.csv")
    assert number[1] == 7
    assert not hidden[1]
    return number[0], hidden[0]


@pytest.mark.parametrize("mark", HIDDEN)
def test_marks_of_suppression_are_suppressed_figures(mark):
    number, hidden = read(mark)
    assert pd.isna(number)
    assert hidden


@pytest.mark.parametrize("mark", MISSING)
def test_marks_of_missing_figures_are_missing(mark):
    number, hidden = read(mark)
    assert pd.isna(number)
    assert not hidden


@pytest.mark.parametrize(("cell", "figure"), NUMBERS.items())
def test_figures_are_read_as_people_write_them_or_refused(cell, figure):
    if figure is None:
        with pytest.raises(TableError, match="1 of 2 rows in x.csv .*E01000001 as count.*correct"):
            read(cell)
    else:
        assert read(cell) == (figure, False)
