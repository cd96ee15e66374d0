// The panel beside the map: figures of a place, its indicators, the table of areas.

import { element } from "../../style/assets/dom.js";
import { decodeClasses } from "./decode.js";
import { chip } from "./dom.js";
import { capital, counted, formatPercent, formatValue, formatWhole, shortLabel } from "./format.js";
import { classesBy, figureIn, JUDGED, oneColumn, STATES, schemesOf, stylesBy } from "./measures.js";
import { MORE_ROWS } from "./view.js";

/** @import { Column } from "./measures.js" */
/** @import { Indicator, IndicatorColumn, LegendClass, MapData } from "./payload" */
/** @import { View } from "./view.js" */
/** @typedef {{ indicator: Indicator, style: LegendClass, figure: string }} IndicatorRow */

/**
 * A sum over the areas in words, and of how many it is not known.
 * @param {(i: number) => number | null} count
 * @param {number[]} areas
 */
function sumInWords(count, areas) {
  const known = areas.map(count).filter((each) => each !== null);
  if (!known.length) return ["not known", ""];
  const lost = areas.length - known.length;
  const sum = known.reduce((total, each) => total + each, 0);
  return [formatWhole(sum), lost ? `${counted(lost, "area")} not known` : ""];
}

/**
 * Headline and figures of the chosen place.
 * @param {{ summary: HTMLElement, figures: HTMLElement }} elements
 * @param {View} view
 */
export function writeFigures({ summary, figures }, { index, areasInPlace: areas, place, people }) {
  const known = areas.filter((i) => index.classOf(i) < 10);
  /** @param {number} limit */
  const within = (limit) => known.filter((i) => index.classOf(i) < limit).length;
  summary.textContent = known.length
    ? `${place}: ${formatWhole(within(3))} of ${counted(known.length, "area is", "areas are")} in the most deprived 30% in England`
    : `${place}: no data for ${index.name}`;
  const lost = areas.length - known.length;
  const rows = [
    ["Areas (LSOAs)", formatWhole(areas.length), lost ? `${formatWhole(lost)} without data` : ""],
    ...[1, 2, 3].map((limit) => [
      `Most deprived ${limit}0%`,
      formatWhole(within(limit)),
      formatPercent(within(limit), known.length),
    ]),
    ...people.map(({ label, count }) => [label, ...sumInWords(count, areas)]),
  ];
  figures.replaceChildren(
    ...rows.map(([term, value, note]) =>
      element(
        "div",
        {},
        element("dt", {}, term),
        element(
          "dd",
          {},
          element("strong", {}, value),
          ...(note ? [" ", element("span", {}, note)] : []),
        ),
      ),
    ),
  );
}

/**
 * Indicators of one place against the benchmark: the worse ones first, each with its number.
 * @param {Indicator[]} indicators
 * @param {(indicator: Indicator) => IndicatorColumn | null | undefined} columnOf
 * @param {number} i  Place in the column.
 * @param {MapData} data
 * @returns {IndicatorRow[]}
 */
export function indicatorRows(indicators, columnOf, i, data) {
  return indicators
    .flatMap((indicator) => {
      const column = columnOf(indicator);
      if (!column) return [];
      const [scheme] = schemesOf(column);
      const k = classesBy(column, scheme)(i);
      const style = stylesBy(scheme, indicator, data)[k];
      return [{ indicator, style, k, figure: figureIn(column, indicator, data)(i, true) }];
    })
    .sort((a, b) => a.k - b.k);
}

/**
 * @param {IndicatorRow[]} rows
 * @param {string} caption
 * @param {MapData} data
 */
export function indicatorTable(rows, caption, data) {
  const heads = ["Indicator", "Value"].map((text) => element("th", { scope: "col" }, text));
  const lines = rows.map(({ indicator, style, figure }) => {
    const { benchmark, decimals, label, unit } = indicator;
    const target =
      benchmark === null ? "" : ` · ${data.benchmark} ${formatValue(benchmark, decimals)}`;
    const isBare = style.key === "suppressed" || style.key === "missing";
    const words = isBare ? "" : ` · ${shortLabel(style.label)}`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, label, " ", element("span", {}, unit)),
      element("td", {}, chip(style), `${figure}${target}${words}`),
    );
  });
  return element(
    "table",
    { class: "against" },
    element("caption", {}, caption),
    element("thead", { class: "unseen" }, element("tr", {}, ...heads)),
    element("tbody", {}, ...lines),
  );
}

/**
 * Section on the chosen group: what is worse than the benchmark, or how many of its areas are.
 * @param {HTMLElement} section
 * @param {View} view
 */
