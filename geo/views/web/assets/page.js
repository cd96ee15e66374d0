// The page: one view, and one way to change and show it.

import { element } from "../../style/assets/dom.js";
import { addressOf, readAddress } from "./address.js";
import { emptyMap } from "./area-map.js";
import { areaCard, areaLines, areaTooltip } from "./card.js";
import { fillControls, readControls, writeControls } from "./controls.js";
import { byId, prefersStill } from "./dom.js";
import { keepGuide } from "./guide.js";
import { headlineOf } from "./headline.js";
import { outlineRows, writeHeatLegend, writeLegend } from "./legend.js";
import { Maps } from "./maps.js";
import { writeFigures, writeIndicators, writeTable } from "./panel.js";
import { patternElements } from "./patterns.js";
import { findMatches, searchBox } from "./search.js";
import { offerDownloads, printMaps, writeLink, writeSentence } from "./share.js";
import { FIRST_ROWS, MORE_ROWS, View } from "./view.js";

/** @import { AreaMap } from "./area-map.js" */
/** @import { DeferredData, MapData, Town } from "./payload" */
/** @import { Match } from "./search.js" */
/** @import { State } from "./view.js" */
/** @typedef {"map" | "list" | "search" | "view" | "link"} Origin  From where an area was chosen. */

const MOST_TOWNS = 6; // the search finds the others
const STREETS = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";
const NONE = -1;
/** About how high a card is that stands on an area. */
const CARD_HEIGHT = 320;

/**
 * Give the map at once, for what others add to it, and fill the page when its words are painted.
 * @param {HTMLElement} container
 * @param {MapData} data
 * @param {() => DeferredData} readDeferred
 */
export function geoMap(container, data, readDeferred) {
  serveFoliumPopups();
  const map = emptyMap(container, data);
  const start = () => new Page(map, new View(data, readDeferred)).start();
  requestAnimationFrame(() => setTimeout(start));
  return map;
}

/** folium's popups are written for jQuery; this is the one thing they ask of it. */
function serveFoliumPopups() {
  /** @param {string} text */
  const elementsOf = (text) =>
    Object.assign(document.createElement("template"), { innerHTML: text.trim() }).content.children;
  Object.assign(window, { $: "$" in window ? window.$ : elementsOf });
}

/** The element that holds the whole page. */
const pageElement = () => /** @type {HTMLElement} */ (document.querySelector(".geo"));

class Page {
  #view;
  #maps;
  #narrow = matchMedia("(max-width: 700px)");
  #popup;
  #ofPage = byId("headline", HTMLElement).textContent ?? "";

  /**
   * @param {L.Map} map
   * @param {View} view
   */
  constructor(map, view) {
    this.#view = view;
    this.#maps = new Maps(map, view, this.#narrow, (made) => this.#connect(made));
    const widest = this.#narrow.matches ? Math.min(330, map.getSize().x - 48) : 340;
    this.#popup = L.popup({ minWidth: 270, maxWidth: widest });
  }

