"""What a report says that the one in its place before it did not."""

import datetime
from pathlib import Path
from typing import Any

from geo.errors import GeoError
from geo.report.causes import Compared
from geo.report.differences import by_cause, differences_of, manifest_in
from geo.report.manifest import day_made, in_words
from geo.report.whole_folder import MANIFEST
from geo.views.cell_words import SHORTHAND
from geo.views.site.index import News

_TOLD = ("joined", "left", "group", "appeared", "gone", "colour")
"""Differences that are named; of the others the page, which has its four sheets, tells how many."""


def news_since(
    earlier: Path, folder: Path, manifest: dict[str, Any]
) -> tuple[dict[str, Any] | None, str]:
    """Compare what is being written with the report that it replaces.

    Two builds of the same inputs write the same: where nothing that is printed differs, what the
    earlier report told of the one before it stands on, and only the terminal says that nothing
    changed. Cells that either of the two hides are left out, because a report that was replaced
    was not always published.

    Parameters
    ----------
    earlier : Path
        Where the report goes, and where another may stand.
    folder : Path
        Where it is being written.
    manifest : dict
        Its own.

    Returns
    -------
    dict or None
        For the manifest: ``since``, when the earlier one was made, and ``lines``, what is new.
    str
        For the terminal: what came of the comparison; empty where no report stood there.
    """
    if not (earlier / MANIFEST).is_file():
        return None, ""
    try:
        before = manifest_in(earlier)
        found = differences_of(Compared(earlier, before), Compared(folder, manifest))
    except GeoError as problem:
        return None, f"What is new since the earlier report is left out: {problem}"
    when = day_made(before)
    hidden = (
        found.table[["before", "after"]]
        .astype("str")
        .apply(lambda cells: cells.str.startswith(SHORTHAND["suppressed"]))
    )
    public = found.table[~hidden.any(axis=1)]
    if public.empty:
        kept = before.get("new_since")
        return (kept if _is_news(kept) else None), f"Nothing is new since the report of {when}."
    lines = by_cause(public[public["what"].isin(_TOLD)], found.moved)
    if further := int((~public["what"].isin(_TOLD)).sum()):
        lines.append(
            f"Newer periods, revised figures or deciles within the same bound: {further:,}."
        )
    told = f"{len(public):,} differences from the report of {when}: index.html tells them."
    return {"since": before["made"], "lines": lines}, told


def as_news(entry: dict[str, Any] | None) -> News | None:
    """Word for the start page what the manifest holds."""
    if entry is None:
        return None
    return News(in_words(datetime.datetime.fromisoformat(entry["since"])), tuple(entry["lines"]))


def _is_news(entry: Any) -> bool:
    """Whether an earlier manifest holds what this one would."""
    try:
        datetime.datetime.fromisoformat(entry["since"])
        return all(isinstance(line, str) for line in entry["lines"])
    except (KeyError, TypeError, ValueError):
        return False
