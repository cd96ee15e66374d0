// Whom serving the first areas reaches, and whom it leaves out: as geo.coverage reckons it.

/** @import { People, TargetingData } from "./payload" */
/** @import { Order } from "./priority.js" */

/**
 * @typedef {object} GroupReach
 * @property {string} group
 * @property {number} first  How many of its areas are served.
 * @property {number} areas
 * @property {number} need
 * @property {number} reached
 */

/**
 * @typedef {object} Reach
 * @property {number[]} curve  Share reached as one area after the other is served.
 * @property {GroupReach[]} groups
 * @property {number} share
 * @property {number | null} leakage  Share of those served who are not in need.
 * @property {number | null} concentration
 * @property {number} fewest  The least number of areas that hold half of all.
 */

/**
 * @param {TargetingData} data
 * @param {Order} order
 * @param {People} people
 * @param {number} top
 * @returns {Reach}
 */
export function reachOf(data, order, people, top) {
  const { count, base } = people;
  const total = sumOf(count);
  const served = order.areas.slice(0, top);
  const isServed = new Set(served);
  const needs = byGroup(data, count);
  const groups = data.groups.map((group, at) => {
    const own = data.group.flatMap((one, area) => (one === at ? [area] : []));
    const first = own.filter((area) => isServed.has(area));
    const reached = sumOf(first.map((area) => count[area]));
    return { group, first: first.length, areas: own.length, need: needs[at], reached };
  });
  let sum = 0;
  const curve = order.areas.map((area) => {
    sum += count[area];
    return sum / total;
  });
  const reached = sumOf(served.map((area) => count[area]));
  const everybody = base && sumOf(served.map((area) => base[area]));
  return {
    curve,
    groups,
    share: reached / total,
    leakage: everybody === null ? null : 1 - (everybody > 0 ? reached / everybody : 1),
    concentration: base && concentrationIndex(count, base, order),
    fewest: fewestOf(count, total),
  };
}

/**
 * @param {TargetingData} data
 * @param {number[]} counts  Of the areas.
 */
export function byGroup(data, counts) {
  const sums = data.groups.map(() => 0);
  for (const [area, count] of counts.entries()) sums[data.group[area]] += count;
  return sums;
}

/** @param {number[]} numbers */
const sumOf = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

/**
 * @param {number[]} count
 * @param {number} total
 */
function fewestOf(count, total) {
  let [sum, areas] = [0, 0];
  for (const one of [...count].sort((here, there) => there - here)) {
    sum += one;
    areas += 1;
    if (sum >= (total / 2) * (1 - 1e-12)) break;
  }
  return areas;
}

/**
 * Areas that share a rank stand together; those without one come last.
 * @param {number[]} count
 * @param {number[]} base
 * @param {Order} order
 */
function concentrationIndex(count, base, order) {
  const all = sumOf(base);
  let [before, weighed] = [0, 0];
  for (let at = 0; at < order.areas.length; ) {
    const rank = order.rank[order.areas[at]];
    let [size, cases] = [0, 0];
    for (; at < order.areas.length && order.rank[order.areas[at]] === rank; at++) {
      size += base[order.areas[at]];
      cases += count[order.areas[at]];
    }
    weighed += (cases * (before + size / 2)) / all;
    before += size;
  }
  return (2 * weighed) / sumOf(count) - 1;
}
