"""Which of equally good cells is hidden for the others' sake: in an order that outsiders lack.

Where the choice follows from the counts, or from anything that an outsider knows, the pattern of
hidden cells tells which counts would have led to it: of 4, 6, 6 with a total of 16 the hidden pair
is 4 and 6, because of 3 and 7 the other 6 would have been hidden (a minimality attack). So the
order is drawn with a key, for each cell by itself: whoever has the same key chooses alike.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.disclosure.linked_tables import LinkedTables

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
    every = _digests(table, (*NAMES, "count"), size=32)
    return hashlib.sha256(b"".join(sorted(every))).digest()


def hiding_order(linked: LinkedTables, key: bytes) -> np.ndarray:
    """Draw for each cell a number from 0 to 1; of cells that cost the same the lowest goes first.

    What is no total goes before totals, and those before the totals over them.

    Parameters
    ----------
    linked : LinkedTables
        The cells and what adds up to what.
    key : bytes
        Up to 64 of them, which outsiders do not have.

    Returns
    -------
    ndarray, shape (cells,)
        The same for a cell of the same name and the same key, whatever else the table holds.

    References
    ----------
    Wong R C-W, Fu A W-C, Wang K, Pei J (2007). Minimality attack in privacy preserving data
    publishing. VLDB: 543–554. RFC 7693: BLAKE2 with a key, as a pseudo-random function.

    Examples
    --------
    >>> from geo.disclosure.constraints import AdditivityConstraints
    >>> cells = pd.DataFrame({"area_code": ["a", "b"]})
    >>> alone = LinkedTables(cells, AdditivityConstraints.of([], 2), [])
    >>> first, again = (hiding_order(alone, b"only we know") for _ in range(2))
    >>> bool((first == again).all()), bool((first == hiding_order(alone, b"another")).any())
    (True, False)
    """
    depth = linked.constraints.depth
    drawn = b"".join(_digests(linked.cells, NAMES, size=8, key=key))
    return (depth + np.frombuffer(drawn, dtype="<u8") / 2.0**64) / (depth.max(initial=0) + 1)


def _digests(rows: pd.DataFrame, names: Sequence[str], size: int, key: bytes = b"") -> list[bytes]:
    columns = [
        map(str, rows[name].astype(float if name == "count" else object))
        for name in names
        if name in rows
    ]
    return [
        hashlib.blake2b("\n".join(one).encode(), key=key, digest_size=size).digest()
        for one in zip(*columns, strict=True)
    ]
