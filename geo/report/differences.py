"""What differs between two folders that builds wrote: LSOAs, groups, cells of the Tartan Rug."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import FileError, TableError, examples
from geo.report.manifest import day_made
from geo.report.whole_folder import MANIFEST
from geo.vocabulary.area_types import is_code_column, is_name_column, vintage_column
from geo.vocabulary.indicators import SERIES, named_series
from geo.vocabulary.local_names import LOCAL_NAME, naming_column
from geo.vocabulary.releases import MOST_DEPRIVED
from geo.vocabulary.shown import in_lines
from geo.vocabulary.spellings import meaning

LSOAS, RUG = "tables/lsoas.csv", "tartan-rug.csv"
_CELL = ["area_type", "area_code", *SERIES]
_COLUMNS = ["what", "area_type", "area_code", "area", "about", "before", "after", "by"]
_NEEDED = {
    "lsoas.csv": ["release", "imd_decile"],
    "tartan-rug.csv": [*_CELL, *("area", "period", "value", "text", "comparison", "latest")],
}
_NUMBERS = ("imd_decile", "value")
_SUFFIXES = ("_before", "_after")
_WORDS = {
    "joined": "Joined the most deprived 30% in England",
    "left": "Left the most deprived 30% in England",
    "decile": "In another decile",
    "group": "In another group",
    "appeared": "New",
    "gone": "No longer there",
    "colour": "Of another class",
    "newer": "Of another period, in the same class",
    "revised": "Of another value, in the same period and class",
}


@dataclass(frozen=True, eq=False)
class Differences:
    """What differs, a row each, and in sentences.

    Attributes
    ----------
    lines : sequence of str
        First what the two were made from, then a sentence a kind of difference.
    table : DataFrame
        ``what`` (``joined``, ``left``, ``decile``, ``group``, ``appeared``, ``gone``, ``colour``,
        ``newer``, ``revised``), ``area_type``, ``area_code``, ``area``, ``about`` (level or
        indicator), ``before``, ``after``, and ``by``: ``data`` where the files read or the periods
        differ, ``method`` where neither does, ``data or method`` where that cannot be told because
        a file has no checksum (those of confidential counts have none).
    """

    lines: Sequence[str]
    table: pd.DataFrame

    def _repr_html_(self) -> str:
        number = len(self.table)
        return in_lines(f"{number:,} difference{'' if number == 1 else 's'}", self.lines)


def differences(old: str | Path, new: str | Path) -> Differences:
    """Compare two folders that ``geo build`` wrote, by what is printed in them.

    Parameters
    ----------
    old, new : str or Path
        Folders with a manifest and the same parts.

    Returns
    -------
    Differences

    Raises
    ------
    FileError
        If one is no such folder, or a part is in one of them only.
    TableError
        If they are of two places, or of LSOAs of two vintages.

    Examples
    --------
    >>> import geo, tempfile
    >>> old, new = tempfile.mkdtemp(), tempfile.mkdtemp()
    >>> for out in (old, new):
    ...     _ = geo.build_report(sample=True, out=out, only=["tables"])
    >>> geo.differences(old, new).lines[-1]
    'Nothing that both print differs.'
    """
    folders = Path(old), Path(new)
    before, after = ((folder, manifest_in(folder)) for folder in folders)
    return differences_of(before, after)


def differences_of(
    old: tuple[Path, dict[str, Any]], new: tuple[Path, dict[str, Any]]
) -> Differences:
    """Compare two folders, each with its manifest, as `differences` does."""
    before, after = old[1], new[1]
    places = [(one["place"]["code"], one["place"].get("part", False)) for one in (before, after)]
    if places[0] != places[1]:
        raise TableError(
            f"{old[0]} is of {before['place']['name']} and {new[0]} of {after['place']['name']}; "
            "give two reports of one place."
        )
    told, by = _made_from(before, after)
    found: list[pd.DataFrame] = []
    for name, compared in ((LSOAS, _of_lsoas), (RUG, _of_cells)):
        if tables := _both(old[0], new[0], name):
            found += compared(tables[0], tables[1], by)
    table = pd.concat([pd.DataFrame(columns=_COLUMNS), *found], ignore_index=True)[_COLUMNS]
    said = sentences(table) or ["Nothing that both print differs."]
    return Differences([*told, *said], table)


def sentences(table: pd.DataFrame) -> list[str]:
    """Count and name differences, a sentence a kind."""
    lines = [_sentence(what, table) for what in _WORDS]
    return [line for line in lines if line]


def manifest_in(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder that a build wrote, or say that it is none."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        _ = manifest["place"]["code"], manifest["place"]["name"]
        datetime.datetime.fromisoformat(manifest["made"])
        _ = manifest["release"], manifest["versions"]["geo-targeting"]
        _ = [one["file"] for one in manifest["inputs"]]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FileError(
            f"{folder} is no folder that geo build wrote (it has no {MANIFEST} that can be read); "
            "name the folder of a report."
        ) from problem
    return manifest


def _made_from(before: dict[str, Any], after: dict[str, Any]) -> tuple[list[str], str]:
    """Say what the two were made from, and whether data or method differ."""
    files = [
        {(one["file"], one.get("sha256", "")) for one in manifest["inputs"]}
        for manifest in (before, after)
    ]
    names = sorted({name for name, _ in files[0] ^ files[1]})
    versions = [manifest["versions"]["geo-targeting"] for manifest in (before, after)]
    told = [f"From the report of {day_made(before)} to that of {day_made(after)}."]
    if before["release"] != after["release"]:
        told.append(f"Indices of {before['release']}, then of {after['release']}.")
    if names:
        told.append(f"Other files were read: {examples(names, 6)}.")
    if versions[0] != versions[1]:
        told.append(f"geo-targeting {versions[0]}, then {versions[1]}.")
    if names or before["release"] != after["release"]:
        return told, "data"
    unknown = any(" " in checksum for _, checksum in files[1])  # words, why it has none
    return told, "data or method" if unknown else "method"


def _both(old: Path, new: Path, name: str) -> list[pd.DataFrame]:
    """Read a table of both folders; nothing where neither has it."""
    there = [(folder / name).is_file() for folder in (old, new)]
    if not any(there):
        return []
    if not all(there):
        has, lacks = (old, new) if there[0] else (new, old)
        raise FileError(
            f"{has} has {name} and {lacks} has not; build both with the same parts (--only)."
        )
    return [_read(folder / name) for folder in (old, new)]


def _read(path: Path) -> pd.DataFrame:
    """Read a table that a build wrote; one that is damaged or of another program is refused."""
    texts = dict.fromkeys([*_CELL, "period", "area", "comparison", "state", "text"], "str")
    needed = _NEEDED[path.name]
    try:
        table = pd.read_csv(path, dtype=texts, low_memory=False)
        lacking = [name for name in needed if name not in table]
        numbers = {name: pd.to_numeric(table[name]) for name in _NUMBERS if name in table}
    except (OSError, ValueError, TypeError) as problem:
        raise FileError(
            f"{path} cannot be read as the table that geo build wrote; build that report again."
        ) from problem
    if lacking:
        raise FileError(
            f"{path} has no column {examples(lacking)}, which geo build writes; build that report "
            "again."
        )
    return table.assign(
        **{name: table[name].fillna("") for name in texts if name in table}, **numbers
    )


def _of_lsoas(old: pd.DataFrame, new: pd.DataFrame, by: str) -> list[pd.DataFrame]:
    """LSOAs that are new or gone, of another decile, or in another group."""
    (vintage, code), (other, _) = vintage_column(old), vintage_column(new)
    if vintage != other:
        raise TableError(
            f"One report is of {vintage} and the other of {other}; areas of two vintages cannot be "
            "compared one by one, so build both of one release."
        )
    name = naming_column(new, code)
    levels = _levels(old, new)
    kept = list(dict.fromkeys([code, name, "imd_decile", *levels]))
    old, new = old.reindex(columns=kept), new.reindex(columns=kept)
    both = old.merge(new, on=code, how="outer", suffixes=_SUFFIXES, indicator="where")
    about = pd.DataFrame(
        {
            "area_type": vintage,
            "area_code": both[code],
            "area": _either(both, name) if name != code else both[code],
            "by": by,
        }
    )
    was, now = both["imd_decile_before"], both["imd_decile_after"]
    deprived = was <= MOST_DEPRIVED, now <= MOST_DEPRIVED
    changed = both["where"].eq("both") & was.ne(now) & (was.notna() | now.notna())
    decile = np.select(
        [deprived[1] & ~deprived[0], deprived[0] & ~deprived[1]], ["joined", "left"], "decile"
    )
    found = [
        about[both["where"].eq("right_only")].assign(what="appeared"),
        about[both["where"].eq("left_only")].assign(what="gone"),
        about.assign(what=decile, about="imd_decile", before=was, after=now)[changed],
    ]
    for level in levels:
        pair = both[f"{level}_before"], both[f"{level}_after"]
        moved = both["where"].eq("both") & pair[0].ne(pair[1])
        found.append(about.assign(what="group", about=level, before=pair[0], after=pair[1])[moved])
    return found


def _levels(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Columns of groups: those between the areas and the release."""
    before = list(new)[: list(new).index("release")]
    of_areas = [c for c in before if is_code_column(c) or is_name_column(c)]
    return [c for c in before if c in old and c not in (*of_areas, LOCAL_NAME)]


