"""Equal-area maps for print: one hexagon an LSOA, so that those of towns are seen at all."""

from typing import Unpack

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from geo.disclosure.published import Published
from geo.views.maps.areas import (
    ClassedAreas,
    draw_on_axes,
    named_groups,
    prepare_areas,
    with_rule,
)
from geo.views.maps.deciles import (
    DECILE_STYLES,
    decile_alt_text,
    decile_classes,
    deciles_of,
)
from geo.views.maps.hexagon_names import name_groups
from geo.views.maps.page import map_axes, map_page
from geo.views.style.legends import DecileLegend
from geo.views.style.options import FigureSettings, MapOptions, takes_options
from geo.views.style.page import PageText, style
from geo.views.style.wording import SOURCE, caption_of, listed
from geo.vocabulary.area_types import AreaType
from geo.vocabulary.releases import MOST_DEPRIVED


@takes_options(MapOptions, caption=SOURCE)
def hex_map(
    hexes: gpd.GeoDataFrame,
    column: str = "imd_decile",
    **options: Unpack[MapOptions],
) -> Figure:
    """Draw deciles on hexagons of equal size, with groups outlined and named.

    There is no scale and no north arrow: places are near where they are, not there.

    Parameters
    ----------
    hexes : GeoDataFrame
        From ``geo.hexagons``, one row an LSOA; never changed.
    column : str
        Column of deciles: 1 (most deprived 10% in England) to 10, missing where there is none.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``place`` and ``outlines``, as in `geo.views.style.options.MapOptions`. ``outlines`` is best
        the level that ``geo.hexagons`` kept together; what a hexagon is follows the subtitle.

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
    settings = FigureSettings(**options)
    level = settings.level_column
    hexes = prepare_areas(hexes, column, "displacement", "neighbours", "neighbours_kept", level)
    rule = Published.of(hexes).rule
    deciles, middles = deciles_of(hexes, column), hexes.geometry.centroid
    text = PageText(
        settings.title or _finding(deciles, hexes[level] if level else None),
        caption_of(settings.subtitle, "Each hexagon is one LSOA"),
        settings.notice,
        caption_of(placement_words(hexes), with_rule(settings.caption, rule)),
    )
    legend, groups = DecileLegend(deciles), named_groups(hexes, level)
    classed = ClassedAreas(hexes, decile_classes(deciles), DECILE_STYLES, groups=groups, labels=())
    with style():
        page, layout = map_page(
            hexes, text, settings.width_mm, legend=legend, height=settings.height_mm
        )
        main = map_axes(page, layout.map, layout.window)
        draw_on_axes(classed, main, notes=settings.notes)
        name_groups(main, hexes.geometry.to_numpy(), groups, settings.notes)
    alt_text = hex_alt_text(hexes, column, level=settings.level, place=settings.place)
    data = pd.DataFrame(hexes.drop(columns=hexes.geometry.name))
    return page.finish(alt_text, data.assign(x=middles.x.round(1), y=middles.y.round(1)))


def hex_alt_text(
    hexes: pd.DataFrame,
    column: str = "imd_decile",
    *,
    level: str | AreaType | None = None,
    place: str = "",
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
    'Hexagons stand 0.5 km from their LSOAs on average; 75% of neighbouring areas touch here too'
    """
    far = f"Hexagons stand {hexes['displacement'].mean() / 1000:.1f} km from their LSOAs on average"
    if not hexes["neighbours"].sum():
        return far
    kept = hexes["neighbours_kept"].sum() / hexes["neighbours"].sum()
    return f"{far}; {kept:.0%} of neighbouring areas touch here too"


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
