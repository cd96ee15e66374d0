// What the view says, in one sentence: on screen, in pictures, on paper and where it is copied.

import { circlesInWords } from "./circles.js";
import { counted, formatWhole } from "./format.js";
import { STATES } from "./measures.js";
import { MOST_DEPRIVED } from "./view.js";

/** @import { Measure } from "./measures.js" */
/** @import { View } from "./view.js" */

/**
 * Which class of a measure its headline counts, and how it is worded after "are".
 * @param {Measure} measure
 * @param {string} benchmark
 * @returns {{ isCounted: (k: number, key: string) => boolean, words: string }}
 */
function countedClass({ deciles, pair, scheme, thirds }, benchmark) {
  const [worst] = thirds;
  if (deciles) {
    return {
      isCounted: (k) => k < MOST_DEPRIVED,
      words: "in the most deprived 30% in England",
    };
  }
  if (pair) {
    const both = pair.map((one) => countedClass(one, benchmark).words);
    // Two fifths are one third of a map of both, so its classes are named as its legend names them.
    const words = pair.map((one, at) => (one.scheme === "fifths" ? one.thirds[0] : both[at]));
    const [one, other] = words;
    const joined = one === other ? `${one} by both` : `${one} and ${other}`;
    return { isCounted: (_, key) => key === "pair_0", words: joined };
  }
  if (scheme === "fifths") {
    const words = `in the ${worst.split(" ")[0]} fifth in England`;
    return { isCounted: (_, key) => key === "fifth_1", words };
  }
  if (scheme === "england") {
    return { isCounted: (_, key) => key.endsWith(worst), words: `${worst} than ${benchmark}` };
  }
  return { isCounted: (_, key) => key.startsWith("down"), words: "in a more deprived decile now" };
}

/**
 * What a measure says of the areas shown.
 * @param {Measure} measure
 * @param {Pick<View, "areasShown" | "where" | "data">} view
 */
export function findingOf(measure, { areasShown, where, data }) {
  const { classes, classOf, title } = measure;
  /** @param {number} i */
  const keyOf = (i) => classes[classOf(i)].key;
  const known = areasShown.filter((i) => !STATES.has(keyOf(i)));
  if (!known.length) return `${title}, ${where}: no area has a figure that can be compared`;
  const { isCounted, words } = countedClass(measure, data.benchmark);
  const found = known.filter((i) => isCounted(classOf(i), keyOf(i))).length;
  const isWhole = known.length === areasShown.length;
  const which = isWhole ? "" : measure.deciles ? " with a figure" : " that can be compared";
  const areas = `${counted(known.length, "area")}${which}`;
  return `${title}, ${where}: ${formatWhole(found)} of ${areas} ${found === 1 ? "is" : "are"} ${words}`;
}

/**
 * The headline of the view; that of the page where nothing was chosen.
 * @param {View} view
 * @param {string} ofPage
 */
export function headlineOf(view, ofPage) {
  const { state, measures, shown, isDouble, surface } = view;
  const { show, group, top, heat, second, scheme } = state;
  const isFirst = show === measures.menu[0].id && scheme === "england" && !second;
  if (isFirst && !top && group < 0 && heat < 0) return ofPage;
  if (isFirst && surface?.counts) return circlesInWords(surface, view);
  const found = shown.map((measure) => findingOf(measure, view));
  const sides = isDouble ? found.map((one, k) => `${["Left", "Right"][k]}: ${one}`) : found;
  const layer = surface
    ? [surface.counts ? circlesInWords(surface, view) : `Heat layer: ${surface.name}`]
    : [];
  return [...sides, ...layer].join(". ");
}
