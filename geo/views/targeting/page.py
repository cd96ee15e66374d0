"""Lay out the page of targeting: it says one decision, and its scripts reckon others."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.views.style.scripts import PageScripts, bundle, embedded_json
from geo.views.style.svg import SvgFrame
from geo.views.style.templates import style_sheet, templates
from geo.views.targeting.payload import TargetingData

_ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = templates(_ASSETS)
_TEMPLATES.filters["plain"] = "{:.12g}".format
_WIDTH, _HEIGHT = 600, 240
"""Of the curve, inside its axes; as in `curve.js`."""


@dataclass(frozen=True)
class Decision:
    """What one setting comes to, in words and tables.

    Attributes
    ----------
    title : str
        The finding.
    sentences : sequence of str
        What it means.
    curve : sequence of float
        Share of the people reached, 0 to 1, as one area after the other is served.
    groups, areas, allocation : sequence of sequence of str
        Rows of the tables, cell by cell.
    """

    title: str
    sentences: Sequence[str]
    curve: Sequence[float]
    groups: Sequence[Sequence[str]]
    areas: Sequence[Sequence[str]]
    allocation: Sequence[Sequence[str]]

    @property
    def lines(self) -> list[str]:
        """The finding and what it means, a sentence each."""
        return [f"{self.title}.", *self.sentences]


@dataclass(frozen=True)
class SitesMap:
    """Sites on a map of the place, and what they come to.

    Attributes
    ----------
    sentences : sequence of str
        How near people live.
    rows : sequence of sequence of str
        A row for each group, and all.
    areas, outlines : str
        Paths of the LSOAs and of the groups.
    frame : SvgFrame
        Where they stand on the map.
    """

    sentences: Sequence[str]
    rows: Sequence[Sequence[str]]
    areas: str
    outlines: str
    frame: SvgFrame


@dataclass(frozen=True)
class TargetingPage:
    """What the page is made of: the decision that it opens with, and the data for any other.

    ``tables`` stands before the names of its tables, which lie beside it or in a folder. ``sites``
    belongs with ``data["sites"]``.
    """

    place: str
    label: str
    made: str
    decision: Decision
    data: TargetingData
    sites: SitesMap | None = None
    tables: str = ""
    notices: Sequence[str] = ()
    remarks: Sequence[str] = ()
    sources: Sequence[str] = ()


def targeting_page(page: TargetingPage) -> str:
    """Render ``targeting.html``, a whole HTML page that loads nothing from elsewhere.

    Without scripts it stands as it was written.
    """
    data = page.data
    return _TEMPLATES.get_template("targeting.html.j2").render(
        page=page,
        data=data,
        one=data["area_words"][0],
        many=data["area_words"][1],
        group=data["group_words"][0],
        css=style_sheet(_ASSETS / "targeting.css"),
        scripts=PageScripts(bundle(_ASSETS / "page.js")),
        payload=embedded_json(data),
        curve=_curve(page.decision.curve),
        mark=f"{_WIDTH * data['setting']['top'] / len(data['codes']):.1f}",
        width=_WIDTH,
        height=_HEIGHT,
    )


def _curve(shares: Sequence[float]) -> str:
    """Write the curve as the path of an SVG, from the lower left corner."""
    step = _WIDTH / len(shares)
    points = [f"L{step * at:.1f} {_HEIGHT * (1 - share):.1f}" for at, share in enumerate(shares, 1)]
    return f"M0 {_HEIGHT}" + "".join(points)
