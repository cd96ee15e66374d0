// Another benchmark than that with which the page was written.

/** @import { RugData } from "./payload" */
/** @typedef {{ name: string, classOf: (place: number) => string, valueOf: (place: number) => string }} Benchmark */

/**
 * What the cells of a benchmark are, by their place among all cells; null for the first one.
 * @param {RugData} data
 * @param {number} number  Of the benchmark, -1 the first.
 * @returns {Benchmark | null}
 */
export function benchmarkOf({ others, order }, number) {
  const other = others[number];
  if (!other) return null;
  const { name, classes, texts, values } = other;
  return { name, classOf: (at) => order[classes[at]], valueOf: (at) => texts[values[at]] };
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