def _either(both: pd.DataFrame, name: str) -> pd.Series:
    return both[f"{name}_after"].where(both["where"].ne("left_only"), both[f"{name}_before"])


def _of_cells(old: pd.DataFrame, new: pd.DataFrame, by: str) -> list[pd.DataFrame]:
    """Cells of the latest period of the Rug that are new or gone, or say something else."""
    kept = [table[table["latest"].astype(bool)].drop_duplicates(_CELL) for table in (old, new)]
    both = kept[0].merge(kept[1], on=_CELL, how="outer", suffixes=_SUFFIXES, indicator="where")
    state, value, period = (
        [both[f"{name}{suffix}"] for suffix in _SUFFIXES]
        for name in ("comparison", "value", "period")
    )
    other = both["state_before"].ne(both["state_after"]) | state[0].ne(state[1])
    newer = period[0].ne(period[1])
    revised = ~np.isclose(value[0], value[1], rtol=1e-9, equal_nan=True)
    names = ["appeared", "gone", "colour", "newer", "revised"]
    cases = [both["where"].eq("right_only"), both["where"].eq("left_only"), other, newer, revised]
    known = _either(both, "indicator") if "indicator_after" in both else both["indicator_id"]
    called = known.where(known.notna(), both["indicator_id"])
    table = both[_CELL].assign(
        what=np.select(cases, names, ""),
        area=_either(both, "area"),
        about=list(map(named_series, called, *(_split(both[key], key) for key in ("sex", "age")))),
        by=np.where(newer & both["where"].eq("both"), "data", by),
        **{name: _words(both, f"_{name}") for name in ("before", "after")},
    )
    return [table[table["what"].ne("")]]


