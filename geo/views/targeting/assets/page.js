// The page of targeting. It stands as it was written; this reckons other settings than its first.

import { element, elementById } from "../../style/assets/dom.js";
import { unmet } from "./allocation.js";
import { along, curvePath } from "./curve.js";
import { HubMap } from "./hubs.js";
import { grouped } from "./numbers.js";
import { orderOf } from "./priority.js";
import { reachOf } from "./reach.js";
import { fill } from "./table.js";
import { allocationRows, areaRows, groupRows, inPennies, sentencesOf, titleOf } from "./words.js";

/** @import { Setting, TargetingData } from "./payload" */

class Page {
  #data;
  /** @type {Setting} */
  #setting;
  #isWaiting = false;

  /** @param {TargetingData} data */
  constructor(data) {
    this.#data = data;
    this.#setting = structuredClone(data.setting);
  }

  start() {
    for (const form of document.querySelectorAll("form")) {
      form.hidden = false;
      form.addEventListener("submit", (event) => event.preventDefault());
      form.addEventListener("input", ({ target }) => this.#take(target));
    }
    const again = elementById("again", HTMLButtonElement);
    again.addEventListener("click", () => {
      this.#setting = structuredClone(this.#data.setting);
      for (const form of document.querySelectorAll("form")) form.reset();
      this.#later();
    });
    const { sites } = this.#data;
    if (sites) new HubMap(this.#data, sites, (words) => this.#tell(words)).start();
  }

  /**
   * Take what was put in; a slider and the field beside it hold the same number.
   * @param {EventTarget | null} target
   */
  #take(target) {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    const { set } = target.dataset;
    if (!set) return;
    if (target instanceof HTMLInputElement && !target.validity.valid) {
      this.#tell(`${target.labels?.[0]?.textContent ?? "The number"}: ${target.validationMessage}`);
      return;
    }
    const isEmpty = target.value === "";
    if (isEmpty && set !== "cap") return;
    for (const twin of document.querySelectorAll(`[data-set="${set}"]`)) {
      if (twin !== target && twin instanceof HTMLInputElement) twin.value = target.value;
    }
    const number = isEmpty ? null : Number(target.value);
    const [key, at] = set.split(" ");
    if (at) this.#setting.weights[Number(at)] = number ?? 0;
    else Object.assign(this.#setting, { [key]: number });
    this.#later();
  }

  /** Reckon once before the next picture, however many numbers change till then. */
  #later() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      this.#show();
    });
  }

  #show() {
    const [data, setting] = [this.#data, this.#setting];
    const { top, weights, people } = setting;
    if (!weights.some((weight) => weight > 0)) {
      this.#tell("Every need weighs 0; give one of them a weight.");
      return;
    }
    const order = orderOf(data, weights, top);
    const reach = reachOf(data, order, data.people[people], top);
    const title = titleOf(data, reach, top);
    elementById("title", HTMLElement).textContent = title;
    const said = sentencesOf(data, order, reach, setting).map((words) => element("li", {}, words));
    elementById("said", HTMLElement).replaceChildren(...said);
    elementById("line", SVGElement).setAttribute("d", curvePath(reach.curve));
    const mark = along(top, data.codes.length);
    for (const end of ["x1", "x2"]) elementById("mark", SVGElement).setAttribute(end, mark);
    for (const one of document.querySelectorAll(".top")) one.textContent = grouped(top);
    for (const one of document.querySelectorAll(".people")) {
      one.textContent = data.people[people].words;
    }
    fill("groups", groupRows(reach));
    fill("areas", areaRows(data, order, top));
    this.#tell(this.#splitBudget() || `${title}.`);
  }

  /** Split the budget, or say why it cannot be split so. */
  #splitBudget() {
    const [data, setting] = [this.#data, this.#setting];
    const { share, budget, floor, cap } = setting;
    const { need, words } = data.shares[share];
    const most = cap === null ? null : inPennies(cap);
    const wrong = unmet(inPennies(budget), need, inPennies(floor), most);
    if (!wrong) {
      fill("allocation", allocationRows(data, setting));
      elementById("shared", HTMLElement).textContent = words;
    }
    elementById("unmet", HTMLElement).textContent = wrong;
    return wrong;
  }

  /** @param {string} words */
  #tell(words) {
    elementById("status", HTMLElement).textContent = words;
  }
}

new Page(JSON.parse(elementById("data", HTMLScriptElement).text)).start();
