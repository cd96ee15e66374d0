"""The Tartan Rug: the table of areas and indicators that the whole partnership reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views.classes import Cells, rug_cells
from geo.views.rug.page import rug_page
from geo.views.style import palette as colours
from geo.vocabulary.area_types import AreaType, asked_for
from geo.vocabulary.spreadsheets import safe_cells

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas.io.formats.style import Styler

    from geo.views.style.page import ShownFigure

Level = Literal[3, 5, "quintiles"]
_LEVELS = (3, 5, "quintiles")
_REFERENCES = ("england", "borough", "locality")
_FALSE_FLAGS = 0.05
_FRAME_HEIGHT = "720px"


def tartan_rug(
    comparisons: pd.DataFrame | Published,
    *,
    catalogue: pd.DataFrame | None = None,
    areas: str | AreaType | None = None,
    groups: Mapping[str, str] | pd.Series | None = None,
    references: Sequence[str] = _REFERENCES,
    benchmark: str = "england",
    palette: Literal["accessible", "ohid"] = "accessible",
    levels: Level = 3,
    trends: pd.DataFrame | None = None,
    title: str = "",
    place: str = "",
    notices: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> "TartanRug":
    """Lay areas and indicators out as a table, each cell coloured by its comparison.

    Parameters
    ----------
    comparisons : DataFrame or Published
        What ``geo.compare`` returns: tidy indicators with ``benchmark_value``, ``comparison`` or
        ``quantile``. Of each indicator, sex and age the latest period is shown. Used where
        present: ``area_name``, ``note``, ``rule`` (as ``geo.suppress`` writes it).
    catalogue : DataFrame, optional
        A row an indicator: ``name``, ``short_name``, ``group``, ``unit``, ``polarity``,
        ``measure``, ``source``, ``licence``, ``confidential``. Counts of an indicator are shown
        only where ``confidential`` is false.
    areas : str
        Area type to show: ``"collaborative"``, ``"ward"``, ``"lsoa"`` or as in the table;
        the first level of the table where not given.
    groups : mapping or Series, optional
        Heading that each area stands under, by area code, in the order of the headings.
    references : sequence of str
        Area types to show beside the areas for reference, where the table has them.
    benchmark : str
        Area type or code of the area that was compared with, as given to ``geo.compare``.
    palette : {"accessible", "ohid"}
        Colours that every eye tells apart, or those of Fingertips.
    levels : {3, 5, "quintiles"}
        Classes to show. Five-level comparisons can be shown with three.
    trends : DataFrame, optional
        What ``geo.trend`` returns; an arrow stands in each cell that has a trend.
    title : str
        The finding in one sentence; worded from the cells where not given.
    place : str
        The place as a whole, such as ``"Cheshire East"``.
    notices : sequence of str
        Short lines that every reader must see, such as ``"Synthetic data"``.
    sources : sequence of str
        Attribution lines; those of the catalogue where not given.

    Returns
    -------
    TartanRug
        Shows itself in a notebook; writes HTML, Excel and CSV; draws a figure.

    Raises
    ------
    TableError
        If a column, the benchmark, an area type or an indicator in the catalogue is absent, a
        cell has two rows, a word is unknown, or an indicator is confidential and nothing says
        that small numbers were suppressed.

    Examples
    --------
    >>> table = pd.DataFrame({"area_code": ["Crewe", "E92000001"], "area_type": ["town", "england"],
    ...     "indicator_id": "neet", "period": "2024", "value": [9.0, 5.0],
    ...     "benchmark_value": 5.0, "comparison": ["worse", "not_compared"]})
    >>> rug = tartan_rug(table, areas="town")
    >>> rug.title
    'Crewe is worse than England in 1 of 1 indicator'
    >>> rug.data[["area", "text", "meaning"]].iloc[1].tolist()
    ['Crewe', '9.0', 'worse than England']
    """
    for name, given, allowed in (
        ("palette", palette, colours.PALETTES),
        ("levels", levels, _LEVELS),
    ):
        if given not in allowed:
            raise TableError(f"{name} is {given!r}; allowed are {examples(map(repr, allowed))}.")
    table, _ = Published.opened(comparisons, catalogue)
    words = asked_for(areas, table.get("area_type", []), "areas")
    cells = rug_cells(
        comparisons,
        catalogue,
        areas=words.name,
        references=references,
        groups=None if groups is None else dict(groups.items()),
        benchmark=benchmark,
        levels=levels,
        trends=trends,
    )
    of = (cells.areas[["area_type", "area_code"]] == benchmark).any(axis=1)
    against = str(cells.areas.loc[of, "name"].iloc[0]) if of.any() else "England"
    return TartanRug(
        cells=cells,
        title=title or _finding(cells, against),
        place=place,
        words=words,
        benchmark=against,
        palette=palette,
        levels=levels,
        notices=tuple(notices),
        sources=tuple(sources) or _sources(cells.indicators),
    )


@dataclass(frozen=True, eq=False)
class TartanRug:
    """A finished rug: made by `tartan_rug`, and never changed after.

    Attributes
    ----------
    cells : Cells
        What stands in each cell, and in which order.
    title, place, benchmark : str
        Finding, place, and the name of the area compared with.
    words : AreaType
        Type of the areas, and the words for them.
    palette, levels : str, int
        How cells are coloured.
    notices, sources : tuple of str
        What every reader must see, and attribution.
    """

    cells: Cells
    title: str
    place: str
    words: AreaType
    benchmark: str
    palette: str
    levels: Level
    notices: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def styles(self) -> dict[str, colours.ClassStyle]:
        """Fill, label, symbol and pattern of each class."""
        return colours.comparison_styles(self.palette, self.levels, self.benchmark)

    @property
    def kind(self) -> str:
        """Type of the areas, as in the comparisons."""
        return self.words.name

    @property
    def confidence(self) -> str:
        """How sure the flags are, for use in a sentence; none are made with quintiles."""
        if self.levels == "quintiles":
            return ""
        five = " (much better, much worse: 99.8%)" if self.levels == 5 else ""
        return f"95% confidence{five}"

    @property
    def subtitle(self) -> str:
        """Measure, benchmark and period of the whole table."""
        periods = self.cells.indicators["period"].astype(str).unique()
        when = periods[0] if len(periods) == 1 else "latest period of each"
        how = (
            "by fifths of all areas in England"
            if self.levels == "quintiles"
            else f"compared with {self.benchmark} at {self.confidence}"
        )
        number = len(self.cells.indicators)
        return f"{number} {'indicator' if number == 1 else 'indicators'}, {how}; {when}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the numbers: states, chance, disclosure control."""
        count = self.cells.counts("state")
        lines = [
            f"Cells of {self.words.plural}: {sum(count.values()):,}. With a value: "
            f"{count.get('value', 0) + count.get('zero', 0) + count.get('not_compared', 0):,} "
            f"(true zero: {count.get('zero', 0):,}; not compared: "
            f"{self.cells.counts('shown').get('not_compared', 0):,}). Suppressed: "
            f"{count.get('suppressed', 0):,}. Missing: {count.get('missing', 0):,}."
        ]
        if (tested := self.cells.tested) and self.levels != "quintiles":
            by_chance = tested * _FALSE_FLAGS
            lines.append(
                f"About {by_chance:,.0f} of {tested:,} comparisons would differ from "
                f"{self.benchmark} at 95% by chance alone if no area differed; look for runs of "
                "one colour, not single cells."
            )
        if self.cells.rule:
            lines.append(f"Disclosure control: {self.cells.rule}.")
        return tuple(lines)

    @property
    def data(self) -> pd.DataFrame:
        """Every cell as a row, in words and numbers: what ``to_csv`` writes."""
        cells, facts, areas = self.cells.cells, self.cells.indicators, self.cells.areas
        of, at = facts.iloc[cells["row"]], areas.iloc[cells["column"]]
        labels = {name: style.label for name, style in self.styles.items()}
        states = cells["state"].map(cells["state"].value_counts())
        columns = {
            "area_type": at["area_type"],
            "area_code": at["area_code"],
            "area": at["name"],
            "area_group": at["group"],
            **{key: of[key] for key in ("indicator_id", "sex", "age") if key in of},
            "indicator": of["name"],
            "group": of["group"],
            "unit": of["unit"],
            "period": of["period"],
            "polarity": of["polarity"],
            **{
                name: cells[name]
                for name in ("value", "lower_ci", "upper_ci", "count", "denominator")
            },
            "benchmark": self.benchmark,
            "benchmark_value": cells["benchmark_value"],
            "state": cells["state"],
            "cells_in_state": states,
            "comparison": cells["shown"],
            "symbol": cells["shown"].map({n: s.symbol for n, s in self.styles.items()}),
            "meaning": cells["shown"].map(labels),
            "text": cells["text"],
            "trend": cells["trend"],
            "note": cells["note"],
            "source": of["source"],
            "licence": of["licence"],
            "disclosure_rule": self.cells.rule,
        }
        return pd.DataFrame(
            {
                name: part if isinstance(part, str) else part.to_numpy()
                for name, part in columns.items()
            }
        )

    @property
    def styler(self) -> "Styler":
        """The rug as a pandas Styler, to go on from."""
        cells = self.cells
        index = pd.MultiIndex.from_frame(
            cells.indicators[["group", "label"]], names=["Group", "Indicator"]
        )
        columns = pd.Index([escape(name) for name in cells.areas["name"]])
        shown = pd.DataFrame(cells.grid("text"), index=index.map(_escaped), columns=columns)
        if not columns.is_unique:
            shown.columns = pd.Index(
                [f"{n} ({c})" for n, c in zip(columns, cells.areas["area_code"], strict=True)]
            )
        css = {
            name: f"background-color: {style.fill}; color: {style.text}; text-align: right"
            for name, style in self.styles.items()
        }
        marks = {name: style.symbol for name, style in self.styles.items()}
        classes = pd.DataFrame(cells.grid("shown"), index=shown.index, columns=shown.columns)
        prefix = classes.map(lambda name: "" if marks[name].startswith("[") else marks[name])
        marked = (prefix + " " + shown).map(str.strip)
        return (
            marked.style.apply(lambda _: classes.map(css.__getitem__), axis=None)
            .format(escape="html")
            .set_caption(escape(f"{self.title}. {self.subtitle}"))
        )

    def to_html(self, path: str | Path, links: Sequence[tuple[str, str]] = ()) -> None:
        """Write one page that opens from an e-mail and asks no host for anything.

        Parameters
        ----------
        path : Path
            Where to write.
        links : sequence of (str, str)
            Address and words of links below the title, such as to the rug by ward beside it.
        """
        Path(path).write_text(rug_page(self, links), encoding="utf-8", newline="\n")

    def to_excel(self, path: str | Path, *others: "TartanRug") -> None:
        """Write a workbook: coloured rug, its data in tidy form, definitions, notes.

        Parameters
        ----------
        path : Path
            Where to write.
        *others : TartanRug
            More rugs for the same workbook, such as those by ward and by LSOA.
        """
        from geo.views.rug.workbook import write_workbook

        write_workbook([self, *others], Path(path))

    def to_csv(self, path: str | Path) -> None:
        """Write every cell as a row; text that a spreadsheet would run gets an apostrophe."""
        safe_cells(self.data).to_csv(path, index=False, lineterminator="\n")

    def figure(self) -> "Figure":
        """Draw the rug for a landscape page (A4, or A3 where it has many areas).

        Returns
        -------
        Figure
            With ``alt_text``, ``caption`` and ``data`` for ``geo.save_figure``.

        Raises
        ------
        TableError
            If there are too many areas to be read on A3.
        """
        from geo.views.rug.figure import rug_figure

        figure: ShownFigure = rug_figure(self)
        figure.alt_text, figure.data = self.alt_text, self.data
        head = (f"{self.title}.", f"{self.subtitle}.")
        figure.caption = " ".join([*head, *self.remarks, *self.notices, *self.sources])
        return figure

    @property
    def alt_text(self) -> str:
        """Describe the rug in words, for the figure's alternative text."""
        own = self.cells.own
        names, kind = self.cells.areas["name"], self.words.singular
        lines = [f"Table of indicators by {kind}, coloured by comparison. {self.title}."]
        labels = {name: style.label for name, style in self.styles.items()}
        for column, part in own.groupby("column"):
            count = part["shown"].value_counts()
            told = ", ".join(f"{count[n]} {labels[n]}" for n in labels if n in count)
            lines.append(f"{names[column]}: {told}.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(rug_page(self))}" '
            f'width="100%" height="{_FRAME_HEIGHT}" style="border: 0"></iframe>'
        )


