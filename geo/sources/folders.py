"""Data folders: tell what each file is by its columns, choose one for each role, read them."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.errors import FileError, GeoError, TableError, examples
from geo.notes import Notes, note
from geo.sources import (
    boundaries,
    deprivation,
    lookups,
    map_files,
    msoa_names,
    populations,
    tabular,
)
from geo.sources.ages import ResidentsByAge, read_residents_by_age
from geo.sources.download.store import RECORD
from geo.sources.indicators.fields import KEYS
from geo.sources.indicators.file import IndicatorFile
from geo.sources.indicators.fingertips import tells_about
from geo.sources.readings import each_file_once
from geo.sources.recognise import DataFile, recognise
from geo.sources.zips import is_aside
from geo.vocabulary.area_types import area_type, code_columns, is_lsoa, is_ward
from geo.vocabulary.known_areas import KnownAreas
from geo.vocabulary.releases import RELEASES

_PARTS = {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".xml", ".qmd"}
_ASIDE = {".key", ".md", ".toml", ".pdf", ".html", ".py", ".ipynb"}


@dataclass(frozen=True)
class Inputs:
    """Everything a report is made from, as read: tables for all areas the files cover."""

    deprivation: pd.DataFrame
    areas: gpd.GeoDataFrame | None
    wards: gpd.GeoDataFrame | None
    lookups: tuple[pd.DataFrame, ...]
    populations: tuple[pd.DataFrame, ...]
    indicators: pd.DataFrame | None = None
    catalogue: pd.DataFrame | None = None
    grouping: Path | None = None
    used: tuple[DataFile, ...] = ()
    unused: tuple[DataFile, ...] = ()
    tables: dict[DataFile, pd.DataFrame] = field(default_factory=dict)
    ages: tuple[ResidentsByAge, ...] = ()
    msoas: gpd.GeoDataFrame | None = None
    msoa_names: pd.DataFrame | None = None
    confidential: frozenset[DataFile] = frozenset()


def scan(folders: Iterable[str | Path], levels: Sequence[str] = ()) -> list[DataFile]:
    """Recognise every file of the folders, in the order of the folders and then of the names.

    Parameters
    ----------
    folders : iterable of str or Path
        Folders to look into. Tables in a folder ``indicators`` inside them are indicators; what
        lies in other folders inside them is left alone.
    levels : sequence of str
        Level columns of the place, by which a file with its grouping is known.

    Returns
    -------
    list of DataFile
        A file that is not recognised has an empty ``role``; one that cannot be read has a
        ``problem`` that says why; one that holds indicators, whatever else it is, says so.

    Raises
    ------
    FileError
        If a folder is missing.
    """
    found: list[DataFile] = []
    for folder in {Path(one).resolve(): Path(one) for one in folders}.values():
        if not folder.is_dir():
            raise FileError(f"There is no folder {folder}; check the name after --data.")
        each = [file for path in _files(folder) for file in recognise(path, levels)]
        found += [file for file in each if file.role or file.indicators or not _is_prose(file.path)]
        if (inside := folder / "indicators").is_dir():
            found += indicator_files([inside], asked_for=False)
    return found


def indicator_files(paths: Iterable[str | Path], *, asked_for: bool = True) -> list[DataFile]:
    """List files of indicators, and the tables in folders of them.

    Raises
    ------
    FileError
        If there is no such file or folder, or no table in it.
    """
    found: list[DataFile] = []
    for path in map(Path, paths):
        if not path.exists():
            raise FileError(f"There is no file or folder {path}; check the name of the indicators.")
        tables = [path] if path.is_file() else _files(path)
        tables = [one for one in tables if one.suffix.lower() in {*tabular.SUFFIXES, ".zip"}]
        tables = [one for one in tables if not tells_about(one)]
        if asked_for and not tables:
            raise FileError(
                f"{path} holds no table of indicators; allowed are files ending in "
                f"{examples(tabular.SUFFIXES, 9)}."
            )
        found += [DataFile(one, indicators=True, asked_for=asked_for) for one in tables]
    return found


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if (path.is_file() or path.suffix.lower() == ".gdb")
        and not is_aside(path.name)
        and path.name != RECORD
        and path.suffix.lower() not in _PARTS | _ASIDE
    ]


def _is_prose(path: Path) -> bool:
    return path.suffix.lower() == ".txt"  # a README as often as a table


def read_grouping(path: Path) -> pd.DataFrame:
    """Read a list of which group each ward or LSOA is in, every cell as text."""
    return tabular.read_cells(
        path, lambda headers: any(is_ward(k) or is_lsoa(k) for k in code_columns(headers))
    )


def choose(files: Iterable[DataFile], role: str) -> list[DataFile]:
    """Choose the files of a role: those of the folder that was named first.

    Only the Indices may come in several files of one folder (File 1 with File 5, say); whether
    these repeat each other is checked when they are read.

    Raises
    ------
    FileError
        If two files of one folder fit the role.
    """
    fitting = [file for file in files if file.role == role]
    first = [file for file in fitting if file.path.parent == fitting[0].path.parent]
    if len(first) > 1 and not role.startswith("deprivation"):
        raise FileError(
            f"{len(first)} files in {first[0].path.parent} are {first[0].kind} "
            f"({examples([file.name for file in first])}); keep one of them in that folder."
        )
    return first


@each_file_once()
def read_inputs(
    files: Sequence[DataFile],
    release: int,
    *,
    on_file: Callable[[DataFile], None] = lambda _: None,
    notes: Notes | None = None,
) -> Inputs:
    """Read what one release needs from the files that ``scan`` found.

    Parameters
    ----------
    files : sequence of DataFile
        What ``scan`` returned.
    release : {2025, 2019, 2015, 2010}
        Release of the Indices; it decides the vintage of the boundaries.
    on_file : callable
        Called with each file before it is read, for a progress display.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    Inputs

    Raises
    ------
    FileError
        If the Indices of that release are missing, a file cannot be read, or two files of one
        folder fit the same role.
    """
    if broken := [file for file in files if file.problem]:
        raise FileError(broken[0].problem)
    indices = choose(files, f"deprivation {release}")
    if not indices:
        raise FileError(_no_indices(files, release))
    vintage = RELEASES[release].vintage
    wards, single, many = _by_role(files, vintage)
    tables: dict[DataFile, Any] = {}

    def read(file: DataFile, reader: Callable[[Path], Any]) -> Any:
        on_file(file)
        tables[file] = reader(file.path)
        return tables[file]

    parts = {
        file.path: read(file, lambda path: deprivation.read_deprivation(path, release=release))
        for file in indices
    }
    shapes = {
        role: read(file, _boundary_reader(role, file, notes))
        for role in (f"boundaries {vintage}", *wards)
        for file in single[role]
    }
    if not single[f"boundaries {vintage}"]:
        _require_no_nameless_map(files, vintage)
    ranked = deprivation.join(parts)
    linked = tuple(read(file, lookups.read_lookup) for file in many["lookup"])
    figures = _read_indicators(files, [ranked, *linked], on_file, notes)
    tables |= {file: tables.get(file, table[_OF_AREAS]) for file, (table, _) in figures.items()}
    outcomes, catalogue = _together(figures)
    msoas = next(
        (read(one, _boundary_reader(one.role, one, notes)) for one in _msoas(files, outcomes)), None
    )
    return Inputs(
        deprivation=ranked,
        areas=shapes.get(f"boundaries {vintage}"),
        wards=next((shapes[role] for role in wards), None),
        lookups=linked,
        populations=tuple(read(file, populations.read_population) for file in many["population"]),
        msoa_names=next((read(one, msoa_names.read_msoa_names) for one in many["names"]), None),
        indicators=outcomes,
        catalogue=catalogue,
        grouping=next((file.path for file in single["grouping"]), None),
        used=tuple(file for file in files if file in tables or file in single["grouping"]),
        unused=tuple(f for f in files if f not in tables and f not in single["grouping"]),
        tables=dict(tables),
        ages=_by_age(many["population"]),
        msoas=msoas,
        confidential=_confidential(figures),
    )


def areas_listed(files: Sequence[DataFile]) -> list[pd.DataFrame]:
    """Give the tables that list areas with their codes: lookups and Indices that can be read."""
    readers = {"lookup": lookups.read_lookup, "deprivation": deprivation.read_deprivation}
    listed = []
    for file in files:
        reader = readers.get(file.role.partition(" ")[0])
        if reader is None:
            continue
        with contextlib.suppress(GeoError):  # what is wrong with it a build of the place tells
            listed.append(reader(file.path))
    return listed


def _by_age(files: Sequence[DataFile]) -> tuple[ResidentsByAge, ...]:
    return tuple(table for file in files if (table := read_residents_by_age(file.path)))


def _msoas(files: Sequence[DataFile], outcomes: pd.DataFrame | None) -> list[DataFile]:
    """Choose boundaries of MSOAs, whose names tell which LSOAs they are made of, where needed."""
    needed = outcomes is not None and outcomes["area_type"].eq("msoa21").any()
    return choose(files, "boundaries msoa21") if needed else []


def _by_role(
    files: Sequence[DataFile], vintage: str
) -> tuple[list[str], dict[str, list[DataFile]], dict[str, list[DataFile]]]:
    """Choose files: the role of the newest wards, files by role, and by kind where several fit."""
    roles = sorted({file.role for file in files})
    wards = [r for r in roles if r.startswith("boundaries") and is_ward(r.split()[1])][-1:]
    single = {role: choose(files, role) for role in [f"boundaries {vintage}", *wards, "grouping"]}
    many = {
        kind: [one for role in roles if role.startswith(kind) for one in choose(files, role)]
        for kind in ("lookup", "population")
    }
    return wards, single, many | {"names": choose(files, f"names msoa{vintage[-2:]}")}


def _boundary_reader(role: str, file: DataFile, notes: Notes | None) -> Callable[[Path], Any]:
    return partial(
        boundaries.read_boundaries,
        area_type=role.split()[1],
        layer=file.layer or None,
        notes=notes,
    )


_OF_AREAS = ["area_code", "area_type"]
"""Columns that are kept of each file of indicators; the rest is kept once, put together."""

Figures = dict[DataFile, tuple[pd.DataFrame, pd.DataFrame]]


def _read_indicators(
    files: Sequence[DataFile],
    listed: Sequence[pd.DataFrame],
    on_file: Callable[[DataFile], None],
    notes: Notes | None,
) -> Figures:
    """Read files of indicators; one nobody asked for that does not say what it holds is told."""
    found: Figures = {}
    files = [file for file in files if file.indicators]
    areas = KnownAreas.listed_in(listed if files else [])
    for file in files:
        on_file(file)
        try:
            read = IndicatorFile.read(file.path)
            catalogue = read.catalogue()
        except TableError as problem:
            if file.asked_for:
                raise
            note(notes, f"{problem} It is left out.")
            continue
        found[file] = read.table(catalogue, known=areas, notes=notes), catalogue
    return found


def _confidential(figures: Figures) -> frozenset[DataFile]:
    return frozenset(file for file, (_, facts) in figures.items() if facts["confidential"].any())


def _together(figures: Figures) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Put the indicators of several files into one table; refuse those that stand in two."""
    if not figures:
        return None, None
    of: dict[str, DataFile] = {}
    in_several = False
    for file, (table, facts) in figures.items():
        for name in table["indicator_id"].unique():
            if name in of and not ("comparator" in facts and "comparator" in figures[of[name]][1]):
                raise FileError(
                    f"The indicator {name} is both in {of[name].path} and in {file.path}; keep it "
                    "in one of them."
                )
            in_several |= name in of
            of[name] = file
    tables, catalogues = zip(*figures.values(), strict=True)
    together, facts = (pd.concat(some, ignore_index=True) for some in (tables, catalogues))
    return _each_once(together) if in_several else together, _agreed(facts)


