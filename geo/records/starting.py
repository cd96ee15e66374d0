"""A specification to start from, written for the extracts that lie in a folder."""

import json
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from string import Template
from typing import Any

from geo.errors import FileError, TableError, examples
from geo.records import cells
from geo.records.engine import opened, told
from geo.records.extracts import Found, catalogue, recognised
from geo.records.tables import Files, open_table, quoted
from geo.records.terms import Specification, Table
from geo.sources import tabular
from geo.sources.zips import is_aside

_HOMES, _PEOPLE = "homes", "people"
_ENDS = {"date", "until"}
_WEEK = timedelta(days=7)
_TOP = """\
# Written by geo records --init for the extracts in this folder: {titles}.
# It runs as it is; change and delete what you like. What each key means: the page on records.
# Records are placed by postcode: get a directory with geo fetch --with postcodes.

period = "financial year"      # year, financial year, school year, quarter, month
# sex = true                   # split by sex
# ages = ["0-4", "5-10", "11-17"]
max_unmatched = 5              # per cent of a table that may lack a place, date or key
"""


def start(folder: Path, spec: Path) -> tuple[str, list[str]]:
    """Write a specification of the extracts that are recognised in a folder.

    Parameters
    ----------
    folder : Path
    spec : Path
        Where it will stand, which is not looked at.

    Returns
    -------
    str, list of str
        The specification in TOML; and sentences on what is not in it, and why.

    Raises
    ------
    FileError
        If there is no extract, none that can be placed, or a file cannot be read.
    TableError
        If two tables are the same list of an extract.
    """
    notes: list[str] = []
    found = list(_found(folder, spec, notes))
    if not found:
        raise FileError(
            f"No file in {folder} is an extract that is known; put Annex A (Excel), the Children "
            "in Need census (XML), SSDA903, school or attendance extracts (CSV) there."
        )
    writer = _Writer(_by_list(found), notes)
    indicators = [text for key in catalogue()["indicators"] for text in writer.indicators(key)]
    if not indicators:
        raise FileError(" ".join(notes) or f"Nothing in {folder} can be counted; add more lists.")
    titles = ", ".join(dict.fromkeys(one.known.title for one in found))
    top = _TOP.format(titles=titles)
    return "\n".join([top, *writer.tables.values(), *indicators]), notes


def _found(folder: Path, spec: Path, notes: list[str]) -> Iterable[Found]:
    suffixes = tabular.SUFFIXES | {".xml"}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() == ".zip":
            notes.append(f"{path.name} is not looked into; unpack it, and run again.")
        if path == spec or not path.is_file() or is_aside(path.name):
            continue
        if path.suffix.lower() not in suffixes:
            continue
        for one in recognised(path):
            if isinstance(one, Found):
                yield one
            else:
                sheet = f"The sheet {one} of {path.name}" if one else path.name
                notes.append(
                    f"{sheet} has a key of people and is no list that is known; if it is one, "
                    "give its columns the names of the guidance."
                )


def _by_list(found: Sequence[Found]) -> dict[tuple[str, str], Found]:
    out: dict[tuple[str, str], Found] = {}
    for one in found:
        key = (one.known.extract, one.known.kind)
        if key in out:
            raise TableError(
                f"{out[key].where} and {one.where} are both {one.known.words} of "
                f"{one.known.title}; keep the one that is meant in the folder, or give both "
                "later as files = [...] of one table."
            )
        out[key] = one
    return out


