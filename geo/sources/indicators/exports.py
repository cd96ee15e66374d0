"""Exports of Nomis, laid out as the other tables of indicators are."""

import re
from pathlib import Path

import pandas as pd

from geo.errors import examples
from geo.sources.surroundings import REPAIRED
from geo.vocabulary.column_names import folded
from geo.vocabulary.periods import parse

_AREA = re.compile(r"(?:lsoa|msoa|oa|wd|lad)\d\d(?:cd|nm)")
API = {"date", "geographycode", "obsvalue"}
_DIMENSIONS = {"sex": "sex", "gender": "sex", "age": "age"}
_NO_DIMENSION = {"date", "geography", "measures", "measure", "obsstatus", "obsconf", "freq"}


def is_api(headers: list[str]) -> bool:
    """Tell whether a table with these headers is what the service of Nomis answers."""
    return set(map(folded, headers)) >= API


def laid_out(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Give an export of Nomis as a tidy table; leave other tables as they are.

    An answer of its service becomes a row an area, indicator, period, sex and age; a table whose
    columns are periods alone becomes rows of one indicator, which is called as the file.
    """
    if is_api(list(raw.columns)):
        return _from_api(raw, path)
    return _from_periods(raw, path)


def _from_api(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    columns = {folded(header): header for header in raw.columns}
    out = pd.DataFrame(
        {
            "area_code": raw[columns["geographycode"]],
            "period": raw[columns.get("datename", columns["date"])],
            "value": raw[columns["obsvalue"]],
        }
    )
    for name, field in (("geographyname", "area_name"), ("geographytype", "area_type")):
        if name in columns:
            out[field] = raw[columns[name]]
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


def _from_periods(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Turn columns that are headed by periods, and nothing else but areas, into rows."""
    periods = [name for name in raw.columns if re.search(r"\d{4}", name) and parse(name)]
    others = [name for name in raw.columns if name not in periods]
    if not periods or not all(map(_AREA.fullmatch, others)):
        return raw
    out = raw.melt(others, periods, "period", "value").assign(indicator_id=path.stem)
    told = f"The columns {examples(periods)} of {path} are periods of one indicator: {path.stem}."
    out.attrs[REPAIRED] = [*raw.attrs[REPAIRED], told]
    return out
