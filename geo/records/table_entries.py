"""The tables of a specification: each read and checked, then with what others give to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from geo.errors import TableError
from geo.records.filters import read_filter
from geo.records.terms import Area, Table
from geo.records.wording import near, one_of, require_keys, text
from geo.vocabulary.releases import VINTAGES

REPEATED = ("tell", "once", "unchecked")
DATES = ("day first", "month first", "year first")
_POINTS = {"easting": "northing", "longitude": "latitude"}
_TEXTS = ("sheet", "element", "person", "date", "sex", "born", "age", "until", "people")
_KEYS = ("files", *_TEXTS, "dates", "area", "repeated", "where", "open_on")
_ADDRESSES = "addresses"


def read_tables(entries: Mapping[str, Any], vintage: str) -> dict[str, Table]:
    """Read the tables of a specification, each with the columns that others give to it.

    Parameters
    ----------
    entries : mapping
        By name what stands in the specification.
    vintage : str
        Of the LSOAs that records are counted in, where a table does not say.

    Raises
    ------
    TableError
        If a key is not known, something lacks, or two things contradict each other.
    """
    given = {name: _table(name, entry, vintage) for name, entry in entries.items()}
    return {name: _completed(table, given) for name, table in given.items()}


def _table(name: str, entry: Mapping[str, Any], vintage: str) -> Table:
    where = f"The table {name}"
    require_keys(entry, _KEYS, where)
    files = entry.get("files")
    files = [files] if isinstance(files, str) else files
    if not isinstance(files, list) or not files or not all(isinstance(f, str) and f for f in files):
        raise TableError(f'{where} names no files; write files = "records.csv", or a list of them.')
    own: dict[str, Any] = {key: text(entry, key, where) for key in _TEXTS}
    for one, other in (("born", "age"), ("sex", "people"), ("born", "people"), ("age", "people"),
                       ("sheet", "element")):  # fmt: skip
        if own[one] and own[other]:
            raise TableError(f"{where} has both {one} and {other}; keep one of them.")
    dates, area = entry.get("dates"), entry.get("area")
    homes = area if isinstance(area, dict) and set(area) == {_ADDRESSES} else {}
    return Table(
        name,
        tuple(files),
        area=None if area is None or homes else _area(area, vintage, where),
        addresses=text(homes, _ADDRESSES, where),
        dates=None if dates is None else one_of(dates, DATES, "dates", where),
        repeated=one_of(entry.get("repeated", "tell"), REPEATED, "repeated", where),
        where=read_filter(entry.get("where", {}), where),
        open_on=_days(entry.get("open_on", []), where),
        **own,
    )


def _area(entry: object, vintage: str, where: str) -> Area:
    at = f"{where}, in area,"
    if not isinstance(entry, dict):
        raise TableError(f'{at} names no column; write area = {{ lsoa21 = "LSOA code" }}.')
    pairs = [pair for first, second in _POINTS.items() for pair in (first, second)]
    require_keys(entry, (*VINTAGES, "postcode", _ADDRESSES, *pairs), at)
    names = {str(key): str(text(entry, key, at)) for key in entry}
    for first, second in _POINTS.items():
        if set(names) == {first, second}:
            return Area(first, (names[first], names[second]), vintage)
    if len(names) != 1 or next(iter(names)) in pairs:
        raise TableError(
            f"{at} names {', '.join(names) or 'nothing'}; give one of {', '.join(VINTAGES)}, "
            "postcode, addresses, easting with northing, or longitude with latitude."
        )
    [(kind, column)] = names.items()
    return Area("code", (column,), kind) if kind in VINTAGES else Area(kind, (column,), vintage)


def _days(entry: object, where: str) -> tuple[date, ...]:
    days = entry if isinstance(entry, list) else [entry]
    if not all(isinstance(day, date) and not isinstance(day, datetime) for day in days):
        raise TableError(
            f"{where} has open_on = {entry!r}; write days without quotation marks, such as "
            "[2024-03-31]."
        )
    return tuple(sorted(set(days)))


def _completed(table: Table, given: Mapping[str, Table]) -> Table:
    """Give a table as it is counted: with the columns that are made of others."""
    where, made = f"The table {table.name}", table
    if table.born and not table.date and all(table.name != one.people for one in given.values()):
        raise TableError(f"{where} has born and no date to tell the age at; add date or give age.")
    if bool(table.open_on) != bool(table.until) and not _lists_homes(table, given):
        there, lacks = ("open_on", "until") if table.open_on else ("until", "open_on")
        raise TableError(f"{where} has {there} and no {lacks}; give both, or none of them.")
    if table.open_on:
        if not table.date:
            raise TableError(f"{where} has open_on and no date on which rows begin; add date.")
        words = f"{table.date}, or something else than a later date as {table.until}"
        made = replace(made, date=words, dates=None)
    if table.people:
        other = _other(table, table.people, "people", given)
        if not other.sex and not other.born:
            raise TableError(
                f"{where} takes people from {other.name}, which has no sex and no born; add one."
            )
        made = replace(made, sex=_of(other.sex, other), born=_of(other.born, other))
    if table.addresses:
        other = _other(table, table.addresses, "homes", given)
        if other.area is None or other.area.kind not in ("postcode", "code"):
            raise TableError(
                f"{where} takes homes from {other.name}, which has no postcode and no LSOA; add "
                "area there."
            )
        area = Area(other.area.kind, (f"home in {other.name} on the day",), other.area.vintage)
        made = replace(made, area=area)
    return table if made is table else replace(made, given=table)


def _lists_homes(table: Table, given: Mapping[str, Table]) -> bool:
    return any(table.name == one.addresses for one in given.values())


def _of(column: str | None, other: Table) -> str | None:
    return column and f"{column} in {other.name}"


def _other(table: Table, name: str, what: str, given: Mapping[str, Table]) -> Table:
    """Give the table that has something of the people of this one."""
    where = f"The table {table.name}"
    if name not in given:
        raise TableError(
            f"{where} takes {what} from the table {name} ({near(name, list(given))}); give one "
            "that is there."
        )
    if name == table.name:
        raise TableError(f"{where} takes {what} of itself; name the table that has them.")
    for one in (table, given[name]):
        if not one.person:
            raise TableError(
                f"{where} takes {what} from {name} by the key of a person; add person to "
                f"{one.name}."
            )
    return given[name]
