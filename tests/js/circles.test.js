import assert from "node:assert/strict";
import { test } from "node:test";
import { circlesInWords, circlesOf, roundCounts } from "../../geo/views/web/assets/circles.js";
import { packed } from "./data.js";

const surface = (/** @type {(number | null)[]} */ counts) => ({
  name: "Children in low income",
  unit: "children",
  words: "",
  bands: [],
  shapes: [],
  counts: packed(counts),
});
const areas = [0, 1, 2, 3];

test("the area of a circle is in proportion to its count", () => {
  const { radius, most } = circlesOf(surface([80, 20, 0, null]), areas);
  assert.equal(most, 80);
  assert.equal(radius(80), 2 * radius(20));
  assert.equal(radius(0), 0);
});

test("the legend has two round numbers, none above the greatest", () => {
  assert.deepEqual(roundCounts(412), [200, 100]);
  assert.deepEqual(roundCounts(97), [50, 20]);
  assert.deepEqual(roundCounts(1), [1]);
});

test("circles are counted in words, and how many areas have no figure", () => {
  const { counts, ...rest } = surface([40, 10, 30, 0]);
  const whole = { counts, ...rest };
  assert.equal(
    circlesInWords(whole, { where: "All", areas, areasShown: areas }),
    "All: 80 children",
  );
  assert.equal(
    circlesInWords(whole, { where: "All", areas, areasShown: [0, 1] }),
    "All: 50 children, 62.5% of the 80 known",
  );
  assert.equal(
    circlesInWords(surface([40, null, 40, 0]), { where: "All", areas, areasShown: [0, 1] }),
    "All: at least 40 children, 50.0% of the 80 known (1 area without a figure)",
  );
});