  start() {
    const { main } = this.#maps;
    const view = this.#view;
    byId("patterns", SVGElement).replaceChildren(...patternElements());
    keepGuide();
    fillControls(view);
    readControls(view, (asked, options) => this.#change(asked, options));
    this.#addTowns();
    this.#addStreets();
    this.#addTable();
    this.#addKeys();
    offerDownloads(view, this.#maps);
    addEventListener("beforeprint", () => printMaps(view, this.#maps));
    const search = { box: byId("search", HTMLInputElement), list: byId("found", HTMLElement) };
    const matches = (/** @type {string} */ words) => findMatches(words, view);
    searchBox(
      search,
      matches,
      (match) => this.#goTo(match),
      tell,
      () => view.deferred.postcodes !== null,
    );
    this.#writeLegends();
    this.#maps.fit();
    main.show();
    this.#connect(main);
    this.#maps.drawGroups();
    const { streets: _, ...first } = view.state;
    const follow = () => this.#follow(first, location.hash);
    follow();
    addEventListener("hashchange", follow);
    const readRest = () => this.#readRest();
    if ("requestIdleCallback" in window) requestIdleCallback(readRest);
    else setTimeout(readRest);
  }

  /** Read what was not needed for the first view, and show it. */
  #readRest() {
    this.#view.deferred;
    this.#writePlace();
    this.#maps.setNames(this.#maps.main);
    pageElement().dataset.ready = "all";
  }

  /**
   * Change the state and show it: the one way by which anything changes.
   * @param {Partial<State>} asked
   * @param {{ move?: boolean }} options
   */
  #change(asked, { move = false } = {}) {
    const view = this.#view;
    const maps = this.#maps;
    const before = { ...view.state };
    Object.assign(view.state, asked, { rows: FIRST_ROWS });
    /** @param {(keyof State)[]} keys */
    const differs = (...keys) => keys.some((key) => before[key] !== view.state[key]);
    const { isDouble } = view;
    pageElement().classList.toggle("double", isDouble);
    pageElement().classList.toggle("heated", view.state.heat >= 0);
    byId("second", HTMLElement).hidden = !isDouble;
    this.#writeHeadline();
    this.#writeLegends();
    if (isDouble) maps.makeSecond();
    if (differs("second", "together")) {
      for (const { map } of maps.all) map.invalidateSize({ pan: false });
    }
    if (differs("level", "group", "second", "together")) maps.drawGroups();
    this.#writePlace();
    writeControls(view);
    if (move) maps.fit(true);
    maps.paint();
    const { selected } = view.state;
    if (selected >= 0 && view.isShown(selected) && this.#popup.isOpen()) {
      this.#popup.setContent(areaCard(selected, view));
      this.#writeTable();
      this.#writeAddress();
    } else this.#select(NONE);
  }

  /**
   * Show what an address asks for.
   * @param {Partial<State>} first  The state at the start, which it does not ask for.
   * @param {string} hash
   */
  #follow(first, hash) {
    const view = this.#view;
    const { main } = this.#maps;
    const { asked, outlook } = readAddress(hash, view);
    const { selected = NONE, ...rest } = asked;
    this.#change({ ...first, ...rest });
    const isNear = outlook !== null && main.layer.getBounds().pad(1).contains(outlook.center);
    if (isNear) main.map.setView(outlook.center, outlook.zoom, { animate: false });
    else this.#maps.fit();
    if (selected >= 0 && view.isShown(selected)) this.#select(selected, isNear ? "view" : "link");
  }

  // ---- one area

  /**
   * @param {number} i
   * @param {Origin} [origin]
   * @param {AreaMap} areaMap
   */
  #select(i, origin, areaMap = this.#maps.main) {
    const view = this.#view;
    view.state.selected = i;
    this.#letGo();
    for (const each of this.#maps.shown) each.drawArea("selected", i);
    if (i < 0) this.#popup.remove();
    else if (view.data.shapes[i].length) this.#openCard(i, origin, areaMap);
    this.#writeTable();
    const row = byId("rows", HTMLElement).querySelector('[aria-pressed="true"]');
    if (origin === "map" && !this.#narrow.matches) row?.scrollIntoView({ block: "nearest" });
    tell(i < 0 ? "" : [view.data.names[i], ...areaLines(i, view)].join(". "));
    this.#writeAddress();
  }

  /**
   * @param {number} i
   * @param {Origin | undefined} origin
   * @param {AreaMap} areaMap
   */
  #openCard(i, origin, areaMap) {
    if (origin !== "map" && origin !== "view") areaMap.bring(i);
    const middle = areaMap.shapes[i].getCenter();
    const legend = areaMap.legendBox();
    const { y } = areaMap.map.latLngToContainerPoint(middle);
    const isLeft = legend !== null && legend.left === 0 && !this.#view.isDouble;
    const isBeside = isLeft && y > legend.top && y - CARD_HEIGHT < legend.bottom;
    const left = isBeside ? legend.right + 4 : 12;
    Object.assign(this.#popup.options, {
      autoPanPaddingTopLeft: [left, 12],
      autoPanPaddingBottomRight: [this.#narrow.matches ? 12 : 68, 12],
      autoPan: origin !== "view", // the address says where to look
    });
    this.#popup.setContent(areaCard(i, this.#view));
    this.#popup.setLatLng(middle).openOn(areaMap.map);
    const close = this.#popup.getElement()?.querySelector(".leaflet-popup-close-button");
    close?.setAttribute("title", "Close");
  }

  /**
   * @param {number} i
   * @param {L.LatLng} latlng
   * @param {AreaMap} areaMap
   */
  #pointAt(i, latlng, { tooltip, map } = this.#maps.main) {
    if (i === this.#view.state.selected) return;
    for (const each of this.#maps.shown) each.drawArea("hovered", i);
    if (this.#narrow.matches) return;
    tooltip.setContent(areaTooltip(i, this.#view)).setLatLng(latlng).addTo(map);
  }

  #letGo() {
    for (const each of this.#maps.all) {
      each.drawArea("hovered", NONE);
      each.tooltip.remove();
    }
  }

  /** @param {AreaMap} areaMap */
  #connect(areaMap) {
    const { layer, map } = areaMap;
    /** @param {L.LeafletMouseEvent} event */
    const pointAt = ({ propagatedFrom, latlng }) =>
      this.#pointAt(areaMap.areaOf(propagatedFrom), latlng, areaMap);
    layer.on("mouseover", pointAt);
    layer.on("mousemove", pointAt);
    layer.on("mouseout", () => this.#letGo());
    layer.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      this.#select(areaMap.areaOf(event.propagatedFrom), "map", areaMap);
    });
    map.on("popupclose", ({ popup }) => {
      if (popup === this.#popup && this.#view.state.selected >= 0) this.#select(NONE);
    });
    map.on("zoomend", () => this.#maps.paint());
    map.on("moveend", () => this.#writeAddress());
    map.on("resize", () => this.#maps.fit());
    areaMap.addControls(() => this.#maps.fit(true));
  }

  // ---- the panel

  #writeTable() {
    const [head, rows, caption, more] = ["head", "rows", "caption", "more"].map((id) =>
      byId(id, HTMLElement),
    );
    writeTable({ head, rows, caption, more }, this.#view);
  }

  #writeHeadline() {
    const headline = headlineOf(this.#view, this.#ofPage);
    byId("headline", HTMLElement).textContent = headline;
    document.title = headline;
    writeSentence(headline, this.#view);
  }

  #writeLegends() {
    const { areasShown, areas, where, isDouble, shown, surface } = this.#view;
    const facts = { areas: areasShown, all: areas, where };
    const sides = isDouble ? ["Left", "Right"] : [""];
    const boxes = ["legend", "legend-second"].map((id) => byId(id, HTMLElement));
    boxes[1].hidden = !isDouble;
    sides.forEach((side, k) => {
      writeLegend(boxes[k], shown[k], { ...facts, side }, outlineRows(this.#view));
    });
    writeHeatLegend(byId("heat-legend", HTMLElement), surface, areas);
  }

  #writePlace() {
    const view = this.#view;
    const [summary, figures] = ["summary", "figures"].map((id) => byId(id, HTMLElement));
    writeFigures({ summary, figures }, view);
    if (view.data.menu.length && view.isRead) writeIndicators(byId("against", HTMLElement), view);
  }

  #writeAddress() {
    const { map } = this.#maps.main;
    const { lat, lng } = map.getCenter();
    writeLink(addressOf(this.#view, { center: [lat, lng], zoom: map.getZoom() }));
  }

  #addTable() {
    const rows = byId("rows", HTMLElement);
    /** @param {Event} event */
    const areaOf = ({ target }) => {
      const button = target instanceof Element && target.closest("[data-row]");
      return button ? Number(button.getAttribute("data-row")) : NONE;
    };
    for (const kind of ["focusin", "mouseover"]) {
      rows.addEventListener(kind, (event) => {
        const i = areaOf(event);
        if (i < 0 || !this.#view.data.shapes[i].length) return;
        this.#pointAt(i, this.#maps.main.shapes[i].getBounds().getCenter());
      });
    }
    for (const kind of ["focusout", "mouseout"]) {
      rows.addEventListener(kind, () => this.#letGo());
    }
    rows.addEventListener("click", (event) => {
      const i = areaOf(event);
      if (i >= 0) this.#select(i === this.#view.state.selected ? NONE : i, "list");
    });
    byId("more", HTMLElement).addEventListener("click", () => {
      const first = rows.children.length;
      this.#view.state.rows = first + MORE_ROWS;
      this.#writeTable();
      rows.children[first]?.querySelector("button")?.focus();
    });
  }

  #addTowns() {
    const { towns } = this.#view.data;
    const buttons = towns.slice(0, MOST_TOWNS).map(({ name, bounds }) => {
      const button = element("button", { type: "button" }, name);
      button.addEventListener("click", () => this.#zoomTo(bounds));
      return button;
    });
    const [list, label] = ["towns", "towns-label"].map((id) => byId(id, HTMLElement));
    list.append(...buttons);
    for (const each of [list, label]) each.hidden = !towns.length;
  }

  /** @param {Town["bounds"]} bounds */
  #zoomTo(bounds) {
    const animate = !prefersStill() && !this.#view.isDouble;
    this.#maps.main.map.fitBounds(bounds, { animate, maxZoom: 14 });
  }

  /** Streets load from outside, so they are asked for only when a reader asks. */
  #addStreets() {
    const { state, data } = this.#view;
    if (!data.basemap) return;
    const { map } = this.#maps.main;
    const streets = L.tileLayer(STREETS, { maxZoom: 19 });
    const box = byId("streets", HTMLInputElement);
    box.addEventListener("change", () => {
      state.streets = box.checked;
      if (state.streets) streets.addTo(map);
      else streets.remove();
      byId("credit", HTMLElement).hidden = !state.streets;
      this.#maps.paint();
    });
  }

  #addKeys() {
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#view.state.selected >= 0) this.#select(NONE);
    });
    // Leaflet focuses the map on a click too; the ring is for those who came by keyboard
    const { classList } = document.body;
    document.addEventListener("pointerdown", () => classList.add("by-pointer"), true);
    document.addEventListener("keydown", () => classList.remove("by-pointer"), true);
    document.querySelector(".skip")?.addEventListener("click", (event) => {
      event.preventDefault(); // the address holds the view
      byId("controls", HTMLElement).focus();
    });
  }

  /** @param {Match} match */
  #goTo({ level, group, area, bounds, text }) {
    if (bounds) {
      this.#zoomTo(bounds);
      tell(`The map shows ${text}`);
    } else if (area < 0) {
      this.#change({ level, group }, { move: true });
    } else {
      if (!this.#view.isShown(area)) this.#change({ group: NONE, top: 0 });
      this.#select(area, "search");
    }
  }
}

/**
 * Say something to those who listen to the page.
 * @param {string} text
 */
function tell(text) {
  byId("status", HTMLElement).textContent = text;
}
