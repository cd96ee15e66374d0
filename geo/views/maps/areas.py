"""Areas filled by class on a printed page: what every map of classes has in common."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from geo.errors import TableError, examples
from geo.geography.dissolve import dissolve
from geo.notes import Notes
from geo.views.maps.furniture import LETTERS, draw_furniture, inset_axes, name_others
from geo.views.maps.outlines import compound_path, draw_outlines
from geo.views.maps.page import bounds_of, fit_window, map_axes, map_page
from geo.views.style.labels import Label, Labeller
from geo.views.style.legends import Legend
from geo.views.style.options import FigureSettings
from geo.views.style.page import Frame, PageText, style
from geo.views.style.palette import HATCHES, PAPER, RULE, SECONDARY, ZERO, ClassStyle, contrast
from geo.views.style.text import LEAST_TYPE, fonts, text_size

_MARKED_MM = 3.5
_PALE = 1.3
"""Contrast below which a white border does not show on a fill."""


@dataclass(frozen=True, eq=False)
class ClassedAreas:
    """Areas to draw, each with its class.

    Attributes
    ----------
    areas : GeoDataFrame
        In metres.
    classes : array of str
        Class of each area, a key of ``styles``.
    styles : mapping of str to ClassStyle
        In the order of drawing. The symbol of a class without a pattern stands in each of its
        areas that has room for it.
    zeros : array of bool, optional
        Which areas are a true zero: these get rings over their fill.
    groups : mapping of str to polygon
        Outlined in ink over the areas, and named on the main map.
    labels : sequence of Label, optional
        Names on the main map, where they are not those of the groups.
    """

    areas: gpd.GeoDataFrame
    classes: np.ndarray
    styles: Mapping[str, ClassStyle]
    zeros: np.ndarray | None = None
    groups: Mapping[str, shapely.Geometry] = field(default_factory=dict)
    labels: Sequence[Label] | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Number of areas of each class, in the order of the styles."""
        return {name: int((self.classes == name).sum()) for name in self.styles}

    @property
    def names(self) -> Sequence[Label]:
        """What is written on the main map."""
        if self.labels is not None:
            return self.labels
        return [Label(name, shape) for name, shape in self.groups.items()]


def classed_map(
    classed: ClassedAreas,
    legend: Legend,
    text: PageText,
    settings: FigureSettings,
    *,
    alt_text: str,
    data: pd.DataFrame,
) -> Figure:
    """Draw classed areas with legend, outlines, names, scale, north arrow, insets and words.

    Parameters
    ----------
    classed : ClassedAreas
    legend : Legend
    text : PageText
        Title, subtitle, notice and caption.
    settings : FigureSettings
        Width and insets; with ``ax``, areas, outlines and names are drawn there, and nothing else.
    alt_text : str
        What the map shows, for people who can't see it; set on the figure for `save_figure`.
    data : DataFrame
        The table behind the map; set on the figure likewise.
    """
    if settings.ax is not None:
        return draw_on_axes(classed, settings.ax, text.title, settings.notes)
    layer = ClassedLayer(classed)
    with style():
        page, layout = map_page(
            classed.areas, text, settings.width_mm, settings.insets, legend, settings.height_mm
        )
        main = map_axes(page, layout.map, layout.window)
        layer.fill(main, layout.mm_per_metre, named=True)
        labeller = draw_furniture(main, layout, settings.notes)
        labeller.detail = shapely.point_on_surface(classed.areas.geometry.to_numpy())
        labeller.draw(classed.names)
        layer.write_symbols(main, layout.mm_per_metre, [*labeller.taken, *labeller.avoid])
        for letter, town, frame in zip(LETTERS, layout.towns, layout.insets, strict=False):
            inset, scale = inset_axes(page, letter, town, frame, layout.mm_per_metre)
            layer.fill(inset, scale)
            layer.write_symbols(inset, scale, name_others(inset, town, scale))
    return page.finish(alt_text, data)


