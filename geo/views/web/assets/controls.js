// The controls of the panel: filled from the page's data, read into changes of state, and written
// to say what the state is.

import { element } from "../../style/assets/dom.js";
import { byId } from "./dom.js";
import { capital } from "./format.js";

/** @import { Scheme } from "./measures.js" */
/** @import { State, View } from "./view.js" */
/** @typedef {(asked: Partial<State>, options?: { move?: boolean }) => void} Change */

const LONGEST_LIST = 400;

/**
 * @param {string} text
 * @param {string | number} value
 */
const option = (text, value) => element("option", { value }, text);

/** @param {View} view */
function measureOptions({ measures: { menu } }) {
  const groups = [...new Set(menu.map(({ group }) => group))];
  return groups.map((group) => {
    const own = menu.filter((one) => one.group === group);
    return element("optgroup", { label: group }, ...own.map(({ id, label }) => option(label, id)));
  });
}

/**
 * What a code such as N1 stands for: the smallest groups that lie in it, where none lies there in part.
 * @param {View} view
 * @param {number} level
 * @param {number} group
 */
function explained({ levels, groupOf, areas }, level, group) {
  const name = levels[level].names[group];
  if (!level || !/^[A-Z]{1,3}\d{1,2}$/.test(name)) return name;
  const inside = areas.filter((i) => groupOf[level](i) === group).map((i) => groupOf[0](i));
  const within = new Set(inside);
  if (areas.some((i) => within.has(groupOf[0](i)) && groupOf[level](i) !== group)) return name;
  const names = [...new Set(inside)].map((one) => (one === null ? "" : levels[0].names[one]));
  return `${name} (${names.filter(Boolean).sort().join(" · ")})`;
}

/** @param {View} view */
function groupOptions(view) {
  const { data, levels } = view;
  const whole = data.place ? `All of ${data.place}` : "All areas";
  return levels.flatMap(({ names, singular, plural }, level) => {
    if (names.length > LONGEST_LIST) return []; // the search finds them
    const all = data.levels.length > 1 ? `All, by ${singular}` : whole;
    const own = names.map((_, group) => option(explained(view, level, group), `${level}:${group}`));
    if (level < data.levels.length) own.unshift(option(all, `${level}:-1`));
    return [element("optgroup", { label: capital(plural) }, ...own)];
  });
}

/** @param {View} view */
export function fillControls(view) {
  byId("show", HTMLSelectElement).append(...measureOptions(view));
  byId("with", HTMLSelectElement).append(option("Nothing else", ""), ...measureOptions(view));
  byId("where", HTMLSelectElement).append(...groupOptions(view));
  const { heat } = view.data;
  if (heat.length) {
    const layers = heat.map((name, k) => option(name, k));
    byId("heat", HTMLSelectElement).append(option("None", -1), ...layers);
  }
}

/**
 * Hand on what a reader chooses.
 * @param {View} view
 * @param {Change} change
 */
export function readControls({ data }, change) {
  /** @type {(id: string, asked: (value: string) => Partial<State>, move?: boolean) => void} */
  const onSelect = (id, asked, move = false) => {
    const select = byId(id, HTMLSelectElement);
    select.addEventListener("change", () => change(asked(select.value), { move }));
  };
  /** @type {(id: string, asked: (value: string) => Partial<State>, move?: boolean) => void} */
  const onRadio = (id, asked, move = false) => {
    byId(id, HTMLElement).addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) change(asked(target.value), { move });
    });
  };
  onSelect("show", (show) => ({ show }));
  onRadio("as", (value) => ({ scheme: /** @type {Scheme} */ (value) }));
  onSelect("with", (second) => ({ second }), true);
  onRadio("how", (value) => ({ together: value === "1" }), true);
  onSelect("where", readPlace, true);
  onSelect("top", (value) => ({ top: Number(value) }));
  if (data.heat.length) onSelect("heat", (value) => ({ heat: Number(value) }), true);
  const outline = byId("outline", HTMLInputElement);
  outline.addEventListener("change", () => change({ outline: outline.checked }));
}

/** @param {string} value */
function readPlace(value) {
  const [level, group] = value.split(":").map(Number);
  return { level, group };
}

/**
 * Show in the controls what is chosen.
 * @param {View} view
 */
export function writeControls({ state, data, first, index }) {
  /** @type {(id: string, value: string | number) => HTMLSelectElement} */
  const choose = (id, value) =>
    Object.assign(byId(id, HTMLSelectElement), { value: String(value) });
  /** @type {(id: string, hidden: boolean, value: string | undefined) => void} */
  const check = (id, hidden, value) => {
    const box = byId(id, HTMLElement);
    box.hidden = hidden;
    for (const input of box.querySelectorAll("input")) input.checked = input.value === value;
  };
  choose("show", state.show);
  const where = choose("where", `${state.level}:${state.group}`);
  if (where.selectedIndex < 0) choose("where", `${data.level}:-1`);
  choose("top", state.top);
  byId("outline", HTMLInputElement).checked = state.outline;
  check("as", (first.schemes ?? []).length < 2, first.scheme);
  choose("with", state.second);
  check("how", !state.second, state.together ? "1" : "0");
  if (data.heat.length) choose("heat", state.heat);
  byId("top-name", HTMLElement).textContent = index.name;
}
