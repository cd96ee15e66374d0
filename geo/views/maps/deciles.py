"""Deciles of deprivation: checked, and put in words."""

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.views.style.palette import DECILE_CLASSES, MISSING_FILL, ClassStyle
from geo.vocabulary.area_types import AreaType, area_type, code_columns
from geo.vocabulary.releases import MOST_DEPRIVED

DECILE_STYLES = {
    f"decile-{decile}": replace(shown, symbol=str(decile))
    for decile, shown in DECILE_CLASSES.items()
} | {"no-data": ClassStyle(MISSING_FILL, "no data", pattern="dots")}
"""Classes of a map of deciles; each area that has room for it carries its decile."""


def deciles_of(areas: pd.DataFrame, column: str) -> pd.Series:
    """Return the deciles as numbers, missing where there is none.

    Raises
    ------
    TableError
        If a decile is not a whole number from 1 to 10.
    """
    deciles = pd.to_numeric(areas[column], errors="coerce").astype(float)
    wrong = areas[column].notna() & ~deciles.isin(range(1, 11))
    if wrong.any():
        codes = next(iter(code_columns(areas.columns).values()), None)
        names = areas[codes] if codes else areas.index.to_series()
        cases = [
            f"{value} for {name}"
            for value, name in zip(areas[column][wrong], names[wrong], strict=True)
        ]
        raise TableError(
            f"{int(wrong.sum())} of {len(areas)} areas have no valid decile in {column} "
            f"({examples(cases)}); allowed are whole numbers from 1 to 10, or missing."
        )
    return deciles


def decile_classes(deciles: pd.Series) -> np.ndarray:
    """Give each area its class of `DECILE_STYLES`.

    Examples
    --------
    >>> decile_classes(pd.Series([1.0, None])).tolist()
    ['decile-1', 'no-data']
    """
    names = [f"decile-{int(x)}" if x == x else "no-data" for x in deciles]
    return np.array(names, dtype=object)


def decile_alt_text(
    areas: pd.DataFrame,
    column: str = "imd_decile",
    *,
    level: str | AreaType | None = None,
    place: str = "",
) -> str:
    """Say in words what a map of deciles shows, for people who can't see it.

    Parameters
    ----------
    areas : DataFrame
        One row per area.
    column : str
        Column of deciles.
    level : str or AreaType, optional
        Column of groups, to be listed from the most affected.
    place : str
        Name of the place.

    Examples
    --------
    >>> areas = pd.DataFrame({"imd_decile": [1, 2, 9, None], "town": list("AABB")})
    >>> decile_alt_text(areas, level="town", place="Ambridge")
    'Map of the 4 LSOAs of Ambridge, shaded by decile of deprivation in England. 2 (66.7%) are in
    the most deprived 30%: 1 in the most deprived 10%, 2 in the most deprived 20%. By town: A 2
    of 2, B 0 of 1. 1 LSOA has no data.'
    """
    deciles = deciles_of(areas, column)
    total, known = len(deciles), deciles.dropna()
    words = [
        f"Map of the {total:,} LSOA{'s' * (total != 1)}{f' of {place}' if place else ''}, shaded "
        "by decile of deprivation in England."
    ]
    if len(known):
        ten, twenty, thirty = (int((known <= top).sum()) for top in (1, 2, 3))
        words.append(
            f"{thirty:,} ({thirty / len(known):.1%}) {'is' if thirty == 1 else 'are'} in the most "
            f"deprived 30%: {ten:,} in the most deprived 10%, {twenty:,} in the most deprived 20%."
        )
    if level and len(known):
        kind = area_type(level)
        by_group = (known <= MOST_DEPRIVED).groupby(areas[kind.name]).agg(["sum", "size"])
        by_group = by_group.sort_values("sum", ascending=False, kind="stable")
        listed = ", ".join(
            f"{name} {row['sum']} of {row['size']}" for name, row in by_group.iterrows()
        )
        words.append(f"By {kind.singular}: {listed}.")
    if missing := total - len(known):
        words.append(f"{missing:,} LSOA{' has' if missing == 1 else 's have'} no data.")
    return " ".join(words)
