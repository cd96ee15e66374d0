"""Interactive maps: one HTML file that opens from an e-mail and asks no host for anything.

The page is a `folium.Map` with Leaflet written into it. Geometry stands in it once, whatever the
number of variables: rings in the Encoded Polyline Algorithm Format, outlines of groups dissolved
from the same rounded coordinates, a short text a variable. `assets/*.js` draw it.
"""

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import folium
import geopandas as gpd
import pandas as pd
from branca.element import Element, Figure
from markupsafe import Markup
from xstatic.pkg import leaflet

from geo.errors import TableError, examples
from geo.views.style import palette
from geo.views.style.templates import templates
from geo.views.web import areas as map_data
from geo.views.web.areas import SVG_UP_TO, Level, Surface
from geo.views.web.indicators import map_indicators, scheme_styles, style
from geo.views.web.packing import pack
from geo.views.web.polyline import encode
from geo.vocabulary.area_types import require_unique, vintage_column
from geo.vocabulary.releases import VINTAGES

_ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = templates(_ASSETS)
_BASEMAPS = (None, "osm")
_TILES = " https://tile.openstreetmap.org"
_SCRIPTS = (
    "read", "measures", "sheet", "legend", "panel", "card", "picture", "files", "address", "search",
    "page",
)  # fmt: skip
"""Parts of the page's script, in the order in which they stand in it: `assets/<part>.js`."""


