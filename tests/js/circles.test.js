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
const areaInWords = (/** @type {number} */ i) => ["Alder (Oak)", "Birch", "Cedar", "Dogwood"][i];

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
    circlesInWords(whole, { where: "All", areaInWords, areas, areasShown: areas }),
    "All: 80 children; most in Alder (Oak): 40",
  );
  assert.equal(
    circlesInWords(whole, { where: "All", areaInWords, areas, areasShown: [0, 1] }),
    "All: 50 children, 62.5% of the 80 known; most in Alder (Oak): 40",
  );
  assert.equal(
    circlesInWords(surface([40, null, 40, 0]), {
      where: "All",
      areaInWords,
      areas,
      areasShown: [0, 1],
    }),
    "All: at least 40 children, 50.0% of the 80 known (1 area without a figure)",
  );
});

test("no area is named as that with most where two have as many, or one stands alone", () => {
  const words = (/** @type {(number | null)[]} */ counts, shown = areas) =>
    circlesInWords(surface(counts), { where: "All", areaInWords, areas, areasShown: shown });
  assert.equal(words([40, 40, 0, 0]), "All: 80 children");
  assert.equal(words([0, 0, 0, 0]), "All: 0 children");
  assert.match(words([40, 10, 0, 0], [0]), / known$/);
  assert.match(words([null, 10, 3, 0]), /; most in Birch: 10$/);
});
