import assert from "node:assert/strict";
import { test } from "node:test";
import { positionAfter } from "../../geo/views/rug/assets/keys.js";

/** @param {string} key */
const fromMiddle = (key) => positionAfter(key, [1, 2], [3, 5]);

test("arrows lead to the next cell, Home and End to the ends of a row", () => {
  assert.deepEqual(fromMiddle("ArrowLeft"), [1, 1]);
  assert.deepEqual(fromMiddle("ArrowRight"), [1, 3]);
  assert.deepEqual(fromMiddle("ArrowUp"), [0, 2]);
  assert.deepEqual(fromMiddle("ArrowDown"), [2, 2]);
  assert.deepEqual(fromMiddle("Home"), [1, 0]);
  assert.deepEqual(fromMiddle("End"), [1, 4]);
});

test("no key leads out of the table", () => {
  for (const key of ["ArrowLeft", "ArrowUp", "Home"]) {
    assert.deepEqual(positionAfter(key, [0, 0], [3, 5]), [0, 0]);
  }
  for (const key of ["ArrowRight", "ArrowDown", "End"]) {
    assert.deepEqual(positionAfter(key, [2, 4], [3, 5]), [2, 4]);
  }
  assert.deepEqual(positionAfter("End", [0, 0], [1, 1]), [0, 0]);
});

test("other keys lead nowhere", () => {
  for (const key of ["Enter", "a", "Tab", "toString"]) assert.equal(fromMiddle(key), null);
});
