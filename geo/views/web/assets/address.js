// The view in the address. What stands behind # is only ever looked up among what the page knows;
// anything else is ignored.

/** @import { State, View } from "./view.js" */
/** @typedef {{ center: [number, number], zoom: number }} Outlook  Where the map looks. */

const OUTLOOK = /^(-?\d{1,2}\.\d{1,5}),(-?\d{1,3}\.\d{1,5}),(\d{1,2}(?:\.\d)?)$/;
const ZOOMS = [5, 17];

/**
 * @param {View} view
 * @param {Outlook} outlook
 */
export function addressOf({ state, level, data }, { center: [lat, lng], zoom }) {
  const parts = new URLSearchParams();
  parts.set("show", state.show);
  if (state.scheme !== "england") parts.set("as", state.scheme);
  parts.set("by", level.column);
  if (state.group >= 0) parts.set("in", level.names[state.group]);
  if (state.top) parts.set("top", String(state.top));
  if (state.outline) parts.set("outline", "1");
  if (state.second) parts.set("with", state.second);
  if (state.second && state.together) parts.set("together", "1");
  if (state.heat >= 0) parts.set("heat", data.heat[state.heat]);
  if (state.selected >= 0) parts.set("area", data.codes[state.selected]);
  parts.set("at", `${lat.toFixed(5)},${lng.toFixed(5)},${zoom.toFixed(1)}`);
  return parts.toString();
}

/**
 * The changes of state that an address asks for, and where to look; nothing that is not known.
 * @param {string} hash
 * @param {View} view
 * @returns {{ asked: Partial<State>, outlook: Outlook | null }}
 */
export function readAddress(hash, { data, levels, measures }) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Partial<State>} */
  const asked = {};
  /** @type {(key: string, list: string[]) => number} */
  const placeIn = (key, list) => list.indexOf(parts.get(key) ?? "\0");
  const [show, second, scheme] = ["show", "with", "as"].map((key) => parts.get(key) ?? "");
  if (measures.has(show)) asked.show = show;
  if (measures.has(second)) asked.second = second;
  if (scheme === "england" || scheme === "fifths") asked.scheme = scheme;
  const columns = levels.map(({ column }) => column);
  const level = placeIn("by", columns);
  if (level >= 0) Object.assign(asked, { level, group: placeIn("in", levels[level].names) });
  if (/^[123]$/.test(parts.get("top") ?? "")) asked.top = Number(parts.get("top"));
  if (parts.get("outline") === "1") asked.outline = true;
  if (parts.get("together") === "1") asked.together = true;
  const heat = placeIn("heat", data.heat);
  if (heat >= 0) asked.heat = heat;
  const selected = placeIn("area", data.codes);
  if (selected >= 0) asked.selected = selected;
  const [, lat, lng, zoom] = (OUTLOOK.exec(parts.get("at") ?? "") ?? []).map(Number);
  if (zoom === undefined) return { asked, outlook: null };
  return {
    asked,
    outlook: { center: [lat, lng], zoom: Math.max(ZOOMS[0], Math.min(ZOOMS[1], zoom)) },
  };
}
