"""Indicators that are in the Indices of Deprivation themselves, as counts or scores of LSOAs."""

from typing import Any

import numpy as np
import pandas as pd

from geo.notes import Notes, note
from geo.report.indicators.placed import England
from geo.sources.indicators.catalogue import shipped_catalogue
from geo.statistics.deprived_people import DeprivedPeople, deprived_people
from geo.vocabulary.releases import VINTAGES, Release

_POPULATIONS = {
    "income": "population",
    "employment": "working_age",
    "idaci": "children",
    "idaopi": "older_people",
}


def with_indices(
    indicators: pd.DataFrame | None,
    catalogue: pd.DataFrame | None,
    deprivation: pd.DataFrame,
    release: Release,
    england: England,
    notes: Notes | None,
    *,
    counted: bool = False,
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Add the rates and scores of the Indices to the indicators, before the others.

    Where a rate is made of a published number of people, that number's own indicator is left out,
    since the rate shows it as its count. Only where all of England's LSOAs are ranked: else there
    is nothing to compare with.

    Parameters
    ----------
    indicators, catalogue : DataFrame or None
        As from ``read_indicators`` and ``read_catalogue``.
    deprivation : DataFrame
        As from ``read_deprivation``.
    release : Release
        Release of the Indices.
    england : England
        Residents of each LSOA, by age where known, and its authority.
    notes : list of str or None
        Takes what was settled by a rule.
    counted : bool
        Whether to add the rates alone whose published numbers are among the indicators: of a
        release that the report does not stand on.

    Returns
    -------
    tuple of DataFrame or None
        Indicators and catalogue.
    """
    code = f"{release.vintage}cd"
    if len(deprivation) < VINTAGES[release.vintage]:
        return indicators, catalogue
    facts = shipped_catalogue("indices").copy()
    taken = set() if catalogue is None else set(catalogue["indicator_id"])
    facts = facts[~facts["indicator_id"].isin(taken)]
    if counted:
        facts = facts[facts["measure"].eq("proportion") & facts["published"].isin(taken)]
    tables, kept, absorbed = [], [], {}
    for fact in facts.to_dict("records"):
        fact["period"] = str(release.year)
        found = _of(fact, deprivation.set_index(code), indicators, england)
        if found is None:
            continue
        rows, basis = found
        tables.append(_tidy(rows, fact["indicator_id"], release))
        kept.append(fact | {"basis": basis})
        if fact["measure"] == "proportion" and fact["published"] in taken:
            absorbed[fact["published"]] = fact["short_name"]
    if not tables:
        return indicators, catalogue
    own = pd.DataFrame(kept).assign(source=f"MHCLG, {release.label}")
    if absorbed:
        named = ", ".join(absorbed.values())
        note(notes, f"The published numbers of people behind {named} are shown as counts of these.")
    if indicators is not None and catalogue is not None:
        others = indicators[~indicators["indicator_id"].isin(absorbed)]
        tables.append(others)
        own = pd.concat([own, catalogue[~catalogue["indicator_id"].isin(absorbed)]])
    return pd.concat(tables, ignore_index=True), own.reset_index(drop=True)


def _of(
    fact: dict[str, Any],
    deprivation: pd.DataFrame,
    indicators: pd.DataFrame | None,
    england: England,
) -> tuple[pd.DataFrame, str] | None:
    """Figures of one of them by LSOA, and what they rest on; None where there are none."""
    score = deprivation.get(f"{fact['index']}_score")
    if fact["measure"] != "proportion":
        if score is None:
            return None
        return pd.DataFrame({"value": score.astype(float)}), ""
    found = _counted(fact, deprivation, score, indicators, england)
    if found is None:
        return None
    return pd.DataFrame({"count": found.count, "denominator": found.denominator}), found.basis


def _counted(
    fact: dict[str, Any],
    deprivation: pd.DataFrame,
    score: pd.Series | None,
    indicators: pd.DataFrame | None,
    england: England,
) -> DeprivedPeople | None:
    residents = england.people.of(fact["denominator"])
    return deprived_people(
        deprivation.index,
        score=score,
        population=deprivation.get(_POPULATIONS[fact["index"]]),
        published=_published(indicators, fact["published"], england.kind, fact["period"]),
        residents=None if residents is None else residents.number,
        authority=england.authority,
        residents_words="" if residents is None else residents.told,
    )


def _published(
    indicators: pd.DataFrame | None, name: str, kind: str, year: str
) -> pd.Series | None:
    """Give the published numbers of people of this release, by LSOA code."""
    if indicators is None:
        return None
    rows = indicators[indicators["indicator_id"].eq(name) & indicators["area_type"].eq(kind)]
    rows = rows[rows["period"].eq(year)]
    if rows.empty or rows["area_code"].duplicated().any():
        return None
    return rows.set_index("area_code")["count"]


def _tidy(figures: pd.DataFrame, name: str, release: Release) -> pd.DataFrame:
    """Lay figures of LSOAs out as indicators are read."""
    empty = ["count", "denominator", "value", "lower_ci", "upper_ci"]
    rows = figures.reindex(columns=empty).rename_axis("area_code").reset_index()
    known = rows["value"].fillna(rows["count"])
    state = np.select([known.isna(), known.eq(0)], ["missing", "zero"], "value")
    keys = {
        "area_type": release.vintage,
        "indicator_id": name,
        "period": str(release.year),
        "sex": "all",
        "age": "all",
    }
    rows = rows.assign(**keys, state=state)
    return rows[["area_code", *keys, *empty, "state"]]


def households_in(
    indicators: pd.DataFrame | None, catalogue: pd.DataFrame | None, kind: str
) -> pd.Series | None:
    """Households of each LSOA, from the indicator of households that has most of them.

    Parameters
    ----------
    indicators, catalogue : DataFrame or None
        As from ``read_indicators`` and ``read_catalogue``, whose ``denominator`` is households.
    kind : str
        Area type of the LSOAs.
    """
    if indicators is None or catalogue is None or "denominator" not in catalogue:
        return None
    named = catalogue.loc[catalogue["denominator"].eq("households"), "indicator_id"]
    rows = indicators[indicators["indicator_id"].isin(named) & indicators["area_type"].eq(kind)]
    rows = rows[rows["denominator"].notna() & ~rows.duplicated(["indicator_id", "area_code"])]
    if rows.empty:
        return None
    most = rows["indicator_id"].value_counts().idxmax()
    return rows[rows["indicator_id"] == most].set_index("area_code")["denominator"].astype(float)