def _split(labels: pd.Series, key: str) -> pd.Series:
    """Leave out labels that mean everybody."""
    return labels.map(lambda label: "" if meaning(label, key) == "all" else label)


def _words(both: pd.DataFrame, suffix: str) -> pd.Series:
    """Put what a cell shows into words; nothing where there is none."""
    text, meaning, period = (both[f"{name}{suffix}"] for name in ("text", "meaning", "period"))
    words = text + ", " + meaning.astype("str") + " (" + period + ")"
    return words.where(text.notna(), "")


def _sentence(what: str, table: pd.DataFrame) -> str:
    """Count and name areas, or cells of the Rug."""
    rows = table[table["what"].eq(what)]
    of_rug = rows["about"].notna() & ~rows["about"].isin(["imd_decile"]) & rows["what"].ne("group")
    said = []
    for noun, some in (("area", rows[~of_rug]), ("cell", rows[of_rug])):
        if len(some):
            number = f"{len(some):,} {noun}{'' if len(some) == 1 else 's'}"
            named = some["area"].astype("str")
            named = named if noun == "area" else named + ": " + some["about"]
            where = "" if noun == "area" else " of the Tartan Rug"
            said.append(f"{_WORDS[what]}: {number}{where} ({examples(named.unique())}).")
    return " ".join(said)
