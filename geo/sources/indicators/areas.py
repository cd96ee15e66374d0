"""Areas that indicators are of: their codes, types and columns."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.errors import CodeError, examples, labelled, without_figures
from geo.notes import Notes, note
from geo.sources.indicators.fields import text_of
from geo.vocabulary.area_types import (
    CODED,
    area_type,
    area_type_of,
    code_columns,
    is_of,
    kind_and_year,
)
from geo.vocabulary.known_areas import KnownAreas

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
_TOTAL = r"(?i:(?:grand |sub-?)?totals?|all(?: areas)?|overall|sum):?"
_AREA_WORDS = (
    (r"^england$|^country$", "england"),
    (r"upper tier|^utla|count(y|ies) *(&|and) *uas?\b", "utla"),
    (r"lower tier|^ltla|^lad\b|districts? *(&|and) *uas?\b|local authorit", "lad"),
    (r"^lsoas?\b|lower.*output area", "lsoa"),
    (r"^msoas?\b|middle.*output area", "msoa"),
    (r"\bwards?\b", "wd"),
    (r"^regions?\b", "region"),
)


def with_codes_of_names(
    raw: pd.DataFrame, fields: Mapping[str, str], known: KnownAreas, where: str, notes: Notes | None
) -> pd.DataFrame:
    """Look the codes of areas up by their names where a file has names alone.

    Rows whose name no lookup lists are left out; raises ``CodeError`` if that is all.
    """
    if not {"area_code", "area_type", "area_name"} <= set(fields):
        return raw
    code, kind, name = (raw[fields[field]] for field in ("area_code", "area_type", "area_name"))
    if code.notna().any():
        return raw
    codes, kinds = code.astype(object), kind.astype(object)
    for word, rows in raw.groupby(kind, sort=False).groups.items():
        if word == "england":
            codes.loc[rows] = "E92000001"
            continue
        dated, of = known.named(str(word), name.loc[rows].unique())
        codes.loc[rows] = name.loc[rows].map(of)
        kinds.loc[rows] = dated or word
    found = codes.notna() & kinds.ne("england")
    if not found.any():
        raise CodeError(
            f"{where} has names of areas and no codes ({labelled(name.unique())}), and no lookup "
            "at hand lists these names for one year; put the ONS lookup with codes and names "
            "(LSOA21CD, LSOA21NM) into the data folder (wards are not looked up, as several have "
            "one name, so export LSOAs instead), or in Python pass it as lookups=."
        )
    note(
        notes,
        f"{where} has names of areas and no codes: those of {found.sum()} of {len(raw)} figures "
        f"are looked up, as {labelled(kinds[found].unique())}; the rest, of areas in no lookup, "
        "are left out.",
    )
    named = {fields["area_code"]: codes, fields["area_type"]: kinds}
    return raw.assign(**named)[codes.notna()].reset_index(drop=True)


def areas_of(
    raw: pd.DataFrame,
    fields: Mapping[str, str],
    where: str,
    given: str | None,
    *,
    lenient: bool,
    known: KnownAreas,
    notes: Notes | None = None,
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
            f"{examples(np.flatnonzero(blank) + 1)}); every row needs an area code, so "
            "complete these (where cells are merged, unmerge them and fill each code down) or take "
            "them out."
        )
    areas = pd.DataFrame({"area_code": text_of(codes)})
    england = areas["area_code"] == "E92000001"
    if kinds is None and not england.all():
        raise CodeError(
            f"{where} does not tell of which areas {codes.name} is "
            f"({labelled(areas.loc[~england, 'area_code'])}); add a column area_type, name the "
            "column by its areas (such as lsoa21cd), or in Python pass area_type=."
        )
    words = pd.Series(kinds, index=areas.index, dtype=object).mask(england, "england")
    if given is not None:  # of which year areas are whose own column names none
        kind = words.map(lambda word: _area_type(str(word), lenient=False))
        words = words.mask(kind.eq(kind_and_year(given)[0]), given)
    if not lenient:
        words = _dated(areas["area_code"], words, known, where, notes)
        _require_one_year(areas["area_code"], words, known, where)
    areas["area_type"] = _area_types(areas["area_code"], words, where, lenient=lenient)
    if "area_name" in fields:
        # the names that Fingertips gives for MSOAs are those of their authorities
        unnamed = lenient & areas["area_type"].map(lambda kind: is_of("msoa", kind)).astype(bool)
        areas["area_name"] = raw[fields["area_name"]].mask(unnamed)
    return areas


def _code_column(raw: pd.DataFrame, where: str, given: str | None) -> tuple[str, str]:
    """Choose the code column of the smallest areas: its name and area type."""
    found = code_columns(raw.columns)
    for size in CODED:
        kinds = [kind for kind in found if is_of(size, kind)]
        if len(kinds) > 1:
            raise CodeError(
                f"{where} has codes of {labelled(kinds)} ({labelled(found[k] for k in kinds)}), "
                "and a figure is of one vintage; keep the column that the figures are for."
            )
        if kinds:
            return found[kinds[0]], kinds[0] if kinds[0] != size else (given or size)
    raise CodeError(f"No column of area codes in {where}; name one area_code or lsoa21cd.")


def _dated(
    codes: pd.Series, words: pd.Series, known: KnownAreas, where: str, notes: Notes | None
) -> pd.Series:
    """Add the year to area types that have none, where lookups list the codes of one year."""
    each = {word: _area_type(str(word), lenient=False) for word in words.dropna().unique()}
    for word, kind in each.items():
        rows = words.eq(word)
        dated = known.dated(kind, codes[rows].unique()) if kind in CODED else ""
        if dated:
            words = words.mask(rows, dated)
            note(
                notes,
                f"{where} does not say of which year its {kind} codes are; they are taken for "
                f"{area_type(dated).dated} codes, as the lookups list them.",
            )
    return words


def _require_one_year(codes: pd.Series, words: pd.Series, known: KnownAreas, where: str) -> None:
    """Raise for codes of a year that their area type does not name, or of two years at once."""
    for word, rows in codes.groupby(words, sort=False):
        kind = _area_type(str(word), lenient=False)
        found = known.of_other_years(kind, rows.unique()) if kind_and_year(kind)[0] in CODED else {}
        if not found:
            continue
        each = [f"{area_type(one).dated} alone has {labelled(x)}" for one, x in found.items()]
        number = rows.isin([code for some in found.values() for code in some]).sum()
        raise CodeError(
            f"{number} of {len(codes)} rows in {where} that are called {kind} have codes of "
            f"another year or of two ({'; '.join(each)}); say in a column area_type of which year "
            f"each row is, such as {' or '.join(found)}, or give each year a file of its own."
        )


def _area_types(codes: pd.Series, words: pd.Series, where: str, *, lenient: bool) -> pd.Series:
    """Area type of each row in the toolkit's words, checked against the form of the codes."""
    out = pd.Series("", index=codes.index, dtype="str")
    for word, rows in words.fillna("").groupby(words.fillna(""), sort=False).groups.items():
        some = codes.loc[rows]
        kind = _area_type(str(word), lenient=lenient)
        form = _CODE_FORMS.get(kind_and_year(kind)[0])
        if form is None and not lenient:
            official = some.str.fullmatch(r"[A-Z]\d{8}")
            if not word or (official.any() and kind != "borough"):
                raise CodeError(
                    f"{len(some)} of {len(codes)} rows in {where} have the area type "
                    f"{without_figures(repr(str(word)))} ({labelled(some)}); allowed are lsoa21, "
                    "lsoa11, msoa21, wd24, lad24 and the like, utla, region, england, and the "
                    "names of a place's own levels."
                )
        elif form is not None:
            if kind in ("oa", "lsoa", "msoa", "wd", "lad") and not lenient:
                raise CodeError(
                    f"{where} does not tell of which year its {kind} codes are "
                    f"({labelled(some)}); write the year with the area type, such as "
                    f"{kind}{24 if kind in ('wd', 'lad') else 21}, put the ONS lookup that lists "
                    "them into the data folder (geo fetch gets it), or in Python pass area_type= "
                    "or lookups=."
                )
            wrong = some[~some.str.fullmatch(form)]
            if len(wrong):
                do = "correct the codes or the area type"
                if wrong.str.fullmatch(_TOTAL).all():
                    do = "these are totals, so take their rows out, or give the code of their area"
                raise CodeError(
                    f"{len(wrong)} of {len(codes)} rows in {where} have area codes that are not "
                    f"of {kind} ({labelled(wrong)}); {do}."
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
