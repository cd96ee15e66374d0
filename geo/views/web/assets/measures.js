// What can be shown. A measure is one way to colour the map; whatever it is made from, it answers
// the same questions.

import { decodeClasses, decodeNumbers } from "./decode.js";
import { capital, formatValue, formatWhole, shortLabel, withUnit } from "./format.js";

/** @import { DecileChange, DecileIndex, DeferredData, Indicator, IndicatorColumn, LegendClass, MapData, MenuEntry } from "./payload" */
/** @typedef {"england" | "fifths"} Scheme */
/** @typedef {LegendClass & { optional?: boolean }} MeasureClass  Optional: in the legend only where an area has it. */

/**
 * What the table shows of a measure.
 * @typedef {object} Column
 * @property {string} head
 * @property {(i: number) => string} text
 * @property {boolean} [chip]  Whether the colour of the class stands before the text.
 * @property {boolean} [number]
 * @property {(i: number) => number} [classOf]  Where not the measure's own.
 * @property {MeasureClass[]} [classes]
 */

/**
 * @typedef {object} Measure
 * @property {string} id
 * @property {string} name
 * @property {string} title  The name in full.
 * @property {MeasureClass[]} classes  From worst to best.
 * @property {(i: number) => number} classOf  Class of area i, a place in `classes`.
 * @property {(i: number) => string} words  Class and number of area i in a sentence.
 * @property {(i: number) => string} more  What else there is to say, or nothing.
 * @property {Column[]} columns
 * @property {(i: number) => number} order  Sorts areas of one class, most in need first.
 * @property {(i: number) => number | null} third  0 worst, 1 middle, 2 best: for two measures on one map.
 * @property {string[]} thirds
 * @property {string[]} notes  Unit, benchmark, period and source in words.
 * @property {boolean} [deciles]
 * @property {(i: number) => boolean} [isZero]
 * @property {[Measure, Measure]} [pair]
 * @property {Scheme} [scheme]
 * @property {Scheme[]} [schemes]
 */

/** Classes without a comparison. */
export const STATES = new Set(["not_compared", "suppressed", "missing"]);
const NO_DECILE = 10;

/** @param {number} decile */
export function decileInWords(decile) {
  const share =
    decile <= 5 ? `most deprived ${10 * decile}%` : `least deprived ${10 * (11 - decile)}%`;
  return `decile ${decile} – among the ${share} in England`;
}

/**
 * @param {DecileIndex} index
 * @param {MapData} data
 * @returns {Measure}
 */
export function decileMeasure({ id, name, classes, ranks }, data) {
  const classOf = decodeClasses(classes);
  const rank = decodeNumbers(ranks);
  const inEngland = data.schemes.deciles.map((style) => ({
    ...style,
    label: /deprived/.test(style.label) ? `${style.label} in England` : style.label,
  }));
  /** @param {number} i */
  const isKnown = (i) => classOf(i) < NO_DECILE;
  /** @type {Column} */
  const rankColumn = {
    head: "Rank",
    text: (i) => {
      const known = rank(i);
      return known === null ? "–" : formatWhole(known);
    },
    number: true,
  };
  return {
    id,
    title: name,
    name,
    deciles: true,
    classes: inEngland,
    classOf,
    words: (i) => `${name}: ${isKnown(i) ? decileInWords(classOf(i) + 1) : "no data"}`,
    more: (i) => {
      const known = rank(i);
      return known === null
        ? ""
        : `rank ${formatWhole(known)} of ${formatWhole(data.ranked)} (1 is the most deprived)`;
    },
    columns: [
      { head: "Decile", text: (i) => (isKnown(i) ? `${classOf(i) + 1}` : "no data"), chip: true },
      ...(ranks ? [rankColumn] : []),
    ],
    order: (i) => rank(i) ?? Infinity,
    third: (i) => (isKnown(i) ? (classOf(i) < 3 ? 0 : classOf(i) < 7 ? 1 : 2) : null),
    thirds: ["most deprived 30%", "middle 40%", "least deprived 30%"],
    notes: ["National deciles: 1 is the most deprived tenth of England's LSOAs"],
  };
}

/**
 * @param {DecileChange} change
 * @param {Measure} index  The index of now.
 * @param {MapData} data
 * @returns {Measure}
 */