export function writeIndicators(section, view) {
  const { data, state, level, place } = view;
  const { indicators } = view.deferred;
  const kind = state.group < 0 ? "borough" : level.column;
  const at = Math.max(0, state.group);
  const rows = indicatorRows(indicators, ({ groups }) => groups[kind], at, data);
  section.hidden = !indicators.length;
  const worse = rows.filter(({ style }) => style.key === "worse").length;
  const compared = rows.some(({ style }) => !STATES.has(style.key));
  const judged = rows.filter(
    ({ indicator, style }) => indicator.good && JUDGED.includes(style.key),
  );
  const heading = `Indicators against ${data.benchmark}`;
  const found = judged.length
    ? `${place}: ${formatWhole(worse)} of ${counted(judged.length, "indicator is", "indicators are")} worse than ${data.benchmark}`
    : heading;
  section.querySelector("h2")?.replaceChildren(found);
  section
    .querySelector("div")
    ?.replaceChildren(
      compared
        ? indicatorTable(rows, `Worse than ${data.benchmark} first`, data)
        : areasTable(indicators, view),
    );
}

/**
 * How many areas of a place are worse, where nothing is known of it as a whole.
 * @param {Indicator[]} indicators
 * @param {View} view
 */
function areasTable(indicators, { data, areasInPlace, place }) {
  const rows = indicators.map((indicator) => {
    if (!indicator.areas) return "";
    const [scheme] = schemesOf(indicator.areas);
    const classOf = decodeClasses(indicator.areas[scheme] ?? "");
    const keys = areasInPlace.map((i) => data.schemes[scheme][classOf(i)].key);
    const bad = keys.filter((key) => key === "worse" || key === "fifth_1").length;
    const known = keys.filter((key) => !STATES.has(key)).length;
    const fifth = `in the ${indicator.good ? "worst" : "highest"} fifth`;
    const words = `${formatWhole(bad)} of ${counted(known, "area")} ${scheme === "fifths" ? fifth : "worse"}`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, indicator.label),
      element("td", {}, known ? words : "no area compared"),
    );
  });
  const caption = `No figures of ${place} as a whole are in this map; its areas:`;
  return element(
    "table",
    { class: "against" },
    element("caption", {}, caption),
    element("tbody", {}, ...rows.filter(Boolean)),
  );
}

/**
 * The areas shown, most in need first: the table that says everything that the map does.
 * @param {{ head: HTMLElement, rows: HTMLElement, caption: HTMLElement, more: HTMLElement }} elements
 * @param {View} view
 */
export function writeTable({ head, rows, caption, more }, view) {
  const { shown: measures, state, where, areasByNeed: areas } = view;
  const [first] = measures;
  const { circles } = view;
  const columns = circles
    ? [countColumn(circles), ...measures.map(oneColumn)]
    : measures.length > 1
      ? measures.map(oneColumn)
      : first.columns;
  const need = circles ? `most ${circles.unit}` : first.deciles ? "most deprived" : "most in need";
  caption.textContent = `Areas in ${where.replace(/^All areas/, "the map")}, ${need} first`;
  head.replaceChildren(
    element("th", { scope: "col", class: "" }, "Area"),
    ...columns.map((column) =>
      element("th", { scope: "col", ...numberClass(column) }, column.head),
    ),
  );
  const focused = document.activeElement;
  const kept = focused instanceof HTMLElement ? focused.dataset.row : undefined;
  const shown = Math.max(state.rows, areas.indexOf(state.selected) + 1);
  rows.replaceChildren(...areas.slice(0, shown).map((i) => areaRow(i, columns, view)));
  if (kept !== undefined) {
    /** @type {HTMLElement | null} */
    const again = rows.querySelector(`[data-row="${kept}"]`);
    again?.focus({ preventScroll: true });
  }
  const left = areas.length - shown;
  const next = Math.min(left, MORE_ROWS);
  more.hidden = left <= 0;
  more.textContent =
    next === left ? `Show all ${formatWhole(areas.length)} areas` : `Show ${next} more areas`;
}

/**
 * What is counted in each area, as the circles draw it.
 * @param {NonNullable<View["circles"]>} circles
 * @returns {Column}
 */
export const countColumn = ({ unit, count }) => ({
  head: capital(unit),
  text: (i) => {
    const known = count(i);
    return known === null ? "not known" : formatWhole(known);
  },
  number: true,
});

/** @param {Column} column */
const numberClass = ({ number }) => ({ class: number ? "number" : "" });

/**
 * @param {number} i
 * @param {Column[]} columns
 * @param {View} view
 */
function areaRow(i, columns, view) {
  const [first] = view.shown;
  const { selected, level } = view.state;
  const attributes = { type: "button", "aria-pressed": String(i === selected), "data-row": i };
  const under = view.wardOf(i) || view.nameOfGroup(i, level);
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("button", attributes, view.data.names[i]),
      element("span", { class: "under" }, under),
    ),
    ...columns.map((column) => {
      const { classes, classOf } = { ...first, ...column };
      const colour = column.chip ? [chip(classes[classOf(i)])] : [];
      return element("td", numberClass(column), ...colour, column.text(i));
    }),
  );
}
