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
from geo.report.causes import (
    MEMBERSHIP,
    SUFFIXES,
    Change,
    Compared,
    causes_of_cells,
    causes_of_deciles,
    changes,
    heading,
)
from geo.report.moved_areas import (
    groups_of_one,
    in_another_group,
    told_of_moves,
    touched_groups,
)
from geo.report.whole_folder import MANIFEST
from geo.vocabulary.area_types import (
    is_code_column,
    is_name_column,
    is_ward,
    name_column,
    vintage_column,
)
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
        indicator), ``before``, ``after``, and ``by``, what it comes of: ``data`` (other files were
        read, or of later periods), ``membership`` (areas went to another group), ``method``
        (version, rule or benchmark, or anything else where the data are the same); or several with
        "or" between where more than one of them changed that reaches it, or a file of confidential
        counts, which has no checksum in a manifest, may have.
    moved : sequence of str
        Which wards or LSOAs went from which group to which, a sentence a level.
    """

    lines: Sequence[str]
    table: pd.DataFrame
    moved: Sequence[str] = ()

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
    before, after = (Compared(Path(one), manifest_in(Path(one))) for one in (old, new))
    return differences_of(before, after)


def differences_of(old: Compared, new: Compared) -> Differences:
    """Compare two folders, each with its manifest, as `differences` does."""
    places = [one.manifest["place"] for one in (old, new)]
    if len({(one["code"], one.get("part", False)) for one in places}) > 1:
        raise TableError(
            f"{old.folder} is of {places[0]['name']} and {new.folder} of {places[1]['name']}; "
            "give two reports of one place."
        )
    of_lsoas, of_rug = (_both(old.folder, new.folder, name) for name in (LSOAS, RUG))
    levels = _levels(*of_lsoas) if of_lsoas else []
    lsoas = _lsoas_of(of_lsoas, levels) if of_lsoas else pd.DataFrame(columns=["where"])
    cells = _cells_of(*of_rug) if of_rug else None
    touched = touched_groups(lsoas, levels)
    if of_lsoas:
        touched = pd.concat([touched, *groups_of_one(*map(_grouped, of_lsoas))], ignore_index=True)
    found = changes(old, new, touched, cells)
    rows = _of_lsoas(lsoas, levels, causes_of_deciles(found)) if of_lsoas else []
    rows += [] if cells is None else [_of_cells(cells, found)]
    table = pd.concat([pd.DataFrame(columns=_COLUMNS), *rows], ignore_index=True)[_COLUMNS]
    made = f"From {old.made()} to {new.made()}."
    moved = tuple(told_of_moves(lsoas, levels))
    said = by_cause(table, moved) or ["Nothing that both print differs."]
    told = [one.told for one in found if one.told]
    names = [", ".join(_grouped(one)) for one in of_lsoas or ()]
    if len({*names}) > 1:
        told.append(f"Groups: {', then '.join(names)}.")
    return Differences([made, *told, *said], table, moved)


def by_cause(table: pd.DataFrame, moved: Sequence[str] = ()) -> list[str]:
    """Tell differences, under a heading for what they come of.

    Parameters
    ----------
    table : DataFrame
        As `Differences` has it.
    moved : sequence of str
        Which wards or LSOAs went to another group, in place of how many.
    """
    lines = []
    for by in sorted(table["by"].unique(), key=lambda by: (" or " in by, by)):
        rows = table[table["by"].eq(by)]
        kinds = {what: [_sentence(what, rows)] for what in _WORDS}
        if kinds["group"][0] and moved:
            kinds["group"] = list(moved)
        lines += [heading(by), *(line for told in kinds.values() for line in told if line)]
    return lines


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


def _both(old: Path, new: Path, name: str) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Read a table of both folders; None where neither has it."""
    there = [(folder / name).is_file() for folder in (old, new)]
    if not any(there):
        return None
    if not all(there):
        has, lacks = (old, new) if there[0] else (new, old)
        raise FileError(
            f"{has} has {name} and {lacks} has not; build both with the same parts (--only)."
        )
    return _read(old / name), _read(new / name)


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


