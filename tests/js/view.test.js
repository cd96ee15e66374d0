import assert from "node:assert/strict";
import { test } from "node:test";
import { View } from "../../geo/views/web/assets/view.js";
import { deferredData, mapData, packed } from "./data.js";

/** @param {Partial<View["state"]>} [chosen] */
function viewOf(chosen = {}) {
  const view = new View(mapData(), deferredData);
  Object.assign(view.state, chosen);
  return view;
}

test("nothing is read on demand before it is asked for", () => {
  const view = new View(mapData(), () => assert.fail("read too soon"));
  view.areasByNeed;
  assert.ok(!view.isRead);
});

test("a chosen group holds its areas and no other", () => {
  assert.deepEqual(viewOf({ group: 1 }).areasInPlace, [3, 4, 5]);
  assert.deepEqual(viewOf().areasInPlace, [0, 1, 2, 3, 4, 5]);
});

test("the most deprived tenths are those below the limit, and never areas without a decile", () => {
  // deciles 1, 3, 4, 7, 8 and none
  assert.deepEqual(viewOf({ top: 1 }).areasShown, [0]);
  assert.deepEqual(viewOf({ top: 2 }).areasShown, [0]);
  assert.deepEqual(viewOf({ top: 3 }).areasShown, [0, 1]);
  assert.equal(viewOf({ top: 3 }).where, "Testshire, most deprived 30%");
});

test("the outlined areas are the most deprived three tenths of those shown", () => {
  assert.deepEqual(viewOf({ outline: true }).areasOutlined, [0, 1]);
  assert.deepEqual(viewOf({ outline: true, group: 1 }).areasOutlined, []);
  assert.deepEqual(viewOf().areasOutlined, []);
});

test("areas come most in need first: by class, then by number, those without one last", () => {
  assert.deepEqual(viewOf({ show: "crime" }).areasByNeed, [5, 4, 3, 2, 1, 0]);
  // worse, similar, better, not compared, suppressed, missing
  assert.deepEqual(viewOf({ show: "i:low" }).areasByNeed, [0, 1, 2, 5, 3, 4]);
});

test("the order follows a change of the state", () => {
  const view = viewOf();
  assert.equal(view.areasByNeed.length, 6);
  view.state.group = 1;
  assert.deepEqual(view.areasByNeed, [3, 4, 5]);
});

test("one measure, two side by side, or one made of two", () => {
  assert.deepEqual(
    viewOf().shown.map(({ id }) => id),
    ["imd"],
  );
  assert.deepEqual(
    viewOf({ second: "i:low" }).shown.map(({ id }) => id),
    ["imd", "i:low"],
  );
  const together = viewOf({ second: "i:low", together: true });
  assert.deepEqual(
    together.shown.map(({ id }) => id),
    ["imd+i:low"],
  );
  assert.ok(!together.isDouble);
  assert.equal(together.first.id, "imd");
});

test("an area outside every group has no name of one", () => {
  const view = viewOf();
  assert.equal(view.wardOf(0), "Oak ward");
  assert.equal(view.wardOf(5), "");
  assert.deepEqual(viewOf({ level: 1 }).groupSizes, [3, 2]);
});

test("areas are sorted by what is drawn as circles, the unknown last", () => {
  const counts = packed([5, null, 30, 0, 12, 7]);
  const circles = { name: "", unit: "children", words: "", bands: [], shapes: [], counts };
  const view = new View(mapData(), () => ({ ...deferredData(), surfaces: [circles] }));
  const byDecile = view.areasByNeed;
  view.state.heat = 0;
  assert.deepEqual(view.areasByNeed, [2, 4, 5, 0, 3, 1]);
  view.state.group = 0;
  assert.deepEqual(view.areasByNeed, [2, 0, 1]);
  Object.assign(view.state, { heat: -1, group: -1 });
  assert.deepEqual(view.areasByNeed, byDecile);
});

test("an area is named with its ward, once", () => {
  const { names } = mapData();
  const view = new View({ ...mapData(), official: ["Mill 001A", ...names.slice(1)] }, deferredData);
  assert.equal(view.areaInWords(0), "Alder");
  assert.equal(view.areaInWords(1), "Birch (Oak ward)");
  assert.equal(view.areaInWords(5), "Fir & Co");
});

test("a ward and a collaborative of one name are told apart wherever either is named", () => {
  const data = mapData();
  const ward = data.wards;
  assert.ok(ward);
  ward.names[0] = data.levels[0].names[0];
  const named = new View(data, deferredData);
  const places = [0, data.levels.length].map((level) => {
    Object.assign(named.state, { level, group: 0 });
    return named.place;
  });
  assert.deepEqual(places, ["North & East collaborative", "North & East ward"]);
  assert.equal(named.nameAndKindOfGroup(0, 0), "North & East collaborative");
  Object.assign(named.state, { level: 0, group: 1 });
  assert.equal(named.place, "South");
});
