"""Which of equally good cells is hidden for the others' sake: in an order that outsiders lack.

Where the choice follows from the counts, or from anything that an outsider knows, the pattern of
hidden cells tells which counts would have led to it: of 4, 6, 6 with a total of 16 the hidden pair
is 4 and 6, because of 3 and 7 the other 6 would have been hidden (a minimality attack). So the
order is drawn with a key, for each cell by itself: whoever has the same key chooses alike.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geo.disclosure.linked_tables import LinkedTables
from geo.disclosure.problem import SuppressionProblem

_SHARE = 0.25
_SPARED = 3.0
NAMES = ("area_type", "area_code", "indicator_id", "period", "sex", "age")


def key_of_counts(table: pd.DataFrame) -> bytes:
    """Make a key of the counts themselves, hidden ones among them.

    To test a guess, an outsider would have to guess all of them at once.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators: all confidential counts that the publisher knows, and values without any.

    Returns
    -------
    bytes
        32 of them, always the same for the same counts, in whatever order the rows stand.

    Examples
    --------
    >>> rows = pd.DataFrame({"area_code": ["a", "b"], "count": [4, 6]})
    >>> key_of_counts(rows) == key_of_counts(rows[::-1])
    True
    >>> key_of_counts(rows) == key_of_counts(rows.assign(count=[6, 4]))
    False
    """
    if "value" in table:  # means and the like, which have no count
        table = table.assign(count=table["count"].astype(float).fillna(table["value"]))
    every = _digests(_encoded(table, (*NAMES, "count")), hashlib.blake2b(digest_size=32))
    return hashlib.sha256(b"".join(sorted(every))).digest()


@dataclass(frozen=True)
class KeyedChoice:
    """What settles, by a key, which cells are hidden for the others' sake.

    Parameters
    ----------
    linked : LinkedTables
        The cells and what adds up to what.
    key : bytes
        Up to 64 of them, which outsiders do not have.

    References
    ----------
    Wong R C-W, Fu A W-C, Wang K, Pei J (2007). Minimality attack in privacy preserving data
    publishing. VLDB: 543–554. RFC 7693: BLAKE2 with a key, as a pseudo-random function.

    Examples
    --------
    >>> from geo.disclosure.constraints import AdditivityConstraints
    >>> cells = pd.DataFrame({"area_code": ["a", "b"]})
    >>> alone = LinkedTables(cells, AdditivityConstraints.of([], 2), [])
    >>> first, again = (KeyedChoice(alone, b"only we know").order for _ in range(2))
    >>> bool((first == again).all())
    True
    >>> bool((first == KeyedChoice(alone, b"another").order).any())
    False
    """

    linked: LinkedTables
    key: bytes

    @cached_property
    def order(self) -> np.ndarray:
        """A number from 0 to 1 for each cell; of those that cost the same the lowest goes first.

        What is no total goes before totals, and those before the totals over them. It is the same
        for a cell of the same name and the same key, whatever else the table holds.
        """
        depth = self.linked.constraints.depth
        return (depth + self._drawn(b"order")) / (depth.max(initial=0) + 1)

    @cached_property
    def cost(self) -> np.ndarray:
        """How many others may be hidden in a cell's place: one in four is spared where it can be.

        Were the fewest always hidden, the pattern would tell which counts had needed no more.
        """
        return np.where(self._drawn(b"cost") < _SHARE, _SPARED, 1.0)

    def settling(self, problem: SuppressionProblem) -> SuppressionProblem:
        """Choose by this key among the cells of a problem."""
        return problem.choosing(self.order, self.cost)

    def with_totals_of_small(self, problem: SuppressionProblem) -> SuppressionProblem:
        """Hide one in four totals that are not too small but whose parts all are, as if they were.

        Where such a total were hidden only for being small itself, it would tell of its hidden
        parts that together they are few. Totals have two parts or more above zero.
        """
        constraints, count = self.linked.constraints, problem.count
        few = problem.hidden & (count <= problem.sensitive.greatest)
        drawn = problem.candidate & (self._drawn(b"total") < _SHARE)
        part = (constraints.sign > 0) & (count != 0)[constraints.cell]
        for depth in range(1, constraints.depth.max(initial=0) + 1):
            parts, others = (
                np.bincount(constraints.constraint[which], minlength=constraints.n_constraints)
                for which in (part, part & ~few[constraints.cell])
            )
            of_few = constraints.total[(parts > 1) & (others == 0)]
            few[of_few] |= (drawn & (constraints.depth == depth))[of_few]
        return problem.hiding_as_small(few & ~problem.hidden)

    @cached_property
    def _named(self) -> list[bytes]:
        return _encoded(self.linked.cells, NAMES)

    def _drawn(self, purpose: bytes) -> np.ndarray:
        keyed = hashlib.blake2b(key=self.key, digest_size=8, person=purpose)
        return np.frombuffer(b"".join(_digests(self._named, keyed)), dtype="<u8") / 2.0**64


def _encoded(rows: pd.DataFrame, names: Sequence[str]) -> list[bytes]:
    """Write the names of each row, a line each."""
    columns = [
        map(str, rows[name].astype(float if name == "count" else object))
        for name in names
        if name in rows
    ]
    return ["\n".join(one).encode() for one in zip(*columns, strict=True)]


def _digests(messages: Iterable[bytes], keyed: hashlib.blake2b) -> list[bytes]:
    found = []
    for message in messages:
        own = keyed.copy()  # quicker than a new one
        own.update(message)
        found.append(own.digest())
    return found
