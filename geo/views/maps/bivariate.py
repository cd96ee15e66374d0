"""Map of deprivation and an outcome at once: where they meet, and where only one is there."""

from dataclasses import replace
from typing import Unpack

import geopandas as gpd
import numpy as np
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
from geo.views.maps.classified import ClassifiedIndicator, classify_indicator
from geo.views.maps.deciles import deciles_of
from geo.views.style.legends import ClassLegend, GridLegend
from geo.views.style.options import FigureSettings, IndicatorMapOptions, takes_options
from geo.views.style.page import PageText
from geo.views.style.palette import BIVARIATE, MISSING_FILL, ZERO, ClassStyle
from geo.views.style.wording import SOURCE, caption_of
from geo.vocabulary.area_types import area_type
from geo.vocabulary.releases import INDICES, MOST_DEPRIVED

THIRDS = ("Most deprived 30%", "Middle 40%", "Least deprived 30%")
"""Deciles 1 to 3, 4 to 7 and 8 to 10."""
_LSOA = area_type("lsoa")
_STATES = ("suppressed", "missing", "not_compared")
_SYMBOLS = {True: ("▼", "●", "▲"), False: ("H", "●", "L")}
_NO_DECILE = ClassStyle(MISSING_FILL, "no decile", pattern="dots")


@takes_options(IndicatorMapOptions, caption=SOURCE)
def bivariate_map(
    areas: gpd.GeoDataFrame,
    comparisons: pd.DataFrame | Published,
    indicator_id: str,
    *,
    column: str = "imd_decile",
    **options: Unpack[IndicatorMapOptions],
) -> Figure:
    """Draw deprivation (three classes) and an outcome (three classes) on one map of LSOAs.

    Parameters
    ----------
    areas : GeoDataFrame
        One row per LSOA, with its code and ``column``; never changed.
    comparisons, indicator_id
        As in ``geo.indicator_map``.
    column : str
        Deciles of deprivation: 1 to 3 are the most deprived 30%, 8 to 10 the least.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``place``, ``outlines``, ``insets``, ``ax``, ``catalogue``, ``classes``, ``benchmark`` and
        ``incomplete``, as in `geo.views.style.options.IndicatorMapOptions`; the indicator's source
        is added to the caption. With ``classes="quintiles"`` the outcome's three classes are the
        worst two, the middle and the best two fifths of England's LSOAs.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for ``geo.save_figure``.

    Raises
    ------
    TableError
        As in ``geo.choropleth`` and ``geo.indicator_map``.

    Examples
    --------
    >>> import shapely
    >>> areas = gpd.GeoDataFrame({"lsoa21cd": ["E01000001", "E01000002"], "imd_decile": [1, 2]},
    ...     geometry=[shapely.box(x, 0, x + 9000, 9000) for x in (0, 9000)], crs=27700)
    >>> table = pd.DataFrame({"area_code": ["E01000001", "E01000002", "E92000001"],
    ...     "area_type": ["lsoa21", "lsoa21", "england"], "indicator_id": "neet",
    ...     "period": "2024", "value": [9.0, 5.0, 5.0], "benchmark_value": 5.0,
    ...     "comparison": ["worse", "similar", "not_compared"], "polarity": "low_is_good"})
    >>> bivariate_map(areas, table, "neet").get_label()
    'neet: 1 of 2 LSOAs in the most deprived 30% is worse than England'
    """
    settings = FigureSettings(**options)
    areas = prepare_areas(areas, column, settings.level_column)
    shown = classify_indicator(areas, comparisons, indicator_id, "lsoa", settings)
    deciles = deciles_of(areas, column).to_numpy()
    groups = named_groups(areas, settings.level_column)
    joint = replace(_joint(shown, deciles), groups=groups)
    index = INDICES.get(column.removesuffix("_decile"), column)
    text = settings.page_text(
        _finding(shown, joint, deciles),
        f"{index}, by decile in England; {shown.measure}",
        with_rule(caption_of(shown.source, settings.caption), shown.rule),
    )
    data = shown.data(shown.styles("accessible")).assign(decile=deciles, joint_class=joint.classes)
    return classed_map(
        joint,
        _legend(shown, joint),
        text,
        settings,
        alt_text=_alt_text(joint, text, settings.place),
        data=data,
    )


