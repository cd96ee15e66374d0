"""Figures for print: maps of deprivation and of groups, to go into a strategy as they are.

Widths fit A4 (80 mm a column, 160 mm a page, 250 mm a landscape page); no type is smaller than
7 points. Nothing here touches pyplot, its state or the global settings of matplotlib.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from geo.disclosure.published import Published
from geo.geography.dissolve import dissolve
from geo.geography.membership import holding
from geo.statistics.table_checks import refuse
from geo.views.maps.areas import (
    ClassedAreas,
    classed_map,
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
from geo.views.maps.furniture import draw_furniture
from geo.views.maps.hues import hues_apart
from geo.views.maps.outlines import compound_path, draw_outlines
from geo.views.maps.page import map_axes, map_page
from geo.views.style.export import save_figure
from geo.views.style.labels import Label
from geo.views.style.legends import ClassLegend, DecileLegend
from geo.views.style.options import (
    FigureOptions,
    FigureSettings,
    InsetMapOptions,
    takes_options,
)
from geo.views.style.page import NARROW, style
from geo.views.style.palette import GROUP_HUES, INK, PAPER, ClassStyle
from geo.views.style.text import LEAST_TYPE
from geo.views.style.wording import SOURCE, are, few
from geo.vocabulary.area_types import AreaType, area_type, former_level
from geo.vocabulary.releases import INDICES, MOST_DEPRIVED

__all__ = [
    "SOURCE",
    "choropleth",
    "decile_alt_text",
    "deciles_of",
    "group_alt_text",
    "group_map",
    "save_figure",
]

SHARE_BREAKS = (0.1, 0.25, 0.4)
SHARE_WORDS = ("under 10%", "10% to 24%", "25% to 39%", "40% or more")


@takes_options(InsetMapOptions, caption=SOURCE)
def choropleth(
    areas: gpd.GeoDataFrame,
    column: str = "imd_decile",
    **options: Unpack[InsetMapOptions],
) -> Figure:
    """Draw a map of deciles, with towns enlarged where their areas are too small to see.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per area, any projected or geographic coordinate reference system (drawn in
        EPSG:27700); never changed.
    column : str
        Column of deciles: 1 (most deprived 10% in England) to 10, missing where there is none.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``place``, ``outlines``, ``insets`` and ``ax``, as in
        `geo.views.style.options.InsetMapOptions`.

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
    settings = FigureSettings(**options)
    level = settings.level_column
    areas = prepare_areas(areas, column, level)
    rule = Published.of(areas).rule
    deciles = deciles_of(areas, column)
    index = INDICES.get(column.removesuffix("_decile"), column)
    groups = named_groups(areas, level)
    return classed_map(
        ClassedAreas(areas, decile_classes(deciles), DECILE_STYLES, groups=groups),
        DecileLegend(deciles),
        settings.page_text(
            _finding(deciles, areas[level] if level else None),
            f"{index}: deciles of LSOAs in England",
            with_rule(settings.caption, rule),
        ),
        settings,
        alt_text=decile_alt_text(areas, column, level=settings.level, place=settings.place),
        data=areas.drop(columns=areas.geometry.name),
    )


@takes_options(FigureOptions, caption=SOURCE)
def group_map(
    areas: gpd.GeoDataFrame,
    level: str | AreaType | None = None,
    *,
    within: str | AreaType | None = None,
    counts: str | None = "imd_decile",
    place: str = "",
    **options: Unpack[FigureOptions],
) -> Figure:
    """Draw who is where: groups by name, with how many of their areas are most deprived.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per area; never changed.
    level : str or AreaType
        Column of the groups to fill and name. A call without it is deprecated: it draws the
        collaboratives within their localities, where the table has them.
    within : str, optional
        Column of larger groups, with a heavier outline. Groups that they hold whole share a hue;
        where one lies in several of them, they hold none, and stand beside them in the words.
    counts : str, optional
        Column of deciles; "12 of 24" under a name counts deciles 1 to 3 among those known.
    place : str
        Name of the place, for the alternative text.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm`` and ``notes``,
        as in `geo.views.style.options.FigureOptions`; a title that is not given names the group
        with the greatest share.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        As in `choropleth`, or if an area has no group.

    Examples
    --------
    >>> import shapely
    >>> areas = gpd.GeoDataFrame({"imd_decile": [1, 10], "town": ["Ambridge", "Penny"]}, crs=27700,
    ...     geometry=[shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000)])
    >>> group_map(areas, "town", within=None).alt_text
    'Map of the 2 towns. LSOAs in the most deprived 30% in England, of those with a decile:
    Ambridge 1 of 1, Penny 0 of 1.'
    """
    settings = FigureSettings(**options)
    if level is None:
        level, within = former_level("group_map", "level", areas), within or "locality"
    kind, holders = area_type(level), area_type(within) if within else None
    areas = prepare_areas(areas, kind.name, holders.name if holders else None, counts)
    rule = Published.of(areas).rule
    _require_groups(areas, kind)
    deciles = deciles_of(areas, counts) if counts else None
    groups = _Groups(areas, kind, holders, deciles)
    text = settings.page_text(
        _greatest_share(areas[kind.name], kind, deciles),
        "LSOAs in the most deprived 30% in England, of all LSOAs" if counts else "",
        with_rule(settings.caption, rule),
    )
    with style():
        legend, narrow = groups.legend, settings.width_mm < NARROW
        keyed = legend if legend.entries else None
        page, layout = map_page(
            areas, text, settings.width_mm, legend=keyed, height=settings.height_mm
        )
        main = map_axes(page, layout.map, layout.window)
        groups.draw(main, 1.2 if narrow else 1.8)
        labeller = draw_furniture(main, layout, settings.notes)
        size = LEAST_TYPE if narrow else 8.0
        labeller.draw(groups.labels(size))
        labeller.draw(groups.labels_within(size + 1))
    alt_text = group_alt_text(areas, kind, within=holders, counts=counts, place=place)
    return page.finish(alt_text, areas.drop(columns=areas.geometry.name))


