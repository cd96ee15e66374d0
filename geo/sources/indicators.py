"""Indicator files, own or from Fingertips, read as one tidy table; and what each indicator is."""

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from geo.errors import CodeError, FileError, GeoWarning, TableError, examples
from geo.sources.catalogue import (
    CATALOGUE,
    NEEDED,
    checked,
    covering,
    from_toml,
    shipped_catalogue,
    shipped_catalogues,
)
from geo.sources.tabular import read_table, require_file
from geo.tables import STATES, area_type_of, code_columns

KEYS = ["area_code", "area_type", "indicator_id", "period", "sex", "age"]
FIGURES = ["count", "denominator", "value", "lower_ci", "upper_ci"]
COLUMNS = [*KEYS, *FIGURES, "state"]
_EXTRA = ["lower_ci_998", "upper_ci_998"]
_SPELLINGS = {
    "area_code": "areacode geographycode gsscode onscode areaid",
    "area_type": "areatype geographytype arealevel",
    "area_name": "areaname geographyname",
    "indicator_id": "indicatorid indicatorcode indicator",
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
}
_FIELD_OF = {plain: field for field, names in _SPELLINGS.items() for plain in names.split()}
_FINGERTIPS = {"Indicator ID", "Area Code", "Area Type", "Category Type", "Value note"}
_PART = re.compile(
    r"^(.+?)[ _](count|numerator|denominator|value|lower[ _]ci|upper[ _]ci)$", re.IGNORECASE
)
_NO_INDICATOR = re.compile(
    r"^(objectid|fid|globalid|unnamed\d*|shape(area|length)?|bng[en]|long|lat)$"
    r"|^(oa|lsoa|msoa|wd|ward|lad|ltla|utla|rgn|cauth)\d*nmw?$"
    r"|(soa|area|ward|district|authority|region)(name|code)"
)

# Government Analysis Function symbols, with and without brackets, and what else is in use.
# "low" is a count too small to show, not a zero; "-" stands for zero in some tables and for
# nothing in others, so it is never read as zero.
_SUPPRESSED = re.compile(
    r"[*†‡]+|\[?(c|u|low)\]?|\(c\)|supp(ressed)?\.?|<\s*\d+%?|\d{1,2}\s*(-|–|to)\s*\d{1,2}"
    r"|(less|fewer) than \d+"
)
_MISSING = re.compile(r"\[?[xzw]\]?|\.+|…|:|[-–—]+|n/?a|nan|null|none|not (available|applicable)|")
_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[-+]?\d+)?%?", re.IGNORECASE)
_WITHHELD = r"suppress|disclosure|too small|small (?:number|count)"  # in Fingertips' value notes

_CODE_FORMS = {
    "oa": r"[EW]00\d{6}",
    "lsoa": r"[EW]01\d{6}",
    "msoa": r"[EW]02\d{6}",
    "wd": r"(E05|W05|S13|N08)\d{6}",
    "lad": r"(E0[6-9]|W06|S12|N09)\d{6}",
    "utla": r"(E0[689]|E10|W06|S12|N09)\d{6}",
    "region": r"(E12|[WSN]9\d)\d{6}",
    "england": r"E92000001",
}
_AREA_WORDS = (
    (r"^england$|^country$", "england"),
    (r"upper tier|^utla|count(y|ies) *(&|and) *uas?\b", "utla"),
    (r"lower tier|^ltla|^lad\b|districts? *(&|and) *uas?\b|local authorit", "lad"),
    (r"^lsoas?\b|lower.*output area", "lsoa"),
    (r"^msoas?\b|middle.*output area", "msoa"),
    (r"\bwards?\b", "wd"),
    (r"^regions?\b", "region"),
)


