"""England beside a place: its own rows, all of its LSOAs, and the fifths these are put in."""

import pandas as pd

from geo.notes import Notes, note
from geo.report.indicators.wording import lacking_words, least_words
from geo.statistics.aggregation import aggregate
from geo.statistics.comparison import compare
from geo.statistics.incomplete import AT_LEAST, with_least
from geo.statistics.series import SERIES_KEYS, looked_up
from geo.vocabulary.codes import among
from geo.vocabulary.measures import contributions_in
from geo.vocabulary.releases import VINTAGES

KEYS = ["area_type", "area_code", "indicator_id", "period", "sex", "age"]


def is_latest(table: pd.DataFrame, last: pd.Series) -> pd.Series:
    """Rows of the latest period of their indicator."""
    return table["period"].eq(looked_up(table["indicator_id"], last.astype(object)))


def benchmark_of(england: pd.DataFrame, place: str, notes: Notes | None) -> str:
    """Area type that all areas are compared with: England, or the place where it is not known."""
    if len(england):
        return "england"
    note(
        notes,
        f"No indicator has a figure of England, so areas are compared with {place}; add rows of "
        "England (E92000001) to compare with it.",
    )
    return "borough"


def values_alone(rows: pd.DataFrame, catalogue: pd.DataFrame) -> pd.Series:
    """Rows of indicators that have values and no counts, and no denominators to weight them by."""
    names = rows["indicator_id"]
    at = pd.factorize(names)[0]
    counted, valued = (
        rows[column].notna().groupby(at).transform("any") for column in ("count", "value")
    )
    measure = looked_up(names, catalogue.set_index("indicator_id")["measure"])
    unweighted = (rows["value"].notna() & rows["denominator"].isna()).groupby(at)
    pooled = (measure == "mean") & ~unweighted.transform("any")
    return valued & ~counted & ~pooled


def are_counts(rows: pd.DataFrame, catalogue: pd.DataFrame) -> pd.Series:
    """Rows of plain counts: shown as circles, and neither compared nor put in fifths."""
    measures = catalogue.set_index("indicator_id")["measure"]
    return looked_up(rows["indicator_id"], measures) == "count"


def national_rows(indicators: pd.DataFrame, kind: str, last: pd.Series) -> pd.DataFrame:
    """Latest rows of all of England's LSOAs, for the indicators that have them all."""
    rows = indicators[
        indicators["area_type"].eq(kind) & indicators["area_code"].str.startswith("E")
    ]
    rows = rows[is_latest(rows, last)]
    whole = rows.groupby(list(SERIES_KEYS))["area_code"].transform("size").eq(VINTAGES[kind])
    keys = [*SERIES_KEYS, "area_type"]  # some words a million times over
    return rows[whole].reset_index(drop=True).astype(dict.fromkeys(keys, "category"))


def england_rows(
    indicators: pd.DataFrame,
    national: pd.DataFrame,
    own: pd.DataFrame,
    catalogue: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of England: as given, else counts summed from its LSOAs; no contributions of people.

    A sum that lacks areas is at least what stands there (``at_least``). Values alone are placed,
    with their means (``geo.report.indicators.placed``).
    """
    given = indicators[
        indicators["area_type"].eq("england") & indicators["indicator_id"].isin(own["indicator_id"])
    ]
    rest = national[~national["indicator_id"].isin(given["indicator_id"])]
    rest = rest[~values_alone(rest, catalogue)]
    parts = [given]
    if len(rest):
        (kind,) = rest["area_type"].unique()
        codes = pd.DataFrame({f"{kind}cd": rest["area_code"].unique()})
        sums = aggregate(rest, codes, by="england", catalogue=catalogue)
        sums = with_least(sums, rest, codes, by="england", catalogue=catalogue)
        told = lacking_words(sums["missing_areas"]).where(sums["state"].eq("missing"), "")
        told = told.mask(sums[AT_LEAST].gt(0), least_words(sums, catalogue))
        parts.append(sums.assign(note=told))
    out = pd.concat(parts, ignore_index=True)
    return out.drop(columns=contributions_in(out))


def national_fifths(
    compared: pd.DataFrame, national: pd.DataFrame, catalogue: pd.DataFrame, notes: Notes | None
) -> pd.Series:
    """National fifth of each LSOA, 1 the worst, where all of England's LSOAs are known.

    A count has none: it is high where many live.
    """
    none = pd.Series(pd.NA, index=compared.index, dtype="Int64")
    if national.empty:
        return none
    facts = catalogue.set_index("indicator_id")
    national = national[looked_up(national["indicator_id"], facts["confidential"]) == False]  # noqa: E712
    national = national[~are_counts(national, catalogue)]
    times = looked_up(national["indicator_id"], facts["multiplier"])
    divided = national["count"] / national["denominator"].where(national["denominator"] > 0) * times
    everywhere = national.assign(value=national["value"].fillna(divided))
    ranked = compare(everywhere, levels="quintiles", catalogue=catalogue, notes=notes)
    ranked = ranked[among(ranked["area_code"], compared["area_code"])]
    fifth = ranked.set_index(KEYS)["quantile"]
    return fifth.reindex(pd.MultiIndex.from_frame(compared[KEYS])).set_axis(compared.index)
