"""The Tartan Rugs of a place: by its smallest groups, by ward and by LSOA."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from geo.geography.membership import holding
from geo.geography.places import slug
from geo.report.evidence import Evidence
from geo.report.indicators.msoas import KIND as MSOA
from geo.report.outcomes import Outcomes
from geo.report.rug_tables import a_row_an_area, all_periods
from geo.views.rug.rug import TartanRug, tartan_rug
from geo.views.site.index import SmallRug
from geo.views.style.credits import sources_of
from geo.vocabulary.area_types import code_column, is_code_column, kind_of
from geo.vocabulary.spreadsheets import safe_cells

NAME = "tartan-rug"
_COUNTED = ["worse", "compared", "worst_fifth", "placed"]


def rugs(evidence: Evidence) -> dict[str, TartanRug]:
    """Lay out the rug of each level that has figures, the largest areas first.

    Parameters
    ----------
    evidence : Evidence
        What ``gather_evidence`` returned.

    Returns
    -------
    dict
        File name without ending to rug; empty where there are no indicators.
    """
    found = evidence.outcomes
    if found is None:
        return {}
    levels = evidence.place.level_columns
    kinds = [kind_of(c) for c in found.hierarchy if is_code_column(c)] + [MSOA]
    made = {NAME: first_rug(evidence, found)}
    for kind in reversed(kinds):
        words = evidence.place.area_type(kind)
        rows = found.comparisons["area_type"].eq(kind)
        if rows.any() and levels[0] != words.singular:
            made[f"{NAME}-{slug(words.plural)}"] = _rug(evidence, found, kind, ())
    return made


def first_rug(evidence: Evidence, found: Outcomes) -> TartanRug:
    """Lay out the rug of the place's smallest groups."""
    levels = evidence.place.level_columns
    return _rug(evidence, found, levels[0], levels[:0:-1])


def _rug(evidence: Evidence, found: Outcomes, kind: str, above: list[str] | tuple[()]) -> TartanRug:
    lsoas, place = found.hierarchy, evidence.place
    code = code_column(kind)
    small = is_code_column(code)
    first, *others = place.level_columns
    holders = holding(lsoas, code, [first] if small else others) if code in lsoas else []
    groups: Mapping[str, str] | None = None
    if holders:
        holder = holders[-1]
        groups = lsoas.drop_duplicates(code).sort_values(holder).set_index(code)[holder].to_dict()
    references = ("england", "borough", *above)
    kinds = [kind, *references]
    table = found.comparisons[found.comparisons["area_type"].isin(kinds)]
    return tartan_rug(
        found.published.showing(_distinct(table, kinds)),
        areas=place.area_type(kind),
        groups=groups,
        references=references,
        benchmark=found.benchmark,
        against=found.against,
        trends=None if small else _distinct(found.trends, kinds),
        place=place.name,
        notices=evidence.notices,
        sources=_sources(found, evidence),
    )


def _distinct(table: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """Tell areas of different types that share a name apart: all but the first get their type."""
    taken: set[str] = set()
    codes = table["area_code"].copy()
    for kind in kinds:
        rows = table["area_type"] == kind
        shared = rows & table["area_code"].isin(taken)
        codes = codes.mask(shared, kind + " " + table["area_code"])
        taken |= set(table.loc[rows, "area_code"])
    return table.assign(area_code=codes)


def _sources(found: Outcomes, evidence: Evidence) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*sources_of(found.catalogue), *evidence.sources[-2:]]))


def in_brief(made: Mapping[str, TartanRug]) -> SmallRug | None:
    """Count the worse indicators of each group and area, for the page that leads to the rug."""
    if not made:
        return None
    rug = made[NAME]
    own, judged = rug.cells.own, rug.cells.has_judgement
    cells = pd.DataFrame(
        {
            "group": rug.cells.indicators["group"].to_numpy()[own["row"]],
            "area": rug.cells.areas["name"].to_numpy()[own["column"]],
            "worse": own["shown"].eq("worse").to_numpy(),
            "compared": rug.cells.judged.to_numpy(),
            "worst_fifth": judged & own["shown"].eq("fifth_1").to_numpy(),
            "placed": judged & own["shown"].str.startswith("fifth").to_numpy(),
        }
    )
    counts = cells.groupby(["group", "area"], sort=False)[_COUNTED].sum()
    return SmallRug(rug.title, rug.benchmark, counts.reset_index())


def write_rugs(made: Mapping[str, TartanRug], folder: Path, found: Outcomes) -> None:
    """Write pages that lead to each other, a workbook, and CSV of all the rugs, long and wide."""
    pages = {f"{name}.html": f"By {rug.words.singular}" for name, rug in made.items()}
    for name, rug in made.items():
        links = [("index.html", "Start page")]
        links += [(page, words) for page, words in pages.items() if page != f"{name}.html"]
        rug.to_html(folder / f"{name}.html", links)
    first, *others = made.values()
    first.to_excel(folder / f"{NAME}.xlsx", *others)
    every = all_periods(made.values(), found)
    caution = {"note": " ".join(first.notices)} if first.notices else {}
    for name, table in ((NAME, every), (f"{NAME}-wide", a_row_an_area(every).assign(**caution))):
        safe_cells(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