class _Groups:
    """Groups and the larger groups that hold them: shapes, colours, names and counts."""

    def __init__(
        self,
        areas: gpd.GeoDataFrame,
        kind: AreaType,
        holders: AreaType | None,
        deciles: pd.Series | None,
    ) -> None:
        within = holders.name if holders else None
        self.shapes, self.larger = dissolve(areas, kind.name), named_groups(areas, within)
        self.members = areas[kind.name]
        self.held = areas[within] if within else None
        self.deciles = deciles
        self.fills, self.inks, self.legend = _group_colours(
            areas, kind, within, deciles, self.larger
        )

    def draw(self, ax: Axes, heavy: float) -> None:
        """Fill the groups, and outline them and the larger ones, these by a heavier line."""
        for name, shape in self.shapes.items():
            ax.add_artist(
                PathPatch(
                    compound_path([shape]),
                    facecolor=self.fills[name],
                    edgecolor=PAPER,
                    linewidth=0.8,
                )
            ).set_gid(f"group-{len(ax.patches)}")
        draw_outlines(ax, self.shapes.values(), width=0.6)
        draw_outlines(ax, self.larger.values(), width=heavy)

    def labels(self, points: float) -> list[Label]:
        """Name each group, with its count below."""
        return [
            Label(name, shape, _count(self.members == name, self.deciles), points)
            for name, shape in self.shapes.items()
        ]

    def labels_within(self, points: float) -> list[Label]:
        """Name each larger group beside the map, in its hue."""
        return [
            Label(
                name.upper(),
                shape,
                _count(self.held == name, self.deciles),
                points,
                self.inks.get(name, INK),
                outside=True,
            )
            for name, shape in self.larger.items()
        ]


def group_alt_text(
    areas: pd.DataFrame,
    level: str | AreaType,
    *,
    within: str | AreaType | None = None,
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
    _require_groups(areas, kind)
    names = sorted(areas[kind.name].unique())
    opening = f"Map of the {kind.counted(len(names))}{f' of {place}' if place else ''}."

    def with_counts(one: AreaType, members: Iterable[object]) -> str:
        return ", ".join(
            f"{name} {_count(areas[one.name] == name, deciles)}".strip() for name in members
        )

    listed = with_counts(kind, names)
    if holders and holding(areas, kind.name, [holders.name]):
        held = areas.groupby(holders.name)[kind.name].unique()
        listed = "; ".join(
            f"{with_counts(holders, [holder])} ({with_counts(kind, sorted(members))})"
            for holder, members in held.items()
        )
    elif holders:
        larger = with_counts(holders, sorted(areas[holders.name].dropna().unique()))
        listed += f". {holders.plural[:1].upper()}{holders.plural[1:]}: {larger}"
    counted = "LSOAs in the most deprived 30% in England, of those with a decile: "
    return f"{opening} {counted if counts else ''}{listed}."


def _require_groups(areas: pd.DataFrame, kind: AreaType) -> None:
    allowed = f"every area to draw needs its {kind.singular}, or has to be left out of the table"
    refuse(areas, areas[kind.name].isna(), kind.name, allowed)


def _count(members: pd.Series, deciles: pd.Series | None) -> str:
    if deciles is None:
        return ""
    known = deciles[members].dropna()
    return f"{int((known <= MOST_DEPRIVED).sum()):,} of {len(known):,}"


def _group_colours(
    areas: gpd.GeoDataFrame,
    kind: AreaType,
    within: str | None,
    deciles: pd.Series | None,
    larger: Mapping[str, Any],
) -> tuple[dict[str, str], dict[str, str], ClassLegend]:
    """Give each larger group a hue, and its groups tints that darken with their deprivation."""
    level = kind.name
    if within and not holding(areas, level, [within]):
        within = None
    owner = areas.groupby(level)[within].first() if within else areas.groupby(level).size() * 0
    hues = hues_apart(larger) if within else {"0": GROUP_HUES[0]}
    most = (deciles <= MOST_DEPRIVED) if deciles is not None else pd.Series(False, areas.index)
    known = deciles.notna() if deciles is not None else most
    shares = most[known].groupby(areas[level][known], observed=True).mean()
    tint_of = dict(zip(shares.index, np.digitize(shares, SHARE_BREAKS).tolist(), strict=True))
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
    held = (deciles <= MOST_DEPRIVED).groupby(groups).sum()
    first = held.index[held == held.max()]
    hold = "holds" if len(first) == 1 else "each hold"
    return (
        f"{few(first)} {hold} {held.max():,} of the {total:,} LSOAs in the most deprived 30% in "
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
    shares = share["sum"] / share["size"]
    most, tied = share.loc[shares.idxmax()], shares.index[shares == shares.max()]
    if len(tied) > 1:
        return f"In {few(tied)}, {shares.max():.1%} of LSOAs are in the most deprived 30%"
    count = f"{most['sum']:,} of the {most['size']:,}"
    count = f"All {most['size']:,}" if most["sum"] == most["size"] else count
    words = f"{count} LSOAs of {most.name} {are(most['sum'])} in the most deprived 30%"
    return f"{words}, the greatest share"
