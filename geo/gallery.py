"""One figure, or all that the data allow: for the command line and for notebooks."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from geo.errors import TableError
from geo.figure_set import FigureSet
from geo.gather import gather, heard, with_other_releases
from geo.geography.places import Place
from geo.statistics.rules import Rule
from geo.tables import RELEASES
from geo.views.export import save_figure


@dataclass(frozen=True, eq=False)
class Gallery:
    """Figures by name; shows itself in a notebook, each with its alternative text.

    Attributes
    ----------
    figures : mapping of str to Figure
        Each with ``alt_text``, ``caption`` and ``data``.
    """

    figures: Mapping[str, Any]

    def save(self, folder: str | Path) -> list[Path]:
        """Write every figure as PNG, SVG, PDF, CSV and TXT; give the files."""
        return [
            path for name, one in self.figures.items() for path in save_figure(one, folder, name)
        ]

    def _repr_html_(self) -> str:
        return "\n".join(
            f'<figure style="margin: 0 0 2em"><img alt="{escape(figure.alt_text)}" '
            f'src="data:image/png;base64,{base64.b64encode(figure._repr_png_()).decode()}" '
            f'style="max-width: 100%"><figcaption><code>{escape(name)}</code></figcaption></figure>'
            for name, figure in self.figures.items()
        )


def gallery(
    place: str | Path | Place | None = None,
    *,
    data: Sequence[str | Path] = (),
    indicators: Sequence[str | Path] = (),
    release: int = 2025,
    rule: Rule | None = None,
) -> Gallery:
    """Draw every figure that the data allow.

    Parameters
    ----------
    place : str, Path or Place, optional
        As in ``geo.build_report``; the synthetic borough where not given.
    data, indicators, release, rule
        As in ``geo.build_report``.

    Returns
    -------
    Gallery
        Figures that the data do not allow are absent.

    Raises
    ------
    GeoError
        As ``geo.build_report``.

    Examples
    --------
    >>> import geo
    >>> shown = geo.gallery()
    >>> list(shown.figures)[:3]
    ['deprivation', 'collaboratives', 'decile-profile']
    """
    known = figure_set(place, data=data, indicators=indicators, release=release, rule=rule)
    drawn: dict[str, Figure] = {}
    with heard():
        for name, make in known.makers.items():
            try:
                drawn[name] = make()
            except TableError:  # not of these data, though of their kind
                continue
    return Gallery(drawn)


def figure_set(
    place: str | Path | Place | None,
    *,
    data: Sequence[str | Path] = (),
    indicators: Sequence[str | Path] = (),
    release: int = 2025,
    rule: Rule | None = None,
    indicator: str = "",
    area: str = "",
) -> FigureSet:
    """Gather what is known of a place (or the sample), ready to draw from."""
    picture = gather(
        place or "sample",
        data,
        RELEASES[release],
        indicators=indicators,
        rule=rule,
        sample=place is None,
    )
    return FigureSet(with_other_releases(picture), indicator=indicator, area=area)
