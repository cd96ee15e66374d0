"""How many people or households of a kind live in each LSOA: denominators and weights, by name.

A catalogue names them: ``residents``, ``households``, ``children``, ``working-age adults``, or
``residents 0-17`` for any other ages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from geo.errors import CodeError, TableError
from geo.geography.vintages import convert
from geo.report.credits import published_with
from geo.sources.ages import ResidentsByAge
from geo.sources.populations import EDITION
from geo.vocabulary.area_types import area_type, kind_of
from geo.vocabulary.codes import plain_codes
from geo.vocabulary.releases import RELEASES, VINTAGES

_BAND = re.compile(r"(?:residents|people|children|young people|persons) (?:aged )?"
                   r"(\d+)\s*(?:(?:-|–|to)\s*(\d+)|\+|and over)")  # fmt: skip
_NAMED: dict[str, tuple[str, tuple[int, int | None]]] = {
    "children": ("children", (0, 15)),
    "working-age": ("working_age", (18, 66)),
    "older people": ("older_people", (60, None)),
}
_PUBLISHED = {
    "population": "residents",
    "children": "children aged 0 to 15",
    "working_age": "people of working age",
    "older_people": "people aged 60 and over",
}
_ALLOWED = "residents, households, children, working-age residents, older people, residents 0-17"
_RESIDENTS = ("residents", "usual residents", "people", "population", "people at risk", "persons")
_HOUSEHOLDS = ("households", "properties at risk", "dwellings", "properties")


@dataclass(frozen=True)
class Counted:
    """People or households of each LSOA by code: what they are, of which year, and from where."""

    number: pd.Series
    words: str
    source: str = ""
    year: str = ""

    @property
    def told(self) -> str:
        """What they are and where they are from, in words."""
        return ", ".join(filter(None, (self.words, self.source)))

    def covers(self, kind: str) -> bool:
        """Tell whether they are known of all of England's LSOAs of a vintage."""
        known = self.number.dropna().index
        return int(known.astype(str).str.startswith("E").sum()) >= VINTAGES.get(kind, 1 << 30)


