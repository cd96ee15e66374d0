import assert from "node:assert/strict";
import { test } from "node:test";
import { benchmarkOf, labelled } from "../../geo/views/rug/assets/against.js";
import { cellWords } from "../../geo/views/rug/assets/words.js";
import { rugData } from "./rug-data.js";

const others = [
  {
    name: "areas as deprived",
    title: "No area is worse than areas as deprived",
    classes: "abb",
    values: ["12.0", "", "3.0", "4.0"],
  },
];

test("another benchmark has its own classes and values", () => {
  const data = { ...rugData(), others, order: ["worse", "better"] };
  const other = benchmarkOf(data, 0);
  assert.ok(other);
  assert.equal(other.name, "areas as deprived");
  assert.match(other.title, /No area is worse/);
  assert.deepEqual([0, 1, 2].map(other.classOf), ["worse", "better", "better"]);
  assert.deepEqual([0, 1, 2].map(other.valueOf), ["12.0", "", "3.0"]);
  assert.equal(benchmarkOf(data, -1), null);
  const each = { ...others[0], values: data.indicators.map((_, i) => String(i)) };
  const shared = benchmarkOf({ ...data, others: [each] }, 0);
  assert.ok(shared);
  const { length } = data.areas;
  assert.deepEqual([0, length - 1, length].map(shared.valueOf), ["0", "0", "1"]);
});

test("labels take the name of another benchmark", () => {
  const against = { name: "Testshire" };
  const data = rugData();
  assert.equal(labelled(data, "worse", "worse than England", against), "worse than Testshire");
  assert.equal(
    labelled(data, "fifth_1", "worst fifth in England", against),
    "worst fifth in England",
  );
  assert.equal(labelled(data, "worse", "worse than England", null), "worse than England");
});

test("a cell is worded against another benchmark", () => {
  const against = { name: "areas as deprived", value: "12.0" };
  const { verdict, facts } = cellWords(rugData(), [0, 3], "worse", "20.0", against);
  assert.equal(verdict, "Worse than areas as deprived (95%)");
  assert.ok(facts.some(([term, text]) => term === "Areas as deprived" && text === "12.0"));
});
