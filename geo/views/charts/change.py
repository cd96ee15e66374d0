"""Bars of how deprived areas were at each release of the Indices."""

from collections.abc import Mapping, Sequence
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError, examples
from geo.views.charts.deciles import COUNTED, TOPS, first_areas, profile_rows
from geo.views.charts.page import STATES, Key, chart_page, draw_box
from geo.views.style.options import FigureOptions, FigureSettings, takes_options
from geo.views.style.page import MARGIN, Frame, Page, require_width, style
from geo.views.style.palette import INK, MOST_DEPRIVED, SECONDARY
from geo.views.style.text import LEAST_TYPE, text_size, wrap
from geo.views.style.wording import SOURCE, caption_of, listed
from geo.vocabulary.area_types import AreaType, area_type, asked_for
from geo.vocabulary.releases import RELEASES

_PANEL, _FOOT, _GAP = 22.0, 4.5, 4.0


@takes_options(FigureOptions, caption=SOURCE)
def change_chart(
    profiles: Mapping[int, pd.DataFrame],
    *,
    level: str | AreaType | None = None,
    whole: str | None = "borough",
    count: str = "lsoas",
    most: int | None = None,
    **options: Unpack[FigureOptions],
) -> Figure:
    """Draw how much of each area was in the most deprived 10%, 20% and 30% at each release.

    Parameters
    ----------
    profiles : mapping of int to DataFrame
        Year of each release of the Indices (2010, 2015, 2019, 2025), at least two, and what
        ``geo.decile_profile`` returns of it.
    level : str
        Area type to show, a small chart an area; the first level of the profiles where not given.
    whole : str, optional
        Area type of the whole, shown first; None to leave it out.
    count : {"lsoas", "population", "children"}
        What is counted.
    most : int, optional
        Draw at most so many areas, as in `decile_bars`; by their share in the last release.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm`` and ``notes``,
        as in `geo.views.style.options.FigureOptions`; the title is worded from the whole, or else
        the first area.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`. Where the releases count
        LSOAs of different vintages, the caption says so.

    Raises
    ------
    TableError
        If there are fewer than two releases, one is unknown, or a profile cannot be drawn.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> profile = pd.DataFrame({"area_type": "borough", "area": ["Ambridge"], "lsoas": [4],
    ...     **{f"decile_{d}": [2 * (d in (1, 9))] for d in range(1, 11)},
    ...     "top_10": [2], "top_20": [2], "top_30": [2]})
    >>> later = profile.assign(lsoas=5, decile_9=3)
    >>> change_chart({2019: profile, 2025: later}, level="borough").get_label()
    "The share of Ambridge's LSOAs in the most deprived 30% fell from 50.0% in 2019 to 40.0% in
    2025"
    """
    settings = FigureSettings(**options)
    if unknown := [year for year in profiles if year not in RELEASES]:
        raise TableError(
            f"There is no release {examples(unknown)} of the Indices; allowed are "
            f"{examples(sorted(RELEASES), 9)}."
        )
    if len(profiles) < 2:
        raise TableError(
            f"{len(profiles)} release was given; a change needs two or more, such as those of "
            "2019 and 2025, so give another."
        )
    kinds = next(iter(profiles.values())).get("area_type", [])
    level = asked_for(level, kinds, "level")
    both = [level] if whole is None else [area_type(whole), level]
    levels = {one.name: one for one in both}
    data = _over_time(profiles, list(levels), count)
    shown, left_out = first_areas(data, most, levels)
    text = settings.page_text(
        _change_title(data, COUNTED[count]),
        f"{COUNTED[count][:1].upper()}{COUNTED[count][1:]} in the most deprived 10%, 20% and 30% "
        f"in England: number, and share of all in the area{left_out}",
        caption_of(_vintage_note(sorted(profiles), count), settings.caption),
    )
    keys = [Key(MOST_DEPRIVED[top], MOST_DEPRIVED[top].label) for top in TOPS]
    if data["total"].isna().any():
        keys.append(Key(STATES["missing"], "not known"))
    with style():
        panels = _Panels(shown, sorted(profiles), require_width(settings.width_mm))
        page, top = chart_page(text, settings, panels.height, keys)
        panels.draw(page, top)
    by_area = " ".join(
        f"{area}: {'; '.join(_point_words(row) for row in rows.itertuples())}."
        for area, rows in shown.groupby("area", sort=False)
    )
    over = f"Small bar charts, one an area, over {len(profiles)} releases"
    return page.finish(f"{over}. {text.title}. {by_area}", data.drop(columns="total"))


