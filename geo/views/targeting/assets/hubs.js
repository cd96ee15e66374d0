// The map of the sites: each can be dragged, or moved by keyboard, and the totals follow.

import { element, elementById } from "../../style/assets/dom.js";
import { grouped } from "./numbers.js";
import { nearnessOf, nearnessRows, nearnessSentences, waysTo } from "./sites.js";
import { fill } from "./table.js";

/** @import { Site, SitesData, TargetingData } from "./payload" */

const STEP = 100;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class HubMap {
  #data;
  #sites;
  #tell;
  /** @type {number[]} */
  #today;
  /** @type {Site[]} */
  #moved;
  #map = elementById("sites-map", SVGSVGElement);
  #field = elementById("within", HTMLInputElement);
  #within;

  /**
   * @param {TargetingData} data
   * @param {SitesData} sites
   * @param {(words: string) => void} tell
   */
  constructor(data, sites, tell) {
    this.#data = data;
    this.#sites = sites;
    this.#tell = tell;
    this.#today = sites.today.length ? waysTo(sites, sites.today) : [];
    this.#moved = structuredClone(sites.chosen);
    this.#within = sites.within;
  }

  start() {
    for (const [at, hub] of [...this.#map.querySelectorAll(".hub")].entries()) {
      if (hub instanceof SVGGElement) this.#attach(hub, at);
    }
    this.#field.addEventListener("input", () => {
      if (!this.#field.validity.valid) {
        this.#tell(`Metres to count people within: ${this.#field.validationMessage}`);
        return;
      }
      this.#within = this.#field.valueAsNumber;
      this.#show();
    });
    elementById("sites-form", HTMLFormElement).addEventListener("reset", () => {
      this.#moved = structuredClone(this.#sites.chosen);
      this.#within = this.#sites.within;
      this.#show();
    });
  }

  /**
   * @param {SVGGElement} hub
   * @param {number} at
   */
  #attach(hub, at) {
    hub.setAttribute("tabindex", "0");
    hub.setAttribute("role", "application");
    hub.setAttribute("aria-roledescription", "site that can be moved");
    hub.setAttribute("aria-describedby", "sites-help");
    this.#name(hub, at);
    hub.addEventListener("keydown", (event) => {
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      const step = event.shiftKey ? 10 * STEP : STEP;
      const { easting, northing } = this.#moved[at];
      this.#move(at, easting + step * way[0], northing + step * way[1]);
    });
    hub.addEventListener("pointerdown", (event) => {
      hub.setPointerCapture(event.pointerId);
      hub.focus();
      event.preventDefault();
    });
    hub.addEventListener("pointermove", (event) => {
      if (!hub.hasPointerCapture(event.pointerId)) return;
      const [x, y] = this.#onMap(event);
      const [west, north, scale] = this.#sites.frame;
      this.#move(at, west + x / scale, north - y / scale);
    });
  }

  /**
   * Units of the map where a pointer is.
   * @param {PointerEvent} event
   */
  #onMap({ clientX, clientY }) {
    const shown = this.#map.getScreenCTM();
    if (!shown) throw new Error("The map is not shown");
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(shown.inverse());
    return [x, y];
  }

  /**
   * Put a site elsewhere, on the map, to a whole metre.
   * @param {number} at
   * @param {number} easting
   * @param {number} northing
   */
  #move(at, easting, northing) {
    const [west, north, scale, width, height] = this.#sites.frame;
    const site = this.#moved[at];
    site.easting = Math.round(Math.min(Math.max(easting, west), west + width / scale));
    site.northing = Math.round(Math.min(Math.max(northing, north - height / scale), north));
    this.#show();
  }

  #show() {
    const [data, sites, within] = [this.#data, this.#sites, this.#within];
    const totals = nearnessOf(data, sites, waysTo(sites, this.#moved), this.#today, within);
    const said = nearnessSentences(totals, sites, within);
    const lines = said.map((words) => element("li", {}, words));
    elementById("sites-said", HTMLElement).replaceChildren(...lines);
    fill("sites-groups", nearnessRows(totals, data.groups, this.#today.length > 0));
    const [west, north, scale] = sites.frame;
    const names = this.#moved.map((site, at) => element("li", {}, this.#words(site, at)));
    elementById("hubs", HTMLElement).replaceChildren(...names);
    for (const [at, hub] of [...this.#map.querySelectorAll(".hub")].entries()) {
      const { easting, northing } = this.#moved[at];
      const [x, y] = [(easting - west) * scale, (north - northing) * scale];
      hub.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      this.#name(hub, at);
    }
    this.#tell(said[0]);
  }

  /**
   * @param {Site} site
   * @param {number} at
   */
  #words(site, at) {
    const first = this.#sites.chosen[at];
    const moved = Math.hypot(site.easting - first.easting, site.northing - first.northing);
    const where = `easting ${site.easting}, northing ${site.northing}`;
    return moved ? `${site.name}, moved ${grouped(moved)} metres to ${where}` : site.name;
  }

  /**
   * @param {Element} hub
   * @param {number} at
   */
  #name(hub, at) {
    hub.setAttribute("aria-label", `Site ${at + 1}: ${this.#words(this.#moved[at], at)}`);
  }
}
