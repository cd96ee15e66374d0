"""Linked tables: which published counts add up to which, over areas, over sexes, over ages.

Every row of an indicator table becomes a cell, and every way of adding cells up becomes an
additivity constraint: its parts less its total make zero. Where groups overlap without a table of
their common parts, those parts become cells too, without a row: nobody printed them, yet
subtraction can reach them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.disclosure.cells import CellIndex, named_cells, numbered_cells
from geo.disclosure.constraints import AdditivityConstraints
from geo.disclosure.linked_areas import area_levels, over_groups, with_common_parts
from geo.disclosure.linked_series import over_labels, with_related, with_rest
from geo.disclosure.relations import Relation
from geo.statistics.table_checks import require


@dataclass(frozen=True)
class LinkedTables:
    """The cells of an indicator table and the constraints that link them.

    Parameters
    ----------
    cells : DataFrame
        One row a cell: ``row`` (position in the table; -1 where the table has no such row) and
        the keys ``indicator_id``, ``period``, ``sex``, ``age``, ``area_type``, ``area_code``.
    constraints : AdditivityConstraints
        Which cells add up to which.
    parts : list of str
        For each constraint, in words, what its parts are.
    """

    cells: pd.DataFrame
    constraints: AdditivityConstraints
    parts: list[str]

    @property
    def of_people(self) -> AdditivityConstraints:
        """The constraints that hold of denominators too.

        Those of several indicators are of the same people, and those of several periods too.
        """
        alone = [words not in ("by indicator", "by period", "by category") for words in self.parts]
        return self.constraints.only(np.array(alone, dtype=bool))


def link_tables(
    indicators: pd.DataFrame,
    hierarchy: pd.DataFrame,
    *,
    round_to: int = 1,
    relations: Sequence[Relation] = (),
) -> LinkedTables:
    """Find the cells of an indicator table and every constraint that links them.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators of one or several area types, a row a cell.
    hierarchy : DataFrame
        A row an LSOA: its code (such as ``lsoa21cd``) and the groups that it lies in, one column
        a level, nested or not. A level of the table called ``borough`` is all of it.
    round_to : int
        To multiples of which the counts are rounded, so that parts need not add up.
    relations : sequence of Relation
        Series that add up in every area, beside what sexes and ages say in words; those with a
        series that the table has not are left aside. ``Relations`` say what the words are worth,
        the counts of the table where they are not given.

    Returns
    -------
    LinkedTables
        Sums over areas (a group over the coarsest level of the table that nests in it), over
        sexes and over ages: ``Persons``, ``All ages``, ``Total`` and the like, or a label that
        is the sum of the others in every row, over the others; bands such as ``0-4`` and ``65+``
        over the bands that cover them. Where the counts say that the others are not the whole,
        what is left over is a cell too. An LSOA, sex or age without a row, where others of its
        kind have rows, counts as having nothing to add.

    Raises
    ------
    CodeError
        If an LSOA stands twice, an area type is no level of the hierarchy, or a code is not in
        it.
    TableError
        If a column is absent or a row stands twice.
    """
    require(indicators, ["area_code", "area_type", "indicator_id", "period"])
    levels = area_levels(indicators, hierarchy)
    cells, names = numbered_cells(indicators, levels)
    cells = with_rest(cells, names, "age", round_to, relations)
    cells = with_rest(cells, names, "sex", round_to, relations)
    cells["count"] = cells["count"].where(cells["row"] >= 0)
    cells = with_common_parts(cells, names, levels)
    index = CellIndex(cells, names)
    by_label = [
        *over_labels(cells, names, index, "age", round_to, relations),
        *over_labels(cells, names, index, "sex", round_to, relations),
    ]
    cells, by_relation = with_related(cells, names, relations)
    index = CellIndex(cells, names)
    found = [*over_groups(cells, names, levels, index), *by_label, *by_relation]
    pairs = ((parts, total) for parts, total, _ in found)
    return LinkedTables(
        cells=named_cells(cells, names),
        constraints=AdditivityConstraints.of(pairs, len(cells)),
        parts=[words for _, total, words in found for _ in np.unique(total)],
    )
