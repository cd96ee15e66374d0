"""Pages of a report, as self-contained HTML in the manner of GOV.UK."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geo.geography.dissolve import dissolve
from geo.views.style import palette
from geo.views.style.credits import NOT_PUBLIC
from geo.views.style.scripts import PageScripts, bundle
from geo.views.style.svg import SvgFrame, simplified
from geo.views.style.templates import style_sheet, templates

_ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = templates(_ASSETS)
_PICTURE_WIDTH = 720
_CARD = (220, 130)


@dataclass(frozen=True)
class SmallRug:
    """The Tartan Rug in brief: indicators worse than the benchmark, by group of indicators.

    Attributes
    ----------
    finding : str
        The rug's title.
    benchmark : str
        What areas are compared with.
    table : DataFrame
        ``group``, ``area``, and numbers of indicators that can be judged better or worse, a
        row a cell: ``worse`` of those ``compared``, and in the ``worst_fifth`` of those ``placed``
        among England's areas.
    """

    finding: str
    benchmark: str
    table: pd.DataFrame

    @property
    def areas(self) -> list[str]:
        """Names of the areas, in order."""
        return list(dict.fromkeys(self.table["area"]))

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each group with the class and words of its cells."""
        return [
            (str(group), [_brief(cell) for cell in cells.to_dict("records")])
            for group, cells in self.table.groupby("group", sort=False)
        ]

    @property
    def has_unjudged(self) -> bool:
        """Whether any cell has no indicator that could be better or worse."""
        return bool((self.table["compared"] + self.table["placed"]).eq(0).any())

    @property
    def has_fifths(self) -> bool:
        """Whether any cell counts indicators that are placed and none that is compared."""
        return bool((self.table["compared"].eq(0) & self.table["placed"].gt(0)).any())


def _brief(cell: dict[str, Any]) -> tuple[str, str]:
    """Word a cell by its comparisons; by its worst fifths where nothing of it is compared."""
    tested = cell["compared"] > 0
    bad, known = (
        (cell["worse"], cell["compared"]) if tested else (cell["worst_fifth"], cell["placed"])
    )
    if not known:
        return "nothing", "–"
    kind = "most" if 2 * bad >= known else "some" if bad else "none"
    return kind, f"{bad} of {known}" if tested else f"① {bad} of {known}"


@dataclass(frozen=True)
class ChangeStory:
    """What changed since an earlier release of the Indices, in words and by group.

    Attributes
    ----------
    years : (str, str)
        The two releases, the earlier first.
    finding : str
        How many LSOAs moved, in a sentence without its full stop.
    sentences : tuple of str
        Who crossed the bound of the most deprived 30%, and how many are not compared.
    movers : tuple of (str, tuple of (str, str), int)
        Each way of moving, the names of those that moved furthest that way and from which decile
        to which, and how many moved that way.
    table : DataFrame
        A row a group: ``area``, LSOAs ``compared``, ``more`` and ``less`` deprived, and in the
        most deprived 30% ``before`` and ``after``.
    caution : str
        How a change of decile is to be read.
    source : str
        Of both releases.
    """

    years: tuple[str, str]
    finding: str
    sentences: tuple[str, ...]
    movers: tuple[tuple[str, tuple[tuple[str, str], ...], int], ...]
    table: pd.DataFrame
    caution: str
    source: str = ""


@dataclass(frozen=True)
class News:
    """What is new since an earlier report, made on a day in words."""

    since: str
    lines: Sequence[str]


@dataclass(frozen=True)
class ReadyFigure:
    """A figure with all that a document needs of it.

    Attributes
    ----------
    title, alt, caption : str
        Its finding, what it shows in words, and its caption with sources.
    files : list of (str, str)
        Where its files are, the picture first, and what they are called.
    """

    title: str
    alt: str
    caption: str
    files: Sequence[tuple[str, str]]

    @property
    def warning(self) -> str:
        """What is to be read before it is copied, where it may not be published."""
        return NOT_PUBLIC if NOT_PUBLIC in self.caption else ""

    @property
    def embed(self) -> str:
        """HTML that shows its light drawing in another page; empty where it has none."""
        light = next((href for href, _ in self.files if href.endswith("-small.svg")), "")
        picture = '<figure><img src="{}" alt="{}" style="max-width: 100%">'
        code = Markup(picture + "<figcaption>{}</figcaption></figure>")
        return str(code.format(light, self.alt, self.caption)) if light else ""


@dataclass(frozen=True)
class IndexPage:
    """What the way in to a report says; see ``index_page``."""

    place: str
    headline: str
    sentences: Sequence[str]
    release_label: str
    levels: Sequence[tuple[str, str]]
    profile: pd.DataFrame
    made: str
    notices: Sequence[str] = ()
    left_out: Sequence[str] = ()
    warnings: Sequence[str] = ()
    sources: Sequence[str] = ()
    downloads: Sequence[tuple[str, str]] = ()
    figures: Sequence[ReadyFigure] = ()
    areas: gpd.GeoDataFrame | None = None
    interactive: bool = True
    rug: SmallRug | None = None
    change: ChangeStory | None = None
    first: str = ""
    news: News | None = None
    sentences_page: str = ""
    explained: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def cards(self) -> dict[str, str]:
        """Page of each group that has a card, by name."""
        column = self.levels[0][0]
        return {name: file for (level, name), file in self.pages.items() if level == column}

    @property
    def further(self) -> list[tuple[str, str]]:
        """Name and page of the groups of other levels."""
        column = self.levels[0][0]
        return [(name, file) for (level, name), file in self.pages.items() if level != column]

    @property
    def embed(self) -> str:
        """HTML that shows the interactive map in another page."""
        code = '<iframe src="map.html" title="{}" width="100%" height="700" loading="lazy">'
        return str(Markup(code + "</iframe>").format(f"{self.place}: {self.headline}"))


