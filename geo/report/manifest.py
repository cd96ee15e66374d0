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
from geo.sources.recognise import DataFile
from geo.vocabulary.area_types import is_code_column, is_ward
from geo.vocabulary.codes import among
from geo.vocabulary.releases import INDICES


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
        "inputs": [_input_entry(file, evidence) for file in evidence.inputs.used],
        "not_used": [
            {"file": file.name, "recognised_as": file.kind} for file in evidence.inputs.unused
        ],
        "left_out": list(evidence.left_out),
        "warnings": list(evidence.notes),
        "licences": list(evidence.sources),
        "versions": {"geo-targeting": __version__, "python": platform.python_version()}
        | {name: version(name) for name in packages},
    }


def _input_entry(file: DataFile, evidence: Evidence) -> dict[str, Any]:
    entry: dict[str, Any] = {"file": file.name, "recognised_as": file.kind}
    found = evidence.outcomes
    if file.indicators and found is not None and found.rule:
        entry["sha256"] = "left out: guesses of small counts could be tried against it"
    else:
        entry["sha256"] = file.sha256()
    table = evidence.inputs.tables.get(file)
    return entry if table is None else entry | match_counts(table, evidence.lsoas)


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
