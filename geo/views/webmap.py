"""Interactive maps: one HTML file that opens from an e-mail and asks no host for anything.

The page is a `folium.Map` with Leaflet written into it. Geometry stands in it once, whatever the
number of variables: rings in the Encoded Polyline Algorithm Format, outlines of groups dissolved
from the same rounded coordinates, attributes as one array a variable. `assets/map.js` draws it.
"""

import base64
import html
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element, Figure
from markupsafe import Markup
from xstatic.pkg import leaflet

from geo.errors import TableError, examples
from geo.tables import INDICES, VINTAGES, require_unique, vintage_column
from geo.views import assets, palette
from geo.views.assets import TEMPLATES
from geo.views.polyline import encode
from geo.views.shapes import union

_NAME_PLACES = 5
_SVG_UP_TO = 3000
"""Above this many areas the browser draws on a canvas: slower to restyle, far quicker to pan."""

Level = str | tuple[str, str, str]


def web_map(
    areas: gpd.GeoDataFrame,
    *,
    title: str,
    levels: Sequence[Level] = ("collaborative",),
    variables: Sequence[str] | None = None,
    name: str = "",
    subtitle: str = "",
    sources: Sequence[str] = (),
    notices: Sequence[str] = (),
    selected_level: str | None = None,
) -> "WebMap":
    """Draw LSOAs by national decile on an interactive map with a panel, legend and table.

    Parameters
    ----------
    areas : GeoDataFrame
        One row an LSOA: ``lsoa21cd`` (or ``lsoa11cd``, ``lsoa01cd``), the level columns, one or
        more ``<index>_decile`` columns (whole numbers from 1, most deprived, to 10; missing is
        drawn as "no data"), polygons in any known CRS. Used where present: ``lsoa21nm``,
        ``wd24nm``, ``<index>_rank``, ``population`` and ``children`` (persons).
    title : str
        The finding in one sentence with a number; the page's heading.
    levels : sequence of str or (str, str, str)
        Columns that group the LSOAs, each with its singular and plural for readers where the
        column name does not give them, such as ``("pcn", "primary care network", "primary care
        networks")``. A reader chooses among them.
    variables : sequence of str, optional
        Which decile columns, in order; all of `geo.tables.INDICES` that are present by default.
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
        If there is no row, geometry or CRS, a column is missing, or a value is not allowed.

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
    wgs84 = _rounded_wgs84(areas)
    groupings = [_level(level, areas) for level in levels]
    if not groupings:
        raise TableError("No level was given; name one column that groups the areas in levels.")
    columns = [column for column, _, _ in groupings]
    if selected_level is not None and selected_level not in columns:
        raise TableError(
            f"The selected level {selected_level!r} is not among the levels "
            f"{examples(columns, 6)}; choose one of these."
        )
    data = {
        "place": name,
        "ranked": VINTAGES[vintage],
        "canvas": len(areas) > _SVG_UP_TO,
        "classes": [{"fill": c.fill, "label": c.label} for c in palette.DECILE_CLASSES.values()],
        "codes": areas[code].tolist(),
        "names": _texts(areas, f"{vintage}nm", default=areas[code]),
        "wards": _wards(areas),
        "people": {
            column: _numbers(column, areas, code)
            for column in ("population", "children")
            if column in areas.columns
        },
        "variables": [_variable(column, areas, code) for column in _deciles(areas, variables)],
        "levels": [_groups(grouping, areas, wgs84) for grouping in groupings],
        "level": columns.index(selected_level) if selected_level else 0,
        "shapes": encode(wgs84),
    }
    return WebMap(data, title=title, subtitle=subtitle, sources=sources, notices=notices)


class WebMap(folium.Map):
    """A folium map that is a whole page: panel, legend, table, and Leaflet written into it.

    Folium layers can be added to it. Those that load from outside (tiles, plugins) stay blank,
    because the page's content security policy lets nothing in.

    Parameters
    ----------
    data : dict
        What `web_map` prepared for ``map.js``.
    title, subtitle : str
        Heading and the line below it.
    sources, notices : sequence of str
        Attribution, and what every reader must see.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (folium's own declaration)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = TEMPLATES.get_template("map.html.j2")

    def __init__(
        self,
        data: dict[str, Any],
        *,
        title: str,
        subtitle: str = "",
        sources: Sequence[str] = (),
        notices: Sequence[str] = (),
    ) -> None:
        super().__init__(location=(0, 0), tiles=None)
        self._id = "geo"  # folium's ids are random; the same input must give the same bytes
        self.title, self.subtitle = title, subtitle
        self.sources, self.notices = list(sources), list(notices)
        self.data = data
        self.colours = palette
        _Page(title).add_child(self)

    def render(self, **kwargs: Any) -> str:
        """Hand the page its parts as they are: folium would run them as templates once more."""
        page, parts = self.get_root(), self._template.module.__dict__
        for room in ("header", "html", "script"):
            text = str(parts[room](self, kwargs))
            getattr(page, room).add_child(_Verbatim(text), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
        return ""

    @property
    def json(self) -> Markup:
        """The data as JSON that no HTML parser can take for markup."""
        text = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
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

    _template = TEMPLATES.from_string(
        """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
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

    def __init__(self, title: str) -> None:
        super().__init__(height="680px", title=title)
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
        "css": Markup((assets.FOLDER / "map.css").read_text(encoding="utf-8")),
        "js": Markup((assets.FOLDER / "map.js").read_text(encoding="utf-8")),
    }


def _rounded_wgs84(areas: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Geometry in degrees rounded to 1e-5, so that vertices shared before are shared after."""
    if not isinstance(areas, gpd.GeoDataFrame) or areas.active_geometry_name is None:
        raise TableError(
            "The areas have no geometry; give a GeoDataFrame such as read_boundaries returns."
        )
    if not len(areas):
        raise TableError("The areas have no row; a map needs at least one LSOA.")
    if areas.crs is None:
        raise TableError(
            "The areas have no coordinate reference system; say which with areas.set_crs(27700) "
            "if the coordinates are British National Grid."
        )
    kinds = areas.geom_type.dropna()
    if len(odd := kinds[~kinds.isin(["Polygon", "MultiPolygon"])]):
        raise TableError(
            f"{len(odd)} of {len(areas)} areas are no polygons but {examples(odd.unique())}; "
            "give LSOA boundaries."
        )
    degrees = areas.geometry.to_crs(4326).force_2d()
    rounded = shapely.transform(degrees.to_numpy(), lambda xy: np.round(xy, 5))
    return gpd.GeoSeries(rounded, index=areas.index, crs=4326)


def _level(level: Level, areas: gpd.GeoDataFrame) -> tuple[str, str, str]:
    if isinstance(level, str):
        singular = level.replace("_", "-")
        level = (level, singular, re.sub("y$", "ie", singular) + "s")
    if level[0] not in areas.columns:
        raise TableError(
            f"No column {level[0]} in the areas to group them by; they have the columns "
            f"{examples(areas.columns, 8)}. Name one of these in levels, or assign the areas first."
        )
    return level


def _deciles(areas: gpd.GeoDataFrame, variables: Sequence[str] | None) -> list[str]:
    """Columns to show, in order."""
    if variables is None:
        found = [f"{v}_decile" for v in INDICES if f"{v}_decile" in areas.columns]
    else:
        found = [v if v.endswith("_decile") else f"{v}_decile" for v in variables]
    if lost := [column for column in found if column not in areas.columns]:
        raise TableError(
            f"No column {examples(lost)} in the areas; they have the columns "
            f"{examples(areas.columns, 8)}. Join the Indices of Deprivation first."
        )
    if not found:
        raise TableError(
            "No decile column to show, such as imd_decile, in the areas, which have the columns "
            f"{examples(areas.columns, 8)}. Join the Indices of Deprivation first."
        )
    return list(dict.fromkeys(found))


def _variable(column: str, areas: gpd.GeoDataFrame, code: str) -> dict[str, Any]:
    """Deciles as one hexadecimal digit an area, 0 for no data; ranks beside them if known."""
    deciles = pd.to_numeric(areas[column], errors="coerce").astype("float64")
    wrong = areas[column].notna() & ~deciles.isin(range(1, 11))
    _refuse(wrong, column, areas, code, "whole numbers from 1 to 10")
    index = column.removesuffix("_decile")
    rank = f"{index}_rank"
    return {
        "name": INDICES.get(index, index.replace("_", " ").capitalize()),
        "deciles": "".join(f"{d:x}" for d in deciles.fillna(0).astype(int)),
        "ranks": _numbers(rank, areas, code) if rank in areas.columns else None,
    }


def _numbers(column: str, areas: gpd.GeoDataFrame, code: str) -> list[int | None]:
    values = pd.to_numeric(areas[column], errors="coerce").astype("float64")
    wrong = areas[column].notna() & ~np.isfinite(values)
    _refuse(wrong | (values < 0), column, areas, code, "numbers from 0")
    return [None if np.isnan(value) else round(value) for value in values]


def _refuse(
    wrong: pd.Series, column: str, areas: gpd.GeoDataFrame, code: str, allowed: str
) -> None:
    if wrong.any():
        bad = [f"{value} for {area}" for value, area in areas.loc[wrong, [column, code]].to_numpy()]
        raise TableError(
            f"{len(bad)} of {len(areas)} areas have {column} {examples(bad)}; allowed are "
            f"{allowed}, or missing. Correct the values."
        )


def _texts(areas: gpd.GeoDataFrame, column: str, default: pd.Series) -> list[str]:
    if column not in areas.columns:
        return default.astype(str).tolist()
    return areas[column].where(areas[column].notna(), default).astype(str).tolist()


def _wards(areas: gpd.GeoDataFrame) -> dict[str, list]:
    named = [column for column in areas.columns if re.fullmatch(r"wd\d\dnm", str(column))]
    if not named:
        return {"names": [], "of": []}
    of, names = pd.factorize(areas[named[0]])
    return {"names": [str(ward) for ward in names], "of": of.tolist()}


def _groups(
    grouping: tuple[str, str, str], areas: gpd.GeoDataFrame, wgs84: gpd.GeoSeries
) -> dict[str, Any]:
    """One level: its groups, which group each area is in, dissolved outlines, label points."""
    column, singular, plural = grouping
    values = areas[column]
    of, names = pd.factorize(values, sort=True)
    outlines = gpd.GeoSeries(
        [union(wgs84[of == group].to_numpy()) for group in range(len(names))], crs=4326
    )
    return {
        "singular": singular,
        "plural": plural,
        "names": [str(group) for group in names],
        "of": of.tolist(),
        "outlines": encode(outlines),
        "labels": _label_points(outlines),
    }


def _label_points(outlines: gpd.GeoSeries) -> list[list[list[float]]]:
    """Places for the name of each outline, latitude and longitude, the roomiest first."""
    return [_roomy_points(outline) for outline in outlines.to_crs(3857)]


def _roomy_points(outline: Any) -> list[list[float]]:
    """Middles of the largest circles that fit into the largest part, one beside the other."""
    found: list[Any] = []
    rest = max(shapely.get_parts(outline), key=shapely.area, default=outline)
    while not rest.is_empty and len(found) < _NAME_PLACES:
        circle = shapely.maximum_inscribed_circle(rest, tolerance=rest.length / 500)
        middle = shapely.get_point(circle, 0)
        if circle.length == 0:
            break
        found.append(middle)
        rest = max(
            shapely.get_parts(rest.difference(middle.buffer(circle.length))),
            key=shapely.area,
            default=shapely.Polygon(),
        )
    degrees = gpd.GeoSeries(found, crs=3857).to_crs(4326)
    return [[round(point.y, 5), round(point.x, 5)] for point in degrees]
