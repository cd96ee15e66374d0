"use strict";

// folium's popups are written for jQuery; this is the one thing they ask of it.
window.$ ??= (html) => Object.assign(document.createElement("template"), { innerHTML: html.trim() }).content.children;

// ---- reading what stands in the page ----------------------------------------------------------

/** One ring in the Encoded Polyline Algorithm Format, as whole [lat, lng] steps of 1e-5 degrees. */
function decodeRing(text) {
  const points = [];
  let at = 0, lat = 0, lng = 0;
  const step = () => {
    let value = 0, shift = 0, digit;
    do {
      digit = text.charCodeAt(at++) - 63;
      value |= (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    return (value >> 1) ^ -(value & 1);
  };
  while (at < text.length) points.push([(lat += step()), (lng += step())]);
  return points;
}

const degrees = (ring) => decodeRing(ring).map(([lat, lng]) => [lat / 1e5, lng / 1e5]);
const latLngs = (shape) => shape.map((polygon) => polygon.map(degrees));

/** The lines between groups of shapes and around them all: edges that no two shapes of a group share. */
function bordersOf(shapes, groupOf = () => 0) {
  const edges = new Map(), place = ([lat, lng]) => lat * 1e8 + lng;
  shapes.forEach((shape, i) => {
    const group = groupOf(i);
    for (const ring of shape.flat().map(decodeRing)) {
      for (let k = 1; k < ring.length; k++) {
        const a = place(ring[k - 1]), b = place(ring[k]), key = a < b ? `${a} ${b}` : `${b} ${a}`;
        if (edges.get(key)?.group === group) edges.delete(key);
        else edges.set(key, { group, ends: [ring[k - 1], ring[k]] });
      }
    }
  });
  return [...edges.values()].map(({ ends }) => ends.map(([lat, lng]) => [lat / 1e5, lng / 1e5]));
}

// the digits of packed numbers: printable characters that neither JSON nor HTML escapes
const DIGIT = new Uint8Array(127);
Array.from({ length: 94 }, (_, k) => k + 33)
  .filter((code) => !"\"&'<>\\".includes(String.fromCharCode(code)))
  .forEach((code, value) => (DIGIT[code] = value));
const BASE = 94 - 6;

/** A packed column as a function from place to number; null where there is none. */
function numbersIn(column) {
  if (!column) return () => null;
  const { text, width, least } = column, scale = 10 ** column.decimals;
  return (i) => {
    let value = 0;
    for (let k = i * width; k < (i + 1) * width; k++) value = value * BASE + DIGIT[text.charCodeAt(k)];
    if (value === 0) return null;
    if (value <= 2) return value === 1 ? Number.MIN_VALUE : -Number.MIN_VALUE; // not zero, but rounds to it
    return (value - 3 + least) / scale;
  };
}

/** A column of classes as a function from place to whole number. */
const classesIn = (text) => (i) => {
  const code = text.charCodeAt(i);
  return code < 58 ? code - 48 : code - 87;
};

// ---- writing for readers ----------------------------------------------------------------------

/** A new element; text becomes text, whatever it holds. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

const unseen = (text) => element("span", { class: "unseen" }, text);
const number = (value) => value.toLocaleString("en-GB");
const percent = (part, whole) => `${(whole ? (100 * part) / whole : 0).toFixed(1)}%`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** A number as the Tartan Rug writes it: a true zero without decimals, a tiny one as "<0.1". */
function written(value, decimals) {
  if (value === null || value === undefined) return "";
  if (value === 0) return "0";
  const least = 10 ** -decimals;
  if (Math.abs(value) < least / 2) return `${value > 0 ? "<" : ">-"}${least.toFixed(decimals)}`;
  return value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

const withUnit = (text, unit) => (unit.startsWith("%") ? `${text}%` : text);

/** A square of the colour or hatching of a class, with its symbol. */
function chip(style) {
  const made = element("span", { class: `chip ${style.pattern}`, "aria-hidden": "true" }, style.symbol);
  if (!style.pattern) Object.assign(made.style, { background: style.fill, color: style.text });
  return made;
}
