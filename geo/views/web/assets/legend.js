// ---- legends ----------------------------------------------------------------------------------

/** The legend of one measure: a class a row with its count, or nine classes in a square. */
function writeLegend(box, measure, { areas, all, where, side }) {
  const counts = measure.classes.map(() => 0), everywhere = measure.classes.map(() => 0);
  areas.forEach((i) => counts[measure.of(i)]++);
  all.forEach((i) => everywhere[measure.of(i)]++);
  const zeros = measure.isZero ? areas.filter(measure.isZero).length : 0;
  const notes = [`Number of areas · ${where}`, ...measure.notes];
  box.replaceChildren(
    element("h2", {}, ...(side ? [element("span", { class: "side" }, `${side}: `)] : []), measure.title),
    element("p", {}, notes[0]),
    measure.pair ? pairLegend(measure, counts) : classLegend(measure, counts, everywhere, zeros),
    ...notes.slice(1).map((text) => element("p", { class: "note" }, text)));
}

function classRow(style, count, key) {
  return element("li", { class: count ? "" : "none", "data-class": key },
    chip(style), element("span", { class: "label" }, style.label),
    element("span", { class: "count" }, number(count), unseen(" areas")));
}

function classLegend({ classes }, counts, everywhere, zeros) {
  const shown = ({ key, optional }, k) => everywhere[k] || !(optional || STATES.has(key));
  return element("ul", {}, ...classes.map((style, k) => shown(style, k) && classRow(style, counts[k], style.key)).filter(Boolean),
    ...(zeros ? [classRow(ZERO, zeros, "zero")] : []));
}

const ZERO = { fill: "", text: "", symbol: "", pattern: "rings", label: "of these a true zero" };

/** Rows are the first measure, columns the second, both from worst; counts stand in the squares. */
function pairLegend({ pair: [one, other], classes }, counts) {
  const square = (k) => {
    const cell = element("td", { "data-class": classes[k].key }, number(counts[k]));
    Object.assign(cell.style, { background: classes[k].fill, color: classes[k].text });
    return cell;
  };
  const table = element("table", { class: "pair" },
    element("caption", {}, `Rows: ${one.name}. Columns: ${other.name}.`),
    element("thead", {}, element("tr", {}, element("td", {}),
      ...other.thirds.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...one.thirds.map((text, row) => element("tr", {}, element("th", { scope: "row" }, text),
      ...other.thirds.map((_, column) => square(3 * row + column))))));
  return element("div", {}, table, element("ul", {}, ...(counts[9] ? [classRow(classes[9], counts[9], "missing")] : [])));
}

/** Bands of a heat layer from the highest, then ground of which nothing is shown, in words. */
function bandsDown({ bands }) {
  const bounds = bands.flatMap(({ lower, upper }) => [lower, upper]).filter((bound) => bound !== null);
  const decimals = bounds.every(Number.isInteger) ? 0 : bounds.every((bound) => !bound || bound >= 0.1) ? 1 : 2;
  const range = ({ lower, upper }) =>
    (upper === null ? `${written(lower, decimals)} and more` : `${written(lower, decimals)} to ${written(upper, decimals)}`);
  const look = { text: "", symbol: "" };
  return [...bands.filter(({ pattern }) => !pattern).reverse().map((band) => ({ ...band, ...look, label: range(band) })),
    ...bands.filter(({ pattern }) => pattern).map((band) => ({ ...band, ...look }))];
}

/** The legend of a heat layer: each band with its range and the ground that it covers. */
function heatLegend(box, surface) {
  box.hidden = !surface;
  if (!surface) return;
  box.replaceChildren(
    element("h2", {}, surface.name), element("p", {}, `Heat layer, ${surface.unit} · ground covered`),
    element("ul", {}, ...bandsDown(surface).map((band) => element("li", {},
      chip(band), element("span", { class: "label" }, band.label),
      element("span", { class: "count" }, `${written(band.area, 1)} km²`)))),
    element("p", { class: "note" }, surface.words));
}
