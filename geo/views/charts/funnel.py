"""Funnel plot: areas by size against England, with the limits of chance around it."""

from collections.abc import Sequence
from typing import Unpack

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.disclosure.published import Published
from geo.views.charts.funnel_limits import INNER, OUTER, SHAPES, Funnel, funnel_of, marker_style
from geo.views.charts.page import (
    chart_page,
    chart_room,
    draw_marker,
    own_figure,
    plot_axes,
    style_axes,
    ticks_within,
    titled_axes,
    write_text,
)
from geo.views.style.options import FigureSettings, IndicatorChartOptions, takes_options
from geo.views.style.page import MARGIN, Frame, require_width, style
from geo.views.style.palette import INK, PAPER, SECONDARY
from geo.views.style.text import LEAST_TYPE, MM_PER_POINT, fonts, text_size
from geo.views.style.wording import caption_of
from geo.vocabulary.area_types import AreaType

_MOST_NAMES = 12
_LEAST_TALL = 40.0
_SIZES = {"beyond": 6.0, "outside": 4.6, "within": 3.6}


@takes_options(IndicatorChartOptions)
def funnel_plot(
    comparisons: pd.DataFrame | Published,
    limits: pd.DataFrame,
    indicator: str,
    *,
    areas: str | AreaType | None = None,
    benchmark: str = "England",
    **options: Unpack[IndicatorChartOptions],
) -> Figure:
    """Draw which areas differ from England by more than chance would make them differ.

    Parameters
    ----------
    comparisons : DataFrame or Published
        What ``geo.compare`` returns: ``value``, ``denominator``, ``benchmark_value``. The latest
        period is shown.
    limits : DataFrame
        What ``geo.control_limits`` returns of the same comparisons, at 95% and 99.8%.
    indicator : str
        Its ``indicator_id``; a proportion, rate or ratio.
    areas : str
        Area type to show; the first level of the table where not given.
    benchmark : str
        Name of the area whose value is the target.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``ax`` and ``catalogue``, as in `geo.views.style.options.IndicatorChartOptions`.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`; or the figure of ``ax``.
        Areas beyond the 99.8% limits are named where there is room. How many areas are
        suppressed or missing stands at the foot.

    Raises
    ------
    TableError
        If a column, the indicator or its limits are absent, no area has a number, or a
        confidential indicator was not suppressed.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> rows = pd.DataFrame({"area_code": ["Alder", "Birch"], "area_type": "ward",
    ...     "indicator_id": "neet", "period": "2024", "denominator": [100, 400],
    ...     "value": [30.0, 10.0], "benchmark_value": 10.0, "polarity": "low_is_good"})
    >>> limits = pd.DataFrame({"area_type": "ward", "indicator_id": "neet", "period": "2024",
    ...     "denominator": [100, 400], "target": 10.0, "lower_ci": [4.0, 7.0],
    ...     "upper_ci": [15.8, 12.9], "lower_ci_998": [2.0, 5.7], "upper_ci_998": [19.9, 14.9]})
    >>> funnel_plot(rows, limits, "neet", areas="ward").get_label()
    'neet: 1 of 2 wards is worse than England by more than chance'
    """
    settings = FigureSettings(**options)
    published = Published.of(comparisons, settings.catalogue, indicator=indicator)
    funnel = funnel_of(published, limits, indicator, areas, benchmark)
    text = settings.page_text(
        funnel.finding,
        funnel.subtitle,
        caption_of(*funnel.remarks, settings.caption or funnel.sources),
    )
    if settings.ax is not None:
        with style():
            _draw(settings.ax, funnel)
            return titled_axes(settings.ax, text.title)
    with style():
        wide = require_width(settings.width_mm) - 2 * MARGIN - funnel.ticks
        tall = min(max(0.6 * wide, 50.0), 90.0)
        tall = min(tall, max(chart_room(text, settings, funnel.keys) - 15.0, _LEAST_TALL))
        page, top = chart_page(text, settings, tall + 15.0, funnel.keys)
        page.text(MARGIN, top, funnel.unit, LEAST_TYPE, color=SECONDARY)
        frame = Frame(MARGIN + funnel.ticks, top + 5.0, wide, tall)
        _draw(plot_axes(page, frame), funnel)
        page.text(frame.left + wide, frame.bottom + 5.0, funnel.size, LEAST_TYPE, color=SECONDARY,
                  ha="right")  # fmt: skip
    return page.finish(funnel.alt_text(text.title), funnel.data)


