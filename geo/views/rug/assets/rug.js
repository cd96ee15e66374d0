"use strict";

/* The table stands in the page as it was written; this moves its cells about and shows their words. */
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const table = document.querySelector("#rug table");
  const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;

  // ---- take the table apart ------------------------------------------------------------------

  const heads = { indicators: data.indicators.map(() => null), areas: data.areas.map(() => null) };
  for (const th of table.querySelectorAll("th[data-indicator]")) heads.indicators[th.dataset.indicator] = th;
  for (const th of table.querySelectorAll("th[data-area]")) heads.areas[th.dataset.area] = th;
  const corner = table.querySelector(".corner");
  const lines = [...table.querySelectorAll("tbody:not(.totals) tr:not(.group)")].map((tr) => [...tr.querySelectorAll("td")]);
  const totals = [...table.querySelectorAll(".totals td.sum")];
  const downSums = lines.map((line) => line.shift());
  const sums = data.across ? { indicators: downSums, areas: totals } : { indicators: totals, areas: downSums };
  const cell = (i, j) => (data.across ? lines[i][j] : lines[j][i]);
  const at = new Map();
  data.indicators.forEach((_, i) => data.areas.forEach((_, j) => at.set(cell(i, j), [i, j])));
  const shownAs = (i, j) => cell(i, j).className;
  const valueOf = (td) => {
    const text = td.firstChild?.nodeValue ?? "";
    if (/^[[]/.test(text) || !text.trim()) return NaN;
    return parseFloat(text.replace(/,/g, "").replace(/^<(.*)/, (_, n) => n / 2).replace(/^>/, ""));
  };

  // ---- what is shown, and in which order -----------------------------------------------------

  const state = { across: data.across, where: "all", group: "all", worse: false, areas: ["grouped", 1], indicators: ["grouped", 1] };
  const all = { indicators: data.indicators.map((_, i) => i), areas: data.areas.map((_, j) => j) };
  const own = all.areas.filter((j) => !data.areas[j].reference);
  const isBad = (i, j) => data.bad.includes(shownAs(i, j));

  function shownAreas() {
    const [kind, name] = [state.where.slice(0, 1), state.where.slice(2)];
    const fits = (j) => kind === "a" || data.areas[j].reference || (kind === "g" ? data.areas[j].group === name : j === +name);
    return all.areas.filter(state.where === "all" ? () => true : fits);
  }

  function shownIndicators(areas) {
    const compared = areas.filter((j) => !data.areas[j].reference);
    return all.indicators.filter((i) =>
      (state.group === "all" || data.indicators[i].group === state.group) && (!state.worse || compared.some((j) => isBad(i, j))));
  }

  /** Sort by a key, missing last whatever the direction; equals keep their order. */
  function sorted(items, key, direction) {
    const keys = new Map(items.map((item) => [item, key(item)]));
    return [...items].sort((a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
      return direction * (x < y ? -1 : x > y ? 1 : 0);
    });
  }

  function orderAreas(areas, indicators) {
    const [by, direction] = state.areas;
    if (by === "grouped") return areas;
    const keep = areas.filter((j) => data.areas[j].reference);
    const rest = areas.filter((j) => !data.areas[j].reference);
    const keys = {
      name: (j) => data.areas[j].name.toLocaleLowerCase("en-GB"),
      worse: (j) => -indicators.filter((i) => isBad(i, j)).length,
    };
    const worstFirst = data.indicators[by]?.high === 1 ? 1 : -1;
    return [...keep, ...sorted(rest, keys[by] ?? ((j) => worstFirst * valueOf(cell(by, j))), direction)];
  }

  /** One area stands next to the first of reference, so that it is seen on a narrow screen. */
  function beside(areas) {
    if (!state.where.startsWith("o:")) return areas;
    const [first, ...references] = areas.filter((j) => data.areas[j].reference);
    return [first, ...areas.filter((j) => !data.areas[j].reference), ...references].filter((j) => j !== undefined);
  }

  function orderIndicators(indicators, areas) {
    const [by, direction] = state.indicators;
    if (by === "grouped") return indicators;
    const compared = areas.filter((j) => !data.areas[j].reference);
    const rank = (j) => (i) => {
      const place = data.order.indexOf(shownAs(i, j));
      return place < data.order.indexOf("not_compared") ? place : NaN;
    };
    const keys = {
      name: (i) => data.indicators[i].name.toLocaleLowerCase("en-GB"),
      worse: (i) => -compared.filter((j) => isBad(i, j)).length,
    };
    return sorted(indicators, keys[by] ?? rank(+by), direction);
  }

  const columnsOnA4 = 18;

  // ---- put it together -----------------------------------------------------------------------

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function runs(kind, items) {
    const found = [];
    for (const item of items) {
      const group = data[kind][item].group;
      if (found.at(-1)?.[0] === group) found.at(-1)[1].push(item);
      else found.push([group, [item]]);
    }
    return found;
  }

  function count(kind, items, others) {
    for (const item of items) {
      const among = kind === "areas" ? others : others.filter((j) => !data.areas[j].reference);
      const seen = {};
      for (const other of among) {
        const name = kind === "areas" ? shownAs(other, item) : shownAs(item, other);
        seen[name] = (seen[name] ?? 0) + 1;
      }
      for (const chip of sums[kind][item].querySelectorAll("b")) {
        const name = chip.classList[0];
        chip.firstChild.nodeValue = seen[name] ?? 0;
        chip.classList.toggle("hidden", !seen[name]);
      }
    }
  }

  const summaryHead = (scope, kind) => element("th", { className: "total", scope }, `All ${kind}`);

  function draw() {
    const chosen = shownAreas();
    const indicators = orderIndicators(shownIndicators(chosen), chosen);
    const areas = beside(orderAreas(chosen, indicators));
    const [down, over] = state.across ? ["indicators", "areas"] : ["areas", "indicators"];
    const items = { indicators, areas };
    count("areas", areas, indicators);
    count("indicators", indicators, areas);
    for (const kind of ["indicators", "areas"]) for (const item of items[kind]) heads[kind][item].scope = kind === down ? "row" : "col";
    corner.textContent = state.across ? "Indicator" : "Area";

    const flat = (kind) => state[kind][0] !== "grouped";
    const band = element("tr", { className: "band" }, element("td", { colSpan: 2 }));
    for (const [group, part] of runs(over, items[over])) {
      const bare = flat(over) && !(over === "areas" && data.areas[part[0]].reference);
      if (bare && band.lastChild.dataset.flat) band.lastChild.colSpan += part.length;
      else band.append(element(bare ? "td" : "th", { colSpan: part.length, ...(bare ? {} : { scope: "colgroup" }) }, bare ? "" : element("span", {}, group)));
      if (bare) band.lastChild.dataset.flat = 1;
    }
    const head = element("tr", {}, corner, summaryHead("col", over), ...items[over].map((x) => heads[over][x]));
    const total = element("tr", {}, summaryHead("row", down), element("td", { className: "nil" }), ...items[over].map((x) => sums[over][x]));
    const parts = [element("thead", {}, band, head), element("tbody", { className: "totals" }, total)];
    const wide = items[over].length + 2;
    for (const [group, part] of flat(down) ? [["", items[down]]] : runs(down, items[down])) {
      const body = element("tbody", {});
      if (group) body.append(element("tr", { className: "group" }, element("th", { scope: "rowgroup", colSpan: wide }, element("span", {}, group))));
      for (const x of part) {
        body.append(element("tr", {}, heads[down][x], sums[down][x], ...items[over].map((y) => (down === "indicators" ? cell(x, y) : cell(y, x)))));
      }
      parts.push(body);
    }
    table.querySelectorAll("thead, tbody").forEach((part) => part.remove());
    table.append(...parts);
    table.classList.toggle("worse-only", state.worse);
    document.body.classList.toggle("wide", items[over].length > columnsOnA4);
    markSorted();
    chooseStop(active && at.has(active) && active.isConnected ? active : cell(indicators[0] ?? 0, areas[0] ?? 0));
    return items;
  }

  function markSorted() {
    for (const [kind, other] of [["areas", "indicators"], ["indicators", "areas"]]) {
      heads[other].forEach((th) => th.removeAttribute("aria-sort"));
      const [by, direction] = state[kind];
      if (Number.isInteger(+by)) heads[other][by].setAttribute("aria-sort", direction > 0 ? "descending" : "ascending");
    }
  }

  function say({ indicators, areas }) {
    const compared = areas.filter((j) => !data.areas[j].reference).length;
    $("status").textContent = `Showing ${plural(indicators.length, "indicator", "indicators")} in ${plural(compared, "area", "areas")}.`;
  }

  // ---- controls ------------------------------------------------------------------------------

  const option = (value, text) => element("option", { value }, text);
  const optgroup = (label, ...children) => element("optgroup", { label }, ...children);
  const groupsOf = (kind, items) => [...new Set(items.map((x) => data[kind][x].group))].filter(Boolean);

  $("where").append(option("all", "All areas"),
    ...(groupsOf("areas", own).length > 1 ? [optgroup("Groups", ...groupsOf("areas", own).map((name) => option(`g:${name}`, name)))] : []),
    optgroup("One area", ...own.map((j) => option(`o:${j}`, data.areas[j].name))));
  $("group").append(option("all", "All indicators"), ...groupsOf("indicators", all.indicators).map((name) => option(name, name)));
  const worst = data.quintiles ? "Most in the worst fifth" : "Most worse first";
  $("areas-by").append(option("grouped", "By group"), option("worse", worst), option("name", "By name"),
    optgroup("Worst first in", ...data.indicators.map(({ name }, i) => option(i, name))));
  $("indicators-by").append(option("grouped", "By group"), option("worse", worst), option("name", "By name"),
    optgroup("Worst first in", ...data.areas.map(({ name }, j) => option(j, name))));

  const act = () => say(draw());
  $("where").addEventListener("change", (event) => { state.where = event.target.value; act(); });
  $("group").addEventListener("change", (event) => { state.group = event.target.value; act(); });
  $("areas-by").addEventListener("change", (event) => { state.areas = [event.target.value, 1]; act(); });
  $("indicators-by").addEventListener("change", (event) => { state.indicators = [event.target.value, 1]; act(); });
  $("worse").addEventListener("change", (event) => { state.worse = event.target.checked; act(); });
  $("swap").addEventListener("click", () => { state.across = !state.across; act(); });
  $("controls").addEventListener("submit", (event) => event.preventDefault());

  /** A press on a header sorts by it: worst first, best first, then as it was. */
  table.addEventListener("click", (event) => {
    const th = event.target.closest("th[data-area], th[data-indicator]");
    if (!th) return;
    const [kind, by] = "indicator" in th.dataset ? ["areas", th.dataset.indicator] : ["indicators", th.dataset.area];
    const [before, direction] = state[kind];
    state[kind] = before !== by ? [by, 1] : direction > 0 ? [by, -1] : ["grouped", 1];
    $(`${kind}-by`).value = state[kind][0];
    act();
    th.querySelector("button").focus({ preventScroll: true });
  });

  // ---- a cell in words -----------------------------------------------------------------------

  const tip = $("tip");
  let active = null;
  let leaving = 0;

  function chooseStop(td) {
    if (active) active.tabIndex = -1;
    active = td;
    td.tabIndex = 0;
  }

  function fact(list, term, text) {
    if (text) list.append(element("dt", {}, term), element("dd", {}, text));
  }

  function show(td) {
    clearTimeout(leaving);
    const [i, j] = at.get(td);
    const indicator = data.indicators[i];
    const [interval, counted, trend, note] = data.cells[i * data.areas.length + j];
    const name = td.className;
    const text = td.firstChild?.nodeValue.trim() ?? "";
    const value = text.startsWith("[") ? "No value shown" : text;
    const list = element("dl", {});
    fact(list, "95% interval", interval);
    fact(list, "Count", counted);
    fact(list, "Who", indicator.who);
    fact(list, "Period", indicator.period);
    if (name !== "benchmark") fact(list, data.benchmark, indicator.benchmark);
    fact(list, "Trend", trend);
    fact(list, "Note", note);
    const certain = data.quintiles || !/better|worse|similar|lower|higher/.test(name) ? "" : /^much/.test(name) ? " (99.8%)" : " (95%)";
    tip.replaceChildren(
      element("p", { className: "area" }, data.areas[j].name), element("p", {}, indicator.name),
      element("p", { className: "value" }, value, element("span", {}, value === text && indicator.unit ? ` ${indicator.unit}` : "")),
      element("p", { className: `verdict ${name}` }, data.labels[name].replace(/^./, (c) => c.toUpperCase()) + certain), list);
    tip.hidden = false;
    td.setAttribute("aria-describedby", "tip");
    const box = td.getBoundingClientRect();
    const room = document.documentElement;
    const left = Math.min(box.right + 6, room.clientWidth - tip.offsetWidth - 8);
    const overlaps = left < box.right;
    const below = box.bottom + 6 + tip.offsetHeight < room.clientHeight;
    tip.style.left = `${Math.max(8, overlaps ? box.left - tip.offsetWidth - 6 : left)}px`;
    tip.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - tip.offsetHeight - 6)}px`;
  }

  function hide() {
    tip.hidden = true;
    table.querySelector("[aria-describedby]")?.removeAttribute("aria-describedby");
  }

  const hideSoon = () => { clearTimeout(leaving); leaving = setTimeout(() => at.has(document.activeElement) ? show(document.activeElement) : hide(), 200); };
  const cellOf = (node) => { const td = node.closest?.("td"); return td && at.has(td) ? td : null; };

  table.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const td = cellOf(event.target);
    if (td) show(td); else if (!tip.hidden) hideSoon();
  });
  table.addEventListener("pointerleave", hideSoon);
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", hideSoon);
  table.addEventListener("click", (event) => { const td = cellOf(event.target); if (td) { chooseStop(td); td.focus({ preventScroll: true }); } });
  table.addEventListener("focusin", (event) => { const td = cellOf(event.target); if (td) { chooseStop(td); show(td); } else hide(); });
  table.addEventListener("focusout", hideSoon);
  $("rug").addEventListener("scroll", () => { if (!tip.hidden && at.has(document.activeElement)) show(document.activeElement); else hide(); }, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  table.addEventListener("keydown", (event) => {
    const td = cellOf(event.target);
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] }[event.key];
    if (!td || !step) return;
    event.preventDefault();
    const rows = [...table.querySelectorAll("tbody:not(.totals) tr:not(.group)")];
    const row = td.parentNode;
    const inRow = [...row.children].filter((x) => at.has(x));
    const column = Math.max(0, Math.min(inRow.indexOf(td) + step[1], inRow.length - 1));
    const to = rows[Math.max(0, Math.min(rows.indexOf(row) + step[0], rows.length - 1))];
    const next = [...to.children].filter((x) => at.has(x))[column];
    chooseStop(next);
    next.focus({ preventScroll: true });
    keepInView(next);
  });

  /** Scroll the frame so that a cell is not under the headers that stay in view. */
  function keepInView(td) {
    const frame = $("rug");
    const [box, around] = [td.getBoundingClientRect(), frame.getBoundingClientRect()];
    const top = around.top + table.tHead.offsetHeight, left = around.left + td.parentNode.firstChild.offsetWidth;
    frame.scrollBy(box.left < left ? box.left - left : Math.max(0, box.right - around.left - frame.clientWidth),
      box.top < top ? box.top - top : Math.max(0, box.bottom - around.top - frame.clientHeight));
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  chooseStop(cell(0, 0));
  $("controls").hidden = false;
})();
