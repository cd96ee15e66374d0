// ---- one map ----------------------------------------------------------------------------------
//
// A sheet is a Leaflet map of all areas. It knows how to draw, and nothing of what is chosen.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Patterns that repeat, as the page draws them in SVG: kind to ground, size and lines. */
const PATTERNS = {
  dots: { ground: "paper", size: 6, path: "M3 1.9a1.1 1.1 0 1 0 .01 0Z", fill: true },
  diagonal: { ground: "suppressed", size: 6, path: "M-1 7 7-1M-1 1 1-1M5 7 7 5" },
  cross: { ground: "paper", size: 7, path: "M0 7 7 0M0 0 7 7" },
  rings: { ground: "", size: 10, path: "M5 2.5a2.5 2.5 0 1 0 .01 0Z", halo: true },
};

function patternPicture(kind) {
  const { ground, size, path, fill, halo } = PATTERNS[kind];
  const picture = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = picture.getContext("2d"), shape = new Path2D(path);
  if (ground) Object.assign(pen, { fillStyle: colour(ground) }).fillRect(0, 0, size, size);
  if (halo) Object.assign(pen, { strokeStyle: colour("paper"), lineWidth: 2.5 }).stroke(shape);
  Object.assign(pen, { fillStyle: colour(halo ? "ink" : "secondary"), strokeStyle: colour(halo ? "ink" : "secondary"), lineWidth: 1 });
  pen[fill ? "fill" : "stroke"](shape);
  return picture;
}

/** The same patterns for SVG, written into the page once. */
function patternElements() {
  const svg = (tag, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  return Object.entries(PATTERNS).map(([kind, { ground, size, path, fill, halo }]) => {
    const line = (stroke, width) => svg("path", { d: path, fill: fill ? stroke : "none", stroke: fill ? "none" : stroke, "stroke-width": width });
    return svg("pattern", { id: `geo-${kind}`, width: size, height: size, patternUnits: "userSpaceOnUse" },
      ...(ground ? [svg("rect", { width: size, height: size, fill: colour(ground) })] : []),
      ...(halo ? [line(colour("paper"), 2.5)] : []), line(colour(halo ? "ink" : "secondary"), 1));
  });
}

/** What to fill a class with on a canvas, where patterns are pictures. */
function canvasFills(pen) {
  const made = {};
  return ({ fill, pattern }) => {
    if (!pattern || pattern === "border") return fill;
    return (made[pattern] ??= pen.createPattern(patternPicture(pattern), "repeat"));
  };
}

const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function emptyMap(container, data) {
  const moves = !prefersStill();
  const map = L.map(container, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.1, wheelPxPerZoomLevel: 120,
    maxZoom: 17, preferCanvas: data.canvas, zoomAnimation: moves, fadeAnimation: moves, inertia: moves,
    center: [0, 0], zoom: 5,
  });
  // Leaflet glides when keys or a card move the map, whatever the reader prefers
  if (!moves) map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  return map;
}

