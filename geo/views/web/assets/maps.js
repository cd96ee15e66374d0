// The one or two maps of the page, drawn as the view says.

import { AreaMap, emptyMap, OVER_STREETS, UNDER_HEAT } from "./area-map.js";
import { bordersOf, latLngs } from "./decode.js";
import { byId } from "./dom.js";

/** @import { Point } from "./decode.js" */
/** @import { Corner } from "./fit.js" */
/** @import { View } from "./view.js" */

/** From this zoom the borders of wards are drawn, and a little closer their names. */
const WARDS_FROM = 11.5;
const WARD_NAMES_FROM = 12;

/** @type {Corner[]} */
const CORNERS = ["bottom left", "top left", "bottom right"];

export class Maps {
  #view;
  #narrow;
  #onMade;
  /** @type {Point[][][]} */
  #borders = [];
  /** @type {AreaMap[]} */
  #made;

  /**
   * @param {L.Map} map
   * @param {View} view
   * @param {MediaQueryList} narrow
   * @param {(made: AreaMap) => void} onMade  Connects a map with the page.
   */
  constructor(map, view, narrow, onMade) {
    this.#view = view;
    this.#narrow = narrow;
    this.#onMade = onMade;
    const legends = [byId("legend", HTMLElement), byId("heat-legend", HTMLElement)];
    this.main = new AreaMap(map, view.data, { narrow, legends });
    this.#made = [this.main];
  }

  get shown() {
    return this.#view.isDouble ? this.#made : [this.main];
  }

  /** Every map that was made, shown or not. */
  get all() {
    return this.#made;
  }

  /** The second map, made when it is first asked for, and moving with the first. */
  makeSecond() {
    if (this.#made.length > 1) return;
    const { data } = this.#view;
    const map = emptyMap(byId("second", HTMLElement), data);
    const legends = [byId("legend-second", HTMLElement)];
    const second = new AreaMap(map, data, { narrow: this.#narrow, legends });
    this.#made.push(second);
    map.setView(this.main.map.getCenter(), this.main.map.getZoom(), { animate: false });
    second.show();
    this.#onMade(second);
    this.#moveTogether(this.main.map, map);
  }

  /** @param {L.Map[]} maps */
  #moveTogether(...maps) {
    let following = false;
    for (const [from, to] of [maps, [...maps].reverse()]) {
      from.on("move zoomend", () => {
        if (following || !this.#view.isDouble) return;
        following = true;
        to.setView(from.getCenter(), from.getZoom(), { animate: false });
        following = false;
      });
    }
  }

  fit(animate = false) {
    const { areasShown, areasInPlace, isDouble } = this.#view;
    const areas = areasShown.length ? areasShown : areasInPlace;
    this.main.fit(areas, animate && !isDouble, isDouble ? ["bottom left"] : CORNERS);
  }

  paint() {
    const { shown, state, surface, areasOutlined } = this.#view;
    const strength = surface ? UNDER_HEAT : state.streets ? OVER_STREETS : 1;
    this.shown.forEach((one, k) => {
      one.paint(shown[k], (i) => this.#view.isShown(i), strength);
      one.drawZeros(shown[k]);
      one.drawAround("deprived", areasOutlined);
      one.drawHeat(surface, this.#view);
      this.#drawWards(one);
    });
  }

  /** Draw the groups of the chosen level, and the chosen one. */
  drawGroups() {
    const { state, data, level, areasInPlace } = this.#view;
    for (const one of this.shown) {
      one.drawLine("outlines", state.level < data.levels.length ? this.#between(state.level) : []);
      if (state.group < 0) one.drawLine("chosen", []);
      else if (level.outlines) one.drawLine("chosen", latLngs(level.outlines[state.group]).flat());
      else one.drawAround("chosen", areasInPlace);
      this.setNames(one);
    }
  }

  /**
   * Lines between the groups of a level: found from the areas' own edges, unless the page holds them.
   * @param {number} level
   */
  #between(level) {
    const { data, levels, groupOf } = this.#view;
    const { outlines } = levels[level];
    const found = () => (data.canvas ? [] : bordersOf(data.shapes, groupOf[level]));
    this.#borders[level] ??= outlines ? outlines.map(latLngs).flat(2) : found();
    return this.#borders[level];
  }

  /** @param {AreaMap} one */
  #drawWards(one) {
    const { data } = this.#view;
    const near = Boolean(data.wards) && one.map.getZoom() >= WARDS_FROM;
    if (near === one.showsWards) return;
    one.showsWards = near;
    one.drawLine("wards", near ? this.#between(data.levels.length) : []);
  }

  /**
   * Names of the groups, the chosen one first, then the largest; then those of the wards.
   * @param {AreaMap} one
   */
  setNames(one) {
    const view = this.#view;
    const { state, data, level, levels } = view;
    const isCoarsest = data.levels.length > 1 && state.level === data.levels.length - 1;
    const sizes = view.groupSizes;
    const groups = (level.labels ?? view.deferred.wardLabels).map((at, group) => {
      const own = group === state.group;
      const faded = state.group < 0 || own ? "" : "faded";
      const kind = (isCoarsest ? "caps " : "") + faded;
      return { at, text: level.names[group], kind, size: sizes[group], own: Number(own) };
    });
    groups.sort((a, b) => b.own - a.own || b.size - a.size);
    const isOfWards = state.level === data.levels.length;
    const wardLabels = view.isRead && !isOfWards ? view.deferred.wardLabels : [];
    const wards = wardLabels.map((at, k) => {
      const text = levels[data.levels.length].names[k];
      return { at, text, kind: "ward", from: WARD_NAMES_FROM };
    });
    one.labels.set([...groups, ...wards]);
  }
}
