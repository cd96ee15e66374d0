"""Bars of how deprived areas are, decile by decile."""

from collections.abc import Mapping, Sequence
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.errors import TableError, examples
from geo.views.charts.page import (
    GRID,
    STATES,
    Key,
    as_numbers,
    chart_page,
    draw_box,
    require_columns,
)
from geo.views.style.options import FigureOptions, FigureSettings, takes_options
from geo.views.style.page import MARGIN, NARROW, Frame, Page, require_width, style
from geo.views.style.palette import DECILE_CLASSES, INK, MOST_DEPRIVED, SECONDARY, ClassStyle
from geo.views.style.text import LEAST_TYPE, text_size, wrap
from geo.views.style.wording import SOURCE, few
from geo.vocabulary.area_types import AreaType, area_type

COUNTED = {"lsoas": "LSOAs", "population": "residents", "children": "children"}
TOPS = (10, 20, 30)
_PROFILES = "the decile profile"
_ROW, _LOW_ROW, _MANY = 5.4, 4.4, 40


@takes_options(FigureOptions, caption=SOURCE)
def decile_bars(
    profile: pd.DataFrame,
    *,
    levels: Sequence[str | AreaType] | None = None,
    count: str = "lsoas",
    most: int | None = None,
    **options: Unpack[FigureOptions],
) -> Figure:
    """Draw how the LSOAs, residents or children of each area spread over England's deciles.

    Parameters
    ----------
    profile : DataFrame
        What ``geo.decile_profile`` returns.
    levels : sequence of str, optional
        Area types to show, in this order; all of the table where not given.
    count : {"lsoas", "population", "children"}
        What the bars are made of. LSOAs are shown by ten deciles; people by the most deprived
        10%, 20%, 30% and the rest, which is how they are counted.
    most : int, optional
        Draw at most so many areas of a level, those with the greatest share in the most deprived
        30%; the others are in the data alone.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm`` and ``notes``,
        as in `geo.views.style.options.FigureOptions`; the title names the area with the greatest
        share in the most deprived 30%.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`.

    Raises
    ------
    TableError
        If a column or level is absent, there is no row, a number is text, or the counts of an
        area do not add up.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> profile = pd.DataFrame({"area_type": "town", "area": ["Crewe", "Alsager"], "lsoas": [4, 5],
    ...     **{f"decile_{d}": [2 * (d in (1, 9)), 1 * (d > 5)] for d in range(1, 11)},
    ...     "top_10": [2, 0], "top_20": [2, 0], "top_30": [2, 0]})
    >>> decile_bars(profile).get_label()
    '2 of the 4 LSOAs of Crewe (50.0%) are in the most deprived 30% in England'
    """
    settings, what = FigureSettings(**options), COUNTED.get(count, "")
    kinds = _area_types(profile, levels)
    every = profile_rows(profile, list(kinds), count)
    rows, left_out = first_areas(every, most, kinds)
    segments, looks = _segments(rows, count)
    text = settings.page_text(
        _greatest_share(every, count),
        f"Share of {what} by national decile of deprivation{left_out}",
        settings.caption,
    )
    keys = [Key(look, look.label) for look in looks]
    keys.append(Key(ClassStyle(INK, ""), "end of the most deprived 30%", line="-"))
    if rows["total"].isna().any():
        keys.append(Key(STATES["missing"], "not known"))
    with style():
        bars = _Bars(rows, segments, looks, what, kinds, require_width(settings.width_mm))
        page, top = chart_page(text, settings, bars.height, keys)
        bars.draw(page, top)
    by_area = "; ".join(_share_words(row, what) for row in rows.itertuples())
    alt_text = (
        f"Stacked bars of {what} by national decile of deprivation. {text.title}. In the most "
        f"deprived 30%: {by_area}."
    )
    return page.finish(alt_text, every.drop(columns=["total", "label"]))


def _area_types(
    profile: pd.DataFrame, levels: Sequence[str | AreaType] | None
) -> dict[str, AreaType]:
    """Words of each area type to show, in this order."""
    wanted = profile.get("area_type", []) if levels is None else levels
    return {one.name: one for one in map(area_type, wanted)}


