import assert from "node:assert/strict";
import { test } from "node:test";
import { findMatches } from "../../geo/views/web/assets/search.js";
import { View } from "../../geo/views/web/assets/view.js";
import { deferredData, mapData } from "./data.js";

const view = new View(mapData(), deferredData);

/** @param {string} words */
const found = (words) => findMatches(words, view).map(({ text }) => text);

test("search finds areas by name and by code, whatever the case", () => {
  assert.deepEqual(found("cedar"), ["Cedar"]);
  assert.deepEqual(found("CEDAR"), ["Cedar"]);
  assert.deepEqual(found("e01000004"), ["Dogwood"]);
});

test("search finds areas by their official name too, which stands beside one made of the ward's", () => {
  assert.deepEqual(found("mill 002a"), ["Cedar"]);
  const data = mapData();
  data.names[1] = "Oak (001B)";
  const named = new View(data, deferredData);
  assert.deepEqual(findMatches("001b", named)[0].note, "Mill 001B");
});

test("search finds groups of every level before areas", () => {
  const ofOak = ["Alder", "Birch", "Cedar"]; // after those in whose own name it stands
  assert.deepEqual(found("o"), ["North & East", "South", "Oak", "Dogwood", "Fir & Co", ...ofOak]);
  const [south] = findMatches("south", view);
  assert.deepEqual(south, { text: "South", note: "collaborative", level: 0, group: 1, area: -1 });
});

test("search finds the areas of a ward, and words in whatever order", () => {
  assert.deepEqual(found("pine"), ["Pine", "Dogwood", "Elder"]);
  assert.deepEqual(found("oak cedar"), ["Cedar"]);
  assert.deepEqual(found("co fir"), ["Fir & Co"]);
  assert.deepEqual(found("cedar pine"), []);
});

test("search finds towns first, with where they lie", () => {
  /** @type {[number, number][]} */
  const bounds = [
    [53, -2],
    [53.1, -1.9],
  ];
  const data = { ...mapData(), towns: [{ name: "Cedarton", bounds }] };
  const [town, area] = findMatches("cedar", new View(data, deferredData));
  assert.deepEqual(
    { ...town, area: area.text },
    { text: "Cedarton", note: "town", level: -1, group: -1, area: "Cedar", bounds },
  );
});

test("an area is noted with its ward, or its code where it has none", () => {
  assert.deepEqual(findMatches("birch", view)[0].note, "Oak ward");
  assert.deepEqual(findMatches("fir", view)[0].note, "E01000006");
});

test("search for nothing, or for what there is not, finds nothing", () => {
  assert.deepEqual(found("  "), []);
  assert.deepEqual(found("xyz"), []);
});

test("search offers no more than eight, half of them areas where there are many groups", () => {
  const data = mapData();
  data.codes = Array.from({ length: 20 }, (_, i) => `E0100${i}`);
  data.names = data.codes.map((_, i) => `Area ${i}`);
  data.wards = null;
  const many = new View(data, deferredData);
  assert.equal(findMatches("area", many).length, 8);
  data.levels[0].names = data.names;
  const matches = findMatches("area", new View(data, deferredData));
  assert.deepEqual([6, 4], [true, false].map((own) => matches.filter(({ area }) => area < 0 === own).length)); // biome-ignore format: one line
});

test("search finds the neighbourhood of a postcode, however that is spelt", () => {
  const postcodes = { width: 1, sectors: { CW13: "AB0AD2", M11: "AA5" } };
  const known = new View(mapData(), () => ({ ...deferredData(), postcodes }));
  /** @param {string} words */
  const where = (words) => findMatches(words, known).map(({ area, note }) => [area, note]);
  assert.deepEqual(where("CW1 3AD"), [[2, "CW1 3AD"]]);
  assert.deepEqual(where(" cw13ab "), [[0, "CW13AB"]]);
  assert.deepEqual(where("m1 1aa"), [[5, "M1 1AA"]]);
  assert.deepEqual(where("CW1 3AE"), []);
  assert.deepEqual(where("CW1"), []);
  assert.deepEqual(findMatches("CW1 3AD", view), []);
});