def _lsoas_of(tables: tuple[pd.DataFrame, pd.DataFrame], levels: Sequence[str]) -> pd.DataFrame:
    """Put the LSOAs of both side by side, as `moved_areas` takes them."""
    old, new = tables
    (vintage, code), (other, _) = vintage_column(old), vintage_column(new)
    if vintage != other:
        raise TableError(
            f"One report is of {vintage} and the other of {other}; areas of two vintages cannot be "
            "compared one by one, so build both of one release."
        )
    ward = next((c for c in new if is_code_column(c) and is_ward(c)), code)
    about = {"area": naming_column(new, code), "ward": ward, "ward_name": name_column(ward)}
    sides = [
        table[[code]].assign(
            **{key: table.get(column, table[code]) for key, column in about.items()},
            **{key: table[key] for key in ("imd_decile", *levels)},
        )
        for table in tables
    ]
    both = sides[0].merge(sides[1], on=code, how="outer", suffixes=SUFFIXES, indicator="where")
    return both.assign(
        area_type=vintage, area_code=both[code], **{key: _either(both, key) for key in about}
    )


def _of_lsoas(both: pd.DataFrame, levels: Sequence[str], by: str) -> list[pd.DataFrame]:
    """LSOAs that are new or gone, of another decile, or in another group."""
    about = both[["area_type", "area_code", "area"]].assign(by=MEMBERSHIP)
    was, now = both["imd_decile_before"], both["imd_decile_after"]
    deprived = was <= MOST_DEPRIVED, now <= MOST_DEPRIVED
    changed = both["where"].eq("both") & was.ne(now) & (was.notna() | now.notna())
    decile = np.select(
        [deprived[1] & ~deprived[0], deprived[0] & ~deprived[1]], ["joined", "left"], "decile"
    )
    of_decile = about.assign(what=decile, about="imd_decile", before=was, after=now, by=by)
    return [
        about[both["where"].eq("right_only")].assign(what="appeared"),
        about[both["where"].eq("left_only")].assign(what="gone"),
        of_decile[changed],
        *(
            about.assign(
                what="group",
                about=level,
                before=both[f"{level}_before"],
                after=both[f"{level}_after"],
            )[in_another_group(both, level)]
            for level in levels
        ),
    ]


def _levels(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Levels of groups that both have."""
    return [level for level in _grouped(new) if level in old]


def _grouped(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of groups: those between the areas and the release."""
    before = table.iloc[:, : list(table).index("release")]
    of_areas = [c for c in before if is_code_column(c) or is_name_column(c)]
    return before.drop(columns=[*of_areas, LOCAL_NAME], errors="ignore")


def _either(both: pd.DataFrame, name: str) -> pd.Series:
    return both[f"{name}_after"].where(both["where"].ne("left_only"), both[f"{name}_before"])


def _cells_of(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Put the cells of the latest period of the Rug of both side by side."""
    kept = [table[table["latest"].astype(bool)].drop_duplicates(_CELL) for table in (old, new)]
    return kept[0].merge(kept[1], on=_CELL, how="outer", suffixes=SUFFIXES, indicator="where")


def _of_cells(both: pd.DataFrame, found: Sequence[Change]) -> pd.DataFrame:
    """Cells of the Rug that are new or gone, or say something else."""
    state, value, period = (
        [both[f"{name}{suffix}"] for suffix in SUFFIXES]
        for name in ("comparison", "value", "period")
    )
    other = both["state_before"].ne(both["state_after"]) | state[0].ne(state[1])
    newer = period[0].ne(period[1])
    revised = ~np.isclose(value[0], value[1], rtol=1e-9, equal_nan=True)
    names = ["appeared", "gone", "colour", "newer", "revised"]
    cases = [both["where"].eq("right_only"), both["where"].eq("left_only"), other, newer, revised]
    what = np.select(cases, names, "")
    both, what, newer = (one[what != ""] for one in (both, what, newer & both["where"].eq("both")))
    known = _either(both, "indicator") if "indicator_after" in both else both["indicator_id"]
    called = known.where(known.notna(), both["indicator_id"])
    return both[_CELL].assign(
        what=what,
        area=_either(both, "area"),
        about=list(map(named_series, called, *(_split(both[key], key) for key in ("sex", "age")))),
        by=np.where(newer, "data", np.array(causes_of_cells(found, both), "object")),
        **{name: _words(both, f"_{name}") for name in ("before", "after")},
    )


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
