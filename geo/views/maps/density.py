"""Heat maps for print: how many live per square kilometre, in bands between round numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from geo.views.maps.areas import named_groups, prepare_areas
from geo.views.maps.furniture import distance_words, draw_furniture
from geo.views.maps.outlines import compound_path, draw_outlines
from geo.views.maps.page import map_axes, map_page
from geo.views.style.labels import Label
from geo.views.style.legends import swatch
from geo.views.style.options import FigureSettings, MapOptions, takes_options
from geo.views.style.page import MARGIN, Page, style
from geo.views.style.palette import (
    HATCHES,
    INK,
    MISSING_FILL,
    NEED,
    PAPER,
    SECONDARY,
    SUPPRESSED_FILL,
    ClassStyle,
)
from geo.views.style.text import LEAST_TYPE, text_size
from geo.views.style.wording import listed

SOURCE = (
    "Boundaries: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)
_CLIPPED_FILL = "#eeefef"
_BOX, _LINE = 4.2, 4.4


@takes_options(MapOptions, caption=SOURCE)
def density_map(
    surface: Any,
    areas: gpd.GeoDataFrame,
    *,
    classes: int = 5,
    **options: Unpack[MapOptions],
) -> Figure:
    """Draw a density surface in bands, with what is clipped or unknown, and why.

    Parameters
    ----------
    surface : Surface
        From ``geo.density``.
    areas : GeoDataFrame
        Areas of the place, one row each, for its outline and groups; never changed.
    classes : int
        How many bands at most, 2 to 6.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``place`` and ``outlines``, as in `geo.views.style.options.MapOptions`. The caption follows
        the surface's method and rule.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` (ground in each band, never a count) for
        `save_figure`.

    Raises
    ------
    TableError
        If areas are empty or lack a column, a geometry or a coordinate reference system, or
        ``classes`` is not from 2 to 6.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> from geo import density
    >>> areas = gpd.GeoDataFrame(
    ...     {"lsoa21cd": ["E01000001"]}, geometry=[shapely.box(0, 0, 9000, 9000)], crs=27700)
    >>> figure = density_map(density(areas, pd.Series({"E01000001": 300})), areas)
    >>> figure.get_label()
    'The greatest density is 2–5 children per km²'
    """
    settings = FigureSettings(**options)
    areas = prepare_areas(areas, settings.level_column)
    bands = _Bands.of(surface, areas, classes, settings.level_column)
    unit = f"{surface.unit[:1].upper()}{surface.unit[1:]}"
    text = settings.page_text(
        bands.finding,
        f"{unit} per km², smoothed within {distance_words(surface.bandwidth)}",
        f"{surface.words} {settings.caption}",
    )
    legend = _BandLegend(bands, f"{unit} per km²")
    with style():
        page, layout = map_page(
            areas, text, settings.width_mm, legend=legend, height=settings.height_mm
        )
        main = map_axes(page, layout.map, layout.window)
        bands.draw(main)
        draw_outlines(main, bands.groups.values() or [shapely.union_all(areas.geometry)])
        labeller = draw_furniture(main, layout, settings.notes)
        labeller.detail = list(bands.peaks(2.0 / layout.mm_per_metre))
        labeller.clear = bands.polygons.geometry.iloc[-1]
        labeller.draw([Label(name, shape) for name, shape in bands.groups.items()])
    return page.finish(bands.alt_text(settings.place), bands.table())


@dataclass(frozen=True, eq=False)
class _Bands:
    """The bands of a surface with their colours, other ground with its style, and groups."""

    polygons: gpd.GeoDataFrame
    fills: Sequence[str]
    others: Sequence[tuple[ClassStyle, shapely.Geometry]]
    groups: Mapping[str, Any]
    unit: str
    method: str

    @classmethod
    def of(cls, surface: Any, areas: gpd.GeoDataFrame, classes: int, level: str | None) -> "_Bands":
        polygons = surface.bands(classes)
        near = distance_words(surface.bandwidth)
        clipped = shapely.difference(surface.window, surface.shown)
        others = [
            (ClassStyle(_CLIPPED_FILL, f"fewer than {surface.least} within {near}"), clipped),
            (ClassStyle(SUPPRESSED_FILL, "counts suppressed", "", "diagonal"), surface.hidden),
            (ClassStyle(MISSING_FILL, "no count", "", "dots"), surface.missing),
        ]
        steps = np.linspace(len(NEED) - 2, 0, max(len(polygons), 2)).round().astype(int)
        return cls(
            polygons,
            [NEED[step] for step in steps[-len(polygons) :]],
            [(look, shape) for look, shape in others if shapely.area(shape) > 0],
            named_groups(areas, level),
            surface.unit,
            surface.words,
        )

    def draw(self, ax: Axes) -> None:
        for look, shape in self.others:
            patch = PathPatch(
                compound_path([shape]),
                facecolor=look.fill,
                edgecolor=SECONDARY if look.pattern else look.fill,
                hatch=HATCHES.get(look.pattern),
                linewidth=0,
                label=look.label,
            )
            ax.add_artist(patch).set_gid(look.label.replace(" ", "-"))
        rows = zip(self.polygons.itertuples(), self.fills, strict=True)
        for at, (band, fill) in enumerate(rows):
            patch = PathPatch(
                compound_path([band.geometry]),
                facecolor=fill,
                edgecolor=PAPER,
                linewidth=0.3,
                label=self.words(at),
            )
            ax.add_artist(patch).set_gid(f"band-{at + 1}")
        shown = shapely.union_all(self.polygons.geometry)
        edge = {"facecolor": "none", "edgecolor": INK, "linewidth": 0.4}
        ax.add_artist(PathPatch(compound_path([shown]), **edge))

    def peaks(self, apart: float) -> np.ndarray:
        """Lay points over the upper bands, which names should rather not cover."""
        upper = shapely.union_all(self.polygons.geometry[len(self.polygons) // 2 :])
        west, south, east, north = shapely.bounds(upper)
        x, y = np.meshgrid(np.arange(west, east, apart), np.arange(south, north, apart))
        return shapely.points(x, y)[shapely.contains_xy(upper, x, y)]

    def words(self, at: int) -> str:
        """Say between which densities a band lies."""
        band = self.polygons.iloc[at]
        return f"{number(band['lower'])}–{number(band['upper'])}"

    @property
    def finding(self) -> str:
        top = f"{self.words(-1)} {self.unit} per km²"
        if not self.groups:
            return f"The greatest density is {top}"
        return f"The greatest density, {top}, is in {self._where()}"

    def _where(self) -> str:
        """Name the groups that hold a fifth or more of the highest band, the largest first."""
        inside = self.table().iloc[-1, 3:].astype(float)
        held = inside[inside >= inside.sum() / 5].sort_values(ascending=False, kind="stable")
        return listed([str(name).removesuffix(" km²") for name in held.index])

    def alt_text(self, place: str) -> str:
        """Say what the map shows, for people who can't see it."""
        ground = "; ".join(
            f"{self.words(at)}, {band.area / 1e6:,.1f} km²"
            for at, band in enumerate(self.polygons.geometry)
        )
        other = "".join(
            f" {look.label[:1].upper()}{look.label[1:]}: {shape.area / 1e6:,.1f} km²."
            for look, shape in self.others
        )
        return (
            f"Heat map of {self.unit} per square kilometre{f' in {place}' if place else ''}. "
            f"{self.finding}. Ground in each band, from the lowest: {ground}.{other} {self.method}"
        )

    def table(self) -> pd.DataFrame:
        """Ground in each band, altogether and by group, in km²."""
        shapes = self.polygons.geometry.to_numpy()
        table = pd.DataFrame(self.polygons[["lower", "upper"]]).assign(
            **{"km²": shapely.area(shapes) / 1e6}
        )
        for name, group in self.groups.items():
            table[f"{name} km²"] = shapely.area(shapely.intersection(shapes, group)) / 1e6
        return table.round(3)


