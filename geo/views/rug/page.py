"""The Tartan Rug as a page: one HTML file whose script only arranges what stands in it."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from geo.views.cell_words import number
from geo.views.rug.layout import ARROWS, RugLayout, finding
from geo.views.rug.payload import BenchmarkFacts, IndicatorFacts, RugData
from geo.views.style import palette
from geo.views.style.scripts import PageScripts, bundle, embedded_json
from geo.views.style.templates import style_sheet, templates
from geo.vocabulary.measures import GOOD

_ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = templates(_ASSETS)
_AREAS_ACROSS_UP_TO = 20
_COLUMNS_ON_A4 = 18
_RANK = r"(\b\d[\d,]*(?:st|nd|rd|th)\b)"
_FIFTHS = ("fifth_1", "fifth_2", "fifth_3", "fifth_4", "fifth_5")
SUMMED = {
    3: ("worse", "similar", "better", "higher", "lower"),
    5: ("much_worse", "worse", "similar", "better", "much_better", "higher", "lower"),
    "quintiles": _FIFTHS,
}


def rug_page(rug: RugLayout, links: Sequence[tuple[str, str]] = ()) -> str:
    """Render the page: finding, legend, controls, table, how to read it, sources.

    The script in it moves the cells about but writes none; without it the table stands as it is.
    """
    across = len(rug.cells.own["column"].unique()) <= _AREAS_ACROSS_UP_TO
    counts = rug.cells.counts("shown")
    styles = rug.styles
    return _TEMPLATES.get_template("rug.html.j2").render(
        rug=rug,
        links=links,
        css=style_sheet(_ASSETS / "rug.css", more=_class_rules(styles)),
        scripts=PageScripts(bundle(_ASSETS / "page.js")),
        data=embedded_json(_data(rug, across)),
        legend=[(name, style, counts.get(name, 0)) for name, style in styles.items()],
        whole=rug.levels == "quintiles" or not rug.cells.has_fifths,
        table=_table(rug, across),
        wide=len(rug.cells.areas if across else rug.cells.indicators) > _COLUMNS_ON_A4,
        trends=bool((rug.cells.cells["trend"] != "").any()),
        arrows=ARROWS,
        others=list(rug.cells.against.values()),
        facts=rug.cells.indicators.to_dict("records"),
    )


def _class_rules(styles: dict[str, palette.ClassStyle]) -> str:
    """Write the style sheet of the classes: the palette is the one place for colours."""
    rules = []
    for name, style in styles.items():
        rules.append(f".{name}{{--fill:{style.fill};--on:{style.text}}}")
        mark = "" if style.symbol.startswith("[") else style.symbol
        rules.append(f'.{name}::before{{content:"{mark}"}}' if mark else "")
    return "\n" + "\n".join(rule for rule in rules if rule) + "\n"


def _data(rug: RugLayout, across: bool) -> RugData:
    """Prepare what the script needs beside the table: facts of rows, columns and cells."""
    facts, areas = rug.cells.indicators, rug.cells.areas
    cells = rug.cells.cells
    target = cells.groupby("row")["benchmark_value"].first()
    signed = facts["standardised"].eq(True).tolist()
    places, among = _places(rug.places)
    at = {note: number for number, note in enumerate(dict.fromkeys(["", *cells["note"]]))}
    indicators: list[IndicatorFacts] = [
        {
            "name": fact["name"],
            "group": fact["group"],
            "unit": fact["unit"],
            "period": str(fact["period"]),
            "who": ", ".join(str(fact[k]) for k in ("sex", "age") if fact.get(k)),
            "benchmark": number(target[row], fact["decimals"], signed=signed[row]),
            "of": str(fact.get("basis") or ""),
            "high": GOOD[fact["polarity"]],
        }
        for row, fact in enumerate(facts.to_dict("records"))
    ]
    return {
        "across": across,
        "benchmark": rug.benchmark,
        "quintiles": rug.levels == "quintiles",
        "labels": {name: style.label for name, style in rug.styles.items()},
        "order": _order(rug),
        "summed": list(SUMMED[rug.levels]),
        "bad": ["fifth_1"] if rug.levels == "quintiles" else ["much_worse", "worse"],
        "columns_on_a4": _COLUMNS_ON_A4,
        "indicators": indicators,
        "areas": [
            {"name": area["name"], "group": area["group"], "reference": bool(area["reference"])}
            for area in areas.to_dict("records")
        ],
        "cells": [
            _detail(cell, facts["decimals"].iat[cell.row], place, signed[cell.row], at[cell.note])
            for cell, place in zip(cells.itertuples(), places, strict=True)
        ],
        "notes": list(at),
        "among": among,
        "others": [_other(rug, name, called) for name, called in rug.cells.against.items()],
    }


def _other(rug: RugLayout, name: str, called: str) -> BenchmarkFacts:
    """Compare each cell with another benchmark, in few words."""
    cells, facts = rug.cells.cells, rug.cells.indicators
    signed = facts["standardised"].eq(True).tolist()
    values = [
        number(float(value), facts["decimals"].iat[row], signed=signed[row])
        for value, row in zip(cells[f"benchmark_value_{name}"], cells["row"], strict=True)
    ]
    texts = pd.Series(values, dtype=object).groupby(cells["row"].to_numpy())
    alike = texts.nunique().le(1).all()
    at = {known: chr(ord("a") + place) for place, known in enumerate(_order(rug))}
    return {
        "name": called,
        "title": finding(rug.cells, called, f"shown_{name}"),
        "classes": "".join(at[shown] for shown in cells[f"shown_{name}"]),
        "values": texts.first().tolist() if alike else values,
    }


def _order(rug: RugLayout) -> list[str]:
    """All classes, those with a colour from worst to best."""
    return [*_ordered(rug), "not_compared", "benchmark", "suppressed", "missing"]


def _places(words: pd.Series) -> tuple[list[str], list[str]]:
    """Take the rank out of the words on places, which then are few: "34th|0", "stands {} of …"."""
    rank = words.str.extract(_RANK, expand=False).fillna("")
    rest = [
        text.replace(one, "{}", 1) if one else text for one, text in zip(rank, words, strict=True)
    ]
    few = {text: number for number, text in enumerate(dict.fromkeys(filter(None, rest)))}
    pairs = zip(rank, rest, strict=True)
    return [f"{one}|{few[text]}" if text else "" for one, text in pairs], list(few)


def _ordered(rug: RugLayout) -> tuple[str, ...]:
    """Classes from worst to best; fifths of placed values after those of comparisons."""
    both = rug.cells.has_fifths and rug.levels != "quintiles"
    return (*SUMMED[rug.levels], *(_FIFTHS if both else ()))


def _detail(cell: Any, decimals: int, place: str, signed: bool, note: int) -> list[str]:
    """Interval, count, trend, place and number of the note, empty ones at the end left out."""
    interval = count = ""
    if not np.isnan(cell.lower_ci) and not np.isnan(cell.upper_ci):
        ends = (number(end, decimals, signed=signed) for end in (cell.lower_ci, cell.upper_ci))
        interval = "–".join(ends)
    if not np.isnan(cell.count):
        sure = "at least " if cell.at_least else "about " if cell.estimated else ""
        count = f"{sure}{cell.count:,.0f}"
        if not np.isnan(cell.denominator):
            count += f" of {cell.denominator:,.0f}"
    trend = cell.trend.replace("_", " ")
    if cell.judgement in ("better", "worse"):
        trend += f", getting {cell.judgement}"
    detail = [interval, count, trend, place, str(note) if note else ""]
    while detail and not detail[-1]:
        detail.pop()
    return detail


def _table(rug: RugLayout, across: bool) -> Markup:
    """Write the table; areas stand across, or down where there are many."""
    facts, areas = rug.cells.indicators, rug.cells.areas
    shown, text, trend = (rug.cells.grid(name) for name in ("shown", "text", "trend"))
    own = ~areas["reference"].to_numpy()
    heads = [
        [_indicator_head(i, fact) for i, fact in enumerate(facts.to_dict("records"))],
        [_area_head(j, area) for j, area in enumerate(areas.to_dict("records"))],
    ]
    sums = [
        [_sum_cell(rug, shown[i, own], aligned=not across) for i in range(len(facts))],
        [_sum_cell(rug, shown[:, j], aligned=across) for j in range(len(areas))],
    ]
    groups = [facts["group"].tolist(), areas["group"].tolist()]
    grid = [[_cell(*c) for c in zip(*row, strict=True)] for row in zip(shown, text, trend, strict=True)]  # fmt: skip # noqa: E501
    down, over = (0, 1) if across else (1, 0)
    lines = grid if across else [list(line) for line in zip(*grid, strict=True)]
    corner = f'<th class="corner" scope="col">{"Indicator" if across else "Area"}</th>'
    kinds = ("indicators", "areas")
    summary = '<th class="total" scope="{}">All {}</th>'
    all_over = summary.format("col", kinds[over])
    row = f"<tr>{corner}{all_over}{''.join(_scoped(heads[over], 'col'))}</tr>"
    band = _band(groups[over])
    total = f"{summary.format('row', kinds[down])}<td class=nil></td>{''.join(sums[over])}"
    body = [f"<tbody class=totals><tr>{total}</tr></tbody>"]
    at = 0
    for group, length in _runs(groups[down]):
        wide = len(groups[over]) + 2
        body.append(f"<tbody>{_group_row(group, wide)}")
        for i in range(at, at + length):
            head = _scoped([heads[down][i]], "row")[0]
            body.append(f"<tr>{head}{sums[down][i]}{''.join(lines[i])}</tr>\n")
        body.append("</tbody>")
        at += length
    return Markup(f"<thead>{band}{row}</thead>\n{''.join(body)}")


def _runs(groups: list[str]) -> list[tuple[str, int]]:
    series = pd.Series(groups, dtype=object)
    of = (series != series.shift()).cumsum()
    return [(str(part.iloc[0]), len(part)) for _, part in series.groupby(of)]


def _band(groups: list[str]) -> str:
    cells = "".join(
        f'<th scope="colgroup" colspan="{length}"><span>{escape(group)}</span></th>'
        for group, length in _runs(groups)
    )
    return f'<tr class="band"><td colspan="2"></td>{cells}</tr>'


def _group_row(group: str, wide: int) -> str:
    if not group:
        return ""
    head = f'<th scope="rowgroup" colspan="{wide}"><span>{escape(group)}</span></th>'
    return f'<tr class="group">{head}</tr>'


def _scoped(heads: list[str], scope: str) -> list[str]:
    return [re.sub("^<th", f"<th scope={scope}", head) for head in heads]


def _indicator_head(at: int, fact: dict[str, Any]) -> str:
    unit = f"<span>{escape(fact['unit'])}</span>" if fact["unit"] else ""
    button = f"<button>{escape(fact['label'])}</button>"
    return f"<th data-indicator={at}>{button}{unit}</th>"


def _area_head(at: int, area: dict[str, Any]) -> str:
    kind = " class=reference" if area["reference"] else ""
    return f"<th data-area={at}{kind}><button>{escape(area['name'])}</button></th>"


def _cell(shown: str, text: str, trend: str) -> str:
    arrow = f" <em>{ARROWS[trend]}</em>" if trend else ""
    words = "" if shown == "benchmark" else f"<i>{shown.replace('_', ' ')}</i>"
    return f"<td class={shown}>{text.replace('<', '&lt;')}{arrow}{words}</td>"


def _sum_cell(rug: RugLayout, shown: np.ndarray, *, aligned: bool) -> str:
    """Count the classes in one row or column: numbers and a bar.

    Where sums stand side by side, classes without a cell keep their place, so that they align.
    """
    names, counts = np.unique(shown.astype(str), return_counts=True)
    of = dict(zip(names, counts, strict=True))
    parts = "".join(
        f"<b class={name}>{of[name]}<i>{name.replace('_', ' ')}</i></b>"
        if name in of
        else f'<b class="{name} hidden">0</b>' * aligned
        for name in SUMMED[rug.levels]
    )
    return f"<td class=sum>{parts}</td>"
