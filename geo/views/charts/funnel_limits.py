"""What a funnel plot shows: areas against the control limits of their size, and its words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.statistics.comparison import judged
from geo.views.cell_words import measured
from geo.views.charts.page import Key, as_numbers, one_series, require_columns, require_comparisons
from geo.views.indicator_rows import indicator_rows, sex_and_age
from geo.views.style.credits import sources_of
from geo.views.style.palette import INK, PAPER, RULE, SECONDARY, ClassStyle, comparison_styles
from geo.views.style.text import LEAST_TYPE, text_size
from geo.views.style.wording import listed
from geo.vocabulary.area_types import AreaType, asked_for
from geo.vocabulary.indicators import states_of
from geo.vocabulary.measures import GOOD

INNER, OUTER = ("lower_ci", "upper_ci"), ("lower_ci_998", "upper_ci_998")
"""Columns of the 95% and of the 99.8% control limits."""
SHAPES = {"worse": "v", "better": "^", "higher": "s", "lower": "D", "within": "o"}
_BOUNDS = [*INNER, *OUTER]
_TABLE = "the comparisons"
_NUMBERS = ("value", "denominator", "benchmark_value")
_SERIES = ("area_type", "indicator_id", "period", "sex", "age")
_METHODS = {
    "exact": "exact binomial or Poisson (Spiegelhalter 2005)",
    "own_interval": "where an area's own interval touches {benchmark}'s value, as in comparisons",
}


@dataclass(frozen=True, eq=False)
class Funnel:
    """Points, limits and words of one funnel plot.

    ``points`` has ``side`` (worse, better, higher, lower or within) and ``how`` (within, outside
    the 95% limits, beyond the 99.8% limits).
    """

    points: pd.DataFrame
    limits: pd.DataFrame
    facts: pd.Series
    kind: AreaType
    period: str
    benchmark: str
    hidden: dict[str, int]
    rule: str
    confidential: bool

    @property
    def target(self) -> float:
        """Value of the benchmark."""
        return float(self.limits["target"].iloc[0])

    def words(self, value: float) -> str:
        """Write a value with the decimals of the indicator, and its sign."""
        return measured(value, self.facts)

    @property
    def unit(self) -> str:
        """Words above the axis of values."""
        return str(self.facts["unit"] or "value").capitalize()

    @property
    def subtitle(self) -> str:
        """Measure, area type and period."""
        unit = f", {self.facts['unit']}" if self.facts["unit"] else ""
        return f"{self.facts['name']}{unit}, by {self.kind.singular}, {self.period}"

    @property
    def sources(self) -> str:
        """Source and licence of the catalogue."""
        return " ".join(sources_of(self.facts.to_frame().T))

    @property
    def ticks(self) -> float:
        """Millimetres that the numbers of the axis take."""
        greatest = max(self.points["value"].max(), self.limits[OUTER[1]].max())
        return text_size(f"{greatest:,.0f}.0", LEAST_TYPE)[0] + 2.0

    @property
    def remarks(self) -> tuple[str, ...]:
        """Method, what is not shown, and the rule of disclosure control."""
        hidden = [f"{n} {word}" for word, n in self.hidden.items() if n]
        return (
            f"Limits: {self._method}, {self._overdispersion}",
            f"Not shown of {len(self.points) + sum(self.hidden.values())} "
            f"{self.kind.plural}: {listed(hidden)}" if hidden else "",
            f"Disclosure control: {self.rule}" if self.rule else "",
        )  # fmt: skip

    @property
    def _method(self) -> str:
        method = str(self.limits["method"].iloc[0]) if "method" in self.limits else "exact"
        return _METHODS[method].format(benchmark=self.benchmark)

    @property
    def _overdispersion(self) -> str:
        first = self.limits.iloc[0]
        how, spread = first.get("overdispersion", "none"), first.get("dispersion", np.nan)
        if how == "none":
            much = spread > 1 + 2 * np.sqrt(2 / len(self.points))  # two standard errors above 1
            told = f", which is great (mean of z² {spread:.1f}, winsorised)" if much else ""
            return f"not adjusted for overdispersion{told}"
        if not spread > 1:
            return "with no overdispersion to adjust for"
        return f"{np.sqrt(spread):.1f} times as wide for overdispersion (mean of z², {how})"

    @property
    def size(self) -> str:
        """Words below the axis of sizes."""
        ratio = self.facts.get("measure") == "ratio"
        return "Events expected (denominator)" if ratio else "People at risk (denominator)"

    def names(self, side: str, how: str) -> list[str]:
        """Name the areas on one side, outside the limits or beyond the outer ones."""
        found = self.points[(self.points["side"] == side) & (self.points["how"] == how)]
        return found.sort_values("value")["area"].tolist()

    @property
    def _sides(self) -> tuple[str, str]:
        return ("worse", "better") if self._judged else ("higher", "lower")

    @property
    def _judged(self) -> bool:
        return bool(self.facts["polarity"] != "no_judgement")

    @property
    def finding(self) -> str:
        """The title: how many areas differ by more than chance."""
        first, second = (len(self.names(side, "beyond")) for side in self._sides)
        words = self._sides
        total = len(self.points)
        many = f"{total} {self.kind.several(total)}"
        name = self.facts["label"]
        if not first + second:
            return f"{name}: no more than chance between {many} and {self.benchmark}"
        if not first:
            first, second, words = second, 0, (words[1], words[0])
        verb = "is" if first == 1 else "are"
        ending = f", {second} {words[1]}" if second else ""
        return (
            f"{name}: {first} of {many} {verb} {words[0]} than {self.benchmark} by more than "
            f"chance{ending}"
        )

    def alt_text(self, title: str) -> str:
        """Say in words what the plot shows: the areas outside the limits by name."""
        value = self.words(self.target)
        parts = [
            f"Funnel plot of {len(self.points)} {self.kind.several(len(self.points))} about "
            f"{self.benchmark}'s {value}. {title}."
        ]
        for how, limit in (("beyond", "99.8%"), ("outside", "95%, but not the 99.8%,")):
            for side in self._sides:
                if names := self.names(side, how):
                    parts.append(f"{side.capitalize()}, outside the {limit} limits: "
                                 f"{listed(names)}.")  # fmt: skip
        within = int((self.points["how"] == "within").sum())
        parts.append(f"Within the 95% limits: {within}.")
        parts += [f"{n} {word}." for word, n in self.hidden.items() if n]
        return " ".join(parts)

    @property
    def keys(self) -> list[Key]:
        """Entries of the key, with the number of areas of each."""
        found = []
        for how, limit in (("beyond", "outside 99.8%"), ("outside", "outside 95%")):
            for side in self._sides:
                if names := self.names(side, how):
                    found.append(Key(marker_style(side, how), f"{side}, {limit} ({len(names)})",
                                     SHAPES[side]))  # fmt: skip
        within = int((self.points["how"] == "within").sum())
        found.append(Key(marker_style("within", "within"), f"within the limits ({within})", "o"))
        target = self.words(self.target)
        return [*found, Key(ClassStyle(INK, ""), f"{self.benchmark} ({target})", line="-"),
                Key(ClassStyle(SECONDARY, ""), "99.8% limits", line="-"),
                Key(ClassStyle(SECONDARY, ""), "95% limits", line="--")]  # fmt: skip

    @property
    def data(self) -> pd.DataFrame:
        """Points with their limits; of confidential indicators without the denominator."""
        table = self.points.rename(columns={"side": "comparison", "how": "limits"})
        table = table.drop(columns=["denominator"] if self.confidential else [])
        return table.assign(
            indicator=self.facts["name"], **sex_and_age(self.facts), unit=self.facts["unit"],
            period=self.period, disclosure_rule=self.rule,
        ).reset_index(drop=True)  # fmt: skip


def marker_style(side: str, how: str) -> ClassStyle:
    """Fill of a marker: of its class beyond the outer limits, paler within."""
    if how == "within":
        return ClassStyle(RULE, "")
    return comparison_styles()[side] if how == "beyond" else ClassStyle(PAPER, "")


def funnel_of(
    published: Published,
    limits: pd.DataFrame,
    indicator: str,
    areas: str | AreaType | None,
    benchmark: str,
) -> Funnel:
    """Put the latest period of an indicator beside its control limits.

    Parameters and errors are those of `funnel_plot`.
    """
    comparisons = published.table
    require_comparisons(comparisons, *_NUMBERS)
    require_columns(
        limits,
        ["area_type", "indicator_id", "period", "denominator", "target", *_BOUNDS],
        "the limits",
        "geo.control_limits",
    )
    areas = asked_for(areas, comparisons["area_type"], "areas")
    rows = comparisons[comparisons["area_type"] == areas.name]
    if rows.empty:
        raise TableError(
            f"No row of {_TABLE} is of area type {areas.name!r}; there are "
            f"{examples(comparisons['area_type'].unique(), 9)}, so name one of them."
        )
    rows = one_series(rows, indicator, _TABLE)
    rows = rows[published.showing(rows).in_latest()].reset_index(drop=True)
    period, rule = str(rows["period"].iloc[0]), published.showing(rows).rule
    facts = indicator_rows(rows, published.catalogue).iloc[0]
    points, hidden = _points(rows)
    if points.empty:
        raise TableError(
            f"No {areas.singular} has a number of {indicator} in {period} that may be shown "
            f"({hidden['suppressed']} suppressed, {hidden['missing']} missing); choose another."
        )
    own = _own_limits(limits, rows, f"{indicator} in {period}")
    points = points.merge(own[["denominator", *_BOUNDS]], on="denominator", how="left")
    if points[_BOUNDS].isna().any(axis=None):
        raise TableError(
            f"The limits have no row for {examples(points.loc[points[_BOUNDS[0]].isna(), 'area'])} "
            f"in {indicator}, {period}; make them from the same table with geo.control_limits."
        )
    own = own[own["denominator"].between(*points["denominator"].agg(["min", "max"]))]
    points = _classified_by_limits(points, facts["polarity"])
    private = pd.isna(facts["confidential"]) or bool(facts["confidential"])
    return Funnel(points, own, facts, areas, period, benchmark, hidden, rule, private)


def _points(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give the areas that have a number, and how many are suppressed or missing."""
    numbers = {name: as_numbers(rows, name, _TABLE) for name in _NUMBERS}
    named = rows["area_name"] if "area_name" in rows else rows["area_code"]
    suppressed = states_of(numbers["value"], rows.get("state")).eq("suppressed")
    points = rows[["area_code"]].assign(area=named.astype(str), **numbers)
    known = ~suppressed & points[["value", "denominator"]].notna().all(axis=1)
    missing = int((~known & ~suppressed).sum())
    return points[known], {"suppressed": int(suppressed.sum()), "missing": missing}


def _own_limits(limits: pd.DataFrame, rows: pd.DataFrame, which: str) -> pd.DataFrame:
    """Keep the limits of the series that is drawn, by size of area."""
    keys = [key for key in _SERIES if key in limits and key in rows]
    own = limits.merge(rows[keys].drop_duplicates(), on=keys).sort_values("denominator")
    if own.empty:
        raise TableError(
            f"The limits have no row of {which}; a funnel plot needs a proportion, rate or ratio, "
            "and its limits from geo.control_limits, so make them from the same table."
        )
    return own


def _classified_by_limits(points: pd.DataFrame, polarity: str) -> pd.DataFrame:
    """Say of each area on which side it lies, and how far outside the limits."""
    value = points["value"]
    high, low = value > points[INNER[1]], value < points[INNER[0]]
    far = (value > points[OUTER[1]]) | (value < points[OUTER[0]])
    side = judged(np.select([high, low], [1, -1], 0), GOOD[polarity])
    return points.assign(
        side=np.where(high | low, side, "within"),
        how=np.select([far, high | low], ["beyond", "outside"], "within"),
    )
