"""The place against England in the figures that a strategy begins with."""

import pandas as pd

from geo.report.evidence import Evidence
from geo.report.indicators.people import People
from geo.report.outcomes import Outcomes
from geo.sources.indicators.public import listed_as, public_indicators
from geo.vocabulary.area_types import kind_of

MEASURES = (
    "gld",
    "phonics_year_1",
    "ks2_expected",
    "idaci",
    "relative_low_income_under_16",
    "absolute_low_income_under_16",
    "free_school_meals",
)
"""Of the list of public indicators; residents stand before them."""
COLUMNS = ["measure", "unit", "place", "england", "comparison", "at_least", "england_at_least",
           "period", "source", "note"]  # fmt: skip
NOTHING = (
    "The place in context, table and figure, is left out: no measure of it has a figure of the "
    "place and of England. geo indicators says where each is published."
)
_AGES = (("under_18", 17), ("under_5", 4))


def in_context(found: Outcomes | None, people: People, lsoas: pd.DataFrame) -> pd.DataFrame:
    """Set the place beside England: residents, children, and indicators as far as they are here.

    Parameters
    ----------
    found : Outcomes or None
    people : People
        Who lives in each LSOA of England.
    lsoas : DataFrame
        A row an LSOA of the place.

    Returns
    -------
    DataFrame
        A row a measure: ``measure``, ``unit``, ``place``, ``england``, ``comparison``,
        ``at_least``, ``england_at_least``, ``period``, ``source`` and ``note``, which says what is
        not here. No rows where no measure has a figure of both.
    """
    listed = public_indicators()
    rows = [*_residents(people, lsoas[people.code], listed)]
    known = _known(found)
    rows += [known.get(name) or _absent(name, listed) for name in MEASURES]
    table = pd.DataFrame(rows).reindex(columns=COLUMNS)
    return table if table[["place", "england"]].notna().all(axis=1).any() else table.iloc[:0]


def context_of(evidence: Evidence) -> pd.DataFrame:
    """Set the place of the evidence beside England, as ``in_context`` does."""
    england = evidence.england
    return in_context(evidence.outcomes, england.people, evidence.lsoas)


def _residents(people: People, codes: pd.Series, listed: pd.DataFrame) -> list[dict[str, object]]:
    """Residents, and the shares of them who are children, of the place and England."""
    everybody = people.of("residents")
    if everybody is None:
        return [_absent(name, listed) for name in ("resident_population", "under_18", "under_5")]
    whole = everybody.number
    kind = kind_of(people.code)
    rows = [
        {
            "measure": "Residents",
            "unit": "residents",
            "place": whole.reindex(codes).sum(min_count=len(codes)),
            "england": whole.sum() if everybody.covers(kind) else None,
            "period": everybody.year,
            "source": f"Residents: {everybody.source}" if everybody.source else "",
            "note": everybody.told,
        }
    ]
    for name, oldest in _AGES:
        band = people.of_ages(0, oldest)
        if band is None:
            rows.append(_absent(name, listed))
            continue
        own, of = (one.reindex(codes).sum(min_count=len(codes)) for one in (band.number, whole))
        share = band.number.sum() / whole.sum() if band.covers(kind) else None
        rows.append(
            {
                "measure": listed.loc[name, "name"],
                "unit": listed.loc[name, "unit"],
                "place": 100 * own / of,
                "england": None if share is None else 100 * share,
                "period": band.year,
                "source": f"Residents by age: {band.source}" if band.source else "",
                "note": band.told,
            }
        )
    return rows


def _known(found: Outcomes | None) -> dict[str, dict[str, object]]:
    """Give the rows of indicators that are here and public, by their id in the list."""
    if found is None:
        return {}
    latest = found.of_all.latest
    borough = latest[latest["area_type"].eq("borough")].drop_duplicates("indicator_id", keep="last")
    facts = found.catalogue[~found.catalogue["confidential"]].set_index("indicator_id")
    least = latest[latest["area_type"].eq("england") & latest["at_least"].gt(0)]
    rows = {}
    for row in borough[borough["indicator_id"].isin(facts.index)].to_dict("records"):
        fact = facts.loc[row["indicator_id"]]
        rows[listed_as(str(row["indicator_id"]), str(fact["name"]))] = {
            "measure": fact["name"],
            "unit": fact["unit"],
            "place": row["value"],
            "england": row["benchmark_value"] if found.benchmark == "england" else None,
            "comparison": row["comparison"],
            "at_least": bool(row["at_least"]),
            "england_at_least": row["indicator_id"] in set(least["indicator_id"]),
            "period": row["period"],
            "source": fact["source"],
            "note": "at least, since some areas have no figure" if row["at_least"] else row["note"],
        }
    return rows


def _absent(name: str, listed: pd.DataFrame) -> dict[str, object]:
    """Say of a measure that is not here where it is published."""
    fact = listed.loc[name]
    return {
        "measure": fact["name"],
        "unit": fact["unit"],
        "source": fact["source"],
        "note": "not here; geo indicators says where it is published",
    }
