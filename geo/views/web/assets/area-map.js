// One Leaflet map of all areas. It knows how to draw, and nothing of what is chosen.

import { element } from "../../style/assets/dom.js";
import { circlesOf } from "./circles.js";
import { bordersOf, latLngs } from "./decode.js";
import { cssColour, prefersStill } from "./dom.js";
import { fitAround, inCorner } from "./fit.js";
import { Labels } from "./labels.js";
import { canvasFills, penOf, svgFill } from "./patterns.js";

/** @import { Point } from "./decode.js" */
/** @import { Corner } from "./fit.js" */
/** @import { Box } from "./labels.js" */
/** @import { Measure } from "./measures.js" */
/** @import { FillStyle } from "./patterns.js" */
/** @import { DensitySurface, MapData } from "./payload" */
/** @typedef {"wards" | "outlines" | "chosen" | "deprived" | "selected" | "hovered"} LineName */

const SMOOTH = { smoothFactor: 0.5 };
const CIRCLE = { interactive: false, weight: 1, fillOpacity: 0.75 };
const WHITE = "#ffffff";
/** How strong the colours of areas are that are not shown, of all under a heat layer and over streets. */
export const FADED = 0.2;
export const UNDER_HEAT = 0.25;
export const OVER_STREETS = 0.65;

/**
 * @param {HTMLElement} container
 * @param {MapData} data
 */
export function emptyMap(container, data) {
  const moves = !prefersStill();
  const map = L.map(container, {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.1,
    wheelPxPerZoomLevel: 120,
    maxZoom: 17,
    preferCanvas: data.canvas,
    zoomAnimation: moves,
    fadeAnimation: moves,
    inertia: moves,
    center: [0, 0],
    zoom: 5,
  });
  // Leaflet glides when keys or a card move the map, whatever the reader prefers
  if (!moves) {
    map.panBy = (offset, options) =>
      L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  }
  return map;
}

/**
 * Lines over the areas, each a light one below a dark one: level of the pane, colours and weights.
 * @returns {[LineName, number, ...[string, number][]][]}
 */
const lineStyles = () => [
  ["wards", 408, [WHITE, 2.4], [cssColour("secondary"), 1.1]],
  ["outlines", 410, [WHITE, 3.5], [cssColour("ink"), 1.5]],
  ["chosen", 412, [cssColour("paper"), 6], [cssColour("ink"), 3.5]],
  ["deprived", 415, [cssColour("paper"), 5.5], [cssColour("need"), 3]],
  ["selected", 420, [cssColour("ink"), 7], [cssColour("focus"), 4]],
  ["hovered", 425, [cssColour("paper"), 5], [cssColour("ink"), 2.5]],
];

export class AreaMap {
  #data;
  #legends;
  #narrow;
  /** @type {(style: FillStyle) => any} Leaflet hands a pattern of the canvas on as it is. */
  #fillOf;
  #zeros;
  #heat;
  /** @type {Measure | null} */
  #zerosOf = null;
  /** @type {Map<L.Layer, number>} */
  #areaOf = new Map();
  /** @type {Partial<Record<LineName, L.Polyline[]>>} */
  lines = {};
  showsWards = false;

  /**
   * @param {L.Map} map
   * @param {MapData} data
   * @param {{ narrow: MediaQueryList, legends: HTMLElement[] }} page
   */
  constructor(map, data, { narrow, legends }) {
    this.map = map;
    this.#data = data;
    this.#legends = legends;
    this.#narrow = narrow;
    this.tooltip = L.tooltip({ direction: "auto", offset: [12, 0], opacity: 1 });
    for (const [name, level, ...styles] of lineStyles()) {
      const pane = this.#pane(name, level);
      this.lines[name] = styles.map(([color, weight]) =>
        L.polyline([], { pane, color, weight, interactive: false, ...SMOOTH }).addTo(map),
      );
    }
    this.shapes = data.shapes.map((shape) =>
      L.polygon(latLngs(shape), { color: WHITE, ...SMOOTH }),
    );
    this.shapes.forEach((shape, i) => {
      this.#areaOf.set(shape, i);
    });
    this.layer = L.featureGroup(this.shapes);
    this.#fillOf = data.canvas ? canvasFills(penOf(document.createElement("canvas"))) : svgFill;
    this.#pane("zeros", 402);
    this.#zeros = L.featureGroup([]).addTo(map);
    this.#pane("heat", 404);
    this.#heat = L.featureGroup([]).addTo(map);
    this.#pane("names", 430);
    const pane = /** @type {HTMLElement} */ (map.getPane("names"));
    this.labels = new Labels(map, pane, () => this.#obstacles());
  }

  /**
   * @param {string} name
   * @param {number} level
   */
  #pane(name, level) {
    Object.assign(this.map.createPane(name).style, { zIndex: level, pointerEvents: "none" });
    return name;
  }

