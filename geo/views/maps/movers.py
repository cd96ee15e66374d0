"""Map of the LSOAs that changed decile between two releases, on boundaries that did not change."""

from dataclasses import replace
from typing import Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.errors import CodeError, TableError, examples
from geo.views.maps.areas import (
    ClassedAreas,
    classed_map,
    named_groups,
    prepare_areas,
)
from geo.views.maps.deciles import deciles_of
from geo.views.style.legends import ClassLegend
from geo.views.style.options import FigureSettings, InsetMapOptions, takes_options
from geo.views.style.palette import BOUNDARY_CHANGED, CHANGE_CLASSES, MISSING_FILL, ClassStyle
from geo.views.style.wording import SOURCE
from geo.vocabulary.area_types import area_type, require_unique, vintage_column
from geo.vocabulary.codes import among
from geo.vocabulary.releases import INDICES

CAUTION = (
    "Deciles rank the LSOAs of England within a release: to move is to change places with others, "
    "not to be more or less deprived than before."
)
_LSOA = area_type("lsoa")
_STYLES = CHANGE_CLASSES | {
    "same": replace(CHANGE_CLASSES["same"], symbol=""),
    "changed": BOUNDARY_CHANGED,
    "missing": ClassStyle(MISSING_FILL, "no decile in one of the releases", pattern="dots"),
}


@takes_options(InsetMapOptions, caption=SOURCE)
def movers_map(
    areas: gpd.GeoDataFrame,
    earlier: pd.DataFrame,
    *,
    lookup: pd.DataFrame | None = None,
    column: str = "imd_decile",
    releases: tuple[str, str] = ("2019", "2025"),
    **options: Unpack[InsetMapOptions],
) -> Figure:
    """Draw which LSOAs are in a more or less deprived decile than in an earlier release.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per LSOA of the later release: its code, ``column`` and geometry; never changed.
    earlier : DataFrame
        The earlier release: LSOA code (of any vintage) and ``column``.
    lookup : DataFrame, optional
        Where the vintages differ: both code columns and ``chgind``. Only LSOAs marked ``U``
        (unchanged) are compared; the others are crossed out.
    column : str
        Column of deciles in both.
    releases : (str, str)
        Names of the releases, earlier and later.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``notes``, ``place``,
        ``outlines``, ``insets`` and ``ax``, as in `geo.views.style.options.InsetMapOptions`.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for ``geo.save_figure``.

    Raises
    ------
    TableError
        If a column is missing, a decile is none, or vintages differ and no lookup is given.
    CodeError
        If codes stand twice, or LSOAs to draw are not in the lookup or the earlier release.

    Examples
    --------
    >>> import shapely
    >>> areas = gpd.GeoDataFrame({"lsoa11cd": ["E01000001", "E01000002"], "imd_decile": [1, 5]},
    ...     geometry=[shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000)], crs=27700)
    >>> earlier = pd.DataFrame({"lsoa11cd": ["E01000001", "E01000002"], "imd_decile": [3, 5]})
    >>> movers_map(areas, earlier, releases=("2015", "2019")).get_label()
    '1 of 2 LSOAs is in a more deprived decile in 2019 than in 2015, none in a less deprived one'
    """
    settings = FigureSettings(**options)
    areas = prepare_areas(areas, column, settings.level_column)
    moves = _moves(areas, earlier, lookup, column)
    groups = named_groups(areas, settings.level_column)
    classed = ClassedAreas(areas, moves["class"].to_numpy(dtype=object), _STYLES, groups=groups)
    counts = classed.counts
    entries = [
        (shown, counts[name])
        for name, shown in _STYLES.items()
        if name in CHANGE_CLASSES or counts[name]
    ]
    index = INDICES.get(column.removesuffix("_decile"), column)
    text = settings.page_text(
        _finding(counts, releases),
        f"{index}: change of decile from {releases[0]} to {releases[1]}, on LSOAs whose boundary "
        "did not change",
        f"{CAUTION} {settings.caption}",
    )
    mapped = f"{_LSOA.counted(len(areas))}{f' of {settings.place}' if settings.place else ''}"
    in_classes = "; ".join(f"{shown.label}: {count:,}" for shown, count in entries)
    return classed_map(
        classed,
        ClassLegend(f"Number of LSOAs in each class, {releases[0]} to {releases[1]}", entries),
        text,
        settings,
        alt_text=f"Map of {mapped}. {text.title}. {text.subtitle}. {in_classes}.",
        data=moves.assign(meaning=moves["class"].map({k: s.label for k, s in _STYLES.items()})),
    )


