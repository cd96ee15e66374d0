// The page's short texts read back: polygons, columns of numbers, columns of classes. The formats
// are those of geo/views/web/encoding.py.

/** @import { PackedNumbers } from "./payload" */
/** @typedef {[number, number]} Point  Latitude and longitude: degrees, or whole steps of 1e-5. */
/** @typedef {string[][]} Polygons  The polygons of an area, each an outer ring and its holes. */

/**
 * One ring in the Encoded Polyline Algorithm Format, in whole steps of 1e-5 degrees.
 * @param {string} text
 * @returns {Point[]}
 */
export function decodeRing(text) {
  /** @type {Point[]} */
  const points = [];
  let at = 0;
  let lat = 0;
  let lng = 0;
  const step = () => {
    let value = 0;
    let shift = 0;
    let digit = 0;
    do {
      digit = text.charCodeAt(at++) - 63;
      value |= (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    return (value >> 1) ^ -(value & 1);
  };
  while (at < text.length) {
    lat += step();
    lng += step();
    points.push([lat, lng]);
  }
  return points;
}

/**
 * @param {Point} point
 * @returns {Point}
 */
const inDegrees = ([lat, lng]) => [lat / 1e5, lng / 1e5];

/**
 * Rings in degrees, by polygon, as Leaflet takes them.
 * @param {Polygons} polygons
 */
export const latLngs = (polygons) =>
  polygons.map((rings) => rings.map((ring) => decodeRing(ring).map(inDegrees)));

/**
 * The lines between groups of areas and around them all: edges that no two areas of a group share.
 * @param {Polygons[]} shapes
 * @param {(i: number) => number | null} groupOf
 * @returns {Point[][]}
 */
export function bordersOf(shapes, groupOf = () => 0) {
  /** @type {Map<string, { group: number | null, ends: Point[] }>} */
  const edges = new Map();
  /** @param {Point} point */
  const place = ([lat, lng]) => lat * 1e8 + lng;
  shapes.forEach((shape, i) => {
    const group = groupOf(i);
    for (const ring of shape.flat().map(decodeRing)) {
      for (let k = 1; k < ring.length; k++) {
        const ends = [ring[k - 1], ring[k]];
        const [a, b] = ends.map(place);
        const key = a < b ? `${a} ${b}` : `${b} ${a}`;
        if (edges.get(key)?.group === group) edges.delete(key);
        else edges.set(key, { group, ends });
      }
    }
  });
  return [...edges.values()].map(({ ends }) => ends.map(inDegrees));
}

// the digits of packed numbers: printable characters that neither JSON nor HTML escapes
const DIGITS = Array.from({ length: 94 }, (_, k) => String.fromCharCode(k + 33)).filter(
  (character) => !"\"&'<>\\".includes(character),
);
const DIGIT_OF = new Uint8Array(127);
DIGITS.forEach((character, digit) => {
  DIGIT_OF[character.charCodeAt(0)] = digit;
});

/**
 * A packed column as a function from place to number; null where there is none.
 * @param {PackedNumbers | null} [column]
 * @returns {(i: number) => number | null}
 */
export function decodeNumbers(column) {
  if (!column) return () => null;
  const { text, width, least } = column;
  const scale = 10 ** column.decimals;
  return (i) => {
    let value = 0;
    for (let k = i * width; k < (i + 1) * width; k++) {
      value = value * DIGITS.length + DIGIT_OF[text.charCodeAt(k)];
    }
    if (value === 0) return null;
    if (value <= 2) return value === 1 ? Number.MIN_VALUE : -Number.MIN_VALUE; // not zero, but rounds to it
    return (value - 3 + least) / scale;
  };
}

/**
 * A column of classes as a function from place to whole number.
 * @param {string} text
 * @returns {(i: number) => number}
 */
export const decodeClasses = (text) => (i) => {
  const code = text.charCodeAt(i);
  return code < 58 ? code - 48 : code - 87;
};