def read_indicators(
    path: str | Path,
    *,
    catalogue: pd.DataFrame | str | Path | None = None,
    area_type: str | None = None,
    period: str | None = None,
) -> pd.DataFrame:
    r"""Read indicators of areas from CSV, Excel or Parquet into one tidy table.

    Three forms are known by their columns: tidy (a row for each area, indicator and period, under
    the names below or common ones such as ``Area Code``, ``LSOA21CD``, ``Numerator``, ``Time
    period``, ``Lower CI``), wide (a column for each indicator, or several named ``<id>_count``,
    ``<id>_denominator``, ``<id>_value``), and Fingertips CSV as downloaded. In wide tables columns
    of area names, codes of larger areas and map co-ordinates are passed over.

    Parameters
    ----------
    path : str or Path
        The file. What its indicators are comes from ``catalogue``; where that is not given, from
        the same places as in :func:`read_catalogue`, if there is anything.
    catalogue : DataFrame, str or Path, optional
        As from :func:`read_catalogue`, or what that takes; it must cover every indicator. A value
        of an indicator with measure ``count`` is also its ``count``.
    area_type : str, optional
        Which areas the codes are (such as ``lsoa21``), where the file does not tell.
    period : str, optional
        The period, where neither the file nor a ``period`` in the catalogue tells.

    Returns
    -------
    DataFrame
        ``area_code``, ``area_type``, ``indicator_id``, ``period``, ``sex``, ``age`` (text;
        ``"all"`` where the file does not split by sex or age), ``count``, ``denominator``,
        ``value``, ``lower_ci``, ``upper_ci`` (floats, missing as NaN) and ``state``. Then, where
        the file has them, ``area_name``, ``lower_ci_998``, ``upper_ci_998`` and ``note``. Nothing
        is computed: where a file has counts alone, ``value`` stays empty.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged or no table of indicators.
    CodeError
        If area codes are missing, of two vintages, or not of their area type.
    TableError
        If a key stands twice, an indicator has two units, a number is negative, infinite or
        text, or an indicator is not in the catalogue that was given.

    Notes
    -----
    ``state`` is ``suppressed`` for ``*``, ``c``, ``[c]``, ``<5``, ``1-4``, ``fewer than 5``,
    ``[low]``, ``[u]`` and ``suppressed``; ``missing`` for blanks, ``[x]``, ``[z]``, ``[w]``,
    ``..``, ``:``, ``-``, ``n/a``, and where the denominator is 0; ``zero`` where the value, or
    without one the count, is 0; else ``value``. Other text among numbers is refused, and nothing
    missing or suppressed becomes 0.

    Of Fingertips, rows of inequality breakdowns (``Category Type``) are left out and rows repeated
    under another parent are kept once, with a warning. A blank with a note of suppression is
    suppressed. Area types become ``england``, ``region``, ``msoa21``, ``lsoa21``, ``utla``
    (counties and unitary authorities), ``lad24`` (districts and unitary authorities from April
    2023), and otherwise their own words. The names of MSOAs are left out, being authorities'.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "neet.csv")
    >>> _ = file.write_text("LSOA21CD,Indicator,Year,Numerator,Denominator\n"
    ...     "E01000001,neet,2024,*,50\nE01000002,neet,2024,0,40\n")
    >>> table = read_indicators(file)
    >>> table[["area_code", "area_type", "indicator_id", "count", "denominator", "state"]]
       area_code area_type indicator_id  count  denominator       state
    0  E01000001    lsoa21         neet    NaN         50.0  suppressed
    1  E01000002    lsoa21         neet    0.0         40.0        zero
    """
    path = require_file(path)
    raw, form = _read(path)
    if form == "fingertips":
        raw = _without_breakdowns(raw, path)
    fields = _fields(raw.columns, str(path), KEYS if form == "wide" else None)
    areas = _areas(raw, fields, str(path), area_type, lenient=form == "fingertips")
    table = (_from_wide if form == "wide" else _from_tidy)(raw, fields, areas, str(path))
    ids = table["indicator_id"].unique()
    if catalogue is None:
        entries = _catalogue_of(path, raw, fields, ids)
    else:
        entries = covering(_given(catalogue), ids, "The catalogue")
    table = _with_period(_counted(table, entries), entries, period, str(path))
    if form == "fingertips":
        table = _without_repeats(table, path)
    _require_unique_keys(table, str(path))
    kept = [c for c in ("area_name", *_EXTRA, "note") if c in table.columns]
    return table[[*COLUMNS, *kept]]


