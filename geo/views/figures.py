"""Figures for print: maps that can go into a strategy as they are.

Widths fit A4 (80 mm a column, 160 mm a page, 250 mm a landscape page); no type is smaller than
7 points. Nothing here touches pyplot, its state or the global settings of matplotlib.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from geo.errors import TableError, examples
from geo.tables import code_columns
from geo.views.export import save_figure
from geo.views.map_furniture import (
    LETTERS,
    MISSING_HATCH,
    Label,
    Labeller,
    decile_legend,
    furnish,
    inset_axes,
)
from geo.views.outlines import compound_path, draw_outlines
from geo.views.palette import DECILE_CLASSES, GROUP_HUES, MISSING_FILL, PAPER, RULE, SECONDARY
from geo.views.shapes import dissolve
from geo.views.sheet import LEAST_TYPE, NARROW, Frame, Words, bounds_of, fit, plan_page, style

__all__ = ["choropleth", "decile_alt_text", "group_map", "save_figure"]

SOURCE = (
    "Source: English Indices of Deprivation, Ministry of Housing, Communities and Local "
    "Government; boundaries, Office for National Statistics. Contains public sector information "
    "licensed under the Open Government Licence v3.0. Contains OS data © Crown copyright and "
    "database right."
)
SHARE_BREAKS = (0.1, 0.25)
SHARE_KEY = "Medium fill: 10% or more of its LSOAs; dark fill: 25% or more."
_LEGEND_MM = 16.0
_MOST_DEPRIVED = 3  # deciles 1 to 3 are the most deprived 30%


def choropleth(
    areas: gpd.GeoDataFrame,
    column: str = "imd_decile",
    *,
    title: str,
    subtitle: str = "",
    caption: str = SOURCE,
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
        The finding, as a sentence.
    subtitle : str
        Measure, geography and period.
    caption : str
        Source and licence, at the foot.
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
        A figure of its own, or the figure of ``ax``.

    Raises
    ------
    TableError
        If the table is empty, or a column, geometry or coordinate reference system is missing,
        or a decile is not a whole number from 1 to 10.
    CodeError
        If an inset is named and no ward's name begins so.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> squares = [shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000)]
    >>> areas = gpd.GeoDataFrame(
    ...     {"lsoa21cd": ["E01000001", "E01000002"], "imd_decile": [1, 10]},
    ...     geometry=squares, crs=27700)
    >>> figure = choropleth(areas, title="One of two areas is among the most deprived")
    >>> round(float(figure.get_figwidth() * 25.4))
    160
    """
    areas = _ready(areas, [column, *([outlines] if outlines else [])])
    deciles = _deciles(areas, column)
    groups = dissolve(areas, outlines) if outlines else {}
    with style():
        if ax is not None:
            return _on_axes(ax, areas, deciles, groups, title)
        page, plan = plan_page(
            areas, Words(title, subtitle, notice, caption), width_mm, insets, _LEGEND_MM
        )
        decile_legend(page, plan.legend, deciles)
        main = page.map(plan.map, plan.window)
        _draw_deciles(main, areas, deciles, plan.mm_per_metre, edge=not groups, named=True)
        draw_outlines(main, groups.values())
        labeller = furnish(main, plan)
        labeller.detail = shapely.point_on_surface(areas.geometry.to_numpy())
        labeller.draw([Label(name, shape) for name, shape in groups.items()])
        for letter, town, cell in zip(LETTERS, plan.towns, plan.cells, strict=False):
            inset, scale = inset_axes(page, letter, town, cell, plan.mm_per_metre)
            _draw_deciles(inset, areas, deciles, scale, edge=not groups)
            draw_outlines(inset, groups.values())
    return page.figure


