// Names on a map that do not collide.

import { element } from "../../style/assets/dom.js";

/** @import { Point } from "./decode.js" */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */
/** @typedef {{ text: string, kind: string, at: Point[], from?: number }} Name  Places where it could stand; the least zoom. */
/** @typedef {{ span: HTMLElement, at: Point[], from: number, place: Box | null }} Label */

const EDGE = 4;
const PADDING = 3;
/** Of more names than these some always find no place: a town's wards. */
const MOST_RETRIED = 4;
/** How far from its point a name may stand, in its heights, and in its widths where a group is narrow. */
const NEAR = [0, -0.5, 0.5, -1, 1];
const ASIDES = [0, -0.25, 0.25, -0.5, 0.5];

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

  /** Show each name at a place that is free, or not at all. */
  place() {
    const options = this.list.map((label) => this.#places(label));
    const chosen = choosePlaces(options, this.#obstacles(), this.#map.getSize());
    this.list.forEach((label, k) => {
      const place = chosen[k];
      label.place = place;
      label.span.style.visibility = place ? "visible" : "hidden";
      if (!place) return;
      const corner = this.#map.containerPointToLayerPoint([
        place.left + PADDING,
        place.top + PADDING,
      ]);
      L.DomUtil.setPosition(label.span, corner);
    });
  }

  /**
   * @param {Label} label
   * @returns {Box[]}
   */
  #places({ span, at, from }) {
    if (this.#map.getZoom() < from) return [];
    const { offsetWidth: width, offsetHeight: height } = span;
    const points = at.map((point) => this.#map.latLngToContainerPoint(point));
    const [asides, shifts] = from ? [[0], NEAR] : [ASIDES, [...NEAR, -1.5, 1.5]];
    return asides.flatMap((aside) =>
      points.flatMap(({ x, y }) =>
        shifts.map((shift) => ({
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
 * Choose a place for each name, the first that is free, the first names first. A name that finds
 * none is tried again before the others; what names more is kept, if it names the first.
 * @param {Box[][]} options  Places of each name, the best first.
 * @param {Box[]} obstacles
 * @param {{ x: number, y: number }} view  Its size.
 * @returns {(Box | null)[]}
 */
export function choosePlaces(options, obstacles, { x: width, y: height }) {
  /** @param {number[]} order */
  const placed = (order) => {
    const taken = [...obstacles];
    /** @param {Box} box */
    const isFree = (box) =>
      box.left > EDGE &&
      box.top > EDGE &&
      box.right < width - EDGE &&
      box.bottom < height - EDGE &&
      !taken.some((other) => overlap(box, other));
    /** @type {(Box | null)[]} */
    const places = options.map(() => null);
    for (const k of order) {
      const place = options[k].find(isFree) ?? null;
      places[k] = place;
      if (place) taken.push(place);
    }
    return places;
  };
  /** @param {(Box | null)[]} places */
  const named = (places) => places.filter(Boolean).length;
  const all = options.map((_, k) => k);
  const first = placed(all);
  const left = all.filter((k) => options[k].length && !first[k]);
  if (!left.length || left.length > MOST_RETRIED) return first;
  const again = placed([...left, ...all.filter((k) => !left.includes(k))]);
  const isBetter = named(again) > named(first) && (again[0] || !first[0]);
  return isBetter ? again : first;
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
