import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from geo.disclosure.linked_tables import link_tables
from geo.disclosure.problem import count_protection
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.disclosure.table import known_counts
from geo.errors import TableError
from tests.disclosure.builders import tables


@settings(max_examples=25, deadline=None, derandomize=True)
@given(tables(most=8))
@pytest.mark.slow
def test_suppress_hides_no_more_than_the_optimum(made):
    table, hierarchy = made
    try:
        safe = suppress(table, hierarchy)
    except TableError:
        return
    problem = count_protection(
        link_tables(table, hierarchy),
        known_counts(table, Rule(), None),
        np.zeros(len(table), bool),
        Rule(),
    )
    more = int(safe["count"].isna().sum() - problem.hidden.sum())
    free = np.flatnonzero(problem.candidate)

    def enough(fewer):
        for chosen in itertools.combinations(free, fewer):
            trial = problem.hidden.copy()
            trial[list(chosen)] = True
            if not problem.suppressing(trial).attack()[1].any():
                return True
        return False

    best = next((fewer for fewer in range(min(more, 4)) if enough(fewer)), more)
    assert more <= 1.3 * best
