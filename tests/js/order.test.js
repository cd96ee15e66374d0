import assert from "node:assert/strict";
import { test } from "node:test";
import {
  arranged,
  classCounts,
  firstState,
  numberIn,
  orderAfterPress,
  runsOf,
  sorted,
} from "../../geo/views/rug/assets/order.js";
import { cellsOf, rugData } from "./rug-data.js";

/** @import { State } from "../../geo/views/rug/assets/order.js" */

const [ENGLAND, AMBRIDGE, PENNY, UPWELL] = [0, 1, 2, 3];
const cells = cellsOf();

/** @param {Partial<State>} changed */
const shown = (changed) => arranged({ ...firstState(cells.data), ...changed }, cells);

/** @param {string | number} by */
const worstFirst = (by) => ({ by: String(by), direction: 1 });
/** @param {string | number} by */
const bestFirst = (by) => ({ by: String(by), direction: -1 });

test("at first all is shown as it was written", () => {
  assert.deepEqual(shown({}), { indicators: [0, 1, 2], areas: [0, 1, 2, 3] });
});

test("a group of areas, or one, is shown beside the areas of reference", () => {
  assert.deepEqual(shown({ where: "g:East" }).areas, [ENGLAND, PENNY, UPWELL]);
  assert.deepEqual(shown({ where: "o:3" }).areas, [ENGLAND, UPWELL]);
  assert.deepEqual(shown({ where: "g:Nowhere" }).areas, [ENGLAND]);
});

test("one area stands next to the first of reference", () => {
  const data = rugData();
  data.areas.push({ name: "The borough", group: "For reference", reference: true });
  const one = { ...cells, data, classOf: () => "similar" };
  const state = { ...firstState(data), where: "o:2" };
  assert.deepEqual(arranged(state, one).areas, [ENGLAND, PENNY, 4]);
});

test("a group of indicators is shown", () => {
  assert.deepEqual(shown({ group: "People" }).indicators, [2]);
  assert.deepEqual(shown({ group: "Places" }).indicators, [0, 1]);
});

test("only indicators are shown that are worse in one of the areas shown", () => {
  assert.deepEqual(shown({ worse: true }).indicators, [0, 2]);
  assert.deepEqual(shown({ worse: true, where: "o:1" }).indicators, [2]);
  assert.deepEqual(shown({ worse: true, where: "o:2" }).indicators, []);
});

test("areas are sorted by an indicator, the worst by its polarity first, missing last", () => {
  const low = [ENGLAND, UPWELL, PENNY, AMBRIDGE];
  assert.deepEqual(shown({ areas: worstFirst(0) }).areas, low);
  assert.deepEqual(shown({ areas: bestFirst(0) }).areas, [ENGLAND, AMBRIDGE, PENNY, UPWELL]);
  const high = [ENGLAND, UPWELL, PENNY, AMBRIDGE]; // <0.1, 1,200.5, suppressed
  assert.deepEqual(shown({ areas: worstFirst(1) }).areas, high);
  assert.deepEqual(shown({ areas: bestFirst(1) }).areas, [ENGLAND, PENNY, UPWELL, AMBRIDGE]);
});

test("areas are sorted by the number of their worse cells among those shown, and by name", () => {
  assert.deepEqual(shown({ areas: worstFirst("worse") }).areas, [ENGLAND, UPWELL, AMBRIDGE, PENNY]);
  const places = { group: "Places", areas: worstFirst("worse") };
  assert.deepEqual(shown(places).areas, [ENGLAND, UPWELL, AMBRIDGE, PENNY]);
  assert.deepEqual(shown({ areas: bestFirst("name") }).areas, [ENGLAND, UPWELL, PENNY, AMBRIDGE]);
});

test("indicators are sorted by their class in an area, what was not compared last", () => {
  assert.deepEqual(shown({ indicators: worstFirst(UPWELL) }).indicators, [2, 0, 1]);
  assert.deepEqual(shown({ indicators: bestFirst(UPWELL) }).indicators, [1, 0, 2]);
  assert.deepEqual(shown({ indicators: worstFirst(PENNY) }).indicators, [0, 2, 1]);
  assert.deepEqual(shown({ indicators: bestFirst(PENNY) }).indicators, [2, 0, 1]);
});

test("indicators are sorted by the number of areas in which they are worse, and by name", () => {
  assert.deepEqual(shown({ indicators: worstFirst("worse") }).indicators, [2, 0, 1]);
  assert.deepEqual(shown({ indicators: worstFirst("name") }).indicators, [2, 1, 0]);
});

test("sorting keeps the order of equals, both ways", () => {
  assert.deepEqual(
    sorted([3, 1, 2], () => 0, 1),
    [3, 1, 2],
  );
  assert.deepEqual(
    sorted([3, 1, 2], () => 0, -1),
    [3, 1, 2],
  );
  assert.deepEqual(
    sorted([3, 1, 2], () => Number.NaN, -1),
    [3, 1, 2],
  );
});

test("sorting leaves what it was given alone", () => {
  const items = [1, 2, 3];
  sorted(items, (item) => item, -1);
  assert.deepEqual(items, [1, 2, 3]);
});

test("a header sorts worst first, then best first, then no more; another starts anew", () => {
  const first = orderAfterPress(firstState(cells.data).areas, "4");
  assert.deepEqual(first, worstFirst(4));
  assert.deepEqual(orderAfterPress(first, "5"), worstFirst(5));
  const second = orderAfterPress(first, "4");
  assert.deepEqual(second, bestFirst(4));
  assert.deepEqual(orderAfterPress(second, "5"), worstFirst(5));
  assert.equal(orderAfterPress(second, "4").by, "grouped");
});

test("numbers are read as they are written", () => {
  const read = ["20.0", "1,234.5", "0", "-3.2", "<0.1", ">-0.1", " 7 "].map(numberIn);
  assert.deepEqual(read, [20, 1234.5, 0, -3.2, 0.05, -0.1, 7]);
  assert.deepEqual(["≥23.5", "≈12", "+0.43", "−0.17"].map(numberIn), [23.5, 12, 0.43, -0.17]);
  assert.equal(numberIn("≥1,200"), 1200);
  for (const none of ["[c]", "[x]", "", " ", "z-score"]) assert.ok(Number.isNaN(numberIn(none)));
});

test("runs are of neighbours in the same group", () => {
  const facts = ["a", "b", "a", "a"].map((group) => ({ group }));
  assert.deepEqual(runsOf(facts, [0, 1, 2, 3]), [
    { group: "a", items: [0] },
    { group: "b", items: [1] },
    { group: "a", items: [2, 3] },
  ]);
  assert.deepEqual(runsOf(facts, [3, 0, 2]), [{ group: "a", items: [3, 0, 2] }]);
  assert.deepEqual(runsOf(facts, []), []);
});

test("classes are counted among what is shown, areas of reference apart", () => {
  const all = shown({});
  assert.deepEqual(classCounts("indicators", 0, all, cells), { better: 1, similar: 1, worse: 1 });
  assert.deepEqual(classCounts("areas", UPWELL, all, cells), {
    worse: 1,
    better: 1,
    much_worse: 1,
  });
  assert.deepEqual(classCounts("areas", ENGLAND, all, cells), { benchmark: 3 });
  const one = shown({ where: "o:3", group: "Places" });
  assert.deepEqual(classCounts("indicators", 0, one, cells), { worse: 1 });
  assert.deepEqual(classCounts("areas", UPWELL, one, cells), { worse: 1, better: 1 });
});
