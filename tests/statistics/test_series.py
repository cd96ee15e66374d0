"""Series: which rows belong together."""

import pandas as pd
import pytest

from geo.errors import TableError
from geo.statistics.series import indicator_facts, numbered


def test_numbered_lists_combinations_in_order_whatever_the_order_of_rows():
    rows = pd.DataFrame({"sex": ["m", "f", "m", "f"], "age": ["5", "0", "0", "0"]})
    number, listed = numbered(rows, ["sex", "age"])
    assert listed.values.tolist() == [["f", "0"], ["m", "0"], ["m", "5"]]
    assert number.tolist() == [2, 0, 1, 0]


def facts(**columns):
    return pd.DataFrame({"indicator_id": ["a", "b"]} | columns)


@pytest.mark.parametrize("indexed", [True, False])
def test_indicator_facts_are_those_of_the_catalogue_however_it_is_indexed(indexed):
    catalogue = facts(measure=["rate", "mean"])
    catalogue = catalogue.set_index("indicator_id") if indexed else catalogue
    found = indicator_facts(facts(), catalogue)
    assert found["measure"].to_dict() == {"a": "rate", "b": "mean"}


@pytest.mark.parametrize(
    ("column", "wrong"), [("measure", "percent"), ("polarity", "good"), ("multiplier", -1)]
)
def test_indicator_facts_refuse_what_is_not_allowed(column, wrong):
    with pytest.raises(TableError, match=column):
        indicator_facts(facts(**{column: [wrong, None]}), None)
