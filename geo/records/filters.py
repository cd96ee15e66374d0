"""Filters of a specification: conditions on columns, by values, lists, ranges and opposites."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geo.errors import TableError, examples
from geo.records.wording import require_keys

Value = str | int | float | date
_RANGE = ("from", "to")
_ALLOWED = (
    "a value, a list of values, { from = …, to = … }, { not = … }, { missing = true } or "
    "{ missing = false }"
)


@dataclass(frozen=True)
class Condition:
    """What the cells of one column must be.

    Attributes
    ----------
    column : str
    among : tuple
        Allowed values, of one type; empty where it is a range or about blanks.
    low, high : str, number, date or None
        Ends of a range, both included.
    opposite : bool
        Whether the rows for which it does not hold are kept, with those that are blank.
    missing : bool or None
        Whether the cell must be blank, or must not.
    """

    column: str
    among: tuple[Value, ...] = ()
    low: Value | None = None
    high: Value | None = None
    opposite: bool = False
    missing: bool | None = None

    @property
    def values(self) -> tuple[Value, ...]:
        """All values that it compares with."""
        return (*self.among, *(one for one in (self.low, self.high) if one is not None))

    @property
    def type(self) -> type:
        """What cells are compared as: ``str``, ``float`` or ``date``."""
        if not self.values or isinstance(self.values[0], str):
            return str
        return date if isinstance(self.values[0], date) else float


Filter = tuple[Condition, ...]
"""Conditions that must all hold."""


def read_filter(entry: object, where: str) -> Filter:
    """Read the conditions of a table ``where`` of a specification.

    Raises
    ------
    TableError
        If a condition is none of those allowed, or its values are of two types.

    Examples
    --------
    >>> [condition] = read_filter({"Age": {"from": 5, "to": 15}}, "the filter")
    >>> condition.column, condition.low, condition.high
    ('Age', 5, 15)
    """
    if not isinstance(entry, Mapping):
        raise TableError(f'{where} is no table of columns; write where = {{ Status = "Open" }}.')
    return tuple(_condition(str(column), cell, where) for column, cell in entry.items())


def _condition(column: str, entry: Any, where: str) -> Condition:
    at = f"the condition on {column} in {where}"
    opposite = isinstance(entry, Mapping) and "not" in entry
    if opposite:
        require_keys(entry, ("not",), at)
        entry = entry["not"]
    if isinstance(entry, Mapping) and "missing" in entry and not opposite:
        require_keys(entry, ("missing",), at)
        if isinstance(entry["missing"], bool):
            return Condition(column, missing=entry["missing"])
        raise TableError(f"{at} has missing that is no true or false; give one of them.")
    if isinstance(entry, Mapping):
        require_keys(entry, _RANGE, at)
        found = Condition(column, low=entry.get("from"), high=entry.get("to"), opposite=opposite)
    else:
        several = tuple(entry) if isinstance(entry, list) else (entry,)
        found = Condition(column, among=several, opposite=opposite)
    _require_sound(found, at)
    return found


def _require_sound(found: Condition, at: str) -> None:
    kinds = {_kind(value) for value in found.values}
    if not kinds or None in kinds or (found.among and any(v == "" for v in found.among)):
        raise TableError(f"{at} is not understood; allowed is {_ALLOWED}.")
    if len(kinds) > 1:
        words = examples(sorted(str(kind) for kind in kinds))
        raise TableError(f"{at} has values of two types ({words}); give values of one type.")
    low: Any = found.low
    if low is not None and found.high is not None and low > found.high:
        raise TableError(f"{at} runs from a value to a lower one; give the lower one as from.")


def _kind(value: object) -> str | None:
    if isinstance(value, bool | datetime):
        return None
    for kind, words in ((str, "text"), ((int, float), "number"), (date, "date")):
        if isinstance(value, kind):
            return words
    return None


def condition_sql(condition: Condition, cell: str, bind: Callable[[Value], str]) -> str:
    """Write a condition as an SQL expression that is true or false, never null.

    Parameters
    ----------
    condition : Condition
    cell : str
        SQL of the cell, of the type of the condition; null where it is blank.
    bind : callable
        Takes a value and gives the parameter that stands for it.
    """
    if condition.missing is not None:
        return f"{cell} IS {'' if condition.missing else 'NOT '}NULL"
    holds = " AND ".join(_parts(condition, cell, bind))
    return f"coalesce(NOT ({holds}), true)" if condition.opposite else f"coalesce({holds}, false)"


def _parts(condition: Condition, cell: str, bind: Callable[[Value], str]) -> Iterator[str]:
    if condition.among:
        yield f"{cell} IN ({', '.join(bind(value) for value in condition.among)})"
    if condition.low is not None:
        yield f"{cell} >= {bind(condition.low)}"
    if condition.high is not None:
        yield f"{cell} <= {bind(condition.high)}"
