"""Extracts as people have them: counts alone, and only of the areas that have cases.

A catalogue says what the file does not: ``denominator = "residents 0-17"`` of how many the counts
are, and ``absent = "zero"`` that an area without a row has none, or ``"nobody"`` that those
counted and those that they are counted among are both none there.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.errors import TableError, labelled
from geo.notes import Notes, note
from geo.report.indicators.people import Counted, People
from geo.statistics.series import SERIES_KEYS
from geo.vocabulary.area_types import area_type, column_of, kind_of
from geo.vocabulary.measures import ABSENT, contributions_in
from geo.vocabulary.spellings import meaning

_COUNTED = ("count", "proportion", "rate")


def completed(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    lsoas: pd.DataFrame,
    people: People,
    notes: Notes | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the areas without cases, and of how many people or households the counts are.

    Parameters
    ----------
    indicators, catalogue : DataFrame
        As from ``read_indicators`` and ``read_catalogue``.
    lsoas : DataFrame
        A row an LSOA of the place, with its ward.
    people : People
        Who lives in each LSOA.
    notes : list of str or None
        Takes what was added, and what could not be.

    Returns
    -------
    tuple of DataFrame
        Indicators, and the catalogue with ``basis``: what the counts are of, in words.

    Raises
    ------
    TableError
        If the catalogue says of a value that absent areas have none, or of a mean that they have
        no events.
    """
    indicators = _with_absent(indicators, catalogue, lsoas, people.code, notes)
    if "denominator" not in catalogue:
        return indicators, catalogue
    small = indicators[indicators["area_type"] != "england"]
    bare = small["count"].notna().groupby(small["indicator_id"]).any()
    bare &= small["denominator"].isna().groupby(small["indicator_id"]).all()
    rates = catalogue[catalogue["measure"].isin(["proportion", "rate"])]
    basis: dict[str, str] = {}
    parts = [indicators]
    for name, denominator in rates[["indicator_id", "denominator"]].itertuples(index=False):
        if bare.get(name, False) and isinstance(denominator, str) and denominator:
            rows = indicators[indicators["indicator_id"] == name]
            whole, told = _divided(rows, denominator, lsoas, people, notes)
            if told:
                parts = [part[part["indicator_id"] != name] for part in parts] + [whole]
                basis[name] = f"count as given, of {told}"
    if not basis:
        return indicators, catalogue
    known = catalogue["basis"] if "basis" in catalogue else pd.Series(None, catalogue.index)
    words = catalogue["indicator_id"].map(basis)
    return (
        pd.concat(parts, ignore_index=True),
        catalogue.assign(basis=words.where(words.notna(), known)),
    )


def _with_absent(
    indicators: pd.DataFrame,
    catalogue: pd.DataFrame,
    lsoas: pd.DataFrame,
    code: str,
    notes: Notes | None,
) -> pd.DataFrame:
    """Add a true zero for each area of the place that a sparse extract does not list."""
    if "absent" not in catalogue:
        return indicators
    sparse = catalogue[catalogue["absent"].isin(ABSENT)]
    zero = sparse["absent"].eq(ABSENT[0]) & ~sparse["measure"].isin(_COUNTED)
    nobody = sparse["absent"].eq(ABSENT[1]) & ~sparse["measure"].isin([*_COUNTED, "mean"])
    if len(wrong := sparse.loc[zero | nobody, "indicator_id"]):
        raise TableError(
            f"Areas without a row are to stand for zero in {labelled(wrong)}, which is no count, "
            "proportion or rate: nobody can be counted as none there; take absent out of the "
            "catalogue."
        )
    parts = [indicators]
    facts = sparse[["indicator_id", "short_name", "absent"]]
    for name, short, word in facts.itertuples(index=False):
        for kind, codes in _areas(lsoas, code).items():
            rows = indicators[indicators["indicator_id"].eq(name)]
            rows = rows[rows["area_type"].eq(kind) & rows["area_code"].isin(codes)]
            added = _zeros(rows, codes, word)
            if len(added):
                parts.append(added)
                words = area_type(kind).counted(len(added))
                note(
                    notes,
                    f"{words} that {labelled([short])} has no row of, in one period or another, "
                    f"stand for {word}, as its catalogue says.",
                )
    return pd.concat(parts, ignore_index=True)


def _areas(lsoas: pd.DataFrame, code: str) -> dict[str, pd.Series]:
    """Codes of the place's LSOAs and wards, by area type; a ward's year may not be told."""
    ward = column_of("wd", lsoas)
    found = {kind_of(code): lsoas[code].drop_duplicates()}
    if ward is not None:
        found |= dict.fromkeys((kind_of(ward), "wd"), lsoas[ward].drop_duplicates())
    return found


