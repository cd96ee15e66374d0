"""What was settled by a rule reaches whoever asked, also where something goes wrong after it."""

import warnings

import pandas as pd
import pytest

import geo
from geo.errors import GeoError, GeoWarning
from geo.notes import kept_on_error, note


def test_note_is_added_to_the_list_and_warns_nobody():
    notes = ["first"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        note(notes, "second")
    assert notes == ["first", "second"]


def test_note_without_a_list_warns_the_caller():
    with pytest.warns(GeoWarning, match="settled") as caught:
        note(None, "settled")
    assert [one.filename for one in caught] == [__file__]


def test_problem_carries_the_notes_made_before_it():
    notes = ["a tie went to the first"]
    with pytest.raises(GeoError, match="no file") as problem, kept_on_error(notes):
        raise GeoError("There is no file.")
    assert problem.value.__notes__ == notes == ["a tie went to the first"]


def test_other_errors_pass_as_they_are():
    with pytest.raises(ZeroDivisionError) as problem, kept_on_error(["a tie"]):
        1 / 0  # noqa: B018
    assert not hasattr(problem.value, "__notes__")


BANDS = pd.DataFrame(
    {
        "area": ["A", "A", "B"],
        "age": ["0-39", "40+", "40+"],
        "count": [20, 20, 20],
        "denominator": 1000,
        "standard_population": 50,
    }
)


def test_public_function_warns_the_line_that_called_it():
    with pytest.warns(GeoWarning, match=r"1 of 2 groups \(B\)") as caught:
        geo.directly_standardised_rate(BANDS, by="area")
    assert [one.filename for one in caught] == [__file__]


def test_public_function_adds_to_the_notes_handed_down():
    notes = []
    geo.directly_standardised_rate(BANDS, by="area", notes=notes)
    assert len(notes) == 1
    assert notes[0].startswith("1 of 2 groups (B)")
