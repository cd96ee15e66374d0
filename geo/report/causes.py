"""Why two reports differ: data, membership or method, as far as manifests and tables tell."""

import datetime
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import examples
from geo.report.manifest import UNCHECKED, day_made

MEMBERSHIP = "membership"
SUFFIXES = ("_before", "_after")
_NAMES = ("data", MEMBERSHIP, "method")
_HEADINGS = {
    "data": "By data: other files were read, or later periods.",
    MEMBERSHIP: "By membership: areas went to another group, came or went.",
    "method": "By method: the data behind them are the same.",
}
_GROUPINGS = ("grouping of areas", "lookup from LSOA")
_OF_FIGURES = ("indicators", "residents by")
_NAMED = 6


@dataclass(frozen=True)
class Change:
    """One thing that was not the same for two reports.

    Attributes
    ----------
    cause : {"data", "membership", "method"}
    told : str
        A sentence for it.
    deciles : bool
        Whether it reaches the deciles of LSOAs.
    cells : callable
        Tells of cells of the Tartan Rug, a row each, which of them it reaches.
    sure : bool
        Whether it is known to be another, or only not known to be the same.
    """

    cause: str
    told: str
    deciles: bool
    cells: Callable[[pd.DataFrame], pd.Series]
    sure: bool = True


@dataclass(frozen=True)
class Compared:
    """A report to compare: where it lies, and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    def made(self) -> str:
        """Say which report it is."""
        time = datetime.datetime.fromisoformat(self.manifest["made"])
        return f"{self.folder} (made on {day_made(self.manifest)} at {time:%H:%M})"

    def about(self, name: str) -> Any:
        """Give what the manifest tells of its indicators; None where it tells nothing."""
        return (self.manifest.get("indicators") or {}).get(name)

    def version(self) -> str:
        """Version of the toolkit that made it."""
        return str(self.manifest["versions"]["geo-targeting"])


def changes(
    old: Compared, new: Compared, touched: pd.DataFrame, cells: pd.DataFrame | None
) -> list[Change]:
    """Find what was not the same for two reports.

    Parameters
    ----------
    old, new : Compared
    touched : DataFrame
        ``area_type`` and ``area_code`` of groups whose areas are not the same.
    cells : DataFrame or None
        Cells of the Tartan Rug of both, side by side: ``value_before``, ``value_after`` and so on.

    Returns
    -------
    list of Change
    """
    secret = frozenset[str]().union(*(one.about("confidential") or () for one in (old, new)))
    found = [
        *_of_files(old, new, moved=len(touched) > 0),
        _differs("data", "Indices of ", [one.manifest["release"] for one in (old, new)], True),
        _differs("method", "geo-targeting ", [one.version() for one in (old, new)], True),
        _differs("method", "Compared with ", [one.about("compared_with") for one in (old, new)]),
        *(
            _differs("method", words, [one.about(name) for one in (old, new)], only=secret)
            for words, name in (
                ("Disclosure control: ", "disclosure_rule"),
                ("Published before: ", "published_before"),
            )
        ),
        _regrouped(touched, secret),
        _unchecked(old, new, secret, touched, cells),
    ]
    return [one for one in found if one is not None]


def causes_of_deciles(found: Sequence[Change]) -> str:
    """Word the causes of another decile."""
    return _worded({one.cause for one in found if one.deciles})


def causes_of_cells(found: Sequence[Change], cells: pd.DataFrame) -> list[str]:
    """Word the causes of what cells of the Tartan Rug show, a row each."""
    reached = {name: np.zeros(len(cells), dtype=bool) for name in _NAMES}
    sure = np.zeros(len(cells), dtype=bool)
    for one in found:
        these = one.cells(cells).to_numpy(dtype=bool)
        reached[one.cause] |= these
        sure |= these & one.sure
    reached["method"] |= np.logical_or.reduce(list(reached.values())) & ~sure
    rows = zip(*reached.values(), strict=True)
    return [_worded({name for name, yes in zip(_NAMES, row, strict=True) if yes}) for row in rows]


def heading(by: str) -> str:
    """Say over differences what they come of.

    Examples
    --------
    >>> heading("data or membership")[:50]
    'Data or membership, which cannot be told apart: ea'
    """
    told = f"{by.capitalize()}, which cannot be told apart: each of them changed or may have."
    return _HEADINGS.get(by, told)


def _worded(reached: Set[str]) -> str:
    """Name causes; where nothing is known to have changed, the way of reckoning has."""
    names = [name for name in _NAMES if name in reached] or ["method"]
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _every(cells: pd.DataFrame) -> pd.Series:
    return pd.Series(True, cells.index)


def _differs(
    cause: str,
    words: str,
    pair: Sequence[Any],
    deciles: bool = False,
    only: frozenset[str] | None = None,
) -> Change | None:
    """Tell of a setting that is another; it reaches all cells, or those of some indicators."""
    if pair[0] == pair[1]:
        return None
    before, after = (_setting(one) for one in pair)
    reaches = _every if only is None else lambda cells: cells["indicator_id"].isin(only)
    return Change(cause, f"{words}{before}, then {after}.", deciles, reaches)


def _setting(value: Any) -> str:
    return (examples(value, _NAMED) if isinstance(value, list) else str(value or "")) or "nothing"


def _nowhere(cells: pd.DataFrame) -> pd.Series:
    return pd.Series(False, cells.index)


def _of_files(old: Compared, new: Compared, *, moved: bool) -> list[Change]:
    """Tell which files are others; a list of groups by which areas moved is no data."""
    before, after = (_checksums(report) for report in (old, new))
    told = {
        "Changed files": [
            f
            for f in before
            if f in after and _known(before[f], after[f]) and before[f] != after[f]
        ],
        "Only read for the old report": [f for f in before if f not in after],
        "Only read for the new report": [f for f in after if f not in before],
    }
    found = []
    for words, files in told.items():
        kinds = [kind for _, kind in files]
        data = [kind for kind in kinds if not (moved and kind.startswith(_GROUPINGS))]
        if files:
            found.append(
                Change(
                    "data" if data else MEMBERSHIP,
                    f"{words}: {examples(sorted(name for name, _ in files), _NAMED)}.",
                    any(not kind.startswith(_OF_FIGURES) for kind in data),
                    _every if data else _nowhere,
                )
            )
    return found


def _checksums(report: Compared) -> dict[tuple[str, str], list[str]]:
    """Checksums of the files that were read, by name and what they were recognised as."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in report.manifest["inputs"]:
        key = (one["file"], one.get("recognised_as", ""))
        found.setdefault(key, []).append(one.get("sha256", ""))
    return {key: sorted(sums) for key, sums in found.items()}


