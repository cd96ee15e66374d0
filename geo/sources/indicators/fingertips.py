"""Files of Fingertips as downloaded: figures, and what it says its indicators are."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import GeoError, TableError, examples, labelled
from geo.notes import Notes, note
from geo.sources.indicators.fields import KEYS, text_of
from geo.sources.indicators.public import public_indicators
from geo.sources.tabular import read_headers, read_table
from geo.vocabulary.column_names import folded

_ABOUT = {"indicatorid", "valuetype", "polarity", "unit"}
_MEASURES = {
    "proportion": "proportion",
    "crude rate": "rate",
    "indirectly standardised ratio": "ratio",
    "count": "count",
}
"""Value types whose figures can be made of counts; the others are values alone."""
_NOT_COUNTED = 0.05
"""Share of rows that may differ from count by denominator, by rounding of the counts."""


def is_about(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers says what indicators of Fingertips are."""
    plain = set(map(folded, headers))
    return plain >= _ABOUT and "areacode" not in plain


def tells_about(path: Path) -> bool:
    """Tell whether a file says what indicators are, and has no figures of its own."""
    try:
        return path.suffix.lower() == ".csv" and is_about(read_headers(path, is_about))
    except GeoError:
        return False  # whoever reads it for its figures will say what is the matter


def entries_beside(path: Path, raw: pd.DataFrame) -> pd.DataFrame | None:
    """Make catalogue entries of a file of figures from what lies beside it.

    Parameters
    ----------
    path : Path
        File of figures.
    raw : DataFrame
        Its rows, under the headers of Fingertips.

    Returns
    -------
    DataFrame or None
        Entries for ``catalogue.checked``, with ``comparator``: ``interval`` or ``quintiles``, by
        which Fingertips compares areas with England; empty where it compares none. None where no
        file beside says anything.

    Raises
    ------
    TableError
        If an indicator is not in it.
    """
    told = [file for file in sorted(path.parent.glob("*.csv")) if tells_about(file)]
    if not told:
        return None
    tables = [read_table(file, is_about) for file in told]
    about = pd.concat([table.rename(columns=folded) for table in tables], ignore_index=True)
    about = about.assign(id=text_of(about["indicatorid"])).drop_duplicates("id").set_index("id")
    own = raw.assign(id=text_of(raw["Indicator ID"]))
    if len(lacking := own.loc[~own["id"].isin(about.index), "id"].unique()):
        raise TableError(
            f"{told[0]} says nothing of {examples(lacking)}, which {path} has; fetch both again "
            "with geo fetch --with fingertips --refresh, or put a file indicators.toml beside them."
        )
    rows = [_entry(str(name), about.loc[name], rows) for name, rows in own.groupby("id")]
    return pd.DataFrame(rows)


def _entry(name: str, about: pd.Series, rows: pd.DataFrame) -> dict[str, object]:
    """Say of one indicator what its catalogue should."""
    kind, unit = (" ".join(str(about[field]).split()) for field in ("valuetype", "unit"))
    measure, multiplier = _measured(kind.lower(), unit)
    if measure in ("proportion", "rate", "ratio") and not _of_counts(rows, multiplier):
        measure = "value"
    listed = public_indicators()
    group = listed.loc[listed["fingertips"].astype("str").eq(name), "group"]
    return {
        "indicator_id": name,
        "name": str(rows["Indicator Name"].iat[0]).strip(),
        "group": group.iat[0] if len(group) else "Public health",
        "unit": unit if unit not in ("", "nan") else kind,
        "multiplier": multiplier if measure != "value" else 1,
        "measure": measure,
        "polarity": _polarity(str(about["polarity"])),
        "source": "OHID, by Fingertips",
        "licence": "Open Government Licence v3.0",
        "confidential": False,
        "comparator": _comparator(rows),
    }


def _measured(kind: str, unit: str) -> tuple[str, int]:
    """Measure and multiplier, by value type and unit; a value where they do not tell."""
    measure = _MEASURES.get(kind, "value")
    per = re.search(r"per ([\d,]+)", unit.lower())
    if measure == "rate":
        return (measure, int(per[1].replace(",", ""))) if per else ("value", 1)
    return measure, 100 if measure in ("proportion", "ratio") else 1


def _polarity(words: str) -> str:
    """Put a polarity in our words; what is neither good nor bad is not judged.

    Examples
    --------
    >>> _polarity("RAG - Low is good   "), _polarity("BOB - Blue orange blue")
    ('low_is_good', 'no_judgement')
    """
    found = re.search(r"(high|low) is good", words.lower())
    return f"{found[1]}_is_good" if found else "no_judgement"


def _comparator(rows: pd.DataFrame) -> str:
    """Tell by which method areas are compared, from the words of the comparison."""
    named = [c for c in rows if re.fullmatch(r"comparedto.*valueorpercentiles", folded(str(c)))]
    words = rows[named].stack().astype(str).str.lower()
    if words.str.contains("quintile").any():
        return "quintiles"
    return "interval" if words.isin(["better", "similar", "worse", "higher", "lower"]).any() else ""


def _of_counts(rows: pd.DataFrame, multiplier: int) -> bool:
    """Tell whether figures are made of the counts beside them, but for rounding of these."""
    count, among, value = (
        pd.to_numeric(rows[name], errors="coerce") for name in ("Count", "Denominator", "Value")
    )
    known = count.notna() & among.gt(0) & value.notna()
    made = (count / among * multiplier)[known]
    rounding = 5 / among[known] * multiplier  # counts are given in fives where they are small
    far = (made - value[known]).abs() > np.maximum(rounding, 0.01 * value[known].abs())
    return not known.any() or far.mean() <= _NOT_COUNTED


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
