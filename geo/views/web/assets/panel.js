// ---- the panel: figures, indicators against England, the list of areas --------------------------

function total(value, areas) {
  const known = areas.map(value).filter((each) => each !== null);
  if (!known.length) return ["not known", ""];
  const lost = areas.length - known.length;
  return [number(known.reduce((sum, each) => sum + each, 0)), lost ? `${counted(lost, "area")} not known` : ""];
}

/** Headline and figures of the chosen place. */
function writeFigures({ summary, figures }, { index, areas, where, people }) {
  const known = areas.filter((i) => index.of(i) < 10);
  const within = (limit) => known.filter((i) => index.of(i) < limit).length;
  const share = (limit) => [number(within(limit)), percent(within(limit), known.length)];
  summary.textContent = !known.length
    ? `${where}: no data for ${index.name}`
    : `${where}: ${number(within(3))} of ${counted(known.length, "area is", "areas are")} in the most deprived 30% in England`;
  const lost = areas.length - known.length;
  const rows = [
    ["Areas (LSOAs)", number(areas.length), lost ? `${number(lost)} without data` : ""],
    ["Most deprived 10%", ...share(1)], ["Most deprived 20%", ...share(2)], ["Most deprived 30%", ...share(3)],
    ...Object.entries(people).map(([kind, value]) => [kind === "population" ? "Residents" : "Children", ...total(value, areas)]),
  ];
  figures.replaceChildren(...rows.map(([term, value, note]) => element("div", {},
    element("dt", {}, term),
    element("dd", {}, element("strong", {}, value), ...(note ? [" ", element("span", {}, note)] : [])))));
}

/** Indicators of one place against England: the worse ones first, each with its number. */
function indicatorRows(indicators, columnOf, i, data) {
  return indicators.map((indicator) => ({ indicator, column: columnOf(indicator) }))
    .filter(({ column }) => column)
    .map(({ indicator, column }) => {
      const scheme = schemesOf(column)[0];
      const styles = data.schemes[scheme === "fifths" && !indicator.good ? "fifths_unjudged" : scheme];
      const k = classesIn(column[scheme])(i);
      return { indicator, style: styles[k], k, figure: figureIn(column, indicator)(i, true) };
    })
    .sort((a, b) => a.k - b.k);
}

function indicatorTable(rows, caption, data) {
  return element("table", { class: "against" }, element("caption", {}, caption),
    element("thead", { class: "unseen" }, element("tr", {}, element("th", { scope: "col" }, "Indicator"), element("th", { scope: "col" }, "Value"))),
    element("tbody", {}, ...rows.map(({ indicator, style, figure }) => {
      const target = indicator.benchmark === null ? "" : ` · ${data.benchmark} ${written(indicator.benchmark, indicator.decimals)}`;
      const words = style.key === "suppressed" || style.key === "missing" ? "" : ` · ${short(style.label)}`;
      return element("tr", {}, element("th", { scope: "row" }, indicator.label, " ", element("span", {}, indicator.unit)),
        element("td", {}, chip(style), `${figure}${target}${words}`));
    })));
}

/** Section on the chosen group: what is worse than England, or how many of its areas are. */
function writeIndicators(section, { indicators, columnOf, place, areas, where, data }) {
  const rows = indicatorRows(indicators, columnOf, place, data);
  section.hidden = !indicators.length;
  const worse = rows.filter(({ style }) => /^(much_)?worse$/.test(style.key)).length;
  const compared = rows.filter(({ style }) => !STATES.has(style.key)).length;
  const heading = section.querySelector("h2"), body = section.querySelector("div");
  if (compared) {
    heading.textContent = `${where}: ${number(worse)} of ${counted(compared, "indicator is", "indicators are")} worse than ${data.benchmark}`;
    body.replaceChildren(indicatorTable(rows, `Worse than ${data.benchmark} first`, data));
    return;
  }
  heading.textContent = `Indicators against ${data.benchmark}`;
  const lines = indicators.filter((indicator) => indicator.areas).map((indicator) => {
    const scheme = schemesOf(indicator.areas)[0], of = classesIn(indicator.areas[scheme]);
    const keys = areas.map((i) => data.schemes[scheme][of(i)].key);
    const bad = keys.filter((key) => key === "worse" || key === "fifth_1").length;
    const known = keys.filter((key) => !STATES.has(key)).length;
    return element("tr", {}, element("th", { scope: "row" }, indicator.label),
      element("td", {}, known ? `${number(bad)} of ${counted(known, "area")} ${scheme === "fifths" ? (indicator.good ? "in the worst fifth" : "in the highest fifth") : "worse"}` : "no area compared"));
  });
  body.replaceChildren(element("table", { class: "against" },
    element("caption", {}, `No figures of ${where} as a whole are in this map; its areas:`), element("tbody", {}, ...lines)));
}

/** The areas shown, most in need first: the table that says everything that the map does. */
function needFirst(areas, measure) {
  const order = new Map(areas.map((i) => [i, [measure.of(i), measure.order(i)]]));
  return [...areas].sort((a, b) => {
    const [one, other] = [order.get(a), order.get(b)];
    return one[0] - other[0] || (one[1] === other[1] ? 0 : one[1] - other[1]) || a - b;
  });
}

function writeTable({ head, rows, caption, more }, { measures, sorted, shown, selected, under, data, where }) {
  const columns = measures.length > 1 ? measures.flatMap(bothColumns)
    : measures[0].columns.map((column) => ({ of: measures[0].of, classes: measures[0].classes, ...column }));
  caption.textContent = `Areas in ${where}, ${measures[0].deciles ? "most deprived" : "most in need"} first`;
  head.replaceChildren(...["Area", ...columns.map(({ head: text }) => text)]
    .map((text, k) => element("th", { scope: "col", class: columns[k - 1]?.number ? "number" : "" }, text)));
  const kept = document.activeElement?.dataset?.row;
  rows.replaceChildren(...sorted.slice(0, shown).map((i) => {
    const button = element("button", { type: "button", "aria-pressed": String(i === selected), "data-row": i }, data.names[i]);
    return element("tr", {}, element("th", { scope: "row" }, button, element("span", { class: "under" }, under(i))),
      ...columns.map(({ text, chip: marked, number: plain, of, classes }) =>
        element("td", { class: plain ? "number" : "" }, ...(marked ? [chip(classes[of(i)])] : []), text(i))));
  }));
  if (kept !== undefined) rows.querySelector(`[data-row="${kept}"]`)?.focus({ preventScroll: true });
  const left = sorted.length - shown, next = Math.min(left, 500);
  more.hidden = left <= 0;
  more.textContent = next === left ? `Show all ${number(sorted.length)} areas` : `Show ${next} more areas`;
}
