import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesOf } from "../../geo/views/rug/assets/pair.js";
import { rugData } from "./rug-data.js";

/**
 * A rug of Ambridge and Penny alone beside England: of each indicator polarity, unit, and value and
 * interval of both.
 * @param {[high: -1 | 0 | 1, unit: string, ...texts: [value: string, interval: string][]][]} rows
 */
function cellsOf(rows) {
  const data = rugData();
  data.areas = data.areas.slice(0, 3);
  const [like] = data.indicators;
  data.indicators = rows.map(([high, unit]) => ({ ...like, high, unit }));
  data.cells = rows.flatMap(([, , ...both]) => [
    [],
    ...both.map(([, interval]) => [interval, "7 of 35"]),
  ]);
  /** @type {(i: number, j: number) => string} */
  const shownOf = (i, j) => /** @type {[string, string]} */ (rows[i][j + 1])[0];
  return { data, shownOf };
}

/** @param {Parameters<typeof cellsOf>[0]} rows */
const told = (...rows) => differencesOf(cellsOf(rows), [1, 2], rows.map((_, i) => i)); // biome-ignore format: one line

test("two areas differ clearly where their intervals do not overlap", () => {
  const { rows, sentence } = told(
    [-1, "% of residents", ["20.0", "19.0–21.0"], ["10.0", "9.0–11.0"]],
    [1, "", ["1,200", "1,150–1,250"], ["1,000", "950–1,050"]],
    [0, "per 1,000", ["5.0", "4.0–6.0"], ["9.0", "8.0–10.0"]],
  );
  assert.deepEqual(
    rows.map(({ words }) => words),
    [
      "clearly worse in Ambridge by 10.0 points",
      "clearly worse in Penny by 200",
      "clearly higher in Penny by 4.0",
    ],
  );
  assert.equal(
    sentence,
    "Of 2 judged indicators with intervals in both, Ambridge is clearly worse off in 1, Penny is clearly worse off in 1.",
  );
});

test("what overlaps is within chance, what has no interval is not tested, the clear come first", () => {
  const { rows, sentence } = told(
    [-1, "", ["≥5.0", "4.0–6.0"], ["9.0", "8.0–10.0"]],
    [-1, "", ["[c]", ""], ["9.0", "8.0–10.0"]],
    [-1, "", ["12.0", "10.0–14.0"], ["11.0", "9.0–13.0"]],
    [-1, "", ["12.0", ""], ["11.5", ""]],
    [-1, "", ["7.0", "6.0–8.0"], ["7.0", "6.5–7.5"]],
    [1, "", ["−0.4", "−0.5–−0.3"], ["0.2", "0.1–0.3"]],
  );
  assert.deepEqual(
    rows.map(({ i, kind }) => [i, kind]),
    [
      [5, "clear"],
      [3, "untested"],
      [2, "unclear"],
      [4, "unclear"],
      [0, "unknown"],
      [1, "unknown"],
    ],
  );
  assert.equal(rows[0].words, "clearly worse in Ambridge by 0.6");
  assert.equal(rows[1].words, "worse in Ambridge by 0.5, not tested");
  assert.equal(rows[2].words, "no clear difference: worse in Ambridge by 1.0, within chance");
  assert.equal(rows[3].words, "the same");
  assert.match(sentence, /^Of 3 judged indicators .* in 1, Penny is clearly worse off in 0\.$/);
});

test("where nothing can be tested, that is said", () => {
  const { sentence } = told([0, "", ["5.0", "4.0–6.0"], ["9.0", "8.0–10.0"]]);
  assert.equal(sentence, "Ambridge and Penny have no judged indicator with intervals in both.");
});
