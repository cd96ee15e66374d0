"""A map of deciles for a slide: areas, names and a strip of deciles, and nothing else."""

from typing import Any

import geopandas as gpd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from geo.views.maps.deprivation import choropleth
from geo.views.style.page import style
from geo.views.style.palette import DECILE_CLASSES, RULE
from geo.views.style.text import fonts

_KEY_MM, _WORDS_MM = 4.5, 3.5


def slide_map(
    areas: gpd.GeoDataFrame, outlines: str | None, width_mm: float, height_mm: float
) -> Figure:
    """Draw deciles without title and sources, which stand on the slide.

    Parameters
    ----------
    areas : GeoDataFrame
        A row an LSOA, with ``imd_decile``.
    outlines : str, optional
        Column of the groups to outline and name.
    width_mm, height_mm : float
        Size of the picture; type is of 7 points and more, so that half of its size on the slide
        makes them 14.

    Raises
    ------
    TableError
        As ``geo.choropleth`` does.
    """
    with style():
        figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor="white")
        foot = (_KEY_MM + _WORDS_MM + 1) / height_mm
        ax = figure.add_axes((0, foot, 1, 1 - foot))
        choropleth(areas, outlines=outlines, ax=ax)
        ax.set_title("", loc="left")
        _key(figure, height_mm)
    return figure


def _key(figure: Figure, height_mm: float) -> None:
    ax = figure.add_axes((0.02, 0, 0.96, (_KEY_MM + _WORDS_MM) / height_mm))
    ax.set(xlim=(0, 10), ylim=(0, _KEY_MM + _WORDS_MM))
    ax.axis("off")
    look: dict[str, Any] = {"family": fonts(), "fontsize": 7}
    for decile, shown in DECILE_CLASSES.items():
        box = Rectangle((decile - 1, 0), 1, _KEY_MM, facecolor=shown.fill, edgecolor=RULE, lw=0.4)
        ax.add_patch(box)
        middle: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": shown.text}
        ax.text(decile - 0.5, _KEY_MM / 2, str(decile), **look, **middle)
    for at, words, side in ((0, "Most deprived 10% in England", "left"), (10, "Least", "right")):
        ax.text(at, _KEY_MM + 0.8, words, ha=side, va="bottom", **look)
