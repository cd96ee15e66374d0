"""A place against England in the figures that a strategy begins with."""

from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.views.cell_words import number
from geo.views.charts.page import (
    GRID,
    MARKERS,
    Key,
    as_numbers,
    chart_page,
    draw_marker,
    require_columns,
    ticks_within,
)
from geo.views.charts.rows import RowTable
from geo.views.style.options import FigureOptions, FigureSettings, takes_options
from geo.views.style.page import Page, require_width, style
from geo.views.style.palette import INK, SECONDARY, ClassStyle, comparison_styles
from geo.views.style.text import LEAST_TYPE
from geo.views.style.wording import caption_of, listed

_TABLE = "the place in context"
_ABSENT = "[x]"
_LEAST = {"place_least": "at_least", "england_least": "england_at_least"}
_ENGLAND = ClassStyle(INK, "England")


@takes_options(FigureOptions)
def context_chart(
    context: pd.DataFrame, *, place: str = "", **options: Unpack[FigureOptions]
) -> Figure:
    """Draw a place beside England, a row a measure: both numbers, and percentages on one scale.

    Parameters
    ----------
    context : DataFrame
        Public figures only: ``measure``, ``unit``, ``place`` and ``england``, and if known
        ``comparison``, ``at_least`` (whether areas lack in the place's figure, which is then at
        least that), ``england_at_least`` likewise, ``period``, ``source`` and ``note``. Measures
        without a figure of the place are named at the foot.
    place : str
        Name of the place.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm`` and ``notes``,
        as in `geo.views.style.options.FigureOptions`.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`.

    Raises
    ------
    TableError
        If a column is absent, a number is text or infinite, or no measure has a figure.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": ["Residents under 18", "Phonics"], "place": [20.2, 80.0],
    ...     "unit": "%", "england": [21.5, 79.0], "comparison": ["lower", "similar"]})
    >>> context_chart(table, place="Ashfield").get_label()
    'Ashfield is higher than England in 1 of 2 measures and lower in 1'
    """
    settings = FigureSettings(**options)
    require_columns(context, ["measure", "unit", "place", "england"], _TABLE, "in_context")
    table = context.assign(**{n: as_numbers(context, n, _TABLE) for n in ("place", "england")})
    absent = table.loc[table["place"].isna(), "measure"].tolist()
    rows = _shown(require_columns(table[table["place"].notna()], [], _TABLE, "in_context"))
    sources = [] if "source" not in rows else rows["source"].dropna().unique().tolist()
    sources = [one for one in sources if one not in settings.caption]
    text = settings.page_text(
        _finding(rows, place),
        "Latest figures of the place and of England; percentages on one scale",
        caption_of(f"Not here: {listed(absent)}" if absent else "", settings.caption, *sources),
    )
    with style():
        chart = _Context(rows, place or "Place", require_width(settings.width_mm))
        page, top = chart_page(text, settings, chart.table.height, _keys(rows))
        chart.draw(page, top)
    said = "; ".join(_words(row) for _, row in rows.iterrows())
    lacking = f" Not here: {listed(absent)}." if absent else ""
    alt_text = f"Chart of {len(rows)} measures. {text.title}. {said}.{lacking}"
    return page.finish(alt_text, context.drop(columns="decimals", errors="ignore"))


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Add what is shown of each row: class, decimals, and whether it lies on the scale."""
    compared = table.get("comparison", pd.Series(None, table.index, dtype=object))
    share = table["unit"].str.startswith("%")
    return table.assign(
        shown=compared.fillna("not_compared"),
        decimals=share.astype(int),
        label=table["measure"],
        unit=table["unit"].where(table["unit"].str.lower() != table["measure"].str.lower(), ""),
        part="",
        share=share,
        **{of: _marked(table, name) for of, name in _LEAST.items()},
    ).reset_index(drop=True)


def _marked(table: pd.DataFrame, name: str) -> pd.Series:
    return table.get(name, pd.Series(False, table.index)).fillna(False).astype(bool)


def _finding(rows: pd.DataFrame, place: str) -> str:
    """Word the title: in how many percentages the place is above England, and below."""
    both = rows[rows["share"] & rows["england"].notna()]
    name = place or "The place"
    if both.empty:
        return f"{name} in context"
    shown = both[["place", "england"]].round(1)
    above, below = ((shown["place"] > shown["england"]), (shown["place"] < shown["england"]))
    of = "the measure that is here" if len(both) == 1 else f"all {len(both)} measures"
    for word, where in (("higher than", above), ("lower than", below)):
        if where.all():
            return f"{name} is {word} England in {of}"
    if not (above | below).any():
        return f"{name} is as high as England in {of}"
    return (
        f"{name} is higher than England in {above.sum()} of {len(both)} measures and lower in "
        f"{below.sum()}"
    )


def _number(value: float, row: pd.Series, *, least: bool = False) -> str:
    return ("≥" if least else "") + number(value, row["decimals"]) or _ABSENT


def _words(row: pd.Series) -> str:
    own, other = (
        ("at least " if row[f"{of}_least"] else "") + text
        for of in ("place", "england")
        if (text := number(row[of], row["decimals"]) or "not known")
    )
    unit = f" ({row['unit']})" if row["unit"] else ""
    return f"{row['label']}{unit}: {own}, England {other}"


def _keys(rows: pd.DataFrame) -> list[Key]:
    looks, drawn = comparison_styles(placed=True), set(rows.loc[rows["share"], "shown"])
    keys = [Key(look, look.label, MARKERS.get(n, "o")) for n, look in looks.items() if n in drawn]
    return [*keys, Key(_ENGLAND, _ENGLAND.label, "|")] if drawn else []


class _Context:
    """The rows of the chart, in millimetres."""

    def __init__(self, rows: pd.DataFrame, place: str, width: float) -> None:
        self.rows, self.looks = rows, comparison_styles(placed=True)
        columns = [
            (name, [_number(row[of], row, least=row[f"{of}_least"])
                    for _, row in rows.iterrows()])
            for name, of in ((place, "place"), ("England", "england"))
        ]  # fmt: skip
        self.table = RowTable(rows, columns, width, [False] * len(rows))
        shares = rows.loc[rows["share"], ["place", "england"]].to_numpy(dtype=float)
        highest = float(np.nan_to_num(shares).max(initial=1.0))
        self.ticks = ticks_within(0, 100, 5) if highest > 60 else ticks_within(0, highest * 1.2, 4)
        self.highest = max(highest, self.ticks[-1])

    def _x(self, value: float) -> float:
        left, right = self.table.left + 2, self.table.right - 3
        return left + (right - left) * value / self.highest

    def draw(self, page: Page, top: float) -> None:
        def scale(_: int, foot: float) -> None:
            for tick in self.ticks if self.rows["share"].any() else []:
                look = {"color": SECONDARY, "ha": "center", "va": "bottom"}
                page.text(self._x(tick), foot, f"{tick:g}%", LEAST_TYPE, **look)

        for at, middle, ceiling, floor in self.table.rows_written(page, top, scale):
            row = self.rows.iloc[at]
            if not row["share"]:
                continue
            for tick in self.ticks:
                x = self._x(tick)
                page.axes.plot([x, x], [ceiling, floor], color=GRID, lw=0.8, zorder=2)
            if not np.isnan(row["england"]):
                ends = [self._x(row["place"]), self._x(row["england"])]
                page.axes.plot(ends, [middle, middle], color=SECONDARY, lw=1.0, zorder=3)
                page.axes.plot(ends[1:], [middle], marker="|", markersize=9, color=INK,
                               markeredgewidth=1.8, zorder=4)  # fmt: skip
            look = self.looks[row["shown"]]
            marker = MARKERS.get(row["shown"], "o")
            draw_marker(page.axes, self._x(row["place"]), middle, look, marker)
