"""Indicators in wide form: a column for each indicator, or several named ``<id>_count`` …."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from geo.errors import TableError, labelled
from geo.sources.indicators.fields import FIELD_OF, KEYS, splits
from geo.sources.indicators.symbols import refuse_half_percent
from geo.sources.indicators.tidy import measured, require_unique_keys
from geo.vocabulary.area_types import area_type_of
from geo.vocabulary.column_names import folded
from geo.vocabulary.periods import parse

_PART = re.compile(
    r"^(.+?)[ _](count|numerator|denominator|value|lower[ _]ci|upper[ _]ci|largest[ _]\d)$",
    re.IGNORECASE,
)
_NO_INDICATOR = re.compile(
    r"^(objectid|fid|globalid|unnamed\d*|shape(area|length)?|bng[en]|long|lat|ruralurban|measures)$"
    r"|^(oa|lsoa|msoa|wd|ward|lad|ltla|utla|rgn|cauth)\d*nmw?$"
    r"|(soa|area|ward|district|authority|region)(name|code)"
)


def from_wide(
    raw: pd.DataFrame, fields: Mapping[str, str], areas: pd.DataFrame, where: str
) -> pd.DataFrame:
    """Table with a row for each area and indicator, from a column for each indicator."""
    known = {FIELD_OF.get(folded(header)) for header in raw.columns}
    if "value" in known or {"count", "denominator"} <= known:
        raise TableError(
            f"{where} has figures but does not tell of which indicator (columns: "
            f"{labelled(raw.columns, 6)}); add a column indicator_id."
        )
    keys = areas.assign(**splits(raw, fields))
    found = wide_parts(raw.columns)
    if periods := list(filter(is_period, found)):
        others = [name for name in found if name not in periods]
        raise TableError(
            f"{where} has columns headed by periods ({labelled(periods)}) beside others "
            f"({labelled(others) or 'a column period'}), so that it is not sure which indicator "
            "they are of; give a row for each period in a column period, or name them by indicator."
        )
    for name, columns in found.items():
        of = pd.Series(name, index=raw.index)
        refuse_half_percent(raw.get(columns.get("value")), of, areas["area_code"], where)
    _require_one_row_each(keys, raw, where)
    parts = [
        keys.assign(indicator_id=name).join(measured(raw, columns, areas["area_code"], where))
        for name, columns in found.items()
    ]
    if not parts:
        raise TableError(
            f"{where} has area codes but no column of figures (columns: "
            f"{labelled(raw.columns, 6)}); give a column for each indicator."
        )
    return pd.concat(parts, ignore_index=True)


def _require_one_row_each(keys: pd.DataFrame, raw: pd.DataFrame, where: str) -> None:
    """Raise where an area has several rows; of a list of people or events say how to count it."""
    text = raw.select_dtypes(["object", "str"]).columns
    lists = [
        name
        for name in text
        if not area_type_of(name) and FIELD_OF.get(folded(name)) not in KEYS and raw[name].nunique()
    ]
    twice = keys["area_code"].duplicated()
    if lists and keys.duplicated().any():
        raise TableError(
            f"{where} has several rows for an area ({labelled(keys.loc[twice, 'area_code'])}) and "
            f"words in {labelled(lists)}, as a list of people or events has; count its rows by "
            "area and period (in Excel: Insert, PivotTable) into columns such as lsoa21cd, period, "
            "indicator_id and count, or add groups to its rows as they are with geo assign."
        )
    require_unique_keys(keys, where)


def is_period(header: str) -> bool:
    """Tell whether a column is headed by a period and by nothing else.

    Examples
    --------
    >>> is_period("2021"), is_period("2023/24"), is_period("imd_2019"), is_period("90319")
    (True, True, False, False)
    """
    return bool(re.search(r"\d{4}", header) and parse(header))


def wide_parts(headers: Iterable[str]) -> dict[str, dict[str, str]]:
    """Columns of each indicator by figure; ``x_count`` is of x where x has other columns too."""
    free = [
        header
        for header in dict.fromkeys(headers)  # one that stands twice is refused by the reader
        if not area_type_of(header)
        and FIELD_OF.get(folded(header)) not in [*KEYS, "area_name", "note", "name"]
        and not _NO_INDICATOR.search(folded(header))
    ]
    found = {header: _PART.match(header) for header in free}
    stems = [part[1] if part else header for header, part in found.items()]
    times = Counter(stems)
    parts: dict[str, dict[str, str]] = {}
    for header, stem in zip(free, stems, strict=True):
        part = found[header] if times[stem] > 1 else None
        figure = re.sub(r"[ _]", "_", part[2].lower()) if part else "value"
        figure = "count" if figure == "numerator" else figure
        columns = parts.setdefault(stem if part else header, {})
        if figure in columns:
            raise TableError(
                f"The columns {columns[figure]} and {header} both hold the {figure} of {stem}; "
                "remove or rename one of them."
            )
        columns[figure] = header
    return parts
