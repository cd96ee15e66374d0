"""A page for each group of a place: collaboratives, sub-localities, localities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from geo.geography.places import slug
from geo.report.evidence import Evidence
from geo.report.group_words import (
    BETTER,
    WORSE,
    first_of,
    on_indicators,
    on_residents,
    rows_of,
    title_of,
    told_of,
)
from geo.sources.ages import ResidentsByAge
from geo.statistics.age_bands import age_bands
from geo.views.rug.rug import TartanRug
from geo.views.site.group import GroupPage, IndicatorRow, Ward, group_page
from geo.views.site.index import svg_map
from geo.views.style.palette import ClassStyle
from geo.views.style.svg import simplified
from geo.vocabulary.area_types import vintage_column, ward_names
from geo.vocabulary.releases import MOST_DEPRIVED
from geo.vocabulary.spreadsheets import safe_cells

_STARTS = (0, 5, 16, 25, 65)
_WIDTH = 560
_DATA = [
    *(
        "area",
        "indicator_id",
        "indicator",
        "short_name",
        "sex",
        "age",
        "group",
        "unit",
        "period",
        "value",
    ),
    *("lower_ci", "upper_ci", "count", "denominator", "benchmark", "benchmark_value", "meaning"),
    *("trend", "state", "disclosure_rule", "source", "licence"),
]


def files_of(evidence: Evidence) -> dict[tuple[str, str], str]:
    """Give the file of each group's page, by column of its level and name, in order.

    Groups of two levels that share a name are told apart by the level.
    """
    levels = evidence.place.levels
    found: dict[tuple[str, str], str] = {}
    for level in levels:
        for name in sorted(evidence.lsoas[level.column].dropna().unique()):
            file = f"{slug(levels[0].plural)}/{slug(name)}.html"
            if file in found.values():
                file = file.replace(".html", f"-{slug(level.singular)}.html")
            found[level.column, name] = file
    return found


def write_group_pages(
    evidence: Evidence, rug: TartanRug | None, order: pd.DataFrame | None, folder: Path, made: str
) -> None:
    """Write a page a group, each leading to those before and after it.

    Parameters
    ----------
    evidence : Evidence
    rug : TartanRug, optional
        That of the smallest groups, with the others as references.
    order : DataFrame, optional
        LSOAs in order of priority: their code and ``rank``.
    folder : Path
        Of the report.
    made : str
        The day, in words.
    """
    files = files_of(evidence)
    keys, aged = list(files), _ages(evidence)
    people = {} if aged is None else _people(evidence, aged)
    for at, key in enumerate(keys):
        beside = [keys[at - 1], keys[at + 1 - len(keys)]]
        before, after = ((Path(files[one]).name, one[1]) for one in beside)
        page = GroupPage(
            place=evidence.place.name,
            label=evidence.label,
            made=made,
            people=people.get(key, []),
            people_year="" if aged is None else aged.year,
            before=before,
            after=after,
            notices=evidence.notices,
            sources=evidence.sources,
            **_of_group(evidence, rug, order, *key),
        )
        path = folder / files[key]
        path.parent.mkdir(exist_ok=True)
        path.write_text(group_page(page), "utf-8")


def _of_group(
    evidence: Evidence,
    rug: TartanRug | None,
    order: pd.DataFrame | None,
    column: str,
    name: str,
) -> dict[str, Any]:
    """Gather what a page says of its own group."""
    lsoas = evidence.lsoas[evidence.lsoas[column].eq(name)]
    rows = [] if rug is None else _rows(rug, column, name)
    profile = evidence.profile
    own = profile[profile["area_type"].eq(column) & profile["area"].eq(name)].iloc[0]
    wards = _wards(lsoas)
    return {
        "name": name,
        "kind": evidence.place.area_type(column).singular,
        "title": title_of(name, own),
        "sentences": [
            *([f"{name} is made of {evidence.codes[name]}."] if name in evidence.codes else []),
            *on_residents(own),
            *on_indicators(rows),
        ],
        "map_svg": _map(evidence, column, name),
        "wards": wards,
        "indicators": rows,
        "needs": told_of(rows, WORSE, "fifth_1"),
        "strengths": told_of(rows, BETTER, "fifth_5"),
        "first": first_of(order, evidence.lsoas, lsoas),
        "data": None if rug is None else _data(rug, column, name),
        "benchmark": "England" if rug is None else rug.benchmark,
        "legend": [] if rug is None else _legend(rug, rows),
    }


def _rows(rug: TartanRug, column: str, name: str) -> list[IndicatorRow]:
    at = rug.cells.cells["row"].to_numpy()
    labels = rug.cells.indicators["label"].to_numpy()[at]
    table = rug.data.assign(label=labels, judgeable=rug.cells.judgeable[at])
    return rows_of(table, column, name, rug.styles)


def _legend(rug: TartanRug, rows: Sequence[IndicatorRow]) -> list[ClassStyle]:
    there = {row.shown for row in rows}
    return [style for name, style in rug.styles.items() if name in there]


def _wards(lsoas: pd.DataFrame) -> list[Ward]:
    """Wards of the group's LSOAs, numbered by name."""
    column = ward_names(lsoas)
    if column is None:
        return []
    deprived = (lsoas["imd_decile"] <= MOST_DEPRIVED).groupby(lsoas[column]).agg(["size", "sum"])
    return [
        Ward(at, str(name), int(row["size"]), int(row["sum"]))
        for at, (name, row) in enumerate(deprived.sort_index().iterrows(), 1)
    ]


