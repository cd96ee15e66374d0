// Who comes first, and how sure that is: as geo.priority reckons it.

/** @import { Measure, TargetingData } from "./payload" */

/**
 * @typedef {object} Order
 * @property {number[]} areas  First come first; those without a rank last.
 * @property {(number | null)[]} rank  Of each area; ties share the first.
 * @property {(number | null)[]} inGroup
 * @property {(number | null)[]} chance  Share of draws in which an area is among the first.
 * @property {boolean} isUncertain
 */

/**
 * @param {TargetingData} data
 * @param {number[]} weights  A share of their sum each.
 * @param {number} top
 * @returns {Order}
 */
export function orderOf(data, weights, top) {
  const sum = weights.reduce((total, one) => total + one, 0);
  const used = weights.flatMap((weight, at) => (weight > 0 ? [at] : []));
  const shares = used.map((at) => weights[at] / sum);
  const measures = used.map((at) => data.measures[at]);
  const known = data.codes.flatMap((_, area) =>
    measures.every((one) => one.position[area] !== null) ? [area] : [],
  );
  const published = measures.map((one) => known.map((area) => percentile(one, area)));
  const index = indexOf(shares, published, known.length);
  const rank = ranks(index);
  const isUncertain = used.length > 1 || measures.some((one) => one.drawn !== "");
  const least = Math.min(top, known.length);
  const noise = data.noise.map((row) => used.map((at) => row[at]));
  const chance = isUncertain
    ? chances(measures, shares, published, noise, data.weights_as_of, least)
    : areFirst(index, least).map(Number);
  const inGroup = ranksWithin(
    index,
    known.map((area) => data.group[area]),
  );
  /** @param {number[]} values */
  const ofAll = (values) => {
    /** @type {(number | null)[]} */
    const all = data.codes.map(() => null);
    for (const [at, area] of known.entries()) all[area] = values[at];
    return all;
  };
  const all = ofAll(rank);
  const last = data.codes.length + 1;
  const areas = data.codes.map((_, area) => area);
  areas.sort((one, other) => (all[one] ?? last) - (all[other] ?? last) || one - other);
  return { areas, rank: all, inGroup: ofAll(inGroup), chance: ofAll(chance), isUncertain };
}

/**
 * @param {Measure} measure
 * @param {number} area
 */
function percentile(measure, area) {
  return 100 * ((measure.position[area] ?? 0) / measure.among);
}

/**
 * Weighted sums, equal where they differ by less than their ninth decimal.
 * @param {number[]} shares
 * @param {ArrayLike<number>[]} needs
 * @param {number} size
 */
function indexOf(shares, needs, size) {
  const index = new Float64Array(size);
  for (let area = 0; area < size; area++) {
    let sum = 0;
    for (let at = 0; at < shares.length; at++) sum += shares[at] * needs[at][area];
    index[area] = shares.length > 1 ? Math.round(sum * 1e9) / 1e9 : sum;
  }
  return index;
}

/**
 * Which areas are among the first; ties for the last are in.
 * @param {Float64Array} index
 * @param {number} top
 */
function areFirst(index, top) {
  const least = index.slice().sort()[index.length - top];
  return Array.from(index, (value) => value >= least);
}

/**
 * @param {Measure[]} measures
 * @param {number[]} shares
 * @param {number[][]} published
 * @param {number[][]} noise
 * @param {number} asOf
 * @param {number} top
 */
function chances(measures, shares, published, noise, asOf, top) {
  const size = published[0].length;
  const drawn = measures.map((one) => twicePositions(one.drawn));
  const times = new Array(size).fill(0);
  for (const [draw, row] of noise.entries()) {
    const weights = shares.length > 1 && asOf > 0 ? weightsAbout(shares, asOf, row) : shares;
    const needs = published.map((fixed, at) => {
      const from = drawn[at].subarray(draw * size, (draw + 1) * size);
      return from.length ? Array.from(from, (one) => 100 * (one / 2 / measures[at].among)) : fixed;
    });
    for (const [area, isIn] of areFirst(indexOf(weights, needs, size), top).entries()) {
      times[area] += Number(isIn);
    }
  }
  return times.map((one) => one / noise.length);
}

/** @param {string} written */
function twicePositions(written) {
  const bytes = Uint8Array.from(atob(written), (one) => one.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
}

/**
 * Close to a draw from a Dirichlet distribution: gamma variables by their cube roots.
 * @param {number[]} shares
 * @param {number} asOf
 * @param {number[]} noise
 */
function weightsAbout(shares, asOf, noise) {
  const gamma = shares.map((share, at) => {
    const shape = Math.max(share * asOf, 1e-9);
    const root = 1 - 1 / (9 * shape) + noise[at] / (3 * Math.sqrt(shape));
    return shape * Math.max(root, 0) ** 3;
  });
  const total = gamma.reduce((sum, one) => sum + one, 0);
  return total > 0 ? gamma.map((one) => one / total) : shares;
}

/**
 * Ranks from 1, the highest; ties share the first.
 * @param {ArrayLike<number>} index
 */
function ranks(index) {
  const order = Array.from(index, (_, at) => at).sort((one, other) => index[other] - index[one]);
  /** @type {number[]} */
  const found = new Array(order.length);
  for (const [place, at] of order.entries()) {
    const before = order[place - 1];
    found[at] = place > 0 && index[before] === index[at] ? found[before] : place + 1;
  }
  return found;
}

/**
 * @param {Float64Array} index
 * @param {number[]} groups
 */
function ranksWithin(index, groups) {
  /** @type {number[]} */
  const found = new Array(index.length);
  for (const group of new Set(groups)) {
    const own = groups.flatMap((one, at) => (one === group ? [at] : []));
    for (const [place, rank] of ranks(own.map((at) => index[at])).entries()) {
      found[own[place]] = rank;
    }
  }
  return found;
}
