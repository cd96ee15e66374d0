"""The most deprived areas against the rest, in every indicator."""

from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.disclosure.published import Published
from geo.statistics.comparison import judged
from geo.views.cell_words import number
from geo.views.charts.page import (
    GRID,
    MARKERS,
    STATES,
    Key,
    as_numbers,
    chart_page,
    draw_marker,
    require_columns,
    style_axes,
    titled_axes,
)
from geo.views.charts.rows import RowTable
from geo.views.indicator_rows import indicator_rows
from geo.views.style.credits import sources_of
from geo.views.style.options import FigureSettings, IndicatorChartOptions, takes_options
from geo.views.style.page import Page, require_width, style
from geo.views.style.palette import INK, SECONDARY, ClassStyle, comparison_styles
from geo.views.style.text import LEAST_TYPE, text_size, wrap
from geo.views.style.wording import caption_of, counted_indicators, few
from geo.vocabulary.measures import GOOD

_TIMES = {-3: "⅛", -2: "¼", -1: "half", 0: "same", 1: "twice", 2: "4 times", 3: "8 times"}
_FARTHEST = 3.0
_TABLE = "the gaps"
_ABSENT = STATES["missing"].symbol
_AT_LEAST = ["at_least_deprived", "at_least_rest"]
_UNSURE = "no ratio, since a figure lacks some areas"
_ABSENT_WHY = "no ratio, since a figure is missing, suppressed or zero"


@takes_options(IndicatorChartOptions)
def gap_chart(
    gaps: pd.DataFrame | Published,
    *,
    deprived: str = "most deprived 30%",
    place: str = "",
    **options: Unpack[IndicatorChartOptions],
) -> Figure:
    """Draw how many times as high each indicator is in the most deprived areas as in the rest.

    Parameters
    ----------
    gaps : DataFrame or Published
        What ``geo.gap`` returns; ``at_least_deprived`` and ``at_least_rest``, where there are such
        columns, say how many areas lack in a value, which is then at least that (≥) and gives no
        ratio. Of each indicator, sex and age the latest period is shown. Rows
        of confidential indicators need a column ``rule``, as ``geo.suppress`` writes it, because
        their counts have to be suppressed before the gap is worked out.
    deprived : str
        Words for the areas that are compared with the rest.
    place : str
        Name of the place, for the subtitle.
    **options
        ``title``, ``subtitle``, ``caption``, ``notice``, ``width_mm``, ``height_mm``, ``notes``,
        ``ax`` and ``catalogue``, as in `geo.views.style.options.IndicatorChartOptions`; axes of the
        caller get no columns of numbers.

    Returns
    -------
    Figure
        With ``alt_text``, ``caption`` and ``data`` for `save_figure`; or the figure of ``ax``.
        The scale is one of ratios: twice and half are as far from the middle.

    Raises
    ------
    TableError
        If a column is absent, or a confidential indicator was not suppressed.
    ValueError
        If the width is not from 80 to 250 mm.

    Examples
    --------
    >>> gaps = pd.DataFrame({"indicator_id": ["neet"], "period": "2024", "value_deprived": 20.0,
    ...     "value_rest": 10.0, "difference": 10.0, "ratio": 2.0, "ratio_lower_ci": 1.5,
    ...     "ratio_upper_ci": 2.7, "polarity": "low_is_good"})
    >>> gap_chart(gaps).get_label()
    'neet is worse in the most deprived 30% than in the rest: 2.0 times as high'
    """
    settings = FigureSettings(**options)
    rows, rule = _gap_rows(Published.of(gaps, settings.catalogue))
    whose = f"{place}: the" if place else "The"
    text = settings.page_text(
        _widest_gap(rows, deprived),
        f"{whose} {deprived} of areas against the rest; ratio with 95% interval",
        caption_of(
            _not_counted(rows, settings.catalogue, deprived),
            rule and f"Disclosure control: {rule}",
            settings.caption or " ".join(sources_of(rows)),
        ),
    )
    if settings.ax is not None:
        with style():
            _draw_gaps(settings.ax, rows)
            return titled_axes(settings.ax, text.title)
    with style():
        chart = _Gaps(rows, deprived, require_width(settings.width_mm))
        page, top = chart_page(text, settings, chart.table.height, _keys(rows))
        chart.draw(page, top)
    by_indicator = "; ".join(_gap_words(row) for _, row in rows.iterrows())
    alt_text = (
        f"Chart of ratios, the {deprived} of areas against the rest, in "
        f"{counted_indicators(len(rows))}. {text.title}. {by_indicator}."
    )
    return page.finish(alt_text, _data(rows, rule))


def _keys(rows: pd.DataFrame) -> list[Key]:
    """List the classes that occur, and the sign of a ratio that is not known."""
    styles, shown = comparison_styles(benchmark="the rest"), set(rows["shown"])
    keys = [Key(styles[n], styles[n].label, MARKERS[n]) for n in MARKERS if n in shown]
    absent = STATES["missing"]
    if "missing" in shown:
        keys.append(Key(absent, "no ratio", symbol=absent.symbol))
    return keys


