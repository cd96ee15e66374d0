import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, readAddress } from "../../geo/views/web/assets/address.js";
import { View } from "../../geo/views/web/assets/view.js";
import { deferredData, mapData } from "./data.js";

/** @type {import("../../geo/views/web/assets/address.js").Outlook} */
const OUTLOOK = { center: [53.12345, -2.5], zoom: 11.3 };

/** @param {Partial<View["state"]>} [chosen] */
function viewOf(chosen = {}) {
  const view = new View(mapData(), deferredData);
  Object.assign(view.state, chosen);
  return view;
}

/** What an address keeps: all but streets, which load from outside, and the length of the table. */
const CHOSEN = {
  show: "i:low",
  second: "crime",
  together: true,
  level: 0,
  group: 0, // "North & East"
  top: 2,
  outline: true,
  heat: 0,
  selected: 5,
};

test("an address brings every field of the view back", () => {
  const view = viewOf({ ...CHOSEN, scheme: "fifths" });
  const { asked, outlook } = readAddress(`#${addressOf(view, OUTLOOK)}`, view);
  assert.deepEqual({ ...view.state, ...asked }, view.state);
  assert.deepEqual(asked, { ...CHOSEN, scheme: "fifths" });
  assert.deepEqual(outlook, OUTLOOK);
});

for (const [key, value] of Object.entries(CHOSEN)) {
  test(`an address keeps ${key} where nothing else is chosen`, () => {
    const view = viewOf({ second: "crime", [key]: value });
    const { asked } = readAddress(addressOf(view, OUTLOOK), viewOf());
    assert.equal(/** @type {Record<string, any>} */ (asked)[key], value);
  });
}

test("what the page does not know is ignored", () => {
  const hash = "#show=i:other&as=bad&by=pcn&in=South&top=4&outline=yes&with=x&heat=y&area=z&at=1,2";
  assert.deepEqual(readAddress(hash, viewOf()), { asked: {}, outlook: null });
  assert.deepEqual(readAddress("", viewOf()), { asked: {}, outlook: null });
});

test("a group that the level does not have is no group", () => {
  const { asked } = readAddress("#by=wd24nm&in=South", viewOf());
  assert.deepEqual(asked, { level: 1, group: -1 });
});

test("a zoom that no map has is brought to the nearest", () => {
  const zooms = ["2.0", "99.0"].map(
    (zoom) => readAddress(`#at=53.1,-2.5,${zoom}`, viewOf()).outlook?.zoom,
  );
  assert.deepEqual(zooms, [5, 17]);
});
