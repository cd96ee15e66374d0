"""What a table is before it is counted: a part of its file, open on days, with people and homes.

A home is the one of a person on the day of a record: of all whose days hold it, the one from the
latest day on; of several from that day the first by the alphabet, and this is told.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from geo.records import cells
from geo.records.filters import Filter, Value
from geo.records.prepared import HOMES_TIED, condition_on, plain_postcode
from geo.records.quality import Quality
from geo.records.tables import Source, literal, quoted
from geo.records.terms import Specification, Table

_EVER, _NEVER = "DATE '0001-01-01'", "DATE '9999-12-31'"


def given_columns(table: Table, wanted: list[str]) -> list[str]:
    """Columns that the files of a table must have, of all that are looked at."""
    given = table.as_given
    made = set(table.columns) - set(given.columns) | {HOMES_TIED}
    filtered = [condition.column for condition in table.where]
    return list(dict.fromkeys([*(c for c in wanted if c not in made), *given.columns, *filtered]))


def joined(table: Table, sources: Mapping[str, Source]) -> Source:
    """Tell how a table is read with the columns that are made of its own and of other tables.

    Parameters
    ----------
    table : Table
    sources : dict of str to Source
        How the files of each table are read.
    """
    source, given = sources[table.name], table.as_given
    if not table.where and table.given is None:
        return source
    types, sql = dict(source.types), source.sql
    if table.where:
        sql = f"(SELECT * FROM {sql} AS r WHERE {_holds(table.where, table, types)})"
    if table.open_on:
        sql = _open(table, types, sql)
        types[str(table.date)] = "DATE"
    if table.people:
        sql = _with_people(table, types, sql)
        types |= {str(one): "VARCHAR" if one == table.sex else "DATE" for one in _made(table)}
    if given.addresses and table.area:
        [home] = table.area.columns
        day = cells.day(*_cell(str(table.date), types), table.dates) if table.date else "NULL"
        sql = (
            f"(SELECT r.*, h.home AS {quoted(home)}, h.tied AS {quoted(HOMES_TIED)} "
            f"FROM {sql} AS r LEFT JOIN {_homes(given.addresses)} AS h ON h.person = "
            f"{_key(str(table.person), types)} AND h.day <= {day} AND {day} < h.next)"
        )
        types |= {home: "VARCHAR", HOMES_TIED: "BOOLEAN"}
    return Source(sql, types, text=True)


def _made(table: Table) -> list[str | None]:
    return [one for one in (table.sex, table.born) if one]


def _cell(column: str, types: Mapping[str, str], of: str = "r") -> tuple[str, str]:
    return f"{of}.{quoted(column)}", types[column]


def _key(column: str, types: Mapping[str, str]) -> str:
    """Write the key of a person as text, as it may be a number in one file and text in another."""
    return cells.words(*_cell(column, types))


def _holds(where: Filter, table: Table, types: Mapping[str, str]) -> str:
    dates = table.as_given.dates
    parts = (condition_on(one, _cell(one.column, types), dates, _written) for one in where)
    return " AND ".join(parts)


def _written(value: Value) -> str:
    """Write a value of a filter for SQL where no parameter may stand."""
    if isinstance(value, date):
        return f"DATE '{value}'"
    return literal(value) if isinstance(value, str) else repr(value)


def _open(table: Table, types: Mapping[str, str], sql: str) -> str:
    """Write a row for each day on which a row is open; one without a day where that is not known.

    It is open from the day it begins until before the day it ends.
    """
    given = table.as_given
    cell, ends = _cell(str(given.date), types), _cell(str(given.until), types)
    start, end = cells.day(*cell, given.dates), cells.day(*ends, given.dates)
    known = f"{start} IS NOT NULL AND NOT ({cells.there(*ends)} AND {end} IS NULL) "
    days = ", ".join(f"(DATE '{day}')" for day in table.open_on)
    return (
        f"(SELECT r.*, d.day AS {quoted(str(table.date))} FROM (SELECT *, "
        f"{known} AND coalesce({end} >= {start}, true) AS known FROM {sql} AS r) AS r "
        f"LEFT JOIN (VALUES {days}) AS d(day) ON r.known AND {start} <= d.day "
        f"AND coalesce(d.day < {end}, true) WHERE d.day IS NOT NULL OR NOT r.known)"
    )


def _with_people(table: Table, types: Mapping[str, str], sql: str) -> str:
    made = ", ".join(f"o.{quoted(str(one))}" for one in _made(table))
    key = _key(str(table.person), types)
    people = f"{_people(str(table.people))} AS o"
    return f"(SELECT r.*, {made} FROM {sql} AS r LEFT JOIN {people} ON o.person = {key})"


def _homes(name: str) -> str:
    return quoted(f"homes of {name}")


def _people(name: str) -> str:
    return quoted(f"people of {name}")


def load_others(
    connection: Any, spec: Specification, used: Iterable[str], given: Mapping[str, Source]
) -> tuple[Quality, ...]:
    """Lay the people and homes that tables take from others into the engine.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    spec : Specification
    used : iterable of str
        Tables that are counted.
    given : dict of str to Source
        How the files of each table are read, also of those that others take from.

    Returns
    -------
    tuple of Quality
        Of each such table what of it is not used.
    """
    tables = [spec.tables[name] for name in used]
    out = []
    for name in dict.fromkeys(one.people for one in tables if one.people):
        out.append(_load_people(connection, spec.tables[name].as_given, given[name]))
    for name in dict.fromkeys(one.addresses for one in tables if one.addresses):
        out.append(_load_homes(connection, spec.tables[name].as_given, given[name]))
    return tuple(out)


def _load_people(connection: Any, table: Table, source: Source) -> Quality:
    """Lay a row a person into the engine, of several the first in the order of what they say."""
    types, person = source.types, str(table.person)
    made = {}
    if table.sex:
        made[f"{table.sex} in {table.name}"] = cells.words(*_cell(table.sex, types))
    if table.born:
        made[f"{table.born} in {table.name}"] = cells.day(*_cell(table.born, types), table.dates)
    chosen = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in made.items())
    names = ", ".join(map(quoted, made))
    part = _part(table, source)
    rows = f"SELECT DISTINCT {_key(person, types)} AS person, {chosen} FROM {part} AS r"
    each = f"SELECT *, row_number() OVER (PARTITION BY person ORDER BY {names}) AS n FROM ({rows})"
    connection.execute(
        f"CREATE TABLE {_people(table.name)} AS SELECT * EXCLUDE (n) FROM ({each}) "
        "WHERE n = 1 AND person IS NOT NULL"
    )
    several = f"SELECT count(*) FROM ({each}) WHERE n > 1 AND person IS NOT NULL"
    words = (
        "repeat a person with another sex or date of birth, and the first of these in order counts"
    )
    return _told(connection, table, part, {words: several})


def _load_homes(connection: Any, table: Table, source: Source) -> Quality:
    """Lay the home of each person from day to day into the engine, without overlap."""
    types = source.types
    assert table.area is not None
    home = _cell(table.area.columns[0], types)
    place = plain_postcode(*home) if table.area.kind == "postcode" else cells.words(*home)
    part = _part(table, source)
    rows = (
        f"SELECT {_key(str(table.person), types)} AS person, {place} AS home, "
        f"{_end(table.date, table, types, _EVER)} AS start, "
        f"{_end(table.until, table, types, _NEVER)} AS until FROM {part} AS r"
    )
    known = "person IS NOT NULL AND home IS NOT NULL AND start <= until"
    same_day = "(PARTITION BY person, day, start)"
    connection.execute(
        f"CREATE TABLE {_homes(table.name)} AS\n"
        f"WITH h AS (SELECT DISTINCT * FROM ({rows}) WHERE {known}),\n"
        f"steps AS (SELECT person, start AS day FROM h UNION SELECT person, until + 1 FROM h "
        f"WHERE until < {_NEVER}),\n"
        "spans AS (SELECT person, day, coalesce(lead(day) OVER (PARTITION BY person ORDER BY day), "
        f"{_NEVER}) AS next FROM steps),\n"
        "there AS (SELECT s.*, h.home, h.start FROM spans AS s JOIN h ON h.person = s.person "
        "AND h.start <= s.day AND s.day <= h.until),\n"
        f"ordered AS (SELECT *, min(home) OVER {same_day} < max(home) OVER {same_day} AS tied, "
        "row_number() OVER (PARTITION BY person, day ORDER BY start DESC, home) AS n FROM there)\n"
        "SELECT * EXCLUDE (n) FROM ordered WHERE n = 1"
    )
    unused = f"SELECT count(*) FROM ({rows}) WHERE NOT coalesce({known}, false)"
    words = "have no person, no place or no dates that can be read, and place nobody"
    return _told(connection, table, part, {words: unused})


def _part(table: Table, source: Source) -> str:
    if not table.where:
        return source.sql
    return f"(SELECT * FROM {source.sql} AS r WHERE {_holds(table.where, table, source.types)})"


def _end(column: str | None, table: Table, types: Mapping[str, str], open_end: str) -> str:
    """Write the first or last day of a home; the open end where nothing stands there."""
    if column is None:
        return open_end
    cell = _cell(column, types)
    day = cells.day(*cell, table.dates)
    return f"CASE WHEN {cells.there(*cell)} THEN {day} ELSE {open_end} END"


def _told(connection: Any, table: Table, part: str, counts: Mapping[str, str]) -> Quality:
    [(records,)] = connection.execute(f"SELECT count(*) FROM {part}").fetchall()
    told = {words: int(connection.execute(sql).fetchone()[0]) for words, sql in counts.items()}
    return Quality(table.name, int(records), told=told)


def others_of(spec: Specification, used: list[str]) -> list[str]:
    """Name the tables that those used take people or homes from."""
    found = [o for name in used for o in (spec.tables[name].people, spec.tables[name].addresses)]
    return list(dict.fromkeys(one for one in found if one and one not in used))
