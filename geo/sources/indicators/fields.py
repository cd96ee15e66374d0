"""Names that publishers give to the columns of indicators."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from geo.errors import TableError
from geo.vocabulary.column_names import IDENTIFIERS, folded
from geo.vocabulary.measures import CONTRIBUTIONS

KEYS = ["area_code", "area_type", "indicator_id", "period", "sex", "age"]
FIGURES = ["count", "denominator", "value", "lower_ci", "upper_ci"]
COLUMNS = [*KEYS, *FIGURES, "state"]
EXTRA = ["lower_ci_998", "upper_ci_998", *CONTRIBUTIONS]
_SPELLINGS = {
    **IDENTIFIERS,
    "area_type": "areatype geographytype arealevel",
    "area_name": "areaname geographyname",
    "period": "period timeperiod year financialyear",
    "sex": "sex gender",
    "age": "age agegroup ageband",
    "count": "count numerator counts",
    "denominator": "denominator population",
    "value": "value rate percentage percent",
    "lower_ci": "lowerci lowerci95 lowerci950limit lower95ci lowercl lowercl95 lci lcl",
    "upper_ci": "upperci upperci95 upperci950limit upper95ci uppercl uppercl95 uci ucl",
    "lower_ci_998": "lowerci998 lowerci998limit lowercl998",
    "upper_ci_998": "upperci998 upperci998limit uppercl998",
    "state": "state",
    "note": "note valuenote",
    "name": "indicatorname name",
    "short_name": "shortname",
    "group": "group outcome domain",
    "unit": "unit units",
    "multiplier": "multiplier",
    "measure": "measure",
    "polarity": "polarity",
    "source": "source datasource",
    "licence": "licence license",
    "confidential": "confidential",
    **{name: name.replace("_", "") for name in CONTRIBUTIONS},
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = f"(?i:{'|'.join(_MONTHS)})"
FIELD_OF = {plain: field for field, names in _SPELLINGS.items() for plain in names.split()}


def fields_of(
    headers: Sequence[str], where: str, only: Sequence[str] | None = None
) -> dict[str, str]:
    """Map field to header, for the headers that name a field."""
    found: dict[str, str] = {}
    for header in headers:
        field = FIELD_OF.get(folded(header))
        if field is None or (only and field not in [*only, "area_name"]):
            continue
        if field in found:
            raise TableError(
                f"The columns {found[field]} and {header} in {where} both stand for {field}; "
                "keep or rename one of them."
            )
        found[field] = header
    return found


def text_of(column: pd.Series) -> pd.Series:
    """Text of a column of keys: 2021.0 is ``2021``, a date ``2021-04-01``; missing stays."""
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        text = column.astype("str")
        return text.where(column.mod(1).ne(0), text.str.replace(r"\.0+$", "", regex=True))
    return column.astype("str").str.strip()


def splits(raw: pd.DataFrame, fields: Mapping[str, str]) -> dict[str, Any]:
    """Period, sex and age of each row; what the file does not split by is ``all``."""
    splits: dict[str, Any] = {
        key: text_of(raw[fields[key]]).fillna("all") if key in fields else "all"
        for key in ("sex", "age")
    }
    return splits | {"period": text_of(raw[fields["period"]]) if "period" in fields else None}


def age_of_date(label: str) -> str:
    """Give the ages that a spreadsheet took for a date when they were typed; else nothing.

    Examples
    --------
    >>> age_of_date("10-Nov"), age_of_date("Oct-14"), age_of_date("2024-11-10 00:00:00")
    ('10-11', '10-14', '10-11')
    >>> age_of_date("10-11")
    ''
    """
    if found := re.fullmatch(r"\d{4}-(\d\d)-(\d\d)(?: 00:00:00)?", label):
        ages = {int(found[1]), int(found[2])}
    elif found := re.fullmatch(rf"(\d\d?)[- ]({_MONTH})|({_MONTH})[- ](?:20)?(\d\d)", label):
        month = _MONTHS.index((found[2] or found[3]).lower()) + 1
        ages = {month, int(found[1] or found[4])}
    else:
        return ""
    return "-".join(map(str, sorted(ages))) if len(ages) == 2 else ""


def indicator_ids(raw: pd.DataFrame, fields: Mapping[str, str]) -> pd.Series:
    """Which indicator each row is of: its id, or its name where there is no id.

    Where every id ends in ``.0``, a program has taken whole numbers for decimal ones.
    """
    ids = text_of(raw[fields.get("indicator_id") or fields["name"]])
    decimal = ids.str.fullmatch(r"\d+\.0", na=True)
    return ids.str.removesuffix(".0") if decimal.all() else ids
