"""From a specification to SQL: what is asked of DuckDB, with every value a parameter.

Each table is *prepared* first. One query then counts rows and sums of all indicators with the same
split, and what is not in order. People, first events and events that others follow take a query
each. Groups are of areas as they stand in the records: which of them are areas of the place is
settled afterwards, so that no row is joined for it or lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from geo.records import cells
from geo.records.filters import Value
from geo.records.prepared import Prepared
from geo.records.tables import Source
from geo.records.terms import Count, Specification, Split, Table

_SEX, _BANDS = 256, 4096
"""Steps by which sex, and day, stand above the number of the age band in one whole number."""


@dataclass(frozen=True)
class Query:
    """One query, what it counts, and of which table.

    Attributes
    ----------
    table : str
    split : Split
    counts : dict of str to Count
        By the column of the result; the others are ``area``, ``period``, ``sex``, ``band`` and,
        where rows are counted, ``records`` and those of ``quality``.
    sql : str
    parameters : dict
    quality : dict of str to str
        Words for the columns that count what is not in order.
    counts_records : bool
        Whether it counts each record of the table, in a column ``records``.
    """

    table: str
    split: Split
    counts: Mapping[str, Count]
    sql: str
    parameters: Mapping[str, Value]
    quality: Mapping[str, str] = field(default_factory=dict)
    counts_records: bool = False


def counts_of(spec: Specification) -> dict[tuple[str, Split], list[Count]]:
    """List what is counted of each table with each split, each once."""
    out: dict[tuple[str, Split], list[Count]] = {}
    for indicator in spec.indicators:
        for one in (indicator.count, indicator.denominator):
            if not isinstance(one, Count):
                continue
            listed = out.setdefault((one.table, indicator.split), [])
            if one not in listed:
                listed.append(one)
            if one.followed_by:  # whose rows are looked over too
                out.setdefault((one.followed_by.table, Split(indicator.split.period)), [])
    return out


def columns_of(spec: Specification, table: Table) -> list[str]:
    """Columns of a table that are looked at, each once."""
    found = list(table.columns)
    for counts in counts_of(spec).values():
        for one in counts:
            if one.table == table.name:
                found += [*([one.column] if one.column else []), *(c.column for c in one.where)]
            if one.followed_by and one.followed_by.table == table.name:
                found += [condition.column for condition in one.followed_by.where]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Planner:
    """Writes the queries of a specification.

    Attributes
    ----------
    spec : Specification
    sources : dict of str to Source
        How each table is read.
    today : date
        The last day that may stand in a record.
    """

    spec: Specification
    sources: Mapping[str, Source]
    today: date

    def queries(self) -> list[Query]:
        """All queries, those that count rows first."""
        wanted = counts_of(self.spec)
        every = [one for counts in wanted.values() for one in counts]
        keyed = {one.table for one in every if one.kind in ("people", "first", "followed")}
        keyed |= {one.followed_by.table for one in every if one.followed_by}
        out = [
            self._sums(table, split, counts, person=table in keyed)
            for (table, split), counts in wanted.items()
        ]
        for (table, split), counts in wanted.items():
            for one in counts:
                if one.kind in ("people", "first"):
                    out.append(self._once_each(table, split, one))
                elif one.kind == "followed":
                    out.append(self._followed(table, split, one))
        return out

    def _prepare(self, table: str, name: str = "p", *, tidy: bool = True) -> Prepared:
        return Prepared(self.spec.tables[table], self.sources[table], name, self.today, tidy)

    def _sums(self, table: str, split: Split, counts: Sequence[Count], *, person: bool) -> Query:
        """Count rows and sums, and what is not in order."""
        rows = self._prepare(table, tidy=False)
        columns: dict[str, Count] = {}
        chosen = [*rows.keys(split), "count(*) AS records"]
        for one in (one for one in counts if one.kind in ("rows", "sum")):
            name = f"n{len(columns)}"
            columns[name] = one
            kept = f" FILTER (WHERE {rows.keeps(one.where)})" if one.where else ""
            what = f"sum({rows.number(one.column)})" if one.column else "count(*)"
            chosen.append(f"{what}{kept} AS {name}")
        for one in counts:  # so that what cannot be compared is told
            rows.keeps(one.where)
        quality = rows.quality(person=person)
        chosen += [f"{sql} AS {name}" for name, (sql, _) in quality.items()]
        sql = (
            f"WITH prepared AS ({rows.sql(split)})\n"
            f"SELECT {', '.join(chosen)}\nFROM prepared GROUP BY ALL"
        )
        words = {name: said for name, (_, said) in quality.items()}
        return Query(table, split, columns, sql, rows.parameters, words, counts_records=True)

    def _once_each(self, table: str, split: Split, count: Count) -> Query:
        """Count people once in an area and period, or once in a period, where they were first.

        Sex and age are those of the earliest record; where several are of that day, of the first
        in the order of sex (women, men, not known), age band and area.
        """
        rows = self._prepare(table)
        alone = not split.sex and not split.ages and count.kind == "people"
        earliest = f"(day - DATE '{cells.FIRST_DAY}')::BIGINT * {_BANDS} + sex * {_SEX} + band"
        if count.kind == "first":
            by, one, area, cell = (
                "period, person",
                f"min(struct_pack(k := {earliest}, area := area))",
                "one.area",
                "one.k",
            )
        else:
            by, area, cell = "area, period, person", "area", "one"
            one = "0" if alone else f"min({earliest})"
        sql = (
            f"WITH prepared AS ({_with_keep(rows, count, split)}),\n"
            f"people AS (SELECT {by}, {one} AS one FROM prepared\n"
            f"  WHERE period >= 0 AND person IS NOT NULL AND keep GROUP BY {by})\n"
            f"SELECT {area} AS area, period, {cell} % {_BANDS} // {_SEX} AS sex, "
            f"{cell} % {_SEX} AS band, count(*) AS n0\nFROM people GROUP BY ALL"
        )
        return Query(table, split, {"n0": count}, sql, rows.parameters)

    def _followed(self, table: str, split: Split, count: Count) -> Query:
        """Count events A after which an event B of the same person comes within the days.

        For each A the next B from the first day of the window on is looked up: if that one is
        not in the window, none is. How many A have no B, but a window that goes beyond the last
        of all B, is counted too: of the latest period fewer are followed than will be.
        """
        after = count.followed_by
        assert after is not None
        one, two = self._prepare(table, "a"), self._prepare(after.table, "b")
        person = "person" if one.person_type == two.person_type else "CAST(person AS VARCHAR)"
        known = "period >= 0 AND person IS NOT NULL AND keep"
        whole = Split(split.period)
        sql = (
            f"WITH prepared_a AS ({_with_keep(one, count, split)}),\n"
            f"prepared_b AS ({_with_keep(two, replace(count, where=after.where), whole)}),\n"
            f"a AS (SELECT area, period, sex, band, day, {person} AS person FROM prepared_a "
            f"WHERE {known}),\n"
            f"b AS (SELECT DISTINCT day, {person} AS person FROM prepared_b WHERE {known})\n"
            "SELECT area, period, sex, band, count(*) FILTER (WHERE b.day <= until) AS n0, "
            "count(*) FILTER (WHERE coalesce(b.day > until, true) AND until > last) AS unended\n"
            "FROM (SELECT *, day + $within_days::INTEGER AS until FROM a) AS a "
            "CROSS JOIN (SELECT max(day) AS last FROM b) ASOF LEFT JOIN b "
            "ON a.person = b.person AND b.day >= a.day + $from_days::INTEGER GROUP BY ALL"
        )
        window = {"from_days": after.from_days, "within_days": after.within_days}
        parameters = {**one.parameters, **two.parameters, **window}
        unended = (
            f"are not yet {after.within_days} days before the last of {after.table}, so that one "
            "may still follow"
        )
        return Query(table, split, {"n0": count}, sql, parameters, {"unended": unended})


def _with_keep(rows: Prepared, count: Count, split: Split) -> str:
    """Write a prepared table with its keys, and whether each record is counted."""
    keep, keys = rows.keeps(count.where), rows.keys(split)
    return f"SELECT {', '.join(keys)}, person, day, {keep} AS keep FROM ({rows.sql(split)})"