def _draw(ax: Axes, funnel: Funnel) -> None:
    """Draw limits, target and points, and name those that lie outside."""
    style_axes(ax)
    size = funnel.limits["denominator"]
    for names, dashes, width in ((OUTER, "-", 1.0), (INNER, "--", 1.0)):
        for name in names:
            ax.plot(size, funnel.limits[name], color=SECONDARY, lw=width, linestyle=dashes)
    ax.axhline(funnel.target, color=INK, lw=1.2, zorder=2)
    points = funnel.points
    for row in points.itertuples():
        draw_marker(
            ax,
            row.denominator,
            row.value,
            marker_style(row.side, row.how),
            SHAPES[row.side],
            _SIZES[row.how],
        )
    shown = pd.concat([points["value"], *(funnel.limits[name] for name in OUTER)])
    least, most = float(shown.min()), float(shown.max())
    bottom = 0.0 if 0 <= least < most / 5 else least - 0.06 * (most - least)
    ax.set_ylim(bottom, most + 0.08 * (most - bottom))
    ends = points["denominator"].agg(["min", "max"])
    spare = 0.06 * (ends["max"] - ends["min"]) or 0.1 * ends["max"]
    ax.set_xlim(max(ends["min"] - spare, 0), ends["max"] + spare)
    margin = 0.04 * (ax.get_xlim()[1] - ax.get_xlim()[0])
    ax.set_xticks(ticks_within(ax.get_xlim()[0] + margin, ax.get_xlim()[1] - margin, 4))
    ax.set_yticks(ticks_within(*ax.get_ylim(), 5))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.tick_params(axis="both", labelfontfamily=fonts())
    _name_points(ax, funnel)


def _name_points(ax: Axes, funnel: Funnel) -> None:
    """Name the points outside the limits, the worst first, where no point or limit is covered."""
    figure, points = own_figure(ax), funnel.points
    scale = figure.dpi / 25.4
    places = ax.transData.transform(points[["denominator", "value"]].to_numpy())
    room = ax.get_window_extent()
    taken = [Bbox.from_bounds(x - 1.2 * scale, y - 1.2 * scale, 2.4 * scale, 2.4 * scale)
             for x, y in places]  # fmt: skip
    order = points.assign(x=places[:, 0], y=places[:, 1])
    order["from_target"] = (order["value"] - funnel.target).abs()
    order["better"] = order["side"].eq("better")
    order = order[order["how"] != "within"]
    order = order.sort_values(["how", "better", "from_target"], ascending=[True, True, False])
    if len(order) > _MOST_NAMES:
        order = order[order["how"] == "beyond"]
    lines = _limit_lines(ax, funnel)
    for row in order.itertuples():
        wide, tall = (side * scale for side in text_size(str(row.area), LEAST_TYPE))
        for box, look in _beside(row.x, row.y, wide, tall, 2.0 * scale):
            inside = room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0
            if not inside or box.y1 > room.y1 or lines.intersects(shapely.box(*box.extents)):
                continue
            if not any(box.overlaps(other) for other in taken):
                taken.append(box)
                x, y = ax.transData.inverted().transform((look[0], look[1]))
                halo = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.3, "alpha": 0.8}
                write_text(ax, x, y, str(row.area), ha=look[2], va="center", bbox=halo, zorder=6)
                break


def _limit_lines(ax: Axes, funnel: Funnel) -> shapely.MultiLineString:
    """Give limits and target as they lie on the page, in pixels."""
    size = funnel.limits["denominator"].to_numpy(dtype=float)
    across = np.array(ax.get_xlim())
    curves = [(size, funnel.limits[name].to_numpy(dtype=float)) for name in (*OUTER, *INNER)]
    curves.append((across, np.full(2, funnel.target)))
    points = [ax.transData.transform(np.column_stack(curve)) for curve in curves]
    known = [one[np.isfinite(one).all(axis=1)] for one in points]
    return shapely.MultiLineString([one for one in known if len(one) > 1])


def _beside(
    x: float, y: float, wide: float, tall: float, away: float
) -> Sequence[tuple[Bbox, tuple[float, float, str]]]:
    """Places for a name about a point: right, left, above, below."""
    height = tall + 2 * 0.4 * MM_PER_POINT
    middle = {"right": (x + away, y, "left"), "left": (x - away, y, "right"),
              "above": (x, y + away + tall / 2, "center"),
              "below": (x, y - away - tall / 2, "center")}  # fmt: skip
    boxes = []
    for px, py, side in middle.values():
        left = {"left": px, "right": px - wide, "center": px - wide / 2}[side]
        boxes.append((Bbox.from_bounds(left, py - height / 2, wide, height), (px, py, side)))
    return boxes
