// Rows of the page's tables.

import { element, elementById } from "../../style/assets/dom.js";

/**
 * Write the rows of a table; the second cell of a row of areas, else the first, is its header.
 * @param {string} id
 * @param {string[][]} rows
 */
export function fill(id, rows) {
  const header = id === "areas" ? 1 : 0;
  const made = rows.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((text, at) =>
        at === header ? element("th", { scope: "row" }, text) : element("td", {}, text),
      ),
    ),
  );
  elementById(id, HTMLTableSectionElement).replaceChildren(...made);
}
