"""Files of Fingertips as downloaded."""

import re
from pathlib import Path

import pandas as pd

from geo.errors import TableError, labelled
from geo.notes import Notes, note
from geo.sources.indicators.fields import KEYS


def without_breakdowns(raw: pd.DataFrame, path: Path, notes: Notes | None) -> pd.DataFrame:
    """Leave out rows that are breakdowns of an area, such as its deciles."""
    split = raw["Category Type"].notna()
    if split.any():
        kinds = raw.loc[split, "Category Type"].unique()
        note(
            notes,
            f"{split.sum()} of {len(raw)} rows in {path} are left out: breakdowns by "
            f"{labelled(kinds)}, not figures of areas.",
        )
    if split.all():
        raise TableError(
            f"All {len(raw)} rows of {path} are breakdowns of areas (Category Type); give a file "
            "with figures of areas too."
        )
    return raw[~split].reset_index(drop=True)


def newest_areas(
    table: pd.DataFrame, words: pd.Series, path: Path, notes: Notes | None
) -> pd.DataFrame:
    """Keep one figure of an area that is given under two vintages of its area type: the newest.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators.
    words : Series
        The area type of each row as Fingertips words it: ``Counties & UAs (from Apr 2023)``.
    """
    keys = [key for key in KEYS if key in table]
    year = words.astype("str").fillna("").map(_last_year)
    newest = year.groupby([table[key] for key in keys], dropna=False).transform("max")
    older = table.duplicated(keys, keep=False) & (year < newest)
    if older.any():
        note(
            notes,
            f"{older.sum()} of {len(table)} rows in {path} are left out: their areas have a row of "
            f"a newer area type too ({labelled(words[older].unique())}).",
        )
    return table[~older].reset_index(drop=True)


def _last_year(words: str) -> int:
    """Tell the last year that an area type names; 0 where it names none.

    Examples
    --------
    >>> _last_year("Counties & UAs (2021/22-2022/23)"), _last_year("UAs (from Apr 2023)")
    (2022, 2023)
    """
    return max(map(int, re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", words)), default=0)


def without_repeats(table: pd.DataFrame, path: Path, notes: Notes | None) -> pd.DataFrame:
    """Leave out rows that stand twice, word for word."""
    repeated = table.duplicated()
    if repeated.any():
        note(
            notes,
            f"{repeated.sum()} of {len(table)} rows in {path} repeat another row in full "
            f"({labelled(table.loc[repeated, 'area_code'].unique())}), as Fingertips gives an area "
            "once for each parent; each is kept once.",
        )
    return table[~repeated].reset_index(drop=True)
