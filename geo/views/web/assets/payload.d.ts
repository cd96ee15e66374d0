// Written from geo.views.web.payload; `pytest tests/views/web/test_payload.py` tells when to again.

/** A column of numbers; `geo.views.web.encoding.encode_numbers` describes the format. */
export interface PackedNumbers {
  text: string;
  width: number;
  least: number;
  decimals: number;
}

/** A fill, and the colour of text on it. */
export interface Swatch {
  fill: string;
  text: string;
}

/** One class of a legend. */
export interface LegendClass {
  fill: string;
  text: string;
  key: string;
  label: string;
  symbol: string;
  pattern: string;
}

/** Classes of each classification scheme, from worst to best, then those without a colour. */
export interface Schemes {
  england: LegendClass[];
  fifths: LegendClass[];
  fifths_unjudged: LegendClass[];
  deciles: LegendClass[];
  change: LegendClass[];
}

/** An index of deprivation: the class of every area a character, and ranks where known. */
export interface DecileIndex {
  id: string;
  name: string;
  classes: string;
  ranks: PackedNumbers | null;
}

/** Change of the IMD decile since an earlier release: classes, and the deciles of then. */
export interface DecileChange {
  id: string;
  year: number;
  classes: string;
  before: string;
}

/** A level: its words, the names of its groups, and the number of each area's group. */
export interface Grouping {
  column: string;
  singular: string;
  plural: string;
  names: string[];
  of: PackedNumbers;
}

/** A level that is outlined and named; `outlines` only where the page cannot find them. */
export interface Level {
  column: string;
  singular: string;
  plural: string;
  names: string[];
  of: PackedNumbers;
  outlines: string[][][] | null;
  labels: [number, number][][];
}

/** A town to zoom to: south-west and north-east corner. */
export interface Town {
  name: string;
  bounds: [number, number][];
}

/** An indicator as the menu names it. */
export interface MenuEntry {
  id: string;
  label: string;
  group: string;
}

/** What the first view needs. */
export interface MapData {
  ranked: number;
  canvas: boolean;
  codes: string[];
  names: string[];
  official: string[];
  officialHead: string;
  people: Record<string, PackedNumbers>;
  towns: Town[];
  shapes: string[][][];
  bivariate: Swatch[];
  place: string;
  benchmark: string;
  schemes: Schemes;
  wards: Grouping | null;
  indices: DecileIndex[];
  changes: DecileChange[];
  levels: Level[];
  level: number;
  menu: MenuEntry[];
  heat: string[];
  basemap: boolean;
}

/** One indicator of one kind of area: numbers, limits, and the class by each scheme it has. */
export interface IndicatorColumn {
  values: PackedNumbers;
  lower?: PackedNumbers;
  upper?: PackedNumbers;
  england?: string;
  fifths?: string;
}

/** An indicator: its facts, its column of the map's areas, and those of each level's groups. */
export interface Indicator {
  id: string;
  name: string;
  label: string;
  who: string;
  group: string;
  unit: string;
  period: string;
  source: string;
  good: -1 | 0 | 1;
  benchmark: number | null;
  decimals: number;
  areas: IndicatorColumn | null;
  groups: Record<string, IndicatorColumn>;
}

/** A band of a density surface: limits, square kilometres, look. */
export interface Band {
  lower: number | null;
  upper: number | null;
  area: number;
  fill: string;
  pattern: string;
  label: string;
}

/** A heat layer: bands from the lowest with their polygons, or counts of areas as circles. */
export interface DensitySurface {
  name: string;
  unit: string;
  words: string;
  bands: Band[];
  shapes: string[][][];
  counts: PackedNumbers | null;
}

/** In which area each postcode lies: of each sector, last letters and place of the area. */
export interface PackedPostcodes {
  width: number;
  sectors: Record<string, string>;
}

/** What is read after the first view is painted, or when it is asked for. */
export interface DeferredData {
  indicators: Indicator[];
  surfaces: DensitySurface[];
  wardLabels: [number, number][][];
  postcodes: PackedPostcodes | null;
}
