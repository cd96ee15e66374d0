"""What is counted of which records: the specification, read from TOML and checked.

.. code-block:: toml

    period = "financial year"      # year, financial year, school year, quarter, month
    sex = true                     # split by sex; then also all together
    ages = ["0-4", "5-10", "11-17"]
    max_unmatched = 5              # per cent of a table's rows that may lack area, date or key

    [tables.referrals]
    files = "referrals_*.csv"      # beside this file; one, a pattern, or a list of them
    person = "Child ID"
    date = "Referral date"
    sex = "Gender"
    born = "Date of birth"         # or age = "Age"
    area = { postcode = "Postcode" }

    [indicators.referrals_again]
    name = "Referrals within 12 months of a previous one"
    group = "Children and families get support earlier"
    polarity = "low_is_good"
    count = "followed"             # rows, people, first, sum, followed
    of = "referrals"
    followed_by = { of = "referrals", within_days = 365 }
    denominator = "same"
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import FileError, TableError
from geo.records.filters import read_filter
from geo.records.table_entries import read_tables
from geo.records.terms import (
    Band,
    Count,
    Followed,
    Indicator,
    Residents,
    Specification,
    Split,
    Table,
)
from geo.records.wording import near, one_of, require_keys, text, whole
from geo.sources.indicators.catalogue import TARGET, checked
from geo.vocabulary.measures import POLARITIES
from geo.vocabulary.releases import VINTAGES
from geo.vocabulary.spellings import meaning

_PERIOD_OF: dict[str, Callable[[date], object]] = {
    "year": lambda day: day.year,
    "financial year": lambda day: day.year - (day.month < 4),
    "school year": lambda day: day.year - (day.month < 9),
    "quarter": lambda day: (day.year, (day.month - 1) // 3),
    "month": lambda day: (day.year, day.month),
}
PERIODS = tuple(_PERIOD_OF)
KINDS = ("rows", "people", "first", "sum", "followed")
_TOP = ("period", "sex", "ages", "max_unmatched", "tables", "indicators", "lsoas")
_COUNT = ("count", "of", "where", "column", "followed_by")
_FACTS = (
    *("name", "short_name", "group", "unit", "multiplier", "measure", "polarity", "source"),
    *("licence", "confidential", "decimals", "note", "part_of", "total_of", *TARGET),
)
_USUAL = {"source": "Own records", "licence": "Not for publication", "confidential": True}


def read_specification(path: str | Path) -> Specification:
    """Read a specification and check all of it that can be checked without the records.

    Raises
    ------
    FileError
        If the file is missing or no TOML.
    TableError
        If a key or word is not known, something lacks, or two things contradict each other.
    """
    path = Path(path)
    if not path.is_file():
        raise FileError(f"There is no file {path}; give the specification, a file in TOML.")
    try:
        entries = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise FileError(f"{path} is not valid TOML ({problem}); correct it.") from problem
    where = str(path)
    require_keys(entries, _TOP, where)
    for key in ("tables", "indicators"):
        found = entries.get(key)
        if not isinstance(found, dict) or not found:
            raise TableError(f"{where} has no {key}; add a table [{key}.NAME] for each.")
        for name, entry in found.items():
            if not isinstance(entry, dict):
                raise TableError(
                    f"{where} has {key}.{name} that is no table; head it [{key}.{name}]."
                )
    vintage = one_of(entries.get("lsoas", "lsoa21"), tuple(VINTAGES), "lsoas", where)
    tables = read_tables(entries["tables"], vintage)
    indicators = tuple(_indicator(n, e, entries, tables) for n, e in entries["indicators"].items())
    spec = Specification(path, tables, indicators, _limit(entries, where))
    checked(catalogue_of(spec), where)
    return spec


def catalogue_of(spec: Specification) -> pd.DataFrame:
    """Catalogue of the indicators of a specification."""
    return pd.DataFrame([{"indicator_id": one.id, **one.facts} for one in spec.indicators])


def _limit(entries: Mapping[str, Any], where: str) -> float:
    limit = entries.get("max_unmatched", 5)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit <= 100:
        raise TableError(f"{where} has max_unmatched = {limit!r}; give a per cent from 0 to 100.")
    return float(limit)


def _indicator(
    name: str, entry: Mapping[str, Any], top: Mapping[str, Any], tables: Mapping[str, Table]
) -> Indicator:
    where = f"The indicator {name}"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise TableError(f"{where} has no plain name; write it with letters, digits and _ alone.")
    split_keys = ("period", "sex", "ages")
    require_keys(entry, (*_COUNT, "denominator", *split_keys, *_FACTS), where)
    asked = {key: entry.get(key, top.get(key)) for key in split_keys}
    split = _split(asked, where)
    count = _count({k: entry[k] for k in _COUNT if k in entry}, tables, where)
    denominator = _denominator(entry.get("denominator"), count, tables, where)
    for one in (count, denominator):
        if isinstance(one, Count):
            _require_columns(tables[one.table], one, split, where)
            _require_one_day(tables[one.table], split, where)
    if isinstance(denominator, Residents) and split.sex:
        raise TableError(
            f"{where} is split by sex and the residents are not; leave sex out, or the denominator."
        )
    if isinstance(denominator, Count):
        _require_one_vintage(tables[count.table], tables[denominator.table], where)
    facts = {key: entry[key] for key in _FACTS if key in entry}
    return Indicator(name, count, denominator, split, _facts(facts, count, denominator, where))


def _split(asked: Mapping[str, Any], where: str) -> Split:
    if asked["period"] is None:
        raise TableError(f"{where} has no period; write period = one of {', '.join(PERIODS)}.")
    period = one_of(asked["period"], PERIODS, "the period", where)
    sex, ages = asked["sex"] or False, asked["ages"] or []
    if not isinstance(sex, bool):
        raise TableError(f"{where} has sex = {sex!r}; write true to split by sex, or false.")
    if not isinstance(ages, list):
        raise TableError(f'{where} has ages that are no list; write ages = ["0-4", "5-15"].')
    bands = tuple((str(label), _band(label, where)) for label in ages)
    ends = sorted((low, high) for _, (low, high) in bands)
    for (_, end), (start, _) in pairwise(ends):
        if end is None or start <= end:
            raise TableError(f"{where} has age bands that overlap; give bands that do not.")
    return Split(period, sex, bands)


def _band(label: object, where: str) -> Band:
    found = meaning(str(label), "age")
    if isinstance(found, tuple) and (found[1] is None or found[0] <= found[1]):
        return found
    raise TableError(f"{where} has the ages {label!r}; write bands such as 0-4, 16 or 65+.")


def _count(entry: Mapping[str, Any], tables: Mapping[str, Table], where: str) -> Count:
    require_keys(entry, _COUNT, where)
    kind = one_of(entry.get("count", "rows"), KINDS, "count", where)
    table = _table_named(entry.get("of"), tables, where)
    column = text(entry, "column", where)
    if (column is None) == (kind == "sum"):
        must = "needs a column" if kind == "sum" else f"counts {kind} and has a column"
        raise TableError(f"{where} {must}; give a column where sums are counted, and only there.")
    later = entry.get("followed_by")
    if (later is None) == (kind == "followed"):
        must = "needs followed_by" if later is None else f"counts {kind} and has followed_by"
        raise TableError(f'{where} {must}; write followed_by where count = "followed", only there.')
    own = read_filter(entry.get("where", {}), where)
    count = Count(kind, table, own, column)
    if later is None:
        return count
    return Count(kind, table, own, column, _followed(later, count, tables, where))


def _followed(entry: object, count: Count, tables: Mapping[str, Table], where: str) -> Followed:
    at = f"{where}, in followed_by,"
    if not isinstance(entry, dict):
        raise TableError(f'{at} is no table; write {{ of = "referrals", within_days = 90 }}.')
    require_keys(entry, ("of", "where", "within_days", "from_days"), at)
    table = _table_named(entry.get("of"), tables, at)
    within = whole(entry, "within_days", 0, at)
    if within is None:
        raise TableError(f"{at} has no within_days; give the days after which B no longer counts.")
    start = 1 if (given := whole(entry, "from_days", 0, at)) is None else given
    if start > within:
        raise TableError(
            f"{at} has a window from day {start} to day {within}; give within_days of at least "
            f"{start}, or from_days = 0 to take in the same day."
        )
    found = Followed(table, read_filter(entry.get("where", {}), at), within, start)
    if (found.table, found.where, start) == (count.table, count.where, 0):
        raise TableError(f"{at} lets each event follow itself; give from_days = 1 or leave it out.")
    for name in ("person", "date"):
        if getattr(tables[table], name) is None:
            raise TableError(f"{at} needs {name} of the table {table}; add it there.")
    return found


def _table_named(name: object, tables: Mapping[str, Table], where: str) -> str:
    if name is None and len(tables) == 1:
        return next(iter(tables))
    if isinstance(name, str) and name in tables:
        return name
    told = "does not say of which table" if name is None else f"is of the table {name}"
    raise TableError(f"{where} {told}, ({near(str(name), tables)}); give of = one of them.")


def _denominator(
    entry: object, count: Count, tables: Mapping[str, Table], where: str
) -> Count | Residents | None:
    if entry is None:
        return None
    if entry == "same":
        if count.kind in ("rows", "people", "first") and not count.where:
            raise TableError(
                f"{where} is a share of the same rows and has no where, so it is always all of "
                "them; add where, or give another denominator."
            )
        return count.whole
    at = f"{where}, in denominator,"
    if not isinstance(entry, dict):
        raise TableError(
            f'{at} is not understood; write "same", {{ residents = "0-17" }} or a count.'
        )
    if "residents" not in entry:
        return _count(entry, tables, at)
    require_keys(entry, ("residents",), at)
    return Residents(*_band(entry["residents"], at))


def _require_columns(table: Table, count: Count, split: Split, where: str) -> None:
    """Raise if the table does not name a column that is needed to count so."""
    needed = {"area": table.area, "date": table.date}
    if count.kind in ("people", "first", "followed"):
        needed["person"] = table.person
    if split.sex:
        needed["sex"] = table.sex
    if split.ages:
        needed["born or age"] = table.born or table.age
    for name, found in needed.items():
        if found is None:
            raise TableError(f"{where} needs {name} of the table {table.name}; add it there.")


def _require_one_day(table: Table, split: Split, where: str) -> None:
    """Raise if a table is open on two days of one period, on which people would count twice."""
    found = [_PERIOD_OF[split.period](day) for day in table.open_on]
    if len(set(found)) < len(found):
        raise TableError(
            f"{where} is counted of {table.name}, which is open on two days of one {split.period}; "
            "give one day a period in open_on, or another period."
        )


def _require_one_vintage(one: Table, other: Table, where: str) -> None:
    if one.area and other.area and one.area.vintage != other.area.vintage:
        raise TableError(
            f"{where} is counted by {one.area.vintage} and its denominator by "
            f"{other.area.vintage}; give both tables areas of one vintage."
        )


def _facts(
    given: Mapping[str, Any], count: Count, denominator: Count | Residents | None, where: str
) -> dict[str, Any]:
    """Complete the catalogue fields with what the way of counting tells."""
    for name in ("name", "group", "polarity"):
        if name not in given:
            raise TableError(f"{where} has no {name}; add it, as every indicator needs one.")
    one_of(given["polarity"], POLARITIES, "polarity", where)
    if denominator is None:
        usual = {"measure": "count", "multiplier": 1, "unit": "count"}
    elif count.kind == "sum":
        usual = {"measure": "mean", "multiplier": 1, "unit": "mean"}
    elif isinstance(denominator, Residents):
        usual = {"measure": "rate", "multiplier": 1000, "unit": "per 1,000 residents"}
    else:
        usual = {"measure": "proportion", "multiplier": 100, "unit": "%"}
    absent = "nobody" if isinstance(denominator, Count) else "zero"
    return {**_USUAL, **usual, "short_name": given["name"], "absent": absent, **given}
