"""Tables of DWP's Stat-Xplore as they are exported: titles, a cross-table or records, footnotes."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.sources.indicators.symbols import is_number
from geo.sources.surroundings import REPAIRED
from geo.vocabulary.column_names import folded
from geo.vocabulary.periods import parse

_OF_AREAS = re.compile(r"national|geography|localauthorit|outputarea|[lm]soa|ward|constituenc")
_MARKS = re.compile(r"\s*\((?:[a-z]|[IVX]+)(?:,? (?:[a-z]|[IVX]+))*\)$")
_MONTH = re.compile(r"^\d{6} \((\w+-\d\d)\)$")
_CODE = re.compile(
    r"(?:(?P<before>.*\S)\s*[(:/-]\s*)?(?P<code>[A-Z]\d{8})\)?(?:\s*[:/-]\s*(?P<after>.*))?"
)
_KINDS = (
    (r"[EW]00\d{6}", "oa"),
    (r"[EW]01\d{6}|.* \d{3}[A-Z]", "lsoa"),
    (r"[EW]02\d{6}|.* \d{3}", "msoa"),
    (r"(?:E05|W05|S13|N08)\d{6}", "wd"),
    (r"(?:E0[6-9]|W06|S12|N09)\d{6}", "lad"),
    (r"E92000001|England", "england"),
    (r"(?:E12|[WSN]9\d)\d{6}", "region"),
    (r"(?![A-Z]\d{8}).*", "lad"),
)
"""Kinds of areas by the forms of their codes and, without codes, of their names."""
_NO_AREA = ("total", "unknown")


def is_export(headers: Sequence[str]) -> bool:
    """Tell whether a row is the title of an export, or the one that says of which areas it is.

    Examples
    --------
    >>> is_export(["Stat-Xplore"]), is_export(["National - Regional - LA - OAs"])
    (True, True)
    """
    return any(folded(header) in ("statxplore", "nationalregionallaoas") for header in headers)


def laid_out(rows: Sequence[Sequence[str]], path: Path) -> pd.DataFrame:
    """Give an export as a tidy table: a row an area, period, sex, age and category.

    Totals over areas and over periods, and what lies in no known area, are left out. Where the
    export has names of areas alone, ``area_code`` is missing.

    Parameters
    ----------
    rows : sequence of sequence of str
        All cells of the file or sheet.
    path : Path

    Returns
    -------
    DataFrame
        ``attrs["repaired"]`` tells what was left out, a sentence each.

    Raises
    ------
    TableError
        If there is no table in it, or several.
    """
    width = max(map(len, rows), default=1)
    cells = pd.DataFrame(
        [[*(cell.strip() for cell in row), *[""] * (width - len(row))] for row in rows]
    )
    at, crossed = _label_row(cells, path)
    body = _body(cells, at, path)
    counted = _counted(cells) or path.stem
    long = (_of_cross_table if crossed else _of_records)(cells, at, body, counted)
    labels = [one for one in long if one != "figure"]
    if len(labels) < 2 or not long.columns.is_unique or long[labels].eq("").any(axis=None):
        raise _not_understood(path)
    long = _without_marks(long)
    dimensions = list(long.columns.drop(["measure", "figure"]))
    places = next((one for one in dimensions if _OF_AREAS.search(folded(one))), dimensions[0])
    times = [one for one in dimensions if one != places and _is_of_periods(long[one])]
    outside = long[places].str.lower().isin(_NO_AREA)
    totals = long[times].apply(lambda column: column.str.lower().eq("total")).any(axis=1)
    kept = long[~outside & ~totals]
    out = _areas(kept[places]).assign(value=kept["figure"])
    if times:
        out["period"] = kept[times].agg(" ".join, axis=1)
    elif above := _period_above(cells.loc[: at - 1]):
        out["period"] = above
    ids = kept["measure"]
    for dimension in (one for one in dimensions if one != places and one not in times):
        if folded(dimension) in ("sex", "gender"):
            out["sex"] = kept[dimension]
        elif folded(dimension).startswith("age"):
            out["age"] = kept[dimension]
        else:
            whole = kept[dimension].str.lower().eq("total")
            ids = ids.where(whole, ids + ", " + kept[dimension])
    out = out.assign(indicator_id=ids).reset_index(drop=True)
    out.attrs[REPAIRED] = _told(long[places], outside, totals, out["value"], path)
    return out


def _told(
    labels: pd.Series, outside: pd.Series, totals: pd.Series, values: pd.Series, path: Path
) -> list[str]:
    """Say what is left out, and what dots stand for."""
    told = []
    if outside.any():
        names = examples(sorted(labels[outside].unique()))
        told.append(
            f"{outside.sum()} of {len(labels)} figures of {path} are left out: their area is "
            f"{names}."
        )
    if over := int((totals & ~outside).sum()):
        told.append(
            f"{over} of {len(labels)} figures of {path} are left out: they are totals of periods."
        )
    if (dots := values.eq("..")).any():
        told.append(
            f"{dots.sum()} of {len(values)} figures of {path} are two dots, which stand for nil or "
            "negligible; they are taken as missing, not as 0."
        )
    return told


def _counted(cells: pd.DataFrame) -> str:
    """Tell what a cross-table counts, from its titles."""
    titles = [cell for cell in cells[0] if cell.startswith("Counting:")]
    return _MARKS.sub("", titles[0].removeprefix("Counting:").strip()) if titles else ""


def _period_above(titles: pd.DataFrame) -> str:
    """Give the one period that stands above the table beside its name: ``Year``, ``2022/23``."""
    lines = [[cell for cell in row if cell] for row in titles.itertuples(index=False)]
    found = {_plain(line[1]) for line in lines if len(line) == 2 and parse(_plain(line[1]))}
    return found.pop() if len(found) == 1 else ""


def _label_row(cells: pd.DataFrame, path: Path) -> tuple[int, bool]:
    """Find the row that names what the labels of rows are, and whether it is of a cross-table.

    In a cross-table it has nothing but that, below the labels of the columns; of records it is the
    header.
    """
    filled = cells.ne("").to_numpy()
    for at in range(len(cells) - 1):
        named = np.flatnonzero(filled[at])
        below = cells.iloc[at + 1]
        if not len(named) or not below[named[0]] or not any(map(is_number, below[named[0] + 1 :])):
            continue
        beside = named[-1] - named[0] + 1 == len(named) and not filled[at, named[-1] + 1 :].any()
        if beside and at and filled[at - 1, named[-1] + 1 :].any():
            return at, True
        if len(named) > 1 and not any(map(is_number, cells.iloc[at])):
            return at, False
    raise _not_understood(path)


def _not_understood(path: Path) -> TableError:
    return TableError(
        f"{path} is an export of Stat-Xplore with no table that is understood; put areas into its "
        "rows and months into its columns there, and export it as CSV again."
    )


def _body(cells: pd.DataFrame, at: int, path: Path) -> pd.DataFrame:
    """Rows from the labels to the first blank row; refuse a second table below."""
    blank = cells.eq("").all(axis=1)
    ends = blank.index[blank & (blank.index > at)]
    end = ends[0] if len(ends) else len(cells)
    below = cells.loc[end:].map(is_number).sum(axis=1)
    if below.gt(0).any():
        raise TableError(
            f"{path} has several tables, one below the other (Stat-Xplore calls them wafers); put "
            "what tells them apart into the rows or columns there, and export one table."
        )
    body = cells.loc[at + 1 : end - 1]
    notes = body.index[body[cells.loc[at].ne("").idxmax()].isin(["INFO", "Symbol"])]
    return body.loc[: notes[0] - 1] if len(notes) else body


def _of_cross_table(cells: pd.DataFrame, at: int, body: pd.DataFrame, counted: str) -> pd.DataFrame:
    """Turn a cross-table into a row for each cell, without columns of annotations."""
    labels = [column for column in cells if cells.at[at, column]]
    above = at
    while above and cells.loc[above - 1].ne("").any():
        above -= 1
    heads = cells.loc[above : at - 1, [column for column in cells if column > labels[-1]]].T
    nameless = heads.index[heads.iloc[:, -1].eq("")]
    if body[nameless].ne("").any(axis=None):
        return pd.DataFrame()
    heads = heads.drop(nameless).replace("", None)
    heads = heads.ffill().fillna("")  # a label stands once above those it is of
    heads = heads[~heads.iloc[:, -1].str.endswith("- Annotations")]
    names = [
        next(filter(None, reversed(list(cells.loc[row, : labels[-1]]))), f"Columns {row}")
        for row in heads.columns
    ]
    rows = body[[*labels, *heads.index]].copy()
    rows[labels[:-1]] = rows[labels[:-1]].replace("", None).ffill().fillna("")
    long = rows.melt(labels, var_name="column", value_name="figure")
    parts = [long[label].rename(cells.at[at, label]) for label in labels]
    parts += [
        long["column"].map(heads[row]).rename(name)
        for name, row in zip(names, heads.columns, strict=True)
    ]
    return pd.concat([*parts, long["figure"]], axis=1).assign(measure=counted)


def _of_records(cells: pd.DataFrame, at: int, body: pd.DataFrame, counted: str) -> pd.DataFrame:
    """Name the columns of records: dimensions, and what is counted, which else is the last."""
    heads = cells.loc[at].map(lambda cell: _MARKS.sub("", cell))
    named = [c for c in cells if heads[c] and not heads[c].endswith("- Annotations")]
    figure = next((column for column in named if heads[column] == counted), named[-1])
    parts = [body[column].rename(heads[column]) for column in named if column != figure]
    return pd.concat([*parts, body[figure].rename("figure")], axis=1).assign(measure=heads[figure])


def _without_marks(long: pd.DataFrame) -> pd.DataFrame:
    """Take marks of footnotes off the labels: ``March 2022 (r)``."""
    labels = long.columns.drop("figure")
    return long.assign(
        **{name: long[name].map({x: _plain(x) for x in long[name].unique()}) for name in labels}
    )


def _plain(label: str) -> str:
    """Take marks of footnotes off a label, and the number off a month: ``202310 (Oct-23)``.

    Examples
    --------
    >>> _plain("March 2022 (r)"), _plain("202310 (Oct-23) (r)"), _plain("Male")
    ('March 2022', 'Oct-23', 'Male')
    """
    return _MONTH.sub(r"\1", _MARKS.sub("", label))


def _is_of_periods(labels: pd.Series) -> bool:
    return all(parse(one) for one in labels.unique() if one.lower() != "total")


def _areas(labels: pd.Series) -> pd.DataFrame:
    """Take code and name of an area apart, and tell its kind by their form."""
    each = labels.unique()
    parts = [_CODE.fullmatch(one) for one in each]
    known = pd.DataFrame(
        {
            "area_code": [part["code"] if part else None for part in parts],
            "area_name": [
                (part["before"] or part["after"] or None) if part else one.split(" / ")[0]
                for one, part in zip(each, parts, strict=True)
            ],
        },
        index=each,
    )
    form = known["area_code"].fillna(known["area_name"])
    known["area_type"] = form.map(kind_of)
    return known.loc[labels].set_axis(labels.index)


def kind_of(code: str) -> str:
    """Tell of which kind an area is by the form of its code or, without one, of its name.

    Examples
    --------
    >>> kind_of("E01000001"), kind_of("E06000049"), kind_of("Mill 001A")
    ('lsoa', 'lad', 'lsoa')
    """
    return next((kind for words, kind in _KINDS if re.fullmatch(words, code)), "")
