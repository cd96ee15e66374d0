"""The areas that come first, in rows, with the place of each on a scale, and how sure it is."""

from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.views.charts.page import (
    GRID,
    STATES,
    Key,
    chart_page,
    draw_marker,
    require_columns,
    ticks_within,
)
from geo.views.charts.rows import RowTable
from geo.views.style.options import FigureOptions, FigureSettings, takes_options
from geo.views.style.page import Page, require_width, style
from geo.views.style.palette import DECILE_CLASSES, INK, SECONDARY, ClassStyle
from geo.views.style.text import LEAST_TYPE
from geo.vocabulary.area_types import AreaType, area_type

MOST_ROWS = 40
"""Areas that fit on a page of A4; the others are in the data alone."""
_COLUMNS = ["area", "group", "rank", "decile", "at", "low", "high", "chance"]


@takes_options(FigureOptions)
def priority_chart(
    rows: pd.DataFrame,
    *,
    scale: str,
    areas: str | AreaType = "lsoa21",
    **options: Unpack[FigureOptions],
) -> Figure:
    """Draw the areas that come first, one row each, first come first.

    Parameters
    ----------
    rows : DataFrame
        One row an area, in order: ``area`` (its name), ``group``, ``rank``, ``decile`` (in
        England, may be missing), ``at`` (its place on the scale), and where it is not certain
        ``low`` and ``high`` (between which places it may be) and ``chance`` (probability of being
        among these, 0 to 1); missing for all where it is.
    scale : str
        What the scale is of: ``"Rank in England, 1 is the most deprived"``.
    areas : str or AreaType
        Area type of the areas.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm`` and ``notes``,
        as in `geo.views.style.options.FigureOptions`; the title names the group that holds most.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`.

    Raises
    ------
    TableError
        If a column is absent, there is no row, or some places are certain and others are not.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["North", "South"], "group": "Crewe", "rank": [1, 2],
    ...     "decile": [1, 2], "at": [100, 4000], "low": np.nan, "high": np.nan, "chance": np.nan})
    >>> priority_chart(rows, scale="Rank in England").get_label()
    'Of the 2 LSOAs that come first, Crewe holds 2'
    """
    settings, words = FigureSettings(**options), area_type(areas)
    require_columns(rows, _COLUMNS, "the areas that come first", "geo.priority")
    missing = rows[["low", "high", "chance"]].isna().to_numpy()
    if missing.any() and not missing.all():
        raise TableError("Some places have no interval or no chance; give all of them, or none.")
    shown = rows.head(MOST_ROWS).reset_index(drop=True)
    drawn = _PriorityRows(shown, not missing.all(), require_width(settings.width_mm))
    cut = f"; the first {len(shown)} of {len(rows)} shown" if len(rows) > len(shown) else ""
    most = rows["group"].value_counts()
    finding = (
        f"Of the {words.counted(len(rows))} that come first, {most.index[0]} holds {most.iloc[0]}"
    )
    text = settings.page_text(finding, f"{scale}{cut}", settings.caption)
    with style():
        page, top = chart_page(text, settings, drawn.table.height + 1.0, drawn.keys)
        drawn.draw(page, top)
    told = ", ".join(f"{row.area} ({row.group})" for row in shown.head(5).itertuples())
    return page.finish(f"Rows of areas in order of priority. {text.title}. First: {told}.", rows)


class _PriorityRows:
    """Rows with names before and a mark on the scale behind; places are millimetres."""

    def __init__(self, rows: pd.DataFrame, uncertain: bool, width: float) -> None:
        self.rows, self.uncertain = rows, uncertain
        labelled = pd.DataFrame({"label": rows["area"], "unit": rows["group"], "part": ""})
        columns = [("Rank", [f"{rank:,}" for rank in rows["rank"]])]
        columns.append(("Decile", ["–" if np.isnan(d) else f"{d:.0f}" for d in self.deciles]))
        if uncertain:
            columns.append(("Chance", [f"{one:.0%}" for one in rows["chance"]]))
        self.table = RowTable(labelled, columns, width, [False] * len(rows))
        self.farthest = float(rows["high" if uncertain else "at"].max())

    @property
    def deciles(self) -> np.ndarray:
        return self.rows["decile"].to_numpy(float, na_value=np.nan)

    @property
    def looks(self) -> list[ClassStyle]:
        return [STATES["missing"] if np.isnan(d) else DECILE_CLASSES[int(d)] for d in self.deciles]

    @property
    def keys(self) -> list[Key]:
        used = [DECILE_CLASSES[int(d)] for d in np.unique(self.deciles[~np.isnan(self.deciles)])]
        keys = [Key(look, look.label, marker="o") for look in used]
        if np.isnan(self.deciles).any():
            keys.append(Key(STATES["missing"], "no decile", marker="o"))
        if self.uncertain:
            keys.append(Key(ClassStyle(INK, ""), "where its rank may be", line="-"))
        return keys

    def draw(self, page: Page, top: float) -> None:
        ax, table = page.axes, self.table
        left, wide = table.left + 1.5, table.right - table.left - 3.0

        def x(place: float) -> float:
            return left + wide * (place - 1) / max(self.farthest - 1, 1)

        ticks = [1.0, *(tick for tick in ticks_within(1, self.farthest, 4) if tick > 1)]

        def scale(_: int, foot: float) -> None:
            for tick in ticks:
                look = {"ha": "center", "va": "bottom", "color": SECONDARY}
                page.text(x(tick), foot, f"{tick:,.0f}", LEAST_TYPE, **look)

        for at, middle, ceiling, floor in table.rows_written(page, top, scale):
            for tick in ticks:
                ax.plot([x(tick)] * 2, [ceiling, floor], color=GRID, lw=0.6, zorder=0)
            row = self.rows.iloc[at]
            if self.uncertain:
                ends = [x(float(row[end])) for end in ("low", "high")]
                ax.plot(ends, [middle, middle], color=INK, lw=1.1, zorder=4)
            draw_marker(ax, x(float(row["at"])), middle, self.looks[at], "o")
