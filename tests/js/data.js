// A map of six areas in two groups, with numbers that a reader can check in the head.

/** @import { DeferredData, Indicator, IndicatorColumn, LegendClass, MapData, PackedNumbers } from "../../geo/views/web/assets/payload" */

const DIGITS = Array.from({ length: 94 }, (_, k) => String.fromCharCode(k + 33)).filter(
  (character) => !"\"&'<>\\".includes(character),
);

/**
 * Small whole numbers from `least` up, a digit each; null is no number.
 * @param {(number | null)[]} values
 * @param {number} [decimals]
 * @returns {PackedNumbers}
 */
export function packed(values, decimals = 0, least = 0) {
  const text = values.map((value) =>
    value === null ? DIGITS[0] : DIGITS[Math.round(value * 10 ** decimals) - least + 3],
  );
  return { text: text.join(""), width: 1, least, decimals };
}

/**
 * @param {string} key
 * @param {string} label
 * @returns {LegendClass}
 */
const styled = (key, label = key) => ({
  key,
  label,
  fill: `#${key}`,
  text: "#000",
  symbol: "",
  pattern: "",
});

const STATES = [
  styled("not_compared", "not compared"),
  styled("suppressed", "suppressed, small numbers"),
  styled("missing", "missing, no data"),
];
const FIFTHS = [
  "worst fifth in England",
  "second fifth",
  "middle fifth",
  "fourth fifth",
  "best fifth in England",
];

/** @returns {MapData} */
export const mapData = () => ({
  ranked: 33755,
  canvas: false,
  codes: ["E01000001", "E01000002", "E01000003", "E01000004", "E01000005", "E01000006"],
  names: ["Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir & Co"],
  official: ["Mill 001A", "Mill 001B", "Mill 002A", "Mill 002B", "Mill 003A", "Mill 003B"],
  officialHead: "",
  people: { population: packed([10, 20, 30, 40, null, 50]) },
  towns: [],
  shapes: [[], [], [], [], [], []],
  bivariate: Array.from({ length: 9 }, (_, k) => ({ fill: `#pair${k}`, text: "#fff" })),
  place: "Testshire",
  benchmark: "England",
  schemes: {
    england: [
      styled("worse", "worse than England"),
      styled("higher", "higher than England, no judgement"),
      styled("similar", "similar to England"),
      styled("better", "better than England"),
      styled("lower", "lower than England, no judgement"),
      ...STATES,
    ],
    fifths: [...FIFTHS.map((label, k) => styled(`fifth_${k + 1}`, label)), ...STATES],
    fifths_unjudged: [
      ...FIFTHS.map((label, k) => styled(`fifth_${k + 1}`, `${label}!`)),
      ...STATES,
    ],
    deciles: [
      ...Array.from({ length: 10 }, (_, k) => styled(`decile_${k + 1}`, String(k + 1))),
      STATES[2],
    ],
    change: [
      ...["down_2", "down_1", "same", "up_1", "up_2"].map((key) => styled(key)),
      styled("not_compared", "boundary changed"),
      STATES[2],
    ],
  },
  wards: {
    column: "wd24nm",
    singular: "ward",
    plural: "wards",
    names: ["Oak", "Pine"],
    of: packed([0, 0, 0, 1, 1, null]),
  },
  indices: [
    // deciles 1, 3, 4, 7, 8 and none
    { id: "imd", name: "Deprivation", classes: "02367a", ranks: packed([1, 30, 40, 60, 70, null]) },
    { id: "crime", name: "Crime", classes: "987654", ranks: null },
  ],
  changes: [{ id: "change-2019", year: 2019, classes: "012345", before: "324560" }],
  levels: [
    {
      column: "collaborative",
      singular: "collaborative",
      plural: "collaboratives",
      names: ["North & East", "South"],
      of: packed([0, 0, 0, 1, 1, 1]),
      outlines: null,
      labels: [],
    },
  ],
  level: 0,
  menu: [{ id: "low", label: "Low is good", group: "Health" }],
  heat: ["Children on plans"],
  basemap: false,
});

/**
 * Worse, similar, better (a true zero), suppressed, missing, not compared.
 * @param {Partial<Indicator>} [changed]
 * @returns {Indicator}
 */
export const indicator = (changed = {}) => ({
  id: "low",
  name: "Low is good in full",
  label: "Low is good",
  who: "",
  group: "Health",
  unit: "% of residents",
  period: "2024/25",
  source: "Test.",
  good: -1,
  benchmark: 5,
  decimals: 1,
  areas: columnOf("023675"),
  groups: {},
  ...changed,
});

/**
 * @param {string} england
 * @returns {IndicatorColumn}
 */
export const columnOf = (england) => ({
  values: packed([8, 5, 0, null, null, 3], 1),
  lower: packed([7, 4, 0, null, null, null], 1),
  upper: packed([8.4, 6, 1, null, null, null], 1),
  england,
});

/** @returns {DeferredData} */
export const deferredData = () => ({
  indicators: [indicator()],
  surfaces: [],
  wardLabels: [],
  postcodes: null,
});
