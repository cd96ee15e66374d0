"""Extracts of children's services: which there are, and which tables of a folder are theirs.

What they are is written in ``extracts.toml``. A table is recognised by its columns, or by the
elements of its XML, never by the name of a file or a sheet.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from geo.records.xml_rows import elements_of
from geo.sources import tabular
from geo.vocabulary.area_types import code_columns
from geo.vocabulary.column_names import by_folded, folded

_XML = ".xml"
_OWN = {"words", "told_by", "element", "where"}
_MAY_LACK = {"until", "nothing_further"}
"""What a whole return in XML may lack."""
_LAST = "homes"
"""The extract that is looked for last, as other lists may have a postcode too."""


@dataclass(frozen=True)
class Known:
    """A list of an extract, as ``extracts.toml`` has it.

    Attributes
    ----------
    extract, title : str
        Key and name of the extract.
    kind, words : str
        What it lists, as a key and in words.
    columns : dict of str to tuple of str
        Spellings by what a column is: ``person``, ``date`` and others.
    told_by : tuple of str
        What must be there for it to be recognised.
    element : str or None
        Of XML.
    where : str
        Which rows it is of, with columns in braces.
    dates : str or None
        The form of its dates, where the extract says.
    """

    extract: str
    title: str
    kind: str
    words: str
    columns: Mapping[str, tuple[str, ...]]
    told_by: tuple[str, ...]
    element: str | None
    where: str
    dates: str | None


@dataclass(frozen=True)
class Found:
    """A table that is one of a known list.

    Attributes
    ----------
    known : Known
    file : Path
    sheet : str
        Title of a sheet; empty where it is no workbook.
    columns : dict of str to str
        As they stand in the file, by what they are.
    vintage : str or None
        Of LSOA codes that stand in the column ``home``; None for postcodes.
    """

    known: Known
    file: Path
    sheet: str
    columns: Mapping[str, str]
    vintage: str | None = None

    @property
    def where(self) -> str:
        """Which file and sheet it is."""
        return f"{self.file.name}, sheet {self.sheet}" if self.sheet else self.file.name


@cache
def catalogue() -> Mapping[str, Any]:
    """Read ``extracts.toml``."""
    text = files("geo.records").joinpath("extracts.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def known_lists() -> tuple[Known, ...]:
    """List what is known, what is more special first."""
    shared = {what: tuple(spelt) for what, spelt in catalogue()["columns"].items()}
    out = []
    for key, extract in catalogue().items():
        for kind, entry in extract.get("lists", {}).items():
            own = {k: v for k, v in {**extract, **entry}.items() if isinstance(v, list)}
            columns = {k: tuple(v) for k, v in own.items() if k not in _OWN}
            told = ("person", *entry.get("told_by", ["date"]))
            out.append(
                Known(
                    key, extract["title"], kind, entry["words"], {**shared, **columns}, told,
                    entry.get("element"), entry.get("where", ""), extract.get("dates"),
                )
            )  # fmt: skip
    return tuple(sorted(out, key=lambda one: (one.extract == _LAST, one.kind == _LAST)))


@cache
def known_elements() -> frozenset[str]:
    """Elements of XML that a return may lack, as nothing of the kind happened."""
    lists = (one for one in known_lists() if one.element)
    return frozenset(name for one in lists for spelt in one.columns.values() for name in spelt)


def recognised(path: Path) -> Iterator[Found | str]:
    """Tell which known lists a file has, and the title of each sheet with people that is none.

    Parameters
    ----------
    path : Path
        CSV, Excel, Parquet or XML.

    Yields
    ------
    Found or str
        An XML file may hold several lists; a sheet holds one.

    Raises
    ------
    FileError
        If the file cannot be read.
    """
    if path.suffix.lower() == _XML:
        elements = elements_of(path)
        everywhere = sorted({name for inside in elements.values() for name in inside})
        for known in known_lists():
            inside = elements.get(known.element or "", set())
            if inside & set(known.columns.get("date", ())):
                columns = _columns(known, everywhere)
                absent = {what: known.columns[what][0] for what in _MAY_LACK & {*known.columns}}
                yield Found(known, path, "", absent | columns)
        return
    for title, headers in tabular.headers_by_sheet(path, _has_person).items():
        if (found := list_of(path, title, headers)) is not None:
            yield found
        else:
            yield title


def _has_person(row: Sequence[str]) -> bool:
    spelt = {folded(name) for one in known_lists() for name in one.columns["person"]}
    return any(folded(cell) in spelt for cell in row)


def list_of(path: Path, title: str, headers: Sequence[str]) -> Found | None:
    """Tell which known list has a header; None where none has, or a column that tells it lacks."""
    coded = {year: column for year, column in code_columns(headers).items() if "lsoa" in year}
    for known in known_lists():
        columns = _columns(known, headers)
        vintage = None
        if "home" not in columns and coded:
            vintage, columns["home"] = next(iter(coded.items()))
        if known.element is None and set(known.told_by) <= set(columns):
            return Found(known, path, title, columns, vintage)
    return None


def _columns(known: Known, headers: Sequence[str]) -> dict[str, str]:
    """Find the columns of a list among headers, however they are spelt."""
    there = by_folded(header for header in headers if header)
    out = {}
    for what, spellings in known.columns.items():
        found = next((there[one] for one in map(folded, spellings) if one in there), None)
        if found is not None:
            out[what] = found
    return out