def _escaped(labels: tuple[str, str]) -> tuple[str, str]:
    return escape(labels[0]), escape(labels[1])


def _sources(facts: pd.DataFrame) -> tuple[str, ...]:
    pairs = facts[["source", "licence"]].drop_duplicates()
    lines = (". ".join(x for x in pair if x) for pair in pairs.itertuples(index=False))
    return tuple(f"{line}." for line in lines if line)


def _finding(cells: Cells, benchmark: str) -> str:
    """Word the title from the cells: the area with most worse cells."""
    bad = cells.own["shown"].isin(["much_worse", "worse", "fifth_1"])
    worse = bad.groupby(cells.own["column"]).sum()
    fifths = bool(cells.own["shown"].str.startswith("fifth").any())
    words = "in the worst fifth in England" if fifths else f"worse than {benchmark}"
    number = cells.own.loc[cells.compared, "row"].nunique() or len(cells.indicators)
    indicators = f"{number} {'indicator' if number == 1 else 'indicators'}"
    if number < len(cells.indicators):
        indicators = f"the {indicators} that can be compared"
    if not worse.any():
        return f"No area is {words} in any of {indicators}"
    most = worse.max()
    names = cells.areas["name"].loc[worse.index[worse == most]]
    who = names.iloc[0] if len(names) == 1 else f"{len(names)} areas"
    verb = "is" if len(names) == 1 else "are each"
    ending = ", the most of all" if len(worse) > len(names) else ""
    return f"{who} {verb} {words} in {most} of {indicators}{ending}"