function makeSheet(map, data, { narrow, legends }) {
  const container = map.getContainer(), still = prefersStill();
  const pane = (name, zIndex) => {
    const made = map.createPane(name);
    Object.assign(made.style, { zIndex, pointerEvents: "none" });
    return name;
  };

  // ---- lines over the areas

  const lines = {};
  for (const [name, zIndex, ...styles] of [
    ["wards", 408, ["#ffffff", 2.4], [colour("secondary"), 1.1]],
    ["outlines", 410, ["#ffffff", 3.5], [colour("ink"), 1.5]],
    ["chosen", 412, [colour("paper"), 6], [colour("ink"), 3.5]],
    ["deprived", 415, [colour("paper"), 5.5], [colour("need"), 3]],
    ["selected", 420, [colour("ink"), 7], [colour("focus"), 4]],
    ["hovered", 425, [colour("paper"), 5], [colour("ink"), 2.5]],
  ]) {
    pane(name, zIndex);
    lines[name] = styles.map(([color, weight]) =>
      L.polyline([], { pane: name, color, weight, interactive: false, smoothFactor: 0.5 }).addTo(map));
  }
  const drawLine = (name, points) => lines[name].forEach((layer) => layer.setLatLngs(points));
  const drawArea = (name, i) => drawLine(name, i < 0 ? [] : latLngs(data.shapes[i]).flat());

  // ---- areas

  const shapes = data.shapes.map((shape, i) =>
    L.polygon(latLngs(shape), { area: i, color: "#ffffff", smoothFactor: 0.5 }));
  const layer = L.featureGroup(shapes);
  const onCanvas = data.canvas && canvasFills(document.createElement("canvas").getContext("2d"));
  const fillOf = (style) =>
    onCanvas ? onCanvas(style) : style.pattern in PATTERNS ? `url(#geo-${style.pattern})` : style.fill;
  const borderWeight = () => Math.max(0.3, Math.min(1.4, 0.35 * (map.getZoom() - 9)));

  /** Colour every area by its class; those not shown fade, all of them under a heat layer. */
  function paint(measure, isShown, strength) {
    const weight = borderWeight(), fills = measure.classes.map(fillOf), ink = colour("ink");
    shapes.forEach((shape, i) => {
      const k = measure.of(i), bordered = measure.classes[k].pattern === "border";
      shape.setStyle({
        weight: bordered ? Math.max(weight, 0.8) : weight, color: bordered ? ink : "#ffffff",
        fillColor: fills[k], fillOpacity: isShown(i) ? strength : 0.2 * strength,
      });
    });
    const far = map.getZoom() < 11.5, veryFar = map.getZoom() < 8;
    lines.deprived.forEach((each, k) => each.setStyle({ weight: (far ? [3.5, 2] : [5.5, 3])[k] }));
    lines.outlines.forEach((each, k) => each.setStyle({ weight: (veryFar ? [1.2, 0.6] : [3.5, 1.5])[k] }));
  }

  // rings over the areas whose number is a true zero
  pane("zeros", 402);
  const zeros = L.featureGroup([]).addTo(map);
  let zerosOf = null;
  function drawZeros(measure) {
    if (zerosOf === measure) return;
    zerosOf = measure;
    zeros.clearLayers();
    const style = { pattern: "rings" };
    shapes.forEach((shape, i) => measure.isZero?.(i) && L.polygon(shape.getLatLngs(), {
      pane: "zeros", interactive: false, stroke: false, fillColor: fillOf(style), fillOpacity: 0.75, smoothFactor: 0.5,
    }).addTo(zeros));
  }

  const outline = (areas) => drawLine("deprived", bordersOf(areas.map((i) => data.shapes[i])));

  // ---- heat

  pane("heat", 404);
  const heat = L.featureGroup([]).addTo(map);
  function drawHeat(surface) {
    heat.clearLayers();
    surface?.shapes.forEach((shape, k) => L.polygon(latLngs(shape), {
      pane: "heat", interactive: false, stroke: false, fillColor: fillOf(surface.bands[k]), fillOpacity: 0.8, smoothFactor: 0.5,
    }).addTo(heat));
  }

  // ---- names that do not collide

  const labelPane = map.getPane(pane("names", 430));
  labelPane.setAttribute("aria-hidden", "true");

  /** Put names on the map, the first ones first: text, kind and the places where each could stand. */
  function setNames(names) {
    labelPane.replaceChildren(...names.filter(({ at }) => at.length).map(({ text, kind, at, from = 0 }) =>
      Object.assign(element("span", { class: `name ${kind}` }, text), { at, from })));
    placeNames();
  }

  function placeNames() {
    const frame = container.getBoundingClientRect(), zoom = map.getZoom();
    const inside = (box) => ({
      left: box.left - frame.left, right: box.right - frame.left, top: box.top - frame.top, bottom: box.bottom - frame.top,
    });
    const corners = [...container.querySelectorAll(".leaflet-control")].map((each) => inside(each.getBoundingClientRect()));
    const taken = [legendBox(), ...corners].filter(Boolean);
    const free = (box) =>
      box.left > 4 && box.top > 4 && box.right < frame.width - 4 && box.bottom < frame.height - 4 &&
      !taken.some((t) => box.left < t.right && box.right > t.left && box.top < t.bottom && box.bottom > t.top);
    for (const label of labelPane.children) {
      const { offsetWidth: width, offsetHeight: height } = label;
      const place = zoom < label.from ? null : label.at.map((at) => map.latLngToContainerPoint(at))
        .flatMap((point) => [0, -0.5, 0.5, -1, 1].map((shift) => {
          const left = point.x - width / 2, top = point.y + (shift - 0.5) * height;
          return { left: left - 3, top: top - 3, right: left + width + 3, bottom: top + height + 3 };
        }))
        .find(free);
      label.style.visibility = place ? "visible" : "hidden";
      label.place = place;
      if (!place) continue;
      taken.push(place);
      L.DomUtil.setPosition(label, map.containerPointToLayerPoint([place.left + 3, place.top + 3]));
    }
  }

  // ---- where to look

  function legendBox() {
    const legend = legends.find((each) => each.getClientRects().length);
    if (!legend || getComputedStyle(legend).position !== "absolute") return null; // it stands in the panel
    const frame = container.getBoundingClientRect(), box = legend.getBoundingClientRect();
    return {
      left: box.left - frame.left, right: box.right - frame.left + 12,
      top: box.top - frame.top - 12, bottom: box.bottom - frame.top,
    };
  }

  /** Show these areas as large as can be with none of them under the legend. */
  function fit(areas, animate = false) {
    const boxes = areas.filter((i) => data.shapes[i].length).map((i) => shapes[i].getBounds())
      .map((each) => L.bounds(map.project(each.getNorthWest(), 0), map.project(each.getSouthEast(), 0)));
    if (!boxes.length) return;
    const all = boxes.reduce((sum, each) => sum.extend(each), L.bounds(boxes[0].min, boxes[0].max));
    const view = map.getSize(), box = legendBox(), margin = 16, controls = narrow.matches ? 44 : 56;
    const room = view.subtract([controls, 0]), { x: width, y: height } = all.getSize();
    const free = Math.min((room.x - 2 * margin) / width, (room.y - 2 * margin) / height);
    const most = Math.min(15, Math.floor(Math.log2(free) * 10) / 10);
    const least = most - (view.x < 600 ? 1 : 4); // half a map is too narrow to spare room for a legend
    for (let zoom = most; ; zoom -= 0.1) {
      const scale = 2 ** zoom, spare = room.subtract([width * scale, height * scale]);
      for (const lean of [0.5, 0.7, 0.9]) {
        const origin = all.min.multiplyBy(scale)
          .subtract([Math.max(margin, spare.x * lean), Math.max(margin, spare.y * (1 - lean))]);
        const hidden = ({ min, max }) =>
          min.x * scale - origin.x < box.right && max.x * scale - origin.x > box.left &&
          min.y * scale - origin.y < box.bottom && max.y * scale - origin.y > box.top;
        if (box && zoom > least && boxes.some(hidden)) continue;
        map.setView(map.unproject(origin.add(view.divideBy(2)), zoom), zoom, { animate: animate && !still });
        return;
      }
    }
  }

  /** The part of the view that these areas take up, in pixels. */
  function part(areas) {
    const room = 40, view = L.bounds([0, 0], map.getSize()), found = L.bounds([]);
    areas.filter((i) => data.shapes[i].length).map((i) => shapes[i].getBounds()).forEach((box) =>
      found.extend(map.latLngToContainerPoint(box.getNorthWest())).extend(map.latLngToContainerPoint(box.getSouthEast())));
    if (!found.isValid() || !view.intersects(found)) return view;
    return L.bounds(
      [Math.max(0, found.min.x - room), Math.max(0, found.min.y - room)],
      [Math.min(view.max.x, found.max.x + room), Math.min(view.max.y, found.max.y + room)]);
  }

  /** Bring an area into view where it would be lost at this zoom. */
  function bring(i) {
    const bounds = shapes[i].getBounds();
    map.setView(bounds.getCenter(), Math.max(map.getZoom(), Math.min(13, map.getBoundsZoom(bounds.pad(1)))),
      { animate: false });
  }

  // ---- controls in the corners

  function addControls(onFit) {
    L.control.zoom({ position: "topright", zoomInTitle: "Zoom in", zoomOutTitle: "Zoom out" }).addTo(map);
    const corner = L.control({ position: "topright" });
    corner.onAdd = () => {
      const button = element("button", { type: "button", class: "refit", title: "Fit the map to the chosen areas" }, "Fit");
      button.setAttribute("aria-label", "Fit the map to the chosen areas");
      L.DomEvent.disableClickPropagation(button).on(button, "click", onFit);
      return button;
    };
    corner.addTo(map);
    const north = L.control({ position: "bottomright" });
    north.onAdd = () => element("span", { class: "north", "aria-hidden": "true" }, "↑ N");
    L.control.scale({ position: "bottomright", maxWidth: 90, imperial: false }).addTo(map);
    north.addTo(map);
  }

  function show() {
    layer.addTo(map); // only when the view is set, so that the browser projects every vertex once
    if (!data.canvas) shapes.forEach((shape, i) => (shape.getElement().dataset.area = data.codes[i]));
    map.on("zoomend moveend", placeNames).on("zoomstart", () => {
      for (const label of labelPane.children) label.style.visibility = "hidden";
    });
  }

  return {
    map, shapes, layer, drawZeros, drawLine, drawArea, drawHeat, paint, outline, setNames, placeNames, legendBox, fit, part, bring,
    addControls, show, labels: labelPane.children, lines,
  };
}
