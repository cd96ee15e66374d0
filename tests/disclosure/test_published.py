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


def test_published_opened_has_its_own_catalogue_where_none_is_given():
    table, hierarchy = town(3, 7, 12, confidential=True)
    made = Published.of(suppress(table, hierarchy), FACTS)
    other = FACTS.assign(short_name="NEET")
    assert Published.opened(made, None)[1] is FACTS
    assert Published.opened(made, other)[1] is other
    assert Published.opened(made, None)[0] is made.table
    assert Published.opened(table, None)[1] is None