def _over_time(
    profiles: Mapping[int, pd.DataFrame], wanted: Sequence[str], count: str
) -> pd.DataFrame:
    """One row an area and release, areas by level and by their share in the last release."""
    prefix = "" if count == "lsoas" else f"{count}_"
    parts = []
    for year in sorted(profiles):
        rows = profile_rows(profiles[year], wanted, count)
        part = pd.DataFrame(
            {
                "area_type": rows["area_type"],
                "area": rows["area"],
                "release": year,
                "vintage": RELEASES[year].vintage,
                count: rows[count],
                "total": rows["total"],
                **{f"top_{top}": rows[f"{prefix}top_{top}"] for top in TOPS},
                **{
                    f"share_top_{top}": 100 * rows[f"{prefix}top_{top}"] / rows["total"]
                    for top in TOPS
                },
            }
        )
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    keys = ["area_type", "area"]
    if table.duplicated([*keys, "release"]).any():
        twice = table.loc[table.duplicated([*keys, "release"]), "area"].unique()
        raise TableError(
            f"{examples(twice)} stands more than once in a profile; each area may have one row, "
            "so remove the others."
        )
    areas = table.groupby(keys, sort=False)["share_top_30"].last().reset_index()
    areas["at"] = areas["area_type"].map({level: at for at, level in enumerate(wanted)})
    areas = areas.sort_values(["at", "share_top_30", "area"], ascending=[True, False, True])
    grid = areas[keys].merge(pd.DataFrame({"release": sorted(profiles)}), how="cross")
    full = grid.merge(table, how="left", on=[*keys, "release"])
    return full.assign(vintage=full["release"].map(lambda year: RELEASES[year].vintage))


def _change_title(data: pd.DataFrame, what: str) -> str:
    """Word the title from the first area: the whole, where it is shown."""
    known = data[data["total"].notna()]
    if known.empty:
        return f"It is not known how many {what} are in the most deprived 30% in England"
    rows = known[known["area"] == known["area"].iloc[0]]
    first, last = rows.iloc[-2:].iloc[0], rows.iloc[-1]  # an older one may tell another story
    before, after = (round(float(row["share_top_30"]), 1) for row in (first, last))
    went = "rose" if after > before else "fell" if after < before else "stayed"
    share = f"The share of {first['area']}'s {what} in the most deprived 30%"
    if went == "stayed":
        return f"{share} stayed at {after}% from {first['release']} to {last['release']}"
    return f"{share} {went} from {before}% in {first['release']} to {after}% in {last['release']}"


def _vintage_note(years: Sequence[int], count: str) -> str:
    by_vintage: dict[str, list[str]] = {}
    for year in years:
        by_vintage.setdefault(RELEASES[year].vintage, []).append(str(year))
    relative = "Deciles rank areas within England at each release."
    if len(by_vintage) == 1:
        return relative
    vintages = "; ".join(
        f"{listed(of)}: {area_type(vintage).plural_dated}" for vintage, of in by_vintage.items()
    )
    advice = " so compare shares rather than numbers" if count == "lsoas" else ""
    return (
        f"The LSOAs were redrawn between releases ({vintages}; dotted lines),"
        f"{advice or ' with care'}. {relative}"
    )


