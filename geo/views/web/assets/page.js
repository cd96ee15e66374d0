// ---- the page: one state, one way to render it ---------------------------------------------------

/** Give the map at once, for what others add to it, and fill the page when its words are painted. */
function geoMap(container, data, readLater) {
  const map = emptyMap(container, data);
  requestAnimationFrame(() => setTimeout(() => startPage(map, data, readLater)));
  return map;
}

function startPage(firstMap, data, readLater) {
  const $id = (id) => document.getElementById(`geo-${id}`);
  const still = prefersStill();
  const narrow = matchMedia("(max-width: 700px)");
  const everyone = data.codes.map((_, i) => i);
  const firstRows = 15, wardsFrom = 11.5;

  let read = null;
  const later = () => (read ??= readLater());
  const measures = measuresOf(data, later);
  data.allLevels = [...data.levels, ...(data.wards ? [data.wards] : [])];
  const groupNumber = data.allLevels.map(({ of }) => numbersIn(of));
  const people = Object.fromEntries(Object.entries(data.people).map(([kind, column]) => [kind, numbersIn(column)]));

  const state = {
    show: measures.menu[0].id, scheme: "england", second: "", together: false,
    level: data.level, group: -1, top: 0, outline: false, heat: -1, streets: false, selected: -1, rows: firstRows,
  };

  const level = () => data.allLevels[state.level];
  const nameOf = (i, k) => data.allLevels[k].names[groupNumber[k](i)] ?? "";
  const wardOf = (i) => (data.wards ? nameOf(i, data.allLevels.length - 1) : "");
  const isIn = (i) => state.group < 0 || groupNumber[state.level](i) === state.group;
  const isShown = (i) => isIn(i) && (!state.top || index().of(i) < state.top);
  const inGroup = () => everyone.filter(isIn);
  const shownAreas = () => everyone.filter(isShown);
  const place = () => (state.group < 0 ? data.place || "All areas" : level().names[state.group]);
  const where = () => place() + (state.top ? `, most deprived ${state.top}0%` : "");
  const surface = () => (state.heat < 0 ? null : later().surfaces[state.heat]);
  const strength = () => (state.heat >= 0 ? 0.25 : state.streets ? 0.65 : 1);

  let made = {};
  /** Measures that are shown: one, two side by side, or one made of two. */
  function shown() {
    const key = [state.show, state.scheme, state.second, state.together].join("|");
    if (made.key === key) return made.list;
    const [one, other] = [state.show, state.second].filter(Boolean).map((id) => measures.get(id, state.scheme));
    made = { key, one, list: !other ? [one] : state.together ? [pairMeasure(one, other, data)] : [one, other] };
    return made.list;
  }
  const index = () => (shown() && made.one.deciles ? made.one : measures.indices[0]);

  // ---- maps

  const sheets = [makeSheet(firstMap, data, { narrow, legends: [$id("legend"), $id("heat-legend")] })];
  const [main] = sheets;
  const isDouble = () => shown().length > 1;
  const sheetsShown = () => (isDouble() ? sheets : [main]);

  /** The second map, made when it is first asked for, and moving with the first. */
  function secondSheet() {
    if (sheets[1]) return sheets[1];
    const other = makeSheet(emptyMap($id("second"), data), data, { narrow, legends: [$id("legend-second")] });
    sheets.push(other);
    other.map.setView(main.map.getCenter(), main.map.getZoom(), { animate: false });
    other.show();
    connect(other);
    let following = false;
    for (const [from, to] of [[main, other], [other, main]]) {
      from.map.on("move zoomend", () => {
        if (following || !isDouble()) return;
        following = true;
        to.map.setView(from.map.getCenter(), from.map.getZoom(), { animate: false });
        following = false;
      });
    }
    return other;
  }

  function setNames(sheet) {
    const sizes = new Map(), of = groupNumber[state.level];
    const coarsest = data.levels.length > 1 && state.level === data.levels.length - 1;
    for (const i of everyone) sizes.set(of(i), (sizes.get(of(i)) ?? 0) + 1);
    const groups = (level().labels ?? later().wardLabels).map((at, group) => ({
      at, text: level().names[group], size: sizes.get(group) ?? 0, own: group === state.group,
      kind: (coarsest ? "caps " : "") + (state.group < 0 || group === state.group ? "" : "faded"),
    })).sort((a, b) => b.own - a.own || b.size - a.size);
    const wards = read && level() !== data.wards ? read.wardLabels : [];
    sheet.setNames([...groups, ...wards.map((at, k) => ({ at, text: data.wards.names[k], kind: "ward", from: wardsFrom + 0.5 }))]);
  }

  const borders = [];
  /** Lines between the groups of a level: found from the areas' own edges, unless the page holds them. */
  const bordersBetween = (k) => (borders[k] ??= data.allLevels[k].outlines
    ? data.allLevels[k].outlines.map(latLngs).flat(2) : data.canvas ? [] : bordersOf(data.shapes, groupNumber[k]));

  function drawGroups(sheet) {
    const { outlines } = level();
    sheet.drawLine("outlines", state.level < data.levels.length ? bordersBetween(state.level) : []);
    sheet.drawLine("chosen", state.group < 0 ? []
      : outlines ? latLngs(outlines[state.group]).flat() : bordersOf(inGroup().map((i) => data.shapes[i])));
    setNames(sheet);
  }

  function drawWards(sheet) {
    const near = Boolean(data.wards) && sheet.map.getZoom() >= wardsFrom;
    if (near === Boolean(sheet.nearWards)) return;
    sheet.nearWards = near;
    sheet.drawLine("wards", near ? bordersBetween(data.levels.length) : []);
  }

  function paint() {
    const outlined = state.outline ? shownAreas().filter((i) => index().of(i) < 3) : [];
    sheetsShown().forEach((sheet, k) => {
      sheet.paint(shown()[k], isShown, strength());
      sheet.drawZeros(shown()[k]);
      sheet.outline(outlined);
      sheet.drawHeat(surface());
      drawWards(sheet);
    });
  }

  // ---- one area

  const lines = (i) => [
    [wardOf(i), ...data.levels.slice(0, 1).map((_, k) => nameOf(i, k))].filter(Boolean).join(" · "),
    ...shown().flatMap((measure) => measure.pair ?? [measure]).flatMap((measure) => [measure.words(i), measure.more(i)]).filter(Boolean).map(capital),
  ].filter(Boolean);
  const popup = L.popup({ minWidth: 270, maxWidth: narrow.matches ? Math.min(330, firstMap.getSize().x - 48) : 340 });

  function writeCard(i) {
    popup.setContent(card({
      i, name: data.names[i], code: data.codes[i] === data.names[i] ? "" : data.codes[i], lines: lines(i), data,
      people: Object.entries(people).filter(([, value]) => value(i) !== null)
        .map(([kind, value]) => `${kind === "population" ? "Residents" : "Children"}: ${number(value(i))}`),
      indices: measures.indices, indicators: later().indicators,
    }));
  }

  function pointAt(i, latlng, sheet = main) {
    if (i === state.selected) return;
    sheetsShown().forEach((each) => each.drawArea("hovered", i));
    sheet.tip ??= L.tooltip({ direction: "auto", offset: [12, 0], opacity: 1 });
    if (!narrow.matches) sheet.tip.setContent(tooltip(data.names[i], lines(i))).setLatLng(latlng).addTo(sheet.map);
  }

  function letGo() {
    sheets.forEach((sheet) => {
      sheet.drawArea("hovered", -1);
      sheet.tip?.remove();
    });
  }

  function select(i, from, sheet = main) {
    state.selected = i;
    letGo();
    sheetsShown().forEach((each) => each.drawArea("selected", i));
    if (i < 0) popup.remove();
    else if (data.shapes[i].length) openCard(i, from, sheet);
    listAreas();
    const row = $id("rows").querySelector('[aria-pressed="true"]');
    if (from === "map" && row && !narrow.matches) row.scrollIntoView({ block: "nearest" });
    $id("status").textContent = i < 0 ? "" : [data.names[i], ...lines(i)].join(". ");
    writeAddress();
  }

  function openCard(i, from, sheet) {
    if (from !== "map" && from !== "view") sheet.bring(i);
    const middle = sheet.shapes[i].getCenter(), legend = sheet.legendBox();
    const beside = legend && sheet.map.latLngToContainerPoint(middle).y > legend.top;
    popup.options.autoPanPaddingTopLeft = [beside && !isDouble() ? legend.right + 4 : 12, 12];
    popup.options.autoPanPaddingBottomRight = [narrow.matches ? 12 : 68, 12];
    popup.options.autoPan = from !== "view"; // the address says where to look
    writeCard(i);
    popup.setLatLng(middle).openOn(sheet.map);
    popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("title", "Close");
  }

  function connect(sheet) {
    sheet.layer.on("mouseover mousemove", (event) => pointAt(event.layer.options.area, event.latlng, sheet));
    sheet.layer.on("mouseout", letGo);
    sheet.layer.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      select(event.layer.options.area, "map", sheet);
    });
    sheet.map.on("popupclose", ({ popup: closed }) => closed === popup && state.selected >= 0 && select(-1));
    sheet.map.on("zoomend", paint).on("moveend", writeAddress);
    sheet.map.on("resize", () => fitView());
    sheet.addControls(() => fitView(true));
  }
  document.addEventListener("keydown", ({ key }) => key === "Escape" && state.selected >= 0 && select(-1));

  // ---- the panel

  let listed = { key: null, areas: [] };
  function listAreas() {
    const key = [made.key, state.level, state.group, state.top].join("|");
    if (listed.key !== key) listed = { key, areas: needFirst(shownAreas(), shown()[0]) };
    writeTable({ head: $id("head"), rows: $id("rows"), caption: $id("caption"), more: $id("more") }, {
      measures: shown(), sorted: listed.areas, shown: Math.max(state.rows, listed.areas.indexOf(state.selected) + 1),
      selected: state.selected, under: (i) => wardOf(i) || nameOf(i, state.level), data, where: where().replace(/^All areas/, "the map"),
    });
  }

  function writeLegends() {
    const facts = { areas: shownAreas(), all: everyone, where: where() };
    writeLegend($id("legend"), shown()[0], { ...facts, side: isDouble() ? "Left" : "" });
    $id("legend-second").hidden = !isDouble();
    if (isDouble()) writeLegend($id("legend-second"), shown()[1], { ...facts, side: "Right" });
    heatLegend($id("heat-legend"), surface());
  }

  function writePlace() {
    writeFigures({ summary: $id("summary"), figures: $id("figures") },
      { index: index(), areas: inGroup(), where: place(), people });
    if (!data.menu.length || !read) return; // read after the first paint
    const kind = state.group < 0 ? "borough" : level().column;
    writeIndicators($id("against"), {
      indicators: later().indicators, columnOf: ({ groups }) => groups[kind], place: Math.max(0, state.group),
      areas: inGroup(), where: place(), data,
    });
  }

  function writeControls() {
    const { one } = made, whether = (box, on) => (box.checked = on);
    $id("show").value = state.show;
    $id("where").value = `${state.level}:${state.group}`;
    if ($id("where").selectedIndex < 0) $id("where").value = `${data.level}:-1`;
    $id("top").value = state.top;
    whether($id("outline"), state.outline);
    $id("as").hidden = (one.schemes ?? []).length < 2;
    $id("as").querySelectorAll("input").forEach((box) => whether(box, box.value === one.scheme));
    $id("with").value = state.second;
    $id("how").hidden = !state.second;
    $id("how").querySelectorAll("input").forEach((box) => whether(box, (box.value === "1") === state.together));
    if (data.heat.length) $id("heat").value = state.heat;
    $id("top-name").textContent = index().name;
  }

  /** Change the state and show it: the one way by which anything changes. */
  function change(asked, { move = false } = {}) {
    const before = { ...state };
    Object.assign(state, asked, { rows: firstRows });
    const differs = (...keys) => keys.some((key) => before[key] !== state[key]);
    shown();
    document.querySelector(".geo").classList.toggle("double", isDouble());
    document.querySelector(".geo").classList.toggle("heated", state.heat >= 0);
    $id("second").hidden = !isDouble();
    writeLegends();
    if (isDouble()) secondSheet();
    if (differs("second", "together")) sheets.forEach(({ map }) => map.invalidateSize({ pan: false }));
    if (differs("level", "group", "second", "together")) sheetsShown().forEach(drawGroups);
    writePlace();
    writeControls();
    if (move) fitView(true);
    paint();
    if (state.selected >= 0 && isShown(state.selected) && popup.isOpen()) {
      writeCard(state.selected);
      listAreas();
      writeAddress();
    } else select(-1);
  }

  function fitView(animate = false) {
    const areas = shownAreas();
    main.fit(areas.length ? areas : inGroup(), animate && !isDouble());
  }

  const rowOf = (event) => Number(event.target.closest("[data-row]")?.dataset.row ?? -1);
  const pointAtRow = (event) => {
    const i = rowOf(event);
    if (i >= 0 && data.shapes[i].length) pointAt(i, main.shapes[i].getBounds().getCenter());
  };
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
  document.addEventListener("pointerdown", () => document.body.classList.add("by-pointer"), true);
  document.addEventListener("keydown", () => document.body.classList.remove("by-pointer"), true);

  // ---- controls

  const option = (text, value) => element("option", { value }, text);
  const onChange = (id, asked, options) => $id(id)?.addEventListener("change", ({ target }) => change(asked(target), options));

  function measureOptions() {
    const groups = Map.groupBy ? Map.groupBy(measures.menu, ({ group }) => group)
      : measures.menu.reduce((all, one) => all.set(one.group, [...(all.get(one.group) ?? []), one]), new Map());
    return [...groups].map(([group, list]) => element("optgroup", { label: group }, ...list.map(({ id, label }) => option(label, id))));
  }

  function groupOptions({ names, singular, plural }, k) {
    if (names.length > 400) return null; // too many to choose from a list: the search finds them
    const whole = data.place ? `All of ${data.place}` : "All areas";
    return element("optgroup", { label: capital(plural) },
      ...(k < data.levels.length ? [option(data.levels.length > 1 ? `All, by ${singular}` : whole, `${k}:-1`)] : []),
      ...names.map((name, group) => option(name, `${k}:${group}`)));
  }

  $id("show").append(...measureOptions());
  $id("with").append(option("Nothing else", ""), ...measureOptions());
  $id("where").append(...data.allLevels.map(groupOptions).filter(Boolean));
  $id("heat")?.append(option("No heat layer", -1), ...data.heat.map((name, k) => option(name, k)));
  onChange("show", ({ value }) => ({ show: value }));
  onChange("as", ({ value }) => ({ scheme: value }));
  onChange("with", ({ value }) => ({ second: value }), { move: true });
  onChange("how", ({ value }) => ({ together: value === "1" }), { move: true });
  onChange("where", ({ value }) => {
    const [k, group] = value.split(":").map(Number);
    return { level: k, group };
  }, { move: true });
  onChange("top", ({ value }) => ({ top: Number(value) }));
  onChange("outline", ({ checked }) => ({ outline: checked }));
  onChange("heat", ({ value }) => ({ heat: Number(value) }), { move: true });
  $id("streets")?.addEventListener("change", ({ target }) => {
    state.streets = target.checked;
    main.streets ??= L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 19 });
    main.streets[state.streets ? "addTo" : "removeFrom"](main.map);
    $id("credit").hidden = !state.streets;
    paint();
  });

  $id("towns").append(...data.towns.map(({ name, bounds }) => {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => main.map.fitBounds(bounds, { animate: !still && !isDouble(), maxZoom: 14 }));
    return button;
  }));
  $id("towns").hidden = $id("towns-label").hidden = !data.towns.length;

  // ---- search

  const groupsToFind = data.allLevels.flatMap(({ names, singular }, k) =>
    names.map((name, group) => ({ text: name, note: singular, go: () => change({ level: k, group }, { move: true }) })));

  function matches(words) {
    const asked = words.trim().toLowerCase();
    if (!asked) return [];
    const has = (text) => text.toLowerCase().includes(asked);
    const groups = groupsToFind.filter(({ text }) => has(text)).slice(0, 6);
    const areas = [];
    for (let i = 0; i < data.codes.length && areas.length < 8 - Math.min(groups.length, 4); i++) {
      if (has(data.names[i]) || has(data.codes[i])) areas.push(i);
    }
    return [...groups, ...areas.map((i) => ({
      text: data.names[i], note: wardOf(i) || data.codes[i],
      go: () => {
        if (!isShown(i)) change({ group: -1, top: 0 });
        select(i, "search");
      },
    }))];
  }

  // ---- to take away

  const hasAddress = /^(file|https?):$/.test(location.protocol); // inside a notebook it is not ours
  $id("share").hidden = !hasAddress;
  function writeAddress() {
    if (!hasAddress) return;
    history.replaceState(null, "", `#${addressOf(state, data, addressOfView(main.map))}`);
    $id("link").value = location.href;
  }

  const view = { data, nameOf, shown, isDouble, shownAreas, where, surface, sorted: () => listed.areas };
  const drawOne = (pen, sheet, k) =>
    drawSheet(pen, sheet, shown()[k], { isShown, strength: state.heat >= 0 ? 0.25 : 1, data, surface: surface() });
  const fileName = () => slug([data.place, place(), ...shown().map(({ name }) => name)].join(" "));

  $id("png").addEventListener("click", () => picture(sheetsShown(), {
    title: document.querySelector("h1").textContent, legends: legendLines(view), draw: drawOne,
    foot: textsOf(".subtitle, .notices li, .rule, .sources li"),
  }).toBlob((blob) => save(blob, `${fileName()}.png`)));
  $id("csv").addEventListener("click", () =>
    save(new Blob(["\ufeff", csvOf(tableRows(view))], { type: "text/csv" }), `${fileName()}.csv`));
  $id("print").addEventListener("click", () => window.print());
  $id("copy").addEventListener("click", async () => {
    $id("link").select();
    const copied = await navigator.clipboard?.writeText($id("link").value).then(() => true, () => false);
    $id("status").textContent = copied ? "The link is copied" : "The link is selected: copy it with your keyboard";
    $id("copied").textContent = copied ? "Copied" : "Selected: press Ctrl and C";
  });

  window.addEventListener("beforeprint", () => {
    $id("paper").replaceChildren(...sheetsShown().map((sheet, k) => {
      const part = sheet.part(inGroup()), { x, y } = part.getSize(), scale = 4;
      const canvas = Object.assign(document.createElement("canvas"), { width: x * scale, height: y * scale });
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.translate(-part.min.x, -part.min.y);
      drawOne(pen, sheet, k);
      return canvas;
    }));
  });

  // ---- start

  function follow(hash) {
    const { asked, view } = readAddress(hash, data, measures);
    const { selected = -1, ...rest } = asked;
    change({ ...start, ...rest });
    const within = view && main.layer.getBounds().pad(1).contains(view.center);
    if (within) main.map.setView(view.center, view.zoom, { animate: false });
    else fitView();
    if (selected >= 0 && isShown(selected)) select(selected, within ? "view" : "link");
  }

  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address holds the view
    $id("controls").focus();
  });
  $id("patterns").replaceChildren(...patternElements());
  const start = { ...state };
  delete start.streets;
  shown();
  writeLegends();
  fitView();
  main.show();
  connect(main);
  drawGroups(main);
  searchBox($id("search"), $id("found"), matches, (text) => ($id("status").textContent = text));
  follow(location.hash);
  window.addEventListener("hashchange", () => follow(location.hash));
  window.requestIdleCallback?.(readRest) ?? setTimeout(readRest);
  function readRest() {
    later();
    writePlace();
    setNames(main);
    document.querySelector(".geo").dataset.ready = "all";
  }
}
