"""How each kind of source is had from its server, written, and held against what it must be."""

import errno
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyogrio

from geo.errors import FileError, GeoError, examples
from geo.sources import deprivation, lookups, msoa_names, populations, tabular
from geo.sources.download import nomis, police
from geo.sources.download.arcgis import Layer, Portal
from geo.sources.download.registry import Registry, Source, filled
from geo.sources.download.web import Web
from geo.vocabulary.area_types import kind_and_year, kind_of

Read = TypeVar("Read")

_ENGLISH = {"lsoa": "E01", "wd": "E05"}
_AGES = [str(age) for age in range(90)] + ["90+"]
_ALL_AGES, _YOUNGEST = 200, 101  # in Nomis's c_age
_ENGLAND = "E92000001"
_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Area:
    """What is fetched for: an authority or several, their areas, and how finely they are drawn.

    Attributes
    ----------
    authorities : tuple of str
        Codes of the authorities.
    year : str
        Two digits of the year of its wards; empty: the latest there is.
    codes : mapping
        Codes of its areas by type (``"lsoa21"``, ``"lsoa11"``, ``"wd24"``); known only once the
        lookups are.
    """

    authorities: tuple[str, ...]
    year: str = ""
    detail: str = "generalised"
    all_england: bool = False
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def extent(self) -> str:
        """The authorities' codes in one text."""
        return ",".join(self.authorities)

    @property
    def lsoas(self) -> str:
        """The LSOAs of 2021 of the authorities, as Nomis is asked for them."""
        return ",".join(f"{code}TYPE151" for code in self.authorities)


@dataclass(frozen=True)
class Obtained:
    """What a server gave: a table to write, or None where the file is there already.

    ``edition`` is what the publisher calls this state of it: a service, a year, a period.
    """

    table: pd.DataFrame | None
    address: str
    edition: str = ""


