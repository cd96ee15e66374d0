"""ONS lookups between area types and between vintages of LSOAs."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.errors import CodeError, TableError, examples
from geo.sources.tabular import read_table, require_file
from geo.vocabulary.area_types import code_columns, is_of, kind_and_year, require_unique
from geo.vocabulary.codes import require_codes
from geo.vocabulary.column_names import folded
from geo.vocabulary.releases import VINTAGES

_OF_AREAS = re.compile(
    r"[a-z]+\d{0,4}(?:cd|code|nm|name)[hwo]?\d{0,4}|chgind|objectid|fid|globalid"
)
CHANGES = {"U": "unchanged", "S": "split", "M": "merged", "X": "irregular"}


def read_lookup(path: str | Path) -> pd.DataFrame:
    """Read an ONS lookup: LSOAs of one vintage to another, or LSOAs to wards and authorities.

    Columns are found whatever their case and get lower-case ONS names. A lookup between two
    vintages also gets ``weight``: an equal share of the source for each of its targets;
    ``geo.convert`` puts shares of residents in its place where residents are known.

    Parameters
    ----------
    path : str or Path
        CSV (with or without byte-order mark), Excel or Parquet.

    Returns
    -------
    DataFrame
        Code and name columns of every area type in the file; between vintages also ``chgind``
        (U unchanged, S split, M merged, X irregular) and ``weight`` (sums to 1 per source).

    Raises
    ------
    FileError
        If the file is missing, empty or damaged.
    CodeError
        If it links no LSOAs, a code is missing, a link stands twice, or an LSOA stands twice in
        a lookup to wards.
    TableError
        If a code has not the form of one, or a change indicator is not U, S, M or X.

    Examples
    --------
    >>> import tempfile, geo
    >>> from geo.sources.sample import write_sample
    >>> files = {path.name: path for path in write_sample(tempfile.mkdtemp())}
    >>> lookup = geo.read_lookup(files["LSOA11_LSOA21_lookup.csv"])
    >>> sorted(lookup["chgind"].unique())
    ['M', 'S', 'U']
    >>> float(lookup.loc[lookup["chgind"] == "S", "weight"].max())
    0.5
    """
    path = require_file(path)
    raw = read_table(path, lambda headers: role_of(headers) is not None)
    role = role_of(list(raw.columns))
    if role is None:
        raise CodeError(
            f"{path} is not a lookup (columns: {examples(raw.columns, 8)}); one has two code "
            "columns, such as LSOA11CD and LSOA21CD, or LSOA21CD and WD24CD, so give such a one."
        )
    source, target = role
    codes = {k: c for k, c in code_columns(raw.columns).items() if kind_and_year(k)[1]}
    lower = {str(column).lower(): column for column in raw.columns}
    keep = {column: f"{kind}cd" for kind, column in codes.items() if not is_of("oa", kind)}
    keep |= {lower[f"{kind}nm"]: f"{kind}nm" for kind in codes if f"{kind}nm" in lower}
    keep |= {lower["chgind"]: "chgind"} if "chgind" in lower else {}
    table = raw[list(keep)].rename(columns=keep).drop_duplicates(ignore_index=True)
    for column in (f"{source}cd", f"{target}cd"):
        require_codes(table[column], where=str(path))
    if target in VINTAGES:
        return _between_vintages(table, source, target, path)
    require_unique(table[f"{source}cd"], where=str(path))
    return table


def role_of(columns: Sequence[str]) -> tuple[str, str] | None:
    """Tell what a lookup with these columns links, as (from, to); None if it is no lookup."""
    known = [kind for kind in code_columns(columns) if kind_and_year(kind)[1]]
    lsoas = sorted(kind for kind in known if kind in VINTAGES)
    if len(lsoas) == 2:
        return lsoas[0], lsoas[1]
    for wanted in ("wd", "msoa", "lad"):
        found = [kind for kind in known if is_of(wanted, kind)]
        if len(lsoas) == 1 and found:
            return lsoas[0], found[0]
    return None


def is_of_areas(headers: Sequence[str]) -> bool:
    """Tell whether a table has codes and names of areas alone, and so a row an area or link.

    A directory of postcodes, or a list of people, has codes of areas in other columns too, and many
    rows an area: it links nothing.

    Examples
    --------
    >>> is_of_areas(["LSOA11CD", "LSOA21CD", "ObjectId"]), is_of_areas(["pcds", "lsoa21cd"])
    (True, False)
    """
    return all(_OF_AREAS.fullmatch(folded(header)) for header in headers)


def is_assigned(headers: Sequence[str]) -> bool:
    """Tell whether ``geo assign`` wrote a table with these headers: a result, and no source."""
    return {"method", "overlapshare"} <= set(map(folded, headers))


def links_each_once(path: Path, headers: Sequence[str]) -> bool:
    """Tell whether a table is a lookup: between vintages by its columns, else by its rows too.

    Between vintages it needs the change indicator of the ONS, or nothing but areas in its columns.
    To wards it may have other columns, if each LSOA has one row and a code.
    """
    link = role_of(headers)
    if link is None or is_assigned(headers):
        return False
    if is_of_areas(headers) or "chgind" in map(folded, headers):
        return True
    if link[1] in VINTAGES:
        return False
    code = code_columns(headers)[link[0]]
    rows = read_table(path, lambda row: role_of(row) == link)[code]
    return bool(rows.notna().all() and rows.is_unique)


def _between_vintages(table: pd.DataFrame, source: str, target: str, path: Path) -> pd.DataFrame:
    pair = [f"{source}cd", f"{target}cd"]
    if (twice := table.duplicated(pair)).any():
        named = table.loc[twice, pair[0]].unique()
        raise CodeError(
            f"{int(twice.sum())} links stand more than once in {path} ({examples(named)}); keep "
            "one row for each pair of codes."
        )
    if "chgind" in table and not (known := table["chgind"].isin(CHANGES)).all():
        wrong = table.loc[~known, "chgind"].unique()
        raise TableError(
            f"{path} has the change indicators {examples(wrong)}; allowed are U (unchanged), S "
            "(split), M (merged) and X (irregular), so correct them."
        )
    shares = 1 / table.groupby(pair[0])[pair[1]].transform("size")
    return table.assign(weight=shares)
