"""Add ward and groups to a user's own table."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.errors import FileError
from geo.geography.assignment import assign
from geo.geography.places import Place, load_place
from geo.notes import Notes, kept_on_error
from geo.report.regrouped import regrouped
from geo.sources import folders, lookups, populations, tabular
from geo.sources.deprivation import authorities, read_deprivation
from geo.sources.recognise import DataFile
from geo.vocabulary.area_types import code_columns, column_of, is_lsoa
from geo.vocabulary.known_areas import lsoa_column
from geo.vocabulary.releases import RELEASES


def assign_file(
    table: str | Path,
    out: str | Path,
    place: str | Path,
    data: Sequence[str | Path],
    *,
    outside: str = "error",
) -> list[str]:
    """Add ward and groups to a table with an LSOA code column; tell what was done.

    Every cell of the table is written as the text that was read; only formulas are guarded.

    Raises
    ------
    GeoError
        If a file is unreadable or codes do not match; ``out`` is not written then.
    """
    known = load_place(place)
    files = folders.scan(data, known.listed_columns)
    known = regrouped(known, next((f.path for f in folders.choose(files, "grouping")), None))
    notes: Notes = []
    with kept_on_error(notes):
        result, done = _assigned(Path(table), Path(out), known, files, outside, notes)
    tabular.write_csv(result, Path(out), signed_numbers=True)
    lines = [f"{done}; written to {out}.", known.membership, *(f"Note: {one}" for one in notes)]
    return [line for line in lines if line]


def _assigned(
    table: Path,
    out: Path,
    known: Place,
    files: list[DataFile],
    outside: str,
    notes: Notes,
) -> tuple[pd.DataFrame, str]:
    read = {
        kind: [
            reader(file.path)
            for role in sorted({f.role for f in files if f.role.startswith(kind)})
            for file in folders.choose(files, role)
        ]
        for kind, reader in (
            ("lookup", lookups.read_lookup),
            ("population", populations.read_population),
        )
    }
    if table.resolve() == out.resolve():
        raise FileError(f"--out is {table} itself; choose another name, so that it stays as it is.")
    rows = tabular.read_cells(table, lambda headers: any(map(is_lsoa, code_columns(headers))))
    vintage, code = lsoa_column(rows, read["lookup"], where=str(table), notes=[])
    result = assign(
        rows,
        known,
        lookups=read["lookup"],
        residents=read["population"],
        authorities=_authorities(files, vintage, read["lookup"]),
        outside=outside,
        notes=notes,
    )
    level = known.levels[0]
    placed = int(result[level.column].notna().sum())
    return result, (
        f"{placed} of {len(result)} rows of {table.name} ({vintage} codes in {code}) have their "
        f"{level.singular}"
    )


def _authorities(
    files: list[DataFile], vintage: str, listed: Sequence[pd.DataFrame]
) -> pd.Series | None:
    """Give the authorities that the newest Indices of an older vintage name, as in a build."""
    if any(f"{vintage}cd" in table and column_of("wd", table) for table in listed):
        return None
    of_vintage = [release for release in RELEASES.values() if release.vintage == vintage]
    for release in of_vintage:
        if found := folders.choose(files, f"deprivation {release.year}"):
            ranked = read_deprivation([file.path for file in found], release=release.year)
            return authorities(ranked, vintage)
    return None
