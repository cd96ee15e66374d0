"""Which periods of different publications add up: spans of time cut at all their ends."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from geo.vocabulary.periods import Period, read

_SCHOOL = 5
"""Months from the beginning of a financial year to that of a school year."""


def same_periods(ours: Iterable[str], theirs: Iterable[str]) -> dict[str, str]:
    """Spell the periods of one indicator as we do, where they are the same.

    Examples
    --------
    >>> same_periods(["2023/24", "2022"], ["2023-24", "2021"])
    {'2023-24': '2023/24', '2021': '2021'}
    """
    ours, theirs = list(ours), list(theirs)
    found = read([*ours, *theirs])
    spelling = {found[period]: period for period in reversed(ours) if found[period]}
    return {
        period: period if period in ours else spelling.get(found[period], period)
        for period in theirs
    }


def made_of(periods: Iterable[str]) -> dict[str, list[str]]:
    """Say what each period is made of that overlaps one of another length.

    Parameters
    ----------
    periods : iterable of str
        Periods of one indicator, each spelled in one way. One that cannot be read stands alone.

    Returns
    -------
    dict
        The parts of each period that has several. A part may be none of ``periods``: it is named
        by its first and last day then.

    Notes
    -----
    Periods that all have one length, such as rolling ones, are not made of each other. A year
    that is split by a stroke begins in April or September, whichever leaves fewer parts that are
    none of ``periods``.

    Examples
    --------
    >>> made_of(["2021-23", "2022-24", "2024"])
    {'2021-23': ['2021-01-01/2021-12-31', '2022-01-01/2023-12-31'],
     '2022-24': ['2022-01-01/2023-12-31', '2024']}
    >>> made_of(["2021-23", "2022-24"])
    {}
    """
    known = {period: span for period, span in read(periods).items() if span is not None}
    choices = [
        _cut({p: _moved(span, months) for p, span in known.items()}) for months in (0, _SCHOOL)
    ]

    def unexplained(cut: dict[str, list[str]]) -> tuple[int, int]:
        named = {part for parts in cut.values() for part in parts}
        return len(named - set(known)), -len(cut)

    return min(choices, key=unexplained)


def _moved(span: Period, months: int) -> Period:
    """Let a year split by a stroke begin so many months after April."""
    if span.calendar != "stroke" or not months:
        return span
    start, after = (_later(day, months) for day in (span.start, span.end + timedelta(days=1)))
    return replace(span, start=start, end=after - timedelta(days=1))


def _later(day: date, months: int) -> date:
    at = 12 * day.year + day.month - 1 + months
    return day.replace(year=at // 12, month=at % 12 + 1)


def _cut(known: dict[str, Period]) -> dict[str, list[str]]:
    name = {(span.start, span.end): period for period, span in known.items()}
    found = {}
    for cluster in _clusters(known):
        if len({known[period].length for period in cluster}) < 2:
            continue
        ends = {day for period in cluster for day in _ends(known[period])}
        steps = [(one, two - timedelta(days=1)) for one, two in pairwise(sorted(ends))]
        for period in cluster:
            span = known[period]
            inside = [step for step in steps if span.start <= step[0] and step[1] <= span.end]
            if len(inside) > 1:
                found[period] = [name.get(step, f"{step[0]}/{step[1]}") for step in inside]
    return found


def _ends(span: Period) -> tuple[date, date]:
    return span.start, span.end + timedelta(days=1)


def _clusters(known: dict[str, Period]) -> Iterator[list[str]]:
    """Periods that overlap each other, or others that do."""
    cluster: list[str] = []
    reached = date.min
    for period in sorted(known, key=lambda period: (known[period].start, known[period].end)):
        if cluster and known[period].start > reached:
            yield cluster
            cluster = []
        cluster.append(period)
        reached = max(reached, known[period].end)
    if cluster:
        yield cluster