def web_map(
    areas: gpd.GeoDataFrame,
    *,
    title: str,
    levels: Sequence[Level] = ("collaborative",),
    variables: Sequence[str] | None = None,
    indicators: pd.DataFrame | None = None,
    catalogue: pd.DataFrame | None = None,
    changes: Mapping[int, pd.Series] | None = None,
    surfaces: Mapping[str, Surface] | None = None,
    benchmark: str = "England",
    basemap: Literal["osm"] | None = None,
    name: str = "",
    subtitle: str = "",
    sources: Sequence[str] = (),
    notices: Sequence[str] = (),
    selected_level: str | None = None,
) -> "WebMap":
    """Draw LSOAs by deprivation and by indicators on an interactive map, with a table of it all.

    Parameters
    ----------
    areas : GeoDataFrame
        One row an LSOA: ``lsoa21cd`` (or ``lsoa11cd``, ``lsoa01cd``), the level columns, one or
        more ``<index>_decile`` columns (whole numbers from 1, most deprived, to 10; missing is
        drawn as "no data"), polygons in any known CRS. Used where present: ``lsoa21nm``,
        ``wd24nm``, ``<index>_rank``, ``population`` and ``children`` (persons).
    title : str
        The finding in one sentence with a number; the page's heading.
    levels : sequence of str, AreaType or (str, str, str)
        Columns that group the LSOAs, each with its singular and plural for readers where the
        column name does not give them, such as ``("pcn", "primary care network", "primary care
        networks")``. A reader chooses among them.
    variables : sequence of str, optional
        Which decile columns, in order; all that are present by default.
    indicators : DataFrame, optional
        What ``geo.compare`` returns on indicators of these LSOAs, and where known of the groups
        (``area_type`` a level column, ``area_code`` the group's name) and of the whole place
        (``area_type`` borough). Classes are ``comparison`` and ``quantile``; where the table has
        both, a reader switches. Of each indicator the latest period is shown. Rows of other areas
        are left aside, so a table of all England will do.
    catalogue : DataFrame, optional
        A row an indicator, as in `geo.tartan_rug`.
    benchmark : str
        What the indicators were compared with, in words.
    changes : mapping of int to Series, optional
        Earlier releases: year to IMD deciles, by the codes of the map, of the LSOAs whose boundary
        did not change since. The others are shown as not compared.
    surfaces : mapping of str to (GeoDataFrame, str, str), optional
        Heat layers by name: bands of a disclosure-safe density surface (``lower``, ``upper``,
        polygons; rows without ``lower`` are unknown ground, ``state`` suppressed or missing),
        their unit, and words on bandwidth and disclosure that are printed with it.
    basemap : {"osm"}, optional
        Offer streets of OpenStreetMap under the map. They load from outside, which the reader is
        told, and are off at first. Without it the page can load nothing.
    name : str
        The place as a whole, such as ``"Cheshire East"``.
    subtitle : str
        Measure, period and geography.
    sources : sequence of str
        Attribution lines.
    notices : sequence of str
        Short lines that every reader must see, such as ``"Synthetic data"``.
    selected_level : str, optional
        Column of the level that is outlined and named at first; the first of `levels` by default.

    Returns
    -------
    WebMap
        Shows itself in Jupyter; ``save(path)`` writes one HTML file.

    Raises
    ------
    CodeError
        If LSOA codes are missing, doubled or of no clear vintage.
    TableError
        If there is no row, geometry or CRS, a column is missing, a value is not allowed, or an
        indicator is confidential and nothing says that small numbers were suppressed.

    References
    ----------
    Encoded Polyline Algorithm Format, precision 5 (1e-5 degrees, about 1 m):
    https://developers.google.com/maps/documentation/utilities/polylinealgorithm

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely.geometry import box
    >>> areas = gpd.GeoDataFrame(
    ...     {"lsoa21cd": ["E01000001", "E01000002"], "collaborative": ["East", "West"],
    ...      "imd_decile": [1, 10]},
    ...     geometry=[box(370000, 350000, 371000, 351000), box(369000, 350000, 370000, 351000)],
    ...     crs=27700)
    >>> page = web_map(areas, title="One of two areas is among the most deprived 10%")
    >>> "E01000002" in page.get_root().render()
    True
    """
    vintage, code = vintage_column(areas, where="the areas")
    require_unique(areas[code], where="the areas")
    wgs84 = map_data.rounded_wgs84(areas)
    groupings = [map_data.level_words(level, areas) for level in levels]
    if not groupings:
        raise TableError("No level was given; name one column that groups the areas in levels.")
    columns = [words.name for words in groupings]
    if selected_level is not None and selected_level not in columns:
        raise TableError(
            f"The selected level {selected_level!r} is not among the levels "
            f"{examples(columns, 6)}; choose one of these."
        )
    if basemap not in _BASEMAPS:
        raise TableError(f"basemap is {basemap!r}; allowed are 'osm' and None.")
    groups = [map_data.groups_of(grouping, areas) for grouping in groupings]
    known: list[dict[str, Any]] = []
    rule = ""
    if indicators is not None:
        names = {one["column"]: one["names"] for one in groups}
        known, rule = map_indicators(indicators, catalogue, areas[code], vintage, names)
    heat = [map_data.surface_of(named, one) for named, one in (surfaces or {}).items()]
    ward = map_data.ward_level(areas)
    first = _description(areas, code, vintage, wgs84) | {
        "place": name,
        "benchmark": benchmark,
        "schemes": scheme_styles(benchmark) | _decile_schemes(),
        "wards": map_data.groups_of(ward, areas) if ward else None,
        "indices": [
            map_data.index_variable(column, areas, code)
            for column in map_data.decile_columns(areas, variables)
        ],
        "changes": [
            map_data.change_variable(year, earlier, areas, code)
            for year, earlier in (changes or {}).items()
        ],
        "levels": [one | map_data.outlines_of(areas[one["column"]], wgs84) for one in groups],
        "level": columns.index(selected_level) if selected_level else 0,
        "menu": [{k: one[k] for k in ("id", "label", "group")} for one in known if one["areas"]],
        "heat": [one["name"] for one in heat],
        "basemap": basemap is not None,
    }
    labelled = ward is not None and not first["canvas"]
    later = {
        "indicators": known,
        "surfaces": heat,
        "wardLabels": map_data.label_points(areas[ward.name], wgs84, 1)
        if ward and labelled
        else [],
    }
    return WebMap(
        first,
        later,
        title=title,
        subtitle=subtitle,
        sources=[*sources, *_indicator_sources(known)],
        notices=notices,
        rule=rule,
        basemap=basemap,
    )


def _description(
    areas: gpd.GeoDataFrame, code: str, vintage: str, wgs84: gpd.GeoSeries
) -> dict[str, Any]:
    """Describe the areas, whatever is shown of them: shapes, codes, names, towns, people."""
    return {
        "ranked": VINTAGES[vintage],
        "canvas": len(areas) > SVG_UP_TO,
        "codes": areas[code].tolist(),
        "names": map_data.texts(areas, f"{vintage}nm", default=areas[code]),
        "people": {
            column: pack(map_data.counts(column, areas, code))
            for column in ("population", "children")
            if column in areas.columns
        },
        "towns": map_data.towns_of(areas),
        "shapes": encode(wgs84),
        "bivariate": [
            {"fill": fill, "text": palette.ClassStyle(fill, "").text}
            for row in palette.BIVARIATE
            for fill in row
        ],
    }


def _decile_schemes() -> dict[str, list[dict[str, str]]]:
    missing = palette.comparison_styles()["missing"]
    deciles = {f"decile_{n}": one for n, one in palette.DECILE_CLASSES.items()}
    changes = palette.CHANGE_CLASSES | {"not_compared": palette.BOUNDARY_CHANGED}
    return {
        "deciles": [style(key, one) for key, one in (deciles | {"missing": missing}).items()],
        "change": [style(key, one) for key, one in (changes | {"missing": missing}).items()],
    }


