// The view: what is chosen, and what follows from it. It reads the payload and touches no element.

import { decodeNumbers } from "./decode.js";
import { measuresOf, pairMeasure } from "./measures.js";

/** @import { DeferredData, Level, MapData } from "./payload" */
/** @import { Measure, Scheme } from "./measures.js" */

/**
 * What a reader has chosen; -1 is none.
 * @typedef {object} State
 * @property {string} show  Measure.
 * @property {Scheme} scheme
 * @property {string} second  Second measure, or nothing.
 * @property {boolean} together  Both measures on one map.
 * @property {number} level
 * @property {number} group
 * @property {number} top  Only the most deprived so many tenths.
 * @property {boolean} outline
 * @property {number} heat
 * @property {boolean} streets
 * @property {number} selected  Area.
 * @property {number} rows  Rows of the table.
 */

/** Rows of the table at first, and how many more a reader gets each time. */
export const FIRST_ROWS = 15;
export const MORE_ROWS = 500;
/** Tenths that count as most deprived. */
export const MOST_DEPRIVED = 3;

export class View {
  /** @type {{ key: string, list: Measure[], first: Measure } | null} */
  #shown = null;
  /** @type {{ key: string, areas: number[] }} */
  #byNeed = { key: "", areas: [] };
  /** @type {DeferredData | null} */
  #deferred = null;
  #readDeferred;

  /**
   * @param {MapData} data
   * @param {() => DeferredData} readDeferred
   */
  constructor(data, readDeferred) {
    this.#readDeferred = readDeferred;
    const official = data.official.map((end) => data.officialHead + end);
    this.data = { ...data, official };
    this.measures = measuresOf(data, () => this.deferred);
    /** @type {(Omit<Level, "labels" | "outlines"> & Partial<Level>)[]} Wards last. */
    this.levels = [...data.levels, ...(data.wards ? [data.wards] : [])];
    this.groupOf = this.levels.map(({ of }) => decodeNumbers(of));
    this.people = Object.entries(data.people).map(([kind, column]) => ({
      label: kind === "population" ? "Residents" : "Children",
      count: decodeNumbers(column),
    }));
    this.areas = data.codes.map((_, i) => i);
    /** @type {State} */
    this.state = {
      show: this.measures.menu[0].id,
      scheme: "england",
      second: "",
      together: false,
      level: data.level,
      group: -1,
      top: 0,
      outline: false,
      heat: -1,
      streets: false,
      selected: -1,
      rows: FIRST_ROWS,
    };
  }

  get deferred() {
    this.#deferred ??= this.#readDeferred();
    return this.#deferred;
  }

  get isRead() {
    return this.#deferred !== null;
  }

  /** Measures that are shown: one, two side by side, or one made of two. */
  get shown() {
    return this.#measures().list;
  }

  /** The measure chosen first. */
  get first() {
    return this.#measures().first;
  }

  #measures() {
    const { show, scheme, second, together } = this.state;
    const key = [show, scheme, second, together].join("|");
    if (this.#shown?.key === key) return this.#shown;
    const first = this.measures.get(show, scheme);
    const list = [first];
    if (second) list.push(this.measures.get(second, scheme));
    const pair = second && together ? [pairMeasure(first, list[1], this.data)] : list;
    this.#shown = { key, first, list: pair };
    return this.#shown;
  }

  get isDouble() {
    return this.shown.length > 1;
  }

  /** The index that figures and outlines are of. */
  get index() {
    return this.first.deciles ? this.first : this.measures.indices[0];
  }

  get level() {
    return this.levels[this.state.level];
  }

  /** The counts that are drawn as circles: what they are of, and how many each area has. */
  get circles() {
    const { surface } = this;
    if (!surface?.counts) return null;
    return { unit: surface.unit, count: decodeNumbers(surface.counts) };
  }

  get surface() {
    return this.state.heat < 0 ? null : this.deferred.surfaces[this.state.heat];
  }

  /** The chosen place in words. */
  get place() {
    if (this.state.group >= 0) return this.#toldApart(this.state.level, this.state.group);
    return this.data.place || "All areas";
  }

  /** The areas shown in words. */
  get where() {
    return this.place + (this.state.top ? `, most deprived ${this.state.top}0%` : "");
  }

  /**
   * @param {number} i
   * @param {number} level
   */
  nameOfGroup(i, level) {
    const group = this.groupOf[level](i);
    return group === null ? "" : this.levels[level].names[group];
  }

  /**
   * Crewe North may be a ward or a collaborative, so its kind follows.
   * @param {number} i
   * @param {number} level
   */
  nameAndKindOfGroup(i, level) {
    const name = this.nameOfGroup(i, level);
    return name && `${name} ${this.levels[level].singular}`;
  }

  /** @param {number} i */
  wardOf(i) {
    return this.data.wards ? this.nameAndKindOfGroup(i, this.levels.length - 1) : "";
  }

  /**
   * A group's name, with its kind where a group of another level has the same.
   * @param {number} level
   * @param {number} group
   */
  #toldApart(level, group) {
    const { names, singular } = this.levels[level];
    const name = names[group];
    const alike = this.levels.filter((other) => other.names.includes(name));
    return alike.length > 1 ? `${name} ${singular}` : name;
  }

  /**
   * Name of an area, with its ward where the name is an official one that does not tell it.
   * @param {number} i
   */
  areaInWords = (/** @type {number} */ i) => {
    const [name, ward] = [this.data.names[i], this.wardOf(i)];
    return ward && name === this.data.official[i] ? `${name} (${ward})` : name;
  };

  /** @param {number} i */
  isInPlace(i) {
    const { group, level } = this.state;
    return group < 0 || this.groupOf[level](i) === group;
  }

  /** @param {number} i */
  isShown(i) {
    const { top } = this.state;
    return this.isInPlace(i) && (!top || this.index.classOf(i) < top);
  }

  get areasInPlace() {
    return this.areas.filter((i) => this.isInPlace(i));
  }

  get areasShown() {
    return this.areas.filter((i) => this.isShown(i));
  }

  get areasOutlined() {
    if (!this.state.outline) return [];
    return this.areasShown.filter((i) => this.index.classOf(i) < MOST_DEPRIVED);
  }

  /** How many areas each group of the chosen level has. */
  get groupSizes() {
    const sizes = this.level.names.map(() => 0);
    for (const i of this.areas) {
      const group = this.groupOf[this.state.level](i);
      if (group !== null) sizes[group]++;
    }
    return sizes;
  }

  /** The areas shown, most in need first: by their counts where those are drawn as circles. */
  get areasByNeed() {
    const { level, group, top, heat } = this.state;
    const key = [this.#measures().key, level, group, top, heat].join("|");
    if (this.#byNeed.key === key) return this.#byNeed.areas;
    const [measure] = this.shown;
    const { circles } = this;
    const keys = this.areas.map((i) =>
      circles ? [-(circles.count(i) ?? -1), i] : [measure.classOf(i), measure.order(i)],
    );
    const areas = this.areasShown.sort((a, b) => {
      const [one, other] = [keys[a], keys[b]];
      return one[0] - other[0] || (one[1] === other[1] ? a - b : one[1] - other[1]);
    });
    this.#byNeed = { key, areas };
    return areas;
  }
}
