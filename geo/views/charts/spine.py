"""Spine chart: one area against England, and among all areas, in every indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views.cell_words import NO_FIGURE, number
from geo.views.charts.page import MARKERS, STATES, Key, chart_page, draw_marker, require_comparisons
from geo.views.charts.rows import RowTable
from geo.views.classes import Cells, rug_cells
from geo.views.indicator_rows import sex_and_age
from geo.views.style.credits import sources_of
from geo.views.style.options import FigureSettings, IndicatorOptions, takes_options
from geo.views.style.page import Page, require_width, style
from geo.views.style.palette import INK, RULE, SECONDARY, ClassStyle, comparison_styles
from geo.views.style.text import LEAST_TYPE
from geo.views.style.wording import caption_of, counted_indicators, listed
from geo.vocabulary.area_types import AreaType, area_type, asked_for

_WHOLE, _MIDDLE = ClassStyle("#e1e3e4", ""), ClassStyle(RULE, "")
_FEWEST_KNOWN = 0.5
_WORSE, _BETTER = ("much_worse", "worse"), ("better", "much_better")
_UNJUDGED = "Not judged good or bad"
_TALL = 2.6


@takes_options(IndicatorOptions)
def spine_chart(
    comparisons: pd.DataFrame | Published,
    area: str,
    *,
    areas: str | AreaType | None = None,
    spread: str | AreaType = "lsoa",
    benchmark: str = "england",
    **options: Unpack[IndicatorOptions],
) -> Figure:
    """Draw one area against England in every indicator, and where it lies among small areas.

    Parameters
    ----------
    comparisons : DataFrame or Published
        What ``geo.compare`` returns: rows of the area, of the areas of the spread, and of the
        benchmark. The latest period that the area has of each indicator is shown.
    area : str
        Code of the area.
    areas, spread : str
        Area type of the area, and of the areas whose spread lies behind it: ``"lsoa"``,
        ``"ward"`` or as in the table. A spread is drawn where at least half of its areas have a
        number. ``areas`` is the first level of the table where not given.
    benchmark : str
        Area type or code of the area compared with.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes`` and
        ``catalogue``, as in `geo.views.style.options.IndicatorOptions`.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`. England is the line in the
        middle; worse is left, better right, whichever way the indicator runs, and what is not
        judged has a part of its own where lower is left. Each row has its own scale.

    Raises
    ------
    TableError
        If the area or an area type has no row, or a confidential indicator was not suppressed.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> rows = pd.DataFrame({"area_code": ["Crewe", "Alder", "Birch", "E92000001"],
    ...     "area_type": ["town", "wd24", "wd24", "england"], "indicator_id": "neet",
    ...     "period": "2024", "value": [9.0, 12.0, 3.0, 5.0], "lower_ci": [7.0, 9.0, 1.0, 4.9],
    ...     "upper_ci": [11.0, 15.0, 5.0, 5.1], "benchmark_value": 5.0, "polarity": "low_is_good",
    ...     "comparison": ["worse", "worse", "similar", "not_compared"]})
    >>> figure = spine_chart(rows, "Crewe", areas="town", spread="ward")
    >>> figure.get_label()
    'Crewe is worse than England in 1 of 1 indicator that can be judged, and better in
    none'
    """
    settings = FigureSettings(**options)
    published = Published.of(comparisons, settings.catalogue)
    require_comparisons(published.table, "value")
    shown = asked_for(areas, published.table["area_type"], "areas")
    spine = _spine(published, area, shown.name, area_type(spread), benchmark)
    text = settings.page_text(
        spine.finding,
        f"{spine.name}, {spine.against} and the spread of {spine.many}; latest period of each "
        "indicator",
        caption_of(*spine.remarks, settings.caption or spine.sources),
    )
    with style():
        rows = _SpineRows(spine, require_width(settings.width_mm))
        page, top = chart_page(text, settings, rows.table.height, spine.keys)
        rows.draw(page, top)
    return page.finish(spine.alt_text(text.title), spine.data)


@dataclass(frozen=True, eq=False)
class _Spine:
    """What stands in each row, and what is said of all.

    ``rows`` has for each indicator the words, the class ``shown``, and places on a scale of -1
    (worst, or lowest) over 0 (the benchmark) to 1.
    """

    rows: pd.DataFrame
    name: str
    against: str
    many: str
    rule: str

    @property
    def keys(self) -> list[Key]:
        styles = comparison_styles(levels=self.levels, benchmark=self.against)
        shown = set(self.rows["shown"])
        keys = [Key(s, s.label, MARKERS[n]) for n, s in styles.items()
                if n in shown and n in MARKERS]  # fmt: skip
        if self.rows["lowest"].notna().any():
            keys += [Key(_WHOLE, f"all {self.many}"), Key(_MIDDLE, "middle half of them")]
        keys.append(Key(ClassStyle(INK, ""), "95% interval", line="-"))
        absent = [styles[name] for name in STATES if name in shown]
        return keys + [Key(style, style.label, symbol=style.symbol) for style in absent]

    @property
    def levels(self) -> int:
        return 5 if self.rows["shown"].astype(str).str.startswith("much").any() else 3

    @property
    def sources(self) -> str:
        return " ".join(sources_of(self.rows))

    @property
    def remarks(self) -> tuple[str, ...]:
        rule = f"Disclosure control: {self.rule}" if self.rule else ""
        thin = int((self.rows["known"] < _FEWEST_KNOWN * self.rows["of"]).sum())
        none = (
            f"No spread is drawn in {thin} of {len(self.rows)} rows, where fewer than half of the "
            f"{self.many} have a number that may be shown"
        )
        scale = "Each row has its own scale, from the farthest of what is drawn in it"
        return (scale, none if thin else "", rule)

    def _in(self, *classes: str) -> list[str]:
        return self.rows.loc[self.rows["shown"].isin(classes), "label"].tolist()

    @property
    def finding(self) -> str:
        worse, better = len(self._in(*_WORSE)), len(self._in(*_BETTER))
        similar = self.rows["shown"].eq("similar") & self.rows["polarity"].ne("no_judgement")
        judged = worse + better + int(similar.sum())
        if not judged:
            differs = len(self._in("higher", "lower"))
            return (
                f"{self.name} differs from {self.against} in {differs or 'none'} of "
                f"{len(self.rows)} indicators, none of which can be judged"
            )
        of = f"{counted_indicators(judged)} that can be judged"
        return (
            f"{self.name} is worse than {self.against} in {worse or 'none'} of {of}, and better "
            f"in {better or 'none'}"
        )

    def alt_text(self, title: str) -> str:
        styles = comparison_styles(levels=self.levels, benchmark=self.against)
        by_class = [
            f"{style.label[:1].upper()}{style.label[1:]}: {listed(names)}."
            for name, style in styles.items()
            if (names := self._in(name))
        ]
        return (
            f"Spine chart of {len(self.rows)} indicators: {self.name} against {self.against}, with "
            f"the spread of {self.many}. {title}. {' '.join(by_class)}"
        )

    @property
    def data(self) -> pd.DataFrame:
        columns = ["indicator_id", "label", *sex_and_age(self.rows), "group", "unit", "period",
                   "polarity", "value", "lower_ci", "upper_ci", "benchmark_value", "shown", "of",
                   "known", "least", "first_quartile", "median", "third_quartile",
                   "greatest"]  # fmt: skip
        table = self.rows[columns].rename(columns={"label": "indicator", "shown": "comparison"})
        named = {"of": "spread_areas", "known": "spread_areas_with_a_number"}
        named |= {name: f"spread_{name}" for name in columns[-5:]}
        table = table.rename(columns=named)
        table.insert(0, "area", self.name)
        return table.assign(disclosure_rule=self.rule)


def _spine(
    published: Published,
    area: str,
    areas: str,
    spread: AreaType,
    benchmark: str,
) -> _Spine:
    """Gather the numbers of the area, of the benchmark and of the spread, row by row."""
    comparisons = published.table
    mine = comparisons["area_code"] == area
    if not mine.any():
        known = comparisons.loc[comparisons["area_type"] == areas, "area_code"].unique()
        raise TableError(
            f"No row of the comparisons is of the area {area!r}; of type {areas!r} there are "
            f"{examples(known, 9) or 'none'}, so name one of them."
        )
    itself = (comparisons[["area_code", "area_type"]] == benchmark).any(axis=1)
    levels = 5 if comparisons["comparison"].astype(str).str.startswith("much").any() else 3
    options = {"references": (), "groups": None, "benchmark": benchmark, "levels": levels}
    own = rug_cells(
        published.showing(comparisons[mine | itself]),
        areas=areas,
        **options,  # type: ignore[arg-type]
    )
    keys = [key for key in ("indicator_id", "sex", "age", "period") if key in own.indicators]
    same = comparisons.merge(own.indicators[keys], on=keys)
    others = rug_cells(published.showing(same), areas=spread.name, **options)  # type: ignore[arg-type]
    at = own.areas.index[own.areas["area_code"] == area][0]
    rows = own.cells[own.cells["column"] == at].reset_index(drop=True)
    rows = pd.concat([own.indicators, rows.drop(columns=["row", "column"])], axis=1)
    name = str(own.areas["name"].iloc[at])
    reference = own.areas["name"][~own.areas["area_code"].eq(area)]
    return _Spine(
        _placed(rows, _spread(others, rows, keys[:-1])),
        name,
        str(reference.iloc[0]) if len(reference) else "England",
        f"{int((~others.areas['reference']).sum())} {spread.plural}",
        own.rule,
    )


def _spread(cells: Cells, rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Least, quartiles and greatest value of the areas in each row."""
    found = cells.own.groupby("row")["value"].agg(
        of="size", known="count", least="min", greatest="max",
        first_quartile=lambda v: v.quantile(0.25), median="median",
        third_quartile=lambda v: v.quantile(0.75),
    )  # fmt: skip
    found = pd.concat([cells.indicators[list(keys)], found], axis=1)
    return rows[list(keys)].merge(found, on=list(keys), how="left")


def _placed(rows: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    """Put every number on a scale from -1 to 1 about the benchmark, better to the right."""
    enough = spread["known"] >= _FEWEST_KNOWN * spread["of"]
    numbers = ["least", "first_quartile", "median", "third_quartile", "greatest"]
    spread[numbers] = spread[numbers].where(enough, np.nan)
    rows = rows.assign(**{name: spread[name] for name in ["of", "known", *numbers]})
    drawn = ["value", "lower_ci", "upper_ci", "least", "first_quartile", "third_quartile",
             "greatest"]  # fmt: skip
    away = rows[drawn].sub(rows["benchmark_value"], axis=0)
    scale = away.abs().max(axis=1).replace(0, 1)
    sign = np.where(rows["polarity"] == "low_is_good", -1.0, 1.0)
    away = away.div(scale, axis=0).mul(sign, axis=0)
    ends = {"low": ("lower_ci", "upper_ci"), "lowest": ("least", "greatest"),
            "quarter": ("first_quartile", "third_quartile")}  # fmt: skip
    places = {"at": away["value"]}
    for place, (one, other) in ends.items():
        places[place] = away[[one, other]].min(axis=1, skipna=False)
        places[f"{place}_to"] = away[[one, other]].max(axis=1, skipna=False)
    rows = rows.assign(**places)
    rows["part"] = np.where(rows["polarity"] == "no_judgement", _UNJUDGED, rows["group"])
    unjudged = rows["part"] == _UNJUDGED
    return pd.concat([rows[~unjudged], rows[unjudged]], ignore_index=True)


class _SpineRows:
    """The rows of a spine chart, in millimetres."""

    def __init__(self, spine: _Spine, width: float) -> None:
        self.spine, rows = spine, spine.rows
        self.styles = comparison_styles(benchmark=spine.against, levels=spine.levels)
        values = [
            text if text.startswith("[") else f"{self.styles[shown].symbol} {text}".strip()
            for text, shown in zip(rows["text"], rows["shown"], strict=True)
        ]
        signed = rows["standardised"].eq(True)
        absent = np.where(signed, NO_FIGURE, STATES["missing"].symbol)
        facts = zip(rows["benchmark_value"], rows["decimals"], signed, absent, strict=True)
        targets = [number(*one[:2], signed=one[2]) or one[3] for one in facts]
        self.unjudged = rows["part"].eq(_UNJUDGED)
        columns = [(spine.name, values), (spine.against, targets)]
        anew = self.unjudged.ne(self.unjudged.shift()).tolist()
        self.table = RowTable(rows, columns, width, anew)

    def draw(self, page: Page, top: float) -> None:
        ax, table = page.axes, self.table
        centre = (table.left + table.right) / 2

        def directions(at: int, foot: float) -> None:
            pair = ("← lower", "higher →") if self.unjudged.iloc[at] else ("← worse", "better →")
            look = {"color": SECONDARY, "va": "bottom"}
            page.text(table.left, foot, pair[0], LEAST_TYPE, **look)
            page.text(table.right, foot, pair[1], LEAST_TYPE, ha="right", **look)

        for at, middle, ceiling, floor in table.rows_written(page, top, directions):
            ax.plot([centre, centre], [ceiling, floor], color=INK, lw=0.9, zorder=3)
            self._draw_row(page, self.spine.rows.iloc[at], middle)

    def _draw_row(self, page: Page, row: pd.Series, middle: float) -> None:
        ax, table = page.axes, self.table
        half = (table.right - table.left) / 2

        def x(place: str) -> float:
            return table.left + half * (1 + float(row[place]))

        for name, look in (("lowest", _WHOLE), ("quarter", _MIDDLE)):
            if not np.isnan(x(name)):
                box = (x(name), middle - _TALL / 2), x(f"{name}_to") - x(name), _TALL
                ax.add_patch(Rectangle(*box, facecolor=look.fill, lw=0, zorder=2))
        if np.isnan(x("at")):
            return
        if not np.isnan(x("low")):
            ax.plot([x("low"), x("low_to")], [middle, middle], color=INK, lw=1.1, zorder=4)
        draw_marker(ax, x("at"), middle, self.styles[row["shown"]], MARKERS.get(row["shown"], "o"))
