"""Map of one indicator: against England, or by national fifths, with the states hatched."""

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.geography.dissolve import dissolve
from geo.views.maps.areas import ClassedAreas, Told, classed_map, ready, with_rule
from geo.views.maps.classified import shown_indicator
from geo.views.style.labels import Label
from geo.views.style.legends import ClassLegend
from geo.views.style.page import Words
from geo.views.style.wording import caption_of
from geo.vocabulary.area_types import AreaType

BOUNDARIES = (
    "Boundaries: Office for National Statistics, Open Government Licence v3.0. Contains OS data "
    "© Crown copyright and database right."
)
_MOST_NAMED = 12


def indicator_map(
    areas: gpd.GeoDataFrame,
    comparisons: pd.DataFrame,
    indicator_id: str,
    *,
    catalogue: pd.DataFrame | None = None,
    classes: str = "comparison",
    area_type: str | AreaType = "lsoa",
    benchmark: str = "england",
    place: str = "",
    incomplete: bool = False,
    palette: str = "accessible",
    title: str = "",
    subtitle: str = "",
    caption: str = BOUNDARIES,
    outlines: str | None = None,
    insets: bool | Sequence[str] = True,
    width_mm: float = 160,
    ax: Axes | None = None,
    notice: str = "",
) -> Figure:
    """Draw a map of one indicator by LSOA, ward or a level of the place.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per LSOA or per area to draw, with the code column of ``area_type``
        (``lsoa21cd``, ``wd24cd``) or the level's own column (``collaborative``); areas that share
        a code are joined. Never changed.
    comparisons : DataFrame
        What ``geo.compare`` returns. The latest period is drawn.
    indicator_id : str
        Which indicator.
    catalogue : DataFrame, optional
        Names, units, polarity, sources, what is confidential.
    classes : {"comparison", "comparison_5", "quintiles"}
        Against the benchmark in three or five classes, or by fifths of England's areas.
    area_type : str
        Type of area in the comparisons: ``"lsoa"``, ``"ward"``, ``"collaborative"``, …
    benchmark : str
        Area type or code of the area compared with; its name is in the words.
    place : str
        Name of the place, for the alternative text.
    incomplete : bool
        Whether areas without a row are drawn as missing, and rows without an area left off.
        Otherwise both are refused.
    palette : {"accessible", "ohid"}
        As in ``geo.tartan_rug``.
    title : str
        The finding; computed from the classes where not given.
    subtitle : str
        Measure, benchmark and period, where the words from the catalogue are not wanted.
    caption : str
        Source and licence of the boundaries; those of the indicator stand before it.
    outlines, insets, width_mm, ax, notice
        As in ``geo.choropleth``.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for ``geo.save_figure``. Up to twelve areas
        are named, with symbol and value. Suppressed areas have diagonal lines, missing ones dots,
        those not compared are white, true zeros carry rings. The rule of disclosure control, if
        one is in force, is printed at the foot.

    Raises
    ------
    TableError
        If the indicator, a column or a row is absent, several series (sexes, ages) are given, a
        word is unknown, or the indicator is confidential and did not pass ``geo.suppress``.

    Examples
    --------
    >>> import shapely
    >>> areas = gpd.GeoDataFrame({"town": ["Ambridge", "Penny"]}, crs=27700,
    ...     geometry=[shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000)])
    >>> table = pd.DataFrame({"area_code": ["Ambridge", "Penny", "E92000001"],
    ...     "area_type": ["town", "town", "england"], "indicator_id": "neet", "period": "2024",
    ...     "value": [9.0, 5.0, 5.0], "benchmark_value": 5.0,
    ...     "comparison": ["worse", "similar", "not_compared"]})
    >>> indicator_map(areas, table, "neet", area_type="town").get_label()
    'neet: worse than England in 1 of 2 towns'
    """
    shown = shown_indicator(
        areas, comparisons, indicator_id, catalogue, classes, area_type, incomplete, benchmark
    )
    metres = ready(shown.areas, [])
    groups = dissolve(ready(areas, [outlines]), outlines) if outlines else {}
    named = not outlines and len(metres) <= _MOST_NAMED
    styles = shown.styles(palette)
    title = title or shown.finding
    return classed_map(
        ClassedAreas(
            metres,
            shown.cells["shown"].to_numpy(dtype=object),
            # Names carry the symbols where there are names.
            {k: replace(one, symbol="") for k, one in styles.items()} if named else styles,
            (shown.cells["state"] == "zero").to_numpy(),
        ),
        ClassLegend(f"Number of {shown.kind.plural} in each class", shown.entries(styles)),
        Words(
            title,
            subtitle or shown.measure,
            notice,
            with_rule(caption_of(shown.source, caption, shown.chance), shown.rule),
        ),
        Told(shown.alt_text(title, place, styles), shown.data(styles)),
        outlines=list(metres.geometry) if named else list(groups.values()),
        labels=shown.labels(metres, styles)
        if named
        else [Label(name, shape) for name, shape in groups.items()],
        insets=insets,
        width_mm=width_mm,
        ax=ax,
    )
