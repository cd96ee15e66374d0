"""Whom serving one area after the other reaches."""

from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.views.charts.page import require_columns, titled_axes
from geo.views.charts.shares import Mark, draw_shares, shares_page
from geo.views.style.options import ChartOptions, FigureSettings, takes_options
from geo.views.style.page import style
from geo.views.style.wording import caption_of, listed
from geo.vocabulary.area_types import area_type

_SHARES = ["share_of_areas", "share_of_need"]


@takes_options(ChartOptions)
def coverage_curve(
    curve: pd.DataFrame, what: str, *, top: int, **options: Unpack[ChartOptions]
) -> Figure:
    """Draw what share of people is reached as more areas are served, the first in order first.

    Parameters
    ----------
    curve : DataFrame
        ``curve`` of what ``geo.coverage`` returns; its first kind of areas is drawn.
    what : str
        Who is reached, in the plural: ``"children in need"``.
    top : int
        How many areas are served.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes`` and
        ``ax``, as in `geo.views.style.options.ChartOptions`.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`; or the figure of ``ax``.

    Raises
    ------
    TableError
        If a column is absent, nobody is in need, or ``top`` is out of range.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> curve = pd.DataFrame({"area_type": "lsoa21", "areas": [1, 2], "of": 2,
    ...                       "share_of_areas": [0.5, 1.0], "share_of_need": [0.8, 1.0]})
    >>> coverage_curve(curve, "children", top=1).get_label()
    '80.0% of all children are in the LSOA that comes first (50.0% of 2)'
    """
    settings = FigureSettings(**options)
    columns = ["area_type", "areas", "of", *_SHARES]
    require_columns(curve, columns, "the curve", "geo.coverage")
    own = curve[curve["area_type"].eq(curve["area_type"].iloc[0])].reset_index(drop=True)
    if own["share_of_need"].isna().any():
        raise TableError(f"There are no {what}, so nobody is reached; choose others.")
    if not 1 <= top <= len(own):
        raise TableError(f"top is {top}; give a whole number from 1 to {len(own)}, the areas.")
    words, (across, up) = area_type(own["area_type"].iloc[0]), own.loc[top - 1, _SHARES]
    first = (
        f"the {words.singular} that comes first"
        if top == 1
        else f"the {words.counted(top)} that come first"
    )
    finding = f"{up:.1%} of all {what} are in {first} ({across:.1%} of {len(own):,})"
    text = settings.page_text(
        finding,
        f"Share of all {what} reached as more {words.plural} are served",
        caption_of("", settings.caption),
    )
    start = pd.DataFrame([[0.0, 0.0]], columns=_SHARES)
    points = pd.concat([start, own[_SHARES]], ignore_index=True)
    mark = Mark(across, up, f"{up:.1%} in the first {top:,}")
    if settings.ax is not None:
        with style():
            draw_shares(settings.ax, points, mark)
            return titled_axes(settings.ax, text.title)
    onward = f"Share of {len(own):,} {words.plural} served, first come first"
    page = shares_page(points, mark, text, settings, f"Share of all {what}", onward)
    reached = [
        f"the first {at:.0%} of the {words.plural} hold {np.interp(at, *points.to_numpy().T):.1%}"
        for at in (0.1, 0.25, 0.5)
    ]
    alt = f"Curve of who is reached, beside a straight line as if all were spread evenly. {finding}"
    return page.finish(f"{alt}; {listed(reached)} of all {what}.", own)