def _map(evidence: Evidence, column: str, name: str) -> Markup:
    """Draw the group's LSOAs by decile, with the numbers of its wards."""
    if evidence.areas is None:
        return Markup("")
    areas = evidence.areas[evidence.areas[column].eq(name)]
    named = ward_names(areas.columns)
    return svg_map(
        simplified(areas, _WIDTH),
        alt=f"Map of the deprivation deciles of LSOAs in {name}.",
        outlines=named,
        width=_WIDTH,
        numbered=named is not None,
    )


def _ages(evidence: Evidence) -> ResidentsByAge | None:
    """Give the residents by age that are known of all LSOAs; None where none are."""
    _, code = vintage_column(evidence.lsoas)
    aged = next((one for one in evidence.inputs.ages if code in one.table), None)
    known = aged is not None and evidence.lsoas[code].isin(aged.table[code]).all()
    return aged if known else None


def _people(evidence: Evidence, aged: ResidentsByAge) -> dict[tuple[str, str], list[list[str]]]:
    """Residents of each group by age band, beside the whole place."""
    _, code = vintage_column(evidence.lsoas)
    table, columns = aged.table, evidence.place.level_columns
    members = evidence.lsoas[[code, *columns]].assign(everyone=evidence.place.name)
    whole = _bands(table, members, "everyone").set_index("age")["denominator"]
    found = {}
    for column in columns:
        for name, part in _bands(table, members, column).groupby(column):
            bands = part.set_index("age")["denominator"]
            found[column, str(name)] = [
                [
                    age,
                    f"{number:,.0f}",
                    f"{number / bands.sum():.1%}",
                    f"{whole[age] / whole.sum():.1%}",
                ]
                for age, number in bands.items()
            ]
    return found


def _bands(table: pd.DataFrame, members: pd.DataFrame, by: str) -> pd.DataFrame:
    return age_bands(table, members, by=by, starts=_STARTS)


def _data(rug: TartanRug, column: str, name: str) -> pd.DataFrame:
    """Give the rug's rows of the group, of the place and of the benchmark."""
    table = rug.data
    mine = table["area_type"].eq(column) & table["area"].eq(name)
    kept = table[mine | table["area_type"].isin(["borough", "england"])]
    return safe_cells(kept[[name for name in _DATA if name in kept]])
