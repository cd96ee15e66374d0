// Another benchmark than that with which the page was written.

/** @import { RugData } from "./payload" */
/** @typedef {{ name: string, title: string, classOf: (place: number) => string, valueOf: (place: number) => string }} Benchmark */

/**
 * What the cells of a benchmark are, by their place among all cells; null for the first one.
 * @param {RugData} data
 * @param {number} number  Of the benchmark, -1 the first.
 * @returns {Benchmark | null}
 */
export function benchmarkOf({ areas, indicators, order, others }, number) {
  const other = others[number];
  if (!other) return null;
  const { name, title, classes, values } = other;
  const each = values.length === indicators.length ? areas.length : 1; // cells that share a value
  return {
    name,
    title,
    classOf: (at) => order[classes.charCodeAt(at) - "a".charCodeAt(0)],
    valueOf: (at) => values[Math.floor(at / each)],
  };
}

/**
 * Put the name of another benchmark into the label of a class; fifths are always England's.
 * @param {RugData} data
 * @param {string} name  Of the class.
 * @param {string} label
 * @param {{ name: string } | null} against
 */
export const labelled = ({ benchmark }, name, label, against) =>
  against && !name.startsWith("fifth") ? label.replaceAll(benchmark, against.name) : label;
