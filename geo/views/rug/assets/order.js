// Which areas and indicators are shown, and in which order. Each is told by its place in the data:
// an indicator is i, an area j.

/** @import { RugData } from "./payload" */
/** @typedef {"areas" | "indicators"} Kind */
/** @typedef {Record<Kind, number[]>} Items */
/**
 * What to sort by: "grouped", "name", "worse", or the place of an item of the other kind; 1 has the
 * worst first, -1 the best.
 * @typedef {{ by: string, direction: number }} Order
 */
/**
 * What a reader chose. `where` is "all", "g:" and a group of areas, or "o:" and the place of one,
 * `beside` the place of another that stands beside that one, or -1.
 * @typedef {{ across: boolean, against: number, where: string, beside: number, group: string, worse: boolean } & Record<Kind, Order>} State
 */
/**
 * What stands in the table.
 * @typedef {object} Cells
 * @property {RugData} data
 * @property {(i: number, j: number) => string} classOf
 * @property {(i: number, j: number) => number} valueOf  Not a number where none is shown.
 */

/** @type {Order} */
const GROUPED = { by: "grouped", direction: 1 };

/**
 * @param {RugData} data
 * @returns {State}
 */
export const firstState = ({ across }) => ({
  across,
  against: -1,
  where: "all",
  beside: -1,
  group: "all",
  worse: false,
  areas: GROUPED,
  indicators: GROUPED,
});

/**
 * The order after a press on a header: worst first, then best first, then as it was.
 * @param {Order} before
 * @param {string} by
 * @returns {Order}
 */
export function orderAfterPress(before, by) {
  if (before.by !== by) return { by, direction: 1 };
  return before.direction > 0 ? { by, direction: -1 } : GROUPED;
}

/**
 * The number that a cell shows: "<0.1" is half of it, "≥5" the least, "≈5" about it, a sign in brackets is none.
 * @param {string} text
 */
export function numberIn(text) {
  if (text.startsWith("[") || !text.trim()) return Number.NaN;
  const plain = text
    .replace(/,/g, "")
    .replace(/^[>≥≈]/, "")
    .replace("−", "-");
  return plain.startsWith("<") ? Number.parseFloat(plain.slice(1)) / 2 : Number.parseFloat(plain);
}

/**
 * Sort by a key, missing last whatever the direction; equals keep their order.
 * @template {number | string} Key
 * @param {number[]} items
 * @param {(item: number) => Key} key
 * @param {number} direction
 */
export function sorted(items, key, direction) {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort(({ key: a }, { key: b }) => {
    const [noA, noB] = [Number.isNaN(a), Number.isNaN(b)];
    if (noA || noB) return Number(noA) - Number(noB);
    return direction * (a < b ? -1 : Number(a > b));
  });
  return keyed.map(({ item }) => item);
}

/**
 * Items one after another that are of the same group.
 * @param {{ group: string }[]} facts
 * @param {number[]} items
 */
export function runsOf(facts, items) {
  /** @type {{ group: string, items: number[] }[]} */
  const runs = [];
  for (const item of items) {
    const { group } = facts[item];
    const last = runs.at(-1);
    if (last?.group === group) last.items.push(item);
    else runs.push({ group, items: [item] });
  }
  return runs;
}

/**
 * How many cells of an area or an indicator have each class; areas of reference do not count.
 * @param {Kind} kind
 * @param {number} item
 * @param {Items} shown
 * @param {Cells} cells
 */
export function classCounts(kind, item, shown, { data, classOf }) {
  const classes =
    kind === "areas"
      ? shown.indicators.map((i) => classOf(i, item))
      : compared(shown.areas, data).map((j) => classOf(item, j));
  /** @type {Record<string, number>} */
  const counts = {};
  for (const name of classes) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/**
 * Leave areas of reference out.
 * @param {number[]} areas
 * @param {RugData} data
 */
export const compared = (areas, data) => areas.filter((j) => !data.areas[j].reference);

/**
 * What is shown, in order.
 * @param {State} state
 * @param {Cells} cells
 * @returns {Items}
 */
export function arranged(state, cells) {
  const chosen = chosenAreas(state, cells.data);
  const indicators = orderIndicators(chosenIndicators(state, cells, chosen), state, cells, chosen);
  const areas = orderAreas(chosen, state, cells, indicators);
  return { indicators, areas: state.where.startsWith("o:") ? besideFirst(areas, cells) : areas };
}

/**
 * @param {State} state
 * @param {RugData} data
 */
function chosenAreas({ where, beside }, data) {
  const all = data.areas.map((_, j) => j);
  if (where === "all") return all;
  const name = where.slice(2);
  return all.filter((j) => {
    const { reference, group } = data.areas[j];
    return (
      reference || (where.startsWith("g:") ? group === name : j === Number(name) || j === beside)
    );
  });
}

/**
 * The two areas that stand side by side; nothing where there are not two.
 * @param {State} state
 * @returns {[number, number] | null}
 */
export function pairOf({ where, beside }) {
  const one = Number(where.slice(2));
  return where.startsWith("o:") && beside >= 0 && beside !== one ? [one, beside] : null;
}

/**
 * @param {State} state
 * @param {Cells} cells
 * @param {number[]} areas
 */
function chosenIndicators({ group, worse }, cells, areas) {
  const { data } = cells;
  const own = compared(areas, data);
  return data.indicators
    .map((_, i) => i)
    .filter((i) => group === "all" || data.indicators[i].group === group)
    .filter((i) => !worse || own.some((j) => isBad(i, j, cells)));
}

/**
 * @param {number} i
 * @param {number} j
 * @param {Cells} cells
 */
const isBad = (i, j, { data, classOf }) => data.bad.includes(classOf(i, j));

/**
 * @param {number[]} areas
 * @param {State} state
 * @param {Cells} cells
 * @param {number[]} indicators
 */
function orderAreas(areas, { areas: { by, direction } }, cells, indicators) {
  if (by === GROUPED.by) return areas;
  const { data } = cells;
  const worstFirst = data.indicators[Number(by)]?.high === 1 ? 1 : -1;
  /** @type {(j: number) => number | string} */
  const key = (j) => {
    if (by === "name") return data.areas[j].name.toLocaleLowerCase("en-GB");
    if (by === "worse") return -indicators.filter((i) => isBad(i, j, cells)).length;
    return worstFirst * cells.valueOf(Number(by), j);
  };
  const references = areas.filter((j) => data.areas[j].reference);
  return [...references, ...sorted(compared(areas, data), key, direction)];
}

/**
 * One area stands next to the first of reference, so that it is seen on a narrow screen.
 * @param {number[]} areas
 * @param {Cells} cells
 */
function besideFirst(areas, { data }) {
  const references = areas.filter((j) => data.areas[j].reference);
  return [...references.slice(0, 1), ...compared(areas, data), ...references.slice(1)];
}

/**
 * @param {number[]} indicators
 * @param {State} state
 * @param {Cells} cells
 * @param {number[]} areas
 */
function orderIndicators(indicators, { indicators: { by, direction } }, cells, areas) {
  if (by === GROUPED.by) return indicators;
  const { data } = cells;
  const own = compared(areas, data);
  const judged = data.order.slice(0, data.order.indexOf("not_compared"));
  /** @type {(i: number) => number | string} */
  const key = (i) => {
    if (by === "name") return data.indicators[i].name.toLocaleLowerCase("en-GB");
    if (by === "worse") return -own.filter((j) => isBad(i, j, cells)).length;
    const rank = judged.indexOf(cells.classOf(i, Number(by)));
    return rank < 0 ? Number.NaN : rank;
  };
  return sorted(indicators, key, direction);
}
