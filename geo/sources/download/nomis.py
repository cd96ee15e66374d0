"""Tables of Nomis, which cuts every answer off at 25,000 rows without a word."""

import io
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

import pandas as pd

from geo.errors import FileError, examples
from geo.sources.download.web import Web

PAGE = 25_000
OnRows = Callable[[int, int], None]


def table(
    web: Web,
    url: str,
    query: Mapping[str, str],
    columns: Sequence[str],
    on_rows: OnRows = lambda _done, _total: None,
) -> pd.DataFrame:
    """Read a table whole, page by page, and hold its rows against ``RECORD_COUNT``.

    Parameters
    ----------
    web : Web
        The client to ask with.
    url : str
        Address that ends in ``<table>.data.csv``.
    query : mapping
        Parameters of Nomis.
    columns : sequence of str
        Columns to ask for, in lower case; the table has them under these names.

    Raises
    ------
    FileError
        If the answer is empty (Nomis answers so to a parameter that it does not know), a column
        is missing, or fewer rows arrive than were counted.
    """
    pages: list[pd.DataFrame] = []
    got, total = 0, 1
    while got < total:
        asked = {
            **query,
            "select": ",".join([*columns, "record_count"]),
            "RecordOffset": str(got),
        }
        body = web.content(f"{url}?{urlencode(asked, safe=',.')}")
        page = _page(body, columns)
        if page.empty:
            break
        total = _count(page["record_count"].iat[0])
        got += len(page)
        pages.append(page)
        on_rows(got, total)
    if got != total:
        raise FileError(f"Nomis gave {got:,} of the {total:,} rows that it counts; try later.")
    return pd.concat(pages, ignore_index=True)[list(columns)]


def _count(told: object) -> int:
    count = pd.to_numeric(str(told), errors="coerce")
    if not (count >= 1 and count == count // 1):
        raise FileError(
            "Nomis answered without the number of rows that there are (RECORD_COUNT), so that it "
            "is not known when all have arrived; try later."
        )
    return int(count)


def wide(table: pd.DataFrame, category: str) -> pd.DataFrame:
    """Give an area a row and a category a column, with ``obs_value`` in them.

    Raises
    ------
    FileError
        If a value is repeated, is missing, or is no count.
    """
    keys = ["geography_code", category]
    areas = table["geography_code"]
    values = pd.to_numeric(table["obs_value"], errors="coerce")
    wrong = areas[~values.between(0, 1e12)]
    if len(wrong):
        raise FileError(
            f"Nomis gave what is no count as a value of {examples(wrong.unique())}; try later."
        )
    if len(twice := areas[table.duplicated(keys)].unique()):
        raise FileError(f"Nomis gave rows of {examples(twice)} more than once; try later.")
    out = table.assign(obs_value=values).pivot(
        index="geography_code", columns=category, values="obs_value"
    )
    if len(lacking := out.index[out.isna().any(axis=1)]):
        raise FileError(
            f"Nomis gave only some of the categories of {examples(lacking)}; try later."
        )
    return out


def _page(body: bytes, columns: Sequence[str]) -> pd.DataFrame:
    if not body.strip():
        raise FileError(
            "Nomis answered with nothing, as it does when it does not know the table, the area or "
            "another parameter; check the code of the place, and geo/sources/sources.toml."
        )
    try:
        page = pd.read_csv(io.BytesIO(body), encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as problem:
        raise FileError(
            "Nomis answered with something that is not a table; try later."
        ) from problem
    page.columns = page.columns.str.lower()
    if lacking := [name for name in [*columns, "record_count"] if name not in page]:
        raise FileError(
            f"Nomis answered without the column {examples(lacking)}; it may have changed, so "
            "correct geo/sources/sources.toml."
        )
    return page
