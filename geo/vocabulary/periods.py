"""Periods that figures are of, in every spelling that publishers use: order, latest, overlap.

Which spelling is read how, where it could be more than one thing:

- ``2021-22`` and ``2021 to 2022`` are one year (the second number is the next), ``2021-23`` three.
- ``202324`` is a school or financial year as the Department for Education writes it, ``202312`` a
  month. ``2009-10`` and ``200910`` are years, unless another period of the set is written alike and
  can only be a month (``2009-09``).
- ``FY24`` ends in March 2024. Quarters, half-years and months ``M1`` of years that are split by a
  stroke are counted from April.
- ``2023/24`` may begin in April, August or September, or be two calendar years together. Beside
  another such year that makes no difference; beside other periods it overlaps whatever shares a
  calendar year with it.
"""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

import numpy as np
import pandas as pd

ALLOWED = (
    "years (2024, 2023/24), terms (Autumn 2023), half-years (2024 H1), quarters (2024 Q1), months "
    "(Apr 2024), dates (2024-03-31) or spans of them (2021/22 to 2023/24, Year to Mar 2024)"
)
_T = TypeVar("_T", bound=Hashable)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_Y = r"(?:19|20|21)\d\d"
_DATES = (
    rf"(?P<y>{_Y})-(?P<m>\d\d)-(?P<d>\d\d)",
    rf"(?P<y>{_Y})(?P<m>\d\d)(?P<d>\d\d)",
    rf"(?P<d>\d\d?)[/.](?P<m>\d\d?)[/.](?P<y>{_Y})",
    rf"(?P<d>\d\d?)(?:st|nd|rd|th)?[ -]{_NAME}[ -](?P<y>{_Y}|\d\d)",
    rf"{_NAME}[ /-]?'?(?P<y>{_Y}|\d\d)",
    rf"(?P<y>{_Y})[ /-]?{_NAME}",
    rf"(?P<m>0[1-9]|1[0-2])[/-](?P<y>{_Y})",
)
_CALENDARS = {
    "FY": r"fye?|fin(?:ancial)? years?|fiscal years?|tax years?",
    "AY": r"ay|academic(?: years?)?|school years?",
    "CY": r"cy|calendar years?",
}
_TERMS = {"autumn": (8, 12), "spring": (12, 15), "summer": (15, 20)}
"""Months of the terms, counted from January of the year in which the school year begins."""
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12}
_MOST, _LONGEST = 80, 30
"""Most characters of a period, and most years pooled: ``2021-09`` is no span to 2109."""


@dataclass(frozen=True)
class Period:
    """From one day to another, both included.

    Attributes
    ----------
    start, end : date
        First and last day; of a year split by a stroke those of a financial year.
    calendar : str
        Empty where the days are told; else the spelling that leaves open in which month its years
        begin: ``stroke`` (``2023/24``) or ``FY`` (``FY24``).
    """

    start: date
    end: date
    calendar: str = ""

    @property
    def length(self) -> tuple[int, int]:
        """Months and days: whole months, or else days alone.

        Examples
        --------
        >>> parse("2023/24").length, parse("2024-03-31").length
        ((12, 0), (0, 1))
        """
        after = self.end + timedelta(days=1)
        months = (after.year - self.start.year) * 12 + after.month - self.start.month
        whole = after.day == self.start.day
        return (months, 0) if whole else (0, (after - self.start).days)

    @property
    def _widest(self) -> "Period":
        whole = Period(date(self.start.year, 1, 1), date(self.end.year, 12, 31))
        return whole if self.calendar else self

    def overlaps(self, other: "Period") -> bool:
        """Tell whether a day may be in both.

        Examples
        --------
        >>> parse("2023/24").overlaps(parse("2024/25")), parse("2023/24").overlaps(parse("2024"))
        (False, True)
        """
        alike = self.calendar == other.calendar
        one, two = (self, other) if alike else (self._widest, other._widest)
        return one.start <= two.end and two.start <= one.end

    def contains(self, other: "Period") -> bool:
        """Tell whether all days of the other may be in this one.

        Examples
        --------
        >>> parse("2022/23 to 2023/24").contains(parse("2023/24"))
        True
        >>> parse("2024").contains(parse("2023/24"))
        False
        """
        whole, part = self, other
        if self.calendar != other.calendar:
            whole, part = self._widest, other if self.calendar else other._widest
        return whole.start <= part.start and part.end <= whole.end