def profile_rows(profile: pd.DataFrame, levels: Sequence[str], count: str) -> pd.DataFrame:
    """Check a profile and give its rows by level, the greatest share first, as floats."""
    if count not in COUNTED:
        raise TableError(f"count is {count!r}; allowed are {', '.join(COUNTED)}.")
    prefix = "" if count == "lsoas" else f"{count}_"
    tops = [f"{prefix}top_{top}" for top in TOPS]
    deciles = [f"decile_{d}" for d in range(1, 11)] if count == "lsoas" else []
    columns = [count, *deciles, *tops]
    require_columns(profile, ["area_type", "area", *columns], _PROFILES, "geo.decile_profile")
    known = list(dict.fromkeys(profile["area_type"]))
    if unknown := [level for level in levels if level not in known]:
        raise TableError(
            f"No row of {_PROFILES} is of area type {examples(unknown)}; it has {examples(known)}, "
            "so name some of these as levels."
        )
    numbers = {column: as_numbers(profile, column, _PROFILES) for column in columns}
    rows = profile[["area_type", "area"]].astype(str).assign(**numbers)
    steps = rows[[*tops, count]].to_numpy()
    whole = ~np.isnan(steps).any(axis=1)
    wrong = (steps < 0).any(axis=1) | (np.diff(steps, axis=1) < 0).any(axis=1)
    if deciles:
        wrong |= whole & (rows[deciles].sum(axis=1) != rows[count])
    if wrong.any():
        raise TableError(
            f"{int(wrong.sum())} of {len(rows)} areas of {_PROFILES} "
            f"({examples(rows.loc[wrong, 'area'])}) have counts by decile that do not add up to "
            f"{count}; make the profile anew with geo.decile_profile."
        )
    rows["total"] = rows[count].where(whole & (rows[count] > 0))
    rows["share_top_30"] = 100 * rows[tops[-1]] / rows["total"]
    rows["label"] = rows[tops[-1]]
    place = {level: at for at, level in enumerate(levels)}
    rows = rows[rows["area_type"].isin(levels)].assign(at=rows["area_type"].map(place))
    rows = rows.sort_values(["at", "share_top_30", "area"], ascending=[True, False, True])
    return rows.drop(columns="at").reset_index(drop=True)


def first_areas(
    rows: pd.DataFrame, most: int | None, words: Mapping[str, AreaType]
) -> tuple[pd.DataFrame, str]:
    """Keep the first areas of each level, and word which of how many they are."""
    number = rows.groupby("area_type", sort=False)["area"].nunique()
    cut = number[number > (most or number.max())]
    left_out = "".join(
        f"; the {most} most deprived of {words[str(level)].counted(many)}"
        for level, many in cut.items()
    )
    order = rows.drop_duplicates(["area_type", "area"]).groupby("area_type").cumcount()
    first = rows.loc[order[order < (most or number.max())].index, ["area_type", "area"]]
    return rows.merge(first, on=["area_type", "area"]), left_out


def _segments(rows: pd.DataFrame, count: str) -> tuple[np.ndarray, list[ClassStyle]]:
    """Give the count of each segment by area, and how the segments look."""
    if count == "lsoas":
        parts = rows[[f"decile_{d}" for d in range(1, 11)]].to_numpy()
        return parts, list(DECILE_CLASSES.values())
    reached = rows[[*(f"{count}_top_{top}" for top in TOPS), count]].to_numpy()
    return np.diff(reached, axis=1, prepend=0), list(MOST_DEPRIVED.values())


def _greatest_share(rows: pd.DataFrame, count: str) -> str:
    """Word the title: who has the greatest share in the most deprived 30%."""
    what = COUNTED[count]
    first = rows[(rows["area_type"] == rows["area_type"].iloc[0]) & rows["total"].notna()]
    if first.empty:
        return f"It is not known how many {what} are in the most deprived 30% in England"
    most = first.iloc[0]
    tied = first["area"][first["share_top_30"] == most["share_top_30"]].tolist()
    if most["label"] == 0:
        whose = most["area"] if len(first) == 1 else f"any of {len(first)} areas"
        return f"No {what} of {whose} are in the most deprived 30% in England"
    share = f"{most['share_top_30']:.1f}%"
    if tied[1:]:
        return f"In {few(tied)}, {share} of {what} are in the most deprived 30% in England"
    top, total = most["label"], most["total"]
    where = "in the most deprived 30% in England"
    if top == total:
        only = f"The only one of the {what}" if total == 1 else f"All {total:,.0f} {what}"
        return f"{only} of {most['area']} {'is' if total == 1 else 'are'} {where}"
    verb = "is" if top == 1 else "are"
    return f"{top:,.0f} of the {total:,.0f} {what} of {most['area']} ({share}) {verb} {where}"


def _share_words(row: object, what: str) -> str:
    name, total, top, share = (
        getattr(row, key) for key in ("area", "total", "label", "share_top_30")
    )
    if np.isnan(total):
        return f"{name}, {what} not known"
    return f"{name} {top:,.0f} of {total:,.0f} ({share:.1f}%)"


