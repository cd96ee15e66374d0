"""Public figures that give confidential counts away: the same counts, or sums of them.

Whoever publishes them cannot be stopped, and they are printed beside the confidential ones. So
they are taken for one more publication that an outsider has at hand.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.disclosure.publications import Publication
from geo.disclosure.relation_search import find_relations
from geo.disclosure.relations import Relation, numbered_series
from geo.disclosure.rules import Rule
from geo.disclosure.table import KEYS, confidential_rows
from geo.errors import labelled


def public_figures(
    indicators: pd.DataFrame,
    hierarchy: pd.DataFrame,
    catalogue: pd.DataFrame | None,
    relations: Sequence[Relation],
) -> list[Publication]:
    """Find the public series that add up with confidential ones.

    Parameters
    ----------
    indicators : DataFrame
        Tidy counts before suppression, public and confidential.
    hierarchy : DataFrame
        As for :func:`geo.disclosure.publish.publishable`.
    catalogue : DataFrame, optional
        The same; names are ids and the rows say what is confidential where not given.
    relations : sequence of Relation
        Of the confidential series.

    Returns
    -------
    list of Publication
        One of those series, named after their indicators; none where there are none.

    Examples
    --------
    >>> counts = {"neet": [12, 9, 7, 3], "not in work": [12, 9, 7, 3], "births": [40, 52, 31, 44]}
    >>> rows = pd.concat(pd.DataFrame({"area_code": list("abcd"), "area_type": "lsoa21",
    ...     "indicator_id": name, "period": "2024", "count": own}) for name, own in counts.items())
    >>> lsoas = pd.DataFrame({"lsoa21cd": list("abcd")})
    >>> facts = pd.DataFrame({"indicator_id": list(counts), "short_name": list(counts),
    ...     "confidential": [True, False, False]})
    >>> [found.name for found in public_figures(rows, lsoas, facts, [])]
    ['the public figures of not in work']
    """
    secret = confidential_rows(indicators, catalogue)
    if secret.all():
        return []
    there = indicators["area_type"].isin(indicators.loc[secret, "area_type"].unique()).to_numpy()
    public = indicators[~secret & there & ~_of_parts(indicators)]
    if public["count"].isna().all():
        return []
    series, keys = numbered_series(public)
    every = pd.concat([indicators[secret], public], ignore_index=True)
    mixed = [
        relation
        for relation in find_relations(every, relations)
        if {one in keys for one in relation.series} == {True, False}
    ]
    named = {one for relation in mixed for one in relation.series}
    rows = public[np.array([key in named for key in keys], dtype=bool)[series]]
    if rows.empty:
        return []
    words = rows["indicator_id"].drop_duplicates()
    if catalogue is not None and "short_name" in catalogue:
        words = catalogue.set_index("indicator_id")["short_name"][words]
    told = rows.reindex(columns=[*KEYS, "count"]).assign(
        state=np.where(rows["count"].isna(), "missing", "value"), measure="count"
    )
    name = f"the public figures of {labelled(words)}"
    return [Publication.of(name, told, hierarchy, None, Rule())]


def _of_parts(indicators: pd.DataFrame) -> np.ndarray:
    """Tell which rows are of series with a count that is no whole number, such as an estimate."""
    series = numbered_series(indicators)[0]
    counts = indicators["count"].to_numpy(dtype=float, na_value=np.nan)
    return (np.bincount(series, counts % 1 > 0) > 0)[series]