def parse(period: object) -> Period | None:
    """Read a period by itself; None if it cannot be read.

    Examples
    --------
    >>> parse("2023/24") == parse(202324) == parse("2023–24") == parse("2023/2024")
    True
    >>> parse("Year ending March 2024") == parse("2023-04-01/2024-03-31")
    True
    >>> parse("Wave 3") is None
    True
    """
    return next(iter(_readings(str(period))), None)


def read(periods: Iterable[_T]) -> dict[_T, Period | None]:
    """Read the periods of one indicator together, so that one settles what another can mean.

    Examples
    --------
    >>> [read(months)["2009-10"].length for months in (["2009-10"], ["2009-09", "2009-10"])]
    [(12, 0), (1, 0)]
    """
    return _settled({period: _readings(str(period)) for period in periods})


def _settled(readings: dict[_T, tuple[Period, ...]]) -> dict[_T, Period | None]:
    monthly = {
        _shape(period)
        for period, found in readings.items()
        if len(found) == 1 and found[0].length == (1, 0)
    }
    return {
        period: found[-1 if _shape(period) in monthly else 0] if found else None
        for period, found in readings.items()
    }


def _shape(period: Hashable) -> str:
    return re.sub(r"\d", "0", str(period))


def same(one: object, other: object) -> bool:
    """Tell whether two spellings are of the same period; what cannot be read is only itself."""
    found = parse(one)
    return str(one) == str(other) if found is None else found == parse(other)


def in_order(periods: Iterable[_T]) -> list[_T]:
    """Sort the different periods of one indicator by their ends, then by their beginnings.

    What cannot be read stands where the last year it names ends, or first, by its numbers.

    Examples
    --------
    >>> in_order(["Apr 2024", "Dec 2023", "2022/23-2024/25", "10", "9", "Dec 2023"])
    ['9', '10', 'Dec 2023', 'Apr 2024', '2022/23-2024/25']
    """
    known = read(periods)
    return sorted(known, key=lambda period: _order(str(period), known[period]))


def _order(text: str, period: Period | None) -> tuple[object, ...]:
    numbers = [(len(number), number) for number in re.findall(r"[1-9][0-9]*|0+", text)]
    if period is not None:
        return period.end, period.start, numbers, text
    years = [int(year) for year in re.findall(rf"(?<!\d){_Y}(?!\d)", text)]
    return date(max(years), 12, 31) if years else date.min, date.min, numbers, text


def latest(periods: Iterable[_T]) -> _T:
    """Pick the last period of one indicator.

    Examples
    --------
    >>> latest(["Apr 2024", "Dec 2023"])
    'Apr 2024'
    """
    return in_order(periods)[-1]


def latest_by(keys: pd.Series, periods: pd.Series) -> pd.Series:
    """Pick the last period that the rows of each key have.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "a", "b"], "period": ["Apr 2024", "Dec 2023", "2022"]})
    >>> latest_by(table["id"], table["period"]).to_dict()
    {'a': 'Apr 2024', 'b': '2022'}
    """
    pairs = pd.DataFrame({"key": keys, "period": periods}).drop_duplicates()
    return pairs.groupby("key")["period"].agg(lambda own: latest(own))


def in_latest(
    table: pd.DataFrame, keys: Sequence[str], among: np.ndarray | None = None
) -> pd.Series:
    """Tell which rows are of the last period of their series, as the rows ``among`` have it.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "a"], "period": ["Apr 2024", "Dec 2023"]})
    >>> in_latest(table, ["id"]).tolist(), in_latest(table, ["id"], [False, True]).tolist()
    ([True, False], [False, True])
    """
    series = table.groupby(list(keys), dropna=False, sort=False).ngroup()
    period = table["period"].astype(str)
    own = slice(None) if among is None else among
    return period.eq(series.map(latest_by(series[own], period[own])))


