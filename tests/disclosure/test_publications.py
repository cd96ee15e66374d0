import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.disclosure.linked_periods import made_of
from geo.disclosure.publications import LEDGER, Publication
from geo.disclosure.publish import WITHHELD
from geo.disclosure.rules import Rule
from geo.errors import FileError
from tests.disclosure.builders import LSOAS, suppressed_with, town

FACTS = pd.DataFrame(
    {"indicator_id": ["neet"], "measure": ["proportion"], "multiplier": [100], "confidential": True}
)


def taken_down(**columns):
    """Of 3, 71234 and 88888 the first two are hidden."""
    table, hierarchy = town(3, 71_234, 88_888, denominator=999_999, **columns)
    table["value"] = 100 * table["count"] / table["denominator"]
    safe = suppressed_with(LSOAS[1], table, hierarchy, catalogue=FACTS)
    return Publication.of("first", safe, hierarchy, FACTS, Rule())


def test_publication_is_the_same_when_it_is_read_again(tmp_path):
    made = taken_down()
    made.write(tmp_path)
    again = Publication.read(tmp_path)
    assert (again.name, again.rule, again.vintage) == (tmp_path.name, Rule(), "lsoa21")
    pd.testing.assert_frame_equal(again.cells, made.cells, check_dtype=False)
    pd.testing.assert_frame_equal(again.hierarchy, made.hierarchy, check_dtype=False)


def test_ledger_holds_printed_numbers_and_no_others(tmp_path):
    taken_down(secret_rank=1).write(tmp_path)
    text = (tmp_path / LEDGER).read_text("utf-8")
    assert "88888" in text
    assert "71234" not in text
    assert "7.1234" not in text
    assert "secret_rank" not in text


def test_ledger_says_that_dominance_was_applied_and_not_how(tmp_path):
    made = taken_down()
    rule = Rule(dominance=(3, 87.5), p_percent=12.5)
    found = Publication.of("first", made.cells, made.hierarchy, FACTS, rule)
    found.write(tmp_path)
    text = (tmp_path / LEDGER).read_text("utf-8")
    assert "87.5" not in text
    assert "12.5" not in text
    again = Publication.read(tmp_path)
    assert (again.dominance, again.rule) == (True, found.rule) == (found.dominance, Rule())
    made.write(tmp_path)
    assert not Publication.read(tmp_path).dominance


def test_publication_leaves_numbers_of_suppressed_rows_out_whatever_they_are():
    table, hierarchy = town(3, 7, 12)
    table["value"], table["state"] = [33.3, 1.0, 2.0, 3.0], ["suppressed", *["value"] * 3]
    table.loc[0, "count"] = np.nan
    cells = Publication.of("first", table, hierarchy, FACTS, Rule()).cells
    assert cells["value"].isna().tolist() == [True, False, False, False]


def test_publication_tells_what_is_withheld_with_its_zeros():
    table, hierarchy = town(3, 7, 12)
    table = table.assign(note=[WITHHELD, *[""] * 3], state="suppressed", count=np.nan)
    cells = Publication.of("first", table, hierarchy, FACTS, Rule()).cells
    assert cells["withheld"].tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "{",
        lambda _: "[]",
        lambda ledger: json.dumps(ledger | {"form": 2}),
        lambda ledger: json.dumps({k: v for k, v in ledger.items() if k != "rule"}),
        lambda ledger: json.dumps(ledger | {"rule": {"counts_under": 1}}),
        lambda ledger: json.dumps(ledger | {"cells": {"area_code": ["a"]}}),
        lambda ledger: json.dumps(ledger | {"hierarchy": {"town": ["Crewe"]}}),
    ],
)
def test_publication_refuses_a_ledger_that_is_not_whole(spoil, tmp_path):
    taken_down().write(tmp_path)
    path = Path(tmp_path / LEDGER)
    path.write_text(spoil(json.loads(path.read_text("utf-8"))), "utf-8")
    with pytest.raises(FileError, match="is no whole ledger of this version; take it from"):
        Publication.read(tmp_path)


def test_periods_are_cut_at_the_ends_of_all():
    terms = ["Autumn 2023", "Spring 2024", "Summer 2024"]
    assert made_of(["2023/24", *terms]) == {"2023/24": terms}
    assert made_of(["FY25", "2025 Q1"]) == {"FY25": ["2024-04-01/2024-12-31", "2025 Q1"]}
    assert made_of(["2023", "2024", "Wave 3"]) == {}
