"""What earlier publications tell, cell by cell, in the areas and periods of a new table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.disclosure.constraints import UNBOUNDED
from geo.disclosure.linked_periods import same_periods
from geo.disclosure.publications import Publication
from geo.disclosure.relations import with_blanks
from geo.disclosure.shared_areas import Area, SharedAreas
from geo.disclosure.table import KEYS, hidden_denominators, known_counts, near_all
from geo.statistics.series import SERIES_KEYS
from geo.vocabulary.area_types import area_type_of
from geo.vocabulary.releases import VINTAGES

QUANTITIES = ("count", "denominator")
NOTHING = {
    "least": 0.0,
    "greatest": UNBOUNDED,
    "needed": 0.0,
    "small_least": np.inf,
    "small_greatest": -np.inf,
    "near_all": np.inf,
}
"""What is told of a cell of which nothing is told."""


def earlier_cells(
    previous: Sequence[Publication], areas: SharedAreas, sums: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], pd.MultiIndex]:
    """Gather what earlier publications tell of counts and denominators.

    Parameters
    ----------
    previous : sequence of Publication
        Earlier publications.
    areas : SharedAreas
        Their areas and those of the new table.
    sums : DataFrame
        Tidy indicators: everything that is known now of every area and period, before suppression.

    Returns
    -------
    keys : DataFrame
        A row a cell: ``area_code``, ``area_type``, ``indicator_id``, ``period``, ``sex``, ``age``.
    told : dict of DataFrame
        Of the count and of the denominator of each cell: ``least`` and ``greatest``, as printed;
        ``needed``, the protection width that it was hidden with; ``small_least`` and
        ``small_greatest``, what was too small, and ``near_all``, what was too near the
        denominator; ``truth``, as it is known now.
    revised : MultiIndex
        Cells of which the printed count is another one now. What is no longer true is not told.
    """
    sums = with_blanks(sums).reindex(columns=[*KEYS, *QUANTITIES])
    cells = [
        _in_our_words(_told(one), same, sums)
        for one, same in zip(previous, areas.same, strict=True)
    ]
    rows = pd.concat(cells, ignore_index=True)
    keys = _with_all_lsoas(rows[list(KEYS)].drop_duplicates(), areas.hierarchy)
    truth = _truth(keys, sums, areas.hierarchy)
    at = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(rows[list(KEYS)]))
    told = {}
    for quantity in QUANTITIES:
        own = rows[[f"{quantity}_{column}" for column in NOTHING]].set_axis([*NOTHING], axis=1)
        now = truth[quantity].to_numpy()[at]
        false = (own["least"] > now) | (own["greatest"] < now)
        if quantity == "count":
            revised = pd.MultiIndex.from_frame(rows.loc[false & rows["printed"], list(KEYS)])
        own.loc[false, ["least", "greatest"]] = NOTHING["least"], NOTHING["greatest"]
        told[quantity] = _combined(own, at).reindex(keys.index).fillna(NOTHING)
        told[quantity]["truth"] = truth[quantity]
    return keys, told, revised


def _combined(own: pd.DataFrame, at: np.ndarray) -> pd.DataFrame:
    """Bring together what is told of each cell: nothing where publications contradict."""
    how = dict(zip(NOTHING, ("max", "min", "max", "min", "max", "min"), strict=True))
    out = own.groupby(at).agg(how)
    wrong = out["least"] > out["greatest"]
    out.loc[wrong, ["least", "greatest"]] = NOTHING["least"], NOTHING["greatest"]
    return out


def _told(publication: Publication) -> pd.DataFrame:
    """Tell of the cells of one publication, in its own words."""
    cells, rule = publication.cells, publication.rule
    known = known_counts(cells, rule, None, published=True)
    no_people = hidden_denominators(cells, known)
    counted = ~np.isnan(known.denominator)
    floor = np.where(cells["withheld"], 0, rule.smallest)
    least = np.where(known.hidden, np.maximum(known.low, floor), known.low)
    cap = np.where(known.bounded, np.minimum(known.high, known.denominator), known.high)
    columns = {
        "count": (
            least,
            np.where(known.hidden, np.maximum(cap, least), known.high),
            np.where(known.hidden, rule.width, 0),
            np.where(known.hidden, rule.smallest, np.inf),
            np.where(known.hidden, rule.counts_under - 1, -np.inf),
            np.where(known.hidden, near_all(known, rule), np.inf),
        ),
        "denominator": (
            np.where(counted, known.denominator, no_people),
            np.where(counted, known.denominator, UNBOUNDED),
            np.where(no_people, rule.small_denominators - 2, 0),
            np.where(no_people, 1, np.inf),
            np.where(no_people, rule.small_denominators - 1, -np.inf),
            np.full(len(cells), np.inf),
        ),
    }
    told = {
        f"{quantity}_{column}": values.astype(float)
        for quantity, each in columns.items()
        for column, values in zip(NOTHING, each, strict=True)
    }
    rows = cells[list(KEYS)].assign(**told, printed=~np.isnan(known.count))
    return pd.concat(
        [rows[~known.missing | counted], _absent(rows, publication)], ignore_index=True
    )


def _absent(rows: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Add LSOAs without a row where the series has others: there is nothing to count."""
    vintage = publication.vintage
    own = rows[rows["area_type"] == vintage]
    codes = publication.hierarchy[f"{vintage}cd"]
    series = own[list(SERIES_KEYS)].drop_duplicates()
    every = series.merge(codes.rename("area_code"), how="cross").assign(area_type=vintage)
    there = pd.MultiIndex.from_frame(own[list(KEYS)])
    every = every[~pd.MultiIndex.from_frame(every[list(KEYS)]).isin(there)]
    zero = dict.fromkeys(("count_greatest", "denominator_greatest"), 0.0)
    nothing = {f"{quantity}_{name}": x for quantity in QUANTITIES for name, x in NOTHING.items()}
    return every.assign(**(nothing | zero), printed=False)


