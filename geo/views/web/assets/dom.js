// Elements of the page: found, made, and asked for their colours.

import { element, elementById } from "../../style/assets/dom.js";

/** @import { LegendClass } from "./payload" */
/** @typedef {Pick<LegendClass, "fill" | "text" | "symbol" | "pattern">} ChipStyle */

/**
 * An element of the page by its id without "geo-".
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export const byId = (id, kind) => elementById(`geo-${id}`, kind);

/** @param {string} text */
export const unseen = (text) => element("span", { class: "unseen" }, text);

/**
 * A square of the colour or hatching of a class, with its symbol.
 * @param {ChipStyle} style
 */
export function chip(style) {
  const made = element(
    "span",
    { class: `chip ${style.pattern}`, "aria-hidden": "true" },
    style.symbol,
  );
  if (!style.pattern) Object.assign(made.style, { background: style.fill, color: style.text });
  return made;
}

/**
 * A colour of the style sheet.
 * @param {string} name
 */
export const cssColour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Texts of the page, each in one line.
 * @param {string} selector
 */
export const textsOf = (selector) =>
  [...document.querySelectorAll(selector)].map((one) =>
    (one.textContent ?? "").replace(/\s+/g, " ").trim(),
  );
