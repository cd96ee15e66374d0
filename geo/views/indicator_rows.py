"""The rows of the Tartan Rug: what is known of each indicator, and whether it may be shown."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.errors import TableError, examples
from geo.vocabulary.indicators import SERIES
from geo.vocabulary.measures import POLARITIES
from geo.vocabulary.spellings import meaning


def indicator_rows(table: pd.DataFrame, catalogue: pd.DataFrame | None) -> pd.DataFrame:
    """List the rows: what is known of each indicator, in the catalogue's order, by group.

    Sexes and ages of an indicator stand together, all persons first.
    """
    keys = [key for key in SERIES if key in table.columns]
    facts = table.drop_duplicates(keys)[[*keys, "period"]].reset_index(drop=True)
    listed = _catalogue(catalogue, facts["indicator_id"])
    for column in ("name", "short_name", "group", "unit", "measure", "polarity", "confidential",
                   "source", "licence", "multiplier", "decimals", "standardised",
                   "basis"):  # fmt: skip
        known = facts["indicator_id"].map(listed[column]) if column in listed else None
        if column in table.columns:
            own = table.drop_duplicates(keys)[column].set_axis(facts.index)
            known = own if known is None else own.where(own.notna(), known)
        facts[column] = None if known is None else known.astype(object)
    for column in ("group", "unit", "measure", "source", "licence", "basis"):
        facts[column] = facts[column].astype(object).where(facts[column].notna(), "")
    facts["name"] = facts["name"].where(facts["name"].notna(), facts["indicator_id"])
    facts["short_name"] = facts["short_name"].where(facts["short_name"].notna(), facts["name"])
    facts["polarity"] = _polarity(facts)
    facts["group"] = facts["group"].replace("", "Indicators")
    facts["label"] = _labels(facts)
    facts["decimals"] = facts["decimals"].astype(int)
    places = {name: at for at, name in enumerate(listed.index)}
    at = facts["indicator_id"].map(places).fillna(len(places))
    own = pd.factorize(facts["indicator_id"])[0]
    sequence = facts.assign(at=at, own=own, split=_split(facts))
    sequence = sequence.sort_values(["at", "own", "split"], kind="stable")
    first = {group: i for i, group in enumerate(dict.fromkeys(sequence["group"]))}
    sequence["g"] = sequence["group"].map(first)
    order = sequence.sort_values(["g", "at", "own", "split"], kind="stable")
    return facts.loc[order.index].reset_index(drop=True)


def sex_and_age(facts: Mapping[str, Any] | pd.DataFrame) -> dict[str, Any]:
    """Give whose numbers rows or one row show, for the data of a figure; what is known of it."""
    return {key: facts[key] for key in ("sex", "age") if key in facts}


def _catalogue(catalogue: pd.DataFrame | None, ids: pd.Series) -> pd.DataFrame:
    if catalogue is None:
        return pd.DataFrame(index=pd.Index([], name="indicator_id"))
    listed = catalogue
    if listed.index.name != "indicator_id":
        if "indicator_id" not in listed.columns:
            raise TableError("No column indicator_id in the catalogue; add it.")
        listed = listed.set_index("indicator_id")
    twice = listed.index[listed.index.duplicated()].unique()
    if len(twice):
        raise TableError(
            f"{len(twice)} indicators ({examples(twice)}) stand more than once in the catalogue; "
            "give each one row."
        )
    absent = pd.Index(ids.unique()).difference(listed.index)
    if len(absent):
        raise TableError(
            f"{len(absent)} indicators ({examples(absent)}) are not in the catalogue; add them."
        )
    return listed


def _polarity(facts: pd.DataFrame) -> pd.Series:
    known = facts["polarity"].astype(object).where(facts["polarity"].notna(), "no_judgement")
    wrong = sorted(set(known) - set(POLARITIES))
    if wrong:
        raise TableError(
            f"Polarity {examples(wrong)} is unknown; allowed are {', '.join(POLARITIES)}."
        )
    return known


def _split(facts: pd.DataFrame) -> pd.Series:
    """Say of how many of sex and age a row is a part, so that all persons stand first."""
    parts = pd.Series(0, facts.index)
    for key in ("sex", "age"):
        if key in facts:
            parts += facts[key].map(lambda label, key=key: meaning(str(label), key) != "all")
    return parts


def _labels(facts: pd.DataFrame) -> pd.Series:
    """Name rows, with sex and age where several rows have one indicator."""
    label = facts["short_name"].astype(str)
    several = facts["indicator_id"].duplicated(keep=False)
    for key, whole in (("sex", "all persons"), ("age", "all ages")):
        if key in facts.columns:
            differs = several & (facts.groupby("indicator_id")[key].transform("nunique") > 1)
            words = facts[key].astype(str).replace("all", whole)
            label = label.where(~differs, label + ", " + words)
    return label
