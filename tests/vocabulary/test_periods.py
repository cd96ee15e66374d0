"""Periods in every spelling: what they are, their order, the latest, and which overlap."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.vocabulary.periods import (
    Period,
    in_latest,
    in_order,
    latest,
    latest_by,
    parse,
    read,
    same,
)

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December"]  # fmt: skip
at_leisure = settings(deadline=None, derandomize=True)
years = st.integers(2000, 2058)
months = st.integers(1, 12)


def months_of(year, month, count=1):
    """Whole months from the first of one; months above 12 are of the next year."""
    first, after = year * 12 + month - 1, year * 12 + month - 1 + count
    start, end = (date(at // 12, at % 12 + 1, 1) for at in (first, after))
    return start, end - timedelta(days=1)


def spellings_of_calendar_years(year):
    return [year, float(year), f"{year}", f"{year}.0", f"Calendar year {year}", f"CY{year}",
            f"Jan {year} - Dec {year}", f"{year}-01-01/{year}-12-31", f"Year to Dec {year}",
            f"Census {year}"]  # fmt: skip


def spellings_of_split_years(year):
    short = f"{(year + 1) % 100:02}"
    made = [f"{year}/{short}", f"{year}-{short}", f"{year}–{short}", f"{year} - {short}",
            f"{year}/{year + 1}", f"{year}-{year + 1}", f"{year} to {year + 1}",
            f"{year % 100:02}/{short}", f" {year}/{short} ", f"{year}/{short} (provisional)",
            f"{year}{year + 1}"]  # fmt: skip
    return [*made, f"{year}{short}", int(f"{year}{short}"), float(f"{year}{short}")]


def spellings_of_financial_years(year):
    short = f"{(year + 1) % 100:02}"
    return [f"FY{year}/{short}", f"FY {year}-{short}", f"FY{year % 100:02}/{short}",
            f"Financial year {year}/{short}", f"{year}-{short} financial year",
            f"Apr {year} - Mar {year + 1}", f"April {year} to March {year + 1}",
            f"{year}-04 to {year + 1}-03", f"Year to Mar {year + 1}", f"YE March {year + 1}",
            f"Year ending 31 March {year + 1}", f"12 months to Mar {year + 1}",
            f"Rolling 12 months ending March {year + 1}",
            f"{year}-04-01/{year + 1}-03-31", f"{year}-04-01 to {year + 1}-03-31",
            f"1 April {year} to 31 March {year + 1}",
            f"01/04/{year} - 31/03/{year + 1}"]  # fmt: skip


def spellings_of_school_years(year):
    short = f"{(year + 1) % 100:02}"
    return [f"{year}/{short} academic year", f"Academic year {year}/{short}",
            f"School year {year}-{short}", f"AY{year}/{short}", f"academic year {year}{short}",
            f"Sep {year} - Aug {year + 1}"]  # fmt: skip


def spellings_of_months(year, month):
    name = MONTHS[month - 1]
    return [f"{name} {year}", f"{name[:3]} {year}", f"{name[:3]}-{year % 100:02}",
            f"{name[:3].upper()} {year % 100:02}", f"{year} {name[:3]}", f"{year} M{month:02}",
            f"{year}M{month}", f"M{month} {year}", f"{month:02}/{year}"]  # fmt: skip


@at_leisure
@given(years)
@pytest.mark.parametrize(
    ("spell", "month"),
    [
        (spellings_of_calendar_years, 1),
        (spellings_of_split_years, 4),
        (spellings_of_financial_years, 4),
        (spellings_of_school_years, 9),
    ],
)
def test_parse_reads_every_spelling_of_a_year_alike(spell, month, year):
    written = spell(year)
    for one in written:
        found = parse(one)
        assert found is not None, one
        assert (found.start, found.end) == months_of(year, month, 12), one
        assert same(one, written[0]), one


@at_leisure
@given(years, months)
def test_parse_reads_every_spelling_of_a_month_alike(year, month):
    for one in spellings_of_months(year, month):
        assert parse(one) == Period(*months_of(year, month)), one


@at_leisure
@given(years, st.integers(1, 4), st.integers(1, 2))
def test_parse_reads_quarters_and_halves_of_both_years(year, quarter, half):
    short = f"{(year + 1) % 100:02}"
    for size, letter, number in ((3, "Q", quarter), (6, "H", half)):
        whole = months_of(year, 1 + size * (number - 1), size)
        part = f"{letter}{number}"
        for one in (f"{year} {part}", f"{part} {year}", f"{year}{part}", f"{year}-{part}"):
            assert parse(one) == Period(*whole), one
        split = months_of(year, 4 + size * (number - 1), size)
        for one in (f"{year}/{short} {letter}{number}", f"{letter}{number} {year}/{short}",
                    f"FY{year}-{short} {letter}{number}"):  # fmt: skip
            assert parse(one) == Period(*split), one


@at_leisure
@given(years, st.integers(2, 10))
def test_parse_reads_every_spelling_of_pooled_years_alike(year, number):
    last = year + number - 1
    if number > 2:  # 2021-22 is one year, 2021-23 is three
        written = [f"{year} to {last}", f"{year} - {last % 100:02}", f"{year}-{last}",
                   f"{year} to {last} ({number} years)", f"{number} years to {last}"]  # fmt: skip
        for one in written:
            assert parse(one) == Period(*months_of(year, 1, 12 * number)), one
    first, final = f"{year}/{(year + 1) % 100:02}", f"{last}/{(last + 1) % 100:02}"
    short = f"{last % 100:02}/{(last + 1) % 100:02}"
    written = [f"{first} to {final}", f"{first}-{final}", f"{first} - {short}",
               f"{first} – {final} (pooled)"]  # fmt: skip
    for one in written:
        assert parse(one) == Period(*months_of(year, 4, 12 * number), "stroke"), one


@at_leisure
@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(1, 5000))
def test_parse_reads_dates_and_ranges_of_them(start, days):
    end = start + timedelta(days=days)
    written = [start, start.isoformat(), f"{start:%d/%m/%Y}", f"{start.day} {start:%B %Y}",
               f"{start:%Y%m%d}", pd.Timestamp(start), np.datetime64(start),
               datetime(start.year, start.month, start.day), f"as at {start}"]  # fmt: skip
    for one in written:
        assert parse(one) == Period(start, start), one
    for one in (f"{start}/{end}", f"{start} to {end}", f"{start:%d/%m/%Y} - {end:%d/%m/%Y}"):
        assert parse(one) == Period(start, end), one


@pytest.mark.parametrize(
    ("spelling", "start", "end"),
    [
        ("FY24", "2023-04-01", "2024-03-31"),
        ("FY2024", "2023-04-01", "2024-03-31"),
        ("FY24 M1", "2023-04-01", "2023-04-30"),
        ("FY24 Q4", "2024-01-01", "2024-03-31"),
        ("Autumn 2023", "2023-09-01", "2023-12-31"),
        ("Autumn term 2023/24", "2023-09-01", "2023-12-31"),
        ("Spring 2024", "2024-01-01", "2024-03-31"),
        ("2023/24 Spring term", "2024-01-01", "2024-03-31"),
        ("Summer 2024", "2024-04-01", "2024-08-31"),
        ("Autumn and spring terms 202324", "2023-09-01", "2024-03-31"),
        ("202312", "2023-12-01", "2023-12-31"),
        ("202324", "2023-04-01", "2024-03-31"),
        ("2021-22", "2021-04-01", "2022-03-31"),
        ("2021-23", "2021-01-01", "2023-12-31"),
        ("1998-00", "1998-01-01", "2000-12-31"),
        ("2000-12", "2000-12-01", "2000-12-31"),
        ("2021-09", "2021-09-01", "2021-09-30"),
        ("2025-09 to 2026-08", "2025-09-01", "2026-08-31"),
        ("2009-10 to 2010-09", "2009-10-01", "2010-09-30"),
        ("1995/96 - 97/98", "1995-04-01", "1998-03-31"),
        ("Apr-98", "1998-04-01", "1998-04-30"),
        ("2001-03 to 2002-02", "2001-03-01", "2002-02-28"),
        ("Jan-Mar 2024", "2024-01-01", "2024-03-31"),
        ("Quarter ending March 2024", "2024-01-01", "2024-03-31"),
        ("Three years ending 31 March 2024", "2021-04-01", "2024-03-31"),
        ("2021/22 to 2023/24 academic years", "2021-09-01", "2024-08-31"),
        ("2023 Q2 to 2023 Q3", "2023-04-01", "2023-09-30"),
        ("FY22 to FY24", "2021-04-01", "2024-03-31"),
    ],
)
def test_parse_reads_what_publishers_write(spelling, start, end):
    found = parse(spelling)
    assert (str(found.start), str(found.end)) == (start, end)


@pytest.mark.parametrize(
    "text",
    ["", "nan", "all", "Wave 3", "10", "5-9", "aged 16-17", "Year 1", "2024/25 to date",
     "2024-2021", "2024-02-30", "2024 Q5", "2024 H3", "2024 M13", "Oct to Jan 2024", "FY24 Autumn",
     "2021 to 2023 (4 years)", "Academic year 2023", "2023 to", "to 2023", "2023 and 2024",
     "2024 to Mar 2024", "Apr 2024 to Apr 2024", "Q1 2023/24 academic year",
     "Year to 2023/24", "3 years to 2021-23", "Autumn and spring 2023",
     "rolling " * 20 + "year to 2023", "9999-12-31", "Mar 2024 - Apr 2023", None, np.nan, True],
)  # fmt: skip
def test_parse_gives_none_for_what_is_no_period(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("written", "lengths"),
    [
        (["2009-10", "2010-11"], [12, 12]),
        (["2009-10", "2009-09"], [1, 1]),
        (["200910", "200911", "200909"], [1, 1, 1]),
        (["2009-10", "Sep 2009"], [12, 1]),  # written otherwise, so it settles nothing
        (["2010-12", "2010-01"], [1, 1]),
        (["2010-12", "2011-13"], [36, 36]),
    ],
)
def test_read_lets_a_set_of_periods_settle_what_one_can_mean(written, lengths):
    assert [span.length[0] for span in read(written).values()] == lengths


spelled = st.one_of(
    years.map(str),
    st.builds(lambda year: f"{year}/{(year + 1) % 100:02}", years),
    st.builds(lambda year: f"FY{year % 100:02}", years),
    st.builds("{}-{:02}-01".format, years, months),
    st.builds(lambda year, month: f"{MONTHS[month - 1]} {year}", years, months),
    st.builds("{} Q{}".format, years, st.integers(1, 4)),
    st.builds("{} {}".format, st.sampled_from(["Autumn", "Spring", "Summer"]), years),
    st.builds(lambda year, more: f"{year} to {year + more}", years, st.integers(2, 9)),
    st.builds(lambda year: f"{year}/{(year + 1) % 100:02} to {year + 2}/{(year + 3) % 100:02}",
              years),
)  # fmt: skip


@at_leisure
@given(st.lists(spelled | st.text(max_size=20), min_size=1))
def test_in_order_is_one_order_of_all_and_agrees_with_dates(periods):
    ordered = in_order(periods)
    assert sorted(map(str, ordered)) == sorted({str(period) for period in periods})
    assert in_order(reversed(periods)) == ordered
    assert latest(periods) == ordered[-1]
    ends = [span.end for span in read(ordered).values() if span]
    assert ends == sorted(ends)


def test_in_order_takes_what_cannot_be_read():
    periods = ["9" * 6000, "Wave 10", "Wave 9", "2024", None, np.nan, "Wave 2 (2025)", 7, "٣", "Ⅳ"]
    assert in_order(periods)[-2:] == ["2024", "Wave 2 (2025)"]
    assert in_order(["Wave 10", "Wave 9"]) == ["Wave 9", "Wave 10"]


def test_in_order_puts_terms_months_and_years_where_they_end():
    assert in_order(["Mar 2024", "Year to Mar 2024"]) == ["Year to Mar 2024", "Mar 2024"]
    terms = ["Autumn 2023", "2022/23", "Summer 2024", "Spring 2024", "Dec 2023", "2024"]
    assert in_order(terms) == ["2022/23", "Autumn 2023", "Dec 2023", "Spring 2024", "Summer 2024",
                               "2024"]  # fmt: skip


@at_leisure
@given(spelled, spelled)
def test_overlap_is_symmetric_and_what_is_contained_overlaps(one, two):
    first, second = parse(one), parse(two)
    assert first.overlaps(first)
    assert first.contains(first)
    assert first.overlaps(second) == second.overlaps(first)
    if first.contains(second):
        assert first.overlaps(second)
    if first.start <= second.end and second.start <= first.end:
        assert first.overlaps(second)


@pytest.mark.parametrize(
    ("one", "two", "overlap"),
    [
        ("2023/24", "2024/25", False),
        ("2023/24", "2023/24 to 2024/25", True),
        ("2023/24", "2024", True),
        ("2023/24", "2025", False),
        ("2023/24", "Summer 2024", True),  # a school year
        ("2023/24", "Apr 2023 - Mar 2024", True),
        ("FY24", "2024/25", True),  # some call 2024/25 FY24
        ("FY24", "FY25", False),
        ("FY24", "FY24 M1", True),
        ("FY2023/24", "2024 Q2", False),
        ("2024", "2024 H2", True),
        ("2024 H1", "2024 H2", False),
        ("Year to Mar 2024", "Jan 2024", True),
        ("Autumn 2023", "2023/24", True),
        ("2024-03-31", "2024", True),
        ("2022", "2022-23", True),
    ],
)
def test_overlap_of_what_is_written_otherwise(one, two, overlap):
    assert parse(one).overlaps(parse(two)) is overlap


@pytest.mark.parametrize(
    ("whole", "part", "contains"),
    [
        ("2023/24", "Jan 2023", True),  # it may be two calendar years
        ("2023/24", "Dec 2022", False),
        ("2023-25", "2023/24", True),
        ("Apr 2023 - Mar 2024", "2023/24", False),  # which may end in August
        ("2024", "2024", True),
        ("2024", "2023/24", False),
    ],
)
def test_contains_what_may_be_within(whole, part, contains):
    assert parse(whole).contains(parse(part)) is contains


def test_same_knows_spellings_of_one_period_and_nothing_else():
    assert same("2023-24", "2023/2024")
    assert not same("2023-24", "2023")
    assert same("Wave 3", "Wave 3")
    assert not same("Wave 3", "Wave 4")
    assert not same("FY2023/24", "2023/24")  # which may be a school year


def test_latest_by_is_of_each_key_and_in_latest_of_the_rows_that_decide():
    table = pd.DataFrame(
        {"id": ["a", "a", "a", "b"], "sex": [None, None, "f", None],
         "period": ["Dec 2023", "Apr 2024", "Jan 2024", "2020"]}
    )  # fmt: skip
    assert latest_by(table["id"], table["period"]).to_dict() == {"a": "Apr 2024", "b": "2020"}
    assert in_latest(table, ["id", "sex"]).tolist() == [False, True, True, True]
    deciding = np.array([True, False, True, False])
    assert in_latest(table, ["id", "sex"], deciding).tolist() == [True, False, True, False]
