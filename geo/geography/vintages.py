"""LSOAs of 2001, 2011 and 2021: chains of ONS lookups, and conversion of counts along them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from geo.errors import CodeError, TableError, examples
from geo.vocabulary.area_types import area_type, vintage_column
from geo.vocabulary.codes import among
from geo.vocabulary.releases import VINTAGES

_NEVER = ("rank", "decile", "quintile", "score", "rate", "percent", "proportion", "value", "index")


def convert(
    table: pd.DataFrame,
    lookups: pd.DataFrame | Sequence[pd.DataFrame],
    *,
    to: str,
    counts: str | Sequence[str],
    by: str | Sequence[str] = (),
    residents: pd.DataFrame | Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Convert counts from LSOAs of one vintage to those of another; sums are conserved.

    A split LSOA's count is shared among its parts by their residents where ``residents`` are
    given for the target vintage, else in equal parts; merged LSOAs are added up. Ranks, deciles,
    scores and rates are refused: a rank among 32,844 LSOAs of 2011 says nothing of the rank of a
    part of one among 33,755 of 2021. Convert the counts behind a rate and divide again.

    Parameters
    ----------
    table : DataFrame
        One LSOA code column (``lsoa11cd``, …), the columns of ``by`` and those of ``counts``.
    lookups : DataFrame or sequence of them
        From ``read_lookup``; from 2001 to 2021 two are chained.
    to : {"lsoa01", "lsoa11", "lsoa21"}
        Vintage to convert to.
    counts : str or sequence of str
        The extensive columns: numbers of people, households, events.
    by : str or sequence of str, optional
        Columns that mark separate rows of one LSOA, such as ``period`` or ``sex``.
    residents : DataFrame or sequence of them, optional
        From ``read_population``, on the target vintage.

    Returns
    -------
    DataFrame
        ``<to>cd``, ``by`` and ``counts`` (floats), a row an LSOA that receives a count. A target
        of which any part is missing is missing. ``attrs["weights"]`` is ``"residents"``,
        ``"equal shares"`` or ``"none needed"``.

    Raises
    ------
    TableError
        If a column is neither a code, ``by`` nor a count, or a count is negative or not a number.
    CodeError
        If codes are duplicated or not in the lookup, or no lookup leads to the vintage.

    Examples
    --------
    >>> import geo
    >>> lookup = pd.DataFrame({"lsoa11cd": ["E01000001", "E01000001", "E01000002"],
    ...                        "lsoa21cd": ["E01040001", "E01040002", "E01000002"]})
    >>> table = pd.DataFrame({"lsoa11cd": ["E01000001", "E01000002"], "children": [30, 7]})
    >>> geo.convert(table, lookup, to="lsoa21", counts="children")
        lsoa21cd  children
    0  E01000002       7.0
    1  E01040001      15.0
    2  E01040002      15.0
    """
    counts = [counts] if isinstance(counts, str) else list(counts)
    by = [by] if isinstance(by, str) else list(by)
    vintage, code = vintage_column(table)
    _require_counts(table, code, counts, by)
    links = chain(lookups, vintage, to, residents=residents)
    if not (known := among(table[code], links[f"{vintage}cd"])).all():
        raise _not_linked(table[code], ~known, lookups, vintage, to)
    spread = table.rename(columns={code: f"{vintage}cd"}).merge(links, on=f"{vintage}cd")
    spread[counts] = spread[counts].astype(float).mul(spread["weight"], axis=0)
    grouped = spread.groupby([f"{to}cd", *by], as_index=False, dropna=False)[counts]
    result = grouped.sum(skipna=False)
    result.attrs["weights"] = links.attrs["weights"]
    return result


