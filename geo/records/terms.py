"""The terms of a specification: tables, counts, splits and indicators, as they travel."""

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
    """One table of records."""

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

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it names."""
        own = (self.person, self.date, self.sex, self.born, self.age)
        places = self.area.columns if self.area else ()
        return tuple(column for column in (*own, *places) if column)


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
