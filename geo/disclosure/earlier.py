"""Earlier publications beside a new table: what they tell and still hide of its cells.

An outsider who has earlier publications at hand knows every number that they print, and subtracts
across them: a collaborative before and after a ward moved tells the ward. So the cells of earlier
publications stand beside those of the new table. What they print is known and cannot be hidden any
more; what they hide is under attack by the rule that it was hidden under. No cell needs more
protection than the earlier publications by themselves leave it: what they have given away is lost,
and the new table may lose nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from geo.disclosure.attack import Intervals, feasibility_intervals, tightened
from geo.disclosure.earlier_cells import NOTHING, earlier_cells
from geo.disclosure.earlier_series import links_between
from geo.disclosure.linked_tables import LinkedTables, link_tables
from geo.disclosure.problem import SuppressionProblem
from geo.disclosure.public_series import public_figures
from geo.disclosure.publications import Publication
from geo.disclosure.relations import Relation, Relations, related, with_blanks
from geo.disclosure.rules import Rule
from geo.disclosure.shared_areas import SharedAreas
from geo.disclosure.table import KEYS, confidential_rows
from geo.errors import TableError


@dataclass(frozen=True)
class Earlier:
    """Cells of earlier publications, in the areas and periods of a new table.

    Parameters
    ----------
    names : tuple of str
        What the publications are called.
    keys : DataFrame
        A row a cell: area, area type, indicator, period, sex and age.
    told : dict of DataFrame
        Of the ``count`` and the ``denominator`` of each cell, as `earlier_cells` gives them.
    hierarchy : DataFrame
        Groups of the new table and of the publications.
    relations : tuple of Relation
        Series that add up, of which the new table does not have all.
    revised : MultiIndex
        Cells of which the printed count is another one now.
    left : dict of Series
        Of count and denominator, by cell: the width that the publications leave by themselves,
        where that is less than the rules ask for.
    contradictory : bool
        Whether they contradict each other, so that only what can be checked is told.
    """

    names: tuple[str, ...]
    keys: pd.DataFrame
    told: dict[str, pd.DataFrame]
    hierarchy: pd.DataFrame
    relations: tuple[Relation, ...]
    revised: pd.MultiIndex
    left: dict[str, pd.Series] = field(default_factory=dict)
    contradictory: bool = False

    @classmethod
    def of(
        cls,
        previous: Sequence[Publication],
        sums: pd.DataFrame,
        hierarchy: pd.DataFrame,
        *,
        catalogue: pd.DataFrame | None = None,
        relations: Sequence[Relation] = (),
        lookups: Sequence[pd.DataFrame] = (),
    ) -> "Earlier":
        """Bring earlier publications into the words of what is known now.

        Parameters
        ----------
        previous : sequence of Publication
            Earlier publications.
        sums : DataFrame
            Tidy confidential indicators: everything that is known of every area and period.
        hierarchy, catalogue : DataFrame
            As for ``suppress``, of the new table.
        relations : sequence of Relation
            Series of ``sums`` that add up in every area.
        lookups : sequence of DataFrame
            Between LSOAs of two vintages, where a publication stands on others.

        Raises
        ------
        CodeError
            If no lookup leads to the LSOAs of a publication.
        """
        previous = _each_named(previous)
        areas = SharedAreas.of(hierarchy, previous, lookups)
        keys, told, revised = earlier_cells(previous, areas, sums)
        counts = pd.concat([keys, told["count"]], axis=1)
        more, absent = links_between(counts, with_blanks(sums), relations, catalogue)
        nothing = pd.DataFrame(NOTHING | {"truth": np.nan}, index=range(len(absent)))
        keys = pd.concat([keys, absent], ignore_index=True)
        near = _related_tables(sums, [*relations, *more])
        mine = pd.MultiIndex.from_frame(keys[["indicator_id", "period"]]).isin(near)
        return cls(
            names=tuple(publication.name for publication in previous),
            keys=keys[mine].reset_index(drop=True),
            told={
                quantity: pd.concat([rows, nothing])[mine].reset_index(drop=True)
                for quantity, rows in told.items()
            },
            hierarchy=areas.hierarchy,
            relations=tuple(more),
            revised=revised,
        )

    def attacked(
        self, table: pd.DataFrame, relations: Sequence[Relation], rule: Rule
    ) -> tuple["Earlier", Relations]:
        """Find out what the publications by themselves give away of a table and of their cells.

        Where they contradict each other, as revised counts do, what cannot be checked by what is
        known now is left aside, and then the relations that only they have.

        Returns
        -------
        Earlier, Relations
            With ``left``; and all relations that hold.
        """
        checked = self._checked()
        for known in (self, checked, replace(checked, relations=())):
            every = Relations(relations).and_more(known.relations)
            try:
                return replace(known, left=known._left_alone(table, every, rule)), every
            except TableError as contradiction:
                problem = contradiction
        raise problem

    def _checked(self) -> "Earlier":
        """Leave aside what is told of cells of which nothing is known now."""
        told = {}
        for quantity, rows in self.told.items():
            told[quantity] = rows.copy()
            unknown = rows["truth"].isna()
            told[quantity].loc[unknown, ["least", "greatest"]] = (
                NOTHING["least"],
                NOTHING["greatest"],
            )
        return replace(self, told=told, contradictory=True)

    def _left_alone(
        self, table: pd.DataFrame, relations: Sequence[Relation], rule: Rule
    ) -> dict[str, pd.Series]:
        linked = self.link(table, relations)
        widths = {
            "count": (rule.width, linked.constraints),
            "denominator": (rule.small_denominators - 2, linked.of_people),
        }
        people = table["denominator"] if "denominator" in table else pd.Series(dtype=float)
        few = people.between(1, rule.small_denominators - 1).any()
        left = {}
        for quantity, (width, constraints) in widths.items():
            if quantity == "denominator" and not (few or self.hides(quantity)):
                continue
            told = self._of(linked, quantity)
            needed = np.maximum(told["needed"], width)
            rough = tightened(constraints, told["least"], told["greatest"])
            asked = np.minimum(needed, rough.width)
            found = feasibility_intervals(constraints, rough.least, rough.greatest, asked)
            short = found.width < needed
            left[quantity] = pd.Series(found.width[short], _cells(linked.cells[short]))
        return left

    def link(
        self, table: pd.DataFrame, relations: Sequence[Relation], round_to: int = 1
    ) -> LinkedTables:
        """Link a table with the cells of earlier publications, which have no row in it."""
        table = with_blanks(table)
        counts = self.told["count"]
        known = counts["least"].where(counts["least"] == counts["greatest"])
        others = self.keys.assign(count=known)[~self._index.isin(_cells(table))]
        both = pd.concat([table[[*KEYS, "count"]], others], ignore_index=True)
        linked = link_tables(both, self.hierarchy, round_to=round_to, relations=relations)
        row = linked.cells["row"]
        cells = linked.cells.assign(
            row=row.where(row < len(table), -1),
            earlier=self._index.get_indexer(_cells(linked.cells)),
        )
        return replace(linked, cells=cells)

    def beside(
        self, problem: SuppressionProblem, linked: LinkedTables, quantity: str
    ) -> SuppressionProblem:
        """Add to a problem what earlier publications tell and hide of its cells.

        A count that an earlier rule hid is hidden again.
        """
        told = self._of(linked, quantity)
        prior = _both(problem.prior, told)
        width = np.minimum(np.maximum(problem.protection_width, told["needed"]), prior.width)
        open_ = told["least"] < told["greatest"]
        again = (told["small_least"] <= problem.count) & (problem.count <= told["small_greatest"])
        again |= problem.count >= told["near_all"]
        again &= problem.candidate & open_
        return replace(
            problem,
            published=_both(problem.published, told),
            prior=prior,
            hidden=problem.hidden | again,
            candidate=problem.candidate & ~again & open_,
            protection_width=np.minimum(width, self._left(linked, quantity)),
            sensitive=Intervals(
                np.minimum(problem.sensitive.least, told["small_least"]),
                np.maximum(problem.sensitive.greatest, told["small_greatest"]),
            ),
            near_all=np.minimum(problem.near_all, told["near_all"]),
        )

    def protecting(
        self, problem: SuppressionProblem, linked: LinkedTables, quantity: str
    ) -> SuppressionProblem:
        """Pose what has to be protected beside earlier publications.

        As `beside`, with what is known now of their cells, to choose by. Cells that are linked
        with none of which the table tells more than was told before need no protection any more.
        """
        problem = self.beside(problem, linked, quantity)
        told = self._of(linked, quantity)
        now = Intervals(
            np.where(problem.hidden, problem.prior.least, problem.published.least),
            np.where(problem.hidden, problem.prior.greatest, problem.published.greatest),
        )
        new = (now.least > told["least"]) | (now.greatest < told["greatest"])
        block = problem.constraints.block
        touched = np.isin(block, block[new])
        ours = (linked.cells["row"] < 0).to_numpy() & ~np.isnan(told["truth"])
        return replace(
            problem,
            published=Intervals(
                np.where(ours, told["truth"], problem.published.least),
                np.where(ours, told["truth"], problem.published.greatest),
            ),
            protection_width=np.where(touched, problem.protection_width, 0),
            count=np.where(ours, told["truth"], problem.count),
        )

    @cached_property
    def _index(self) -> pd.MultiIndex:
        return _cells(self.keys)

    def hides(self, quantity: str) -> bool:
        """Whether the publications hide any of a quantity."""
        return bool((self.told[quantity]["needed"] > 0).any())

    def tells(self, rows: pd.DataFrame) -> np.ndarray:
        """Tell of which rows the publications by themselves give the count away."""
        left = self.left.get("count", pd.Series(dtype=float))
        return _cells(with_blanks(rows)).isin(left.index[left == 0])

    def _of(self, linked: LinkedTables, quantity: str) -> dict[str, np.ndarray]:
        """Look up what is told of each cell."""
        told = self.told[quantity].reindex(linked.cells["earlier"]).fillna(NOTHING)
        return {column: told[column].to_numpy(dtype=float) for column in told}

    def _left(self, linked: LinkedTables, quantity: str) -> np.ndarray:
        """Width that the earlier publications leave each cell; infinite where it is enough."""
        if quantity not in self.left:
            return np.full(len(linked.cells), np.inf)
        return self.left[quantity].reindex(_cells(linked.cells)).fillna(np.inf).to_numpy()


def _cells(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[list(KEYS)])


def link_beside(
    table: pd.DataFrame,
    hierarchy: pd.DataFrame,
    relations: Sequence[Relation],
    earlier: Earlier | None,
    *,
    round_to: int = 1,
) -> LinkedTables:
    """Link a table, with the cells of earlier publications where there are any."""
    if earlier is None:
        return link_tables(table, hierarchy, round_to=round_to, relations=relations)
    return earlier.link(table, relations, round_to)


def beside_public(
    indicators: pd.DataFrame,
    hierarchy: pd.DataFrame,
    catalogue: pd.DataFrame | None,
    relations: Relations,
    rule: Rule,
) -> tuple[Earlier | None, Relations]:
    """Find the public rows of a table that add up with its confidential ones, and how."""
    figures = public_figures(indicators, hierarchy, catalogue, relations)
    if not figures:
        return None, relations
    secret = indicators[confidential_rows(indicators, catalogue)]
    found = Earlier.of(figures, secret, hierarchy, catalogue=catalogue, relations=relations)
    return found.attacked(secret, relations, rule)


def _both(known: Intervals, told: dict[str, np.ndarray]) -> Intervals:
    """Take what both allow; what is known now where they contradict each other."""
    least = np.maximum(known.least, told["least"])
    greatest = np.minimum(known.greatest, told["greatest"])
    fits = least <= greatest
    return Intervals(np.where(fits, least, known.least), np.where(fits, greatest, known.greatest))


def _each_named(previous: Sequence[Publication]) -> list[Publication]:
    """Give publications of one name numbers."""
    names = [publication.name for publication in previous]
    return [
        replace(one, name=f"{one.name} ({at + 1})") if names.count(one.name) > 1 else one
        for at, one in enumerate(previous)
    ]


def _related_tables(sums: pd.DataFrame, relations: Sequence[Relation]) -> set[tuple[str, str]]:
    """Find the indicators and periods that relations link with those of the new table."""
    ours = set(zip(sums["indicator_id"], sums["period"], strict=True))
    theirs = {series[:2] for relation in relations for series in relation.series}
    block = related(ours | theirs, relations, slice(2))
    near = {block[table] for table in ours}
    return {table for table, number in block.items() if number in near}