export function changeMeasure({ id, year, classes, before }, index, data) {
  const classOf = decodeClasses(classes);
  const then = decodeClasses(before);
  const styles = data.schemes.change;
  const [same, notCompared, noData] = ["same", "not_compared", "missing"].map((key) =>
    styles.findIndex((style) => style.key === key),
  );
  /** @param {number} i */
  const now = (i) => index.classOf(i) + 1;
  const name = `Change since ${year}`;
  return {
    id,
    name,
    title: `${index.name}: change of decile since ${year}`,
    classes: styles,
    classOf,
    words: (i) => {
      const steps = classOf(i) < notCompared ? ` (from decile ${then(i)} to ${now(i)})` : "";
      return `${name}: ${styles[classOf(i)].label}${steps}`;
    },
    more: () => "",
    columns: [
      {
        head: "Decile, then → now",
        text: (i) => {
          if (classOf(i) === noData) return "no data";
          return classOf(i) === notCompared ? "not compared" : `${then(i)} → ${now(i)}`;
        },
        chip: true,
      },
    ],
    order: (i) => index.classOf(i),
    third: (i) => (classOf(i) >= notCompared ? null : 1 + Math.sign(classOf(i) - same)),
    thirds: ["more deprived", "same decile", "less deprived"],
    notes: ["Deciles rank areas against each other: one can move because others did"],
  };
}

/**
 * The classification schemes that an indicator has: against England, national fifths, or both.
 * @param {IndicatorColumn} column
 */
export const schemesOf = (column) =>
  /** @type {Scheme[]} */ (["england", "fifths"]).filter((scheme) => column[scheme]);

/**
 * Which class each area has by a scheme that the column has.
 * @param {IndicatorColumn} column
 * @param {Scheme} scheme
 */
export const classesBy = (column, scheme) => decodeClasses(column[scheme] ?? "");

/**
 * @param {Scheme} scheme
 * @param {Indicator} indicator
 * @param {MapData} data
 */
export const stylesBy = (scheme, indicator, data) =>
  data.schemes[scheme === "fifths" && !indicator.good ? "fifths_unjudged" : scheme];

/**
 * Number of an indicator in words: "12.3% (10.1–14.9)", or why there is none.
 * @param {IndicatorColumn} column
 * @param {Indicator} indicator
 * @param {MapData} data
 */
export function figureIn(column, indicator, data) {
  const { decimals, unit } = indicator;
  const value = decodeNumbers(column.values);
  const lower = decodeNumbers(column.lower);
  const upper = decodeNumbers(column.upper);
  const [scheme] = schemesOf(column);
  const classOf = classesBy(column, scheme);
  /** @type {(i: number, interval?: boolean) => string} */
  const figure = (i, interval = false) => {
    if (value(i) === null) {
      return data.schemes[scheme][classOf(i)].key === "suppressed" ? "suppressed" : "no data";
    }
    const limits = [lower(i), upper(i)];
    const known = interval && !limits.includes(null);
    const range = limits.map((limit) => formatValue(limit, decimals)).join("–");
    return withUnit(formatValue(value(i), decimals), unit) + (known ? ` (${range})` : "");
  };
  return figure;
}

export const JUDGED = ["worse", "similar", "better"];
const UNJUDGED = ["higher", "similar", "lower"];

/**
 * Words for the thirds of an indicator.
 * @param {Scheme} scheme
 * @param {boolean} isJudged
 */
function thirdsOf(scheme, isJudged) {
  if (scheme === "england") return isJudged ? JUDGED : UNJUDGED;
  const [first, last] = isJudged ? ["worst", "best"] : ["highest", "lowest"];
  return [`${first} two fifths`, "middle fifth", `${last} two fifths`];
}

/** @type {Record<string, number>} */
const THIRD_OF = {
  worse: 0,
  higher: 0,
  fifth_1: 0,
  fifth_2: 0,
  similar: 1,
  fifth_3: 1,
  better: 2,
  lower: 2,
  fifth_4: 2,
  fifth_5: 2,
};

/**
 * @param {Indicator} indicator
 * @param {IndicatorColumn} column  Its numbers of the map's areas.
 * @param {Scheme} wanted
 * @param {MapData} data
 * @returns {Measure}
 */