def _known(*checksums: list[str]) -> bool:
    """Whether these are checksums, and none of them says why there is none."""
    return not any(UNCHECKED in sums for sums in checksums)


def _regrouped(touched: pd.DataFrame, secret: frozenset[str]) -> Change | None:
    """Tell of groups of other areas; they show other figures, and hide others' with theirs."""
    if touched.empty:
        return None

    def reaches(cells: pd.DataFrame) -> pd.Series:
        hidden = cells["state_before"].eq("suppressed") | cells["state_after"].eq("suppressed")
        return _in(cells, touched) | (hidden & cells["indicator_id"].isin(secret))

    return Change(MEMBERSHIP, "", False, reaches)


def _unchecked(
    old: Compared,
    new: Compared,
    secret: frozenset[str],
    touched: pd.DataFrame,
    cells: pd.DataFrame | None,
) -> Change | None:
    """Tell whether files without a checksum may be others, by what both reports print of them.

    They are taken to be the same where the indicator's figures are, in all areas but those that
    went to another group.
    """
    before, after = (_checksums(report) for report in (old, new))
    unchecked = sorted(f[0] for f in before if f in after and not _known(before[f], after[f]))
    if cells is None or not unchecked:
        return None
    still = cells[cells["indicator_id"].isin(secret) & ~_in(cells, touched)]
    both = still[["value_before", "value_after"]].notna().all(axis=1)
    same = np.isclose(still["value_before"], still["value_after"], rtol=1e-9)
    same &= still["period_before"].eq(still["period_after"])
    proven = set(still.loc[both, "indicator_id"]) - set(still.loc[both & ~same, "indicator_id"])
    others = secret - proven
    why = "no checksum in a manifest, because guesses of small counts could be tried against it"
    then = (
        f"whether they changed is not known; {len(others)} of their indicators may have changed"
        if others
        else "what both reports print of them is the same but for groups of other areas, so they "
        "are taken to be the same"
    )
    told = f"Confidential files have {why} ({examples(unchecked, _NAMED)}): {then}."
    return Change("data", told, False, lambda cells: cells["indicator_id"].isin(others), sure=False)


def _in(cells: pd.DataFrame, groups: pd.DataFrame) -> pd.Series:
    """Which cells are of some groups."""
    keys = ["area_type", "area_code"]
    among = pd.MultiIndex.from_frame(groups[keys].astype("str"))
    found = pd.MultiIndex.from_frame(cells[keys].astype("str")).isin(among)
    return pd.Series(found, cells.index)
