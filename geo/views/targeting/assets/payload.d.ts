// Written from geo.views.targeting.payload; `pytest tests/views/targeting/test_payload.py` tells when to again.

/** A need that puts areas in order: each area's position from the least need, among how many.

Positions are null where the need is not shown. `drawn` is what they may be as well, draw after
draw of the areas that have one: twice the position as two bytes, the low one first, in base64;
empty where the need has no sampling error. */
export interface Measure {
  id: string;
  name: string;
  position: (number | null)[];
  among: number;
  drawn: string;
}

/** Whom serving an area reaches, and of whom these are a part (null where not known). */
export interface People {
  words: string;
  count: number[];
  base: number[] | null;
}

/** A count of every group, by which a budget can be shared. */
export interface Share {
  words: string;
  need: number[];
}

/** What a reader chooses: numbers of people and of shares, weights as shares of their sum.

Money is in pounds. */
export interface Setting {
  top: number;
  weights: number[];
  people: number;
  share: number;
  budget: number;
  floor: number;
  cap: number | null;
}

/** A site, in metres of the British National Grid. */
export interface Site {
  name: string;
  easting: number;
  northing: number;
}

/** Sites chosen and today's, and the people of each area, who are counted at one point of it.

`within` is in metres; `frame` is the west and north edge of the map, how many of its units are
a metre, and its width and height in units. */
export interface SitesData {
  chosen: Site[];
  today: Site[];
  easting: number[];
  northing: number[];
  count: number[];
  words: string;
  within: number;
  frame: number[];
}

/** Areas in the order of the data, with the number of their group; `residents` are of groups. */
export interface TargetingData {
  codes: string[];
  names: string[];
  group: number[];
  decile: (number | null)[];
  groups: string[];
  area_words: string[];
  group_words: string[];
  measures: Measure[];
  people: People[];
  shares: Share[];
  residents: number[] | null;
  noise: number[][];
  weights_as_of: number;
  firm: number;
  setting: Setting;
  sites: SitesData | null;
}
