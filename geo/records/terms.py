"""The terms of a specification: tables, counts, splits and indicators, as they travel."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.records.filters import Filter


@dataclass(frozen=True)
class Area:
    """How a table tells where its rows are.

    Attributes
    ----------
    kind : str
        ``code``, ``postcode``, ``easting`` (and northing) or ``longitude`` (and latitude).
    columns : tuple of str
    vintage : str
        Of the LSOAs that rows are counted in.
    """

    kind: str
    columns: tuple[str, ...]
    vintage: str


@dataclass(frozen=True)
class Table:
    """One table of records, as it is counted.

    Attributes
    ----------
    name : str
    files : tuple of str
    area, person, date, dates, sex, born, age, repeated
        As the specification names them; or columns that are made of others, see ``joined``.
    sheet, element : str or None
        Of a workbook the title of the sheet, of XML the element of which each is a row.
    where : Filter
        Which of its rows it has.
    until : str or None
        Column with the day on which a row ends.
    open_on : tuple of date
        Days on which rows are counted that are open then.
    people, addresses : str or None
        Tables that have the sex and birth, and the home, of each person.
    given : Table or None
        How it stands in the specification, where columns are made.
    """

    name: str
    files: tuple[str, ...]
    area: Area | None = None
    person: str | None = None
    date: str | None = None
    dates: str | None = None
    sex: str | None = None
    born: str | None = None
    age: str | None = None
    repeated: str = "tell"
    sheet: str | None = None
    element: str | None = None
    where: Filter = ()
    until: str | None = None
    open_on: tuple[datetime.date, ...] = ()
    people: str | None = None
    addresses: str | None = None
    given: "Table | None" = None

    @property
    def as_given(self) -> "Table":
        """How it stands in the specification."""
        return self.given or self

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it names, but those of its filter."""
        own = (self.person, self.date, self.sex, self.born, self.age, self.until)
        places = self.area.columns if self.area else ()
        given = () if self.given is None else self.given.columns
        return tuple(column for column in (*own, *places, *given) if column)


@dataclass(frozen=True)
class Followed:
    """That an event B of the same person comes so many days after an event A.

    Attributes
    ----------
    table : str
    where : Filter
    within_days, from_days : int
        Days from A to B, both included; 0 is the same day.
    """

    table: str
    where: Filter
    within_days: int
    from_days: int = 1


@dataclass(frozen=True)
class Count:
    """What is counted of a table: a numerator, or a denominator of records."""

    kind: str
    table: str
    where: Filter = ()
    column: str | None = None
    followed_by: Followed | None = None

    @property
    def whole(self) -> "Count":
        """What it is a part of: the same of all rows of the table; of sums and events the rows."""
        if self.kind == "followed":
            return Count("rows", self.table, self.where)
        if self.kind == "sum":
            return Count("rows", self.table, self.where)
        return Count(self.kind, self.table)


@dataclass(frozen=True)
class Residents:
    """Residents of an age as a denominator; ``oldest`` is None where it is open."""

    youngest: int
    oldest: int | None


Band = tuple[int, int | None]


@dataclass(frozen=True)
class Split:
    """Over what counts are split: the period, and sex and age where asked for."""

    period: str
    sex: bool = False
    ages: tuple[tuple[str, Band], ...] = ()


@dataclass(frozen=True)
class Indicator:
    """One indicator: what is counted, of whom, how it is split, and its catalogue fields."""

    id: str
    count: Count
    denominator: Count | Residents | None
    split: Split
    facts: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Specification:
    """All that a file specifies."""

    path: Path
    tables: Mapping[str, Table]
    indicators: tuple[Indicator, ...]
    max_unmatched: float = 5.0

    @property
    def folder(self) -> Path:
        """Where the files are that it names."""
        return self.path.parent