def _in_our_words(rows: pd.DataFrame, same: dict[Area, Area], sums: pd.DataFrame) -> pd.DataFrame:
    """Call areas and periods as the new table calls them; areas beyond its hierarchy go."""
    found = [same.get(area) for area in zip(rows["area_type"], rows["area_code"], strict=True)]
    rows = rows[[area is not None for area in found]]
    kinds, codes = zip(*filter(None, found), strict=True) if len(rows) else ((), ())
    rows = rows.assign(area_type=list(kinds), area_code=list(codes))
    ours = sums.groupby("indicator_id")["period"].unique()
    parts = [
        part.assign(period=part["period"].map(same_periods(ours.get(name, []), part["period"])))
        for name, part in rows.groupby("indicator_id", sort=False)
    ]
    return pd.concat(parts, ignore_index=True) if parts else rows


def _truth(keys: pd.DataFrame, sums: pd.DataFrame, hierarchy: pd.DataFrame) -> pd.DataFrame:
    """Find count and denominator of each cell as known now; missing where they are not."""
    at = pd.MultiIndex.from_frame(keys)
    known = sums.set_index(list(KEYS))[[*QUANTITIES]].astype(float)
    out = known.reindex(at).reset_index(drop=True)
    columns = {area_type_of(column) or column: column for column in reversed(hierarchy.columns)}
    bases = [kind for kind in reversed(columns) if (sums["area_type"] == kind).any()]
    for kind in keys["area_type"].unique():
        if kind in bases or kind not in columns:
            continue
        for base in bases:
            pairs = hierarchy[[columns[base], columns[kind]]].set_axis([*"bg"], axis=1)
            sums_of = _sums(pairs, sums[sums["area_type"] == base], complete=base not in VINTAGES)
            sums_of = sums_of.assign(area_type=kind).set_index(list(KEYS))[[*QUANTITIES]]
            out = out.fillna(sums_of.reindex(at).reset_index(drop=True))
    return out


def _sums(pairs: pd.DataFrame, rows: pd.DataFrame, *, complete: bool) -> pd.DataFrame:
    """Sum the areas that make up each group whole; each of them has to have a row."""
    pairs = pairs.drop_duplicates()
    cut = pairs["b"].isna() | pairs["b"].duplicated(keep=False)
    pairs = pairs[~pairs["g"].isin(pairs.loc[cut, "g"])].dropna()
    mine = rows.merge(pairs, left_on="area_code", right_on="b")
    keys = ["g", *SERIES_KEYS]
    sums = mine.groupby(keys)[[*QUANTITIES]].sum(skipna=False).reset_index()
    if complete:
        size = pairs.groupby("g").size()
        there = mine.groupby(keys).size().to_numpy()
        sums = sums[there == size.reindex(sums["g"]).to_numpy()]
    return sums.rename(columns={"g": "area_code"})


def _with_all_lsoas(keys: pd.DataFrame, hierarchy: pd.DataFrame) -> pd.DataFrame:
    """Add the LSOAs that nobody tells anything of, where others of the series are told of.

    Without a row they would be taken to have nothing to count.
    """
    code = str(hierarchy.columns[0])
    kind = area_type_of(code)
    series = keys.loc[keys["area_type"] == kind, list(SERIES_KEYS)].drop_duplicates()
    every = series.merge(hierarchy[code].rename("area_code"), how="cross").assign(area_type=kind)
    return pd.concat([keys, every[list(KEYS)]]).drop_duplicates(ignore_index=True)
