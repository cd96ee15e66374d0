// What stands in the files that readers take away.

import { element } from "../../style/assets/dom.js";
import { circlesOf } from "./circles.js";
import { textsOf } from "./dom.js";
import { formatWhole } from "./format.js";
import { bandRows, legendRows, outlineRows } from "./legend.js";
import { countColumn } from "./panel.js";

/** @import { ChipStyle } from "./dom.js" */
/** @import { Measure } from "./measures.js" */
/** @import { View } from "./view.js" */
/** @typedef {{ text: string, style?: ChipStyle }} LegendLine */
/** @typedef {{ heading: string, lines: LegendLine[] }} LegendText */

/**
 * The columns of a measure that say more than its class, which has a column of its own.
 * @param {Measure} measure
 */
const valueColumns = ({ columns, deciles }) =>
  columns.filter(({ chip }, k) => deciles || !chip || !k);

/**
 * The table behind the view: a row an area, then what there is to know about it.
 * @param {View} view
 * @returns {string[][]}
 */
export function tableRows(view) {
  const { data, levels } = view;
  const measures = view.shown.flatMap((measure) => measure.pair ?? [measure]);
  /** @param {Measure} measure */
  const heads = (measure) => [
    ...valueColumns(measure).map(({ head }, k) =>
      k ? `${measure.title}: ${head.toLowerCase()}` : measure.title,
    ),
    `${measure.title}: class`,
  ];
  /** @type {(measure: Measure, i: number) => string[]} */
  const cells = (measure, i) => [
    ...valueColumns(measure).map(({ text }) => text(i)),
    measure.classes[measure.classOf(i)].label,
  ];
  const notes = [
    ...textsOf("h1"),
    `Shown: ${view.where}`,
    ...measures.flatMap((measure) => measure.notes),
    ...textsOf(".notices li, .rule, .sources li"),
  ];
  const counts = view.circles ? [countColumn(view.circles)] : [];
  return [
    [
      ...["code", "name", "official name", ...levels.map(({ singular }) => singular)],
      ...[...counts.map(({ head }) => head), ...measures.flatMap(heads)],
    ],
    ...view.areasByNeed.map((i) => [
      data.codes[i],
      data.names[i],
      data.official[i],
      ...levels.map((_, level) => view.nameOfGroup(i, level)),
      ...counts.map(({ text }) => text(i)),
      ...measures.flatMap((measure) => cells(measure, i)),
    ]),
    [],
    ...notes.map((text) => ["", text]),
  ];
}

/**
 * The legends of the view as headings and lines, for the image.
 * @param {View} view
 * @returns {LegendText[]}
 */
export function legendTexts(view) {
  const areas = view.areasShown;
  const { surface } = view;
  const legends = view.shown.map((measure, k) => ({
    heading: (view.isDouble ? ["Left: ", "Right: "][k] : "") + measure.title,
    lines: [
      { text: `Number of areas · ${view.where}` },
      ...[...legendRows(measure, areas, areas), ...outlineRows(view)].map(({ style, count }) => ({
        style,
        text: `${style.label}: ${formatWhole(count)}`,
      })),
      ...measure.notes.map((text) => ({ text })),
    ],
  }));
  if (!surface) return legends;
  if (surface.counts) {
    const { most } = circlesOf(surface, view.areas);
    const largest = `Circles: ${surface.unit} in each area; the largest is ${formatWhole(most)}`;
    return [{ heading: surface.name, lines: [{ text: largest }, { text: surface.words }] }, ...legends]; // biome-ignore format: one line
  }
  const bands = bandRows(surface).map((style) => ({ style, text: style.label }));
  return [{ heading: surface.name, lines: [{ text: surface.words }, ...bands] }, ...legends];
}

/**
 * A table as CSV that no spreadsheet runs as a formula.
 * @param {string[][]} rows
 */
export function csvOf(rows) {
  /** @param {string} cell */
  const safe = (cell) =>
    /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^-[\d.,]+%?$/.test(cell) ? `'${cell}` : cell;
  /** @param {string} cell */
  const quoted = (cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `${rows.map((row) => row.map((cell) => quoted(safe(cell))).join(",")).join("\r\n")}\r\n`;
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
