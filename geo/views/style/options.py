"""Options that figures share: written, checked and documented once.

A figure function takes them by name, ``**options: Unpack[MapOptions]``: type checkers, editors and
`help` know them as if they stood in its signature, and any other name is refused.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, TypedDict, TypeVar, get_type_hints

import pandas as pd
from matplotlib.axes import Axes

from geo.notes import Notes
from geo.views.style.page import PageText
from geo.vocabulary.area_types import AreaType, area_type

Drawing = TypeVar("Drawing", bound=Callable[..., Any])


class FigureOptions(TypedDict, total=False):
    """Words and size of every figure.

    Parameters
    ----------
    title : str
        The finding, as a sentence; worded from the data where not given.
    subtitle : str
        Measure, geography and period; worded from the data where not given.
    caption : str
        Source and licence, at the foot, after what the figure says of its own method. Where not
        given, those of the indicator's catalogue, of the Indices or of the boundaries.
    notice : str
        A caution to print above the figure, such as ``"Synthetic data"``.
    width_mm : float
        Width on paper in millimetres, 80 (a column) to 250 (a landscape page); 160 where not given.
    height_mm : float, optional
        Height on paper: a map takes what the words leave, and a chart whose rows need more is
        refused. As tall as what is on it where not given.
    notes : list of str, optional
        Takes what was settled by a rule, such as names that did not fit; without it, a
        ``GeoWarning`` says so.
    """

    title: str
    subtitle: str
    caption: str
    notice: str
    width_mm: float
    height_mm: float | None
    notes: Notes | None


class ChartOptions(FigureOptions, total=False):
    """Options of a chart that can be drawn on axes of the caller; also those of `FigureOptions`.

    Parameters
    ----------
    ax : Axes, optional
        Draw here, and leave page, legend and words to the caller.
    """

    ax: Axes | None


class IndicatorOptions(FigureOptions, total=False):
    """Options of a figure of indicators; also those of `FigureOptions`.

    Parameters
    ----------
    catalogue : DataFrame, optional
        A row an indicator: name, unit, polarity, source, licence, whether it is confidential; as
        for ``geo.tartan_rug``.
    """

    catalogue: pd.DataFrame | None


class IndicatorChartOptions(IndicatorOptions, ChartOptions, total=False):
    """Options of `IndicatorOptions` and `ChartOptions`."""


class MapOptions(FigureOptions, total=False):
    """Options of a map of a place; also those of `FigureOptions`.

    Parameters
    ----------
    place : str
        Name of the place, for the alternative text.
    outlines : str or AreaType, optional
        Column of a level of the place, such as ``"ward"``, whose groups are outlined and named;
        as ``Place.area_type`` gives it, with the place's own words for it.
    """

    place: str
    outlines: str | AreaType | None


class InsetMapOptions(MapOptions, total=False):
    """Options of a map that enlarges towns; also those of `MapOptions`.

    Parameters
    ----------
    insets : bool or sequence of str
        True, as where not given, finds the towns whose areas are drawn narrower than 2.5 mm, as
        many as there is room for; names, such as ``("Crewe", "Macclesfield")``, choose towns by
        how their wards' names begin; False enlarges none.
    ax : Axes, optional
        Draw areas, outlines and names here, and leave page, legend and insets to the caller.
    """

    insets: bool | Sequence[str]
    ax: Axes | None


class IndicatorMapOptions(IndicatorOptions, InsetMapOptions, total=False):
    """Options of a map of one indicator; also those of `IndicatorOptions` and `InsetMapOptions`.

    Parameters
    ----------
    classes : {"comparison", "comparison_5", "quintiles"}
        Against the benchmark in three (where not given) or five classes, or by fifths of
        England's areas.
    benchmark : str
        Area type or code of the area compared with, ``"england"`` where not given; its name is in
        the words.
    incomplete : bool
        Whether areas without a row are drawn as missing, and rows without an area left off.
        Otherwise, as where not given, both are refused.
    """

    classes: str
    benchmark: str
    incomplete: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class FigureSettings:
    """The options of one figure, those not given at their defaults."""

    title: str = ""
    subtitle: str = ""
    caption: str = ""
    notice: str = ""
    width_mm: float = 160
    height_mm: float | None = None
    notes: Notes | None = None
    place: str = ""
    outlines: str | AreaType | None = None
    insets: bool | Sequence[str] = True
    ax: Axes | None = None
    catalogue: pd.DataFrame | None = None
    classes: str = "comparison"
    benchmark: str = "england"
    incomplete: bool = False

    @property
    def level(self) -> AreaType | None:
        """Level whose groups are outlined and named, in words."""
        return area_type(self.outlines) if self.outlines else None

    @property
    def level_column(self) -> str | None:
        """Column of that level."""
        return self.level.name if self.level else None

    def page_text(self, title: str, subtitle: str, caption: str) -> PageText:
        """Give what is written around the figure: title and subtitle as asked for, else these."""
        return PageText(self.title or title, self.subtitle or subtitle, self.notice, caption)


def takes_options(shared: type, **defaults: Any) -> Callable[[Drawing], Drawing]:
    """Show the options of a figure function in its signature, and refuse all others.

    Parameters
    ----------
    shared : type
        The `TypedDict` that the function unpacks as ``**options``.
    **defaults
        Values of options that are not given, where they are not those of `FigureSettings`.

    Raises
    ------
    TypeError
        When the function is called with a name that it does not take.

    Examples
    --------
    >>> @takes_options(FigureOptions, caption="Source: ONS.")
    ... def draw(areas, **options):
    ...     return FigureSettings(**options).caption
    >>> draw([]), draw([], caption="")
    ('Source: ONS.', '')
    >>> inspect.signature(draw).parameters["width_mm"].default
    160
    >>> draw([], colour="red")
    Traceback (most recent call last):
    ...
    TypeError: draw() got an unexpected keyword argument 'colour'; allowed are areas, title,
    subtitle, caption, notice, width_mm, height_mm, notes.
    """
    usual = {field.name: field.default for field in fields(FigureSettings)} | defaults

    def decorate(function: Drawing) -> Drawing:
        own = inspect.signature(function)
        named = [one for one in own.parameters.values() if one.kind is not one.VAR_KEYWORD]
        options = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=usual[name], annotation=kind
            )
            for name, kind in get_type_hints(shared).items()
        ]
        allowed = [one.name for one in (*named, *options)]

        @wraps(function)
        def checked(*args: Any, **given: Any) -> Any:
            for name in given:
                if name not in allowed:
                    raise TypeError(
                        f"{function.__name__}() got an unexpected keyword argument {name!r}; "
                        f"allowed are {', '.join(allowed)}."
                    )
            return function(*args, **{**defaults, **given})

        checked.__signature__ = own.replace(parameters=[*named, *options])  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate
