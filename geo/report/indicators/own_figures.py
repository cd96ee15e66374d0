"""The figures of a place among those of a file: of its LSOAs, or of its wards."""

import pandas as pd

from geo.disclosure.table import confidential_rows
from geo.errors import labelled
from geo.geography.places import Place
from geo.notes import Notes, note
from geo.vocabulary.area_types import area_type, is_of


def of_wards(
    indicators: pd.DataFrame, kind: str, codes: pd.Series, notes: Notes | None
) -> pd.DataFrame:
    """Take wards of no told year for those of the place that have their code.

    A ward keeps its code until its boundary changes; Fingertips tells no year.
    """
    same = indicators["area_type"].eq("wd") & indicators["area_code"].isin(codes)
    if not same.any():
        return indicators
    known = indicators.loc[same, "area_code"].nunique()
    note(
        notes,
        f"Figures by ward of which the file does not tell the year are taken for those of "
        f"{area_type(kind).dated}: {known} of {codes.nunique()} wards have their code.",
    )
    return indicators.assign(area_type=indicators["area_type"].mask(same, kind))


def of_place(indicators: pd.DataFrame, bases: dict[str, str], lsoas: pd.DataFrame) -> pd.DataFrame:
    """Rows of the place's LSOAs, or of its wards where an indicator is better known of those."""
    inside = {
        kind: indicators[
            indicators["area_type"].eq(kind) & indicators["area_code"].isin(lsoas[code])
        ]
        for kind, code in bases.items()
    }
    covered = pd.DataFrame(
        {
            kind: rows.groupby("indicator_id")["area_code"].nunique() / lsoas[code].nunique()
            for (kind, rows), code in zip(inside.items(), bases.values(), strict=True)
        }
    ).fillna(0)
    best = covered.idxmax(axis=1)  # of the same, the first: LSOAs
    return pd.concat(
        [rows[rows["indicator_id"].map(best) == kind] for kind, rows in inside.items()],
        ignore_index=True,
    )


def of_authority(indicators: pd.DataFrame, catalogue: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Rows of the place's authorities, lower or upper tier, of public indicators.

    None where the place is a part of them: their figures are of more than it.
    """
    own = () if place.part else place.authorities
    named = indicators[indicators["area_code"].isin(own)]
    authority = named["area_type"].map(lambda kind: is_of("lad", kind) or is_of("utla", kind))
    return named[authority.astype(bool) & ~confidential_rows(named, catalogue)]


def note_left_out(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    own: pd.DataFrame,
    others: pd.DataFrame,
    bases: dict[str, str],
    place: Place,
    notes: Notes | None,
) -> None:
    """Name the indicators of which figures are left aside, and by what areas these are.

    ``own`` and ``others`` are the rows that are shown: those from `of_place`, and from ``beside``.
    """
    short = catalogue.set_index("indicator_id")["short_name"]
    best = own.drop_duplicates("indicator_id").set_index("indicator_id")["area_type"]
    pairs = indicators[["indicator_id", "area_type"]].drop_duplicates()
    pairs = pairs[pairs["area_type"] != "england"]
    known = others.loc[others["state"].ne("missing"), "indicator_id"]
    pairs = pairs[~pairs["indicator_id"].isin(known)]
    used = pairs["indicator_id"].map(best)
    for kind, rows in pairs[used.isna()].groupby("area_type"):
        names = short[rows["indicator_id"].unique()]
        note(
            notes,
            f"{len(names)} {'indicators' if len(names) > 1 else 'indicator'} ({labelled(names)}) "
            f"left out: the figures are by {place.area_type(kind).dated}, and none is of an area "
            f"of {place.name} by {' or '.join(area_type(base).dated for base in bases)}.",
        )
    for (kind, instead), rows in pairs[used.notna() & (used != pairs["area_type"])].groupby(
        ["area_type", used]
    ):
        names = short[rows["indicator_id"].unique()]
        note(
            notes,
            f"The figures by {area_type(str(kind)).dated} of {labelled(names)} are left out, "
            f"because those by {area_type(str(instead)).dated} are used and summed.",
        )
