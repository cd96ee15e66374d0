"""Small tables whose numbers can be checked in the head, the charts of them, what is drawn."""

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle

from geo.statistics.deprivation import decile_profile
from geo.statistics.funnel_limits import control_limits
from geo.statistics.inequality import concentration
from geo.targeting.coverage import coverage
from geo.views.charts.change import change_chart
from geo.views.charts.concentration import concentration_curve
from geo.views.charts.context import context_chart
from geo.views.charts.coverage import coverage_curve
from geo.views.charts.deciles import decile_bars
from geo.views.charts.funnel import funnel_plot
from geo.views.charts.gap import gap_chart
from geo.views.charts.priority import priority_chart
from geo.views.charts.spine import spine_chart
from geo.views.charts.trend import trend_lines
from geo.views.style.page import style

LONG = ("The Parishes of Saint Somebody and All Saints with the Liberty of the Upper and Lower "
        "Hundreds, Extraparochial Places, Detached Parts and Commons Lying to the North and West "
        "of the Old Turnpike Road ")  # fmt: skip
ENGLAND = "E92000001"


def lsoas(**counts):
    """Ambridge: 4 LSOAs of deciles 1, 2, 3, 9; Penny: 5 of 4, 4, 5, 6, 10. 100 people in each."""
    table = pd.DataFrame(
        {"town": ["Ambridge"] * 4 + ["Penny"] * 5, "imd_decile": [1, 2, 3, 9, 4, 4, 5, 6, 10]}
    )
    return table.assign(**counts)


def profile(**counts):
    return decile_profile(lsoas(**counts), by=["town"], borough="Borsetshire")


def profiles():
    """One LSOA of Penny moves into decile 2 in 2025, and Ambridge's decile 3 out to 4."""
    later = lsoas()
    later.loc[4, "imd_decile"], later.loc[2, "imd_decile"] = 2, 4
    return {2019: profile(), 2025: decile_profile(later, by=["town"], borough="Borsetshire")}


def catalogue(**columns):
    table = pd.DataFrame(
        {
            "indicator_id": ["low", "high", "neither"],
            "short_name": ["Low", "High", "Neither"],
            "name": ["Low is good here", "High is good here", "Neither is good"],
            "group": ["Health", "Health", "People"],
            "unit": "% of residents",
            "polarity": ["low_is_good", "high_is_good", "no_judgement"],
            "measure": "proportion",
            "decimals": 1,
            "source": "Test source",
            "licence": "Test licence",
            "confidential": False,
        }
    )
    return table.assign(**columns)


def comparisons(towns=("Upwell", "Ambridge"), periods=("2024/25",), **columns):
    """Every town is 20 of 100, six wards 5 to 30 (the last suppressed), England 10."""
    areas = [(town, "town", 20.0, "value") for town in towns]
    areas += [(f"Ward {i}", "wd24", 5.0 * i, "value") for i in range(1, 6)]
    areas += [("Ward 6", "wd24", 4321.0, "suppressed"), (ENGLAND, "england", 10.0, "value")]
    table = pd.DataFrame(
        [
            (*area, indicator, period)
            for area in areas
            for indicator in ("low", "high", "neither")
            for period in periods
        ],
        columns=["area_code", "area_type", "value", "state", "indicator_id", "period"],
    )
    table["denominator"] = 1000.0
    table["count"] = table["value"] * 10
    table["lower_ci"], table["upper_ci"] = table["value"] - 4, table["value"] + 4
    side = np.select([table["value"] > 14, table["value"] < 6], [1, -1])
    good = table["indicator_id"].map({"low": -1, "high": 1, "neither": 0})
    judged = np.where(side * good > 0, "better", "worse")
    named = np.where(good == 0, np.where(side > 0, "higher", "lower"), judged)
    itself = (table["area_type"] == "england") | (table["state"] == "suppressed")
    table["comparison"] = np.where(itself, "not_compared", np.where(side == 0, "similar", named))
    return table.assign(benchmark_value=10.0, **columns)


YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")


def over_time():
    """Upwell falls from 24 to 16; Ambridge's second year is suppressed and its third missing."""
    table = comparisons(periods=YEARS)
    year = table["period"].map({name: at for at, name in enumerate(YEARS)})
    for column in ("value", "lower_ci", "upper_ci"):
        table[column] += 4.0 - 2.0 * year
    hidden = table["area_code"].eq("Ambridge") & table["period"].eq("2021/22")
    table.loc[hidden, "state"] = "suppressed"
    table.loc[hidden, ["value", "lower_ci", "upper_ci"]] = 4321.0
    absent = table["area_code"].eq("Ambridge") & table["period"].eq("2022/23")
    table.loc[absent, ["value", "lower_ci", "upper_ci"]] = np.nan
    return table


def gaps(**columns):
    """Twice as high, as high, and half as high; the last without a number."""
    table = pd.DataFrame(
        {
            "indicator_id": ["low", "high", "neither", "hidden"],
            "period": "2024",
            "value_deprived": [20.0, 10.0, 5.0, np.nan],
            "value_rest": [10.0, 10.0, 10.0, 10.0],
            "difference": [10.0, 0.0, -5.0, np.nan],
            "ratio": [2.0, 1.0, 0.5, np.nan],
            "ratio_lower_ci": [1.5, 0.8, 0.25, np.nan],
            "ratio_upper_ci": [2.5, 1.2, 0.8, np.nan],
        }
    )
    return table.assign(**columns)


