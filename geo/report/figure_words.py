"""What is written around the figures of a place: sources, notices, size of the page."""

from dataclasses import dataclass
from typing import TypedDict

import pandas as pd

from geo.notes import Notes
from geo.report.credits import RESIDENTS, indices_source
from geo.report.evidence import Evidence
from geo.report.outcomes import Outcomes
from geo.vocabulary.area_types import AreaType


class PageWords(TypedDict):
    """Options of every figure."""

    notice: str
    notes: Notes | None
    width_mm: float
    height_mm: float | None


class Attributed(PageWords):
    """Those with sources."""

    caption: str


class MapWords(Attributed):
    """Those of a map."""

    outlines: AreaType
    place: str


class IndicatorWords(PageWords):
    """Those of a chart of indicators."""

    catalogue: pd.DataFrame


@dataclass(frozen=True)
class FigureWords:
    """Options that figures of one place share.

    Attributes
    ----------
    evidence : Evidence
        Whose notices and sources are told.
    notes : list of str, optional
        Takes what drawing settles.
    size : (float, float or None)
        Width and height of pages in millimetres.
    """

    evidence: Evidence
    notes: Notes | None
    size: tuple[float, float | None]

    def attribution(self, *others: int, residents: bool = False) -> Attributed:
        """Attribution, with other releases drawn and where residents come from, and notices."""
        now = self.evidence.release.year
        of = {indices_source(now): indices_source(*others, now)}
        sources = [
            of.get(source, source)
            for source in self.evidence.sources
            if residents or not source.startswith(RESIDENTS)
        ]
        return {"caption": " ".join(sources), **self.page(" ".join(self.evidence.notices))}

    def page(self, notice: str) -> PageWords:
        """Notice, notes and size."""
        width, height = self.size
        return {"notice": notice, "notes": self.notes, "width_mm": width, "height_mm": height}

    def of_map(self, *others: int, residents: bool = False) -> MapWords:
        """Attribution, and the groups to outline and name."""
        place, words = self.evidence.place, self.attribution(*others, residents=residents)
        return {"outlines": place.area_type(place.levels[0].column), "place": place.name, **words}

    def notice(self, *, grouped: bool = True) -> str:
        """Word the notices; that of membership only where groups are shown."""
        membership = "" if grouped else self.evidence.place.membership
        return " ".join(one for one in self.evidence.notices if one != membership)

    def of_chart(self, found: Outcomes, *, grouped: bool = True) -> IndicatorWords:
        """Catalogue, and the notices that concern what is shown."""
        return {"catalogue": found.catalogue, **self.page(self.notice(grouped=grouped))}
