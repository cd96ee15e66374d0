import assert from "node:assert/strict";
import { test } from "node:test";
import { choosePlaces } from "../../geo/views/web/assets/labels.js";

const VIEW = { x: 100, y: 100 };

/** @param {number} left */
const box = (left, top = 10, width = 20) => ({ left, right: left + width, top, bottom: top + 10 });

test("each name stands at the first of its places that is free", () => {
  const options = [[box(10)], [box(15), box(40)], [box(70)]];
  assert.deepEqual(choosePlaces(options, [], VIEW), [box(10), box(40), box(70)]);
  assert.deepEqual(choosePlaces(options, [box(65, 5)], VIEW)[2], null);
});

test("no name stands beyond the edge of the view, nor where it has no place", () => {
  assert.deepEqual(choosePlaces([[box(-5)], [box(85)], [box(50, 95)], []], [], VIEW), [
    null,
    null,
    null,
    null,
  ]);
});

test("a name that found no place takes that of another which has a second one", () => {
  const options = [[box(10), box(60)], [box(15)]];
  assert.deepEqual(choosePlaces(options, [], VIEW), [box(60), box(15)]);
});

test("the very first name is not given up for others", () => {
  const options = [[box(10, 10, 60)], [box(10)], [box(40)]];
  assert.deepEqual(choosePlaces(options, [], VIEW), [box(10, 10, 60), null, null]);
});

test("the first names keep their places where not all can be named", () => {
  assert.deepEqual(choosePlaces([[box(10)], [box(15)]], [], VIEW), [box(10), null]);
});