def gap_catalogue(**columns):
    more = catalogue().iloc[[0]].assign(indicator_id="hidden", short_name="Hidden")
    return pd.concat([catalogue(), more], ignore_index=True).assign(**columns)


def wards_of_sizes():
    """Five wards at 10% of 100 to 2,000 people, and a sixth, of 400, at 30%; England 10%."""
    sizes = [100, 200, 400, 1000, 2000, 400]
    table = pd.DataFrame({"area_code": [f"Ward {i}" for i in range(1, 7)], "denominator": sizes})
    table["value"] = [10.0] * 5 + [30.0]
    return table.assign(
        area_type="wd24", indicator_id="low", period="2024", benchmark_value=10.0, state="value",
        measure="proportion", multiplier=100,
    )  # fmt: skip


def counts():
    """Forty areas with counts 40, 39, … 1: 820 in all, half of it in the first 12."""
    return pd.Series(range(40, 0, -1), index=[f"E010000{i:02}" for i in range(40)])


def draw_funnel(table=None, **options):
    table = wards_of_sizes() if table is None else table
    limits = control_limits(table, catalogue=None)
    return funnel_plot(table, limits, "low", areas="wd24",
                       **({"catalogue": catalogue()} | options))  # fmt: skip


def context(**columns):
    """Residents, a measure below England, one above, and one that is not here."""
    table = pd.DataFrame(
        {
            "measure": ["Residents", "Under 5", "Low income", "Phonics"],
            "unit": ["residents", "% of residents", "% of children", "% of pupils"],
            "place": [398_755, 5.24, 23.5, None],
            "england": [56_490_108, 5.77, 18.0, None],
            "comparison": [None, None, "worse", None],
            "at_least": [None, None, True, None],
            "source": [None, None, "Indices", "DfE"],
        }
    )
    return table.assign(**columns)


def reached():
    """Curve of forty LSOAs in order, in the first ten of which half of the children live."""
    lsoas = pd.DataFrame(
        {"lsoa21cd": [f"E010000{n:02}" for n in range(40)], "imd_rank": range(1, 41),
         "children": [30] * 10 + [10] * 30, "town": ["A"] * 20 + ["B"] * 20}
    )  # fmt: skip
    return coverage(lsoas, need="children", people=None, order="imd_rank", top=10, by="town").curve


def come_first(size=6, **change):
    """Areas every hundredth rank, two in three of them of Crewe."""
    number = np.arange(1, size + 1)
    return pd.DataFrame(
        {"area": [f"Ward ({n:03}A)" for n in number], "rank": number, "at": 100 * number,
         "group": np.where(number % 3 == 0, "Sandbach", "Crewe"), "decile": (number - 1) // 2 + 1,
         "low": np.nan, "high": np.nan, "chance": np.nan} | change
    )  # fmt: skip


CHARTS = {
    "decile_bars": lambda **o: decile_bars(profile(), **o),
    "decile_bars_people": lambda **o: decile_bars(
        profile(population=[100.0] * 8 + [np.nan]), count="population", **o
    ),
    "change_chart": lambda **o: change_chart(profiles(), level="town", **o),
    "spine_chart": lambda **o: spine_chart(
        comparisons(), "Upwell", areas="town", spread="ward", catalogue=catalogue(), **o
    ),
    "trend_lines": lambda **o: trend_lines(
        over_time(), "low", areas="town", catalogue=catalogue(), **o
    ),
    "concentration_curve": lambda **o: concentration_curve(
        concentration(counts()), "children", **o
    ),
    "gap_chart": lambda **o: gap_chart(gaps(), catalogue=gap_catalogue(), place="Here", **o),
    "funnel_plot": lambda **o: draw_funnel(**o),
    "coverage_curve": lambda **o: coverage_curve(reached(), "children", top=10, **o),
    "priority_chart": lambda **o: priority_chart(come_first(), scale="Rank", **o),
    "context_chart": lambda **o: context_chart(context(), place="Here", **o),
}


@dataclass
class Word:
    text: str
    box: mpl.transforms.Bbox
    size: float


def words(figure):
    with style():
        FigureCanvasAgg(figure).draw()
        return [
            Word(text.get_text(), text.get_window_extent(), text.get_fontsize())
            for text in figure.findobj(mpl.text.Text)
            if text.get_text() and text.get_visible()
        ]


def assert_words_in_place(figure):
    width, height = figure.bbox.size
    drawn = words(figure)
    for word in drawn:
        least, most = word.box.min, word.box.max
        assert (least >= 0).all(), word.text
        assert (most <= [width, height]).all(), word.text
    for at, one in enumerate(drawn):
        for other in drawn[at + 1 :]:
            over = min(one.box.x1, other.box.x1) - max(one.box.x0, other.box.x0)
            deep = min(one.box.y1, other.box.y1) - max(one.box.y0, other.box.y0)
            assert over <= 0.5 or deep <= 0.5, f"{one.text!r} covers {other.text!r}"


def said(figure):
    return " ".join(word.text.replace("\n", " ") for word in words(figure))


def bars(figure):
    """Rectangles taller than those of the key, in millimetres, by their upper side."""
    found = {}
    for patch in figure.axes[0].patches:
        if isinstance(patch, Rectangle) and patch.get_height() > 3.2:
            found.setdefault(round(patch.get_y(), 3), []).append(patch)
    return [sorted(found[y], key=lambda bar: bar.get_x()) for y in sorted(found)]


def markers(ax):
    return [line for line in ax.lines if line.get_marker() in ("v", "^", "o", "s", "D")
            and len(line.get_xdata()) == 1]  # fmt: skip
