// What a reader chooses by: lists of areas, indicators and orders, two switches.

import { element, elementById } from "../../style/assets/dom.js";
import { compared } from "./order.js";

/** @import { Kind, State } from "./order.js" */
/** @import { RugData } from "./payload" */

/**
 * Fill the lists, and tell of each choice.
 * @param {RugData} data
 * @param {State} state
 * @param {(change: Partial<State>) => void} change
 */
export function offerChoices(data, state, change) {
  const form = elementById("controls", HTMLFormElement);
  const [where, group, areasBy, indicatorsBy] = ["where", "group", "areas-by", "indicators-by"].map(
    (id) => elementById(id, HTMLSelectElement),
  );
  where.append(...areaChoices(data));
  group.append(...indicatorChoices(data));
  areasBy.append(...orderChoices(data.indicators, data.quintiles));
  indicatorsBy.append(...orderChoices(data.areas, data.quintiles));
  const beside = elementById("beside", HTMLSelectElement);
  const others = compared(data.areas.map((_, j) => j), data).map((j) => option(j, data.areas[j].name)); // biome-ignore format: one line
  beside.append(option(-1, "No second area"), ...others);
  where.addEventListener("change", () => {
    const one = where.value.startsWith("o:");
    if (!one) beside.selectedIndex = 0;
    beside.disabled = !one;
    change({ where: where.value, beside: Number(beside.value) });
  });
  beside.addEventListener("change", () => change({ beside: Number(beside.value) }));
  group.addEventListener("change", () => change({ group: group.value }));
  areasBy.addEventListener("change", () => change({ areas: { by: areasBy.value, direction: 1 } }));
  indicatorsBy.addEventListener("change", () =>
    change({ indicators: { by: indicatorsBy.value, direction: 1 } }),
  );
  const worse = elementById("worse", HTMLInputElement);
  document.getElementById("against")?.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement) change({ against: Number(target.value) });
  });
  worse.addEventListener("change", () => change({ worse: worse.checked }));
  const swap = elementById("swap", HTMLButtonElement);
  swap.addEventListener("click", () => change({ across: !state.across }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
}

/**
 * Show in the lists how areas or indicators are sorted.
 * @param {Kind} kind
 * @param {State} state
 */
export function writeOrder(kind, state) {
  elementById(`${kind}-by`, HTMLSelectElement).value = state[kind].by;
}

/**
 * @param {string | number} value
 * @param {string} text
 */
const option = (value, text) => element("option", { value }, text);

/**
 * @param {{ group: string }[]} facts
 */
const groupsOf = (facts) => [...new Set(facts.map(({ group }) => group))].filter(Boolean);

/** @param {RugData} data */
function areaChoices(data) {
  const all = data.areas.map((_, j) => j);
  const own = compared(all, data);
  const groups = groupsOf(own.map((j) => data.areas[j]));
  const ofGroups = groups.map((name) => option(`g:${name}`, name));
  const ofAreas = own.map((j) => option(`o:${j}`, data.areas[j].name));
  return [
    option("all", "All areas"),
    ...(groups.length > 1 ? [element("optgroup", { label: "Groups" }, ...ofGroups)] : []),
    element("optgroup", { label: "One area" }, ...ofAreas),
  ];
}

/** @param {RugData} data */
const indicatorChoices = ({ indicators }) => [
  option("all", "All indicators"),
  ...groupsOf(indicators).map((name) => option(name, name)),
];

/**
 * @param {{ name: string }[]} others  Items of the other kind, by each of which can be sorted.
 * @param {boolean} quintiles
 */
const orderChoices = (others, quintiles) => [
  option("grouped", "By group"),
  option("worse", quintiles ? "Most in the worst fifth" : "Most worse first"),
  option("name", "By name"),
  element(
    "optgroup",
    { label: "Worst first in" },
    ...others.map(({ name }, place) => option(place, name)),
  ),
];
