// Save, print and share: the buttons, and the link to the view.

import { copies } from "../../style/assets/clipboard.js";
import { byId, textsOf } from "./dom.js";
import { csvOf, legendTexts, save, tableRows } from "./download.js";
import { slug } from "./format.js";
import { imageOf, printOf } from "./image.js";

/** @import { Maps } from "./maps.js" */
/** @import { View } from "./view.js" */

/** What the page says below whatever it shows. */
const FOOT = ".subtitle, .notices li, .rule, .sources li";

/** Inside a notebook the address is not ours. */
const hasAddress = () => /^(file|https?):$/.test(location.protocol);

/** @param {View} view */
const fileName = ({ data, place, shown }) =>
  slug([data.place, place, ...shown.map(({ name }) => name)].join(" "));

/**
 * @param {View} view
 * @param {Maps} maps
 */
export function offerDownloads(view, maps) {
  /** @type {(id: string, act: () => void) => void} */
  const onClick = (id, act) => byId(id, HTMLElement).addEventListener("click", act);
  onClick("png", () => {
    const [title] = textsOf("h1");
    const foot = textsOf(FOOT);
    const image = imageOf(maps.shown, { title, legends: legendTexts(view), foot, view });
    image.toBlob((blob) => blob && save(blob, `${fileName(view)}.png`));
  });
  onClick("csv", () => {
    const table = new Blob(["\ufeff", csvOf(tableRows(view))], { type: "text/csv" });
    save(table, `${fileName(view)}.csv`);
  });
  onClick("print", () => window.print());
  onClick("copy", () => copyFrom(byId("link", HTMLInputElement), "link"));
  onClick("quote", () => copyFrom(byId("sentence", HTMLTextAreaElement), "sentence"));
  byId("share", HTMLElement).hidden = !hasAddress();
}

/**
 * Put on paper what the maps show.
 * @param {View} view
 * @param {Maps} maps
 */
export function printMaps(view, maps) {
  const canvases = maps.shown.map((areaMap, k) => printOf(areaMap, view.shown[k], view));
  byId("paper", HTMLElement).replaceChildren(...canvases);
}

/**
 * Write the view into the address.
 * @param {string} address
 */
export function writeLink(address) {
  if (!hasAddress()) return;
  history.replaceState(history.state, "", `#${address}`);
  byId("link", HTMLInputElement).value = location.href;
}

/**
 * Write the view's headline where it can be copied from, with what it rests on.
 * @param {string} headline
 * @param {View} view
 */
export function writeSentence(headline, { shown, surface }) {
  const notes = shown.flatMap((measure) => (measure.deciles ? [] : measure.notes));
  if (surface) notes.push(surface.words);
  const about = textsOf(".subtitle, .notices li");
  const licences = textsOf(".sources li").filter((line) =>
    /licen[cs]|right|not for publication/i.test(line),
  );
  const sentences = [headline, ...new Set([...notes, ...about, ...licences])];
  const text = sentences.map((one) => one.replace(/\.?$/, ".")).join(" ");
  byId("sentence", HTMLTextAreaElement).value = text;
}

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {"link" | "sentence"} what
 */
async function copyFrom(field, what) {
  field.select();
  const copied = await copies(field.value);
  byId("status", HTMLElement).textContent = copied
    ? `The ${what} is copied`
    : `The ${what} is selected: copy it with your keyboard`;
  const words = copied ? "Copied" : "Selected: press Ctrl and C";
  byId(`${what}-copied`, HTMLElement).textContent = words;
}
