"""The Tartan Rug: the table of areas and indicators that the whole partnership reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views.classes import rug_cells
from geo.views.rug.layout import Level, RugLayout, finding
from geo.views.rug.leads import leads_of
from geo.views.rug.page import rug_page
from geo.views.style import palette as colours
from geo.views.style.credits import sources_of
from geo.views.style.options import takes_options
from geo.vocabulary.area_types import AreaType, asked_for, levels_among
from geo.vocabulary.spreadsheets import safe_cells

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas.io.formats.style import Styler


_LEVELS = (3, 5, "quintiles")
_FRAME_HEIGHT = "720px"


class RugOptions(TypedDict, total=False):
    """Options of a rug, as documented at `tartan_rug`."""

    groups: Mapping[str, str] | pd.Series | None
    references: Sequence[str] | None
    benchmark: str
    against: Mapping[str, str]
    palette: Literal["accessible", "ohid"]
    levels: Level
    trends: pd.DataFrame | None
    title: str
    place: str
    notices: Sequence[str]
    sources: Sequence[str]


@takes_options(
    RugOptions,
    groups=None,
    references=None,
    benchmark="england",
    against=MappingProxyType({}),
    palette="accessible",
    levels=3,
    trends=None,
    title="",
    place="",
    notices=(),
    sources=(),
)
def tartan_rug(
    comparisons: pd.DataFrame | Published,
    *,
    catalogue: pd.DataFrame | None = None,
    areas: str | AreaType | None = None,
    **options: Unpack[RugOptions],
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
        only where it is said whether they are confidential.
    areas : str
        Area type to show: ``"collaborative"``, ``"ward"``, ``"lsoa"`` or as in the table;
        the first level of the table where not given.
    groups : mapping or Series, optional
        Heading that each area stands under, by area code, in the order of the headings.
    references : sequence of str
        Area types to show beside the areas for reference, where the table has them; England, the
        borough and the last level of the table where not given.
    benchmark : str
        Area type or code of the area that was compared with, as given to ``geo.compare``.
    against : mapping
        With whom else areas were compared, and what to call each: of ``{"like": "areas as
        deprived"}`` the table has ``benchmark_value_like`` and ``comparison_like``. The page lets
        readers switch, the table of data has them all.
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
    for name, allowed in (("palette", colours.PALETTES), ("levels", _LEVELS)):
        if (given := options[name]) not in allowed:  # type: ignore[literal-required]
            raise TableError(f"{name} is {given!r}; allowed are {examples(map(repr, allowed))}.")
    published = Published.of(comparisons, catalogue)
    words = asked_for(areas, published.table.get("area_type", []), "areas")
    groups, benchmark, references = options["groups"], options["benchmark"], options["references"]
    if references is None:
        references = ["england", "borough", *levels_among(published.table["area_type"])[-1:]]
    cells = rug_cells(
        published,
        areas=words.name,
        references=references,
        groups=None if groups is None else dict(groups.items()),
        benchmark=benchmark,
        levels=options["levels"],
        against=dict(options["against"]),
    ).with_trends(options["trends"])
    of = (cells.areas[["area_type", "area_code"]] == benchmark).any(axis=1)
    against = str(cells.areas.loc[of, "name"].iloc[0]) if of.any() else "England"
    return TartanRug(
        cells=cells,
        title=options["title"] or finding(cells, against),
        place=options["place"],
        words=words,
        benchmark=against,
        palette=options["palette"],
        levels=options["levels"],
        notices=tuple(options["notices"]),
        sources=tuple(options["sources"]) or sources_of(cells.indicators),
        leads=leads_of(cells, published, against),
    )


@dataclass(frozen=True, eq=False)
class TartanRug(RugLayout):
    """A finished rug: made by `tartan_rug`, never changed after; attributes are the layout's."""

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
        """Draw the rug for a landscape page (A4, or A3 where it has many areas), or for several.

        Returns
        -------
        Figure
            With ``alt_text``, ``caption`` and ``data`` for ``geo.save_figure``. More areas than
            A3 holds, or more indicators, are laid on several pages; the figure is the first,
            with the others as its ``further``, and ``geo.save_figure`` writes them all.

        Raises
        ------
        TableError
            If there are too many areas of reference to leave room for others.
        """
        from geo.views.rug.figure import rug_figure

        figure = rug_figure(self)
        figure.alt_text, figure.data = self.alt_text, self.data
        head = (f"{self.title}.", f"{self.subtitle}.")
        foot = dict.fromkeys([*self.remarks, *self.notices, *self.sources])  # each once
        figure.caption = " ".join([*head, *foot])
        return figure

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(rug_page(self))}" '
            f'width="100%" height="{_FRAME_HEIGHT}" style="border: 0"></iframe>'
        )


def _escaped(labels: tuple[str, str]) -> tuple[str, str]:
    return escape(labels[0]), escape(labels[1])
