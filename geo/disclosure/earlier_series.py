"""Which series of earlier publications add up with those of a new table: periods, and others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.disclosure.constraints import UNBOUNDED
from geo.disclosure.linked_periods import made_of
from geo.disclosure.relation_search import find_relations
from geo.disclosure.relations import Relation, declared_relations
from geo.disclosure.table import KEYS
from geo.statistics.series import SERIES_KEYS

AREA = ["area_type", "area_code"]


def links_between(
    told: pd.DataFrame,
    sums: pd.DataFrame,
    relations: Sequence[Relation],
    catalogue: pd.DataFrame | None = None,
) -> tuple[list[Relation], pd.DataFrame]:
    """Find the relations of series of which the new table does not have all.

    Parameters
    ----------
    told : DataFrame
        Cells of earlier publications, with ``least``, ``greatest`` and ``truth`` of the count.
    sums : DataFrame
        Tidy indicators before suppression, with all keys.
    relations : sequence of Relation
        Series of ``sums`` that add up.
    catalogue : DataFrame, optional
        Where relations are declared.

    Returns
    -------
    list of Relation
        A period and the spans that it is made of, unless the counts contradict that (children who
        are counted again every year are no sum); sums that are declared, or hold in the counts.
    DataFrame
        Keys of the spans that no publication is of, in every area of their periods.
    """
    exact = told["truth"].fillna(told["least"].where(told["least"] == told["greatest"]))
    new = pd.MultiIndex.from_frame(sums[list(SERIES_KEYS)])
    old = ~pd.MultiIndex.from_frame(told[list(SERIES_KEYS)]).isin(new)
    more = told.loc[old, list(KEYS)].assign(count=exact[old])
    known = pd.concat([sums[[*KEYS, "count"]], more], ignore_index=True)
    of_periods, absent = _of_periods(_bounds(known, told))
    found = list(of_periods)
    if old.any():
        keys = {relation.key for relation in [*relations, *of_periods]}
        declared = declared_relations(known, catalogue)
        found += [relation for relation in declared if relation.key not in keys]
        found += find_relations(known, [*relations, *found])
    return found, absent


def _bounds(known: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Least and greatest count of every cell that anybody knows something of."""
    exact = known.assign(
        least=known["count"].fillna(0), greatest=known["count"].fillna(UNBOUNDED)
    ).drop(columns="count")
    return pd.concat([exact, told[[*KEYS, "least", "greatest"]]], ignore_index=True)


def _of_periods(bounds: pd.DataFrame) -> tuple[list[Relation], pd.DataFrame]:
    """Relations of periods and the spans they are made of, and keys of spans without a row."""
    found: list[Relation] = []
    absent = [bounds.loc[[], list(KEYS)]]
    for name, own in bounds.groupby("indicator_id"):
        cut = made_of(own["period"].unique())
        for (sex, age), rows in own.groupby(["sex", "age"]) if cut else ():
            cells = rows.groupby([*AREA, "period"])
            least, greatest = cells["least"].max().unstack(), cells["greatest"].min().unstack()
            for period in cut.keys() & set(least):
                parts = cut[period]
                if not _may_add_up(least, greatest, period, parts):
                    continue
                whole = (str(name), period, str(sex), str(age))
                found.append(Relation.total(whole, [(name, part, sex, age) for part in parts]))
                lines = rows.loc[rows["period"] == period, list(KEYS)]
                absent += [lines.assign(period=part) for part in parts if part not in least]
    return found, pd.concat(absent).drop_duplicates(ignore_index=True)


def _may_add_up(least: pd.DataFrame, greatest: pd.DataFrame, period: str, parts: list[str]) -> bool:
    """Whether nothing that is known of any area says that the parts are not the whole."""
    low = least.reindex(columns=parts).fillna(0).sum(axis=1)
    high = greatest.reindex(columns=parts).fillna(UNBOUNDED).sum(axis=1)
    over = low > greatest[period].fillna(UNBOUNDED)
    under = high < least[period].fillna(0)
    return not np.any(over | under)
