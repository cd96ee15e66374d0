"""Lay out finished tables as cells: which area, which series, which number, hidden or not."""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from geo.disclosure.categories import OVERALL, SEXES, is_told
from geo.report.audit.geography import WHOLE, Geography, fold
from geo.sources.finished import FinishedTable, area_code_share, read_figures, sibling, words_in
from geo.sources.indicators.fields import FIELD_OF
from geo.vocabulary.column_names import folded

CELLS = ["where", "area_type", "area", "series", "period", "sex", "age", "count", "denominator",
         "value", "hidden"]  # fmt: skip
FIGURES = ["count", "denominator", "value"]
_NO_COUNT = re.compile(
    r"rank|decile|quintile|quantile|score|percent|\bpct\b|%|\brate\b|\bper\b|ratio|lower|upper|limit|"
    r"\bci\b|\b[lu]cl\b|benchmark|value|index|share|\bfid\b|objectid|year|weight|easting|northing|"
    r"latitude|longitude|\bcode\b|km²"
)
_NUMBER = "number"
"""What a series is called that only its table names."""
_PLAIN_NUMBER = {"count", "counts", "number", "numerator", "n", "no", "cases", "persons", "value"}


def laid_out(table: FinishedTable, geography: Geography) -> pd.DataFrame:
    """Give the cells of a table, one a row; none where it is no table of areas with numbers.

    A tidy table names area and indicator in each row. In any other, each column of whole numbers
    is a series; where one is a total of the others in words, or they are sexes or age bands, they
    are categories of one series.

    Returns
    -------
    DataFrame
        The columns ``CELLS``; ``hidden`` where the table marks a number as suppressed, or leaves
        it blank in a column that has others.
    """
    cells = table.cells
    fields = {FIELD_OF[folded(c)]: c for c in reversed(cells.columns) if folded(c) in FIELD_OF}
    if "indicator_id" not in fields and "indicator" in (low := {fold(c): c for c in cells}):
        fields["indicator_id"] = low["indicator"]
    areas = _areas(cells, fields, geography)
    if areas is None:
        return pd.DataFrame(columns=CELLS)
    keys = {
        key: cells[fields[key]].map(fold) if key in fields else ""
        for key in ("period", "sex", "age")
    }
    keys |= {key: keys[key].replace("all", "") for key in ("sex", "age") if key in fields}
    base = areas.assign(where=table.where, **keys)
    if "indicator_id" in fields:
        names = cells[fields["indicator_id"]].map(_series)
        parts = [base.assign(series=names, **_measured(cells, fields))]
    else:
        parts = list(_wide(cells, fields, base))
    found = [part[areas["area"].notna()] for part in parts]
    rows = pd.concat(found) if found else pd.DataFrame(columns=CELLS)
    if "rule" in (low := {fold(c): c for c in cells}) or "disclosure_rule" in low:
        stated = cells[low.get("disclosure_rule") or low["rule"]].ne("")
        rows = rows[stated.reindex(rows.index)]  # of public indicators nothing has to be hidden
    return rows.reindex(columns=CELLS).reset_index(drop=True)


def _areas(
    cells: pd.DataFrame, fields: Mapping[str, str], geography: Geography
) -> pd.DataFrame | None:
    """Area type and code of each row; None where no column is of areas."""
    column = _area_column(cells, fields, geography)
    if column is None:
        return None
    words = [c for c in cells if c != column and read_figures(cells[c]) is None]
    groups = [
        c
        for c in words
        if geography.levels.get(fold(column), pd.DataFrame()).get(fold(c)) is not None
    ]
    found = []
    kinds = cells[fields["area_type"]].map(fold) if "area_type" in fields else [""] * len(cells)
    beside = cells[groups].to_numpy(dtype=object)
    for cell, kind, others in zip(cells[column], kinds, beside, strict=True):
        area = geography.area(cell, column, kind)
        if area is None or area[0] == WHOLE:
            named = [geography.area(one, c) for one, c in zip(others, groups, strict=True) if one]
            smaller = [one for one in named if one and one[0] != WHOLE]
            area = smaller[0] if smaller else area
        found.append(area or (None, None))
    out = pd.DataFrame(found, columns=["area_type", "area"], index=cells.index, dtype=object)
    if "area_type" in fields:
        own = cells[fields["area_type"]].map(fold)
        out["area_type"] = own.where(own.ne(""), out["area_type"])
        whole = own.eq(WHOLE)
        out["area"] = out["area"].mask(whole, WHOLE)
    return out.where(out["area_type"].ne("england"), None)