class Desk:
    """Where sources are asked for.

    Parameters
    ----------
    web : Web
        The client to ask with.
    registry : Registry
        Addresses and expectations.
    area : Area
        What is fetched for.
    """

    def __init__(self, web: Web, registry: Registry, area: Area) -> None:
        self._web, self._registry, self.area = web, registry, area
        self._portal = Portal(web, registry.services)

    def obtain(self, source: Source, path: Path, on_progress: OnProgress) -> Obtained:
        """Fetch one source, as a table or into ``path``; several may be under way at once.

        Raises
        ------
        FileError
            If it cannot be had, or is not all that it should be.
        """
        try:
            return getattr(self, f"_{source.kind}")(source, path, on_progress)
        except _UNFORESEEN as problem:
            raise FileError(
                "the answer is not of the form that is known, so that it cannot be read "
                f"({type(problem).__name__}: {problem}); try later."
            ) from problem

    def _layer(self, source: Source) -> Layer:
        known = {"detail": self._registry.details[self.area.detail]}
        return self._portal.layer(
            source, **known, **({"year": self.area.year} if self.area.year else {})
        )

    def _file(self, source: Source, path: Path, on_progress: OnProgress) -> Obtained:
        addresses = [filled(source.address, code=code) for code in self.area.authorities]
        parts = []
        for address in dict.fromkeys(addresses):
            self._web.download(address, path, megabytes=source.megabytes, on_bytes=on_progress)
            parts.append(path)
            if addresses[1:] and addresses[0] != addresses[-1]:
                parts[-1] = path.rename(path.with_name(f"{len(parts)}-{path.name}"))
        if parts != [path]:
            _joined(parts, path)
        return Obtained(None, self._web.address(addresses[0]))

    def _lookup(self, source: Source, _path: Path, on_progress: OnProgress) -> Obtained:
        layer = self._layer(source)
        years = [name[2:4] for name in layer.columns_like(r"wd\d\dcd")]
        columns = [filled(name, year=next(iter(years), "")) for name in source.columns]
        english = f"{layer.field(columns[0])} LIKE 'E01%'"
        table = layer.rows(columns, where=english, on_rows=on_progress)
        return Obtained(table, self._web.address(layer.address), layer.service)

    def _boundaries(self, source: Source, _path: Path, on_progress: OnProgress) -> Obtained:
        layer = self._layer(source)
        columns = [filled(name, year=self.area.year) for name in source.columns]
        key = columns[0]
        codes = () if self.area.all_england else self.area.codes[kind_of(key)]
        english = f"{layer.field(key)} LIKE '{_ENGLISH[kind_and_year(key)[0]]}%'"
        table = layer.rows(
            columns, key=key, codes=codes, where=english, geometry=True, on_rows=on_progress
        )
        _require_codes(table[key], codes, f"The layer {layer.service}")
        return Obtained(table, self._web.address(layer.address), layer.service)

    _points = _boundaries

    def _postcodes(self, source: Source, _path: Path, on_progress: OnProgress) -> Obtained:
        layer = self._layer(source)
        codes = self.area.codes["lsoa21"]
        table = layer.rows(source.columns, key="lsoa21cd", codes=codes, on_rows=on_progress)
        return Obtained(table, self._web.address(layer.address), layer.service)

    def _links(self, source: Source, _path: Path, on_progress: OnProgress) -> Obtained:
        layer = self._layer(source)
        key, codes = source.columns[0], self.area.codes["lsoa21"]
        rows = layer.rows(source.columns, key=key, codes=codes, on_rows=on_progress)
        table = rows.drop(columns="oa21cd").drop_duplicates(ignore_index=True)
        _require_codes(table[key], codes, f"The layer {layer.service}")
        return Obtained(table, self._web.address(layer.address), layer.service)

    def _nomis(self, source: Source, geography: str, on_progress: OnProgress) -> Obtained:
        url = f"{self._registry.nomis}/{source.table}.data.csv"
        query = {"geography": geography, **source.query}
        table = nomis.table(self._web, url, query, source.columns, on_progress)
        return Obtained(table, self._web.address(url))

    def _population(self, source: Source, _path: Path, on_progress: OnProgress) -> Obtained:
        got = self._nomis(source, self.area.lsoas, on_progress)
        assert got.table is not None
        wide = nomis.wide(got.table, "c_age").rename(
            columns={_ALL_AGES: "population"} | _age_names()
        )
        if lacking := [name for name in ("population", *_AGES) if name not in wide]:
            raise FileError(f"Nomis gave no residents of the ages {examples(lacking)}; try later.")
        wide = wide[["population", *_AGES]].rename_axis("lsoa21cd", axis=0).reset_index()
        _require_codes(wide["lsoa21cd"], self.area.codes["lsoa21"], "Nomis")
        wrong = wide[wide[_AGES].sum(axis=1).ne(wide["population"])]
        if len(wrong):
            raise FileError(
                f"The ages that Nomis gives for {len(wrong)} LSOAs do not add up to all residents "
                f"({examples(wrong['lsoa21cd'])}); try later."
            )
        years = got.table["date_name"].astype(str).unique()
        if len(years) != 1 or not re.fullmatch(r"\d{4}", years[0]):
            raise FileError(f"Nomis gave {examples(years)} where one year is expected; try later.")
        return Obtained(wide.rename_axis(None, axis=1), got.address, f"mid-{years[0]}")

    def _census(self, source: Source, _path: Path, on_progress: OnProgress) -> Obtained:
        got = self._nomis(source, f"{self.area.lsoas},{_ENGLAND}", on_progress)
        assert got.table is not None
        category = got.table.columns[1]
        wide = nomis.wide(got.table, category)
        parts = [
            pd.DataFrame(
                {
                    "count": wide[[c for c in wide if re.fullmatch(names, c)]].sum(axis=1),
                    "denominator": wide[source.total],
                }
            ).assign(indicator_id=name)
            for name, names in source.indicators.items()
            if _has(wide.columns, names, source.total)
        ]
        table = pd.concat(parts).rename_axis("area_code").reset_index()
        inside = table["area_code"].ne(_ENGLAND)
        codes = table.loc[inside, "area_code"].drop_duplicates()
        _require_codes(codes, self.area.codes["lsoa21"], "Nomis")
        kinds = inside.map({True: "lsoa21", False: "england"})
        return Obtained(table.assign(area_type=kinds, period="2021"), got.address)

    def _crime(self, source: Source, _path: Path, on_progress: OnProgress) -> Obtained:
        layer = self._layer(source)
        authority, force = layer.columns_like(r"(lad\d\dcd|pfa\d\dnm)")
        found = layer.rows([authority, force], key=authority, codes=self.area.authorities)
        forces = found[force].unique()
        table = police.counts(self._web, source.address, forces, self.area.codes, on_progress)
        return Obtained(table, self._web.address(source.address), table["period"].iat[0])