def _zeros(rows: pd.DataFrame, codes: pd.Series, word: str) -> pd.DataFrame:
    """Rows of none for the areas that a series does not list: no events, or nobody at all."""
    parts = []
    for key, own in rows.groupby(list(SERIES_KEYS), dropna=False, sort=False):
        absent = codes[~codes.isin(own["area_code"])]
        empty = pd.DataFrame({"area_code": absent.to_numpy()}).reindex(columns=rows.columns)
        empty = empty.assign(**dict(zip(SERIES_KEYS, key, strict=True)), count=0.0, state="zero")
        none = [name for name in contributions_in(own) if own[name].notna().any()]
        none += ["denominator"] if word == ABSENT[1] else []
        empty = empty.assign(**dict.fromkeys(none, 0.0))
        parts.append(empty.assign(area_type=own["area_type"].iat[0]))
    return pd.concat(parts, ignore_index=True) if parts else rows.head(0)


def _divided(
    rows: pd.DataFrame, name: str, lsoas: pd.DataFrame, people: People, notes: Notes | None
) -> tuple[pd.DataFrame, str]:
    """Fill in the denominators of one indicator; say what they are, or note why not."""
    indicator = labelled(rows["indicator_id"].unique())
    if not People.knows(name):
        return rows, ""
    everybody = rows["sex"].map(lambda label: meaning(str(label), "sex")) == "all"
    if not everybody.all():
        note(
            notes,
            f"{indicator} has counts by sex and no denominators; {name} are known of both sexes "
            "together alone, so give those of each sex in the file.",
        )
    several = rows["age"].nunique() > 1
    out, told = rows.copy(), []
    for age, own in rows[everybody].groupby("age", sort=False):
        band = meaning(str(age), "age") if several else name
        found = people.of_ages(*band) if isinstance(band, tuple) else people.of(name)
        if found is None:
            note(
                notes,
                f"{indicator} has counts alone, and its catalogue asks for {name}, which are not "
                "known of these areas; add residents by single year of age, or denominators.",
            )
            return rows, ""
        of = pd.Series(_of_areas(own, found, lsoas, people.code), own.index)
        out.loc[own.index, "denominator"] = own["denominator"].fillna(of)
        told.append(found.told)
    return out, " and ".join(dict.fromkeys(told))


def _of_areas(rows: pd.DataFrame, found: Counted, lsoas: pd.DataFrame, code: str) -> np.ndarray:
    """People of the area of each row: of an LSOA, a ward of the place, or England."""
    number = found.number
    ward = column_of("wd", lsoas)
    known = {kind_of(code): number}
    if ward is not None:
        wards = number.reindex(lsoas[code]).groupby(lsoas[ward].to_numpy()).sum(min_count=1)
        known |= {kind_of(ward): wards, "wd": wards}
    if found.covers(kind_of(code)):
        known["england"] = pd.Series(number.sum(), ["E92000001"])
    people = np.full(len(rows), np.nan)
    for kind, numbers in known.items():
        at = rows["area_type"].eq(kind).to_numpy()
        people[at] = rows.loc[at, "area_code"].map(numbers)
    return people


def note_uncompared(
    compared: pd.DataFrame, catalogue: pd.DataFrame, kinds: Sequence[str], notes: Notes | None
) -> None:
    """Name the indicators that no area can be compared in, and say why.

    Parameters
    ----------
    compared : DataFrame
        Comparisons of the place's areas.
    catalogue : DataFrame
    kinds : sequence of str
        Area types that are no area of the place: England.
    notes : list of str or None
    """
    own = compared[~compared["area_type"].isin(kinds)]
    facts = catalogue.set_index("indicator_id")
    own = own.assign(measure=own["indicator_id"].map(facts["measure"]))
    of = own.groupby("indicator_id", sort=False)
    counted = of["count"].agg(lambda column: column.notna().any())
    alone = of["denominator"].agg(lambda column: column.isna().all())
    rate = of["measure"].first().isin(["proportion", "rate"])
    bare = counted & alone & rate
    if bare.any():
        names = list(bare.index[bare])
        note(
            notes,
            f"{labelled(facts.loc[names, 'short_name'])} {'are' if names[1:] else 'is'} given as "
            "counts without denominators, so there is no rate; add them, or a denominator such as "
            '"residents 0-17" to the catalogue.',
        )
    shown = of["state"].agg(lambda column: column.ne("missing").any())
    lacking = of["benchmark_value"].agg(lambda column: column.isna().all()) & ~bare
    if "place" in own:
        lacking &= ~of["place"].agg(lambda column: column.notna().any())
    lacking &= shown  # else its rows say already why they have no figure
    lacking &= rate | of["measure"].first().isin(["mean", "value", "ratio"])
    if lacking.any() and not lacking.all():
        names = list(lacking.index[lacking])
        note(
            notes,
            f"{labelled(facts.loc[names, 'short_name'])} {'have' if names[1:] else 'has'} no "
            "figure of England, so nothing is compared; add a row of England (E92000001).",
        )