def _area_column(
    cells: pd.DataFrame, fields: Mapping[str, str], geography: Geography
) -> str | None:
    if "area_code" in fields:
        return fields["area_code"]
    coded = [c for c in cells if area_code_share(cells[c]) > 0.5]
    if coded:
        return max(coded, key=lambda c: cells[c].nunique())
    words = [c for c in cells if read_figures(cells[c]) is None]
    known = [c for c in words if cells[c].map(lambda x: fold(x) in geography.known).mean() > 0.5]
    if known or "area_name" in fields:
        return max(known, key=lambda c: cells[c].nunique()) if known else fields["area_name"]
    distinct = [c for c in words[:3] if cells[c].nunique() >= 0.6 * len(cells)]
    return distinct[0] if distinct else None


def _measured(
    cells: pd.DataFrame, columns: Mapping[str, str], state: str | None = None
) -> dict[str, pd.Series]:
    """Count, denominator and value of each row, and whether the count or value is hidden."""
    nothing = pd.Series(np.nan, cells.index)
    out = dict.fromkeys(FIGURES, nothing)
    hidden = pd.Series(False, cells.index)
    state = state or columns.get("state")
    for name in FIGURES:
        read = read_figures(cells[columns[name]]) if name in columns else None
        if read is None:
            continue
        out[name], marked = read
        if name != "denominator":
            blank = cells[columns[name]].eq("") & (name == "count" or "count" not in columns)
            hidden |= marked | (blank & (state is None) & out[name].notna().any())
    if state is not None:
        hidden |= cells[state].map(fold).eq("suppressed")
    return {**out, "hidden": hidden}


def _wide(
    cells: pd.DataFrame, fields: Mapping[str, str], base: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    """Give the cells of each column of whole numbers, or of values whose state is told."""
    if "count" in fields and {"denominator", "value"} & set(fields):
        yield base.assign(series=_NUMBER, **_measured(cells, fields))
        return
    used = {fields[key] for key in ("area_code", "period", "sex", "age") if key in fields}
    headers = [c for c in cells if c not in used and read_figures(cells[c]) is not None]
    stated = {c: state for c in headers if (state := sibling(c, list(cells), "state"))}
    counts = [c for c in headers if c not in stated and _counts(c, cells[c])]
    split = _categories(counts)
    for header in counts:
        series, sex, age = split[header]
        keys = {key: word for key, word in (("sex", sex), ("age", age)) if word}
        yield base.assign(series=series or _NUMBER, **keys, **_measured(cells, {"count": header}))
    for header, state in stated.items():
        found = _measured(cells, {"value": header}, state)
        yield base.assign(series=_series(header), **found)


def _series(name: object) -> str:
    """Words of a series' name: that of a column ``neet_16`` is that of the indicator NEET 16.

    Examples
    --------
    >>> _series("Children_in_need"), _series("–")
    ('children in need', '–')
    """
    return " ".join(words_in(str(name))) or fold(name)


def _counts(header: str, column: pd.Series) -> bool:
    if _NO_COUNT.search(fold(header).replace("_", " ")):
        return False
    numbers = read_figures(column)
    assert numbers is not None  # as its caller has seen
    known = numbers[0].dropna()
    return bool(len(known) and (known % 1 == 0).all() and (known >= 0).all())


def _categories(headers: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Give series, sex and age of each column: ``neet boys`` and ``neet girls`` are of one.

    Where one column is the total of the others in words, they are all categories of one series.

    Examples
    --------
    >>> _categories(["m", "f", "persons"])
    {'m': ('', 'm', ''), 'f': ('', 'f', ''), 'persons': ('', 'persons', '')}
    >>> _categories(["ehcp", "sen support", "ehcp boys"])["ehcp boys"]
    ('ehcp', 'boys', '')
    """
    parts = {}
    for header in headers:
        words = words_in(header)
        sexes = [w for w in words if w in SEXES or w in ("persons", "people")]
        ages = [w for w in words if re.search(r"\d", w) and is_told(w, "age")]
        rest = [w for w in words if w not in (*sexes, *ages, *_PLAIN_NUMBER, "yrs", "years")]
        parts[header] = (" ".join(rest), " ".join(sexes), " ".join(ages))
    totals = [h for h in headers if OVERALL.fullmatch(" ".join(words_in(h)))]
    if (
        len(totals) == 1
        and len(headers) > 2
        and not any(p[1] or p[2] for h, p in parts.items() if h not in totals)
    ):
        return {header: ("", fold(header), "") for header in headers}
    of_ages = any(p[2] for p in parts.values())
    for header in totals:
        parts[header] = ("", "", "all ages") if of_ages else ("", fold(header), "")
    return parts