def _each_once(table: pd.DataFrame) -> pd.DataFrame:
    """Keep a figure once that Fingertips gives in several files, as it does England's."""
    twice = table[table.duplicated(KEYS, keep=False)]
    several = twice.groupby(KEYS, dropna=False)[["value", "count"]].nunique().gt(1).any(axis=1)
    if several.any():
        kind, name = several.index[several][0][1:3]
        raise FileError(
            f"Two files of Fingertips have different figures of {kind} for the indicator {name}; "
            "fetch both again with geo fetch --with fingertips --refresh."
        )
    return table.drop_duplicates(KEYS, ignore_index=True)


def _agreed(facts: pd.DataFrame) -> pd.DataFrame:
    """Keep an entry once; figures that are not made of counts in one file are values in all."""
    values_first = facts.sort_values(
        "measure", key=lambda column: column.ne("value"), kind="stable"
    )
    return values_first.drop_duplicates("indicator_id").sort_index(ignore_index=True)


def _require_no_nameless_map(files: Sequence[DataFile], vintage: str) -> None:
    """Raise if the only map of areas that could be the LSOAs has no column to tell them by."""
    maps = [f for f in files if not f.role and f.layer == "" and map_files.shows_areas(f.path)]
    if maps and vintage != "lsoa01":  # few have boundaries of 2001, and the tables do without
        raise FileError(
            f"{maps[0].path} has no column of area codes, so its areas cannot be told apart; give "
            f"{area_type(vintage).dated} boundaries with a column such as {vintage.upper()}CD, or "
            "take the file out of the folder."
        )


def _no_indices(files: Sequence[DataFile], release: int) -> str:
    roles = sorted({file.role for file in files if file.role.startswith("deprivation")})
    others = [role.removeprefix("deprivation ").removeprefix("of ") for role in roles]
    looked = examples(sorted({str(file.path.parent) for file in files}), 4) or "the data folders"
    have = f"only those of {examples(others, 4)} are there" if others else "none are there"
    return (
        f"The Indices of Deprivation {release} are not in {looked}: {have}. Put MHCLG's File 7 of "
        f"{release} there, or choose another --release."
    )
