"""What if areas were grouped otherwise: a ward moves, new wards replace the old."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError
from geo.statistics.table_checks import group_keys, names_in, numbers, require
from geo.targeting.needs import area_codes, complete
from geo.vocabulary.releases import MOST_DEPRIVED


@dataclass(frozen=True, eq=False)
class Regrouped:
    """What differs between two groupings of the same areas, and nothing else.

    Attributes
    ----------
    moved : DataFrame
        A row for each area whose group is another: its code, ``before`` and ``after``.
    groups : DataFrame
        A row for each number that differs: ``group``, ``what`` (``areas``, ``deprived areas``, or a
        count), ``before``, ``after`` and ``change``. A group that is new, or is gone, has 0.
    of : int
        How many areas there are.
    """

    moved: pd.DataFrame
    groups: pd.DataFrame
    of: int

    def sentences(self) -> list[str]:
        """Say it in words: who moves, and what each group gains or loses."""
        if self.moved.empty:
            return ["Nothing changes."]
        said = [f"{len(self.moved):,} of {self.of:,} areas change their group."]
        for group, rows in self.groups.groupby("group", sort=False):
            told = [f"{one.after:,g} {one.what} ({one.change:+,g})" for one in rows.itertuples()]
            said.append(f"{group} then has {', '.join(told)}.")
        return said


def compare_memberships(
    areas: pd.DataFrame,
    *,
    before: str,
    after: str,
    counts: str | Sequence[str] = "population",
    deprived: str | None = "imd_decile",
) -> Regrouped:
    """Regroup areas, and tell what differs.

    Parameters
    ----------
    areas : DataFrame
        One row a small area: a column of codes, its group ``before`` and ``after``, counts (0 or
        more), and ``deprived``. Counts that disclosure control hid are missing, and refused: of two
        groupings the one less the other would give them away.
    before, after : str
        Columns of groups: collaboratives as they are and with a ward moved, wards of 2024 and of
        2027.
    counts : str or sequence of str
        Columns to sum.
    deprived : str, optional
        Column of national deciles, of which 1 to 3 are counted; None for none.

    Returns
    -------
    Regrouped

    Raises
    ------
    TableError
        If a column is absent, a group or number is missing, or a number is impossible.
    CodeError
        If a code is missing or stands twice.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"area_code": ["a", "b", "c"], "now": ["North", "North", "South"],
    ...     "then": ["North", "South", "South"], "children": [10, 20, 30], "imd_decile": [9, 1, 5]})
    >>> found = compare_memberships(lsoas, before="now", after="then", counts="children")
    >>> found.moved.to_dict("records")
    [{'area_code': 'b', 'before': 'North', 'after': 'South'}]
    >>> found.sentences()[2]
    'South then has 2 areas (+1), 1 deprived areas (+1), 50 children (+20).'
    """
    codes, (old, new) = area_codes(areas), (group_keys(areas, key)[0] for key in (before, after))
    named = names_in(counts)
    table = pd.DataFrame({"areas": np.ones(len(areas))})
    if deprived is not None:
        require(areas, [deprived])
        decile = numbers(areas, deprived)
        if not np.isin(decile, np.arange(1, 11)).all():
            raise TableError(f"{deprived} is not a decile, 1 to 10, of every area; correct it.")
        table["deprived areas"] = decile <= MOST_DEPRIVED
    for count in named:
        table[count] = complete(areas, count)
    sums = [table.groupby(areas[key].to_numpy()).sum().astype(float) for key in (old, new)]
    every = sums[0].index.union(sums[1].index)
    long = [one.reindex(every, fill_value=0.0).stack() for one in sums]
    groups = pd.DataFrame({"before": long[0], "after": long[1]}).rename_axis(["group", "what"])
    groups["change"] = groups["after"] - groups["before"]
    moves = (areas[old] != areas[new]).to_numpy()
    moved = pd.DataFrame({codes.name: codes, "before": areas[old], "after": areas[new]})[moves]
    changed = groups[groups["change"] != 0].reset_index()
    return Regrouped(moved.reset_index(drop=True), changed, len(areas))
