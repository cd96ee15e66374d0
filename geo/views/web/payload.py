"""What Python writes into the page of the interactive map and its scripts read, field by field.

`assets/payload.d.ts` says the same to the scripts; a test writes it from these and compares.
"""

from typing import Literal, NotRequired, TypedDict

Ring = str
"""A closed line in the Encoded Polyline Algorithm Format, precision 5."""
Polygons = list[list[Ring]]
"""The polygons of an area, each an outer ring and its holes."""
LatLng = tuple[float, float]
"""Latitude and longitude in degrees."""


class PackedNumbers(TypedDict):
    """A column of numbers; `geo.views.web.encoding.encode_numbers` describes the format."""

    text: str
    width: int
    least: int
    decimals: int


class Swatch(TypedDict):
    """A fill, and the colour of text on it."""

    fill: str
    text: str


class LegendClass(Swatch):
    """One class of a legend."""

    key: str
    label: str
    symbol: str
    pattern: str


class Schemes(TypedDict):
    """Classes of each classification scheme, from worst to best, then those without a colour."""

    england: list[LegendClass]
    fifths: list[LegendClass]
    fifths_unjudged: list[LegendClass]
    deciles: list[LegendClass]
    change: list[LegendClass]


class DecileIndex(TypedDict):
    """An index of deprivation: the class of every area a character, and ranks where known."""

    id: str
    name: str
    classes: str
    ranks: PackedNumbers | None


class DecileChange(TypedDict):
    """Change of the IMD decile since an earlier release: classes, and the deciles of then."""

    id: str
    year: int
    classes: str
    before: str


class Grouping(TypedDict):
    """A level: its words, the names of its groups, and the number of each area's group."""

    column: str
    singular: str
    plural: str
    names: list[str]
    of: PackedNumbers


class Level(Grouping):
    """A level that is outlined and named; `outlines` only where the page cannot find them."""

    outlines: list[Polygons] | None
    labels: list[list[LatLng]]


class Town(TypedDict):
    """A town to zoom to: south-west and north-east corner."""

    name: str
    bounds: list[LatLng]


class MenuEntry(TypedDict):
    """An indicator as the menu names it."""

    id: str
    label: str
    group: str


class MapData(TypedDict):
    """What the first view needs."""

    ranked: int
    canvas: bool
    codes: list[str]
    names: list[str]
    official: list[str]
    officialHead: str
    people: dict[str, PackedNumbers]
    towns: list[Town]
    shapes: list[Polygons]
    bivariate: list[Swatch]
    place: str
    benchmark: str
    schemes: Schemes
    wards: Grouping | None
    indices: list[DecileIndex]
    changes: list[DecileChange]
    levels: list[Level]
    level: int
    menu: list[MenuEntry]
    heat: list[str]
    basemap: bool


class IndicatorColumn(TypedDict):
    """One indicator of one kind of area: numbers, limits, and the class by each scheme it has."""

    values: PackedNumbers
    lower: NotRequired[PackedNumbers]
    upper: NotRequired[PackedNumbers]
    england: NotRequired[str]
    fifths: NotRequired[str]


class Indicator(TypedDict):
    """An indicator: its facts, its column of the map's areas, and those of each level's groups."""

    id: str
    name: str
    label: str
    who: str
    group: str
    unit: str
    period: str
    source: str
    good: Literal[-1, 0, 1]
    benchmark: float | None
    decimals: int
    areas: IndicatorColumn | None
    groups: dict[str, IndicatorColumn]


class Band(TypedDict):
    """A band of a density surface: limits, square kilometres, look."""

    lower: float | None
    upper: float | None
    area: float
    fill: str
    pattern: str
    label: str


class DensitySurface(TypedDict):
    """A heat layer: bands from the lowest with their polygons, or counts of areas as circles."""

    name: str
    unit: str
    words: str
    bands: list[Band]
    shapes: list[Polygons]
    counts: PackedNumbers | None


class PackedPostcodes(TypedDict):
    """In which area each postcode lies: of each sector, last letters and place of the area."""

    width: int
    sectors: dict[str, str]


class DeferredData(TypedDict):
    """What is read after the first view is painted, or when it is asked for."""

    indicators: list[Indicator]
    surfaces: list[DensitySurface]
    wardLabels: list[list[LatLng]]
    postcodes: PackedPostcodes | None
