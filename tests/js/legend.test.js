import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../geo/views/web/assets/download.js";
import { formatValue, shortLabel, slug } from "../../geo/views/web/assets/format.js";
import { wrapped } from "../../geo/views/web/assets/image.js";
import { bandRows, legendRows, outlineRows } from "../../geo/views/web/assets/legend.js";
import { decileMeasure, indicatorMeasure } from "../../geo/views/web/assets/measures.js";
import { indicatorRows } from "../../geo/views/web/assets/panel.js";
import { View } from "../../geo/views/web/assets/view.js";
import { columnOf, deferredData, indicator, mapData } from "./data.js";

const data = mapData();
const ALL = [0, 1, 2, 3, 4, 5];
const judged = indicatorMeasure(indicator(), columnOf("023675"), "england", data);

/** @type {(areas: number[]) => Record<string, number>} */
const counted = (areas) =>
  Object.fromEntries(legendRows(judged, areas, ALL).map(({ style, count }) => [style.key, count]));

test("a legend counts the areas of each class, states and true zeros too", () => {
  assert.deepEqual(counted(ALL), {
    worse: 1,
    similar: 1,
    better: 1,
    not_compared: 1,
    suppressed: 1,
    missing: 1,
    zero: 1,
  });
});

test("a legend of some areas keeps the classes that others have, with none", () => {
  assert.deepEqual(counted([0]), {
    worse: 1,
    similar: 0,
    better: 0,
    not_compared: 0,
    suppressed: 0,
    missing: 0,
  });
});

test("a state that no area has is left out of the legend", () => {
  const whole = { ...data.indices[0], classes: "012345" };
  const keys = legendRows(decileMeasure(whole, data), ALL, ALL).map(({ style }) => style.key);
  assert.deepEqual(
    keys,
    Array.from({ length: 10 }, (_, k) => `decile_${k + 1}`),
  );
});

test("bands stand from the highest, those of which nothing is shown last, in words", () => {
  const band = { area: 1, fill: "", pattern: "", label: "" };
  const unknown = { ...band, lower: null, upper: null, pattern: "dots", label: "missing" };
  const surface = {
    name: "",
    unit: "",
    words: "",
    shapes: [],
    counts: null,
    bands: [{ ...band, lower: 0, upper: 2 }, { ...band, lower: 2, upper: null }, unknown],
  };
  const labels = bandRows(surface).map(({ label }) => label);
  assert.deepEqual(labels, ["2 and more", "0 to 2", "missing"]);
});

test("indicators of a place stand worse first, with the reason where there is no number", () => {
  const [better, hidden] = ["first", "second"].map((id) => indicator({ id }));
  /** @param {import("../../geo/views/web/assets/payload").Indicator} one */
  const column = ({ id }) => columnOf(id === "first" ? "333333" : "000000");
  const rows = indicatorRows([better, hidden], column, 0, data);
  assert.deepEqual(
    rows.map(({ indicator: { id } }) => id),
    ["second", "first"],
  );
  const [row] = indicatorRows([better], () => columnOf("666666"), 3, data);
  assert.equal(row.figure, "suppressed");
});

test("numbers are written as the Rug writes them", () => {
  const written = [0, 0.04, -0.04, 0.05, 1234.5, null].map((value) => formatValue(value, 1));
  assert.deepEqual(written, ["0", "<0.1", ">-0.1", "0.1", "1,234.5", ""]);
  assert.equal(formatValue(Number.MIN_VALUE, 0), "<1");
});

test("labels are short where there is little room", () => {
  const labels = ["worse than England", "higher than England, no judgement", "suppressed, small"];
  assert.deepEqual(labels.map(shortLabel), ["worse", "higher", "suppressed"]);
});

test("a table runs no formula in a spreadsheet, and keeps negative numbers", () => {
  const text = csvOf([
    ["=1+1", "-5.2%", "-cmd"],
    ['say "a", b', "\tx"],
  ]);
  assert.equal(text, `'=1+1,-5.2%,'-cmd\r\n"say ""a"", b",'\tx\r\n`);
});

test("text is broken into lines no wider than the room, a long word alone", () => {
  const pen = {
    measureText: (/** @type {string} */ text) =>
      /** @type {TextMetrics} */ ({ width: text.length }),
  };
  assert.deepEqual(wrapped(pen, "one two extraordinary", 8), ["one two", "extraordinary"]);
});

test("a name for a file has no character that a disk refuses", () => {
  assert.equal(slug("North & East: 10% / 2025"), "north-east-10-2025");
  assert.equal(slug("&"), "map");
});

test("an outline that is drawn stands in the legend, with how many areas it goes round", () => {
  const view = new View(mapData(), deferredData);
  assert.deepEqual(outlineRows(view), []);
  view.state.outline = true;
  const [{ style, count }] = outlineRows(view);
  assert.equal(style.label, "outline: most deprived 30%");
  view.state.show = "i:low";
  assert.equal(outlineRows(view)[0].style.label, `outline: most deprived 30%, ${view.index.name}`);
  assert.equal(count, view.areasOutlined.length);
  assert.ok(count > 0);
});
