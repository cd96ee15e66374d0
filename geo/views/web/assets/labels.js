// Names on a map that do not collide.

import { element } from "../../style/assets/dom.js";

/** @import { Point } from "./decode.js" */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */
/** @typedef {{ text: string, kind: string, at: Point[], from?: number }} Name  Places where it could stand; the least zoom. */
/** @typedef {{ span: HTMLElement, at: Point[], from: number, place: Box | null }} Label */

const EDGE = 4;
const PADDING = 3;

export class Labels {
  #map;
  #pane;
  #obstacles;
  /** @type {Label[]} */
  list = [];

  /**
   * @param {L.Map} map
   * @param {HTMLElement} pane
   * @param {() => Box[]} obstacles  What else stands over the map.
   */
  constructor(map, pane, obstacles) {
    this.#map = map;
    this.#pane = pane;
    this.#obstacles = obstacles;
    pane.setAttribute("aria-hidden", "true");
  }

  /**
   * Put names on the map, the first ones first.
   * @param {Name[]} names
   */
  set(names) {
    this.list = names
      .filter(({ at }) => at.length)
      .map(({ text, kind, at, from = 0 }) => {
        const span = element("span", { class: `name ${kind}` }, text);
        return { span, at, from, place: null };
      });
    this.#pane.replaceChildren(...this.list.map(({ span }) => span));
    this.place();
  }

  hide() {
    for (const { span } of this.list) span.style.visibility = "hidden";
  }

  /** Show each name at the first of its places that is free, or not at all. */
  place() {
    const { x: width, y: height } = this.#map.getSize();
    const taken = this.#obstacles();
    /** @param {Box} box */
    const isFree = (box) =>
      box.left > EDGE &&
      box.top > EDGE &&
      box.right < width - EDGE &&
      box.bottom < height - EDGE &&
      !taken.some((other) => overlap(box, other));
    for (const label of this.list) {
      const place = this.#places(label).find(isFree) ?? null;
      label.place = place;
      label.span.style.visibility = place ? "visible" : "hidden";
      if (!place) continue;
      taken.push(place);
      const corner = this.#map.containerPointToLayerPoint([
        place.left + PADDING,
        place.top + PADDING,
      ]);
      L.DomUtil.setPosition(label.span, corner);
    }
  }

  /**
   * @param {Label} label
   * @returns {Box[]}
   */
  #places({ span, at, from }) {
    if (this.#map.getZoom() < from) return [];
    const { offsetWidth: width, offsetHeight: height } = span;
    const points = at.map((point) => this.#map.latLngToContainerPoint(point));
    const asides = from ? [0] : [0, -0.5, 0.5]; // a group is named even where it is narrow
    return asides.flatMap((aside) =>
      points.flatMap(({ x, y }) =>
        [0, -0.5, 0.5, -1, 1].map((shift) => ({
          left: x + (aside - 0.5) * width - PADDING,
          right: x + (aside + 0.5) * width + PADDING,
          top: y + (shift - 0.5) * height - PADDING,
          bottom: y + (shift + 0.5) * height + PADDING,
        })),
      ),
    );
  }
}

/**
 * @param {Box} one
 * @param {Box} other
 */
const overlap = (one, other) =>
  one.left < other.right &&
  one.right > other.left &&
  one.top < other.bottom &&
  one.bottom > other.top;
