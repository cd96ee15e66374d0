"""How few areas hold how much of a count."""

from typing import Protocol, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError
from geo.views.charts.page import titled_axes
from geo.views.charts.shares import Mark, draw_shares, shares_page
from geo.views.style.options import ChartOptions, FigureSettings, takes_options
from geo.views.style.page import style
from geo.views.style.wording import caption_of, listed

_FEWEST = 20
"""Areas that a confidential curve needs: it has a point only for every ten areas or more."""
_SHARES = {0.25: "A quarter", 0.5: "Half", 0.75: "Three quarters", 1.0: "All"}


class Concentrated(Protocol):
    """What ``geo.concentration`` returns, as far as a chart needs it."""

    @property
    def areas(self) -> int: ...  # noqa: D102

    @property
    def of(self) -> int: ...  # noqa: D102

    @property
    def share(self) -> float: ...  # noqa: D102

    @property
    def curve(self) -> pd.DataFrame: ...  # noqa: D102


@takes_options(ChartOptions)
def concentration_curve(
    found: Concentrated,
    what: str,
    *,
    areas: str = "LSOAs",
    verb: str = "are",
    confidential: bool = True,
    **options: Unpack[ChartOptions],
) -> Figure:
    """Draw how few areas hold how much of a count: "half of the children are in 20 of 234".

    Parameters
    ----------
    found : Concentration
        What ``geo.concentration`` returns.
    what : str
        What is counted, in the plural: ``"children on plans"``.
    areas : str
        Word for the areas, in the plural.
    verb : str
        The verb that goes with ``what``: ``"is"`` where that is no plural.
    confidential : bool
        Whether the counts are confidential. Then the curve has a point only for every ten areas
        or more, in whole percent, so that no count of an area can be read from it; otherwise a
        point an area.
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
        If nothing was counted, or counts are confidential and there are fewer than 20 areas.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> curve = pd.DataFrame({"areas": [1, 2], "share_of_areas": [0.5, 1.0],
    ...                       "share_of_count": [0.8, 1.0]})
    >>> found = make_dataclass("Found", ["areas", "of", "share", "curve"])(1, 2, 0.5, curve)
    >>> concentration_curve(found, "children", confidential=False).get_label()
    'Half of the children are in 1 of 2 LSOAs (50.0%)'
    """
    settings = FigureSettings(**options)
    points = _points(found, confidential)
    share = _SHARES.get(found.share, f"{100 * found.share:g}%")
    few = f"{found.areas:,} of {found.of:,} {areas} ({found.areas / found.of:.1%})"
    finding = f"{share} of the {what} {verb} in {few}"
    coarse = "The curve has a point only for every ten areas or more, so that no area's count shows"
    text = settings.page_text(
        finding,
        f"Share of the {what} in the {areas} that have most of them",
        caption_of(coarse if confidential else "", settings.caption),
    )
    mark = Mark(found.areas / found.of, found.share, f"{100 * found.share:g}% in {few}")
    if settings.ax is not None:
        with style():
            draw_shares(settings.ax, points, mark)
            return titled_axes(settings.ax, text.title)
    page = shares_page(
        points,
        mark,
        text,
        settings,
        f"Share of the {what}",
        f"Share of {found.of:,} {areas}, those with most first",
    )
    reached = [
        f"{at:.0%} of the {areas} hold {np.interp(at, *points.to_numpy().T):.1%}"
        for at in (0.1, 0.25, 0.5)
    ]
    data = points.assign(
        areas=found.of, areas_that_hold_the_share=found.areas, share_held=found.share
    )
    return page.finish(f"Curve of concentration. {finding}. {listed(reached)} of the {what}.", data)


def _points(found: Concentrated, confidential: bool) -> pd.DataFrame:
    """Points of the curve from (0, 0) to (1, 1); only coarse ones where counts are confidential."""
    if not found.areas:
        raise TableError(
            "The counts are zero everywhere, so no area holds a share of them; give counts that "
            "are not all zero."
        )
    shares = found.curve[["share_of_areas", "share_of_count"]].reset_index(drop=True)
    if confidential:
        if found.of < _FEWEST:
            raise TableError(
                f"A curve of {found.of} areas would give away confidential counts; draw one of "
                f"{_FEWEST} areas or more, or say confidential=False if they are public."
            )
        step = max(10, -(-found.of // 20))
        at = np.arange(step, found.of - step + 1, step)
        shares = shares.iloc[[*(at - 1), found.of - 1]].round({"share_of_count": 2})
    start = pd.DataFrame({"share_of_areas": [0.0], "share_of_count": [0.0]})
    return pd.concat([start, shares], ignore_index=True)