def read_catalogue(source: str | Path) -> pd.DataFrame:
    r"""Read what each indicator is: its name, group, unit, measure, polarity and source.

    Parameters
    ----------
    source : str or Path
        ``"census2021"`` or ``"iod2025_underlying"`` for the catalogues that come with the
        toolkit; a TOML file with a table for each indicator; or a file of indicators, whose
        catalogue is the first complete one of: its own columns (``Indicator Name``, ``Unit``,
        ``Polarity`` …), a file ``indicators.toml`` beside it, a catalogue of the toolkit.

    Returns
    -------
    DataFrame
        A row for each indicator: ``indicator_id``, ``name``, ``short_name`` (the name where not
        given), ``group`` (outcome or domain), ``unit``, ``multiplier``, ``measure`` (proportion,
        rate, mean, value, ratio, count), ``polarity`` (high_is_good, low_is_good, no_judgement),
        ``source``, ``licence``, ``confidential`` (True or False); then further ones such as
        ``denominator``, ``period`` and ``note``.

    Raises
    ------
    FileError
        If the file is missing or no TOML.
    TableError
        If a field is missing or has a word that is not allowed, an indicator has two units, or
        an indicator of the file has no entry.

    Examples
    --------
    >>> census = read_catalogue("census2021").set_index("indicator_id")
    >>> census.loc["overcrowded_households", ["group", "unit", "polarity"]].tolist()
    ['Housing', '% of households', 'low_is_good']
    """
    if str(source) in shipped_catalogues():
        return shipped_catalogue(str(source)).copy()
    if not Path(source).suffix:
        raise FileError(
            f"No catalogue is named {source}; give {examples(shipped_catalogues())}, or the path "
            "of a TOML file or of a file of indicators."
        )
    path = require_file(source)
    if path.suffix.lower() == ".toml":
        return from_toml(path.read_bytes(), str(path))
    raw, form = _read(path)
    fields = _fields(raw.columns, str(path), KEYS if form == "wide" else None)
    ids = pd.Index(_wide_parts(raw) if form == "wide" else _ids(raw, fields).unique())
    found = _catalogue_of(path, raw, fields, ids)
    if found is None:
        lacking = [field for field in NEEDED if field not in fields]
        raise TableError(
            f"{path} does not tell what its indicators are (no columns {examples(lacking, 9)}); "
            "put a file indicators.toml beside it with an entry for each indicator."
        )
    return covering(found, ids, f"The catalogue of {path}")


def form_of(headers: Sequence[str]) -> str | None:
    """Tell which form of indicator table has these headers: fingertips, tidy, wide or None.

    Any table with area codes and another column could be wide, so that a folder of mixed files
    is told apart only by the first two.
    """
    if set(headers) >= _FINGERTIPS:
        return "fingertips"
    known = {_FIELD_OF.get(_plain(header)) for header in headers}
    if "area_code" not in known and not code_columns(headers):
        return None
    if "indicator_id" in known or "indicatorname" in map(_plain, headers):
        return "tidy" if known & {"value", "count"} else None
    return "wide" if len(headers) > 1 else None


