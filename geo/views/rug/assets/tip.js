// A box that tells a cell in words, beside the cell.

import { element } from "../../style/assets/dom.js";
import { textOf } from "./table.js";
import { cellWords } from "./words.js";

/** @import { Cell, RugTable } from "./table.js" */

const GAP = 6; // px between cell and box
const EDGE = 8; // px between box and window
const LINGER = 200; // ms

export class Tip {
  #table;
  #box;
  #leaving = 0;
  /** @type {Cell | null} The cell that it tells or told. */
  #cell = null;

  /**
   * @param {HTMLElement} box
   * @param {RugTable} table
   */
  constructor(box, table) {
    this.#box = box;
    this.#table = table;
    box.addEventListener("pointerenter", () => clearTimeout(this.#leaving));
    box.addEventListener("pointerleave", () => this.leave());
  }

  get isOpen() {
    return !this.#box.hidden;
  }

  /** @param {Cell} cell */
  show(cell) {
    this.hide();
    clearTimeout(this.#leaving);
    this.#box.replaceChildren(...this.#words(cell));
    this.#box.hidden = false;
    this.#cell = cell;
    cell.setAttribute("aria-describedby", this.#box.id);
    this.#placeBeside(cell.getBoundingClientRect());
  }

  hide() {
    this.#box.hidden = true;
    this.#cell?.removeAttribute("aria-describedby");
  }

  /** Tell of the cell that has the focus, or nothing. */
  showFocused() {
    const focused = this.#table.cellAt(document.activeElement);
    if (focused) this.show(focused);
    else this.hide();
  }

  /** Go in a moment, unless the pointer comes back. */
  leave() {
    clearTimeout(this.#leaving);
    this.#leaving = window.setTimeout(() => this.showFocused(), LINGER);
  }

  /** @param {Cell} cell */
  #words(cell) {
    const { data, placeOf } = this.#table;
    const place = placeOf(cell);
    if (!place) return [];
    const { className } = cell;
    const against = this.#table.comparedWith(...place);
    const words = cellWords(data, place, className, textOf(cell), against);
    const facts = words.facts.flatMap(([term, text]) => [
      element("dt", {}, term),
      element("dd", {}, text),
    ]);
    return [
      element("p", { class: "area" }, words.area),
      element("p", {}, words.indicator),
      element("p", { class: "value" }, words.value, element("span", {}, words.unit)),
      element("p", { class: `verdict ${className}` }, words.verdict),
      element("dl", {}, ...facts),
    ];
  }

  /** @param {DOMRect} cell */
  #placeBeside({ left, right, top, bottom }) {
    const { offsetWidth: width, offsetHeight: height, style } = this.#box;
    const { clientWidth, clientHeight } = document.documentElement;
    const beside = Math.min(right + GAP, clientWidth - width - EDGE);
    const isBelow = bottom + GAP + height < clientHeight;
    style.left = `${Math.max(EDGE, beside < right ? left - width - GAP : beside)}px`;
    style.top = `${isBelow ? bottom + GAP : Math.max(EDGE, top - height - GAP)}px`;
  }
}
