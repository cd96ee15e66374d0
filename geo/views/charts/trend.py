"""Trend lines: one indicator over time, a small chart an area, with intervals and the benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views.cell_words import measured
from geo.views.charts.page import (
    STATES,
    Key,
    as_numbers,
    chart_page,
    one_series,
    plot_axes,
    require_comparisons,
    style_axes,
    ticks_within,
    titled_axes,
)
from geo.views.indicator_rows import indicator_rows, sex_and_age
from geo.views.style.credits import sources_of
from geo.views.style.options import FigureSettings, IndicatorChartOptions, takes_options
from geo.views.style.page import MARGIN, Frame, Page, require_width, style
from geo.views.style.palette import CATEGORIES, HATCHES, INK, SECONDARY, ClassStyle
from geo.views.style.text import LEAST_TYPE, text_size, wrap
from geo.views.style.wording import caption_of
from geo.vocabulary.area_types import AreaType, asked_for
from geo.vocabulary.indicators import states_of
from geo.vocabulary.periods import Period, in_order, read

_TABLE = "the comparisons"
_LINE = CATEGORIES[0]
_BAND = "#c6d3e1"
_PANEL, _FOOT, _GAP, _LEAST_WIDTH = 24.0, 4.5, 4.0, 31.0
_TRENDS = {"increasing": "↑ rising", "decreasing": "↓ falling", "no_change": "→ no clear trend"}
_NUMBERS = ("value", "lower_ci", "upper_ci", "benchmark_value")


@takes_options(IndicatorChartOptions)
def trend_lines(
    comparisons: pd.DataFrame | Published,
    indicator: str,
    *,
    areas: str | AreaType | None = None,
    only: Sequence[str] | None = None,
    trends: pd.DataFrame | None = None,
    benchmark: str = "England",
    **options: Unpack[IndicatorChartOptions],
) -> Figure:
    """Draw an indicator over time: a small chart an area, all to one scale, with 95% intervals.

    Parameters
    ----------
    comparisons : DataFrame or Published
        What ``geo.compare`` returns of several periods: ``value``, ``benchmark_value`` and where
        known ``lower_ci``, ``upper_ci``, ``state``.
    indicator : str
        Its ``indicator_id``.
    areas : str
        Area type to show; the first level of the table where not given.
    only : sequence of str, optional
        Codes of the areas to show, in this order; all of the type where not given.
    trends : DataFrame, optional
        What ``geo.trend`` returns; written above each small chart, and in the title.
    benchmark : str
        Name of the area whose values are drawn as a dashed line.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``ax`` and ``catalogue``, as in `geo.views.style.options.IndicatorChartOptions`. Axes of the
        caller show one area.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`; or the figure of ``ax``.
        Periods whose number is suppressed or missing are hatched, and the line stops there.

    Raises
    ------
    TableError
        If a column, the indicator or an area is absent, an area and period has two rows, or a
        confidential indicator was not suppressed.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> rows = pd.DataFrame({"area_code": "Crewe", "area_type": "town", "indicator_id": "neet",
    ...     "period": ["2022/23", "2023/24", "2024/25"], "value": [4.0, 5.0, 6.0],
    ...     "lower_ci": [3.0, 4.0, 5.0], "upper_ci": [5.0, 6.0, 7.0], "benchmark_value": 5.5})
    >>> trend_lines(rows, "neet", areas="town").get_label()
    'neet: Crewe went from 4.0 in 2022/23 to 6.0 in 2024/25'
    """
    settings = FigureSettings(**options)
    published = Published.of(comparisons, settings.catalogue, indicator=indicator)
    series = _series(published, indicator, areas, only, trends, benchmark)
    text = settings.page_text(
        series.finding,
        series.subtitle,
        caption_of(series.rule and f"Disclosure control: {series.rule}",
                   settings.caption or series.sources),
    )  # fmt: skip
    if settings.ax is not None:
        if len(series.areas) != 1:
            raise TableError(
                f"{len(series.areas)} areas were to be drawn on one pair of axes, which shows one; "
                "name it in only, or leave ax out."
            )
        with style():
            _draw(settings.ax, series, series.areas[0])
            return titled_axes(settings.ax, text.title)
    with style():
        panels = _Panels(series, require_width(settings.width_mm))
        page, top = chart_page(text, settings, panels.height, series.keys)
        panels.draw(page, top)
    return page.finish(
        f"Line charts, one an area. {series.subtitle}. {text.title}. {series.description}",
        series.data,
    )


@dataclass(frozen=True, eq=False)
class _Series:
    """One indicator: a row an area and period in ``table``, every area with every period."""

    table: pd.DataFrame
    facts: pd.Series
    areas: list[str]
    trends: dict[str, tuple[str, str]]
    kind: AreaType
    benchmark: str
    rule: str

    @property
    def periods(self) -> list[str]:
        return list(dict.fromkeys(self.table["period"]))

    def of(self, area: str) -> pd.DataFrame:
        return self.table[self.table["area"] == area]

    def words(self, value: float) -> str:
        return measured(value, self.facts)

    @property
    def sources(self) -> str:
        return " ".join(sources_of(self.facts.to_frame().T))

    @property
    def subtitle(self) -> str:
        unit = f", {self.facts['unit']}" if self.facts["unit"] else ""
        return f"{self.facts['name']}{unit}, {self.periods[0]} to {self.periods[-1]}"

    @property
    def keys(self) -> list[Key]:
        keys = [Key(ClassStyle(_LINE, ""), "area", line="-")]
        if self.table["lower_ci"].notna().any():
            keys.append(Key(ClassStyle(_BAND, ""), "95% interval"))
        if self.table["benchmark_value"].notna().any():
            keys.append(Key(ClassStyle(INK, ""), self._target, line="--"))
        shown = set(self.table["state"])
        return keys + [Key(look, look.label) for name, look in STATES.items() if name in shown]

    @property
    def _target(self) -> str:
        known = self.table[self.table["benchmark_value"].notna()]
        last = known.iloc[known["at"].argmax()]
        return f"{self.benchmark} ({self.words(last['benchmark_value'])} in {last['period']})"

    @property
    def finding(self) -> str:
        name = self.facts["label"]
        judged = [trend for trend, _ in self.trends.values()]
        if len(self.areas) > 1 and judged:
            rising, falling = judged.count("increasing"), judged.count("decreasing")
            many = f"{len(self.areas)} {self.kind.plural}"
            if not rising + falling:
                return f"{name}: no clear trend in any of {many}"
            return f"{name}: rising in {rising or 'none'} of {many}, falling in {falling or 'none'}"
        if len(self.areas) == 1:
            known = self.table[self.table["value"].notna()]
            if len(known) < 2:
                return f"{name}: too few numbers of {self.areas[0]} may be shown to see a change"
            first, last = known.iloc[0], known.iloc[-1]
            return (
                f"{name}: {self.areas[0]} went from {self.words(first['value'])} in "
                f"{first['period']} to {self.words(last['value'])} in {last['period']}"
            )
        last = self.table[self.table["at"] == self.table["at"].max()]
        if last["value"].isna().all():
            return f"{name}: no number of {self.periods[-1]} may be shown"
        most = last.loc[last["value"].idxmax()]
        return f"{name}: highest in {most['area']}, {self.words(most['value'])} in {most['period']}"

    def head(self, area: str) -> str:
        """Say below the name of an area what its last number and its trend are."""
        rows = self.of(area)
        last = rows.iloc[-1]
        trend, judgement = self.trends.get(area, ("", ""))
        word = f"{judgement}" if judgement in ("better", "worse") else ""
        direction = ", ".join(part for part in (_TRENDS.get(trend, ""), word) if part)
        value = (
            STATES[last["state"]].label if last["state"] in STATES else self.words(last["value"])
        )
        return f"{value}; {direction}" if direction else value

    @property
    def description(self) -> str:
        lines = []
        for area in self.areas:
            points = [
                f"{row['period']} "
                + (STATES[row["state"]].symbol if row["state"] in STATES
                   else self.words(row["value"]))
                for _, row in self.of(area).iterrows()
            ]  # fmt: skip
            trend = _TRENDS.get(self.trends.get(area, ("", ""))[0], "")
            ending = f" ({trend[2:]})" if trend else ""
            lines.append(f"{area}: {', '.join(points)}{ending}.")
        absent = set(self.table["state"]) & set(STATES)
        lines += [f"{STATES[n].symbol} is {STATES[n].label}." for n in STATES if n in absent]
        return " ".join(lines)

    @property
    def data(self) -> pd.DataFrame:
        columns = ["area_code", "area", "period", *_NUMBERS, "state"]
        trend = self.table["area"].map(lambda area: self.trends.get(area, ("", ""))[0])
        return self.table[columns].assign(
            trend=trend, indicator=self.facts["name"], **sex_and_age(self.facts),
            unit=self.facts["unit"], disclosure_rule=self.rule,
        )  # fmt: skip


def _series(
    published: Published,
    indicator: str,
    areas: str | AreaType | None,
    only: Sequence[str] | None,
    trends: pd.DataFrame | None,
    benchmark: str,
) -> _Series:
    rows = published.table
    require_comparisons(rows, "value")
    areas = asked_for(areas, rows["area_type"], "areas")
    rows = one_series(rows, indicator, _TABLE)
    kinds = rows["area_type"].unique()
    rows = rows[rows["area_type"] == areas.name]
    if rows.empty:
        raise TableError(
            f"No row of {indicator} is of area type {areas.name!r}; there are "
            f"{examples(kinds, 9)}, so name one of them."
        )
    codes = sorted(rows["area_code"].unique()) if only is None else list(only)
    if absent := [code for code in codes if code not in set(rows["area_code"])]:
        raise TableError(
            f"No row of {indicator} is of the {areas.singular} {examples(absent)}; there are "
            f"{examples(rows['area_code'].unique())}."
        )
    rows = rows[rows["area_code"].isin(codes)]
    if rows.duplicated(["area_code", "period"]).any():
        twice = rows.loc[rows.duplicated(["area_code", "period"]), "area_code"].unique()
        raise TableError(
            f"{examples(twice)} has more than one row of {indicator} for a period; each may have "
            "one, so remove the others."
        )
    rule = published.showing(rows).rule
    facts = indicator_rows(rows, published.catalogue).iloc[0]
    numbers = {
        name: as_numbers(rows, name, _TABLE) if name in rows else np.nan for name in _NUMBERS
    }
    table = rows[["area_code", "period"]].assign(**numbers, period=rows["period"].astype(str))
    given = rows["state"].astype(object) if "state" in rows else ""
    named = rows["area_name"] if "area_name" in rows else rows["area_code"]
    table = table.assign(given=given, area=named.astype(str))
    table = _every_period(table, codes)
    table["state"] = states_of(table["value"], table["given"])
    table.loc[table["state"].eq("suppressed"), list(_NUMBERS[:3])] = np.nan
    own = {} if trends is None else _trends_by_area(trends, indicator, table)
    return _Series(table, facts, list(dict.fromkeys(table["area"])), own, areas, benchmark, rule)


def _trends_by_area(
    trends: pd.DataFrame, indicator: str, table: pd.DataFrame
) -> dict[str, tuple[str, str]]:
    """Give trend and judgement of each area of the table, by its name."""
    names = dict(zip(table["area_code"], table["area"], strict=True))
    own = trends[trends["indicator_id"].eq(indicator) & trends["area_code"].isin(names)]
    rows = zip(own["area_code"], own["trend"], own["judgement"], strict=True)
    return {names[code]: (trend, judged) for code, trend, judged in rows if trend in _TRENDS}


def _every_period(table: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Give every area a row for every period, in order of time; ``at`` is the place on the axis."""
    spans = read(in_order(table["period"]))
    periods = pd.DataFrame({"period": list(spans), "at": _places([*spans.values()])})
    names = table.drop_duplicates("area_code").set_index("area_code")["area"]
    targets = table.dropna(subset="benchmark_value").drop_duplicates("period")
    target = periods["period"].map(targets.set_index("period")["benchmark_value"])
    grid = pd.DataFrame({"area_code": codes}).merge(periods.assign(target=target), how="cross")
    full = grid.merge(table.drop(columns="area"), how="left", on=["area_code", "period"])
    return full.assign(
        area=full["area_code"].map(names),
        benchmark_value=full["benchmark_value"].fillna(full["target"]),
    ).drop(columns="target")


def _places(spans: Sequence[Period | None]) -> list[float]:
    """Place periods on the axis, in years where all are of one length, else evenly."""
    starts = [span.start for span in spans if span is not None]
    months = [12 * (day.year - starts[0].year) + day.month + day.day / 32 for day in starts]
    if len(set(months)) < len(spans) or len({span and span.length for span in spans}) > 1:
        return list(map(float, range(len(spans))))
    return [starts[0].year + (month - months[0]) / 12 for month in months]


def _draw(ax: Axes, series: _Series, area: str) -> None:
    """Draw one area's line, interval and what is hidden, and the benchmark."""
    rows = series.of(area)
    at, value = rows["at"].to_numpy(), rows["value"].to_numpy()
    style_axes(ax)
    lower, upper = rows["lower_ci"].to_numpy(), rows["upper_ci"].to_numpy()
    if (~np.isnan(lower + upper)).any():
        ax.fill_between(at, lower, upper, color=_BAND, lw=0, zorder=1)
        ax.vlines(at, lower, upper, color=_LINE, lw=0.5, zorder=2)
    ax.plot(at, rows["benchmark_value"], color=INK, lw=1.0, linestyle="--", zorder=3)
    ax.plot(at, value, color=_LINE, lw=1.6, marker="o", markersize=3, zorder=4, clip_on=False)
    half = float(np.diff(at).min()) * 0.45 if len(at) > 1 else 0.45
    for place, state in zip(at, rows["state"], strict=True):
        if state in STATES:
            look = STATES[state]
            ax.axvspan(place - half, place + half, facecolor=look.fill, edgecolor=SECONDARY,
                       hatch=HATCHES[look.pattern], lw=0.4, zorder=0)  # fmt: skip
    numbers = series.table[list(_NUMBERS)].to_numpy(dtype=float)
    low, high = (0.0, 1.0) if np.isnan(numbers).all() else (np.nanmin(numbers), np.nanmax(numbers))
    bottom = 0.0 if 0 <= low < high / 2 else low - 0.08 * (high - low)
    ax.set_ylim(bottom, high + 0.08 * (high - bottom) if high > bottom else bottom + 1)
    every = series.table["at"]
    ax.set_xlim(every.min() - max(half, 0.2), every.max() + max(half, 0.2))
    ax.set_yticks(ticks_within(*ax.get_ylim(), 3))
    ax.set_xticks([])


class _Panels:
    """Small charts in lines, each under the area's name and last number."""

    def __init__(self, series: _Series, width: float) -> None:
        self.series = series
        largest = float(np.nanmax(series.table[list(_NUMBERS)].fillna(0).to_numpy(dtype=float)))
        self.ticks = text_size(f"{largest:,.0f}" if largest >= 10 else "0.00", LEAST_TYPE)[0] + 1.5
        room = width - 2 * MARGIN - self.ticks
        fitting = max(1, int((room + _GAP) // (_LEAST_WIDTH + _GAP)))
        self.columns = min(fitting, max(len(series.areas), 2))
        self.wide = (room + _GAP) / self.columns - _GAP
        self.names = [wrap(n, self.wide, LEAST_TYPE + 0.5, "bold") for n in series.areas]
        self.last = [wrap(series.head(area), self.wide, LEAST_TYPE) for area in series.areas]
        heads = [
            text_size(name, LEAST_TYPE + 0.5)[1] + text_size(last, LEAST_TYPE)[1] + 1.0
            for name, last in zip(self.names, self.last, strict=True)
        ]
        lines = range(0, len(heads), self.columns)
        self.heads = [max(heads[i : i + self.columns]) for i in lines]
        self.height = sum(self.heads) + len(self.heads) * (_PANEL + _FOOT + _GAP)

    def draw(self, page: Page, top: float) -> None:
        series = self.series
        for line, head in enumerate(self.heads):
            for column in range(self.columns):
                at = line * self.columns + column
                if at >= len(series.areas):
                    break
                left = MARGIN + self.ticks + column * (self.wide + _GAP)
                page.text(left, top, self.names[at], LEAST_TYPE + 0.5, weight="bold")
                down = top + text_size(self.names[at], LEAST_TYPE + 0.5)[1]
                page.text(left, down, self.last[at], LEAST_TYPE, color=SECONDARY)
                ax = plot_axes(page, Frame(left, top + head, self.wide, _PANEL))
                _draw(ax, series, series.areas[at])
                if column:
                    ax.set_yticklabels([])
                self._write_periods(page, left, top + head + _PANEL + 0.8)
            top += head + _PANEL + _FOOT + _GAP

    def _write_periods(self, page: Page, left: float, top: float) -> None:
        first, last = self.series.periods[0], self.series.periods[-1]
        look = {"color": SECONDARY}
        room = text_size(f"{first}  {last}", LEAST_TYPE)[0]
        if first != last and room <= self.wide:
            page.text(left, top, first, LEAST_TYPE, **look)
        last = wrap(last, self.wide, LEAST_TYPE)
        page.text(left + self.wide, top, last, LEAST_TYPE, ha="right", **look)
