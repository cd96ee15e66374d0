"""The page of one group of a place, to print on two sides of A4 and to hand round."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from geo.views.classes import TESTED
from geo.views.style.palette import DECILE_CLASSES, ClassStyle
from geo.views.style.scripts import PageScripts
from geo.views.style.templates import style_sheet, templates

_ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = templates(_ASSETS)


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator of the group against the place and the benchmark, as the Tartan Rug shows it.

    ``group`` is the outcome or subject it is of, ``shown`` the class of ``style``; ``judgeable``
    tells whether high or low is good, ``far`` how far it is on the bad side of the benchmark, as a
    ratio.
    """

    group: str
    label: str
    unit: str
    period: str
    text: str
    borough: str
    benchmark: str
    benchmark_name: str
    shown: str
    style: ClassStyle
    trend: str
    judgeable: bool
    far: float = 0.0

    @property
    def against(self) -> str:
        """Figure and benchmark in words."""
        beside = f" ({self.benchmark_name} {self.benchmark_figure})" if self.benchmark else ""
        return f"{self.label}: {self.figure}{beside}"

    @property
    def figure(self) -> str:
        """The group's figure, with a sign where it is a percentage."""
        return self.text + self._sign

    @property
    def benchmark_figure(self) -> str:
        """That of the benchmark."""
        return self.benchmark + self._sign if self.benchmark else ""

    @property
    def _sign(self) -> str:
        return "%" if self.unit.startswith("%") else ""

    @property
    def judged(self) -> bool:
        """Whether it is compared, and could be worse."""
        return self.judgeable and self.shown in TESTED

    @property
    def placed(self) -> bool:
        """Whether it is placed among England's areas, and could be in the worst fifth."""
        return self.judgeable and self.shown.startswith("fifth")


@dataclass(frozen=True)
class Ward:
    """A ward of the group, by its number on the map."""

    number: int
    name: str
    lsoas: int
    deprived: int


@dataclass(frozen=True)
class GroupPage:
    """What the page of one group is made of.

    Attributes
    ----------
    place, name, kind : str
        The authority, the group, and what it is.
    label, made : str
        Release and day, in words.
    title : str
        The finding.
    sentences : sequence of str
        What it means for the people who live there.
    map_svg : Markup
        The group's LSOAs by decile, its wards numbered; empty where there are no boundaries.
    wards : sequence of Ward
        Empty where wards are not known.
    indicators : sequence of IndicatorRow
        In the order of the rug.
    needs, strengths : sequence of str
        Indicators worse and better than England.
    first : sequence of sequence of str
        Name, code, place in the order and decile of the LSOAs that come first.
    people : sequence of sequence of str
        Age band, residents here, their share here and in the place.
    people_year : str
        Of which year they are: ``"mid-2022"``.
    data : DataFrame, optional
        The indicators as a table to download, as safe to print as the page.
    before, after : tuple of str and str
        File and name of the groups beside it.
    """

    place: str
    name: str
    kind: str
    label: str
    made: str
    title: str
    sentences: Sequence[str]
    map_svg: Markup
    wards: Sequence[Ward]
    indicators: Sequence[IndicatorRow]
    needs: Sequence[str]
    strengths: Sequence[str]
    first: Sequence[Sequence[str]]
    people: Sequence[Sequence[str]]
    data: pd.DataFrame | None
    before: tuple[str, str]
    after: tuple[str, str]
    benchmark: str = "England"
    people_year: str = ""
    legend: Sequence[ClassStyle] = ()
    notices: Sequence[str] = ()
    sources: Sequence[str] = ()

    @property
    def by_group(self) -> list[tuple[str, list[IndicatorRow]]]:
        """Indicators by the outcome or subject they are of."""
        order = dict.fromkeys(row.group for row in self.indicators)
        return [(one, [row for row in self.indicators if row.group == one]) for one in order]


_MOST_NAMED = 15
"""Neighbourhoods that fit the first side of paper."""


def group_page(page: GroupPage) -> str:
    """Render the page, a whole HTML page that loads nothing and needs no scripts."""
    table = "" if page.data is None else page.data.to_csv(index=False, lineterminator="\n")
    return _TEMPLATES.get_template("group.html.j2").render(
        page=page,
        css=style_sheet(_ASSETS / "group.css"),
        first=page.first[:_MOST_NAMED],
        deciles=list(DECILE_CLASSES.values()),
        scripts=PageScripts(),
        download="data:text/csv;charset=utf-8," + quote(table),
    )
