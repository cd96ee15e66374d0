"use strict";

// folium's popups are written for jQuery; this is the one thing they ask of it.
window.$ ??= (html) => Object.assign(document.createElement("template"), { innerHTML: html.trim() }).content.children;

/** One ring in the Encoded Polyline Algorithm Format, as whole [lat, lng] steps of 1e-5 degrees. */
function decodeRing(text) {
  const points = [];
  let at = 0, lat = 0, lng = 0;
  const step = () => {
    let value = 0, shift = 0, digit;
    do {
      digit = text.charCodeAt(at++) - 63;
      value |= (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    return (value >> 1) ^ -(value & 1);
  };
  while (at < text.length) points.push([(lat += step()), (lng += step())]);
  return points;
}

const degrees = (ring) => decodeRing(ring).map(([lat, lng]) => [lat / 1e5, lng / 1e5]);
const latLngs = (shape) => shape.map((polygon) => polygon.map(degrees));

/** The line around a set of shapes: the edges that no two of them share. */
function boundaryOf(shapes) {
  const edges = new Map();
  for (const ring of shapes.flat(2).map(decodeRing)) {
    for (let i = 1; i < ring.length; i++) {
      const key = [ring[i - 1], ring[i]].sort((a, b) => a[0] - b[0] || a[1] - b[1]).join();
      if (!edges.delete(key)) edges.set(key, [ring[i - 1], ring[i]]);
    }
  }
  return [...edges.values()].map((edge) => edge.map(([lat, lng]) => [lat / 1e5, lng / 1e5]));
}

/** A new element; text becomes text, whatever it holds. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

const number = (value) => value.toLocaleString("en-GB");
const percent = (part, whole) => `${(whole ? (100 * part) / whole : 0).toFixed(1)}%`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function decileInWords(decile) {
  if (!decile) return "No data";
  const share = decile <= 5 ? `most deprived ${10 * decile}%` : `least deprived ${10 * (11 - decile)}%`;
  return `Decile ${decile} – among the ${share} in England`;
}

function geoMap(container, data) {
  const $id = (id) => document.getElementById(`geo-${id}`);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = matchMedia("(max-width: 700px)");
  const everyone = data.codes.map((_, i) => i);
  const deciles = data.variables.map(({ deciles }) => Array.from(deciles, (d) => parseInt(d, 16)));
  const firstRows = 15;
  const state = { variable: 0, level: data.level, group: -1, selected: -1, rows: firstRows };

  const level = () => data.levels[state.level];
  const groupOf = (i, { names, of } = level()) => (of[i] < 0 ? "" : names[of[i]]);
  const wardOf = (i) => (data.wards.of[i] >= 0 ? data.wards.names[data.wards.of[i]] : "");
  const isIn = (i) => state.group < 0 || level().of[i] === state.group;
  const members = () => everyone.filter(isIn);
  const decile = (i) => deciles[state.variable][i];
  const rank = (i) => data.variables[state.variable].ranks?.[i] ?? null;
  const where = () => (state.group < 0 ? data.place || "All areas" : level().names[state.group]);

  // ---- the map -------------------------------------------------------------------------------

  const map = L.map(container, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.1, wheelPxPerZoomLevel: 120,
    maxZoom: 17, preferCanvas: data.canvas, zoomAnimation: !still, fadeAnimation: !still,
    inertia: !still, center: [0, 0], zoom: 5,
  });
  const pane = (name, zIndex) => {
    const made = map.createPane(name);
    made.style.zIndex = zIndex;
    made.style.pointerEvents = "none";
    return name;
  };
  const line = (layerPane, color, weight) =>
    L.polyline([], { pane: layerPane, color, weight, interactive: false, smoothFactor: 0.5 }).addTo(map);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const lines = {};
  for (const [name, zIndex, ...styles] of [
    ["outlines", 410, ["#ffffff", 3.5], [colour("ink"), 1.5]],
    ["chosen", 412, [colour("paper"), 6], [colour("ink"), 3.5]],
    ["deprived", 415, [colour("paper"), 5.5], [colour("need"), 3]],
    ["selected", 420, [colour("ink"), 7], [colour("focus"), 4]],
    ["hovered", 425, [colour("paper"), 5], [colour("ink"), 2.5]],
  ]) {
    pane(name, zIndex);
    lines[name] = styles.map(([color, weight]) => line(name, color, weight));
  }
  const drawLine = (name, points) => lines[name].forEach((layer) => layer.setLatLngs(points));

  const dots = data.canvas
    ? document.createElement("canvas").getContext("2d").createPattern(dotsPicture(), "repeat")
    : "url(#geo-dots)";

  function dotsPicture() {
    const picture = Object.assign(document.createElement("canvas"), { width: 6, height: 6 });
    const pen = picture.getContext("2d");
    pen.fillStyle = colour("paper");
    pen.fillRect(0, 0, 6, 6);
    pen.fillStyle = colour("secondary");
    pen.fillRect(2, 2, 2, 2);
    return picture;
  }

  const shapes = data.shapes.map((shape, i) =>
    L.polygon(latLngs(shape), { area: i, color: "#ffffff", smoothFactor: 0.5 }));
  const layer = L.featureGroup(shapes);

  const borderWeight = () => Math.max(0.3, Math.min(1.4, 0.35 * (map.getZoom() - 9)));

  function paint() {
    const weight = borderWeight(), far = map.getZoom() < 11.5;
    shapes.forEach((shape, i) => shape.setStyle({
      weight,
      fillColor: decile(i) ? data.classes[decile(i) - 1].fill : dots,
      fillOpacity: isIn(i) ? 1 : 0.2,
    }));
    lines.deprived.forEach((each, k) => each.setStyle({ weight: (far ? [3.5, 2] : [5.5, 3])[k] }));
    const deprived = $id("outline").checked ? members().filter((i) => decile(i) >= 1 && decile(i) <= 3) : [];
    drawLine("deprived", boundaryOf(deprived.map((i) => data.shapes[i])));
  }

  function drawGroups() {
    const outlines = level().outlines.map(latLngs);
    drawLine("outlines", outlines.flat(2));
    drawLine("chosen", state.group < 0 ? [] : outlines[state.group].flat());
  }

  // ---- names that do not collide -------------------------------------------------------------

  const labelPane = map.getPane(pane("names", 430));
  labelPane.setAttribute("aria-hidden", "true");

  function drawNames() {
    const sizes = new Map();
    for (const group of level().of) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    labelPane.replaceChildren(
      ...level().names
        .map((name, group) => ({ name, group, at: level().labels[group], size: sizes.get(group) ?? 0 }))
        .filter(({ at }) => at.length)
        .sort((a, b) => (b.group === state.group) - (a.group === state.group) || b.size - a.size)
        .map(({ name, group, at }) => Object.assign(
          element("span", { class: state.group < 0 || group === state.group ? "name" : "name faded" }, name),
          { at })),
    );
    placeNames();
  }

  function placeNames() {
    const frame = container.getBoundingClientRect();
    const taken = [legendBox()].filter(Boolean);
    const free = (box) =>
      box.left > 4 && box.top > 4 && box.right < frame.width - 4 && box.bottom < frame.height - 4 &&
      !taken.some((t) => box.left < t.right && box.right > t.left && box.top < t.bottom && box.bottom > t.top);
    for (const label of labelPane.children) {
      const { offsetWidth: width, offsetHeight: height } = label;
      const place = label.at.map((at) => map.latLngToContainerPoint(at))
        .flatMap((point) => [0, -0.5, 0.5, -1, 1].map((shift) => {
          const left = point.x - width / 2, top = point.y + (shift - 0.5) * height;
          return { left: left - 3, top: top - 3, right: left + width + 3, bottom: top + height + 3 };
        }))
        .find(free);
      label.style.visibility = place ? "visible" : "hidden";
      if (!place) continue;
      taken.push(place);
      L.DomUtil.setPosition(label, map.containerPointToLayerPoint([place.left + 3, place.top + 3]));
    }
  }

  // ---- where to look -------------------------------------------------------------------------

  function legendBox() {
    if (getComputedStyle($id("legend")).position !== "absolute") return null; // it stands in the panel
    const frame = container.getBoundingClientRect(), box = $id("legend").getBoundingClientRect();
    return {
      left: box.left - frame.left, right: box.right - frame.left + 12,
      top: box.top - frame.top - 12, bottom: box.bottom - frame.top,
    };
  }

  /** Show the chosen areas as large as can be with none of them under the legend. */
  function fit(animate = false) {
    const boxes = members().filter((i) => data.shapes[i].length).map((i) => shapes[i].getBounds())
      .map((each) => L.bounds(map.project(each.getNorthWest(), 0), map.project(each.getSouthEast(), 0)));
    if (!boxes.length) return;
    const all = boxes.reduce((sum, each) => sum.extend(each), L.bounds(boxes[0].min, boxes[0].max));
    const view = map.getSize(), legend = legendBox(), margin = 16, controls = narrow.matches ? 44 : 56;
    const room = view.subtract([controls, 0]), { x: width, y: height } = all.getSize();
    const free = Math.min((room.x - 2 * margin) / width, (room.y - 2 * margin) / height);
    const most = Math.min(15, Math.floor(Math.log2(free) * 10) / 10);
    for (let zoom = most; ; zoom -= 0.1) {
      const scale = 2 ** zoom, spare = room.subtract([width * scale, height * scale]);
      for (const lean of [0.5, 0.7, 0.9]) {
        const origin = all.min.multiplyBy(scale)
          .subtract([Math.max(margin, spare.x * lean), Math.max(margin, spare.y * (1 - lean))]);
        const hidden = ({ min, max }) =>
          min.x * scale - origin.x < legend.right && max.x * scale - origin.x > legend.left &&
          min.y * scale - origin.y < legend.bottom && max.y * scale - origin.y > legend.top;
        if (legend && zoom > most - 4 && boxes.some(hidden)) continue;
        map.setView(map.unproject(origin.add(view.divideBy(2)), zoom), zoom, { animate: animate && !still });
        return;
      }
    }
  }

  // ---- tooltip and card ----------------------------------------------------------------------

  const chip = (value) => {
    const made = element("span", { class: value ? "chip" : "chip dots", "aria-hidden": "true" });
    if (value) made.style.background = data.classes[value - 1].fill;
    return made;
  };
  const rankInWords = (i) =>
    rank(i) === null ? "" : `Rank ${number(rank(i))} of ${number(data.ranked)} (1 is the most deprived)`;
  const essentials = (i) => [
    [wardOf(i), ...data.levels.map((each) => groupOf(i, each)).slice(0, 1)].filter(Boolean).join(" · "),
    `${data.variables[state.variable].name}: ${decileInWords(decile(i)).replace("Decile", "decile").replace("No", "no")}`,
    rankInWords(i),
  ].filter(Boolean);

  function tooltip(area) {
    const [first, ...rest] = essentials(area);
    return element("div", { class: "tip" }, element("strong", {}, data.names[area]),
      ...[first, ...rest].map((text) => element("span", {}, text)));
  }

  function card(i) {
    const bars = data.variables.map(({ name }, v) => {
      const value = deciles[v][i];
      const bar = element("span", { class: value ? "bar" : "bar dots" });
      bar.style.width = value ? `${(11 - value) * 10}%` : "100%";
      if (value) bar.style.background = data.classes[value - 1].fill;
      return element("tr", {}, element("th", { scope: "row" }, name),
        element("td", { class: "track", "aria-hidden": "true" }, bar),
        element("td", { class: "number" }, value || "no data"));
    });
    const people = Object.entries(data.people).filter(([, values]) => values[i] !== null)
      .map(([kind, values]) => `${kind === "population" ? "Residents" : "Children"}: ${number(values[i])}`);
    const scroll = element("div", { class: "bars", tabindex: "0", role: "region", "aria-label": "Deciles" },
      element("table", {},
        element("caption", {}, "National deciles: longer is more deprived"),
        element("tbody", {}, ...bars)));
    return element("div", { class: "card" }, element("h3", {}, data.names[i]),
      ...essentials(i).map((text) => element("p", {}, text)),
      ...(people.length ? [element("p", {}, people.join(" · "))] : []),
      ...(data.variables.length > 1 ? [scroll] : []));
  }

  const tip = L.tooltip({ direction: "auto", offset: [12, 0], opacity: 1 });
  const popup = L.popup({ minWidth: 270, maxWidth: narrow.matches ? Math.min(330, container.clientWidth - 48) : 330 });
  const drawArea = (name, i) => drawLine(name, i < 0 ? [] : latLngs(data.shapes[i]).flat());

  function pointAt(i, latlng) {
    if (i === state.selected || !data.shapes[i].length) return;
    drawArea("hovered", i);
    if (!narrow.matches) tip.setContent(tooltip(i)).setLatLng(latlng).addTo(map);
  }

  function letGo() {
    drawArea("hovered", -1);
    tip.remove();
  }

  function select(i, from) {
    state.selected = i;
    letGo();
    drawArea("selected", i);
    if (i < 0) {
      map.closePopup(popup);
    } else if (data.shapes[i].length) {
      const bounds = shapes[i].getBounds();
      if (from === "list") {
        map.setView(bounds.getCenter(), Math.max(map.getZoom(), Math.min(13, map.getBoundsZoom(bounds.pad(1)))),
          { animate: false });
      }
      const legend = legendBox(), beside = legend && map.latLngToContainerPoint(shapes[i].getCenter()).y > legend.top;
      popup.options.autoPanPaddingTopLeft = [beside ? legend.right + 4 : 12, 12];
      popup.options.autoPanPaddingBottomRight = [narrow.matches ? 12 : 68, 12];
      popup.setLatLng(shapes[i].getCenter()).setContent(card(i)).openOn(map);
      popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("title", "Close");
    }
    listAreas();
    const row = $id("rows").querySelector('[aria-pressed="true"]');
    if (from === "map" && row && !narrow.matches) row.scrollIntoView({ block: "nearest" });
    $id("status").textContent = i < 0 ? "" : [data.names[i], ...essentials(i)].join(". ");
  }

  layer.on("mouseover mousemove", (event) => pointAt(event.layer.options.area, event.latlng));
  layer.on("mouseout", letGo);
  layer.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    select(event.layer.options.area, "map");
  });
  map.on("popupclose", ({ popup: closed }) => closed === popup && state.selected >= 0 && select(-1));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && state.selected >= 0 && select(-1));

  // ---- the panel -----------------------------------------------------------------------------

  function writeLegend() {
    const counts = new Array(11).fill(0);
    members().forEach((i) => counts[decile(i)]++);
    const { name } = data.variables[state.variable];
    $id("legend-title").textContent = name;
    $id("legend-note").textContent = `Number of areas · ${where()}`;
    const row = (value, label) => element("li", { class: counts[value] ? "" : "none", "data-class": value },
      chip(value), element("span", { class: "label" }, label),
      element("span", { class: "count" }, number(counts[value]), element("span", { class: "unseen" }, " areas")));
    const rows = data.classes.map(({ label }, k) =>
      row(k + 1, /deprived/.test(label) ? `${label} in England` : label));
    if (deciles.some((values) => values.includes(0))) rows.push(row(0, "No data"));
    $id("classes").replaceChildren(...rows);
  }

  function total(values, chosen) {
    const known = chosen.map((i) => values[i]).filter((value) => value !== null);
    if (!known.length) return ["not known", ""];
    const lost = chosen.length - known.length;
    return [number(known.reduce((sum, value) => sum + value, 0)), lost ? `${number(lost)} ${lost === 1 ? "area" : "areas"} not known` : ""];
  }

  function writeFigures() {
    const chosen = members(), known = chosen.filter(decile);
    const within = (limit) => known.filter((i) => decile(i) <= limit);
    const share = (limit) => [number(within(limit).length), percent(within(limit).length, known.length)];
    const what = data.variables[state.variable].name;
    $id("summary").textContent = !known.length
      ? `${where()}: no data for ${what}`
      : `${where()}: ${number(within(3).length)} of ${number(known.length)} ` +
        `${known.length === 1 ? "area is" : "areas are"} in the most deprived 30% in England`;
    const lost = chosen.length - known.length;
    const figures = [
      ["Areas (LSOAs)", number(chosen.length), lost ? `${number(lost)} without data` : ""],
      ["Most deprived 10%", ...share(1)], ["Most deprived 20%", ...share(2)], ["Most deprived 30%", ...share(3)],
    ];
    const { population, children } = data.people;
    if (population) figures.push(["Residents", ...total(population, chosen)]);
    if (children) figures.push(["Children", ...total(children, chosen)]);
    $id("figures").replaceChildren(...figures.map(([term, value, note]) => element("div", {},
      element("dt", {}, term),
      element("dd", {}, element("strong", {}, value), ...(note ? [" ", element("span", {}, note)] : [])))));
  }

  function listAreas() {
    const hasRanks = data.variables[state.variable].ranks !== null;
    const need = (i) => [decile(i) || 11, rank(i) ?? Infinity];
    const sorted = members().sort((a, b) => {
      const [one, other] = [need(a), need(b)];
      return one[0] - other[0] || (one[1] === other[1] ? 0 : one[1] - other[1]) || a - b;
    });
    const shown = Math.max(state.rows, sorted.indexOf(state.selected) + 1);
    $id("caption").textContent = `Areas in ${where().replace(/^All areas$/, "the map")}, most deprived first`;
    $id("head").replaceChildren(...["Area", "Decile", ...(hasRanks ? ["Rank"] : [])]
      .map((text) => element("th", { scope: "col" }, text)));
    const kept = document.activeElement?.dataset?.row;
    $id("rows").replaceChildren(...sorted.slice(0, shown).map((i) => {
      const button = element("button",
        { type: "button", "aria-pressed": String(i === state.selected), "data-row": i }, data.names[i]);
      return element("tr", {},
        element("th", { scope: "row" }, button,
          element("span", { class: "under" }, wardOf(i) || groupOf(i))),
        element("td", {}, chip(decile(i)), decile(i) || "no data"),
        ...(hasRanks ? [element("td", { class: "number" }, rank(i) === null ? "–" : number(rank(i)))] : []));
    }));
    if (kept !== undefined) $id("rows").querySelector(`[data-row="${kept}"]`)?.focus({ preventScroll: true });
    const left = sorted.length - shown, next = Math.min(left, 500);
    $id("more").hidden = left <= 0;
    $id("more").textContent = next === left ? `Show all ${number(sorted.length)} areas` : `Show ${next} more areas`;
  }

  const rowOf = (event) => Number(event.target.closest("[data-row]")?.dataset.row ?? -1);
  const pointAtRow = (event) => rowOf(event) >= 0 && pointAt(rowOf(event), shapes[rowOf(event)].getBounds().getCenter());
  for (const kind of ["focusin", "mouseover"]) $id("rows").addEventListener(kind, pointAtRow);
  for (const kind of ["focusout", "mouseout"]) $id("rows").addEventListener(kind, letGo);
  $id("rows").addEventListener("click", (event) => {
    const i = rowOf(event);
    if (i >= 0) select(i === state.selected ? -1 : i, "list");
  });
  $id("more").addEventListener("click", () => {
    const first = $id("rows").children.length;
    state.rows = first + 500;
    listAreas();
    $id("rows").children[first]?.querySelector("button").focus();
  });

  // Leaflet focuses the map on a click too; the ring is for those who came by keyboard
  document.addEventListener("pointerdown", () => container.classList.add("by-pointer"), true);
  document.addEventListener("keydown", () => container.classList.remove("by-pointer"), true);

  // ---- controls ------------------------------------------------------------------------------

  const option = (text, value) => element("option", { value }, text);

  function groupOptions({ names, singular, plural }, k) {
    const whole = data.place ? `All of ${data.place}` : "All areas";
    return element("optgroup", { label: capital(plural) },
      option(data.levels.length > 1 ? `All, by ${singular}` : whole, `${k}:-1`),
      ...names.map((name, group) => option(name, `${k}:${group}`)));
  }

  function update() {
    state.rows = firstRows;
    paint();
    writeLegend();
    writeFigures();
    if (state.selected >= 0 && isIn(state.selected)) popup.setContent(card(state.selected)), listAreas();
    else select(-1);
  }

  function updateGroups() {
    drawGroups();
    update();
    fit(true);
    drawNames();
  }

  $id("variable").append(...data.variables.map(({ name }, v) => option(name, v)));
  $id("where").append(...data.levels.map(groupOptions));
  $id("where").value = `${state.level}:${state.group}`;
  $id("variable").addEventListener("change", ({ target }) => {
    state.variable = Number(target.value);
    update();
  });
  $id("where").addEventListener("change", ({ target }) => {
    [state.level, state.group] = target.value.split(":").map(Number);
    updateGroups();
  });
  $id("outline").addEventListener("change", paint);

  L.control.zoom({ position: "topright", zoomInTitle: "Zoom in", zoomOutTitle: "Zoom out" }).addTo(map);
  const corner = L.control({ position: "topright" });
  corner.onAdd = () => {
    const button = element("button", { type: "button", class: "refit", title: "Fit the map to the chosen areas" }, "Fit");
    button.setAttribute("aria-label", "Fit the map to the chosen areas");
    L.DomEvent.disableClickPropagation(button).on(button, "click", () => fit(true));
    return button;
  };
  corner.addTo(map);
  L.control.scale({ position: "bottomright", maxWidth: 90 }).addTo(map);

  update();
  fit();
  paint();
  layer.addTo(map); // only now, so that the browser projects every vertex once
  if (!data.canvas) shapes.forEach((shape, i) => (shape.getElement().dataset.area = data.codes[i]));
  drawGroups();
  drawNames();
  map.on("zoomend", paint).on("zoomend moveend", placeNames).on("zoomstart", () => {
    for (const label of labelPane.children) label.style.visibility = "hidden";
  });
  map.on("resize", () => fit());
  return map;
}
