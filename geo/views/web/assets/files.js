// ---- what stands in the files that readers take away ----------------------------------------------

const textsOf = (selector) =>
  [...document.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, " ").trim());

/** The table behind the view: a row an area, then what there is to know about it. */
function tableRows({ data, nameOf, shown, where, sorted }) {
  const measures = shown().flatMap((measure) => measure.pair ?? [measure]), levels = data.allLevels;
  // the class of an indicator stands in its own column, in full
  const numbersOf = ({ columns, deciles }) => columns.filter(({ chip: marked }, k) => deciles || !marked || !k);
  const heads = (measure) => numbersOf(measure).map(({ head }, k) => (k ? `${measure.title}: ${head.toLowerCase()}` : measure.title));
  return [
    ["code", "name", ...levels.map(({ singular }) => singular),
      ...measures.flatMap((measure) => [...heads(measure), `${measure.title}: class`])],
    ...sorted().map((i) => [data.codes[i], data.names[i], ...levels.map((_, k) => nameOf(i, k)),
      ...measures.flatMap((measure) => [...numbersOf(measure).map(({ text }) => text(i)), measure.classes[measure.of(i)].label])]),
    [],
    ...[document.querySelector("h1").textContent, `Shown: ${where()}`, ...measures.flatMap(({ notes }) => notes),
      ...textsOf(".notices li, .rule, .sources li")].map((text) => ["", text]),
  ];
}

/** The legends of the view as headings and lines, for the picture. */
function legendLines({ shown, isDouble, shownAreas, where, surface }) {
  const areas = shownAreas();
  const classLines = (measure) => measure.classes
    .map((style, k) => ({ style, count: areas.filter((i) => measure.of(i) === k).length }))
    .filter(({ style, count }) => count || !(style.optional || STATES.has(style.key)))
    .map(({ style, count }) => ({ style, text: `${style.label}: ${number(count)}` }));
  const zeroLines = ({ isZero }) => (isZero && areas.some(isZero)
    ? [{ style: ZERO, text: `${ZERO.label}: ${number(areas.filter(isZero).length)}` }] : []);
  const legends = shown().map((measure, k) => ({
    heading: (isDouble() ? ["Left: ", "Right: "][k] : "") + measure.title,
    lines: [{ text: `Number of areas · ${where()}` }, ...classLines(measure), ...zeroLines(measure),
      ...measure.notes.map((text) => ({ text }))],
  }));
  if (!surface()) return legends;
  return [{
    heading: surface().name,
    lines: [{ text: surface().words }, ...bandsDown(surface()).map((style) => ({ style, text: style.label }))],
  }, ...legends];
}

/** A table as CSV that no spreadsheet runs as a formula. */
function csvOf(rows) {
  const safe = (cell) => (/^[=+\-@\t\r]/.test(cell) && !/^-[\d.,]+%?$/.test(cell) ? `'${cell}` : String(cell ?? ""));
  const quoted = (cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `${rows.map((row) => row.map((cell) => quoted(safe(cell))).join(",")).join("\r\n")}\r\n`;
}

function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80) || "map";