def _indicator_sources(known: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name each source of the indicators once."""
    return [f"Indicators: {one}" for one in dict.fromkeys(x["source"] for x in known) if one]


class WebMap(folium.Map):
    """A folium map that is a whole page: panel, legend, table, and Leaflet written into it.

    Folium layers can be added to it. Those that load from outside (tiles, plugins) stay blank,
    because the page's content security policy lets nothing in.

    Parameters
    ----------
    data, later : dict
        What `web_map` prepared for the script: needed for the first view, and read on demand.
    title, subtitle : str
        Heading and the line below it.
    sources, notices : sequence of str
        Attribution, and what every reader must see.
    rule : str
        Rule of disclosure control that the numbers follow.
    basemap : {"osm"}, optional
        Whose tiles the page may load.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (folium's own declaration)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = _TEMPLATES.get_template("map.html.j2")

    def __init__(
        self,
        data: dict[str, Any],
        later: dict[str, Any] | None = None,
        *,
        title: str,
        subtitle: str = "",
        sources: Sequence[str] = (),
        notices: Sequence[str] = (),
        rule: str = "",
        basemap: str | None = None,
    ) -> None:
        super().__init__(location=(0, 0), tiles=None)
        self._id = "geo"  # folium's ids are random; the same input must give the same bytes
        self.title, self.subtitle = title, subtitle
        self.sources, self.notices = list(sources), list(notices)
        self.data, self.later = data, later or {"indicators": [], "surfaces": [], "wardLabels": []}
        self.rule, self.basemap = rule, basemap
        self.colours = palette
        _Page(title, _TILES if basemap else "").add_child(self)

    def render(self, **kwargs: Any) -> str:
        """Hand the page its parts as they are: folium would run them as templates once more."""
        page, parts = self.get_root(), self._template.module.__dict__
        for room in ("header", "html", "script"):
            text = str(parts[room](self, kwargs))
            getattr(page, room).add_child(_Verbatim(text), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
        return ""

    def json(self, part: dict[str, Any]) -> Markup:
        """Give data as JSON that no HTML parser can take for markup."""
        text = json.dumps(part, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        for character in "<>&\u2028\u2029":
            text = text.replace(character, f"\\u{ord(character):04x}")
        return Markup(text)

    @property
    def assets(self) -> dict[str, Markup]:
        """Style sheets and scripts to write into the page."""
        return _inline_assets()


class _Verbatim(Element):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:  # noqa: ARG002 (folium's signature)
        return self.text


class _Page(Figure):
    """The HTML document around the map: language, title, security policy."""

    _template = _TEMPLATES.from_string(
        """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:{{ this.tiles }}; \
base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{{ this.title }}</title>
{{ this.header.render(**kwargs)|safe }}
</head>
<body>
{{ this.html.render(**kwargs)|safe }}
<script>
{{ this.script.render(**kwargs)|safe }}
</script>
</body>
</html>
"""
    )

    def __init__(self, title: str, tiles: str) -> None:
        super().__init__(height="680px", title=title)
        self.tiles = tiles
        self.header._children.pop("meta_http")

    def _repr_html_(self, **kwargs: Any) -> str:
        page = html.escape(self.render(**kwargs))
        return (
            f'<iframe title="{html.escape(self.title or "Map")}" srcdoc="{page}" width="100%" '
            f'height="{self.height}" style="border: 0"></iframe>'
        )


@cache
def _inline_assets() -> dict[str, Markup]:
    folder = Path(leaflet.BASE_DIR)

    def picture(name: str) -> str:
        image = base64.b64encode((folder / "images" / name).read_bytes()).decode()
        return f"data:image/png;base64,{image}"

    css = (folder / "leaflet.css").read_text(encoding="utf-8")
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    pins = {
        "iconUrl": picture("marker-icon.png"),
        "iconRetinaUrl": picture("marker-icon-2x.png"),
        "shadowUrl": picture("marker-shadow.png"),
    }
    return {
        "leaflet_css": Markup(
            re.sub(r"url\(images/([\w-]+\.png)\)", lambda found: f"url({picture(found[1])})", css)
        ),
        "leaflet_js": Markup(re.sub(r"//# sourceMappingURL=.*", "", script)),
        "pins": Markup(json.dumps(pins)),
        "css": _without_indents("map.css"),
        "js": Markup("\n").join(_without_indents(f"{name}.js") for name in _SCRIPTS),
    }


def _without_indents(name: str) -> Markup:
    """Read a style sheet or script; indents and comment lines stay out of the page."""
    text = (_ASSETS / name).read_text(encoding="utf-8")
    return Markup(re.sub(r"^ *(//.*\n)?", "", text, flags=re.MULTILINE))