def is_indicators(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers surely holds indicators, whatever its file is called.

    A wide table does only where a catalogue of the toolkit knows all its columns.
    """
    form = form_of(headers)
    if form != "wide":
        return form is not None
    ids = set(_wide_parts(pd.DataFrame(columns=list(headers))))
    known = [set(shipped_catalogue(name)["indicator_id"]) for name in shipped_catalogues()]
    return bool(ids) and any(ids <= one for one in known)


def _plain(header: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(header).lower())


def _read(path: Path) -> tuple[pd.DataFrame, str]:
    raw = read_table(path, lambda headers: form_of(headers) is not None)
    raw = raw.dropna(how="all").reset_index(drop=True)
    form = form_of(list(raw.columns))
    if form is None:
        known = {_FIELD_OF.get(_plain(header)) for header in raw.columns}
        if "area_code" in known or code_columns(raw.columns):
            raise TableError(
                f"{path} names indicators but has no column count or value (columns: "
                f"{examples(raw.columns, 6)}); add one, or give each indicator its own column."
            )
        raise CodeError(
            f"No column of area codes in {path}, which has the columns {examples(raw.columns, 6)}; "
            "name one area_code, or by its areas, such as lsoa21cd."
        )
    return raw, form


def _fields(
    headers: Sequence[str], where: str, only: Sequence[str] | None = None
) -> dict[str, str]:
    """Map field to header, for the headers that name a field."""
    found: dict[str, str] = {}
    for header in headers:
        field = _FIELD_OF.get(_plain(header))
        if field is None or (only and field not in [*only, "area_name"]):
            continue
        if field in found:
            raise TableError(
                f"The columns {found[field]} and {header} in {where} both stand for {field}; "
                "keep or rename one of them."
            )
        found[field] = header
    return found


def _areas(
    raw: pd.DataFrame, fields: Mapping[str, str], where: str, given: str | None, *, lenient: bool
) -> pd.DataFrame:
    """Area code, type and (where there is one) name of each row."""
    if "area_code" in fields:
        codes = raw[fields["area_code"]]
        kinds = raw[fields["area_type"]] if "area_type" in fields else given
    else:
        column, kinds = _code_column(raw, where, given)
        codes = raw[column]
    if (blank := codes.isna()).any():
        raise CodeError(
            f"{blank.sum()} of {len(raw)} rows in {where} have no {codes.name} (data rows "
            f"{examples(np.flatnonzero(blank) + 1)}); every row needs an area code."
        )
    areas = pd.DataFrame({"area_code": _text(codes)})
    england = areas["area_code"] == "E92000001"
    if kinds is None and not england.all():
        raise CodeError(
            f"{where} does not tell of which areas {codes.name} is "
            f"({examples(areas.loc[~england, 'area_code'])}); add a column area_type, name the "
            "column by its areas (such as lsoa21cd), or pass area_type=."
        )
    words = pd.Series(kinds, index=areas.index, dtype=object).mask(england, "england")
    areas["area_type"] = _area_types(areas["area_code"], words, where, lenient=lenient)
    if "area_name" in fields:
        # the names that Fingertips gives for MSOAs are those of their authorities
        unnamed = lenient & areas["area_type"].str.startswith("msoa")
        areas["area_name"] = raw[fields["area_name"]].mask(unnamed)
    return areas


def _code_column(raw: pd.DataFrame, where: str, given: str | None) -> tuple[str, str]:
    """Choose the code column of the smallest areas: its name and area type."""
    found = code_columns(raw.columns)
    for size in ("oa", "lsoa", "msoa", "wd", "lad"):
        kinds = [kind for kind in found if re.fullmatch(rf"{size}(\d\d)?", kind)]
        if len(kinds) > 1:
            raise CodeError(
                f"{where} has codes of {examples(kinds)} ({examples(found[k] for k in kinds)}), "
                "and a figure is of one vintage; keep the column that the figures are for."
            )
        if kinds:
            return found[kinds[0]], kinds[0] if kinds[0] != size else (given or size)
    raise CodeError(f"No column of area codes in {where}; name one area_code or lsoa21cd.")


def _area_types(codes: pd.Series, words: pd.Series, where: str, *, lenient: bool) -> pd.Series:
    """Area type of each row in the toolkit's words, checked against the form of the codes."""
    out = pd.Series("", index=codes.index, dtype="str")
    for word, rows in words.fillna("").groupby(words.fillna(""), sort=False).groups.items():
        some = codes.loc[rows]
        kind = _area_type(str(word), lenient=lenient)
        form = _CODE_FORMS.get(re.sub(r"\d\d$", "", kind))
        if form is None and not lenient:
            official = some.str.fullmatch(r"[A-Z]\d{8}")
            if not word or (official.any() and kind != "borough"):
                raise CodeError(
                    f"{len(some)} of {len(codes)} rows in {where} have the area type {str(word)!r} "
                    f"({examples(some)}); allowed are lsoa21, lsoa11, msoa21, wd24, lad24 and the "
                    "like, utla, region, england, and the names of a place's own levels."
                )
        elif form is not None:
            if kind in ("oa", "lsoa", "msoa", "wd", "lad") and not lenient:
                raise CodeError(
                    f"{where} does not tell of which year its {kind} codes are "
                    f"({examples(some)}); write the year with the area type, such as "
                    f"{kind}{24 if kind in ('wd', 'lad') else 21}, or pass area_type=."
                )
            wrong = some[~some.str.fullmatch(form)]
            if len(wrong):
                raise CodeError(
                    f"{len(wrong)} of {len(codes)} rows in {where} have area codes that are not "
                    f"of {kind} ({examples(wrong)}); correct the codes or the area type."
                )
        out.loc[rows] = kind
    return out


def _area_type(word: str, *, lenient: bool) -> str:
    """One area type in the toolkit's words: ``LSOA 2021`` is ``lsoa21``."""
    text = word.strip().lower()
    if plain := area_type_of(re.sub(r"20(\d\d)\)?$", r"\1", text)):
        named = plain if not text.startswith("utla") else "utla"
    else:
        named = next((kind for form, kind in _AREA_WORDS if re.search(form, text)), "")
    if not named:
        return re.sub(r"[^a-z0-9]+", "_", text).strip("_")
    if lenient and named in ("lsoa", "msoa"):
        return f"{named}21"
    if lenient and named == "lad" and re.search(r"(from apr|post 4/).*23", text):
        return "lad24"
    return named


def _text(column: pd.Series) -> pd.Series:
    """Text of a column of keys: 2021.0 is ``2021``, a date ``2021-04-01``; missing stays."""
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        whole = column.dropna().mod(1).eq(0).all()
        column = column.astype("Int64") if whole else column
    return column.astype("str").str.strip()


def _from_tidy(
    raw: pd.DataFrame, fields: Mapping[str, str], areas: pd.DataFrame, where: str
) -> pd.DataFrame:
    ids = _ids(raw, fields)
    if (blank := ids.isna() | (ids == "")).any():
        raise TableError(
            f"{blank.sum()} of {len(raw)} rows in {where} name no indicator "
            f"({examples(areas.loc[blank, 'area_code'])}); every row needs one."
        )
    _facts(raw, fields, where)
    table = areas.assign(indicator_id=ids, **_splits(raw, fields))
    return table.join(_measured(raw, fields, areas["area_code"], where))


def _ids(raw: pd.DataFrame, fields: Mapping[str, str]) -> pd.Series:
    return _text(raw[fields.get("indicator_id") or fields["name"]])


def _splits(raw: pd.DataFrame, fields: Mapping[str, str]) -> dict[str, Any]:
    """Period, sex and age of each row; what the file does not split by is ``all``."""
    splits: dict[str, Any] = {
        key: _text(raw[fields[key]]).fillna("all") if key in fields else "all"
        for key in ("sex", "age")
    }
    return splits | {"period": _text(raw[fields["period"]]) if "period" in fields else None}


def _from_wide(
    raw: pd.DataFrame, fields: Mapping[str, str], areas: pd.DataFrame, where: str
) -> pd.DataFrame:
    plain = {_FIELD_OF.get(_plain(header)) for header in raw.columns}
    if "value" in plain or {"count", "denominator"} <= plain:
        raise TableError(
            f"{where} has figures but does not tell of which indicator (columns: "
            f"{examples(raw.columns, 6)}); add a column indicator_id."
        )
    keys = areas.assign(**_splits(raw, fields))
    _require_unique_keys(keys, where)
    parts = [
        keys.assign(indicator_id=name).join(_measured(raw, columns, areas["area_code"], where))
        for name, columns in _wide_parts(raw).items()
    ]
    if not parts:
        raise TableError(
            f"{where} has area codes but no column of figures (columns: "
            f"{examples(raw.columns, 6)}); give a column for each indicator."
        )
    return pd.concat(parts, ignore_index=True)


def _wide_parts(raw: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Columns of each indicator by figure; ``x_count`` is of x where x has other columns too."""
    codes = {header for header in raw.columns if area_type_of(header)}
    free = [
        header
        for header in raw.columns
        if header not in codes
        and _FIELD_OF.get(_plain(header)) not in [*KEYS, "area_name", "note", "name"]
        and not _NO_INDICATOR.search(_plain(header))
    ]
    found = {header: _PART.match(header) for header in free}
    stems = [part[1] if part else header for header, part in found.items()]
    parts: dict[str, dict[str, str]] = {}
    for header, stem in zip(free, stems, strict=True):
        part = found[header] if stems.count(stem) > 1 else None
        figure = re.sub(r"[ _]", "_", part[2].lower()) if part else "value"
        parts.setdefault(stem if part else header, {})[
            "count" if figure == "numerator" else figure
        ] = header
    return parts


def _measured(
    raw: pd.DataFrame, columns: Mapping[str, str], codes: pd.Series, where: str
) -> pd.DataFrame:
    """Figures and state of each row, from the columns that hold them."""
    out = pd.DataFrame(index=raw.index)
    nothing = pd.Series(False, index=raw.index)
    hidden = dict.fromkeys([*FIGURES, *_EXTRA], nothing)
    for figure in [*FIGURES, *(extra for extra in _EXTRA if extra in columns)]:
        out[figure] = np.nan
        if figure in columns:
            out[figure], hidden[figure] = _figures(raw[columns[figure]], codes, where)
        if figure in ("count", "denominator"):
            _refuse(out[figure] < 0, raw.get(columns.get(figure)), codes, where, "negative")
    shown = out["value"].fillna(out["count"].mask(out["denominator"] == 0))
    withheld = hidden["value"] | shown.isna() & (hidden["count"] | hidden["denominator"])
    if "state" in columns:
        withheld |= _stated(raw[columns["state"]], codes, where)
    if "note" in columns:
        out["note"] = raw[columns["note"]].astype("str")
        withheld |= shown.isna() & out["note"].str.contains(_WITHHELD, case=False, na=False)
    states = np.select(
        [withheld, shown.isna(), shown == 0], ["suppressed", "missing", "zero"], "value"
    )
    return out.assign(state=pd.Series(states, index=raw.index, dtype="str"))


def _figures(column: pd.Series, codes: pd.Series, where: str) -> tuple[pd.Series, pd.Series]:
    """Read a column as floats, and tell which cells hold a sign of suppression."""
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        number = column.astype("float64")
        _refuse(np.isinf(number), column, codes, where, "infinite")
        return number, pd.Series(False, index=column.index)
    cells = pd.Series(pd.factorize(column)[1]).astype("str")
    words = cells.str.strip().str.lower()
    is_number = words.map(lambda word: bool(re.search(r"\d", word) and _NUMBER.fullmatch(word)))
    is_hidden = words.map(lambda word: bool(_SUPPRESSED.fullmatch(word)))
    is_missing = words.map(lambda word: bool(_MISSING.fullmatch(word)))
    at = pd.Series(pd.factorize(column)[0], index=column.index)
    unknown = at.isin(np.flatnonzero(~(is_number | is_hidden | is_missing)))
    _refuse(unknown, column, codes, where, "no number and no known sign for suppressed or missing")
    values = pd.to_numeric(words.where(is_number).str.replace(r"[,%]", "", regex=True))
    return at.map(values.astype("float64")), at.map(is_hidden).eq(True)


def _refuse(
    wrong: pd.Series, column: pd.Series | None, codes: pd.Series, where: str, what: str
) -> None:
    if column is None or not wrong.any():
        return
    pairs = zip(column[wrong], codes[wrong], strict=True)
    named = examples(f"{value!r} for {code}" for value, code in pairs)
    raise TableError(
        f"{wrong.sum()} of {len(column)} rows in {where} have {named} as {column.name}, which is "
        f"{what}; correct the figures (signs that are read: *, c, [c], <5, [x], [z], .., -)."
    )


def _stated(column: pd.Series, codes: pd.Series, where: str) -> pd.Series:
    """Rows that the file itself calls suppressed."""
    words = column.astype("str").str.strip().str.lower()
    wrong = words.notna() & ~words.isin(["", *STATES])
    if wrong.any():
        raise TableError(
            f"{wrong.sum()} of {len(column)} rows in {where} have state {examples(words[wrong])} "
            f"(for {examples(codes[wrong])}); allowed are {', '.join(STATES)}."
        )
    return words.eq("suppressed").fillna(False)


def _without_breakdowns(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    split = raw["Category Type"].notna()
    if split.any():
        kinds = raw.loc[split, "Category Type"].unique()
        warnings.warn(
            f"{split.sum()} of {len(raw)} rows in {path} are left out: breakdowns by "
            f"{examples(kinds)}, not figures of areas.",
            GeoWarning,
            stacklevel=3,
        )
    return raw[~split].reset_index(drop=True)


def _without_repeats(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    repeated = table.duplicated()
    if repeated.any():
        warnings.warn(
            f"{repeated.sum()} of {len(table)} rows in {path} repeat another row in full "
            f"({examples(table.loc[repeated, 'area_code'].unique())}), as Fingertips gives an area "
            "once for each parent; each is kept once.",
            GeoWarning,
            stacklevel=3,
        )
    return table[~repeated].reset_index(drop=True)


def _require_unique_keys(table: pd.DataFrame, where: str) -> None:
    keys = [key for key in KEYS if key in table.columns]
    twice = table.duplicated(keys)
    if twice.any():
        named = table.loc[twice, keys].astype(object).fillna("").astype(str).agg(" ".join, axis=1)
        raise TableError(
            f"{twice.sum()} of {len(table)} rows in {where} repeat {', '.join(keys)} of an earlier "
            f"row ({examples(named)}); each may stand once, so remove the duplicates."
        )


def _counted(table: pd.DataFrame, entries: pd.DataFrame | None) -> pd.DataFrame:
    """Take the values of indicators that count something as counts, so that they can be summed."""
    if entries is None:
        return table
    counts = entries.loc[entries["measure"] == "count", "indicator_id"]
    rows = table["indicator_id"].isin(counts) & table["count"].isna()
    return table.assign(count=table["count"].where(~rows, table["value"]))


def _with_period(
    table: pd.DataFrame, entries: pd.DataFrame | None, period: str | None, where: str
) -> pd.DataFrame:
    if table["period"].isna().all():
        known = pd.Series(dtype="str")
        if entries is not None and "period" in entries.columns:
            known = entries.set_index("indicator_id")["period"]
        told = table["indicator_id"].map(known).astype("str") if period is None else str(period)
        table = table.assign(period=pd.Series(told, index=table.index, dtype="str"))
    if (blank := table["period"].isna()).any():
        raise TableError(
            f"{blank.sum()} of {len(table)} rows in {where} have no period "
            f"({examples(table.loc[blank, 'area_code'])}); add a column period, or pass period= "
            "if all figures are of one."
        )
    return table


def _catalogue_of(
    path: Path, raw: pd.DataFrame, fields: Mapping[str, str], ids: Sequence[str]
) -> pd.DataFrame | None:
    """First complete catalogue of a file: its columns, the TOML beside it, one of the toolkit."""
    if set(NEEDED) - {"name"} <= set(fields):
        return checked(_facts(raw, fields, str(path)), str(path))
    beside = path.parent / "indicators.toml"
    if beside.exists():
        return from_toml(beside.read_bytes(), str(beside))
    shipped = map(shipped_catalogue, shipped_catalogues())
    return next((one for one in shipped if set(ids) <= set(one["indicator_id"])), None)


def _given(catalogue: pd.DataFrame | str | Path) -> pd.DataFrame:
    if not isinstance(catalogue, pd.DataFrame):
        return read_catalogue(catalogue)
    if catalogue.index.name == "indicator_id":
        catalogue = catalogue.reset_index()
    if "indicator_id" not in catalogue.columns:
        raise TableError(
            f"No column indicator_id in the catalogue, which has {examples(catalogue.columns, 6)}; "
            "pass what read_catalogue gives."
        )
    return checked(catalogue, "the catalogue")


def _facts(raw: pd.DataFrame, fields: Mapping[str, str], where: str) -> pd.DataFrame:
    """Catalogue columns of an indicator file, one row an indicator; two units are refused."""
    known = [field for field in CATALOGUE[1:] if field in fields]
    columns = raw[[fields[field] for field in known]].set_axis(known, axis=1)
    rows = columns.assign(indicator_id=_ids(raw, fields)).drop_duplicates()
    if "name" not in known:
        rows.insert(0, "name", rows["indicator_id"])
    groups = rows.groupby("indicator_id", sort=False)
    several = groups[known].nunique().gt(1).stack()
    for name, field in several[several].index[:1]:
        words = rows.loc[rows["indicator_id"] == name, field].dropna().unique()
        raise TableError(
            f"{name} has more than one {field} in {where} ({examples(words)}); give it one, or "
            "make two indicators of it."
        )
    return groups.first().reset_index()