def _data(rows: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Give the table behind the chart."""
    columns = ["indicator_id", "label", "unit", "period", "polarity", "value_deprived",
               "value_rest", "difference", "difference_lower_ci", "difference_upper_ci", "ratio",
               "ratio_lower_ci", "ratio_upper_ci", "shown"]  # fmt: skip
    data = rows[[column for column in columns if column in rows]]
    data = data.rename(columns={"label": "indicator", "shown": "comparison"})
    return data.assign(disclosure_rule=rule)


def _gap_rows(published: Published) -> tuple[pd.DataFrame, str]:
    """Latest gap of each indicator with its class, the widest first; and the rule of disclosure."""
    needed = ["value_deprived", "value_rest", "ratio", "ratio_lower_ci", "ratio_upper_ci"]
    gaps, catalogue = published.table, published.catalogue
    require_columns(gaps, ["indicator_id", "period", *needed], _TABLE, "geo.gap")
    keys = [key for key in ("indicator_id", "sex", "age") if key in gaps]
    rows = gaps.assign(**{name: as_numbers(gaps, name, _TABLE) for name in needed})
    rows = _without_unsure(rows)
    rows = rows[published.in_latest()].drop_duplicates(keys, keep="last")
    rows = rows.assign(area_code="")
    facts = indicator_rows(rows, catalogue)
    rows = facts.merge(rows[[*keys, *rows.columns.difference(facts.columns)]], on=keys)
    good = rows["polarity"].map(GOOD)
    side = np.select([rows["ratio_lower_ci"] > 1, rows["ratio_upper_ci"] < 1], [1, -1], 0)
    certain = rows[["ratio_lower_ci", "ratio_upper_ci"]].notna().all(axis=1)
    rows["shown"] = np.select(
        [rows["ratio"].isna(), ~certain],
        ["missing", "not_compared"],
        judged(side, good.to_numpy()),
    )
    rows["part"] = np.where(rows["polarity"] == "no_judgement", "Not judged good or bad", "")
    with np.errstate(divide="ignore"):
        rows["far"] = np.log2(rows["ratio"])
    rows["bad"] = -rows["far"] * good.replace(0, -1)
    rows = rows.sort_values(["part", "bad", "label"], ascending=[True, False, True])
    return rows.reset_index(drop=True), published.rule


def _without_unsure(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out ratios of values that are only at least so high."""
    rows = rows.assign(**{name: rows.get(name, 0) for name in _AT_LEAST})
    ratios = ["ratio", "ratio_lower_ci", "ratio_upper_ci"]
    return rows.assign(**{name: rows[name].mask(_is_unsure(rows)) for name in ratios})


def _is_unsure(rows: pd.DataFrame) -> pd.Series:
    return rows[_AT_LEAST].gt(0).any(axis=1)


def _not_counted(rows: pd.DataFrame, catalogue: pd.DataFrame | None, deprived: str) -> str:
    """Say which indicators the title does not count, and why, so that others can be set beside."""
    labels, lost, neither = rows["label"], rows["shown"].eq("missing"), rows["part"].ne("")
    listed = rows[["indicator_id"]] if catalogue is None else catalogue
    absent = listed[~listed["indicator_id"].isin(rows["indicator_id"])]
    why = {
        _UNSURE: labels[lost & _is_unsure(rows)],
        _ABSENT_WHY: labels[lost & ~_is_unsure(rows)],
        "a ratio without interval": labels[rows["shown"].eq("not_compared") & ~neither],
        f"no count of the {deprived} and of the rest": absent.get(
            "short_name", absent["indicator_id"]
        ),
    }
    said = [
        f"{len(those)} with {words} ({few(those)})" for words, those in why.items() if len(those)
    ]
    if number := int((neither & ~lost).sum()):
        said.insert(0, f"{number} of which high is neither good nor bad")
    return f"Not counted above: {'; '.join(said)}" if said else ""


def _times(ratio: float) -> str:
    if np.isnan(ratio):
        return ""
    fine = ratio < 0.1 or 0.9 < ratio < 1.1
    return f"{ratio:.2f}" if fine else f"{ratio:.1f}"


def _widest_gap(rows: pd.DataFrame, deprived: str) -> str:
    """Word the title: how many indicators are worse, and which is most so."""
    judged = rows[rows["shown"].isin(["better", "worse", "similar"]) & rows["part"].eq("")]
    worse = judged[judged["shown"] == "worse"]
    where = f"in the {deprived} than in the rest"
    if worse.empty:
        if judged.empty:
            return f"No indicator can be judged better or worse {where}"
        return f"None of the {len(judged)} indicators that can be judged is worse {where}"
    most = worse.iloc[0]
    times = f"{_times(most['ratio'])} times as high"
    if len(judged) == 1:
        return f"{most['label']} is worse {where}: {times}"
    verb = "is" if len(worse) == 1 else "are"
    return (
        f"{len(worse)} of the {len(judged)} indicators that can be judged {verb} worse {where}, "
        f"{most['label']} most: {times}"
    )


def _gap_words(row: pd.Series) -> str:
    if row["shown"] == "missing":
        unsure = row[_AT_LEAST].gt(0).any()
        return f"{row['label']}: {_UNSURE if unsure else _ABSENT_WHY}"
    low, high = (_times(row[f"ratio_{end}_ci"]) for end in ("lower", "upper"))
    limits = f" ({low} to {high})" if low else ""
    return f"{row['label']} {_times(row['ratio'])} times{limits}"


def _extent(rows: pd.DataFrame) -> tuple[float, float]:
    """How many doublings the scale reaches to the left and right: from half a one to three."""
    ratios = rows[["ratio", "ratio_lower_ci", "ratio_upper_ci"]].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.log2(ratios)
    far = far[np.isfinite(far)]
    low, high = far.min(initial=-0.5) - 0.2, far.max(initial=0.5) + 0.2
    return max(float(low), -_FARTHEST), min(float(high), _FARTHEST)


def _draw_gaps(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw ratios on axes of the caller, a row an indicator, its name beside it."""
    style_axes(ax, "x")
    styles, reach = comparison_styles(benchmark="the rest"), _extent(rows)
    ax.axvline(0, color=INK, lw=0.9, zorder=2)
    for at in range(len(rows)):
        _draw_gap(ax, rows.iloc[at], at, 0.0, 1.0, reach, styles)
    ticks = [tick for tick in _TIMES if reach[0] <= tick <= reach[1]]
    ax.set(xlim=reach, ylim=(len(rows) - 0.5, -0.5), xticks=ticks)
    ax.set_yticks(range(len(rows)), [wrap(label, 40.0, LEAST_TYPE) for label in rows["label"]])
    ax.set_xticklabels([_TIMES[tick] for tick in ticks])


def _draw_gap(
    ax: Axes,
    row: pd.Series,
    y: float,
    centre: float,
    unit: float,
    reach: tuple[float, float],
    styles: dict[str, ClassStyle],
) -> None:
    """Draw a ratio and its interval; what lies off the scale ends in an arrow."""
    if row["shown"] == "missing":
        return

    def x(ratio: float) -> float:
        with np.errstate(divide="ignore"):
            return centre + unit * float(np.clip(np.log2(ratio), *reach))

    low, high = row["ratio_lower_ci"], row["ratio_upper_ci"]
    if not np.isnan(low):
        ax.plot([x(low), x(high)], [y, y], color=INK, lw=1.1, zorder=4)
        for end, arrow in ((low, "<"), (high, ">")):
            with np.errstate(divide="ignore"):
                beyond = not reach[0] <= np.log2(end) <= reach[1]
            if beyond:
                ax.plot([x(end)], [y], marker=arrow, color=INK, markersize=3, zorder=4)
    draw_marker(ax, x(row["ratio"]), y, styles[row["shown"]], MARKERS[row["shown"]])


def _numbers(rows: pd.DataFrame, name: str) -> list[str]:
    """Values of the deprived or the rest; ≥ where areas lack in one."""
    cells = zip(rows[f"value_{name}"], rows["decimals"], rows[f"at_least_{name}"], strict=True)
    texts = [(number(value, decimals), least) for value, decimals, least in cells]
    return [("≥" if least else "") + text if text else _ABSENT for text, least in texts]


class _Gaps:
    """The rows of a gap chart, in millimetres."""

    def __init__(self, rows: pd.DataFrame, deprived: str, width: float) -> None:
        self.rows, self.reach = rows, _extent(rows)
        self.styles = comparison_styles(benchmark="the rest")
        columns = [
            (deprived.capitalize(), _numbers(rows, "deprived")),
            ("Rest", _numbers(rows, "rest")),
        ]
        symbols = [
            "" if shown == "missing" else self.styles[shown].symbol for shown in rows["shown"]
        ]
        times = [_times(ratio) or _ABSENT for ratio in rows["ratio"]]
        marked = [f"{one} {other}".strip() for one, other in zip(symbols, times, strict=True)]
        columns.append(("Times", marked))
        self.table = RowTable(rows, columns, width, [False] * len(rows))

    def draw(self, page: Page, top: float) -> None:
        ax, table = page.axes, self.table
        low, high = self.reach
        unit = (table.right - table.left) / (high - low)
        centre = table.left - low * unit
        shown: list[float] = []

        def scale(_: int, foot: float) -> None:
            taken: list[tuple[float, float]] = []
            for tick in sorted(_TIMES, key=abs):
                half = text_size(_TIMES[tick], LEAST_TYPE)[0] / 2 + 0.5
                x = centre + unit * tick
                fits = table.left - 2 <= x - half and x + half <= table.right + 2
                if fits and all(x + half <= a or x - half >= b for a, b in taken):
                    taken.append((x - half, x + half))
                    shown.append(x)
                    page.text(
                        x, foot, _TIMES[tick], LEAST_TYPE, color=SECONDARY, ha="center", va="bottom"
                    )

        for at, middle, ceiling, floor in table.rows_written(page, top, scale):
            for x in shown:
                same = x == centre
                ax.plot([x, x], [ceiling, floor], zorder=2, color=INK if same else GRID, lw=0.8)
            row = self.rows.iloc[at]
            _draw_gap(ax, row, middle, centre, unit, self.reach, self.styles)
