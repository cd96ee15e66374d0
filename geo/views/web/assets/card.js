// ---- the essentials of one area, and its card ---------------------------------------------------

function tooltip(name, lines) {
  return element("div", { class: "tip" }, element("strong", {}, name), ...lines.map((text) => element("span", {}, text)));
}

/** All national deciles of an area as a small bar chart: longer is more deprived. */
function decileBars(indices, i) {
  const rows = indices.map(({ name, of, classes }) => {
    const k = of(i), style = classes[k], bar = element("span", { class: `bar ${style.pattern}` });
    bar.style.width = k > 9 ? "100%" : `${(10 - k) * 10}%`;
    if (!style.pattern) bar.style.background = style.fill;
    return element("tr", {}, element("th", { scope: "row" }, name),
      element("td", { class: "track", "aria-hidden": "true" }, bar),
      element("td", { class: "number" }, k > 9 ? "no data" : k + 1));
  });
  return element("table", { class: "deciles" },
    element("caption", {}, "National deciles: longer is more deprived"), element("tbody", {}, ...rows));
}

/** What there is to know of one area. */
function card({ i, name, code, lines, people, indices, indicators, data }) {
  const tables = indices.length > 1 ? [decileBars(indices, i)] : [];
  const rows = indicatorRows(indicators, (indicator) => indicator.areas, i, data);
  if (rows.length) tables.push(indicatorTable(rows, `Indicators against ${data.benchmark}, worse first`, data));
  const scroll = element("div", { class: "bars", tabindex: "0", role: "region", "aria-label": "Deciles and indicators" }, ...tables);
  return element("div", { class: "card" }, element("h3", {}, name),
    ...lines.map((text) => element("p", {}, text)),
    ...(people.length ? [element("p", {}, people.join(" · "))] : []),
    element("p", { class: "code" }, code),
    ...(tables.length ? [scroll] : []));
}