def _joined(parts: Sequence[Path], path: Path) -> None:
    """Put files of several authorities into one; rows that all have, such as England's, once."""
    tables = [pd.read_csv(part, dtype=str, keep_default_na=False) for part in parts]
    pd.concat(tables).drop_duplicates().to_csv(path, index=False, lineterminator="\n")
    for part in parts:
        part.unlink()


def _age_names() -> dict[int, str]:
    return {_YOUNGEST + at: name for at, name in enumerate(_AGES)}


def _has(categories: Sequence[str], names: str, total: str) -> bool:
    """Raise unless every category of an indicator is there under the name that is known."""
    if total in categories and any(re.fullmatch(names, one) for one in categories):
        return True
    raise FileError(
        f"Nomis has no category {names!r} or {total!r} (it has {examples(categories, 9)}); correct "
        "the names in geo/sources/sources.toml."
    )


def _require_codes(found: pd.Series, wanted: Sequence[str], where: str) -> None:
    if found.duplicated().any():
        raise FileError(
            f"{where} gave {examples(found[found.duplicated()].unique())} more than once; try "
            "later."
        )
    if lacking := sorted(set(wanted) - set(found)):
        raise FileError(
            f"{where} lacks {len(lacking)} of {len(set(wanted))} areas of the place "
            f"({examples(lacking)}) and may be of another year; try later, or correct its name in "
            "geo/sources/sources.toml."
        )


def written(source: Source, area: Area, got: Obtained, path: Path) -> int | None:
    """Write a table to ``path`` if it is not there yet, check what is there, count its rows.

    Returns
    -------
    int or None
        Rows; None for a workbook of many sheets.

    Raises
    ------
    FileError
        If it is not what it should be; the sentence says in what.
    """
    if got.table is None:
        return _checked_file(source, path)
    if path.suffix == ".gpkg":
        _write_map(got.table, path)
    else:
        got.table.to_csv(path, index=False, lineterminator="\n")
    whole = area.all_england or source.kind == "lookup"
    _require_rows(source, len(got.table) if whole else source.rows)
    reader = {"lookup": lookups.read_lookup, "population": populations.read_population}
    if source.kind in reader:
        _by_reader(reader[source.kind], path)
    return len(got.table)


def _write_map(table: pd.DataFrame, path: Path) -> None:
    """Write a GeoPackage and see that all of it is there; GDAL does not say each time it is not."""
    try:
        pyogrio.write_dataframe(table, path, layer=path.stem, driver="GPKG")
        complete = pyogrio.read_info(path)["features"] == len(table)
    except RuntimeError:
        complete = False
    if not complete:
        raise OSError(errno.EIO, f"{path.name} could not be completed; the disk may be full")


def _checked_file(source: Source, path: Path) -> int | None:
    needed = set(source.columns)
    if path.suffix == ".xlsx":
        _require_workbook(path)
    headers = _by_reader(lambda p: tabular.read_headers(p, lambda row: needed <= set(row)), path)
    if lacking := [name for name in source.columns if name not in headers]:
        raise FileError(
            f"it has no column {examples(lacking)} (columns: {examples(headers, 5) or 'none'}); "
            "the publisher may have put another file at "
            "the address, so correct it in geo/sources/sources.toml."
        )
    if path.suffix == ".xlsx":
        return None
    year = source.role.removeprefix("deprivation ")
    if year != source.role:
        table = _by_reader(lambda p: deprivation.read_deprivation(p, release=int(year)), path)
    elif source.role.startswith("names"):
        table = _by_reader(msoa_names.read_msoa_names, path)
    else:
        table = _by_reader(lambda p: tabular.read_table(p, lambda _: True), path)
    _require_rows(source, len(table))
    return len(table)


def _require_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as book:
            broken = book.testzip()
    except (zipfile.BadZipFile, OSError) as problem:
        raise FileError("it is not a whole Excel workbook; try later.") from problem
    if broken:
        raise FileError(f"it is a damaged Excel workbook (in {broken}); try later.")


def _require_rows(source: Source, rows: int) -> None:
    if rows < source.rows or (source.rows and rows > source.rows and not source.at_least):
        least = "at least " if source.at_least else ""
        raise FileError(
            f"it has {rows:,} rows, and {least}{source.rows:,} are expected for England; try "
            "later, or correct geo/sources/sources.toml if the publisher changed it."
        )


def _by_reader(reader: Callable[[Path], Read], path: Path) -> Read:
    """Let the reader that a build uses check a file, and take the folder out of its words."""
    try:
        return reader(path)
    except GeoError as problem:
        raise FileError(str(problem).replace(str(path), path.name)) from problem
