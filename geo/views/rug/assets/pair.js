// Two areas side by side: in which indicators they differ, in words. Every number is one of the Rug's.

import { numberIn } from "./order.js";

/** @import { RugData } from "./payload" */
/** @typedef {{ data: RugData, shownOf: (i: number, j: number) => string }} ShownCells  What a cell shows. */
/** @typedef {{ i: number, kind: Kind, words: string, worse: number }} Difference  `worse`: which of both is clearly worse off, or -1. */
/** @typedef {"clear" | "untested" | "unclear" | "unknown"} Kind */

/** @type {Kind[]} */
const ORDER = ["clear", "untested", "unclear", "unknown"];

/**
 * The ends of an interval, "12.3–14.9"; nothing where there is none.
 * @param {string | undefined} interval
 */
const endsOf = (interval) => (interval ? interval.split("–").map(numberIn) : null);

/**
 * How two areas differ in an indicator: clearly where their 95% intervals do not overlap.
 * @param {ShownCells} cells
 * @param {number} i
 * @param {[number, number]} pair
 * @returns {Difference}
 */
function differenceIn({ data, shownOf }, i, pair) {
  const { high, unit } = data.indicators[i];
  const texts = pair.map((j) => shownOf(i, j));
  const [one, other] = texts.map(numberIn);
  const none = { i, worse: -1, words: "" };
  if (texts.some((text) => /^[<>≥≈]/.test(text)) || Number.isNaN(one - other)) {
    return { ...none, kind: "unknown", words: "cannot be told: a value is not known exactly" };
  }
  const least = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const gap = Math.abs(one - other).toFixed(least);
  const by = unit.startsWith("%") ? `${gap} points` : gap;
  if (!Number(gap)) return { ...none, kind: "unclear", words: "the same" };
  const larger = one > other ? 0 : 1;
  const worse = high > 0 ? 1 - larger : larger;
  const at = high ? worse : larger;
  const said = `${high ? "worse" : "higher"} in ${data.areas[pair[at]].name} by ${by}`;
  const [first, second] = pair.map((j) => endsOf(data.cells[i * data.areas.length + j][0]));
  if (!first || !second) return { ...none, kind: "untested", words: `${said}, not tested` };
  if (first[0] <= second[1] && second[0] <= first[1]) {
    return { ...none, kind: "unclear", words: `no clear difference: ${said}, within chance` };
  }
  return { i, worse: high ? worse : -1, kind: "clear", words: `clearly ${said}` };
}

/**
 * Differences of two areas in some indicators, the clear ones first, and what they come to.
 * @param {ShownCells} cells
 * @param {[number, number]} pair
 * @param {number[]} indicators
 */
export function differencesOf(cells, pair, indicators) {
  const { areas, indicators: facts } = cells.data;
  const found = indicators.map((i) => differenceIn(cells, i, pair));
  const rows = ORDER.flatMap((kind) => found.filter((one) => one.kind === kind));
  const judged = found.filter(({ i, kind }) => facts[i].high && /clear$/.test(kind)).length;
  const of = judged === 1 ? "1 judged indicator" : `${judged} judged indicators`;
  const told = pair.map((j, at) => {
    const number = found.filter(({ worse }) => worse === at).length;
    return `${areas[j].name} is clearly worse off in ${number}`;
  });
  const sentence = judged
    ? `Of ${of} with intervals in both, ${told.join(", ")}.`
    : `${areas[pair[0]].name} and ${areas[pair[1]].name} have no judged indicator with intervals in both.`;
  return { sentence, rows };
}