export function indicatorMeasure(indicator, column, wanted, data) {
  const { label: name, unit, good, benchmark, decimals } = indicator;
  const schemes = schemesOf(column);
  const scheme = schemes.includes(wanted) ? wanted : schemes[0];
  const styles = stylesBy(scheme, indicator, data);
  const classOf = classesBy(column, scheme);
  const value = decodeNumbers(column.values);
  const figure = figureIn(column, indicator, data);
  const target =
    benchmark === null
      ? ""
      : `${data.benchmark}: ${withUnit(formatValue(benchmark, decimals), unit)}`;
  const expected = good || scheme === "fifths" ? JUDGED : UNJUDGED;
  const about = [capital(unit), indicator.who, indicator.period].filter(Boolean).join(", ");
  return {
    id: `i:${indicator.id}`,
    scheme,
    schemes,
    name,
    title: indicator.name,
    classOf,
    classes: styles.map((style) => ({
      ...style,
      optional: scheme === "england" && !expected.includes(style.key),
    })),
    words: (i) => {
      const { key, label } = styles[classOf(i)];
      const bare = STATES.has(key) && key !== "not_compared";
      return `${name}: ${bare ? label : `${figure(i, true)}, ${label}`}`;
    },
    more: () => target,
    columns: [
      { head: "Value", text: (i) => figure(i), number: true },
      {
        head: scheme === "fifths" ? "Fifth" : `Against ${data.benchmark}`,
        text: (i) => shortLabel(styles[classOf(i)].label),
        chip: true,
      },
    ],
    order: (i) => {
      const known = value(i);
      if (known === null) return Infinity;
      return good > 0 ? known : -known;
    },
    third: (i) => THIRD_OF[styles[classOf(i)].key] ?? null,
    thirds: thirdsOf(scheme, Boolean(good)),
    isZero: (i) => value(i) === 0,
    notes: [about, target, indicator.source && `Source: ${indicator.source}`].filter(Boolean),
  };
}

/**
 * Two measures at once: nine classes, and one for areas without one of them.
 * @param {Measure} one
 * @param {Measure} other
 * @param {MapData} data
 * @returns {Measure}
 */
export function pairMeasure(one, other, data) {
  const classes = data.bivariate.map((style, k) => ({
    ...style,
    label: `${one.thirds[Math.floor(k / 3)]}, and ${other.thirds[k % 3]}`,
    symbol: "",
    pattern: "",
    key: `pair_${k}`,
  }));
  const none = {
    ...data.schemes.deciles[NO_DECILE],
    label: "one of the two is not known or not compared",
  };
  const name = `${one.name} and ${other.name}`;
  return {
    id: `${one.id}+${other.id}`,
    pair: [one, other],
    name,
    title: name,
    classes: [...classes, none],
    classOf: (i) => {
      const [row, column] = [one.third(i), other.third(i)];
      return row === null || column === null ? classes.length : 3 * row + column;
    },
    words: () => "",
    more: () => "",
    columns: [one, other].map(oneColumn),
    order: (i) => one.classOf(i) * 1e9 + Math.min(one.order(i), 1e8),
    third: () => null,
    thirds: [],
    notes: [...new Set([...one.notes, ...other.notes])],
  };
}

/**
 * In a table of two measures each has one column, headed by its name.
 * @param {Measure} measure
 * @returns {Column}
 */
export function oneColumn({ columns, name, classOf, classes, deciles }) {
  const told = columns.slice(0, deciles ? 1 : 2);
  return {
    ...columns.find(({ number }) => !number),
    head: name,
    classOf,
    classes,
    text: (i) => told.map((column) => column.text(i)).join(", "),
  };
}

/**
 * All measures of the page, by id; indicators are read when one is asked for.
 * @param {MapData} data
 * @param {() => DeferredData} readDeferred
 */
export function measuresOf(data, readDeferred) {
  const indices = data.indices.map((index) => decileMeasure(index, data));
  const imd = indices.find(({ id }) => id === "imd") ?? indices[0];
  const first = [...indices, ...data.changes.map((change) => changeMeasure(change, imd, data))];
  /** @type {MenuEntry[]} */
  const menu = [
    ...indices.map(({ id, name }) => ({
      id,
      label: name,
      group: "Deprivation, national deciles",
    })),
    ...data.changes.map(({ id, year }) => ({
      id,
      label: `Change since ${year}`,
      group: "Change of deprivation",
    })),
    ...data.menu.map(({ id, label, group }) => ({ id: `i:${id}`, label, group })),
  ];
  const ids = new Set(menu.map(({ id }) => id));
  return {
    menu,
    indices,
    /** @param {string} id */
    has: (id) => ids.has(id),
    /**
     * @param {string} id
     * @param {Scheme} scheme
     */
    get(id, scheme) {
      const found = first.find((one) => one.id === id);
      if (found) return found;
      const indicator = readDeferred().indicators.find((one) => `i:${one.id}` === id);
      if (!indicator?.areas) throw new Error(`The page has no measure ${id}`);
      return indicatorMeasure(indicator, indicator.areas, scheme, data);
    },
  };
}

/** @typedef {ReturnType<typeof measuresOf>} Measures */