def chain(
    lookups: pd.DataFrame | Sequence[pd.DataFrame],
    source: str,
    target: str,
    *,
    residents: pd.DataFrame | Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Link the LSOAs of one vintage to those of another, through the years between.

    Returns
    -------
    DataFrame
        ``<source>cd``, ``<target>cd``, ``weight``: share of the source that lies in the target,
        summing to 1 for each source; ``attrs["weights"]`` says what the shares rest on.

    Raises
    ------
    CodeError
        If no lookup links two neighbouring vintages on the way.
    """
    if target not in VINTAGES:
        raise CodeError(f"{target!r} is no LSOA vintage; allowed are {examples(VINTAGES)}.")
    tables = [lookups] if isinstance(lookups, pd.DataFrame) else list(lookups)
    known = [residents] if isinstance(residents, pd.DataFrame) else list(residents)
    order = list(VINTAGES)
    at, end = order.index(source), order.index(target)
    way = order[at : end + 1] if at <= end else order[end : at + 1][::-1]
    links: pd.DataFrame | None = None
    bases: set[str] = set()
    for start, stop in pairwise(way):
        step, basis = _step(tables, start, stop, known)
        bases.add(basis)
        links = step if links is None else _compose(links, step, source, start, stop)
    if links is None:
        codes = _all_codes(tables, source)
        links = pd.DataFrame({f"{source}cd": codes, "weight": 1.0})
    links.attrs["weights"] = "equal shares" if "equal shares" in bases else max(bases, default="")
    return links


def _not_linked(
    codes: pd.Series,
    odd: pd.Series,
    lookups: pd.DataFrame | Sequence[pd.DataFrame],
    vintage: str,
    to: str,
) -> CodeError:
    """Tell areas that a lookup on the way lacks from codes of no area of the vintage."""
    tables = [lookups] if isinstance(lookups, pd.DataFrame) else list(lookups)
    lost = codes[odd].unique()
    number = f"{len(lost):,} of {codes.nunique():,}"
    if among(pd.Series(lost), _all_codes(tables, vintage)).all():
        year, other = (area_type(kind).plural_dated for kind in (vintage, to))
        return CodeError(
            f"{number} {year} are in no lookup to {other} ({examples(lost)}), which would leave "
            "them out of every sum; give the ONS's whole lookup between them."
        )
    return CodeError(
        f"{number} {vintage}cd codes are not in the lookup ({examples(lost)}); check that they are "
        f"{vintage} codes."
    )


def foreign_vintage(
    codes: pd.Series, vintage: str, lookups: Sequence[pd.DataFrame]
) -> tuple[str, pd.Series]:
    """Tell which other vintage, the newest first, the codes that are not of this one belong to.

    Returns
    -------
    tuple of str and Series
        That vintage, or ``""`` where none lists them all, and the codes that are not of this one.
    """
    listed = {
        kind: pd.concat([t[f"{kind}cd"] for t in lookups if f"{kind}cd" in t])
        for kind in VINTAGES
        if any(f"{kind}cd" in t for t in lookups)
    }
    foreign = codes[~among(codes, listed.pop(vintage, pd.Series(dtype="str")))]
    fitting = [kind for kind, there in listed.items() if among(foreign, there).all()]
    return (fitting[-1] if fitting and len(foreign) else ""), foreign


def _require_counts(table: pd.DataFrame, code: str, counts: list[str], by: list[str]) -> None:
    if lacking := [column for column in [*counts, *by] if column not in table]:
        raise TableError(
            f"The table has no column {examples(lacking)}; it has {examples(table.columns, 9)}."
        )
    refused = [c for c in counts if any(word in c.lower() for word in _NEVER)]
    if refused:
        raise TableError(
            f"{examples(refused)} cannot be converted between vintages: ranks, deciles, scores and "
            "rates belong to the LSOAs they were measured on and must not be averaged or shared "
            "out. Convert the counts and denominators behind them and divide again."
        )
    if others := [c for c in table if c not in {code, *counts, *by}]:
        raise TableError(
            f"{examples(others, 6)} are neither counts nor marked with by=, so converting would "
            "lose or distort them; name the counts in counts= and take the rest out of the table "
            "(ranks, deciles and rates are never converted)."
        )
    for column in counts:
        number = pd.to_numeric(table[column], errors="coerce")
        wrong = (number < 0) | np.isinf(number) | (number.isna() & table[column].notna())
        if wrong.any():
            rows = table.loc[wrong, code]
            raise TableError(
                f"{int(wrong.sum())} rows of {column} are negative or no number "
                f"({examples(rows)}); counts are 0 or more, so correct them."
            )
    if (twice := table.duplicated([code, *by])).any():
        raise CodeError(
            f"{int(twice.sum())} LSOAs stand more than once ({examples(table.loc[twice, code])}); "
            "add the rows up, or name what tells them apart in by=."
        )


def _step(
    tables: list[pd.DataFrame], start: str, stop: str, residents: list[pd.DataFrame]
) -> tuple[pd.DataFrame, str]:
    pair = [f"{start}cd", f"{stop}cd"]
    fitting = [table for table in tables if set(pair) <= set(table.columns)]
    if not fitting:
        raise CodeError(
            f"No lookup links {start} to {stop}; give the ONS lookup between the two (it has the "
            f"columns {start.upper()}CD and {stop.upper()}CD)."
        )
    links = fitting[0][pair].drop_duplicates(ignore_index=True)
    source, target = links[pair[0]], links[pair[1]]
    parts = links.groupby(source)[pair[1]].transform("size")
    counted = next((table for table in residents if pair[1] in table), None)
    if parts.eq(1).all():
        return links.assign(weight=1.0), "none needed"
    if counted is None:
        return links.assign(weight=1 / parts), "equal shares"
    people = target.map(counted.set_index(pair[1])["population"]).astype(float)
    total = people.groupby(source).transform("sum")
    complete = people.notna().groupby(source).transform("all") & total.gt(0)
    return links.assign(weight=(people / total).where(complete, 1 / parts)), "residents"


def _compose(
    first: pd.DataFrame, second: pd.DataFrame, source: str, between: str, target: str
) -> pd.DataFrame:
    joined = first.merge(second, on=f"{between}cd", suffixes=("", "_next"))
    joined["weight"] *= joined["weight_next"]
    return joined.groupby([f"{source}cd", f"{target}cd"], as_index=False)["weight"].sum()


def _all_codes(tables: list[pd.DataFrame], vintage: str) -> np.ndarray:
    column = f"{vintage}cd"
    listed = [table[column] for table in tables if column in table]
    if not listed:
        raise CodeError(f"No lookup lists {vintage} areas; give one with the column {column}.")
    return pd.concat(listed).unique()
