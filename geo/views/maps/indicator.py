"""Map of one indicator: against England, or by national fifths, with the states hatched."""

from dataclasses import replace
from typing import Unpack

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from geo.disclosure.published import Published
from geo.views.maps.areas import (
    ClassedAreas,
    classed_map,
    named_groups,
    prepare_areas,
    with_rule,
)
from geo.views.maps.classified import classify_indicator
from geo.views.style.legends import ClassLegend
from geo.views.style.options import FigureSettings, IndicatorMapOptions, takes_options
from geo.views.style.wording import caption_of
from geo.vocabulary.area_types import AreaType

BOUNDARIES = (
    "Boundaries: Office for National Statistics, Open Government Licence v3.0. Contains OS data "
    "© Crown copyright and database right."
)
_MOST_NAMED = 12


@takes_options(IndicatorMapOptions, caption=BOUNDARIES)
def indicator_map(
    areas: gpd.GeoDataFrame,
    comparisons: pd.DataFrame | Published,
    indicator_id: str,
    *,
    area_type: str | AreaType = "lsoa",
    palette: str = "accessible",
    **options: Unpack[IndicatorMapOptions],
) -> Figure:
    """Draw a map of one indicator by LSOA, ward or a level of the place.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per LSOA or per area to draw, with the code column of ``area_type``
        (``lsoa21cd``, ``wd24cd``) or the level's own column (``collaborative``); areas that share
        a code are joined. Never changed.
    comparisons : DataFrame or Published
        What ``geo.compare`` returns. The latest period is drawn.
    indicator_id : str
        Which indicator.
    area_type : str
        Type of area in the comparisons: ``"lsoa"``, ``"ward"``, ``"collaborative"``, …
    palette : {"accessible", "ohid"}
        As in ``geo.tartan_rug``.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``place``, ``outlines``, ``insets``, ``ax``, ``catalogue``, ``classes``, ``benchmark`` and
        ``incomplete``, as in `geo.views.style.options.IndicatorMapOptions`. The caption is that of
        the boundaries; source and licence of the indicator stand before it.

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
    settings = FigureSettings(**options)
    shown = classify_indicator(areas, comparisons, indicator_id, area_type, settings)
    metres, level = prepare_areas(shown.areas), settings.level_column
    styles = shown.styles(palette)
    if named := not level and len(metres) <= _MOST_NAMED:
        groups = dict(zip(metres["area_code"], metres.geometry, strict=True))
    else:
        groups = named_groups(prepare_areas(areas, level), level)
    text = settings.page_text(
        shown.finding,
        shown.measure,
        with_rule(caption_of(shown.source, settings.caption, shown.chance), shown.rule),
    )
    return classed_map(
        ClassedAreas(
            metres,
            shown.cells["shown"].to_numpy(dtype=object),
            # Names carry the symbols where there are names.
            {k: replace(one, symbol="") for k, one in styles.items()} if named else styles,
            (shown.cells["state"] == "zero").to_numpy(),
            groups,
            shown.labels(metres, styles) if named else None,
        ),
        ClassLegend(f"Number of {shown.kind.plural} in each class", shown.entries(styles)),
        text,
        settings,
        alt_text=shown.alt_text(text.title, settings.place, styles),
        data=shown.data(styles),
    )
