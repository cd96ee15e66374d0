"""A table of records prepared for counting: a row a record, each cell as it is understood.

What the cells of a record mean is DuckDB's to say, also on Spark, whose workers ask it: dates,
numbers and blanks are understood alike. What is done with whole tables is in SQL that both speak.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from geo.records import cells
from geo.records.filters import Condition, Filter, Value, condition_sql
from geo.records.tables import Source, quoted
from geo.records.terms import Split, Table

UNKNOWN_AREA = "?"
"""Stands as the area where a postcode is in no directory, or a point in no area."""
POSTCODES, POINTS = "postcodes", "points"
"""Tables of the engine: LSOA by postcode, and by co-ordinates."""
HOMES_TIED = "several homes on the day"
"""Column that tells whether a record has several homes that it may be at."""


@dataclass(frozen=True)
class Cells:
    """How the cells of each record of a table are understood, one record at a time.

    Attributes
    ----------
    table : str
    sql : str
        In the words of DuckDB.
    parameters : dict
        That stand in it.
    """

    table: str
    sql: str
    parameters: Mapping[str, Value]


@dataclass
class Prepared:
    """Writes the SQL of a prepared table, while it is asked for filters and sums.

    The result has ``area``, ``period``, ``sex`` and ``band`` (numbers, as ``cells`` says), what is
    asked for of ``person`` and ``day`` (days since ``cells.FIRST_DAY``), and a column for each
    filter and sum.

    Attributes
    ----------
    table : Table
    source : Source
    name : str
        Of this relation; its parameters begin with it.
    today : date
        The last day that may stand in a record.
    tidy : bool
        Whether one code may stand in one spelling alone; sums are made of spellings afterwards.
    """

    table: Table
    source: Source
    name: str
    today: date
    tidy: bool = False
    parameters: dict[str, Value] = field(default_factory=dict)
    _asked: dict[str, str] = field(default_factory=dict)
    _numbers: set[str] = field(default_factory=set)

    def keeps(self, where: Filter) -> str:
        """Column that tells whether a record passes a filter."""
        return self._column("keep", self._holds(where)) if where else "true"

    def number(self, column: str) -> str:
        """Column with the number in a column of the records; null where there is none."""
        self._numbers.add(column)
        return self._column("number", cells.number(*self._cell(column)))

    @property
    def person_type(self) -> str:
        """SQL type of the key of a person."""
        return self.source.types[self.table.person] if self.table.person else ""

    def _column(self, kind: str, sql: str) -> str:
        return self._asked.setdefault(sql, f"{kind}_{len(self._asked)}")

    def _cell(self, column: str) -> tuple[str, str]:
        return f"r.{quoted(column)}", self.source.types[column]

    def _bind(self, value: Value) -> str:
        for name, known in self.parameters.items():
            if known == value and type(known) is type(value):
                return f"${name}"
        name = f"{self.name}_{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def _holds(self, where: Filter) -> str:
        return " AND ".join(self._condition(one) for one in where)

    def _condition(self, condition: Condition) -> str:
        if condition.type is float and condition.missing is None:
            self._numbers.add(condition.column)
        cell, dates = self._cell(condition.column), self.table.as_given.dates
        return condition_on(condition, cell, dates, self._bind)

    def quality(self, *, person: bool) -> dict[str, tuple[str, str]]:
        """Columns that count what is not in order, each with its SQL and its words."""
        out: dict[str, tuple[str, str]] = {}

        def counted(name: str, sql: str, words: str) -> None:
            column = self._column("told", sql)
            out[name] = (f"count(*) FILTER (WHERE {column})", words)

        for at, column in enumerate(sorted(self._numbers)):
            if not _is_number(self.source.types[column]):
                sql = cells.no_number(*self._cell(column))
                counted(f"number{at}", sql, f"have no number as {column}")
        if person and self.table.person:
            sql = f"NOT ({cells.there(*self._cell(self.table.person))})"
            counted("key", sql, f"have no {self.table.person}, so are counted as rows alone")
        if self.table.area and self.table.area.kind == "postcode":
            out["ended"] = (
                "count(*) FILTER (WHERE ended)",
                "have a terminated postcode, and are in the LSOA it was in",
            )
        if self.table.addresses:
            tied = f"count(*) FILTER (WHERE {self._column('tied', f'r.{quoted(HOMES_TIED)}')})"
            home = self.table.area.columns[0].removesuffix(" on the day") if self.table.area else ""
            out["tied"] = (
                tied,
                f"have several {home.replace('home', 'homes', 1)} from the same day, and are in "
                "the first of them by the alphabet",
            )
        given = self.table.as_given.date
        if given and not cells.is_typed_date(self.source.types[given]):
            form = self._column("form", cells.form_of_date(*self._cell(given)))
            for at, words in enumerate(cells.FORMS, 1):
                out[f"form{at}"] = (f"count(*) FILTER (WHERE {form} = {at})", words)
        return out

    def cells(self, split: Split, *more: str) -> Cells:
        """Write how cells are understood, with all that was asked for and more columns.

        ``person`` and ``day`` are such columns, or SQL of them.
        """
        table = self.table
        self.parameters["today"] = self.today
        read = {**self._area(), **self._dates(split), **self._person(split)}
        read |= {column: sql for sql, column in self._asked.items()}
        chosen = ", ".join(f"{sql} AS {name}" for name, sql in read.items())
        shown = [*self._area(), *self._keys(split), *more, *self._asked.values()]
        sql = f"SELECT {', '.join(shown)} FROM (SELECT {chosen} FROM {self.source.sql} AS r)"
        return Cells(table.name, sql, self.parameters)

    @property
    def located(self) -> str:
        """SQL of the prepared table over the relation of its cells: each record in its area."""
        area = self.table.area
        if area is None or area.kind == "code":
            return self.name
        if area.kind == "postcode":
            known, met, ended = POSTCODES, "p.postcode = r.postcode", ", p.ended IS TRUE AS ended"
        else:
            known, ended = POINTS, ""
            met = f"p.x = r.x AND p.y = r.y AND p.kind = '{area.kind}'"
        return (
            f"(SELECT r.*, CASE WHEN r.placed THEN coalesce(p.code, '{UNKNOWN_AREA}') END AS area"
            f"{ended} FROM {self.name} AS r LEFT JOIN {known} AS p ON {met} "
            f"AND p.vintage = '{area.vintage}')"
        )

    def _dates(self, split: Split) -> dict[str, str]:
        table, out = self.table, {}
        if table.date:
            cell = self._cell(table.date)
            out["dated"] = cells.there(*cell)
            out["day"] = cells.day(*cell, table.dates)
        if split.ages and table.born:
            out["born"] = cells.day(*self._cell(table.born), table.dates)
        return out

    def _person(self, split: Split) -> dict[str, str]:
        table, out = self.table, {}
        if table.person:
            cell, kind = self._cell(table.person)
            out["person"] = cells.words(cell, kind) if kind == "VARCHAR" else cell
        if split.sex and table.sex:
            out["sex"] = cells.sex(*self._cell(table.sex))
        if split.ages and table.age:
            out["given_age"] = cells.number(*self._cell(table.age))
        return out

    def _keys(self, split: Split) -> list[str]:
        age = cells.age_at("born", "day") if self.table.born else "floor(given_age)"
        period = cells.period(split, "$today") if self.table.date else "NULL::INTEGER"
        return [
            f"{period} AS period",
            "sex" if split.sex else "0 AS sex",
            f"{cells.band(split.ages, age) if split.ages else 0} AS band",
        ]

    def _area(self) -> dict[str, str]:
        """Columns that tell where a record is."""
        area = self.table.area
        if area is None:
            return {"area": "NULL::VARCHAR"}
        read = [self._cell(column) for column in area.columns]
        if area.kind == "code":
            [(cell, kind)] = read
            text = cell if kind == "VARCHAR" else f"CAST({cell} AS VARCHAR)"
            return {"area": f"upper({cells.words(cell, kind)})" if self.tidy else text}
        if area.kind == "postcode":
            where = {"postcode": plain_postcode(*read[0])}
        else:
            where = dict(zip("xy", (cells.number(*one) for one in read), strict=True))
        return {"placed": cells.there(*read[0]), **where}


def condition_on(
    condition: Condition,
    cell: tuple[str, str],
    dates: str | None,
    bind: Callable[[Value], str],
) -> str:
    """Write the SQL of a condition on a cell: its SQL and type, read as what it is compared with.

    Parameters
    ----------
    condition : Condition
    cell : pair of str
        SQL of the cell and its type.
    dates : str or None
        The form of dates, where it is said.
    bind : callable
        Takes a value and gives what stands for it.
    """
    if condition.missing is not None or condition.type is str:
        return condition_sql(condition, cells.words(*cell), bind)
    if condition.type is date:
        return condition_sql(condition, cells.day(*cell, dates), bind)
    return condition_sql(condition, cells.number(*cell), bind)


def plain_postcode(cell: str, kind: str) -> str:
    """Write the SQL of a postcode without blanks, in capitals."""
    return f"upper(replace({cells.words(cell, kind)}, ' ', ''))"


def _is_number(kind: str) -> bool:
    return kind.split("(")[0] in {
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
        "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL",
    }  # fmt: skip
