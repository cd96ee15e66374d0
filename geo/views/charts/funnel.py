"""Funnel plot: areas by size against England, with the limits of chance around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views.charts.page import (
    Key,
    as_numbers,
    mark,
    need,
    one_series,
    own_figure,
    plain,
    plot_axes,
    require_width,
    start_sheet,
    ticks_within,
    write,
)
from geo.views.classes import number
from geo.views.indicator_rows import indicator_rows
from geo.views.style.page import (
    LEAST_TYPE,
    MARGIN,
    MM_PER_POINT,
    Frame,
    Words,
    fonts,
    style,
    text_size,
)
from geo.views.style.palette import INK, PAPER, RULE, SECONDARY, ClassStyle, comparison_styles
from geo.views.style.wording import caption_of, listed
from geo.vocabulary.area_types import AreaType, asked_for
from geo.vocabulary.indicators import with_decimals
from geo.vocabulary.periods import latest

_TABLE = "the comparisons"
_INNER, _OUTER = ("lower_ci", "upper_ci"), ("lower_ci_998", "upper_ci_998")
_NUMBERS = ("value", "denominator", "benchmark_value")
_SERIES = ("area_type", "indicator_id", "period", "sex", "age")
_SHAPES = {"worse": "v", "better": "^", "higher": "s", "lower": "D", "within": "o"}
_MOST_NAMES = 12
_SIZES = {"beyond": 6.0, "outside": 4.6, "within": 3.6}


def funnel_plot(
    comparisons: pd.DataFrame,
    limits: pd.DataFrame,
    indicator: str,
    *,
    areas: str | AreaType | None = None,
    catalogue: pd.DataFrame | None = None,
    benchmark: str = "England",
    title: str = "",
    subtitle: str = "",
    caption: str = "",
    width_mm: float = 160,
    notice: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw which areas differ from England by more than chance would make them differ.

    Parameters
    ----------
    comparisons : DataFrame
        What ``geo.compare`` returns: ``value``, ``denominator``, ``benchmark_value``. The latest
        period is shown.
    limits : DataFrame
        What ``geo.control_limits`` returns of the same comparisons, at 95% and 99.8%.
    indicator : str
        Its ``indicator_id``; a proportion or a rate.
    areas : str
        Area type to show; the first level of the table where not given.
    catalogue : DataFrame, optional
        A row an indicator, as for ``geo.tartan_rug``.
    benchmark : str
        Name of the area whose value is the target.
    title : str
        The finding; worded from the plot where not given.
    subtitle, caption, notice : str
        Measure and period, source and licence (those of the catalogue where not given), and a
        caution above the chart.
    width_mm : float
        Width on paper in millimetres, 80 to 250.
    ax : Axes, optional
        Draw here, and leave page and words to the caller.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`; or the figure of ``ax``.
        Areas beyond the 99.8% limits are named where there is room. How many areas are
        suppressed or missing is told at the foot.

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
    funnel = _funnel(comparisons, limits, indicator, areas, catalogue, benchmark)
    if ax is not None:
        with style():
            _draw(ax, funnel)
            ax.set_title(title or funnel.finding, loc="left", fontsize=9, family=fonts())
        return own_figure(ax)
    title = title or funnel.finding
    subtitle = subtitle or funnel.subtitle
    caption = caption_of(*funnel.remarks, caption or funnel.sources)
    with style():
        require_width(width_mm)
        wide = width_mm - 2 * MARGIN - funnel.ticks
        tall = min(max(0.6 * wide, 50.0), 90.0)
        words = Words(title, subtitle, notice, caption)
        sheet = start_sheet(words, width_mm, tall + 15.0, funnel.keys)
        sheet.page.text(MARGIN, sheet.top, funnel.unit, LEAST_TYPE, color=SECONDARY)
        frame = Frame(MARGIN + funnel.ticks, sheet.top + 5.0, wide, tall)
        _draw(plot_axes(sheet.page, frame), funnel)
        sheet.page.text(frame.left + wide, frame.bottom + 5.0, "People at risk (denominator)",
                        LEAST_TYPE, color=SECONDARY, ha="right")  # fmt: skip
    return sheet.finished(
        funnel.alt_text(title), caption_of(title, subtitle, notice, caption), funnel.data
    )


@dataclass(frozen=True, eq=False)
class _Funnel:
    """Points, limits and words of one funnel plot.

    ``points`` has ``side`` (worse, better, higher, lower or within) and ``how`` (within, outside
    the 95% limits, beyond the 99.8% limits).
    """

    points: pd.DataFrame
    limits: pd.DataFrame
    facts: pd.Series
    kind: AreaType
    period: str
    benchmark: str
    hidden: dict[str, int]
    rule: str
    confidential: bool

    @property
    def target(self) -> float:
        return float(self.limits["target"].iloc[0])

    def words(self, value: float) -> str:
        return number(value, int(self.facts["decimals"]))

    @property
    def unit(self) -> str:
        return str(self.facts["unit"] or "value").capitalize()

    @property
    def subtitle(self) -> str:
        unit = f", {self.facts['unit']}" if self.facts["unit"] else ""
        return f"{self.facts['name']}{unit}, by {self.kind.singular}, {self.period}"

    @property
    def sources(self) -> str:
        return caption_of(str(self.facts["source"]), str(self.facts["licence"]))

    @property
    def ticks(self) -> float:
        greatest = max(self.points["value"].max(), self.limits[_OUTER[1]].max())
        return text_size(f"{greatest:,.0f}.0", LEAST_TYPE)[0] + 2.0

    @property
    def remarks(self) -> tuple[str, ...]:
        told = [f"{n} {word}" for word, n in self.hidden.items() if n]
        return (
            "Limits: exact binomial or Poisson (Spiegelhalter 2005), not adjusted for "
            "overdispersion",
            f"Not shown of {len(self.points) + sum(self.hidden.values())} "
            f"{self.kind.plural}: {listed(told)}" if told else "",
            f"Disclosure control: {self.rule}" if self.rule else "",
        )  # fmt: skip

    def names(self, side: str, how: str) -> list[str]:
        found = self.points[(self.points["side"] == side) & (self.points["how"] == how)]
        return found.sort_values("value")["area"].tolist()

    @property
    def _sides(self) -> tuple[str, str]:
        return ("worse", "better") if self._judged else ("higher", "lower")

    @property
    def _judged(self) -> bool:
        return bool(self.facts["polarity"] != "no_judgement")

    @property
    def finding(self) -> str:
        first, second = (len(self.names(side, "beyond")) for side in self._sides)
        words = self._sides
        total = len(self.points)
        many = f"{total} {self.kind.several(total)}"
        name = self.facts["label"]
        if not first + second:
            return f"{name}: no more than chance between {many} and {self.benchmark}"
        if not first:
            first, second, words = second, 0, (words[1], words[0])
        verb = "is" if first == 1 else "are"
        ending = f", {second} {words[1]}" if second else ""
        return (
            f"{name}: {first} of {many} {verb} {words[0]} than {self.benchmark} by more than "
            f"chance{ending}"
        )

    def alt_text(self, title: str) -> str:
        value = self.words(self.target)
        parts = [
            f"Funnel plot of {len(self.points)} {self.kind.several(len(self.points))} about "
            f"{self.benchmark}'s {value}. {title}."
        ]
        for how, limit in (("beyond", "99.8%"), ("outside", "95%, but not the 99.8%,")):
            for side in self._sides:
                if names := self.names(side, how):
                    parts.append(f"{side.capitalize()}, outside the {limit} limits: "
                                 f"{listed(names)}.")  # fmt: skip
        within = int((self.points["how"] == "within").sum())
        parts.append(f"Within the 95% limits: {within}.")
        parts += [f"{n} {word}." for word, n in self.hidden.items() if n]
        return " ".join(parts)

    @property
    def keys(self) -> list[Key]:
        found = []
        for how, limit in (("beyond", "outside 99.8%"), ("outside", "outside 95%")):
            for side in self._sides:
                if names := self.names(side, how):
                    found.append(Key(_look(side, how), f"{side}, {limit} ({len(names)})",
                                     _SHAPES[side]))  # fmt: skip
        within = int((self.points["how"] == "within").sum())
        found.append(Key(_look("within", "within"), f"within the limits ({within})", "o"))
        target = self.words(self.target)
        return [*found, Key(ClassStyle(INK, ""), f"{self.benchmark} ({target})", line="-"),
                Key(ClassStyle(SECONDARY, ""), "99.8% limits", line="-"),
                Key(ClassStyle(SECONDARY, ""), "95% limits", line="--")]  # fmt: skip

    @property
    def data(self) -> pd.DataFrame:
        """Points with their limits; of confidential indicators without the denominator."""
        table = self.points.rename(columns={"side": "comparison", "how": "limits"})
        table = table.drop(columns=["denominator"] if self.confidential else [])
        return table.assign(
            indicator=self.facts["name"], unit=self.facts["unit"], period=self.period,
            disclosure_rule=self.rule,
        ).reset_index(drop=True)  # fmt: skip


def _look(side: str, how: str) -> ClassStyle:
    """Fill of a marker: of its class beyond the outer limits, paler within."""
    if how == "within":
        return ClassStyle(RULE, "")
    return comparison_styles()[side] if how == "beyond" else ClassStyle(PAPER, "")


def _funnel(
    comparisons: pd.DataFrame,
    limits: pd.DataFrame,
    indicator: str,
    areas: str | AreaType | None,
    catalogue: pd.DataFrame | None,
    benchmark: str,
) -> _Funnel:
    need(comparisons, ["area_code", "area_type", "indicator_id", "period", *_NUMBERS], _TABLE,
         "geo.compare")  # fmt: skip
    bounds = [*_INNER, *_OUTER]
    need(limits, ["area_type", "indicator_id", "period", "denominator", "target", *bounds],
         "the limits", "geo.control_limits")  # fmt: skip
    areas = asked_for(areas, comparisons["area_type"], "areas")
    comparisons = with_decimals(comparisons, catalogue)
    rows = comparisons[comparisons["area_type"] == areas.name]
    if rows.empty:
        raise TableError(
            f"No row of {_TABLE} is of area type {areas.name!r}; there are "
            f"{examples(comparisons['area_type'].unique(), 9)}, so name one of them."
        )
    rows = one_series(rows, indicator, _TABLE)
    period = latest(rows["period"].astype(str))
    rows = rows[rows["period"].astype(str) == period].reset_index(drop=True)
    rule = Published.of(rows, catalogue).rule
    facts = indicator_rows(rows, catalogue).iloc[0]
    numbers = {name: as_numbers(rows, name, _TABLE) for name in _NUMBERS}
    named = rows["area_name"] if "area_name" in rows else rows["area_code"]
    hidden = rows["state"].eq("suppressed") if "state" in rows else named.isna()
    points = rows[["area_code"]].assign(area=named.astype(str), **numbers)
    usable = ~hidden & points[["value", "denominator"]].notna().all(axis=1)
    counted = {"suppressed": int(hidden.sum()), "missing": int((~usable & ~hidden).sum())}
    points = points[usable]
    if points.empty:
        raise TableError(
            f"No {areas.singular} has a number of {indicator} in {period} that may be shown "
            f"({counted['suppressed']} suppressed, {counted['missing']} missing)."
        )
    keys = [key for key in _SERIES if key in limits and key in rows]
    own = limits.merge(rows[keys].drop_duplicates(), on=keys).sort_values("denominator")
    if own.empty:
        raise TableError(
            f"The limits have no row of {indicator} in {period}; a funnel plot needs a proportion "
            "or a rate, and its limits from geo.control_limits."
        )
    points = points.merge(own[["denominator", *bounds]], on="denominator", how="left")
    if points[bounds].isna().any(axis=None):
        raise TableError(
            f"The limits have no row for {examples(points.loc[points[bounds[0]].isna(), 'area'])} "
            f"in {indicator}, {period}; make them from the same table with geo.control_limits."
        )
    shown = own["denominator"].between(*points["denominator"].agg(["min", "max"]))
    high, low = points["value"] > points["upper_ci"], points["value"] < points["lower_ci"]
    far = (points["value"] > points[_OUTER[1]]) | (points["value"] < points[_OUTER[0]])
    good = {"high_is_good": ("better", "worse"), "low_is_good": ("worse", "better")}
    above, below = good.get(facts["polarity"], ("higher", "lower"))
    points = points.assign(
        side=np.select([high, low], [above, below], "within"),
        how=np.select([far, high | low], ["beyond", "outside"], "within"),
    )
    private = pd.isna(facts["confidential"]) or bool(facts["confidential"])
    return _Funnel(points, own[shown], facts, areas, period, benchmark, counted, rule, private)


def _draw(ax: Axes, funnel: _Funnel) -> None:
    """Draw limits, target and points, and name those that lie outside."""
    plain(ax)
    size = funnel.limits["denominator"]
    for names, dashes, width in ((_OUTER, "-", 1.0), (_INNER, "--", 1.0)):
        for name in names:
            ax.plot(size, funnel.limits[name], color=SECONDARY, lw=width, linestyle=dashes)
    ax.axhline(funnel.target, color=INK, lw=1.2, zorder=2)
    points = funnel.points
    for row in points.itertuples():
        mark(ax, row.denominator, row.value, _look(row.side, row.how), _SHAPES[row.side],
             _SIZES[row.how])  # fmt: skip
    shown = pd.concat([points["value"], *(funnel.limits[name] for name in _OUTER)])
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
    _name_points(ax, points)


def _name_points(ax: Axes, points: pd.DataFrame) -> None:
    """Write names beside the points outside the limits, the farthest first, where there is room."""
    figure = own_figure(ax)
    scale = figure.dpi / 25.4
    places = ax.transData.transform(points[["denominator", "value"]].to_numpy())
    room = ax.get_window_extent()
    taken = [Bbox.from_bounds(x - 1.2 * scale, y - 1.2 * scale, 2.4 * scale, 2.4 * scale)
             for x, y in places]  # fmt: skip
    order = points.assign(x=places[:, 0], y=places[:, 1])
    order = order[order["how"] != "within"].sort_values(["how", "value"])
    if len(order) > _MOST_NAMES:
        order = order[order["how"] == "beyond"]
    for row in order.itertuples():
        wide, tall = (side * scale for side in text_size(str(row.area), LEAST_TYPE))
        for box, look in _beside(row.x, row.y, wide, tall, 2.0 * scale):
            inside = room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0
            if inside and box.y1 <= room.y1 and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                x, y = ax.transData.inverted().transform((look[0], look[1]))
                halo = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.3, "alpha": 0.8}
                write(ax, x, y, str(row.area), ha=look[2], va="center", bbox=halo, zorder=6)
                break


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
