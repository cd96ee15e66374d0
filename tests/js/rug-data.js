// A rug of three indicators and England with three towns in two groups, with numbers that a reader
// can check in the head.

import { numberIn } from "../../geo/views/rug/assets/order.js";

/** @import { Cells } from "../../geo/views/rug/assets/order.js" */
/** @import { RugData } from "../../geo/views/rug/assets/payload" */

/** Class and text of each cell: a row an indicator, England first, then Ambridge, Penny, Upwell. */
const ROWS = [
  [["benchmark", "10.0"], ["better", "0"], ["similar", "10.0"], ["worse", "20.0"]],
  [["benchmark", "10.0"], ["suppressed", "[c]"], ["not_compared", "1,200.5"], ["better", "<0.1"]],
  [["benchmark", "10.0"], ["worse", "[x]"], ["lower", ">-0.1"], ["much_worse", "5.0"]],
]; // biome-ignore format: a row a line

/** @returns {RugData} */
export const rugData = () => ({
  across: true,
  benchmark: "England",
  quintiles: false,
  labels: { worse: "worse than England", suppressed: "suppressed", benchmark: "England itself" },
  order: [
    ...["much_worse", "worse", "similar", "better", "much_better", "higher", "lower"],
    ...["not_compared", "benchmark", "suppressed", "missing"],
  ],
  summed: ["much_worse", "worse", "similar", "better", "much_better", "higher", "lower"],
  bad: ["much_worse", "worse", "fifth_1"],
  columns_on_a4: 18,
  indicators: [
    indicator({ name: "Low is good", high: -1 }),
    indicator({ name: "High is good", high: 1, unit: "" }),
    indicator({ name: "also low", high: -1, group: "People", who: "" }),
  ],
  areas: [
    { name: "England", group: "For reference", reference: true },
    { name: "Ambridge", group: "West", reference: false },
    { name: "Penny", group: "East", reference: false },
    { name: "Upwell", group: "East", reference: false },
  ],
  cells: Array.from({ length: 12 }, (_, at) => (at === 3 ? ["19.0–21.0", "7 of 35"] : [])),
  notes: ["", "mean of the LSOAs"],
  among: ["would stand {} of 296 authorities, 1 = worst"],
  others: [],
});

/** @param {Partial<RugData["indicators"][number]>} changed */
const indicator = (changed) => ({
  name: "",
  group: "Places",
  unit: "% of residents",
  period: "2024/25",
  who: "Persons, 0-4 yrs",
  benchmark: "10.0",
  of: "",
  high: /** @type {-1 | 0 | 1} */ (0),
  ...changed,
});

/**
 * @param {RugData} data
 * @returns {Cells}
 */
export const cellsOf = (data = rugData()) => ({
  data,
  classOf: (i, j) => ROWS[i][j][0],
  valueOf: (i, j) => numberIn(ROWS[i][j][1]),
});