def _columns(shown: ClassifiedIndicator) -> dict[str, tuple[str, ...]]:
    """Name the three classes of the outcome, the worst first, each with the rug's classes in it."""
    if shown.levels == "quintiles":
        first, last = ("worst", "best") if shown.judged else ("highest", "lowest")
        fifths = (("fifth_1", "fifth_2"), ("fifth_3",), ("fifth_4", "fifth_5"))
        names = (f"{first} 40%", "middle 20%", f"{last} 40%")
        return dict(zip(names, fifths, strict=True))
    return {name: (name,) for name in shown.order}


def _joint(shown: ClassifiedIndicator, deciles: np.ndarray) -> ClassedAreas:
    """Give each area its class of deprivation and outcome, or the reason why it has none."""
    columns = _columns(shown)
    styles = {
        f"{third}, {name}": ClassStyle(fill, f"{third}, {name}", symbol)
        for third, fills in zip(THIRDS, BIVARIATE, strict=True)
        for name, fill, symbol in zip(columns, fills, _SYMBOLS[shown.judged], strict=True)
    }
    column_of = {name: column for column, names in columns.items() for name in names}
    thirds = np.array(THIRDS, dtype=object)[np.digitize(deciles, (4, 8)).clip(0, 2)]
    outcomes = shown.cells["shown"].map(column_of)
    classes = np.where(
        outcomes.isna(),
        shown.cells["shown"],
        np.where(np.isnan(deciles), "no-decile", thirds + ", " + outcomes.fillna("")),
    )
    others = {name: one for name, one in shown.styles("accessible").items() if name in _STATES}
    return ClassedAreas(
        shown.areas if shown.areas.crs == 27700 else shown.areas.to_crs(27700),
        classes.astype(object),
        styles | others | {"no-decile": _NO_DECILE},
        (shown.cells["state"] == "zero").to_numpy(),
    )


def _legend(shown: ClassifiedIndicator, joint: ClassedAreas) -> GridLegend:
    counts, columns = joint.counts, _columns(shown)
    of_grid = list(joint.styles)[: len(THIRDS) * len(columns)]
    others = [(joint.styles[name], n) for name, n in counts.items() if name not in of_grid and n]
    if joint.zeros is not None and joint.zeros.any():
        others.insert(0, (ZERO, int(joint.zeros.sum())))
    fifths = shown.levels == "quintiles"
    against = "among England's LSOAs" if fifths else f"compared with {shown.against}"
    return GridLegend(
        THIRDS,
        list(columns),
        f"Number of LSOAs; columns: {shown.facts['label']}, {against}",
        np.array([joint.styles[name] for name in of_grid], dtype=object).reshape(3, -1),
        np.array([counts[name] for name in of_grid]).reshape(3, -1),
        ClassLegend("Other signs", others),
    )


def _finding(shown: ClassifiedIndicator, joint: ClassedAreas, deciles: np.ndarray) -> str:
    """Word the title: how many of the most deprived LSOAs have the worst outcome too."""
    label = shown.facts["label"]
    counts = {name: n for name, n in joint.counts.items() if name.startswith(THIRDS[0])}
    total, most = sum(counts.values()), next(iter(counts.values()))
    if not total:
        return f"{label}: no LSOA in the most deprived 30% can be compared"
    worst = next(iter(_columns(shown)))
    fifths = shown.levels == "quintiles"
    ending = f"in the {worst} in England" if fifths else f"{worst} than {shown.against}"
    whole = total == int((deciles <= MOST_DEPRIVED).sum())
    return (
        f"{label}: {most or 'none'} of {_LSOA.counted(total)} in the most deprived 30% "
        f"{'' if whole else 'that can be compared '}{'is' if most < 2 else 'are'} {ending}"
    )


def _alt_text(joint: ClassedAreas, text: PageText, place: str) -> str:
    """Say in words what the map shows: every class with its number."""
    counts = "; ".join(
        f"{shown.label}: {joint.counts[name]:,}"
        for name, shown in joint.styles.items()
        if shown.pattern == "" or joint.counts[name]
    )
    areas = f"{_LSOA.counted(len(joint.classes))}{f' of {place}' if place else ''}"
    return f"Map of {areas}. {text.title}. {text.subtitle}. {counts}."
