"""What a cell of a record means, in SQL: dates, numbers, ages, sexes and periods."""

from collections.abc import Sequence

from geo.records.terms import Band, Split

FEMALE, MALE, UNKNOWN_SEX = 1, 2, 3
FIRST_DAY = "1900-01-01"
OLDEST = 120
NO_DATE, NO_SUCH_DATE = -1, -2
"""Stand where a period should be."""
_SEXES = {
    FEMALE: ("female", "f", "girl", "girls", "woman", "women", "2", "a) female"),
    MALE: ("male", "m", "boy", "boys", "man", "men", "1", "b) male"),
}
_YEAR_FIRST = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d",
)
_DAY_FIRST = ("%d/%m/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y", "%d.%m.%Y",
              "%d %b %Y", "%d-%b-%Y", "%d %B %Y")  # fmt: skip
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m-%d-%Y")
FORMS = {"year first": _YEAR_FIRST, "day first": _DAY_FIRST, "month first": _MONTH_FIRST}
_PERIODS = {
    "year": "year({0})",
    "financial year": "year({0}) - (month({0}) < 4)::INTEGER",
    "school year": "year({0}) - (month({0}) < 9)::INTEGER",
    "quarter": "year({0}) * 4 + quarter({0}) - 1",
    "month": "year({0}) * 12 + month({0}) - 1",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def words(cell: str, kind: str) -> str:
    """Read the text in a cell; null where it is blank."""
    return f"nullif(trim({cell}), '')" if kind == "VARCHAR" else _text(cell, kind)


def there(cell: str, kind: str) -> str:
    """Tell whether anything stands in a cell; what is no text is not made one for it."""
    return f"{words(cell, kind) if kind == 'VARCHAR' else cell} IS NOT NULL"


def _text(cell: str, kind: str) -> str:
    return cell if kind == "VARCHAR" else f"CAST({cell} AS VARCHAR)"


def number(cell: str, kind: str) -> str:
    """Read the number in a cell, with commas between thousands; null where there is none."""
    if kind == "VARCHAR":
        cell = f"TRY_CAST(replace(trim({cell}), ',', '') AS DOUBLE)"
    else:
        cell = f"TRY_CAST({cell} AS DOUBLE)"
    return f"CASE WHEN isfinite({cell}) THEN {cell} END"


def no_number(cell: str, kind: str) -> str:
    """Whether something stands in a cell that is no number."""
    return f"({there(cell, kind)} AND {number(cell, kind)} IS NULL)"


def is_typed_date(kind: str) -> bool:
    """Tell whether a column holds dates, and no text or numbers that have to be understood."""
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def day(cell: str, kind: str, form: str | None) -> str:
    """Read the date in a cell; null where there is none."""
    if is_typed_date(kind):
        return cell if kind == "DATE" else f"CAST({cell} AS DATE)"
    forms = dict.fromkeys(["year first", form or "day first"])  # no cell is of both
    read = [_in_form(cell, kind, one) for one in forms]
    return read[0] if len(read) == 1 else f"coalesce({', '.join(read)})"


def _in_form(cell: str, kind: str, form: str) -> str:
    listed = ", ".join(f"'{one}'" for one in FORMS[form])
    return f"CAST(try_strptime(trim({_text(cell, kind)}), [{listed}]) AS DATE)"


def days(day: str) -> str:
    """Count the days from ``FIRST_DAY`` to a date."""
    return f"TRY_CAST(date_diff('day', DATE '{FIRST_DAY}', {day}) AS INTEGER)"


def form_of_date(cell: str, kind: str) -> str:
    """Tell in which form a date stands that can be read in one alone: 1, 2 or 3; null if in none.

    A date that is read day first and month first is of either.
    """
    year, day_first, month = (f"{_in_form(cell, kind, one)} IS NOT NULL" for one in FORMS)
    return (
        f"CASE WHEN {year} THEN 1 WHEN {day_first} AND NOT ({month}) THEN 2 "
        f"WHEN {month} AND NOT ({day_first}) THEN 3 END"
    )


def sex(cell: str, kind: str) -> str:
    """Read the sex in a cell: also as censuses and lists of children have it, 2 or a) for girls."""
    plain = f"lower({words(cell, kind)})"
    cases = " ".join(
        f"WHEN {plain} IN ({', '.join(map(repr, spelt))}) THEN {code}"
        for code, spelt in _SEXES.items()
    )
    return f"CASE {cases} ELSE {UNKNOWN_SEX} END"


def age_at(born: str, when: str) -> str:
    """Age in completed years; null before the birth, which would be 0 whole years away."""
    return f"CASE WHEN {born} <= {when} THEN date_sub('year', {born}, {when}) END"


def period(split: Split, today: str) -> str:
    """Write the number of the period of a column ``day``; below 0 where it is none."""
    return (
        f"CASE WHEN day BETWEEN DATE '{FIRST_DAY}' AND {today} "
        f"THEN {_PERIODS[split.period].format('day')} "
        f"WHEN dated THEN {NO_SUCH_DATE} ELSE {NO_DATE} END"
    )


def period_label(code: int, kind: str) -> str:
    """Write the number of a period.

    Examples
    --------
    >>> period_label(2023, "financial year"), period_label(2024 * 4, "quarter")
    ('2023/24', '2024 Q1')
    >>> period_label(2024 * 12 + 3, "month"), period_label(2024, "year")
    ('Apr 2024', '2024')
    """
    if kind == "month":
        return f"{_MONTHS[code % 12]} {code // 12}"
    if kind == "quarter":
        return f"{code // 4} Q{code % 4 + 1}"
    return str(code) if kind == "year" else f"{code}/{(code + 1) % 100:02d}"


def band(ages: Sequence[tuple[str, Band]], age: str) -> str:
    """Write the number of the band of an age; then one for other ages, and one for no age."""
    cases = " ".join(
        f"WHEN {age} BETWEEN {low} AND {OLDEST if high is None else high} THEN {at}"
        for at, (_, (low, high)) in enumerate(ages)
    )
    others = len(ages)
    return f"CASE {cases} WHEN {age} BETWEEN 0 AND {OLDEST} THEN {others} ELSE {others + 1} END"
