"""Residents of LSOAs: mid-year estimates by age, and Census tables that count residents."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from geo.errors import CodeError, FileError, TableError, examples
from geo.sources.headers import areas_of_nomis
from geo.sources.tabular import numbers, read_table, require_file
from geo.vocabulary.area_types import code_columns, is_lsoa, require_unique, vintage_column
from geo.vocabulary.codes import require_codes
from geo.vocabulary.column_names import by_folded, folded, year_of_age
from geo.vocabulary.releases import VINTAGES
from geo.vocabulary.spellings import meaning

CHILDREN = range(16)  # as the Indices count dependent children
EDITION = "edition"
"""Key of a table's ``attrs``: of which year its residents are, such as ``"mid-2022"``."""
_MID_YEAR = re.compile(r"(?i)mid[\W_]*((?:19|20)\d\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOTALS = ("population", "totalpopulation", "total", "allages", "residents", "usualresidents")
_TIDY = {"area_code", "area_type", "indicator_id", "denominator"}
_OF_A_SEX = re.compile(r"(?i)(f|m)[ _]?(\d{1,3})\+?")
_API = {"geographycode", "geographytype", "obsvalue", "cagename"}
_OF_API = ["date", "geography", "measures", "obsstatus", "obsconf", "freq"]
_SEX_OF_API = ["sex", "csex", "gender", "cgender"]


def read_population(path: str | Path) -> pd.DataFrame:
    r"""Read the residents of each LSOA, and how many of them are children where ages are given.

    Three forms are read: a column of totals (``total_population``, ``All ages``…), optionally
    with a column for each single year of age (``0``, ``Age 1`` … ``90+``, or ``F0`` and ``M0`` …
    for each sex, as the ONS publishes them); the tidy indicator
    form, where the denominator of a Census indicator counts all usual residents; and what the
    service of Nomis answers, a row an LSOA and age (``All Ages``, ``Age 0`` …).

    Parameters
    ----------
    path : str or Path
        CSV, Excel or Parquet.

    Returns
    -------
    DataFrame
        ``lsoa<yy>cd``, ``population`` (residents) and, where single years of age are given,
        ``children`` (residents aged 0–15). Its ``attrs["edition"]`` says of which year they are
        (``"mid-2022"``, ``"Census 2021"``); empty where neither file nor name tells.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, or counts no residents.
    CodeError
        If codes are duplicated or their vintage is not told.
    TableError
        If a count is missing, negative or not a number, or some ages from 0 to 15 are lacking.

    Examples
    --------
    >>> import tempfile, pathlib, geo
    >>> file = pathlib.Path(tempfile.mkdtemp(), "mid-year.csv")
    >>> _ = file.write_text("lsoa21cd,All ages\nE01000001,1500\n")
    >>> geo.read_population(file)
        lsoa21cd  population
    0  E01000001        1500
    """
    path = require_file(path)
    form, raw = laid_out(path)
    if form is None:
        raise FileError(
            f"{path} counts no residents by LSOA (columns: {examples(raw.columns, 6)}); give a "
            "table with an LSOA code and a column population, or one column for each year of age."
        )
    counts = _from_tidy(raw, path) if form == "tidy" else _from_wide(raw, path)
    code = counts.columns[0]
    require_unique(counts[code], where=str(path))
    wrong = counts[counts.drop(columns=code).lt(0).any(axis=1) | counts.isna().any(axis=1)]
    if len(wrong):
        raise TableError(
            f"{len(wrong)} of {len(counts)} rows in {path} have a missing or negative number of "
            f"residents ({examples(wrong[code])}); correct or remove them."
        )
    counts.attrs[EDITION] = raw.attrs[EDITION]
    return counts


def laid_out(path: Path) -> tuple[str | None, pd.DataFrame]:
    """Read a population table, an answer of Nomis laid out wide, and tell its form and edition."""
    raw = read_table(path, lambda headers: form_of(headers) is not None)
    form, edition = form_of(list(raw.columns)), _edition(raw, path)
    if form == "api":
        form, raw = "wide", _from_api(raw, path)
    elif form == "wide":
        raw = _both_sexes(raw, path)
    raw.attrs[EDITION] = edition
    return form, raw


def _edition(raw: pd.DataFrame, path: Path) -> str:
    """Tell of which year residents are: by the rows of one year, by the headers or the name."""
    columns = by_folded(raw.columns)
    for plain, kind in (("datename", "mid-"), ("date", "mid-"), ("period", "Census ")):
        years = raw[columns[plain]].dropna().unique() if plain in columns else []
        if len(years) == 1 and _YEAR.fullmatch(str(years[0])):
            return f"{kind}{years[0]}"
    told = _MID_YEAR.search(" ".join([path.name, *map(str, raw.columns)]))
    return f"mid-{told[1]}" if told else ""


def _both_sexes(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Add up the ages of women and men where the ONS gives them apart, as ``F0`` and ``M0``."""
    found = {header: _OF_A_SEX.fullmatch(str(header)) for header in raw.columns}
    ages = {(x[1].upper(), int(x[2])): header for header, x in found.items() if x}
    single = sorted(age for sex, age in ages if sex == "F")
    if not ages or any(year_of_age(header) is not None for header in raw.columns):
        return raw
    if single != sorted(age for sex, age in ages if sex == "M"):
        raise TableError(
            f"{path} has ages of one sex that it lacks for the other (columns F0, M0 and so on); "
            "give the same ages for both."
        )
    _, code = vintage_column(raw, where=str(path))
    women, men = (
        {age: numbers(raw[ages[sex, age]], raw[code], where=str(path)) for age in single}
        for sex in "FM"
    )
    both = pd.DataFrame({str(age): women[age] + men[age] for age in single})
    return pd.concat([raw, both], axis=1)


def form_of(headers: Sequence[str]) -> str | None:
    """Tell which form of population table has these headers: "wide", "tidy", "api" or None."""
    if set(headers) >= _TIDY:
        return "tidy"
    plain = set(map(folded, headers))
    named = {one.removesuffix("name") for one in plain if one.endswith("name")}
    if plain >= _API and named <= {"cage", *_OF_API, *_SEX_OF_API}:
        return "api"
    has_lsoa = any(map(is_lsoa, code_columns(headers)))
    return "wide" if has_lsoa and _total_column(headers) is not None else None


def columns_of_api(headers: Sequence[str]) -> list[str]:
    """Give the columns by which an answer of Nomis is known to count residents."""
    return [header for header in headers if folded(header) in _API]


def vintage_of(path: Path, form: str, headers: Sequence[str]) -> str | None:
    """Tell the LSOA vintage of a population file; None if it is not clear, or no residents are."""
    if form == "wide":
        found = list(filter(is_lsoa, code_columns(headers)))
        return found[0] if len(found) == 1 and found[0] in VINTAGES else None
    rows = read_table(path, lambda row: form_of(row) is not None)
    if form == "api":
        kinds = _kinds_of_api(rows)
        return kinds[0] if len(kinds) == 1 and kinds[0] in VINTAGES else None
    counting = rows.loc[rows["indicator_id"].isin(resident_denominators()), "area_type"].unique()
    return counting[0] if len(counting) == 1 and counting[0] in VINTAGES else None


def _total_column(headers: Sequence[str]) -> str | None:
    plain = {re.sub(r"[^a-z]", "", str(header).lower()): header for header in headers}
    return next((plain[total] for total in _TOTALS if total in plain), None)


def _from_wide(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    vintage, code = vintage_column(raw, where=str(path))
    of_age = {age: header for header in raw.columns if (age := year_of_age(header)) is not None}
    ages = [of_age[age] for age in CHILDREN if age in of_age]
    if ages and (lacking := [age for age in CHILDREN if age not in of_age]):
        raise TableError(
            f"{path} counts residents by year of age but has no column for {examples(lacking)}; "
            "children are aged 0 to 15, so give a column for each year, or none."
        )
    require_codes(raw[code], where=str(path))
    total = _total_column(list(raw.columns))
    counts = {c: numbers(raw[c], raw[code], where=str(path)) for c in [total, *ages]}
    table = pd.DataFrame({f"{vintage}cd": raw[code], "population": counts[total]})
    if not ages:
        return table
    table = table.assign(children=sum(counts[age] for age in ages))
    if (above := table["children"] > table["population"]).any():
        raise TableError(
            f"{above.sum()} of {len(table)} rows in {path} have more children than residents "
            f"({examples(raw.loc[above, code])}); correct the column {total} or those of the ages."
        )
    return table


def _kinds_of_api(raw: pd.DataFrame) -> list[str]:
    """Tell of which areas the rows of an answer of Nomis are."""
    words = raw[by_folded(raw.columns)["geographytype"]].astype("str").unique()
    return [areas_of_nomis(one) or one for one in words]


def _from_api(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Give an answer of Nomis a row an LSOA and a column an age, of both sexes together."""
    columns = by_folded(raw.columns)
    kinds = _kinds_of_api(raw)
    if len(kinds) != 1 or kinds[0] not in VINTAGES:
        raise _not_of_one_vintage(kinds, path)
    for plain in ("date", "datename", "measuresname"):
        if plain in columns and raw[columns[plain]].nunique() > 1:
            raise TableError(
                f"{path} counts residents of several {columns[plain]} "
                f"({examples(raw[columns[plain]].unique())}); ask Nomis for one of them."
            )
    rows = pd.DataFrame(
        {
            f"{kinds[0]}cd": raw[columns["geographycode"]].astype("str"),
            "age": raw[columns["cagename"]].astype("str").map(_age_of_api),
            "count": raw[columns["obsvalue"]],
        }
    )
    for plain in (f"{one}name" for one in _SEX_OF_API):
        if plain in columns:
            sexes = raw[columns[plain]].astype("str")
            rows = rows[sexes.map(lambda label: meaning(label, "sex")).eq("all")]
    if rows.empty:
        raise TableError(f"{path} counts no residents of both sexes together; ask Nomis for all.")
    if twice := sorted(rows.loc[rows.duplicated([f"{kinds[0]}cd", "age"]), "age"].unique()):
        raise TableError(
            f"{path} counts residents of an age more than once ({examples(twice)}); ask Nomis for "
            "each once."
        )
    return rows.pivot(index=f"{kinds[0]}cd", columns="age", values="count").reset_index()


def _age_of_api(label: str) -> str:
    """Name an age as columns of ages are: ``All Ages`` population, ``Aged 90+`` 90."""
    age = meaning(label, "age")
    if age == "all":
        return "population"
    single = isinstance(age, tuple) and age[1] in (age[0], None)
    return str(age[0]) if isinstance(age, tuple) and single else label


def _not_of_one_vintage(kinds: Sequence[str], path: Path) -> CodeError:
    return CodeError(
        f"{path} counts residents of {examples(kinds)} areas; allowed is one of "
        f"{examples(VINTAGES)}, so give a file of LSOAs of one vintage."
    )


def _from_tidy(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    there = set(raw["indicator_id"].unique())
    counting = [name for name in resident_denominators() if name in there]
    if not counting:
        raise FileError(
            f"No indicator in {path} is known to be a share of all residents; give a table with "
            "an LSOA code and a column population."
        )
    rows = raw[raw["indicator_id"] == counting[0]]
    kinds = rows["area_type"].unique()
    if len(kinds) != 1 or kinds[0] not in VINTAGES:
        raise _not_of_one_vintage(kinds, path)
    rows = rows.reset_index(drop=True)
    residents = numbers(rows["denominator"], rows["area_code"], where=str(path))
    return pd.DataFrame({f"{kinds[0]}cd": rows["area_code"], "population": residents})


@cache
def resident_denominators() -> tuple[str, ...]:
    """Census indicators whose denominator counts all usual residents."""
    text = files("geo.sources.indicators").joinpath("catalogues/census2021.toml").read_text("utf-8")
    entries = sorted(tomllib.loads(text).items(), reverse=True)
    return tuple(name for name, entry in entries if entry["denominator"] == "usual residents")
