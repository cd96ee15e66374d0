import assert from "node:assert/strict";
import { test } from "node:test";
import { cellWords } from "../../geo/views/rug/assets/words.js";
import { rugData } from "./rug-data.js";

test("a cell tells area, indicator, value, verdict and all that is known", () => {
  assert.deepEqual(cellWords(rugData(), [0, 3], "worse", "20.0"), {
    area: "Upwell",
    indicator: "Low is good",
    value: "20.0",
    unit: " % of residents",
    verdict: "Worse than England (95%)",
    facts: [
      ["95% interval", "19.0–21.0"],
      ["Count", "7 of 35"],
      ["Who", "Persons, 0-4 yrs"],
      ["Period", "2024/25"],
      ["England", "10.0"],
    ],
  });
});

test("a hidden cell tells no value and no unit", () => {
  const { value, unit, verdict } = cellWords(rugData(), [0, 1], "suppressed", "[c]");
  assert.deepEqual([value, unit, verdict], ["No value shown", "", "Suppressed"]);
});

test("what is compared with is not told of itself, and no unit is none", () => {
  const { unit, verdict, facts } = cellWords(rugData(), [1, 0], "benchmark", "10.0");
  assert.equal(unit, "");
  assert.equal(verdict, "England itself");
  assert.deepEqual(facts.map(([term]) => term), ["Who", "Period"]); // biome-ignore format: one line
});

test("the confidence is that of the comparison; fifths are no test", () => {
  const data = {
    ...rugData(),
    labels: { much_worse: "much worse", higher: "higher", missing: "no data" },
  };
  /** @param {string} name */
  const verdict = (name) => cellWords(data, [2, 3], name, "5.0").verdict;
  assert.equal(verdict("much_worse"), "Much worse (99.8%)");
  assert.equal(verdict("higher"), "Higher (95%)");
  assert.equal(verdict("missing"), "No data");
  data.quintiles = true;
  assert.equal(verdict("higher"), "Higher");
});

test("a placed cell tells its place, its note and nothing of confidence", () => {
  const data = { ...rugData(), labels: { fifth_1: "worst fifth in England" } };
  data.cells[3] = ["", "", "", "34th|0", "1"];
  const { verdict, facts } = cellWords(data, [0, 3], "fifth_1", "+0.43");
  assert.equal(verdict, "Worst fifth in England");
  assert.deepEqual(facts[0], ["In England", "would stand 34th of 296 authorities, 1 = worst"]);
  assert.deepEqual(facts.at(-1), ["Note", "mean of the LSOAs"]);
});

test("the first fifth of what nobody judges is the highest", () => {
  const data = { ...rugData(), labels: { fifth_1: "worst fifth in England" } };
  data.indicators[0].high = 0;
  assert.equal(cellWords(data, [0, 3], "fifth_1", "9").verdict, "Highest fifth in England");
});

test("England tells that a standardised score has no figure of it", () => {
  const { value, unit } = cellWords(rugData(), [0, 0], "benchmark", "z-score");
  assert.deepEqual([value, unit], ["No value shown", ""]);
});

test("a cell with a count tells what it is made from", () => {
  const data = rugData();
  data.indicators[0].of = "score × population";
  const { facts } = cellWords(data, [0, 3], "worse", "20.0");
  assert.deepEqual(facts[2], ["From", "score × population"]);
  assert.ok(!cellWords(data, [0, 2], "worse", "10.0").facts.some(([term]) => term === "From"));
});