def draw_on_axes(
    classed: ClassedAreas, ax: Axes, title: str = "", notes: Notes | None = None
) -> Figure:
    """Draw areas, outlines, names and a title on axes of the caller; give their figure."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    layer = ClassedLayer(classed)
    with style():
        box, size = ax.get_position(), figure.get_size_inches() * 25.4
        frame = Frame(0, 0, box.width * size[0], box.height * size[1])
        window, scale = fit_window(frame, bounds_of(classed.areas))
        ax.set(xlim=window[0::2], ylim=window[1::2], xticks=[], yticks=[], aspect="equal")
        ax.axis("off")
        ax.set_title(title, loc="left")
        layer.fill(ax, scale)
        labeller = Labeller(ax, scale, notes=notes)
        labeller.draw(classed.names)
        layer.write_symbols(ax, scale, labeller.taken)
    return figure


_BESIDE_VIEW = 0.1
"""How far beside its view an inset is drawn, so that no cut edge is seen."""


class ClassedLayer:
    """Draws the same areas at several scales; the areas of a class are one path, not many."""

    def __init__(self, classed: ClassedAreas) -> None:
        self.shapes = classed.areas.geometry.to_numpy()
        self.boxes = shapely.bounds(self.shapes)
        self.sides = np.sqrt(shapely.area(self.shapes))
        self.classed, self.outlines = classed, list(classed.groups.values())
        self.circles: dict[int, np.ndarray] = {}

    def fill(self, ax: Axes, mm_per_metre: float, *, named: bool = False) -> None:
        """Fill the areas that the axes show, and draw the outlines over them."""
        shown = self._in_view(ax)
        shapes, classes = _near_view(ax, self.shapes[shown]), self.classed.classes[shown]
        if not len(shapes):
            return
        # White borders would wash out areas that are hardly wider than the border itself.
        width_mm = float(np.quantile(self.sides[shown], 0.25)) * mm_per_metre
        bordered = width_mm > 0.5
        if not self.outlines and bordered:
            # Only the outer half of this line shows: an edge for pale areas against the paper.
            _patch(ax, shapes, RULE, label="land", edgecolor=RULE, linewidth=0.8)
        for name, style_of in self.classed.styles.items():
            members = shapes[classes == name]
            if len(members):
                pale = contrast(style_of.fill, PAPER) < _PALE
                edge = (RULE if pale else PAPER) if bordered else style_of.fill
                patch = _patch(
                    ax,
                    members,
                    style_of.fill,
                    label=name,
                    edgecolor=SECONDARY if style_of.pattern else edge,
                    linewidth=min(width_mm / 6, 0.4) if bordered else 0.1,
                    hatch=HATCHES.get(style_of.pattern),
                )
                if named:
                    patch.set_gid(name)
        if self.classed.zeros is not None and (zeros := shapes[self.classed.zeros[shown]]).size:
            hatch = HATCHES[ZERO.pattern]
            rings = _patch(ax, zeros, "none", label="zero", linewidth=0, hatch=hatch)
            rings.set(edgecolor=SECONDARY, hatch_linewidth=0.35)
        if self.outlines:
            draw_outlines(ax, _near_view(ax, np.array(self.outlines)))

    def write_symbols(
        self, ax: Axes, mm_per_metre: float, taken: Sequence[tuple[float, ...]]
    ) -> None:
        """Write the symbol of its class into each area that has room for it."""
        west, east, south, north = *ax.get_xlim(), *ax.get_ylim()
        room = self._in_view(ax) & (self.sides * mm_per_metre > _MARKED_MM)
        kept_off = np.array(taken).reshape(-1, 4)
        for at in np.flatnonzero(room).tolist():
            shown = self.classed.styles[self.classed.classes[at]]
            if shown.pattern or not shown.symbol:
                continue
            width, height = (side / mm_per_metre for side in text_size(shown.symbol, LEAST_TYPE))
            x, y, radius = self._circle(at)
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            covers = (
                (box[2] > kept_off[:, 0])
                & (box[0] < kept_off[:, 2])
                & (box[3] > kept_off[:, 1])
                & (box[1] < kept_off[:, 3])
            )
            inside = box[0] > west and box[1] > south and box[2] < east and box[3] < north
            if np.hypot(width, height * 0.75) / 2 < radius and inside and not covers.any():
                ax.text(
                    x, y, shown.symbol, fontsize=LEAST_TYPE, family=fonts(), color=shown.text,
                    ha="center", va="center_baseline", zorder=5,
                )  # fmt: skip

    def _in_view(self, ax: Axes) -> np.ndarray:
        west, east, south, north = *ax.get_xlim(), *ax.get_ylim()
        box = self.boxes
        return (box[:, 0] < east) & (box[:, 2] > west) & (box[:, 1] < north) & (box[:, 3] > south)

    def _circle(self, at: int) -> np.ndarray:
        """Middle and radius of the largest circle in an area."""
        if at not in self.circles:
            line = shapely.maximum_inscribed_circle(self.shapes[at], tolerance=self.sides[at] / 50)
            self.circles[at] = np.array([*line.coords[0], line.length])
        return self.circles[at]


def _near_view(ax: Axes, shapes: np.ndarray) -> np.ndarray:
    """Cut off what lies far outside the view of an inset, which would only make files large."""
    west, east, south, north = *ax.get_xlim(), *ax.get_ylim()
    aside = _BESIDE_VIEW * (east - west)
    window = west - aside, south - aside, east + aside, north + aside
    return np.asarray(shapely.clip_by_rect(shapes, *window))


def _patch(ax: Axes, shapes: np.ndarray, fill: str, **look: Any) -> PathPatch:
    patch = PathPatch(compound_path(shapes), facecolor=fill, joinstyle="round", **look)
    ax.add_artist(patch)
    return patch


def prepare_areas(areas: gpd.GeoDataFrame, *columns: Hashable) -> gpd.GeoDataFrame:
    """Refuse a table of areas that cannot be drawn, and bring it to metres.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per area.
    *columns : str or None
        Columns that it needs, where they are named.

    Raises
    ------
    TableError
        If the table has no rows, or lacks a column, a geometry or the coordinate reference system.
    """
    if not len(areas):
        raise TableError("The table of areas to draw has no rows; give it one row per area.")
    needed = [column for column in columns if column not in (None, "")]
    if absent := [column for column in needed if column not in areas.columns]:
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


def named_groups(areas: gpd.GeoDataFrame, level: str | None) -> dict[str, Any]:
    """Join the areas of each group of a level, to be outlined and named; none without a level."""
    return dissolve(areas, level) if level else {}


def with_rule(caption: str, rule: str) -> str:
    """Add the rule of disclosure control to a caption."""
    return f"Disclosure control: {rule}. {caption}".strip() if rule else caption
