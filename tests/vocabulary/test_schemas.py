"""Tables are checked whole: every failure is named, with its rows and what is allowed."""

import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.vocabulary.schemas import validate

CODES = ["E01000001", "E01000002", "E01000003"]


def indices(**columns):
    return pd.DataFrame({"lsoa21cd": CODES, "imd_decile": [1, 5, 10]} | columns)


def test_validate_passes_a_right_table_and_leaves_it_as_it_is():
    table = indices(imd_rank=[1, 2, 33_755])
    before = table.copy()
    validate(table, "deprivation", "lsoa21", where="f.csv")
    pd.testing.assert_frame_equal(table, before)


def test_validate_names_every_failure_at_once():
    table = indices(
        lsoa21cd=["W01000001", *CODES[1:]], imd_decile=[0, None, 1.5], imd_rank=[1, 2, 33_756]
    )
    with pytest.raises(TableError) as problem:
        validate(table, "deprivation", "lsoa21", where="f.csv")
    assert str(problem.value) == (
        "In f.csv: 1 of 3 rows has lsoa21cd W01000001 (Wales), allowed are English LSOA codes (E01 "
        "and six digits); 1 of 3 rows has imd_decile nan for E01000002, missing values are not "
        "allowed; 2 of 3 rows have imd_decile 0.0 for W01000001, 1.5 for E01000003, allowed are "
        "whole numbers from 1 to 10; 1 of 3 rows has imd_rank 33756 for E01000003, allowed are "
        "whole numbers from 1 to 33755. Correct the file and run again."
    )


@pytest.mark.parametrize(
    ("vintage", "code", "good"),
    [
        ("lsoa21", "E01000001", True),
        ("lsoa21", "W01000001", True),
        ("lsoa21", "S01000001", False),
        ("lsoa21", "E0100000", False),
        ("lsoa21", "E010000001", False),
        ("lsoa21", "E01000001\n", False),
        ("wd24", "E05000001", True),
        ("wd24", "Mill", False),
    ],
)
def test_validate_of_areas_knows_the_form_of_a_code(vintage, code, good):
    table = pd.DataFrame({f"{vintage}cd": [code]})
    if good:
        validate(table, "areas", vintage, where="f.gpkg")
    else:
        with pytest.raises(TableError, match=rf"(?s)1 of 1 rows has {vintage}cd .*, allowed are "):
            validate(table, "areas", vintage, where="f.gpkg")


def test_validate_needs_the_code_column():
    with pytest.raises(TableError, match=r"No column lsoa21cd in f.csv; it has lsoa11cd"):
        validate(pd.DataFrame({"lsoa11cd": CODES}), "deprivation", "lsoa21", where="f.csv")


def test_validate_refuses_a_code_that_stands_twice():
    table = indices(lsoa21cd=["E01000001", "E01000001", "E01000003"])
    with pytest.raises(CodeError, match="E01000001"):
        validate(table, "deprivation", "lsoa21", where="f.csv")


def test_validate_knows_no_other_tables():
    with pytest.raises(ValueError, match="no schema is named 'lookup'"):
        validate(indices(), "lookup", "lsoa21", where="f.csv")
