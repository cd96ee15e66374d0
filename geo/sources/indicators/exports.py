"""Exports of Nomis, the ONS and Explore Education Statistics, laid out as other indicators are."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from geo.errors import TableError, examples
from geo.sources.headers import areas_of_nomis
from geo.sources.indicators import ons
from geo.sources.indicators.fields import FIELD_OF, FIGURES, text_of
from geo.sources.indicators.wide import is_period, wide_parts
from geo.sources.surroundings import REPAIRED
from geo.vocabulary.column_names import by_folded, folded

_EES = {"timeperiod", "timeidentifier", "geographiclevel"}
_LEVELS = {
    "national": ("countrycode", "england"),
    "regional": ("regioncode", "region"),
    "local authority": ("newlacode", "utla"),
    "local authority district": ("ladcode", "lad"),
    "ward": ("wardcode", "wd"),
    "msoa": ("msoacode", "msoa"),
    "lsoa": ("lsoacode", "lsoa"),
}
_LOCATION = re.compile(
    r"(?:country|region|oldla|newla|la|lad|ward|msoa|lsoa|localauthoritydistrict)(?:code|name)"
)
API = {"date", "geographycode", "obsvalue"}
_DIMENSIONS = {"sex": "sex", "gender": "sex", "age": "age"}
_NO_DIMENSION = {"date", "geography", "measures", "measure", "obsstatus", "obsconf", "freq"}


_CRIMES = {"crimetype", "month", "lsoacode"}
NO_INDICATORS = (
    "is a list of crimes, a row each, as police.uk gives it, and no table of indicators; count its "
    "rows by LSOA, month and crime type (in Excel: Insert, PivotTable) into columns lsoa21cd, "
    "period, indicator_id and count, or let geo fetch --with crime do it for the last twelve "
    "months. geo assign adds the groups to its rows as they are."
)


def is_crimes(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers is a month of crimes of data.police.uk."""
    return set(map(folded, headers)) >= _CRIMES


