// Elements of the page: found, made, and asked for their colours.

/** @import { LegendClass } from "./payload" */
/** @typedef {Pick<LegendClass, "fill" | "text" | "symbol" | "pattern">} ChipStyle */

/**
 * An element of the page by its id without "geo-".
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(`geo-${id}`);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} geo-${id}`);
  return found;
}

/**
 * A new element; text becomes text, whatever it holds.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string | number)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

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
