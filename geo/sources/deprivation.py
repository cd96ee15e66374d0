"""The English Indices of Deprivation of 2010, 2015, 2019 and 2025, in their official files."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import CodeError, FileError, TableError, examples
from geo.sources.tabular import numbers, read_table, require_file
from geo.vocabulary.area_types import code_columns, column_of, is_lsoa, nation_of
from geo.vocabulary.releases import INDICES, RELEASES, VINTAGES, Release
from geo.vocabulary.schemas import validate

# How the official labels begin, in the order to try them: "Income" begins three of them.
_LABELS = {
    "index of multiple deprivation": "imd",
    "imd": "imd",
    "income deprivation affecting children": "idaci",
    "idaci": "idaci",
    "income deprivation affecting older people": "idaopi",
    "idaopi": "idaopi",
    "income": "income",
    "employment": "employment",
    "education skills and training": "education",
    "health deprivation and disability": "health",
    "crime": "crime",
    "barriers to housing and services": "barriers",
    "living environment": "environment",
    "children and young people": "children_young_people",
    "children young people": "children_young_people",
    "adult skills": "adult_skills",
    "skills sub domain": "adult_skills",
    "geographical barriers": "geographical_barriers",
    "wider barriers": "wider_barriers",
    "indoors": "indoors",
    "outdoors": "outdoors",
}
_COUNTS = {
    "total population": "population",
    "dependent children": "children",
    "older population": "older_people",
    "working age population": "working_age",
}


def read_deprivation(
    path: str | Path | Sequence[str | Path], *, release: int | None = None
) -> pd.DataFrame:
    """Read one release of the Indices: its File 1, 2, 3, 5, 6 or 7, or several of them together.

    Deciles that were not published (2010) are derived from the rank: a decile *d* holds the
    ranks for which ceil(10 · rank / N) = *d*, N being the number of English LSOAs ranked.

    Parameters
    ----------
    path : str, Path, or a sequence of them
        CSV, Excel or Parquet files as published, whatever their names. Several files of one
        release (File 1 and File 5, say) are joined by LSOA; they may not repeat a column.
    release : {2025, 2019, 2015, 2010}, optional
        Which release the file must be; also needed where the header does not tell.

    Returns
    -------
    DataFrame
        The LSOA code column of the release (``lsoa21cd``, ``lsoa11cd`` or ``lsoa01cd``), its
        name column and ``lad<yy>cd`` where published, ``release``, and for each index in the
        file ``<index>_score``, ``<index>_rank`` (1 = most deprived), ``<index>_decile``
        (1 = most deprived 10% in England), ``population``, ``children`` (residents aged 0–15),
        ``older_people`` (60 and over) and ``working_age`` (as employment deprivation counts it)
        where published.

    Raises
    ------
    FileError
        If a file is missing, empty, damaged, no file of the Indices, or of another release, or
        if two files repeat a column.
    CodeError
        If codes are duplicated, missing or not English, are of a vintage on which the release
        does not stand, or if the files of a release cover different LSOAs.
    TableError
        If a value is no number, a decile outside 1–10, a rank beyond N, or the two contradict
        each other.

    References
    ----------
    MHCLG, English Indices of Deprivation 2025: technical report, on ranks and deciles.

    Examples
    --------
    >>> import tempfile, geo
    >>> from geo.sources.sample import write_sample
    >>> files = {path.name: path for path in write_sample(tempfile.mkdtemp())}
    >>> deprivation = geo.read_deprivation(files["IoD2025_File_7_sample.csv"])
    >>> bool(deprivation["imd_decile"].between(1, 10).all())
    True
    """
    if release not in (None, *RELEASES):
        raise FileError(
            f"There is no release {release} of the Indices; allowed are {examples(RELEASES, 9)}."
        )
    paths = [path] if isinstance(path, str | Path) else list(path)
    if not paths:
        raise FileError("No file of the Indices was given; give File 7, or File 1 with File 5.")
    return join({Path(one): _read_one(require_file(one), release) for one in paths})


def join(parts: Mapping[Path, pd.DataFrame]) -> pd.DataFrame:
    """Join the files of one release by LSOA; they may not repeat a column. Raises as the reader."""
    (first, joined), *others = parts.items()
    before = [first]
    for path, part in others:
        joined = _join(joined, part, before, path)
        before.append(path)
    return joined


def authorities(ranked: pd.DataFrame, vintage: str) -> pd.Series | None:
    """Give the code of the authority that the Indices name for each LSOA, where they name any.

    Examples
    --------
    >>> ranked = pd.DataFrame({"lsoa11cd": ["E01000001"], "lad19cd": ["E09000001"]})
    >>> authorities(ranked, "lsoa11").to_dict()
    {'E01000001': 'E09000001'}
    """
    authority = column_of("lad", ranked)
    return None if authority is None else ranked.set_index(f"{vintage}cd")[authority]


def columns_read(headers: Sequence[str]) -> dict[str, str]:
    """Map each header of an Indices file to the column it becomes; others are left out.

    Examples
    --------
    >>> columns_read(["RANK OF IMD SCORE", "Income Score (rate)"])
    {'RANK OF IMD SCORE': 'imd_rank', 'Income Score (rate)': 'income_score'}
    """
    found: dict[str, str] = {}
    for header in headers:
        words = re.sub(r"[^a-z0-9]+", " ", str(header).lower()).strip()
        if (column := _column(words)) is not None and column not in found.values():
            found[header] = column
    return found


def is_indices(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers is a file of the Indices, of whatever release."""
    columns = set(columns_read(headers).values())
    has_codes = any(map(is_lsoa, code_columns(headers)))
    measured = any(column.endswith(("_score", "_rank", "_decile")) for column in columns)
    return has_codes and (measured or {"population", "children"} <= columns)


