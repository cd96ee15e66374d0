"""One figure, or all that the data allow: for the command line and for notebooks."""

import base64
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, TypedDict, Unpack

from geo.disclosure.publications import Terms
from geo.disclosure.rules import Rule
from geo.errors import TableError
from geo.geography.places import Place
from geo.notes import Notes
from geo.report.evidence import gather_evidence, with_other_releases
from geo.report.figures import OF_ONE_AREA, OF_ONE_INDICATOR, FigureSet, Maker
from geo.report.progress import in_notebook
from geo.report.rugs import NAME as RUG
from geo.views.style.export import save_figure
from geo.views.style.wording import listed
from geo.vocabulary.releases import RELEASES

SIZES = {"half": (160.0, 123.0), "full": (160.0, 247.0), "16:9": (250.0, 140.625)}
"""Width and height in millimetres: half and all of the text of a sheet of A4, and a slide."""


def drawn(known: FigureSet, name: str, size: str | None = None) -> Any:
    """Draw a figure on a page of a size of `SIZES`; as tall as it is where none is given.

    A figure that is lower than half or all of a sheet stays so; a slide is always of its shape.

    Raises
    ------
    TableError
        If there is no such figure, its rows do not fit on the page, it is the Rug, or it has no use
        for the indicator or area that was asked for.
    """
    for asked, option, figures in (
        (known.indicator, "--indicator", OF_ONE_INDICATOR),
        (known.area, "--area", OF_ONE_AREA),
    ):
        if asked and name in known.makers and name not in figures:
            raise TableError(
                f"The figure {name} is not of one {option[2:]}, so {option} would change nothing; "
                f"leave it out, or draw {listed(figures, 'or')}."
            )
    if not size:
        return known[name]()
    if name == RUG:
        raise TableError(
            "The pages of the Tartan Rug are sheets of A4 whatever is asked; leave the size out."
        )
    width, height = SIZES[size]
    if size != "16:9":
        figure = replace(known, size=(width, None))[name]()
        if figure.get_figheight() * 25.4 <= height + 0.5:
            return figure
    return replace(known, size=(width, height))[name]()


@dataclass(frozen=True, eq=False)
class Gallery:
    """All figures of a place; shows itself in a notebook, each with its alternative text.

    Attributes
    ----------
    makers : mapping of str to callable
        Draws each figure, by name.
    """

    makers: Mapping[str, Maker]

    @property
    def names(self) -> list[str]:
        """Names of the figures, in the order of reading."""
        return list(self.makers)

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Figures by name, each with ``alt_text``, ``caption`` and ``data``; drawn once."""
        drawn: dict[str, Any] = {}
        for name, make in self.makers.items():
            with contextlib.suppress(TableError):  # of their kind, but not of these data
                drawn[name] = make()
        return drawn

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


class Asked(TypedDict, total=False):
    """What to draw from, as in ``geo.build_report``."""

    data: Sequence[str | Path]
    indicators: Sequence[str | Path]
    release: int
    rule: Rule | None
    previous: Sequence[str | Path]


def gallery(place: str | Path | Place | None = None, **asked: Unpack[Asked]) -> Gallery:
    """Lay out every figure that the data allow.

    Parameters
    ----------
    place : str, Path or Place, optional
        As in ``geo.build_report``; the synthetic borough where not given.
    **asked
        ``data``, ``indicators``, ``release``, ``rule`` and ``previous``, as in
        ``geo.build_report``.

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
    >>> geo.gallery().names[:4]
    ['deprivation', 'collaboratives', 'equal-area', 'density']
    """
    notes: Notes = []  # of names that did not fit and the like, which are to be seen
    known = figure_set(place, notes=notes, **asked)
    return Gallery(known.makers)


def figure_set(
    place: str | Path | Place | None,
    *,
    indicator: str = "",
    area: str = "",
    notes: Notes | None = None,
    **asked: Unpack[Asked],
) -> FigureSet:
    """Gather what is known of a place (or the sample), ready to draw from."""
    with in_notebook(()) as on_step:
        evidence = gather_evidence(
            place,
            asked.get("data", ()),
            RELEASES[asked.get("release", 2025)],
            indicators=asked.get("indicators", ()),
            terms=Terms.asked(asked.get("rule"), asked.get("previous", ())),
            on_step=on_step,
        )
    return FigureSet(with_other_releases(evidence), indicator=indicator, area=area, notes=notes)
