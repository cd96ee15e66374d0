import pandas as pd
import pytest

from geo.disclosure.published import Published
from geo.disclosure.suppress import suppress
from geo.errors import TableError
from tests.disclosure.builders import cells, town

FACTS = pd.DataFrame({"indicator_id": ["neet"], "confidential": [True]})


def test_published_of_what_was_suppressed_tells_the_rule():
    table, hierarchy = town(3, 7, 12, confidential=True)
    made = Published.of(suppress(table, hierarchy), FACTS)
    assert made.rule == "counts under 5 are not shown"
    assert made.catalogue is FACTS


@pytest.mark.parametrize("catalogue", [FACTS, FACTS.set_index("indicator_id")])
def test_published_of_what_was_not_suppressed_is_refused(catalogue):
    table, _ = town(3, 7, 12)
    with pytest.raises(TableError, match=r"\(neet\) is confidential.*pass it through geo.suppress"):
        Published.of(table, catalogue)


def test_published_of_england_and_of_public_indicators_needs_no_rule():
    assert Published.of(cells({"E92000001": 900}, "england"), FACTS).rule == ""
    assert Published.of(town(3, 7, 12)[0], FACTS.assign(confidential=False)).rule == ""


def test_published_rows_added_later_have_to_pass_too():
    table, hierarchy = town(3, 7, 12, confidential=True)
    made = Published.of(suppress(table, hierarchy), FACTS)
    assert made.showing(made.table.head(2)).table["area_code"].tolist() == list(
        table["area_code"].head(2)
    )
    with pytest.raises(TableError, match="pass it through geo.suppress"):
        made.showing(pd.concat([made.table, table]))


def test_published_of_a_published_table_takes_another_catalogue_and_checks_again():
    table, hierarchy = town(3, 7, 12)
    made = Published.of(suppress(table.assign(confidential=True), hierarchy), FACTS)
    other = FACTS.assign(short_name="NEET")
    assert Published.of(made).catalogue is FACTS
    assert Published.of(made, other).catalogue is other
    public = Published.of(table, FACTS.assign(confidential=False))
    with pytest.raises(TableError, match="pass it through geo.suppress"):
        Published.of(public, FACTS)


def test_published_cannot_be_made_past_the_check():
    with pytest.raises(TableError, match="pass it through geo.suppress"):
        Published(town(3, 7, 12)[0], FACTS)


def test_published_of_one_indicator_does_not_ask_for_the_others():
    table = pd.concat([cells({"a": 3}, confidential=True), cells({"a": 9}, indicator_id="public")])
    made = Published.of(table, indicator="public")
    assert made.table["indicator_id"].tolist() == ["public"]
    with pytest.raises(TableError, match=r"\(neet\)"):
        Published.of(table, indicator="neet")


def test_published_refuses_a_whole_indicator_of_which_one_row_has_no_rule():
    table, hierarchy = town(3, 7, 12, confidential=True)
    safe = suppress(table, hierarchy)
    safe["rule"] = safe["rule"].astype(object).mask(safe["area_code"] == "Crewe", None)
    with pytest.raises(TableError, match="1 indicator"):
        Published.of(safe)
    one_says_so = table.assign(confidential=[True, None, None, None])
    with pytest.raises(TableError, match="1 indicator"):
        Published.of(one_says_so.assign(rule=["counts under 5 are not shown", None, None, None]))


def test_published_areas_with_indicators_joined_to_them_are_asked_row_by_row():
    areas = pd.DataFrame({"lsoa21cd": ["a", "b", "c"], "confidential": [True, None, False]})
    with pytest.raises(TableError, match="1 of 3 areas is confidential.*geo.suppress"):
        Published.of(areas)
    assert Published.of(areas.assign(rule=["five", None, None])).rule == "five"


def test_published_tells_the_rules_of_the_rows_that_are_shown_alone():
    table = pd.concat([cells({"a": 9}, rule="five"), cells({"a": 9}, indicator_id="y", rule="ten")])
    made = Published.of(table.assign(confidential=True))
    assert made.rule == "five; ten"
    assert made.showing(made.table.tail(1)).rule == "ten"


def test_published_decimals_are_those_of_the_whole_table():
    table = cells({"a": 9, "b": 9}).assign(value=[0.05, 2000.0])
    made = Published.of(table)
    assert made.table["decimals"].nunique() == 1
    few = made.showing(made.table.head(1))
    assert few.table["decimals"].tolist() == made.table["decimals"].head(1).tolist()
    assert "decimals" not in table


def test_published_latest_period_is_that_of_the_areas_shown_then_that_of_others():
    table = pd.DataFrame(
        {
            "indicator_id": ["both", "both", "both", "groups", "groups"],
            "area_type": ["lsoa21", "lsoa21", "town", "town", "town"],
            "period": ["Dec 2023", "Apr 2023", "Apr 2024", "Apr 2024", "Dec 2023"],
        }
    )
    made, small = Published.of(table), table["area_type"] == "lsoa21"
    assert made.in_latest().tolist() == [False, False, True, True, False]
    assert made.in_latest(small).tolist() == [True, False, False, False, False]
    assert made.in_latest(small, others=True).tolist() == [True, False, False, True, False]