def release_in(headers: Sequence[str]) -> int | None:
    """Tell the release of an Indices file from the years in its headers; None if they do not."""
    lsoa = list(filter(is_lsoa, code_columns(headers)))
    authority = " ".join(h for h in headers if re.match(r"(?i)local authority district code", h))
    if lsoa == ["lsoa21"]:
        return 2025
    if lsoa == ["lsoa11"]:
        return {"2019": 2019, "2013": 2015}.get("".join(re.findall(r"\d{4}", authority)))
    return 2010 if lsoa == ["lsoa"] and "IMD SCORE" in map(str.upper, headers) else None


def _column(words: str) -> str | None:
    for beginning, column in _COUNTS.items():
        if words.startswith(beginning):
            return column
    if tidy := re.fullmatch(r"(.+) (score|rank|decile)", words):
        index = tidy[1].replace(" ", "_")
        if index in INDICES:
            return f"{index}_{tidy[2]}"
    ranked = words.startswith("rank of ")
    rest = words.removeprefix("rank of ")
    for beginning, index in _LABELS.items():
        if rest.startswith(beginning):
            measure = re.search(r"\b(decile|rank|score)\b", rest)
            if ranked or measure:
                return f"{index}_{'rank' if ranked or not measure else measure[1]}"
    return None


def _read_one(path: Path, wanted: int | None) -> pd.DataFrame:
    raw = read_table(path, is_indices)
    headers = list(raw.columns)
    if not is_indices(headers):
        raise FileError(
            f"{path} is no file of the Indices of Deprivation (columns: "
            f"{examples(headers, 5)}); give File 7 (or 1, 2, 3, 5, 6) as MHCLG publishes it."
        )
    release = _settle_release(raw, path, wanted)
    code, measures = f"{release.vintage}cd", columns_read(headers)
    names = {_code_column(headers, release, path): code} | _labels(headers, release) | measures
    table = raw[list(names)].rename(columns=names)
    table[code] = table[code].astype("str")
    _require_english(table[code], path)
    for column in measures.values():
        table[column] = numbers(table[column], table[code], where=str(path))
    table.insert(1, "release", release.year)
    table = _derive_deciles(table, release)
    validate(table, "deprivation", release.vintage, where=str(path))
    _require_agreement(table, release, path)
    _require_order(table, release, str(path))
    whole = [c for c in table if c.endswith(("_rank", "_decile"))]
    return table.astype(dict.fromkeys(whole, "int64"))


def _code_column(headers: list[str], release: Release, path: Path) -> str:
    """Find the column of LSOA codes, whose vintage must be that of the release if it is named."""
    kinds = {kind: c for kind, c in code_columns(headers).items() if is_lsoa(kind)}
    for kind in (release.vintage, "lsoa"):
        if kind in kinds:
            return kinds[kind]
    raise CodeError(
        f"{path} has {' and '.join(kinds)} codes, but the Indices of {release.year} stand on "
        f"{release.vintage}; give the file as MHCLG published it, correct its column release, or "
        "ask for the release that it is of (--release, in Python release=)."
    )


def _settle_release(raw: pd.DataFrame, path: Path, wanted: int | None) -> Release:
    stated = release_in(list(raw.columns))
    if stated is None and "release" in raw.columns:
        said = pd.to_numeric(raw["release"], errors="coerce").unique()
        stated = next((year for year in RELEASES if list(said) == [year]), None)
    if stated is not None and wanted not in (None, stated):
        raise FileError(
            f"{path} is the Indices of {stated} (on {RELEASES[stated].vintage} areas), not of "
            f"{wanted}; give the {wanted} file, or ask for that release (--release {stated}, in "
            f"Python release={stated})."
        )
    year = stated or wanted
    if year is None:
        raise FileError(
            f"The headers of {path} do not tell which release of the Indices it is; add a "
            "column release with its year, or in Python say read_deprivation(…, release=2025), "
            "2019, 2015 or 2010."
        )
    return RELEASES[year]


