"""From a specification to SQL: what is asked of an engine, with every value a parameter.

Each table is *prepared* first, one record at a time, by DuckDB; what is then asked of whole tables
is in SQL that Spark speaks too. One query counts rows and sums of all indicators with the same
split, and what is not in order. People, first events and events that others follow take a query
each. Groups are of areas as they stand in the records: which of them are areas of the place is
settled afterwards, so that no row is joined for it or lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from geo.records import cells
from geo.records.filters import Value
from geo.records.prepared import HOMES_TIED, Cells, Prepared
from geo.records.tables import Source
from geo.records.terms import Count, Specification, Split, Table

_SEX, _DAY = 8, 12
"""Bits by which sex, and day, stand above the number of the age band in one whole number."""
_KEYS = "area, period, sex, band"


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
    cells : dict of str to Cells
        How the records are understood, by the name that ``select`` has for them.
    select : str
        In words that both engines know.
    quality : dict of str to str
        Words for the columns that count what is not in order.
    counts_records : bool
        Whether it counts each record of the table, in a column ``records``.
    contributes_to : Count or None
        The sum of which it gives what each ``person`` contributes, in a column ``n0``.
    """

    table: str
    split: Split
    counts: Mapping[str, Count]
    cells: Mapping[str, Cells]
    select: str
    quality: Mapping[str, str] = field(default_factory=dict)
    counts_records: bool = False
    contributes_to: Count | None = None

    @property
    def sql(self) -> str:
        """All of it, in the words of DuckDB."""
        parts = ",\n".join(f"{name} AS ({one.sql})" for name, one in self.cells.items())
        return f"WITH {parts}\n{self.select}"

    @property
    def parameters(self) -> dict[str, Value]:
        """Values that stand for the parameters of ``sql``."""
        return {k: v for one in self.cells.values() for k, v in one.parameters.items()}


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


def judged_sums(spec: Specification) -> list[tuple[Split, Count]]:
    """List the sums that rules of dominance judge: of people, and no proportions."""
    found = [
        (one.split, one.count)
        for one in spec.indicators
        if one.count.kind == "sum"
        and spec.tables[one.count.table].person
        and one.facts["measure"] != "proportion"
    ]
    return list(dict.fromkeys(found))


def columns_of(spec: Specification, table: Table) -> list[str]:
    """Columns of a table that are looked at, each once."""
    found = [*table.columns, *([HOMES_TIED] if table.addresses else [])]
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
        out += [self._contributions(*pair) for pair in judged_sums(self.spec)]
        return out

    def _prepare(self, table: str, name: str = "p", *, tidy: bool = True) -> Prepared:
        return Prepared(self.spec.tables[table], self.sources[table], name, self.today, tidy)

    def _sums(self, table: str, split: Split, counts: Sequence[Count], *, person: bool) -> Query:
        """Count rows and sums, and what is not in order."""
        rows = self._prepare(table, tidy=False)
        columns: dict[str, Count] = {}
        chosen = [_KEYS, "count(*) AS records"]
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
        select = f"SELECT {', '.join(chosen)}\nFROM {rows.located} AS p GROUP BY {_KEYS}"
        words = {name: said for name, (_, said) in quality.items()}
        parts = {rows.name: rows.cells(split)}
        return Query(table, split, columns, parts, select, words, counts_records=True)

    def _once_each(self, table: str, split: Split, count: Count) -> Query:
        """Count people once in an area and period, or once in a period, where they were first.

        Sex and age are those of the earliest record; where several are of that day, of the first
        in the order of sex (women, men, not known), age band and area.
        """
        rows = self._prepare(table)
        kept = f"period >= 0 AND person IS NOT NULL AND {rows.keeps(count.where)}"
        where = f"FROM {rows.located} AS p WHERE {kept}"
        if count.kind == "first":
            order = "day, sex, band, area NULLS LAST"
            nth = f"row_number() OVER (PARTITION BY period, person ORDER BY {order})"
            select = (
                f"SELECT {_KEYS}, count(*) AS n0\nFROM (SELECT {_KEYS}, {nth} AS nth {where})"
                f" AS p WHERE nth = 1 GROUP BY {_KEYS}"
            )
        else:
            alone = not split.sex and not split.ages
            one = (
                "0"
                if alone
                else f"min(CAST(day AS BIGINT) * {1 << _DAY} + sex * {1 << _SEX} + band)"
            )
            select = (
                f"SELECT area, period, one % {1 << _DAY} >> {_SEX} AS sex, "
                f"one % {1 << _SEX} AS band, count(*) AS n0\nFROM (SELECT area, period, person, "
                f"{one} AS one {where} GROUP BY area, period, person) AS people GROUP BY ALL"
            )
        parts = {rows.name: rows.cells(split, "person", f"{cells.days('day')} AS day")}
        return Query(table, split, {"n0": count}, parts, select)

    def _contributions(self, split: Split, count: Count) -> Query:
        """Sum what each person contributes; what has no key counts as of one person."""
        rows = self._prepare(count.table, tidy=False)
        number = rows.number(str(count.column))
        select = (
            f"SELECT {_KEYS}, person, sum({number}) AS n0\nFROM {rows.located} AS p "
            f"WHERE period >= 0 AND {rows.keeps(count.where)} GROUP BY {_KEYS}, person"
        )
        parts = {rows.name: rows.cells(split, "person")}
        return Query(count.table, split, {}, parts, select, contributes_to=count)

    def _followed(self, table: str, split: Split, count: Count) -> Query:
        """Count events A after which an event B of the same person comes within the days.

        For each A the next B from the first day of the window on is looked up, the one that no
        earlier B is within: if that one is not in the window, none is. How many A have no B, but a
        window that goes beyond the last of all B, is counted too: of the latest period fewer are
        followed than will be.
        """
        after = count.followed_by
        assert after is not None
        one, two = self._prepare(table, "a"), self._prepare(after.table, "b")
        same = one.person_type == two.person_type
        shown = ("person" if same else "person::VARCHAR AS person", f"{cells.days('day')} AS day")
        known = "period >= 0 AND person IS NOT NULL"
        begins, ends = f"a.day + {after.from_days:d}", f"a.day + {after.within_days:d}"
        events = f"SELECT DISTINCT person, day FROM b WHERE {known} AND {two.keeps(after.where)}"
        earlier = "lag(day, 1, -1) OVER (PARTITION BY person ORDER BY day)"
        select = (
            f"SELECT {_KEYS}, count(*) FILTER (WHERE b.day <= {ends}) AS n0, "
            f"count(*) FILTER (WHERE coalesce(b.day > {ends}, true) AND {ends} > last) "
            f"AS unended\nFROM (SELECT * FROM {one.located} AS a "
            f"WHERE {known} AND {one.keeps(count.where)}) AS a\n"
            f"CROSS JOIN (SELECT max(day) AS last FROM ({events}) AS b) AS ends\n"
            f"LEFT JOIN (SELECT person, day, {earlier} AS earlier FROM ({events}) AS b) AS b "
            f"ON a.person = b.person AND b.day >= {begins} AND b.earlier < {begins}\n"
            f"GROUP BY {_KEYS}"
        )
        whole = Split(split.period)
        parts = {"a": one.cells(split, *shown), "b": two.cells(whole, *shown)}
        unended = (
            f"are not yet {after.within_days} days before the last of {after.table}, so that one "
            "may still follow"
        )
        return Query(table, split, {"n0": count}, parts, select, {"unended": unended})
