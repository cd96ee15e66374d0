// Save, print and share: the buttons, and the link to the view.

import { byId, textsOf } from "./dom.js";
import { csvOf, legendTexts, save, tableRows } from "./download.js";
import { slug } from "./format.js";
import { imageOf, printOf } from "./image.js";

/** @import { Maps } from "./maps.js" */
/** @import { View } from "./view.js" */

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
    const foot = textsOf(".subtitle, .notices li, .rule, .sources li");
    const image = imageOf(maps.shown, { title, legends: legendTexts(view), foot, view });
    image.toBlob((blob) => blob && save(blob, `${fileName(view)}.png`));
  });
  onClick("csv", () => {
    const table = new Blob(["\ufeff", csvOf(tableRows(view))], { type: "text/csv" });
    save(table, `${fileName(view)}.csv`);
  });
  onClick("print", () => window.print());
  onClick("copy", copyLink);
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
  history.replaceState(null, "", `#${address}`);
  byId("link", HTMLInputElement).value = location.href;
}

async function copyLink() {
  const link = byId("link", HTMLInputElement);
  link.select();
  const copied = await navigator.clipboard?.writeText(link.value).then(
    () => true,
    () => false,
  );
  byId("status", HTMLElement).textContent = copied
    ? "The link is copied"
    : "The link is selected: copy it with your keyboard";
  byId("copied", HTMLElement).textContent = copied ? "Copied" : "Selected: press Ctrl and C";
}
