"""The protection statement of a report."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from geo.disclosure.protection import Protection
from geo.disclosure.rules import Rule
from geo.report.outcomes import Outcomes
from geo.report.protection import protection_entry, protection_statement, wholly_hidden
from tests.builders import place
from tests.examples import some

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def found(**changes):
    cells = pd.DataFrame(
        [("neet", "lsoa21", 40, 12, 0), ("neet", "borough", 1, 0, 0),
         ("harm", "lsoa21", 40, 40, 40),
         ("harm", "collaborative", 8, 3, 2)],
        columns=["indicator_id", "area_type", "cells", "hidden", "withheld"],
    )  # fmt: skip
    catalogue = pd.DataFrame({"indicator_id": ["neet", "harm"], "short_name": ["NEET", "<b>Harm"]})
    values = {"rule": Rule(), "cells": cells, "primary_percent": 60, "narrowest": 4} | changes
    nothing = pd.DataFrame()
    return Outcomes(
        nothing, nothing, catalogue, nothing, "england", "", pd.Series(dtype=str),
        protection=None if changes.get("rule", 1) is None else Protection(**values),
    )  # fmt: skip


def statement(**changes):
    return protection_statement(found(**changes), place(), "27 November 2026", ["Synthetic data."])


def test_statement_tells_rule_cells_share_and_interval():
    text = statement()
    assert "counts under 5 are not shown" in text
    assert "89, of which 55 are hidden" in text
    assert "61.8% of cells" in text
    assert "about 60% (to the nearest 10%, and never none or all)" in text
    assert "at least 4 whole numbers remain possible" in text
    assert "<td>12 of 40</td>" in text
    assert "<td>all withheld</td>" in text
    assert "<td>3 of 8, 2 withheld</td>" in text
    assert "LSOAs</th>" in text
    assert "Testshire</th>" in text


def outcomes_of(states, rule=1):
    """Outcomes with a row for each (indicator, area type, state)."""
    table = pd.DataFrame(states, columns=["indicator_id", "area_type", "state"])
    catalogue = pd.DataFrame(
        {"indicator_id": ["neet", "harm", "open"], "short_name": ["NEET", "Self-harm", "Open"],
         "confidential": [True, True, False]}
    )  # fmt: skip
    return replace(found(rule=Rule() if rule else None), comparisons=table, catalogue=catalogue)


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([("neet", "hub", "suppressed"), ("neet", "borough", "suppressed")], "NEET"),
        ([("neet", "hub", "suppressed"), ("neet", "borough", "missing")], "NEET"),
        ([("neet", "hub", "suppressed"), ("neet", "england", "value")], "NEET"),
        ([("neet", "hub", "suppressed"), ("harm", "hub", "suppressed")], "NEET and Self-harm"),
        ([("neet", "hub", "suppressed"), ("neet", "borough", "value")], ""),
        ([("neet", "hub", "suppressed"), ("neet", "borough", "zero")], ""),
        ([("neet", "hub", "missing")], ""),
        ([("open", "hub", "suppressed")], ""),
    ],
)
def test_an_indicator_of_which_nothing_is_shown_is_named(states, told):
    lines = wholly_hidden(outcomes_of(states))
    assert [line.partition(":")[0] for line in lines] == (
        [f"Nothing is shown of {told}"] * bool(told)
    )
    assert all("counts under 5 are not shown" in one and "protection.html" in one for one in lines)
    assert wholly_hidden(outcomes_of(states, rule=None)) == wholly_hidden(None) == ()


def test_statement_says_so_of_few_cells_and_of_none_hidden():
    text = statement(primary_percent=None, narrowest=None)
    assert "not told of fewer than 50 hidden cells" in text
    assert "no count is hidden" in text


def test_statement_shows_names_as_text_and_loads_nothing():
    text = statement()
    assert "<b>Harm" not in text
    assert "&lt;b&gt;Harm" in text
    assert "default-src 'none'" in text


def test_statement_tells_of_dominance_where_it_was_asked_for_and_of_no_parameter():
    rule = Rule(dominance=(3, 87.5), p_percent=12.5)
    text, entry = statement(rule=rule), json.dumps(protection_entry(found(rule=rule)))
    for told in (text, entry):
        assert "upper protection level" in told
        assert "singletons" in told
        assert "(n, k) dominance rule" in told
        assert "p% rule" in told
        assert "87.5" not in told
        assert "12.5" not in told
    assert "dominance rule" not in statement()
    assert "dominance rule" not in json.dumps(protection_entry(found()))


def test_nothing_confidential_has_no_statement():
    assert statement(rule=None) is None
    assert protection_entry(found(rule=None)) is None
    assert protection_entry(None) is None


def test_entry_of_the_manifest_holds_the_same_numbers():
    entry = json.loads(json.dumps(protection_entry(found())))
    assert (entry["cells"], entry["hidden"], entry["withheld"]) == (89, 55, 42)
    assert entry["narrowest_interval"] == 4
    assert entry["by_indicator_and_level"][0] == {
        "indicator_id": "neet", "area_type": "lsoa21", "cells": 40, "hidden": 12, "withheld": 0,
    }  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("viewport", some([NARROW, WIDE], 1), ids=["narrow", "wide"])
def test_statement_is_accessible_and_asks_nobody(open_page, viewport):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(lambda path: path.write_text(statement(), "utf-8"), viewport=viewport)
    checked = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert checked.violations_count == 0, checked.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
