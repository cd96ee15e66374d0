"""What of the records is in no figure, and why: counted, told, and refused where it is too much."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from geo.errors import CodeError, TableError
from geo.records import cells
from geo.records.plan import Query
from geo.records.terms import Area, Table

NOWHERE, UNKNOWN, OUTSIDE, INSIDE = "nowhere", "unknown", "outside", "inside"


@dataclass
class Quality:
    """Records of one table, and how many of them are not in order.

    Attributes
    ----------
    table : str
    records : int
    repeated : int
        That repeat an earlier one in every column.
    unmatched, told : dict of str to int
        By words: what cannot be counted anywhere; and what can, with a reservation.
    """

    table: str
    records: int = 0
    repeated: int = 0
    unmatched: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """One sentence for each thing that is not in order."""
        found = {**self.unmatched, **self.told}
        return [
            f"{number:,} of {self.records:,} records of {self.table} {words}."
            for words, number in found.items()
            if number
        ]

    def require_matched(self, limit: float) -> None:
        """Raise if more per cent of the records than allowed cannot be counted anywhere."""
        lost = sum(self.unmatched.values())
        if lost * 100 > limit * self.records:
            most = max(self.unmatched, key=lambda words: self.unmatched[words])
            raise CodeError(
                f"More than {limit:g}% of the records of {self.table} cannot be counted, most "
                f"because they {most}; correct them or the specification, or raise max_unmatched."
            )


def placed(raw: pd.Series, inside: pd.Index | None) -> tuple[pd.Series, pd.Series]:
    """Tell of each area as it stands in the records its code, and where it is.

    Parameters
    ----------
    raw : Series of str
    inside : Index, optional
        LSOAs of the place; all of England and Wales where not given.

    Returns
    -------
    Series, Series
        Codes; and ``NOWHERE``, ``UNKNOWN``, ``OUTSIDE`` or ``INSIDE``.
    """
    code = raw.str.strip().str.upper()
    formed = code.str.fullmatch(r"[EW]01\d{6}")
    kind = pd.Series(INSIDE, raw.index).where(formed, UNKNOWN)
    if inside is not None:
        kind = kind.mask(formed & ~code.isin(inside), OUTSIDE)
    return code, kind.mask(code.eq(""), NOWHERE)


def quality_of(
    table: Table,
    results: Sequence[tuple[Query, pd.DataFrame]],
    repeated: int,
) -> Quality:
    """Add up what the queries that count rows tell of a table.

    Parameters
    ----------
    table : Table
    results : sequence of pairs
        Each query and a table of its records by ``period`` (0 where there is one), ``kind`` of
        area, ``sex`` and ``band``.
    repeated : int
        Records that repeat an earlier one.

    Raises
    ------
    TableError
        If its dates are of two forms, or of one that the specification must name.
    """
    out = Quality(table.name)
    for query, rows in results:
        n = rows["records"]
        out.records = int(n.sum())
        dated = rows["period"].fillna(0).ge(0)
        if table.date:
            _require_one_form(table, rows)
            out.unmatched[f"have no {table.date}"] = _sum(n, rows["period"].eq(cells.NO_DATE))
            no_such = _sum(n, rows["period"].eq(cells.NO_SUCH_DATE))
            out.unmatched[f"have a {table.date} that is no date from 1900 to today"] = no_such
        if table.area:
            for kind, words in _area_words(table.area).items():
                out.unmatched[words] = _sum(n, dated & rows["kind"].eq(kind))
            words = "lie in LSOAs outside the place, and are left out"
            out.told[words] = _sum(n, dated & rows["kind"].eq(OUTSIDE))
        out.told |= _split_words(query, table, rows)
        for column, words in query.quality.items():
            if not column.startswith("form"):
                out.told[words] = int(rows[column].sum())
    as_once = (
        "and are counted once"
        if table.repeated == "once"
        else 'and are counted as they stand; repeated = "once" counts them once'
    )
    out.told[f"repeat another in every column, {as_once}"] = repeated
    return out


def _sum(numbers: pd.Series, rows: pd.Series) -> int:
    return int(numbers[rows.fillna(False)].sum())


def _area_words(area: Area) -> dict[str, str]:
    columns = " and ".join(area.columns)
    unknown = {
        "code": f"have something else than an LSOA code as {columns}",
        "postcode": f"have a {columns} that is in no directory",
    }
    return {
        NOWHERE: f"have no {columns}",
        UNKNOWN: unknown.get(area.kind, f"have {columns} that lie in no area"),
    }


def _split_words(query: Query, table: Table, rows: pd.DataFrame) -> dict[str, int]:
    """Count what is among all, and in no sex or no age band."""
    n, split, out = rows["records"], query.split, {}
    if split.sex:
        words = (
            f"have a {table.sex} that is not known, and are counted in both sexes together alone"
        )
        out[words] = _sum(n, rows["sex"].eq(cells.UNKNOWN_SEX))
    if split.ages:
        others = len(split.ages)
        out["are of ages in no band, and are counted in all ages alone"] = _sum(
            n, rows["band"].eq(others)
        )
        out["are of no age that is known, and are counted in all ages alone"] = _sum(
            n, rows["band"].eq(others + 1)
        )
    return out


def _require_one_form(table: Table, rows: pd.DataFrame) -> None:
    table = table.as_given
    if table.dates or "form1" not in rows:
        return
    found = [form for at, form in enumerate(cells.FORMS, 1) if rows[f"form{at}"].sum()]
    if len(found) > 1:
        raise TableError(
            f"The column {table.date} of the table {table.name} has dates of {len(found)} forms "
            f"({', '.join(found)}); write all in one, or give dates = one of them."
        )
    if found == ["month first"]:
        raise TableError(
            f"The column {table.date} of the table {table.name} has dates with the month first; "
            'write dates = "month first" in the specification.'
        )