class _Bars:
    """Rows of stacked bars with names before and numbers behind; places are millimetres."""

    def __init__(
        self,
        rows: pd.DataFrame,
        parts: np.ndarray,
        looks: list[ClassStyle],
        what: str,
        words: Mapping[str, AreaType],
        width: float,
    ) -> None:
        self.rows, self.parts, self.looks = rows, parts, looks
        self.ends = [
            "not known" if np.isnan(t) else f"{n:,.0f} of {t:,.0f} ({s:.0f}%)"
            for n, t, s in zip(rows["label"], rows["total"], rows["share_top_30"], strict=True)
        ]
        if width < NARROW:
            self.ends = [end.replace(" (", "\n(") for end in self.ends]
        self.end_title = wrap("In the most deprived 30%", 24.0, LEAST_TYPE, "bold")
        ends = [text_size(text, LEAST_TYPE)[0] for text in self.ends]
        self.behind = max([*ends, text_size(self.end_title, LEAST_TYPE, "bold")[0]]) + 2.0
        widest = max(text_size(name, LEAST_TYPE)[0] for name in rows["area"])
        self.before = min(widest + 2.0, (width - 2 * MARGIN) * 0.36)
        self.names = [wrap(name, self.before - 2.0, LEAST_TYPE) for name in rows["area"]]
        self.left = MARGIN + self.before
        self.bar = width - MARGIN - self.behind - self.left
        self.heights = [
            max(
                _LOW_ROW if len(rows) > _MANY else _ROW,
                *(text_size(text, LEAST_TYPE)[1] + 0.6 for text in pair),
            )
            for pair in zip(self.names, self.ends, strict=True)
        ]
        self.what = what
        self.header = max(text_size(self.end_title, LEAST_TYPE)[1], 3.0) + 1.0
        starts = rows["area_type"].ne(rows["area_type"].shift())
        headed = starts & (rows.groupby("area_type")["area"].transform("size") > 1)
        self.headings = [
            words[level].plural if shown else ""
            for level, shown in zip(rows["area_type"], headed, strict=True)
        ]
        self.spaces = [
            (_ROW if heading else 2.0) if start else 0.0
            for heading, start in zip(self.headings, starts, strict=True)
        ]
        self.height = self.header + sum(self.heights) + sum(self.spaces)

    def draw(self, page: Page, top: float) -> None:
        right, bottom = self.left + self.bar, top + self.height
        top += self.header
        page.text(right + 2.0, top - 0.8, self.end_title, LEAST_TYPE, weight="bold", va="bottom")
        for share in (0, 25, 50, 75, 100):
            x = self.left + self.bar * share / 100
            page.axes.plot([x, x], [top, bottom], color=GRID, lw=0.6, zorder=0)
            if share % 50 == 0:
                align = {0: "left", 50: "center", 100: "right"}[share]
                page.text(
                    x, top - 0.8, f"{share}%", LEAST_TYPE, ha=align, va="bottom", color=SECONDARY
                )
        for at, name in enumerate(self.names):
            top += self.spaces[at]
            if self.headings[at]:
                words = self.headings[at][:1].upper() + self.headings[at][1:]
                page.text(MARGIN, top - 1.0, words, LEAST_TYPE + 0.5, weight="bold", va="bottom")
            middle = top + self.heights[at] / 2
            page.text(MARGIN, middle, name, LEAST_TYPE, va="center")
            page.text(right + 2.0, middle, self.ends[at], LEAST_TYPE, va="center")
            self._draw_bar(page, at, top + 0.4, self.heights[at] - 0.8)
            top += self.heights[at]

    def _draw_bar(self, page: Page, at: int, top: float, height: float) -> None:
        ax, total = page.axes, self.rows["total"].iloc[at]
        if np.isnan(total):
            draw_box(ax, Frame(self.left, top, self.bar, height), STATES["missing"], edge=SECONDARY)
            return
        x = self.left
        end = self.left + self.bar * self.rows["label"].iloc[at] / total
        for part, look in zip(self.parts[at], self.looks, strict=True):
            wide = self.bar * part / total
            if not wide:
                continue
            draw_box(ax, Frame(x, top, wide, height), look)
            words = f"{part:,.0f}"
            if text_size(words, LEAST_TYPE)[0] + 1.4 <= wide:
                page.text(
                    x + wide / 2, top + height / 2, words, LEAST_TYPE, color=look.text,
                    ha="center", va="center",
                )  # fmt: skip
            x += wide
        ax.plot([self.left, x, x], [top + height, top + height, top], color=SECONDARY, lw=0.4)
        if end > self.left:
            ax.plot([end, end], [top - 0.5, top + height + 0.5], color=INK, lw=1.3)