def group_map(
    areas: gpd.GeoDataFrame,
    level: str = "collaborative",
    *,
    within: str | None = "locality",
    counts: str | None = "imd_decile",
    title: str,
    subtitle: str = "",
    caption: str = SOURCE,
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
        Column of the larger groups that hold them: they share a hue and a heavier outline.
    counts : str, optional
        Column of deciles; "12 of 24" under a name counts deciles 1 to 3 among those known.
    title, subtitle, caption, notice : str
        As in `choropleth`.
    width_mm : float
        Width on paper in millimetres, 80 to 250.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        As in `choropleth`.
    """
    areas = _ready(areas, [name for name in (level, within, counts) if name])
    deciles = _deciles(areas, counts) if counts else None
    if counts and not subtitle:
        subtitle = f"LSOAs in the most deprived 30% in England, of all LSOAs. {SHARE_KEY}"
    groups, larger = dissolve(areas, level), dissolve(areas, within) if within else {}
    fills, inks = _group_colours(areas, level, within, deciles)
    with style():
        page, plan = plan_page(areas, Words(title, subtitle, notice, caption), width_mm, False, 0.0)
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
                    inks[name],
                    outside=True,
                )
                for name, shape in larger.items()
            ]
        )
    return page.figure


def decile_alt_text(
    areas: pd.DataFrame, column: str = "imd_decile", *, level: str | None = None, place: str = ""
) -> str:
    """Say in words what a map of deciles shows, for people who can't see it.

    Parameters
    ----------
    areas : DataFrame
        One row per area.
    column : str
        Column of deciles.
    level : str, optional
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
    deciles = _deciles(areas, column)
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
        by_group = (known <= _MOST_DEPRIVED).groupby(areas[level]).agg(["sum", "size"])
        by_group = by_group.sort_values("sum", ascending=False, kind="stable")
        listed = ", ".join(
            f"{name} {row['sum']} of {row['size']}" for name, row in by_group.iterrows()
        )
        words.append(f"By {level.replace('_', ' ')}: {listed}.")
    if missing := total - len(known):
        words.append(f"{missing:,} LSOA{' has' if missing == 1 else 's have'} no data.")
    return " ".join(words)


def _ready(areas: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """Check what the map needs, and bring it to metres."""
    if not len(areas):
        raise TableError("The table of areas to draw has no rows; give it one row per area.")
    if absent := [column for column in columns if column not in areas.columns]:
        raise TableError(
            f"No column {examples(absent)} in the table of areas to draw, which has "
            f"{examples(areas.columns, 8)}; add it or name another."
        )
    if areas.crs is None:
        raise TableError(
            "The areas to draw have no coordinate reference system; set it with "
            "areas.set_crs(27700) (British National Grid) or areas.set_crs(4326) (longitude and "
            "latitude)."
        )
    if bare := int((areas.geometry.isna() | areas.geometry.is_empty).sum()):
        raise TableError(
            f"{bare} of {len(areas)} areas to draw have no geometry; complete or remove them."
        )
    return areas if areas.crs == 27700 else areas.to_crs(27700)


def _deciles(areas: pd.DataFrame, column: str) -> pd.Series:
    """Return the deciles as numbers, missing where there is none; refuse anything else."""
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


def _on_axes(
    ax: Axes,
    areas: gpd.GeoDataFrame,
    deciles: pd.Series,
    groups: dict[str, shapely.Geometry],
    title: str,
) -> Figure:
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    box = ax.get_position()
    size = figure.get_size_inches() * 25.4
    frame = Frame(0, 0, box.width * size[0], box.height * size[1])
    window, scale = fit(frame, bounds_of(areas))
    ax.set(xlim=window[0::2], ylim=window[1::2], xticks=[], yticks=[], aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left")
    _draw_deciles(ax, areas, deciles, scale, edge=not groups)
    draw_outlines(ax, groups.values())
    Labeller(ax, scale).draw([Label(name, shape) for name, shape in groups.items()])
    return figure


def _draw_deciles(
    ax: Axes,
    areas: gpd.GeoDataFrame,
    deciles: pd.Series,
    mm_per_metre: float,
    *,
    edge: bool,
    named: bool = False,
) -> None:
    """Draw the areas of each class as one path: far quicker than a patch each."""
    shapes, classes = areas.geometry.to_numpy(), deciles.to_numpy()
    west, east, south, north = *ax.get_xlim(), *ax.get_ylim()
    box = shapely.bounds(shapes)
    shown = (box[:, 0] < east) & (box[:, 2] > west) & (box[:, 1] < north) & (box[:, 3] > south)
    shapes, classes = shapes[shown], classes[shown]
    # White borders would wash out areas that are hardly wider than the border itself.
    drawn = float(np.quantile(np.sqrt(shapely.area(shapes)), 0.25)) * mm_per_metre
    bordered = drawn > 0.5
    if edge and bordered:
        # Only the outer half of this line shows: an edge for pale areas against the paper.
        everything = compound_path(shapes)
        ax.add_artist(
            PathPatch(everything, facecolor=RULE, edgecolor=RULE, linewidth=0.8, label="land")
        )
    for decile in np.unique(classes):
        known = not np.isnan(decile)
        members = classes == decile if known else np.isnan(classes)
        fill = DECILE_CLASSES[int(decile)].fill if known else MISSING_FILL
        patch = PathPatch(
            compound_path(shapes[members]),
            facecolor=fill,
            edgecolor=SECONDARY if not known else PAPER if bordered else fill,
            linewidth=min(drawn / 6, 0.4) if bordered else 0.1,
            hatch=None if known else MISSING_HATCH,
            label=f"decile {int(decile)}" if known else "no data",
            joinstyle="round",
        )
        if named:
            patch.set_gid(f"decile-{int(decile)}" if known else "no-data")
        ax.add_artist(patch)


def _count(members: pd.Series, deciles: pd.Series | None) -> str:
    if deciles is None:
        return ""
    known = deciles[members].dropna()
    return f"{int((known <= _MOST_DEPRIVED).sum()):,} of {len(known):,}"


def _group_colours(
    areas: gpd.GeoDataFrame, level: str, within: str | None, deciles: pd.Series | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Give each larger group a hue, and its groups tints that darken with their deprivation."""
    owner = areas.groupby(level)[within].first() if within else areas.groupby(level).size() * 0
    hues = {str(n): GROUP_HUES[i % len(GROUP_HUES)] for i, n in enumerate(sorted(set(owner)))}
    most = (deciles <= _MOST_DEPRIVED) if deciles is not None else pd.Series(False, areas.index)
    tints = np.digitize(most.groupby(areas[level]).mean(), SHARE_BREAKS)
    fills = {
        str(name): hues[str(held)].fills[tint]
        for (name, held), tint in zip(owner.items(), tints, strict=True)
    }
    return fills, {name: hue.ink for name, hue in hues.items()}
