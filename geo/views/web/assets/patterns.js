// Patterns of the classes that have no colour, for SVG and for canvas.

import { cssColour } from "./dom.js";

/** @typedef {{ fill?: string, pattern: string }} FillStyle */
/** @typedef {{ background: string, size: number, path: string, solid?: boolean, halo?: boolean }} Pattern */

/** @type {Record<string, Pattern>} */
const PATTERNS = {
  dots: { background: "paper", size: 6, path: "M3 1.9a1.1 1.1 0 1 0 .01 0Z", solid: true },
  diagonal: { background: "suppressed", size: 6, path: "M-1 7 7-1M-1 1 1-1M5 7 7 5" },
  cross: { background: "paper", size: 7, path: "M0 7 7 0M0 0 7 7" },
  rings: { background: "", size: 10, path: "M5 2.5a2.5 2.5 0 1 0 .01 0Z", halo: true },
};

/**
 * @param {HTMLCanvasElement} canvas
 */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser draws on no canvas");
  return pen;
}

/** @param {string} kind */
function patternCanvas(kind) {
  const { background, size, path, solid, halo } = PATTERNS[kind];
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = penOf(canvas);
  const shape = new Path2D(path);
  if (background) {
    pen.fillStyle = cssColour(background);
    pen.fillRect(0, 0, size, size);
  }
  if (halo) {
    Object.assign(pen, { strokeStyle: cssColour("paper"), lineWidth: 2.5 });
    pen.stroke(shape);
  }
  const ink = cssColour(halo ? "ink" : "secondary");
  Object.assign(pen, { fillStyle: ink, strokeStyle: ink, lineWidth: 1 });
  pen[solid ? "fill" : "stroke"](shape);
  return canvas;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {Element[]} children
 */
function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** The patterns for SVG, to write into the page once. */
export function patternElements() {
  return Object.entries(PATTERNS).map(([kind, { background, size, path, solid, halo }]) => {
    /** @type {(colour: string, width: number) => Element} */
    const line = (colour, width) =>
      svg("path", {
        d: path,
        fill: solid ? colour : "none",
        stroke: solid ? "none" : colour,
        "stroke-width": width,
      });
    return svg(
      "pattern",
      { id: `geo-${kind}`, width: size, height: size, patternUnits: "userSpaceOnUse" },
      ...(background
        ? [svg("rect", { width: size, height: size, fill: cssColour(background) })]
        : []),
      ...(halo ? [line(cssColour("paper"), 2.5)] : []),
      line(cssColour(halo ? "ink" : "secondary"), 1),
    );
  });
}

/**
 * What to fill a class with in SVG.
 * @param {FillStyle} style
 */
export const svgFill = ({ fill, pattern }) => (pattern in PATTERNS ? `url(#geo-${pattern})` : fill);

/**
 * What to fill a class with on a canvas, where patterns are images.
 * @param {CanvasRenderingContext2D} pen
 */
export function canvasFills(pen) {
  /** @type {Record<string, CanvasPattern>} */
  const made = {};
  /** @type {(style: FillStyle) => string | CanvasPattern} */
  const fillOf = ({ fill = "", pattern }) => {
    if (!pattern || pattern === "border") return fill;
    made[pattern] ??= /** @type {CanvasPattern} */ (
      pen.createPattern(patternCanvas(pattern), "repeat")
    );
    return made[pattern];
  };
  return fillOf;
}
