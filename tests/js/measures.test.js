import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changeMeasure,
  decileInWords,
  decileMeasure,
  figureIn,
  indicatorMeasure,
  measuresOf,
  pairMeasure,
} from "../../geo/views/web/assets/measures.js";
import { columnOf, deferredData, indicator, mapData } from "./data.js";

const AREAS = [0, 1, 2, 3, 4, 5];
const data = mapData();
const deciles = decileMeasure(data.indices[0], data);
const low = indicator();
const column = columnOf("023675");
const judged = indicatorMeasure(low, column, "england", data);

test("a decile is told from the nearer end: most deprived up to 5, least deprived from 6", () => {
  const shares = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(
    (decile) => decileInWords(decile).match(/(most|least) deprived \d+%/)?.[0],
  );
  assert.deepEqual(shares, [
    "most deprived 10%",
    "most deprived 20%",
    "most deprived 30%",
    "most deprived 40%",
    "most deprived 50%",
    "least deprived 50%",
    "least deprived 40%",
    "least deprived 30%",
    "least deprived 20%",
    "least deprived 10%",
  ]);
});

test("deciles are thirds at 3 and 7, and nothing where there is no decile", () => {
  // deciles 1, 3, 4, 7, 8 and none
  assert.deepEqual(AREAS.map(deciles.third), [0, 0, 1, 1, 2, null]);
  assert.deepEqual(deciles.thirds, ["most deprived 30%", "middle 40%", "least deprived 30%"]);
});

test("an area without a decile has no decile and no rank, and comes last", () => {
  assert.equal(deciles.words(5), "Deprivation: no data");
  assert.deepEqual(
    deciles.columns.map(({ text }) => text(5)),
    ["no data", "–"],
  );
  assert.equal(deciles.more(5), "");
  assert.equal(deciles.order(5), Infinity);
});

test("an index without ranks has no column of ranks", () => {
  const heads = decileMeasure(data.indices[1], data).columns.map(({ head }) => head);
  assert.deepEqual(heads, ["Decile"]);
});

test("change is thirds: any fall, none, any rise, and nothing where it is not compared", () => {
  const change = changeMeasure(data.changes[0], deciles, data);
  assert.deepEqual(AREAS.map(change.third), [0, 0, 1, 2, 2, null]);
  assert.deepEqual(change.thirds, ["more deprived", "same decile", "less deprived"]);
});

test("change is told from the decile of then to that of now, and as a class where there is none", () => {
  const change = changeMeasure(data.changes[0], deciles, data);
  const [{ text }] = change.columns;
  assert.deepEqual([0, 3, 5].map(text), ["3 → 1", "5 → 7", "not compared"]);
  assert.equal(change.words(0), "Change since 2019: down_2 (from decile 3 to 1)");
  assert.equal(change.words(5), "Change since 2019: boundary changed");
});

test("an indicator tells its number, and why there is none", () => {
  const figure = figureIn(column, low, data);
  const told = AREAS.map((i) => figure(i));
  assert.deepEqual(told, ["8.0%", "5.0%", "0%", "suppressed", "no data", "3.0%"]);
});

test("an interval stands where both limits are known", () => {
  const figure = figureIn(column, low, data);
  assert.equal(figure(0, true), "8.0% (7.0–8.4)");
  assert.equal(figure(5, true), "3.0%");
});

test("a true zero is one; suppressed and missing are not", () => {
  const zeros = AREAS.filter((i) => judged.isZero?.(i));
  assert.deepEqual(zeros, [2]);
});

test("areas of an indicator are sorted by need, those without a number last", () => {
  const order = AREAS.map(judged.order);
  assert.deepEqual(order, [-8, -5, -0, Infinity, Infinity, -3]);
  const high = indicatorMeasure(indicator({ good: 1 }), column, "england", data);
  assert.deepEqual(AREAS.map(high.order), [8, 5, 0, Infinity, Infinity, 3]);
});

test("thirds of an indicator are worse, similar, better; states have none", () => {
  assert.deepEqual(AREAS.map(judged.third), [0, 1, 2, null, null, null]);
  assert.deepEqual(judged.thirds, ["worse", "similar", "better"]);
});

test("thirds of fifths are the outer two of each side", () => {
  const fifths = { ...column, fifths: "012347" };
  const measure = indicatorMeasure(low, fifths, "fifths", data);
  assert.deepEqual(AREAS.map(measure.third), [0, 0, 1, 2, 2, null]);
  assert.deepEqual(measure.thirds, ["worst two fifths", "middle fifth", "best two fifths"]);
  const neutral = indicatorMeasure(indicator({ good: 0 }), fifths, "fifths", data);
  assert.equal(neutral.classes[0].label, "worst fifth in England!");
  assert.deepEqual(neutral.thirds, ["highest two fifths", "middle fifth", "lowest two fifths"]);
});

test("an indicator is shown by a scheme that it has, whichever is wanted", () => {
  assert.equal(indicatorMeasure(low, column, "fifths", data).scheme, "england");
});

test("classes that nobody expects are left out of the legend unless an area has them", () => {
  const keys = judged.classes.filter(({ optional }) => !optional).map(({ key }) => key);
  assert.deepEqual(keys, ["worse", "similar", "better"]);
  const neutral = indicatorMeasure(indicator({ good: 0 }), column, "england", data);
  const own = neutral.classes.filter(({ optional }) => !optional).map(({ key }) => key);
  assert.deepEqual(own, ["higher", "similar", "lower"]);
});

test("two measures are nine classes, row by row, and one where either is not known", () => {
  const pair = pairMeasure(deciles, judged, data);
  // thirds of the deciles 0 0 1 1 2 none, of the indicator 0 1 2 none none none
  assert.deepEqual(AREAS.map(pair.classOf), [0, 1, 5, 9, 9, 9]);
  assert.equal(pair.classes[5].label, "middle 40%, and better");
  assert.equal(pair.classes[9].label, "one of the two is not known or not compared");
});

test("every entry of the menu is a measure, and no other name is", () => {
  const measures = measuresOf(data, deferredData);
  for (const { id } of measures.menu) {
    assert.ok(measures.has(id));
    assert.equal(measures.get(id, "england").id, id);
  }
  assert.ok(!measures.has("i:other"));
  assert.ok(!measures.has(""));
});
