// Counts as circles: how large each is, which of them the legend shows, and what they say.

import { decodeNumbers } from "./decode.js";
import { counted, formatPercent, formatWhole } from "./format.js";

/** @import { DensitySurface } from "./payload" */
/** @import { View } from "./view.js" */

/** Radius of the largest circle in pixels. */
const GREATEST_RADIUS = 15;

/**
 * The count of an area, the greatest of all, and the radius of a circle whose area is the count's.
 * @param {DensitySurface} surface
 * @param {number[]} areas
 */
export function circlesOf({ counts }, areas) {
  const count = decodeNumbers(counts);
  const most = areas.reduce((so, i) => Math.max(so, count(i) ?? 0), 1);
  /** @param {number} number */
  const radius = (number) => GREATEST_RADIUS * Math.sqrt(number / most);
  return { count, most, radius };
}

/**
 * Two round numbers for the legend: the greatest that is drawn, and about a quarter of it.
 * @param {number} most
 */
export function roundCounts(most) {
  /** @param {number} number */
  const below = (number) => {
    const ten = 10 ** Math.floor(Math.log10(Math.max(1, number)));
    return ten * ([5, 2].find((step) => step * ten <= number) ?? 1);
  };
  return [...new Set([below(most), below(most / 4)])];
}

/**
 * How many there are in the areas shown, what part of all that are known, and where most are.
 * @param {DensitySurface} surface
 * @param {Pick<View, "areas" | "areasShown" | "where" | "areaInWords">} view
 */
export function circlesInWords(surface, view) {
  const { areas, areasShown, where } = view;
  const { count } = circlesOf(surface, areas);
  /** @param {number[]} some */
  const sum = (some) => some.reduce((so, i) => so + (count(i) ?? 0), 0);
  const [here, all] = [sum(areasShown), sum(areas)];
  const unknown = areasShown.filter((i) => count(i) === null).length;
  const least = unknown ? "at least " : "";
  const part =
    areasShown.length < areas.length
      ? `, ${formatPercent(here, all)} of the ${formatWhole(all)} known`
      : "";
  const gap = unknown ? ` (${counted(unknown, "area")} without a figure)` : "";
  return `${where}: ${least}${formatWhole(here)} ${surface.unit}${part}${gap}${mostIn(count, view)}`;
}

/**
 * Which of the areas shown has the greatest count, where one has.
 * @param {(i: number) => number | null} count
 * @param {Pick<View, "areasShown" | "areaInWords">} view
 */
function mostIn(count, { areasShown, areaInWords }) {
  const known = areasShown.filter((i) => count(i) !== null);
  const most = known.reduce((so, i) => Math.max(so, count(i) ?? 0), 0);
  const [first, ...others] = known.filter((i) => count(i) === most);
  if (!most || others.length || known.length < 2) return "";
  return `; most in ${areaInWords(first)}: ${formatWhole(most)}`;
}
