"""A page for each group of a place: collaboratives, sub-localities, localities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from geo.geography.places import slug
from geo.report.evidence import Evidence
from geo.statistics.age_bands import age_bands
from geo.views.rug.layout import ARROWS
from geo.views.rug.rug import TartanRug
from geo.views.site.group import GroupPage, IndicatorRow, Ward, group_page
from geo.views.site.index import svg_map
from geo.views.style.palette import ClassStyle
from geo.views.style.svg import simplified
from geo.views.style.wording import counted_indicators, listed
from geo.vocabulary.area_types import vintage_column, ward_names
from geo.vocabulary.local_names import LOCAL_NAME
from geo.vocabulary.releases import MOST_DEPRIVED
from geo.vocabulary.spreadsheets import safe_cells

_STARTS = (0, 5, 16, 25, 65)
_WORSE, _BETTER = ("much_worse", "worse"), ("better", "much_better")
_FIFTHS = {"fifth_1": "In the worst fifth in England", "fifth_5": "In the best fifth in England"}
_TRENDS = {"increasing": "rising", "decreasing": "falling", "no_change": "no clear trend"}
_WIDTH = 560
_DATA = [
    *("area", "indicator_id", "indicator", "sex", "age", "group", "unit", "period", "value"),
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
    keys, people = list(files), _people(evidence)
    for at, key in enumerate(keys):
        beside = [keys[at - 1], keys[at + 1 - len(keys)]]
        before, after = ((Path(files[one]).name, one[1]) for one in beside)
        page = GroupPage(
            place=evidence.place.name,
            label=evidence.label,
            made=made,
            people=people.get(key, []),
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
        "title": _title(name, own),
        "sentences": [
            *([f"{name} is made of {evidence.codes[name]}."] if name in evidence.codes else []),
            *_on_residents(own),
            *_on_indicators(rows, rug),
        ],
        "map_svg": _map(evidence, column, name),
        "wards": wards,
        "indicators": rows,
        "needs": _told(rows, _WORSE, "fifth_1"),
        "strengths": _told(rows, _BETTER, "fifth_5"),
        "first": _first(evidence, order, lsoas),
        "data": None if rug is None else _data(rug, column, name),
        "benchmark": "England" if rug is None else rug.benchmark,
        "legend": [] if rug is None else _legend(rug, rows),
    }


def _title(name: str, own: pd.Series) -> str:
    are = "is" if own["top_30"] == 1 else "are"
    counted = f"{own['top_30']} of {own['lsoas']} LSOAs"
    return f"{name}: {counted} {are} among the 30% most deprived in England"


def _on_residents(own: pd.Series) -> list[str]:
    """Say how deprived the most deprived LSOAs are, and who lives in them."""
    said = [f"In the most deprived 10%: {own['top_10']}; in the 20%: {own['top_20']}."]
    shares = [
        f"{own[f'{who}_top_30'] / own[who]:.0%} of its {words}"
        for who, words in (("population", "residents"), ("children", "children"))
        if own.get(who)
    ]
    if shares and own["top_30"]:
        said.append(f"{listed(shares)} live in the most deprived 30%.")
    return said


def _on_indicators(rows: Sequence[IndicatorRow], rug: TartanRug | None) -> list[str]:
    """Count those that are worse or better, of those that can be."""
    judged = [row for row in rows if row.judged]
    placed = [row.shown for row in rows if row.placed]
    said = []
    if rug is not None and judged:
        worse, better = (sum(row.shown in some for row in judged) for some in (_WORSE, _BETTER))
        of = counted_indicators(len(judged), "judged")
        said.append(f"Worse than {rug.benchmark} in {worse} of {of}, better in {better}.")
    if placed:
        worst, of = placed.count("fifth_1"), counted_indicators(len(placed))
        said.append(f"Of {of} placed among England's areas, {worst} in the worst fifth.")
    return said


def _rows(rug: TartanRug, column: str, name: str) -> list[IndicatorRow]:
    """Read one column of the rug, beside those of the place and the benchmark."""
    cells, areas = rug.cells, rug.cells.areas
    mine = areas.index[areas["area_type"].eq(column) & areas["name"].eq(name)]
    if mine.empty:
        return []
    texts, shown = cells.grid("text"), cells.grid("shown")
    trends = cells.grid("trend") if "trend" in cells.cells else None
    styles, judgeable = rug.styles, cells.judgeable
    beside = [areas.index[areas["area_type"].eq(kind)] for kind in ("borough", "england")]
    return [
        IndicatorRow(
            group=str(fact["group"]),
            label=str(fact["label"]),
            unit=str(fact["unit"]),
            period=str(fact["period"]),
            text=texts[at, mine[0]],
            borough=texts[at, beside[0][0]] if len(beside[0]) else "",
            benchmark=texts[at, beside[1][0]] if len(beside[1]) else "",
            benchmark_name=rug.benchmark,
            shown=shown[at, mine[0]],
            style=styles[shown[at, mine[0]]],
            trend="" if trends is None else _in_words(trends[at, mine[0]]),
            judgeable=bool(judgeable[at]),
        )
        for at, fact in enumerate(cells.indicators.to_dict("records"))
    ]


def _in_words(trend: object) -> str:
    return f"{ARROWS[str(trend)]} {_TRENDS[str(trend)]}" if trend in _TRENDS else ""


def _told(rows: Sequence[IndicatorRow], shown: Sequence[str], fifth: str) -> list[str]:
    """Put indicators that are judged so into words, then name those that are placed so."""
    judged = [row.against for row in rows if row.judged and row.shown in shown]
    placed = [row for row in rows if row.placed and row.shown == fifth]
    if placed:
        named = "; ".join(row.label for row in placed)
        judged.append(f"{_FIFTHS[fifth]} ({len(placed)}): {named}")
    return judged


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


def _first(evidence: Evidence, order: pd.DataFrame | None, lsoas: pd.DataFrame) -> list[list[str]]:
    """Name the group's LSOAs that are among the first of the place."""
    if order is None:
        return []
    _, code = vintage_column(lsoas)
    top = int((evidence.lsoas["imd_decile"] <= MOST_DEPRIVED).sum())
    first = order.loc[order["rank"].le(top), [code, "rank"]].sort_values("rank")
    first = first[first[code].isin(lsoas[code])].join(
        lsoas.set_index(code)[[LOCAL_NAME, "imd_decile"]], on=code
    )
    return [
        [str(row[LOCAL_NAME]), row[code], f"{row['rank']} of {len(order)}", str(row["imd_decile"])]
        for row in first.to_dict("records")
    ]


def _people(evidence: Evidence) -> dict[tuple[str, str], list[list[str]]]:
    """Residents of each group by age band, beside the whole place; where ages are known."""
    _, code = vintage_column(evidence.lsoas)
    table = next((one.table for one in evidence.inputs.ages if code in one.table), None)
    columns = evidence.place.level_columns
    if table is None or not evidence.lsoas[code].isin(table[code]).all():
        return {}
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