def _point_words(row: object) -> str:
    year, total, top, share = (
        getattr(row, key) for key in ("release", "total", "top_30", "share_top_30")
    )
    if np.isnan(total):
        return f"{year} not known"
    return f"{year} {top:,.0f} of {total:,.0f} ({share:.1f}%)"


class _Panels:
    """A small chart an area: a bar a release, from zero, all to one scale."""

    def __init__(self, data: pd.DataFrame, years: list[int], width: float) -> None:
        self.years = years
        self.areas = [rows for _, rows in data.groupby(["area_type", "area"], sort=False)]
        columns = max(1, int((width - 2 * MARGIN + _GAP) // (8.4 * len(years) + _GAP)))
        self.columns = min(columns, max(len(self.areas), 2))
        self.wide = (width - 2 * MARGIN + _GAP) / self.columns - _GAP
        self.most = max(float(data["share_top_30"].max(skipna=True)), 1.0)
        names = [rows["area"].iloc[0] for rows in self.areas]
        self.names = [wrap(name, self.wide, LEAST_TYPE + 0.5, "bold") for name in names]
        lines = range(0, len(self.names), self.columns)
        self.heads = [
            max(text_size(n, LEAST_TYPE + 0.5)[1] for n in self.names[i : i + self.columns]) + 1.0
            for i in lines
        ]
        self.height = sum(self.heads) + len(self.heads) * (_PANEL + _FOOT + _GAP)

    def draw(self, page: Page, top: float) -> None:
        for line, head in enumerate(self.heads):
            first = line * self.columns
            for at, rows in enumerate(self.areas[first : first + self.columns]):
                left = MARGIN + at * (self.wide + _GAP)
                name = self.names[first + at]
                page.text(left, top, name, LEAST_TYPE + 0.5, weight="bold")
                self._draw_panel(page, rows, left, top + head)
            top += head + _PANEL + _FOOT + _GAP

    def _draw_panel(self, page: Page, rows: pd.DataFrame, left: float, top: float) -> None:
        slot = self.wide / len(self.years)
        above = max(3.4, 0.7 + text_size("18%", LEAST_TYPE)[1])
        words, foot = 2 * above, top + _PANEL
        vintage = rows["vintage"].tolist()
        for at, row in enumerate(rows.itertuples()):
            middle, wide = left + (at + 0.5) * slot, slot * 0.66
            page.text(
                middle, foot + 0.9, str(row.release), LEAST_TYPE, ha="center", color=SECONDARY
            )
            if at and vintage[at] != vintage[at - 1]:
                x = left + at * slot
                page.axes.plot([x, x], [top + 1, foot], color=SECONDARY, lw=0.6, ls=":")
            if np.isnan(row.total):
                frame = Frame(middle - wide / 2, foot - 6, wide, 6)
                draw_box(page.axes, frame, STATES["missing"], edge=SECONDARY)
                continue
            y, before = foot, 0.0
            for step in TOPS:
                reached = getattr(row, f"top_{step}") / row.total * 100
                tall = (reached - before) / self.most * (_PANEL - words)
                if tall:
                    draw_box(page.axes, Frame(middle - wide / 2, y - tall, wide, tall),
                        MOST_DEPRIVED[step])  # fmt: skip
                y, before = y - tall, reached
            page.text(middle, y - above, _short(row.top_30), LEAST_TYPE, ha="center", va="bottom",
                      weight="bold")  # fmt: skip
            page.text(middle, y - 0.5, f"{row.share_top_30:.0f}%", LEAST_TYPE, ha="center",
                      va="bottom")  # fmt: skip
        page.axes.plot([left, left + self.wide], [foot, foot], color=INK, lw=0.7)


def _short(number: float) -> str:
    """Write a number in as little room as a bar has: thousands with a k from ten thousand up."""
    return f"{number / 1000:,.0f}k" if number >= 10_000 else f"{number:,.0f}"
