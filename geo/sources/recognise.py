"""What each file of a data folder is: one table of recognisers, each able to say why not."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import GeoError, examples
from geo.sources import (
    boundaries,
    deprivation,
    lookups,
    map_files,
    msoa_names,
    populations,
    tabular,
)
from geo.sources.indicators.exports import NO_INDICATORS, is_crimes
from geo.sources.indicators.file import form_of, is_indicators
from geo.vocabulary.area_types import area_type, code_columns, is_lsoa, is_ward
from geo.vocabulary.column_names import matching


@dataclass(frozen=True)
class DataFile:
    """One file of a data folder, or one layer of it, and what it was recognised as.

    Attributes
    ----------
    path : Path
    role : str
        Such as ``lookup lsoa21 wd24``; empty where it is none that is known.
    problem, hint : str
        Why it cannot be read; what would have it recognised.
    layer : str
        Of a map file with several.
    columns : tuple of str
        By which it was recognised.
    indicators, asked_for : bool
        Whether it holds indicators, and whether somebody named it as such.
    """

    path: Path
    role: str = ""
    problem: str = ""
    hint: str = ""
    layer: str = ""
    columns: tuple[str, ...] = ()
    indicators: bool = False
    asked_for: bool = False

    @property
    def name(self) -> str:
        """Name of the file, with its layer where it has several."""
        return f"{self.path.name}, layer {self.layer}" if self.layer else self.path.name

    @property
    def kind(self) -> str:
        """What the file was recognised as, in words."""
        if self.indicators:
            return " and ".join([*([self._kind] if self.role else []), "indicators"])
        return self._kind

    @property
    def _kind(self) -> str:
        what, _, detail = self.role.partition(" ")
        words = {
            "boundaries": f"{area_type(detail).dated} boundaries",
            "lookup": f"lookup from {' to '.join(area_type(one).dated for one in detail.split())}",
            "deprivation": f"Indices of Deprivation {detail}",
            "population": f"residents by {area_type(detail).dated}",
            "names": f"names of {area_type(detail).dated}",
            "grouping": "grouping of areas",
        }
        return words.get(what, "not recognised" if not self.problem else "cannot be read")

    def sha256(self) -> str:
        """Checksum of the file, or of all files of a folder such as a File Geodatabase."""
        digest = hashlib.sha256()
        parts = sorted(p for p in self.path.rglob("*") if p.is_file()) or [self.path]
        for part in parts:
            digest.update(part.read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Recogniser:
    """One kind of table: how its header is known, what it needs, and its role.

    Attributes
    ----------
    kind : str
        In words.
    needs : str
        Which columns.
    found : callable
        Columns by which a header is known, from headers and levels of the place; else none.
    role : callable
        Role of the file with that header, which may take a look inside; else empty.
    """

    kind: str
    needs: str
    found: Callable[[Sequence[str], Sequence[str]], Sequence[str]]
    role: Callable[[Path, Sequence[str]], str]


def _indices(headers: Sequence[str], _levels: Sequence[str]) -> Sequence[str]:
    if not deprivation.is_indices(headers):
        return ()
    return [*_codes(headers, is_lsoa), *deprivation.columns_read(headers)]


def _indices_role(path: Path, headers: Sequence[str]) -> str:
    year = deprivation.release_in(headers)
    if year is None and "release" in headers:
        year = int(deprivation.read_deprivation(path)["release"].iat[0])
    return f"deprivation {year or 'of an unknown year'}"


def _grouping(headers: Sequence[str], levels: Sequence[str]) -> Sequence[str]:
    keys = _codes(headers, lambda kind: is_ward(kind) or is_lsoa(kind))
    known = list(matching(levels, headers).values())
    return [*keys, *known] if len(keys) == 1 and known else ()


def _residents(headers: Sequence[str], _levels: Sequence[str]) -> Sequence[str]:
    if (form := populations.form_of(headers)) == "api":
        return populations.columns_of_api(headers)
    return [*_codes(headers, is_lsoa)] or ["area_code"] if form else ()


def _residents_role(path: Path, headers: Sequence[str]) -> str:
    form = populations.form_of(headers)
    vintage = populations.vintage_of(path, form, headers) if form else None
    return f"population {vintage}" if vintage else ""


def _names(headers: Sequence[str], _levels: Sequence[str]) -> Sequence[str]:
    kind = msoa_names.kind_in(headers)
    return msoa_names.columns_of(kind) if kind else ()


def _lookup(headers: Sequence[str], _levels: Sequence[str]) -> Sequence[str]:
    link = lookups.role_of(headers)
    return [code_columns(headers)[kind] for kind in link] if link else ()


def _lookup_role(path: Path, headers: Sequence[str]) -> str:
    link = lookups.role_of(headers)
    return f"lookup {link[0]} {link[1]}" if link and lookups.links_each_once(path, headers) else ""


def _codes(headers: Sequence[str], of: Callable[[str], bool]) -> list[str]:
    return [column for kind, column in code_columns(headers).items() if of(kind)]


RECOGNISERS = (
    Recogniser(
        "Indices of Deprivation",
        "a column of LSOA codes and scores, ranks or deciles of the Indices",
        _indices,
        _indices_role,
    ),
    Recogniser(
        "grouping of areas",
        "one column of ward or LSOA codes and a column for each level of the place",
        _grouping,
        lambda _path, _headers: "grouping",
    ),
    Recogniser(
        "residents",
        "a column of LSOA codes of one vintage and one of all residents, such as population",
        _residents,
        _residents_role,
    ),
    Recogniser(
        "names of MSOAs",
        "the House of Commons Library's columns of one vintage: msoa21cd, msoa21nm, msoa21hclnm",
        _names,
        lambda _path, headers: f"names {msoa_names.kind_in(headers)}",
    ),
    Recogniser(
        "lookup",
        "LSOA codes of two vintages with the change indicator CHGIND, or LSOA codes, each in one "
        "row, with those of wards, MSOAs or authorities",
        _lookup,
        _lookup_role,
    ),
)


def recognise(path: Path, levels: Sequence[str]) -> list[DataFile]:
    """Tell what a file is, or each layer of it.

    A file that cannot be read has a ``problem``; one that is not recognised may have a ``hint``.
    """
    if path.suffix.lower() in tabular.OTHER_SPREADSHEETS:
        return [DataFile(path, hint="Save it as .xlsx or .csv to have it read.")]
    try:
        if map_files.is_map(path) and (maps := list(_layers(path))):
            return maps
        return [_table(path, levels)] if tabular.is_table(path) else [_odd(path)]
    except GeoError as problem:
        return [DataFile(path, problem=str(problem))]


def _odd(path: Path) -> DataFile:
    if map_files.is_map(path):
        return DataFile(path, hint=f"There is no map in it. {map_files.inside_zip(path)}".strip())
    return DataFile(path, hint=f"Files ending in {path.suffix or 'nothing'} are not read.")


def _layers(path: Path) -> Iterator[DataFile]:
    """Yield each layer with polygons; of several those without area codes only if all are."""
    known = map_files.layers(path)
    kinds = {name: boundaries.area_type_in(columns) for name, columns in known.items()}
    for name, kind in kinds.items():
        layer = name if len(known) > 1 else ""
        if kind:
            column = code_columns(known[name])[kind]
            yield DataFile(path, f"boundaries {kind}", layer=layer, columns=(column,))
        else:
            has = examples(known[name], 6) or "none"
            hint = f"Boundaries need a column of area codes such as LSOA21CD; its columns: {has}."
            yield DataFile(path, hint=hint, layer=layer)


def _table(path: Path, levels: Sequence[str]) -> DataFile:
    def known(row: Sequence[str]) -> bool:
        return any(one.found(row, levels) for one in RECOGNISERS)

    headers = tabular.read_headers(path, known)
    role, columns = "", tuple[str, ...]()
    for recogniser in RECOGNISERS:
        found = recogniser.found(headers, levels)
        if found and (role := recogniser.role(path, headers)):
            columns = tuple(found)
            break
    residents = role.startswith("population") and populations.form_of(headers) != "api"
    told_apart = not role or residents
    indicators = told_apart and is_indicators(tabular.read_headers(path, is_indicators))
    known_by = tabular.read_headers(path, lambda row: bool(code_columns(row)))
    hint = "" if role or indicators else _nearest(known_by)
    return DataFile(path, role, hint=hint, columns=columns, indicators=indicators)


def _nearest(headers: Sequence[str]) -> str:
    """Say what a table with area codes could be, which is not recognised."""
    if is_crimes(headers):
        return f"It {NO_INDICATORS}"
    if lookups.is_assigned(headers):
        return "It has the groups that geo assign adds, and so is no source of them."
    if lookups.role_of(headers):
        return "It has several rows an area, or rows without a code, and so is no lookup."
    if code_columns(headers) and form_of(headers):
        return "If its columns are indicators, put it into the folder indicators."
    return ""


def why_not(path: Path, levels: Sequence[str]) -> list[str]:
    """Say of every kind of table why a file is none of it, a line each."""
    headers = tabular.read_headers(path, lambda row: bool(code_columns(row)))
    lines = [f"Its columns: {examples(headers, 12) or 'no header was found'}."]
    for one in RECOGNISERS:
        found = one.found(headers, levels)
        what = f"it has {examples(found, 6)}, but" if found else "it lacks"
        if found and one.role(path, headers):
            lines.append(f"{one.kind}: yes, by {examples(found, 6)}.")
        elif found:
            lines.append(f"{one.kind}: no, {what} it needs {one.needs}.")
        else:
            lines.append(f"{one.kind}: no, {what} {one.needs}.")
    has = is_indicators(headers)
    lines.append(
        "indicators: yes."
        if has
        else "indicators: no, it lacks area codes with indicator_id or Indicator Name and value or "
        "count; a table with a column for each indicator belongs into the folder indicators."
    )
    return lines