def _moves(
    areas: gpd.GeoDataFrame, earlier: pd.DataFrame, lookup: pd.DataFrame | None, column: str
) -> pd.DataFrame:
    """Put the decile before beside the decile after, where the boundary is the same."""
    vintage, code = vintage_column(areas, where="the areas to draw")
    before, old_code = vintage_column(earlier, where="the earlier release")
    for table, name, where in (
        (areas, code, "the areas to draw"),
        (earlier, old_code, "the earlier release"),
    ):
        require_unique(table[name], where=where)
    if column not in earlier:
        raise TableError(f"No column {column} in the earlier release; add it or name another.")
    old = _old_codes(areas[code], vintage, before, lookup)
    lost = old.notna() & ~among(old, earlier[old_code])
    if lost.any():
        raise CodeError(
            f"{_LSOA.counted(int(lost.sum()))} to draw ({examples(old[lost])}) are not in the "
            "earlier release; give it whole."
        )
    known = deciles_of(earlier, column).set_axis(earlier[old_code].astype(str))
    then, now = old.map(known).astype(float), deciles_of(areas, column)
    change = now - then
    step = change.clip(-2, 2)
    names = dict(zip((-2.0, -1.0, 0.0, 1.0, 2.0), CHANGE_CLASSES, strict=True))
    found = np.where(old.isna(), "changed", step.map(names).fillna("missing"))
    return pd.DataFrame(
        {
            code: areas[code],
            f"{before}cd_before": old,
            "decile_before": then.astype("Int64"),
            "decile_after": now.astype("Int64"),
            "change": change.astype("Int64"),
            "class": found,
        }
    )


def _old_codes(
    codes: pd.Series, vintage: str, before: str, lookup: pd.DataFrame | None
) -> pd.Series:
    """Give each LSOA its code in the earlier release; missing where its boundary changed."""
    codes = codes.astype(str)
    if before == vintage:
        return codes
    if lookup is None:
        raise TableError(
            f"The areas are {vintage} and the earlier release is {before}; give a lookup between "
            "them with chgind, which says whose boundary changed."
        )
    needed = [f"{before}cd", f"{vintage}cd", "chgind"]
    if absent := [name for name in needed if name not in lookup]:
        raise TableError(
            f"No column {examples(absent)} in the lookup, which has {examples(lookup.columns, 8)}; "
            "use the ONS lookup between the two vintages."
        )
    if (loose := ~among(codes, lookup[f"{vintage}cd"])).any():
        raise CodeError(
            f"{_LSOA.counted(int(loose.sum()))} to draw ({examples(codes[loose])}) are not in "
            "the lookup; use the one between the two vintages."
        )
    same = lookup[lookup["chgind"] == "U"]
    return codes.map(same.set_index(f"{vintage}cd")[f"{before}cd"])


def _finding(counts: dict[str, int], releases: tuple[str, str]) -> str:
    compared = sum(counts[name] for name in CHANGE_CLASSES)
    if not compared:
        return f"No LSOA can be compared between {releases[0]} and {releases[1]}"
    more, less = (counts[f"{way}_1"] + counts[f"{way}_2"] for way in ("down", "up"))
    return (
        f"{more or 'None'} of {_LSOA.counted(compared)} {'is' if more < 2 else 'are'} in a more "
        f"deprived decile in {releases[1]} than in {releases[0]}, {less or 'none'} in a less "
        "deprived one"
    )
