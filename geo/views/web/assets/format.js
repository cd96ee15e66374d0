// Numbers and words as readers see them.

/** @param {number} value */
export const formatWhole = (value) => value.toLocaleString("en-GB");

/**
 * @param {number} part
 * @param {number} whole
 */
export const formatPercent = (part, whole) => `${(whole ? (100 * part) / whole : 0).toFixed(1)}%`;

/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export const counted = (count, one, many = `${one}s`) =>
  `${formatWhole(count)} ${count === 1 ? one : many}`;

/**
 * A number as the Tartan Rug writes it: a true zero without decimals, a tiny one as "<0.1".
 * @param {number | null} value
 * @param {number} decimals
 */
export function formatValue(value, decimals) {
  if (value === null) return "";
  if (value === 0) return "0";
  const least = 10 ** -decimals;
  if (Math.abs(value) < least / 2) return `${value > 0 ? "<" : ">-"}${least.toFixed(decimals)}`;
  return value.toLocaleString("en-GB", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/**
 * @param {string} text
 * @param {string} unit
 */
export const withUnit = (text, unit) => (unit.startsWith("%") ? `${text}%` : text);

/**
 * The label of a class without what it is compared with, for narrow places.
 * @param {string} label
 */
export const shortLabel = (label) =>
  label.replace(/ (than|to) .*| in England/, "").replace(/, .*/, "");

/**
 * A name for a file.
 * @param {string} text
 */
export const slug = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80) || "map";
