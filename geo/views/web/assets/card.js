// One area in words: the lines that tell of it, its tooltip, its card.

import { element } from "../../style/assets/dom.js";
import { capital, formatWhole } from "./format.js";
import { indicatorRows, indicatorTable } from "./panel.js";

/** @import { Measure } from "./measures.js" */
/** @import { View } from "./view.js" */

/**
 * What a reader is told of an area first: where it is, then each measure shown.
 * @param {number} i
 * @param {View} view
 */
export function areaLines(i, view) {
  const place = [view.wardOf(i), view.data.levels.length ? view.nameAndKindOfGroup(i, 0) : ""];
  const measures = view.shown.flatMap((measure) => measure.pair ?? [measure]);
  const told = measures.flatMap((measure) => [measure.words(i), measure.more(i)]);
  return [place.filter(Boolean).join(" · "), ...told.map(capital)].filter(Boolean);
}

/**
 * @param {number} i
 * @param {View} view
 */
export function areaTooltip(i, view) {
  return element(
    "div",
    { class: "tip" },
    element("strong", {}, view.data.names[i]),
    ...areaLines(i, view).map((text) => element("span", {}, text)),
  );
}

/**
 * All national deciles of an area as a small bar chart: longer is more deprived.
 * @param {Measure[]} indices
 * @param {number} i
 */
function decileBars(indices, i) {
  const rows = indices.map(({ name, classOf, classes }) => {
    const k = classOf(i);
    const style = classes[k];
    const bar = element("span", { class: `bar ${style.pattern}` });
    bar.style.width = k > 9 ? "100%" : `${(10 - k) * 10}%`;
    if (!style.pattern) bar.style.background = style.fill;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", { class: "track", "aria-hidden": "true" }, bar),
      element("td", { class: "number" }, k > 9 ? "no data" : k + 1),
    );
  });
  return element(
    "table",
    { class: "deciles" },
    element("caption", {}, "National deciles: longer is more deprived"),
    element("tbody", {}, ...rows),
  );
}

/**
 * What there is to know of one area.
 * @param {number} i
 * @param {View} view
 */
export function areaCard(i, view) {
  const { data, measures, people } = view;
  const tables = measures.indices.length > 1 ? [decileBars(measures.indices, i)] : [];
  const rows = indicatorRows(view.deferred.indicators, ({ areas }) => areas, i, data);
  if (rows.length) {
    tables.push(indicatorTable(rows, `Indicators against ${data.benchmark}, worse first`, data));
  }
  const counts = people.flatMap(({ label, count }) => {
    const known = count(i);
    return known === null ? [] : [`${label}: ${formatWhole(known)}`];
  });
  const scroll = element(
    "div",
    { class: "bars", tabindex: "0", role: "region", "aria-label": "Deciles and indicators" },
    ...tables,
  );
  const told = [data.official[i], data.codes[i]].filter((text) => text !== data.names[i]);
  return element(
    "div",
    { class: "card" },
    element("h3", {}, data.names[i]),
    ...areaLines(i, view).map((text) => element("p", {}, text)),
    ...(counts.length ? [element("p", {}, counts.join(" · "))] : []),
    element("p", { class: "code" }, [...new Set(told)].join(" · ")),
    ...(tables.length ? [scroll] : []),
  );
}