def index_page(page: IndexPage) -> str:
    """Render ``index.html``: headline, picture, a card for each group, tables, downloads, sources.

    Parameters
    ----------
    page : IndexPage
        Words, the table from ``decile_profile``, and the LSOAs with geometry where known;
        ``interactive`` says whether there is an interactive map to lead to, ``first`` who comes
        first, where there is a page of targeting, ``sentences_page`` where sentences to use are,
        ``explained`` which groups make one that has a code for a name, and ``pages`` the files of
        groups, by level and name.

    Returns
    -------
    str
        A whole HTML page that loads nothing from elsewhere, but the pictures of its figures, which
        lie beside it.
    """
    column, plural = page.levels[0]
    groups = page.profile[page.profile["area_type"] == column]
    pictures: dict[str, Markup] = {}
    whole = Markup("")
    if page.areas is not None:
        simple = simplified(page.areas, _PICTURE_WIDTH)
        alt = f"Map of the deprivation deciles of LSOAs in {page.place}."
        whole = svg_map(simple, alt=alt, outlines=column)
        pictures = {
            str(name): svg_map(
                simplified(part, _CARD[0]),
                alt="",
                outlines=column,
                width=_CARD[0],
                height=_CARD[1],
            )
            for name, part in simple.groupby(column)
        }
    counts = page.profile[page.profile["area_type"] == "borough"].iloc[0]
    legend = [
        (style, int(counts[f"decile_{decile}"]), decile)
        for decile, style in palette.DECILE_CLASSES.items()
    ]
    scripts = [bundle(_ASSETS / "gallery.js")] if page.figures else []
    return _TEMPLATES.get_template("index.html.j2").render(
        page=page,
        css=style_sheet(_ASSETS / "gallery.css"),
        scripts=PageScripts(*scripts, images="'self' file:" if page.figures else ""),
        cards=[(row, pictures.get(row["area"], "")) for row in groups.to_dict("records")],
        rows=page.profile.to_dict("records"),
        legend=legend,
        map_svg=whole,
        worse=palette.COMPARISON_CLASSES["worse"].fill,
        people="population" in page.profile,
        plural=plural,
        headings={name: words.capitalize() for name, words in page.levels},
    )


def svg_map(
    areas: gpd.GeoDataFrame,
    *,
    alt: str,
    column: str = "imd_decile",
    outlines: str | None = None,
    width: int = _PICTURE_WIDTH,
    height: int | None = None,
    numbered: bool = False,
) -> Markup:
    """Draw deciles as an inline SVG, a path a class, outlines of groups above.

    Where ``numbered``, the groups are numbered in the order of their names. ``alt`` describes the
    picture to a screen reader; an empty one hides a picture that only repeats the text beside it.
    Missing deciles are dotted white.
    """
    frame = SvgFrame.of(areas.total_bounds, width, height)
    parts = [
        Markup('<path d="{}" fill="{}"/>').format(frame.path(shapes.geometry), _fill(decile))
        for decile, shapes in areas.groupby(column, dropna=False)
    ]
    if outlines is not None:
        wholes = dissolve(areas, outlines)
        line = '<path d="{}" fill="none" stroke="{}" stroke-width="1.4"/>'
        parts.append(Markup(line).format(frame.path(wholes.values()), palette.INK))
        if numbered:
            inside = gpd.GeoSeries([wholes[name] for name in sorted(wholes)]).representative_point()
            x, y = frame.place(inside.x, inside.y)
            parts += [_NUMBER.format(*at) for at in zip(x.round(1), y.round(1), count(1))]
    role = Markup('role="img" aria-label="{}"').format(alt) if alt else Markup('aria-hidden="true"')
    return Markup(
        '<svg viewBox="0 0 {} {}" {} stroke="#fff" stroke-width="0.5" '
        'stroke-linejoin="round">{}{}</svg>'
    ).format(width, frame.height, role, _DOTS, Markup("").join(parts))


_NUMBER = Markup(
    '<text x="{}" y="{}" dy=".35em" text-anchor="middle" font-size="18" font-weight="600" '
    'fill="#0b0c0c" stroke="#fff" stroke-width="3.5" paint-order="stroke">{}</text>'
)
_DOTS = Markup(
    '<defs><pattern id="no-data" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#fff"/><circle cx="2" cy="2" r="1" fill="#505a5f"/>'
    "</pattern></defs>"
)


def _fill(decile: float) -> str:
    return "url(#no-data)" if pd.isna(decile) else palette.DECILE_CLASSES[int(decile)].fill


def _commas(number: float) -> str:
    return "–" if pd.isna(number) else f"{number:,.0f}"


_TEMPLATES.filters["commas"] = _commas
_TEMPLATES.filters["share"] = lambda part, whole: f"{100 * part / whole:.1f}%"
