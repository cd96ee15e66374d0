"""From records to a file of indicators: a specification, a place and its data folders."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.errors import FileError, not_written
from geo.geography.membership import membership
from geo.geography.places import load_place
from geo.notes import Notes, kept_on_error, note
from geo.records.counting import FIRST_ROWS, Geography, count, opened_tables, started
from geo.records.engine import Engine, opened, told
from geo.records.figures import SORTED, finished
from geo.records.indicators import compose, inside_of
from geo.records.plan import Planner
from geo.records.residents import Living
from geo.records.specification import catalogue_of, read_specification
from geo.records.starting import start
from geo.records.tables import Files, literal
from geo.records.terms import Specification
from geo.report.indicators.people import People
from geo.sources import folders
from geo.sources.ages import read_residents_by_age
from geo.sources.boundaries import read_boundaries
from geo.sources.lookups import read_lookup
from geo.sources.populations import read_population
from geo.sources.recognise import DataFile
from geo.views.style.wording import counted_indicators, listed

_DIRECTORY = Path("more", "postcodes.csv")
"""Where ``geo fetch --with postcodes`` puts the directory, in a data folder."""
_CATALOGUE = "indicators.toml"
_OWN = "# Written by geo records, with the indicators beside it; written anew each time.\n"


@dataclass(frozen=True)
class Asked:
    """What is asked for besides the specification.

    Attributes
    ----------
    place : str, Path or None
        LSOAs of others are told and left out; none is left out where there is no place.
    data : sequence of Path
        Folders with boundaries, lookups, residents and postcodes.
    postcodes : Path or None
        Directory of postcodes; else that in the data folders.
    engine : Engine
    """

    place: str | Path | None = None
    data: Sequence[Path] = ()
    postcodes: Path | None = None
    engine: Engine = field(default_factory=Engine)


def write_records(specification: Path, out: Path, asked: Asked) -> list[str]:
    """Count the indicators of a specification, write them and their catalogue, and tell of it.

    Raises
    ------
    GeoError
        If something is not as it should be; nothing is written then.
    """
    catalogue = out.with_name(_CATALOGUE)
    if out.suffix.lower() != ".csv":
        raise FileError(f"--out is {out}; give a file that ends in .csv.")
    if catalogue.exists() and not catalogue.read_text("utf-8").startswith(_OWN):
        raise FileError(
            f"{catalogue} is there and not of geo records, so it is not written over; choose "
            "another folder with --out."
        )
    spec = read_specification(specification)
    notes: Notes = []
    with kept_on_error(notes), _counted(spec, asked, notes) as connection:
        rows = _saved(connection, out)
    try:
        catalogue.write_text(_OWN + _toml(catalogue_of(spec)), "utf-8")
    except OSError as problem:
        raise not_written(catalogue, problem) from problem
    secret = [one.id for one in spec.indicators if one.facts["confidential"]]
    all_are = len(secret) == len(spec.indicators)
    whose = "They are" if all_are else f"{listed(secret)} {'are' if secret[1:] else 'is'}"
    return [
        *(f"Note: {words}" for words in notes),
        f"{counted_indicators(len(spec.indicators))} in {rows:,} rows of {out}; what they are is "
        f"in {catalogue}.",
        f"{whose} confidential: geo build --indicators {out} hides small counts."
        if secret
        else f"geo build --indicators {out} reads them.",
    ]


def try_records(specification: Path, asked: Asked) -> list[str]:
    """Tell what each indicator would count on the first records of each table.

    Raises
    ------
    GeoError
        If something is not as it should be, but for how many records cannot be counted.
    """
    spec = replace(read_specification(specification), max_unmatched=100.0)
    notes: Notes = []
    first_rows = _counted(spec, asked, notes, first_rows=FIRST_ROWS)
    with kept_on_error(notes), first_rows as connection:
        table = finished(connection)
    lines = [f"Of the first {FIRST_ROWS:,} records of each table:"]
    table = table[table[["sex", "age"]].eq("all").all(axis=1)]
    for one in spec.indicators:
        rows = table[table["indicator_id"].eq(one.id)]
        below = f" of {rows['denominator'].sum():,.0f}" if rows["denominator"].notna().any() else ""
        lines.append(
            f"  {one.id}: {rows['count'].sum():,.0f}{below} in {rows['area_code'].nunique():,} "
            f"LSOAs and {rows['period'].nunique():,} periods"
        )
    return [*lines, *(f"Note: {words}" for words in notes)]


def start_records(specification: Path) -> list[str]:
    """Write a specification to start from, for the extracts that lie beside it, and tell of it.

    Raises
    ------
    GeoError
        If it is there, or nothing beside it is an extract that can be counted.
    """
    if specification.exists():
        raise FileError(
            f"{specification} is there, so it is not written over; give another name, or remove it."
        )
    folder = specification.parent
    if not folder.is_dir():
        raise FileError(f"There is no folder {folder}; give the one in which the extracts are.")
    text, notes = start(folder, specification)
    counted = len(tomllib.loads(text)["indicators"])
    try:
        specification.write_text(text, "utf-8")
    except OSError as problem:
        raise not_written(specification, problem) from problem
    return [
        *(f"Note: {words}" for words in notes),
        f"{specification} counts {counted_indicators(counted)}; read it, then try it: geo records "
        f"{specification} --dry-run.",
    ]


def explain_records(specification: Path) -> list[str]:
    """Write the SQL of a specification, with the values that stand for its parameters.

    Raises
    ------
    GeoError
        If a file or column is not there.
    """
    spec = read_specification(specification)
    with opened() as (connection, private):
        tables = opened_tables(spec, connection, private, Files())
    queries = Planner(spec, tables.counted, date.today()).queries()
    lines = []
    for query in queries:
        counted = ", ".join(one.kind for one in query.counts.values()) or "quality"
        lines += [f"-- {query.table}: {counted}, by {query.split.period}"]
        lines += [f"-- ${name} = {value!r}" for name, value in query.parameters.items()]
        lines += [f"{query.sql};", ""]
    return lines


@contextmanager
def _counted(
    spec: Specification, asked: Asked, notes: Notes, *, first_rows: int | None = None
) -> Iterator[Any]:
    """Count the indicators, and hand over the engine that has them."""
    files = folders.scan(asked.data) if asked.data else []
    areas = [table.area for table in spec.tables.values() if table.area]
    vintages = sorted({area.vintage for area in areas})
    within = [_members(asked.place, one, files, notes) for one in vintages if asked.place]
    points = {area.vintage for area in areas if area.kind in ("easting", "longitude")}
    geography = Geography(_directory(asked), _boundaries(points, files, notes))
    with started(asked.engine) as run:
        counted = count(spec, run, geography, first_rows=first_rows)
        living = _living(files, notes)
        compose(run.connection, spec, counted, inside_of(within), living, notes)
        yield run.connection


def _saved(connection: Any, out: Path) -> int:
    """Write the indicators, whole or not at all; tell how many rows."""
    beside = out.with_name(f".{out.name}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with told("the indicators"):
            copy = f"COPY ({SORTED}) TO {literal(beside)} (FORMAT csv, HEADER)"
            [(rows,)] = connection.execute(copy).fetchall()
        beside.replace(out)
    except OSError as problem:
        raise not_written(out, problem) from problem
    finally:
        beside.unlink(missing_ok=True)
    return int(rows)


def _members(
    place: str | Path | None, vintage: str, files: Sequence[DataFile], notes: Notes
) -> pd.DataFrame:
    """List the LSOAs of a place."""
    assert place is not None
    return membership(load_place(place), vintage, _lookups(files), notes=notes)


def _directory(asked: Asked) -> Path | None:
    here = (folder / _DIRECTORY for folder in asked.data)
    return asked.postcodes or next((path for path in here if path.is_file()), None)


def _boundaries(
    vintages: set[str], files: Sequence[DataFile], notes: Notes
) -> dict[str, gpd.GeoDataFrame]:
    return {
        vintage: read_boundaries(found[0].path, area_type=vintage, notes=notes)
        for vintage in sorted(vintages)
        if (found := folders.choose(files, f"boundaries {vintage}"))
    }


def _living(files: Sequence[DataFile], notes: Notes) -> Living:
    """Tell residents as a build does: by the ages of another vintage where there are no others."""

    @cache
    def people(vintage: str) -> People:
        tables = [file.path for file in files if file.role.startswith("population")]
        ages = [found for path in tables if (found := read_residents_by_age(path)) is not None]
        counted = [read_population(path) for path in tables]
        return People(f"{vintage}cd", pd.DataFrame(), counted, ages, _lookups(files))

    def living(vintage: str, youngest: int, oldest: int | None) -> pd.Series | None:
        found = people(vintage).of_ages(youngest, oldest)
        if found is None:
            return None
        if found.source and (words := f"Denominators are {found.told}.") not in notes:
            note(notes, words)
        return found.number

    return living


def _lookups(files: Sequence[DataFile]) -> list[pd.DataFrame]:
    roles = sorted({file.role for file in files if file.role.startswith("lookup")})
    return [read_lookup(one.path) for role in roles for one in folders.choose(files, role)]


def _toml(catalogue: pd.DataFrame) -> str:
    entries: Iterator[Mapping[Any, Any]] = iter(catalogue.to_dict("records"))
    lines = []
    for entry in entries:
        lines.append(f"\n[{json.dumps(entry['indicator_id'])}]")
        for key, value in entry.items():
            if key != "indicator_id" and not (isinstance(value, float) and pd.isna(value)):
                lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
