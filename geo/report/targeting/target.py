"""Whom to serve first, in tables, sentences and a page: made of what is printed alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.disclosure.publications import Terms
from geo.errors import refusal_told
from geo.report.evidence import Evidence, gather_evidence
from geo.report.manifest import today
from geo.report.targeting.page import first_setting, hidden, page_of
from geo.report.targeting.priorities import Priorities
from geo.report.targeting.sites import Venues, sites_of
from geo.views.targeting.page import targeting_page
from geo.views.targeting.payload import Setting
from geo.vocabulary.area_types import name_column
from geo.vocabulary.local_names import LOCAL_NAME
from geo.vocabulary.releases import RELEASES
from geo.vocabulary.spreadsheets import safe_cells

PAGE = "targeting.html"


@dataclass(frozen=True)
class Asked:
    """What targeting is asked for.

    Attributes
    ----------
    index : str
        What gives the order: an index or domain of deprivation (``"imd"``, ``"idaci"`` …), or an
        indicator.
    top : int, optional
        How many LSOAs are served; those in the most deprived 30% of England where not given.
    need : str
        Indicator of those who are to be reached; children, or residents, where not given.
    by : str
        Level whose groups share a budget; the first of the place where not given.
    budget : float, optional
        What is split between them, in pounds, and the least and the most (``floor``, ``cap``) of
        each. Without it the page shows an example, and there is no table.
    venues : Venues, optional
        Candidate sites for outreach, to choose among.
    """

    index: str = "imd"
    top: int | None = None
    need: str = ""
    by: str = ""
    budget: float | None = None
    floor: float = 0
    cap: float | None = None
    venues: Venues | None = None


@dataclass(frozen=True, eq=False)
class Targeting:
    """What there is to write: tables by name, the finding, sentences, and the page."""

    tables: Mapping[str, pd.DataFrame]
    finding: str
    lines: Sequence[str]
    page: str

    def write(self, out: Path, tables: Path, note: str) -> None:
        """Write the page to a folder, and the tables to another."""
        with refusal_told(out):
            tables.mkdir(parents=True, exist_ok=True)
            for name, table in self.tables.items():
                table = table.assign(note=note) if note else table
                safe_cells(table).to_csv(tables / f"{name}.csv", index=False, lineterminator="\n")
            (out / PAGE).write_text(self.page, "utf-8")


def write_target(
    place: str | Path | None,
    data: Sequence[str | Path],
    out: Path,
    *,
    release: int = 2025,
    indicators: Sequence[str | Path] = (),
    terms: Terms | None = None,
    asked: Asked = Asked(),
) -> list[str]:
    """Write ``targeting.html`` and its tables, and say in sentences what they tell.

    Parameters
    ----------
    place : str, Path or None
        As in ``build_report``; None draws the sample.
    data : sequence of str or Path
        Data folders.
    out : Path
        Folder to write to.
    release : int
        Release of the Indices.
    indicators : sequence of str or Path
        Files of indicators or folders of them, besides those in the data folders.
    terms : Terms, optional
        By which rule small counts of confidential indicators are hidden, and what was published
        before; a report beside it needs the same.
    asked : Asked
        Order, number of LSOAs, whom to reach, budget.

    Raises
    ------
    GeoError
        If something in the data is wrong, or what is asked for is not known or not shown.
    """
    evidence = gather_evidence(place, data, RELEASES[release], indicators=indicators, terms=terms)
    made = targeting_of(evidence, asked)
    made.write(out, out, " ".join(evidence.notices))
    told = [hidden(evidence)] if hidden(evidence) else []
    return [*made.lines, *told, *(f"Note: {notice}" for notice in evidence.notices)]


def targeting_of(evidence: Evidence, asked: Asked = Asked(), tables: str = "") -> Targeting:
    """Put the LSOAs of a place in order, and say whom that reaches.

    ``tables`` is where the tables will lie as the page sees it: ``"tables/"``, or beside it.
    """
    priorities = Priorities.of(evidence, asked.index, asked.need, asked.by)
    top = priorities.usual_top() if asked.top is None else asked.top
    setting = first_setting(priorities, top, asked.budget)
    setting |= {"floor": asked.floor, "cap": asked.cap}
    words = priorities.measures[priorities.asked]
    first = f"{evidence.label}, in the order of: {words}."
    placed = sites_of(evidence, priorities, asked.venues)
    page = page_of(evidence, priorities, setting, today(), sites=placed.shown, tables=tables)
    said = (first, *page.decision.lines, priorities.instead, *placed.lines)
    return Targeting(
        tables=_tables(priorities, setting, asked.budget is not None) | placed.tables,
        finding=f"By {words}, {page.decision.lines[0]}",
        lines=[line for line in said if line],
        page=targeting_page(page),
    )


def _tables(priorities: Priorities, setting: Setting, has_budget: bool) -> dict[str, pd.DataFrame]:
    """Tables as they are written: every LSOA, the curve, what is left out, the budget."""
    lsoas, top = priorities.lsoas, setting["top"]
    people = priorities.people[setting["people"]]
    order = priorities.order({priorities.asked: 1.0}, top)
    if priorities.outcome is None:
        # Published ranks are certain: what would say how sure they are is left out.
        order = order.drop(columns=["index", "probability", "rank_low", "rank_high"])
    found = priorities.reach(order, people, top)
    extra = [*priorities.levels, "imd_rank", priorities.asked, priorities.deciles.name]
    extra += ["population", "children"]
    kept = [c for c in dict.fromkeys(extra) if c in lsoas and c not in order]
    for at, name in enumerate(
        [c for c in (name_column(priorities.code), LOCAL_NAME) if c in lsoas]
    ):
        order.insert(at + 1, name, lsoas[name])
    tables = {
        "targeting": order.join(lsoas[kept]),
        # A count is called as everywhere, so that who checks the tables sees what it is.
        "coverage": found.curve.dropna(axis=1, how="all").rename(columns={"need": people.name}),
        "left_out": found.chosen.rename(columns={"need": people.name}),
    }
    if has_budget:
        share = priorities.shares[setting["share"]]
        limits = setting["budget"], setting["floor"], setting["cap"]
        names = {"area_code": priorities.group.name, "need": share.name}
        split = priorities.allocation(share, *limits, intervals=True)
        tables["allocation"] = split.rename(columns=names)
    return tables
