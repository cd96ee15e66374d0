// What a setting comes to, in sentences and rows of tables.

import { split } from "./allocation.js";
import { grouped, listed, percent, pounds } from "./numbers.js";

/** @import { Setting, TargetingData } from "./payload" */
/** @import { Order } from "./priority.js" */
/** @import { GroupReach, Reach } from "./reach.js" */

const BEYOND = 10;
const NEAR = 1e-9;

/**
 * @param {GroupReach[]} groups
 * @returns {GroupReach[]}
 */
const mostFirst = (groups) => [...groups].sort((one, other) => other.first - one.first);

/**
 * @param {TargetingData} data
 * @param {Reach} reach
 * @param {number} top
 */
export function titleOf(data, reach, top) {
  const of = data.codes.length;
  const [most] = mostFirst(reach.groups);
  const word = data.area_words[of === 1 ? 0 : 1];
  const holds = top > 1 ? `${most.group} holds ${grouped(most.first)} of them` : `in ${most.group}`;
  return `${grouped(top)} of ${grouped(of)} ${word} ${top === 1 ? "comes" : "come"} first: ${holds}`;
}

/**
 * @param {TargetingData} data
 * @param {Order} order
 * @param {Reach} reach
 * @param {Setting} setting
 */
export function sentencesOf(data, order, reach, { top, people }) {
  const { words } = data.people[people];
  return [
    held(reach.groups, top),
    ...covered(data, reach, top, words),
    ...equity(reach, words),
    ...certainty(data, order, top),
  ];
}

/**
 * @param {GroupReach[]} groups
 * @param {number} top
 */
function held(groups, top) {
  const [first, ...others] = mostFirst(groups).filter((one) => one.first);
  const said = listed([
    `${first.group} holds ${grouped(first.first)} of the ${grouped(top)}`,
    ...others.map((one) => `${one.group} ${grouped(one.first)}`),
  ]);
  const none = groups.filter((one) => !one.first).map((one) => one.group);
  return none.length ? `${said}. None of them is in ${listed(none, "or")}.` : `${said}.`;
}

/**
 * @param {TargetingData} data
 * @param {Reach} reach
 * @param {number} top
 * @param {string} what
 */
function covered(data, { share, leakage, fewest }, top, what) {
  const of = data.codes.length;
  const [one, many] = data.area_words;
  const first =
    top === 1 ? `the ${one} that comes first` : `the ${grouped(top)} ${many} that come first`;
  const most = share < 0.5 ? "most" : share === 0.5 ? "half" : "less than half";
  const lost = `Of all who are served there, ${percent(leakage, 1)} are not ${what}.`;
  const hold = `${grouped(fewest)} ${fewest === 1 ? one : many}`;
  return [
    `${percent(share, 1)} of all ${what} are from ${first} (${percent(top / of, 1)} of ${grouped(of)}).`,
    ...(leakage === null ? [] : [lost]),
    `${percent(1 - share, 1)} of all ${what}, ${most}, live elsewhere and would be left out.`,
    `Half of all ${what} are from the ${hold} with most of them (${percent(fewest / of, 1)} of ${grouped(of)}).`,
  ];
}

/**
 * @param {Reach} reach
 * @param {string} what
 */
function equity({ concentration }, what) {
  if (concentration === null) return [];
  const sign = concentration < 0 ? "" : "+";
  return [
    `Concentration index in this order: ${sign}${grouped(concentration, 2)} (0: ${what} are spread evenly; below 0: more of them are where need comes first; −1 at the most).`,
  ];
}

/**
 * @param {TargetingData} data
 * @param {Order} order
 * @param {number} top
 */
function certainty(data, order, top) {
  const standings = order.chance.map((chance) => chance !== null && standingOf(chance, data.firm));
  const sure = standings.filter((one) => one === "firmly in").length;
  const open = standings.filter((one) => one === "borderline").length;
  const first = grouped(top);
  const said = order.isUncertain
    ? `How sure: ${grouped(sure)} of the ${first} are firmly in (among the first ${first} in ${percent(data.firm)} or more of ${grouped(data.noise.length)} draws); ${grouped(open)} are borderline.`
    : "How sure: as the ranks that are published, of which no sampling error is known.";
  const unranked = order.rank.filter((rank) => rank === null).length;
  if (!unranked) return [said];
  const words = `${grouped(unranked)} ${data.area_words[unranked === 1 ? 0 : 1]}`;
  return [said, `${words} without a figure that is shown have no rank and come last.`];
}

/**
 * @param {number} chance
 * @param {number} firm
 */
function standingOf(chance, firm) {
  if (chance >= firm - NEAR) return "firmly in";
  return chance <= 1 - firm + NEAR ? "firmly out" : "borderline";
}

/** @param {Reach} reach */
export function groupRows({ groups }) {
  const total = { group: "All", first: 0, areas: 0, need: 0, reached: 0 };
  for (const one of groups) {
    total.first += one.first;
    total.areas += one.areas;
    total.need += one.need;
    total.reached += one.reached;
  }
  return [...groups, total].map((one) => {
    const out = one.need - one.reached;
    return [
      one.group,
      `${grouped(one.first)} of ${grouped(one.areas)}`,
      ...[one.need, one.reached, out].map((number) => grouped(number)),
      percent(one.need ? out / one.need : null, 1),
    ];
  });
}

/**
 * @param {TargetingData} data
 * @param {Order} order
 * @param {number} top
 */
export function areaRows(data, order, top) {
  return order.areas.flatMap((area, place) => {
    const [rank, chance] = [order.rank[area], order.chance[area]];
    const standing = chance === null ? "no rank" : standingOf(chance, data.firm);
    const isOpen = order.isUncertain && standing === "borderline";
    if (place >= top + BEYOND && !isOpen) return [];
    const sure = order.isUncertain ? `${standing}, ${percent(chance)}` : standing.slice(7);
    return [
      [
        rank === null ? "–" : grouped(rank),
        data.names[area],
        data.codes[area],
        data.groups[data.group[area]],
        rank === null ? "–" : grouped(order.inGroup[area] ?? 0),
        String(data.decile[area] ?? "–"),
        rank === null ? standing : sure,
      ],
    ];
  });
}

/**
 * @param {TargetingData} data
 * @param {Setting} setting
 */
export function allocationRows(data, { share, budget, floor, cap }) {
  const pennies = inPennies(budget);
  const needs = data.shares[share].need;
  const [least, most] = [inPennies(floor), cap === null ? null : inPennies(cap)];
  const given = split(pennies, needs, least, most);
  const beside = [needs.map(() => 1), ...(data.residents ? [data.residents] : [])];
  const others = beside.map((counts) => split(pennies, counts, 0, null));
  return data.groups.map((group, at) => {
    const held = given[at] === most ? "cap" : given[at] === least && least ? "floor" : "–";
    const amount = given[at] / 100;
    return [
      group,
      grouped(needs[at]),
      pounds(amount),
      percent(amount / budget, 1),
      pounds(needs[at] ? amount / needs[at] : null),
      ...others.map((one) => pounds(one[at] / 100)),
      held,
    ];
  });
}

/** @param {number} amount  In pounds. */
export const inPennies = (amount) => Math.round(amount * 100);
