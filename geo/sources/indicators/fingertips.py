"""Files of Fingertips as downloaded."""

from pathlib import Path

import pandas as pd

from geo.errors import labelled
from geo.notes import Notes, note


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
    return raw[~split].reset_index(drop=True)


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
