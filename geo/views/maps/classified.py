"""One indicator on the areas of a map: its classes, and what legend, title and words say of them.

Classes, texts and states are those of the Tartan Rug (`rug_cells`), so that rug and map agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.geography.dissolve import dissolve
from geo.views.cell_words import SHORTHAND, measured
from geo.views.classes import Cells, rug_cells
from geo.views.indicator_rows import sex_and_age
from geo.views.maps.areas import prepare_areas
from geo.views.style.credits import sources_of
from geo.views.style.labels import Label
from geo.views.style.options import FigureSettings
from geo.views.style.palette import ZERO, ClassStyle, comparison_styles
from geo.vocabulary.area_types import AreaType, area_type, code_columns, name_column

CLASSES: dict[str, int | str] = {"comparison": 3, "comparison_5": 5, "quintiles": "quintiles"}
"""Ways to colour: against England in three or five classes, or fifths of England's areas."""
_MANY = 20
_WITHOUT_COLOUR = ("suppressed", "missing", "not_compared")
_WORST = ("much_worse", "worse", "higher", "fifth_1")
_JUDGED = {"much_worse", "worse", "better", "much_better"}


@dataclass(frozen=True, eq=False)
class ClassifiedIndicator:
    """One indicator on the areas of a map.

    Attributes
    ----------
    areas : GeoDataFrame
        A row per area to draw, with ``area_code`` and ``area``.
    cells : DataFrame
        Cells of the Tartan Rug in the same order: ``shown`` (class), ``state``, ``text``, numbers.
    facts : Series
        What is known of the indicator.
    rule : str
        Rule of disclosure control; empty if none is in force.
    levels : {3, 5, "quintiles"}
    kind : AreaType
        Type of the areas, and the words for them.
    against : str
        Name of the area compared with.
    """

    areas: gpd.GeoDataFrame
    cells: pd.DataFrame
    facts: pd.Series
    rule: str
    levels: int | str
    kind: AreaType
    against: str = "England"

    @property
    def judged(self) -> bool:
        """Whether high or low is good."""
        return self.facts["polarity"] != "no_judgement" or not _JUDGED.isdisjoint(self.counts)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of areas of each class."""
        return {str(k): int(v) for k, v in self.cells["shown"].value_counts().items()}

    @property
    def order(self) -> list[str]:
        """Classes that areas can have, from the worst (without judgement, the highest) on."""
        if self.levels == "quintiles":
            return [f"fifth_{at}" for at in range(1, 6)]
        if not self.judged:
            return ["higher", "similar", "lower"]
        inner = ["worse", "similar", "better"]
        return ["much_worse", *inner, "much_better"] if self.levels == 5 else inner

    def styles(self, palette: str) -> dict[str, ClassStyle]:
        """Give the classes of the map their styles, those without a colour last."""
        styles = comparison_styles(palette, self.levels, self.against)
        if not self.judged and self.levels == "quintiles":
            for name, word in (("fifth_1", "highest"), ("fifth_5", "lowest")):
                styles[name] = replace(styles[name], label=f"{word} fifth in England")
        return {name: styles[name] for name in [*self.order, *_WITHOUT_COLOUR]}

    def entries(self, styles: Mapping[str, ClassStyle]) -> list[tuple[ClassStyle, int]]:
        """List the legend: every class, true zeros, and the states that occur."""
        zeros = int((self.cells["state"] == "zero").sum())
        return [
            *((styles[name], self.counts.get(name, 0)) for name in self.order),
            *([(ZERO, zeros)] if zeros else []),
            *((styles[name], self.counts[name]) for name in _WITHOUT_COLOUR if name in self.counts),
        ]

    def labels(self, metres: gpd.GeoDataFrame, styles: Mapping[str, ClassStyle]) -> list[Label]:
        """Name each area, with symbol and value below."""
        tails = [
            text if text.startswith("[") else f"{styles[name].symbol} {text}".strip()
            for text, name in zip(self.cells["text"], self.cells["shown"], strict=True)
        ]
        rows = zip(metres["area"], metres.geometry, tails, strict=True)
        return [Label(str(name), shape, tail) for name, shape, tail in rows]

    @property
    def finding(self) -> str:
        """The title: in how many areas it is worse than in England."""
        known = sum(self.counts.get(name, 0) for name in self.order)
        all_areas = len(self.cells)
        name = self.facts["label"]
        if not known:
            none = f"{name}: none of {self.kind.counted(all_areas)}"
            return f"{none} can be compared with {self.against}"
        of = (
            f"{known:,} {self.kind.plural}"
            if known == all_areas
            else (f"the {known:,} {self.kind.plural} that can be compared")
        )
        if self.levels == "quintiles":
            fifth = f"{'worst' if self.judged else 'highest'} fifth in England"
            number_first = self.counts.get("fifth_1", 0)
            verb = "is" if number_first < 2 else "are"
            return f"{name}: {_none(number_first)} of {of} {verb} in the {fifth}"
        worst = [name for name in _WORST if name in self.order]
        word = "worse" if self.judged else "higher"
        number_worst = sum(self.counts.get(name, 0) for name in worst)
        return f"{name}: {word} than {self.against} in {_none(number_worst)} of {of}"

    @property
    def measure(self) -> str:
        """The subtitle: measure, unit, period, and what it is compared with."""
        what = ", ".join(
            str(x) for x in (self.facts["name"], self.facts["unit"], self.facts["period"]) if x
        )
        many = self.kind.plural[:1].upper() + self.kind.plural[1:]
        if self.levels == "quintiles":
            return f"{what}. {many} by fifths of all {self.kind.plural} in England"
        sure = "95% confidence" + (" (much: 99.8%)" if self.levels == 5 else "")
        return f"{what}. {many} compared with {self.against}{self._benchmark} at {sure}"

    @property
    def _benchmark(self) -> str:
        value = self.cells["benchmark_value"].iloc[0]
        return "" if pd.isna(value) else f" ({measured(value, self.facts)})"

    @property
    def source(self) -> str:
        """Source and licence, in a sentence each."""
        return " ".join(sources_of(self.facts.to_frame().T))

    @property
    def chance(self) -> str:
        """How many differences chance alone would make."""
        tested = sum(self.counts.get(name, 0) for name in self.order)
        if self.levels == "quintiles" or tested < _MANY:
            return ""
        return (
            f"About {tested * 0.05:,.0f} of {tested:,} comparisons would differ from "
            f"{self.against} at 95% by chance alone if no area differed."
        )

    def alt_text(self, title: str, place: str, styles: Mapping[str, ClassStyle]) -> str:
        """Say in words what the map shows: every class with its number, and the worst areas."""
        of = f" of {place}" if place else ""
        in_classes = "; ".join(f"{one.label}: {count:,}" for one, count in self.entries(styles))
        words = f"Map of {self.kind.counted(len(self.cells))}{of}. {title}. {self.measure}. "
        words += f"Number of {self.kind.plural} in each class: {in_classes}."
        worst = self.cells["shown"].isin([n for n in _WORST if n in self.order]).to_numpy()
        rising = self.facts["polarity"] == "high_is_good"
        first = self.cells[worst].sort_values("value", ascending=rising, kind="stable").head(5)
        if len(first):
            names = self.areas["area"].loc[first.index]
            listed = [f"{a} ({t})" for a, t in zip(names, first["text"], strict=True)]
            extreme = "Lowest" if rising else "Highest"
            words += f" {extreme} of those: {', '.join(listed)}."
        return words

    def data(self, styles: Mapping[str, ClassStyle]) -> pd.DataFrame:
        """Give the table behind the map; numbers that are not shown are not in it."""
        numbers = ["value", "lower_ci", "upper_ci", "benchmark_value"]
        return pd.DataFrame(
            {
                "area_type": self.kind.name,
                "area_code": self.areas["area_code"],
                "area": self.areas["area"],
                "indicator_id": self.facts["indicator_id"],
                "indicator": self.facts["name"],
                **sex_and_age(self.facts),
                "unit": self.facts["unit"],
                "period": self.facts["period"],
                **{name: self.cells[name] for name in numbers},
                "state": self.cells["state"],
                "class": self.cells["shown"],
                "meaning": self.cells["shown"].map({k: one.label for k, one in styles.items()}),
                "text": self.cells["text"],
                "disclosure_rule": self.rule,
            }
        )


def classify_indicator(
    areas: gpd.GeoDataFrame,
    comparisons: pd.DataFrame | Published,
    indicator_id: str,
    areas_of: str | AreaType,
    settings: FigureSettings,
) -> ClassifiedIndicator:
    """Put the rug's cells of one indicator on the areas of a map.

    Parameters and errors are those of `indicator_map`.
    """
    classes, benchmark = settings.classes, settings.benchmark
    if classes not in CLASSES:
        raise TableError(f"classes is {classes!r}; allowed are {examples(map(repr, CLASSES))}.")
    published = Published.of(comparisons, settings.catalogue, indicator=indicator_id)
    known = published.table.get("indicator_id", pd.Series(dtype=str))
    if not known.eq(indicator_id).any():
        raise TableError(
            f"No row of the comparisons is of indicator {indicator_id!r}; they hold "
            f"{examples(known.unique(), 8)}."
        )
    words = area_type(areas_of)
    found: Cells = rug_cells(
        published, areas=words.name, references=(), groups=None,
        benchmark=benchmark, levels=CLASSES[classes],
    )  # fmt: skip
    if len(found.indicators) > 1:
        raise TableError(
            f"The comparisons hold {len(found.indicators)} series of {indicator_id} "
            f"({examples(found.indicators['label'])}); a map shows one, so keep the rows of one "
            "sex and age."
        )
    own = found.own
    listed = found.areas.iloc[own["column"]]
    cells = own.set_index(listed["area_code"].to_numpy())
    words = replace(words, name=str(listed["area_type"].iat[0]))
    shapes = _by_code(areas, words.name)
    _require_same(shapes["area_code"], cells.index, words, settings.incomplete)
    cells = cells.reindex(shapes["area_code"]).reset_index(drop=True)
    absent = cells["shown"].isna()
    cells = cells.assign(
        shown=cells["shown"].where(~absent, "missing"),
        state=cells["state"].where(~absent, "missing"),
        text=cells["text"].where(~absent, SHORTHAND["missing"]),
    )
    facts = found.indicators.iloc[0]
    itself = (found.areas[["area_type", "area_code"]] == benchmark).any(axis=1)
    against = found.areas.loc[itself, "name"]
    return ClassifiedIndicator(
        shapes,
        cells,
        facts,
        found.rule,
        CLASSES[classes],
        words,
        str(against.iloc[0]) if len(against) else "England",
    )


def _by_code(areas: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """One row per area of a type: joined where several rows share its code."""
    column = code_columns(areas.columns).get(kind, kind)
    prepare_areas(areas, column)
    if bare := int(areas[column].isna().sum()):
        raise TableError(
            f"{bare} of {len(areas)} areas to draw have no {column}; complete or remove them."
        )
    name = name_column(column)
    named = name if name in areas and name != column else column
    codes = areas[column].astype(str)
    if codes.is_unique:
        kept = areas.reset_index(drop=True)
        return kept.assign(area_code=codes.to_numpy(), area=kept[named].astype(str))
    shapes = dissolve(areas, column)
    names = areas.groupby(codes)[named].first().astype(str)
    frame = {"area_code": list(shapes), "area": [names[code] for code in shapes]}
    if named != column:
        frame[named] = frame["area"]
    return gpd.GeoDataFrame(frame, geometry=list(shapes.values()), crs=areas.crs)


def _require_same(drawn: pd.Series, known: pd.Index, kind: AreaType, incomplete: bool) -> None:
    """Refuse areas without data and data without areas, unless both were asked for."""
    bare, loose = pd.Index(drawn).difference(known), known.difference(pd.Index(drawn))
    if len(bare) == len(drawn):
        raise TableError(
            f"None of {kind.counted(len(drawn))} to draw ({examples(bare)}) is among the "
            f"comparisons, which have {examples(known)}; use codes of the same type and vintage."
        )
    parts = [
        f"{kind.counted(len(codes))} {what} ({examples(codes)})"
        for codes, what in ((bare, "to draw without data"), (loose, "with data without geometry"))
        if len(codes)
    ]
    if parts and not incomplete:
        raise TableError(
            f"There are {' and '.join(parts)}; pass the same areas in both, or incomplete=True to "
            "draw the first as missing and leave the second off."
        )


def _none(count: int) -> str:
    return f"{count:,}" if count else "none"
