"""Indicator files, own or from Fingertips, read as one tidy table; and what each indicator is."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import CodeError, FileError, TableError, examples
from geo.notes import Notes
from geo.sources.indicators.areas import areas_of
from geo.sources.indicators.catalogue import (
    CATALOGUE,
    NEEDED,
    checked,
    covering,
    from_toml,
    shipped_catalogue,
    shipped_catalogues,
)
from geo.sources.indicators.fields import (
    COLUMNS,
    EXTRA,
    FIELD_OF,
    FIGURES,
    KEYS,
    fields_of,
    folded,
    splits,
    text_of,
)
from geo.sources.indicators.fingertips import without_breakdowns, without_repeats
from geo.sources.indicators.symbols import WITHHELD, figures, refuse_sign, stated
from geo.sources.tabular import read_table, require_file
from geo.vocabulary.area_types import area_type_of, code_columns

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


def read_indicators(
    path: str | Path,
    *,
    catalogue: pd.DataFrame | str | Path | None = None,
    area_type: str | None = None,
    period: str | None = None,
    notes: Notes | None = None,
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
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

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
        raw = without_breakdowns(raw, path, notes)
    fields = fields_of(raw.columns, str(path), KEYS if form == "wide" else None)
    areas = areas_of(raw, fields, str(path), area_type, lenient=form == "fingertips")
    table = (_from_wide if form == "wide" else _from_tidy)(raw, fields, areas, str(path))
    ids = table["indicator_id"].unique()
    if catalogue is None:
        entries = _catalogue_of(path, raw, fields, ids)
    else:
        entries = covering(_given(catalogue), ids, "The catalogue")
    table = _with_period(_counted(table, entries), entries, period, str(path))
    if form == "fingertips":
        table = without_repeats(table, path, notes)
    _require_unique_keys(table, str(path))
    kept = [c for c in ("area_name", *EXTRA, "note") if c in table.columns]
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
    fields = fields_of(raw.columns, str(path), KEYS if form == "wide" else None)
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
    known = {FIELD_OF.get(folded(header)) for header in headers}
    if "area_code" not in known and not code_columns(headers):
        return None
    if "indicator_id" in known or "indicatorname" in map(folded, headers):
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


def _read(path: Path) -> tuple[pd.DataFrame, str]:
    raw = read_table(path, lambda headers: form_of(headers) is not None)
    raw = raw.dropna(how="all").reset_index(drop=True)
    form = form_of(list(raw.columns))
    if form is None:
        known = {FIELD_OF.get(folded(header)) for header in raw.columns}
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
    table = areas.assign(indicator_id=ids, **splits(raw, fields))
    return table.join(_measured(raw, fields, areas["area_code"], where))


def _ids(raw: pd.DataFrame, fields: Mapping[str, str]) -> pd.Series:
    return text_of(raw[fields.get("indicator_id") or fields["name"]])


def _from_wide(
    raw: pd.DataFrame, fields: Mapping[str, str], areas: pd.DataFrame, where: str
) -> pd.DataFrame:
    known = {FIELD_OF.get(folded(header)) for header in raw.columns}
    if "value" in known or {"count", "denominator"} <= known:
        raise TableError(
            f"{where} has figures but does not tell of which indicator (columns: "
            f"{examples(raw.columns, 6)}); add a column indicator_id."
        )
    keys = areas.assign(**splits(raw, fields))
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
        and FIELD_OF.get(folded(header)) not in [*KEYS, "area_name", "note", "name"]
        and not _NO_INDICATOR.search(folded(header))
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
    hidden = dict.fromkeys([*FIGURES, *EXTRA], nothing)
    for figure in [*FIGURES, *(extra for extra in EXTRA if extra in columns)]:
        out[figure] = np.nan
        if figure in columns:
            out[figure], hidden[figure] = figures(raw[columns[figure]], codes, where)
        if figure in ("count", "denominator"):
            refuse_sign(out[figure] < 0, raw.get(columns.get(figure)), codes, where, "negative")
    shown = out["value"].fillna(out["count"].mask(out["denominator"] == 0))
    withheld = hidden["value"] | shown.isna() & (hidden["count"] | hidden["denominator"])
    if "state" in columns:
        withheld |= stated(raw[columns["state"]], codes, where)
    if "note" in columns:
        out["note"] = raw[columns["note"]].astype("str")
        withheld |= shown.isna() & out["note"].str.contains(WITHHELD, case=False, na=False)
    states = np.select(
        [withheld, shown.isna(), shown == 0], ["suppressed", "missing", "zero"], "value"
    )
    return out.assign(state=pd.Series(states, index=raw.index, dtype="str"))


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
