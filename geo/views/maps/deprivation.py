"""Figures for print: maps of deprivation and of groups, to go into a strategy as they are.

Widths fit A4 (80 mm a column, 160 mm a page, 250 mm a landscape page); no type is smaller than
7 points. Nothing here touches pyplot, its state or the global settings of matplotlib.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from geo.geography.dissolve import dissolve
from geo.geography.membership import holding
from geo.views.maps.areas import (
    ClassedAreas,
    Told,
    classed_map,
    disclosure_rule,
    finished,
    ready,
    with_rule,
)
from geo.views.maps.deciles import MOST_DEPRIVED, decile_alt_text, deciles_of
from geo.views.maps.furniture import furnish
from geo.views.maps.outlines import compound_path, draw_outlines
from geo.views.style.export import save_figure
from geo.views.style.labels import Label
from geo.views.style.legends import ClassLegend, DecileLegend
from geo.views.style.page import LEAST_TYPE, NARROW, Words, plan_page, style
from geo.views.style.palette import DECILE_CLASSES, GROUP_HUES, INK, MISSING_FILL, PAPER, ClassStyle
from geo.views.style.wording import SOURCE
from geo.vocabulary.area_types import AreaType, area_type
from geo.vocabulary.releases import INDICES

__all__ = [
    "MOST_DEPRIVED",
    "SOURCE",
    "choropleth",
    "decile_alt_text",
    "deciles_of",
    "group_alt_text",
    "group_map",
    "save_figure",
]

SHARE_BREAKS = (0.1, 0.25)
SHARE_WORDS = ("under 10%", "10% to 24%", "25% or more")
_STYLES = {
    f"decile-{decile}": replace(shown, symbol=str(decile))
    for decile, shown in DECILE_CLASSES.items()
} | {"no-data": ClassStyle(MISSING_FILL, "no data", pattern="dots")}


def choropleth(
    areas: gpd.GeoDataFrame,
    column: str = "imd_decile",
    *,
    title: str = "",
    subtitle: str = "",
    caption: str = SOURCE,
    place: str = "",
    outlines: str | None = None,
    insets: bool | Sequence[str] = True,
    width_mm: float = 160,
    ax: Axes | None = None,
    notice: str = "",
) -> Figure:
    """Draw a map of deciles, with towns enlarged where their areas are too small to see.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per area, any projected or geographic coordinate reference system (drawn in
        EPSG:27700); never changed.
    column : str
        Column of deciles: 1 (most deprived 10% in England) to 10, missing where there is none.
    title : str
        The finding, as a sentence; computed from the deciles where not given.
    subtitle : str
        Measure, geography and period; the index alone where not given.
    caption : str
        Source and licence, at the foot.
    place : str
        Name of the place, for the alternative text.
    outlines : str, optional
        Column of a level of the place, such as ``"collaborative"``, whose groups are outlined
        and named.
    insets : bool or sequence of str
        True finds up to four towns whose areas are drawn narrower than 2.5 mm; names, such as
        ``("Crewe", "Macclesfield")``, choose towns by how their wards' names begin.
    width_mm : float
        Width on paper in millimetres, 80 to 250.
    ax : Axes, optional
        Draw areas, outlines and names here, and leave page, legend and insets to the caller.
    notice : str
        A caution to print above the map, such as ``"Synthetic data"``.

    Returns
    -------
    Figure
        A figure of its own (with ``alt_text``, ``caption`` and ``data`` for `save_figure`), or the
        figure of ``ax``. Each area that has room for it carries its decile as a number.

    Raises
    ------
    TableError
        If the table is empty, or a column, geometry or coordinate reference system is missing,
        or a decile is not a whole number from 1 to 10, or if the table holds confidential
        numbers (a column ``confidential``) that did not pass ``geo.suppress``.
    CodeError
        If an inset is named and no ward's name begins so.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> import shapely
    >>> squares = [shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000)]
    >>> areas = gpd.GeoDataFrame(
    ...     {"lsoa21cd": ["E01000001", "E01000002"], "imd_decile": [1, 10]},
    ...     geometry=squares, crs=27700)
    >>> figure = choropleth(areas, title="One of two areas is among the most deprived")
    >>> round(float(figure.get_figwidth() * 25.4))
    160
    """
    areas = ready(areas, [column, *([outlines] if outlines else [])])
    deciles = deciles_of(areas, column)
    groups = dissolve(areas, outlines) if outlines else {}
    title = title or _finding(deciles, areas[outlines] if outlines else None)
    index = INDICES.get(column.removesuffix("_decile"), column)
    subtitle = subtitle or f"{index}: deciles of LSOAs in England"
    names = [f"decile-{int(x)}" if x == x else "no-data" for x in deciles]
    return classed_map(
        ClassedAreas(areas, np.array(names, dtype=object), _STYLES),
        DecileLegend(deciles),
        Words(title, subtitle, notice, with_rule(caption, disclosure_rule(areas))),
        Told(
            decile_alt_text(areas, column, level=outlines, place=place),
            areas.drop(columns=areas.geometry.name),
        ),
        outlines=list(groups.values()),
        labels=[Label(name, shape) for name, shape in groups.items()],
        insets=insets,
        width_mm=width_mm,
        ax=ax,
    )


def group_map(
    areas: gpd.GeoDataFrame,
    level: str | AreaType = "collaborative",
    *,
    within: str | AreaType | None = "locality",
    counts: str | None = "imd_decile",
    title: str = "",
    subtitle: str = "",
    caption: str = SOURCE,
    place: str = "",
    width_mm: float = 160,
    notice: str = "",
) -> Figure:
    """Draw who is where: groups by name, with how many of their areas are most deprived.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per area; never changed.
    level : str
        Column of the groups to fill and name.
    within : str, optional
        Column of larger groups, with a heavier outline. Groups that they hold whole share a hue;
        where one lies in several of them, they hold none, and stand beside them in the words.
    counts : str, optional
        Column of deciles; "12 of 24" under a name counts deciles 1 to 3 among those known.
    title, subtitle, caption, place, notice : str
        As in `choropleth`; a title that is not given names the group with the greatest share.
    width_mm : float
        Width on paper in millimetres, 80 to 250.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        As in `choropleth`.

    Examples
    --------
    >>> import shapely
    >>> areas = gpd.GeoDataFrame({"imd_decile": [1, 10], "town": ["Ambridge", "Penny"]}, crs=27700,
    ...     geometry=[shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000)])
    >>> group_map(areas, "town", within=None).alt_text
    'Map of the 2 towns. LSOAs in the most deprived 30% in England, of those with a decile:
    Ambridge 1 of 1, Penny 0 of 1.'
    """
    kind, holders = area_type(level), area_type(within) if within else None
    level, within = kind.name, holders.name if holders else None
    areas = ready(areas, [name for name in (level, within, counts) if name])
    deciles = deciles_of(areas, counts) if counts else None
    if counts and not subtitle:
        subtitle = "LSOAs in the most deprived 30% in England, of all LSOAs"
    title = title or _greatest_share(areas[level], kind, deciles)
    caption = with_rule(caption, disclosure_rule(areas))
    groups, larger = dissolve(areas, level), dissolve(areas, within) if within else {}
    fills, inks, legend = _group_colours(areas, kind, within, deciles)
    words = Words(title, subtitle, notice, caption)
    with style():
        tall = legend.height(width_mm) if legend.entries else 0.0
        page, plan = plan_page(areas, words, width_mm, False, tall)
        if legend.entries:
            legend.draw(page, plan.legend)
        main = page.map(plan.map, plan.window)
        for name, shape in groups.items():
            main.add_artist(
                PathPatch(
                    compound_path([shape]), facecolor=fills[name], edgecolor=PAPER, linewidth=0.8
                )
            ).set_gid(f"group-{len(main.patches)}")
        draw_outlines(main, groups.values(), width=0.6)
        draw_outlines(main, larger.values(), width=1.2 if width_mm < NARROW else 1.8)
        labeller = furnish(main, plan)
        size = LEAST_TYPE if width_mm < NARROW else 8.0
        labeller.draw(
            [
                Label(name, shape, _count(areas[level] == name, deciles), size)
                for name, shape in groups.items()
            ]
        )
        labeller.draw(
            [
                Label(
                    name.upper(),
                    shape,
                    _count(areas[within] == name, deciles),
                    size + 1,
                    inks.get(name, INK),
                    outside=True,
                )
                for name, shape in larger.items()
            ]
        )
    told = group_alt_text(areas, kind, within=holders, counts=counts, place=place)
    return finished(page, words, Told(told, areas.drop(columns=areas.geometry.name)))


def group_alt_text(
    areas: pd.DataFrame,
    level: str | AreaType = "collaborative",
    *,
    within: str | AreaType | None = "locality",
    counts: str | None = "imd_decile",
    place: str = "",
) -> str:
    """Say in words what a map of groups shows: who is where, and how many are most deprived.

    Parameters
    ----------
    areas : DataFrame
        One row per area.
    level, within, counts : str
        As in `group_map`.
    place : str
        Name of the place.

    Examples
    --------
    >>> areas = pd.DataFrame({"imd_decile": [1, 2, 9, None], "town": list("AABB"), "side": "East"})
    >>> group_alt_text(areas, "town", within="side", place="Ambridge")
    'Map of the 2 towns of Ambridge. LSOAs in the most deprived 30% in England, of those with a
    decile: East 2 of 3 (A 2 of 2, B 0 of 1).'
    """
    deciles = deciles_of(areas, counts) if counts else None
    kind, holders = area_type(level), area_type(within) if within else None
    names = sorted(areas[kind.name].dropna().unique())
    opening = f"Map of the {kind.counted(len(names))}{f' of {place}' if place else ''}."

    def told(one: AreaType, members: Iterable[object]) -> str:
        return ", ".join(
            f"{name} {_count(areas[one.name] == name, deciles)}".strip() for name in members
        )

    listed = told(kind, names)
    if holders and holding(areas, kind.name, [holders.name]):
        held = areas.groupby(holders.name)[kind.name].unique()
        listed = "; ".join(
            f"{told(holders, [holder])} ({told(kind, sorted(members))})"
            for holder, members in held.items()
        )
    elif holders:
        larger = told(holders, sorted(areas[holders.name].dropna().unique()))
        listed += f". {holders.plural[:1].upper()}{holders.plural[1:]}: {larger}"
    counted = "LSOAs in the most deprived 30% in England, of those with a decile: "
    return f"{opening} {counted if counts else ''}{listed}."


def _count(members: pd.Series, deciles: pd.Series | None) -> str:
    if deciles is None:
        return ""
    known = deciles[members].dropna()
    return f"{int((known <= MOST_DEPRIVED).sum()):,} of {len(known):,}"


def _group_colours(
    areas: gpd.GeoDataFrame, kind: AreaType, within: str | None, deciles: pd.Series | None
) -> tuple[dict[str, str], dict[str, str], ClassLegend]:
    """Give each larger group a hue, and its groups tints that darken with their deprivation."""
    level = kind.name
    if within and not holding(areas, level, [within]):
        within = None
    owner = areas.groupby(level)[within].first() if within else areas.groupby(level).size() * 0
    hues = {str(n): GROUP_HUES[i % len(GROUP_HUES)] for i, n in enumerate(sorted(set(owner)))}
    most = (deciles <= MOST_DEPRIVED) if deciles is not None else pd.Series(False, areas.index)
    known = deciles.notna() if deciles is not None else most
    tints = np.digitize(most[known].groupby(areas[level][known]).mean(), SHARE_BREAKS)
    tint_of = dict(zip(sorted(areas[level][known].unique()), tints.tolist(), strict=True))
    fills = {str(name): hues[str(held)].fills[tint_of.get(name, 0)] for name, held in owner.items()}
    used = Counter((str(held), tint_of[name]) for name, held in owner.items() if name in tint_of)
    entries = [
        (ClassStyle(hues[held].fills[tint], f"{held}, {words}" if within else words), number)
        for held in hues
        for tint, words in enumerate(SHARE_WORDS)
        if (number := used[held, tint])
    ]
    heading = f"Number of {kind.plural} by share of LSOAs in the most deprived 30%"
    return fills, {name: hue.ink for name, hue in hues.items()}, ClassLegend(heading, entries)


def _finding(deciles: pd.Series, groups: pd.Series | None) -> str:
    """Word the title of a map of deciles."""
    known = deciles.dropna()
    total = int((known <= MOST_DEPRIVED).sum())
    if not len(known):
        return "No LSOA has a decile"
    if not total:
        return f"None of {len(known):,} LSOAs is in the most deprived 30% in England"
    if groups is None or groups.nunique() < 2 or total < 2:
        verb = "is" if total == 1 else "are"
        return f"{total:,} of {len(known):,} LSOAs {verb} in the most deprived 30% in England"
    most = (deciles <= MOST_DEPRIVED).groupby(groups).sum()
    return (
        f"{most.idxmax()} holds {most.max():,} of the {total:,} LSOAs in the most deprived 30% in "
        "England"
    )


def _greatest_share(groups: pd.Series, kind: AreaType, deciles: pd.Series | None) -> str:
    """Word the title of a map of groups."""
    if deciles is None:
        return f"{kind.counted(groups.nunique())} and where they are"
    known = deciles.notna()
    share = (deciles[known] <= MOST_DEPRIVED).groupby(groups[known]).agg(["sum", "size"])
    if not share["sum"].any():
        return f"No LSOA of the {kind.counted(groups.nunique())} is in the most deprived 30%"
    most = share.loc[(share["sum"] / share["size"]).idxmax()]
    count = f"{most['sum']:,} of the {most['size']:,}"
    count = f"All {most['size']:,}" if most["sum"] == most["size"] else count
    return f"{count} LSOAs of {most.name} are in the most deprived 30%, the greatest share"
