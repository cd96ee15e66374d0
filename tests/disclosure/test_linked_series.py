"""What the words for sexes and ages are worth, settled before any count is hidden."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.linked_series import relations_between
from geo.disclosure.linked_tables import link_tables
from geo.disclosure.relations import Relation, Relations
from tests.disclosure.builders import LSOAS
from tests.examples import share

PLACE = pd.DataFrame({"lsoa21cd": LSOAS[:3], "town": ["Alder", "Alder", "Birch"]})


def by_label(over, **counts):
    """Rows of three LSOAs under each label of sex or age."""
    usual = {"indicator_id": "neet", "period": "2024", "area_type": "lsoa21", "sex": "all",
             "age": "all", "state": "value"}  # fmt: skip
    rows = [
        pd.DataFrame({"area_code": LSOAS[:3], "count": own}).assign(**usual | {over: label})
        for label, own in counts.items()
    ]
    return pd.concat(rows, ignore_index=True).astype({"count": float})


def hiding(table, hidden):
    state = np.where(hidden, "suppressed", table["state"])
    return table.assign(count=table["count"].mask(hidden), state=state)


def test_a_child_whose_sex_nobody_recorded_is_known_before_counts_are_hidden():
    """Persons are one more than boys and girls in the one LSOA where the boys are hidden."""
    table = by_label("sex", Male=[3, 9, 12], Female=[8, 7, 11], Persons=[12, 16, 23])
    printed = hiding(table, [True, *[False] * 8])
    assert audit_disclosure(printed, PLACE)["greatest"].tolist() == [4]
    assert audit_disclosure(printed, PLACE, relations=relations_between(table)).empty


def test_a_word_that_counts_belie_is_not_believed_when_they_are_hidden():
    """Ages that overlap are more than "Persons" in one LSOA, whose count is hidden."""
    table = by_label("age", EHE=[9, 4, 7], flexi=[8, 5, 6], Persons=[12, 9, 13])
    hidden = table["age"].eq("EHE") & table["area_code"].eq(LSOAS[0])
    printed = hiding(table, hidden)
    believed = link_tables(printed, PLACE).parts
    settled = link_tables(printed, PLACE, relations=relations_between(table)).parts
    assert (believed, settled) == (["by age"] * 3, [])


numbers = st.lists(st.integers(0, 9), min_size=3, max_size=3)


@share(1)
@given(
    st.sampled_from([("sex", "Male", "Female", "Persons"), ("age", "0-4", "5-9", "All ages")]),
    st.tuples(numbers, numbers, st.lists(st.integers(-1, 2), min_size=3, max_size=3)),
    st.lists(st.booleans(), min_size=9, max_size=9),
)
def test_what_adds_up_does_not_depend_on_what_is_hidden(labels, drawn, hidden):
    over, one, other, whole = labels
    a, b, more = map(np.array, drawn)
    table = by_label(over, **{one: a, other: b, whole: np.maximum(a + b + more, 0)})
    relations = relations_between(table)
    full, left = (
        link_tables(rows, PLACE, relations=relations) for rows in (table, hiding(table, hidden))
    )
    assert full.parts == left.parts
    for part in ("cell", "constraint", "sign"):
        assert np.array_equal(getattr(full.constraints, part), getattr(left.constraints, part))
    assert full.cells.equals(left.cells)


def test_relations_keep_what_labels_are_made_of_when_more_are_added():
    settled = {(("neet", "2024"), "sex", frozenset(["Male"])): {"Persons": ["Male"]}}
    series = [("neet", "2024", sex, "all") for sex in ("Male", "Persons")]
    more = Relation.total(series[1], series[:1])
    relations = Relations([], settled).and_more([more])
    assert list(relations) == [more]
    assert Relations(relations).made_of == settled
    assert Relations([more]).made_of == {}
