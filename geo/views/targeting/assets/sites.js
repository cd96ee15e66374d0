// How near people live to sites, and who gains and loses against today: as geo.place_sites reckons.

import { grouped, percent } from "./numbers.js";

/** @import { Site, SitesData, TargetingData } from "./payload" */

/**
 * @typedef {object} Totals
 * @property {number} people
 * @property {number} near
 * @property {number | null} way  On average; null where there are no people.
 * @property {number} nearToday
 * @property {number | null} wayToday
 * @property {number} nearer  People with a shorter way than today.
 * @property {number} farther
 */

/**
 * Metres from each area to the nearest of some sites.
 * @param {SitesData} data
 * @param {Site[]} sites
 */
export function waysTo({ easting, northing }, sites) {
  return easting.map((x, area) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const site of sites) {
      nearest = Math.min(nearest, Math.hypot(x - site.easting, northing[area] - site.northing));
    }
    return nearest;
  });
}

/**
 * @param {TargetingData} data
 * @param {SitesData} sites
 * @param {number[]} ways
 * @param {number[]} today  Ways to today's sites; empty where there are none.
 * @param {number} within
 * @returns {Totals[]}  Of each group, and all.
 */
export function nearnessOf({ group, groups }, { count }, ways, today, within) {
  const none = { people: 0, near: 0, far: 0, nearToday: 0, farToday: 0, nearer: 0, farther: 0 };
  const sums = [...groups, "All"].map(() => ({ ...none }));
  for (const [area, people] of count.entries()) {
    for (const sum of [sums[group[area]], sums[groups.length]]) {
      sum.people += people;
      sum.far += people * ways[area];
      sum.farToday += people * today[area];
      if (ways[area] <= within) sum.near += people;
      if (today[area] <= within) sum.nearToday += people;
      if (ways[area] < today[area]) sum.nearer += people;
      if (ways[area] > today[area]) sum.farther += people;
    }
  }
  return sums.map(({ far, farToday, ...sum }) => ({
    ...sum,
    way: sum.people ? far / sum.people : null,
    wayToday: sum.people ? farToday / sum.people : null,
  }));
}

/** @param {number | null} way */
const metres = (way) => (way === null ? "–" : grouped(way));

/**
 * @param {number} part
 * @param {Totals} of
 */
const shareOf = (part, { people }) => percent(people ? part / people : null, 1);

/**
 * @param {Totals[]} totals
 * @param {SitesData} sites
 * @param {number} within
 */
export function nearnessSentences(totals, { words, today }, within) {
  const [now] = totals.slice(-1);
  const live = `${shareOf(now.near, now)} of all ${words} (${grouped(now.near)}) live within`;
  const near = `${live} ${grouped(within)} metres of one of these sites`;
  const way = `To the nearest of them it is ${metres(now.way)} metres on average`;
  if (!today.length) return [`${near}.`, `${way}, in a straight line.`];
  const before = `${shareOf(now.nearToday, now)} (${grouped(now.nearToday)})`;
  return [
    `${near}; within as far of today's sites, ${before}.`,
    `${way}, in a straight line; to today's, ${metres(now.wayToday)} metres.`,
    `${grouped(now.nearer)} ${words} would have a shorter way than today, ${grouped(now.farther)} a longer one.`,
  ];
}

/**
 * @param {Totals[]} totals
 * @param {string[]} groups
 * @param {boolean} hasToday
 */
export function nearnessRows(totals, groups, hasToday) {
  return [...groups, "All"].map((name, at) => {
    const one = totals[at];
    const now = [grouped(one.people), grouped(one.near), shareOf(one.near, one), metres(one.way)];
    const changed = [metres(one.wayToday), grouped(one.nearer), grouped(one.farther)];
    return [name, ...now, ...(hasToday ? changed : [])];
  });
}
