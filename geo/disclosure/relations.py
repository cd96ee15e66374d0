"""Relations between series of counts: which add up in the numbers, whatever their labels say.

A series is an indicator in one period, of one sex and one age. Sums that hold in every area are
looked for in the counts themselves, because an outsider who knows what the numbers mean knows them
too: children supported are those with a plan and those without, and no label has to say so.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.statistics.series import series_words

Series = tuple[str, str, str, str]
"""Indicator, period, sex and age."""
DENOMINATOR_OF = "denominator of "
"""Stands before the indicator of a series of denominators."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Relation:
    """Series of counts that add up in every area.

    Parameters
    ----------
    signs : tuple of (Series, int)
        +1 for a part, -1 for the total; their sum is zero. Two sums that are the same have several
        of both.
    rest : bool
        Whether the parts that are named need not be all: then they are never above the total.
    """

    signs: tuple[tuple[Series, int], ...]
    rest: bool = False

    @classmethod
    def total(cls, whole: Series, parts: Iterable[Series], *, rest: bool = False) -> "Relation":
        """Relation of a total and its parts."""
        return cls((*((part, 1) for part in parts), (whole, -1)), rest)

    @property
    def over(self) -> str:
        """What the series differ in, in a word."""
        keys = ("indicator", "period", "sex", "age")
        differ = [key for key, values in zip(keys, zip(*self.series, strict=True), strict=True)
                  if len(set(values)) > 1]  # fmt: skip
        return differ[0] if len(differ) == 1 or differ[0] == "indicator" else "category"

    @property
    def key(self) -> frozenset[tuple[Series, int]]:
        """What tells one relation from another, in whatever order its series stand."""
        return frozenset(self.signs)

    @property
    def series(self) -> list[Series]:
        """The series that the relation links."""
        return [series for series, _ in self.signs]


LabelKey = tuple[tuple[str, str], str, frozenset[str]]
"""Indicator and period; sex or age; and the labels of it that stand side by side."""


class Relations(tuple[Relation, ...]):
    """Relations, and what the labels of sex and age are made of, before any count was hidden.

    What is hidden cannot belie a word such as ``Persons``, so that a printed table would have
    labels believed that the counts contradict.
    """

    made_of: Mapping[LabelKey, dict[str, list[str]]]

    def __new__(
        cls,
        relations: Iterable[Relation],
        made_of: Mapping[LabelKey, dict[str, list[str]]] | None = None,
    ) -> "Relations":
        """Take what labels are made of from the relations where it is not given."""
        new = super().__new__(cls, relations)
        new.made_of = made_of if made_of is not None else getattr(relations, "made_of", {})
        return new

    def and_more(self, more: Iterable[Relation]) -> "Relations":
        """Add relations."""
        return Relations((*self, *more), self.made_of)


def with_blanks(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with all keys of a series as words; blank where a table has no such column."""
    words = series_words(rows).items()
    return rows.assign(**{key: pd.Series(own, rows.index, dtype=object) for key, own in words})


def numbered_series(rows: pd.DataFrame) -> tuple[np.ndarray, list[Series]]:
    """Give each row the number of its series, and list them in the order in which they first stand.

    Examples
    --------
    >>> numbered_series(pd.DataFrame({"indicator_id": ["sen", "ehcp", "sen"], "period": "2024"}))
    (array([0, 1, 0]), [('sen', '2024', '', ''), ('ehcp', '2024', '', '')])
    """
    code = np.zeros(len(rows), dtype=np.int64)
    parts = []
    for words in series_words(rows).values():
        part, unique = pd.factorize(words)
        code = code * max(len(unique), 1) + part
        parts.append(unique[part])
    number, first = pd.factorize(code)[0], np.unique(code, return_index=True)[1]
    return number, [tuple(part[at] for part in parts) for at in np.sort(first)]


def counted_by(series: Series) -> Series:
    """Give the series of counts that a series of denominators belongs to; itself for others."""
    return (series[0].removeprefix(DENOMINATOR_OF), *series[1:])


def related(
    keys: Iterable[Key], relations: Iterable[Relation], part: int | slice
) -> dict[Key, int]:
    """Tell apart, by number, the blocks of keys (parts of a series' key) that relations link.

    Examples
    --------
    >>> one = Relation.total(("sen", "2024", "", ""), [("ehcp", "2024", "", "")], rest=True)
    >>> related(["ehcp", "neet", "sen"], [one], 0)
    {'ehcp': 0, 'neet': 1, 'sen': 0}
    """
    listed = list(dict.fromkeys(keys))
    number: dict[Hashable, int] = {key: at for at, key in enumerate(listed)}
    pairs = [
        (number[first], number[other])
        for relation in relations
        for first, other in pairwise(counted_by(series)[part] for series in relation.series)
        if first in number and other in number
    ]
    one, other = np.array(pairs, dtype=int).reshape(-1, 2).T
    links = coo_array((np.ones(len(one)), (one, other)), shape=(len(number),) * 2)
    block = connected_components(links, directed=False)[1].tolist()
    return dict(zip(listed, block, strict=True))


def declared_relations(indicators: pd.DataFrame, catalogue: pd.DataFrame | None) -> list[Relation]:
    """Relations that a catalogue declares, in every period, sex and age that both sides have.

    Parameters
    ----------
    indicators : DataFrame
        Tidy counts.
    catalogue : DataFrame or None
        ``indicator_id``, and where declared ``part_of`` (the indicator that one is a part of) and
        ``total_of`` (a list of those that make it up).

    Returns
    -------
    list of Relation
        Totals of their parts; parts with a rest of their wholes.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator_id": ["cpp", "cin"], "period": "2024", "count": [1, 4]})
    >>> facts = pd.DataFrame({"indicator_id": ["cpp", "cin"], "part_of": ["cin", None]})
    >>> [relation] = declared_relations(rows, facts)
    >>> [series[0] for series in relation.series], relation.rest
    (['cpp', 'cin'], True)
    """
    if catalogue is None or not {"part_of", "total_of"} & set(catalogue.columns):
        return []
    others: dict[str, set[tuple[str, str, str]]] = {}
    for name, period, sex, age in numbered_series(indicators)[1]:
        others.setdefault(name, set()).add((period, sex, age))
    found = []
    for entry in catalogue.reset_index().to_dict("records"):
        name = entry["indicator_id"]
        whole, parts = entry.get("part_of"), entry.get("total_of")
        pairs = [(whole, [name], True)] if isinstance(whole, str) else []
        pairs += [(name, list(parts), False)] if isinstance(parts, (list, tuple)) else []
        for total, made_of, rest in pairs:
            shared = set.intersection(*(others.get(one, set()) for one in (total, *made_of)))
            found += [
                Relation.total((total, *key), [(part, *key) for part in made_of], rest=rest)
                for key in sorted(shared)
            ]
    return found
