// The page of a Tartan Rug. The table stands in it as it was written; this moves its cells about and
// shows their words.

import { element, elementById } from "../../style/assets/dom.js";
import { labelled } from "./against.js";
import { offerChoices, writeOrder } from "./controls.js";
import { positionAfter } from "./keys.js";
import { arranged, compared, firstState, orderAfterPress, pairOf } from "./order.js";
import { differencesOf } from "./pair.js";
import { placeIn, RugTable } from "./table.js";
import { Tip } from "./tip.js";

/** @import { Kind, State } from "./order.js" */
/** @import { Position } from "./keys.js" */
/** @import { RugData } from "./payload" */
/** @import { Cell } from "./table.js" */

class Page {
  #frame;
  #table;
  #tip;
  #state;
  #lead = "";
  #title = "";
  /** @type {Cell | null} The one cell that the tabulator stops at. */
  #stop = null;

  /**
   * @param {HTMLElement} frame
   * @param {RugTable} table
   */
  constructor(frame, table) {
    this.#frame = frame;
    this.#table = table;
    this.#tip = new Tip(elementById("tip", HTMLElement), table);
    this.#state = firstState(table.data);
  }

  start() {
    offerChoices(this.#table.data, this.#state, (change) => this.#change(change));
    this.#sortByHeaders();
    this.#tellByPointer();
    this.#tellByFocus();
    this.#moveByKeyboard();
    this.#stopAt(this.#table.cell(0, 0));
  }

  /** @param {Partial<State>} change */
  #change(change) {
    const { data } = this.#table;
    Object.assign(this.#state, change);
    if (change.against !== undefined) this.#compareWith(change.against);
    const items = arranged(this.#state, this.#table);
    this.#table.draw(items, this.#state);
    this.#writePair(items.indicators);
    const across = this.#state.across ? items.areas : items.indicators;
    document.body.classList.toggle("wide", across.length > data.columns_on_a4);
    const first = this.#table.cell(items.indicators[0] ?? 0, items.areas[0] ?? 0);
    this.#stopAt(this.#stop?.isConnected ? this.#stop : first);
    const shown = [
      plural(items.indicators.length, "indicator"),
      plural(compared(items.areas, data).length, "area"),
    ];
    elementById("status", HTMLElement).textContent = `Showing ${shown.join(" in ")}.`;
  }

  /**
   * Tell how the two chosen areas differ.
   * @param {number[]} indicators
   */
  #writePair(indicators) {
    const section = elementById("pair", HTMLElement);
    const pair = pairOf(this.#state);
    section.hidden = !pair;
    if (!pair) return;
    const table = this.#table;
    const { areas, indicators: facts } = table.data;
    const { sentence, rows } = differencesOf(table, pair, indicators);
    const names = pair.map((j) => areas[j].name);
    const head = ["Indicator", ...names, "Difference"].map((text) =>
      element("th", { scope: "col" }, text),
    );
    const lines = rows.map(({ i, words }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, facts[i].name, " ", element("span", {}, facts[i].unit)),
        ...pair.map((j) => element("td", {}, table.shownOf(i, j))),
        element("td", {}, words),
      ),
    );
    const [title, told, frame] = section.children;
    title.textContent = names.join(" beside ");
    told.textContent = sentence;
    frame.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, "Clearly: the 95% intervals do not overlap."),
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...lines),
      ),
    );
  }

  /** @param {number} number  Of the benchmark. */
  #compareWith(number) {
    const table = this.#table;
    table.compareWith(number);
    const { labels } = table.data;
    const { against, counts } = table;
    const [lead] = document.getElementsByClassName("lead");
    this.#lead ||= lead.textContent;
    lead.textContent = labelled(table.data, "", this.#lead, against);
    const title = elementById("title", HTMLElement);
    this.#title ||= title.textContent;
    title.textContent = against?.title ?? this.#title;
    elementById("caption", HTMLElement).textContent = `${title.textContent}. ${lead.textContent}.`;
    for (const item of document.querySelectorAll(".key li")) {
      const [chip, label] = item.querySelectorAll("span");
      const name = chip.classList[1];
      const count = item.querySelector("b");
      if (!(name in labels) || !count) continue;
      label.textContent = labelled(table.data, name, labels[name], against);
      count.textContent = (counts[name] ?? 0).toLocaleString("en-GB");
    }
  }

  /** @param {Cell} cell */
  #stopAt(cell) {
    if (this.#stop) this.#stop.tabIndex = -1;
    this.#stop = cell;
    cell.tabIndex = 0;
  }

  /** A press on a header sorts by it. */
  #sortByHeaders() {
    this.#table.element.addEventListener("click", ({ target }) => {
      const head = target instanceof Element && target.closest("th");
      if (!head) return;
      /** @type {Kind[]} */
      const [named, kind] =
        "indicator" in head.dataset ? ["indicators", "areas"] : ["areas", "indicators"];
      const by = placeIn(head, named);
      if (by === undefined) return;
      this.#change({ [kind]: orderAfterPress(this.#state[kind], by) });
      writeOrder(kind, this.#state);
      head.querySelector("button")?.focus({ preventScroll: true });
    });
  }

  #tellByPointer() {
    const { element } = this.#table;
    const tip = this.#tip;
    element.addEventListener("pointerover", ({ pointerType, target }) => {
      if (pointerType !== "mouse") return;
      const cell = this.#table.cellAt(target);
      if (cell) tip.show(cell);
      else if (tip.isOpen) tip.leave();
    });
    element.addEventListener("pointerleave", () => tip.leave());
    element.addEventListener("click", ({ target }) => {
      const cell = this.#table.cellAt(target);
      if (!cell) return;
      this.#stopAt(cell);
      cell.focus({ preventScroll: true });
    });
    const follow = () => (tip.isOpen ? tip.showFocused() : tip.hide());
    this.#frame.addEventListener("scroll", follow, { passive: true });
  }

  #tellByFocus() {
    const { element } = this.#table;
    element.addEventListener("focusin", ({ target }) => {
      const cell = this.#table.cellAt(target);
      if (!cell) {
        this.#tip.hide();
        return;
      }
      this.#stopAt(cell);
      this.#tip.show(cell);
    });
    element.addEventListener("focusout", () => this.#tip.leave());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#tip.hide();
    });
  }

  #moveByKeyboard() {
    this.#table.element.addEventListener("keydown", (event) => {
      const cell = this.#table.cellAt(event.target);
      if (!cell) return;
      const { rows } = this.#table;
      const row = rows.findIndex((cells) => cells.includes(cell));
      /** @type {Position} */
      const size = [rows.length, rows[row].length];
      const to = positionAfter(event.key, [row, rows[row].indexOf(cell)], size);
      if (!to) return;
      event.preventDefault();
      const next = rows[to[0]][to[1]];
      this.#stopAt(next);
      next.focus({ preventScroll: true });
      this.#keepInView(next);
    });
  }

  /**
   * Scroll the frame so that a cell is not under the headers that stay in view.
   * @param {Cell} cell
   */
  #keepInView(cell) {
    const frame = this.#frame;
    const table = this.#table.element;
    const [box, around] = [cell, frame].map((one) => one.getBoundingClientRect());
    const [head] = /** @type {HTMLTableRowElement} */ (cell.parentElement).cells;
    const top = around.top + (table.tHead?.offsetHeight ?? 0);
    const left = around.left + head.offsetWidth;
    const right = Math.max(0, box.right - around.left - frame.clientWidth);
    const bottom = Math.max(0, box.bottom - around.top - frame.clientHeight);
    frame.scrollBy(
      box.left < left ? box.left - left : right,
      box.top < top ? box.top - top : bottom,
    );
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/**
 * @param {number} count
 * @param {string} one
 */
const plural = (count, one) => `${count} ${count === 1 ? one : `${one}s`}`;

/** Read what Python wrote into the page, and serve it. */
function start() {
  /** @type {RugData} */
  const data = JSON.parse(elementById("data", HTMLScriptElement).text);
  const frame = elementById("rug", HTMLElement);
  const [table] = frame.getElementsByTagName("table");
  new Page(frame, new RugTable(table, data)).start();
}

start();
