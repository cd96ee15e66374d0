// Legends: of a measure, of two on one map, of a heat layer.

import { element } from "../../style/assets/dom.js";
import { circlesOf, roundCounts } from "./circles.js";
import { chip, unseen } from "./dom.js";
import { formatValue, formatWhole } from "./format.js";
import { STATES } from "./measures.js";

/** @import { ChipStyle } from "./dom.js" */
/** @import { Measure, MeasureClass } from "./measures.js" */
/** @import { DensitySurface } from "./payload" */
/** @import { View } from "./view.js" */
/** @typedef {ChipStyle & { key: string, label: string }} LegendStyle */
/** @typedef {{ style: LegendStyle, count: number }} LegendRow */

/** @type {LegendStyle} */
const ZERO = {
  key: "zero",
  fill: "",
  text: "",
  symbol: "",
  pattern: "rings",
  label: "of these a true zero",
};

/** In the colour of the line, `--need` in map.css. */
const OUTLINE = { key: "outline", fill: "#f46a25", text: "", symbol: "", pattern: "" };

/**
 * What the outline on the map means, where it is drawn.
 * @param {Pick<View, "state" | "first" | "index" | "areasOutlined">} view
 * @returns {LegendRow[]}
 */
export function outlineRows({ state, first, index, areasOutlined }) {
  if (!state.outline) return [];
  const by = first === index ? "" : `, ${index.name}`;
  const label = `outline: most deprived 30%${by}`;
  return [{ style: { ...OUTLINE, label }, count: areasOutlined.length }];
}

/**
 * How many of the areas are in each class.
 * @param {Measure} measure
 * @param {number[]} areas
 */
function countClasses({ classes, classOf }, areas) {
  const counts = classes.map(() => 0);
  for (const i of areas) counts[classOf(i)]++;
  return counts;
}

/**
 * Classes with their counts; those that need not stand in a legend only where an area has them.
 * @param {Measure} measure
 * @param {number[]} areas
 * @param {number[]} among  Areas of which one at least must have such a class.
 * @returns {LegendRow[]}
 */
export function legendRows(measure, areas, among) {
  const counts = countClasses(measure, areas);
  const everywhere = countClasses(measure, among);
  /** @type {(style: MeasureClass, k: number) => boolean} */
  const isShown = ({ key, optional }, k) => everywhere[k] > 0 || !(optional || STATES.has(key));
  const rows = measure.classes
    .map((style, k) => ({ style, count: counts[k], shown: isShown(style, k) }))
    .filter(({ shown }) => shown);
  const zeros = measure.isZero ? areas.filter(measure.isZero).length : 0;
  return [...rows, ...(zeros ? [{ style: ZERO, count: zeros }] : [])];
}

/**
 * The legend of one measure: a class a row with its count, or nine classes in a square.
 * @param {HTMLElement} box
 * @param {Measure} measure
 * @param {{ areas: number[], all: number[], where: string, side: string }} facts
 * @param {LegendRow[]} lines  What lines on the map mean.
 */
export function writeLegend(box, measure, { areas, all, where, side }, lines) {
  const rows = measure.pair
    ? pairLegend(measure.pair, measure.classes, countClasses(measure, areas))
    : element("ul", {}, ...legendRows(measure, areas, all).map(classRow));
  const title = element(
    "h2",
    {},
    ...(side ? [element("span", { class: "side" }, `${side}: `)] : []),
    measure.title,
  );
  const folded = box.querySelector("details")?.open === false;
  box.replaceChildren(
    element(
      "details",
      folded ? {} : { open: "" },
      element("summary", {}, title),
      element("p", {}, `Number of areas · ${where}`),
      rows,
      ...(lines.length ? [element("ul", { class: "lines" }, ...lines.map(classRow))] : []),
      ...measure.notes.map((text) => element("p", { class: "note" }, text)),
    ),
  );
}