@lru_cache(10_000)
def _readings(text: str) -> tuple[Period, ...]:
    """All that a spelling can mean, the likeliest first."""
    if len(text) > _MOST:
        return ()
    plain = re.sub(r"[‐-―−]", "-", text.lower().strip())
    plain = re.sub(r"(?<=\d)[t ]\d\d:\d\d(:\d\d(\.\d+)?)?$", "", plain)
    plain = re.sub(r"^(\d+)\.0$", r"\1", plain)
    counted = re.search(r"\((\d\d?)[ -]years?(?: pooled)?\)", plain)
    plain = re.sub(r"[(\[](?:\d+[ -]years?(?: pooled)?|pooled|provisional|revised|final|p|r)[)\]]"
                   r"|\bcensus\b|,", " ", plain)  # fmt: skip
    found = _of(" ".join(re.sub(r"\b(fye?|ay|cy)(?=\d)", r"\1 ", plain).split()))
    years = 12 * int(counted[1]) if counted else None
    return tuple(one for one in found if years in (None, one.length[0]))


def _of(text: str) -> list[Period]:
    rules = (_years, _date, _part, _term, _to, _span)
    return next((found for rule in rules if (found := rule(text))), [])


def _months(year: int, month: int, count: int, calendar: str = "") -> Period:
    """Whole months; ``month`` may go beyond December."""
    first = 12 * year + month - 1
    start, after = (date(at // 12, at % 12 + 1, 1) for at in (first, first + count))
    return Period(start, after - timedelta(days=1), calendar)


def _full(year: str) -> int:
    return int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)


def _calendar(text: str) -> tuple[str, str]:
    """Tell which calendar the words before or behind a year name, and the rest."""
    for name, words in _CALENDARS.items():
        if found := re.search(rf"^(?:{words})\b ?|(?: |\b)(?:{words})$", text):
            return name, text.replace(found[0], "", 1)
    return "", text


def _years(text: str) -> list[Period]:
    """``2023``, ``2023/24``, ``202324``, ``FY24``, ``Academic year 2023/24``, ``2021-23``."""
    calendar, core = _calendar(text)
    if found := re.fullmatch(rf"(?P<year>{_Y})|(?:ending |ended )?(?P<fy>{_Y}|\d\d)", core):
        year = _full(found["year"] or found["fy"])
        if calendar == "FY":
            return [_months(year - 1, 4, 12, "FY")]
        return [_months(year, 1, 12)] if found["year"] and calendar != "AY" else []
    found = re.fullmatch(rf"({_Y}|\d\d(?!.*\d{{4}}))( ?[-/] ?| to )({_Y}|\d\d)", core)
    found = found or re.fullmatch(rf"({_Y})()({_Y}|\d\d)", core)
    return _two_years(calendar, *found.groups()) if found else []


def _two_years(calendar: str, one: str, between: str, two: str) -> list[Period]:
    first = _full(one)
    gap = (int(two) - first) % 100 if len(two) == 2 else int(two) - first
    month = int(two) if len(one) == 4 and between in ("-", "/", "") and int(two) < 13 else 0
    if calendar == "CY":
        return []
    found = []
    if gap == 1:
        found = [_months(first, 9 if calendar == "AY" else 4, 12, "" if calendar else "stroke")]
    elif 1 < gap <= (_LONGEST if not month else 10) and between and len(one) == 4 and not calendar:
        found = [_months(first, 1, 12 * (gap + 1))]
    return [*found, _months(first, month, 1)] if month and not calendar else found


def _date(text: str) -> list[Period]:
    """``2024-03-31``, ``31/03/2024``, ``31 March 2024``, ``Apr 2024``, ``Apr-24``, ``04/2024``."""
    text = re.sub(r"^(?:as at|at|on) ", "", text)
    found = next((found for form in _DATES if (found := re.fullmatch(form, text))), None)
    if not found:
        return []
    parts = found.groupdict()
    year = _full(parts["y"])
    month = _MONTHS.index(parts["name"][:3]) + 1 if "name" in parts else int(parts["m"])
    try:
        return [Period(day := date(year, month, int(parts["d"])), day)]
    except KeyError:
        return [_months(year, month, 1)]
    except ValueError:
        return []


def _part(text: str) -> list[Period]:
    """``2024 Q1``, ``Q1 2024/25``, ``H1 2024``, ``2024 M04``, ``FY24 M1``."""
    part = r"(?:(?P<q>q|quarter ?)(?=[1-4])|(?P<h>h|half ?)(?=[12])|m|month ?)(?P<n>\d\d?)"
    found = re.fullmatch(rf"{part}[ -]*(?:of )?(?P<year>.+)", text)
    found = found or re.fullmatch(rf"(?P<year>.+?)[ -]*{part}", text)
    year = _one_year(found["year"]) if found else None
    if not found or not year or year.start.month == 9:
        return []
    size, number = 3 if found["q"] else 6 if found["h"] else 1, int(found["n"])
    if not 1 <= number <= 12 // size:
        return []
    calendar = year.calendar if year.calendar == "FY" else ""
    first = year.start.month + size * (number - 1)
    return [_months(year.start.year, first, size, calendar)]


def _term(text: str) -> list[Period]:
    """``Autumn 2023``, ``Spring term 2023/24``, ``Autumn and spring terms 2023/24``."""
    term = rf"(?P<one>{'|'.join(_TERMS)})(?: and (?P<two>{'|'.join(_TERMS)}))?(?: terms?)?"
    found = re.fullmatch(rf"{term} (?P<year>.+)", text)
    found = found or re.fullmatch(rf"(?P<year>.+?) {term}", text)
    year = _one_year(found["year"]) if found else None
    if not found or not year or year.calendar == "FY":
        return []
    first, last = _TERMS[found["one"]][0], _TERMS[found["two"] or found["one"]][1]
    begins = year.start.year
    if year.start.month == 1:
        begins -= first >= 12
        if found["two"]:
            return []
    return [_months(begins, first + 1, last - first)] if first < last else []


def _one_year(text: str) -> Period | None:
    return next((year for year in _years(text) if year.length == (12, 0)), None)


def _to(text: str) -> list[Period]:
    """``Year to Mar 2024``, ``12 months ending 31 March 2024``, ``3 years to 2023``."""
    found = re.fullmatch(
        rf"(?:rolling |the |financial )*(?:(?P<n>\d+|{'|'.join(_NUMBERS)})[ -]?)?"
        r"(?:(?P<y>years?|y(?=e))|(?P<q>quarters?)|m(?:onths?)?)"
        r"(?: to| ?e(?:nd(?:ing|ed)?)?) (?P<end>.+)",
        text,
    )  # fmt: skip
    end = next(iter(_years(found["end"]) or _date(found["end"])), None) if found else None
    if not found or not end or end.calendar or end.length[0] > 12:
        return []
    number = found["n"] or "one"
    count = _NUMBERS[number] if number in _NUMBERS else int(number)
    count *= 12 if found["y"] else 3 if found["q"] else 1
    after = end.end + timedelta(days=1)
    if not 0 < count <= 12 * _LONGEST:
        return []
    start = _months(after.year, after.month - count, 1)
    return [Period(min(start.start + timedelta(days=after.day - 1), start.end), end.end)]


def _span(text: str) -> list[Period]:
    """Two periods and all between: ``2021/22 to 2023/24``, ``Jan-Mar 2024``, ISO dates."""
    for sign in (" to ", " until ", " - ", "/", "-"):
        ends = text.removeprefix("from ").split(sign)
        if len(ends) == 2 and (found := _between(*ends)):
            return [found]
    return []


def _between(one: str, two: str) -> Period | None:
    parts = [_calendar(part) for part in (one, two)]
    if len(named := {name for name, _ in parts if name}) == 1:
        one, two = (f"{name.lower()} {core}" for name in named for _, core in parts)
    short = {p: tuple(one for one in _readings(p) if one.length[0] <= 12) for p in (one, two)}
    known = _settled(short)
    first, last = known[one], known[two]
    if last and not first:
        first = parse(f"{one} {last.start.year}")
    if not first or not last or first.calendar != last.calendar:
        return None
    if first.start >= last.start or first.end >= last.end:
        return None
    return Period(first.start, last.end, first.calendar)