  /** @param {L.Layer} layer */
  areaOf(layer) {
    return this.#areaOf.get(layer) ?? -1;
  }

  /** Put the areas on the map, when the view is set: so every vertex is projected once. */
  show() {
    this.layer.addTo(this.map);
    if (!this.#data.canvas) {
      this.shapes.forEach((shape, i) => {
        shape.getElement()?.setAttribute("data-area", this.#data.codes[i]);
      });
    }
    this.map
      .on("zoomend moveend", () => this.labels.place())
      .on("zoomstart", () => this.labels.hide());
  }

  // ---- drawing

  /**
   * @param {LineName} name
   * @param {Point[][]} points
   */
  drawLine(name, points) {
    for (const line of this.lines[name] ?? []) line.setLatLngs(points);
  }

  /**
   * @param {LineName} name
   * @param {number} i
   */
  drawArea(name, i) {
    this.drawLine(name, i < 0 ? [] : latLngs(this.#data.shapes[i]).flat());
  }

  /**
   * @param {LineName} name
   * @param {number[]} areas
   */
  drawAround(name, areas) {
    this.drawLine(name, bordersOf(areas.map((i) => this.#data.shapes[i])));
  }

  /**
   * Colour every area by its class; those not shown fade, all of them under a heat layer.
   * @param {Measure} measure
   * @param {(i: number) => boolean} isShown
   * @param {number} strength
   */
  paint(measure, isShown, strength) {
    const zoom = this.map.getZoom();
    const weight = Math.max(0.3, Math.min(1.4, 0.35 * (zoom - 9)));
    const fills = measure.classes.map(this.#fillOf);
    const ink = cssColour("ink");
    this.shapes.forEach((shape, i) => {
      const k = measure.classOf(i);
      const bordered = measure.classes[k].pattern === "border";
      shape.setStyle({
        weight: bordered ? Math.max(weight, 0.8) : weight,
        color: bordered ? ink : WHITE,
        fillColor: fills[k],
        fillOpacity: isShown(i) ? strength : FADED * strength,
      });
    });
    this.#weigh("deprived", zoom < 11.5 ? [3.5, 2] : [5.5, 3]);
    this.#weigh("outlines", zoom < 8 ? [1.2, 0.6] : [3.5, 1.5]);
  }

  /**
   * @param {LineName} name
   * @param {number[]} weights
   */
  #weigh(name, weights) {
    this.lines[name]?.forEach((line, k) => {
      line.setStyle({ weight: weights[k] });
    });
  }

  /**
   * Rings over the areas whose number is a true zero.
   * @param {Measure} measure
   */
  drawZeros(measure) {
    if (this.#zerosOf === measure) return;
    this.#zerosOf = measure;
    this.#zeros.clearLayers();
    const style = this.#fillStyle("zeros", { pattern: "rings" }, 0.75);
    this.shapes.forEach((shape, i) => {
      if (measure.isZero?.(i)) L.polygon(shape.getLatLngs(), style).addTo(this.#zeros);
    });
  }

  /**
   * @param {DensitySurface | null} surface
   * @param {{ areas: number[], areasShown: number[] }} view
   */
  drawHeat(surface, view) {
    this.#heat.clearLayers();
    if (surface?.counts) this.#drawCircles(surface, view);
    surface?.shapes.forEach((shape, k) => {
      L.polygon(latLngs(shape), this.#fillStyle("heat", surface.bands[k], 0.8)).addTo(this.#heat);
    });
  }

  /**
   * @param {DensitySurface} surface
   * @param {{ areas: number[], areasShown: number[] }} view
   */
  #drawCircles(surface, { areas, areasShown }) {
    const { count, radius } = circlesOf(surface, areas);
    const [color, fillColor] = [cssColour("ink"), cssColour("need")];
    const style = { ...CIRCLE, pane: "heat", color, fillColor };
    const drawn = areasShown.filter((i) => this.#data.shapes[i].length && count(i));
    /** @param {number} i */
    const known = (i) => count(i) ?? 0;
    for (const i of drawn.sort((a, b) => known(b) - known(a))) {
      const middle = this.shapes[i].getBounds().getCenter();
      L.circleMarker(middle, { ...style, radius: radius(known(i)) }).addTo(this.#heat);
    }
  }

  /** Circles that are drawn: where each is, and how large. */
  get circles() {
    return /** @type {L.CircleMarker[]} */ (this.#heat.getLayers()).filter(
      (each) => each instanceof L.CircleMarker,
    );
  }

  /**
   * @param {string} pane
   * @param {FillStyle} style
   * @param {number} fillOpacity
   */
  #fillStyle(pane, style, fillOpacity) {
    const fillColor = this.#fillOf(style);
    return { pane, interactive: false, stroke: false, fillColor, fillOpacity, ...SMOOTH };
  }

  // ---- where to look

  /**
   * The legend where it lies over the map, in pixels of the map.
   * @returns {Box | null}
   */
  legendBox() {
    const legend = this.#legends.find((each) => each.getClientRects().length);
    if (!legend || getComputedStyle(legend).position !== "absolute") return null; // in the panel
    const { left, right, top, bottom } = this.#inside(legend);
    const { x: width, y: height } = this.map.getSize();
    const around = 12;
    return {
      left: Math.max(0, left - around),
      right: Math.min(width, right + around),
      top: Math.max(0, top - around),
      bottom: Math.min(height, bottom + around),
    };
  }

  /**
   * @param {Element} other
   * @returns {Box}
   */
  #inside(other) {
    const frame = this.map.getContainer().getBoundingClientRect();
    const { left, right, top, bottom } = other.getBoundingClientRect();
    return {
      left: left - frame.left,
      right: right - frame.left,
      top: top - frame.top,
      bottom: bottom - frame.top,
    };
  }

  #obstacles() {
    const controls = this.map.getContainer().querySelectorAll(".leaflet-control");
    const legend = this.legendBox();
    return [...(legend ? [legend] : []), ...[...controls].map((each) => this.#inside(each))];
  }

  /**
   * Bounds of the areas that have a shape.
   * @param {number[]} areas
   */
  #bounds(areas) {
    return areas.filter((i) => this.#data.shapes[i].length).map((i) => this.shapes[i].getBounds());
  }

  /**
   * Show these areas as large as can be with none of them under the legend, which goes to the
   * corner where it leaves them most room.
   * @param {number[]} areas
   * @param {boolean} animate
   * @param {Corner[]} corners
   */
  fit(areas, animate = false, corners = ["bottom left"]) {
    const { map } = this;
    const boxes = this.#bounds(areas).map((each) =>
      L.bounds(map.project(each.getNorthWest(), 0), map.project(each.getSouthEast(), 0)),
    );
    if (!boxes.length) return;
    const controls = this.#narrow.matches ? 44 : 56;
    const [view, legend] = [map.getSize(), this.legendBox()];
    const tried = corners.map((corner) => {
      const there = legend && inCorner(legend, view, corner);
      return { corner, ...fitAround(boxes, view, { controls, legend: there, corner }) };
    });
    const { corner, origin, zoom } = tried.reduce((best, one) =>
      one.zoom > best.zoom + 0.05 ? one : best,
    );
    for (const each of this.#legends) each.dataset.corner = corner;
    const middle = map.unproject(origin.add(map.getSize().divideBy(2)), zoom);
    map.setView(middle, zoom, { animate: animate && !prefersStill() });
  }

  /**
   * The part of the view that these areas take up, in pixels.
   * @param {number[]} areas
   */
  part(areas) {
    const room = 40;
    const { map } = this;
    const view = L.bounds([0, 0], map.getSize());
    const found = L.bounds([]);
    for (const box of this.#bounds(areas)) {
      found.extend(map.latLngToContainerPoint(box.getNorthWest()));
      found.extend(map.latLngToContainerPoint(box.getSouthEast()));
    }
    if (!found.isValid() || !found.min || !found.max || !view.intersects(found)) return view;
    const { x, y } = map.getSize();
    return L.bounds(
      [Math.max(0, found.min.x - room), Math.max(0, found.min.y - room)],
      [Math.min(x, found.max.x + room), Math.min(y, found.max.y + room)],
    );
  }

  /**
   * Bring an area into view where it would be lost at this zoom.
   * @param {number} i
   */
  bring(i) {
    const bounds = this.shapes[i].getBounds();
    const close = Math.min(13, this.map.getBoundsZoom(bounds.pad(1)));
    this.map.setView(bounds.getCenter(), Math.max(this.map.getZoom(), close), { animate: false });
  }

  // ---- controls in the corners

  /** @param {() => void} onFit */
  addControls(onFit) {
    const { map } = this;
    const titles = { zoomInTitle: "Zoom in", zoomOutTitle: "Zoom out" };
    L.control.zoom({ position: "topright", ...titles }).addTo(map);
    const title = "Fit the map to the chosen areas";
    const button = element("button", { type: "button", class: "refit", title }, "Fit");
    button.setAttribute("aria-label", title);
    L.DomEvent.disableClickPropagation(button);
    L.DomEvent.on(button, "click", onFit);
    controlOf(button, "topright").addTo(map);
    L.control.scale({ position: "bottomright", maxWidth: 90, imperial: false }).addTo(map);
    const north = element("span", { class: "north", "aria-hidden": "true" }, "↑ N");
    controlOf(north, "bottomright").addTo(map);
  }
}

/**
 * @param {HTMLElement} shown
 * @param {L.ControlPosition} position
 */
function controlOf(shown, position) {
  const control = new L.Control({ position });
  control.onAdd = () => shown;
  return control;
}
