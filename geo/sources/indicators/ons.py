"""Exports of the ONS's own site, laid out as other indicators are: custom Census data, and v4.

A custom data set names each dimension twice, ``Age (6 categories) Code`` and ``Age (6
categories)``, the areas first, and has its figures in ``Observation``. Version 4 of the site's
tables begins with a column ``v4_N``, the figures; N columns of marks follow, and then pairs of a
code and its label.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.errors import TableError, examples
from geo.sources.indicators.statxplore import kind_of
from geo.sources.surroundings import REPAIRED
from geo.vocabulary.column_names import folded

_AREAS = {
    "lowerlayersuperoutputareas": "lsoa",
    "middlelayersuperoutputareas": "msoa",
    "outputareas": "oa",
    "electoralwardsanddivisions": "wd",
    "lowertierlocalauthorities": "lad",
    "uppertierlocalauthorities": "utla",
    "regions": "region",
}
_V4 = re.compile(r"v4_(\d+)", re.IGNORECASE)
_DIMENSIONS = {"sex": "sex", "gender": "sex", "age": "age", "time": "period"}


def is_export(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers is an export of the ONS's site.

    Examples
    --------
    >>> is_export(["Regions Code", "Regions", "Sex (2 categories) Code", "Observation"])
    True
    """
    plain = [folded(header) for header in headers]
    custom = "observation" in plain and any(one.removesuffix("code") in _AREAS for one in plain)
    return custom or (bool(headers) and _V4.fullmatch(headers[0]) is not None)


def laid_out(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Give an export as a tidy table, a row an area and category.

    Raises
    ------
    TableError
        If it has no column of areas.
    """
    version = _V4.fullmatch(str(raw.columns[0]))
    out = _of_v4(raw, int(version[1]), path) if version else _of_custom(raw, path)
    out.attrs[REPAIRED] = raw.attrs[REPAIRED]
    return out


def _of_custom(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    columns = list(raw.columns)
    pairs = {one[:-5]: one for one in columns if one[-5:].lower() == " code" and one[:-5] in raw}
    areas = next((name for name in pairs if folded(name) in _AREAS), None)
    if areas is None:
        raise _without_areas(path, columns)
    figures = next(one for one in columns if folded(one) == "observation")
    out = pd.DataFrame({"area_code": raw[pairs[areas]], "area_name": raw[areas]})
    out["area_type"] = _AREAS[folded(areas)]
    return _with_dimensions(out, raw[[x for x in pairs if x != areas]], raw[figures], path)


def _of_v4(raw: pd.DataFrame, marks: int, path: Path) -> pd.DataFrame:
    codes, labels = list(raw.columns[1 + marks :: 2]), list(raw.columns[2 + marks :: 2])
    areas = next((at for at, one in enumerate(labels) if folded(one) == "geography"), None)
    if areas is None or len(codes) != len(labels):
        raise _without_areas(path, raw.columns)
    code = raw[codes[areas]].astype("str")
    out = pd.DataFrame({"area_code": code, "area_name": raw[labels[areas]]})
    out["area_type"] = code.map({one: kind_of(one) for one in code.unique()})
    figures = raw.iloc[:, 0]
    if marks:
        figures = figures.astype(object).where(figures.notna(), raw.iloc[:, 1])
    return _with_dimensions(
        out, raw[[x for at, x in enumerate(labels) if at != areas]], figures, path
    )


def _without_areas(path: Path, columns: Sequence[str]) -> TableError:
    return TableError(
        f"{path} is a table of the ONS without two columns for its areas, code and name (columns: "
        f"{examples(columns, 9)}); download it again, and change none of its columns."
    )


def _with_dimensions(
    out: pd.DataFrame, labels: pd.DataFrame, figures: pd.Series, path: Path
) -> pd.DataFrame:
    """Add sex, age and period where there are such, and an indicator for all other categories."""
    parts = []
    for name in labels:
        of = _DIMENSIONS.get(folded(re.sub(r"\(.*", "", name)))
        if of is not None and of not in out:
            out[of] = labels[name]
        elif labels[name].nunique() > 1:
            parts.append(labels[name].astype("str"))
    ids = pd.concat(parts, axis=1).agg(", ".join, axis=1) if parts else path.stem
    return out.assign(indicator_id=ids, value=figures)
