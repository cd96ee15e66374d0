"""Interactive maps: one HTML file that opens from an e-mail and asks no host for anything.

The page is a `folium.Map` with Leaflet written into it. Geometry stands in it once, whatever the
number of variables: rings in the Encoded Polyline Algorithm Format, outlines of groups dissolved
from the same rounded coordinates, a short text a variable. `assets/*.js` draw it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal, TypedDict, Unpack

import geopandas as gpd
import pandas as pd

from geo.disclosure.published import Published
from geo.errors import TableError, examples
from geo.views.style import palette
from geo.views.web.areas import (
    SVG_UP_TO,
    LevelChoice,
    SurfaceBands,
    counts,
    decile_change,
    decile_columns,
    decile_index,
    groups_of,
    heat_layer,
    label_points,
    level_words,
    outlined,
    rounded_wgs84,
    towns_of,
    ward_level,
)
from geo.views.web.encoding import encode_numbers, encode_polygons, encode_postcodes
from geo.views.web.indicators import map_indicators
from geo.views.web.legend import schemes
from geo.views.web.page import PageText, WebMap
from geo.views.web.payload import DeferredData, Indicator, MapData, PackedPostcodes
from geo.vocabulary.area_types import AreaType, former_level, require_unique, vintage_column
from geo.vocabulary.local_names import local_names, official_names
from geo.vocabulary.releases import VINTAGES

_BASEMAPS = (None, "osm")


class MapOptions(TypedDict, total=False):
    """What `web_map` can be given beside areas, title and levels; it says what each is."""

    variables: Sequence[str] | None
    indicators: pd.DataFrame | Published | None
    catalogue: pd.DataFrame | None
    changes: Mapping[int, pd.Series] | None
    surfaces: Mapping[str, SurfaceBands] | None
    postcodes: pd.Series | None
    benchmark: str
    basemap: Literal["osm"] | None
    name: str
    subtitle: str
    sources: Sequence[str]
    notices: Sequence[str]


_DEFAULTS = MapOptions(
    variables=None,
    indicators=None,
    catalogue=None,
    changes=None,
    surfaces=None,
    postcodes=None,
    benchmark="England",
    basemap=None,
    name="",
    subtitle="",
    sources=(),
    notices=(),
)


def web_map(
    areas: gpd.GeoDataFrame,
    *,
    title: str,
    levels: Sequence[LevelChoice] | None = None,
    selected_level: str | None = None,
    **options: Unpack[MapOptions],
) -> WebMap:
    """Draw LSOAs by deprivation and by indicators on an interactive map, with a table of it all.

    Parameters
    ----------
    areas : GeoDataFrame
        One row an LSOA: ``lsoa21cd`` (or ``lsoa11cd``, ``lsoa01cd``), the level columns, one or
        more ``<index>_decile`` columns (whole numbers from 1, most deprived, to 10; missing is
        drawn as "no data"), polygons in any known CRS. Used where present: ``local_name``,
        ``lsoa21nm``, ``wd24nm``, ``<index>_rank``, ``population`` and ``children`` (persons).
    title : str
        The finding in one sentence with a number; the page's heading.
    levels : sequence of str, AreaType or (str, str, str)
        Columns that group the LSOAs, each with its singular and plural for readers where the
        column name does not give them, such as ``("pcn", "primary care network", "primary care
        networks")``. A reader chooses among them. A call without it is deprecated: it shows the
        collaboratives, where the areas have them.
    variables : sequence of str, optional
        Which decile columns, in order; all that are present by default.
    indicators : DataFrame or Published, optional
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
    surfaces : mapping of str to (GeoDataFrame or Series, str, str), optional
        Heat layers by name: bands of a disclosure-safe density surface (``lower``, ``upper``,
        polygons; rows without ``lower`` are unknown ground, ``state`` suppressed or missing; their
        ``area`` in m², where the polygons are simpler), or counts by the codes of the map, which
        are drawn as circles; their unit, and words on bandwidth and disclosure, or on what has no
        circle, that are printed with it.
    postcodes : Series, optional
        Code of the area by postcode without blanks, as from ``read_postcodes``: the search finds
        them. Those of other areas are left out.
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
    TypeError
        If a keyword is unknown.
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
    >>> page = web_map(areas, title="One of two areas is among the most deprived 10%",
    ...                levels=["collaborative"])
    >>> "E01000002" in page.get_root().render()
    True
    """
    given = _complete(options)
    lsoas = _Areas.of(areas)
    level = _levels(areas, [former_level("web_map", "levels", areas)] if levels is None else levels)
    columns = [words.name for words in level]
    if selected_level is not None and selected_level not in columns:
        raise TableError(
            f"The selected level {selected_level!r} is not among the levels "
            f"{examples(columns, 6)}; choose one of these."
        )
    data = _map_data(lsoas, level, given)
    data["level"] = columns.index(selected_level) if selected_level else 0
    known: list[Indicator] = []
    rule = ""
    if given["indicators"] is not None:
        names = {one["column"]: one["names"] for one in data["levels"]}
        published = Published.of(given["indicators"], given["catalogue"])
        known = map_indicators(published, areas[lsoas.code], lsoas.vintage, names)
        rule = published.rule
    deferred = _deferred_data(lsoas, known, given)
    data["menu"] = [
        {"id": one["id"], "label": one["label"], "group": one["group"]}
        for one in known
        if one["areas"]
    ]
    text = PageText(
        title,
        subtitle=given["subtitle"],
        sources=[*given["sources"], *_indicator_sources(known)],
        notices=list(given["notices"]),
        rule=rule,
    )
    return WebMap(data, deferred, text)


def _complete(options: MapOptions) -> MapOptions:
    """Fill in defaults; a keyword that is none of the options is refused as Python does."""
    if unknown := options.keys() - _DEFAULTS.keys():
        raise TypeError(
            f"web_map() got an unexpected keyword argument {min(unknown)!r}; beside areas, title, "
            f"levels and selected_level it takes {', '.join(_DEFAULTS)}."
        )
    given: MapOptions = {**_DEFAULTS, **options}
    if given["basemap"] not in _BASEMAPS:
        raise TableError(f"basemap is {given['basemap']!r}; allowed are 'osm' and None.")
    return given


@dataclass(frozen=True)
class _Areas:
    """The LSOAs of a map, the column of their codes, and their shapes in rounded degrees."""

    table: gpd.GeoDataFrame
    vintage: str
    code: str
    wgs84: gpd.GeoSeries

    @classmethod
    def of(cls, areas: gpd.GeoDataFrame) -> "_Areas":
        vintage, code = vintage_column(areas, where="the areas")
        require_unique(areas[code], where="the areas")
        return cls(areas, vintage, code, rounded_wgs84(areas))

    @property
    def on_canvas(self) -> bool:
        return len(self.table) > SVG_UP_TO


def _levels(areas: gpd.GeoDataFrame, levels: Sequence[LevelChoice]) -> list[AreaType]:
    if not levels:
        raise TableError("No level was given; name one column that groups the areas in levels.")
    return [level_words(level, areas) for level in levels]


def _map_data(lsoas: _Areas, levels: Sequence[AreaType], given: MapOptions) -> MapData:
    """Arrange what the first view needs; the menu of indicators comes later."""
    areas, code, vintage = lsoas.table, lsoas.code, lsoas.vintage
    ward = ward_level(areas)
    official = official_names(areas).astype(str).tolist()
    ends = zip(min(official), max(official), strict=False)
    head = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    changes = given["changes"] or {}
    return {
        "ranked": VINTAGES[vintage],
        "canvas": lsoas.on_canvas,
        "codes": areas[code].tolist(),
        "names": local_names(areas).astype(str).tolist(),
        "official": [name.removeprefix(head) for name in official],
        "officialHead": head,
        "people": {
            column: encode_numbers(counts(column, areas, code))
            for column in ("population", "children")
            if column in areas.columns
        },
        "towns": towns_of(areas),
        "shapes": encode_polygons(lsoas.wgs84),
        "bivariate": [
            {"fill": fill, "text": palette.ClassStyle(fill, "").text}
            for row in palette.BIVARIATE
            for fill in row
        ],
        "place": given["name"],
        "benchmark": given["benchmark"],
        "schemes": schemes(given["benchmark"]),
        "wards": groups_of(ward, areas) if ward else None,
        "indices": [
            decile_index(column, areas, code)
            for column in decile_columns(areas, given["variables"])
        ],
        "changes": [decile_change(year, then, areas, code) for year, then in changes.items()],
        "levels": [
            outlined(groups_of(level, areas), areas[level.name], lsoas.wgs84) for level in levels
        ],
        "level": 0,
        "menu": [],
        "heat": list(given["surfaces"] or {}),
        "basemap": given["basemap"] is not None,
    }


def _deferred_data(lsoas: _Areas, known: list[Indicator], given: MapOptions) -> DeferredData:
    """Arrange what is read after the first view is painted."""
    ward = None if lsoas.on_canvas else ward_level(lsoas.table)
    surfaces = given["surfaces"] or {}
    return {
        "indicators": known,
        "surfaces": [
            heat_layer(name, one, lsoas.table[lsoas.code]) for name, one in surfaces.items()
        ],
        "wardLabels": label_points(lsoas.table[ward.name], lsoas.wgs84, 1) if ward else [],
        "postcodes": _postcodes(lsoas, given["postcodes"]),
    }


def _postcodes(lsoas: _Areas, known: pd.Series | None) -> PackedPostcodes | None:
    """Pack those that lie in the map's areas."""
    if known is None:
        return None
    places = {code: at for at, code in enumerate(lsoas.table[lsoas.code])}
    inside = known.map(places).dropna().astype(int).sort_index()
    return encode_postcodes(inside.to_dict(), len(places)) if len(inside) else None


def _indicator_sources(known: Sequence[Indicator]) -> list[str]:
    """Name each source of the indicators once."""
    return [f"Indicators: {one}" for one in dict.fromkeys(x["source"] for x in known) if one]
