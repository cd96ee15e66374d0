"""Map of the LSOAs that changed decile between two releases, on boundaries that did not change."""

from dataclasses import replace
from typing import Unpack

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from geo.statistics.moves import decile_moves
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
from geo.views.style.wording import SOURCE, moved
from geo.vocabulary.area_types import area_type
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
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``place``, ``outlines``, ``insets`` and ``ax``, as in
        `geo.views.style.options.InsetMapOptions`.

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
    """Give each LSOA its deciles before and after, and its class on the map."""
    for table in (areas, earlier):
        if column in table:
            deciles_of(table, column)
    moves = decile_moves(areas, earlier, lookup=lookup, column=column)
    steps = dict(zip((-2, -1, 0, 1, 2), CHANGE_CLASSES, strict=True))
    names = moves["change"].clip(-2, 2).map(steps).fillna("missing")
    changed = moves[moves.columns[1]].isna()
    return moves.assign(**{"class": names.mask(changed, "changed").astype(object)})


def _finding(counts: dict[str, int], releases: tuple[str, str]) -> str:
    more, less = (counts[f"{way}_1"] + counts[f"{way}_2"] for way in ("down", "up"))
    return moved(more, less, sum(counts[name] for name in CHANGE_CLASSES), releases)