def is_api(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers is what the service of Nomis answers."""
    return set(map(folded, headers)) >= API


def is_export(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers is an export that is laid out in a way of its own."""
    return is_api(headers) or set(map(folded, headers)) >= _EES or ons.is_export(headers)


def laid_out(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Give an export of Nomis, the ONS or the DfE as a tidy table; leave other tables as they are.

    An answer of the service of Nomis becomes a row an area, indicator, period, sex and age; a table
    whose columns of figures are headed by periods becomes rows of each period. Of the Department
    for Education each column of figures is an indicator, by what its rows are of.
    """
    if is_api(list(raw.columns)):
        return _from_api(raw, path)
    if set(map(folded, raw.columns)) >= _EES:
        return _from_ees(raw, path)
    if ons.is_export(list(raw.columns)):
        return ons.laid_out(raw, path)
    return _from_periods(_with_names(raw), path)


def _with_names(raw: pd.DataFrame) -> pd.DataFrame:
    """Take a column ``Area`` of words, as LG Inform has it, for the names of the areas."""
    columns = by_folded(raw.columns)
    area = columns.get("area")
    if area is None or {"areaname", "geographyname"} & set(columns):
        return raw
    words = raw[area].astype("str")
    if words.str.contains(r"\d").any() or not words.str.contains("[A-Za-z]").all():
        return raw
    out = raw.rename(columns={area: "area_name"})
    out.attrs = raw.attrs
    return out


def _from_api(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    columns = by_folded(raw.columns)
    out = pd.DataFrame(
        {
            "area_code": raw[columns["geographycode"]],
            "period": raw[columns.get("datename", columns["date"])],
            "value": raw[columns["obsvalue"]],
        }
    )
    if "geographyname" in columns:
        out["area_name"] = raw[columns["geographyname"]]
    if "geographytype" in columns:
        words = raw[columns["geographytype"]].astype("str")
        out["area_type"] = words.map({one: areas_of_nomis(one) or one for one in words.unique()})
    parts = []
    for plain, header in columns.items():
        dimension = re.sub(r"^c(?:\d{4})?(?=sex|gender|age)", "", plain.removesuffix("name"))
        if not plain.endswith("name") or dimension in _NO_DIMENSION:
            continue
        if (of := _DIMENSIONS.get(dimension)) is not None:
            out[of] = raw[header]
        else:
            parts.append(raw[header].astype("str"))
    if "measuresname" in columns and raw[columns["measuresname"]].nunique() > 1:
        parts.append(raw[columns["measuresname"]].astype("str"))
    ids = pd.concat(parts, axis=1).agg(", ".join, axis=1) if parts else path.stem
    out = out.assign(indicator_id=ids)
    out.attrs[REPAIRED] = raw.attrs[REPAIRED]
    return out


def _from_ees(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    columns = by_folded(raw.columns)
    level = raw[columns["geographiclevel"]].astype("str").str.lower()
    known = {word: pair for word, pair in _LEVELS.items() if pair[0] in columns}
    rows = raw[level.isin(known)]
    level = level[rows.index]
    out = pd.DataFrame({"area_type": level.map(lambda word: known[word][1])})
    out["area_code"] = None
    for word, (code, _) in known.items():
        out["area_code"] = out["area_code"].where(level.ne(word), rows[columns[code]])
    when = rows[[columns["timeperiod"], columns["timeidentifier"]]].apply(text_of)
    each = {pair: _period_of_ees(*pair) for pair in set(when.itertuples(index=False, name=None))}
    out["period"] = [each[pair] for pair in when.itertuples(index=False, name=None)]
    figures, parts = [], []
    for plain, header in columns.items():
        if plain in _EES or _LOCATION.fullmatch(plain):
            continue
        if pd.to_numeric(rows[header], errors="coerce").notna().any():
            figures.append(header)
        elif (of := _DIMENSIONS.get(plain)) is not None:
            out[of] = rows[header]
        elif rows[header].nunique() > 1:
            parts.append(rows[header].astype("str"))
    parts = [one.mask(one.str.lower().eq("total"), "") for one in parts]
    if not figures:
        raise TableError(f"{path} has no column of figures; export it with its indicators.")
    keys = list(out.columns)
    wide = out.assign(**{name: rows[name] for name in figures})
    long = wide.assign(parts=pd.concat(parts, axis=1).agg(_joined, axis=1) if parts else "")
    long = long.melt([*keys, "parts"], figures, "indicator_id", "value")
    whole = long["indicator_id"] + ", " + long["parts"]
    ids = long["indicator_id"].where(long["parts"].eq(""), whole)
    out = long.drop(columns="parts").assign(indicator_id=ids)
    left = len(raw) - len(rows)
    told = f"{left} of {len(raw)} rows in {path} are left out: they are of no area that is read."
    out.attrs[REPAIRED] = [*raw.attrs[REPAIRED], *([told] if left else [])]
    return out


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))


def _period_of_ees(period: str, identifier: str) -> str:
    """Give a period in words: of a year alone that, else its term, quarter, month or week too.

    Examples
    --------
    >>> _period_of_ees("202324", "Academic year"), _period_of_ees("202324", "Spring term")
    ('2023/24', 'Spring term 2023/24')
    >>> _period_of_ees("202324", "Financial year Q1"), _period_of_ees("2024", "January")
    ('2023/24 Q1', 'January 2024')
    """
    year = re.sub(r"^(\d{4})(\d\d)$", r"\1/\2", period)
    if re.fullmatch(r"(?i)|(?:academic|calendar|financial|tax|reporting) year", identifier):
        return year
    quarter = re.fullmatch(r"(?i)(?:calendar|financial|tax) year (q[1-4])", identifier)
    return f"{year} {quarter[1]}" if quarter else f"{identifier} {year}"


def has_periods(headers: Sequence[str]) -> bool:
    """Tell whether some columns are headed by periods, such as 2021 or 2023/24 count."""
    return any(map(is_period, wide_parts(headers)))


def _from_periods(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Turn columns of figures into rows where each is headed by a period.

    Where no column names the indicator, it is called as the file.
    """
    parts = {
        stem: columns
        for stem, columns in wide_parts(raw.columns).items()
        if FIELD_OF.get(folded(stem)) in [None, "period", *FIGURES]
    }
    named = {FIELD_OF.get(folded(header)) for header in raw.columns}
    if not parts or "period" in named or not all(map(is_period, parts)):
        return raw
    used = {header for columns in parts.values() for header in columns.values()}
    others = raw[[header for header in raw.columns if header not in used]]
    rows = [
        others.assign(period=stem, **{figure: raw[header] for figure, header in columns.items()})
        for stem, columns in parts.items()
    ]
    out = pd.concat(rows, ignore_index=True)
    told = f"The columns {examples(parts)} of {path} are periods"
    if not named & {"indicator_id", "name"}:
        out, told = out.assign(indicator_id=path.stem), f"{told} of one indicator: {path.stem}"
    out.attrs[REPAIRED] = [*raw.attrs[REPAIRED], f"{told}."]
    return out