/** @param {LegendRow} row */
function classRow({ style, count }) {
  return element(
    "li",
    { class: count ? "" : "none", "data-class": style.key },
    chip(style),
    element("span", { class: "label" }, style.label),
    element("span", { class: "count" }, formatWhole(count), unseen(" areas")),
  );
}

/**
 * Rows are the first measure, columns the second, both from worst; counts stand in the squares.
 * @param {[Measure, Measure]} pair
 * @param {MeasureClass[]} classes
 * @param {number[]} counts
 */
function pairLegend([one, other], classes, counts) {
  /** @param {number} k */
  const square = (k) => {
    const cell = element("td", { "data-class": classes[k].key }, formatWhole(counts[k]));
    Object.assign(cell.style, { background: classes[k].fill, color: classes[k].text });
    return cell;
  };
  const heads = other.thirds.map((text) => element("th", { scope: "col" }, text));
  const rows = one.thirds.map((text, row) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, text),
      ...other.thirds.map((_, column) => square(3 * row + column)),
    ),
  );
  const table = element(
    "table",
    { class: "pair" },
    element("caption", {}, `Rows: ${one.name}. Columns: ${other.name}.`),
    element("thead", {}, element("tr", {}, element("td"), ...heads)),
    element("tbody", {}, ...rows),
  );
  const last = classes.length - 1;
  const none = counts[last] ? [{ style: classes[last], count: counts[last] }] : [];
  return element("div", {}, table, element("ul", {}, ...none.map(classRow)));
}

/**
 * Bands of a heat layer from the highest, then those of which nothing is shown, in words.
 * @param {DensitySurface} surface
 * @returns {(LegendStyle & { area: number })[]}
 */
export function bandRows({ bands }) {
  const bounds = bands
    .flatMap(({ lower, upper }) => [lower, upper])
    .filter((bound) => bound !== null);
  const areTenths = bounds.every((bound) => !bound || bound >= 0.1);
  const decimals = bounds.every(Number.isInteger) ? 0 : areTenths ? 1 : 2;
  return [
    ...bands.filter(({ pattern }) => !pattern).reverse(),
    ...bands.filter(({ pattern }) => pattern),
  ].map((band) => {
    const [lower, upper] = [band.lower, band.upper].map((bound) => formatValue(bound, decimals));
    const range = band.upper === null ? `${lower} and more` : `${lower} to ${upper}`;
    return { ...band, key: "", text: "", symbol: "", label: band.pattern ? band.label : range };
  });
}

/**
 * The legend of a heat layer: each band with its range and how much of the map it covers; of
 * circles two of them.
 * @param {HTMLElement} box
 * @param {DensitySurface | null} surface
 * @param {number[]} areas
 */
export function writeHeatLegend(box, surface, areas) {
  box.hidden = !surface;
  if (!surface) return;
  if (surface.counts) {
    box.replaceChildren(...circleLegend(surface, areas));
    return;
  }
  const rows = bandRows(surface).map((band) =>
    element(
      "li",
      {},
      chip(band),
      element("span", { class: "label" }, band.label),
      element("span", { class: "count" }, `${formatValue(band.area, 1)} km²`),
    ),
  );
  box.replaceChildren(
    element("h2", {}, surface.name),
    element("p", {}, `Heat layer, ${surface.unit} · ground covered`),
    element("ul", {}, ...rows),
    element("p", { class: "note" }, surface.words),
  );
}

/**
 * @param {DensitySurface} surface
 * @param {number[]} areas
 */
function circleLegend(surface, areas) {
  const { most, radius } = circlesOf(surface, areas);
  const rows = roundCounts(most).map((count) => {
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    dot.style.setProperty("--size", `${2 * radius(count)}px`);
    return element("li", {}, dot, element("span", { class: "label" }, formatWhole(count)));
  });
  return [
    element("h2", {}, surface.name),
    element("p", {}, `Circles: number of ${surface.unit} in each area`),
    element("ul", { class: "circles" }, ...rows),
    element(
      "p",
      { class: "note" },
      `A circle's area is in proportion to its count. ${surface.words}`,
    ),
  ];
}
