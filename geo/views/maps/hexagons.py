"""Equal-area maps for print: one hexagon an LSOA, so that those of towns are seen at all."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.geography.dissolve import dissolve
from geo.views.maps.areas import (
    ClassedAreas,
    Told,
    classed_map,
    disclosure_rule,
    finished,
    ready,
    with_rule,
)
from geo.views.maps.deprivation import MOST_DEPRIVED, decile_alt_text, deciles_of
from geo.views.style.labels import Label
from geo.views.style.legends import DecileLegend
from geo.views.style.page import Words, plan_page, style
from geo.views.style.palette import DECILE_CLASSES, MISSING_FILL, ClassStyle
from geo.views.style.wording import SOURCE, caption_of, listed

_STYLES = {
    f"decile-{decile}": replace(shown, symbol=str(decile))
    for decile, shown in DECILE_CLASSES.items()
} | {"no-data": ClassStyle(MISSING_FILL, "no data", pattern="dots")}


def hex_map(
    hexes: gpd.GeoDataFrame,
    column: str = "imd_decile",
    *,
    title: str = "",
    subtitle: str = "",
    caption: str = SOURCE,
    outlines: str | None = None,
    width_mm: float = 160,
    notice: str = "",
    place: str = "",
) -> Figure:
    """Draw deciles on hexagons of equal size, with groups outlined and named.

    There is no scale and no north arrow: places are near where they are, not there.

    Parameters
    ----------
    hexes : GeoDataFrame
        From ``geo.hexagons``, one row an LSOA; never changed.
    column : str
        Column of deciles: 1 (most deprived 10% in England) to 10, missing where there is none.
    title : str
        The finding, as a sentence; where not given, says which groups hold most of the LSOAs in
        the most deprived 30%.
    subtitle : str
        Measure, geography and period. What a hexagon is follows it.
    caption : str
        Source and licence, at the foot, after how far the hexagons stand from their places.
    outlines : str, optional
        Column of a level of the place whose groups are outlined and named; the one that
        ``geo.hexagons`` kept together.
    width_mm : float
        Width on paper in millimetres, 80 to 250.
    notice : str
        A caution to print above the map, such as ``"Synthetic data"``.
    place : str
        Name of the place, for the alternative text.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`.

    Raises
    ------
    TableError
        If the table is empty, a column (also ``displacement``) or geometry is missing, a decile
        is not a whole number from 1 to 10, or confidential numbers were not suppressed.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> import shapely
    >>> from geo.geography.hexagons import hexagons
    >>> squares = [shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000, 18_000)]
    >>> areas = gpd.GeoDataFrame({"imd_decile": [1, 2, 10]}, geometry=squares, crs=27700)
    >>> figure = hex_map(hexagons(areas))
    >>> figure.get_label()
    '2 of 3 LSOAs are in the most deprived 30% in England'
    """
    hexes = ready(
        hexes,
        [
            column,
            "displacement",
            "neighbours",
            "neighbours_kept",
            *([outlines] if outlines else []),
        ],
    )
    deciles = deciles_of(hexes, column)
    groups = dissolve(hexes, outlines) if outlines else {}
    title = title or _finding(deciles, hexes[outlines] if outlines else None)
    subtitle = caption_of(subtitle, "Each hexagon is one LSOA")
    caption = caption_of(placement_words(hexes), with_rule(caption, disclosure_rule(hexes)))
    names = [f"decile-{int(x)}" if x == x else "no-data" for x in deciles]
    legend, words = DecileLegend(deciles), Words(title, subtitle, notice, caption)
    middles = hexes.geometry.centroid
    told = Told(
        hex_alt_text(hexes, column, level=outlines, place=place),
        pd.DataFrame(hexes.drop(columns=hexes.geometry.name)).assign(
            x=middles.x.round(1), y=middles.y.round(1)
        ),
    )
    with style():
        page, plan = plan_page(hexes, words, width_mm, False, legend.height(width_mm))
        legend.draw(page, plan.legend)
        classed_map(
            ClassedAreas(hexes, np.array(names, dtype=object), _STYLES),
            legend,
            Words("", "", "", ""),
            told,
            outlines=list(groups.values()),
            labels=[Label(name, shape) for name, shape in groups.items()],
            ax=page.map(plan.map, plan.window),
        )
    return finished(page, words, told)


def hex_alt_text(
    hexes: pd.DataFrame, column: str = "imd_decile", *, level: str | None = None, place: str = ""
) -> str:
    """Say in words what a map of hexagons shows; parameters as in `decile_alt_text`.

    Examples
    --------
    >>> hexes = pd.DataFrame({"imd_decile": [1, 9], "displacement": [400.0, 600.0],
    ...                       "neighbours": [1, 1], "neighbours_kept": [1, 1]})
    >>> hex_alt_text(hexes, place="Ambridge").split(". ")[0]
    'Equal-area map, a hexagon for each LSOA'
    """
    words = decile_alt_text(hexes, column, level=level, place=place)
    return f"Equal-area map, a hexagon for each LSOA. {words} {placement_words(hexes)}."


def placement_words(hexes: pd.DataFrame) -> str:
    """Say how far hexagons stand from their places, and how many neighbours remain neighbours.

    Examples
    --------
    >>> placement_words(pd.DataFrame(
    ...     {"displacement": [400.0, 600.0], "neighbours": [2, 2], "neighbours_kept": [1, 2]}))
    'Hexagons stand 0.5 km from their LSOAs on average; 75% of neighbours stay neighbours'
    """
    far = f"Hexagons stand {hexes['displacement'].mean() / 1000:.1f} km from their LSOAs on average"
    if not hexes["neighbours"].sum():
        return far
    kept = hexes["neighbours_kept"].sum() / hexes["neighbours"].sum()
    return f"{far}; {kept:.0%} of neighbours stay neighbours"


def _finding(deciles: pd.Series, groups: pd.Series | None) -> str:
    """Word the title: how many are most deprived, and the one or two groups with most of them."""
    top = deciles <= MOST_DEPRIVED
    total, known = int(top.sum()), int(deciles.notna().sum())
    if groups is None or total < 2:
        verb = "is" if total == 1 else "are"
        return f"{total:,} of {known:,} LSOAs {verb} in the most deprived 30% in England"
    counts = top.groupby(groups).sum().sort_values(ascending=False, kind="stable")
    first = counts.head(1 if counts.iloc[0] > total / 2 else 2)
    hold = "holds" if len(first) == 1 else "hold"
    return (
        f"{listed(list(first.index))} {hold} {first.sum():,} of the {total:,} LSOAs in the most "
        "deprived 30% in England"
    )