def _labels(headers: list[str], release: Release) -> dict[str, str]:
    """Name and authority columns, in ONS names."""
    found = {}
    for header in headers:
        if re.fullmatch(r"(?i)lsoa name \(\d{4}\)|lsoa\d\dnm", header):
            found[header] = f"{release.vintage}nm"
        if authority := re.fullmatch(
            r"(?i)local authority district (code|name) \(20(\d\d)\)", header
        ):
            found[header] = f"lad{authority[2]}{'cd' if authority[1].lower() == 'code' else 'nm'}"
    return found


def _require_english(codes: pd.Series, path: Path) -> None:
    text = codes.dropna().astype(str)
    nations = text.map(nation_of)
    other = text[nations.ne("")]
    if len(other):
        where = examples(sorted(set(nations) - {""}))
        raise CodeError(
            f"{len(other)} of {len(text)} rows in {path} are in {where} ({examples(other)}); the "
            "English Indices rank English LSOAs only, and other nations' ranks cannot be compared "
            "with them, so take these rows out."
        )


def _derive_deciles(table: pd.DataFrame, release: Release) -> pd.DataFrame:
    missing = {
        f"{index}_decile": _decile(table[f"{index}_rank"], release)
        for index in INDICES
        if f"{index}_rank" in table and f"{index}_decile" not in table
    }
    return table.assign(**missing)


def _decile(rank: pd.Series, release: Release) -> pd.Series:
    number = pd.to_numeric(rank, errors="coerce")
    return np.ceil(10 * number / release.lsoas).clip(1, 10)


def _require_agreement(table: pd.DataFrame, release: Release, path: Path) -> None:
    code = f"{release.vintage}cd"
    for index in INDICES:
        if {f"{index}_rank", f"{index}_decile"} <= set(table):
            wrong = table[f"{index}_decile"] != _decile(table[f"{index}_rank"], release)
            if wrong.any():
                first = table[wrong].iloc[0]
                other = [kind for kind, n in VINTAGES.items() if n == len(table)]
                hint = (
                    f" The file has {len(table):,} rows, as many as there are LSOAs of "
                    f"20{other[0][-2:]}, so it may be another release under a wrong header."
                    if other and other[0] != release.vintage
                    else ""
                )
                raise TableError(
                    f"In {path}, {int(wrong.sum())} of {len(table)} rows have an {index}_decile "
                    f"that does not follow from the rank ({first[code]}: rank "
                    f"{first[f'{index}_rank']}, decile {first[f'{index}_decile']}); decile 1 must "
                    f"be the most deprived tenth of {release.lsoas:,} LSOAs.{hint}"
                )


def _require_order(table: pd.DataFrame, release: Release, where: str) -> None:
    """Raise if an LSOA ranked behind another has a higher score: 1 is the most deprived."""
    for index in INDICES:
        if not {f"{index}_score", f"{index}_rank"} <= set(table):
            continue
        ordered = table.sort_values(f"{index}_rank", kind="stable")
        score = ordered[f"{index}_score"]
        wrong = score > score.cummin()
        if wrong.any():
            code = f"{release.vintage}cd"
            raise TableError(
                f"{int(wrong.sum())} of {len(table)} LSOAs in {where} have a higher {index}_score "
                f"than others that {index}_rank calls more deprived "
                f"({examples(ordered.loc[wrong, code])}); rank 1 must have the highest score, so "
                "give scores and ranks of one file as MHCLG published it."
            )


def _join(
    left: pd.DataFrame, right: pd.DataFrame, before: Sequence[Path], path: Path
) -> pd.DataFrame:
    if (years := (left["release"].iat[0], right["release"].iat[0]))[0] != years[1]:
        raise FileError(
            f"{path} is the Indices of {years[1]} and {before[0]} of {years[0]}; read them "
            "separately."
        )
    vintage = RELEASES[years[0]].vintage
    code = f"{vintage}cd"
    labels = {c for c in right if c == "release" or re.fullmatch(r"(lsoa|lad)\d\dnm|lad\d\dcd", c)}
    values = [c for c in right if c not in labels]
    if repeated := (set(values) & set(left)) - {code}:
        raise FileError(
            f"{path} repeats {examples(sorted(repeated))} from {examples(before)}; keep one of "
            "the files."
        )
    if set(left[code]) != set(right[code]):
        odd = sorted(set(left[code]) ^ set(right[code]))
        raise CodeError(
            f"{path} and {examples(before)} cover different LSOAs ({len(odd)} are in one only: "
            f"{examples(odd)}); give files of the same release and extent."
        )
    joined = left.merge(right[values], on=code, validate="one_to_one")
    _require_order(joined, RELEASES[years[0]], f"{path} and {examples(before)}")
    return joined
