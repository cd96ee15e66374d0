// The search: what matches a text, and a text box with a list that opens below it.

import { element } from "../../style/assets/dom.js";
import { counted } from "./format.js";

/** @import { View } from "./view.js" */
/** @import { PackedPostcodes, Town } from "./payload" */
/**
 * A group, an area or a town that was found; `bounds` are a town's.
 * @typedef {{ text: string, note: string, level: number, group: number, area: number, bounds?: Town["bounds"] }} Match
 */

const MOST_GROUPS = 6;
const MOST_MATCHES = 8;
const POSTCODE = /^([A-Z]{1,2}\d[A-Z\d]?\d)([A-Z]{2})$/;
/** @param {boolean} known  Whether postcodes are. */
const nothing = (known) =>
  `Nothing found. ${known ? "Postcodes, names" : "Names"} of neighbourhoods, wards, towns and groups ` +
  `and codes of neighbourhoods can be searched; streets${known ? " and villages" : ", villages and postcodes"} cannot.`;

/**
 * Groups, towns and areas that hold every word of the text, whatever its case: groups and towns in
 * their names, areas in name, code and ward, those in whose own name it stands first.
 * @param {string} words
 * @param {View} view
 */
export function findMatches(words, view) {
  const { codes, names, official, towns } = view.data;
  const wards = view.data.levels.length;
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!asked.length) return [];
  const lies = areaOfPostcode(words, view.deferred.postcodes);
  if (lies >= 0) {
    const [area, text] = [lies, words.trim().toUpperCase()];
    return [{ text: view.areaInWords(area), note: text, level: -1, group: -1, area }];
  }
  /** @param {string[]} texts */
  const holds = (...texts) => {
    const text = texts.join(" ").toLowerCase();
    return asked.every((word) => text.includes(word));
  };
  /** @type {Match[]} */
  const groups = view.levels
    .flatMap(({ names: groupNames, singular }, level) =>
      groupNames.map((text, group) => ({ text, note: singular, level, group, area: -1 })),
    )
    .filter(({ text }) => holds(text))
    .slice(0, MOST_GROUPS);
  const zooms = towns
    .filter(({ name }) => holds(name))
    .map(({ name, bounds }) => ({
      text: name,
      note: "town",
      level: -1,
      group: -1,
      area: -1,
      bounds,
    }));
  const others = [...zooms, ...groups].slice(0, MOST_GROUPS);
  const room = MOST_MATCHES - Math.min(others.length, MOST_MATCHES / 2);
  /** @param {number} i */
  const ownWords = (i) => [names[i], official[i], codes[i]];
  const found = view.areas.filter((i) => holds(...ownWords(i), view.wardOf(i)));
  const byName = found.filter((i) => holds(...ownWords(i)));
  const areas = [...new Set([...byName, ...found])].slice(0, room).map((area) => {
    const ward = view.wardOf(area);
    const isOfWard = ward && names[area].startsWith(`${view.nameOfGroup(area, wards)} (`);
    const note = isOfWard ? official[area] : ward || codes[area];
    return { text: names[area], note, level: -1, group: -1, area };
  });
  return [...others, ...areas];
}

/**
 * The area in which a postcode lies, however it is spelt; −1 where that is not known.
 * @param {string} words
 * @param {PackedPostcodes | null} packed
 */
export function areaOfPostcode(words, packed) {
  const [, sector, unit] = POSTCODE.exec(words.replace(/\s/g, "").toUpperCase()) ?? [];
  const text = (sector && packed?.sectors[sector]) || "";
  for (let at = 0; packed && at < text.length; at += 2 + packed.width)
    if (text.startsWith(unit, at))
      return Number.parseInt(text.slice(at + 2, at + 2 + packed.width), 36);
  return -1;
}

/**
 * Offer what matches the text; arrows, Enter, Escape, mouse and finger choose among it.
 * @param {{ box: HTMLInputElement, list: HTMLElement }} elements
 * @param {(words: string) => Match[]} matches
 * @param {(match: Match) => void} go
 * @param {(text: string) => void} tell
 * @param {() => boolean} knowsPostcodes
 */
export function searchBox({ box, list }, matches, go, tell, knowsPostcodes) {
  /** @type {Match[]} */
  let found = [];
  let at = -1;
  /** @param {number} k */
  const point = (k) => {
    at = k;
    [...list.children].forEach((item, n) => {
      item.setAttribute("aria-selected", String(n === k));
    });
    if (k >= 0) box.setAttribute("aria-activedescendant", list.children[k].id);
    else box.removeAttribute("aria-activedescendant");
    list.children[k]?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    point(-1);
  };
  /** @param {number} k */
  const choose = (k) => {
    const chosen = found[k];
    if (!chosen) return; // where nothing was found the list says so
    box.value = chosen.text;
    close();
    go(chosen);
  };
  box.addEventListener("input", () => {
    found = matches(box.value);
    const isAsked = box.value.trim() !== "";
    list.replaceChildren(
      ...(isAsked && !found.length
        ? [nothingItem(nothing(knowsPostcodes()))]
        : found.map(matchItem)),
    );
    list.hidden = !isAsked;
    box.setAttribute("aria-expanded", String(isAsked));
    point(-1);
    if (found.length) tell(counted(found.length, "match", "matches"));
    else tell(isAsked ? nothing(knowsPostcodes()) : "");
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      point((at + step + found.length) % found.length);
    } else if (event.key === "Enter" && found.length) choose(Math.max(0, at));
    else if (event.key === "Escape") close();
  });
  box.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", ({ target }) => {
    const item = target instanceof Element && target.closest("li");
    if (item) choose([...list.children].indexOf(item));
  });
}

/**
 * @param {Match} match
 * @param {number} k
 */
function matchItem({ text, note }, k) {
  const attributes = { role: "option", id: `geo-found-${k}`, "aria-selected": "false" };
  return element("li", attributes, text, " ", element("span", {}, note));
}

/** @param {string} words */
function nothingItem(words) {
  const attributes = { role: "option", "aria-disabled": "true", "aria-selected": "false" };
  return element("li", attributes, words);
}