@dataclass(frozen=True, eq=False)
class _BandLegend:
    """Boxes side by side with the bounds at their joints, and swatches for other ground."""

    bands: _Bands
    heading: str

    def height(self, width: float) -> float:
        return 3.6 + _BOX + 4.4 + _LINE * len(self._rows(width)) + 1.0

    def draw(self, page: Page, top: float) -> None:
        bands = self.bands.polygons
        step = min((page.width - 2 * MARGIN - 6) / len(bands), 22.0)
        page.text(MARGIN, top, self.heading, LEAST_TYPE)
        row = top + 3.6
        bounds = [*bands["lower"], bands["upper"].iloc[-1]]
        for at, fill in enumerate(self.bands.fills):
            place = (MARGIN + 2 + at * step, row, step, _BOX)
            swatch(page, place, ClassStyle(fill, ""))
        for at, bound in enumerate(bounds):
            page.text(
                MARGIN + 2 + at * step, row + _BOX + 0.7, number(bound), LEAST_TYPE, ha="center"
            )
        y = row + _BOX + 4.4
        for entries in self._rows(page.width):
            x = MARGIN
            for look, words, wide in entries:
                swatch(page, (x + 0.4, y, 5.0, 3.2), look)
                page.text(x + 6.6, y + 1.6, words, LEAST_TYPE, va="center_baseline")
                x += wide
            y += _LINE

    def _rows(self, width: float) -> list[list[tuple[ClassStyle, str, float]]]:
        """Break the swatches of other ground into rows that fit."""
        rows: list[list[tuple[ClassStyle, str, float]]] = []
        room = 0.0
        for look, _ in self.bands.others:
            words = f"Not shown: {look.label}"
            wide = 6.6 + text_size(words, LEAST_TYPE)[0] + 5.0
            if not rows or wide > room:
                rows.append([])
                room = width - 2 * MARGIN
            rows[-1].append((look, words, wide))
            room -= wide
        return rows


def number(value: float) -> str:
    """Write a bound without needless decimals: ``5,000``, ``0.5``.

    Examples
    --------
    >>> number(5000.0), number(0.5)
    ('5,000', '0.5')
    """
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
