"""The manifest: inputs, versions, licences, and what was settled by a rule."""

import datetime
import platform
from importlib.metadata import version
from typing import Any

import pandas as pd

from geo import __version__
from geo.geography.places import Place
from geo.report.evidence import Evidence
from geo.report.protection import protection_entry
from geo.sources.folders import Inputs
from geo.vocabulary.area_types import is_code_column, is_ward
from geo.vocabulary.codes import among
from geo.vocabulary.releases import INDICES

UNCHECKED = "left out: guesses of small counts could be tried against it"
"""In place of the checksum of a file."""


def manifest_of(evidence: Evidence, headline: tuple[str, ...]) -> dict[str, Any]:
    """Say what a report was made from, and what was settled by a rule; not yet what it holds."""
    place, release = evidence.place, evidence.release
    packages = ("geopandas", "shapely", "pyogrio", "pandas", "numpy", "folium", "matplotlib")
    return {
        "made": now().isoformat(timespec="seconds"),
        "place": {
            "name": place.name,
            "code": ",".join(place.authorities),
            "part": place.part,
            "synthetic": place.synthetic,
        },
        "release": release.year,
        "vintage": release.vintage,
        "lsoas_ranked_in_england": release.lsoas,
        "indices": [name for name in INDICES if f"{name}_decile" in evidence.lsoas],
        "headline": list(headline),
        "membership": {
            "status": place.membership or "as listed",
            "method": "lookup",
            "basis": _counts(place, "basis"),
            "confidence": _counts(place, "confidence"),
            "differs_by_method": evidence.methods,
        },
        "indicators": _indicators_entry(evidence),
        "protection": protection_entry(evidence.outcomes),
        "inputs": input_entries(evidence.inputs, evidence.lsoas),
        "not_used": [
            {"file": file.name, "recognised_as": file.kind} for file in evidence.inputs.unused
        ],
        "left_out": list(evidence.left_out),
        "warnings": list(evidence.notes),
        "licences": list(evidence.sources),
        "versions": {"geo-targeting": __version__, "python": platform.python_version()}
        | {name: version(name) for name in packages},
    }


def input_entries(inputs: Inputs, lsoas: pd.DataFrame) -> list[dict[str, Any]]:
    """Tell what each file was, its checksum unless its counts are confidential, and what matched.

    Whoever has a report could try guesses of small counts against such a checksum.
    """
    entries = []
    for file in inputs.used:
        secret = file in inputs.confidential
        sha256 = UNCHECKED if secret else file.sha256()
        entry = {"file": file.name, "recognised_as": file.kind, "sha256": sha256}
        table = inputs.tables.get(file)
        entries.append(entry if table is None else entry | match_counts(table, lsoas))
    return entries


def _indicators_entry(evidence: Evidence) -> dict[str, Any] | None:
    found = evidence.outcomes
    if found is None:
        return None
    latest = found.latest
    shown = latest[latest["area_type"].ne("england")]
    return {
        "shown": found.catalogue["indicator_id"].tolist(),
        "confidential": found.catalogue.query("confidential")["indicator_id"].tolist(),
        "disclosure_rule": found.rule or "nothing is confidential",
        "published_before": list(evidence.beside),
        "compared_with": found.benchmark,
        "cells": {str(k): int(v) for k, v in shown["state"].value_counts().sort_index().items()},
    }


def _counts(place: Place, column: str) -> dict[str, int]:
    if place.units is None or column not in place.units:
        return {}
    return {str(k): int(v) for k, v in place.units[column].value_counts().sort_index().items()}


def now() -> datetime.datetime:
    """Time of the build, with its time zone."""
    return datetime.datetime.now().astimezone()


def today() -> str:
    """Day of the build, in words."""
    return in_words(now())


def in_words(day: datetime.datetime) -> str:
    """Write a day as on a page.

    Examples
    --------
    >>> in_words(datetime.datetime(2026, 11, 8))
    '8 November 2026'
    """
    return f"{day:%d %B %Y}".lstrip("0")


def day_made(manifest: dict[str, Any]) -> str:
    """Write the day that a manifest names as on a page."""
    return in_words(datetime.datetime.fromisoformat(manifest["made"]))


def match_counts(table: pd.DataFrame, lsoas: pd.DataFrame) -> dict[str, int]:
    """Rows of a table, and how many codes of the place are and are not in it.

    Ward codes are compared whatever the year in their column names: a ward keeps its code until
    its boundary changes.
    """
    shared = [
        (theirs, ours)
        for theirs in table
        for ours in lsoas
        if is_code_column(theirs)
        and (theirs == ours or (is_code_column(ours) and is_ward(theirs) and is_ward(ours)))
    ]
    if not shared:
        return {"rows": len(table)}
    theirs, ours = shared[0]
    codes = lsoas[ours].drop_duplicates()
    matched = int(among(codes, table[theirs]).sum())
    return {"rows": len(table), "matched": matched, "unmatched": len(codes) - matched}