@dataclass
class _Writer:
    """Writes indicators, and the tables that they need, once each.

    Attributes
    ----------
    lists : dict of pair of str to Found
        By extract and kind.
    notes : list of str
        Takes what is left out, and why.
    tables : dict of str to str
        What was written, by the name of the table.
    """

    lists: Mapping[tuple[str, str], Found]
    notes: list[str]
    tables: dict[str, str] = field(default_factory=dict)

    def indicators(self, key: str) -> list[str]:
        """Write an indicator for each extract that has its list."""
        entry = catalogue()["indicators"][key]
        of = [one for (_, kind), one in self.lists.items() if kind == entry["of"]]
        out = []
        for found in of:
            then = self._then(found, entry)
            if "then" in entry and then is None:
                words = _words_of(entry["then"])
                self._note(
                    f"There is no list of {words}, so {key} is left out; add the list to count it."
                )
                continue
            name = key if len(of) == 1 else f"{key}_{found.known.extract}"
            if (table := self._table(found, entry)) is None:
                continue
            other = self._table(then, {}) if then else None
            if then and other is None:
                continue
            tables = {"of": table, "then": other or ""}
            text = Template(entry["text"].strip("\n")).substitute(_quoted(found) | tables)
            if len(of) > 1:  # so that no two have one name
                text = re.sub(r'^name = "(.*)"', rf'name = "\1 ({found.known.title})"', text)
            out.append(f'[indicators.{name}]\nof = "{table}"\n{text}\n')
        return out

    def _then(self, found: Found, entry: Mapping[str, Any]) -> Found | None:
        """Find the list that comes after: of the same extract, else of another."""
        fit = [one for (_, kind), one in self.lists.items() if kind == entry.get("then")]
        own = [one for one in fit if one.known.extract == found.known.extract]
        return next(iter([*own, *fit]), None)

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def _table(self, found: Found, entry: Mapping[str, Any]) -> str | None:
        """Write the table of a list, where it is not there yet, and give its name."""
        place = self._place(found)
        if place is None:
            return None
        kind, twins = found.known.kind, [k for _, k in self.lists].count(found.known.kind)
        name = kind if twins == 1 else f"{kind}_{found.known.extract}"
        lines, conditions = [], _condition(found)
        dated = found.columns["date"]
        if entry.get("ended"):
            name, dated = f"{name}_ended", found.columns["until"]
            conditions.append(f"{json.dumps(dated)} = {{ missing = false }}")
        lines += [f"date = {json.dumps(dated)}", *_dates(found), *self._people(found)]
        if entry.get("open"):
            name = f"{name}_open"
            if (day := _last_month_end(found)) is None:
                self._note(f"{found.where} has no date that can be read, so {name} is left out.")
                return None
            lines += [
                f"until = {json.dumps(found.columns['until'])}",
                f"open_on = [{day}]  # the last end of a month that they reach: write your days",
            ]
        if conditions:
            lines.append(f"where = {{ {', '.join(conditions)} }}")
        self.tables.setdefault(name, _written(name, found, [*lines, place]))
        return name

    def _people(self, found: Found) -> list[str]:
        """Write where the sex and birth stand: in the list, or in another of the same people."""
        own = _sex_and_birth(found)
        others = (self.lists.get((found.known.extract, kind)) for kind in (_PEOPLE, _HOMES))
        people = next((one for one in others if one and _sex_and_birth(one)), None)
        lists = catalogue()[found.known.extract]["lists"]
        if own or (people is None and _PEOPLE not in lists):
            return own
        if people is None:
            self._note(
                f"There is no {lists[_PEOPLE]['words']} of {found.known.title} beside "
                f"{found.where}, so nothing can be split by sex and age; add it, and run again."
            )
            return []
        return [f'people = "{self._of_people(people)}"']

    def _of_people(self, found: Found) -> str:
        """Write the table of people or homes, where it is not there yet, and give its name."""
        own = found.known.extract != _HOMES
        name = f"{found.known.extract}_{found.known.kind}" if own else _HOMES
        lines = [f"{key} = {json.dumps(found.columns[key])}" for key in _ENDS & {*found.columns}]
        lines = [*sorted(lines), *_dates(found), *_sex_and_birth(found)]
        if found.known.kind == _HOMES:
            lines.append(_area(found))
        self.tables.setdefault(name, _written(name, found, lines))
        return name

    def _place(self, found: Found) -> str | None:
        """Write where records are: by a column of their own, or at the home of the person."""
        if "home" in found.columns:
            return _area(found)
        own = found.known.extract if found.known.extract == "school" else _HOMES
        homes = self.lists.get((own, _HOMES))
        if homes is None:
            self._note(
                f"{found.where} has no postcodes, and no table here has the homes of its people; "
                f"add one with {examples(found.known.columns['person'][:1])}, Postcode, and if "
                "they are known From and To."
            )
            return None
        return f'area = {{ addresses = "{self._of_people(homes)}" }}'


def _area(found: Found) -> str:
    home = json.dumps(found.columns["home"])
    return f"area = {{ {found.vintage or 'postcode'} = {home} }}"


def _sex_and_birth(found: Found) -> list[str]:
    there = (what for what in ("sex", "born") if what in found.columns)
    return [f"{what} = {json.dumps(found.columns[what])}" for what in there]


def _words_of(kind: str) -> str:
    lists = (one["lists"] for one in catalogue().values() if "lists" in one)
    return next(str(one[kind]["words"]) for one in lists if kind in one)


def _quoted(found: Found) -> dict[str, str]:
    return {what: json.dumps(column) for what, column in found.columns.items()}


def _condition(found: Found) -> list[str]:
    """Write which rows a list is of, where the columns are there."""
    where = Template(found.known.where)
    there = set(where.get_identifiers()) <= set(found.columns)
    return [where.substitute(_quoted(found))] if found.known.where and there else []


def _dates(found: Found) -> list[str]:
    return [f"dates = {json.dumps(found.known.dates)}"] if found.known.dates else []


def _written(name: str, found: Found, lines: Sequence[str]) -> str:
    more = []
    if found.sheet:
        more.append(f"sheet = {json.dumps(found.sheet, ensure_ascii=False)}")
    if found.known.element:
        more.append(f'element = "{found.known.element}"')
    person = f"person = {json.dumps(found.columns['person'])}"
    head = f"# {found.known.title}: {found.known.words}\n[tables.{name}]\nfiles = "
    return "\n".join([head + json.dumps(found.file.name), *more, person, *lines, ""])


def _last_month_end(found: Found) -> date | None:
    """Tell the last end of a month that the dates of a list reach, but for a week."""
    columns = [found.columns["date"], found.columns["until"]]
    sheet = found.sheet or None
    table = Table("list", (str(found.file.resolve()),), sheet=sheet, element=found.known.element)
    with opened() as (connection, private), told(found.where):
        spec = Specification(found.file, {}, ())
        source = open_table(connection, table, spec, Files(), private, columns)
        days = (cells.day(quoted(name), source.types[name], found.known.dates) for name in columns)
        latest = ", ".join(f"max({day}) FILTER (WHERE {day} <= current_date)" for day in days)
        found_days = connection.execute(f"SELECT {latest} FROM {source.sql}").fetchone()
    last = max((day for day in found_days if day), default=None)
    return None if last is None else month_end(last)


def month_end(last: date) -> date:
    """Give the last end of a month that is at most a week after a day.

    Examples
    --------
    >>> month_end(date(2024, 3, 26)), month_end(date(2024, 3, 20))
    (datetime.date(2024, 3, 31), datetime.date(2024, 2, 29))
    """
    end = last.replace(day=monthrange(last.year, last.month)[1])
    return end if end - last <= _WEEK else last.replace(day=1) - timedelta(days=1)
