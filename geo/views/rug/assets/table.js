// The table as it was written into the page, taken apart so that its cells can be moved about.

import { element } from "../../style/assets/dom.js";
import { benchmarkOf } from "./against.js";
import { classCounts, numberIn, runsOf } from "./order.js";

/** @import { Benchmark } from "./against.js" */
/** @import { Items, Kind, State } from "./order.js" */
/** @import { RugData } from "./payload" */
/** @typedef {HTMLTableCellElement} Cell */

/** @type {Kind[]} */
const KINDS = ["indicators", "areas"];

export class RugTable {
  data;
  element;
  /** @type {Record<Kind, Cell[]>} */
  #heads;
  /** @type {Record<Kind, Cell[]>} */
  #sums;
  #corner;
  /** @type {Cell[][]} A row an indicator, whatever stands across. */
  #cells;
  /** @type {Map<Element, [i: number, j: number]>} */
  #places = new Map();
  /** @type {Benchmark | null} Another than the first, which cells are compared with now. */
  against = null;
  /** @type {string[]} Classes by the first benchmark. */
  #first;

  /**
   * @param {HTMLTableElement} table
   * @param {RugData} data
   */
  constructor(table, data) {
    this.element = table;
    this.data = data;
    /** @type {(selector: string) => Cell[]} */
    const all = (selector) => [...table.querySelectorAll(selector)].map(cellElement);
    this.#heads = { indicators: all("th[data-indicator]"), areas: all("th[data-area]") };
    for (const [kind, heads] of Object.entries(this.#heads)) {
      heads.sort((a, b) => Number(placeIn(a, kind)) - Number(placeIn(b, kind)));
    }
    [this.#corner] = all(".corner");
    const lines = bodyRows(table).map((row) => [...row.querySelectorAll("td")]);
    const down = lines.map((line) => /** @type {Cell} */ (line.shift()));
    const over = all(".totals td.sum");
    const { across, areas, indicators } = data;
    this.#sums = across ? { indicators: down, areas: over } : { indicators: over, areas: down };
    this.#cells = indicators.map((_, i) =>
      areas.map((_, j) => (across ? lines[i][j] : lines[j][i])),
    );
    this.#cells.forEach((row, i) => {
      row.forEach((cell, j) => {
        this.#places.set(cell, [i, j]);
      });
    });
    this.#first = this.#cells.flat().map((cell) => cell.className);
  }

  /**
   * Colour every cell by how it compares with another benchmark.
   * @param {number} number  As in `benchmarkOf`.
   */
  compareWith(number) {
    this.against = benchmarkOf(this.data, number);
    for (const [at, cell] of this.#cells.flat().entries()) {
      const name = this.against?.classOf(at) ?? this.#first[at];
      cell.className = name;
      const words = cell.querySelector("i") ?? cell.appendChild(element("i"));
      words.textContent = name === "benchmark" ? "" : name.replace("_", " ");
    }
  }

  /**
   * What a cell is compared with; nothing where it is the first benchmark.
   * @param {number} i
   * @param {number} j
   */
  comparedWith = (i, j) =>
    this.against && {
      name: this.against.name,
      value: this.against.valueOf(i * this.data.areas.length + j),
    };

  /** How many of the areas' own cells there are of each class. */
  get counts() {
    /** @type {Record<string, number>} */
    const counts = {};
    for (const [cell, [, j]] of this.#places) {
      if (this.data.areas[j].reference) continue;
      counts[cell.className] = (counts[cell.className] ?? 0) + 1;
    }
    return counts;
  }

  /**
   * @param {number} i
   * @param {number} j
   */
  cell = (i, j) => this.#cells[i][j];

  /**
   * @param {number} i
   * @param {number} j
   */
  classOf = (i, j) => this.cell(i, j).className;

  /**
   * @param {number} i
   * @param {number} j
   */
  valueOf = (i, j) => numberIn(textOf(this.cell(i, j)));

  /**
   * @param {number} i
   * @param {number} j
   */
  shownOf = (i, j) => textOf(this.cell(i, j));

  /**
   * The places of a cell's indicator and area; nothing for what is no such cell.
   * @param {Element | null} cell
   */
  placeOf = (cell) => (cell ? this.#places.get(cell) : undefined);

  /**
   * The cell in which something lies.
   * @param {EventTarget | null} target
   */
  cellAt(target) {
    const cell = target instanceof Element ? target.closest("td") : null;
    return this.placeOf(cell) ? cell : null;
  }

  /** The cells as they stand now, a row a line. */
  get rows() {
    return bodyRows(this.element).map((row) =>
      [...row.cells].filter((cell) => this.#places.has(cell)),
    );
  }

  /**
   * Put the table together.
   * @param {Items} items
   * @param {State} state
   */
  draw(items, state) {
    /** @type {Kind[]} */
    const [down, over] = state.across ? KINDS : [KINDS[1], KINDS[0]];
    for (const kind of KINDS) {
      for (const item of items[kind]) {
        this.#heads[kind][item].scope = kind === down ? "row" : "col";
        this.#writeSum(kind, item, items, kind === over);
      }
    }
    this.#corner.textContent = state.across ? "Indicator" : "Area";
    const heads = items[over].map((x) => this.#heads[over][x]);
    const sums = items[over].map((x) => this.#sums[over][x]);
    const head = element("tr", {}, this.#corner, summaryHead("col", over), ...heads);
    const nil = element("td", { class: "nil" });
    const total = element("tr", {}, summaryHead("row", down), nil, ...sums);
    const parts = [
      element("thead", {}, this.#band(over, items[over], state), head),
      element("tbody", { class: "totals" }, total),
      ...this.#bodies(down, items[down], items[over], state),
    ];
    // only now: were the table empty while the focus leaves a cell, it would scroll to its start
    for (const part of this.element.querySelectorAll("thead, tbody")) part.remove();
    this.element.append(...parts);
    this.element.classList.toggle("worse-only", state.worse);
    this.#markSorted(state);
  }

  /**
   * The names of groups above the columns; a gap where columns are sorted across groups.
   * @param {Kind} over
   * @param {number[]} items
   * @param {State} state
   */
  #band(over, items, state) {
    const band = element("tr", { class: "band" }, element("td", { colspan: 2 }));
    /** @type {Cell | null} */
    let gap = null;
    for (const { group, items: part } of runsOf(this.data[over], items)) {
      const isReference = over === "areas" && this.data.areas[part[0]].reference;
      const isGap = state[over].by !== "grouped" && !isReference;
      if (isGap && gap) gap.colSpan += part.length;
      else if (isGap) gap = element("td", { colspan: part.length });
      else gap = null;
      const attributes = { scope: "colgroup", colspan: part.length };
      band.append(gap ?? element("th", attributes, element("span", {}, group)));
    }
    return band;
  }

  /**
   * The rows, a body a group.
   * @param {Kind} down
   * @param {number[]} items
   * @param {number[]} others
   * @param {State} state
   */
  #bodies(down, items, others, state) {
    const isFlat = state[down].by !== "grouped";
    const runs = isFlat ? [{ group: "", items }] : runsOf(this.data[down], items);
    return runs.map(({ group, items: part }) => {
      const attributes = { scope: "rowgroup", colspan: others.length + 2 };
      const title = element("th", attributes, element("span", {}, group));
      const rows = part.map((x) => {
        const cells = others.map((y) =>
          down === "indicators" ? this.cell(x, y) : this.cell(y, x),
        );
        return element("tr", {}, this.#heads[down][x], this.#sums[down][x], ...cells);
      });
      return element(
        "tbody",
        {},
        ...(group ? [element("tr", { class: "group" }, title)] : []),
        ...rows,
      );
    });
  }

  /**
   * @param {Kind} kind
   * @param {number} item
   * @param {Items} shown
   * @param {boolean} aligned  Classes without a cell keep their place.
   */
  #writeSum(kind, item, shown, aligned) {
    const counts = classCounts(kind, item, shown, this);
    const chips = this.data.summed.map((name) =>
      name in counts
        ? element("b", { class: name }, counts[name], element("i", {}, name.replace("_", " ")))
        : element("b", { class: `${name} hidden` }, 0),
    );
    const written = chips.filter((chip) => aligned || chip.children.length);
    this.#sums[kind][item].replaceChildren(...written);
  }

  /** @param {State} state */
  #markSorted(state) {
    for (const kind of KINDS) {
      const others = this.#heads[kind === "areas" ? "indicators" : "areas"];
      for (const head of others) head.removeAttribute("aria-sort");
      const { by, direction } = state[kind];
      const order = direction > 0 ? "descending" : "ascending";
      others[Number(by)]?.setAttribute("aria-sort", order); // by a word is by none of them
    }
  }
}

/**
 * What a cell shows, without its arrow and the words for those who listen.
 * @param {Node} cell
 */
export const textOf = (cell) => cell.firstChild?.nodeValue?.trim() ?? "";

/**
 * The place of the area or indicator that a header names.
 * @param {HTMLElement} head
 * @param {string} kind
 */
export const placeIn = ({ dataset }, kind) => (kind === "areas" ? dataset.area : dataset.indicator);

/** @param {HTMLTableElement} table */
const bodyRows = (table) =>
  [...table.tBodies]
    .filter((body) => !body.classList.contains("totals"))
    .flatMap((body) => [...body.rows].filter((row) => !row.classList.contains("group")));

/** @param {Element} found */
const cellElement = (found) => /** @type {Cell} */ (found);

/**
 * @param {string} scope
 * @param {Kind} kind
 */
const summaryHead = (scope, kind) => element("th", { class: "total", scope }, `All ${kind}`);
