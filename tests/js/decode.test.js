import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bordersOf,
  decodeClasses,
  decodeNumbers,
  decodeRing,
  latLngs,
} from "../../geo/views/web/assets/decode.js";
import { packed } from "./data.js";

test("decodeRing reads the published example of the format", () => {
  const points = decodeRing("_p~iF~ps|U_ulLnnqC_mqNvxq`@");
  assert.deepEqual(points, [
    [3850000, -12020000],
    [4070000, -12095000],
    [4325200, -12645300],
  ]);
});

test("latLngs gives degrees, by polygon and ring", () => {
  assert.deepEqual(latLngs([["_p~iF~ps|U"]]), [[[[38.5, -120.2]]]]);
});

test("decodeNumbers reads what Python packs, one place at a time", () => {
  const value = decodeNumbers({ text: "%(!", width: 1, least: 1, decimals: 0 });
  assert.deepEqual([0, 1, 2].map(value), [1, 2, null]);
});

test("decodeNumbers reads more than one digit a number", () => {
  // digit 1 then digit 0 is 88, of which the first three groups are no plain numbers
  const value = decodeNumbers({ text: "#!!!", width: 2, least: 0, decimals: 1 });
  assert.deepEqual([value(0), value(1)], [8.5, null]);
});

test("decodeNumbers tells tiny numbers of either sign from zero and from none", () => {
  const value = decodeNumbers({ text: "!#$%", width: 1, least: 0, decimals: 1 });
  assert.deepEqual([0, 1, 2, 3].map(value), [null, Number.MIN_VALUE, -Number.MIN_VALUE, 0]);
});

test("decodeNumbers of no column knows no number", () => {
  assert.equal(decodeNumbers(undefined)(0), null);
  assert.equal(decodeNumbers(null)(3), null);
});

test("decodeNumbers gives numbers back with their decimals and their least", () => {
  const value = decodeNumbers(packed([-1.5, 0, null, 2.5], 1, -15));
  assert.deepEqual([0, 1, 2, 3].map(value), [-1.5, 0, null, 2.5]);
});

test("decodeClasses reads digits and then letters", () => {
  const classOf = decodeClasses("09az");
  assert.deepEqual([0, 1, 2, 3].map(classOf), [0, 9, 10, 35]);
});

/**
 * A ring of whole steps below 16, in the same format.
 * @param {number[][]} points
 */
function ringOf(points) {
  let [lat, lng] = [0, 0];
  /** @param {number} step */
  const digit = (step) => String.fromCharCode((step < 0 ? ~(step << 1) : step << 1) + 63);
  return points
    .map(([y, x]) => {
      const text = digit(y - lat) + digit(x - lng);
      [lat, lng] = [y, x];
      return text;
    })
    .join("");
}

/** @param {number} x */
const square = (x) => [[ringOf([[0, x], [1, x], [1, x + 1], [0, x + 1], [0, x]])]]; // biome-ignore format: a square

test("bordersOf leaves out the edge that two areas of one group share", () => {
  assert.equal(bordersOf([square(0), square(1)]).length, 6);
});

test("bordersOf keeps the edge between two groups, once", () => {
  const lines = bordersOf([square(0), square(1)], (i) => i);
  const shared = lines.filter((ends) => ends.every(([, lng]) => lng === 1e-5));
  assert.equal(lines.length, 7);
  assert.equal(shared.length, 1);
});