@dataclass
class People:
    """Everything that is known of how many live in each LSOA of one vintage.

    Parameters
    ----------
    code : str
        Column of codes of the vintage, such as ``lsoa21cd``.
    deprivation : DataFrame
        The Indices, with the populations that are published with them.
    populations : sequence of DataFrame
        As from ``read_population``.
    ages : sequence of ResidentsByAge
        Residents by single year of age, of this vintage or of another.
    lookups : sequence of DataFrame
        Between vintages.
    households : Series, optional
        Households by LSOA code.
    """

    code: str
    deprivation: pd.DataFrame
    populations: Sequence[pd.DataFrame] = ()
    ages: Sequence[ResidentsByAge] = ()
    lookups: Sequence[pd.DataFrame] = ()
    households: pd.Series | None = None
    _found: dict[str, Counted | None] = field(default_factory=dict)

    def of(self, name: str) -> Counted | None:
        """Give the people or households that a name stands for; None where they are not known.

        Raises
        ------
        ValueError
            If the name stands for nothing that is known here.
        """
        plain = " ".join(str(name).lower().split())
        if plain not in self._found:
            found = self._look_up(plain)
            self._found[plain] = found and replace(found, number=plain_codes(found.number))
        return self._found[plain]

    def of_ages(self, youngest: int, oldest: int | None) -> Counted | None:
        """Give the residents of an age band, open where there is no oldest; None if not known."""
        return self._published_band(youngest, oldest) or self._aged(youngest, oldest)

    @staticmethod
    def knows(name: str) -> bool:
        """Tell whether a name stands for anything, here or elsewhere."""
        plain = " ".join(str(name).lower().split())
        return (
            plain in (*_RESIDENTS, *_HOUSEHOLDS)
            or any(plain.startswith(word) for word in _NAMED)
            or _BAND.fullmatch(plain) is not None
        )

    def _look_up(self, name: str) -> Counted | None:
        if name in _RESIDENTS:
            return self._residents()
        if name in _HOUSEHOLDS:
            return None if self.households is None else Counted(self.households, "households")
        if band := _BAND.fullmatch(name):
            oldest = band[2]
            upper = int(oldest) if oldest else None
            return self.of_ages(int(band[1]), upper)
        for word, (column, ages) in _NAMED.items():
            if name.startswith(word):
                return self._published(column) or self._aged(*ages)
        raise ValueError(name)

    def _published(self, column: str) -> Counted | None:
        if column not in self.deprivation:
            return None
        people = self.deprivation.set_index(self.code)[column].astype(float)
        if "release" not in self.deprivation:
            return Counted(people, _PUBLISHED[column], "as published with the Indices")
        release = RELEASES[int(self.deprivation["release"].iat[0])]
        source = published_with(release.residents, release)
        return Counted(people, _PUBLISHED[column], source, release.residents)

    def _published_band(self, youngest: int, oldest: int | None) -> Counted | None:
        """Give a band that is published with the Indices."""
        if (youngest, oldest) == (0, 15):
            return self._published("children")
        return self._published("older_people") if (youngest, oldest) == (60, None) else None

    def _residents(self) -> Counted | None:
        if (published := self._published("population")) is not None:
            return published
        for table in self.populations:
            if {self.code, "population"} <= set(table):
                people = table.set_index(self.code)["population"].astype(float)
                year = table.attrs.get(EDITION, "")
                return Counted(people, "residents", year, year)
        return None

    def _aged(self, youngest: int, oldest: int | None) -> Counted | None:
        """Residents of an age band, of this vintage's LSOAs, else by the ages of another's."""
        words = f"residents aged {youngest} " + ("and over" if oldest is None else f"to {oldest}")
        of_vintage = [one for one in self.ages if one.table.columns[0] == self.code]
        for one in of_vintage:
            if (band := one.between(youngest, oldest)) is not None:
                return Counted(band, words, one.year, one.year)
        for one in self.ages:
            code = str(one.table.columns[0])
            band, everybody = one.between(youngest, oldest), one.between(0, None)
            if code == self.code or band is None or everybody is None:
                continue
            both = pd.DataFrame({"band": band, "everybody": everybody}).rename_axis(code)
            if (carried := self._carried(both.reset_index())) is None:
                continue
            of = f"{one.year} carried over from {area_type(kind_of(code)).dated} areas".lstrip()
            if (residents := self._residents()) is None:
                return Counted(carried["band"], words, of, one.year)
            share = carried["band"] / carried["everybody"].where(carried["everybody"] > 0)
            scaled = share.reindex(residents.number.index) * residents.number
            return Counted(scaled, words, f"ages of {of}, scaled to all residents", one.year)
        return None

    def _carried(self, table: pd.DataFrame) -> pd.DataFrame | None:
        """Convert residents of another vintage's LSOAs; None where no lookup leads here."""
        counts = list(table.columns[1:])
        residents = [t for t in self.populations if {self.code, "population"} <= set(t)]
        try:
            carried = convert(
                table, self.lookups, to=kind_of(self.code), counts=counts, residents=residents
            )
        except CodeError:
            return None
        return carried.set_index(self.code)


def weight_of(fact: pd.Series, people: People) -> Counted | None:
    """Give what an indicator's values are weighted by, as its catalogue says, and say it.

    Raises
    ------
    TableError
        If the catalogue names a weight that is none.
    """
    asked = fact.get("weight")
    given = isinstance(asked, str) and asked != ""
    if not given:
        asked = fact.get("denominator")
        if not isinstance(asked, str) or not People.knows(asked):
            asked = "residents"
    elif not People.knows(str(asked)):
        raise TableError(
            f"The indicator {fact.name} is to be weighted by {asked!r}; allowed are {_ALLOWED} and "
            "other ages, so correct its weight in the catalogue."
        )
    if (found := people.of(str(asked))) is not None:
        return found
    residents = people.of("residents")
    if residents is None:
        return None
    return Counted(residents.number, f"{residents.words} ({asked} are not known)", residents.source)
